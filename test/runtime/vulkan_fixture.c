// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The functions of vulkan_fixture.h.
#include "test/runtime/vulkan_fixture.h"

#include <stdio.h>
#include <stdlib.h>

static bool read_kernel(const char *name, spirv *kernel)
{
    const char *folder = getenv("MICA_TEST_KERNELS");
    char path[1024];
    if (folder == NULL)
        return false;
    snprintf(path, sizeof path, "%s/%s.spv", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    kernel->size = fread(kernel->words, 1, sizeof kernel->words, file);
    fclose(file);
    return kernel->size > 0;
}

int open_fixture(fixture *f)
{
    if (!read_kernel("scale", &f->scale) || !read_kernel("add", &f->add) ||
        !read_kernel("increment", &f->increment) || !read_kernel("two_kernels", &f->two)) {
        fprintf(stderr, "skipped: the test kernels were not compiled\n");
        return SKIPPED;
    }
    const int32_t code = mica_rt_vulkan_open(NULL, &f->device);
    if (code == MICA_RT_ERROR_NO_VULKAN || code == MICA_RT_ERROR_NO_DEVICE) {
        fprintf(stderr, "skipped: %s\n", mica_rt_error_string(code));
        return SKIPPED;
    }
    if (code != MICA_RT_OK)
        fprintf(stderr, "mica_rt_vulkan_open: %s\n", mica_rt_error_string(code));
    return code != MICA_RT_OK;
}

mica_rt_gpu_arg buffer(const void *pointer, size_t size)
{
    return buffer_with(pointer, size, MICA_RT_GPU_READ_WRITE);
}

mica_rt_gpu_arg buffer_with(const void *pointer, size_t size, uint32_t access)
{
    return (mica_rt_gpu_arg){pointer, size, MICA_RT_GPU_BUFFER, access};
}

mica_rt_gpu_arg scalar(const void *pointer, size_t size)
{
    return (mica_rt_gpu_arg){pointer, size, MICA_RT_GPU_SCALAR, 0};
}

static int32_t launch(fixture *f, const spirv *kernel, const char *name, size_t count,
                      const mica_rt_gpu_arg *arguments, uint32_t argument_count)
{
    void *module = mica_rt_gpu_module_load(f->device, kernel->words, kernel->size);
    return mica_rt_gpu_launch(f->device, module, name, (uint32_t)((count + 15) / 16), 1, 1,
                              arguments, argument_count);
}

int32_t launch_increment(fixture *f, void *values, size_t count)
{
    const mica_rt_gpu_arg argument = buffer(values, count * sizeof(int32_t));
    return launch(f, &f->increment, "increment", count, &argument, 1);
}

int32_t launch_add(fixture *f, const void *a, const void *b, void *sum, size_t count)
{
    const size_t size = count * sizeof(int32_t);
    const mica_rt_gpu_arg arguments[] = {buffer_with(a, size, MICA_RT_GPU_READ),
                                         buffer_with(b, size, MICA_RT_GPU_READ),
                                         buffer_with(sum, size, MICA_RT_GPU_WRITE)};
    return launch(f, &f->add, "add", count, arguments, 3);
}
