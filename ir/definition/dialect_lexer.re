// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tokens of `.dialect` files. A format is one token: its text up to the line that begins with
// another section's keyword, or to the closing brace; format_compiler.c reads it.

#include "ir/definition/dialect.h"
#include "ir/definition/syntax_internal.h"

static micai_token make(const micai_reader *reader, uint32_t file, int kind, const char *start,
                        const char *end)
{
    micai_token token = {0};
    token.kind = kind;
    token.place.file = file;
    token.place.offset = (uint32_t)(start - reader->files[file].text.data);
    token.text.data = start;
    token.text.length = (size_t)(end - start);
    return token;
}

/// Without the `skip` bytes of quotes at either end.
static micai_token make_quoted(const micai_reader *reader, uint32_t file, int kind,
                               const char *start, const char *end, size_t skip)
{
    micai_token token = make(reader, file, kind, start, end);
    token.text.data += skip;
    token.text.length -= 2 * skip;
    token.number = (int64_t)skip;
    return token;
}

/// The value of digits after an optional `-`; false when it does not fit in 64 bits.
static bool read_number(mica_string text, int64_t *value)
{
    const bool negative = text.data[0] == '-';
    size_t i = negative ? 1 : 0;
    const bool hexadecimal =
        text.length > i + 2 && text.data[i] == '0' && text.data[i + 1] == 'x';
    const uint64_t base = hexadecimal ? 16 : 10;
    uint64_t sum = 0;
    for (i += hexadecimal ? 2 : 0; i < text.length; ++i) {
        const char c = text.data[i];
        const uint64_t digit = (uint64_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
        if (sum > (UINT64_MAX - digit) / base)
            return false;
        sum = sum * base + digit;
    }
    *value = (int64_t)(negative ? 0 - sum : sum);
    return true;
}

/// True when a line that starts here ends a format: a section's keyword, or `}`.
static bool ends_format(const char *cursor)
{
    static const char *const keywords[] = {
        "description", "traits", "interfaces", "operands", "attrs",  "results", "regions",
        "successors",  "types",  "effects",    "hooks",    "params", "separator"};
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; ++i) {
        const size_t length = strlen(keywords[i]);
        if (strncmp(cursor, keywords[i], length) == 0 &&
            (cursor[length] == ' ' || cursor[length] == '\n' || cursor[length] == '\t'))
            return true;
    }
    return false;
}

/// The end of the format text that starts here.
static const char *find_format_end(const char *cursor)
{
    bool quoted = false;
    for (; *cursor; ++cursor) {
        if (*cursor == '`')
            quoted = !quoted;
        else if (*cursor == '\n')
            quoted = false;
        if (!quoted && *cursor == '}')
            return cursor;
        if (*cursor == '\n') {
            const char *line = cursor + 1 + strspn(cursor + 1, " \t");
            if (ends_format(line))
                return cursor;
        }
    }
    return cursor;
}

/// Is the word `format` a section here, or a name (an attribute may be called so)?
static bool begins_format(const char *cursor)
{
    cursor += strspn(cursor, " \t\r\n");
    return !strchr(":,)=|&", *cursor) || *cursor == '\0';
}

