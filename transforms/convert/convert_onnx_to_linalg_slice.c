// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sizes as values, and what such values control. Slices with static places and forward steps
// are views (tensor.extract_slice); all else is built element by element from its place.
#include "ir/rewrite/fold.h"
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

// ---- Shape, Size
// -----------------------------------------------------------------------------

static mica_value *from_elements(mica_builder *builder, mica_value *const *elements,
                                 size_t count, const mica_type *type)
{
    return micai_onnx_emit(builder, "tensor.from_elements", elements, count, type);
}

static mica_value *lower_shape(micai_onnx_site *site)
{
    mica_value *input = micai_onnx_operand(site, 0), *sizes[MICA_ONNX_MAX_RANK];
    const int64_t start = mica_onnx_node_int(&site->node, "start");
    const int64_t rank = (int64_t)micai_rank(input);
    const int64_t count = mica_type_shape(site->type)[0];
    int64_t first = start < 0 ? start + rank : start;
    first = first < 0 ? 0 : first > rank ? rank : first;
    for (int64_t i = 0; i < count; ++i)
        sizes[i] = micai_onnx_from_index(
            site->builder, micai_onnx_dim(site->builder, input, (size_t)(first + i)),
            mica_type_element(site->type));
    if (count > 0)
        return from_elements(site->builder, sizes, (size_t)count, site->type);
    return micai_onnx_empty(site->builder, site->type, NULL);
}

static mica_value *lower_size(micai_onnx_site *site)
{
    mica_value *input = micai_onnx_operand(site, 0);
    mica_value *count = micai_onnx_index(site->builder, 1);
    for (size_t i = 0; i < micai_rank(input); ++i)
        count = micai_onnx_index_op(site->builder, "arith.muli", count,
                                    micai_onnx_dim(site->builder, input, i));
    count = micai_onnx_from_index(site->builder, count, mica_type_element(site->type));
    return from_elements(site->builder, &count, 1, site->type);
}

// ---- repetition
// ------------------------------------------------------------------------------

static bool is_static(const micai_onnx_site *site)
{
    return mica_type_has_static_shape(site->type);
}

static mica_value *lower_expand(micai_onnx_site *site)
{
    mica_value *input = micai_onnx_operand(site, 0), *shape = micai_onnx_operand(site, 1);
    mica_value *wanted[MICA_ONNX_MAX_RANK] = {NULL};
    const size_t rank = mica_type_rank(site->type);
    const int64_t count = micai_shape(shape)[0];
    for (int64_t i = 0; i < count && !is_static(site); ++i) {
        int64_t number;
        mica_value *size = micai_onnx_shape_entry(site->builder, shape, (size_t)i);
        const bool is_one = mica_value_constant_int(size, &number) && number == 1;
        wanted[(size_t)i + rank - (size_t)count] = is_one ? NULL : size;
    }
    return micai_onnx_pointwise_to(site->builder, site->type, &input, 1, wanted,
                                   micai_onnx_first, NULL);
}

static mica_value *tile_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    mica_value *input = user, *from[MICA_ONNX_MAX_RANK];
    const size_t rank = micai_rank(input);
    for (size_t i = 0; i < rank; ++i)
        from[i] = micai_onnx_index_op(builder, "arith.remui", indices[i],
                                      micai_onnx_dim(builder, input, i));
    return micai_onnx_extract(builder, input, from, rank);
}

static mica_value *lower_tile(micai_onnx_site *site)
{
    mica_value *input = micai_onnx_operand(site, 0), *repeats = micai_onnx_operand(site, 1);
    micai_onnx_sizes sizes = {{NULL}, {0}};
    for (size_t i = 0; i < micai_rank(input) && !is_static(site); ++i)
        sizes.values[i] = micai_onnx_index_op(
            site->builder, "arith.muli", micai_onnx_dim(site->builder, input, i),
            micai_onnx_shape_entry(site->builder, repeats, i));
    return micai_onnx_by_index(site->builder, site->type, &sizes, tile_place, input);
}

