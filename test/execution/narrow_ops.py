# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Floats of 8 and 4 bits and integers of 4 and 2 bits in compiled models, bit by bit; bf16, and
# sums of half-wide floats. The formats are decoded here from their definition (OCP 8-bit floating
# point, microscaling formats, the FNUZ variants); a number is encoded by looking for the nearest
# of the decoded ones. numpy has none of these types: arrays hold a byte for each element, as .npy
# files of models do.
import argparse
import os
import subprocess
import sys
import tempfile

import numpy as np

RANDOM = np.random.default_rng(11)


class Format:
    """value[c] is the number that code c stands for, as a double."""

    def __init__(self, name, exponent_bits, fraction_bits, bias, nan, infinity=False):
        self.name, self.bits = name, 1 + exponent_bits + fraction_bits
        sign = 1 << (self.bits - 1)
        codes = np.arange(2 * sign)
        exponent = codes % sign >> fraction_bits
        fraction = codes % (1 << fraction_bits) / (1 << fraction_bits)
        value = np.where(exponent, (1 + fraction) * 2.0**(exponent - bias),
                         fraction * 2.0**(1 - bias))
        if infinity:
            top = ((1 << exponent_bits) - 1) << fraction_bits
            value[top], value[top + 1:sign] = np.inf, np.nan
            value[sign + top], value[sign + top + 1:] = np.inf, np.nan
        for code in nan:
            value[code] = np.nan
        self.value = np.where(codes < sign, value, -value)
        self.sign, self.has_infinity = sign, infinity
        self.nan_code = {"f8E4M3FN": 0x7F, "f8E5M2": 0x7E, "f4E2M1FN": 8}.get(name, 0x80)
        self.keeps_zero_sign = not name.endswith("FNUZ")
        self.finite = codes[:sign][np.isfinite(self.value[:sign])]
        self.greatest = int(self.finite[-1])

    def encode(self, numbers, saturate=True):
        """Nearest codes, ties to the even one; `numbers` are doubles."""
        numbers = np.asarray(numbers, np.float64)
        table = self.value[self.finite]
        # What the number after the greatest would be: overflow begins half way to it.
        step = table[-1] - table[-2]
        table = np.append(table, table[-1] + step)
        size = np.abs(numbers)
        above = np.clip(np.searchsorted(table, size), 1, len(table) - 1)
        low, high = table[above - 1], table[above]
        middle = (low + high) / 2
        pick = np.where((size > middle) | ((size == middle) & (above % 2 == 0)), above,
                        above - 1)
        over = (pick > self.greatest) | (size > table[-1])
        negative = np.signbit(numbers)
        sign = np.where(negative & ((pick > 0) | self.keeps_zero_sign), self.sign, 0)
        codes = np.where(over, self.greatest, pick) | sign
        if not saturate and self.name != "f4E2M1FN":
            special = self.greatest + 1 if self.has_infinity else self.nan_code
            codes = np.where(over, special | np.where(negative, self.sign, 0), codes)
        nan = self.nan_code | np.where(negative & (self.nan_code < self.sign), self.sign, 0)
        return np.where(np.isnan(numbers), nan, codes).astype(np.uint8)


FORMATS = [
    Format("f8E4M3FN", 4, 3, 7, (0x7F, 0xFF)), Format("f8E4M3FNUZ", 4, 3, 8, (0x80,)),
    Format("f8E5M2", 5, 2, 15, (), True), Format("f8E5M2FNUZ", 5, 2, 16, (0x80,)),
    Format("f4E2M1FN", 2, 1, 1, ())]
STORED = {"f16": np.float16, "f32": np.float32, "f64": np.float64, "i8": np.int8, "ui8": np.uint8,
          "i16": np.int16, "i32": np.int32, "i64": np.int64, "i1": np.bool_}


