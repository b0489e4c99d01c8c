// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The Vulkan launcher on whatever driver VK_ICD_FILENAMES names (lavapipe in ctest). Kernels
// are compiled from kernels/; MICA_TEST_KERNELS names the folder of the binaries. `--leak`
// drops a handle on purpose, for the test that the validation layer sees leaks.
#define _DEFAULT_SOURCE // MAP_ANONYMOUS
#include "runtime/vulkan_internal.h"
#include "test/cmocka_support.h"
#include "test/runtime/vulkan_fixture.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static void *load(fixture *f, const spirv *kernel)
{
    void *module = mica_rt_gpu_module_load(f->device, kernel->words, kernel->size);
    assert_non_null(module);
    return module;
}

static void test_host_memory_and_scalars(void **state)
{
    fixture *f = *state;
    float source[100], target[100];
    const float factor = 0.5f;
    const double bias = 3;
    const int32_t count = 99;
    for (int i = 0; i < 100; ++i) {
        source[i] = (float)i;
        target[i] = -1;
    }
    const mica_rt_gpu_arg arguments[] = {
        buffer(source, sizeof source), scalar(&factor, sizeof factor),
        scalar(&bias, sizeof bias), buffer(target, sizeof target),
        scalar(&count, sizeof count)};
    const uint64_t before = mica_rt_gpu_dispatch_count(f->device);
    assert_int_equal(
        mica_rt_gpu_launch(f->device, load(f, &f->scale), "scale", 4, 1, 1, arguments, 5),
        MICA_RT_OK);
    assert_int_equal(mica_rt_gpu_wait(f->device), MICA_RT_OK);
    assert_int_equal(mica_rt_gpu_dispatch_count(f->device) - before, 1);
    for (int i = 0; i < 99; ++i)
        assert_true(target[i] == (float)i * 0.5f + 3);
    assert_true(target[99] == -1);
}

// A model's run: weights uploaded once, intermediate values in the arena, one submission.
static void test_arena_and_weights(void **state)
{
    fixture *f = *state;
    enum { COUNT = 64 };
    int32_t input[COUNT], output[COUNT], weights[COUNT];
    for (int run = 0; run < 3; ++run) {
        for (int i = 0; i < COUNT; ++i) {
            input[i] = i * run;
            weights[i] = 1000 * i;
        }
        assert_int_equal(mica_rt_gpu_begin(f->device), MICA_RT_OK);
        char *arena = mica_rt_gpu_arena(f->device, 4096);
        void *uploaded = mica_rt_gpu_weights(f->device, weights, sizeof weights);
        assert_non_null(arena);
        assert_ptr_equal(uploaded, mica_rt_gpu_weights(f->device, weights, sizeof weights));
        launch_add(f, input, uploaded, arena, COUNT);
        launch_increment(f, arena, COUNT);
        launch_add(f, arena, arena, arena + 1024, COUNT);
        launch_add(f, arena + 1024, uploaded, output, COUNT);
        assert_int_equal(mica_rt_gpu_end(f->device), MICA_RT_OK);
        for (int i = 0; i < COUNT; ++i)
            assert_int_equal(output[i], 2 * (i * run + 1000 * i + 1) + 1000 * i);
    }
    assert_ptr_equal(mica_rt_gpu_arena(f->device, 10), mica_rt_gpu_arena(f->device, 4096));
    char *larger = mica_rt_gpu_arena(f->device, 1 << 20);
    launch_add(f, input, input, larger + (1 << 19), COUNT);
    launch_add(f, larger + (1 << 19), input, output, COUNT);
    assert_int_equal(mica_rt_gpu_wait(f->device), MICA_RT_OK);
    assert_int_equal(output[5], 3 * input[5]);
}

// The same through the contract: a model for a device as micac would emit it. Output is
// 2 * (input + weights) + 1.
static fixture *current; // compute gets no context; a real model's SPIR-V is a constant

