// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The interpreter from C: calls with arguments and results, and arith's own ways of computing
// integers and floats held against ir/core/scalar_math.h, which the folders use. The fixture
// asserts that no memory is left behind, also where a run stops in the middle.
#include <math.h>
#include <stdio.h>

#include "dialects/dialects.h"
#include "ir/core/scalar_math.h"
#include "ir/core/symbol_table.h"
#include "ir/interpreter/interpreter.h"
#include "ir/text/text.h"
#include "test/api/ir_fixture.h"

static mica_op *parse(ir_fixture *fixture, const char *text)
{
    assert_true(mica_context_register_all_dialects(fixture->context));
    mica_op *module = mica_parse_text(fixture->context, text, "test");
    assert_non_null(module);
    return module;
}

static mica_op *find(mica_op *module, const char *name)
{
    mica_op *function = mica_symbol_find_in(module, mica_string_from(name));
    assert_non_null(function);
    return function;
}

// ---- the same bits as scalar_math
// -------------------------------------------------------------

typedef struct binary_op {
    const char *name;
    mica_scalar_fn function;
} binary_op;

static const binary_op integer_ops[] = {
    {"addi", mica_scalar_addi},   {"subi", mica_scalar_subi},   {"muli", mica_scalar_muli},
    {"andi", mica_scalar_andi},   {"ori", mica_scalar_ori},     {"xori", mica_scalar_xori},
    {"divui", mica_scalar_divui}, {"divsi", mica_scalar_divsi}, {"remui", mica_scalar_remui},
    {"remsi", mica_scalar_remsi}, {"shli", mica_scalar_shli},   {"shrui", mica_scalar_shrui},
    {"shrsi", mica_scalar_shrsi}, {"minui", mica_scalar_minui}, {"minsi", mica_scalar_minsi},
    {"maxui", mica_scalar_maxui}, {"maxsi", mica_scalar_maxsi},
};
static const binary_op float_ops[] = {
    {"addf", mica_scalar_addf},
    {"subf", mica_scalar_subf},
    {"mulf", mica_scalar_mulf},
    {"divf", mica_scalar_divf},
};

/// One call of op(a, b) against the function: equal bits, or both undefined.
static void check_pair(mica_interpreter *interpreter, mica_op *function, const binary_op *op,
                       const mica_type *type, uint64_t a, uint64_t b)
{
    mica_scalar operands[2], expected = {.type = type};
    assert_true(mica_scalar_load(type, &a, &operands[0]));
    assert_true(mica_scalar_load(type, &b, &operands[1]));
    const bool is_defined = op->function(operands, &expected, 0);
    const mica_eval_value arguments[] = {mica_eval_from_bits(a), mica_eval_from_bits(b)};
    mica_eval_value result;
    const mica_eval_status status =
        mica_interpreter_call(interpreter, function, arguments, 2, &result, 1);
    if (!is_defined) {
        assert_true(status == MICA_EVAL_UNDEFINED || result.is_poison);
        return;
    }
    uint64_t bits = 0;
    mica_scalar_store(&expected, &bits);
    assert_int_equal(status, MICA_EVAL_DONE);
    assert_false(result.is_poison);
    assert_true(result.as.bits[0] == bits);
}

static void check_op(ir_fixture *fixture, const binary_op *op, const char *type_name,
                     const uint64_t *values, size_t count)
{
    char text[256];
    snprintf(text, sizeof text,
             "func.func @f(%%a: %s, %%b: %s) -> %s {\n  %%r = arith.%s %%a, %%b : %s\n"
             "  return %%r : %s\n}\n",
             type_name, type_name, type_name, op->name, type_name, type_name);
    mica_op *module = parse(fixture, text);
    const mica_type *type = mica_parse_type(fixture->context, mica_string_from(type_name));
    const mica_interpreter_options quiet = {.struct_size = sizeof quiet, .is_quiet = true};
    mica_interpreter *interpreter = mica_interpreter_create(module, &quiet);
    assert_non_null(interpreter);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++)
            check_pair(interpreter, find(module, "f"), op, type, values[i], values[k]);
    mica_interpreter_destroy(interpreter);
    mica_op_destroy(module);
}

