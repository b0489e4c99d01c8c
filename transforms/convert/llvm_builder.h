// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Short spellings for llvm ops, for the conversions to LLVM. Each inserts at the builder and
// returns the op's result.
#ifndef MICA_TRANSFORMS_CONVERT_LLVM_BUILDER_H
#define MICA_TRANSFORMS_CONVERT_LLVM_BUILDER_H

#include "dialects/llvm/llvm.h"
#include "ir/core/builder.h"

/// Any op: `result` NULL makes an op without results.
mica_op *micai_llvm_create(mica_builder *builder, const char *name, const mica_type *result,
                           mica_value *const *operands, size_t count);
/// The same; the result.
mica_value *micai_llvm_build(mica_builder *builder, const char *name, const mica_type *result,
                             mica_value *const *operands, size_t count);
mica_value *micai_llvm_unary(mica_builder *builder, const char *name, const mica_type *result,
                             mica_value *operand);
/// The result has the type of `lhs`.
mica_value *micai_llvm_binary(mica_builder *builder, const char *name, mica_value *lhs,
                              mica_value *rhs);

mica_value *micai_llvm_constant(mica_builder *builder, const mica_type *type,
                                const mica_attr *value);
/// llvm.mlir.constant(value : type) : type; the value in all lanes of a vector type
mica_value *micai_llvm_integer(mica_builder *builder, const mica_type *type, int64_t value);
/// llvm.mlir.constant(value : index) : type
mica_value *micai_llvm_index(mica_builder *builder, const mica_type *type, int64_t value);
mica_value *micai_llvm_undef(mica_builder *builder, const mica_type *type);
/// The zero of an integer, float or vector of them, as llvm.mlir.constant; of others,
/// llvm.mlir.zero.
mica_value *micai_llvm_zero(mica_builder *builder, const mica_type *type);

mica_value *micai_llvm_extract_value(mica_builder *builder, mica_value *container,
                                     const int64_t *position, size_t count);
mica_value *micai_llvm_insert_value(mica_builder *builder, mica_value *container,
                                    mica_value *value, const int64_t *position, size_t count);
mica_value *micai_llvm_extract_element(mica_builder *builder, mica_value *vector,
                                       mica_value *position);
mica_value *micai_llvm_insert_element(mica_builder *builder, mica_value *vector,
                                      mica_value *value, mica_value *position);
mica_value *micai_llvm_shuffle(mica_builder *builder, mica_value *a, mica_value *b,
                               const int32_t *mask, size_t count);
/// All lanes of a 1-D vector type hold `scalar`.
mica_value *micai_llvm_splat(mica_builder *builder, const mica_type *vector,
                             mica_value *scalar);

/// `predicate` as in llvm.icmp: 0 eq, 1 ne, 2 slt, 3 sle, 4 sgt, 5 sge, 6 ult, ...
mica_value *micai_llvm_compare(mica_builder *builder, int64_t predicate, mica_value *lhs,
                               mica_value *rhs);
mica_value *micai_llvm_select(mica_builder *builder, mica_value *condition, mica_value *on_true,
                              mica_value *on_false);

/// Address of element `index` of an array of `element` at `base`.
mica_value *micai_llvm_element_address(mica_builder *builder, const mica_type *element,
                                       mica_value *base, mica_value *index);
/// The same with constant indices.
mica_value *micai_llvm_member_address(mica_builder *builder, const mica_type *element,
                                      mica_value *base, const int32_t *indices, size_t count);
/// `alignment` in bytes; 0: that of the type.
mica_value *micai_llvm_load(mica_builder *builder, const mica_type *type, mica_value *address,
                            int64_t alignment);
void micai_llvm_store(mica_builder *builder, mica_value *value, mica_value *address,
                      int64_t alignment);
mica_value *micai_llvm_alloca(mica_builder *builder, const mica_type *element,
                              mica_value *count, int64_t alignment);
mica_value *micai_llvm_address_of(mica_builder *builder, const mica_type *pointer,
                                  mica_string symbol);
/// A call of a declared function; NULL when `result` is.
mica_value *micai_llvm_call(mica_builder *builder, mica_string callee, const mica_type *result,
                            mica_value *const *operands, size_t count);
void micai_llvm_branch(mica_builder *builder, mica_block *to, mica_value *const *operands,
                       size_t count);
/// Neither side passes operands.
void micai_llvm_conditional_branch(mica_builder *builder, mica_value *condition,
                                   mica_block *on_true, mica_block *on_false);

/// The llvm.func of that name in the module around `op`, declared at its start when it is not
/// there yet. NULL (with a diagnostic) when the name stands for something else.
mica_op *micai_llvm_declare_function(mica_builder *builder, mica_op *op, const char *name,
                                     const mica_type *type);

#endif
