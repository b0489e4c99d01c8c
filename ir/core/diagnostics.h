// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Diagnostics are values. A library function that fails reports to the context's handler and
// returns false or NULL; it never prints. Without a handler diagnostics are dropped.
//
//   mica_diagnostic *d = mica_error(context, mica_op_location(op), "expected %d operands", 2);
//   mica_diagnostic_note(d, mica_op_location(other), "see existing definition here");
//   mica_diagnostic_emit(d);
#ifndef MICA_IR_CORE_DIAGNOSTICS_H
#define MICA_IR_CORE_DIAGNOSTICS_H

#include "ir/core/types_forward.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum mica_severity {
    MICA_SEVERITY_NOTE,
    MICA_SEVERITY_REMARK,
    MICA_SEVERITY_WARNING,
    MICA_SEVERITY_ERROR,
} mica_severity;

typedef struct mica_diagnostic mica_diagnostic;

/// Called for each diagnostic when it is complete; `diagnostic` is borrowed for the call.
/// Calls are serialized by the context.
typedef void (*mica_diagnostic_fn)(void *user, const mica_diagnostic *diagnostic);

/// Replaces the handler; NULL drops diagnostics.
MICA_API void mica_context_set_diagnostic_handler(mica_context *context,
                                                  mica_diagnostic_fn handler, void *user);
MICA_API mica_diagnostic_fn mica_context_diagnostic_handler(const mica_context *context,
                                                            void **user);
/// Errors reported since the context was made (also those a handler dropped).
MICA_API size_t mica_context_error_count(const mica_context *context);

/// Begins a diagnostic; it is reported by mica_diagnostic_emit, which must follow. Never NULL
/// for the caller's purposes: all functions here accept NULL (out of memory).
MICA_API mica_diagnostic *mica_diagnostic_begin(mica_context *context, mica_location location,
                                                mica_severity severity, const char *format, ...)
    MICA_PRINTF(4, 5);
#define mica_error(context, location, ...)                                                     \
    mica_diagnostic_begin((context), (location), MICA_SEVERITY_ERROR, __VA_ARGS__)
#define mica_warning(context, location, ...)                                                   \
    mica_diagnostic_begin((context), (location), MICA_SEVERITY_WARNING, __VA_ARGS__)
#define mica_remark(context, location, ...)                                                    \
    mica_diagnostic_begin((context), (location), MICA_SEVERITY_REMARK, __VA_ARGS__)
/// Appends to the message of the diagnostic, or of its last note.
MICA_API void mica_diagnostic_append(mica_diagnostic *diagnostic, const char *format, ...)
    MICA_PRINTF(2, 3);
/// Appends a type or attribute in its text form.
/// In single quotes.
MICA_API void mica_diagnostic_append_type(mica_diagnostic *diagnostic, const mica_type *type);
MICA_API void mica_diagnostic_append_attr(mica_diagnostic *diagnostic, const mica_attr *attr);
MICA_API void mica_diagnostic_note(mica_diagnostic *diagnostic, mica_location location,
                                   const char *format, ...) MICA_PRINTF(3, 4);
/// Reports and frees. Always returns false, so that `return mica_diagnostic_emit(d);` fails.
MICA_API bool mica_diagnostic_emit(mica_diagnostic *diagnostic);

/// `error: 'arith.addi' op <message>` at the op's place: begins with the op's quoted name.
MICA_API mica_diagnostic *mica_op_error_begin(mica_op *op, const char *format, ...)
    MICA_PRINTF(2, 3);
/// The same, reported at once; returns false.
MICA_API bool mica_op_error(mica_op *op, const char *format, ...) MICA_PRINTF(2, 3);

MICA_API mica_severity mica_diagnostic_severity(const mica_diagnostic *diagnostic);
MICA_API mica_location mica_diagnostic_location(const mica_diagnostic *diagnostic);
MICA_API mica_string mica_diagnostic_message(const mica_diagnostic *diagnostic);
MICA_API size_t mica_diagnostic_note_count(const mica_diagnostic *diagnostic);
MICA_API mica_location mica_diagnostic_note_location(const mica_diagnostic *diagnostic,
                                                     size_t index);
MICA_API mica_string mica_diagnostic_note_message(const mica_diagnostic *diagnostic,
                                                  size_t index);

#ifdef __cplusplus
}
#endif

#endif
