// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What hooks see of the parser: tokens, keywords, numbers, types and attributes. Operands,
// arguments and regions are in asm_parser_values.c.
#include "ir/text/asm_parser.h"

#include <stdarg.h>
#include <stdlib.h>

#include "ir/text/number_text_internal.h"
#include "ir/text/op_frames_internal.h"
#include "ir/text/type_attr.h"

mica_context *mica_asm_context(mica_asm_parser *parser)
{
    return parser->context;
}

mica_location mica_asm_location(mica_asm_parser *parser)
{
    return micai_token_location(parser);
}

size_t mica_asm_offset(mica_asm_parser *parser)
{
    return (size_t)(parser->token.start - parser->text);
}

mica_location mica_asm_name_location(mica_asm_parser *parser)
{
    return micai_op_frame_of(parser)->name_location;
}

mica_location mica_asm_location_at(mica_asm_parser *parser, size_t offset)
{
    return micai_location_of(parser, parser->text + offset);
}

static bool report(mica_asm_parser *parser, const char *place, const char *format,
                   va_list arguments)
{
    micai_text_buffer text = micai_text_buffer_on(parser->allocator);
    const micai_frame *frame = parser->frame;
    if (frame && frame->kind == MICAI_FRAME_CUSTOM && frame->as.op.has_state)
        micai_text_printf(
            &text, "custom op '%s' ",
            mica_identifier_text(mica_op_record_name(frame->as.op.state.record)).data);
    micai_text_vprintf(&text, format, arguments);
    if (place)
        micai_error_at(parser, place, "%s", micai_text_view(&text).data);
    else
        micai_error_here(parser, "%s", micai_text_view(&text).data);
    micai_text_buffer_free(&text);
    return false;
}

bool mica_asm_error(mica_asm_parser *parser, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(parser, NULL, format, arguments);
    va_end(arguments);
    return false;
}

bool mica_asm_error_at(mica_asm_parser *parser, size_t offset, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(parser, parser->text + offset, format, arguments);
    va_end(arguments);
    return false;
}

bool mica_asm_error_at_name(mica_asm_parser *parser, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(parser, micai_op_frame_of(parser)->name_place, format, arguments);
    va_end(arguments);
    return false;
}

size_t mica_asm_result_name_count(mica_asm_parser *parser)
{
    return micai_op_frame_of(parser)->result_count;
}

void mica_asm_open_name_push(mica_asm_parser *parser, mica_asm_open_name *entry,
                             const mica_identifier *name)
{
    entry->name = name;
    entry->outer = parser->open_names;
    parser->open_names = entry;
}

void mica_asm_open_name_pop(mica_asm_parser *parser)
{
    parser->open_names = parser->open_names->outer;
}

bool mica_asm_name_is_open(const mica_asm_parser *parser, const mica_identifier *name)
{
    for (const mica_asm_open_name *entry = parser->open_names; entry; entry = entry->outer) {
        if (entry->name == name)
            return true;
    }
    return false;
}

// ---- tokens
// ----------------------------------------------------------------------------------

static int punctuation_kind(const char *text)
{
    switch (text[0]) {
    case ',':
        return MICAI_TK_COMMA;
    case ':':
        return text[1] ? MICAI_TK_COLON_COLON : MICAI_TK_COLON;
    case '=':
        return MICAI_TK_EQUAL;
    case '(':
        return MICAI_TK_LPAREN;
    case ')':
        return MICAI_TK_RPAREN;
    case '[':
        return MICAI_TK_LSQUARE;
    case ']':
        return MICAI_TK_RSQUARE;
    case '{':
        return MICAI_TK_LBRACE;
    case '}':
        return MICAI_TK_RBRACE;
    case '<':
        return MICAI_TK_LESS;
    case '>':
        return MICAI_TK_GREATER;
    case '-':
        return text[1] ? MICAI_TK_ARROW : MICAI_TK_MINUS;
    case '?':
        return MICAI_TK_QUESTION;
    case '+':
        return MICAI_TK_PLUS;
    case '*':
        return MICAI_TK_STAR;
    case '|':
        return MICAI_TK_PIPE;
    case '.':
        return MICAI_TK_ELLIPSIS;
    default:
        return MICAI_TK_ERROR;
    }
}

