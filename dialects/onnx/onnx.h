// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What importer, passes and lowerings use of the onnx dialect besides its ops: reading a node's
// operands and attributes, the types of results, the geometry of windows.
//
// A *node* is an op as a mica_op_state: importer and parser have one before there is an op,
// mica_onnx_node_from_op makes one from an op. So each rule of ONNX's shapes is written once
// and serves import, verification, shape inference and lowering.
//
//   mica_op_state node;
//   mica_onnx_node_from_op(op, &node);
//   mica_onnx_fault fault;
//   const mica_type *type = mica_onnx_infer_type(&node, &fault);
//   if (!type)
//       mica_op_error(op, "%s", fault.message);
//   mica_op_state_discard(&node);
#ifndef MICA_DIALECTS_ONNX_ONNX_H
#define MICA_DIALECTS_ONNX_ONNX_H

#include "ir/core/builder.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Tensors of higher rank are refused; it is also what the runtime's descriptors hold.
enum { MICA_ONNX_MAX_RANK = 16 };

/// An operator with more results (Split) is refused.
enum { MICA_ONNX_MAX_RESULTS = 128 };

/// Types of results.
typedef struct mica_onnx_types {
    size_t count;
    const mica_type *types[MICA_ONNX_MAX_RESULTS];
} mica_onnx_types;

/// Why a node is wrong: a clause that names operands and attributes, for a diagnostic.
typedef struct mica_onnx_fault {
    char message[384];
} mica_onnx_fault;

// ---- nodes
// -----------------------------------------------------------------------------------

/// A state with the op's operands, inherent attributes and location, without results. End it
/// with mica_op_state_discard.
MICA_API void mica_onnx_node_from_op(mica_op *op, mica_op_state *node);
/// The operand of spec `index` of the definition; NULL when it is absent.
MICA_API mica_value *mica_onnx_node_operand(const mica_op_state *node, size_t index);
/// An inherent attribute, its default when unset; NULL when it has none.
MICA_API const mica_attr *mica_onnx_node_attr(const mica_op_state *node, const char *name);
/// An integer attribute; 0 when unset and without default.
MICA_API int64_t mica_onnx_node_int(const mica_op_state *node, const char *name);
MICA_API double mica_onnx_node_float(const mica_op_state *node, const char *name);

/// The elements of a value that a constant op makes (dense elements); NULL for other values.
MICA_API const mica_attr *mica_onnx_constant(const mica_value *value);
/// The number of elements of a constant of integers or booleans, which are stored at `values`;
/// -1 when `value` is no such constant or has more than `capacity`.
MICA_API int64_t mica_onnx_constant_ints(const mica_value *value, int64_t *values,
                                         size_t capacity);
/// The only element of a constant of integers or booleans. False for all else.
MICA_API bool mica_onnx_constant_int(const mica_value *value, int64_t *result);
/// The number of elements of a small tensor of integers or booleans (MICA_ONNX_MOST_KNOWN at
/// most), constant or computed from constants and static sizes; they are stored at `values`,
/// MICA_DYNAMIC for those that are not known. -1 when nothing is known, or there are more than
/// `capacity`. `value` may be NULL.
enum { MICA_ONNX_MOST_KNOWN = 1024 };
MICA_API int64_t mica_onnx_known_ints(mica_value *value, int64_t *values, size_t capacity);
/// Element `index` of dense elements of an integer type, zero- or sign-extended as the type
/// says (signless: sign-extended, but i1 is 0 or 1).
MICA_API int64_t mica_onnx_load_int(const mica_attr *elements, size_t index);
/// Element `index` of dense elements of a float type, and its inverse: stores the nearest value
/// as an element of `type` at `target`.
MICA_API double mica_onnx_load_float(const mica_attr *elements, size_t index);
MICA_API void mica_onnx_store_float(void *target, const mica_type *type, double value);
/// A string attribute; empty when unset and without default.
MICA_API mica_string mica_onnx_node_string(const mica_op_state *node, const char *name);
/// The integers of a dense i64 array attribute; 0 and NULL when unset.
MICA_API const int64_t *mica_onnx_node_ints(const mica_op_state *node, const char *name,
                                            size_t *count);

/// An axis in 0 .. rank - 1 from one that may count from the end. False when out of range.
MICA_API bool mica_onnx_axis(int64_t axis, size_t rank, size_t *normalized);

// ---- types of results
// ------------------------------------------------------------------------

/// The types of all results; `wanted` is how many the op has, which matters where that is free:
/// results at the end may be left out. False with `fault` filled in when the node is wrong.
MICA_API bool mica_onnx_infer_types(const mica_op_state *node, size_t wanted,
                                    mica_onnx_types *types, mica_onnx_fault *fault);