class Model:
    """Arguments and results are pairs of an element type of the IR and an array."""

    def __init__(self):
        self.inputs, self.lines, self.expected = [], [], []

    @staticmethod
    def type(pair):
        return "tensor<" + "".join(f"{n}x" for n in pair[1].shape) + pair[0] + ">"

    def argument(self, element, array):
        self.inputs.append((element, np.ascontiguousarray(array)))
        return f"%a{len(self.inputs) - 1}", self.type(self.inputs[-1])

    def case(self, what, op, operands, expected, attrs=""):
        operands = [o if isinstance(o[0], str) and o[0].startswith("%") else self.argument(*o)
                    for o in operands]
        number = len(self.lines)
        self.lines.append(f'  %r{number} = "onnx.{op}"({", ".join(n for n, _ in operands)}) '
                          f'{{{attrs}}} : ({", ".join(t for _, t in operands)}) -> '
                          f"{self.type(expected)}")
        self.expected.append((what, f"%r{number}", expected))

    def body(self, what, operands, expected, text):
        """An elementwise op whose body computes %r of the elements %0, %1, ..."""
        pairs = [self.argument(*o) for o in operands]
        number = len(self.lines)
        to = self.type(expected)
        rank_one = ", ".join(["affine_map<(i) -> (i)>"] * (len(pairs) + 1))
        elements = ", ".join(f"%{i}: {o[0]}" for i, o in enumerate(operands))
        self.lines += [
            f"  %e{number} = tensor.empty() : {to}",
            f'  %r{number} = linalg.generic {{indexing_maps = [{rank_one}], iterator_types = '
            f'["parallel"]}} ins({", ".join(n for n, _ in pairs)} : '
            f'{", ".join(t for _, t in pairs)}) outs(%e{number} : {to}) {{',
            f"  ^bb0({elements}, %out: {expected[0]}):", *text,
            f"    linalg.yield %r : {expected[0]}", f"  }} -> {to}"]
        self.expected.append((what, f"%r{number}", expected))

    def line(self, text):
        self.lines.append("  " + text)

    def run(self, tools):
        arguments = ", ".join(f"%a{i}: {self.type(p)}" for i, p in enumerate(self.inputs))
        types = ", ".join(self.type(p) for _, _, p in self.expected)
        text = "\n".join([
            f"func.func @main_graph({arguments}) -> ({types}) {{", *self.lines,
            f"  return {', '.join(v for _, v, _ in self.expected)} : {types}", "}", ""])
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "model.mlir"), "w") as file:
                file.write(text)
            for i, (_, array) in enumerate(self.inputs):
                np.save(os.path.join(folder, f"input_{i}.npy"), array)
            subprocess.run([*tools, os.path.join(folder, "model.mlir"), "--input-dir", folder,
                            "--output-dir", folder], check=True)
            results = [np.load(os.path.join(folder, f"output_{i}.npy"))
                       for i in range(len(self.expected))]
        faults, elements = 0, 0
        for (what, _, (element, expected)), result in zip(self.expected, results):
            elements += expected.size
            same = result.dtype == expected.dtype and result.shape == expected.shape
            wrong = np.flatnonzero(bits(result) != bits(expected)) if same else [0]
            if len(wrong):
                faults += 1
                at = wrong[0]
                print(f"{what}: {len(wrong)} of {expected.size} differ; element {at} is "
                      f"{result.reshape(-1)[at]!r} and must be {expected.reshape(-1)[at]!r}")
        print(f"{len(results)} results, {elements} elements, {faults} wrong")
        return faults


def bits(array):
    """Floats as integers, with one pattern for all NaNs."""
    if array.dtype.kind != "f":
        return array.reshape(-1)
    array = np.where(np.isnan(array), array.dtype.type(np.nan), array).reshape(-1)
    return array.view(f"u{array.itemsize}")


