#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Turns the Khronos grammar of SPIR-V into what Mica's build needs.

From the core grammar and the two extended instruction sets it writes

    spirv_grammar.dialect   enums, and every instruction that the hand-written files leave out,
                            in one regular form
    spirv_numbers.h         opcodes and enumerants as C constants
    spirv_tables.c          operands and availability of instructions and enumerants, as rows
                            of dialects/spirv/spirv_grammar.h

The regular form of an instruction: its ids are operands, everything else (literals, enums,
scopes, memory semantics) is an inherent attribute, both in the grammar's order:

    %r = spirv.ImageFetch %image, %at {image_operands = ...} : (...) -> vector<4xf32>

Instructions that declare types, decorate, name or build the structure of a module are no ops:
types, attributes, regions and blocks stand for them.
"""
import argparse
import json
import re

VENDORS = ("AMDX", "NVX", "KHR", "EXT", "NV", "INTEL", "AMD", "GOOGLE", "ARM", "QCOM",
           "HUAWEI", "VALVE", "MESA", "ALTERA")

# Parts of a module that regions, blocks, types and attributes stand for.
PREFERRED = {"StorageUniform16"}
STRUCTURE = {
    "OpNop", "OpUndef", "OpExtension", "OpExtInstImport", "OpExtInst", "OpMemoryModel",
    "OpEntryPoint", "OpExecutionMode", "OpExecutionModeId", "OpCapability", "OpConstantTrue",
    "OpConstantFalse", "OpConstant", "OpConstantComposite", "OpConstantNull",
    "OpSpecConstantTrue", "OpSpecConstantFalse", "OpSpecConstant", "OpSpecConstantComposite",
    "OpSpecConstantOp", "OpFunction", "OpFunctionParameter", "OpFunctionEnd", "OpPhi",
    "OpLoopMerge", "OpSelectionMerge", "OpLabel", "OpBranch", "OpBranchConditional", "OpSwitch",
    "OpVariable", "OpConstantPipeStorage", "OpConstantSampler", "OpExtInstWithForwardRefsKHR",
    "OpConstantCompositeReplicateEXT", "OpSpecConstantCompositeReplicateEXT",
    "OpConstantStringAMDX", "OpSpecConstantStringAMDX", "OpConstantSizeOfEXT",
}
STRUCTURE_CLASSES = {"Type-Declaration", "Annotation", "Debug"}

# Where MLIR's mnemonic of an enum attribute is not the kind's name in snake case.
MNEMONICS = {
    "FPFastMathMode": "fastmath_mode",
    "CooperativeMatrixLayout": "coop_matrix_layout_khr",
    "CooperativeMatrixUse": "coop_matrix_use_khr",
    "CooperativeMatrixOperands": "cooperative_matrix_operands_khr",
}

QUANTIFIERS = {"": 0, "?": 1, "*": 2}


def snake(name):
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name).lower()


def op_name(opname):
    """OpAtomicFAddEXT -> EXT.AtomicFAdd, as MLIR names vendors' ops."""
    name = opname[2:]
    for vendor in VENDORS:
        if name.endswith(vendor) and name != vendor:
            return f"{vendor}.{name[:-len(vendor)]}"
    return name


def version_word(entry):
    """0: every version; 0xFFFFFFFF: none, only by an extension; else major << 16 | minor << 8."""
    text = entry.get("version")
    if not text:
        return 0 if not entry.get("extensions") else 0xFFFFFFFF
    if text == "None":
        return 0xFFFFFFFF
    major, minor = text.split(".")
    return int(major) << 16 | int(minor) << 8


