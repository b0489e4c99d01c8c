// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The parser's insides, shared by the files of ir/text:
//
//   source -> lexer.re -> token stream (parser.c) -+-> type_attr.y   types, attributes,
//   locations
//                                                  +-> op_parser.c   operations, blocks,
//                                                  regions
//                                                        |  frames (op_frames), names (names.c)
//                                                        +-> assembly programs and parse hooks,
//                                                            which see asm_parser.h
//
// One token of look-ahead is always lexed. Scratch memory is the context's allocator; errors go
// to the context's handler.
#ifndef MICA_IR_TEXT_PARSER_INTERNAL_H
#define MICA_IR_TEXT_PARSER_INTERNAL_H

#include "ir/core/affine.h"
#include "ir/core/context_internal.h"
#include "ir/text/asm_parser.h"
#include "ir/text/lexer_internal.h"
#include "ir/text/name_table_internal.h"
#include "ir/text/text.h"

/// A growing row of words: the lists of the grammar, and scratch of the driver.
typedef struct micai_words {
    uint64_t *data;
    size_t count, capacity;
} micai_words;

// ---- literals of elements attributes
// ---------------------------------------------------------

typedef enum micai_literal_kind {
    MICAI_LITERAL_DENSE,
    MICAI_LITERAL_SPARSE,
    MICAI_LITERAL_RESOURCE,
    MICAI_LITERAL_ARRAY,
} micai_literal_kind;

/// One written number, word or string.
typedef struct micai_literal_element {
    const char *start;
    uint32_t length; ///< strings over 4 GiB are refused
    uint16_t kind;   ///< MICAI_TK_INTEGER, FLOAT, TRUE, FALSE, STRING
    bool negative;
} micai_literal_element;

/// What stands between `dense<` and `>`: its elements in order and the shape of its brackets.
typedef struct micai_literal {
    struct micai_literal *outer; ///< all literals of a parse, to be freed with it
    micai_literal_kind kind;
    const char *start;       ///< of the keyword
    const char *inner_start; ///< of what is inside
    micai_literal_element *elements;
    size_t count, capacity;
    micai_words dims;   ///< size of each bracket level, UINT64_MAX while unknown
    micai_words counts; ///< elements so far of the open brackets
    size_t leaf_level;  ///< level of the scalars, SIZE_MAX while none was seen
    bool has_complex, in_complex;
    bool has_bad_ranks; ///< an open bracket is deeper than the scalars before it
    bool is_list;       ///< not a lone scalar
    struct micai_literal *indices, *values; ///< sparse
    mica_string key;                        ///< resource
    const mica_type *element_type;          ///< array
} micai_literal;

// ---- the parser
// ------------------------------------------------------------------------------

/// Source text remembered with what it stands for: types and attribute dictionaries repeat.
typedef struct micai_memo {
    const char *start;
    uint32_t length;
    uint32_t depth; ///< levels of nesting
    const void *value;
} micai_memo;

enum {
    MICAI_LIST_MEMO_SIZE = 512,
    MICAI_LIST_MEMO_WORDS = 6,
    MICAI_LIST_MEMO_LONGEST = 160, ///< bytes of text
};

/// A list in the source with what it stands for (text_memo.c): properties as pairs of slot and
/// attribute, a function type as its inputs and results.
typedef struct micai_list_memo {
    const char *start;
    const void *owner; ///< the op record that gives the text its meaning, or NULL
    uint32_t length;   ///< 0: free
    uint16_t count, first_count;
    uint64_t words[MICAI_LIST_MEMO_WORDS];
} micai_list_memo;

/// `loc(#name)` of an op whose alias was not yet defined.
typedef struct micai_deferred_location {
    mica_op *op;
    mica_value *argument; ///< or of a block argument
    micai_token name;
} micai_deferred_location;

enum {
    MICAI_TYPE_MEMO_SIZE = 1024,
    MICAI_RECORD_MEMO_SIZE = 128,
    MICAI_PASSED_STEP = 1 << 18,
    MICAI_MAX_NESTING = 1000,
    MICAI_MAX_ERRORS = 20
};

