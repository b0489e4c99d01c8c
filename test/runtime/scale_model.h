// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A compiled model's header as micac would write it, for a model written by hand: `scale`
// multiplies a [rows, 3] matrix by the weights' three factors, and gathers the positive
// elements, whose number depends on data.
#ifndef MICA_TEST_SCALE_MODEL_H
#define MICA_TEST_SCALE_MODEL_H

#include "runtime/mica_rt.h"

typedef mica_rt_env scale_env;

typedef struct scale_dims {
    uint64_t struct_size;
    int64_t rows; // 1 to 8
} scale_dims;

typedef struct scale_inputs {
    uint64_t struct_size;
    mica_rt_input matrix; // f32 [rows, 3]
} scale_inputs;

typedef struct scale_outputs {
    uint64_t struct_size;
    mica_rt_output scaled;   // f32 [rows, 3]
    mica_rt_output positive; // f32 [at most rows * 3]
} scale_outputs;

const mica_rt_model *scale_info(void);
size_t scale_workspace_size(const scale_dims *dims);
int scale_run(const scale_env *env, const scale_dims *dims, const scale_inputs *in,
              scale_outputs *out, void *workspace, size_t workspace_size);
const char *scale_error_string(int code);

#endif
