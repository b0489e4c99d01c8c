// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Formulas on scalars inside of the bodies that the lowering from onnx builds: one spelling for
// floats, integers and indices, what is constant computed at once. Integers count as signed,
// as coordinates are.
//
//   mica_value *x = micai_num_add(builder, a, micai_num_like(builder, a, 0.5));
//   mica_value *i = micai_num_to_index(builder, micai_num_math(builder, "math.floor", x));
#ifndef MICA_TRANSFORMS_CONVERT_CONVERT_ONNX_TO_LINALG_SCALARS_H
#define MICA_TRANSFORMS_CONVERT_CONVERT_ONNX_TO_LINALG_SCALARS_H

#include "transforms/convert/convert_onnx_to_linalg_internal.h"

const mica_type *micai_f32(const mica_builder *builder);
const mica_type *micai_f64(const mica_builder *builder);
const mica_type *micai_i32(const mica_builder *builder);
const mica_type *micai_i64(const mica_builder *builder);

/// A constant of the type of `like`, an index too.
mica_value *micai_num_like(mica_builder *builder, const mica_value *like, double value);
mica_value *micai_num_add(mica_builder *builder, mica_value *a, mica_value *b);
mica_value *micai_num_sub(mica_builder *builder, mica_value *a, mica_value *b);
mica_value *micai_num_mul(mica_builder *builder, mica_value *a, mica_value *b);
/// Integers: rounded towards 0.
mica_value *micai_num_div(mica_builder *builder, mica_value *a, mica_value *b);
/// The rest of a division, of the sign of `a`. Integers only.
mica_value *micai_num_rest(mica_builder *builder, mica_value *a, mica_value *b);
/// Floats: the number of a number and NaN.
mica_value *micai_num_min(mica_builder *builder, mica_value *a, mica_value *b);
mica_value *micai_num_max(mica_builder *builder, mica_value *a, mica_value *b);
/// `x` brought to low .. high; NaN becomes low.
mica_value *micai_num_clamp(mica_builder *builder, mica_value *x, mica_value *low,
                            mica_value *high);
/// A function of one operand, "math.floor".
mica_value *micai_num_math(mica_builder *builder, const char *name, mica_value *x);

/// Comparisons; false for NaN.
mica_value *micai_num_equal(mica_builder *builder, mica_value *a, mica_value *b);
mica_value *micai_num_is_nan(mica_builder *builder, mica_value *x);
mica_value *micai_num_less(mica_builder *builder, mica_value *a, mica_value *b);
mica_value *micai_num_less_equal(mica_builder *builder, mica_value *a, mica_value *b);
/// low <= x < high
mica_value *micai_num_within(mica_builder *builder, mica_value *x, mica_value *low,
                             mica_value *high);
/// Of conditions; `a` may be NULL, which is true (false).
mica_value *micai_num_and(mica_builder *builder, mica_value *a, mica_value *b);
mica_value *micai_num_or(mica_builder *builder, mica_value *a, mica_value *b);
/// `then` or 0.
mica_value *micai_num_or_zero(mica_builder *builder, mica_value *condition, mica_value *then);

/// A float that is known to be in range as an index; an index, integer or condition as a float.
mica_value *micai_num_to_index(mica_builder *builder, mica_value *x);
mica_value *micai_num_to_float(mica_builder *builder, mica_value *x, const mica_type *type);
/// f16 and bf16 are computed as f32.
const mica_type *micai_num_wide(const mica_builder *builder, const mica_type *type);
mica_value *micai_num_widen(mica_builder *builder, mica_value *x);

/// The only element of a tensor of any rank whose sizes are 1; the first one of others.
mica_value *micai_num_only(mica_builder *builder, mica_value *tensor);
/// A constant vector, and element `place` of one.
mica_value *micai_constant_ints(mica_builder *builder, const int64_t *values, size_t count);
mica_value *micai_constant_floats(mica_builder *builder, const mica_type *element,
                                  const double *values, const int64_t *shape, size_t rank);
mica_value *micai_num_at(mica_builder *builder, mica_value *vector, mica_value *place);
/// The same for integers, as an index.
mica_value *micai_num_index_at(mica_builder *builder, mica_value *vector, mica_value *place);

#endif
