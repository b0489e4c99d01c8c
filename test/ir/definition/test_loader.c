// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The loader of definitions: a dialect of every feature is read from text and used; mistakes
// are reported with their places, several in one reading.

#include "cmocka_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialects/arith/arith_ops.h"
#include "dialects/dialects.h"
#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/text/text.h"

/// Diagnostics as "line:column: message\n".
typedef struct log {
    mica_context *context;
    char text[4096];
    size_t count;
} diagnostic_log;

static void keep_diagnostic(void *user, const mica_diagnostic *diagnostic)
{
    diagnostic_log *log = user;
    mica_string file;
    uint32_t line = 0, column = 0;
    mica_location_resolve(log->context, mica_diagnostic_location(diagnostic), &file, &line,
                          &column);
    const size_t used = strlen(log->text);
    snprintf(log->text + used, sizeof log->text - used, "%u:%u: %.*s\n", line, column,
             MICA_STRING_ARG(mica_diagnostic_message(diagnostic)));
    ++log->count;
}

static mica_context *make_context(diagnostic_log *log)
{
    memset(log, 0, sizeof *log);
    log->context = mica_context_create(NULL);
    assert_non_null(log->context);
    mica_context_set_diagnostic_handler(log->context, keep_diagnostic, log);
    return log->context;
}

static const mica_dialect_def *load(mica_context *context, const char *text)
{
    const mica_load_options options = {sizeof options, mica_dialect_library_builtin(), NULL, 0};
    return mica_dialect_load_text(context, mica_string_from(text), "toy.dialect", &options);
}

/// What a definition that must be refused reports.
static void expect_errors(const char *definition, const char *expected)
{
    diagnostic_log log;
    mica_context *context = make_context(&log);
    assert_null(load(context, definition));
    assert_string_equal(log.text, expected);
    assert_null(mica_context_find_dialect(context, mica_string_from("toy")));
    mica_context_destroy(context);
}

static const char toy[] =
    "dialect toy \"for tests\" {\n"
    "  description \"\"\"\n"
    "    Two\n"
    "      lines.\n"
    "  \"\"\"\n"
    "}\n"
    "constraint small \"small integer\" = i8 | i16\n"
    "constraint pair_of(t, n) \"{n} of {t}\" = vector_of_rank(t, n)\n"
    "enum way \"which way\" { up, down = 5, \"side-ways\" = 6 }\n"
    "bits marks \"marks\" { attr marks separator \",\" none = 0, a = 1, b = 2, all = 3 }\n"
    "type box \"a box\" { params inner: type, width: int = 1 }\n"
    "type token \"a token\" { }\n"
    "attr note \"a note\" { params text: string, weight: optional attr(i32_attr)\n"
    "  format `<` struct(params) `>` }\n"
    "op turn \"turns\" {\n"
    "  traits    pure same_operands_and_result_type\n"
    "  operands  input: any_integer\n"
    "  attrs     way: way = up, marks: marks = none\n"
    "  results   result: any_integer\n"
    "  format    $input (`,` $way^)? (`marks` `` $marks^)? attr-dict `:` type($input)\n"
    "}\n"
    "op pack \"packs\" {\n"
    "  traits    attr_sized_operand_segments\n"
    "  operands  first: small, rest: variadic any_type, last: optional index\n"
    "  attrs     sealed: optional unit_attr\n"
    "  results   box: box\n"
    "  format    $first (`,` $rest^ `:` type($rest))? (`last` $last^)? (`sealed` $sealed^)?\n"
    "            attr-dict `:` type($first) `->` qualified(type($box))\n"
    "}\n"
    "op wait \"waits\" {\n"
    "  operands  token: token\n"
    "  results   operands: i1\n"
    "  format    $token attr-dict\n"
    "}\n"
    "op start \"starts\" {\n"
    "  attrs     note: note\n"
    "  results   token: token\n"
    "  regions   body: any\n"
    "  format    $note ($body^)? attr-dict\n"
    "}\n"
    "op pick \"picks\" {\n"
    "  operands  from: any_vector\n"
    "  results   element: any_type\n"
    "  types     element = element(from) : \"element comes from the vector\"\n"
    "  format    $from attr-dict `:` type($from)\n"
    "}\n";

static void test_description(void **state)
{
    (void)state;
    diagnostic_log log;
    mica_context *context = make_context(&log);
    const mica_dialect_def *dialect = load(context, toy);
    assert_string_equal(log.text, "");
    assert_non_null(dialect);
    assert_string_equal(dialect->description, "Two\n  lines.");
    assert_int_equal(dialect->op_count, 5);
    // sorted by name
    assert_string_equal(dialect->ops[0]->name, "toy.pack");
    assert_string_equal(dialect->ops[4]->name, "toy.wait");
    assert_string_equal(dialect->ops[0]->operands[0].constraint->description, "small integer");
    assert_int_equal(dialect->ops[0]->operand_segment_slot, 0);
    assert_string_equal(dialect->ops[0]->attrs[0].name, "operandSegmentSizes");
    mica_context_destroy(context);
}

