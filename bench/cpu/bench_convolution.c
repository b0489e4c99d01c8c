// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// linalg.conv_2d_nhwc_hwcf on 1x58x58x64 f32 with a constant filter of 3x3x64x64, no padding,
// and the same as conv_2d_nchw_fchw, against oneDNN's convolution on one core: once with the
// layouts that oneDNN chooses for input, weights and output (all reordering outside of what is
// timed), once with input and output in plain NHWC. Mica's functions take a cleared output and
// add to it; oneDNN overwrites. Results are checked against naive loops in double precision.
#include "bench/cpu/kernel_jit.h"

#include <oneapi/dnnl/dnnl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IN = 58, OUT = 56, CHANNELS = 64, FILTERS = 64, TAPS = 3 };
#define INPUT_COUNT ((size_t)IN * IN * CHANNELS)
#define OUTPUT_COUNT ((size_t)OUT * OUT * FILTERS)
#define FILTER_COUNT ((size_t)TAPS * TAPS * CHANNELS * FILTERS)

// ---- Mica
// ------------------------------------------------------------------------------------

/// A convolution in one of the two layouts, as text around the filter's bytes.
typedef struct kernel_form {
    const char *head, *tail;
} kernel_form;

static const kernel_form nhwc = {
    "func.func @convolution(%x: tensor<1x58x58x64xf32>, %y: tensor<1x56x56x64xf32>)"
    "    -> tensor<1x56x56x64xf32> attributes {llvm.emit_c_interface} {\n"
    "  %w = arith.constant dense<\"0x",
    "\"> : tensor<3x3x64x64xf32>\n"
    "  %r = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>,"
    "      strides = dense<1> : tensor<2xi64>}"
    "      ins(%x, %w : tensor<1x58x58x64xf32>, tensor<3x3x64x64xf32>)"
    "      outs(%y : tensor<1x56x56x64xf32>) -> tensor<1x56x56x64xf32>\n"
    "  return %r : tensor<1x56x56x64xf32>\n"
    "}\n"};
static const kernel_form nchw = {
    "func.func @convolution(%x: tensor<1x64x58x58xf32>, %y: tensor<1x64x56x56xf32>)"
    "    -> tensor<1x64x56x56xf32> attributes {llvm.emit_c_interface} {\n"
    "  %w = arith.constant dense<\"0x",
    "\"> : tensor<64x64x3x3xf32>\n"
    "  %r = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>,"
    "      strides = dense<1> : tensor<2xi64>}"
    "      ins(%x, %w : tensor<1x64x58x58xf32>, tensor<64x64x3x3xf32>)"
    "      outs(%y : tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>\n"
    "  return %r : tensor<1x64x56x56xf32>\n"
    "}\n"};

/// The module with the filter's bytes in it; from malloc.
static char *kernel_text(const kernel_form *form, const float *filter)
{
    const size_t bytes = FILTER_COUNT * sizeof(float);
    const size_t head = strlen(form->head), tail = strlen(form->tail);
    char *text = malloc(head + 2 * bytes + tail + 1);
    if (!text)
        return NULL;
    memcpy(text, form->head, head);
    char *end = text + head;
    for (size_t i = 0; i < bytes; i++)
        end += snprintf(end, 3, "%02X", ((const unsigned char *)filter)[i]);
    memcpy(end, form->tail, tail + 1);
    return text;
}

typedef void (*convolution_fn)(const kernel_image *x, const kernel_image *y,
                               kernel_bytes *arena);

typedef struct mica_work {
    kernel_image x, y;
    convolution_fn function;
    kernel_bytes *arena;
} mica_work;

static void run_mica(void *user)
{
    const mica_work *work = user;
    work->function(&work->x, &work->y, work->arena);
}

/// A picture of shape 1 x a x b x c, row-major.
static kernel_image image_of(float *data, int64_t a, int64_t b, int64_t c)
{
    return (kernel_image){data, data, 0, {1, a, b, c}, {a * b * c, b * c, c, 1}};
}

/// `rows` x `columns` to `columns` x `rows`.
static float *transposed(const float *data, size_t rows, size_t columns)
{
    float *made = zero_floats(rows * columns);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            made[j * rows + i] = data[i * columns + j];
    return made;
}

/// A filter in hwcf order in fchw order.
static float *filter_first(const float *filter)
{
    float *made = zero_floats(FILTER_COUNT);
    for (size_t t = 0; t < (size_t)TAPS * TAPS; t++)
        for (size_t c = 0; c < CHANNELS; c++)
            for (size_t f = 0; f < FILTERS; f++)
                made[(f * CHANNELS + c) * TAPS * TAPS + t] =
                    filter[(t * CHANNELS + c) * FILTERS + f];
    return made;
}

