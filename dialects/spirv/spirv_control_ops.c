// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks of control flow: branches, selections, loops, calls. A selection or loop is an op with
// one region; its last block is where control leaves it (spirv.mlir.merge). In a loop the first
// block enters the second, the header, and the block before the last continues at the header.
#include <inttypes.h>
#include <stdlib.h>

#include "dialects/spirv/spirv_internal.h"

// ---- BranchConditional

// `[` true weight `,` false weight `]` if present
static bool parse_weights(mica_asm_parser *parser, mica_op_state *state)
{
    if (!mica_asm_parse_token_if(parser, "["))
        return true;
    int64_t weights[2];
    if (!mica_asm_parse_integer(parser, &weights[0]) || !mica_asm_parse_token(parser, ",") ||
        !mica_asm_parse_integer(parser, &weights[1]) || !mica_asm_parse_token(parser, "]"))
        return false;
    const mica_attr *attrs[] = {mica_i32_attr_get(state->context, (int32_t)weights[0]),
                                mica_i32_attr_get(state->context, (int32_t)weights[1])};
    mica_op_state_set_attr(state, "branch_weights",
                           mica_array_attr_get(state->context, attrs, 2));
    return true;
}

// ^block (`(` operands `:` types `)`)?
static bool parse_target(mica_asm_parser *parser, mica_op_state *state, int32_t *count)
{
    mica_block *block;
    if (!mica_asm_parse_successor(parser, &block))
        return false;
    mica_op_state_add_successor(state, block);
    *count = 0;
    if (!mica_asm_parse_token_if(parser, "("))
        return true;
    mica_asm_operand_list operands = {0};
    mica_asm_type_list types = {0};
    const size_t offset = mica_asm_offset(parser);
    const bool parsed =
        mica_asm_parse_operand_list(parser, MICA_DELIMITER_NONE, &operands) &&
        mica_asm_parse_colon_type_list(parser, &types) && mica_asm_parse_token(parser, ")") &&
        mica_asm_resolve_operands(parser, &operands, types.data, types.count, offset, state);
    *count = (int32_t)operands.count;
    mica_asm_operand_list_free(&operands);
    mica_asm_type_list_free(&types);
    return parsed;
}

bool micai_spirv_Unreachable_verify(mica_op *op)
{
    if (!micai_spirv_verify_in_function(op))
        return false;
    mica_block *block = mica_op_block(op);
    return mica_region_first(mica_block_region(block)) != block ||
           mica_op_error(op, "cannot be used in reachable block");
}

bool micai_spirv_BranchConditional_parse(mica_asm_parser *parser, mica_op_state *state)
{
    mica_asm_operand condition;
    int32_t sizes[3] = {1, 0, 0};
    if (!mica_asm_parse_operand(parser, &condition) ||
        !mica_asm_resolve_operand(parser, &condition,
                                  mica_integer_type_get(state->context, 1, MICA_SIGNLESS),
                                  state) ||
        !parse_weights(parser, state) || !mica_asm_parse_token(parser, ",") ||
        !parse_target(parser, state, &sizes[1]) || !mica_asm_parse_token(parser, ",") ||
        !parse_target(parser, state, &sizes[2]))
        return false;
    mica_op_state_set_attr(state, "operandSegmentSizes",
                           mica_i32_array_attr_get(state->context, sizes, 3));
    return mica_asm_parse_attr_dict(parser, state);
}

static void print_target(mica_asm_printer *printer, mica_op *op, size_t index)
{
    size_t start, count;
    mica_asm_print(printer, ", ");
    mica_asm_print_successor(printer, mica_op_successor(op, index));
    mica_op_operand_range(op, 1 + index, &start, &count);
    if (count == 0)
        return;
    mica_asm_print(printer, "(");
    mica_asm_print_operands(printer, op, start, count);
    mica_asm_print(printer, " : ");
    mica_asm_print_operand_types(printer, op, start, count);
    mica_asm_print(printer, ")");
}

