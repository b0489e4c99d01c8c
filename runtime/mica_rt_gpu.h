/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*
 * GPUs for compiled models: opening one through Vulkan, and the calls that generated host code
 * makes. The Vulkan loader is opened at run time, nothing links it.
 *
 * Memory is named by plain addresses. An address inside an allocation of the device is bound in
 * place; any other is host memory, copied in at the first launch that uses it and copied out by
 * mica_rt_gpu_wait. Launches are recorded, and submitted together by mica_rt_gpu_wait.
 *
 *     mica_rt_device *device;
 *     if (mica_rt_vulkan_open(NULL, &device) != MICA_RT_OK)
 *         return;
 *     void *module = mica_rt_gpu_module_load(device, spirv, spirv_size);
 *     mica_rt_gpu_arg arguments[] = {{x, sizeof x, MICA_RT_GPU_BUFFER, 0},
 *                                    {&factor, sizeof factor, MICA_RT_GPU_SCALAR, 0}};
 *     mica_rt_gpu_launch(device, module, "scale", 16, 1, 1, arguments, 2);
 *     if (mica_rt_gpu_wait(device) != MICA_RT_OK)
 *         fputs(mica_rt_gpu_message(device), stderr);
 *     mica_rt_vulkan_close(device);
 *
 * Errors stick: after one, calls on the device do nothing until wait or end returns its code
 * and clears it; so only that code need be looked at. A NULL device fails with
 * MICA_RT_ERROR_DEVICE_NEEDED. One thread at a time may use a device; mica_rt_gpu_begin and
 * mica_rt_gpu_end bracket the use of a shared one. docs/ahead-of-time.md says how kernels see
 * their arguments.
 */
#ifndef MICA_RT_GPU_H
#define MICA_RT_GPU_H

#include "mica_rt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Opening a device -------------------------------------------------------------------- */

typedef struct mica_rt_vulkan_options {
    uint64_t struct_size; /* sizeof(mica_rt_vulkan_options) */
    int32_t index;        /* in the loader's order of devices; below 0: the default choice */
    uint32_t flags;       /* 0 */
} mica_rt_vulkan_options;

/* The default choice is the device of the environment variable MICA_VULKAN_DEVICE (an index, or
 * a part of the device's name), else the first discrete GPU, integrated GPU, virtual GPU or CPU
 * with a compute queue, in this order. `options` NULL: defaults. The caller owns *device (NULL
 * on failure). MICA_RT_ERROR_NO_VULKAN, _NO_DEVICE, _ARGUMENT, _STRUCT_SIZE, _MEMORY, _DEVICE*.
 */
int32_t mica_rt_vulkan_open(const mica_rt_vulkan_options *options, mica_rt_device **device);

/* Waits for the device and gives back all that it holds, live allocations too. NULL is allowed.
 */
void mica_rt_vulkan_close(mica_rt_device *device);

/* The device's name as its driver tells it. Lives as long as the device. */
const char *mica_rt_gpu_device_name(const mica_rt_device *device);

/* Dispatches recorded since the device was opened. */
uint64_t mica_rt_gpu_dispatch_count(const mica_rt_device *device);

/* The sentence that belongs to the last error, with the kernel or call that failed; "" before
 * the first. Valid until the next error. Never NULL. */
const char *mica_rt_gpu_message(const mica_rt_device *device);

/* The code that belongs to mica_rt_gpu_message; wait does not clear it. */
int32_t mica_rt_gpu_last_error(const mica_rt_device *device);

/* ---- Memory ------------------------------------------------------------------------------ */

enum {
    MICA_RT_GPU_DEVICE_ONLY =
        1 /* the host must not touch the memory, only copy from and to it */
};

/* Allocates `size` bytes (0 counts as 1), aligned to 64. Freed by mica_rt_gpu_free or with the
 * device. NULL on failure. Without MICA_RT_GPU_DEVICE_ONLY the host may read and write the
 * memory at the returned address whenever nothing that was launched is unfinished. */
