// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What hooks see of the parser: operands, successors, arguments and regions.
#include "ir/text/op_frames_internal.h"
#include "ir/text/op_parser_internal.h"
#include "ir/text/type_attr.h"

// ---- operands
// --------------------------------------------------------------------------------

void micai_operand_from_token(mica_asm_parser *parser, micai_token id, const void *number,
                              mica_asm_operand *operand)
{
    operand->name.data = id.start + 1;
    operand->name.length = id.length - 1;
    operand->number = 0;
    operand->offset = (size_t)(id.start - parser->text);
    operand->location = micai_location_of(parser, id.start);
    if (number) {
        const char *digits = (const char *)number + 1;
        const mica_string text = {digits, strspn(digits, "0123456789")};
        uint64_t value = 0;
        micai_integer_token(text, &value);
        operand->number = (uint32_t)value;
    }
}

bool micai_operand_list_append(mica_asm_parser *parser, mica_asm_operand_list *list,
                               const mica_asm_operand *operand)
{
    return mica_asm_operand_list_append(list, operand) || micai_parser_no_memory(parser);
}

static bool parse_number(mica_asm_parser *parser, mica_asm_operand *operand)
{
    const mica_string digits = {parser->token.start + 1, parser->token.length - 1};
    uint64_t number = 0;
    if (digits.length == 0 || digits.data[0] < '0' || digits.data[0] > '9' ||
        !micai_integer_token(digits, &number) || number > UINT32_MAX)
        return micai_error_here(parser, "expected SSA value result number");
    operand->number = (uint32_t)number;
    micai_advance(parser);
    return true;
}

bool mica_asm_parse_operand_if(mica_asm_parser *parser, mica_asm_operand *operand)
{
    if (!micai_at(parser, MICAI_TK_PERCENT_ID))
        return false;
    operand->name.data = parser->token.start + 1;
    operand->name.length = parser->token.length - 1;
    operand->number = 0;
    operand->location = micai_token_location(parser);
    operand->offset = (size_t)(parser->token.start - parser->text);
    micai_advance(parser);
    return !micai_at(parser, MICAI_TK_HASH_ID) || parse_number(parser, operand);
}

bool mica_asm_parse_operand(mica_asm_parser *parser, mica_asm_operand *operand)
{
    if (!micai_at(parser, MICAI_TK_PERCENT_ID))
        return micai_error_missing(parser, "expected SSA operand");
    return mica_asm_parse_operand_if(parser, operand);
}

static bool parse_operand_onto(mica_asm_parser *parser, void *user)
{
    mica_asm_operand operand;
    return mica_asm_parse_operand(parser, &operand) &&
           micai_operand_list_append(parser, user, &operand);
}

bool mica_asm_parse_operand_list(mica_asm_parser *parser, mica_delimiter delimiter,
                                 mica_asm_operand_list *operands)
{
    if (delimiter == MICA_DELIMITER_NONE && !micai_at(parser, MICAI_TK_PERCENT_ID))
        return true;
    return mica_asm_parse_list(parser, delimiter, parse_operand_onto, operands,
                               " in operand list");
}

bool mica_asm_resolve_operand(mica_asm_parser *parser, const mica_asm_operand *operand,
                              const mica_type *type, mica_op_state *state)
{
    mica_value *value = micai_use_value(parser, operand, type);
    if (!value)
        return false;
    mica_op_state_add_operand(state, value);
    return true;
}

bool mica_asm_resolve_operands_same(mica_asm_parser *parser,
                                    const mica_asm_operand_list *operands,
                                    const mica_type *type, mica_op_state *state)
{
    for (size_t i = 0; i < operands->count; i++) {
        if (!mica_asm_resolve_operand(parser, &operands->data[i], type, state))
            return false;
    }
    return true;
}

bool mica_asm_resolve_operands(mica_asm_parser *parser, const mica_asm_operand_list *operands,
                               const mica_type *const *types, size_t type_count, size_t offset,
                               mica_op_state *state)
{
    if (operands->count != type_count)
        return mica_asm_error_at(parser, offset, "%zu operands present, but expected %zu",
                                 operands->count, type_count);
    for (size_t i = 0; i < type_count; i++) {
        if (!mica_asm_resolve_operand(parser, &operands->data[i], types[i], state))
            return false;
    }
    return true;
}

