// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reproducers: files of IR that say which pipeline failed on it, in MLIR's format.
//
//   module { ... }
//   {-#
//     external_resources: {
//       mlir_reproducer: {
//         pipeline: "builtin.module(func.func(cse))",
//         disable_threading: true,
//         verify_each: true
//       }
//     }
//   #-}
//
// mica_pass_manager_options.reproducer makes a pass manager write one when a pass fails; a
// program that wants one of crashes too calls mica_pass_manager_write_reproducer in its signal
// handler. To replay, parse with the callback of a mica_reproducer:
//
//   mica_reproducer found = {sizeof found};
//   mica_parse_options options = {.struct_size = sizeof options,
//                                 .external_resource = mica_reproducer_read,
//                                 .external_resource_user = &found};
//   mica_op *module = mica_parse_file(context, "r.mlir", &options);
//   if (module && found.pipeline) mica_pass_manager_parse(...);
//   mica_reproducer_free(&found);
#ifndef MICA_TRANSFORMS_PASS_REPRODUCER_H
#define MICA_TRANSFORMS_PASS_REPRODUCER_H

#include "transforms/pass/pass_manager.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mica_reproducer {
    size_t struct_size;
    char *pipeline; ///< with its anchor; owned by the struct; NULL: the file is no reproducer
    bool disable_threading;
    bool no_verify_each;
} mica_reproducer;

/// The callback of mica_parse_options.external_resource; `user` is a mica_reproducer. Other
/// groups of resources are passed over. False when out of memory.
MICA_API bool mica_reproducer_read(void *user, mica_string group, mica_string key,
                                   mica_string value);
/// Frees what was read, not the struct.
MICA_API void mica_reproducer_free(mica_reproducer *reproducer);

/// Writes what reproduces the run under way, or the one that ended last, to `path`: the IR
/// before it with its whole pipeline, or, with `local_reproducer`, the IR before the pass that
/// is (was) running with that pass. Only copies bytes that lie ready, so that it may be called
/// from a signal handler. False when there was no run with a reproducer, or the file can't be
/// written.
MICA_API bool mica_pass_manager_write_reproducer(const mica_pass_manager *manager,
                                                 const char *path);

#ifdef __cplusplus
}
#endif

#endif
