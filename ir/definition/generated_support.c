// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions behind generated accessors and builders.

#include "ir/definition/generated_support.h"

const mica_attr *mica_enum_attr_get(mica_context *context, const mica_enum_def *definition,
                                    const char *attr_full_name, int64_t value)
{
    char dialect[64];
    if (!attr_full_name)
        return mica_integer_attr_get(
            mica_integer_type_get(context, definition->width, MICA_SIGNLESS), value);
    const char *dot = strchr(attr_full_name, '.');
    const size_t length = (size_t)(dot - attr_full_name);
    if (length >= sizeof dialect)
        return NULL;
    memcpy(dialect, attr_full_name, length);
    dialect[length] = '\0';
    const mica_attr_def *found = mica_context_find_attr_def(context, dialect, dot + 1);
    const uint64_t word = (uint64_t)value;
    return found ? mica_attr_get(context, found, &word, 1) : NULL;
}

mica_op *mica_op_fill_implicit_regions(mica_op *op)
{
    const mica_op_def *definition = op ? mica_op_definition(op) : NULL;
    if (MICA_HOOK(definition, build_region))
        definition->hooks->build_region(op);
    return op;
}
