# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Operators of ONNX for signals, grids, random numbers and training, compiled and run as in
# onnx_ops.py, against numpy: Fourier transforms by numpy.fft, sampling by loops over single
# elements, random numbers by the generator as its authors describe it.
import itertools
import sys

import numpy as np

from onnx_ops import Model, floats, run_families


def complex_pairs(z):
    return np.stack([z.real, z.imag], -1)


def fourier(model):
    present = "operandSegmentSizes = array<i32: 1, {}, {}>"
    # One stage, stages of 4 and 2, of odd primes, one prime that is a stage of its own.
    for n in (1, 2, 12, 16, 32, 60, 97, 120):
        x = floats(2, n, 2)
        z = x[..., 0] + 1j * x[..., 1]
        model.case("DFT", [x], complex_pairs(np.fft.fft(z)).astype(np.float32),
                   present.format(0, 0))
        model.case("DFT", [x], complex_pairs(np.fft.ifft(z)).astype(np.float32),
                   present.format(0, 0) + ", inverse = 1 : i64")
        model.case("DFT", [x[..., :1]], complex_pairs(np.fft.rfft(x[..., 0])).astype(np.float32),
                   present.format(0, 0) + ", onesided = 1 : i64")
    x = floats(3, 20, 4, 2).astype(np.float64)
    z = x[..., 0] + 1j * x[..., 1]
    for known in ((1, 2), ()):  # stages, or the definition
        for length in (20, 24, 18):
            model.case("DFT", [x, np.array(length), np.array(-3)],
                       complex_pairs(np.fft.fft(z, length, 1)), present.format(1, 1),
                       known=known)
    half = x[:, :11]
    z = half[..., 0] + 1j * half[..., 1]
    for known, length in itertools.product(((1, 2), ()), (20, 21, 26, 12)):
        model.case("DFT", [half, np.array(length), np.array(1)],
                   np.fft.irfft(z, length, 1)[..., None],
                   present.format(1, 1) + ", inverse = 1 : i64, onesided = 1 : i64", known=known)
    signal, window = floats(2, 40, 1), floats(18)
    frames = np.lib.stride_tricks.sliding_window_view(signal[..., 0], 18, 1)[:, ::5] * window
    for known in ((1,), ()):
        model.case("STFT", [signal, np.array(5), window],
                   complex_pairs(np.fft.rfft(frames)).astype(np.float32),
                   "operandSegmentSizes = array<i32: 1, 1, 1, 0>", known=known)
    frames = np.lib.stride_tricks.sliding_window_view(signal[..., 0], 16, 1)[:, ::8]
    for known in ((1, 2), ()):
        model.case("STFT", [signal, np.array(8), np.array(16)],
                   complex_pairs(np.fft.fft(frames)).astype(np.float32),
                   "operandSegmentSizes = array<i32: 1, 1, 0, 1>, onesided = 0 : i64",
                   known=known)


def windows(model):
    a = {"HannWindow": (0.5, 0.5, 0), "HammingWindow": (25 / 46, 21 / 46, 0),
         "BlackmanWindow": (0.42, 0.5, 0.08)}
    for (op, a), periodic, known in itertools.product(a.items(), (0, 1), ((0,), ())):
        t = 2 * np.pi * np.arange(9) / (9 if periodic else 8)
        y = a[0] - a[1] * np.cos(t) + a[2] * np.cos(2 * t)
        model.case(op, [np.array(9)], y.astype(np.float32), f"periodic = {periodic} : i64",
                   known=known)
        model.case(op, [np.array(9)], y, "output_datatype = f64, "
                   f"periodic = {periodic} : i64", known=known)
    low, high = 2595 * np.log10(1 + np.array([0, 8000]) / 700)
    mel = low + np.arange(22) * (high - low) / 22
    edges = np.floor(513 * 700 * (10**(mel / 2595) - 1) / 16000)
    place = np.arange(257)
    y = np.zeros((257, 20))
    for i in range(20):
        first, centre, last = edges[i:i + 3]
        rising, falling = (place >= first) & (place < centre), (place > centre) & (place < last)
        y[rising, i] = (place[rising] - first) / (centre - first)
        y[falling, i] = (last - place[falling]) / (last - centre)
        y[int(centre), i] = 1
    operands = [np.array(20), np.array(512), np.array(16000), np.array(0, np.float32),
                np.array(8000, np.float32)]
    for known in (range(5), ()):
        model.case("MelWeightMatrix", operands, y.astype(np.float32), known=known)


