// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operators of com.microsoft on quantized numbers. What works on single numbers goes through
// their real values:
//
//   ms.QLinearAdd  ->  QuantizeLinear(Add(DequantizeLinear A, DequantizeLinear B))
//
// Products are formed of integers and scaled then; weights of a few bits are unpacked first.
#include "transforms/tensor/onnx_expand_internal.h"

static mica_value *dequantize(micai_expansion *x, mica_value *value, mica_value *scale,
                              mica_value *zero)
{
    mica_value *const operands[] = {value, scale, zero};
    return micai_make(x, "DequantizeLinear", operands, zero ? 3 : 2, NULL);
}

/// Without a zero point the type is that of the node's result.
static mica_value *quantize(micai_expansion *x, mica_value *value, mica_value *scale,
                            mica_value *zero)
{
    const mica_type *type = micai_element_of(mica_op_result(x->op, 0));
    mica_value *const operands[] = {value, scale, zero ? zero : micai_make_number(x, type, 0)};
    return micai_make(x, "QuantizeLinear", operands, 3, NULL);
}

// ---- single numbers
// --------------------------------------------------------------------------

/// The row names the operator.
static mica_value *quantized_pair(micai_expansion *x)
{
    mica_value *a = dequantize(x, micai_input(x, 0), micai_input(x, 1), micai_input(x, 2));
    mica_value *b = dequantize(x, micai_input(x, 3), micai_input(x, 4), micai_input(x, 5));
    return quantize(x, micai_make2(x, x->row, a, b), micai_input(x, 6), micai_input(x, 7));
}

static mica_value *real_input(micai_expansion *x)
{
    return dequantize(x, micai_input(x, 0), micai_input(x, 1), micai_input(x, 2));
}

static mica_value *as_output(micai_expansion *x, mica_value *value)
{
    return quantize(x, value, micai_input(x, 3), micai_input(x, 4));
}

static mica_value *quantized_activation(micai_expansion *x)
{
    static const char *const names[] = {"alpha", NULL};
    micai_expand_attr attrs[2];
    mica_value *value = real_input(x);
    micai_copy_attrs(x, names, attrs);
    return as_output(x, micai_make(x, x->row, &value, 1, attrs));
}

/// Before opset 13 the dimensions from axis on are one.
static mica_value *quantized_softmax(micai_expansion *x)
{
    const int64_t axis = mica_onnx_node_int(&x->node, "axis");
    const bool is_joined = mica_onnx_node_int(&x->node, "opset") < 13;
    mica_value *value = real_input(x), *shape = NULL;
    if (is_joined && !x->failed) {
        shape = micai_make1(x, "Shape", value);
        value = micai_make_with_axis(x, "Flatten", &value, 1, axis);
    }
    value = micai_make_with_axis(x, "Softmax", &value, 1, is_joined ? 1 : axis);
    return as_output(x, is_joined ? micai_make2(x, "Reshape", value, shape) : value);
}

static mica_value *quantized_concat(micai_expansion *x)
{
    const size_t count = x->node.operand_count;
    mica_value *values[MICA_ONNX_MAX_RESULTS];
    size_t parts = 0;
    if (count > 3 * MICA_ONNX_MAX_RESULTS)
        return micai_expand_refuse(x, "has too many inputs");
    for (size_t i = 2; i + 2 < count; i += 3)
        values[parts++] = dequantize(x, x->node.operands[i], x->node.operands[i + 1],
                                     x->node.operands[i + 2]);
    return quantize(x,
                    micai_make_concat(x, values, parts, mica_onnx_node_int(&x->node, "axis")),
                    x->node.operands[0], x->node.operands[1]);
}

// ---- pools
// -----------------------------------------------------------------------------------

static mica_value *quantized_global_pool(micai_expansion *x)
{
    int64_t axes[MICA_ONNX_MAX_RANK];
    size_t count = 0;
    if (!micai_has_rank(micai_input(x, 0)))
        return micai_expand_refuse(x, "the rank of its operand is not known");
    const size_t rank = micai_rank_of(micai_input(x, 0));
    const size_t channels = mica_onnx_node_int(&x->node, "channels_last") ? rank - 1 : 1;
    for (size_t i = 1; i < rank; ++i)
        if (i != channels)
            axes[count++] = (int64_t)i;
    return as_output(x, micai_make_reduce(x, "ReduceMean", real_input(x), axes, count, true));
}

