# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Models with dynamic dimensions, run at several sizes and compared with numpy. A case is a body
# of onnx ops with the types of its arguments and results; sizes of results are not written down
# anywhere but in the inputs.
import argparse
import os
import subprocess
import sys
import tempfile

import numpy as np

RANDOM = np.random.default_rng(11)


def floats(*shape):
    return RANDOM.uniform(-2, 2, shape).astype(np.float32)


def softmax(x):
    power = np.exp(x - x.max(-1, keepdims=True))
    return power / power.sum(-1, keepdims=True)


def literal(array):
    return np.array2string(array, separator=", ", threshold=10**6).replace("\n", "")


def convolve(x, w, pad, stride):
    n, _, rows, columns = x.shape
    size = w.shape[2]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    result = np.zeros((n, w.shape[0], (rows + 2 * pad - size) // stride + 1,
                       (columns + 2 * pad - size) // stride + 1), np.float32)
    for i in range(result.shape[2]):
        for j in range(result.shape[3]):
            window = padded[:, :, i * stride:i * stride + size, j * stride:j * stride + size]
            result[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return result


def mean_of_windows(x):
    """Means of 3x3 windows around each element, of the elements that are there."""
    def sums(array):
        padded = np.pad(array, ((0, 0), (0, 0), (1, 1), (1, 1)))
        return sum(padded[:, :, i:i + x.shape[2], j:j + x.shape[3]]
                   for i in range(3) for j in range(3))
    return sums(x) / sums(np.ones_like(x))


def spread(x, w):
    n, _, rows, columns = x.shape
    result = np.zeros((n, w.shape[1], 2 * rows, 2 * columns), np.float32)
    for i in range(rows):
        for j in range(columns):
            result[:, :, 2 * i:2 * i + 2, 2 * j:2 * j + 2] += \
                np.einsum("nc,cokl->nokl", x[:, :, i, j], w)
    return result


CASES = []


def case(name, arguments, results, body, make, expected, *sizes):
    CASES.append((name, arguments, results, body, make, expected, sizes))


VECTOR, MATRIX, IMAGE = "tensor<?xf32>", "tensor<?x?xf32>", "tensor<?x3x?x?xf32>"

case("broadcast", [(MATRIX, "n m"), (MATRIX, "k m"), (VECTOR, "m")], [MATRIX], """
  %s = onnx.Add %a0, %a1 : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %r0 = onnx.Mul %s, %a2 : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
""", lambda n, k, m: (floats(n, m), floats(k, m), floats(m)), lambda a, b, c: [(a + b) * c],
     (4, 4, 3), (1, 5, 2), (5, 1, 1))


def attend(x, w):
    heads = (x @ w).reshape(x.shape[0], x.shape[1], 3, 4).transpose(0, 2, 1, 3)
    mixed = softmax(heads @ heads.transpose(0, 1, 3, 2)) @ heads
    return [x + mixed.transpose(0, 2, 1, 3).reshape(x.shape)]


case("attention", [("tensor<?x?x12xf32>", "b s 0"), ("tensor<12x12xf32>", "0 0")],
     ["tensor<?x?x12xf32>"], """
  %first = onnx.Constant dense<[0]> : tensor<1xi64>
  %second = onnx.Constant dense<[1]> : tensor<1xi64>
  %heads = onnx.Constant dense<[3, 4]> : tensor<2xi64>
  %joined = onnx.Constant dense<[-1]> : tensor<1xi64>
  %q = onnx.MatMul %a0, %a1 : (tensor<?x?x12xf32>, tensor<12x12xf32>) -> tensor<?x?x12xf32>
  %shape = onnx.Shape %a0 : (tensor<?x?x12xf32>) -> tensor<3xi64>
  %b = onnx.Gather %shape, %first : (tensor<3xi64>, tensor<1xi64>) -> tensor<1xi64>
  %s = onnx.Gather %shape, %second : (tensor<3xi64>, tensor<1xi64>) -> tensor<1xi64>
  %to = onnx.Concat %b, %s, %heads {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>, tensor<2xi64>) -> tensor<4xi64>
  %split = onnx.Reshape %q, %to : (tensor<?x?x12xf32>, tensor<4xi64>) -> tensor<?x?x3x4xf32>
  %h = onnx.Transpose %split {perm = array<i64: 0, 2, 1, 3>} : (tensor<?x?x3x4xf32>) -> tensor<?x3x?x4xf32>
  %k = onnx.Transpose %split {perm = array<i64: 0, 2, 3, 1>} : (tensor<?x?x3x4xf32>) -> tensor<?x3x4x?xf32>
  %scores = onnx.MatMul %h, %k : (tensor<?x3x?x4xf32>, tensor<?x3x4x?xf32>) -> tensor<?x3x?x?xf32>
  %p = onnx.Softmax %scores : (tensor<?x3x?x?xf32>) -> tensor<?x3x?x?xf32>
  %mixed = onnx.MatMul %p, %h : (tensor<?x3x?x?xf32>, tensor<?x3x?x4xf32>) -> tensor<?x3x?x4xf32>
  %back = onnx.Transpose %mixed {perm = array<i64: 0, 2, 1, 3>} : (tensor<?x3x?x4xf32>) -> tensor<?x?x3x4xf32>
  %rest = onnx.Concat %b, %s, %joined {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<3xi64>
  %y = onnx.Reshape %back, %rest : (tensor<?x?x3x4xf32>, tensor<3xi64>) -> tensor<?x?x?xf32>
  %r0 = onnx.Add %a0, %y : (tensor<?x?x12xf32>, tensor<?x?x?xf32>) -> tensor<?x?x12xf32>
""", lambda b, s: (floats(b, s, 12), floats(12, 12) / 4), attend, (1, 5), (2, 3), (3, 1))

W = floats(4, 3, 3, 3)


def windows(x):
    y = np.maximum(convolve(x, W, 1, 2), 0)
    even = y[:, :, :y.shape[2] // 2 * 2, :y.shape[3] // 2 * 2]
    n, c, rows, columns = even.shape
    largest = even.reshape(n, c, rows // 2, 2, columns // 2, 2).max((3, 5))
    means = mean_of_windows(largest)
    return [means, means.mean((2, 3), keepdims=True)]


case("windows", [(IMAGE, "n 0 h w")], ["tensor<?x4x?x?xf32>", "tensor<?x4x1x1xf32>"], f"""
  %w = onnx.Constant dense<{literal(W)}> : tensor<4x3x3x3xf32>
  %c = onnx.Conv %a0, %w {{kernel_shape = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>}} : ({IMAGE}, tensor<4x3x3x3xf32>) -> tensor<?x4x?x?xf32>
  %p = onnx.Relu %c : (tensor<?x4x?x?xf32>) -> tensor<?x4x?x?xf32>
  %m = onnx.MaxPool %p {{kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>}} : (tensor<?x4x?x?xf32>) -> tensor<?x4x?x?xf32>
  %r0 = onnx.AveragePool %m {{kernel_shape = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>}} : (tensor<?x4x?x?xf32>) -> tensor<?x4x?x?xf32>
  %r1 = onnx.GlobalAveragePool %r0 : (tensor<?x4x?x?xf32>) -> tensor<?x4x1x1xf32>
""", lambda n, h, w: (floats(n, 3, h, w),), windows, (1, 8, 12), (2, 15, 9))

SPREAD = floats(3, 2, 2, 2)

case("larger", [(IMAGE, "n 0 h w")], [IMAGE, "tensor<?x2x?x?xf32>"], f"""
  %scales = onnx.Constant dense<[1.0, 1.0, 2.0, 3.0]> : tensor<4xf32>
  %w = onnx.Constant dense<{literal(SPREAD)}> : tensor<3x2x2x2xf32>
  %r0 = onnx.Resize %a0, %scales {{operandSegmentSizes = array<i32: 1, 0, 1, 0>, coordinate_transformation_mode = "asymmetric", nearest_mode = "floor"}} : ({IMAGE}, tensor<4xf32>) -> {IMAGE}
  %r1 = onnx.ConvTranspose %a0, %w {{kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>}} : ({IMAGE}, tensor<3x2x2x2xf32>) -> tensor<?x2x?x?xf32>
""", lambda n, h, w: (floats(n, 3, h, w),),
     lambda x: [x.repeat(2, 2).repeat(3, 3), spread(x, SPREAD)], (1, 3, 4), (2, 5, 1))

case("pieces", [(MATRIX, "n m"), ("tensor<1xi64>", "0")],
     [VECTOR, MATRIX, MATRIX, MATRIX, MATRIX, MATRIX], """
  %flat = onnx.Constant dense<[-1]> : tensor<1xi64>
  %one = onnx.Constant dense<[1]> : tensor<1xi64>
  %zero = onnx.Constant dense<[0]> : tensor<1xi64>
  %far = onnx.Constant dense<[1000]> : tensor<1xi64>
  %twice = onnx.Constant dense<[2, 1]> : tensor<2xi64>
  %r0 = onnx.Reshape %a0, %flat : (tensor<?x?xf32>, tensor<1xi64>) -> tensor<?xf32>
  %r1 = onnx.Concat %a0, %a0 {axis = 1 : i64} : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %r2 = onnx.Slice %a0, %one, %far, %zero {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>} : (tensor<?x?xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<?x?xf32>
  %left, %right = onnx.Split %r1 {axis = 1 : i64, num_outputs = 2 : i64} : (tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>)
  %r3 = onnx.Sub %left, %right : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %r4 = onnx.Tile %a0, %twice : (tensor<?x?xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  %r5 = onnx.Slice %a0, %one, %far, %a1 {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>} : (tensor<?x?xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<?x?xf32>
""", lambda n, m, axis: (floats(n, m), np.array([axis], np.int64)),
     lambda x, axis: [x.ravel(), np.concatenate([x, x], 1), x[1:], np.zeros_like(x),
                      np.tile(x, (2, 1)), x[1:] if axis[0] % 2 == 0 else x[:, 1:]],
     (4, 3, 0), (2, 5, 1), (3, 3, -1))

case("expanded", [("tensor<?x1xf32>", "n 0"), (VECTOR, "m")], [MATRIX, MATRIX], """
  %zero = onnx.Constant dense<[0]> : tensor<1xi64>
  %x = onnx.Shape %a0 : (tensor<?x1xf32>) -> tensor<2xi64>
  %y = onnx.Shape %a1 : (tensor<?xf32>) -> tensor<1xi64>
  %n = onnx.Gather %x, %zero : (tensor<2xi64>, tensor<1xi64>) -> tensor<1xi64>
  %to = onnx.Concat %n, %y {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
  %r0 = onnx.Expand %a0, %to : (tensor<?x1xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  %zeros = onnx.ConstantOfShape %to : (tensor<2xi64>) -> tensor<?x?xf32>
  %r1 = onnx.Add %zeros, %a1 : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
""", lambda n, m: (floats(n, 1), floats(m)),
     lambda x, y: [np.repeat(x, len(y), 1), np.repeat(y[None], len(x), 0)], (4, 3), (1, 5))


def text_of(arguments, results, body):
    def argument(index, type_and_names):
        type_, names = type_and_names
        listed = ", ".join('""' if n == "0" else f'"{n}"' for n in names.split())
        return f"%a{index}: {type_} {{onnx.dim_params = [{listed}]}}"
    takes = ", ".join(argument(i, a) for i, a in enumerate(arguments))
    gives = ", ".join(results)
    values = ", ".join(f"%r{i}" for i in range(len(results)))
    return f"func.func @main({takes}) -> ({gives}) {{{body}  return {values} : {gives}\n}}\n"


def run(tools, folder, name, arguments, results, body, make, expected, sizes):
    model = os.path.join(folder, name + ".mlir")
    with open(model, "w") as file:
        file.write(text_of(arguments, results, body))
    failures = 0
    for size in sizes:
        inputs = make(*size)
        words = [os.path.join(tools, "mica-run"), "-O1", model, "--expect-dir", folder]
        for i, array in enumerate(inputs):
            np.save(os.path.join(folder, f"in_{i}.npy"), array)
            words += ["--input", os.path.join(folder, f"in_{i}.npy")]
        for i, array in enumerate(expected(*inputs)):
            np.save(os.path.join(folder, f"output_{i}.npy"), np.ascontiguousarray(array))
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode != 0:
            failures += 1
            print(f"{name} at {size}: {done.stderr}{done.stdout}")
    return failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tools", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        failures = sum(run(options.tools, folder, *entry) for entry in CASES)
    runs = sum(len(entry[-1]) for entry in CASES)
    print(f"{runs - failures} of {runs} right")
    sys.exit(failures != 0)


if __name__ == "__main__":
    main()
