// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Transfers of n-D vectors as loops over rows. A vector can't be indexed by a loop's variable,
// so that it lies in a buffer meanwhile:
//
//   %v = vector.transfer_read %m[%i, %j], %pad .. vector<3x4xf32>
//   ->
//   %buffer = memref.alloca() : memref<vector<3x4xf32>>
//   %rows = vector.type_cast %buffer : .. to memref<3xvector<4xf32>>
//   scf.for %k = 0 to 3 {
//     %row = vector.transfer_read %m[%i + %k, %j], %pad .. vector<4xf32>
//     memref.store %row, %rows[%k]
//   }
//   %v = memref.load %buffer[]
//
// Masks go the same way. Writes to tensors carry the tensor through the loops.
#include "dialects/arith/arith_ops.h"
#include "dialects/memref/memref_ops.h"
#include "dialects/scf/scf_ops.h"
#include "ir/core/traits.h"
#include "transforms/convert/vector_transfer_internal.h"
#include "transforms/tensor/loop_nest.h"

/// Rows of a vector in memory: memref<2x3xvector<4x5xf32>> at two indices.
typedef struct row_buffer {
    mica_value *memref; ///< NULL: no buffer
    mica_value *indices[MICAI_TRANSFER_MOST_DIMS];
    size_t count;
} row_buffer;

// ---- buffers
// ---------------------------------------------------------------------------------

/// The first block of the op around that gives stack memory back.
static mica_block *allocation_block(mica_op *op)
{
    mica_op *scope = mica_op_parent(op);
    while (scope && !mica_op_has_trait(scope, MICA_TRAIT_AUTOMATIC_ALLOCATION_SCOPE))
        scope = mica_op_parent(scope);
    return scope ? mica_region_first(mica_op_region(scope, 0)) : mica_op_block(op);
}

static mica_value *allocate(const mica_builder *builder, mica_op *before, mica_block *block,
                            const mica_type *vector)
{
    mica_builder start = *builder;
    start.block = block;
    start.before = before;
    const mica_type *type = mica_memref_type_get(vector, NULL, 0, NULL, NULL);
    mica_op *alloca_op = mica_memref_alloca_build(&start, type, NULL, 0, NULL, 0, NULL);
    return mica_op_result(alloca_op, 0);
}

/// memref<AxBxvector<CxDxf32>> seen as memref<AxBxCxvector<Dxf32>>.
static mica_value *unpack(mica_builder *builder, mica_value *memref)
{
    int64_t shape[2 * MICAI_TRANSFER_MOST_DIMS];
    const mica_type *type = mica_value_type(memref), *vector = mica_type_element(type);
    const size_t rank = mica_type_rank(type), inner = mica_type_rank(vector);
    bool scalable[MICAI_TRANSFER_MOST_DIMS];
    for (size_t i = 0; i < rank; i++)
        shape[i] = mica_type_shape(type)[i];
    shape[rank] = mica_type_shape(vector)[0];
    for (size_t i = 1; i < inner; i++)
        scalable[i - 1] = mica_vector_type_dim_is_scalable(vector, i);
    const mica_type *row = mica_vector_type_get(
        mica_type_element(vector), mica_type_shape(vector) + 1, scalable, inner - 1);
    const mica_type *to = mica_memref_type_get(row, shape, rank + 1, NULL, NULL);
    return mica_op_result(mica_vector_type_cast_build(builder, to, memref), 0);
}

static row_buffer row_at(const row_buffer *rows, mica_value *memref, mica_value *iv)
{
    row_buffer row = *rows;
    row.memref = memref;
    row.indices[row.count++] = iv;
    return row;
}

static mica_value *load(mica_builder *builder, const row_buffer *row)
{
    return mica_op_result(
        mica_memref_load_build(builder, row->memref, row->indices, row->count, NULL), 0);
}

static void store(mica_builder *builder, mica_value *value, const row_buffer *row)
{
    mica_memref_store_build(builder, value, row->memref, row->indices, row->count, NULL);
}

// ---- loops
// -----------------------------------------------------------------------------------

typedef struct loop_lowering {
    const micai_transfer_options *options;
    mica_builder *builder;
} loop_lowering;

static mica_value *lower(const loop_lowering *lowering, const micai_transfer *transfer,
                         const row_buffer *data, const row_buffer *mask, mica_value *state);

