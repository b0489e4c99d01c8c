// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Out of memory at every place: the linker sends the reader's allocations here, and the n-th
// fails. What was opened before is closed, so that a leak checker has its say, too.
#include "dialects/onnx/reader/onnx-ml.pb-c.h"
#include "dialects/onnx/reader/onnx_file.h"
#include "wire_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *pointer, size_t size);

static size_t allocations_left = SIZE_MAX; // before one fails
static bool has_failed;

static bool may_allocate(void)
{
    if (allocations_left == 0) {
        has_failed = true;
        return false;
    }
    allocations_left--;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return may_allocate() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
    return may_allocate() ? __real_calloc(count, size) : NULL;
}

void *__wrap_realloc(void *pointer, size_t size)
{
    return may_allocate() ? __real_realloc(pointer, size) : NULL;
}

// Opens the model and reads its initializers; false with the first error.
static bool use_model(const char *path, mica_onnx_error *error)
{
    mica_onnx_file *file = mica_onnx_file_open(path, error);
    if (!file)
        return false;
    const Onnx__GraphProto *graph = mica_onnx_file_model(file)->graph;
    bool is_read = true;
    for (size_t i = 0; is_read && i < graph->n_initializer; i++) {
        mica_onnx_tensor tensor;
        is_read = mica_onnx_tensor_read(file, graph->initializer[i], &tensor, error);
    }
    mica_onnx_file_close(file);
    return is_read;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    static const char *const paths[] = {
        MODELS_FOLDER "/nodes.onnx",
        MODELS_FOLDER "/typed.onnx",
        DIGITS_FOLDER "/digits.onnx",
    };
    for (size_t p = 0; p < 3; p++) {
        size_t failures = 0;
        bool is_used = false;
        while (!is_used) {
            mica_onnx_error error;
            has_failed = false;
            allocations_left = failures;
            is_used = use_model(paths[p], &error);
            allocations_left = SIZE_MAX;
            assert_int_equal(is_used, !has_failed);
            if (!is_used)
                assert_string_equal(error.message, "out of memory");
            failures += !is_used;
        }
        assert_true(failures >= 4); // scanner, copy, file, block
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
