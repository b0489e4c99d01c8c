// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elements selected by their values. How many there are is known only at the end: a tensor of
// the most that there can be is filled from its start, and the slice that was counted is the
// result.
//
//   %t, %n = scf.for %i .. iter_args(%t = %empty, %n = 0) {
//     %u = tensor.insert place of x at %n       written even if not selected, then overwritten
//     %m = select x != 0, %n + 1, %n
//   }
//   %y = tensor.extract_slice %t[0][%n][1]
//
// Writing first and counting then needs no branch in the loop, and never leaves the tensor: %n
// is at most the number of elements that were seen before.
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

static const mica_type *i64(const mica_builder *builder)
{
    return mica_integer_type_get(builder->context, 64, MICA_SIGNLESS);
}

static mica_value *one_more_if(mica_builder *builder, mica_value *condition, mica_value *count)
{
    mica_value *more =
        micai_onnx_index_op(builder, "arith.addi", count, micai_onnx_index(builder, 1));
    return micai_onnx_select(builder, condition, more, count);
}

bool micai_onnx_has_room(micai_onnx_site *site, size_t index, size_t axis, int64_t most)
{
    const int64_t declared =
        index < site->result_count ? mica_type_shape(site->types[index])[axis] : MICA_DYNAMIC;
    if (declared == MICA_DYNAMIC || most == MICA_DYNAMIC || declared <= most)
        return true;
    micai_onnx_refuse(site, "result #%zu has %lld places at most, but is declared with %lld",
                      index, (long long)most, (long long)declared);
    return false;
}

// ---- NonZero
// -------------------------------------------------------------------------------

static void non_zero_step(void *user, mica_builder *builder, mica_value *const *places,
                          mica_value **carried)
{
    mica_value *data = user;
    const size_t rank = micai_rank(data);
    const mica_type *boolean = mica_integer_type_get(builder->context, 1, MICA_SIGNLESS);
    mica_value *x = micai_onnx_extract(builder, data, places, rank);
    mica_value *is_found = micai_onnx_convert(builder, x, boolean, false, false);
    for (size_t i = 0; i < (rank ? rank : 1); ++i) {
        mica_value *const at[] = {micai_onnx_index(builder, (int64_t)i), carried[1]};
        mica_value *place = rank ? places[i] : at[0];
        carried[0] = micai_onnx_insert(
            builder, micai_onnx_from_index(builder, place, i64(builder)), carried[0], at, 2);
    }
    carried[1] = one_more_if(builder, is_found, carried[1]);
}

static mica_value *lower_non_zero(micai_onnx_site *site)
{
    mica_builder *builder = site->builder;
    mica_value *data = micai_onnx_operand(site, 0);
    const size_t rank = micai_rank(data);
    mica_value *limits[MICA_ONNX_MAX_RANK], *count = NULL;
    for (size_t i = 0; i < rank; ++i) {
        limits[i] = micai_onnx_dim(builder, data, i);
        count =
            count ? micai_onnx_index_op(builder, "arith.muli", count, limits[i]) : limits[i];
    }
    const int64_t known = mica_type_element_count(mica_value_type(data));
    const int64_t bound[] = {rank ? (int64_t)rank : 1, known < 0 ? MICA_DYNAMIC : known};
    const micai_onnx_sizes sizes = {.values = {NULL, count}};
    if (!micai_onnx_has_room(site, 0, 1, bound[1]))
        return NULL;
    mica_value *carried[] = {
        micai_onnx_empty(builder, mica_tensor_type_get(i64(builder), bound, 2, NULL), &sizes),
        micai_onnx_index(builder, 0)};
    micai_onnx_nest(builder, limits, rank, carried, 2, non_zero_step, data);
    return micai_onnx_take(builder, carried[0], 1, carried[1]);
}

// ---- Compress
// ------------------------------------------------------------------------------

