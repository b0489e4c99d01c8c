// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elements picked from places that are known at run time, or that a rule gives, and elements
// placed there. Picking builds each element of the result from its place; placing is a loop
// over the updates in order, so that the last of several at one place wins.
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

/// What the place functions need: the site, and the axis where there is one.
typedef struct picking {
    micai_onnx_site *site;
    mica_value *data, *indices;
    size_t axis;
    int64_t amount; ///< a block size, a count of batch dimensions, ...
    bool flag;
} picking;

static mica_value *constant_index(mica_builder *builder, int64_t value)
{
    return micai_onnx_index(builder, value);
}
static mica_value *add(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_index_op(builder, "arith.addi", a, b);
}
static mica_value *subtract(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_index_op(builder, "arith.subi", a, b);
}
static mica_value *multiply(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_index_op(builder, "arith.muli", a, b);
}
static mica_value *divide(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_index_op(builder, "arith.divui", a, b);
}
static mica_value *rest(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_index_op(builder, "arith.remui", a, b);
}

static bool begin_picking(picking *pick, micai_onnx_site *site)
{
    *pick = (picking){.site = site, .data = micai_onnx_operand(site, 0)};
    pick->indices = micai_onnx_operand(site, 1);
    return mica_onnx_axis(mica_onnx_node_int(&site->node, "axis"), micai_rank(pick->data),
                          &pick->axis);
}

// ---- Gather
// ----------------------------------------------------------------------------------

static mica_value *gather_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const picking *pick = user;
    mica_value *from[MICA_ONNX_MAX_RANK];
    const size_t rank = micai_rank(pick->data), index_rank = micai_rank(pick->indices);
    for (size_t i = 0; i < rank; ++i)
        from[i] = i < pick->axis ? indices[i] : indices[i + index_rank - (i > pick->axis)];
    from[pick->axis] =
        micai_onnx_extract_index(builder, pick->indices, indices + pick->axis, index_rank,
                                 false, micai_onnx_dim(builder, pick->data, pick->axis));
    return micai_onnx_extract(builder, pick->data, from, rank);
}

static mica_value *lower_gather(micai_onnx_site *site)
{
    picking pick;
    micai_onnx_sizes sizes;
    if (!begin_picking(&pick, site))
        return micai_onnx_refuse(site, "its axis is out of range");
    const size_t rank = micai_rank(pick.data), index_rank = micai_rank(pick.indices);
    for (size_t i = 0; i < mica_type_rank(site->type); ++i) {
        const bool of_indices = i >= pick.axis && i < pick.axis + index_rank;
        sizes.values[i] = of_indices ? pick.indices : pick.data;
        sizes.dims[i] = of_indices ? i - pick.axis : i < pick.axis ? i : i - index_rank + 1;
    }
    (void)rank;
    return micai_onnx_by_index(site->builder, site->type, &sizes, gather_place, &pick);
}

static mica_value *gather_elements_place(void *user, mica_builder *builder,
                                         mica_value *const *indices)
{
    const picking *pick = user;
    mica_value *from[MICA_ONNX_MAX_RANK];
    const size_t rank = micai_rank(pick->data);
    for (size_t i = 0; i < rank; ++i)
        from[i] = indices[i];
    from[pick->axis] =
        micai_onnx_extract_index(builder, pick->indices, indices, rank, false,
                                 micai_onnx_dim(builder, pick->data, pick->axis));
    return micai_onnx_extract(builder, pick->data, from, rank);
}

static mica_value *lower_gather_elements(micai_onnx_site *site)
{
    picking pick;
    micai_onnx_sizes sizes;
    if (!begin_picking(&pick, site))
        return micai_onnx_refuse(site, "its axis is out of range");
    micai_onnx_sizes_like(&sizes, pick.indices);
    return micai_onnx_by_index(site->builder, site->type, &sizes, gather_elements_place, &pick);
}

