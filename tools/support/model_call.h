// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls any compiled model on arrays, led by its description alone: dynamic dimensions are
// bound from the shapes of the inputs, outputs and workspace are allocated to fit. Programs
// that know their model at compile time use its header instead and allocate nothing.
//
//   mica_model_options options = {.env = env};
//   mica_array outputs[2];
//   if (!mica_model_call(m_info(), &options, inputs, 1, outputs, &error))
//       fprintf(stderr, "%s\n", error.text);
#ifndef MICA_TOOLS_MODEL_CALL_H
#define MICA_TOOLS_MODEL_CALL_H

#include "tools/support/array.h"

#ifdef __cplusplus
extern "C" {
#endif

// How programs reach devices without linking them when they need none: mica_vulkan_devices, or
// NULL.
typedef struct mica_device_api {
    int32_t (*open)(mica_rt_device **device);
    void (*close)(mica_rt_device *device);
    const char *(*message)(const mica_rt_device *device);
    const char *(*name)(const mica_rt_device *device);
    uint64_t (*dispatch_count)(const mica_rt_device *device);
} mica_device_api;
extern const mica_device_api mica_vulkan_devices;

// A size for a dynamic dimension that no input's shape tells.
typedef struct mica_model_dim {
    const char *name;
    int64_t size;
} mica_model_dim;

typedef struct mica_model_options {
    const mica_rt_env *env;         // NULL: the default one
    const mica_device_api *devices; // of env->device, for its messages; may be NULL
    const mica_model_dim *dims; // dim_count of them; agreeing with the inputs where both tell
    uint32_t dim_count;
    uint32_t repeat;   // 0 or 1: once; else all runs' times are measured
    double *run_times; // NULL, or room for `repeat` times in seconds
} mica_model_options;

// Runs `model`. `options` may be NULL. `outputs` has room for model->output_count arrays, which
// the caller destroys; all are empty when false is returned. The sentence names the input,
// output or dimension that is wrong.
bool mica_model_call(const mica_rt_model *model, const mica_model_options *options,
                     const mica_array *inputs, uint32_t input_count, mica_array *outputs,
                     mica_tool_error *error);

// Checks the inputs against the description as mica_model_call does, without running anything.
// `dims` has room for model->dim_count sizes, which are set. False with such a sentence.
bool mica_model_bind(const mica_rt_model *model, const mica_model_options *options,
                     const mica_array *inputs, uint32_t input_count, int64_t *dims,
                     mica_tool_error *error);

// Writes "f32[batch,1,28,28]" to `text`: `?` for what is computed.
void mica_model_describe_tensor(const mica_rt_model *model, const mica_rt_tensor_info *info,
                                char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif
