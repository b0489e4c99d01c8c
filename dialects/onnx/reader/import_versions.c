// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The operators that can be imported, and what older opsets say otherwise:
//
//   Add, Sub, Mul, Div  before 7   broadcast and axis: B is reshaped to where it belongs
//   Clip                before 11  min and max are attributes, here constants
//   Softmax             before 13  over all dimensions from axis on: a matrix in between
//   Reshape             before 5   shape is an attribute, here a constant
//   Concat              before 4   axis is 1 when left out
//   BatchNormalization             in training an op of its own
//   DFT                 before 20  axis is an attribute, here a constant
//   PRelu               before 7   a slope with one dimension belongs to the channels
#include "dialects/onnx/reader/import_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

mica_named_attr micai_import_named(micai_importer *importer, const char *name,
                                   const mica_attr *value)
{
    mica_named_attr attr = {mica_identifier_get(importer->context, mica_string_from(name)),
                            value};
    return attr;
}

mica_named_attr micai_import_named_int(micai_importer *importer, const char *name,
                                       int64_t value)
{
    return micai_import_named(importer, name, mica_i64_attr_get(importer->context, value));
}

const mica_attr *micai_import_numbers(micai_importer *importer, int32_t type, const void *data,
                                      size_t count, bool is_scalar)
{
    const int64_t shape = (int64_t)count;
    const mica_type *element = micai_import_element_type(importer->context, type);
    const mica_type *tensor = mica_tensor_type_get(element, &shape, is_scalar ? 0 : 1, NULL);
    const size_t size = count * mica_onnx_type_bits(type) / 8;
    return tensor ? mica_dense_elements_attr_get(tensor, data, size, false) : NULL;
}

// ---- elementwise
// -----------------------------------------------------------------------------

/// `B` with dimensions of size 1 after its own, so that they stand at `axis` of A.
static mica_value *align_at_axis(micai_importer *importer, const Onnx__NodeProto *node,
                                 mica_value *a, mica_value *b, int64_t axis)
{
    const mica_type *a_type = mica_value_type(a), *b_type = mica_value_type(b);
    const size_t a_rank = mica_type_rank(a_type), b_rank = mica_type_rank(b_type);
    int64_t sizes[MICA_ONNX_MAX_RANK];
    size_t first;
    if (!mica_type_is_ranked(a_type) || !mica_type_has_static_shape(b_type) ||
        !mica_onnx_axis(axis, a_rank, &first) || first + b_rank > a_rank) {
        micai_import_fail_node(importer, node, "input 'B' can't be aligned at axis %lld",
                               (long long)axis);
        return NULL;
    }
    for (size_t i = 0; i + first < a_rank; ++i)
        sizes[i] = i < b_rank ? mica_type_shape(b_type)[i] : 1;
    mica_value *shape = micai_import_sizes(importer, node, sizes, a_rank - first);
    mica_value *const operands[] = {b, shape};
    return shape ? micai_import_op(importer, node, "onnx.Reshape", operands, 2, false, NULL,
                                   NULL, 0)
                 : NULL;
}

static mica_value *adapt_binary(micai_importer *importer, const Onnx__NodeProto *node,
                                mica_value *const *inputs, size_t count)
{
    mica_value *operands[2] = {count > 0 ? inputs[0] : NULL, count > 1 ? inputs[1] : NULL};
    char name[32];
    snprintf(name, sizeof name, "onnx.%s", node->op_type);
    if (importer->opset < 7 && operands[0] && operands[1] &&
        micai_node_attribute(node, "axis")) {
        operands[1] = align_at_axis(importer, node, operands[0], operands[1],
                                    micai_node_int(node, "axis", 0));
        if (!operands[1])
            return NULL;
    }
    return micai_import_op(importer, node, name, operands, 2, true,
                           importer->opset < 7 ? "axis broadcast" : NULL, NULL, 0);
}

