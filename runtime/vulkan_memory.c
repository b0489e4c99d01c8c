// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Device memory that is named by plain addresses. Generated code computes with pointers and
// knows nothing of Vulkan's handles, so each allocation owns a range of addresses: the place
// where its memory is mapped, or, when the host must not touch it, a range that is reserved and
// inaccessible. A sorted array leads from any address back to the allocation. Handing out
// handle and offset instead would need a second kind of memref in every lowering.
#define _DEFAULT_SOURCE // MAP_ANONYMOUS, MAP_NORESERVE
#include "runtime/vulkan_internal.h"

#include <string.h>
#include <sys/mman.h>

enum { UPLOAD_CHUNK = 16 << 20 };

static uint64_t round_up(uint64_t size, uint64_t alignment)
{
    return (size + alignment - 1) / alignment * alignment;
}

// The first memory type among `allowed` (a bit mask) with all of `wanted`; UINT32_MAX: none.
static uint32_t find_memory_type(const mica_rt_device *device, uint32_t allowed,
                                 VkMemoryPropertyFlags wanted)
{
    for (uint32_t i = 0; i < device->memory_types.memoryTypeCount; ++i) {
        const VkMemoryPropertyFlags flags = device->memory_types.memoryTypes[i].propertyFlags;
        if ((allowed >> i & 1) != 0 && (flags & wanted) == wanted)
            return i;
    }
    return UINT32_MAX;
}

// Mapped memory is read by the host, so cached types come first; device-only memory is best
// where the device has it. The second choice of each always exists.
static uint32_t choose_memory_type(const mica_rt_device *device, uint32_t allowed,
                                   bool is_mapped)
{
    const VkMemoryPropertyFlags coherent =
        VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
    const VkMemoryPropertyFlags first =
        is_mapped ? coherent | (VkMemoryPropertyFlags)VK_MEMORY_PROPERTY_HOST_CACHED_BIT
                  : (VkMemoryPropertyFlags)VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
    const uint32_t found = find_memory_type(device, allowed, first);
    return found != UINT32_MAX ? found
                               : find_memory_type(device, allowed, is_mapped ? coherent : 0);
}

static bool create_handles(mica_rt_device *device, micai_vulkan_buffer *buffer)
{
    const VkBufferCreateInfo info = {.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
                                     .size = buffer->size,
                                     .usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT |
                                              VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
                                              VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                                     .sharingMode = VK_SHARING_MODE_EXCLUSIVE};
    if (!micai_vulkan_check(
            device, device->vk.CreateBuffer(device->device, &info, NULL, &buffer->buffer),
            "vkCreateBuffer"))
        return false;
    VkMemoryRequirements needs;
    device->vk.GetBufferMemoryRequirements(device->device, buffer->buffer, &needs);
    const uint32_t type = choose_memory_type(device, needs.memoryTypeBits, buffer->is_mapped);
    if (type == UINT32_MAX)
        return micai_vulkan_fail(device, MICA_RT_ERROR_DEVICE,
                                 "the device has no memory for storage buffers");
    const VkMemoryAllocateInfo allocation = {.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                             .allocationSize = needs.size,
                                             .memoryTypeIndex = type};
    return micai_vulkan_check(
               device,
               device->vk.AllocateMemory(device->device, &allocation, NULL, &buffer->memory),
               "vkAllocateMemory") &&
           micai_vulkan_check(
               device,
               device->vk.BindBufferMemory(device->device, buffer->buffer, buffer->memory, 0),
               "vkBindBufferMemory");
}