static void run_naive(const float *x, const float *w, float *y)
{
    for (size_t row = 0; row < OUT; row++) {
        for (size_t column = 0; column < OUT; column++) {
            double sums[FILTERS] = {0};
            for (size_t kh = 0; kh < TAPS; kh++) {
                for (size_t kw = 0; kw < TAPS; kw++) {
                    const float *pixel = x + ((row + kh) * IN + column + kw) * CHANNELS;
                    const float *taps = w + (kh * TAPS + kw) * CHANNELS * FILTERS;
                    for (size_t c = 0; c < CHANNELS; c++)
                        for (size_t f = 0; f < FILTERS; f++)
                            sums[f] += (double)pixel[c] * (double)taps[c * FILTERS + f];
                }
            }
            for (size_t f = 0; f < FILTERS; f++)
                y[(row * OUT + column) * FILTERS + f] = (float)sums[f];
        }
    }
}

// ---- oneDNN
// ----------------------------------------------------------------------------------

static void check(dnnl_status_t status, const char *what)
{
    if (status == dnnl_success)
        return;
    fprintf(stderr, "oneDNN: %s failed (%d)\n", what, (int)status);
    exit(1);
}

typedef struct onednn_work {
    dnnl_stream_t stream;
    dnnl_primitive_t primitive;
    dnnl_memory_t x, w, y;
} onednn_work;

static void run_onednn(void *user)
{
    onednn_work *work = user;
    const dnnl_exec_arg_t arguments[] = {
        {DNNL_ARG_SRC, work->x}, {DNNL_ARG_WEIGHTS, work->w}, {DNNL_ARG_DST, work->y}};
    check(dnnl_primitive_execute(work->primitive, work->stream, 3, arguments), "execution");
    check(dnnl_stream_wait(work->stream), "waiting");
}

static dnnl_memory_t wrap(dnnl_engine_t engine, const dnnl_memory_desc_t *layout, void *data)
{
    dnnl_memory_t memory;
    check(dnnl_memory_create(&memory, layout, engine, data), "memory");
    return memory;
}

/// Copies `from` into `to` in its layout.
static void reorder(dnnl_engine_t engine, dnnl_stream_t stream, dnnl_memory_t from,
                    dnnl_memory_t to)
{
    const dnnl_memory_desc_t *from_layout, *to_layout;
    dnnl_primitive_desc_t description;
    dnnl_primitive_t primitive;
    check(dnnl_memory_get_memory_desc(from, &from_layout), "query");
    check(dnnl_memory_get_memory_desc(to, &to_layout), "query");
    check(dnnl_reorder_primitive_desc_create(&description, from_layout, engine, to_layout,
                                             engine, NULL),
          "reorder");
    check(dnnl_primitive_create(&primitive, description), "reorder");
    const dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
    check(dnnl_primitive_execute(primitive, stream, 2, arguments), "reorder");
    check(dnnl_stream_wait(stream), "reorder");
    dnnl_primitive_destroy(primitive);
    dnnl_primitive_desc_destroy(description);
}

static dnnl_memory_desc_t layout_of(const dnnl_dims_t dims, dnnl_format_tag_t tag)
{
    dnnl_memory_desc_t layout;
    check(dnnl_memory_desc_init_by_tag(&layout, 4, dims, dnnl_f32, tag), "layout");
    return layout;
}

/// `data` (plain, of `tag`) in the layout that the primitive asks for with `query`.
static dnnl_memory_t arrange(dnnl_engine_t engine, dnnl_stream_t stream,
                             dnnl_primitive_desc_t description, dnnl_query_t query,
                             const dnnl_dims_t dims, dnnl_format_tag_t tag, float *data)
{
    const dnnl_memory_desc_t plain = layout_of(dims, tag);
    dnnl_memory_t from = wrap(engine, &plain, data);
    dnnl_memory_t to =
        wrap(engine, dnnl_primitive_desc_query_md(description, query, 0), DNNL_MEMORY_ALLOCATE);
    reorder(engine, stream, from, to);
    dnnl_memory_destroy(from);
    return to;
}

static const dnnl_dims_t x_dims = {1, CHANNELS, IN, IN}, y_dims = {1, FILTERS, OUT, OUT},
                         w_dims = {FILTERS, CHANNELS, TAPS, TAPS};

