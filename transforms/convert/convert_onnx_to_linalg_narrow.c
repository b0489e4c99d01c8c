// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cast to floats of 8 and 4 bits. ONNX asks for what arith.truncf does not do: with `saturate`
// a number beyond the greatest (infinity too) becomes the greatest, and powers of two
// (FLOAT8E8M0) are rounded up, down or to the nearest. The first is a clamp before truncf:
//
//   %y = arith.truncf (minimumf(maximumf(%x, -448.0), 448.0)) : f32 to f8E4M3FN
//
// The second is integer arithmetic on f64, where every source is a normal number: what is added
// to the bits below the exponent decides where a fraction goes. Signs are dropped.
#include "ir/core/float_format.h"
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

static mica_value *emit_one(mica_builder *builder, const char *name, mica_value *x,
                            const mica_type *type)
{
    return micai_onnx_emit(builder, name, &x, 1, type);
}

/// A type that holds every value of `type` as far as narrow floats can tell: f32, or f64 for
/// doubles and for integers that f32 would round first.
static const mica_type *wide_type(mica_context *context, const mica_type *type)
{
    const uint32_t width = mica_type_bit_width(type);
    const bool is_long = mica_type_is_float(type) ? width > 32 : width > 24;
    return mica_float_type_get(context, is_long ? MICA_FLOAT_F64 : MICA_FLOAT_F32);
}

static mica_value *clamp(mica_builder *builder, mica_value *x, double bound)
{
    const mica_type *type = mica_value_type(x);
    x = micai_onnx_emit2(builder, "arith.maximumf", x,
                         micai_onnx_number(builder, type, -bound));
    return micai_onnx_emit2(builder, "arith.minimumf", x,
                            micai_onnx_number(builder, type, bound));
}

// ---- powers of two
// ---------------------------------------------------------------------------

enum { F64_FRACTION = 52, F64_REBIAS = 1023 - 127, GREATEST_POWER = 254, NO_POWER = 255 };

static mica_value *with_integer(mica_builder *builder, const char *name, mica_value *x,
                                int64_t value)
{
    const mica_attr *number = mica_integer_attr_get(mica_value_type(x), value);
    return micai_onnx_emit2(builder, name, x, micai_onnx_constant_op(builder, number));
}

/// What is added below the exponent, so that a fraction of 0 stays and others go where the mode
/// says: up, down, or (half of it, up as well) to the nearest.
static int64_t rounding_term(mica_string mode)
{
    if (mica_string_is(mode, "down"))
        return 0;
    return mica_string_is(mode, "nearest") ? INT64_C(1) << (F64_FRACTION - 1)
                                           : (INT64_C(1) << F64_FRACTION) - 1;
}

static mica_value *to_power(mica_builder *builder, mica_value *x, const mica_type *to,
                            const micai_onnx_narrowing *how)
{
    mica_context *context = builder->context;
    const mica_type *f64 = mica_float_type_get(context, MICA_FLOAT_F64);
    const mica_type *i64 = mica_integer_type_get(context, 64, MICA_SIGNLESS);
    const mica_type *i8 = mica_integer_type_get(context, 8, MICA_SIGNLESS);
    x = micai_onnx_convert(builder, x, f64, how->from_unsigned, false);
    mica_value *bits = emit_one(builder, "arith.bitcast", x, i64);
    mica_value *magnitude = with_integer(builder, "arith.andi", bits, INT64_MAX);
    mica_value *sum =
        with_integer(builder, "arith.addi", magnitude, rounding_term(how->round_mode));
    mica_value *power = with_integer(builder, "arith.shrui", sum, F64_FRACTION);
    power = with_integer(builder, "arith.subi", power, F64_REBIAS);
    power = with_integer(builder, "arith.maxsi", power, 0);
    power =
        with_integer(builder, "arith.minsi", power, how->saturate ? GREATEST_POWER : NO_POWER);
    mica_value *bound = micai_onnx_constant_op(
        builder, mica_integer_attr_get(i64, INT64_C(0x7FF) << F64_FRACTION));
    mica_value *is_finite = micai_onnx_less(builder, magnitude, bound, true);
    power =
        micai_onnx_select(builder, is_finite, power, micai_onnx_number(builder, i64, NO_POWER));
    return emit_one(builder, "arith.bitcast", emit_one(builder, "arith.trunci", power, i8), to);
}

// ---- the conversion
// --------------------------------------------------------------------------

bool micai_onnx_is_narrow_float(const mica_type *type)
{
    return mica_type_is_float(type) && mica_type_bit_width(type) <= 8;
}

mica_value *micai_onnx_narrow(mica_builder *builder, mica_value *x, const mica_type *to,
                              const micai_onnx_narrowing *how)
{
    const mica_float_kind kind = mica_float_type_kind(to);
    if (mica_value_type(x) == to)
        return x;
    if (mica_float_format_of(kind)->specials == MICA_FLOAT_EXPONENT)
        return to_power(builder, x, to, how);
    x = micai_onnx_convert(builder, x, wide_type(builder->context, mica_value_type(x)),
                           how->from_unsigned, false);
    if (how->saturate)
        x = clamp(builder, x, mica_float_greatest(kind));
    return emit_one(builder, "arith.truncf", x, to);
}
