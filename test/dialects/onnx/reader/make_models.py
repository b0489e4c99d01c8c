#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the small ONNX files in models/ that the reader's tests and fuzz target start from.

    /usr/bin/python3 make_models.py      (Debian's python3-onnx and python3-numpy)

raw.onnx and typed.onnx hold the same tensors, [2,3] of every element type, once as raw data and
once in the typed fields. nodes.onnx holds every kind of attribute and two levels of graphs.
tensor.pb is one tensor as in ONNX's test data sets.
"""

import pathlib

import numpy as np
from onnx import TensorProto, helper

FOLDER = pathlib.Path(__file__).resolve().parent / "models"

NUMBERS = np.arange(6)
HALVES = (NUMBERS * 0.5 - 1).astype(np.float32)
SIGNED, UNSIGNED = NUMBERS * 7 - 20, NUMBERS * 9 + 200
BFLOAT_BITS = (HALVES.view(np.uint32) >> 16).astype(np.uint16)
COMPLEX = np.stack([HALVES, NUMBERS.astype(np.float32)], 1).reshape(-1)

# type: (elements as they lie in memory, typed field, its values)
TYPES = {
    "FLOAT": (HALVES, "float_data", HALVES),
    "DOUBLE": (HALVES.astype(np.float64), "double_data", HALVES),
    "INT8": (SIGNED.astype(np.int8), "int32_data", SIGNED),
    "INT16": (SIGNED.astype(np.int16), "int32_data", SIGNED),
    "INT32": (SIGNED.astype(np.int32), "int32_data", SIGNED),
    "INT64": (SIGNED.astype(np.int64), "int64_data", SIGNED),
    "UINT8": (UNSIGNED.astype(np.uint8), "int32_data", UNSIGNED),
    "UINT16": (UNSIGNED.astype(np.uint16), "int32_data", UNSIGNED),
    "UINT32": (UNSIGNED.astype(np.uint32), "uint64_data", UNSIGNED),
    "UINT64": (UNSIGNED.astype(np.uint64), "uint64_data", UNSIGNED),
    "BOOL": ((NUMBERS % 2).astype(np.uint8), "int32_data", NUMBERS % 2),
    "FLOAT16": (HALVES.astype(np.float16), "int32_data",
                HALVES.astype(np.float16).view(np.uint16)),
    "BFLOAT16": (BFLOAT_BITS, "int32_data", BFLOAT_BITS),
    "COMPLEX64": (COMPLEX, "float_data", COMPLEX),
    "COMPLEX128": (COMPLEX.astype(np.float64), "double_data", COMPLEX),
}


def tensor(name, raw):
    elements, field, values = TYPES[name]
    proto = TensorProto(name=name, dims=[2, 3], data_type=TensorProto.DataType.Value(name))
    if raw:
        proto.raw_data = elements.tobytes()
    else:
        getattr(proto, field).extend(values.tolist())
    return proto


def write(name, message):
    (FOLDER / name).write_bytes(message.SerializeToString(deterministic=True))


def model(nodes, inputs, outputs, initializers):
    graph = helper.make_graph(nodes, "small", inputs, outputs, initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7,
                             producer_name="mica")


def branch(name):
    constant = helper.make_node("Constant", [], [f"{name}_out"], name=f"{name}_constant",
                                value=tensor("FLOAT", raw=True))
    out = helper.make_tensor_value_info(f"{name}_out", TensorProto.FLOAT, [2, 3])
    return helper.make_graph([constant], name, [], [out])


def nodes_model():
    condition = helper.make_tensor_value_info("condition", TensorProto.BOOL, [])
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 1, 4, 4])
    result = helper.make_tensor_value_info("result", TensorProto.FLOAT, [2, 3])
    filters = helper.make_tensor("filters", TensorProto.FLOAT, [1, 1, 3, 3],
                                 np.arange(9, dtype=np.float32).tobytes(), raw=True)
    nodes = [
        helper.make_node("Conv", ["image", "filters"], ["features"], name="convolution",
                         pads=[1, 1, 1, 1], auto_pad="NOTSET"),
        helper.make_node("LeakyRelu", ["features"], ["positive"], name="leaky", alpha=0.25),
        helper.make_node("If", ["condition"], ["result"], name="choice",
                         then_branch=branch("then"), else_branch=branch("else")),
        helper.make_node("Everything", [], ["unused"], name="everything", domain="test",
                         floats=[1.0, 2.0], strings=["a", "b"],
                         tensors=[tensor("INT64", True), tensor("INT8", False)]),
    ]
    return model(nodes, [condition, image], [result], [filters])


def main():
    FOLDER.mkdir(exist_ok=True)
    for name, raw in ("raw.onnx", True), ("typed.onnx", False):
        write(name, model([], [], [], [tensor(type_name, raw) for type_name in TYPES]))
    write("nodes.onnx", nodes_model())
    write("tensor.pb", tensor("FLOAT", raw=True))


if __name__ == "__main__":
    main()
