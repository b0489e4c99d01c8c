// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a program that runs passes is told and may stop: progress, cancellation from the
// callback, from a pass and from another thread's place, and what remains of a run that was
// stopped.
#include "cmocka_support.h"

#include "dialects/dialects.h"
#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/core/verifier.h"
#include "transforms/pass/pass_manager.h"
#include "transforms/pass/reproducer.h"

#include <stdio.h>
#include <string.h>

static const char text[] = "func.func @a() {\n  return\n}\n"
                           "func.func @b() {\n  return\n}\n"
                           "func.func @c() {\n  return\n}\n";

typedef struct log_book {
    mica_pass_manager *manager;
    char steps[1024];
    size_t calls, stop_at; ///< the call at which the answer is no
    size_t last_total;
    char said[256];
} log_book;

static bool on_progress(void *user, const mica_pass_progress *progress)
{
    log_book *book = user;
    const size_t used = strlen(book->steps);
    snprintf(book->steps + used, sizeof book->steps - used, "%zu %s %s\n", progress->done,
             progress->pass->argument,
             mica_string_is(mica_op_name(progress->op), "func.func") ? "func" : "module");
    book->last_total = progress->total;
    return book->calls++ != book->stop_at;
}

static void on_diagnostic(void *user, const mica_diagnostic *diagnostic)
{
    log_book *book = user;
    const mica_string message = mica_diagnostic_message(diagnostic);
    snprintf(book->said, sizeof book->said, "%.*s", MICA_STRING_ARG(message));
}

/// A pass that asks for the end of the run that it is in.
static mica_pass_manager *to_cancel;
static bool run_cancel(mica_pass_run *run)
{
    mica_pass_manager_cancel(to_cancel);
    return !mica_pass_run_is_cancelled(run);
}
static const mica_pass_def cancel_pass = {.struct_size = sizeof cancel_pass,
                                          .argument = "cancel",
                                          .name = "Cancel",
                                          .run = run_cancel};

typedef struct fixture {
    mica_context *context;
    mica_pass_registry *registry;
    mica_pass_manager *manager;
    mica_op *module;
    log_book book;
} fixture;

static void open_fixture(fixture *f, const char *pipeline, unsigned threads)
{
    memset(f, 0, sizeof *f);
    f->book.stop_at = SIZE_MAX;
    f->context = mica_context_create(NULL);
    mica_context_set_diagnostic_handler(f->context, on_diagnostic, &f->book);
    assert_true(mica_context_register_all_dialects(f->context));
    f->registry = mica_pass_registry_create();
    assert_true(mica_pass_registry_add_all(f->registry));
    assert_true(mica_pass_registry_add(f->registry, &cancel_pass));
    f->manager = mica_pass_manager_create(f->context, f->registry, NULL);
    const mica_pass_manager_options options = {.struct_size = sizeof options,
                                               .threads = threads,
                                               .progress = on_progress,
                                               .progress_user = &f->book};
    mica_pass_manager_set_options(f->manager, &options);
    assert_true(mica_pass_manager_append(f->manager, mica_string_from(pipeline)));
    f->module = mica_parse_text(f->context, text, "text");
    to_cancel = f->manager;
}

static void close_fixture(fixture *f)
{
    mica_pass_manager_destroy(f->manager);
    mica_pass_registry_destroy(f->registry);
    mica_context_destroy(f->context);
}

static void progress_names_each_pass(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f, "cse,func.func(canonicalize,cse),symbol-dce", 1);
    assert_true(mica_pass_manager_run(f.manager, f.module));
    assert_string_equal(f.book.steps, "0 cse module\n"
                                      "1 canonicalize func\n2 cse func\n"
                                      "1 canonicalize func\n2 cse func\n"
                                      "1 canonicalize func\n2 cse func\n"
                                      "3 symbol-dce module\n");
    assert_int_equal(f.book.last_total, 4);
    assert_false(mica_pass_manager_was_cancelled(f.manager));
    close_fixture(&f);
}

static void callback_cancels(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f, "cse,func.func(canonicalize,cse),symbol-dce", 1);
    f.book.stop_at = 2;
    assert_false(mica_pass_manager_run(f.manager, f.module));
    assert_true(mica_pass_manager_was_cancelled(f.manager));
    assert_string_equal(f.book.said, "cancelled");
    assert_int_equal(f.book.calls, 3); // what follows is not even asked
    assert_true(mica_op_verify(f.module));
    // the next run starts afresh
    assert_true(mica_pass_manager_run(f.manager, f.module));
    assert_false(mica_pass_manager_was_cancelled(f.manager));
    close_fixture(&f);
}

static void threads_stop_too(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f, "func.func(cse,canonicalize,cse)", 3);
    f.book.stop_at = 0;
    assert_false(mica_pass_manager_run(f.manager, f.module));
    assert_true(mica_pass_manager_was_cancelled(f.manager));
    assert_int_equal(f.book.calls, 1);
    close_fixture(&f);
}

static void anyone_cancels(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f, "cancel,cse", 1);
    assert_false(mica_pass_manager_run(f.manager, f.module));
    assert_true(mica_pass_manager_was_cancelled(f.manager));
    assert_string_equal(f.book.steps, "0 cancel module\n");
    // before a run: the next one is stopped
    mica_pass_manager_cancel(f.manager);
    assert_false(mica_pass_manager_run(f.manager, f.module));
    assert_string_equal(f.book.steps, "0 cancel module\n");
    close_fixture(&f);
}

static void older_options_are_shorter(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f, "cse", 1);
    const mica_pass_manager_options older = {
        .struct_size = offsetof(mica_pass_manager_options, progress), .progress = on_progress};
    mica_pass_manager_set_options(f.manager, &older);
    assert_true(mica_pass_manager_run(f.manager, f.module));
    assert_int_equal(f.book.calls, 0);
    close_fixture(&f);
}

static void reproducer_needs_a_run(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f, "cse", 1);
    assert_false(mica_pass_manager_write_reproducer(f.manager, "/dev/null"));
    close_fixture(&f);
}

static void reproducer_is_read_back(void **state)
{
    (void)state;
    static const char file[] =
        "module {\n}\n"
        "{-#\n  external_resources: {\n    other: { pipeline: \"no\" },\n"
        "    mlir_reproducer: {\n      pipeline: \"any(cse{a=\\\"b\\\"})\",\n"
        "      disable_threading: true,\n      verify_each: false\n"
        "    }\n  }\n#-}\n";
    fixture f;
    open_fixture(&f, "cse", 1);
    mica_reproducer found = {.struct_size = sizeof found};
    const mica_parse_options options = {.struct_size = sizeof options,
                                        .external_resource = mica_reproducer_read,
                                        .external_resource_user = &found};
    assert_non_null(mica_parse_source(f.context, mica_string_from(file),
                                      mica_string_from("file"), &options));
    assert_string_equal(found.pipeline, "any(cse{a=\"b\"})");
    assert_true(found.disable_threading);
    assert_true(found.no_verify_each);
    mica_reproducer_free(&found);
    assert_null(found.pipeline);
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(progress_names_each_pass),  cmocka_unit_test(callback_cancels),
        cmocka_unit_test(threads_stop_too),          cmocka_unit_test(anyone_cancels),
        cmocka_unit_test(older_options_are_shorter), cmocka_unit_test(reproducer_needs_a_run),
        cmocka_unit_test(reproducer_is_read_back),
    };
    return cmocka_run_group_tests_name("pass_control", tests, NULL, NULL);
}
