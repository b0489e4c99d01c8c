// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types are interned and immutable: equal types are the same pointer. A type is its definition
// (or builtin kind) and a row of 64-bit words: numbers, or pointers to other interned things.
// Builtin types have the accessors below; a dialect's types have parameters described by their
// definition (mica_type_def) and read with mica_type_param.
#ifndef MICA_IR_CORE_TYPE_H
#define MICA_IR_CORE_TYPE_H

#include "ir/core/types_forward.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum mica_type_kind {
    MICA_TYPE_INTEGER,
    MICA_TYPE_INDEX,
    MICA_TYPE_FLOAT,
    MICA_TYPE_NONE,
    MICA_TYPE_COMPLEX,
    MICA_TYPE_FUNCTION,
    MICA_TYPE_TUPLE,
    MICA_TYPE_VECTOR,
    MICA_TYPE_RANKED_TENSOR,
    MICA_TYPE_UNRANKED_TENSOR,
    MICA_TYPE_MEMREF,
    MICA_TYPE_UNRANKED_MEMREF,
    MICA_TYPE_OPAQUE, ///< !dialect<"text"> of an unregistered dialect
    MICA_TYPE_DIALECT ///< defined by a mica_type_def
} mica_type_kind;

MICA_API mica_type_kind mica_type_get_kind(const mica_type *type);
MICA_API mica_context *mica_type_context(const mica_type *type);
/// The definition of a MICA_TYPE_DIALECT type, NULL otherwise.
MICA_API const mica_type_def *mica_type_definition(const mica_type *type);

// ---- integer, index, none
// --------------------------------------------------------------------

typedef enum mica_signedness {
    MICA_SIGNLESS,
    MICA_SIGNED,
    MICA_UNSIGNED,
} mica_signedness;

/// The greatest integer width, 2^24 - 1 as in MLIR.
#define MICA_INTEGER_MAX_WIDTH 16777215u

MICA_API const mica_type *mica_integer_type_get(mica_context *context, uint32_t width,
                                                mica_signedness signedness);
MICA_API const mica_type *mica_index_type_get(mica_context *context);
MICA_API const mica_type *mica_none_type_get(mica_context *context);
/// Width in bits of an integer, float or index (64) type; 0 for others.
MICA_API uint32_t mica_type_bit_width(const mica_type *type);
MICA_API mica_signedness mica_integer_type_signedness(const mica_type *type);

MICA_API bool mica_type_is_index(const mica_type *type);
/// Any integer, of any signedness.
MICA_API bool mica_type_is_integer(const mica_type *type);
/// iN of exactly this width, signless.
MICA_API bool mica_type_is_signless(const mica_type *type, uint32_t width);
MICA_API bool mica_type_is_signless_integer(const mica_type *type);
MICA_API bool mica_type_is_float(const mica_type *type);

// ---- float
// -----------------------------------------------------------------------------------

/// In the order of mica_float_formats (ir/core/float_format.h).
typedef enum mica_float_kind {
    MICA_FLOAT_F16,
    MICA_FLOAT_BF16,
    MICA_FLOAT_TF32,
    MICA_FLOAT_F32,
    MICA_FLOAT_F64,
    MICA_FLOAT_F80,
    MICA_FLOAT_F128,
    MICA_FLOAT_F8E5M2,
    MICA_FLOAT_F8E4M3,
    MICA_FLOAT_F8E4M3FN,
    MICA_FLOAT_F8E5M2FNUZ,
    MICA_FLOAT_F8E4M3FNUZ,
    MICA_FLOAT_F8E4M3B11FNUZ,
    MICA_FLOAT_F8E3M4,
    // Not in MLIR 19; spelled as MLIR 20 does.
    MICA_FLOAT_F4E2M1FN,
    MICA_FLOAT_F8E8M0FNU,
    MICA_FLOAT_KIND_COUNT
} mica_float_kind;

MICA_API const mica_type *mica_float_type_get(mica_context *context, mica_float_kind kind);
/// Type must be a float.
MICA_API mica_float_kind mica_float_type_kind(const mica_type *type);
static inline bool mica_type_is_float_kind(const mica_type *type, mica_float_kind kind)
{
    return mica_type_is_float(type) && mica_float_type_kind(type) == kind;
}

// ---- complex, function, tuple
// ----------------------------------------------------------------

MICA_API const mica_type *mica_complex_type_get(const mica_type *element);
MICA_API const mica_type *mica_function_type_get(mica_context *context,
                                                 const mica_type *const *inputs,
                                                 size_t input_count,
                                                 const mica_type *const *results,
                                                 size_t result_count);
MICA_API size_t mica_function_type_input_count(const mica_type *type);
MICA_API size_t mica_function_type_result_count(const mica_type *type);
MICA_API const mica_type *mica_function_type_input(const mica_type *type, size_t index);
MICA_API const mica_type *mica_function_type_result(const mica_type *type, size_t index);
MICA_API const mica_type *mica_tuple_type_get(mica_context *context,
                                              const mica_type *const *elements, size_t count);
