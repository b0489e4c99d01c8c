// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass linalg-fuse-elementwise-ops: chains of elementwise linalg.generic ops on tensors
// become one op that makes no tensors in between, constants go into bodies, reshapes move out
// of the way. Ops with a name are left alone, so that contractions and convolutions stay what
// they are; linalg-generalize-named-ops first makes named elementwise ops take part.
//
// The families of patterns are in files of their own (fuse_elementwise_internal.h); one greedy
// run applies them all with the canonicalizations of what they leave behind.
#include "transforms/drivers/greedy.h"
#include "transforms/pass/pass.h"
#include "transforms/tensor/fuse_elementwise_internal.h"

static const char *const canonicalized[] = {"affine.apply", "linalg", "tensor.expand_shape",
                                            "tensor.collapse_shape", NULL};

static bool prepare(mica_context *context, const mica_pass_options *options, void **state)
{
    (void)options;
    mica_pattern_set *set = mica_pattern_set_create(context);
    *state = set;
    return set && micai_fuse_producers_add(set) && micai_fuse_constants_add(set) &&
           micai_drop_unused_operands_add(set) && micai_fuse_reshapes_add(set) &&
           mica_pattern_set_add_canonicalizations_of(set, canonicalized) &&
           mica_pattern_set_freeze(set);
}

static void finish(void *state)
{
    mica_pattern_set_destroy(state);
}

static bool run_fuse(mica_pass_run *run)
{
    const mica_greedy_options options = {.struct_size = sizeof(options),
                                         .region_level = MICA_REGION_AGGRESSIVE};
    mica_greedy_run(mica_pass_run_op(run), mica_pass_run_state(run), &options, NULL);
    return !mica_context_out_of_memory(mica_pass_run_context(run));
}

static const char *const dependent_dialects[] = {"affine", "arith", "linalg", "tensor", NULL};

const mica_pass_def mica_pass_linalg_fuse_elementwise_ops = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "linalg-fuse-elementwise-ops",
    .name = "LinalgElementwiseOpFusionPass",
    .summary = "Fuse elementwise operations on tensors",
    .dependent_dialects = dependent_dialects,
    .prepare = prepare,
    .finish = finish,
    .run = run_fuse,
};
