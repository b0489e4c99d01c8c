// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Det. Matrices up to 3 x 3 by their formulas; larger ones by elimination with row pivots, on a
// copy that the loops carry:
//
//   for each matrix, for k: the greatest of column k from row k on comes to row k; det *= it;
//     row i -= a[i, k] / a[k, k] * row k for the rows after k
//
// A column without a pivot makes det 0 and eliminates nothing.
#include "transforms/convert/convert_onnx_to_linalg_scalars.h"

enum { LARGEST_FORMULA = 3 };

// ---- formulas
// --------------------------------------------------------------------------------

typedef struct matrices {
    mica_value *data; ///< [batch, size, size]
    const mica_type *element;
    int64_t size;
} matrices;

static mica_value *entry(const matrices *m, mica_builder *builder, mica_value *batch,
                         int64_t row, int64_t column)
{
    mica_value *const at[] = {batch, micai_onnx_index(builder, row),
                              micai_onnx_index(builder, column)};
    return micai_num_widen(builder, micai_onnx_extract(builder, m->data, at, 3));
}

/// The 2 x 2 determinant of rows r, r + 1 and columns c, d.
static mica_value *minor(const matrices *m, mica_builder *builder, mica_value *batch, int64_t r,
                         int64_t c, int64_t d)
{
    mica_value *down = micai_num_mul(builder, entry(m, builder, batch, r, c),
                                     entry(m, builder, batch, r + 1, d));
    mica_value *up = micai_num_mul(builder, entry(m, builder, batch, r, d),
                                   entry(m, builder, batch, r + 1, c));
    return micai_num_sub(builder, down, up);
}

static mica_value *formula_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    static const int64_t others[3][2] = {{1, 2}, {0, 2}, {0, 1}};
    const matrices *m = user;
    mica_value *batch = indices[0], *sum;
    if (m->size == 1) {
        sum = entry(m, builder, batch, 0, 0);
    } else if (m->size == 2) {
        sum = minor(m, builder, batch, 0, 0, 1);
    } else {
        mica_value *parts[3];
        for (int64_t i = 0; i < 3; ++i)
            parts[i] = micai_num_mul(builder, entry(m, builder, batch, 0, i),
                                     minor(m, builder, batch, 1, others[i][0], others[i][1]));
        sum = micai_num_add(builder, micai_num_sub(builder, parts[0], parts[1]), parts[2]);
    }
    return micai_onnx_convert(builder, sum, m->element, false, false);
}

// ---- elimination
// -----------------------------------------------------------------------------

/// Where the loops are: the matrix, the column k, the row of its pivot or the row under way.
typedef struct elimination {
    const matrices *all;
    mica_value *batch, *k, *next; ///< next: k + 1
    mica_value *pivot, *row, *factor;
} elimination;

static mica_value *element_at(const elimination *e, mica_builder *builder, mica_value *tensor,
                              mica_value *row, mica_value *column)
{
    mica_value *const at[] = {e->batch, row, column};
    return micai_onnx_extract(builder, tensor, at, 3);
}

static mica_value *replace(const elimination *e, mica_builder *builder, mica_value *tensor,
                           mica_value *row, mica_value *column, mica_value *x)
{
    mica_value *const at[] = {e->batch, row, column};
    return micai_onnx_insert(builder, x, tensor, at, 3);
}

/// What the search for a pivot reads.
typedef struct pivot_search {
    const elimination *e;
    mica_value *tensor;
} pivot_search;

/// carried: the greatest magnitude so far, its row
static void search_step(void *user, mica_builder *builder, mica_value *index,
                        mica_value **carried)
{
    const pivot_search *search = user;
    const elimination *e = search->e;
    mica_value *row = micai_num_add(builder, e->k, index);
    mica_value *size =
        micai_num_math(builder, "math.absf", element_at(e, builder, search->tensor, row, e->k));
    mica_value *is_greater = micai_num_less(builder, carried[0], size);
    carried[0] = micai_onnx_select(builder, is_greater, size, carried[0]);
    carried[1] = micai_onnx_select(builder, is_greater, row, carried[1]);
}

/// carried: the tensor. Rows k and pivot change places in column k + index.
static void swap_step(void *user, mica_builder *builder, mica_value *index,
                      mica_value **carried)
{
    const elimination *e = user;
    mica_value *column = micai_num_add(builder, e->k, index);
    mica_value *upper = element_at(e, builder, carried[0], e->k, column);
    mica_value *lower = element_at(e, builder, carried[0], e->pivot, column);
    carried[0] = replace(e, builder, carried[0], e->pivot, column, upper);
    carried[0] = replace(e, builder, carried[0], e->k, column, lower);
}

static void subtract_step(void *user, mica_builder *builder, mica_value *index,
                          mica_value **carried)
{
    const elimination *e = user;
    mica_value *column = micai_num_add(builder, e->next, index);
    mica_value *own = element_at(e, builder, carried[0], e->row, column);
    mica_value *above = element_at(e, builder, carried[0], e->k, column);
    mica_value *x = micai_num_sub(builder, own, micai_num_mul(builder, e->factor, above));
    carried[0] = replace(e, builder, carried[0], e->row, column, x);
}

