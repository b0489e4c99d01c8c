// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tensors in files, and folders of them as ONNX's test data has: input_0.npy, input_1.npy, ...,
// output_0.npy, ... Formats are a table, so that a program links only those that it reads.
#ifndef MICA_TOOLS_TENSOR_FOLDER_H
#define MICA_TOOLS_TENSOR_FOLDER_H

#include "tools/support/array.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mica_tensor_format {
    const char *suffix; // ".npy"
    // The caller destroys *array; it is empty when false is returned.
    bool (*read)(const char *path, mica_array *array, mica_tool_error *error);
} mica_tensor_format;

// .npy alone, ended by an entry without suffix as all such tables are.
extern const mica_tensor_format mica_npy_format[];

// Reads a file in the format of its suffix; with an unknown suffix, in the table's first.
bool mica_tensor_file_read(const mica_tensor_format *formats, const char *path,
                           mica_array *array, mica_tool_error *error);

// Reads DIR/STEM_INDEX with the first suffix of the table that there is such a file of. False
// with a sentence when there is none.
bool mica_tensor_folder_read(const mica_tensor_format *formats, const char *folder,
                             const char *stem, uint32_t index, mica_array *array,
                             mica_tool_error *error);

#ifdef __cplusplus
}
#endif

#endif