/// Parses, prints, and compares with `expected`.
static void expect_round_trip(mica_context *context, const char *text, const char *expected)
{
    mica_op *module =
        mica_parse_source(context, mica_string_from(text), mica_string_from("x.mlir"), NULL);
    assert_non_null(module);
    char *printed = mica_op_to_string(module, NULL);
    assert_non_null(printed);
    assert_string_equal(printed, expected);
    free(printed);
    mica_op_destroy(module);
}

static void test_text_of_loaded_ops(void **state)
{
    (void)state;
    diagnostic_log log;
    mica_context *context = make_context(&log);
    mica_context_allow_unregistered(context, true);
    assert_non_null(load(context, toy));
    const char *text = "module {\n"
                       "  %0 = \"x.y\"() : () -> i8\n"
                       "  %1 = toy.turn %0 : i8\n"
                       "  %2 = toy.turn %1, down : i8\n"
                       "  %3 = toy.turn %2, \"side-ways\" marks<all> {x.z} : i8\n"
                       "  %4 = toy.pack %3 : i8 -> !toy.box<i8>\n"
                       "  %5 = toy.pack %3, %4, %3 : !toy.box<i8>, i8 sealed : i8 -> "
                       "!toy.box<i8, 7>\n"
                       "  %6 = toy.start <text = \"go\", weight = 3 : i32>\n"
                       "  %7 = toy.start <text = \"on\"> {\n"
                       "    %9 = toy.wait %6\n"
                       "    \"x.end\"() : () -> ()\n"
                       "  }\n"
                       "  %8 = toy.wait %7\n"
                       "}\n";
    expect_round_trip(context, text, text);
    assert_string_equal(log.text, "");
    mica_context_destroy(context);
}

static void expect_rejected(mica_context *context, diagnostic_log *log, const char *text,
                            const char *expected)
{
    log->text[0] = '\0';
    mica_op *module =
        mica_parse_source(context, mica_string_from(text), mica_string_from("x.mlir"), NULL);
    assert_null(module);
    assert_string_equal(log->text, expected);
}

static void test_verified_like_compiled(void **state)
{
    (void)state;
    diagnostic_log log;
    mica_context *context = make_context(&log);
    mica_context_allow_unregistered(context, true);
    assert_non_null(load(context, toy));
    expect_rejected(context, &log,
                    "%0 = \"x.y\"() : () -> f32\n"
                    "%1 = toy.turn %0 : f32\n",
                    "2:6: 'toy.turn' op operand #0 must be integer, but got 'f32'\n");
    expect_rejected(context, &log,
                    "%0 = \"x.y\"() : () -> vector<4xf32>\n"
                    "%1 = \"toy.pick\"(%0) : (vector<4xf32>) -> f64\n",
                    "2:6: 'toy.pick' op failed to verify that element comes from the vector\n");
    expect_rejected(context, &log,
                    "%0 = \"x.y\"() : () -> i8\n"
                    "%1 = toy.turn %0, left : i8\n",
                    "2:19: custom op 'toy.turn' expected string or keyword containing one of "
                    "the following enum "
                    "values for attribute 'way' [up, down, side-ways]\n");
    mica_context_destroy(context);
}

static void test_inferred_results(void **state)
{
    (void)state;
    diagnostic_log log;
    mica_context *context = make_context(&log);
    assert_non_null(load(context, toy));
    mica_block *block = mica_block_create(context);
    const int64_t shape[] = {4};
    const mica_type *f32 = mica_float_type_get(context, MICA_FLOAT_F32);
    mica_value *vector = mica_block_add_argument(
        block, mica_vector_type_get(f32, shape, NULL, 1), mica_location_unknown());
    mica_op_state op;
    mica_op_state_init(&op, context, "toy.pick", mica_location_unknown());
    mica_op_state_add_operand(&op, vector);
    assert_true(mica_op_state_infer_types(&op));
    assert_int_equal(op.result_count, 1);
    assert_ptr_equal(op.result_types[0], f32);
    mica_op_state_discard(&op);
    mica_block_destroy(block);
    mica_context_destroy(context);
}

// ---- known names
// -----------------------------------------------------------------------------

static void test_known_name_keeps_its_kind(void **state)
{
    (void)state;
    diagnostic_log log;
    mica_context *context = make_context(&log);
    const mica_dialect_def *dialect =
        load(context, "dialect arith\n"
                      "op negf \"other\" {\n"
                      "  operands  operand: any_float\n"
                      "  attrs     fastmath: any_attr, more: optional any_attr\n"
                      "  results   result: any_float\n"
                      "}\n");
    assert_string_equal(log.text, "");
    assert_non_null(dialect);
    assert_ptr_equal(dialect->ops[0]->kind, &mica_arith_negf_kind);
    mica_context_destroy(context);
}

