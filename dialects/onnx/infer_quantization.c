// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of quantization: integers that stand for real numbers, and products of them.
#include "dialects/onnx/onnx_internal.h"

static const mica_type *ui8(const mica_op_state *node)
{
    return mica_integer_type_get(node->context, 8, MICA_UNSIGNED);
}
static const mica_type *i32(const mica_op_state *node)
{
    return mica_integer_type_get(node->context, 32, MICA_SIGNLESS);
}

static const mica_type *infer_quantize(const mica_op_state *node, mica_onnx_fault *fault)
{
    (void)fault;
    const mica_attr *dtype = mica_onnx_node_attr(node, "output_dtype");
    const mica_type *zero = micai_operand_type(node, 2);
    const mica_type *element = zero    ? mica_type_element(zero)
                               : dtype ? mica_type_attr_value(dtype)
                                       : ui8(node);
    return mica_type_with_element(micai_operand_type(node, 0), element);
}

static const mica_type *infer_dequantize(const mica_op_state *node, mica_onnx_fault *fault)
{
    (void)fault;
    const mica_attr *dtype = mica_onnx_node_attr(node, "output_dtype");
    return mica_type_with_element(micai_operand_type(node, 0),
                                  dtype ? mica_type_attr_value(dtype)
                                        : mica_type_element(micai_operand_type(node, 1)));
}

static bool infer_dynamic_quantize(const mica_op_state *node, mica_onnx_types *types,
                                   mica_onnx_fault *fault)
{
    (void)fault;
    const mica_type *type = micai_operand_type(node, 0);
    types->count = 3;
    types->types[0] = mica_type_with_element(type, ui8(node));
    types->types[1] = micai_shaped_like(type, NULL, 0);
    types->types[2] = mica_tensor_type_get(ui8(node), NULL, 0, NULL);
    return true;
}

static const mica_type *with_element(const mica_type *type, const mica_type *element)
{
    return type ? mica_type_with_element(type, element) : NULL;
}

static const mica_type *infer_matmul_integer(const mica_op_state *node, mica_onnx_fault *fault)
{
    return with_element(
        micai_onnx_matmul_type(micai_operand_type(node, 0), micai_operand_type(node, 1), fault),
        i32(node));
}

static const mica_type *infer_conv_integer(const mica_op_state *node, mica_onnx_fault *fault)
{
    return with_element(micai_onnx_conv_type(node, micai_operand_type(node, 0),
                                             micai_operand_type(node, 1), NULL, fault),
                        i32(node));
}

static const mica_type *infer_quantized_matmul(const mica_op_state *node,
                                               mica_onnx_fault *fault)
{
    return with_element(
        micai_onnx_matmul_type(micai_operand_type(node, 0), micai_operand_type(node, 3), fault),
        mica_type_element(micai_operand_type(node, 7)));
}

static const mica_type *infer_quantized_conv(const mica_op_state *node, mica_onnx_fault *fault)
{
    return with_element(micai_onnx_conv_type(node, micai_operand_type(node, 0),
                                             micai_operand_type(node, 3),
                                             micai_operand_type(node, 8), fault),
                        mica_type_element(micai_operand_type(node, 7)));
}

const micai_onnx_infer_rule micai_onnx_infer_quantization_rules[] = {
    {"onnx.ConvInteger", .one = infer_conv_integer},
    {"onnx.DequantizeLinear", .one = infer_dequantize},
    {"onnx.DynamicQuantizeLinear", .all = infer_dynamic_quantize},
    {"onnx.MatMulInteger", .one = infer_matmul_integer},
    {"onnx.QLinearConv", .one = infer_quantized_conv},
    {"onnx.QLinearMatMul", .one = infer_quantized_matmul},
    {"onnx.QuantizeLinear", .one = infer_quantize},
    {NULL, NULL, NULL},
};
