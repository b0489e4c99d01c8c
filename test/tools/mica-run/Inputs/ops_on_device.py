# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ops_on_device.py OUT: inputs of ops_on_device.mlir, and what numpy computes for each result.
import os
import sys

import numpy

out = sys.argv[1]
random = numpy.random.default_rng(7)
a = random.uniform(-2, 2, (5, 7)).astype("f4")
b = random.uniform(-2, 2, (7, 3)).astype("f4")
v = random.uniform(-2, 2, 7).astype("f4")
i = numpy.array([7, -7, 7, -7, 5, 100], "i4")
j = numpy.array([2, 2, -2, -2, 6, -3], "i4")
x = random.uniform(-2, 2, (1, 2, 6, 6)).astype("f4")
s = numpy.array([1, -2, 3, 100, -100, 127], "i1")
w = numpy.array([1, -2, 3, 1 << 20, -(1 << 31), 5], "i8")

quotient = numpy.trunc(i / j).astype("i4")
exponentials = numpy.exp(v - v.max())
windows = numpy.lib.stride_tricks.sliding_window_view(x, (3, 3), (2, 3))
results = [
    a @ b,
    a.T,
    a.sum(0),
    a.max(),
    (a + v) * a.max(),
    quotient,
    i - quotient * j,
    i < j,
    windows.sum((4, 5)),
    numpy.exp(v) + numpy.tanh(v) + numpy.sqrt(abs(v)) * numpy.log(abs(v) + 1) - numpy.floor(v),
    -a[1:4, 2:7:3],
    numpy.concatenate([i, j]),
    numpy.arange(35, dtype="i4").reshape(5, 7),
    5 * a,
    numpy.where(i < j, (s.astype("i4") * 2).astype("i1"), s),
    w * w,
    v[abs(j)],
    2 * ((a + v) * a.max()).reshape(35),
    exponentials / exponentials.sum(),
]
for number, array in enumerate([a, b, v, i, j, x, s, w]):
    numpy.save(os.path.join(out, f"input_{number}.npy"), array)
for number, array in enumerate(results):
    numpy.save(os.path.join(out, f"output_{number}.npy"), numpy.array(array, order="C"))
