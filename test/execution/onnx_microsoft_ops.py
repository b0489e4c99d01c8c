# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Operators of com.microsoft, compiled and run, compared with the same computation written with
# numpy.
import argparse
import math
import sys

import numpy as np

from onnx_ops import Model, RANDOM, floats


def segments(operands, which="operand"):
    given = ", ".join(str(int(o is not None)) for o in operands)
    return f"{which}SegmentSizes = array<i32: {given}>"


def case(model, op, operands, expected, attrs="", known=(), results=None):
    """Operands may be None: left out. `results`: of how many the op could have."""
    parts = [attrs] if attrs else []
    if any(o is None for o in operands) or op in SEGMENTED:
        parts.append(segments(operands))
    outputs = expected if isinstance(expected, tuple) else (expected,)
    if results:
        parts.append(segments(list(outputs) + [None] * (results - len(outputs)), "result"))
    kept = [i for i, o in enumerate(operands) if o is not None]
    model.case("ms." + op, [operands[i] for i in kept],
               tuple(np.asarray(o, np.float32 if np.asarray(o).dtype == np.float64 else None)
                     for o in outputs), ", ".join(parts), [kept.index(k) for k in known])


SEGMENTED = {"Attention", "DynamicQuantizeMatMul", "EmbedLayerNormalization", "FusedConv",
             "GroupQueryAttention", "MatMulIntegerToFloat", "MatMulNBits", "MultiHeadAttention",
             "QAttention", "QGemm", "QLinearAdd", "QLinearMul", "QLinearSigmoid", "QLinearLeakyRelu",
             "QLinearSoftmax", "QLinearAveragePool", "SkipLayerNormalization"}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def activations(model):
    x, bias = floats(2, 3, 8), floats(8)
    erf = np.vectorize(math.erf)
    case(model, "BiasGelu", [x, bias],
         0.5 * (x + bias) * (1 + erf((x + bias) / math.sqrt(2))))
    for b in (np.zeros(8, np.float32), bias):
        y = x + b
        case(model, "FastGelu", [x, b if b.any() else None][:1 + b.any()],
             0.5 * y * (1 + np.tanh(math.sqrt(2 / math.pi) * (y + 0.044715 * y**3))))
    case(model, "QuickGelu", [x], x * sigmoid(1.702 * x))
    case(model, "QuickGelu", [x], x * sigmoid(0.5 * x), "alpha = 0.5 : f32")


def products(model):
    a, b, c = floats(3, 4), floats(4, 5), floats(5)
    case(model, "FusedMatMul", [a.T, b.T], 0.5 * a @ b,
         "alpha = 0.5 : f32, transA = 1 : i64, transB = 1 : i64")
    batches = floats(4, 2, 5)
    case(model, "FusedMatMul", [batches, floats(2, 5, 3)[:, :, :1] * 0 + 1],
         batches.transpose(1, 0, 2).sum(-1, keepdims=True), "transBatchA = 1 : i64")
    case(model, "FusedMatMul", [batches, batches],
         batches.transpose(1, 2, 0) @ batches.transpose(1, 0, 2),
         "transA = 1 : i64, transBatchA = 1 : i64, transBatchB = 1 : i64")
    y = 2 * a @ b + 0.5 * c
    case(model, "FusedGemm", [a, b, c], np.where(y < 0, 0.25 * y, y),
         'alpha = 2.0 : f32, beta = 0.5 : f32, activation = "LeakyRelu", '
         "activation_alpha = 0.25 : f32")
    case(model, "FusedGemm", [a, b], np.tanh(a @ b), 'activation = "Tanh"')
    x, w, z = floats(1, 2, 5, 5), floats(3, 2, 1, 1), floats(1, 3, 5, 5)
    y = np.einsum("nchw,mc->nmhw", x, w[:, :, 0, 0])
    case(model, "FusedConv", [x, w, None, z], np.maximum(y + z, 0), 'activation = "Relu"')
    case(model, "FusedConv", [x, w, floats(3) * 0 + 1, None], np.clip(y + 1, -0.5, 2),
         'activation = "Clip", activation_params = array<f32: -0.5, 2.0>')
    image = RANDOM.integers(0, 256, (1, 4, 6, 3), np.uint8)
    case(model, "NhwcMaxPool", [image], image.reshape(1, 2, 2, 3, 2, 3).max((2, 4)),
         "kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>")


