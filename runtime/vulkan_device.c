// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Chooses, opens and closes a Vulkan device. Every feature that compute kernels may need and
// the device has is enabled; the SPIR-V capabilities of those that it lacks are remembered, so
// that a module which asks for one is refused with a sentence instead of confusing the driver.
#include "runtime/vulkan_internal.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static bool create_instance(mica_rt_device *device)
{
    uint32_t version = 0;
    if (!micai_vulkan_check(device, device->vk.EnumerateInstanceVersion(&version),
                            "vkEnumerateInstanceVersion"))
        return false;
    if (version < VK_API_VERSION_1_1)
        return micai_vulkan_fail(device, MICA_RT_ERROR_NO_VULKAN,
                                 "the Vulkan loader is older than 1.1");
    const VkApplicationInfo application = {
        .sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
        .pEngineName = "mica",
        .apiVersion = version < VK_API_VERSION_1_3 ? version : VK_API_VERSION_1_3,
    };
    const VkInstanceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
                                       .pApplicationInfo = &application};
    return micai_vulkan_check(device, device->vk.CreateInstance(&info, NULL, &device->instance),
                              "vkCreateInstance") &&
           micai_vulkan_load_instance(device);
}

// The compute queue family of a device: one that can't draw if there is one, since such queues
// are not shared with a desktop. UINT32_MAX: none.
static uint32_t find_compute_family(const mica_rt_device *device, VkPhysicalDevice physical)
{
    enum { MAX_FAMILIES = 64 };
    VkQueueFamilyProperties families[MAX_FAMILIES];
    uint32_t count = MAX_FAMILIES, found = UINT32_MAX;
    device->vk.GetPhysicalDeviceQueueFamilyProperties(physical, &count, families);
    for (uint32_t i = 0; i < count; ++i) {
        if ((families[i].queueFlags & VK_QUEUE_COMPUTE_BIT) == 0)
            continue;
        if ((families[i].queueFlags & VK_QUEUE_GRAPHICS_BIT) == 0)
            return i;
        if (found == UINT32_MAX)
            found = i;
    }
    return found;
}

// Lower is better.
static int rank_device_type(VkPhysicalDeviceType type)
{
    switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
        return 0;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
        return 1;
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
        return 2;
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
        return 3;
    default:
        return 4;
    }
}

// What the caller or the environment asks for: an index, a part of a name, or neither.
typedef struct wish {
    long index; // below 0: any
    const char *name;
} wish;

static wish read_wish(const mica_rt_vulkan_options *options)
{
    if (options != NULL && options->index >= 0)
        return (wish){options->index, NULL};
    const char *variable = getenv("MICA_VULKAN_DEVICE");
    if (variable == NULL || *variable == '\0')
        return (wish){-1, NULL};
    char *end;
    const long index = strtol(variable, &end, 10);
    return *end == '\0' && index >= 0 ? (wish){index, NULL} : (wish){-1, variable};
}

static bool fits_wish(const wish *wanted, uint32_t index,
                      const VkPhysicalDeviceProperties *properties)
{
    if (wanted->index >= 0)
        return (long)index == wanted->index;
    return wanted->name == NULL || strstr(properties->deviceName, wanted->name) != NULL;
}

static bool choose_among(mica_rt_device *device, const wish *wanted,
                         const VkPhysicalDevice *devices, uint32_t count)
{
    int best = 5;
    for (uint32_t i = 0; i < count; ++i) {
        VkPhysicalDeviceProperties properties;
        device->vk.GetPhysicalDeviceProperties(devices[i], &properties);
        const uint32_t family = find_compute_family(device, devices[i]);
        const int rank = rank_device_type(properties.deviceType);
        if (family == UINT32_MAX || properties.apiVersion < VK_API_VERSION_1_1 ||
            rank >= best || !fits_wish(wanted, i, &properties))
            continue;
        best = rank;
        device->physical = devices[i];
        device->properties = properties;
        device->queue_family = family;
    }
    if (device->physical == VK_NULL_HANDLE)
        return micai_vulkan_fail(device, MICA_RT_ERROR_NO_DEVICE, "no suitable Vulkan device");
    device->vk.GetPhysicalDeviceMemoryProperties(device->physical, &device->memory_types);
    return true;
}

static bool choose_device(mica_rt_device *device, const mica_rt_vulkan_options *options)
{
    const wish wanted = read_wish(options);
    uint32_t count = 0;
    if (!micai_vulkan_check(device,
                            device->vk.EnumeratePhysicalDevices(device->instance, &count, NULL),
                            "vkEnumeratePhysicalDevices"))
        return false;
    VkPhysicalDevice *devices = calloc(count + 1, sizeof(VkPhysicalDevice));
    if (devices == NULL)
        return micai_vulkan_fail(device, MICA_RT_ERROR_MEMORY, "out of memory");
    const VkResult result =
        device->vk.EnumeratePhysicalDevices(device->instance, &count, devices);
    // VK_INCOMPLETE: a device appeared in between; those that were listed will do.
    const bool found = (result == VK_INCOMPLETE ||
                        micai_vulkan_check(device, result, "vkEnumeratePhysicalDevices")) &&
                       choose_among(device, &wanted, devices, count);
    free(devices);
    return found;
}

