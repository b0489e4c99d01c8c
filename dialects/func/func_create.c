// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions made from C (func.h).
#include "dialects/func/func.h"

mica_op *mica_func_create(mica_builder *builder, const char *name,
                          const mica_type *const *inputs, size_t input_count,
                          const mica_type *const *results, size_t result_count)
{
    const mica_type *type =
        mica_function_type_get(builder->context, inputs, input_count, results, result_count);
    const mica_attr *symbol = mica_string_attr_get(builder->context, mica_string_from(name));
    if (!type || !symbol)
        return NULL;
    mica_op *function =
        mica_func_func_build(builder, symbol, mica_type_attr_get(type), NULL, NULL, NULL);
    if (function)
        mica_builder_create_block(builder, mica_op_region(function, 0), NULL, inputs,
                                  input_count);
    return function;
}
