// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What command-line tools that read IR share: a context that reports to stderr with the source
// line, files read whole, and files that appear only when they are complete.
#ifndef MICA_TOOLS_COMMAND_COMMAND_H
#define MICA_TOOLS_COMMAND_COMMAND_H

#include "ir/core/context.h"
#include "ir/core/operation.h"

/// A context with all dialects that prints diagnostics as `file:line:column: error: text`, the
/// source line and a caret, and their notes. NULL (reported) when out of memory.
mica_context *command_context_create(void);
/// Accepts NULL.
void command_context_destroy(mica_context *context);
/// The module of a file of text ("-": standard input); NULL after diagnostics. The context
/// keeps the text for the diagnostics to come, so it must be one of command_context_create.
mica_op *command_parse_file(mica_context *context, const char *path);

/// A whole file.
typedef struct command_input {
    mica_string name; ///< as in locations; borrowed from the path
    char *text;       ///< ends in NUL; owned, read only
    size_t length;
    bool is_mapped;
    size_t passed; ///< of a mapping: its pages before this were let go
} command_input;
/// Reads a file ("-": standard input) or, when it is large, maps it. False after a message,
/// with nothing to free.
bool command_input_read(command_input *input, const char *path);
/// The text before `offset` need not stay in memory: for mica_parse_options.passed.
void command_input_passed(void *input, size_t offset);
void command_input_free(command_input *input);
/// Whether a file can be opened for reading; false after a message.
bool command_input_check(const char *path);

/// Begins a file that takes its name when it is ended well; "-" or NULL: standard output.
typedef struct command_output {
    const char *path;
    char *temporary; ///< NULL for standard output and for devices
    int file;
    bool is_failed;
} command_output;
/// False after a message.
bool command_output_begin(command_output *output, const char *path);
/// False after a message, which is given once.
bool command_output_write(void *output, const char *data, size_t size);
/// Renames the file, or removes it when not `ok` or when writing failed; whether it is there.
bool command_output_end(command_output *output, bool ok);

/// "--name=value" or "-name=value": the value; NULL when `argument` is another option.
const char *command_option(const char *argument, const char *name);
/// "--name" or "-name".
bool command_flag(const char *argument, const char *name);

#endif
