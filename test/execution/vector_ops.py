# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Vector ops lowered to LLVM and run: what moves lanes around, what reads and writes memory, and
# what combines. Expected values are numpy's.
import itertools
import sys

import numpy as np

from program import FLOATS, Program, Result, shaped, signed, width

RANDOM = np.random.RandomState(2)


def index(**values):
    return "".join(f"%{name} = arith.constant {value} : index\n" for name, value in values.items())


def numbers(type_, *shape):
    values = np.arange(int(np.prod(shape, dtype=int))).reshape(shape)
    if type_ in FLOATS:
        return values.astype(FLOATS[type_]) / 4 - 2
    return values * 3 - 7


def read(name, type_, values):
    """Text that makes the vector %name of an array."""
    values = np.asarray(values)
    flat = f"vector<{values.size}x{type_}>"
    kind = f"memref<{values.size}x{type_}>"
    whole = shaped("vector", values.shape, type_)
    text = PROGRAM.load(f"{name}_m", type_, values.reshape(-1)) + index(**{f"{name}_at": 0})
    if values.ndim == 1:
        return text + f"%{name} = vector.load %{name}_m[%{name}_at] : {kind}, {flat}\n"
    return (text + f"%{name}_f = vector.load %{name}_m[%{name}_at] : {kind}, {flat}\n"
            f"%{name} = vector.shape_cast %{name}_f : {flat} to {whole}\n")


def write(name, type_, shape, result=0):
    """Text that stores the vector %name into a result."""
    size = int(np.prod(shape, dtype=int))
    flat = f"vector<{size}x{type_}>"
    whole = shaped("vector", shape, type_)
    at = f"%{name}_to{result}"
    text = f"{at} = arith.constant 0 : index\n"
    if not shape:
        return text + f"memref.store %{name}, %r{result}[{at}] : {{r{result}}}\n"
    if len(shape) == 1:
        return text + f"vector.store %{name}, %r{result}[{at}] : {{r{result}}}, {flat}\n"
    return (text + f"%{name}_flat{result} = vector.shape_cast %{name} : {whole} to {flat}\n"
            f"vector.store %{name}_flat{result}, %r{result}[{at}] : {{r{result}}}, {flat}\n")


def case(name, type_, inputs, text, expected, **options):
    """`inputs`: names and arrays; `text` makes the vector or scalar %v."""
    expected = np.asarray(expected)
    body = "".join(read(key, type_, values) for key, values in inputs.items())
    PROGRAM.case(f"{name} {type_}", [Result(type_, expected, **options)],
                 body + text + write("v", type_, expected.shape))


def vector(type_, *shape):
    return shaped("vector", shape, type_)


PROGRAM = Program()

# ---- lanes


