// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the families of the lowering from onnx share: the site of a node, and short-hands for
// building ops of linalg, tensor and arith. convert_onnx_to_linalg.c tells the whole story.
#ifndef MICA_TRANSFORMS_CONVERT_CONVERT_ONNX_TO_LINALG_INTERNAL_H
#define MICA_TRANSFORMS_CONVERT_CONVERT_ONNX_TO_LINALG_INTERNAL_H

#include "dialects/onnx/onnx.h"
#include "ir/core/affine.h"
#include "ir/rewrite/conversion.h"

/// A node that is lowered. Operands of `node` are already converted: their element types have
/// no sign, `is_unsigned` says what the first operand's elements were.
typedef struct micai_onnx_site {
    mica_rewriter *rewriter;
    mica_builder *builder;
    mica_op *op;
    mica_op_state node;
    const mica_type *type; ///< of the first result, converted
    bool is_unsigned;
    size_t result_count;
    const mica_type *types[MICA_ONNX_MAX_RESULTS]; ///< of all results, converted
    /// What replaces the results after the first one; a rule for an operator that has them
    /// fills them in.
    mica_value *results[MICA_ONNX_MAX_RESULTS];
    const void *row;     ///< of the family's table; may be NULL
    bool is_elementwise; ///< the row is a micai_onnx_elementwise
} micai_onnx_site;

/// Gives what replaces the node's first result. NULL: nothing was built, and micai_onnx_refuse
/// says why. So every rule checks first and builds then.
typedef mica_value *(*micai_onnx_lower_fn)(micai_onnx_site *site);

typedef struct micai_onnx_rule {
    const char *op;
    micai_onnx_lower_fn lower;
    const void *row;
} micai_onnx_rule;

/// Tables of the families, ended by an entry without op.
extern const micai_onnx_rule micai_onnx_elementwise_rules[];
extern const micai_onnx_rule micai_onnx_activation_rules[];
extern const micai_onnx_rule micai_onnx_logic_rules[];
extern const micai_onnx_rule micai_onnx_contraction_rules[];
extern const micai_onnx_rule micai_onnx_convolution_rules[];
extern const micai_onnx_rule micai_onnx_pooling_rules[];
extern const micai_onnx_rule micai_onnx_normalization_rules[];
extern const micai_onnx_rule micai_onnx_shape_rules[];
extern const micai_onnx_rule micai_onnx_slice_rules[];
extern const micai_onnx_rule micai_onnx_gather_rules[];
extern const micai_onnx_rule micai_onnx_reduction_rules[];
extern const micai_onnx_rule micai_onnx_order_rules[];
extern const micai_onnx_rule micai_onnx_linear_attention_rules[];
extern const micai_onnx_rule micai_onnx_selection_rules[];
extern const micai_onnx_rule micai_onnx_suppression_rules[];
extern const micai_onnx_rule micai_onnx_unique_rules[];
extern const micai_onnx_rule micai_onnx_window_rules[];
extern const micai_onnx_rule micai_onnx_resize_rules[];
extern const micai_onnx_rule micai_onnx_signal_rules[];
extern const micai_onnx_rule micai_onnx_fourier_rules[];
extern const micai_onnx_rule micai_onnx_grid_rules[];
extern const micai_onnx_rule micai_onnx_region_rules[];
extern const micai_onnx_rule micai_onnx_patch_rules[];
extern const micai_onnx_rule micai_onnx_random_rules[];
extern const micai_onnx_rule micai_onnx_ml_rules[];
extern const micai_onnx_rule micai_onnx_tree_rules[];
extern const micai_onnx_rule micai_onnx_determinant_rules[];

// ---- elementwise ops (convert_onnx_to_linalg_elementwise.c)
// ---------------------------------

/// Builds the element of the result.
typedef mica_value *(*micai_onnx_element_fn)(const micai_onnx_site *site, mica_builder *builder,
                                             mica_value *const *elements);