/// A scalar of the input's element type from a float attribute; NULL when the node lacks it.
static mica_value *bound_of(micai_importer *importer, const Onnx__NodeProto *node,
                            const char *name, const mica_type *element)
{
    const Onnx__AttributeProto *attribute = micai_node_attribute(node, name);
    if (!attribute || !attribute->has_f || !mica_type_is_float(element))
        return NULL;
    const mica_type *type = mica_tensor_type_get(element, NULL, 0, NULL);
    const mica_attr *scalar = mica_float_attr_get(element, (double)attribute->f);
    if (!type || !scalar)
        return NULL;
    return micai_import_constant(importer, micai_import_location(importer, node->name),
                                 mica_dense_elements_attr_get_splat(type, scalar));
}

static mica_value *adapt_clip(micai_importer *importer, const Onnx__NodeProto *node,
                              mica_value *const *inputs, size_t count)
{
    if (importer->opset >= 11 || count == 0 || !inputs[0])
        return micai_import_op(importer, node, "onnx.Clip", inputs, count, true, NULL, NULL, 0);
    const mica_type *element = mica_type_element(mica_value_type(inputs[0]));
    mica_value *const operands[] = {inputs[0], bound_of(importer, node, "min", element),
                                    bound_of(importer, node, "max", element)};
    return micai_import_op(importer, node, "onnx.Clip", operands, 3, true, "min max", NULL, 0);
}

/// Before opset 13: flatten to a matrix at axis, normalize its rows, restore the shape.
static mica_value *softmax_of_matrix(micai_importer *importer, const Onnx__NodeProto *node,
                                     const char *name, mica_value *input, size_t axis)
{
    const mica_type *type = mica_value_type(input);
    const mica_named_attr at = micai_import_named_int(importer, "axis", (int64_t)axis);
    const mica_named_attr rows = micai_import_named_int(importer, "axis", 1);
    int64_t sizes[MICA_ONNX_MAX_RANK];
    size_t unknown = 0;
    for (size_t i = 0; i < mica_type_rank(type); ++i) {
        const int64_t size = mica_type_shape(type)[i];
        sizes[i] = size == MICA_DYNAMIC ? -1 : size;
        unknown += size == MICA_DYNAMIC;
    }
    if (unknown > 1) {
        micai_import_fail_node(importer, node,
                               "in opset %lld its input may have one dynamic dimension",
                               (long long)importer->opset);
        return NULL;
    }
    mica_value *matrix =
        micai_import_op(importer, node, "onnx.Flatten", &input, 1, false, NULL, &at, 1);
    if (matrix)
        matrix = micai_import_op(importer, node, name, &matrix, 1, false, NULL, &rows, 1);
    mica_value *shape =
        matrix ? micai_import_sizes(importer, node, sizes, mica_type_rank(type)) : NULL;
    if (!shape)
        return NULL;
    mica_value *const operands[] = {matrix, shape};
    return micai_import_op(importer, node, "onnx.Reshape", operands, 2, false, NULL, NULL, 0);
}

/// Softmax, LogSoftmax, Hardmax.
static mica_value *adapt_softmax(micai_importer *importer, const Onnx__NodeProto *node,
                                 mica_value *const *inputs, size_t count)
{
    char name[MICAI_OP_NAME_SIZE];
    snprintf(name, sizeof name, "onnx.%s", node->op_type);
    const mica_type *type = count && inputs[0] ? mica_value_type(inputs[0]) : NULL;
    if (importer->opset >= 13 || !type)
        return micai_import_op(importer, node, name, inputs, count, true, NULL, NULL, 0);
    const int64_t given = micai_node_int(node, "axis", 1);
    size_t axis;
    if (!mica_type_is_ranked(type) || !mica_onnx_axis(given, mica_type_rank(type), &axis)) {
        micai_import_fail_node(importer, node, "axis %lld is outside of rank %zu",
                               (long long)given, mica_type_rank(type));
        return NULL;
    }
    if (axis + 1 < mica_type_rank(type))
        return softmax_of_matrix(importer, node, name, inputs[0], axis);
    const mica_named_attr last = micai_import_named_int(importer, "axis", (int64_t)axis);
    return micai_import_op(importer, node, name, inputs, count, true, "axis", &last, 1);
}

