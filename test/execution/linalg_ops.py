# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Every named linalg op, and generic ops, on memrefs: lowered to loops, to parallel loops and as
# generic ops to loops, run, compared with numpy. Contractions are einsums; a convolution is the sum over the positions of
# its window of an einsum of slices.
import itertools

import numpy as np

from program import FLOATS, PASSES, Program, Result, shaped, signed, unsigned, width

RANDOM = np.random.RandomState(3)
PROGRAM = Program()


def values(type_, shape):
    """Small numbers, of which sums of products are exact."""
    numbers = RANDOM.randint(-4, 5, shape)
    return numbers.astype(FLOATS[type_]) if type_ in FLOATS else numbers


def memref(type_, shape):
    return shaped("memref", shape, type_)


def case(name, op, inputs, output, expected, attrs="", **options):
    """`inputs`: pairs of type and array, scalars as well; `output`: type and array that the op
    starts from."""
    body, names, types = "", [], []
    for i, (type_, array) in enumerate(inputs):
        array = np.asarray(array)
        if array.ndim == 0:
            text = f"{float(array):e}" if type_ in FLOATS else str(int(array))
            body += f"%in{i} = arith.constant {text} : {type_}\n"
            types.append(type_)
        else:
            body += PROGRAM.load(f"in{i}", type_, array)
            types.append(memref(type_, array.shape))
        names.append(f"%in{i}")
    type_, start = output
    start = np.asarray(start)
    body += PROGRAM.load("out", type_, start)
    kind = memref(type_, start.shape)
    ins = f" ins({', '.join(names)} : {', '.join(types)})" if names else ""
    body += f"{op} {attrs}{ins} outs(%out : {kind})\n"
    PROGRAM.case(f"{name} {type_}", [Result(type_, expected, **options)],
                 body + PROGRAM.dump("out", kind, start.shape, 0))


# ---- contractions

CONTRACTIONS = {
    "matmul": ("mk,kn->mn", (3, 4), (4, 5)),
    "matmul_transpose_a": ("km,kn->mn", (4, 3), (4, 5)),
    "matmul_transpose_b": ("mk,nk->mn", (3, 4), (5, 4)),
    "batch_matmul": ("bmk,bkn->bmn", (2, 3, 4), (2, 4, 5)),
    "batch_matmul_transpose_a": ("bkm,bkn->bmn", (2, 4, 3), (2, 4, 5)),
    "batch_matmul_transpose_b": ("bmk,bnk->bmn", (2, 3, 4), (2, 5, 4)),
    "batch_reduce_matmul": ("bmk,bkn->mn", (2, 3, 4), (2, 4, 5)),
    "matvec": ("mn,n->m", (3, 4), (4,)),
    "vecmat": ("n,nm->m", (4,), (4, 3)),
    "batch_matvec": ("bmk,bk->bm", (2, 3, 4), (2, 4)),
    "batch_vecmat": ("bk,bkn->bn", (2, 4), (2, 4, 3)),
    "dot": ("m,m->", (5,), (5,)),
    "mmt4d": ("mkab,nkcb->mnac", (2, 3, 4, 2), (3, 3, 2, 2)),
    "batch_mmt4d": ("zmkab,znkcb->zmnac", (2, 1, 3, 2, 2), (2, 2, 3, 2, 2)),
}


