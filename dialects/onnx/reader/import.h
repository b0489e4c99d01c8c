// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Turns an ONNX file into a module with one function: graph inputs and outputs are its
// arguments and results, nodes are ops of the onnx dialect, weights are onnx.Constant ops whose
// bytes stay in the mapped file. Types of all values are inferred on the way.
//
//   func.func @main_graph(%arg0: tensor<?x3xf32> {onnx.name = "x", onnx.dim_params = ["n",
//   ""]})
//       -> (tensor<?x3xf32> {onnx.name = "y"}) {
//     %0 = onnx.Relu %arg0 : (tensor<?x3xf32>) -> tensor<?x3xf32>
//     return %0 : tensor<?x3xf32>
//   }
#ifndef MICA_DIALECTS_ONNX_READER_IMPORT_H
#define MICA_DIALECTS_ONNX_READER_IMPORT_H

#include "ir/core/operation.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A size for every dimension that the model calls `name`.
typedef struct mica_onnx_dim {
    const char *name;
    int64_t size; ///< at least 0
} mica_onnx_dim;

/// The shape of an input; MICA_DYNAMIC: as the model says. A dimension that has a name is bound
/// wherever the name stands.
typedef struct mica_onnx_shape {
    const char *input;
    const int64_t *dims;
    size_t rank; ///< at most MICA_ONNX_MAX_RANK
} mica_onnx_shape;

/// A value for all elements of an input, which is then none any more.
typedef struct mica_onnx_value {
    const char *input;
    bool is_integer; ///< `integer` is the same number
    int64_t integer;
    double number;
} mica_onnx_value;

/// Zero is the default. All is borrowed for the call.
typedef struct mica_onnx_import_options {
    size_t struct_size;
    const char *function_name; ///< NULL: "main_graph"
    /// Sizes to bind. Names that the model has not and sizes that contradict it or each other
    /// are faults.
    const mica_onnx_dim *dims;
    size_t dim_count;
    const mica_onnx_shape *shapes;
    size_t shape_count;
    const mica_onnx_value *values;
    size_t value_count;
} mica_onnx_import_options;

/// Reads the model at `path`. The context must have the dialects builtin, func and onnx.
/// `options` may be NULL. NULL after a diagnostic: operators that are not supported are all
/// listed in one; any other fault names the node and the byte offset. Weights over 4 KiB refer
/// to the mapped file, which must not change while the context uses them.
mica_op *mica_onnx_import(mica_context *context, const char *path,
                          const mica_onnx_import_options *options);
/// The same from memory, which need not outlive the call. `name` stands for the file in
/// locations and diagnostics.
mica_op *mica_onnx_import_memory(mica_context *context, const void *bytes, size_t size,
                                 const char *name, const mica_onnx_import_options *options);

#ifdef __cplusplus
}
#endif

#endif
