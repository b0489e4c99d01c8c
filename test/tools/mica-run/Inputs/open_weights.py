#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""open_weights.py FOLDER: a model of an open size with 128 KiB of weights and room for what is between;
two cases of different sizes."""
import os
import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

random = numpy.random.RandomState(5)
w = random.randn(32768).astype(numpy.float32)
nodes = [helper.make_node("Mul", ["x", "w"], ["m"]),
         helper.make_node("ReduceMax", ["m"], ["r"], keepdims=0),
         helper.make_node("Sub", ["m", "r"], ["y"])]
graph = helper.make_graph(nodes, "g",
                          [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 32768])],
                          [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 32768])],
                          [numpy_helper.from_array(w, "w")])
for size in (1, 3):
    folder = os.path.join(sys.argv[1], str(size))
    os.makedirs(folder, exist_ok=True)
    x = random.randn(size, 32768).astype(numpy.float32)
    numpy.save(os.path.join(folder, "input_0.npy"), x)
    numpy.save(os.path.join(folder, "output_0.npy"), x * w - (x * w).max())
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8),
          os.path.join(sys.argv[1], "m.onnx"))