/// The row of a rule: one op for floats, signed and unsigned integers (NULL: none), or a
/// function, with what it wants to know.
typedef struct micai_onnx_elementwise {
    const char *of_floats, *of_signed, *of_unsigned;
    micai_onnx_element_fn build;
    const void *data;
} micai_onnx_elementwise;
/// Its body: the element of the result from those of the operands; `user` is the site.
mica_value *micai_onnx_build_element(void *user, mica_builder *builder,
                                     mica_value *const *elements);
/// Is there such an op for the node's element type?
bool micai_onnx_has_element(const micai_onnx_site *site);
/// A micai_onnx_lower_fn: the operands broadcast, an element of each at a time.
mica_value *micai_onnx_lower_elementwise(micai_onnx_site *site);

/// Says why the node can't be lowered; NULL.
mica_value *micai_onnx_refuse(micai_onnx_site *site, const char *format, ...) MICA_PRINTF(2, 3);
/// Had the elements of the node's operand at this position (absent ones do not count) an
/// unsigned type?
bool micai_onnx_is_unsigned(const micai_onnx_site *site, size_t index);
static inline mica_value *micai_onnx_operand(const micai_onnx_site *site, size_t index)
{
    return mica_onnx_node_operand(&site->node, index);
}
static inline const mica_type *micai_element(const mica_value *value)
{
    return mica_type_element(mica_value_type(value));
}
static inline size_t micai_rank(const mica_value *value)
{
    return mica_type_rank(mica_value_type(value));
}
static inline const int64_t *micai_shape(const mica_value *value)
{
    return mica_type_shape(mica_value_type(value));
}

// ---- building (convert_onnx_to_linalg_build.c)
// -----------------------------------------------

/// An op with one result.
mica_value *micai_onnx_emit(mica_builder *builder, const char *name,
                            mica_value *const *operands, size_t count, const mica_type *type);
static inline mica_value *micai_onnx_emit2(mica_builder *builder, const char *name,
                                           mica_value *a, mica_value *b)
{
    mica_value *const operands[] = {a, b};
    return micai_onnx_emit(builder, name, operands, 2, mica_value_type(a));
}
/// a < b (floats: false for NaN) for elements of signed, unsigned or float type.
mica_value *micai_onnx_less(mica_builder *builder, mica_value *a, mica_value *b,
                            bool is_unsigned);
mica_value *micai_onnx_is_nan(mica_builder *builder, mica_value *x);
/// x as a number of another type; booleans are 0 and 1, and all numbers but 0 are true. Whether
/// integers are unsigned their signless types do not say. In convert_onnx_to_linalg_logic.c,
/// like micai_onnx_less.
mica_value *micai_onnx_convert(mica_builder *builder, mica_value *x, const mica_type *to,
                               bool from_unsigned, bool to_unsigned);
mica_value *micai_onnx_select(mica_builder *builder, mica_value *condition, mica_value *a,
                              mica_value *b);

/// How Cast goes to a float of 8 or 4 bits: its attributes.
typedef struct micai_onnx_narrowing {
    bool saturate, from_unsigned;
    mica_string round_mode; ///< "up", "down" or "nearest"
} micai_onnx_narrowing;
bool micai_onnx_is_narrow_float(const mica_type *type);
/// x as such a float, in convert_onnx_to_linalg_narrow.c.
mica_value *micai_onnx_narrow(mica_builder *builder, mica_value *x, const mica_type *to,
                              const micai_onnx_narrowing *how);

/// A constant of a float or integer type.
mica_value *micai_onnx_number(mica_builder *builder, const mica_type *type, double value);
/// The least value of a type: -inf, or the smallest integer.
const mica_attr *micai_onnx_least(const mica_type *type, bool is_unsigned);
mica_value *micai_onnx_constant_op(mica_builder *builder, const mica_attr *value);