static int32_t compute_on_device(const mica_rt_env *env, const int64_t *dims,
                                 const mica_rt_input *inputs, mica_rt_output *outputs,
                                 void *workspace)
{
    (void)dims, (void)workspace;
    const int32_t code = mica_rt_gpu_begin(env->device);
    if (code != MICA_RT_OK)
        return code;
    char *arena = mica_rt_gpu_arena(env->device, 512);
    void *weights = mica_rt_gpu_weights(env->device, env->weights, env->weights_size);
    launch_add(current, inputs[0].data, weights, arena, 64);
    launch_add(current, arena, arena, arena + 256, 64);
    launch_increment(current, arena + 256, 64);
    mica_rt_gpu_copy(env->device, outputs[0].data, arena + 256, 256);
    return mica_rt_gpu_end(env->device);
}

static void test_model_for_a_device(void **state)
{
    static _Alignas(MICA_RT_ALIGNMENT) int32_t weights[64];
    const int64_t shape[] = {64};
    const mica_rt_tensor_info info = {"values", MICA_RT_I32, 1, shape};
    const mica_rt_model model = {.struct_size = sizeof model,
                                 .abi_version = MICA_RT_ABI_VERSION,
                                 .flags = MICA_RT_MODEL_NEEDS_DEVICE,
                                 .name = "device_model",
                                 .input_count = 1,
                                 .output_count = 1,
                                 .inputs = &info,
                                 .outputs = &info,
                                 .weights = weights,
                                 .weights_size = sizeof weights,
                                 .compute = compute_on_device};
    int32_t values[64], results[64] = {0};
    current = *state;
    for (int i = 0; i < 64; ++i) {
        values[i] = i;
        weights[i] = 3 * i;
    }
    struct {
        uint64_t struct_size;
        mica_rt_input values;
    } in = {sizeof in, {.data = values, .size = sizeof values}};
    struct {
        uint64_t struct_size;
        mica_rt_output values;
    } out = {sizeof out, {.data = results, .capacity = sizeof results}};
    mica_rt_env env = MICA_RT_ENV_INIT;
    assert_int_equal(mica_rt_run(&model, &env, NULL, &in, &out, NULL, 0),
                     MICA_RT_ERROR_DEVICE_NEEDED);
    env.device = current->device;
    assert_int_equal(mica_rt_run(&model, &env, NULL, &in, &out, NULL, 0), MICA_RT_OK);
    for (int i = 0; i < 64; ++i)
        assert_int_equal(results[i], 8 * i + 1);
}

static void test_weights_larger_than_a_chunk(void **state)
{
    fixture *f = *state;
    const size_t count = (size_t)(16 << 20) / 4 + 100;
    int32_t *weights = malloc(count * 4), tail[200];
    assert_non_null(weights);
    for (size_t i = 0; i < count; ++i)
        weights[i] = (int32_t)i;
    const int32_t *uploaded = mica_rt_gpu_weights(f->device, weights, count * 4);
    assert_non_null(uploaded);
    mica_rt_gpu_copy(f->device, tail, uploaded + count - 200, sizeof tail);
    assert_int_equal(mica_rt_gpu_wait(f->device), MICA_RT_OK);
    assert_memory_equal(tail, weights + count - 200, sizeof tail);
    free(weights);
}

static void test_shared_memory(void **state)
{
    fixture *f = *state;
    int32_t *shared = mica_rt_gpu_alloc(f->device, 1024, 0);
    assert_non_null(shared);
    for (int i = 0; i < 256; ++i)
        shared[i] = i;
    launch_increment(f, shared, 128);
    launch_increment(f, shared + 64, 192);
    assert_int_equal(mica_rt_gpu_wait(f->device), MICA_RT_OK);
    for (int i = 0; i < 256; ++i)
        assert_int_equal(shared[i], i + (i < 128) + (i >= 64));
    assert_int_equal(mica_rt_gpu_free(f->device, shared), MICA_RT_OK);
}

