// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sizes that are known although they are written as values: those that a constant op makes.
#ifndef MICA_IR_REWRITE_KNOWN_SIZE_H
#define MICA_IR_REWRITE_KNOWN_SIZE_H

#include "ir/core/mixed_values.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The constant of a mixed entry, looking through a value; MICA_DYNAMIC when it is not known.
MICA_API int64_t mica_mixed_known(mica_mixed mixed);
/// The entry with a constant instead of a value that is one.
MICA_API mica_mixed mica_mixed_fold(mica_mixed mixed);

#ifdef __cplusplus
}
#endif

#endif
