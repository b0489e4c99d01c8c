# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Operators of ONNX, compiled and run: one model whose results are those of many nodes, each
# compared with the same computation written with numpy. Formulas are those of ONNX's list of
# operators; nothing here comes from a run of Mica.
import argparse
import hashlib
import itertools
import math
import os
import subprocess
import sys
import tempfile

import numpy as np

TYPES = {np.dtype(k): v for k, v in {
    "float32": "f32", "float64": "f64", "int64": "i64", "int32": "i32", "int8": "i8",
    "uint8": "ui8", "uint16": "ui16", "bool": "i1"}.items()}
RANDOM = np.random.default_rng(7)


def type_of(array):
    return "tensor<" + "".join(f"{n}x" for n in array.shape) + TYPES[array.dtype] + ">"


def floats(*shape, low=-3.0, high=3.0):
    return RANDOM.uniform(low, high, shape).astype(np.float32)


class Model:
    """A function with an argument for each distinct input and a result for each output."""

    def __init__(self):
        self.inputs, self.lines, self.expected, self.names = [], [], [], []

    def argument(self, array):
        array = np.ascontiguousarray(array)
        self.inputs.append(array)
        return f"%a{len(self.inputs) - 1}", type_of(array)

    def constant(self, array):
        array = np.ascontiguousarray(array)
        number = len(self.lines)
        text = np.array2string(array, separator=", ", threshold=10**6, max_line_width=10**6) \
            .replace("\n", "") if array.size else ""
        text = text.lower() if array.dtype == bool else text
        self.lines.append(f"  %c{number} = onnx.Constant dense<{text}> : {type_of(array)}")
        return f"%c{number}", type_of(array)

    def case(self, op, operands, expected, attrs="", known=()):
        """`known`: places of operands that are constants of the model."""
        expected = expected if isinstance(expected, tuple) else (expected,)
        pairs = [self.constant(o) if i in known else self.argument(o)
                 for i, o in enumerate(operands)]
        names = ", ".join(name for name, _ in pairs)
        results = ", ".join(type_of(np.asarray(e)) for e in expected)
        results = results if len(expected) == 1 else f"({results})"
        number = len(self.lines)
        count = f":{len(expected)}" if len(expected) > 1 else ""
        self.lines.append(f'  %r{number}{count} = "onnx.{op}"({names}) {{{attrs}}} : '
                          f'({", ".join(t for _, t in pairs)}) -> {results}')
        for i, array in enumerate(expected):
            self.expected.append(np.asarray(array))
            self.names.append((f"%r{number}" + (f"#{i}" if count else ""), op, attrs))

    def text(self):
        arguments = ", ".join(f"%a{i}: {type_of(a)} {{bufferization.writable = false}}"
                              for i, a in enumerate(self.inputs))
        types = ", ".join(type_of(e) for e in self.expected)
        results = ", ".join(f'{type_of(e)} {{onnx.name = "y{i}"}}'
                            for i, e in enumerate(self.expected))
        values = ", ".join(name for name, _, _ in self.names)
        return "\n".join([f"func.func @main_graph({arguments}) -> ({results}) {{", *self.lines,
                          f"  return {values} : {types}", "}", ""])

    def run(self, tools, device="cpu"):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "model.mlir"), "w") as file:
                file.write(self.text())
            for i, array in enumerate(self.inputs):
                np.save(os.path.join(folder, f"input_{i}.npy"), array)
            how = ["--interpret"] if device == "interpreter" else ["--device", device]
            subprocess.run([os.path.join(tools, "mica-run"), os.path.join(folder, "model.mlir"),
                            *how,
                            "--input-dir", folder, "--output-dir", folder], check=True)
            results = [np.load(os.path.join(folder, f"output_{i}.npy"))
                       for i in range(len(self.expected))]
        faults = 0
        for result, expected, (_, op, attrs) in zip(results, self.expected, self.names):
            exact = expected.dtype.kind not in "f"
            same = result.shape == expected.shape and result.dtype == expected.dtype and (
                np.array_equal(result, expected) if exact else
                np.allclose(result, expected, rtol=1e-4, atol=1e-5, equal_nan=True))
            if not same:
                faults += 1
                print(f"{op} {{{attrs}}}: expected\n{expected}\nbut got\n{result}")
        print(f"{len(results)} results, {faults} wrong")
        return faults


