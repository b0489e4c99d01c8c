// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// evaluate-constants: ops whose operands are all constants become constants, also those without
// a folder: the interpreter evaluates them, so that what is computed here is what would be
// computed there. Only small results (64 elements); what is undefined is left alone.
//
//   %0 = vector.shuffle %cst, %cst_0 [0, 3]      ->      %cst_1 = arith.constant dense<[1, 4]>
//
// A pass of its own, for canonicalize leaves what upstream's leaves.
#include "transforms/drivers/greedy.h"
#include "transforms/pass/pass.h"

static bool run_evaluate_constants(mica_pass_run *run)
{
    mica_op *op = mica_pass_run_op(run);
    mica_pattern_set *none = mica_pattern_set_create(mica_op_context(op));
    const mica_greedy_options greedy = {.struct_size = sizeof greedy,
                                        .region_level = MICA_REGION_DISABLED,
                                        .evaluate_constants = true};
    if (!none)
        return false;
    (void)mica_greedy_run(op, none, &greedy, NULL);
    mica_pattern_set_destroy(none);
    return true;
}

const mica_pass_def mica_pass_evaluate_constants = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "evaluate-constants",
    .name = "EvaluateConstants",
    .summary = "Replace ops on constants by what they compute",
    .run = run_evaluate_constants,
};
