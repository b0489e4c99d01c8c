// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Diagnostics as people read them: place, severity, message, the source line and a caret.
//
//   a.mlir:3:8: error: use of undeclared SSA value name
//     return %x : i32
//            ^
#ifndef MICA_IR_TEXT_SOURCE_SNIPPET_H
#define MICA_IR_TEXT_SOURCE_SNIPPET_H

#include "ir/core/diagnostics.h"
#include "ir/text/text.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A source that diagnostics may point into; borrowed.
typedef struct mica_source {
    mica_string name; ///< as in its locations
    mica_string text;
} mica_source;

/// "error", "warning", "remark" or "note".
MICA_API const char *mica_severity_name(mica_severity severity);
/// Writes the diagnostic and its notes. Lines of `sources` are shown where a location lies in
/// one of them. False when `write` failed.
MICA_API bool mica_diagnostic_render(mica_context *context, const mica_diagnostic *diagnostic,
                                     const mica_source *sources, size_t source_count,
                                     mica_write_fn write, void *user);
/// Line `line` (from 1) of a text, without its end; empty when there is none.
MICA_API mica_string mica_source_line(mica_string text, uint32_t line);

#ifdef __cplusplus
}
#endif

#endif
