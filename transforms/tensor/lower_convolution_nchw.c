// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// linalg.conv_2d_nchw_fchw on register tiles, without another layout:
//
//   pack the filter, a matrix of f x (c * kh * kw), into panels of `rows` filters
//   for n, for oh, for panels of the filter      (a filter larger than the cache: panels first)
//     for ow by columns
//       accumulators = out[n, f.., oh, ow..]
//       for c, kh, kw:
//         accumulator[i] += panel[c, kh, kw, i] * in[n, c, oh*sh + kh*dh, ow*sw + kw*dw ..]
//       out[n, f.., oh, ow..] = accumulators
//
// It is the matrix product filter * unfolded input, whose columns, neighbours in a row of the
// picture, lie side by side in the input itself when sw = 1. Otherwise a row of the unfolded
// input is packed for each oh, which all panels then read. Changing the picture's layout to
// channels last instead would have to be paid at each end of what keeps its layout.
#include "transforms/tensor/contraction_internal.h"

enum { BATCH, CHANNEL, HEIGHT, WIDTH }; // dimensions of input and output
enum { FILTER_OUT, FILTER_CHANNEL, FILTER_HEIGHT, FILTER_WIDTH };

typedef struct convolution_nest {
    mica_builder *builder;
    mica_value *input, *filter;
    mica_value *output;   ///< its current value
    mica_value *panels;   ///< the packed filter
    mica_value *unfolded; ///< a row of the unfolded input is packed there; NULL: read directly
    const mica_type *element;
    const int64_t *filter_shape, *output_shape;
    int64_t strides[2], dilations[2];
    int64_t rows;    ///< filters of a tile
    int64_t columns; ///< pixels of a tile
    int64_t depth;
    mica_value *zero, *one;
    mica_value *batch, *row; ///< n, oh
} convolution_nest;

/// One tile: `rows` filters from `panel` on, pixels from `first` on.
typedef struct convolution_tile {
    int64_t rows;
    const mica_type *vector;
    mica_value *panel, *first_filter, *first;
    bool in_bounds;
} convolution_tile;

static mica_value *input_row(const convolution_nest *nest, mica_value *filter_row)
{
    mica_builder *builder = nest->builder;
    return micai_index_add(builder, micai_index_mul(builder, nest->row, nest->strides[0]),
                           micai_index_mul(builder, filter_row, nest->dilations[0]));
}

static mica_value *input_column(const convolution_nest *nest, mica_value *column,
                                mica_value *filter_column)
{
    mica_builder *builder = nest->builder;
    return micai_index_add(builder, micai_index_mul(builder, column, nest->strides[1]),
                           micai_index_mul(builder, filter_column, nest->dilations[1]));
}

/// (c * kh + i) * kw + j
static mica_value *depth_index(const convolution_nest *nest, mica_value *c, mica_value *i,
                               mica_value *j)
{
    mica_builder *builder = nest->builder;
    mica_value *row = micai_index_add(
        builder, micai_index_mul(builder, c, nest->filter_shape[FILTER_HEIGHT]), i);
    return micai_index_add(builder,
                           micai_index_mul(builder, row, nest->filter_shape[FILTER_WIDTH]), j);
}

/// Loops over channels, filter rows and filter columns that carry `inits`.
typedef struct depth_loops {
    micai_loop loops[3];
} depth_loops;

static void begin_depth_loops(convolution_nest *nest, depth_loops *nested,
                              mica_value *const *inits, size_t count)
{
    for (size_t i = 0; i < 3; ++i) {
        micai_loop_begin(&nested->loops[i], nest->builder, nest->zero,
                         micai_index(nest->builder, nest->filter_shape[FILTER_CHANNEL + i]),
                         nest->one, inits, count);
        inits = nested->loops[i].carried;
    }
}