def add_lanes(t):
    a, b = numbers(t, 8), numbers(t, 8)[::-1].copy()
    m = numbers(t, 3, 4)
    case("shuffle", t, {"a": a, "b": b},
         f"%v = vector.shuffle %a, %b [0, 8, 15, 3, 3, 9] : {vector(t, 8)}, {vector(t, 8)}\n",
         np.concatenate([a, b])[[0, 8, 15, 3, 3, 9]])
    case("shuffle of rows", t, {"a": m, "b": m + m[1, 1]},
         f"%v = vector.shuffle %a, %b [4, 0, 2, 5] : {vector(t, 3, 4)}, {vector(t, 3, 4)}\n",
         np.concatenate([m, m + m[1, 1]])[[4, 0, 2, 5]])
    case("transpose", t, {"a": m}, f"%v = vector.transpose %a, [1, 0] : {vector(t, 3, 4)} to "
         f"{vector(t, 4, 3)}\n", m.T)
    cube = numbers(t, 2, 3, 4)
    for order in itertools.permutations(range(3)):
        moved = cube.transpose(order)
        case(f"transpose {order}", t, {"a": cube}, f"%v = vector.transpose %a, {list(order)} : "
             f"{vector(t, 2, 3, 4)} to {vector(t, *moved.shape)}\n", moved)
    case("broadcast of a scalar", t, {"a": a}, f"%x = vector.extract %a[3] : {t} from "
         f"{vector(t, 8)}\n%v = vector.broadcast %x : {t} to {vector(t, 2, 3)}\n",
         np.full((2, 3), a[3]))
    case("splat", t, {"a": a}, f"%x = vector.extract %a[5] : {t} from {vector(t, 8)}\n"
         f"%v = vector.splat %x : {vector(t, 2, 3)}\n", np.full((2, 3), a[5]))
    case("broadcast of a row", t, {"a": a}, f"%v = vector.broadcast %a : {vector(t, 8)} to "
         f"{vector(t, 2, 3, 8)}\n", np.broadcast_to(a, (2, 3, 8)))
    case("broadcast that stretches", t, {"a": m[:, :1]}, f"%v = vector.broadcast %a : "
         f"{vector(t, 3, 1)} to {vector(t, 2, 3, 4)}\n", np.broadcast_to(m[:, :1], (2, 3, 4)))
    case("broadcast that stretches rows", t, {"a": m[:1]}, f"%v = vector.broadcast %a : "
         f"{vector(t, 1, 4)} to {vector(t, 3, 4)}\n", np.broadcast_to(m[:1], (3, 4)))
    case("shape_cast", t, {"a": m}, f"%v = vector.shape_cast %a : {vector(t, 3, 4)} to "
         f"{vector(t, 2, 6)}\n", m.reshape(2, 6))
    case("extract of a row", t, {"a": cube}, f"%v = vector.extract %a[1, 2] : {vector(t, 4)} from "
         f"{vector(t, 2, 3, 4)}\n", cube[1, 2])
    case("extract of a plane", t, {"a": cube}, f"%v = vector.extract %a[1] : {vector(t, 3, 4)} "
         f"from {vector(t, 2, 3, 4)}\n", cube[1])
    case("extract at run time", t, {"a": a}, index(i=6) + f"%v = vector.extract %a[%i] : {t} from "
         f"{vector(t, 8)}\n", a[6])
    case("extract in a row at run time", t, {"a": m}, index(i=2)
         + f"%v = vector.extract %a[1, %i] : {t} from {vector(t, 3, 4)}\n", m[1, 2])
    case("extractelement", t, {"a": a}, index(i=3)
         + f"%v = vector.extractelement %a[%i : index] : {vector(t, 8)}\n", a[3])
    changed = cube.copy()
    changed[1, 0] = m[2]
    case("insert of a row", t, {"a": cube, "r": m[2]}, f"%v = vector.insert %r, %a[1, 0] : "
         f"{vector(t, 4)} into {vector(t, 2, 3, 4)}\n", changed)
    changed = a.copy()
    changed[5] = b[0]
    for at in ("5", "%i"):
        case(f"insert at {at}", t, {"a": a, "b": b}, index(i=5)
             + f"%x = vector.extract %b[0] : {t} from {vector(t, 8)}\n"
             f"%v = vector.insert %x, %a[{at}] : {t} into {vector(t, 8)}\n", changed)
    case("insertelement", t, {"a": a, "b": b}, index(i=5)
         + f"%x = vector.extract %b[0] : {t} from {vector(t, 8)}\n"
         f"%v = vector.insertelement %x, %a[%i : index] : {vector(t, 8)}\n", changed)
    case("extract_strided_slice", t, {"a": cube}, "%v = vector.extract_strided_slice %a "
         "{offsets = [0, 1, 2], sizes = [2, 2, 2], strides = [1, 1, 1]} : "
         f"{vector(t, 2, 3, 4)} to {vector(t, 2, 2, 2)}\n", cube[:, 1:3, 2:4])
    case("extract_strided_slice of rows", t, {"a": cube}, "%v = vector.extract_strided_slice %a "
         "{offsets = [1, 1], sizes = [1, 2], strides = [1, 1]} : "
         f"{vector(t, 2, 3, 4)} to {vector(t, 1, 2, 4)}\n", cube[1:2, 1:3])
    changed = cube.copy()
    changed[1, 1:3, 1:3] = m[:2, :2]
    case("insert_strided_slice", t, {"a": cube, "b": m[:2, :2]},
         "%v = vector.insert_strided_slice %b, %a {offsets = [1, 1, 1], strides = [1, 1]} : "
         f"{vector(t, 2, 2)} into {vector(t, 2, 3, 4)}\n", changed)
    case("interleave", t, {"a": a, "b": b}, f"%v = vector.interleave %a, %b : {vector(t, 8)} -> "
         f"{vector(t, 16)}\n", np.stack([a, b], 1).reshape(16))
    case("interleave of rows", t, {"a": m, "b": m + m[0, 1]},
         f"%v = vector.interleave %a, %b : {vector(t, 3, 4)} -> {vector(t, 3, 8)}\n",
         np.stack([m, m + m[0, 1]], 2).reshape(3, 8))
    case("deinterleave", t, {"a": a}, f"%v, %w = vector.deinterleave %a : {vector(t, 8)} -> "
         f"{vector(t, 4)}\n", a[::2])
    case("from_elements", t, {"a": a}, "".join(
        f"%x{i} = vector.extract %a[{i}] : {t} from {vector(t, 8)}\n" for i in range(6))
         + f"%v = vector.from_elements %x5, %x1, %x2, %x0, %x4, %x3 : {vector(t, 2, 3)}\n",
         a[[5, 1, 2, 0, 4, 3]].reshape(2, 3))
    case("flat_transpose", t, {"a": m.reshape(12)},
         "%v = vector.flat_transpose %a {rows = 3 : i32, columns = 4 : i32} : "
         f"{vector(t, 12)} -> {vector(t, 12)}\n", m.reshape(4, 3).T.reshape(12))


