// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sizes that the user binds before a model is read: names of dimensions and shapes of inputs.
//
//   --dim batch=4              every dimension that the model calls "batch" is 4
//   --shape x=4x3x?x224        the input's dimensions, `?` as the model says; a named one is
//                              bound wherever its name stands
//
// Binding while types are imported, not after, lets the importer and all inference see the
// sizes. Sizes that the model says are checked and never changed: nodes rely on them.
#include "dialects/onnx/reader/import_internal.h"

#include <stdio.h>

/// What is known of a name: a size and who said so.
typedef struct micai_bound_size {
    int64_t size;
    const char *input; ///< whose shape bound it; NULL: --dim
} micai_bound_size;

static const Onnx__TensorShapeProto *shape_of(const Onnx__ValueInfoProto *info)
{
    const bool is_tensor =
        info->type && info->type->value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
    return is_tensor ? info->type->tensor_type->shape : NULL;
}

/// The dimension's name; NULL when it has none.
static const char *name_of(const Onnx__TensorShapeProto__Dimension *dim)
{
    const bool is_named =
        dim->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM &&
        dim->dim_param[0];
    return is_named ? dim->dim_param : NULL;
}

static bool has_size(const Onnx__TensorShapeProto__Dimension *dim)
{
    return dim->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE &&
           dim->dim_value >= 0;
}

// ---- names
// -----------------------------------------------------------------------------------

static bool fail_conflict(micai_importer *importer, const char *name, micai_bound_size a,
                          micai_bound_size b)
{
    char first[128], second[128];
    const micai_bound_size both[] = {a, b};
    char *const texts[] = {first, second};
    for (int i = 0; i < 2; ++i) {
        if (both[i].input)
            snprintf(texts[i], sizeof first, "%lld by the shape of input '%.80s'",
                     (long long)both[i].size, both[i].input);
        else
            snprintf(texts[i], sizeof first, "%lld by --dim", (long long)both[i].size);
    }
    return micai_import_fail(importer, NULL, "dimension '%s' is bound twice: %s, %s", name,
                             first, second);
}

static bool bind_name(micai_importer *importer, const char *name, micai_bound_size bound)
{
    const mica_identifier *key = micai_import_name(importer, name);
    const micai_bound_size *before = micai_names_find(&importer->sizes, key);
    if (before)
        return before->size == bound.size || fail_conflict(importer, name, *before, bound);
    micai_bound_size *kept = &importer->bound[importer->bound_count++];
    *kept = bound;
    return micai_names_add(&importer->sizes, key, kept) ||
           micai_import_fail(importer, NULL, "out of memory");
}

static bool stands_in(Onnx__ValueInfoProto *const *infos, size_t count, const char *name)
{
    for (size_t i = 0; i < count; ++i) {
        const Onnx__TensorShapeProto *shape = shape_of(infos[i]);
        for (size_t k = 0; shape && k < shape->n_dim; ++k) {
            const char *own = name_of(shape->dim[k]);
            if (own && strcmp(own, name) == 0)
                return true;
        }
    }
    return false;
}

/// "'batch', 'width'": the names in the inputs' shapes, each once.
static void list_names(const Onnx__GraphProto *graph, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < graph->n_input; ++i) {
        const Onnx__TensorShapeProto *shape = shape_of(graph->input[i]);
        for (size_t k = 0; shape && k < shape->n_dim && used < size; ++k) {
            const char *name = name_of(shape->dim[k]);
            char quoted[96];
            if (!name)
                continue;
            snprintf(quoted, sizeof quoted, "'%.80s'", name);
            if (!strstr(text, quoted))
                used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "",
                                         quoted);
        }
    }
}

static bool bind_dim(micai_importer *importer, const mica_onnx_dim *dim)
{
    const Onnx__GraphProto *graph = importer->graph;
    if (!stands_in(graph->input, graph->n_input, dim->name) &&
        !stands_in(graph->output, graph->n_output, dim->name) &&
        !stands_in(graph->value_info, graph->n_value_info, dim->name)) {
        char names[400];
        list_names(graph, names, sizeof names);
        return micai_import_fail(importer, NULL, "the model has no dimension '%s'; %s%s",
                                 dim->name, names[0] ? "its inputs have " : "none has a name",
                                 names);
    }
    return bind_name(importer, dim->name, (micai_bound_size){dim->size, NULL});
}

