// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Text of affine ops: maps and sets applied to `(dims)[symbols]`, bounds of loops, indices as
// affine expressions of SSA names.

#include "dialects/affine/affine_ops.h"
#include "ir/core/affine.h"
#include "ir/text/assembly_program.h"

// ---- dims and symbols
// ------------------------------------------------------------------------

/// `(%d, ...)[%s, ...]`: the operands in that order and the number of dims.
static bool parse_dims_and_symbols(mica_asm_parser *parser, mica_asm_operand_list *operands,
                                   size_t *dim_count)
{
    const size_t before = operands->count;
    if (!mica_asm_parse_operand_list(parser, MICA_DELIMITER_PAREN, operands))
        return false;
    *dim_count = operands->count - before;
    return mica_asm_parse_operand_list(parser, MICA_DELIMITER_OPTIONAL_SQUARE, operands);
}

static void print_dims_and_symbols(mica_asm_printer *printer, mica_op *op, mica_run operands,
                                   size_t dim_count)
{
    mica_asm_print(printer, "(");
    mica_asm_print_operands(printer, op, operands.first, dim_count);
    mica_asm_print(printer, ")");
    if (operands.count <= dim_count)
        return;
    mica_asm_print(printer, "[");
    mica_asm_print_operands(printer, op, operands.first + dim_count,
                            operands.count - dim_count);
    mica_asm_print(printer, "]");
}

/// An attribute of the kind, then its operands; the counts must be those of the map or set.
static bool parse_applied(mica_asm_parser *parser, mica_attr_kind kind, const mica_attr **attr,
                          mica_asm_operand_list *operands)
{
    const size_t offset = mica_asm_offset(parser), before = operands->count;
    size_t dims = 0;
    if (!mica_asm_parse_attr(parser, mica_none_type_get(mica_asm_context(parser)), attr))
        return false;
    if (!mica_attr_is(*attr, kind))
        return mica_asm_error_at(parser, offset, "invalid kind of attribute specified");
    if (!parse_dims_and_symbols(parser, operands, &dims))
        return false;
    const bool is_map = kind == MICA_ATTR_AFFINE_MAP;
    const size_t expected =
        is_map ? mica_affine_map_dim_count(*attr) : mica_integer_set_dim_count(*attr);
    const size_t symbols =
        is_map ? mica_affine_map_symbol_count(*attr) : mica_integer_set_symbol_count(*attr);
    if (dims != expected)
        return mica_asm_error_at(parser, offset,
                                 "dim operand count and %s dim count must match",
                                 is_map ? "affine map" : "integer set");
    if (operands->count - before != expected + symbols)
        return mica_asm_error_at(parser, offset,
                                 "symbol operand count and %s symbol count must match",
                                 is_map ? "affine map" : "integer set");
    return true;
}

bool micai_affine_parse_map_and_operands(mica_asm_parser *parser, mica_op_state *state,
                                         mica_directive *directive)
{
    (void)state;
    return parse_applied(parser, MICA_ATTR_AFFINE_MAP, &directive->arguments[0].attr,
                         directive->arguments[1].operands);
}

void micai_affine_print_map_and_operands(mica_asm_printer *printer, mica_op *op,
                                         const mica_directive *directive)
{
    const mica_attr *map = directive->arguments[0].attr;
    const mica_run run = {directive->arguments[1].first, directive->arguments[1].count};
    mica_asm_print_attr(printer, map);
    print_dims_and_symbols(printer, op, run, mica_affine_map_dim_count(map));
}

bool micai_affine_parse_set_and_operands(mica_asm_parser *parser, mica_op_state *state,
                                         mica_directive *directive)
{
    const size_t first = directive->arguments[1].operands->count;
    (void)state;
    if (!parse_applied(parser, MICA_ATTR_INTEGER_SET, &directive->arguments[0].attr,
                       directive->arguments[1].operands))
        return false;
    for (size_t i = first; i < directive->arguments[1].operands->count; ++i) {
        if (!mica_asm_type_list_append(directive->arguments[2].types,
                                       mica_index_type_get(mica_asm_context(parser))))
            return mica_asm_error(parser, "out of memory");
    }
    return true;
}

void micai_affine_print_set_and_operands(mica_asm_printer *printer, mica_op *op,
                                         const mica_directive *directive)
{
    const mica_attr *set = directive->arguments[0].attr;
    const mica_run run = {directive->arguments[1].first, directive->arguments[1].count};
    mica_asm_print_attr(printer, set);
    print_dims_and_symbols(printer, op, run, mica_integer_set_dim_count(set));
}

bool micai_affine_parse_arrow_types(mica_asm_parser *parser, mica_op_state *state,
                                    mica_directive *directive)
{
    (void)state;
    if (!mica_asm_next_is(parser, "->")) {
        directive->absent = true;
        return true;
    }
    return mica_asm_parse_arrow_type_list(parser, directive->arguments[0].types);
}

