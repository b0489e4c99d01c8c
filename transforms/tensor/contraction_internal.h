// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The CPU strategy for contractions: schedules, and what the lowerings of matmul and of
// convolution share. lower_contractions.c tells the whole story.
#ifndef MICA_TRANSFORMS_TENSOR_CONTRACTION_INTERNAL_H
#define MICA_TRANSFORMS_TENSOR_CONTRACTION_INTERNAL_H

#include "ir/core/context_internal.h"
#include "ir/rewrite/rewriter.h"
#include "transforms/tensor/loop_nest.h"

/// Sizes of the blocks, in elements (docs/cpu-strategy.md).
typedef struct micai_contraction_schedule {
    int64_t rows;         ///< mr: accumulators that a register tile holds, one row each
    int64_t columns;      ///< nr: elements of an accumulator
    int64_t row_block;    ///< mc: rows of A that stay in the second cache
    int64_t depth_block;  ///< kc: depth of a packed panel, in the first cache
    int64_t column_block; ///< nc: columns of B packed at once, in the third cache
} micai_contraction_schedule;

enum { MICAI_CONTRACTION_MAX_ROWS = 16 };

/// The schedule for an element type on a target with vectors of `vector_bits`.
micai_contraction_schedule micai_contraction_schedule_for(const mica_type *element,
                                                          int64_t vector_bits);

/// A matrix inside of a tensor: the last two dimensions after fixed leading indices, or the
/// transpose of these.
typedef struct micai_matrix {
    mica_value *tensor;
    mica_value *prefix[2];
    size_t prefix_count;
    bool is_transposed; ///< the tensor's last dimension is the matrix's row
} micai_matrix;

/// How a contraction's ops differ.
typedef struct micai_matmul_form {
    bool is_batched, a_transposed, b_transposed;
} micai_matmul_form;

/// Indices of element (row, column) of a matrix; returns their number.
size_t micai_matrix_indices(const micai_matrix *matrix, mica_value *row, mica_value *column,
                            mica_value *indices[4]);

/// Where the elements of a constant matrix lie in its bytes.
typedef struct micai_constant_layout {
    int64_t depth, columns;
    int64_t depth_stride, column_stride; ///< in elements
} micai_constant_layout;

/// Packs a constant at compile time into panels of `panel` columns, [panels][depth][panel], the
/// last one padded with zeros. NULL when the value is no constant or out of memory.
mica_value *micai_pack_constant(mica_builder *builder, mica_value *matrix,
                                const micai_constant_layout *layout, int64_t panel);
/// Packs at run time: rows [first_depth, + depth) and panels [first_panel, + panels) of
/// `matrix`, which has `columns` columns, into `into`, which is returned as it is afterwards.
/// What lies beyond the last column is not defined.
mica_value *micai_pack_columns(mica_builder *builder, const micai_matrix *matrix,
                               mica_value *into, mica_value *first_depth, mica_value *depth,
                               mica_value *first_panel, mica_value *panels, int64_t columns);
/// Joins dimensions of a static tensor: `groups[i]` of them make up dimension i of the result.
mica_value *micai_collapse_dims(mica_builder *builder, mica_value *tensor, const size_t *groups,
                                size_t count);

/// Replaces the op on static tensors by its loop nest. False, with a reason told to the
/// rewriter, when the strategy does not cover it.
bool micai_lower_matmul(mica_rewriter *rewriter, mica_op *op, micai_matmul_form form,
                        const micai_contraction_schedule *schedule);
/// linalg.conv_2d_nhwc_hwcf.
bool micai_lower_convolution(mica_rewriter *rewriter, mica_op *op,
                             const micai_contraction_schedule *schedule);
/// linalg.conv_2d_nchw_fchw.
bool micai_lower_convolution_nchw(mica_rewriter *rewriter, mica_op *op,
                                  const micai_contraction_schedule *schedule);
/// The attribute `name` of a convolution: two steps, 1 where it is not given.
void micai_convolution_steps(const mica_op *op, const char *name, int64_t steps[2]);

static inline int64_t micai_ceil_div(int64_t a, int64_t b)
{
    return (a + b - 1) / b;
}
static inline int64_t micai_least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

#endif
