// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass scf-parallel-loop-fusion: parallel loops over the same iterations become one, where
// the later needs of the earlier at most what the same iteration wrote.
//
//   scf.parallel (%i) = .. { store %x, %t[%i] }
//   scf.parallel (%i) = .. { %y = load %t[%i]; .. }
//   -> scf.parallel (%i) = .. { store %x, %t[%i]; %y = load %t[%i]; .. }
//
// The earlier loop moves down to the later one, past ops without effects and past loops that
// share no memory with it; upstream's pass takes direct neighbours alone. Each loop that is
// gone is a kernel's launch or a pass over memory less. Where both touch a buffer and one of
// them writes it, each pair of accesses must have the same indices, among them every index of
// the loops, so that one iteration never meets another's element.
#include "ir/core/context_internal.h"
#include "ir/rewrite/fold.h"
#include "transforms/buffer/buffer_alias.h"
#include "transforms/drivers/op_row.h"
#include "transforms/gpu/kernel_loops.h"
#include "transforms/pass/pass.h"

enum {
    MOST_ACCESSES = 64, ///< of a loop; pairs are compared
    MOST_CANDIDATES = 8 ///< loops behind that a loop is tried with
};

typedef struct loop_summary {
    mica_op *loop;
    size_t access_count;
    micai_element_access accesses[MOST_ACCESSES];
} loop_summary;

// ---- what a loop does

static mica_walk_result note_access(void *user, mica_op *op)
{
    loop_summary *summary = user;
    micai_element_access access;
    if (op == summary->loop)
        return MICA_WALK_ADVANCE;
    const micai_access_kind kind = micai_access_of(op, &access);
    if (kind == MICAI_ACCESS_UNKNOWN || summary->access_count == MOST_ACCESSES) {
        summary->access_count = SIZE_MAX;
        return MICA_WALK_INTERRUPT;
    }
    if (kind == MICAI_ACCESS_ELEMENT)
        summary->accesses[summary->access_count++] = access;
    return MICA_WALK_ADVANCE;
}

// False: more than is understood.
static bool summarize(mica_op *loop, loop_summary *summary)
{
    summary->loop = loop;
    summary->access_count = 0;
    mica_op_walk_pre(loop, note_access, summary);
    return summary->access_count != SIZE_MAX;
}

static bool is_candidate(const mica_op *op)
{
    return mica_string_is(mica_op_name(op), "scf.parallel") && mica_op_result_count(op) == 0 &&
           micai_parallel_rank(op) <= MICAI_PARALLEL_MAX_RANK && !mica_op_attr(op, "mapping");
}

static bool has_conflict(const loop_summary *a, const loop_summary *b)
{
    for (size_t i = 0; i < a->access_count; ++i)
        for (size_t j = 0; j < b->access_count; ++j)
            if ((a->accesses[i].is_store || b->accesses[j].is_store) &&
                micai_buffers_may_alias(a->accesses[i].memref, b->accesses[j].memref))
                return true;
    return false;
}

// ---- are two loops fit for each other?

static mica_block *body_of(const mica_op *loop)
{
    return mica_region_first(mica_op_region(loop, 0));
}

static bool same_iterations(const mica_op *a, const mica_op *b)
{
    if (mica_op_operand_count(a) != mica_op_operand_count(b))
        return false;
    for (size_t i = 0; i < mica_op_operand_count(a); ++i)
        if (!micai_same_index(mica_op_operand(a, i), mica_op_operand(b, i)))
            return false;
    return true;
}

// Which index of the loop `value` is; SIZE_MAX: none.
static size_t index_of(const mica_op *loop, const mica_value *value)
{
    return mica_value_argument_block(value) == body_of(loop) ? mica_value_index(value)
                                                             : SIZE_MAX;
}

static bool is_outside(const mica_op *loop, const mica_value *value)
{
    return !mica_region_is_ancestor(mica_op_region(loop, 0),
                                    mica_block_region(mica_value_block(value)));
}

// Does dimension `d` run just once?
static bool runs_once(const mica_op *loop, size_t d)
{
    mica_value *lower = micai_parallel_bound(loop, MICAI_PARALLEL_LOWER, d);
    mica_value *upper = micai_parallel_bound(loop, MICAI_PARALLEL_UPPER, d);
    int64_t first, end;
    return mica_value_constant_int(lower, &first) && mica_value_constant_int(upper, &end) &&
           end - first == 1;
}

// In equal iterations the same element, in different ones different elements?
static bool is_own_element(const mica_op *loop, const micai_element_access *x,
                           const mica_op *other, const micai_element_access *y)
{
    bool seen[MICAI_PARALLEL_MAX_RANK] = {false};
    if (x->memref != y->memref)
        return false;
    for (size_t i = 0; i < x->rank; ++i) {
        mica_value *a = micai_element_index(x, i), *b = micai_element_index(y, i);
        const size_t d = index_of(loop, a);
        if (d != index_of(other, b))
            return false;
        if (d != SIZE_MAX)
            seen[d] = true;
        else if (!micai_same_index(a, b) || !is_outside(loop, a))
            return false;
    }
    for (size_t d = 0; d < micai_parallel_rank(loop); ++d)
        if (!seen[d] && !runs_once(loop, d))
            return false;
    return true;
}

