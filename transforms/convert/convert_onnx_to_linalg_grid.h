// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Interpolation that operators of several families use.
#ifndef MICA_TRANSFORMS_CONVERT_CONVERT_ONNX_TO_LINALG_GRID_H
#define MICA_TRANSFORMS_CONVERT_CONVERT_ONNX_TO_LINALG_GRID_H

#include "transforms/convert/convert_onnx_to_linalg_internal.h"

/// The element of `data` ([.., .., H, W], places in the first two dimensions `leading`) at two
/// real places, interpolated between the four around it; those outside are 0. f16 and bf16
/// give f32.
mica_value *micai_onnx_bilinear(mica_builder *builder, mica_value *data,
                                mica_value *const *leading, mica_value *const *places);

#endif
