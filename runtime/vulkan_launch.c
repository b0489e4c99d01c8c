// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Records launches and copies into one command buffer, each ordered after the one before, and
// submits it. One barrier between any two commands is always right; tracking which memory two
// launches share would let independent kernels overlap, and matters only for kernels too small
// to fill a device.
//
//   begin | copy | barrier | dispatch | barrier | dispatch | barrier to the host | end | submit
#include "runtime/vulkan_internal.h"

#include <string.h>

enum { SETS_PER_POOL = 256, BUFFERS_PER_POOL = 2048 };

static void record_barrier(mica_rt_device *device, VkPipelineStageFlags stages,
                           VkAccessFlags access)
{
    const VkMemoryBarrier barrier = {.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
                                     .srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT |
                                                      VK_ACCESS_TRANSFER_WRITE_BIT,
                                     .dstAccessMask = access};
    device->vk.CmdPipelineBarrier(
        device->commands, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT,
        stages, 0, 1, &barrier, 0, NULL, 0, NULL);
}

bool micai_vulkan_record(mica_rt_device *device)
{
    if (device->is_recording) {
        record_barrier(device,
                       VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT,
                       VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT |
                           VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT);
        return true;
    }
    const VkCommandBufferBeginInfo info = {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
                                           .flags =
                                               VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT};
    device->is_recording =
        micai_vulkan_check(device,
                           device->vk.ResetCommandPool(device->device, device->command_pool, 0),
                           "vkResetCommandPool") &&
        micai_vulkan_check(device, device->vk.BeginCommandBuffer(device->commands, &info),
                           "vkBeginCommandBuffer");
    return device->is_recording;
}

bool micai_vulkan_record_copy(mica_rt_device *device, VkBuffer source, uint64_t source_offset,
                              VkBuffer target, uint64_t target_offset, uint64_t size)
{
    if (!micai_vulkan_record(device))
        return false;
    const VkBufferCopy region = {source_offset, target_offset, size};
    device->vk.CmdCopyBuffer(device->commands, source, target, 1, &region);
    return true;
}

// Waits for the submission. When that fails the device is made idle all the same, since what it
// still uses is reset next.
static bool wait_for_submission(mica_rt_device *device)
{
    if (micai_vulkan_check(
            device,
            device->vk.WaitForFences(device->device, 1, &device->fence, VK_TRUE, UINT64_MAX),
            "vkWaitForFences"))
        return true;
    device->vk.DeviceWaitIdle(device->device);
    return false;
}

// The fence, as the command pool, is reset before its use, not after: should that fail, nothing
// was submitted.
static bool submit_and_wait(mica_rt_device *device)
{
    const micai_vulkan_functions *vk = &device->vk;
    const VkSubmitInfo info = {.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
                               .commandBufferCount = 1,
                               .pCommandBuffers = &device->commands};
    record_barrier(device, VK_PIPELINE_STAGE_HOST_BIT, VK_ACCESS_HOST_READ_BIT);
    return micai_vulkan_check(device, vk->EndCommandBuffer(device->commands),
                              "vkEndCommandBuffer") &&
           micai_vulkan_check(device, vk->ResetFences(device->device, 1, &device->fence),
                              "vkResetFences") &&
           micai_vulkan_check(device, vk->QueueSubmit(device->queue, 1, &info, device->fence),
                              "vkQueueSubmit") &&
           wait_for_submission(device);
}

// Makes everything that recording used free again.
static void reset_recorder(mica_rt_device *device)
{
    const micai_vulkan_functions *vk = &device->vk;
    for (uint32_t i = 0; i < device->used_pools; ++i)
        (void)micai_vulkan_check(
            device, vk->ResetDescriptorPool(device->device, device->pools.items[i], 0),
            "vkResetDescriptorPool");
    device->used_pools = 0;
    device->is_recording = false;
}

bool micai_vulkan_flush(mica_rt_device *device)
{
    bool has_run = false;
    if (device->is_recording) {
        has_run = device->error == MICA_RT_OK && submit_and_wait(device);
        reset_recorder(device);
    }
    micai_vulkan_unstage(device, has_run);
    return device->error == MICA_RT_OK;
}

static bool add_pool(mica_rt_device *device)
{
    const VkDescriptorPoolSize size = {VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, BUFFERS_PER_POOL};
    const VkDescriptorPoolCreateInfo info = {.sType =
                                                 VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO,
                                             .maxSets = SETS_PER_POOL,
                                             .poolSizeCount = 1,
                                             .pPoolSizes = &size};
    if (!MICAI_VULKAN_GROW(device, pools) ||
        !micai_vulkan_check(
            device,
            device->vk.CreateDescriptorPool(device->device, &info, NULL,
                                            &device->pools.items[device->pools.count]),
            "vkCreateDescriptorPool"))
        return false;
    ++device->pools.count;
    return true;
}

static VkResult allocate_from_last_pool(mica_rt_device *device, VkDescriptorSetLayout layout,
                                        VkDescriptorSet *set)
{
    const VkDescriptorSetAllocateInfo info = {
        .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO,
        .descriptorPool = device->pools.items[device->used_pools - 1],
        .descriptorSetCount = 1,
        .pSetLayouts = &layout};
    return device->vk.AllocateDescriptorSets(device->device, &info, set);
}

// A full pool is not an error: the next one is taken, or made.
static bool allocate_set(mica_rt_device *device, VkDescriptorSetLayout layout,
                         VkDescriptorSet *set)
{
    VkResult result = VK_ERROR_OUT_OF_POOL_MEMORY;
    if (device->used_pools > 0)
        result = allocate_from_last_pool(device, layout, set);
    if (result == VK_ERROR_OUT_OF_POOL_MEMORY || result == VK_ERROR_FRAGMENTED_POOL) {
        if (device->used_pools == device->pools.count && !add_pool(device))
            return false;
        ++device->used_pools;
        result = allocate_from_last_pool(device, layout, set);
    }
    return micai_vulkan_check(device, result, "vkAllocateDescriptorSets");
}

