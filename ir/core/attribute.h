// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Attributes are immutable constants. All but blob attributes are interned: equal ones are the
// same pointer. A blob attribute (a tensor constant over 4 KiB, mica_attr_is_blob) is counted
// instead: op slots, discardable attributes and resource entries hold a reference; one that was
// never held is freed with the context. Compare attributes with mica_attr_equal.
#ifndef MICA_IR_CORE_ATTRIBUTE_H
#define MICA_IR_CORE_ATTRIBUTE_H

#include "ir/core/type.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum mica_attr_kind {
    MICA_ATTR_UNIT,
    MICA_ATTR_INTEGER, ///< also bool (type i1) and index
    MICA_ATTR_FLOAT,
    MICA_ATTR_STRING,
    MICA_ATTR_TYPE,
    MICA_ATTR_ARRAY,
    MICA_ATTR_DICTIONARY,
    MICA_ATTR_SYMBOL_REF,
    MICA_ATTR_AFFINE_MAP,
    MICA_ATTR_INTEGER_SET,
    MICA_ATTR_STRIDED_LAYOUT,
    MICA_ATTR_DENSE_ARRAY,
    MICA_ATTR_DENSE_ELEMENTS, ///< integer, index, float and complex elements
    MICA_ATTR_DENSE_STRINGS,
    MICA_ATTR_DENSE_RESOURCE,
    MICA_ATTR_SPARSE_ELEMENTS,
    MICA_ATTR_OPAQUE,   ///< #dialect<"text"> of an unregistered dialect
    MICA_ATTR_DISTINCT, ///< distinct[n]<attr>: never equal to another
    MICA_ATTR_LOCATION_UNKNOWN,
    MICA_ATTR_LOCATION_FILE,
    MICA_ATTR_LOCATION_NAME,
    MICA_ATTR_LOCATION_CALL_SITE,
    MICA_ATTR_LOCATION_FUSED,
    MICA_ATTR_DIALECT ///< defined by a mica_attr_def
} mica_attr_kind;

MICA_API mica_attr_kind mica_attr_get_kind(const mica_attr *attr);
MICA_API mica_context *mica_attr_context(const mica_attr *attr);
/// The definition of a MICA_ATTR_DIALECT attribute, NULL otherwise.
MICA_API const mica_attr_def *mica_attr_definition(const mica_attr *attr);
/// The type of a typed attribute (integer, float, string with a type, elements), or NULL.
MICA_API const mica_type *mica_attr_type(const mica_attr *attr);
static inline bool mica_attr_is(const mica_attr *attr, mica_attr_kind kind)
{
    return attr && mica_attr_get_kind(attr) == kind;
}
/// Pointer equality, or the same blob and type. NULL equals NULL.
MICA_API bool mica_attr_equal(const mica_attr *a, const mica_attr *b);

// ---- scalars
// ---------------------------------------------------------------------------------

MICA_API const mica_attr *mica_unit_attr_get(mica_context *context);
MICA_API const mica_attr *mica_bool_attr_get(mica_context *context, bool value);
/// `type` is an integer type of at most 64 bits, or index; the value is truncated to it.
MICA_API const mica_attr *mica_integer_attr_get(const mica_type *type, int64_t value);
/// Any width: ceil(width / 64) words, least significant first.
MICA_API const mica_attr *mica_integer_attr_get_wide(const mica_type *type,
                                                     const uint64_t *words);
/// iN or index shorthand.
MICA_API const mica_attr *mica_i64_attr_get(mica_context *context, int64_t value);
MICA_API const mica_attr *mica_i32_attr_get(mica_context *context, int32_t value);
MICA_API const mica_attr *mica_index_attr_get(mica_context *context, int64_t value);
/// Sign-extended (signless, si) or zero-extended (ui, i1) value of the low 64 bits.
MICA_API int64_t mica_integer_attr_value(const mica_attr *attr);
/// ceil(width / 64) words, zero above the width.
MICA_API const uint64_t *mica_integer_attr_words(const mica_attr *attr);
MICA_API bool mica_attr_is_bool(const mica_attr *attr);

/// Rounds `value` to the type.
MICA_API const mica_attr *mica_float_attr_get(const mica_type *type, double value);
/// Bits of the type's own format, least significant word first (two words for f80 and f128).
MICA_API const mica_attr *mica_float_attr_get_bits(const mica_type *type,
                                                   const uint64_t bits[2]);
