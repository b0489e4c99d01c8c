// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// If, Loop and Scan: their graphs become regions that use outer values as they are.
//
// An If whose condition is known here has one branch only, which is imported in its place: the
// other one often would not even fit the shapes. Where the condition is not known a branch that
// does not fit is left out too, with a warning, and an assertion in its place: a run that would
// take it fails. What a loop carries on has in the body the
// type of its init; where the body gives something else back it is imported once more, with all
// that both types say. Scan before opset 9 has a batch, a Scan of its own around the other. A
// Loop that carries sequences is unrolled, since they do not exist at run time.
#include "dialects/onnx/reader/import_internal.h"

#include <stdio.h>
#include <stdlib.h>

/// Rounds of importing bodies again in one model, iterations of a loop that is unrolled, and
/// imports of graphs in all: what is unrolled or imported again may hold more of the same,
/// which multiplies.
enum { MOST_RETRIES = 512, MOST_UNROLLED = 1024, MOST_GRAPHS = 100000 };

// ---- graphs in place
// -------------------------------------------------------------------------

static const Onnx__GraphProto *graph_of(micai_importer *importer, const Onnx__NodeProto *node,
                                        const char *name)
{
    const Onnx__AttributeProto *attribute = micai_node_attribute(node, name);
    if (attribute && attribute->g)
        return attribute->g;
    micai_import_fail_node(importer, node, "attribute '%s' must be a graph", name);
    return NULL;
}

/// Control flow is refused by name later on, so that it has one: that of its first output when
/// it has none of its own.
static mica_location location_of(micai_importer *importer, const Onnx__NodeProto *node)
{
    const bool is_named = node->name && node->name[0];
    return micai_import_location(importer, is_named ? node->name : node->output[0]);
}

static bool bind_inputs(micai_importer *importer, const Onnx__GraphProto *graph,
                        const micai_item *inputs)
{
    for (size_t i = 0; i < graph->n_input; ++i) {
        const Onnx__ValueInfoProto *info = graph->input[i];
        if (!micai_bind_item(importer, &info->base, info->name ? info->name : "", &inputs[i]))
            return false;
    }
    return true;
}

static bool import_contents(micai_importer *importer, const Onnx__GraphProto *graph,
                            const micai_item *inputs, micai_item *outputs)
{
    if (!micai_import_declarations(importer, graph) || !bind_inputs(importer, graph, inputs) ||
        !micai_import_all(importer, graph->node, graph->n_node))
        return false;
    for (size_t i = 0; i < graph->n_output; ++i) {
        const char *name = graph->output[i]->name ? graph->output[i]->name : "";
        if (!micai_find_item(importer, name, &outputs[i]))
            return micai_import_fail(importer, &graph->output[i]->base,
                                     "output '%s' is computed by no node", name);
    }
    return true;
}

bool micai_import_inline(micai_importer *importer, const Onnx__NodeProto *node,
                         const Onnx__GraphProto *graph, const micai_item *inputs, size_t count,
                         micai_item *outputs)
{
    micai_scope scope;
    if (graph->n_input != count)
        return micai_import_fail_node(importer, node, "its graph has %zu inputs, but gets %zu",
                                      graph->n_input, count);
    if (++importer->graphs > MOST_GRAPHS)
        return micai_import_fail_node(
            importer, node, "graphs of nodes are imported more than %d times", MOST_GRAPHS);
    micai_scope_begin(importer, &scope, graph, importer->scope);
    const bool done = import_contents(importer, graph, inputs, outputs);
    micai_scope_end(importer);
    return done;
}

// ---- graphs as regions
// -----------------------------------------------------------------------

static bool add_yield(micai_importer *importer, const Onnx__NodeProto *node,
                      const micai_item *outputs, size_t count)
{
    mica_op_state state;
    mica_op_state_init(&state, importer->context, "onnx.Yield",
                       micai_import_location(importer, node->name));
    for (size_t i = 0; i < count; ++i) {
        if (!outputs[i].value) {
            mica_op_state_discard(&state);
            return micai_import_fail_node(
                importer, node,
                "output #%zu of its graph is a sequence or an optional, and which graph runs "
                "or how often is not known when the model is read",
                i);
        }
        mica_op_state_add_operand(&state, outputs[i].value);
    }
    return mica_builder_create(&importer->builder, &state) != NULL ||
           micai_import_fail(importer, NULL, "out of memory");
}

