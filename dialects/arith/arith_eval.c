// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of arith: integers of at most 64 bits and f32 and f64 by the machine, all others
// by ir/core/scalar_math.h, as the folders do. Each hook handles scalars; the engine applies it
// to elements. test/api/test_interpreter.c holds the two ways against each other.
#include <math.h>

#include "dialects/arith/arith_ops.h"
#include "ir/interpreter/eval.h"

// ---- integers
// --------------------------------------------------------------------------------

static uint64_t low_bits(uint32_t width)
{
    return width >= 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
}

static int64_t sign_extended(uint64_t bits, uint32_t width)
{
    const uint32_t shift = 64 - width;
    return width == 0 ? 0 : (int64_t)(bits << shift) >> shift;
}

static uint64_t bits_of(const mica_eval_frame *frame, size_t index)
{
    return mica_eval_operand(frame, index)->as.bits[0];
}

/// `expression` sees a, b and width; what is above the width is cut off.
#define WORD_BINARY(name, traps, condition, expression)                                        \
    bool micai_arith_##name##_eval(mica_eval_frame *frame, mica_op *op)                        \
    {                                                                                          \
        const uint32_t width = mica_eval_operand_width(frame);                                 \
        const uint64_t a = bits_of(frame, 0), b = bits_of(frame, 1);                           \
        if (width > 64 || !(condition))                                                        \
            return mica_eval_scalar(frame, op, mica_scalar_##name, 0, traps);                  \
        return mica_eval_set_bits(frame, 0, (uint64_t)(expression)&low_bits(width));           \
    }
#define SIGNED(value) sign_extended(value, width)
WORD_BINARY(andi, false, true, a &b)
WORD_BINARY(ori, false, true, a | b)
WORD_BINARY(xori, false, true, a ^ b)
WORD_BINARY(divui, true, b != 0, a / b)
WORD_BINARY(remui, true, b != 0, a % b)
WORD_BINARY(divsi, true, b != 0 && b != low_bits(width), SIGNED(a) / SIGNED(b))
WORD_BINARY(remsi, true, b != 0 && b != low_bits(width), SIGNED(a) % SIGNED(b))
WORD_BINARY(shrui, false, b < width, a >> b)
WORD_BINARY(shrsi, false, b < width, SIGNED(a) >> b)
WORD_BINARY(minui, false, true, a < b ? a : b)
WORD_BINARY(maxui, false, true, a > b ? a : b)
WORD_BINARY(minsi, false, true, SIGNED(a) < SIGNED(b) ? a : b)
WORD_BINARY(maxsi, false, true, SIGNED(a) > SIGNED(b) ? a : b)

#define SCALAR(name, traps)                                                                    \
    bool micai_arith_##name##_eval(mica_eval_frame *frame, mica_op *op)                        \
    {                                                                                          \
        return mica_eval_scalar(frame, op, mica_scalar_##name, 0, traps);                      \
    }
SCALAR(ceildivui, true)
SCALAR(ceildivsi, true)
SCALAR(floordivsi, true)

static bool load_scalar(const mica_eval_frame *frame, const mica_type *type, size_t index,
                        mica_scalar *scalar)
{
    const mica_eval_value *value = mica_eval_operand(frame, index);
    return mica_scalar_load(type, value->as.bits, scalar);
}

/// With overflow flags what they exclude is poison.
#define PROMISED(name, condition, expression)                                                  \
    bool micai_arith_##name##_eval(mica_eval_frame *frame, mica_op *op)                        \
    {                                                                                          \
        const uint32_t width = mica_eval_result_width(frame);                                  \
        const int64_t flags = (int64_t)mica_arith_##name##_overflowFlags(op);                  \
        const uint64_t a = bits_of(frame, 0), b = bits_of(frame, 1);                           \
        if (flags || width > 64 || !(condition))                                               \
            return mica_eval_promised(frame, op, mica_scalar_##name, flags);                   \
        return mica_eval_set_bits(frame, 0, (expression)&low_bits(width));                     \
    }
PROMISED(addi, true, a + b)
PROMISED(subi, true, a - b)
PROMISED(muli, true, a *b)
PROMISED(shli, b < width, a << b)

bool micai_arith_cmpi_eval(mica_eval_frame *frame, mica_op *op)
{
    const uint32_t width = mica_eval_operand_width(frame);
    const int64_t predicate = (int64_t)mica_arith_cmpi_predicate(op);
    if (width > 64)
        return mica_eval_scalar(frame, op, mica_scalar_cmpi, predicate, false);
    const uint64_t a = bits_of(frame, 0), b = bits_of(frame, 1);
    const int64_t x = sign_extended(a, width), y = sign_extended(b, width);
    // In arith's order: eq ne slt sle sgt sge ult ule ugt uge.
    const bool answers[] = {a == b, a != b, x<y, x <= y, x> y, x >= y, a<b, a <= b, a> b,
                            a >= b};
    return mica_eval_set_bits(frame, 0, answers[predicate]);
}

// ---- two results
// -----------------------------------------------------------------------------

static bool set_wide(mica_eval_frame *frame, size_t index, const mica_wide *integer)
{
    mica_eval_value value = mica_eval_from_bits(integer->words[0]);
    value.as.bits[1] = integer->words[1];
    return mica_eval_set_result(frame, index, value);
}

bool micai_arith_addui_extended_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = mica_type_element_or_self(mica_value_type(mica_op_result(op, 0)));
    mica_scalar operands[2], result = {.type = type};
    if (mica_eval_result_width(frame) > 128 || !load_scalar(frame, type, 0, &operands[0]) ||
        !load_scalar(frame, type, 1, &operands[1]))
        return mica_eval_unsupported(frame, op, "has operands that are too wide");
    (void)mica_scalar_addi(operands, &result, 0);
    return set_wide(frame, 0, &result.as.integer) &&
           mica_eval_set_bits(frame, 1,
                              mica_eval_overflows(mica_scalar_addi, operands, &result, false));
}

/// The product in twice the width, cut in two.
static bool eval_halves(mica_eval_frame *frame, mica_op *op,
                        mica_wide (*extend)(const mica_wide *, uint32_t))
{
    const mica_type *type = mica_type_element_or_self(mica_value_type(mica_op_result(op, 0)));
    const uint32_t width = mica_eval_result_width(frame);
    mica_scalar operands[2];
    if (width > 128 || !load_scalar(frame, type, 0, &operands[0]) ||
        !load_scalar(frame, type, 1, &operands[1]))
        return mica_eval_unsupported(frame, op, "has operands that are too wide");
    const mica_wide a = extend(&operands[0].as.integer, 2 * width);
    const mica_wide b = extend(&operands[1].as.integer, 2 * width);
    const mica_wide both = mica_wide_multiply(&a, &b);
    const mica_wide above = mica_wide_shift_right_unsigned(&both, width);
    const mica_wide low = mica_wide_extend_unsigned(&both, width);
    const mica_wide high = mica_wide_extend_unsigned(&above, width);
    return set_wide(frame, 0, &low) && set_wide(frame, 1, &high);
}

bool micai_arith_mulsi_extended_eval(mica_eval_frame *frame, mica_op *op)
{
    return eval_halves(frame, op, mica_wide_extend_signed);
}
bool micai_arith_mului_extended_eval(mica_eval_frame *frame, mica_op *op)
{
    return eval_halves(frame, op, mica_wide_extend_unsigned);
}

// ---- floats
// ----------------------------------------------------------------------------------

static mica_float_kind float_kind(const mica_op *op)
{
    return mica_float_type_kind(
        mica_type_element_or_self(mica_value_type(mica_op_operand(op, 0))));
}

static float float_of(const mica_eval_frame *frame, size_t index)
{
    float value;
    memcpy(&value, mica_eval_operand(frame, index)->as.bits, sizeof value);
    return value;
}
static double double_of(const mica_eval_frame *frame, size_t index)
{
    double value;
    memcpy(&value, mica_eval_operand(frame, index)->as.bits, sizeof value);
    return value;
}
static bool set_float(mica_eval_frame *frame, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return mica_eval_set_bits(frame, 0, bits);
}
static bool set_double(mica_eval_frame *frame, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return mica_eval_set_bits(frame, 0, bits);
}

/// By the machine but for NaNs, whose bits scalar_math chooses.
#define FLOAT_BINARY(name, operator)                                                           \
    bool micai_arith_##name##_eval(mica_eval_frame *frame, mica_op *op)                        \
    {                                                                                          \
        const mica_float_kind kind = float_kind(op);                                           \
        if (kind == MICA_FLOAT_F32) {                                                          \
            const float value = float_of(frame, 0) operator float_of(frame, 1);                \
            if (!isnan(value))                                                                 \
                return set_float(frame, value);                                                \
        } else if (kind == MICA_FLOAT_F64) {                                                   \
            const double value = double_of(frame, 0) operator double_of(frame, 1);             \
            if (!isnan(value))                                                                 \
                return set_double(frame, value);                                               \
        }                                                                                      \
        return mica_eval_scalar(frame, op, mica_scalar_##name, 0, false);                      \
    }
FLOAT_BINARY(addf, +)
FLOAT_BINARY(subf, -)
FLOAT_BINARY(mulf, *)
FLOAT_BINARY(divf, /)
SCALAR(remf, false)
SCALAR(negf, false)
SCALAR(minimumf, false)
SCALAR(maximumf, false)
SCALAR(minnumf, false)
SCALAR(maxnumf, false)

bool micai_arith_cmpf_eval(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_scalar(frame, op, mica_scalar_cmpf, (int64_t)mica_arith_cmpf_predicate(op),
                            false);
}

// ---- conversions
// -----------------------------------------------------------------------------

#define WORD_CAST(name, expression)                                                            \
    bool micai_arith_##name##_eval(mica_eval_frame *frame, mica_op *op)                        \
    {                                                                                          \
        const uint32_t from = mica_eval_operand_width(frame);                                  \
        const uint32_t to = mica_eval_result_width(frame);                                     \
        const uint64_t a = bits_of(frame, 0);                                                  \
        (void)from;                                                                            \
        if (mica_eval_operand_width(frame) > 64 || to > 64)                                    \
            return mica_eval_scalar(frame, op, mica_scalar_##name, 0, false);                  \
        return mica_eval_set_bits(frame, 0, (uint64_t)(expression)&low_bits(to));              \
    }
WORD_CAST(extui, a)
WORD_CAST(trunci, a)
WORD_CAST(extsi, sign_extended(a, from))
SCALAR(extf, false)
SCALAR(truncf, false)
SCALAR(sitofp, false)
SCALAR(uitofp, false)
SCALAR(fptosi, false)
SCALAR(fptoui, false)

/// Bits stay; between memrefs it would be another view.
bool micai_arith_bitcast_eval(mica_eval_frame *frame, mica_op *op)
{
    if (mica_type_is_memref(mica_value_type(mica_op_result(op, 0))))
        return mica_eval_unsupported(frame, op, "of memrefs can't be interpreted");
    return mica_eval_set_result(frame, 0, *mica_eval_operand(frame, 0));
}

static bool eval_index_cast(mica_eval_frame *frame, mica_op *op, bool is_signed)
{
    const uint32_t from = mica_eval_operand_width(frame), to = mica_eval_result_width(frame);
    if (mica_type_is_memref(mica_value_type(mica_op_result(op, 0))) || from > 64 || to > 64)
        return mica_eval_unsupported(frame, op, "of these types can't be interpreted");
    const uint64_t bits = bits_of(frame, 0);
    const uint64_t wide = is_signed ? (uint64_t)sign_extended(bits, from) : bits;
    return mica_eval_set_bits(frame, 0, wide & low_bits(to));
}

bool micai_arith_index_cast_eval(mica_eval_frame *frame, mica_op *op)
{
    return eval_index_cast(frame, op, true);
}
bool micai_arith_index_castui_eval(mica_eval_frame *frame, mica_op *op)
{
    return eval_index_cast(frame, op, false);
}

// ---- select
// ----------------------------------------------------------------------------------

/// A poison value that is not chosen does no harm.
static bool select_element(mica_eval_frame *frame, mica_op *op)
{
    (void)op;
    const mica_eval_value *condition = mica_eval_operand(frame, 0);
    if (condition->is_poison)
        return mica_eval_set_result(frame, 0, mica_eval_poison());
    const size_t chosen = condition->as.bits[0] & 1 ? 1 : 2;
    return mica_eval_set_result(frame, 0, *mica_eval_operand(frame, chosen));
}

/// One condition chooses a whole value, whatever it is.
static bool select_whole(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_value *condition = mica_eval_operand(frame, 0);
    if (condition->is_poison)
        return mica_eval_set_poison(frame, op);
    const size_t chosen = condition->as.bits[0] & 1 ? 1 : 2;
    return mica_eval_set_result(frame, 0, mica_eval_take_operand(frame, chosen));
}

bool micai_arith_select_eval(mica_eval_frame *frame, mica_op *op)
{
    return mica_type_is_shaped(mica_value_type(mica_op_operand(op, 0)))
               ? mica_eval_each_element(frame, op, select_element, true)
               : select_whole(frame, op);
}