static mica_value *remaining(const elimination *e, mica_builder *builder, mica_value *from)
{
    return micai_num_sub(builder, micai_onnx_index(builder, e->all->size), from);
}

static void row_step(void *user, mica_builder *builder, mica_value *index, mica_value **carried)
{
    elimination *e = user;
    e->row = micai_num_add(builder, e->next, index);
    mica_value *pivot = element_at(e, builder, carried[0], e->k, e->k);
    mica_value *zero = micai_num_like(builder, pivot, 0);
    mica_value *first = element_at(e, builder, carried[0], e->row, e->k);
    mica_value *is_zero = micai_num_equal(builder, pivot, zero);
    e->factor = micai_onnx_select(builder, is_zero, zero, micai_num_div(builder, first, pivot));
    micai_onnx_along(builder, remaining(e, builder, e->next), carried, 1, subtract_step, e);
}

/// carried: the tensor, the product of the pivots so far
static void column_step(void *user, mica_builder *builder, mica_value *index,
                        mica_value **carried)
{
    elimination *e = user;
    e->k = index;
    e->next = micai_num_add(builder, index, micai_onnx_index(builder, 1));
    pivot_search search = {e, carried[0]};
    mica_value *found[] = {micai_num_like(builder, carried[1], -1), e->k};
    mica_value *rows = remaining(e, builder, e->k);
    micai_onnx_along(builder, rows, found, 2, search_step, &search);
    e->pivot = found[1];
    micai_onnx_along(builder, rows, carried, 1, swap_step, e);
    mica_value *pivot = element_at(e, builder, carried[0], e->k, e->k);
    mica_value *stays = micai_num_equal(builder, e->pivot, e->k);
    mica_value *negated = micai_num_math(builder, "arith.negf", pivot);
    carried[1] =
        micai_num_mul(builder, carried[1], micai_onnx_select(builder, stays, pivot, negated));
    micai_onnx_along(builder, remaining(e, builder, e->next), carried, 1, row_step, e);
}

/// carried: the matrices, the results
static void matrix_step(void *user, mica_builder *builder, mica_value *index,
                        mica_value **carried)
{
    elimination *e = user;
    e->batch = index;
    mica_value *inner[] = {carried[0],
                           micai_onnx_number(builder, micai_element(carried[0]), 1)};
    micai_onnx_along(builder, micai_onnx_index(builder, e->all->size), inner, 2, column_step,
                     e);
    carried[0] = inner[0];
    mica_value *x = micai_onnx_convert(builder, inner[1], e->all->element, false, false);
    carried[1] = micai_onnx_insert(builder, x, carried[1], &index, 1);
}

static mica_value *copied_element(void *user, mica_builder *builder,
                                  mica_value *const *elements)
{
    (void)user;
    return micai_num_widen(builder, elements[0]);
}

static mica_value *eliminate(const matrices *m, mica_builder *builder, const mica_type *type,
                             const micai_onnx_sizes *sizes)
{
    const mica_type *wide = micai_num_wide(builder, m->element);
    elimination e = {.all = m};
    mica_value *carried[] = {
        micai_onnx_pointwise(builder, mica_type_with_element(mica_value_type(m->data), wide),
                             &m->data, 1, copied_element, NULL),
        micai_onnx_empty(builder, type, sizes)};
    micai_onnx_along(builder, micai_onnx_dim(builder, m->data, 0), carried, 2, matrix_step, &e);
    return carried[1];
}

static mica_value *lower_det(micai_onnx_site *site)
{
    mica_builder *builder = site->builder;
    mica_value *input = micai_onnx_operand(site, 0);
    const size_t rank = micai_rank(input);
    const int64_t size = micai_shape(input)[rank - 1];
    int64_t batch = 1;
    for (size_t i = 0; i + 2 < rank; ++i) {
        const int64_t own = micai_shape(input)[i];
        batch = own == MICA_DYNAMIC || batch == MICA_DYNAMIC ? MICA_DYNAMIC : batch * own;
    }
    const int64_t shape[] = {batch, size, size};
    matrices m = {.element = micai_element(input), .size = size};
    const mica_type *flat = mica_tensor_type_get(m.element, shape, 3, NULL);
    const mica_type *type = mica_tensor_type_get(m.element, shape, 1, NULL);
    if (size == MICA_DYNAMIC || !micai_onnx_can_reshape(mica_value_type(input), flat) ||
        !micai_onnx_can_reshape(type, site->type))
        return micai_onnx_refuse(site, "the size of its matrices is not known");
    m.data = micai_onnx_reshape(builder, input, flat);
    const micai_onnx_sizes sizes = {{m.data}, {0}};
    mica_value *result = size >= 1 && size <= LARGEST_FORMULA
                             ? micai_onnx_by_index(builder, type, &sizes, formula_place, &m)
                             : eliminate(&m, builder, type, &sizes);
    return micai_onnx_reshape(builder, result, site->type);
}

const micai_onnx_rule micai_onnx_determinant_rules[] = {
    {"onnx.Det", lower_det, NULL},
    {NULL, NULL, NULL},
};
