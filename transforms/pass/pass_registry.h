// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A registry maps names in pipeline text to passes and to whole pipelines. It is an object that
// the tool or embedder owns: built-in passes come from a static table, plugins add theirs.
//
//   mica_pass_registry *registry = mica_pass_registry_create();
//   mica_pass_registry_add_all(registry);
//   mica_pass_registry_add(registry, &my_pass);
#ifndef MICA_TRANSFORMS_PASS_PASS_REGISTRY_H
#define MICA_TRANSFORMS_PASS_PASS_REGISTRY_H

#include "transforms/pass/pass.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mica_pass_registry mica_pass_registry;

/// A named pipeline: stands for its text wherever a pass may stand.
typedef struct mica_pipeline_def {
    const char *argument;
    const char *summary;
    const char *text; ///< "cse,func.func(canonicalize)"
} mica_pipeline_def;

/// All passes and pipelines of libmica, NULL-terminated (transforms/passes.c, pipelines.c).
MICA_API extern const mica_pass_def *const mica_builtin_passes[];
MICA_API extern const mica_pipeline_def *const mica_builtin_pipelines[];

/// Empty. NULL when out of memory.
MICA_API mica_pass_registry *mica_pass_registry_create(void);
MICA_API void mica_pass_registry_destroy(mica_pass_registry *registry);
/// Adds the built-in passes and pipelines.
MICA_API bool mica_pass_registry_add_all(mica_pass_registry *registry);
/// Adds one (borrowed). False when the name is taken by another or memory is out.
MICA_API bool mica_pass_registry_add(mica_pass_registry *registry, const mica_pass_def *pass);
MICA_API bool mica_pass_registry_add_pipeline(mica_pass_registry *registry,
                                              const mica_pipeline_def *pipeline);
/// NULL when there is none.
MICA_API const mica_pass_def *mica_pass_registry_find(const mica_pass_registry *registry,
                                                      mica_string argument);
MICA_API const mica_pipeline_def *
mica_pass_registry_find_pipeline(const mica_pass_registry *registry, mica_string argument);
/// In order of names: counts, and the pass or pipeline at an index.
MICA_API size_t mica_pass_registry_count(const mica_pass_registry *registry);
MICA_API const mica_pass_def *mica_pass_registry_at(const mica_pass_registry *registry,
                                                    size_t index);
MICA_API size_t mica_pass_registry_pipeline_count(const mica_pass_registry *registry);
MICA_API const mica_pipeline_def *
mica_pass_registry_pipeline_at(const mica_pass_registry *registry, size_t index);

#ifdef __cplusplus
}
#endif

#endif
