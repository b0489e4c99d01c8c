// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-vector-to-scf: transfers between vectors of many dimensions and memory
// become transfers of few (`target-rank`), which convert-vector-to-llvm knows. First the order
// of dimensions is made that of memory, then:
//
//   default        loops over rows, by way of a buffer (vector_transfer_loops.c)
//   full-unroll    every row written out, all in registers (vector_transfer_unroll.c)
//   1-D, strided   element by element (vector_transfer_elements.c)
//
// vector.print of vectors becomes loops as well (vector_print_to_loops.c).
#include "ir/core/context.h"
#include "transforms/convert/vector_transfer_internal.h"
#include "transforms/drivers/greedy.h"
#include "transforms/pass/pass.h"

#include <stdlib.h>

typedef struct vector_to_scf {
    micai_transfer_options options;
    mica_pattern_set *permutations, *transfers;
} vector_to_scf;

static void finish(void *state)
{
    vector_to_scf *patterns = state;
    mica_pattern_set_destroy(patterns->permutations);
    mica_pattern_set_destroy(patterns->transfers);
    mica_free(patterns);
}

static bool prepare(mica_context *context, const mica_pass_options *options, void **state)
{
    vector_to_scf *patterns = mica_calloc(1, sizeof *patterns);
    if (!patterns)
        return false;
    *state = patterns;
    micai_transfer_options *own = &patterns->options;
    own->full_unroll = mica_pass_option_bool(options, "full-unroll");
    own->lower_tensors = mica_pass_option_bool(options, "lower-tensors");
    own->target_rank = mica_pass_option_int(options, "target-rank");
    patterns->permutations = mica_pattern_set_create(context);
    patterns->transfers = mica_pattern_set_create(context);
    return patterns->permutations && patterns->transfers &&
           micai_add_transfer_permutations(patterns->permutations) &&
           (own->full_unroll ? micai_add_transfer_unrolling(patterns->transfers, own)
                             : micai_add_transfer_loops(patterns->transfers, own)) &&
           micai_add_vector_printing(patterns->transfers) &&
           (own->target_rank != 1 || micai_add_transfer_elements(patterns->transfers)) &&
           mica_pattern_set_freeze(patterns->permutations) &&
           mica_pattern_set_freeze(patterns->transfers);
}

static bool run_convert_vector_to_scf(mica_pass_run *run)
{
    vector_to_scf *patterns = mica_pass_run_state(run);
    mica_op *op = mica_pass_run_op(run);
    const mica_greedy_options options = {.struct_size = sizeof(options),
                                         .bottom_up = true,
                                         .region_level = MICA_REGION_AGGRESSIVE};
    mica_greedy_run(op, patterns->permutations, &options, NULL);
    mica_greedy_run(op, patterns->transfers, &options, NULL);
    return !mica_context_out_of_memory(mica_pass_run_context(run));
}

static const mica_option_def options[] = {
    {"full-unroll", MICA_OPTION_BOOL, "Write all rows out instead of making loops", "false",
     NULL},
    {"target-rank", MICA_OPTION_INT, "Rank of the vectors that transfers may keep", "1", NULL},
    {"lower-tensors", MICA_OPTION_BOOL, "Take transfers from and to tensors apart too", "false",
     NULL},
};

static const char *const dependent_dialects[] = {"affine", "arith",  "memref", "scf",
                                                 "tensor", "vector", NULL};

const mica_pass_def mica_pass_convert_vector_to_scf = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-vector-to-scf",
    .name = "ConvertVectorToSCF",
    .summary = "Turn transfers of n-D vectors into loops over transfers of rows",
    .options = options,
    .option_count = 3,
    .dependent_dialects = dependent_dialects,
    .prepare = prepare,
    .finish = finish,
    .run = run_convert_vector_to_scf,
};
