// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Canonicalization of arith: rewrites that make ops, which folding can't, as far as
// arith.rewrite can't say them. One line of algebra above each pattern; `c`, `d` are constants.
// The law: constants move outwards and meet, casts move to where the type is narrow, conditions
// lose their negations; nothing grows.
#include "dialects/arith/arith_ops.h"
#include "ir/rewrite/constant_fold.h"
#include "ir/rewrite/fold.h"
#include "ir/rewrite/match_program.h"
#include "ir/rewrite/pattern.h"
#include "ir/rewrite/rewriter.h"

// ---- reading and making
// ----------------------------------------------------------------------

static mica_value *left(const mica_op *op)
{
    return mica_op_operand(op, 0);
}
static mica_value *right(const mica_op *op)
{
    return mica_op_operand(op, 1);
}
static mica_value *result(const mica_op *op)
{
    return mica_op_result(op, 0);
}
static const mica_type *type_of(const mica_value *value)
{
    return mica_value_type(value);
}

/// Width of an integer or index, or of the elements.
static uint32_t width_of(const mica_value *value)
{
    return mica_type_bit_width(mica_type_element_or_self(type_of(value)));
}

/// The op of this kind that defines the value, or NULL.
static mica_op *defined_by(const mica_value *value, mica_op_kind kind)
{
    mica_op *op = mica_value_op(value);
    return mica_op_is(op, kind) ? op : NULL;
}

/// An op with one result of `type`.
static mica_value *make(mica_rewriter *rewriter, mica_op_kind kind, const mica_type *type,
                        mica_value *const *operands, size_t count)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_op_state state;
    mica_op_state_init(&state, builder->context, kind->name, builder->location);
    mica_op_state_add_operands(&state, operands, count);
    mica_op_state_add_result(&state, type);
    mica_op *op = mica_builder_create(builder, &state);
    return op ? result(op) : NULL;
}

static mica_value *make_unary(mica_rewriter *rewriter, mica_op_kind kind, const mica_type *type,
                              mica_value *operand)
{
    return make(rewriter, kind, type, &operand, 1);
}

static mica_value *make_binary(mica_rewriter *rewriter, mica_op_kind kind, mica_value *a,
                               mica_value *b)
{
    mica_value *operands[] = {a, b};
    return make(rewriter, kind, type_of(a), operands, 2);
}

static mica_value *make_constant(mica_rewriter *rewriter, const mica_attr *value)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "arith.constant", builder->location);
    mica_op_state_set_attr(&state, "value", value);
    mica_op_state_add_result(&state, mica_attr_type(value));
    mica_op *op = mica_builder_create(builder, &state);
    return op ? result(op) : NULL;
}

/// The constant `function(a, b)`, or NULL.
static const mica_attr *combine(mica_scalar_fn function, const mica_attr *a, const mica_attr *b)
{
    const mica_attr *const operands[] = {a, b};
    return a && b ? mica_constant_map(operands, 2, mica_attr_type(a), function, 0) : NULL;
}

static bool replace(mica_rewriter *rewriter, mica_op *op, mica_value *value)
{
    return value && mica_rewriter_replace_op(rewriter, op, &value, 1);
}

// ---- sums of constants
// -----------------------------------------------------------------------

/// What an outer sum or difference makes of an inner one when each has a constant.
typedef struct sum_rule {
    const mica_op_identity *outer, *inner;
    uint8_t outer_constant, inner_constant; ///< which operand is the constant
    mica_scalar_fn combine;                 ///< of (inner, outer) constants
    bool outer_first;                       ///< combine(outer, inner) instead
    const mica_op_identity *made;
    bool constant_first; ///< made(constant, x), else made(x, constant)
} sum_rule;