class Grammar:
    def __init__(self, core, glsl, opencl):
        self.core, self.glsl, self.opencl = (json.load(open(f)) for f in (core, glsl, opencl))
        self.kinds = {k["kind"]: k for k in self.core["operand_kinds"]}
        self.kind_index = {name: i for i, name in enumerate(self.kinds)}
        for kind in self.kinds.values():
            for enumerant in kind.get("enumerants", []):
                value = enumerant["value"]
                enumerant["value"] = int(value, 0) if isinstance(value, str) else value
                if enumerant["enumerant"][0].isdigit():
                    enumerant["enumerant"] = kind["kind"] + enumerant["enumerant"]
            # Of several names for one value the first is printed: the one that upstream prints.
            kind.get("enumerants", []).sort(key=lambda e: e["enumerant"] not in PREFERRED)
        self.capabilities = {e["enumerant"]: e["value"]
                             for e in self.kinds["Capability"]["enumerants"]}
        names = set()
        for entry in self.entries():
            names.update(entry.get("extensions", []))
        self.extensions = sorted(names)
        self.extension_index = {n: i for i, n in enumerate(self.extensions)}

    def entries(self):
        for grammar in (self.core, self.glsl, self.opencl):
            yield from grammar["instructions"]
        for kind in self.kinds.values():
            yield from kind.get("enumerants", [])

    def instructions(self):
        """(name, set, opcode, instruction, is an op) without aliases, by name."""
        rows, seen = [], set()
        for instruction in self.core["instructions"]:
            if instruction["opcode"] in seen:
                continue
            seen.add(instruction["opcode"])
            is_op = (instruction["opname"] not in STRUCTURE
                     and instruction["class"] not in STRUCTURE_CLASSES
                     and not instruction["opname"].startswith("OpType"))
            rows.append((op_name(instruction["opname"]), 0, instruction["opcode"], instruction,
                         is_op))
        for prefix, number, grammar in (("GL", 1, self.glsl), ("CL", 2, self.opencl)):
            for instruction in grammar["instructions"]:
                operands = [{"kind": "IdResultType"}, {"kind": "IdResult"}]
                entry = dict(instruction, operands=operands + instruction.get("operands", []))
                rows.append((f"{prefix}.{instruction['opname']}", number, instruction["opcode"],
                             entry, True))
        return sorted(rows, key=lambda row: row[0])


# ---- the dialect file ------------------------------------------------------------------------


def write_enum(out, kind, width):
    """One enum; of cases with equal values the first named is kept (for 0 of bits: None)."""
    is_bits = kind["category"] == "BitEnum"
    name = snake(kind["kind"])
    cases, seen = [], set()
    enumerants = sorted(kind["enumerants"], key=lambda e: e["enumerant"] != "None") \
        if is_bits else kind["enumerants"]
    for enumerant in enumerants:
        if enumerant["value"] not in seen:
            seen.add(enumerant["value"])
            cases.append(f"  {enumerant['enumerant']} = {enumerant['value']}")
    if is_bits and 0 not in seen:
        cases.insert(0, "  None = 0")
    keyword = "bits" if is_bits else "enum"
    out.append(f"{keyword} {name} \"valid SPIR-V {kind['kind']}\" : i{width} {{")
    out.append(f"  attr {MNEMONICS.get(kind['kind'], name)}")
    out.append(",\n".join(cases) + "\n}\n")


def operand_name(operand, position, used):
    text = operand.get("name", "").split("\n")[0].strip("', +")
    text = re.sub(r"<<[^,>]*,?([^>]*)>>", r"\1", text)
    name = re.sub(r"[^a-z0-9]+", "_", snake(text.replace(" ", "_"))).strip("_")
    name = re.sub(r"_+", "_", name)
    if not name or operand.get("quantifier") == "*" and re.search(r"_[01]$", name):
        name = re.sub(r"_[01]$", "s", name) if name else snake(operand["kind"])
    if name[0].isdigit():
        name = "_" + name
    if name in used:
        name = f"{name}_{position}"
    used.add(name)
    return name


ATTRIBUTES = {"LiteralInteger": "i32_attr", "LiteralString": "string_attr",
              "LiteralFloat": "f32_attr", "LiteralContextDependentNumber": "any_attr",
              "IdScope": "scope", "IdMemorySemantics": "memory_semantics"}


def enum_parameters(grammar, kind):
    """(some enumerant has literal parameters, some has ids)"""
    parameters = [p["kind"] for e in kind.get("enumerants", []) for p in e.get("parameters", [])]
    ids = any(p.startswith("Id") for p in parameters)
    return any(not p.startswith("Id") for p in parameters), ids


