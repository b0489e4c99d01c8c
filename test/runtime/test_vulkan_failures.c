// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The launcher when things fail that do not fail by themselves: each Vulkan call of one
// scenario is refused once, and each memory allocation of the launcher is refused once (the
// linker wraps malloc and its kin). Every time the scenario must tell the error, the device
// must work again afterwards, and, as the test under the validation layer shows, nothing may
// leak.
#include "runtime/vulkan_internal.h"
#include "test/cmocka_support.h"
#include "test/runtime/vulkan_fixture.h"

#include <stdlib.h>
#include <string.h>

enum { COUNT = 64 };

// ---- allocations that fail -----------------------------------------------------------------

static long allocations_left = -1; // below 0: all succeed
static bool has_refused;

static bool refuse_allocation(void)
{
    if (allocations_left < 0 || allocations_left-- > 0)
        return false;
    has_refused = true;
    return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void *__wrap_malloc(size_t size)
{
    return refuse_allocation() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return refuse_allocation() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return refuse_allocation() ? NULL : __real_realloc(memory, size);
}

// ---- the scenario --------------------------------------------------------------------------

// Uses every kind of memory and both ways of copying. Returns the run's status.
static int32_t run_scenario(fixture *f, int32_t *output)
{
    static int32_t weights[COUNT];
    int32_t input[COUNT];
    for (int i = 0; i < COUNT; ++i)
        input[i] = weights[i] = i;
    int32_t *arena = mica_rt_gpu_arena(f->device, 4096);
    void *uploaded = mica_rt_gpu_weights(f->device, weights, sizeof weights);
    int32_t *shared = mica_rt_gpu_alloc(f->device, sizeof input, 0);
    launch_add(f, input, uploaded, arena, COUNT);
    launch_increment(f, arena, COUNT);
    mica_rt_gpu_copy(f->device, shared, arena, sizeof input);
    launch_increment(f, shared, COUNT);
    mica_rt_gpu_copy(f->device, output, shared, sizeof input);
    if (shared != NULL)
        mica_rt_gpu_free(f->device, shared);
    return mica_rt_gpu_wait(f->device);
}

static void check_success(fixture *f)
{
    int32_t output[COUNT] = {0};
    assert_int_equal(run_scenario(f, output), MICA_RT_OK);
    for (int i = 0; i < COUNT; ++i)
        assert_int_equal(output[i], 2 * i + 2);
}

// ---- Vulkan calls that fail ----------------------------------------------------------------

static VkResult refuse_call(void)
{
    return VK_ERROR_OUT_OF_DEVICE_MEMORY;
}

#define CALL(name)                                                                             \
    {                                                                                          \
        "vk" #name, offsetof(micai_vulkan_functions, name)                                     \
    }

static const struct {
    const char *name;
    size_t place; // in the table of functions
} calls[] = {
    CALL(CreateBuffer),         CALL(AllocateMemory),
    CALL(BindBufferMemory),     CALL(MapMemory),
    CALL(CreateShaderModule),   CALL(CreateDescriptorSetLayout),
    CALL(CreatePipelineLayout), CALL(CreateComputePipelines),
    CALL(CreateDescriptorPool), CALL(AllocateDescriptorSets),
    CALL(BeginCommandBuffer),   CALL(EndCommandBuffer),
    CALL(QueueSubmit),          CALL(WaitForFences),
    CALL(ResetFences),          CALL(ResetCommandPool),
    CALL(ResetDescriptorPool),
};

// The first call that fails is told by name, and the device goes on when calls succeed again.
static void test_refused_calls(void **state)
{
    fixture *f = *state;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; ++i) {
        int32_t output[COUNT];
        assert_int_equal(mica_rt_vulkan_open(NULL, &f->device), MICA_RT_OK);
        char *field = (char *)&f->device->vk + calls[i].place;
        VkResult (*stub)(void) = refuse_call;
        PFN_vkVoidFunction saved;
        memcpy(&saved, field, sizeof saved);
        memcpy(field, &stub, sizeof stub);
        const int32_t code = run_scenario(f, output);
        memcpy(field, &saved, sizeof saved);
        if (code != MICA_RT_ERROR_DEVICE_MEMORY)
            fail_msg("%s failed and the scenario returned %d", calls[i].name, code);
        if (strstr(mica_rt_gpu_message(f->device), calls[i].name) == NULL)
            fail_msg("%s failed: '%s'", calls[i].name, mica_rt_gpu_message(f->device));
        check_success(f);
        mica_rt_vulkan_close(f->device);
    }
}

static void test_refused_allocations(void **state)
{
    fixture *f = *state;
    long refused = 0;
    do {
        int32_t output[COUNT];
        has_refused = false;
        allocations_left = refused++;
        int32_t code = mica_rt_vulkan_open(NULL, &f->device);
        if (code == MICA_RT_OK)
            code = run_scenario(f, output);
        allocations_left = -1;
        assert_int_equal(code, has_refused ? MICA_RT_ERROR_MEMORY : MICA_RT_OK);
        if (f->device != NULL)
            check_success(f);
        mica_rt_vulkan_close(f->device);
    } while (has_refused);
    assert_true(refused > 10);
}

int main(void)
{
    static fixture f;
    void *state = &f;
    const int status = open_fixture(&f);
    if (status != 0)
        return status;
    mica_rt_vulkan_close(f.device);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(test_refused_calls, state),
        cmocka_unit_test_prestate(test_refused_allocations, state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