static bool fill_region(micai_importer *importer, const Onnx__NodeProto *node,
                        const Onnx__GraphProto *graph, const mica_type *const *types,
                        size_t count, mica_block *block)
{
    micai_item *inputs = calloc(count + 1, sizeof *inputs);
    micai_item *outputs = calloc(graph->n_output + 1, sizeof *outputs);
    bool ok = inputs && outputs;
    if (!ok)
        micai_import_fail(importer, NULL, "out of memory");
    for (size_t i = 0; i < count && ok; ++i) {
        inputs[i].value = mica_block_add_argument(block, types[i], importer->location);
        ok = inputs[i].value != NULL;
    }
    importer->builder = mica_builder_at_end(block, importer->location);
    ok = ok && micai_import_inline(importer, node, graph, inputs, count, outputs) &&
         add_yield(importer, node, outputs, graph->n_output);
    free(inputs);
    free(outputs);
    return ok;
}

/// Imports the graph into an empty region whose arguments have these types.
static bool import_region(micai_importer *importer, const Onnx__NodeProto *node,
                          const Onnx__GraphProto *graph, const mica_type *const *types,
                          size_t count, mica_region *region)
{
    mica_block *block = mica_block_create(importer->context);
    if (!block || !region)
        return micai_import_fail(importer, NULL, "out of memory");
    mica_region_append(region, block);
    const mica_builder builder = importer->builder;
    const bool done = fill_region(importer, node, graph, types, count, block);
    importer->builder = builder;
    return done;
}

/// Makes the op and binds its results to the node's outputs; ends the state.
static mica_op *create_op(micai_importer *importer, const Onnx__NodeProto *node,
                          mica_op_state *state)
{
    mica_onnx_fault fault;
    mica_onnx_types types;
    if (!mica_onnx_infer_types(state, 0, &types, &fault)) {
        micai_import_misfit(importer, node, fault.message);
        mica_op_state_discard(state);
        return NULL;
    }
    mica_onnx_add_results(state, &types);
    mica_op *op = mica_builder_create(&importer->builder, state);
    if (!op)
        micai_import_fail(importer, NULL, "out of memory");
    return op;
}

// ---- If
// --------------------------------------------------------------------------------------

static bool import_taken(micai_importer *importer, const Onnx__NodeProto *node,
                         const Onnx__GraphProto *graph)
{
    micai_item *outputs = calloc(graph->n_output + 1, sizeof *outputs);
    const bool done = outputs ? micai_import_inline(importer, node, graph, NULL, 0, outputs) &&
                                    micai_bind_items(importer, node, outputs, graph->n_output)
                              : micai_import_fail(importer, NULL, "out of memory");
    free(outputs);
    return done;
}

/// Imports a branch that may be taken or not. False in `fits`: its operands do not fit
/// together, for the reason in `why`. False after a diagnostic of another fault.
static bool try_branch(micai_importer *importer, const Onnx__NodeProto *node,
                       const Onnx__GraphProto *graph, mica_region *region, bool *fits,
                       char *why, size_t size)
{
    importer->misfit[0] = 0;
    ++importer->trying;
    *fits = import_region(importer, node, graph, NULL, 0, region);
    --importer->trying;
    snprintf(why, size, "%s", importer->misfit);
    importer->misfit[0] = 0;
    return *fits || why[0];
}

/// An op with one result and at most one attribute; NULL when out of memory.
static mica_value *build_simple(mica_builder *builder, const char *name,
                                mica_value *const *operands, size_t count,
                                const mica_type *type, const mica_attr *value)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, name, builder->location);
    for (size_t i = 0; i < count; ++i)
        mica_op_state_add_operand(&state, operands[i]);
    if (value)
        mica_op_state_set_attr(&state, "value", value);
    mica_op_state_add_result(&state, type);
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

