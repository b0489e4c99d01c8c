// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operators for signals, grids, random numbers, training and classical machine learning whose
// nodes say something otherwise than their ops do:
//
//   DFT           before 20  axis is an attribute, here a constant
//   GridSample    before 20  modes are called bilinear and bicubic
//   RoiAlign      before 16  samples lie as output_half_pixel says
//   LabelEncoder             keys and values of several types, under several names
//   Gradient                 tensors by name
//   random numbers           a stream for each node
#include "dialects/onnx/reader/import_internal.h"

#include <stdio.h>

/// DFT before opset 20: the axis is an attribute.
mica_value *micai_adapt_dft(micai_importer *importer, const Onnx__NodeProto *node,
                            mica_value *const *inputs, size_t count)
{
    if (importer->opset >= 20 || count == 0)
        return micai_import_op(importer, node, "onnx.DFT", inputs, count, true, NULL, NULL, 0);
    const int64_t axis = micai_node_int(node, "axis", 1);
    mica_value *const operands[] = {
        inputs[0], count > 1 ? inputs[1] : NULL,
        micai_import_constant(
            importer, micai_import_location(importer, node->name),
            micai_import_numbers(importer, MICA_ONNX_TYPE_INT64, &axis, 1, true))};
    return operands[2]
               ? micai_import_op(importer, node, "onnx.DFT", operands, 3, true, "axis", NULL, 0)
               : NULL;
}

/// GridSample before opset 20 calls its modes bilinear and bicubic.
mica_value *micai_adapt_grid_sample(micai_importer *importer, const Onnx__NodeProto *node,
                                    mica_value *const *inputs, size_t count)
{
    const Onnx__AttributeProto *mode = micai_node_attribute(node, "mode");
    const bool is_old = mode && mode->s.len > 2 && memcmp(mode->s.data, "bi", 2) == 0;
    const mica_string name = {is_old ? (const char *)mode->s.data + 2 : "",
                              is_old ? mode->s.len - 2 : 0};
    const mica_named_attr attr =
        micai_import_named(importer, "mode", mica_string_attr_get(importer->context, name));
    return micai_import_op(importer, node, "onnx.GridSample", inputs, count, true,
                           is_old ? "mode" : NULL, &attr, is_old);
}

/// One of the tables of a LabelEncoder: an attribute of tensors, integers or floats, under
/// names that end in these words. NULL when there is none.
static const mica_attr *label_table(micai_importer *importer, const Onnx__NodeProto *node,
                                    const char *stem)
{
    char name[64];
    snprintf(name, sizeof name, "%s_tensor", stem);
    const Onnx__AttributeProto *list = micai_node_attribute(node, name);
    if (list && list->t)
        return micai_import_tensor(importer, list->t);
    snprintf(name, sizeof name, "%s_int64s", stem);
    if ((list = micai_node_attribute(node, name)) != NULL)
        return micai_import_numbers(importer, MICA_ONNX_TYPE_INT64, list->ints, list->n_ints,
                                    false);
    snprintf(name, sizeof name, "%s_floats", stem);
    if ((list = micai_node_attribute(node, name)) != NULL)
        return micai_import_numbers(importer, MICA_ONNX_TYPE_FLOAT, list->floats,
                                    list->n_floats, false);
    return NULL;
}

/// The value for what is no key: that of the values' type, -1 or -0.0 when it is left out.
static const mica_attr *default_label(micai_importer *importer, const Onnx__NodeProto *node,
                                      const mica_attr *values)
{
    const Onnx__AttributeProto *tensor = micai_node_attribute(node, "default_tensor");
    if (tensor && tensor->t)
        return micai_import_tensor(importer, tensor->t);
    const mica_type *element = mica_type_element(mica_attr_type(values));
    if (!mica_type_is_float(element)) {
        const int64_t value = micai_node_int(node, "default_int64", -1);
        return micai_import_numbers(importer, MICA_ONNX_TYPE_INT64, &value, 1, false);
    }
    const Onnx__AttributeProto *real = micai_node_attribute(node, "default_float");
    const float value = real && real->has_f ? real->f : -0.0f;
    return micai_import_numbers(importer, MICA_ONNX_TYPE_FLOAT, &value, 1, false);
}

