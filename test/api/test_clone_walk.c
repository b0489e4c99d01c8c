// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Walks and clones over trees, cycles and 100,000 levels of nesting.
#include "ir/core/operation_internal.h"
#include "test/api/ir_fixture.h"

enum { DEEP = 100000 };

typedef struct trace {
    char text[64];
    size_t length;
    char skip, stop, erase;
} trace;

static mica_walk_result record(void *user, mica_op *op)
{
    trace *seen = user;
    const mica_string name = mica_op_name(op);
    const char letter = name.data[name.length - 1];
    seen->text[seen->length++] = letter;
    if (letter == seen->stop)
        return MICA_WALK_INTERRUPT;
    if (letter == seen->erase) {
        mica_op_erase(op);
        return MICA_WALK_SKIP;
    }
    return letter == seen->skip ? MICA_WALK_SKIP : MICA_WALK_ADVANCE;
}

/// a { ^: b { ^: c d } { } { ^: e } ^: ^: f } g is outside.
static mica_op *make_tree(ir_fixture *fixture, mica_block *block)
{
    mica_op *a = append_op(fixture, block, "test.a", 0, NULL, 0, 1);
    mica_op *b = append_op(fixture, add_block(a, 0), "test.b", 0, NULL, 0, 3);
    mica_block *inner = add_block(b, 0);
    append_op(fixture, inner, "test.c", 0, NULL, 0, 0);
    append_op(fixture, inner, "test.d", 0, NULL, 0, 0);
    append_op(fixture, add_block(b, 2), "test.e", 0, NULL, 0, 0);
    add_block(a, 0);
    append_op(fixture, add_block(a, 0), "test.f", 0, NULL, 0, 0);
    append_op(fixture, block, "test.g", 0, NULL, 0, 0);
    return a;
}

static void walks_visit_in_order(void **state)
{
    ir_fixture *fixture = *state;
    mica_block *block = mica_block_create(fixture->context);
    mica_op *tree = make_tree(fixture, block);
    trace pre = {0}, post = {0}, skip = {.skip = 'b'}, stop = {.stop = 'e'};
    assert_true(mica_op_walk_pre(tree, record, &pre));
    assert_string_equal(pre.text, "abcdef");
    assert_true(mica_op_walk_post(tree, record, &post));
    assert_string_equal(post.text, "cdebfa");
    assert_true(mica_op_walk_pre(tree, record, &skip));
    assert_string_equal(skip.text, "abf");
    assert_false(mica_op_walk_post(tree, record, &stop));
    assert_string_equal(stop.text, "cde");
    mica_block_destroy(block);
}

static void visited_op_may_be_erased(void **state)
{
    ir_fixture *fixture = *state;
    for (const char *victim = "bcdef"; *victim; victim++) {
        mica_block *block = mica_block_create(fixture->context);
        mica_op *tree = make_tree(fixture, block);
        trace post = {.erase = *victim};
        assert_true(mica_op_walk_post(tree, record, &post));
        assert_string_equal(post.text, "cdebfa");
        assert_links(tree);
        mica_block_destroy(block);
    }
    mica_block *block = mica_block_create(fixture->context);
    mica_op *tree = make_tree(fixture, block);
    trace pre = {.erase = 'b'};
    assert_true(mica_op_walk_pre(tree, record, &pre));
    assert_string_equal(pre.text, "abf");
    mica_block_destroy(block);
}

