// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Match programs as tables. A pattern is a run of 16-bit words; registers hold ops, values,
// attributes, types and lists of operands. Literals are text, so that a table serves every
// context: adding a program to a pattern set binds it, which parses them once.
#ifndef MICA_IR_REWRITE_MATCH_PROGRAM_INTERNAL_H
#define MICA_IR_REWRITE_MATCH_PROGRAM_INTERNAL_H

#include "ir/rewrite/match_program.h"

enum { MICAI_MATCH_MAX_REGISTERS = 128 };

/// One word each, then their operands, a word each. `o`, `v`, `a`, `t`, `l`, `x` are registers
/// of an op, value, attribute, type, list or any; `=` marks the one that is set.
typedef enum micai_match_opcode {
    MICAI_MATCH_OPERANDS,      ///< o, n: has n operands
    MICAI_MATCH_OPERANDS_FROM, ///< o, n: has at least n
    MICAI_MATCH_RESULTS,       ///< o, n: has n results
    MICAI_MATCH_OPERAND,       ///< =v, o, index
    MICAI_MATCH_TAIL,          ///< =l, o, index: the operands from there on
    MICAI_MATCH_RESULT,        ///< =v, o, index
    MICAI_MATCH_PRODUCER,      ///< =o, v, op name, index: v is its result of this index
    MICAI_MATCH_ATTR,          ///< =a, o, attr name: it is set
    MICAI_MATCH_TYPE,          ///< =t, v
    MICAI_MATCH_SAME,          ///< x, x: the same value or type
    MICAI_MATCH_SAME_ATTR,     ///< a, a: equal attributes
    MICAI_MATCH_LITERAL,       ///< =x, literal: an attribute or type
    MICAI_MATCH_CALL,          ///< =x or NONE, native, negated, n, then n of: x, or a literal
    MICAI_MATCH_CREATE,        ///< =o, op name, operands, attrs, types (counts; types NONE:
                        ///< inferred), then (v or l, is it l?) each, (attr name, a) each, t
                        ///< each
    MICAI_MATCH_REPLACE, ///< n, then v each
    MICAI_MATCH_END,
} micai_match_opcode;

enum { MICAI_MATCH_NONE = UINT16_MAX };

typedef enum micai_literal_kind {
    MICAI_LITERAL_ATTR,    ///< text, parsed when bound
    MICAI_LITERAL_TYPE,    ///< text, parsed when bound
    MICAI_LITERAL_INTEGER, ///< of a native's argument
    MICAI_LITERAL_STRING,  ///< of a native's argument
} micai_literal_kind;

typedef struct micai_match_literal {
    micai_literal_kind kind;
    const char *text;
    int64_t integer;
} micai_match_literal;

typedef struct micai_match_pattern {
    const char *name;
    const char *root;
    uint32_t benefit;
    uint32_t start; ///< of its words
    uint32_t registers;
} micai_match_pattern;

/// Register 0 is the root.
struct mica_match_program {
    size_t struct_size;
    const micai_match_pattern *patterns;
    const uint16_t *words;
    const char *const *names; ///< of ops and attributes
    const micai_match_literal *literals;
    const char *const *natives;
    uint32_t pattern_count, word_count, name_count, literal_count, native_count;
};

/// A program in a context.
typedef struct micai_bound_program micai_bound_program;
typedef struct micai_bound_pattern {
    const micai_bound_program *program;
    const micai_match_pattern *pattern;
} micai_bound_pattern;
struct micai_bound_program {
    const mica_match_program *program;
    micai_bound_program *next;
    const void **literals; ///< attributes and types
    const mica_identifier **names;
    const mica_native_def **natives;
    micai_bound_pattern *patterns;
};

/// Finds a native function; `extra` may be NULL.
const mica_native_def *micai_native_find(const mica_native_def *const *extra,
                                         size_t extra_count, mica_string name);
/// NULL after a diagnostic: a literal that does not parse, a native that is not known.
micai_bound_program *micai_match_program_bind(mica_context *context,
                                              const mica_match_program *program,
                                              const mica_native_def *const *extra,
                                              size_t extra_count);
void micai_bound_program_destroy(mica_context *context, micai_bound_program *bound);
/// A mica_pattern_fn; the user is a micai_bound_pattern.
bool micai_match_pattern_rewrite(mica_rewriter *rewriter, mica_op *op, void *user);

#endif
