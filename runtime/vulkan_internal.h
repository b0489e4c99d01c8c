// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the files of the Vulkan launcher share.
//
//   vulkan_loader.c   opens libvulkan.so.1 and looks functions up; names of results
//   vulkan_device.c   chooses, opens and closes a device
//   vulkan_memory.c   allocations, their addresses, arena, weights, copies
//   vulkan_staging.c  host memory that kernels use: copied in and out
//   vulkan_module.c   SPIR-V modules, their kernels and pipelines
//   vulkan_launch.c   records launches, submits, waits
//
// Every function that can fail returns false or NULL after micai_vulkan_fail has kept the
// error; the public entry points turn that into a code. Invariants of the device: what is
// recorded is not submitted, so host memory that was staged is unchanged until
// micai_vulkan_flush; the descriptor pools and the staging blocks are in use exactly while
// is_recording.
#ifndef MICA_RUNTIME_VULKAN_INTERNAL_H
#define MICA_RUNTIME_VULKAN_INTERNAL_H

#include "runtime/mica_rt_gpu.h"

#include <pthread.h>
#include <stdbool.h>

#define VK_NO_PROTOTYPES
#include <vulkan/vulkan_core.h>

#define MICAI_VULKAN_INSTANCE_FUNCTIONS(X)                                                     \
    X(DestroyInstance)                                                                         \
    X(EnumeratePhysicalDevices)                                                                \
    X(GetPhysicalDeviceProperties)                                                             \
    X(GetPhysicalDeviceQueueFamilyProperties)                                                  \
    X(GetPhysicalDeviceMemoryProperties)                                                       \
    X(GetPhysicalDeviceFeatures2)                                                              \
    X(GetDeviceProcAddr)                                                                       \
    X(CreateDevice)

#define MICAI_VULKAN_DEVICE_FUNCTIONS(X)                                                       \
    X(DestroyDevice)                                                                           \
    X(DeviceWaitIdle)                                                                          \
    X(GetDeviceQueue)                                                                          \
    X(QueueSubmit)                                                                             \
    X(CreateFence)                                                                             \
    X(DestroyFence)                                                                            \
    X(WaitForFences)                                                                           \
    X(ResetFences)                                                                             \
    X(CreateCommandPool)                                                                       \
    X(DestroyCommandPool)                                                                      \
    X(ResetCommandPool)                                                                        \
    X(AllocateCommandBuffers)                                                                  \
    X(BeginCommandBuffer)                                                                      \
    X(EndCommandBuffer)                                                                        \
    X(CmdPipelineBarrier)                                                                      \
    X(CmdBindPipeline)                                                                         \
    X(CmdBindDescriptorSets)                                                                   \
    X(CmdPushConstants)                                                                        \
    X(CmdDispatch)                                                                             \
    X(CmdCopyBuffer)                                                                           \
    X(CreateBuffer)                                                                            \
    X(DestroyBuffer)                                                                           \
    X(GetBufferMemoryRequirements)                                                             \
    X(AllocateMemory)                                                                          \
    X(FreeMemory)                                                                              \
    X(BindBufferMemory)                                                                        \
    X(MapMemory)                                                                               \
    X(CreateShaderModule)                                                                      \
    X(DestroyShaderModule)                                                                     \
    X(CreateDescriptorSetLayout)                                                               \
    X(DestroyDescriptorSetLayout)                                                              \
    X(CreatePipelineLayout)                                                                    \
    X(DestroyPipelineLayout)                                                                   \
    X(CreateComputePipelines)                                                                  \
    X(DestroyPipeline)                                                                         \
    X(CreateDescriptorPool)                                                                    \
    X(DestroyDescriptorPool)                                                                   \
    X(ResetDescriptorPool)                                                                     \
    X(AllocateDescriptorSets)                                                                  \
    X(UpdateDescriptorSets)