bool mica_asm_parse_token_if(mica_asm_parser *parser, const char *punctuation)
{
    return micai_take(parser, punctuation_kind(punctuation));
}

bool mica_asm_parse_token(mica_asm_parser *parser, const char *punctuation)
{
    return micai_take(parser, punctuation_kind(punctuation)) ||
           micai_error_missing(parser, "expected '%s'", punctuation);
}

static bool at_keyword(const mica_asm_parser *parser, const char *keyword)
{
    const size_t length = parser->token.length;
    return micai_at_keyword(parser) && strncmp(keyword, parser->token.start, length) == 0 &&
           keyword[length] == '\0';
}

bool mica_asm_parse_keyword_if(mica_asm_parser *parser, const char *keyword)
{
    if (!at_keyword(parser, keyword))
        return false;
    micai_advance(parser);
    return true;
}

bool mica_asm_parse_keyword(mica_asm_parser *parser, const char *keyword)
{
    return mica_asm_parse_keyword_if(parser, keyword) ||
           mica_asm_error(parser, "expected '%s'", keyword);
}

bool mica_asm_parse_any_keyword_if(mica_asm_parser *parser, mica_string *keyword)
{
    if (!micai_at_keyword(parser))
        return false;
    *keyword = micai_token_text(&parser->token);
    micai_advance(parser);
    return true;
}

bool mica_asm_parse_any_keyword(mica_asm_parser *parser, mica_string *keyword)
{
    return mica_asm_parse_any_keyword_if(parser, keyword) ||
           mica_asm_error(parser, "expected valid keyword");
}

static bool report_enum(mica_asm_parser *parser, const char *place,
                        const mica_enum_def *definition)
{
    mica_diagnostic *diagnostic =
        micai_error_begin(parser, place, "expected '%s' to be one of: ", definition->name);
    for (uint32_t i = 0; i < definition->case_count; i++)
        mica_diagnostic_append(diagnostic, "%s%s", i ? ", " : "", definition->cases[i].keyword);
    return mica_diagnostic_emit(diagnostic);
}

static bool parse_enum_case(mica_asm_parser *parser, const mica_enum_def *definition,
                            int64_t *value)
{
    const char *place = parser->token.start;
    mica_string keyword;
    if (!mica_asm_parse_any_keyword(parser, &keyword))
        return false;
    return mica_enum_value(definition, keyword, value) ||
           report_enum(parser, place, definition);
}

bool mica_asm_parse_enum(mica_asm_parser *parser, const mica_enum_def *definition,
                         int64_t *value)
{
    if (!parse_enum_case(parser, definition, value))
        return false;
    if (!definition->is_bits)
        return true;
    const int separator = definition->separator && strchr(definition->separator, '|')
                              ? MICAI_TK_PIPE
                              : MICAI_TK_COMMA;
    while (micai_take(parser, separator)) {
        int64_t bits;
        if (!parse_enum_case(parser, definition, &bits))
            return false;
        *value |= bits;
    }
    return true;
}

bool mica_asm_parse_string_if(mica_asm_parser *parser, const mica_identifier **text)
{
    if (!micai_at(parser, MICAI_TK_STRING))
        return false;
    *text = micai_string_token(parser, micai_token_text(&parser->token));
    micai_advance(parser);
    return *text != NULL;
}

bool mica_asm_parse_string(mica_asm_parser *parser, const mica_identifier **text)
{
    return mica_asm_parse_string_if(parser, text) ||
           (!parser->out_of_memory && mica_asm_error(parser, "expected string"));
}

bool mica_asm_parse_keyword_or_string(mica_asm_parser *parser, const mica_identifier **text)
{
    mica_string keyword;
    if (mica_asm_parse_any_keyword_if(parser, &keyword)) {
        *text = mica_identifier_get(parser->context, keyword);
        return *text || micai_parser_no_memory(parser);
    }
    return mica_asm_parse_string_if(parser, text) ||
           mica_asm_error(parser, "expected valid keyword or string");
}

