// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An If whose condition is known is no If: the branch that is taken moves to where it stands.
//
//   %r = onnx.If %true { onnx.Yield %a } else { .. }      ->      %a
//
// The condition is often one on sizes, known once the model's inputs have theirs; the branches
// may then give tensors of different rank.
#include "dialects/onnx/onnx_internal.h"
#include "dialects/onnx/onnx_ops.h"
#include "ir/rewrite/pattern.h"
#include "ir/rewrite/rewriter.h"

static bool is_onnx(const mica_op *op)
{
    const mica_string name = mica_op_name(op);
    return name.length > 5 && memcmp(name.data, "onnx.", 5) == 0;
}

static bool keeps_old_type(void *user, mica_use *use)
{
    (void)user;
    return !is_onnx(mica_use_owner(use));
}

static mica_value *cast_to(mica_builder *builder, mica_value *value, const mica_type *type)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "tensor.cast", builder->location);
    mica_op_state_add_operand(&state, value);
    mica_op_state_add_result(&state, type);
    mica_op *cast = mica_builder_create(builder, &state);
    return cast ? mica_op_result(cast, 0) : NULL;
}

/// Users of `old` use `value`, which may be of another type that agrees.
static bool hand_over(mica_builder *builder, mica_value *old, mica_value *value)
{
    const mica_type *type = mica_value_type(old);
    bool is_cast_needed = false;
    mica_for_each_use(use, old)
    {
        is_cast_needed |= keeps_old_type(NULL, use);
    }
    if (is_cast_needed && mica_value_type(value) != type) {
        mica_value *cast = cast_to(builder, value, type);
        if (!cast)
            return false;
        mica_value_replace_uses_if(old, cast, keeps_old_type, NULL);
    }
    mica_value_replace_all_uses(old, value);
    return true;
}

bool mica_onnx_take_branch(mica_op *op, bool truth)
{
    mica_block *branch = mica_region_first(mica_op_region(op, truth ? 0 : 1));
    mica_op *yield = mica_block_last(branch);
    mica_builder builder = mica_builder_before(op);
    mica_for_each_op_safe(inner, next, branch)
    {
        if (inner != yield)
            mica_op_move_before(inner, op);
    }
    for (size_t i = 0; i < mica_op_result_count(op); ++i)
        if (!hand_over(&builder, mica_op_result(op, i), mica_op_operand(yield, i)))
            return false;
    mica_op_erase(op);
    return true;
}

static bool decide(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    bool truth;
    mica_value *values[MICA_ONNX_MAX_RESULTS];
    const size_t count = mica_op_result_count(op);
    if (!mica_onnx_known_truth(mica_op_operand(op, 0), &truth))
        return mica_rewriter_fail(rewriter, op, "its condition is not known");
    mica_block *branch = mica_region_first(mica_op_region(op, truth ? 0 : 1));
    mica_op *yield = mica_block_last(branch);
    for (size_t i = 0; i < count; ++i) {
        values[i] = mica_op_operand(yield, i);
        if (mica_value_type(values[i]) != mica_value_type(mica_op_result(op, i)))
            return mica_rewriter_fail(rewriter, op, "the branch says more of its types");
    }
    mica_rewriter_inline_block_before(rewriter, branch, op, NULL, 0);
    return mica_rewriter_erase_op(rewriter, yield) &&
           mica_rewriter_replace_op(rewriter, op, values, count);
}

void micai_onnx_canonicalize_if(mica_pattern_set *patterns)
{
    static const mica_pattern pattern = {
        .name = "decide_if", .root = "onnx.If", .rewrite = decide};
    mica_pattern_set_add(patterns, &pattern, 1);
}