/// One row, whose place in the buffers is known.
static mica_value *lower_row(const loop_lowering *lowering, micai_transfer *row,
                             const row_buffer *data, const row_buffer *mask, mica_value *state)
{
    mica_builder *builder = lowering->builder;
    if ((int64_t)micai_transfer_rank(row) > lowering->options->target_rank)
        return lower(lowering, row, data, mask, state);
    if (!row->is_read)
        row->vector = load(builder, data);
    if (row->mask)
        row->mask = load(builder, mask);
    mica_op *made = micai_transfer_build(builder, row);
    if (row->is_read)
        store(builder, mica_op_result(made, 0), data);
    return state ? mica_op_result(made, 0) : NULL;
}

/// What the row of the buffer is when it is out of bounds.
static void pad_row(mica_builder *builder, const micai_transfer *transfer,
                    const row_buffer *data)
{
    if (!transfer->is_read)
        return;
    const mica_type *row = mica_type_element(mica_value_type(data->memref));
    store(builder, mica_op_result(mica_vector_splat_build(builder, row, transfer->padding), 0),
          data);
}

/// `state` is the tensor that is written; NULL for memory and reads.
static mica_value *lower(const loop_lowering *lowering, const micai_transfer *transfer,
                         const row_buffer *data, const row_buffer *mask, mica_value *state)
{
    mica_builder *builder = lowering->builder;
    const bool masks_first = micai_transfer_masks_first(transfer);
    mica_value *rows = unpack(builder, data->memref);
    mica_value *masks = masks_first ? unpack(builder, mask->memref) : NULL;
    mica_value *zero = micai_index(builder, 0);
    mica_value *end = micai_index(builder, mica_type_shape(transfer->type)[0]);
    micai_loop loop;
    micai_loop_begin(&loop, builder, zero, end, micai_index(builder, 1), &state, state != NULL);
    mica_value *carried = state ? loop.carried[0] : NULL;
    micai_transfer inside = *transfer;
    if (state)
        inside.source = carried;
    // A mask of one dimension that is left is looked at element by element.
    if (transfer->mask && !masks_first)
        inside.mask = load(builder, mask);
    micai_transfer_guard guard;
    micai_transfer_guard_begin(&guard, builder, &inside, loop.iv,
                               state ? mica_value_type(state) : NULL);
    micai_transfer row = micai_transfer_slice(builder, &inside, loop.iv);
    const row_buffer row_data = row_at(data, rows, loop.iv);
    const row_buffer row_mask = masks_first ? row_at(mask, masks, loop.iv) : *mask;
    mica_value *next = lower_row(lowering, &row, &row_data, &row_mask, carried);
    if (micai_transfer_guard_else(&guard, builder, next))
        pad_row(builder, transfer, &row_data);
    next = micai_transfer_guard_end(&guard, builder, carried);
    micai_loop_end(&loop, builder, &next);
    return state ? loop.results[0] : NULL;
}

static bool lower_transfer(mica_rewriter *rewriter, mica_op *op, void *user)
{
    micai_transfer transfer;
    if (!micai_transfer_is_lowered(op, user, &transfer))
        return mica_rewriter_fail(rewriter, op, "the vector has the target rank");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const loop_lowering lowering = {user, builder};
    mica_block *block = allocation_block(op);
    mica_op *first = mica_block_first(block);
    row_buffer data = {.memref = allocate(builder, first, block, transfer.type)};
    row_buffer mask = {.memref = NULL};
    if (transfer.mask) {
        mask.memref = allocate(builder, first, block, mica_value_type(transfer.mask));
        store(builder, transfer.mask, &mask);
    }
    if (!transfer.is_read)
        store(builder, transfer.vector, &data);
    const bool on_tensor = mica_type_is_tensor(mica_value_type(transfer.source));
    mica_value *state = on_tensor && !transfer.is_read ? transfer.source : NULL;
    mica_value *result = lower(&lowering, &transfer, &data, &mask, state);
    if (transfer.is_read)
        result = load(builder, &data);
    return result ? mica_rewriter_replace_op(rewriter, op, &result, 1)
                  : mica_rewriter_erase_op(rewriter, op);
}

bool micai_add_transfer_loops(mica_pattern_set *set, const micai_transfer_options *options)
{
    void *user = (void *)(uintptr_t)options; // handed back as it is, only read
    const mica_pattern patterns[] = {
        {"vector_transfer_to_loops", "vector.transfer_read", 1, lower_transfer, user},
        {"vector_transfer_to_loops", "vector.transfer_write", 1, lower_transfer, user},
    };
    return mica_pattern_set_add(set, patterns, 2);
}
