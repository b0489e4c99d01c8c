// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The token stream and its diagnostics. Places of errors follow upstream: an error about a
// token stands at the token; a missing token is reported behind the token before it, on its
// line.
#include "ir/text/parser_internal.h"

#include <stdarg.h>

#include "ir/text/type_attr.h"

bool micai_parser_init(mica_asm_parser *parser, mica_context *context, const char *text,
                       size_t length, mica_string file, const mica_parse_options *options)
{
    memset(parser, 0, sizeof *parser);
    parser->context = context;
    parser->allocator = &context->allocator;
    parser->text = text;
    parser->text_end = text + length;
    parser->file = file;
    parser->options = options;
    parser->previous_end = text;
    parser->next_passed = text + length;
    if (options && options->struct_size > offsetof(mica_parse_options, passed) &&
        options->passed && length > MICAI_PASSED_STEP)
        parser->next_passed = text + MICAI_PASSED_STEP;
    micai_name_table_init(&parser->attr_aliases, parser->allocator);
    micai_name_table_init(&parser->type_aliases, parser->allocator);
    micai_name_table_init(&parser->values, parser->allocator);
    micai_name_table_init(&parser->blocks, parser->allocator);
    micai_lexer_init(&parser->lexer, text, length);
    if (options && options->struct_size > offsetof(mica_parse_options, first_line) &&
        options->first_line)
        parser->lexer.line = options->first_line;
    parser->first_line = parser->lexer.line;
    parser->grammar = micai_grammar_create(parser);
    // The stack of words is never without an array, so that places in it can be computed.
    if (!parser->grammar || !micai_words_push(parser, &parser->words, 0))
        return micai_parser_no_memory(parser);
    parser->words.count = 0;
    parser->token = micai_lexer_next(&parser->lexer);
    const mica_identifier *name = mica_identifier_get(context, file);
    parser->file_index = name ? micai_context_file_index(context, name) : SIZE_MAX;
    return (micai_name_scope_open(&parser->attr_aliases, 0) &&
            micai_name_scope_open(&parser->type_aliases, 0)) ||
           micai_parser_no_memory(parser);
}

void micai_parser_free(mica_asm_parser *parser)
{
    const micai_allocator *allocator = parser->allocator;
    micai_literals_free(parser, NULL);
    micai_grammar_destroy(parser);
    micai_words_free(parser, &parser->words);
    micai_words_free(parser, &parser->distinct);
    micai_release(allocator, parser->lines, parser->line_count * sizeof *parser->lines);
    micai_name_table_free(&parser->attr_aliases);
    micai_name_table_free(&parser->type_aliases);
    micai_release(allocator, parser->deferred,
                  parser->deferred_capacity * sizeof *parser->deferred);
    micai_name_table_free(&parser->values);
    micai_name_table_free(&parser->blocks);
}

bool micai_parser_no_memory(mica_asm_parser *parser)
{
    parser->out_of_memory = true;
    parser->failed = true;
    parser->grammar_failed = true;
    return false;
}

void micai_reset_to(mica_asm_parser *parser, const char *start, bool in_dimensions)
{
    parser->lexer.cursor = start;
    parser->lexer.in_dimensions = in_dimensions;
    parser->token = micai_lexer_next(&parser->lexer);
}

bool micai_at_keyword(const mica_asm_parser *parser)
{
    const int kind = parser->token.kind;
    return kind == MICAI_TK_BARE_ID ||
           (kind >= MICAI_TK_AFFINE_MAP && kind <= MICAI_TK_FLOAT_TYPE);
}

bool micai_expect(mica_asm_parser *parser, int kind, const char *what)
{
    if (parser->token.kind == kind) {
        micai_advance(parser);
        return true;
    }
    return micai_error_missing(parser, "expected %s", what);
}

// ---- places
// ----------------------------------------------------------------------------------

