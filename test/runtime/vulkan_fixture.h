// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the Vulkan tests share: the compiled kernels of kernels/ (MICA_TEST_KERNELS names the
// folder of the binaries), an opened device, and short ways to launch.
#ifndef MICA_TEST_VULKAN_FIXTURE_H
#define MICA_TEST_VULKAN_FIXTURE_H

#include "runtime/mica_rt_gpu.h"

#include <stdbool.h>
#include <stddef.h>

enum { SKIPPED = 77, MAX_SPIRV = 1 << 16 };

typedef struct spirv {
    uint32_t words[MAX_SPIRV / 4];
    size_t size;
} spirv;

typedef struct fixture {
    mica_rt_device *device;
    spirv scale, add, increment, two;
} fixture;

// Reads the kernels and opens the default device. Returns 0, or what main has to return:
// SKIPPED (with the reason on stderr) without kernels or driver, 1 for any other failure.
int open_fixture(fixture *f);

mica_rt_gpu_arg buffer(const void *pointer, size_t size);
mica_rt_gpu_arg buffer_with(const void *pointer, size_t size, uint32_t access);
mica_rt_gpu_arg scalar(const void *pointer, size_t size);

// `increment` adds 1 to each of `count` values; `add` writes a[i] + b[i] to sum. Both return
// what the launch did; a module that does not load is a failed launch.
int32_t launch_increment(fixture *f, void *values, size_t count);
int32_t launch_add(fixture *f, const void *a, const void *b, void *sum, size_t count);

#endif
