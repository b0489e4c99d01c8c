# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Control flow of ONNX, compiled and run: If, Loop and Scan with outer values, nested ones, from
# either end, and ended by their bodies; compared with the same loops written with numpy.
import argparse
import sys

import numpy as np

from onnx_ops import Model, RANDOM, floats


def add(model, text, expected, *arrays):
    """`text` has %0, %1, ... for the arrays and defines %r, of as many results as `expected`."""
    number = len(model.lines)
    for i, array in enumerate(arrays):
        text = text.replace(f"%{i}", f"%a{len(model.inputs)}")
        model.inputs.append(np.asarray(array))
    count = len(expected)
    text = text.replace("%r", f"%r{number}" + (f":{count}" if count > 1 else ""), 1)
    for name in set(part.split()[0].strip(":,=") for part in text.split("%")[1:]):
        if name[0].isalpha() and not name.startswith(("a", "r")):
            text = text.replace(f"%{name}", f"%{name}_{number}")
    model.lines.append(text)
    for i, array in enumerate(expected):
        model.expected.append(np.asarray(array))
        model.names.append((f"%r{number}" + (f"#{i}" if count > 1 else ""), "control", text))


def branches(model):
    x, y = floats(2, 3), floats(2, 3)
    for c in (True, False):
        add(model, """  %r = onnx.If %0 {
    %s = onnx.Add %1, %2 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    onnx.Yield %s : tensor<2x3xf32>
  } else {
    onnx.Yield %2 : tensor<2x3xf32>
  } : (tensor<i1>) -> tensor<2x3xf32>""", [x + y if c else y], np.array(c), x, y)
    small = RANDOM.integers(0, 256, (4,), np.uint8)
    for c in (True, False):
        add(model, """  %r = onnx.If %0 {
    %s = onnx.Add %1, %1 : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xui8>
    %t = onnx.If %0 {
      onnx.Yield %1 : tensor<4xui8>
    } else {
      onnx.Yield %s : tensor<4xui8>
    } : (tensor<i1>) -> tensor<4xui8>
    onnx.Yield %s, %t : tensor<4xui8>, tensor<4xui8>
  } else {
    onnx.Yield %1, %1 : tensor<4xui8>, tensor<4xui8>
  } : (tensor<i1>) -> (tensor<4xui8>, tensor<4xui8>)""",
            [small + small if c else small, small], np.array(c), small)


def counted_loops(model):
    x, a = floats(3), floats(3)
    state, rows = x, []
    for i in range(4):
        rows.append(state * i)
        state = state + a
    body = """^bb0(%i: tensor<i64>, %c: tensor<i1>, %s: tensor<3xf32>):
    %n = onnx.Add %s, %1 : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %f = onnx.Cast %i {to = f32} : (tensor<i64>) -> tensor<f32>
    %p = onnx.Mul %s, %f : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
    onnx.Yield %c, %n, %p : tensor<i1>, tensor<3xf32>, tensor<3xf32>"""
    add(model, """  %m = onnx.Constant dense<4> : tensor<i64>
  %r = onnx.Loop %m, %0 {
  """ + body + """
  } {operandSegmentSizes = array<i32: 1, 0, 1>} : (tensor<i64>, tensor<3xf32>) -> (tensor<3xf32>, tensor<4x3xf32>)""",
        [state, np.stack(rows)], x, a)
    # The number of iterations is an input: not once when the condition is false before.
    for start in (True, False):
        value = x
        for i in range(3 if start else 0):
            value = value * a
        add(model, """  %r = onnx.Loop %2, %3, %0 {
  ^bb0(%i: tensor<i64>, %c: tensor<i1>, %s: tensor<3xf32>):
    %n = onnx.Mul %s, %1 : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    onnx.Yield %c, %n : tensor<i1>, tensor<3xf32>
  } {operandSegmentSizes = array<i32: 1, 1, 1>} : (tensor<i64>, tensor<i1>, tensor<3xf32>) -> tensor<3xf32>""",
            [value], x, a, np.array(3), np.array(start))
    # Values that change places.
    p, q = floats(2), floats(2)
    add(model, """  %m = onnx.Constant dense<3> : tensor<i64>
  %r = onnx.Loop %m, %0, %1 {
  ^bb0(%i: tensor<i64>, %c: tensor<i1>, %s: tensor<2xf32>, %t: tensor<2xf32>):
    onnx.Yield %c, %t, %s : tensor<i1>, tensor<2xf32>, tensor<2xf32>
  } {operandSegmentSizes = array<i32: 1, 0, 2>} : (tensor<i64>, tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)""",
        [q, p], p, q)


