# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the IR tests of dialects twice: with the compiled dialects, and with all of them read
from their text into a bare context. Output, diagnostics and exit status have to be the same
bytes. Of each RUN line its first command is taken, if that is mica-opt.

usage: compare_loaded.py --mica-opt PATH --dialects FOLDER [--dialect-path FOLDER]... TEST...
"""
import argparse
import concurrent.futures
import pathlib
import re
import shlex
import subprocess
import sys


def run_lines(path):
    """The RUN lines of a test, continued lines joined."""
    text = path.read_text(encoding="utf8", errors="replace")
    lines, open_line = [], None
    for match in re.finditer(r"(?m)RUN:(.*)$", text):
        part = match.group(1).strip()
        open_line = f"{open_line} {part}" if open_line is not None else part
        if open_line.endswith("\\"):
            open_line = open_line[:-1].rstrip()
            continue
        lines.append(open_line)
        open_line = None
    return lines


def first_command(line, path):
    """The arguments of mica-opt, or None where the line begins with another tool or says
    itself which dialects there are."""
    words = shlex.split(re.split(r"\s(?:\||2?>|<)", line)[0])
    if words[:1] == ["not"]:
        words = words[1:]
    if words[:1] != ["mica-opt"] or any("-load-dialect" in word for word in words):
        return None
    return [word.replace("%s", str(path)).replace("%S", str(path.parent)) for word in words[1:]]


def run(command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
                          check=False)
    return done.returncode, done.stdout, done.stderr


def compare(tool, load, arguments):
    compiled = run([tool, *arguments])
    loaded = run([tool, *load, *arguments])
    if compiled == loaded and compiled[0] in (0, 1):
        return None
    report = [f"differs: mica-opt {shlex.join(arguments)}"]
    for name, (code, out, err) in (("compiled", compiled), ("loaded", loaded)):
        report.append(f"--- {name}: status {code}, {len(out)} bytes")
        report.append(err.decode("utf8", "replace")[:2000])
    for one, other in zip(compiled[1].splitlines(), loaded[1].splitlines()):
        if one != other:
            report.append(f"- {one!r}\n+ {other!r}")
            break
    return "\n".join(report)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mica-opt", required=True)
    parser.add_argument("--dialects", required=True, type=pathlib.Path)
    parser.add_argument("--dialect-path", action="append", default=[])
    parser.add_argument("tests", nargs="+", type=pathlib.Path)
    options = parser.parse_args()

    definitions = [folder / f"{folder.name}.dialect" for folder in options.dialects.iterdir()]
    definitions = sorted(path for path in definitions if path.exists())
    bare = ["--no-compiled-dialects"] + [f"--dialect-path={p}" for p in options.dialect_path]
    load = bare + [f"--load-dialect={path}" for path in definitions]

    faults = []
    for path in definitions:  # each one alone
        code, out, err = run([options.mica_opt, *bare, f"--load-dialect={path}", "--show-dialects"])
        if code != 0 or path.stem.encode() not in out or err:
            faults.append(f"{path} can't be loaded alone:\n{err.decode('utf8', 'replace')}")

    jobs, folders = [], set()
    for test in sorted(options.tests):
        for arguments in filter(None, (first_command(line, test) for line in run_lines(test))):
            jobs.append(arguments)
            folders.add(test.parent.name)
    missing = sorted({path.stem for path in definitions} - folders)
    if missing:
        faults.append(f"dialects without a test: {', '.join(missing)}")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for fault in pool.map(lambda job: compare(options.mica_opt, load, job), jobs):
            if fault:
                faults.append(fault)
    print("\n\n".join(faults))
    print(f"{len(definitions)} dialects, {len(jobs)} runs, {len(faults)} faults")
    return 1 if faults else 0


sys.exit(main())
