#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs contractions through lower-contractions, bufferization and the JIT, and compares with numpy.

check_kernels.py BIN [NAME...]: BIN holds mica-opt and mica-run; names pick cases. All elements are
small integers, so that every order of additions gives the same float: results must be equal.
"""
import re
import subprocess
import sys

import numpy as np

# The schedule of AVX2, and one whose blocks are so small that every loop of the nests runs.
SCHEDULES = ["vector-bits=256", "rows=4 columns=8 row-block=8 depth-block=7 column-block=16"]
PASSES = ("func.func(lower-contractions{SCHEDULE}),canonicalize,cse,"
          "one-shot-bufferize{bufferize-function-boundaries=true "
          "function-boundary-type-conversion=identity-layout-map},canonicalize,cse,"
          "convert-linalg-to-loops,lower-affine,convert-scf-to-cf,convert-vector-to-llvm,"
          "convert-index-to-llvm,convert-arith-to-llvm,finalize-memref-to-llvm,"
          "convert-func-to-llvm,convert-cf-to-llvm,reconcile-unrealized-casts")
PRINTERS = {"f32": "printMemrefF32", "f64": "printMemrefF64", "i32": "printMemrefI32",
            "i64": "printMemrefI64"}
random = np.random.default_rng(7)


class Case:
    """op: the text before ins; shapes: of both inputs and the output; expected: numpy's answer."""

    def __init__(self, name, op, shapes, expected, constant=False, element="f32", dynamic=False):
        self.name, self.op, self.element, self.constant = name, op, element, constant
        self.expected, self.dynamic = expected, dynamic
        self.inputs = [random.integers(-3, 4, shape).astype(np.int64) for shape in shapes]

    def tensor(self, array, inside):
        shape = ["?"] * array.ndim if inside and self.dynamic else map(str, array.shape)
        return "tensor<" + "x".join([*shape, self.element]) + ">"

    def constant_text(self, name, array):
        text = str(array.tolist())
        if self.element[0] == "f":
            text = re.sub(r"-?\d+", lambda m: m.group() + ".0", text)
        return f"    %{name} = arith.constant dense<{text}> : {self.tensor(array, False)}\n"

    def kernel(self):
        a, b, c = (self.tensor(x, True) for x in self.inputs)
        filter_text = self.constant_text("b", self.inputs[1]) if self.constant else ""
        arguments = f"%a: {a}, " + ("" if self.constant else f"%b: {b}, ") + f"%c: {c}"
        return (f"  func.func private @{self.name}({arguments}) -> {c} {{\n{filter_text}"
                f"    %r = {self.op} ins(%a, %b : {a}, {b}) outs(%c : {c}) -> {c}\n"
                f"    return %r : {c}\n  }}\n")

    def call(self):
        text, names = "", []
        for letter, array in zip("abc", self.inputs):
            if letter == "b" and self.constant:
                continue
            name = f"{self.name}_{letter}"
            text += self.constant_text(name, array)
            if self.dynamic:
                text += (f"    %{name}_d = tensor.cast %{name} : {self.tensor(array, False)}"
                         f" to {self.tensor(array, True)}\n")
                name += "_d"
            names.append((f"%{name}", self.tensor(array, True)))
        result = names[-1][1]
        values, types = ", ".join(n for n, _ in names), ", ".join(t for _, t in names)
        memref = result.replace("tensor", "memref")
        return (f"{text}    %{self.name}_r = call @{self.name}({values}) : ({types}) -> {result}\n"
                f"    %{self.name}_m = bufferization.to_memref %{self.name}_r : {memref}\n"
                f"    %{self.name}_u = memref.cast %{self.name}_m : {memref} to"
                f" memref<*x{self.element}>\n"
                f"    call @{PRINTERS[self.element]}(%{self.name}_u) :"
                f" (memref<*x{self.element}>) -> ()\n")


def matmul(name, m, n, k, a="ik", b="kj", batch=0, **options):
    """linalg.matmul and its forms: a and b tell the order of dimensions."""
    sizes = {"i": m, "j": n, "k": k, "b": batch}
    lead = "b" if batch else ""
    suffix = "_transpose_a" if a == "ki" else "_transpose_b" if b == "jk" else ""
    op = ("linalg.batch_matmul" if batch else "linalg.matmul") + suffix
    shapes = [[sizes[d] for d in lead + order] for order in (a, b, "ij")]
    spec = f"{lead}{a},{lead}{b}->{lead}ij"
    return Case(name, op, shapes, lambda x, y, z: np.einsum(spec, x, y) + z, **options)


def convolve(x, w, strides, dilations, out_shape):
    """x in NCHW, w in FCHW."""
    out = np.zeros(out_shape, np.int64)
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            top, left = i * dilations[0], j * dilations[1]
            part = x[:, :, top:top + (out_shape[2] - 1) * strides[0] + 1:strides[0],
                     left:left + (out_shape[3] - 1) * strides[1] + 1:strides[1]]
            out += np.einsum("nchw,fc->nfhw", part, w[:, :, i, j])
    return out


def convolution(name, layout, n, c, f, out, taps, strides=(1, 1), dilations=(1, 1), **options):
    size = [(o - 1) * s + (t - 1) * d + 1 for o, s, t, d in zip(out, strides, taps, dilations)]
    op = ("linalg.conv_2d_nchw_fchw" if layout == "nchw" else "linalg.conv_2d_nhwc_hwcf")
    op += (f" {{dilations = dense<{list(dilations)}> : tensor<2xi64>,"
           f" strides = dense<{list(strides)}> : tensor<2xi64>}}")
    out_shape = [n, f, *out]
    if layout == "nchw":
        shapes = [[n, c, *size], [f, c, *taps], out_shape]
        return Case(name, op, shapes,
                    lambda x, w, y: convolve(x, w, strides, dilations, out_shape) + y, **options)
    shapes = [[n, *size, c], [*taps, c, f], [n, *out, f]]

    def expected(x, w, y):
        made = convolve(x.transpose(0, 3, 1, 2), w.transpose(3, 2, 0, 1), strides, dilations,
                        out_shape)
        return made.transpose(0, 2, 3, 1) + y
    return Case(name, op, shapes, expected, **options)