def normalizations(model):
    x, skip, gamma, beta, bias = floats(2, 3, 8), floats(2, 3, 8), floats(8), floats(8), floats(8)

    def standard(v):
        mean = v.mean(-1, keepdims=True)
        inverse = 1 / np.sqrt(((v - mean)**2).mean(-1, keepdims=True) + 1e-5)
        return (v - mean) * inverse, mean, inverse

    total = x + skip + bias
    normal, mean, inverse = standard(total)
    epsilon = "epsilon = 1.0e-5 : f32"
    case(model, "SkipLayerNormalization", [x, skip, gamma, beta, bias],
         (normal * gamma + beta, mean, inverse, total), epsilon, results=4)
    case(model, "SkipLayerNormalization", [x, skip[0], gamma, None, None],
         standard(x + skip[0])[0] * gamma, epsilon, results=4)
    total = x + skip
    inverse = 1 / np.sqrt((total**2).mean(-1, keepdims=True) + 1e-5)
    case(model, "SkipSimplifiedLayerNormalization", [x, skip, gamma], total * inverse * gamma,
         epsilon, results=4)
    words, places, kinds = floats(10, 8), floats(5, 8), floats(2, 8)
    ids = RANDOM.integers(0, 10, (2, 3)).astype(np.int32)
    kind = RANDOM.integers(0, 2, (2, 3)).astype(np.int32)
    mask = np.array([[1, 1, 0], [1, 1, 1]], np.int32)
    total = words[ids] + places[:3] + kinds[kind]
    case(model, "EmbedLayerNormalization",
         [ids, kind, words, places, kinds, gamma, beta, mask, None],
         (standard(total)[0] * gamma + beta, mask.sum(1).astype(np.int32), total), epsilon,
         results=3)
    at = RANDOM.integers(0, 5, (2, 3)).astype(np.int32)
    case(model, "EmbedLayerNormalization",
         [ids, None, words, places, None, gamma, beta, None, at],
         (standard(words[ids] + places[at])[0] * gamma + beta, np.zeros(2, np.int32)), epsilon,
         results=3)


def heads_of(x, count):
    return x.reshape(*x.shape[:2], count, -1).swapaxes(1, 2)


def attend(q, k, v, mask=0, scale=None):
    """q, k, v: [batch, heads, length, features]; the result without heads."""
    scores = q @ k.swapaxes(2, 3) * (scale or 1 / math.sqrt(q.shape[3])) + mask
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    y = shares / shares.sum(-1, keepdims=True) @ v
    return y.swapaxes(1, 2).reshape(y.shape[0], y.shape[2], -1)


def attention(model):
    x, w, bias = floats(2, 4, 6), floats(6, 3 * 8), floats(3 * 8)
    q, k, v = (heads_of(part, 2) for part in np.split(x @ w + bias, 3, -1))
    usual = "num_heads = 2 : i64"

    def check(expected, mask=None, past=None, more=None, attrs=""):
        case(model, "Attention", [x, w, bias, mask, past, more, None], expected, usual + attrs)

    seen = np.array([[1, 1, 1, 0], [1, 1, 1, 1]], np.int32)
    hidden = np.where(seen, 0, -10000)[:, None, None]
    check(attend(q, k, v))
    check(attend(q, k, v, hidden), seen)
    check(attend(q, k, v, hidden), np.array([3, 4], np.int32))
    inside = np.array([[0, 1, 1, 0], [1, 1, 1, 1]])
    check(attend(q, k, v, np.where(inside, 0, -10000)[:, None, None]),
          np.array([3, 4, 1, 0], np.int32))
    later = np.where(np.tril(np.ones((4, 4))), 0, -10000)
    check(attend(q, k, v, later, 0.5), attrs=", unidirectional = 1 : i64, scale = 0.5 : f32")
    check(attend(q, k, v, later), np.broadcast_to(np.tril(np.ones((4, 4), np.int32)), (2, 4, 4)))
    more = floats(1, 2, 4, 4)
    check(attend(q, k, v, more), more=more)
    past = floats(2, 2, 2, 3, 4)
    k, v = np.concatenate([past[0], k], 2), np.concatenate([past[1], v], 2)
    later = np.where(np.tril(np.ones((4, 7)), 3), 0, -10000)
    check((attend(q, k, v, later), np.stack([k, v])), past=past, attrs=", unidirectional = 1 : i64")


