// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks of the index dialect: constants and their names, casts.

#include <stdio.h>

#include "dialects/index/index_ops.h"

mica_op *micai_index_materialize_constant(mica_builder *builder, const mica_attr *value,
                                          const mica_type *type)
{
    if (!mica_attr_is(value, MICA_ATTR_INTEGER) || mica_attr_type(value) != type)
        return NULL;
    if (mica_type_is_signless(type, 1))
        return mica_index_bool_constant_build(builder, value);
    return mica_type_is_index(type) ? mica_index_constant_build(builder, value) : NULL;
}

void micai_index_bool_constant_name_results(mica_op *op, mica_name_value_fn name, void *user)
{
    const mica_attr *value = mica_index_bool_constant_value(op);
    name(user, mica_op_result(op, 0),
         mica_string_from(mica_integer_attr_value(value) ? "true" : "false"));
}

void micai_index_constant_name_results(mica_op *op, mica_name_value_fn name, void *user)
{
    char text[40];
    snprintf(text, sizeof text, "idx%lld",
             (long long)mica_integer_attr_value(mica_index_constant_value(op)));
    name(user, mica_op_result(op, 0), mica_string_from(text));
}

/// Between index and any integer.
static bool index_casts_are_compatible(const mica_type *const *inputs, size_t input_count,
                                       const mica_type *const *outputs, size_t output_count)
{
    return input_count == 1 && output_count == 1 &&
           mica_type_is_index(inputs[0]) != mica_type_is_index(outputs[0]);
}
const mica_cast micai_index_index_casts = {sizeof(mica_cast), index_casts_are_compatible};