# ---- memory


def transfer_map(text):
    return f", permutation_map = affine_map<{text}>"


def add_transfers(t):
    base = numbers(t, 5, 7)
    kind = f"memref<5x7x{t}>"
    load = PROGRAM.load("m", t, base)
    pad = base[0, 0]
    literal = f"{pad:e}" if t in FLOATS else str(pad)
    head = load + f"%pad = arith.constant {literal} : {t}\n"

    def transfer(name, text, expected, **names):
        expected = np.asarray(expected)
        PROGRAM.case(f"{name} {t}", [(t, expected)],
                     head + index(**names) + text + write("v", t, expected.shape))

    transfer("transfer_read", f"%v = vector.transfer_read %m[%i, %j], %pad {{in_bounds = [true]}} "
             f": {kind}, {vector(t, 4)}\n", base[2, 3:7], i=2, j=3)
    beyond = np.full(4, pad)
    beyond[:2] = base[4, 5:7]
    transfer("transfer_read beyond the end", f"%v = vector.transfer_read %m[%i, %j], %pad : "
             f"{kind}, {vector(t, 4)}\n", beyond, i=4, j=5)
    transfer("load", f"%v = vector.load %m[%i, %j] : {kind}, {vector(t, 4)}\n", base[1, 2:6],
             i=1, j=2)
    masked = np.where([True, False, True, True], base[1, 2:6], pad)
    mask = ("%k0 = arith.constant dense<[true, false, true, true]> : vector<4xi1>\n"
            f"%p = vector.broadcast %pad : {t} to {vector(t, 4)}\n")
    transfer("maskedload", mask + f"%v = vector.maskedload %m[%i, %j], %k0, %p : {kind}, "
             f"vector<4xi1>, {vector(t, 4)} into {vector(t, 4)}\n", masked, i=1, j=2)
    transfer("transfer_read with a mask", mask + "%v = vector.transfer_read %m[%i, %j], %pad, %k0 "
             f"{{in_bounds = [true]}} : {kind}, {vector(t, 4)}\n", masked, i=1, j=2)
    picked = base[1, [0, 5, 2, 6]]
    places = "%x = arith.constant dense<[0, 5, 2, 6]> : vector<4xindex>\n"
    transfer("gather", places + mask + f"%v = vector.gather %m[%i, %j] [%x], %k0, %p : {kind}, "
             f"vector<4xindex>, vector<4xi1>, {vector(t, 4)} into {vector(t, 4)}\n",
             np.where([True, False, True, True], picked, pad), i=1, j=0)
    expanded = np.array([base[1, 2], pad, base[1, 3], base[1, 4]])
    transfer("expandload", mask + f"%v = vector.expandload %m[%i, %j], %k0, %p : {kind}, "
             f"vector<4xi1>, {vector(t, 4)} into {vector(t, 4)}\n", expanded, i=1, j=2)

    def change(name, text, expected, **names):
        PROGRAM.case(f"{name} {t}", [(t, expected)],
                     head + read("a", t, numbers(t, 4) * 2) + index(**names) + text + "\n"
                     + PROGRAM.dump("m", kind, (5, 7), 0))

    a = numbers(t, 4) * 2
    changed = base.copy()
    changed[3, 1:5] = a
    change("transfer_write", f"vector.transfer_write %a, %m[%i, %j] {{in_bounds = [true]}} : "
           f"{vector(t, 4)}, {kind}", changed, i=3, j=1)
    change("store", f"vector.store %a, %m[%i, %j] : {kind}, {vector(t, 4)}", changed, i=3, j=1)
    changed = base.copy()
    changed[3, 5:7] = a[:2]
    change("transfer_write beyond the end", f"vector.transfer_write %a, %m[%i, %j] : "
           f"{vector(t, 4)}, {kind}", changed, i=3, j=5)
    keep = np.array([True, False, True, True])
    changed = base.copy()
    changed[3, 1:5] = np.where(keep, a, base[3, 1:5])
    change("maskedstore", mask + f"vector.maskedstore %m[%i, %j], %k0, %a : {kind}, vector<4xi1>, "
           f"{vector(t, 4)}", changed, i=3, j=1)
    changed = base.copy()
    changed[2, [6, 3, 1]] = a[keep]
    change("scatter", mask + "%x = arith.constant dense<[6, 0, 3, 1]> : vector<4xindex>\n"
           f"vector.scatter %m[%i, %j] [%x], %k0, %a : {kind}, vector<4xindex>, vector<4xi1>, "
           f"{vector(t, 4)}", changed, i=2, j=0)
    changed = base.copy()
    changed[2, 1:4] = a[keep]
    change("compressstore", mask + f"vector.compressstore %m[%i, %j], %k0, %a : {kind}, "
           f"vector<4xi1>, {vector(t, 4)}", changed, i=2, j=1)


