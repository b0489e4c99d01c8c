// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops alone: what a state makes, operands that come and go, use lists, attributes.
#include <stdio.h>

#include "ir/core/operation_internal.h"
#include "ir/support/blob.h"
#include "test/api/ir_fixture.h"

static void state_makes_all_parts(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *source = make_op(fixture, "test.source", 0, NULL, 2, 0);
    mica_block *target = mica_block_create(fixture->context);
    mica_op_state parts;
    mica_op_state_init(&parts, fixture->context, "test.all", fixture->location);
    mica_op_state_add_operand(&parts, mica_op_result(source, 1));
    mica_op_state_add_result(&parts, fixture->i32);
    mica_op_state_add_successor(&parts, target);
    mica_region *region = mica_op_state_add_region(&parts);
    mica_op_state_set_attr(&parts, "b", mica_unit_attr_get(fixture->context));
    mica_op_state_set_attr(&parts, "a", mica_bool_attr_get(fixture->context, true));
    mica_op *op = mica_op_create(&parts);

    assert_string_equal(mica_op_name(op).data, "test.all");
    assert_null(mica_op_definition(op));
    assert_int_equal(mica_op_operand_count(op), 1);
    assert_ptr_equal(mica_op_operand(op, 0), mica_op_result(source, 1));
    assert_ptr_equal(mica_value_op(mica_op_result(op, 0)), op);
    assert_ptr_equal(mica_value_op(mica_op_operand(op, 0)), source);
    assert_int_equal(mica_value_index(mica_op_operand(op, 0)), 1);
    assert_ptr_equal(mica_op_successor(op, 0), target);
    assert_ptr_equal(mica_block_use_owner(mica_block_first_use(target)), op);
    assert_ptr_equal(mica_op_region(op, 0), region);
    assert_ptr_equal(mica_region_parent(region), op);
    assert_int_equal(mica_op_attr_count(op), 2);
    assert_string_equal(mica_identifier_text(mica_op_attr_entry(op, 0).name).data, "a");
    assert_links(op);

    mica_op_destroy(op);
    assert_null(mica_block_first_use(target));
    assert_true(mica_value_is_unused(mica_op_result(source, 1)));
    mica_block_destroy(target);
    mica_op_destroy(source);
}

static void state_grows_past_inline_arrays(void **state)
{
    ir_fixture *fixture = *state;
    enum { COUNT = 1000 };
    mica_op *source = make_op(fixture, "test.source", 0, NULL, COUNT, 0);
    mica_op_state parts;
    mica_op_state_init(&parts, fixture->context, "test.wide", fixture->location);
    mica_block *block = mica_block_create(fixture->context);
    for (size_t i = 0; i < COUNT; i++) {
        char name[16];
        snprintf(name, sizeof name, "n%zu", i);
        mica_op_state_add_operand(&parts, mica_op_result(source, i));
        mica_op_state_add_result(&parts, fixture->i32);
        mica_op_state_add_successor(&parts, block);
        mica_op_state_add_region(&parts);
        mica_op_state_set_attr(&parts, name, mica_unit_attr_get(fixture->context));
    }
    mica_op *op = mica_op_create(&parts);
    assert_int_equal(mica_op_operand_count(op), COUNT);
    assert_int_equal(mica_op_result_count(op), COUNT);
    assert_int_equal(mica_op_successor_count(op), COUNT);
    assert_int_equal(mica_op_region_count(op), COUNT);
    assert_int_equal(mica_op_attr_count(op), COUNT);
    assert_ptr_equal(mica_op_operand(op, COUNT - 1), mica_op_result(source, COUNT - 1));
    assert_int_equal(mica_region_index(mica_op_region(op, COUNT - 1)), COUNT - 1);
    assert_non_null(mica_op_attr(op, "n999"));
    assert_links(op);
    mica_op_destroy(op);
    mica_op_destroy(source);
    mica_block_destroy(block);
}

static void discarded_state_frees_its_regions(void **state)
{
    ir_fixture *fixture = *state;
    mica_op_state parts;
    mica_op_state_init(&parts, fixture->context, "test.op", fixture->location);
    mica_region *region = mica_op_state_add_region(&parts);
    mica_block *block = mica_block_create(fixture->context);
    mica_region_append(region, block);
    append_op(fixture, block, "test.inner", 0, NULL, 1, 0);
    mica_op_state_discard(&parts);
    // Under AddressSanitizer a leak or a double release shows in teardown.
    assert_false(mica_context_out_of_memory(fixture->context));
}

