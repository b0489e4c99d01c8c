// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mica_rt_run against a model written by hand as micac would emit it: `scale` multiplies a
// [rows, 3] matrix by the weights' three factors, and gathers the positive elements (a size
// that depends on data). Every check of the contract is made to fail once.
#include "runtime/mica_rt_gpu.h"
#include "test/cmocka_support.h"
#include "test/runtime/scale_model.h"

#include <string.h>

// A valid call, for each test to spoil.
typedef struct call {
    float matrix[6], scaled[6], positive[6];
    mica_rt_env env;
    scale_dims dims;
    scale_inputs in;
    scale_outputs out;
    char workspace[256];
    size_t workspace_size;
} call;

static void set_up(call *c)
{
    const float matrix[6] = {1, 2, 3, -4, 5, -6};
    *c = (call){.env = MICA_RT_ENV_INIT,
                .dims = {sizeof(scale_dims), 2},
                .workspace_size = sizeof c->workspace};
    memcpy(c->matrix, matrix, sizeof matrix);
    c->in.struct_size = sizeof c->in;
    c->in.matrix.data = c->matrix;
    c->in.matrix.size = sizeof c->matrix;
    c->out.struct_size = sizeof c->out;
    c->out.scaled.data = c->scaled;
    c->out.scaled.capacity = sizeof c->scaled;
    c->out.positive.data = c->positive;
    c->out.positive.capacity = sizeof c->positive;
}

static int32_t run(call *c)
{
    return scale_run(&c->env, &c->dims, &c->in, &c->out, c->workspace, c->workspace_size);
}

static void check_results(const call *c)
{
    const float scaled[6] = {2, 6, -3, -8, 15, 6}, positive[4] = {2, 6, 15, 6};
    assert_memory_equal(c->scaled, scaled, sizeof scaled);
    assert_memory_equal(c->positive, positive, sizeof positive);
    assert_int_equal(c->out.scaled.type, MICA_RT_F32);
    assert_int_equal(c->out.scaled.rank, 2);
    assert_int_equal(c->out.scaled.dims[0], 2);
    assert_int_equal(c->out.scaled.dims[1], 3);
    assert_int_equal(c->out.positive.rank, 1);
    assert_int_equal(c->out.positive.dims[0], 4);
}

static void test_runs_with_and_without_env(void **state)
{
    (void)state;
    call c;
    set_up(&c);
    assert_int_equal(run(&c), MICA_RT_OK);
    check_results(&c);
    set_up(&c);
    assert_int_equal(scale_run(NULL, &c.dims, &c.in, &c.out, c.workspace, 256), 0);
    check_results(&c);
}

static void test_workspace_of_any_alignment(void **state)
{
    (void)state;
    call c;
    for (size_t shift = 0; shift < 70; ++shift) {
        set_up(&c);
        const size_t size = scale_workspace_size(&c.dims);
        assert_int_equal(scale_run(NULL, &c.dims, &c.in, &c.out, c.workspace + shift, size), 0);
        check_results(&c);
    }
    c.dims.rows = 9;
    assert_int_equal(scale_workspace_size(&c.dims), 0);
    assert_int_equal(scale_workspace_size(NULL), 0);
}

static void test_given_shapes_are_checked(void **state)
{
    (void)state;
    call c;
    set_up(&c);
    c.in.matrix.type = MICA_RT_F32;
    c.in.matrix.rank = 2;
    c.in.matrix.dims[0] = 2;
    c.in.matrix.dims[1] = 3;
    assert_int_equal(run(&c), MICA_RT_OK);
    c.in.matrix.dims[1] = 4;
    assert_int_equal(run(&c), MICA_RT_ERROR_INPUT_SHAPE);
    c.in.matrix.rank = 1;
    assert_int_equal(run(&c), MICA_RT_ERROR_INPUT_SHAPE);
    c.in.matrix.type = MICA_RT_I32;
    assert_int_equal(run(&c), MICA_RT_ERROR_INPUT_TYPE);
}

