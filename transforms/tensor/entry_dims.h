// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The dynamic dimensions of a model's entry function, as the pass expose-dims writes them down:
//
//   func.func @main(%x: tensor<?x3x?xf32> {mica.dims = array<i64: 0, -1, 1>},
//                   %n: index {mica.dim = "n"}, %w: index {mica.dim = "w"})
//
// Entry i of `mica.dims` is the number of the dimension among the arguments with `mica.dim`, -1
// for a static size. Passes after it ask here instead of building tensor.dim, so that equal
// sizes are one value.
#ifndef MICA_TRANSFORMS_TENSOR_ENTRY_DIMS_H
#define MICA_TRANSFORMS_TENSOR_ENTRY_DIMS_H

#include "ir/core/operation.h"

/// The argument that holds size `dim` of a tensor or buffer; NULL when `value` is no such
/// argument.
mica_value *micai_entry_dim(const mica_value *value, size_t dim);
/// The name of the function's argument `index`, when it is a dimension; NULL for others.
const mica_attr *micai_entry_dim_name(const mica_op *function, size_t index);
/// Are two scalars computed in the same way from the same values? False also where that takes
/// too long to see.
bool micai_same_expression(mica_value *a, mica_value *b);

#endif
