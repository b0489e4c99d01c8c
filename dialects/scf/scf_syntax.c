// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Headers of loops and conditions: what stands between the op's name and its region. Each
// directive hands the names of the region's entry arguments to the parser, so that the region
// itself is parsed by the op driver and nesting needs no C stack.

#include <stdlib.h>

#include "dialects/builtin/builtin_hooks.h"
#include "dialects/scf/scf_ops.h"
#include "ir/text/assembly_program.h"

// ---- shared
// ----------------------------------------------------------------------------------

/// `prefix(%a = %x, %b = %y)` of region arguments and their first values; nothing for none.
static void print_assignments(mica_asm_printer *printer, mica_op *op, mica_block *body,
                              size_t first_argument, mica_run values, const char *prefix)
{
    if (values.count == 0)
        return;
    mica_asm_print(printer, prefix);
    mica_asm_print(printer, "(");
    for (size_t i = 0; i < values.count; ++i) {
        mica_asm_print(printer, i ? ", " : "");
        mica_asm_print_operand(printer, mica_block_argument(body, first_argument + i));
        mica_asm_print(printer, " = ");
        mica_asm_print_operand(printer, mica_op_operand(op, values.first + i));
    }
    mica_asm_print(printer, ")");
}

/// Types in parentheses, also a single one.
static void print_result_types(mica_asm_printer *printer, mica_op *op, const char *before)
{
    mica_asm_print(printer, before);
    mica_asm_print(printer, "(");
    mica_asm_print_result_types(printer, op);
    mica_asm_print(printer, ")");
}

static mica_run operand_run(const mica_op *op, size_t spec)
{
    mica_run run;
    mica_op_operand_range(op, spec, &run.first, &run.count);
    return run;
}

/// Copies types from one list to another.
static bool append_types(mica_asm_parser *parser, mica_asm_type_list *to,
                         const mica_asm_type_list *from)
{
    for (size_t i = 0; i < from->count; ++i) {
        if (!mica_asm_type_list_append(to, from->data[i]))
            return mica_asm_error(parser, "out of memory");
    }
    return true;
}

/// Gives the arguments from `first` on the types, of which there must be as many.
static bool type_arguments(mica_asm_parser *parser, mica_asm_argument_list *arguments,
                           size_t first, const mica_asm_type_list *types)
{
    if (arguments->count - first != types->count)
        return mica_asm_error_at(
            parser, mica_asm_offset(parser),
            "mismatch in number of loop-carried values and defined values");
    for (size_t i = 0; i < types->count; ++i)
        arguments->data[first + i].type = types->data[i];
    return true;
}

bool micai_scf_parse_arrow_types(mica_asm_parser *parser, mica_op_state *state,
                                 mica_directive *directive)
{
    (void)state;
    if (!mica_asm_next_is(parser, "->")) {
        directive->absent = true;
        return true;
    }
    return mica_asm_parse_arrow_type_list(parser, directive->arguments[0].types);
}