static bool find_lines(mica_asm_parser *parser)
{
    size_t count = 1;
    for (const char *p = parser->text;
         (p = memchr(p, '\n', (size_t)(parser->text_end - p))) != NULL; p++)
        count++;
    const char **lines = micai_allocate(parser->allocator, count * sizeof *lines);
    if (!lines)
        return micai_parser_no_memory(parser);
    lines[0] = parser->text;
    size_t line = 1;
    for (const char *p = parser->text;
         (p = memchr(p, '\n', (size_t)(parser->text_end - p))) != NULL; p++)
        lines[line++] = p + 1;
    parser->lines = lines;
    parser->line_count = count;
    return true;
}

static mica_location pack(mica_asm_parser *parser, size_t line, size_t column)
{
    if (parser->file_index != SIZE_MAX && line < 1u << 26 && column < 1u << 20)
        return micai_location_pack(parser->file_index, (uint32_t)line, (uint32_t)column);
    const uint32_t shown = column < UINT32_MAX ? (uint32_t)column : UINT32_MAX;
    return mica_location_file(parser->context, parser->file, (uint32_t)line, shown);
}

mica_location micai_location_of(mica_asm_parser *parser, const char *place)
{
    if (!parser->lines && !find_lines(parser))
        return mica_location_unknown();
    size_t low = 0, high = parser->line_count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (parser->lines[middle] <= place)
            low = middle;
        else
            high = middle;
    }
    return pack(parser, low + parser->first_line, (size_t)(place - parser->lines[low]) + 1);
}

mica_location micai_token_location(mica_asm_parser *parser)
{
    const ptrdiff_t column = parser->token.start - parser->lexer.line_start;
    if (column < 0)
        return micai_location_of(parser, parser->token.start);
    return pack(parser, parser->lexer.line, (size_t)column + 1);
}

// ---- errors
// ----------------------------------------------------------------------------------

static mica_diagnostic *begin(mica_asm_parser *parser, const char *place, const char *format,
                              va_list arguments)
{
    parser->failed = true;
    parser->grammar_failed = true;
    if (parser->out_of_memory || parser->error_count >= MICAI_MAX_ERRORS)
        return NULL;
    parser->error_count++;
    mica_diagnostic *diagnostic =
        mica_error(parser->context, micai_location_of(parser, place), "%s", "");
    micai_text_buffer text = micai_text_buffer_on(parser->allocator);
    micai_text_vprintf(&text, format, arguments);
    mica_diagnostic_append(diagnostic, "%s", micai_text_view(&text).data);
    micai_text_buffer_free(&text);
    return diagnostic;
}

// An error that an error token causes is the lexer's.
static bool report_lexer_error(mica_asm_parser *parser)
{
    if (parser->token.kind != MICAI_TK_ERROR || !parser->lexer.error)
        return false;
    const char *message = parser->lexer.error;
    parser->lexer.error = NULL;
    mica_diagnostic_emit(micai_error_begin(parser, parser->token.start, "%s", message));
    return true;
}

mica_diagnostic *micai_error_begin(mica_asm_parser *parser, const char *place,
                                   const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    mica_diagnostic *diagnostic = begin(parser, place, format, arguments);
    va_end(arguments);
    return diagnostic;
}

bool micai_error_at(mica_asm_parser *parser, const char *place, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    mica_diagnostic_emit(begin(parser, place, format, arguments));
    va_end(arguments);
    return false;
}

// The end of the source has no column: its errors stand on the byte before.
static const char *place_of_token(const mica_asm_parser *parser)
{
    const char *place = parser->token.start;
    return parser->token.kind == 0 && place > parser->text ? place - 1 : place;
}

bool micai_error_here(mica_asm_parser *parser, const char *format, ...)
{
    if (report_lexer_error(parser))
        return false;
    va_list arguments;
    va_start(arguments, format);
    mica_diagnostic_emit(begin(parser, place_of_token(parser), format, arguments));
    va_end(arguments);
    return false;
}

static const char *find_line_start(const char *text, const char *end)
{
    while (end > text && end[-1] != '\n' && end[-1] != '\r')
        end--;
    return end;
}

