// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of operators that sample at computed places.
#include "dialects/onnx/onnx_internal.h"

/// Has an operand this rank, as far as it is known? Else a fault.
static bool has_rank(const mica_op_state *node, size_t index, size_t rank,
                     mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, index);
    if (!type || !mica_type_is_ranked(type) || mica_type_rank(type) == rank)
        return true;
    const mica_op_def *definition = mica_op_record_def(node->record);
    micai_onnx_wrong(fault, "'%s' must have rank %zu", definition->operands[index].name, rank);
    return false;
}

static bool differ(int64_t a, int64_t b)
{
    return a != b && a != MICA_DYNAMIC && b != MICA_DYNAMIC;
}

// ---- grids
// -----------------------------------------------------------------------------------

static const mica_type *infer_affine_grid(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *theta = micai_operand_type(node, 0);
    if (!has_rank(node, 0, 3, fault))
        return NULL;
    if (!mica_type_is_ranked(theta) || mica_type_shape(theta)[1] == MICA_DYNAMIC)
        return micai_unranked_like(theta);
    const int64_t *shape = mica_type_shape(theta), dims = shape[1];
    if ((dims != 2 && dims != 3) || differ(shape[2], dims + 1))
        return micai_onnx_wrong(fault, "'theta' must be [N, 2, 3] or [N, 3, 4]");
    int64_t size[5], result[5];
    const bool is_known =
        mica_onnx_known_ints(mica_onnx_node_operand(node, 1), size, 5) == dims + 2;
    result[0] = shape[0];
    for (int64_t i = 0; i < dims; ++i)
        result[i + 1] = is_known ? size[i + 2] : MICA_DYNAMIC;
    result[dims + 1] = dims;
    return micai_shaped_like(theta, result, (size_t)dims + 2);
}

static const mica_type *infer_grid_sample(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *x = micai_operand_type(node, 0), *grid = micai_operand_type(node, 1);
    int64_t shape[MICA_ONNX_MAX_RANK];
    if (!mica_type_is_ranked(x) || !mica_type_is_ranked(grid))
        return micai_unranked_like(x);
    const size_t rank = mica_type_rank(x);
    if (rank < 3 || !has_rank(node, 1, rank, fault))
        return rank < 3 ? micai_onnx_wrong(fault, "'X' has no spatial dimensions") : NULL;
    if (differ(mica_type_shape(grid)[rank - 1], (int64_t)rank - 2))
        return micai_onnx_wrong(fault,
                                "the last size of 'grid' must be %zu, as many as 'X' "
                                "has spatial dimensions",
                                rank - 2);
    if (differ(mica_type_shape(grid)[0], mica_type_shape(x)[0]))
        return micai_onnx_wrong(fault, "'X' and 'grid' differ in the size of the batch");
    const mica_string mode = mica_onnx_node_string(node, "mode");
    const mica_string padding = mica_onnx_node_string(node, "padding_mode");
    if (!mica_string_is(mode, "linear") && !mica_string_is(mode, "nearest") &&
        !mica_string_is(mode, "cubic"))
        return micai_onnx_wrong(fault, "'mode' must be linear, nearest or cubic");
    if (!mica_string_is(padding, "zeros") && !mica_string_is(padding, "border") &&
        !mica_string_is(padding, "reflection"))
        return micai_onnx_wrong(fault, "'padding_mode' must be zeros, border or reflection");
    memcpy(shape, mica_type_shape(x), 2 * sizeof *shape);
    for (size_t i = 2; i < rank; ++i)
        shape[i] = mica_type_shape(grid)[i - 1];
    return micai_shaped_like(x, shape, rank);
}

// ---- Col2Im
// ----------------------------------------------------------------------------------

static const mica_type *infer_col2im(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *input = micai_operand_type(node, 0);
    const mica_type *image = micai_operand_type(node, 1);
    int64_t shape[MICA_ONNX_MAX_RANK], block[MICA_ONNX_MAX_RANK];
    if (!has_rank(node, 0, 3, fault) || !has_rank(node, 1, 1, fault) ||
        !has_rank(node, 2, 1, fault))
        return NULL;
    if (!mica_type_is_ranked(input) || !mica_type_is_ranked(image) ||
        mica_type_shape(image)[0] == MICA_DYNAMIC)
        return micai_unranked_like(input);
    const int64_t dims = mica_type_shape(image)[0];
    if (dims < 1 || dims > MICA_ONNX_MAX_RANK - 2)
        return micai_onnx_wrong(fault, "an image of %lld dimensions", (long long)dims);
    if (mica_onnx_known_ints(mica_onnx_node_operand(node, 1), shape + 2, (size_t)dims) != dims)
        for (int64_t i = 0; i < dims; ++i)
            shape[i + 2] = MICA_DYNAMIC;
    shape[0] = mica_type_shape(input)[0];
    shape[1] = mica_type_shape(input)[1];
    if (mica_onnx_known_ints(mica_onnx_node_operand(node, 2), block, (size_t)dims) != dims)
        shape[1] = MICA_DYNAMIC;
    for (int64_t i = 0; i < dims && shape[1] != MICA_DYNAMIC; ++i) {
        if (block[i] == MICA_DYNAMIC || block[i] < 1)
            shape[1] = MICA_DYNAMIC;
        else
            shape[1] /= block[i];
    }
    return micai_shaped_like(input, shape, (size_t)dims + 2);
}

