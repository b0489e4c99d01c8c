// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From ONNX's numbering of element types to the runtime's. What arrays don't have (text) is
// refused by name. Elements that share bytes in the file get one each.
#include "tools/mica-run/onnx_tensor_file.h"

#include "dialects/onnx/reader/onnx_file.h"

#include <string.h>

// clang-format off
static const uint32_t types[] = {
    [MICA_ONNX_TYPE_BOOL]            = MICA_RT_BOOL,
    [MICA_ONNX_TYPE_INT8]            = MICA_RT_I8,
    [MICA_ONNX_TYPE_INT16]           = MICA_RT_I16,
    [MICA_ONNX_TYPE_INT32]           = MICA_RT_I32,
    [MICA_ONNX_TYPE_INT64]           = MICA_RT_I64,
    [MICA_ONNX_TYPE_UINT8]           = MICA_RT_U8,
    [MICA_ONNX_TYPE_UINT16]          = MICA_RT_U16,
    [MICA_ONNX_TYPE_UINT32]          = MICA_RT_U32,
    [MICA_ONNX_TYPE_UINT64]          = MICA_RT_U64,
    [MICA_ONNX_TYPE_FLOAT16]         = MICA_RT_F16,
    [MICA_ONNX_TYPE_BFLOAT16]        = MICA_RT_BF16,
    [MICA_ONNX_TYPE_FLOAT]           = MICA_RT_F32,
    [MICA_ONNX_TYPE_DOUBLE]          = MICA_RT_F64,
    [MICA_ONNX_TYPE_COMPLEX64]       = MICA_RT_C64,
    [MICA_ONNX_TYPE_COMPLEX128]      = MICA_RT_C128,
    [MICA_ONNX_TYPE_FLOAT8E4M3FN]    = MICA_RT_F8E4M3FN,
    [MICA_ONNX_TYPE_FLOAT8E4M3FNUZ]  = MICA_RT_F8E4M3FNUZ,
    [MICA_ONNX_TYPE_FLOAT8E5M2]      = MICA_RT_F8E5M2,
    [MICA_ONNX_TYPE_FLOAT8E5M2FNUZ]  = MICA_RT_F8E5M2FNUZ,
    [MICA_ONNX_TYPE_FLOAT8E8M0]      = MICA_RT_F8E8M0,
    [MICA_ONNX_TYPE_FLOAT4E2M1]      = MICA_RT_F4E2M1,
    [MICA_ONNX_TYPE_INT4]            = MICA_RT_I4,
    [MICA_ONNX_TYPE_UINT4]           = MICA_RT_U4,
    [MICA_ONNX_TYPE_INT2]            = MICA_RT_I2,
    [MICA_ONNX_TYPE_UINT2]           = MICA_RT_U2,
};
// clang-format on

static bool copy_tensor(const char *path, const mica_onnx_tensor *tensor, mica_array *array,
                        mica_tool_error *error)
{
    const size_t type = (size_t)tensor->type;
    const uint32_t own = type < sizeof types / sizeof *types ? types[type] : 0;
    if (own == MICA_RT_TYPE_NONE)
        return mica_tool_fail(error, "%.120s: elements of type %s are not supported", path,
                              mica_onnx_type_name(tensor->type));
    if (tensor->rank > MICA_RT_MAX_RANK)
        return mica_tool_fail(error, "%.120s: has more than %d dimensions", path,
                              MICA_RT_MAX_RANK);
    if (!mica_array_create(array, own, (uint32_t)tensor->rank, tensor->dims, error))
        return false;
    if (mica_onnx_type_bits((int32_t)tensor->type) < 8)
        mica_onnx_tensor_unpack(tensor, array->data);
    else if (tensor->size)
        memcpy(array->data, tensor->data, tensor->size);
    return true;
}

bool onnx_tensor_file_read(const char *path, mica_array *array, mica_tool_error *error)
{
    mica_onnx_error problem;
    mica_onnx_tensor tensor;
    *array = (mica_array){0};
    mica_onnx_file *file = mica_onnx_tensor_file_open(path, &problem);
    bool ok =
        file && mica_onnx_tensor_read(file, mica_onnx_file_tensor(file), &tensor, &problem);
    if (ok)
        ok = copy_tensor(path, &tensor, array, error);
    else
        (void)mica_tool_fail(error, "%.100s: %.140s", path, problem.message);
    mica_onnx_file_close(file);
    return ok;
}
