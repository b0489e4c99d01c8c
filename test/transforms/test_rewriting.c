// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rewriting without text: the greedy driver with C patterns and match programs, cse, the
// conversion driver and its errors.
#include "test/cmocka_support.h"

#include <stdlib.h>

#include "ir/rewrite/conversion.h"
#include "ir/rewrite/match_program.h"
#include "toy.h"
#include "transforms/drivers/greedy.h"
#include "transforms/pass/pass_manager.h"

typedef struct fixture {
    toy_diagnostics diagnostics;
    mica_context *context;
    mica_op *module;
    mica_block *body;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof(*f));
    f->context = toy_context(&f->diagnostics);
    f->module = toy_module(f->context);
    f->body = toy_func(f->module, 1);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    mica_op_destroy(f->module);
    mica_context_destroy(f->context);
    free(f);
    return 0;
}

// ---- the greedy driver
// -----------------------------------------------------------------------

/// -(-x) -> x
static bool drop_double_negation(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_op *inner = mica_value_op(mica_op_operand(op, 0));
    if (!inner || !mica_string_is(mica_op_name(inner), "toy.neg"))
        return mica_rewriter_fail(rewriter, op, "the operand is no negation");
    mica_value *x = mica_op_operand(inner, 0);
    return mica_rewriter_replace_op(rewriter, op, &x, 1);
}

static const mica_pattern negation = {
    .name = "drop_double_negation", .root = "toy.neg", .rewrite = drop_double_negation};

static void run_greedily(fixture *f, mica_pattern_set *set, const mica_greedy_options *options)
{
    bool changed;
    assert_true(mica_greedy_run(f->module, set, options, &changed));
}

static void chains_of_negations_shrink(void **state)
{
    fixture *f = *state;
    mica_value *x = toy_op(f->body, "toy.source", NULL, NULL);
    mica_value *value = x;
    for (int i = 0; i < 1001; i++)
        value = toy_op(f->body, "toy.neg", value, NULL);
    mica_op *use = toy_use(f->body, value);
    mica_pattern_set *set = mica_pattern_set_create(f->context);
    assert_true(mica_pattern_set_add(set, &negation, 1));
    run_greedily(f, set, NULL);
    assert_int_equal(toy_count(f->module, "toy.neg"), 1);
    assert_ptr_equal(mica_op_operand(mica_value_op(mica_op_operand(use, 0)), 0), x);
    mica_pattern_set_destroy(set);
}

static void dead_ops_go_and_effects_stay(void **state)
{
    fixture *f = *state;
    mica_value *x = toy_op(f->body, "toy.source", NULL, NULL);
    toy_op(f->body, "toy.add", toy_op(f->body, "toy.neg", x, NULL), x);
    mica_value *kept = toy_op(f->body, "toy.source", NULL, NULL);
    toy_use(f->body, kept);
    mica_pattern_set *set = mica_pattern_set_create(f->context);
    run_greedily(f, set, NULL);
    assert_int_equal(toy_count(f->module, "toy.add"), 0);
    assert_int_equal(toy_count(f->module, "toy.neg"), 0);
    assert_int_equal(toy_count(f->module, "toy.source"), 1);
    assert_int_equal(toy_count(f->module, "toy.use"), 1);
    mica_pattern_set_destroy(set);
}

static int tried[2];

static bool count_tries(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)rewriter;
    (void)op;
    tried[0] += user == &tried[0];
    if (user == &tried[1]) // after the other one at the same op
        tried[1] += tried[0] == tried[1] + 1;
    return false;
}

static void higher_benefit_is_tried_first(void **state)
{
    fixture *f = *state;
    const mica_pattern patterns[] = {
        {.name = "low", .root = "toy.neg", .rewrite = count_tries, .user = &tried[1]},
        {.name = "high", .benefit = 5, .rewrite = count_tries, .user = &tried[0]},
    };
    mica_value *x = toy_op(f->body, "toy.source", NULL, NULL);
    toy_use(f->body, toy_op(f->body, "toy.neg", x, NULL));
    mica_pattern_set *set = mica_pattern_set_create(f->context);
    assert_true(mica_pattern_set_add(set, patterns, 2));
    assert_true(mica_pattern_set_freeze(set));
    mica_rewriter *rewriter = mica_rewriter_create(f->context, NULL, NULL);
    tried[0] = tried[1] = 0;
    mica_op *neg = mica_op_next(mica_value_op(x));
    assert_false(mica_pattern_set_apply(set, rewriter, neg, NULL));
    assert_int_equal(tried[0], 1);
    assert_int_equal(tried[1], 1);
    mica_rewriter_destroy(rewriter);
    mica_pattern_set_destroy(set);
}

