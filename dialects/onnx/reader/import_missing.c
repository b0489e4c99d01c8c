// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a model needs and the importer lacks, all of it at once. Nested graphs are looked into
// too, so that nobody meets the next missing operator only after the first was written.
#include "dialects/onnx/reader/import_internal.h"

#include <stdio.h>
#include <stdlib.h>

/// An operator, or a form of one, that can't be imported.
typedef struct missing {
    const Onnx__NodeProto *first;
    const char *form; ///< "" or "with ..."
    size_t nodes;
} missing;

typedef struct missing_list {
    micai_importer *importer;
    micai_names index; ///< position + 1 in `entries`, by "domain type form"
    missing *entries;
    size_t count, capacity;
    const Onnx__FunctionProto **functions; ///< that are called, room for all of the model
    size_t function_count;
    micai_names called; ///< the first function of a name
} missing_list;

bool micai_is_default_domain(const char *domain)
{
    return !domain || !domain[0] || strcmp(domain, "ai.onnx") == 0;
}

static int64_t opset_of(const Onnx__ModelProto *model, const char *domain)
{
    for (size_t i = 0; i < model->n_opset_import; ++i) {
        const char *own = model->opset_import[i]->domain;
        if (micai_is_default_domain(domain)
                ? micai_is_default_domain(own)
                : !micai_is_default_domain(own) && strcmp(own, domain) == 0)
            return model->opset_import[i]->version;
    }
    return 1;
}

/// NULL: the node can be imported; else the form of its operator that can't.
static const char *missing_form(const micai_importer *importer, const Onnx__NodeProto *node)
{
    micai_operator operator_;
    char name[MICAI_OP_NAME_SIZE];
    if (micai_find_function(importer, node) || micai_find_special(node))
        return NULL;
    if (!micai_find_operator(importer, node, &operator_, name))
        return "";
    return operator_.unsupported ? operator_.unsupported(importer, node) : NULL;
}

static bool add_entry(missing_list *list, const Onnx__NodeProto *node, const char *form)
{
    char key[512];
    snprintf(key, sizeof key, "%s %s %s",
             micai_is_default_domain(node->domain) ? "" : node->domain,
             node->op_type ? node->op_type : "", form);
    const mica_identifier *name = micai_import_name(list->importer, key);
    const size_t position = (size_t)(uintptr_t)micai_names_find(&list->index, name);
    if (position) {
        ++list->entries[position - 1].nodes;
        return true;
    }
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : 16;
        missing *entries = realloc(list->entries, capacity * sizeof *entries);
        if (!entries)
            return false;
        list->entries = entries;
        list->capacity = capacity;
    }
    list->entries[list->count++] = (missing){.first = node, .form = form, .nodes = 1};
    return micai_names_add(&list->index, name, (void *)(uintptr_t)list->count);
}

static bool collect(missing_list *list, Onnx__NodeProto *const *nodes, size_t count);

/// A function that is called for the first time joins those whose nodes are to be looked at.
static bool add_function(missing_list *list, const Onnx__NodeProto *node)
{
    const Onnx__FunctionProto *function = micai_find_function(list->importer, node);
    if (!function)
        return true;
    const mica_identifier *key =
        micai_import_name(list->importer, function->name ? function->name : "");
    const Onnx__FunctionProto *last = micai_names_find(&list->called, key);
    if (last == function)
        return true;
    // Functions of two domains may share a name: the order in which they are met ends this.
    for (size_t i = 0; last && i < list->function_count; ++i)
        if (list->functions[i] == function)
            return true;
    list->functions[list->function_count++] = function;
    return last || micai_names_add(&list->called, key, (void *)(uintptr_t)function);
}

/// Graphs nest at most as deep as the reader lets messages nest.
static bool collect_node(missing_list *list, const Onnx__NodeProto *node)
{
    const char *form = missing_form(list->importer, node);
    if (!add_function(list, node) || (form && !add_entry(list, node, form)))
        return false;
    for (size_t k = 0; k < node->n_attribute; ++k) {
        const Onnx__AttributeProto *attribute = node->attribute[k];
        if (attribute->g && !collect(list, attribute->g->node, attribute->g->n_node))
            return false;
        for (size_t j = 0; j < attribute->n_graphs; ++j)
            if (!collect(list, attribute->graphs[j]->node, attribute->graphs[j]->n_node))
                return false;
    }
    return true;
}

static bool collect(missing_list *list, Onnx__NodeProto *const *nodes, size_t count)
{
    for (size_t i = 0; i < count; ++i)
        if (!collect_node(list, nodes[i]))
            return false;
    return true;
}

/// The graph, then each function that is called, with its own opset.
static bool collect_all(missing_list *list)
{
    micai_importer *importer = list->importer;
    const int64_t opset = importer->opset;
    bool ok = collect(list, importer->graph->node, importer->graph->n_node);
    for (size_t i = 0; i < list->function_count && ok; ++i) {
        const Onnx__FunctionProto *function = list->functions[i];
        importer->opset = micai_function_opset(importer, function);
        ok = collect(list, function->node, function->n_node);
        importer->opset = opset;
    }
    return ok;
}

static void note(const missing_list *list, mica_diagnostic *diagnostic, const missing *entry)
{
    const Onnx__NodeProto *node = entry->first;
    char type[64], name[64];
    const char *domain = micai_is_default_domain(node->domain) ? "ai.onnx" : node->domain;
    uint64_t offset = 0;
    micai_onnx_show_name(type, sizeof type, node->op_type ? node->op_type : "",
                         node->op_type ? strlen(node->op_type) : 0);
    micai_onnx_show_name(name, sizeof name, node->name ? node->name : "",
                         node->name ? strlen(node->name) : 0);
    mica_onnx_message_offset(&node->base, &offset);
    mica_diagnostic_note(diagnostic, list->importer->location,
                         "%s%s%s (domain %s, opset %lld): node '%s' at byte %llu", type,
                         entry->form[0] ? " " : "", entry->form, domain,
                         (long long)opset_of(list->importer->model, domain), name,
                         (unsigned long long)offset);
    if (entry->nodes > 1)
        mica_diagnostic_append(diagnostic, " and %zu more", entry->nodes - 1);
}

bool micai_import_check_operators(micai_importer *importer)
{
    missing_list list = {.importer = importer};
    importer->opset = opset_of(importer->model, "");
    list.functions = malloc((importer->model->n_functions + 1) * sizeof(void *));
    const bool collected = list.functions && collect_all(&list);
    if (!collected) {
        micai_import_fail(importer, NULL, "out of memory");
    } else if (list.count > 0) {
        mica_diagnostic *diagnostic =
            mica_error(importer->context, importer->location,
                       "the model needs %zu operator%s that can't be imported", list.count,
                       list.count == 1 ? "" : "s");
        for (size_t i = 0; i < list.count; ++i)
            note(&list, diagnostic, &list.entries[i]);
        mica_diagnostic_emit(diagnostic);
    }
    const bool complete = collected && list.count == 0;
    free(list.entries);
    free(list.functions);
    micai_names_free(&list.called);
    micai_names_free(&list.index);
    return complete;
}