static void test_copies_between_all_kinds(void **state)
{
    fixture *f = *state;
    int32_t host[64], other[64];
    int32_t *shared = mica_rt_gpu_alloc(f->device, sizeof host, 0);
    int32_t *first = mica_rt_gpu_alloc(f->device, sizeof host, MICA_RT_GPU_DEVICE_ONLY);
    int32_t *second = mica_rt_gpu_alloc(f->device, sizeof host, MICA_RT_GPU_DEVICE_ONLY);
    for (int i = 0; i < 64; ++i)
        host[i] = i;
    launch_increment(f, host, 64); // host -> first must see it
    mica_rt_gpu_copy(f->device, first, host, sizeof host);
    launch_increment(f, first, 64);
    mica_rt_gpu_copy(f->device, second, first, sizeof host);
    launch_increment(f, second, 64);
    mica_rt_gpu_copy(f->device, shared, second, sizeof host);
    launch_increment(f, shared, 64);
    mica_rt_gpu_copy(f->device, other, shared, sizeof host);
    assert_int_equal(other[63], 63 + 4);
    mica_rt_gpu_copy(f->device, other + 1, second + 2, 8);
    assert_int_equal(other[1], 2 + 3);
    assert_int_equal(other[2], 3 + 3);
    mica_rt_gpu_copy(f->device, shared, host, sizeof host);
    assert_int_equal(shared[10], 11);
    assert_int_equal(mica_rt_gpu_wait(f->device), MICA_RT_OK);
    assert_int_equal(mica_rt_gpu_copy(f->device, second + 60, host, 16), MICA_RT_OK);
    assert_int_equal(mica_rt_gpu_copy(f->device, second, second + 1, 8),
                     MICA_RT_ERROR_ARGUMENT);
    assert_int_equal(mica_rt_gpu_wait(f->device), MICA_RT_ERROR_ARGUMENT);
    assert_int_equal(mica_rt_gpu_copy(f->device, second, host, 4096), MICA_RT_ERROR_ARGUMENT);
    assert_int_equal(mica_rt_gpu_wait(f->device), MICA_RT_ERROR_ARGUMENT);
    mica_rt_gpu_free(f->device, first);
    mica_rt_gpu_free(f->device, second);
    mica_rt_gpu_free(f->device, shared);
    assert_int_equal(mica_rt_gpu_wait(f->device), MICA_RT_OK);
}

static void test_read_only_input(void **state)
{
    fixture *f = *state;
    int32_t *input =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int32_t sum[32] = {0};
    for (int i = 0; i < 32; ++i)
        input[i] = i;
    assert_int_equal(mprotect(input, 4096, PROT_READ), 0);
    const mica_rt_gpu_arg arguments[] = {buffer(input, sizeof sum), buffer(input, sizeof sum),
                                         buffer(sum, sizeof sum)};
    mica_rt_gpu_launch(f->device, load(f, &f->add), "add", 2, 1, 1, arguments, 3);
    assert_int_equal(mica_rt_gpu_wait(f->device), MICA_RT_OK);
    assert_int_equal(sum[31], 62);
    munmap(input, 4096);
}

// Ranges of host memory that overlap, in one launch and across launches.
static void test_overlapping_host_ranges(void **state)
{
    fixture *f = *state;
    int32_t values[512];
    for (int i = 0; i < 512; ++i)
        values[i] = i;
    // 64 elements apart: the shared place is aligned for both.
    launch_add(f, values, values + 64, values + 256, 128);
    launch_increment(f, values + 128, 200); // overlaps what is staged: flushes
    launch_increment(f, values + 300, 100);
    assert_int_equal(mica_rt_gpu_wait(f->device), MICA_RT_OK);
    for (int i = 0; i < 512; ++i) {
        int32_t expected = i >= 256 && i < 384 ? (i - 256) + (i - 256 + 64) : i;
        expected += (i >= 128 && i < 328) + (i >= 300 && i < 400);
        assert_int_equal(values[i], expected);
    }
    const mica_rt_gpu_arg unaligned[] = {buffer(values, 64), buffer(values + 1, 64),
                                         buffer(values + 256, 64)};
    const int32_t code =
        mica_rt_gpu_launch(f->device, load(f, &f->add), "add", 1, 1, 1, unaligned, 3);
    assert_int_equal(code, MICA_RT_ERROR(MICA_RT_ERROR_DEVICE_LIMIT, 1));
    assert_int_equal(mica_rt_gpu_wait(f->device), code);
}

