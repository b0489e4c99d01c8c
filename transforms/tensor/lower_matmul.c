// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Matrix multiplication by the five loops of BLIS, on tensors:
//
//   for columns of B by column_block                        (third cache)
//     for the depth by depth_block
//       pack B[depth, columns] into panels                  %b
//       for rows of A by row_block                          (second cache)
//         pack A[rows, depth] into panels                   %a
//         for panels of %b                                  (first cache)
//           for panels of %a
//             accumulators = C[rows x columns]              (registers)
//             for k in depth: accumulator[i] += %a[.., k, i] * %b[.., k, :]
//             C[rows x columns] = accumulators
//
// C is carried through all loops, so that bufferization finds it in place and the packs are the
// only copies. Loops of one iteration are left out by canonicalization. Rows that don't fill a
// panel are read from A as it is; columns that don't are read and written with bounds.
//
// Few rows do not pay for packing: A is read as it is when few panels of B pass by it, B (but a
// constant, packed beforehand) when few rows of A pass by it. What few rows leave unused of the
// registers goes to wider panels.
#include "transforms/tensor/contraction_internal.h"

typedef struct matmul_nest {
    mica_builder *builder;
    const micai_contraction_schedule *schedule;
    micai_matrix a, b;
    micai_matrix c; ///< its tensor is the current value of C
    int64_t m, n, k;
    const mica_type *element;
    const mica_type *row_type; ///< of an accumulator
    mica_value *zero, *one;
    mica_value *packed_constant;     ///< B in panels when it is a constant, else NULL
    mica_value *packed_a, *packed_b; ///< empty tensors to pack into; NULL: read as it is
} matmul_nest;

/// What the innermost loops work on.
typedef struct matmul_tile {
    int64_t rows;             ///< accumulators
    bool in_bounds;           ///< all columns exist
    mica_value *first_row;    ///< in C
    mica_value *first_column; ///< in C
    mica_value *depth;        ///< length of the innermost loop
    mica_value *first_depth;  ///< in A and in a constant B
    mica_value *a_panels;     ///< packed A, or NULL: read A as it is
    mica_value *a_panel;      ///< which panel of it
    mica_value *b_panels;     ///< packed B, or NULL: read B as it is
    mica_value *b_panel;
} matmul_tile;

static mica_value *element_of_a(matmul_nest *nest, const matmul_tile *tile, mica_value *k,
                                int64_t row)
{
    mica_builder *builder = nest->builder;
    mica_value *offset = micai_index(builder, row);
    if (tile->a_panels) {
        mica_value *const indices[] = {tile->a_panel, k, offset};
        return micai_tensor_extract(builder, tile->a_panels, indices, 3);
    }
    mica_value *indices[4];
    const size_t count =
        micai_matrix_indices(&nest->a, micai_index_add(builder, tile->first_row, offset),
                             micai_index_add(builder, tile->first_depth, k), indices);
    return micai_tensor_extract(builder, nest->a.tensor, indices, count);
}

/// Row k of B in the tile's columns.
static mica_value *row_of_b(matmul_nest *nest, const matmul_tile *tile, mica_value *k)
{
    mica_builder *builder = nest->builder;
    mica_value *indices[4];
    if (!tile->b_panels) {
        const size_t count =
            micai_matrix_indices(&nest->b, micai_index_add(builder, tile->first_depth, k),
                                 tile->first_column, indices);
        return micai_vector_read(builder, nest->row_type, nest->b.tensor, indices, count,
                                 tile->in_bounds);
    }
    if (nest->packed_constant)
        k = micai_index_add(builder, tile->first_depth, k);
    mica_value *const place[] = {tile->b_panel, k, nest->zero};
    return micai_vector_read(builder, nest->row_type, tile->b_panels, place, 3, true);
}

/// The accumulation over the depth: `accumulators` are replaced by their final values.
static void emit_depth_loop(matmul_nest *nest, const matmul_tile *tile,
                            mica_value **accumulators)
{
    mica_builder *builder = nest->builder;
    micai_loop loop;
    micai_loop_begin(&loop, builder, nest->zero, tile->depth, nest->one, accumulators,
                     (size_t)tile->rows);
    mica_value *b = row_of_b(nest, tile, loop.iv);
    mica_value *next[MICAI_CONTRACTION_MAX_ROWS];
    for (int64_t i = 0; i < tile->rows; ++i) {
        mica_value *a = micai_vector_broadcast(builder, nest->row_type,
                                               element_of_a(nest, tile, loop.iv, i));
        next[i] = micai_vector_multiply_add(builder, a, b, loop.carried[i]);
    }
    micai_loop_end(&loop, builder, next);
    memcpy(accumulators, loop.results, (size_t)tile->rows * sizeof *accumulators);
}

