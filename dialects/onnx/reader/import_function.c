// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions that a model brings along. A call is imported as the nodes of the function, in a
// scope of their own that begins with the inputs; attributes of theirs may refer to attributes
// of the call. A function is written for opsets of its own.
#include "dialects/onnx/reader/import_internal.h"

#include <stdio.h>
#include <stdlib.h>

/// Calls inside of calls, and calls in all: functions that call others twice over grow fast.
enum { DEEPEST_CALL = 64, MOST_CALLS = 100000 };

// ---- finding
// ---------------------------------------------------------------------------------

static const mica_identifier *key_of(const micai_importer *importer, const char *domain,
                                     const char *name)
{
    char text[512];
    const int length =
        snprintf(text, sizeof text, "%s:%s", micai_is_default_domain(domain) ? "" : domain,
                 name ? name : "");
    if (length < 0 || (size_t)length >= sizeof text)
        return NULL;
    return mica_identifier_get(importer->context, mica_string_from(text));
}

bool micai_import_list_functions(micai_importer *importer)
{
    for (size_t i = 0; i < importer->model->n_functions; ++i) {
        Onnx__FunctionProto *function = importer->model->functions[i];
        const mica_identifier *key = key_of(importer, function->domain, function->name);
        const char *name = function->name ? function->name : "";
        if (key && micai_names_find(&importer->functions, key))
            return micai_import_fail(importer, &function->base,
                                     "function '%s' is defined a second time", name);
        if (!key || !micai_names_add(&importer->functions, key, function))
            return micai_import_fail(importer, &function->base, "function '%s' can't be listed",
                                     name);
    }
    return true;
}

const Onnx__FunctionProto *micai_find_function(const micai_importer *importer,
                                               const Onnx__NodeProto *node)
{
    if (importer->functions.count == 0)
        return NULL;
    const mica_identifier *key = key_of(importer, node->domain, node->op_type);
    return key ? micai_names_find(&importer->functions, key) : NULL;
}

int64_t micai_function_opset(const micai_importer *importer,
                             const Onnx__FunctionProto *function)
{
    for (size_t i = 0; i < function->n_opset_import; ++i)
        if (micai_is_default_domain(function->opset_import[i]->domain))
            return function->opset_import[i]->version;
    return importer->opset;
}

// ---- attributes
// ------------------------------------------------------------------------------

static bool has_references(const Onnx__NodeProto *node)
{
    for (size_t i = 0; i < node->n_attribute; ++i)
        if (node->attribute[i]->ref_attr_name && node->attribute[i]->ref_attr_name[0])
            return true;
    return false;
}

/// A node with attributes of its own.
typedef struct resolved_node {
    Onnx__NodeProto node; ///< first
    Onnx__AttributeProto **list, *copies;
} resolved_node;

/// What the call gives for the reference, or the function; NULL: nothing, as if the attribute
/// were not there.
static const Onnx__AttributeProto *referred(const micai_importer *importer,
                                            const Onnx__AttributeProto *attribute)
{
    const micai_call *call = importer->call;
    const Onnx__AttributeProto *given =
        micai_node_attribute(call->node, attribute->ref_attr_name);
    return given ? given : micai_node_attribute(&call->defaults, attribute->ref_attr_name);
}

static void resolve_attributes(const micai_importer *importer, const Onnx__NodeProto *node,
                               resolved_node *resolved)
{
    size_t count = 0;
    for (size_t i = 0; i < node->n_attribute; ++i) {
        const Onnx__AttributeProto *attribute = node->attribute[i];
        resolved->list[count] = node->attribute[i];
        if (attribute->ref_attr_name && attribute->ref_attr_name[0]) {
            const Onnx__AttributeProto *value = referred(importer, attribute);
            if (!value)
                continue;
            resolved->copies[i] = *value;
            resolved->copies[i].name = attribute->name;
            resolved->list[count] = &resolved->copies[i];
        }
        ++count;
    }
    resolved->node.attribute = resolved->list;
    resolved->node.n_attribute = count;
}

