// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sizes as expressions of what a function knows when it begins: its index arguments, the sizes
// of its buffers, constants. A size that depends on data gets an upper bound instead.
//
//   micai_size_bounds bounds;
//   micai_size_bounds_begin(&bounds, function, builder, NULL);
//   micai_size_bound bound = micai_size_bounds_of(&bounds, size);
//   ... bound.value is computed at the builder's place, NULL: no bound is known
//   micai_size_bounds_end(&bounds);
#ifndef MICA_TRANSFORMS_BUFFER_SIZE_BOUNDS_H
#define MICA_TRANSFORMS_BUFFER_SIZE_BOUNDS_H

#include "ir/core/builder.h"
#include "ir/core/context_internal.h"

typedef struct micai_size_bound {
    mica_value *value; ///< NULL: none is known
    bool exact;        ///< the size itself
} micai_size_bound;

typedef struct micai_size_bounds {
    mica_op *function; ///< whose values are asked about
    mica_builder builder;
    /// What stands for each argument at the builder's place (NULL entries: nothing does); NULL:
    /// the arguments themselves.
    mica_value *const *arguments;
    micai_pointer_map known; ///< value -> its place in `entries`
    micai_size_bound *entries;
    size_t count, capacity;
    unsigned depth;
} micai_size_bounds;

/// Expressions are built at `builder`, whose insertion point must see the function's arguments
/// or those that stand for them.
void micai_size_bounds_begin(micai_size_bounds *bounds, mica_op *function, mica_builder builder,
                             mica_value *const *arguments);
void micai_size_bounds_end(micai_size_bounds *bounds);
/// An integer or index of the function, at least 0 where it is a size.
micai_size_bound micai_size_bounds_of(micai_size_bounds *bounds, mica_value *value);
/// Size `dim` of a buffer.
micai_size_bound micai_size_bounds_of_dim(micai_size_bounds *bounds, mica_value *buffer,
                                          size_t dim);

// ---- building
// --------------------------------------------------------------------------------

/// A constant of index type (buffer_ops.c).
mica_value *micai_build_index(mica_builder *builder, int64_t value);
/// A binary op, folded where it can be.
mica_value *micai_build_binary(mica_builder *builder, const char *name, mica_value *a,
                               mica_value *b);
/// Sums and products of sizes that stay at MICAI_SIZE_LIMIT instead of wrapping around; a
/// negative operand counts as that. A caller that sees the limit knows that no memory is so
/// large.
#define MICAI_SIZE_LIMIT ((int64_t)1 << 62)
mica_value *micai_build_size_sum(mica_builder *builder, mica_value *a, mica_value *b);
mica_value *micai_build_size_product(mica_builder *builder, mica_value *a, mica_value *b);
/// The size rounded up to a multiple of `alignment`, a power of two.
mica_value *micai_build_size_aligned(mica_builder *builder, mica_value *size,
                                     int64_t alignment);

#endif