def interesting(format_, dtype):
    """All numbers of the format, all borders of rounding, and their neighbours in `dtype`."""
    values = format_.value[format_.finite]
    values = np.append(values, values[-1] + (values[-1] - values[-2]))
    numbers = np.concatenate([values, (values[1:] + values[:-1]) / 2,
                              [values[1] / 2, values[1] / 4, values[-1] * 2, values[-1] * 1000]])
    with np.errstate(over="ignore"):
        numbers = numbers.astype(dtype)
    largest = dtype(np.finfo(dtype).max)
    tiny = np.finfo(dtype).tiny
    numbers = np.concatenate([
        numbers, np.nextafter(numbers, dtype(np.inf)), np.nextafter(numbers, dtype(0)),
        np.array([largest, tiny, tiny / 2, np.inf, np.nan, 0], dtype),
        RANDOM.uniform(0, float(min(values[-1] * 1.2, largest)), 300).astype(dtype),
        np.exp2(RANDOM.uniform(-20, 8, 300)).astype(dtype)])
    return np.concatenate([numbers, -numbers])


def decoding(model):
    for f in FORMATS:
        codes = np.arange(1 << f.bits, dtype=np.uint8)
        for to in ("f32", "f16", "f64"):
            with np.errstate(over="ignore"):
                model.case(f"{f.name} to {to}", "Cast", [(f.name, codes)],
                           (to, f.value.astype(STORED[to])), f"to = {to}")
        model.case(f"{f.name} to i1", "Cast", [(f.name, codes)], ("i1", f.value != 0), "to = i1")
        small = np.isfinite(f.value) & (np.abs(f.value) < 100)
        model.case(f"{f.name} to i8", "Cast", [(f.name, codes[small])],
                   ("i8", np.trunc(f.value[small]).astype(np.int8)), "to = i8")
    powers = np.arange(256, dtype=np.uint8)
    value = np.exp2(powers - 127.0)
    value[255] = np.nan
    model.case("f8E8M0FNU to f32", "Cast", [("f8E8M0FNU", powers)],
               ("f32", value.astype(np.float32)), "to = f32")
    with np.errstate(over="ignore"):
        model.case("f8E8M0FNU to f16", "Cast", [("f8E8M0FNU", powers)],
                   ("f16", value.astype(np.float16)), "to = f16")


def encoding(model):
    for f in FORMATS:
        for of in ("f32", "f16", "f64"):
            x = interesting(f, STORED[of])
            for saturate in (1, 0):
                model.case(f"{of} to {f.name}, saturate = {saturate}", "Cast", [(of, x)],
                           (f.name, f.encode(x, saturate == 1)),
                           f"to = {f.name}, saturate = {saturate} : i64")
        whole = np.concatenate([np.arange(-70000, 70000, 37), [2**31 - 1, -2**31]])
        for of in ("i32", "i64"):
            model.case(f"{of} to {f.name}", "Cast", [(of, whole.astype(STORED[of]))],
                       (f.name, f.encode(whole)), f"to = {f.name}")
        # A double that a step by way of f32 would round twice.
        f32_tie = np.float64(np.float32((f.value[1] + f.value[2]) / 2))
        doubles = np.array([f32_tie * (1 + 2.0**-40), f32_tie * (1 - 2.0**-40)])
        model.case(f"f64 to {f.name}, once", "Cast", [("f64", doubles)],
                   (f.name, f.encode(doubles)), f"to = {f.name}")
        for g in FORMATS:
            if g is not f:
                codes = np.arange(1 << g.bits, dtype=np.uint8)
                model.case(f"{g.name} to {f.name}", "Cast", [(g.name, codes)],
                           (f.name, f.encode(g.value)), f"to = {f.name}")


def powers_of_two(model):
    """FLOAT8E8M0: the sign is dropped; what is no finite number becomes NaN."""
    x = np.concatenate([np.exp2(np.arange(-149, 128.0)), 1.5 * np.exp2(np.arange(-130, 127.0)),
                        np.exp2(RANDOM.uniform(-130, 127, 200)), [0, 3.4e38]]).astype(np.float32)
    x = np.concatenate([x, np.nextafter(x, np.float32(0)), np.nextafter(x, np.float32(np.inf)),
                        np.array([np.inf, np.nan], np.float32)])
    x = np.concatenate([x, -x])
    fraction, exponent = np.frexp(np.abs(x.astype(np.float64)))  # in [1/2, 1)
    down = exponent - 1 + 127
    for mode, added in (("up", fraction > 0.5), ("down", 0), ("nearest", fraction >= 0.75)):
        for saturate in (1, 0):
            code = np.where(x == 0, 0, np.maximum(down + added, 0))
            code = np.minimum(code, 254 if saturate else 255)
            code = np.where(np.isfinite(x), code, 255)
            model.case(f"f32 to f8E8M0FNU, {mode}, saturate = {saturate}", "Cast", [("f32", x)],
                       ("f8E8M0FNU", code.astype(np.uint8)),
                       f'to = f8E8M0FNU, round_mode = "{mode}", saturate = {saturate} : i64')