/// `image` is the layout of input and output: dnnl_nhwc, or dnnl_format_tag_any for oneDNN's
/// own choice.
static onednn_work prepare_onednn(dnnl_engine_t engine, dnnl_format_tag_t image, float *x,
                                  float *w, float *y)
{
    const dnnl_memory_desc_t x_layout = layout_of(x_dims, image);
    const dnnl_memory_desc_t y_layout = layout_of(y_dims, image);
    const dnnl_memory_desc_t w_layout = layout_of(w_dims, dnnl_format_tag_any);
    const dnnl_dims_t strides = {1, 1}, padding = {0, 0};
    dnnl_convolution_desc_t convolution;
    dnnl_primitive_desc_t description;
    onednn_work work;
    check(dnnl_stream_create(&work.stream, engine, dnnl_stream_default_flags), "stream");
    check(dnnl_convolution_forward_desc_init(&convolution, dnnl_forward_inference,
                                             dnnl_convolution_auto, &x_layout, &w_layout, NULL,
                                             &y_layout, strides, padding, padding),
          "convolution");
    check(dnnl_primitive_desc_create(&description, &convolution, NULL, engine, NULL),
          "convolution");
    check(dnnl_primitive_create(&work.primitive, description), "convolution");
    work.x = arrange(engine, work.stream, description, dnnl_query_src_md, x_dims, dnnl_nhwc, x);
    work.w =
        arrange(engine, work.stream, description, dnnl_query_weights_md, w_dims, dnnl_hwio, w);
    work.y = arrange(engine, work.stream, description, dnnl_query_dst_md, y_dims, dnnl_nhwc, y);
    const char *chosen = NULL;
    dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, &chosen);
    printf("oneDNN uses %s\n", chosen ? chosen : "?");
    dnnl_primitive_desc_destroy(description);
    return work;
}

static void fetch_output(dnnl_engine_t engine, const onednn_work *work, float *y)
{
    const dnnl_memory_desc_t plain = layout_of(y_dims, dnnl_nhwc);
    dnnl_memory_t to = wrap(engine, &plain, y);
    reorder(engine, work->stream, work->y, to);
    dnnl_memory_destroy(to);
}

static void destroy_onednn(onednn_work *work)
{
    dnnl_primitive_destroy(work->primitive);
    dnnl_memory_destroy(work->x);
    dnnl_memory_destroy(work->w);
    dnnl_memory_destroy(work->y);
    dnnl_stream_destroy(work->stream);
}

// ---- both
// ------------------------------------------------------------------------------------

static kernel_jit *compile(const kernel_form *form, const float *filter)
{
    char *text = kernel_text(form, filter);
    kernel_jit *jit = text ? kernel_jit_create(text, "convolution") : NULL;
    free(text);
    return jit;
}

static double check_output(const char *name, const float *y, const float *expected)
{
    const double error = relative_error(y, expected, OUTPUT_COUNT);
    printf("%s: largest error against naive loops: %.1e of the largest element\n", name, error);
    return error;
}

int main(void)
{
    float *x = random_floats(INPUT_COUNT, 1), *w = random_floats(FILTER_COUNT, 2);
    float *y = zero_floats(OUTPUT_COUNT), *expected = zero_floats(OUTPUT_COUNT);
    float *other = zero_floats(OUTPUT_COUNT), *y_first = zero_floats(OUTPUT_COUNT);
    float *x_first = transposed(x, (size_t)IN * IN, CHANNELS), *w_first = filter_first(w);
    kernel_jit *last = compile(&nhwc, w), *first = compile(&nchw, w_first);
    if (!last || !first)
        return 1;
    mica_work channels_last = {image_of(x, IN, IN, CHANNELS), image_of(y, OUT, OUT, FILTERS),
                               (convolution_fn)kernel_jit_function(last),
                               kernel_jit_arena(last)};
    mica_work channels_first = {
        image_of(x_first, CHANNELS, IN, IN), image_of(y_first, FILTERS, OUT, OUT),
        (convolution_fn)kernel_jit_function(first), kernel_jit_arena(first)};
    dnnl_engine_t engine;
    check(dnnl_engine_create(&engine, dnnl_cpu, 0), "engine");
    onednn_work blocked = prepare_onednn(engine, dnnl_format_tag_any, x, w, other);
    onednn_work plain = prepare_onednn(engine, dnnl_nhwc, x, w, other);
    run_naive(x, w, expected);
    run_mica(&channels_last);
    run_mica(&channels_first);
    float *turned = transposed(y_first, FILTERS, (size_t)OUT * OUT);
    const double error = check_output("mica, NHWC", y, expected);
    const double error_first = check_output("mica, NCHW", turned, expected);
    run_onednn(&blocked);
    fetch_output(engine, &blocked, other);
    check_output("oneDNN", other, expected);
    contender sides[] = {{"mica, NHWC", run_mica, &channels_last, 0},
                         {"mica, NCHW", run_mica, &channels_first, 0},
                         {"oneDNN, its own layouts", run_onednn, &blocked, 0},
                         {"oneDNN, NHWC", run_onednn, &plain, 0}};
    measure_interleaved(sides, 4);
    print_contenders("convolution 1x58x58x64 * 3x3x64x64 f32",
                     2.0 * OUT * OUT * FILTERS * TAPS * TAPS * CHANNELS, sides, 4);
    destroy_onednn(&blocked);
    destroy_onednn(&plain);
    dnnl_engine_destroy(engine);
    kernel_jit_destroy(last);
    kernel_jit_destroy(first);
    float *const buffers[] = {x, w, y, expected, other, y_first, x_first, w_first, turned};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        free(buffers[i]);
    return error < 1e-5 && error_first < 1e-5 ? 0 : 1;
}
