// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tokens of `.rewrite` files.

#include "ir/definition/rewrite.h"
#include "ir/definition/rewrite_syntax_internal.h"

/// Leaves `front` bytes at the start and `back` at the end out of the token's text.
static micai_rewrite_token make(int kind, const char *start, const char *end, size_t front,
                                size_t back)
{
    micai_rewrite_token token = {kind, start + front, (size_t)(end - start) - front - back};
    return token;
}

#define EMIT(kind, front, back)                                                                \
    do {                                                                                       \
        reader->cursor = cursor;                                                               \
        return make(kind, start, cursor, front, back);                                         \
    } while (0)

micai_rewrite_token micai_rewrite_next_token(micai_rewrite_reader *reader)
{
    const char *marker;
    for (;;) {
        const char *start = reader->cursor;
        const char *cursor = start;
        /*!re2c
        re2c:define:YYCTYPE = "unsigned char";
        re2c:define:YYCURSOR = cursor;
        re2c:define:YYMARKER = marker;
        re2c:yyfill:enable = 0;

        end = "\x00";
        name = [A-Za-z_][A-Za-z0-9_]*;

        [ \t\r\n]+ { reader->cursor = cursor; continue; }
        "//" [^\n\x00]* { reader->cursor = cursor; continue; }
        "pattern" { EMIT(REWRITE_PATTERN, 0, 0); }
        "benefit" { EMIT(REWRITE_BENEFIT, 0, 0); }
        "match" { EMIT(REWRITE_MATCH, 0, 0); }
        "where" { EMIT(REWRITE_WHERE, 0, 0); }
        "rewrite" { EMIT(REWRITE_REWRITE, 0, 0); }
        "replace" { EMIT(REWRITE_REPLACE, 0, 0); }
        "erase" { EMIT(REWRITE_ERASE, 0, 0); }
        "either" { EMIT(REWRITE_EITHER, 0, 0); }
        "not" { EMIT(REWRITE_NOT, 0, 0); }
        name ("." name)+ { EMIT(REWRITE_OPNAME, 0, 0); }
        name { EMIT(REWRITE_NAME, 0, 0); }
        "%" name "..." { EMIT(REWRITE_TAIL, 1, 3); }
        "%" name { EMIT(REWRITE_VALUE, 1, 0); }
        "$" name { EMIT(REWRITE_ATTR, 1, 0); }
        "!" name { EMIT(REWRITE_TYPE, 1, 0); }
        "`" [^`\x00]* "`" { EMIT(REWRITE_TEXT, 1, 1); }
        ["] [^"\n\x00]* ["] { EMIT(REWRITE_STRING, 1, 1); }
        "-"? [0-9]+ { EMIT(REWRITE_INTEGER, 0, 0); }
        "=" { EMIT(REWRITE_EQUAL, 0, 0); }
        "," { EMIT(REWRITE_COMMA, 0, 0); }
        ":" { EMIT(REWRITE_COLON, 0, 0); }
        "(" { EMIT(REWRITE_LPAREN, 0, 0); }
        ")" { EMIT(REWRITE_RPAREN, 0, 0); }
        "{" { EMIT(REWRITE_LBRACE, 0, 0); }
        "}" { EMIT(REWRITE_RBRACE, 0, 0); }
        end {
            if (start >= reader->text.data + reader->text.length)
                return make(0, start, start, 0, 0);
            EMIT(REWRITE_ERROR, 0, 0);
        }
        * { EMIT(REWRITE_ERROR, 0, 0); }
        */
    }
}