static void compress_step(void *user, mica_builder *builder, mica_value *index,
                          mica_value **carried)
{
    mica_value *condition = user;
    mica_value *keeps = micai_onnx_extract(builder, condition, &index, 1);
    carried[0] = micai_onnx_insert(builder, micai_onnx_from_index(builder, index, i64(builder)),
                                   carried[0], &carried[1], 1);
    carried[1] = one_more_if(builder, keeps, carried[1]);
}

typedef struct picked {
    mica_value *data, *list;
    size_t axis;
} picked;

static mica_value *listed_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const picked *pick = user;
    mica_value *from[MICA_ONNX_MAX_RANK];
    const size_t rank = micai_rank(pick->data);
    memcpy(from, indices, rank * sizeof *from);
    from[pick->axis] =
        micai_onnx_extract_index(builder, pick->list, &indices[pick->axis], 1, false, NULL);
    return micai_onnx_extract(builder, pick->data, from, rank);
}

mica_value *micai_onnx_take_listed(mica_builder *builder, mica_value *data, size_t axis,
                                   mica_value *list, mica_value *count)
{
    picked pick = {data, list, axis};
    int64_t shape[MICA_ONNX_MAX_RANK];
    const size_t rank = micai_rank(data);
    micai_onnx_sizes sizes;
    micai_onnx_sizes_like(&sizes, data);
    memcpy(shape, micai_shape(data), rank * sizeof *shape);
    shape[axis] = micai_shape(list)[0];
    sizes.values[axis] = list;
    sizes.dims[axis] = 0;
    const mica_type *type = mica_tensor_type_get(micai_element(data), shape, rank, NULL);
    mica_value *all = micai_onnx_by_index(builder, type, &sizes, listed_place, &pick);
    return micai_onnx_take(builder, all, axis, count);
}

bool micai_onnx_along_axis(micai_onnx_site *site, mica_value **data, size_t *axis)
{
    *axis = 0;
    if (!mica_onnx_node_attr(&site->node, "axis")) {
        *data = micai_onnx_flatten(site->builder, *data);
        return *data != NULL;
    }
    return mica_onnx_axis(mica_onnx_node_int(&site->node, "axis"), micai_rank(*data), axis) ||
           micai_onnx_refuse(site, "its axis is out of range") != NULL;
}

/// A condition that is shorter than the axis ends there; what is over of a longer one is not
/// looked at.
static mica_value *lower_compress(micai_onnx_site *site)
{
    mica_builder *builder = site->builder;
    mica_value *data = micai_onnx_operand(site, 0), *condition = micai_onnx_operand(site, 1);
    size_t axis;
    if (!micai_onnx_along_axis(site, &data, &axis))
        return NULL;
    const int64_t given = micai_shape(condition)[0], there = micai_shape(data)[axis];
    const int64_t most = given == MICA_DYNAMIC || there == MICA_DYNAMIC ? MICA_DYNAMIC
                         : given < there                                ? given
                                                                        : there;
    if (!micai_onnx_has_room(site, 0, axis, most))
        return NULL;
    mica_value *limit =
        micai_onnx_index_op(builder, "arith.minsi", micai_onnx_dim(builder, condition, 0),
                            micai_onnx_dim(builder, data, axis));
    const micai_onnx_sizes sizes = {.values = {limit}};
    const mica_type *type = mica_tensor_type_get(i64(builder), &most, 1, NULL);
    mica_value *carried[] = {
        micai_onnx_filled(builder, type, &sizes, mica_integer_attr_get(i64(builder), 0)),
        micai_onnx_index(builder, 0)};
    micai_onnx_along(builder, limit, carried, 2, compress_step, condition);
    return micai_onnx_take_listed(builder, data, axis, carried[0], carried[1]);
}

const micai_onnx_rule micai_onnx_selection_rules[] = {
    {"onnx.Compress", lower_compress, NULL},
    {"onnx.NonZero", lower_non_zero, NULL},
    {NULL, NULL, NULL},
};