class ModelEach:
    """A model for each operator, so that each is a module of kernels of its own."""

    def __init__(self):
        self.models = {}

    def case(self, op, operands, expected, attrs="", known=()):
        outputs = expected if isinstance(expected, tuple) else (expected,)
        if any(np.asarray(a).dtype == np.float64 for a in (*operands, *outputs)):
            return  # devices need not have it
        self.models.setdefault(op, Model()).case(op, operands, expected, attrs, known)

    def run(self, tools, device, modules):
        """Adds the modules' digests to the set `modules`."""
        faults = 0
        for op, model in self.models.items():
            print(op, end=": ", flush=True)
            with tempfile.TemporaryDirectory() as folder:
                text, module = (os.path.join(folder, n) for n in ("model.mlir", "model.spv"))
                with open(text, "w") as file:
                    file.write(model.text())
                subprocess.run([os.path.join(tools, "micac"), text, f"--device={device}",
                                "--emit=spirv", "-o", module], check=True)
                subprocess.run(["spirv-val", "--target-env", "vulkan1.1", module], check=True)
                with open(module, "rb") as file:
                    modules.add(hashlib.sha256(file.read()).digest())
            faults += model.run(tools, device)
        return faults


def elementwise(model):
    x = floats(2, 3, 4)
    x[0, 0, 0], x[0, 0, 1] = 0, -0.0
    erf = np.vectorize(math.erf)
    unit = floats(5, low=-0.9, high=0.9)
    for op, f in {
            "Acos": np.arccos, "Asin": np.arcsin, "Atanh": np.arctanh}.items():
        model.case(op, [unit], f(unit))
    model.case("Acosh", [1 + np.abs(unit)], np.arccosh(1 + np.abs(unit)))
    for op, f in {
            "Asinh": np.arcsinh, "Atan": np.arctan, "Cos": np.cos, "Cosh": np.cosh,
            "Sin": np.sin, "Sinh": np.sinh, "Tan": np.tan, "Round": np.round,
            "Sign": np.sign, "Softplus": lambda v: np.log1p(np.exp(v)),
            "Softsign": lambda v: v / (1 + np.abs(v)),
            "HardSwish": lambda v: v * np.clip(v / 6 + 0.5, 0, 1),
            "Mish": lambda v: v * np.tanh(np.log1p(np.exp(v)))}.items():
        model.case(op, [x], f(x).astype(np.float32))
    model.case("Gelu", [x], (0.5 * x * (1 + erf(x / math.sqrt(2)))).astype(np.float32))
    model.case("Gelu", [x], (0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (
        x + 0.044715 * x**3)))).astype(np.float32), 'approximate = "tanh"')
    model.case("Elu", [x], np.where(x < 0, 2 * np.expm1(x), x).astype(np.float32),
               "alpha = 2.0 : f32")
    model.case("Celu", [x], (np.maximum(x, 0) + np.minimum(0, 2 * np.expm1(x / 2)))
               .astype(np.float32), "alpha = 2.0 : f32")
    model.case("Selu", [x], (1.5 * np.where(x < 0, 2 * np.expm1(x), x)).astype(np.float32),
               "alpha = 2.0 : f32, gamma = 1.5 : f32")
    model.case("LeakyRelu", [x], np.where(x < 0, 0.25 * x, x), "alpha = 0.25 : f32")
    model.case("ThresholdedRelu", [x], np.where(x > 1, x, 0), "alpha = 1.0 : f32")
    model.case("HardSigmoid", [x], np.clip(0.5 * x + 0.25, 0, 1),
               "alpha = 0.5 : f32, beta = 0.25 : f32")
    model.case("Swish", [x], (x / (1 + np.exp(-2 * x))).astype(np.float32), "alpha = 2.0 : f32")
    model.case("Shrink", [x], np.where(x < -1, x + 0.5, np.where(x > 1, x - 0.5, 0))
               .astype(np.float32), "bias = 0.5 : f32, lambd = 1.0 : f32")
    slope = floats(3, 1)
    model.case("PRelu", [x, slope], np.where(x < 0, x * slope, x))
    odd = np.array([np.nan, np.inf, -np.inf, 1], np.float32)
    model.case("IsNaN", [odd], np.isnan(odd))
    model.case("IsInf", [odd], np.isinf(odd))
    model.case("IsInf", [odd], odd == np.inf, "detect_negative = 0 : i64")