void micai_spirv_BranchConditional_print(mica_asm_printer *printer, mica_op *op)
{
    static const char *const printed[] = {"branch_weights", "operandSegmentSizes", NULL};
    mica_asm_print(printer, " ");
    mica_asm_print_operand(printer, mica_op_operand(op, 0));
    const mica_attr *weights = mica_op_attr(op, "branch_weights");
    if (weights) {
        mica_asm_print(printer, " [");
        for (size_t i = 0; i < mica_array_attr_count(weights); ++i)
            mica_asm_printf(printer, "%s%" PRId64, i ? ", " : "",
                            mica_integer_attr_value(mica_array_attr_element(weights, i)));
        mica_asm_print(printer, "]");
    }
    print_target(printer, op, 0);
    print_target(printer, op, 1);
    mica_asm_print_attr_dict(printer, op, printed);
}

bool micai_spirv_BranchConditional_verify(mica_op *op)
{
    if (!micai_spirv_verify_in_function(op))
        return false;
    const mica_attr *weights = mica_op_attr(op, "branch_weights");
    if (!weights)
        return true;
    if (mica_array_attr_count(weights) != 2)
        return mica_op_error(op, "must have exactly two branch weights");
    return mica_integer_attr_value(mica_array_attr_element(weights, 0)) != 0 ||
           mica_integer_attr_value(mica_array_attr_element(weights, 1)) != 0 ||
           mica_op_error(op, "branch weights cannot both be zero");
}

// ---- interfaces of branches and calls

static mica_run branch_operands(mica_op *op, size_t index)
{
    (void)index;
    return (mica_run){0, mica_op_operand_count(op)};
}

static mica_run conditional_operands(mica_op *op, size_t index)
{
    mica_run run;
    mica_op_operand_range(op, 1 + index, &run.first, &run.count);
    return run;
}

const mica_branch micai_spirv_Branch_branch = {.struct_size = sizeof(mica_branch),
                                               .successor_operands = branch_operands};
const mica_branch micai_spirv_BranchConditional_branch = {
    .struct_size = sizeof(mica_branch), .successor_operands = conditional_operands};

static const mica_attr *callee(mica_op *op)
{
    return mica_op_attr(op, "callee");
}

static mica_run call_arguments(mica_op *op)
{
    return (mica_run){0, mica_op_operand_count(op)};
}

const mica_call micai_spirv_FunctionCall_call = {
    .struct_size = sizeof(mica_call), .callee = callee, .arguments = call_arguments};

static bool verify_call_types(mica_op *op, const mica_type *type)
{
    const size_t count = mica_function_type_input_count(type);
    if (mica_function_type_result_count(type) > 1)
        return mica_op_error(op,
                             "expected callee function to have 0 or 1 result, but provided %zu",
                             mica_function_type_result_count(type));
    if (mica_op_operand_count(op) != count)
        return mica_op_error(op,
                             "has incorrect number of operands for callee: expected %zu, but "
                             "provided %zu",
                             count, mica_op_operand_count(op));
    for (size_t i = 0; i < count; ++i)
        if (mica_value_type(mica_op_operand(op, i)) != mica_function_type_input(type, i))
            return mica_op_error(op, "operand type mismatch: operand #%zu", i);
    if (mica_op_result_count(op) != mica_function_type_result_count(type))
        return mica_op_error(op,
                             "has incorrect number of results has for callee: expected %zu, "
                             "but provided %zu",
                             mica_function_type_result_count(type), mica_op_result_count(op));
    return mica_op_result_count(op) == 0 ||
           mica_value_type(mica_op_result(op, 0)) == mica_function_type_result(type, 0) ||
           mica_op_error(op, "result type mismatch");
}