static mica_value *quantized_pool(micai_expansion *x)
{
    static const char *const names[] = {
        "auto_pad", "ceil_mode", "count_include_pad", "kernel_shape", "pads", "strides", NULL};
    const bool is_last = mica_onnx_node_int(&x->node, "channels_last") != 0;
    micai_expand_attr attrs[sizeof names / sizeof *names];
    if (!micai_has_rank(micai_input(x, 0)))
        return micai_expand_refuse(x, "the rank of its operand is not known");
    micai_copy_attrs(x, names, attrs);
    mica_value *value = real_input(x);
    value = is_last ? micai_make_channels(x, value, true) : value;
    value = micai_make(x, "AveragePool", &value, 1, attrs);
    return as_output(x, is_last ? micai_make_channels(x, value, false) : value);
}

static mica_value *quantized_conv(micai_expansion *x)
{
    static const char *const names[] = {"auto_pad", "dilations", "group", "kernel_shape",
                                        "pads",     "strides",   NULL};
    const bool is_last = mica_onnx_node_int(&x->node, "channels_last") != 0;
    micai_expand_attr attrs[sizeof names / sizeof *names];
    mica_value *operands[9];
    if (!micai_has_rank(micai_input(x, 0)))
        return micai_expand_refuse(x, "the rank of its operand is not known");
    micai_copy_attrs(x, names, attrs);
    for (size_t i = 0; i < 9; ++i)
        operands[i] = micai_input(x, i);
    if (is_last)
        operands[0] = micai_make_channels(x, operands[0], true);
    mica_value *value = micai_make(x, "QLinearConv", operands, 9, attrs);
    return is_last ? micai_make_channels(x, value, false) : value;
}

// ---- products
// --------------------------------------------------------------------------------

static mica_value *integer_product(micai_expansion *x, mica_value *a, mica_value *b,
                                   mica_value *a_zero, mica_value *b_zero)
{
    mica_value *const operands[] = {a, b, a_zero, b_zero};
    return micai_make(x, "MatMulInteger", operands, 4, NULL);
}

/// Sums of products times both scales, plus a bias.
static mica_value *scaled(micai_expansion *x, mica_value *sums, mica_value *a_scale,
                          mica_value *b_scale, mica_value *bias)
{
    if (x->failed)
        return NULL;
    mica_value *real = micai_make_cast(x, sums, micai_element_of(a_scale));
    real = micai_make2(x, "Mul", real, micai_make2(x, "Mul", a_scale, b_scale));
    return bias ? micai_make2(x, "Add", real, bias) : real;
}

static mica_value *integer_matmul(micai_expansion *x)
{
    mica_value *scale = micai_input(x, 2);
    if (micai_has_rank(scale) && micai_rank_of(scale) == 1 && micai_shape_of(scale)[0] != 1)
        return micai_expand_refuse(x, "a scale for each column of A is not supported");
    return scaled(x,
                  integer_product(x, micai_input(x, 0), micai_input(x, 1), micai_input(x, 4),
                                  micai_input(x, 5)),
                  scale, micai_input(x, 3), micai_input(x, 6));
}

static mica_value *dynamic_matmul(micai_expansion *x)
{
    mica_value *a = micai_make1(x, "DynamicQuantizeLinear", micai_input(x, 0));
    if (x->failed)
        return NULL;
    mica_op *op = mica_value_op(a);
    return scaled(
        x, integer_product(x, a, micai_input(x, 1), mica_op_result(op, 2), micai_input(x, 3)),
        mica_op_result(op, 1), micai_input(x, 2), micai_input(x, 4));
}

static mica_value *turned(micai_expansion *x, mica_value *matrix, bool is_b)
{
    int64_t permutation[MICA_ONNX_MAX_RANK];
    return mica_onnx_turned(&x->node, mica_value_type(matrix), is_b, permutation)
               ? micai_make_transpose(x, matrix, permutation, 2)
               : matrix;
}

