#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Turns each pass into a no-op and expects a lit test to fail. For a pass, tests that name it come
# first, then those that name a pipeline with it, then those of tools with pipelines inside; the
# first failing test settles it. Prints one line a pass; exit status 1 when nothing noticed.
#
#   disable_passes.py --library build/lib/disable_pass.so --output DIR lit.py --param ...
#   disable_passes.py ... --pass cse --all      # every test that fails without cse
import argparse
import concurrent.futures
import os
import re
import subprocess
import sys

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
# What a disabled pass can be noticed by beside its own name: tools that run pipelines.
DRIVERS = ("micac", "mica-run")


def parse_arguments():
    parser = argparse.ArgumentParser(description="Expects a test to fail without each pass.")
    parser.add_argument("--library", required=True, help="disable_pass.so")
    parser.add_argument("--output", required=True, help="where tests write")
    parser.add_argument("--pass", dest="passes", action="append", help="this pass only")
    parser.add_argument("--all", action="store_true", help="name all tests that fail")
    parser.add_argument("-j", type=int, default=2, help="passes at a time")
    parser.add_argument("lit", nargs=argparse.REMAINDER, help="lit and its parameters")
    return parser.parse_args()


def tools_folder(arguments):
    for argument in arguments.lit:
        if argument.startswith("mica_tools="):
            return argument[len("mica_tools="):]
    sys.exit("lit's parameter mica_tools=FOLDER is missing")


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def pass_names(opt):
    return [line.split()[0].lstrip("-") for line in output_of(opt, "--list-passes").splitlines()]


def pipelines_with(opt, name, pipelines):
    """Named pipelines whose text, spelled out, has the pass."""
    found = []
    for pipeline in pipelines:
        dump = subprocess.run([opt, "--" + pipeline, "--dump-pass-pipeline"], input="",
                              capture_output=True, text=True).stderr
        if re.search(r"\b" + re.escape(name) + r"\b", dump):
            found.append(pipeline)
    return found


def pipeline_names(opt):
    help_text = output_of(opt, "--help")
    return re.findall(r"^  --(\S+)", help_text.partition("\nPipelines:\n")[2], re.M)


def run_lines():
    """Test file -> its RUN lines."""
    found = {}
    for folder, _, files in os.walk(TESTS):
        if "Inputs" in folder or os.path.join("codegen", "spirv") in folder:
            continue
        for file in sorted(files):
            if file.endswith((".mlir", ".test")):
                path = os.path.join(folder, file)
                with open(path, encoding="utf-8", errors="replace") as text:
                    lines = [line for line in text if "RUN:" in line]
                if lines:
                    found[path] = "".join(lines)
    return found


def tests_naming(runs, words):
    pattern = re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, words)) + r")(?![\w-])")
    # "--cse" and "-cse" name it as "cse" in a pipeline does.
    return [path for path, lines in runs.items() if pattern.search(re.sub(r"[\s'\"]--?", " ", lines))]


def failing(arguments, name, tests, folder=None):
    """Names of the tests that fail with the pass disabled; with no name, beside the library."""
    if not tests:
        return []
    environment = dict(os.environ, LD_PRELOAD=os.path.abspath(arguments.library))
    if name:
        environment["MICA_DISABLED_PASS"] = name
    command = [sys.executable] + arguments.lit + [
        "-j1", "--param", "test_output=" + os.path.join(arguments.output, folder or name)]
    if not arguments.all:
        command += ["--max-failures=1"]
    result = subprocess.run(command + tests, env=environment, capture_output=True, text=True)
    if "cannot disable" in result.stdout + result.stderr:
        sys.exit("cannot disable " + name)
    return re.findall(r"^FAIL: mica :: (\S+)", result.stdout, re.M)


def check(arguments, opt, name, runs, pipelines):
    named = tests_naming(runs, [name])
    indirect = tests_naming(runs, pipelines_with(opt, name, pipelines)) if pipelines else []
    driven = tests_naming(runs, DRIVERS)
    seen = set()
    failed = []
    for group in (named, indirect, driven):
        tests = [test for test in group if test not in seen]
        seen.update(tests)
        found = failing(arguments, name, tests)
        # A test that fails with all passes in place says nothing.
        paths = [test for test in tests if any(os.path.realpath(test).endswith(f) for f in found)]
        broken = failing(arguments, None, paths, name + "-control")
        failed += [test for test in found if test not in broken]
        if failed and not arguments.all:
            break
    return failed


def main():
    arguments = parse_arguments()
    opt = os.path.join(tools_folder(arguments), "mica-opt")
    names = arguments.passes or pass_names(opt)
    runs = run_lines()
    pipelines = pipeline_names(opt)
    unnoticed = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.j) as pool:
        results = pool.map(lambda name: check(arguments, opt, name, runs, pipelines), names)
        for name, failed in zip(names, results):
            unnoticed += not failed
            print(f"{name}: {', '.join(failed) if failed else 'NO TEST FAILS'}", flush=True)
    print(f"{len(names) - unnoticed} of {len(names)} passes are noticed")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
