// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SPIR-V modules and their kernels. A module's head is read once: it names the entry points,
// and tells a capability or version that the device lacks before a driver sees it (drivers may
// crash on what they don't know). Pipelines are made at a kernel's first launch, whose
// arguments fix the layout: buffers at the binding of their position, scalars in one push
// constant block.
#include "runtime/vulkan_internal.h"

#include <stdlib.h>
#include <string.h>

// The few numbers of SPIR-V that the head of a module is read by.
enum {
    SPIRV_MAGIC = 0x07230203,
    SPIRV_HEADER_WORDS = 5,
    SPIRV_OP_ENTRY_POINT = 15,
    SPIRV_OP_CAPABILITY = 17,
    SPIRV_OP_FUNCTION = 54,
    SPIRV_MODEL_GLCOMPUTE = 5,
    ENTRY_POINT_NAME_WORD = 3 // after model and function id
};

static bool refuse_module(mica_rt_device *device, const char *reason)
{
    return micai_vulkan_fail(device, MICA_RT_ERROR_KERNEL_MODULE, "a kernel module %s", reason);
}

// Vulkan 1.1, 1.2 and 1.3 take SPIR-V up to 1.3, 1.5 and 1.6.
static bool check_version(mica_rt_device *device, uint32_t version)
{
    const uint32_t api = device->properties.apiVersion;
    const uint32_t highest = api >= VK_API_VERSION_1_3   ? 0x00010600
                             : api >= VK_API_VERSION_1_2 ? 0x00010500
                                                         : 0x00010300;
    if (version >= 0x00010000 && version <= highest)
        return true;
    return micai_vulkan_fail(
        device, MICA_RT_ERROR_KERNEL_MODULE,
        "a kernel module has SPIR-V version %u.%u, the device takes 1.0 to "
        "1.%u",
        version >> 16, version >> 8 & 0xff, highest >> 8 & 0xff);
}

static bool check_capability(mica_rt_device *device, uint32_t capability)
{
    for (uint32_t i = 0; i < device->missing_capabilities.count; ++i) {
        if (device->missing_capabilities.items[i] == capability)
            return micai_vulkan_fail(device, MICA_RT_ERROR_KERNEL_MODULE,
                                     "a kernel module needs SPIR-V capability %u, which the "
                                     "device lacks",
                                     capability);
    }
    return true;
}

static bool add_kernel(mica_rt_device *device, micai_vulkan_module *module, const char *name)
{
    micai_vulkan_kernel *grown =
        realloc(module->kernels, (module->kernel_count + 1) * sizeof *grown);
    if (grown == NULL)
        return micai_vulkan_fail(device, MICA_RT_ERROR_MEMORY, "out of memory");
    module->kernels = grown;
    grown[module->kernel_count++] = (micai_vulkan_kernel){.name = name};
    return true;
}

// Reads an instruction of `count` words at `words`.
static bool read_instruction(mica_rt_device *device, micai_vulkan_module *module,
                             const uint32_t *words, uint32_t count)
{
    switch (words[0] & 0xffff) {
    case SPIRV_OP_CAPABILITY:
        return count >= 2 ? check_capability(device, words[1])
                          : refuse_module(device, "has a capability without a number");
    case SPIRV_OP_ENTRY_POINT: {
        const size_t name_words = count > ENTRY_POINT_NAME_WORD ? count - 3 : 0;
        const char *name = (const char *)(words + ENTRY_POINT_NAME_WORD);
        if (name_words == 0 || memchr(name, '\0', name_words * 4) == NULL)
            return refuse_module(device, "has an entry point without a name");
        return words[1] != SPIRV_MODEL_GLCOMPUTE || add_kernel(device, module, name);
    }
    default:
        return true;
    }
}

// Reads capabilities and entry points, which stand before the first function.
static bool read_head(mica_rt_device *device, micai_vulkan_module *module)
{
    const uint64_t total = module->size / 4;
    const uint32_t *words = module->words;
    if (module->size % 4 != 0 || total < SPIRV_HEADER_WORDS || words[0] != SPIRV_MAGIC)
        return refuse_module(device, "is not SPIR-V");
    if (!check_version(device, words[1]))
        return false;
    for (uint64_t at = SPIRV_HEADER_WORDS; at < total;) {
        const uint32_t count = words[at] >> 16;
        if (count == 0 || count > total - at)
            return refuse_module(device, "is cut off");
        if ((words[at] & 0xffff) == SPIRV_OP_FUNCTION)
            break;
        if (!read_instruction(device, module, words + at, count))
            return false;
        at += count;
    }
    return module->kernel_count != 0 || refuse_module(device, "has no compute entry point");
}