/// Cast's `to` is a number of ONNX's list of types, or a name of it before opset 6; CastLike
/// has a tensor of the type.
static const mica_type *cast_target(micai_importer *importer, const Onnx__NodeProto *node,
                                    mica_value *const *inputs, size_t count)
{
    if (strcmp(node->op_type, "CastLike") == 0)
        return count > 1 && inputs[1] ? mica_type_element(mica_value_type(inputs[1])) : NULL;
    const Onnx__AttributeProto *to = micai_node_attribute(node, "to");
    if (!to)
        return NULL;
    if (to->has_i)
        return micai_import_element_type(importer->context, (int32_t)to->i);
    for (int32_t type = 1; mica_onnx_type_name(type); ++type) {
        const char *name = mica_onnx_type_name(type);
        if (strlen(name) == to->s.len &&
            strncasecmp(name, (const char *)to->s.data, to->s.len) == 0)
            return micai_import_element_type(importer->context, type);
    }
    return NULL;
}

static mica_value *adapt_cast(micai_importer *importer, const Onnx__NodeProto *node,
                              mica_value *const *inputs, size_t count)
{
    const mica_type *type = cast_target(importer, node, inputs, count);
    if (!type) {
        micai_import_fail_node(importer, node, "the type that it converts to is not supported");
        return NULL;
    }
    const mica_named_attr to = micai_import_named(importer, "to", mica_type_attr_get(type));
    const char *name = strcmp(node->op_type, "BitCast") == 0 ? "onnx.BitCast" : "onnx.Cast";
    return micai_import_op(importer, node, name, inputs, 1, true, "to", &to, 1);
}

// ---- layout
// ----------------------------------------------------------------------------------

static mica_value *adapt_reshape(micai_importer *importer, const Onnx__NodeProto *node,
                                 mica_value *const *inputs, size_t count)
{
    const Onnx__AttributeProto *sizes = micai_node_attribute(node, "shape");
    if (importer->opset >= 5 || !sizes || count == 0)
        return micai_import_op(importer, node, "onnx.Reshape", inputs, count, true, NULL, NULL,
                               0);
    mica_value *shape = micai_import_sizes(importer, node, sizes->ints, sizes->n_ints);
    mica_value *const operands[] = {inputs[0], shape};
    return shape ? micai_import_op(importer, node, "onnx.Reshape", operands, 2, true, "shape",
                                   NULL, 0)
                 : NULL;
}

/// TopK before opset 10: k is an attribute.
static mica_value *adapt_top_k(micai_importer *importer, const Onnx__NodeProto *node,
                               mica_value *const *inputs, size_t count)
{
    const Onnx__AttributeProto *k = micai_node_attribute(node, "k");
    if (!k || count != 1)
        return micai_import_op(importer, node, "onnx.TopK", inputs, count, true, NULL, NULL, 0);
    mica_value *const operands[] = {inputs[0], micai_import_sizes(importer, node, &k->i, 1)};
    return operands[1]
               ? micai_import_op(importer, node, "onnx.TopK", operands, 2, true, "k", NULL, 0)
               : NULL;
}

/// Attributes of older opsets that are operands now: `names` in the order of operands 1, 2, ...
/// A node that has the operand itself is left as it is.
static mica_value *lists_to_operands(micai_importer *importer, const Onnx__NodeProto *node,
                                     mica_value *const *inputs, size_t count,
                                     const char *const *names, const char *all_names)
{
    mica_value *operands[8] = {NULL};
    size_t last = count;
    char name[MICAI_OP_NAME_SIZE];
    snprintf(name, sizeof name, "onnx.%s", node->op_type);
    for (size_t i = 0; i < count && i < 8; ++i)
        operands[i] = inputs[i];
    for (size_t i = 0; names[i]; ++i) {
        const Onnx__AttributeProto *list = micai_node_attribute(node, names[i]);
        if (!list || operands[i + 1])
            continue;
        operands[i + 1] = micai_import_sizes(importer, node, list->ints, list->n_ints);
        if (!operands[i + 1])
            return NULL;
        last = last < i + 2 ? i + 2 : last;
    }
    return micai_import_op(importer, node, name, operands, last, true, all_names, NULL, 0);
}

