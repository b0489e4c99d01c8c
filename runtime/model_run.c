// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What stands between a caller and a model's code: every check of the ahead-of-time contract,
// once for all models, driven by the model's constant description.
//
//   caller -> m_run -> mica_rt_run -> environment, dims, inputs, outputs, workspace -> compute
//
// Emitting these checks into each model would make its glue code the largest part of a small
// model, and a mistake in them would be compiled in for ever. The caller's structs are read as
// what they are in memory: struct_size, then an array.
#include "runtime/mica_rt.h"

#include <string.h>

enum { HEAD_SIZE = sizeof(uint64_t) };

_Static_assert(_Alignof(mica_rt_input) <= HEAD_SIZE, "the array follows struct_size at once");
_Static_assert(sizeof(mica_rt_input) == sizeof(mica_rt_output), "one LLVM type for both");

// The array behind a caller's struct_size; NULL in *array for an absent one. An absent struct
// is right when the model has no such elements.
static int32_t open_struct(const void *caller_struct, uint64_t count, size_t element_size,
                           const void **array)
{
    *array = NULL;
    if (caller_struct == NULL)
        return count == 0 ? MICA_RT_OK : MICA_RT_ERROR_ARGUMENT;
    uint64_t struct_size;
    memcpy(&struct_size, caller_struct, sizeof struct_size);
    if (struct_size != HEAD_SIZE + count * element_size)
        return MICA_RT_ERROR_STRUCT_SIZE;
    *array = (const char *)caller_struct + HEAD_SIZE;
    return MICA_RT_OK;
}

static int32_t check_model(const mica_rt_model *model)
{
    if (model == NULL)
        return MICA_RT_ERROR_ARGUMENT;
    if (model->abi_version != MICA_RT_ABI_VERSION)
        return MICA_RT_ERROR_ABI_VERSION;
    return model->struct_size < sizeof *model ? MICA_RT_ERROR_STRUCT_SIZE : MICA_RT_OK;
}

static int32_t open_dims(const mica_rt_model *model, const void *caller_dims,
                         const int64_t **dims)
{
    const void *array;
    const int32_t status = open_struct(caller_dims, model->dim_count, sizeof(int64_t), &array);
    if (status != MICA_RT_OK)
        return status;
    *dims = array;
    for (uint32_t i = 0; i < model->dim_count; ++i) {
        if ((*dims)[i] < model->dims[i].minimum || (*dims)[i] > model->dims[i].maximum)
            return MICA_RT_ERROR(MICA_RT_ERROR_DIM_RANGE, i);
    }
    return MICA_RT_OK;
}

uint64_t mica_rt_tensor_bytes(uint32_t type, uint32_t rank, const int64_t *dims)
{
    uint64_t bytes = mica_rt_type_size(type);
    int is_empty = 0, overflows = bytes == 0;
    for (uint32_t i = 0; i < rank; ++i) {
        if (dims[i] < 0)
            return UINT64_MAX;
        is_empty |= dims[i] == 0;
        overflows |= dims[i] > 0 && bytes > UINT64_MAX / (uint64_t)dims[i];
        bytes *= (uint64_t)dims[i];
    }
    if (mica_rt_type_size(type) != 0 && is_empty)
        return 0;
    return overflows ? UINT64_MAX : bytes;
}

// One entry of a dims table. What output_shapes computes is 0 until it did.
static int64_t resolve_dim(int64_t entry, const int64_t *dims)
{
    if (entry == MICA_RT_DIM_COMPUTED)
        return 0;
    return entry >= 0 ? entry : dims[-1 - entry];
}

// Zero type or rank in an input stand for what the model says.
static int32_t check_input(const mica_rt_tensor_info *info, const mica_rt_input *input,
                           const int64_t *dims)
{
    if (input->type != MICA_RT_TYPE_NONE && input->type != info->type)
        return MICA_RT_ERROR_INPUT_TYPE;
    if (input->rank != 0 && input->rank != info->rank)
        return MICA_RT_ERROR_INPUT_SHAPE;
    int64_t shape[MICA_RT_MAX_RANK];
    for (uint32_t i = 0; i < info->rank; ++i) {
        shape[i] = resolve_dim(info->dims[i], dims);
        if (input->rank != 0 && input->dims[i] != shape[i])
            return MICA_RT_ERROR_INPUT_SHAPE;
    }
    const uint64_t needed = mica_rt_tensor_bytes(info->type, info->rank, shape);
    if (needed == UINT64_MAX)
        return MICA_RT_ERROR_SIZE_OVERFLOW;
    if (input->size < needed)
        return MICA_RT_ERROR_INPUT_SIZE;
    if (needed != 0 && input->data == NULL)
        return MICA_RT_ERROR_ARGUMENT;
    const uintptr_t address = (uintptr_t)input->data;
    return address % mica_rt_type_size(info->type) != 0 ? MICA_RT_ERROR_INPUT_ALIGNMENT
                                                        : MICA_RT_OK;
}