CASES = [
    matmul("even", 12, 32, 16),
    matmul("odd", 13, 37, 19),
    matmul("odd_constant", 13, 37, 19, constant=True),
    matmul("small_blocks", 150, 40, 260),
    matmul("row", 1, 10, 64, constant=True),
    matmul("row_wide", 1, 100, 33),
    matmul("two_rows", 2, 70, 9, constant=True),
    matmul("column", 20, 1, 7),
    matmul("one", 1, 1, 1),
    matmul("tall", 40, 3, 5),
    matmul("a_transposed", 13, 21, 9, a="ki"),
    matmul("b_transposed", 13, 21, 9, b="jk"),
    matmul("b_transposed_constant", 13, 21, 9, b="jk", constant=True),
    matmul("b_transposed_row", 1, 10, 64, b="jk", constant=True),
    matmul("batch", 7, 18, 5, batch=3),
    matmul("batch_a_transposed", 7, 18, 5, a="ki", batch=2),
    matmul("batch_b_transposed", 14, 18, 5, b="jk", batch=2),
    matmul("doubles", 13, 21, 9, element="f64"),
    matmul("integers", 13, 21, 9, element="i32"),
    matmul("long_integers", 7, 9, 5, element="i64", constant=True),
    matmul("dynamic", 13, 21, 9, dynamic=True),
    matmul("dynamic_b_transposed", 5, 6, 9, b="jk", dynamic=True),
    convolution("nhwc", "nhwc", 1, 3, 20, (5, 13), (3, 3), constant=True),
    convolution("nhwc_argument", "nhwc", 2, 3, 16, (4, 6), (3, 2)),
    convolution("nhwc_steps", "nhwc", 1, 2, 5, (3, 7), (3, 3), (2, 2), (1, 2)),
    convolution("nhwc_dynamic", "nhwc", 1, 2, 5, (3, 7), (3, 3), dynamic=True),
    convolution("nchw_28", "nchw", 1, 1, 16, (28, 28), (3, 3), constant=True),
    convolution("nchw_14", "nchw", 1, 16, 32, (14, 14), (3, 3), constant=True),
    convolution("nchw_5", "nchw", 1, 4, 15, (5, 5), (3, 3), constant=True),
    convolution("nchw_argument", "nchw", 2, 3, 7, (4, 35), (2, 3)),
    convolution("nchw_strides", "nchw", 2, 3, 13, (4, 19), (3, 3), (2, 2), constant=True),
    convolution("nchw_steps", "nchw", 1, 2, 4, (3, 17), (3, 3), (1, 3), (2, 2)),
    convolution("nchw_dilation", "nchw", 1, 2, 4, (6, 18), (3, 3), (1, 1), (2, 3)),
    convolution("nchw_1x1", "nchw", 1, 9, 8, (7, 7), (1, 1), constant=True),
    convolution("nchw_big_filter", "nchw", 1, 128, 70, (2, 3), (3, 3), constant=True),
    convolution("nchw_one", "nchw", 1, 1, 1, (1, 1), (1, 1)),
    convolution("nchw_dynamic", "nchw", 1, 2, 5, (3, 7), (3, 3), dynamic=True),
]


def module_of(cases):
    prints = "".join(f"  func.func private @{name}(memref<*x{element}>)"
                     " attributes {llvm.emit_c_interface}\n" for element, name in PRINTERS.items())
    calls = "".join(case.call() for case in cases)
    return (prints + "".join(case.kernel() for case in cases)
            + f"  func.func @main() {{\n{calls}    return\n  }}\n")


def run(folder, cases, schedule):
    passes = PASSES.replace("SCHEDULE", schedule)
    lowered = subprocess.run([f"{folder}/mica-opt", f"--pass-pipeline=builtin.module({passes})"],
                             input=module_of(cases).encode(), capture_output=True)
    if lowered.returncode:
        sys.exit(lowered.stderr.decode())
    ran = subprocess.run([f"{folder}/mica-run", "-O1", "--entry-point-result=void"],
                         input=lowered.stdout, capture_output=True)
    if ran.returncode:
        sys.exit(f"mica-run: {ran.returncode}\n{ran.stderr.decode()}")
    return [part.split("data =", 1)[1] for part in ran.stdout.decode().split("Unranked")[1:]]


def count_wrong(cases, outputs):
    failed = 0
    for case, text in zip(cases, outputs):
        expected = case.expected(*case.inputs).reshape(-1)
        got = np.array([float(x) for x in re.findall(r"-?[\d.]+(?:e[+-]?\d+)?|nan|inf", text)])
        if got.size == expected.size and np.array_equal(got, expected):
            continue
        failed += 1
        wrong = "the size" if got.size != expected.size else (got != expected).sum()
        print(f"{case.name}: {wrong} of {expected.size} wrong")
    return failed


def main():
    names = sys.argv[2:]
    cases = [case for case in CASES if not names or case.name in names]
    failed = 0
    for schedule in SCHEDULES:
        outputs = run(sys.argv[1], cases, schedule)
        if len(outputs) != len(cases):
            sys.exit(f"{len(outputs)} results of {len(cases)}")
        wrong = count_wrong(cases, outputs)
        failed += wrong
        print(f"{schedule}: {len(cases) - wrong} of {len(cases)} kernels are right")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
