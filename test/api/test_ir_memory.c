// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory of the IR: size of an op, reuse after erasing, failing allocations.
#include "ir/core/operation_internal.h"
#include "test/api/ir_fixture.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { MANY = 20000, UNDER_SANITIZER = 1 };
#else
enum { MANY = 1000000, UNDER_SANITIZER = 0 };
#endif

static void an_addition_takes_168_bytes(void **state)
{
    (void)state;
    assert_int_equal(micai_op_allocation_size(1, 1, 0, 0, 2), 168);
}

static void fill(ir_fixture *fixture, mica_block *block)
{
    mica_value *pair[2] = {NULL, NULL};
    mica_op *first = append_op(fixture, block, "test.first", 0, NULL, 1, 0);
    pair[0] = pair[1] = mica_op_result(first, 0);
    for (size_t i = 1; i < MANY; i++) {
        mica_op *op = append_op(fixture, block, "test.op", 2, pair, 1, 0);
        pair[0] = pair[1];
        pair[1] = mica_op_result(op, 0);
    }
}

static void rebuilding_grows_nothing(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *parent = make_op(fixture, "test.parent", 0, NULL, 0, 1);
    mica_block *block = add_block(parent, 0);
    const size_t before = fixture->bytes;
    fill(fixture, block);
    const size_t bytes_per_op = (fixture->bytes - before) / MANY;
    assert_true(UNDER_SANITIZER || bytes_per_op <= 176);
    const size_t full = fixture->bytes;
    for (size_t round = 0; round < 20; round++) {
        while (!mica_block_is_empty(block))
            mica_op_erase(mica_block_last(block));
        fill(fixture, block);
        assert_int_equal(fixture->bytes, full);
    }
    assert_true(mica_op_is_before(mica_block_first(block), mica_block_last(block)));
    mica_op_destroy(parent);
}

static void failing_allocations_are_survived(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *parent = make_op(fixture, "test.parent", 0, NULL, 1, 1);
    mica_block *block = add_block(parent, 0);
    mica_value *value = mica_op_result(parent, 0);
    for (size_t i = 0; i < 100; i++)
        append_op(fixture, block, "test.op", 1, &value, 1, 0);
    for (size_t limit = 0; limit < 5; limit++) {
        fixture->fail_after = limit;
        mica_op *copy = mica_op_clone(parent, NULL);
        if (copy)
            mica_op_destroy(copy);
    }
    fixture->fail_after = SIZE_MAX;
    assert_links(parent);
    mica_op_destroy(parent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IR_TEST(an_addition_takes_168_bytes),
        IR_TEST(rebuilding_grows_nothing),
        IR_TEST(failing_allocations_are_survived),
    };
    return cmocka_run_group_tests_name("ir_memory", tests, NULL, NULL);
}