/// Fills `from` with the place that a row of indices says: `batch` dimensions as they are, then
/// the row's entries. `row` has the places in the dimensions of indices but the last.
static size_t read_row(const picking *pick, mica_builder *builder, mica_value *const *row,
                       mica_value **from)
{
    mica_value *at[MICA_ONNX_MAX_RANK];
    const size_t row_rank = micai_rank(pick->indices) - 1, batch = (size_t)pick->amount;
    const size_t depth = (size_t)micai_shape(pick->indices)[row_rank];
    for (size_t i = 0; i < row_rank; ++i)
        at[i] = row[i];
    for (size_t i = 0; i < batch; ++i)
        from[i] = row[i];
    for (size_t i = 0; i < depth; ++i) {
        at[row_rank] = constant_index(builder, (int64_t)i);
        from[batch + i] =
            micai_onnx_extract_index(builder, pick->indices, at, row_rank + 1, false,
                                     micai_onnx_dim(builder, pick->data, batch + i));
    }
    return batch + depth;
}

static mica_value *gather_nd_place(void *user, mica_builder *builder,
                                   mica_value *const *indices)
{
    const picking *pick = user;
    mica_value *from[MICA_ONNX_MAX_RANK];
    const size_t rank = micai_rank(pick->data), row_rank = micai_rank(pick->indices) - 1;
    const size_t known = read_row(pick, builder, indices, from);
    for (size_t i = known; i < rank; ++i)
        from[i] = indices[row_rank + i - known];
    return micai_onnx_extract(builder, pick->data, from, rank);
}

static mica_value *lower_gather_nd(micai_onnx_site *site)
{
    picking pick = {.site = site, .data = micai_onnx_operand(site, 0)};
    micai_onnx_sizes sizes;
    pick.indices = micai_onnx_operand(site, 1);
    pick.amount = mica_onnx_node_int(&site->node, "batch_dims");
    const size_t row_rank = micai_rank(pick.indices) - 1;
    const size_t known = (size_t)(pick.amount + micai_shape(pick.indices)[row_rank]);
    for (size_t i = 0; i < mica_type_rank(site->type); ++i) {
        sizes.values[i] = i < row_rank ? pick.indices : pick.data;
        sizes.dims[i] = i < row_rank ? i : i - row_rank + known;
    }
    return micai_onnx_by_index(site->builder, site->type, &sizes, gather_nd_place, &pick);
}

// ---- Scatter
// ---------------------------------------------------------------------------------

/// `old` combined with `update` as the reduction says.
static mica_value *reduce(const picking *pick, mica_builder *builder, mica_value *old,
                          mica_value *update)
{
    static const struct {
        const char *name, *of_floats, *of_signed, *of_unsigned;
    } reductions[] = {
        {"add", "arith.addf", "arith.addi", "arith.addi"},
        {"mul", "arith.mulf", "arith.muli", "arith.muli"},
        {"max", "arith.maximumf", "arith.maxsi", "arith.maxui"},
        {"min", "arith.minimumf", "arith.minsi", "arith.minui"},
    };
    const mica_string name = mica_onnx_node_string(&pick->site->node, "reduction");
    const bool is_float = mica_type_is_float(mica_value_type(update));
    for (size_t i = 0; i < sizeof reductions / sizeof *reductions; ++i)
        if (mica_string_is(name, reductions[i].name))
            return micai_onnx_emit2(builder,
                                    is_float                  ? reductions[i].of_floats
                                    : pick->site->is_unsigned ? reductions[i].of_unsigned
                                                              : reductions[i].of_signed,
                                    old, update);
    return update;
}

static mica_value *place_update(const picking *pick, mica_builder *builder, mica_value *update,
                                mica_value *tensor, mica_value *const *to)
{
    const size_t rank = micai_rank(tensor);
    const bool combines =
        !mica_string_is(mica_onnx_node_string(&pick->site->node, "reduction"), "none");
    if (combines)
        update = reduce(pick, builder, micai_onnx_extract(builder, tensor, to, rank), update);
    return micai_onnx_insert(builder, update, tensor, to, rank);
}

