// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of sizes as values, and of what such values control. An operand that says a shape is
// known element by element (mica_onnx_known_ints): what is not gives a dynamic size.
#include "dialects/onnx/onnx_internal.h"

#include <math.h>

static const mica_type *i64_tensor(const mica_op_state *node, const int64_t *shape, size_t rank)
{
    return mica_tensor_type_get(mica_integer_type_get(node->context, 64, MICA_SIGNLESS), shape,
                                rank, NULL);
}

/// Entries of a shape operand: known ones at `values`, else MICA_DYNAMIC. The number of
/// entries, or -1 when even that is not known; -2 with `fault` when it can't be a shape.
static int64_t shape_operand(const mica_op_state *node, size_t index, int64_t *values,
                             mica_onnx_fault *fault)
{
    mica_value *operand = mica_onnx_node_operand(node, index);
    const mica_type *type = mica_value_type(operand);
    if (!mica_type_is_ranked(type))
        return -1;
    const mica_op_def *definition = mica_op_record_def(node->record);
    if (mica_type_rank(type) > 1) {
        micai_onnx_wrong(fault, "'%s' must have rank 1, but has rank %zu",
                         definition->operands[index].name, mica_type_rank(type));
        return -2;
    }
    const int64_t count = mica_type_element_count(type);
    if (count < 0)
        return -1;
    if (count > MICA_ONNX_MAX_RANK) {
        micai_onnx_wrong(fault, "'%s' has rank %lld; the limit is %d",
                         definition->operands[index].name, (long long)count,
                         MICA_ONNX_MAX_RANK);
        return -2;
    }
    if (mica_onnx_known_ints(operand, values, MICA_ONNX_MAX_RANK) != count)
        for (int64_t i = 0; i < count; ++i)
            values[i] = MICA_DYNAMIC;
    return count;
}

// ---- Shape, Size
// -----------------------------------------------------------------------------

static size_t clamp_axis(int64_t axis, size_t rank)
{
    const int64_t size = (int64_t)rank;
    axis = axis < 0 ? axis + size : axis;
    return (size_t)(axis < 0 ? 0 : axis > size ? size : axis);
}

void micai_onnx_shape_range(const mica_op_state *node, size_t rank, size_t *first, size_t *end)
{
    *first = clamp_axis(mica_onnx_node_int(node, "start"), rank);
    *end = mica_onnx_node_attr(node, "end") ? clamp_axis(mica_onnx_node_int(node, "end"), rank)
                                            : rank;
    if (*end < *first)
        *end = *first;
}

static const mica_type *infer_shape(const mica_op_state *node, mica_onnx_fault *fault)
{
    (void)fault;
    const mica_type *type = micai_operand_type(node, 0);
    int64_t count = MICA_DYNAMIC;
    if (mica_type_is_ranked(type)) {
        size_t first, end;
        micai_onnx_shape_range(node, mica_type_rank(type), &first, &end);
        count = (int64_t)(end - first);
    }
    return i64_tensor(node, &count, 1);
}

static const mica_type *infer_size(const mica_op_state *node, mica_onnx_fault *fault)
{
    (void)fault;
    return i64_tensor(node, NULL, 0);
}

// ---- dimensions of size 1
// --------------------------------------------------------------------

/// The set of axes that operand 1 lists, of a tensor of rank `rank`. False: not known, or with
/// `fault` out of range or twice.
static bool read_axes(const mica_op_state *node, size_t rank, bool *is_axis,
                      mica_onnx_fault *fault)
{
    int64_t axes[MICA_ONNX_MAX_RANK];
    const int64_t count =
        mica_onnx_known_ints(mica_onnx_node_operand(node, 1), axes, MICA_ONNX_MAX_RANK);
    if (count < 0)
        return false;
    for (int64_t i = 0; i < count; ++i) {
        size_t axis;
        if (axes[i] == MICA_DYNAMIC)
            return false;
        if (!mica_onnx_axis(axes[i], rank, &axis))
            return micai_onnx_wrong(fault, "axis %lld is outside of rank %zu",
                                    (long long)axes[i], rank) != NULL;
        if (is_axis[axis])
            return micai_onnx_wrong(fault, "'axes' names dimension %zu twice", axis) != NULL;
        is_axis[axis] = true;
    }
    return true;
}