MICA_API void mica_float_attr_bits(const mica_attr *attr, uint64_t bits[2]);
/// Nearest double.
MICA_API double mica_float_attr_value(const mica_attr *attr);

MICA_API const mica_attr *mica_string_attr_get(mica_context *context, mica_string text);
/// With a type other than none; NULL: none.
MICA_API const mica_attr *mica_string_attr_get_typed(const mica_type *type, mica_string text);
MICA_API mica_string mica_string_attr_text(const mica_attr *attr);
MICA_API const mica_identifier *mica_string_attr_identifier(const mica_attr *attr);
MICA_API const mica_attr *mica_type_attr_get(const mica_type *type);
MICA_API const mica_type *mica_type_attr_value(const mica_attr *attr);

// ---- containers
// ------------------------------------------------------------------------------

/// Elements must not be blobs.
MICA_API const mica_attr *mica_array_attr_get(mica_context *context,
                                              const mica_attr *const *elements, size_t count);
MICA_API size_t mica_array_attr_count(const mica_attr *attr);
MICA_API const mica_attr *mica_array_attr_element(const mica_attr *attr, size_t index);

/// Entries in any order, sorted by name here; a name twice is a programmer's error.
MICA_API const mica_attr *
mica_dictionary_attr_get(mica_context *context, const mica_named_attr *entries, size_t count);
MICA_API size_t mica_dictionary_attr_count(const mica_attr *attr);
/// In order of names.
MICA_API mica_named_attr mica_dictionary_attr_entry(const mica_attr *attr, size_t index);
/// NULL when absent.
MICA_API const mica_attr *mica_dictionary_attr_find(const mica_attr *attr, mica_string name);

/// @root::@nested...; `path` has the names after the root.
MICA_API const mica_attr *mica_symbol_ref_attr_get(mica_context *context, mica_string root,
                                                   const mica_string *path, size_t count);
MICA_API mica_string mica_symbol_ref_attr_root(const mica_attr *attr);
MICA_API size_t mica_symbol_ref_attr_path_count(const mica_attr *attr);
MICA_API mica_string mica_symbol_ref_attr_path(const mica_attr *attr, size_t index);
/// The last name of the path, or the root.
MICA_API mica_string mica_symbol_ref_attr_leaf(const mica_attr *attr);

// ---- arrays and tensors of numbers
// -----------------------------------------------------------

/// `element` is i1, i8, i16, i32, i64, f32 or f64; `data` holds `count` elements, host order,
/// i1 as one byte each.
MICA_API const mica_attr *mica_dense_array_attr_get(const mica_type *element, const void *data,
                                                    size_t count);
MICA_API const mica_type *mica_dense_array_attr_element_type(const mica_attr *attr);
MICA_API size_t mica_dense_array_attr_count(const mica_attr *attr);
MICA_API const void *mica_dense_array_attr_data(const mica_attr *attr);
/// Element of an integer array, sign-extended (i1: 0 or 1).
MICA_API int64_t mica_dense_array_attr_int(const mica_attr *attr, size_t index);
MICA_API const mica_attr *mica_i64_array_attr_get(mica_context *context, const int64_t *values,
                                                  size_t count);
MICA_API const mica_attr *mica_i32_array_attr_get(mica_context *context, const int32_t *values,
                                                  size_t count);

/// Bytes of one element in a dense attribute's data: ceil(width / 8), index 8, complex twice
/// its element; i1 takes a byte. 0 for types that dense elements can't have.
MICA_API size_t mica_dense_element_size(const mica_type *element);
/// `type` is a statically shaped vector or tensor. `data` is copied: little-endian elements in
/// row-major order, or one element with `is_splat`. Data that is one element repeated becomes a
/// splat. Over 4 KiB the result is a blob attribute.
MICA_API const mica_attr *mica_dense_elements_attr_get(const mica_type *type, const void *data,
                                                       size_t size, bool is_splat);
/// A splat of a scalar attribute (integer or float, of the element type).
MICA_API const mica_attr *mica_dense_elements_attr_get_splat(const mica_type *type,
                                                             const mica_attr *scalar);
/// Refers to a blob (whole, not splat); takes over the caller's reference.
MICA_API const mica_attr *mica_dense_elements_attr_get_blob(const mica_type *type,
                                                            mica_blob *blob);