static mica_value *scatter_elements_step(void *user, mica_builder *builder,
                                         mica_value *const *indices, mica_value *tensor)
{
    const picking *pick = user;
    mica_value *to[MICA_ONNX_MAX_RANK];
    const size_t rank = micai_rank(tensor);
    for (size_t i = 0; i < rank; ++i)
        to[i] = indices[i];
    to[pick->axis] = micai_onnx_extract_index(builder, pick->indices, indices, rank, false,
                                              micai_onnx_dim(builder, tensor, pick->axis));
    mica_value *updates = micai_onnx_operand(pick->site, 2);
    return place_update(pick, builder, micai_onnx_extract(builder, updates, indices, rank),
                        tensor, to);
}

static mica_value *lower_scatter_elements(micai_onnx_site *site)
{
    picking pick;
    if (!begin_picking(&pick, site))
        return micai_onnx_refuse(site, "its axis is out of range");
    return micai_onnx_loop_over(site->builder, pick.indices, pick.data, scatter_elements_step,
                                &pick);
}

static mica_value *scatter_nd_step(void *user, mica_builder *builder,
                                   mica_value *const *indices, mica_value *tensor)
{
    const picking *pick = user;
    mica_value *to[MICA_ONNX_MAX_RANK];
    mica_value *updates = micai_onnx_operand(pick->site, 2);
    const size_t rank = micai_rank(tensor), row_rank = micai_rank(pick->indices) - 1;
    const size_t known = read_row(pick, builder, indices, to);
    for (size_t i = known; i < rank; ++i)
        to[i] = indices[row_rank + i - known];
    return place_update(pick, builder,
                        micai_onnx_extract(builder, updates, indices, micai_rank(updates)),
                        tensor, to);
}

static mica_value *lower_scatter_nd(micai_onnx_site *site)
{
    picking pick = {.site = site, .data = micai_onnx_operand(site, 0)};
    pick.indices = micai_onnx_operand(site, 1);
    if (micai_rank(pick.indices) == 0 ||
        micai_shape(pick.indices)[micai_rank(pick.indices) - 1] == MICA_DYNAMIC)
        return micai_onnx_refuse(site, "how many entries a row of indices has is not known");
    return micai_onnx_loop_over(site->builder, micai_onnx_operand(site, 2), pick.data,
                                scatter_nd_step, &pick);
}

// ---- TensorScatter
// ---------------------------------------------------------------------------

/// An element of the update goes to its place plus where its sample of the batch begins, around
/// the end when the cache is circular.
static mica_value *tensor_scatter_step(void *user, mica_builder *builder,
                                       mica_value *const *indices, mica_value *tensor)
{
    const picking *pick = user;
    mica_value *to[MICA_ONNX_MAX_RANK], *starts = micai_onnx_operand(pick->site, 2);
    const size_t rank = micai_rank(tensor);
    memcpy(to, indices, rank * sizeof *to);
    if (starts)
        to[pick->axis] =
            add(builder, indices[pick->axis],
                micai_onnx_extract_index(builder, starts, indices, 1, false, NULL));
    if (pick->flag)
        to[pick->axis] =
            rest(builder, to[pick->axis], micai_onnx_dim(builder, tensor, pick->axis));
    return micai_onnx_insert(builder, micai_onnx_extract(builder, pick->indices, indices, rank),
                             tensor, to, rank);
}

static mica_value *lower_tensor_scatter(micai_onnx_site *site)
{
    picking pick;
    if (!begin_picking(&pick, site))
        return micai_onnx_refuse(site, "its axis is out of range");
    pick.flag = mica_string_is(mica_onnx_node_string(&site->node, "mode"), "circular");
    return micai_onnx_loop_over(site->builder, pick.indices, pick.data, tensor_scatter_step,
                                &pick);
}

// ---- patterns
// --------------------------------------------------------------------------------

