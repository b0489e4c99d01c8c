// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bodies of structured ops as programs: registers that hold a batch of elements each, and steps
// that compute one register from others.
//
//   ^(%x: f16, %y: f32) { %0 = extf %x; %1 = mulf %0, %y; yield %1 }
//   -> r2 = extf r0 (256 at a time); r3 = mulf r2, r1; yields r3
//
// The common steps of weights (casts, f32 arithmetic) have loops of their own, which compilers
// vectorize; the rest goes element by element through ir/core/scalar_math.h, which the folders
// use: the results are the same bits either way.
#include "dialects/arith/arith_ops.h"
#include "transforms/tensor/constant_evaluation_internal.h"

#include <string.h>

// ---- loops
// -----------------------------------------------------------------------------------

#define OPERAND(index, kind)                                                                   \
    ((const kind *)(const void *)body->registers[step->operands[index]].bytes)
#define RESULT(kind) ((kind *)(void *)body->registers[step->result].bytes)

#define BINARY_LOOP(name, kind, expression)                                                    \
    static bool name(micai_batch_body *body, const micai_batch_step *step, size_t count)       \
    {                                                                                          \
        const kind *a = OPERAND(0, kind), *b = OPERAND(1, kind);                               \
        kind *r = RESULT(kind);                                                                \
        for (size_t i = 0; i < count; ++i)                                                     \
            r[i] = expression;                                                                 \
        return true;                                                                           \
    }
#define CAST_LOOP(name, from, to, expression)                                                  \
    static bool name(micai_batch_body *body, const micai_batch_step *step, size_t count)       \
    {                                                                                          \
        const from *a = OPERAND(0, from);                                                      \
        to *r = RESULT(to);                                                                    \
        for (size_t i = 0; i < count; ++i)                                                     \
            r[i] = expression;                                                                 \
        return true;                                                                           \
    }

BINARY_LOOP(add_f32, float, a[i] + b[i])
BINARY_LOOP(subtract_f32, float, a[i] - b[i])
BINARY_LOOP(multiply_f32, float, a[i] * b[i])
BINARY_LOOP(divide_f32, float, a[i] / b[i])
BINARY_LOOP(subtract_i32, uint32_t, a[i] - b[i])
CAST_LOOP(i8_to_i32, int8_t, int32_t, a[i])
CAST_LOOP(u8_to_i32, uint8_t, int32_t, a[i])
CAST_LOOP(i8_to_f32, int8_t, float, a[i])
CAST_LOOP(u8_to_f32, uint8_t, float, a[i])
CAST_LOOP(i32_to_f32, int32_t, float, (float)a[i])

/// The bits of a half as those of a float; a signaling NaN becomes quiet.
static uint32_t widen_half(uint16_t half)
{
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16;
    uint32_t exponent = (half >> 10) & 0x1f, fraction = half & 0x3ff;
    if (exponent == 0x1f)
        return sign | 0x7f800000 | fraction << 13 | (fraction ? 0x400000 : 0);
    if (exponent == 0 && fraction == 0)
        return sign;
    if (exponent == 0) {
        exponent = 1;
        for (; !(fraction & 0x400); fraction <<= 1)
            --exponent;
        fraction &= 0x3ff;
    }
    return sign | (exponent + 112) << 23 | fraction << 13;
}

CAST_LOOP(f16_to_f32, uint16_t, uint32_t, widen_half(a[i]))

/// Element by element.
static bool by_scalars(micai_batch_body *body, const micai_batch_step *step, size_t count)
{
    micai_batch_register *result = &body->registers[step->result];
    mica_scalar operands[3], made = {.type = result->type};
    for (size_t i = 0; i < count; ++i) {
        for (uint32_t o = 0; o < step->operand_count; ++o) {
            const micai_batch_register *from = &body->registers[step->operands[o]];
            if (!mica_scalar_load(from->type, from->bytes + i * from->size, &operands[o]))
                return false;
        }
        made.type = result->type;
        if (!step->scalar(operands, &made, step->parameter))
            return false;
        mica_scalar_store(&made, result->bytes + i * result->size);
    }
    return true;
}

