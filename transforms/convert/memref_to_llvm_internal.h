// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the files of finalize-memref-to-llvm share.
#ifndef MICA_TRANSFORMS_CONVERT_MEMREF_TO_LLVM_INTERNAL_H
#define MICA_TRANSFORMS_CONVERT_MEMREF_TO_LLVM_INTERNAL_H

#include "ir/rewrite/conversion.h"

/// Patterns of ops that make descriptors of memory that is there (memref_views_to_llvm.c).
bool micai_memref_views_to_llvm_add(mica_conversion *conversion);
/// memref.reshape (memref_reshape_to_llvm.c) and atomic ops (memref_atomics_to_llvm.c).
bool micai_memref_reshape_to_llvm_add(mica_conversion *conversion);
bool micai_memref_atomics_to_llvm_add(mica_conversion *conversion);
/// The unranked descriptor of a ranked memref, which is put on the stack.
mica_value *micai_unranked_descriptor(mica_builder *builder, const mica_type *type,
                                      const mica_type *memref, mica_value *value,
                                      const mica_type *index);
/// The number that a value is known to be: a constant, converted or not.
bool micai_constant_index(const mica_value *value, int64_t *number);

#endif