def quantized_attention(model):
    x = RANDOM.integers(0, 256, (2, 4, 6), np.uint8)
    w = RANDOM.integers(-128, 128, (6, 24)).astype(np.int8)
    bias, x_scale, w_scale = floats(24), np.array(0.02, np.float32), floats(24, low=0.001, high=0.02)
    zero = np.array(130, np.uint8)
    projected = real(x, x_scale, zero) @ (w * w_scale) + bias
    q, k, v = (heads_of(part, 2) for part in np.split(projected, 3, -1))
    seen = np.array([[1, 1, 1, 0], [1, 1, 1, 1]], np.int32)
    case(model, "QAttention", [x, w, bias, x_scale, w_scale, seen, zero, None, None],
         attend(q, k, v, np.where(seen, 0, -10000)[:, None, None]), "num_heads = 2 : i64")
    past = floats(2, 2, 2, 3, 4)
    k, v = np.concatenate([past[0], k], 2), np.concatenate([past[1], v], 2)
    case(model, "QAttention", [x, w, bias, x_scale, w_scale, None, zero, None, past],
         (attend(q, k, v), np.stack([k, v])), "num_heads = 2 : i64")


def multi_head(model):
    q, k, v, bias = floats(2, 3, 8), floats(2, 5, 8), floats(2, 5, 12), floats(28)
    usual = "num_heads = 2 : i64"

    def check(operands, expected, attrs=""):
        operands += [None] * (10 - len(operands))
        case(model, "MultiHeadAttention", operands, expected, usual + attrs, results=3)

    sharp = [heads_of(part, 2) for part in (q, k, v)]
    check([q, k, v], attend(*sharp))
    check([q, k, v, bias], attend(heads_of(q + bias[:8], 2), heads_of(k + bias[8:16], 2),
                                  heads_of(v + bias[16:], 2)))
    seen = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]], np.int32)
    check([q, k, v, None, seen], attend(*sharp, np.where(seen, 0, -10000)[:, None, None]))
    more = floats(2, 1, 3, 5)
    check([q, k, v, None, None, more], attend(*sharp, more))
    past = floats(2, 2, 2, 4), floats(2, 2, 2, 6)
    joined = [np.concatenate([p, s], 2) for p, s in zip(past, sharp[1:])]
    check([q, k, v, None, None, None, *past], (attend(sharp[0], *joined), *joined))
    all_of_them = floats(2, 3, 2, 3, 4)
    check([all_of_them], attend(*(all_of_them[:, :, :, i].swapaxes(1, 2) for i in range(3))))
    pairs = floats(2, 5, 2, 2, 4)
    check([q, pairs], attend(sharp[0], *(pairs[:, :, :, i].swapaxes(1, 2) for i in range(2))))
    check([q, *joined], attend(sharp[0], *joined))


def turn(x, cosine, sine, positions):
    """x: [batch, heads, length, features]; halves are pairs."""
    c, s = (table[positions][:, None] for table in (cosine, sine))
    a, b = np.split(x, 2, -1)
    return np.concatenate([a * c - b * s, a * s + b * c], -1)


def rotations(model):
    x, cosine, sine = floats(2, 3, 8), floats(9, 2), floats(9, 2)
    positions = RANDOM.integers(0, 9, (2, 3))

    def flat(y):
        return y.swapaxes(1, 2).reshape(2, 3, 8)

    case(model, "RotaryEmbedding", [x, positions, cosine, sine],
         flat(turn(heads_of(x, 2), cosine, sine, positions)))
    case(model, "RotaryEmbedding", [x, np.array([4]), cosine, sine],
         flat(turn(heads_of(x, 2), cosine, sine, np.array([[4, 5, 6]]))))


def groups(model):
    heads, shared, size = 4, 2, 4
    cosine, sine = floats(16, 2), floats(16, 2)
    for length, filled, room in ((3, [0, 0], 0), (1, [5, 3], 6), (1, [5, 2], 8)):
        q, k, v = floats(2, length, 16), floats(2, length, 8), floats(2, length, 8)
        past = floats(2, shared, room, size), floats(2, shared, room, size)
        at = np.array(filled)[:, None] + np.arange(length)
        new = turn(heads_of(k, shared), cosine, sine, at), heads_of(v, shared)
        cache = []
        for old, own in zip(past, new):
            cache.append(np.zeros((2, shared, max(room, max(filled) + length), size), np.float32))
            cache[-1][:, :, :room] = old
            for b in range(2):
                cache[-1][b, :, filled[b]:filled[b] + length] = own[b]
        total = cache[0].shape[2]
        for window in (-1, 2):
            age = at[:, :, None] - np.arange(total)
            seen = (age >= 0) & ((age < window) | (window < 0))
            y = attend(turn(heads_of(q, heads), cosine, sine, at), *(np.repeat(c, 2, 1) for c in cache),
                       np.where(seen, 0, -np.inf)[:, None])
            last = np.array(filled, np.int32) + length - 1
            operands = [q, k, v, *past, last, np.array(total, np.int32), cosine, sine]
            attrs = (f"num_heads = 4 : i64, kv_num_heads = 2 : i64, do_rotary = 1 : i64, "
                     f"local_window_size = {window} : i64")
            case(model, "GroupQueryAttention", operands + [None] * 3, (y, *cache), attrs, results=3)
            packed = [np.concatenate([q, k, v], 2), None, None] + operands[3:] + [None] * 3
            case(model, "GroupQueryAttention", packed, (y, *cache), attrs, results=3)