/// Where the dynamic sizes of a new tensor come from: size i is size `dims[i]` of `values[i]`,
/// or `values[i]` itself where that is an index.
typedef struct micai_onnx_sizes {
    mica_value *values[MICA_ONNX_MAX_RANK + 2];
    size_t dims[MICA_ONNX_MAX_RANK + 2];
} micai_onnx_sizes;
/// All sizes are those of `value`.
void micai_onnx_sizes_like(micai_onnx_sizes *sizes, mica_value *value);
/// `sizes` may be NULL for a static type.
mica_value *micai_onnx_empty(mica_builder *builder, const mica_type *type,
                             const micai_onnx_sizes *sizes);
mica_value *micai_onnx_fill(mica_builder *builder, const mica_attr *scalar, mica_value *tensor);
/// A new tensor filled with a scalar.
mica_value *micai_onnx_filled(mica_builder *builder, const mica_type *type,
                              const micai_onnx_sizes *sizes, const mica_attr *scalar);

/// A named op of linalg with its implicit body; `window` NULL: no strides and dilations.
mica_value *micai_onnx_named(mica_builder *builder, const char *name, mica_value *const *inputs,
                             size_t count, mica_value *output, const mica_onnx_window *window);

/// Builds the element from those of the inputs and (last) of the output.
typedef mica_value *(*micai_onnx_body_fn)(void *user, mica_builder *builder,
                                          mica_value *const *elements);
/// linalg.generic: `maps` has one map for each input and one for the output; `iterators` is
/// "ppr": parallel and reduction loops.
mica_value *micai_onnx_generic(mica_builder *builder, mica_value *const *inputs, size_t count,
                               mica_value *output, const mica_attr *const *maps,
                               const char *iterators, micai_onnx_body_fn body, void *user);
/// The same for a body of one op, "arith.addf".
mica_value *micai_onnx_emit_body(void *name, mica_builder *builder,
                                 mica_value *const *elements);

/// One result element of the elements of all inputs (at most 8) at its place, broadcast.
mica_value *micai_onnx_pointwise(mica_builder *builder, const mica_type *type,
                                 mica_value *const *inputs, size_t count,
                                 micai_onnx_body_fn body, void *user);
/// The same, broadcast to the sizes `wanted` too.
mica_value *micai_onnx_pointwise_to(mica_builder *builder, const mica_type *type,
                                    mica_value *const *inputs, size_t count,
                                    mica_value *const *wanted, micai_onnx_body_fn body,
                                    void *user);
/// Combines the elements along the axes that are true; they are gone from the result.
mica_value *micai_onnx_reduce(mica_builder *builder, mica_value *input, const bool *axes,
                              const mica_attr *init, const char *combine);
/// `vector` (one entry a channel) at dimension 1 of `type`, or combined with `input` there: the
/// body gets the element of input (when not NULL), then that of each vector.
mica_value *micai_onnx_per_channel(mica_builder *builder, const mica_type *type,
                                   mica_value *input, mica_value *const *vectors, size_t count,
                                   const micai_onnx_sizes *sizes, micai_onnx_body_fn body,
                                   void *user);
/// The first element as it is.
mica_value *micai_onnx_first(void *user, mica_builder *builder, mica_value *const *elements);

mica_value *micai_onnx_insert_slice(mica_builder *builder, mica_value *source, mica_value *into,
                                    const int64_t *offsets);
/// `value` with margins around the spatial dimensions (those from 2 on); itself when all are 0.
mica_value *micai_onnx_pad(mica_builder *builder, mica_value *value, const int64_t *begin,
                           const int64_t *end, const mica_attr *scalar);

// ---- indices (convert_onnx_to_linalg_index.c)
// ----------------------------------------------

/// A constant of index type.
mica_value *micai_onnx_index(mica_builder *builder, int64_t value);
/// a + b and so on, "arith.addi"; constants are computed at once.
mica_value *micai_onnx_index_op(mica_builder *builder, const char *name, mica_value *a,
                                mica_value *b);
