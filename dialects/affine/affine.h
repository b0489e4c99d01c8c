// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What other parts of Mica use of the affine dialect besides its ops: maps together with the
// values that they are applied to.
//
//   mica_affine_map_of_values applied;
//   if (mica_affine_values_begin(&applied, map, operands, count)) {
//       mica_affine_values_compose(&applied);     // affine.apply ops that made operands go in
//       mica_affine_values_simplify(&applied);    // constants go in, unused operands go
//   }
//   mica_affine_values_end(&applied);
#ifndef MICA_DIALECTS_AFFINE_AFFINE_H
#define MICA_DIALECTS_AFFINE_AFFINE_H

#include "dialects/affine/affine_ops.h"
#include "ir/core/affine.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mica_affine_value_list {
    mica_value **values; ///< owned
    size_t count, capacity;
} mica_affine_value_list;

typedef struct mica_affine_map_of_values {
    const mica_attr *map;
    mica_affine_value_list dims, symbols;
    bool failed; ///< out of memory
} mica_affine_map_of_values;

/// `operands` has `count` values, the dims first. False when out of memory.
MICA_API bool mica_affine_values_begin(mica_affine_map_of_values *applied, const mica_attr *map,
                                       mica_value *const *operands, size_t count);
MICA_API void mica_affine_values_end(mica_affine_map_of_values *applied);
/// Puts the maps of affine.apply ops that make operands in place of those, to the end.
MICA_API void mica_affine_values_compose(mica_affine_map_of_values *applied);
/// The canonical form: what is a symbol is one, constants are in the map, each operand is there
/// once and is used.
MICA_API void mica_affine_values_simplify(mica_affine_map_of_values *applied);
/// May the value be a symbol: is it the same throughout the function, as far as the place of
/// its definition says?
MICA_API bool mica_affine_is_symbol(const mica_value *value);

#ifdef __cplusplus
}
#endif

#endif
