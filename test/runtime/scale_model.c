// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The model of scale_model.h: its code, its description, and the four wrappers.
#include "test/runtime/scale_model.h"

static _Alignas(64) const float factors[3] = {2, 3, -1};

static int32_t compute(const mica_rt_env *env, const int64_t *dims, const mica_rt_input *inputs,
                       mica_rt_output *outputs, void *workspace)
{
    const float *matrix = inputs[0].data, *weights = env->weights;
    float *scratch = workspace, *scaled = outputs[0].data, *positive = outputs[1].data;
    int64_t count = 0;
    if ((uintptr_t)workspace % MICA_RT_ALIGNMENT != 0)
        return MICA_RT_ERROR_ASSERTION;
    for (int64_t i = 0; i < dims[0] * 3; ++i)
        scratch[i] = matrix[i] * weights[i % 3];
    for (int64_t i = 0; i < dims[0] * 3; ++i) {
        scaled[i] = scratch[i];
        if (scratch[i] > 0)
            positive[count++] = scratch[i];
    }
    outputs[1].dims[0] = count;
    return MICA_RT_OK;
}

static uint64_t workspace_size(const int64_t *dims)
{
    return (uint64_t)dims[0] * 3 * sizeof(float);
}

static void output_shapes(const int64_t *dims, mica_rt_output *outputs)
{
    outputs[1].dims[0] = dims[0] * 3;
}

static const int64_t matrix_shape[] = {MICA_RT_DIM(0), 3};
static const int64_t positive_shape[] = {MICA_RT_DIM_COMPUTED};
static const mica_rt_dim_info dim_infos[] = {{"rows", 1, 8}};
static const mica_rt_tensor_info input_infos[] = {{"matrix", MICA_RT_F32, 2, matrix_shape}};
static const mica_rt_tensor_info output_infos[] = {
    {"scaled", MICA_RT_F32, 2, matrix_shape}, {"positive", MICA_RT_F32, 1, positive_shape}};
static const mica_rt_model model = {.struct_size = sizeof(mica_rt_model),
                                    .abi_version = MICA_RT_ABI_VERSION,
                                    .name = "scale",
                                    .dim_count = 1,
                                    .input_count = 1,
                                    .output_count = 2,
                                    .dims = dim_infos,
                                    .inputs = input_infos,
                                    .outputs = output_infos,
                                    .weights = factors,
                                    .weights_size = sizeof factors,
                                    .workspace_size = workspace_size,
                                    .output_shapes = output_shapes,
                                    .compute = compute};

const mica_rt_model *scale_info(void)
{
    return &model;
}

size_t scale_workspace_size(const scale_dims *dims)
{
    return mica_rt_workspace_size(&model, dims);
}

int scale_run(const scale_env *env, const scale_dims *dims, const scale_inputs *in,
              scale_outputs *out, void *workspace, size_t workspace_size)
{
    return mica_rt_run(&model, env, dims, in, out, workspace, workspace_size);
}

const char *scale_error_string(int code)
{
    return mica_rt_error_string(code);
}
