// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The launcher as a mica_device_api. In a file of its own: a program that does not name it
// links no launcher.
#include "runtime/mica_rt_gpu.h"
#include "tools/support/model_call.h"

static int32_t open_default(mica_rt_device **device)
{
    return mica_rt_vulkan_open(NULL, device);
}

const mica_device_api mica_vulkan_devices = {
    .open = open_default,
    .close = mica_rt_vulkan_close,
    .message = mica_rt_gpu_message,
    .name = mica_rt_gpu_device_name,
    .dispatch_count = mica_rt_gpu_dispatch_count,
};