// The features of all core versions, chained as vkCreateDevice wants them.
typedef struct features {
    VkPhysicalDeviceFeatures2 core;
    VkPhysicalDevice16BitStorageFeatures storage16; // for 1.1; later ones have it in v11
    VkPhysicalDeviceVulkan11Features v11;
    VkPhysicalDeviceVulkan12Features v12;
    VkPhysicalDeviceVulkan13Features v13;
} features;

// Initialises the structs that a device of this version knows, and chains them.
static void chain_features(features *f, uint32_t api_version)
{
    *f = (features){
        .core.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2,
        .storage16.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES,
        .v11.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES,
        .v12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES,
        .v13.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES,
    };
    if (api_version < VK_API_VERSION_1_2) {
        f->core.pNext = &f->storage16;
        return;
    }
    f->core.pNext = &f->v11;
    f->v11.pNext = &f->v12;
    f->v12.pNext = api_version < VK_API_VERSION_1_3 ? NULL : (void *)&f->v13;
}

// clang-format off
// A feature, and the SPIR-V capability that needs it (0: none of its own).
#define COMPUTE_FEATURES(X)                                                                      \
    X(core.features.shaderInt16, 22)                                                             \
    X(core.features.shaderInt64, 11)                                                             \
    X(core.features.shaderFloat64, 10)                                                           \
    X(storage16.storageBuffer16BitAccess, 4433)                                                  \
    X(storage16.uniformAndStorageBuffer16BitAccess, 4434)                                        \
    X(storage16.storagePushConstant16, 4435)                                                     \
    X(v11.storageBuffer16BitAccess, 4433)                                                        \
    X(v11.uniformAndStorageBuffer16BitAccess, 4434)                                              \
    X(v11.storagePushConstant16, 4435)                                                           \
    X(v11.variablePointersStorageBuffer, 4441)                                                   \
    X(v11.variablePointers, 4442)                                                                \
    X(v12.storageBuffer8BitAccess, 4448)                                                         \
    X(v12.uniformAndStorageBuffer8BitAccess, 4449)                                               \
    X(v12.storagePushConstant8, 4450)                                                            \
    X(v12.shaderFloat16, 9)                                                                      \
    X(v12.shaderInt8, 39)                                                                        \
    X(v12.shaderBufferInt64Atomics, 12)                                                          \
    X(v12.shaderSharedInt64Atomics, 0)                                                           \
    X(v12.vulkanMemoryModel, 5345)                                                               \
    X(v12.vulkanMemoryModelDeviceScope, 5346)                                                    \
    X(v12.scalarBlockLayout, 0)                                                                  \
    X(v12.uniformBufferStandardLayout, 0)                                                        \
    X(v12.shaderSubgroupExtendedTypes, 0)                                                        \
    X(v13.subgroupSizeControl, 0)                                                                \
    X(v13.computeFullSubgroups, 0)                                                               \
    X(v13.maintenance4, 0)                                                                       \
    X(v13.shaderIntegerDotProduct, 6019)                                                         \
    X(v13.shaderZeroInitializeWorkgroupMemory, 0)

// clang-format on

// The 16-bit storage features have a struct of their own before Vulkan 1.2: makes both agree.
static void merge_storage16(features *f, uint32_t api_version)
{
    if (api_version < VK_API_VERSION_1_2) {
        f->v11.storageBuffer16BitAccess = f->storage16.storageBuffer16BitAccess;
        f->v11.uniformAndStorageBuffer16BitAccess =
            f->storage16.uniformAndStorageBuffer16BitAccess;
        f->v11.storagePushConstant16 = f->storage16.storagePushConstant16;
    } else {
        f->storage16.storageBuffer16BitAccess = f->v11.storageBuffer16BitAccess;
        f->storage16.uniformAndStorageBuffer16BitAccess =
            f->v11.uniformAndStorageBuffer16BitAccess;
        f->storage16.storagePushConstant16 = f->v11.storagePushConstant16;
    }
}

static bool add_missing(mica_rt_device *device, uint32_t capability)
{
    if (!MICAI_VULKAN_GROW(device, missing_capabilities))
        return false;
    device->missing_capabilities.items[device->missing_capabilities.count++] = capability;
    return true;
}

// Copies from `have` to `want` what kernels may use, and remembers what they can't.
static bool select_features(mica_rt_device *device, const features *have, features *want)
{
#define SELECT(field, capability)                                                              \
    want->field = have->field;                                                                 \
    if ((capability) != 0 && !have->field && !add_missing(device, (capability)))               \
        return false;
    COMPUTE_FEATURES(SELECT)
#undef SELECT
    return true;
}