/// One register tile; nest->c.tensor becomes the updated C.
static void emit_tile(matmul_nest *nest, const matmul_tile *tile)
{
    mica_builder *builder = nest->builder;
    mica_value *accumulators[MICAI_CONTRACTION_MAX_ROWS];
    mica_value *indices[4];
    for (int64_t i = 0; i < tile->rows; ++i) {
        mica_value *row = micai_index_add(builder, tile->first_row, micai_index(builder, i));
        const size_t count = micai_matrix_indices(&nest->c, row, tile->first_column, indices);
        accumulators[i] = micai_vector_read(builder, nest->row_type, nest->c.tensor, indices,
                                            count, tile->in_bounds);
    }
    emit_depth_loop(nest, tile, accumulators);
    for (int64_t i = 0; i < tile->rows; ++i) {
        mica_value *row = micai_index_add(builder, tile->first_row, micai_index(builder, i));
        const size_t count = micai_matrix_indices(&nest->c, row, tile->first_column, indices);
        nest->c.tensor = micai_vector_write(builder, accumulators[i], nest->c.tensor, indices,
                                            count, tile->in_bounds);
    }
}

/// A block of the loops over panels of B: [first, last) of them.
typedef struct panel_range {
    mica_value *first, *last; ///< in the block
    mica_value *block_first;  ///< the block's first panel in B
    bool in_bounds;
} panel_range;

/// For each panel of B in the range: all panels of packed A, or `tile->rows` single rows.
static void emit_panels(matmul_nest *nest, matmul_tile tile, panel_range range,
                        mica_value *a_panel_count)
{
    mica_builder *builder = nest->builder;
    micai_loop columns, rows;
    micai_loop_begin(&columns, builder, range.first, range.last, nest->one, &nest->c.tensor, 1);
    mica_value *panel = micai_index_add(builder, range.block_first, columns.iv);
    tile.first_column = micai_index_mul(builder, panel, nest->schedule->columns);
    tile.b_panel = nest->packed_constant ? panel : columns.iv;
    tile.in_bounds = range.in_bounds;
    nest->c.tensor = columns.carried[0];
    if (a_panel_count) {
        mica_value *block_row = tile.first_row;
        micai_loop_begin(&rows, builder, nest->zero, a_panel_count, nest->one, &nest->c.tensor,
                         1);
        tile.a_panel = rows.iv;
        tile.first_row = micai_index_add(
            builder, block_row, micai_index_mul(builder, rows.iv, nest->schedule->rows));
        nest->c.tensor = rows.carried[0];
        emit_tile(nest, &tile);
        micai_loop_end(&rows, builder, &nest->c.tensor);
        nest->c.tensor = rows.results[0];
    } else {
        emit_tile(nest, &tile);
    }
    micai_loop_end(&columns, builder, &nest->c.tensor);
    nest->c.tensor = columns.results[0];
}

/// Full panels of the block, then the one that the last columns don't fill.
static void emit_column_panels(matmul_nest *nest, const matmul_tile *tile,
                               mica_value *block_first, mica_value *panels,
                               mica_value *a_panel_count)
{
    mica_builder *builder = nest->builder;
    const int64_t full = nest->n / nest->schedule->columns;
    panel_range range = {nest->zero, panels, block_first, true};
    if (nest->n % nest->schedule->columns == 0) {
        emit_panels(nest, *tile, range, a_panel_count);
        return;
    }
    range.last = micai_index_min(
        builder, panels, micai_index_sub(builder, micai_index(builder, full), block_first));
    if (full > 0)
        emit_panels(nest, *tile, range, a_panel_count);
    range.first = range.last;
    range.last = panels;
    range.in_bounds = false;
    emit_panels(nest, *tile, range, a_panel_count);
}