// clang-format off
static const sum_rule sum_rules[] = {
    // (x + c) + d -> x + (c + d)
    {&mica_arith_addi_kind, &mica_arith_addi_kind, 1, 1, mica_scalar_addi, false, &mica_arith_addi_kind, false},
    // (x - c) + d -> x + (d - c)
    {&mica_arith_addi_kind, &mica_arith_subi_kind, 1, 1, mica_scalar_subi, true,  &mica_arith_addi_kind, false},
    // (c - x) + d -> (c + d) - x
    {&mica_arith_addi_kind, &mica_arith_subi_kind, 1, 0, mica_scalar_addi, false, &mica_arith_subi_kind, true},
    // (x + c) - d -> x + (c - d)
    {&mica_arith_subi_kind, &mica_arith_addi_kind, 1, 1, mica_scalar_subi, false, &mica_arith_addi_kind, false},
    // d - (x + c) -> (d - c) - x
    {&mica_arith_subi_kind, &mica_arith_addi_kind, 0, 1, mica_scalar_subi, true,  &mica_arith_subi_kind, true},
    // (x - c) - d -> x - (c + d)
    {&mica_arith_subi_kind, &mica_arith_subi_kind, 1, 1, mica_scalar_addi, false, &mica_arith_subi_kind, false},
    // (c - x) - d -> (c - d) - x
    {&mica_arith_subi_kind, &mica_arith_subi_kind, 1, 0, mica_scalar_subi, false, &mica_arith_subi_kind, true},
    // d - (x - c) -> (c + d) - x
    {&mica_arith_subi_kind, &mica_arith_subi_kind, 0, 1, mica_scalar_addi, false, &mica_arith_subi_kind, true},
    // d - (c - x) -> x + (d - c)
    {&mica_arith_subi_kind, &mica_arith_subi_kind, 0, 0, mica_scalar_subi, true,  &mica_arith_addi_kind, false},
    // (x * c) * d -> x * (c * d)
    {&mica_arith_muli_kind, &mica_arith_muli_kind, 1, 1, mica_scalar_muli, false, &mica_arith_muli_kind, false},
    // (x & c) & d -> x & (c & d)
    {&mica_arith_andi_kind, &mica_arith_andi_kind, 1, 1, mica_scalar_andi, false, &mica_arith_andi_kind, false},
};
// clang-format on

static bool has_overflow_flags(mica_op_kind kind)
{
    return kind != &mica_arith_andi_kind;
}

/// Is the combined constant what it would be at twice the width, signed or unsigned? Only then
/// may the new op promise that it doesn't overflow.
static bool is_exact(mica_scalar_fn function, const mica_attr *a, const mica_attr *b,
                     bool is_signed)
{
    mica_scalar operands[2], wide, narrow;
    if (!mica_constant_scalar(a, &operands[0]) || !mica_constant_scalar(b, &operands[1]))
        return false;
    const uint32_t width = operands[0].as.integer.width;
    if (2 * width > MICA_WIDE_MAX_WIDTH || !function(operands, &narrow, 0))
        return false;
    mica_wide (*const extend)(const mica_wide *, uint32_t) =
        is_signed ? mica_wide_extend_signed : mica_wide_extend_unsigned;
    for (size_t i = 0; i < 2; i++)
        operands[i].as.integer = extend(&operands[i].as.integer, 2 * width);
    if (!function(operands, &wide, 0))
        return false;
    const mica_wide extended = extend(&narrow.as.integer, 2 * width);
    return mica_wide_equal(&extended, &wide.as.integer);
}

/// Overflow is excluded for the new op when it was for both and the constants did not overflow.
static void merge_overflow(const mica_op *outer, const mica_op *inner, mica_op *made,
                           bool is_exact_signed, bool is_exact_unsigned)
{
    if (has_overflow_flags(mica_op_get_kind(outer)) && is_exact_signed && is_exact_unsigned &&
        mica_op_slot_or_default(outer, 0) == mica_op_slot_or_default(inner, 0))
        mica_op_set_slot(made, 0, mica_op_slot(outer, 0));
}

