// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which rule gives an operator's result type, and what types say together.
#include "dialects/onnx/onnx_internal.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    const char *op;
    micai_onnx_infer_fn infer;
} rules[] = {
    {"onnx.Abs", micai_onnx_infer_elementwise},
    {"onnx.Add", micai_onnx_infer_broadcast},
    {"onnx.AveragePool", micai_onnx_infer_pool},
    {"onnx.BatchNormalization", micai_onnx_infer_batch_normalization},
    {"onnx.Ceil", micai_onnx_infer_elementwise},
    {"onnx.Clip", micai_onnx_infer_clip},
    {"onnx.Concat", micai_onnx_infer_concat},
    {"onnx.Constant", micai_onnx_infer_constant},
    {"onnx.Conv", micai_onnx_infer_conv},
    {"onnx.Div", micai_onnx_infer_broadcast},
    {"onnx.Erf", micai_onnx_infer_elementwise},
    {"onnx.Exp", micai_onnx_infer_elementwise},
    {"onnx.Flatten", micai_onnx_infer_flatten},
    {"onnx.Floor", micai_onnx_infer_elementwise},
    {"onnx.Gemm", micai_onnx_infer_gemm},
    {"onnx.GlobalAveragePool", micai_onnx_infer_global_pool},
    {"onnx.Identity", micai_onnx_infer_elementwise},
    {"onnx.Log", micai_onnx_infer_elementwise},
    {"onnx.MatMul", micai_onnx_infer_matmul},
    {"onnx.MaxPool", micai_onnx_infer_pool},
    {"onnx.Mul", micai_onnx_infer_broadcast},
    {"onnx.Neg", micai_onnx_infer_elementwise},
    {"onnx.Reciprocal", micai_onnx_infer_elementwise},
    {"onnx.Relu", micai_onnx_infer_elementwise},
    {"onnx.Reshape", micai_onnx_infer_reshape},
    {"onnx.Sigmoid", micai_onnx_infer_elementwise},
    {"onnx.Softmax", micai_onnx_infer_softmax},
    {"onnx.Sqrt", micai_onnx_infer_elementwise},
    {"onnx.Sub", micai_onnx_infer_broadcast},
    {"onnx.Tanh", micai_onnx_infer_elementwise},
    {"onnx.Transpose", micai_onnx_infer_transpose},
};

const mica_type *micai_onnx_wrong(mica_onnx_fault *fault, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fault->message, sizeof fault->message, format, arguments);
    va_end(arguments);
    return NULL;
}

static micai_onnx_infer_fn find_rule(mica_string name)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; ++i)
        if (mica_string_is(name, rules[i].op))
            return rules[i].infer;
    return NULL;
}

static bool check_operands(const mica_op_state *node, mica_onnx_fault *fault)
{
    for (size_t i = 0; i < node->operand_count; ++i) {
        const mica_type *type = mica_value_type(node->operands[i]);
        if (!mica_type_is_tensor(type)) {
            micai_onnx_wrong(fault, "operand #%zu is no tensor", i);
            return false;
        }
        if (mica_type_rank(type) > MICA_ONNX_MAX_RANK) {
            micai_onnx_wrong(fault, "operand #%zu has rank %zu; the limit is %d", i,
                             mica_type_rank(type), MICA_ONNX_MAX_RANK);
            return false;
        }
    }
    const mica_op_def *definition = mica_op_record_def(node->record);
    for (size_t i = 0; i < definition->operand_count; ++i) {
        if (definition->operands[i].arity == MICA_ARITY_ONE &&
            !mica_onnx_node_operand(node, i)) {
            micai_onnx_wrong(fault, "operand '%s' is missing", definition->operands[i].name);
            return false;
        }
    }
    return true;
}

const mica_type *mica_onnx_infer_type(const mica_op_state *node, mica_onnx_fault *fault)
{
    fault->message[0] = 0;
    const mica_string name = mica_identifier_text(mica_op_record_name(node->record));
    const micai_onnx_infer_fn infer = find_rule(name);
    if (!infer)
        return micai_onnx_wrong(fault, "no rule gives the type of its result");
    if (!check_operands(node, fault))
        return NULL;
    const mica_type *type = infer(node, fault);
    if (!type && !fault->message[0])
        return micai_onnx_wrong(fault, "out of memory");
    return type;
}

// ---- what types say
// --------------------------------------------------------------------------

bool mica_onnx_types_agree(const mica_type *a, const mica_type *b)
{
    if (a == b)
        return true;
    if (!mica_type_is_tensor(a) || !mica_type_is_tensor(b) ||
        mica_type_element(a) != mica_type_element(b))
        return false;
    if (!mica_type_is_ranked(a) || !mica_type_is_ranked(b))
        return true;
    const size_t rank = mica_type_rank(a);
    if (rank != mica_type_rank(b))
        return false;
    for (size_t i = 0; i < rank; ++i) {
        const int64_t x = mica_type_shape(a)[i], y = mica_type_shape(b)[i];
        if (x != y && x != MICA_DYNAMIC && y != MICA_DYNAMIC)
            return false;
    }
    return true;
}

const mica_type *mica_onnx_join_types(const mica_type *a, const mica_type *b)
{
    if (a == b || !mica_type_is_ranked(b))
        return a;
    const size_t rank = mica_type_rank(b);
    if (!mica_type_is_ranked(a) || rank > MICA_ONNX_MAX_RANK)
        return b;
    int64_t shape[MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i < rank; ++i) {
        const int64_t size = mica_type_shape(a)[i];
        shape[i] = size == MICA_DYNAMIC ? mica_type_shape(b)[i] : size;
    }
    return micai_shaped_like(a, shape, rank);
}

void mica_onnx_shape_text(const mica_type *type, char *text, size_t size)
{
    if (!mica_type_is_ranked(type)) {
        snprintf(text, size, "*");
        return;
    }
    const size_t rank = mica_type_rank(type);
    snprintf(text, size, "%s", rank == 0 ? "scalar" : "");
    size_t length = strlen(text);
    for (size_t i = 0; i < rank && length < size; ++i) {
        const int64_t dim = mica_type_shape(type)[i];
        const char *separator = i ? "x" : "";
        const int written =
            dim == MICA_DYNAMIC
                ? snprintf(text + length, size - length, "%s?", separator)
                : snprintf(text + length, size - length, "%s%lld", separator, (long long)dim);
        length += written > 0 ? (size_t)written : 0;
    }
}