/// C is quantized by the scales of the product.
static mica_value *quantized_gemm(micai_expansion *x)
{
    mica_value *a_scale = micai_input(x, 1), *c = micai_input(x, 6);
    const double alpha = mica_onnx_node_float(&x->node, "alpha");
    if (!micai_has_rank(micai_input(x, 0)) || !micai_has_rank(micai_input(x, 3)))
        return micai_expand_refuse(x, "the ranks of its operands are not known");
    mica_value *sums = integer_product(x, turned(x, micai_input(x, 0), false),
                                       turned(x, micai_input(x, 3), true), micai_input(x, 2),
                                       micai_input(x, 5));
    if (c)
        sums = micai_make2(x, "Add", sums, c);
    if (alpha != 1)
        a_scale = micai_make2(x, "Mul", a_scale, micai_make_like(x, a_scale, alpha));
    mica_value *real = scaled(x, sums, a_scale, micai_input(x, 4), NULL);
    return micai_input(x, 7) ? quantize(x, real, micai_input(x, 7), micai_input(x, 8)) : real;
}

// ---- weights of a few bits
// -------------------------------------------------------------------

/// Bytes as the numbers that are packed in them, lowest bits first: the last dimension grows.
static mica_value *unpack(micai_expansion *x, mica_value *bytes, int64_t bits)
{
    static const int64_t last = -1;
    mica_value *parts[4];
    const size_t count = (size_t)(8 / bits);
    const mica_attr *right =
        mica_string_attr_get(x->builder.context, mica_string_from("RIGHT"));
    const micai_expand_attr attrs[] = {{"direction", right}, {NULL, NULL}};
    if (count == 1 || x->failed)
        return bytes;
    const size_t rank = micai_rank_of(bytes);
    int64_t joined[MICA_ONNX_MAX_RANK] = {0};
    joined[rank - 1] = -1;
    for (size_t i = 0; i < count; ++i) {
        mica_value *const operands[] = {bytes,
                                        micai_make_like(x, bytes, (double)i * (double)bits)};
        parts[i] = micai_make(x, "BitShift", operands, 2, attrs);
        parts[i] = micai_make2(x, "BitwiseAnd", parts[i],
                               micai_make_like(x, bytes, (double)((1 << bits) - 1)));
        parts[i] = micai_make_with_ints(x, "Unsqueeze", parts[i], &last, 1);
    }
    return micai_make_with_ints(x, "Reshape", micai_make_concat(x, parts, count, -1), joined,
                                rank);
}

/// The zero point of each block as [N, blocks, 1].
static mica_value *block_zeros(micai_expansion *x, const mica_type *element, int64_t n,
                               int64_t blocks, int64_t bits)
{
    const int64_t last = -1, rows[] = {n, -1};
    mica_value *given = micai_input(x, 3);
    if (!given)
        return micai_make_number(x, element, (double)(1 << (bits - 1)));
    given = micai_make_with_ints(x, "Reshape", given, rows, 2);
    if (!x->failed && !mica_type_is_float(micai_element_of(given)))
        given = micai_make_slice(x, unpack(x, given, bits), 1, 0, blocks);
    given = micai_make_cast(x, given, element);
    return micai_make_with_ints(x, "Unsqueeze", given, &last, 1);
}

static mica_value *few_bits_matmul(micai_expansion *x)
{
    static const int64_t perm[] = {1, 0};
    const int64_t k = mica_onnx_node_int(&x->node, "K"), n = mica_onnx_node_int(&x->node, "N");
    const int64_t bits = mica_onnx_node_int(&x->node, "bits");
    const int64_t block = mica_onnx_node_int(&x->node, "block_size");
    const int64_t blocks = (k + block - 1) / block;
    const int64_t packed[] = {n, blocks, block * bits / 8}, each[] = {n, blocks, 1},
                  rows[] = {n, blocks * block};
    const mica_type *element = micai_element_of(micai_input(x, 0));
    mica_value *bias = micai_input(x, 5);
    if (micai_input(x, 4) || mica_onnx_node_int(&x->node, "weight_prepacked") != 0)
        return micai_expand_refuse(x, "g_idx and prepacked weights are not supported");
    mica_value *weights = micai_make_with_ints(x, "Reshape", micai_input(x, 1), packed, 3);
    weights = micai_make_cast(x, unpack(x, weights, bits), element);
    weights = micai_make2(x, "Sub", weights, block_zeros(x, element, n, blocks, bits));
    weights = micai_make2(x, "Mul", weights,
                          micai_make_with_ints(x, "Reshape", micai_input(x, 2), each, 3));
    weights = micai_make_with_ints(x, "Reshape", weights, rows, 2);
    if (blocks * block != k)
        weights = micai_make_slice(x, weights, 1, 0, k);
    mica_value *y =
        micai_make2(x, "MatMul", micai_input(x, 0), micai_make_transpose(x, weights, perm, 2));
    return bias ? micai_make2(x, "Add", y, bias) : y;
}