// ---- numbers
// ---------------------------------------------------------------------------------

// A `-` that no number follows belongs to the caller.
static bool minus_begins_number(const mica_asm_parser *parser)
{
    const char *next = parser->token.start + 1;
    while (*next == ' ' || *next == '\t')
        next++;
    return *next >= '0' && *next <= '9';
}

static bool take_integer(mica_asm_parser *parser, bool negative, int64_t *value)
{
    uint64_t number = 0;
    const uint64_t most = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    if (!micai_integer_token(micai_token_text(&parser->token), &number) || number > most)
        return mica_asm_error(parser, "integer value too large");
    *value = negative ? (int64_t)(0 - number) : (int64_t)number;
    micai_advance(parser);
    return true;
}

bool mica_asm_parse_integer_if(mica_asm_parser *parser, int64_t *value)
{
    const bool negative = micai_at(parser, MICAI_TK_MINUS);
    if (negative && !minus_begins_number(parser))
        return false;
    if (!negative && !micai_at(parser, MICAI_TK_INTEGER))
        return false;
    if (negative)
        micai_advance(parser);
    if (!micai_at(parser, MICAI_TK_INTEGER))
        return micai_error_missing(parser, "expected integer value");
    return take_integer(parser, negative, value);
}

bool mica_asm_parse_integer(mica_asm_parser *parser, int64_t *value)
{
    const size_t errors = parser->error_count;
    if (mica_asm_parse_integer_if(parser, value))
        return true;
    return errors != parser->error_count ? false
                                         : mica_asm_error(parser, "expected integer value");
}

bool mica_asm_parse_float(mica_asm_parser *parser, double *value)
{
    const bool negative = micai_take(parser, MICAI_TK_MINUS);
    if (!micai_at(parser, MICAI_TK_FLOAT) && !micai_at(parser, MICAI_TK_INTEGER))
        return mica_asm_error(parser, "expected floating point literal");
    const double number = micai_float_from_text(micai_token_text(&parser->token));
    *value = negative ? -number : number;
    micai_advance(parser);
    return true;
}

static bool take_dim(mica_asm_parser *parser, int64_t *dim)
{
    *dim = MICA_DYNAMIC;
    const mica_string text = {parser->token.start, strspn(parser->token.start, "0123456789")};
    uint64_t number = 0;
    if (micai_at(parser, MICAI_TK_DIM) || micai_at(parser, MICAI_TK_INTEGER)) {
        if (!micai_integer_token(text, &number) || number > INT64_MAX)
            return micai_error_here(parser, "invalid dimension");
        *dim = (int64_t)number;
    }
    micai_advance(parser);
    return true;
}

static bool append_dim(int64_t **shape, size_t *rank, int64_t dim)
{
    int64_t *grown = mica_realloc(*shape, (*rank + 1) * sizeof *grown);
    if (!grown)
        return false;
    *shape = grown;
    grown[(*rank)++] = dim;
    return true;
}

bool mica_asm_parse_dimension_list(mica_asm_parser *parser, int64_t **shape, size_t *rank,
                                   bool allow_dynamic, bool with_trailing_x)
{
    micai_reset_to(parser, parser->token.start, true);
    int64_t dim;
    const char *end = parser->token.start;
    while (micai_at(parser, MICAI_TK_DIM) || micai_at(parser, MICAI_TK_DIM_DYNAMIC)) {
        if (micai_at(parser, MICAI_TK_DIM_DYNAMIC) && !allow_dynamic)
            return micai_error_here(parser, "expected static shape");
        if (!take_dim(parser, &dim) || !append_dim(shape, rank, dim))
            return false;
        end = parser->previous_end;
    }
    if (with_trailing_x)
        return true;
    // What follows the last `x` has none behind it.
    if (micai_at(parser, MICAI_TK_ERROR))
        micai_reset_to(parser, end, false);
    if (!micai_at(parser, MICAI_TK_INTEGER) &&
        !(allow_dynamic && micai_at(parser, MICAI_TK_QUESTION)))
        return *rank == 0 || micai_error_here(parser, "expected integer literal");
    return take_dim(parser, &dim) && append_dim(shape, rank, dim);
}

