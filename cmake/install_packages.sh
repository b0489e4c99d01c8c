#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Installs the Debian packages that the named purposes need and that are missing. When not root it
# prints the command and stops.   usage: install_packages.sh build|test|demo ...
set -eu

build="gcc libc6-dev cmake ninja-build re2c lemon python3 llvm-19-dev libprotobuf-c-dev protobuf-c-compiler
       python3-onnx spirv-headers libvulkan-dev"
test="llvm-19-tools mlir-19-tools clang-19 libclang-rt-19-dev libcmocka-dev spirv-tools
      glslang-tools mesa-vulkan-drivers vulkan-validationlayers libvulkan1 valgrind chromium
      clang-format-14 python3-numpy"
demo="mesa-vulkan-drivers libvulkan1"

wanted=
for purpose in "$@"; do
  case $purpose in
    build) wanted="$wanted $build" ;;
    test) wanted="$wanted $test" ;;
    demo) wanted="$wanted $demo" ;;
    *) echo "install_packages.sh: unknown purpose '$purpose'" >&2; exit 2 ;;
  esac
done

missing=
for package in $wanted; do
  state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
  echo "These Debian packages are missing. Run this, then try again:" >&2
  echo "  sudo apt-get install --no-install-recommends$missing" >&2
  exit 1
fi
echo "installing:$missing" >&2
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