static bool write_set(mica_rt_device *device, const micai_vulkan_kernel *kernel,
                      const micai_vulkan_binding *bindings, VkDescriptorSet *set)
{
    VkDescriptorBufferInfo infos[MICAI_VULKAN_MAX_ARGUMENTS];
    VkWriteDescriptorSet writes[MICAI_VULKAN_MAX_ARGUMENTS];
    uint32_t count = 0;
    if (!allocate_set(device, kernel->set_layout, set))
        return false;
    for (uint32_t i = 0; i < kernel->argument_count; ++i) {
        if (kernel->scalar_sizes[i] != 0)
            continue;
        infos[count] =
            (VkDescriptorBufferInfo){bindings[i].buffer, bindings[i].offset, bindings[i].size};
        writes[count] =
            (VkWriteDescriptorSet){.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
                                   .dstSet = *set,
                                   .dstBinding = i,
                                   .descriptorCount = 1,
                                   .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
                                   .pBufferInfo = &infos[count]};
        ++count;
    }
    device->vk.UpdateDescriptorSets(device->device, count, writes, 0, NULL);
    return true;
}

// Scalars in argument order, each at an offset aligned to its size, as docs/ahead-of-time.md
// says.
static void record_scalars(mica_rt_device *device, const micai_vulkan_kernel *kernel,
                           const mica_rt_gpu_arg *arguments)
{
    uint8_t block[MICAI_VULKAN_MAX_PUSH] = {0};
    uint32_t at = 0;
    if (kernel->push_size == 0)
        return;
    for (uint32_t i = 0; i < kernel->argument_count; ++i) {
        const uint32_t size = kernel->scalar_sizes[i];
        if (size == 0)
            continue;
        at = (at + size - 1) / size * size;
        memcpy(block + at, arguments[i].pointer, size);
        at += size;
    }
    device->vk.CmdPushConstants(device->commands, kernel->layout, VK_SHADER_STAGE_COMPUTE_BIT,
                                0, kernel->push_size, block);
}

static bool check_grid(mica_rt_device *device, const char *kernel, const uint32_t *grid)
{
    const uint32_t *limit = device->properties.limits.maxComputeWorkGroupCount;
    for (int i = 0; i < 3; ++i) {
        if (grid[i] > limit[i])
            return micai_vulkan_fail(device, MICA_RT_ERROR_DEVICE_LIMIT,
                                     "kernel '%.100s': %u workgroups in dimension %d, the "
                                     "device allows %u",
                                     kernel, grid[i], i, limit[i]);
    }
    return true;
}

static bool record_launch(mica_rt_device *device, micai_vulkan_module *module, const char *name,
                          const uint32_t *grid, const mica_rt_gpu_arg *arguments,
                          uint32_t count)
{
    micai_vulkan_binding bindings[MICAI_VULKAN_MAX_ARGUMENTS];
    VkDescriptorSet set;
    micai_vulkan_kernel *kernel = micai_vulkan_kernel_find(device, module, name);
    if (kernel == NULL || !check_grid(device, name, grid) ||
        !micai_vulkan_kernel_prepare(device, module, kernel, arguments, count) ||
        !micai_vulkan_bind_arguments(device, arguments, count, bindings) ||
        !write_set(device, kernel, bindings, &set) || !micai_vulkan_record(device))
        return false;
    device->vk.CmdBindPipeline(device->commands, VK_PIPELINE_BIND_POINT_COMPUTE,
                               kernel->pipeline);
    device->vk.CmdBindDescriptorSets(device->commands, VK_PIPELINE_BIND_POINT_COMPUTE,
                                     kernel->layout, 0, 1, &set, 0, NULL);
    record_scalars(device, kernel, arguments);
    device->vk.CmdDispatch(device->commands, grid[0], grid[1], grid[2]);
    ++device->dispatch_count;
    return true;
}

int32_t mica_rt_gpu_launch(mica_rt_device *device, void *module, const char *kernel, uint32_t x,
                           uint32_t y, uint32_t z, const mica_rt_gpu_arg *arguments,
                           uint32_t argument_count)
{
    const uint32_t grid[3] = {x, y, z};
    if (device == NULL)
        return MICA_RT_ERROR_DEVICE_NEEDED;
    if (device->error != MICA_RT_OK)
        return device->error;
    if (module == NULL || kernel == NULL || (arguments == NULL && argument_count != 0))
        (void)micai_vulkan_fail(device, MICA_RT_ERROR_ARGUMENT, "a launch lacks an argument");
    else if (x != 0 && y != 0 && z != 0)
        (void)record_launch(device, module, kernel, grid, arguments, argument_count);
    return device->error;
}

int32_t mica_rt_gpu_wait(mica_rt_device *device)
{
    if (device == NULL)
        return MICA_RT_ERROR_DEVICE_NEEDED;
    (void)micai_vulkan_flush(device);
    const int32_t error = device->error;
    device->error = MICA_RT_OK;
    return error;
}

int32_t mica_rt_gpu_begin(mica_rt_device *device)
{
    if (device == NULL)
        return MICA_RT_ERROR_DEVICE_NEEDED;
    pthread_mutex_lock(&device->lock);
    return MICA_RT_OK;
}

int32_t mica_rt_gpu_end(mica_rt_device *device)
{
    if (device == NULL)
        return MICA_RT_ERROR_DEVICE_NEEDED;
    const int32_t error = mica_rt_gpu_wait(device);
    pthread_mutex_unlock(&device->lock);
    return error;
}
