# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Structured control flow, affine.apply and calls lowered to branches and run.
import numpy as np

from program import Program


def index(**values):
    return "".join(f"%{name} = arith.constant {value} : index\n" for name, value in values.items())


def store(*values, type_="index"):
    text = ""
    for i, value in enumerate(values):
        text += (f"%to{i} = arith.constant {i} : index\n"
                 f"memref.store %{value}, %r0[%to{i}] : {{r0}}\n")
    return text


def add_for(program):
    for low, high, step in ((0, 10, 1), (3, 17, 4), (5, 5, 1), (9, 2, 3), (-6, 6, 5)):
        turns = list(range(low, high, step))
        program.case(f"for {low} to {high} step {step}",
                     [("index", [sum(turns), len(turns), turns[-1] if turns else -1])],
                     index(low=low, high=high, step=step, zero=0, one=1, none=-1)
                     + "%s, %n, %l = scf.for %i = %low to %high step %step "
                     "iter_args(%a = %zero, %b = %zero, %c = %none) -> (index, index, index) {\n"
                     "%x = arith.addi %a, %i : index\n%y = arith.addi %b, %one : index\n"
                     "scf.yield %x, %y, %i : index, index, index\n}\n" + store("s", "n", "l"))
    # Values that change places: all are taken before any is set.
    a, b = 0, 1
    for _ in range(20):
        a, b = b, a + b
    program.case("for with values that change places", [("index", [a, b])],
                 index(zero=0, one=1, n=20)
                 + "%x, %y = scf.for %i = %zero to %n step %one iter_args(%a = %zero, %b = %one) "
                 "-> (index, index) {\n%s = arith.addi %a, %b : index\n"
                 "scf.yield %b, %s : index, index\n}\n" + store("x", "y"))
    program.case("nested for", [("index", [sum(i * j for i in range(7) for j in range(i, 7))])],
                 index(zero=0, one=1, n=7)
                 + "%s = scf.for %i = %zero to %n step %one iter_args(%a = %zero) -> (index) {\n"
                 "%t = scf.for %j = %i to %n step %one iter_args(%b = %a) -> (index) {\n"
                 "%p = arith.muli %i, %j : index\n%q = arith.addi %b, %p : index\n"
                 "scf.yield %q : index\n}\nscf.yield %t : index\n}\n" + store("s"))
    program.case("for over i32", [("i32", [sum(range(-3, 9, 2))])],
                 "%low = arith.constant -3 : i32\n%high = arith.constant 9 : i32\n"
                 "%two = arith.constant 2 : i32\n%zero = arith.constant 0 : i32\n"
                 "%s = scf.for %i = %low to %high step %two iter_args(%a = %zero) -> (i32) : i32 {\n"
                 "%x = arith.addi %a, %i : i32\nscf.yield %x : i32\n}\n" + store("s"))


