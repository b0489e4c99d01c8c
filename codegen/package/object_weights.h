// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An object file with a model's weights in it. LLVM never sees them: it makes an object whose
// section MICA_MODEL_WEIGHTS_SECTION holds a few bytes in their place, and here the section
// gets its real bytes, which go straight from where they are (a mapped file) into the output.
// As a constant of LLVM's they would be copied three times.
//
//   mica_weighted_object made;
//   if (mica_weighted_object_make(context, object, size, weights, &made))
//       mica_weighted_object_write(&made, write, file);
//   mica_weighted_object_end(&made);
#ifndef MICA_CODEGEN_PACKAGE_OBJECT_WEIGHTS_H
#define MICA_CODEGEN_PACKAGE_OBJECT_WEIGHTS_H

#include "codegen/package/model_weights.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MICA_MODEL_WEIGHTS_SECTION ".rodata.weights"

/// What LLVM made, changed, and what follows it.
typedef struct mica_weighted_object {
    unsigned char *head; ///< owned, from malloc
    size_t head_size;
    const mica_model_weights *weights; ///< borrowed; NULL: the head is all
} mica_weighted_object;

/// `object` (borrowed, not kept) must be a relocatable ELF file of 64 bits, little-endian, with
/// that section. `weights` NULL: a copy of the object as it is. False after a diagnostic.
MICA_API bool mica_weighted_object_make(mica_context *context, const void *object, size_t size,
                                        const mica_model_weights *weights,
                                        mica_weighted_object *made);
MICA_API void mica_weighted_object_end(mica_weighted_object *made);
MICA_API uint64_t mica_weighted_object_size(const mica_weighted_object *made);
/// False when `write` failed.
MICA_API bool mica_weighted_object_write(const mica_weighted_object *made, mica_write_fn write,
                                         void *user);

#ifdef __cplusplus
}
#endif

#endif