static bool give_address(mica_rt_device *device, micai_vulkan_buffer *buffer)
{
    void *address = NULL;
    if (buffer->is_mapped) {
        if (!micai_vulkan_check(device,
                                device->vk.MapMemory(device->device, buffer->memory, 0,
                                                     VK_WHOLE_SIZE, 0, &address),
                                "vkMapMemory"))
            return false;
    } else {
        address = mmap(NULL, (size_t)buffer->size, PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (address == MAP_FAILED)
            return micai_vulkan_fail(device, MICA_RT_ERROR_MEMORY,
                                     "no addresses are left to name device memory");
    }
    buffer->address = address;
    return true;
}

bool micai_vulkan_buffer_create(mica_rt_device *device, uint64_t size, bool is_mapped,
                                micai_vulkan_buffer *buffer)
{
    *buffer = (micai_vulkan_buffer){.is_mapped = is_mapped};
    if (size > SIZE_MAX / 2)
        return micai_vulkan_fail(device, MICA_RT_ERROR_DEVICE_MEMORY,
                                 "an allocation of %llu bytes is too large",
                                 (unsigned long long)size);
    buffer->size = round_up(size == 0 ? 1 : size, MICAI_VULKAN_BUFFER_ALIGNMENT);
    if (create_handles(device, buffer) && give_address(device, buffer))
        return true;
    micai_vulkan_buffer_destroy(device, buffer);
    return false;
}

void micai_vulkan_buffer_destroy(mica_rt_device *device, micai_vulkan_buffer *buffer)
{
    if (!buffer->is_mapped && buffer->address != NULL)
        munmap(buffer->address, (size_t)buffer->size);
    device->vk.DestroyBuffer(device->device, buffer->buffer, NULL);
    device->vk.FreeMemory(device->device, buffer->memory, NULL); // unmaps too
    *buffer = (micai_vulkan_buffer){0};
}

// How many allocations begin at or below `address`: all before it in the sorted array.
static uint32_t count_below(const mica_rt_device *device, const void *address)
{
    uint32_t low = 0, high = device->buffers.count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if ((uintptr_t)device->buffers.items[middle].address <= (uintptr_t)address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

micai_vulkan_buffer *micai_vulkan_buffer_find(mica_rt_device *device, const void *address)
{
    const uint32_t below = count_below(device, address);
    if (below == 0)
        return NULL;
    micai_vulkan_buffer *buffer = &device->buffers.items[below - 1];
    return (uintptr_t)address - (uintptr_t)buffer->address < buffer->size ? buffer : NULL;
}

static void *allocate(mica_rt_device *device, uint64_t size, bool is_mapped)
{
    micai_vulkan_buffer buffer;
    if (!MICAI_VULKAN_GROW(device, buffers) ||
        !micai_vulkan_buffer_create(device, size, is_mapped, &buffer))
        return NULL;
    const uint32_t place = count_below(device, buffer.address);
    micai_vulkan_buffer *items = device->buffers.items;
    memmove(items + place + 1, items + place, (device->buffers.count - place) * sizeof *items);
    items[place] = buffer;
    ++device->buffers.count;
    return buffer.address;
}

static void deallocate(mica_rt_device *device, micai_vulkan_buffer *buffer)
{
    micai_vulkan_buffer_destroy(device, buffer);
    micai_vulkan_buffer *end = device->buffers.items + device->buffers.count;
    memmove(buffer, buffer + 1, (size_t)(end - buffer - 1) * sizeof *buffer);
    --device->buffers.count;
}

void *mica_rt_gpu_alloc(mica_rt_device *device, uint64_t size, uint32_t flags)
{
    if (!micai_vulkan_is_usable(device))
        return NULL;
    return allocate(device, size, (flags & MICA_RT_GPU_DEVICE_ONLY) == 0);
}

// Memory is given back even when an error is kept: what was recorded will then never run.
int32_t mica_rt_gpu_free(mica_rt_device *device, void *address)
{
    if (device == NULL)
        return MICA_RT_ERROR_DEVICE_NEEDED;
    if (address == NULL)
        return device->error;
    if (device->error == MICA_RT_OK)
        (void)micai_vulkan_flush(device);
    micai_vulkan_buffer *buffer = micai_vulkan_buffer_find(device, address);
    if (buffer == NULL || buffer->address != address)
        (void)micai_vulkan_fail(device, MICA_RT_ERROR_ARGUMENT,
                                "what is freed was not allocated by the device");
    else
        deallocate(device, buffer);
    return device->error;
}

void *mica_rt_gpu_arena(mica_rt_device *device, uint64_t size)
{
    if (!micai_vulkan_is_usable(device))
        return NULL;
    if (device->arena != NULL && size <= device->arena_size)
        return device->arena;
    if (!micai_vulkan_flush(device))
        return NULL;
    if (device->arena != NULL)
        deallocate(device, micai_vulkan_buffer_find(device, device->arena));
    device->arena_size = 0;
    device->arena = allocate(device, size, false);
    if (device->arena != NULL)
        device->arena_size = micai_vulkan_buffer_find(device, device->arena)->size;
    return device->arena;
}

void *mica_rt_gpu_weights(mica_rt_device *device, const void *host, uint64_t size)
{
    if (!micai_vulkan_is_usable(device) || size == 0)
        return NULL;
    for (uint32_t i = 0; i < device->weights.count; ++i) {
        const micai_vulkan_weights *known = &device->weights.items[i];
        if (known->host == host && known->size == size)
            return known->address;
    }
    if (!MICAI_VULKAN_GROW(device, weights))
        return NULL;
    void *address = allocate(device, size, false);
    if (address == NULL)
        return NULL;
    for (uint64_t done = 0; done < size; done += UPLOAD_CHUNK) {
        const uint64_t chunk = size - done < UPLOAD_CHUNK ? size - done : UPLOAD_CHUNK;
        if (mica_rt_gpu_copy(device, (char *)address + done, (const char *)host + done,
                             chunk) != MICA_RT_OK ||
            !micai_vulkan_flush(device)) {
            deallocate(device, micai_vulkan_buffer_find(device, address));
            return NULL;
        }
    }
    device->weights.items[device->weights.count++] =
        (micai_vulkan_weights){host, size, address};
    return address;
}

// The allocation of one end of a copy; NULL in *buffer: host memory. False: runs past its end.
static bool find_end(mica_rt_device *device, const void *address, uint64_t size,
                     const micai_vulkan_buffer **buffer)
{
    *buffer = micai_vulkan_buffer_find(device, address);
    if (*buffer == NULL ||
        size <= (*buffer)->size - ((uintptr_t)address - (uintptr_t)(*buffer)->address))
        return true;
    return micai_vulkan_fail(device, MICA_RT_ERROR_ARGUMENT,
                             "a copy runs past the end of an allocation");
}

static uint64_t offset_in(const micai_vulkan_buffer *buffer, const void *address)
{
    return (uintptr_t)address - (uintptr_t)buffer->address;
}

static bool copy_inside_device(mica_rt_device *device, const micai_vulkan_buffer *to,
                               const void *target, const micai_vulkan_buffer *from,
                               const void *source, uint64_t size)
{
    const uint64_t target_offset = offset_in(to, target);
    const uint64_t source_offset = offset_in(from, source);
    if (to == from && target_offset < source_offset + size &&
        source_offset < target_offset + size)
        return micai_vulkan_fail(device, MICA_RT_ERROR_ARGUMENT, "a copy overlaps itself");
    return micai_vulkan_record_copy(device, from->buffer, source_offset, to->buffer,
                                    target_offset, size);
}

static bool copy_up(mica_rt_device *device, const micai_vulkan_buffer *to, const void *target,
                    const void *source, uint64_t size)
{
    micai_vulkan_staged place;
    if (!micai_vulkan_stage(device, size, &place))
        return false;
    memcpy(place.mapped, source, (size_t)size);
    return micai_vulkan_record_copy(device, place.buffer, place.offset, to->buffer,
                                    offset_in(to, target), size);
}

static bool copy_down(mica_rt_device *device, void *target, const micai_vulkan_buffer *from,
                      const void *source, uint64_t size)
{
    micai_vulkan_staged place;
    return micai_vulkan_stage_out(device, target, size, &place) &&
           micai_vulkan_record_copy(device, from->buffer, offset_in(from, source), place.buffer,
                                    place.offset, size) &&
           micai_vulkan_flush(device);
}

int32_t mica_rt_gpu_copy(mica_rt_device *device, void *target, const void *source,
                         uint64_t size)
{
    const micai_vulkan_buffer *to, *from;
    if (!micai_vulkan_is_usable(device))
        return device == NULL ? MICA_RT_ERROR_DEVICE_NEEDED : device->error;
    if (size == 0 || !find_end(device, target, size, &to) ||
        !find_end(device, source, size, &from))
        return device->error;
    if (to != NULL && from != NULL) {
        (void)copy_inside_device(device, to, target, from, source, size);
        return device->error;
    }
    // Host memory that launches use is only true after a flush.
    if (device->staged.count != 0 && !micai_vulkan_flush(device))
        return device->error;
    if (to != NULL && !to->is_mapped)
        (void)copy_up(device, to, target, source, size);
    else if (from != NULL && !from->is_mapped)
        (void)copy_down(device, target, from, source, size);
    else if (micai_vulkan_flush(device))
        memmove(target, source, (size_t)size);
    return device->error;
}
