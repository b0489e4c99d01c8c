// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls any compiled model on arrays.
//
//   shapes of inputs -> dims -> infer_shapes -> outputs -> run -> outputs trimmed to their
//   shapes
//
// mica_rt_run checks everything again; what is checked here first is what a sentence with names
// can be said about.
#include "tools/support/model_call.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

// The structs of a call as mica_rt_run reads them: struct_size, then an array.
typedef struct call {
    const mica_rt_model *model;
    const mica_model_options *options;
    int64_t *dims; // [0] is struct_size; values begin at 1
    uint64_t *inputs, *outputs;
    mica_rt_input *input;
    mica_rt_output *output;
    void *workspace;
    mica_tool_error *error;
} call;

static void append(char *text, size_t size, const char *piece)
{
    const size_t used = strlen(text), length = strlen(piece);
    if (used + length < size)
        memcpy(text + used, piece, length + 1);
}

void mica_model_describe_tensor(const mica_rt_model *model, const mica_rt_tensor_info *info,
                                char *text, size_t size)
{
    char number[32];
    snprintf(text, size, "%s[", mica_rt_type_name(info->type));
    for (uint32_t i = 0; i < info->rank; ++i) {
        const int64_t dim = info->dims[i];
        snprintf(number, sizeof number, "%lld", (long long)dim);
        if (i != 0)
            append(text, size, ",");
        append(text, size,
               dim >= 0                      ? number
               : dim == MICA_RT_DIM_COMPUTED ? "?"
                                             : model->dims[-1 - dim].name);
    }
    append(text, size, "]");
}

static bool allocate_structs(call *c)
{
    const mica_rt_model *model = c->model;
    const size_t dims_size = sizeof(int64_t) * (1 + (size_t)model->dim_count);
    const size_t inputs_size = 8 + sizeof(mica_rt_input) * (size_t)model->input_count;
    const size_t outputs_size = 8 + sizeof(mica_rt_output) * (size_t)model->output_count;
    c->dims = calloc(1, dims_size);
    c->inputs = calloc(1, inputs_size);
    c->outputs = calloc(1, outputs_size);
    if (c->dims == NULL || c->inputs == NULL || c->outputs == NULL)
        return mica_tool_fail(c->error, "out of memory");
    c->dims[0] = (int64_t)dims_size;
    c->inputs[0] = inputs_size;
    c->outputs[0] = outputs_size;
    c->input = (mica_rt_input *)(void *)(c->inputs + 1);
    c->output = (mica_rt_output *)(void *)(c->outputs + 1);
    for (uint32_t i = 0; i < model->dim_count; ++i)
        c->dims[1 + i] = -1; // not bound yet
    return true;
}

static void free_structs(call *c)
{
    free(c->dims);
    free(c->inputs);
    free(c->outputs);
    free(c->workspace);
}

static bool bind_named_dims(call *c)
{
    for (uint32_t i = 0; i < c->options->dim_count; ++i) {
        const mica_model_dim *given = &c->options->dims[i];
        uint32_t at = 0;
        while (at < c->model->dim_count && strcmp(c->model->dims[at].name, given->name) != 0)
            ++at;
        if (at == c->model->dim_count)
            return mica_tool_fail(c->error, "the model has no dimension '%.80s'", given->name);
        c->dims[1 + at] = given->size;
    }
    return true;
}

// True when the array's shape is what the table says, binding dimensions that are met first.
static bool bind_shape(call *c, const mica_rt_tensor_info *info, const mica_array *array)
{
    if (array->type != info->type || array->rank != info->rank)
        return false;
    for (uint32_t i = 0; i < info->rank; ++i) {
        int64_t expected = info->dims[i];
        if (expected < 0) {
            int64_t *bound = &c->dims[-expected]; // 1 + index
            if (*bound < 0)
                *bound = array->dims[i];
            expected = *bound;
        }
        if (array->dims[i] != expected)
            return false;
    }
    return true;
}

static bool bind_inputs(call *c, const mica_array *inputs, uint32_t count)
{
    const mica_rt_model *model = c->model;
    if (count != model->input_count)
        return mica_tool_fail(c->error, "the model takes %u inputs, got %u", model->input_count,
                              count);
    for (uint32_t i = 0; i < count; ++i) {
        char got[80], wanted[80];
        if (!bind_shape(c, &model->inputs[i], &inputs[i])) {
            mica_array_describe(&inputs[i], got, sizeof got);
            mica_model_describe_tensor(model, &model->inputs[i], wanted, sizeof wanted);
            return mica_tool_fail(c->error, "input %u '%.40s': got %s, the model takes %s", i,
                                  model->inputs[i].name, got, wanted);
        }
        c->input[i] = (mica_rt_input){.data = inputs[i].data,
                                      .size = inputs[i].size,
                                      .type = inputs[i].type,
                                      .rank = inputs[i].rank};
        memcpy(c->input[i].dims, inputs[i].dims, sizeof inputs[i].dims);
    }
    return true;
}

