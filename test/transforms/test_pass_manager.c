// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass manager: pipeline text and its errors, nesting, threads, order of diagnostics, and
// that a pass which lies about its changes is caught.
#include "test/cmocka_support.h"

#include <stdio.h>
#include <stdlib.h>

#include "ir/core/diagnostics.h"
#include "toy.h"
#include "transforms/pass/pass_manager.h"

// ---- passes
// ----------------------------------------------------------------------------------

static bool run_complain(mica_pass_run *run)
{
    mica_op *op = mica_pass_run_op(run);
    mica_string file;
    uint32_t line, column;
    mica_location_resolve(mica_op_context(op), mica_op_location(op), &file, &line, &column);
    for (mica_op *each = mica_block_first(mica_region_first(mica_op_region(op, 0))); each;
         each = mica_op_next(each))
        mica_op_set_location(each, mica_op_location(op));
    mica_diagnostic_emit(
        mica_warning(mica_op_context(op), mica_op_location(op), "at %u", line));
    mica_pass_run_count(run, 0, 1);
    return line != 7;
}

static bool run_lie(mica_pass_run *run)
{
    mica_op_set_location(mica_pass_run_op(run), mica_location_unknown());
    mica_pass_run_mark_unchanged(run);
    return true;
}

static int64_t seen_width;
static char seen_names[64];

static bool run_options(mica_pass_run *run)
{
    const mica_pass_options *options = mica_pass_run_options(run);
    size_t count;
    const mica_string *names = mica_pass_option_strings(options, "names", &count);
    seen_width = mica_pass_option_int(options, "width");
    seen_names[0] = 0;
    for (size_t i = 0; i < count; i++) {
        strncat(seen_names, names[i].data, 16);
        strcat(seen_names, ";");
    }
    return true;
}

static const mica_statistic_def statistics[] = {{"num-seen", "Functions seen"}};
static const mica_option_def options[] = {
    {"width", MICA_OPTION_INT, "A number", "4", NULL},
    {"names", MICA_OPTION_STRING_LIST, "Names", NULL, NULL},
    {"fast", MICA_OPTION_BOOL, "A flag", NULL, NULL},
};
static const mica_pass_def complain = {.struct_size = sizeof(mica_pass_def),
                                       .argument = "complain",
                                       .name = "Complain",
                                       .anchor = "toy.func",
                                       .statistics = statistics,
                                       .statistic_count = 1,
                                       .run = run_complain};
static const mica_pass_def lie = {
    .struct_size = sizeof(mica_pass_def), .argument = "lie", .name = "Lie", .run = run_lie};
static const mica_pass_def with_options = {.struct_size = sizeof(mica_pass_def),
                                           .argument = "with-options",
                                           .name = "WithOptions",
                                           .options = options,
                                           .option_count = 3,
                                           .run = run_options};
static const mica_pipeline_def both = {"both", "Two", "with-options,toy.func(complain)"};

typedef struct fixture {
    toy_diagnostics diagnostics;
    mica_context *context;
    mica_pass_registry *registry;
    mica_pass_manager *manager;
    mica_op *module;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof(*f));
    f->context = toy_context(&f->diagnostics);
    f->registry = mica_pass_registry_create();
    assert_true(mica_pass_registry_add_all(f->registry));
    assert_true(mica_pass_registry_add(f->registry, &complain));
    assert_true(mica_pass_registry_add(f->registry, &lie));
    assert_true(mica_pass_registry_add(f->registry, &with_options));
    assert_true(mica_pass_registry_add_pipeline(f->registry, &both));
    f->manager = mica_pass_manager_create(f->context, f->registry, "toy.module");
    f->module = toy_module(f->context);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    mica_pass_manager_destroy(f->manager);
    mica_pass_registry_destroy(f->registry);
    mica_op_destroy(f->module);
    mica_context_destroy(f->context);
    free(f);
    return 0;
}

static bool parse(fixture *f, const char *text)
{
    f->diagnostics.length = 0;
    f->diagnostics.text[0] = 0;
    return mica_pass_manager_parse(f->manager, mica_string_from(text));
}

// ---- text
// ------------------------------------------------------------------------------------

static void prints_what_it_parsed(void **state)
{
    fixture *f = *state;
    assert_true(parse(f, " toy.module( both , toy.func(cse,complain),"
                         "with-options{width=7 names=a,b fast})"));
    char *text = mica_pass_manager_to_string(f->manager);
    assert_string_equal(
        text, "toy.module(with-options{fast=false  width=4},toy.func(complain,cse,complain),"
              "with-options{fast=true names=a,b width=7})");
    free(text);
    assert_true(mica_pass_manager_run(f->manager, f->module));
    assert_int_equal(seen_width, 7);
    assert_string_equal(seen_names, "a;b;");
}

static void braces_hold_options_together(void **state)
{
    fixture *f = *state;
    assert_true(parse(f, "toy.module(with-options{names={x y,z} width=0x10})"));
    assert_true(mica_pass_manager_run(f->manager, f->module));
    assert_int_equal(seen_width, 16);
    assert_string_equal(seen_names, "x y;z;");
}