static mica_value *one_hot_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const picking *pick = user;
    micai_onnx_site *site = pick->site;
    mica_value *at[MICA_ONNX_MAX_RANK];
    const size_t rank = micai_rank(pick->data);
    for (size_t i = 0; i < rank; ++i)
        at[i] = indices[i + (i >= pick->axis)];
    mica_value *hot = micai_onnx_extract(builder, pick->data, at, rank);
    if (mica_type_is_float(mica_value_type(hot)))
        hot = micai_onnx_convert(builder, hot,
                                 mica_integer_type_get(builder->context, 64, MICA_SIGNLESS),
                                 false, false);
    hot = micai_onnx_to_index(builder, hot, site->is_unsigned);
    mica_value *depth = pick->indices, *zero = constant_index(builder, 0);
    mica_value *wrapped = add(builder, hot, depth);
    hot = micai_onnx_select(builder, micai_onnx_index_less(builder, hot, zero), wrapped, hot);
    mica_value *differs = micai_onnx_emit2(builder, "arith.xori", hot, indices[pick->axis]);
    mica_value *values = micai_onnx_operand(site, 2), *one = constant_index(builder, 1);
    mica_value *is_off = micai_onnx_less(builder, zero, differs, true);
    return micai_onnx_select(builder, is_off, micai_onnx_extract(builder, values, &zero, 1),
                             micai_onnx_extract(builder, values, &one, 1));
}

static mica_value *lower_one_hot(micai_onnx_site *site)
{
    picking pick = {.site = site, .data = micai_onnx_operand(site, 0)};
    const size_t rank = mica_type_rank(site->type);
    mica_value *depth = micai_onnx_operand(site, 1);
    const mica_type *scalar = mica_tensor_type_get(micai_element(depth), NULL, 0, NULL);
    micai_onnx_sizes sizes;
    if (!mica_onnx_axis(mica_onnx_node_int(&site->node, "axis"), rank, &pick.axis) ||
        !micai_onnx_can_reshape(mica_value_type(depth), scalar))
        return micai_onnx_refuse(site, "its axis or depth is not valid");
    depth = micai_onnx_extract(site->builder, micai_onnx_reshape(site->builder, depth, scalar),
                               NULL, 0);
    if (mica_type_is_float(mica_value_type(depth)))
        depth = micai_onnx_convert(
            site->builder, depth,
            mica_integer_type_get(site->builder->context, 64, MICA_SIGNLESS), false, false);
    pick.indices = micai_onnx_to_index(site->builder, depth, false);
    for (size_t i = 0; i < rank; ++i) {
        sizes.values[i] = i == pick.axis ? pick.indices : pick.data;
        sizes.dims[i] = i - (i > pick.axis);
    }
    return micai_onnx_by_index(site->builder, site->type, &sizes, one_hot_place, &pick);
}

static mica_value *zero_of(mica_builder *builder, const mica_type *type)
{
    return micai_onnx_number(builder, type, 0);
}

static mica_value *trilu_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const picking *pick = user;
    const size_t rank = micai_rank(pick->data);
    mica_value *x = micai_onnx_extract(builder, pick->data, indices, rank);
    mica_value *border = add(builder, indices[rank - 2], pick->indices);
    mica_value *column = indices[rank - 1];
    // Upper: column >= row + k. Lower: column <= row + k.
    mica_value *is_out = pick->flag ? micai_onnx_index_less(builder, column, border)
                                    : micai_onnx_index_less(builder, border, column);
    return micai_onnx_select(builder, is_out, zero_of(builder, mica_value_type(x)), x);
}

static mica_value *lower_trilu(micai_onnx_site *site)
{
    picking pick = {.site = site, .data = micai_onnx_operand(site, 0)};
    mica_value *k = micai_onnx_operand(site, 1);
    micai_onnx_sizes sizes;
    pick.flag = mica_onnx_node_int(&site->node, "upper") != 0;
    if (k) {
        const mica_type *scalar = mica_tensor_type_get(micai_element(k), NULL, 0, NULL);
        if (!micai_onnx_can_reshape(mica_value_type(k), scalar))
            return micai_onnx_refuse(site, "'k' is no scalar");
        k = micai_onnx_reshape(site->builder, k, scalar);
        pick.indices = micai_onnx_extract_index(site->builder, k, NULL, 0, false, NULL);
    } else {
        pick.indices = constant_index(site->builder, 0);
    }
    micai_onnx_sizes_like(&sizes, pick.data);
    return micai_onnx_by_index(site->builder, site->type, &sizes, trilu_place, &pick);
}

