// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of ops that move elements without changing them, and of constants.
#include "dialects/onnx/onnx_internal.h"

/// a * b; MICA_DYNAMIC when either is or when the product is too large.
static int64_t multiply_sizes(int64_t a, int64_t b)
{
    int64_t product;
    if (a == MICA_DYNAMIC || b == MICA_DYNAMIC || __builtin_mul_overflow(a, b, &product))
        return MICA_DYNAMIC;
    return product;
}

// ---- Reshape
// ---------------------------------------------------------------------------------

/// The size that -1 stands for: what the input has, over the other sizes. Dimensions that are
/// copied (`copied[i]`: output i is input i) cancel, even when they are not known.
static int64_t remaining_size(const mica_type *input, const int64_t *shape, const bool *copied,
                              size_t rank, size_t hole)
{
    int64_t above = 1, below = 1;
    for (size_t i = 0; i < mica_type_rank(input); ++i)
        if (i >= rank || !copied[i])
            above = multiply_sizes(above, mica_type_shape(input)[i]);
    for (size_t i = 0; i < rank; ++i)
        if (i != hole && !copied[i])
            below = multiply_sizes(below, shape[i]);
    if (above == MICA_DYNAMIC || below == MICA_DYNAMIC)
        return MICA_DYNAMIC;
    return below != 0 && above % below == 0 ? above / below : -1;
}

static const mica_type *wrong_count(const mica_type *input, const mica_type *result,
                                    mica_onnx_fault *fault)
{
    char from[MICAI_SHAPE_TEXT], to[MICAI_SHAPE_TEXT];
    mica_onnx_shape_text(input, from, sizeof from);
    mica_onnx_shape_text(result, to, sizeof to);
    return micai_onnx_wrong(fault, "%s can't be reshaped to %s: the numbers of elements differ",
                            from, to);
}

static const mica_type *reshape_to(const mica_type *input, const int64_t *entries, size_t rank,
                                   bool allow_zero, mica_onnx_fault *fault)
{
    int64_t shape[MICA_ONNX_MAX_RANK];
    bool copied[MICA_ONNX_MAX_RANK] = {false}, has_zero = false;
    size_t hole = rank;
    for (size_t i = 0; i < rank; ++i) {
        shape[i] = entries[i];
        if (shape[i] < -1 && shape[i] != MICA_DYNAMIC)
            return micai_onnx_wrong(fault, "'shape' holds %lld", (long long)shape[i]);
        has_zero |= shape[i] == 0;
        if (shape[i] == 0 && !allow_zero) {
            if (mica_type_is_ranked(input) && i >= mica_type_rank(input))
                return micai_onnx_wrong(fault,
                                        "'shape' copies dimension %zu of 'data', which has "
                                        "rank %zu",
                                        i, mica_type_rank(input));
            copied[i] = true;
            shape[i] = mica_type_is_ranked(input) ? mica_type_shape(input)[i] : MICA_DYNAMIC;
        } else if (shape[i] == -1) {
            if (hole != rank)
                return micai_onnx_wrong(fault, "'shape' holds -1 more than once");
            hole = i;
            shape[i] = MICA_DYNAMIC;
        }
    }
    if (allow_zero && has_zero && hole != rank)
        return micai_onnx_wrong(fault, "'shape' holds both 0 and -1, which allowzero forbids");
    if (hole != rank && mica_type_is_ranked(input)) {
        const int64_t size = remaining_size(input, shape, copied, rank, hole);
        if (size == -1)
            return wrong_count(input, micai_shaped_like(input, shape, rank), fault);
        shape[hole] = size;
    }
    const mica_type *result = micai_shaped_like(input, shape, rank);
    if (result && mica_type_is_ranked(input)) {
        const int64_t before = mica_type_element_count(input);
        const int64_t after = mica_type_element_count(result);
        if (before >= 0 && after >= 0 && before != after)
            return wrong_count(input, result, fault);
    }
    return result;
}

static const mica_type *infer_reshape(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *input = micai_operand_type(node, 0);
    const mica_type *shape_type = micai_operand_type(node, 1);
    if (!mica_type_is_ranked(shape_type))
        return micai_unranked_like(input);
    if (mica_type_rank(shape_type) != 1)
        return micai_onnx_wrong(fault, "'shape' must have rank 1, but has rank %zu",
                                mica_type_rank(shape_type));
    const int64_t rank = mica_type_shape(shape_type)[0];
    if (rank == MICA_DYNAMIC)
        return micai_unranked_like(input);
    if (rank > MICA_ONNX_MAX_RANK)
        return micai_onnx_wrong(fault, "'shape' has rank %lld; the limit is %d",
                                (long long)rank, MICA_ONNX_MAX_RANK);
    int64_t shape[MICA_ONNX_MAX_RANK];
    if (mica_onnx_known_ints(mica_onnx_node_operand(node, 1), shape, MICA_ONNX_MAX_RANK) ==
        rank)
        return reshape_to(input, shape, (size_t)rank,
                          mica_onnx_node_int(node, "allowzero") != 0, fault);
    for (int64_t i = 0; i < rank; ++i)
        shape[i] = MICA_DYNAMIC;
    return micai_shaped_like(input, shape, (size_t)rank);
}

