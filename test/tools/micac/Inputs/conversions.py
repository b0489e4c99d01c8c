# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# conversions.py write|check FOLDER: inputs of conversions.mlir, and numpy's answers. All halves;
# halves and their neighbours' middles, one step above and below them; bits at random.
import os
import sys

import numpy as np

np.seterr(all="ignore")
command, folder = sys.argv[1:]
COUNT = 400000


def path(name):
    return os.path.join(folder, name + ".npy")


halves = np.arange(65536, dtype="u2").view("f2")
exact = halves.astype("f8")
middles = (exact[:-1] + exact[1:]) / 2
random = np.random.default_rng(1)
doubles = np.concatenate([exact, middles, np.nextafter(middles, 0), np.nextafter(middles, np.inf),
                          middles * 2.0**-100, 2.0**-24 * np.arange(1000) / 64])
doubles = np.concatenate([doubles, random.integers(0, 2**64, COUNT - len(doubles), "u8").view("f8")])
floats = doubles.astype("f4")
step = np.nextafter(floats[:200000], np.inf, dtype="f4")
floats = np.concatenate([floats[:100000], step[:200000], random.integers(0, 2**32, 100000, "u4").view("f4")])
assert len(doubles) == len(floats) == COUNT


def to_bfloat(values):
    """Bits of the nearest bfloat16, from halfway points that f64 holds exactly."""
    single = values.astype("f4")
    if values.dtype == np.float64:  # round to odd, so that the second rounding sees the first
        back = single.astype("f8")
        bits = single.view("i4")
        move = (back != values) & ~np.isnan(values) & (bits & 1 == 0)
        bits = bits + np.where(move, np.where(abs(values) > abs(back), 1, -1), 0).astype("i4")
        single = bits.view("f4")
    bits = single.view("u4").astype("u8")
    bits = ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("u2")
    return np.where(np.isnan(values), 0x7FC0, bits).astype("u2")


def as_float(bits):
    return (bits.astype("u4") << 16).view("f4")


if command == "write":
    for i, array in enumerate([halves, floats, doubles]):
        np.save(path("input_%d" % i), array)
    sys.exit(0)

got = [np.load(path("output_%d" % i)) for i in range(6)]
np.testing.assert_array_equal(got[0], halves.astype("f4"))
np.testing.assert_array_equal(got[1], floats.astype("f2"))
np.testing.assert_array_equal(as_float(got[2]), as_float(to_bfloat(floats)))
np.testing.assert_array_equal(got[3], doubles.astype("f2"))
np.testing.assert_array_equal(as_float(got[4]), as_float(to_bfloat(doubles)))
powers = np.arange(COUNT) % 7 - 3
want = floats.astype("f8") ** powers
normal = np.isfinite(want) & (abs(want) < 1e37) & (abs(want) > 1e-37) & (abs(floats) > 1e-12) & (abs(floats) < 1e12)
assert normal.sum() > 100000
np.testing.assert_allclose(got[5][normal], want[normal], rtol=1e-6)
print("as numpy")
