// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Quantization. A real number r is an integer q with r = (q - zero point) * scale.
//
//   quantize     clamp(round(x / scale) + zero point), round half to even
//   products     of the integers less their zero points, exactly, as i32; then scaled
//
// Convolutions of integers go through f64, which holds every sum of them exactly.
#include "transforms/tensor/onnx_expand_internal.h"

#include <math.h>

/// A vector of scales or zero points beside a tensor of rank `rank`: along `axis`, in blocks of
/// `block` when that is not 0; a scalar stays.
static mica_value *spread(micai_expansion *x, mica_value *value, mica_value *like,
                          int64_t given, int64_t block)
{
    size_t axis;
    int64_t axes[MICA_ONNX_MAX_RANK];
    if (x->failed || micai_rank_of(value) == 0 || !micai_has_rank(like))
        return value;
    const size_t rank = micai_rank_of(like);
    if (!mica_onnx_axis(given, rank, &axis)) {
        if (micai_shape_of(value)[0] == 1) {
            const int64_t first = 0;
            return micai_make_with_ints(x, "Squeeze", value, &first, 1);
        }
        return micai_expand_refuse(x, "its axis is out of range");
    }
    if (micai_rank_of(value) == 1 && (rank != 1 || block == 0)) {
        size_t count = 0;
        for (size_t i = 0; i < rank; ++i)
            if (i != axis)
                axes[count++] = (int64_t)i;
        return count && micai_shape_of(value)[0] != 1
                   ? micai_make_with_ints(x, "Unsqueeze", value, axes, count)
                   : value;
    }
    if (block == 0)
        return value;
    if (!mica_type_has_static_shape(mica_value_type(value)) ||
        !mica_type_has_static_shape(mica_value_type(like)))
        return micai_expand_refuse(x, "a quantization in blocks must have a static shape");
    int64_t wide[MICA_ONNX_MAX_RANK + 1], joined[MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i <= rank; ++i)
        wide[i] = i <= axis       ? micai_shape_of(value)[i]
                  : i == axis + 1 ? block
                                  : micai_shape_of(value)[i - 1];
    memcpy(joined, micai_shape_of(value), rank * sizeof *joined);
    joined[axis] *= block;
    const int64_t after = (int64_t)axis + 1;
    value = micai_make_with_ints(x, "Unsqueeze", value, &after, 1);
    value = micai_make_with_ints(x, "Expand", value, wide, rank + 1);
    value = micai_make_with_ints(x, "Reshape", value, joined, rank);
    return micai_make_slice(x, value, (int64_t)axis, 0, micai_shape_of(like)[axis]);
}

/// The range of an integer type.
static bool range_of(const mica_type *type, double *least, double *greatest)
{
    if (!mica_type_is_integer(type) || mica_type_bit_width(type) > 16)
        return false;
    const bool is_unsigned = mica_integer_type_signedness(type) == MICA_UNSIGNED;
    const double count = ldexp(1, (int)mica_type_bit_width(type));
    *least = is_unsigned ? 0 : -count / 2;
    *greatest = *least + count - 1;
    return true;
}

/// clamp(round(real) + zero) as integers; `zero` may be NULL.
static mica_value *quantize(micai_expansion *x, mica_value *real, mica_value *zero,
                            const mica_type *type)
{
    double least, greatest;
    const mica_type *f32 = micai_float(x, MICA_FLOAT_F32);
    if (x->failed)
        return NULL;
    if (!range_of(type, &least, &greatest))
        return micai_expand_refuse(x, "it quantizes to a type that is not supported");
    mica_value *value = micai_make1(x, "Round", real);
    value = micai_make_cast(x, value, f32);
    if (zero)
        value = micai_make2(x, "Add", value, micai_make_cast(x, zero, f32));
    mica_value *const operands[] = {value, micai_make_number(x, f32, least),
                                    micai_make_number(x, f32, greatest)};
    value = micai_make(x, "Clip", operands, 3, NULL);
    return micai_make_cast(x, value, type);
}

/// real + zero as a float of 8 or 4 bits.
static mica_value *quantize_float(micai_expansion *x, mica_value *real, mica_value *zero,
                                  const mica_type *type)
{
    const mica_attr *saturate = mica_onnx_node_attr(&x->node, "saturate");
    const micai_expand_attr attrs[] = {{"to", mica_type_attr_get(type)},
                                       {saturate ? "saturate" : NULL, saturate},
                                       {NULL, NULL}};
    if (zero)
        real = micai_make2(x, "Add", real, micai_make_cast(x, zero, micai_element_of(real)));
    return x->failed ? NULL : micai_make(x, "Cast", &real, 1, attrs);
}

static bool is_power_of_two(const mica_type *type)
{
    return mica_type_is_float_kind(type, MICA_FLOAT_F8E8M0FNU);
}

