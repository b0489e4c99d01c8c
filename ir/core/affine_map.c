// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Affine maps and integer sets, as attributes:
//   map { dims, symbols, results... }
//   set { dims, symbols, constraint, is equality, ... }
#include "ir/core/context_internal.h"

enum { HEAD = 2, INLINE_WORDS = 24 };

static const mica_attr *map_get(mica_context *context, mica_attr_kind kind,
                                const uint64_t *words, size_t count)
{
    return (const mica_attr *)micai_object_get(context, MICAI_CATEGORY_ATTR, kind, NULL, words,
                                               count, 0);
}

const mica_attr *mica_affine_map_get(mica_context *context, uint32_t dim_count,
                                     uint32_t symbol_count,
                                     const mica_affine_expr *const *results,
                                     size_t result_count)
{
    uint64_t inline_row[INLINE_WORDS];
    uint64_t *row = inline_row;
    const size_t count = HEAD + result_count;
    if (count > INLINE_WORDS && !(row = micai_allocate(&context->allocator, count * 8)))
        return NULL;
    row[0] = dim_count;
    row[1] = symbol_count;
    bool complete = true;
    for (size_t i = 0; i < result_count; ++i) {
        complete &= results[i] != NULL;
        row[HEAD + i] = micai_word_of(results[i]);
    }
    const mica_attr *map = complete ? map_get(context, MICA_ATTR_AFFINE_MAP, row, count) : NULL;
    if (row != inline_row)
        micai_release(&context->allocator, row, count * 8);
    return map;
}

/// A map of `count` dims, of which number i is `positions[i]` (NULL: i).
static const mica_attr *map_of_dims(mica_context *context, uint32_t dim_count,
                                    const uint32_t *positions, size_t count)
{
    uint64_t inline_row[INLINE_WORDS];
    uint64_t *row = inline_row;
    if (HEAD + count > INLINE_WORDS &&
        !(row = micai_allocate(&context->allocator, (HEAD + count) * 8)))
        return NULL;
    row[0] = dim_count;
    row[1] = 0;
    for (size_t i = 0; i < count; ++i)
        row[HEAD + i] =
            micai_word_of(mica_affine_dim_get(context, positions ? positions[i] : (uint32_t)i));
    const mica_attr *map = context->out_of_memory
                               ? NULL
                               : map_get(context, MICA_ATTR_AFFINE_MAP, row, HEAD + count);
    if (row != inline_row)
        micai_release(&context->allocator, row, (HEAD + count) * 8);
    return map;
}

const mica_attr *mica_affine_map_identity(mica_context *context, uint32_t dim_count)
{
    return map_of_dims(context, dim_count, NULL, dim_count);
}

const mica_attr *mica_affine_map_projection(mica_context *context, uint32_t dim_count,
                                            const uint32_t *positions, size_t count)
{
    return map_of_dims(context, dim_count, positions, count);
}

uint32_t mica_affine_map_dim_count(const mica_attr *map)
{
    return (uint32_t)micai_word(map, 0);
}

uint32_t mica_affine_map_symbol_count(const mica_attr *map)
{
    return (uint32_t)micai_word(map, 1);
}

size_t mica_affine_map_result_count(const mica_attr *map)
{
    return micai_object_of(map)->count - HEAD;
}

const mica_affine_expr *mica_affine_map_result(const mica_attr *map, size_t index)
{
    return micai_pointer_of(micai_word(map, HEAD + index));
}

/// The position of a result that is a plain dim, -1 for any other.
static int64_t dim_of_result(const mica_attr *map, size_t index)
{
    const mica_affine_expr *expr = mica_affine_map_result(map, index);
    return mica_affine_expr_kind(expr) == MICA_AFFINE_DIM ? mica_affine_expr_value(expr) : -1;
}

bool mica_affine_map_is_identity(const mica_attr *map)
{
    const size_t count = mica_affine_map_result_count(map);
    if (mica_affine_map_dim_count(map) != count)
        return false;
    for (size_t i = 0; i < count; ++i) {
        if (dim_of_result(map, i) != (int64_t)i)
            return false;
    }
    return true;
}

bool mica_affine_map_is_projected_permutation(const mica_attr *map)
{
    const uint32_t dims = mica_affine_map_dim_count(map);
    const size_t count = mica_affine_map_result_count(map);
    if (mica_affine_map_symbol_count(map) > 0 || count > dims)
        return false;
    mica_context *context = micai_object_of(map)->context;
    bool inline_seen[64] = {false};
    bool *seen = inline_seen;
    if (dims > 64 && !(seen = micai_allocate_zeroed(&context->allocator, dims)))
        return false;
    bool holds = true;
    for (size_t i = 0; i < count && holds; ++i) {
        const int64_t dim = dim_of_result(map, i);
        holds = dim >= 0 && dim < dims && !seen[dim];
        if (holds)
            seen[dim] = true;
    }
    if (seen != inline_seen)
        micai_release(&context->allocator, seen, dims);
    return holds;
}

