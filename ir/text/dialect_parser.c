// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `!x` and `#x`: aliases, and types and attributes of dialects. A registered dialect's body is
// read in place by its definition, so it is never scanned twice; an unregistered one's is kept
// as text between balanced brackets.
#include "ir/text/assembly_program.h"
#include "ir/text/parser_internal.h"
#include "ir/text/type_attr.h"

// A `!a.b<` or `#a.b<` token taken apart.
typedef struct symbol_text {
    const char *place;
    mica_string dialect;
    mica_string name; ///< after the point; empty in `!a<...>`
    bool has_body;    ///< `<` follows at once
    bool has_point;
} symbol_text;

static symbol_text split(const micai_token *token)
{
    symbol_text result = {
        token->start, {token->start + 1, token->length - 1}, {NULL, 0}, false, false};
    result.has_body = token->start[token->length] == '<';
    const char *point = memchr(result.dialect.data, '.', result.dialect.length);
    if (point) {
        const size_t length = (size_t)(point - result.dialect.data);
        result.has_point = true;
        result.name.data = point + 1;
        result.name.length = result.dialect.length - length - 1;
        result.dialect.length = length;
    }
    return result;
}

const void *micai_find_alias(const mica_asm_parser *parser, mica_string name, bool is_type)
{
    micai_name_table *table =
        (micai_name_table *)(is_type ? &parser->type_aliases : &parser->attr_aliases);
    const micai_name *entry = micai_name_find(table, name);
    return entry ? entry->as.interned : NULL;
}

static const void *use_alias(mica_asm_parser *parser, mica_string name, bool is_type)
{
    const micai_name *entry =
        micai_name_find(is_type ? &parser->type_aliases : &parser->attr_aliases, name);
    if (entry && !micai_may_nest(parser, entry->count))
        return NULL;
    micai_advance(parser);
    if (!entry)
        micai_error_here(parser, "undefined symbol alias id '%.*s'", MICA_STRING_ARG(name));
    return entry ? entry->as.interned : NULL;
}

// ---- bodies kept as text
// ---------------------------------------------------------------------

static char closing_of(char open)
{
    return open == '<' ? '>' : open == '(' ? ')' : open == '[' ? ']' : '}';
}

static const char *skip_string(const char *place, const char *end)
{
    for (place++; place < end && *place != '"' && *place != '\n'; place++)
        place += *place == '\\' && place + 1 < end;
    return place;
}

static bool report_unbalanced(mica_asm_parser *parser, const char *place, char open)
{
    return micai_error_at(parser, place, "unbalanced '%c' character in pretty dialect name",
                          open);
}

// Moves the lexer behind the bracket that closes the one at its cursor.
static bool skip_body(mica_asm_parser *parser)
{
    const size_t mark = parser->words.count;
    const char *place = parser->lexer.cursor;
    for (; place < parser->text_end; place++) {
        const char c = *place;
        if (c == '"') {
            place = skip_string(place, parser->text_end);
        } else if (c == '\n') {
            parser->lexer.line++;
            parser->lexer.line_start = place + 1;
        } else if (c == '-' && place[1] == '>') {
            place++;
        } else if (c == '<' || c == '(' || c == '[' || c == '{') {
            if (!micai_words_push(parser, &parser->words, (uint64_t)c))
                return false;
        } else if (c == '>' || c == ')' || c == ']' || c == '}') {
            const char open = (char)parser->words.data[parser->words.count - 1];
            if (closing_of(open) != c)
                return report_unbalanced(parser, place, open);
            if (--parser->words.count == mark)
                break;
        }
    }
    if (parser->words.count != mark) {
        const char open = (char)parser->words.data[parser->words.count - 1];
        parser->words.count = mark;
        return report_unbalanced(parser, parser->text_end - 1, open);
    }
    parser->lexer.cursor = place + 1;
    return true;
}

// The text of an unregistered dialect's symbol: `name<...>`, or what is between `<` and `>`.
static bool take_text(mica_asm_parser *parser, const symbol_text *symbol, mica_string *text)
{
    const char *body = parser->token.start + parser->token.length;
    if (symbol->has_body && !skip_body(parser))
        return false;
    const char *end = symbol->has_body ? parser->lexer.cursor : body;
    const char *start = symbol->has_point ? symbol->name.data : body + 1;
    text->data = start;
    text->length = (size_t)(end - start) - (symbol->has_point ? 0 : 1);
    parser->token.length = (size_t)(end - parser->token.start);
    micai_advance(parser);
    return true;
}

static bool check_unregistered(mica_asm_parser *parser, const symbol_text *symbol,
                               const char *sign, const char *what, mica_string text)
{
    if (mica_context_allows_unregistered(parser->context))
        return true;
    return micai_error_at(
        parser, symbol->place,
        "%s%.*s<\"%.*s\"> : %s created with unregistered dialect. If this is intended, please "
        "call allowUnregisteredDialects() on the MLIRContext, or use "
        "-allow-unregistered-dialect with the MLIR opt tool used",
        sign, MICA_STRING_ARG(symbol->dialect), MICA_STRING_ARG(text), what);
}

// ---- registered dialects
// ---------------------------------------------------------------------

static int compare(mica_string text, const char *name)
{
    const size_t length = strlen(name);
    const int order = memcmp(text.data, name, text.length < length ? text.length : length);
    return order ? order : (text.length > length) - (text.length < length);
}