static void test_bad_inputs(void **state)
{
    (void)state;
    call c;
    set_up(&c);
    c.in.matrix.size = sizeof c.matrix - 1;
    assert_int_equal(run(&c), MICA_RT_ERROR_INPUT_SIZE);
    set_up(&c);
    c.in.matrix.data = NULL;
    assert_int_equal(run(&c), MICA_RT_ERROR_ARGUMENT);
    set_up(&c);
    c.in.matrix.data = (const char *)c.matrix + 1;
    assert_int_equal(run(&c), MICA_RT_ERROR_INPUT_ALIGNMENT);
    set_up(&c);
    --c.in.struct_size;
    assert_int_equal(run(&c), MICA_RT_ERROR_STRUCT_SIZE);
    assert_int_equal(scale_run(NULL, &c.dims, NULL, &c.out, c.workspace, 256),
                     MICA_RT_ERROR_ARGUMENT);
}

static void test_small_output_tells_all_shapes(void **state)
{
    (void)state;
    call c;
    set_up(&c);
    c.out.scaled.capacity = c.out.positive.capacity = 0;
    c.out.scaled.data = c.out.positive.data = NULL;
    assert_int_equal(run(&c), MICA_RT_ERROR_OUTPUT_CAPACITY);
    assert_int_equal(c.out.scaled.dims[0], 2);
    assert_int_equal(c.out.positive.dims[0], 6);
    set_up(&c);
    c.out.positive.capacity = 20; // holds the 4 results but not the bound of 6
    const int32_t code = run(&c);
    assert_int_equal(MICA_RT_ERROR_KIND(code), MICA_RT_ERROR_OUTPUT_CAPACITY);
    assert_int_equal(MICA_RT_ERROR_INDEX(code), 1);
    assert_string_equal(mica_rt_error_string(code),
                        mica_rt_error_string(MICA_RT_ERROR_OUTPUT_CAPACITY));
}

static void test_bad_outputs(void **state)
{
    (void)state;
    call c;
    set_up(&c);
    c.out.positive.data = NULL;
    assert_int_equal(run(&c), MICA_RT_ERROR(MICA_RT_ERROR_ARGUMENT, 1));
    set_up(&c);
    c.out.positive.data = (char *)c.positive + 2;
    assert_int_equal(run(&c), MICA_RT_ERROR(MICA_RT_ERROR_OUTPUT_ALIGNMENT, 1));
    set_up(&c);
    c.out.struct_size += 8;
    assert_int_equal(run(&c), MICA_RT_ERROR_STRUCT_SIZE);
}

static void test_bad_dims_and_workspace(void **state)
{
    (void)state;
    call c;
    set_up(&c);
    c.dims.rows = 0;
    assert_int_equal(run(&c), MICA_RT_ERROR_DIM_RANGE);
    c.dims.struct_size = 0;
    assert_int_equal(run(&c), MICA_RT_ERROR_STRUCT_SIZE);
    set_up(&c);
    c.workspace_size = 23;
    assert_int_equal(run(&c), MICA_RT_ERROR_WORKSPACE_SIZE);
    assert_int_equal(scale_run(NULL, &c.dims, &c.in, &c.out, NULL, 256),
                     MICA_RT_ERROR_ARGUMENT);
}

