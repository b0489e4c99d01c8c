// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Nodes in an order in which values are made before they are used. ONNX asks writers for that,
// but converters append nodes (casts at the inputs of a model of f16, for one) and other
// readers take them. Nodes of a graph that is in order already keep their places; else each
// node comes as late as it stood, but for those that a node before it needs. What nested graphs
// use counts as used by the node that holds them. Nodes in a cycle stay as they are: the import
// then says which value is not there.
#include "dialects/onnx/reader/import_internal.h"

#include <string.h>

/// A growing row of numbers.
typedef struct number_row {
    size_t *items;
    size_t count, capacity;
} number_row;

static bool append(number_row *row, size_t item)
{
    if (row->count == row->capacity) {
        const size_t capacity = row->capacity ? 2 * row->capacity : 64;
        size_t *larger = realloc(row->items, capacity * sizeof *larger);
        if (!larger)
            return false;
        row->items = larger;
        row->capacity = capacity;
    }
    row->items[row->count++] = item;
    return true;
}

/// A growing row of graphs to look into.
typedef struct graph_row {
    Onnx__GraphProto **items;
    size_t count, capacity;
} graph_row;

static bool append_graph(graph_row *row, Onnx__GraphProto *graph)
{
    if (row->count == row->capacity) {
        const size_t capacity = row->capacity ? 2 * row->capacity : 16;
        Onnx__GraphProto **larger = realloc(row->items, capacity * sizeof *larger);
        if (!larger)
            return false;
        row->items = larger;
        row->capacity = capacity;
    }
    row->items[row->count++] = graph;
    return true;
}

static bool append_graphs_of(graph_row *row, const Onnx__NodeProto *node)
{
    bool ok = true;
    for (size_t i = 0; ok && i < node->n_attribute; ++i) {
        const Onnx__AttributeProto *attribute = node->attribute[i];
        if (attribute->g)
            ok = append_graph(row, attribute->g);
        for (size_t j = 0; ok && j < attribute->n_graphs; ++j)
            ok = append_graph(row, attribute->graphs[j]);
    }
    return ok;
}

/// Nodes being put in order: needs[starts[i] .. starts[i + 1]) are those that node i needs.
typedef struct ordering {
    micai_importer *importer;
    Onnx__NodeProto **nodes;
    size_t count;
    micai_names producers; ///< the place of a node + 1, by what it makes
    number_row needs, starts;
    graph_row graphs;
    bool is_sorted;
} ordering;

static bool add_producers(ordering *o)
{
    for (size_t i = 0; i < o->count; ++i) {
        for (size_t j = 0; j < o->nodes[i]->n_output; ++j) {
            const mica_identifier *name =
                micai_import_name(o->importer, o->nodes[i]->output[j]);
            if (!name)
                return false;
            if (*o->nodes[i]->output[j] && !micai_names_find(&o->producers, name) &&
                !micai_names_add(&o->producers, name, (void *)(uintptr_t)(i + 1)))
                return false;
        }
    }
    return true;
}

static bool add_use(ordering *o, size_t user, const char *value)
{
    const mica_identifier *name = micai_import_name(o->importer, value);
    const size_t producer = name ? (size_t)(uintptr_t)micai_names_find(&o->producers, name) : 0;
    if (producer == 0 || producer - 1 == user)
        return name != NULL;
    o->is_sorted &= producer - 1 < user;
    return append(&o->needs, producer - 1);
}

static bool add_uses(ordering *o, size_t user, const Onnx__NodeProto *node)
{
    bool ok = append_graphs_of(&o->graphs, node);
    for (size_t i = 0; ok && i < node->n_input; ++i)
        ok = add_use(o, user, node->input[i]);
    return ok;
}

/// What node `user` and all that is nested in it use.
static bool add_needs(ordering *o, size_t user)
{
    o->graphs.count = 0;
    bool ok = append(&o->starts, o->needs.count) && add_uses(o, user, o->nodes[user]);
    while (ok && o->graphs.count > 0) {
        const Onnx__GraphProto *graph = o->graphs.items[--o->graphs.count];
        for (size_t i = 0; ok && i < graph->n_node; ++i)
            ok = add_uses(o, user, graph->node[i]);
        for (size_t i = 0; ok && i < graph->n_output; ++i)
            ok = !graph->output[i]->name || add_use(o, user, graph->output[i]->name);
    }
    return ok;
}

enum { UNSEEN, OPEN, PLACED };

/// Places `node` behind what it needs. A need that is open is a cycle, and is passed over.
static bool place(const ordering *o, size_t node, unsigned char *states, size_t *next,
                  number_row *stack, number_row *order)
{
    bool ok = append(stack, node);
    states[node] = OPEN;
    while (ok && stack->count > 0) {
        const size_t top = stack->items[stack->count - 1];
        if (next[top] < o->starts.items[top + 1]) {
            const size_t need = o->needs.items[next[top]++];
            if (states[need] == UNSEEN) {
                states[need] = OPEN;
                ok = append(stack, need);
            }
        } else {
            states[top] = PLACED;
            stack->count--;
            ok = append(order, top);
        }
    }
    return ok;
}

static bool reorder(ordering *o)
{
    unsigned char *states = calloc(o->count, 1);
    size_t *next = malloc(o->count * sizeof *next);
    Onnx__NodeProto **nodes = malloc(o->count * sizeof *nodes);
    number_row stack = {0}, order = {0};
    bool ok = states && next && nodes;
    if (ok)
        memcpy(next, o->starts.items, o->count * sizeof *next);
    for (size_t i = 0; ok && i < o->count; ++i)
        if (states[i] == UNSEEN)
            ok = place(o, i, states, next, &stack, &order);
    for (size_t i = 0; ok && i < o->count; ++i)
        nodes[i] = o->nodes[order.items[i]];
    if (ok)
        memcpy(o->nodes, nodes, o->count * sizeof *nodes);
    free(states);
    free(next);
    free(nodes);
    free(stack.items);
    free(order.items);
    return ok;
}

static bool order_nodes(micai_importer *importer, Onnx__NodeProto **nodes, size_t count)
{
    ordering o = {.importer = importer, .nodes = nodes, .count = count, .is_sorted = true};
    bool ok = add_producers(&o);
    for (size_t i = 0; ok && i < count; ++i)
        ok = add_needs(&o, i);
    ok = ok && append(&o.starts, o.needs.count) && (o.is_sorted || reorder(&o));
    micai_names_free(&o.producers);
    free(o.needs.items);
    free(o.starts.items);
    free(o.graphs.items);
    return ok;
}

bool micai_import_order_nodes(micai_importer *importer)
{
    const Onnx__ModelProto *model = importer->model;
    graph_row graphs = {0};
    bool ok = append_graph(&graphs, model->graph);
    for (size_t i = 0; ok && i < model->n_functions; ++i) {
        const Onnx__FunctionProto *function = model->functions[i];
        ok = order_nodes(importer, function->node, function->n_node);
        for (size_t j = 0; ok && j < function->n_node; ++j)
            ok = append_graphs_of(&graphs, function->node[j]);
    }
    while (ok && graphs.count > 0) {
        const Onnx__GraphProto *graph = graphs.items[--graphs.count];
        ok = order_nodes(importer, graph->node, graph->n_node);
        for (size_t j = 0; ok && j < graph->n_node; ++j)
            ok = append_graphs_of(&graphs, graph->node[j]);
    }
    free(graphs.items);
    return ok || micai_import_fail(importer, NULL, "out of memory");
}
