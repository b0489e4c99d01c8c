// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Feeds the grammar of types and attributes. `!x` and `#x` are resolved before they are fed,
// but only where the grammar takes them: a token that ends the parse belongs to the caller.
// Types whose text was seen before are found by that text.
#include "ir/support/hash_internal.h"
#include "ir/text/parser_internal.h"
#include "ir/text/type_attr.h"

typedef struct token_name {
    int kind;
    const char *text;
} token_name;

// Punctuation in the order in which alternatives are listed.
static const token_name punctuation[] = {
    {MICAI_TK_COMMA, "','"},   {MICAI_TK_COLON, "':'"},   {MICAI_TK_EQUAL, "'='"},
    {MICAI_TK_LPAREN, "'('"},  {MICAI_TK_RPAREN, "')'"},  {MICAI_TK_LSQUARE, "'['"},
    {MICAI_TK_RSQUARE, "']'"}, {MICAI_TK_LBRACE, "'{'"},  {MICAI_TK_RBRACE, "'}'"},
    {MICAI_TK_LESS, "'<'"},    {MICAI_TK_GREATER, "'>'"}, {MICAI_TK_ARROW, "'->'"},
    {MICAI_TK_AT, "'at'"},
};
enum { PUNCTUATION_COUNT = sizeof punctuation / sizeof punctuation[0] };

static void report_alternatives(mica_asm_parser *parser)
{
    char text[160] = "";
    size_t length = 0;
    for (size_t i = 0; i < PUNCTUATION_COUNT; i++) {
        if (!micai_grammar_accepts(parser, punctuation[i].kind))
            continue;
        const char *separator = length ? " or " : "";
        const size_t size = strlen(separator) + strlen(punctuation[i].text);
        if (length + size + 1 > sizeof text)
            break;
        strcat(strcat(text + length, separator), punctuation[i].text);
        length += size;
    }
    if (length)
        micai_error_missing(parser, "expected %s", text);
    else
        micai_error_here(parser, "unexpected token");
}

static bool is_operator(int kind)
{
    return kind == MICAI_TK_PLUS || kind == MICAI_TK_STAR;
}

void micai_action_reject(mica_asm_parser *parser, int kind, micai_token token)
{
    (void)token;
    if (parser->grammar_done || parser->grammar_failed)
        return;
    parser->grammar_failed = true;
    const bool takes_type = micai_grammar_accepts(parser, MICAI_TK_TYPE_VALUE);
    if (takes_type && micai_grammar_accepts(parser, MICAI_TK_ATTR_VALUE))
        micai_error_missing(parser, "expected attribute value");
    else if (takes_type)
        micai_error_missing(parser, "expected non-function type");
    else if (micai_grammar_accepts(parser, MICAI_TK_ATTR_VALUE))
        micai_error_missing(parser, "expected location instance");
    else if (micai_grammar_accepts(parser, MICAI_TK_OFFSET) &&
             !micai_grammar_accepts(parser, MICAI_TK_BARE_ID))
        micai_error_missing(parser, "expected 'offset' after comma");
    else if (micai_grammar_accepts(parser, MICAI_TK_INTEGER) &&
             micai_grammar_accepts(parser, MICAI_TK_BARE_ID) && is_operator(kind))
        micai_error_here(parser, "missing left operand of binary operator");
    else if (micai_grammar_accepts(parser, MICAI_TK_BARE_ID) &&
             micai_grammar_accepts(parser, MICAI_TK_STRING))
        micai_error_missing(parser, "expected attribute name");
    else if (micai_grammar_accepts(parser, MICAI_TK_BARE_ID))
        micai_error_missing(parser, micai_grammar_accepts(parser, MICAI_TK_INTEGER)
                                        ? "expected affine expression"
                                        : "expected bare identifier");
    else
        report_alternatives(parser);
}

static bool has_digits_only(const micai_token *token)
{
    return token->length > 1 && token->start[1] >= '0' && token->start[1] <= '9';
}

// Replaces `!x` and `#x` by what they stand for; true when the token was consumed.
static bool resolve(mica_asm_parser *parser, int previous_kind, micai_token *token)
{
    if (token->kind == MICAI_TK_EXCLAIM_ID &&
        micai_grammar_accepts(parser, MICAI_TK_TYPE_VALUE)) {
        token->kind = MICAI_TK_TYPE_VALUE;
        token->value = micai_parse_extended_type(parser);
        return true;
    }
    if (token->kind != MICAI_TK_HASH_ID)
        return false;
    if (previous_kind == MICAI_TK_PERCENT_ID && has_digits_only(token)) {
        token->kind = MICAI_TK_RESULT_NUMBER;
        return false;
    }
    if (!micai_grammar_accepts(parser, MICAI_TK_ATTR_VALUE))
        return false;
    bool is_dialect_attr = false;
    token->value = micai_parse_extended_attr(parser, &is_dialect_attr);
    token->kind = is_dialect_attr ? MICAI_TK_DIALECT_ATTR : MICAI_TK_ATTR_VALUE;
    return true;
}