static bool parse_affine_exprs(mica_asm_parser *parser, mica_asm_operand_list *dims,
                               mica_asm_operand_list *symbols, const mica_attr **map)
{
    parser->affine_operands = dims;
    parser->affine_symbol_operands = symbols;
    *map = micai_grammar_parse(parser, MICAI_TK_START_AFFINE_EXPRS);
    parser->affine_operands = parser->affine_symbol_operands = NULL;
    return *map != NULL;
}

bool mica_asm_parse_affine_map_of_ssa_ids(mica_asm_parser *parser,
                                          mica_asm_operand_list *operands,
                                          const mica_attr **map, mica_delimiter delimiter)
{
    const bool is_square = delimiter == MICA_DELIMITER_SQUARE;
    mica_asm_operand_list symbols = {0};
    bool good = micai_expect(parser, is_square ? MICAI_TK_LSQUARE : MICAI_TK_LPAREN,
                             is_square ? "'['" : "'('") &&
                parse_affine_exprs(parser, operands, &symbols, map) &&
                micai_expect(parser, is_square ? MICAI_TK_RSQUARE : MICAI_TK_RPAREN,
                             is_square ? "']'" : "')'");
    for (size_t i = 0; good && i < symbols.count; i++)
        good = micai_operand_list_append(parser, operands, &symbols.data[i]);
    mica_asm_operand_list_free(&symbols);
    return good;
}

// ---- successors
// ------------------------------------------------------------------------------

bool mica_asm_parse_successor_if(mica_asm_parser *parser, mica_block **block)
{
    if (!micai_at(parser, MICAI_TK_CARET_ID))
        return false;
    const mica_string name = {parser->token.start + 1, parser->token.length - 1};
    *block = micai_use_block(parser, name, parser->token.start);
    micai_advance(parser);
    return *block != NULL;
}

bool mica_asm_parse_successor(mica_asm_parser *parser, mica_block **block)
{
    if (!micai_at(parser, MICAI_TK_CARET_ID))
        return micai_error_missing(parser, "expected block name");
    return mica_asm_parse_successor_if(parser, block);
}

// ---- arguments
// -------------------------------------------------------------------------------

static bool parse_argument_attrs(mica_asm_parser *parser, mica_asm_argument *argument)
{
    if (!micai_at(parser, MICAI_TK_LBRACE))
        return true;
    const size_t mark = parser->words.count;
    const bool good = micai_parse_named_attrs(parser, &parser->words);
    const size_t count = (parser->words.count - mark) / 2;
    if (good)
        argument->attrs = mica_dictionary_attr_get(
            parser->context, (const mica_named_attr *)(const void *)(parser->words.data + mark),
            count);
    parser->words.count = mark;
    return good && argument->attrs;
}

bool mica_asm_parse_argument(mica_asm_parser *parser, mica_asm_argument *argument,
                             bool with_type, bool with_attrs)
{
    memset(argument, 0, sizeof *argument);
    if (!mica_asm_parse_operand(parser, &argument->name))
        return false;
    argument->location = argument->name.location;
    if (with_type && !mica_asm_parse_colon_type(parser, &argument->type))
        return false;
    return (!with_attrs || parse_argument_attrs(parser, argument)) &&
           mica_asm_parse_location_if(parser, &argument->location);
}

bool mica_asm_parse_argument_if(mica_asm_parser *parser, mica_asm_argument *argument,
                                bool with_type, bool with_attrs)
{
    return micai_at(parser, MICAI_TK_PERCENT_ID) &&
           mica_asm_parse_argument(parser, argument, with_type, with_attrs);
}

typedef struct argument_list_request {
    mica_asm_argument_list *arguments;
    bool with_type, with_attrs;
} argument_list_request;

static bool parse_argument_onto(mica_asm_parser *parser, void *user)
{
    const argument_list_request *request = user;
    mica_asm_argument argument;
    return mica_asm_parse_argument(parser, &argument, request->with_type,
                                   request->with_attrs) &&
           (micai_argument_list_append(request->arguments, &argument) ||
            micai_parser_no_memory(parser));
}

bool mica_asm_parse_argument_list(mica_asm_parser *parser, mica_delimiter delimiter,
                                  mica_asm_argument_list *arguments, bool with_type,
                                  bool with_attrs)
{
    argument_list_request request = {arguments, with_type, with_attrs};
    if (delimiter == MICA_DELIMITER_NONE && !micai_at(parser, MICAI_TK_PERCENT_ID))
        return true;
    return mica_asm_parse_list(parser, delimiter, parse_argument_onto, &request,
                               " in argument list");
}

typedef struct assignment_request {
    mica_asm_argument_list *arguments;
    mica_asm_operand_list *operands;
} assignment_request;

