// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of random numbers.
#include "dialects/onnx/onnx_internal.h"

/// The element type that 'dtype' says, or `unset`.
static const mica_type *element_of(const mica_op_state *node, const mica_type *unset)
{
    const mica_attr *element = mica_onnx_node_attr(node, "dtype");
    return element ? mica_type_attr_value(element) : unset;
}

static const mica_type *must_be_float(const mica_type *element, mica_onnx_fault *fault)
{
    return mica_type_is_float(element)
               ? element
               : micai_onnx_wrong(fault, "its results must be floating-point numbers");
}

static const mica_type *infer_of_shape(const mica_op_state *node, mica_onnx_fault *fault)
{
    size_t count;
    const int64_t *shape = mica_onnx_node_ints(node, "shape", &count);
    const mica_type *element = must_be_float(
        element_of(node, mica_float_type_get(node->context, MICA_FLOAT_F32)), fault);
    if (!element || count > MICA_ONNX_MAX_RANK)
        return element ? micai_onnx_wrong(fault, "'shape' is too long") : NULL;
    for (size_t i = 0; i < count; ++i)
        if (shape[i] < 0)
            return micai_onnx_wrong(fault, "'shape' has a negative size");
    return mica_tensor_type_get(element, shape, count, NULL);
}

static const mica_type *infer_like(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    const mica_type *element = must_be_float(element_of(node, mica_type_element(type)), fault);
    return element ? mica_type_with_element(type, element) : NULL;
}

static const mica_type *infer_bernoulli(const mica_op_state *node, mica_onnx_fault *fault)
{
    (void)fault;
    const mica_type *type = micai_operand_type(node, 0);
    return mica_type_with_element(type, element_of(node, mica_type_element(type)));
}

static const mica_type *infer_multinomial(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    const int64_t samples = mica_onnx_node_int(node, "sample_size");
    if (samples < 0 || (mica_type_is_ranked(type) && mica_type_rank(type) != 2))
        return micai_onnx_wrong(fault, "'input' must be a matrix and 'sample_size' positive");
    const int64_t shape[] = {
        mica_type_is_ranked(type) ? mica_type_shape(type)[0] : MICA_DYNAMIC, samples};
    const mica_type *element =
        element_of(node, mica_integer_type_get(node->context, 32, MICA_SIGNLESS));
    return mica_tensor_type_get(element, shape, 2, NULL);
}

const micai_onnx_infer_rule micai_onnx_infer_random_rules[] = {
    {"onnx.Bernoulli", .one = infer_bernoulli},
    {"onnx.Multinomial", .one = infer_multinomial},
    {"onnx.RandomNormal", .one = infer_of_shape},
    {"onnx.RandomNormalLike", .one = infer_like},
    {"onnx.RandomUniform", .one = infer_of_shape},
    {"onnx.RandomUniformLike", .one = infer_like},
    {NULL, NULL, NULL},
};