/// Does the result of the op of this name have the shape of operand 0, whatever that is?
MICA_API bool mica_onnx_keeps_shape(mica_string op_name);
/// The same for an op, with as many results as it has. The only way for ops that have bodies:
/// their types follow from those.
MICA_API bool mica_onnx_infer_op_types(mica_op *op, mica_onnx_types *types,
                                       mica_onnx_fault *fault);
/// Gives a node results of these types, and says which of the optional ones it has.
MICA_API void mica_onnx_add_results(mica_op_state *node, const mica_onnx_types *types);
/// The type of the first result, as precise as the operands' types and constants allow. NULL
/// with `fault` filled in when the node is wrong.
MICA_API const mica_type *mica_onnx_infer_type(const mica_op_state *node,
                                               mica_onnx_fault *fault);
/// Do the types say nothing that contradicts? Same element type, equal where both are known.
MICA_API bool mica_onnx_types_agree(const mica_type *a, const mica_type *b);
/// All that two agreeing types say together.
MICA_API const mica_type *mica_onnx_join_types(const mica_type *a, const mica_type *b);
/// What holds for a value that is of the one type or of the other; NULL when their elements
/// differ.
MICA_API const mica_type *mica_onnx_generalize_types(const mica_type *a, const mica_type *b);
/// "2x?x3", "*" when unranked.
MICA_API void mica_onnx_shape_text(const mica_type *type, char *text, size_t size);

// ---- windows
// ---------------------------------------------------------------------------------

/// How the window of a convolution or pooling moves over the spatial dimensions, which are
/// those after the first two. What a dynamic size decides is MICA_DYNAMIC.
typedef struct mica_onnx_window {
    size_t rank;
    int64_t input[MICA_ONNX_MAX_RANK];
    int64_t kernel[MICA_ONNX_MAX_RANK];
    int64_t strides[MICA_ONNX_MAX_RANK];
    int64_t dilations[MICA_ONNX_MAX_RANK];
    int64_t pads_begin[MICA_ONNX_MAX_RANK];
    int64_t pads_end[MICA_ONNX_MAX_RANK]; ///< as the node says, without what ceil_mode adds
    int64_t output[MICA_ONNX_MAX_RANK];
} mica_onnx_window;

/// Reads a Conv, MaxPool or AveragePool whose input has a rank. False with `fault` filled in.
MICA_API bool mica_onnx_window_read(const mica_op_state *node, mica_onnx_window *window,
                                    mica_onnx_fault *fault);

/// The same for a ConvTranspose: pads are what is cut off the spread input.
MICA_API bool mica_onnx_transposed_read(const mica_op_state *node, mica_onnx_window *window,
                                        mica_onnx_fault *fault);

// ---- slices
// ----------------------------------------------------------------------------------

/// What a Slice takes of each dimension of its data. What is not known is MICA_DYNAMIC;
/// `is_partial`: starts or steps are among it.
typedef struct mica_onnx_slices {
    size_t rank;
    bool is_partial;
    int64_t starts[MICA_ONNX_MAX_RANK];
    int64_t steps[MICA_ONNX_MAX_RANK];
    int64_t sizes[MICA_ONNX_MAX_RANK];
} mica_onnx_slices;
/// Reads a Slice whose data has a rank. False when its axes are not known or out of range, or a
/// step is 0.
MICA_API bool mica_onnx_slices_read(const mica_op_state *node, mica_onnx_slices *slices);
/// The margins of a Pad whose data has a rank, for each dimension; MICA_DYNAMIC for those that
/// are not known. False when which they are is not known, or with `fault` filled in.
MICA_API bool mica_onnx_pads_read(const mica_op_state *node, int64_t *begin, int64_t *end,
                                  mica_onnx_fault *fault);

// ---- recurrent networks
// -----------------------------------------------------------------------

/// The sizes of an LSTM, GRU or RNN; MICA_DYNAMIC for those that are not known.
typedef struct mica_onnx_recurrence {
    int64_t sequence, batch, input, hidden;
    int64_t directions, gates;
    bool is_reverse, is_batch_first;
} mica_onnx_recurrence;
/// False with `fault` filled in when operands do not fit together.
MICA_API bool mica_onnx_recurrence_read(const mica_op_state *node, mica_onnx_recurrence *r,
                                        mica_onnx_fault *fault);

// ---- control flow
// ----------------------------------------------------------------------------