// Behind the last byte before the place that is neither blank nor in a comment.
const char *micai_place_before(const mica_asm_parser *parser, const char *place)
{
    const char *end = place;
    for (;;) {
        while (end > parser->text && (end[-1] == ' ' || end[-1] == '\t'))
            end--;
        if (end == parser->text)
            return place;
        if (end[-1] != '\n' && end[-1] != '\r')
            return end;
        end--;
        const char *line = find_line_start(parser->text, end);
        for (const char *p = line; p + 1 < end; p++) {
            if (p[0] == '/' && p[1] == '/') {
                end = p;
                break;
            }
        }
    }
}

bool micai_error_missing(mica_asm_parser *parser, const char *format, ...)
{
    if (report_lexer_error(parser))
        return false;
    va_list arguments;
    va_start(arguments, format);
    mica_diagnostic_emit(
        begin(parser, micai_place_before(parser, place_of_token(parser)), format, arguments));
    va_end(arguments);
    return false;
}

bool micai_may_nest(mica_asm_parser *parser, unsigned levels)
{
    const unsigned reached = parser->nesting + levels;
    if (reached > MICAI_MAX_NESTING)
        return micai_error_here(parser, "nesting is too deep (more than %d levels)",
                                MICAI_MAX_NESTING);
    if (parser->deepest < reached)
        parser->deepest = reached;
    return true;
}

bool micai_enter(mica_asm_parser *parser)
{
    if (!micai_may_nest(parser, 1))
        return false;
    parser->nesting++;
    return true;
}

// ---- words
// -----------------------------------------------------------------------------------

bool micai_words_push(mica_asm_parser *parser, micai_words *words, uint64_t word)
{
    if (words->count == words->capacity) {
        void *data = words->data;
        if (!micai_array_reserve(parser->allocator, &data, &words->capacity, words->count + 1,
                                 sizeof *words->data))
            return micai_parser_no_memory(parser);
        words->data = data;
    }
    words->data[words->count++] = word;
    return true;
}

void micai_words_free(mica_asm_parser *parser, micai_words *words)
{
    micai_release(parser->allocator, words->data, words->capacity * sizeof *words->data);
    memset(words, 0, sizeof *words);
}

// ---- values of tokens
// ------------------------------------------------------------------------

static unsigned hex_digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a') + 10;
}

static size_t unescape(const char *from, size_t length, char *to)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        if (from[i] != '\\') {
            to[count++] = from[i];
            continue;
        }
        const char c = from[++i];
        if (c == 'n' || c == 't')
            to[count++] = c == 'n' ? '\n' : '\t';
        else if (c == '"' || c == '\\')
            to[count++] = c;
        else
            to[count++] = (char)(hex_digit(c) * 16 + hex_digit(from[++i]));
    }
    return count;
}

const mica_identifier *micai_string_token(mica_asm_parser *parser, mica_string token)
{
    mica_string inside = {token.data + 1, token.length - 2};
    if (!memchr(inside.data, '\\', inside.length))
        return mica_identifier_get(parser->context, inside);
    char *buffer = micai_allocate(parser->allocator, inside.length);
    if (!buffer) {
        micai_parser_no_memory(parser);
        return NULL;
    }
    const mica_string text = {buffer, unescape(inside.data, inside.length, buffer)};
    const mica_identifier *identifier = mica_identifier_get(parser->context, text);
    micai_release(parser->allocator, buffer, inside.length);
    return identifier;
}

const mica_identifier *micai_symbol_token(mica_asm_parser *parser, mica_string token)
{
    const mica_string name = {token.data + 1, token.length - 1};
    return name.data[0] == '"' ? micai_string_token(parser, name)
                               : mica_identifier_get(parser->context, name);
}

bool micai_integer_token(mica_string token, uint64_t *value)
{
    const bool is_hex = token.length > 1 && token.data[1] == 'x';
    const unsigned base = is_hex ? 16 : 10;
    uint64_t result = 0;
    for (size_t i = is_hex ? 2 : 0; i < token.length; i++) {
        const unsigned digit = hex_digit(token.data[i]);
        if (result > (UINT64_MAX - digit) / base)
            return false;
        result = result * base + digit;
    }
    *value = result;
    return true;
}