/// A table whose rows are whole blocks, in bytes, and gathered along its first axis.
static bool is_table_of_blocks(micai_expansion *x)
{
    const int64_t axis = mica_onnx_node_int(&x->node, "quantize_axis");
    const int64_t each = 8 / mica_onnx_node_int(&x->node, "bits");
    const int64_t block = mica_onnx_node_int(&x->node, "block_size");
    for (size_t i = 0; i < 3; ++i)
        if (!micai_has_rank(micai_input(x, i)))
            return micai_expand_refuse(x, "the ranks of its operands are not known") != NULL;
    const int64_t bytes = micai_shape_of(micai_input(x, 0))[1],
                  blocks = micai_shape_of(micai_input(x, 2))[1];
    return (mica_onnx_node_int(&x->node, "gather_axis") == 0 && (axis == 1 || axis == -1) &&
            mica_type_bit_width(micai_element_of(micai_input(x, 0))) == 8 && bytes > 0 &&
            blocks > 0 && bytes * each == blocks * block) ||
           micai_expand_refuse(x, "it must gather rows of bytes that are whole blocks") != NULL;
}

static mica_value *gather_rows(micai_expansion *x, size_t index)
{
    mica_value *const operands[] = {micai_input(x, index), micai_input(x, 1)};
    return operands[0] ? micai_make_with_axis(x, "Gather", operands, 2, 0) : NULL;
}

/// Rows of table, scales and zero points are gathered first, and only these unpacked.
static mica_value *gather_blocks(micai_expansion *x)
{
    const int64_t bits = mica_onnx_node_int(&x->node, "bits"), last = -1;
    const mica_type *element = micai_element_of(micai_input(x, 2));
    int64_t split[MICA_ONNX_MAX_RANK + 1] = {0}, joined[MICA_ONNX_MAX_RANK] = {0};
    if (!is_table_of_blocks(x))
        return NULL;
    const size_t rank = micai_rank_of(micai_input(x, 1));
    const int64_t blocks = micai_shape_of(micai_input(x, 2))[1];
    split[rank] = blocks;
    split[rank + 1] = mica_onnx_node_int(&x->node, "block_size");
    joined[rank] = blocks * split[rank + 1];
    mica_value *numbers = micai_make_cast(x, unpack(x, gather_rows(x, 0), bits), element);
    numbers = micai_make_with_ints(x, "Reshape", numbers, split, rank + 2);
    mica_value *zeros = gather_rows(x, 3);
    if (zeros) {
        zeros = micai_make_slice(x, unpack(x, zeros, bits), -1, 0, blocks);
        zeros =
            micai_make_with_ints(x, "Unsqueeze", micai_make_cast(x, zeros, element), &last, 1);
    } else {
        zeros = micai_make_number(x, element, (double)(1 << (bits - 1)));
    }
    numbers = micai_make2(x, "Mul", micai_make2(x, "Sub", numbers, zeros),
                          micai_make_with_ints(x, "Unsqueeze", gather_rows(x, 2), &last, 1));
    return micai_make_with_ints(x, "Reshape", numbers, joined, rank + 1);
}

const micai_expand_rule micai_expand_microsoft_quantization[] = {
    {"onnx.ms.DynamicQuantizeMatMul", dynamic_matmul, NULL},
    {"onnx.ms.GatherBlockQuantized", gather_blocks, NULL},
    {"onnx.ms.MatMulIntegerToFloat", integer_matmul, NULL},
    {"onnx.ms.MatMulNBits", few_bits_matmul, NULL},
    {"onnx.ms.QGemm", quantized_gemm, NULL},
    {"onnx.ms.QLinearAdd", quantized_pair, "Add"},
    {"onnx.ms.QLinearAveragePool", quantized_pool, NULL},
    {"onnx.ms.QLinearConcat", quantized_concat, NULL},
    {"onnx.ms.QLinearConv", quantized_conv, NULL},
    {"onnx.ms.QLinearGlobalAveragePool", quantized_global_pool, NULL},
    {"onnx.ms.QLinearLeakyRelu", quantized_activation, "LeakyRelu"},
    {"onnx.ms.QLinearMul", quantized_pair, "Mul"},
    {"onnx.ms.QLinearSigmoid", quantized_activation, "Sigmoid"},
    {"onnx.ms.QLinearSoftmax", quantized_softmax, NULL},
    {NULL, NULL, NULL},
};