/// The type that x / scale is computed in: `precision` (a number of ONNX's list), else the
/// scale's, unless that is no float with a fraction.
static const mica_type *division_type(micai_expansion *x, const mica_type *input,
                                      const mica_type *scale)
{
    static const struct {
        int64_t number;
        mica_float_kind kind;
    } rows[] = {
        {1, MICA_FLOAT_F32}, {10, MICA_FLOAT_F16}, {11, MICA_FLOAT_F64}, {16, MICA_FLOAT_BF16}};
    const int64_t precision = mica_onnx_node_int(&x->node, "precision");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i)
        if (rows[i].number == precision)
            return micai_float(x, rows[i].kind);
    if (precision) {
        micai_expand_refuse(x, "its precision (%lld) is no type to divide in",
                            (long long)precision);
        return micai_float(x, MICA_FLOAT_F32);
    }
    if (mica_type_is_float(scale) && !is_power_of_two(scale))
        return scale;
    return mica_type_is_float(input) ? input : micai_float(x, MICA_FLOAT_F32);
}

static mica_value *quantize_linear(micai_expansion *x)
{
    mica_value *input = micai_input(x, 0);
    const int64_t axis = mica_onnx_node_int(&x->node, "axis");
    const int64_t block = mica_onnx_node_int(&x->node, "block_size");
    mica_value *scale = spread(x, micai_input(x, 1), input, axis, block);
    mica_value *zero = micai_input(x, 2);
    zero = zero ? spread(x, zero, input, axis, block) : NULL;
    const mica_type *type = micai_element_of(mica_op_result(x->op, 0));
    if (x->failed)
        return NULL;
    const mica_type *wide = division_type(x, micai_element_of(input), micai_element_of(scale));
    mica_value *real =
        micai_make2(x, "Div", micai_make_cast(x, input, wide), micai_make_cast(x, scale, wide));
    return mica_type_is_float(type) ? quantize_float(x, real, zero, type)
                                    : quantize(x, real, zero, type);
}

static mica_value *dequantize_linear(micai_expansion *x)
{
    mica_value *input = micai_input(x, 0), *zero = micai_input(x, 2);
    const int64_t axis = mica_onnx_node_int(&x->node, "axis");
    const int64_t block = mica_onnx_node_int(&x->node, "block_size");
    const mica_type *i32 = micai_integer(x, 32), *f32 = micai_float(x, MICA_FLOAT_F32);
    const mica_type *type = micai_element_of(mica_op_result(x->op, 0));
    const bool floats = mica_type_is_float(micai_element_of(input));
    mica_value *scale = spread(x, micai_input(x, 1), input, axis, block);
    mica_value *value = micai_make_cast(x, input, floats ? f32 : i32);
    if (zero) {
        zero = micai_make_cast(x, zero, floats ? f32 : i32);
        value = micai_make2(x, "Sub", value, spread(x, zero, input, axis, block));
    }
    if (x->failed)
        return NULL;
    value =
        micai_make2(x, "Mul", micai_make_cast(x, value, f32), micai_make_cast(x, scale, f32));
    return micai_make_cast(x, value, type);
}

/// scale = range / 255 with 0 in the range; zero point = round(-least / scale).
static mica_value *dynamic_quantize(micai_expansion *x)
{
    mica_value *input = micai_input(x, 0);
    const mica_type *type = micai_element_of(mica_op_result(x->op, 0));
    int64_t axes[MICA_ONNX_MAX_RANK];
    if (!micai_has_rank(input))
        return micai_expand_refuse(x, "the rank of its input is not known");
    const size_t rank = micai_rank_of(input);
    for (size_t i = 0; i < rank; ++i)
        axes[i] = (int64_t)i;
    mica_value *nothing = micai_make_like(x, input, 0);
    mica_value *greatest = micai_make2(
        x, "Max", micai_make_reduce(x, "ReduceMax", input, axes, rank, false), nothing);
    mica_value *least = micai_make2(
        x, "Min", micai_make_reduce(x, "ReduceMin", input, axes, rank, false), nothing);
    mica_value *scale = micai_make2(x, "Div", micai_make2(x, "Sub", greatest, least),
                                    micai_make_like(x, input, 255));
    mica_value *zero =
        quantize(x, micai_make1(x, "Neg", micai_make2(x, "Div", least, scale)), NULL, type);
    x->results[1] = scale;
    x->results[2] = zero;
    return quantize(x, micai_make2(x, "Div", input, scale), zero, type);
}

// ---- products
// --------------------------------------------------------------------------------

/// The integers less their zero points, in a type that holds all of their products' sums.
static mica_value *centered(micai_expansion *x, mica_value *value, mica_value *zero,
                            const mica_type *type)
{
    value = micai_make_cast(x, value, type);
    return zero ? micai_make2(x, "Sub", value, micai_make_cast(x, zero, type)) : value;
}