# ---- grids


def reflected(v, low, high):
    while v < low or v > high:
        v = 2 * low - v if v < low else 2 * high - v
    return v


def tap(x, at, padding, corners):
    """An element of x (spatial dimensions only), or what the padding has for it."""
    place = []
    for i, size in zip(at, x.shape):
        if padding == "zeros" and not 0 <= i < size:
            return 0
        if padding == "reflection":
            i = reflected(i, 0 if corners else -0.5, size - 1 if corners else size - 0.5)
        place.append(int(np.clip(i, 0, size - 1)))
    return x[tuple(place)]


def sample(x, place, mode, padding, corners):
    v = []
    for g, size in zip(place[::-1], x.shape):
        c = (g + 1) / 2 * (size - 1) if corners else ((g + 1) * size - 1) / 2
        c = np.round(c) if mode == "nearest" else c
        low, high = (0, size - 1) if corners else (-0.5, size - 0.5)
        if not low <= c <= high and padding == "border":
            c = np.clip(c, 0, size - 1)
        if padding == "reflection":
            c = reflected(c, low, high)
        v.append(c)
    if mode == "nearest":
        return tap(x, v, padding, corners)

    def weight(d):
        d = abs(d)
        if mode == "linear":
            return max(0, 1 - d)
        return (1.25 * d - 2.25) * d * d + 1 if d <= 1 else \
            ((-0.75 * d + 3.75) * d - 6) * d + 3 if d < 2 else 0
    total = 0
    for offset in itertools.product(range(-1, 3), repeat=len(v)):
        at = [np.floor(c) + o for c, o in zip(v, offset)]
        share = np.prod([weight(c - i) for c, i in zip(v, at)])
        total += share * tap(x, at, padding, corners)
    return total


def grids(model):
    theta = floats(2, 2, 3)
    for corners, known in itertools.product((0, 1), ((1,), ())):
        def line(n):
            return np.linspace(-1, 1, n) if corners else (2 * np.arange(n) + 1) / n - 1
        y, x = np.meshgrid(line(4), line(5), indexing="ij")
        base = np.stack([x, y, np.ones_like(x)], -1)
        model.case("AffineGrid", [theta, np.array([2, 1, 4, 5])],
                   np.einsum("nij,hwj->nhwi", theta, base).astype(np.float32),
                   f"align_corners = {corners} : i64", known=known)
    for mode, padding, corners, spatial in [
            *itertools.product(("linear", "nearest", "cubic"),
                               ("zeros", "border", "reflection"), (0, 1), ((4, 3),)),
            ("linear", "zeros", 0, (2, 3, 4)), ("cubic", "border", 1, (3, 2, 3)),
            ("nearest", "reflection", 0, (5,))]:
        x = floats(2, 2, *spatial)
        grid = floats(2, *[3] * len(spatial), len(spatial), low=-1.7, high=1.7)
        y = np.zeros((2, 2) + grid.shape[1:-1], np.float32)
        for n, c in itertools.product(range(2), range(2)):
            for place in np.ndindex(grid.shape[1:-1]):
                y[(n, c) + place] = sample(x[n, c], grid[(n,) + place].astype(float), mode,
                                           padding, corners)
        model.case("GridSample", [x, grid], y, f'mode = "{mode}", padding_mode = "{padding}", '
                   f"align_corners = {corners} : i64")
    nowhere = np.full((1, 1, 1, 2), np.nan, np.float32)  # no place: outside
    model.case("GridSample", [floats(1, 1, 2, 2), nowhere], np.zeros((1, 1, 1, 1), np.float32),
               'mode = "nearest"')


# ---- random numbers


