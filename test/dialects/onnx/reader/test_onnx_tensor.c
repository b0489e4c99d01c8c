// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elements of tensors: every type, raw and in typed fields, and every way not to fit.
#include "dialects/onnx/reader/onnx-ml.pb-c.h"
#include "dialects/onnx/reader/onnx_file.h"
#include "wire_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Numbers of TensorProto's fields.
enum {
    DIMS = 1,
    DATA_TYPE = 2,
    SEGMENT = 3,
    FLOAT_DATA = 4,
    INT32_DATA = 5,
    NAME = 8,
    RAW_DATA = 9,
    UINT64_DATA = 11,
    EXTERNAL_DATA = 13,
    DATA_LOCATION = 14,
};

static wire buffer; // too big for the stack

// ---- The types ----

// Element `index` of a tensor that make_models.py wrote: the same formulas.
static double expected_element(mica_onnx_type type, size_t index)
{
    const double i = (double)index;
    switch (type) {
    case MICA_ONNX_TYPE_FLOAT:
    case MICA_ONNX_TYPE_DOUBLE:
        return i * 0.5 - 1;
    case MICA_ONNX_TYPE_BOOL:
        return (double)(index % 2);
    case MICA_ONNX_TYPE_UINT8:
    case MICA_ONNX_TYPE_UINT16:
    case MICA_ONNX_TYPE_UINT32:
    case MICA_ONNX_TYPE_UINT64:
        return i * 9 + 200;
    default:
        return i * 7 - 20;
    }
}

#define LOAD(type)                                                                             \
    do {                                                                                       \
        type value;                                                                            \
        memcpy(&value, (const char *)tensor->data + index * sizeof value, sizeof value);       \
        return (double)value;                                                                  \
    } while (0)

static double actual_element(const mica_onnx_tensor *tensor, size_t index)
{
    switch (tensor->type) {
    case MICA_ONNX_TYPE_FLOAT:
        LOAD(float);
    case MICA_ONNX_TYPE_DOUBLE:
        LOAD(double);
    case MICA_ONNX_TYPE_INT8:
        LOAD(int8_t);
    case MICA_ONNX_TYPE_INT16:
        LOAD(int16_t);
    case MICA_ONNX_TYPE_INT32:
        LOAD(int32_t);
    case MICA_ONNX_TYPE_INT64:
        LOAD(int64_t);
    case MICA_ONNX_TYPE_BOOL:
    case MICA_ONNX_TYPE_UINT8:
        LOAD(uint8_t);
    case MICA_ONNX_TYPE_UINT16:
        LOAD(uint16_t);
    case MICA_ONNX_TYPE_UINT32:
        LOAD(uint32_t);
    default:
        LOAD(uint64_t);
    }
}

static bool has_bit_pattern(mica_onnx_type type)
{
    return type == MICA_ONNX_TYPE_FLOAT16 || type == MICA_ONNX_TYPE_BFLOAT16 ||
           type == MICA_ONNX_TYPE_COMPLEX64 || type == MICA_ONNX_TYPE_COMPLEX128;
}

static void check_bit_patterns(const mica_onnx_tensor *tensor)
{
    // -1, -0.5, 0, 0.5, 1, 1.5
    static const uint16_t halves[] = {0xbc00, 0xb800, 0x0000, 0x3800, 0x3c00, 0x3e00};
    static const uint16_t brains[] = {0xbf80, 0xbf00, 0x0000, 0x3f00, 0x3f80, 0x3fc0};
    static const float pairs[] = {-1, 0, -0.5f, 1, 0, 2, 0.5f, 3, 1, 4, 1.5f, 5};
    static const double wide_pairs[] = {-1, 0, -0.5, 1, 0, 2, 0.5, 3, 1, 4, 1.5, 5};
    if (tensor->type == MICA_ONNX_TYPE_FLOAT16)
        assert_memory_equal(tensor->data, halves, sizeof halves);
    if (tensor->type == MICA_ONNX_TYPE_BFLOAT16)
        assert_memory_equal(tensor->data, brains, sizeof brains);
    if (tensor->type == MICA_ONNX_TYPE_COMPLEX64)
        assert_memory_equal(tensor->data, pairs, sizeof pairs);
    if (tensor->type == MICA_ONNX_TYPE_COMPLEX128)
        assert_memory_equal(tensor->data, wide_pairs, sizeof wide_pairs);
}