void micai_affine_print_arrow_types(mica_asm_printer *printer, mica_op *op,
                                    const mica_directive *directive)
{
    (void)directive;
    const bool plain =
        mica_op_result_count(op) == 1 &&
        mica_type_get_kind(mica_value_type(mica_op_result(op, 0))) != MICA_TYPE_FUNCTION;
    mica_asm_print(printer, plain ? "-> " : "-> (");
    mica_asm_print_result_types(printer, op);
    mica_asm_print(printer, plain ? "" : ")");
}

// ---- loops
// -----------------------------------------------------------------------------------
//   %i = lower to upper [step n] [iter_args(%a = %x, ...) -> (types)]

enum { LOWER, LOWER_MAP, UPPER, UPPER_MAP, STEP, INITS, INIT_TYPES, RESULT_TYPES };

/// A map of one symbol onto itself.
static const mica_attr *symbol_identity(mica_context *context)
{
    const mica_affine_expr *symbol = mica_affine_symbol_get(context, 0);
    return mica_affine_map_get(context, 0, 1, &symbol, 1);
}

static const mica_attr *constant_map(mica_context *context, int64_t value)
{
    const mica_affine_expr *constant = mica_affine_constant_get(context, value);
    return mica_affine_map_get(context, 0, 0, &constant, 1);
}

/// An integer, `%x`, or a map with operands; several results after `max` (lower) or `min`.
static bool parse_bound(mica_asm_parser *parser, mica_directive_argument *operands,
                        mica_directive_argument *map, const char *keyword)
{
    mica_context *context = mica_asm_context(parser);
    mica_asm_operand operand;
    int64_t value = 0;
    const bool several = mica_asm_parse_keyword_if(parser, keyword);
    if (mica_asm_parse_operand_if(parser, &operand)) {
        map->attr = symbol_identity(context);
        return mica_asm_operand_list_append(operands->operands, &operand) ||
               mica_asm_error(parser, "out of memory");
    }
    if (mica_asm_parse_integer_if(parser, &value)) {
        map->attr = constant_map(context, value);
        return true;
    }
    const size_t offset = mica_asm_offset(parser);
    if (!parse_applied(parser, MICA_ATTR_AFFINE_MAP, &map->attr, operands->operands))
        return false;
    if (!several && mica_affine_map_result_count(map->attr) > 1)
        return mica_asm_error_at(parser, offset,
                                 "%s loop bound affine map with multiple results requires '%s' "
                                 "prefix",
                                 strcmp(keyword, "max") == 0 ? "lower" : "upper", keyword);
    return true;
}

static bool parse_step(mica_asm_parser *parser, mica_directive_argument *step)
{
    int64_t value = 1;
    if (mica_asm_parse_keyword_if(parser, "step")) {
        const size_t offset = mica_asm_offset(parser);
        if (!mica_asm_parse_integer(parser, &value))
            return false;
        if (value <= 0)
            return mica_asm_error_at(
                parser, offset,
                "expected step to be representable as a positive signed integer");
    }
    step->attr = mica_index_attr_get(mica_asm_context(parser), value);
    return true;
}

static bool parse_carried(mica_asm_parser *parser, mica_directive_argument *a,
                          mica_asm_argument_list *arguments)
{
    if (!mica_asm_parse_keyword_if(parser, "iter_args"))
        return true;
    if (!mica_asm_parse_assignments(parser, arguments, a[INITS].operands) ||
        !mica_asm_parse_arrow_type_list(parser, a[RESULT_TYPES].types))
        return false;
    if (arguments->count - 1 != a[RESULT_TYPES].types->count)
        return mica_asm_error(parser, "mismatch between the number of loop-carried values and "
                                      "results");
    for (size_t i = 0; i < a[RESULT_TYPES].types->count; ++i) {
        arguments->data[i + 1].type = a[RESULT_TYPES].types->data[i];
        if (!mica_asm_type_list_append(a[INIT_TYPES].types, arguments->data[i + 1].type))
            return mica_asm_error(parser, "out of memory");
    }
    return true;
}

static bool parse_for(mica_asm_parser *parser, mica_directive_argument *a,
                      mica_asm_argument_list *arguments)
{
    if (!mica_asm_parse_argument_list(parser, MICA_DELIMITER_NONE, arguments, false, false))
        return false;
    if (arguments->count != 1)
        return mica_asm_error(parser, "expected one induction variable");
    arguments->data[0].type = mica_index_type_get(mica_asm_context(parser));
    return mica_asm_parse_token(parser, "=") &&
           parse_bound(parser, &a[LOWER], &a[LOWER_MAP], "max") &&
           mica_asm_parse_keyword(parser, "to") &&
           parse_bound(parser, &a[UPPER], &a[UPPER_MAP], "min") &&
           parse_step(parser, &a[STEP]) && parse_carried(parser, a, arguments) &&
           mica_asm_set_entry_arguments(parser, arguments->data, arguments->count);
}

bool micai_affine_parse_for_header(mica_asm_parser *parser, mica_op_state *state,
                                   mica_directive *directive)
{
    (void)state;
    mica_asm_argument_list arguments = {0};
    const bool parsed = parse_for(parser, directive->arguments, &arguments);
    mica_asm_argument_list_free(&arguments);
    return parsed;
}

