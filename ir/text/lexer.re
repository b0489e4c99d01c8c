// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The lexer of the text format (docs/text-format.md), for re2c. Tokens are not copied or
// converted; a number's value and a string's escapes are read by who wants them. After
// `tensor<`, `vector<` and `memref<` the lexer is in dimension mode until a token that is no
// dimension.
#include "ir/text/lexer_internal.h"
#include "ir/text/type_attr.h"

void micai_lexer_init(micai_lexer *lexer, const char *text, size_t length)
{
    memset(lexer, 0, sizeof *lexer);
    lexer->cursor = text;
    lexer->end = text + length;
    lexer->line_start = text;
    lexer->line = 1;
}

static void count_line(micai_lexer *lexer, const unsigned char *next_line)
{
    lexer->line_start = (const char *)next_line;
    lexer->line++;
}

static micai_token make(micai_lexer *lexer, int kind, const unsigned char *start,
                        const unsigned char *cursor)
{
    micai_token token = {kind, (const char *)start, (size_t)(cursor - start), NULL};
    lexer->cursor = (const char *)cursor;
    return token;
}

static micai_token make_error(micai_lexer *lexer, const char *message,
                              const unsigned char *place, const unsigned char *cursor)
{
    lexer->error = message;
    micai_token token = {MICAI_TK_ERROR, (const char *)place, 1, NULL};
    lexer->cursor = (const char *)cursor;
    return token;
}

#define TOKEN(name) return make(lexer, MICAI_TK_##name, start, cursor)
#define DIMENSION(name)                                                                        \
    do {                                                                                       \
        lexer->in_dimensions = true;                                                           \
        TOKEN(name);                                                                           \
    } while (0)
#define ERROR_AT(place, message) return make_error(lexer, message, place, cursor)

