// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Buffers in order of their births take a slot that is free: one whose size is already theirs
// (the same value), else the one that became free last, else a new one. A slot is as large as
// the largest of its buffers, which is no more than the sum of two slots. Which offsets would
// pack tighter depends on the sizes at run time; slots are right for all of them.
#include "transforms/buffer/plan_slots.h"

#include "transforms/tensor/entry_dims.h"

#include <stdlib.h>

typedef struct slot {
    size_t last;       ///< of the buffer that has it
    mica_value *bytes; ///< the largest so far
    mica_value *same;  ///< the size of all buffers so far; NULL when they differ
} slot;

static int born_first(const void *a, const void *b)
{
    const micai_slot_buffer *const *x = a, *const *y = b;
    if ((*x)->first != (*y)->first)
        return (*x)->first > (*y)->first ? 1 : -1;
    return (*x > *y) - (*x < *y); // in the order that they were given in
}

static size_t choose_slot(const slot *slots, size_t count, const micai_slot_buffer *buffer)
{
    size_t chosen = count;
    for (size_t i = 0; i < count; ++i) {
        if (slots[i].last >= buffer->first)
            continue;
        if (slots[i].same && micai_same_expression(slots[i].same, buffer->bytes))
            return i;
        if (chosen == count || slots[i].last > slots[chosen].last)
            chosen = i;
    }
    return chosen;
}

static void take_slot(mica_builder *builder, slot *slots, size_t *count,
                      micai_slot_buffer *buffer)
{
    buffer->slot = choose_slot(slots, *count, buffer);
    slot *taken = &slots[buffer->slot];
    if (buffer->slot == *count) {
        *taken = (slot){buffer->last, buffer->bytes, buffer->bytes};
        ++*count;
        return;
    }
    taken->last = buffer->last;
    if (taken->same && micai_same_expression(taken->same, buffer->bytes))
        return;
    taken->same = NULL;
    taken->bytes = micai_build_binary(builder, "arith.maxui", taken->bytes, buffer->bytes);
}

mica_value *micai_assign_slots(mica_builder *builder, micai_slot_buffer *buffers, size_t count,
                               mica_value *base)
{
    const micai_allocator *allocator = &builder->context->allocator;
    micai_slot_buffer **order = micai_allocate(allocator, (count + 1) * sizeof *order);
    slot *slots = micai_allocate(allocator, (count + 1) * sizeof *slots);
    mica_value **offsets = micai_allocate(allocator, (count + 1) * sizeof *offsets);
    size_t slot_count = 0;
    mica_value *end = order && slots && offsets ? base : NULL;
    for (size_t i = 0; end && i < count; ++i)
        order[i] = &buffers[i];
    if (end)
        qsort(order, count, sizeof *order, born_first);
    for (size_t i = 0; end && i < count; ++i)
        take_slot(builder, slots, &slot_count, order[i]);
    for (size_t i = 0; end && i < slot_count; ++i) {
        offsets[i] = end;
        end = micai_build_size_sum(builder, end, slots[i].bytes);
    }
    for (size_t i = 0; end && i < count; ++i)
        buffers[i].offset = offsets[buffers[i].slot];
    micai_release(allocator, order, (count + 1) * sizeof *order);
    micai_release(allocator, slots, (count + 1) * sizeof *slots);
    micai_release(allocator, offsets, (count + 1) * sizeof *offsets);
    return end;
}
