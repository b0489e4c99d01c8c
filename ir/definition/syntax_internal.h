// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The syntax tree of `.dialect` files: what dialect.y builds and build_*.c read. It is uniform
// on purpose: a file is a list of items, an item a list of sections, a section a list of
// entries, an entry a name and an expression. Which sections and forms an item may have is the
// builder's business, so that its diagnostics can say more than "syntax error".
//
// All lies in one arena; strings are slices of the source text, which lies there too.
#ifndef MICA_IR_DEFINITION_SYNTAX_INTERNAL_H
#define MICA_IR_DEFINITION_SYNTAX_INTERNAL_H

#include "ir/core/context_internal.h"

/// A place in one of the files that were read.
typedef struct micai_place {
    uint32_t file;
    uint32_t offset;
} micai_place;

/// What the lexer hands to the grammar.
typedef struct micai_token {
    int kind;
    micai_place place;
    mica_string text; ///< names, numbers; strings without quotes but still escaped
    int64_t number;
} micai_token;

typedef enum micai_expr_kind {
    MICAI_EXPR_NAME,   ///< text
    MICAI_EXPR_CALL,   ///< text(children)
    MICAI_EXPR_OR,     ///< children
    MICAI_EXPR_AND,    ///< children
    MICAI_EXPR_NOT,    ///< one child
    MICAI_EXPR_AS,     ///< one child, described by text
    MICAI_EXPR_NUMBER, ///< number
    MICAI_EXPR_STRING, ///< text
    MICAI_EXPR_TICKS,  ///< `text`
    MICAI_EXPR_STAR,
} micai_expr_kind;

typedef struct micai_expr {
    micai_expr_kind kind;
    micai_place place;
    mica_string text;
    int64_t number;
    struct micai_expr *children, *last_child;
    struct micai_expr *next;
} micai_expr;

/// A line of a section: an operand, attribute, trait, hook, enum case, equation ...
typedef struct micai_entry {
    micai_place place;
    mica_string name;
    micai_expr *expr;   ///< constraint, kind, trait call, right side; may be NULL
    micai_expr *target; ///< equations: the left side
    mica_arity arity;
    micai_expr *groups; ///< of variadic_of_variadic
    bool is_implicit;
    bool is_infer;
    uint32_t effects;
    micai_expr *default_value;
    const char *doc; ///< NULL: none
    struct micai_entry *next;
} micai_entry;

typedef struct micai_entry_list {
    micai_entry *first, *last;
    uint32_t count;
} micai_entry_list;

/// `kind` is the section keyword's token.
typedef struct micai_section {
    int kind;
    micai_place place;
    const char *text;   ///< description, separator
    mica_string format; ///< of the format section
    micai_entry_list entries;
    struct micai_section *next;
} micai_section;

/// `kind` is the item keyword's token.
typedef struct micai_item {
    int kind;
    micai_place place;
    mica_string name;
    const char *summary;
    micai_entry_list parameters; ///< of a constraint
    micai_expr *expr;            ///< of a constraint
    mica_string width;           ///< of an enum
    micai_section *sections;
    bool is_prelude;
    struct micai_item *next;
} micai_item;

typedef struct micai_source_file {
    const char *name;
    mica_string text;
} micai_source_file;

/// One reading: the files, the tree, and where errors go.
typedef struct micai_reader {
    mica_context *context;
    micai_arena arena;
    micai_source_file *files;
    size_t file_count, file_capacity;
    micai_item *items, *last_item;
    uint32_t item_count;
    const char *const *include_folders;
    size_t include_folder_count;
    bool failed;
    bool is_prelude; ///< the file that is being read
    // of the file that is being parsed
    bool syntax_error; ///< the parser must start anew
    size_t include_depth;
    micai_place place;            ///< of the latest token
    _Alignas(16) char spare[256]; ///< stands in for a node when memory is out
} micai_reader;

void micai_reader_init(micai_reader *reader, mica_context *context);
void micai_reader_free(micai_reader *reader);
/// Reads a text, and what it includes, into the tree. False after diagnostics.
bool micai_reader_read_text(micai_reader *reader, mica_string text, const char *name);
bool micai_reader_read_file(micai_reader *reader, const char *path);
/// The prelude's items come first in the tree.
bool micai_reader_read_prelude(micai_reader *reader);
/// Zeroed memory of the reading; NULL when out of memory (sticky on the context).
void *micai_reader_allocate(micai_reader *reader, size_t size);
mica_location micai_reader_location(const micai_reader *reader, micai_place place);
/// Reports at the place and marks the reading as failed; returns false.
bool micai_reader_error(micai_reader *reader, micai_place place, const char *format, ...)
    MICA_PRINTF(3, 4);

// ---- called by the grammar
// -------------------------------------------------------------------

micai_expr *micai_expr_make(micai_reader *reader, micai_expr_kind kind, micai_token token);
micai_expr *micai_expr_add(micai_expr *parent, micai_expr *child);
/// `a | b` and `a & b` gather their operands in one node.
micai_expr *micai_expr_join(micai_reader *reader, micai_expr_kind kind, micai_expr *left,
                            micai_expr *right);
micai_entry *micai_entry_make(micai_reader *reader, micai_token name);
/// Adds what is set in `more` to `entry`.
micai_entry *micai_entry_merge(micai_entry *entry, const micai_entry *more);
micai_entry_list micai_entry_append(micai_entry_list list, micai_entry *entry);
micai_section *micai_section_make(micai_reader *reader, micai_token keyword,
                                  micai_entry_list entries);
micai_item *micai_item_make(micai_reader *reader, micai_token keyword, micai_token name,
                            const char *summary);
/// A list in reverse order, turned round by micai_item_take_sections.
micai_section *micai_section_push(micai_section *list, micai_section *section);
void micai_item_take_sections(const micai_reader *reader, micai_item *item,
                              micai_section *list);
void micai_reader_add_item(micai_reader *reader, micai_item *item);
void micai_reader_include(micai_reader *reader, micai_token path);
/// Joins the unescaped text of a string token to what came before (NULL: nothing).
const char *micai_reader_join(micai_reader *reader, const char *before, micai_token string);
/// The same with the token first.
const char *micai_reader_prefix(micai_reader *reader, micai_token string, const char *after);
uint32_t micai_reader_effect(micai_reader *reader, micai_token name);
/// The grammar's stack is full.
void micai_reader_too_deep(micai_reader *reader);
void micai_reader_syntax_error(micai_reader *reader, micai_token token);

// ---- lexer
// -----------------------------------------------------------------------------------

/// The next token at `*cursor` of the file (its text ends in NUL); kind 0 at the end.
micai_token micai_dialect_lex(micai_reader *reader, uint32_t file, const char **cursor);

#endif
