#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""two_rates.py FOLDER: y = x * scale / rate, where rate and scale are inputs too; and a result for rate 4
and scale 0.5."""
import os
import sys

import numpy
import onnx
from onnx import TensorProto, helper

nodes = [helper.make_node("Cast", ["rate"], ["number"], to=TensorProto.FLOAT),
         helper.make_node("Mul", ["x", "scale"], ["scaled"]),
         helper.make_node("Div", ["scaled", "number"], ["y"])]
inputs = [helper.make_tensor_value_info("rate", TensorProto.INT64, []),
          helper.make_tensor_value_info("x", TensorProto.FLOAT, [3]),
          helper.make_tensor_value_info("scale", TensorProto.FLOAT, ["n"])]
graph = helper.make_graph(nodes, "g", inputs,
                          [helper.make_tensor_value_info("y", TensorProto.FLOAT, [3])])
folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8),
          os.path.join(folder, "m.onnx"))
x = numpy.array([1, 2, 4], numpy.float32)
numpy.save(os.path.join(folder, "input_0.npy"), x)
numpy.save(os.path.join(folder, "output_0.npy"), x / 8)
