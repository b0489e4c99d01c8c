// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Transfers of n-D vectors as one transfer for each row, all rows written out:
//
//   %v = vector.transfer_read %m[%i, %j], %pad {in_bounds = [true, true]} .. vector<2x4xf32>
//   ->
//   %init = vector.splat %pad
//   %a = vector.transfer_read %m[%i, %j], %pad .. vector<4xf32>
//   %b = vector.insert %a, %init [0]
//   %c = vector.transfer_read %m[%i + 1, %j], %pad .. vector<4xf32>
//   %v = vector.insert %c, %b [1]
//
// A row that may be out of bounds stands in an scf.if that gives the vector as it was.
#include "dialects/arith/arith_ops.h"
#include "transforms/convert/vector_transfer_internal.h"

typedef struct unroll_state {
    const micai_transfer_options *options;
    int64_t position[MICAI_TRANSFER_MOST_DIMS]; ///< of the row in the whole vector
    size_t depth;
    mica_value *vector; ///< what is written
} unroll_state;

static const mica_attr *position_attr(mica_builder *builder, const unroll_state *unrolling)
{
    return mica_i64_array_attr_get(builder->context, unrolling->position, unrolling->depth);
}

/// The mask of row `i`.
static void slice_mask(mica_builder *builder, const micai_transfer *whole, micai_transfer *row,
                       int64_t i)
{
    if (micai_transfer_masks_first(whole))
        row->mask = mica_op_result(
            mica_vector_extract_build(builder, whole->mask, NULL, 0,
                                      mica_i64_array_attr_get(builder->context, &i, 1)),
            0);
}

static bool is_small(const unroll_state *unrolling, const micai_transfer *transfer)
{
    return (int64_t)micai_transfer_rank(transfer) <= unrolling->options->target_rank;
}

/// `state` is the vector that is read so far, or the tensor that is written; NULL for memory.
static mica_value *unroll(mica_builder *builder, unroll_state *unrolling,
                          const micai_transfer *transfer, mica_value *state);

/// Row `unrolling->position` of the transfer, with its vector (of a write) at hand.
static mica_value *transfer_row(mica_builder *builder, unroll_state *unrolling,
                                const micai_transfer *row, mica_value *state)
{
    mica_op *made = micai_transfer_build(builder, row);
    if (!row->is_read)
        return state ? mica_op_result(made, 0) : NULL;
    return mica_op_result(mica_vector_insert_build(builder, mica_op_result(made, 0), state,
                                                   NULL, 0, position_attr(builder, unrolling)),
                          0);
}

static mica_value *unroll_slice(mica_builder *builder, unroll_state *unrolling,
                                const micai_transfer *transfer, mica_value *iv,
                                mica_value *state)
{
    micai_transfer row = micai_transfer_slice(builder, transfer, iv);
    const int64_t i = unrolling->position[unrolling->depth++];
    if (state && !row.is_read)
        row.source = state;
    if (is_small(unrolling, &row) && !row.is_read)
        row.vector =
            mica_op_result(mica_vector_extract_build(builder, unrolling->vector, NULL, 0,
                                                     position_attr(builder, unrolling)),
                           0);
    slice_mask(builder, transfer, &row, i);
    state = is_small(unrolling, &row) ? transfer_row(builder, unrolling, &row, state)
                                      : unroll(builder, unrolling, &row, state);
    unrolling->depth--;
    return state;
}

static mica_value *unroll(mica_builder *builder, unroll_state *unrolling,
                          const micai_transfer *transfer, mica_value *state)
{
    const int64_t count = mica_type_shape(transfer->type)[0];
    for (int64_t i = 0; i < count; i++) {
        mica_value *iv = mica_op_result(
            mica_arith_constant_build(builder, mica_index_attr_get(builder->context, i)), 0);
        micai_transfer_guard guard;
        micai_transfer_guard_begin(&guard, builder, transfer, iv,
                                   state ? mica_value_type(state) : NULL);
        unrolling->position[unrolling->depth] = i;
        mica_value *next = unroll_slice(builder, unrolling, transfer, iv, state);
        micai_transfer_guard_else(&guard, builder, next);
        state = micai_transfer_guard_end(&guard, builder, state);
    }
    return state;
}

static bool unroll_transfer(mica_rewriter *rewriter, mica_op *op, void *user)
{
    micai_transfer transfer;
    unroll_state unrolling = {.options = user};
    if (!micai_transfer_is_lowered(op, user, &transfer))
        return mica_rewriter_fail(rewriter, op, "the vector has the target rank");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    unrolling.vector = transfer.vector;
    const bool on_tensor = mica_type_is_tensor(mica_value_type(transfer.source));
    mica_value *state = NULL;
    if (transfer.is_read)
        state = mica_op_result(
            mica_vector_splat_build(builder, transfer.type, transfer.padding), 0);
    else if (on_tensor)
        state = transfer.source;
    mica_value *result = unroll(builder, &unrolling, &transfer, state);
    return result ? mica_rewriter_replace_op(rewriter, op, &result, 1)
                  : mica_rewriter_erase_op(rewriter, op);
}

bool micai_add_transfer_unrolling(mica_pattern_set *set, const micai_transfer_options *options)
{
    void *user = (void *)(uintptr_t)options; // handed back as it is, only read
    const mica_pattern patterns[] = {
        {"vector_unroll_transfer", "vector.transfer_read", 1, unroll_transfer, user},
        {"vector_unroll_transfer", "vector.transfer_write", 1, unroll_transfer, user},
    };
    return mica_pattern_set_add(set, patterns, 2);
}
