// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The device of code that is compiled in memory from a file: its functions have no environment
// to take one from. This is the only global variable of the runtime; compiled models never
// refer to it, so they don't link it.
#include "runtime/mica_rt_gpu.h"

#include <pthread.h>

static pthread_mutex_t default_lock = PTHREAD_MUTEX_INITIALIZER;
static mica_rt_device *default_device;
static int32_t default_error;

mica_rt_device *mica_rt_gpu_default_device(void)
{
    pthread_mutex_lock(&default_lock);
    if (default_device == NULL && default_error == MICA_RT_OK)
        default_error = mica_rt_vulkan_open(NULL, &default_device);
    mica_rt_device *device = default_device;
    pthread_mutex_unlock(&default_lock);
    return device;
}

int32_t mica_rt_gpu_default_error(void)
{
    pthread_mutex_lock(&default_lock);
    const int32_t error =
        default_device != NULL ? mica_rt_gpu_last_error(default_device) : default_error;
    pthread_mutex_unlock(&default_lock);
    return error;
}

void mica_rt_gpu_default_close(void)
{
    pthread_mutex_lock(&default_lock);
    mica_rt_vulkan_close(default_device);
    default_device = NULL;
    default_error = MICA_RT_OK;
    pthread_mutex_unlock(&default_lock);
}