/// Squeeze, Unsqueeze, reductions: axes before opset 13 (18).
static mica_value *adapt_axes(micai_importer *importer, const Onnx__NodeProto *node,
                              mica_value *const *inputs, size_t count)
{
    static const char *const names[] = {"axes", NULL};
    return lists_to_operands(importer, node, inputs, count, names, "axes");
}

/// Slice before opset 10.
static mica_value *adapt_slice(micai_importer *importer, const Onnx__NodeProto *node,
                               mica_value *const *inputs, size_t count)
{
    static const char *const names[] = {"starts", "ends", "axes", NULL};
    return lists_to_operands(importer, node, inputs, count, names, "starts ends axes");
}

/// Split before opset 13.
static mica_value *adapt_split(micai_importer *importer, const Onnx__NodeProto *node,
                               mica_value *const *inputs, size_t count)
{
    static const char *const names[] = {"split", NULL};
    return lists_to_operands(importer, node, inputs, count, names, "split");
}

/// Pad before opset 11: pads and value are attributes (paddings in opset 1).
static mica_value *adapt_pad(micai_importer *importer, const Onnx__NodeProto *node,
                             mica_value *const *inputs, size_t count)
{
    const Onnx__AttributeProto *pads = micai_node_attribute(node, "pads");
    if (!pads)
        pads = micai_node_attribute(node, "paddings");
    if (!pads || count == 0 || !inputs[0])
        return micai_import_op(importer, node, "onnx.Pad", inputs, count, true, NULL, NULL, 0);
    mica_value *const operands[] = {
        inputs[0], micai_import_sizes(importer, node, pads->ints, pads->n_ints),
        bound_of(importer, node, "value", mica_type_element(mica_value_type(inputs[0])))};
    return operands[1] ? micai_import_op(importer, node, "onnx.Pad", operands, 3, true,
                                         "pads paddings value", NULL, 0)
                       : NULL;
}

/// The attribute `attribute` names an element type: a number of ONNX's list (0: unset), a type
/// here.
static mica_value *number_to_type(micai_importer *importer, const Onnx__NodeProto *node,
                                  mica_value *const *inputs, size_t count,
                                  const char *attribute)
{
    char name[MICAI_OP_NAME_SIZE];
    snprintf(name, sizeof name, "onnx.%s", node->op_type);
    const int64_t number = micai_node_int(node, attribute, 0);
    const mica_type *type =
        number ? micai_import_element_type(importer->context, (int32_t)number) : NULL;
    if (number && !type) {
        micai_import_fail_node(importer, node, "its element type is not supported");
        return NULL;
    }
    const mica_named_attr attr =
        micai_import_named(importer, attribute, type ? mica_type_attr_get(type) : NULL);
    return micai_import_op(importer, node, name, inputs, count, true, attribute, &attr,
                           type != NULL);
}

static mica_value *adapt_dtype(micai_importer *importer, const Onnx__NodeProto *node,
                               mica_value *const *inputs, size_t count)
{
    return number_to_type(importer, node, inputs, count, "dtype");
}

/// QuantizeLinear and DequantizeLinear.
static mica_value *adapt_quantize(micai_importer *importer, const Onnx__NodeProto *node,
                                  mica_value *const *inputs, size_t count)
{
    return number_to_type(importer, node, inputs, count, "output_dtype");
}