static void integers_are_those_of_folders(void **state)
{
    ir_fixture *fixture = *state;
    static const uint32_t widths[] = {1, 8, 13, 32, 64};
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        const uint32_t width = widths[w];
        const uint64_t all = width == 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
        const uint64_t sign = UINT64_C(1) << (width - 1);
        const uint64_t values[] = {0,   1 & all, 2 & all,  7 & all,
                                   all, sign,    sign - 1, (sign + 1) & all};
        char name[16];
        snprintf(name, sizeof name, "i%u", width);
        for (size_t i = 0; i < sizeof integer_ops / sizeof *integer_ops; i++)
            check_op(fixture, &integer_ops[i], name, values, sizeof values / sizeof *values);
    }
}

static void floats_are_those_of_folders(void **state)
{
    ir_fixture *fixture = *state;
    static const double numbers[] = {0.0, -0.0, 1.0, -1.5, 1e-40, 3e38, INFINITY, NAN, 0.1};
    enum { COUNT = sizeof numbers / sizeof *numbers };
    uint64_t singles[COUNT] = {0}, doubles[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        const float single = (float)numbers[i];
        memcpy(&singles[i], &single, sizeof single);
        memcpy(&doubles[i], &numbers[i], sizeof numbers[i]);
    }
    for (size_t i = 0; i < sizeof float_ops / sizeof *float_ops; i++) {
        check_op(fixture, &float_ops[i], "f32", singles, COUNT);
        check_op(fixture, &float_ops[i], "f64", doubles, COUNT);
    }
}

// ---- calls
// -----------------------------------------------------------------------------------

static void tensors_go_in_and_out(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *module =
        parse(fixture, "func.func @twice(%t: tensor<?xi32>) -> tensor<?xi32> {\n"
                       "  %r = linalg.add ins(%t, %t : tensor<?xi32>, tensor<?xi32>)\n"
                       "    outs(%t : tensor<?xi32>) -> tensor<?xi32>\n"
                       "  return %r : tensor<?xi32>\n}\n");
    mica_interpreter *interpreter = mica_interpreter_create(module, NULL);
    mica_eval_frame *frame = mica_interpreter_frame(interpreter);
    const int64_t size = 3;
    mica_eval_buffer *buffer = mica_eval_buffer_create(frame, fixture->i32, &size, 1);
    const int32_t numbers[] = {1, -2, 30};
    memcpy(buffer->data, numbers, sizeof numbers);
    const mica_eval_value argument = mica_eval_from_buffer(buffer);
    mica_eval_value result;
    assert_int_equal(
        mica_interpreter_call(interpreter, find(module, "twice"), &argument, 1, &result, 1),
        MICA_EVAL_DONE);
    const int32_t *made = (const int32_t *)result.as.buffer->data;
    assert_int_equal(made[0], 2);
    assert_int_equal(made[1], -4);
    assert_int_equal(made[2], 60);
    // The argument is still the caller's, and what it was.
    assert_memory_equal(buffer->data, numbers, sizeof numbers);
    mica_interpreter_destroy(interpreter);
    mica_op_destroy(module);
}

static void limits_end_a_run(void **state)
{
    ir_fixture *fixture = *state;
    mica_op *module = parse(fixture, "func.func @forever() {\n  cf.br ^again\n"
                                     "^again:\n  cf.br ^again\n}\n");
    const mica_interpreter_options options = {
        .struct_size = sizeof options, .max_steps = 100, .is_quiet = true};
    mica_interpreter *interpreter = mica_interpreter_create(module, &options);
    assert_int_equal(
        mica_interpreter_call(interpreter, find(module, "forever"), NULL, 0, NULL, 0),
        MICA_EVAL_OUT_OF_STEPS);
    assert_true(mica_interpreter_message(interpreter).length > 0);
    assert_int_equal(fixture->diagnostic_count, 0);
    mica_interpreter_destroy(interpreter);
    mica_op_destroy(module);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IR_TEST(integers_are_those_of_folders),
        IR_TEST(floats_are_those_of_folders),
        IR_TEST(tensors_go_in_and_out),
        IR_TEST(limits_end_a_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
