// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sizes given on the command line, --dim NAME=N and --shape INPUT=1x3x?x224, and values of
// inputs, --value INPUT=NUMBER, as the importer takes them.
#ifndef MICA_TOOLS_DRIVER_MODEL_SIZES_H
#define MICA_TOOLS_DRIVER_MODEL_SIZES_H

#include "dialects/onnx/reader/import.h"

/// Begin with {0}, end with model_sizes_free.
typedef struct model_sizes {
    mica_onnx_dim *dims;
    size_t dim_count;
    mica_onnx_shape *shapes;
    size_t shape_count;
    int64_t **rows; ///< the shapes' dims
    mica_onnx_value *values;
    size_t value_count;
} model_sizes;

/// Takes "--dim=TEXT", "--dim TEXT" and the same of --shape and --value at `arguments[*at]`,
/// moving on to the last word taken. The words are changed and must outlive `sizes`. False when
/// it is another option. `*ok` is false after a message.
bool model_sizes_take_option(model_sizes *sizes, int count, char **arguments, int *at,
                             bool *ok);
void model_sizes_free(model_sizes *sizes);

#endif
