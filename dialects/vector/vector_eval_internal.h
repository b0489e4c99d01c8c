// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the files of vector's evaluation share.
#ifndef MICA_DIALECTS_VECTOR_VECTOR_EVAL_INTERNAL_H
#define MICA_DIALECTS_VECTOR_VECTOR_EVAL_INTERNAL_H

#include "ir/interpreter/eval.h"

/// Of the first result.
const mica_type *micai_vector_result_type(const mica_op *op);
/// Result `index`; NULL (after a report): false.
bool micai_vector_set(mica_eval_frame *frame, size_t index, mica_eval_buffer *buffer);
/// An element's number from its indices, and back.
size_t micai_vector_flatten(const int64_t *sizes, size_t rank, const int64_t *index);
void micai_vector_unflatten(const int64_t *sizes, size_t rank, size_t element, int64_t *index);

#endif
