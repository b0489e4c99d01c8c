# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: make_onnx_faults.py MODEL FOLDER: faulty variants of a good model, made byte by byte (no
# module for ONNX is needed).
import os
import sys

model = open(sys.argv[1], "rb").read()


def write(name, data):
    with open(os.path.join(sys.argv[2], name), "wb") as file:
        file.write(data)


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7f | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def field(number, data):
    """A field of bytes: a message or a string."""
    return varint(number << 3 | 2) + varint(len(data)) + data


def nested_graphs(depth):
    """A node's attribute holds a graph, whose node's attribute holds a graph, ..."""
    graph = b""
    for _ in range(depth):
        attribute = field(1, b"body") + field(6, graph) + varint(20 << 3) + varint(5)
        graph = field(1, field(4, b"Loop") + field(5, attribute))
    return graph


write("truncated.onnx", model[:len(model) // 2])
write("empty.onnx", b"")
# The length of the graph claims more than there is; the rest is as it was.
at = model.index(b"\x3a")
write("corrupt.onnx", model[:at + 1] + b"\xff\xff\xff\xff\x7f" + model[at + 1:])
write("nested.onnx", varint(1 << 3) + varint(8) + field(7, nested_graphs(3000)))
# An image of 3x3 pixels in place of 28x28 ones: too small for the second pooling.
write("shapes.onnx", model.replace(varint(1 << 3) + varint(28), varint(1 << 3) + varint(3)))
