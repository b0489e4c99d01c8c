# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Programs whose results are known: a test adds cases, each some MLIR with the values that it
# must compute; the module of all cases is lowered by the conversion passes, run by mica-run, and
# what it prints is compared. Results are printed as bits, so that nothing is lost; the expected
# values come from numpy and Python's integers, never from Mica.
#
#   program = Program()
#   program.elementwise("addi", [("i8", a), ("i8", b)], [("i8", a + b)],
#                       "%r0 = arith.addi %a0, %a1 : {i8}")
#   program.run()
import argparse
import os
import subprocess
import sys

import numpy as np

PASSES = ["convert-linalg-to-loops", "lower-affine", "convert-scf-to-cf", "convert-math-to-llvm",
          "convert-math-to-libm",
          "convert-arith-to-llvm", "convert-index-to-llvm", "convert-vector-to-llvm",
          "finalize-memref-to-llvm", "convert-func-to-llvm", "convert-cf-to-llvm",
          "reconcile-unrealized-casts"]

FLOATS = {"f16": np.float16, "f32": np.float32, "f64": np.float64}
INTEGERS = {"i1": 1, "i8": 8, "i16": 16, "i32": 32, "i64": 64, "index": 64}
BITS = {16: np.uint16, 32: np.uint32, 64: np.uint64}


def width(type_):
    return INTEGERS[type_] if type_ in INTEGERS else int(type_[1:])


def is_float(type_):
    return type_ in FLOATS


def signed(value, bits):
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def unsigned(value, bits):
    return value & ((1 << bits) - 1)


def memory_type(type_):
    """i1 lies in memory as i8: vectors of i1 would be packed bits."""
    return "i8" if type_ == "i1" else type_


def literal(type_, value):
    if is_float(type_):
        bits = np.array([value], FLOATS[type_]).view(BITS[width(type_)])[0]
        return f"0x{int(bits):0{width(type_) // 4}X}"
    return str(unsigned(int(value), 1) if type_ == "i1" else signed(int(value), width(type_)))


def dense(type_, values):
    """An array of any rank as a dense literal."""
    values = np.asarray(values, dtype=FLOATS.get(type_, object))
    if values.ndim == 0:
        return literal(type_, values[()])
    return "[" + ", ".join(dense(type_, part) for part in values) + "]"


def to_bits(type_, values):
    """Values as the unsigned integers that the program prints."""
    if is_float(type_):
        flat = np.asarray(values, FLOATS[type_]).reshape(-1)
        return [int(bits) for bits in flat.view(BITS[width(type_)])]
    return [unsigned(int(value), width(type_)) for value in np.ravel(np.asarray(values, object))]


class Result:
    """What a case must give: exact bits, but for what `ulps` and `any_zero` leave open. A NaN
    stands for any NaN, None among integers for any value."""

    def __init__(self, type_, values, ulps=0, any_zero=False):
        self.type, self.ulps, self.any_zero = type_, ulps, any_zero
        self.values = (np.asarray(values, FLOATS[type_]).reshape(-1) if is_float(type_)
                       else list(np.ravel(np.asarray(values, object))))

    def wrong(self, index, bits):
        """None, or words for what was expected at an index."""
        expected = self.values[index]
        if not is_float(self.type):
            if expected is None:
                return None
            expected = unsigned(int(expected), width(self.type))
            return None if expected == bits else f"{expected} but got {bits}"
        number = np.array([bits], BITS[width(self.type)]).view(FLOATS[self.type])[0]
        if np.isnan(expected) and np.isnan(number):
            return None
        if number == expected:
            same_sign = np.signbit(number) == np.signbit(expected)
            return None if same_sign or self.any_zero else f"{expected} but got {number}"
        if self.ulps and np.isfinite(expected) and np.isfinite(number):
            if abs(number - expected) <= self.ulps * np.spacing(abs(expected)):
                return None
        return f"{expected} but got {number}"


def as_result(result):
    return result if isinstance(result, Result) else Result(*result)


def shaped(kind, shape, type_, tail=""):
    sizes = "".join(f"{size}x" for size in shape)
    return f"{kind}<{sizes}{type_}{tail}>"


