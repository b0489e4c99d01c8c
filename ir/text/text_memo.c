// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lists by their source text. The generic form repeats few properties and function types; one
// that was read before is found by its bytes, without tokens. Bytes that are equal, up to an
// end that was a token's, give equal tokens, so nothing of the text has to be looked at; what
// it stands for is the same in the whole source, as names of attributes and types are given
// once. Pieces with a line end are left out, because the lexer counts lines.
#include "ir/support/hash_internal.h"
#include "ir/text/parser_internal.h"

static micai_list_memo *slot_of(mica_asm_parser *parser, const void *owner, const char *start,
                                size_t length)
{
    const uint64_t hash =
        micai_hash_step(micai_hash_bytes(start, length), micai_word_of(owner));
    return &parser->list_memo[(hash ^ hash >> 32) % MICAI_LIST_MEMO_SIZE];
}

const micai_list_memo *micai_list_memo_take(mica_asm_parser *parser, const void *owner,
                                            size_t length)
{
    const char *start = parser->token.start;
    micai_list_memo *memo = slot_of(parser, owner, start, length);
    if (memo->length != length || memo->owner != owner ||
        memcmp(memo->start, start, length) != 0)
        return NULL;
    memo->start = start; // older text may be let go
    parser->lexer.cursor = start + length;
    parser->lexer.in_dimensions = false;
    parser->token.length = length;
    micai_advance(parser);
    return memo;
}

void micai_list_memo_add(mica_asm_parser *parser, const void *owner, const char *start,
                         size_t length, const uint64_t *words, size_t count, size_t first_count)
{
    if (parser->previous_end != start + length || count > MICAI_LIST_MEMO_WORDS ||
        memchr(start, '\n', length))
        return;
    micai_list_memo *memo = slot_of(parser, owner, start, length);
    memo->start = start;
    memo->length = (uint32_t)length;
    memo->owner = owner;
    memo->count = (uint16_t)count;
    memo->first_count = (uint16_t)first_count;
    if (count)
        memcpy(memo->words, words, count * sizeof *words);
}

size_t micai_rest_of_line(const mica_asm_parser *parser)
{
    const char *start = parser->token.start;
    const char *end = memchr(start, '\n', (size_t)(parser->text_end - start));
    const size_t length = (size_t)((end ? end : parser->text_end) - start);
    return length <= MICAI_LIST_MEMO_LONGEST ? length : 0;
}

size_t micai_length_to(const mica_asm_parser *parser, const char *closing)
{
    const char *start = parser->token.start;
    const size_t left = (size_t)(parser->text_end - start);
    const size_t most = left < MICAI_LIST_MEMO_LONGEST ? left : MICAI_LIST_MEMO_LONGEST;
    const char *end = memchr(start, closing[0], most);
    const size_t size = strlen(closing);
    if (!end || (size_t)(parser->text_end - end) < size || memcmp(end, closing, size) != 0)
        return 0;
    return (size_t)(end - start) + size;
}

const mica_op_record *micai_record_of(mica_asm_parser *parser, mica_string name)
{
    const uint64_t hash = micai_hash_bytes(name.data, name.length);
    const mica_op_record **slot =
        &parser->record_memo[(hash ^ hash >> 32) % MICAI_RECORD_MEMO_SIZE];
    if (*slot) {
        const mica_string known = mica_identifier_text(mica_op_record_name(*slot));
        if (known.length == name.length && memcmp(known.data, name.data, name.length) == 0)
            return *slot;
    }
    *slot = mica_op_record_get(parser->context, name);
    return *slot;
}
