#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares mica-opt with mlir-opt on text: time, memory, start and growth; README.md says how to
read the figures. Runs of the two alternate, so that both see the same machine, and outputs are
compared byte for byte before anything is timed. Exits 1 when outputs differ or, with --check, when
a figure misses its goal."""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
GENERIC = ["--mlir-print-op-generic"]
failures = []


class Run:
    """What one run of a command took."""

    def __init__(self, line):
        self.wall, self.cpu, self.resident = (float(word) for word in line.split())


def run(bench, command):
    result = subprocess.run([bench.measure] + command, stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        sys.exit("failed: " + " ".join(command))
    return Run(result.stdout.splitlines()[-1])


def ours(bench, path, flags=()):
    return [bench.mica, path, *flags, "-o", bench.file("ours.out")]


def theirs(bench, path, flags=()):
    return [bench.mlir, "--mlir-disable-threading", path, *flags, "-o", bench.file("theirs.out")]


def interleave(bench, commands, repeats):
    """Median runs of each command, taken in turn."""
    runs = [[] for _ in commands]
    for _ in range(repeats):
        for list_, command in zip(runs, commands):
            list_.append(run(bench, command))
    return [{"wall": statistics.median(r.wall for r in list_),
             "cpu": statistics.median(r.cpu for r in list_),
             "resident": max(r.resident for r in list_)} for list_ in runs]


def goal(bench, holds, text):
    if not holds:
        failures.append(text)
    return "" if holds else "   MISSES ITS GOAL"


def same_output(bench):
    with open(bench.file("ours.out"), "rb") as a, open(bench.file("theirs.out"), "rb") as b:
        return a.read() == b.read()


def generate(bench, kind, size):
    path = bench.file("%s-%d.mlir" % (kind, size))
    if not os.path.exists(path):
        subprocess.run([sys.executable, bench.generator, kind, str(size), path], check=True)
    return path


def compare(bench, label, path, flags, empty, least):
    commands = [ours(bench, path, flags), theirs(bench, path, flags)]
    for command in commands:
        run(bench, command)
    if not same_output(bench):
        if empty:
            sys.exit("%s: the outputs differ" % label)
        print("%s: the outputs differ" % label) # a pass may do more or less than upstream's
    mica, mlir = interleave(bench, commands, bench.repeats)
    ratio = mlir["wall"] / mica["wall"]
    print("%-10s %8.1f ms %8.1f ms   %5.2f times as fast (processor time: %.2f)%s"
          % (label, mica["wall"], mlir["wall"], ratio, mlir["cpu"] / mica["cpu"],
             goal(bench, ratio >= least, label + " time")))
    if empty:
        per_op = [(a["resident"] - b["resident"]) * 1024 / bench.ops
                  for a, b in zip((mica, mlir), empty)]
        print("%-10s %8.1f B  %8.1f B    %5.3f of the memory per op%s"
              % ("", per_op[0], per_op[1], per_op[0] / per_op[1],
                 goal(bench, per_op[0] <= per_op[1] / 2, label + " memory")))


def compare_text(bench):
    print("\nparse, verify, print %d ops (%s)" % (bench.ops, "mica, mlir"))
    custom = generate(bench, "funcs", bench.ops)
    generic = bench.file("generic.mlir")
    subprocess.run([bench.mlir, custom, *GENERIC, "-o", generic], check=True)
    empty_file = bench.file("empty.mlir")
    with open(empty_file, "w") as file:
        file.write("module {\n}\n")
    empty = interleave(bench, [ours(bench, empty_file), theirs(bench, empty_file)], 5)
    compare(bench, "custom", custom, [], empty, 5)
    compare(bench, "generic", generic, GENERIC, empty, 5)
    print("\npasses over the same ops")
    for flag in ("--canonicalize", "--cse"):
        compare(bench, flag[2:], custom, [flag], None, 0)
    return empty_file


def compare_start(bench):
    path = bench.file("small.mlir")
    with open(path, "w") as file:
        file.write("func.func @add(%a: i32, %b: i32) -> i32 {\n"
                   "  %0 = arith.addi %a, %b : i32\n  return %0 : i32\n}\n")
    commands = [ours(bench, path), theirs(bench, path)]
    mica, mlir = interleave(bench, commands, max(bench.repeats, 21))
    ratio = mlir["wall"] / mica["wall"]
    print("\nsmall file %8.2f ms %8.2f ms   %5.2f times as fast (processor time: %.2f)%s"
          % (mica["wall"], mlir["wall"], ratio, mlir["cpu"] / mica["cpu"],
             goal(bench, ratio >= 8, "start")))
    print("resident   %8.2f MB %8.2f MB%s"
          % (mica["resident"] / 1024, mlir["resident"] / 1024,
             goal(bench, mica["resident"] < 8 * 1024, "resident")))
    libraries = subprocess.run(["ldd", bench.mica], stdout=subprocess.PIPE, text=True).stdout
    print("libLLVM in ldd: %s%s" % ("yes" if "libLLVM" in libraries else "no",
                                    goal(bench, "libLLVM" not in libraries, "ldd")))
    total = 0
    for line in [bench.mica] + [w.split()[2] for w in libraries.splitlines() if "libmica" in w]:
        stripped = bench.file("stripped")
        subprocess.run(["strip", "-o", stripped, os.path.realpath(line)], check=True)
        total += os.path.getsize(stripped)
    print("stripped mica-opt and libmica.so: %.2f MB%s"
          % (total / 1e6, goal(bench, total < 5e6, "size")))


# Not nest: its indentation makes the text itself grow with the square.
GROWTH = [("funcs", 100000), ("block", 100000), ("block2", 100000), ("hex", 8000000),
          ("dec", 200000), ("deci", 200000), ("res", 8000000)]


def check_growth(bench):
    """Twice the input may take at most 2.6 times as long, start left out."""
    print("\ngrowth: processor time of N, 2N, 4N")
    start = interleave(bench, [ours(bench, bench.file("empty.mlir"))], 5)[0]["cpu"]
    for kind, size in GROWTH:
        times = []
        for factor in (1, 2, 4):
            path = generate(bench, kind, size * factor)
            times.append(interleave(bench, [ours(bench, path)], 3)[0]["cpu"] - start)
            os.remove(path)
        steps = [times[1] / times[0], times[2] / times[1]]
        print("%-8s %9d  %7.1f %7.1f %7.1f ms   x%.2f x%.2f%s"
              % (kind, size, *times, *steps,
                 goal(bench, max(steps) <= 2.6, kind + " growth")))


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    top = os.path.join(HERE, "..", "..")
    parser.add_argument("--mica-opt", default=os.path.join(top, "build", "bin", "mica-opt"))
    parser.add_argument("--mlir-opt", default=shutil.which("mlir-opt-19") or "mlir-opt")
    parser.add_argument("--generator",
                        default=os.path.join(top, "..", "shared", "bench", "gen_ir.py"))
    parser.add_argument("--ops", type=int, default=100000)
    parser.add_argument("--repeats", type=int, default=11)
    parser.add_argument("--no-growth", action="store_true")
    parser.add_argument("--check", action="store_true", help="exit 1 when a goal is missed")
    return parser.parse_args()


def main():
    bench = read_options()
    bench.mica, bench.mlir = os.path.abspath(bench.mica_opt), shutil.which(bench.mlir_opt)
    if not bench.mlir or not os.path.exists(bench.generator):
        print("skipped: needs mlir-opt 19 and the generator of inputs")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        bench.file = lambda name: os.path.join(folder, name)
        bench.measure = bench.file("measure")
        subprocess.run(["cc", "-O2", "-D_DEFAULT_SOURCE", "-o", bench.measure,
                        os.path.join(HERE, "measure.c")], check=True)
        compare_text(bench)
        compare_start(bench)
        if not bench.no_growth:
            check_growth(bench)
    return 1 if bench.check and failures else 0


sys.exit(main())