/// cf.assert of the condition (tensor of one element), or of its opposite.
static bool assert_truth(micai_importer *importer, const Onnx__NodeProto *node,
                         mica_value *condition, bool truth, const char *text)
{
    mica_builder builder = importer->builder;
    mica_context *context = importer->context;
    const mica_type *type = mica_value_type(condition);
    if (!mica_type_is_ranked(type) || mica_type_rank(type) > 1)
        return micai_import_misfit(importer, node, "its condition is no scalar");
    builder.location = location_of(importer, node);
    mica_value *parts[2] = {condition, NULL};
    if (!truth)
        parts[0] = build_simple(&builder, "onnx.Not", parts, 1, type, NULL);
    const mica_type *index = mica_index_type_get(context);
    const size_t rank = mica_type_rank(type);
    if (parts[0] && rank)
        parts[1] = build_simple(&builder, "arith.constant", NULL, 0, index,
                                mica_integer_attr_get(index, 0));
    if (!parts[0] || (rank && !parts[1]))
        return micai_import_fail(importer, NULL, "out of memory");
    mica_op_state state;
    mica_op_state_init(&state, context, "cf.assert", builder.location);
    mica_op_state_add_operand(&state, build_simple(&builder, "tensor.extract", parts, 1 + rank,
                                                   mica_type_element(type), NULL));
    mica_op_state_set_attr(&state, "msg",
                           mica_string_attr_get(context, mica_string_from(text)));
    return mica_builder_create(&builder, &state) != NULL;
}

/// A branch that does not fit would fail if it were taken: the other one is, with a warning,
/// and the run fails where it is not meant.
static bool import_other(micai_importer *importer, const Onnx__NodeProto *node,
                         mica_value *condition, const Onnx__GraphProto *graph, bool is_else,
                         const char *why)
{
    const char *left_out = is_else ? "then_branch" : "else_branch";
    char text[2048];
    mica_diagnostic_emit(mica_warning(
        importer->context, location_of(importer, node),
        "node '%s' (If): its %s does not fit the shapes (%s); a run that takes it fails",
        node->name ? node->name : "", left_out, why));
    snprintf(text, sizeof text, "node '%s' (If): its %s does not fit the shapes (%s)",
             node->name ? node->name : "", left_out, why);
    return assert_truth(importer, node, condition, !is_else, text) &&
           import_taken(importer, node, graph);
}

static bool import_undecided(micai_importer *importer, const Onnx__NodeProto *node,
                             const Onnx__GraphProto *const *branches, mica_value *condition)
{
    bool fits[2] = {false, false}, ok = true;
    char why[2][sizeof importer->misfit];
    mica_op_state state;
    mica_op_state_init(&state, importer->context, "onnx.If", location_of(importer, node));
    mica_op_state_add_operand(&state, condition);
    for (size_t i = 0; i < 2 && ok; ++i)
        ok = try_branch(importer, node, branches[i], mica_op_state_add_region(&state), &fits[i],
                        why[i], sizeof why[i]);
    if (ok && fits[0] && fits[1]) {
        mica_op *op = create_op(importer, node, &state);
        return op && micai_bind_results(importer, node, op);
    }
    mica_op_state_discard(&state);
    if (!ok)
        return false;
    if (!fits[0] && !fits[1])
        return micai_import_misfit(importer, node, why[0]);
    return import_other(importer, node, condition, branches[fits[0] ? 0 : 1], fits[1],
                        why[fits[0] ? 1 : 0]);
}

bool micai_import_if(micai_importer *importer, const Onnx__NodeProto *node)
{
    const Onnx__GraphProto *branches[2] = {graph_of(importer, node, "then_branch"), NULL};
    mica_value *condition = micai_find_tensor(importer, node, 0);
    branches[1] = branches[0] ? graph_of(importer, node, "else_branch") : NULL;
    if (!condition || !branches[1])
        return false;
    bool truth;
    if (mica_onnx_known_truth(condition, &truth))
        return import_taken(importer, node, branches[truth ? 0 : 1]);
    return import_undecided(importer, node, branches, condition);
}

// ---- loops
// -----------------------------------------------------------------------------------

/// A Loop or Scan that is being made: the types of its body's arguments, of which `carried`
/// from `argument` on come back as what the body yields from `yielded` on.
typedef struct loop_types {
    const mica_type **types;
    size_t count, argument, yielded, carried;
} loop_types;