class Program:
    def __init__(self):
        self.globals, self.functions, self.calls, self.results = [], [], [], []
        self.shared = {}

    # ---- data

    def buffer(self, type_, values):
        """A mutable global with the values; gives its name and memref type."""
        values = np.asarray(values, dtype=FLOATS.get(type_, object))
        memory = memory_type(type_)
        kind = shaped("memref", values.shape, memory)
        text = dense(type_, values)
        key = (kind, text)
        if key not in self.shared:
            name = f"@data{len(self.shared)}"
            self.shared[key] = name
            self.globals.append(f"memref.global \"private\" {name} : {kind} = dense<{text}>")
        return self.shared[key], kind

    def load(self, value, type_, values):
        """Text that makes SSA value `value` of a memref with a fresh copy of the values."""
        name, kind = self.buffer(type_, values)
        return (f"%{value}_data = memref.get_global {name} : {kind}\n"
                f"%{value} = memref.alloc() : {kind}\n"
                f"memref.copy %{value}_data, %{value} : {kind} to {kind}\n")

    @staticmethod
    def dump(value, kind, shape, result, at=0):
        """Text that stores the elements of a memref, in row-major order, from %r`result`[`at`]
        on."""
        name = f"{value}_{result}_{at}"
        lines = [f"%{name}_c0 = arith.constant 0 : index", f"%{name}_c1 = arith.constant 1 : index"]
        for i, size in enumerate(shape):
            lines.append(f"%{name}_n{i} = arith.constant {size} : index")
        lines.append(f"%{name}_at = arith.constant {at} : index")
        for i in range(len(shape)):
            lines.append(f"scf.for %{name}_i{i} = %{name}_c0 to %{name}_n{i} step %{name}_c1 {{")
        position = f"%{name}_c0"
        for i in range(len(shape)):
            lines += [f"%{name}_m{i} = arith.muli {position}, %{name}_n{i} : index",
                      f"%{name}_p{i} = arith.addi %{name}_m{i}, %{name}_i{i} : index"]
            position = f"%{name}_p{i}"
        indices = ", ".join(f"%{name}_i{i}" for i in range(len(shape)))
        lines += [f"%{name}_x = memref.load %{value}[{indices}] : {kind}",
                  f"%{name}_q = arith.addi {position}, %{name}_at : index",
                  f"memref.store %{name}_x, %r{result}[%{name}_q] : {{r{result}}}"]
        lines += ["}"] * len(shape)
        return "\n".join(lines)

    # ---- cases

    def case(self, name, results, body):
        """`body` stores into %r0, %r1, ...: memrefs of one dimension, one for each result; {r0}
        in it is the type of %r0."""
        results = [as_result(result) for result in results]
        index = len(self.calls)
        lines = [f"func.func @case{index}() {{"]
        for i, result in enumerate(results):
            kind = f"memref<{len(result.values)}x{memory_type(result.type)}>"
            lines.append(f"%r{i} = memref.alloc() : {kind}")
        kinds = [f"memref<{len(r.values)}x{memory_type(r.type)}>" for r in results]
        for i, kind in enumerate(kinds): # what the body writes as {r0}
            body = body.replace(f"{{r{i}}}", kind)
        lines.append(body)
        for i, result in enumerate(results):
            memory = memory_type(result.type)
            kind = f"memref<{len(result.values)}x{memory}>"
            lines.append(f"%r{i}_any = memref.cast %r{i} : {kind} to memref<?x{memory}>\n"
                         f"func.call @print_{memory}(%r{i}_any) : (memref<?x{memory}>) -> ()\n"
                         f"memref.dealloc %r{i} : {kind}")
            self.results.append((name, result))
        lines.append("return\n}")
        self.functions.append("\n".join(lines))
        self.calls.append(f"func.call @case{index}() : () -> ()")

    def elementwise(self, name, inputs, results, body, shapes=((), (4,), (2, 4))):
        """`body` computes %r0... from %a0...; `{i8}` in it is the type i8 itself, a vector of
        it or a vector of vectors: one case for each of the shapes."""
        results = [as_result(result) for result in results]
        for shape in shapes:
            self.one_shape(name, inputs, results, body, shape)

    def one_shape(self, name, inputs, results, body, shape):
        lanes = int(np.prod(shape, dtype=int))
        pad = -len(inputs[0][1]) % lanes
        names = {type_: shaped("vector", shape, type_) if shape else type_
                 for type_ in list(FLOATS) + list(INTEGERS)}
        body = body.format_map(names)
        count = len(inputs[0][1]) + pad
        text = ["%low = arith.constant 0 : index", f"%high = arith.constant {count} : index",
                f"%step = arith.constant {lanes} : index"]
        for i, (type_, values) in enumerate(inputs):
            buffer, kind = self.buffer(type_, list(values) + [values[-1]] * pad)
            text.append(f"%m{i} = memref.get_global {buffer} : {kind}")
        text.append("scf.for %i = %low to %high step %step {")
        for i, (type_, values) in enumerate(inputs):
            text.append(self.read(f"a{i}", f"m{i}", type_, count, shape))
        text.append(body.replace("%r", "%v"))
        for i, result in enumerate(results):
            text.append(self.write(f"v{i}", f"r{i}", result.type, count, shape))
        text.append("}")
        padded = [Result(r.type, list(r.values) + [r.values[-1]] * pad, r.ulps, r.any_zero)
                  for r in results]
        self.case(f"{name} {names[inputs[0][0]]}", padded, "\n".join(text))

    @staticmethod
    def read(value, memref, type_, count, shape):
        memory = memory_type(type_)
        kind = f"memref<{count}x{memory}>"
        if not shape:
            text = f"%{value}_m = memref.load %{memref}[%i] : {kind}\n"
            whole = memory
        else:
            flat = f"vector<{int(np.prod(shape))}x{memory}>"
            whole = shaped("vector", shape, memory)
            text = (f"%{value}_f = vector.load %{memref}[%i] : {kind}, {flat}\n"
                    f"%{value}_m = vector.shape_cast %{value}_f : {flat} to {whole}\n")
        if memory != type_:
            return text + (f"%{value} = arith.trunci %{value}_m : {whole} to "
                           f"{shaped('vector', shape, type_) if shape else type_}")
        return text.replace(f"%{value}_m", f"%{value}")

    @staticmethod
    def write(value, memref, type_, count, shape):
        memory = memory_type(type_)
        kind = f"memref<{count}x{memory}>"
        whole = shaped("vector", shape, memory) if shape else memory
        text = ""
        if memory != type_:
            narrow = shaped("vector", shape, type_) if shape else type_
            text = f"%{value}_w = arith.extui %{value} : {narrow} to {whole}\n"
            value += "_w"
        if not shape:
            return text + f"memref.store %{value}, %{memref}[%i] : {kind}"
        flat = f"vector<{int(np.prod(shape))}x{memory}>"
        return text + (f"%{value}_g = vector.shape_cast %{value} : {whole} to {flat}\n"
                       f"vector.store %{value}_g, %{memref}[%i] : {kind}, {flat}")

    # ---- running

    def printers(self):
        for type_ in sorted({memory_type(result.type) for _, result in self.results}):
            bits = f"i{width(type_)}"
            lines = [f"func.func private @print_{type_}(%m: memref<?x{type_}>) {{",
                     "%c0 = arith.constant 0 : index", "%c1 = arith.constant 1 : index",
                     f"%n = memref.dim %m, %c0 : memref<?x{type_}>",
                     "scf.for %i = %c0 to %n step %c1 {",
                     f"%x = memref.load %m[%i] : memref<?x{type_}>"]
            if type_ == "index":
                lines.append("%b = arith.index_cast %x : index to i64")
            elif is_float(type_):
                lines.append(f"%b = arith.bitcast %x : {type_} to {bits}")
            else:
                lines.append(f"%b = arith.ori %x, %x : {bits}")
            lines.append(f"%w = arith.extui %b : {bits} to i64" if bits != "i64" else
                         "%w = arith.ori %b, %b : i64")
            lines.append("func.call @printI64(%w) : (i64) -> ()\n"
                         "func.call @printNewline() : () -> ()\n}\nreturn\n}")
            yield "\n".join(lines)

    def text(self):
        return "\n".join(
            self.globals + ["func.func private @printI64(i64)", "func.func private @printNewline()"]
            + list(self.printers()) + self.functions
            + ["func.func @main() {"] + self.calls + ["return\n}"]) + "\n"

    def run(self, *pipelines):
        """Lowers by each of the lists of passes (PASSES when there is none), runs and compares;
        ends the process with 1 when anything is wrong."""
        parser = argparse.ArgumentParser(description="Runs MLIR and compares with numpy.")
        parser.add_argument("--tools", required=True, help="folder of mica-opt and mica-run")
        parser.add_argument("--interpret", action="store_true",
                            help="interpret, as written and lowered, rather than compile")
        parser.add_argument("--keep", help="write the MLIR here too")
        arguments = parser.parse_args()
        text = self.text()
        if arguments.keep:
            with open(arguments.keep, "w", encoding="utf-8") as file:
                file.write(text)
        wrong = 0
        run = [os.path.join(arguments.tools, "mica-run"), "-e", "main",
               "-entry-point-result=void"] + ["--interpret"] * arguments.interpret
        if arguments.interpret:
            wrong |= self.compare([int(number) for number in call(run, text).split()])
        for passes in pipelines or (PASSES,):
            lowered = call([os.path.join(arguments.tools, "mica-opt")]
                           + ["--" + name for name in passes], text)
            printed = call(run, lowered).split()
            wrong |= self.compare([int(number) for number in printed])
        sys.exit(wrong)

    def compare(self, printed):
        wrong, at = 0, 0
        expected_count = sum(len(result.values) for _, result in self.results)
        if len(printed) != expected_count:
            print(f"{expected_count} numbers expected but {len(printed)} printed")
            return 1
        for name, result in self.results:
            faults = []
            for index in range(len(result.values)):
                bits = unsigned(printed[at + index], width(result.type))
                words = result.wrong(index, bits)
                if words:
                    faults.append(f"  [{index}] expected {words}")
            at += len(result.values)
            wrong += bool(faults)
            if faults:
                print("\n".join([f"{name}: {len(faults)} wrong"] + faults[:4]))
        print(f"{len(self.results) - wrong} of {len(self.results)} results are right")
        return 1 if wrong else 0


def call(command, text):
    result = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        print(f"{command[0]} exits with {result.returncode}\n{result.stderr[:4000]}")
        sys.exit(1)
    return result.stdout
