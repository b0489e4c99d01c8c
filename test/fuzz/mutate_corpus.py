# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: mutate_corpus.py [--count N] [--seed N] [--keep FOLDER] MICA_OPT CORPUS [FLAGS...]
#
# Changes chunks of a corpus of .mlir files at random (bytes, cuts, swapped and repeated tokens,
# pieces of other chunks) and runs mica-opt on them, many in one process. A status other than 0
# and 1 or a run over the limit of time is a fault: the chunk that causes it is looked for and kept.
import argparse
import glob
import os
import random
import re
import subprocess
import sys

BATCH = 100
SECONDS = 60
TOKEN = re.compile(rb'"[^"\n]*"|[%@#!^]?[A-Za-z_][\w$.]*|\d+|\s+|->|::|.', re.DOTALL)


def load(folder):
    chunks = []
    for path in sorted(glob.glob(os.path.join(folder, "**", "*.mlir"), recursive=True)):
        with open(path, "rb") as file:
            for chunk in re.split(rb"(?m)^// -----.*$", file.read()):
                if 0 < len(chunk.strip()) and len(chunk) < 20000:
                    chunks.append(chunk)
    return chunks


def flip_bytes(data, chunks):
    data = bytearray(data)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(data))
        data[at] = random.choice([random.randrange(256), data[at] ^ 1 << random.randrange(8)])
    return bytes(data)


def truncate(data, chunks):
    return data[:random.randrange(len(data))]


def cut_piece(data, chunks):
    at = random.randrange(len(data))
    return data[:at] + data[at + random.randint(1, 40):]


def change_tokens(data, chunks):
    tokens = TOKEN.findall(data)
    for _ in range(random.randint(1, 3)):
        i, j = random.randrange(len(tokens)), random.randrange(len(tokens))
        kind = random.randrange(4)
        if kind == 0:
            tokens[i], tokens[j] = tokens[j], tokens[i]
        elif kind == 1:
            tokens[i] = tokens[j]
        elif kind == 2:
            tokens[i] = b""
        else:
            tokens[i] += b" " + tokens[j]
    return b"".join(tokens)


def splice(data, chunks):
    other = random.choice(chunks)
    at, start = random.randrange(len(data)), random.randrange(len(other))
    return data[:at] + other[start:start + random.randint(1, 200)] + data[at:]


def change_number(data, chunks):
    numbers = list(re.finditer(rb"\d+", data))
    if not numbers:
        return truncate(data, chunks)
    number = random.choice(numbers)
    value = random.choice([b"0", b"-1", b"1", b"?", b"4294967296", b"9223372036854775807",
                           b"99999999999999999999", b"1000000"])
    return data[:number.start()] + value + data[number.end():]


def mutate(chunks):
    data = random.choice(chunks)
    kinds = [flip_bytes, truncate, cut_piece, change_tokens, change_tokens, splice, change_number,
             change_number]
    for _ in range(random.randint(1, 2)):
        data = random.choice(kinds)(data, chunks) or b" "
    return data.replace(b"\n// -----", b"\n//")


def run(command, data):
    """None, or what went wrong."""
    try:
        result = subprocess.run(command, input=data, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return "no end after %d seconds" % SECONDS
    if result.returncode in (0, 1) and b"Sanitizer" not in result.stderr:
        return None
    text = result.stderr[result.stderr.find(b"ERROR:"):] if b"ERROR:" in result.stderr else \
        result.stderr[-1500:]
    return "status %d\n%s" % (result.returncode, text[:1500].decode("utf8", "replace"))


def find_culprits(command, batch, keep, number):
    found = 0
    for data in batch:
        fault = run(command, data)
        if not fault:
            continue
        found += 1
        name = os.path.join(keep, "fault_%d_%d.mlir" % (number, found))
        with open(name, "wb") as file:
            file.write(data)
        print("%s: %s" % (name, fault), flush=True)
    if not found:
        name = os.path.join(keep, "batch_%d.mlir" % number)
        with open(name, "wb") as file:
            file.write(b"\n// -----\n".join(batch))
        print("%s: only together" % name, flush=True)
    return max(found, 1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", default=".")
    parser.add_argument("mica_opt")
    parser.add_argument("corpus")
    parser.add_argument("flags", nargs="*")
    options, more = parser.parse_known_args()
    random.seed(options.seed)
    chunks = load(options.corpus)
    if not chunks:
        sys.exit("no .mlir files in " + options.corpus)
    os.makedirs(options.keep, exist_ok=True)
    command = [options.mica_opt, "--split-input-file", "--allow-unregistered-dialect"]
    command += options.flags + more
    faults = 0
    for number in range(0, options.count, BATCH):
        batch = [mutate(chunks) for _ in range(min(BATCH, options.count - number))]
        if run(command, b"\n// -----\n".join(batch)):
            faults += find_culprits(command, batch, options.keep, number)
    print("%d mutations of %d chunks, %d faults" % (options.count, len(chunks), faults))
    sys.exit(1 if faults else 0)


main()