def add_contractions():
    for name, (einsum, a, b) in CONTRACTIONS.items():
        for narrow, wide in (("f32", "f32"), ("f64", "f64"), ("i32", "i32"), ("i8", "i32"),
                             ("f16", "f32")):
            if name == "batch_reduce_matmul" and narrow != wide:
                continue # like upstream, the op casts one operand only and is refused
            x, y = values(narrow, a), values(narrow, b)
            product = np.einsum(einsum, x.astype(np.float64), y.astype(np.float64))
            z = values(wide, np.shape(product))
            case(f"{name} of {narrow}", f"linalg.{name}", [(narrow, x), (narrow, y)], (wide, z),
                 product + z)
    x, y = values("i8", (3, 4)), values("i8", (4, 5))
    case("matmul of unsigned", "linalg.matmul", [("i8", x), ("i8", y)],
         ("i32", np.zeros((3, 5), int)), (x & 255) @ (y & 255),
         "{cast = #linalg.type_fn<cast_unsigned>}")
    for name, batch in (("quantized_matmul", ()), ("quantized_batch_matmul", (2,))):
        x, y = values("i8", batch + (3, 4)), values("i8", batch + (4, 5))
        z = values("i32", batch + (3, 5))
        case(name, f"linalg.{name}", [("i8", x), ("i8", y), ("i32", 3), ("i32", -2)], ("i32", z),
             (x - 3) @ (y + 2) + z)


# ---- convolutions and poolings

# name: layouts of input, filter and output. h, w, d are space.
CONVOLUTIONS = {
    "conv_1d": ("w", "w", "w"), "conv_2d": ("hw", "hw", "hw"), "conv_3d": ("dhw", "dhw", "dhw"),
    "conv_1d_nwc_wcf": ("nwc", "wcf", "nwf"), "conv_1d_ncw_fcw": ("ncw", "fcw", "nfw"),
    "conv_2d_nhwc_hwcf": ("nhwc", "hwcf", "nhwf"), "conv_2d_nhwc_fhwc": ("nhwc", "fhwc", "nhwf"),
    "conv_2d_nchw_fchw": ("nchw", "fchw", "nfhw"),
    "conv_2d_ngchw_fgchw": ("ngchw", "fgchw", "ngfhw"),
    "conv_2d_ngchw_gfchw": ("ngchw", "gfchw", "ngfhw"),
    "conv_3d_ndhwc_dhwcf": ("ndhwc", "dhwcf", "ndhwf"),
    "conv_3d_ncdhw_fcdhw": ("ncdhw", "fcdhw", "nfdhw"),
    "depthwise_conv_1d_nwc_wc": ("nwc", "wc", "nwc"),
    "depthwise_conv_1d_ncw_cw": ("ncw", "cw", "ncw"),
    "depthwise_conv_1d_nwc_wcm": ("nwc", "wcm", "nwcm"),
    "depthwise_conv_2d_nhwc_hwc": ("nhwc", "hwc", "nhwc"),
    "depthwise_conv_2d_nchw_chw": ("nchw", "chw", "nchw"),
    "depthwise_conv_2d_nhwc_hwcm": ("nhwc", "hwcm", "nhwcm"),
    "depthwise_conv_3d_ndhwc_dhwc": ("ndhwc", "dhwc", "ndhwc"),
    "depthwise_conv_3d_ncdhw_cdhw": ("ncdhw", "cdhw", "ncdhw"),
    "depthwise_conv_3d_ndhwc_dhwcm": ("ndhwc", "dhwcm", "ndhwcm"),
}
QUANTIZED = ["conv_2d_nhwc_hwcf", "conv_2d_nhwc_fhwc", "conv_2d_ngchw_gfchw", "conv_3d_ndhwc_dhwcf",
             "depthwise_conv_2d_nhwc_hwc", "depthwise_conv_2d_nhwc_hwcm"]
SPACE = "dhw"
SIZES = {"n": 2, "g": 2, "c": 3, "f": 2, "m": 2}
KERNEL = {"d": 2, "h": 3, "w": 2}
RESULT = {"d": 2, "h": 2, "w": 3}


def in_size(letter, step, dilation):
    return (RESULT[letter] - 1) * step + (KERNEL[letter] - 1) * dilation + 1


def shape_of(layout, sizes):
    return tuple(sizes[letter] for letter in layout)


def windows(array, layout, letters, steps, dilations):
    """Each position of the window, and the elements that it meets, in the result's space."""
    for offsets in itertools.product(*(range(KERNEL[letter]) for letter in letters)):
        places = dict(zip(letters, zip(offsets, steps, dilations)))
        slices = []
        for letter in layout:
            if letter not in places:
                slices.append(slice(None))
                continue
            offset, step, dilation = places[letter]
            start = offset * dilation
            slices.append(slice(start, start + (RESULT[letter] - 1) * step + 1, step))
        yield dict(zip(letters, offsets)), array[tuple(slices)]