static bool select_elements(micai_batch_body *body, const micai_batch_step *step, size_t count)
{
    const micai_batch_register *condition = &body->registers[step->operands[0]];
    micai_batch_register *result = &body->registers[step->result];
    for (size_t i = 0; i < count; ++i) {
        const uint32_t from = step->operands[condition->bytes[i] ? 1 : 2];
        memcpy(result->bytes + i * result->size, body->registers[from].bytes + i * result->size,
               result->size);
    }
    return true;
}

// ---- which loop an op has
// --------------------------------------------------------------------

/// What an element is: a letter for its kind and its bits.
typedef struct loop_row {
    const char *name;
    char from_kind;
    uint32_t from_bits;
    char to_kind;
    uint32_t to_bits;
    micai_batch_fn run;
} loop_row;

// clang-format off
static const loop_row loops[] = {
    {"arith.addf",   'f', 32, 'f', 32, add_f32},
    {"arith.subf",   'f', 32, 'f', 32, subtract_f32},
    {"arith.mulf",   'f', 32, 'f', 32, multiply_f32},
    {"arith.divf",   'f', 32, 'f', 32, divide_f32},
    {"arith.subi",   'i', 32, 'i', 32, subtract_i32},
    {"arith.extf",   'h', 16, 'f', 32, f16_to_f32},
    {"arith.extsi",  'i',  8, 'i', 32, i8_to_i32},
    {"arith.extui",  'i',  8, 'i', 32, u8_to_i32},
    {"arith.sitofp", 'i',  8, 'f', 32, i8_to_f32},
    {"arith.uitofp", 'i',  8, 'f', 32, u8_to_f32},
    {"arith.sitofp", 'i', 32, 'f', 32, i32_to_f32},
};

static const struct scalar_row {
    const char *name;
    mica_scalar_fn run;
} scalar_functions[] = {
#define ROW(name) {"arith." #name, mica_scalar_##name},
    MICA_SCALAR_FUNCTIONS(ROW)
#undef ROW
};
// clang-format on
#define LOOP_COUNT (sizeof loops / sizeof *loops)
#define SCALAR_COUNT (sizeof scalar_functions / sizeof *scalar_functions)

static char kind_of(const mica_type *type)
{
    if (mica_type_is_float_kind(type, MICA_FLOAT_F16))
        return 'h';
    if (mica_type_is_float_kind(type, MICA_FLOAT_F32))
        return 'f';
    return mica_type_is_integer(type) ? 'i' : '?';
}

static bool is(const mica_op *op, const char *name)
{
    return mica_string_is(mica_op_name(op), name);
}

static void choose_function(const mica_op *op, micai_batch_step *step)
{
    const mica_type *from = mica_value_type(mica_op_operand(op, 0));
    const mica_type *to = mica_value_type(mica_op_result(op, 0));
    step->run = NULL;
    for (size_t i = 0; i < LOOP_COUNT && !step->run; ++i) {
        const loop_row *row = &loops[i];
        if (is(op, row->name) && kind_of(from) == row->from_kind &&
            kind_of(to) == row->to_kind && mica_type_bit_width(from) == row->from_bits &&
            mica_type_bit_width(to) == row->to_bits)
            step->run = row->run;
    }
    for (size_t i = 0; i < SCALAR_COUNT && !step->run; ++i) {
        if (!is(op, scalar_functions[i].name))
            continue;
        step->run = by_scalars;
        step->scalar = scalar_functions[i].run;
    }
    if (is(op, "arith.cmpi") || is(op, "arith.cmpf"))
        step->parameter = mica_integer_attr_value(mica_op_attr(op, "predicate"));
    if (is(op, "arith.select") && mica_type_is_signless(from, 1))
        step->run = select_elements;
}