static int32_t check_inputs(const mica_rt_model *model, const mica_rt_input *inputs,
                            const int64_t *dims)
{
    for (uint32_t i = 0; i < model->input_count; ++i) {
        const int32_t status = check_input(&model->inputs[i], &inputs[i], dims);
        if (status != MICA_RT_OK)
            return MICA_RT_ERROR(status, i);
    }
    return MICA_RT_OK;
}

static void fill_output_shapes(const mica_rt_model *model, const int64_t *dims,
                               mica_rt_output *outputs)
{
    for (uint32_t i = 0; i < model->output_count; ++i) {
        const mica_rt_tensor_info *info = &model->outputs[i];
        outputs[i].type = info->type;
        outputs[i].rank = info->rank;
        for (uint32_t j = 0; j < MICA_RT_MAX_RANK; ++j)
            outputs[i].dims[j] = j < info->rank ? resolve_dim(info->dims[j], dims) : 0;
    }
    if (model->output_shapes != NULL)
        model->output_shapes(dims, outputs);
}

static int32_t check_outputs(const mica_rt_model *model, const mica_rt_output *outputs)
{
    for (uint32_t i = 0; i < model->output_count; ++i) {
        const mica_rt_output *output = &outputs[i];
        const uint64_t needed = mica_rt_tensor_bytes(output->type, output->rank, output->dims);
        if (needed == UINT64_MAX)
            return MICA_RT_ERROR(MICA_RT_ERROR_SIZE_OVERFLOW, i);
        if (output->capacity < needed)
            return MICA_RT_ERROR(MICA_RT_ERROR_OUTPUT_CAPACITY, i);
        if (needed != 0 && output->data == NULL)
            return MICA_RT_ERROR(MICA_RT_ERROR_ARGUMENT, i);
        if ((uintptr_t)output->data % mica_rt_type_size(output->type) != 0)
            return MICA_RT_ERROR(MICA_RT_ERROR_OUTPUT_ALIGNMENT, i);
    }
    return MICA_RT_OK;
}

// The bytes that `compute` may use, before alignment; UINT64_MAX when they don't fit.
static uint64_t workspace_bytes(const mica_rt_model *model, const int64_t *dims)
{
    const uint64_t bytes =
        model->workspace_size != NULL ? model->workspace_size(dims) : model->workspace_bytes;
    return bytes > SIZE_MAX - MICA_RT_ALIGNMENT ? UINT64_MAX : bytes;
}

size_t mica_rt_workspace_size(const mica_rt_model *model, const void *dims)
{
    const int64_t *values;
    if (check_model(model) != MICA_RT_OK || open_dims(model, dims, &values) != MICA_RT_OK)
        return 0;
    const uint64_t bytes = workspace_bytes(model, values);
    if (bytes == UINT64_MAX)
        return 0;
    return bytes == 0 ? 1 : (size_t)bytes + MICA_RT_ALIGNMENT - 1;
}

static int32_t align_workspace(uint64_t bytes, void *workspace, size_t size, void **aligned)
{
    *aligned = workspace;
    if (bytes == 0)
        return MICA_RT_OK;
    if (bytes == UINT64_MAX)
        return MICA_RT_ERROR_SIZE_OVERFLOW;
    if (workspace == NULL)
        return MICA_RT_ERROR_ARGUMENT;
    const size_t gap = (size_t)(-(uintptr_t)workspace % MICA_RT_ALIGNMENT);
    if (size < gap || size - gap < bytes)
        return MICA_RT_ERROR_WORKSPACE_SIZE;
    *aligned = (char *)workspace + gap;
    return MICA_RT_OK;
}

