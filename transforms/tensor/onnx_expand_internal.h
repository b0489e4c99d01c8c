// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the families of onnx-expand-functions share: making nodes with inferred types. All
// makers give NULL, and do nothing, once something has failed; so a formula is written straight
// down and its end looked at.
#ifndef MICA_TRANSFORMS_TENSOR_ONNX_EXPAND_INTERNAL_H
#define MICA_TRANSFORMS_TENSOR_ONNX_EXPAND_INTERNAL_H

#include "dialects/onnx/onnx.h"
#include "ir/core/context.h"
#include "ir/core/definition.h"

enum { MICAI_MOST_EXPANDED = MICA_ONNX_MAX_RESULTS };

/// One operator that is being expanded.
typedef struct micai_expansion {
    mica_op *op;
    mica_op_state node;
    mica_builder builder; ///< before the op
    const void *row;      ///< of the rule
    size_t result_count;
    mica_value *results[MICAI_MOST_EXPANDED]; ///< after the first one, where the op has more
    bool failed;
} micai_expansion;

/// Gives what replaces the first result, NULL when the expansion failed.
typedef mica_value *(*micai_expand_fn)(micai_expansion *x);
typedef struct micai_expand_rule {
    const char *op;
    micai_expand_fn expand;
    const void *row;
} micai_expand_rule;
extern const micai_expand_rule micai_expand_normalizations[];
extern const micai_expand_rule micai_expand_losses[];
extern const micai_expand_rule micai_expand_attention[];
extern const micai_expand_rule micai_expand_quantization[];
extern const micai_expand_rule micai_expand_recurrent[];
extern const micai_expand_rule micai_expand_microsoft[];
extern const micai_expand_rule micai_expand_microsoft_attention[];
extern const micai_expand_rule micai_expand_microsoft_quantization[];
extern const micai_expand_rule micai_expand_training[];
extern const micai_expand_rule micai_expand_gradient[];
extern const micai_expand_rule micai_expand_ml[];

/// For nodes whose first operand is half-wide alone.
extern const micai_expand_rule micai_expand_half[];
bool micai_is_half(const mica_value *value);

/// A list that a name of NULL ends.
typedef struct micai_expand_attr {
    const char *name;
    const mica_attr *value;
} micai_expand_attr;

/// Reports why the operator can't be expanded; NULL.
mica_value *micai_expand_refuse(micai_expansion *x, const char *format, ...) MICA_PRINTF(2, 3);

/// The node `onnx.NAME`, folded where it can be; its first result. Operands may be NULL where
/// the operator's are optional.
mica_value *micai_make(micai_expansion *x, const char *name, mica_value *const *operands,
                       size_t count, const micai_expand_attr *attrs);
/// The node of the state (consumed) with the results that it infers; the first.
mica_value *micai_make_state(micai_expansion *x, mica_op_state *state);
mica_value *micai_make1(micai_expansion *x, const char *name, mica_value *a);
mica_value *micai_make2(micai_expansion *x, const char *name, mica_value *a, mica_value *b);
/// A vector of i64.
mica_value *micai_make_ints(micai_expansion *x, const int64_t *values, size_t count);
/// A scalar of an element type, or of that of `like`.
mica_value *micai_make_number(micai_expansion *x, const mica_type *element, double value);
mica_value *micai_make_like(micai_expansion *x, const mica_value *like, double value);
mica_value *micai_make_cast(micai_expansion *x, mica_value *value, const mica_type *element);
mica_value *micai_make_reduce(micai_expansion *x, const char *name, mica_value *value,
                              const int64_t *axes, size_t count, bool keep);
/// A node whose second operand is a vector of i64: Reshape, Unsqueeze, Squeeze, Expand, Tile.
mica_value *micai_make_with_ints(micai_expansion *x, const char *name, mica_value *value,
                                 const int64_t *ints, size_t count);
mica_value *micai_make_with_axis(micai_expansion *x, const char *name,
                                 mica_value *const *operands, size_t count, int64_t axis);
mica_value *micai_make_transpose(micai_expansion *x, mica_value *value, const int64_t *perm,
                                 size_t rank);
mica_value *micai_make_where(micai_expansion *x, mica_value *condition, mica_value *a,
                             mica_value *b);
mica_value *micai_make_slice(micai_expansion *x, mica_value *value, int64_t axis, int64_t start,
                             int64_t end);
mica_value *micai_make_concat(micai_expansion *x, mica_value *const *values, size_t count,
                              int64_t axis);

/// Sizes `start` .. `end` - 1 of the shape.
mica_value *micai_make_shape(micai_expansion *x, mica_value *value, int64_t start, int64_t end);
/// The channels moved from the last dimension to dimension 1, or back.
mica_value *micai_make_channels(micai_expansion *x, mica_value *value, bool are_first);
/// The node's attributes of these names (NULL ends them), as far as it has them; room for one
/// entry more is needed.
void micai_copy_attrs(const micai_expansion *x, const char *const *names,
                      micai_expand_attr *attrs);

static inline mica_value *micai_input(const micai_expansion *x, size_t index)
{
    return mica_onnx_node_operand(&x->node, index);
}
static inline const mica_type *micai_element_of(const mica_value *value)
{
    return mica_type_element(mica_value_type(value));
}
static inline const int64_t *micai_shape_of(const mica_value *value)
{
    return mica_type_shape(mica_value_type(value));
}
static inline size_t micai_rank_of(const mica_value *value)
{
    return mica_type_rank(mica_value_type(value));
}
static inline bool micai_has_rank(const mica_value *value)
{
    return mica_type_is_ranked(mica_value_type(value));
}
static inline const mica_type *micai_float(const micai_expansion *x, mica_float_kind kind)
{
    return mica_float_type_get(x->builder.context, kind);
}
static inline const mica_type *micai_integer(const micai_expansion *x, uint32_t width)
{
    return mica_integer_type_get(x->builder.context, width, MICA_SIGNLESS);
}

#endif