static bool apply_sum_rule(mica_rewriter *rewriter, mica_op *op, void *user)
{
    const sum_rule *rule = user;
    const mica_op *inner =
        defined_by(mica_op_operand(op, 1u - rule->outer_constant), rule->inner);
    const mica_attr *outer_constant =
        mica_value_constant(mica_op_operand(op, rule->outer_constant));
    if (!inner || !outer_constant)
        return mica_rewriter_fail(rewriter, op, "no sum with a constant inside");
    const mica_attr *inner_constant =
        mica_value_constant(mica_op_operand(inner, rule->inner_constant));
    const mica_attr *first = rule->outer_first ? outer_constant : inner_constant;
    const mica_attr *second = rule->outer_first ? inner_constant : outer_constant;
    const mica_attr *value = combine(rule->combine, first, second);
    if (!value)
        return mica_rewriter_fail(rewriter, op, "the constants can't be combined");
    mica_value *constant = make_constant(rewriter, value);
    mica_value *x = mica_op_operand(inner, 1u - rule->inner_constant);
    if (!constant)
        return false;
    mica_value *made = rule->constant_first ? make_binary(rewriter, rule->made, constant, x)
                                            : make_binary(rewriter, rule->made, x, constant);
    if (!made)
        return false;
    merge_overflow(op, inner, mica_value_op(made), is_exact(rule->combine, first, second, true),
                   is_exact(rule->combine, first, second, false));
    return replace(rewriter, op, made);
}

// ---- casts
// -----------------------------------------------------------------------------------

/// trunci(x >>s c) -> trunci(x >>u c), when no copied sign bit is left
static bool shift_without_sign(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    const mica_op *shift = defined_by(left(op), &mica_arith_shrsi_kind);
    mica_scalar count;
    const mica_attr *constant = shift ? mica_value_constant(right(shift)) : NULL;
    if (!constant || !mica_constant_scalar(constant, &count))
        return mica_rewriter_fail(rewriter, op, "operand is no shift by a constant");
    const int64_t dropped = (int64_t)width_of(left(op)) - width_of(result(op));
    const mica_wide most = mica_wide_from_int(count.as.integer.width, dropped);
    if (mica_wide_compare_unsigned(&count.as.integer, &most) > 0)
        return mica_rewriter_fail(rewriter, op, "sign bits are left");
    mica_value *shifted =
        make_binary(rewriter, &mica_arith_shrui_kind, left(shift), right(shift));
    return shifted &&
           replace(rewriter, op,
                   make_unary(rewriter, &mica_arith_trunci_kind, type_of(result(op)), shifted));
}

/// index_cast(index_cast(x)) -> x, back to the type of x and not by way of a narrower one
static bool skip_cast(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    const mica_op *inner = defined_by(left(op), mica_op_get_kind(op));
    if (inner && type_of(left(inner)) == type_of(result(op)) &&
        width_of(left(inner)) <= width_of(result(inner)))
        return replace(rewriter, op, left(inner));
    return mica_rewriter_fail(rewriter, op, "operand is no cast to be skipped");
}

// ---- comparisons
// -----------------------------------------------------------------------------

/// Is the predicate one of equality or (un)signed order that the extension keeps?
static bool keeps_order(int64_t predicate, mica_op_kind extension)
{
    if (predicate <= MICA_ARITH_INTEGER_COMPARISON_NE)
        return true;
    const bool is_signed = predicate <= MICA_ARITH_INTEGER_COMPARISON_SGE;
    return is_signed == (extension == &mica_arith_extsi_kind);
}

/// ext(x) p ext(y) -> x p y, when x and y have one type
static bool compare_narrow(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    const mica_op *a = mica_value_op(left(op));
    if (!mica_op_is(a, &mica_arith_extui_kind) && !mica_op_is(a, &mica_arith_extsi_kind))
        return mica_rewriter_fail(rewriter, op, "left operand is no extension");
    const mica_op *b = defined_by(right(op), mica_op_get_kind(a));
    if (!b || type_of(left(a)) != type_of(left(b)) ||
        !keeps_order(mica_arith_cmpi_predicate(op), mica_op_get_kind(a)))
        return mica_rewriter_fail(rewriter, op, "operands are not extended alike");
    mica_op_set_operand(op, 0, left(a));
    mica_op_set_operand(op, 1, left(b));
    return mica_rewriter_modified(rewriter, op);
}

