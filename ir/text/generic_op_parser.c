// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The generic form, behind the name:
//   (operands) [successors] <{properties}> ({regions}) {attributes} : (types) -> types
#include "ir/text/op_frames_internal.h"
#include "ir/text/op_parser_internal.h"
#include "ir/text/type_attr.h"

static bool parse_operands(mica_asm_parser *parser, micai_op_frame *frame)
{
    if (!micai_expect(parser, MICAI_TK_LPAREN, "'(' to start operand list"))
        return false;
    if (!micai_at(parser, MICAI_TK_RPAREN)) {
        do {
            mica_asm_operand operand;
            if (!mica_asm_parse_operand(parser, &operand))
                return false;
            if (!micai_operand_list_append(parser, &frame->operands, &operand))
                return false;
        } while (micai_take(parser, MICAI_TK_COMMA));
    }
    return micai_expect(parser, MICAI_TK_RPAREN, "')' to end operand list");
}

static bool parse_successors(mica_asm_parser *parser, micai_op_frame *frame)
{
    if (!micai_take(parser, MICAI_TK_LSQUARE))
        return true;
    do {
        mica_block *block;
        if (!mica_asm_parse_successor(parser, &block))
            return false;
        mica_op_state_add_successor(&frame->state, block);
    } while (micai_take(parser, MICAI_TK_COMMA));
    return micai_expect(parser, MICAI_TK_RSQUARE, "']' in successor list");
}

bool micai_generic_begin(mica_asm_parser *parser)
{
    micai_op_frame *frame = micai_op_frame_of(parser);
    return parse_operands(parser, frame) && parse_successors(parser, frame) &&
           mica_asm_parse_prop_dict(parser, &frame->state);
}

static bool parse_type(mica_asm_parser *parser, micai_op_frame *frame)
{
    if (!micai_expect(parser, MICAI_TK_COLON, "':' followed by operation type"))
        return false;
    const char *place = parser->token.start;
    if (!micai_at(parser, MICAI_TK_LPAREN)) {
        // Whatever type stands here is none of a function, but its own errors come first.
        return micai_parse_type(parser) &&
               micai_error_at(parser, place, "expected function type");
    }
    micai_words *words = &parser->words;
    const size_t mark = words->count;
    size_t inputs = 0, results = 0;
    bool good = micai_parse_function_type_parts(parser, words, &inputs, &results);
    if (good && inputs != frame->operands.count)
        good = micai_error_at(parser, place, "expected %zu operand type%s but had %zu",
                              frame->operands.count, frame->operands.count == 1 ? "" : "s",
                              inputs);
    for (size_t i = 0; good && i < inputs; i++)
        good = mica_asm_resolve_operand(parser, &frame->operands.data[i],
                                        micai_pointer_of(words->data[mark + i]), &frame->state);
    for (size_t i = 0; good && i < results; i++)
        mica_op_state_add_result(&frame->state,
                                 micai_pointer_of(words->data[mark + inputs + i]));
    words->count = mark;
    return good;
}

static bool begin_region(mica_asm_parser *parser)
{
    micai_op_frame *frame = micai_op_frame_of(parser);
    mica_region *region = mica_op_state_add_region(&frame->state);
    bool is_open;
    return (region || micai_parser_no_memory(parser)) &&
           micai_region_begin(parser, region, NULL, 0, &is_open);
}

static bool finish(mica_asm_parser *parser, bool *is_done)
{
    micai_op_frame *frame = micai_op_frame_of(parser);
    *is_done = true;
    return mica_asm_parse_attr_dict(parser, &frame->state) && parse_type(parser, frame);
}

// Entered with `(` of the list next, or behind a region (then the state has some).
bool micai_generic_step(mica_asm_parser *parser, bool *is_done)
{
    micai_op_frame *frame = micai_op_frame_of(parser);
    *is_done = false;
    const bool is_first = frame->state.region_count == 0;
    if (is_first && !micai_at(parser, MICAI_TK_LPAREN))
        return finish(parser, is_done);
    if (is_first || micai_at(parser, MICAI_TK_COMMA)) {
        micai_advance(parser);
        return begin_region(parser);
    }
    return micai_expect(parser, MICAI_TK_RPAREN, "')' to end region list") &&
           finish(parser, is_done);
}
