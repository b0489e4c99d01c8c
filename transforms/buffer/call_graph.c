// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The order in which functions are bufferized, callees first, and the summaries that calls are
// analysed with. Only calls that pass or return tensors count. The order is Kahn's: a function
// is next when all that it calls are done, in program order otherwise.
#include "transforms/buffer/call_graph_internal.h"

#include "ir/core/interfaces.h"

// ---- the functions and their calls
// -----------------------------------------------------------

static size_t index_of(const micai_call_graph *graph, const mica_op *function)
{
    uint64_t number = 0;
    micai_pointer_map_find(&graph->index_of, function, &number);
    return (size_t)number - 1;
}

static mica_walk_result note_function(void *user, mica_op *op)
{
    micai_call_graph *graph = user;
    if (!mica_op_interface(op, &mica_function_like_interface))
        return MICA_WALK_ADVANCE;
    void *functions = graph->functions;
    const bool room =
        micai_array_reserve(&graph->context->allocator, &functions, &graph->function_capacity,
                            graph->function_count + 1, sizeof *graph->functions);
    graph->functions = functions;
    graph->failed |=
        !room || !micai_pointer_map_set(&graph->index_of, op, graph->function_count + 1);
    if (graph->failed)
        return MICA_WALK_INTERRUPT;
    graph->functions[graph->function_count++] =
        (micai_function_summary){.function = op,
                                 .argument_count = mica_function_argument_count(op),
                                 .result_count = mica_function_result_count(op)};
    return MICA_WALK_SKIP;
}

static bool passes_tensors(const mica_op *op)
{
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        if (micai_is_tensor_value(mica_op_operand(op, i)))
            return true;
    }
    for (size_t i = 0; i < mica_op_result_count(op); ++i) {
        if (micai_is_tensor_value(mica_op_result(op, i)))
            return true;
    }
    return false;
}

static mica_op *callee_of(const micai_call_graph *graph, mica_op *op)
{
    const mica_call *call = mica_op_interface(op, &mica_call_interface);
    const mica_attr *name = call ? call->callee(op) : NULL;
    return name ? mica_symbol_cache_resolve(graph->symbols, op, name) : NULL;
}

typedef struct call_scan {
    micai_call_graph *graph;
    size_t caller;
} call_scan;

static mica_walk_result note_call(void *user, mica_op *op)
{
    const call_scan *scan = user;
    micai_call_graph *graph = scan->graph;
    mica_op *callee = passes_tensors(op) ? callee_of(graph, op) : NULL;
    const size_t index = callee ? index_of(graph, callee) : SIZE_MAX;
    if (index == SIZE_MAX)
        return MICA_WALK_ADVANCE;
    void *edges = graph->edges;
    graph->failed |=
        !micai_array_reserve(&graph->context->allocator, &edges, &graph->edge_capacity,
                             graph->edge_count + 1, sizeof *graph->edges);
    graph->edges = edges;
    if (graph->failed)
        return MICA_WALK_INTERRUPT;
    graph->edges[graph->edge_count++] = (micai_call_edge){scan->caller, index};
    graph->functions[index].is_called = true;
    ++graph->functions[scan->caller].pending;
    return MICA_WALK_ADVANCE;
}

// ---- the order
// -------------------------------------------------------------------------------

/// Counting sort of the edges by callee: `starts[i]` is where those of callee i begin.
static bool sort_edges(micai_call_graph *graph, micai_call_edge *sorted, size_t *starts)
{
    for (size_t i = 0; i <= graph->function_count; ++i)
        starts[i] = 0;
    for (size_t i = 0; i < graph->edge_count; ++i)
        ++starts[graph->edges[i].callee + 1];
    for (size_t i = 0; i < graph->function_count; ++i)
        starts[i + 1] += starts[i];
    for (size_t i = 0; i < graph->edge_count; ++i)
        sorted[starts[graph->edges[i].callee]++] = graph->edges[i];
    for (size_t i = graph->function_count; i > 0; --i)
        starts[i] = starts[i - 1];
    starts[0] = 0;
    return true;
}

