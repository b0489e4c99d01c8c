// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Transfers between vectors and memory as convert-vector-to-scf takes them apart: one transfer
// as a struct, the same with its first dimension fixed, and the condition under which that
// dimension is in bounds and not masked.
#ifndef MICA_TRANSFORMS_CONVERT_VECTOR_TRANSFER_INTERNAL_H
#define MICA_TRANSFORMS_CONVERT_VECTOR_TRANSFER_INTERNAL_H

#include "dialects/vector/vector_ops.h"
#include "ir/core/affine.h"
#include "ir/rewrite/pattern.h"
#include "ir/rewrite/rewriter.h"

enum { MICAI_TRANSFER_MOST_DIMS = 16 };

typedef struct micai_transfer_options {
    bool full_unroll;
    bool lower_tensors;
    int64_t target_rank; ///< vectors of at most this rank stay
} micai_transfer_options;

typedef struct micai_transfer {
    bool is_read;
    mica_value *source;  ///< what is read, or written to
    mica_value *vector;  ///< of a write
    mica_value *padding; ///< of a read
    mica_value *mask;    ///< may be NULL
    mica_value *indices[MICAI_TRANSFER_MOST_DIMS];
    size_t index_count;
    const mica_attr *map, *in_bounds;
    const mica_type *type; ///< of the vector
} micai_transfer;

/// False for other ops, for vectors of rank 0 and for more dimensions than fit.
bool micai_transfer_of(mica_op *op, micai_transfer *transfer);
/// The op at the builder's place.
mica_op *micai_transfer_build(mica_builder *builder, const micai_transfer *transfer);
/// The dimension of memory that dimension `index` of the vector runs along; false when it is
/// repeated.
bool micai_transfer_dim(const micai_transfer *transfer, size_t index, size_t *dim);
static inline size_t micai_transfer_rank(const micai_transfer *transfer)
{
    return mica_type_rank(transfer->type);
}
/// Is the first dimension of the vector a dimension of the mask that can be taken off it?
bool micai_transfer_masks_first(const micai_transfer *transfer);
/// The transfer of slice `iv` of the vector: indices, map, bounds and type. Vector and mask are
/// still those of the whole, but that a mask of one dimension which `iv` picked from is gone.
micai_transfer micai_transfer_slice(mica_builder *builder, const micai_transfer *transfer,
                                    mica_value *iv);
/// base + offset as one affine.apply, composed with those that made the two; or a constant.
mica_value *micai_affine_sum(mica_builder *builder, mica_value *base, mica_value *offset);

/// Code for slice `iv` alone: an scf.if around it where the slice may be out of bounds or
/// masked, nothing otherwise.
typedef struct micai_transfer_guard {
    mica_op *choice; ///< NULL: none needed
    mica_builder outside;
    mica_value *value; ///< what the taken code gives
} micai_transfer_guard;

/// Moves the builder to where the slice's code goes. `result` is its type; NULL: none.
void micai_transfer_guard_begin(micai_transfer_guard *guard, mica_builder *builder,
                                const micai_transfer *transfer, mica_value *iv,
                                const mica_type *result);
/// Ends that code with its value; true when the code of the other case follows.
bool micai_transfer_guard_else(micai_transfer_guard *guard, mica_builder *builder,
                               mica_value *value);
/// Ends the code of the other case, and moves the builder behind all. The value of either.
mica_value *micai_transfer_guard_end(micai_transfer_guard *guard, mica_builder *builder,
                                     mica_value *other);

/// Transposed and broadcast transfers become plain ones and ops on vectors
/// (vector_transfer_permutations.c).
bool micai_add_transfer_permutations(mica_pattern_set *set);
/// Row by row, in full (vector_transfer_unroll.c) or by loops over a buffer
/// (vector_transfer_loops.c).
bool micai_add_transfer_unrolling(mica_pattern_set *set, const micai_transfer_options *options);
bool micai_add_transfer_loops(mica_pattern_set *set, const micai_transfer_options *options);
/// Rows that are not contiguous in memory, element by element (vector_transfer_elements.c).
bool micai_add_transfer_elements(mica_pattern_set *set);
/// vector.print element by element (vector_print_to_loops.c).
bool micai_add_vector_printing(mica_pattern_set *set);
/// May the transfer be taken apart, with these options?
bool micai_transfer_is_lowered(mica_op *op, const micai_transfer_options *options,
                               micai_transfer *transfer);

#endif
