// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the two halves of memref's evaluation share.
#ifndef MICA_DIALECTS_MEMREF_MEMREF_EVAL_INTERNAL_H
#define MICA_DIALECTS_MEMREF_MEMREF_EVAL_INTERNAL_H

#include "ir/interpreter/eval.h"

/// A memref of `type` at the start of `allocation` (may be NULL, to be set): strides that the
/// type leaves open are those of a contiguous one. NULL after a report.
mica_eval_memref *micai_memref_describe(mica_eval_frame *frame, mica_op *op,
                                        const mica_type *type, mica_eval_allocation *allocation,
                                        const int64_t *sizes);

#endif
