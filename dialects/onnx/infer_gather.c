// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of operators that pick and place elements.
#include "dialects/onnx/onnx_internal.h"

/// The attribute `axis` of a tensor of rank `rank`.
static bool read_axis(const mica_op_state *node, size_t rank, size_t *axis,
                      mica_onnx_fault *fault)
{
    const int64_t given = mica_onnx_node_int(node, "axis");
    return mica_onnx_axis(given, rank, axis) ||
           micai_onnx_wrong(fault, "axis %lld is outside of rank %zu", (long long)given,
                            rank) != NULL;
}

static const mica_type *check_rank(const mica_type *like, const int64_t *shape, size_t rank,
                                   mica_onnx_fault *fault)
{
    return rank <= MICA_ONNX_MAX_RANK
               ? micai_shaped_like(like, shape, rank)
               : micai_onnx_wrong(fault, "the result has rank %zu; the limit is %d", rank,
                                  MICA_ONNX_MAX_RANK);
}

static const mica_type *infer_gather(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *data = micai_operand_type(node, 0), *indices = micai_operand_type(node, 1);
    if (!mica_type_is_ranked(data) || !mica_type_is_ranked(indices))
        return micai_unranked_like(data);
    size_t axis, rank = 0;
    if (!read_axis(node, mica_type_rank(data), &axis, fault))
        return NULL;
    int64_t shape[2 * MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i < axis; ++i)
        shape[rank++] = mica_type_shape(data)[i];
    for (size_t i = 0; i < mica_type_rank(indices); ++i)
        shape[rank++] = mica_type_shape(indices)[i];
    for (size_t i = axis + 1; i < mica_type_rank(data); ++i)
        shape[rank++] = mica_type_shape(data)[i];
    return check_rank(data, shape, rank, fault);
}

static const mica_type *infer_gather_elements(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *data = micai_operand_type(node, 0), *indices = micai_operand_type(node, 1);
    if (mica_type_is_ranked(data) && mica_type_is_ranked(indices)) {
        size_t axis;
        if (mica_type_rank(data) != mica_type_rank(indices))
            return micai_onnx_wrong(fault, "'data' and 'indices' have ranks %zu and %zu",
                                    mica_type_rank(data), mica_type_rank(indices));
        if (!read_axis(node, mica_type_rank(data), &axis, fault))
            return NULL;
    }
    return mica_type_with_element(indices, mica_type_element(data));
}

static const mica_type *infer_gather_nd(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *data = micai_operand_type(node, 0), *indices = micai_operand_type(node, 1);
    if (!mica_type_is_ranked(data) || !mica_type_is_ranked(indices))
        return micai_unranked_like(data);
    const size_t data_rank = mica_type_rank(data), index_rank = mica_type_rank(indices);
    const int64_t batch = mica_onnx_node_int(node, "batch_dims");
    if (index_rank == 0 || batch < 0 || (size_t)batch >= index_rank ||
        (size_t)batch >= data_rank)
        return micai_onnx_wrong(fault, "batch_dims %lld does not fit ranks %zu and %zu",
                                (long long)batch, data_rank, index_rank);
    const int64_t depth = mica_type_shape(indices)[index_rank - 1];
    if (depth == MICA_DYNAMIC)
        return micai_unranked_like(data);
    if (depth < 1 || (size_t)(depth + batch) > data_rank)
        return micai_onnx_wrong(fault, "rows of 'indices' have %lld entries for rank %zu",
                                (long long)depth, data_rank);
    int64_t shape[2 * MICA_ONNX_MAX_RANK];
    size_t rank = 0;
    for (size_t i = 0; i + 1 < index_rank; ++i)
        shape[rank++] = mica_type_shape(indices)[i];
    for (size_t i = (size_t)(depth + batch); i < data_rank; ++i)
        shape[rank++] = mica_type_shape(data)[i];
    return check_rank(data, shape, rank, fault);
}

