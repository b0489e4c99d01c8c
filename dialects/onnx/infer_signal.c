// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of operators of signal processing.
#include "dialects/onnx/onnx_internal.h"

/// What a type attribute says; f32 unless set.
static const mica_type *element_or_f32(const mica_op_state *node, const char *name)
{
    const mica_attr *element = mica_onnx_node_attr(node, name);
    return element ? mica_type_attr_value(element)
                   : mica_float_type_get(node->context, MICA_FLOAT_F32);
}

/// A scalar operand's value; MICA_DYNAMIC when it is not known or absent.
static int64_t known_scalar(const mica_op_state *node, size_t index)
{
    int64_t value = MICA_DYNAMIC;
    mica_value *operand = mica_onnx_node_operand(node, index);
    return operand && mica_onnx_known_ints(operand, &value, 1) == 1 ? value : MICA_DYNAMIC;
}

static int64_t half(int64_t length)
{
    return length == MICA_DYNAMIC ? MICA_DYNAMIC : length / 2 + 1;
}

static const mica_type *infer_window(const mica_op_state *node, mica_onnx_fault *fault)
{
    const int64_t size = known_scalar(node, 0);
    if (size != MICA_DYNAMIC && size < 0)
        return micai_onnx_wrong(fault, "'size' is negative");
    return mica_tensor_type_get(element_or_f32(node, "output_datatype"), &size, 1, NULL);
}

static const mica_type *infer_mel_weight_matrix(const mica_op_state *node,
                                                mica_onnx_fault *fault)
{
    (void)fault;
    const int64_t shape[] = {half(known_scalar(node, 1)), known_scalar(node, 0)};
    return mica_tensor_type_get(element_or_f32(node, "output_datatype"), shape, 2, NULL);
}

// ---- Fourier transforms
// ----------------------------------------------------------------------

bool mica_onnx_dft_axis(const mica_op_state *node, size_t rank, size_t *axis)
{
    int64_t given = -2;
    mica_value *operand = mica_onnx_node_operand(node, 2);
    if (operand && (mica_onnx_known_ints(operand, &given, 1) != 1 || given == MICA_DYNAMIC))
        return false;
    return mica_onnx_axis(given, rank, axis) && *axis + 1 < rank;
}

static const mica_type *infer_dft(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    const bool inverse = mica_onnx_node_int(node, "inverse") != 0;
    const bool onesided = mica_onnx_node_int(node, "onesided") != 0;
    int64_t shape[MICA_ONNX_MAX_RANK], given;
    size_t axis;
    if (!mica_type_is_ranked(type))
        return type;
    const size_t rank = mica_type_rank(type);
    const int64_t parts = rank ? mica_type_shape(type)[rank - 1] : 0;
    if (rank < 2 || (parts != MICA_DYNAMIC && parts != 1 && parts != 2))
        return micai_onnx_wrong(fault, "the last size of 'input' must be 1 or 2");
    memcpy(shape, mica_type_shape(type), rank * sizeof *shape);
    shape[rank - 1] = inverse && onesided ? 1 : 2;
    if (mica_onnx_dft_axis(node, rank, &axis)) {
        const bool has_length = mica_onnx_node_operand(node, 1) != NULL;
        int64_t length = has_length ? known_scalar(node, 1) : shape[axis];
        if (!has_length && inverse && onesided && length != MICA_DYNAMIC)
            length = 2 * (length - 1);
        if (length != MICA_DYNAMIC && length < 1)
            return micai_onnx_wrong(fault, "a transform of length %lld", (long long)length);
        shape[axis] = onesided && !inverse ? half(length) : length;
        return micai_shaped_like(type, shape, rank);
    }
    mica_value *operand = mica_onnx_node_operand(node, 2);
    if (mica_onnx_known_ints(operand, &given, 1) == 1 && given != MICA_DYNAMIC)
        return micai_onnx_wrong(fault, "axis %lld is outside of the dimensions before the last",
                                (long long)given);
    for (size_t i = 0; i + 1 < rank && (onesided || mica_onnx_node_operand(node, 1)); ++i)
        shape[i] = MICA_DYNAMIC;
    return micai_shaped_like(type, shape, rank);
}

int64_t mica_onnx_stft_length(const mica_op_state *node)
{
    const mica_type *window = micai_operand_type(node, 2);
    if (mica_onnx_node_operand(node, 3))
        return known_scalar(node, 3);
    return window && mica_type_is_ranked(window) && mica_type_rank(window) == 1
               ? mica_type_shape(window)[0]
               : MICA_DYNAMIC;
}

static const mica_type *infer_stft(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    const mica_type *window = micai_operand_type(node, 2);
    if (!window && !mica_onnx_node_operand(node, 3))
        return micai_onnx_wrong(fault, "needs 'window' or 'frame_length'");
    if (window && !micai_onnx_same_elements(node, 0, 2, fault))
        return NULL;
    if (window && mica_type_is_ranked(window) && mica_type_rank(window) != 1)
        return micai_onnx_wrong(fault, "'window' must be a vector");
    if (mica_type_is_ranked(type) && mica_type_rank(type) != 3)
        return micai_onnx_wrong(fault, "'signal' must have rank 3");
    const int64_t samples = mica_type_is_ranked(type) ? mica_type_shape(type)[1] : MICA_DYNAMIC;
    const int64_t length = mica_onnx_stft_length(node), step = known_scalar(node, 1);
    const bool onesided = mica_onnx_node_int(node, "onesided") != 0;
    if (length != MICA_DYNAMIC && length < 1)
        return micai_onnx_wrong(fault, "frames of length %lld", (long long)length);
    if (step != MICA_DYNAMIC && step < 1)
        return micai_onnx_wrong(fault, "'frame_step' is %lld", (long long)step);
    int64_t frames = MICA_DYNAMIC;
    if (samples != MICA_DYNAMIC && length != MICA_DYNAMIC && step != MICA_DYNAMIC)
        frames = samples < length ? 0 : (samples - length) / step + 1;
    const int64_t shape[] = {mica_type_is_ranked(type) ? mica_type_shape(type)[0]
                                                       : MICA_DYNAMIC,
                             frames, onesided ? half(length) : length, 2};
    return micai_shaped_like(type, shape, 4);
}

const micai_onnx_infer_rule micai_onnx_infer_signal_rules[] = {
    {"onnx.BlackmanWindow", .one = infer_window},
    {"onnx.DFT", .one = infer_dft},
    {"onnx.HammingWindow", .one = infer_window},
    {"onnx.HannWindow", .one = infer_window},
    {"onnx.MelWeightMatrix", .one = infer_mel_weight_matrix},
    {"onnx.STFT", .one = infer_stft},
    {NULL, NULL, NULL},
};
