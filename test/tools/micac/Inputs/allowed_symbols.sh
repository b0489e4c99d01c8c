#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# allowed_symbols.sh OBJECT: fails, naming them, when the object needs symbols other than memcpy,
# memmove, memset, functions of libm and the runtime's. What libm has is asked of libm itself.
set -eu
libm=$(cc -print-file-name=libm.so.6)
nm -D --defined-only "$libm" | sed 's/.* //; s/@.*//' | sort -u > "$1.libm"
nm -u "$1" | sed 's/.* //' | grep -v -x -e memcpy -e memmove -e memset -e 'mica_rt_.*' |
  sort -u > "$1.undefined" || true
extra=$(comm -23 "$1.undefined" "$1.libm")
[ -z "$extra" ] || { echo "not allowed: $extra"; exit 1; }
nm -u "$1" | grep -q mica_rt_run # the list was read
echo "only what is allowed"
