// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The llvm dialect from C: its types in short form, and the few facts about LLVM IR that passes
// and the exporter share. Ops are in the generated dialects/llvm/llvm_ops.h.
//
//   const mica_type *pointer = mica_llvm_pointer_get(context, 0);
//   const mica_type *pair[] = {pointer, mica_integer_type_get(context, 64, MICA_SIGNLESS)};
//   const mica_type *descriptor = mica_llvm_struct_get(context, pair, 2, false);
#ifndef MICA_DIALECTS_LLVM_LLVM_H
#define MICA_DIALECTS_LLVM_LLVM_H

#include "ir/core/definition.h"

#ifdef __cplusplus
extern "C" {
#endif

MICA_API const mica_type *mica_llvm_void_get(mica_context *context);
MICA_API const mica_type *mica_llvm_pointer_get(mica_context *context, unsigned address_space);
MICA_API const mica_type *mica_llvm_array_get(const mica_type *element, int64_t size);
/// !llvm.vec<size x ptr> of this pointer type.
MICA_API const mica_type *mica_llvm_pointer_vector_get(const mica_type *pointer, int64_t size);
/// A literal struct.
MICA_API const mica_type *mica_llvm_struct_get(mica_context *context,
                                               const mica_type *const *body, size_t count,
                                               bool packed);
MICA_API const mica_type *mica_llvm_function_get(const mica_type *result,
                                                 const mica_type *const *inputs, size_t count,
                                                 bool var_arg);

MICA_API bool mica_llvm_type_is_void(const mica_type *type);
MICA_API bool mica_llvm_type_is_pointer(const mica_type *type);
MICA_API bool mica_llvm_type_is_array(const mica_type *type);
MICA_API bool mica_llvm_type_is_struct(const mica_type *type);
MICA_API bool mica_llvm_type_is_function(const mica_type *type);
/// A type that values, or functions, of LLVM IR can have. Index and memrefs, for example,
/// can't.
MICA_API bool mica_llvm_type_is_compatible(const mica_type *type);
MICA_API unsigned mica_llvm_pointer_address_space(const mica_type *type);
/// Of an array or !llvm.vec type.
MICA_API const mica_type *mica_llvm_array_element(const mica_type *type);
MICA_API int64_t mica_llvm_array_size(const mica_type *type);
MICA_API size_t mica_llvm_struct_count(const mica_type *type);
MICA_API const mica_type *mica_llvm_struct_member(const mica_type *type, size_t index);
MICA_API const mica_type *mica_llvm_function_result(const mica_type *type);
MICA_API size_t mica_llvm_function_input_count(const mica_type *type);
MICA_API const mica_type *mica_llvm_function_input(const mica_type *type, size_t index);
MICA_API bool mica_llvm_function_is_var_arg(const mica_type *type);
/// The member of a struct or array at a path of positions; NULL when there is none.
MICA_API const mica_type *mica_llvm_aggregate_member(const mica_type *type,
                                                     const int64_t *position, size_t count);
/// The element type of a 1-D vector or !llvm.vec; NULL for others.
MICA_API const mica_type *mica_llvm_vector_element(const mica_type *type);

/// #llvm.fastmath, #llvm.overflow, #llvm.linkage of the enums' values.
MICA_API const mica_attr *mica_llvm_fastmath_get(mica_context *context, int64_t flags);
MICA_API const mica_attr *mica_llvm_overflow_get(mica_context *context, int64_t flags);
MICA_API const mica_attr *mica_llvm_linkage_get(mica_context *context, int64_t linkage);

/// Stands for an operand in getelementptr's rawConstantIndices.
#define MICA_LLVM_DYNAMIC_INDEX INT32_MIN

#ifdef __cplusplus
}
#endif

#endif
