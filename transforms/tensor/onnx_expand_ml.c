// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operators of classical machine learning by simple ones.
#include "transforms/tensor/onnx_expand_internal.h"

/// X > threshold as a number.
static mica_value *binarizer(micai_expansion *x)
{
    mica_value *input = micai_input(x, 0);
    const double threshold = mica_onnx_node_float(&x->node, "threshold");
    mica_value *is_above =
        micai_make2(x, "Greater", input, micai_make_like(x, input, threshold));
    return micai_make_cast(x, is_above, micai_element_of(input));
}

/// A Gather of the last dimension; a vector counts as a matrix of one row.
static mica_value *array_feature_extractor(micai_expansion *x)
{
    static const int64_t flat = -1, rows[] = {1, -1};
    mica_value *input = micai_input(x, 0);
    if (!micai_has_rank(input) || micai_rank_of(input) == 0)
        return micai_expand_refuse(x, "the rank of its input is not known");
    if (micai_rank_of(input) == 1)
        input = micai_make_with_ints(x, "Reshape", input, rows, 2);
    mica_value *const operands[] = {
        input, micai_make_with_ints(x, "Reshape", micai_input(x, 1), &flat, 1)};
    return micai_make_with_axis(x, "Gather", operands, 2, -1);
}

/// A vector attribute as a constant; NULL when it is unset.
static mica_value *numbers(micai_expansion *x, const char *name)
{
    const mica_attr *array = mica_onnx_node_attr(&x->node, name);
    const mica_type *element = micai_float(x, MICA_FLOAT_F32);
    if (!array)
        return NULL;
    if (!mica_attr_is(array, MICA_ATTR_DENSE_ARRAY) ||
        mica_dense_array_attr_element_type(array) != element)
        return micai_expand_refuse(x, "'%s' is no dense array of f32", name);
    const int64_t count = (int64_t)mica_dense_array_attr_count(array);
    const mica_type *type = mica_tensor_type_get(element, &count, 1, NULL);
    const micai_expand_attr attrs[] = {
        {"value", mica_dense_elements_attr_get(type, mica_dense_array_attr_data(array),
                                               (size_t)count * sizeof(float), false)},
        {NULL, NULL}};
    return micai_make(x, "Constant", NULL, 0, attrs);
}

static mica_value *scaler(micai_expansion *x)
{
    mica_value *value = micai_make_cast(x, micai_input(x, 0), micai_float(x, MICA_FLOAT_F32));
    mica_value *offset = numbers(x, "offset"), *scale = numbers(x, "scale");
    if (offset)
        value = micai_make2(x, "Sub", value, offset);
    return scale ? micai_make2(x, "Mul", value, scale) : value;
}

/// Rows whose norm is 0 stay as they are.
static mica_value *normalizer(micai_expansion *x)
{
    static const int64_t last = -1;
    static const char *const norms[][2] = {
        {"MAX", "ReduceMax"}, {"L1", "ReduceL1"}, {"L2", "ReduceL2"}};
    mica_value *value = micai_make_cast(x, micai_input(x, 0), micai_float(x, MICA_FLOAT_F32));
    mica_value *norm = NULL;
    for (size_t i = 0; i < sizeof norms / sizeof *norms; ++i)
        if (mica_string_is(mica_onnx_node_string(&x->node, "norm"), norms[i][0]))
            norm = micai_make_reduce(x, norms[i][1], value, &last, 1, true);
    mica_value *is_zero = micai_make2(x, "Equal", norm, micai_make_like(x, value, 0));
    norm = micai_make_where(x, is_zero, micai_make_like(x, value, 1), norm);
    return micai_make2(x, "Div", value, norm);
}

const micai_expand_rule micai_expand_ml[] = {
    {"onnx.ml.ArrayFeatureExtractor", array_feature_extractor, NULL},
    {"onnx.ml.Binarizer", binarizer, NULL},
    {"onnx.ml.Normalizer", normalizer, NULL},
    {"onnx.ml.Scaler", scaler, NULL},
    {NULL, NULL, NULL},
};