static void operands_come_and_go(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *source = make_op(fixture, "test.source", 0, NULL, 8, 0);
    mica_value *values[8];
    for (size_t i = 0; i < 8; i++)
        values[i] = mica_op_result(source, i);
    mica_op *op = make_op(fixture, "test.op", 2, values, 1, 1);

    mica_op_erase_operands(op, 0, 1); // 1
    assert_ptr_equal(mica_op_operand(op, 0), values[1]);
    mica_op_insert_operands(op, 0, &values[5], 1); // 5 1: fits the old place
    assert_false(op->flags & MICAI_OP_OPERANDS_MOVED);
    mica_op_insert_operands(op, 1, &values[2], 3); // 5 2 3 4 1
    assert_true(op->flags & MICAI_OP_OPERANDS_MOVED);
    static const size_t expected[] = {5, 2, 3, 4, 1};
    for (size_t i = 0; i < 5; i++) {
        assert_ptr_equal(mica_op_operand(op, i), values[expected[i]]);
        assert_int_equal(mica_use_index(mica_op_operand_use(op, i)), i);
        assert_ptr_equal(mica_value_first_use(values[expected[i]]), mica_op_operand_use(op, i));
    }
    assert_links(op);

    mica_op_set_operands(op, values, 8);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(use_count(values[i]), 1);
    mica_op_set_operands(op, &values[6], 1);
    assert_int_equal(mica_op_operand_count(op), 1);
    assert_int_equal(use_count(values[6]), 1);
    assert_int_equal(use_count(values[0]), 0);
    assert_links(op);
    mica_op_set_operands(op, NULL, 0);
    mica_op_destroy(op);
    mica_op_destroy(source);
}

static bool owner_is(void *owner, mica_use *use)
{
    return mica_use_owner(use) == owner;
}

static void use_lists_follow_replacement(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *source = make_op(fixture, "test.source", 0, NULL, 2, 0);
    mica_value *a = mica_op_result(source, 0), *b = mica_op_result(source, 1);
    mica_value *pair[] = {a, a};
    mica_op *first = make_op(fixture, "test.op", 2, pair, 0, 0);
    mica_op *second = make_op(fixture, "test.op", 1, pair, 0, 0);
    assert_int_equal(use_count(a), 3);
    assert_ptr_equal(mica_use_owner(mica_value_first_use(a)), second);

    mica_value_replace_uses_if(a, b, owner_is, first);
    assert_true(mica_value_has_one_use(a));
    assert_int_equal(use_count(b), 2);
    mica_value_replace_all_uses(a, b);
    assert_true(mica_value_is_unused(a));
    assert_int_equal(use_count(b), 3);
    mica_value_replace_all_uses(a, b);
    assert_int_equal(use_count(b), 3);
    mica_use_set(mica_op_operand_use(first, 1), a);
    assert_ptr_equal(mica_op_operand(first, 1), a);
    assert_links(first);
    assert_links(second);
    assert_links(source);
    mica_op_destroy(second);
    mica_op_destroy(first);
    mica_op_destroy(source);
}

static void destroying_a_definition_first_is_safe(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *source = make_op(fixture, "test.source", 0, NULL, 1, 0);
    mica_value *value = mica_op_result(source, 0);
    mica_op *user = make_op(fixture, "test.user", 1, &value, 0, 0);
    mica_op_destroy(source);
    assert_null(mica_op_operand(user, 0));
    mica_op_destroy(user);
}

