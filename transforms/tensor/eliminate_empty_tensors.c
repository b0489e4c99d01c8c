// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass eliminate-empty-tensors: what is computed into an empty tensor and then inserted
// into a larger one is computed there at once.
//
//   %e = tensor.empty() : tensor<4xf32>
//   %f = linalg.fill ins(%x) outs(%e)                 %s = tensor.extract_slice %d[2] [4] [1]
//   %r = tensor.insert_slice %f into %d[2] [4] [1]    %f = linalg.fill ins(%x) outs(%s)
//                                                     %r = tensor.insert_slice %f into %d[2] ..
//
// The slice that is written back where it came from needs no copy, so that padding a picture
// whose producer is ours costs nothing but the margin. What an empty tensor holds is not
// defined: any tensor may stand for it, and bufferization decides whether this one saves a
// copy.
//
// The destination must be there before the first op of the chain. Ops without effects that make
// it (an empty tensor and its fill) are moved up for that, which upstream's pass of this name
// does not.
#include "dialects/scf/scf_ops.h"
#include "dialects/tensor/tensor_ops.h"
#include "ir/core/context_internal.h"
#include "ir/core/dominance.h"
#include "ir/core/interfaces.h"
#include "ir/rewrite/side_effects.h"
#include "transforms/pass/pass.h"

// ---- the chain back to the empty tensor
// ------------------------------------------------------

enum { FOR_FIRST_INIT = 3 };

/// The use whose buffer a result would take over; NULL when there is none.
static mica_use *destination_of(mica_value *result)
{
    mica_op *op = mica_value_op(result);
    const size_t index = mica_value_index(result);
    if (mica_op_is(op, &mica_scf_for_kind))
        return mica_op_operand_use(op, FOR_FIRST_INIT + index);
    const mica_destination_style *style =
        mica_op_interface(op, &mica_destination_style_interface);
    if (!style)
        return NULL;
    const mica_run inits = style->inits(op);
    return index < inits.count ? mica_op_operand_use(op, inits.first + index) : NULL;
}

/// The use of a tensor.empty that `value` is computed into, NULL when it is none.
static mica_use *empty_behind(mica_value *value)
{
    while (mica_value_op(value)) {
        mica_use *use = destination_of(value);
        if (!use)
            return NULL;
        value = mica_use_value(use);
        if (mica_op_is(mica_value_op(value), &mica_tensor_empty_kind))
            return use;
    }
    return NULL;
}

// ---- moving the destination up
// ---------------------------------------------------------------

/// How many ops are moved for one slice at most.
enum { MOVED_LIMIT = 8 };

typedef struct mover {
    mica_dominance *dominance;
    mica_op *before;
    mica_op *moved[MOVED_LIMIT]; ///< users before what they use
    size_t count;
} mover;

static bool add_definition(mover *up, mica_value *value)
{
    mica_op *op = mica_value_op(value);
    if (mica_value_dominates(up->dominance, value, up->before))
        return true;
    if (!op || mica_op_block(op) != mica_op_block(up->before) ||
        !mica_op_is_memory_effect_free(op) || up->count == MOVED_LIMIT)
        return false;
    up->moved[up->count++] = op;
    return true;
}

typedef struct capture_check {
    mover *up;
    const mica_op *root;
    bool ok;
} capture_check;

/// Notes what makes the values that an op, or what is nested in it, uses from outside.
static mica_walk_result add_operands(void *user, mica_op *op)
{
    capture_check *check = user;
    for (size_t i = 0; i < mica_op_operand_count(op) && check->ok; ++i) {
        mica_value *operand = mica_op_operand(op, i);
        const mica_op *holder = mica_block_parent_op(mica_value_block(operand));
        const bool is_inner = holder && mica_op_is_ancestor(check->root, holder);
        check->ok = is_inner || add_definition(check->up, operand);
    }
    return check->ok ? MICA_WALK_ADVANCE : MICA_WALK_INTERRUPT;
}

static void move_all(mover *up)
{
    for (size_t i = 0; i < up->count; ++i) {
        mica_op *op = up->moved[up->count - 1 - i];
        if (mica_op_block(op) == mica_op_block(up->before) && mica_op_is_before(up->before, op))
            mica_op_move_before(op, up->before);
    }
}

/// Makes all values that `insertion` needs but its source available before `op`.
static bool make_available(mica_dominance *dominance, mica_op *insertion, mica_op *op)
{
    mover up = {.dominance = dominance, .before = op};
    for (size_t i = 1; i < mica_op_operand_count(insertion); ++i) {
        if (!add_definition(&up, mica_op_operand(insertion, i)))
            return false;
    }
    for (size_t i = 0; i < up.count; ++i) {
        if (up.moved[i] == op || mica_op_is_ancestor(up.moved[i], op))
            return false;
        capture_check check = {&up, up.moved[i], true};
        mica_op_walk_pre(up.moved[i], add_operands, &check);
        if (!check.ok)
            return false;
    }
    // A definition that is noted twice, or before one that uses it, must end up first.
    move_all(&up);
    return true;
}

