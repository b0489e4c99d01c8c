// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Structured operations, generic and named alike: a perfect nest of loops; an affine map for
// each operand from loop numbers to the element that is read or written; a body that computes
// the new elements of the outputs (inits). Each output is read before it is written where the
// body uses its argument.
//
//   const mica_structured *structured = mica_structured_get(op);   // NULL: not structured
//   for (size_t i = 0; i < mica_structured_loop_count(op); i++)
//       if (mica_structured_is_parallel(op, i)) ...
#ifndef MICA_DIALECTS_LINALG_LINALG_STRUCTURED_H
#define MICA_DIALECTS_LINALG_LINALG_STRUCTURED_H

#include "ir/core/interfaces.h"
#include "ir/core/mixed_values.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A row of named_op_table.h.
typedef struct mica_linalg_named_op {
    const char *name;
    uint32_t operand_count;
    const char *iterators;
    const char *maps;
    const char *body;
} mica_linalg_named_op;

typedef struct mica_structured {
    size_t struct_size;
    /// One affine map an operand, in an array.
    const mica_attr *(*indexing_maps)(mica_op *op);
    size_t (*loop_count)(mica_op *op);
    bool (*is_parallel)(mica_op *op, size_t loop);
    /// Outputs; all operands before them are inputs.
    mica_run (*inits)(mica_op *op);
    /// The body has an argument for each output, after those for the inputs.
    bool passes_inits;
    const mica_linalg_named_op *named; ///< NULL for others
} mica_structured;
extern MICA_API const char mica_structured_interface;

static inline const mica_structured *mica_structured_get(const mica_op *op)
{
    return (const mica_structured *)mica_op_interface(op, &mica_structured_interface);
}

// All of the following are for structured ops.

MICA_API const mica_attr *mica_structured_indexing_maps(mica_op *op);
MICA_API const mica_attr *mica_structured_map(mica_op *op, size_t operand);
MICA_API size_t mica_structured_loop_count(mica_op *op);
MICA_API bool mica_structured_is_parallel(mica_op *op, size_t loop);
MICA_API size_t mica_structured_parallel_count(mica_op *op);
MICA_API mica_run mica_structured_inputs(mica_op *op);
MICA_API mica_run mica_structured_inits(mica_op *op);
MICA_API bool mica_structured_is_init(mica_op *op, size_t operand);
/// The only block of the body.
MICA_API mica_block *mica_structured_body(mica_op *op);
/// The body's argument for an operand; NULL where there is none (linalg.map's output).
MICA_API mica_value *mica_structured_argument(mica_op *op, size_t operand);
/// All operands that are tensors or memrefs are tensors (are memrefs); scalars go with both.
MICA_API bool mica_structured_has_tensors(mica_op *op);
MICA_API bool mica_structured_has_buffers(mica_op *op);
/// An operand and a dimension of it whose size is the number of iterations of `loop`: the first
/// that the loop alone indexes. False when there is none.
MICA_API bool mica_structured_loop_source(mica_op *op, size_t loop, size_t *operand,
                                          size_t *dim);
/// Numbers of iterations, one for each loop, MICA_DYNAMIC when not known. False when a loop has
/// no source.
MICA_API bool mica_structured_loop_ranges(mica_op *op, int64_t *ranges);
/// Does the body hold linalg.index (outside of nested structured ops)?
MICA_API bool mica_structured_uses_index(mica_op *op);
/// Array of #linalg.iterator_type, as linalg.generic holds it.
MICA_API const mica_attr *mica_structured_iterator_types(mica_op *op);

#ifdef __cplusplus
}
#endif

#endif