def philox(numbers, stream, key):
    c0, c1 = np.uint64(numbers), np.uint64(stream)
    mask = np.uint64(0xFFFFFFFF)
    c1 = np.full_like(c0, c1)
    for turn in range(10):
        product = np.uint64(0xD256D193) * c0
        k = np.uint64((key + turn * 0x9E3779B9) & 0xFFFFFFFF)
        c0, c1 = (product >> np.uint64(32)) ^ k ^ c1, product & mask
    return c0, c1


def key_of(seed):
    return int(np.float32(seed).view(np.uint32))


def random_numbers(model):
    words = philox(np.arange(24), 5, key_of(1.5))
    u = (words[0] >> np.uint64(8)).astype(np.float32).reshape(4, 6) / np.float32(2**24)
    seed = "seed = 1.5 : f32, stream = 5 : i64"
    model.case("RandomUniform", [], 2 + u * 3, f"high = 5.0 : f32, low = 2.0 : f32, "
               f"shape = array<i64: 4, 6>, {seed}")
    model.case("RandomUniformLike", [np.zeros((4, 6), np.int32)], u, f"dtype = f32, {seed}")
    wide = (words[0] * np.uint64(2**21) + (words[1] >> np.uint64(11))) / 2.0**53
    model.case("RandomUniform", [], wide, f"dtype = f64, shape = array<i64: 24>, {seed}")
    v = (words[1] >> np.uint64(8)).reshape(4, 6) / 2.0**24
    z = np.sqrt(-2 * np.log(1 - u.astype(float))) * np.cos(2 * np.pi * v)
    model.case("RandomNormal", [], (1 + 2 * z).astype(np.float32), "mean = 1.0 : f32, "
               f"scale = 2.0 : f32, shape = array<i64: 4, 6>, {seed}")
    model.case("RandomNormalLike", [u], z.astype(np.float32), seed)
    p = np.linspace(0, 1, 24, dtype=np.float32).reshape(4, 6)
    model.case("Bernoulli", [p], (u < p).astype(np.int32), f"dtype = i32, {seed}")
    scores = floats(4, 3)
    shares = np.cumsum(np.exp(scores), 1)
    drawn = (shares[:, None, :] <= (u * shares[:, -1:])[..., None]).sum(-1)
    model.case("Multinomial", [scores], drawn.astype(np.int32), f"sample_size = 6 : i64, {seed}")
    # A seed of integers; the stream of Dropout.
    x = floats(4, 6)
    bits = philox(np.arange(24), 7, 3)[0]
    u = (bits >> np.uint64(8)).astype(np.float32).reshape(4, 6) / np.float32(2**24)
    for training, ratio, known in itertools.product((True, False), (0.25, 0.0), ((1, 2), (1,), ())):
        mask = u >= (ratio if training else 0)
        scale = 1 / (1 - ratio) if training else 1
        model.case("Dropout", [x, np.array(ratio, np.float32), np.array(training)],
                   (np.where(mask, x * scale, 0).astype(np.float32), mask),
                   "seed = 3 : i64, stream = 7 : i64, operandSegmentSizes = array<i32: 1, 1, 1>, "
                   "resultSegmentSizes = array<i32: 1, 1>", known=known)


# ---- training