static bool parse_assignment(mica_asm_parser *parser, void *user)
{
    const assignment_request *request = user;
    const argument_list_request argument = {request->arguments, false, false};
    mica_asm_operand operand;
    return parse_argument_onto(parser, (void *)&argument) &&
           micai_expect(parser, MICAI_TK_EQUAL, "'='") &&
           mica_asm_parse_operand(parser, &operand) &&
           micai_operand_list_append(parser, request->operands, &operand);
}

bool mica_asm_parse_assignments(mica_asm_parser *parser, mica_asm_argument_list *arguments,
                                mica_asm_operand_list *operands)
{
    assignment_request request = {arguments, operands};
    return mica_asm_parse_list(parser, MICA_DELIMITER_PAREN, parse_assignment, &request, NULL);
}

// ---- regions
// ---------------------------------------------------------------------------------

bool mica_asm_parse_region(mica_asm_parser *parser, mica_region *region,
                           const mica_asm_argument *arguments, size_t count)
{
    const micai_frame *frame = parser->frame;
    if (!micai_enter(parser))
        return false;
    bool is_open;
    const bool begun = micai_region_begin(parser, region, arguments, count, &is_open);
    if (begun && is_open)
        micai_run(parser, frame);
    micai_leave(parser);
    return begun && !parser->stop;
}

bool mica_asm_parse_region_if(mica_asm_parser *parser, mica_region *region,
                              const mica_asm_argument *arguments, size_t count, bool *present)
{
    *present = micai_at(parser, MICAI_TK_LBRACE);
    return !*present || mica_asm_parse_region(parser, region, arguments, count);
}

bool mica_asm_set_entry_arguments(mica_asm_parser *parser, const mica_asm_argument *arguments,
                                  size_t count)
{
    mica_asm_argument_list *list = &micai_op_frame_of(parser)->entry_arguments;
    list->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!micai_argument_list_append(list, &arguments[i]))
            return micai_parser_no_memory(parser);
    }
    return true;
}

/// The regions of an implicit terminator (scf.forall.in_parallel), each with its block.
static bool add_regions(mica_op_state *state)
{
    const mica_op_def *definition = mica_op_record_def(state->record);
    for (uint16_t i = 0; definition && i < definition->region_count; i++) {
        if (definition->regions[i].is_variadic)
            continue;
        mica_region *region = mica_op_state_add_region(state);
        mica_block *block = region && definition->regions[i].min_blocks
                                ? mica_block_create(state->context)
                                : NULL;
        if (block)
            mica_region_append(region, block);
        else if (!region || definition->regions[i].min_blocks)
            return false;
    }
    return true;
}

static bool add_terminator(mica_op_state *state, mica_block *block, const char *name)
{
    mica_op_state terminator;
    mica_op_state_init(&terminator, state->context, name, state->location);
    if (!add_regions(&terminator)) {
        mica_op_state_discard(&terminator);
        return false;
    }
    mica_op *op = mica_op_create(&terminator);
    if (!op)
        return false;
    mica_block_append(block, op);
    return true;
}

bool mica_asm_ensure_terminator(mica_asm_parser *parser, mica_op_state *state,
                                mica_region *region)
{
    const mica_trait_use *use = mica_op_def_find_trait(
        mica_op_record_def(state->record), MICA_TRAIT_SINGLE_BLOCK_IMPLICIT_TERMINATOR);
    if (!use || use->argument_count == 0)
        return true;
    if (mica_region_is_empty(region)) {
        mica_block *block = mica_block_create(parser->context);
        if (!block)
            return micai_parser_no_memory(parser);
        mica_region_append(region, block);
    }
    mica_block *block = mica_region_last(region);
    const mica_op *last = mica_block_last(block);
    const bool has_terminator =
        last && mica_op_definition(last) && mica_op_has_trait(last, MICA_TRAIT_TERMINATOR);
    return has_terminator || add_terminator(state, block, use->arguments[0]) ||
           micai_parser_no_memory(parser);
}

size_t mica_asm_result_count(mica_asm_parser *parser)
{
    return micai_op_frame_of(parser)->result_count;
}

mica_string mica_asm_result_name(mica_asm_parser *parser, size_t index)
{
    const micai_op_frame *frame = micai_op_frame_of(parser);
    const mica_string none = {"", 0};
    for (size_t i = 0; i < frame->name_count; i++) {
        if (index < frame->names[i].count)
            return index == 0 ? frame->names[i].name : none;
        index -= frame->names[i].count;
    }
    return none;
}
