// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Folds that follow from traits, and constants made of what folds.
#include "ir/rewrite/fold.h"

#include "test/api/test_dialect.h"

/// A function-like parent with a block of arguments.
typedef struct place {
    mica_op *parent;
    mica_block *block;
    mica_value *x, *y;
} place;

static place make_place(ir_fixture *fixture)
{
    place p;
    p.parent = make_op(fixture, "check.loop", 0, NULL, 0, 1);
    p.block = add_block(p.parent, 0);
    p.x = mica_block_add_argument(p.block, fixture->i32, fixture->location);
    p.y = mica_block_add_argument(p.block, fixture->i32, fixture->location);
    return p;
}

static mica_value *constant(ir_fixture *fixture, const place *p, int64_t value)
{
    mica_op *op = append_op(fixture, p->block, "check.constant", 0, NULL, 1, 0);
    mica_op_set_slot(op, 0, mica_integer_attr_get(fixture->i32, value));
    return mica_op_result(op, 0);
}

static void constants_say_their_value(void **state)
{
    ir_fixture *fixture = *state;
    const place p = make_place(fixture);
    mica_value *seven = constant(fixture, &p, -7);
    int64_t number;
    assert_true(mica_value_constant_int(seven, &number));
    assert_int_equal(number, -7);
    assert_null(mica_value_constant(p.x));
    assert_false(mica_value_constant_int(p.x, &number));
    mica_op_destroy(p.parent);
}

static void constants_move_right(void **state)
{
    ir_fixture *fixture = *state;
    const place p = make_place(fixture);
    mica_value *one = constant(fixture, &p, 1), *two = constant(fixture, &p, 2);
    mica_value *operands[] = {one, p.x, two, p.y};
    mica_op *op = append_op(fixture, p.block, "check.max", 4, operands, 1, 0);
    mica_fold_result result;
    assert_int_equal(mica_op_fold(op, &result), MICA_FOLD_IN_PLACE);
    mica_value *expected[] = {p.x, p.y, one, two};
    for (size_t i = 0; i < 4; i++)
        assert_ptr_equal(mica_op_operand(op, i), expected[i]);
    assert_int_equal(mica_op_fold(op, &result), MICA_FOLD_NONE);
    mica_op_destroy(p.parent);
}

static void idempotent_ops_collapse(void **state)
{
    ir_fixture *fixture = *state;
    const place p = make_place(fixture);
    mica_value *same[] = {p.x, p.x}, *other[] = {p.x, p.y};
    mica_fold_result result;
    mica_op *op = append_op(fixture, p.block, "check.max", 2, same, 1, 0);
    assert_int_equal(mica_op_fold(op, &result), MICA_FOLD_REPLACED);
    assert_ptr_equal(result.value, p.x);
    op = append_op(fixture, p.block, "check.max", 2, other, 1, 0);
    assert_int_equal(mica_op_fold(op, &result), MICA_FOLD_NONE);
    mica_value *inner = mica_op_result(op, 0);
    op = append_op(fixture, p.block, "check.max", 1, &inner, 1, 0);
    assert_int_equal(mica_op_fold(op, &result), MICA_FOLD_REPLACED);
    assert_ptr_equal(result.value, inner);
    mica_op_destroy(p.parent);
}

static void involutions_cancel(void **state)
{
    ir_fixture *fixture = *state;
    const place p = make_place(fixture);
    mica_fold_result result;
    mica_op *once = append_op(fixture, p.block, "check.not", 1, &p.x, 1, 0);
    assert_int_equal(mica_op_fold(once, &result), MICA_FOLD_NONE);
    mica_value *inner = mica_op_result(once, 0);
    mica_op *twice = append_op(fixture, p.block, "check.not", 1, &inner, 1, 0);
    assert_int_equal(mica_op_fold(twice, &result), MICA_FOLD_REPLACED);
    assert_ptr_equal(result.value, p.x);
    // A value of another type is not taken.
    mica_value_set_type(mica_op_result(twice, 0), mica_index_type_get(fixture->context));
    assert_int_equal(mica_op_fold(twice, &result), MICA_FOLD_NONE);
    mica_op_destroy(p.parent);
}

static void folded_constants_become_ops(void **state)
{
    ir_fixture *fixture = *state;
    const place p = make_place(fixture);
    mica_op *op = append_op(fixture, p.block, "check.not", 1, &p.x, 1, 0);
    const mica_fold_result result = {mica_integer_attr_get(fixture->i32, 5), NULL};
    mica_builder builder = mica_builder_before(op);
    mica_value *value;
    assert_true(mica_fold_materialize(&builder, op, &result, &value));
    assert_ptr_equal(mica_op_next(mica_value_op(value)), op);
    assert_ptr_equal(mica_value_constant(value), result.attr);
    mica_op_destroy(p.parent);
}

static void builders_fold_what_they_can(void **state)
{
    ir_fixture *fixture = *state;
    const place p = make_place(fixture);
    mica_builder builder = mica_builder_at_end(p.block, fixture->location);
    mica_op_state parts;
    mica_op_state_init(&parts, fixture->context, "check.not", fixture->location);
    mica_op_state_add_operand(&parts, p.x);
    mica_op_state_add_result(&parts, fixture->i32);
    mica_value *once = mica_builder_create_or_fold(&builder, &parts);
    assert_ptr_equal(mica_value_op(once), mica_block_last(p.block));
    mica_op_state_init(&parts, fixture->context, "check.not", fixture->location);
    mica_op_state_add_operand(&parts, once);
    mica_op_state_add_result(&parts, fixture->i32);
    assert_ptr_equal(mica_builder_create_or_fold(&builder, &parts), p.x);
    assert_ptr_equal(mica_value_op(once), mica_block_last(p.block));
    mica_op_destroy(p.parent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DIALECT_TEST(constants_say_their_value),   DIALECT_TEST(constants_move_right),
        DIALECT_TEST(idempotent_ops_collapse),     DIALECT_TEST(involutions_cancel),
        DIALECT_TEST(folded_constants_become_ops), DIALECT_TEST(builders_fold_what_they_can),
    };
    return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