struct mica_asm_parser {
    mica_context *context;
    const micai_allocator *allocator;
    const char *text, *text_end;
    mica_string file;
    const mica_parse_options *options;
    mica_string metadata_group; ///< whose external resources are being read
    micai_lexer lexer;
    micai_token token;        ///< the next token
    const char *previous_end; ///< end of the token before it
    const char *next_passed;  ///< from here on the options' `passed` is due
    size_t file_index;        ///< of packed locations
    uint32_t first_line;      ///< number of the text's first line
    const char **lines;       ///< starts of lines, made for the first diagnostic
    size_t line_count;
    size_t error_count;
    bool out_of_memory;
    unsigned nesting; ///< of C recursion and of brackets in types and attributes
    unsigned deepest; ///< nesting reached in the alias or memoised type under way
    struct mica_asm_open_name *open_names; ///< of types under way, innermost first

    // the grammar
    void *grammar; ///< the lemon parser, one stack for all nesting
    bool grammar_done, grammar_failed;
    const void *grammar_result;
    micai_token lookahead;          ///< the token being fed
    const mica_type *expected_type; ///< of START_ATTR_UNTYPED
    micai_words words;
    micai_words distinct; ///< pairs of a number in the text and its attribute
    micai_literal *literals;
    size_t affine_base; ///< in `words`: names of dims and symbols of the map being read
    size_t affine_dims, affine_symbols;
    mica_asm_operand_list *affine_operands; ///< SSA ids instead of names
    mica_asm_operand_list *affine_symbol_operands;
    micai_memo type_memo[MICAI_TYPE_MEMO_SIZE];
    micai_list_memo list_memo[MICAI_LIST_MEMO_SIZE];
    const mica_op_record *record_memo[MICAI_RECORD_MEMO_SIZE]; ///< by the text of the name

    // aliases, resources
    micai_name_table attr_aliases, type_aliases;
    micai_deferred_location *deferred;
    size_t deferred_count, deferred_capacity;

    // the driver
    micai_name_table values;
    micai_name_table blocks;
    struct micai_frame *frame; ///< innermost
    struct micai_frame *free_op_frames, *free_region_frames;
    uint32_t namespace_count;       ///< isolated regions so far
    uint32_t region_count;          ///< regions so far
    struct micai_forward *forwards; ///< placeholders of values used before their definition
    size_t forward_count, forward_capacity;
    bool has_numbered_forwards; ///< of the form `%a#1`
    bool failed;                ///< some error was reported
    bool stop;                  ///< unwind: no more ops are parsed
};

// ---- parser.c: tokens and diagnostics
// --------------------------------------------------------

bool micai_parser_init(mica_asm_parser *parser, mica_context *context, const char *text,
                       size_t length, mica_string file, const mica_parse_options *options);
void micai_parser_free(mica_asm_parser *parser);
/// Takes the next token in.
static inline void micai_advance(mica_asm_parser *parser)
{
    parser->previous_end = parser->token.start + parser->token.length;
    parser->token = micai_lexer_next(&parser->lexer);
}
/// Lexes again from `start` (which is on the line of the current token or at it), in dimension
/// mode if asked.
void micai_reset_to(mica_asm_parser *parser, const char *start, bool in_dimensions);
static inline bool micai_at(const mica_asm_parser *parser, int kind)
{
    return parser->token.kind == kind;
}
/// Consumes the token if it is of this kind.
static inline bool micai_take(mica_asm_parser *parser, int kind)
{
    if (parser->token.kind != kind)
        return false;
    micai_advance(parser);
    return true;
}
/// Consumes a token of this kind or reports "expected <what>" after the previous token.
bool micai_expect(mica_asm_parser *parser, int kind, const char *what);
/// Is the next token a bare identifier or a keyword?
bool micai_at_keyword(const mica_asm_parser *parser);
static inline mica_string micai_token_text(const micai_token *token)
{
    mica_string text = {token->start, token->length};
    return text;
}
/// The location of a place in the source; that of the current token is found at once.
mica_location micai_location_of(mica_asm_parser *parser, const char *place);
mica_location micai_token_location(mica_asm_parser *parser);
/// Reports at a place, at the next token, or where a token is missing (after the previous one);
/// each returns false. The end of the source and error tokens are dealt with as upstream does.
bool micai_error_at(mica_asm_parser *parser, const char *place, const char *format, ...)
    MICA_PRINTF(3, 4);