static bool verify_callee(mica_op *op, mica_symbol_cache *cache)
{
    mica_op *function = mica_symbol_cache_resolve(cache, op, callee(op));
    if (!function || !mica_string_is(mica_op_name(function), "spirv.func"))
        return mica_op_error(op, "callee function '%.*s' not found in nearest symbol table",
                             MICA_STRING_ARG(mica_symbol_ref_attr_root(callee(op))));
    return verify_call_types(op, mica_type_attr_value(mica_op_attr(function, "function_type")));
}

const mica_symbol_user micai_spirv_FunctionCall_symbol_user = {
    .struct_size = sizeof(mica_symbol_user), .verify_uses = verify_callee};

// ---- selection, loop

// (`control` `(` bits `)`)? region
static bool parse_structured(mica_asm_parser *parser, mica_op_state *state, uint32_t kind,
                             const char *name, const char *what)
{
    uint32_t control = 0;
    if (mica_asm_parse_keyword_if(parser, "control")) {
        if (!mica_asm_parse_token(parser, "("))
            return false;
        do {
            uint32_t bit;
            if (!micai_spirv_parse_enumerant(parser, kind, what, &bit))
                return false;
            control |= bit;
        } while (mica_asm_parse_token_if(parser, "|"));
        if (!mica_asm_parse_token(parser, ")"))
            return false;
    }
    mica_op_state_set_attr(state, name,
                           mica_spirv_enum_attr_get(state->context, name, control));
    return mica_asm_parse_region(parser, mica_op_state_add_region(state), NULL, 0);
}

static void print_structured(mica_asm_printer *printer, mica_op *op, uint32_t kind,
                             const char *name)
{
    const uint32_t control = micai_spirv_enum_of(op, name);
    if (control) {
        mica_asm_print(printer, " control(");
        micai_spirv_print_enumerant(printer, kind, control);
        mica_asm_print(printer, ")");
    }
    mica_asm_print(printer, " ");
    mica_asm_print_region(printer, mica_op_region(op, 0), false, true);
}

bool micai_spirv_mlir_selection_parse(mica_asm_parser *parser, mica_op_state *state)
{
    return parse_structured(parser, state, MICAI_SPIRV_KIND_SELECTION_CONTROL,
                            "selection_control", "selection_control");
}

void micai_spirv_mlir_selection_print(mica_asm_printer *printer, mica_op *op)
{
    print_structured(printer, op, MICAI_SPIRV_KIND_SELECTION_CONTROL, "selection_control");
}

bool micai_spirv_mlir_loop_parse(mica_asm_parser *parser, mica_op_state *state)
{
    return parse_structured(parser, state, MICAI_SPIRV_KIND_LOOP_CONTROL, "loop_control",
                            "loop_control");
}

void micai_spirv_mlir_loop_print(mica_asm_printer *printer, mica_op *op)
{
    print_structured(printer, op, MICAI_SPIRV_KIND_LOOP_CONTROL, "loop_control");
}

static bool is_merge_block(const mica_block *block)
{
    mica_op *first = mica_block_first(block);
    return first && first == mica_block_last(block) &&
           mica_string_is(mica_op_name(first), "spirv.mlir.merge");
}

static bool branches_to(const mica_block *from, const mica_block *to)
{
    mica_op *last = mica_block_last(from);
    for (size_t i = 0; last && i < mica_op_successor_count(last); ++i)
        if (mica_op_successor(last, i) == to)
            return true;
    return false;
}

static size_t block_count(const mica_region *region)
{
    size_t count = 0;
    mica_for_each_block(block, region)
    {
        (void)block;
        ++count;
    }
    return count;
}

// Merge ops may stand in the last block only.
static bool verify_merge_places(mica_op *op, const char *what)
{
    const mica_region *region = mica_op_region(op, 0);
    if (!is_merge_block(mica_region_last(region)))
        return mica_op_error(op, "last block must be the merge block with only one "
                                 "'spirv.mlir.merge' op");
    mica_for_each_block(block, region)
    {
        if (block == mica_region_last(region))
            break;
        mica_op *last = mica_block_last(block);
        if (last && mica_string_is(mica_op_name(last), "spirv.mlir.merge"))
            return mica_op_error(op,
                                 "should not have 'spirv.mlir.merge' op outside the merge "
                                 "block of a %s",
                                 what);
    }
    return true;
}

