// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Host memory as kernels see it. A launch may name any host address; the range behind it gets a
// place in staging memory, filled from the host now, bound in its stead, and copied back by the
// next flush. Launches that name the same range share the place, so values flow between them.
// Ranges that overlap without one holding the other can't be shared: what was recorded is then
// flushed first, and overlapping arguments of one launch are staged as one range.
//
//   host     [---- a ----]      [-- b --]
//   block    |---- a ----|pad|-- b --|.........   one buffer, places aligned to 256
//
// Staging memory is a list of blocks that are never moved while in use. After a flush that
// needed several, they are replaced by one that would have sufficed.
#include "runtime/vulkan_internal.h"

#include <string.h>

enum { SMALLEST_BLOCK = 64 << 10 };

static micai_vulkan_block *add_block(mica_rt_device *device, uint64_t size)
{
    if (!MICAI_VULKAN_GROW(device, blocks))
        return NULL;
    if (size < device->next_block_size)
        size = device->next_block_size;
    if (size < SMALLEST_BLOCK)
        size = SMALLEST_BLOCK;
    micai_vulkan_block *block = &device->blocks.items[device->blocks.count];
    block->used = 0;
    if (!micai_vulkan_buffer_create(device, size, true, &block->buffer))
        return NULL;
    ++device->blocks.count;
    return block;
}

bool micai_vulkan_stage(mica_rt_device *device, uint64_t size, micai_vulkan_staged *place)
{
    micai_vulkan_block *block =
        device->blocks.count == 0 ? NULL : &device->blocks.items[device->blocks.count - 1];
    if (block == NULL || block->buffer.size - block->used < size)
        block = add_block(device, size);
    if (block == NULL)
        return false;
    *place = (micai_vulkan_staged){.size = size,
                                   .buffer = block->buffer.buffer,
                                   .offset = block->used,
                                   .mapped = block->buffer.address + block->used};
    const uint64_t end = block->used + size + MICAI_VULKAN_BUFFER_ALIGNMENT - 1;
    block->used = end / MICAI_VULKAN_BUFFER_ALIGNMENT * MICAI_VULKAN_BUFFER_ALIGNMENT;
    return true;
}

bool micai_vulkan_stage_out(mica_rt_device *device, void *host, uint64_t size,
                            micai_vulkan_staged *place)
{
    if (!MICAI_VULKAN_GROW(device, staged) || !micai_vulkan_stage(device, size, place))
        return false;
    place->host = host;
    place->copies_out = true;
    device->staged.items[device->staged.count++] = *place;
    return true;
}

// Unchanged memory is not written: a kernel's input may lie in read-only memory.
static void copy_out(const micai_vulkan_staged *place)
{
    if (place->copies_out && memcmp(place->host, place->mapped, (size_t)place->size) != 0)
        memcpy(place->host, place->mapped, (size_t)place->size);
}

void micai_vulkan_unstage(mica_rt_device *device, bool copies_out)
{
    for (uint32_t i = 0; copies_out && i < device->staged.count; ++i)
        copy_out(&device->staged.items[i]);
    device->staged.count = 0;
    if (device->blocks.count == 1)
        device->blocks.items[0].used = 0;
    if (device->blocks.count <= 1)
        return;
    device->next_block_size = 0;
    for (uint32_t i = 0; i < device->blocks.count; ++i) {
        device->next_block_size += device->blocks.items[i].buffer.size;
        micai_vulkan_buffer_destroy(device, &device->blocks.items[i].buffer);
    }
    device->blocks.count = 0;
}

typedef struct range {
    uintptr_t begin, end;
    bool is_read, is_written; // by the kernel
} range;

static bool overlap(uintptr_t begin, uintptr_t end, uintptr_t other_begin, uintptr_t other_end)
{
    return begin < other_end && other_begin < end;
}

static bool is_host_buffer(mica_rt_device *device, const mica_rt_gpu_arg *argument)
{
    return argument->kind == MICA_RT_GPU_BUFFER && argument->size != 0 &&
           micai_vulkan_buffer_find(device, argument->pointer) == NULL;
}

// The range of host argument `index`, widened until it holds every host argument of the launch
// that it overlaps.
static range widen_range(mica_rt_device *device, const mica_rt_gpu_arg *arguments,
                         uint32_t count, uint32_t index)
{
    const uintptr_t begin = (uintptr_t)arguments[index].pointer;
    range r = {begin, begin + (uintptr_t)arguments[index].size, false, false};
    bool has_changed = true, is_shared = false;
    while (has_changed) {
        has_changed = false;
        for (uint32_t i = 0; i < count; ++i) {
            const uintptr_t first = (uintptr_t)arguments[i].pointer;
            const uintptr_t last = first + (uintptr_t)arguments[i].size;
            if (!is_host_buffer(device, &arguments[i]) || !overlap(r.begin, r.end, first, last))
                continue;
            has_changed |= first < r.begin || last > r.end;
            is_shared |= first != begin || last != begin + (uintptr_t)arguments[index].size;
            r.begin = first < r.begin ? first : r.begin;
            r.end = last > r.end ? last : r.end;
            r.is_read |= arguments[i].access != MICA_RT_GPU_WRITE;
            r.is_written |= arguments[i].access != MICA_RT_GPU_READ;
        }
    }
    r.is_read |= is_shared; // a part that one argument writes is not the whole
    return r;
}