bool micai_error_here(mica_asm_parser *parser, const char *format, ...) MICA_PRINTF(2, 3);
const char *micai_place_before(const mica_asm_parser *parser, const char *place);
bool micai_error_missing(mica_asm_parser *parser, const char *format, ...) MICA_PRINTF(2, 3);
/// Begins one, for notes. NULL when it must not be shown.
mica_diagnostic *micai_error_begin(mica_asm_parser *parser, const char *place,
                                   const char *format, ...) MICA_PRINTF(3, 4);
/// Sets the sticky state; false.
bool micai_parser_no_memory(mica_asm_parser *parser);
/// Whether `levels` more levels of nesting are allowed here; false with a diagnostic when not.
/// What walks types and attributes may recurse, since none is nested deeper than the limit.
bool micai_may_nest(mica_asm_parser *parser, unsigned levels);
/// Enters one level of nesting; false with a diagnostic when too deep.
bool micai_enter(mica_asm_parser *parser);
static inline void micai_leave(mica_asm_parser *parser)
{
    parser->nesting--;
}
/// Begins to measure how deeply nested the next thing is; returns what the end needs.
static inline unsigned micai_measure_begin(mica_asm_parser *parser)
{
    const unsigned outer_deepest = parser->deepest;
    parser->deepest = parser->nesting;
    return outer_deepest;
}
/// The levels of nesting since the beginning.
static inline uint32_t micai_measure_end(mica_asm_parser *parser, unsigned outer_deepest)
{
    const uint32_t depth = parser->deepest - parser->nesting;
    if (parser->deepest < outer_deepest)
        parser->deepest = outer_deepest;
    return depth;
}
bool micai_words_push(mica_asm_parser *parser, micai_words *words, uint64_t word);
void micai_words_free(mica_asm_parser *parser, micai_words *words);
/// Unescapes a string token (with its quotes) into an identifier.
const mica_identifier *micai_string_token(mica_asm_parser *parser, mica_string token);
/// The name in an `@` token.
const mica_identifier *micai_symbol_token(mica_asm_parser *parser, mica_string token);
/// False when the digits do not fit in 64 bits.
bool micai_integer_token(mica_string token, uint64_t *value);

// ---- text_memo.c: lists that were read before
// -------------------------------------------------

/// Takes the `length` bytes from the current token on, if they were remembered for this owner;
/// NULL otherwise, and nothing is taken.
const micai_list_memo *micai_list_memo_take(mica_asm_parser *parser, const void *owner,
                                            size_t length);
/// Remembers the `length` bytes from `start` on as these words, unless what was parsed last
/// ends elsewhere or something else makes it unsafe.
void micai_list_memo_add(mica_asm_parser *parser, const void *owner, const char *start,
                         size_t length, const uint64_t *words, size_t count,
                         size_t first_count);
/// The record of an op's full name; NULL when out of memory.
const mica_op_record *micai_record_of(mica_asm_parser *parser, mica_string name);
/// Bytes from the current token to the end of its line, 0 when they are many.
size_t micai_rest_of_line(const mica_asm_parser *parser);
/// Bytes from the current token through `closing`, if that is what the first of its bytes
/// begins; else 0.
size_t micai_length_to(const mica_asm_parser *parser, const char *closing);

// ---- grammar.c, type_attr.y: embedded parses
// -------------------------------------------------

/// Parses from the current token what the start token (MICAI_TK_START_*) says; the first token
/// that does not belong to it stays. NULL after a diagnostic.
const void *micai_grammar_parse(mica_asm_parser *parser, int start_token);
const mica_type *micai_parse_type(mica_asm_parser *parser);
/// `type` NULL: with an optional `: type`.
const mica_attr *micai_parse_attr(mica_asm_parser *parser, const mica_type *type);
/// Can the token begin a type (an attribute)?
bool micai_token_begins_type(int kind);
bool micai_token_begins_attr(int kind);
/// `(types) -> results`, the types pushed to `words`: inputs, then results.
bool micai_parse_function_type_parts(mica_asm_parser *parser, micai_words *words,
                                     size_t *input_count, size_t *result_count);
/// Is there an action of the grammar for this token here? Used by the feeder.
bool micai_grammar_accepts(mica_asm_parser *parser, int kind);
/// Pushes a start state; feeds a token; restores. In type_attr.y, beside lemon's internals.
void *micai_grammar_create(mica_asm_parser *parser);
void micai_grammar_destroy(mica_asm_parser *parser);
size_t micai_grammar_push(mica_asm_parser *parser);
void micai_grammar_pop(mica_asm_parser *parser, size_t mark);
void micai_grammar_feed(mica_asm_parser *parser, int kind, micai_token token);