def integers(model):
    for width in (4, 2):
        codes = np.arange(1 << width, dtype=np.uint8)
        signed = (codes.astype(np.int8) ^ (1 << (width - 1))) - (1 << (width - 1))
        for name, value in ((f"i{width}", signed), (f"ui{width}", codes)):
            for to in ("f32", "f16", "i8", "i32"):
                model.case(f"{name} to {to}", "Cast", [(name, codes)],
                           (to, value.astype(STORED[to])), f"to = {to}")
            # The upper bits of an input's bytes say nothing.
            model.case(f"{name} to i32, upper bits", "Cast",
                       [(name, codes | np.uint8(256 - (1 << width)))],
                       ("i32", value.astype(np.int32)), "to = i32")
            x = np.arange(-40, 41)
            wrapped = (x % (1 << width)).astype(np.uint8)
            for of in ("f32", "i8", "i64"):
                model.case(f"{of} to {name}", "Cast", [(of, x.astype(STORED[of]))],
                           (name, wrapped), f"to = {name}")
            model.case(f"f32 to {name}, fractions", "Cast",
                       [("f32", np.array([1.75, 0.99, 1.0], np.float32))],
                       (name, np.array([1, 0, 1], np.uint8)), f"to = {name}")
            model.case(f"{name} to f8E4M3FN", "Cast", [(name, codes)],
                       ("f8E4M3FN", FORMATS[0].encode(value)), "to = f8E4M3FN")


def quantization(model):
    x = (RANDOM.uniform(-40, 40, (3, 8))).astype(np.float32)
    scale = np.array([1.5, 2, 0.5], np.float32)
    step = scale[:, None]
    for name, low, high, zero in (("i4", -8, 7, 1), ("ui4", 0, 15, 3), ("i2", -2, 1, -1),
                                  ("ui2", 0, 3, 1)):
        mask = high - low
        zeros = np.full(3, zero & mask, np.uint8)
        q = np.clip(np.rint(x / step) + zero, low, high).astype(np.int64)
        model.case(f"quantize to {name}", "QuantizeLinear", [("f32", x), ("f32", scale),
                                                            (name, zeros)],
                   (name, (q & mask).astype(np.uint8)), "axis = 0 : i64")
        model.case(f"dequantize {name}", "DequantizeLinear",
                   [(name, (q & mask).astype(np.uint8)), ("f32", scale), (name, zeros)],
                   ("f32", ((q - zero) * step).astype(np.float32)), "axis = 0 : i64")
        blocks = RANDOM.uniform(0.5, 2, (3, 2)).astype(np.float32)
        wide = np.repeat(blocks, 4, 1)
        q = np.clip(np.rint(x / wide), low, high).astype(np.int64)
        model.case(f"quantize to {name} in blocks", "QuantizeLinear",
                   [("f32", x), ("f32", blocks)], (name, (q & mask).astype(np.uint8)),
                   f"axis = 1 : i64, block_size = 4 : i64, output_dtype = {name}")
        model.case(f"dequantize {name} in blocks", "DequantizeLinear",
                   [(name, (q & mask).astype(np.uint8)), ("f32", blocks)],
                   ("f32", (q.astype(np.float32) * wide)), "axis = 1 : i64, block_size = 4 : i64")
    for f in FORMATS:
        zeros = np.zeros(3, np.uint8)
        code = f.encode((x / step).astype(np.float32))
        model.case(f"quantize to {f.name}", "QuantizeLinear",
                   [("f32", x), ("f32", scale), (f.name, zeros)], (f.name, code),
                   "axis = 0 : i64")
        model.case(f"dequantize {f.name}", "DequantizeLinear", [(f.name, code), ("f32", scale)],
                   ("f32", (f.value[code] * step).astype(np.float32)), "axis = 0 : i64")
    huge = np.array([1e6, -1e6, 3], np.float32)
    model.case("quantize without saturation", "QuantizeLinear",
               [("f32", huge), ("f32", np.array(1, np.float32))],
               ("f8E5M2", FORMATS[2].encode(huge, False)),
               "saturate = 0 : i64, output_dtype = f8E5M2")
    half = (x / 8).astype(np.float16)
    model.case("division in f32 of f16", "QuantizeLinear",
               [("f16", half), ("f16", np.array(0.1, np.float16))],
               ("i4", (np.clip(np.rint(half.astype(np.float32) /
                                       np.float32(np.float16(0.1))), -8, 7).astype(np.int64)
                       & 15).astype(np.uint8)), "precision = 1 : i64, output_dtype = i4")
    model.case("bits of bools", "BitCast", [("i1", np.array([True, False]))],
               ("f8E5M2", np.array([1, 0], np.uint8)), "to = f8E5M2")
    model.case("bools of bits", "BitCast", [("f8E5M2", np.array([1, 0], np.uint8))],
               ("i1", np.array([True, False])), "to = i1")
    model.case("a scale that is a power of two", "DequantizeLinear",
               [("f4E2M1FN", np.arange(16, dtype=np.uint8)),
                ("f8E8M0FNU", np.array(130, np.uint8))],
               ("f32", (FORMATS[4].value * 8).astype(np.float32)), "output_dtype = f32")


