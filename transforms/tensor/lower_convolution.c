// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// linalg.conv_2d_nhwc_hwcf as a direct convolution on register tiles:
//
//   pack the filter, a matrix of (kh * kw * c) x f, into panels of f    (once; at compile time
//   for n, for oh                                                        when it is a constant)
//     for ow by rows, for panels of f
//       accumulators = out[n, oh, ow.., f..]
//       for kh, kw, c:
//         accumulator[i] += in[n, oh*sh + kh*dh, (ow+i)*sw + kw*dw, c] * panel[kh, kw, c, :]
//       out[n, oh, ow.., f..] = accumulators
//
// The input needs no packing: along c it is contiguous, and the few rows that a tile reads stay
// in the first cache for all panels. Unfolding it into a matrix first would copy kh * kw times
// as much.
#include "transforms/tensor/contraction_internal.h"

enum { BATCH, HEIGHT, WIDTH, CHANNEL }; // dimensions of input and output
enum { FILTER_HEIGHT, FILTER_WIDTH, FILTER_CHANNEL, FILTER_OUT };

typedef struct convolution_nest {
    mica_builder *builder;
    const micai_contraction_schedule *schedule;
    mica_value *input;
    mica_value *output; ///< its current value
    mica_value *panels; ///< the packed filter
    const int64_t *filter_shape, *output_shape;
    int64_t strides[2], dilations[2];
    const mica_type *row_type;
    mica_value *zero, *one;
    mica_value *batch, *row; ///< n, oh
} convolution_nest;

/// Accumulates over the channels of one filter position.
static void emit_channel_loop(convolution_nest *nest, int64_t rows, mica_value *in_row,
                              mica_value *const *in_columns, mica_value *panel,
                              mica_value *first_depth, mica_value *const *inits,
                              mica_value **results)
{
    mica_builder *builder = nest->builder;
    micai_loop loop;
    micai_loop_begin(&loop, builder, nest->zero,
                     micai_index(builder, nest->filter_shape[FILTER_CHANNEL]), nest->one, inits,
                     (size_t)rows);
    mica_value *const place[] = {panel, micai_index_add(builder, first_depth, loop.iv),
                                 nest->zero};
    mica_value *weights =
        micai_vector_read(builder, nest->row_type, nest->panels, place, 3, true);
    mica_value *next[MICAI_CONTRACTION_MAX_ROWS];
    for (int64_t i = 0; i < rows; ++i) {
        mica_value *const indices[] = {nest->batch, in_row, in_columns[i], loop.iv};
        mica_value *pixel = micai_vector_broadcast(
            builder, nest->row_type, micai_tensor_extract(builder, nest->input, indices, 4));
        next[i] = micai_vector_multiply_add(builder, pixel, weights, loop.carried[i]);
    }
    micai_loop_end(&loop, builder, next);
    memcpy(results, loop.results, (size_t)rows * sizeof *results);
}

/// Accumulates over all filter positions; `accumulators` become the final values.
static void emit_filter_loops(convolution_nest *nest, int64_t rows, mica_value *first_column,
                              mica_value *panel, mica_value **accumulators)
{
    mica_builder *builder = nest->builder;
    const int64_t channels = nest->filter_shape[FILTER_CHANNEL];
    const int64_t width = nest->filter_shape[FILTER_WIDTH];
    micai_loop over_rows, over_columns;
    micai_loop_begin(&over_rows, builder, nest->zero,
                     micai_index(builder, nest->filter_shape[FILTER_HEIGHT]), nest->one,
                     accumulators, (size_t)rows);
    mica_value *in_row =
        micai_index_add(builder, micai_index_mul(builder, nest->row, nest->strides[0]),
                        micai_index_mul(builder, over_rows.iv, nest->dilations[0]));
    micai_loop_begin(&over_columns, builder, nest->zero, micai_index(builder, width), nest->one,
                     over_rows.carried, (size_t)rows);
    mica_value *offset = micai_index_mul(builder, over_columns.iv, nest->dilations[1]);
    mica_value *in_columns[MICAI_CONTRACTION_MAX_ROWS];
    for (int64_t i = 0; i < rows; ++i) {
        mica_value *column = micai_index_add(builder, first_column, micai_index(builder, i));
        in_columns[i] = micai_index_add(
            builder, micai_index_mul(builder, column, nest->strides[1]), offset);
    }
    mica_value *position = micai_index_add(
        builder, micai_index_mul(builder, over_rows.iv, width), over_columns.iv);
    mica_value *next[MICAI_CONTRACTION_MAX_ROWS];
    emit_channel_loop(nest, rows, in_row, in_columns, panel,
                      micai_index_mul(builder, position, channels), over_columns.carried, next);
    micai_loop_end(&over_columns, builder, next);
    micai_loop_end(&over_rows, builder, over_columns.results);
    memcpy(accumulators, over_rows.results, (size_t)rows * sizeof *accumulators);
}