/// Takes into the types what the body yields. False: they held it already.
static bool widen(const mica_region *region, loop_types *loop)
{
    bool changed = false;
    const mica_op *yield = mica_block_last(mica_region_first(region));
    for (size_t i = 0; i < loop->carried; ++i) {
        if (loop->yielded + i >= mica_op_operand_count(yield))
            return false;
        const mica_type **type = &loop->types[loop->argument + i];
        const mica_type *given = mica_value_type(mica_op_operand(yield, loop->yielded + i));
        if (mica_type_element(given) != mica_type_element(*type))
            return false; // the rule says it better
        const mica_type *both = mica_onnx_generalize_types(*type, given);
        changed |= both != *type;
        *type = both;
    }
    return changed;
}

static bool import_loop_body(micai_importer *importer, const Onnx__NodeProto *node,
                             const Onnx__GraphProto *graph, loop_types *loop,
                             mica_region *region)
{
    if (!import_region(importer, node, graph, loop->types, loop->count, region))
        return false;
    while (widen(region, loop)) {
        if (++importer->retries > MOST_RETRIES)
            return micai_import_fail_node(importer, node,
                                          "loops whose tensors change shape are nested too "
                                          "deep");
        mica_block_erase(mica_region_first(region));
        if (!import_region(importer, node, graph, loop->types, loop->count, region))
            return false;
    }
    return true;
}

/// The type of the number of an iteration, or of the condition: a scalar, or what the graph
/// says where that is one element too.
static const mica_type *control_type(micai_importer *importer, const Onnx__GraphProto *graph,
                                     size_t index, uint32_t width)
{
    const mica_type *element = mica_integer_type_get(importer->context, width, MICA_SIGNLESS);
    const Onnx__TypeProto *type = graph->input[index]->type;
    const bool is_vector = type && type->value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE &&
                           type->tensor_type->shape && type->tensor_type->shape->n_dim == 1;
    const int64_t one = 1;
    return mica_tensor_type_get(element, &one, is_vector ? 1 : 0, NULL);
}

static bool fill_loop(micai_importer *importer, const Onnx__NodeProto *node,
                      const Onnx__GraphProto *graph, const micai_item *inputs, loop_types *loop,
                      mica_op_state *state)
{
    int32_t sizes[3] = {0, 0, 0};
    for (size_t i = 0; i < 2; ++i) {
        loop->types[i] = control_type(importer, graph, i, i == 0 ? 64 : 1);
        sizes[i] = inputs[i].value != NULL;
        if (inputs[i].value)
            mica_op_state_add_operand(state, inputs[i].value);
    }
    for (size_t i = 2; i < loop->count; ++i) {
        if (!inputs[i].value)
            return micai_import_fail_node(importer, node, "input #%zu is missing", i);
        mica_op_state_add_operand(state, inputs[i].value);
        loop->types[i] = mica_value_type(inputs[i].value);
    }
    sizes[2] = (int32_t)loop->carried;
    mica_op_state_set_attr(state, "operandSegmentSizes",
                           mica_i32_array_attr_get(importer->context, sizes, 3));
    return import_loop_body(importer, node, graph, loop, mica_op_state_add_region(state));
}

static bool make_loop(micai_importer *importer, const Onnx__NodeProto *node,
                      const Onnx__GraphProto *graph, const micai_item *inputs)
{
    loop_types loop = {malloc((graph->n_input + 1) * sizeof(mica_type *)), graph->n_input, 2, 1,
                       graph->n_input - 2};
    mica_op_state state;
    mica_op_state_init(&state, importer->context, "onnx.Loop", location_of(importer, node));
    mica_op *op = NULL;
    if (!loop.types)
        micai_import_fail(importer, NULL, "out of memory");
    if (loop.types && fill_loop(importer, node, graph, inputs, &loop, &state))
        op = create_op(importer, node, &state);
    else
        mica_op_state_discard(&state);
    free(loop.types);
    return op && micai_bind_results(importer, node, op);
}

// ---- loops over sequences
// --------------------------------------------------------------------

mica_value *micai_import_number(micai_importer *importer, const Onnx__NodeProto *node,
                                uint32_t width, int64_t value)
{
    const mica_type *element = mica_integer_type_get(importer->context, width, MICA_SIGNLESS);
    const mica_type *type = mica_tensor_type_get(element, NULL, 0, NULL);
    return micai_import_constant(
        importer, micai_import_location(importer, node->name),
        mica_dense_elements_attr_get_splat(type, mica_integer_attr_get(element, value)));
}