static mica_value *eye_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const picking *pick = user;
    const mica_type *type = mica_type_element(pick->site->type);
    mica_value *diagonal = add(builder, indices[0], constant_index(builder, pick->amount));
    mica_value *differs = micai_onnx_emit2(builder, "arith.xori", diagonal, indices[1]);
    mica_value *is_off = micai_onnx_less(builder, constant_index(builder, 0), differs, true);
    return micai_onnx_select(builder, is_off, zero_of(builder, type),
                             micai_onnx_number(builder, type, 1));
}

static mica_value *lower_eye_like(micai_onnx_site *site)
{
    picking pick = {.site = site, .data = micai_onnx_operand(site, 0)};
    micai_onnx_sizes sizes;
    pick.amount = mica_onnx_node_int(&site->node, "k");
    micai_onnx_sizes_like(&sizes, pick.data);
    return micai_onnx_by_index(site->builder, site->type, &sizes, eye_place, &pick);
}

// ---- blocks
// ----------------------------------------------------------------------------------

/// DCR: channel = (block row * b + block column) * C + c; CRD: (c * b + row) * b + column.
static mica_value *depth_to_space_place(void *user, mica_builder *builder,
                                        mica_value *const *indices)
{
    const picking *pick = user;
    mica_value *b = constant_index(builder, pick->amount), *from[4];
    mica_value *row = rest(builder, indices[2], b), *column = rest(builder, indices[3], b);
    mica_value *channels = divide(builder, micai_onnx_dim(builder, pick->data, 1),
                                  constant_index(builder, pick->amount * pick->amount));
    mica_value *block = add(builder, multiply(builder, row, b), column);
    from[0] = indices[0];
    from[1] = pick->flag ? add(builder,
                               multiply(builder, indices[1],
                                        constant_index(builder, pick->amount * pick->amount)),
                               block)
                         : add(builder, multiply(builder, block, channels), indices[1]);
    from[2] = divide(builder, indices[2], b);
    from[3] = divide(builder, indices[3], b);
    return micai_onnx_extract(builder, pick->data, from, 4);
}

static mica_value *space_to_depth_place(void *user, mica_builder *builder,
                                        mica_value *const *indices)
{
    const picking *pick = user;
    mica_value *b = constant_index(builder, pick->amount), *from[4];
    mica_value *channels = micai_onnx_dim(builder, pick->data, 1);
    mica_value *block = divide(builder, indices[1], channels);
    from[0] = indices[0];
    from[1] = rest(builder, indices[1], channels);
    from[2] = add(builder, multiply(builder, indices[2], b), divide(builder, block, b));
    from[3] = add(builder, multiply(builder, indices[3], b), rest(builder, block, b));
    return micai_onnx_extract(builder, pick->data, from, 4);
}

static mica_value *lower_blocks(micai_onnx_site *site)
{
    picking pick = {.site = site, .data = micai_onnx_operand(site, 0)};
    pick.amount = mica_onnx_node_int(&site->node, "blocksize");
    pick.flag = mica_string_is(mica_onnx_node_string(&site->node, "mode"), "CRD");
    if (!mica_type_has_static_shape(site->type))
        return micai_onnx_refuse(site, "the shape of its result is not known before run time");
    return micai_onnx_by_index(site->builder, site->type, NULL,
                               site->row ? space_to_depth_place : depth_to_space_place, &pick);
}