def moving(model):
    """Ops that move elements take every type as it is."""
    for name, width in (("f8E5M2", 8), ("f4E2M1FN", 4), ("i4", 4), ("ui2", 2), ("f8E8M0FNU", 8)):
        x = RANDOM.integers(0, 1 << width, (3, 4, 5)).astype(np.uint8)
        model.case(f"transpose {name}", "Transpose", [(name, x)], (name, x.transpose(2, 0, 1)),
                   "perm = array<i64: 2, 0, 1>")
        model.case(f"identity {name}", "Identity", [(name, x)], (name, x))
        model.case(f"flatten {name}", "Flatten", [(name, x)], (name, x.reshape(3, 20)))
        model.case(f"concat {name}", "Concat", [(name, x), (name, x[:1])],
                   (name, np.concatenate([x, x[:1]])), "axis = 0 : i64")
        rows = np.array([2, 0], np.int64)
        model.case(f"gather {name}", "Gather", [(name, x), ("i64", rows)], (name, x[rows]),
                   "axis = 0 : i64")
        chosen = RANDOM.integers(0, 2, (3, 4, 5)).astype(np.bool_)
        model.case(f"where {name}", "Where", [("i1", chosen), (name, x), (name, x[::-1])],
                   (name, np.where(chosen, x, x[::-1])))
        model.line(f"%d{name} = onnx.Constant dense<[0, 2, 0, 1, 0, 1]> : tensor<6xi64>")
        model.case(f"pad {name}", "Pad", [(name, x), (f"%d{name}", "tensor<6xi64>")],
                   (name, np.pad(x, ((0, 1), (2, 0), (0, 1)))),
                   "operandSegmentSizes = array<i32: 1, 1, 0, 0>") if name[0] in "iu" else None
        model.case(f"bits of {name}", "BitCast", [(name, x)],
                   ("ui8", x), "to = ui8") if width == 8 else None


