// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The weights of a model, apart from its code. What gather-constants left as parts is taken out
// of the module before LLVM sees it; the bytes stay where they are (in the mapped model file,
// or in the blobs that packing made) until they are written, once, to where they belong:
//
//   mica_model_weights *weights = mica_model_weights_take(module, global);
//   mica_model_weights_write(weights, write, file)        the block that the code addresses
//   mica_model_weights_write_file(weights, write, file)   the side file: the block, a trailer
//   mica_model_weights_destroy(weights);
//
// A side file ends in 64 bytes: "MICAWGT1", the block's size, zeros, and in its last 8 bytes
// the fingerprint, a hash of the block and its size that the model knows too. Numbers are
// little-endian.
#ifndef MICA_CODEGEN_PACKAGE_MODEL_WEIGHTS_H
#define MICA_CODEGEN_PACKAGE_MODEL_WEIGHTS_H

#include "ir/core/operation.h"
#include "ir/text/text.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mica_model_weights mica_model_weights;

enum { MICA_MODEL_WEIGHTS_ALIGNMENT = 64 };

/// Takes the global of that name out of the module, and its parts: globals with the attribute
/// `mica.offset`. NULL after a diagnostic.
MICA_API mica_model_weights *mica_model_weights_take(mica_op *module, mica_string global);
/// NULL is allowed.
MICA_API void mica_model_weights_destroy(mica_model_weights *weights);
/// Bytes of the block, a multiple of MICA_MODEL_WEIGHTS_ALIGNMENT.
MICA_API uint64_t mica_model_weights_size(const mica_model_weights *weights);
/// Bytes of the side file.
MICA_API uint64_t mica_model_weights_file_size(const mica_model_weights *weights);
/// Never 0. Reads all of the block.
MICA_API uint64_t mica_model_weights_fingerprint(const mica_model_weights *weights);
/// False when `write` failed.
MICA_API bool mica_model_weights_write(const mica_model_weights *weights, mica_write_fn write,
                                       void *user);
MICA_API bool mica_model_weights_write_file(const mica_model_weights *weights,
                                            mica_write_fn write, void *user);

#ifdef __cplusplus
}
#endif

#endif