micai_token micai_lexer_next(micai_lexer *lexer)
{
    const unsigned char *cursor = (const unsigned char *)lexer->cursor;
    const unsigned char *const end = (const unsigned char *)lexer->end;
    const unsigned char *marker, *start;
    if (!lexer->in_dimensions)
        goto normal;
    lexer->in_dimensions = false;

    /*!re2c
        re2c:define:YYCTYPE = "unsigned char";
        re2c:define:YYCURSOR = cursor;
        re2c:define:YYMARKER = marker;
        re2c:yyfill:enable = 0;

        letter   = [a-zA-Z_];
        digit    = [0-9];
        hex      = [0-9a-fA-F];
        blank    = [ \t\r];
        bare     = letter [a-zA-Z0-9_$.]*;
        suffix   = digit+ | [a-zA-Z$._-] [a-zA-Z0-9$._-]*;
        escape   = "\\" (["\\nt] | hex hex);
        in_text  = [^"\\\n\v\f\000];
        string   = ["] (in_text | escape)* ["];
    */
dimension:
    start = cursor;
    /*!re2c
        blank+                              { goto dimension; }
        "\n"                                { count_line(lexer, cursor); goto dimension; }
        digit+ blank* "x"                   { DIMENSION(DIM); }
        "?" blank* "x"                      { DIMENSION(DIM_DYNAMIC); }
        "*" blank* "x"                      { DIMENSION(DIM_UNRANKED); }
        "[" blank* digit+ blank* "]" blank* "x" { DIMENSION(DIM_SCALABLE); }
        digit+ / [ \t\r\n>,)\]]             { goto missing_x; }
        "?" / [ \t\r\n>,)\]]                { goto missing_x; }
        *                                   { cursor = start; goto normal; }
    */
missing_x:
    while (*cursor == ' ' || *cursor == '\t')
        cursor++;
    ERROR_AT(cursor, "expected 'x' in dimension list");

comment: // a NUL that is not the text's end is a character as any other
    /*!re2c
        [^\n\000]      { goto comment; }
        "\n"            { count_line(lexer, cursor); goto normal; }
        "\000"          { if (cursor <= end) goto comment; cursor--; goto normal; }
    */

normal:
    start = cursor;
    /*!re2c
        blank+          { goto normal; }
        "\n"            { count_line(lexer, cursor); goto normal; }
        "//"            { goto comment; }
        "\000"          { if (start >= end) { cursor = start; return make(lexer, 0, start, start); } goto normal; }

        "tensor" blank* "<" { DIMENSION(TENSOR_LESS); }
        "vector" blank* "<" { DIMENSION(VECTOR_LESS); }
        "memref" blank* "<" { DIMENSION(MEMREF_LESS); }

        ","   { TOKEN(COMMA); }
        ":"   { TOKEN(COLON); }
        "::"  { TOKEN(COLON_COLON); }
        "="   { TOKEN(EQUAL); }
        "("   { TOKEN(LPAREN); }
        ")"   { TOKEN(RPAREN); }
        "["   { TOKEN(LSQUARE); }
        "]"   { TOKEN(RSQUARE); }
        "{"   { TOKEN(LBRACE); }
        "}"   { TOKEN(RBRACE); }
        "<"   { TOKEN(LESS); }
        ">"   { TOKEN(GREATER); }
        "->"  { TOKEN(ARROW); }
        "?"   { TOKEN(QUESTION); }
        "+"   { TOKEN(PLUS); }
        "-"   { TOKEN(MINUS); }
        "*"   { TOKEN(STAR); }
        "|"   { TOKEN(PIPE); }
        "..." { TOKEN(ELLIPSIS); }
        "."   { ERROR_AT(start, "expected three consecutive dots for an ellipsis"); }
        "{-#" { TOKEN(METADATA_BEGIN); }
        "#-}" { TOKEN(METADATA_END); }

        digit+                                     { TOKEN(INTEGER); }
        "0x" hex+                                  { TOKEN(INTEGER); }
        digit+ "." digit* ([eE] [-+]? digit+)?     { TOKEN(FLOAT); }
        string                                     { TOKEN(STRING); }
        ["] (in_text | escape)* "\\"               { ERROR_AT(cursor, "unknown escape in string literal"); }
        ["] (in_text | escape)*                    { ERROR_AT(cursor, "expected '\"' in string literal"); }

        "%" suffix             { TOKEN(PERCENT_ID); }
        "^" suffix             { TOKEN(CARET_ID); }
        "#" suffix             { TOKEN(HASH_ID); }
        "!" suffix             { TOKEN(EXCLAIM_ID); }
        "@" (bare | string)    { TOKEN(AT_ID); }
        "%"                    { ERROR_AT(start, "invalid SSA name"); }
        "^"                    { ERROR_AT(start, "invalid block name"); }
        "#"                    { ERROR_AT(start, "invalid attribute name"); }
        "!"                    { ERROR_AT(start, "invalid type identifier"); }
        "@"                    { ERROR_AT(cursor, "@ identifier expected to start with letter or '_'"); }

        "affine_map"     { TOKEN(AFFINE_MAP); }
        "affine_set"     { TOKEN(AFFINE_SET); }
        "array"          { TOKEN(ARRAY); }
        "at"             { TOKEN(AT); }
        "callsite"       { TOKEN(CALLSITE); }
        "ceildiv"        { TOKEN(CEILDIV); }
        "complex"        { TOKEN(COMPLEX); }
        "dense"          { TOKEN(DENSE); }
        "dense_resource" { TOKEN(DENSE_RESOURCE); }
        "distinct"       { TOKEN(DISTINCT); }
        "false"          { TOKEN(FALSE); }
        "floordiv"       { TOKEN(FLOORDIV); }
        "fused"          { TOKEN(FUSED); }
        "index"          { TOKEN(INDEX); }
        "loc"            { TOKEN(LOC); }
        "mod"            { TOKEN(MOD); }
        "none"           { TOKEN(NONE); }
        "offset"         { TOKEN(OFFSET); }
        "sparse"         { TOKEN(SPARSE); }
        "strided"        { TOKEN(STRIDED); }
        "symbol"         { TOKEN(SYMBOL); }
        "true"           { TOKEN(TRUE); }
        "tuple"          { TOKEN(TUPLE); }
        "unit"           { TOKEN(UNIT); }
        "unknown"        { TOKEN(UNKNOWN); }

        [su]? "i" digit+ { TOKEN(INT_TYPE); }
        "bf16" | "f16" | "tf32" | "f32" | "f64" | "f80" | "f128" | "f8E5M2" | "f8E4M3" | "f8E4M3FN"
        | "f8E5M2FNUZ" | "f8E4M3FNUZ" | "f8E4M3B11FNUZ" | "f8E3M4" | "f4E2M1FN"
        | "f8E8M0FNU" { TOKEN(FLOAT_TYPE); }
        bare             { TOKEN(BARE_ID); }
        *                { ERROR_AT(start, "unexpected character"); }
    */
}