// ---- type_attr_actions.c, affine_actions.c, elements_parser.c: the grammar's actions
// ---------

void micai_action_done(mica_asm_parser *parser, const void *result);
void micai_action_reject(mica_asm_parser *parser, int kind, micai_token token);
size_t micai_action_mark(mica_asm_parser *parser);
void micai_action_push(mica_asm_parser *parser, const void *value);
void micai_action_push_pair(mica_asm_parser *parser, micai_token key, const mica_attr *value);

const mica_type *micai_action_integer_type(mica_asm_parser *parser, micai_token token);
const mica_type *micai_action_float_type(mica_asm_parser *parser, micai_token token);
const mica_type *micai_action_index_type(mica_asm_parser *parser);
const mica_type *micai_action_none_type(mica_asm_parser *parser);
const mica_type *micai_action_complex(mica_asm_parser *parser, micai_token place,
                                      const mica_type *element);
const mica_type *micai_action_tuple(mica_asm_parser *parser, size_t mark);
const mica_type *micai_action_function(mica_asm_parser *parser, size_t inputs, size_t results);
void micai_action_dim(mica_asm_parser *parser, micai_token token);
const mica_type *micai_action_vector(mica_asm_parser *parser, micai_token place, size_t dims,
                                     micai_token element_place, const mica_type *element);
const mica_type *micai_action_tensor(mica_asm_parser *parser, micai_token place, size_t dims,
                                     micai_token element_place, const mica_type *element,
                                     const mica_attr *encoding);
const mica_type *micai_action_unranked_tensor(mica_asm_parser *parser,
                                              micai_token element_place,
                                              const mica_type *element);
const mica_type *micai_action_memref(mica_asm_parser *parser, micai_token place, size_t dims,
                                     micai_token element_place, const mica_type *element,
                                     size_t attrs);
void micai_action_push_memref_attr(mica_asm_parser *parser, const mica_attr *attr);
const mica_type *micai_action_unranked_memref(mica_asm_parser *parser, micai_token place,
                                              micai_token element_place,
                                              const mica_type *element,
                                              const mica_attr *memory_space);

const mica_attr *micai_action_number(mica_asm_parser *parser,
                                     const micai_literal_element *value, const mica_type *type);
const mica_attr *micai_action_string(mica_asm_parser *parser, micai_token token,
                                     const mica_type *type);
const mica_attr *micai_action_bool(mica_asm_parser *parser, bool value);
const mica_attr *micai_action_unit(mica_asm_parser *parser);
const mica_attr *micai_action_array(mica_asm_parser *parser, size_t mark);
const mica_attr *micai_action_dictionary(mica_asm_parser *parser, size_t mark);
const mica_attr *micai_action_symbol(mica_asm_parser *parser, micai_token root, size_t path);
const mica_attr *micai_action_strided(mica_asm_parser *parser, micai_token place,
                                      size_t strides, int64_t offset);
int64_t micai_action_int64(mica_asm_parser *parser, micai_token token, bool negative);
void micai_action_push_int64(mica_asm_parser *parser, int64_t value);
const mica_attr *micai_action_distinct(mica_asm_parser *parser, micai_token id,
                                       const mica_attr *referenced);
const mica_attr *micai_action_type_attr(mica_asm_parser *parser, const mica_type *type);
const mica_attr *micai_action_dialect_typed(mica_asm_parser *parser, const mica_attr *attr,
                                            const mica_type *type);
const mica_attr *micai_action_location_alias(mica_asm_parser *parser, micai_token token);
const mica_attr *micai_action_location_name(mica_asm_parser *parser, micai_token name,
                                            const mica_attr *child);
const mica_attr *micai_action_location_file(mica_asm_parser *parser, micai_token file,
                                            micai_token line, micai_token column);
const mica_attr *micai_action_location_call(mica_asm_parser *parser, const mica_attr *callee,
                                            const mica_attr *caller);
const mica_attr *micai_action_location_fused(mica_asm_parser *parser, size_t locations,
                                             const mica_attr *metadata);
const mica_attr *micai_action_location_attr(mica_asm_parser *parser, const mica_attr *location);
const mica_attr *micai_action_location_unknown(mica_asm_parser *parser);