static void test_modules(void **state)
{
    fixture *f = *state;
    int32_t value = 0;
    const mica_rt_gpu_arg argument = buffer(&value, sizeof value);
    void *module = load(f, &f->two);
    assert_ptr_equal(module, load(f, &f->two));
    mica_rt_gpu_launch(f->device, module, "set_seven", 1, 1, 1, &argument, 1);
    assert_int_equal(mica_rt_gpu_wait(f->device), MICA_RT_OK);
    assert_int_equal(value, 7);
    mica_rt_gpu_launch(f->device, module, "set_seven", 1, 1, 1, &argument, 1);
    mica_rt_gpu_launch(f->device, module, "set_nine", 1, 1, 1, &argument, 1);
    assert_int_equal(mica_rt_gpu_wait(f->device), MICA_RT_OK);
    assert_int_equal(value, 9);
}

static void check_refused(fixture *f, const uint32_t *words, size_t size, const char *message)
{
    assert_null(mica_rt_gpu_module_load(f->device, words, size));
    assert_int_equal(mica_rt_gpu_wait(f->device), MICA_RT_ERROR_KERNEL_MODULE);
    assert_non_null(strstr(mica_rt_gpu_message(f->device), message));
    assert_int_equal(mica_rt_gpu_last_error(f->device), MICA_RT_ERROR_KERNEL_MODULE);
}

static void test_bad_modules(void **state)
{
    fixture *f = *state;
    spirv broken = f->two;
    check_refused(f, NULL, 0, "missing");
    check_refused(f, broken.words, 0, "not SPIR-V");
    check_refused(f, broken.words, broken.size - 1, "not SPIR-V");
    check_refused(f, broken.words, 24, "cut off");
    check_refused(f, broken.words, 28, "no compute entry point");
    broken.words[0] ^= 1;
    check_refused(f, broken.words, broken.size, "not SPIR-V");
    broken = f->two;
    broken.words[1] = 0x00020000;
    check_refused(f, broken.words, broken.size, "version");
    broken = f->two;
    broken.words[5] &= 0xffff; // an instruction without length
    check_refused(f, broken.words, broken.size, "cut off");
    const uint32_t nameless[] = {0x07230203, 0x00010000, 0, 1, 0, 3u << 16 | 15, 5, 1};
    check_refused(f, nameless, sizeof nameless, "without a name");
    const uint32_t endless[] = {0x07230203,    0x00010000, 0, 1,         0,
                                4u << 16 | 15, 5,          1, 0x41414141};
    check_refused(f, endless, sizeof endless, "without a name");
    // As on a device that lacks Shader.
    if (f->device->missing_capabilities.count < f->device->missing_capabilities.capacity) {
        f->device->missing_capabilities.items[f->device->missing_capabilities.count++] = 1;
        broken = f->two;
        broken.words[2] = 99; // another generator, so that it is not known
        check_refused(f, broken.words, broken.size, "capability 1");
        --f->device->missing_capabilities.count;
    }
}

static int32_t launch_two(fixture *f, const char *name, uint32_t x, const mica_rt_gpu_arg *args,
                          uint32_t count)
{
    mica_rt_gpu_launch(f->device, load(f, &f->two), name, x, 1, 1, args, count);
    return mica_rt_gpu_wait(f->device);
}