static bool create_module(mica_rt_device *device, const void *spirv,
                          micai_vulkan_module *module)
{
    module->words = malloc((size_t)module->size + 1);
    if (module->words == NULL)
        return micai_vulkan_fail(device, MICA_RT_ERROR_MEMORY, "out of memory");
    memcpy(module->words, spirv, (size_t)module->size);
    if (!read_head(device, module))
        return false;
    const VkShaderModuleCreateInfo info = {.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
                                           .codeSize = (size_t)module->size,
                                           .pCode = module->words};
    return micai_vulkan_check(
        device, device->vk.CreateShaderModule(device->device, &info, NULL, &module->module),
        "vkCreateShaderModule");
}

void *mica_rt_gpu_module_load(mica_rt_device *device, const void *spirv, uint64_t size)
{
    if (!micai_vulkan_is_usable(device))
        return NULL;
    if (spirv == NULL || size > SIZE_MAX / 2) {
        (void)refuse_module(device, "is missing");
        return NULL;
    }
    for (uint32_t i = 0; i < device->modules.count; ++i) {
        micai_vulkan_module *known = device->modules.items[i];
        if (known->size == size && memcmp(known->words, spirv, (size_t)size) == 0)
            return known;
    }
    if (!MICAI_VULKAN_GROW(device, modules))
        return NULL;
    micai_vulkan_module *module = calloc(1, sizeof *module);
    if (module == NULL) {
        (void)micai_vulkan_fail(device, MICA_RT_ERROR_MEMORY, "out of memory");
        return NULL;
    }
    module->size = size;
    if (!create_module(device, spirv, module)) {
        micai_vulkan_module_destroy(device, module);
        return NULL;
    }
    device->modules.items[device->modules.count++] = module;
    return module;
}

static void destroy_kernel(mica_rt_device *device, micai_vulkan_kernel *kernel)
{
    device->vk.DestroyPipeline(device->device, kernel->pipeline, NULL);
    device->vk.DestroyPipelineLayout(device->device, kernel->layout, NULL);
    device->vk.DestroyDescriptorSetLayout(device->device, kernel->set_layout, NULL);
    kernel->pipeline = VK_NULL_HANDLE;
    kernel->layout = VK_NULL_HANDLE;
    kernel->set_layout = VK_NULL_HANDLE;
}

void micai_vulkan_module_destroy(mica_rt_device *device, micai_vulkan_module *module)
{
    for (uint32_t i = 0; i < module->kernel_count; ++i)
        destroy_kernel(device, &module->kernels[i]);
    device->vk.DestroyShaderModule(device->device, module->module, NULL);
    free(module->kernels);
    free(module->words);
    free(module);
}

micai_vulkan_kernel *micai_vulkan_kernel_find(mica_rt_device *device,
                                              micai_vulkan_module *module, const char *name)
{
    for (uint32_t i = 0; i < module->kernel_count; ++i) {
        if (strcmp(module->kernels[i].name, name) == 0)
            return &module->kernels[i];
    }
    (void)micai_vulkan_fail(device, MICA_RT_ERROR_KERNEL_NAME,
                            "the module has no kernel '%.100s'", name);
    return NULL;
}

static bool is_valid_argument(const mica_rt_gpu_arg *argument)
{
    if (argument->kind == MICA_RT_GPU_BUFFER)
        return argument->access <= MICA_RT_GPU_WRITE &&
               (argument->pointer != NULL || argument->size == 0);
    return argument->kind == MICA_RT_GPU_SCALAR && argument->pointer != NULL &&
           (argument->size == 4 || argument->size == 8);
}

// Sizes of scalars (0: a buffer) as the layout needs them. False for an invalid argument.
static bool read_arguments(mica_rt_device *device, const char *name,
                           const mica_rt_gpu_arg *arguments, uint32_t count,
                           uint8_t *scalar_sizes, uint32_t *push_size)
{
    *push_size = 0;
    for (uint32_t i = 0; i < count; ++i) {
        const mica_rt_gpu_arg *argument = &arguments[i];
        scalar_sizes[i] = 0;
        if (!is_valid_argument(argument))
            return micai_vulkan_fail(device, MICA_RT_ERROR(MICA_RT_ERROR_KERNEL_ARGUMENT, i),
                                     "kernel '%.100s': argument %u is neither a buffer nor a "
                                     "scalar of 4 or 8 bytes",
                                     name, i);
        if (argument->kind == MICA_RT_GPU_BUFFER)
            continue;
        const uint32_t size = (uint32_t)argument->size;
        scalar_sizes[i] = (uint8_t)size;
        *push_size = (*push_size + size - 1) / size * size + size;
    }
    if (*push_size > MICAI_VULKAN_MAX_PUSH)
        return micai_vulkan_fail(device, MICA_RT_ERROR_DEVICE_LIMIT,
                                 "kernel '%.100s' has more than %d bytes of scalars", name,
                                 MICAI_VULKAN_MAX_PUSH);
    return true;
}

