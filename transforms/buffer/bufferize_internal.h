// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The state of a running bufferization, and the ops that it builds.
#ifndef MICA_TRANSFORMS_BUFFER_BUFFERIZE_INTERNAL_H
#define MICA_TRANSFORMS_BUFFER_BUFFERIZE_INTERNAL_H

#include "ir/core/mixed_values.h"
#include "ir/core/symbol_table.h"
#include "transforms/buffer/one_shot_analysis_internal.h"

/// The memref.globals that stand for constants, shared by all functions of a module.
typedef struct micai_buffer_globals {
    mica_symbol_table *symbols;
    micai_pointer_map names; ///< value of the constant -> identifier of its global
} micai_buffer_globals;

struct mica_bufferize_state {
    mica_context *context;
    const mica_buffer_analysis *analysis;
    micai_pointer_map buffers; ///< tensor value -> buffer value
    mica_op **replaced;        ///< ops done with, in program order; erased at the end
    size_t replaced_count, replaced_capacity;
    mica_block **blocks; ///< whose tensor arguments go at the end
    size_t block_count, block_capacity;
    micai_buffer_globals *globals;
    unsigned depth;         ///< of nested regions
    bool allow_unknown_ops; ///< bridge them with to_tensor and to_memref
    bool identity_layouts;  ///< of function arguments: memref<..> without strides
};

/// Attaches the built-in models to their ops; once a context.
bool micai_attach_bufferization_models(mica_context *context);

/// A built-in model and the op that it is for.
typedef struct micai_bufferization_model {
    const char *op;
    const mica_bufferizable *model;
} micai_bufferization_model;
/// Ends with a NULL name; one table a file of models.
extern const micai_bufferization_model micai_tensor_bufferization_models[];
extern const micai_bufferization_model micai_scf_bufferization_models[];
extern const micai_bufferization_model micai_dialect_bufferization_models[];
extern const micai_bufferization_model micai_func_bufferization_models[];
extern const micai_bufferization_model micai_generate_bufferization_models[];
extern const micai_bufferization_model micai_reshape_bufferization_models[];
extern const micai_bufferization_model micai_while_bufferization_models[];

// Ops of memref, arith and bufferization, built at the builder's place.
mica_value *micai_build_alloc(mica_builder *builder, const mica_type *type,
                              mica_value *const *sizes, size_t count);
void micai_build_copy(mica_builder *builder, mica_value *from, mica_value *to);
mica_value *micai_build_memref_dim(mica_builder *builder, mica_value *memref, size_t index);
mica_value *micai_build_index(mica_builder *builder, int64_t value);
mica_value *micai_build_to_memref(mica_builder *builder, mica_value *tensor,
                                  const mica_type *type);
mica_value *micai_build_to_tensor(mica_builder *builder, mica_value *memref,
                                  const mica_type *type);

/// Adds a buffer argument after each tensor argument of the block, from `first` on, and tells
/// it as the buffer; `types[i]` is that of the i-th such argument. The tensor arguments go at
/// the end.
bool micai_bufferize_arguments(mica_bufferize_state *state, mica_block *block, size_t first,
                               const mica_type *const *types);
/// The slice of `buffer` at an op's offsets, sizes and strides (operands from `first` on and
/// the static_* attributes); `tensor` is the type of the slice, whose rank may be reduced.
mica_value *micai_build_subview(mica_builder *builder, mica_value *buffer, mica_op *op,
                                size_t first, const mica_type *tensor);
/// The slice at mixed positions (`rank` entries each, strides 1), of full rank.
mica_value *micai_build_box(mica_builder *builder, mica_value *buffer,
                            const mica_mixed *offsets, const mica_mixed *sizes, size_t rank);
/// `buffer` as a value of type `wanted`: cast where no layout can fail at run time, else copied
/// to a new buffer. `tensor` is the type of its contents. NULL when `buffer` is.
mica_value *micai_bufferize_as(mica_bufferize_state *state, mica_builder *builder,
                               mica_value *buffer, const mica_type *tensor,
                               const mica_type *wanted);
/// Inherent and discardable attributes of `op`, which has the same record as the state.
void micai_copy_attributes(mica_op_state *state, mica_op *op);
/// The model of ops with the destination-style interface that have none of their own.
extern const mica_bufferizable micai_destination_style_bufferizable;

/// Only the last result of a chain of helper calls: the one result of an op.
static inline mica_value *micai_only_result(mica_op *op)
{
    return op ? mica_op_result(op, 0) : NULL;
}

#endif