static const mica_type *infer_unsqueeze(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    const mica_type *axes_type = micai_operand_type(node, 1);
    const int64_t added =
        mica_type_is_ranked(axes_type) ? mica_type_element_count(axes_type) : MICA_DYNAMIC;
    if (!mica_type_is_ranked(type) || added < 0)
        return micai_unranked_like(type);
    const size_t rank = mica_type_rank(type) + (size_t)added;
    if (rank > MICA_ONNX_MAX_RANK)
        return micai_onnx_wrong(fault, "the result has rank %zu; the limit is %d", rank,
                                MICA_ONNX_MAX_RANK);
    bool is_axis[MICA_ONNX_MAX_RANK] = {false};
    int64_t shape[MICA_ONNX_MAX_RANK];
    const bool known = read_axes(node, rank, is_axis, fault);
    if (!known && fault->message[0])
        return NULL;
    for (size_t i = 0, from = 0; i < rank; ++i)
        shape[i] = !known ? MICA_DYNAMIC : is_axis[i] ? 1 : mica_type_shape(type)[from++];
    return micai_shaped_like(type, shape, rank);
}

static const mica_type *infer_squeeze(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    if (!mica_type_is_ranked(type))
        return type;
    const bool all = !mica_onnx_node_operand(node, 1);
    const size_t rank = mica_type_rank(type);
    bool is_axis[MICA_ONNX_MAX_RANK] = {false};
    if (!all && !read_axes(node, rank, is_axis, fault))
        return fault->message[0] ? NULL : micai_unranked_like(type);
    int64_t shape[MICA_ONNX_MAX_RANK];
    size_t count = 0;
    for (size_t i = 0; i < rank; ++i) {
        const int64_t size = mica_type_shape(type)[i];
        if (all && size == MICA_DYNAMIC)
            return micai_unranked_like(type);
        if (is_axis[i] && size != 1 && size != MICA_DYNAMIC)
            return micai_onnx_wrong(fault, "dimension %zu has size %lld and can't be squeezed",
                                    i, (long long)size);
        if (all ? size != 1 : !is_axis[i])
            shape[count++] = size;
    }
    return micai_shaped_like(type, shape, count);
}

// ---- shapes that operands give
// ---------------------------------------------------------------

static const mica_type *infer_expand(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    int64_t wanted[MICA_ONNX_MAX_RANK], shape[MICA_ONNX_MAX_RANK];
    const int64_t count = shape_operand(node, 1, wanted, fault);
    if (count < 0 || !mica_type_is_ranked(type))
        return count == -2 ? NULL : micai_unranked_like(type);
    const size_t own = mica_type_rank(type);
    const size_t rank = own > (size_t)count ? own : (size_t)count;
    for (size_t i = 0; i < rank; ++i) {
        const int64_t x = i + own < rank ? 1 : mica_type_shape(type)[i + own - rank];
        const int64_t y = i + (size_t)count < rank ? 1 : wanted[i + (size_t)count - rank];
        if (micai_onnx_broadcast_size(x, y, &shape[i]))
            continue;
        return micai_onnx_wrong(fault, "dimension %zu of size %lld can't become %lld", i,
                                (long long)x, (long long)y);
    }
    // A size that is not known may be 1, and the input's then holds, or any if that is 1.
    for (size_t i = 0; i < rank; ++i)
        if (i + (size_t)count >= rank && wanted[i + (size_t)count - rank] == MICA_DYNAMIC &&
            shape[i] == 1)
            shape[i] = MICA_DYNAMIC;
    return micai_shaped_like(type, shape, rank);
}

static const mica_type *infer_tile(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    int64_t repeats[MICA_ONNX_MAX_RANK], shape[MICA_ONNX_MAX_RANK];
    const int64_t count = shape_operand(node, 1, repeats, fault);
    if (count == -2 || !mica_type_is_ranked(type))
        return count == -2 ? NULL : type;
    const size_t rank = mica_type_rank(type);
    if (count >= 0 && (size_t)count != rank)
        return micai_onnx_wrong(fault, "'repeats' has %lld entries, but 'input' has rank %zu",
                                (long long)count, rank);
    for (size_t i = 0; i < rank; ++i) {
        const int64_t size = mica_type_shape(type)[i];
        const bool known = count >= 0 && repeats[i] != MICA_DYNAMIC && size != MICA_DYNAMIC;
        if (!known || __builtin_mul_overflow(size, repeats[i], &shape[i]))
            shape[i] = MICA_DYNAMIC;
    }
    return micai_shaped_like(type, shape, rank);
}

static const mica_type *infer_constant_of_shape(const mica_op_state *node,
                                                mica_onnx_fault *fault)
{
    const mica_attr *value = mica_onnx_node_attr(node, "value");
    const mica_type *element = value ? mica_type_element(mica_attr_type(value))
                                     : mica_float_type_get(node->context, MICA_FLOAT_F32);
    int64_t shape[MICA_ONNX_MAX_RANK];
    const int64_t count = shape_operand(node, 0, shape, fault);
    if (value && mica_type_element_count(mica_attr_type(value)) != 1)
        return micai_onnx_wrong(fault, "'value' must have one element");
    if (count < 0)
        return count == -2 ? NULL : mica_unranked_tensor_type_get(element);
    for (int64_t i = 0; i < count; ++i)
        if (shape[i] < 0 && shape[i] != MICA_DYNAMIC)
            return micai_onnx_wrong(fault, "'input' holds %lld", (long long)shape[i]);
    return mica_tensor_type_get(element, shape, (size_t)count, NULL);
}

