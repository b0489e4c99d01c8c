// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Files that hold one ONNX tensor (input_0.pb of ONNX's test data) as arrays.
#ifndef MICA_TOOLS_MICA_RUN_ONNX_TENSOR_FILE_H
#define MICA_TOOLS_MICA_RUN_ONNX_TENSOR_FILE_H

#include "tools/support/array.h"

/// The caller destroys *array; it is empty when false is returned. The sentence begins with the
/// path.
bool onnx_tensor_file_read(const char *path, mica_array *array, mica_tool_error *error);

#endif