def real(q, scale, zero):
    return (q.astype(np.float64) - zero) * scale


def integers(x, scale, zero):
    limits = np.iinfo(zero.dtype)
    return np.clip(np.round(x / scale) + zero, limits.min, limits.max).astype(zero.dtype)


def quantized(model):
    scales = [np.float32(s) for s in (0.05, 0.03, 0.11)]
    zeros = [np.uint8(z) for z in (120, 7, 99)]
    s, z = [np.array(v) for v in scales], [np.array(v) for v in zeros]
    a = RANDOM.integers(0, 256, (2, 3, 4), np.uint8)
    b = RANDOM.integers(0, 256, (3, 1), np.uint8)
    x, y = real(a, scales[0], zeros[0]), real(b, scales[1], zeros[1])
    for op, result in (("QLinearAdd", x + y), ("QLinearMul", x * y)):
        case(model, op, [a, s[0], z[0], b, s[1], z[1], s[2], z[2]],
             integers(result, scales[2], zeros[2]))
    case(model, "QLinearAdd", [a, s[0], None, b, s[1], None, s[2], None],
         integers(real(a, scales[0], 0) + real(b, scales[1], 0), scales[2], np.uint8(0)))
    unit = np.array(1 / 256, np.float32), np.array(0, np.uint8)
    case(model, "QLinearSigmoid", [a, s[0], z[0], *unit],
         integers(sigmoid(x), 1 / 256, np.uint8(0)))
    case(model, "QLinearLeakyRelu", [a, s[0], z[0], s[1], z[2]],
         integers(np.where(x < 0, 0.25 * x, x), scales[1], zeros[2]), "alpha = 0.25 : f32")
    for opset, axis, dims in ((13, -1, 2), (13, 1, 1), (12, 1, (1, 2))):
        shares = np.exp(x) / np.exp(x).sum(dims, keepdims=True)
        case(model, "QLinearSoftmax", [a, s[0], z[0], *unit], integers(shares, 1 / 256, np.uint8(0)),
             f"axis = {axis} : i64, opset = {opset} : i64")
    c = RANDOM.integers(0, 256, (2, 5, 4), np.uint8)
    joined = np.concatenate([x, real(c, scales[1], zeros[1])], 1)
    case(model, "QLinearConcat", [s[2], z[2], a, s[0], z[0], c, s[1], z[1]],
         integers(joined, scales[2], zeros[2]), "axis = 1 : i64")
    image = RANDOM.integers(0, 256, (1, 4, 6, 3), np.uint8)
    value = real(image, scales[0], zeros[0])
    case(model, "QLinearGlobalAveragePool", [image, s[0], z[0], s[1], z[2]],
         integers(value.mean((1, 2), keepdims=True), scales[1], zeros[2]), "channels_last = 1 : i64")
    case(model, "QLinearAveragePool", [image, s[0], z[0], s[1], z[2]],
         integers(value.reshape(1, 2, 2, 3, 2, 3).mean((2, 4)), scales[1], zeros[2]),
         "channels_last = 1 : i64, kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>")


def quantized_conv(model):
    image = RANDOM.integers(0, 256, (1, 5, 4, 3), np.uint8)
    w = RANDOM.integers(-128, 128, (2, 3, 1, 1)).astype(np.int8)
    bias, zero = RANDOM.integers(-99, 99, 2).astype(np.int32), np.array(100, np.uint8)
    sums = np.einsum("nhwc,mc->nhwm", image.astype(int) - zero, w[:, :, 0, 0]) + bias
    x_scale, w_scale, y_scale = (np.array(s, np.float32) for s in (0.02, 0.01, 0.5))
    y = integers(sums * (x_scale * w_scale), y_scale, np.uint8(90))
    operands = [image, x_scale, zero, w, w_scale, np.array(0, np.int8), y_scale,
                np.array(90, np.uint8), bias]
    case(model, "QLinearConv", operands, y, "channels_last = 1 : i64")
    case(model, "QLinearConv", [image.transpose(0, 3, 1, 2)] + operands[1:], y.transpose(0, 3, 1, 2))