def binary(model):
    a, b, c = floats(2, 3), floats(3), floats(2, 1)
    for op, f in {"Equal": np.equal, "Greater": np.greater, "Less": np.less,
                  "GreaterOrEqual": np.greater_equal, "LessOrEqual": np.less_equal}.items():
        model.case(op, [a, b], f(a, b))
        u = RANDOM.integers(0, 256, (2, 3), np.uint8)
        v = RANDOM.integers(0, 256, (3,), np.uint8)
        model.case(op, [u, v], f(u, v))
    p, q = RANDOM.random((2, 3)) > 0.5, RANDOM.random((3,)) > 0.5
    for op, f in {"And": np.logical_and, "Or": np.logical_or, "Xor": np.logical_xor}.items():
        model.case(op, [p, q], f(p, q))
    model.case("Not", [p], ~p)
    i, j = RANDOM.integers(-99, 99, (2, 3)), RANDOM.integers(1, 9, (3,))
    for op, f in {"BitwiseAnd": np.bitwise_and, "BitwiseOr": np.bitwise_or,
                  "BitwiseXor": np.bitwise_xor}.items():
        model.case(op, [i, j], f(i, j))
    model.case("BitwiseNot", [i], ~i)
    model.case("Mod", [i, -j], np.mod(i, -j))
    model.case("Mod", [i, -j], np.fmod(i, -j), "fmod = 1 : i64")
    model.case("Mod", [a, b], np.fmod(a, b), "fmod = 1 : i64")
    shift = np.array([1, 9, 2], np.uint8)
    u = np.array([200, 3, 255], np.uint8)
    model.case("BitShift", [u, shift], np.array([144, 0, 252], np.uint8), 'direction = "LEFT"')
    model.case("BitShift", [u, shift], np.array([100, 0, 63], np.uint8), 'direction = "RIGHT"')
    model.case("Where", [p, a, b], np.where(p, a, b))
    for op, f in {"Max": np.maximum, "Min": np.minimum, "Sum": np.add}.items():
        model.case(op, [a, b, c], f(f(a, b), c))
    model.case("Mean", [a, b, c], (a + b + c) / 3)
    model.case("Pow", [np.abs(a), b], np.power(np.abs(a), b))
    model.case("Pow", [i, j % 4], np.power(i, j % 4))
    for to in ("float32", "float64", "int32", "int8", "bool"):
        model.case("Cast", [a * 20], (a * 20).astype(to), f"to = {TYPES[np.dtype(to)]}")
    model.case("BitCast", [a], a.view(np.int32), "to = i32")


def shapes(model):
    x = floats(2, 3, 4)
    model.case("Shape", [x], np.array([3, 4]), "start = 1 : i64")
    model.case("Size", [x], np.array(24))
    model.case("Unsqueeze", [x, np.array([0, 3])], x[None, :, :, None], known=(1,))
    model.case("Squeeze", [x[:, :1], np.array([1])], x[:, 0], known=(1,))
    model.case("Expand", [x[:, :1], np.array([5, 1, 3, 1])],
               np.broadcast_to(x[:, :1], (5, 2, 3, 4)), known=(1,))
    model.case("Tile", [x, np.array([1, 2, 3])], np.tile(x, (1, 2, 3)))
    model.case("Range", [np.array(10), np.array(1), np.array(-3)], np.array([10, 7, 4]),
               known=(0, 1, 2))
    model.case("ConstantOfShape", [np.array([2, 2])], np.full((2, 2), 7, np.int32),
               "value = dense<7> : tensor<1xi32>", known=(0,))
    bounds = [np.array([1, -1]), np.array([100, -100]), np.array([2, 1]), np.array([2, -2])]
    for known in ((1, 2, 3, 4), (3,)):  # places known when compiled, or only when run
        model.case("Slice", [x, *bounds], x[:, -1::-2, 1:100:2],
                   "operandSegmentSizes = array<i32: 1, 1, 1, 1, 1>", known=known)
    model.case("Split", [x, np.array([1, 3])], (x[:, :, :1], x[:, :, 1:]), "axis = 2 : i64",
               known=(1,))


