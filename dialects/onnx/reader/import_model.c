// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The importer's frame: open the file, refuse what can't be imported, make the function, its
// arguments, weights, nodes and results, in that order. Nodes stand in topological order in a
// valid file, so one walk both builds and infers types.
#include "dialects/onnx/reader/import_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

/// The newest opset whose operators are known not to differ from what is imported (ONNX 1.22).
enum { NEWEST_OPSET = 27 };

// ---- diagnostics
// -----------------------------------------------------------------------------

static bool report(micai_importer *importer, const ProtobufCMessage *message, const char *text)
{
    mica_diagnostic *diagnostic = mica_error(importer->context, importer->location, "%s", text);
    uint64_t offset;
    if (message && mica_onnx_message_offset(message, &offset))
        mica_diagnostic_append(diagnostic, " (at byte %llu)", (unsigned long long)offset);
    return mica_diagnostic_emit(diagnostic);
}

bool micai_import_fail(micai_importer *importer, const ProtobufCMessage *message,
                       const char *format, ...)
{
    char text[640];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return report(importer, message, text);
}

/// "node 'name' (Type): text"
static void name_node(const Onnx__NodeProto *node, const char *text, char *whole, size_t size)
{
    char name[64], type[64];
    const char *own = node->name ? node->name : "", *kind = node->op_type ? node->op_type : "";
    micai_onnx_show_name(name, sizeof name, own, strlen(own));
    micai_onnx_show_name(type, sizeof type, kind, strlen(kind));
    snprintf(whole, size, "node '%s' (%s): %s", name, type, text);
}

bool micai_import_fail_node(micai_importer *importer, const Onnx__NodeProto *node,
                            const char *format, ...)
{
    char text[640], whole[800];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    name_node(node, text, whole, sizeof whole);
    return report(importer, &node->base, whole);
}

bool micai_import_misfit(micai_importer *importer, const Onnx__NodeProto *node,
                         const char *fault)
{
    if (importer->trying == 0)
        return micai_import_fail_node(importer, node, "%s", fault);
    name_node(node, fault, importer->misfit, sizeof importer->misfit);
    return false;
}

bool micai_import_fail_reader(micai_importer *importer, const mica_onnx_error *error)
{
    mica_diagnostic *diagnostic =
        mica_error(importer->context, importer->location, "%s", error->message);
    if (error->has_offset)
        mica_diagnostic_append(diagnostic, " (at byte %llu)",
                               (unsigned long long)error->offset);
    return mica_diagnostic_emit(diagnostic);
}

const mica_identifier *micai_import_name(micai_importer *importer, const char *name)
{
    return mica_identifier_get(importer->context, mica_string_from(name));
}

mica_location micai_import_location(micai_importer *importer, const char *name)
{
    if (!name || !name[0])
        return importer->location;
    return mica_location_name(importer->context, mica_string_from(name), importer->location);
}

// ---- types
// -----------------------------------------------------------------------------------

/// NULL and `failed` unset: the value has no type.
static const Onnx__TypeProto__Tensor *
tensor_type_of(micai_importer *importer, const Onnx__ValueInfoProto *info, bool *failed)
{
    const Onnx__TypeProto *type = info->type;
    if (!type || type->value_case == ONNX__TYPE_PROTO__VALUE__NOT_SET)
        return NULL;
    if (type->value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE)
        return type->tensor_type;
    *failed = true;
    micai_import_fail(importer, &info->base,
                      "value '%s' is no tensor; sequences, optionals and maps can't enter a "
                      "model or leave it",
                      info->name);
    return NULL;
}

const mica_type *micai_import_declared_type(micai_importer *importer,
                                            const Onnx__ValueInfoProto *info, bool *failed)
{
    const Onnx__TypeProto__Tensor *tensor = tensor_type_of(importer, info, failed);
    if (!tensor || !tensor->has_elem_type || tensor->elem_type == MICA_ONNX_TYPE_UNDEFINED)
        return NULL;
    const mica_type *element = micai_import_element_type(importer->context, tensor->elem_type);
    *failed = true; // until the end
    if (!element) {
        const char *name = mica_onnx_type_name(tensor->elem_type);
        micai_import_fail(importer, &info->base,
                          "value '%s' has element type %s, which is not supported", info->name,
                          name ? name : "of no known number");
        return NULL;
    }
    const Onnx__TensorShapeProto *shape = tensor->shape;
    int64_t sizes[MICA_ONNX_MAX_RANK];
    if (shape && shape->n_dim > MICA_ONNX_MAX_RANK) {
        micai_import_fail(importer, &info->base, "value '%s' has rank %zu; the limit is %d",
                          info->name, shape->n_dim, MICA_ONNX_MAX_RANK);
        return NULL;
    }
    for (size_t i = 0; shape && i < shape->n_dim; ++i) {
        sizes[i] = micai_import_size(importer, shape->dim[i]);
    }
    *failed = false;
    return shape ? mica_tensor_type_get(element, sizes, shape->n_dim, NULL)
                 : mica_unranked_tensor_type_get(element);
}

