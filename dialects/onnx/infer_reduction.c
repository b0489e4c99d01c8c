// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of operators that combine elements along axes.
#include "dialects/onnx/onnx_internal.h"

#include <ctype.h>

bool mica_onnx_reduction_axes(const mica_op_state *node, size_t rank, bool *axes,
                              mica_onnx_fault *fault)
{
    int64_t given[MICA_ONNX_MAX_RANK];
    mica_value *operand = mica_onnx_node_operand(node, 1);
    const int64_t count =
        operand ? mica_onnx_known_ints(operand, given, MICA_ONNX_MAX_RANK) : 0;
    const bool no_axes = mica_onnx_node_int(node, "noop_with_empty_axes") != 0;
    for (size_t i = 0; i < rank; ++i)
        axes[i] = count == 0 && !no_axes;
    for (int64_t i = 0; i < count; ++i) {
        size_t axis;
        if (given[i] == MICA_DYNAMIC)
            return false;
        if (!mica_onnx_axis(given[i], rank, &axis))
            return micai_onnx_wrong(fault, "axis %lld is outside of rank %zu",
                                    (long long)given[i], rank) != NULL;
        axes[axis] = true;
    }
    return count >= 0;
}

static const mica_type *without_axes(const mica_type *type, const bool *axes, bool keep)
{
    int64_t shape[MICA_ONNX_MAX_RANK];
    size_t count = 0;
    for (size_t i = 0; i < mica_type_rank(type); ++i)
        if (!axes[i])
            shape[count++] = mica_type_shape(type)[i];
        else if (keep)
            shape[count++] = 1;
    return micai_shaped_like(type, shape, count);
}

/// Axes that are not known: with keepdims at least the rank is, and without the number of axes
/// gives it.
static const mica_type *of_unknown_axes(const mica_op_state *node, const mica_type *type,
                                        bool keep)
{
    int64_t shape[MICA_ONNX_MAX_RANK];
    const mica_type *axes = micai_operand_type(node, 1);
    const int64_t count = mica_type_is_ranked(axes) ? mica_type_element_count(axes) : -1;
    size_t rank = mica_type_rank(type);
    if (!keep && (count <= 0 || (size_t)count > rank))
        return micai_unranked_like(type);
    rank -= keep ? 0 : (size_t)count;
    for (size_t i = 0; i < rank; ++i)
        shape[i] = MICA_DYNAMIC;
    return micai_shaped_like(type, shape, rank);
}

static const mica_type *infer_reduction(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    bool axes[MICA_ONNX_MAX_RANK];
    const bool keep = mica_onnx_node_int(node, "keepdims") != 0;
    if (!mica_type_is_ranked(type))
        return type;
    if (mica_onnx_reduction_axes(node, mica_type_rank(type), axes, fault))
        return without_axes(type, axes, keep);
    return fault->message[0] ? NULL : of_unknown_axes(node, type, keep);
}

static bool read_axis(const mica_op_state *node, const mica_type *type, size_t *axis,
                      mica_onnx_fault *fault)
{
    const int64_t given = mica_onnx_node_int(node, "axis");
    return mica_onnx_axis(given, mica_type_rank(type), axis) ||
           micai_onnx_wrong(fault, "axis %lld is outside of rank %zu", (long long)given,
                            mica_type_rank(type)) != NULL;
}

static const mica_type *infer_arg(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    const mica_type *element = mica_integer_type_get(node->context, 64, MICA_SIGNLESS);
    bool axes[MICA_ONNX_MAX_RANK] = {false};
    size_t axis;
    if (!mica_type_is_ranked(type))
        return mica_unranked_tensor_type_get(element);
    if (!read_axis(node, type, &axis, fault))
        return NULL;
    axes[axis] = true;
    return mica_type_with_element(
        without_axes(type, axes, mica_onnx_node_int(node, "keepdims") != 0), element);
}

