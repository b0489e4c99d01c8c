// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What parse hooks and `custom<...>` directives see of the parser. Every function that returns
// bool gives false after reporting a diagnostic; the hook then returns false at once. Functions
// named *_if consume only when the next token fits and answer whether they did.
//
//   // arith.select-like:  $c `,` $a `,` $b : type
//   mica_asm_operand operands[3];
//   const mica_type *type;
//   return mica_asm_parse_operand(p, &operands[0]) && mica_asm_parse_token(p, ",") && ...
//          mica_asm_parse_attr_dict(p, state) && mica_asm_parse_colon_type(p, &type) &&
//          mica_asm_resolve_operand(p, &operands[0], i1, state) && ...
#ifndef MICA_IR_TEXT_ASM_PARSER_H
#define MICA_IR_TEXT_ASM_PARSER_H

#include "ir/core/operation.h"

#ifdef __cplusplus
extern "C" {
#endif

/// An SSA use as written: `%name` or `%name#2`. Resolved to a value once its type is known.
typedef struct mica_asm_operand {
    mica_string name; ///< without the `%`; borrowed from the source buffer
    uint32_t number;  ///< after `#`, else 0
    mica_location location;
    size_t offset; ///< in the source, for diagnostics
} mica_asm_operand;

/// A region argument: `%name : type loc(...)`; type and attributes only where asked for.
typedef struct mica_asm_argument {
    mica_asm_operand name;
    const mica_type *type;
    const mica_attr *attrs; ///< dictionary or NULL
    mica_location location;
} mica_asm_argument;

/// A growing list; free with mica_asm_operand_list_free (NULL-initialize with {0}).
typedef struct mica_asm_operand_list {
    mica_asm_operand *data;
    size_t count, capacity;
} mica_asm_operand_list;
typedef struct mica_asm_argument_list {
    mica_asm_argument *data;
    size_t count, capacity;
} mica_asm_argument_list;
typedef struct mica_asm_type_list {
    const mica_type **data;
    size_t count, capacity;
} mica_asm_type_list;
MICA_API void mica_asm_operand_list_free(mica_asm_operand_list *list);
MICA_API void mica_asm_argument_list_free(mica_asm_argument_list *list);
MICA_API void mica_asm_type_list_free(mica_asm_type_list *list);
MICA_API bool mica_asm_type_list_append(mica_asm_type_list *list, const mica_type *type);

typedef enum mica_delimiter {
    MICA_DELIMITER_NONE,
    MICA_DELIMITER_PAREN,
    MICA_DELIMITER_SQUARE,
    MICA_DELIMITER_BRACES,
    MICA_DELIMITER_ANGLE,
    MICA_DELIMITER_OPTIONAL_PAREN, ///< nothing at all when `(` is not next
    MICA_DELIMITER_OPTIONAL_SQUARE,
    MICA_DELIMITER_OPTIONAL_BRACES,
    MICA_DELIMITER_OPTIONAL_ANGLE,
} mica_delimiter;

MICA_API mica_context *mica_asm_context(mica_asm_parser *parser);
/// Place of the next token, and of the op's name.
MICA_API mica_location mica_asm_location(mica_asm_parser *parser);
MICA_API size_t mica_asm_offset(mica_asm_parser *parser);
MICA_API mica_location mica_asm_name_location(mica_asm_parser *parser);
MICA_API mica_location mica_asm_location_at(mica_asm_parser *parser, size_t offset);
/// Reports at the next token (or at `offset`); returns false.
MICA_API bool mica_asm_error(mica_asm_parser *parser, const char *format, ...)
    MICA_PRINTF(2, 3);
MICA_API bool mica_asm_error_at(mica_asm_parser *parser, size_t offset, const char *format, ...)
    MICA_PRINTF(3, 4);
/// The same at the name of the op that is being parsed.
MICA_API bool mica_asm_error_at_name(mica_asm_parser *parser, const char *format, ...)
    MICA_PRINTF(2, 3);
/// How many results the text names for the op that is being parsed.
MICA_API size_t mica_asm_result_name_count(mica_asm_parser *parser);

/// Names of the types that are being parsed, innermost first: a type may refer by name to one
/// that it lies in. A parse hook pushes its name before the parts and pops it after them.
typedef struct mica_asm_open_name {
    const mica_identifier *name;
    struct mica_asm_open_name *outer;
} mica_asm_open_name;
MICA_API void mica_asm_open_name_push(mica_asm_parser *parser, mica_asm_open_name *entry,
                                      const mica_identifier *name);
MICA_API void mica_asm_open_name_pop(mica_asm_parser *parser);
MICA_API bool mica_asm_name_is_open(const mica_asm_parser *parser, const mica_identifier *name);

// ---- tokens
// ----------------------------------------------------------------------------------

/// Punctuation: one of `,` `:` `=` `(` `)` `[` `]` `{` `}` `<` `>` `->` `?` `+` `*` `-` `|`
/// `...` `^` `@`-less symbols. The error is "expected ','" as upstream says it.
MICA_API bool mica_asm_parse_token(mica_asm_parser *parser, const char *punctuation);
MICA_API bool mica_asm_parse_token_if(mica_asm_parser *parser, const char *punctuation);
/// Looks at the next token without consuming it: is it this punctuation or keyword, or does it
/// begin with the character (`!` a type, `#` an attribute, `@` a symbol, `^` a block, `%` a
/// value, `"` a string)?
MICA_API bool mica_asm_next_is(mica_asm_parser *parser, const char *text);
/// A given keyword: "expected 'to'".
MICA_API bool mica_asm_parse_keyword(mica_asm_parser *parser, const char *keyword);
MICA_API bool mica_asm_parse_keyword_if(mica_asm_parser *parser, const char *keyword);
/// Any keyword (bare identifier or keyword-like token); borrowed from the source.
MICA_API bool mica_asm_parse_any_keyword(mica_asm_parser *parser, mica_string *keyword);
MICA_API bool mica_asm_parse_any_keyword_if(mica_asm_parser *parser, mica_string *keyword);
/// One of the enum's keywords: its value.
MICA_API bool mica_asm_parse_enum(mica_asm_parser *parser, const mica_enum_def *definition,
                                  int64_t *value);
/// Keyword or "string", as an identifier.
MICA_API bool mica_asm_parse_keyword_or_string(mica_asm_parser *parser,
                                               const mica_identifier **text);
/// A "string", unescaped and interned.
MICA_API bool mica_asm_parse_string(mica_asm_parser *parser, const mica_identifier **text);
MICA_API bool mica_asm_parse_string_if(mica_asm_parser *parser, const mica_identifier **text);
/// Optionally negative integer of 64 bits.
MICA_API bool mica_asm_parse_integer(mica_asm_parser *parser, int64_t *value);
MICA_API bool mica_asm_parse_integer_if(mica_asm_parser *parser, int64_t *value);
MICA_API bool mica_asm_parse_float(mica_asm_parser *parser, double *value);
/// Comma-separated list within a delimiter; `element` parses one. `context_message` may be NULL
/// (" in operand list").
MICA_API bool mica_asm_parse_list(mica_asm_parser *parser, mica_delimiter delimiter,
                                  bool (*element)(mica_asm_parser *parser, void *user),
                                  void *user, const char *context_message);
/// A dimension list `2x?x`; appends to `shape` (the caller frees it with mica_free).
/// `with_trailing_x` as before an element type.
MICA_API bool mica_asm_parse_dimension_list(mica_asm_parser *parser, int64_t **shape,
                                            size_t *rank, bool allow_dynamic,
                                            bool with_trailing_x);

// ---- types, attributes, symbols
// --------------------------------------------------------------

MICA_API bool mica_asm_parse_type(mica_asm_parser *parser, const mica_type **type);
MICA_API bool mica_asm_parse_type_if(mica_asm_parser *parser, const mica_type **type);
/// `:` type.
MICA_API bool mica_asm_parse_colon_type(mica_asm_parser *parser, const mica_type **type);
MICA_API bool mica_asm_parse_type_list(mica_asm_parser *parser, mica_asm_type_list *types);
MICA_API bool mica_asm_parse_colon_type_list(mica_asm_parser *parser,
                                             mica_asm_type_list *types);
/// `->` type or `->` `(` types `)`; with `_if`, nothing when the arrow is missing.
MICA_API bool mica_asm_parse_arrow_type_list(mica_asm_parser *parser,
                                             mica_asm_type_list *types);
MICA_API bool mica_asm_parse_arrow_type_list_if(mica_asm_parser *parser,
                                                mica_asm_type_list *types);
/// An attribute. `type` NULL: the attribute says its own (`: type` may follow); otherwise it is
/// parsed without one and has this type.
MICA_API bool mica_asm_parse_attr(mica_asm_parser *parser, const mica_type *type,
                                  const mica_attr **attr);
MICA_API bool mica_asm_parse_attr_if(mica_asm_parser *parser, const mica_type *type,
                                     const mica_attr **attr);
/// @name as a string attribute, @a::@b as a symbol reference.
MICA_API bool mica_asm_parse_symbol_name(mica_asm_parser *parser, const mica_attr **name);
MICA_API bool mica_asm_parse_symbol_name_if(mica_asm_parser *parser, const mica_attr **name);
/// `{...}` if present, its entries put into the state (inherent ones into their slots).
MICA_API bool mica_asm_parse_attr_dict(mica_asm_parser *parser, mica_op_state *state);
/// `attributes {...}` if present.
MICA_API bool mica_asm_parse_attr_dict_with_keyword(mica_asm_parser *parser,
                                                    mica_op_state *state);
/// `<{...}>` or `<...>` of a property dictionary, if present.
MICA_API bool mica_asm_parse_prop_dict(mica_asm_parser *parser, mica_op_state *state);
/// A `loc(...)` if present.
MICA_API bool mica_asm_parse_location_if(mica_asm_parser *parser, mica_location *location);
/// An affine map or set in `(...) -> (...)` form without `affine_map<>`.
MICA_API bool mica_asm_parse_affine_map(mica_asm_parser *parser, const mica_attr **map);
/// `[` or `(` affine expressions over SSA ids (%i, symbol(%n)) `]`: the map and the operands,
/// dims first.
MICA_API bool mica_asm_parse_affine_map_of_ssa_ids(mica_asm_parser *parser,
                                                   mica_asm_operand_list *operands,
                                                   const mica_attr **map,
                                                   mica_delimiter delimiter);

// ---- operands, successors, regions
// -----------------------------------------------------------

MICA_API bool mica_asm_parse_operand(mica_asm_parser *parser, mica_asm_operand *operand);
MICA_API bool mica_asm_parse_operand_if(mica_asm_parser *parser, mica_asm_operand *operand);
/// Comma-separated operands, possibly none.
MICA_API bool mica_asm_parse_operand_list(mica_asm_parser *parser, mica_delimiter delimiter,
                                          mica_asm_operand_list *operands);
/// Looks the operand up (or makes a forward reference) with this type and appends it.
MICA_API bool mica_asm_resolve_operand(mica_asm_parser *parser, const mica_asm_operand *operand,
                                       const mica_type *type, mica_op_state *state);
/// All with one type.
MICA_API bool mica_asm_resolve_operands_same(mica_asm_parser *parser,
                                             const mica_asm_operand_list *operands,
                                             const mica_type *type, mica_op_state *state);
/// One type each; a count that differs is reported at `offset`: "3 operands present, but
/// expected 2".
MICA_API bool mica_asm_resolve_operands(mica_asm_parser *parser,
                                        const mica_asm_operand_list *operands,
                                        const mica_type *const *types, size_t type_count,
                                        size_t offset, mica_op_state *state);
MICA_API bool mica_asm_parse_successor(mica_asm_parser *parser, mica_block **block);
MICA_API bool mica_asm_parse_successor_if(mica_asm_parser *parser, mica_block **block);
/// `%a : type` (with_type), `{attrs}` and `loc(...)` when allowed.
MICA_API bool mica_asm_parse_argument(mica_asm_parser *parser, mica_asm_argument *argument,
                                      bool with_type, bool with_attrs);
MICA_API bool mica_asm_parse_argument_if(mica_asm_parser *parser, mica_asm_argument *argument,
                                         bool with_type, bool with_attrs);
MICA_API bool mica_asm_parse_argument_list(mica_asm_parser *parser, mica_delimiter delimiter,
                                           mica_asm_argument_list *arguments, bool with_type,
                                           bool with_attrs);
/// `%a = %b, ...` pairs in parentheses, as in iter_args; appends to both lists.
MICA_API bool mica_asm_parse_assignments(mica_asm_parser *parser,
                                         mica_asm_argument_list *arguments,
                                         mica_asm_operand_list *operands);
/// A region in braces. The entry block gets the arguments (their names are visible inside).
/// Uses C stack: nesting is limited with a diagnostic; prefer a format with `$region` and
/// mica_asm_set_entry_arguments in a custom directive before it, which is not.
MICA_API bool mica_asm_parse_region(mica_asm_parser *parser, mica_region *region,
                                    const mica_asm_argument *arguments, size_t count);
MICA_API bool mica_asm_parse_region_if(mica_asm_parser *parser, mica_region *region,
                                       const mica_asm_argument *arguments, size_t count,
                                       bool *present);
/// The entry block arguments of the region that the op's format parses next (`$region`).
MICA_API bool mica_asm_set_entry_arguments(mica_asm_parser *parser,
                                           const mica_asm_argument *arguments, size_t count);
/// Adds the implicit terminator named by the op's definition when the region lacks one.
MICA_API bool mica_asm_ensure_terminator(mica_asm_parser *parser, mica_op_state *state,
                                         mica_region *region);
/// Result count as written before `=` (`%0:2 = ...`), 0 when the op has no result names.
MICA_API size_t mica_asm_result_count(mica_asm_parser *parser);
/// The name of result `index` as written, without `%`; empty when it has none.
MICA_API mica_string mica_asm_result_name(mica_asm_parser *parser, size_t index);

#ifdef __cplusplus
}
#endif

#endif