typedef struct micai_vulkan_functions {
    PFN_vkGetInstanceProcAddr GetInstanceProcAddr;
    PFN_vkEnumerateInstanceVersion EnumerateInstanceVersion;
    PFN_vkCreateInstance CreateInstance;
#define DECLARE_FUNCTION(name) PFN_vk##name name;
    MICAI_VULKAN_INSTANCE_FUNCTIONS(DECLARE_FUNCTION)
    MICAI_VULKAN_DEVICE_FUNCTIONS(DECLARE_FUNCTION)
#undef DECLARE_FUNCTION
} micai_vulkan_functions;

enum {
    MICAI_VULKAN_MAX_ARGUMENTS = 64,
    MICAI_VULKAN_MAX_PUSH = 128, // bytes of push constants that every device has
    MICAI_VULKAN_BUFFER_ALIGNMENT = 256,
    MICAI_VULKAN_MESSAGE_SIZE = 256
};

// One allocation: a buffer with memory of its own. Its address is where the memory is mapped,
// or, for device-only memory, a range of addresses that nothing can touch.
typedef struct micai_vulkan_buffer {
    char *address;
    uint64_t size; // as rounded up; all of it may be bound
    VkBuffer buffer;
    VkDeviceMemory memory;
    bool is_mapped;
} micai_vulkan_buffer;

// Where a kernel's buffer argument is bound.
typedef struct micai_vulkan_binding {
    VkBuffer buffer;
    uint64_t offset, size;
} micai_vulkan_binding;

// A range of host memory that recorded launches use, and its place in a staging block.
typedef struct micai_vulkan_staged {
    char *host;
    uint64_t size;
    VkBuffer buffer;
    uint64_t offset;
    char *mapped;
    bool copies_out;
} micai_vulkan_staged;

typedef struct micai_vulkan_block {
    micai_vulkan_buffer buffer;
    uint64_t used;
} micai_vulkan_block;

typedef struct micai_vulkan_weights {
    const void *host;
    uint64_t size;
    void *address;
} micai_vulkan_weights;

typedef struct micai_vulkan_kernel {
    const char *name;    // inside the module's words
    VkPipeline pipeline; // made at the first launch
    VkPipelineLayout layout;
    VkDescriptorSetLayout set_layout;
    uint32_t argument_count; // and kinds, sizes of scalars: those of the first launch
    uint8_t scalar_sizes[MICAI_VULKAN_MAX_ARGUMENTS]; // 0: a buffer
    uint32_t push_size;
} micai_vulkan_kernel;

typedef struct micai_vulkan_module {
    uint32_t *words; // owned copy
    uint64_t size;   // bytes
    VkShaderModule module;
    micai_vulkan_kernel *kernels;
    uint32_t kernel_count;
} micai_vulkan_module;

// A growing array; capacity is kept between uses.
#define MICAI_VULKAN_ARRAY(type)                                                               \
    struct {                                                                                   \
        type *items;                                                                           \
        uint32_t count, capacity;                                                              \
    }

struct mica_rt_device {
    void *loader;
    micai_vulkan_functions vk;
    VkInstance instance;
    VkPhysicalDevice physical;
    VkPhysicalDeviceProperties properties;
    VkPhysicalDeviceMemoryProperties memory_types;
    uint32_t queue_family;
    VkDevice device;
    VkQueue queue;
    VkCommandPool command_pool;
    VkCommandBuffer commands;
    VkFence fence;
    bool is_recording;
    bool has_device_lock;                              // lock was initialised
    pthread_mutex_t lock;                              // held between begin and end
    MICAI_VULKAN_ARRAY(uint32_t) missing_capabilities; // of SPIR-V, that the device lacks
    MICAI_VULKAN_ARRAY(micai_vulkan_buffer) buffers;   // sorted by address
    MICAI_VULKAN_ARRAY(micai_vulkan_weights) weights;
    MICAI_VULKAN_ARRAY(micai_vulkan_module *) modules;
    MICAI_VULKAN_ARRAY(micai_vulkan_block) blocks; // staging memory
    MICAI_VULKAN_ARRAY(micai_vulkan_staged) staged;
    MICAI_VULKAN_ARRAY(VkDescriptorPool) pools;
    uint64_t next_block_size; // that spares a second block
    uint32_t used_pools;      // pools[0, used_pools) have sets in use, the last may have room
    void *arena;
    uint64_t arena_size;
    uint64_t dispatch_count;
    int32_t error;      // the first since the last wait
    int32_t last_error; // what message speaks of
    char message[MICAI_VULKAN_MESSAGE_SIZE];
};

