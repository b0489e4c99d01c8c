# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# bad_models.py DIGITS.onnx FOLDER: files that are no models: cut off, overwritten, empty, graphs
# 3,000 deep in each other.
import os
import sys

with open(sys.argv[1], "rb") as file:
    model = file.read()


def write(name, data):
    with open(os.path.join(sys.argv[2], name + ".onnx"), "wb") as file:
        file.write(data)


def field(number, data):
    length, size = len(data), b""
    while length > 127:
        size += bytes([length & 127 | 128])
        length >>= 7
    return bytes([number << 3 | 2]) + size + bytes([length]) + data


graph = b""
for _ in range(3000):
    graph = field(1, field(5, field(6, graph)))  # a node with an attribute that is a graph
write("nested", b"\x08\x07" + field(7, graph))
write("truncated", model[: len(model) // 2])
write("corrupt", model[:200] + b"\xff" * 50 + model[250:])
write("empty", b"")
