// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks of the cf dialect: what branches pass to their blocks, and the cases of a switch.

#include <stdlib.h>

#include "dialects/cf/cf_ops.h"
#include "ir/core/diagnostics.h"
#include "ir/text/assembly_program.h"

// ---- br, cond_br
// -----------------------------------------------------------------------------

static mica_run branch_operands(mica_op *op, size_t index)
{
    (void)index;
    const mica_run run = {0, mica_op_operand_count(op)};
    return run;
}
const mica_branch micai_cf_br_branch = {sizeof(mica_branch), branch_operands};

static mica_run cond_branch_operands(mica_op *op, size_t index)
{
    mica_run run;
    mica_op_operand_range(op, index + 1, &run.first, &run.count);
    return run;
}
const mica_branch micai_cf_cond_br_branch = {sizeof(mica_branch), cond_branch_operands};

// ---- switch
// ----------------------------------------------------------------------------------

/// Successor 0 is the default; the others take one group of the case operands each.
static mica_run switch_operands(mica_op *op, size_t index)
{
    mica_run run;
    mica_op_operand_range(op, index ? 2 : 1, &run.first, &run.count);
    if (index == 0)
        return run;
    const mica_attr *sizes = mica_cf_switch_case_operand_segments(op);
    for (size_t i = 0; i + 1 < index; ++i)
        run.first += (size_t)mica_dense_array_attr_int(sizes, i);
    run.count = (size_t)mica_dense_array_attr_int(sizes, index - 1);
    return run;
}
const mica_branch micai_cf_switch_branch = {sizeof(mica_branch), switch_operands};

/// The arguments of custom<SwitchOpCases>.
enum { FLAG_TYPE, DEFAULT, DEFAULT_OPERANDS, DEFAULT_TYPES, VALUES, CASES, OPERANDS, TYPES };

/// ^block [`(` operands `:` types `)`]
static bool parse_destination(mica_asm_parser *parser, mica_asm_block_list *blocks,
                              mica_asm_operand_list *operands, mica_asm_type_list *types)
{
    mica_block *block = NULL;
    if (!mica_asm_parse_successor(parser, &block))
        return false;
    if (!mica_asm_block_list_append(blocks, block))
        return mica_asm_error(parser, "out of memory");
    if (!mica_asm_parse_token_if(parser, "("))
        return true;
    return mica_asm_parse_operand_list(parser, MICA_DELIMITER_NONE, operands) &&
           mica_asm_parse_colon_type_list(parser, types) && mica_asm_parse_token(parser, ")");
}

/// A case's value, truncated to the flag's width, at the end of the row of values.
static bool append_value(mica_asm_parser *parser, mica_asm_size_list *bytes, uint32_t width,
                         int64_t value)
{
    for (uint32_t i = 0; i < width; ++i) {
        if (!mica_asm_size_list_append(bytes, (int32_t)(value >> (8 * i) & 0xFF)))
            return mica_asm_error(parser, "out of memory");
    }
    return true;
}

static bool parse_case(mica_asm_parser *parser, const mica_directive_argument *a,
                       mica_asm_size_list *bytes, uint32_t width)
{
    int64_t value = 0;
    const size_t before = a[OPERANDS].operands->count;
    return mica_asm_parse_integer(parser, &value) && mica_asm_parse_token(parser, ":") &&
           append_value(parser, bytes, width, value) &&
           parse_destination(parser, a[CASES].successors, a[OPERANDS].operands,
                             a[TYPES].types) &&
           mica_asm_size_list_append(a[OPERANDS].groups,
                                     (int32_t)(a[OPERANDS].operands->count - before));
}

/// The values as a tensor constant.
static const mica_attr *make_values(const mica_type *flag, const mica_asm_size_list *bytes,
                                    size_t count, unsigned char *data)
{
    const int64_t shape[] = {(int64_t)count};
    for (size_t i = 0; i < bytes->count; ++i)
        data[i] = (unsigned char)bytes->data[i];
    return mica_dense_elements_attr_get(mica_vector_type_get(flag, shape, NULL, 1), data,
                                        bytes->count, false);
}

