# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A model compiled by micac and called in this process, through nothing but its C interface.

    model = CompiledModel(tools, "net.onnx", folder, ["--dim=N=4"])
    outputs = model.run({"x": numpy.zeros((4, 3), numpy.float32)})

docs/ahead-of-time.md has the structs. The archive is linked to a shared library by cc.
"""
import ctypes
import os
import subprocess
import time

import numpy

MAX_RANK = 16
TYPES = {1: numpy.bool_, 2: numpy.int8, 3: numpy.int16, 4: numpy.int32, 5: numpy.int64,
         6: numpy.uint8, 7: numpy.uint16, 8: numpy.uint32, 9: numpy.uint64, 10: numpy.float16,
         12: numpy.float32, 13: numpy.float64}

# The runtime's functions are hidden in a shared library, and a linker takes of an archive only what
# is asked for.
SHIM = """
#include "m.h"
const mica_rt_model *call_info(void) { return m_info(); }
size_t call_workspace_size(const void *dims) { return m_workspace_size(dims); }
int call_infer_shapes(const void *dims, void *outputs)
{
    return mica_rt_infer_shapes(m_info(), dims, outputs);
}
int call_run(const void *env, const void *dims, const void *in, void *out, void *workspace,
             size_t size)
{
    return m_run(env, dims, in, out, workspace, size);
}
const char *call_error_string(int code) { return m_error_string(code); }
"""


class Tensor(ctypes.Structure):
    """mica_rt_input, mica_rt_output."""
    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_uint64), ("type", ctypes.c_uint32),
                ("rank", ctypes.c_uint32), ("dims", ctypes.c_int64 * MAX_RANK)]


class TensorInfo(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("type", ctypes.c_uint32), ("rank", ctypes.c_uint32),
                ("dims", ctypes.POINTER(ctypes.c_int64))]


class DimInfo(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("minimum", ctypes.c_int64),
                ("maximum", ctypes.c_int64)]


class ModelInfo(ctypes.Structure):
    """The head of mica_rt_model."""
    _fields_ = [("struct_size", ctypes.c_uint64), ("abi_version", ctypes.c_uint32),
                ("flags", ctypes.c_uint32), ("name", ctypes.c_char_p),
                ("dim_count", ctypes.c_uint32), ("input_count", ctypes.c_uint32),
                ("output_count", ctypes.c_uint32), ("reserved", ctypes.c_uint32),
                ("dims", ctypes.POINTER(DimInfo)), ("inputs", ctypes.POINTER(TensorInfo)),
                ("outputs", ctypes.POINTER(TensorInfo))]


def struct_of(element, count):
    """A caller's struct: its size, then an array."""
    class Struct(ctypes.Structure):
        _fields_ = [("struct_size", ctypes.c_uint64), ("items", element * max(count, 1))]
    made = Struct()
    made.struct_size = 8 + count * ctypes.sizeof(element)
    return made


class CompiledModel:
    def __init__(self, tools, path, folder, flags=()):
        self.archive = os.path.join(folder, "m.a")
        shared = os.path.join(folder, "m.so")
        start = time.time()
        compiler = subprocess.Popen([os.path.join(tools, "micac"), path, "--prefix=m", "-o",
                                     self.archive, *flags], stderr=subprocess.PIPE, text=True)
        messages = compiler.stderr.read()
        compiler.stderr.close()
        _, status, usage = os.wait4(compiler.pid, 0)
        compiler.returncode = os.waitstatus_to_exitcode(status)
        self.compile_seconds = time.time() - start
        self.peak_bytes = usage.ru_maxrss * 1024
        if compiler.returncode != 0:
            raise RuntimeError(messages.strip())
        source = os.path.join(folder, "shim.c")
        with open(source, "w") as file:
            file.write(SHIM)
        subprocess.check_call(["cc", "-shared", "-fPIC", "-o", shared, source, self.archive,
                               os.path.join(tools, "..", "lib", "libmica_rt.a"), "-lm",
                               "-lpthread", "-ldl"])
        self.library = ctypes.CDLL(shared)
        self.library.call_info.restype = ctypes.POINTER(ModelInfo)
        self.library.call_workspace_size.restype = ctypes.c_size_t
        self.library.call_workspace_size.argtypes = [ctypes.c_void_p]
        self.library.call_run.argtypes = [ctypes.c_void_p] * 5 + [ctypes.c_size_t]
        self.library.call_error_string.restype = ctypes.c_char_p
        self.library.call_infer_shapes.argtypes = [ctypes.c_void_p] * 2
        self.info = self.library.call_info().contents
        self.input_names = [self.info.inputs[i].name.decode()
                            for i in range(self.info.input_count)]
        self.output_names = [self.info.outputs[i].name.decode()
                             for i in range(self.info.output_count)]

    def object_bytes(self):
        return os.path.getsize(self.archive)

    def check(self, code):
        if code != 0:
            text = self.library.call_error_string(code).decode()
            raise RuntimeError("%s (index %d)" % (text, code >> 8))

    def read_dims(self, arrays):
        """The values of the dynamic dimensions, as the inputs' shapes say."""
        dims = struct_of(ctypes.c_int64, self.info.dim_count)
        for i, array in enumerate(arrays):
            for j, size in enumerate(array.shape):
                entry = self.info.inputs[i].dims[j]
                if entry < 0:
                    dims.items[-1 - entry] = size
        return dims

    def run(self, inputs):
        """From a dictionary of arrays to a list of arrays. RuntimeError with the model's own
        words when it refuses."""
        arrays = []
        given = struct_of(Tensor, self.info.input_count)
        for i, name in enumerate(self.input_names):
            array = numpy.array(inputs[name], order="C")
            arrays.append(array)
            given.items[i].data = array.ctypes.data
            given.items[i].size = array.nbytes
            given.items[i].rank = array.ndim
            for j, size in enumerate(array.shape):
                given.items[i].dims[j] = size
        dims = self.read_dims(arrays)
        taken = struct_of(Tensor, self.info.output_count)
        self.check(self.library.call_infer_shapes(ctypes.byref(dims), ctypes.byref(taken)))
        results = []
        for i in range(self.info.output_count):
            item = taken.items[i]
            results.append(numpy.zeros(item.dims[:item.rank], TYPES[item.type]))
            item.data = results[i].ctypes.data
            item.size = results[i].nbytes
        workspace = numpy.zeros(self.library.call_workspace_size(ctypes.byref(dims)), numpy.uint8)
        start = time.perf_counter()
        code = self.library.call_run(None, ctypes.byref(dims), ctypes.byref(given),
                                  ctypes.byref(taken), workspace.ctypes.data, workspace.nbytes)
        self.run_seconds = time.perf_counter() - start
        self.check(code)
        # What depends on data may be less than was asked for.
        return [result.reshape(-1)[:int(numpy.prod(taken.items[i].dims[:result.ndim]))]
                .reshape(taken.items[i].dims[:result.ndim]) for i, result in enumerate(results)]
