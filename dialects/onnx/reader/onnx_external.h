// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The other files that a model's tensors lie in.
#ifndef MICA_DIALECTS_ONNX_READER_ONNX_EXTERNAL_H
#define MICA_DIALECTS_ONNX_READER_ONNX_EXTERNAL_H

#include "dialects/onnx/reader/onnx_reader_internal.h"

/// Notes where the model at `path` lies. False when out of memory.
bool micai_externals_begin(micai_externals *externals, const char *path);
void micai_externals_end(micai_externals *externals);

/// Where a tensor's data lies: in which of the files, and where in it.
typedef struct micai_external_place {
    size_t file;
    uint64_t offset;
} micai_external_place;

/// Finds the `size` bytes of `proto`; the file is mapped when it is the first of its tensors.
/// False with a clause for the error in `reason`.
bool micai_external_find(micai_externals *externals, const Onnx__TensorProto *proto,
                         size_t size, micai_external_place *place, char *reason,
                         size_t reason_size);

#endif