/// {onnx.name = "x", onnx.dim_params = ["n", ""]}: what the model calls a graph input or output
/// and its dynamic dimensions ("" for those without a name). Inputs stay the caller's: loops
/// must not carry values on in them.
static const mica_attr *value_attrs(micai_importer *importer, const Onnx__ValueInfoProto *info,
                                    bool is_input)
{
    mica_context *context = importer->context;
    size_t count = 1;
    mica_named_attr entries[3] = {
        {micai_import_name(importer, "onnx.name"),
         mica_string_attr_get(context, mica_string_from(info->name))}};
    const mica_attr *names[MICA_ONNX_MAX_RANK];
    bool has_names = false;
    size_t rank = 0;
    if (info->type && info->type->value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE &&
        info->type->tensor_type->shape)
        rank = info->type->tensor_type->shape->n_dim;
    if (rank > MICA_ONNX_MAX_RANK)
        rank = 0;
    for (size_t i = 0; i < rank; ++i) {
        const Onnx__TensorShapeProto__Dimension *dim = info->type->tensor_type->shape->dim[i];
        const bool is_named =
            dim->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM &&
            dim->dim_param[0];
        has_names |= is_named;
        names[i] =
            mica_string_attr_get(context, mica_string_from(is_named ? dim->dim_param : ""));
    }
    if (has_names) {
        entries[count].name = micai_import_name(importer, "onnx.dim_params");
        entries[count++].value = mica_array_attr_get(context, names, rank);
    }
    if (is_input) {
        entries[count].name = micai_import_name(importer, "bufferization.writable");
        entries[count++].value = mica_bool_attr_get(context, false);
    }
    return mica_dictionary_attr_get(context, entries, count);
}

// ---- the function
// ----------------------------------------------------------------------------

/// Arrays that grow with the model's inputs and outputs.
typedef struct signature {
    const mica_type **inputs, **results;
    const mica_attr **input_attrs, **result_attrs;
    mica_value **returned;
    size_t input_count, result_count;
} signature;

static bool signature_init(signature *sig, const Onnx__GraphProto *graph)
{
    const size_t in = graph->n_input + 1, out = graph->n_output + 1;
    memset(sig, 0, sizeof *sig);
    sig->inputs = malloc(in * sizeof *sig->inputs);
    sig->input_attrs = malloc(in * sizeof *sig->input_attrs);
    sig->results = malloc(out * sizeof *sig->results);
    sig->result_attrs = malloc(out * sizeof *sig->result_attrs);
    sig->returned = malloc(out * sizeof *sig->returned);
    return sig->inputs && sig->input_attrs && sig->results && sig->result_attrs &&
           sig->returned;
}

static void signature_free(signature *sig)
{
    free(sig->inputs);
    free(sig->input_attrs);
    free(sig->results);
    free(sig->result_attrs);
    free(sig->returned);
}

static bool bind(micai_importer *importer, const ProtobufCMessage *message, const char *name,
                 mica_value *value)
{
    const micai_item item = {value, NULL};
    return micai_bind_item(importer, message, name, &item);
}

/// Weights first: a graph input of the same name (as old models have them) is no argument then.
static bool import_weights(micai_importer *importer, const Onnx__GraphProto *graph)
{
    if (graph->n_sparse_initializer > 0)
        return micai_import_fail(importer, &graph->base,
                                 "the graph has sparse initializers, which are not supported");
    for (size_t i = 0; i < graph->n_initializer; ++i) {
        const Onnx__TensorProto *tensor = graph->initializer[i];
        const char *name = tensor->name ? tensor->name : "";
        mica_value *value =
            micai_import_constant(importer, micai_import_location(importer, name),
                                  micai_import_tensor(importer, tensor));
        if (!value || !bind(importer, &tensor->base, name, value))
            return false;
    }
    return true;
}

static bool import_inputs(micai_importer *importer, mica_block *block, signature *sig)
{
    const Onnx__GraphProto *graph = importer->graph;
    for (size_t i = 0; i < graph->n_input; ++i) {
        const Onnx__ValueInfoProto *info = graph->input[i];
        const char *name = info->name ? info->name : "";
        mica_value *weight =
            micai_names_find(&importer->scope->values, micai_import_name(importer, name));
        if (weight && mica_value_op(weight))
            continue;
        bool failed = false;
        const mica_type *type = micai_import_declared_type(importer, info, &failed);
        if (!type)
            return !failed ? micai_import_fail(importer, &info->base,
                                               "input '%s' has no element type", name)
                           : false;
        type = micai_import_bound_type(importer, name, type);
        const mica_onnx_value *given = micai_import_find_value(importer, name);
        mica_value *value =
            given ? micai_import_given(importer, info, type, given)
                  : mica_block_add_argument(block, type, micai_import_location(importer, name));
        if (!value || !bind(importer, &info->base, name, value))
            return false;
        if (given)
            continue;
        sig->inputs[sig->input_count] = type;
        sig->input_attrs[sig->input_count++] = value_attrs(importer, info, true);
    }
    return true;
}

