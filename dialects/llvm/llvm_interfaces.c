// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Interfaces of llvm ops: branches, calls, functions, and the checks of symbol references,
// which need a table to be fast.
#include "dialects/llvm/llvm_internal.h"
#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"

// ---- branches

static mica_run operand_run(const mica_op *op, size_t spec)
{
    mica_run run = {0, 0};
    mica_op_operand_range(op, spec, &run.first, &run.count);
    return run;
}

static mica_run br_operands(mica_op *op, size_t index)
{
    (void)index;
    return operand_run(op, 0);
}

static mica_run cond_br_operands(mica_op *op, size_t index)
{
    return operand_run(op, index + 1);
}

static mica_run switch_operands(mica_op *op, size_t index)
{
    if (index == 0)
        return operand_run(op, 1);
    const mica_attr *groups = mica_op_attr(op, "case_operand_segments");
    mica_run run = operand_run(op, 2);
    for (size_t i = 0; i + 1 < index; i++)
        run.first += (size_t)mica_dense_array_attr_int(groups, i);
    run.count = (size_t)mica_dense_array_attr_int(groups, index - 1);
    return run;
}

const mica_branch micai_llvm_br_branch = {sizeof(mica_branch), br_operands};
const mica_branch micai_llvm_cond_br_branch = {sizeof(mica_branch), cond_br_operands};
const mica_branch micai_llvm_switch_branch = {sizeof(mica_branch), switch_operands};

// ---- calls

static const mica_attr *called_symbol(mica_op *op)
{
    return mica_op_attr(op, "callee");
}

static mica_value *called_value(mica_op *op)
{
    return called_symbol(op) ? NULL : mica_op_operand(op, 0);
}

static mica_run call_arguments(mica_op *op)
{
    mica_run run = {called_symbol(op) ? 0 : 1, 0};
    run.count = mica_op_operand_count(op) - run.first;
    return run;
}

const mica_call micai_llvm_call_call = {sizeof(mica_call), called_symbol, called_value,
                                        call_arguments};

/// "WHAT index: 'given' != 'expected'"; no index when it is negative.
static bool refuse_type(mica_op *op, const char *what, int index, const mica_type *given,
                        const mica_type *expected)
{
    mica_diagnostic *diagnostic = index < 0 ? mica_op_error_begin(op, "%s: ", what)
                                            : mica_op_error_begin(op, "%s %d: ", what, index);
    mica_diagnostic_append_type(diagnostic, given);
    mica_diagnostic_append(diagnostic, " != ");
    mica_diagnostic_append_type(diagnostic, expected);
    return mica_diagnostic_emit(diagnostic);
}

static bool verify_operands(mica_op *op, const mica_type *type)
{
    size_t count = mica_llvm_function_input_count(type);
    size_t given = mica_op_operand_count(op);
    if (given < count || (given > count && !mica_llvm_function_is_var_arg(type)))
        return mica_op_error(
            op, "incorrect number of operands (%zu) for callee (expecting: %zu)", given, count);
    for (size_t i = 0; i < count; i++)
        if (mica_value_type(mica_op_operand(op, i)) != mica_llvm_function_input(type, i))
            return refuse_type(op, "operand type mismatch for operand", (int)i,
                               mica_value_type(mica_op_operand(op, i)),
                               mica_llvm_function_input(type, i));
    return true;
}

static bool verify_callee(mica_op *op, mica_symbol_cache *cache)
{
    const mica_attr *name = called_symbol(op);
    if (!name)
        return true;
    mica_op *callee = mica_symbol_cache_resolve(cache, op, name);
    if (!callee)
        return mica_op_error(op, "'%.*s' does not reference a symbol in the current scope",
                             MICA_STRING_ARG(mica_symbol_ref_attr_root(name)));
    if (!mica_op_is(callee, &mica_llvm_func_kind))
        return mica_op_error(op, "'%.*s' does not reference a valid LLVM function",
                             MICA_STRING_ARG(mica_symbol_ref_attr_root(name)));
    const mica_type *type = mica_type_attr_value(mica_op_attr(callee, "function_type"));
    if (!verify_operands(op, type))
        return false;
    const mica_type *result = mica_llvm_function_result(type);
    bool has_result = mica_op_result_count(op) > 0;
    if (has_result == mica_llvm_type_is_void(result))
        return mica_op_error(op, has_result ? "calling function with void result must not "
                                              "produce values"
                                            : "expected function call to produce a value");
    if (has_result && mica_value_type(mica_op_result(op, 0)) != result)
        return refuse_type(op, "result type mismatch", -1,
                           mica_value_type(mica_op_result(op, 0)), result);
    return true;
}

