# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Every float op of arith and math on f16, f32 and f64, as a scalar, a vector and a vector of
# vectors, on edge values (zeros of both signs, infinities, NaN, denormals, ties). Exact ops must
# give the bits that numpy gives; functions may be a few units in the last place off what numpy
# computes in more precision.
from fractions import Fraction

import numpy as np

from program import FLOATS, INTEGERS, Program, Result, literal, signed, unsigned, width

np.seterr(all="ignore")
RANDOM = np.random.RandomState(1)


def edge_values(type_):
    kind = FLOATS[type_]
    limits = np.finfo(kind)
    values = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 3.0, -7.25, 100.0, np.inf, -np.inf,
              np.nan, limits.max, limits.tiny, limits.tiny / 4, limits.eps, 1 + limits.eps]
    values += list(RANDOM.uniform(-50, 50, 4))
    return np.array(values, kind)


def pairs_of(values):
    first = np.repeat(values, len(values))
    return first, np.tile(values, len(values))


def maximum(a, b, greater):
    """NaN wins; +0 is greater than -0."""
    result = np.where((a > b) == greater, a, b)
    both_zero = (a == 0) & (b == 0)
    sign = (np.signbit(a) & np.signbit(b)) if greater else (np.signbit(a) | np.signbit(b))
    result = np.where(both_zero, np.where(sign, -0.0, 0.0), result)
    return np.where(np.isnan(a) | np.isnan(b), np.nan, result).astype(a.dtype)


def max_number(a, b, greater):
    """The number wins against NaN."""
    function = np.fmax if greater else np.fmin
    return function(a, b)


def add_arithmetic(program, type_):
    a, b = pairs_of(edge_values(type_))
    inputs = [(type_, a), (type_, b)]
    exact = [("addf", a + b), ("subf", a - b), ("mulf", a * b), ("divf", a / b),
             ("remf", np.fmod(a, b)), ("maximumf", maximum(a, b, True)),
             ("minimumf", maximum(a, b, False))]
    for name, expected in exact:
        if type_ == "f16" and name.endswith("imumf"):
            # LLVM 19's expansion for vectors of f16 gives maximum(0, NaN) = 0 on x86.
            zero_and_nan = ((a == 0) & np.isnan(b)) | (np.isnan(a) & (b == 0))
            program.elementwise(f"arith.{name}", [(type_, x[~zero_and_nan]) for x in (a, b)],
                                [(type_, expected[~zero_and_nan])],
                                f"%r0 = arith.{name} %a0, %a1 : {{{type_}}}")
            continue
        program.elementwise(f"arith.{name}", inputs, [(type_, expected)],
                            f"%r0 = arith.{name} %a0, %a1 : {{{type_}}}")
    for name, greater in (("maxnumf", True), ("minnumf", False)):
        program.elementwise(f"arith.{name}", inputs,
                            [Result(type_, max_number(a, b, greater), any_zero=True)],
                            f"%r0 = arith.{name} %a0, %a1 : {{{type_}}}")
    program.elementwise("arith.negf", [(type_, a)], [(type_, -a)],
                        f"%r0 = arith.negf %a0 : {{{type_}}}")
    program.elementwise("arith.select", inputs, [(type_, np.where(a < b, b, a))],
                        f"%c = arith.cmpf olt, %a0, %a1 : {{{type_}}}\n"
                        f"%r0 = arith.select %c, %a1, %a0 : {{i1}}, {{{type_}}}")


def add_comparisons(program, type_):
    a, b = pairs_of(edge_values(type_))
    unordered = np.isnan(a) | np.isnan(b)
    never = np.zeros(len(a), bool)
    ordered = {"false": never, "oeq": a == b, "ogt": a > b, "oge": a >= b, "olt": a < b,
               "ole": a <= b, "one": (a != b) & ~unordered, "ord": ~unordered}
    either = {"ueq": (a == b) | unordered, "ugt": (a > b) | unordered,
              "uge": (a >= b) | unordered, "ult": (a < b) | unordered,
              "ule": (a <= b) | unordered, "une": (a != b) | unordered, "uno": unordered,
              "true": ~never}
    for name, expected in {**ordered, **either}.items():
        program.elementwise(f"arith.cmpf {name}", [(type_, a), (type_, b)],
                            [("i1", expected.astype(int))],
                            f"%r0 = arith.cmpf {name}, %a0, %a1 : {{{type_}}}")


