// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Short-hands for building loop nests on tensors: index arithmetic, loops that carry values,
// and reads and writes of elements and vectors. All build at the builder's place.
//
//   micai_loop loop;
//   micai_loop_begin(&loop, builder, zero, end, one, &tensor, 1);   // builder is in the body
//   mica_value *next = ... loop.carried[0] ... loop.iv ...
//   micai_loop_end(&loop, builder, &next);                          // builder is after the
//   loop tensor = loop.results[0];
#ifndef MICA_TRANSFORMS_TENSOR_LOOP_NEST_H
#define MICA_TRANSFORMS_TENSOR_LOOP_NEST_H

#include "ir/core/builder.h"

enum { MICAI_LOOP_MAX_CARRIED = 32 };

typedef struct micai_loop {
    mica_op *op;
    mica_value *iv;
    size_t count;
    mica_value *carried[MICAI_LOOP_MAX_CARRIED]; ///< in the body
    mica_value *results[MICAI_LOOP_MAX_CARRIED]; ///< after micai_loop_end
} micai_loop;

/// scf.for from `lower` to `upper` by `step`, carrying `inits`.
void micai_loop_begin(micai_loop *loop, mica_builder *builder, mica_value *lower,
                      mica_value *upper, mica_value *step, mica_value *const *inits,
                      size_t count);
void micai_loop_end(micai_loop *loop, mica_builder *builder, mica_value *const *yielded);

mica_value *micai_index(mica_builder *builder, int64_t value);
/// Index arithmetic; constants are folded.
mica_value *micai_index_add(mica_builder *builder, mica_value *a, mica_value *b);
mica_value *micai_index_sub(mica_builder *builder, mica_value *a, mica_value *b);
mica_value *micai_index_mul(mica_builder *builder, mica_value *a, int64_t factor);
mica_value *micai_index_min(mica_builder *builder, mica_value *a, mica_value *b);
/// True and the value when `value` is a constant index.
bool micai_index_constant(const mica_value *value, int64_t *constant);

mica_value *micai_empty_tensor(mica_builder *builder, const mica_type *type);
/// A constant of a float or integer type, or a splat of it for a vector or tensor type.
mica_value *micai_zero(mica_builder *builder, const mica_type *type);
mica_value *micai_tensor_extract(mica_builder *builder, mica_value *tensor,
                                 mica_value *const *indices, size_t count);
mica_value *micai_tensor_insert(mica_builder *builder, mica_value *scalar, mica_value *tensor,
                                mica_value *const *indices, size_t count);
/// Reads a 1-D vector along the last dimension; elements beyond the tensor's end are zero when
/// `in_bounds` is false.
mica_value *micai_vector_read(mica_builder *builder, const mica_type *vector,
                              mica_value *tensor, mica_value *const *indices, size_t count,
                              bool in_bounds);
/// The tensor with the vector written; elements beyond its end are dropped.
mica_value *micai_vector_write(mica_builder *builder, mica_value *vector, mica_value *tensor,
                               mica_value *const *indices, size_t count, bool in_bounds);
mica_value *micai_vector_broadcast(mica_builder *builder, const mica_type *vector,
                                   mica_value *scalar);
/// a * b + c, rounded once for floats.
mica_value *micai_vector_multiply_add(mica_builder *builder, mica_value *a, mica_value *b,
                                      mica_value *c);

#endif