static void test_weights_from_the_caller(void **state)
{
    (void)state;
    _Alignas(64) struct {
        float values[4];
        uint64_t fingerprint;
    } file = {{2, 3, -1, 0}, 77};
    mica_rt_model with_file = *scale_info();
    call c;
    set_up(&c);
    with_file.weights = NULL;
    with_file.weights_size = sizeof file;
    with_file.weights_fingerprint = 77;
    c.env.weights = &file;
    c.env.weights_size = sizeof file;
#define RUN_WITH_FILE()                                                                        \
    mica_rt_run(&with_file, &c.env, &c.dims, &c.in, &c.out, c.workspace, c.workspace_size)
    assert_int_equal(RUN_WITH_FILE(), MICA_RT_OK);
    check_results(&c);
    file.fingerprint = 78;
    assert_int_equal(RUN_WITH_FILE(), MICA_RT_ERROR_WEIGHTS);
    file.fingerprint = 77;
    c.env.weights_size = 8;
    assert_int_equal(RUN_WITH_FILE(), MICA_RT_ERROR_WEIGHTS);
    c.env.weights = NULL;
    assert_int_equal(RUN_WITH_FILE(), MICA_RT_ERROR_WEIGHTS);
#undef RUN_WITH_FILE
}

static void test_env_versions(void **state)
{
    (void)state;
    call c;
    set_up(&c);
    c.env.abi_version = 2;
    assert_int_equal(run(&c), MICA_RT_ERROR_ABI_VERSION);
    set_up(&c);
    c.env.struct_size = 4;
    assert_int_equal(run(&c), MICA_RT_ERROR_STRUCT_SIZE);
    set_up(&c);
    c.env.flags = 1;
    assert_int_equal(run(&c), MICA_RT_ERROR_ARGUMENT);
    set_up(&c);
    c.env.weights = (const void *)1; // beyond the older struct's end: not looked at
    c.env.struct_size = offsetof(mica_rt_env, weights);
    assert_int_equal(run(&c), MICA_RT_OK);
    mica_rt_model other = *scale_info();
    other.abi_version = 9;
    assert_int_equal(mica_rt_run(&other, NULL, &c.dims, &c.in, &c.out, c.workspace, 256),
                     MICA_RT_ERROR_ABI_VERSION);
    other = *scale_info();
    other.flags = MICA_RT_MODEL_NEEDS_DEVICE;
    assert_int_equal(mica_rt_run(&other, NULL, &c.dims, &c.in, &c.out, c.workspace, 256),
                     MICA_RT_ERROR_DEVICE_NEEDED);
}

static int32_t count_runs(const mica_rt_env *env, const int64_t *dims,
                          const mica_rt_input *inputs, mica_rt_output *outputs, void *workspace)
{
    (void)env, (void)dims, (void)workspace;
    assert_null(inputs);
    *(int32_t *)outputs[0].data = 41;
    return MICA_RT_OK;
}

// No dims, no inputs, a scalar output, no workspace: every absent struct may be NULL.
static void test_model_without_dims_and_inputs(void **state)
{
    (void)state;
    const mica_rt_tensor_info scalar = {"answer", MICA_RT_I32, 0, NULL};
    const mica_rt_model small = {.struct_size = sizeof small,
                                 .abi_version = MICA_RT_ABI_VERSION,
                                 .name = "small",
                                 .output_count = 1,
                                 .outputs = &scalar,
                                 .compute = count_runs};
    int32_t answer = 0;
    struct {
        uint64_t struct_size;
        mica_rt_output answer;
    } out = {sizeof out, {.data = &answer, .capacity = sizeof answer}};
    assert_int_equal(mica_rt_workspace_size(&small, NULL), 1);
    assert_int_equal(mica_rt_run(&small, NULL, NULL, NULL, &out, NULL, 0), MICA_RT_OK);
    assert_int_equal(answer, 41);
    uint64_t empty_dims = sizeof empty_dims; // m_dims of a static model
    assert_int_equal(mica_rt_run(&small, NULL, &empty_dims, NULL, &out, NULL, 0), MICA_RT_OK);
}

static void test_shapes_alone(void **state)
{
    (void)state;
    call c;
    set_up(&c);
    c.dims.rows = 5;
    assert_int_equal(mica_rt_infer_shapes(scale_info(), &c.dims, &c.out), MICA_RT_OK);
    assert_int_equal(c.out.scaled.dims[0], 5);
    assert_int_equal(c.out.positive.dims[0], 15);
    assert_int_equal(mica_rt_infer_shapes(NULL, &c.dims, &c.out), MICA_RT_ERROR_ARGUMENT);
}