// The staged range that holds `r`; NULL with *collides set when one only overlaps it.
static micai_vulkan_staged *find_staged(mica_rt_device *device, const range *r, bool *collides)
{
    *collides = false;
    for (uint32_t i = 0; i < device->staged.count; ++i) {
        micai_vulkan_staged *place = &device->staged.items[i];
        const uintptr_t begin = (uintptr_t)place->host, end = begin + (uintptr_t)place->size;
        if (begin <= r->begin && r->end <= end)
            return place;
        *collides |= overlap(begin, end, r->begin, r->end);
    }
    return NULL;
}

static bool stage_range(mica_rt_device *device, const range *r)
{
    micai_vulkan_staged *place;
    bool collides;
    if (!MICAI_VULKAN_GROW(device, staged))
        return false;
    place = find_staged(device, r, &collides);
    if (place == NULL) {
        place = &device->staged.items[device->staged.count];
        if (!micai_vulkan_stage(device, r->end - r->begin, place))
            return false;
        ++device->staged.count;
        place->host = (char *)r->begin;
        if (r->is_read)
            memcpy(place->mapped, place->host, (size_t)place->size);
    }
    place->copies_out |= r->is_written;
    return true;
}

// True when some host argument overlaps a staged range that does not hold it.
static bool has_collision(mica_rt_device *device, const mica_rt_gpu_arg *arguments,
                          uint32_t count)
{
    for (uint32_t i = 0; i < count; ++i) {
        bool collides;
        if (!is_host_buffer(device, &arguments[i]))
            continue;
        const range r = widen_range(device, arguments, count, i);
        if (find_staged(device, &r, &collides) == NULL && collides)
            return true;
    }
    return false;
}

static bool stage_arguments(mica_rt_device *device, const mica_rt_gpu_arg *arguments,
                            uint32_t count)
{
    if (has_collision(device, arguments, count) && !micai_vulkan_flush(device))
        return false;
    for (uint32_t i = 0; i < count; ++i) {
        if (!is_host_buffer(device, &arguments[i]))
            continue;
        const range r = widen_range(device, arguments, count, i);
        if (!stage_range(device, &r))
            return false;
    }
    return true;
}

// Where the address of a buffer argument lies: buffer, offset, and the bytes there are from it.
static bool locate(mica_rt_device *device, const mica_rt_gpu_arg *argument,
                   micai_vulkan_binding *binding)
{
    const micai_vulkan_buffer *buffer = micai_vulkan_buffer_find(device, argument->pointer);
    const uintptr_t begin = (uintptr_t)argument->pointer;
    if (buffer != NULL) {
        const uint64_t offset = begin - (uintptr_t)buffer->address;
        *binding = (micai_vulkan_binding){buffer->buffer, offset, buffer->size - offset};
        return true;
    }
    const range r = {begin, begin + (uintptr_t)argument->size, false, false};
    bool collides;
    const micai_vulkan_staged *place = find_staged(device, &r, &collides);
    if (place == NULL)
        return false;
    const uint64_t offset = begin - (uintptr_t)place->host;
    const uint64_t room = (place->size + MICAI_VULKAN_BUFFER_ALIGNMENT - 1) /
                          MICAI_VULKAN_BUFFER_ALIGNMENT * MICAI_VULKAN_BUFFER_ALIGNMENT;
    *binding = (micai_vulkan_binding){place->buffer, place->offset + offset, room - offset};
    return true;
}

// An argument without elements still needs memory to be bound: a place in staging memory.
static bool bind_empty(mica_rt_device *device, micai_vulkan_binding *binding)
{
    micai_vulkan_staged place;
    if (!micai_vulkan_stage(device, MICAI_VULKAN_BUFFER_ALIGNMENT, &place))
        return false;
    *binding = (micai_vulkan_binding){place.buffer, place.offset, place.size};
    return true;
}

static bool bind_buffer(mica_rt_device *device, const mica_rt_gpu_arg *argument, uint32_t index,
                        micai_vulkan_binding *binding)
{
    const VkPhysicalDeviceLimits *limits = &device->properties.limits;
    const int32_t invalid = MICA_RT_ERROR(MICA_RT_ERROR_KERNEL_ARGUMENT, index);
    const int32_t limited = MICA_RT_ERROR(MICA_RT_ERROR_DEVICE_LIMIT, index);
    if (argument->size == 0)
        return bind_empty(device, binding);
    // Kernels may read the 4-byte word that holds the last element, so whole words are bound.
    const uint64_t size = (argument->size + 3) / 4 * 4;
    if (!locate(device, argument, binding) || binding->size < size)
        return micai_vulkan_fail(device, invalid, "argument %u runs past its allocation",
                                 index);
    if (binding->offset % limits->minStorageBufferOffsetAlignment != 0)
        return micai_vulkan_fail(
            device, limited, "argument %u is not aligned to %llu bytes in its allocation",
            index, (unsigned long long)limits->minStorageBufferOffsetAlignment);
    if (size > limits->maxStorageBufferRange)
        return micai_vulkan_fail(device, limited, "argument %u is larger than %u bytes", index,
                                 limits->maxStorageBufferRange);
    binding->size = size;
    return true;
}

bool micai_vulkan_bind_arguments(mica_rt_device *device, const mica_rt_gpu_arg *arguments,
                                 uint32_t count, micai_vulkan_binding *bindings)
{
    if (!stage_arguments(device, arguments, count))
        return false;
    for (uint32_t i = 0; i < count; ++i) {
        if (arguments[i].kind == MICA_RT_GPU_BUFFER &&
            !bind_buffer(device, &arguments[i], i, &bindings[i]))
            return false;
    }
    return true;
}
