// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// spirv.SpecConstantOperation: one op on constants, written in its generic form behind `wraps`;
// the region that holds it, and the yield of its result, are not written.
//
//   %1 = spirv.SpecConstantOperation wraps "spirv.IAdd"(%0, %0) : (i32, i32) -> i32
#include <stdlib.h>

#include "dialects/spirv/spirv_internal.h"

// Ops that a constant operation may wrap, in order.
static const char *const usable[] = {
    "spirv.BitwiseAnd",
    "spirv.BitwiseOr",
    "spirv.BitwiseXor",
    "spirv.CompositeExtract",
    "spirv.CompositeInsert",
    "spirv.FConvert",
    "spirv.IAdd",
    "spirv.IEqual",
    "spirv.IMul",
    "spirv.INotEqual",
    "spirv.ISub",
    "spirv.LogicalAnd",
    "spirv.LogicalEqual",
    "spirv.LogicalNot",
    "spirv.LogicalNotEqual",
    "spirv.LogicalOr",
    "spirv.Not",
    "spirv.SConvert",
    "spirv.SDiv",
    "spirv.SGreaterThan",
    "spirv.SGreaterThanEqual",
    "spirv.SLessThan",
    "spirv.SLessThanEqual",
    "spirv.SMod",
    "spirv.SNegate",
    "spirv.SRem",
    "spirv.Select",
    "spirv.ShiftLeftLogical",
    "spirv.ShiftRightArithmetic",
    "spirv.ShiftRightLogical",
    "spirv.UConvert",
    "spirv.UDiv",
    "spirv.UGreaterThan",
    "spirv.UGreaterThanEqual",
    "spirv.ULessThan",
    "spirv.ULessThanEqual",
    "spirv.UMod",
};

static bool is_among(const mica_op *op, const char *const *names, size_t count)
{
    for (size_t i = 0; op && i < count; ++i)
        if (mica_string_is(mica_op_name(op), names[i]))
            return true;
    return false;
}

// The operands, attributes and types of the wrapped op.
static bool parse_wrapped(mica_asm_parser *parser, mica_op_state *state)
{
    mica_asm_operand_list operands = {0};
    const mica_type *type;
    const size_t offset = mica_asm_offset(parser);
    bool parsed = mica_asm_parse_operand_list(parser, MICA_DELIMITER_PAREN, &operands) &&
                  mica_asm_parse_prop_dict(parser, state) &&
                  mica_asm_parse_attr_dict(parser, state) &&
                  mica_asm_parse_colon_type(parser, &type);
    if (parsed && (mica_type_get_kind(type) != MICA_TYPE_FUNCTION ||
                   mica_function_type_result_count(type) != 1))
        parsed = mica_asm_error_at(parser, offset, "expected a function type with one result");
    if (parsed && mica_function_type_input_count(type) != operands.count)
        parsed = mica_asm_error_at(parser, offset, "%zu operands present, but expected %zu",
                                   operands.count, mica_function_type_input_count(type));
    for (size_t i = 0; parsed && i < operands.count; ++i)
        parsed = mica_asm_resolve_operand(parser, &operands.data[i],
                                          mica_function_type_input(type, i), state);
    if (parsed)
        mica_op_state_add_result(state, mica_function_type_result(type, 0));
    mica_asm_operand_list_free(&operands);
    return parsed;
}

static bool append_yield(mica_context *context, mica_block *block, mica_value *value,
                         mica_location location)
{
    mica_op_state state;
    mica_op_state_init(&state, context, "spirv.mlir.yield", location);
    mica_op_state_add_operand(&state, value);
    mica_op *yield = mica_op_create(&state);
    if (yield)
        mica_block_append(block, yield);
    return yield != NULL;
}

bool micai_spirv_SpecConstantOperation_parse(mica_asm_parser *parser, mica_op_state *state)
{
    const mica_identifier *name;
    if (!mica_asm_parse_keyword(parser, "wraps"))
        return false;
    state->location = mica_asm_location(parser);
    if (!mica_asm_parse_string(parser, &name))
        return false;
    mica_op_state wrapped;
    mica_op_state_init(&wrapped, mica_asm_context(parser), mica_identifier_text(name).data,
                       state->location);
    if (!parse_wrapped(parser, &wrapped)) {
        mica_op_state_discard(&wrapped);
        return false;
    }
    mica_op *op = mica_op_create(&wrapped);
    if (!op)
        return false;
    mica_region *region = mica_op_state_add_region(state);
    mica_block *block = mica_block_create(state->context);
    if (!region || !block)
        return false;
    mica_region_append(region, block);
    mica_block_append(block, op);
    mica_op_state_add_result(state, mica_value_type(mica_op_result(op, 0)));
    return append_yield(state->context, block, mica_op_result(op, 0), state->location);
}

void micai_spirv_SpecConstantOperation_print(mica_asm_printer *printer, mica_op *op)
{
    mica_op *wrapped = mica_block_first(mica_region_first(mica_op_region(op, 0)));
    mica_asm_print(printer, " wraps ");
    mica_asm_print_quoted(printer, mica_op_name(wrapped));
    mica_asm_print(printer, "(");
    mica_asm_print_operands(printer, wrapped, 0, mica_op_operand_count(wrapped));
    mica_asm_print(printer, ")");
    mica_asm_print_attr_dict(printer, wrapped, NULL);
    mica_asm_print(printer, " : ");
    mica_asm_print_functional_type(printer, wrapped);
}

bool micai_spirv_SpecConstantOperation_verify_regions(mica_op *op)
{
    static const char *const constants[] = {"spirv.Constant", "spirv.mlir.referenceof",
                                            "spirv.SpecConstantOperation"};
    mica_block *body = mica_region_first(mica_op_region(op, 0));
    mica_op *first = body ? mica_block_first(body) : NULL;
    if (!first || !mica_op_next(first) || mica_op_next(first) != mica_block_last(body))
        return mica_op_error(op, "expected exactly 2 nested ops");
    if (!is_among(first, usable, sizeof usable / sizeof *usable))
        return mica_op_error(op, "invalid enclosed op");
    for (size_t i = 0; i < mica_op_operand_count(first); ++i)
        if (!is_among(mica_value_op(mica_op_operand(first, i)), constants,
                      sizeof constants / sizeof *constants))
            return mica_op_error(op,
                                 "invalid operand, must be defined by a constant operation");
    return true;
}
