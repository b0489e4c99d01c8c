// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass lower-affine: affine.apply, affine.min and affine.max become index arithmetic.
//
//   affine.apply affine_map<(d0)[s0] -> (d0 * 4 + s0)>(%i)[%s]
//   arith.addi (arith.muli %i, %c4), %s
//
// Divisions round as the maps say, for positive divisors:
//   x mod y       -> r = x remsi y; r < 0 ? r + y : r
//   x floordiv y  -> x < 0 ? -1 - ((-1 - x) divsi y) : x divsi y
//   x ceildiv y   -> x <= 0 ? -(-x divsi y) : (x - 1) divsi y + 1
#include "transforms/convert/lower_affine.h"

#include "ir/core/affine.h"
#include "ir/core/context_internal.h"
#include "transforms/pass/pass.h"
#include "transforms/tensor/loop_nest.h"

enum { SIGNED_LESS = 2, SIGNED_LESS_EQUAL = 3 };

static mica_value *build_index_op(mica_builder *builder, const char *name, mica_value *a,
                                  mica_value *b)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, name, builder->location);
    mica_op_state_add_operand(&state, a);
    mica_op_state_add_operand(&state, b);
    mica_op_state_add_result(&state, mica_index_type_get(builder->context));
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

static mica_value *build_compare(mica_builder *builder, int64_t predicate, mica_value *a,
                                 mica_value *b)
{
    mica_context *context = builder->context;
    mica_op_state state;
    mica_op_state_init(&state, context, "arith.cmpi", builder->location);
    mica_op_state_add_operand(&state, a);
    mica_op_state_add_operand(&state, b);
    mica_op_state_add_result(&state, mica_integer_type_get(context, 1, MICA_SIGNLESS));
    mica_op_state_set_attr(&state, "predicate", mica_i64_attr_get(context, predicate));
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

static mica_value *build_select(mica_builder *builder, mica_value *condition, mica_value *a,
                                mica_value *b)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "arith.select", builder->location);
    mica_op_state_add_operand(&state, condition);
    mica_op_state_add_operand(&state, a);
    mica_op_state_add_operand(&state, b);
    mica_op_state_add_result(&state, mica_value_type(a));
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

static mica_value *build_mod(mica_builder *builder, mica_value *x, mica_value *y)
{
    mica_value *rest = build_index_op(builder, "arith.remsi", x, y);
    mica_value *is_negative =
        build_compare(builder, SIGNED_LESS, rest, micai_index(builder, 0));
    mica_value *raised = build_index_op(builder, "arith.addi", rest, y);
    return build_select(builder, is_negative, raised, rest);
}

static mica_value *build_floor_div(mica_builder *builder, mica_value *x, mica_value *y)
{
    mica_value *minus_one = micai_index(builder, -1);
    mica_value *is_negative = build_compare(builder, SIGNED_LESS, x, micai_index(builder, 0));
    mica_value *mirrored = build_index_op(builder, "arith.subi", minus_one, x);
    mica_value *dividend = build_select(builder, is_negative, mirrored, x);
    mica_value *quotient = build_index_op(builder, "arith.divsi", dividend, y);
    mica_value *corrected = build_index_op(builder, "arith.subi", minus_one, quotient);
    return build_select(builder, is_negative, corrected, quotient);
}

static mica_value *build_ceil_div(mica_builder *builder, mica_value *x, mica_value *y)
{
    mica_value *zero = micai_index(builder, 0), *one = micai_index(builder, 1);
    mica_value *not_positive = build_compare(builder, SIGNED_LESS_EQUAL, x, zero);
    mica_value *negated = build_index_op(builder, "arith.subi", zero, x);
    mica_value *lessened = build_index_op(builder, "arith.subi", x, one);
    mica_value *dividend = build_select(builder, not_positive, negated, lessened);
    mica_value *quotient = build_index_op(builder, "arith.divsi", dividend, y);
    mica_value *negative = build_index_op(builder, "arith.subi", zero, quotient);
    mica_value *positive = build_index_op(builder, "arith.addi", quotient, one);
    return build_select(builder, not_positive, negative, positive);
}

