// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Vectors, tensors and memrefs: their words are listed in type.c. `layout_of` below is the one
// place that knows where the shape begins.
#include "ir/core/affine.h"
#include "ir/core/context_internal.h"
#include "ir/core/type.h"

/// Where a ranked type's shape begins among its words.
typedef struct shape_place {
    size_t first;
    size_t rank;
} shape_place;

static bool find_shape(const mica_type *type, shape_place *place)
{
    const size_t count = micai_object_of(type)->count;
    switch (mica_type_get_kind(type)) {
    case MICA_TYPE_VECTOR: // { element, rank, shape..., [scalable...] }
        place->first = 2;
        place->rank = (size_t)micai_word(type, 1);
        return true;
    case MICA_TYPE_RANKED_TENSOR:
        place->first = 2;
        place->rank = count - 2;
        return true;
    case MICA_TYPE_MEMREF:
        place->first = 3;
        place->rank = count - 3;
        return true;
    default:
        return false;
    }
}

enum { INLINE_WORDS = 24 };

/// Interns `head` followed by `shape` and, for vectors, one word a dimension of `scalable`.
static const mica_type *shaped_get(mica_context *context, mica_type_kind kind,
                                   const uint64_t *head, size_t head_count,
                                   const int64_t *shape, size_t rank, const bool *scalable)
{
    uint64_t inline_words[INLINE_WORDS];
    uint64_t *row = inline_words;
    const size_t count = head_count + rank * (scalable ? 2 : 1);
    if (count > INLINE_WORDS) {
        row = micai_allocate(&context->allocator, count * sizeof *row);
        if (!row)
            return NULL;
    }
    memcpy(row, head, head_count * sizeof *row);
    if (rank)
        memcpy(row + head_count, shape, rank * sizeof *row);
    for (size_t i = 0; scalable && i < rank; ++i)
        row[head_count + rank + i] = scalable[i];
    const mica_type *type = (const mica_type *)micai_object_get(context, MICAI_CATEGORY_TYPE,
                                                                kind, NULL, row, count, 0);
    if (row != inline_words)
        micai_release(&context->allocator, row, count * sizeof *row);
    return type;
}

const mica_type *mica_vector_type_get(const mica_type *element, const int64_t *shape,
                                      const bool *scalable, size_t rank)
{
    bool any = false;
    for (size_t i = 0; scalable && i < rank; ++i)
        any |= scalable[i];
    const uint64_t head[] = {micai_word_of(element), rank};
    return shaped_get(mica_type_context(element), MICA_TYPE_VECTOR, head, 2, shape, rank,
                      any ? scalable : NULL);
}

const mica_type *mica_tensor_type_get(const mica_type *element, const int64_t *shape,
                                      size_t rank, const mica_attr *encoding)
{
    const uint64_t head[] = {micai_word_of(element), micai_word_of(encoding)};
    return shaped_get(mica_type_context(element), MICA_TYPE_RANKED_TENSOR, head, 2, shape, rank,
                      NULL);
}

const mica_type *mica_unranked_tensor_type_get(const mica_type *element)
{
    const uint64_t head[] = {micai_word_of(element)};
    return shaped_get(mica_type_context(element), MICA_TYPE_UNRANKED_TENSOR, head, 1, NULL, 0,
                      NULL);
}

/// NULL for integer 0, the space that is never printed.
static const mica_attr *significant_space(const mica_attr *space)
{
    if (mica_attr_is(space, MICA_ATTR_INTEGER) && mica_integer_attr_value(space) == 0)
        return NULL;
    return space;
}

const mica_type *mica_memref_type_get(const mica_type *element, const int64_t *shape,
                                      size_t rank, const mica_attr *layout,
                                      const mica_attr *memory_space)
{
    if (mica_attr_is(layout, MICA_ATTR_AFFINE_MAP) && mica_affine_map_is_identity(layout))
        layout = NULL;
    const uint64_t head[] = {micai_word_of(element), micai_word_of(layout),
                             micai_word_of(significant_space(memory_space))};
    return shaped_get(mica_type_context(element), MICA_TYPE_MEMREF, head, 3, shape, rank, NULL);
}

const mica_type *mica_unranked_memref_type_get(const mica_type *element,
                                               const mica_attr *memory_space)
{
    const uint64_t head[] = {micai_word_of(element),
                             micai_word_of(significant_space(memory_space))};
    return shaped_get(mica_type_context(element), MICA_TYPE_UNRANKED_MEMREF, head, 2, NULL, 0,
                      NULL);
}