static void emit_tile(convolution_nest *nest, int64_t rows, mica_value *first_column,
                      mica_value *panel, bool in_bounds)
{
    mica_builder *builder = nest->builder;
    mica_value *accumulators[MICAI_CONTRACTION_MAX_ROWS];
    mica_value *places[MICAI_CONTRACTION_MAX_ROWS][4];
    for (int64_t i = 0; i < rows; ++i) {
        mica_value *const place[] = {
            nest->batch, nest->row,
            micai_index_add(builder, first_column, micai_index(builder, i)),
            micai_index_mul(builder, panel, nest->schedule->columns)};
        memcpy(places[i], place, sizeof place);
        accumulators[i] =
            micai_vector_read(builder, nest->row_type, nest->output, place, 4, in_bounds);
    }
    emit_filter_loops(nest, rows, first_column, panel, accumulators);
    for (int64_t i = 0; i < rows; ++i)
        nest->output =
            micai_vector_write(builder, accumulators[i], nest->output, places[i], 4, in_bounds);
}

/// All panels of output channels for `rows` pixels: the full ones, then the one that is not.
static void emit_panels(convolution_nest *nest, int64_t rows, mica_value *first_column)
{
    mica_builder *builder = nest->builder;
    const int64_t channels = nest->filter_shape[FILTER_OUT];
    const int64_t full = channels / nest->schedule->columns;
    if (full > 0) {
        micai_loop loop;
        micai_loop_begin(&loop, builder, nest->zero, micai_index(builder, full), nest->one,
                         &nest->output, 1);
        nest->output = loop.carried[0];
        emit_tile(nest, rows, first_column, loop.iv, true);
        micai_loop_end(&loop, builder, &nest->output);
        nest->output = loop.results[0];
    }
    if (channels % nest->schedule->columns)
        emit_tile(nest, rows, first_column, micai_index(builder, full), false);
}

static void emit_row(convolution_nest *nest)
{
    mica_builder *builder = nest->builder;
    const int64_t width = nest->output_shape[WIDTH];
    const int64_t rows = nest->schedule->rows;
    const int64_t full = width / rows * rows;
    if (full > 0) {
        micai_loop loop;
        micai_loop_begin(&loop, builder, nest->zero, micai_index(builder, full),
                         micai_index(builder, rows), &nest->output, 1);
        nest->output = loop.carried[0];
        emit_panels(nest, rows, loop.iv);
        micai_loop_end(&loop, builder, &nest->output);
        nest->output = loop.results[0];
    }
    if (width % rows)
        emit_panels(nest, width % rows, micai_index(builder, full));
}

static mica_value *pack_filter(convolution_nest *nest, mica_value *filter)
{
    mica_builder *builder = nest->builder;
    const int64_t *shape = nest->filter_shape;
    const int64_t depth = shape[FILTER_HEIGHT] * shape[FILTER_WIDTH] * shape[FILTER_CHANNEL];
    const int64_t width = nest->schedule->columns;
    const micai_constant_layout layout = {depth, shape[FILTER_OUT], shape[FILTER_OUT], 1};
    mica_value *constant = micai_pack_constant(builder, filter, &layout, width);
    if (constant)
        return constant;
    const int64_t packed[] = {micai_ceil_div(shape[FILTER_OUT], width), depth, width};
    mica_value *into = micai_empty_tensor(
        builder, mica_tensor_type_get(mica_type_element(nest->row_type), packed, 3, NULL));
    const micai_matrix source = {
        .tensor = micai_collapse_dims(builder, filter, (const size_t[]){3, 1}, 2)};
    return micai_pack_columns(builder, &source, into, nest->zero, micai_index(builder, depth),
                              nest->zero, micai_index(builder, packed[0]), shape[FILTER_OUT]);
}

void micai_convolution_steps(const mica_op *op, const char *name, int64_t steps[2])
{
    const mica_attr *attr = mica_op_attr(op, name);
    for (int64_t i = 0; i < 2; ++i) {
        steps[i] = 1;
        if (mica_attr_is(attr, MICA_ATTR_DENSE_ELEMENTS))
            steps[i] = mica_integer_attr_value(mica_dense_elements_attr_element(attr, i));
    }
}

bool micai_lower_convolution(mica_rewriter *rewriter, mica_op *op,
                             const micai_contraction_schedule *schedule)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_rewriter_set_before(rewriter, op);
    mica_value *filter = mica_op_operand(op, 1);
    convolution_nest nest = {.builder = builder,
                             .schedule = schedule,
                             .input = mica_op_operand(op, 0),
                             .output = mica_op_operand(op, 2),
                             .filter_shape = mica_type_shape(mica_value_type(filter)),
                             .zero = micai_index(builder, 0),
                             .one = micai_index(builder, 1)};
    const mica_type *output = mica_value_type(nest.output);
    nest.output_shape = mica_type_shape(output);
    nest.row_type =
        mica_vector_type_get(mica_type_element(output), &schedule->columns, NULL, 1);
    micai_convolution_steps(op, "strides", nest.strides);
    micai_convolution_steps(op, "dilations", nest.dilations);
    nest.panels = pack_filter(&nest, filter);
    micai_loop batches, rows;
    micai_loop_begin(&batches, builder, nest.zero,
                     micai_index(builder, nest.output_shape[BATCH]), nest.one, &nest.output, 1);
    nest.batch = batches.iv;
    micai_loop_begin(&rows, builder, nest.zero, micai_index(builder, nest.output_shape[HEIGHT]),
                     nest.one, batches.carried, 1);
    nest.row = rows.iv;
    nest.output = rows.carried[0];
    emit_row(&nest);
    micai_loop_end(&rows, builder, &nest.output);
    micai_loop_end(&batches, builder, rows.results);
    return mica_rewriter_replace_op(rewriter, op, batches.results, 1);
}