static bool keep_log(void *user, const char *data, size_t size)
{
    toy_diagnostics *all = user;
    if (all->length + size < sizeof(all->text)) {
        memcpy(all->text + all->length, data, size);
        all->length += size;
    }
    return true;
}

static void log_says_what_and_why_not(void **state)
{
    fixture *f = *state;
    toy_diagnostics log = {{0}, 0, 0};
    mica_value *x = toy_op(f->body, "toy.source", NULL, NULL);
    mica_value *once = toy_op(f->body, "toy.neg", x, NULL);
    toy_use(f->body, toy_op(f->body, "toy.neg", once, NULL));
    mica_pattern_set *set = mica_pattern_set_create(f->context);
    assert_true(mica_pattern_set_add(set, &negation, 1));
    const mica_greedy_options options = {
        .struct_size = sizeof(options), .log = keep_log, .log_user = &log};
    run_greedily(f, set, &options);
    assert_non_null(strstr(log.text, "  no match: the operand is no negation\n"));
    assert_non_null(strstr(log.text, "  applied drop_double_negation\n"));
    mica_pattern_set_destroy(set);
}

// ---- match programs
// --------------------------------------------------------------------------

static void apply_text(fixture *f, const char *text)
{
    mica_match_program *program = mica_match_program_load(f->context, mica_string_from(text),
                                                          mica_string_from("t.rewrite"));
    if (!program)
        fail_msg("%s", f->diagnostics.text);
    mica_pattern_set *set = mica_pattern_set_create(f->context);
    assert_true(mica_pattern_set_add_program(set, program));
    run_greedily(f, set, NULL);
    mica_pattern_set_destroy(set);
    mica_match_program_destroy(program);
}

static const char sub_to_add[] = "// x - -y -> x + y\n"
                                 "pattern sub_neg benefit 3 \"subtracting a negation\" {\n"
                                 "  match\n"
                                 "    %n = toy.neg(%y)\n"
                                 "    %r = toy.sub(%x, %n)\n"
                                 "  where\n"
                                 "    one_use(%n)\n"
                                 "  rewrite\n"
                                 "    %s = toy.add(%x, %y)\n"
                                 "    replace %s\n"
                                 "}\n";

static void text_pattern_applies(void **state)
{
    fixture *f = *state;
    mica_value *x = toy_op(f->body, "toy.source", NULL, NULL);
    mica_value *y = toy_op(f->body, "toy.source", NULL, NULL);
    mica_value *n = toy_op(f->body, "toy.neg", y, NULL);
    mica_op *use = toy_use(f->body, toy_op(f->body, "toy.sub", x, n));
    apply_text(f, sub_to_add);
    mica_op *add = mica_value_op(mica_op_operand(use, 0));
    assert_true(mica_string_is(mica_op_name(add), "toy.add"));
    assert_ptr_equal(mica_op_operand(add, 0), x);
    assert_ptr_equal(mica_op_operand(add, 1), y);
    assert_int_equal(toy_count(f->module, "toy.neg"), 0);
}

static void text_pattern_keeps_its_conditions(void **state)
{
    fixture *f = *state;
    mica_value *x = toy_op(f->body, "toy.source", NULL, NULL);
    mica_value *n = toy_op(f->body, "toy.neg", x, NULL);
    toy_use(f->body, n); // a second use
    toy_use(f->body, toy_op(f->body, "toy.sub", x, n));
    toy_use(f->body, toy_op(f->body, "toy.sub", x, x));
    apply_text(f, sub_to_add);
    assert_int_equal(toy_count(f->module, "toy.sub"), 2);
    assert_int_equal(toy_count(f->module, "toy.add"), 0);
}

static void either_matches_both_orders(void **state)
{
    static const char text[] = "pattern cancel { match %n = toy.neg(%x)\n"
                               "  %s = toy.add(either(%n, %x), %rest...) %r = toy.neg(%s)\n"
                               "  rewrite replace %s }";
    static const char cancel[] = "pattern cancel { match %n = toy.neg(%x)\n"
                                 "  %s = toy.add(either(%n, %x))\n"
                                 "  rewrite %m = toy.sub(%x, %x) replace %m }";
    fixture *f = *state;
    mica_value *x = toy_op(f->body, "toy.source", NULL, NULL);
    mica_value *n = toy_op(f->body, "toy.neg", x, NULL);
    toy_use(f->body, toy_op(f->body, "toy.add", x, n));
    toy_use(f->body, toy_op(f->body, "toy.add", n, x));
    toy_use(f->body, toy_op(f->body, "toy.add", n, n));
    apply_text(f, cancel);
    assert_int_equal(toy_count(f->module, "toy.sub"), 2);
    assert_int_equal(toy_count(f->module, "toy.add"), 1);
    apply_text(f, text);
}