bool mica_type_is_shaped(const mica_type *type)
{
    const mica_type_kind kind = mica_type_get_kind(type);
    return kind >= MICA_TYPE_VECTOR && kind <= MICA_TYPE_UNRANKED_MEMREF;
}

bool mica_type_is_ranked(const mica_type *type)
{
    shape_place place;
    return find_shape(type, &place);
}

bool mica_type_is_tensor(const mica_type *type)
{
    const mica_type_kind kind = mica_type_get_kind(type);
    return kind == MICA_TYPE_RANKED_TENSOR || kind == MICA_TYPE_UNRANKED_TENSOR;
}

bool mica_type_is_memref(const mica_type *type)
{
    const mica_type_kind kind = mica_type_get_kind(type);
    return kind == MICA_TYPE_MEMREF || kind == MICA_TYPE_UNRANKED_MEMREF;
}

bool mica_type_is_vector(const mica_type *type)
{
    return mica_type_get_kind(type) == MICA_TYPE_VECTOR;
}

const mica_type *mica_type_element(const mica_type *type)
{
    return micai_pointer_of(micai_word(type, 0));
}

const mica_type *mica_type_element_or_self(const mica_type *type)
{
    return mica_type_is_shaped(type) ? mica_type_element(type) : type;
}

size_t mica_type_rank(const mica_type *type)
{
    shape_place place;
    return find_shape(type, &place) ? place.rank : 0;
}

const int64_t *mica_type_shape(const mica_type *type)
{
    shape_place place;
    if (!find_shape(type, &place))
        return NULL;
    return (const int64_t *)&micai_object_of(type)->words[place.first];
}

bool mica_type_has_static_shape(const mica_type *type)
{
    if (!mica_type_is_ranked(type))
        return false;
    const int64_t *shape = mica_type_shape(type);
    for (size_t i = 0; i < mica_type_rank(type); ++i) {
        if (shape[i] == MICA_DYNAMIC)
            return false;
    }
    return true;
}

int64_t mica_type_element_count(const mica_type *type)
{
    if (!mica_type_has_static_shape(type))
        return -1;
    const int64_t *shape = mica_type_shape(type);
    int64_t count = 1;
    bool overflows = false;
    for (size_t i = 0; i < mica_type_rank(type); ++i) {
        if (shape[i] == 0)
            return 0;
        overflows |= __builtin_mul_overflow(count, shape[i], &count);
    }
    return overflows ? -1 : count;
}

const mica_type *mica_type_with_shape(const mica_type *type, const int64_t *shape, size_t rank)
{
    const mica_type *element = mica_type_element(type);
    const bool same_rank = mica_type_is_ranked(type) && mica_type_rank(type) == rank;
    switch (mica_type_get_kind(type)) {
    case MICA_TYPE_VECTOR:
        return mica_vector_type_get(element, shape, NULL, rank);
    case MICA_TYPE_MEMREF:
    case MICA_TYPE_UNRANKED_MEMREF:
        return mica_memref_type_get(element, shape, rank,
                                    same_rank ? mica_memref_type_layout(type) : NULL,
                                    mica_memref_type_memory_space(type));
    default:
        return mica_tensor_type_get(element, shape, rank,
                                    same_rank ? mica_tensor_type_encoding(type) : NULL);
    }
}

const mica_type *mica_type_with_element(const mica_type *type, const mica_type *element)
{
    const int64_t *shape = mica_type_shape(type);
    const size_t rank = mica_type_rank(type);
    switch (mica_type_get_kind(type)) {
    case MICA_TYPE_VECTOR: {
        const micai_object *object = micai_object_of(type);
        const uint64_t head[] = {micai_word_of(element), rank};
        bool scalable[INLINE_WORDS];
        const bool any = object->count > 2 + rank && rank <= INLINE_WORDS;
        for (size_t i = 0; any && i < rank; ++i)
            scalable[i] = object->words[2 + rank + i] != 0;
        return shaped_get(object->context, MICA_TYPE_VECTOR, head, 2, shape, rank,
                          any ? scalable : NULL);
    }
    case MICA_TYPE_RANKED_TENSOR:
        return mica_tensor_type_get(element, shape, rank, mica_tensor_type_encoding(type));
    case MICA_TYPE_UNRANKED_TENSOR:
        return mica_unranked_tensor_type_get(element);
    case MICA_TYPE_MEMREF:
        return mica_memref_type_get(element, shape, rank, mica_memref_type_layout(type),
                                    mica_memref_type_memory_space(type));
    case MICA_TYPE_UNRANKED_MEMREF:
        return mica_unranked_memref_type_get(element, mica_memref_type_memory_space(type));
    default:
        return element;
    }
}

