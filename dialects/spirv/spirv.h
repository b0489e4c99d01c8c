// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What others need of the SPIR-V dialect beyond the generated accessors (spirv_ops.h): types
// and attributes, made and read whether the dialect is compiled in or loaded from text. Numbers
// of storage classes, capabilities and so on are those of the specification
// (spirv_numbers.h).
#ifndef MICA_DIALECTS_SPIRV_SPIRV_H
#define MICA_DIALECTS_SPIRV_SPIRV_H

#include "dialects/spirv/spirv_grammar.h"
#include "ir/core/builder.h"
#include "ir/core/definition.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- types
// -----------------------------------------------------------------------------------

typedef enum mica_spirv_type_kind {
    MICA_SPIRV_TYPE_NONE, ///< not a type of this dialect
    MICA_SPIRV_TYPE_ARRAY,
    MICA_SPIRV_TYPE_COOPMATRIX,
    MICA_SPIRV_TYPE_IMAGE,
    MICA_SPIRV_TYPE_JOINTMATRIX,
    MICA_SPIRV_TYPE_MATRIX,
    MICA_SPIRV_TYPE_PTR,
    MICA_SPIRV_TYPE_RTARRAY,
    MICA_SPIRV_TYPE_SAMPLED_IMAGE,
    MICA_SPIRV_TYPE_STRUCT,
} mica_spirv_type_kind;

MICA_API mica_spirv_type_kind mica_spirv_type_get_kind(const mica_type *type);

MICA_API const mica_type *mica_spirv_pointer_get(const mica_type *pointee,
                                                 uint32_t storage_class);
MICA_API bool mica_spirv_type_is_pointer(const mica_type *type);
MICA_API const mica_type *mica_spirv_pointer_pointee(const mica_type *pointer);
MICA_API uint32_t mica_spirv_pointer_storage_class(const mica_type *pointer);

/// `stride` in bytes; 0: none.
MICA_API const mica_type *mica_spirv_array_get(const mica_type *element, uint32_t count,
                                               uint32_t stride);
MICA_API const mica_type *mica_spirv_runtime_array_get(const mica_type *element,
                                                       uint32_t stride);
/// Of an array or runtime array.
MICA_API uint32_t mica_spirv_array_stride(const mica_type *array);

/// A decoration of a member of a structure.
typedef struct mica_spirv_member_decoration {
    uint32_t member;
    uint32_t decoration;
    bool has_value;
    uint32_t value;
} mica_spirv_member_decoration;

/// `name` NULL: a literal structure. `offsets` NULL: no layout. Decorations in any order.
MICA_API const mica_type *
mica_spirv_struct_get(mica_context *context, const mica_identifier *name,
                      const mica_type *const *members, size_t count, const uint32_t *offsets,
                      const mica_spirv_member_decoration *decorations, size_t decoration_count);
/// Stands for the structure of that name that it lies in; it has no members itself.
MICA_API bool mica_spirv_struct_is_reference(const mica_type *type);
/// NULL for a literal structure.
MICA_API const mica_identifier *mica_spirv_struct_name(const mica_type *type);
MICA_API bool mica_spirv_struct_has_offsets(const mica_type *type);
MICA_API uint32_t mica_spirv_struct_offset(const mica_type *type, size_t member);
MICA_API size_t mica_spirv_struct_decoration_count(const mica_type *type);
MICA_API mica_spirv_member_decoration mica_spirv_struct_decoration(const mica_type *type,
                                                                   size_t index);

/// Members of a vector, array, matrix, cooperative matrix or structure; 0 for a runtime array
/// and for types that have no parts.
MICA_API uint32_t mica_spirv_composite_count(const mica_type *type);
MICA_API bool mica_spirv_type_is_composite(const mica_type *type);
/// The type of part `index`; NULL when there is none.
MICA_API const mica_type *mica_spirv_composite_element(const mica_type *type, uint32_t index);

/// Bytes that a value takes in memory with the layout that its type says (arrays with a
/// stride, structures with offsets), scalars and vectors packed; 0 when not known.
MICA_API uint64_t mica_spirv_type_size(const mica_type *type);

// ---- attributes
// ------------------------------------------------------------------------------

/// The enum attribute `#spirv.<mnemonic><...>`.
MICA_API const mica_attr *mica_spirv_enum_attr_get(mica_context *context, const char *mnemonic,
                                                   uint32_t value);
/// The case that an enum attribute (or a plain integer attribute) holds.
MICA_API uint32_t mica_spirv_enum_attr_value(const mica_attr *attr);
/// Is it an attribute `#spirv.<mnemonic>`?
MICA_API bool mica_spirv_attr_is(const mica_attr *attr, const char *mnemonic);

/// `version` as MICAI_SPIRV_VERSION.
MICA_API const mica_attr *
mica_spirv_vce_get(mica_context *context, uint32_t version, const uint32_t *capabilities,
                   size_t capability_count, const uint32_t *extensions, size_t extension_count);
MICA_API uint32_t mica_spirv_vce_version(const mica_attr *vce);
MICA_API size_t mica_spirv_vce_capability_count(const mica_attr *vce);
MICA_API uint32_t mica_spirv_vce_capability(const mica_attr *vce, size_t index);
MICA_API size_t mica_spirv_vce_extension_count(const mica_attr *vce);
MICA_API uint32_t mica_spirv_vce_extension(const mica_attr *vce, size_t index);

/// `storage_class` below 0: none.
MICA_API const mica_attr *mica_spirv_interface_var_abi_get(mica_context *context, int64_t set,
                                                           int64_t binding,
                                                           int64_t storage_class);
MICA_API int64_t mica_spirv_interface_var_abi_set(const mica_attr *abi);
MICA_API int64_t mica_spirv_interface_var_abi_binding(const mica_attr *abi);
/// -1: none.
MICA_API int64_t mica_spirv_interface_var_abi_storage_class(const mica_attr *abi);

/// The dense i32 array, or NULL.
MICA_API const mica_attr *mica_spirv_entry_point_abi_workgroup_size(const mica_attr *abi);
/// -1: none.
MICA_API int64_t mica_spirv_entry_point_abi_subgroup_size(const mica_attr *abi);

/// The `vce` of a target environment.
MICA_API const mica_attr *mica_spirv_target_env_vce(const mica_attr *target);
/// The target environment of `op` or of the nearest op around it that has the attribute
/// spirv.target_env; NULL when none has.
MICA_API const mica_attr *mica_spirv_target_env_find(mica_op *op);

#ifdef __cplusplus
}
#endif

#endif
