// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Headers of .npy files, good and bad, from bytes in memory. Files that numpy itself wrote are
// read by against_numpy.py.
#include "test/cmocka_support.h"
#include "tools/support/npy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// ---- allocations that fail: the linker sends those of the library here ----------------------

static long allocations_left = -1; // below 0: all succeed
static bool has_refused;

static bool refuse_allocation(void)
{
    if (allocations_left < 0 || allocations_left-- > 0)
        return false;
    has_refused = true;
    return true;
}

void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *__wrap_realloc(void *memory, size_t size)
{
    return refuse_allocation() ? NULL : __real_realloc(memory, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return refuse_allocation() ? NULL : __real_aligned_alloc(alignment, size);
}

// ---- files in memory
// -------------------------------------------------------------------------

typedef struct file {
    uint8_t *bytes;
    size_t size;
} file;

// A version 1 file of this header and of elements that count up from 1. Exactly as large as it
// says, so that a sanitizer sees any read beyond it.
static file make_file(const char *header, size_t element_bytes)
{
    const size_t length = strlen(header);
    file f = {malloc(10 + length + element_bytes + 1), 10 + length + element_bytes};
    assert_non_null(f.bytes);
    memcpy(f.bytes, "\x93NUMPY\x01\x00", 8);
    f.bytes[8] = (uint8_t)length;
    f.bytes[9] = (uint8_t)(length >> 8);
    memcpy(f.bytes + 10, header, length);
    for (size_t i = 0; i < element_bytes; ++i)
        f.bytes[10 + length + i] = (uint8_t)(i + 1);
    f.bytes = realloc(f.bytes, f.size);
    return f;
}

static void check_read(const char *header, size_t element_bytes, const char *shape,
                       const void *elements)
{
    file f = make_file(header, element_bytes);
    mica_tool_error error;
    mica_array array;
    char text[100];
    if (!mica_npy_parse(f.bytes, f.size, &array, &error))
        fail_msg("%s: %s", header, error.text);
    mica_array_describe(&array, text, sizeof text);
    assert_string_equal(text, shape);
    assert_int_equal(array.size, element_bytes);
    assert_int_equal((uintptr_t)array.data % MICA_RT_ALIGNMENT, 0);
    assert_memory_equal(array.data, elements, element_bytes);
    mica_array_destroy(&array);
    free(f.bytes);
}

static void test_good_headers(void **state)
{
    (void)state;
    const uint8_t in_order[] = {1, 2, 3, 4, 5, 6, 7, 8};
    const uint8_t swapped[] = {2, 1, 4, 3, 6, 5, 8, 7};
    const uint8_t fortran[] = {1, 3, 5, 2, 4, 6};
    const uint8_t bools[] = {1, 1, 1};
    check_read("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 2), }\n", 8, "i16[2,2]",
               in_order);
    check_read("{'descr': '>i2', 'fortran_order': False, 'shape': (4,), }", 8, "i16[4]",
               swapped);
    check_read("{\"shape\":(8,),\"fortran_order\":False,\"descr\":\"|u1\"}", 8, "u8[8]",
               in_order);
    check_read("{ 'shape' : ( 2L , 3L ) , 'descr' : '|i1' , 'fortran_order' : True }   \n", 6,
               "i8[2,3]", fortran);
    check_read("{'descr': 'f8', 'fortran_order': False, 'shape': ()}", 8, "f64[]", in_order);
    check_read("{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}", 3, "bool[3]", bools);
    check_read("{'descr': '=c8', 'fortran_order': True, 'shape': (1, 1,)}", 8, "c64[1,1]",
               in_order);
    check_read("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 0)}", 0,
               "f32[9223372036854775807,0]", in_order);
    // Bits of types that extensions of numpy add.
    check_read("{'descr': '|V1', 'fortran_order': False, 'shape': (8,)}", 8, "u8[8]", in_order);
    check_read("{'descr': '<f1', 'fortran_order': False, 'shape': (8,)}", 8, "u8[8]", in_order);
    check_read("{'descr': '<V2', 'fortran_order': False, 'shape': (4,)}", 8, "u16[4]",
               in_order);
}

static void check_refused(const char *header, size_t element_bytes, const char *reason)
{
    file f = make_file(header, element_bytes);
    mica_tool_error error;
    mica_array array;
    if (mica_npy_parse(f.bytes, f.size, &array, &error))
        fail_msg("%s: was accepted", header);
    if (strstr(error.text, reason) == NULL)
        fail_msg("%s: '%s' is not about '%s'", header, error.text, reason);
    assert_null(array.data);
    free(f.bytes);
}

static void test_bad_headers(void **state)
{
    (void)state;
    static const struct {
        const char *header, *reason;
    } cases[] = {
        {"", "lacks a '{'"},
        {"{", "lacks a string"},
        {"{}", "lacks 'descr'"},
        {"{'descr': '<f4', 'fortran_order': False}", "lacks 'shape'"},
        {"{'descr': '<f4', 'shape': (1,)}", "lacks 'fortran_order'"},
        {"{'descr' '<f4'}", "lacks a ':'"},
        {"{'descr': '<f4' 'shape': (1,)}", "lacks a '}'"},
        {"{'descr': '<f4", "lacks a string"},
        {"{'descr': <f4}", "lacks a string"},
        {"{'descr': '<f4', 'descr': '<f4'}", "'descr' twice"},
        {"{'colour': 3}", "unknown key 'colour'"},
        {"{'descr': '<f3'}", "'<f3' is not supported"},
        {"{'descr': ''}", "'' is not supported"},
        {"{'descr': '<'}", "'<' is not supported"},
        {"{'descr': 'O'}", "'O' is not supported"},
        {"{'descr': [('a', '<f4')]}", "structured"},
        {"{'fortran_order': 0}", "neither True nor False"},
        {"{'fortran_order': Tru", "neither True nor False"},
        {"{'shape': 3}", "lacks a '('"},
        {"{'shape': (3)}", "not a tuple"},
        {"{'shape': (-3,)}", "not a size"},
        {"{'shape': (3.5,)}", "not a tuple"},
        {"{'shape': (,)}", "not a size"},
        {"{'shape': (3,", "not a size"},
        {"{'shape': (3, 4 5)}", "lacks a ')'"},
        {"{'shape': (99999999999999999999,)}", "too large"},
        {"{'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)}", "16 dimensions"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x", "goes on"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", "needs 12 bytes"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "needs 4 bytes"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
         "too large"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i)
        check_refused(cases[i].header, 8, cases[i].reason);
}

// Every beginning of a valid file is refused, every flipped byte is read or refused.
static void test_cut_and_flipped_files(void **state)
{
    (void)state;
    file f = make_file("{'descr': '>f4', 'fortran_order': True, 'shape': (2, 1), }\n", 8);
    mica_tool_error error;
    mica_array array;
    for (size_t size = 0; size < f.size; ++size) {
        uint8_t *part = malloc(size + 1);
        part = realloc(part, size > 0 ? size : 1);
        memcpy(part, f.bytes, size);
        assert_false(mica_npy_parse(part, size, &array, &error));
        assert_true(strlen(error.text) > 0);
        free(part);
    }
    for (size_t i = 0; i < f.size * 8; ++i) {
        f.bytes[i / 8] ^= (uint8_t)(1u << i % 8);
        if (mica_npy_parse(f.bytes, f.size, &array, &error))
            mica_array_destroy(&array);
        else
            assert_true(strlen(error.text) > 0);
        f.bytes[i / 8] ^= (uint8_t)(1u << i % 8);
    }
    assert_true(mica_npy_parse(f.bytes, f.size, &array, NULL));
    mica_array_destroy(&array);
    assert_false(mica_npy_parse(f.bytes, 3, &array, NULL));
    free(f.bytes);
}

static void test_versions(void **state)
{
    (void)state;
    const char header[] = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}";
    uint8_t bytes[12 + sizeof header - 1 + 2];
    mica_tool_error error;
    mica_array array;
    memcpy(bytes, "\x93NUMPY\x02\x00", 8);
    const uint8_t length[4] = {sizeof header - 1, 0, 0, 0};
    memcpy(bytes + 8, length, 4);
    memcpy(bytes + 12, header, sizeof header - 1);
    memcpy(bytes + sizeof bytes - 2, "\x07\x08", 2);
    assert_true(mica_npy_parse(bytes, sizeof bytes, &array, &error));
    assert_true(mica_array_value(&array, 1) == 8);
    mica_array_destroy(&array);
    bytes[11] = 0x7f; // a header of 2 GB
    assert_false(mica_npy_parse(bytes, sizeof bytes, &array, &error));
    assert_non_null(strstr(error.text, "ends inside"));
    bytes[6] = 4;
    assert_false(mica_npy_parse(bytes, sizeof bytes, &array, &error));
    assert_non_null(strstr(error.text, "version 4"));
}

static void test_files(void **state)
{
    (void)state;
    char path[] = "test_npy_XXXXXX";
    const int64_t dims[] = {3, 2};
    mica_tool_error error;
    mica_array array, read;
    const int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_true(mica_array_create(&array, MICA_RT_F32, 2, dims, &error));
    for (int i = 0; i < 6; ++i)
        ((float *)array.data)[i] = (float)i / 4;
    assert_true(mica_npy_write(path, &array, &error));
    assert_true(mica_npy_read(path, &read, &error));
    assert_int_equal(read.rank, 2);
    assert_memory_equal(read.data, array.data, 24);
    mica_array_destroy(&read);
    array.type = MICA_RT_BF16;
    assert_false(mica_npy_write(path, &array, &error));
    assert_non_null(strstr(error.text, "bf16"));
    array.type = MICA_RT_F32;
    remove(path);
    assert_false(mica_npy_read(path, &read, &error));
    assert_non_null(strstr(error.text, path));
    if (access("/dev/full", W_OK) == 0) {
        assert_false(mica_npy_write("/dev/full", &array, &error));
        assert_int_equal(access("/dev/full", F_OK), 0); // a device stays
    }
    assert_false(mica_npy_write("no/such/folder/x.npy", &array, &error));
    mica_array_destroy(&array);
}

// A file that takes several steps to read, with each allocation refused once.
static void test_refused_allocations(void **state)
{
    (void)state;
    char path[] = "test_npy_XXXXXX";
    const int64_t dims[] = {300, 100};
    mica_tool_error error;
    mica_array array, read;
    long refused = 0;
    assert_true(mkstemp(path) >= 0);
    assert_true(mica_array_create(&array, MICA_RT_F64, 2, dims, &error));
    assert_true(mica_npy_write(path, &array, &error));
    do {
        has_refused = false;
        allocations_left = refused++;
        const bool is_read = mica_npy_read(path, &read, &error);
        allocations_left = -1;
        assert_int_equal(is_read, !has_refused);
        assert_true(is_read == (read.data != NULL));
        mica_array_destroy(&read);
    } while (has_refused);
    assert_true(refused > 3);
    remove(path);
    mica_array_destroy(&array);
}

static void test_arrays(void **state)
{
    (void)state;
    const int64_t dims[17] = {-1}, large[] = {INT64_MAX, INT64_MAX};
    mica_tool_error error;
    mica_array array;
    char text[8];
    assert_false(mica_array_create(&array, 0, 0, NULL, &error));
    assert_false(mica_array_create(&array, MICA_RT_F32, 1, dims, &error));
    assert_false(mica_array_create(&array, MICA_RT_F32, 17, dims, &error));
    assert_false(mica_array_create(&array, MICA_RT_F32, 2, large, &error));
    assert_true(mica_array_create(&array, MICA_RT_F32, 0, NULL, &error));
    assert_int_equal(array.count, 1);
    assert_true(mica_array_value(&array, 0) == 0);
    mica_array_describe(&array, text, 4);
    assert_int_equal(strlen(text), 0);
    mica_array_describe(&array, text, sizeof text);
    assert_string_equal(text, "f32[]");
    mica_array_destroy(&array);
    mica_array_destroy(&array);
}

static void test_narrow_floats(void **state)
{
    (void)state;
    assert_true(mica_f16_to_f32(0x3E00) == 1.5f);
    assert_true(mica_f16_to_f32(0xFBFF) == -65504.0f);
    assert_true(mica_f16_to_f32(0x0001) == 0x1p-24f);
    assert_true(mica_f16_to_f32(0x83FF) == -1023 * 0x1p-24f);
    assert_true(mica_f16_to_f32(0x7C00) > 1e38f);
    assert_true(mica_f16_to_f32(0x7E00) != mica_f16_to_f32(0x7E00));
    assert_true(mica_bf16_to_f32(0xC110) == -9.0f);
}

static void test_narrow_values(void **state)
{
    (void)state;
    assert_true(mica_narrow_value(MICA_RT_F8E4M3FN, 0x7E) == 448);
    assert_true(mica_narrow_value(MICA_RT_F8E4M3FN, 0x81) == -0x1p-9);
    assert_true(isnan(mica_narrow_value(MICA_RT_F8E4M3FN, 0xFF)));
    assert_true(mica_narrow_value(MICA_RT_F8E4M3FNUZ, 0xFF) == -240);
    assert_true(isnan(mica_narrow_value(MICA_RT_F8E4M3FNUZ, 0x80)));
    assert_true(mica_narrow_value(MICA_RT_F8E5M2, 0x7B) == 57344);
    assert_true(isinf(mica_narrow_value(MICA_RT_F8E5M2, 0xFC)));
    assert_true(isnan(mica_narrow_value(MICA_RT_F8E5M2, 0x7D)));
    assert_true(mica_narrow_value(MICA_RT_F8E5M2FNUZ, 0x01) == 0x1p-17);
    assert_true(mica_narrow_value(MICA_RT_F8E8M0, 0) == 0x1p-127);
    assert_true(isnan(mica_narrow_value(MICA_RT_F8E8M0, 0xFF)));
    assert_true(mica_narrow_value(MICA_RT_F4E2M1, 0xF) == -6);
    assert_true(mica_narrow_value(MICA_RT_F4E2M1, 0x1) == 0.5);
    assert_true(mica_narrow_value(MICA_RT_I4, 0x08) == -8);
    assert_true(mica_narrow_value(MICA_RT_U4, 0x0F) == 15);
    assert_true(mica_narrow_value(MICA_RT_I2, 0x03) == -1);
    assert_true(mica_narrow_value(MICA_RT_U2, 0x03) == 3);
    assert_true(mica_narrow_value(MICA_RT_U8, 0xFF) == 255);
}

// What numpy has no name for goes by its bits.
static void test_bits(void **state)
{
    (void)state;
    mica_array array = {.type = MICA_RT_U8};
    assert_int_equal(mica_array_bits_type(MICA_RT_F4E2M1), MICA_RT_U8);
    assert_int_equal(mica_array_bits_type(MICA_RT_BF16), MICA_RT_U16);
    assert_int_equal(mica_array_bits_type(MICA_RT_I8), MICA_RT_I8);
    mica_array_take_bits_as(&array, MICA_RT_BF16);
    assert_int_equal(array.type, MICA_RT_U8);
    mica_array_take_bits_as(&array, MICA_RT_I2);
    assert_int_equal(array.type, MICA_RT_I2);
    mica_array_take_bits_as(&array, MICA_RT_U8);
    assert_int_equal(array.type, MICA_RT_I2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_headers),
        cmocka_unit_test(test_bad_headers),
        cmocka_unit_test(test_cut_and_flipped_files),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_refused_allocations),
        cmocka_unit_test(test_arrays),
        cmocka_unit_test(test_narrow_floats),
        cmocka_unit_test(test_narrow_values),
        cmocka_unit_test(test_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