/// Windows of signal processing.
static mica_value *adapt_signal(micai_importer *importer, const Onnx__NodeProto *node,
                                mica_value *const *inputs, size_t count)
{
    return number_to_type(importer, node, inputs, count, "output_datatype");
}

/// A MaxPool with its second output is an op of its own, so that the usual one stays simple.
static mica_value *adapt_max_pool(micai_importer *importer, const Onnx__NodeProto *node,
                                  mica_value *const *inputs, size_t count)
{
    const bool has_indices = node->n_output > 1 && node->output[1][0];
    return micai_import_op(importer, node, has_indices ? "onnx.MaxPoolIndices" : "onnx.MaxPool",
                           inputs, count, true, has_indices ? NULL : "storage_order", NULL, 0);
}

/// Resize before opset 11, and Upsample: scales are the second operand, coordinates asymmetric,
/// nearest rounds down.
static mica_value *adapt_resize(micai_importer *importer, const Onnx__NodeProto *node,
                                mica_value *const *inputs, size_t count)
{
    const bool is_upsample = strcmp(node->op_type, "Upsample") == 0;
    if (!is_upsample && importer->opset >= 11)
        return micai_import_op(importer, node, "onnx.Resize", inputs, count, true, NULL, NULL,
                               0);
    const Onnx__AttributeProto *list = micai_node_attribute(node, "scales");
    mica_value *scales = count > 1 ? inputs[1] : NULL;
    if (list)
        scales =
            micai_import_constant(importer, micai_import_location(importer, node->name),
                                  micai_import_numbers(importer, MICA_ONNX_TYPE_FLOAT,
                                                       list->floats, list->n_floats, false));
    mica_value *const operands[] = {count ? inputs[0] : NULL, NULL, scales, NULL};
    const mica_named_attr attrs[] = {
        micai_import_named(
            importer, "coordinate_transformation_mode",
            mica_string_attr_get(importer->context, mica_string_from("asymmetric"))),
        micai_import_named(importer, "nearest_mode",
                           mica_string_attr_get(importer->context, mica_string_from("floor")))};
    return micai_import_op(importer, node, "onnx.Resize", operands, 4, true, "scales", attrs,
                           2);
}

/// Scatter is the old name of ScatterElements.
static mica_value *adapt_scatter(micai_importer *importer, const Onnx__NodeProto *node,
                                 mica_value *const *inputs, size_t count)
{
    return micai_import_op(importer, node, "onnx.ScatterElements", inputs, count, true, NULL,
                           NULL, 0);
}

static mica_value *adapt_concat(micai_importer *importer, const Onnx__NodeProto *node,
                                mica_value *const *inputs, size_t count)
{
    const bool unset = !micai_node_attribute(node, "axis");
    if (unset && importer->opset >= 4) {
        micai_import_fail_node(importer, node, "attribute 'axis' is missing");
        return NULL;
    }
    const mica_named_attr axis = micai_import_named_int(importer, "axis", 1);
    return micai_import_op(importer, node, "onnx.Concat", inputs, count, true, NULL, &axis,
                           unset);
}

// ---- constants
// -------------------------------------------------------------------------------

/// NULL after a diagnostic.
static const mica_attr *constant_value(micai_importer *importer, const Onnx__NodeProto *node,
                                       const Onnx__AttributeProto *attribute)
{
    const char *name = attribute->name ? attribute->name : "";
    const mica_attr *value = NULL;
    if (strcmp(name, "value") == 0 && attribute->t)
        return micai_import_tensor(importer, attribute->t);
    if (strcmp(name, "value_float") == 0)
        value = micai_import_numbers(importer, MICA_ONNX_TYPE_FLOAT, &attribute->f, 1, true);
    else if (strcmp(name, "value_floats") == 0)
        value = micai_import_numbers(importer, MICA_ONNX_TYPE_FLOAT, attribute->floats,
                                     attribute->n_floats, false);
    else if (strcmp(name, "value_int") == 0)
        value = micai_import_numbers(importer, MICA_ONNX_TYPE_INT64, &attribute->i, 1, true);
    else if (strcmp(name, "value_ints") == 0)
        value = micai_import_numbers(importer, MICA_ONNX_TYPE_INT64, attribute->ints,
                                     attribute->n_ints, false);
    if (!value)
        micai_import_fail_node(importer, node, "attribute '%s' holds no constant", name);
    return value;
}