/// Recursion is safe: expressions are limited in depth where they are built.
mica_value *micai_build_affine_expression(mica_builder *builder, const mica_affine_expr *expr,
                                          mica_value *const *dims, mica_value *const *symbols)
{
    const int64_t value = mica_affine_expr_value(expr);
    switch (mica_affine_expr_kind(expr)) {
    case MICA_AFFINE_CONSTANT:
        return micai_index(builder, value);
    case MICA_AFFINE_DIM:
        return dims[value];
    case MICA_AFFINE_SYMBOL:
        return symbols[value];
    default:
        break;
    }
    mica_value *lhs =
        micai_build_affine_expression(builder, mica_affine_expr_lhs(expr), dims, symbols);
    mica_value *rhs =
        micai_build_affine_expression(builder, mica_affine_expr_rhs(expr), dims, symbols);
    if (!lhs || !rhs)
        return NULL;
    switch (mica_affine_expr_kind(expr)) {
    case MICA_AFFINE_ADD:
        return build_index_op(builder, "arith.addi", lhs, rhs);
    case MICA_AFFINE_MUL:
        return build_index_op(builder, "arith.muli", lhs, rhs);
    case MICA_AFFINE_MOD:
        return build_mod(builder, lhs, rhs);
    case MICA_AFFINE_FLOOR_DIV:
        return build_floor_div(builder, lhs, rhs);
    default:
        return build_ceil_div(builder, lhs, rhs);
    }
}

bool micai_check_affine_divisors(mica_op *op, const mica_affine_expr *expr)
{
    const mica_affine_kind kind = mica_affine_expr_kind(expr);
    if (kind > MICA_AFFINE_CEIL_DIV)
        return true;
    const mica_affine_expr *rhs = mica_affine_expr_rhs(expr);
    if (kind >= MICA_AFFINE_MOD && mica_affine_expr_kind(rhs) == MICA_AFFINE_CONSTANT &&
        mica_affine_expr_value(rhs) <= 0)
        return mica_op_error(op, "division by a constant that is not positive");
    return micai_check_affine_divisors(op, mica_affine_expr_lhs(expr)) &&
           micai_check_affine_divisors(op, rhs);
}

/// The results of the map of `op`, combined; NULL after a diagnostic.
static mica_value *build_results(mica_op *op, const char *combine, mica_value *const *operands)
{
    const mica_attr *map = mica_op_attr(op, "map");
    mica_value *const *symbols = operands + mica_affine_map_dim_count(map);
    mica_builder builder = mica_builder_before(op);
    mica_value *result = NULL;
    for (size_t i = 0; i < mica_affine_map_result_count(map); ++i) {
        const mica_affine_expr *expr = mica_affine_map_result(map, i);
        if (!micai_check_affine_divisors(op, expr))
            return NULL;
        mica_value *value = micai_build_affine_expression(&builder, expr, operands, symbols);
        if (!value)
            return NULL;
        result = result ? build_index_op(&builder, combine, result, value) : value;
    }
    return result;
}

static bool lower_op(mica_op *op, const char *combine)
{
    mica_context *context = mica_op_context(op);
    const size_t count = mica_op_operand_count(op);
    mica_value **operands = micai_context_allocate(context, (count + 1) * sizeof *operands);
    if (!operands)
        return false;
    for (size_t i = 0; i < count; ++i)
        operands[i] = mica_op_operand(op, i);
    mica_value *result = build_results(op, combine, operands);
    micai_context_free(context, operands, (count + 1) * sizeof *operands);
    if (!result)
        return false;
    mica_value_replace_all_uses(mica_op_result(op, 0), result);
    mica_op_erase(op);
    return true;
}

typedef struct affine_lowering {
    const char *op;
    const char *combine; ///< how several results become one
} affine_lowering;

static const affine_lowering lowerings[] = {
    {"affine.apply", NULL},
    {"affine.max", "arith.maxsi"},
    {"affine.min", "arith.minsi"},
};

typedef struct lower_walk {
    size_t count;
    bool ok;
} lower_walk;

static mica_walk_result visit(void *user, mica_op *op)
{
    lower_walk *walk = user;
    for (size_t i = 0; i < sizeof lowerings / sizeof *lowerings; ++i) {
        if (!mica_string_is(mica_op_name(op), lowerings[i].op))
            continue;
        ++walk->count;
        walk->ok = lower_op(op, lowerings[i].combine);
        return walk->ok ? MICA_WALK_ADVANCE : MICA_WALK_INTERRUPT;
    }
    return MICA_WALK_ADVANCE;
}

static bool run_lower_affine(mica_pass_run *run)
{
    lower_walk walk = {0, true};
    mica_op_walk_post(mica_pass_run_op(run), visit, &walk);
    if (walk.count == 0)
        mica_pass_run_mark_unchanged(run);
    return walk.ok;
}

static const char *const dependent_dialects[] = {"arith", NULL};

const mica_pass_def mica_pass_lower_affine = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "lower-affine",
    .name = "ConvertAffineToStandard",
    .summary = "Turn affine ops into index arithmetic",
    .dependent_dialects = dependent_dialects,
    .run = run_lower_affine,
};
