// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of matrix products.
#include "dialects/onnx/onnx_internal.h"

/// Says that the inner sizes differ.
static const mica_type *wrong_depth(const mica_type *a, const mica_type *b,
                                    mica_onnx_fault *fault)
{
    char left[MICAI_SHAPE_TEXT], right[MICAI_SHAPE_TEXT];
    mica_onnx_shape_text(a, left, sizeof left);
    mica_onnx_shape_text(b, right, sizeof right);
    return micai_onnx_wrong(fault, "matrices of shapes %s and %s can't be multiplied", left,
                            right);
}

static bool sizes_agree(int64_t a, int64_t b)
{
    return a == b || a == MICA_DYNAMIC || b == MICA_DYNAMIC;
}

/// Can `type` be broadcast to `shape` without making it larger?
static bool broadcasts_to(const mica_type *type, const int64_t *shape, size_t rank)
{
    const size_t own = mica_type_rank(type);
    for (size_t i = 0; i < own; ++i) {
        const int64_t size = mica_type_shape(type)[i];
        if (own > rank || (size != 1 && !sizes_agree(size, shape[i + rank - own])))
            return false;
    }
    return true;
}

const mica_type *micai_onnx_infer_gemm(const mica_op_state *node, mica_onnx_fault *fault)
{
    if (!micai_onnx_same_elements(node, 0, 1, fault) ||
        !micai_onnx_same_elements(node, 0, 2, fault))
        return NULL;
    const mica_type *a = micai_operand_type(node, 0), *b = micai_operand_type(node, 1);
    int64_t shape[2] = {MICA_DYNAMIC, MICA_DYNAMIC};
    int64_t depth = MICA_DYNAMIC;
    const size_t a_turned = mica_onnx_node_int(node, "transA") != 0;
    const size_t b_turned = mica_onnx_node_int(node, "transB") != 0;
    if ((mica_type_is_ranked(a) && mica_type_rank(a) != 2) ||
        (mica_type_is_ranked(b) && mica_type_rank(b) != 2))
        return micai_onnx_wrong(fault,
                                "'A' and 'B' must be matrices, but have ranks %zu and %zu",
                                mica_type_rank(a), mica_type_rank(b));
    if (mica_type_is_ranked(a)) {
        shape[0] = mica_type_shape(a)[a_turned];
        depth = mica_type_shape(a)[1 - a_turned];
    }
    if (mica_type_is_ranked(b)) {
        shape[1] = mica_type_shape(b)[1 - b_turned];
        if (!sizes_agree(depth, mica_type_shape(b)[b_turned]))
            return wrong_depth(a, b, fault);
    }
    const mica_type *result = micai_shaped_like(a, shape, 2);
    const mica_type *c = micai_operand_type(node, 2);
    if (!result || !c || !mica_type_is_ranked(c) || broadcasts_to(c, shape, 2))
        return result;
    char own[MICAI_SHAPE_TEXT], product[MICAI_SHAPE_TEXT];
    mica_onnx_shape_text(c, own, sizeof own);
    mica_onnx_shape_text(result, product, sizeof product);
    return micai_onnx_wrong(fault, "'C' of shape %s can't be broadcast to %s", own, product);
}

/// Shape (batch.., m, n) of a product; vectors count as a row on the left, a column on the
/// right, and their dimension of size 1 is not part of the result.
const mica_type *micai_onnx_matmul_type(const mica_type *a, const mica_type *b,
                                        mica_onnx_fault *fault)
{
    if (!mica_type_is_ranked(a) || !mica_type_is_ranked(b))
        return micai_unranked_like(a);
    const size_t a_rank = mica_type_rank(a), b_rank = mica_type_rank(b);
    if (a_rank == 0 || b_rank == 0)
        return micai_onnx_wrong(fault, "a scalar can't be multiplied as a matrix");
    const int64_t *a_shape = mica_type_shape(a), *b_shape = mica_type_shape(b);
    const int64_t b_depth = b_shape[b_rank == 1 ? 0 : b_rank - 2];
    if (!sizes_agree(a_shape[a_rank - 1], b_depth))
        return wrong_depth(a, b, fault);
    int64_t shape[MICA_ONNX_MAX_RANK + 2];
    const int batch = micai_onnx_broadcast_shapes(a_shape, a_rank < 2 ? 0 : a_rank - 2, b_shape,
                                                  b_rank < 2 ? 0 : b_rank - 2, shape);
    if (batch < 0)
        return wrong_depth(a, b, fault);
    size_t rank = (size_t)batch;
    if (a_rank > 1)
        shape[rank++] = a_shape[a_rank - 2];
    if (b_rank > 1)
        shape[rank++] = b_shape[b_rank - 1];
    return micai_shaped_like(a, shape, rank);
}

static const mica_type *infer_matmul(const mica_op_state *node, mica_onnx_fault *fault)
{
    return micai_onnx_same_elements(node, 0, 1, fault)
               ? micai_onnx_matmul_type(micai_operand_type(node, 0),
                                        micai_operand_type(node, 1), fault)
               : NULL;
}

static const mica_type *infer_det(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    if (!mica_type_is_ranked(type))
        return type;
    const size_t rank = mica_type_rank(type);
    const int64_t *shape = mica_type_shape(type);
    if (rank < 2 || (shape[rank - 1] != shape[rank - 2] && shape[rank - 1] != MICA_DYNAMIC &&
                     shape[rank - 2] != MICA_DYNAMIC))
        return micai_onnx_wrong(fault, "'X' must hold square matrices");
    return micai_shaped_like(type, shape, rank - 2);
}

const micai_onnx_infer_rule micai_onnx_infer_contraction_rules[] = {
    {"onnx.Det", .one = infer_det},
    {"onnx.Gemm", .one = micai_onnx_infer_gemm},
    {"onnx.MatMul", .one = infer_matmul},
    {NULL, NULL, NULL},
};