static void faults_in_patterns_have_a_place(void **state)
{
    static const char *const cases[][2] = {
        {"pattern p { match %r = toy.neg(%x) rewrite replace %y }",
         "'y' stands for nothing yet"},
        {"pattern p { match %a = toy.neg(%x) %r = toy.neg(%x) rewrite replace %x }",
         "'toy.neg' can't be reached from the root"},
        {"pattern p { match %r = toy.neg(%x) where one_use($x) rewrite replace %x }",
         "'x' is not of the kind that the function takes"},
        {"pattern p { match %r = toy.neg(%x) where one_use(%x, %x) rewrite replace %x }",
         "'x' is one argument too many"},
        {"pattern p { match %r = toy.neg(%x) rewrite replace %x, %x }",
         "'replace' needs one value for each result of the root"},
        {"pattern p { match %r = toy.neg(%x) rewrite }", "unexpected '}'"},
        {"pattern p { match %r = toy.neg(%x)", "unexpected end of file"},
        {"pattern p { match %r = toy.neg(%l..., %x) rewrite replace %x }",
         "'l' must be the last operand"},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        f->diagnostics.length = 0;
        assert_null(mica_match_program_load(f->context, mica_string_from(cases[i][0]),
                                            mica_string_from("t.rewrite")));
        if (!strstr(f->diagnostics.text, cases[i][1]))
            fail_msg("%s: %s", cases[i][0], f->diagnostics.text);
    }
}

static void unknown_native_is_refused(void **state)
{
    fixture *f = *state;
    const char *text = "pattern p { match %r = toy.neg(%x) where mine(%x) rewrite replace %x }";
    mica_match_program *program = mica_match_program_load(f->context, mica_string_from(text),
                                                          mica_string_from("t.rewrite"));
    assert_non_null(program);
    mica_pattern_set *set = mica_pattern_set_create(f->context);
    assert_false(mica_pattern_set_add_program(set, program));
    assert_string_equal(
        f->diagnostics.text,
        "rewrite patterns use the native function 'mine', which is not known\n");
    mica_pattern_set_destroy(set);
    mica_match_program_destroy(program);
}

// ---- cse
// -------------------------------------------------------------------------------------

static void run_pass(fixture *f, const char *pipeline)
{
    mica_pass_registry *registry = mica_pass_registry_create();
    assert_true(mica_pass_registry_add_all(registry));
    mica_pass_manager *manager = mica_pass_manager_create(f->context, registry, "toy.module");
    assert_true(mica_pass_manager_append(manager, mica_string_from(pipeline)));
    if (!mica_pass_manager_run(manager, f->module))
        fail_msg("%s", f->diagnostics.text);
    mica_pass_manager_destroy(manager);
    mica_pass_registry_destroy(registry);
}

static void cse_merges_pure_and_reads_between_writes(void **state)
{
    fixture *f = *state;
    mica_value *x = toy_op(f->body, "toy.source", NULL, NULL);
    mica_value *y = toy_op(f->body, "toy.source", NULL, NULL); // merges with x
    mica_op *first = toy_use(f->body, toy_op(f->body, "toy.add", x, y));
    mica_value *z = toy_op(f->body, "toy.source", NULL, NULL); // behind a write: stays
    mica_op *second = toy_use(f->body, toy_op(f->body, "toy.add", y, x));
    toy_use(f->body, toy_op(f->body, "toy.sub", x, z));
    toy_use(f->body, toy_op(f->body, "toy.sub", z, x));
    run_pass(f, "cse");
    assert_int_equal(toy_count(f->module, "toy.source"), 2);
    assert_int_equal(toy_count(f->module, "toy.add"), 1);
    assert_int_equal(toy_count(f->module, "toy.sub"), 2);
    assert_ptr_equal(mica_op_operand(first, 0), mica_op_operand(second, 0));
}

static void cse_keeps_isolated_bodies_apart(void **state)
{
    fixture *f = *state;
    mica_block *other = toy_func(f->module, 2);
    toy_use(f->body, toy_op(f->body, "toy.source", NULL, NULL));
    toy_use(other, toy_op(other, "toy.source", NULL, NULL));
    run_pass(f, "cse");
    assert_int_equal(toy_count(f->module, "toy.source"), 2);
}

// ---- conversion
// ------------------------------------------------------------------------------

static mica_type_answer widen(void *user, const mica_type *type, mica_type_list *results)
{
    (void)user;
    if (!mica_type_is_signless(type, 32))
        return mica_type_list_append(results, type);
    return mica_type_list_append(
        results, mica_integer_type_get(mica_type_context(type), 64, MICA_SIGNLESS));
}