// ---- lists
// -----------------------------------------------------------------------------------

typedef struct brackets {
    int open, close;
    const char *open_text, *close_text;
    bool is_optional;
} brackets;

static const brackets delimiters[] = {
    [MICA_DELIMITER_NONE] = {0, 0, "", "", false},
    [MICA_DELIMITER_PAREN] = {MICAI_TK_LPAREN, MICAI_TK_RPAREN, "'('", "')'", false},
    [MICA_DELIMITER_SQUARE] = {MICAI_TK_LSQUARE, MICAI_TK_RSQUARE, "'['", "']'", false},
    [MICA_DELIMITER_BRACES] = {MICAI_TK_LBRACE, MICAI_TK_RBRACE, "'{'", "'}'", false},
    [MICA_DELIMITER_ANGLE] = {MICAI_TK_LESS, MICAI_TK_GREATER, "'<'", "'>'", false},
    [MICA_DELIMITER_OPTIONAL_PAREN] = {MICAI_TK_LPAREN, MICAI_TK_RPAREN, "'('", "')'", true},
    [MICA_DELIMITER_OPTIONAL_SQUARE] = {MICAI_TK_LSQUARE, MICAI_TK_RSQUARE, "'['", "']'", true},
    [MICA_DELIMITER_OPTIONAL_BRACES] = {MICAI_TK_LBRACE, MICAI_TK_RBRACE, "'{'", "'}'", true},
    [MICA_DELIMITER_OPTIONAL_ANGLE] = {MICAI_TK_LESS, MICAI_TK_GREATER, "'<'", "'>'", true},
};

bool mica_asm_parse_list(mica_asm_parser *parser, mica_delimiter delimiter,
                         bool (*element)(mica_asm_parser *parser, void *user), void *user,
                         const char *context_message)
{
    const brackets *around = &delimiters[delimiter];
    const char *where = context_message ? context_message : "";
    if (around->open) {
        if (!micai_take(parser, around->open))
            return around->is_optional ||
                   micai_error_missing(parser, "expected %s%s", around->open_text, where);
        if (micai_take(parser, around->close))
            return true;
    }
    do {
        if (!element(parser, user))
            return false;
    } while (micai_take(parser, MICAI_TK_COMMA));
    return !around->open || micai_take(parser, around->close) ||
           micai_error_missing(parser, "expected %s%s", around->close_text, where);
}

// ---- types
// -----------------------------------------------------------------------------------

bool mica_asm_parse_type(mica_asm_parser *parser, const mica_type **type)
{
    *type = micai_parse_type(parser);
    return *type != NULL;
}

bool mica_asm_parse_type_if(mica_asm_parser *parser, const mica_type **type)
{
    return micai_token_begins_type(parser->token.kind) && mica_asm_parse_type(parser, type);
}

bool mica_asm_parse_colon_type(mica_asm_parser *parser, const mica_type **type)
{
    return micai_expect(parser, MICAI_TK_COLON, "':'") && mica_asm_parse_type(parser, type);
}

static bool append_type(mica_asm_parser *parser, mica_asm_type_list *types)
{
    const mica_type *type = micai_parse_type(parser);
    return type && (mica_asm_type_list_append(types, type) || micai_parser_no_memory(parser));
}

bool mica_asm_parse_type_list(mica_asm_parser *parser, mica_asm_type_list *types)
{
    do {
        if (!append_type(parser, types))
            return false;
    } while (micai_take(parser, MICAI_TK_COMMA));
    return true;
}

bool mica_asm_parse_colon_type_list(mica_asm_parser *parser, mica_asm_type_list *types)
{
    return micai_expect(parser, MICAI_TK_COLON, "':'") &&
           mica_asm_parse_type_list(parser, types);
}

bool mica_asm_parse_arrow_type_list_if(mica_asm_parser *parser, mica_asm_type_list *types)
{
    if (!micai_take(parser, MICAI_TK_ARROW))
        return true;
    if (!micai_take(parser, MICAI_TK_LPAREN))
        return append_type(parser, types);
    return micai_take(parser, MICAI_TK_RPAREN) ||
           (mica_asm_parse_type_list(parser, types) &&
            micai_expect(parser, MICAI_TK_RPAREN, "')'"));
}