static mica_value *adapt_constant(micai_importer *importer, const Onnx__NodeProto *node,
                                  mica_value *const *inputs, size_t count)
{
    (void)inputs;
    if (count != 0 || node->n_attribute != 1) {
        micai_import_fail_node(importer, node, "it must have one attribute and no input");
        return NULL;
    }
    return micai_import_constant(importer, micai_import_location(importer, node->name),
                                 constant_value(importer, node, node->attribute[0]));
}

static const char *unsupported_constant(const micai_importer *importer,
                                        const Onnx__NodeProto *node)
{
    (void)importer;
    if (micai_node_attribute(node, "sparse_value"))
        return "with sparse_value";
    if (micai_node_attribute(node, "value_string") ||
        micai_node_attribute(node, "value_strings"))
        return "of strings";
    const Onnx__AttributeProto *value = micai_node_attribute(node, "value");
    return value && value->t && value->t->data_type == MICA_ONNX_TYPE_STRING ? "of strings"
                                                                             : NULL;
}

// ---- others
// ----------------------------------------------------------------------------------

static bool has_output(const Onnx__NodeProto *node, size_t index)
{
    return index < node->n_output && node->output[index][0];
}

static const char *unsupported_batch_normalization(const micai_importer *importer,
                                                   const Onnx__NodeProto *node)
{
    return importer->opset < 9 && micai_node_int(node, "spatial", 1) == 0 ? "with spatial 0"
                                                                          : NULL;
}

/// Does a BatchNormalization measure its batch? Opset 14 and later say so, those before 7 by
/// is_test; between them the outputs do.
static bool is_training(const micai_importer *importer, const Onnx__NodeProto *node)
{
    if (importer->opset >= 14)
        return micai_node_int(node, "training_mode", 0) != 0;
    if (importer->opset < 7)
        return micai_node_int(node, "is_test", 0) == 0;
    for (size_t i = 1; i < node->n_output; ++i)
        if (has_output(node, i))
            return true;
    return false;
}

/// In training it is an op of its own, so that the usual one stays simple.
static mica_value *adapt_batch_normalization(micai_importer *importer,
                                             const Onnx__NodeProto *node,
                                             mica_value *const *inputs, size_t count)
{
    return is_training(importer, node)
               ? micai_import_op(importer, node, "onnx.BatchNormalizationTraining", inputs,
                                 count, true, "is_test spatial training_mode", NULL, 0)
               : micai_import_op(importer, node, "onnx.BatchNormalization", inputs, count, true,
                                 "is_test momentum spatial training_mode", NULL, 0);
}

/// Before opset 7 a slope of one dimension belongs to the channels.
static mica_value *adapt_prelu(micai_importer *importer, const Onnx__NodeProto *node,
                               mica_value *const *inputs, size_t count)
{
    mica_value *operands[2] = {count > 0 ? inputs[0] : NULL, count > 1 ? inputs[1] : NULL};
    if (importer->opset < 7 && operands[0] && operands[1] &&
        mica_type_is_ranked(mica_value_type(operands[0])) &&
        mica_type_rank(mica_value_type(operands[0])) > 1 &&
        mica_type_rank(mica_value_type(operands[1])) == 1) {
        operands[1] = align_at_axis(importer, node, operands[0], operands[1], 1);
        if (!operands[1])
            return NULL;
    }
    return micai_import_op(importer, node, "onnx.PRelu", operands, 2, true, NULL, NULL, 0);
}

