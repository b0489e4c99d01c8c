// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the passes on the road to kernels share: the parts of scf.parallel, and its making.
#ifndef MICA_TRANSFORMS_GPU_KERNEL_LOOPS_H
#define MICA_TRANSFORMS_GPU_KERNEL_LOOPS_H

#include "ir/core/builder.h"

enum { MICAI_PARALLEL_MAX_RANK = 16 };

/// Operand groups of scf.parallel.
enum { MICAI_PARALLEL_LOWER, MICAI_PARALLEL_UPPER, MICAI_PARALLEL_STEP, MICAI_PARALLEL_INIT };

/// Number of dimensions of an scf.parallel, and one bound of one of them.
size_t micai_parallel_rank(const mica_op *parallel);
mica_value *micai_parallel_bound(const mica_op *parallel, size_t group, size_t dimension);

/// Builds scf.parallel from 0 by 1 to `uppers` without results; `ivs` receives its indices. The
/// builder is then in its body, before the terminator.
mica_op *micai_build_parallel(mica_builder *builder, mica_value *const *uppers, size_t rank,
                              mica_value **ivs);

#endif
