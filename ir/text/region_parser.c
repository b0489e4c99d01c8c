// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Regions and block labels. A region opens a scope in the space of value names around it, also
// where the op is isolated from above: a use of an outer value is the verifier's to refuse,
// with words that say why. Blocks have a space per region.
#include "ir/text/op_frames_internal.h"
#include "ir/text/op_parser_internal.h"
#include "ir/text/type_attr.h"

static bool open_scopes(mica_asm_parser *parser)
{
    const uint32_t space = micai_name_scope_top(&parser->values)->space;
    if (!micai_name_scope_open(&parser->values, space))
        return micai_parser_no_memory(parser);
    if (micai_name_scope_open(&parser->blocks, ++parser->region_count))
        return true;
    micai_name_scope_close(&parser->values);
    return micai_parser_no_memory(parser);
}

static mica_string default_dialect(const mica_op_record *record)
{
    const mica_string none = {"", 0};
    const mica_dialect_def *dialect = mica_op_record_dialect(record);
    if (!dialect || !mica_op_record_has_trait(record, MICA_TRAIT_DEFAULT_DIALECT))
        return none;
    return mica_string_from(dialect->name);
}

static bool add_entry_block(mica_asm_parser *parser, micai_region_frame *frame,
                            const mica_asm_argument *arguments, size_t count)
{
    frame->block = mica_block_create(parser->context);
    if (!frame->block)
        return micai_parser_no_memory(parser);
    mica_region_append(frame->region, frame->block);
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        const mica_asm_argument *argument = &arguments[i];
        mica_value *value =
            mica_block_add_argument(frame->block, argument->type, argument->location);
        if (!value)
            return micai_parser_no_memory(parser);
        if (argument->name.name.length)
            good = micai_define_value(parser, argument->name.name,
                                      parser->text + argument->name.offset, value, 1) &&
                   good;
    }
    return good;
}

bool micai_region_begin(mica_asm_parser *parser, mica_region *region,
                        const mica_asm_argument *arguments, size_t count, bool *is_open)
{
    *is_open = false;
    if (!region) // there was no memory for it
        return micai_parser_no_memory(parser);
    if (!micai_expect(parser, MICAI_TK_LBRACE, "'{' to begin a region"))
        return false;
    if (count == 0 && micai_take(parser, MICAI_TK_RBRACE))
        return true;
    const mica_op_record *record = micai_op_frame_of(parser)->state.record;
    if (!open_scopes(parser))
        return false;
    micai_frame *frame = micai_frame_push(parser, MICAI_FRAME_REGION);
    if (!frame) {
        micai_name_scope_close(&parser->values);
        micai_name_scope_close(&parser->blocks);
        return false;
    }
    *is_open = true;
    frame->as.region.region = region;
    frame->as.region.default_dialect = default_dialect(record);
    if (count && micai_at(parser, MICAI_TK_CARET_ID))
        micai_error_here(parser, "invalid block name in region with named arguments");
    // An entry block without a label is made when its first op is seen.
    if (count || !micai_at(parser, MICAI_TK_CARET_ID))
        add_entry_block(parser, &frame->as.region, arguments, count);
    parser->stop |= parser->failed && parser->options && parser->options->stop_at_first_error;
    return true;
}

void micai_region_abandon(mica_asm_parser *parser)
{
    micai_region_frame *frame = &parser->frame->as.region;
    micai_check_forward_blocks(parser, frame->region);
    micai_name_scope_close(&parser->values);
    micai_name_scope_close(&parser->blocks);
}

void micai_region_end(mica_asm_parser *parser)
{
    micai_region_abandon(parser);
    micai_frame_pop(parser);
    parser->stop |= parser->failed && parser->options && parser->options->stop_at_first_error;
    if (!parser->stop)
        micai_advance(parser);
}

// ---- labels
// ----------------------------------------------------------------------------------

static bool parse_block_argument(mica_asm_parser *parser, mica_block *block)
{
    mica_asm_operand name;
    const mica_type *type;
    if (!mica_asm_parse_operand(parser, &name))
        return false;
    if (!micai_expect(parser, MICAI_TK_COLON, "':' and type for SSA operand"))
        return false;
    type = micai_parse_type(parser);
    if (!type)
        return false;
    mica_location location = name.location;
    micai_token deferred;
    if (!micai_parse_location(parser, &location, &deferred))
        return false;
    mica_value *argument = mica_block_add_argument(block, type, location);
    if (!argument)
        return micai_parser_no_memory(parser);
    if (deferred.kind && !micai_defer_location(parser, deferred, NULL, argument))
        return false;
    return micai_define_value(parser, name.name, parser->text + name.offset, argument, 1);
}

static bool parse_block_arguments(mica_asm_parser *parser, mica_block *block)
{
    if (!micai_take(parser, MICAI_TK_LPAREN))
        return true;
    if (micai_take(parser, MICAI_TK_RPAREN))
        return true;
    do {
        if (!parse_block_argument(parser, block))
            return false;
    } while (micai_take(parser, MICAI_TK_COMMA));
    return micai_expect(parser, MICAI_TK_RPAREN, "')' to end argument list");
}

bool micai_parse_label(mica_asm_parser *parser)
{
    micai_region_frame *frame = &parser->frame->as.region;
    const mica_string name = {parser->token.start + 1, parser->token.length - 1};
    mica_block *block = micai_define_block(parser, name, parser->token.start, frame->region);
    if (!block)
        return false;
    micai_advance(parser);
    frame->block = block;
    return parse_block_arguments(parser, block) &&
           micai_expect(parser, MICAI_TK_COLON, "':' after block name");
}