static mica_value *reverse_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const picking *pick = user;
    const size_t rank = micai_rank(pick->data), time = pick->axis;
    mica_value *from[MICA_ONNX_MAX_RANK], *batch = indices[1 - time];
    for (size_t i = 0; i < rank; ++i)
        from[i] = indices[i];
    mica_value *length =
        micai_onnx_extract_index(builder, pick->indices, &batch, 1, false, NULL);
    mica_value *mirrored =
        subtract(builder, subtract(builder, length, constant_index(builder, 1)), indices[time]);
    from[time] =
        micai_onnx_select(builder, micai_onnx_index_less(builder, indices[time], length),
                          mirrored, indices[time]);
    return micai_onnx_extract(builder, pick->data, from, rank);
}

static mica_value *lower_reverse_sequence(micai_onnx_site *site)
{
    picking pick = {.site = site, .data = micai_onnx_operand(site, 0)};
    micai_onnx_sizes sizes;
    pick.indices = micai_onnx_operand(site, 1);
    pick.axis = (size_t)mica_onnx_node_int(&site->node, "time_axis");
    micai_onnx_sizes_like(&sizes, pick.data);
    return micai_onnx_by_index(site->builder, site->type, &sizes, reverse_place, &pick);
}

// ---- margins
// ---------------------------------------------------------------------------------

/// How a place outside of the data finds its element.
typedef struct padding {
    mica_value *data, *constant; ///< constant: an element; NULL in the other modes
    char mode;                   ///< 'c'onstant, 'r'eflect, 'e'dge, 'w'rap
    int64_t begin[MICA_ONNX_MAX_RANK], end[MICA_ONNX_MAX_RANK];
    mica_value *begin_value[MICA_ONNX_MAX_RANK]; ///< an index, where begin is not known
} padding;

/// The place in the data along one dimension, brought inside by the mode's rule.
static mica_value *bring_inside(const padding *pad, mica_builder *builder, mica_value *place,
                                mica_value *size)
{
    mica_value *zero = constant_index(builder, 0), *one = constant_index(builder, 1);
    mica_value *last = subtract(builder, size, one);
    if (pad->mode == 'w') {
        mica_value *r = micai_onnx_index_op(builder, "arith.remsi", place, size);
        mica_value *is_negative = micai_onnx_index_less(builder, r, zero);
        return micai_onnx_select(builder, is_negative, add(builder, r, size), r);
    }
    if (pad->mode == 'r') { // back and forth with period 2 * last
        mica_value *period = micai_onnx_index_op(
            builder, "arith.maxsi", multiply(builder, last, constant_index(builder, 2)), one);
        mica_value *r = micai_onnx_index_op(builder, "arith.remsi", place, period);
        mica_value *negative = micai_onnx_index_less(builder, r, zero);
        r = micai_onnx_select(builder, negative, add(builder, r, period), r);
        mica_value *is_back = micai_onnx_index_less(builder, last, r);
        return micai_onnx_select(builder, is_back, subtract(builder, period, r), r);
    }
    place = micai_onnx_index_op(builder, "arith.maxsi", place, zero);
    return micai_onnx_index_op(builder, "arith.minsi", place, last);
}

static mica_value *pad_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const padding *pad = user;
    mica_value *from[MICA_ONNX_MAX_RANK], *is_out = NULL;
    const size_t rank = micai_rank(pad->data);
    for (size_t i = 0; i < rank; ++i) {
        mica_value *size = micai_onnx_dim(builder, pad->data, i);
        from[i] = indices[i];
        if (pad->begin[i] == 0 && pad->end[i] == 0)
            continue;
        mica_value *begin =
            pad->begin_value[i] ? pad->begin_value[i] : constant_index(builder, pad->begin[i]);
        mica_value *place = subtract(builder, indices[i], begin);
        from[i] = bring_inside(pad, builder, place, size);
        if (pad->mode != 'c')
            continue;
        mica_value *differs = micai_onnx_emit2(builder, "arith.xori", place, from[i]);
        mica_value *outside =
            micai_onnx_less(builder, constant_index(builder, 0), differs, true);
        is_out = is_out ? micai_onnx_emit2(builder, "arith.ori", is_out, outside) : outside;
    }
    mica_value *x = micai_onnx_extract(builder, pad->data, from, rank);
    return is_out ? micai_onnx_select(builder, is_out, pad->constant, x) : x;
}