static const mica_type *infer_along(const mica_op_state *node, mica_onnx_fault *fault)
{
    size_t axis;
    const mica_type *type = micai_operand_type(node, 0);
    return !mica_type_is_ranked(type) || read_axis(node, type, &axis, fault) ? type : NULL;
}

static bool infer_top_k(const mica_op_state *node, mica_onnx_types *types,
                        mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    const mica_type *place = mica_integer_type_get(node->context, 64, MICA_SIGNLESS);
    types->count = 2;
    if (mica_type_is_ranked(type)) {
        int64_t shape[MICA_ONNX_MAX_RANK], count;
        size_t axis;
        if (!read_axis(node, type, &axis, fault))
            return false;
        memcpy(shape, mica_type_shape(type), mica_type_rank(type) * sizeof *shape);
        if (mica_onnx_known_ints(mica_onnx_node_operand(node, 1), &count, 1) != 1)
            count = MICA_DYNAMIC;
        if (count != MICA_DYNAMIC &&
            (count < 0 || (shape[axis] != MICA_DYNAMIC && count > shape[axis])))
            return micai_onnx_wrong(fault, "K is %lld, but the axis has %lld elements",
                                    (long long)count, (long long)shape[axis]) != NULL;
        shape[axis] = count;
        type = micai_shaped_like(type, shape, mica_type_rank(type));
    }
    types->types[0] = type;
    types->types[1] = mica_type_with_element(type, place);
    return true;
}

// ---- Einsum
// ----------------------------------------------------------------------------------

/// Subscripts of one term: letters become numbers, an ellipsis the dimensions that are left.
static bool read_term(mica_onnx_einsum *einsum, mica_string text, size_t *at, size_t rank,
                      mica_onnx_term *term)
{
    size_t letters = 0, ellipsis_at = SIZE_MAX;
    char names[MICA_ONNX_MAX_RANK];
    for (; *at < text.length && text.data[*at] != ',' && text.data[*at] != '-'; ++*at) {
        const char c = text.data[*at];
        if (c == ' ')
            continue;
        if (c == '.') {
            if (ellipsis_at != SIZE_MAX || *at + 2 >= text.length)
                return false;
            ellipsis_at = letters;
            *at += 2;
        } else if (!isalpha((unsigned char)c) || letters == MICA_ONNX_MAX_RANK) {
            return false;
        } else {
            names[letters++] = c;
        }
    }
    if (letters > rank || (ellipsis_at == SIZE_MAX && letters != rank))
        return false;
    const size_t spread = rank - letters;
    term->rank = 0;
    for (size_t i = 0; i <= letters; ++i) {
        for (size_t k = 0; i == ellipsis_at && k < spread; ++k)
            term->labels[term->rank++] = (uint8_t)(MICA_ONNX_ELLIPSIS - spread + k);
        if (i < letters)
            term->labels[term->rank++] = (uint8_t)names[i];
    }
    if (spread > einsum->spread)
        einsum->spread = spread;
    return true;
}

/// Without an arrow: the ellipsis, then each letter that stands once, in order of letters.
static void implicit_output(mica_onnx_einsum *einsum)
{
    mica_onnx_term *output = &einsum->output;
    output->rank = 0;
    for (size_t k = 0; k < einsum->spread; ++k)
        output->labels[output->rank++] = (uint8_t)(MICA_ONNX_ELLIPSIS - einsum->spread + k);
    for (unsigned c = 'A'; c <= 'z'; ++c) {
        size_t count = 0;
        for (size_t i = 0; i < einsum->input_count; ++i)
            for (size_t k = 0; k < einsum->inputs[i].rank; ++k)
                count += einsum->inputs[i].labels[k] == c;
        if (count == 1 && output->rank < MICA_ONNX_MAX_RANK)
            output->labels[output->rank++] = (uint8_t)c;
    }
}

