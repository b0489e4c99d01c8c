// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which rule gives an operator's result type, and what types say together.
#include "dialects/onnx/onnx_internal.h"

#include <stdarg.h>
#include <stdio.h>

static const micai_onnx_infer_rule *const families[] = {
    micai_onnx_infer_elementwise_rules, micai_onnx_infer_contraction_rules,
    micai_onnx_infer_window_rules,      micai_onnx_infer_normalization_rules,
    micai_onnx_infer_layout_rules,      micai_onnx_infer_shape_rules,
    micai_onnx_infer_gather_rules,      micai_onnx_infer_reduction_rules,
    micai_onnx_infer_function_rules,    micai_onnx_infer_quantization_rules,
    micai_onnx_infer_selection_rules,   micai_onnx_infer_microsoft_rules,
    micai_onnx_infer_spatial_rules,     micai_onnx_infer_signal_rules,
    micai_onnx_infer_random_rules,      micai_onnx_infer_training_rules,
    micai_onnx_infer_ml_rules,          micai_onnx_infer_control_rules,
    micai_onnx_infer_recurrent_rules,
};

const mica_type *micai_onnx_wrong(mica_onnx_fault *fault, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fault->message, sizeof fault->message, format, arguments);
    va_end(arguments);
    return NULL;
}

static const micai_onnx_infer_rule *find_rule(mica_string name)
{
    for (size_t i = 0; i < sizeof families / sizeof *families; ++i)
        for (const micai_onnx_infer_rule *rule = families[i]; rule->op; ++rule)
            if (mica_string_is(name, rule->op))
                return rule;
    return NULL;
}

bool mica_onnx_keeps_shape(mica_string op_name)
{
    const micai_onnx_infer_rule *rule = find_rule(op_name);
    return rule && micai_onnx_rule_keeps_shape(rule);
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

/// How many results the definition asks for at least.
static size_t least_results(const mica_op_state *node)
{
    const mica_op_def *definition = mica_op_record_def(node->record);
    size_t count = 0;
    for (size_t i = 0; i < definition->result_count; ++i)
        count += definition->results[i].arity == MICA_ARITY_ONE;
    return count;
}

static bool apply_rule(const micai_onnx_infer_rule *rule, const mica_op_state *node,
                       mica_onnx_types *types, mica_onnx_fault *fault)
{
    if (rule->all)
        return rule->all(node, types, fault);
    types->count = 1;
    types->types[0] = rule->one(node, fault);
    return types->types[0] != NULL;
}

bool mica_onnx_infer_types(const mica_op_state *node, size_t wanted, mica_onnx_types *types,
                           mica_onnx_fault *fault)
{
    fault->message[0] = 0;
    const mica_string name = mica_identifier_text(mica_op_record_name(node->record));
    const micai_onnx_infer_rule *rule = find_rule(name);
    const size_t least = least_results(node);
    memset(types, 0, sizeof *types);
    types->count = wanted < least ? least : wanted;
    if (!rule)
        return micai_onnx_wrong(fault, "no rule gives the type of its result") != NULL;
    if (types->count > MICA_ONNX_MAX_RESULTS)
        return micai_onnx_wrong(fault, "has more than %d results", MICA_ONNX_MAX_RESULTS) !=
               NULL;
    if (!check_operands(node, fault))
        return false;
    const bool inferred = apply_rule(rule, node, types, fault);
    if (!inferred && !fault->message[0])
        micai_onnx_wrong(fault, "out of memory");
    return inferred;
}

bool mica_onnx_infer_op_types(mica_op *op, mica_onnx_types *types, mica_onnx_fault *fault)
{
    mica_op_state node;
    mica_onnx_node_from_op(op, &node);
    const size_t regions = mica_op_region_count(op);
    const size_t room = sizeof node.inline_regions / sizeof *node.inline_regions;
    for (size_t i = 0; i < regions && i < room; ++i)
        node.inline_regions[i] = mica_op_region(op, i);
    node.regions = node.inline_regions;
    node.region_count = (uint32_t)(regions < room ? regions : room);
    const bool inferred = mica_onnx_infer_types(&node, mica_op_result_count(op), types, fault);
    node.region_count = 0; // they stay the op's
    mica_op_state_discard(&node);
    return inferred;
}

void mica_onnx_add_results(mica_op_state *node, const mica_onnx_types *types)
{
    const mica_op_def *definition = mica_op_record_def(node->record);
    int32_t sizes[8] = {0};
    for (size_t i = 0; i < types->count; ++i)
        mica_op_state_add_result(node, types->types[i]);
    if (definition->result_segment_slot < 0 || definition->result_count > 8)
        return;
    for (size_t i = 0; i < definition->result_count; ++i)
        sizes[i] = i < types->count;
    mica_op_state_set_slot(
        node, (size_t)definition->result_segment_slot,
        mica_i32_array_attr_get(node->context, sizes, definition->result_count));
}

const mica_type *mica_onnx_infer_type(const mica_op_state *node, mica_onnx_fault *fault)
{
    mica_onnx_types types;
    return mica_onnx_infer_types(node, 1, &types, fault) ? types.types[0] : NULL;
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
