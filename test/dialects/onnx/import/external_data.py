# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""external_data.py FOLDER: models whose weights lie in another file, rightly and wrongly.

Each adds two tensors to its input: a large one and a small one, 0, 1, 2, ... and 1000, 1001, ...
"""
import os
import sys

import numpy
import onnx
from onnx import TensorProto, helper

LARGE, SMALL, SHIFT = 2048, 4, 4096 + 8192


def tensor(name, count, entries):
    made = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=[count],
                       data_location=TensorProto.EXTERNAL)
    for key, value in entries.items():
        made.external_data.add(key=key, value=str(value))
    return made


def save(folder, name, large, small):
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "large"], ["y"]),
         helper.make_node("Add", ["s", "small"], ["z"])], "main_graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [LARGE]),
         helper.make_tensor_value_info("s", TensorProto.FLOAT, [SMALL])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [LARGE]),
         helper.make_tensor_value_info("z", TensorProto.FLOAT, [SMALL])],
        [tensor("large", LARGE, large), tensor("small", SMALL, small)])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    with open(os.path.join(folder, name + ".onnx"), "wb") as file:
        file.write(model.SerializeToString())


def main():
    folder = sys.argv[1]
    os.makedirs(os.path.join(folder, "sub"), exist_ok=True)
    large = numpy.arange(LARGE, dtype=numpy.float32)
    small = numpy.arange(1000, 1000 + SMALL, dtype=numpy.float32)
    data = b"\0" * 4096 + large.tobytes() + small.tobytes()
    for name in ("weights.bin", "sub/deep.bin"):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
    os.symlink("weights.bin", os.path.join(folder, "link.bin"))
    whole = {"location": "weights.bin", "offset": 4096, "length": 4 * LARGE}
    tail = {"location": "weights.bin", "offset": SHIFT}
    save(folder, "good", whole, tail)
    save(folder, "deep", dict(whole, location="sub/deep.bin"),
         dict(tail, location="./sub/deep.bin"))
    os.symlink("good.onnx", os.path.join(folder, "behind_link.onnx"))
    save(folder, "through_link", dict(whole, location="link.bin"), tail)
    os.symlink("through_link.onnx", os.path.join(folder, "both_links.onnx"))
    save(folder, "absolute", dict(whole, location="/etc/passwd"), tail)
    save(folder, "up", dict(whole, location="sub/../../secret"), tail)
    save(folder, "absent", dict(whole, location="none.bin"), tail)
    save(folder, "folder", dict(whole, location="sub"), tail)
    save(folder, "cut", whole, dict(tail, offset=SHIFT + 4))
    save(folder, "far", whole, dict(tail, offset=2**64 - 4))
    save(folder, "length", dict(whole, length=4 * LARGE - 4), tail)
    save(folder, "number", dict(whole, offset="-1"), tail)
    inputs = os.path.join(folder, "inputs")
    os.makedirs(inputs, exist_ok=True)
    for index, values in enumerate((large, small)):
        numpy.save(os.path.join(inputs, "input_%d.npy" % index), 0 * values + 1)
        numpy.save(os.path.join(inputs, "output_%d.npy" % index), values + 1)


main()