MICA_API bool mica_dense_elements_attr_is_splat(const mica_attr *attr);
/// The bytes: one element for a splat, else all.
MICA_API const void *mica_dense_elements_attr_data(const mica_attr *attr, size_t *size);
/// Element `index` (row-major) as an integer or float attribute (complex: array of two).
MICA_API const mica_attr *mica_dense_elements_attr_element(const mica_attr *attr,
                                                           int64_t index);
/// The same data under another type with as many elements of the same size.
MICA_API const mica_attr *mica_dense_elements_attr_reshape(const mica_attr *attr,
                                                           const mica_type *type);

MICA_API const mica_attr *mica_dense_strings_attr_get(const mica_type *type,
                                                      const mica_string *values, size_t count);
MICA_API size_t mica_dense_strings_attr_count(const mica_attr *attr);
MICA_API mica_string mica_dense_strings_attr_value(const mica_attr *attr, size_t index);
/// dense_resource<key> : type. The bytes are found with mica_context_resource.
MICA_API const mica_attr *mica_dense_resource_attr_get(const mica_type *type, mica_string key);
MICA_API mica_string mica_dense_resource_attr_key(const mica_attr *attr);
MICA_API const mica_attr *mica_sparse_elements_attr_get(const mica_type *type,
                                                        const mica_attr *indices,
                                                        const mica_attr *values);
MICA_API const mica_attr *mica_sparse_elements_attr_indices(const mica_attr *attr);
MICA_API const mica_attr *mica_sparse_elements_attr_values(const mica_attr *attr);

MICA_API bool mica_attr_is_blob(const mica_attr *attr);
/// Take or drop a reference of a blob attribute; no-ops for all others and NULL.
MICA_API void mica_attr_retain(const mica_attr *attr);
MICA_API void mica_attr_release(const mica_attr *attr);

/// Sets (replacing) or finds the blob behind a dense_resource key; set takes over the caller's
/// reference, find borrows and returns NULL when there is none.
MICA_API bool mica_context_set_resource(mica_context *context, mica_string key,
                                        mica_blob *blob);
MICA_API mica_blob *mica_context_find_resource(mica_context *context, mica_string key);

// ---- layouts and others
// ----------------------------------------------------------------------

MICA_API const mica_attr *mica_strided_layout_attr_get(mica_context *context, int64_t offset,
                                                       const int64_t *strides, size_t rank);
MICA_API int64_t mica_strided_layout_attr_offset(const mica_attr *attr);
MICA_API size_t mica_strided_layout_attr_rank(const mica_attr *attr);
MICA_API const int64_t *mica_strided_layout_attr_strides(const mica_attr *attr);
/// `type` may be NULL (none).
MICA_API const mica_attr *mica_opaque_attr_get(mica_context *context, mica_string dialect,
                                               mica_string text, const mica_type *type);
MICA_API mica_string mica_opaque_attr_dialect(const mica_attr *attr);
MICA_API mica_string mica_opaque_attr_text(const mica_attr *attr);
/// A new attribute that equals no other; `referenced` is an attribute (unit for none).
MICA_API const mica_attr *mica_distinct_attr_create(const mica_attr *referenced);
MICA_API const mica_attr *mica_distinct_attr_referenced(const mica_attr *attr);

// ---- dialect attributes
// ----------------------------------------------------------------------

MICA_API const mica_attr *mica_attr_get(mica_context *context, const mica_attr_def *definition,
                                        const uint64_t *words, size_t count);
MICA_API const mica_attr *mica_attr_get_checked(mica_context *context, mica_location location,
                                                const mica_attr_def *definition,
                                                const uint64_t *words, size_t count);
MICA_API size_t mica_attr_param_count(const mica_attr *attr);
MICA_API uint64_t mica_attr_param(const mica_attr *attr, size_t index);

/// An interned row of words, for parameters that are arrays (mica_param_kind says of what).
typedef struct mica_word_list mica_word_list;
MICA_API const mica_word_list *mica_word_list_get(mica_context *context, const uint64_t *words,
                                                  size_t count);
MICA_API size_t mica_word_list_count(const mica_word_list *list);
MICA_API const uint64_t *mica_word_list_words(const mica_word_list *list);

#ifdef __cplusplus
}
#endif

#endif