void micai_scf_print_arrow_types(mica_asm_printer *printer, mica_op *op,
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

bool micai_scf_parse_paren_types(mica_asm_parser *parser, mica_op_state *state,
                                 mica_directive *directive)
{
    return micai_scf_parse_arrow_types(parser, state, directive);
}

void micai_scf_print_paren_types(mica_asm_printer *printer, mica_op *op,
                                 const mica_directive *directive)
{
    (void)directive;
    print_result_types(printer, op, "-> ");
}

// ---- for
// -------------------------------------------------------------------------------------
//   %i = %lower to %upper step %step [iter_args(%a = %x, ...) -> (types)] [: type]

enum { LOWER, LOWER_TYPE, UPPER, STEP, INITS, INIT_TYPES, RESULT_TYPES };

static bool parse_into(mica_asm_parser *parser, mica_asm_operand_list *list)
{
    mica_asm_operand operand;
    return mica_asm_parse_operand(parser, &operand) &&
           (mica_asm_operand_list_append(list, &operand) ||
            mica_asm_error(parser, "out of memory"));
}

static bool parse_for(mica_asm_parser *parser, mica_directive_argument *a,
                      mica_asm_argument_list *arguments)
{
    mica_context *context = mica_asm_context(parser);
    const mica_type *type = mica_index_type_get(context);
    // The first argument is the induction variable; assignments append after it.
    if (!mica_asm_parse_argument_list(parser, MICA_DELIMITER_NONE, arguments, false, false))
        return false;
    if (arguments->count != 1)
        return mica_asm_error(parser, "expected one induction variable");
    if (!mica_asm_parse_token(parser, "=") || !parse_into(parser, a[LOWER].operands) ||
        !mica_asm_parse_keyword(parser, "to") || !parse_into(parser, a[UPPER].operands) ||
        !mica_asm_parse_keyword(parser, "step") || !parse_into(parser, a[STEP].operands))
        return false;
    if (mica_asm_parse_keyword_if(parser, "iter_args") &&
        (!mica_asm_parse_assignments(parser, arguments, a[INITS].operands) ||
         !mica_asm_parse_arrow_type_list(parser, a[RESULT_TYPES].types)))
        return false;
    if (mica_asm_parse_token_if(parser, ":") && !mica_asm_parse_type(parser, &type))
        return false;
    arguments->data[0].type = type;
    return type_arguments(parser, arguments, 1, a[RESULT_TYPES].types) &&
           append_types(parser, a[INIT_TYPES].types, a[RESULT_TYPES].types) &&
           mica_asm_type_list_append(a[LOWER_TYPE].types, type) &&
           mica_asm_set_entry_arguments(parser, arguments->data, arguments->count);
}

bool micai_scf_parse_for_header(mica_asm_parser *parser, mica_op_state *state,
                                mica_directive *directive)
{
    (void)state;
    mica_asm_argument_list arguments = {0};
    const bool parsed = parse_for(parser, directive->arguments, &arguments);
    mica_asm_argument_list_free(&arguments);
    return parsed;
}

void micai_scf_print_for_header(mica_asm_printer *printer, mica_op *op,
                                const mica_directive *directive)
{
    (void)directive;
    mica_block *body = mica_region_first(mica_scf_for_region(op));
    mica_value *induction = mica_block_argument(body, 0);
    const mica_run inits = operand_run(op, 3);
    mica_asm_print_operand(printer, induction);
    mica_asm_print(printer, " = ");
    mica_asm_print_operand(printer, mica_op_operand(op, 0));
    mica_asm_print(printer, " to ");
    mica_asm_print_operand(printer, mica_op_operand(op, 1));
    mica_asm_print(printer, " step ");
    mica_asm_print_operand(printer, mica_op_operand(op, 2));
    print_assignments(printer, op, body, 1, inits, " iter_args");
    if (inits.count)
        print_result_types(printer, op, " -> ");
    if (!mica_type_is_index(mica_value_type(induction))) {
        mica_asm_print(printer, "  : ");
        mica_asm_print_type(printer, mica_value_type(induction));
    }
}

// ---- parallel
// --------------------------------------------------------------------------------
//   (%i, ...) = (%lower, ...) to (%upper, ...) step (%step, ...) [init (%x, ...)] [-> types]

enum { P_LOWER, P_UPPER, P_STEP, P_INITS, P_INIT_TYPES, P_RESULT_TYPES };

static bool parse_parallel(mica_asm_parser *parser, mica_directive_argument *a,
                           mica_asm_argument_list *arguments)
{
    if (!mica_asm_parse_argument_list(parser, MICA_DELIMITER_PAREN, arguments, false, false) ||
        !mica_asm_parse_token(parser, "=") ||
        !mica_asm_parse_operand_list(parser, MICA_DELIMITER_PAREN, a[P_LOWER].operands) ||
        !mica_asm_parse_keyword(parser, "to") ||
        !mica_asm_parse_operand_list(parser, MICA_DELIMITER_PAREN, a[P_UPPER].operands) ||
        !mica_asm_parse_keyword(parser, "step") ||
        !mica_asm_parse_operand_list(parser, MICA_DELIMITER_PAREN, a[P_STEP].operands))
        return false;
    if (mica_asm_parse_keyword_if(parser, "init") &&
        !mica_asm_parse_operand_list(parser, MICA_DELIMITER_PAREN, a[P_INITS].operands))
        return false;
    if (!mica_asm_parse_arrow_type_list_if(parser, a[P_RESULT_TYPES].types))
        return false;
    for (size_t i = 0; i < arguments->count; ++i)
        arguments->data[i].type = mica_index_type_get(mica_asm_context(parser));
    return append_types(parser, a[P_INIT_TYPES].types, a[P_RESULT_TYPES].types) &&
           mica_asm_set_entry_arguments(parser, arguments->data, arguments->count);
}

bool micai_scf_parse_parallel_header(mica_asm_parser *parser, mica_op_state *state,
                                     mica_directive *directive)
{
    (void)state;
    mica_asm_argument_list arguments = {0};
    const bool parsed = parse_parallel(parser, directive->arguments, &arguments);
    mica_asm_argument_list_free(&arguments);
    return parsed;
}

static void print_operand_run(mica_asm_printer *printer, mica_op *op, size_t spec,
                              const char *before)
{
    const mica_run run = operand_run(op, spec);
    mica_asm_print(printer, before);
    mica_asm_print(printer, "(");
    mica_asm_print_operands(printer, op, run.first, run.count);
    mica_asm_print(printer, ")");
}

static void print_argument_names(mica_asm_printer *printer, mica_block *body, size_t count)
{
    mica_asm_print(printer, "(");
    for (size_t i = 0; i < count; ++i) {
        mica_asm_print(printer, i ? ", " : "");
        mica_asm_print_operand(printer, mica_block_argument(body, i));
    }
    mica_asm_print(printer, ")");
}

void micai_scf_print_parallel_header(mica_asm_printer *printer, mica_op *op,
                                     const mica_directive *directive)
{
    mica_block *body = mica_region_first(mica_scf_parallel_region(op));
    print_argument_names(printer, body, mica_block_argument_count(body));
    print_operand_run(printer, op, 0, " = ");
    print_operand_run(printer, op, 1, " to ");
    print_operand_run(printer, op, 2, " step ");
    if (operand_run(op, 3).count)
        print_operand_run(printer, op, 3, " init ");
    if (mica_op_result_count(op)) {
        mica_asm_print(printer, " ");
        micai_scf_print_arrow_types(printer, op, directive);
    }
}

// ---- forall
// ----------------------------------------------------------------------------------
//   (%i, ...) in (sizes) | (%i, ...) = (lower) to (upper) step (step)
//   [shared_outs(%a = %x, ...) -> (types)]

enum {
    F_LOWER,
    F_STATIC_LOWER,
    F_UPPER,
    F_STATIC_UPPER,
    F_STEP,
    F_STATIC_STEP,
    F_OUTPUTS,
    F_OUTPUT_TYPES,
    F_RESULT_TYPES
};

static bool parse_bounds(mica_asm_parser *parser, mica_directive_argument *a, int values)
{
    return micai_parse_dynamic_index_list(parser, a[values].operands, &a[values + 1].attr, NULL,
                                          MICA_DELIMITER_PAREN);
}

/// A row of one number.
static const mica_attr *repeat(mica_context *context, int64_t value, size_t count)
{
    int64_t *values = mica_malloc((count ? count : 1) * sizeof *values);
    for (size_t i = 0; values && i < count; ++i)
        values[i] = value;
    const mica_attr *array = values ? mica_i64_array_attr_get(context, values, count) : NULL;
    mica_free(values);
    return array;
}

static bool parse_box(mica_asm_parser *parser, mica_directive_argument *a, size_t rank)
{
    if (mica_asm_parse_keyword_if(parser, "in")) {
        mica_context *context = mica_asm_context(parser);
        a[F_STATIC_LOWER].attr = repeat(context, 0, rank);
        a[F_STATIC_STEP].attr = repeat(context, 1, rank);
        return parse_bounds(parser, a, F_UPPER);
    }
    return mica_asm_parse_token(parser, "=") && parse_bounds(parser, a, F_LOWER) &&
           mica_asm_parse_keyword(parser, "to") && parse_bounds(parser, a, F_UPPER) &&
           mica_asm_parse_keyword(parser, "step") && parse_bounds(parser, a, F_STEP);
}

static bool parse_forall(mica_asm_parser *parser, mica_directive_argument *a,
                         mica_asm_argument_list *arguments)
{
    if (!mica_asm_parse_argument_list(parser, MICA_DELIMITER_PAREN, arguments, false, false))
        return false;
    const size_t rank = arguments->count;
    if (!parse_box(parser, a, rank))
        return false;
    if (mica_asm_parse_keyword_if(parser, "shared_outs") &&
        (!mica_asm_parse_assignments(parser, arguments, a[F_OUTPUTS].operands) ||
         !mica_asm_parse_arrow_type_list(parser, a[F_RESULT_TYPES].types)))
        return false;
    for (size_t i = 0; i < rank; ++i)
        arguments->data[i].type = mica_index_type_get(mica_asm_context(parser));
    return type_arguments(parser, arguments, rank, a[F_RESULT_TYPES].types) &&
           append_types(parser, a[F_OUTPUT_TYPES].types, a[F_RESULT_TYPES].types) &&
           mica_asm_set_entry_arguments(parser, arguments->data, arguments->count);
}

bool micai_scf_parse_forall_header(mica_asm_parser *parser, mica_op_state *state,
                                   mica_directive *directive)
{
    (void)state;
    mica_asm_argument_list arguments = {0};
    const bool parsed = parse_forall(parser, directive->arguments, &arguments);
    mica_asm_argument_list_free(&arguments);
    return parsed;
}

static bool all_are(const mica_attr *array, int64_t value)
{
    for (size_t i = 0; i < mica_dense_array_attr_count(array); ++i) {
        if (mica_dense_array_attr_int(array, i) != value)
            return false;
    }
    return true;
}

static void print_bounds(mica_asm_printer *printer, mica_op *op, size_t spec,
                         const mica_attr *integers, const char *before)
{
    mica_asm_print(printer, before);
    micai_print_dynamic_index_list(printer, op, operand_run(op, spec).first, integers, NULL,
                                   true);
}

void micai_scf_print_forall_header(mica_asm_printer *printer, mica_op *op,
                                   const mica_directive *directive)
{
    (void)directive;
    mica_block *body = mica_region_first(mica_scf_forall_region(op));
    const mica_attr *lower = mica_scf_forall_staticLowerBound(op);
    const mica_attr *step = mica_scf_forall_staticStep(op);
    const size_t rank = mica_dense_array_attr_count(lower);
    print_argument_names(printer, body, rank);
    if (all_are(lower, 0) && all_are(step, 1)) {
        print_bounds(printer, op, 1, mica_scf_forall_staticUpperBound(op), " in ");
    } else {
        print_bounds(printer, op, 0, lower, " = ");
        print_bounds(printer, op, 1, mica_scf_forall_staticUpperBound(op), " to ");
        print_bounds(printer, op, 2, step, " step ");
    }
    print_assignments(printer, op, body, rank, operand_run(op, 3), " shared_outs");
    if (mica_op_result_count(op))
        print_result_types(printer, op, " -> ");
}

// ---- while
// -----------------------------------------------------------------------------------
//   [(%a = %x, ...)] : (types) -> types

enum { W_INITS, W_INIT_TYPES, W_RESULT_TYPES };

static bool parse_while(mica_asm_parser *parser, mica_directive_argument *a,
                        mica_asm_argument_list *arguments)
{
    const mica_type *type = NULL;
    if (mica_asm_next_is(parser, "(") &&
        !mica_asm_parse_assignments(parser, arguments, a[W_INITS].operands))
        return false;
    if (!mica_asm_parse_token(parser, ":"))
        return false;
    const size_t offset = mica_asm_offset(parser);
    if (!mica_asm_parse_type(parser, &type))
        return false;
    if (mica_type_get_kind(type) != MICA_TYPE_FUNCTION)
        return mica_asm_error_at(parser, offset, "expected function type");
    const size_t inputs = mica_function_type_input_count(type);
    if (inputs != a[W_INITS].operands->count)
        return mica_asm_error_at(parser, offset,
                                 "expected as many input types as operands (expected %zu got "
                                 "%zu)",
                                 a[W_INITS].operands->count, inputs);
    for (size_t i = 0; i < inputs; ++i) {
        arguments->data[i].type = mica_function_type_input(type, i);
        if (!mica_asm_type_list_append(a[W_INIT_TYPES].types, arguments->data[i].type))
            return mica_asm_error(parser, "out of memory");
    }
    for (size_t i = 0; i < mica_function_type_result_count(type); ++i) {
        if (!mica_asm_type_list_append(a[W_RESULT_TYPES].types,
                                       mica_function_type_result(type, i)))
            return mica_asm_error(parser, "out of memory");
    }
    return mica_asm_set_entry_arguments(parser, arguments->data, arguments->count);
}

bool micai_scf_parse_while_header(mica_asm_parser *parser, mica_op_state *state,
                                  mica_directive *directive)
{
    (void)state;
    mica_asm_argument_list arguments = {0};
    const bool parsed = parse_while(parser, directive->arguments, &arguments);
    mica_asm_argument_list_free(&arguments);
    return parsed;
}

void micai_scf_print_while_header(mica_asm_printer *printer, mica_op *op,
                                  const mica_directive *directive)
{
    (void)directive;
    const mica_run inits = operand_run(op, 0);
    print_assignments(printer, op, mica_region_first(mica_scf_while_before(op)), 0, inits, "");
    mica_asm_print(printer, inits.count ? " : " : ": ");
    mica_asm_print_functional_type(printer, op);
}

// ---- index_switch
// ----------------------------------------------------------------------------
//   case 2 { ... } case 5 { ... }

bool micai_scf_parse_switch_cases(mica_asm_parser *parser, mica_op_state *state,
                                  mica_directive *directive)
{
    int64_t *values = NULL;
    size_t count = 0;
    bool good = true;
    while (good && mica_asm_parse_keyword_if(parser, "case")) {
        int64_t *grown = mica_realloc(values, (count + 1) * sizeof *grown);
        if (grown)
            values = grown;
        mica_region *region = grown ? mica_op_state_add_region(state) : NULL;
        good = region ? mica_asm_parse_integer(parser, &values[count]) &&
                            mica_asm_parse_region(parser, region, NULL, 0) &&
                            mica_asm_ensure_terminator(parser, state, region)
                      : mica_asm_error(parser, "out of memory");
        ++count;
    }
    if (good)
        directive->arguments[0].attr =
            mica_i64_array_attr_get(mica_asm_context(parser), values, count);
    mica_free(values);
    return good;
}

void micai_scf_print_switch_cases(mica_asm_printer *printer, mica_op *op,
                                  const mica_directive *directive)
{
    const mica_attr *cases = directive->arguments[0].attr;
    for (size_t i = 0; i < mica_scf_index_switch_caseRegions_count(op); ++i) {
        mica_asm_print_newline(printer);
        mica_asm_printf(printer, "case %lld ", (long long)mica_dense_array_attr_int(cases, i));
        mica_asm_print_region(printer, mica_scf_index_switch_caseRegions(op, i), false, true);
    }
}