static void test_tensor_bytes(void **state)
{
    (void)state;
    const int64_t huge[] = {INT64_MAX, INT64_MAX, 0}, negative[] = {-1}, plain[] = {2, 3, 5};
    assert_true(mica_rt_tensor_bytes(MICA_RT_F64, 3, plain) == 240);
    assert_true(mica_rt_tensor_bytes(MICA_RT_I16, 0, NULL) == 2);
    assert_true(mica_rt_tensor_bytes(MICA_RT_I8, 3, huge) == 0);
    assert_true(mica_rt_tensor_bytes(MICA_RT_I8, 2, huge) == UINT64_MAX);
    assert_true(mica_rt_tensor_bytes(MICA_RT_I8, 1, negative) == UINT64_MAX);
    assert_true(mica_rt_tensor_bytes(99, 0, NULL) == UINT64_MAX);
}

// The layouts that docs/ahead-of-time.md gives to code generators, where pointers have 8 bytes.
static void test_layouts(void **state)
{
    (void)state;
    if (sizeof(void *) != 8)
        skip();
    assert_int_equal(sizeof(mica_rt_input), 8 + 8 + 4 + 4 + 16 * 8);
    assert_int_equal(offsetof(mica_rt_output, dims), 24);
    assert_int_equal(sizeof(mica_rt_env), 8 + 4 + 4 + 8 + 8 + 8 + 8);
    assert_int_equal(offsetof(mica_rt_env, executor), 32);
    assert_int_equal(sizeof(mica_rt_dim_info), 24);
    assert_int_equal(sizeof(mica_rt_tensor_info), 24);
    assert_int_equal(offsetof(mica_rt_model, dims), 8 + 4 + 4 + 8 + 4 * 4);
    assert_int_equal(offsetof(mica_rt_model, weights_size), 72);
    assert_int_equal(offsetof(mica_rt_model, compute), 112);
    assert_int_equal(offsetof(mica_rt_model, profile), 120);
    assert_int_equal(sizeof(mica_rt_model), 128);
    assert_int_equal(offsetof(mica_rt_profile, counters), 16);
    assert_int_equal(sizeof(mica_rt_profile_counter), 16);
    assert_int_equal(sizeof(mica_rt_gpu_arg), 8 + 8 + 4 + 4);
    assert_int_equal(offsetof(mica_rt_gpu_arg, kind), 16);
}

static void test_tables_have_no_holes(void **state)
{
    (void)state;
    for (int32_t kind = 0; kind < MICA_RT_ERROR_KIND_COUNT; ++kind)
        assert_true(strlen(mica_rt_error_string(kind)) > 5);
    assert_string_equal(mica_rt_error_string(200), "unknown error");
    for (uint32_t type = 1; type < MICA_RT_TYPE_COUNT; ++type)
        assert_true(mica_rt_type_size(type) > 0 && mica_rt_type_name(type) != NULL);
    assert_int_equal(mica_rt_type_size(0), 0);
    assert_string_equal(mica_rt_type_name(1000), "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs_with_and_without_env),
        cmocka_unit_test(test_workspace_of_any_alignment),
        cmocka_unit_test(test_given_shapes_are_checked),
        cmocka_unit_test(test_bad_inputs),
        cmocka_unit_test(test_small_output_tells_all_shapes),
        cmocka_unit_test(test_bad_outputs),
        cmocka_unit_test(test_bad_dims_and_workspace),
        cmocka_unit_test(test_weights_from_the_caller),
        cmocka_unit_test(test_env_versions),
        cmocka_unit_test(test_model_without_dims_and_inputs),
        cmocka_unit_test(test_shapes_alone),
        cmocka_unit_test(test_tensor_bytes),
        cmocka_unit_test(test_layouts),
        cmocka_unit_test(test_tables_have_no_holes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
