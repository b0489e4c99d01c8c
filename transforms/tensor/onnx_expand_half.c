// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sums of half-wide floats (f16, bf16) are computed as f32, and rounded once at the end:
//
//   onnx.MatMul %a, %b : f16   ->   Cast (onnx.MatMul (Cast %a), (Cast %b) : f32)
//
// In the type itself 1 + 1 + ... ends at 2048 in f16 and at 256 in bf16, and machines without
// half-wide arithmetic would convert at each step anyway. Elementwise operators stay as they
// are; reductions know it by themselves.
#include "transforms/tensor/onnx_expand_internal.h"

bool micai_is_half(const mica_value *value)
{
    const mica_type *type = mica_value_type(value);
    if (!mica_type_is_tensor(type))
        return false;
    const mica_type *element = mica_type_element(type);
    return mica_type_is_float_kind(element, MICA_FLOAT_F16) ||
           mica_type_is_float_kind(element, MICA_FLOAT_BF16);
}

/// The same node on f32 where an operand is half-wide; its result in the old type.
static mica_value *sum_as_f32(micai_expansion *x)
{
    mica_op *op = x->op;
    const mica_type *f32 = micai_float(x, MICA_FLOAT_F32);
    mica_op_state state;
    mica_op_state_init_record(&state, x->builder.context, mica_op_get_record(op),
                              x->builder.location);
    for (size_t i = 0; i < mica_op_operand_count(op) && !x->failed; ++i) {
        mica_value *value = mica_op_operand(op, i);
        value = micai_is_half(value) ? micai_make_cast(x, value, f32) : value;
        if (value)
            mica_op_state_add_operand(&state, value);
    }
    for (size_t i = 0; i < mica_op_slot_count(op); ++i)
        mica_op_state_set_slot(&state, i, mica_op_slot(op, i));
    for (size_t i = 0; i < mica_op_attr_count(op); ++i) {
        const mica_named_attr entry = mica_op_attr_entry(op, i);
        mica_op_state_set_attr_by_name(&state, entry.name, entry.value);
    }
    mica_value *sum = micai_make_state(x, &state);
    return sum ? micai_make_cast(x, sum, micai_element_of(mica_op_result(op, 0))) : NULL;
}

const micai_expand_rule micai_expand_half[] = {
    {"onnx.AveragePool", sum_as_f32, NULL},
    {"onnx.Conv", sum_as_f32, NULL},
    {"onnx.ConvTranspose", sum_as_f32, NULL},
    {"onnx.CumSum", sum_as_f32, NULL},
    {"onnx.Einsum", sum_as_f32, NULL},
    {"onnx.Gemm", sum_as_f32, NULL},
    {"onnx.GlobalAveragePool", sum_as_f32, NULL},
    {"onnx.GlobalLpPool", sum_as_f32, NULL},
    {"onnx.LogSoftmax", sum_as_f32, NULL},
    {"onnx.LpPool", sum_as_f32, NULL},
    {"onnx.MatMul", sum_as_f32, NULL},
    {"onnx.Softmax", sum_as_f32, NULL},
    {NULL, NULL, NULL},
};
