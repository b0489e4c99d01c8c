// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Materializations as the conversion driver asks for them.
#ifndef MICA_IR_REWRITE_TYPE_CONVERTER_INTERNAL_H
#define MICA_IR_REWRITE_TYPE_CONVERTER_INTERNAL_H

#include "ir/rewrite/type_converter.h"

/// Why a value of another type is needed.
typedef enum micai_cast_kind {
    MICAI_CAST_SOURCE,   ///< from the values that replaced a result to its old type
    MICAI_CAST_TARGET,   ///< from an old value to the type that a pattern needs
    MICAI_CAST_ARGUMENT, ///< from new block arguments to the old argument's type
    MICAI_CAST_KIND_COUNT
} micai_cast_kind;

/// The callback's value; NULL when there is none for the kind or it makes none.
mica_value *micai_type_converter_materialize(mica_type_converter *converter,
                                             micai_cast_kind kind, mica_builder *builder,
                                             const mica_type *type, mica_value *const *inputs,
                                             size_t count);

#endif