static void check_types(const char *path, bool is_raw)
{
    mica_onnx_error error;
    mica_onnx_file *file = mica_onnx_file_open(path, &error);
    assert_non_null(file);
    const Onnx__GraphProto *graph = mica_onnx_file_model(file)->graph;
    assert_int_equal(graph->n_initializer, 15);
    for (size_t t = 0; t < graph->n_initializer; t++) {
        mica_onnx_tensor tensor;
        assert_true(mica_onnx_tensor_read(file, graph->initializer[t], &tensor, &error));
        assert_string_equal(mica_onnx_type_name((int32_t)tensor.type), tensor.name);
        assert_int_equal(tensor.rank, 2);
        assert_int_equal(tensor.dims[0], 2);
        assert_int_equal(tensor.element_count, 6);
        assert_int_equal(tensor.size, 6 * mica_onnx_type_bits((int32_t)tensor.type) / 8);
        assert_int_equal(tensor.is_mapped, is_raw);
        check_bit_patterns(&tensor);
        for (size_t i = 0; i < 6 && !has_bit_pattern(tensor.type); i++)
            assert_true(actual_element(&tensor, i) == expected_element(tensor.type, i));
    }
    mica_onnx_file_close(file);
}

static void reads_every_type_raw(void **state)
{
    (void)state;
    check_types(MODELS_FOLDER "/raw.onnx", true);
}

static void reads_every_type_from_typed_fields(void **state)
{
    (void)state;
    check_types(MODELS_FOLDER "/typed.onnx", false);
}

static void types_have_names_and_sizes(void **state)
{
    (void)state;
    assert_string_equal(mica_onnx_type_name(MICA_ONNX_TYPE_FLOAT8E4M3FN), "FLOAT8E4M3FN");
    assert_int_equal(mica_onnx_type_bits(MICA_ONNX_TYPE_INT4), 4);
    assert_int_equal(mica_onnx_type_bits(MICA_ONNX_TYPE_STRING), 0);
    static const int32_t unknown[] = {0, -1, 27, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        assert_null(mica_onnx_type_name(unknown[i]));
        assert_int_equal(mica_onnx_type_bits(unknown[i]), 0);
    }
}

// ---- Tensors written by hand ----

// Begins a tensor named "t" in `buffer`.
static void begin_tensor(mica_onnx_type type, size_t rank, const int64_t *dims)
{
    wire_clear(&buffer);
    wire_string(&buffer, NAME, "t");
    for (size_t i = 0; i < rank; i++)
        wire_number(&buffer, DIMS, (uint64_t)dims[i]);
    wire_number(&buffer, DATA_TYPE, (uint64_t)type);
}

static void add_raw(const void *bytes, size_t size)
{
    wire_tag(&buffer, RAW_DATA, WIRE_LENGTH);
    wire_varint(&buffer, size);
    wire_bytes(&buffer, bytes, size);
}

static mica_onnx_file *decode_buffer(void)
{
    mica_onnx_error error;
    mica_onnx_file *file = mica_onnx_tensor_file_decode(buffer.bytes, buffer.size, &error);
    if (!file)
        fail_msg("%s", error.message);
    return file;
}

static void expect_bad(const char *message)
{
    mica_onnx_error error;
    mica_onnx_tensor tensor;
    mica_onnx_file *file = decode_buffer();
    assert_false(mica_onnx_tensor_read(file, mica_onnx_file_tensor(file), &tensor, &error));
    assert_string_equal(error.message, message);
    assert_true(error.has_offset);
    assert_int_equal(error.offset, 0);
    mica_onnx_file_close(file);
}

static void expect_good(size_t size, const void *bytes)
{
    mica_onnx_error error;
    mica_onnx_tensor tensor;
    mica_onnx_file *file = decode_buffer();
    if (!mica_onnx_tensor_read(file, mica_onnx_file_tensor(file), &tensor, &error))
        fail_msg("%s", error.message);
    assert_int_equal(tensor.size, size);
    if (size > 0)
        assert_memory_equal(tensor.data, bytes, size);
    else
        assert_null(tensor.data);
    mica_onnx_file_close(file);
}

static void reads_scalars_and_empty_tensors(void **state)
{
    (void)state;
    begin_tensor(MICA_ONNX_TYPE_FLOAT, 0, NULL);
    add_raw("\0\0\x80\x3f", 4);
    expect_good(4, "\0\0\x80\x3f");
    static const int64_t empty[] = {3, 0, INT64_MAX, INT64_MAX};
    begin_tensor(MICA_ONNX_TYPE_FLOAT, 4, empty);
    expect_good(0, NULL);
    begin_tensor(MICA_ONNX_TYPE_FLOAT16, 4, empty);
    add_raw("", 0);
    expect_good(0, NULL);
}

static void reads_parts_of_bytes(void **state)
{
    (void)state;
    static const int64_t three[] = {3};
    begin_tensor(MICA_ONNX_TYPE_INT4, 1, three);
    add_raw("\x21\x03", 2);
    expect_good(2, "\x21\x03");
    begin_tensor(MICA_ONNX_TYPE_UINT4, 1, three);
    wire_number(&buffer, INT32_DATA, 0xf1);
    wire_number(&buffer, INT32_DATA, 0x02);
    expect_good(2, "\xf1\x02");
    static const int64_t five[] = {5};
    begin_tensor(MICA_ONNX_TYPE_UINT2, 1, five);
    add_raw("\xe4\x01", 2);
    expect_good(2, "\xe4\x01");
}

