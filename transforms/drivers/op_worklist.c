// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The worklist: an array and a map from ops to places in it. Taking an op out leaves a hole,
// which popping skips, so that every operation is constant time.
#include "transforms/drivers/op_worklist_internal.h"

void micai_op_worklist_init(micai_op_worklist *list, const micai_allocator *allocator)
{
    memset(list, 0, sizeof(*list));
    list->allocator = allocator;
    list->position = micai_pointer_map_on(allocator);
}

void micai_op_worklist_free(micai_op_worklist *list)
{
    micai_release(list->allocator, list->ops, list->capacity * sizeof(mica_op *));
    micai_pointer_map_free(&list->position);
}

void micai_op_worklist_clear(micai_op_worklist *list)
{
    list->count = 0;
    micai_pointer_map_clear(&list->position);
}

bool micai_op_worklist_push(micai_op_worklist *list, mica_op *op)
{
    if (micai_pointer_map_find(&list->position, op, NULL))
        return true;
    if (!micai_array_reserve(list->allocator, (void **)&list->ops, &list->capacity,
                             list->count + 1, sizeof(mica_op *)) ||
        !micai_pointer_map_set(&list->position, op, list->count))
        return false;
    list->ops[list->count++] = op;
    return true;
}

mica_op *micai_op_worklist_pop(micai_op_worklist *list)
{
    while (list->count) {
        mica_op *op = list->ops[--list->count];
        if (!op)
            continue;
        micai_pointer_map_erase(&list->position, op);
        return op;
    }
    return NULL;
}

void micai_op_worklist_remove(micai_op_worklist *list, mica_op *op)
{
    uint64_t index;
    if (!micai_pointer_map_find(&list->position, op, &index))
        return;
    list->ops[index] = NULL;
    micai_pointer_map_erase(&list->position, op);
}

void micai_op_worklist_reverse(micai_op_worklist *list)
{
    for (size_t low = 0, high = list->count; low + 1 < high; low++) {
        high--;
        mica_op *op = list->ops[low];
        list->ops[low] = list->ops[high];
        list->ops[high] = op;
    }
    for (size_t i = 0; i < list->count; i++)
        if (list->ops[i])
            micai_pointer_map_set(&list->position, list->ops[i], i);
}