/// Packs panels [first, + panels) of A over the depth: [panel][k][row].
static mica_value *pack_a(matmul_nest *nest, const matmul_tile *tile, mica_value *first_row,
                          mica_value *panels)
{
    mica_builder *builder = nest->builder;
    const int64_t height = nest->schedule->rows;
    micai_loop over_panels, over_depth;
    micai_loop_begin(&over_panels, builder, nest->zero, panels, nest->one, &nest->packed_a, 1);
    mica_value *row =
        micai_index_add(builder, first_row, micai_index_mul(builder, over_panels.iv, height));
    micai_loop_begin(&over_depth, builder, nest->zero, tile->depth, nest->one,
                     over_panels.carried, 1);
    mica_value *packed = over_depth.carried[0];
    mica_value *column = micai_index_add(builder, tile->first_depth, over_depth.iv);
    for (int64_t i = 0; i < height; ++i) {
        mica_value *offset = micai_index(builder, i);
        mica_value *indices[4];
        const size_t count = micai_matrix_indices(
            &nest->a, micai_index_add(builder, row, offset), column, indices);
        mica_value *element = micai_tensor_extract(builder, nest->a.tensor, indices, count);
        mica_value *const place[] = {over_panels.iv, over_depth.iv, offset};
        packed = micai_tensor_insert(builder, element, packed, place, 3);
    }
    micai_loop_end(&over_depth, builder, &packed);
    micai_loop_end(&over_panels, builder, over_depth.results);
    return over_panels.results[0];
}

/// The loop over blocks of rows, for a block of columns and of the depth.
static void emit_row_blocks(matmul_nest *nest, matmul_tile tile, mica_value *block_first,
                            mica_value *panels)
{
    mica_builder *builder = nest->builder;
    const int64_t height = nest->schedule->rows;
    const int64_t full = nest->m / height;
    if (full > 0) {
        const int64_t per_block =
            nest->packed_a ? mica_type_shape(mica_value_type(nest->packed_a))[0] : full;
        micai_loop blocks;
        micai_loop_begin(&blocks, builder, nest->zero, micai_index(builder, full),
                         micai_index(builder, per_block), &nest->c.tensor, 1);
        nest->c.tensor = blocks.carried[0];
        mica_value *count = micai_index(builder, per_block);
        if (full % per_block)
            count = micai_index_min(
                builder, count,
                micai_index_sub(builder, micai_index(builder, full), blocks.iv));
        tile.rows = height;
        tile.first_row = micai_index_mul(builder, blocks.iv, height);
        tile.a_panels = nest->packed_a ? pack_a(nest, &tile, tile.first_row, count) : NULL;
        emit_column_panels(nest, &tile, block_first, panels, count);
        micai_loop_end(&blocks, builder, &nest->c.tensor);
        nest->c.tensor = blocks.results[0];
    }
    if (nest->m % height) {
        tile.rows = nest->m % height;
        tile.first_row = micai_index(builder, full * height);
        tile.a_panels = NULL;
        emit_column_panels(nest, &tile, block_first, panels, NULL);
    }
}

/// The loop over blocks of the depth, for a block of columns.
static void emit_depth_blocks(matmul_nest *nest, mica_value *block_first, mica_value *panels)
{
    mica_builder *builder = nest->builder;
    const int64_t block = micai_least(nest->schedule->depth_block, nest->k);
    micai_loop blocks;
    micai_loop_begin(&blocks, builder, nest->zero, micai_index(builder, nest->k),
                     micai_index(builder, block), &nest->c.tensor, 1);
    nest->c.tensor = blocks.carried[0];
    matmul_tile tile = {.depth = micai_index(builder, block), .first_depth = blocks.iv};
    if (nest->k % block)
        tile.depth =
            micai_index_min(builder, tile.depth,
                            micai_index_sub(builder, micai_index(builder, nest->k), blocks.iv));
    tile.b_panels = nest->packed_constant;
    if (nest->packed_b)
        tile.b_panels = micai_pack_columns(builder, &nest->b, nest->packed_b, blocks.iv,
                                           tile.depth, block_first, panels, nest->n);
    emit_row_blocks(nest, tile, block_first, panels);
    micai_loop_end(&blocks, builder, &nest->c.tensor);
    nest->c.tensor = blocks.results[0];
}

static mica_value *packing_space(matmul_nest *nest, int64_t panels, int64_t width)
{
    const int64_t shape[] = {panels, micai_least(nest->schedule->depth_block, nest->k), width};
    return micai_empty_tensor(nest->builder,
                              mica_tensor_type_get(nest->element, shape, 3, NULL));
}

/// How often a panel must be read to pay for packing it.
enum { FEW_PANELS = 2 };

static bool reads_b_directly(const matmul_nest *nest)
{
    return !nest->b.is_transposed && nest->m <= FEW_PANELS * nest->schedule->rows;
}

