// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Blocks and regions: arguments, order of ops, moving and splitting, predecessors.
#include "ir/core/operation_internal.h"
#include "test/api/ir_fixture.h"

static void arguments_keep_their_address(void **state)
{
    ir_fixture *fixture = *state;
    mica_block *block = mica_block_create(fixture->context);
    mica_value *a = mica_block_add_argument(block, fixture->i32, fixture->location);
    mica_value *c = mica_block_add_argument(block, fixture->i32, fixture->location);
    mica_value *b = mica_block_insert_argument(block, 1, fixture->i32, fixture->location);
    assert_ptr_equal(mica_block_argument(block, 0), a);
    assert_ptr_equal(mica_block_argument(block, 1), b);
    assert_ptr_equal(mica_block_argument(block, 2), c);
    assert_int_equal(mica_value_index(c), 2);
    mica_block_erase_argument(block, 0);
    assert_int_equal(mica_value_index(c), 1);
    assert_ptr_equal(mica_value_argument_block(c), block);
    assert_null(mica_value_op(c));
    mica_block_destroy(block);
}

/// Positions of all ops agree with mica_op_is_before.
static void assert_order(mica_block *block)
{
    for (mica_op *op = mica_block_first(block); op && mica_op_next(op); op = mica_op_next(op)) {
        assert_true(mica_op_is_before(op, mica_op_next(op)));
        assert_false(mica_op_is_before(mica_op_next(op), op));
    }
    const mica_op *first = mica_block_first(block), *last = mica_block_last(block);
    assert_true(first == last || mica_op_is_before(first, last));
    assert_false(mica_op_is_before(first, first));
}

static void order_survives_insertion_at_one_place(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *parent = make_op(fixture, "test.parent", 0, NULL, 0, 1);
    mica_block *block = add_block(parent, 0);
    mica_op *first = append_op(fixture, block, "test.op", 0, NULL, 0, 0);
    mica_op *last = append_op(fixture, block, "test.op", 0, NULL, 0, 0);
    for (size_t i = 0; i < 20000; i++) {
        mica_op *op = make_op(fixture, "test.op", 0, NULL, 0, 0);
        if (i % 2)
            mica_op_insert_after(op, first);
        else
            mica_op_insert_before(op, last);
        assert_true(mica_op_is_before(first, op));
        assert_true(mica_op_is_before(op, last));
    }
    assert_order(block);
    for (size_t i = 0; i < 5000; i++) {
        mica_op *op = make_op(fixture, "test.op", 0, NULL, 0, 0);
        mica_block_prepend(block, op);
        assert_true(mica_op_is_before(op, first));
    }
    assert_order(block);
    assert_links(parent);
    mica_op_destroy(parent);
}

