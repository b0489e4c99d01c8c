#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""constant_subgraph.py FOLDER: a model whose weights are cast, scaled, transposed, concatenated, cut and
reshaped before they meet its input; and what numpy makes of it."""
import os
import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

random = numpy.random.RandomState(3)
half = random.randn(64, 33, 5).astype(numpy.float16)
single = random.randn(33, 64, 5).astype(numpy.float32)
quantized = random.randint(-128, 128, (33, 64, 5)).astype(numpy.int8)
scale = numpy.array([0.125], numpy.float32)

widened = half.astype(numpy.float32).transpose(1, 0, 2)
mixed = widened + quantized.astype(numpy.float32) * scale
joined = numpy.concatenate([mixed, single, widened], 2)[:, 3:60, 1:14].reshape(33, -1)

nodes = [
    helper.make_node("Cast", ["half"], ["wide"], to=TensorProto.FLOAT),
    helper.make_node("Transpose", ["wide"], ["turned"], perm=[1, 0, 2]),
    helper.make_node("Cast", ["quantized"], ["numbers"], to=TensorProto.FLOAT),
    helper.make_node("Mul", ["numbers", "scale"], ["scaled"]),
    helper.make_node("Add", ["turned", "scaled"], ["mixed"]),
    helper.make_node("Concat", ["mixed", "single", "turned"], ["joined"], axis=2),
    helper.make_node("Slice", ["joined", "starts", "ends", "axes"], ["cut"]),
    helper.make_node("Reshape", ["cut", "shape"], ["flat"]),
    helper.make_node("Add", ["x", "flat"], ["y"]),
]
constants = {"half": half, "single": single, "quantized": quantized, "scale": scale,
             "starts": numpy.array([3, 1]), "ends": numpy.array([60, 14]),
             "axes": numpy.array([1, 2]), "shape": numpy.array([33, -1])}
values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, joined.shape) for name in "xy"]
graph = helper.make_graph(nodes, "g", values[:1], values[1:],
                          [numpy_helper.from_array(v, n) for n, v in constants.items()])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
onnx.save(model, os.path.join(folder, "m.onnx"))
x = random.randn(*joined.shape).astype(numpy.float32)
numpy.save(os.path.join(folder, "input_0.npy"), x)
numpy.save(os.path.join(folder, "output_0.npy"), x + joined)