def constants(model):
    """Elements of the model itself, with a sign where the type has one."""
    model.line("%c0 = onnx.Constant dense<[-8, 7, -1, 0, 5]> : tensor<5xi4>")
    model.case("constant of i4", "Identity", [("%c0", "tensor<5xi4>")],
               ("i4", np.array([8, 7, 15, 0, 5], np.uint8)))
    model.case("constant of i4 as i32", "Cast", [("%c0", "tensor<5xi4>")],
               ("i32", np.array([-8, 7, -1, 0, 5], np.int32)), "to = i32")
    model.line("%c1 = onnx.Constant dense<[0.5, -3.0, 6.0]> : tensor<3xf4E2M1FN>")
    model.case("constant of f4E2M1FN", "Identity", [("%c1", "tensor<3xf4E2M1FN>")],
               ("f4E2M1FN", FORMATS[4].encode([0.5, -3, 6])))
    model.line("%c2 = onnx.Constant dense<-2.0> : tensor<4xf8E4M3FNUZ>")
    model.case("splat of f8E4M3FNUZ", "Cast", [("%c2", "tensor<4xf8E4M3FNUZ>")],
               ("f32", np.full(4, -2, np.float32)), "to = f32")


def arithmetic(model):
    """Ops of arith on the types themselves, also on those that ONNX does not have."""
    others = [Format("f8E4M3", 4, 3, 7, (), True), Format("f8E3M4", 3, 4, 3, (), True),
              Format("f8E4M3B11FNUZ", 4, 3, 11, (0x80,))]
    others[0].nan_code, others[1].nan_code = 0x7C, 0x78
    for f in others:
        x = interesting(f, np.float32)
        model.body(f"f32 to {f.name}", [("f32", x)], ("i8", f.encode(x, False).view(np.int8)),
                   [f"    %t = arith.truncf %0 : f32 to {f.name}",
                    f"    %r = arith.bitcast %t : {f.name} to i8"])
        codes = np.arange(256, dtype=np.uint8).view(np.int8)
        model.body(f"{f.name} to f32", [("i8", codes)], ("f32", f.value.astype(np.float32)),
                   [f"    %t = arith.bitcast %0 : i8 to {f.name}",
                    f"    %r = arith.extf %t : {f.name} to f32"])
    x = np.exp2(RANDOM.uniform(-126, 127, 500)).astype(np.float32)
    fraction, exponent = np.frexp(x.astype(np.float64))
    model.body("f32 to f8E8M0FNU", [("f32", np.concatenate([x, -x]))],
               ("f8E8M0FNU", np.tile(exponent + 126 + (fraction >= 0.75), 2).astype(np.uint8)),
               ["    %r = arith.truncf %0 : f32 to f8E8M0FNU"])
    for f in FORMATS:
        a, b = RANDOM.integers(0, 1 << f.bits, (2, 1000)).astype(np.uint8)
        with np.errstate(invalid="ignore", over="ignore"):
            x, y = f.value[a], f.value[b]
            for op, result in (("addf", x + y), ("subf", x - y), ("mulf", x * y)):
                keep = ~np.isnan(result)  # which NaN an operation gives is not said
                model.body(f"arith.{op} of {f.name}", [(f.name, a[keep]), (f.name, b[keep])],
                           (f.name, f.encode(result[keep], False)),
                           [f"    %r = arith.{op} %0, %1 : {f.name}"])
        model.body(f"arith.cmpf of {f.name}", [(f.name, a), (f.name, b)], ("i1", x < y),
                   [f"    %r = arith.cmpf olt, %0, %1 : {f.name}"])
        model.body(f"arith.select of {f.name}", [("i1", x < y), (f.name, a), (f.name, b)],
                   (f.name, np.where(x < y, a, b)),
                   [f"    %r = arith.select %0, %1, %2 : {f.name}"])
    a, b = RANDOM.integers(0, 16, (2, 200)).astype(np.uint8)
    s, t = (((v.astype(np.int64) ^ 8) - 8) for v in (a, b))
    for op, result in (("addi", s + t), ("muli", s * t), ("maxsi", np.maximum(s, t)),
                       ("maxui", np.maximum(a, b)), ("xori", a ^ b)):
        model.body(f"arith.{op} of i4", [("i4", a), ("i4", b)],
                   ("i4", (result & 15).astype(np.uint8)), [f"    %r = arith.{op} %0, %1 : i4"])
    model.body("arith.cmpi of i4", [("i4", a), ("i4", b)], ("i1", s < t),
               ["    %r = arith.cmpi slt, %0, %1 : i4"])
    model.body("integers in steps", [("i4", a), ("i4", b)],
               ("i32", np.where((s * t) % 16 >= 8, (s * t) % 16 - 16, (s * t) % 16)
                .astype(np.int32)),
               ["    %p = arith.muli %0, %1 : i4", "    %r = arith.extsi %p : i4 to i32"])


