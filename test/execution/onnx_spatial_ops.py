# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Operators of ONNX for patches and regions of images, determinants and classical machine
# learning, compiled and run as in onnx_ops.py, against loops of numpy over single elements.
import itertools
import sys

import numpy as np

from onnx_ops import RANDOM, floats, run_families


def ints(name, values):
    return f"{name} = array<i64: {', '.join(map(str, values))}>"


def patches(model):
    for image, block, stride, dilation, pads in [
            ((5, 5), (1, 5), (1, 1), (1, 1), (0, 0, 0, 0)),
            ((6, 7), (2, 3), (2, 1), (1, 2), (1, 0, 1, 2)),
            ((8,), (3,), (3,), (1,), (1, 2)), ((3, 4, 5), (2, 2, 1), (1, 2, 1), (1, 1, 1), (0,) * 6)]:
        dims = len(image)
        steps = [(image[i] + pads[i] + pads[dims + i] - (block[i] - 1) * dilation[i] - 1)
                 // stride[i] + 1 for i in range(dims)]
        x = floats(2, 3 * int(np.prod(block)), int(np.prod(steps)))
        y = np.zeros((2, 3) + image, np.float32)
        split = x.reshape((2, 3) + block + tuple(steps))
        for k in np.ndindex(*block):
            for s in np.ndindex(*steps):
                at = [s[i] * stride[i] - pads[i] + k[i] * dilation[i] for i in range(dims)]
                if all(0 <= a < n for a, n in zip(at, image)):
                    y[(slice(None), slice(None), *at)] += split[(slice(None), slice(None), *k, *s)]
        attrs = ", ".join([ints("strides", stride), ints("dilations", dilation),
                           ints("pads", pads)])
        for known in ((1, 2), ()):
            model.case("Col2Im", [x, np.array(image), np.array(block)], y, attrs, known=known)
    for group, offset_group, has_mask, has_bias in [(1, 1, 0, 0), (2, 1, 0, 1), (1, 2, 1, 1)]:
        x, w = floats(2, 4, 5, 6), floats(6, 4 // group, 2, 3)
        height, width = 3, 4
        offset = floats(2, offset_group * 12, height, width, low=-1.5, high=1.5)
        mask = floats(2, offset_group * 6, height, width)
        bias = floats(6)
        y = np.zeros((2, 6, height, width), np.float32)
        for n, m, i, j, c, a, b in np.ndindex(2, 6, height, width, 4 // group, 2, 3):
            channel = m // (6 // group) * (4 // group) + c
            tap = channel // (4 // offset_group) * 6 + a * 3 + b
            v = i * 2 - 1 + a * 2 + offset[n, 2 * tap, i, j]
            u = j - 0 + b + offset[n, 2 * tap + 1, i, j]
            value = 0
            for p, q in itertools.product((0, 1), repeat=2):
                r, s = int(np.floor(v)) + p, int(np.floor(u)) + q
                if 0 <= r < 5 and 0 <= s < 6:
                    value += x[n, channel, r, s] * (1 - abs(v - r)) * (1 - abs(u - s))
            y[n, m, i, j] += value * w[m, c, a, b] * (mask[n, tap, i, j] if has_mask else 1)
        y = y + bias[:, None, None] if has_bias else y
        operands = [x, w, offset] + [bias] * has_bias + [mask] * has_mask
        model.case("DeformConv", operands, y, f"group = {group} : i64, offset_group = "
                   f"{offset_group} : i64, {ints('strides', (2, 1))}, {ints('dilations', (2, 1))}, "
                   f"{ints('pads', (1, 0, 1, 0))}, operandSegmentSizes = "
                   f"array<i32: 1, 1, 1, {has_bias}, {has_mask}>")


def regions(model):
    x = floats(2, 3, 8, 9)
    rois = np.array([[1, 1, 6, 7], [0.3, 2.2, 5.1, 3.4], [-3, -2, 4, 3], [6, 5, 20, 9]],
                    np.float32)
    batch = np.array([0, 1, 1, 0])

    def samples(v, u):
        """The four weighted elements around a place."""
        if not (-1 <= v <= 8 and -1 <= u <= 9):
            return np.zeros((4, 3))
        v, u = np.clip(v, 0, 7), np.clip(u, 0, 8)
        r, s = int(v), int(u)
        r2, s2 = min(r + 1, 7), min(s + 1, 8)
        a, b = v - r, u - s
        return np.array([(1 - a) * (1 - b) * image[:, r, s], (1 - a) * b * image[:, r, s2],
                         a * (1 - b) * image[:, r2, s], a * b * image[:, r2, s2]])
    for mode, half, ratio in itertools.product(("avg", "max"), (True, False), (0, 2)):
        y = np.zeros((4, 3, 2, 3), np.float32)
        for k, i, j in np.ndindex(4, 2, 3):
            image = x[batch[k]]
            x1, y1, x2, y2 = rois[k] * 0.5 - (0.5 if half else 0)
            w, h = (x2 - x1, y2 - y1) if half else (max(x2 - x1, 1), max(y2 - y1, 1))
            rows, columns = (ratio, ratio) if ratio else (int(np.ceil(h / 2)), int(np.ceil(w / 3)))
            taken = np.array([samples(y1 + i * h / 2 + (a + 0.5) * h / 2 / rows,
                                      x1 + j * w / 3 + (b + 0.5) * w / 3 / columns)
                              for a, b in np.ndindex(rows, columns)])
            y[k, :, i, j] = taken.sum(1).mean(0) if mode == "avg" else taken.max((0, 1))
        coordinates = "half_pixel" if half else "output_half_pixel"
        model.case("RoiAlign", [x, rois, batch], y, f'mode = "{mode}", output_height = 2 : i64, '
                   f'output_width = 3 : i64, spatial_scale = 0.5 : f32, sampling_ratio = {ratio} '
                   f': i64, coordinate_transformation_mode = "{coordinates}"')
    y = np.zeros((4, 3, 2, 3), np.float32)
    for k, i, j in np.ndindex(4, 2, 3):
        x1, y1, x2, y2 = np.floor(rois[k] + 0.5)
        h, w = max(y2 - y1 + 1, 1) / 2, max(x2 - x1 + 1, 1) / 3
        rows = range(*[int(np.clip(f, 0, 8)) for f in
                       (np.floor(i * h) + y1, np.ceil((i + 1) * h) + y1)])
        columns = range(*[int(np.clip(f, 0, 9)) for f in
                          (np.floor(j * w) + x1, np.ceil((j + 1) * w) + x1)])
        if rows and columns:
            y[k, :, i, j] = x[batch[k]][:, rows][:, :, columns].max((1, 2))
    model.case("MaxRoiPool", [x, np.column_stack([batch, rois]).astype(np.float32)], y,
               ints("pooled_shape", (2, 3)))


def determinants(model):
    for size in (1, 2, 3, 4, 7):
        x = floats(2, 3, size, size)
        model.case("Det", [x], np.linalg.det(x.astype(np.float64)).astype(np.float32))
    model.case("Det", [x[0, 0]], np.float32(np.linalg.det(x[0, 0])))
    singular = floats(4, 4).astype(np.float64)
    singular[:, 2] = 0
    turned = np.eye(5)[[1, 2, 0, 4, 3]]  # only a search for pivots finds its way
    model.case("Det", [singular], np.float64(0))
    model.case("Det", [turned], np.float64(-1))


def learning(model):
    x = floats(3, 4)
    model.case("ml.ArrayFeatureExtractor", [x, np.array([[3, 1]])], x[:, [3, 1]])
    model.case("ml.ArrayFeatureExtractor", [x[0], np.array([2, 2, 0])], x[:1, [2, 2, 0]])
    model.case("ml.Binarizer", [x], (x > 0.5).astype(np.float32), "threshold = 0.5 : f32")
    model.case("ml.Scaler", [x], (x - np.float32([1, 2, 3, 4])) * np.float32(0.5),
               "offset = array<f32: 1.0, 2.0, 3.0, 4.0>, scale = array<f32: 0.5>")
    for norm, of in {"MAX": x.max(1, keepdims=True), "L1": np.abs(x).sum(1, keepdims=True),
                     "L2": np.sqrt((x * x).sum(1, keepdims=True))}.items():
        model.case("ml.Normalizer", [x], x / of, f'norm = "{norm}"')
    keys = np.array([[7, 2], [5, 3]])
    model.case("ml.LabelEncoder", [keys], np.float32([[0.5, -1], [-1, 1.5]]),
               "keys = dense<[7, 3]> : tensor<2xi64>, values = dense<[0.5, 1.5]> : tensor<2xf32>, "
               "default_value = dense<-1.0> : tensor<1xf32>")
    model.case("ml.LabelEncoder", [np.array([np.nan, 2, 1], np.float32)], np.array([4, 5, 9]),
               "keys = dense<[0x7FC00000, 2.0]> : tensor<2xf32>, values = dense<[4, 5]> : "
               "tensor<2xi64>, default_value = dense<9> : tensor<1xi64>")
    rows = RANDOM.integers(0, 4, (2, 12)).astype(np.int32)
    pool = [0, 1, 2, 3] + [0, 1, 1, 2, 3, 3] + [0, 1, 2]
    grams = [(0,), (1,), (2,), (3,), (0, 1), (1, 2), (3, 3), (0, 1, 2)]
    places = [3, 0, 1, 2, 4, 6, 5, 8]
    weights = np.arange(1, 9) / 4
    for low, high, skip, mode in [(1, 1, 2, "TF"), (1, 3, 2, "TF"), (2, 2, 0, "TFIDF"),
                                  (2, 3, 3, "IDF")]:
        counts = np.zeros((2, 9))
        for r, (gram, place) in itertools.product(range(2), zip(grams, places)):
            n = len(gram)
            for distance in range(1, (skip if n > 1 else 0) + 2):
                for first in range(12 - (n - 1) * distance):
                    counts[r, place] += low <= n <= high and tuple(
                        rows[r, first:first + (n - 1) * distance + 1:distance]) == gram
        weight = np.zeros(9)
        weight[places] = weights
        y = {"TF": counts, "TFIDF": counts * weight, "IDF": (counts > 0) * weight}[mode]
        attrs = ", ".join([
            f"min_gram_length = {low} : i64, max_gram_length = {high} : i64, max_skip_count = "
            f'{skip} : i64, mode = "{mode}"', ints("ngram_counts", (0, 4, 10)),
            ints("ngram_indexes", places), ints("pool_int64s", pool),
            f"weights = array<f32: {', '.join(map(str, weights))}>"])
        model.case("TfIdfVectorizer", [rows], y.astype(np.float32), attrs)
        model.case("TfIdfVectorizer", [rows[1]], y[1].astype(np.float32), attrs)


def trees(model):
    # Two trees over two features: a set, and one deeper test of each kind; what is missing.
    x = np.float32([[1, 5], [2, -1], [7, 0.5], [3, 2], [np.nan, 2], [4, np.nan]])
    leaves = np.float32([1, 20, 300, 4000, 50000, 600000])
    targets = [0, 1, 0, 1, 0, 1]

    def first(a, b):
        return 0 if a in (1, 7) else 1 if b <= 1 else 2

    def second(a, b):
        return 3 if a >= 3 or np.isnan(a) else 4 if b < 2 else 5
    attrs = ", ".join([
        ints("nodes_featureids", (0, 1, 0, 1)), ints("nodes_truenodeids", (0, 1, 3, 4)),
        ints("nodes_trueleafs", (1, 1, 1, 1)), ints("nodes_falsenodeids", (1, 2, 3, 5)),
        ints("nodes_falseleafs", (0, 1, 0, 1)), ints("tree_roots", (0, 2)),
        ints("nodes_missing_value_tracks_true", (0, 0, 1, 0)), ints("leaf_targetids", targets),
        "nodes_modes = dense<[6, 0, 2, 1]> : tensor<4xui8>",
        "nodes_splits = dense<[0.0, 1.0, 3.0, 2.0]> : tensor<4xf32>",
        "membership_values = dense<[1.0, 7.0, 0x7FC00000]> : tensor<3xf32>",
        f"leaf_weights = dense<[{', '.join(map(str, leaves))}]> : tensor<6xf32>",
        "n_targets = 2 : i64"])
    for kind, of in enumerate((lambda v: v.sum(0) / 2, lambda v: v.sum(0),
                               lambda v: v.min(0), lambda v: v.max(0))):
        y = np.zeros((6, 2), np.float32)
        for row, t in np.ndindex(6, 2):
            own = [leaves[leaf] for leaf in (first(*x[row]), second(*x[row]))
                   if targets[leaf] == t]
            y[row, t] = of(np.array(own)) if own else 0
        model.case("ml.TreeEnsemble", [x], y, f"aggregate_function = {kind} : i64, {attrs}")


if __name__ == "__main__":
    sys.exit(run_families(patches, regions, determinants, learning, trees))