bool mica_vector_type_dim_is_scalable(const mica_type *type, size_t dim)
{
    const size_t rank = mica_type_rank(type);
    return micai_object_of(type)->count > 2 + rank && micai_word(type, 2 + rank + dim) != 0;
}

bool mica_vector_type_is_scalable(const mica_type *type)
{
    return mica_type_is_vector(type) && micai_object_of(type)->count > 2 + mica_type_rank(type);
}

const mica_attr *mica_tensor_type_encoding(const mica_type *type)
{
    if (mica_type_get_kind(type) != MICA_TYPE_RANKED_TENSOR)
        return NULL;
    return micai_pointer_of(micai_word(type, 1));
}

const mica_attr *mica_memref_type_layout(const mica_type *type)
{
    if (mica_type_get_kind(type) != MICA_TYPE_MEMREF)
        return NULL;
    return micai_pointer_of(micai_word(type, 1));
}

const mica_attr *mica_memref_type_memory_space(const mica_type *type)
{
    const size_t index = mica_type_get_kind(type) == MICA_TYPE_MEMREF ? 2 : 1;
    return micai_pointer_of(micai_word(type, index));
}

// ---- strides
// ---------------------------------------------------------------------------------

static int64_t product_or_dynamic(int64_t a, int64_t b)
{
    int64_t product;
    if (a == MICA_DYNAMIC || b == MICA_DYNAMIC || __builtin_mul_overflow(a, b, &product))
        return MICA_DYNAMIC;
    return product;
}

/// Adds the summand `expr` (d, s, c, or a product of one dim with a symbolic factor).
static bool add_summand(const mica_affine_expr *expr, size_t rank, int64_t *strides,
                        int64_t *offset)
{
    const mica_affine_kind kind = mica_affine_expr_kind(expr);
    int64_t *target = offset;
    int64_t amount = MICA_DYNAMIC;
    if (kind == MICA_AFFINE_DIM) {
        target = &strides[mica_affine_expr_value(expr)];
        amount = 1;
    } else if (kind == MICA_AFFINE_CONSTANT) {
        amount = mica_affine_expr_value(expr);
    } else if (kind == MICA_AFFINE_MUL &&
               mica_affine_expr_kind(mica_affine_expr_lhs(expr)) == MICA_AFFINE_DIM) {
        const mica_affine_expr *factor = mica_affine_expr_rhs(expr);
        if (!mica_affine_expr_is_symbolic(factor))
            return false;
        target = &strides[mica_affine_expr_value(mica_affine_expr_lhs(expr))];
        if (mica_affine_expr_kind(factor) == MICA_AFFINE_CONSTANT)
            amount = mica_affine_expr_value(factor);
    } else if (!mica_affine_expr_is_symbolic(expr)) {
        return false;
    }
    (void)rank;
    *target =
        *target == MICA_DYNAMIC || amount == MICA_DYNAMIC ? MICA_DYNAMIC : *target + amount;
    return true;
}

/// A map (d0, ...)[s0, ...] -> (sum): one result, a sum of summands leaning to the left.
static bool strides_of_map(const mica_attr *map, size_t rank, int64_t *strides, int64_t *offset)
{
    if (mica_affine_map_result_count(map) != 1)
        return false;
    for (size_t i = 0; i < rank; ++i)
        strides[i] = 0;
    *offset = 0;
    const mica_affine_expr *expr = mica_affine_map_result(map, 0);
    while (mica_affine_expr_kind(expr) == MICA_AFFINE_ADD) {
        if (!add_summand(mica_affine_expr_rhs(expr), rank, strides, offset))
            return false;
        expr = mica_affine_expr_lhs(expr);
    }
    return add_summand(expr, rank, strides, offset);
}

bool mica_memref_type_strides(const mica_type *type, int64_t *strides, int64_t *offset)
{
    if (mica_type_get_kind(type) != MICA_TYPE_MEMREF)
        return false;
    const size_t rank = mica_type_rank(type);
    const mica_attr *layout = mica_memref_type_layout(type);
    if (mica_attr_is(layout, MICA_ATTR_AFFINE_MAP))
        return strides_of_map(layout, rank, strides, offset);
    if (mica_attr_is(layout, MICA_ATTR_STRIDED_LAYOUT)) {
        *offset = mica_strided_layout_attr_offset(layout);
        if (rank)
            memcpy(strides, mica_strided_layout_attr_strides(layout), rank * sizeof *strides);
        return true;
    }
    if (layout)
        return false;
    *offset = 0;
    int64_t stride = 1;
    for (size_t i = rank; i-- > 0;) {
        strides[i] = stride;
        stride = product_or_dynamic(stride, mica_type_shape(type)[i]);
    }
    return true;
}
