// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The order of folding and the folds that follow from traits alone; hooks of the dialects do
// the rest.
#include "ir/rewrite/fold.h"

#include "ir/core/operation_internal.h"

enum { INLINE_OPERANDS = 8, INLINE_RESULTS = 4 };

// ---- constants
// -------------------------------------------------------------------------------

const mica_attr *mica_op_constant_value(const mica_op *op)
{
    if (!micai_op_has_trait(op, MICA_TRAIT_CONSTANT_LIKE) || op->result_count != 1 ||
        !MICA_HOOK(op->record->definition, fold))
        return NULL;
    mica_fold_result result = {NULL, NULL};
    // The hook of a constant changes nothing: it only says the value.
    op->record->definition->hooks->fold((mica_op *)op, NULL, &result);
    return result.attr;
}

const mica_attr *mica_value_constant(const mica_value *value)
{
    const mica_op *op = value ? mica_value_op(value) : NULL;
    return op ? mica_op_constant_value(op) : NULL;
}

bool mica_value_constant_int(const mica_value *value, int64_t *number)
{
    const mica_attr *attr = mica_value_constant(value);
    if (!mica_attr_is(attr, MICA_ATTR_INTEGER) ||
        mica_type_bit_width(mica_attr_type(attr)) > 64)
        return false;
    *number = mica_integer_attr_value(attr);
    return true;
}

// ---- traits
// ----------------------------------------------------------------------------------

/// c + x -> x + c: constants move behind the others, all in their order.
static mica_fold_status fold_commutative(mica_op *op, const mica_attr *const *constants)
{
    const size_t count = op->operand_count;
    size_t first = 0;
    while (first < count && !constants[first])
        first++;
    size_t last = count;
    while (last > first && constants[last - 1])
        last--;
    if (first >= last)
        return MICA_FOLD_NONE;
    mica_context *context = op->record->context;
    const size_t bytes = count * sizeof(mica_value *);
    mica_value **values = micai_context_allocate(context, bytes);
    if (!values)
        return MICA_FOLD_NONE;
    size_t next = 0;
    for (size_t i = 0; i < count; i++)
        if (!constants[i])
            values[next++] = op->operands[i].value;
    for (size_t i = 0; i < count; i++)
        if (constants[i])
            values[next++] = op->operands[i].value;
    mica_op_set_operands(op, values, count);
    micai_context_free(context, values, bytes);
    return MICA_FOLD_IN_PLACE;
}

/// f(f(x)) -> f(x); f(x, x) -> x
static mica_value *fold_idempotent(const mica_op *op)
{
    mica_value *first = op->operands[0].value;
    if (op->operand_count == 2)
        return first == op->operands[1].value ? first : NULL;
    const mica_op *inner = mica_value_op(first);
    return inner && inner->record == op->record ? first : NULL;
}

/// f(f(x)) -> x
static mica_value *fold_involution(const mica_op *op)
{
    const mica_op *inner = mica_value_op(op->operands[0].value);
    return inner && inner->record == op->record ? inner->operands[0].value : NULL;
}

/// A cast of one value to its own type is that value.
static mica_value *fold_cast(const mica_op *op)
{
    mica_value *source = op->operands[0].value;
    return op->operand_count == 1 && source->type == micai_op_results(op)->type ? source : NULL;
}

static mica_fold_status fold_traits(mica_op *op, const mica_attr *const *constants,
                                    mica_fold_result *results)
{
    if (micai_op_has_trait(op, MICA_TRAIT_COMMUTATIVE) &&
        fold_commutative(op, constants) == MICA_FOLD_IN_PLACE)
        return MICA_FOLD_IN_PLACE;
    if (op->operand_count == 0 || op->result_count != 1)
        return MICA_FOLD_NONE;
    mica_value *value = NULL;
    if (micai_op_has_trait(op, MICA_TRAIT_IDEMPOTENT))
        value = fold_idempotent(op);
    if (!value && micai_op_has_trait(op, MICA_TRAIT_INVOLUTION))
        value = fold_involution(op);
    if (!value && micai_op_has_trait(op, MICA_TRAIT_CAST))
        value = fold_cast(op);
    results[0].value = value;
    return value ? MICA_FOLD_REPLACED : MICA_FOLD_NONE;
}