static void test_bad_launches(void **state)
{
    fixture *f = *state;
    int32_t value = 5;
    mica_rt_gpu_arg argument = buffer(&value, sizeof value), many[65];
    for (int i = 0; i < 65; ++i)
        many[i] = argument;
    assert_int_equal(launch_two(f, "absent", 1, &argument, 1), MICA_RT_ERROR_KERNEL_NAME);
    assert_non_null(strstr(mica_rt_gpu_message(f->device), "'absent'"));
    assert_int_equal(launch_two(f, "set_nine", 1, NULL, 1), MICA_RT_ERROR_ARGUMENT);
    assert_int_equal(launch_two(f, "set_nine", UINT32_MAX, &argument, 1),
                     MICA_RT_ERROR_DEVICE_LIMIT);
    assert_int_equal(launch_two(f, "set_nine", 1, many, 65), MICA_RT_ERROR_DEVICE_LIMIT);
    argument.kind = 9;
    assert_int_equal(launch_two(f, "set_nine", 1, &argument, 1), MICA_RT_ERROR_KERNEL_ARGUMENT);
    argument = scalar(&value, 3);
    assert_int_equal(launch_two(f, "set_nine", 1, &argument, 1), MICA_RT_ERROR_KERNEL_ARGUMENT);
    many[1] = buffer(NULL, 4);
    assert_int_equal(launch_two(f, "set_nine", 1, many, 2),
                     MICA_RT_ERROR(MICA_RT_ERROR_KERNEL_ARGUMENT, 1));
    for (int i = 0; i < 33; ++i)
        many[i] = scalar(&value, sizeof value);
    assert_int_equal(launch_two(f, "set_nine", 1, many, 33), MICA_RT_ERROR_DEVICE_LIMIT);
    // Once launched, a kernel keeps its kinds of arguments.
    argument = buffer(&value, sizeof value);
    assert_int_equal(launch_two(f, "set_nine", 1, &argument, 1), MICA_RT_OK);
    assert_int_equal(launch_two(f, "set_nine", 1, many, 1), MICA_RT_ERROR_KERNEL_ARGUMENT);
    assert_int_equal(launch_two(f, "set_nine", 0, &argument, 1), MICA_RT_OK);
    assert_int_equal(value, 9);
}

static void test_bad_device_addresses(void **state)
{
    fixture *f = *state;
    char *memory = mica_rt_gpu_alloc(f->device, 256, MICA_RT_GPU_DEVICE_ONLY);
    mica_rt_gpu_arg argument = buffer(memory, 260);
    assert_int_equal(launch_two(f, "set_seven", 1, &argument, 1),
                     MICA_RT_ERROR_KERNEL_ARGUMENT);
    argument = buffer(memory + 1, 4);
    assert_int_equal(launch_two(f, "set_seven", 1, &argument, 1), MICA_RT_ERROR_DEVICE_LIMIT);
    assert_non_null(strstr(mica_rt_gpu_message(f->device), "aligned"));
    assert_int_equal(mica_rt_gpu_free(f->device, memory + 1), MICA_RT_ERROR_ARGUMENT);
    assert_int_equal(mica_rt_gpu_wait(f->device), MICA_RT_ERROR_ARGUMENT);
    assert_int_equal(mica_rt_gpu_free(f->device, memory), MICA_RT_OK);
    assert_int_equal(mica_rt_gpu_free(f->device, NULL), MICA_RT_OK);
    assert_null(mica_rt_gpu_alloc(f->device, UINT64_MAX - 4, 0));
    assert_int_equal(mica_rt_gpu_wait(f->device), MICA_RT_ERROR_DEVICE_MEMORY);
}

// After an error nothing runs until wait tells it, and then everything works again.
static void test_errors_stick(void **state)
{
    fixture *f = *state;
    int32_t value = 1;
    const mica_rt_gpu_arg argument = buffer(&value, sizeof value);
    void *module = load(f, &f->two);
    mica_rt_gpu_launch(f->device, module, "set_seven", 1, 1, 1, &argument, 1);
    mica_rt_gpu_launch(f->device, module, "absent", 1, 1, 1, &argument, 1);
    assert_int_equal(mica_rt_gpu_launch(f->device, module, "set_nine", 1, 1, 1, &argument, 1),
                     MICA_RT_ERROR_KERNEL_NAME);
    assert_null(mica_rt_gpu_alloc(f->device, 4, 0));
    assert_null(mica_rt_gpu_module_load(f->device, f->add.words, f->add.size));
    assert_int_equal(mica_rt_gpu_wait(f->device), MICA_RT_ERROR_KERNEL_NAME);
    assert_int_equal(value, 1);
    assert_int_equal(launch_two(f, "set_nine", 1, &argument, 1), MICA_RT_OK);
    assert_int_equal(value, 9);
}