/// Counts brackets. The grammar needs no C stack for them, but what walks the result may.
static bool track_nesting(mica_asm_parser *parser, int kind)
{
    switch (kind) {
    case MICAI_TK_LPAREN:
    case MICAI_TK_LSQUARE:
    case MICAI_TK_LBRACE:
    case MICAI_TK_LESS:
    case MICAI_TK_TENSOR_LESS:
    case MICAI_TK_VECTOR_LESS:
    case MICAI_TK_MEMREF_LESS:
        return micai_enter(parser);
    case MICAI_TK_RPAREN:
    case MICAI_TK_RSQUARE:
    case MICAI_TK_RBRACE:
    case MICAI_TK_GREATER:
        micai_leave(parser);
        return true;
    default:
        return true;
    }
}

static void feed_until_done(mica_asm_parser *parser)
{
    int previous_kind = 0;
    while (!parser->grammar_failed) {
        micai_token token = parser->token;
        const bool consumed = resolve(parser, previous_kind, &token);
        parser->grammar_done = false;
        if (consumed && !token.value) {
            parser->grammar_failed = true;
            return;
        }
        parser->lookahead = token;
        micai_grammar_feed(parser, token.kind, token);
        if (parser->grammar_done || parser->grammar_failed)
            return;
        if (!consumed && !track_nesting(parser, token.kind)) {
            parser->grammar_failed = true;
            return;
        }
        previous_kind = token.kind;
        if (!consumed)
            micai_advance(parser);
    }
}

const void *micai_grammar_parse(mica_asm_parser *parser, int start_token)
{
    if (!micai_enter(parser))
        return NULL;
    const size_t words = parser->words.count;
    micai_literal *literals = parser->literals;
    const bool outer_failed = parser->grammar_failed;
    const unsigned nesting = parser->nesting;
    const size_t mark = micai_grammar_push(parser);
    parser->grammar_done = parser->grammar_failed = false;
    const micai_token start = {start_token, parser->token.start, 0, NULL};
    micai_grammar_feed(parser, start_token, start);
    feed_until_done(parser);
    if (parser->context->out_of_memory)
        micai_parser_no_memory(parser);
    const void *result = parser->grammar_failed ? NULL : parser->grammar_result;
    micai_grammar_pop(parser, mark);
    micai_literals_free(parser, literals);
    parser->words.count = words;
    parser->grammar_done = false;
    parser->grammar_failed = outer_failed;
    parser->nesting = nesting; // a failed parse left brackets open
    micai_leave(parser);
    return result;
}

// ---- entry points
// ----------------------------------------------------------------------------

bool micai_token_begins_type(int kind)
{
    switch (kind) {
    case MICAI_TK_LPAREN:
    case MICAI_TK_EXCLAIM_ID:
    case MICAI_TK_TENSOR_LESS:
    case MICAI_TK_VECTOR_LESS:
    case MICAI_TK_MEMREF_LESS:
    case MICAI_TK_COMPLEX:
    case MICAI_TK_TUPLE:
    case MICAI_TK_INDEX:
    case MICAI_TK_NONE:
    case MICAI_TK_INT_TYPE:
    case MICAI_TK_FLOAT_TYPE:
        return true;
    default:
        return false;
    }
}

bool micai_token_begins_attr(int kind)
{
    switch (kind) {
    case MICAI_TK_HASH_ID:
    case MICAI_TK_AT_ID:
    case MICAI_TK_INTEGER:
    case MICAI_TK_FLOAT:
    case MICAI_TK_MINUS:
    case MICAI_TK_STRING:
    case MICAI_TK_LSQUARE:
    case MICAI_TK_LBRACE:
    case MICAI_TK_AFFINE_MAP:
    case MICAI_TK_AFFINE_SET:
    case MICAI_TK_ARRAY:
    case MICAI_TK_DENSE:
    case MICAI_TK_DENSE_RESOURCE:
    case MICAI_TK_DISTINCT:
    case MICAI_TK_FALSE:
    case MICAI_TK_LOC:
    case MICAI_TK_SPARSE:
    case MICAI_TK_STRIDED:
    case MICAI_TK_TRUE:
    case MICAI_TK_UNIT:
        return true;
    default:
        return micai_token_begins_type(kind);
    }
}

// Length of the text from the token to the bracket that closes it, 0 when it is long or holds
// what makes looking at brackets unsafe (strings, comments, line ends).
static size_t bracketed_length(const micai_token *token)
{
    enum { LONGEST = 120 };
    size_t depth = 1, i = token->length;
    for (; i < LONGEST; i++) {
        switch (token->start[i]) {
        case '<':
            depth++;
            break;
        case '>':
            if (token->start[i - 1] == '-')
                break;
            if (--depth == 0)
                return i + 1;
            break;
        case '\0':
        case '\n':
        case '"':
        case '/':
            return 0;
        default:
            break;
        }
    }
    return 0;
}

