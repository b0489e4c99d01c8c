# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Memrefs lowered to LLVM: views, copies, casts, globals, allocations, atomics. What a view shows
# is written out element by element and compared with the same view of a numpy array.
import numpy as np

from program import FLOATS, Program, signed, unsigned

TYPES = ["i8", "i32", "i64", "f32", "f64", "index"]


def numbers(type_, *shape):
    values = np.arange(int(np.prod(shape))).reshape(shape)
    if type_ in FLOATS:
        return values.astype(FLOATS[type_]) / 4 - 3
    return (values * 7 - 11) % 128 if type_ == "i8" else values * 7 - 11


def constants(**values):
    return "".join(f"%{name} = arith.constant {value} : index\n" for name, value in values.items())


def add_views(program, type_):
    base = numbers(type_, 6, 10)
    kind = f"memref<6x10x{type_}>"

    def view(name, text, result, expected, **values):
        expected = np.asarray(expected)
        program.case(f"{name} {type_}", [(type_, expected)],
                     program.load("m", type_, base) + constants(**values) + text + "\n"
                     + program.dump("v", result, expected.shape, 0))

    view("subview", f"%v = memref.subview %m[1, 2] [3, 4] [2, 1] : {kind} to "
         f"memref<3x4x{type_}, strided<[20, 1], offset: 12>>",
         f"memref<3x4x{type_}, strided<[20, 1], offset: 12>>", base[1:6:2, 2:6])
    dynamic = f"memref<?x?x{type_}, strided<[?, ?], offset: ?>>"
    view("subview of unknown sizes", f"%v = memref.subview %m[%a, %b] [%n, %k] [%s, %t] : {kind} "
         f"to {dynamic}", dynamic, base[1:6:2, 1:9:3], a=1, b=1, n=3, k=3, s=2, t=3)
    view("subview of a subview",
         f"%u = memref.subview %m[%a, 1] [4, 8] [1, 1] : {kind} to "
         f"memref<4x8x{type_}, strided<[10, 1], offset: ?>>\n"
         f"%v = memref.subview %u[1, %b] [2, 3] [2, 2] : "
         f"memref<4x8x{type_}, strided<[10, 1], offset: ?>> to "
         f"memref<2x3x{type_}, strided<[20, 2], offset: ?>>",
         f"memref<2x3x{type_}, strided<[20, 2], offset: ?>>", base[2:6, 1:9][1:4:2, 2:8:2],
         a=2, b=2)
    view("subview that drops a dimension",
         f"%v = memref.subview %m[%a, 3] [1, 5] [1, 1] : {kind} to "
         f"memref<5x{type_}, strided<[1], offset: ?>>",
         f"memref<5x{type_}, strided<[1], offset: ?>>", base[4, 3:8], a=4)
    view("subview of a column",
         f"%v = memref.subview %m[0, %a] [6, 1] [1, 1] : {kind} to "
         f"memref<6x{type_}, strided<[10], offset: ?>>",
         f"memref<6x{type_}, strided<[10], offset: ?>>", base[:, 7], a=7)
    view("transpose", f"%v = memref.transpose %m (i, j) -> (j, i) : {kind} to "
         f"memref<10x6x{type_}, strided<[1, 10]>>", f"memref<10x6x{type_}, strided<[1, 10]>>",
         base.T)
    view("collapse_shape", f"%v = memref.collapse_shape %m [[0, 1]] : {kind} into "
         f"memref<60x{type_}>", f"memref<60x{type_}>", base.reshape(60))
    view("expand_shape", f"%v = memref.expand_shape %m [[0, 1], [2]] output_shape [2, 3, 10] : "
         f"{kind} into memref<2x3x10x{type_}>", f"memref<2x3x10x{type_}>", base.reshape(2, 3, 10))
    view("expand_shape of unknown sizes",
         f"%u = memref.cast %m : {kind} to memref<?x10x{type_}>\n"
         f"%w = memref.expand_shape %u [[0, 1], [2]] output_shape [%a, 2, 10] : "
         f"memref<?x10x{type_}> into memref<?x2x10x{type_}>\n"
         f"%v = memref.collapse_shape %w [[0], [1, 2]] : memref<?x2x10x{type_}> into "
         f"memref<?x20x{type_}>", f"memref<?x20x{type_}>", base.reshape(3, 20), a=3)
    view("collapse_shape of a strided memref",
         f"%u = memref.subview %m[2, 0] [4, 10] [1, 1] : {kind} to "
         f"memref<4x10x{type_}, strided<[10, 1], offset: 20>>\n"
         f"%v = memref.collapse_shape %u [[0, 1]] : "
         f"memref<4x10x{type_}, strided<[10, 1], offset: 20>> into "
         f"memref<40x{type_}, strided<[1], offset: 20>>",
         f"memref<40x{type_}, strided<[1], offset: 20>>", base[2:].reshape(40))
    view("reinterpret_cast", f"%v = memref.reinterpret_cast %m to offset: [%a], sizes: [3, %b], "
         f"strides: [%c, 2] : {kind} to memref<3x?x{type_}, strided<[?, 2], offset: ?>>",
         f"memref<3x?x{type_}, strided<[?, 2], offset: ?>>",
         np.lib.stride_tricks.as_strided(base.reshape(-1)[5:], (3, 4),
                                         (base.itemsize * 7, base.itemsize * 2)), a=5, b=4, c=7)
    view("casts to unknown ranks", f"%u = memref.cast %m : {kind} to memref<*x{type_}>\n"
         f"%v = memref.cast %u : memref<*x{type_}> to memref<?x?x{type_}>", f"memref<?x?x{type_}>",
         base)
    view("reshape", f"%shape = memref.alloc() : memref<2xindex>\n"
         f"memref.store %a, %shape[%zero] : memref<2xindex>\n"
         f"memref.store %b, %shape[%one] : memref<2xindex>\n"
         f"%v = memref.reshape %m(%shape) : ({kind}, memref<2xindex>) -> memref<?x?x{type_}>",
         f"memref<?x?x{type_}>", base.reshape(4, 15), zero=0, one=1, a=4, b=15)
    view("reshape to an unknown rank", f"%shape = memref.alloc() : memref<2xindex>\n"
         f"memref.store %a, %shape[%zero] : memref<2xindex>\n"
         f"memref.store %b, %shape[%one] : memref<2xindex>\n"
         f"%any = memref.cast %shape : memref<2xindex> to memref<?xindex>\n"
         f"%u = memref.reshape %m(%any) : ({kind}, memref<?xindex>) -> memref<*x{type_}>\n"
         f"%v = memref.cast %u : memref<*x{type_}> to memref<?x?x{type_}>",
         f"memref<?x?x{type_}>", base.reshape(20, 3), zero=0, one=1, a=20, b=3)