/// Fills `order`; the number of functions that have a place in it.
static size_t order_functions(micai_call_graph *graph, const micai_call_edge *sorted,
                              const size_t *starts)
{
    size_t ready = 0;
    for (size_t i = 0; i < graph->function_count; ++i) {
        if (graph->functions[i].pending == 0)
            graph->order[ready++] = i;
    }
    for (size_t next = 0; next < ready; ++next) {
        const size_t done = graph->order[next];
        for (size_t e = starts[done]; e < starts[done + 1]; ++e) {
            if (--graph->functions[sorted[e].caller].pending == 0)
                graph->order[ready++] = sorted[e].caller;
        }
    }
    return ready;
}

static bool report_circle(const micai_call_graph *graph)
{
    for (size_t i = 0; i < graph->function_count; ++i) {
        if (graph->functions[i].pending)
            return mica_op_error(graph->functions[i].function,
                                 "can't be bufferized: functions that call each other in a "
                                 "circle pass tensors");
    }
    return false;
}

static bool find_order(micai_call_graph *graph)
{
    const micai_allocator *allocator = &graph->context->allocator;
    const size_t start_bytes = (graph->function_count + 1) * sizeof(size_t);
    const size_t edge_bytes = (graph->edge_count + 1) * sizeof(micai_call_edge);
    graph->order = micai_allocate(allocator, start_bytes);
    size_t *starts = micai_allocate(allocator, start_bytes);
    micai_call_edge *sorted = micai_allocate(allocator, edge_bytes);
    size_t ordered = 0;
    const bool room = graph->order && starts && sorted;
    if (room && sort_edges(graph, sorted, starts))
        ordered = order_functions(graph, sorted, starts);
    micai_release(allocator, starts, start_bytes);
    micai_release(allocator, sorted, edge_bytes);
    return room && (ordered == graph->function_count || report_circle(graph));
}

bool micai_call_graph_build(micai_call_graph *graph, mica_op *module)
{
    memset(graph, 0, sizeof *graph);
    graph->context = mica_op_context(module);
    graph->index_of = micai_pointer_map_on(&graph->context->allocator);
    graph->symbols = mica_symbol_cache_create(graph->context);
    if (!graph->symbols)
        return false;
    mica_op_walk_pre(module, note_function, graph);
    for (size_t i = 0; i < graph->function_count && !graph->failed; ++i) {
        call_scan scan = {graph, i};
        mica_op_walk_pre(graph->functions[i].function, note_call, &scan);
    }
    return !graph->failed && find_order(graph);
}

void micai_call_graph_free(micai_call_graph *graph)
{
    const micai_allocator *allocator = &graph->context->allocator;
    for (size_t i = 0; i < graph->function_count; ++i) {
        micai_function_summary *summary = &graph->functions[i];
        micai_release(allocator, summary->arguments,
                      (summary->argument_count + 1) * sizeof *summary->arguments);
        micai_release(allocator, summary->results_read_only, summary->result_count + 1);
    }
    if (graph->order)
        micai_release(allocator, graph->order, (graph->function_count + 1) * sizeof(size_t));
    micai_release(allocator, graph->functions,
                  graph->function_capacity * sizeof *graph->functions);
    micai_release(allocator, graph->edges, graph->edge_capacity * sizeof *graph->edges);
    micai_pointer_map_free(&graph->index_of);
    if (graph->symbols)
        mica_symbol_cache_destroy(graph->symbols);
}

// ---- summaries
// -------------------------------------------------------------------------------

static bool is_written_in_place(void *user, mica_value *alias)
{
    const mica_buffer_analysis *analysis = user;
    mica_for_each_use(use, alias)
    {
        if (mica_buffer_is_in_place(analysis, use) && micai_buffer_use_writes(analysis, use))
            return true;
    }
    return false;
}

/// What a return says of an argument: `found` is the result seen so far.
static bool note_shared_result(const mica_buffer_analysis *analysis, mica_op *op,
                               const mica_value *tensor, micai_argument_summary *argument,
                               bool is_first)
{
    bool shares = false;
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        mica_value *returned = mica_op_operand(op, i);
        if (!micai_is_tensor_value(returned) || micai_return_is_shared(analysis, op, i) ||
            !mica_buffer_may_alias(analysis, returned, tensor))
            continue;
        if (shares || (argument->result != MICAI_NO_RESULT && argument->result != i))
            return mica_op_error(op, "can't be bufferized: an argument is returned at "
                                     "different places");
        shares = true;
        argument->is_equivalent = mica_buffer_are_equivalent(analysis, returned, tensor) &&
                                  (is_first || argument->is_equivalent);
        argument->result = i;
    }
    argument->is_equivalent &= shares;
    return true;
}