static bool create_device(mica_rt_device *device)
{
    features have, want;
    chain_features(&have, device->properties.apiVersion);
    chain_features(&want, device->properties.apiVersion);
    device->vk.GetPhysicalDeviceFeatures2(device->physical, &have.core);
    merge_storage16(&have, device->properties.apiVersion);
    if (!select_features(device, &have, &want))
        return false;
    const float priority = 1;
    const VkDeviceQueueCreateInfo queue = {.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
                                           .queueFamilyIndex = device->queue_family,
                                           .queueCount = 1,
                                           .pQueuePriorities = &priority};
    const VkDeviceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
                                     .pNext = &want.core,
                                     .queueCreateInfoCount = 1,
                                     .pQueueCreateInfos = &queue};
    if (!micai_vulkan_check(
            device, device->vk.CreateDevice(device->physical, &info, NULL, &device->device),
            "vkCreateDevice") ||
        !micai_vulkan_load_device(device))
        return false;
    device->vk.GetDeviceQueue(device->device, device->queue_family, 0, &device->queue);
    return true;
}

static bool create_recorder(mica_rt_device *device)
{
    const VkCommandPoolCreateInfo pool = {.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
                                          .queueFamilyIndex = device->queue_family};
    if (!micai_vulkan_check(
            device,
            device->vk.CreateCommandPool(device->device, &pool, NULL, &device->command_pool),
            "vkCreateCommandPool"))
        return false;
    const VkCommandBufferAllocateInfo buffer = {
        .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
        .commandPool = device->command_pool,
        .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
        .commandBufferCount = 1};
    const VkFenceCreateInfo fence = {.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO};
    return micai_vulkan_check(
               device,
               device->vk.AllocateCommandBuffers(device->device, &buffer, &device->commands),
               "vkAllocateCommandBuffers") &&
           micai_vulkan_check(
               device, device->vk.CreateFence(device->device, &fence, NULL, &device->fence),
               "vkCreateFence");
}

static bool open_device(mica_rt_device *device, const mica_rt_vulkan_options *options)
{
    if (pthread_mutex_init(&device->lock, NULL) != 0)
        return micai_vulkan_fail(device, MICA_RT_ERROR_MEMORY, "a lock can't be made");
    device->has_device_lock = true;
    return micai_vulkan_load(device) && create_instance(device) &&
           choose_device(device, options) && create_device(device) && create_recorder(device);
}

int32_t mica_rt_vulkan_open(const mica_rt_vulkan_options *options, mica_rt_device **device)
{
    if (device == NULL)
        return MICA_RT_ERROR_ARGUMENT;
    *device = NULL;
    if (options != NULL && options->struct_size != sizeof *options)
        return MICA_RT_ERROR_STRUCT_SIZE;
    if (options != NULL && options->flags != 0)
        return MICA_RT_ERROR_ARGUMENT;
    mica_rt_device *opened = calloc(1, sizeof *opened);
    if (opened == NULL)
        return MICA_RT_ERROR_MEMORY;
    if (open_device(opened, options)) {
        *device = opened;
        return MICA_RT_OK;
    }
    const int32_t error = opened->error;
    mica_rt_vulkan_close(opened);
    return error;
}

// All Vulkan objects of the device, in the reverse order of their making.
static void destroy_objects(mica_rt_device *device)
{
    const micai_vulkan_functions *vk = &device->vk;
    vk->DeviceWaitIdle(device->device);
    for (uint32_t i = 0; i < device->modules.count; ++i)
        micai_vulkan_module_destroy(device, device->modules.items[i]);
    for (uint32_t i = 0; i < device->pools.count; ++i)
        vk->DestroyDescriptorPool(device->device, device->pools.items[i], NULL);
    for (uint32_t i = 0; i < device->buffers.count; ++i)
        micai_vulkan_buffer_destroy(device, &device->buffers.items[i]);
    for (uint32_t i = 0; i < device->blocks.count; ++i)
        micai_vulkan_buffer_destroy(device, &device->blocks.items[i].buffer);
    vk->DestroyFence(device->device, device->fence, NULL);
    vk->DestroyCommandPool(device->device, device->command_pool, NULL);
}

void mica_rt_vulkan_close(mica_rt_device *device)
{
    if (device == NULL)
        return;
    // A device whose functions were not all found has no objects yet.
    if (device->queue != VK_NULL_HANDLE)
        destroy_objects(device);
    if (device->device != VK_NULL_HANDLE && device->vk.DestroyDevice != NULL)
        device->vk.DestroyDevice(device->device, NULL);
    if (device->instance != VK_NULL_HANDLE && device->vk.DestroyInstance != NULL)
        device->vk.DestroyInstance(device->instance, NULL);
    if (device->loader != NULL)
        dlclose(device->loader);
    if (device->has_device_lock)
        pthread_mutex_destroy(&device->lock);
    free(device->missing_capabilities.items);
    free(device->buffers.items);
    free(device->weights.items);
    free(device->modules.items);
    free(device->blocks.items);
    free(device->staged.items);
    free(device->pools.items);
    free(device);
}

const char *mica_rt_gpu_device_name(const mica_rt_device *device)
{
    return device->properties.deviceName;
}

uint64_t mica_rt_gpu_dispatch_count(const mica_rt_device *device)
{
    return device->dispatch_count;
}

const char *mica_rt_gpu_message(const mica_rt_device *device)
{
    return device->message;
}

int32_t mica_rt_gpu_last_error(const mica_rt_device *device)
{
    return device->last_error;
}