// Completes the caller's env: absent means defaults, an older one's missing fields are zero.
static int32_t complete_env(const mica_rt_env *env, mica_rt_env *complete)
{
    *complete = (mica_rt_env)MICA_RT_ENV_INIT;
    if (env == NULL)
        return MICA_RT_OK;
    if (env->struct_size < offsetof(mica_rt_env, weights))
        return MICA_RT_ERROR_STRUCT_SIZE;
    if (env->abi_version != MICA_RT_ABI_VERSION)
        return MICA_RT_ERROR_ABI_VERSION;
    const size_t given =
        (size_t)(env->struct_size < sizeof *env ? env->struct_size : sizeof *env);
    memcpy(complete, env, given);
    complete->struct_size = sizeof *complete;
    return complete->flags != 0 ? MICA_RT_ERROR_ARGUMENT : MICA_RT_OK;
}

static int32_t check_given_weights(const mica_rt_model *model, const mica_rt_env *env)
{
    if (env->weights_size != model->weights_size ||
        (uintptr_t)env->weights % MICA_RT_ALIGNMENT != 0)
        return MICA_RT_ERROR_WEIGHTS;
    uint64_t fingerprint = 0;
    if (model->weights_fingerprint == 0)
        return MICA_RT_OK;
    if (env->weights_size < sizeof fingerprint)
        return MICA_RT_ERROR_WEIGHTS;
    memcpy(&fingerprint,
           (const char *)env->weights + (size_t)env->weights_size - sizeof fingerprint,
           sizeof fingerprint);
    return fingerprint != model->weights_fingerprint ? MICA_RT_ERROR_WEIGHTS : MICA_RT_OK;
}

static int32_t resolve_resources(const mica_rt_model *model, mica_rt_env *env)
{
    if ((model->flags & MICA_RT_MODEL_NEEDS_DEVICE) != 0 && env->device == NULL)
        return MICA_RT_ERROR_DEVICE_NEEDED;
    if (model->weights_size == 0)
        return MICA_RT_OK;
    if (env->weights != NULL)
        return check_given_weights(model, env);
    env->weights = model->weights;
    env->weights_size = model->weights_size;
    return env->weights == NULL ? MICA_RT_ERROR_WEIGHTS : MICA_RT_OK;
}

// Opens what shapes depend on and fills in the outputs' shapes.
static int32_t open_call(const mica_rt_model *model, const void *dims, void *outputs,
                         const int64_t **values, mica_rt_output **output_array)
{
    const void *array = NULL;
    int32_t status = check_model(model);
    if (status == MICA_RT_OK)
        status = open_dims(model, dims, values);
    if (status == MICA_RT_OK)
        status = open_struct(outputs, model->output_count, sizeof(mica_rt_output), &array);
    *output_array = (mica_rt_output *)(uintptr_t)array;
    if (status == MICA_RT_OK)
        fill_output_shapes(model, *values, *output_array);
    return status;
}

int32_t mica_rt_infer_shapes(const mica_rt_model *model, const void *dims, void *outputs)
{
    const int64_t *values = NULL;
    mica_rt_output *output_array;
    return open_call(model, dims, outputs, &values, &output_array);
}

int32_t mica_rt_run(const mica_rt_model *model, const mica_rt_env *env, const void *dims,
                    const void *inputs, void *outputs, void *workspace, size_t workspace_size)
{
    mica_rt_env complete;
    const int64_t *values = NULL;
    const void *input_array = NULL;
    mica_rt_output *output_array;
    int32_t status = open_call(model, dims, outputs, &values, &output_array);
    if (status == MICA_RT_OK)
        status = complete_env(env, &complete);
    if (status == MICA_RT_OK)
        status = open_struct(inputs, model->input_count, sizeof(mica_rt_input), &input_array);
    if (status == MICA_RT_OK)
        status = check_inputs(model, input_array, values);
    if (status == MICA_RT_OK)
        status = check_outputs(model, output_array);
    if (status == MICA_RT_OK)
        status = resolve_resources(model, &complete);
    if (status == MICA_RT_OK)
        status = align_workspace(workspace_bytes(model, values), workspace, workspace_size,
                                 &workspace);
    if (status != MICA_RT_OK)
        return status;
    return model->compute(&complete, values, input_array, output_array, workspace);
}
