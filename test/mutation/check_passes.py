#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# `mica-opt --check-passes` against passes with a planted fault: for each program of planted/ the
# passes of its first line must be clean as they are, and reported with the fault of its name.
#
#   check_passes.py --mica-opt build/bin/mica-opt --library build/lib/plant_fault.so
import argparse
import os
import re
import shlex
import subprocess
import sys

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "planted")


def main():
    parser = argparse.ArgumentParser(description="Planted faults must be found.")
    parser.add_argument("--mica-opt", required=True)
    parser.add_argument("--library", required=True, help="plant_fault.so")
    arguments = parser.parse_args()
    wrong = 0
    for file in sorted(os.listdir(FOLDER)):
        path = os.path.join(FOLDER, file)
        fault = file.removesuffix(".mlir")
        with open(path, encoding="utf-8") as text:
            flags = shlex.split(text.readline().partition("flags:")[2])
        command = [arguments.mica_opt, "--check-passes", "-o", os.devnull] + flags + [path]
        clean = subprocess.run(command, capture_output=True, text=True)
        planted = subprocess.run(command, capture_output=True, text=True, env=dict(
            os.environ, LD_PRELOAD=os.path.abspath(arguments.library), MICA_PLANTED_FAULT=fault))
        found = re.search(r"error: (pass '.*)", planted.stderr)
        if clean.returncode != 0:
            print(f"{fault}: not clean without the fault\n{clean.stderr}")
        elif planted.returncode != 1 or not found:
            print(f"{fault}: NOT FOUND (exit status {planted.returncode})\n{planted.stderr}")
        else:
            print(f"{fault}: {found.group(1)}")
            continue
        wrong += 1
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
