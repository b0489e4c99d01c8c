// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The verifier on IR that no text can express or that needs size; words and places of
// diagnostics are tested with mica-opt in test/ir/core.
#include "ir/core/verifier.h"

#include "ir/core/symbol_table.h"
#include "test/api/test_dialect.h"

/// table { function @f { ... } }; the function's entry block.
static mica_block *make_function(ir_fixture *fixture, mica_op **table, const char *name)
{
    if (!*table) {
        *table = make_op(fixture, "check.table", 0, NULL, 0, 1);
        add_block(*table, 0);
    }
    mica_block *body = mica_region_first(mica_op_region(*table, 0));
    mica_op *function = append_op(fixture, body, "check.function", 0, NULL, 0, 1);
    mica_symbol_set_name(function, mica_string_from(name));
    return add_block(function, 0);
}

static void end(ir_fixture *fixture, mica_block *block)
{
    append_op(fixture, block, "check.end", 0, NULL, 0, 0);
}

static void good_ir_passes(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *table = NULL;
    mica_block *block = make_function(fixture, &table, "f");
    mica_value *argument = mica_block_add_argument(block, fixture->i32, fixture->location);
    mica_value *pair[] = {argument, argument};
    mica_op *add = append_op(fixture, block, "check.add", 2, pair, 1, 0);
    pair[0] = mica_op_result(add, 0);
    mica_op *loop = append_op(fixture, block, "check.loop", 0, NULL, 0, 1);
    mica_block *body = add_block(loop, 0);
    append_op(fixture, body, "check.add", 2, pair, 1, 0);
    end(fixture, body);
    end(fixture, block);
    assert_true(mica_op_verify(table));
    assert_int_equal(fixture->diagnostic_count, 0);
    mica_op_destroy(table);
}

static void each_function_reports_its_own_fault(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *table = NULL;
    static const char *const names[] = {"f", "g", "h"};
    for (size_t i = 0; i < 3; i++) {
        mica_block *block = make_function(fixture, &table, names[i]);
        if (i != 1)
            append_op(fixture, block, "check.add", 0, NULL, 1, 0);
        end(fixture, block);
    }
    assert_false(mica_op_verify(table));
    assert_int_equal(fixture->diagnostic_count, 2);
    assert_string_equal(fixture->message, "'check.add' op expected 2 operands, but found 0");
    mica_op_destroy(table);
}

static void null_operand_is_reported(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *table = NULL;
    mica_block *block = make_function(fixture, &table, "f");
    mica_value *pair[] = {NULL, NULL};
    append_op(fixture, block, "check.add", 2, pair, 1, 0);
    end(fixture, block);
    assert_false(mica_op_verify(table));
    assert_string_equal(fixture->message, "null operand found");
    mica_op_destroy(table);
}

static void use_before_definition_is_reported(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *table = NULL;
    mica_block *block = make_function(fixture, &table, "f");
    mica_value *argument = mica_block_add_argument(block, fixture->i32, fixture->location);
    mica_value *pair[] = {argument, argument};
    mica_op *first = append_op(fixture, block, "check.add", 2, pair, 1, 0);
    mica_op *second = append_op(fixture, block, "check.add", 2, pair, 1, 0);
    end(fixture, block);
    mica_op_set_operand(first, 1, mica_op_result(second, 0));
    assert_false(mica_op_verify(table));
    assert_string_equal(fixture->message, "operand #1 does not dominate this use");
    mica_op_set_operand(first, 1, argument);
    assert_true(mica_op_verify(table));
    mica_op_destroy(table);
}

static void use_from_outside_is_reported(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *table = NULL;
    mica_block *f = make_function(fixture, &table, "f");
    mica_value *argument = mica_block_add_argument(f, fixture->i32, fixture->location);
    end(fixture, f);
    mica_block *g = make_function(fixture, &table, "g");
    mica_value *pair[] = {argument, argument};
    append_op(fixture, g, "check.add", 2, pair, 1, 0);
    end(fixture, g);
    assert_false(mica_op_verify(table));
    assert_string_equal(fixture->message,
                        "'check.add' op using value defined outside the region");
    mica_op_destroy(table);
}

static void use_of_a_sibling_region_is_reported(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *table = NULL;
    mica_block *block = make_function(fixture, &table, "f");
    mica_block *left = add_block(append_op(fixture, block, "check.loop", 0, NULL, 0, 1), 0);
    mica_block *right = add_block(append_op(fixture, block, "check.loop", 0, NULL, 0, 1), 0);
    mica_value *argument = mica_block_add_argument(left, fixture->i32, fixture->location);
    mica_value *pair[] = {argument, argument};
    append_op(fixture, right, "check.add", 2, pair, 1, 0);
    end(fixture, left);
    end(fixture, right);
    end(fixture, block);
    assert_false(mica_op_verify(table));
    assert_string_equal(fixture->message, "operand #0 does not dominate this use");
    assert_int_equal(fixture->diagnostic_count, 1);
    mica_op_destroy(table);
}