static void attributes_stay_sorted(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *op = make_op(fixture, "test.op", 0, NULL, 0, 0);
    const mica_attr *one = mica_i64_attr_get(fixture->context, 1);
    const mica_attr *two = mica_i64_attr_get(fixture->context, 2);
    static const char *const names[] = {"m", "z", "a", "mm", "b"};
    for (size_t i = 0; i < 5; i++)
        mica_op_set_attr(op, names[i], one);
    static const char *const sorted[] = {"a", "b", "m", "mm", "z"};
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(mica_identifier_text(mica_op_attr_entry(op, i).name).data,
                            sorted[i]);
    mica_op_set_attr(op, "m", two);
    assert_ptr_equal(mica_op_attr(op, "m"), two);
    assert_int_equal(mica_op_attr_count(op), 5);
    mica_op_set_attr(op, "m", NULL);
    assert_null(mica_op_attr(op, "m"));
    assert_int_equal(mica_op_attr_count(op), 4);
    for (size_t i = 0; i < 5; i++)
        mica_op_set_attr(op, names[i], NULL);
    assert_int_equal(mica_op_attr_count(op), 0);
    mica_op_destroy(op);
}

static void later_attribute_of_a_state_wins(void **state)
{
    ir_fixture *fixture = *state;
    mica_op_state parts;
    mica_op_state_init(&parts, fixture->context, "test.op", fixture->location);
    for (int64_t i = 0; i < 100; i++) {
        char name[16];
        snprintf(name, sizeof name, "n%02d", (int)(i % 50));
        mica_op_state_set_attr(&parts, name, mica_i64_attr_get(fixture->context, i));
    }
    mica_op_state_set_attr(&parts, "n07", NULL);
    mica_op *op = mica_op_create(&parts);
    assert_int_equal(mica_op_attr_count(op), 49);
    assert_null(mica_op_attr(op, "n07"));
    assert_int_equal(mica_integer_attr_value(mica_op_attr(op, "n08")), 58);
    assert_int_equal(mica_integer_attr_value(mica_op_attr(op, "n49")), 99);
    assert_links(op);
    mica_op_destroy(op);
}

static void count_release(void *user, const void *data, size_t size)
{
    (void)data;
    (void)size;
    ++*(size_t *)user;
}

static void blobs_live_as_long_as_their_holders(void **state)
{
    ir_fixture *fixture = *state;
    uint8_t bytes[8192] = {1};
    size_t released = 0;
    const int64_t shape[] = {8192};
    const mica_type *type = mica_tensor_type_get(
        mica_integer_type_get(fixture->context, 8, MICA_SIGNLESS), shape, 1, NULL);
    mica_blob *blob =
        mica_blob_create(fixture->context, bytes, sizeof bytes, 1, count_release, &released);
    const mica_attr *attr = mica_dense_elements_attr_get_blob(type, blob);
    mica_op *op = make_op(fixture, "test.op", 0, NULL, 0, 0);
    mica_op_set_attr(op, "value", attr);
    mica_op *copy = mica_op_clone(op, NULL);
    mica_op_destroy(op);
    assert_int_equal(released, 0);
    mica_op_set_attr(copy, "value", mica_unit_attr_get(fixture->context));
    assert_int_equal(released, 1);
    mica_op_destroy(copy);
}

static void edits_are_counted(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *op = make_op(fixture, "test.op", 0, NULL, 1, 0);
    mica_value *value = mica_op_result(op, 0);
    mica_op *user = make_op(fixture, "test.user", 1, &value, 0, 0);
    const uint64_t before = mica_context_edit_count(fixture->context);
    mica_op_set_operand(user, 0, value);
    mica_value_set_type(value, fixture->i32);
    mica_op_set_attr(op, "absent", NULL);
    mica_value_replace_all_uses(value, value);
    assert_int_equal(mica_context_edit_count(fixture->context), before);
    mica_op_set_attr(op, "a", mica_unit_attr_get(fixture->context));
    assert_int_equal(mica_context_edit_count(fixture->context), before + 1);
    mica_op_destroy(user);
    mica_op_destroy(op);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IR_TEST(state_makes_all_parts),
        IR_TEST(state_grows_past_inline_arrays),
        IR_TEST(discarded_state_frees_its_regions),
        IR_TEST(operands_come_and_go),
        IR_TEST(use_lists_follow_replacement),
        IR_TEST(destroying_a_definition_first_is_safe),
        IR_TEST(attributes_stay_sorted),
        IR_TEST(later_attribute_of_a_state_wins),
        IR_TEST(blobs_live_as_long_as_their_holders),
        IR_TEST(edits_are_counted),
    };
    return cmocka_run_group_tests_name("operation", tests, NULL, NULL);
}