def add_copies(program, type_):
    base = numbers(type_, 6, 10)
    kind = f"memref<6x10x{type_}>"
    zero = np.zeros((6, 10), base.dtype)

    def copy(name, text, expected, **values):
        program.case(f"{name} {type_}", [(type_, expected)],
                     program.load("m", type_, base) + program.load("t", type_, zero)
                     + constants(**values) + text + "\n" + program.dump("t", kind, (6, 10), 0))

    copy("copy", f"memref.copy %m, %t : {kind} to {kind}", base)
    expected = zero.copy()
    expected[1:4, 2:7] = base[3:6, 0:5]
    strided = f"memref<3x5x{type_}, strided<[10, 1], offset: ?>>"
    copy("copy between views",
         f"%a = memref.subview %m[%i, 0] [3, 5] [1, 1] : {kind} to {strided}\n"
         f"%b = memref.subview %t[%j, 2] [3, 5] [1, 1] : {kind} to {strided}\n"
         f"memref.copy %a, %b : {strided} to {strided}", expected, i=3, j=1)
    expected = zero.copy()
    expected[:, 0:10:2] = base[:, 1:10:2]
    wide = f"memref<6x5x{type_}, strided<[10, 2], offset: ?>>"
    copy("copy between columns",
         f"%a = memref.subview %m[0, %i] [6, 5] [1, 2] : {kind} to {wide}\n"
         f"%b = memref.subview %t[0, %j] [6, 5] [1, 2] : {kind} to {wide}\n"
         f"memref.copy %a, %b : {wide} to {wide}", expected, i=1, j=0)
    copy("copy of unknown ranks",
         f"%a = memref.cast %m : {kind} to memref<*x{type_}>\n"
         f"%b = memref.cast %t : {kind} to memref<*x{type_}>\n"
         f"memref.copy %a, %b : memref<*x{type_}> to memref<*x{type_}>", base)
    expected = zero.copy()
    expected[0:2] = base[4:6]
    rows = f"memref<2x10x{type_}, strided<[10, 1], offset: ?>>"
    copy("copy of whole rows",
         f"%a = memref.subview %m[%i, 0] [2, 10] [1, 1] : {kind} to {rows}\n"
         f"%b = memref.subview %t[%j, 0] [2, 10] [1, 1] : {kind} to {rows}\n"
         f"memref.copy %a, %b : {rows} to {rows}", expected, i=4, j=0)


