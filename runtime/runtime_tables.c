// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The sentences of the error kinds and the facts of the element types: two tables. They are
// indexed by numbers that are part of the ABI, so each has an assert on its length.
#include "runtime/mica_rt.h"

// clang-format off
static const char *const error_strings[] = {
    [MICA_RT_OK]                     = "success",
    [MICA_RT_ERROR_ARGUMENT]         = "an argument that must be given is NULL",
    [MICA_RT_ERROR_ABI_VERSION]      = "caller, model and runtime have different ABI versions",
    [MICA_RT_ERROR_STRUCT_SIZE]      = "a struct_size is not what the model was compiled with",
    [MICA_RT_ERROR_DIM_RANGE]        = "a dynamic dimension is out of its range",
    [MICA_RT_ERROR_INPUT_TYPE]       = "an input has another element type than the model's",
    [MICA_RT_ERROR_INPUT_SHAPE]      = "an input has another shape than the model's",
    [MICA_RT_ERROR_INPUT_SIZE]       = "an input has fewer bytes than its shape needs",
    [MICA_RT_ERROR_INPUT_ALIGNMENT]  = "an input is not aligned to its element's size",
    [MICA_RT_ERROR_OUTPUT_CAPACITY]  = "an output's capacity is too small for its shape",
    [MICA_RT_ERROR_OUTPUT_ALIGNMENT] = "an output is not aligned to its element's size",
    [MICA_RT_ERROR_WORKSPACE_SIZE]   = "the workspace is too small",
    [MICA_RT_ERROR_WEIGHTS]          = "weights are missing, misaligned or another model's",
    [MICA_RT_ERROR_SIZE_OVERFLOW]    = "a size does not fit the address space",
    [MICA_RT_ERROR_BOUND]            = "a data-dependent size exceeds its bound",
    [MICA_RT_ERROR_ASSERTION]        = "an assertion in the model failed",
    [MICA_RT_ERROR_MEMORY]           = "out of memory",
    [MICA_RT_ERROR_THREADS]          = "a thread could not be started",
    [MICA_RT_ERROR_DEVICE_NEEDED]    = "the model runs on a device and none was given",
    [MICA_RT_ERROR_NO_VULKAN]        = "the Vulkan loader is absent or too old",
    [MICA_RT_ERROR_NO_DEVICE]        = "no suitable Vulkan device was found",
    [MICA_RT_ERROR_DEVICE]           = "the device refused a call",
    [MICA_RT_ERROR_DEVICE_LOST]      = "the device was lost",
    [MICA_RT_ERROR_DEVICE_MEMORY]    = "the device is out of memory",
    [MICA_RT_ERROR_DEVICE_LIMIT]     = "a limit of the device is exceeded",
    [MICA_RT_ERROR_KERNEL_MODULE]    = "a kernel module is not valid SPIR-V",
    [MICA_RT_ERROR_KERNEL_NAME]      = "a kernel is not in its module",
    [MICA_RT_ERROR_KERNEL_ARGUMENT]  = "a kernel argument is invalid",
    [MICA_RT_ERROR_DIM_CONFLICT]     = "dynamic dimensions that must fit together do not",
};

static const struct {
    const char *name;
    size_t size;
} types[] = {
    [MICA_RT_TYPE_NONE]  = {"none",       0},
    [MICA_RT_BOOL]       = {"bool",       1},
    [MICA_RT_I8]         = {"i8",         1},
    [MICA_RT_I16]        = {"i16",        2},
    [MICA_RT_I32]        = {"i32",        4},
    [MICA_RT_I64]        = {"i64",        8},
    [MICA_RT_U8]         = {"u8",         1},
    [MICA_RT_U16]        = {"u16",        2},
    [MICA_RT_U32]        = {"u32",        4},
    [MICA_RT_U64]        = {"u64",        8},
    [MICA_RT_F16]        = {"f16",        2},
    [MICA_RT_BF16]       = {"bf16",       2},
    [MICA_RT_F32]        = {"f32",        4},
    [MICA_RT_F64]        = {"f64",        8},
    [MICA_RT_C64]        = {"c64",        8},
    [MICA_RT_C128]       = {"c128",       16},
    [MICA_RT_F8E4M3FN]   = {"f8e4m3fn",   1},
    [MICA_RT_F8E4M3FNUZ] = {"f8e4m3fnuz", 1},
    [MICA_RT_F8E5M2]     = {"f8e5m2",     1},
    [MICA_RT_F8E5M2FNUZ] = {"f8e5m2fnuz", 1},
    [MICA_RT_F8E8M0]     = {"f8e8m0",     1},
    [MICA_RT_F4E2M1]     = {"f4e2m1",     1},
    [MICA_RT_I4]         = {"i4",         1},
    [MICA_RT_U4]         = {"u4",         1},
    [MICA_RT_I2]         = {"i2",         1},
    [MICA_RT_U2]         = {"u2",         1},
};
// clang-format on

_Static_assert(sizeof error_strings / sizeof error_strings[0] == MICA_RT_ERROR_KIND_COUNT,
               "one sentence for each error kind");
_Static_assert(sizeof types / sizeof types[0] == MICA_RT_TYPE_COUNT, "one row for each type");

const char *mica_rt_error_string(int32_t code)
{
    const int32_t kind = MICA_RT_ERROR_KIND(code);
    return kind < MICA_RT_ERROR_KIND_COUNT ? error_strings[kind] : "unknown error";
}

size_t mica_rt_type_size(uint32_t type)
{
    return type < MICA_RT_TYPE_COUNT ? types[type].size : 0;
}

const char *mica_rt_type_name(uint32_t type)
{
    return type < MICA_RT_TYPE_COUNT ? types[type].name : "none";
}
