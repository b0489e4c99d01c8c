# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes ONNX files from the models that stand as text in a test.

    make_onnx.py TEST FOLDER

writes FOLDER/0.onnx, FOLDER/1.onnx, ... for the models in TEST, which a line `// -----` separates.
A model is ONNX's own text form; other lines that begin with `//` are the test's. Nodes get names:
their operator and number; their inputs called left_out are. An attribute axis_7 of a function is axis
with the default 7. Needs python3-onnx.
"""
import os
import sys

import onnx
import onnx.parser


def set_defaults(function):
    """attribute_proto, field 11, which this schema need not have."""
    names = [name for name in function.attribute if name.rpartition("_")[2].isdigit()]
    for name in names:
        function.attribute.remove(name)
        attribute, _, value = name.rpartition("_")
        content = onnx.helper.make_attribute(attribute, int(value)).SerializeToString()
        function.MergeFromString(bytes([11 << 3 | 2, len(content)]) + content)


def main():
    test, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    for number, part in enumerate(open(test).read().split("// -----")):
        lines = [line for line in part.split("\n") if not line.startswith("//")]
        model = onnx.parser.parse_model("\n".join(lines))
        for index, node in enumerate(model.graph.node):
            node.name = "%s_%d" % (node.op_type, index)
            node.input[:] = ["" if name == "left_out" else name for name in node.input]
        for function in model.functions:
            set_defaults(function)
        with open(os.path.join(folder, "%d.onnx" % number), "wb") as file:
            file.write(model.SerializeToString())


if __name__ == "__main__":
    main()