static mica_value *lower_constant_of_shape(micai_onnx_site *site)
{
    const mica_attr *value = mica_onnx_node_attr(&site->node, "value");
    const mica_type *element = mica_type_element(site->type);
    mica_value *shape = micai_onnx_operand(site, 0);
    micai_onnx_sizes sizes = {{NULL}, {0}};
    for (size_t i = 0; i < mica_type_rank(site->type); ++i) {
        sizes.values[i] = micai_onnx_shape_entry(site->builder, shape, i);
    }
    const mica_attr *scalar =
        !value ? mica_float_attr_get(element, 0)
        : mica_type_is_float(element)
            ? mica_float_attr_get(element, mica_onnx_load_float(value, 0))
            : mica_integer_attr_get(element, mica_onnx_load_int(value, 0));
    return micai_onnx_filled(site->builder, site->type, &sizes, scalar);
}

static mica_value *range_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const micai_onnx_site *site = user;
    mica_value *start = micai_onnx_extract(builder, micai_onnx_operand(site, 0), NULL, 0);
    mica_value *delta = micai_onnx_extract(builder, micai_onnx_operand(site, 2), NULL, 0);
    const bool is_float = mica_type_is_float(mica_value_type(start));
    mica_value *steps = micai_onnx_from_index(builder, indices[0], mica_value_type(start));
    mica_value *distance =
        micai_onnx_emit2(builder, is_float ? "arith.mulf" : "arith.muli", steps, delta);
    return micai_onnx_emit2(builder, is_float ? "arith.addf" : "arith.addi", start, distance);
}

/// max(0, ceil((limit - start) / delta)), for integers without a detour through floats.
static mica_value *range_count(micai_onnx_site *site)
{
    mica_builder *builder = site->builder;
    mica_value *numbers[3];
    for (size_t i = 0; i < 3; ++i)
        numbers[i] = micai_onnx_extract(builder, micai_onnx_operand(site, i), NULL, 0);
    if (!mica_type_is_float(mica_value_type(numbers[0]))) {
        for (size_t i = 0; i < 3; ++i)
            numbers[i] = micai_onnx_to_index(builder, numbers[i], site->is_unsigned);
        mica_value *distance =
            micai_onnx_index_op(builder, "arith.subi", numbers[1], numbers[0]);
        mica_value *count =
            micai_onnx_index_op(builder, "arith.ceildivsi", distance, numbers[2]);
        return micai_onnx_index_op(builder, "arith.maxsi", count, micai_onnx_index(builder, 0));
    }
    mica_value *distance = micai_onnx_emit2(builder, "arith.subf", numbers[1], numbers[0]);
    mica_value *quotient = micai_onnx_emit2(builder, "arith.divf", distance, numbers[2]);
    mica_value *count =
        micai_onnx_emit(builder, "math.ceil", &quotient, 1, mica_value_type(quotient));
    const mica_type *wide = mica_integer_type_get(builder->context, 64, MICA_SIGNLESS);
    count = micai_onnx_to_index(builder, micai_onnx_convert(builder, count, wide, false, false),
                                false);
    return micai_onnx_index_op(builder, "arith.maxsi", count, micai_onnx_index(builder, 0));
}

static mica_value *lower_range(micai_onnx_site *site)
{
    for (size_t i = 0; i < 3; ++i) {
        const mica_type *scalar =
            mica_tensor_type_get(micai_element(site->node.operands[i]), NULL, 0, NULL);
        if (!micai_onnx_can_reshape(mica_value_type(site->node.operands[i]), scalar))
            return micai_onnx_refuse(site, "operand #%zu is no scalar", i);
        site->node.operands[i] =
            micai_onnx_reshape(site->builder, site->node.operands[i], scalar);
    }
    micai_onnx_sizes sizes = {{NULL}, {0}};
    if (!is_static(site))
        sizes.values[0] = range_count(site);
    return micai_onnx_by_index(site->builder, site->type, &sizes, range_place, site);
}