def add_if(program):
    for truth in (0, 1):
        condition = f"%c = arith.constant {'true' if truth else 'false'}\n"
        program.case(f"if {truth}", [("index", [1 if truth else 3, 2 if truth else 4])],
                     condition + index(a=1, b=2, c3=3, d=4)
                     + "%x, %y = scf.if %c -> (index, index) {\nscf.yield %a, %b : index, index\n"
                     "} else {\nscf.yield %c3, %d : index, index\n}\n" + store("x", "y"))
        program.case(f"if without else {truth}", [("index", [5 if truth else 7])],
                     condition + index(zero=0, five=5, seven=7)
                     + "memref.store %seven, %r0[%zero] : {r0}\n"
                     "scf.if %c {\nmemref.store %five, %r0[%zero] : {r0}\n}\n")
    # Nested in loops: FizzBuzz, summed by kind.
    expected = [sum(i for i in range(100) if i % 15 == 0),
                sum(i for i in range(100) if i % 3 == 0 and i % 5),
                sum(i for i in range(100) if i % 5 == 0 and i % 3)]
    program.case("nested if", [("index", expected)],
                 index(zero=0, one=1, n=100, three=3, five=5)
                 + "%a, %b, %c = scf.for %i = %zero to %n step %one "
                 "iter_args(%x = %zero, %y = %zero, %z = %zero) -> (index, index, index) {\n"
                 "%r3 = arith.remui %i, %three : index\n%r5 = arith.remui %i, %five : index\n"
                 "%is3 = arith.cmpi eq, %r3, %zero : index\n%is5 = arith.cmpi eq, %r5, %zero : index\n"
                 "%u:3 = scf.if %is3 -> (index, index, index) {\n"
                 "%v:3 = scf.if %is5 -> (index, index, index) {\n"
                 "%s = arith.addi %x, %i : index\nscf.yield %s, %y, %z : index, index, index\n"
                 "} else {\n"
                 "%s = arith.addi %y, %i : index\nscf.yield %x, %s, %z : index, index, index\n}\n"
                 "scf.yield %v#0, %v#1, %v#2 : index, index, index\n} else {\n"
                 "%w = scf.if %is5 -> (index) {\n%s = arith.addi %z, %i : index\n"
                 "scf.yield %s : index\n} else {\nscf.yield %z : index\n}\n"
                 "scf.yield %x, %y, %w : index, index, index\n}\n"
                 "scf.yield %u#0, %u#1, %u#2 : index, index, index\n}\n" + store("a", "b", "c"))


def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def add_while(program):
    for start in (1, 6, 27):
        program.case(f"while {start}", [("index", [collatz(start), 1])],
                     index(start=start, zero=0, one=1, two=2, three=3)
                     + "%s, %e = scf.while (%n = %start, %k = %zero) : (index, index) -> "
                     "(index, index) {\n%c = arith.cmpi ne, %n, %one : index\n"
                     "scf.condition(%c) %k, %n : index, index\n} do {\n"
                     "^bb0(%k: index, %n: index):\n"
                     "%r = arith.remui %n, %two : index\n%odd = arith.cmpi eq, %r, %one : index\n"
                     "%h = arith.divui %n, %two : index\n%t = arith.muli %n, %three : index\n"
                     "%u = arith.addi %t, %one : index\n%m = arith.select %odd, %u, %h : index\n"
                     "%j = arith.addi %k, %one : index\nscf.yield %m, %j : index, index\n}\n"
                     + store("s", "e"))
    # The first part gives other types than it takes.
    program.case("while with another result", [("f64", [1024.0])],
                 "%one = arith.constant 1.0 : f64\n%two = arith.constant 2.0 : f64\n"
                 "%end = arith.constant 1000.0 : f64\n"
                 "%r = scf.while (%x = %one) : (f64) -> f64 {\n"
                 "%c = arith.cmpf olt, %x, %end : f64\nscf.condition(%c) %x : f64\n} do {\n"
                 "^bb0(%y: f64):\n%z = arith.mulf %y, %two : f64\nscf.yield %z : f64\n}\n"
                 + store("r"))


def add_switch(program):
    table = {0: 10, 2: 12, 7: 17, -3: 7}
    for value in (0, 1, 2, 7, -3, 100):
        cases = "".join(f"case {key} {{\n%x = arith.constant {result} : index\n"
                        "scf.yield %x : index\n}\n" for key, result in table.items())
        program.case(f"index_switch {value}", [("index", [table.get(value, 99)])],
                     index(i=value) + f"%s = scf.index_switch %i -> index\n{cases}"
                     "default {\n%x = arith.constant 99 : index\nscf.yield %x : index\n}\n"
                     + store("s"))
        program.case(f"cf.switch {value}", [("index", [table.get(value, 99)])],
                     f"%f = arith.constant {value} : i32\n" + index(d=99)
                     + "".join(index(**{f"v{n}": result}) for n, result in enumerate(table.values()))
                     + "%s = scf.execute_region -> index {\ncf.switch %f : i32, [\n"
                     "default: ^end(%d : index)"
                     + "".join(f",\n{key}: ^end(%v{n} : index)" for n, key in enumerate(table))
                     + "\n]\n^end(%x: index):\nscf.yield %x : index\n}\n" + store("s"))
    program.case("execute_region", [("index", [3])],
                 index(one=1, two=2) + "%c = arith.cmpi slt, %one, %two : index\n"
                 "%s = scf.execute_region -> index {\ncf.cond_br %c, ^a(%one : index), ^b\n"
                 "^a(%x: index):\n%y = arith.addi %x, %two : index\nscf.yield %y : index\n"
                 "^b:\nscf.yield %two : index\n}\n" + store("s"))


