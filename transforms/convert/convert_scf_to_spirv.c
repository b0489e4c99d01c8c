// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-scf-to-spirv. Loops and conditions become structured regions; since those
// give no results, results travel through variables of the function:
//
//   %r = scf.for %i = %lb to %ub step %s iter_args(%a = %init)
//   -> %v = spirv.Variable
//      spirv.mlir.loop {
//        Branch ^header(%lb, %init)
//      ^header(%i, %a):   Store %v, %a;  BranchConditional (%i < %ub), ^body, ^merge
//      ^body:             ...;  Branch ^continue
//      ^continue:         Branch ^header(%i + %s, %next)
//      ^merge:            mlir.merge }
//      %r = Load %v
#include <stdlib.h>

#include "transforms/convert/spirv_lowering.h"

// An op with one empty region and an enum attribute for its control.
static mica_op *build_structured(mica_builder *builder, const char *name, const char *control)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, name, builder->location);
    mica_op_state_set_attr(&state, control,
                           mica_spirv_enum_attr_get(builder->context, control, 0));
    mica_op_state_add_region(&state);
    return mica_builder_create(builder, &state);
}

static mica_block *add_block(mica_builder *builder, mica_region *region,
                             const mica_type *const *types, size_t count)
{
    return mica_builder_create_block(builder, region, NULL, types, count);
}

static void build_merge(mica_builder *builder, mica_region *region)
{
    add_block(builder, region, NULL, 0);
    micai_spirv_build(builder, "spirv.mlir.merge", NULL, NULL, 0);
}

// A variable for each result; false when a type has none.
static bool make_variables(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                           mica_value **variables)
{
    const size_t count = mica_op_result_count(op);
    for (size_t i = 0; i < count; ++i)
        if (!micai_spirv_converted(rewriter, op, adapted,
                                   mica_value_type(mica_op_result(op, i))))
            return false;
    for (size_t i = 0; i < count; ++i)
        variables[i] = micai_spirv_variable(
            mica_rewriter_builder(rewriter),
            mica_type_converter_convert_one(adapted->converter,
                                            mica_value_type(mica_op_result(op, i))));
    return true;
}

// Replaces the results by loads after `structured`. `variables` is reused for the values.
static bool replace_by_loads(mica_rewriter *rewriter, mica_op *op, mica_op *structured,
                             mica_value **variables)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_builder_set_after(builder, structured);
    for (size_t i = 0; i < mica_op_result_count(op); ++i)
        variables[i] = micai_spirv_load(builder, variables[i]);
    return mica_rewriter_replace_op(rewriter, op, variables, mica_op_result_count(op));
}

// ---- for

// The arguments of the body stand for those of the header.
static void use_header_arguments(mica_block *body, mica_block *header)
{
    for (size_t i = mica_block_argument_count(body); i-- > 0;) {
        mica_value_replace_all_uses(mica_block_argument(body, i),
                                    mica_block_argument(header, i));
        mica_block_erase_argument(body, i);
    }
}

static void build_header(mica_builder *builder, mica_block *header, mica_value *upper,
                         mica_value *const *variables, size_t count, mica_block *body,
                         mica_block *merge)
{
    const mica_type *i1 = mica_integer_type_get(builder->context, 1, MICA_SIGNLESS);
    mica_builder_set_at_end(builder, header);
    for (size_t i = 0; i < count; ++i)
        micai_spirv_store(builder, variables[i], mica_block_argument(header, 1 + i));
    mica_value *const operands[] = {mica_block_argument(header, 0), upper};
    mica_value *more = micai_spirv_build(builder, "spirv.SLessThan", i1, operands, 2);
    micai_spirv_conditional(builder, more, body, merge);
}

// Ends the body and fills the continue block from the yield.
static void build_latch(mica_rewriter *rewriter, const mica_adapted *adapted, mica_op *yield,
                        mica_block *latch, mica_block *header, mica_value *step,
                        mica_value **next)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const size_t count = mica_op_operand_count(yield);
    mica_builder_set_before(builder, yield);
    for (size_t i = 0; i < count; ++i)
        next[1 + i] = mica_conversion_adapt(adapted, rewriter, mica_op_operand(yield, i));
    micai_spirv_branch(builder, latch, NULL, 0);
    mica_builder_set_at_end(builder, latch);
    mica_value *const operands[] = {mica_block_argument(header, 0), step};
    next[0] = micai_spirv_build(builder, "spirv.IAdd", mica_value_type(step), operands, 2);
    micai_spirv_branch(builder, header, next, 1 + count);
    mica_rewriter_erase_op(rewriter, yield);
}