mica_value *micai_adapt_label_encoder(micai_importer *importer, const Onnx__NodeProto *node,
                                      mica_value *const *inputs, size_t count)
{
    const mica_attr *keys = label_table(importer, node, "keys");
    const mica_attr *values = label_table(importer, node, "values");
    const mica_attr *unset = values ? default_label(importer, node, values) : NULL;
    if (!keys || !values || !unset) {
        micai_import_fail_node(importer, node, "its keys and values must be numbers");
        return NULL;
    }
    const mica_named_attr attrs[] = {micai_import_named(importer, "keys", keys),
                                     micai_import_named(importer, "values", values),
                                     micai_import_named(importer, "default_value", unset)};
    return micai_import_op(importer, node, "onnx.ml.LabelEncoder", inputs, count, false, NULL,
                           attrs, 3);
}

/// Are the inputs from `*at` on the tensors that a list of names says? Moves on behind them.
static bool are_named(micai_importer *importer, const Onnx__AttributeProto *names,
                      mica_value *const *inputs, size_t count, size_t *at)
{
    for (size_t i = 0; names && i < names->n_strings; ++i, ++*at) {
        const mica_string name = {(const char *)names->strings[i].data, names->strings[i].len};
        const mica_identifier *identifier = mica_identifier_get(importer->context, name);
        if (*at >= count ||
            micai_names_find(&importer->scope->values, identifier) != inputs[*at])
            return false;
    }
    return true;
}

/// The tensors of a Gradient are named; other inputs than those would be another computation.
mica_value *micai_adapt_gradient(micai_importer *importer, const Onnx__NodeProto *node,
                                 mica_value *const *inputs, size_t count)
{
    const Onnx__AttributeProto *xs = micai_node_attribute(node, "xs");
    const Onnx__AttributeProto *y = micai_node_attribute(node, "y");
    mica_value *operands[1 + MICA_ONNX_MAX_RESULTS];
    size_t at = 0;
    const bool named =
        xs && y && are_named(importer, xs, inputs, count, &at) &&
        are_named(importer, micai_node_attribute(node, "zs"), inputs, count, &at);
    if (!named || at != count || xs->n_strings > MICA_ONNX_MAX_RESULTS) {
        micai_import_fail_node(importer, node,
                               "its inputs must be the tensors that 'xs' and 'zs' name");
        return NULL;
    }
    const mica_string name = {(const char *)y->s.data, y->s.len};
    operands[0] = micai_names_find(&importer->scope->values,
                                   mica_identifier_get(importer->context, name));
    memcpy(operands + 1, inputs, xs->n_strings * sizeof *operands);
    if (!operands[0]) {
        micai_import_fail_node(importer, node, "'y' is not defined before this node");
        return NULL;
    }
    return micai_import_op(importer, node, "onnx.training.Gradient", operands,
                           1 + xs->n_strings, false, NULL, NULL, 0);
}

/// RoiAlign before opset 16 places its samples as output_half_pixel does.
mica_value *micai_adapt_roi_align(micai_importer *importer, const Onnx__NodeProto *node,
                                  mica_value *const *inputs, size_t count)
{
    const mica_named_attr attr = micai_import_named(
        importer, "coordinate_transformation_mode",
        mica_string_attr_get(importer->context, mica_string_from("output_half_pixel")));
    return micai_import_op(importer, node, "onnx.RoiAlign", inputs, count, true, NULL, &attr,
                           importer->opset < 16);
}

/// Random numbers: a stream of its own for each node, after the name of its output.
mica_value *micai_adapt_random(micai_importer *importer, const Onnx__NodeProto *node,
                               mica_value *const *inputs, size_t count)
{
    char name[MICAI_OP_NAME_SIZE];
    snprintf(name, sizeof name, "onnx.%s", node->op_type);
    const bool has_type = strcmp(node->op_type, "Dropout") != 0;
    const int64_t number = has_type ? micai_node_int(node, "dtype", 0) : 0;
    const mica_type *type =
        number ? micai_import_element_type(importer->context, (int32_t)number) : NULL;
    if (number && !type) {
        micai_import_fail_node(importer, node, "its element type is not supported");
        return NULL;
    }
    uint32_t stream = 2166136261u; // the hash FNV-1a
    for (const char *text = node->n_output ? node->output[0] : ""; *text; ++text)
        stream = (stream ^ (unsigned char)*text) * 16777619u;
    const mica_named_attr attrs[] = {
        micai_import_named_int(importer, "stream", (int64_t)stream),
        micai_import_named(importer, "dtype", type ? mica_type_attr_get(type) : NULL)};
    // Before opset 12 dropout was an identity outside of training, with a ratio that said
    // nothing.
    const char *ignored = has_type ? "dtype" : importer->opset < 12 ? "ratio is_test" : NULL;
    return micai_import_op(importer, node, name, inputs, count, true, ignored, attrs,
                           type ? 2 : 1);
}