# ---- combining

KINDS = {"add": lambda x, axis: x.sum(axis), "mul": lambda x, axis: x.prod(axis)}
INTEGER_KINDS = {"minsi": np.min, "maxsi": np.max, "and": np.bitwise_and.reduce,
                 "or": np.bitwise_or.reduce, "xor": np.bitwise_xor.reduce}
UNSIGNED_KINDS = {"minui": np.min, "maxui": np.max}
FLOAT_KINDS = {"minimumf": np.min, "maximumf": np.max, "minnumf": np.min, "maxnumf": np.max}


def kinds_of(t):
    if t in FLOATS:
        return {**KINDS, **FLOAT_KINDS}
    unsigned_of = lambda function: lambda x, axis: signed_array(
        function(x.astype(object) & ((1 << width(t)) - 1), axis), t)
    return {**KINDS, **INTEGER_KINDS,
            **{name: unsigned_of(function) for name, function in UNSIGNED_KINDS.items()}}


def signed_array(values, t):
    return np.vectorize(lambda x: signed(int(x), width(t)), otypes=[object])(values)


def small(t, *shape):
    """Values of which sums and products are exact."""
    values = RANDOM.randint(-3, 4, shape)
    values[values == 0] = 2
    return values.astype(FLOATS[t]) if t in FLOATS else values