def integer_products(model):
    a = RANDOM.integers(0, 256, (3, 4), np.uint8)
    b = RANDOM.integers(-128, 128, (4, 5)).astype(np.int8)
    c = RANDOM.integers(-99, 99, 5).astype(np.int32)
    a_scale, b_scale = np.array(0.05, np.float32), floats(5, low=0.01, high=0.05)
    a_zero, b_zero = np.array(100, np.uint8), RANDOM.integers(-9, 9, 5).astype(np.int8)
    sums = (a.astype(int) - a_zero) @ (b.astype(int) - b_zero)
    bias = floats(5)
    case(model, "MatMulIntegerToFloat", [a, b, a_scale, b_scale, a_zero, b_zero, bias],
         sums * (a_scale * b_scale) + bias)
    case(model, "QGemm", [a, a_scale, a_zero, b.T, b_scale, b_zero, c, None, None],
         (sums + c) * (2 * a_scale * b_scale), "alpha = 2.0 : f32, transB = 1 : i64")
    y_scale, y_zero = np.array(0.7, np.float32), np.array(90, np.uint8)
    case(model, "QGemm", [a, a_scale, a_zero, b, b_scale, b_zero, c, y_scale, y_zero],
         integers((sums + c) * (a_scale * b_scale), y_scale, y_zero[()]))
    x = floats(3, 4)
    low, high = min(x.min(), 0), max(x.max(), 0)
    step = np.float32((high - low) / 255)
    point = np.round(-low / step)
    q = np.clip(np.round(x / step) + point, 0, 255)
    case(model, "DynamicQuantizeMatMul", [x, b, b_scale, b_zero, bias],
         (q - point) @ (b.astype(float) - b_zero) * (step * b_scale) + bias)


def few_bits(model):
    k, n, block = 40, 6, 16
    x, bias = floats(2, 3, k), floats(n)
    for bits in (2, 4, 8):
        each = 8 // bits
        numbers = RANDOM.integers(0, 2**bits, (n, 3 * block)).astype(np.uint8)
        zeros = RANDOM.integers(0, 2**bits, (n, -(-3 // each) * each)).astype(np.uint8)
        scales = floats(n, 3, low=0.01, high=0.1)
        shifts = (np.arange(each) * bits).astype(np.uint8)

        def pack(values):
            return (values.reshape(n, -1, each) << shifts).sum(-1).astype(np.uint8)

        packed = pack(numbers).reshape(n, 3, -1)
        for given, zero, extra in ((pack(zeros), zeros[:, :3], bias), (None, 2**(bits - 1), None)):
            zero = np.broadcast_to(zero, (n, 3))
            weights = (numbers.reshape(n, 3, block) - zero[..., None].astype(float)) * scales[..., None]
            y = x @ weights.reshape(n, -1)[:, :k].T + (0 if extra is None else extra)
            case(model, "MatMulNBits", [x, packed, scales, given, None, extra], y,
                 f"K = {k} : i64, N = {n} : i64, bits = {bits} : i64, block_size = {block} : i64")


def gathered_bits(model):
    indices = np.array([[1, 4], [0, 1]])
    for bits in (4, 8):
        each = 8 // bits
        numbers = RANDOM.integers(0, 2**bits, (5, 32)).astype(np.uint8)
        scales, zeros = floats(5, 2), RANDOM.integers(0, 2**bits, (5, 2)).astype(np.uint8)
        shifts = (np.arange(each) * bits).astype(np.uint8)

        def pack(values):
            return (values.reshape(5, -1, each) << shifts).sum(-1).astype(np.uint8)

        for zero in (zeros, None):
            point = np.full((5, 2), 2**(bits - 1)) if zero is None else zero
            table = (numbers.reshape(5, 2, 16) - point[..., None].astype(float)) * scales[..., None]
            given = [pack(numbers), indices, scales] + ([pack(zeros)] if zero is not None else [])
            case(model, "GatherBlockQuantized", given, table.reshape(5, 32)[indices],
                 f"bits = {bits} : i64, block_size = 16 : i64")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tools", required=True, help="the folder with mica-run")
    tools = parser.parse_args().tools
    faults = 0
    for family in (activations, products, normalizations, attention,
                   quantized_attention, multi_head, rotations, groups,
                   quantized, integer_products, quantized_conv, few_bits, gathered_bits):
        model = Model()
        family(model)
        print(family.__name__, end=": ", flush=True)
        faults += model.run(tools)
    sys.exit(faults != 0)


if __name__ == "__main__":
    main()