static void print_bound(mica_asm_printer *printer, mica_op *op,
                        const mica_directive_argument *operands, const mica_attr *map,
                        const char *keyword)
{
    const mica_run run = {operands->first, operands->count};
    const size_t dims = mica_affine_map_dim_count(map);
    const size_t symbols = mica_affine_map_symbol_count(map);
    const mica_affine_expr *expr =
        mica_affine_map_result_count(map) == 1 ? mica_affine_map_result(map, 0) : NULL;
    if (expr && dims + symbols == 0 && mica_affine_expr_kind(expr) == MICA_AFFINE_CONSTANT) {
        mica_asm_print_integer(printer, mica_affine_expr_value(expr));
        return;
    }
    if (expr && dims == 0 && symbols == 1 &&
        mica_affine_expr_kind(expr) == MICA_AFFINE_SYMBOL) {
        mica_asm_print_operand(printer, mica_op_operand(op, run.first));
        return;
    }
    if (!expr)
        mica_asm_printf(printer, "%s ", keyword);
    mica_asm_print_attr(printer, map);
    print_dims_and_symbols(printer, op, run, dims);
}

void micai_affine_print_for_header(mica_asm_printer *printer, mica_op *op,
                                   const mica_directive *directive)
{
    const mica_directive_argument *a = directive->arguments;
    mica_block *body = mica_region_first(mica_affine_for_region(op));
    const int64_t step = mica_integer_attr_value(mica_affine_for_step(op));
    mica_asm_print_operand(printer, mica_block_argument(body, 0));
    mica_asm_print(printer, " = ");
    print_bound(printer, op, &a[LOWER], a[LOWER_MAP].attr, "max");
    mica_asm_print(printer, " to ");
    print_bound(printer, op, &a[UPPER], a[UPPER_MAP].attr, "min");
    if (step != 1)
        mica_asm_printf(printer, " step %lld", (long long)step);
    if (a[INITS].count == 0)
        return;
    mica_asm_print(printer, " iter_args(");
    for (size_t i = 0; i < a[INITS].count; ++i) {
        mica_asm_print(printer, i ? ", " : "");
        mica_asm_print_operand(printer, mica_block_argument(body, i + 1));
        mica_asm_print(printer, " = ");
        mica_asm_print_operand(printer, mica_op_operand(op, a[INITS].first + i));
    }
    mica_asm_print(printer, ") -> (");
    mica_asm_print_result_types(printer, op);
    mica_asm_print(printer, ")");
}

// ---- accesses
// --------------------------------------------------------------------------------

bool micai_affine_parse_indices(mica_asm_parser *parser, mica_op_state *state,
                                mica_directive *directive)
{
    (void)state;
    return mica_asm_parse_affine_map_of_ssa_ids(parser, directive->arguments[1].operands,
                                                &directive->arguments[0].attr,
                                                MICA_DELIMITER_SQUARE);
}

void micai_affine_print_indices(mica_asm_printer *printer, mica_op *op,
                                const mica_directive *directive)
{
    mica_asm_print(printer, "[");
    mica_asm_print_affine_map_of_ssa_ids(printer, directive->arguments[0].attr, op,
                                         directive->arguments[1].first);
    mica_asm_print(printer, "]");
}

/// read | write, locality<n>, data | instr
bool micai_affine_parse_prefetch_hints(mica_asm_parser *parser, mica_op_state *state,
                                       mica_directive *directive)
{
    mica_directive_argument *a = directive->arguments;
    mica_context *context = mica_asm_context(parser);
    int64_t hint = 0;
    (void)state;
    const bool is_write = mica_asm_parse_keyword_if(parser, "write");
    if (!is_write && !mica_asm_parse_keyword_if(parser, "read"))
        return mica_asm_error(parser, "rw specifier has to be 'read' or 'write'");
    if (!mica_asm_parse_token(parser, ",") || !mica_asm_parse_keyword(parser, "locality") ||
        !mica_asm_parse_token(parser, "<") || !mica_asm_parse_integer(parser, &hint) ||
        !mica_asm_parse_token(parser, ">") || !mica_asm_parse_token(parser, ","))
        return false;
    const bool is_data = mica_asm_parse_keyword_if(parser, "data");
    if (!is_data && !mica_asm_parse_keyword_if(parser, "instr"))
        return mica_asm_error(parser, "cache type has to be 'data' or 'instr'");
    a[0].attr = mica_bool_attr_get(context, is_write);
    a[1].attr = mica_i32_attr_get(context, (int32_t)hint);
    a[2].attr = mica_bool_attr_get(context, is_data);
    return true;
}

void micai_affine_print_prefetch_hints(mica_asm_printer *printer, mica_op *op,
                                       const mica_directive *directive)
{
    (void)directive;
    mica_asm_printf(
        printer, "%s, locality<%lld>, %s",
        mica_integer_attr_value(mica_affine_prefetch_isWrite(op)) ? "write" : "read",
        (long long)mica_integer_attr_value(mica_affine_prefetch_localityHint(op)),
        mica_integer_attr_value(mica_affine_prefetch_isDataCache(op)) ? "data" : "instr");
}
