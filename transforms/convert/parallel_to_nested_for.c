// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// scf.parallel and scf.forall (on memrefs) as nests of scf.for, for targets that run them on
// one thread:
//
//   %r = scf.parallel (%i, %j) = (%a, %b) to (%c, %d) step (%s, %t) init (%z) -> f32 {
//     scf.reduce(%x : f32) { ^bb0(%l: f32, %m: f32): .. scf.reduce.return %n }
//   }
//   %r = scf.for %i = %a to %c step %s iter_args(%0 = %z) -> f32 {
//     %1 = scf.for %j = %b to %d step %t iter_args(%l = %0) -> f32 { .. scf.yield %n }
//     scf.yield %1
//   }
#include "ir/core/interfaces.h"
#include "transforms/convert/convert_scf_internal.h"
#include "transforms/tensor/loop_nest.h"

enum { LOWER_BOUNDS, UPPER_BOUNDS, STEPS, INITS };

static mica_value *operand_in(const mica_op *op, size_t group, size_t index)
{
    size_t first, count;
    mica_op_operand_range(op, group, &first, &count);
    return mica_op_operand(op, first + index);
}

/// Moves the ops of `block` before `anchor` with its arguments replaced.
static void inline_block(mica_block *block, mica_op *anchor, mica_value *const *values)
{
    for (size_t i = 0; i < mica_block_argument_count(block); ++i)
        mica_value_replace_all_uses(mica_block_argument(block, i), values[i]);
    mica_for_each_op_safe(op, next, block)
    {
        mica_op_move_before(op, anchor);
    }
}

/// Inlines the reductions at the end of the body; `carried` become the next values.
static void inline_reductions(mica_op *reduce, mica_value **carried)
{
    for (size_t i = 0; i < mica_op_region_count(reduce); ++i) {
        mica_block *block = mica_region_first(mica_op_region(reduce, i));
        mica_value *const values[] = {carried[i], mica_op_operand(reduce, i)};
        inline_block(block, reduce, values);
        mica_op *last = mica_op_previous(reduce);
        carried[i] = mica_op_operand(last, 0);
        mica_op_erase(last);
    }
    mica_op_erase(reduce);
}

bool micai_parallel_to_nested_for(mica_op *op)
{
    size_t first, rank, inits;
    mica_op_operand_range(op, LOWER_BOUNDS, &first, &rank);
    mica_op_operand_range(op, INITS, &first, &inits);
    if (inits > MICAI_LOOP_MAX_CARRIED)
        return mica_op_error(op, "can't be lowered: it carries more than %d reductions",
                             MICAI_LOOP_MAX_CARRIED);
    mica_context *context = mica_op_context(op);
    micai_loop *loops = micai_context_allocate(context, (rank + 1) * sizeof *loops);
    mica_value **ivs = micai_context_allocate(context, (rank + 1) * sizeof *ivs);
    if (!loops || !ivs)
        return false;
    mica_builder builder = mica_builder_before(op);
    mica_value *carried[MICAI_LOOP_MAX_CARRIED];
    for (size_t i = 0; i < inits; ++i)
        carried[i] = mica_op_operand(op, first + i);
    for (size_t d = 0; d < rank; ++d) {
        micai_loop_begin(&loops[d], &builder, operand_in(op, LOWER_BOUNDS, d),
                         operand_in(op, UPPER_BOUNDS, d), operand_in(op, STEPS, d), carried,
                         inits);
        ivs[d] = loops[d].iv;
        memcpy(carried, loops[d].carried, inits * sizeof *carried);
    }
    // A marker to move the body before; the loops are closed after it.
    mica_op *marker = mica_op_clone_without_regions(op, NULL);
    mica_builder_insert(&builder, marker);
    mica_block *body = mica_region_first(mica_op_region(op, 0));
    inline_block(body, marker, ivs);
    mica_op *reduce = mica_op_previous(marker);
    inline_reductions(reduce, carried);
    mica_op_erase(marker);
    for (size_t d = rank; d-- > 0;) {
        micai_loop_end(&loops[d], &builder, carried);
        memcpy(carried, loops[d].results, inits * sizeof *carried);
    }
    for (size_t i = 0; i < inits; ++i)
        mica_value_replace_all_uses(mica_op_result(op, i), carried[i]);
    mica_op_erase(op);
    micai_context_free(context, loops, (rank + 1) * sizeof *loops);
    micai_context_free(context, ivs, (rank + 1) * sizeof *ivs);
    return !mica_context_out_of_memory(context);
}

// ---- forall
// --------------------------------------------------------------------------------

/// A bound of dimension `d`: a constant, or the next of the operands of its group.
static mica_value *forall_bound(mica_builder *builder, mica_op *op, size_t group,
                                const char *statics, size_t d, size_t *next)
{
    const int64_t known = mica_dense_array_attr_int(mica_op_attr(op, statics), d);
    return known == MICA_DYNAMIC ? operand_in(op, group, (*next)++)
                                 : micai_index(builder, known);
}

bool micai_forall_to_nested_for(mica_op *op)
{
    if (mica_op_result_count(op))
        return mica_op_error(op, "can't be lowered: it makes tensors");
    const size_t rank = mica_dense_array_attr_count(mica_op_attr(op, "staticUpperBound"));
    mica_context *context = mica_op_context(op);
    micai_loop *loops = micai_context_allocate(context, (rank + 1) * sizeof *loops);
    mica_value **ivs = micai_context_allocate(context, (rank + 1) * sizeof *ivs);
    if (!loops || !ivs)
        return false;
    mica_builder builder = mica_builder_before(op);
    size_t lowers = 0, uppers = 0, steps = 0;
    for (size_t d = 0; d < rank; ++d) {
        mica_value *lower =
            forall_bound(&builder, op, LOWER_BOUNDS, "staticLowerBound", d, &lowers);
        mica_value *upper =
            forall_bound(&builder, op, UPPER_BOUNDS, "staticUpperBound", d, &uppers);
        mica_value *step = forall_bound(&builder, op, STEPS, "staticStep", d, &steps);
        micai_loop_begin(&loops[d], &builder, lower, upper, step, NULL, 0);
        ivs[d] = loops[d].iv;
    }
    // A marker to move the body before; the loops are closed after it.
    mica_op *marker = mica_op_clone_without_regions(op, NULL);
    mica_builder_insert(&builder, marker);
    inline_block(mica_region_first(mica_op_region(op, 0)), marker, ivs);
    mica_op_erase(mica_op_previous(marker)); // scf.forall.in_parallel
    mica_op_erase(marker);
    for (size_t d = rank; d-- > 0;)
        micai_loop_end(&loops[d], &builder, NULL);
    mica_op_erase(op);
    micai_context_free(context, loops, (rank + 1) * sizeof *loops);
    micai_context_free(context, ivs, (rank + 1) * sizeof *ivs);
    return !mica_context_out_of_memory(context);
}