static bool check_dims(call *c)
{
    for (uint32_t i = 0; i < c->model->dim_count; ++i) {
        const mica_rt_dim_info *info = &c->model->dims[i];
        const int64_t size = c->dims[1 + i];
        if (size < 0)
            return mica_tool_fail(c->error, "dimension '%.80s' follows from no input: give it",
                                  info->name);
        if (size < info->minimum || size > info->maximum)
            return mica_tool_fail(
                c->error, "dimension '%.80s' is %lld, allowed is %lld to %lld", info->name,
                (long long)size, (long long)info->minimum, (long long)info->maximum);
    }
    return true;
}

// The sentence for a code of the runtime, with the name of what its index points at.
static bool fail_with_code(call *c, int32_t code)
{
    const mica_rt_env *env = c->options->env;
    const int32_t kind = MICA_RT_ERROR_KIND(code), index = MICA_RT_ERROR_INDEX(code);
    const char *detail = "";
    if (kind >= MICA_RT_ERROR_INPUT_TYPE && kind <= MICA_RT_ERROR_INPUT_ALIGNMENT)
        detail = c->model->inputs[index].name;
    else if (kind == MICA_RT_ERROR_OUTPUT_CAPACITY || kind == MICA_RT_ERROR_OUTPUT_ALIGNMENT)
        detail = c->model->outputs[index].name;
    else if (kind >= MICA_RT_ERROR_DEVICE && env != NULL && env->device != NULL &&
             c->options->devices != NULL)
        detail = c->options->devices->message(env->device);
    return mica_tool_fail(c->error, "%s%s%.120s", mica_rt_error_string(code),
                          *detail == '\0' ? "" : ": ", detail);
}

static bool allocate_outputs(call *c, mica_array *outputs)
{
    const int32_t code = mica_rt_infer_shapes(c->model, c->dims, c->outputs);
    if (code != MICA_RT_OK)
        return fail_with_code(c, code);
    for (uint32_t i = 0; i < c->model->output_count; ++i) {
        mica_rt_output *output = &c->output[i];
        if (!mica_array_create(&outputs[i], output->type, output->rank, output->dims, c->error))
            return false;
        output->data = outputs[i].data;
        output->capacity = outputs[i].size;
    }
    return true;
}

static double read_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool run(call *c)
{
    const size_t size = mica_rt_workspace_size(c->model, c->dims);
    const uint32_t repeat = c->options->repeat < 1 ? 1 : c->options->repeat;
    if (size == 0)
        return mica_tool_fail(c->error, "the workspace's size does not fit the address space");
    c->workspace = malloc(size);
    if (c->workspace == NULL)
        return mica_tool_fail(c->error, "no memory for a workspace of %zu bytes", size);
    for (uint32_t i = 0; i < repeat; ++i) {
        const double before = read_clock();
        const int32_t code = mica_rt_run(c->model, c->options->env, c->dims, c->inputs,
                                         c->outputs, c->workspace, size);
        if (code != MICA_RT_OK)
            return fail_with_code(c, code);
        if (c->options->run_times != NULL)
            c->options->run_times[i] = read_clock() - before;
    }
    return true;
}

// An output whose size depends on data was allocated for its bound.
static void trim_outputs(const call *c, mica_array *outputs)
{
    for (uint32_t i = 0; i < c->model->output_count; ++i) {
        const mica_rt_output *output = &c->output[i];
        outputs[i].size = mica_rt_tensor_bytes(output->type, output->rank, output->dims);
        outputs[i].count = outputs[i].size / mica_rt_type_size(output->type);
        memcpy(outputs[i].dims, output->dims, sizeof output->dims);
    }
}

bool mica_model_bind(const mica_rt_model *model, const mica_model_options *options,
                     const mica_array *inputs, uint32_t input_count, int64_t *dims,
                     mica_tool_error *error)
{
    static const mica_model_options defaults = {0};
    call c = {.model = model, .options = options == NULL ? &defaults : options, .error = error};
    const bool is_bound = allocate_structs(&c) && bind_named_dims(&c) &&
                          bind_inputs(&c, inputs, input_count) && check_dims(&c);
    for (uint32_t i = 0; is_bound && i < model->dim_count; ++i)
        dims[i] = c.dims[1 + i];
    free_structs(&c);
    return is_bound;
}

bool mica_model_call(const mica_rt_model *model, const mica_model_options *options,
                     const mica_array *inputs, uint32_t input_count, mica_array *outputs,
                     mica_tool_error *error)
{
    static const mica_model_options defaults = {0};
    call c = {.model = model, .options = options == NULL ? &defaults : options, .error = error};
    for (uint32_t i = 0; i < model->output_count; ++i)
        outputs[i] = (mica_array){0};
    const bool has_run = allocate_structs(&c) && bind_named_dims(&c) &&
                         bind_inputs(&c, inputs, input_count) && check_dims(&c) &&
                         allocate_outputs(&c, outputs) && run(&c);
    if (has_run)
        trim_outputs(&c, outputs);
    for (uint32_t i = 0; !has_run && i < model->output_count; ++i)
        mica_array_destroy(&outputs[i]);
    free_structs(&c);
    return has_run;
}