def add_float_casts(program, type_):
    values = edge_values(type_)
    for other in FLOATS:
        if other == type_:
            continue
        name = "extf" if width(other) > width(type_) else "truncf"
        extra = [] if name == "extf" else [1 + 2.0**-11, 1 + 3 * 2.0**-11, 65519.0, 65520.0,
                                           2.0**-25, 2.0**-24, 1e-300]
        inputs = np.concatenate([values, np.array(extra, FLOATS[type_])])
        program.elementwise(f"arith.{name} to {other}", [(type_, inputs)],
                            [(other, inputs.astype(FLOATS[other]))],
                            f"%r0 = arith.{name} %a0 : {{{type_}}} to {{{other}}}")
    bits_type = f"i{width(type_)}"
    numbers = values[~np.isnan(values)]
    bits = [int(x) for x in numbers.view({16: "u2", 32: "u4", 64: "u8"}[width(type_)])]
    program.elementwise("arith.bitcast to bits", [(type_, numbers)], [(bits_type, bits)],
                        f"%r0 = arith.bitcast %a0 : {{{type_}}} to {{{bits_type}}}")
    program.elementwise("arith.bitcast from bits", [(bits_type, bits)], [(type_, numbers)],
                        f"%r0 = arith.bitcast %a0 : {{{bits_type}}} to {{{type_}}}")


def rounded(integer, type_):
    """An integer as the nearest float: one rounding, ties to even."""
    kind = np.int64 if integer < 0 else np.uint64
    if type_ == "f16": # beyond 2^53 it is an infinity either way
        return np.float16(np.float64(integer))
    return np.array([integer], kind).astype(FLOATS[type_])[0]


def add_integer_casts(program, type_):
    for other, bits in INTEGERS.items():
        if other == "index":
            continue
        top = 1 << (bits - 1)
        integers = sorted({0, 1, -1, top - 1, -top, top // 3, -(top // 5), top - top // 1000 - 1,
                           signed(16777217, bits), signed(2049, bits), signed(2051, bits)})
        for name, view in (("sitofp", signed), ("uitofp", unsigned)):
            expected = [rounded(view(signed(x, bits), bits), type_) for x in integers]
            program.elementwise(f"arith.{name} {other} to {type_}",
                                [(other, [signed(x, bits) for x in integers])],
                                [(type_, expected)],
                                f"%r0 = arith.{name} %a0 : {{{other}}} to {{{type_}}}")
        limits = {"fptosi": (-top, top - 1), "fptoui": (0, 2 * top - 1)}
        values = [x for x in edge_values(type_) if np.isfinite(x)]
        values += [FLOATS[type_](x) for x in (127.9, -128.9, 255.5, 40000, -0.9, 1e9, 1e18)]
        for name, (low, high) in limits.items():
            fitting = [x for x in values if np.isfinite(x) and low <= int(x) <= high]
            program.elementwise(f"arith.{name} {type_} to {other}", [(type_, fitting)],
                                [(other, [int(x) for x in fitting])],
                                f"%r0 = arith.{name} %a0 : {{{type_}}} to {{{other}}}")


def add_constants(program, type_):
    zeros = [-0.0] * 4
    for value in edge_values(type_):
        text = f"{value:.20e}" if np.isfinite(value) else literal(type_, value)
        add = f"\n%r0 = arith.addf %a0, %c : {{{type_}}}"
        result = [(type_, [value] * 4)]
        program.elementwise(f"arith.constant {value}", [(type_, zeros)], result,
                            f"%c = arith.constant {text} : {{{type_}}}{add}", shapes=((),))
        program.elementwise(f"arith.constant dense {value}", [(type_, zeros)], result,
                            f"%c = arith.constant dense<{text}> : {{{type_}}}{add}",
                            shapes=((4,), (2, 4)))


def half_away(x):
    return np.copysign(np.floor(np.abs(x) + 0.5), x)