def conditional_loops(model):
    # Doubles until 100 is passed, with a place for each step; the type says how many there are.
    value, rows = np.float32(3), []
    while True:
        rows.append(value)
        value = np.float32(value * 2)
        if not value < 100:
            break
    add(model, f"""  %m = onnx.Constant dense<20> : tensor<i64>
  %h = onnx.Constant dense<100.0> : tensor<f32>
  %r = onnx.Loop %m, %0 {{
  ^bb0(%i: tensor<i64>, %c: tensor<i1>, %s: tensor<f32>):
    %n = onnx.Add %s, %s : (tensor<f32>, tensor<f32>) -> tensor<f32>
    %l = onnx.Less %n, %h : (tensor<f32>, tensor<f32>) -> tensor<i1>
    onnx.Yield %l, %n, %s : tensor<i1>, tensor<f32>, tensor<f32>
  }} {{operandSegmentSizes = array<i32: 1, 0, 1>}} : (tensor<i64>, tensor<f32>) -> (tensor<f32>, tensor<{len(rows)}xf32>)""",
        [value, np.array(rows)], np.array(3, np.float32))
    # A while without M, around a loop with M that sees its value.
    total, count = np.float32(1), np.float32(0)
    while total < 50:
        for _ in range(2):
            total = np.float32(total + total / 2)
        count = np.float32(count + 1)
    add(model, """  %h = onnx.Constant dense<50.0> : tensor<f32>
  %e = onnx.Constant dense<0.5> : tensor<f32>
  %o = onnx.Constant dense<1.0> : tensor<f32>
  %m = onnx.Constant dense<2> : tensor<i64>
  %r = onnx.Loop %0, %1, %2 {
  ^bb0(%i: tensor<i64>, %c: tensor<i1>, %s: tensor<f32>, %k: tensor<f32>):
    %n = onnx.Loop %m, %s {
    ^bb0(%j: tensor<i64>, %d: tensor<i1>, %t: tensor<f32>):
      %u = onnx.Mul %t, %e : (tensor<f32>, tensor<f32>) -> tensor<f32>
      %v = onnx.Add %t, %u : (tensor<f32>, tensor<f32>) -> tensor<f32>
      onnx.Yield %d, %v : tensor<i1>, tensor<f32>
    } {operandSegmentSizes = array<i32: 1, 0, 1>} : (tensor<i64>, tensor<f32>) -> tensor<f32>
    %x = onnx.Add %k, %o : (tensor<f32>, tensor<f32>) -> tensor<f32>
    %l = onnx.Less %n, %h : (tensor<f32>, tensor<f32>) -> tensor<i1>
    onnx.Yield %l, %n, %x : tensor<i1>, tensor<f32>, tensor<f32>
  } {operandSegmentSizes = array<i32: 0, 1, 2>} : (tensor<i1>, tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)""",
        [total, count], np.array(True), np.array(1, np.float32), np.array(0, np.float32))


def scans(model):
    x, start = floats(4, 2), floats(2)
    for backwards, back_out in ((0, 0), (1, 0), (1, 1)):
        state, rows = start, []
        for row in x[::-1] if backwards else x:
            state = state + row
            rows.append(state * 2)
        rows = np.stack(rows[::-1] if back_out else rows, 1)
        add(model, f"""  %w = onnx.Constant dense<2.0> : tensor<f32>
  %r = onnx.Scan %0, %1 {{
  ^bb0(%s: tensor<2xf32>, %v: tensor<2xf32>):
    %n = onnx.Add %s, %v : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %d = onnx.Mul %n, %w : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
    onnx.Yield %n, %d : tensor<2xf32>, tensor<2xf32>
  }} {{num_scan_inputs = 1 : i64, scan_input_directions = array<i64: {backwards}>,
      scan_output_directions = array<i64: {back_out}>, scan_output_axes = array<i64: 1>}} : (tensor<2xf32>, tensor<4x2xf32>) -> (tensor<2xf32>, tensor<2x4xf32>)""",
            [state, rows], start, x)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tools", required=True, help="the folder with mica-run")
    tools = parser.parse_args().tools
    faults = 0
    for family in (branches, counted_loops, conditional_loops, scans):
        model = Model()
        family(model)
        print(family.__name__, end=": ", flush=True)
        faults += model.run(tools)
    sys.exit(faults != 0)


if __name__ == "__main__":
    main()
