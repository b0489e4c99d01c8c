// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks of the onnx dialect. One pair serves all ops: a result's type is inferred by the op's
// rule (infer_types.c), and an op is right when its rule accepts the operands and the result
// says nothing else.
#include "dialects/onnx/onnx_internal.h"
#include "dialects/onnx/onnx_ops.h"
#include "ir/core/diagnostics.h"

bool micai_onnx_infer_node(mica_op_state *state)
{
    mica_onnx_fault fault;
    mica_onnx_types types;
    if (!mica_onnx_infer_types(state, 0, &types, &fault)) {
        const mica_string name = mica_identifier_text(mica_op_record_name(state->record));
        return mica_diagnostic_emit(mica_error(state->context, state->location, "'%.*s' op %s",
                                               MICA_STRING_ARG(name), fault.message));
    }
    mica_onnx_add_results(state, &types);
    return true;
}

static bool verify_result(mica_op *op, size_t index, const mica_type *inferred)
{
    const mica_type *type = mica_value_type(mica_op_result(op, index));
    if (mica_onnx_types_agree(type, inferred))
        return true;
    mica_diagnostic *diagnostic = mica_op_error_begin(op, "has result type ");
    mica_diagnostic_append_type(diagnostic, type);
    mica_diagnostic_append(diagnostic, ", but its operands give ");
    mica_diagnostic_append_type(diagnostic, inferred);
    return mica_diagnostic_emit(diagnostic);
}

bool micai_onnx_verify_node(mica_op *op)
{
    mica_onnx_fault fault;
    mica_onnx_types types;
    const size_t count = mica_op_result_count(op);
    if (!mica_onnx_infer_op_types(op, &types, &fault))
        return mica_op_error(op, "%s", fault.message);
    if (types.count < count)
        return mica_op_error(op, "has %zu results, but its operands give %zu", count,
                             types.count);
    for (size_t i = 0; i < count; ++i)
        if (!verify_result(op, i, types.types[i]))
            return false;
    return true;
}

mica_fold_status micai_onnx_fold_constant(mica_op *op, const mica_attr *const *operands,
                                          mica_fold_result *results)
{
    (void)operands;
    results[0].attr = mica_op_attr(op, "value");
    return results[0].attr ? MICA_FOLD_REPLACED : MICA_FOLD_NONE;
}

mica_op *micai_onnx_materialize_constant(mica_builder *builder, const mica_attr *value,
                                         const mica_type *type)
{
    if (!mica_attr_is(value, MICA_ATTR_DENSE_ELEMENTS) || mica_attr_type(value) != type)
        return NULL;
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "onnx.Constant", builder->location);
    mica_op_state_set_attr(&state, "value", value);
    mica_op_state_add_result(&state, type);
    return mica_builder_create(builder, &state);
}