// ---- slices
// ----------------------------------------------------------------------------------

/// `sizes` are those that are dynamic in the type of the result.
static mica_value *extract_slice(mica_builder *builder, mica_value *source,
                                 const mica_type *type, const int64_t *offsets,
                                 const int64_t *strides, mica_value *const *sizes, size_t count)
{
    const size_t rank = micai_rank(source);
    mica_context *context = builder->context;
    mica_op_state state;
    mica_op_state_init(&state, context, "tensor.extract_slice", builder->location);
    mica_op_state_add_operand(&state, source);
    mica_op_state_add_operands(&state, sizes, count);
    mica_op_state_add_result(&state, type);
    const int32_t segments[] = {1, 0, (int32_t)count, 0};
    mica_op_state_set_attr(&state, "operandSegmentSizes",
                           mica_i32_array_attr_get(context, segments, 4));
    mica_op_state_set_attr(&state, "static_offsets",
                           mica_i64_array_attr_get(context, offsets, rank));
    mica_op_state_set_attr(&state, "static_sizes",
                           mica_i64_array_attr_get(context, mica_type_shape(type), rank));
    mica_op_state_set_attr(&state, "static_strides",
                           mica_i64_array_attr_get(context, strides, rank));
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

mica_value *micai_onnx_extract_slice(mica_builder *builder, mica_value *source,
                                     const mica_type *type, const int64_t *offsets,
                                     const int64_t *strides)
{
    mica_value *sizes[MICA_ONNX_MAX_RANK];
    size_t count = 0;
    for (size_t i = 0; i < micai_rank(source); ++i)
        if (mica_type_shape(type)[i] == MICA_DYNAMIC)
            sizes[count++] = micai_onnx_dim(builder, source, i);
    return extract_slice(builder, source, type, offsets, strides, sizes, count);
}

mica_value *micai_onnx_take(mica_builder *builder, mica_value *source, size_t axis,
                            mica_value *count)
{
    int64_t offsets[MICA_ONNX_MAX_RANK] = {0}, strides[MICA_ONNX_MAX_RANK],
            shape[MICA_ONNX_MAX_RANK];
    mica_value *sizes[MICA_ONNX_MAX_RANK];
    size_t dynamic = 0;
    const size_t rank = micai_rank(source);
    for (size_t i = 0; i < rank; ++i) {
        shape[i] = i == axis ? MICA_DYNAMIC : micai_shape(source)[i];
        strides[i] = 1;
        if (shape[i] == MICA_DYNAMIC)
            sizes[dynamic++] = i == axis ? count : micai_onnx_dim(builder, source, i);
    }
    const mica_type *type = mica_tensor_type_get(micai_element(source), shape, rank, NULL);
    return extract_slice(builder, source, type, offsets, strides, sizes, dynamic);
}

typedef struct slicing {
    mica_value *input;
    mica_onnx_slices slices;
} slicing;

static mica_value *slice_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const slicing *slice = user;
    mica_value *from[MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i < slice->slices.rank; ++i) {
        mica_value *step = micai_onnx_index(builder, slice->slices.steps[i]);
        mica_value *start = micai_onnx_index(builder, slice->slices.starts[i]);
        mica_value *distance = micai_onnx_index_op(builder, "arith.muli", indices[i], step);
        from[i] = micai_onnx_index_op(builder, "arith.addi", start, distance);
    }
    return micai_onnx_extract(builder, slice->input, from, slice->slices.rank);
}

/// Is each dimension's size static, or the whole of a dynamic one?
static bool is_whole_or_static(const mica_onnx_slices *slices, mica_value *input)
{
    for (size_t i = 0; i < slices->rank; ++i)
        if (slices->sizes[i] == MICA_DYNAMIC &&
            (slices->starts[i] != 0 || slices->steps[i] != 1 ||
             micai_shape(input)[i] != MICA_DYNAMIC))
            return false;
    return true;
}

