# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Operators of ONNX whose results have sizes that depend on elements, compiled and run, compared
# with the same computation written with numpy.
import argparse
import re
import sys

import numpy as np

from onnx_ops import Model, RANDOM, floats


class OpenModel(Model):
    """No size is known when it is compiled: arguments and results come with theirs."""

    @staticmethod
    def opened(text):
        return re.sub(r"\d+(?=x)", "?", text)

    def argument(self, array):
        name, kind = super().argument(array)
        return name, self.opened(kind)

    def case(self, *arguments, **options):
        super().case(*arguments, **options)
        inside, results = self.lines[-1].rsplit(" -> ", 1)
        self.lines[-1] = f"{inside} -> {self.opened(results)}"

    def text(self):
        first, *middle, last, end, empty = super().text().split("\n")
        return "\n".join([self.opened(first), *middle, self.opened(last), end, empty])


def non_zeros(model):
    for x in (RANDOM.integers(-1, 2, (3, 1, 4)), RANDOM.integers(0, 2, 17).astype(np.uint8),
              RANDOM.random((2, 5)) > 0.5, floats(3, 3) * (RANDOM.random((3, 3)) > 0.5)):
        model.case("NonZero", [x], np.stack(np.nonzero(x)))
    model.case("NonZero", [np.zeros(4, np.float32)], np.zeros((1, 0), np.int64))
    odd = np.array([-0.0, np.nan, 1e-40], np.float32)
    model.case("NonZero", [odd], np.array([[1, 2]]))
    model.case("NonZero", [np.array(5)], np.array([[0]]))


def compressions(model):
    x = floats(3, 4, 2)
    model.case("Compress", [x, np.array([True, False, True])], x[[0, 2]], "axis = 0 : i64")
    model.case("Compress", [x, np.array([False, True])], x[:, 1:2], "axis = -2 : i64")
    model.case("Compress", [x, np.array([False] * 4)], x[:, :0], "axis = 1 : i64")
    every = RANDOM.random(24) > 0.5
    model.case("Compress", [x, every], x.reshape(-1)[every])
    model.case("Compress", [x, np.array([False, False, True] + [True] * 30)], x.reshape(-1)[2:])


def unique(model, x, axis=None):
    y, first, inverse, counts = np.unique(
        x, return_index=True, return_inverse=True, return_counts=True, axis=axis)
    given = "" if axis is None else f"axis = {axis} : i64, "
    all_of_them = given + "resultSegmentSizes = array<i32: 1, 1, 1, 1>"
    model.case("Unique", [x], (y, first, inverse.reshape(-1), counts), all_of_them)
    model.case("Unique", [x], y, given + "resultSegmentSizes = array<i32: 1, 0, 0, 0>")
    order = np.argsort(first)
    place = np.argsort(order)
    y = np.take(x.reshape(-1) if axis is None else x, first[order], axis or 0)
    model.case("Unique", [x], (y, first[order], place[inverse.reshape(-1)], counts[order]),
               "sorted = 0 : i64, " + all_of_them)


def differences(model):
    unique(model, RANDOM.integers(-5, 5, 37))
    unique(model, RANDOM.integers(0, 256, 300).astype(np.uint8))
    unique(model, RANDOM.random(9) > 0.5)
    unique(model, np.array([3, np.nan, -np.inf, 3, np.inf, np.nan, -0.0, 0.0], np.float32))
    unique(model, np.array([[2.5]]))


def different_slices(model):
    table = RANDOM.integers(0, 2, (9, 2, 2)).astype(np.float32)
    unique(model, table)
    unique(model, table, 0)
    unique(model, table.transpose(1, 0, 2), 1)
    unique(model, table.transpose(1, 2, 0), -1)


def suppress(boxes, scores, most, overlap, least):
    """The greatest score left, again and again; boxes as corners."""
    rows = []
    for batch, label in np.ndindex(scores.shape[:2]):
        own = scores[batch, label]
        left = [i for i in np.argsort(-own, kind="stable") if least is None or own[i] > least]
        for _ in range(most):
            if not left:
                break
            best = left.pop(0)
            rows.append((batch, label, best))
            left = [i for i in left if iou(boxes[batch, best], boxes[batch, i]) <= overlap]
    return np.array(rows, np.int64).reshape(-1, 3)


def iou(a, b):
    (y0, x0, y1, x1), (v0, u0, v1, u1) = (
        (min(c[0], c[2]), min(c[1], c[3]), max(c[0], c[2]), max(c[1], c[3])) for c in (a, b))
    common = max(0, min(y1, v1) - max(y0, v0)) * max(0, min(x1, u1) - max(x0, u0))
    return common / ((y1 - y0) * (x1 - x0) + (v1 - v0) * (u1 - u0) - common)


def suppressions(model):
    low, size = floats(2, 12, 2, low=0, high=8), floats(2, 12, 2, low=1, high=5)
    boxes = np.concatenate([low, low + size], 2)
    boxes[:, ::3] = boxes[:, ::3][..., [2, 3, 0, 1]]
    scores = floats(2, 3, 12, low=0, high=1)
    scores[0, 0, 5:7] = scores[0, 0].max()
    for most, overlap, least in ((3, 0.2, 0.1), (100, 0.5, None), (12, 0, 0.5), (0, 0.5, None)):
        given = [boxes, scores, np.array([most]), np.array([overlap], np.float32)]
        given += [np.array(least, np.float32)] if least is not None else []
        model.case("NonMaxSuppression", given, suppress(boxes, scores, most, overlap, least),
                   f"operandSegmentSizes = array<i32: 1, 1, 1, 1, {len(given) - 4}>")
    center = np.concatenate([low + size / 2, size], 2)[..., [1, 0, 3, 2]]
    plain = np.concatenate([low, low + size], 2)
    model.case("NonMaxSuppression", [center, scores, np.array(5), np.array(0.3, np.float32)],
               suppress(plain, scores, 5, 0.3, None), "center_point_box = 1 : i64, "
               "operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>")
    model.case("NonMaxSuppression", [boxes, scores], np.zeros((0, 3), np.int64),
               "operandSegmentSizes = array<i32: 1, 1, 0, 0, 0>")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tools", required=True, help="the folder with mica-run")
    tools = parser.parse_args().tools
    faults = 0
    for kind in (Model, OpenModel):
        for family in (non_zeros, compressions, differences, different_slices, suppressions):
            model = kind()
            family(model)
            print(f"{family.__name__}, {kind.__name__}", end=": ", flush=True)
            faults += model.run(tools)
    sys.exit(faults != 0)


if __name__ == "__main__":
    main()