/// A zero point for each row of A stands in a column.
static mica_value *as_column(micai_expansion *x, mica_value *value)
{
    const int64_t axis = 1;
    return value && micai_rank_of(value) == 1 && micai_shape_of(value)[0] != 1
               ? micai_make_with_ints(x, "Unsqueeze", value, &axis, 1)
               : value;
}

static mica_value *matmul_integer(micai_expansion *x)
{
    const mica_type *i32 = micai_integer(x, 32);
    mica_value *a = centered(x, micai_input(x, 0), as_column(x, micai_input(x, 2)), i32);
    mica_value *b = centered(x, micai_input(x, 1), micai_input(x, 3), i32);
    return micai_make2(x, "MatMul", a, b);
}

/// A vector with one entry a filter beside [filters, ...] (axis 0) or [batch, channels, ...].
static mica_value *beside(micai_expansion *x, mica_value *value, mica_value *like, int64_t axis)
{
    return value && micai_rank_of(value) == 1 ? spread(x, value, like, axis, 0) : value;
}

static mica_value *exact_conv(micai_expansion *x, mica_value *input, mica_value *input_zero,
                              mica_value *filter, mica_value *filter_zero)
{
    static const char *const copied[] = {"auto_pad", "dilations",    "group",
                                         "pads",     "kernel_shape", "strides"};
    const mica_type *f64 = micai_float(x, MICA_FLOAT_F64);
    micai_expand_attr attrs[sizeof copied / sizeof *copied + 1] = {{NULL, NULL}};
    size_t count = 0;
    for (size_t i = 0; i < sizeof copied / sizeof *copied; ++i) {
        const mica_attr *value = mica_onnx_node_attr(&x->node, copied[i]);
        if (value)
            attrs[count++] = (micai_expand_attr){copied[i], value};
    }
    mica_value *const operands[] = {centered(x, input, beside(x, input_zero, input, 1), f64),
                                    centered(x, filter, beside(x, filter_zero, filter, 0), f64),
                                    NULL};
    return micai_make(x, "Conv", operands, 2, attrs);
}

static mica_value *conv_integer(micai_expansion *x)
{
    return micai_make_cast(x,
                           exact_conv(x, micai_input(x, 0), micai_input(x, 2),
                                      micai_input(x, 1), micai_input(x, 3)),
                           micai_integer(x, 32));
}

/// Sums of products times both scales over the result's, quantized.
static mica_value *requantize(micai_expansion *x, mica_value *sums, mica_value *a_scale,
                              mica_value *b_scale)
{
    const mica_type *f32 = micai_float(x, MICA_FLOAT_F32);
    mica_value *scale = micai_make2(x, "Mul", micai_make_cast(x, a_scale, f32),
                                    micai_make_cast(x, b_scale, f32));
    scale = micai_make2(x, "Div", scale, micai_make_cast(x, micai_input(x, 6), f32));
    mica_value *real = micai_make2(x, "Mul", micai_make_cast(x, sums, f32), scale);
    return x->failed
               ? NULL
               : quantize(x, real, micai_input(x, 7), micai_element_of(micai_input(x, 7)));
}

static mica_value *quantized_matmul(micai_expansion *x)
{
    const mica_type *i32 = micai_integer(x, 32);
    mica_value *a = centered(x, micai_input(x, 0), as_column(x, micai_input(x, 2)), i32);
    mica_value *b = centered(x, micai_input(x, 3), micai_input(x, 5), i32);
    return requantize(x, micai_make2(x, "MatMul", a, b), as_column(x, micai_input(x, 1)),
                      micai_input(x, 4));
}

static mica_value *quantized_conv(micai_expansion *x)
{
    mica_value *input = micai_input(x, 0), *bias = micai_input(x, 8);
    const mica_type *f64 = micai_float(x, MICA_FLOAT_F64);
    mica_value *sums =
        exact_conv(x, input, micai_input(x, 2), micai_input(x, 3), micai_input(x, 5));
    if (bias)
        sums = micai_make2(x, "Add", sums, micai_make_cast(x, beside(x, bias, input, 1), f64));
    return requantize(x, sums, micai_input(x, 1), beside(x, micai_input(x, 4), input, 1));
}

const micai_expand_rule micai_expand_quantization[] = {
    {"onnx.ConvInteger", conv_integer, NULL},
    {"onnx.DequantizeLinear", dequantize_linear, NULL},
    {"onnx.DynamicQuantizeLinear", dynamic_quantize, NULL},
    {"onnx.MatMulInteger", matmul_integer, NULL},
    {"onnx.QLinearConv", quantized_conv, NULL},
    {"onnx.QLinearMatMul", quantized_matmul, NULL},
    {"onnx.QuantizeLinear", quantize_linear, NULL},
    {NULL, NULL, NULL},
};
