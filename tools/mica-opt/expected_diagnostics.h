// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// --verify-diagnostics: comments say which diagnostics a source must give.
//
//   // expected-error@+1 {{use of undeclared}}        (also @-1, @above, @below, @unknown)
//   // expected-note-re {{defined at {{[0-9]+}}}}      parts in {{}} are regular expressions
#ifndef MICA_TOOLS_MICA_OPT_EXPECTED_DIAGNOSTICS_H
#define MICA_TOOLS_MICA_OPT_EXPECTED_DIAGNOSTICS_H

#include "ir/core/diagnostics.h"

typedef struct expected_list {
    struct expected_diagnostic *items;
    size_t count, capacity;
    const char *name; ///< of the source, for messages
    bool failed;      ///< something was unexpected or malformed
} expected_list;

/// Collects the expectations in `text`.
void expected_list_read(expected_list *list, const char *name, mica_string text,
                        uint32_t first_line);
/// Takes off the expectation that a diagnostic (and each of its notes) meets; one that meets
/// none is reported on stderr.
void expected_list_take(expected_list *list, mica_context *context,
                        const mica_diagnostic *diagnostic);
/// Reports what was not met; true when all was as expected. Frees the list.
bool expected_list_finish(expected_list *list);

#endif
