// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks of the func dialect: calls, constants, the text of functions, returns.
//
//   func.func [visibility] @name(%a: type {attrs}, ...) [-> type | -> (type {attrs}, ...)]
//       [attributes {...}] [{ body }]

#include "dialects/func/func_ops.h"
#include "dialects/func/function_syntax.h"
#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/core/symbol_table.h"
#include "ir/text/asm_parser.h"
#include "ir/text/asm_printer.h"

mica_op *micai_func_materialize_constant(mica_builder *builder, const mica_attr *value,
                                         const mica_type *type)
{
    if (!mica_attr_is(value, MICA_ATTR_SYMBOL_REF) ||
        mica_type_get_kind(type) != MICA_TYPE_FUNCTION)
        return NULL;
    return mica_func_constant_build(builder, type, value);
}

// ---- calls
// -----------------------------------------------------------------------------------

static mica_run all_operands(mica_op *op)
{
    const mica_run run = {0, mica_op_operand_count(op)};
    return run;
}
static mica_run operands_after_callee(mica_op *op)
{
    const mica_run run = {1, mica_op_operand_count(op) - 1};
    return run;
}
static const mica_attr *call_callee(mica_op *op)
{
    return mica_func_call_callee(op);
}
static const mica_attr *no_callee(mica_op *op)
{
    (void)op;
    return NULL;
}
static mica_value *callee_value(mica_op *op)
{
    return mica_op_operand(op, 0);
}
const mica_call micai_func_call_call = {sizeof(mica_call), call_callee, NULL, all_operands};
const mica_call micai_func_call_indirect_call = {sizeof(mica_call), no_callee, callee_value,
                                                 operands_after_callee};

static bool report_type_mismatch(mica_op *op, const char *what, const mica_type *expected,
                                 const mica_type *given, size_t index)
{
    mica_diagnostic *d =
        mica_op_error_begin(op, "operand type mismatch: expected %s type ", what);
    mica_diagnostic_append_type(d, expected);
    mica_diagnostic_append(d, ", but provided ");
    mica_diagnostic_append_type(d, given);
    mica_diagnostic_append(d, " for %s number %zu", what, index);
    return mica_diagnostic_emit(d);
}

/// The type as a note, the way upstream shows it.
static void note_type(mica_diagnostic *d, mica_op *op, const char *label,
                      const mica_type *const *types, size_t count)
{
    mica_diagnostic_note(d, mica_op_location(op), "%s", label);
    for (size_t i = 0; i < count; ++i) {
        mica_diagnostic_append(d, i ? ", " : "");
        mica_diagnostic_append_type(d, types[i]);
    }
}

static bool verify_call_results(mica_op *op, const mica_type *type)
{
    const size_t count = mica_function_type_result_count(type);
    if (count != mica_op_result_count(op))
        return mica_op_error(op, "incorrect number of results for callee");
    for (size_t i = 0; i < count; ++i) {
        const mica_type *given = mica_value_type(mica_op_result(op, i));
        const mica_type *expected = mica_function_type_result(type, i);
        if (given == expected)
            continue;
        mica_diagnostic *d = mica_op_error_begin(op, "result type mismatch at index %zu", i);
        note_type(d, op, "     op result types: ", &given, 1);
        note_type(d, op, "function result types: ", &expected, 1);
        return mica_diagnostic_emit(d);
    }
    return true;
}

static mica_op *find_function(mica_op *op, const mica_attr *name, mica_symbol_cache *cache)
{
    mica_op *found =
        cache ? mica_symbol_cache_resolve(cache, op, name) : mica_symbol_resolve(op, name);
    return mica_op_is(found, &mica_func_func_kind) ? found : NULL;
}