const mica_symbol_user micai_llvm_call_symbol_user = {sizeof(mica_symbol_user), verify_callee};

// ---- constructors and destructors

static bool verify_structors(mica_op *op, mica_symbol_cache *cache)
{
    const mica_attr *functions = mica_op_attr(op, "ctors");
    if (!functions)
        functions = mica_op_attr(op, "dtors");
    for (size_t i = 0; i < mica_array_attr_count(functions); i++) {
        const mica_attr *name = mica_array_attr_element(functions, i);
        const mica_string text = mica_symbol_ref_attr_root(name);
        mica_op *function = mica_symbol_cache_resolve(cache, op, name);
        if (!function || !mica_op_is(function, &mica_llvm_func_kind))
            return mica_op_error(op, "'%.*s' does not reference a valid LLVM function",
                                 MICA_STRING_ARG(text));
        if (mica_region_is_empty(mica_op_region(function, 0)))
            return mica_op_error(op, "'%.*s' does not have a definition",
                                 MICA_STRING_ARG(text));
    }
    return true;
}

const mica_symbol_user micai_llvm_structors = {sizeof(mica_symbol_user), verify_structors};

// ---- addressof

static bool verify_global(mica_op *op, mica_symbol_cache *cache)
{
    mica_op *symbol = mica_symbol_cache_resolve(cache, op, mica_op_attr(op, "global_name"));
    bool known = mica_op_is(symbol, &mica_llvm_mlir_global_kind) ||
                 mica_op_is(symbol, &mica_llvm_func_kind);
    if (!known)
        return mica_op_error(op, "must reference a global defined by 'llvm.mlir.global' or "
                                 "'llvm.func'");
    const mica_attr *space = mica_op_attr(symbol, "addr_space");
    unsigned expected = space ? (unsigned)mica_integer_attr_value(space) : 0;
    if (mica_llvm_pointer_address_space(mica_value_type(mica_op_result(op, 0))) != expected)
        return mica_op_error(op, "pointer address space must match address space of the "
                                 "referenced global");
    return true;
}

const mica_symbol_user micai_llvm_mlir_addressof_symbol_user = {sizeof(mica_symbol_user),
                                                                verify_global};

// ---- functions

static mica_region *function_region(mica_op *op)
{
    mica_region *body = mica_op_region(op, 0);
    return mica_region_is_empty(body) ? NULL : body;
}

static size_t result_count(const mica_type *type)
{
    return mica_llvm_type_is_void(mica_llvm_function_result(type)) ? 0 : 1;
}

static const mica_type *result_at(const mica_type *type, size_t index)
{
    (void)index;
    return mica_llvm_function_result(type);
}

const mica_callable micai_llvm_func_callable = {sizeof(mica_callable), function_region};
// Declarations may be public, unlike those of func.func.
const mica_symbol micai_llvm_func_symbol = {.struct_size = sizeof(mica_symbol)};
// Slots in the order of llvm.dialect.
enum { SLOT_FUNCTION_TYPE = 2, SLOT_ARG_ATTRS = 11, SLOT_RES_ATTRS = 12 };
const mica_function_like micai_llvm_func_function_like = {
    .struct_size = sizeof(mica_function_like),
    .type_slot = SLOT_FUNCTION_TYPE,
    .arg_attrs_slot = SLOT_ARG_ATTRS,
    .res_attrs_slot = SLOT_RES_ATTRS,
    .argument_count = mica_llvm_function_input_count,
    .argument = mica_llvm_function_input,
    .result_count = result_count,
    .result = result_at,
};
