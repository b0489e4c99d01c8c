// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The text of memrefs, against what upstream's runner printed for the same values (the test
// print_matches_upstream compares with it directly where it is installed), and the table of
// symbols, through which generated code finds the functions.
#include "runtime/print/mica_rt_print.h"
#include "test/cmocka_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct matrix {
    mica_rt_memref memref;
    int64_t sizes[3], strides[3];
} matrix;

// What a memref prints, its address left out. The caller frees it.
static char *print(uint32_t type, int64_t rank, mica_rt_memref *memref)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    assert_non_null(file);
    mica_rt_print_memref(file, "Memref", type, rank, memref);
    fclose(file);
    char *rank_word = strstr(text, " rank");
    assert_int_equal(strncmp(text, "Memref base@ = 0x", 17), 0);
    memmove(text, rank_word, strlen(rank_word) + 1);
    return text;
}

static void check(uint32_t type, int64_t rank, mica_rt_memref *memref, const char *expected)
{
    char *text = print(type, rank, memref);
    assert_string_equal(text, expected);
    free(text);
}

static void test_ranks_and_strides(void **state)
{
    (void)state;
    float values[] = {1, 2.5f, -3.25f, 1e10f, 1e-7f, 123456789.0f, 7, 8};
    matrix cube = {{values, values, 0}, {2, 2, 2}, {4, 2, 1}};
    check(MICA_RT_F32, 3, &cube.memref,
          " rank = 3 offset = 0 sizes = [2, 2, 2] strides = [4, 2, 1] data = \n"
          "[[[1,    2.5], \n  [-3.25,    1e+10]], \n [[1e-07,    1.23457e+08], \n  [7,    "
          "8]]]\n");
    struct {
        mica_rt_memref memref;
        int64_t sizes[2], strides[2];
    } part = {{values, values, 1}, {2, 2}, {3, 1}};
    check(MICA_RT_F32, 2, &part.memref,
          " rank = 2 offset = 1 sizes = [2, 2] strides = [3, 1] data = \n"
          "[[2.5,   -3.25], \n [1e-07,   1.23457e+08]]\n");
    mica_rt_memref scalar = {values, values, 1};
    check(MICA_RT_F32, 0, &scalar,
          " rank = 0 offset = 1 sizes = [] strides = [] data = \n[2.5]\n");
    part.sizes[0] = 0;
    check(MICA_RT_F32, 2, &part.memref,
          " rank = 2 offset = 1 sizes = [0, 2] strides = [3, 1] data = \n[[]]\n");
}

typedef struct row {
    mica_rt_memref memref;
    int64_t size, stride;
} row;

static void check_row(uint32_t type, void *values, const char *expected)
{
    row r = {{values, values, 0}, 2, 1};
    char *text = print(type, 1, &r.memref);
    assert_string_equal(strstr(text, "data = \n"), expected);
    free(text);
}

static void test_types(void **state)
{
    (void)state;
    check_row(MICA_RT_I8, (int8_t[]){65, 66}, "data = \n[A,  B]\n");
    check_row(MICA_RT_I16, (int16_t[]){1, -9}, "data = \n[1,  -9]\n");
    check_row(MICA_RT_I32, (int32_t[]){1, INT32_MIN}, "data = \n[1,  -2147483648]\n");
    check_row(MICA_RT_I64, (int64_t[]){1, -9}, "data = \n[1,  -9]\n");
    check_row(MICA_RT_U64, (uint64_t[]){1, UINT64_MAX},
              "data = \n[1,  18446744073709551615]\n");
    check_row(MICA_RT_F16, (uint16_t[]){0x3E00, 0x8001}, "data = \n[1.5,  -5.96046e-08]\n");
    check_row(MICA_RT_F16, (uint16_t[]){0xFC00, 0x7E00}, "data = \n[-inf,  nan]\n");
    check_row(MICA_RT_BF16, (uint16_t[]){0x3FC0, 0xC110}, "data = \n[1.5,  -9]\n");
    check_row(MICA_RT_F64, (double[]){0.1, 1e300}, "data = \n[0.1,  1e+300]\n");
    check_row(MICA_RT_C64, (float[]){1, -2.5f, 0, 3}, "data = \n[(1,-2.5),  (0,3)]\n");
    check_row(MICA_RT_C128, (double[]){1, -2.5, 0, 3}, "data = \n[(1,-2.5),  (0,3)]\n");
}

static const mica_rt_symbol *find(const mica_rt_symbol *symbols, size_t count, const char *name)
{
    for (size_t i = 0; i < count; ++i) {
        if (strcmp(symbols[i].name, name) == 0)
            return &symbols[i];
    }
    return NULL;
}

static void test_symbols(void **state)
{
    (void)state;
    size_t count, print_count;
    const mica_rt_symbol *symbols = mica_rt_symbols(&count);
    const mica_rt_symbol *print_symbols = mica_rt_print_symbols(&print_count);
    for (size_t i = 0; i < print_count; ++i) {
        assert_non_null(print_symbols[i].function);
        assert_ptr_equal(find(print_symbols, print_count, print_symbols[i].name),
                         &print_symbols[i]); // no name twice
    }
    assert_non_null(find(print_symbols, print_count, "_mlir_ciface_printMemrefF32"));
    assert_non_null(find(print_symbols, print_count, "memrefCopy"));
    const mica_rt_symbol *string = find(symbols, count, "mica_rt_error_string");
    assert_non_null(string);
    const char *(*error_string)(int32_t) = (const char *(*)(int32_t))string->function;
    assert_string_equal(error_string(0), "success");
    assert_non_null(find(symbols, count, "mica_rt_gpu_launch"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranks_and_strides),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_symbols),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