def add_values(program):
    store = "memref.store %{}, %r0[%at{}] : {{r0}}\n"

    def values(name, text, results, expected, **names):
        body = constants(**names) + constants(**{f"at{i}": i for i in range(len(expected))}) + text
        for i, result in enumerate(results):
            body += store.format(result, i)
        program.case(name, [("index", expected)], body)

    kind = "memref<4x?x6xf32>"
    values("dim and rank", f"%m = memref.alloc(%n) : {kind}\n%u = memref.cast %m : {kind} to "
           "memref<*xf32>\n"
           f"%a = memref.dim %m, %at0 : {kind}\n%b = memref.dim %m, %at1 : {kind}\n"
           f"%c = memref.dim %u, %at1 : memref<*xf32>\n%d = memref.dim %u, %k : memref<*xf32>\n"
           f"%e = memref.rank %u : memref<*xf32>\n%f = memref.dim %m, %k : {kind}\n",
           "abcdef", [4, 5, 5, 6, 3, 6], n=5, k=2)
    kind = "memref<4x?xi8, strided<[?, 2], offset: ?>>"
    values("extract_strided_metadata",
           "%m = memref.alloc() : memref<20x20xi8>\n"
           f"%v = memref.reinterpret_cast %m to offset: [%o], sizes: [4, %n], strides: [%s, 2] : "
           f"memref<20x20xi8> to {kind}\n"
           f"%base, %a, %sizes:2, %strides:2 = memref.extract_strided_metadata %v : {kind} -> "
           "memref<i8>, index, index, index, index, index\n",
           ["a", "sizes#0", "sizes#1", "strides#0", "strides#1"], [7, 4, 3, 30, 2], o=7, n=3, s=30)
    values("alignment", "%m = memref.alloc() {alignment = 256} : memref<3xi8>\n"
           "%p = memref.extract_aligned_pointer_as_index %m : memref<3xi8> -> index\n"
           "%w = arith.constant 256 : index\n%a = arith.remui %p, %w : index\n"
           "memref.dealloc %m : memref<3xi8>\n", "a", [0])
    values("offset of a subview in bytes",
           "%m = memref.alloc() : memref<8x8xi32>\n"
           "%v = memref.subview %m[2, 3] [4, 4] [1, 1] : memref<8x8xi32> to "
           "memref<4x4xi32, strided<[8, 1], offset: 19>>\n"
           "%p = memref.extract_aligned_pointer_as_index %m : memref<8x8xi32> -> index\n"
           "%q = memref.extract_aligned_pointer_as_index %v : "
           "memref<4x4xi32, strided<[8, 1], offset: 19>> -> index\n"
           "%a = arith.subi %q, %p : index\n", "a", [0])


def add_others(program):
    data = np.arange(32, dtype=np.uint8).astype(int)
    floats = np.arange(32, dtype=np.uint8).view(np.float32)
    program.case("view", [("f32", floats[2:6])],
                 program.load("m", "i8", data) + constants(s=8, n=2)
                 + "%v = memref.view %m[%s][%n] : memref<32xi8> to memref<?x2xf32>\n"
                 + program.dump("v", "memref<?x2xf32>", (2, 2), 0))
    program.globals += [
        "memref.global \"private\" constant @splat : memref<2x3xi16> = dense<-5>",
        "memref.global @scalar : memref<f64> = dense<2.5> {alignment = 64}",
        "memref.global \"private\" @empty : memref<4xi32> = uninitialized"]
    program.case("splat global", [("i16", [-5] * 6)],
                 "%v = memref.get_global @splat : memref<2x3xi16>\n"
                 + program.dump("v", "memref<2x3xi16>", (2, 3), 0))
    program.case("scalar global", [("f64", [2.5])],
                 "%v = memref.get_global @scalar : memref<f64>\n"
                 + program.dump("v", "memref<f64>", (), 0))
    program.case("uninitialized global", [("i32", [9, 9, 9, 9])],
                 "%v = memref.get_global @empty : memref<4xi32>\n%x = arith.constant 9 : i32\n"
                 "linalg.fill ins(%x : i32) outs(%v : memref<4xi32>)\n"
                 + program.dump("v", "memref<4xi32>", (4,), 0))
    # The stack in a loop of 100,000 turns of 4 KiB would overflow without its scope.
    program.case("alloca_scope", [("i64", [4999950000])],
                 constants(zero=0, one=1, n=100000) + "%start = arith.constant 0 : i64\n"
                 "%sum = scf.for %i = %zero to %n step %one iter_args(%s = %start) -> (i64) {\n"
                 "%t = memref.alloca_scope -> (i64) {\n"
                 "%m = memref.alloca() : memref<512xi64>\n"
                 "%x = arith.index_cast %i : index to i64\n"
                 "memref.store %x, %m[%zero] : memref<512xi64>\n"
                 "%y = memref.load %m[%zero] : memref<512xi64>\n"
                 "%z = arith.addi %s, %y : i64\n"
                 "memref.alloca_scope.return %z : i64\n}\nscf.yield %t : i64\n}\n"
                 "memref.store %sum, %r0[%zero] : {r0}\n")
    program.case("vectors as elements", [("f32", np.arange(8, dtype=np.float32))],
                 program.load("m", "f32", np.arange(8, dtype=np.float32)) + constants(i=0, j=4)
                 + "%v = memref.alloc() : memref<2xvector<4xf32>>\n"
                 + constants(zero=0, one=1)
                 + "%a = vector.load %m[%i] : memref<8xf32>, vector<4xf32>\n"
                 "%b = vector.load %m[%j] : memref<8xf32>, vector<4xf32>\n"
                 "memref.store %a, %v[%zero] : memref<2xvector<4xf32>>\n"
                 "memref.store %b, %v[%one] : memref<2xvector<4xf32>>\n"
                 "%c = memref.load %v[%zero] : memref<2xvector<4xf32>>\n"
                 "%d = memref.load %v[%one] : memref<2xvector<4xf32>>\n"
                 "vector.store %c, %r0[%i] : {r0}, vector<4xf32>\n"
                 "vector.store %d, %r0[%j] : {r0}, vector<4xf32>\n")


