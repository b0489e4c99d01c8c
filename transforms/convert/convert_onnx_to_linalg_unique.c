// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Unique. The places along the axis are sorted by what stands there, stably; equal neighbours
// then are one group, whose first place is the first in the data too.
//
//   order = 0, 1, 2, ...
//   for width = 1, 2, 4, ... below n:      runs of this width are merged, two by two
//     scratch = order
//     for k: order[k] = the lesser of scratch[left], scratch[right]; left or right moves on
//   for k: group += order[k] differs from order[k - 1]
//     first[group] = its first order[k]; counts[group] += 1; inverse[order[k]] = group
//
// Groups that are not to be sorted are numbered anew by a walk over the data. NaNs are equal
// and come last, as in numpy.
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

typedef struct unique {
    micai_onnx_site *site;
    mica_value *data, *size; ///< of the axis
    size_t axis;
    mica_value *a, *b; ///< places that are compared
    mica_value *first, *counts, *inverse;
    mica_value *width;
} unique;

static const mica_type *i64(const mica_builder *builder)
{
    return mica_integer_type_get(builder->context, 64, MICA_SIGNLESS);
}

static mica_value *add(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_index_op(builder, "arith.addi", a, b);
}

static mica_value *lesser(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_index_op(builder, "arith.minsi", a, b);
}

static mica_value *one(mica_builder *builder)
{
    return micai_onnx_index(builder, 1);
}

static mica_value *truth(mica_builder *builder, bool value)
{
    return micai_onnx_number(builder, mica_integer_type_get(builder->context, 1, MICA_SIGNLESS),
                             value ? -1 : 0);
}

static mica_value *negate(mica_builder *builder, mica_value *condition)
{
    return micai_onnx_emit2(builder, "arith.xori", condition, truth(builder, true));
}

static mica_value *both(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_emit2(builder, "arith.andi", a, b);
}

static mica_value *either(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_emit2(builder, "arith.ori", a, b);
}

/// 1 for true as an index.
static mica_value *as_count(mica_builder *builder, mica_value *condition)
{
    return micai_onnx_select(builder, condition, one(builder), micai_onnx_index(builder, 0));
}

// ---- lists of places
// -----------------------------------------------------------------------

static mica_value *load(mica_builder *builder, mica_value *list, mica_value *at)
{
    return micai_onnx_extract_index(builder, list, &at, 1, false, NULL);
}

static mica_value *store(mica_builder *builder, mica_value *place, mica_value *list,
                         mica_value *at)
{
    return micai_onnx_insert(builder, micai_onnx_from_index(builder, place, i64(builder)), list,
                             &at, 1);
}

/// A list with an entry for each place of the axis, all 0.
static mica_value *new_list(const unique *u)
{
    mica_builder *builder = u->site->builder;
    const micai_onnx_sizes sizes = {.values = {u->size}};
    const mica_type *type =
        mica_tensor_type_get(i64(builder), &micai_shape(u->data)[u->axis], 1, NULL);
    return micai_onnx_filled(builder, type, &sizes, mica_integer_attr_get(i64(builder), 0));
}

// ---- comparison
// ----------------------------------------------------------------------------

/// a < b, with NaN above all numbers.
static mica_value *element_less(const unique *u, mica_builder *builder, mica_value *a,
                                mica_value *b)
{
    const mica_type *type = mica_value_type(a);
    const bool is_unsigned = u->site->is_unsigned || mica_type_bit_width(type) == 1;
    mica_value *less = micai_onnx_less(builder, a, b, is_unsigned);
    if (!mica_type_is_float(type))
        return less;
    return either(builder, less,
                  both(builder, micai_onnx_is_nan(builder, b),
                       negate(builder, micai_onnx_is_nan(builder, a))));
}

/// carried: whether the slice at `a` is less, whether that is settled
static void compare_step(void *user, mica_builder *builder, mica_value *const *places,
                         mica_value **carried)
{
    const unique *u = user;
    mica_value *at[2][MICA_ONNX_MAX_RANK], *elements[2];
    const size_t rank = micai_rank(u->data);
    for (size_t side = 0; side < 2; ++side) {
        for (size_t i = 0, next = 0; i < rank; ++i)
            at[side][i] = i != u->axis ? places[next++] : side == 0 ? u->a : u->b;
        elements[side] = micai_onnx_extract(builder, u->data, at[side], rank);
    }
    mica_value *less = element_less(u, builder, elements[0], elements[1]);
    mica_value *more = element_less(u, builder, elements[1], elements[0]);
    carried[0] = micai_onnx_select(builder, carried[1], carried[0], less);
    carried[1] = either(builder, carried[1], either(builder, less, more));
}