bool micai_cf_parse_switch_op_cases(mica_asm_parser *parser, mica_op_state *state,
                                    mica_directive *directive)
{
    (void)state;
    mica_directive_argument *a = directive->arguments;
    const mica_type *flag = a[FLAG_TYPE].types->count ? a[FLAG_TYPE].types->data[0] : NULL;
    if (!flag || !mica_type_is_integer(flag))
        return mica_asm_error(parser, "'flag' must be integer");
    if (!mica_asm_parse_keyword(parser, "default") || !mica_asm_parse_token(parser, ":") ||
        !parse_destination(parser, a[DEFAULT].successors, a[DEFAULT_OPERANDS].operands,
                           a[DEFAULT_TYPES].types))
        return false;
    mica_asm_size_list bytes = {0};
    const uint32_t width = (uint32_t)mica_dense_element_size(flag);
    size_t count = 0;
    bool good = true;
    for (; good && mica_asm_parse_token_if(parser, ","); ++count)
        good = parse_case(parser, a, &bytes, width);
    unsigned char *data = good && count ? mica_malloc(bytes.count) : NULL;
    if (data)
        a[VALUES].attr = make_values(flag, &bytes, count, data);
    mica_free(data);
    mica_free(bytes.data);
    return good && (!count || a[VALUES].attr);
}

static void print_destination(mica_asm_printer *printer, mica_op *op, size_t index)
{
    const mica_run run = switch_operands(op, index);
    mica_asm_print_successor(printer, mica_op_successor(op, index));
    if (run.count == 0)
        return;
    mica_asm_print(printer, "(");
    mica_asm_print_operands(printer, op, run.first, run.count);
    mica_asm_print(printer, " : ");
    mica_asm_print_operand_types(printer, op, run.first, run.count);
    mica_asm_print(printer, ")");
}

/// Cases are written as unsigned numbers, as upstream writes them.
static void print_case_value(mica_asm_printer *printer, const mica_attr *value)
{
    mica_asm_printf(printer, "%llu", (unsigned long long)mica_integer_attr_words(value)[0]);
}

void micai_cf_print_switch_op_cases(mica_asm_printer *printer, mica_op *op,
                                    const mica_directive *directive)
{
    (void)directive;
    const mica_attr *values = mica_cf_switch_case_values(op);
    mica_asm_print(printer, "  default: ");
    print_destination(printer, op, 0);
    if (!values)
        return; // upstream closes the list on the same line then
    for (size_t i = 1; i < mica_op_successor_count(op); ++i) {
        mica_asm_print(printer, ",");
        mica_asm_print_newline(printer);
        mica_asm_print(printer, "  ");
        print_case_value(printer, mica_dense_elements_attr_element(values, (int64_t)i - 1));
        mica_asm_print(printer, ": ");
        print_destination(printer, op, i);
    }
    mica_asm_print_newline(printer);
}

bool micai_cf_switch_verify(mica_op *op)
{
    const mica_attr *values = mica_cf_switch_case_values(op);
    const mica_type *flag = mica_value_type(mica_cf_switch_flag(op));
    const size_t destinations = mica_op_successor_count(op) - 1;
    if (!values)
        return destinations == 0 ||
               mica_op_error(op,
                             "number of case values (0) should match number of case "
                             "destinations (%zu)",
                             destinations);
    if (mica_type_element(mica_attr_type(values)) != flag) {
        mica_diagnostic *d = mica_op_error_begin(op, "'flag' type (");
        mica_diagnostic_append_type(d, flag);
        mica_diagnostic_append(d, ") should match case value type (");
        mica_diagnostic_append_type(d, mica_type_element(mica_attr_type(values)));
        mica_diagnostic_append(d, ")");
        return mica_diagnostic_emit(d);
    }
    const int64_t count = mica_type_element_count(mica_attr_type(values));
    if (count != (int64_t)destinations)
        return mica_op_error(op,
                             "number of case values (%lld) should match number of case "
                             "destinations (%zu)",
                             (long long)count, destinations);
    return true;
}
