// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Steps that the lowerings of scf share.
#ifndef MICA_TRANSFORMS_CONVERT_CONVERT_SCF_INTERNAL_H
#define MICA_TRANSFORMS_CONVERT_CONVERT_SCF_INTERNAL_H

#include "ir/core/context_internal.h"

/// Replaces an scf.parallel by a nest of scf.for. False after a diagnostic or out of memory.
bool micai_parallel_to_nested_for(mica_op *op);
/// The same for an scf.forall, which may not make tensors.
bool micai_forall_to_nested_for(mica_op *op);

#endif