micai_token micai_dialect_lex(micai_reader *reader, uint32_t file, const char **cursor)
{
    const char *start, *marker, *scan = *cursor;
#define EMIT(kind) return (*cursor = scan, make(reader, file, TOKEN_##kind, start, scan))
#define EMIT_QUOTED(kind, skip)                                                                \
    return (*cursor = scan, make_quoted(reader, file, TOKEN_##kind, start, scan, skip))
// Before `=` it is a name: `results = outputs(callee)`.
#define EMIT_SECTION(kind)                                                                     \
    do {                                                                                       \
        if (scan[strspn(scan, " \t")] == '=')                                                  \
            EMIT(NAME);                                                                        \
        EMIT(kind);                                                                            \
    } while (0)
    for (;;) {
        start = scan;
        /*!re2c
            re2c:define:YYCTYPE = "unsigned char";
            re2c:define:YYCURSOR = scan;
            re2c:define:YYMARKER = marker;
            re2c:yyfill:enable = 0;
            re2c:flags:case-ranges = 0;

            word   = [A-Za-z_][A-Za-z0-9_]*;
            number = "-"? ([0-9]+ | "0x" [0-9a-fA-F]+);
            any    = [^\x00];

            [ \t\r\n]+             { continue; }
            "//" [^\n\x00]*        { continue; }
            "dialect"              { EMIT(DIALECT); }
            "include"              { EMIT(INCLUDE); }
            "constraint"           { EMIT(CONSTRAINT); }
            "enum"                 { EMIT(ENUM); }
            "bits"                 { EMIT(BITS); }
            "type"                 { EMIT(TYPE); }
            "attr"                 { EMIT(ATTR); }
            "op"                   { EMIT(OP); }
            "description"          { EMIT_SECTION(DESCRIPTION); }
            "traits"               { EMIT_SECTION(TRAITS); }
            "interfaces"           { EMIT_SECTION(INTERFACES); }
            "operands"             { EMIT_SECTION(OPERANDS); }
            "attrs"                { EMIT_SECTION(ATTRS); }
            "results"              { EMIT_SECTION(RESULTS); }
            "regions"              { EMIT_SECTION(REGIONS); }
            "successors"           { EMIT_SECTION(SUCCESSORS); }
            "types"                { EMIT_SECTION(TYPES); }
            "effects"              { EMIT_SECTION(EFFECTS); }
            "hooks"                { EMIT_SECTION(HOOKS); }
            "params"               { EMIT_SECTION(PARAMS); }
            "separator"            { EMIT_SECTION(SEPARATOR); }
            "optional"             { EMIT(OPTIONAL); }
            "variadic"             { EMIT(VARIADIC); }
            "variadic_of_variadic" { EMIT(VARIADIC_OF_VARIADIC); }
            "implicit"             { EMIT(IMPLICIT); }
            "infer"                { EMIT(INFER); }
            "as"                   { EMIT(AS); }
            "format"               {
                if (!begins_format(scan))
                    EMIT(NAME);
                start = scan + strspn(scan, " \t\r\n");
                scan = find_format_end(start);
                EMIT(FORMAT);
            }
            word ("." [A-Za-z0-9_]+)* { EMIT(NAME); }
            number                 {
                micai_token token = make(reader, file, TOKEN_NUMBER, start, scan);
                *cursor = scan;
                if (!read_number(token.text, &token.number))
                    micai_reader_error(reader, token.place, "number does not fit in 64 bits");
                return token;
            }
            "\"\"\"" ("\""? "\""? [^"\x00])* "\"\"\"" { EMIT_QUOTED(STRING, 3); }
            "\"" ([^"\\\n\x00] | "\\" [^\n\x00])* "\"" {
                // Before `=` stands the name of a case (or a constraint's description).
                if (scan[strspn(scan, " \t")] == '=')
                    EMIT_QUOTED(TICKS, 1);
                EMIT_QUOTED(STRING, 1);
            }
            "`" [^`\n\x00]* "`"    { EMIT_QUOTED(TICKS, 1); }
            "{"                    { EMIT(LBRACE); }
            "}"                    { EMIT(RBRACE); }
            "("                    { EMIT(LPAREN); }
            ")"                    { EMIT(RPAREN); }
            "["                    { EMIT(LBRACKET); }
            "]"                    { EMIT(RBRACKET); }
            ","                    { EMIT(COMMA); }
            ":"                    { EMIT(COLON); }
            "="                    { EMIT(EQUAL); }
            "|"                    { EMIT(OR); }
            "&"                    { EMIT(AND); }
            "!"                    { EMIT(NOT); }
            "*"                    { EMIT(STAR); }
            "\x00"                 { *cursor = start; return make(reader, file, 0, start, start); }
            any                    { EMIT(ERROR); }
        */
    }
#undef EMIT
#undef EMIT_QUOTED
#undef EMIT_SECTION
}