static void test_other_slots_are_refused(void **state)
{
    (void)state;
    expect_errors("dialect arith\n"
                  "op negf \"other\" {\n"
                  "  attrs  more: any_attr, fastmath: any_attr\n"
                  "}\n",
                  "2:4: attribute 0 of 'arith.negf' must be 'fastmath', as this program was "
                  "compiled with it\n");
}

// ---- mistakes
// --------------------------------------------------------------------------------

static void test_several_mistakes(void **state)
{
    (void)state;
    expect_errors("dialect toy\n"
                  "op a \"\" {\n"
                  "  traits pure sorted\n"
                  "  operands x: any_typ\n"
                  "}\n"
                  "op b \"\" {\n"
                  "  operands x any_type\n"
                  "}\n"
                  "op c \"\" {\n"
                  "  hooks verify\n"
                  "}\n"
                  "op d \"\" {\n"
                  "  operands x: i1, x: i8\n"
                  "}\n",
                  "7:14: unexpected 'any_type'\n");
    expect_errors("dialect toy\n"
                  "op a \"\" {\n"
                  "  traits pure sorted\n"
                  "  operands x: any_typ\n"
                  "}\n"
                  "op c \"\" {\n"
                  "  hooks verify\n"
                  "}\n"
                  "op d \"\" {\n"
                  "  operands x: i1, x: i8\n"
                  "}\n",
                  "3:15: unknown trait 'sorted'\n"
                  "4:15: unknown constraint 'any_typ'\n"
                  "7:9: this program has no hook 'micai_toy_c_verify'\n"
                  "10:19: 'x' is given twice\n");
}

static void test_syntax_errors_in_two_items(void **state)
{
    (void)state;
    expect_errors("dialect toy\n"
                  "op a {{ }\n"
                  "op b \"\" { }\n"
                  "type c \"\" { params , }\n",
                  "2:7: unexpected '{'\n"
                  "4:20: unexpected ','\n");
}

static void test_format_mistakes(void **state)
{
    (void)state;
    expect_errors("dialect toy\n"
                  "op a \"\" {\n"
                  "  operands x: i1\n"
                  "  format $y attr-dict\n"
                  "}\n"
                  "op b \"\" {\n"
                  "  operands x: i1\n"
                  "  format $x\n"
                  "}\n"
                  "op c \"\" {\n"
                  "  format (`a`)? attr-dict\n"
                  "}\n",
                  "4:10: '$y' is defined nowhere\n"
                  "8:10: format lacks attr-dict\n"
                  "11:16: an optional group needs an anchor, as in $x^\n");
}

static void test_constraints_that_are_wrong(void **state)
{
    (void)state;
    expect_errors("dialect toy\n"
                  "constraint loop \"\" = loop | i1\n"
                  "op a \"\" { operands x: loop }\n"
                  "op b \"\" { operands x: vector_of }\n"
                  "op c \"\" { operands x: rank(f32) }\n",
                  "2:22: constraint 'loop' is defined by itself\n"
                  "4:23: 'vector_of' takes 1 arguments, 0 given\n"
                  "5:28: expected a number\n");
}

static void test_files_without_dialect_or_unreadable(void **state)
{
    (void)state;
    expect_errors("op a \"\" { }\n", "1:1: no 'dialect' in this definition\n");
    expect_errors("dialect toy\ninclude \"nowhere.dialect\"\n",
                  "2:9: cannot find 'nowhere.dialect'\n");
    diagnostic_log log;
    mica_context *context = make_context(&log);
    assert_null(mica_dialect_load_file(context, "no/such/file.dialect", NULL));
    assert_int_equal(log.count, 1);
    mica_context_destroy(context);
}

static void test_deep_nesting_is_refused(void **state)
{
    (void)state;
    enum { DEPTH = 5000 };
    char *text = malloc(2 * DEPTH + 100);
    assert_non_null(text);
    strcpy(text, "dialect toy\nconstraint deep \"\" = ");
    size_t length = strlen(text);
    memset(text + length, '(', DEPTH);
    strcpy(text + length + DEPTH, "i1");
    diagnostic_log log;
    mica_context *context = make_context(&log);
    assert_null(load(context, text));
    assert_int_equal(log.count, 1);
    assert_non_null(strstr(log.text, "expressions are nested too deeply"));
    mica_context_destroy(context);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_description),
        cmocka_unit_test(test_text_of_loaded_ops),
        cmocka_unit_test(test_verified_like_compiled),
        cmocka_unit_test(test_inferred_results),
        cmocka_unit_test(test_known_name_keeps_its_kind),
        cmocka_unit_test(test_other_slots_are_refused),
        cmocka_unit_test(test_several_mistakes),
        cmocka_unit_test(test_syntax_errors_in_two_items),
        cmocka_unit_test(test_format_mistakes),
        cmocka_unit_test(test_constraints_that_are_wrong),
        cmocka_unit_test(test_files_without_dialect_or_unreadable),
        cmocka_unit_test(test_deep_nesting_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
