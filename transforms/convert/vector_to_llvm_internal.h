// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the files of convert-vector-to-llvm share. A vector is an LLVM vector, or nested arrays
// of them (llvm_lowering.h): a row is one of the 1-D vectors, at a position of the outer
// dimensions; an element is at a full position.
#ifndef MICA_TRANSFORMS_CONVERT_VECTOR_TO_LLVM_INTERNAL_H
#define MICA_TRANSFORMS_CONVERT_VECTOR_TO_LLVM_INTERNAL_H

#include "transforms/convert/llvm_lowering.h"

enum { MICAI_VECTOR_MAX_RANK = 16 };

/// Positions in row-major order: start with zeros; false after the last.
bool micai_next_position(int64_t *position, const int64_t *shape, size_t rank);

mica_value *micai_vector_row(mica_builder *builder, mica_value *vector, const int64_t *position,
                             size_t rank);
mica_value *micai_vector_set_row(mica_builder *builder, mica_value *vector, mica_value *row,
                                 const int64_t *position, size_t rank);
/// `position` has one entry for each dimension; none: the only element of a 0-D vector.
mica_value *micai_vector_element(mica_builder *builder, mica_value *vector,
                                 const int64_t *position, size_t rank);
mica_value *micai_vector_set_element(mica_builder *builder, mica_value *vector,
                                     mica_value *element, const int64_t *position, size_t rank);
/// Lane numbers as constants.
mica_value *micai_lane_number(mica_builder *builder, int64_t lane);
/// 0, 1, 2, ... in a vector of this integer type.
mica_value *micai_vector_iota(mica_builder *builder, const mica_type *type);

/// #vector.kind: a bit each.
enum {
    MICAI_COMBINE_ADD = 1,
    MICAI_COMBINE_MUL = 2,
    MICAI_COMBINE_MINUI = 4,
    MICAI_COMBINE_MINSI = 8,
    MICAI_COMBINE_MINNUMF = 16,
    MICAI_COMBINE_MAXUI = 32,
    MICAI_COMBINE_MAXSI = 64,
    MICAI_COMBINE_MAXNUMF = 128,
    MICAI_COMBINE_AND = 256,
    MICAI_COMBINE_OR = 512,
    MICAI_COMBINE_XOR = 1024,
    MICAI_COMBINE_MINIMUMF = 2048,
    MICAI_COMBINE_MAXIMUMF = 4096,
};

/// Combines two scalars or rows by a combining kind.
/// NULL: the kind does not fit the type.
mica_value *micai_combine(mica_builder *builder, int64_t kind, mica_value *a, mica_value *b,
                          const mica_attr *fastmath);
/// Value of a `kind` attribute.
int64_t micai_combining_kind(const mica_op *op);

/// Patterns by file.
bool micai_vector_memory_to_llvm_add(mica_conversion *conversion);
bool micai_vector_reductions_to_llvm_add(mica_conversion *conversion, bool reassociate);
bool micai_vector_shapes_to_llvm_add(mica_conversion *conversion);
bool micai_vector_lanes_to_llvm_add(mica_conversion *conversion);
bool micai_vector_mask_to_llvm_add(mica_conversion *conversion);

#endif