static void test_no_device(void **state)
{
    (void)state;
    assert_int_equal(mica_rt_gpu_launch(NULL, NULL, NULL, 1, 1, 1, NULL, 0),
                     MICA_RT_ERROR_DEVICE_NEEDED);
    assert_int_equal(mica_rt_gpu_wait(NULL), MICA_RT_ERROR_DEVICE_NEEDED);
    assert_int_equal(mica_rt_gpu_begin(NULL), MICA_RT_ERROR_DEVICE_NEEDED);
    assert_int_equal(mica_rt_gpu_end(NULL), MICA_RT_ERROR_DEVICE_NEEDED);
    assert_int_equal(mica_rt_gpu_free(NULL, NULL), MICA_RT_ERROR_DEVICE_NEEDED);
    assert_int_equal(mica_rt_gpu_copy(NULL, NULL, NULL, 1), MICA_RT_ERROR_DEVICE_NEEDED);
    assert_null(mica_rt_gpu_alloc(NULL, 1, 0));
    assert_null(mica_rt_gpu_arena(NULL, 1));
    assert_null(mica_rt_gpu_weights(NULL, NULL, 1));
    assert_null(mica_rt_gpu_module_load(NULL, NULL, 4));
}

// More launches than one descriptor pool holds, more host memory than one staging block.
static void test_long_recordings(void **state)
{
    fixture *f = *state;
    enum { COUNT = 40000, LAUNCHES = 700 };
    int32_t *big = calloc(COUNT, sizeof *big), *other = calloc(COUNT, sizeof *other);
    int32_t small[16] = {0};
    for (int repeat = 0; repeat < 2; ++repeat) {
        const uint64_t before = mica_rt_gpu_dispatch_count(f->device);
        for (int i = 0; i < LAUNCHES; ++i)
            launch_increment(f, small, 16);
        launch_increment(f, big, COUNT);
        launch_increment(f, other, COUNT);
        assert_int_equal(mica_rt_gpu_wait(f->device), MICA_RT_OK);
        assert_int_equal(mica_rt_gpu_dispatch_count(f->device) - before, LAUNCHES + 2);
        assert_int_equal(small[15], LAUNCHES * (repeat + 1));
        assert_int_equal(big[COUNT - 1], repeat + 1);
        assert_int_equal(other[0], repeat + 1);
    }
    assert_int_equal(f->device->blocks.count, 1);
    free(big);
    free(other);
}

static void test_empty_buffer(void **state)
{
    fixture *f = *state;
    const mica_rt_gpu_arg argument = buffer(NULL, 0);
    mica_rt_gpu_launch(f->device, load(f, &f->increment), "increment", 1, 1, 1, &argument, 1);
    assert_int_equal(mica_rt_gpu_wait(f->device), MICA_RT_OK);
}

typedef struct shared_run {
    fixture *f;
    int32_t value;
} shared_run;

static void *run_under_lock(void *argument)
{
    shared_run *run = argument;
    for (int i = 0; i < 20; ++i) {
        mica_rt_gpu_begin(run->f->device);
        void *module = mica_rt_gpu_module_load(run->f->device, run->f->increment.words,
                                               run->f->increment.size);
        const mica_rt_gpu_arg values = buffer(&run->value, sizeof run->value);
        mica_rt_gpu_launch(run->f->device, module, "increment", 1, 1, 1, &values, 1);
        mica_rt_gpu_end(run->f->device);
    }
    return NULL;
}

static void test_two_threads_share_a_device(void **state)
{
    shared_run mine = {*state, 0}, theirs = {*state, 100};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, run_under_lock, &theirs), 0);
    run_under_lock(&mine);
    pthread_join(thread, NULL);
    assert_int_equal(mine.value, 20);
    assert_int_equal(theirs.value, 120);
}

