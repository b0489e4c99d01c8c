// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The state of compiling `.rewrite` patterns into a match program.
#ifndef MICA_IR_DEFINITION_REWRITE_COMPILER_INTERNAL_H
#define MICA_IR_DEFINITION_REWRITE_COMPILER_INTERNAL_H

#include "ir/definition/rewrite_syntax_internal.h"
#include "ir/rewrite/match_program_internal.h"

/// A name of the pattern: a mark (% $ !) and where its thing is.
typedef struct micai_rewrite_name {
    micai_rewrite_kind kind; ///< VALUE, TAIL, ATTR or TYPE
    mica_string text;
    uint16_t place; ///< register
} micai_rewrite_name;

enum {
    MICAI_REWRITE_MOST_NAMES = 64,
    MICAI_REWRITE_MOST_OPS = 32,
    MICAI_REWRITE_MOST_EITHERS = 3,
    MICAI_REWRITE_MOST_ARGUMENTS = 8,
};

/// The tables of the program under way live in its arena when they are done; while they grow,
/// in these arrays.
typedef struct micai_rewrite_compiler {
    micai_rewrite_reader *reader;
    const micai_allocator *allocator;
    uint16_t *words;
    size_t word_count, word_capacity;
    const char **names;
    size_t name_count, name_capacity;
    micai_match_literal *literals;
    size_t literal_count, literal_capacity;
    const char **natives;
    size_t native_count, native_capacity;
    micai_match_pattern *patterns;
    size_t pattern_count, pattern_capacity;
    // of the pattern under way
    micai_rewrite_name captured[MICAI_REWRITE_MOST_NAMES];
    size_t captured_count;
    uint16_t registers;
    uint32_t swapped; ///< bit k: the k-th either is in its other order
    uint32_t either_count;
    const micai_rewrite_node *ops[MICAI_REWRITE_MOST_OPS]; ///< of the match, the root last
    bool is_matched[MICAI_REWRITE_MOST_OPS];
    size_t op_count;
    bool failed;
} micai_rewrite_compiler;

#endif