def bf16(x):
    """The upper half of an f32, ties to even."""
    u = np.asarray(x, np.float32).view(np.uint32).astype(np.int64)
    rounded = ((u + 0x7FFF + (u >> 16 & 1)) >> 16).astype(np.uint16)
    return np.where(np.isnan(x), np.uint16(0x7FC0) | (u >> 16 & 0x8000).astype(np.uint16), rounded)


def brain_floats(model):
    """bf16, which devices lack: every number both ways, and the borders of rounding."""
    codes = np.arange(1 << 16, dtype=np.uint16)
    value = (codes.astype(np.uint32) << 16).view(np.float32)
    model.case("bf16 to f32", "Cast", [("bf16", codes)], ("f32", value), "to = f32")
    normal = np.abs(value) >= np.finfo(np.float32).tiny  # devices may flush what is less to 0
    with np.errstate(invalid="ignore"):
        finite = value[np.isfinite(value) & normal]
    upper = finite.view(np.uint32) | np.uint32(0x8000)
    x = np.concatenate([finite, *((upper + d).view(np.float32) for d in (0, 1, 0xFFFFFFFF)),
                        np.array([np.inf, -np.inf, 0, -0.0, 3.4e38], np.float32)])
    model.case("f32 to bf16", "Cast", [("f32", x)], ("bf16", bf16(x)), "to = bf16")
    model.case("bits of bf16", "BitCast", [("bf16", codes)], ("f16", codes.view(np.float16)),
               "to = f16")
    a, b = (np.exp2(RANDOM.uniform(-20, 20, 1000)).astype(np.float32) for _ in range(2))
    a, b = ((bf16(v).astype(np.uint32) << 16).view(np.float32) for v in (a, b))
    for op, result in (("Add", a + b), ("Sub", a - b), ("Mul", a * b)):
        model.case(f"{op} of bf16", op, [("bf16", bf16(a)), ("bf16", bf16(b))],
                   ("bf16", bf16(result)))
    model.case("Where of bf16", "Where", [("i1", a < b), ("bf16", bf16(a)), ("bf16", bf16(b))],
               ("bf16", bf16(np.where(a < b, a, b))))


def sums_of_halves(model):
    """Sums end at 2048 in f16 and at 256 in bf16 when they are kept in the type itself."""
    for name, store in (("f16", np.float16), ("bf16", bf16)):
        def ones(*shape, value=1.0):
            return name, store(np.full(shape, value, np.float32))
        model.case(f"MatMul of {name}", "MatMul", [ones(2, 5000), ones(5000, 3)],
                   ones(2, 3, value=5000))
        model.case(f"Gemm of {name}", "Gemm", [ones(2, 5000), ones(5000, 3)],
                   ones(2, 3, value=2500), "alpha = 0.5 : f32")
        model.case(f"Einsum of {name}", "Einsum", [ones(5000), ones(5000)], ones(value=5000),
                   'equation = "i,i->"')
        model.case(f"Conv of {name}", "Conv", [ones(1, 1, 70, 72), ones(1, 1, 70, 70)],
                   ones(1, 1, 1, 3, value=4900))
        model.case(f"Softmax of {name}", "Softmax", [ones(2, 4096)],
                   ones(2, 4096, value=2.0**-12), "axis = 1 : i64")
        model.case(f"AveragePool of {name}", "AveragePool", [ones(1, 1, 64, 64)],
                   ones(1, 1, 1, 1), "kernel_shape = array<i64: 64, 64>")
        model.case(f"GlobalAveragePool of {name}", "GlobalAveragePool", [ones(1, 1, 80, 80)],
                   ones(1, 1, 1, 1))
        model.case(f"GlobalLpPool of {name}", "GlobalLpPool", [ones(1, 1, 64, 64, value=16)],
                   ones(1, 1, 1, 1, value=1024))
        model.case(f"ReduceSum of {name}", "ReduceSum", [ones(2, 5000)], ones(1, 1, value=10000))