static void test_opening(void **state)
{
    (void)state;
    mica_rt_device *device;
    mica_rt_vulkan_options options = {sizeof options, 0, 0};
    assert_int_equal(mica_rt_vulkan_open(&options, &device), MICA_RT_OK);
    assert_true(strlen(mica_rt_gpu_device_name(device)) > 0);
    assert_non_null(mica_rt_gpu_alloc(device, 100, MICA_RT_GPU_DEVICE_ONLY)); // closed with it
    mica_rt_vulkan_close(device);
    options.index = 999;
    assert_int_equal(mica_rt_vulkan_open(&options, &device), MICA_RT_ERROR_NO_DEVICE);
    assert_null(device);
    options.struct_size = 3;
    assert_int_equal(mica_rt_vulkan_open(&options, &device), MICA_RT_ERROR_STRUCT_SIZE);
    assert_int_equal(mica_rt_vulkan_open(NULL, NULL), MICA_RT_ERROR_ARGUMENT);
    setenv("MICA_VULKAN_DEVICE", "no such name", 1);
    assert_int_equal(mica_rt_vulkan_open(NULL, &device), MICA_RT_ERROR_NO_DEVICE);
    setenv("MICA_VULKAN_DEVICE", "0", 1);
    assert_int_equal(mica_rt_vulkan_open(NULL, &device), MICA_RT_OK);
    unsetenv("MICA_VULKAN_DEVICE");
    mica_rt_vulkan_close(device);
    mica_rt_vulkan_close(NULL);
}

static void test_default_device(void **state)
{
    (void)state;
    mica_rt_device *device = mica_rt_gpu_default_device();
    assert_non_null(device);
    assert_ptr_equal(device, mica_rt_gpu_default_device());
    assert_int_equal(mica_rt_gpu_default_error(), MICA_RT_OK);
    assert_null(mica_rt_gpu_module_load(device, NULL, 0));
    assert_int_equal(mica_rt_gpu_wait(device), MICA_RT_ERROR_KERNEL_MODULE);
    assert_int_equal(mica_rt_gpu_default_error(), MICA_RT_ERROR_KERNEL_MODULE);
    mica_rt_gpu_default_close();
    assert_int_equal(mica_rt_gpu_default_error(), MICA_RT_OK);
    setenv("MICA_VULKAN_DEVICE", "no such name", 1);
    assert_null(mica_rt_gpu_default_device());
    assert_int_equal(mica_rt_gpu_default_error(), MICA_RT_ERROR_NO_DEVICE);
    unsetenv("MICA_VULKAN_DEVICE");
    mica_rt_gpu_default_close();
}

// Forgets a fence, so that it is still alive when its device is destroyed.
static int leak(fixture *f)
{
    f->device->fence = VK_NULL_HANDLE;
    mica_rt_vulkan_close(f->device);
    return 0;
}

int main(int argument_count, char **arguments)
{
    static fixture f;
    void *state = &f;
    const int status = open_fixture(&f);
    if (status != 0)
        return status;
    if (argument_count > 1 && strcmp(arguments[1], "--leak") == 0)
        return leak(&f);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(test_host_memory_and_scalars, state),
        cmocka_unit_test_prestate(test_arena_and_weights, state),
        cmocka_unit_test_prestate(test_model_for_a_device, state),
        cmocka_unit_test_prestate(test_weights_larger_than_a_chunk, state),
        cmocka_unit_test_prestate(test_shared_memory, state),
        cmocka_unit_test_prestate(test_copies_between_all_kinds, state),
        cmocka_unit_test_prestate(test_read_only_input, state),
        cmocka_unit_test_prestate(test_overlapping_host_ranges, state),
        cmocka_unit_test_prestate(test_modules, state),
        cmocka_unit_test_prestate(test_bad_modules, state),
        cmocka_unit_test_prestate(test_bad_launches, state),
        cmocka_unit_test_prestate(test_bad_device_addresses, state),
        cmocka_unit_test_prestate(test_errors_stick, state),
        cmocka_unit_test_prestate(test_no_device, state),
        cmocka_unit_test_prestate(test_long_recordings, state),
        cmocka_unit_test_prestate(test_empty_buffer, state),
        cmocka_unit_test_prestate(test_two_threads_share_a_device, state),
        cmocka_unit_test_prestate(test_opening, state),
        cmocka_unit_test_prestate(test_default_device, state),
    };
    const int failures = cmocka_run_group_tests(tests, NULL, NULL);
    mica_rt_vulkan_close(f.device);
    return failures != 0;
}
