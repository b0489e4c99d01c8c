// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the headers that mica-gen makes need besides the core: runs of values by spec,
// attributes that hold enums, and the entry of a dialect in the library's table.
#ifndef MICA_IR_DEFINITION_GENERATED_SUPPORT_H
#define MICA_IR_DEFINITION_GENERATED_SUPPORT_H

#include "ir/definition/loader.h"

#ifdef __cplusplus
extern "C" {
#endif

/// ir/text/assembly_program.h
typedef struct mica_directive mica_directive;

/// Value `index` of operand spec `spec`; NULL beyond its end.
static inline mica_value *mica_op_operand_of(const mica_op *op, size_t spec, size_t index)
{
    size_t start, count;
    mica_op_operand_range(op, spec, &start, &count);
    return index < count ? mica_op_operand(op, start + index) : NULL;
}
static inline size_t mica_op_operand_count_of(const mica_op *op, size_t spec)
{
    size_t start, count;
    mica_op_operand_range(op, spec, &start, &count);
    return count;
}
static inline mica_value *mica_op_result_of(const mica_op *op, size_t spec, size_t index)
{
    size_t start, count;
    mica_op_result_range(op, spec, &start, &count);
    return index < count ? mica_op_result(op, start + index) : NULL;
}
static inline size_t mica_op_result_count_of(const mica_op *op, size_t spec)
{
    size_t start, count;
    mica_op_result_range(op, spec, &start, &count);
    return count;
}

/// The attribute that holds an enum's value: an integer, or (full name "dialect.attr") the
/// attribute of that definition in the context. NULL when that dialect is not registered.
MICA_API const mica_attr *mica_enum_attr_get(mica_context *context,
                                             const mica_enum_def *definition,
                                             const char *attr_full_name, int64_t value);
/// Fills the implicit regions of a new op with its hook; returns the op (NULL for NULL).
MICA_API mica_op *mica_op_fill_implicit_regions(mica_op *op);

#ifdef __cplusplus
}
#endif

#endif