/// The whole nest for one matrix product; returns the updated C.
static mica_value *emit_matmul(matmul_nest *nest)
{
    mica_builder *builder = nest->builder;
    const micai_contraction_schedule *schedule = nest->schedule;
    const int64_t panels = micai_ceil_div(nest->n, schedule->columns);
    const int64_t per_block = micai_least(schedule->column_block / schedule->columns, panels);
    const int64_t a_panels = nest->m / schedule->rows;
    nest->zero = micai_index(builder, 0);
    nest->one = micai_index(builder, 1);
    if (!nest->packed_constant && !reads_b_directly(nest))
        nest->packed_b = packing_space(nest, per_block, schedule->columns);
    if (a_panels > 0 && panels > FEW_PANELS)
        nest->packed_a = packing_space(
            nest, micai_least(schedule->row_block / schedule->rows, a_panels), schedule->rows);
    micai_loop blocks;
    micai_loop_begin(&blocks, builder, nest->zero, micai_index(builder, panels),
                     micai_index(builder, per_block), &nest->c.tensor, 1);
    nest->c.tensor = blocks.carried[0];
    mica_value *count = micai_index(builder, per_block);
    if (panels % per_block)
        count = micai_index_min(
            builder, count, micai_index_sub(builder, micai_index(builder, panels), blocks.iv));
    emit_depth_blocks(nest, blocks.iv, count);
    micai_loop_end(&blocks, builder, &nest->c.tensor);
    return blocks.results[0];
}

/// The schedule for few rows: panels as wide as the registers allow, the depth in one block.
static micai_contraction_schedule fit_schedule(const micai_contraction_schedule *schedule,
                                               int64_t m, int64_t n, int64_t k)
{
    micai_contraction_schedule fitted = *schedule;
    if (m > schedule->rows)
        return fitted;
    fitted.depth_block = k;
    while (fitted.columns * 2 * m <= schedule->columns * schedule->rows && fitted.columns < n)
        fitted.columns *= 2;
    fitted.column_block =
        fitted.columns > fitted.column_block ? fitted.columns : fitted.column_block;
    return fitted;
}

/// B in panels when it is a constant, else NULL.
static mica_value *pack_constant_b(const matmul_nest *nest)
{
    const micai_constant_layout layout = {
        .depth = nest->k,
        .columns = nest->n,
        .depth_stride = nest->b.is_transposed ? 1 : nest->n,
        .column_stride = nest->b.is_transposed ? nest->k : 1,
    };
    return micai_pack_constant(nest->builder, nest->b.tensor, &layout, nest->schedule->columns);
}

bool micai_lower_matmul(mica_rewriter *rewriter, mica_op *op, micai_matmul_form form,
                        const micai_contraction_schedule *schedule)
{
    const size_t batch = form.is_batched ? 1 : 0;
    mica_value *a = mica_op_operand(op, 0), *b = mica_op_operand(op, 1);
    mica_value *c = mica_op_operand(op, 2);
    const int64_t *a_shape = mica_type_shape(mica_value_type(a)) + batch;
    const int64_t *c_shape = mica_type_shape(mica_value_type(c));
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_rewriter_set_before(rewriter, op);
    matmul_nest nest = {.builder = builder,
                        .a = {.tensor = a, .is_transposed = form.a_transposed},
                        .b = {.tensor = b, .is_transposed = form.b_transposed},
                        .c = {.tensor = c},
                        .m = c_shape[batch],
                        .n = c_shape[batch + 1],
                        .k = a_shape[form.a_transposed ? 0 : 1],
                        .element = mica_type_element(mica_value_type(c))};
    const micai_contraction_schedule fitted = fit_schedule(schedule, nest.m, nest.n, nest.k);
    nest.schedule = &fitted;
    nest.row_type = mica_vector_type_get(nest.element, &fitted.columns, NULL, 1);
    if (!form.is_batched) {
        nest.packed_constant = pack_constant_b(&nest);
        mica_value *result = emit_matmul(&nest);
        return mica_rewriter_replace_op(rewriter, op, &result, 1);
    }
    micai_loop batches;
    micai_loop_begin(&batches, builder, micai_index(builder, 0),
                     micai_index(builder, c_shape[0]), micai_index(builder, 1), &c, 1);
    micai_matrix *const matrices[] = {&nest.a, &nest.b, &nest.c};
    for (size_t i = 0; i < 3; ++i) {
        matrices[i]->prefix[0] = batches.iv;
        matrices[i]->prefix_count = 1;
    }
    nest.c.tensor = batches.carried[0];
    mica_value *updated = emit_matmul(&nest);
    micai_loop_end(&batches, builder, &updated);
    return mica_rewriter_replace_op(rewriter, op, batches.results, 1);
}