/// What a value is a copy of by Identity; NULL for NULL.
MICA_API mica_value *mica_onnx_skip_identities(mica_value *value);
/// Is it known whether the only element of a tensor of booleans is true?
MICA_API bool mica_onnx_known_truth(mica_value *value, bool *truth);
/// Replaces an If by its first branch or its second one. Its results take the types that the
/// branch gives; casts keep the old ones for users of other dialects.
MICA_API bool mica_onnx_take_branch(mica_op *op, bool truth);

/// What a Loop does.
typedef struct mica_onnx_loop {
    mica_value *limit, *condition; ///< NULL: absent
    size_t first_carried;          ///< its operand
    size_t carried, stacked;       ///< results of either kind, in this order
    bool is_counted;               ///< its body never ends it
    int64_t trips;                 ///< MICA_DYNAMIC when not known
} mica_onnx_loop;
/// Reads a node that has its body. False when the body has too few arguments or outputs.
MICA_API bool mica_onnx_loop_read(const mica_op_state *node, mica_onnx_loop *loop);
/// Element `index` of a list of axes or directions of a Scan, 0 when it is not given.
MICA_API int64_t mica_onnx_scan_setting(const mica_op_state *node, const char *name,
                                        size_t index);
/// The type without the dimension `axis`; NULL when there is none.
MICA_API const mica_type *mica_onnx_slice_type(const mica_type *type, int64_t axis);

// ---- reductions
// ------------------------------------------------------------------------------

/// Which of `rank` axes a reduction combines. False when they are not known, or with `fault`
/// filled in.
MICA_API bool mica_onnx_reduction_axes(const mica_op_state *node, size_t rank, bool *axes,
                                       mica_onnx_fault *fault);

/// Labels of an Einsum's dimensions: letters, and for the dimensions of an ellipsis the numbers
/// below MICA_ONNX_ELLIPSIS, the last one first.
enum { MICA_ONNX_ELLIPSIS = 250, MICA_ONNX_MOST_TERMS = 6 };
typedef struct mica_onnx_term {
    size_t rank;
    uint8_t labels[MICA_ONNX_MAX_RANK];
} mica_onnx_term;
typedef struct mica_onnx_einsum {
    size_t input_count;
    size_t spread; ///< dimensions of the longest ellipsis
    mica_onnx_term inputs[MICA_ONNX_MOST_TERMS];
    mica_onnx_term output;
} mica_onnx_einsum;
/// Reads the equation for operands that have ranks. False when it does not fit them.
MICA_API bool mica_onnx_einsum_read(const mica_op_state *node, mica_onnx_einsum *einsum);
/// The size that belongs to a label.
MICA_API int64_t mica_onnx_einsum_size(const mica_onnx_einsum *einsum,
                                       const mica_op_state *node, uint8_t label);

// ---- signals
// ---------------------------------------------------------------------------------

/// The axis of a DFT, 0 .. rank - 2. False when it is not known or out of range.
MICA_API bool mica_onnx_dft_axis(const mica_op_state *node, size_t rank, size_t *axis);
/// The length of an STFT's frames; MICA_DYNAMIC when it is not known.
MICA_API int64_t mica_onnx_stft_length(const mica_op_state *node);

// ---- attention
// -------------------------------------------------------------------------------

/// The sizes of an operand of Attention, [batch, heads, length, features].
typedef struct mica_onnx_heads {
    int64_t batch, count, length, features;
} mica_onnx_heads;
/// Reads operand 0, 1 or 2 (Q, K, V) of rank 4, or of rank 3 with heads and features in one
/// dimension. False when its rank or its number of heads is not known.
MICA_API bool mica_onnx_heads_read(const mica_op_state *node, size_t index,
                                   mica_onnx_heads *heads);

/// How the first operand of a FusedMatMul, or B, is turned before the product: dimension i
/// comes from permutation[i]. False: it stays.
MICA_API bool mica_onnx_turned(const mica_op_state *node, const mica_type *type, bool is_b,
                               int64_t *permutation);
/// The features of queries, keys and values of a com.microsoft Attention.
MICA_API void mica_onnx_projections(const mica_op_state *node, int64_t sizes[3]);

/// How a LinearAttention updates its state S of keys by values for each step:
///   S = exp(decay) S when it is gated; S += key (beta (value - S^T key)) when it is delta,
///   else S += key value
typedef struct mica_onnx_linear_attention {
    int64_t q_heads, kv_heads;
    bool is_gated, is_delta;
} mica_onnx_linear_attention;
/// False with `fault` filled in when attributes and operands do not fit together.
MICA_API bool mica_onnx_linear_attention_read(const mica_op_state *node,
                                              mica_onnx_linear_attention *linear,
                                              mica_onnx_fault *fault);

#ifdef __cplusplus
}
#endif

#endif
