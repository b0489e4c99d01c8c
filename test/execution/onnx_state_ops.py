# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Operators of ONNX that carry a state or a cache from call to call, compiled and run, compared
# with the same steps written with numpy.
import argparse
import math
import sys

import numpy as np

from onnx_ops import Model, RANDOM, floats


def linear_attention(q, k, v, state, decay, beta, q_heads, heads, scale=0):
    """Step by step, as the operator's text says."""
    batch, length = q.shape[:2]
    q = q.reshape(batch, length, q_heads, -1)
    k, v = (a.reshape(batch, length, heads, -1) for a in (k, v))
    state = np.zeros((batch, heads, k.shape[3], v.shape[3])) if state is None else state
    out = []
    for t in range(length):
        if decay is not None:
            state = state * np.exp(decay[:, t].reshape(batch, heads, -1))[..., None]
        write = v[:, t]
        if beta is not None:
            read = np.einsum("bhij,bhi->bhj", state, k[:, t])
            write = beta[:, t, :, None] * (write - read)
        state = state + k[:, t, :, :, None] * write[:, :, None]
        shared = np.repeat(state, q_heads // heads, 1)
        out.append(np.einsum("bhi,bhij->bhj", q[:, t], shared).reshape(batch, -1))
    return (np.stack(out, 1) * (scale or 1 / math.sqrt(k.shape[3]))).astype(np.float32), \
        state.astype(np.float32)


def linear(model):
    q, k, v = floats(2, 3, 4 * 5), floats(2, 3, 2 * 5), floats(2, 3, 2 * 4)
    k /= np.linalg.norm(k.reshape(2, 3, 2, 5), axis=-1).repeat(5, -1)
    past = floats(2, 2, 5, 4)
    decay, by_head = -np.abs(floats(2, 3, 2 * 5)), -np.abs(floats(2, 3, 2))
    beta = floats(2, 3, 2, low=0, high=1)
    heads = "q_num_heads = 4 : i64, kv_num_heads = 2 : i64"
    for rule, state, g, b in (("linear", None, None, None), ("gated", past, decay, None),
                              ("gated", None, by_head, None), ("delta", past, None, beta),
                              ("delta", None, None, beta[..., :1]),
                              ("gated_delta", past, decay, beta)):
        given = ", ".join(str(int(a is not None)) for a in (q, k, v, state, g, b))
        model.case("LinearAttention", [a for a in (q, k, v, state, g, b) if a is not None],
                   linear_attention(q, k, v, state, g, b, 4, 2),
                   f'update_rule = "{rule}", {heads}, operandSegmentSizes = array<i32: {given}>')
    model.case("LinearAttention", [q, k, v], linear_attention(q, k, v, None, None, None, 4, 2, 0.5),
               f'update_rule = "linear", scale = 0.5 : f32, {heads}, '
               "operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>")


def convolutions(model):
    x, w, bias = floats(2, 3, 5), floats(3, 1, 4), floats(3)
    for past in (np.zeros((2, 3, 3), np.float32), floats(2, 3, 3)):
        whole = np.concatenate([past, x], 2)
        y = sum(whole[..., i:i + 5] * w[:, :, i] for i in range(4)) + bias[:, None]
        for name, result in (("none", y), ("silu", y / (1 + np.exp(-y)))):
            given = [x, w, bias] + ([past] if past.any() else [])
            model.case("CausalConvWithState", given,
                       (result.astype(np.float32), whole[..., 5:]), f'activation = "{name}", '
                       f"operandSegmentSizes = array<i32: 1, 1, 1, {len(given) - 3}>")


def caches(model):
    cache, update, starts = floats(2, 3, 6, 2), floats(2, 3, 2, 2), np.array([5, 1])
    for name, start in (("circular", starts), ("linear", starts - 1), ("linear", None)):
        expected = cache.copy()
        for b in range(2):
            for s in range(2):
                expected[b, :, ((start[b] if start is not None else 0) + s) % 6] = update[b, :, s]
        given = [cache, update] + ([start] if start is not None else [])
        model.case("TensorScatter", given, expected, f'mode = "{name}"')
    last = RANDOM.integers(0, 9, (2, 3, 6, 1))
    expected = RANDOM.integers(0, 9, (2, 3, 6, 2))
    given = expected.copy()
    expected[..., :1] = last
    model.case("TensorScatter", [given, last], expected, "axis = 3 : i64")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tools", required=True, help="the folder with mica-run")
    tools = parser.parse_args().tools
    faults = 0
    for family in (linear, convolutions, caches):
        model = Model()
        family(model)
        print(family.__name__, end=": ", flush=True)
        faults += model.run(tools)
    sys.exit(faults != 0)


if __name__ == "__main__":
    main()
