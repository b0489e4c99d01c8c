// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass sink-element-reads: scalars made of elements that are read outside of a structured
// op or of a loop over elements are made inside of it again. On a GPU such a read is then part
// of the kernel that wants it, and the host waits for nothing.
//
//   %a = tensor.extract %scale[]                   linalg.generic ... {
//   linalg.generic ... { arith.mulf %in, %a }  ->    %a = tensor.extract %scale[]
//                                                    arith.mulf %in, %a }
//
// On tensors this is always right; on buffers it would have to ask who wrote in between.
#include "dialects/linalg/linalg_structured.h"
#include "dialects/scf/scf_ops.h"
#include "dialects/tensor/tensor_ops.h"
#include "ir/core/builder.h"
#include "ir/core/context.h"
#include "ir/rewrite/side_effects.h"
#include "transforms/drivers/op_row.h"
#include "transforms/pass/pass.h"

enum { SUNK };

/// Scalars made in longer chains stay where they are: each user would repeat all of it.
enum { LONGEST_CHAIN = 64 };

static bool is_element_access(const mica_op *op)
{
    return mica_op_is(op, &mica_tensor_extract_kind) ||
           mica_op_is(op, &mica_tensor_insert_kind);
}

static mica_walk_result look_inside(void *user, mica_op *op)
{
    bool *has_access = user;
    *has_access |= is_element_access(op);
    return mica_structured_get(op) ? MICA_WALK_INTERRUPT : MICA_WALK_ADVANCE;
}

/// A loop or a branch that works on elements, and starts no work that is its own.
static bool is_element_loop(mica_op *op)
{
    bool has_access = false;
    return (mica_op_is(op, &mica_scf_for_kind) || mica_op_is(op, &mica_scf_while_kind) ||
            mica_op_is(op, &mica_scf_if_kind)) &&
           mica_op_walk_pre(op, look_inside, &has_access) && has_access;
}

static mica_walk_result find(void *user, mica_op *op)
{
    if (!mica_structured_get(op) && !mica_op_is(op, &mica_tensor_generate_kind) &&
        !is_element_loop(op))
        return MICA_WALK_ADVANCE;
    micai_op_row_append(user, op);
    return MICA_WALK_SKIP;
}

// ---- chains
// ----------------------------------------------------------------------------------

static bool is_scalar_value(const mica_value *value)
{
    return !mica_type_is_shaped(mica_value_type(value));
}

static bool is_link(mica_op *op)
{
    return op && mica_op_region_count(op) == 0 && mica_op_result_count(op) == 1 &&
           is_scalar_value(mica_op_result(op, 0)) && mica_op_is_memory_effect_free(op);
}

/// What one region needs of chains outside of it, operands before users.
typedef struct sinking {
    mica_region *region;
    mica_op *links[LONGEST_CHAIN];
    bool reads[LONGEST_CHAIN]; ///< is made of an element
    size_t count;
    mica_builder builder; ///< at the region's beginning
    mica_mapping *copies;
    uint64_t *sunk;
} sinking;

/// Number of the op in the chain; the count when it is not there.
static size_t find_link(const sinking *s, const mica_op *op)
{
    size_t i = 0;
    while (i < s->count && s->links[i] != op)
        ++i;
    return i;
}

static bool reads_element(const sinking *s, const mica_op *op)
{
    if (mica_op_is(op, &mica_tensor_extract_kind))
        return true;
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        const size_t link = find_link(s, mica_value_op(mica_op_operand(op, i)));
        if (link < s->count && s->reads[link])
            return true;
    }
    return false;
}

static mica_op *operand_to_note(const sinking *s, const mica_op *op)
{
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        mica_op *source = mica_value_op(mica_op_operand(op, i));
        if (is_link(source) && find_link(s, source) == s->count)
            return source;
    }
    return NULL;
}

/// Notes the ops that make `op`'s result, in their order. False when there are too many.
static bool note_chain(sinking *s, mica_op *op)
{
    mica_op *open[LONGEST_CHAIN] = {op};
    size_t depth = 1;
    s->count = 0;
    while (depth != 0) {
        mica_op *missing = operand_to_note(s, open[depth - 1]);
        if (depth + s->count == LONGEST_CHAIN)
            return false;
        if (missing) {
            open[depth++] = missing;
            continue;
        }
        mica_op *top = open[--depth];
        s->reads[s->count] = reads_element(s, top);
        s->links[s->count++] = top;
    }
    return true;
}

static mica_value *copy_of(const sinking *s, mica_value *value)
{
    mica_value *copy = mica_mapping_get(s->copies, value);
    return copy == value ? NULL : copy;
}

/// The value inside the region that stands for `value`, which is made outside; NULL: itself.
static mica_value *sink_value(sinking *s, mica_value *value)
{
    mica_value *copy = copy_of(s, value);
    if (copy)
        return copy;
    if (!is_link(mica_value_op(value)) || !note_chain(s, mica_value_op(value)) ||
        !s->reads[s->count - 1])
        return NULL;
    for (size_t i = 0; i < s->count; ++i)
        if (s->reads[i] && !copy_of(s, mica_op_result(s->links[i], 0)))
            mica_builder_clone(&s->builder, s->links[i], s->copies);
    ++*s->sunk;
    return copy_of(s, value);
}

static mica_walk_result sink_operands(void *user, mica_op *op)
{
    sinking *s = user;
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        mica_value *value = mica_op_operand(op, i);
        if (!is_scalar_value(value) ||
            mica_region_is_ancestor(s->region, mica_block_region(mica_value_block(value))))
            continue;
        mica_value *inside = sink_value(s, value);
        if (inside)
            mica_op_set_operand(op, i, inside);
    }
    return MICA_WALK_ADVANCE;
}

static bool sink_into(mica_region *region, uint64_t *sunk)
{
    mica_block *entry = mica_region_first(region);
    if (!entry || mica_block_is_empty(entry))
        return true;
    sinking s = {.region = region,
                 .sunk = sunk,
                 .copies = mica_mapping_create(mica_region_context(region))};
    if (!s.copies)
        return false;
    // What is there now is visited; the copies go before it and need nothing more.
    mica_op *first = mica_block_first(entry);
    s.builder = mica_builder_before(first);
    mica_for_each_block(block, region)
    {
        for (mica_op *op = block == entry ? first : mica_block_first(block); op;
             op = mica_op_next(op))
            mica_op_walk_pre(op, sink_operands, &s);
    }
    mica_mapping_destroy(s.copies);
    return true;
}

static bool run_pass(mica_pass_run *run)
{
    micai_op_row found = {0};
    uint64_t sunk = 0;
    mica_op_walk_pre(mica_pass_run_op(run), find, &found);
    bool done = !found.failed;
    for (size_t i = 0; i < found.count; ++i)
        for (size_t r = 0; r < mica_op_region_count(found.ops[i]) && done; ++r)
            done = sink_into(mica_op_region(found.ops[i], r), &sunk);
    micai_op_row_free(&found);
    mica_pass_run_count(run, SUNK, sunk);
    if (sunk == 0)
        mica_pass_run_mark_unchanged(run);
    return done;
}

static const mica_statistic_def statistics[] = {
    [SUNK] = {"num-sunk", "Scalars that are made in the region that uses them"},
};

const mica_pass_def mica_pass_sink_element_reads = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "sink-element-reads",
    .name = "SinkElementReads",
    .summary = "Make scalars from elements where they are used",
    .anchor = "func.func",
    .statistics = statistics,
    .statistic_count = 1,
    .run = run_pass,
};