def add_reductions(t):
    a = small(t, 8)
    m = small(t, 3, 4)
    for kind, function in kinds_of(t).items():
        case(f"reduction {kind}", t, {"a": a}, f"%v = vector.reduction <{kind}>, %a : "
             f"{vector(t, 8)} into {t}\n", function(a, 0))
        case(f"reduction {kind} from a start", t, {"a": a, "s": a[:1] * 2},
             f"%x = vector.extract %s[0] : {t} from {vector(t, 1)}\n"
             f"%v = vector.reduction <{kind}>, %a, %x : {vector(t, 8)} into {t}\n",
             function(np.append(a, a[0] * 2), 0))
        for dims, shape in (([0], (4,)), ([1], (3,)), ([0, 1], ())):
            start = small(t, *shape) if shape else small(t, 1)
            stacked = np.concatenate([m.transpose(dims + [i for i in (0, 1) if i not in dims])
                                      .reshape(-1, *shape), start.reshape(1, *shape)])
            text = "" if shape else f"%s = vector.extract %s1[0] : {t} from {vector(t, 1)}\n"
            type_ = vector(t, *shape) if shape else t
            case(f"multi_reduction {kind} {dims}", t, {"a": m, "s" if shape else "s1": start},
                 text + f"%v = vector.multi_reduction <{kind}>, %a, %s {dims} : "
                 f"{vector(t, 3, 4)} to {type_}\n", function(stacked, 0))


CONTRACTIONS = [
    # name, maps, iterators, einsum, shapes
    ("matmul", "(i, j, k) -> (i, k)", "(i, j, k) -> (k, j)", "(i, j, k) -> (i, j)",
     ["parallel", "parallel", "reduction"], "ik,kj->ij", (3, 4), (4, 5), (3, 5)),
    ("matmul transposed", "(i, j, k) -> (k, i)", "(i, j, k) -> (j, k)", "(i, j, k) -> (j, i)",
     ["parallel", "parallel", "reduction"], "ki,jk->ji", (4, 3), (5, 4), (5, 3)),
    ("matvec", "(i, k) -> (i, k)", "(i, k) -> (k)", "(i, k) -> (i)",
     ["parallel", "reduction"], "ik,k->i", (3, 4), (4,), (3,)),
    ("vecmat", "(i, k) -> (k)", "(i, k) -> (k, i)", "(i, k) -> (i)",
     ["parallel", "reduction"], "k,ki->i", (4,), (4, 3), (3,)),
    ("dot", "(k) -> (k)", "(k) -> (k)", "(k) -> ()", ["reduction"], "k,k->", (4,), (4,), ()),
    ("batch", "(b, i, j, k) -> (b, i, k)", "(b, i, j, k) -> (b, k, j)",
     "(b, i, j, k) -> (b, i, j)", ["parallel", "parallel", "parallel", "reduction"],
     "bik,bkj->bij", (2, 3, 2), (2, 2, 4), (2, 3, 4)),
    ("two reductions", "(i, k, l) -> (i, k, l)", "(i, k, l) -> (k, l)", "(i, k, l) -> (i)",
     ["parallel", "reduction", "reduction"], "ikl,kl->i", (3, 2, 4), (2, 4), (3,)),
]