/// An integer of any width as an index, and back.
mica_value *micai_onnx_to_index(mica_builder *builder, mica_value *integer, bool is_unsigned);
mica_value *micai_onnx_from_index(mica_builder *builder, mica_value *index,
                                  const mica_type *type);
/// The element of a tensor at a place.
mica_value *micai_onnx_extract(mica_builder *builder, mica_value *tensor,
                               mica_value *const *indices, size_t rank);
/// The same for a tensor of integers, as an index. Negative ones get `size` added when it is
/// not NULL.
mica_value *micai_onnx_extract_index(mica_builder *builder, mica_value *tensor,
                                     mica_value *const *indices, size_t rank, bool is_unsigned,
                                     mica_value *size);
/// a < b of indices, signed.
mica_value *micai_onnx_index_less(mica_builder *builder, mica_value *a, mica_value *b);

/// Builds the element of the result at a place (one index a dimension).
typedef mica_value *(*micai_onnx_place_fn)(void *user, mica_builder *builder,
                                           mica_value *const *indices);
/// A new tensor whose elements are built from their places.
mica_value *micai_onnx_by_index(mica_builder *builder, const mica_type *type,
                                const micai_onnx_sizes *sizes, micai_onnx_place_fn place,
                                void *user);
/// A loop over 0 .. count - 1 that carries scalars on; `step` replaces them by the next ones.
typedef void (*micai_onnx_along_fn)(void *user, mica_builder *builder, mica_value *index,
                                    mica_value **carried);
void micai_onnx_along(mica_builder *builder, mica_value *count, mica_value **carried,
                      size_t carried_count, micai_onnx_along_fn step, void *user);
/// A nest of loops over all places of a tensor of this shape, in order; `step` gives the tensor
/// that is carried on. Begins with `tensor`, ends with what the last step gave.
typedef mica_value *(*micai_onnx_step_fn)(void *user, mica_builder *builder,
                                          mica_value *const *indices, mica_value *tensor);
mica_value *micai_onnx_loop_over(mica_builder *builder, mica_value *shape_of,
                                 mica_value *tensor, micai_onnx_step_fn step, void *user);
/// A nest of loops over 0 .. limits[i] - 1, the outermost first, that carries values on; `step`
/// replaces them by the next ones.
typedef void (*micai_onnx_nest_fn)(void *user, mica_builder *builder, mica_value *const *places,
                                   mica_value **carried);
void micai_onnx_nest(mica_builder *builder, mica_value *const *limits, size_t depth,
                     mica_value **carried, size_t carried_count, micai_onnx_nest_fn step,
                     void *user);
/// tensor.extract_slice of a static place; a dynamic size is the whole of the source's.
mica_value *micai_onnx_extract_slice(mica_builder *builder, mica_value *source,
                                     const mica_type *type, const int64_t *offsets,
                                     const int64_t *strides);
/// The first `count` (an index) along an axis, the whole of the others.
mica_value *micai_onnx_take(mica_builder *builder, mica_value *source, size_t axis,
                            mica_value *count);
mica_value *micai_onnx_insert(mica_builder *builder, mica_value *element, mica_value *tensor,
                              mica_value *const *indices, size_t rank);

// ---- selections (convert_onnx_to_linalg_selection.c)
// ---------------------------------------

/// The attribute `axis`; when it is unset the data becomes a vector, and its axis is meant.
/// False: refused.
bool micai_onnx_along_axis(micai_onnx_site *site, mica_value **data, size_t *axis);
/// Can result `index` be as long along an axis as the model declares, when it has at most
/// `most` there? False: refused.
bool micai_onnx_has_room(micai_onnx_site *site, size_t index, size_t axis, int64_t most);
/// The slices along an axis that the first `count` entries of a list name. All entries must be
/// places of the axis.
mica_value *micai_onnx_take_listed(mica_builder *builder, mica_value *data, size_t axis,
                                   mica_value *list, mica_value *count);