mica_value *micai_import_with_axis(micai_importer *importer, const Onnx__NodeProto *node,
                                   const char *name, mica_value *const *inputs, size_t count,
                                   int64_t axis)
{
    const mica_named_attr attr = {micai_import_name(importer, "axis"),
                                  mica_i64_attr_get(importer->context, axis)};
    return micai_import_op(importer, node, name, inputs, count, false, NULL, &attr, 1);
}

mica_value *micai_import_stack(micai_importer *importer, const Onnx__NodeProto *node,
                               mica_value *const *values, size_t count, int64_t axis)
{
    mica_value *joined = NULL;
    mica_value **wide = malloc((count + 1) * sizeof *wide);
    mica_value *axes = wide ? micai_import_sizes(importer, node, &axis, 1) : NULL;
    bool ok = axes != NULL;
    for (size_t i = 0; i < count && ok; ++i) {
        mica_value *const operands[] = {values[i], axes};
        wide[i] = micai_import_op(importer, node, "onnx.Unsqueeze", operands, 2, false, NULL,
                                  NULL, 0);
        ok = wide[i] != NULL;
    }
    if (ok)
        joined = micai_import_with_axis(importer, node, "onnx.Concat", wide, count, axis);
    free(wide);
    return joined;
}

/// State of a loop that is unrolled.
typedef struct unrolled {
    const Onnx__GraphProto *graph;
    micai_item *inputs, *outputs, *results;
    mica_value **stacked; ///< `count` rows of what each iteration adds
    size_t carried, stacked_count, count, trips;
} unrolled;

/// One iteration. False in `more` when the condition ends the loop.
static bool unroll_once(micai_importer *importer, const Onnx__NodeProto *node, unrolled *u,
                        bool *more)
{
    u->inputs[0].value = micai_import_number(importer, node, 64, (int64_t)u->count);
    u->inputs[1].value = micai_import_number(importer, node, 1, 1);
    if (!u->inputs[0].value || !u->inputs[1].value ||
        !micai_import_inline(importer, node, u->graph, u->inputs, 2 + u->carried, u->outputs))
        return false;
    if (!u->outputs[0].value || !mica_onnx_known_truth(u->outputs[0].value, more))
        return micai_import_fail_node(importer, node,
                                      "it carries sequences, but how often it runs is not "
                                      "known when the model is read");
    memcpy(u->inputs + 2, u->outputs + 1, u->carried * sizeof *u->inputs);
    for (size_t i = 0; i < u->stacked_count; ++i)
        u->stacked[i * u->trips + u->count] = u->outputs[1 + u->carried + i].value;
    ++u->count;
    return true;
}

static bool finish_unrolled(micai_importer *importer, const Onnx__NodeProto *node, unrolled *u)
{
    memcpy(u->results, u->inputs + 2, u->carried * sizeof *u->results);
    for (size_t i = 0; i < u->stacked_count; ++i) {
        if (u->count == 0)
            return micai_import_fail_node(importer, node,
                                          "it runs not once, so that the type "
                                          "of its outputs is not known");
        mica_value *value =
            micai_import_stack(importer, node, u->stacked + i * u->trips, u->count, 0);
        if (!value)
            return false;
        u->results[u->carried + i] = (micai_item){value, NULL};
    }
    return micai_bind_items(importer, node, u->results, u->carried + u->stacked_count);
}

static bool unroll_loop(micai_importer *importer, const Onnx__NodeProto *node,
                        const Onnx__GraphProto *graph, micai_item *inputs)
{
    int64_t trips;
    bool more = true;
    if (!inputs[0].value || mica_onnx_known_ints(inputs[0].value, &trips, 1) != 1 ||
        trips > MOST_UNROLLED || trips == MICA_DYNAMIC ||
        (inputs[1].value && !mica_onnx_known_truth(inputs[1].value, &more)))
        return micai_import_fail_node(importer, node,
                                      "it carries sequences, but how often it runs is not "
                                      "known when the model is read, or more than %d times",
                                      MOST_UNROLLED);
    unrolled u = {.graph = graph,
                  .inputs = inputs,
                  .carried = graph->n_input - 2,
                  .trips = trips > 0 ? (size_t)trips : 0};
    if (graph->n_output < 1 + u.carried)
        return micai_import_fail_node(importer, node, "its graph has too few outputs");
    u.stacked_count = graph->n_output - 1 - u.carried;
    u.outputs = calloc(graph->n_output + 1, sizeof *u.outputs);
    u.results = calloc(graph->n_output + 1, sizeof *u.results);
    u.stacked = calloc(u.stacked_count * u.trips + 1, sizeof *u.stacked);
    bool ok = (u.outputs && u.results && u.stacked) ||
              micai_import_fail(importer, NULL, "out of memory");
    while (ok && more && u.count < u.trips)
        ok = unroll_once(importer, node, &u, &more);
    ok = ok && finish_unrolled(importer, node, &u);
    free(u.outputs);
    free(u.results);
    free(u.stacked);
    return ok;
}

