// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the files of the linalg dialect share.
#ifndef MICA_DIALECTS_LINALG_LINALG_INTERNAL_H
#define MICA_DIALECTS_LINALG_LINALG_INTERNAL_H

#include "dialects/linalg/linalg_ops.h"
#include "dialects/linalg/linalg_structured.h"

#include <stdlib.h>

/// Discardable attribute in which named ops keep their indexing maps, as MLIR does.
#define MICAI_LINALG_MEMOIZED_MAPS "linalg.memoized_indexing_maps"

/// #linalg.iterator_type<parallel> or <reduction>.
const mica_attr *micai_linalg_iterator_type(mica_context *context, bool is_parallel);
mica_run micai_linalg_second_spec(mica_op *op);
/// The type of the body's argument for an operand of this type.
static inline const mica_type *micai_linalg_body_type(const mica_type *type)
{
    mica_type_kind kind = mica_type_get_kind(type);
    return kind == MICA_TYPE_MEMREF || kind == MICA_TYPE_RANKED_TENSOR ? mica_type_element(type)
                                                                       : type;
}
/// The table row of an op that is about to be made.
const mica_linalg_named_op *micai_linalg_named_of(const mica_op_record *record);
/// Computes the maps of a named op, without the memoized attribute.
const mica_attr *micai_linalg_named_maps(mica_op *op, const mica_linalg_named_op *named);

#endif