static bool build_loop(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                       mica_value **variables, mica_value **values, const mica_type **types)
{
    const size_t count = mica_op_result_count(op);
    mica_builder *builder = mica_rewriter_builder(rewriter);
    if (!make_variables(rewriter, op, adapted, variables) ||
        !mica_conversion_convert_region(adapted, rewriter, mica_op_region(op, 0), NULL, NULL))
        return mica_rewriter_fail(rewriter, op, "a loop-carried type has no counterpart");
    mica_op *loop = build_structured(builder, "spirv.mlir.loop", "loop_control");
    mica_region *region = mica_op_region(loop, 0);
    values[0] = adapted->values[0];
    types[0] = mica_value_type(adapted->values[0]);
    for (size_t i = 0; i < count; ++i) {
        values[1 + i] = adapted->values[3 + i];
        types[1 + i] = mica_value_type(adapted->values[3 + i]);
    }
    mica_block *entry = add_block(builder, region, NULL, 0);
    mica_block *header = add_block(builder, region, types, 1 + count);
    mica_block *body = mica_region_first(mica_op_region(op, 0));
    mica_rewriter_take_body(rewriter, region, mica_op_region(op, 0));
    mica_block *latch = add_block(builder, region, NULL, 0);
    build_merge(builder, region);
    use_header_arguments(body, header);
    mica_builder_set_at_end(builder, entry);
    micai_spirv_branch(builder, header, values, 1 + count);
    build_header(builder, header, adapted->values[1], variables, count, body,
                 mica_region_last(region));
    build_latch(rewriter, adapted, mica_block_last(body), latch, header, adapted->values[2],
                values);
    return replace_by_loads(rewriter, op, loop, variables);
}

static bool convert_for(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                        void *user)
{
    (void)user;
    const size_t count = mica_op_result_count(op);
    mica_value **values = mica_malloc((2 * count + 2) * sizeof *values);
    const mica_type **types = mica_malloc((count + 1) * sizeof *types);
    const bool converted =
        values && types && build_loop(rewriter, op, adapted, values, values + count + 1, types);
    mica_free(values);
    mica_free(types);
    return converted;
}

// ---- if

// Ends a branch of the selection: its yield becomes stores.
static void end_branch(mica_rewriter *rewriter, const mica_adapted *adapted, mica_block *block,
                       mica_value *const *variables, mica_block *merge)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_op *yield = mica_block_last(block);
    mica_builder_set_before(builder, yield);
    for (size_t i = 0; i < mica_op_operand_count(yield); ++i)
        micai_spirv_store(builder, variables[i],
                          mica_conversion_adapt(adapted, rewriter, mica_op_operand(yield, i)));
    micai_spirv_branch(builder, merge, NULL, 0);
    mica_rewriter_erase_op(rewriter, yield);
}

static bool convert_if(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                       void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value **variables = mica_malloc((mica_op_result_count(op) + 1) * sizeof *variables);
    if (!variables || !make_variables(rewriter, op, adapted, variables)) {
        mica_free(variables);
        return false;
    }
    mica_op *selection = build_structured(builder, "spirv.mlir.selection", "selection_control");
    mica_region *region = mica_op_region(selection, 0);
    mica_block *header = add_block(builder, region, NULL, 0);
    mica_block *sides[2];
    for (size_t i = 0; i < 2; ++i) {
        sides[i] = mica_region_first(mica_op_region(op, i));
        if (sides[i])
            mica_rewriter_take_body(rewriter, region, mica_op_region(op, i));
    }
    build_merge(builder, region);
    mica_block *merge = mica_region_last(region);
    mica_builder_set_at_end(builder, header);
    micai_spirv_conditional(builder, adapted->values[0], sides[0], sides[1] ? sides[1] : merge);
    for (size_t i = 0; i < 2; ++i)
        if (sides[i])
            end_branch(rewriter, adapted, sides[i], variables, merge);
    const bool replaced = replace_by_loads(rewriter, op, selection, variables);
    mica_free(variables);
    return replaced;
}

// ---- while

// Ends the first part: the values of the condition are the results, and go to the second part.
static bool end_condition(mica_rewriter *rewriter, const mica_adapted *adapted,
                          mica_block *before, mica_value *const *variables, mica_block *after,
                          mica_block *merge)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_op *condition = mica_block_last(before);
    mica_builder_set_before(builder, condition);
    for (size_t i = mica_op_operand_count(condition) - 1; i-- > 0;) {
        mica_value *value =
            mica_conversion_adapt(adapted, rewriter, mica_op_operand(condition, i + 1));
        micai_spirv_store(builder, variables[i], value);
        mica_value_replace_all_uses(mica_block_argument(after, i), value);
        mica_block_erase_argument(after, i);
    }
    mica_value *more = mica_conversion_adapt(adapted, rewriter, mica_op_operand(condition, 0));
    micai_spirv_conditional(builder, more, after, merge);
    return mica_rewriter_erase_op(rewriter, condition);
}

