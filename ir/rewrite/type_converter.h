// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A type converter says what types become in a dialect conversion: a list of callbacks, the
// latest added asked first. A type that no callback wants has no conversion; add one that
// keeps types when unknown ones are legal.
//
//   static mica_type_answer index_to_i64(void *user, const mica_type *type,
//                                        mica_type_list *results)
//   {
//       if (!mica_type_is_index(type))
//           return MICA_TYPE_NOT_MINE;
//       return mica_type_list_append(results, mica_integer_type_get(..., 64, ...));
//   }
//
// Thread rule: a converter belongs to one thread (it caches answers).
#ifndef MICA_IR_REWRITE_TYPE_CONVERTER_H
#define MICA_IR_REWRITE_TYPE_CONVERTER_H

#include "ir/core/builder.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A growing row of types; begin with {0}, end with mica_type_list_free.
typedef struct mica_type_list {
    const mica_type **types;
    size_t count, capacity;
} mica_type_list;
MICA_API void mica_type_list_free(mica_type_list *list);

typedef enum mica_type_answer {
    MICA_TYPE_NOT_MINE,  ///< ask the next callback
    MICA_TYPE_CONVERTED, ///< `results` holds the types (none, one or several)
    MICA_TYPE_REFUSED,   ///< the type can't be converted
} mica_type_answer;

/// Appends; MICA_TYPE_CONVERTED, or MICA_TYPE_REFUSED when `type` is NULL or memory is out.
MICA_API mica_type_answer mica_type_list_append(mica_type_list *list, const mica_type *type);

typedef mica_type_answer (*mica_type_conversion_fn)(void *user, const mica_type *type,
                                                    mica_type_list *results);
/// Makes a value of `type` out of `inputs`; NULL when it can't (the default is a
/// builtin.unrealized_conversion_cast).
typedef mica_value *(*mica_materialize_fn)(void *user, mica_builder *builder,
                                           const mica_type *type, mica_value *const *inputs,
                                           size_t count);

typedef struct mica_type_converter mica_type_converter;

MICA_API mica_type_converter *mica_type_converter_create(mica_context *context);
MICA_API void mica_type_converter_destroy(mica_type_converter *converter);
/// False only when out of memory.
MICA_API bool mica_type_converter_add(mica_type_converter *converter,
                                      mica_type_conversion_fn convert, void *user);
/// From converted values back to the original type (for users that were not converted).
MICA_API void mica_type_converter_set_source(mica_type_converter *converter,
                                             mica_materialize_fn materialize, void *user);
/// From an original value to the converted type.
MICA_API void mica_type_converter_set_target(mica_type_converter *converter,
                                             mica_materialize_fn materialize, void *user);
/// From converted block arguments to the original argument's type; NULL: as source.
MICA_API void mica_type_converter_set_argument(mica_type_converter *converter,
                                               mica_materialize_fn materialize, void *user);

/// Appends what `type` becomes; false when it has no conversion.
MICA_API bool mica_type_converter_convert(mica_type_converter *converter, const mica_type *type,
                                          mica_type_list *results);
/// The one type that it becomes, NULL when there is no conversion or not exactly one type.
MICA_API const mica_type *mica_type_converter_convert_one(mica_type_converter *converter,
                                                          const mica_type *type);
/// Appends what all the types become.
MICA_API bool mica_type_converter_convert_all(mica_type_converter *converter,
                                              const mica_type *const *types, size_t count,
                                              mica_type_list *results);
/// A type that converts to itself.
MICA_API bool mica_type_converter_is_legal(mica_type_converter *converter,
                                           const mica_type *type);
/// All operand and result types convert to themselves.
MICA_API bool mica_type_converter_is_op_legal(mica_type_converter *converter,
                                              const mica_op *op);
/// All block arguments of the region do.
MICA_API bool mica_type_converter_is_region_legal(mica_type_converter *converter,
                                                  const mica_region *region);
/// All inputs and results of a function type do.
MICA_API bool mica_type_converter_is_signature_legal(mica_type_converter *converter,
                                                     const mica_type *function_type);

/// Builds the value that stands for `inputs` as `type`, by the callback or a cast.
MICA_API mica_value *mica_type_converter_to_source(mica_type_converter *converter,
                                                   mica_builder *builder, const mica_type *type,
                                                   mica_value *const *inputs, size_t count);
MICA_API mica_value *mica_type_converter_to_target(mica_type_converter *converter,
                                                   mica_builder *builder, const mica_type *type,
                                                   mica_value *input);
MICA_API mica_value *mica_type_converter_to_argument(mica_type_converter *converter,
                                                     mica_builder *builder,
                                                     const mica_type *type,
                                                     mica_value *const *inputs, size_t count);

#ifdef __cplusplus
}
#endif

#endif