/// ceil((limit - start) / delta), of constants of any type.
static int64_t range_count(const mica_op_state *node)
{
    const mica_type *element = mica_type_element(micai_operand_type(node, 0));
    int64_t integers[3];
    double floats[3];
    for (size_t i = 0; i < 3; ++i) {
        mica_value *operand = mica_onnx_node_operand(node, i);
        if (mica_type_is_float(element)) {
            const mica_attr *constant = mica_onnx_constant(operand);
            if (!constant || mica_type_element_count(mica_attr_type(constant)) != 1)
                return MICA_DYNAMIC;
            floats[i] = mica_onnx_load_float(constant, 0);
        } else if (mica_onnx_known_ints(operand, &integers[i], 1) != 1 ||
                   integers[i] == MICA_DYNAMIC) {
            return MICA_DYNAMIC;
        } else {
            floats[i] = (double)integers[i];
        }
    }
    const double count = ceil((floats[1] - floats[0]) / floats[2]);
    return count > 0 && count < 1e15 ? (int64_t)count : 0;
}

static const mica_type *infer_range(const mica_op_state *node, mica_onnx_fault *fault)
{
    if (!micai_onnx_same_elements(node, 0, 1, fault) ||
        !micai_onnx_same_elements(node, 0, 2, fault))
        return NULL;
    const int64_t count = range_count(node);
    return micai_shaped_like(micai_operand_type(node, 0), &count, 1);
}

// ---- Slice
// -----------------------------------------------------------------------------------

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

/// One dimension of size `size`: bounds count from the end when negative, and are cut to it.
static void read_slice(mica_onnx_slices *slices, size_t axis, int64_t start, int64_t end,
                       int64_t step, int64_t size)
{
    slices->steps[axis] = step;
    slices->starts[axis] = slices->sizes[axis] = MICA_DYNAMIC;
    if (step == MICA_DYNAMIC || start == MICA_DYNAMIC) {
        slices->is_partial = true;
        return;
    }
    if (size == MICA_DYNAMIC) {
        // Only a start at the very beginning is the same for all sizes.
        if (step > 0 && start == 0)
            slices->starts[axis] = 0;
        else
            slices->is_partial = true;
        return;
    }
    start = start < 0 ? start + size : start;
    slices->starts[axis] = step > 0 ? clamp(start, 0, size) : clamp(start, 0, size - 1);
    if (end == MICA_DYNAMIC)
        return;
    end = end < 0 ? end + size : end;
    end = step > 0 ? clamp(end, 0, size) : clamp(end, -1, size - 1);
    const int64_t distance = end - slices->starts[axis];
    const int64_t count =
        step > 0 ? (distance + step - 1) / step : (-distance - step - 1) / -step;
    slices->sizes[axis] = count > 0 && size > 0 ? count : 0;
}

bool mica_onnx_slices_read(const mica_op_state *node, mica_onnx_slices *slices)
{
    const mica_type *type = micai_operand_type(node, 0);
    const mica_type *starts_type = micai_operand_type(node, 1);
    int64_t values[4][MICA_ONNX_MAX_RANK];
    slices->rank = mica_type_rank(type);
    slices->is_partial = false;
    for (size_t i = 0; i < slices->rank; ++i) {
        slices->starts[i] = 0;
        slices->steps[i] = 1;
        slices->sizes[i] = mica_type_shape(type)[i];
    }
    const int64_t count =
        mica_type_is_ranked(starts_type) ? mica_type_element_count(starts_type) : -1;
    if (count < 0 || (size_t)count > slices->rank)
        return false;
    for (size_t k = 0; k < 4; ++k) {
        mica_value *operand = mica_onnx_node_operand(node, k + 1);
        const bool is_known =
            operand && mica_onnx_known_ints(operand, values[k], MICA_ONNX_MAX_RANK) == count;
        for (int64_t i = 0; !is_known && i < count; ++i)
            values[k][i] = operand ? MICA_DYNAMIC : k == 2 ? i : 1;
    }
    for (int64_t i = 0; i < count; ++i) {
        size_t axis;
        if (values[2][i] == MICA_DYNAMIC ||
            !mica_onnx_axis(values[2][i], slices->rank, &axis) || values[3][i] == 0)
            return false;
        read_slice(slices, axis, values[0][i], values[1][i], values[3][i],
                   mica_type_shape(type)[axis]);
    }
    return true;
}