static void end_depth_loops(convolution_nest *nest, depth_loops *nested,
                            mica_value *const *yielded)
{
    for (size_t i = 3; i-- > 0;) {
        micai_loop_end(&nested->loops[i], nest->builder, yielded);
        yielded = nested->loops[i].results;
    }
}

/// The tile's pixels for one place of the filter.
static mica_value *pixels(convolution_nest *nest, const convolution_tile *tile,
                          const depth_loops *at, mica_value *depth)
{
    mica_builder *builder = nest->builder;
    mica_value *c = at->loops[0].iv, *i = at->loops[1].iv, *j = at->loops[2].iv;
    if (nest->unfolded) {
        mica_value *const place[] = {depth, tile->first};
        return micai_vector_read(builder, tile->vector, nest->unfolded, place, 2, true);
    }
    mica_value *const place[] = {nest->batch, c, input_row(nest, i),
                                 input_column(nest, tile->first, j)};
    return micai_vector_read(builder, tile->vector, nest->input, place, 4, tile->in_bounds);
}

static void output_place(const convolution_nest *nest, const convolution_tile *tile,
                         int64_t filter, mica_value *place[4])
{
    mica_builder *builder = nest->builder;
    place[BATCH] = nest->batch;
    place[CHANNEL] = micai_index_add(builder, tile->first_filter, micai_index(builder, filter));
    place[HEIGHT] = nest->row;
    place[WIDTH] = tile->first;
}

static void emit_tile(convolution_nest *nest, const convolution_tile *tile)
{
    mica_builder *builder = nest->builder;
    mica_value *sums[MICAI_CONTRACTION_MAX_ROWS], *next[MICAI_CONTRACTION_MAX_ROWS], *place[4];
    for (int64_t i = 0; i < tile->rows; ++i) {
        output_place(nest, tile, i, place);
        sums[i] =
            micai_vector_read(builder, tile->vector, nest->output, place, 4, tile->in_bounds);
    }
    depth_loops loops;
    begin_depth_loops(nest, &loops, sums, (size_t)tile->rows);
    mica_value *depth =
        depth_index(nest, loops.loops[0].iv, loops.loops[1].iv, loops.loops[2].iv);
    mica_value *row = pixels(nest, tile, &loops, depth);
    for (int64_t i = 0; i < tile->rows; ++i) {
        mica_value *const weight_place[] = {tile->panel, depth, micai_index(builder, i)};
        mica_value *weight = micai_tensor_extract(builder, nest->panels, weight_place, 3);
        next[i] = micai_vector_multiply_add(
            builder, micai_vector_broadcast(builder, tile->vector, weight), row,
            loops.loops[2].carried[i]);
    }
    end_depth_loops(nest, &loops, next);
    for (int64_t i = 0; i < tile->rows; ++i) {
        output_place(nest, tile, i, place);
        nest->output = micai_vector_write(builder, loops.loops[0].results[i], nest->output,
                                          place, 4, tile->in_bounds);
    }
}

/// All pixels of a row for one panel: whole tiles, then the rest in a tile that is as narrow as
/// it may be.
static void emit_columns(convolution_nest *nest, convolution_tile tile)
{
    mica_builder *builder = nest->builder;
    const int64_t width = nest->output_shape[WIDTH];
    const int64_t full = width / nest->columns * nest->columns;
    tile.vector = mica_vector_type_get(nest->element, &nest->columns, NULL, 1);
    tile.in_bounds = true;
    if (full > 0) {
        micai_loop loop;
        micai_loop_begin(&loop, builder, nest->zero, micai_index(builder, full),
                         micai_index(builder, nest->columns), &nest->output, 1);
        nest->output = loop.carried[0];
        tile.first = loop.iv;
        emit_tile(nest, &tile);
        micai_loop_end(&loop, builder, &nest->output);
        nest->output = loop.results[0];
    }
    if (full == width)
        return;
    int64_t narrow = nest->columns;
    while (narrow / 2 >= width - full && narrow % 2 == 0)
        narrow /= 2;
    tile.vector = mica_vector_type_get(nest->element, &narrow, NULL, 1);
    tile.first = micai_index(builder, full);
    tile.in_bounds = narrow == width - full;
    emit_tile(nest, &tile);
}