bool mica_onnx_einsum_read(const mica_op_state *node, mica_onnx_einsum *einsum)
{
    const mica_string text = mica_onnx_node_string(node, "equation");
    size_t at = 0;
    memset(einsum, 0, sizeof *einsum);
    if (node->operand_count > MICA_ONNX_MOST_TERMS)
        return false;
    for (size_t i = 0; i < node->operand_count; ++i) {
        const mica_type *type = mica_value_type(node->operands[i]);
        if (!mica_type_is_ranked(type) ||
            !read_term(einsum, text, &at, mica_type_rank(type), &einsum->inputs[i]))
            return false;
        einsum->input_count = i + 1;
        if (i + 1 < node->operand_count && (at >= text.length || text.data[at++] != ','))
            return false;
    }
    if (at == text.length) {
        implicit_output(einsum);
        return true;
    }
    if (text.data[at] != '-' || at + 1 >= text.length || text.data[at + 1] != '>')
        return false;
    at += 2;
    size_t letters = 0, dots = 0;
    for (size_t i = at; i < text.length; ++i) {
        letters += isalpha((unsigned char)text.data[i]) != 0;
        dots += text.data[i] == '.';
    }
    return read_term(einsum, text, &at, letters + (dots ? einsum->spread : 0),
                     &einsum->output) &&
           at == text.length;
}

int64_t mica_onnx_einsum_size(const mica_onnx_einsum *einsum, const mica_op_state *node,
                              uint8_t label)
{
    int64_t size = 1;
    for (size_t i = 0; i < einsum->input_count; ++i)
        for (size_t k = 0; k < einsum->inputs[i].rank; ++k) {
            const int64_t own = mica_type_shape(mica_value_type(node->operands[i]))[k];
            if (einsum->inputs[i].labels[k] == label && (size == 1 || own > 1))
                size = own;
        }
    return size;
}

static const mica_type *infer_einsum(const mica_op_state *node, mica_onnx_fault *fault)
{
    mica_onnx_einsum einsum;
    int64_t shape[MICA_ONNX_MAX_RANK];
    if (node->operand_count == 0)
        return micai_onnx_wrong(fault, "has no operand");
    const mica_type *first = mica_value_type(node->operands[0]);
    for (size_t i = 0; i < node->operand_count; ++i) {
        if (!mica_type_is_ranked(mica_value_type(node->operands[i])))
            return micai_unranked_like(first);
        if (mica_type_element(mica_value_type(node->operands[i])) != mica_type_element(first))
            return micai_onnx_wrong(fault, "operands #0 and #%zu differ in element type", i);
    }
    if (!mica_onnx_einsum_read(node, &einsum))
        return micai_onnx_wrong(fault, "equation '%.*s' does not fit its operands",
                                MICA_STRING_ARG(mica_onnx_node_string(node, "equation")));
    for (size_t i = 0; i < einsum.output.rank; ++i)
        shape[i] = mica_onnx_einsum_size(&einsum, node, einsum.output.labels[i]);
    return micai_shaped_like(first, shape, einsum.output.rank);
}

const micai_onnx_infer_rule micai_onnx_infer_reduction_rules[] = {
    {"onnx.ArgMax", .one = infer_arg},
    {"onnx.ArgMin", .one = infer_arg},
    {"onnx.CumProd", .one = micai_onnx_infer_same},
    {"onnx.CumSum", .one = micai_onnx_infer_same},
    {"onnx.Einsum", .one = infer_einsum},
    {"onnx.Hardmax", .one = infer_along},
    {"onnx.ReduceL1", .one = infer_reduction},
    {"onnx.ReduceL2", .one = infer_reduction},
    {"onnx.ReduceLogSum", .one = infer_reduction},
    {"onnx.ReduceLogSumExp", .one = infer_reduction},
    {"onnx.ReduceMax", .one = infer_reduction},
    {"onnx.ReduceMean", .one = infer_reduction},
    {"onnx.ReduceMin", .one = infer_reduction},
    {"onnx.ReduceProd", .one = infer_reduction},
    {"onnx.ReduceSum", .one = infer_reduction},
    {"onnx.ReduceSumSquare", .one = infer_reduction},
    {"onnx.TopK", .all = infer_top_k},
    {NULL, NULL, NULL},
};