/// Is the slice at `a` less than that at `b`, by the first elements that differ?
static mica_value *slice_less(unique *u, mica_builder *builder, mica_value *a, mica_value *b)
{
    mica_value *limits[MICA_ONNX_MAX_RANK];
    size_t depth = 0;
    u->a = a;
    u->b = b;
    for (size_t i = 0; i < micai_rank(u->data); ++i)
        if (i != u->axis)
            limits[depth++] = micai_onnx_dim(builder, u->data, i);
    mica_value *carried[] = {truth(builder, false), truth(builder, false)};
    micai_onnx_nest(builder, limits, depth, carried, 2, compare_step, u);
    return carried[0];
}

// ---- sorting
// -------------------------------------------------------------------------------

static void number_step(void *user, mica_builder *builder, mica_value *index,
                        mica_value **carried)
{
    (void)user;
    *carried = store(builder, index, *carried, index);
}

/// carried: the copy
static void copy_step(void *user, mica_builder *builder, mica_value *index,
                      mica_value **carried)
{
    mica_value *from = user;
    *carried = micai_onnx_insert(builder, micai_onnx_extract(builder, from, &index, 1),
                                 *carried, &index, 1);
}

typedef struct merge {
    unique *u;
    mica_value *scratch, *last;
} merge;

/// carried: order, and where the left and the right run are read next
static void merge_step(void *user, mica_builder *builder, mica_value *index,
                       mica_value **carried)
{
    const merge *m = user;
    unique *u = m->u;
    mica_value *pair = add(builder, u->width, u->width);
    mica_value *within = micai_onnx_index_op(builder, "arith.remui", index, pair);
    mica_value *begin = micai_onnx_index_op(builder, "arith.subi", index, within);
    mica_value *middle = lesser(builder, add(builder, begin, u->width), u->size);
    mica_value *end = lesser(builder, add(builder, begin, pair), u->size);
    mica_value *is_begin = micai_onnx_less(builder, within, one(builder), true);
    mica_value *left = micai_onnx_select(builder, is_begin, begin, carried[1]);
    mica_value *right = micai_onnx_select(builder, is_begin, middle, carried[2]);
    mica_value *left_place = load(builder, m->scratch, lesser(builder, left, m->last));
    mica_value *right_place = load(builder, m->scratch, lesser(builder, right, m->last));
    mica_value *is_over = negate(builder, micai_onnx_less(builder, left, middle, true));
    mica_value *takes_right =
        both(builder, micai_onnx_less(builder, right, end, true),
             either(builder, is_over, slice_less(u, builder, right_place, left_place)));
    carried[0] =
        store(builder, micai_onnx_select(builder, takes_right, right_place, left_place),
              carried[0], index);
    carried[1] = add(builder, left, as_count(builder, negate(builder, takes_right)));
    carried[2] = add(builder, right, as_count(builder, takes_right));
}

/// carried: order, scratch
static void pass_step(void *user, mica_builder *builder, mica_value *index,
                      mica_value **carried)
{
    unique *u = user;
    u->width = micai_onnx_index_op(builder, "arith.shli", one(builder), index);
    micai_onnx_along(builder, u->size, &carried[1], 1, copy_step, carried[0]);
    merge m = {u, carried[1],
               micai_onnx_index_op(builder, "arith.subi", u->size, one(builder))};
    mica_value *zero = micai_onnx_index(builder, 0);
    mica_value *inside[] = {carried[0], zero, zero};
    micai_onnx_along(builder, u->size, inside, 3, merge_step, &m);
    carried[0] = inside[0];
}

static void doubling_step(void *user, mica_builder *builder, mica_value *index,
                          mica_value **carried)
{
    const unique *u = user;
    mica_value *width = micai_onnx_index_op(builder, "arith.shli", one(builder), index);
    *carried = add(builder, *carried,
                   as_count(builder, micai_onnx_less(builder, width, u->size, true)));
}

/// How often 1 must be doubled until it is at least the size of the axis.
static mica_value *count_passes(unique *u)
{
    mica_builder *builder = u->site->builder;
    const int64_t size = micai_shape(u->data)[u->axis];
    int64_t passes = 0;
    if (size != MICA_DYNAMIC) {
        while (((int64_t)1 << passes) < size)
            ++passes;
        return micai_onnx_index(builder, passes);
    }
    mica_value *count = micai_onnx_index(builder, 0);
    micai_onnx_along(builder, micai_onnx_index(builder, 63), &count, 1, doubling_step, u);
    return count;
}

static mica_value *sort_places(unique *u)
{
    mica_builder *builder = u->site->builder;
    mica_value *carried[] = {new_list(u), new_list(u)};
    micai_onnx_along(builder, u->size, carried, 1, number_step, NULL);
    micai_onnx_along(builder, count_passes(u), carried, 2, pass_step, u);
    return carried[0];
}

// ---- groups
// --------------------------------------------------------------------------------

typedef struct grouping {
    unique *u;
    mica_value *order;
} grouping;