static size_t count_buffers(const loop_summary *a, const loop_summary *b)
{
    size_t count = 0;
    mica_value *seen[2 * MOST_ACCESSES];
    for (size_t i = 0; i < a->access_count + b->access_count; ++i) {
        mica_value *memref = i < a->access_count ? a->accesses[i].memref
                                                 : b->accesses[i - a->access_count].memref;
        size_t j = 0;
        while (j < count && seen[j] != memref)
            ++j;
        if (j == count)
            seen[count++] = memref;
    }
    return count;
}

static bool can_fuse(const loop_summary *a, const loop_summary *b, int64_t most_buffers)
{
    if (!same_iterations(a->loop, b->loop) ||
        (most_buffers > 0 && count_buffers(a, b) > (size_t)most_buffers))
        return false;
    for (size_t i = 0; i < a->access_count; ++i) {
        for (size_t j = 0; j < b->access_count; ++j) {
            const micai_element_access *x = &a->accesses[i], *y = &b->accesses[j];
            if ((x->is_store || y->is_store) && micai_buffers_may_alias(x->memref, y->memref) &&
                !is_own_element(a->loop, x, b->loop, y))
                return false;
        }
    }
    return true;
}

// ---- fusion in a block

// The body of `a` comes before that of `b`.
static void fuse(mica_op *a, mica_op *b)
{
    mica_block *from = body_of(a), *to = body_of(b);
    mica_op *first = mica_block_first(to), *end = mica_block_last(from);
    for (size_t i = 0; i < mica_block_argument_count(from); ++i)
        mica_value_replace_all_uses(mica_block_argument(from, i), mica_block_argument(to, i));
    mica_for_each_op_safe(op, next, from)
    {
        if (op != end)
            mica_op_move_before(op, first);
    }
    mica_op_erase(a);
}

typedef struct fusion {
    loop_summary *candidates; ///< behind the present op, in order; MOST_CANDIDATES + 1 of them
    size_t count;
    int64_t most_buffers;
    uint64_t fused;
} fusion;

static void forget(fusion *f, size_t index)
{
    memmove(&f->candidates[index], &f->candidates[index + 1],
            (f->count - index - 1) * sizeof *f->candidates);
    --f->count;
}

// Fuses into the last candidate what fits it, from near to far. A loop that does not must be
// passed by those before it.
static void fuse_into_last(fusion *f)
{
    for (size_t i = f->count - 1; i-- > 0;) {
        loop_summary *a = &f->candidates[i], *b = &f->candidates[f->count - 1];
        bool is_free = can_fuse(a, b, f->most_buffers);
        for (size_t k = i + 1; k + 1 < f->count && is_free; ++k)
            is_free = !has_conflict(a, &f->candidates[k]);
        if (!is_free)
            continue;
        mica_op *loop = b->loop;
        fuse(a->loop, loop);
        ++f->fused;
        forget(f, i);
        if (!summarize(loop, &f->candidates[f->count - 1])) {
            f->count = 0;
            return;
        }
    }
}

static void fuse_block(fusion *f, mica_block *block)
{
    f->count = 0;
    for (mica_op *op = mica_block_first(block), *next; op; op = next) {
        micai_element_access access;
        next = mica_op_next(op);
        if (is_candidate(op)) {
            if (!summarize(op, &f->candidates[f->count++])) {
                f->count = 0;
                continue;
            }
            fuse_into_last(f);
            if (f->count > MOST_CANDIDATES)
                forget(f, 0);
        } else if (mica_op_region_count(op) ||
                   (!mica_string_is(mica_op_name(op), "memref.alloc") &&
                    micai_access_of(op, &access) != MICAI_ACCESS_NONE)) {
            f->count = 0;
        }
    }
}

static mica_walk_result find_blocks(void *user, mica_op *op)
{
    if (mica_op_region_count(op) && !mica_string_is(mica_op_name(op), "scf.parallel"))
        micai_op_row_append(user, op);
    return MICA_WALK_ADVANCE;
}

static bool run_pass(mica_pass_run *run)
{
    mica_context *context = mica_pass_run_context(run);
    const size_t bytes = (MOST_CANDIDATES + 1) * sizeof(loop_summary);
    fusion f = {.candidates = micai_allocate(&context->allocator, bytes),
                .most_buffers =
                    mica_pass_option_int(mica_pass_run_options(run), "max-buffers")};
    micai_op_row parents = {0};
    mica_op_walk_pre(mica_pass_run_op(run), find_blocks, &parents);
    const bool done = f.candidates && !parents.failed;
    for (size_t i = 0; i < parents.count && done; ++i)
        for (size_t r = 0; r < mica_op_region_count(parents.ops[i]); ++r)
            mica_for_each_block(block, mica_op_region(parents.ops[i], r)) fuse_block(&f, block);
    mica_pass_run_count(run, 0, f.fused);
    if (f.fused == 0)
        mica_pass_run_mark_unchanged(run);
    micai_op_row_free(&parents);
    micai_release(&context->allocator, f.candidates, bytes);
    return done;
}

static const mica_option_def options[] = {
    {"max-buffers", MICA_OPTION_INT, "Most memrefs that a fused loop may touch; 0: no limit",
     "0", NULL},
};
static const mica_statistic_def statistics[] = {
    {"fused", "Loops that were fused into another"}};
const mica_pass_def mica_pass_scf_parallel_loop_fusion = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "scf-parallel-loop-fusion",
    .name = "SCFParallelLoopFusion",
    .summary = "Fuse parallel loops over the same iterations",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .statistics = statistics,
    .statistic_count = sizeof statistics / sizeof *statistics,
    .run = run_pass};