static void order_is_kept_by_random_edits(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *parent = make_op(fixture, "test.parent", 0, NULL, 0, 1);
    mica_block *block = add_block(parent, 0);
    enum { COUNT = 300 };
    mica_op *ops[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        ops[i] = append_op(fixture, block, "test.op", 0, NULL, 0, 0);
    uint32_t random = 12345;
    for (size_t round = 0; round < 3000; round++) {
        random = random * 1664525u + 1013904223u;
        mica_op *a = ops[(random >> 8) % COUNT], *b = ops[(random >> 20) % COUNT];
        if (a == b)
            continue;
        if (random >> 31)
            mica_op_move_before(a, b);
        else
            mica_op_move_after(a, b);
        assert_int_equal(mica_op_is_before(a, b), (int)(random >> 31));
        if (round % 500 == 0)
            assert_order(block);
    }
    assert_order(block);
    mica_op_destroy(parent);
}

static void splitting_and_splicing_move_ops(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *parent = make_op(fixture, "test.parent", 0, NULL, 0, 1);
    mica_block *block = add_block(parent, 0);
    mica_op *ops[4];
    for (size_t i = 0; i < 4; i++)
        ops[i] = append_op(fixture, block, "test.op", 0, NULL, 0, 0);
    mica_block *tail = mica_block_split_before(ops[2]);
    assert_ptr_equal(mica_block_next(block), tail);
    assert_ptr_equal(mica_block_last(block), ops[1]);
    assert_ptr_equal(mica_block_first(tail), ops[2]);
    assert_ptr_equal(mica_op_block(ops[3]), tail);
    assert_links(parent);
    mica_block_splice_tail(block, ops[2]);
    assert_true(mica_block_is_empty(tail));
    assert_true(mica_op_is_before(ops[0], ops[3]));
    assert_links(parent);
    mica_block *all = mica_block_split_before(ops[0]);
    assert_true(mica_block_is_empty(block));
    assert_ptr_equal(mica_block_last(all), ops[3]);
    assert_ptr_equal(mica_block_next(all), tail);
    assert_links(parent);
    mica_op_destroy(parent);
}

static void regions_exchange_blocks(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *parent = make_op(fixture, "test.parent", 0, NULL, 0, 2);
    mica_region *left = mica_op_region(parent, 0), *right = mica_op_region(parent, 1);
    mica_block *a = add_block(parent, 0), *b = add_block(parent, 0);
    mica_block *c = add_block(parent, 1);
    assert_int_equal(micai_block_number(b), 1);
    mica_region_take_body(right, left);
    assert_true(mica_region_is_empty(left));
    assert_ptr_equal(mica_region_last(right), b);
    assert_int_equal(micai_block_number(c), 0);
    assert_int_equal(micai_block_number(b), 2);
    mica_block *d = add_block(parent, 0);
    mica_region_inline_before(left, a);
    assert_ptr_equal(mica_block_next(c), d);
    assert_ptr_equal(mica_block_next(d), a);
    assert_int_equal(micai_block_number(b), 3);
    mica_block_erase(d);
    assert_int_equal(micai_block_number(b), 2);
    assert_true(mica_block_is_entry(c));
    assert_false(mica_block_is_entry(a));
    assert_links(parent);
    mica_op_destroy(parent);
}

static void predecessors_follow_successors(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *parent = make_op(fixture, "test.parent", 0, NULL, 0, 1);
    mica_block *entry = add_block(parent, 0), *a = add_block(parent, 0);
    mica_block *b = add_block(parent, 0);
    mica_op_state branch;
    mica_op_state_init(&branch, fixture->context, "test.branch", fixture->location);
    mica_op_state_add_successor(&branch, a);
    mica_op_state_add_successor(&branch, a);
    mica_op *op = mica_op_create(&branch);
    mica_block_append(entry, op);
    assert_ptr_equal(mica_block_terminator(entry), op);
    mica_block_use *use = mica_block_first_use(a);
    assert_int_equal(mica_block_use_index(use), 1);
    assert_int_equal(mica_block_use_index(mica_block_use_next(use)), 0);
    mica_op_set_successor(op, 1, b);
    assert_null(mica_block_use_next(mica_block_first_use(a)));
    mica_block_replace_all_uses(a, b);
    assert_null(mica_block_first_use(a));
    assert_ptr_equal(mica_op_successor(op, 0), b);
    assert_links(parent);
    mica_block_erase(a);
    mica_op_destroy(parent);
}

static void ancestors_are_found(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *parent = make_op(fixture, "test.parent", 0, NULL, 0, 1);
    mica_op *middle = append_op(fixture, add_block(parent, 0), "test.middle", 0, NULL, 0, 1);
    mica_op *inner = append_op(fixture, add_block(middle, 0), "test.inner", 0, NULL, 0, 0);
    mica_region *top = mica_op_region(parent, 0), *low = mica_op_region(middle, 0);
    assert_true(mica_op_is_ancestor(parent, inner));
    assert_true(mica_op_is_ancestor(inner, inner));
    assert_false(mica_op_is_ancestor(inner, parent));
    assert_true(mica_region_is_ancestor(top, low));
    assert_false(mica_region_is_ancestor(low, top));
    assert_ptr_equal(mica_region_find_ancestor(top, inner), middle);
    assert_ptr_equal(mica_region_find_ancestor(low, inner), inner);
    assert_null(mica_region_find_ancestor(low, middle));
    assert_ptr_equal(mica_op_parent(inner), middle);
    mica_op_destroy(parent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IR_TEST(arguments_keep_their_address),  IR_TEST(order_survives_insertion_at_one_place),
        IR_TEST(order_is_kept_by_random_edits), IR_TEST(splitting_and_splicing_move_ops),
        IR_TEST(regions_exchange_blocks),       IR_TEST(predecessors_follow_successors),
        IR_TEST(ancestors_are_found),
    };
    return cmocka_run_group_tests_name("block", tests, NULL, NULL);
}