def convolve(x, y, layouts, steps, dilations):
    source, kernel, result = layouts
    letters = [letter for letter in source if letter in SPACE]
    total = 0
    for offsets, met in windows(x, source, letters, steps, dilations):
        taps = y[tuple(offsets.get(letter, slice(None)) for letter in kernel)]
        left = "".join(letter for letter in kernel if letter not in SPACE)
        total = total + np.einsum(f"{source},{left}->{result}", met.astype(np.float64),
                                  taps.astype(np.float64))
    return total


def window_attrs(steps, dilations):
    rank = len(steps)
    return (f"{{dilations = dense<{list(dilations)}> : tensor<{rank}xi64>, "
            f"strides = dense<{list(steps)}> : tensor<{rank}xi64>}}")


def add_convolutions():
    for name, layouts in CONVOLUTIONS.items():
        letters = [letter for letter in layouts[0] if letter in SPACE]
        plain = layouts[0] == layouts[1] == layouts[2]
        variants = [((1,) * len(letters), (1,) * len(letters))]
        if not plain:
            variants.append(((2, 1, 2)[:len(letters)], (1, 2, 2)[:len(letters)]))
        for (steps, dilations), (narrow, wide) in itertools.product(
                variants, (("f32", "f32"), ("i8", "i32"))):
            sizes = dict(SIZES)
            for letter, step, dilation in zip(letters, steps, dilations):
                sizes[letter] = in_size(letter, step, dilation)
            x = values(narrow, shape_of(layouts[0], sizes))
            y = values(narrow, shape_of(layouts[1], {**SIZES, **KERNEL}))
            z = values(wide, shape_of(layouts[2], {**SIZES, **RESULT}))
            attrs = "" if plain else window_attrs(steps, dilations)
            case(f"{name} {steps} {dilations} of {narrow}", f"linalg.{name}",
                 [(narrow, x), (narrow, y)], (wide, z),
                 convolve(x, y, layouts, steps, dilations) + z, attrs)
            if narrow == "i8" and name in QUANTIZED:
                case(f"{name}_q {steps} {dilations}", f"linalg.{name}_q",
                     [("i8", x), ("i8", y), ("i32", 3), ("i32", -2)], ("i32", z),
                     convolve(x - 3, y + 2, layouts, steps, dilations) + z, attrs)


POOLINGS = {"nhwc": "hw", "nchw": "hw", "nwc": "w", "ncw": "w", "ndhwc": "dhw"}


def add_poolings():
    for layout, letters in POOLINGS.items():
        kinds = ["sum", "max"] + (["min"] if layout[-1] == "c" else [])
        if layout in ("nhwc", "nwc"):
            kinds += ["max_unsigned", "min_unsigned"]
        for kind, type_ in itertools.product(kinds, ("f32", "i32", "i8")):
            if kind.endswith("unsigned") and type_ == "f32":
                continue
            steps, dilations = (2, 1, 1)[:len(letters)], (1, 2, 1)[:len(letters)]
            sizes = dict(SIZES)
            for letter, step, dilation in zip(letters, steps, dilations):
                sizes[letter] = in_size(letter, step, dilation)
            x = values(type_, shape_of(layout, sizes))
            z = values(type_, shape_of(layout, {**SIZES, **RESULT}))
            view = (lambda a: a & ((1 << width(type_)) - 1)) if kind.endswith("unsigned") else \
                (lambda a: a)
            combine = {"sum": np.add, "max": np.maximum, "min": np.minimum}[kind[:3]]
            expected = view(z)
            for _, met in windows(x, layout, letters, steps, dilations):
                expected = combine(expected, view(met))
            window = np.zeros(shape_of(letters, KERNEL), FLOATS.get(type_, int))
            case(f"pooling_{layout}_{kind}", f"linalg.pooling_{layout}_{kind}",
                 [(type_, x), (type_, window)], (type_, z), expected,
                 window_attrs(steps, dilations))


