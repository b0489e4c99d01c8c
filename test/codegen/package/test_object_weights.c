// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Weights taken out of a module: their bytes, their side file, and objects that can't hold
// them.
#include "codegen/package/object_weights.h"
#include "dialects/dialects.h"
#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/core/symbol_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char text[] =
    "memref.global constant @weights : memref<128xi8>\n"
    "memref.global \"private\" constant @a : memref<3xi16> = dense<[1, 2, 3]> "
    "{mica.offset = 0 : i64}\n"
    "memref.global \"private\" constant @b : memref<2x2xi32> = dense<-2> "
    "{mica.offset = 64 : i64}\n"
    "memref.global \"private\" constant @other : memref<2xi8> = dense<1>\n";

typedef struct bytes {
    unsigned char data[512];
    size_t size, most;
} bytes;

static bool append(void *user, const char *data, size_t size)
{
    bytes *all = user;
    if (size > all->most - all->size)
        return false;
    memcpy(all->data + all->size, data, size);
    all->size += size;
    return true;
}

static void count_diagnostic(void *user, const mica_diagnostic *diagnostic)
{
    (void)diagnostic;
    ++*(int *)user;
}

/// A module and its weights.
typedef struct fixture {
    mica_context *context;
    mica_op *module;
    mica_model_weights *weights;
    int diagnostics;
} fixture;

static void begin(fixture *f)
{
    f->diagnostics = 0;
    f->context = mica_context_create(NULL);
    assert_true(mica_context_register_all_dialects(f->context));
    mica_context_set_diagnostic_handler(f->context, count_diagnostic, &f->diagnostics);
    f->module = mica_parse_source(f->context, mica_string_from(text),
                                  mica_string_from("weights.mlir"), NULL);
    assert_non_null(f->module);
    f->weights = mica_model_weights_take(f->module, mica_string_from("weights"));
    assert_non_null(f->weights);
}

static void end(fixture *f)
{
    mica_model_weights_destroy(f->weights);
    mica_op_destroy(f->module);
    mica_context_destroy(f->context);
}

static void test_block(void **state)
{
    (void)state;
    fixture f;
    bytes all = {.most = sizeof all.data};
    const unsigned char a[] = {1, 0, 2, 0, 3, 0, 0, 0}, b[] = {0xfe, 0xff, 0xff, 0xff};
    begin(&f);
    assert_int_equal(mica_model_weights_size(f.weights), 128);
    assert_true(mica_model_weights_write(f.weights, append, &all));
    assert_int_equal(all.size, 128);
    assert_memory_equal(all.data, a, sizeof a);
    for (size_t i = 64; i < 80; i += 4)
        assert_memory_equal(all.data + i, b, sizeof b);
    for (size_t i = 80; i < 128; ++i)
        assert_int_equal(all.data[i], 0);
    // They left the module, and what is none of them stayed.
    assert_null(mica_symbol_find_in(f.module, mica_string_from("weights")));
    assert_null(mica_symbol_find_in(f.module, mica_string_from("a")));
    assert_non_null(mica_symbol_find_in(f.module, mica_string_from("other")));
    assert_null(mica_model_weights_take(f.module, mica_string_from("weights")));
    assert_int_equal(f.diagnostics, 1);
    end(&f);
}

static void test_side_file(void **state)
{
    (void)state;
    fixture f;
    bytes all = {.most = sizeof all.data};
    begin(&f);
    assert_true(mica_model_weights_write_file(f.weights, append, &all));
    assert_int_equal(all.size, mica_model_weights_file_size(f.weights));
    assert_int_equal(all.size, 192);
    assert_memory_equal(all.data + 128, "MICAWGT1\x80\0\0\0\0\0\0\0", 16);
    uint64_t fingerprint = 0;
    for (size_t i = 8; i-- > 0;)
        fingerprint = fingerprint << 8 | all.data[184 + i];
    assert_int_equal(fingerprint, mica_model_weights_fingerprint(f.weights));
    // It is stored in files: another number here breaks the files of older versions.
    assert_int_equal(fingerprint, UINT64_C(0x4431dd5b47e71ef5));
    end(&f);
}

static void test_write_fails(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    for (size_t most = 0; most < 192; most += 7) {
        bytes all = {.most = most};
        assert_false(mica_model_weights_write_file(f.weights, append, &all));
    }
    end(&f);
}

/// Every byte of a made-up object that claims the wrong thing.
static void test_no_object(void **state)
{
    (void)state;
    fixture f;
    mica_weighted_object made;
    unsigned char object[128] = {0x7f, 'E', 'L', 'F', 2, 1};
    begin(&f);
    assert_false(mica_weighted_object_make(f.context, "no object", 9, f.weights, &made));
    assert_false(mica_weighted_object_make(f.context, object, 6, f.weights, &made));
    object[16] = 1;               // relocatable
    object[58] = 64;              // bytes of a section's header
    memset(object + 40, 0xff, 8); // where they are: far outside
    assert_false(mica_weighted_object_make(f.context, object, 128, f.weights, &made));
    memset(object + 40, 0, 8);
    object[40] = 64;
    object[60] = 1; // one section, of no name
    assert_false(mica_weighted_object_make(f.context, object, 128, f.weights, &made));
    object[62] = 9; // names in a section that is not there
    assert_false(mica_weighted_object_make(f.context, object, 128, f.weights, &made));
    assert_int_equal(f.diagnostics, 5);
    assert_true(mica_weighted_object_make(f.context, "any", 3, NULL, &made));
    assert_int_equal(mica_weighted_object_size(&made), 3);
    mica_weighted_object_end(&made);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_block),
        cmocka_unit_test(test_side_file),
        cmocka_unit_test(test_write_fails),
        cmocka_unit_test(test_no_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