// Makes room for one more item of an array. False (and the error kept) when out of memory.
// `items` is the address of the array's pointer, whatever it points at.
bool micai_vulkan_grow(mica_rt_device *device, void *items, uint32_t *capacity, uint32_t count,
                       size_t item_size);
#define MICAI_VULKAN_GROW(device, array)                                                       \
    micai_vulkan_grow(device, &(device)->array.items, &(device)->array.capacity,               \
                      (device)->array.count, sizeof *(device)->array.items)

// Keeps an error unless one is kept already. Returns false for the caller to return.
__attribute__((format(printf, 3, 4))) bool
micai_vulkan_fail(mica_rt_device *device, int32_t code, const char *format, ...);

// True for VK_SUCCESS; else keeps the error of the call named `call`.
bool micai_vulkan_check(mica_rt_device *device, VkResult result, const char *call);

// True when the device exists and has no error kept.
bool micai_vulkan_is_usable(const mica_rt_device *device);

bool micai_vulkan_load(mica_rt_device *device);
bool micai_vulkan_load_instance(mica_rt_device *device);
bool micai_vulkan_load_device(mica_rt_device *device);

// vulkan_memory.c
bool micai_vulkan_buffer_create(mica_rt_device *device, uint64_t size, bool is_mapped,
                                micai_vulkan_buffer *buffer);
void micai_vulkan_buffer_destroy(mica_rt_device *device, micai_vulkan_buffer *buffer);
// The allocation that holds `address`; NULL: host memory.
micai_vulkan_buffer *micai_vulkan_buffer_find(mica_rt_device *device, const void *address);

// vulkan_staging.c
// Places `size` bytes in staging memory until the next flush.
bool micai_vulkan_stage(mica_rt_device *device, uint64_t size, micai_vulkan_staged *place);
// The same, and the next flush copies the place to `host`.
bool micai_vulkan_stage_out(mica_rt_device *device, void *host, uint64_t size,
                            micai_vulkan_staged *place);
// Binds the buffer arguments of one launch. May flush.
bool micai_vulkan_bind_arguments(mica_rt_device *device, const mica_rt_gpu_arg *arguments,
                                 uint32_t count, micai_vulkan_binding *bindings);
// After a flush: copies results out and makes all staging memory free.
void micai_vulkan_unstage(mica_rt_device *device, bool copies_out);

// vulkan_module.c
micai_vulkan_kernel *micai_vulkan_kernel_find(mica_rt_device *device,
                                              micai_vulkan_module *module, const char *name);
bool micai_vulkan_kernel_prepare(mica_rt_device *device, micai_vulkan_module *module,
                                 micai_vulkan_kernel *kernel, const mica_rt_gpu_arg *arguments,
                                 uint32_t count);
void micai_vulkan_module_destroy(mica_rt_device *device, micai_vulkan_module *module);

// vulkan_launch.c
bool micai_vulkan_record(mica_rt_device *device); // begins recording, or orders after the last
bool micai_vulkan_flush(mica_rt_device *device);  // submits, waits, copies out
bool micai_vulkan_record_copy(mica_rt_device *device, VkBuffer source, uint64_t source_offset,
                              VkBuffer target, uint64_t target_offset, uint64_t size);

#endif
