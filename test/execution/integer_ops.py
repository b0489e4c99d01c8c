# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Every integer op of arith, index and math on every width, as a scalar, a vector and a vector of
# vectors. Pairs of edge values; what the op leaves undefined is not asked for.
import random

from program import INTEGERS, Program, signed, unsigned, width

random.seed(1)


def edge_values(bits):
    top = 1 << (bits - 1)
    values = [0, 1, 2, 3, 5, 7, -1, -2, -3, -7, -top, 1 - top, top - 1, top // 2]
    values += [random.randrange(-top, top) for _ in range(3)]
    return sorted({signed(value, bits) for value in values})


def floor_div(a, b):
    return a // b


def ceil_div(a, b):
    return -(-a // b)


def trunc_div(a, b):
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def trunc_rem(a, b):
    return a - trunc_div(a, b) * b


# Arithmetic on signed and on unsigned values: name in arith, name in index, function.
SIGNED = [
    ("addi", "add", lambda a, b: a + b),
    ("subi", "sub", lambda a, b: a - b),
    ("muli", "mul", lambda a, b: a * b),
    ("andi", "and", lambda a, b: a & b),
    ("ori", "or", lambda a, b: a | b),
    ("xori", "xor", lambda a, b: a ^ b),
    ("maxsi", "maxs", max),
    ("minsi", "mins", min),
]
UNSIGNED = [("maxui", "maxu", max), ("minui", "minu", min)]
SIGNED_DIVISIONS = [("divsi", "divs", trunc_div), ("remsi", "rems", trunc_rem),
                    ("ceildivsi", "ceildivs", ceil_div), ("floordivsi", "floordivs", floor_div)]
UNSIGNED_DIVISIONS = [("divui", "divu", lambda a, b: a // b),
                      ("remui", "remu", lambda a, b: a % b),
                      ("ceildivui", "ceildivu", ceil_div)]
SHIFTS = [("shli", "shl", lambda a, n, bits: a << n),
          ("shrsi", "shrs", lambda a, n, bits: a >> n),
          ("shrui", "shru", lambda a, n, bits: unsigned(a, bits) >> n)]
PREDICATES = [("eq", lambda a, b: a == b), ("ne", lambda a, b: a != b),
              ("slt", lambda a, b: a < b), ("sle", lambda a, b: a <= b),
              ("sgt", lambda a, b: a > b), ("sge", lambda a, b: a >= b),
              ("ult", lambda a, b: a < b), ("ule", lambda a, b: a <= b),
              ("ugt", lambda a, b: a > b), ("uge", lambda a, b: a >= b)]


def columns(pairs):
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def add_binary(program, type_, name, index_name, pairs, function):
    """An op of arith and, for index, its twin in the index dialect."""
    first, second = columns(pairs)
    expected = [function(a, b) for a, b in pairs]
    inputs = [(type_, first), (type_, second)]
    program.elementwise(f"arith.{name}", inputs, [(type_, expected)],
                        f"%r0 = arith.{name} %a0, %a1 : {{{type_}}}")
    if type_ == "index":
        program.elementwise(f"index.{index_name}", inputs, [(type_, expected)],
                            f"%r0 = index.{index_name} %a0, %a1", shapes=((),))


def add_arithmetic(program, type_):
    bits = width(type_)
    values = edge_values(bits)
    pairs = [(a, b) for a in values for b in values]
    lowest = -(1 << (bits - 1))

    def on_unsigned(function):
        return lambda a, b: function(unsigned(a, bits), unsigned(b, bits))

    for name, index_name, function in SIGNED:
        add_binary(program, type_, name, index_name, pairs, function)
    for name, index_name, function in UNSIGNED:
        add_binary(program, type_, name, index_name, pairs, on_unsigned(function))
    defined = [(a, b) for a, b in pairs if b != 0 and not (a == lowest and b == -1)]
    for name, index_name, function in SIGNED_DIVISIONS:
        if defined:
            add_binary(program, type_, name, index_name, defined, function)
    defined = [(a, b) for a, b in pairs if b != 0]
    for name, index_name, function in UNSIGNED_DIVISIONS:
        add_binary(program, type_, name, index_name, defined, on_unsigned(function))
    amounts = sorted({0, 1, bits // 2, bits - 1} & set(range(bits)))
    shifts = [(a, n) for a in values for n in amounts]
    for name, index_name, function in SHIFTS:
        add_binary(program, type_, name, index_name, shifts, lambda a, n: function(a, n, bits))


def add_comparisons(program, type_):
    bits = width(type_)
    values = edge_values(bits)
    pairs = [(a, b) for a in values for b in values]
    first, second = columns(pairs)
    for name, function in PREDICATES:
        view = unsigned if name[0] == "u" else signed
        expected = [int(function(view(a, bits), view(b, bits))) for a, b in pairs]
        inputs = [(type_, first), (type_, second)]
        program.elementwise(f"arith.cmpi {name}", inputs, [("i1", expected)],
                            f"%r0 = arith.cmpi {name}, %a0, %a1 : {{{type_}}}")
        if type_ == "index":
            program.elementwise(f"index.cmp {name}", inputs, [("i1", expected)],
                                f"%r0 = index.cmp {name}(%a0, %a1)", shapes=((),))
    chosen = [a if a < b else b for a, b in pairs]
    program.elementwise("arith.select", [(type_, first), (type_, second)], [(type_, chosen)],
                        f"%c = arith.cmpi slt, %a0, %a1 : {{{type_}}}\n"
                        f"%r0 = arith.select %c, %a0, %a1 : {{i1}}, {{{type_}}}")


def add_extended(program, type_):
    bits = width(type_)
    values = edge_values(bits)
    pairs = [(a, b) for a in values for b in values]
    first, second = columns(pairs)
    inputs = [(type_, first), (type_, second)]
    wide = [unsigned(a, bits) + unsigned(b, bits) for a, b in pairs]
    shapes = ((), (4,))
    program.elementwise("arith.addui_extended", inputs,
                        [(type_, wide), ("i1", [sum_ >> bits for sum_ in wide])],
                        f"%r0, %r1 = arith.addui_extended %a0, %a1 : {{{type_}}}, {{i1}}", shapes)
    if type_ == "i1":
        return # a product in twice the bits needs more than one
    for name, view in (("mulsi", signed), ("mului", unsigned)):
        product = [view(a, bits) * view(b, bits) for a, b in pairs]
        program.elementwise(f"arith.{name}_extended", inputs,
                            [(type_, product), (type_, [p >> bits for p in product])],
                            f"%r0, %r1 = arith.{name}_extended %a0, %a1 : {{{type_}}}", shapes)


def add_casts(program, type_):
    bits = width(type_)
    values = edge_values(bits)
    for other in INTEGERS:
        if type_ == "index" or other == "index":
            if type_ == other:
                continue
            casts = [("arith.index_cast", signed), ("arith.index_castui", unsigned)]
            if "i1" not in (type_, other):
                casts += [("index.casts", signed), ("index.castu", unsigned)]
        elif bits < width(other):
            casts = [("arith.extsi", signed), ("arith.extui", unsigned)]
        elif bits > width(other):
            casts = [("arith.trunci", signed)]
        else:
            continue
        for name, view in casts:
            shapes = ((),) if name.startswith("index.") else ((), (4,), (2, 4))
            program.elementwise(f"{name} to {other}", [(type_, values)],
                                [(other, [view(a, bits) for a in values])],
                                f"%r0 = {name} %a0 : {{{type_}}} to {{{other}}}", shapes)


def bit_reverse_free_zeros(value, bits, from_top):
    text = f"{unsigned(value, bits):0{bits}b}"
    text = text if from_top else text[::-1]
    return len(text) - len(text.lstrip("0"))


def add_math(program, type_):
    bits = width(type_)
    values = edge_values(bits)
    lowest = -(1 << (bits - 1))
    unary = [("ctlz", lambda a: bit_reverse_free_zeros(a, bits, True)),
             ("cttz", lambda a: bit_reverse_free_zeros(a, bits, False)),
             ("ctpop", lambda a: bin(unsigned(a, bits)).count("1")),
             ("absi", lambda a: lowest if a == lowest else abs(a))]
    for name, function in unary:
        program.elementwise(f"math.{name}", [(type_, values)],
                            [(type_, [function(a) for a in values])],
                            f"%r0 = math.{name} %a0 : {{{type_}}}")


def add_constants(program, type_):
    """Every edge value as arith.constant: scalar and splat."""
    values = edge_values(width(type_))
    zeros = [0] * 4
    for value in values:
        add = f"\n%r0 = arith.addi %a0, %c : {{{type_}}}"
        text = str(value) if type_ != "i1" else ("true" if value else "false")
        of_type = "" if type_ == "i1" else f" : {type_}"
        result = [(type_, [value] * 4)]
        program.elementwise(f"arith.constant {value}", [(type_, zeros)], result,
                            f"%c = arith.constant {text}{of_type}{add}", shapes=((),))
        program.elementwise(f"arith.constant dense {value}", [(type_, zeros)], result,
                            f"%c = arith.constant dense<{text}> : {{{type_}}}{add}",
                            shapes=((4,), (2, 4)))


def main():
    program = Program()
    for type_ in INTEGERS:
        add_arithmetic(program, type_)
        add_comparisons(program, type_)
        add_extended(program, type_)
        add_casts(program, type_)
        add_constants(program, type_)
        if type_ != "index":
            add_math(program, type_)
    program.elementwise("index.sizeof", [("index", [0])], [("index", [64])],
                        "%s = index.sizeof\n%r0 = index.add %a0, %s", shapes=((),))
    program.elementwise("index.constant", [("index", [1])], [("index", [-41])],
                        "%s = index.constant -42\n%r0 = index.add %a0, %s", shapes=((),))
    program.elementwise("index.bool.constant", [("i1", [0, 1])], [("i1", [1, 0])],
                        "%s = index.bool.constant true\n%r0 = arith.xori %a0, %s : i1",
                        shapes=((),))
    program.run()


if __name__ == "__main__":
    main()