def write_op(out, grammar, name, instruction):
    """False when an operand has no regular form (pairs of ids and literals)."""
    operands, attrs, results, used = [], [], [], {"result"}
    several = 0
    for position, operand in enumerate(instruction.get("operands", [])):
        kind, quantifier = operand["kind"], operand.get("quantifier", "")
        if kind == "IdResult":
            continue
        if kind == "IdResultType":
            results.append("result: any_type")
        elif kind.startswith("Pair") or kind in ("LiteralSpecConstantOpInteger",
                                                 "LiteralExtInstInteger"):
            return False
        elif kind == "IdRef":
            arity = {"": "", "?": "optional ", "*": "variadic "}[quantifier]
            several += bool(arity)
            operands.append(f"{operand_name(operand, position, used)}: {arity}any_type")
        else:
            named = operand_name(operand, position, used)
            optional = "optional " if quantifier else ""
            constraint = ATTRIBUTES.get(kind, snake(kind))
            if quantifier == "*":
                constraint = "i32_array" if kind == "LiteralInteger" else "array_attr"
            attrs.append(f"{named}: {optional}{constraint}")
            literals, ids = enum_parameters(grammar, grammar.kinds[kind])
            if literals:
                attrs.append(f"{named}_parameters: optional i32_array")
            if ids:
                several += 1
                operands.append(f"{named}_arguments: variadic any_type")
    if len(results) == 0 and any(o["kind"] == "IdResult" for o in instruction.get("operands", [])):
        return False
    out.append(f"op {name} {{")
    if several > 1:
        out.append("  traits    attr_sized_operand_segments")
    for keyword, entries in (("operands", operands), ("attrs", attrs), ("results", results)):
        if entries:
            out.append(f"  {keyword:<9} " + (",\n" + " " * 12).join(entries))
    out.append("  format    operands attr-dict `:` functional-type(operands, results)\n}")
    return True


def write_dialect(grammar, overrides, path):
    out = ["// Made by spirv_from_grammar.py.", ""]
    for kind in grammar.kinds.values():
        if kind["category"] in ("BitEnum", "ValueEnum") and snake(kind["kind"]) not in overrides:
            write_enum(out, kind, 32)
    if "extension" not in overrides:
        out.append("enum extension \"valid SPIR-V extension\" : i32 {\n  attr ext")
        out.append(",\n".join(f"  {n} = {i}" for i, n in enumerate(grammar.extensions)) + "\n}\n")
    for name, _, _, instruction, is_op in grammar.instructions():
        if is_op and name not in overrides:
            write_op(out, grammar, name, instruction)
    open(path, "w").write("\n".join(out) + "\n")


# ---- C ---------------------------------------------------------------------------------------


def write_numbers(grammar, path):
    out = ["// Made by spirv_from_grammar.py.", "#ifndef MICA_DIALECTS_SPIRV_NUMBERS_H",
           "#define MICA_DIALECTS_SPIRV_NUMBERS_H", "", "enum {"]
    for instruction in grammar.core["instructions"]:
        out.append(f"    MICAI_SPIRV_OP_{snake(instruction['opname'][2:]).upper()}"
                   f" = {instruction['opcode']},")
    out.append("};")
    for kind in grammar.kinds.values():
        if "enumerants" in kind:
            prefix = f"MICAI_SPIRV_{snake(kind['kind']).upper()}"
            out.append("enum {")
            for enumerant in kind["enumerants"]:
                out.append(f"    {prefix}_{snake(enumerant['enumerant']).upper()}"
                           f" = {enumerant['value']},")
            out.append("};")
    out.append("enum {")
    for name, index in grammar.kind_index.items():
        out.append(f"    MICAI_SPIRV_KIND_{snake(name).upper()} = {index},")
    out.append("};\nenum {")
    for name, index in grammar.extension_index.items():
        out.append(f"    MICAI_SPIRV_EXTENSION_{name.upper()} = {index},")
    out += ["};", "", "#endif"]
    open(path, "w").write("\n".join(out) + "\n")