bool mica_asm_parse_arrow_type_list(mica_asm_parser *parser, mica_asm_type_list *types)
{
    if (!micai_at(parser, MICAI_TK_ARROW))
        return micai_error_missing(parser, "expected '->'");
    return mica_asm_parse_arrow_type_list_if(parser, types);
}

// ---- attributes
// ------------------------------------------------------------------------------

bool mica_asm_parse_attr(mica_asm_parser *parser, const mica_type *type, const mica_attr **attr)
{
    *attr = micai_parse_attr(parser, type);
    return *attr != NULL;
}

bool mica_asm_parse_attr_if(mica_asm_parser *parser, const mica_type *type,
                            const mica_attr **attr)
{
    return micai_token_begins_attr(parser->token.kind) &&
           mica_asm_parse_attr(parser, type, attr);
}

bool mica_asm_parse_symbol_name_if(mica_asm_parser *parser, const mica_attr **name)
{
    if (!micai_at(parser, MICAI_TK_AT_ID))
        return false;
    const mica_identifier *text = micai_symbol_token(parser, micai_token_text(&parser->token));
    *name = text ? mica_string_attr_get(parser->context, mica_identifier_text(text)) : NULL;
    micai_advance(parser);
    return *name || micai_parser_no_memory(parser);
}

bool mica_asm_parse_symbol_name(mica_asm_parser *parser, const mica_attr **name)
{
    return mica_asm_parse_symbol_name_if(parser, name) ||
           (!parser->out_of_memory &&
            mica_asm_error(parser, "expected valid '@'-identifier for symbol name"));
}

static const mica_identifier *parse_attr_name(mica_asm_parser *parser)
{
    const mica_string text = micai_token_text(&parser->token);
    if (micai_at_keyword(parser))
        return mica_identifier_get(parser->context, text);
    if (!micai_at(parser, MICAI_TK_STRING)) {
        micai_error_missing(parser, "expected attribute name");
        return NULL;
    }
    if (text.length == 2) {
        micai_error_here(parser, "expected valid attribute name");
        return NULL;
    }
    return micai_string_token(parser, text);
}

// Few names are compared with all before; many are checked through a set.
static bool check_duplicate(mica_asm_parser *parser, const micai_words *words, size_t mark,
                            micai_pointer_map *seen, const mica_identifier *name)
{
    enum { FEW = 16 };
    const size_t count = (words->count - mark) / 2;
    bool twice = false;
    if (count < FEW) {
        for (size_t i = mark; i < words->count; i += 2)
            twice |= micai_pointer_of(words->data[i]) == name;
    } else {
        for (size_t i = mark; count == FEW && i < words->count; i += 2)
            micai_pointer_map_set(seen, micai_pointer_of(words->data[i]), 1);
        twice = micai_pointer_map_find(seen, name, NULL);
        micai_pointer_map_set(seen, name, 1);
    }
    return !twice || micai_error_here(parser, "duplicate key '%s' in dictionary attribute",
                                      mica_identifier_text(name).data);
}

static bool parse_named_attr(mica_asm_parser *parser, micai_words *words, size_t mark,
                             micai_pointer_map *seen)
{
    const mica_identifier *name = parse_attr_name(parser);
    if (!name || !check_duplicate(parser, words, mark, seen, name))
        return false;
    micai_advance(parser);
    const mica_attr *value = micai_take(parser, MICAI_TK_EQUAL) ? micai_parse_attr(parser, NULL)
                                                                : parser->context->unit_attr;
    return value && micai_words_push(parser, words, micai_word_of(name)) &&
           micai_words_push(parser, words, micai_word_of(value));
}

bool micai_parse_named_attrs(mica_asm_parser *parser, micai_words *words)
{
    const size_t mark = words->count;
    micai_pointer_map seen = micai_pointer_map_on(parser->allocator);
    if (!micai_expect(parser, MICAI_TK_LBRACE, "'{' in attribute dictionary"))
        return false;
    if (micai_take(parser, MICAI_TK_RBRACE))
        return true;
    bool good;
    do {
        good = parse_named_attr(parser, words, mark, &seen);
    } while (good && micai_take(parser, MICAI_TK_COMMA));
    micai_pointer_map_free(&seen);
    return good && micai_expect(parser, MICAI_TK_RBRACE, "'}' in attribute dictionary");
}