/// Only known margins outwards, filled with a constant that is known: an insertion into a
/// filled tensor, which later passes know. False: it is more than that.
static bool is_simple_pad(const micai_onnx_site *site, const padding *pad)
{
    for (size_t i = 0; i < micai_rank(pad->data); ++i)
        if (pad->begin[i] < 0 || pad->end[i] < 0 ||
            (mica_type_shape(site->type)[i] == MICA_DYNAMIC &&
             (pad->begin[i] != 0 || pad->end[i] != 0)))
            return false;
    return true;
}

/// Margins that are not known become values: entry `place` of 'pads'. Which place belongs to
/// which axis an operand 'axes' says, entry by entry at run time where it is no constant.
static mica_value *read_margin(micai_onnx_site *site, size_t axis, bool is_end)
{
    mica_builder *builder = site->builder;
    mica_value *pads = micai_onnx_operand(site, 1), *axes = micai_onnx_operand(site, 3);
    const int64_t count = micai_shape(pads)[0] / 2;
    const size_t rank = micai_rank(micai_onnx_operand(site, 0));
    mica_value *margin = constant_index(builder, 0);
    for (int64_t i = 0; i < count; ++i) {
        mica_value *at = constant_index(builder, i + (is_end ? count : 0));
        if (!axes && (size_t)i != axis)
            continue;
        mica_value *entry = micai_onnx_extract_index(builder, pads, &at, 1, false, NULL);
        if (!axes)
            return entry;
        mica_value *place = constant_index(builder, i);
        mica_value *own =
            micai_onnx_extract_index(builder, axes, &place, 1,
                                     micai_onnx_is_unsigned(site, site->node.operand_count - 1),
                                     constant_index(builder, (int64_t)rank));
        mica_value *differs = micai_onnx_emit2(builder, "arith.xori", own,
                                               constant_index(builder, (int64_t)axis));
        mica_value *is_other =
            micai_onnx_less(builder, constant_index(builder, 0), differs, true);
        margin = micai_onnx_select(builder, is_other, margin, entry);
    }
    return margin;
}

/// Sizes of the result that are not known follow from the margins.
static void read_margins(micai_onnx_site *site, padding *pad, micai_onnx_sizes *sizes)
{
    mica_builder *builder = site->builder;
    for (size_t i = 0; i < micai_rank(pad->data); ++i) {
        if (pad->begin[i] == 0 && pad->end[i] == 0)
            continue;
        const bool is_known = pad->begin[i] != MICA_DYNAMIC && pad->end[i] != MICA_DYNAMIC;
        mica_value *begin =
            is_known ? constant_index(builder, pad->begin[i]) : read_margin(site, i, false);
        mica_value *end =
            is_known ? constant_index(builder, pad->end[i]) : read_margin(site, i, true);
        pad->begin_value[i] = is_known ? NULL : begin;
        if (mica_type_shape(site->type)[i] == MICA_DYNAMIC)
            sizes->values[i] =
                add(builder, micai_onnx_dim(builder, pad->data, i), add(builder, begin, end));
    }
}

static mica_value *build_pad(micai_onnx_site *site, padding *pad, const mica_attr *scalar)
{
    micai_onnx_sizes sizes;
    for (size_t i = 0; i < micai_rank(pad->data); ++i)
        if (micai_shape(pad->data)[i] == 0 && mica_type_shape(site->type)[i] != 0 && !scalar)
            return micai_onnx_refuse(site, "it pads an empty tensor");
    micai_onnx_sizes_like(&sizes, pad->data);
    if (scalar && is_simple_pad(site, pad))
        return micai_onnx_insert_slice(
            site->builder, pad->data,
            micai_onnx_filled(site->builder, site->type, &sizes, scalar), pad->begin);
    if (scalar)
        pad->constant = micai_onnx_constant_op(site->builder, scalar);
    read_margins(site, pad, &sizes);
    return micai_onnx_by_index(site->builder, site->type, &sizes, pad_place, pad);
}