def places(model):
    x = floats(3, 4)
    index = np.array([[0, -1], [2, 1]])
    model.case("Gather", [x, index], x[index])
    model.case("Gather", [x, index], x[:, index], "axis = 1 : i64")
    rows = RANDOM.integers(-4, 4, (3, 2))
    model.case("GatherElements", [x, rows], np.take_along_axis(x, rows, 1), "axis = 1 : i64")
    model.case("GatherND", [x, index], np.array([x[0, -1], x[2, 1]]))
    expected = x.copy()
    expected[0, 3], expected[2, 1] = 5, 6
    model.case("ScatterND", [x, index, np.array([5, 6], np.float32)], expected)
    updates = floats(3, 2)
    expected = x.copy()
    for r, k in itertools.product(range(3), range(2)):
        expected[r, rows[r, k]] += updates[r, k]
    model.case("ScatterElements", [x, rows, updates], expected,
               'axis = 1 : i64, reduction = "add"')
    hot = np.zeros((2, 2, 5), np.float32)
    for r, k in itertools.product(range(2), range(2)):
        hot[r, k, index[r, k] % 5] = 2
    model.case("OneHot", [index, np.array(5), np.array([0, 2], np.float32)], hot, known=(1,))
    model.case("Trilu", [x, np.array(1)], np.triu(x, 1))
    model.case("Trilu", [x, np.array(-1)], np.tril(x, -1), "upper = 0 : i64")
    model.case("EyeLike", [x], np.eye(3, 4, 1, dtype=np.float32), "k = 1 : i64")
    pads = np.array([1, 2, 0, 3])
    for mode, name in (("reflect", "reflect"), ("edge", "edge"), ("wrap", "wrap")):
        for known in ((1,), ()):
            model.case("Pad", [x, pads], np.pad(x, ((1, 0), (2, 3)), name),
                       f'mode = "{mode}", operandSegmentSizes = array<i32: 1, 1, 0, 0>',
                       known=known)
    model.case("Pad", [x, np.array([1, -1, 0, 2]), np.array(9, np.float32)],
               np.pad(x[:, 1:], ((1, 0), (0, 2)), constant_values=9),
               "operandSegmentSizes = array<i32: 1, 1, 1, 0>", known=(1,))
    d = floats(1, 8, 2, 3)
    model.case("DepthToSpace", [d], d.reshape(1, 2, 2, 2, 2, 3).transpose(0, 3, 4, 1, 5, 2)
               .reshape(1, 2, 4, 6), "blocksize = 2 : i64")
    model.case("DepthToSpace", [d], d.reshape(1, 2, 2, 2, 2, 3).transpose(0, 1, 4, 2, 5, 3)
               .reshape(1, 2, 4, 6), 'blocksize = 2 : i64, mode = "CRD"')
    s = floats(1, 2, 4, 6)
    model.case("SpaceToDepth", [s], s.reshape(1, 2, 2, 2, 3, 2).transpose(0, 3, 5, 1, 2, 4)
               .reshape(1, 8, 2, 3), "blocksize = 2 : i64")
    lengths = np.array([3, 1, 2, 0])
    expected = x.copy()
    for b, n in enumerate(lengths):
        expected[:n, b] = x[:n, b][::-1]
    model.case("ReverseSequence", [x, lengths], expected)


