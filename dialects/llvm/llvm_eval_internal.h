// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the files of llvm's evaluation share: how values lie in memory, as in C.
#ifndef MICA_DIALECTS_LLVM_LLVM_EVAL_INTERNAL_H
#define MICA_DIALECTS_LLVM_LLVM_EVAL_INTERNAL_H

#include "ir/interpreter/eval.h"

size_t micai_llvm_alignment(const mica_type *type);
/// Offset in bytes of member `index` of a struct or element of an array; its type.
size_t micai_llvm_member_offset(const mica_type *type, size_t index, const mica_type **member);
/// Type of the first result.
const mica_type *micai_llvm_result_type(const mica_op *op);
/// Memory at the address that operand `index` holds: NULL after a report.
unsigned char *micai_llvm_memory(mica_eval_frame *frame, mica_op *op, size_t index, size_t size,
                                 bool writes, unsigned char **shadow);

#endif
