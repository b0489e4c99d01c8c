// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Canonicalization of onnx ops.
#include "dialects/onnx/onnx_internal.h"
#include "ir/rewrite/pattern.h"
#include "ir/rewrite/rewriter.h"
#include "ir/support/blob.h"

#include <math.h>
#include <stdlib.h>

/// Identity(x) -> x
mica_fold_status micai_onnx_fold_identity(mica_op *op, const mica_attr *const *operands,
                                          mica_fold_result *results)
{
    mica_value *input = mica_op_operand(op, 0);
    if (mica_value_type(input) != mica_value_type(mica_op_result(op, 0)))
        return MICA_FOLD_NONE;
    if (operands[0])
        results[0].attr = operands[0];
    else
        results[0].value = input;
    return MICA_FOLD_REPLACED;
}

// ---- BatchNormalization after Conv
// -----------------------------------------------------------

/// The constants of the pattern below. `bias` may be NULL.
typedef struct conv_and_norm {
    const mica_attr *filter, *bias;
    const mica_attr *scale, *offset, *mean, *variance;
    double epsilon;
    size_t filters, filter_size; ///< elements of one filter
} conv_and_norm;

static double factor_at(const conv_and_norm *parts, size_t i)
{
    return mica_onnx_load_float(parts->scale, i) /
           sqrt(mica_onnx_load_float(parts->variance, i) + parts->epsilon);
}

/// Are all of them constants of one float type and of the sizes that they should have?
static bool read_parts(mica_op *norm, mica_op *conv, conv_and_norm *parts)
{
    const mica_attr **const vectors[] = {&parts->scale, &parts->offset, &parts->mean,
                                         &parts->variance};
    parts->filter = mica_onnx_constant(mica_op_operand(conv, 1));
    if (!parts->filter)
        return false;
    const mica_type *type = mica_attr_type(parts->filter);
    const mica_type *element = mica_type_element(type);
    const int64_t filters = mica_type_shape(type)[0];
    const mica_type *vector = mica_tensor_type_get(element, &filters, 1, NULL);
    if (filters <= 0)
        return false;
    for (size_t i = 0; i < 4; ++i) {
        *vectors[i] = mica_onnx_constant(mica_op_operand(norm, i + 1));
        if (!*vectors[i] || mica_attr_type(*vectors[i]) != vector)
            return false;
    }
    const bool has_bias = mica_op_operand_count(conv) > 2;
    parts->bias = has_bias ? mica_onnx_constant(mica_op_operand(conv, 2)) : NULL;
    if (has_bias && (!parts->bias || mica_attr_type(parts->bias) != vector))
        return false;
    mica_op_state node;
    mica_onnx_node_from_op(norm, &node);
    parts->epsilon = mica_onnx_node_float(&node, "epsilon");
    mica_op_state_discard(&node);
    parts->filters = (size_t)filters;
    parts->filter_size = (size_t)(mica_type_element_count(type) / filters);
    return true;
}

static mica_value *build_constant(mica_builder *builder, const mica_type *type, mica_blob *blob)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "onnx.Constant", builder->location);
    mica_op_state_set_attr(&state, "value", mica_dense_elements_attr_get_blob(type, blob));
    mica_op_state_add_result(&state, type);
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

/// Each filter times its channel's factor.
static mica_value *scaled_filter(mica_builder *builder, const conv_and_norm *parts)
{
    const mica_type *type = mica_attr_type(parts->filter);
    const mica_type *element = mica_type_element(type);
    const size_t size = mica_dense_element_size(element);
    void *bytes;
    mica_blob *blob = mica_blob_allocate(builder->context,
                                         parts->filters * parts->filter_size * size, &bytes);
    if (!blob)
        return NULL;
    for (size_t i = 0; i < parts->filters; ++i) {
        const double factor = factor_at(parts, i);
        for (size_t k = i * parts->filter_size; k < (i + 1) * parts->filter_size; ++k)
            mica_onnx_store_float((char *)bytes + k * size, element,
                                  mica_onnx_load_float(parts->filter, k) * factor);
    }
    return build_constant(builder, type, blob);
}

/// (bias - mean) * factor + offset
static mica_value *moved_bias(mica_builder *builder, const conv_and_norm *parts)
{
    const mica_type *type = mica_attr_type(parts->scale);
    const mica_type *element = mica_type_element(type);
    const size_t size = mica_dense_element_size(element);
    void *bytes;
    mica_blob *blob = mica_blob_allocate(builder->context, parts->filters * size, &bytes);
    if (!blob)
        return NULL;
    for (size_t i = 0; i < parts->filters; ++i) {
        const double bias = parts->bias ? mica_onnx_load_float(parts->bias, i) : 0;
        const double value =
            (bias - mica_onnx_load_float(parts->mean, i)) * factor_at(parts, i) +
            mica_onnx_load_float(parts->offset, i);
        mica_onnx_store_float((char *)bytes + i * size, element, value);
    }
    return build_constant(builder, type, blob);
}

/// BatchNormalization(Conv(x, W, b)) -> Conv(x, W * factor, (b - mean) * factor + offset), with
/// factor = scale / sqrt(variance + epsilon) for each filter, when only the normalization uses
/// the convolution and all parameters are constants.
static bool fold_into_conv(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_op *conv = mica_value_op(mica_op_operand(op, 0));
    conv_and_norm parts;
    if (!conv || !mica_string_is(mica_op_name(conv), "onnx.Conv"))
        return mica_rewriter_fail(rewriter, op, "its input is no convolution");
    if (!mica_value_has_one_use(mica_op_result(conv, 0)))
        return mica_rewriter_fail(rewriter, op, "the convolution has other uses");
    if (!read_parts(op, conv, &parts))
        return mica_rewriter_fail(rewriter, op, "a parameter is no constant");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *filter = scaled_filter(builder, &parts);
    mica_value *bias = moved_bias(builder, &parts);
    if (!filter || !bias)
        return false;
    mica_op_state state;
    mica_op_state_init_record(&state, builder->context, mica_op_get_record(conv),
                              builder->location);
    mica_op_state_add_operand(&state, mica_op_operand(conv, 0));
    mica_op_state_add_operand(&state, filter);
    mica_op_state_add_operand(&state, bias);
    for (size_t i = 0; i < mica_op_slot_count(conv); ++i)
        mica_op_state_set_slot(&state, i, mica_op_slot(conv, i));
    mica_op_state_add_result(&state, mica_value_type(mica_op_result(op, 0)));
    mica_op *joined = mica_builder_create(builder, &state);
    return joined && mica_rewriter_replace_op_with(rewriter, op, joined);
}

void micai_onnx_canonicalize_batch_normalization(mica_pattern_set *patterns)
{
    static const mica_pattern pattern = {.name = "fold_batch_normalization_into_conv",
                                         .root = "onnx.BatchNormalization",
                                         .rewrite = fold_into_conv};
    mica_pattern_set_add(patterns, &pattern, 1);
}