def add_parallel(program):
    shape = (4, 6)
    values = np.arange(24, dtype=np.float32).reshape(shape) * 1.5 - 9
    kind = "memref<4x6xf32>"
    program.case("parallel", [("f32", values * 2)],
                 program.load("m", "f32", values) + index(zero=0, one=1, n=4, k=6)
                 + f"%t = memref.alloc() : {kind}\n"
                 "scf.parallel (%i, %j) = (%zero, %zero) to (%n, %k) step (%one, %one) {\n"
                 f"%x = memref.load %m[%i, %j] : {kind}\n%y = arith.addf %x, %x : f32\n"
                 f"memref.store %y, %t[%i, %j] : {kind}\nscf.reduce\n}}\n"
                 + program.dump("t", kind, shape, 0))
    program.case("parallel with reductions",
                 [("f32", [values[::2, 1::3].sum(), values[::2, 1::3].max()])],
                 program.load("m", "f32", values) + index(zero=0, one=1, two=2, three=3, n=4, k=6)
                 + "%z = arith.constant 0.0 : f32\n%low = arith.constant -1.0e+30 : f32\n"
                 "%s, %h = scf.parallel (%i, %j) = (%zero, %one) to (%n, %k) step (%two, %three) "
                 f"init (%z, %low) -> (f32, f32) {{\n%x = memref.load %m[%i, %j] : {kind}\n"
                 "scf.reduce(%x, %x : f32, f32) {\n^bb0(%a: f32, %b: f32):\n"
                 "%c = arith.addf %a, %b : f32\nscf.reduce.return %c : f32\n}, {\n"
                 "^bb0(%a: f32, %b: f32):\n%c = arith.maximumf %a, %b : f32\n"
                 "scf.reduce.return %c : f32\n}\n}\n" + store("s", "h"))
    program.case("forall", [("f32", values * values)],
                 program.load("m", "f32", values)
                 + f"%t = memref.alloc() : {kind}\n"
                 "scf.forall (%i, %j) in (4, 6) {\n"
                 f"%x = memref.load %m[%i, %j] : {kind}\n%y = arith.mulf %x, %x : f32\n"
                 f"memref.store %y, %t[%i, %j] : {kind}\n}}\n"
                 + program.dump("t", kind, shape, 0))
    expected = np.zeros(shape, np.float32)
    expected[1:4:2, 0:6:4] = values[1:4:2, 0:6:4]
    program.case("forall with bounds", [("f32", expected)],
                 program.load("m", "f32", values) + program.load("t", "f32", np.zeros(shape))
                 + index(n=4)
                 + "scf.forall (%i, %j) = (1, 0) to (%n, 6) step (2, 4) {\n"
                 f"%x = memref.load %m[%i, %j] : {kind}\nmemref.store %x, %t[%i, %j] : {kind}\n}}\n"
                 + program.dump("t", kind, shape, 0))


