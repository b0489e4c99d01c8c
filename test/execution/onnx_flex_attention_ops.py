# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# FlexAttention with graphs for scores and shares, compiled and run, compared with numpy. It is no
# op of the dialect, so that this makes models; without python3-onnx there is nothing to do.
import argparse
import math
import os
import subprocess
import sys
import tempfile

import numpy as np

try:
    import onnx
    from onnx import TensorProto, helper, numpy_helper
except ImportError:
    print("skipped: python3-onnx is missing")
    sys.exit(0)

RANDOM = np.random.default_rng(11)


def graph(name, nodes, constants):
    def value(v):
        return helper.make_tensor_value_info(v, TensorProto.FLOAT, ["B", "H", "L", "S"])

    return helper.make_graph(nodes, name, [value("in")], [value("out")],
                             [numpy_helper.from_array(a, n) for n, a in constants.items()])


def softmax(x):
    shares = np.exp(x - x.max(-1, keepdims=True))
    return shares / shares.sum(-1, keepdims=True)


def run(tools, q, k, v, attributes):
    node = helper.make_node("FlexAttention", ["q", "k", "v"], ["y"], domain="ai.onnx.preview",
                            **attributes)
    inputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, a.shape)
              for n, a in zip("qkv", (q, k, v))]
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    model = helper.make_model(helper.make_graph([node], "main", inputs, [output]), opset_imports=[
        helper.make_opsetid("", 20), helper.make_opsetid("ai.onnx.preview", 1)])
    with tempfile.TemporaryDirectory() as folder:
        onnx.save(model, os.path.join(folder, "model.onnx"))
        for i, array in enumerate((q, k, v)):
            np.save(os.path.join(folder, f"input_{i}.npy"), array)
        subprocess.run([os.path.join(tools, "mica-run"), os.path.join(folder, "model.onnx"),
                        "--input-dir", folder, "--output-dir", folder], check=True)
        return np.load(os.path.join(folder, "output_0.npy"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tools", required=True, help="the folder with mica-run")
    tools = parser.parse_args().tools
    q, k, v = (RANDOM.uniform(-2, 2, s).astype(np.float32)
               for s in ((2, 4, 3, 8), (2, 2, 5, 8), (2, 2, 5, 6)))
    bias = RANDOM.uniform(-2, 2, (3, 5)).astype(np.float32)
    scores = q @ np.repeat(k, 2, 1).swapaxes(2, 3)
    values = np.repeat(v, 2, 1)
    add = graph("add", [helper.make_node("Add", ["in", "bias"], ["out"])], {"bias": bias})
    half = graph("half", [helper.make_node("Mul", ["in", "share"], ["out"])],
                 {"share": np.array(0.5, np.float32)})
    usual = scores / math.sqrt(8)
    faults = 0
    for attributes, expected in (
            ({}, softmax(usual) @ values), ({"scale": 0.25}, softmax(scores * 0.25) @ values),
            ({"score_mod": add}, softmax(usual + bias) @ values),
            ({"score_mod": add, "prob_mod": half}, 0.5 * softmax(usual + bias) @ values)):
        result = run(tools, q, k, v, attributes)
        if not np.allclose(result, expected, rtol=1e-4, atol=1e-5):
            faults += 1
            print(f"{sorted(attributes)}: expected\n{expected}\nbut got\n{result}")
    print(f"4 results, {faults} wrong")
    sys.exit(faults != 0)


if __name__ == "__main__":
    main()