static void refuses_data_of_the_wrong_size(void **state)
{
    (void)state;
    static const int64_t dims[] = {2, 2};
    begin_tensor(MICA_ONNX_TYPE_FLOAT, 2, dims);
    add_raw("12345678901", 11);
    expect_bad("tensor 't': it has 11 bytes of data where its type and shape ask for 16");
    begin_tensor(MICA_ONNX_TYPE_FLOAT, 2, dims);
    expect_bad("tensor 't': it has 0 values where its type and shape ask for 4");
    begin_tensor(MICA_ONNX_TYPE_COMPLEX64, 2, dims);
    wire_string(&buffer, FLOAT_DATA, "1234567890123456");
    expect_bad("tensor 't': it has 4 values where its type and shape ask for 8");
}

static void refuses_impossible_shapes(void **state)
{
    (void)state;
    static const int64_t negative[] = {2, -3};
    begin_tensor(MICA_ONNX_TYPE_FLOAT, 2, negative);
    expect_bad("tensor 't': dimension 1 is -3");
    static const int64_t huge[] = {INT64_MAX, INT64_MAX};
    begin_tensor(MICA_ONNX_TYPE_FLOAT, 2, huge);
    expect_bad("tensor 't': its dimensions have no 64-bit product");
    begin_tensor(MICA_ONNX_TYPE_FLOAT, 1, huge);
    expect_bad("tensor 't': its size has no 64-bit number");
}

static void refuses_values_that_do_not_fit(void **state)
{
    (void)state;
    static const int64_t one[] = {1};
    begin_tensor(MICA_ONNX_TYPE_UINT8, 1, one);
    wire_number(&buffer, INT32_DATA, 256);
    expect_bad("tensor 't': value 0 is 256, which no UINT8 can be");
    begin_tensor(MICA_ONNX_TYPE_INT8, 1, one);
    wire_number(&buffer, INT32_DATA, (uint64_t)-129);
    expect_bad("tensor 't': value 0 is -129, which no INT8 can be");
    begin_tensor(MICA_ONNX_TYPE_UINT32, 1, one);
    wire_number(&buffer, UINT64_DATA, UINT64_MAX);
    expect_bad("tensor 't': value 0 is -1, which no UINT32 can be");
}

static void refuses_data_in_the_wrong_place(void **state)
{
    (void)state;
    static const int64_t one[] = {1};
    begin_tensor(MICA_ONNX_TYPE_INT32, 1, one);
    wire_string(&buffer, FLOAT_DATA, "1234");
    expect_bad("tensor 't': its data is in a field that INT32 does not use");
    begin_tensor(MICA_ONNX_TYPE_INT32, 1, one);
    wire_number(&buffer, INT32_DATA, 1);
    add_raw("1234", 4);
    expect_bad("tensor 't': its data is given both raw and in a typed field");
}

static void refuses_what_is_not_supported(void **state)
{
    (void)state;
    static const int64_t one[] = {1};
    begin_tensor((mica_onnx_type)99, 1, one);
    expect_bad("tensor 't': 99 is no known element type");
    begin_tensor(MICA_ONNX_TYPE_STRING, 1, one);
    expect_bad("tensor 't': tensors of text are not supported");
    begin_tensor(MICA_ONNX_TYPE_FLOAT, 1, one);
    wire_string(&buffer, SEGMENT, "");
    expect_bad("tensor 't': tensors in segments are not supported");
    begin_tensor(MICA_ONNX_TYPE_FLOAT, 1, one);
    wire_string(&buffer, EXTERNAL_DATA, "\x0a\x08location\x12\x09model.bin");
    wire_number(&buffer, DATA_LOCATION, 1);
    expect_bad("tensor 't': its data lies in another file ('model.bin'), "
               "which a model in memory can't have");
    begin_tensor(MICA_ONNX_TYPE_FLOAT, 1, one);
    wire_number(&buffer, DATA_LOCATION, 1);
    expect_bad("tensor 't': its data lies in another file, which is not named");
    begin_tensor(MICA_ONNX_TYPE_FLOAT, 1, one);
    wire_string(&buffer, EXTERNAL_DATA, "\x0a\x08location\x12\x09model.bin");
    wire_number(&buffer, DATA_LOCATION, 1);
    add_raw("1234", 4);
    expect_bad("tensor 't': its data is given both here and in another file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_type_raw),
        cmocka_unit_test(reads_every_type_from_typed_fields),
        cmocka_unit_test(types_have_names_and_sizes),
        cmocka_unit_test(reads_scalars_and_empty_tensors),
        cmocka_unit_test(reads_parts_of_bytes),
        cmocka_unit_test(refuses_data_of_the_wrong_size),
        cmocka_unit_test(refuses_impossible_shapes),
        cmocka_unit_test(refuses_values_that_do_not_fit),
        cmocka_unit_test(refuses_data_in_the_wrong_place),
        cmocka_unit_test(refuses_what_is_not_supported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
