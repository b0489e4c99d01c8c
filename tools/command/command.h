// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What command-line tools that read IR share: a context that reports to stderr, and files that
// appear only when they are complete.
#ifndef MICA_TOOLS_COMMAND_COMMAND_H
#define MICA_TOOLS_COMMAND_COMMAND_H

#include "ir/core/context.h"
#include "ir/core/operation.h"

/// A context with all dialects that prints diagnostics as `file:line:column: error: text` with
/// their notes. NULL (reported) when out of memory.
mica_context *command_context_create(void);
/// Begins a file that takes its name when it is ended well; "-" or NULL: standard output.
typedef struct command_output {
    const char *path;
    char *temporary; ///< NULL for standard output
    int file;
} command_output;
/// False after a message.
bool command_output_begin(command_output *output, const char *path);
bool command_output_write(void *output, const char *data, size_t size);
/// Renames the file, or removes it when not `ok` or when writing failed; whether it is there.
bool command_output_end(command_output *output, bool ok);
/// "--name=value" or "-name=value": the value; NULL when `argument` is another option.
const char *command_option(const char *argument, const char *name);
/// "--name" or "-name".
bool command_flag(const char *argument, const char *name);

#endif