def add_contractions(t):
    for name, left, right, out, iterators, einsum, a, b, c in CONTRACTIONS:
        x, y = small(t, *a), small(t, *b)
        z = small(t, *c) if c else small(t, 1)
        maps = ", ".join(f"affine_map<{text}>" for text in (left, right, out))
        types = ", ".join(f'"{kind}"' for kind in iterators)
        text = "" if c else f"%z = vector.extract %z1[0] : {t} from {vector(t, 1)}\n"
        accumulator = vector(t, *c) if c else t
        case(f"contract {name}", t, {"x": x, "y": y, "z" if c else "z1": z},
             text + f"%v = vector.contract {{indexing_maps = [{maps}], iterator_types = [{types}], "
             f"kind = #vector.kind<add>}} %x, %y, %z : {vector(t, *a)}, {vector(t, *b)} into "
             f"{accumulator}\n", np.einsum(einsum, x, y) + (z if c else z[0]))
    a, b, c = small(t, 3), small(t, 4), small(t, 3, 4)
    case("outerproduct", t, {"a": a, "b": b}, f"%v = vector.outerproduct %a, %b : {vector(t, 3)}, "
         f"{vector(t, 4)}\n", np.outer(a, b))
    case("outerproduct that adds", t, {"a": a, "b": b, "c": c},
         f"%v = vector.outerproduct %a, %b, %c {{kind = #vector.kind<add>}} : {vector(t, 3)}, "
         f"{vector(t, 4)}\n", np.outer(a, b) + c)
    largest = "maxsi" if t not in FLOATS else "maxnumf"
    case("outerproduct with the maximum", t, {"a": a, "b": b, "c": c},
         f"%v = vector.outerproduct %a, %b, %c {{kind = #vector.kind<{largest}>}} : "
         f"{vector(t, 3)}, {vector(t, 4)}\n", np.maximum(np.outer(a, b), c))
    case("outerproduct with a scalar", t, {"a": a, "b": b},
         f"%x = vector.extract %b[1] : {t} from {vector(t, 4)}\n"
         f"%v = vector.outerproduct %a, %x : {vector(t, 3)}, {t}\n", a * b[1])
    x, y = small(t, 2, 4), small(t, 4, 3)
    # matrix_multiply keeps its matrices by columns.
    case("matrix_multiply", t, {"a": x.T.reshape(8), "b": y.T.reshape(12)},
         "%v = vector.matrix_multiply %a, %b {lhs_rows = 2 : i32, lhs_columns = 4 : i32, "
         f"rhs_columns = 3 : i32}} : ({vector(t, 8)}, {vector(t, 12)}) -> {vector(t, 6)}\n",
         (x @ y).T.reshape(6))
    narrow = {"i32": "i8", "i64": "i16", "f32": "f16", "f64": "f32"}.get(t)
    if narrow:
        x, y, z = small(narrow, 3, 4), small(narrow, 4, 5), small(t, 3, 5)
        maps = ", ".join(f"affine_map<{text}>" for text in CONTRACTIONS[0][1:4])
        PROGRAM.case(f"contract of {narrow} {t}", [(t, x.astype(z.dtype) @ y.astype(z.dtype) + z)],
                     read("x", narrow, x) + read("y", narrow, y) + read("z", t, z)
                     + f"%v = vector.contract {{indexing_maps = [{maps}], iterator_types = "
                     "[\"parallel\", \"parallel\", \"reduction\"], kind = #vector.kind<add>} "
                     f"%x, %y, %z : {vector(narrow, 3, 4)}, {vector(narrow, 4, 5)} into "
                     f"{vector(t, 3, 5)}\n" + write("v", t, (3, 5)))
    if t in FLOATS:
        a, b, c = small(t, 2, 4), small(t, 2, 4), small(t, 2, 4)
        case("fma", t, {"a": a, "b": b, "c": c}, f"%v = vector.fma %a, %b, %c : "
             f"{vector(t, 2, 4)}\n", a * b + c)