static bool declare(micai_importer *importer, Onnx__ValueInfoProto *const *infos, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        const mica_identifier *name =
            micai_import_name(importer, infos[i]->name ? infos[i]->name : "");
        if (!micai_names_find(&importer->scope->declared, name) &&
            !micai_names_add(&importer->scope->declared, name, infos[i]))
            return micai_import_fail(importer, NULL, "out of memory");
    }
    return true;
}

static bool import_outputs(micai_importer *importer, signature *sig)
{
    const Onnx__GraphProto *graph = importer->graph;
    for (size_t i = 0; i < graph->n_output; ++i) {
        const Onnx__ValueInfoProto *info = graph->output[i];
        const char *name = info->name ? info->name : "";
        micai_item item;
        if (!micai_find_item(importer, name, &item))
            return micai_import_fail(importer, &info->base,
                                     "output '%s' is computed by no node", name);
        if (!item.value)
            return micai_import_fail(importer, &info->base,
                                     "output '%s' is a sequence or an optional; a model can "
                                     "give tensors only",
                                     name);
        sig->returned[i] = item.value;
        sig->results[i] = mica_value_type(item.value);
        sig->result_attrs[i] = value_attrs(importer, info, false);
    }
    sig->result_count = graph->n_output;
    mica_op_state state;
    mica_op_state_init(&state, importer->context, "func.return", importer->location);
    mica_op_state_add_operands(&state, sig->returned, sig->result_count);
    return mica_builder_create(&importer->builder, &state) != NULL;
}

static mica_op *make_function(micai_importer *importer, const char *name, mica_region *body,
                              const signature *sig)
{
    mica_context *context = importer->context;
    const mica_type *type = mica_function_type_get(context, sig->inputs, sig->input_count,
                                                   sig->results, sig->result_count);
    if (!type)
        return NULL;
    mica_op_state state;
    mica_op_state_init(&state, context, "func.func", importer->location);
    mica_op_state_set_attr(&state, "sym_name",
                           mica_string_attr_get(context, mica_string_from(name)));
    mica_op_state_set_attr(&state, "function_type", mica_type_attr_get(type));
    if (sig->input_count)
        mica_op_state_set_attr(
            &state, "arg_attrs",
            mica_array_attr_get(context, sig->input_attrs, sig->input_count));
    if (sig->result_count)
        mica_op_state_set_attr(
            &state, "res_attrs",
            mica_array_attr_get(context, sig->result_attrs, sig->result_count));
    mica_region_take_body(mica_op_state_add_region(&state), body);
    return mica_op_create(&state);
}

bool micai_import_declarations(micai_importer *importer, const Onnx__GraphProto *graph)
{
    return declare(importer, graph->output, graph->n_output) &&
           declare(importer, graph->value_info, graph->n_value_info) &&
           import_weights(importer, graph);
}

bool micai_import_all(micai_importer *importer, Onnx__NodeProto *const *nodes, size_t count)
{
    for (size_t i = 0; i < count; ++i)
        if (!micai_import_node(importer, nodes[i]))
            return false;
    return true;
}

static bool import_body(micai_importer *importer, mica_block *block, signature *sig)
{
    const Onnx__GraphProto *graph = importer->graph;
    micai_scope scope;
    micai_scope_begin(importer, &scope, graph, NULL);
    const bool done =
        micai_import_declarations(importer, graph) && import_inputs(importer, block, sig) &&
        micai_import_all(importer, graph->node, graph->n_node) && import_outputs(importer, sig);
    micai_scope_end(importer);
    return done;
}

/// NULL after a diagnostic.
static mica_op *import_graph(micai_importer *importer, const char *name)
{
    signature sig;
    mica_region *body = mica_region_create(importer->context);
    mica_block *block = mica_block_create(importer->context);
    mica_op *function = NULL;
    const bool ready = signature_init(&sig, importer->graph) && body && block;
    if (!ready)
        micai_import_fail(importer, NULL, "out of memory");
    if (body && block) {
        mica_region_append(body, block);
        importer->builder = mica_builder_at_end(block, importer->location);
    }
    if (ready && import_body(importer, block, &sig)) {
        function = make_function(importer, name, body, &sig);
        if (!function)
            micai_import_fail(importer, NULL, "out of memory");
    }
    if (body)
        mica_region_destroy(body);
    signature_free(&sig);
    return function;
}