/// (x p y) ^ true -> x !p y
static bool negate_comparison(mica_rewriter *rewriter, mica_op *op, void *user)
{
    static const uint8_t opposite[] = {1, 0, 5, 4, 3, 2, 9, 8, 7, 6};
    (void)user;
    const mica_op *comparison = defined_by(left(op), &mica_arith_cmpi_kind);
    if (!comparison || !mica_constant_is_ones(mica_value_constant(right(op))))
        return mica_rewriter_fail(rewriter, op, "no comparison is negated");
    mica_value *operands[] = {left(comparison), right(comparison)};
    mica_value *made = make(rewriter, &mica_arith_cmpi_kind, type_of(result(op)), operands, 2);
    if (!made)
        return false;
    const uint8_t predicate = opposite[mica_arith_cmpi_predicate(comparison)];
    mica_arith_cmpi_set_predicate(mica_value_op(made),
                                  (mica_arith_integer_comparison)predicate);
    return replace(rewriter, op, made);
}

// ---- hooks
// -----------------------------------------------------------------------------------

/// The sum rules whose outer op is of this kind.
static void add_sum_rules(mica_pattern_set *patterns, mica_op_kind outer)
{
    for (size_t i = 0; i < sizeof sum_rules / sizeof *sum_rules; i++) {
        if (sum_rules[i].outer != outer)
            continue;
        const mica_pattern pattern = {.name = "arith_combine_constants",
                                      .root = outer->name,
                                      .rewrite = apply_sum_rule,
                                      .user = (void *)&sum_rules[i]};
        mica_pattern_set_add(patterns, &pattern, 1);
    }
}

static void add(mica_pattern_set *patterns, mica_op_kind root, const char *name,
                mica_pattern_fn rewrite, const void *user)
{
    const mica_pattern pattern = {
        .name = name, .root = root->name, .rewrite = rewrite, .user = (void *)user};
    mica_pattern_set_add(patterns, &pattern, 1);
}

/// The patterns of arith.rewrite, as mica-gen compiled them.
extern const mica_match_program micai_arith_rewrites;

void micai_arith_canonicalize(mica_pattern_set *patterns)
{
    mica_pattern_set_add_program(patterns, &micai_arith_rewrites);
}

void micai_arith_addi_canonicalize(mica_pattern_set *patterns)
{
    add_sum_rules(patterns, &mica_arith_addi_kind);
}

void micai_arith_subi_canonicalize(mica_pattern_set *patterns)
{
    add_sum_rules(patterns, &mica_arith_subi_kind);
}

void micai_arith_muli_canonicalize(mica_pattern_set *patterns)
{
    add_sum_rules(patterns, &mica_arith_muli_kind);
}

void micai_arith_andi_canonicalize(mica_pattern_set *patterns)
{
    add_sum_rules(patterns, &mica_arith_andi_kind);
}

void micai_arith_xori_canonicalize(mica_pattern_set *patterns)
{
    add(patterns, &mica_arith_xori_kind, "arith_negate_comparison", negate_comparison, NULL);
}

void micai_arith_trunci_canonicalize(mica_pattern_set *patterns)
{
    add(patterns, &mica_arith_trunci_kind, "arith_shift_without_sign", shift_without_sign,
        NULL);
}

void micai_arith_index_cast_canonicalize(mica_pattern_set *patterns)
{
    add(patterns, &mica_arith_index_cast_kind, "arith_skip_index_cast", skip_cast, NULL);
}

void micai_arith_index_castui_canonicalize(mica_pattern_set *patterns)
{
    add(patterns, &mica_arith_index_castui_kind, "arith_skip_index_castui", skip_cast, NULL);
}

void micai_arith_cmpi_canonicalize(mica_pattern_set *patterns)
{
    add(patterns, &mica_arith_cmpi_kind, "arith_compare_narrow", compare_narrow, NULL);
}
