// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Opens the Vulkan loader and looks functions up, so that a program starts on machines without
// Vulkan and links nothing of it. Functions of the device are looked up through the device:
// calls then go straight to the driver.
#include "runtime/vulkan_internal.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool micai_vulkan_fail(mica_rt_device *device, int32_t code, const char *format, ...)
{
    if (device->error != MICA_RT_OK)
        return false;
    device->error = device->last_error = code;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(device->message, sizeof device->message, format, arguments);
    va_end(arguments);
    return false;
}

// clang-format off
static const struct {
    VkResult result;
    int32_t code;
    const char *meaning;
} results[] = {
    {VK_ERROR_OUT_OF_HOST_MEMORY,     MICA_RT_ERROR_MEMORY,        "out of host memory"},
    {VK_ERROR_OUT_OF_DEVICE_MEMORY,   MICA_RT_ERROR_DEVICE_MEMORY, "out of device memory"},
    {VK_ERROR_DEVICE_LOST,            MICA_RT_ERROR_DEVICE_LOST,   "the device was lost"},
    {VK_ERROR_INITIALIZATION_FAILED,  MICA_RT_ERROR_DEVICE,        "initialization failed"},
    {VK_ERROR_MEMORY_MAP_FAILED,      MICA_RT_ERROR_DEVICE,        "memory can't be mapped"},
    {VK_ERROR_LAYER_NOT_PRESENT,      MICA_RT_ERROR_NO_VULKAN,     "a layer is not present"},
    {VK_ERROR_EXTENSION_NOT_PRESENT,  MICA_RT_ERROR_DEVICE,        "an extension is not present"},
    {VK_ERROR_FEATURE_NOT_PRESENT,    MICA_RT_ERROR_DEVICE,        "a feature is not present"},
    {VK_ERROR_INCOMPATIBLE_DRIVER,    MICA_RT_ERROR_NO_DEVICE,     "no driver is installed"},
    {VK_ERROR_TOO_MANY_OBJECTS,       MICA_RT_ERROR_DEVICE_LIMIT,  "too many objects"},
    {VK_ERROR_FRAGMENTED_POOL,        MICA_RT_ERROR_DEVICE_MEMORY, "a pool is fragmented"},
    {VK_ERROR_OUT_OF_POOL_MEMORY,     MICA_RT_ERROR_DEVICE_MEMORY, "a pool is exhausted"},
    {VK_ERROR_INVALID_SHADER_NV,      MICA_RT_ERROR_KERNEL_MODULE, "the driver refused a kernel"},
    {VK_ERROR_INVALID_EXTERNAL_HANDLE, MICA_RT_ERROR_DEVICE,       "an invalid handle"},
};
// clang-format on

bool micai_vulkan_check(mica_rt_device *device, VkResult result, const char *call)
{
    if (result == VK_SUCCESS)
        return true;
    for (size_t i = 0; i < sizeof results / sizeof results[0]; ++i) {
        if (results[i].result == result)
            return micai_vulkan_fail(device, results[i].code, "%s: %s", call,
                                     results[i].meaning);
    }
    return micai_vulkan_fail(device, MICA_RT_ERROR_DEVICE, "%s: result %d", call, (int)result);
}

bool micai_vulkan_is_usable(const mica_rt_device *device)
{
    return device != NULL && device->error == MICA_RT_OK;
}

bool micai_vulkan_grow(mica_rt_device *device, void *items, uint32_t *capacity, uint32_t count,
                       size_t item_size)
{
    if (count < *capacity)
        return true;
    const uint32_t wanted = *capacity == 0 ? 8 : *capacity * 2;
    void *before, *grown;
    memcpy(&before, items, sizeof before); // pointers to any type look the same
    grown = realloc(before, wanted * item_size);
    if (grown == NULL)
        return micai_vulkan_fail(device, MICA_RT_ERROR_MEMORY, "out of memory");
    memcpy(items, &grown, sizeof grown);
    *capacity = wanted;
    return true;
}

// Stores the function `name` in the pointer-sized field at `field`.
static bool store_function(mica_rt_device *device, PFN_vkVoidFunction function,
                           const char *name, void *field)
{
    memcpy(field, &function, sizeof function);
    return function != NULL || micai_vulkan_fail(device, MICA_RT_ERROR_NO_VULKAN,
                                                 "the Vulkan loader lacks %s", name);
}

bool micai_vulkan_load(mica_rt_device *device)
{
    micai_vulkan_functions *vk = &device->vk;
    device->loader = dlopen("libvulkan.so.1", RTLD_NOW | RTLD_LOCAL);
    if (device->loader == NULL)
        return micai_vulkan_fail(device, MICA_RT_ERROR_NO_VULKAN,
                                 "libvulkan.so.1 can't be opened");
    void *entry = dlsym(device->loader, "vkGetInstanceProcAddr");
    memcpy(&vk->GetInstanceProcAddr, &entry, sizeof entry);
    if (entry == NULL)
        return micai_vulkan_fail(device, MICA_RT_ERROR_NO_VULKAN,
                                 "libvulkan.so.1 lacks vkGetInstanceProcAddr");
#define LOAD_FUNCTION(name)                                                                    \
    store_function(device, vk->GetInstanceProcAddr(NULL, "vk" #name), "vk" #name, &vk->name)
    return LOAD_FUNCTION(EnumerateInstanceVersion) && LOAD_FUNCTION(CreateInstance);
#undef LOAD_FUNCTION
}

bool micai_vulkan_load_instance(mica_rt_device *device)
{
    micai_vulkan_functions *vk = &device->vk;
#define LOAD_FUNCTION(name)                                                                    \
    if (!store_function(device, vk->GetInstanceProcAddr(device->instance, "vk" #name),         \
                        "vk" #name, &vk->name))                                                \
        return false;
    MICAI_VULKAN_INSTANCE_FUNCTIONS(LOAD_FUNCTION)
#undef LOAD_FUNCTION
    return true;
}

bool micai_vulkan_load_device(mica_rt_device *device)
{
    micai_vulkan_functions *vk = &device->vk;
#define LOAD_FUNCTION(name)                                                                    \
    if (!store_function(device, vk->GetDeviceProcAddr(device->device, "vk" #name), "vk" #name, \
                        &vk->name))                                                            \
        return false;
    MICAI_VULKAN_DEVICE_FUNCTIONS(LOAD_FUNCTION)
#undef LOAD_FUNCTION
    return true;
}