static const mica_attr *zero_attr(const mica_type *type)
{
    return mica_type_is_float(type) ? mica_float_attr_get(type, 0)
                                    : mica_integer_attr_get(type, 0);
}

static mica_value *lower_pad(micai_onnx_site *site)
{
    mica_onnx_fault fault = {""};
    padding pad = {.data = micai_onnx_operand(site, 0)};
    mica_value *value = micai_onnx_operand(site, 2);
    const mica_string mode = mica_onnx_node_string(&site->node, "mode");
    const mica_type *element = mica_type_element(site->type);
    const mica_attr *scalar = NULL;
    pad.mode = mode.length ? mode.data[0] : 'c';
    if (!mica_onnx_pads_read(&site->node, pad.begin, pad.end, &fault)) {
        if (micai_rank(micai_onnx_operand(site, 1)) != 1 ||
            micai_shape(micai_onnx_operand(site, 1))[0] == MICA_DYNAMIC)
            return micai_onnx_refuse(site, "how many margins it has is not known");
        for (size_t i = 0; i < micai_rank(pad.data); ++i)
            pad.begin[i] = pad.end[i] = MICA_DYNAMIC;
    }
    if (pad.mode == 'c' && value && !mica_onnx_constant(value)) {
        const mica_type *type = mica_tensor_type_get(element, NULL, 0, NULL);
        if (!micai_onnx_can_reshape(mica_value_type(value), type))
            return micai_onnx_refuse(site, "'constant_value' is no scalar");
        value = micai_onnx_reshape(site->builder, value, type);
        pad.constant = micai_onnx_extract(site->builder, value, NULL, 0);
    } else if (pad.mode == 'c' && value) {
        const mica_attr *constant = mica_onnx_constant(value);
        scalar = mica_type_is_float(element)
                     ? mica_float_attr_get(element, mica_onnx_load_float(constant, 0))
                     : mica_integer_attr_get(element, mica_onnx_load_int(constant, 0));
    } else if (pad.mode == 'c') {
        scalar = zero_attr(element);
    }
    return build_pad(site, &pad, scalar);
}

/// Half of the difference on each side; when it is odd, a crop takes one more from the end and
/// so does a pad.
static mica_value *lower_center_crop_pad(micai_onnx_site *site)
{
    padding pad = {.data = micai_onnx_operand(site, 0), .mode = 'c'};
    for (size_t i = 0; i < micai_rank(pad.data); ++i) {
        const int64_t from = micai_shape(pad.data)[i], to = mica_type_shape(site->type)[i];
        if (from == to)
            continue;
        if (from == MICA_DYNAMIC || to == MICA_DYNAMIC)
            return micai_onnx_refuse(site, "the shape of its result is not known");
        pad.begin[i] = to > from ? (to - from) / 2 : -((from - to) / 2);
        pad.end[i] = to - from - pad.begin[i];
    }
    return build_pad(site, &pad, zero_attr(mica_type_element(site->type)));
}

const micai_onnx_rule micai_onnx_gather_rules[] = {
    {"onnx.CenterCropPad", lower_center_crop_pad, NULL},
    {"onnx.DepthToSpace", lower_blocks, NULL},
    {"onnx.EyeLike", lower_eye_like, NULL},
    {"onnx.Gather", lower_gather, NULL},
    {"onnx.GatherElements", lower_gather_elements, NULL},
    {"onnx.GatherND", lower_gather_nd, NULL},
    {"onnx.OneHot", lower_one_hot, NULL},
    {"onnx.Pad", lower_pad, NULL},
    {"onnx.ReverseSequence", lower_reverse_sequence, NULL},
    {"onnx.ScatterElements", lower_scatter_elements, NULL},
    {"onnx.ScatterND", lower_scatter_nd, NULL},
    {"onnx.SpaceToDepth", lower_blocks, "space"},
    {"onnx.TensorScatter", lower_tensor_scatter, NULL},
    {"onnx.Trilu", lower_trilu, NULL},
    {NULL, NULL, NULL},
};
