// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A model whose outputs the interpreter computes, from linalg on tensors.
#ifndef MICA_TOOLS_MICA_RUN_INTERPRET_MODEL_H
#define MICA_TOOLS_MICA_RUN_INTERPRET_MODEL_H

#include "tools/driver/model_driver.h"
#include "tools/support/model_call.h"

/// Begin with what is given and zeros, end with interpreted_model_end.
typedef struct interpreted_model {
    uint64_t max_steps; ///< given. 0: the interpreter's default
    bool reports_steps; ///< given
    model_driver *driver;
    mica_rt_model description; ///< without code
    mica_rt_dim_info *dims;
    mica_rt_tensor_info *inputs, *outputs;
} interpreted_model;

/// Fills in the description of the driver's model, which is lowered to linalg and borrowed from
/// now on. False after a message.
bool interpreted_model_describe(interpreted_model *model, model_driver *driver);

/// The `call` of a mica_model_evaluator; `user` is an interpreted_model. What was undefined is
/// told on standard error, with its place, besides the sentence.
bool interpreted_model_call(void *user, const mica_model_options *options,
                            const mica_array *inputs, uint32_t input_count, mica_array *outputs,
                            mica_tool_error *error);

void interpreted_model_end(interpreted_model *model);

#endif
