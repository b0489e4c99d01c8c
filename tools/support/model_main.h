// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The main function of a compiled model: what `micac --emit=exe` links. It reads inputs from
// .npy files, runs the model, and writes or prints its outputs.
//
//   int main(int count, char **arguments)
//   {
//       return mica_model_main(m_info(), NULL, count, arguments);
//   }
#ifndef MICA_TOOLS_MODEL_MAIN_H
#define MICA_TOOLS_MODEL_MAIN_H

#include "tools/support/model_call.h"

#ifdef __cplusplus
extern "C" {
#endif

// Returns the exit status: 0, 1 after an error that was told on stderr, 2 for wrong use.
// `devices` is &mica_vulkan_devices for a model that needs a device, else NULL.
int mica_model_main(const mica_rt_model *model, const mica_device_api *devices, int count,
                    char **arguments);

#ifdef __cplusplus
}
#endif

#endif