# ---- files of ONNX: elements of 4 and 2 bits share bytes there

def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(number, value):
    """Of a protobuf message: an integer, or bytes (strings, nested messages)."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def packed(codes, width):
    each = 8 // width
    padded = np.append(codes, np.zeros(-len(codes) % each, np.uint8)).reshape(-1, each)
    return (padded << (np.arange(each) * width)).sum(1).astype(np.uint8).tobytes()


def tensor_proto(name, type_, codes, width, raw):
    data = packed(codes, width)
    return (field(1, len(codes)) + field(2, type_) + field(8, name) +
            (field(9, data) if raw else field(5, b"".join(varint(b) for b in data))))


def value_info(name, type_, count):
    shape = field(1, field(1, count))
    return field(1, name) + field(2, field(1, field(1, type_) + field(2, shape)))


ONNX_TYPES = {"FLOAT8E4M3FN": (17, 8), "FLOAT8E4M3FNUZ": (18, 8), "FLOAT8E5M2": (19, 8),
              "FLOAT8E5M2FNUZ": (20, 8), "UINT4": (21, 4), "INT4": (22, 4), "FLOAT4E2M1": (23, 4),
              "FLOAT8E8M0": (24, 8), "UINT2": (25, 2), "INT2": (26, 2)}


def files(tools):
    """A model that hands on an input from a .pb file and joins two weights: one as raw data,
    one as numbers. 7 elements fill no whole byte."""
    faults = 0
    for name, (type_, width) in ONNX_TYPES.items():
        x, raw, typed = RANDOM.integers(0, 1 << width, (3, 7)).astype(np.uint8)
        concat = (field(1, "x") + field(1, "raw") + field(1, "typed") + field(2, "y") +
                  field(4, "Concat") + field(5, field(1, "axis") + field(3, 0) + field(20, 2)))
        graph = (field(1, concat) + field(2, "g") +
                 field(5, tensor_proto("raw", type_, raw, width, True)) +
                 field(5, tensor_proto("typed", type_, typed, width, False)) +
                 field(11, value_info("x", type_, 7)) + field(12, value_info("y", type_, 21)))
        model = field(1, 12) + field(8, field(1, "") + field(2, 25)) + field(7, graph)
        expected = np.concatenate([x, raw, typed])
        with tempfile.TemporaryDirectory() as folder:
            for file, data in (("model.onnx", model),
                               ("input_0.pb", tensor_proto("x", type_, x, width, True)),
                               ("output_0.pb", tensor_proto("y", type_, expected, width, False))):
                with open(os.path.join(folder, file), "wb") as out:
                    out.write(data)
            for answer in (["--output-dir", folder], ["--expect-dir", folder]):
                subprocess.run([*tools, os.path.join(folder, "model.onnx"), "--input-dir", folder,
                                *answer], check=True, stdout=subprocess.DEVNULL)
            result = np.load(os.path.join(folder, "output_0.npy"))
        if result.dtype != np.uint8 or not np.array_equal(result, expected):
            faults += 1
            print(f"{name}: {result} instead of {expected}")
    print(f"files: {len(ONNX_TYPES)} results, {faults} wrong")
    return faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tools", required=True, help="the folder with mica-run")
    parser.add_argument("--device", default="cpu", help="or vulkan")
    arguments = parser.parse_args()
    tools = [os.path.join(arguments.tools, "mica-run"), "--device", arguments.device]
    faults = 0
    for family in (decoding, encoding, powers_of_two, integers, quantization, moving, constants,
                   arithmetic, brain_floats, sums_of_halves):
        model = Model()
        family(model)
        print(family.__name__, end=": ", flush=True)
        faults += model.run(tools)
    faults += files(tools)
    sys.exit(faults != 0)


if __name__ == "__main__":
    main()