/// The same op on wider values.
static bool widen_op(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                     void *user)
{
    mica_op_state state;
    mica_op_state_init(&state, mica_rewriter_context(rewriter), user, mica_op_location(op));
    mica_op_state_add_operands(&state, adapted->values, adapted->count);
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        mica_op_state_add_result(
            &state, mica_type_converter_convert_one(adapted->converter,
                                                    mica_value_type(mica_op_result(op, i))));
    mica_op *made = mica_builder_create(mica_rewriter_builder(rewriter), &state);
    return mica_rewriter_replace_op_with(rewriter, op, made);
}

static bool refuse(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                   void *user)
{
    (void)adapted;
    (void)user;
    return mica_rewriter_fail(rewriter, op, "never on %s", "Sundays");
}

static char neg_name[] = "toy.neg";
static char source_name[] = "toy.source";

static bool is_wide(void *user, mica_op *op)
{
    return mica_type_converter_is_op_legal(user, op);
}

static void conversion_changes_types_through_casts(void **state)
{
    fixture *f = *state;
    mica_value *x = toy_op(f->body, "toy.source", NULL, NULL);
    mica_value *n = toy_op(f->body, "toy.neg", x, NULL);
    mica_value *m = toy_op(f->body, "toy.neg", n, NULL);
    mica_op *use = toy_use(f->body, m); // stays as it is
    mica_type_converter *converter = mica_type_converter_create(f->context);
    mica_type_converter_add(converter, widen, NULL);
    mica_conversion *conversion = mica_conversion_create(f->context, converter);
    mica_conversion_dynamic_op(conversion, "toy.neg", is_wide, converter);
    mica_conversion_dynamic_op(conversion, "toy.source", is_wide, converter);
    const mica_conversion_pattern patterns[] = {
        {.name = "refuse", .root = "toy.neg", .benefit = 2, .rewrite = refuse},
        {.name = "widen_neg", .root = "toy.neg", .rewrite = widen_op, .user = neg_name},
        {.name = "widen_source",
         .root = "toy.source",
         .rewrite = widen_op,
         .user = source_name},
    };
    assert_true(mica_conversion_add(conversion, patterns, 3));
    assert_true(mica_conversion_run_partial(conversion, f->module));
    mica_conversion_destroy(conversion);
    mica_type_converter_destroy(converter);
    assert_int_equal(toy_count(f->module, "builtin.unrealized_conversion_cast"), 1);
    mica_op *cast = mica_value_op(mica_op_operand(use, 0));
    mica_op *outer = mica_value_op(mica_op_operand(cast, 0));
    assert_int_equal(mica_type_bit_width(mica_value_type(mica_op_result(outer, 0))), 64);
    assert_int_equal(mica_type_bit_width(mica_value_type(mica_op_operand(outer, 0))), 64);
    assert_int_equal(toy_count(f->module, "toy.neg"), 2);
}

static void failed_conversion_says_why(void **state)
{
    fixture *f = *state;
    mica_value *x = toy_op(f->body, "toy.source", NULL, NULL);
    toy_use(f->body, toy_op(f->body, "toy.neg", x, NULL));
    mica_conversion *conversion = mica_conversion_create(f->context, NULL);
    mica_conversion_illegal_op(conversion, "toy.neg");
    const mica_conversion_pattern pattern = {
        .name = "refuse", .root = "toy.neg", .rewrite = refuse};
    assert_true(mica_conversion_add(conversion, &pattern, 1));
    assert_false(mica_conversion_run_partial(conversion, f->module));
    mica_conversion_destroy(conversion);
    assert_string_equal(f->diagnostics.text,
                        "failed to legalize operation 'toy.neg' that was explicitly marked "
                        "illegal\nnote: pattern 'refuse' did not apply: never on Sundays\n");
}

static void full_conversion_leaves_no_unknown(void **state)
{
    fixture *f = *state;
    toy_use(f->body, toy_op(f->body, "toy.source", NULL, NULL));
    mica_conversion *conversion = mica_conversion_create(f->context, NULL);
    mica_conversion_legal_op(conversion, "toy.func");
    mica_conversion_legal_op(conversion, "toy.source");
    assert_true(mica_conversion_run_partial(conversion, f->module));
    assert_false(mica_conversion_run_full(conversion, f->module));
    mica_conversion_destroy(conversion);
    assert_string_equal(f->diagnostics.text, "failed to legalize operation 'toy.use'\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(chains_of_negations_shrink),
        TEST(dead_ops_go_and_effects_stay),
        TEST(higher_benefit_is_tried_first),
        TEST(log_says_what_and_why_not),
        TEST(text_pattern_applies),
        TEST(text_pattern_keeps_its_conditions),
        TEST(either_matches_both_orders),
        TEST(faults_in_patterns_have_a_place),
        TEST(unknown_native_is_refused),
        TEST(cse_merges_pure_and_reads_between_writes),
        TEST(cse_keeps_isolated_bodies_apart),
        TEST(conversion_changes_types_through_casts),
        TEST(failed_conversion_says_why),
        TEST(full_conversion_leaves_no_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
