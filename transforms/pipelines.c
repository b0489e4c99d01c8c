// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The default pipelines, as text: each can be given to --pass-pipeline by its name, and its
// text edited there. Read together with the passes' own files.
//
//   onnx --mica-onnx-to-linalg--> linalg on tensors
//        --mica-cpu-to-buffers--> linalg, scf and vector on buffers of one planned arena
//        --mica-cpu-to-functions-> the same, loop nests as functions; only for whole models
//        --mica-cpu-to-llvm-----> llvm
//
//   linalg on tensors
//        --mica-gpu-to-kernels--> launches on buffers of one planned arena, kernels as binaries
//        --mica-gpu-to-buffers--> calls of the runtime, with the binaries as data
//        --mica-gpu-to-llvm-----> llvm
#include "transforms/pass/pass_registry.h"

static const mica_pipeline_def onnx_to_linalg = {
    .argument = "mica-onnx-to-linalg",
    .summary = "from a model in the onnx dialect to linalg on tensors",
    .text =
        "onnx-infer-shapes,onnx-expand-functions,convert-onnx-to-scf,convert-onnx-to-linalg,"
        "reconcile-unrealized-casts,canonicalize,cse,constant-subgraphs,"
        "linalg-fuse-elementwise-ops,canonicalize,cse",
};

static const mica_pipeline_def cpu_to_buffers = {
    .argument = "mica-cpu-to-buffers",
    .summary = "from linalg on tensors to buffers in an arena of the caller",
    .text = "canonicalize,cse,linalg-fuse-elementwise-ops,expand-narrow-types,"
            "func.func(lower-contractions),canonicalize,cse,eliminate-empty-tensors,"
            "one-shot-bufferize{bufferize-function-boundaries=true "
            "function-boundary-type-conversion=identity-layout-map},"
            "canonicalize,cse,drop-equivalent-buffer-results,"
            "buffer-results-to-out-params{hoist-static-allocs=true dynamic-results=true},"
            "canonicalize,cse,func.func(plan-memory),outline-sizes",
};

static const mica_pipeline_def cpu_to_functions = {
    .argument = "mica-cpu-to-functions",
    .summary = "from one function on buffers to a function for each different loop nest",
    .text = "expose-assertions,outline-loop-nests{min-nests=16}",
};

static const mica_pipeline_def cpu_to_llvm = {
    .argument = "mica-cpu-to-llvm",
    .summary = "from linalg, scf and vector on buffers to the llvm dialect",
    .text = "convert-memref-copy-to-linalg{strided-only=true},convert-linalg-to-loops,"
            "canonicalize,cse,lower-affine,convert-scf-to-cf,return-assertions,"
            "convert-vector-to-llvm,convert-math-to-llvm,convert-math-to-libm,convert-index-to-"
            "llvm,"
            "convert-arith-to-llvm,finalize-memref-to-llvm,convert-func-to-llvm,"
            "convert-cf-to-llvm,reconcile-unrealized-casts,canonicalize,cse",
};

static const mica_pipeline_def cpu = {
    .argument = "mica-cpu-pipeline",
    .summary = "from linalg on tensors to the llvm dialect",
    .text = "mica-cpu-to-buffers,mica-cpu-to-llvm",
};

static const mica_pipeline_def gpu_to_kernels = {
    .argument = "mica-gpu-to-kernels",
    .summary = "from linalg on tensors to launches of kernels that are SPIR-V binaries",
    .text = "expand-narrow-types{include-bf16=true},canonicalize,cse,"
            "func.func(sink-element-reads),canonicalize,cse,"
            "one-shot-bufferize{bufferize-function-boundaries=true "
            "function-boundary-type-conversion=identity-layout-map},"
            "buffer-results-to-out-params{hoist-static-allocs=true},canonicalize,cse,"
            "convert-memref-copy-to-linalg,"
            "func.func(gpu-enclose-host-work,convert-linalg-to-parallel-loops,lower-affine,"
            "fold-memref-alias-ops{keep-contiguous=true}),canonicalize,cse,"
            // Before memory is planned: then nobody knows any more what is apart.
            "func.func(scf-parallel-loop-fusion{max-buffers=16},cse,promote-elements),"
            "canonicalize,cse,"
            "func.func(plan-memory{alignment=256}),gather-constants{alignment=256},"
            "func.func(gpu-distribute-parallel-loops,convert-parallel-loops-to-gpu),"
            "canonicalize,cse,"
            "gpu-launch-sink-index-computations,gpu-kernel-outlining,"
            "gpu-merge-kernel-modules,convert-gpu-to-spirv{push-constants=true},"
            "reconcile-unrealized-casts,spirv-lower-abi-attrs,spirv-update-vce,"
            "gpu-module-to-binary",
};

static const mica_pipeline_def gpu_to_buffers = {
    .argument = "mica-gpu-to-buffers",
    .summary = "from launches to calls of the runtime",
    .text = "convert-gpu-launch-to-mica-rt{device-argument=true},canonicalize,cse",
};

static const mica_pipeline_def gpu_to_llvm = {
    .argument = "mica-gpu-to-llvm",
    .summary = "from calls of the runtime on buffers to the llvm dialect",
    .text = "convert-scf-to-cf,convert-index-to-llvm,convert-arith-to-llvm,"
            "finalize-memref-to-llvm,convert-func-to-llvm,convert-cf-to-llvm,"
            "reconcile-unrealized-casts,canonicalize,cse",
};

static const mica_pipeline_def gpu = {
    .argument = "mica-gpu-pipeline",
    .summary = "from linalg on tensors to the llvm dialect, all work in kernels",
    .text = "mica-gpu-to-kernels,mica-gpu-to-buffers,mica-gpu-to-llvm",
};

const mica_pipeline_def *const mica_builtin_pipelines[] = {
    &onnx_to_linalg, &cpu_to_buffers, &cpu_to_functions, &cpu_to_llvm, &cpu,
    &gpu_to_kernels, &gpu_to_buffers, &gpu_to_llvm,      &gpu,         NULL,
};
