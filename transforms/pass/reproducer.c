// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reproducers (reproducer.h). The text of one is made before it is needed, at the start of a
// run or, for local ones, before each pass: after a crash nothing can be printed any more, and
// a pass that failed has changed its input. Writing it is open, write and close.
#define _POSIX_C_SOURCE 200809L
#include "transforms/pass/reproducer.h"

#include <fcntl.h>
#include <unistd.h>

#include "ir/core/symbol_table.h"
#include "transforms/pass/pass_internal.h"

// ---- reading
// ---------------------------------------------------------------------------------

bool mica_reproducer_read(void *user, mica_string group, mica_string key, mica_string value)
{
    mica_reproducer *reproducer = user;
    if (!mica_string_is(group, "mlir_reproducer"))
        return true;
    if (mica_string_is(key, "disable_threading"))
        reproducer->disable_threading = mica_string_is(value, "true");
    if (mica_string_is(key, "verify_each"))
        reproducer->no_verify_each = mica_string_is(value, "false");
    if (!mica_string_is(key, "pipeline"))
        return true;
    char *text = mica_malloc(value.length + 1);
    if (!text)
        return false;
    memcpy(text, value.data, value.length);
    text[value.length] = '\0';
    mica_free(reproducer->pipeline);
    reproducer->pipeline = text;
    return true;
}

void mica_reproducer_free(mica_reproducer *reproducer)
{
    mica_free(reproducer->pipeline);
    reproducer->pipeline = NULL;
}

// ---- making the text
// -------------------------------------------------------------------------

static void put_escaped(micai_text_buffer *text, mica_string value)
{
    for (size_t i = 0; i < value.length; i++)
        micai_text_printf(text, strchr("\"\\", value.data[i]) ? "\\%c" : "%c", value.data[i]);
}

static const char *spell(bool value)
{
    return value ? "true" : "false";
}

/// The IR of the top-level op, then `pipeline`. The text that was there is replaced at once, so
/// that a crash in the middle still finds it.
static bool make_text(mica_pass_manager *manager, mica_op *op, mica_string pipeline)
{
    while (mica_op_parent(op))
        op = mica_op_parent(op);
    micai_text_buffer text = micai_text_buffer_on(manager->allocator);
    if (!mica_print_op(op, NULL, micai_text_write, &text))
        text.failed = true;
    micai_text_printf(&text, "\n{-#\n  external_resources: {\n    mlir_reproducer: {\n"
                             "      pipeline: \"");
    put_escaped(&text, pipeline);
    micai_text_printf(&text,
                      "\",\n      disable_threading: %s,\n      verify_each: %s\n"
                      "    }\n  }\n#-}\n",
                      spell(manager->options.threads <= 1 || manager->options.local_reproducer),
                      spell(!manager->options.no_verify));
    if (text.failed) {
        micai_text_buffer_free(&text);
        return false;
    }
    micai_text_buffer old = manager->reproducer;
    manager->reproducer = text;
    micai_text_buffer_free(&old);
    return true;
}

bool micai_reproducer_begin(mica_pass_manager *manager, mica_op *op)
{
    manager->failure.pass = NULL;
    if (!manager->options.reproducer || manager->options.local_reproducer)
        return true;
    micai_text_buffer pipeline = micai_text_buffer_on(manager->allocator);
    micai_text_printf(&pipeline, "%s(", manager->root->anchor ? manager->root->anchor : "any");
    micai_pipeline_print(manager->root, &pipeline);
    micai_text_printf(&pipeline, ")");
    const bool made = !pipeline.failed && make_text(manager, op, micai_text_view(&pipeline));
    micai_text_buffer_free(&pipeline);
    return made;
}

/// "builtin.module(func.func(": the op and those around it, outermost first. Pipelines nest as
/// deep as their text does; what lies deeper in the IR has no pipeline of its own.
enum { DEEPEST_ANCHOR = 32 };
static size_t print_anchors(micai_text_buffer *text, const mica_op *op)
{
    const mica_op *around[DEEPEST_ANCHOR];
    size_t depth = 0;
    for (; op && depth < DEEPEST_ANCHOR; op = mica_op_parent(op))
        around[depth++] = op;
    for (size_t i = depth; i > 0; i--)
        micai_text_printf(text, "%.*s(", MICA_STRING_ARG(mica_op_name(around[i - 1])));
    return depth;
}

bool micai_reproducer_before_pass(mica_pass_manager *manager, const micai_pass_item *item,
                                  mica_op *op)
{
    if (!manager->options.reproducer || !manager->options.local_reproducer)
        return true;
    micai_text_buffer pipeline = micai_text_buffer_on(manager->allocator);
    const size_t depth = print_anchors(&pipeline, op);
    micai_text_printf(&pipeline, "%s", item->pass->argument);
    micai_pass_options_print(&item->options, &pipeline);
    for (size_t i = 0; i < depth; i++)
        micai_text_printf(&pipeline, ")");
    const bool made = !pipeline.failed && make_text(manager, op, micai_text_view(&pipeline));
    micai_text_buffer_free(&pipeline);
    return made;
}

// ---- writing
// ---------------------------------------------------------------------------------

bool mica_pass_manager_write_reproducer(const mica_pass_manager *manager, const char *path)
{
    const mica_string text = micai_text_view(&manager->reproducer);
    if (text.length == 0)
        return false;
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file < 0)
        return false;
    size_t written = 0;
    while (written < text.length) {
        const ssize_t count = write(file, text.data + written, text.length - written);
        if (count <= 0)
            break;
        written += (size_t)count;
    }
    return close(file) == 0 && written == text.length;
}

void micai_reproducer_note_failure(mica_pass_manager *manager, const mica_pass_def *pass,
                                   mica_op *op)
{
    if (!manager->options.reproducer || atomic_load(&manager->is_cancelled))
        return;
    pthread_mutex_lock(&manager->lock);
    // The first to fail is the one whose text a local reproducer keeps.
    const bool is_first = manager->failure.pass == NULL;
    if (is_first) {
        manager->failure.pass = pass;
        manager->failure.op = op;
    }
    pthread_mutex_unlock(&manager->lock);
    if (is_first && manager->options.local_reproducer)
        manager->failure.is_written =
            mica_pass_manager_write_reproducer(manager, manager->options.reproducer);
}

void micai_reproducer_end(mica_pass_manager *manager, mica_op *op)
{
    const micai_pass_failure *failure = &manager->failure;
    const char *path = manager->options.reproducer;
    if (!failure->pass)
        return;
    const bool is_written = manager->options.local_reproducer
                                ? failure->is_written
                                : mica_pass_manager_write_reproducer(manager, path);
    if (!is_written) {
        mica_diagnostic_emit(mica_error(manager->context, mica_op_location(op),
                                        "can't write the reproducer '%s'", path));
        return;
    }
    mica_diagnostic *diagnostic =
        mica_error(manager->context, mica_op_location(op),
                   "Failures have been detected while processing an MLIR pass pipeline");
    const mica_attr *symbol = mica_op_attr(failure->op, "sym_name");
    mica_diagnostic_note(diagnostic, mica_op_location(op),
                         "Pipeline failed while executing `%s` on '%.*s' operation",
                         failure->pass->name, MICA_STRING_ARG(mica_op_name(failure->op)));
    if (mica_attr_is(symbol, MICA_ATTR_STRING))
        mica_diagnostic_append(diagnostic, ": @%.*s",
                               MICA_STRING_ARG(mica_string_attr_text(symbol)));
    mica_diagnostic_append(diagnostic, ": reproducer generated at `%s`", path);
    mica_diagnostic_emit(diagnostic);
}
