// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Order of ops in a block. Every op has a label (mica_op.order) that grows along the list; a
// new op has none (0) and gets one when first asked for, together with its unlabelled
// neighbours. When the gap between two labelled ops is too small, the smallest aligned range of
// labels around it that is sparse enough is spread out anew. The allowed density falls by a
// constant factor with each doubling of the range, which makes the work logarithmic at worst,
// and constant for the usual appending. Renumbering the whole block each time would be
// quadratic for a pass that inserts and compares at one place.
#include "ir/core/operation_internal.h"

enum { APPEND_STRIDE = 64 };

/// A maximal run of neighbouring ops that is to be labelled, within (low, high).
typedef struct run {
    mica_op *first, *last;
    uint64_t count;
} run;

static run find_unlabelled_run(mica_op *op)
{
    run found = {op, op, 1};
    for (; found.first->previous && found.first->previous->order == 0; found.count++)
        found.first = found.first->previous;
    for (; found.last->next && found.last->next->order == 0; found.count++)
        found.last = found.last->next;
    return found;
}

static void label_run(run ops, uint64_t first_label, uint64_t step)
{
    uint64_t label = first_label;
    for (mica_op *op = ops.first;; op = op->next, label += step) {
        op->order = (uint32_t)label;
        if (op == ops.last)
            return;
    }
}

/// Labels a run inside the open interval (low, high) if it fits. At the end of the block labels
/// advance by a fixed stride, so that appending does not halve what is left each time.
static bool label_in_gap(run ops, uint64_t low, uint64_t high, bool at_end)
{
    uint64_t step = (high - low) / (ops.count + 1);
    if (step == 0)
        return false;
    if (at_end && step > APPEND_STRIDE)
        step = APPEND_STRIDE;
    label_run(ops, low + step, step);
    return true;
}

/// Extends a run over the neighbours whose label is in [base, end], labelled or not.
static void extend_run(run *ops, uint64_t base, uint64_t end)
{
    for (mica_op *op = ops->first->previous; op && (op->order == 0 || op->order >= base);
         op = op->previous) {
        ops->first = op;
        ops->count++;
    }
    for (mica_op *op = ops->last->next; op && op->order <= end; op = op->next) {
        ops->last = op;
        ops->count++;
    }
}

/// Spreads the smallest aligned range around `label` that has room for the run.
static void relabel_around(run ops, uint64_t label)
{
    double capacity = 1.0;
    for (unsigned bits = 1; bits <= 32; bits++) {
        // Density limit 1.3^-bits: half full ranges only at the smallest sizes.
        capacity *= 2.0 / 1.3;
        const uint64_t size = UINT64_C(1) << bits;
        const uint64_t base = label & ~(size - 1);
        extend_run(&ops, base, base + size - 1);
        if ((double)ops.count >= capacity && bits < 32)
            continue;
        const uint64_t step = size / (ops.count + 1);
        label_run(ops, base + (step ? step : 1), step ? step : 1);
        return;
    }
}

static void ensure_order(mica_op *op)
{
    if (op->order)
        return;
    const run ops = find_unlabelled_run(op);
    const uint64_t low = ops.first->previous ? ops.first->previous->order : 0;
    const uint64_t high = ops.last->next ? ops.last->next->order : UINT64_C(1) << 32;
    if (!label_in_gap(ops, low, high, !ops.last->next))
        relabel_around(ops, low);
}

bool mica_op_is_before(const mica_op *a, const mica_op *b)
{
    assert(a->block && a->block == b->block);
    // The label is a cache: computing it leaves the IR as it was.
    ensure_order((mica_op *)a);
    ensure_order((mica_op *)b);
    return a->order < b->order;
}
