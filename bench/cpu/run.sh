#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# bench/cpu/run.sh [BUILD]: runs what was built of the benchmarks, each on one core. Variables
# that choose another kernel of OpenBLAS are taken away.
build=${1:-$(dirname "$0")/../../build}
for name in bench_matmul bench_convolution; do
    if [ -x "$build/bin/$name" ]; then
        env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 \
            taskset -c 0 "$build/bin/$name" || exit 1
    else
        echo "$name is not built: its library was not found"
    fi
done