const Onnx__NodeProto *micai_resolve_node(micai_importer *importer, const Onnx__NodeProto *node)
{
    if (!has_references(node))
        return node;
    if (!importer->call) {
        micai_import_fail_node(importer, node,
                               "an attribute refers to one of a function, but it is in none");
        return NULL;
    }
    resolved_node *resolved = calloc(1, sizeof *resolved);
    if (resolved) {
        resolved->node = *node;
        resolved->list = calloc(node->n_attribute, sizeof(Onnx__AttributeProto *));
        resolved->copies = calloc(node->n_attribute, sizeof *resolved->copies);
    }
    if (!resolved || !resolved->list || !resolved->copies) {
        micai_free_resolved(node, resolved ? &resolved->node : NULL);
        micai_import_fail(importer, NULL, "out of memory");
        return NULL;
    }
    resolve_attributes(importer, node, resolved);
    return &resolved->node;
}

void micai_free_resolved(const Onnx__NodeProto *node, const Onnx__NodeProto *resolved)
{
    if (!resolved || resolved == node)
        return;
    resolved_node *owner = (resolved_node *)(uintptr_t)(const void *)resolved;
    free(owner->list);
    free(owner->copies);
    free(owner);
}

// ---- calls
// -----------------------------------------------------------------------------------

static bool check_call(micai_importer *importer, const Onnx__NodeProto *node,
                       const Onnx__FunctionProto *function)
{
    size_t depth = 0;
    for (const micai_call *call = importer->call; call; call = call->outer, ++depth)
        if (call->function == function)
            return micai_import_fail_node(importer, node, "the function calls itself");
    if (depth >= DEEPEST_CALL)
        return micai_import_fail_node(importer, node, "calls are more than %d levels deep",
                                      DEEPEST_CALL);
    if (++importer->calls > MOST_CALLS)
        return micai_import_fail_node(importer, node, "the model has more than %d calls",
                                      MOST_CALLS);
    if (node->n_input > function->n_input)
        return micai_import_fail_node(importer, node, "%zu inputs, but the function takes %zu",
                                      node->n_input, function->n_input);
    return true;
}

/// Inputs that are left out are nothing, which any optional input of a node inside accepts.
static bool bind_call_inputs(micai_importer *importer, const Onnx__NodeProto *node,
                             const Onnx__FunctionProto *function, const micai_item *items)
{
    for (size_t i = 0; i < function->n_input; ++i) {
        micai_item item = {NULL, &micai_import_nothing};
        if (i < node->n_input && (items[i].value || items[i].sequence))
            item = items[i];
        if (!micai_bind_item(importer, &function->base, function->input[i], &item))
            return false;
    }
    return true;
}

static bool import_in_scope(micai_importer *importer, const Onnx__NodeProto *node,
                            const Onnx__FunctionProto *function, const micai_item *inputs,
                            micai_item *outputs)
{
    if (!bind_call_inputs(importer, node, function, inputs) ||
        !micai_import_all(importer, function->node, function->n_node))
        return false;
    for (size_t i = 0; i < function->n_output; ++i)
        if (!micai_find_item(importer, function->output[i], &outputs[i]))
            return micai_import_fail(importer, &function->base,
                                     "output '%s' of function '%s' is computed by no node",
                                     function->output[i], function->name);
    return true;
}

static bool import_function(micai_importer *importer, const Onnx__NodeProto *node,
                            const Onnx__FunctionProto *function, const micai_item *inputs,
                            micai_item *outputs)
{
    micai_scope scope;
    micai_call call = {.function = function, .node = node, .outer = importer->call};
    const int64_t opset = importer->opset;
    micai_scope_begin(importer, &scope, NULL, NULL);
    importer->call = &call;
    importer->opset = micai_function_opset(importer, function);
    const bool done = micai_import_defaults(importer, function, &call.defaults) &&
                      import_in_scope(importer, node, function, inputs, outputs);
    free(call.defaults.attribute);
    importer->opset = opset;
    importer->call = call.outer;
    micai_scope_end(importer);
    return done;
}

bool micai_import_call(micai_importer *importer, const Onnx__NodeProto *node,
                       const Onnx__FunctionProto *function)
{
    if (!check_call(importer, node, function))
        return false;
    micai_item *inputs = calloc(node->n_input + 1, sizeof *inputs);
    micai_item *outputs = calloc(function->n_output + 1, sizeof *outputs);
    bool ok = inputs && outputs;
    if (!ok)
        micai_import_fail(importer, NULL, "out of memory");
    ok = ok && micai_find_items(importer, node, inputs) &&
         import_function(importer, node, function, inputs, outputs) &&
         micai_bind_items(importer, node, outputs, function->n_output);
    free(inputs);
    free(outputs);
    return ok;
}