/// Start, step and size of each dimension as indices at run time.
typedef struct dynamic_slicing {
    mica_value *input;
    mica_value *starts[MICA_ONNX_MAX_RANK], *steps[MICA_ONNX_MAX_RANK]; ///< NULL: whole
} dynamic_slicing;

static mica_value *dynamic_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const dynamic_slicing *slice = user;
    mica_value *from[MICA_ONNX_MAX_RANK];
    const size_t rank = micai_rank(slice->input);
    for (size_t i = 0; i < rank; ++i) {
        from[i] = indices[i];
        if (!slice->starts[i])
            continue;
        from[i] = micai_onnx_index_op(builder, "arith.muli", from[i], slice->steps[i]);
        from[i] = micai_onnx_index_op(builder, "arith.addi", from[i], slice->starts[i]);
    }
    return micai_onnx_extract(builder, slice->input, from, rank);
}

static mica_value *clamp_index(mica_builder *builder, mica_value *value, mica_value *low,
                               mica_value *high)
{
    return micai_onnx_index_op(builder, "arith.minsi",
                               micai_onnx_index_op(builder, "arith.maxsi", value, low), high);
}

/// Element `place` of operand `index`; `unset` when the operand is absent.
static mica_value *entry_of(micai_onnx_site *site, size_t index, int64_t place, int64_t unset)
{
    mica_value *operand = micai_onnx_operand(site, index);
    return operand ? micai_onnx_shape_entry(site->builder, operand, (size_t)place)
                   : micai_onnx_index(site->builder, unset);
}

/// Start, end and step of a dimension that an operand may name at run time: those of the entry
/// of `axes` that is it, else all of it.
static void select_entry(micai_onnx_site *site, const dynamic_slicing *slice, size_t axis,
                         int64_t count, mica_value **entry)
{
    mica_builder *builder = site->builder;
    mica_value *size = micai_onnx_dim(builder, slice->input, axis);
    mica_value *zero = micai_onnx_index(builder, 0);
    entry[0] = zero;
    entry[1] = size;
    entry[2] = micai_onnx_index(builder, 1);
    for (int64_t i = 0; i < count; ++i) {
        mica_value *named = entry_of(site, 3, i, i);
        mica_value *rank = micai_onnx_index(builder, (int64_t)micai_rank(slice->input));
        mica_value *wrapped = micai_onnx_index_op(builder, "arith.addi", named, rank);
        named = micai_onnx_select(builder, micai_onnx_index_less(builder, named, zero), wrapped,
                                  named);
        mica_value *own = micai_onnx_index(builder, (int64_t)axis);
        mica_value *below = micai_onnx_index_less(builder, named, own);
        mica_value *above = micai_onnx_index_less(builder, own, named);
        const size_t operands[] = {1, 2, 4};
        for (size_t k = 0; k < 3; ++k) {
            mica_value *given = entry_of(site, operands[k], i, 1);
            entry[k] = micai_onnx_select(builder, below, entry[k],
                                         micai_onnx_select(builder, above, entry[k], given));
        }
    }
}