static bool summarize_returns(micai_function_summary *summary,
                              const mica_buffer_analysis *analysis)
{
    mica_block *entry = mica_region_first(mica_function_body(summary->function));
    bool is_first = true;
    mica_for_each_block(block, mica_function_body(summary->function))
    {
        mica_op *last = mica_block_last(block);
        if (!last || !mica_op_has_trait(last, MICA_TRAIT_RETURN_LIKE))
            continue;
        for (size_t i = 0; i < summary->argument_count; ++i) {
            const mica_value *argument = mica_block_argument(entry, i);
            if (micai_is_tensor_value(argument) &&
                !note_shared_result(analysis, last, argument, &summary->arguments[i], is_first))
                return false;
        }
        for (size_t i = 0; i < mica_op_operand_count(last); ++i) {
            mica_value *returned = mica_op_operand(last, i);
            summary->results_read_only[i] |= micai_is_tensor_value(returned) &&
                                             !micai_return_is_shared(analysis, last, i) &&
                                             micai_buffer_is_read_only(analysis, returned);
        }
        is_first = false;
    }
    return true;
}

/// What {bufferization.access = "read"} on the argument of a declaration allows.
static void read_access(const mica_op *function, size_t index, micai_argument_summary *argument)
{
    const mica_attr *attrs = mica_function_argument_attrs(function, index);
    const mica_attr *access =
        attrs ? mica_dictionary_attr_find(attrs, mica_string_from("bufferization.access"))
              : NULL;
    if (!mica_attr_is(access, MICA_ATTR_STRING))
        return;
    const mica_string text = mica_string_attr_text(access);
    const bool both = mica_string_is(text, "read-write");
    argument->is_read = both || mica_string_is(text, "read");
    argument->is_written = both || mica_string_is(text, "write");
}

bool micai_call_graph_summarize(micai_call_graph *graph, size_t index,
                                const mica_buffer_analysis *analysis)
{
    micai_function_summary *summary = &graph->functions[index];
    if (!summary->is_called)
        return true;
    const micai_allocator *allocator = &graph->context->allocator;
    summary->arguments =
        micai_allocate(allocator, (summary->argument_count + 1) * sizeof *summary->arguments);
    summary->results_read_only = micai_allocate(allocator, summary->result_count + 1);
    if (!summary->arguments || !summary->results_read_only)
        return false;
    memset(summary->results_read_only, 0, summary->result_count + 1);
    summary->is_known = true;
    const bool is_declaration = mica_function_is_declaration(summary->function);
    mica_block *entry =
        is_declaration ? NULL : mica_region_first(mica_function_body(summary->function));
    for (size_t i = 0; i < summary->argument_count; ++i) {
        summary->arguments[i] = (micai_argument_summary){true, true, false, MICAI_NO_RESULT};
        mica_value *argument = entry ? mica_block_argument(entry, i) : NULL;
        if (!entry)
            read_access(summary->function, i, &summary->arguments[i]);
        if (!argument || !micai_is_tensor_value(argument))
            continue;
        summary->arguments[i].is_read = mica_buffer_value_is_read(analysis, argument);
        summary->arguments[i].is_written = micai_buffer_find_alias(
            analysis, argument, is_written_in_place, (void *)(uintptr_t)analysis);
    }
    return is_declaration || summarize_returns(summary, analysis);
}

const micai_function_summary *micai_call_summary(const micai_call_graph *graph, mica_op *call)
{
    mica_op *callee = graph ? callee_of(graph, call) : NULL;
    const size_t index = callee ? index_of(graph, callee) : SIZE_MAX;
    return index != SIZE_MAX && graph->functions[index].is_known ? &graph->functions[index]
                                                                 : NULL;
}

bool micai_return_is_shared(const mica_buffer_analysis *analysis, mica_op *op, size_t index)
{
    const micai_call_graph *graph = analysis->calls;
    const size_t function = graph ? index_of(graph, mica_op_parent(op)) : SIZE_MAX;
    if (function == SIZE_MAX || !graph->functions[function].is_called)
        return false;
    mica_value *returned = mica_op_operand(op, index);
    for (size_t i = 0; i < index; ++i) {
        mica_value *other = mica_op_operand(op, i);
        if (micai_is_tensor_value(other) && mica_buffer_may_alias(analysis, returned, other))
            return true;
    }
    return false;
}