/// Packs row oh of the unfolded input: [c * kh * kw][ow].
static mica_value *unfold_row(convolution_nest *nest, mica_value *into)
{
    mica_builder *builder = nest->builder;
    depth_loops loops;
    micai_loop over_columns;
    begin_depth_loops(nest, &loops, &into, 1);
    mica_value *c = loops.loops[0].iv, *i = loops.loops[1].iv, *j = loops.loops[2].iv;
    micai_loop_begin(&over_columns, builder, nest->zero,
                     micai_index(builder, nest->output_shape[WIDTH]), nest->one,
                     loops.loops[2].carried, 1);
    mica_value *const from[] = {nest->batch, c, input_row(nest, i),
                                input_column(nest, over_columns.iv, j)};
    mica_value *pixel = micai_tensor_extract(builder, nest->input, from, 4);
    mica_value *const to[] = {depth_index(nest, c, i, j), over_columns.iv};
    mica_value *written = micai_tensor_insert(builder, pixel, over_columns.carried[0], to, 2);
    micai_loop_end(&over_columns, builder, &written);
    end_depth_loops(nest, &loops, over_columns.results);
    return loops.loops[0].results[0];
}

/// What is done for each panel of filters.
typedef void (*panel_fn)(convolution_nest *nest, convolution_tile tile);

/// Full panels of filters, then the one that is not.
static void for_each_panel(convolution_nest *nest, panel_fn emit)
{
    mica_builder *builder = nest->builder;
    const int64_t full = nest->filter_shape[FILTER_OUT] / nest->rows;
    const int64_t rest = nest->filter_shape[FILTER_OUT] % nest->rows;
    if (full > 0) {
        micai_loop loop;
        micai_loop_begin(&loop, builder, nest->zero, micai_index(builder, full), nest->one,
                         &nest->output, 1);
        nest->output = loop.carried[0];
        const convolution_tile tile = {
            .rows = nest->rows,
            .panel = loop.iv,
            .first_filter = micai_index_mul(builder, loop.iv, nest->rows),
        };
        emit(nest, tile);
        micai_loop_end(&loop, builder, &nest->output);
        nest->output = loop.results[0];
    }
    if (rest) {
        const convolution_tile tile = {
            .rows = rest,
            .panel = micai_index(builder, full),
            .first_filter = micai_index(builder, full * nest->rows),
        };
        emit(nest, tile);
    }
}

/// The loop over rows of the picture around what one panel does.
static void emit_rows_of_panel(convolution_nest *nest, convolution_tile tile)
{
    micai_loop rows;
    micai_loop_begin(&rows, nest->builder, nest->zero,
                     micai_index(nest->builder, nest->output_shape[HEIGHT]), nest->one,
                     &nest->output, 1);
    nest->row = rows.iv;
    nest->output = rows.carried[0];
    emit_columns(nest, tile);
    micai_loop_end(&rows, nest->builder, &nest->output);
    nest->output = rows.results[0];
}

/// The loop over rows of the picture around all panels.
static void emit_panels_of_rows(convolution_nest *nest, mica_value *space)
{
    micai_loop rows;
    micai_loop_begin(&rows, nest->builder, nest->zero,
                     micai_index(nest->builder, nest->output_shape[HEIGHT]), nest->one,
                     &nest->output, 1);
    nest->row = rows.iv;
    nest->output = rows.carried[0];
    if (space)
        nest->unfolded = unfold_row(nest, space);
    for_each_panel(nest, emit_columns);
    micai_loop_end(&rows, nest->builder, &nest->output);
    nest->output = rows.results[0];
}

