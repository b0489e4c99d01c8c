#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the kernels of check_kernels.py through the default lowerings under --check-passes.

check_lowering.py BIN [NAME...]: no pass may change what a kernel computes, and all must be checked
to the end: for the CPU down to the llvm dialect, for GPUs down to launches.
"""
import subprocess
import sys

import check_kernels

LAUNCHES = ("one-shot-bufferize{bufferize-function-boundaries=true "
            "function-boundary-type-conversion=identity-layout-map},"
            "buffer-results-to-out-params{hoist-static-allocs=true},canonicalize,cse,"
            "convert-memref-copy-to-linalg,"
            "func.func(gpu-enclose-host-work,convert-linalg-to-parallel-loops,lower-affine,"
            "fold-memref-alias-ops{keep-contiguous=true}),canonicalize,cse,"
            "func.func(scf-parallel-loop-fusion{max-buffers=16},cse,promote-elements),"
            "canonicalize,cse,func.func(plan-memory{alignment=256}),"
            "func.func(gpu-distribute-parallel-loops,convert-parallel-loops-to-gpu),"
            "canonicalize,cse,gpu-launch-sink-index-computations")
PIPELINES = {"cpu": "mica-cpu-pipeline", "gpu": LAUNCHES}
BIG = ("small_blocks", "nchw_14", "nchw_28")  # too many steps


def main():
    folder, names = sys.argv[1], sys.argv[2:]
    wrong = 0
    for case in check_kernels.CASES:
        if case.name in BIG or (names and case.name not in names):
            continue
        text = case.kernel().replace("func.func private", "func.func")
        for device, pipeline in PIPELINES.items():
            if device == "gpu" and case.dynamic:
                continue  # out-parameters have static sizes
            result = subprocess.run(
                [folder + "/mica-opt", "--check-passes", "-o", "/dev/null",
                 f"--pass-pipeline=builtin.module({pipeline})"],
                input=text, capture_output=True, text=True, check=False)
            if result.returncode != 0 or result.stderr:
                print(f"{case.name} for {device}: exit status {result.returncode}\n"
                      f"{result.stderr[:1000]}")
                wrong += 1
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