// ---- DeformConv
// ------------------------------------------------------------------------------

static const mica_type *infer_deform_conv(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *x = micai_operand_type(node, 0), *filter = micai_operand_type(node, 1);
    const mica_type *offset = micai_operand_type(node, 2), *mask = micai_operand_type(node, 4);
    const mica_type *type =
        micai_onnx_conv_type(node, x, filter, micai_operand_type(node, 3), fault);
    const int64_t groups = mica_onnx_node_int(node, "offset_group");
    if (!type || !mica_type_is_ranked(type) || !mica_type_is_ranked(filter) ||
        !mica_type_is_ranked(offset))
        return type;
    if (mica_type_rank(type) != 4 || mica_type_rank(offset) != 4)
        return micai_onnx_wrong(fault, "only images of two dimensions are supported");
    const int64_t *kernel = mica_type_shape(filter) + 2;
    if (groups < 1 ||
        (mica_type_shape(x)[1] != MICA_DYNAMIC && mica_type_shape(x)[1] % groups != 0))
        return micai_onnx_wrong(fault, "the channels are no multiple of 'offset_group'");
    if (kernel[0] != MICA_DYNAMIC && kernel[1] != MICA_DYNAMIC) {
        const int64_t taps = kernel[0] * kernel[1] * groups;
        if (differ(mica_type_shape(offset)[1], 2 * taps))
            return micai_onnx_wrong(fault, "'offset' has %lld channels instead of %lld",
                                    (long long)mica_type_shape(offset)[1],
                                    (long long)(2 * taps));
        if (mask && mica_type_is_ranked(mask) &&
            (mica_type_rank(mask) != 4 || differ(mica_type_shape(mask)[1], taps)))
            return micai_onnx_wrong(fault, "'mask' must have %lld channels", (long long)taps);
    }
    return type;
}

// ---- regions
// ---------------------------------------------------------------------------------

/// [regions, channels, height, width]
static const mica_type *regions_type(const mica_op_state *node, int64_t entries, int64_t height,
                                     int64_t width, mica_onnx_fault *fault)
{
    const mica_type *x = micai_operand_type(node, 0), *rois = micai_operand_type(node, 1);
    if (!has_rank(node, 0, 4, fault) || !has_rank(node, 1, 2, fault))
        return NULL;
    if (height < 1 || width < 1)
        return micai_onnx_wrong(fault, "its result is empty");
    if (mica_type_is_ranked(rois) && differ(mica_type_shape(rois)[1], entries))
        return micai_onnx_wrong(fault, "'rois' must have %lld entries a region",
                                (long long)entries);
    const int64_t shape[] = {
        mica_type_is_ranked(rois) ? mica_type_shape(rois)[0] : MICA_DYNAMIC,
        mica_type_is_ranked(x) ? mica_type_shape(x)[1] : MICA_DYNAMIC, height, width};
    return micai_shaped_like(x, shape, 4);
}

static const mica_type *infer_roi_align(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_string mode = mica_onnx_node_string(node, "mode");
    if (!mica_string_is(mode, "avg") && !mica_string_is(mode, "max"))
        return micai_onnx_wrong(fault, "'mode' must be avg or max");
    if (!has_rank(node, 2, 1, fault))
        return NULL;
    return regions_type(node, 4, mica_onnx_node_int(node, "output_height"),
                        mica_onnx_node_int(node, "output_width"), fault);
}

static const mica_type *infer_max_roi_pool(const mica_op_state *node, mica_onnx_fault *fault)
{
    size_t count;
    const int64_t *pooled = mica_onnx_node_ints(node, "pooled_shape", &count);
    if (count != 2)
        return micai_onnx_wrong(fault, "'pooled_shape' must have two entries");
    return regions_type(node, 5, pooled[0], pooled[1], fault);
}

const micai_onnx_infer_rule micai_onnx_infer_spatial_rules[] = {
    {"onnx.AffineGrid", .one = infer_affine_grid},
    {"onnx.Col2Im", .one = infer_col2im},
    {"onnx.DeformConv", .one = infer_deform_conv},
    {"onnx.GridSample", .one = infer_grid_sample},
    {"onnx.MaxRoiPool", .one = infer_max_roi_pool},
    {"onnx.RoiAlign", .one = infer_roi_align},
    {NULL, NULL, NULL},
};
