// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The default pipelines, as text: each can be given to --pass-pipeline by its name, and its
// text edited there. Read together with the passes' own files.
#include "transforms/pass/pass_registry.h"

const mica_pipeline_def *const mica_builtin_pipelines[] = {NULL};
