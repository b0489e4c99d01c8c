// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The main function of a compiled model: what `micac --emit=exe` links. It reads inputs from
// .npy files, runs the model, and prints, writes or checks its outputs.
//
//   int main(int count, char **arguments)
//   {
//       return mica_model_main(m_info(), NULL, count, arguments);
//   }
#ifndef MICA_TOOLS_MODEL_MAIN_H
#define MICA_TOOLS_MODEL_MAIN_H

#include "tools/support/model_call.h"
#include "tools/support/tensor_folder.h"

#ifdef __cplusplus
extern "C" {
#endif

// Returns the exit status: 0, 1 after an error that was told on stderr or when an output
// differs from what was expected, 2 for wrong use. `devices` is &mica_vulkan_devices for a
// model that needs a device, else NULL.
int mica_model_main(const mica_rt_model *model, const mica_device_api *devices, int count,
                    char **arguments);

// Something else than compiled code that computes a model's outputs: as mica_model_call, to be
// called once.
typedef struct mica_model_evaluator {
    bool (*call)(void *user, const mica_model_options *options, const mica_array *inputs,
                 uint32_t input_count, mica_array *outputs, mica_tool_error *error);
    void *user;
} mica_model_evaluator;

// The same for tools that read more formats than .npy. `evaluator` NULL: runs the model's code;
// else the model needs none, its description is enough.
int mica_model_main_with(const mica_rt_model *model, const mica_model_evaluator *evaluator,
                         const mica_device_api *devices, const mica_tensor_format *formats,
                         int count, char **arguments);

// Prints the options that both take, a line each.
void mica_model_main_options(void);

// Whether `word` is one of these options whose value is the next word.
bool mica_model_main_takes_next(const char *word);

#ifdef __cplusplus
}
#endif

#endif
