#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Builds everything and runs all tests. usage: cmake/test.sh [PRESET] [ctest arguments]
# PRESET is release (the default), debug, asan or tsan; see CMakePresets.json.
set -eu
cd "$(dirname "$0")/.."
preset=release
case "${1:-}" in
  release|debug|asan|tsan) preset=$1; shift ;;
esac
case $preset in release) folder=build ;; *) folder=build-$preset ;; esac

./cmake/install_packages.sh build test
cmake --preset "$preset" -DMICA_TESTS=ON >/dev/null
cmake --build --preset "$preset"
exec ctest --test-dir "$folder" --output-on-failure -j "$(nproc)" "$@"