static void clone_maps_values_and_blocks(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *outside = make_op(fixture, "test.outside", 0, NULL, 1, 0);
    mica_op *parent = make_op(fixture, "test.parent", 0, NULL, 1, 1);
    mica_block *entry = add_block(parent, 0), *loop = add_block(parent, 0);
    mica_value *argument = mica_block_add_argument(loop, fixture->i32, fixture->location);
    mica_value *uses[] = {mica_op_result(outside, 0), argument};
    mica_op *user = append_op(fixture, loop, "test.user", 2, uses, 1, 1);
    mica_value *result = mica_op_result(user, 0);
    append_op(fixture, add_block(user, 0), "test.inner", 1, &argument, 0, 0);
    // A use before its definition, and a branch back.
    append_op(fixture, entry, "test.early", 1, &result, 0, 0);
    mica_op_state branch;
    mica_op_state_init(&branch, fixture->context, "test.branch", fixture->location);
    mica_op_state_add_successor(&branch, loop);
    mica_block_append(loop, mica_op_create(&branch));

    mica_mapping *mapping = mica_mapping_create(fixture->context);
    mica_op *copy = mica_op_clone(parent, mapping);
    assert_links(copy);
    mica_block *copied_entry = mica_region_first(mica_op_region(copy, 0));
    mica_block *copied_loop = mica_block_next(copied_entry);
    mica_op *copied_user = mica_block_first(copied_loop);
    assert_ptr_equal(mica_mapping_get_block(mapping, loop), copied_loop);
    assert_ptr_equal(mica_mapping_get(mapping, argument), mica_block_argument(copied_loop, 0));
    assert_ptr_equal(mica_mapping_get(mapping, mica_op_result(parent, 0)),
                     mica_op_result(copy, 0));
    assert_ptr_equal(mica_op_operand(copied_user, 0), mica_op_result(outside, 0));
    assert_ptr_equal(mica_op_operand(copied_user, 1), mica_block_argument(copied_loop, 0));
    assert_ptr_equal(mica_op_operand(mica_block_first(copied_entry), 0),
                     mica_op_result(copied_user, 0));
    assert_ptr_equal(mica_op_successor(mica_block_last(copied_loop), 0), copied_loop);
    mica_op *copied_inner = mica_block_first(mica_region_first(mica_op_region(copied_user, 0)));
    assert_ptr_equal(mica_op_operand(copied_inner, 0), mica_block_argument(copied_loop, 0));

    mica_op *shell = mica_op_clone_without_regions(parent, NULL);
    assert_int_equal(mica_op_region_count(shell), 1);
    assert_true(mica_region_is_empty(mica_op_region(shell, 0)));
    mica_region_clone_into(mica_op_region(parent, 0), mica_op_region(shell, 0), NULL);
    assert_links(shell);
    assert_int_equal(use_count(mica_op_result(outside, 0)), 3);

    mica_mapping_destroy(mapping);
    mica_op_destroy(shell);
    mica_op_destroy(copy);
    mica_op_destroy(parent);
    mica_op_destroy(outside);
}

static mica_walk_result count(void *user, mica_op *op)
{
    (void)op;
    ++*(size_t *)user;
    return MICA_WALK_ADVANCE;
}

static mica_walk_result erase(void *user, mica_op *op)
{
    if (op != user)
        mica_op_erase(op);
    return MICA_WALK_ADVANCE;
}

static void deep_nesting_needs_no_stack(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *nest = make_nest(fixture, DEEP);
    size_t visited = 0;
    mica_op_walk_pre(nest, count, &visited);
    mica_op_walk_post(nest, count, &visited);
    assert_int_equal(visited, 2 * DEEP);
    mica_op *copy = mica_op_clone(nest, NULL);
    visited = 0;
    mica_op_walk_pre(copy, count, &visited);
    assert_int_equal(visited, DEEP);
    assert_links(copy);
    mica_op_drop_all_references(copy);
    mica_op_destroy(copy);
    mica_op_walk_post(nest, erase, nest);
    assert_true(mica_block_is_empty(mica_region_first(mica_op_region(nest, 0))));
    mica_op_destroy(nest);
}

static void cycles_are_destroyed(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *parent = make_op(fixture, "test.parent", 0, NULL, 0, 1);
    mica_block *block = add_block(parent, 0);
    mica_op *a = append_op(fixture, block, "test.a", 0, NULL, 1, 0);
    mica_value *of_a = mica_op_result(a, 0);
    mica_op *b = append_op(fixture, block, "test.b", 1, &of_a, 1, 0);
    mica_value *of_b = mica_op_result(b, 0);
    mica_op_insert_operands(a, 0, &of_b, 1);
    mica_op *copy = mica_op_clone(parent, NULL);
    mica_op *copied_a = mica_block_first(mica_region_first(mica_op_region(copy, 0)));
    assert_ptr_equal(mica_value_op(mica_op_operand(copied_a, 0)), mica_op_next(copied_a));
    mica_op_destroy(copy);
    mica_op_drop_all_references(parent);
    assert_true(mica_value_is_unused(of_a));
    mica_op_erase(a);
    mica_op_erase(b);
    mica_op_destroy(parent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IR_TEST(walks_visit_in_order),         IR_TEST(visited_op_may_be_erased),
        IR_TEST(clone_maps_values_and_blocks), IR_TEST(deep_nesting_needs_no_stack),
        IR_TEST(cycles_are_destroyed),
    };
    return cmocka_run_group_tests_name("clone_walk", tests, NULL, NULL);
}
