// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of llvm's intrinsics that lowerings make: mathematics, bits, overflow, reductions,
// masked memory.
#include <math.h>

#include "dialects/llvm/llvm.h"
#include "dialects/llvm/llvm_eval_internal.h"
#include "dialects/llvm/llvm_ops.h"

// ---- mathematics
// -----------------------------------------------------------------------------

typedef struct float_function {
    double (*of_double)(double);
    float (*of_float)(float);
} float_function;

/// Half to even, whatever the thread's rounding mode is.
static double round_even(double value)
{
    const bool is_tie = fabs(value - trunc(value)) == 0.5;
    return is_tie ? copysign(2.0 * round(value / 2.0), value) : copysign(round(value), value);
}
static float round_even_float(float value)
{
    return (float)round_even((double)value);
}

static bool apply_float(const mica_scalar *operands, mica_scalar *result,
                        const float_function *function)
{
    double value;
    if (!mica_scalar_get_float(&operands[0], &value))
        return false;
    const bool is_double = mica_type_bit_width(operands[0].type) == 64;
    return mica_scalar_set_float(result, is_double ? function->of_double(value)
                                                   : (double)function->of_float((float)value));
}

#define FLOAT(name, function, function_of_float)                                               \
    static bool name##_scalar(const mica_scalar *operands, mica_scalar *result,                \
                              int64_t parameter)                                               \
    {                                                                                          \
        static const float_function own = {function, function_of_float};                       \
        (void)parameter;                                                                       \
        return apply_float(operands, result, &own);                                            \
    }                                                                                          \
    static bool name##_element(mica_eval_frame *frame, mica_op *op)                            \
    {                                                                                          \
        return mica_eval_scalar(frame, op, name##_scalar, 0, false);                           \
    }                                                                                          \
    bool micai_llvm_intr_##name##_eval(mica_eval_frame *frame, mica_op *op)                    \
    {                                                                                          \
        return mica_eval_each_element(frame, op, name##_element, false);                       \
    }
FLOAT(ceil, ceil, ceilf)
FLOAT(cos, cos, cosf)
FLOAT(exp, exp, expf)
FLOAT(exp2, exp2, exp2f)
FLOAT(fabs, fabs, fabsf)
FLOAT(floor, floor, floorf)
FLOAT(log, log, logf)
FLOAT(log10, log10, log10f)
FLOAT(log2, log2, log2f)
FLOAT(nearbyint, round_even, round_even_float)
FLOAT(rint, round_even, round_even_float)
FLOAT(round, round, roundf)
FLOAT(roundeven, round_even, round_even_float)
FLOAT(sin, sin, sinf)
FLOAT(sqrt, sqrt, sqrtf)
FLOAT(trunc, trunc, truncf)

/// Of two or three floats; `parameter` is which.
typedef enum float_operation { POWER, INTEGER_POWER, COPY_SIGN, FUSED } float_operation;

static bool apply_floats(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    double a, b = 0, c = 0;
    const bool is_double = mica_type_bit_width(operands[0].type) == 64;
    if (!mica_scalar_get_float(&operands[0], &a))
        return false;
    if (parameter == INTEGER_POWER)
        b = (double)mica_wide_to_int(&operands[1].as.integer);
    else if (!mica_scalar_get_float(&operands[1], &b))
        return false;
    if (parameter == FUSED && !mica_scalar_get_float(&operands[2], &c))
        return false;
    const float x = (float)a, y = (float)b, z = (float)c;
    if (parameter == COPY_SIGN)
        return mica_scalar_set_float(result, copysign(a, b));
    if (parameter == FUSED)
        return mica_scalar_set_float(result, mica_type_bit_width(operands[0].type) == 32
                                                 ? (double)fmaf(x, y, z)
                                                 : fma(a, b, c));
    return mica_scalar_set_float(result, is_double ? pow(a, b) : (double)powf(x, y));
}

#define FLOATS(name, which)                                                                    \
    static bool name##_element(mica_eval_frame *frame, mica_op *op)                            \
    {                                                                                          \
        return mica_eval_scalar(frame, op, apply_floats, which, false);                        \
    }                                                                                          \
    bool micai_llvm_intr_##name##_eval(mica_eval_frame *frame, mica_op *op)                    \
    {                                                                                          \
        return mica_eval_each_element(frame, op, name##_element, false);                       \
    }
FLOATS(pow, POWER)
FLOATS(powi, INTEGER_POWER)
FLOATS(copysign, COPY_SIGN)
FLOATS(fma, FUSED)
FLOATS(fmuladd, FUSED)

// ---- bits
// ------------------------------------------------------------------------------------

static bool is_set(const mica_op *op, const char *name)
{
    const mica_attr *attr = mica_op_attr(op, name);
    return attr && mica_integer_attr_value(attr) != 0;
}

static bool zeros_or_ones(const mica_scalar *operands, mica_scalar *result, int64_t which)
{
    const mica_wide *value = &operands[0].as.integer;
    mica_scalar_set_int(result, which == 0   ? mica_wide_leading_zeros(value)
                                : which == 1 ? mica_wide_trailing_zeros(value)
                                             : mica_wide_ones(value));
    return true;
}

/// Poison for zero, where the op says so.
static bool zeros_element(mica_eval_frame *frame, mica_op *op, int64_t which)
{
    const mica_eval_value *value = mica_eval_operand(frame, 0);
    if (is_set(op, "is_zero_poison") && value->as.bits[0] == 0 && value->as.bits[1] == 0)
        return mica_eval_set_result(frame, 0, mica_eval_poison());
    return mica_eval_scalar(frame, op, zeros_or_ones, which, false);
}
static bool ctlz_element(mica_eval_frame *frame, mica_op *op)
{
    return zeros_element(frame, op, 0);
}
static bool cttz_element(mica_eval_frame *frame, mica_op *op)
{
    return zeros_element(frame, op, 1);
}
static bool ctpop_element(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_scalar(frame, op, zeros_or_ones, 2, false);
}
bool micai_llvm_intr_ctlz_eval(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_each_element(frame, op, ctlz_element, false);
}
bool micai_llvm_intr_cttz_eval(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_each_element(frame, op, cttz_element, false);
}
bool micai_llvm_intr_ctpop_eval(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_each_element(frame, op, ctpop_element, false);
}

static bool absolute(const mica_scalar *operands, mica_scalar *result, int64_t is_least_poison)
{
    const mica_wide *value = &operands[0].as.integer;
    const bool is_least = mica_wide_is_negative(value) && mica_wide_ones(value) == 1;
    result->as.integer = mica_wide_is_negative(value) ? mica_wide_negate(value) : *value;
    return !(is_least && is_least_poison);
}
static bool abs_element(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_scalar(frame, op, absolute, is_set(op, "is_int_min_poison"), false);
}
bool micai_llvm_intr_abs_eval(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_each_element(frame, op, abs_element, false);
}

// ---- overflow
// --------------------------------------------------------------------------------

/// Element `lane` of both parts of the result, from the operands' bytes.
static bool overflow_lane(const unsigned char *a, const unsigned char *b, const mica_type *type,
                          mica_scalar_fn function, bool is_signed, unsigned char *made,
                          unsigned char *overflows)
{
    mica_scalar operands[2], result = {.type = type};
    if (!mica_scalar_load(type, a, &operands[0]) || !mica_scalar_load(type, b, &operands[1]) ||
        !function(operands, &result, 0))
        return false;
    mica_scalar_store(&result, made);
    *overflows = mica_eval_overflows(function, operands, &result, is_signed);
    return true;
}

/// A struct of the result and of whether it overflowed; of vectors of these.
static bool with_overflow(mica_eval_frame *frame, mica_op *op, mica_scalar_fn function,
                          bool is_signed)
{
    const mica_type *type = mica_value_type(mica_op_operand(op, 0)), *member;
    const mica_type *pair = micai_llvm_result_type(op),
                    *element = mica_type_element_or_self(type);
    const unsigned char *bytes[2];
    size_t count = 1;
    for (size_t i = 0; i < 2; i++) {
        const mica_eval_value *value = mica_eval_operand(frame, i);
        if (value->is_poison)
            return mica_eval_set_poison(frame, op);
        bytes[i] = (const unsigned char *)value->as.bits;
        if (!mica_type_is_vector(type))
            continue;
        const mica_eval_buffer *vector = mica_eval_buffer_operand(frame, op, i);
        if (!vector || vector->shadow)
            return vector && mica_eval_set_poison(frame, op);
        bytes[i] = vector->data;
        count = vector->count;
    }
    mica_eval_buffer *buffer = mica_eval_buffer_create(frame, pair, NULL, 0);
    if (!buffer)
        return false;
    const size_t size = mica_eval_type_size(element);
    const size_t second = micai_llvm_member_offset(pair, 1, &member);
    for (size_t i = 0; i < count; i++)
        if (!overflow_lane(bytes[0] + i * size, bytes[1] + i * size, element, function,
                           is_signed, buffer->data + i * size, buffer->data + second + i))
            return mica_eval_unsupported(frame, op, "of this type can't be interpreted");
    return mica_eval_set_result(frame, 0, mica_eval_from_buffer(buffer));
}

#define OVERFLOW(name, function, is_signed)                                                    \
    bool micai_llvm_intr_##name##_with_overflow_eval(mica_eval_frame *frame, mica_op *op)      \
    {                                                                                          \
        return with_overflow(frame, op, mica_scalar_##function, is_signed);                    \
    }
OVERFLOW(sadd, addi, true)
OVERFLOW(uadd, addi, false)
OVERFLOW(ssub, subi, true)
OVERFLOW(usub, subi, false)
OVERFLOW(smul, muli, true)
OVERFLOW(umul, muli, false)

// ---- reductions
// ------------------------------------------------------------------------------

/// In order, after the start value, which is operand 0 when there are two.
static bool reduce(mica_eval_frame *frame, mica_op *op, mica_scalar_fn function)
{
    const size_t last = mica_op_operand_count(op) - 1;
    const mica_eval_buffer *vector = mica_eval_buffer_operand(frame, op, last);
    const mica_type *type = micai_llvm_result_type(op);
    mica_scalar operands[2], result = {.type = type};
    mica_eval_value value = last ? *mica_eval_operand(frame, 0) : mica_eval_from_bits(0);
    bool is_poison = value.is_poison;
    for (size_t i = 0; vector && i < vector->count; i++) {
        mica_eval_value element;
        if (!mica_eval_get_element(frame, vector, type, i, &element))
            return false;
        is_poison |= element.is_poison;
        if (i == 0 && !last) {
            value = element;
            continue;
        }
        if (!mica_scalar_load(type, value.as.bits, &operands[0]) ||
            !mica_scalar_load(type, element.as.bits, &operands[1]) ||
            !function(operands, &result, 0))
            return mica_eval_unsupported(frame, op, "of this type can't be interpreted");
        value = mica_eval_from_bits(0);
        mica_scalar_store(&result, value.as.bits);
    }
    value.is_poison = is_poison;
    return vector && mica_eval_set_result(frame, 0, value);
}

#define REDUCE(name, function)                                                                 \
    bool micai_llvm_intr_vector_reduce_##name##_eval(mica_eval_frame *frame, mica_op *op)      \
    {                                                                                          \
        return reduce(frame, op, mica_scalar_##function);                                      \
    }
REDUCE(add, addi)
REDUCE(and, andi)
REDUCE(fadd, addf)
REDUCE(fmax, maxnumf)
REDUCE(fmaximum, maximumf)
REDUCE(fmin, minnumf)
REDUCE(fminimum, minimumf)
REDUCE(fmul, mulf)
REDUCE(mul, muli)
REDUCE(or, ori)
REDUCE(smax, maxsi)
REDUCE(smin, minsi)
REDUCE(umax, maxui)
REDUCE(umin, minui)
REDUCE(xor, xori)

// ---- vectors
// ---------------------------------------------------------------------------------

bool micai_llvm_intr_vector_insert_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 1);
    const size_t at = (size_t)mica_integer_attr_value(mica_op_attr(op, "pos"));
    mica_eval_buffer *buffer = source ? mica_eval_own_buffer(frame, op, 0) : NULL;
    if (!buffer || at + source->count > buffer->count)
        return buffer && mica_eval_error(frame, op, "is outside of the vector");
    for (size_t i = 0; i < source->count; i++)
        if (!mica_eval_copy_element(frame, buffer, at + i, source, i))
            return false;
    return mica_eval_set_result(frame, 0, mica_eval_from_buffer(buffer));
}

bool micai_llvm_intr_vector_extract_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 0);
    const size_t at = (size_t)mica_integer_attr_value(mica_op_attr(op, "pos"));
    mica_eval_buffer *buffer =
        source ? mica_eval_buffer_of_type(frame, micai_llvm_result_type(op), NULL) : NULL;
    if (!buffer || at + buffer->count > source->count)
        return buffer && mica_eval_error(frame, op, "is outside of the vector");
    for (size_t i = 0; i < buffer->count; i++)
        if (!mica_eval_copy_element(frame, buffer, i, source, at + i))
            return false;
    return mica_eval_set_result(frame, 0, mica_eval_from_buffer(buffer));
}

bool micai_llvm_intr_experimental_stepvector_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = micai_llvm_result_type(op);
    mica_eval_buffer *buffer = mica_eval_buffer_of_type(frame, type, NULL);
    for (size_t i = 0; buffer && i < buffer->count; i++)
        if (!mica_eval_set_element(frame, buffer, mica_type_element(type), i,
                                   mica_eval_from_bits(i)))
            return false;
    return buffer && mica_eval_set_result(frame, 0, mica_eval_from_buffer(buffer));
}