void *mica_rt_gpu_alloc(mica_rt_device *device, uint64_t size, uint32_t flags);

/* Frees what mica_rt_gpu_alloc returned, after the launches before it. NULL is allowed. */
int32_t mica_rt_gpu_free(mica_rt_device *device, void *address);

/* A device-only block of at least `size` bytes that the device keeps and lends to one run at a
 * time: growing it loses the contents and moves it, so a run asks once. Borrowed. */
void *mica_rt_gpu_arena(mica_rt_device *device, uint64_t size);

/* Uploads a model's weights at the first call and returns their device-only copy, the same for
 * the same (host, size) ever after: the host's bytes must not change or move meanwhile.
 * Borrowed. NULL for size 0. */
void *mica_rt_gpu_weights(mica_rt_device *device, const void *host, uint64_t size);

/* Copies `size` bytes between any two kinds of memory, in order with the launches. A target in
 * host memory has its bytes when the call returns, one in shared memory after the next wait.
 * The two ranges must not overlap inside one allocation. */
int32_t mica_rt_gpu_copy(mica_rt_device *device, void *target, const void *source,
                         uint64_t size);

/* ---- Kernels ----------------------------------------------------------------------------- */

/* Loads a SPIR-V module (native byte order, size in bytes, copied). A module with equal bytes
 * that was loaded before is returned again. Borrowed: lives as long as the device. NULL on
 * failure. */
void *mica_rt_gpu_module_load(mica_rt_device *device, const void *spirv, uint64_t size);

enum {
    MICA_RT_GPU_BUFFER = 0, /* a memref: pointer to its first element, its extent in bytes */
    MICA_RT_GPU_SCALAR = 1  /* pointer to the value, size 4 or 8 */
};

enum {
    MICA_RT_GPU_READ_WRITE = 0,
    MICA_RT_GPU_READ = 1, /* the kernel does not write this buffer: not copied out */
    MICA_RT_GPU_WRITE = 2 /* the kernel writes every byte of this buffer: not copied in */
};

typedef struct mica_rt_gpu_arg {
    const void *pointer; /* written through when the buffer's access says so */
    uint64_t size;       /* bytes */
    uint32_t kind;       /* MICA_RT_GPU_BUFFER or MICA_RT_GPU_SCALAR */
    uint32_t access;     /* of a buffer: MICA_RT_GPU_READ_WRITE, _READ or _WRITE */
} mica_rt_gpu_arg;

/* Records one launch of `kernel` on a grid of x * y * z workgroups; 0 groups launch nothing.
 * The launch runs after those before it and sees the memory that they wrote. Scalars and the
 * arguments array are copied; host memory behind buffers must stay until the next wait. */
int32_t mica_rt_gpu_launch(mica_rt_device *device, void *module, const char *kernel, uint32_t x,
                           uint32_t y, uint32_t z, const mica_rt_gpu_arg *arguments,
                           uint32_t argument_count);

/* Submits what was recorded, waits for it and copies host buffers out. Returns the first error
 * since the last wait, or MICA_RT_OK, and clears it. */
int32_t mica_rt_gpu_wait(mica_rt_device *device);

/* Takes the device for the calling thread, waiting for others; then a wait that gives it back.
 * Not nested. When begin fails the device was not taken and end must not be called. */
int32_t mica_rt_gpu_begin(mica_rt_device *device);
int32_t mica_rt_gpu_end(mica_rt_device *device);

/* ---- The default device, for code that is compiled in memory and has no env ---------------
 */

/* Opens a device with default options at the first call. NULL when that failed. Thread-safe. */
mica_rt_device *mica_rt_gpu_default_device(void);

/* The code with which opening the default device failed, MICA_RT_OK when it was not tried or
 * did not. */
int32_t mica_rt_gpu_default_error(void);

/* Closes the default device, so that the next use opens one again. No one may be using it. */
void mica_rt_gpu_default_close(void);

#ifdef __cplusplus
}
#endif

#endif