/// States of several steps at once, and more dimensions than one, only com.microsoft has.
static const char *unsupported_state(const micai_importer *importer,
                                     const Onnx__NodeProto *node)
{
    (void)importer;
    if (micai_node_int(node, "state_window", 0) != 0)
        return "with state_window";
    return micai_node_int(node, "ndim", 1) != 1 ? "with ndim above 1" : NULL;
}

static const micai_operator operators[] = {
    // in the order of strcmp
    {"Add", NULL, NULL, adapt_binary, NULL},
    {"And", NULL, NULL, adapt_binary, NULL},
    {"BatchNormalization", NULL, unsupported_batch_normalization, adapt_batch_normalization,
     NULL},
    {"Bernoulli", NULL, NULL, micai_adapt_random, NULL},
    {"BitCast", NULL, NULL, adapt_cast, NULL},
    {"BlackmanWindow", NULL, NULL, adapt_signal, NULL},
    {"Cast", NULL, NULL, adapt_cast, NULL},
    {"CastLike", NULL, NULL, adapt_cast, "Cast"},
    {"Clip", NULL, NULL, adapt_clip, NULL},
    {"Concat", NULL, NULL, adapt_concat, NULL},
    {"Constant", NULL, unsupported_constant, adapt_constant, NULL},
    {"DFT", NULL, NULL, micai_adapt_dft, NULL},
    {"DequantizeLinear", NULL, NULL, adapt_quantize, NULL},
    {"Div", NULL, NULL, adapt_binary, NULL},
    {"Dropout", NULL, NULL, micai_adapt_random, NULL},
    {"Equal", NULL, NULL, adapt_binary, NULL},
    {"EyeLike", NULL, NULL, adapt_dtype, NULL},
    {"Gemm", "broadcast", NULL, NULL, NULL},
    {"Greater", NULL, NULL, adapt_binary, NULL},
    {"GridSample", NULL, NULL, micai_adapt_grid_sample, NULL},
    {"HammingWindow", NULL, NULL, adapt_signal, NULL},
    {"HannWindow", NULL, NULL, adapt_signal, NULL},
    {"Hardmax", NULL, NULL, adapt_softmax, NULL},
    {"Less", NULL, NULL, adapt_binary, NULL},
    {"LogSoftmax", NULL, NULL, adapt_softmax, NULL},
    {"MaxPool", NULL, NULL, adapt_max_pool, NULL},
    {"MelWeightMatrix", NULL, NULL, adapt_signal, NULL},
    {"Mul", NULL, NULL, adapt_binary, NULL},
    {"Multinomial", NULL, NULL, micai_adapt_random, NULL},
    {"Or", NULL, NULL, adapt_binary, NULL},
    {"PRelu", NULL, NULL, adapt_prelu, NULL},
    {"Pad", NULL, NULL, adapt_pad, NULL},
    {"Pow", NULL, NULL, adapt_binary, NULL},
    {"QuantizeLinear", NULL, NULL, adapt_quantize, NULL},
    {"RandomNormal", NULL, NULL, micai_adapt_random, NULL},
    {"RandomNormalLike", NULL, NULL, micai_adapt_random, NULL},
    {"RandomUniform", NULL, NULL, micai_adapt_random, NULL},
    {"RandomUniformLike", NULL, NULL, micai_adapt_random, NULL},
    {"ReduceL1", NULL, NULL, adapt_axes, NULL},
    {"ReduceL2", NULL, NULL, adapt_axes, NULL},
    {"ReduceLogSum", NULL, NULL, adapt_axes, NULL},
    {"ReduceLogSumExp", NULL, NULL, adapt_axes, NULL},
    {"ReduceMax", NULL, NULL, adapt_axes, NULL},
    {"ReduceMean", NULL, NULL, adapt_axes, NULL},
    {"ReduceMin", NULL, NULL, adapt_axes, NULL},
    {"ReduceProd", NULL, NULL, adapt_axes, NULL},
    {"ReduceSum", NULL, NULL, adapt_axes, NULL},
    {"ReduceSumSquare", NULL, NULL, adapt_axes, NULL},
    {"Reshape", NULL, NULL, adapt_reshape, NULL},
    {"Resize", NULL, NULL, adapt_resize, NULL},
    {"RoiAlign", NULL, NULL, micai_adapt_roi_align, NULL},
    {"Scatter", NULL, NULL, adapt_scatter, "ScatterElements"},
    {"SimplifiedLayerNormalization", NULL, NULL, NULL, "RMSNormalization"},
    {"Slice", NULL, NULL, adapt_slice, NULL},
    {"Softmax", NULL, NULL, adapt_softmax, NULL},
    {"Split", NULL, NULL, adapt_split, NULL},
    {"Squeeze", NULL, NULL, adapt_axes, NULL},
    {"Sub", NULL, NULL, adapt_binary, NULL},
    {"TopK", NULL, NULL, adapt_top_k, NULL},
    {"Unsqueeze", NULL, NULL, adapt_axes, NULL},
    {"Upsample", NULL, NULL, adapt_resize, "Resize"},
    {"Xor", NULL, NULL, adapt_binary, NULL},
    {"ml.LabelEncoder", NULL, NULL, micai_adapt_label_encoder, NULL},
    // com.microsoft's that say what one of ONNX's says
    {"ms.CausalConvWithState", "ndim state_window", unsupported_state, NULL,
     "CausalConvWithState"},
    {"ms.DequantizeLinear", NULL, NULL, adapt_quantize, "DequantizeLinear"},
    {"ms.GatherND", NULL, NULL, NULL, "GatherND"},
    {"ms.Gelu", NULL, NULL, NULL, "Gelu"},
    {"ms.LinearAttention", "state_window", unsupported_state, NULL, "LinearAttention"},
    {"ms.QuantizeLinear", NULL, NULL, adapt_quantize, "QuantizeLinear"},
    {"ms.Range", NULL, NULL, NULL, "Range"},
    {"ms.SimplifiedLayerNormalization", NULL, NULL, NULL, "RMSNormalization"},
    {"ms.TransposeMatMul", NULL, NULL, NULL, "ms.FusedMatMul"},
    {"ms.Trilu", NULL, NULL, NULL, "Trilu"},
    {"training.Gradient", NULL, NULL, micai_adapt_gradient, NULL},
};

