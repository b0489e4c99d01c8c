// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What stands in for a value whose definition goes.
#include "dialects/arith/arith_ops.h"
#include "ir/core/builder.h"
#include "ir/core/builtin_ops.h"
#include "tools/mica-reduce/reduction.h"

bool value_is_simple(const mica_value *value)
{
    const mica_op *op = mica_value_op(value);
    return !op || mica_op_has_trait(op, MICA_TRAIT_CONSTANT_LIKE) ||
           (mica_op_is(op, &mica_builtin_unrealized_conversion_cast_kind) &&
            mica_op_operand_count(op) == 0);
}

/// An argument of the entry block of a region around `user`, within its isolated op: these
/// dominate all.
static mica_value *find_argument(const mica_type *type, const mica_value *other, mica_op *user)
{
    for (mica_op *around = user; around;) {
        mica_region *region = mica_op_parent_region(around);
        mica_block *entry = region ? mica_region_first(region) : NULL;
        for (size_t i = 0; entry && i < mica_block_argument_count(entry); i++) {
            mica_value *argument = mica_block_argument(entry, i);
            if (argument != other && mica_value_type(argument) == type)
                return argument;
        }
        around = mica_op_parent(around);
        if (!around || mica_op_has_trait(around, MICA_TRAIT_ISOLATED_FROM_ABOVE))
            break;
    }
    return NULL;
}

static const mica_attr *zero_scalar(const mica_type *type)
{
    switch (mica_type_get_kind(type)) {
    case MICA_TYPE_INTEGER:
        return mica_type_bit_width(type) <= 64 ? mica_integer_attr_get(type, 0) : NULL;
    case MICA_TYPE_INDEX:
        return mica_integer_attr_get(type, 0);
    case MICA_TYPE_FLOAT:
        return mica_float_attr_get(type, 0.0);
    default:
        return NULL;
    }
}

static const mica_attr *zero_of(const mica_type *type)
{
    const mica_type_kind kind = mica_type_get_kind(type);
    if (kind == MICA_TYPE_VECTOR || kind == MICA_TYPE_RANKED_TENSOR) {
        const mica_attr *scalar = zero_scalar(mica_type_element(type));
        const bool is_scalable = kind == MICA_TYPE_VECTOR && mica_vector_type_is_scalable(type);
        return scalar && !is_scalable && mica_type_has_static_shape(type)
                   ? mica_dense_elements_attr_get_splat(type, scalar)
                   : NULL;
    }
    return zero_scalar(type);
}

static mica_value *make_constant(const mica_type *type, mica_op *user)
{
    mica_builder builder = mica_builder_before(user);
    const mica_attr *zero = zero_of(type);
    const bool has_arith =
        mica_context_find_dialect(builder.context, mica_string_from("arith")) != NULL;
    mica_op *made = NULL;
    if (zero && has_arith) {
        made = mica_arith_constant_build(&builder, zero);
    } else {
        mica_op_state state;
        mica_op_state_init(&state, builder.context, "builtin.unrealized_conversion_cast",
                           builder.location);
        mica_op_state_add_result(&state, type);
        made = mica_builder_create(&builder, &state);
    }
    return made ? mica_op_result(made, 0) : NULL;
}

mica_value *substitute_value(mica_value *value, mica_op *user, const mica_op *avoid)
{
    const mica_type *type = mica_value_type(value);
    mica_value *argument = find_argument(type, value, user);
    if (argument)
        return argument;
    // An operand of the op that goes is there, too, and may lead to nothing simpler.
    for (size_t i = 0; avoid && i < mica_op_operand_count(avoid); i++)
        if (mica_value_type(mica_op_operand(avoid, i)) == type)
            return mica_op_operand(avoid, i);
    return make_constant(type, user);
}

bool replace_and_erase(mica_op *op)
{
    for (size_t i = 0; i < mica_op_result_count(op); i++) {
        mica_value *result = mica_op_result(op, i);
        if (mica_value_is_unused(result))
            continue;
        mica_value *other = substitute_value(result, op, op);
        if (!other)
            return false;
        mica_value_replace_all_uses(result, other);
    }
    mica_op_erase(op);
    return true;
}
