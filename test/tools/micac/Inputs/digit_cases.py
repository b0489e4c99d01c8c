# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# digit_cases.py DIGITS_FOLDER OUT COUNT: the first held-out digits as folders OUT/0, OUT/1, ...
# with input_0.npy and what torch computes for it, output_0.npy. Also input_0.pb of the first, as
# ONNX's test data has it, in OUT/pb.
import os
import struct
import sys

import numpy

source, out, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
images = numpy.load(os.path.join(source, "heldout_images.npy"))
outputs = numpy.load(os.path.join(source, "heldout_outputs.npy"))
for i in range(count):
    folder = os.path.join(out, str(i))
    os.makedirs(folder)
    numpy.save(os.path.join(folder, "input_0.npy"), images[i][None])
    numpy.save(os.path.join(folder, "output_0.npy"), outputs[i][None])


def varint(value):
    text = b""
    while value > 127:
        text += bytes([value & 127 | 128])
        value >>= 7
    return text + bytes([value])


def tensor(array):
    """A TensorProto: dims (1), data_type FLOAT (2), raw_data (9)."""
    text = b"".join(b"\x08" + varint(size) for size in array.shape) + b"\x10\x01"
    data = array.astype("<f4").tobytes()
    return text + b"\x4a" + varint(len(data)) + data


os.makedirs(os.path.join(out, "pb"))
for name, array in (("input_0.pb", images[0][None]), ("output_0.pb", outputs[0][None])):
    with open(os.path.join(out, "pb", name), "wb") as file:
        file.write(tensor(array))