enum { GROUP_FIRST, GROUP_COUNTS, GROUP_INVERSE, GROUP_COUNT, GROUP_MAP };

/// carried: first, counts, inverse; the number of groups
static void group_step(void *user, mica_builder *builder, mica_value *index,
                       mica_value **carried)
{
    const grouping *g = user;
    mica_value *is_start = micai_onnx_less(builder, index, one(builder), true);
    mica_value *before =
        micai_onnx_select(builder, is_start, index,
                          micai_onnx_index_op(builder, "arith.subi", index, one(builder)));
    mica_value *place = load(builder, g->order, index);
    mica_value *is_new = either(
        builder, is_start, slice_less(g->u, builder, load(builder, g->order, before), place));
    carried[GROUP_COUNT] = add(builder, carried[GROUP_COUNT], as_count(builder, is_new));
    mica_value *group =
        micai_onnx_index_op(builder, "arith.subi", carried[GROUP_COUNT], one(builder));
    mica_value *first =
        micai_onnx_select(builder, is_new, place, load(builder, carried[GROUP_FIRST], group));
    mica_value *count = add(builder, load(builder, carried[GROUP_COUNTS], group), one(builder));
    carried[GROUP_FIRST] = store(builder, first, carried[GROUP_FIRST], group);
    carried[GROUP_COUNTS] = store(builder, count, carried[GROUP_COUNTS], group);
    carried[GROUP_INVERSE] = store(builder, group, carried[GROUP_INVERSE], place);
}

/// The same lists with groups numbered as they come in the data. A group's entries are written
/// at each of its places, and stay once the next group begins.
static void renumber_step(void *user, mica_builder *builder, mica_value *index,
                          mica_value **carried)
{
    const unique *u = user;
    mica_value *group = load(builder, u->inverse, index);
    mica_value *distance =
        micai_onnx_index_op(builder, "arith.xori", load(builder, u->first, group), index);
    mica_value *is_new = micai_onnx_less(builder, distance, one(builder), true);
    mica_value *next = carried[GROUP_COUNT];
    mica_value *number =
        micai_onnx_select(builder, is_new, next, load(builder, carried[GROUP_MAP], group));
    carried[GROUP_MAP] = store(builder, number, carried[GROUP_MAP], group);
    carried[GROUP_FIRST] =
        store(builder, load(builder, u->first, group), carried[GROUP_FIRST], number);
    carried[GROUP_COUNTS] =
        store(builder, load(builder, u->counts, group), carried[GROUP_COUNTS], number);
    carried[GROUP_INVERSE] = store(builder, number, carried[GROUP_INVERSE], index);
    carried[GROUP_COUNT] = add(builder, next, as_count(builder, is_new));
}

static mica_value *group_places(unique *u)
{
    mica_builder *builder = u->site->builder;
    mica_value *zero = micai_onnx_index(builder, 0);
    grouping g = {u, sort_places(u)};
    mica_value *carried[] = {new_list(u), new_list(u), new_list(u), zero, NULL};
    micai_onnx_along(builder, u->size, carried, 4, group_step, &g);
    u->first = carried[GROUP_FIRST];
    u->counts = carried[GROUP_COUNTS];
    u->inverse = carried[GROUP_INVERSE];
    if (mica_onnx_node_int(&u->site->node, "sorted") != 0)
        return carried[GROUP_COUNT];
    mica_value *again[] = {new_list(u), new_list(u), new_list(u), zero, new_list(u)};
    micai_onnx_along(builder, u->size, again, 5, renumber_step, u);
    u->first = again[GROUP_FIRST];
    u->counts = again[GROUP_COUNTS];
    u->inverse = again[GROUP_INVERSE];
    return again[GROUP_COUNT];
}

static mica_value *lower_unique(micai_onnx_site *site)
{
    unique u = {.site = site, .data = micai_onnx_operand(site, 0)};
    mica_builder *builder = site->builder;
    if (!micai_onnx_along_axis(site, &u.data, &u.axis))
        return NULL;
    for (size_t i = 0; i < 4; ++i)
        if (!micai_onnx_has_room(site, i, i == 0 ? u.axis : 0, micai_shape(u.data)[u.axis]))
            return NULL;
    u.size = micai_onnx_dim(builder, u.data, u.axis);
    mica_value *count = group_places(&u);
    if (site->result_count > 1)
        site->results[1] = micai_onnx_take(builder, u.first, 0, count);
    site->results[2] = u.inverse;
    if (site->result_count > 3)
        site->results[3] = micai_onnx_take(builder, u.counts, 0, count);
    return micai_onnx_take_listed(builder, u.data, u.axis, u.first, count);
}

const micai_onnx_rule micai_onnx_unique_rules[] = {
    {"onnx.Unique", lower_unique, NULL},
    {NULL, NULL, NULL},
};