def training(model):
    x, scale, bias, mean, var = floats(3, 2, 4), floats(2), floats(2), floats(2), floats(2)**2
    m, v = x.mean((0, 2)), x.var((0, 2))
    y = (x - m[:, None]) / np.sqrt(v[:, None] + 0.01) * scale[:, None] + bias[:, None]
    model.case("BatchNormalizationTraining", [x, scale, bias, mean, var],
               (y, mean * 0.75 + m * 0.25, var * 0.75 + v * 0.25, m, v),
               "epsilon = 0.01 : f32, momentum = 0.75 : f32, "
               "resultSegmentSizes = array<i32: 1, 1, 1, 1, 1>")
    rate = np.array(0.1, np.float32)
    tensors = [(floats(3), floats(2, 2)) for _ in range(4)]
    for step in (0, 3):
        new = [[], []], [[], [], []], [[], []], [[], []]
        for x, g, h, s in zip(*tensors):
            s = s**2
            r = g + 0.5 * x
            second = s + r * r
            new[0][0].append(x - 0.1 / (1 + step * 0.25) * r / (np.sqrt(second) + 1e-3))
            new[0][1].append(second)
            first, second = 0.9 * h + 0.1 * r, 0.75 * s + 0.25 * r * r
            factor = np.sqrt(1 - 0.75**step) / (1 - 0.9**step) if step else 1
            new[1][0].append((x - 0.1 * factor * first / (np.sqrt(second) + 1e-3)) * 0.5)
            new[1][1].append(first)
            new[1][2].append(second)
            first = 0.9 * h + (0.5 if step else 1) * r
            new[2][0].append(x - 0.1 * first)
            new[3][0].append(x - 0.1 * (r + 0.9 * first))
            new[2][1].append(first)
            new[3][1].append(first)
        x, g, h, s = tensors
        s = tuple(t**2 for t in s)
        norm = "norm_coefficient = 0.5 : f32"
        cases = [("Adagrad", [*x, *g, *s], new[0],
                  f"decay_factor = 0.25 : f32, epsilon = 0.001 : f32, {norm}"),
                 ("Adam", [*x, *g, *h, *s], new[1], "alpha = 0.9 : f32, beta = 0.75 : f32, "
                  f"epsilon = 0.001 : f32, norm_coefficient_post = 0.5 : f32, {norm}"),
                 ("Momentum", [*x, *g, *h], new[2],
                  f'alpha = 0.9 : f32, beta = 0.5 : f32, mode = "standard", {norm}'),
                 ("Momentum", [*x, *g, *h], new[3],
                  f'alpha = 0.9 : f32, beta = 0.5 : f32, mode = "nesterov", {norm}')]
        for op, operands, results, attrs in cases:
            flat = tuple(t.astype(np.float32) for group in results for t in group)
            model.case(f"training.{op}", [rate, np.array(step), *operands], flat, attrs)


def gradients(model):
    """A chain of operators, differentiated by differences of f64."""
    steps = [("Mul", 1), ("Sigmoid", 0), ("MatMul", 2), ("Add", 1), ("Tanh", 0), ("Exp", 0),
             ("Div", 3), ("Sub", 1), ("Sin", 0), ("Relu", 0)]
    x, row, w, d = (floats(*s).astype(np.float64) for s in ((2, 3), (3,), (3, 3), (2, 1)))
    d = 2 + np.abs(d)
    functions = {"Mul": np.multiply, "Sigmoid": lambda v: 1 / (1 + np.exp(-v)), "Add": np.add,
                 "MatMul": np.matmul, "Tanh": np.tanh, "Exp": np.exp, "Div": np.divide,
                 "Sub": np.subtract, "Sin": np.sin, "Relu": lambda v: np.maximum(v, 0)}
    values = [x, row, w, d]

    def y(values):
        v = values[0]
        for op, other in steps:
            v = functions[op](v, values[other]) if other else functions[op](v)
        return v.sum()
    names = [model.argument(v) for v in values]
    last, kind = names[0]
    for op, other in steps:
        number = len(model.lines)
        operands = [last] + ([names[other][0]] if other else [])
        types = [kind] + ([names[other][1]] if other else [])
        model.lines.append(f'  %g{number} = "onnx.{op}"({", ".join(operands)}) : '
                           f'({", ".join(types)}) -> {kind}')
        last = f"%g{number}"
    number, types = len(model.lines), [t for _, t in names]
    model.lines.append(f'  %r{number}:4 = "onnx.training.Gradient"({last}, '
                       f'{", ".join(n for n, _ in names)}) : ({kind}, {", ".join(types)}) -> '
                       f'({", ".join(types)})')
    for i, value in enumerate(values):
        slope = np.zeros_like(value)
        for place in np.ndindex(value.shape):
            ends = []
            for step in (1e-6, -1e-6):
                moved = [v.copy() for v in values]
                moved[i][place] += step
                ends.append(y(moved))
            slope[place] = (ends[0] - ends[1]) / 2e-6
        model.expected.append(slope)
        model.names.append((f"%r{number}#{i}", "training.Gradient", f"of operand {i}"))


if __name__ == "__main__":
    sys.exit(run_families(fourier, windows, grids, random_numbers, training, gradients))
