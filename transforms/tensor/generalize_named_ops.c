// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass linalg-generalize-named-ops: structured ops with a name become linalg.generic, with
// the named op's maps, iterators and body, so that passes on generic ops serve them too.
//
//   linalg.add ins(%a, %b : ..) outs(%c : ..)
//   ->
//   linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", ..]} .. {
//   ^bb0(%x: f32, %y: f32, %z: f32):
//     %sum = arith.addf %x, %y
//     linalg.yield %sum
//   }
//
// linalg.map stays: its body has no argument for the output, and it is generic already in all
// that matters.
#include "transforms/drivers/greedy.h"
#include "transforms/pass/pass.h"
#include "transforms/tensor/generic_builder.h"

static bool generalize(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    const mica_structured *structured = mica_structured_get(op);
    if (!structured || mica_op_is(op, &mica_linalg_generic_kind))
        return false;
    if (!structured->named && !structured->passes_inits)
        return mica_rewriter_fail(rewriter, op, "the body has no argument for the output");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    micai_linalg_generic made;
    micai_linalg_generic_begin(&made, builder->context);
    for (size_t i = 0; i < mica_op_operand_count(op); i++)
        micai_linalg_generic_add_from(&made, op, i);
    mica_op *generic =
        micai_linalg_generic_create(&made, builder, mica_structured_iterator_types(op));
    if (!generic)
        return false;
    mica_block_erase(mica_structured_body(generic));
    mica_rewriter_take_body(rewriter, mica_op_region(generic, 0), mica_op_region(op, 0));
    return mica_rewriter_replace_op_with(rewriter, op, generic);
}

static const mica_pattern patterns[] = {{.name = "linalg_generalize", .rewrite = generalize}};

static bool prepare(mica_context *context, const mica_pass_options *options, void **state)
{
    (void)options;
    mica_pattern_set *set = mica_pattern_set_create(context);
    *state = set;
    return set && mica_pattern_set_add(set, patterns, 1) && mica_pattern_set_freeze(set);
}

static void finish(void *state)
{
    mica_pattern_set_destroy(state);
}

static bool run_generalize(mica_pass_run *run)
{
    const mica_greedy_options options = {.struct_size = sizeof(options),
                                         .bottom_up = true,
                                         .region_level = MICA_REGION_AGGRESSIVE};
    mica_greedy_run(mica_pass_run_op(run), mica_pass_run_state(run), &options, NULL);
    return !mica_context_out_of_memory(mica_pass_run_context(run));
}

static const char *const dependent_dialects[] = {"linalg", NULL};

const mica_pass_def mica_pass_linalg_generalize_named_ops = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "linalg-generalize-named-ops",
    .name = "LinalgGeneralizeNamedOpsPass",
    .summary = "Convert named ops into generic ops",
    .dependent_dialects = dependent_dialects,
    .prepare = prepare,
    .finish = finish,
    .run = run_generalize,
};