def reductions(model):
    x = floats(2, 3, 4)
    kinds = {"ReduceSum": np.sum, "ReduceMean": np.mean, "ReduceMax": np.max,
             "ReduceMin": np.min, "ReduceProd": np.prod,
             "ReduceL1": lambda v, axis, keepdims: np.abs(v).sum(axis, keepdims=keepdims),
             "ReduceL2": lambda v, axis, keepdims: np.sqrt((v * v).sum(axis, keepdims=keepdims)),
             "ReduceSumSquare": lambda v, axis, keepdims: (v * v).sum(axis, keepdims=keepdims),
             "ReduceLogSumExp": lambda v, axis, keepdims: np.log(
                 np.exp(v).sum(axis, keepdims=keepdims))}
    for op, f in kinds.items():
        for known in ((1,), ()):
            model.case(op, [x, np.array([0, -1])], f(x, axis=(0, 2), keepdims=True), known=known)
            model.case(op, [x, np.array([1])], f(x, axis=(1,), keepdims=False),
                       "keepdims = 0 : i64", known=known)
    y = RANDOM.integers(0, 4, (3, 7)).astype(np.float32)
    model.case("ArgMax", [y], np.argmax(y, 1)[:, None], "axis = 1 : i64")
    model.case("ArgMin", [y], 6 - np.argmin(y[:, ::-1], 1),
               "axis = 1 : i64, keepdims = 0 : i64, select_last_index = 1 : i64")
    order = np.argsort(-y, 1, kind="stable")[:, :3]
    model.case("TopK", [y, np.array([3])], (np.take_along_axis(y, order, 1), order), known=(1,))
    order = np.argsort(y, 1, kind="stable")[:, :3]
    model.case("TopK", [y, np.array([3])], (np.take_along_axis(y, order, 1), order),
               "largest = 0 : i64", known=(1,))
    model.case("CumSum", [x, np.array(1)], np.cumsum(x, 1))
    model.case("CumSum", [x, np.array(2)],
               np.cumsum(x[..., ::-1], 2)[..., ::-1] - x,
               "exclusive = 1 : i64, reverse = 1 : i64")
    model.case("CumProd", [x, np.array(0)], np.cumprod(x, 0))
    w = floats(3, 4, 5)
    model.case("Einsum", [x, w], np.einsum("bij,ijk->bk", x, w).astype(np.float32),
               'equation = "bij,ijk->bk"')
    square = floats(4, 4)
    model.case("Einsum", [square], np.einsum("ii->i", square), 'equation = "ii->i"')
    hard = np.zeros_like(y)
    hard[np.arange(3), np.argmax(y, 1)] = 1
    model.case("Hardmax", [y], hard)
    shifted = x - x.max(1, keepdims=True)
    model.case("LogSoftmax", [x], shifted - np.log(np.exp(shifted).sum(1, keepdims=True)),
               "axis = 1 : i64")


def normalizations(model):
    x = floats(2, 4, 3, 3)

    def standard(v, axes, epsilon=1e-5):
        mean = v.mean(axes, keepdims=True)
        return (v - mean) / np.sqrt(((v - mean)**2).mean(axes, keepdims=True) + epsilon)

    scale, bias = floats(4), floats(4)
    wide = (slice(None), None, None)
    model.case("InstanceNormalization", [x, scale, bias],
               (standard(x, (2, 3)) * scale[wide] + bias[wide]).astype(np.float32))
    grouped = standard(x.reshape(2, 2, -1), 2).reshape(x.shape)
    model.case("GroupNormalization", [x, scale, bias],
               (grouped * scale[wide] + bias[wide]).astype(np.float32), "num_groups = 2 : i64")
    s = floats(3, 3)
    model.case("LayerNormalization", [x, s], (standard(x, (2, 3)) * s).astype(np.float32),
               "axis = -2 : i64, resultSegmentSizes = array<i32: 1, 0, 0>")
    mean = (x * x).mean(-1, keepdims=True)
    model.case("RMSNormalization", [x, s[0]], x / np.sqrt(mean + 1e-5) * s[0])
    model.case("LpNormalization", [x], x / np.sqrt((x * x).sum(1, keepdims=True)),
               "axis = 1 : i64")
    squares = np.stack([(x[:, max(0, c - 1):c + 2]**2).sum(1) for c in range(4)], 1)
    model.case("LRN", [x], (x / (1 + 0.1 / 3 * squares)**0.75).astype(np.float32),
               "size = 3 : i64, alpha = 0.1 : f32")
    model.case("GlobalMaxPool", [x], x.max((2, 3), keepdims=True))
    scores = floats(3, 5)
    logs = scores - np.log(np.exp(scores).sum(1, keepdims=True))
    targets = np.array([4, 0, 2])
    weight = np.abs(floats(5))
    losses = -logs[np.arange(3), targets]
    model.case("SoftmaxCrossEntropyLoss", [scores, targets], losses.mean())
    keep = np.array([1, 0, 1]) * weight[targets]
    model.case("NegativeLogLikelihoodLoss", [logs, targets, weight],
               np.float32((losses * keep).sum() / keep.sum()), "ignore_index = 0 : i64")
    q, k, v = floats(1, 4, 3, 8), floats(1, 2, 5, 8), floats(1, 2, 5, 6)
    products = q @ np.repeat(k, 2, 1).swapaxes(2, 3) / math.sqrt(8)
    products[..., np.triu(np.ones((3, 5), bool), 1)] = -np.inf
    shares = np.exp(products - products.max(-1, keepdims=True))
    shares /= shares.sum(-1, keepdims=True)
    model.case("Attention", [q, k, v], (shares @ np.repeat(v, 2, 1)).astype(np.float32),
               "is_causal = 1 : i64, operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0, 0>, "
               "resultSegmentSizes = array<i32: 1, 0, 0, 0>")