// ---- others
// ----------------------------------------------------------------------------------

static const mica_type *infer_flatten(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *input = micai_operand_type(node, 0);
    int64_t shape[2] = {MICA_DYNAMIC, MICA_DYNAMIC};
    if (!mica_type_is_ranked(input))
        return micai_shaped_like(input, shape, 2);
    const int64_t rank = (int64_t)mica_type_rank(input);
    int64_t axis = mica_onnx_node_int(node, "axis");
    if (axis < -rank || axis > rank)
        return micai_onnx_wrong(fault, "axis %lld is outside of rank %lld", (long long)axis,
                                (long long)rank);
    axis = axis < 0 ? axis + rank : axis;
    shape[0] = shape[1] = 1;
    for (int64_t i = 0; i < rank; ++i)
        shape[i >= axis] = multiply_sizes(shape[i >= axis], mica_type_shape(input)[i]);
    return micai_shaped_like(input, shape, 2);
}

static const mica_type *infer_transpose(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *input = micai_operand_type(node, 0);
    const mica_attr *perm = mica_onnx_node_attr(node, "perm");
    if (!mica_type_is_ranked(input))
        return input;
    const size_t rank = mica_type_rank(input);
    if (perm && mica_dense_array_attr_count(perm) != rank)
        return micai_onnx_wrong(fault, "perm has %zu entries, but 'data' has rank %zu",
                                mica_dense_array_attr_count(perm), rank);
    int64_t shape[MICA_ONNX_MAX_RANK];
    uint32_t seen = 0;
    for (size_t i = 0; i < rank; ++i) {
        const int64_t from =
            perm ? mica_dense_array_attr_int(perm, i) : (int64_t)(rank - 1 - i);
        if (from < 0 || from >= (int64_t)rank || seen >> from & 1u)
            return micai_onnx_wrong(fault, "perm is no permutation of %zu dimensions", rank);
        seen |= 1u << from;
        shape[i] = mica_type_shape(input)[from];
    }
    return micai_shaped_like(input, shape, rank);
}

/// Adds an operand of Concat to the shape of those before it.
static bool append_along(int64_t *shape, const mica_type *type, size_t axis, size_t index,
                         mica_onnx_fault *fault)
{
    for (size_t i = 0; i < mica_type_rank(type); ++i) {
        const int64_t size = mica_type_shape(type)[i];
        if (i == axis) {
            const bool known = shape[i] != MICA_DYNAMIC && size != MICA_DYNAMIC;
            if (!known || __builtin_add_overflow(shape[i], size, &shape[i]))
                shape[i] = MICA_DYNAMIC;
        } else if (shape[i] == MICA_DYNAMIC) {
            shape[i] = size;
        } else if (size != MICA_DYNAMIC && size != shape[i]) {
            micai_onnx_wrong(fault,
                             "operand #%zu has size %lld in dimension %zu, where those before "
                             "it have %lld",
                             index, (long long)size, i, (long long)shape[i]);
            return false;
        }
    }
    return true;
}

static const mica_type *infer_concat(const mica_op_state *node, mica_onnx_fault *fault)
{
    if (node->operand_count == 0)
        return micai_onnx_wrong(fault, "it has no operands");
    const mica_type *first = mica_value_type(node->operands[0]);
    for (size_t i = 0; i < node->operand_count; ++i) {
        const mica_type *type = mica_value_type(node->operands[i]);
        if (mica_type_element(type) != mica_type_element(first))
            return micai_onnx_wrong(fault, "operands #0 and #%zu differ in element type", i);
        if (!mica_type_is_ranked(type))
            return micai_unranked_like(first);
        if (mica_type_rank(type) != mica_type_rank(first))
            return micai_onnx_wrong(fault, "operands #0 and #%zu have ranks %zu and %zu", i,
                                    mica_type_rank(first), mica_type_rank(type));
    }
    const size_t rank = mica_type_rank(first);
    const int64_t given = mica_onnx_node_int(node, "axis");
    size_t axis;
    if (!mica_onnx_axis(given, rank, &axis))
        return micai_onnx_wrong(fault, "axis %lld is outside of rank %zu", (long long)given,
                                rank);
    int64_t shape[MICA_ONNX_MAX_RANK];
    memcpy(shape, mica_type_shape(first), rank * sizeof *shape);
    for (size_t i = 1; i < node->operand_count; ++i)
        if (!append_along(shape, mica_value_type(node->operands[i]), axis, i, fault))
            return NULL;
    return micai_shaped_like(first, shape, rank);
}

static const mica_type *infer_constant(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_attr *value = mica_onnx_node_attr(node, "value");
    const mica_type *type = value ? mica_attr_type(value) : NULL;
    if (!type || !mica_type_is_tensor(type))
        return micai_onnx_wrong(fault, "'value' is no tensor");
    return type;
}

const micai_onnx_infer_rule micai_onnx_infer_layout_rules[] = {
    {"onnx.Concat", .one = infer_concat},       {"onnx.Constant", .one = infer_constant},
    {"onnx.Flatten", .one = infer_flatten},     {"onnx.Reshape", .one = infer_reshape},
    {"onnx.Transpose", .one = infer_transpose}, {NULL, NULL, NULL},
};