class Tables:
    """Rows that others refer to by their place; equal runs are shared."""

    def __init__(self, grammar):
        self.grammar, self.words, self.runs, self.operands = grammar, [], {}, []
        self.operand_runs = {}

    def run(self, values):
        key = tuple(values)
        if key not in self.runs:
            self.runs[key] = len(self.words)
            self.words += values
        return self.runs[key]

    def operand_run(self, operands):
        key = tuple((self.grammar.kind_index[o["kind"]], QUANTIFIERS[o.get("quantifier", "")])
                    for o in operands)
        if key not in self.operand_runs:
            self.operand_runs[key] = len(self.operands)
            self.operands += key
        return self.operand_runs[key]

    def requirement(self, entry):
        capabilities = [self.grammar.capabilities[c] for c in entry.get("capabilities", [])]
        extensions = [self.grammar.extension_index[e] for e in entry.get("extensions", [])]
        return (f"{{0x{version_word(entry):x}u, {self.run(capabilities)}, {len(capabilities)}, "
                f"{self.run(extensions)}, {len(extensions)}}}")


def write_tables(grammar, path):
    tables, out = Tables(grammar), ["// Made by spirv_from_grammar.py.",
                                    '#include "dialects/spirv/spirv_grammar.h"', ""]
    rows = grammar.instructions()
    out.append("const micai_spirv_instruction micai_spirv_instructions[] = {")
    for name, number, opcode, instruction, is_op in rows:
        operands = instruction.get("operands", [])
        out.append(f'    {{"{name}", {opcode}, {number}, {len(operands)}, '
                   f"{tables.operand_run(operands)}, {int(is_op)}, "
                   f"{tables.requirement(instruction)}}},")
    out.append(f"}};\nconst size_t micai_spirv_instruction_count = {len(rows)};\n")

    enumerants, kinds = [], []
    for kind in grammar.kinds.values():
        first = len(enumerants)
        for enumerant in sorted(kind.get("enumerants", []), key=lambda e: e["value"]):
            parameters = enumerant.get("parameters", [])
            enumerants.append(f'    {{"{enumerant["enumerant"]}", {enumerant["value"]}u, '
                              f"{tables.operand_run(parameters)}, {len(parameters)}, "
                              f"{tables.requirement(enumerant)}}},")
        kinds.append(f'    {{"{kind["kind"]}", MICAI_SPIRV_CATEGORY_'
                     f'{snake(kind["category"]).upper()}, {first}, {len(enumerants) - first}}},')
    out += ["const micai_spirv_enumerant micai_spirv_enumerants[] = {"] + enumerants + ["};\n"]
    out += ["const micai_spirv_kind micai_spirv_kinds[] = {"] + kinds + ["};\n"]
    out += ["const micai_spirv_operand micai_spirv_operands[] = {",
            "    " + ", ".join(f"{{{k}, {q}}}" for k, q in tables.operands), "};\n"]
    out += ["const uint16_t micai_spirv_words[] = {",
            "    " + ", ".join(map(str, tables.words or [0])), "};\n"]
    out += ["const char *const micai_spirv_extension_names[] = {"]
    out += [f'    "{name}",' for name in grammar.extensions]
    out += [f"}};\nconst size_t micai_spirv_extension_count = {len(grammar.extensions)};"]
    open(path, "w").write("\n".join(out) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--core", required=True)
    parser.add_argument("--glsl", required=True)
    parser.add_argument("--opencl", required=True)
    parser.add_argument("--override", nargs="*", default=[],
                        help="definition files whose ops and enums are left out")
    parser.add_argument("--dialect")
    parser.add_argument("--numbers")
    parser.add_argument("--tables")
    options = parser.parse_args()
    grammar = Grammar(options.core, options.glsl, options.opencl)
    overrides = set()
    for path in options.override:
        overrides.update(re.findall(r"^(?:op|enum|bits) (\S+)", open(path).read(), re.M))
    if options.dialect:
        write_dialect(grammar, overrides, options.dialect)
    if options.numbers:
        write_numbers(grammar, options.numbers)
    if options.tables:
        write_tables(grammar, options.tables)


main()
