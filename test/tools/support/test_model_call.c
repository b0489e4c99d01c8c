// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Models called through their description: dimensions bound from shapes, outputs trimmed to
// what was computed, sentences with names for what does not fit; device errors with the
// device's own words; and the main function writing files.
#include "test/cmocka_support.h"
#include "test/runtime/scale_model.h"
#include "tools/support/model_main.h"
#include "tools/support/npy.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static mica_array make_matrix(int64_t rows, int64_t columns)
{
    const int64_t dims[] = {rows, columns};
    mica_tool_error error;
    mica_array array;
    assert_true(mica_array_create(&array, MICA_RT_F32, 2, dims, &error));
    for (uint64_t i = 0; i < array.count; ++i)
        ((float *)array.data)[i] = (float)i;
    return array;
}

static void test_outputs_fit(void **state)
{
    (void)state;
    mica_tool_error error;
    mica_array input = make_matrix(2, 3), outputs[2];
    double times[3] = {-1, -1, -1};
    const mica_model_options options = {.repeat = 3, .run_times = times};
    const float scaled[] = {0, 3, -2, 6, 12, -5}, positive[] = {3, 6, 12};
    assert_true(mica_model_call(scale_info(), &options, &input, 1, outputs, &error));
    assert_memory_equal(outputs[0].data, scaled, sizeof scaled);
    assert_int_equal(outputs[0].rank, 2);
    assert_int_equal(outputs[1].count, 3);
    assert_int_equal(outputs[1].size, 12);
    assert_int_equal(outputs[1].dims[0], 3);
    assert_memory_equal(outputs[1].data, positive, sizeof positive);
    assert_true(times[0] >= 0 && times[2] >= 0);
    mica_array_destroy(&outputs[0]);
    mica_array_destroy(&outputs[1]);
    mica_array_destroy(&input);
}

static void check_refused(const mica_model_options *options, int64_t rows, int64_t columns,
                          uint32_t count, const char *sentence)
{
    mica_tool_error error;
    mica_array inputs[2] = {make_matrix(rows, columns)}, outputs[2];
    assert_false(mica_model_call(scale_info(), options, inputs, count, outputs, &error));
    assert_string_equal(error.text, sentence);
    assert_null(outputs[0].data);
    assert_null(outputs[1].data);
    mica_array_destroy(&inputs[0]);
}

static void test_what_does_not_fit(void **state)
{
    (void)state;
    const mica_model_dim rows = {"rows", 4}, other = {"cols", 4};
    mica_model_options options = {.dims = &rows, .dim_count = 1};
    mica_rt_env env = MICA_RT_ENV_INIT;
    check_refused(NULL, 2, 4, 1, "input 0 'matrix': got f32[2,4], the model takes f32[rows,3]");
    check_refused(NULL, 9, 3, 1, "dimension 'rows' is 9, allowed is 1 to 8");
    check_refused(NULL, 0, 3, 1, "dimension 'rows' is 0, allowed is 1 to 8");
    check_refused(NULL, 2, 3, 2, "the model takes 1 inputs, got 2");
    check_refused(&options, 2, 3, 1,
                  "input 0 'matrix': got f32[2,3], the model takes f32[rows,3]");
    options.dims = &other;
    check_refused(&options, 2, 3, 1, "the model has no dimension 'cols'");
    env.abi_version = 7;
    options = (mica_model_options){.env = &env};
    check_refused(&options, 2, 3, 1, "caller, model and runtime have different ABI versions");
}

static int32_t lose_device(const mica_rt_env *env, const int64_t *dims,
                           const mica_rt_input *inputs, mica_rt_output *outputs,
                           void *workspace)
{
    (void)env, (void)dims, (void)inputs, (void)outputs, (void)workspace;
    return MICA_RT_ERROR_DEVICE_LOST;
}

static const char *tell_message(const mica_rt_device *device)
{
    (void)device;
    return "vkQueueSubmit: gone";
}

// A dimension of outputs alone, and a device that fails.
static void test_free_dim_and_device(void **state)
{
    (void)state;
    const int64_t shape[] = {MICA_RT_DIM(0)};
    const mica_rt_dim_info dim = {"length", 0, 100};
    const mica_rt_tensor_info output = {"series", MICA_RT_F64, 1, shape};
    const mica_rt_model model = {.struct_size = sizeof model,
                                 .abi_version = MICA_RT_ABI_VERSION,
                                 .name = "series",
                                 .dim_count = 1,
                                 .output_count = 1,
                                 .dims = &dim,
                                 .outputs = &output,
                                 .compute = lose_device};
    const mica_model_dim length = {"length", 5};
    const mica_device_api devices = {.message = tell_message};
    mica_rt_env env = MICA_RT_ENV_INIT;
    mica_tool_error error;
    mica_array result;
    assert_false(mica_model_call(&model, NULL, NULL, 0, &result, &error));
    assert_string_equal(error.text, "dimension 'length' follows from no input: give it");
    env.device = (mica_rt_device *)&env; // only its presence counts here
    const mica_model_options options = {
        .env = &env, .devices = &devices, .dims = &length, .dim_count = 1};
    assert_false(mica_model_call(&model, &options, NULL, 0, &result, &error));
    assert_string_equal(error.text, "the device was lost: vkQueueSubmit: gone");
    assert_null(result.data);
}

static void test_program_writes_files(void **state)
{
    (void)state;
    char folder[] = "model_main_XXXXXX", input[64], output[64];
    char *arguments[] = {"scale", "--output-dir", folder, input, NULL};
    mica_tool_error error;
    mica_array matrix = make_matrix(1, 3), read;
    assert_non_null(mkdtemp(folder));
    snprintf(input, sizeof input, "%s/in.npy", folder);
    assert_true(mica_npy_write(input, &matrix, &error));
    assert_int_equal(mica_model_main(scale_info(), NULL, 4, arguments), 0);
    for (int i = 0; i < 2; ++i) {
        snprintf(output, sizeof output, "%s/output_%d.npy", folder, i);
        assert_true(mica_npy_read(output, &read, &error));
        assert_int_equal(read.count, i == 0 ? 3 : 1);
        assert_true(mica_array_value(&read, 0) == (i == 0 ? 0 : 3));
        mica_array_destroy(&read);
        remove(output);
    }
    remove(input);
    assert_int_equal(mica_model_main(scale_info(), NULL, 4, arguments), 1); // no input now
    snprintf(output, sizeof output, "%s/output_0.npy", folder);
    assert_int_not_equal(access(output, F_OK), 0);
    rmdir(folder);
    mica_array_destroy(&matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outputs_fit),
        cmocka_unit_test(test_what_does_not_fit),
        cmocka_unit_test(test_free_dim_and_device),
        cmocka_unit_test(test_program_writes_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