# name, function in more precision, units in the last place.
UNARY = [
    ("absf", np.abs, 0), ("ceil", np.ceil, 0), ("floor", np.floor, 0), ("trunc", np.trunc, 0),
    ("round", half_away, 0), ("roundeven", np.rint, 0), ("sqrt", np.sqrt, 0),
    ("rsqrt", lambda x: 1 / np.sqrt(x), 2), ("exp", np.exp, 2), ("exp2", np.exp2, 2),
    ("expm1", np.expm1, 2), ("log", np.log, 2), ("log2", np.log2, 2), ("log10", np.log10, 2),
    ("log1p", np.log1p, 2), ("sin", np.sin, 2), ("cos", np.cos, 2),
]


def precise(values):
    return values.astype(np.longdouble)


def add_math(program, type_, unary=None):
    kind = FLOATS[type_]
    values = edge_values(type_)
    shapes = ((), (4,), (2, 4))
    for name, function, ulps in unary or UNARY:
        inputs = values
        if name == "round": # the largest value below 0.5 rounds to 0
            inputs = np.append(values, np.nextafter(kind(0.5), kind(0)))
            function = lambda x: np.where(np.abs(x) < 0.5, np.copysign(0, x), half_away(x))
        if name in ("expm1", "log1p"): # exp(x) - 1 and log(1 + x): no more exact than that
            inputs = np.array([1.0, -0.5, 3.0, 10.0, np.inf, -1.0, np.nan], kind)
        if name in ("sin", "cos") and type_ == "f64":
            inputs = values[~(np.abs(values) > 1e6)]
        expected = function(precise(inputs)).astype(kind)
        if name in ("sqrt", "rsqrt"): # two roundings would not do
            expected = np.sqrt(inputs) if name == "sqrt" else kind(1) / np.sqrt(inputs)
        program.elementwise(f"math.{name}", [(type_, inputs)],
                            [Result(type_, expected, ulps)],
                            f"%r0 = math.{name} %a0 : {{{type_}}}", shapes)
    a, b = pairs_of(values[:12])
    program.elementwise("math.copysign", [(type_, a), (type_, b)], [(type_, np.copysign(a, b))],
                        f"%r0 = math.copysign %a0, %a1 : {{{type_}}}", shapes)
    program.elementwise("math.powf", [(type_, a), (type_, b)],
                        [Result(type_, np.power(precise(a), precise(b)).astype(kind), 2)],
                        f"%r0 = math.powf %a0, %a1 : {{{type_}}}", shapes)
    # One rounding: (1 + eps) * (1 - eps) - 1 is -eps^2, not 0.
    eps = np.finfo(kind).eps
    fused = [np.array(x, kind) for x in ([1 + eps, 3, 0.5, np.inf], [1 - eps, 5, 4, 2],
                                         [-1, 7, -2, 1])]
    exact = [np.inf if np.isinf(x) else float(Fraction(float(x)) * Fraction(float(y)) +
                                              Fraction(float(z))) for x, y, z in zip(*fused)]
    program.elementwise("math.fma", [(type_, x) for x in fused], [(type_, exact)],
                        f"%r0 = math.fma %a0, %a1, %a2 : {{{type_}}}", shapes)
    if type_ != "f16":
        bases = np.array([2.0, -2.0, 0.5, 10.0, -0.0, 3.0, 1.0, 7.0], kind)
        powers = [3, -3, 10, 0, 3, 1, 100, -2]
        power = [float(base) ** n if base or n > 0 else np.inf for base, n in zip(bases, powers)]
        program.elementwise("math.fpowi", [(type_, bases), ("i32", powers)],
                            [Result(type_, power, 4)],
                            f"%r0 = math.fpowi %a0, %a1 : {{{type_}}}, {{i32}}", ((),))


def main():
    program = Program()
    for type_ in FLOATS:
        add_arithmetic(program, type_)
        add_comparisons(program, type_)
        add_float_casts(program, type_)
        add_integer_casts(program, type_)
        add_constants(program, type_)
        add_math(program, type_)
    program.run()


if __name__ == "__main__":
    main()
