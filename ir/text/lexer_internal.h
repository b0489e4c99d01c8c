// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The lexer: hands out tokens as views of one NUL-terminated buffer. Its whole state is the
// struct below, so that a parser may copy it to come back to a place. Token kinds are the
// numbers of the grammar (type_attr.h, made by lemon).
#ifndef MICA_IR_TEXT_LEXER_INTERNAL_H
#define MICA_IR_TEXT_LEXER_INTERNAL_H

#include "ir/support/base.h"

typedef struct micai_token {
    int kind; ///< MICAI_TK_*; 0 at the end of the source
    const char *start;
    size_t length;
    const void *value; ///< grammar only: the type or attribute that the token stands for
} micai_token;

typedef struct micai_lexer {
    const char *cursor;     ///< where the next token is looked for
    const char *end;        ///< the NUL after the text
    const char *line_start; ///< of the line that holds the last token
    uint32_t line;          ///< number of that line, from 1
    bool in_dimensions;     ///< `4x`, `?x`, `*x`, `[4]x` are tokens
    const char *error;      ///< message of the last MICAI_TK_ERROR token
} micai_lexer;

/// `text[length]` must be NUL and stay in place.
void micai_lexer_init(micai_lexer *lexer, const char *text, size_t length);
/// The next token. An error token starts at the offending byte and has a message in `error`.
micai_token micai_lexer_next(micai_lexer *lexer);

#endif