void micai_action_affine_begin(mica_asm_parser *parser);
void micai_action_affine_id(mica_asm_parser *parser, micai_token id, bool is_symbol);
const mica_affine_expr *micai_action_affine_use(mica_asm_parser *parser, micai_token id);
const mica_affine_expr *micai_action_affine_ssa(mica_asm_parser *parser, micai_token id,
                                                micai_token number, bool is_symbol);
const mica_affine_expr *micai_action_affine_integer(mica_asm_parser *parser, micai_token value);
const mica_affine_expr *micai_action_affine_negate(mica_asm_parser *parser,
                                                   const mica_affine_expr *expr);
const mica_affine_expr *micai_action_affine_binary(mica_asm_parser *parser,
                                                   mica_affine_kind kind,
                                                   const mica_affine_expr *lhs,
                                                   micai_token place,
                                                   const mica_affine_expr *rhs);
void micai_action_affine_constraint(mica_asm_parser *parser, const mica_affine_expr *lhs,
                                    const mica_affine_expr *rhs, bool is_equality);
const mica_attr *micai_action_affine_map(mica_asm_parser *parser, size_t results);
const mica_attr *micai_action_affine_set(mica_asm_parser *parser, size_t constraints);

micai_literal *micai_action_literal(mica_asm_parser *parser, micai_literal_kind kind,
                                    micai_token place);
void micai_action_literal_open(mica_asm_parser *parser);
void micai_action_literal_close(mica_asm_parser *parser);
void micai_action_literal_scalar(mica_asm_parser *parser, micai_token token, bool negative);
void micai_action_literal_complex(mica_asm_parser *parser);
void micai_action_literal_complex_end(mica_asm_parser *parser);
micai_literal *micai_action_literal_sparse(mica_asm_parser *parser, micai_token place,
                                           micai_literal *indices, micai_literal *values);
micai_literal *micai_action_literal_resource(mica_asm_parser *parser, micai_token place,
                                             micai_token key);
const mica_attr *micai_action_elements(mica_asm_parser *parser, micai_literal *literal,
                                       micai_token colon, micai_token type_place,
                                       const mica_type *type);
const mica_attr *micai_action_array_of(mica_asm_parser *parser, micai_literal *literal,
                                       const mica_type *type);
/// `"0x..."` with an even number of digits?
bool micai_is_hex_string(mica_string token);
/// `count` bytes of two hex digits each; false when a digit is none.
bool micai_hex_bytes(const char *digits, size_t count, unsigned char *bytes);
void micai_literals_free(mica_asm_parser *parser, micai_literal *until);

// ---- asm_parser.c: operands as written
// -------------------------------------------------------

/// `number` is the `#2` token's text, or NULL.
void micai_operand_from_token(mica_asm_parser *parser, micai_token id, const void *number,
                              mica_asm_operand *operand);
bool micai_operand_list_append(mica_asm_parser *parser, mica_asm_operand_list *list,
                               const mica_asm_operand *operand);

bool micai_argument_list_append(mica_asm_argument_list *list,
                                const mica_asm_argument *argument);

// ---- dialect_parser.c: !dialect.name<...>, #dialect.name<...>, aliases
// ------------------------

/// Reads the type at the current `!` token; the token after it is current then.
const mica_type *micai_parse_extended_type(mica_asm_parser *parser);
const mica_attr *micai_parse_extended_attr(mica_asm_parser *parser, bool *is_dialect_attr);
/// `#name = attr` or `!name = type` at the top level.
bool micai_parse_alias_definition(mica_asm_parser *parser);
/// NULL when not defined.
const void *micai_find_alias(const mica_asm_parser *parser, mica_string name, bool is_type);
/// `{-# ... #-}`.
bool micai_parse_metadata(mica_asm_parser *parser);

// ---- op_parser.c
// -----------------------------------------------------------------------------

/// Parses the whole source into the module's body.
bool micai_parse_ops(mica_asm_parser *parser, mica_op *module);
/// `loc(...)` if present. An alias that is not defined yet comes back as `deferred`, a token of
/// the source (kind 0: none); the location is then left alone.
bool micai_parse_location(mica_asm_parser *parser, mica_location *location,
                          micai_token *deferred);
bool micai_defer_location(mica_asm_parser *parser, micai_token name, mica_op *op,
                          mica_value *argument);
/// `{...}`: pairs of name and value onto `words`; the `{` is next.
bool micai_parse_named_attrs(mica_asm_parser *parser, micai_words *words);

#endif
