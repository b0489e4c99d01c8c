// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules of shapes: one function an operator (or family), listed in infer_types.c.
#ifndef MICA_DIALECTS_ONNX_ONNX_INTERNAL_H
#define MICA_DIALECTS_ONNX_ONNX_INTERNAL_H

#include "dialects/onnx/onnx.h"
#include "ir/core/context.h"
#include "ir/core/definition.h"

/// Gives the type of the result, or NULL with `fault` filled in. Operands have tensor types of
/// at most MICA_ONNX_MAX_RANK dimensions.
typedef const mica_type *(*micai_onnx_infer_fn)(const mica_op_state *node,
                                                mica_onnx_fault *fault);

/// The same for operators with several results. `types->count` comes as the number of results
/// that are wanted, and leaves as the number that there are; false with `fault` filled in.
typedef bool (*micai_onnx_infer_all_fn)(const mica_op_state *node, mica_onnx_types *types,
                                        mica_onnx_fault *fault);

/// Fills in the fault. NULL, so that a rule can end in `return micai_onnx_wrong(...)`.
const mica_type *micai_onnx_wrong(mica_onnx_fault *fault, const char *format, ...)
    MICA_PRINTF(2, 3);

/// Room for a shape in a message.
enum { MICAI_SHAPE_TEXT = 96 };

static inline const mica_type *micai_operand_type(const mica_op_state *node, size_t index)
{
    const mica_value *value = mica_onnx_node_operand(node, index);
    return value ? mica_value_type(value) : NULL;
}
static inline const mica_type *micai_unranked_like(const mica_type *type)
{
    return mica_unranked_tensor_type_get(mica_type_element(type));
}
static inline const mica_type *micai_shaped_like(const mica_type *type, const int64_t *shape,
                                                 size_t rank)
{
    return mica_tensor_type_get(mica_type_element(type), shape, rank, NULL);
}

/// Do operands `a` and `b` have one element type? Else NULL and a fault that names both.
bool micai_onnx_same_elements(const mica_op_state *node, size_t a, size_t b,
                              mica_onnx_fault *fault);
/// numpy's rule for one pair of sizes; false when they do not fit together.
bool micai_onnx_broadcast_size(int64_t a, int64_t b, int64_t *result);
/// The same for shapes of any ranks, aligned at the last dimension. Returns the rank, -1 when
/// they do not fit together.
int micai_onnx_broadcast_shapes(const int64_t *a, size_t a_rank, const int64_t *b,
                                size_t b_rank, int64_t *result);

/// How the types of an operator's results follow from its operands and attributes.
typedef struct micai_onnx_infer_rule {
    const char *op;
    micai_onnx_infer_fn one;     ///< for operators with one result
    micai_onnx_infer_all_fn all; ///< for others
} micai_onnx_infer_rule;

/// Has the result of such an op the shape of operand 0, whatever that is?
bool micai_onnx_rule_keeps_shape(const micai_onnx_infer_rule *rule);

/// The dimensions that Shape's start and end pick.
void micai_onnx_shape_range(const mica_op_state *node, size_t rank, size_t *first, size_t *end);

/// Tables of the families, ended by an entry without op.
extern const micai_onnx_infer_rule micai_onnx_infer_elementwise_rules[];
extern const micai_onnx_infer_rule micai_onnx_infer_contraction_rules[];
extern const micai_onnx_infer_rule micai_onnx_infer_window_rules[];
extern const micai_onnx_infer_rule micai_onnx_infer_normalization_rules[];
extern const micai_onnx_infer_rule micai_onnx_infer_layout_rules[];
extern const micai_onnx_infer_rule micai_onnx_infer_shape_rules[];
extern const micai_onnx_infer_rule micai_onnx_infer_gather_rules[];
extern const micai_onnx_infer_rule micai_onnx_infer_reduction_rules[];
extern const micai_onnx_infer_rule micai_onnx_infer_function_rules[];
extern const micai_onnx_infer_rule micai_onnx_infer_microsoft_rules[];
extern const micai_onnx_infer_rule micai_onnx_infer_quantization_rules[];
extern const micai_onnx_infer_rule micai_onnx_infer_selection_rules[];
extern const micai_onnx_infer_rule micai_onnx_infer_spatial_rules[];
extern const micai_onnx_infer_rule micai_onnx_infer_signal_rules[];
extern const micai_onnx_infer_rule micai_onnx_infer_random_rules[];
extern const micai_onnx_infer_rule micai_onnx_infer_training_rules[];
extern const micai_onnx_infer_rule micai_onnx_infer_ml_rules[];
extern const micai_onnx_infer_rule micai_onnx_infer_control_rules[];
extern const micai_onnx_infer_rule micai_onnx_infer_recurrent_rules[];

/// The type of a matrix product, with elements as `a` has them.
const mica_type *micai_onnx_matmul_type(const mica_type *a, const mica_type *b,
                                        mica_onnx_fault *fault);
/// The type of a convolution with the node's attributes, with elements as `input` has them;
/// `bias` may be NULL.
const mica_type *micai_onnx_conv_type(const mica_op_state *node, const mica_type *input,
                                      const mica_type *filter, const mica_type *bias,
                                      mica_onnx_fault *fault);
/// The type of a pooling of `input`, whose channels are dimension 1, with the node's
/// attributes.
const mica_type *micai_onnx_pool_type(const mica_op_state *node, const mica_type *input,
                                      mica_onnx_fault *fault);
/// The type of a Gemm, with the node's operands and attributes.
const mica_type *micai_onnx_infer_gemm(const mica_op_state *node, mica_onnx_fault *fault);
/// The type of the first operand.
const mica_type *micai_onnx_infer_same(const mica_op_state *node, mica_onnx_fault *fault);
/// The broadcast shape of all operands, which share their element type.
const mica_type *micai_onnx_infer_broadcast(const mica_op_state *node, mica_onnx_fault *fault);

#endif
