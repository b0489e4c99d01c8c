// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The syntax tree of `.rewrite` files: one kind of node, whose lists are chained by `next`.
// The lexer and the grammar make it, rewrite_compiler.c reads it.
#ifndef MICA_IR_DEFINITION_REWRITE_SYNTAX_INTERNAL_H
#define MICA_IR_DEFINITION_REWRITE_SYNTAX_INTERNAL_H

#include "ir/core/diagnostics.h"
#include "ir/support/arena_internal.h"

typedef struct micai_rewrite_token {
    int kind;
    const char *start;
    size_t length;
} micai_rewrite_token;

typedef enum micai_rewrite_kind {
    MICAI_REWRITE_VALUE,   ///< %x; part 0: its type's condition
    MICAI_REWRITE_TAIL,    ///< %x...
    MICAI_REWRITE_ATTR,    ///< $x
    MICAI_REWRITE_TYPE,    ///< !x
    MICAI_REWRITE_TEXT,    ///< `text`
    MICAI_REWRITE_STRING,  ///< "text"
    MICAI_REWRITE_INTEGER, ///< 7
    MICAI_REWRITE_EITHER,  ///< either(a, b); part 0: both
    MICAI_REWRITE_ENTRY,   ///< name = value; part 0: the value
    MICAI_REWRITE_OP,      ///< parts: results, operands, attributes, types
    MICAI_REWRITE_CALL,    ///< name(args); parts: arguments, target
    MICAI_REWRITE_NOT_CALL,
    MICAI_REWRITE_REPLACE, ///< part 0: values
    MICAI_REWRITE_ERASE,
    MICAI_REWRITE_PATTERN, ///< parts: match, where, rewrite
} micai_rewrite_kind;

typedef struct micai_rewrite_node {
    micai_rewrite_kind kind;
    micai_rewrite_token token; ///< name or text, without marks and quotes
    int64_t number;            ///< of an integer; a pattern's benefit
    struct micai_rewrite_node *parts[4];
    struct micai_rewrite_node *next;
    struct micai_rewrite_node *last; ///< of the list that begins here
} micai_rewrite_node;

typedef struct micai_rewrite_reader {
    mica_context *context;
    mica_string text; ///< ends in NUL
    mica_string name;
    const char *cursor;
    micai_arena arena;
    micai_rewrite_node *patterns;
    bool failed;
} micai_rewrite_reader;

/// The next token; kind 0 at the end.
micai_rewrite_token micai_rewrite_next_token(micai_rewrite_reader *reader);
/// Reports at a place in the text; returns false.
bool micai_rewrite_error(micai_rewrite_reader *reader, const char *place, const char *format,
                         ...) MICA_PRINTF(3, 4);
void micai_rewrite_syntax_error(micai_rewrite_reader *reader, micai_rewrite_token token);
/// Parses all of the text into `patterns`. False after diagnostics.
bool micai_rewrite_read(micai_rewrite_reader *reader);

// What the grammar's actions call; all survive NULL nodes (out of memory).
micai_rewrite_node *micai_rewrite_make(micai_rewrite_reader *reader, micai_rewrite_kind kind,
                                       micai_rewrite_token token);
micai_rewrite_node *micai_rewrite_with(micai_rewrite_node *node, int part,
                                       micai_rewrite_node *child);
micai_rewrite_node *micai_rewrite_append(micai_rewrite_node *list, micai_rewrite_node *node);
micai_rewrite_node *micai_rewrite_integer(micai_rewrite_reader *reader,
                                          micai_rewrite_token token);

#endif