def quantization(model):
    x = floats(2, 3, low=-20, high=20)
    scale, zero = np.array([0.5, 0.25, 0.1], np.float32), np.array([128, 0, 30], np.uint8)
    q = np.clip(np.round(x / scale) + zero, 0, 255).astype(np.uint8)
    model.case("QuantizeLinear", [x, scale, zero], q, "axis = 1 : i64")
    model.case("DequantizeLinear", [q, scale, zero],
               ((q.astype(np.int32) - zero) * scale).astype(np.float32), "axis = 1 : i64")
    low, high = min(x.min(), 0), max(x.max(), 0)
    step = np.float32((high - low) / 255)
    point = np.uint8(np.clip(np.round(-low / step), 0, 255))
    model.case("DynamicQuantizeLinear", [x],
               (np.clip(np.round(x / step) + point, 0, 255).astype(np.uint8), step, point))
    a = RANDOM.integers(0, 256, (2, 3), np.uint8)
    b = RANDOM.integers(-128, 128, (3, 4)).astype(np.int8)
    product = (a.astype(np.int32) - 12) @ b.astype(np.int32)
    model.case("MatMulInteger", [a, b, np.array(12, np.uint8)], product,
               "operandSegmentSizes = array<i32: 1, 1, 1, 0>")


def windows(model):
    x, w = floats(1, 2, 4, 5), floats(2, 3, 3, 2)
    y = np.zeros((1, 3, 2 * 3 + 3, 4 + 2), np.float32)
    for c, m, i, j in itertools.product(range(2), range(3), range(4), range(5)):
        y[0, m, 2 * i:2 * i + 3, j:j + 2] += x[0, c, i, j] * w[c, m]
    model.case("ConvTranspose", [x, w], y, "strides = array<i64: 2, 1>")
    model.case("ConvTranspose", [x, w], y[:, :, 1:-1], "strides = array<i64: 2, 1>, "
               "pads = array<i64: 1, 0, 1, 0>")
    blocks = np.lib.stride_tricks.sliding_window_view(x, (2, 2), (2, 3))[:, :, ::2, ::2]
    flat = blocks.reshape(*blocks.shape[:4], 4)
    place = flat.argmax(-1)
    c, i, j = np.ogrid[:2, :2, :2]
    number = (c * 4 + 2 * i + place[0] // 2) * 5 + 2 * j + place[0] % 2
    model.case("MaxPoolIndices", [x], (flat.max(-1), number[None]),
               "kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>")
    model.case("LpPool", [x], np.sqrt((flat**2).sum(-1)),
               "kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>")
    model.case("Resize", [x, np.array([1, 1, 2, 2], np.float32)],
               x.repeat(2, 2).repeat(2, 3), "operandSegmentSizes = array<i32: 1, 0, 1, 0>, "
               'coordinate_transformation_mode = "asymmetric", nearest_mode = "floor"',
               known=(1,))
    at = np.clip((np.arange(8) + 0.5) / 2 - 0.5, 0, 3)
    low = np.floor(at).astype(int)
    share = (at - low)[:, None]
    rows = x[:, :, low] * (1 - share) + x[:, :, np.minimum(low + 1, 3)] * share
    model.case("Resize", [x, np.array([1, 1, 2, 1], np.float32)], rows.astype(np.float32),
               'mode = "linear", operandSegmentSizes = array<i32: 1, 0, 1, 0>', known=(1,))


def softmax(x, axis):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def kernels(model):
    """What most of a model's time goes into, and the plainest ops around it."""
    a, b, c = floats(5, 7), floats(7, 6), floats(6)
    model.case("MatMul", [a, b], a @ b)
    batch, other = floats(2, 3, 4, 5), floats(3, 5, 6)
    model.case("MatMul", [batch, other], batch @ other)
    model.case("Gemm", [a, b, c], (0.5 * (a @ b) + 2 * c).astype(np.float32),
               "alpha = 0.5 : f32, beta = 2.0 : f32")
    model.case("Gemm", [a.T, b.T], a @ b, "transA = 1 : i64, transB = 1 : i64")
    x, w, bias = floats(2, 4, 7, 6), floats(6, 2, 3, 3), floats(6)
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    views = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (2, 3))[:, :, ::2]
    halves = [np.einsum("ncijhw,mchw->nmij", views[:, 2 * g:2 * g + 2], w[3 * g:3 * g + 3])
              for g in range(2)]
    model.case("Conv", [x, w, bias], np.concatenate(halves, 1) + bias[:, None, None],
               "group = 2 : i64, pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 1>")
    windows = np.lib.stride_tricks.sliding_window_view(x, (2, 2), (2, 3))
    model.case("MaxPool", [x], windows.max((-2, -1)), "kernel_shape = array<i64: 2, 2>")
    model.case("AveragePool", [x], windows.mean((-2, -1)), "kernel_shape = array<i64: 2, 2>")
    model.case("GlobalAveragePool", [x], x.mean((2, 3), keepdims=True))
    model.case("Softmax", [x], softmax(x, 1), "axis = 1 : i64")
    model.case("Softmax", [x], softmax(x, -1))
    model.case("Transpose", [x], x.transpose(2, 0, 3, 1), "perm = array<i64: 2, 0, 3, 1>")
    for op, f in {"Abs": np.abs, "Ceil": np.ceil, "Exp": np.exp, "Floor": np.floor,
                  "Neg": np.negative, "Relu": lambda v: np.maximum(v, 0), "Tanh": np.tanh,
                  "Reciprocal": np.reciprocal, "Sigmoid": lambda v: 1 / (1 + np.exp(-v)),
                  "Erf": np.vectorize(math.erf)}.items():
        model.case(op, [x], f(x).astype(np.float32))
    for op, f in {"Sqrt": np.sqrt, "Log": np.log}.items():
        model.case(op, [np.abs(x) + 0.1], f(np.abs(x) + 0.1))
    y, counts = floats(4, 1, 6), RANDOM.integers(-9, 9, (2, 4, 7, 6)).astype(np.int32)
    for op, f in {"Add": np.add, "Sub": np.subtract, "Mul": np.multiply,
                  "Div": np.divide}.items():
        model.case(op, [x, y], f(x, y))
        if op != "Div":
            model.case(op, [counts, counts[0]], f(counts, counts[0]))
    model.case("Div", [counts, np.int32([3, -2, 5, -4, 7, 1])],
               np.trunc(counts / np.int32([3, -2, 5, -4, 7, 1])).astype(np.int32))


def run_families(*families):
    """Each family is a function that puts its cases into a model. 0 when all are right."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tools", required=True, help="the folder with mica-run")
    parser.add_argument("--device", default="cpu", help="cpu, interpreter, or vulkan: a model each operator")
    arguments = parser.parse_args()
    faults, modules = 0, set()
    for family in families:
        model = Model() if arguments.device != "vulkan" else ModelEach()
        family(model)
        if arguments.device != "vulkan":
            print(family.__name__, end=": ", flush=True)
            faults += model.run(arguments.tools, arguments.device)
        else:
            faults += model.run(arguments.tools, arguments.device, modules)
    if modules:
        print(f"{len(modules)} distinct modules of kernels")
    return faults != 0


if __name__ == "__main__":
    sys.exit(run_families(elementwise, binary, shapes, places, reductions, normalizations,
                          quantization, windows, kernels))