bool micai_import_loop(micai_importer *importer, const Onnx__NodeProto *node)
{
    const Onnx__GraphProto *graph = graph_of(importer, node, "body");
    if (!graph)
        return false;
    if (graph->n_input < 2 || graph->n_input < node->n_input)
        return micai_import_fail_node(importer, node, "its graph has %zu inputs, but gets %zu",
                                      graph->n_input, node->n_input < 2 ? 2 : node->n_input);
    micai_item *inputs = calloc(graph->n_input + 1, sizeof *inputs);
    bool ok = inputs ? micai_find_items(importer, node, inputs)
                     : micai_import_fail(importer, NULL, "out of memory");
    bool has_sequences = false;
    for (size_t i = 0; i < graph->n_input && ok; ++i)
        has_sequences |= inputs[i].sequence != NULL;
    ok = ok && (has_sequences ? unroll_loop(importer, node, graph, inputs)
                              : make_loop(importer, node, graph, inputs));
    free(inputs);
    return ok;
}

// ---- Scan
// ------------------------------------------------------------------------------------

/// The attributes of a Scan op, taken from the node under the names of its opset.
typedef struct scan_attrs {
    int64_t inputs;
    const Onnx__AttributeProto *input_axes, *input_directions, *output_axes, *output_directions;
} scan_attrs;

static void set_list(micai_importer *importer, mica_op_state *state, const char *name,
                     const Onnx__AttributeProto *list)
{
    if (list && list->n_ints > 0)
        mica_op_state_set_attr(
            state, name, mica_i64_array_attr_get(importer->context, list->ints, list->n_ints));
}

static void set_scan_attrs(micai_importer *importer, mica_op_state *state,
                           const scan_attrs *attrs)
{
    mica_op_state_set_attr(state, "num_scan_inputs",
                           mica_i64_attr_get(importer->context, attrs->inputs));
    set_list(importer, state, "scan_input_axes", attrs->input_axes);
    set_list(importer, state, "scan_input_directions", attrs->input_directions);
    set_list(importer, state, "scan_output_axes", attrs->output_axes);
    set_list(importer, state, "scan_output_directions", attrs->output_directions);
}

static bool scan_types(micai_importer *importer, const Onnx__NodeProto *node,
                       mica_value *const *operands, const scan_attrs *attrs, loop_types *loop)
{
    for (size_t i = 0; i < loop->count; ++i) {
        const size_t input = i - loop->carried;
        const Onnx__AttributeProto *axes = attrs->input_axes;
        loop->types[i] = mica_value_type(operands[i]);
        if (i < loop->carried)
            continue;
        loop->types[i] = mica_onnx_slice_type(
            loop->types[i], axes && input < axes->n_ints ? axes->ints[input] : 0);
        if (!loop->types[i])
            return micai_import_fail_node(importer, node,
                                          "the axis of scan input #%zu is out of range", input);
    }
    return true;
}

/// Makes a Scan whose results nothing is bound to yet; NULL after a diagnostic.
static mica_op *make_scan(micai_importer *importer, const Onnx__NodeProto *node,
                          const Onnx__GraphProto *graph, mica_value *const *operands,
                          size_t count, const scan_attrs *attrs)
{
    loop_types loop = {malloc((count + 1) * sizeof(mica_type *)), count, 0, 0,
                       count - (size_t)attrs->inputs};
    mica_op_state state;
    mica_op_state_init(&state, importer->context, "onnx.Scan", location_of(importer, node));
    mica_op_state_add_operands(&state, operands, count);
    set_scan_attrs(importer, &state, attrs);
    mica_op *op = NULL;
    if (!loop.types)
        micai_import_fail(importer, NULL, "out of memory");
    if (loop.types && scan_types(importer, node, operands, attrs, &loop) &&
        import_loop_body(importer, node, graph, &loop, mica_op_state_add_region(&state)))
        op = create_op(importer, node, &state);
    else
        mica_op_state_discard(&state);
    free(loop.types);
    return op;
}