static bool is_reduction(const mica_op_state *node, mica_onnx_fault *fault)
{
    static const char *const known[] = {"none", "add", "mul", "max", "min"};
    const mica_string name = mica_onnx_node_string(node, "reduction");
    for (size_t i = 0; i < sizeof known / sizeof *known; ++i)
        if (mica_string_is(name, known[i]))
            return true;
    return micai_onnx_wrong(fault, "reduction '%.*s' is not known", MICA_STRING_ARG(name)) !=
           NULL;
}

static const mica_type *infer_scatter(const mica_op_state *node, mica_onnx_fault *fault)
{
    return is_reduction(node, fault) && micai_onnx_same_elements(node, 0, 2, fault)
               ? micai_operand_type(node, 0)
               : NULL;
}

static const mica_type *infer_one_hot(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *indices = micai_operand_type(node, 0),
                    *values = micai_operand_type(node, 2);
    const mica_type *element = mica_type_element(values);
    if (!mica_type_is_ranked(indices))
        return mica_unranked_tensor_type_get(element);
    const size_t rank = mica_type_rank(indices) + 1;
    size_t axis;
    int64_t shape[MICA_ONNX_MAX_RANK + 1], depth = MICA_DYNAMIC;
    if (!read_axis(node, rank, &axis, fault))
        return NULL;
    const mica_attr *constant = mica_onnx_constant(mica_onnx_node_operand(node, 1));
    if (constant && mica_type_is_float(mica_type_element(mica_attr_type(constant))))
        depth = (int64_t)mica_onnx_load_float(constant, 0);
    else if (mica_onnx_known_ints(mica_onnx_node_operand(node, 1), &depth, 1) != 1)
        depth = MICA_DYNAMIC;
    for (size_t i = 0, from = 0; i < rank; ++i)
        shape[i] = i == axis ? depth : mica_type_shape(indices)[from++];
    return rank <= MICA_ONNX_MAX_RANK
               ? mica_tensor_type_get(element, shape, rank, NULL)
               : micai_onnx_wrong(fault, "the result has rank %zu; the limit is %d", rank,
                                  MICA_ONNX_MAX_RANK);
}

static const mica_type *infer_trilu(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    if (mica_type_is_ranked(type) && mica_type_rank(type) < 2)
        return micai_onnx_wrong(fault, "'input' must be a matrix or a batch of matrices");
    return type;
}

static const mica_type *infer_eye_like(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    const mica_attr *element = mica_onnx_node_attr(node, "dtype");
    if (mica_type_is_ranked(type) && mica_type_rank(type) != 2)
        return micai_onnx_wrong(fault, "'input' must be a matrix");
    return element ? mica_type_with_element(type, mica_type_attr_value(element)) : type;
}

// ---- blocks
// ----------------------------------------------------------------------------------

static int64_t quotient(int64_t size, int64_t by)
{
    return size == MICA_DYNAMIC ? size : size / by;
}
static int64_t product(int64_t size, int64_t by)
{
    return size == MICA_DYNAMIC ? size : size * by;
}

/// `to_space`: channels are divided by the square of the block size, else the spatial sizes.
static const mica_type *infer_blocks(const mica_op_state *node, bool to_space,
                                     mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    const int64_t block = mica_onnx_node_int(node, "blocksize");
    if (block < 1 || block > 1 << 15)
        return micai_onnx_wrong(fault, "blocksize is %lld", (long long)block);
    if (!mica_type_is_ranked(type))
        return type;
    if (mica_type_rank(type) != 4)
        return micai_onnx_wrong(fault, "'input' must have rank 4, but has rank %zu",
                                mica_type_rank(type));
    int64_t shape[4];
    memcpy(shape, mica_type_shape(type), sizeof shape);
    for (size_t i = 1; i < 4; ++i) {
        const bool is_divided = (i == 1) == to_space;
        const int64_t by = i == 1 ? block * block : block;
        if (is_divided && shape[i] != MICA_DYNAMIC && shape[i] % by != 0)
            return micai_onnx_wrong(fault,
                                    "dimension %zu of size %lld can't be divided by %lld", i,
                                    (long long)shape[i], (long long)by);
        shape[i] = is_divided ? quotient(shape[i], by) : product(shape[i], by);
    }
    return micai_shaped_like(type, shape, 4);
}