INTEGER_ATOMICS = [
    ("addi", lambda a, b, w: a + b), ("assign", lambda a, b, w: b),
    ("maxs", lambda a, b, w: max(a, b)), ("mins", lambda a, b, w: min(a, b)),
    ("maxu", lambda a, b, w: max(unsigned(a, w), unsigned(b, w))),
    ("minu", lambda a, b, w: min(unsigned(a, w), unsigned(b, w))),
    ("ori", lambda a, b, w: a | b), ("andi", lambda a, b, w: a & b),
]
FLOAT_ATOMICS = [("addf", lambda a, b: a + b), ("assign", lambda a, b: b), ("maximumf", max),
                 ("minimumf", min), ("maxnumf", max), ("minnumf", min)]


def add_atomics(program):
    for type_, bits in (("i32", 32), ("i64", 64)):
        for name, function in INTEGER_ATOMICS:
            for a, b in ((12, 10), (-3, 5), (7, -9)):
                add_atomic(program, name, type_, a, b, signed(function(a, b, bits), bits))
    for type_ in ("f32", "f64"):
        for name, function in FLOAT_ATOMICS:
            for a, b in ((1.5, 2.25), (4.0, -8.0)):
                add_atomic(program, name, type_, a, b, function(a, b))
    program.case("generic_atomic_rmw", [("f32", [3.0, 10.0])],
                 program.load("m", "f32", np.array([3.0, 0.0])) + constants(zero=0, one=1)
                 + "%old = memref.generic_atomic_rmw %m[%zero] : memref<2xf32> {\n"
                 "^bb0(%x: f32):\n%t = arith.constant 7.0 : f32\n%y = arith.addf %x, %t : f32\n"
                 "memref.atomic_yield %y : f32\n}\n"
                 "%new = memref.load %m[%zero] : memref<2xf32>\n"
                 "memref.store %old, %r0[%zero] : {r0}\nmemref.store %new, %r0[%one] : {r0}\n")


def add_atomic(program, name, type_, old, value, new):
    """The result is the old element."""
    literal = value if type_[0] == "i" else f"{value:e}"
    program.case(f"atomic {name} {type_}", [(type_, [old, new])],
                 program.load("m", type_, np.array([old])) + constants(zero=0, one=1)
                 + f"%v = arith.constant {literal} : {type_}\n"
                 f"%old = memref.atomic_rmw {name} %v, %m[%zero] : ({type_}, memref<1x{type_}>) -> "
                 f"{type_}\n%new = memref.load %m[%zero] : memref<1x{type_}>\n"
                 "memref.store %old, %r0[%zero] : {r0}\nmemref.store %new, %r0[%one] : {r0}\n")


def main():
    program = Program()
    for type_ in TYPES:
        add_views(program, type_)
        add_copies(program, type_)
    add_values(program)
    add_others(program)
    add_atomics(program)
    program.run()


if __name__ == "__main__":
    main()
