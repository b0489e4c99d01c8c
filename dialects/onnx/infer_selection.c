// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of operators whose results have sizes that depend on elements: these are dynamic.
#include "dialects/onnx/onnx_internal.h"

/// The attribute `axis` where it is set: true and the axis, or the rank when it is unset.
static bool read_axis(const mica_op_state *node, size_t rank, size_t *axis,
                      mica_onnx_fault *fault)
{
    *axis = rank;
    if (!mica_onnx_node_attr(node, "axis"))
        return true;
    const int64_t given = mica_onnx_node_int(node, "axis");
    return mica_onnx_axis(given, rank, axis) ||
           micai_onnx_wrong(fault, "axis %lld is outside of rank %zu", (long long)given,
                            rank) != NULL;
}

/// `type` with a dynamic size at an axis; a vector of dynamic size when that is its rank.
static const mica_type *with_open_axis(const mica_type *type, size_t axis)
{
    const size_t rank = mica_type_rank(type);
    int64_t shape[MICA_ONNX_MAX_RANK] = {MICA_DYNAMIC};
    if (axis == rank)
        return micai_shaped_like(type, shape, 1);
    memcpy(shape, mica_type_shape(type), rank * sizeof *shape);
    shape[axis] = MICA_DYNAMIC;
    return micai_shaped_like(type, shape, rank);
}

static const mica_type *i64_tensor(const mica_type *like, const int64_t *shape, size_t rank)
{
    const mica_type *i64 = mica_integer_type_get(mica_type_context(like), 64, MICA_SIGNLESS);
    return mica_tensor_type_get(i64, shape, rank, NULL);
}

static bool sizes_agree(int64_t a, int64_t b)
{
    return a == b || a == MICA_DYNAMIC || b == MICA_DYNAMIC;
}

static const mica_type *infer_compress(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *input = micai_operand_type(node, 0),
                    *condition = micai_operand_type(node, 1);
    size_t axis;
    if (mica_type_is_ranked(condition) && mica_type_rank(condition) != 1)
        return micai_onnx_wrong(fault, "'condition' must have rank 1");
    if (!mica_type_is_ranked(input))
        return input;
    return read_axis(node, mica_type_rank(input), &axis, fault) ? with_open_axis(input, axis)
                                                                : NULL;
}

static const mica_type *infer_non_max_suppression(const mica_op_state *node,
                                                  mica_onnx_fault *fault)
{
    const mica_type *boxes = micai_operand_type(node, 0), *scores = micai_operand_type(node, 1);
    const int64_t shape[] = {MICA_DYNAMIC, 3};
    if (!micai_onnx_same_elements(node, 0, 1, fault))
        return NULL;
    if (mica_type_is_ranked(boxes) && mica_type_is_ranked(scores)) {
        const int64_t *a = mica_type_shape(boxes), *b = mica_type_shape(scores);
        if (mica_type_rank(boxes) != 3 || mica_type_rank(scores) != 3)
            return micai_onnx_wrong(fault, "'boxes' and 'scores' must have rank 3");
        if (!sizes_agree(a[2], 4) || !sizes_agree(a[0], b[0]) || !sizes_agree(a[1], b[2]))
            return micai_onnx_wrong(fault, "'boxes' and 'scores' do not fit together");
    }
    return i64_tensor(boxes, shape, 2);
}

/// A scalar counts as a vector of one element.
static const mica_type *infer_non_zero(const mica_op_state *node, mica_onnx_fault *fault)
{
    (void)fault;
    const mica_type *type = micai_operand_type(node, 0);
    const size_t rank = mica_type_is_ranked(type) ? mica_type_rank(type) : 0;
    const int64_t rows = !mica_type_is_ranked(type) ? MICA_DYNAMIC
                         : rank == 0                ? 1
                                                    : (int64_t)rank;
    const int64_t shape[] = {rows, MICA_DYNAMIC};
    return i64_tensor(type, shape, 2);
}

static bool infer_unique(const mica_op_state *node, mica_onnx_types *types,
                         mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    int64_t open = MICA_DYNAMIC, whole = MICA_DYNAMIC;
    size_t axis;
    types->types[0] = type;
    if (mica_type_is_ranked(type)) {
        const size_t rank = mica_type_rank(type);
        if (!read_axis(node, rank, &axis, fault))
            return false;
        if (axis < rank)
            whole = mica_type_shape(type)[axis];
        else if (mica_type_has_static_shape(type))
            whole = mica_type_element_count(type);
        types->types[0] = with_open_axis(type, axis);
    }
    types->count = types->count > 4 ? 4 : types->count;
    types->types[1] = types->types[3] = i64_tensor(type, &open, 1);
    types->types[2] = i64_tensor(type, &whole, 1);
    return true;
}

const micai_onnx_infer_rule micai_onnx_infer_selection_rules[] = {
    {"onnx.Compress", .one = infer_compress},
    {"onnx.NonMaxSuppression", .one = infer_non_max_suppression},
    {"onnx.NonZero", .one = infer_non_zero},
    {"onnx.Unique", .all = infer_unique},
    {NULL, NULL, NULL},
};