// ---- sizes at run time (convert_onnx_to_linalg_sizes.c)
// ------------------------------------

/// The size of a dimension as an index: a constant where it is static, the value that the
/// tensor got it from where that can be seen.
mica_value *micai_onnx_dim(mica_builder *builder, mica_value *tensor, size_t dim);
/// Fills in the sizes of a result that inputs are broadcast to, and replaces inputs of which
/// only the run shows whether they are. `wanted` (may be NULL, as may its entries): sizes that
/// take part too.
void micai_onnx_settle(mica_builder *builder, const mica_type *type, mica_value **inputs,
                       size_t count, mica_value *const *wanted, micai_onnx_sizes *sizes);
/// States that two sizes are equal, which the caller of the model learns when they are not.
/// Nothing where that is seen already.
void micai_onnx_require_equal(mica_builder *builder, mica_value *a, mica_value *b);
/// The size of two that are broadcast together.
mica_value *micai_onnx_broadcast_dim(mica_builder *builder, mica_value *a, mica_value *b);
/// Entry `index` of a vector of integers, as an index.
mica_value *micai_onnx_shape_entry(mica_builder *builder, mica_value *shape, size_t index);
/// Is the index or integer seen to be at least 0?
bool micai_onnx_is_size(mica_value *value);
/// The product of `above` by that of `below`, without what stands in both; by 1 instead of 0.
mica_value *micai_onnx_quotient(mica_builder *builder, mica_value *const *above, size_t count,
                                mica_value *const *below, size_t below_count);
/// The value in another shape whose sizes are `sizes`: a view.
mica_value *micai_onnx_reshape_to(mica_builder *builder, mica_value *value, const mica_type *to,
                                  mica_value *const *sizes);
/// tensor.extract_slice and tensor.insert_slice at places that are index values.
mica_value *micai_onnx_slice_at(mica_builder *builder, mica_value *source,
                                const mica_type *type, mica_value *const *offsets,
                                mica_value *const *sizes, mica_value *const *strides);
mica_value *micai_onnx_insert_at(mica_builder *builder, mica_value *source, mica_value *into,
                                 mica_value *const *offsets);
/// x + constant.
mica_value *micai_onnx_plus(mica_builder *builder, mica_value *x, int64_t constant);
/// The sizes of what windows over `input` give, without ceil_mode; channels are the input's.
void micai_onnx_window_sizes(mica_builder *builder, mica_value *input,
                             const mica_onnx_window *window, micai_onnx_sizes *sizes);

// ---- scalars (convert_onnx_to_linalg_shape_scalars.c)
// -------------------------------------------

/// A node on small tensors whose elements are known as values (tensor.from_elements,
/// constants): the same on scalars. NULL: it is no such node, nothing was built.
mica_value *micai_onnx_lower_scalars(micai_onnx_site *site);

// ---- shapes (convert_onnx_to_linalg_shape.c)
// -------------------------------------------------

/// Can a value be brought to `type` by joining and splitting dimensions?
bool micai_onnx_can_reshape(const mica_type *from, const mica_type *to);
mica_value *micai_onnx_reshape(mica_builder *builder, mica_value *value, const mica_type *to);
/// The value as a vector of all its elements, whatever its sizes are.
mica_value *micai_onnx_flatten(mica_builder *builder, mica_value *value);
/// The value with new dimensions of size 1, those of `to` that are true. NULL when the others
/// are not the value's.
mica_value *micai_onnx_insert_ones(mica_builder *builder, mica_value *value,
                                   const mica_type *to, const bool *is_one);
/// The value with dimension i its dimension permutation[i]; done at once for constants.
mica_value *micai_onnx_transpose(mica_builder *builder, mica_value *value,
                                 const int64_t *permutation);

#endif
