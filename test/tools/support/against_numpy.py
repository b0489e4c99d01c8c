# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads, writes and compares arrays with array_tool and with numpy; both must agree."""
import os
import subprocess
import sys
import tempfile

try:
    import numpy as np
except ImportError:
    print("skipped: no numpy")
    sys.exit(77)

TOOL = sys.argv[1]
TYPES = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"]
SHAPES = [(), (0,), (1,), (7,), (2, 3), (3, 1, 4), (2, 0, 5), (2, 3, 2, 2), (1,) * 16]
random = np.random.default_rng(1)


def run(*arguments):
    return subprocess.run([TOOL, *arguments], capture_output=True, text=True)


def values(dtype, shape):
    kind = np.dtype(dtype).kind
    if kind == "b":
        return random.integers(0, 2, shape).astype(dtype)
    if kind in "iu":
        limits = np.iinfo(dtype)
        return random.integers(limits.min, limits.max, shape, dtype=np.dtype(dtype).newbyteorder("="),
                               endpoint=True)
    array = random.normal(size=shape) * 10
    if kind == "c":
        array = array + 1j * random.normal(size=shape)
    return np.asarray(array).astype(dtype)


def check_copies(folder):
    arrays, names = [], []
    for dtype in TYPES:
        for shape in SHAPES:
            for order in "CF":
                for endian in "<>":
                    array = np.asarray(values(dtype, shape), order=order)
                    arrays.append(array.astype(array.dtype.newbyteorder(endian)))
                    names += [os.path.join(folder, f"{kind}{len(arrays)}.npy") for kind in ("in", "out")]
                    np.save(names[-2], arrays[-1])
    for version in [(1, 0), (2, 0), (3, 0)]:
        arrays.append(np.arange(6))
        names += [os.path.join(folder, f"{kind}{len(arrays)}.npy") for kind in ("in", "out")]
        with open(names[-2], "wb") as file:
            np.lib.format.write_array(file, arrays[-1], version=version)
    result = run("copy", *names)
    assert result.returncode == 0, result.stderr
    for array, target in zip(arrays, names[1::2]):
        copied = np.load(target)
        about = (array.dtype, array.shape, array.flags.f_contiguous)
        assert copied.shape == array.shape and copied.flags.c_contiguous, about
        assert copied.dtype == array.dtype.newbyteorder("="), about
        assert copied.tobytes() == array.astype(copied.dtype).tobytes(), about


def check_refused(folder):
    source, target = os.path.join(folder, "bad.npy"), os.path.join(folder, "not_written.npy")
    for array in [np.array(["text"]), np.zeros(2, dtype=[("a", "i4")]),
                  np.zeros(2, dtype="M8[s]"), np.zeros(2, dtype=np.longdouble),
                  np.zeros((1,) * 17)]:
        np.save(source, array)
        result = run("copy", source, target)
        assert result.returncode == 1 and "supported" in result.stderr, result
        assert not os.path.exists(target)


def check_comparison(folder, a, b, rtol, atol, equal_nan):
    first, second = os.path.join(folder, "a.npy"), os.path.join(folder, "b.npy")
    np.save(first, a)
    np.save(second, b)
    result = run("compare", first, second, str(rtol), str(atol), "1" if equal_nan else "0")
    assert result.returncode == 0, result.stderr
    count, mismatches = (int(word) for word in result.stdout.split()[:2])
    largest = float(result.stdout.split()[2])
    wide = np.complex128 if a.dtype.kind == "c" else np.float64
    with np.errstate(all="ignore"):
        close = np.isclose(a.astype(wide), b.astype(wide), rtol, atol, equal_nan)
        difference = np.abs(a.astype(wide) - b.astype(wide))
    assert count == a.size and mismatches == int((~close).sum()), (a, b, result.stdout)
    if np.isfinite(difference).all():
        assert largest == (difference.max() if a.size else 0), (largest, difference.max())


def check_comparisons(folder):
    special = np.array([0.0, -0.0, 1.0, 1.001, -1.0, np.inf, -np.inf, np.nan, 1e-9, 1e300])
    pairs = np.array([(x, y) for x in special for y in special])
    for equal_nan in (False, True):
        for dtype in ("f8", "f4"):
            with np.errstate(all="ignore"):
                a, b = pairs[:, 0].astype(dtype), pairs[:, 1].astype(dtype)
            check_comparison(folder, a, b, 1e-3, 1e-6, equal_nan)
            check_comparison(folder, a, b, 0, 0, equal_nan)
    for dtype in ["?", "i1", "i2", "i4", "u1", "u2", "u4", "f2", "f4", "f8", "c8", "c16"]:
        a = values(dtype, (5, 40))
        b = a.copy()
        b.flat[::3] = values(dtype, (67,))
        check_comparison(folder, a, b, 0.1, 0.5, False)
        check_comparison(folder, a, a, 0, 0, False)
    check_comparison(folder, np.zeros((0, 3)), np.zeros((0, 3)), 0, 0, False)


with tempfile.TemporaryDirectory() as folder:
    check_copies(folder)
    check_refused(folder)
    check_comparisons(folder)
print("arrays agree with numpy")
