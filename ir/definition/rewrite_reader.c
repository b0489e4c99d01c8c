// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reading `.rewrite` text into a tree: the loop that feeds the grammar, and the functions that
// its actions call.
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "ir/core/context.h"
#include "ir/core/location.h"
#include "ir/definition/rewrite_syntax_internal.h"
#include "ir/support/text_buffer_internal.h"

// The functions that lemon makes.
void *micai_rewrite_parseAlloc(void *(*allocate)(size_t));
void micai_rewrite_parseFree(void *parser, void (*release)(void *));
void micai_rewrite_parse(void *parser, int kind, micai_rewrite_token token,
                         micai_rewrite_reader *reader);

bool micai_rewrite_error(micai_rewrite_reader *reader, const char *place, const char *format,
                         ...)
{
    uint32_t line = 1;
    uint32_t column = 1;
    for (const char *c = reader->text.data; c < place; c++) {
        column = *c == '\n' ? 1 : column + 1;
        line += *c == '\n';
    }
    micai_text_buffer message = micai_text_buffer_on(reader->arena.allocator);
    va_list arguments;
    va_start(arguments, format);
    micai_text_vprintf(&message, format, arguments);
    va_end(arguments);
    const mica_string text = micai_text_view(&message);
    mica_diagnostic_emit(mica_error(
        reader->context, mica_location_file(reader->context, reader->name, line, column),
        "%.*s", MICA_STRING_ARG(text)));
    micai_text_buffer_free(&message);
    reader->failed = true;
    return false;
}

void micai_rewrite_syntax_error(micai_rewrite_reader *reader, micai_rewrite_token token)
{
    if (reader->failed)
        return;
    if (token.kind == 0)
        micai_rewrite_error(reader, token.start, "unexpected end of file");
    else
        micai_rewrite_error(reader, token.start, "unexpected '%.*s'", (int)token.length,
                            token.start);
}

bool micai_rewrite_read(micai_rewrite_reader *reader)
{
    void *parser = micai_rewrite_parseAlloc(mica_malloc);
    if (!parser)
        return false;
    reader->cursor = reader->text.data;
    micai_rewrite_token token;
    do {
        token = micai_rewrite_next_token(reader);
        micai_rewrite_parse(parser, token.kind, token, reader);
    } while (token.kind != 0 && !reader->failed);
    micai_rewrite_parseFree(parser, mica_free);
    return !reader->failed && !mica_context_out_of_memory(reader->context);
}

micai_rewrite_node *micai_rewrite_make(micai_rewrite_reader *reader, micai_rewrite_kind kind,
                                       micai_rewrite_token token)
{
    micai_rewrite_node *node = micai_arena_allocate(&reader->arena, sizeof(micai_rewrite_node));
    if (!node) {
        reader->failed = true;
        return NULL;
    }
    memset(node, 0, sizeof(*node));
    node->kind = kind;
    node->token = token;
    node->last = node;
    return node;
}

micai_rewrite_node *micai_rewrite_with(micai_rewrite_node *node, int part,
                                       micai_rewrite_node *child)
{
    if (node)
        node->parts[part] = child;
    return node;
}

micai_rewrite_node *micai_rewrite_append(micai_rewrite_node *list, micai_rewrite_node *node)
{
    if (!list || !node)
        return list ? list : node;
    list->last->next = node;
    list->last = node;
    return list;
}

micai_rewrite_node *micai_rewrite_integer(micai_rewrite_reader *reader,
                                          micai_rewrite_token token)
{
    micai_rewrite_node *node = micai_rewrite_make(reader, MICAI_REWRITE_INTEGER, token);
    char digits[24];
    if (!node)
        return NULL;
    errno = 0;
    if (token.length < sizeof(digits)) {
        memcpy(digits, token.start, token.length);
        digits[token.length] = 0;
        node->number = strtoll(digits, NULL, 10);
    }
    if (token.length >= sizeof(digits) || errno)
        micai_rewrite_error(reader, token.start, "the integer does not fit in 64 bits");
    return node;
}