/// One dimension: bounds count from the end when negative and are cut to 0 .. size, or to
/// -1 .. size - 1 when the step is negative. Gives the number of elements.
static mica_value *read_dynamic_slice(micai_onnx_site *site, dynamic_slicing *slice,
                                      size_t axis, mica_value *const *entry)
{
    mica_builder *builder = site->builder;
    mica_value *zero = micai_onnx_index(builder, 0), *one = micai_onnx_index(builder, 1);
    mica_value *minus_one = micai_onnx_index(builder, -1);
    mica_value *size = micai_onnx_dim(builder, slice->input, axis);
    mica_value *last = micai_onnx_index_op(builder, "arith.subi", size, one);
    mica_value *bounds[2];
    mica_value *step = entry[2];
    mica_value *forward = micai_onnx_index_less(builder, zero, step);
    for (size_t k = 0; k < 2; ++k) {
        mica_value *bound = entry[k];
        mica_value *wrapped = micai_onnx_index_op(builder, "arith.addi", bound, size);
        bound = micai_onnx_select(builder, micai_onnx_index_less(builder, bound, zero), wrapped,
                                  bound);
        bounds[k] = micai_onnx_select(builder, forward, clamp_index(builder, bound, zero, size),
                                      clamp_index(builder, bound, k ? minus_one : zero, last));
    }
    slice->starts[axis] = bounds[0];
    slice->steps[axis] = step;
    mica_value *distance = micai_onnx_index_op(builder, "arith.subi", bounds[1], bounds[0]);
    mica_value *count =
        micai_onnx_index_op(builder, "arith.maxsi", zero,
                            micai_onnx_index_op(builder, "arith.ceildivsi", distance, step));
    // Never more than there are: said where a place depends on data, as a bound of the memory.
    bool is_known = true;
    for (size_t k = 0; k < 3; ++k) {
        int64_t known;
        is_known &= mica_value_constant_int(entry[k], &known) || micai_onnx_is_size(entry[k]);
    }
    return is_known ? count : micai_onnx_index_op(builder, "arith.minsi", count, size);
}

static bool has_forward_steps(const dynamic_slicing *slice, size_t rank)
{
    int64_t step;
    for (size_t i = 0; i < rank; ++i)
        if (slice->steps[i] && !(mica_value_constant_int(slice->steps[i], &step) && step > 0))
            return false;
    return true;
}

/// A view.
static mica_value *cut_box(micai_onnx_site *site, const dynamic_slicing *slice,
                           const micai_onnx_sizes *sizes)
{
    mica_builder *builder = site->builder;
    mica_value *offsets[MICA_ONNX_MAX_RANK], *lengths[MICA_ONNX_MAX_RANK],
        *strides[MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i < micai_rank(slice->input); ++i) {
        offsets[i] = slice->starts[i] ? slice->starts[i] : micai_onnx_index(builder, 0);
        strides[i] = slice->steps[i] ? slice->steps[i] : micai_onnx_index(builder, 1);
        lengths[i] =
            slice->starts[i] ? sizes->values[i] : micai_onnx_dim(builder, slice->input, i);
    }
    return micai_onnx_slice_at(builder, slice->input, site->type, offsets, lengths, strides);
}

static mica_value *lower_dynamic_slice(micai_onnx_site *site)
{
    dynamic_slicing slice = {.input = micai_onnx_operand(site, 0)};
    const size_t rank = micai_rank(slice.input);
    int64_t axes[MICA_ONNX_MAX_RANK];
    int64_t count = micai_shape(micai_onnx_operand(site, 1))[0];
    mica_value *given = micai_onnx_operand(site, 3);
    micai_onnx_sizes sizes;
    if (count < 0 || (size_t)count > rank)
        return micai_onnx_refuse(site, "which axes it cuts is not known");
    for (int64_t i = 0; i < count; ++i)
        axes[i] = i;
    micai_onnx_sizes_like(&sizes, slice.input);
    mica_value *entry[3];
    const bool known = !given || mica_onnx_known_ints(given, axes, rank) == count;
    for (size_t axis = 0; !known && axis < rank; ++axis) {
        select_entry(site, &slice, axis, count, entry);
        sizes.values[axis] = read_dynamic_slice(site, &slice, axis, entry);
    }
    for (int64_t i = 0; known && i < count; ++i) {
        size_t axis;
        if (!mica_onnx_axis(axes[i], rank, &axis))
            return micai_onnx_refuse(site, "an axis is out of range");
        entry[0] = entry_of(site, 1, i, 0);
        entry[1] = entry_of(site, 2, i, 0);
        entry[2] = entry_of(site, 4, i, 1);
        sizes.values[axis] = read_dynamic_slice(site, &slice, axis, entry);
    }
    if (has_forward_steps(&slice, rank))
        return cut_box(site, &slice, &sizes);
    return micai_onnx_by_index(site->builder, site->type, &sizes, dynamic_place, &slice);
}

