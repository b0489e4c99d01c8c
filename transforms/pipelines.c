// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The default pipelines, as text: each can be given to --pass-pipeline by its name, and its
// text edited there. Read together with the passes' own files.
#include "transforms/pass/pass_registry.h"

static const mica_pipeline_def onnx_to_linalg = {
    .argument = "mica-onnx-to-linalg",
    .summary = "from a model in the onnx dialect to linalg on tensors",
    .text = "onnx-infer-shapes,convert-onnx-to-linalg,canonicalize,cse",
};

const mica_pipeline_def *const mica_builtin_pipelines[] = {&onnx_to_linalg, NULL};
