// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where memory comes from: the process's allocator sees everything, a context's own sees what
// the context keeps, and what one gets goes back to it.
#include "cmocka_support.h"

#include "dialects/dialects.h"
#include "ir/core/context.h"
#include "ir/text/text.h"

#include <stdlib.h>
#include <string.h>

typedef struct ledger {
    size_t live, all;
} ledger;

static void *allocate(void *user, size_t size)
{
    ledger *book = user;
    assert_true(size > 0);
    book->live++;
    book->all++;
    return malloc(size);
}

static void *reallocate(void *user, void *memory, size_t size)
{
    if (!memory)
        return allocate(user, size);
    return realloc(memory, size);
}

static void release(void *user, void *memory)
{
    ledger *book = user;
    assert_non_null(memory);
    assert_true(book->live > 0);
    book->live--;
    free(memory);
}

static void release_sized(void *user, void *memory, size_t size)
{
    assert_true(size > 0);
    release(user, memory);
}

static const char text[] = "func.func @f(%a: tensor<4x?xf32>) -> tensor<4x?xf32> {\n"
                           "  return %a : tensor<4x?xf32>\n"
                           "}\n";

static void use_context(const mica_context_options *options)
{
    mica_context *context = mica_context_create(options);
    assert_true(mica_context_register_all_dialects(context));
    mica_op *module = mica_parse_text(context, text, "text");
    assert_non_null(module);
    char *printed = mica_op_to_string(module, NULL);
    assert_non_null(strstr(printed, "return %arg0 : tensor<4x?xf32>"));
    mica_free(printed);
    mica_context_destroy(context);
}

static void process_allocator_sees_all(void **state)
{
    (void)state;
    ledger book = {0, 0};
    const mica_allocator hook = {allocate, reallocate, release, &book};
    mica_set_allocator(&hook);
    use_context(NULL);
    assert_int_equal(book.live, 0);
    assert_true(book.all > 10);
    mica_set_allocator(NULL);
    const size_t all = book.all;
    use_context(NULL);
    assert_int_equal(book.all, all);
}

static void context_allocator_keeps_its_own(void **state)
{
    (void)state;
    ledger process = {0, 0}, own = {0, 0};
    const mica_allocator hook = {allocate, reallocate, release, &process};
    const mica_context_options options = {.struct_size = sizeof options,
                                          .allocate = allocate,
                                          .release = release_sized,
                                          .allocator_user = &own};
    mica_set_allocator(&hook);
    use_context(&options);
    mica_set_allocator(NULL);
    assert_int_equal(process.live, 0);
    assert_int_equal(own.live, 0);
    assert_true(own.all > process.all);
}

static void functions_follow_mallocs_rules(void **state)
{
    (void)state;
    ledger book = {0, 0};
    const mica_allocator hook = {allocate, reallocate, release, &book};
    mica_set_allocator(&hook);
    assert_null(mica_calloc(SIZE_MAX / 2, 3));
    unsigned char *zeros = mica_calloc(3, 5);
    for (size_t i = 0; i < 15; i++)
        assert_int_equal(zeros[i], 0);
    zeros = mica_realloc(zeros, 100);
    void *nothing = mica_realloc(NULL, 0);
    assert_non_null(nothing);
    mica_free(nothing);
    mica_free(zeros);
    mica_free(NULL);
    assert_int_equal(book.live, 0);
    mica_set_allocator(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(process_allocator_sees_all),
        cmocka_unit_test(context_allocator_keeps_its_own),
        cmocka_unit_test(functions_follow_mallocs_rules),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
