// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// File metadata: `{-# dialect_resources: {builtin: {key: "0x..."}}, external_resources: {...}
// #-}`. A builtin resource is a hex string of its alignment (four bytes, little-endian) and its
// bytes; it becomes the blob behind dense_resource<key>. External resources are the caller's,
// who is told of them (a reproducer's pipeline is one), or read over.
#include "ir/support/blob.h"
#include "ir/text/parser_internal.h"
#include "ir/text/type_attr.h"

typedef bool (*entry_fn)(mica_asm_parser *parser, mica_string key, const char *place);

static bool parse_key(mica_asm_parser *parser, mica_string *key)
{
    const mica_identifier *text = NULL;
    if (micai_at(parser, MICAI_TK_STRING)) {
        if (!mica_asm_parse_string(parser, &text))
            return false;
        *key = mica_identifier_text(text);
        return true;
    }
    if (!micai_at_keyword(parser))
        return micai_error_here(parser, "expected identifier key for 'resource' entry");
    return mica_asm_parse_any_keyword(parser, key);
}

// `key: value, ...` up to a closing token.
static bool parse_entries(mica_asm_parser *parser, int close, const char *close_text,
                          entry_fn parse_value)
{
    if (micai_take(parser, close))
        return true;
    do {
        mica_string key;
        const char *place = parser->token.start;
        if (!parse_key(parser, &key) || !micai_expect(parser, MICAI_TK_COLON, "':'") ||
            !parse_value(parser, key, place))
            return false;
    } while (micai_take(parser, MICAI_TK_COMMA));
    return micai_expect(parser, close, close_text);
}

static bool parse_group(mica_asm_parser *parser, entry_fn parse_value)
{
    return micai_expect(parser, MICAI_TK_LBRACE, "'{'") &&
           parse_entries(parser, MICAI_TK_RBRACE, "'}'", parse_value);
}

enum { ALIGNMENT_SIZE = 4, ALIGNMENT_DIGITS = 2 * ALIGNMENT_SIZE };

static void release_owner(void *owner, const void *data, size_t size)
{
    (void)data;
    (void)size;
    mica_blob_release(owner);
}

// The bytes lie in one blob; the resource is a view of it with the alignment of the text.
static bool set_resource(mica_asm_parser *parser, mica_string key, mica_blob *owner,
                         const unsigned char head[ALIGNMENT_SIZE])
{
    const size_t alignment =
        head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 | (size_t)head[3] << 24;
    mica_blob *blob = mica_blob_create(parser->context, mica_blob_data(owner),
                                       mica_blob_size(owner), alignment, release_owner, owner);
    if (!blob) {
        mica_blob_release(owner);
        return micai_parser_no_memory(parser);
    }
    return mica_context_set_resource(parser->context, key, blob) ||
           micai_parser_no_memory(parser);
}

static bool parse_blob(mica_asm_parser *parser, mica_string key, const char *place)
{
    const mica_string token = micai_token_text(&parser->token);
    (void)place;
    if (!micai_at(parser, MICAI_TK_STRING) || !micai_is_hex_string(token))
        return micai_error_here(parser, "expected hex string blob for key '%.*s'",
                                MICA_STRING_ARG(key));
    const char *digits = token.data + 3;
    const size_t digit_count = token.length - 4;
    unsigned char head[ALIGNMENT_SIZE];
    if (digit_count < ALIGNMENT_DIGITS)
        return micai_error_here(
            parser,
            "expected hex string blob for key '%.*s' to encode alignment in first 4 bytes",
            MICA_STRING_ARG(key));
    const size_t size = (digit_count - ALIGNMENT_DIGITS) / 2;
    void *data = NULL;
    mica_blob *owner = mica_blob_allocate(parser->context, size, &data);
    if (!owner)
        return micai_parser_no_memory(parser);
    if (!micai_hex_bytes(digits, ALIGNMENT_SIZE, head) ||
        !micai_hex_bytes(digits + ALIGNMENT_DIGITS, size, data)) {
        mica_blob_release(owner);
        return micai_error_here(parser, "expected hex string blob for key '%.*s'",
                                MICA_STRING_ARG(key));
    }
    micai_advance(parser);
    return set_resource(parser, key, owner, head);
}

static bool skip_value(mica_asm_parser *parser, mica_string key, const char *place)
{
    if (micai_at(parser, MICAI_TK_STRING) || micai_at(parser, MICAI_TK_TRUE) ||
        micai_at(parser, MICAI_TK_FALSE)) {
        micai_advance(parser);
        return true;
    }
    return micai_error_at(parser, place, "unknown 'resource' value kind for key '%.*s'",
                          MICA_STRING_ARG(key));
}

static bool parse_dialect_group(mica_asm_parser *parser, mica_string dialect, const char *place)
{
    if (mica_string_is(dialect, "builtin"))
        return parse_group(parser, parse_blob);
    if (!mica_context_find_dialect(parser->context, dialect))
        return micai_error_at(parser, place, "dialect '%.*s' is unknown",
                              MICA_STRING_ARG(dialect));
    return parse_group(parser, skip_value);
}

static bool parse_external(mica_asm_parser *parser, mica_string key, const char *place)
{
    const mica_parse_options *options = parser->options;
    if (!options || options->struct_size <= offsetof(mica_parse_options, external_resource) ||
        !options->external_resource)
        return skip_value(parser, key, place);
    mica_string value = micai_token_text(&parser->token);
    const mica_identifier *text = NULL;
    if (!micai_at(parser, MICAI_TK_STRING)) {
        if (!skip_value(parser, key, place))
            return false;
    } else if (mica_asm_parse_string(parser, &text)) {
        value = mica_identifier_text(text);
    } else {
        return false;
    }
    return options->external_resource(options->external_resource_user, parser->metadata_group,
                                      key, value);
}

static bool parse_external_group(mica_asm_parser *parser, mica_string name, const char *place)
{
    (void)place;
    parser->metadata_group = name;
    return parse_group(parser, parse_external);
}

static bool parse_section(mica_asm_parser *parser, mica_string key, const char *place)
{
    if (mica_string_is(key, "dialect_resources"))
        return parse_group(parser, parse_dialect_group);
    if (mica_string_is(key, "external_resources"))
        return parse_group(parser, parse_external_group);
    return micai_error_at(parser, place, "unknown key '%.*s' in file metadata dictionary",
                          MICA_STRING_ARG(key));
}

bool micai_parse_metadata(mica_asm_parser *parser)
{
    micai_advance(parser);
    return parse_entries(parser, MICAI_TK_METADATA_END, "'#-}'", parse_section);
}