/// The filter in panels of `rows` filters: [panel][c * kh * kw][row].
static mica_value *pack_filter(convolution_nest *nest)
{
    mica_builder *builder = nest->builder;
    const int64_t filters = nest->filter_shape[FILTER_OUT];
    const micai_constant_layout layout = {nest->depth, filters, 1, nest->depth};
    mica_value *constant = micai_pack_constant(builder, nest->filter, &layout, nest->rows);
    if (constant)
        return constant;
    const int64_t shape[] = {micai_ceil_div(filters, nest->rows), nest->depth, nest->rows};
    mica_value *into =
        micai_empty_tensor(builder, mica_tensor_type_get(nest->element, shape, 3, NULL));
    const micai_matrix matrix = {
        .tensor = micai_collapse_dims(builder, nest->filter, (const size_t[]){1, 3}, 2),
        .is_transposed = true};
    return micai_pack_columns(builder, &matrix, into, nest->zero,
                              micai_index(builder, nest->depth), nest->zero,
                              micai_index(builder, shape[0]), filters);
}

/// Narrow pictures get narrow tiles of more filters.
static void choose_tile(convolution_nest *nest, const micai_contraction_schedule *schedule)
{
    nest->rows = schedule->rows;
    nest->columns = schedule->columns;
    while (nest->columns % 2 == 0 && nest->columns / 2 >= nest->output_shape[WIDTH] &&
           nest->rows * 2 <= MICAI_CONTRACTION_MAX_ROWS) {
        nest->columns /= 2;
        nest->rows *= 2;
    }
}

/// A filter above this many bytes is read once for all rows of the picture, not once a row.
enum { CACHED_FILTER_BYTES = 256 * 1024 };

/// Space for a row of the unfolded input, NULL where it needs none.
static mica_value *unfolding_space(convolution_nest *nest)
{
    if (nest->strides[1] == 1)
        return NULL;
    const int64_t shape[] = {
        nest->depth, micai_ceil_div(nest->output_shape[WIDTH], nest->columns) * nest->columns};
    return micai_empty_tensor(nest->builder,
                              mica_tensor_type_get(nest->element, shape, 2, NULL));
}

bool micai_lower_convolution_nchw(mica_rewriter *rewriter, mica_op *op,
                                  const micai_contraction_schedule *schedule)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_rewriter_set_before(rewriter, op);
    convolution_nest nest = {.builder = builder,
                             .input = mica_op_operand(op, 0),
                             .filter = mica_op_operand(op, 1),
                             .output = mica_op_operand(op, 2),
                             .zero = micai_index(builder, 0),
                             .one = micai_index(builder, 1)};
    nest.filter_shape = mica_type_shape(mica_value_type(nest.filter));
    nest.output_shape = mica_type_shape(mica_value_type(nest.output));
    nest.element = mica_type_element(mica_value_type(nest.output));
    nest.depth = nest.filter_shape[FILTER_CHANNEL] * nest.filter_shape[FILTER_HEIGHT] *
                 nest.filter_shape[FILTER_WIDTH];
    micai_convolution_steps(op, "strides", nest.strides);
    micai_convolution_steps(op, "dilations", nest.dilations);
    choose_tile(&nest, schedule);
    nest.panels = pack_filter(&nest);
    mica_value *space = unfolding_space(&nest);
    const int64_t filter_bytes = nest.depth * nest.filter_shape[FILTER_OUT] *
                                 (int64_t)(mica_type_bit_width(nest.element) / 8);
    micai_loop batches;
    micai_loop_begin(&batches, builder, nest.zero,
                     micai_index(builder, nest.output_shape[BATCH]), nest.one, &nest.output, 1);
    nest.batch = batches.iv;
    nest.output = batches.carried[0];
    if (filter_bytes > CACHED_FILTER_BYTES && !space)
        for_each_panel(&nest, emit_rows_of_panel);
    else
        emit_panels_of_rows(&nest, space);
    micai_loop_end(&batches, builder, &nest.output);
    return mica_rewriter_replace_op(rewriter, op, batches.results, 1);
}