def add_masks():
    for sizes in ((0, 0), (1, 3), (2, 2), (5, 9), (-1, 2)):
        expected = np.zeros((3, 4), int)
        expected[:max(sizes[0], 0), :max(sizes[1], 0)] = 1
        PROGRAM.case(f"create_mask {sizes}", [("i8", expected)],
                     index(a=sizes[0], b=sizes[1])
                     + "%k = vector.create_mask %a, %b : vector<3x4xi1>\n"
                     "%v = arith.extui %k : vector<3x4xi1> to vector<3x4xi8>\n"
                     + write("v", "i8", (3, 4)))
    expected = np.zeros((3, 4), int)
    expected[:2, :3] = 1
    PROGRAM.case("constant_mask", [("i8", expected)],
                 "%k = vector.constant_mask [2, 3] : vector<3x4xi1>\n"
                 "%v = arith.extui %k : vector<3x4xi1> to vector<3x4xi8>\n"
                 + write("v", "i8", (3, 4)))
    PROGRAM.case("step", [("index", range(8))],
                 "%v = vector.step : vector<8xindex>\n" + write("v", "index", (8,)))
    bits = np.arange(16, dtype=np.uint8)
    PROGRAM.case("bitcast", [("i32", bits.view(np.int32).reshape(2, 2))],
                 read("a", "i8", bits.astype(int).reshape(2, 8))
                 + "%v = vector.bitcast %a : vector<2x8xi8> to vector<2x2xi32>\n"
                 + write("v", "i32", (2, 2)))


MASK = [True, False, True, False]


def add_masked(t):
    a = small(t, 4)
    mask = "%k = arith.constant dense<[true, false, true, false]> : vector<4xi1>\n"
    for kind, function in kinds_of(t).items():
        case(f"masked reduction {kind}", t, {"a": a, "s": a[1:2]},
             mask + f"%x = vector.extract %s[0] : {t} from {vector(t, 1)}\n"
             f"%v = vector.mask %k {{ vector.reduction <{kind}>, %a, %x : {vector(t, 4)} into {t} "
             f"}} : vector<4xi1> -> {t}\n", function(np.append(a[MASK], a[1]), 0))
    rows = small(t, 2, 4)
    case("masked multi_reduction", t, {"a": rows, "s": a[:2]},
         "%k = arith.constant dense<[[true, false, true, false], [false, true, true, true]]> : "
         "vector<2x4xi1>\n"
         f"%v = vector.mask %k {{ vector.multi_reduction <add>, %a, %s [1] : {vector(t, 2, 4)} to "
         f"{vector(t, 2)} }} : vector<2x4xi1> -> {vector(t, 2)}\n",
         [rows[0][MASK].sum() + a[0], rows[1][1:].sum() + a[1]])
    base = numbers(t, 6)
    kind = f"memref<6x{t}>"
    load = PROGRAM.load("m", t, base) + index(i=1) + mask
    pad = "%x = vector.extract %p[0] : {0} from {1}\n".format(t, vector(t, 4))
    case("masked transfer_read", t, {"p": a}, load + pad
         + f"%v = vector.mask %k {{ vector.transfer_read %m[%i], %x {{in_bounds = [true]}} : "
         f"{kind}, {vector(t, 4)} }} : vector<4xi1> -> {vector(t, 4)}\n",
         np.where(MASK, base[1:5], a[0]))
    case("masked transfer_read with others", t, {"p": a}, load + pad
         + f"%v = vector.mask %k, %p {{ vector.transfer_read %m[%i], %x {{in_bounds = [true]}} : "
         f"{kind}, {vector(t, 4)} }} : vector<4xi1> -> {vector(t, 4)}\n",
         np.where(MASK, base[1:5], a))
    changed = base.copy()
    changed[[1, 3]] = a[MASK]
    PROGRAM.case(f"masked transfer_write {t}", [(t, changed)], read("a", t, a) + load
                 + f"vector.mask %k {{ vector.transfer_write %a, %m[%i] {{in_bounds = [true]}} : "
                 f"{vector(t, 4)}, {kind} }} : vector<4xi1>\n"
                 + PROGRAM.dump("m", kind, (6,), 0))


def main():
    for t in ("f32", "f64", "i32", "i8", "i64"):
        add_lanes(t)
        add_transfers(t)
        add_reductions(t)
        add_contractions(t)
        if "--interpret" not in sys.argv:  # vector.mask is not interpreted
            add_masked(t)
    add_masks()
    PROGRAM.run()


if __name__ == "__main__":
    main()