/// In the block of the Scan over the batch: the Scan over one sequence, and what it gives.
static bool fill_batch(micai_importer *importer, const Onnx__NodeProto *node,
                       const Onnx__GraphProto *graph, mica_value *const *operands, size_t count,
                       const scan_attrs *attrs, mica_block *block)
{
    mica_value **slices = calloc(count + 1, sizeof *slices);
    bool ok = slices != NULL || micai_import_fail(importer, NULL, "out of memory");
    for (size_t i = 0; i < count && ok; ++i) {
        const mica_type *type = mica_onnx_slice_type(mica_value_type(operands[i]), 0);
        ok = type || micai_import_fail_node(importer, node, "an input has no batch dimension");
        slices[i] = ok ? mica_block_add_argument(block, type, importer->location) : NULL;
    }
    importer->builder = mica_builder_at_end(block, importer->location);
    mica_op *scan = ok ? make_scan(importer, node, graph, slices, count, attrs) : NULL;
    free(slices);
    if (!scan)
        return false;
    mica_op_state yield;
    mica_op_state_init(&yield, importer->context, "onnx.Yield", mica_op_location(scan));
    for (size_t i = 0; i < mica_op_result_count(scan); ++i)
        mica_op_state_add_operand(&yield, mica_op_result(scan, i));
    return mica_builder_create(&importer->builder, &yield) != NULL;
}

static mica_op *make_batch_scan(micai_importer *importer, const Onnx__NodeProto *node,
                                const Onnx__GraphProto *graph, mica_value *const *operands,
                                size_t count, const scan_attrs *attrs)
{
    const mica_builder builder = importer->builder;
    const scan_attrs whole = {.inputs = (int64_t)count};
    mica_block *block = mica_block_create(importer->context);
    mica_op_state state;
    mica_op_state_init(&state, importer->context, "onnx.Scan", location_of(importer, node));
    mica_op_state_add_operands(&state, operands, count);
    set_scan_attrs(importer, &state, &whole);
    if (block)
        mica_region_append(mica_op_state_add_region(&state), block);
    const bool filled =
        block && fill_batch(importer, node, graph, operands, count, attrs, block);
    importer->builder = builder;
    if (filled)
        return create_op(importer, node, &state);
    mica_op_state_discard(&state);
    return NULL;
}

bool micai_import_scan(micai_importer *importer, const Onnx__NodeProto *node)
{
    const Onnx__GraphProto *graph = graph_of(importer, node, "body");
    const bool has_batch = importer->opset < 9;
    const size_t first = has_batch ? 1 : 0;
    scan_attrs attrs = {.inputs = micai_node_int(node, "num_scan_inputs", 0)};
    attrs.input_directions =
        micai_node_attribute(node, has_batch ? "directions" : "scan_input_directions");
    if (!graph)
        return false;
    if (node->n_input <= first || attrs.inputs < 1 ||
        (uint64_t)attrs.inputs > node->n_input - first)
        return micai_import_fail_node(importer, node, "num_scan_inputs is %lld",
                                      (long long)attrs.inputs);
    if (!has_batch) {
        attrs.input_axes = micai_node_attribute(node, "scan_input_axes");
        attrs.output_axes = micai_node_attribute(node, "scan_output_axes");
        attrs.output_directions = micai_node_attribute(node, "scan_output_directions");
    } else if (node->input[0][0]) {
        return micai_import_fail_node(importer, node, "sequence_lens is not supported");
    }
    const size_t count = node->n_input - first;
    mica_value **operands = calloc(count + 1, sizeof *operands);
    bool ok = operands != NULL || micai_import_fail(importer, NULL, "out of memory");
    for (size_t i = 0; i < count && ok; ++i) {
        operands[i] = micai_find_tensor(importer, node, first + i);
        ok = operands[i] != NULL;
    }
    mica_op *op = !ok         ? NULL
                  : has_batch ? make_batch_scan(importer, node, graph, operands, count, &attrs)
                              : make_scan(importer, node, graph, operands, count, &attrs);
    free(operands);
    return op && micai_bind_results(importer, node, op);
}
