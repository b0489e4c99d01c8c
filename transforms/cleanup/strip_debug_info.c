// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// strip-debuginfo: every location of the op, its nested ops and their block arguments becomes
// the unknown one.
#include "transforms/pass/pass.h"

static mica_walk_result strip_op(void *user, mica_op *op)
{
    (void)user;
    mica_op_set_location(op, mica_location_unknown());
    for (size_t i = 0; i < mica_op_region_count(op); i++)
        mica_for_each_block(
            block, mica_op_region(op, i)) for (size_t k = 0;
                                               k < mica_block_argument_count(block); k++)
            mica_argument_set_location(mica_block_argument(block, k), mica_location_unknown());
    return MICA_WALK_ADVANCE;
}

static bool run_strip(mica_pass_run *run)
{
    return mica_op_walk_pre(mica_pass_run_op(run), strip_op, NULL);
}

const mica_pass_def mica_pass_strip_debuginfo = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "strip-debuginfo",
    .name = "StripDebugInfo",
    .summary = "Strip debug info from all operations",
    .run = run_strip,
};
