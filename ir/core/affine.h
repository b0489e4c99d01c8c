// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Affine expressions, maps and integer sets. Expressions are interned and simplified as they
// are built, by MLIR's rules (constants to the right, constants folded, x * 1, x floordiv 1,
// ...), so that they print as MLIR prints them. Maps and sets are attributes.
#ifndef MICA_IR_CORE_AFFINE_H
#define MICA_IR_CORE_AFFINE_H

#include "ir/core/attribute.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum mica_affine_kind {
    MICA_AFFINE_ADD,
    MICA_AFFINE_MUL,
    MICA_AFFINE_MOD,
    MICA_AFFINE_FLOOR_DIV,
    MICA_AFFINE_CEIL_DIV,
    MICA_AFFINE_CONSTANT,
    MICA_AFFINE_DIM,
    MICA_AFFINE_SYMBOL,
} mica_affine_kind;

MICA_API const mica_affine_expr *mica_affine_dim_get(mica_context *context, uint32_t position);
MICA_API const mica_affine_expr *mica_affine_symbol_get(mica_context *context,
                                                        uint32_t position);
MICA_API const mica_affine_expr *mica_affine_constant_get(mica_context *context, int64_t value);
/// A binary expression, simplified. `kind` is one of the five binary kinds.
MICA_API const mica_affine_expr *mica_affine_binary_get(mica_affine_kind kind,
                                                        const mica_affine_expr *lhs,
                                                        const mica_affine_expr *rhs);
MICA_API mica_affine_kind mica_affine_expr_kind(const mica_affine_expr *expr);
MICA_API mica_context *mica_affine_expr_context(const mica_affine_expr *expr);
MICA_API const mica_affine_expr *mica_affine_expr_lhs(const mica_affine_expr *expr);
MICA_API const mica_affine_expr *mica_affine_expr_rhs(const mica_affine_expr *expr);
/// The constant's value, or the position of a dim or symbol.
MICA_API int64_t mica_affine_expr_value(const mica_affine_expr *expr);
/// No dims inside; and: affine at all (mul, div and mod by symbolic expressions are not).
MICA_API bool mica_affine_expr_is_symbolic(const mica_affine_expr *expr);
MICA_API bool mica_affine_expr_is_pure(const mica_affine_expr *expr);
MICA_API bool mica_affine_expr_uses_dim(const mica_affine_expr *expr, uint32_t position);
/// Replaces dims and symbols; positions beyond a count stay.
MICA_API const mica_affine_expr *
mica_affine_expr_replace(const mica_affine_expr *expr, const mica_affine_expr *const *dims,
                         size_t dim_count, const mica_affine_expr *const *symbols,
                         size_t symbol_count);
/// The value for given dims and symbols; false when it overflows or divides by zero or less.
MICA_API bool mica_affine_expr_evaluate(const mica_affine_expr *expr, const int64_t *dims,
                                        const int64_t *symbols, int64_t *value);

MICA_API const mica_attr *mica_affine_map_get(mica_context *context, uint32_t dim_count,
                                              uint32_t symbol_count,
                                              const mica_affine_expr *const *results,
                                              size_t result_count);
MICA_API const mica_attr *mica_affine_map_identity(mica_context *context, uint32_t dim_count);
/// A map of dims in the given order: (d0, .., dn-1) -> (d[p0], ..).
MICA_API const mica_attr *mica_affine_map_projection(mica_context *context, uint32_t dim_count,
                                                     const uint32_t *positions, size_t count);
MICA_API uint32_t mica_affine_map_dim_count(const mica_attr *map);
MICA_API uint32_t mica_affine_map_symbol_count(const mica_attr *map);
MICA_API size_t mica_affine_map_result_count(const mica_attr *map);
MICA_API const mica_affine_expr *mica_affine_map_result(const mica_attr *map, size_t index);
MICA_API bool mica_affine_map_is_identity(const mica_attr *map);
/// Each result is a distinct dim (and constants 0 are not allowed).
MICA_API bool mica_affine_map_is_projected_permutation(const mica_attr *map);
MICA_API bool mica_affine_map_is_permutation(const mica_attr *map);
/// f after g: results of f with its dims replaced by the results of g.
MICA_API const mica_attr *mica_affine_map_compose(const mica_attr *f, const mica_attr *g);
/// The inverse of a permutation-like map: for every dim the first result that is that dim; NULL
/// when a dim is not among the results.
MICA_API const mica_attr *mica_affine_map_inverse_permutation(const mica_attr *map);

/// `is_equality[i]` says whether constraints[i] == 0 or >= 0.
MICA_API const mica_attr *mica_integer_set_get(mica_context *context, uint32_t dim_count,
                                               uint32_t symbol_count,
                                               const mica_affine_expr *const *constraints,
                                               const bool *is_equality, size_t count);
MICA_API uint32_t mica_integer_set_dim_count(const mica_attr *set);
MICA_API uint32_t mica_integer_set_symbol_count(const mica_attr *set);
MICA_API size_t mica_integer_set_count(const mica_attr *set);
MICA_API const mica_affine_expr *mica_integer_set_constraint(const mica_attr *set,
                                                             size_t index);
MICA_API bool mica_integer_set_is_equality(const mica_attr *set, size_t index);

#ifdef __cplusplus
}
#endif

#endif