static bool verify_call_uses(mica_op *op, mica_symbol_cache *cache)
{
    const mica_attr *name = mica_func_call_callee(op);
    mica_op *function = find_function(op, name, cache);
    if (!function)
        return mica_op_error(op, "'%.*s' does not reference a valid function",
                             MICA_STRING_ARG(mica_symbol_ref_attr_root(name)));
    const mica_type *type = mica_function_type(function);
    const size_t count = mica_function_type_input_count(type);
    if (count != mica_op_operand_count(op))
        return mica_op_error(op, "incorrect number of operands for callee");
    for (size_t i = 0; i < count; ++i) {
        const mica_type *given = mica_value_type(mica_op_operand(op, i));
        if (given != mica_function_type_input(type, i))
            return report_type_mismatch(op, "operand", mica_function_type_input(type, i), given,
                                        i);
    }
    return verify_call_results(op, type);
}
const mica_symbol_user micai_func_call_symbol_user = {sizeof(mica_symbol_user),
                                                      verify_call_uses};

// ---- constant
// --------------------------------------------------------------------------------

static bool verify_constant_uses(mica_op *op, mica_symbol_cache *cache)
{
    const mica_attr *name = mica_func_constant_value(op);
    mica_op *function = find_function(op, name, cache);
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    if (!function)
        return mica_op_error(op, "reference to undefined function '%.*s'",
                             MICA_STRING_ARG(mica_symbol_ref_attr_root(name)));
    if (mica_function_type(function) == type)
        return true;
    mica_diagnostic *d = mica_op_error_begin(op, "reference to function with mismatched type");
    return mica_diagnostic_emit(d);
}
const mica_symbol_user micai_func_constant_symbol_user = {sizeof(mica_symbol_user),
                                                          verify_constant_uses};

void micai_func_constant_name_results(mica_op *op, mica_name_value_fn name, void *user)
{
    (void)op;
    name(user, mica_op_result(op, 0), mica_string_from("f"));
}

// ---- func
// ------------------------------------------------------------------------------------

static mica_region *function_region(mica_op *op)
{
    mica_region *body = mica_func_func_body(op);
    return mica_region_is_empty(body) ? NULL : body;
}
const mica_callable micai_func_func_callable = {sizeof(mica_callable), function_region};
const mica_function_like micai_func_func_function_like = {
    .struct_size = sizeof(mica_function_like),
    .type_slot = 1,
    .arg_attrs_slot = 3,
    .res_attrs_slot = 4,
};
static bool is_declaration(mica_op *op)
{
    return mica_region_is_empty(mica_func_func_body(op));
}
const mica_symbol micai_func_func_symbol = {sizeof(mica_symbol), false, is_declaration, NULL};

bool micai_func_func_parse(mica_asm_parser *parser, mica_op_state *state)
{
    const micai_function_slots slots = {0, 1, 2, 3, 4};
    return micai_function_parse(parser, state, &slots);
}

void micai_func_func_print(mica_asm_printer *printer, mica_op *op)
{
    const micai_function_slots slots = {0, 1, 2, 3, 4};
    micai_function_print(printer, op, &slots);
}

// ---- return
// ----------------------------------------------------------------------------------

bool micai_func_return_verify(mica_op *op)
{
    mica_op *function = mica_op_parent(op);
    if (!mica_op_is(function, &mica_func_func_kind))
        return true; // has_parent has said so
    const mica_type *type = mica_function_type(function);
    const mica_string name = mica_string_attr_text(mica_func_func_sym_name(function));
    const size_t count = mica_function_type_result_count(type);
    if (count != mica_op_operand_count(op))
        return mica_op_error(op, "has %zu operands, but enclosing function (@%.*s) returns %zu",
                             mica_op_operand_count(op), MICA_STRING_ARG(name), count);
    for (size_t i = 0; i < count; ++i) {
        const mica_type *given = mica_value_type(mica_op_operand(op, i));
        if (given == mica_function_type_result(type, i))
            continue;
        mica_diagnostic *d =
            mica_diagnostic_begin(mica_op_context(op), mica_op_location(op),
                                  MICA_SEVERITY_ERROR, "type of return operand %zu (", i);
        mica_diagnostic_append_type(d, given);
        mica_diagnostic_append(d, ") doesn't match function result type (");
        mica_diagnostic_append_type(d, mica_function_type_result(type, i));
        mica_diagnostic_append(d, ") in function @%.*s", MICA_STRING_ARG(name));
        return mica_diagnostic_emit(d);
    }
    return true;
}