static int compare_operator(const void *key, const void *entry)
{
    return strcmp(key, ((const micai_operator *)entry)->type);
}

/// What stands before an operator's name in the dialect; NULL for domains that nobody knows.
static const char *prefix_of(const char *domain)
{
    static const struct {
        const char *domain, *prefix;
    } others[] = {
        {"ai.onnx.ml", "ml."},
        {"ai.onnx.preview.training", "training."},
        {"com.microsoft", "ms."},
    };
    if (micai_is_default_domain(domain))
        return "";
    for (size_t i = 0; i < sizeof others / sizeof *others; ++i)
        if (strcmp(domain, others[i].domain) == 0)
            return others[i].prefix;
    return NULL;
}

bool micai_find_operator(const micai_importer *importer, const Onnx__NodeProto *node,
                         micai_operator *operator_, char *name)
{
    const char *prefix = prefix_of(node->domain);
    if (!prefix || !node->op_type)
        return false;
    const int length = snprintf(name, MICAI_OP_NAME_SIZE, "onnx.%s%s", prefix, node->op_type);
    if (length < 0 || length >= MICAI_OP_NAME_SIZE)
        return false;
    const char *type = name + strlen("onnx.");
    const micai_operator *row = bsearch(type, operators, sizeof operators / sizeof *operators,
                                        sizeof *operators, compare_operator);
    *operator_ = row ? *row : (micai_operator){.type = type};
    if (row && row->op)
        snprintf(name, MICAI_OP_NAME_SIZE, "onnx.%s", row->op);
    const mica_op_record *record =
        mica_op_record_get(importer->context, mica_string_from(name));
    return record && mica_op_record_def(record);
}
