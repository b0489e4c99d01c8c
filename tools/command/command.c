// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contexts and options of tools (command.h). What the diagnostic handler needs, the text that
// was read last, hangs on the handler itself: a tool handles one pointer, the context.
#include "tools/command/command.h"

#include "dialects/dialects.h"
#include "ir/core/diagnostics.h"
#include "ir/text/source_snippet.h"
#include "ir/text/text.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct command_state {
    mica_context *context;
    command_input input;
} command_state;

static bool write_to_stderr(void *user, const char *data, size_t size)
{
    (void)user;
    return fwrite(data, 1, size, stderr) == size;
}

static void print_diagnostic(void *user, const mica_diagnostic *diagnostic)
{
    const command_state *state = user;
    const mica_source source = {state->input.name, {state->input.text, state->input.length}};
    mica_diagnostic_render(state->context, diagnostic, &source, source.text.data ? 1 : 0,
                           write_to_stderr, NULL);
}

static command_state *find_state(mica_context *context)
{
    void *user = NULL;
    mica_context_diagnostic_handler(context, &user);
    return user;
}

mica_context *command_context_create(void)
{
    command_state *state = calloc(1, sizeof *state);
    mica_context *context = state ? mica_context_create(NULL) : NULL;
    if (context) {
        state->context = context;
        mica_context_set_diagnostic_handler(context, print_diagnostic, state);
        if (mica_context_register_all_dialects(context))
            return context;
    }
    fputs("error: out of memory\n", stderr);
    mica_context_destroy(context);
    free(state);
    return NULL;
}

void command_context_destroy(mica_context *context)
{
    if (!context)
        return;
    command_state *state = find_state(context);
    mica_context_destroy(context);
    command_input_free(&state->input);
    free(state);
}

mica_op *command_parse_file(mica_context *context, const char *path)
{
    command_state *state = find_state(context);
    command_input_free(&state->input);
    if (!command_input_read(&state->input, path))
        return NULL;
    const mica_parse_options options = {.struct_size = sizeof options,
                                        .text_ends_in_nul = true,
                                        .passed = command_input_passed,
                                        .passed_user = &state->input};
    const mica_string text = {state->input.text, state->input.length};
    return mica_parse_source(context, text, state->input.name, &options);
}

// ---- options

static const char *after_dashes(const char *argument)
{
    if (argument[0] != '-' || argument[1] == '\0')
        return NULL;
    return argument + (argument[1] == '-' ? 2 : 1);
}

const char *command_option(const char *argument, const char *name)
{
    const char *text = after_dashes(argument);
    size_t length = strlen(name);
    if (!text || strncmp(text, name, length) != 0 || text[length] != '=')
        return NULL;
    return text + length + 1;
}

bool command_flag(const char *argument, const char *name)
{
    const char *text = after_dashes(argument);
    return text && strcmp(text, name) == 0;
}