MICA_API size_t mica_tuple_type_count(const mica_type *type);
MICA_API const mica_type *mica_tuple_type_element(const mica_type *type, size_t index);
/// !dialect<text> of a dialect that is not registered.
MICA_API const mica_type *mica_opaque_type_get(mica_context *context, mica_string dialect,
                                               mica_string text);
MICA_API mica_string mica_opaque_type_dialect(const mica_type *type);
MICA_API mica_string mica_opaque_type_text(const mica_type *type);

// ---- shaped types
// ----------------------------------------------------------------------------

/// A dimension or an offset that is not known at compile time (`?`).
#define MICA_DYNAMIC INT64_MIN

/// `scalable` may be NULL (none is); `rank` entries otherwise.
MICA_API const mica_type *mica_vector_type_get(const mica_type *element, const int64_t *shape,
                                               const bool *scalable, size_t rank);
/// `encoding` may be NULL.
MICA_API const mica_type *mica_tensor_type_get(const mica_type *element, const int64_t *shape,
                                               size_t rank, const mica_attr *encoding);
MICA_API const mica_type *mica_unranked_tensor_type_get(const mica_type *element);
/// `layout` NULL or an identity map: identity. `memory_space` NULL or integer 0: default.
MICA_API const mica_type *mica_memref_type_get(const mica_type *element, const int64_t *shape,
                                               size_t rank, const mica_attr *layout,
                                               const mica_attr *memory_space);
MICA_API const mica_type *mica_unranked_memref_type_get(const mica_type *element,
                                                        const mica_attr *memory_space);

/// Vector, tensor or memref, ranked or not.
MICA_API bool mica_type_is_shaped(const mica_type *type);
/// Shaped with a rank.
MICA_API bool mica_type_is_ranked(const mica_type *type);
/// Ranked or unranked tensor.
MICA_API bool mica_type_is_tensor(const mica_type *type);
/// Ranked or unranked memref.
MICA_API bool mica_type_is_memref(const mica_type *type);
MICA_API bool mica_type_is_vector(const mica_type *type);
/// Of a shaped or complex type.
MICA_API const mica_type *mica_type_element(const mica_type *type);
/// The element type of a shaped type, the type itself otherwise.
MICA_API const mica_type *mica_type_element_or_self(const mica_type *type);
/// Rank and dimensions of a ranked type; rank 0 and NULL for others.
MICA_API size_t mica_type_rank(const mica_type *type);
MICA_API const int64_t *mica_type_shape(const mica_type *type);
MICA_API bool mica_type_has_static_shape(const mica_type *type);
/// Product of the dimensions of a statically shaped type; -1 when it does not fit in int64 or a
/// dimension is dynamic.
MICA_API int64_t mica_type_element_count(const mica_type *type);
/// The same type with another shape (rank may change; layout and encoding are dropped when it
/// does) or another element type.
MICA_API const mica_type *mica_type_with_shape(const mica_type *type, const int64_t *shape,
                                               size_t rank);
MICA_API const mica_type *mica_type_with_element(const mica_type *type,
                                                 const mica_type *element);
MICA_API bool mica_vector_type_dim_is_scalable(const mica_type *type, size_t dim);
MICA_API bool mica_vector_type_is_scalable(const mica_type *type);
/// NULL when there is none.
MICA_API const mica_attr *mica_tensor_type_encoding(const mica_type *type);
/// NULL for the identity layout.
MICA_API const mica_attr *mica_memref_type_layout(const mica_type *type);
/// NULL for the default space.
MICA_API const mica_attr *mica_memref_type_memory_space(const mica_type *type);
/// Strides (rank entries, in elements) and offset of a memref whose layout is strided:
/// identity, a strided layout, or a map of that form. Unknown ones are MICA_DYNAMIC. False
/// otherwise.
MICA_API bool mica_memref_type_strides(const mica_type *type, int64_t *strides,
                                       int64_t *offset);

// ---- dialect types
// ---------------------------------------------------------------------------

/// A type of a definition. `words` has one entry for each of the definition's parameters
/// (ir/core/definition.h says how each kind is held in a word). Not verified.
MICA_API const mica_type *mica_type_get(mica_context *context, const mica_type_def *definition,
                                        const uint64_t *words, size_t count);
/// Verifies with the definition's constraint and hook first; NULL and a diagnostic at
/// `location` when it does not hold.
MICA_API const mica_type *mica_type_get_checked(mica_context *context, mica_location location,
                                                const mica_type_def *definition,
                                                const uint64_t *words, size_t count);
MICA_API size_t mica_type_param_count(const mica_type *type);
MICA_API uint64_t mica_type_param(const mica_type *type, size_t index);
static inline const mica_type *mica_type_param_type(const mica_type *type, size_t index)
{
    return (const mica_type *)(uintptr_t)mica_type_param(type, index);
}
static inline const mica_attr *mica_type_param_attr(const mica_type *type, size_t index)
{
    return (const mica_attr *)(uintptr_t)mica_type_param(type, index);
}

#ifdef __cplusplus
}
#endif

#endif
