#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs small models through the default lowering for the CPU under --check-passes.

check_models.py BIN: a block of convolutions, a layer with attention. check_lowering.py has one
kernel at a time; here passes meet what models have between them: fusion of chains, constants
that are packed, buffers that are used again.
"""
import subprocess
import sys

import numpy as np

PIPELINE = "builtin.module(mica-onnx-to-linalg,mica-cpu-pipeline)"


def tensor(shape, element="f32"):
    return "tensor<" + "".join(f"{n}x" for n in shape) + element + ">"


class Model:
    """A function %x -> ...; values are pairs of a name and a shape."""

    def __init__(self, shape):
        self.input, self.lines, self.count = ("%x", tuple(shape)), [], 0
        self.random = np.random.default_rng(3)

    def line(self, text):
        self.lines.append(f"  %v{self.count} = {text}")
        self.count += 1
        return f"%v{self.count - 1}"

    def constant(self, array):
        array = np.asarray(array)
        element = "i64" if array.dtype == np.int64 else "f32"
        text = str(array.tolist())
        return (self.line(f"onnx.Constant dense<{text}> : {tensor(array.shape, element)}"),
                array.shape if element == "f32" else (array.shape, element))

    def weights(self, *shape):
        return self.constant(np.round(self.random.normal(0, 0.5, shape), 3))

    def op(self, name, shape, operands, attrs=""):
        types = ", ".join(tensor(*s) if s and isinstance(s[0], tuple) else tensor(s)
                          for _, s in operands)
        names = ", ".join(n for n, _ in operands)
        return (self.line(f'"onnx.{name}"({names}) {{{attrs}}} : ({types}) -> {tensor(shape)}'),
                tuple(shape))

    def same(self, name, *operands, attrs=""):
        return self.op(name, operands[0][1], operands, attrs)

    def convolution(self, x, channels, size=1, stride=1, group=1):
        batch, inputs, height, width = x[1]
        pad = size // 2
        shape = (batch, channels, (height - 1) // stride + 1, (width - 1) // stride + 1)
        return self.op("Conv", shape, [
            x, self.weights(channels, inputs // group, size, size), self.weights(channels)],
            f"kernel_shape = array<i64: {size}, {size}>, strides = array<i64: {stride}, {stride}>, "
            f"pads = array<i64: {pad}, {pad}, {pad}, {pad}>, group = {group} : i64")

    def linear(self, x, size):
        shape = (*x[1][:-1], size)
        product = self.op("MatMul", shape, [x, self.weights(x[1][-1], size)])
        return self.same("Add", product, self.weights(size))

    def text(self, result):
        return "\n".join([
            f"func.func @main_graph(%x: {tensor(self.input[1])} {{bufferization.writable = false}})"
            f" -> {tensor(result[1])} {{", *self.lines,
            f"  return {result[0]} : {tensor(result[1])}", "}", ""])


def convolutions():
    """A strided layer, then expand, depthwise, weigh the channels, reduce, add."""
    m = Model((1, 3, 9, 9))
    x = m.same("Relu", m.convolution(m.input, 4, 3, stride=2))
    y = m.same("Relu", m.convolution(x, 8))
    y = m.same("Relu", m.convolution(y, 8, 3, group=8))
    s = m.op("GlobalAveragePool", (1, 8, 1, 1), [y])
    s = m.same("HardSigmoid", m.convolution(m.same("Relu", m.convolution(s, 4)), 8))
    y = m.convolution(m.same("Mul", y, s), 4)
    return m.text(m.same("Add", x, y))


def attention():
    """A layer of 5 tokens with two heads, normalized, and its two linear layers."""
    m = Model((1, 5, 8))

    def heads(x, order, shape):
        split = m.op("Reshape", (1, 5, 2, 4), [m.linear(x, 8), m.constant(np.int64([1, 5, 2, 4]))])
        return m.op("Transpose", shape, [split], f"perm = array<i64: {order}>")

    q, v = (heads(m.input, "0, 2, 1, 3", (1, 2, 5, 4)) for _ in range(2))
    k = heads(m.input, "0, 2, 3, 1", (1, 2, 4, 5))
    scores = m.same("Softmax", m.same("Div", m.op("MatMul", (1, 2, 5, 5), [q, k]),
                                      m.constant(np.float32(2))))
    x = m.op("Transpose", (1, 5, 2, 4), [m.op("MatMul", (1, 2, 5, 4), [scores, v])],
             "perm = array<i64: 0, 2, 1, 3>")
    x = m.op("Reshape", (1, 5, 8), [x, m.constant(np.int64([1, 5, 8]))])
    x = m.same("Add", m.linear(x, 8), m.input)
    x = m.same("LayerNormalization", x, m.weights(8), m.weights(8),
               attrs="resultSegmentSizes = array<i32: 1, 0, 0>")
    y = m.linear(x, 16)
    y = m.same("Mul", y, m.same("Erf", y))
    return m.text(m.same("Add", x, m.linear(y, 8)))


def main():
    wrong = 0
    for model in (convolutions, attention):
        result = subprocess.run(
            [sys.argv[1] + "/mica-opt", "--check-passes", "-o", "/dev/null",
             f"--pass-pipeline={PIPELINE}"],
            input=model(), capture_output=True, text=True, check=False)
        if result.returncode != 0 or result.stderr:
            print(f"{model.__name__}: exit status {result.returncode}\n{result.stderr[:1000]}")
            wrong += 1
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
