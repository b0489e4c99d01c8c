#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Runs the RUN lines of one test: check_module.sh FILE WORK_FOLDER, with the tools in PATH.
# The first that fails gives the exit status (77: skipped, no Vulkan device).
file=$1
base=$2/$(basename "$1" .mlir)
mkdir -p "$2"
grep '^// RUN: ' "$file" | sed "s|^// RUN: ||; s|%s|$file|g; s|%t|$base|g" >"$base.sh"
exec sh -ex "$base.sh"