// ---- the op
// ----------------------------------------------------------------------------------

static void clear_results(const mica_op *op, mica_fold_result *results)
{
    const mica_fold_result none = {NULL, NULL};
    for (size_t i = 0; i < op->result_count; i++)
        results[i] = none;
}

/// Every result has a constant or a value of its type, other than itself.
static bool results_fit(const mica_op *op, const mica_fold_result *results)
{
    for (size_t i = 0; i < op->result_count; i++) {
        const mica_value *value = results[i].value, *result = &micai_op_results(op)[i];
        if (!value && !results[i].attr)
            return false;
        if (value && (value == result || value->type != result->type))
            return false;
    }
    return true;
}

static mica_fold_status fold(mica_op *op, const mica_attr *const *constants,
                             mica_fold_result *results)
{
    clear_results(op, results);
    if (MICA_HOOK(op->record->definition, fold)) {
        const mica_fold_status status =
            op->record->definition->hooks->fold(op, constants, results);
        if (status == MICA_FOLD_IN_PLACE ||
            (status == MICA_FOLD_REPLACED && results_fit(op, results)))
            return status;
        clear_results(op, results);
    }
    const mica_fold_status status = fold_traits(op, constants, results);
    return status == MICA_FOLD_REPLACED && !results_fit(op, results) ? MICA_FOLD_NONE : status;
}

/// Nothing can fold an op without a hook and without one of these traits.
static bool may_fold(const mica_op *op)
{
    return MICA_HOOK(op->record->definition, fold) ||
           micai_op_has_trait(op, MICA_TRAIT_COMMUTATIVE) ||
           micai_op_has_trait(op, MICA_TRAIT_IDEMPOTENT) ||
           micai_op_has_trait(op, MICA_TRAIT_INVOLUTION) ||
           micai_op_has_trait(op, MICA_TRAIT_CAST);
}

mica_fold_status mica_op_fold(mica_op *op, mica_fold_result *results)
{
    if (!may_fold(op))
        return MICA_FOLD_NONE;
    mica_context *context = op->record->context;
    const mica_attr *inline_constants[INLINE_OPERANDS];
    const mica_attr **constants = inline_constants;
    const size_t count = op->operand_count, bytes = count * sizeof *constants;
    if (count > INLINE_OPERANDS)
        constants = micai_context_allocate(context, bytes);
    if (!constants)
        return MICA_FOLD_NONE;
    for (size_t i = 0; i < count; i++)
        constants[i] = mica_value_constant(op->operands[i].value);
    const mica_fold_status status = fold(op, constants, results);
    if (constants != inline_constants)
        micai_context_free(context, constants, bytes);
    return status;
}

// ---- making constants
// ------------------------------------------------------------------------

bool mica_fold_materialize(mica_builder *builder, mica_op *op, const mica_fold_result *results,
                           mica_value **values)
{
    const mica_dialect_def *dialect = op->record->dialect;
    for (size_t i = 0; i < op->result_count; i++) {
        values[i] = results[i].value;
        if (values[i])
            continue;
        mica_op *constant = NULL;
        if (dialect && dialect->materialize_constant)
            constant = dialect->materialize_constant(builder, results[i].attr,
                                                     micai_op_results(op)[i].type);
        if (constant) {
            values[i] = mica_op_result(constant, 0);
            continue;
        }
        while (i-- > 0)
            if (!results[i].value)
                mica_op_erase(mica_value_op(values[i]));
        return false;
    }
    return true;
}

mica_value *mica_builder_create_or_fold(mica_builder *builder, mica_op_state *state)
{
    mica_op *op = mica_op_create(state);
    if (!op)
        return NULL;
    mica_fold_result results[INLINE_RESULTS];
    mica_value *values[INLINE_RESULTS];
    const bool is_constant = micai_op_has_trait(op, MICA_TRAIT_CONSTANT_LIKE);
    if (!is_constant && op->result_count && op->result_count <= INLINE_RESULTS &&
        mica_op_fold(op, results) == MICA_FOLD_REPLACED &&
        mica_fold_materialize(builder, op, results, values)) {
        mica_op_destroy(op);
        return values[0];
    }
    mica_builder_insert(builder, op);
    return op->result_count ? mica_op_result(op, 0) : NULL;
}