bool micai_spirv_verify_selection(mica_op *op)
{
    const mica_region *region = mica_op_region(op, 0);
    if (mica_region_is_empty(region))
        return true;
    if (!verify_merge_places(op, "selection"))
        return false;
    return block_count(region) >= 2 || mica_op_error(op, "must have a selection header block");
}

bool micai_spirv_verify_loop(mica_op *op)
{
    const mica_region *region = mica_op_region(op, 0);
    if (mica_region_is_empty(region))
        return true;
    if (!verify_merge_places(op, "loop"))
        return false;
    if (block_count(region) == 1)
        return mica_op_error(op, "must have an entry block branching to the loop header block");
    mica_block *entry = mica_region_first(region);
    mica_block *header = mica_block_next(entry);
    mica_block *latch = mica_block_previous(mica_region_last(region));
    if (header == mica_region_last(region))
        return mica_op_error(op, "must have a loop header block branched from the entry block");
    mica_op *enter = mica_block_last(entry);
    if (!enter || enter != mica_block_first(entry) ||
        !mica_string_is(mica_op_name(enter), "spirv.Branch"))
        return mica_op_error(op,
                             "entry block must only have one 'spirv.Branch' op to the second "
                             "block");
    if (!branches_to(entry, header))
        return mica_op_error(op,
                             "entry block must only have one 'spirv.Branch' op to the second "
                             "block");
    if (latch == header && !branches_to(header, header))
        return mica_op_error(op, "requires a loop continue block branching to the loop header "
                                 "block");
    return branches_to(latch, header) ||
           mica_op_error(op,
                         "second to last block must be the loop continue block that branches "
                         "to the loop header block");
}

bool micai_spirv_mlir_merge_verify(mica_op *op)
{
    mica_op *parent = mica_op_parent(op);
    const mica_string name = parent ? mica_op_name(parent) : mica_string_from("");
    if (!mica_string_is(name, "spirv.mlir.selection") &&
        !mica_string_is(name, "spirv.mlir.loop"))
        return mica_op_error(op, "expected parent op to be 'spirv.mlir.selection' or "
                                 "'spirv.mlir.loop'");
    return mica_op_block(op) == mica_region_last(mica_op_region(parent, 0)) ||
           mica_op_error(op, "can only be used in the last block of 'spirv.mlir.selection' or "
                             "'spirv.mlir.loop'");
}

// ---- returns

bool micai_spirv_verify_return(mica_op *op)
{
    mica_op *function = mica_op_parent(op);
    while (function && !mica_op_has_trait(function, MICA_TRAIT_ISOLATED_FROM_ABOVE))
        function = mica_op_parent(function);
    if (!function || !mica_string_is(mica_op_name(function), "spirv.func"))
        return micai_spirv_verify_in_function(op);
    const mica_type *type = mica_type_attr_value(mica_op_attr(function, "function_type"));
    const size_t count = mica_function_type_result_count(type);
    if (mica_op_operand_count(op) == 0)
        return count == 0 || mica_op_error(op, "cannot be used in functions returning value");
    if (count != 1)
        return mica_op_error(op, "returns 1 value but enclosing function requires %zu results",
                             count);
    if (mica_value_type(mica_op_operand(op, 0)) == mica_function_type_result(type, 0))
        return true;
    mica_diagnostic *d = mica_op_error_begin(op, "return value's type (");
    mica_diagnostic_append_type(d, mica_value_type(mica_op_operand(op, 0)));
    mica_diagnostic_append(d, ") mismatch with function's result type (");
    mica_diagnostic_append_type(d, mica_function_type_result(type, 0));
    mica_diagnostic_append(d, ")");
    return mica_diagnostic_emit(d);
}