static const mica_type *parse_bracketed_type(mica_asm_parser *parser)
{
    const char *start = parser->token.start;
    const size_t length = bracketed_length(&parser->token);
    if (!length)
        return micai_grammar_parse(parser, MICAI_TK_START_TYPE);
    const uint64_t hash = micai_hash_bytes(start, length);
    micai_memo *memo = &parser->type_memo[(hash ^ hash >> 32) % MICAI_TYPE_MEMO_SIZE];
    if (memo->length == length && memcmp(memo->start, start, length) == 0) {
        if (!micai_may_nest(parser, memo->depth))
            return NULL;
        parser->lexer.cursor = start + length;
        parser->lexer.in_dimensions = false;
        parser->token.length = length;
        micai_advance(parser);
        memo->start = start; // older text may be let go
        return memo->value;
    }
    const unsigned outer_deepest = micai_measure_begin(parser);
    const mica_type *type = micai_grammar_parse(parser, MICAI_TK_START_TYPE);
    const uint32_t depth = micai_measure_end(parser, outer_deepest);
    if (type && parser->previous_end == start + length) {
        const micai_memo seen = {start, (uint32_t)length, depth, type};
        *memo = seen;
    }
    return type;
}

const mica_type *micai_parse_type(mica_asm_parser *parser)
{
    const micai_token token = parser->token;
    switch (token.kind) {
    case MICAI_TK_INT_TYPE: {
        const mica_type *type = micai_action_integer_type(parser, token);
        micai_advance(parser);
        return type;
    }
    case MICAI_TK_FLOAT_TYPE:
        micai_advance(parser);
        return micai_action_float_type(parser, token);
    case MICAI_TK_INDEX:
        micai_advance(parser);
        return parser->context->index_type;
    case MICAI_TK_EXCLAIM_ID:
        return micai_parse_extended_type(parser);
    case MICAI_TK_TENSOR_LESS:
    case MICAI_TK_VECTOR_LESS:
    case MICAI_TK_MEMREF_LESS:
        return parse_bracketed_type(parser);
    default:
        return micai_grammar_parse(parser, MICAI_TK_START_TYPE);
    }
}

const mica_attr *micai_parse_attr(mica_asm_parser *parser, const mica_type *type)
{
    if (!type)
        return micai_grammar_parse(parser, MICAI_TK_START_ATTR);
    const mica_type *outer = parser->expected_type;
    parser->expected_type = type;
    const mica_attr *attr = micai_grammar_parse(parser, MICAI_TK_START_ATTR_UNTYPED);
    parser->expected_type = outer;
    return attr;
}

static bool parse_type_onto(mica_asm_parser *parser, micai_words *words)
{
    const mica_type *type = micai_parse_type(parser);
    return type && micai_words_push(parser, words, micai_word_of(type));
}

static bool parse_types_in_parens(mica_asm_parser *parser, micai_words *words, size_t *count)
{
    const size_t mark = words->count;
    micai_advance(parser);
    if (!micai_at(parser, MICAI_TK_RPAREN)) {
        do {
            if (!parse_type_onto(parser, words))
                return false;
        } while (micai_take(parser, MICAI_TK_COMMA));
    }
    *count = words->count - mark;
    return micai_expect(parser, MICAI_TK_RPAREN, "')'");
}

static bool parse_function_type_parts(mica_asm_parser *parser, micai_words *words,
                                      size_t *input_count, size_t *result_count)
{
    if (!parse_types_in_parens(parser, words, input_count) ||
        !micai_expect(parser, MICAI_TK_ARROW, "'->' in function type"))
        return false;
    if (micai_at(parser, MICAI_TK_LPAREN))
        return parse_types_in_parens(parser, words, result_count);
    *result_count = 1;
    return parse_type_onto(parser, words);
}

// Most function types end with their line.
bool micai_parse_function_type_parts(mica_asm_parser *parser, micai_words *words,
                                     size_t *input_count, size_t *result_count)
{
    const char *start = parser->token.start;
    const size_t length = micai_rest_of_line(parser), mark = words->count;
    const micai_list_memo *memo = length ? micai_list_memo_take(parser, NULL, length) : NULL;
    if (!memo) {
        if (!parse_function_type_parts(parser, words, input_count, result_count))
            return false;
        if (length)
            micai_list_memo_add(parser, NULL, start, length, words->data + mark,
                                words->count - mark, *input_count);
        return true;
    }
    *input_count = memo->first_count;
    *result_count = (size_t)memo->count - memo->first_count;
    bool good = true;
    for (size_t i = 0; good && i < memo->count; i++)
        good = micai_words_push(parser, words, memo->words[i]);
    return good;
}