# ---- elementwise

UNARY = {"abs": np.abs, "ceil": np.ceil, "floor": np.floor, "negf": np.negative,
         "square": np.square, "round": lambda x: np.copysign(np.floor(np.abs(x) + 0.5), x)}
UNARY_POSITIVE = {"exp": np.exp, "log": np.log, "sqrt": np.sqrt, "tanh": np.tanh,
                  "reciprocal": lambda x: 1 / x, "rsqrt": lambda x: 1 / np.sqrt(x)}
BINARY = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "max": np.maximum,
          "min": np.minimum}


def truncated_division(a, b):
    return np.sign(a) * np.sign(b) * (np.abs(a) // np.abs(b))


def add_elementwise():
    for type_ in ("f32", "f64"):
        x = np.array([[-2.5, -0.25, 0.5], [1.5, 3.75, -7.5]], FLOATS[type_])
        for name, function in UNARY.items():
            case(name, f"linalg.{name}", [(type_, x)], (type_, x * 0), function(x))
        positive = np.abs(x)
        for name, function in UNARY_POSITIVE.items():
            wide = function(positive.astype(np.longdouble)).astype(FLOATS[type_])
            case(name, f"linalg.{name}", [(type_, positive)], (type_, x * 0), wide, ulps=3)
        erf = [[0.9995930479825550, 0.2763263901682369, 0.5204998778130465],
               [0.9661051464753108, 0.9999998862727434, 1.0]]
        case("erf", "linalg.erf", [(type_, positive)], (type_, x * 0), erf, ulps=3)
        case("powf", "linalg.powf", [(type_, positive), (type_, x)], (type_, x * 0),
             np.power(positive.astype(np.longdouble), x), ulps=3)
        y = np.array([[4, -2, 0.5], [0.25, 8, -1]], FLOATS[type_])
        case("div", "linalg.div", [(type_, x), (type_, y)], (type_, x * 0), x / y)
    for type_ in ("f32", "i32", "i8"):
        x, y = values(type_, (2, 3)), values(type_, (2, 3))
        for name, function in BINARY.items():
            case(name, f"linalg.{name}", [(type_, x), (type_, y)], (type_, x * 0), function(x, y))
    x, y = values("i32", (2, 3)) * 9, values("i32", (2, 3))
    y[y == 0] = 3
    case("div", "linalg.div", [("i32", x), ("i32", y)], ("i32", x * 0), truncated_division(x, y))
    wide = lambda a: a & 0xFFFFFFFF
    case("div_unsigned", "linalg.div_unsigned", [("i32", x), ("i32", y)], ("i32", x * 0),
         wide(x) // wide(y))
    chosen = RANDOM.randint(0, 2, (2, 3))
    PROGRAM.case("select", [("i32", np.where(chosen, x, y))],
                 PROGRAM.load("k8", "i8", chosen) + PROGRAM.load("x", "i32", x)
                 + PROGRAM.load("y", "i32", y) + PROGRAM.load("out", "i32", x * 0)
                 + "%k = memref.alloc() : memref<2x3xi1>\n"
                 "linalg.map ins(%k8 : memref<2x3xi8>) outs(%k : memref<2x3xi1>)\n"
                 "(%a: i8) { %b = arith.trunci %a : i8 to i1 linalg.yield %b : i1 }\n"
                 "linalg.select ins(%k, %x, %y : memref<2x3xi1>, memref<2x3xi32>, memref<2x3xi32>) "
                 "outs(%out : memref<2x3xi32>)\n" + PROGRAM.dump("out", "memref<2x3xi32>", (2, 3), 0))
    f = values("f32", (2, 3)) + np.float32(0.75)
    case("elemwise_unary", "linalg.elemwise_unary", [("f32", f)], ("f64", np.zeros((2, 3))),
         np.abs(f), "{fun = #linalg.unary_fn<abs>}")
    case("elemwise_binary", "linalg.elemwise_binary", [("i8", x // 9), ("i8", y)],
         ("i32", x * 0), (x // 9 & 255) * (y & 255),
         "{cast = #linalg.type_fn<cast_unsigned>, fun = #linalg.binary_fn<mul>}")
    case("elemwise_binary of floats", "linalg.elemwise_binary", [("f32", f), ("f32", f + 1)],
         ("i32", x * 0), np.trunc(np.maximum(f, f + 1)).astype(int),
         "{fun = #linalg.binary_fn<max_signed>}")


def add_others():
    x = values("f32", (2, 3, 4))
    case("copy", "linalg.copy", [("f32", x)], ("f32", x * 0), x)
    case("copy that converts", "linalg.copy", [("i8", values("i8", (2, 3)) * 0 - 5)],
         ("f32", np.zeros((2, 3))), np.full((2, 3), -5))
    case("copy of unsigned", "linalg.copy", [("i8", np.full((2, 3), -5))],
         ("i32", np.zeros((2, 3), int)), np.full((2, 3), 251),
         "{cast = #linalg.type_fn<cast_unsigned>}")
    case("fill", "linalg.fill", [("f32", 2.5)], ("f32", x), np.full((2, 3, 4), 2.5))
    case("fill that converts", "linalg.fill", [("i32", 7)], ("f32", x), np.full((2, 3, 4), 7))
    for order in itertools.permutations(range(3)):
        moved = x.transpose(order)
        PROGRAM.case(f"transpose {order}", [("f32", moved)],
                     PROGRAM.load("x", "f32", x) + PROGRAM.load("out", "f32", moved * 0)
                     + f"linalg.transpose ins(%x : {memref('f32', x.shape)}) "
                     f"outs(%out : {memref('f32', moved.shape)}) permutation = {list(order)}\n"
                     + PROGRAM.dump("out", memref("f32", moved.shape), moved.shape, 0))
    row = values("f32", (4,))
    for dims, shape, expected in (([0, 1], (2, 3, 4), np.broadcast_to(row, (2, 3, 4))),
                                  ([1, 2], (4, 2, 3), np.broadcast_to(row[:, None, None], (4, 2, 3)))):
        PROGRAM.case(f"broadcast {dims}", [("f32", expected)],
                     PROGRAM.load("x", "f32", row) + PROGRAM.load("out", "f32", np.zeros(shape))
                     + f"linalg.broadcast ins(%x : memref<4xf32>) outs(%out : "
                     f"{memref('f32', shape)}) dimensions = {dims}\n"
                     + PROGRAM.dump("out", memref("f32", shape), shape, 0))
    for dims in ([0], [1], [2], [0, 2], [0, 1, 2]):
        start = values("f32", tuple(n for i, n in enumerate(x.shape) if i not in dims))
        kind = memref("f32", start.shape)
        PROGRAM.case(f"reduce {dims}", [("f32", x.sum(tuple(dims)) + start)],
                     PROGRAM.load("x", "f32", x) + PROGRAM.load("out", "f32", start)
                     + f"linalg.reduce {{ arith.addf }} ins(%x : {memref('f32', x.shape)}) "
                     f"outs(%out : {kind}) dimensions = {dims}\n"
                     + PROGRAM.dump("out", kind, start.shape, 0))
    y = values("f32", (2, 3, 4))
    kind = memref("f32", x.shape)
    PROGRAM.case("map", [("f32", x * y + 1)],
                 PROGRAM.load("x", "f32", x) + PROGRAM.load("y", "f32", y)
                 + PROGRAM.load("out", "f32", x * 0)
                 + f"linalg.map ins(%x, %y : {kind}, {kind}) outs(%out : {kind})\n"
                 "(%a: f32, %b: f32) { %one = arith.constant 1.0 : f32 %p = arith.mulf %a, %b : f32 "
                 "%q = arith.addf %p, %one : f32 linalg.yield %q : f32 }\n"
                 + PROGRAM.dump("out", kind, x.shape, 0))
    add_random()
    add_generic()


def add_random():
    """fill_rng_2d: a linear congruence of the indices and the seed, scaled to the range."""
    low, high, seed = -1000.0, 1000.0, 42
    step = lambda number: signed((number * 1103515245 + 12345), 32)
    expected = [[(2147483647.0 + step(signed(j + step(signed(i + seed, 32)), 32)))
                 * ((high - low) * 2.3283064e-10) + low for j in range(4)] for i in range(3)]
    case("fill_rng_2d", "linalg.fill_rng_2d", [("f64", low), ("f64", high), ("i32", seed)],
         ("f32", np.zeros((3, 4))), expected)


def add_generic():
    x = values("f32", (4, 5))
    PROGRAM.case("generic with indices", [("f32", x.T + np.arange(5)[:, None] * 10 + np.arange(4))],
                 PROGRAM.load("x", "f32", x) + PROGRAM.load("out", "f32", np.zeros((5, 4)))
                 + "linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, "
                 "affine_map<(i, j) -> (j, i)>], iterator_types = [\"parallel\", \"parallel\"]} "
                 "ins(%x : memref<4x5xf32>) outs(%out : memref<5x4xf32>) {\n^bb0(%a: f32, %b: f32):\n"
                 "%i = linalg.index 0 : index\n%j = linalg.index 1 : index\n"
                 "%ten = arith.constant 10 : index\n%t = arith.muli %j, %ten : index\n"
                 "%n = arith.addi %t, %i : index\n%k = arith.index_cast %n : index to i32\n"
                 "%f = arith.sitofp %k : i32 to f32\n%s = arith.addf %a, %f : f32\n"
                 "linalg.yield %s : f32\n}\n" + PROGRAM.dump("out", "memref<5x4xf32>", (5, 4), 0))
    PROGRAM.case("generic with two results", [("f32", x.sum(1)), ("f32", x.max(1))],
                 PROGRAM.load("x", "f32", x) + PROGRAM.load("s", "f32", np.zeros(4))
                 + PROGRAM.load("m", "f32", np.full(4, -100.0))
                 + "linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, "
                 "affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i)>], "
                 "iterator_types = [\"parallel\", \"reduction\"]} ins(%x : memref<4x5xf32>) "
                 "outs(%s, %m : memref<4xf32>, memref<4xf32>) {\n^bb0(%a: f32, %b: f32, %c: f32):\n"
                 "%p = arith.addf %a, %b : f32\n%q = arith.maximumf %a, %c : f32\n"
                 "linalg.yield %p, %q : f32, f32\n}\n" + PROGRAM.dump("s", "memref<4xf32>", (4,), 0)
                 + "\n" + PROGRAM.dump("m", "memref<4xf32>", (4,), 1))
    strided = "memref<2x3xf32, strided<[10, 2], offset: ?>>"
    PROGRAM.case("generic on views", [("f32", x[0:4:2, 0:5:2] * 2)],
                 PROGRAM.load("x", "f32", x) + PROGRAM.load("out", "f32", np.zeros((2, 3)))
                 + "%c0 = arith.constant 0 : index\n"
                 "%v = memref.subview %x[%c0, 0] [2, 3] [2, 2] : memref<4x5xf32> to "
                 f"{strided}\nlinalg.add ins(%v, %v : {strided}, {strided}) "
                 "outs(%out : memref<2x3xf32>)\n" + PROGRAM.dump("out", "memref<2x3xf32>", (2, 3), 0))


def main():
    add_contractions()
    add_convolutions()
    add_poolings()
    add_elementwise()
    add_others()
    loops = PASSES.index("convert-linalg-to-loops")
    parallel = PASSES[:loops] + ["convert-linalg-to-parallel-loops"] + PASSES[loops + 1:]
    PROGRAM.run(PASSES, parallel, ["linalg-generalize-named-ops"] + PASSES)


if __name__ == "__main__":
    main()