static const mica_type *infer_slice(const mica_op_state *node, mica_onnx_fault *fault)
{
    (void)fault;
    const mica_type *type = micai_operand_type(node, 0);
    mica_onnx_slices slices;
    if (!mica_type_is_ranked(type))
        return type;
    if (mica_onnx_slices_read(node, &slices))
        return micai_shaped_like(type, slices.sizes, slices.rank);
    int64_t shape[MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i < mica_type_rank(type); ++i)
        shape[i] = MICA_DYNAMIC;
    return micai_shaped_like(type, shape, mica_type_rank(type));
}

// ---- Split
// -----------------------------------------------------------------------------------

/// Sizes of the parts along the axis; equal ones but for the last, when none are given.
static bool split_sizes(const mica_op_state *node, int64_t size, size_t count, int64_t *sizes,
                        mica_onnx_fault *fault)
{
    mica_value *split = mica_onnx_node_operand(node, 1);
    if (split) {
        if (mica_onnx_known_ints(split, sizes, MICA_ONNX_MAX_RESULTS) != (int64_t)count)
            for (size_t i = 0; i < count; ++i)
                sizes[i] = MICA_DYNAMIC;
        int64_t sum = 0;
        for (size_t i = 0; i < count && sum != MICA_DYNAMIC; ++i)
            sum = sizes[i] == MICA_DYNAMIC ? MICA_DYNAMIC : sum + sizes[i];
        if (sum != MICA_DYNAMIC && size != MICA_DYNAMIC && sum != size)
            return micai_onnx_wrong(fault,
                                    "the parts have %lld elements, but the axis has %lld",
                                    (long long)sum, (long long)size) != NULL;
        return true;
    }
    const int64_t parts = (int64_t)count;
    const int64_t part = size == MICA_DYNAMIC ? MICA_DYNAMIC : (size + parts - 1) / parts;
    for (size_t i = 0; i < count; ++i) {
        const int64_t left = part == MICA_DYNAMIC ? 0 : size - part * (int64_t)i;
        sizes[i] = part == MICA_DYNAMIC ? MICA_DYNAMIC : clamp(left, 0, part);
    }
    return true;
}

static bool infer_split(const mica_op_state *node, mica_onnx_types *types,
                        mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    const mica_type *split = micai_operand_type(node, 1);
    const int64_t given = mica_onnx_node_int(node, "num_outputs");
    int64_t known = split && mica_type_is_ranked(split) ? mica_type_element_count(split)
                    : given                             ? given
                                                        : (int64_t)types->count;
    if (known <= 0 || known > MICA_ONNX_MAX_RESULTS)
        known = (int64_t)types->count;
    if (types->count > 0 && (int64_t)types->count != known)
        return micai_onnx_wrong(fault, "has %zu results, but %lld parts", types->count,
                                (long long)known) != NULL;
    types->count = (size_t)known;
    size_t axis = 0;
    if (mica_type_is_ranked(type) &&
        !mica_onnx_axis(mica_onnx_node_int(node, "axis"), mica_type_rank(type), &axis))
        return micai_onnx_wrong(fault, "axis %lld is outside of rank %zu",
                                (long long)mica_onnx_node_int(node, "axis"),
                                mica_type_rank(type)) != NULL;
    int64_t sizes[MICA_ONNX_MAX_RESULTS], shape[MICA_ONNX_MAX_RANK];
    const bool ranked = mica_type_is_ranked(type);
    if (ranked && !split_sizes(node, mica_type_shape(type)[axis], types->count, sizes, fault))
        return false;
    for (size_t i = 0; i < types->count; ++i) {
        if (ranked) {
            memcpy(shape, mica_type_shape(type), mica_type_rank(type) * sizeof *shape);
            shape[axis] = sizes[i];
        }
        types->types[i] = ranked ? micai_shaped_like(type, shape, mica_type_rank(type)) : type;
    }
    return true;
}

const micai_onnx_infer_rule micai_onnx_infer_shape_rules[] = {
    {"onnx.ConstantOfShape", .one = infer_constant_of_shape},
    {"onnx.Expand", .one = infer_expand},
    {"onnx.Range", .one = infer_range},
    {"onnx.Shape", .one = infer_shape},
    {"onnx.Size", .one = infer_size},
    {"onnx.Slice", .one = infer_slice},
    {"onnx.Split", .all = infer_split},
    {"onnx.Squeeze", .one = infer_squeeze},
    {"onnx.Tile", .one = infer_tile},
    {"onnx.Unsqueeze", .one = infer_unsqueeze},
    {NULL, NULL, NULL},
};
