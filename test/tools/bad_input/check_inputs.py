# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: check_inputs.py FOLDER [--any-verdict] TOOL [ARGUMENTS...]
#
# Runs a tool on inputs that no test file can hold: up to 100,000 levels of nesting, bytes that are no
# text, odd ends of lines. Each is accepted, or refused with status 1 and an error with its place;
# then there is no output and no temporary file. FOLDER is emptied; OUT among the arguments is a
# file to write there. --any-verdict: the tool may refuse good modules, for it wants certain ones.
import os
import re
import shutil
import subprocess
import sys

ANY_VERDICT = sys.argv[2] == "--any-verdict"
DEPTH = 20000 if ANY_VERDICT else 100000  # other tools read with the same parser
inputs = {}  # name: (bytes, whether it is accepted)


def add(name, data, accepted):
    inputs[name + ".mlir"] = (data if isinstance(data, bytes) else data.encode(), accepted)


def nest(name, before, opening, inner, closing, after, accepted=False):
    """Nested to the end, and cut off at the deepest point."""
    add(name, before + opening * DEPTH + inner + closing * DEPTH + after, accepted)
    add("cut_" + name, before + opening * DEPTH + inner, False)


made = '"x.op"() : () -> '
value = '"x.op"() {a = '
end = "} : () -> ()"
# Regions may nest; printing would indent them to gigabytes, so that an error follows.
nest("regions", "", '"x.op"() ({', "", "}) : () -> ()", "!")
nest("loops", "func.func @f(%c: i1) {", "scf.if %c {", "", "}", "return !")
nest("modules", "", "module {", "", "}", "")
nest("arrays", value, "[", "", "]", end)
nest("dictionaries", value, "{a = ", "1", "}", end)
nest("dense", value + "dense<", "[", "1", "]", "> : tensor<1xi8>" + end)
nest("dialect_attributes", value, "#x.y<", "1", ">", end, True)
nest("dialect_types", made, "!x.y<", "1", ">", "", True)
nest("tuples", made, "tuple<", "i1", ">", "")
nest("complex", made, "complex<", "f32", ">", "")
nest("tensors", made, "tensor<1x", "f32", ">", "")
nest("memrefs", made, "memref<1x", "f32", ">", "")
nest("vectors", made, "vector<1x", "f32", ">", "")
nest("functions", made, "() -> (", "i1", ")", "")
nest("arguments", made, "((", "i1", ") -> ())", "")
nest("structs", made, "!llvm.struct<(", "i1", ")>", "")
nest("spirv_arrays", made, "!spirv.array<1 x ", "i32", ">", "")
nest("affine_parentheses", value + "affine_map<(d0) -> (", "(", "d0", ")", ")>" + end)
nest("affine_minus", value + "affine_map<(d0) -> (", "-", "d0", "", ")>" + end, True)
nest("affine_sums", value + "affine_map<(d0) -> (", "d0 + (", "d0", ")", ")>" + end)
nest("callsites", "module {} loc(", "callsite(", '"a"', ' at "b")', ")")
nest("fused", "module {} loc(", "fused[", '"a"', "]", ")")
nest("named", "module {} loc(", '"a"(', '"b"', ")", ")")
nest("open", "", "(", "", "", "")
nest("braces", "", "{", "", "}", "")
nest("quotes", "", '"', "", "", "")
nest("width", made + "i", "9", "", "", "")
nest("size", made + "tensor<", "9", "xi1", "", ">")
add("symbols", value + "@a::" * DEPTH + "@b" + end, True)
add("dimensions", made + "tensor<" + "1x" * DEPTH + "f32>", True)
add("strided", made + "memref<f32, strided<[" + "1," * DEPTH + "1]>>", False)
add("digits", value + "9" * DEPTH + " : i64" + end, False)
add("hex", value + 'dense<"0x' + "0" * DEPTH + '"> : tensor<4xi8>' + end, False)
add("affine_terms", value + "affine_map<(d0) -> (" +
    " + ".join("d0 floordiv %d" % i for i in range(2, DEPTH)) + ")>" + end, False)
add("type_aliases", "!a0 = i1\n" + "".join(
    "!a%d = memref<1x!a%d>\n" % (i, i - 1) for i in range(1, DEPTH)), False)
# The second alias of each line is known by its text.
add("known_aliases", "!a0 = i1\n" + "".join(
    "!b%d = memref<1x!a%d>\n!a%d = memref<1x!a%d>\n" % (i, i - 1, i, i - 1)
    for i in range(1, DEPTH // 2)), False)
add("attribute_aliases", "#a0 = 1\n" + "".join(
    "#a%d = [#a%d]\n" % (i, i - 1) for i in range(1, DEPTH)), False)

good = "module {\n  module @m {\n  }\n}\n"
add("empty", "", True)
add("blank", " \n\t\r\n", True)
add("comments", "//" * DEPTH, True)
add("no_newline", good.rstrip("\n"), True)
add("crlf", good.replace("\n", "\r\n"), True)
add("cr", good.replace("\n", "\r"), True)
add("byte_order_mark", b"\xef\xbb\xbf" + good.encode(), False)
add("nul_inside", good.replace("@m", "@\0m"), False)
add("nul_in_string", '"x.op"() {a = "b\0c"} : () -> ()\n', False)  # as an end of line
add("nul_in_comment", "// a\0b\n" + good, True)
add("nul_first", "\0" + good, True)
add("nul_last", good + "\0", True)
add("utf8_in_string", '"x.op"() {a = "\u00e4\u20ac"} : () -> ()\n', True)
add("bytes_in_string", b'"x.op"() {a = "\xff\xfe\xc0\x80"} : () -> ()\n', True)
add("bytes_in_name", b"module @\xff {}\n", False)
add("utf16", good.encode("utf-16"), False)
add("binary", bytes(range(256)) * 64, False)
add("bytecode", b"ML\xefR\x0dMLIR19.1.7\0" + bytes(range(200)), False)
add("brace", "}", False)
add("huge_line", good + 'module {} loc("a":99999999999999999999:1)\n', False)


def check(folder, command, name, accepted):
    output = os.path.join(folder, "out", "result")
    with open(os.path.join(folder, name), "wb") as file:
        file.write(inputs[name][0])
    full = [output if word == "OUT" else word for word in command]
    result = subprocess.run(full + [os.path.join(folder, name)], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, timeout=120)
    left = os.listdir(os.path.join(folder, "out"))
    os.remove(os.path.join(folder, name))
    for entry in left:
        os.remove(os.path.join(folder, "out", entry))
    said = "status %d: %s" % (result.returncode, result.stderr[:300])
    if result.returncode not in (0, 1):
        return said
    if result.returncode == 0:
        if not accepted:
            return said
        return None if "OUT" not in command or left == ["result"] else "output is %s" % left
    if accepted and not ANY_VERDICT:
        return said
    if left or result.stdout:
        return "refused, but it left %s and %d bytes" % (left, len(result.stdout))
    place = rb"([^\n]*: )?" if accepted else rb"[^\n]*" + name.encode() + rb":\d+:\d+: "
    return None if re.match(place + rb"error: [^\n]", result.stderr) else said


def main():
    folder, command = sys.argv[1], sys.argv[3 if ANY_VERDICT else 2:]
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(os.path.join(folder, "out"))
    failures = 0
    for name, (_, accepted) in sorted(inputs.items()):
        fault = check(folder, command, name, accepted)
        if fault:
            failures += 1
            print("%s: %s" % (name, fault))
    print("%d inputs, %d failures" % (len(inputs), failures))
    return 1 if failures else 0


sys.exit(main())