static const mica_type *infer_depth_to_space(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_string mode = mica_onnx_node_string(node, "mode");
    if (!mica_string_is(mode, "DCR") && !mica_string_is(mode, "CRD"))
        return micai_onnx_wrong(fault, "mode must be DCR or CRD");
    return infer_blocks(node, true, fault);
}

static const mica_type *infer_space_to_depth(const mica_op_state *node, mica_onnx_fault *fault)
{
    return infer_blocks(node, false, fault);
}

static const mica_type *infer_reverse_sequence(const mica_op_state *node,
                                               mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    const int64_t batch = mica_onnx_node_int(node, "batch_axis");
    const int64_t time = mica_onnx_node_int(node, "time_axis");
    if (batch + time != 1 || batch * time != 0)
        return micai_onnx_wrong(fault, "batch_axis and time_axis must be 0 and 1");
    if (mica_type_is_ranked(type) && mica_type_rank(type) < 2)
        return micai_onnx_wrong(fault, "'input' must have rank 2 or more");
    return type;
}

// ---- margins
// ---------------------------------------------------------------------------------

bool mica_onnx_pads_read(const mica_op_state *node, int64_t *begin, int64_t *end,
                         mica_onnx_fault *fault)
{
    const size_t rank = mica_type_rank(micai_operand_type(node, 0));
    int64_t pads[2 * MICA_ONNX_MAX_RANK], axes[MICA_ONNX_MAX_RANK];
    int64_t axis_count = (int64_t)rank;
    const int64_t count =
        mica_onnx_known_ints(mica_onnx_node_operand(node, 1), pads, 2 * MICA_ONNX_MAX_RANK);
    for (size_t i = 0; i < rank; ++i) {
        begin[i] = end[i] = 0;
        axes[i] = (int64_t)i;
    }
    if (mica_onnx_node_operand(node, 3))
        axis_count =
            mica_onnx_known_ints(mica_onnx_node_operand(node, 3), axes, MICA_ONNX_MAX_RANK);
    if (count < 0 || axis_count < 0)
        return false;
    if (count != 2 * axis_count)
        return micai_onnx_wrong(fault, "'pads' has %lld entries for %lld axes",
                                (long long)count, (long long)axis_count) != NULL;
    for (int64_t i = 0; i < axis_count; ++i) {
        size_t axis;
        if (!mica_onnx_axis(axes[i], rank, &axis))
            return micai_onnx_wrong(fault, "axis %lld is outside of rank %zu",
                                    (long long)axes[i], rank) != NULL;
        begin[axis] = pads[i];
        end[axis] = pads[i + axis_count];
    }
    return true;
}

static const mica_type *infer_pad(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    int64_t begin[MICA_ONNX_MAX_RANK], end[MICA_ONNX_MAX_RANK], shape[MICA_ONNX_MAX_RANK];
    if (!mica_type_is_ranked(type))
        return type;
    const bool known = mica_onnx_pads_read(node, begin, end, fault);
    if (!known && fault->message[0])
        return NULL;
    for (size_t i = 0; i < mica_type_rank(type); ++i) {
        const int64_t size = mica_type_shape(type)[i];
        shape[i] = MICA_DYNAMIC;
        if (!known || size == MICA_DYNAMIC || begin[i] == MICA_DYNAMIC ||
            end[i] == MICA_DYNAMIC)
            continue;
        shape[i] = size + begin[i] + end[i];
        if (shape[i] < 0)
            return micai_onnx_wrong(fault, "dimension %zu of size %lld becomes negative", i,
                                    (long long)size);
    }
    return micai_shaped_like(type, shape, mica_type_rank(type));
}