// ---- the rewriting
// ---------------------------------------------------------------------------

/// The slice that the insertion will write, of its destination as it is before.
static mica_value *build_slice(mica_op *insertion, mica_op *before)
{
    enum { OFFSETS = 2, SIZES = 3, STRIDES = 4 };
    mica_builder builder = mica_builder_before(before);
    mica_op_state state;
    mica_op_state_init_record(
        &state, builder.context,
        mica_op_record_get(builder.context, mica_string_from("tensor.extract_slice")),
        mica_op_location(insertion));
    int32_t segments[4] = {1, 0, 0, 0};
    for (size_t i = 1; i < mica_op_operand_count(insertion); ++i)
        mica_op_state_add_operand(&state, mica_op_operand(insertion, i));
    for (size_t group = OFFSETS; group <= STRIDES; ++group)
        segments[group - 1] = (int32_t)mica_op_operand_count_of(insertion, group);
    static const char *const statics[] = {"static_offsets", "static_sizes", "static_strides"};
    for (size_t i = 0; i < 3; ++i)
        mica_op_state_set_attr(&state, statics[i], mica_op_attr(insertion, statics[i]));
    mica_op_state_set_attr(&state, "operandSegmentSizes",
                           mica_i32_array_attr_get(builder.context, segments, 4));
    mica_op_state_add_result(&state, mica_value_type(mica_op_operand(insertion, 0)));
    mica_op *slice = mica_builder_create(&builder, &state);
    return slice ? mica_op_result(slice, 0) : NULL;
}

static bool eliminate_for(mica_pass_run *run, mica_dominance *dominance, mica_op *insertion)
{
    mica_value *source = mica_op_operand(insertion, 0);
    mica_use *use = empty_behind(source);
    // A chain that changes the type (a cast) is not followed: the slice is the source's.
    if (!use || mica_value_type(mica_use_value(use)) != mica_value_type(source))
        return true;
    mica_op *first = mica_use_owner(use);
    if (!make_available(dominance, insertion, first))
        return true;
    mica_op *empty = mica_value_op(mica_use_value(use));
    mica_value *slice = build_slice(insertion, first);
    if (!slice)
        return false;
    mica_op_set_operand(first, mica_use_index(use), slice);
    if (mica_value_is_unused(mica_op_result(empty, 0)))
        mica_op_erase(empty);
    mica_pass_run_count(run, 0, 1);
    return true;
}

typedef struct insertion_list {
    const micai_allocator *allocator;
    mica_op **ops;
    size_t count, capacity;
    bool failed;
} insertion_list;

static mica_walk_result collect(void *user, mica_op *op)
{
    insertion_list *list = user;
    if (!mica_op_is(op, &mica_tensor_insert_slice_kind) &&
        !mica_op_is(op, &mica_tensor_parallel_insert_slice_kind))
        return MICA_WALK_ADVANCE;
    void *ops = list->ops;
    list->failed |= !micai_array_reserve(list->allocator, &ops, &list->capacity,
                                         list->count + 1, sizeof(mica_op *));
    list->ops = ops;
    if (list->failed)
        return MICA_WALK_INTERRUPT;
    list->ops[list->count++] = op;
    return MICA_WALK_ADVANCE;
}

static bool run_eliminate_empty_tensors(mica_pass_run *run)
{
    mica_context *context = mica_pass_run_context(run);
    insertion_list list = {&context->allocator, NULL, 0, 0, false};
    mica_op_walk_pre(mica_pass_run_op(run), collect, &list);
    mica_dominance *dominance = list.count ? mica_dominance_create(context) : NULL;
    bool ok = !list.failed && (dominance || list.count == 0);
    for (size_t i = 0; i < list.count && ok; ++i)
        ok = eliminate_for(run, dominance, list.ops[i]);
    if (dominance)
        mica_dominance_destroy(dominance);
    if (list.count == 0)
        mica_pass_run_mark_unchanged(run);
    micai_release(&context->allocator, list.ops, list.capacity * sizeof(mica_op *));
    return ok && !mica_context_out_of_memory(context);
}

static const mica_statistic_def statistics[] = {
    {"eliminated", "Empty tensors that became slices"},
};

static const char *const dependent_dialects[] = {"tensor", NULL};

const mica_pass_def mica_pass_eliminate_empty_tensors = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "eliminate-empty-tensors",
    .name = "EliminateEmptyTensors",
    .summary = "Compute what will be inserted into a tensor in its place there",
    .statistics = statistics,
    .statistic_count = sizeof statistics / sizeof *statistics,
    .dependent_dialects = dependent_dialects,
    .run = run_eliminate_empty_tensors,
};