// ---- the module
// ------------------------------------------------------------------------------

static void unmap(void *user, const void *data, size_t size)
{
    (void)user;
    munmap((void *)(uintptr_t)data, size);
}

static bool blob_of_mapping(micai_importer *importer, const void *bytes, size_t size,
                            mica_blob **blob)
{
    *blob = mica_blob_create(importer->context, bytes, size, 4096, unmap, NULL);
    if (*blob)
        return true;
    unmap(NULL, bytes, size);
    return micai_import_fail(importer, NULL, "out of memory");
}

mica_blob *micai_import_mapping(micai_importer *importer, size_t other_file)
{
    const void *bytes;
    size_t size;
    if (other_file == 0)
        return importer->mapping;
    if (other_file > importer->other_count) {
        mica_blob **more = realloc(importer->others, other_file * sizeof *more);
        if (!more)
            return NULL;
        memset(more + importer->other_count, 0,
               (other_file - importer->other_count) * sizeof *more);
        importer->others = more;
        importer->other_count = other_file;
    }
    mica_blob **blob = &importer->others[other_file - 1];
    if (!*blob && mica_onnx_file_hand_over_other(importer->file, other_file, &bytes, &size))
        blob_of_mapping(importer, bytes, size, blob);
    return *blob;
}

static void release_mappings(micai_importer *importer)
{
    mica_blob_release(importer->mapping);
    for (size_t i = 0; i < importer->other_count; ++i)
        mica_blob_release(importer->others[i]);
    free(importer->others);
}

/// Makes the mapping a blob that constants can be slices of.
static bool take_mapping(micai_importer *importer)
{
    const void *bytes;
    size_t size;
    if (!mica_onnx_file_hand_over(importer->file, &bytes, &size))
        return true;
    return blob_of_mapping(importer, bytes, size, &importer->mapping);
}

static bool check_context(micai_importer *importer)
{
    static const char *const needed[] = {"func", "onnx"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; ++i)
        if (!mica_context_find_dialect(importer->context, mica_string_from(needed[i])))
            return micai_import_fail(importer, NULL, "dialect '%s' is not registered",
                                     needed[i]);
    return true;
}

static mica_op *import_model(micai_importer *importer, const char *function_name)
{
    if (!check_context(importer) || !micai_import_order_nodes(importer) ||
        !micai_import_list_functions(importer) || !micai_import_check_operators(importer) ||
        !micai_import_bind_sizes(importer))
        return NULL;
    if (importer->opset > NEWEST_OPSET)
        mica_diagnostic_emit(mica_warning(importer->context, importer->location,
                                          "the model's opset %lld is newer than %d",
                                          (long long)importer->opset, NEWEST_OPSET));
    mica_op *function = import_graph(importer, function_name);
    if (!function)
        return NULL;
    mica_op *module = mica_module_create(importer->context, importer->location);
    if (!module) {
        mica_op_destroy(function);
        micai_import_fail(importer, NULL, "out of memory");
        return NULL;
    }
    mica_block_append(mica_module_body(module), function);
    mica_op_set_attr(module, "onnx.opset",
                     mica_i64_attr_get(importer->context, importer->opset));
    return module;
}

/// `file` NULL: `error` says why.
static mica_op *import_file(mica_context *context, mica_onnx_file *file, const char *path,
                            const mica_onnx_error *error,
                            const mica_onnx_import_options *options)
{
    micai_importer importer = {
        .context = context, .file = file, .path = path, .options = options};
    importer.location = mica_location_file(context, mica_string_from(path), 0, 0);
    if (!file) {
        micai_import_fail_reader(&importer, error);
        return NULL;
    }
    importer.model = mica_onnx_file_model(file);
    importer.graph = importer.model->graph;
    const char *name =
        options && options->function_name ? options->function_name : "main_graph";
    mica_op *module = take_mapping(&importer) ? import_model(&importer, name) : NULL;
    micai_sequences_free(&importer);
    micai_names_free(&importer.functions);
    micai_names_free(&importer.sizes);
    free(importer.bound);
    mica_onnx_file_close(file);
    release_mappings(&importer);
    return module;
}

mica_op *mica_onnx_import(mica_context *context, const char *path,
                          const mica_onnx_import_options *options)
{
    mica_onnx_error error;
    mica_onnx_file *file = mica_onnx_file_open(path, &error);
    return import_file(context, file, path, &error, options);
}

mica_op *mica_onnx_import_memory(mica_context *context, const void *bytes, size_t size,
                                 const char *name, const mica_onnx_import_options *options)
{
    mica_onnx_error error;
    mica_onnx_file *file = mica_onnx_file_decode(bytes, size, &error);
    return import_file(context, file, name, &error, options);
}
