// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The analysis behind one-shot bufferization: decides for every tensor use whether it may work
// on its value's own buffer. one_shot_analysis.c says how.
#ifndef MICA_TRANSFORMS_BUFFER_ONE_SHOT_ANALYSIS_INTERNAL_H
#define MICA_TRANSFORMS_BUFFER_ONE_SHOT_ANALYSIS_INTERNAL_H

#include "ir/core/context_internal.h"
#include "ir/core/dominance.h"
#include "transforms/buffer/bufferizable.h"

/// One tensor value: its place in the two partitions (may alias, equivalent).
typedef struct micai_buffer_node {
    mica_value *value;
    uint32_t alias_parent; ///< union-find; a root is its own parent
    uint32_t alias_next;   ///< circular list of the members of a set
    uint32_t equivalent_parent;
} micai_buffer_node;

typedef struct micai_call_graph micai_call_graph;

struct mica_buffer_analysis {
    mica_context *context;
    micai_pointer_map node_of; ///< value -> index
    micai_buffer_node *nodes;
    size_t node_count, node_capacity;
    micai_pointer_map in_place; ///< uses; the others need a copy
    mica_dominance *dominance;
    const micai_call_graph *calls; ///< NULL: functions keep their tensors, calls are unknown
};

/// Decides all uses in `function` (any op whose regions are to be bufferized). With `calls`
/// arguments may be written unless their attribute bufferization.writable says no; without,
/// they are tensors of somebody else. False only when out of memory.
bool micai_buffer_analyse(mica_buffer_analysis *analysis, mica_op *function,
                          const micai_call_graph *calls);
/// Is there a value in the buffer's ring that must not be written?
bool micai_buffer_is_read_only(const mica_buffer_analysis *analysis, const mica_value *value);
void micai_buffer_analysis_free(mica_buffer_analysis *analysis);

/// The interface of an op, or NULL.
const mica_bufferizable *micai_bufferizable_of(const mica_op *op);
/// Nothing was written to it yet: a tensor.empty, an allocation without a copy.
bool micai_has_undefined_contents(const mica_value *value);
bool micai_buffer_use_reads(const mica_buffer_analysis *analysis, mica_use *use);
bool micai_buffer_use_writes(const mica_buffer_analysis *analysis, mica_use *use);
/// The result that the use aliases when it is in place.
bool micai_buffer_use_alias(const mica_buffer_analysis *analysis, mica_use *use,
                            mica_buffer_alias *alias);

/// An op that writes a slice back into its destination: which operands are what.
typedef struct micai_subset_ops {
    mica_op_kind op;
    size_t source, destination; ///< operand indices; offsets, sizes and strides come after
} micai_subset_ops;
/// NULL when the op is none.
const micai_subset_ops *micai_subset_ops_of(const mica_op *op);
/// Is `value` equivalent to an extract_slice, of what the insertion's destination is equivalent
/// to, with the insertion's offsets, sizes and strides?
bool micai_subset_is_matching_slice(const mica_buffer_analysis *analysis, mica_value *value,
                                    mica_op *insertion);
/// The same once all is decided: and that slice is no copy, so that what was written to it is
/// where the insertion would put it.
bool micai_subset_is_written_in_place(const mica_buffer_analysis *analysis, mica_value *value,
                                      mica_op *insertion);
/// Calls `visit` for every value that may share the place of `value`, itself included, until it
/// says true; the answer is whether it did.
bool micai_buffer_find_alias(const mica_buffer_analysis *analysis, mica_value *value,
                             bool (*visit)(void *user, mica_value *alias), void *user);

static inline bool micai_is_tensor_value(const mica_value *value)
{
    return mica_type_is_tensor(mica_value_type(value));
}

#endif