static bool create_layouts(mica_rt_device *device, micai_vulkan_kernel *kernel)
{
    VkDescriptorSetLayoutBinding bindings[MICAI_VULKAN_MAX_ARGUMENTS];
    uint32_t count = 0;
    for (uint32_t i = 0; i < kernel->argument_count; ++i) {
        if (kernel->scalar_sizes[i] == 0)
            bindings[count++] = (VkDescriptorSetLayoutBinding){
                .binding = i,
                .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
                .descriptorCount = 1,
                .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT};
    }
    const uint32_t limit = device->properties.limits.maxPerStageDescriptorStorageBuffers;
    if (count > limit)
        return micai_vulkan_fail(device, MICA_RT_ERROR_DEVICE_LIMIT,
                                 "kernel '%.100s' has %u buffers, the device allows %u",
                                 kernel->name, count, limit);
    const VkDescriptorSetLayoutCreateInfo set = {
        .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
        .bindingCount = count,
        .pBindings = bindings};
    if (!micai_vulkan_check(device,
                            device->vk.CreateDescriptorSetLayout(device->device, &set, NULL,
                                                                 &kernel->set_layout),
                            "vkCreateDescriptorSetLayout"))
        return false;
    const VkPushConstantRange push = {VK_SHADER_STAGE_COMPUTE_BIT, 0, kernel->push_size};
    const VkPipelineLayoutCreateInfo layout = {
        .sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
        .setLayoutCount = 1,
        .pSetLayouts = &kernel->set_layout,
        .pushConstantRangeCount = kernel->push_size != 0,
        .pPushConstantRanges = &push};
    return micai_vulkan_check(
        device, device->vk.CreatePipelineLayout(device->device, &layout, NULL, &kernel->layout),
        "vkCreatePipelineLayout");
}

static bool create_pipeline(mica_rt_device *device, const micai_vulkan_module *module,
                            micai_vulkan_kernel *kernel)
{
    const VkComputePipelineCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
        .stage = {.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
                  .stage = VK_SHADER_STAGE_COMPUTE_BIT,
                  .module = module->module,
                  .pName = kernel->name},
        .layout = kernel->layout};
    return micai_vulkan_check(device,
                              device->vk.CreateComputePipelines(device->device, VK_NULL_HANDLE,
                                                                1, &info, NULL,
                                                                &kernel->pipeline),
                              "vkCreateComputePipelines");
}

bool micai_vulkan_kernel_prepare(mica_rt_device *device, micai_vulkan_module *module,
                                 micai_vulkan_kernel *kernel, const mica_rt_gpu_arg *arguments,
                                 uint32_t count)
{
    uint8_t scalar_sizes[MICAI_VULKAN_MAX_ARGUMENTS] = {0};
    uint32_t push_size;
    if (count > MICAI_VULKAN_MAX_ARGUMENTS)
        return micai_vulkan_fail(device, MICA_RT_ERROR_DEVICE_LIMIT,
                                 "kernel '%.100s' has more than %d arguments", kernel->name,
                                 MICAI_VULKAN_MAX_ARGUMENTS);
    if (!read_arguments(device, kernel->name, arguments, count, scalar_sizes, &push_size))
        return false;
    if (kernel->pipeline != VK_NULL_HANDLE) {
        if (count == kernel->argument_count &&
            memcmp(scalar_sizes, kernel->scalar_sizes, count) == 0)
            return true;
        return micai_vulkan_fail(device, MICA_RT_ERROR_KERNEL_ARGUMENT,
                                 "kernel '%.100s' got other arguments before", kernel->name);
    }
    kernel->argument_count = count;
    kernel->push_size = push_size;
    memcpy(kernel->scalar_sizes, scalar_sizes, sizeof scalar_sizes);
    if (create_layouts(device, kernel) && create_pipeline(device, module, kernel))
        return true;
    destroy_kernel(device, kernel);
    return false;
}
