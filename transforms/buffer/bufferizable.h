// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What one-shot bufferization asks of an op that works on tensors, and what an op's `bufferize`
// may use. Implementations are external models: transforms attaches them to the ops of the
// dialects that it knows; a plugin attaches its own with mica_op_record_attach_interface.
//
// The questions are about one tensor operand (a use) at a time, as if it were a buffer:
//   reads    does the op look at its contents?
//   writes   does it change them?
//   aliases  which results may share the buffer when the use is decided in place, and is it the
//            very same buffer (equivalent) or a part of it (a slice)?
#ifndef MICA_TRANSFORMS_BUFFER_BUFFERIZABLE_H
#define MICA_TRANSFORMS_BUFFER_BUFFERIZABLE_H

#include "ir/core/builder.h"
#include "ir/core/definition.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mica_bufferize_state mica_bufferize_state;
typedef struct mica_buffer_analysis mica_buffer_analysis;

typedef struct mica_buffer_alias {
    mica_value *value; ///< a result of the op
    bool is_equivalent;
} mica_buffer_alias;

/// Members may be NULL: see each.
typedef struct mica_bufferizable {
    size_t struct_size;
    /// NULL: every tensor operand is read.
    bool (*reads)(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use);
    /// NULL: none is written.
    bool (*writes)(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use);
    /// The result that may alias the use; false when there is none. NULL: none has any.
    bool (*alias)(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use,
                  mica_buffer_alias *alias);
    /// May the buffer behind this result or block argument be written? NULL: yes.
    bool (*is_writable)(const mica_buffer_analysis *analysis, mica_op *op, mica_value *value);
    /// The use is in place whatever else says (insertions in parallel regions). NULL: no.
    bool (*must_be_in_place)(mica_op *op, mica_use *use);
    /// Builds the op on buffers before `op` (the builder is there) and tells the buffer of each
    /// tensor result with mica_bufferize_set. `op` itself is erased by the driver afterwards.
    /// False after a diagnostic.
    bool (*bufferize)(mica_bufferize_state *state, mica_builder *builder, mica_op *op);
    /// A call or return: counts only when functions are bufferized with their types.
    bool crosses_functions;
} mica_bufferizable;

/// Identity of the interface.
MICA_API extern const char mica_bufferizable_interface;

// ---- what an implementation may ask the analysis
// ---------------------------------------------

MICA_API bool mica_buffer_is_in_place(const mica_buffer_analysis *analysis,
                                      const mica_use *use);
/// Is the value read by any use, directly or through aliases?
MICA_API bool mica_buffer_value_is_read(const mica_buffer_analysis *analysis,
                                        mica_value *value);
/// Do both values live in the very same buffer, by all in-place decisions?
MICA_API bool mica_buffer_are_equivalent(const mica_buffer_analysis *analysis,
                                         const mica_value *a, const mica_value *b);
MICA_API bool mica_buffer_may_alias(const mica_buffer_analysis *analysis, const mica_value *a,
                                    const mica_value *b);

// ---- what `bufferize` works with
// -------------------------------------------------------------

MICA_API const mica_buffer_analysis *mica_bufferize_analysis(const mica_bufferize_state *state);
/// The buffer to use for operand `index` of `op`: that of its value when the use is in place; a
/// fresh copy otherwise (an allocation without a copy when the contents are not read). NULL
/// after a diagnostic.
MICA_API mica_value *mica_bufferize_operand(mica_bufferize_state *state, mica_builder *builder,
                                            mica_op *op, size_t index);
/// The buffer of a value, without regard to any use.
MICA_API mica_value *mica_bufferize_value(mica_bufferize_state *state, mica_builder *builder,
                                          mica_value *value);
/// Tells the buffer of a tensor value.
MICA_API void mica_bufferize_set(mica_bufferize_state *state, mica_value *tensor,
                                 mica_value *buffer);
/// Replaces the uses of a result that is no tensor.
MICA_API void mica_bufferize_replace(mica_bufferize_state *state, mica_value *from,
                                     mica_value *with);
/// Bufferizes the ops of a region that moved to a new op; its tensor block arguments must have
/// been told.
MICA_API bool mica_bufferize_region(mica_bufferize_state *state, mica_region *region);
/// An allocation of a tensor type's shape; dynamic sizes are taken from `like`, a buffer of the
/// same shape (NULL when the shape is static).
MICA_API mica_value *mica_bufferize_allocate(mica_bufferize_state *state, mica_builder *builder,
                                             const mica_type *tensor, mica_value *like);
/// memref<shape x element> of a tensor type, identity layout; or the most dynamic strided one.
MICA_API const mica_type *mica_buffer_type_identity(const mica_type *tensor);
MICA_API const mica_type *mica_buffer_type_dynamic(const mica_type *tensor);
/// Makes `buffer` have `type` by a memref.cast where it has not.
MICA_API mica_value *mica_bufferize_cast(mica_builder *builder, mica_value *buffer,
                                         const mica_type *type);

#ifdef __cplusplus
}
#endif

#endif
