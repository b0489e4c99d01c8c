// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Inputs that the user gives a value once and for all:
//
//   --value sr=16000           the input "sr" is this number, and no input any more
//
// What depends on it folds: a model that chooses one of its halves by such an input is compiled
// as that half.
#include "dialects/onnx/reader/import_internal.h"

static bool is_input(const Onnx__GraphProto *graph, const char *name)
{
    for (size_t i = 0; i < graph->n_input; ++i)
        if (graph->input[i]->name && strcmp(graph->input[i]->name, name) == 0)
            return true;
    return false;
}

bool micai_import_check_values(micai_importer *importer)
{
    const mica_onnx_import_options *options = importer->options;
    for (size_t i = 0; options && i < options->value_count; ++i) {
        const char *name = options->values[i].input;
        if (!is_input(importer->graph, name))
            return micai_import_fail(importer, NULL, "there is no input '%s' to give a value",
                                     name);
        for (size_t j = 0; j < i; ++j)
            if (strcmp(options->values[j].input, name) == 0)
                return micai_import_fail(importer, NULL, "input '%s' is given two values",
                                         name);
    }
    return true;
}

const mica_onnx_value *micai_import_find_value(const micai_importer *importer, const char *name)
{
    const mica_onnx_import_options *options = importer->options;
    for (size_t i = 0; options && i < options->value_count; ++i)
        if (strcmp(options->values[i].input, name) == 0)
            return &options->values[i];
    return NULL;
}

mica_value *micai_import_given(micai_importer *importer, const Onnx__ValueInfoProto *info,
                               const mica_type *type, const mica_onnx_value *given)
{
    const mica_type *element = mica_type_element(type);
    const mica_attr *scalar = NULL;
    if (!mica_type_has_static_shape(type)) {
        micai_import_fail(importer, &info->base,
                          "input '%s' can't be given a value: its shape is not known",
                          given->input);
        return NULL;
    }
    if (mica_type_is_float(element))
        scalar = mica_float_attr_get(element, given->number);
    else if (given->is_integer)
        scalar = mica_integer_attr_get(element, given->integer);
    if (!scalar) {
        micai_import_fail(importer, &info->base, "input '%s' holds integers: %g is none",
                          given->input, given->number);
        return NULL;
    }
    return micai_import_constant(importer, micai_import_location(importer, given->input),
                                 mica_dense_elements_attr_get_splat(type, scalar));
}