static void results_of_the_enclosing_op_are_not_visible(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *table = NULL;
    mica_block *block = make_function(fixture, &table, "f");
    mica_op *loop = append_op(fixture, block, "test.loop", 0, NULL, 1, 1);
    mica_block *body = add_block(loop, 0);
    mica_value *pair[] = {mica_op_result(loop, 0), mica_op_result(loop, 0)};
    append_op(fixture, body, "check.add", 2, pair, 1, 0);
    end(fixture, block);
    assert_false(mica_op_verify(table));
    assert_string_equal(fixture->message, "operand #0 does not dominate this use");
    mica_op_destroy(table);
}

static void unreachable_blocks_need_no_dominance(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *table = NULL;
    mica_block *entry = make_function(fixture, &table, "f");
    mica_block *dead = add_block(mica_block_parent_op(entry), 0);
    mica_value *argument = mica_block_add_argument(entry, fixture->i32, fixture->location);
    mica_value *pair[] = {argument, argument};
    mica_op *first = append_op(fixture, dead, "check.add", 2, pair, 1, 0);
    mica_op_set_operand(first, 0, mica_op_result(first, 0));
    end(fixture, dead);
    end(fixture, entry);
    assert_true(mica_op_verify(table));
    mica_op_destroy(table);
}

static void part_of_a_function_is_verified_alone(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *table = NULL;
    mica_block *block = make_function(fixture, &table, "f");
    mica_value *argument = mica_block_add_argument(block, fixture->i32, fixture->location);
    mica_op *loop = append_op(fixture, block, "check.loop", 0, NULL, 0, 1);
    mica_block *body = add_block(loop, 0);
    mica_value *pair[] = {argument, argument};
    mica_op *add = append_op(fixture, body, "check.add", 2, pair, 1, 0);
    end(fixture, body);
    mica_op *late = append_op(fixture, block, "check.add", 2, pair, 1, 0);
    end(fixture, block);
    assert_true(mica_op_verify(loop));
    mica_op_set_operand(add, 0, mica_op_result(late, 0));
    assert_false(mica_op_verify(loop));
    assert_string_equal(fixture->message, "operand #0 does not dominate this use");
    assert_true(mica_op_verify_shallow(loop));
    mica_op_destroy(table);
}

static void deep_nests_with_outer_uses_are_fast(void **state)
{
    ir_fixture *fixture = *state;
    enum { DEPTH = 50000 };
    mica_op *table = NULL;
    mica_block *block = make_function(fixture, &table, "f");
    mica_value *argument = mica_block_add_argument(block, fixture->i32, fixture->location);
    mica_value *pair[] = {argument, argument};
    for (size_t i = 0; i < DEPTH; i++) {
        append_op(fixture, block, "check.add", 2, pair, 1, 0);
        mica_op *loop = append_op(fixture, block, "check.loop", 0, NULL, 0, 1);
        mica_block *body = add_block(loop, 0);
        end(fixture, block);
        block = body;
    }
    end(fixture, block);
    assert_true(mica_op_verify(table));
    mica_op *isolated = make_op(fixture, "check.table", 0, NULL, 0, 1);
    mica_op *innermost = isolated;
    for (size_t i = 0; i < DEPTH; i++)
        innermost = append_op(fixture, add_block(innermost, 0), "check.table", 0, NULL, 0, 1);
    add_block(innermost, 0);
    assert_true(mica_op_verify(isolated));
    mica_op_destroy(isolated);
    mica_op_destroy(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DIALECT_TEST(good_ir_passes),
        DIALECT_TEST(each_function_reports_its_own_fault),
        DIALECT_TEST(null_operand_is_reported),
        DIALECT_TEST(use_before_definition_is_reported),
        DIALECT_TEST(use_from_outside_is_reported),
        DIALECT_TEST(use_of_a_sibling_region_is_reported),
        DIALECT_TEST(results_of_the_enclosing_op_are_not_visible),
        DIALECT_TEST(unreachable_blocks_need_no_dominance),
        DIALECT_TEST(part_of_a_function_is_verified_alone),
        DIALECT_TEST(deep_nests_with_outer_uses_are_fast),
    };
    return cmocka_run_group_tests_name("verifier", tests, NULL, NULL);
}
