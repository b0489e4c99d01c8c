// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// BatchNormalization in its inference form is x * a + b with
//
//   a = scale / sqrt(var + epsilon)     b = B - mean * a
//
// for each channel; both are computed here when the parameters are constants, as they nearly
// always are, and else by ops on vectors of the channels. Softmax is the stable form: the
// greatest element is subtracted before exp, along the axis.
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

#include <math.h>
#include <stdlib.h>

// ---- BatchNormalization
// ----------------------------------------------------------------------

enum { SCALE = 1, BIAS, MEAN, VARIANCE, PARAMETERS };

/// a and b as one constant each; false when a parameter is no constant or memory is out.
static bool fold_parameters(micai_onnx_site *site, size_t channels, mica_value *folded[2])
{
    const mica_attr *values[PARAMETERS] = {NULL};
    for (size_t i = SCALE; i < PARAMETERS; ++i) {
        values[i] = mica_onnx_constant(micai_onnx_operand(site, i));
        if (!values[i])
            return false;
    }
    const mica_type *type = mica_value_type(micai_onnx_operand(site, SCALE));
    const mica_type *element = mica_type_element(type);
    const size_t size = mica_dense_element_size(element);
    const double epsilon = mica_onnx_node_float(&site->node, "epsilon");
    char *bytes = mica_malloc(2 * channels * size + 1);
    if (!bytes)
        return false;
    for (size_t i = 0; i < channels; ++i) {
        const double a = mica_onnx_load_float(values[SCALE], i) /
                         sqrt(mica_onnx_load_float(values[VARIANCE], i) + epsilon);
        const double b =
            mica_onnx_load_float(values[BIAS], i) - mica_onnx_load_float(values[MEAN], i) * a;
        mica_onnx_store_float(bytes + i * size, element, a);
        mica_onnx_store_float(bytes + (channels + i) * size, element, b);
    }
    for (size_t i = 0; i < 2; ++i)
        folded[i] = micai_onnx_constant_op(
            site->builder, mica_dense_elements_attr_get(type, bytes + i * channels * size,
                                                        channels * size, false));
    mica_free(bytes);
    return true;
}

/// scale / sqrt(var + epsilon)
static mica_value *factor_element(void *user, mica_builder *builder,
                                  mica_value *const *elements)
{
    const micai_onnx_site *site = user;
    const mica_type *type = mica_value_type(elements[0]);
    mica_value *epsilon =
        micai_onnx_number(builder, type, mica_onnx_node_float(&site->node, "epsilon"));
    mica_value *sum = micai_onnx_emit2(builder, "arith.addf", elements[1], epsilon);
    mica_value *root = micai_onnx_emit(builder, "math.sqrt", &sum, 1, type);
    return micai_onnx_emit2(builder, "arith.divf", elements[0], root);
}

/// B - mean * a
static mica_value *offset_element(void *user, mica_builder *builder,
                                  mica_value *const *elements)
{
    (void)user;
    mica_value *product = micai_onnx_emit2(builder, "arith.mulf", elements[1], elements[2]);
    return micai_onnx_emit2(builder, "arith.subf", elements[0], product);
}

static void build_parameters(micai_onnx_site *site, mica_value *folded[2])
{
    mica_value *scale = micai_onnx_operand(site, SCALE);
    const mica_type *type = mica_value_type(scale);
    mica_value *const of_factor[] = {scale, micai_onnx_operand(site, VARIANCE)};
    folded[0] = micai_onnx_pointwise(site->builder, type, of_factor, 2, factor_element, site);
    mica_value *const of_offset[] = {micai_onnx_operand(site, BIAS),
                                     micai_onnx_operand(site, MEAN), folded[0]};
    folded[1] = micai_onnx_pointwise(site->builder, type, of_offset, 3, offset_element, NULL);
}

/// x * a + b
static mica_value *apply_element(void *user, mica_builder *builder, mica_value *const *elements)
{
    (void)user;
    mica_value *product = micai_onnx_emit2(builder, "arith.mulf", elements[0], elements[1]);
    return micai_onnx_emit2(builder, "arith.addf", product, elements[2]);
}