def add_affine(program):
    pairs = [(7, 3), (-7, 3), (0, 5), (-1, 4), (12, 4), (-12, 4)]
    maps = [("d0 floordiv 3", lambda d, s: d // 3), ("d0 ceildiv 3", lambda d, s: -(-d // 3)),
            ("d0 mod 5", lambda d, s: d % 5), ("d0 * 3 + s0 - 2", lambda d, s: d * 3 + s - 2),
            ("(d0 + s0 * 2) floordiv 4 + d0 mod 3", lambda d, s: (d + s * 2) // 4 + d % 3)]
    for text, function in maps:
        results = [function(d, s) for d, s in pairs]
        body = ""
        for n, (d, s) in enumerate(pairs):
            body += index(**{f"d{n}": d, f"s{n}": s})
            body += f"%x{n} = affine.apply affine_map<(d0)[s0] -> ({text})>(%d{n})[%s{n}]\n"
        program.case(f"affine.apply {text}", [("index", results)],
                     body + store(*[f"x{n}" for n in range(len(pairs))]))
    program.case("affine.min and max", [("index", [-3, 14])],
                 index(a=7, b=-3)
                 + "%x = affine.min affine_map<(d0, d1) -> (d0, d1, d0 - d1)>(%a, %b)\n"
                 "%y = affine.max affine_map<(d0)[s0] -> (d0 * 2, s0, 5)>(%a)[%b]\n"
                 + store("x", "y"))


def add_calls(program):
    program.functions.append(
        "func.func private @swap(%a: index, %b: f32) -> (f32, index) {\n"
        "return %b, %a : f32, index\n}\n"
        "func.func private @factorial(%n: index) -> index {\n"
        "%c1 = arith.constant 1 : index\n%small = arith.cmpi sle, %n, %c1 : index\n"
        "%r = scf.if %small -> index {\nscf.yield %c1 : index\n} else {\n"
        "%m = arith.subi %n, %c1 : index\n%f = func.call @factorial(%m) : (index) -> index\n"
        "%p = arith.muli %n, %f : index\nscf.yield %p : index\n}\nreturn %r : index\n}\n"
        "func.func private @rows(%m: memref<?x3xi32>) -> (memref<?x3xi32>, index) {\n"
        "%c0 = arith.constant 0 : index\n%n = memref.dim %m, %c0 : memref<?x3xi32>\n"
        "return %m, %n : memref<?x3xi32>, index\n}\n"
        "func.func private @twice(%f: (index) -> index, %x: index) -> index {\n"
        "%y = func.call_indirect %f(%x) : (index) -> index\n"
        "%z = func.call_indirect %f(%y) : (index) -> index\nreturn %z : index\n}")
    program.case("call with two results", [("index", [42])],
                 index(a=42) + "%b = arith.constant 1.5 : f32\n"
                 "%x:2 = func.call @swap(%a, %b) : (index, f32) -> (f32, index)\n" + store("x#1"))
    program.case("recursion", [("index", [3628800])],
                 index(n=10) + "%x = func.call @factorial(%n) : (index) -> index\n" + store("x"))
    program.case("call with memrefs", [("i32", [5, 6, 7, 8, 9, 10])],
                 program.load("m", "i32", np.arange(5, 11).reshape(2, 3))
                 + "%u = memref.cast %m : memref<2x3xi32> to memref<?x3xi32>\n"
                 "%v, %n = func.call @rows(%u) : (memref<?x3xi32>) -> (memref<?x3xi32>, index)\n"
                 + program.dump("v", "memref<?x3xi32>", (2, 3), 0))
    program.case("call_indirect", [("index", [720])],
                 index(n=3) + "%f = func.constant @factorial : (index) -> index\n"
                 "%x = func.call @twice(%f, %n) : ((index) -> index, index) -> index\n"
                 + store("x"))


def main():
    program = Program()
    add_for(program)
    add_if(program)
    add_while(program)
    add_switch(program)
    add_parallel(program)
    add_affine(program)
    add_calls(program)
    program.run()


if __name__ == "__main__":
    main()