static bool set_attrs(mica_asm_parser *parser, mica_op_state *state)
{
    const size_t mark = parser->words.count;
    const bool good = micai_parse_named_attrs(parser, &parser->words);
    for (size_t i = mark; good && i < parser->words.count; i += 2)
        mica_op_state_set_attr_by_name(state, micai_pointer_of(parser->words.data[i]),
                                       micai_pointer_of(parser->words.data[i + 1]));
    parser->words.count = mark;
    return good;
}

bool mica_asm_parse_attr_dict(mica_asm_parser *parser, mica_op_state *state)
{
    return !micai_at(parser, MICAI_TK_LBRACE) || set_attrs(parser, state);
}

bool mica_asm_parse_attr_dict_with_keyword(mica_asm_parser *parser, mica_op_state *state)
{
    return !mica_asm_parse_keyword_if(parser, "attributes") || set_attrs(parser, state);
}

// An unregistered op has one slot, for all that it was written with.
static bool keep_properties(mica_asm_parser *parser, mica_op_state *state)
{
    const mica_attr *properties = micai_parse_attr(parser, NULL);
    if (!properties)
        return false;
    mica_op_state_set_slot(state, 0, properties);
    return true;
}

static bool parse_properties(mica_asm_parser *parser, mica_op_state *state)
{
    micai_advance(parser);
    const bool good = mica_op_record_def(state->record) ? set_attrs(parser, state)
                                                        : keep_properties(parser, state);
    return good && micai_expect(parser, MICAI_TK_GREATER, "'>' to close properties");
}

// Properties that just went into a state without any are remembered, if they are all in slots.
static void remember_properties(mica_asm_parser *parser, const mica_op_state *state,
                                const char *start, size_t length)
{
    uint64_t words[MICAI_LIST_MEMO_WORDS];
    size_t count = 0;
    if (state->attr_count)
        return;
    for (uint32_t i = 0; i < state->slot_count; i++) {
        if (!state->slots[i])
            continue;
        if (count + 2 > MICAI_LIST_MEMO_WORDS)
            return;
        words[count++] = i;
        words[count++] = micai_word_of(state->slots[i]);
    }
    micai_list_memo_add(parser, state->record, start, length, words, count, count);
}

static bool is_untouched(const mica_op_state *state)
{
    for (uint32_t i = 0; i < state->slot_count; i++) {
        if (state->slots[i])
            return false;
    }
    return state->attr_count == 0 && mica_op_record_def(state->record);
}

bool mica_asm_parse_prop_dict(mica_asm_parser *parser, mica_op_state *state)
{
    if (!micai_at(parser, MICAI_TK_LESS))
        return true;
    const char *start = parser->token.start;
    const size_t length = is_untouched(state) ? micai_length_to(parser, "}>") : 0;
    const micai_list_memo *memo =
        length ? micai_list_memo_take(parser, state->record, length) : NULL;
    if (!memo) {
        if (!parse_properties(parser, state))
            return false;
        if (length)
            remember_properties(parser, state, start, length);
        return true;
    }
    for (size_t i = 0; i < memo->count; i += 2)
        mica_op_state_set_slot(state, memo->words[i], micai_pointer_of(memo->words[i + 1]));
    return true;
}

bool mica_asm_parse_location_if(mica_asm_parser *parser, mica_location *location)
{
    micai_token deferred;
    if (!micai_parse_location(parser, location, &deferred))
        return false;
    return !deferred.kind ||
           micai_error_at(parser, deferred.start, "undefined symbol alias id '%.*s'",
                          (int)deferred.length - 1, deferred.start + 1);
}

bool mica_asm_parse_affine_map(mica_asm_parser *parser, const mica_attr **map)
{
    *map = micai_grammar_parse(parser, MICAI_TK_START_AFFINE);
    return *map != NULL;
}