static mica_value *lower_slice(micai_onnx_site *site)
{
    slicing slice = {.input = micai_onnx_operand(site, 0)};
    const bool known = mica_onnx_slices_read(&site->node, &slice.slices);
    // A dynamic size may be that of a cut: only one whose dimension no operand names is whole.
    if (!known || slice.slices.is_partial || !is_static(site) ||
        !is_whole_or_static(&slice.slices, slice.input))
        return lower_dynamic_slice(site);
    bool is_view = true;
    for (size_t i = 0; i < slice.slices.rank; ++i)
        is_view &= slice.slices.steps[i] > 0;
    if (is_view)
        return micai_onnx_extract_slice(site->builder, slice.input, site->type,
                                        slice.slices.starts, slice.slices.steps);
    return micai_onnx_by_index(site->builder, site->type, NULL, slice_place, &slice);
}

/// Parts whose sizes an operand gives, or equal ones of which the last may be smaller.
static mica_value *split_at_run_time(micai_onnx_site *site, size_t axis)
{
    mica_builder *builder = site->builder;
    mica_value *input = micai_onnx_operand(site, 0), *given = micai_onnx_operand(site, 1);
    mica_value *whole = micai_onnx_dim(builder, input, axis);
    mica_value *count = micai_onnx_index(builder, (int64_t)site->result_count);
    mica_value *part = micai_onnx_index_op(builder, "arith.ceildivsi", whole, count);
    mica_value *offsets[MICA_ONNX_MAX_RANK], *sizes[MICA_ONNX_MAX_RANK],
        *strides[MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i < micai_rank(input); ++i) {
        offsets[i] = micai_onnx_index(builder, 0);
        sizes[i] = micai_onnx_dim(builder, input, i);
        strides[i] = micai_onnx_index(builder, 1);
    }
    for (size_t i = 0; i < site->result_count; ++i) {
        mica_value *left = micai_onnx_index_op(builder, "arith.subi", whole, offsets[axis]);
        mica_value *size = given ? micai_onnx_shape_entry(builder, given, i) : part;
        sizes[axis] = micai_onnx_index_op(builder, "arith.minsi", size, left);
        site->results[i] =
            micai_onnx_slice_at(builder, input, site->types[i], offsets, sizes, strides);
        offsets[axis] = micai_onnx_index_op(builder, "arith.addi", offsets[axis], sizes[axis]);
    }
    return site->results[0];
}

static mica_value *lower_split(micai_onnx_site *site)
{
    mica_value *input = micai_onnx_operand(site, 0);
    const size_t rank = micai_rank(input);
    int64_t offsets[MICA_ONNX_MAX_RANK] = {0}, strides[MICA_ONNX_MAX_RANK];
    size_t axis = 0;
    mica_onnx_axis(mica_onnx_node_int(&site->node, "axis"), rank, &axis);
    for (size_t i = 0; i < rank; ++i)
        strides[i] = 1;
    for (size_t i = 0; i < site->result_count; ++i)
        if (mica_type_shape(site->types[i])[axis] == MICA_DYNAMIC)
            return split_at_run_time(site, axis);
    for (size_t i = 0; i < site->result_count; ++i) {
        site->results[i] =
            micai_onnx_extract_slice(site->builder, input, site->types[i], offsets, strides);
        offsets[axis] += mica_type_shape(site->types[i])[axis];
    }
    return site->results[0];
}

const micai_onnx_rule micai_onnx_slice_rules[] = {
    {"onnx.ConstantOfShape", lower_constant_of_shape, NULL},
    {"onnx.Expand", lower_expand, NULL},
    {"onnx.Range", lower_range, NULL},
    {"onnx.Shape", lower_shape, NULL},
    {"onnx.Size", lower_size, NULL},
    {"onnx.Slice", lower_slice, NULL},
    {"onnx.Split", lower_split, NULL},
    {"onnx.Tile", lower_tile, NULL},
    {NULL, NULL, NULL},
};
