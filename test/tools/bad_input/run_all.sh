#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: run_all.sh FILE: what each tool says about a faulty file, text or ONNX. Fails when one
# does not end with 1, prints to standard output or leaves a file in out/.
file=$1
status=0
try() {
  "$@" 2>&1 >out.txt
  [ $? -eq 1 ] || { echo "$1 accepts $file"; status=1; }
  [ ! -s out.txt ] || { echo "$1 prints"; status=1; }
  [ -z "$(ls out)" ] || { echo "$1 leaves $(ls out)"; status=1; }
  rm -f out.txt
}
case $file in
*.onnx)
  try mica-translate --import-onnx "$file" -o out/a
  try micac --emit=mlir "$file" -o out/b
  try micac --emit=linalg "$file" -o out/c
  ;;
*)
  try mica-opt "$file" -o out/a
  try mica-translate --mlir-to-llvmir "$file" -o out/b
  try mica-run "$file"
  try micac --emit=mlir "$file" -o out/c
  ;;
esac
exit $status