// Ends the second part: its yield goes back to the header.
static bool end_second_part(mica_rewriter *rewriter, const mica_adapted *adapted,
                            mica_block *after, mica_block *latch, mica_block *header)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_op *yield = mica_block_last(after);
    const size_t count = mica_op_operand_count(yield);
    mica_value **next = mica_malloc((count + 1) * sizeof *next);
    if (!next)
        return false;
    mica_builder_set_before(builder, yield);
    for (size_t i = 0; i < count; ++i)
        next[i] = mica_conversion_adapt(adapted, rewriter, mica_op_operand(yield, i));
    micai_spirv_branch(builder, latch, NULL, 0);
    mica_builder_set_at_end(builder, latch);
    micai_spirv_branch(builder, header, next, count);
    mica_free(next);
    return mica_rewriter_erase_op(rewriter, yield);
}

// The header passes its arguments on: a block with a structured op inside can't be a header.
static bool build_while(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                        mica_value **variables, const mica_type **types)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    if (!make_variables(rewriter, op, adapted, variables))
        return false;
    for (size_t i = 0; i < 2; ++i)
        if (!mica_conversion_convert_region(adapted, rewriter, mica_op_region(op, i), NULL,
                                            NULL))
            return mica_rewriter_fail(rewriter, op, "a loop-carried type has no counterpart");
    mica_op *loop = build_structured(builder, "spirv.mlir.loop", "loop_control");
    mica_region *region = mica_op_region(loop, 0);
    for (size_t i = 0; i < adapted->count; ++i)
        types[i] = mica_value_type(adapted->values[i]);
    mica_block *entry = add_block(builder, region, NULL, 0);
    mica_block *header = add_block(builder, region, types, adapted->count);
    mica_block *before = mica_region_first(mica_op_region(op, 0));
    mica_block *after = mica_region_first(mica_op_region(op, 1));
    mica_rewriter_take_body(rewriter, region, mica_op_region(op, 0));
    mica_rewriter_take_body(rewriter, region, mica_op_region(op, 1));
    mica_block *latch = add_block(builder, region, NULL, 0);
    build_merge(builder, region);
    use_header_arguments(before, header);
    mica_builder_set_at_end(builder, entry);
    micai_spirv_branch(builder, header, adapted->values, adapted->count);
    mica_builder_set_at_end(builder, header);
    micai_spirv_branch(builder, before, NULL, 0);
    return end_condition(rewriter, adapted, before, variables, after,
                         mica_region_last(region)) &&
           end_second_part(rewriter, adapted, after, latch, header) &&
           replace_by_loads(rewriter, op, loop, variables);
}

static bool convert_while(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                          void *user)
{
    (void)user;
    mica_value **variables = mica_malloc((mica_op_result_count(op) + 1) * sizeof *variables);
    const mica_type **types = mica_malloc((adapted->count + 1) * sizeof *types);
    const bool converted =
        variables && types && build_while(rewriter, op, adapted, variables, types);
    mica_free(variables);
    mica_free(types);
    return converted;
}

bool micai_spirv_add_scf(mica_conversion *conversion)
{
    static const mica_conversion_pattern patterns[] = {
        {"for", "scf.for", 1, convert_for, NULL},
        {"if", "scf.if", 1, convert_if, NULL},
        {"while", "scf.while", 1, convert_while, NULL},
    };
    return mica_conversion_add(conversion, patterns, sizeof patterns / sizeof *patterns);
}

// The ops inside must become those of spirv with the loop around them: what stays would stand
// between blocks of another dialect.
static bool add_all(mica_conversion *conversion)
{
    return micai_spirv_add_scf(conversion) && micai_spirv_add_arith(conversion) &&
           micai_spirv_add_index(conversion) && micai_spirv_add_memref(conversion);
}

static bool run_pass(mica_pass_run *run)
{
    return micai_spirv_run(run, NULL, add_all);
}

static const char *const dependent[] = {"spirv", NULL};
const mica_pass_def mica_pass_convert_scf_to_spirv = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-scf-to-spirv",
    .name = "SCFToSPIRV",
    .summary = "Convert SCF dialect to SPIR-V dialect.",
    .dependent_dialects = dependent,
    .run = run_pass};
