// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops that are calls of intrinsic functions, by the rows of intrinsic_table.c.
#include "codegen/llvm/export_internal.h"

#include <stdlib.h>

#define MAX_ARGUMENTS 10

static LLVMValueRef immediate(micai_exporter *exporter, mica_op *op, const char *name)
{
    const mica_attr *attr = mica_op_attr(op, name);
    return micai_export_constant(exporter, op, attr, mica_attr_type(attr));
}

/// An operand that the op leaves out is the poison that a masked load falls back to.
static LLVMValueRef operand_or_poison(micai_exporter *exporter, mica_op *op, size_t index)
{
    if (index < mica_op_operand_count(op))
        return micai_export_operand(exporter, op, index);
    LLVMTypeRef type = micai_export_type(exporter, op, mica_value_type(mica_op_result(op, 0)));
    return type ? LLVMGetPoison(type) : NULL;
}

/// Fills in the arguments; false when one has no translation.
static bool collect_arguments(micai_exporter *exporter, mica_op *op,
                              const micai_intrinsic_row *row, LLVMValueRef *arguments,
                              unsigned *count)
{
    size_t total = row->arguments ? strlen(row->arguments) : mica_op_operand_count(op);
    if (total > MAX_ARGUMENTS)
        return mica_op_error(op, "has too many operands");
    for (size_t i = 0; i < total; i++) {
        char code = row->arguments ? row->arguments[i] : (char)('0' + i);
        if (code >= 'a')
            arguments[i] = immediate(exporter, op, row->immediates[code - 'a']);
        else
            arguments[i] = operand_or_poison(exporter, op, (size_t)(code - '0'));
        if (!arguments[i])
            return false;
    }
    *count = (unsigned)total;
    return true;
}

static LLVMTypeRef overload(micai_exporter *exporter, mica_op *op, char code,
                            LLVMValueRef *arguments)
{
    if (code != 'r' && code != 's')
        return LLVMTypeOf(arguments[code - '0']);
    LLVMTypeRef type = micai_export_type(exporter, op, mica_value_type(mica_op_result(op, 0)));
    return type && code == 's' ? LLVMStructGetTypeAtIndex(type, 0) : type;
}

static bool call_function(micai_exporter *exporter, mica_op *op, LLVMValueRef function,
                          LLVMValueRef *arguments, unsigned count)
{
    LLVMTypeRef type = LLVMGlobalGetValueType(function);
    LLVMValueRef call = LLVMBuildCall2(exporter->builder, type, function, arguments, count, "");
    micai_export_fastmath(op, call);
    micai_export_access_metadata(exporter, op, call);
    return micai_export_result(exporter, op, call);
}

bool micai_emit_intrinsic(micai_exporter *exporter, mica_op *op, const micai_emit_row *emit_row)
{
    const micai_intrinsic_row *row = &micai_intrinsic_rows[emit_row->code];
    LLVMValueRef arguments[MAX_ARGUMENTS];
    LLVMTypeRef types[MAX_ARGUMENTS];
    unsigned count = 0;
    if (!collect_arguments(exporter, op, row, arguments, &count))
        return false;
    size_t type_count = strlen(row->overloads);
    for (size_t i = 0; i < type_count; i++) {
        types[i] = overload(exporter, op, row->overloads[i], arguments);
        if (!types[i])
            return false;
    }
    unsigned id = LLVMLookupIntrinsicID(row->name, strlen(row->name));
    if (id == 0)
        return mica_op_error(op, "calls '%s', which this LLVM lacks", row->name);
    LLVMValueRef function =
        LLVMGetIntrinsicDeclaration(exporter->module, id, types, type_count);
    return call_function(exporter, op, function, arguments, count);
}

/// The intrinsic by its full name (`llvm.fma.f32`): LLVM finds out which it is from the name
/// and checks the type.
static LLVMValueRef declare_by_name(micai_exporter *exporter, mica_op *op, const char *name)
{
    LLVMValueRef function = LLVMGetNamedFunction(exporter->module, name);
    if (function)
        return function;
    size_t count = mica_op_operand_count(op);
    LLVMTypeRef *inputs = mica_malloc((count + 1) * sizeof *inputs);
    LLVMTypeRef result = LLVMVoidTypeInContext(exporter->llvm);
    if (mica_op_result_count(op) > 0)
        result = micai_export_type(exporter, op, mica_value_type(mica_op_result(op, 0)));
    bool ok = inputs && result;
    for (size_t i = 0; ok && i < count; i++)
        inputs[i] = LLVMTypeOf(micai_export_operand(exporter, op, i));
    if (ok)
        function = LLVMAddFunction(exporter->module, name,
                                   LLVMFunctionType(result, inputs, (unsigned)count, false));
    mica_free(inputs);
    return function;
}

bool micai_emit_call_intrinsic(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    (void)row;
    mica_string name = mica_string_attr_text(mica_op_attr(op, "intrin"));
    unsigned id = LLVMLookupIntrinsicID(name.data, name.length);
    if (id == 0)
        return mica_op_error(op, "could not find LLVM intrinsic: \"%.*s\"",
                             MICA_STRING_ARG(name));
    LLVMValueRef function = LLVMIntrinsicIsOverloaded(id)
                                ? declare_by_name(exporter, op, name.data)
                                : LLVMGetIntrinsicDeclaration(exporter->module, id, NULL, 0);
    size_t count = mica_op_operand_count(op);
    LLVMValueRef *arguments = mica_malloc((count + 1) * sizeof *arguments);
    bool ok = function && arguments;
    for (size_t i = 0; ok && i < count; i++)
        arguments[i] = micai_export_operand(exporter, op, i);
    ok = ok && call_function(exporter, op, function, arguments, (unsigned)count);
    mica_free(arguments);
    return ok;
}
