#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""dropped_branch.py FOLDER: models with an If of which one branch fits no shapes, and inputs that
take either: else.onnx (y = c ? relu(x) : x + z), then.onnx (y = c ? x + z : -x), loop.onnx (the
first one, where iteration k of 3 takes the branch that does not fit). 0, 1: folders of inputs."""
import os
import sys

import numpy
import onnx
from onnx import TensorProto, helper

FLOAT, BOOL, INT = TensorProto.FLOAT, TensorProto.BOOL, TensorProto.INT64
value = helper.make_tensor_value_info
folder = sys.argv[1]


def branch(name, op, *operands):
    return helper.make_graph([helper.make_node(op, list(operands), [name])], name, [],
                             [value(name, FLOAT, [2])])


def choice(first, second):
    return helper.make_node("If", ["c"], ["y"], name="choice", then_branch=first,
                            else_branch=second)


def save(name, nodes, inputs):
    graph = helper.make_graph(nodes, "g", inputs, [value("y", FLOAT, [2])])
    opset = helper.make_opsetid("", 16)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8),
              os.path.join(folder, name + ".onnx"))


os.makedirs(folder, exist_ok=True)
fits, misfits = branch("r", "Relu", "x"), branch("s", "Add", "x", "z")
minus = branch("m", "Neg", "x")
tensors = [value("x", FLOAT, [2]), value("z", FLOAT, [3])]
save("else", [choice(fits, misfits)], [value("c", BOOL, [])] + tensors)
save("then", [choice(misfits, minus)], [value("c", BOOL, [1])] + tensors)
body = helper.make_graph(
    [helper.make_node("Equal", ["i", "k"], ["is_k"]), helper.make_node("Not", ["is_k"], ["c"]),
     choice(fits, misfits), helper.make_node("Add", ["s", "y"], ["t"]),
     helper.make_node("Identity", ["go"], ["go_on"])],
    "body", [value("i", INT, []), value("go", BOOL, []), value("s", FLOAT, [2])],
    [value("go_on", BOOL, []), value("t", FLOAT, [2])])
save("loop", [helper.make_node("Constant", [], ["three"], value_int=3),
              helper.make_node("Constant", [], ["yes"], value=helper.make_tensor("", BOOL, [], [1])),
              helper.make_node("Loop", ["three", "yes", "x"], ["y"], body=body)],
     [value("k", INT, [])] + tensors)
x, z = numpy.array([-1, 2], numpy.float32), numpy.zeros(3, numpy.float32)
for name, selectors in (("else", [numpy.array(False), numpy.array(True)]),
                        ("then", [numpy.array([False]), numpy.array([True])]),
                        ("loop", [numpy.array(2), numpy.array(3)])):
    for i, selector in enumerate(selectors):
        into = os.path.join(folder, name + str(i))
        os.makedirs(into, exist_ok=True)
        for k, array in enumerate((selector, x, z)):
            numpy.save(os.path.join(into, f"input_{k}.npy"), array)
        result = {"else": numpy.maximum(x, 0), "then": -x, "loop": x + 3 * numpy.maximum(x, 0)}
        numpy.save(os.path.join(into, "output_0.npy"), result[name])