static const mica_type_def *find_type(const mica_dialect_def *dialect, mica_string name)
{
    size_t low = 0, high = dialect->type_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare(name, dialect->types[middle]->name);
        if (order == 0)
            return dialect->types[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static const mica_attr_def *find_attr(const mica_dialect_def *dialect, mica_string name)
{
    size_t low = 0, high = dialect->attr_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare(name, dialect->attrs[middle]->name);
        if (order == 0)
            return dialect->attrs[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

// Consumes `!a.b`, or `!a<b` of the long form, and gives the mnemonic.
static bool take_mnemonic(mica_asm_parser *parser, symbol_text *symbol)
{
    micai_advance(parser);
    if (symbol->has_point)
        return true;
    micai_advance(parser);
    symbol->place = parser->token.start;
    return mica_asm_parse_any_keyword(parser, &symbol->name);
}

static bool take_end(mica_asm_parser *parser, const symbol_text *symbol)
{
    return symbol->has_point || micai_expect(parser, MICAI_TK_GREATER, "'>'");
}

static const mica_type *parse_registered_type(mica_asm_parser *parser, symbol_text *symbol,
                                              const mica_dialect_def *dialect)
{
    if (!take_mnemonic(parser, symbol))
        return NULL;
    const mica_type_def *definition = find_type(dialect, symbol->name);
    if (!definition) {
        micai_error_at(parser, symbol->place, "unknown type `%.*s` in dialect `%.*s`",
                       MICA_STRING_ARG(symbol->name), MICA_STRING_ARG(symbol->dialect));
        return NULL;
    }
    const mica_type *type = micai_type_def_parse(parser, definition);
    return type && take_end(parser, symbol) ? type : NULL;
}

static const mica_attr *parse_registered_attr(mica_asm_parser *parser, symbol_text *symbol,
                                              const mica_dialect_def *dialect)
{
    if (!take_mnemonic(parser, symbol))
        return NULL;
    const mica_attr_def *definition = find_attr(dialect, symbol->name);
    if (!definition) {
        micai_error_at(parser, symbol->place, "unknown attribute `%.*s` in dialect `%.*s`",
                       MICA_STRING_ARG(symbol->name), MICA_STRING_ARG(symbol->dialect));
        return NULL;
    }
    const mica_attr *attr = micai_attr_def_parse(parser, definition, parser->expected_type);
    return attr && take_end(parser, symbol) ? attr : NULL;
}

static const mica_type *parse_type(mica_asm_parser *parser, symbol_text *symbol)
{
    const mica_dialect_def *dialect =
        mica_context_find_dialect(parser->context, symbol->dialect);
    if (dialect)
        return parse_registered_type(parser, symbol, dialect);
    mica_string text;
    if (!take_text(parser, symbol, &text) ||
        !check_unregistered(parser, symbol, "!", "type", text))
        return NULL;
    return mica_opaque_type_get(parser->context, symbol->dialect, text);
}

static const mica_attr *parse_attr(mica_asm_parser *parser, symbol_text *symbol)
{
    const mica_dialect_def *dialect =
        mica_context_find_dialect(parser->context, symbol->dialect);
    if (dialect)
        return parse_registered_attr(parser, symbol, dialect);
    mica_string text;
    if (!take_text(parser, symbol, &text) ||
        !check_unregistered(parser, symbol, "#", "attribute", text))
        return NULL;
    return mica_opaque_attr_get(parser->context, symbol->dialect, text, NULL);
}

const mica_type *micai_parse_extended_type(mica_asm_parser *parser)
{
    symbol_text symbol = split(&parser->token);
    if (!symbol.has_body && !symbol.has_point)
        return use_alias(parser, symbol.dialect, true);
    if (!micai_enter(parser))
        return NULL;
    const mica_type *type = parse_type(parser, &symbol);
    micai_leave(parser);
    return type;
}

const mica_attr *micai_parse_extended_attr(mica_asm_parser *parser, bool *is_dialect_attr)
{
    symbol_text symbol = split(&parser->token);
    *is_dialect_attr = symbol.has_body || symbol.has_point;
    if (!*is_dialect_attr)
        return use_alias(parser, symbol.dialect, false);
    if (!micai_enter(parser))
        return NULL;
    const mica_attr *attr = parse_attr(parser, &symbol);
    micai_leave(parser);
    return attr;
}

// ---- alias definitions
// -----------------------------------------------------------------------

bool micai_parse_alias_definition(mica_asm_parser *parser)
{
    const bool is_type = micai_at(parser, MICAI_TK_EXCLAIM_ID);
    const char *what = is_type ? "type" : "attribute";
    micai_name_table *table = is_type ? &parser->type_aliases : &parser->attr_aliases;
    const mica_string name = {parser->token.start + 1, parser->token.length - 1};
    if (micai_name_find(table, name))
        return micai_error_here(parser, "redefinition of %s alias id '%.*s'", what,
                                MICA_STRING_ARG(name));
    if (memchr(name.data, '.', name.length))
        return micai_error_here(
            parser, "%s names with a '.' are reserved for dialect-defined names", what);
    micai_advance(parser);
    if (!micai_expect(parser, MICAI_TK_EQUAL,
                      is_type ? "'=' in type alias definition"
                              : "'=' in attribute alias definition"))
        return false;
    const unsigned outer_deepest = micai_measure_begin(parser);
    const void *value =
        is_type ? (const void *)micai_parse_type(parser) : micai_parse_attr(parser, NULL);
    const uint32_t depth = micai_measure_end(parser, outer_deepest);
    if (!value)
        return false;
    micai_name *entry = micai_name_add(table, name, 0);
    if (!entry)
        return micai_parser_no_memory(parser);
    entry->as.interned = value;
    entry->count = depth;
    return true;
}