bool mica_affine_map_is_permutation(const mica_attr *map)
{
    return mica_affine_map_dim_count(map) == mica_affine_map_result_count(map) &&
           mica_affine_map_is_projected_permutation(map);
}

/// Scratch for `count` expressions; free with micai_release.
static const mica_affine_expr **expression_row(mica_context *context, size_t count)
{
    return micai_allocate(&context->allocator, (count ? count : 1) * sizeof(void *));
}

static void free_row(mica_context *context, const mica_affine_expr **row, size_t count)
{
    micai_release(&context->allocator, row, (count ? count : 1) * sizeof(void *));
}

const mica_attr *mica_affine_map_compose(const mica_attr *f, const mica_attr *g)
{
    mica_context *context = micai_object_of(f)->context;
    const uint32_t f_symbols = mica_affine_map_symbol_count(f);
    const uint32_t g_symbols = mica_affine_map_symbol_count(g);
    const size_t inner = mica_affine_map_result_count(g);
    const size_t outer = mica_affine_map_result_count(f);
    const mica_affine_expr **dims = expression_row(context, inner);
    const mica_affine_expr **symbols = expression_row(context, f_symbols);
    const mica_affine_expr **results = expression_row(context, outer);
    const mica_attr *map = NULL;
    if (dims && symbols && results) {
        for (size_t i = 0; i < inner; ++i)
            dims[i] = mica_affine_map_result(g, i);
        // Symbols of f come first, those of g after them.
        for (uint32_t i = 0; i < f_symbols; ++i)
            symbols[i] = mica_affine_symbol_get(context, i);
        const mica_affine_expr **shifted = expression_row(context, g_symbols);
        for (uint32_t i = 0; shifted && i < g_symbols; ++i)
            shifted[i] = mica_affine_symbol_get(context, f_symbols + i);
        for (size_t i = 0; shifted && i < inner && dims[i]; ++i)
            dims[i] = mica_affine_expr_replace(dims[i], NULL, 0, shifted, g_symbols);
        for (size_t i = 0; i < outer; ++i)
            results[i] = mica_affine_expr_replace(mica_affine_map_result(f, i), dims, inner,
                                                  symbols, f_symbols);
        if (shifted)
            map = mica_affine_map_get(context, mica_affine_map_dim_count(g),
                                      f_symbols + g_symbols, results, outer);
        free_row(context, shifted, g_symbols);
    }
    free_row(context, dims, inner);
    free_row(context, symbols, f_symbols);
    free_row(context, results, outer);
    return map;
}

const mica_attr *mica_affine_map_inverse_permutation(const mica_attr *map)
{
    mica_context *context = micai_object_of(map)->context;
    const uint32_t dims = mica_affine_map_dim_count(map);
    const size_t count = mica_affine_map_result_count(map);
    const mica_affine_expr **results = expression_row(context, dims);
    if (!results)
        return NULL;
    memset(results, 0, dims * sizeof *results);
    for (size_t i = count; i-- > 0;) {
        const int64_t dim = dim_of_result(map, i);
        if (dim >= 0 && dim < dims)
            results[dim] = mica_affine_dim_get(context, (uint32_t)i);
    }
    const mica_attr *inverse = mica_affine_map_get(context, (uint32_t)count, 0, results, dims);
    free_row(context, results, dims);
    return inverse;
}

// ---- integer sets
// ----------------------------------------------------------------------------

const mica_attr *mica_integer_set_get(mica_context *context, uint32_t dim_count,
                                      uint32_t symbol_count,
                                      const mica_affine_expr *const *constraints,
                                      const bool *is_equality, size_t count)
{
    uint64_t inline_row[INLINE_WORDS];
    uint64_t *row = inline_row;
    const size_t words = HEAD + 2 * count;
    if (words > INLINE_WORDS && !(row = micai_allocate(&context->allocator, words * 8)))
        return NULL;
    row[0] = dim_count;
    row[1] = symbol_count;
    bool complete = true;
    for (size_t i = 0; i < count; ++i) {
        complete &= constraints[i] != NULL;
        row[HEAD + 2 * i] = micai_word_of(constraints[i]);
        row[HEAD + 2 * i + 1] = is_equality[i];
    }
    const mica_attr *set =
        complete ? map_get(context, MICA_ATTR_INTEGER_SET, row, words) : NULL;
    if (row != inline_row)
        micai_release(&context->allocator, row, words * 8);
    return set;
}

uint32_t mica_integer_set_dim_count(const mica_attr *set)
{
    return (uint32_t)micai_word(set, 0);
}

uint32_t mica_integer_set_symbol_count(const mica_attr *set)
{
    return (uint32_t)micai_word(set, 1);
}

size_t mica_integer_set_count(const mica_attr *set)
{
    return (micai_object_of(set)->count - HEAD) / 2;
}

const mica_affine_expr *mica_integer_set_constraint(const mica_attr *set, size_t index)
{
    return micai_pointer_of(micai_word(set, HEAD + 2 * index));
}

bool mica_integer_set_is_equality(const mica_attr *set, size_t index)
{
    return micai_word(set, HEAD + 2 * index + 1) != 0;
}
