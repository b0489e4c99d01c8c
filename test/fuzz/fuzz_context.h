// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the fuzz targets of text share: a context whose diagnostics are checked, not shown. A
// reader that refuses its input must have said why, and with a place that lies in the text.
#ifndef MICA_TEST_FUZZ_FUZZ_CONTEXT_H
#define MICA_TEST_FUZZ_FUZZ_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ir/core/context.h"
#include "ir/support/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/// A context with all dialects, or with builtin alone; aborts when out of memory.
mica_context *fuzz_context_create(bool with_dialects);
/// Aborts unless the input was accepted or an error was reported.
void fuzz_check_verdict(const mica_context *context, bool accepted);
/// The input as text.
mica_string fuzz_text(const uint8_t *bytes, size_t size);

#endif
