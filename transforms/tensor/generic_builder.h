// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Making a linalg.generic operand by operand: inputs first, then outputs, each with its map.
//
//   micai_linalg_generic made;
//   micai_linalg_generic_begin(&made, context);
//   micai_linalg_generic_add_input(&made, x, map);
//   micai_linalg_generic_add_output(&made, y, map);
//   mica_op *op = micai_linalg_generic_create(&made, builder, iterators);    // frees what it
//   held mica_builder body = micai_linalg_generic_body(builder, op);              // fill it in
#ifndef MICA_TRANSFORMS_TENSOR_GENERIC_BUILDER_H
#define MICA_TRANSFORMS_TENSOR_GENERIC_BUILDER_H

#include "dialects/linalg/linalg_ops.h"
#include "dialects/linalg/linalg_structured.h"
#include "ir/core/affine.h"
#include "ir/rewrite/pattern.h"
#include "ir/rewrite/rewriter.h"

typedef struct micai_linalg_generic {
    mica_context *context;
    mica_value **operands;
    const mica_attr **maps;
    size_t count, input_count, capacity;
    bool failed; ///< out of memory
} micai_linalg_generic;

void micai_linalg_generic_begin(micai_linalg_generic *made, mica_context *context);
/// All inputs before the first output.
void micai_linalg_generic_add_input(micai_linalg_generic *made, mica_value *value,
                                    const mica_attr *map);
void micai_linalg_generic_add_output(micai_linalg_generic *made, mica_value *value,
                                     const mica_attr *map);
/// Adds operand `index` of a structured op with its map, as what it is there.
void micai_linalg_generic_add_from(micai_linalg_generic *made, mica_op *op, size_t index);
void micai_linalg_generic_discard(micai_linalg_generic *made);
/// Is every one of `loops` loops the whole of some dimension of an operand, so that its size is
/// known?
bool micai_linalg_generic_knows_loops(const micai_linalg_generic *made, size_t loops);
/// The op, with a body that has its arguments and nothing else. Results have the types of the
/// outputs that are tensors. NULL when out of memory; `made` is spent either way.
mica_op *micai_linalg_generic_create(micai_linalg_generic *made, mica_builder *builder,
                                     const mica_attr *iterator_types);
/// A builder at the end of the body that tells the same listener.
mica_builder micai_linalg_generic_body(const mica_builder *builder, mica_op *generic);

/// Does every loop have a map among the first `count` that names it alone?
bool micai_maps_know_loops(const mica_attr *const *maps, size_t count, size_t loops);
/// Does the body use the element of this operand?
bool micai_structured_reads(mica_op *op, size_t operand);
/// The element type of an operand in a body.
const mica_type *micai_structured_element(const mica_type *type);

#endif