/// Element i is base + i < limit.
bool micai_llvm_intr_get_active_lane_mask_eval(mica_eval_frame *frame, mica_op *op)
{
    uint64_t base, limit;
    if (!mica_eval_bits(frame, op, 0, &base) || !mica_eval_bits(frame, op, 1, &limit))
        return false;
    mica_eval_buffer *buffer =
        mica_eval_buffer_of_type(frame, micai_llvm_result_type(op), NULL);
    for (size_t i = 0; buffer && i < buffer->count; i++)
        buffer->data[i] = base + i < limit;
    return buffer && mica_eval_set_result(frame, 0, mica_eval_from_buffer(buffer));
}

// ---- masked memory
// ---------------------------------------------------------------------------

/// Copies the elements under the mask between memory at operand `pointer` and the vector.
static bool masked(mica_eval_frame *frame, mica_op *op, size_t pointer, size_t mask_operand,
                   mica_eval_buffer *vector, bool writes)
{
    const mica_eval_buffer *mask = mica_eval_buffer_operand(frame, op, mask_operand);
    uint64_t address;
    if (!vector || !mask || !mica_eval_bits(frame, op, pointer, &address))
        return false;
    const size_t size = vector->element_size;
    if (!mica_eval_buffer_mark(frame, vector, 0, 0, true))
        return false; // makes the shadow
    for (size_t i = 0; i < vector->count; i++) {
        int64_t offset;
        if (!(mask->data[i] & 1))
            continue;
        mica_eval_allocation *place =
            mica_eval_find_allocation(frame, op, address + i * size, &offset);
        unsigned char *data =
            place ? mica_eval_access(frame, op, place, offset, size, writes) : NULL;
        if (!data)
            return false;
        unsigned char *shadow = place->shadow + offset;
        memcpy(writes ? data : vector->data + i * size, writes ? vector->data + i * size : data,
               size);
        memcpy(writes ? shadow : vector->shadow + i * size,
               writes ? vector->shadow + i * size : shadow, size);
    }
    return true;
}

bool micai_llvm_intr_masked_load_eval(mica_eval_frame *frame, mica_op *op)
{
    mica_eval_buffer *buffer =
        mica_op_operand_count(op) > 2
            ? mica_eval_own_buffer(frame, op, 2)
            : mica_eval_buffer_of_type(frame, micai_llvm_result_type(op), NULL);
    return masked(frame, op, 0, 1, buffer, false) &&
           mica_eval_set_result(frame, 0, mica_eval_from_buffer(buffer));
}

bool micai_llvm_intr_masked_store_eval(mica_eval_frame *frame, mica_op *op)
{
    mica_eval_buffer *buffer = mica_eval_buffer_operand(frame, op, 0);
    return masked(frame, op, 1, 2, buffer, true);
}

// ---- others
// ----------------------------------------------------------------------------------

bool micai_llvm_intr_stacksave_eval(mica_eval_frame *frame, mica_op *op)
{
    (void)op;
    return mica_eval_set_bits(frame, 0, 0);
}

bool micai_llvm_intr_trap_eval(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_error(frame, op, "stops the program");
}