// ---- shapes
// ----------------------------------------------------------------------------------

static bool is_weight(const micai_importer *importer, const char *name)
{
    for (size_t i = 0; i < importer->graph->n_initializer; ++i) {
        const char *own = importer->graph->initializer[i]->name;
        if (own && strcmp(own, name) == 0)
            return true;
    }
    return false;
}

static const Onnx__ValueInfoProto *find_input(const micai_importer *importer, const char *name)
{
    for (size_t i = 0; i < importer->graph->n_input; ++i) {
        const Onnx__ValueInfoProto *info = importer->graph->input[i];
        if (info->name && strcmp(info->name, name) == 0 && !is_weight(importer, name))
            return info;
    }
    return NULL;
}

/// `x=3` at dimension `at` of an input.
static bool bind_dimension(micai_importer *importer, const mica_onnx_shape *given, size_t at,
                           const Onnx__TensorShapeProto__Dimension *dim)
{
    const int64_t size = given->dims[at];
    if (size == MICA_DYNAMIC)
        return true;
    if (has_size(dim) && dim->dim_value != size)
        return micai_import_fail(importer, NULL,
                                 "dimension %zu of input '%s' is %lld in the model, not %lld",
                                 at, given->input, (long long)dim->dim_value, (long long)size);
    const char *name = name_of(dim);
    return !name || bind_name(importer, name, (micai_bound_size){size, given->input});
}

static bool bind_shape(micai_importer *importer, const mica_onnx_shape *given)
{
    const Onnx__ValueInfoProto *info = find_input(importer, given->input);
    if (!info)
        return micai_import_fail(importer, NULL, "the model has no input '%s'", given->input);
    const Onnx__TensorShapeProto *shape = shape_of(info);
    if (shape && shape->n_dim != given->rank)
        return micai_import_fail(importer, NULL, "input '%s' has %zu dimensions, not %zu",
                                 given->input, shape->n_dim, given->rank);
    bool ok = true;
    for (size_t i = 0; shape && i < given->rank && ok; ++i)
        ok = bind_dimension(importer, given, i, shape->dim[i]);
    return ok;
}

bool micai_import_bind_sizes(micai_importer *importer)
{
    const mica_onnx_import_options *options = importer->options;
    if (!options)
        return true;
    size_t most = options->dim_count;
    for (size_t i = 0; i < options->shape_count; ++i)
        most += options->shapes[i].rank;
    importer->bound = calloc(most + 1, sizeof *importer->bound);
    if (!importer->bound)
        return micai_import_fail(importer, NULL, "out of memory");
    bool ok = true;
    for (size_t i = 0; i < options->dim_count && ok; ++i)
        ok = bind_dim(importer, &options->dims[i]);
    for (size_t i = 0; i < options->shape_count && ok; ++i)
        ok = bind_shape(importer, &options->shapes[i]);
    return ok && micai_import_check_values(importer);
}

// ---- what types ask
// --------------------------------------------------------------------------

int64_t micai_import_size(micai_importer *importer,
                          const Onnx__TensorShapeProto__Dimension *dim)
{
    if (has_size(dim))
        return dim->dim_value;
    const char *name = name_of(dim);
    const micai_bound_size *bound =
        name ? micai_names_find(&importer->sizes, micai_import_name(importer, name)) : NULL;
    return bound ? bound->size : MICA_DYNAMIC;
}

const mica_type *micai_import_bound_type(micai_importer *importer, const char *input,
                                         const mica_type *type)
{
    const mica_onnx_import_options *options = importer->options;
    for (size_t i = 0; options && i < options->shape_count; ++i) {
        const mica_onnx_shape *given = &options->shapes[i];
        if (strcmp(given->input, input) != 0)
            continue;
        int64_t sizes[MICA_ONNX_MAX_RANK];
        for (size_t k = 0; k < given->rank; ++k)
            sizes[k] = given->dims[k] == MICA_DYNAMIC && mica_type_is_ranked(type)
                           ? mica_type_shape(type)[k]
                           : given->dims[k];
        type = mica_tensor_type_get(mica_type_element(type), sizes, given->rank, NULL);
    }
    return type;
}