// ---- compiling
// -------------------------------------------------------------------------------

/// A new register for elements of that type; false when there is no room or they are too wide.
static bool add_register(micai_batch_body *body, const mica_type *type, uint32_t *index)
{
    if (body->register_count == MICAI_BODY_REGISTERS ||
        !(mica_type_is_integer(type) || mica_type_is_float(type)) ||
        mica_dense_element_size(type) > MICAI_ELEMENT_BYTES)
        return false;
    *index = body->register_count++;
    body->registers[*index].type = type;
    body->registers[*index].size = mica_dense_element_size(type);
    return true;
}

/// A constant fills its register once.
static bool add_constant(micai_batch_body *body, const mica_op *op, uint32_t *index)
{
    const mica_attr *value = mica_op_attr(op, "value");
    mica_scalar scalar;
    if (!mica_scalar_from_attr(value, &scalar) ||
        !add_register(body, mica_attr_type(value), index))
        return false;
    micai_batch_register *made = &body->registers[*index];
    for (size_t i = 0; i < MICAI_BATCH; ++i)
        mica_scalar_store(&scalar, made->bytes + i * made->size);
    return true;
}

/// The values of a body and their registers: bodies are short, so they are looked through.
typedef struct value_row {
    const mica_value *values[MICAI_BODY_REGISTERS];
    uint32_t registers[MICAI_BODY_REGISTERS];
    size_t count;
} value_row;

static bool note(value_row *row, const mica_value *value, uint32_t index)
{
    if (row->count == MICAI_BODY_REGISTERS)
        return false;
    row->values[row->count] = value;
    row->registers[row->count++] = index;
    return true;
}

static bool find(micai_batch_body *body, value_row *row, const mica_value *value,
                 uint32_t *index)
{
    for (size_t i = 0; i < row->count; ++i) {
        *index = row->registers[i];
        if (row->values[i] == value)
            return true;
    }
    // From outside of the body.
    const mica_op *op = mica_value_op(value);
    return op && mica_op_is(op, &mica_arith_constant_kind) && add_constant(body, op, index) &&
           note(row, value, *index);
}

static bool add_step(micai_batch_body *body, value_row *row, const mica_op *op)
{
    uint32_t index;
    if (mica_op_is(op, &mica_arith_constant_kind))
        return add_constant(body, op, &index) && note(row, mica_op_result(op, 0), index);
    const size_t operands = mica_op_operand_count(op);
    if (body->step_count == MICAI_BODY_STEPS || operands == 0 || operands > 3 ||
        mica_op_result_count(op) != 1)
        return false;
    micai_batch_step *step = &body->steps[body->step_count++];
    *step = (micai_batch_step){.operand_count = (uint32_t)operands};
    for (size_t i = 0; i < operands; ++i)
        if (!find(body, row, mica_op_operand(op, i), &step->operands[i]))
            return false;
    choose_function(op, step);
    return step->run && add_register(body, mica_value_type(mica_op_result(op, 0)), &index) &&
           (step->result = index, note(row, mica_op_result(op, 0), index));
}

bool micai_batch_body_compile(micai_batch_body *body, mica_op *structured)
{
    mica_block *block = mica_region_first(mica_op_region(structured, 0));
    value_row row = {.count = 0};
    body->register_count = body->step_count = 0;
    for (size_t i = 0; i < mica_block_argument_count(block); ++i) {
        const mica_value *argument = mica_block_argument(block, i);
        if (!add_register(body, mica_value_type(argument), &body->arguments[i]) ||
            !note(&row, argument, body->arguments[i]))
            return false;
    }
    mica_op *end = mica_block_last(block);
    for (mica_op *op = mica_block_first(block); op != end; op = mica_op_next(op))
        if (!add_step(body, &row, op))
            return false;
    return mica_op_operand_count(end) == 1 &&
           find(body, &row, mica_op_operand(end, 0), &body->yielded);
}