static mica_value *lower_batch_normalization(micai_onnx_site *site)
{
    mica_value *input = micai_onnx_operand(site, 0);
    const int64_t channels = micai_shape(input)[1];
    const mica_type *vector = mica_tensor_type_get(micai_element(input), &channels, 1, NULL);
    for (size_t i = SCALE; i < PARAMETERS; ++i)
        if (channels == MICA_DYNAMIC || mica_value_type(micai_onnx_operand(site, i)) != vector)
            return micai_onnx_refuse(site, "a parameter has a dynamic size or another element "
                                           "type than 'X'");
    mica_value *folded[2];
    if (!fold_parameters(site, (size_t)channels, folded))
        build_parameters(site, folded);
    micai_onnx_sizes sizes;
    micai_onnx_sizes_like(&sizes, input);
    return micai_onnx_per_channel(site->builder, site->type, input, folded, 2, &sizes,
                                  apply_element, NULL);
}

// ---- Softmax
// ---------------------------------------------------------------------------------

/// An op on the input and a tensor without the axis, which is repeated along it.
static mica_value *along_axis(micai_onnx_site *site, mica_value *input, mica_value *reduced,
                              size_t axis, micai_onnx_body_fn body, void *user)
{
    mica_context *context = site->builder->context;
    const size_t rank = micai_rank(input);
    uint32_t kept[MICA_ONNX_MAX_RANK];
    char iterators[MICA_ONNX_MAX_RANK + 1] = {0};
    size_t count = 0;
    memset(iterators, 'p', rank);
    for (size_t i = 0; i < rank; ++i)
        if (i != axis)
            kept[count++] = (uint32_t)i;
    const mica_attr *identity = mica_affine_map_identity(context, (uint32_t)rank);
    const mica_attr *maps[] = {
        identity, mica_affine_map_projection(context, (uint32_t)rank, kept, count), identity};
    mica_value *const inputs[] = {input, reduced};
    micai_onnx_sizes sizes;
    micai_onnx_sizes_like(&sizes, input);
    mica_value *output = micai_onnx_empty(site->builder, mica_value_type(input), &sizes);
    return micai_onnx_generic(site->builder, inputs, 2, output, maps, iterators, body, user);
}

/// exp(x - greatest)
static mica_value *power_element(void *user, mica_builder *builder, mica_value *const *elements)
{
    (void)user;
    mica_value *shifted = micai_onnx_emit2(builder, "arith.subf", elements[0], elements[1]);
    return micai_onnx_emit(builder, "math.exp", &shifted, 1, mica_value_type(shifted));
}

/// x - greatest
static mica_value *shift_element(void *user, mica_builder *builder, mica_value *const *elements)
{
    (void)user;
    return micai_onnx_emit2(builder, "arith.subf", elements[0], elements[1]);
}

/// x - log(sum)
static mica_value *log_element(void *user, mica_builder *builder, mica_value *const *elements)
{
    (void)user;
    mica_value *log =
        micai_onnx_emit(builder, "math.log", &elements[1], 1, mica_value_type(elements[1]));
    return micai_onnx_emit2(builder, "arith.subf", elements[0], log);
}

/// Softmax, or with a row its logarithm: x - greatest - log(sum(exp(x - greatest))).
static mica_value *lower_softmax(micai_onnx_site *site)
{
    mica_value *input = micai_onnx_operand(site, 0);
    const mica_type *element = micai_element(input);
    bool axes[MICA_ONNX_MAX_RANK] = {false};
    size_t axis;
    if (!mica_onnx_axis(mica_onnx_node_int(&site->node, "axis"), micai_rank(input), &axis))
        return NULL;
    axes[axis] = true;
    mica_value *greatest = micai_onnx_reduce(
        site->builder, input, axes, micai_onnx_least(element, false), "arith.maximumf");
    mica_value *powers = along_axis(site, input, greatest, axis, power_element, NULL);
    mica_value *sum = micai_onnx_reduce(site->builder, powers, axes,
                                        mica_float_attr_get(element, 0), "arith.addf");
    if (!site->row)
        return along_axis(site, powers, sum, axis, micai_onnx_emit_body,
                          (void *)(uintptr_t) "arith.divf");
    mica_value *shifted = along_axis(site, input, greatest, axis, shift_element, NULL);
    return along_axis(site, shifted, sum, axis, log_element, NULL);
}

const micai_onnx_rule micai_onnx_normalization_rules[] = {
    {"onnx.BatchNormalization", lower_batch_normalization, NULL},
    {"onnx.LogSoftmax", lower_softmax, "log"},
    {"onnx.Softmax", lower_softmax, NULL},
    {NULL, NULL, NULL},
};