static const mica_type *infer_center_crop_pad(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    if (!mica_type_is_ranked(type))
        return type;
    int64_t shape[MICA_ONNX_MAX_RANK], wanted[MICA_ONNX_MAX_RANK];
    const size_t rank = mica_type_rank(type);
    size_t axis_count;
    const int64_t *axes = mica_onnx_node_ints(node, "axes", &axis_count);
    if (!axes)
        axis_count = rank;
    const bool known = mica_onnx_known_ints(mica_onnx_node_operand(node, 1), wanted,
                                            MICA_ONNX_MAX_RANK) == (int64_t)axis_count;
    memcpy(shape, mica_type_shape(type), rank * sizeof *shape);
    for (size_t i = 0; i < axis_count; ++i) {
        size_t axis = i;
        if (axes && !mica_onnx_axis(axes[i], rank, &axis))
            return micai_onnx_wrong(fault, "axis %lld is outside of rank %zu",
                                    (long long)axes[i], rank);
        shape[axis] = known ? wanted[i] : MICA_DYNAMIC;
    }
    return micai_shaped_like(type, shape, rank);
}

static const mica_type *infer_tensor_scatter(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *cache = micai_operand_type(node, 0), *update = micai_operand_type(node, 1);
    const mica_string mode = mica_onnx_node_string(node, "mode");
    size_t axis;
    if (!mica_string_is(mode, "linear") && !mica_string_is(mode, "circular"))
        return micai_onnx_wrong(fault, "mode must be linear or circular");
    if (!micai_onnx_same_elements(node, 0, 1, fault))
        return NULL;
    if (!mica_type_is_ranked(cache) || !mica_type_is_ranked(update))
        return cache;
    if (mica_type_rank(cache) != mica_type_rank(update))
        return micai_onnx_wrong(fault, "'past_cache' and 'update' have ranks %zu and %zu",
                                mica_type_rank(cache), mica_type_rank(update));
    if (!read_axis(node, mica_type_rank(cache), &axis, fault))
        return NULL;
    if (axis == 0)
        return micai_onnx_wrong(fault, "axis can't be that of the batch");
    for (size_t i = 0; i < mica_type_rank(cache); ++i) {
        const int64_t whole = mica_type_shape(cache)[i], part = mica_type_shape(update)[i];
        if (whole != MICA_DYNAMIC && part != MICA_DYNAMIC &&
            (i == axis ? part > whole : part != whole))
            return micai_onnx_wrong(fault,
                                    "'update' has size %lld at dimension %zu, the cache %lld",
                                    (long long)part, i, (long long)whole);
    }
    return cache;
}

const micai_onnx_infer_rule micai_onnx_infer_gather_rules[] = {
    {"onnx.CenterCropPad", .one = infer_center_crop_pad},
    {"onnx.DepthToSpace", .one = infer_depth_to_space},
    {"onnx.EyeLike", .one = infer_eye_like},
    {"onnx.Gather", .one = infer_gather},
    {"onnx.GatherElements", .one = infer_gather_elements},
    {"onnx.GatherND", .one = infer_gather_nd},
    {"onnx.OneHot", .one = infer_one_hot},
    {"onnx.Pad", .one = infer_pad},
    {"onnx.ReverseSequence", .one = infer_reverse_sequence},
    {"onnx.ScatterElements", .one = infer_scatter},
    {"onnx.ScatterND", .one = infer_scatter},
    {"onnx.SpaceToDepth", .one = infer_space_to_depth},
    {"onnx.TensorScatter", .one = infer_tensor_scatter},
    {"onnx.Trilu", .one = infer_trilu},
    {NULL, NULL, NULL},
};
