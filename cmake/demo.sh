#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Builds Mica, compiles the digit model ahead of time, for the CPU and for Vulkan, and reads 200
# handwritten digits with each. Exits with 1 when fewer than 98 % are right or an output is too
# far from torch's (examples/digits/read_digits.c has the tolerances).
set -eu
cd "$(dirname "$0")/.."

# step TEXT COMMAND...: runs it and says how long it took.
step() {
  local text=$1 start=${EPOCHREALTIME/./}
  shift
  "$@"
  local time=$((${EPOCHREALTIME/./} - start))
  printf '%-48s %7d.%02d s\n' "$text" $((time / 1000000)) $((time % 1000000 / 10000))
}

build() {
  cmake --preset release -DMICA_TESTS=OFF >/dev/null
  cmake --build --preset release
}

# link_reader FOLDER FLAGS...: the program around the model in that folder.
link_reader() {
  local folder=$1
  shift
  cc -O2 -std=c17 -D_POSIX_C_SOURCE=200809L "$@" -I"$folder" -I. examples/digits/read_digits.c \
    "$folder/digits.a" build/lib/libmica_tool_support.a build/lib/libmica_rt.a -lm -lpthread \
    -ldl -o "$folder/read_digits"
  if ldd "$folder/read_digits" | grep -q LLVM; then
    echo "the program links LLVM" >&2
    exit 1
  fi
}

./cmake/install_packages.sh build demo
step "build" build
mkdir -p build/demo/cpu build/demo/vulkan

echo
echo "On the CPU:"
step "  digits.onnx to an archive (micac)" \
  build/bin/micac examples/digits/digits.onnx -o build/demo/cpu/digits.a
step "  a C program around it (cc)" link_reader build/demo/cpu
step "  reading 200 digits" build/demo/cpu/read_digits examples/digits

echo
echo "On Vulkan (all work is in kernels: what would be left to the CPU is an error of micac):"
step "  digits.onnx to an archive (micac)" \
  build/bin/micac examples/digits/digits.onnx --device=vulkan -o build/demo/vulkan/digits.a
step "  a C program around it (cc)" link_reader build/demo/vulkan -DUSE_VULKAN
step "  reading 200 digits" build/demo/vulkan/read_digits examples/digits
