// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mica_rt_memref_copy over ranks, layouts and element sizes, against a copy that computes every
// element's address from its indices.
#include "runtime/mica_rt.h"
#include "test/cmocka_support.h"

#include <string.h>

enum { MAX_RANK = 4, BYTES = 8192 };

typedef struct layout {
    mica_rt_memref memref;
    int64_t sizes_and_strides[2 * MAX_RANK];
} layout;

static layout make_layout(char *buffer, int64_t offset, int64_t rank, const int64_t *sizes,
                          const int64_t *strides)
{
    layout l = {{buffer, buffer, offset}, {0}};
    for (int64_t i = 0; i < rank; ++i) {
        l.sizes_and_strides[i] = sizes[i];
        l.sizes_and_strides[rank + i] = strides[i];
    }
    return l;
}

static void copy_by_index(char *target, int64_t target_offset, const int64_t *target_strides,
                          const char *source, int64_t source_offset,
                          const int64_t *source_strides, int64_t rank, const int64_t *sizes,
                          int64_t element_size)
{
    int64_t total = 1;
    for (int64_t i = 0; i < rank; ++i)
        total *= sizes[i];
    for (int64_t linear = 0; linear < total; ++linear) {
        int64_t from = source_offset, to = target_offset, rest = linear;
        for (int64_t i = rank - 1; i >= 0; --i) {
            from += rest % sizes[i] * source_strides[i];
            to += rest % sizes[i] * target_strides[i];
            rest /= sizes[i];
        }
        memcpy(target + to * element_size, source + from * element_size, (size_t)element_size);
    }
}

static void check_copy(int64_t element_size, int64_t rank, const int64_t *sizes,
                       const int64_t *source_strides, int64_t source_offset,
                       const int64_t *target_strides, int64_t target_offset)
{
    static _Alignas(16) char source[BYTES], target[BYTES], expected[BYTES];
    for (int i = 0; i < BYTES; ++i)
        source[i] = (char)(i * 7 + i / 256);
    memset(target, 0x55, sizeof target);
    memset(expected, 0x55, sizeof expected);
    layout from = make_layout(source, source_offset, rank, sizes, source_strides);
    layout to = make_layout(target, target_offset, rank, sizes, target_strides);
    copy_by_index(expected, target_offset, target_strides, source, source_offset,
                  source_strides, rank, sizes, element_size);
    const mica_rt_unranked_memref unranked_from = {rank, &from.memref};
    const mica_rt_unranked_memref unranked_to = {rank, &to.memref};
    mica_rt_memref_copy(element_size, &unranked_from, &unranked_to);
    assert_memory_equal(target, expected, sizeof target);
}

static void test_layouts(void **state)
{
    (void)state;
    const int64_t sizes[] = {3, 4, 5}, dense[] = {20, 5, 1}, padded[] = {32, 8, 1},
                  transposed[] = {1, 3, 12}, spread[] = {40, 10, 2}, broadcast[] = {0, 5, 1},
                  backwards[] = {-20, 5, 1};
    const int64_t element_sizes[] = {1, 2, 4, 8, 3};
    for (size_t i = 0; i < sizeof element_sizes / sizeof element_sizes[0]; ++i) {
        const int64_t size = element_sizes[i];
        check_copy(size, 3, sizes, dense, 0, dense, 0);
        check_copy(size, 3, sizes, dense, 7, padded, 2);
        check_copy(size, 3, sizes, padded, 0, dense, 1);
        check_copy(size, 3, sizes, transposed, 0, dense, 0);
        check_copy(size, 3, sizes, dense, 0, transposed, 3);
        check_copy(size, 3, sizes, spread, 1, spread, 0);
        check_copy(size, 3, sizes, broadcast, 0, dense, 0);
        check_copy(size, 3, sizes, backwards, 40, dense, 0);
    }
}

static void test_unit_and_empty_dims(void **state)
{
    (void)state;
    const int64_t ones[] = {1, 6, 1, 2}, odd_strides[] = {99, 2, 77, 1},
                  dense[] = {12, 2, 2, 1};
    const int64_t empty[] = {3, 0, 5}, strides[] = {0, 5, 1};
    check_copy(4, 4, ones, odd_strides, 0, dense, 0);
    check_copy(4, 4, ones, dense, 0, odd_strides, 5);
    check_copy(4, 3, empty, strides, 0, strides, 0);
    check_copy(8, 0, NULL, NULL, 3, NULL, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layouts),
        cmocka_unit_test(test_unit_and_empty_dims),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
