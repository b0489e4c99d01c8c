// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who calls whom with tensors, and what a caller must know of each function: call_graph.c.
#ifndef MICA_TRANSFORMS_BUFFER_CALL_GRAPH_INTERNAL_H
#define MICA_TRANSFORMS_BUFFER_CALL_GRAPH_INTERNAL_H

#include "transforms/buffer/bufferize_internal.h"

#define MICAI_NO_RESULT SIZE_MAX

typedef struct micai_argument_summary {
    bool is_read, is_written;
    bool is_equivalent; ///< the result is this argument's very buffer
    size_t result;      ///< that may share the argument's buffer, or MICAI_NO_RESULT
} micai_argument_summary;

typedef struct micai_function_summary {
    mica_op *function;
    micai_argument_summary *arguments;
    bool *results_read_only;
    size_t argument_count, result_count;
    bool is_called; ///< with tensors
    bool is_known;  ///< the function was analysed
    size_t pending; ///< calls to functions that are not in order yet
} micai_function_summary;

typedef struct micai_call_edge {
    size_t caller, callee; ///< indices of functions
} micai_call_edge;

struct micai_call_graph {
    mica_context *context;
    mica_symbol_cache *symbols;
    micai_pointer_map index_of; ///< function op -> its number + 1
    micai_function_summary *functions;
    size_t function_count, function_capacity;
    micai_call_edge *edges;
    size_t edge_count, edge_capacity;
    size_t *order; ///< callees first
    bool failed;
};

/// Finds the functions below `module` and their order. False after a diagnostic (functions that
/// call each other in a circle) or when out of memory; free it in any case.
bool micai_call_graph_build(micai_call_graph *graph, mica_op *module);
void micai_call_graph_free(micai_call_graph *graph);
/// Notes what callers of function `index` need, from its analysis. False after a diagnostic.
bool micai_call_graph_summarize(micai_call_graph *graph, size_t index,
                                const mica_buffer_analysis *analysis);

/// What is known of the function that a call calls; NULL when it is not known. `graph` may be
/// NULL.
const micai_function_summary *micai_call_summary(const micai_call_graph *graph, mica_op *call);
/// Does operand `index` of a return share its buffer with an operand before it, in a function
/// that is called? It is returned as a copy then, so that results never share.
bool micai_return_is_shared(const mica_buffer_analysis *analysis, mica_op *op, size_t index);

#endif