static void reports_errors_in_pipelines(void **state)
{
    static const char *const cases[][2] = {
        {"foo", "expected pass pipeline to be wrapped with the anchor operation type, e.g. "
                "'builtin.module(...)'"},
        {"toy.module(foo)", "Parser:1:1: error: 'foo' does not refer to a registered pass or "
                            "pass pipeline\nfoo\n^\n"},
        {"toy.module(cse,,cse)", "Parser:1:5: error: '' does not refer to a registered pass or "
                                 "pass pipeline\ncse,,cse\n    ^\n"},
        {"toy.module(cse))", "Parser:1:4: error: encountered extra closing ')' creating "
                             "unbalanced parentheses while parsing pipeline\ncse)\n   ^\n"},
        {"toy.module(toy.func(cse)",
         "encountered unbalanced parentheses while parsing pipeline"},
        {"toy.module(cse{a=b)", "Parser:1:4: error: missing closing '}' while processing pass "
                                "options"},
        {"toy.module(toy.func(cse)cse)", "expected ',' after parsing pipeline"},
        {"toy.module(with-options{no=1})", "<Pass-Options-Parser>: no such option no\n\nfailed "
                                           "to add `with-options` with options "
                                           "`no=1`"},
        {"toy.module(with-options{width=x})", "failed to add `with-options` with options "
                                              "`width=x`"},
        {"toy.module(complain)", "Can't add pass 'Complain' restricted to 'toy.func' on a "
                                 "PassManager intended to run on 'toy.module', did you intend "
                                 "to nest?\nfailed to add `complain` with options ``"},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_false(parse(f, cases[i][0]));
        if (!strstr(f->diagnostics.text, cases[i][1]))
            fail_msg("%s: %s", cases[i][0], f->diagnostics.text);
    }
}

static void flags_nest_passes_of_other_ops(void **state)
{
    fixture *f = *state;
    assert_true(
        mica_pass_manager_add(f->manager, mica_string_from("complain"), mica_string_from("")));
    char *text = mica_pass_manager_to_string(f->manager);
    assert_string_equal(text, "toy.module(toy.func(complain))");
    free(text);
}

static void refuses_another_root(void **state)
{
    fixture *f = *state;
    assert_true(parse(f, "toy.func(cse)"));
    assert_false(mica_pass_manager_run(f->manager, f->module));
    assert_string_equal(f->diagnostics.text,
                        "can't run 'toy.func' pass manager on 'toy.module' op\n");
}

// ---- running
// ---------------------------------------------------------------------------------

static bool append_text(void *user, const char *data, size_t size)
{
    toy_diagnostics *all = user;
    if (all->length + size >= sizeof(all->text))
        return false;
    memcpy(all->text + all->length, data, size);
    all->length += size;
    all->text[all->length] = 0;
    return true;
}

/// Runs `complain` over 40 functions; the seventh makes it fail. Diagnostics come in order of
/// the functions, and all functions are run, with any number of threads.
static void run_on_threads(fixture *f, unsigned threads)
{
    char expected[512] = "";
    for (uint32_t i = 1; i <= 40; i++) {
        mica_block *body = toy_func(f->module, i);
        for (int k = 0; k < 20; k++)
            toy_use(body, toy_op(body, "toy.source", NULL, NULL));
        snprintf(expected + strlen(expected), 16, "at %u\n", i);
    }
    toy_diagnostics report = {{0}, 0, 0};
    const mica_pass_manager_options manager_options = {.struct_size = sizeof(manager_options),
                                                       .threads = threads,
                                                       .statistics = true,
                                                       .write = append_text,
                                                       .write_user = &report};
    mica_pass_manager_set_options(f->manager, &manager_options);
    assert_true(parse(f, "toy.module(toy.func(complain,cse),with-options{width=9})"));
    seen_width = 0;
    assert_false(mica_pass_manager_run(f->manager, f->module));
    assert_string_equal(f->diagnostics.text, expected);
    assert_int_equal(seen_width, 0);
    assert_non_null(strstr(report.text, "(S)       40 num-seen - Functions seen"));
    assert_non_null(strstr(report.text, "'toy.func' Pipeline\n  Complain\n"));
}

static void one_thread_runs_in_order(void **state)
{
    run_on_threads(*state, 1);
}

static void two_threads_report_in_order(void **state)
{
    run_on_threads(*state, 2);
}

static void catches_a_lie(void **state)
{
    fixture *f = *state;
    assert_true(parse(f, "toy.module(lie)"));
    assert_false(mica_pass_manager_run(f->manager, f->module));
    assert_string_equal(f->diagnostics.text,
                        "'toy.module' op was edited by pass 'lie', which says that it changed "
                        "nothing\n");
}

static void reports_times(void **state)
{
    fixture *f = *state;
    toy_diagnostics report = {{0}, 0, 0};
    const mica_pass_manager_options manager_options = {.struct_size = sizeof(manager_options),
                                                       .timing = true,
                                                       .write = append_text,
                                                       .write_user = &report};
    mica_pass_manager_set_options(f->manager, &manager_options);
    toy_func(f->module, 1);
    assert_true(parse(f, "toy.module(toy.func(cse),symbol-privatize)"));
    mica_pass_manager_add_time(f->manager, "Parser", 0.25);
    assert_true(mica_pass_manager_run(f->manager, f->module));
    mica_pass_manager_add_time(f->manager, "Output", 0.5);
    mica_pass_manager_report_timing(f->manager);
    assert_non_null(strstr(report.text, "... Execution time report ..."));
    const char *parser = strstr(report.text, ")  Parser\n");
    const char *nested = strstr(report.text, ")  'toy.func' Pipeline\n");
    const char *cse = strstr(report.text, ")    CSE\n");
    const char *output = strstr(report.text, ")  Output\n");
    assert_true(parser && nested && cse && output);
    assert_true(parser < nested && nested < cse && cse < output);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(prints_what_it_parsed),
        TEST(braces_hold_options_together),
        TEST(reports_errors_in_pipelines),
        TEST(flags_nest_passes_of_other_ops),
        TEST(refuses_another_root),
        TEST(one_thread_runs_in_order),
        TEST(two_threads_report_in_order),
        TEST(catches_a_lie),
        TEST(reports_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
