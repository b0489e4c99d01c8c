// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory: allocations with a byte of shadow for each byte, which says whether it was written.
// An allocation's number is never used again, so that what pointed to freed memory is known to.
#include "ir/interpreter/interpreter_internal.h"

static mica_eval_allocation *add_allocation(mica_eval_frame *frame, mica_op *op)
{
    mica_interpreter *interpreter = frame->interpreter;
    // Number 0 is null.
    if (interpreter->allocation_count == 0)
        interpreter->allocation_count = 1;
    if (!micai_array_reserve(interpreter->allocator, (void **)&interpreter->allocations,
                             &interpreter->allocation_capacity,
                             interpreter->allocation_count + 1, sizeof(mica_eval_allocation *)))
        return NULL;
    mica_eval_allocation *allocation =
        micai_allocate_zeroed(interpreter->allocator, sizeof *allocation);
    if (!allocation)
        return NULL;
    allocation->id = (uint32_t)interpreter->allocation_count;
    allocation->is_alive = true;
    allocation->origin = op;
    interpreter->allocations[0] = NULL;
    interpreter->allocations[interpreter->allocation_count++] = allocation;
    return allocation;
}

static bool give_memory(mica_eval_frame *frame, mica_eval_allocation *allocation, uint64_t size)
{
    mica_interpreter *interpreter = frame->interpreter;
    if (size > UINT32_MAX / 2 ||
        size * 2 > interpreter->options.max_memory - interpreter->memory_used)
        return false;
    allocation->data = micai_allocate_zeroed(interpreter->allocator, (size_t)size + 1);
    allocation->shadow = micai_allocate(interpreter->allocator, (size_t)size + 1);
    if (!allocation->data || !allocation->shadow)
        return false;
    memset(allocation->shadow, 1, (size_t)size + 1);
    allocation->size = (size_t)size;
    interpreter->memory_used += size * 2;
    return true;
}

mica_eval_allocation *mica_eval_allocate(mica_eval_frame *frame, mica_op *op, uint64_t size,
                                         bool is_stack)
{
    mica_eval_allocation *allocation = add_allocation(frame, op);
    bool done = allocation && give_memory(frame, allocation, size);
    if (done && is_stack) {
        allocation->is_stack = true;
        done = micai_array_reserve(frame->interpreter->allocator, (void **)&frame->stack,
                                   &frame->stack_capacity, frame->stack_count + 1,
                                   sizeof(mica_eval_allocation *));
        if (done)
            frame->stack[frame->stack_count++] = allocation;
    }
    if (done)
        return allocation;
    (void)mica_eval_no_memory(frame, op);
    return NULL;
}

bool mica_eval_free(mica_eval_frame *frame, mica_op *op, mica_eval_allocation *allocation)
{
    mica_interpreter *interpreter = frame->interpreter;
    if (!allocation->is_alive)
        return mica_eval_error(frame, op, "frees memory that was freed before");
    if (allocation->is_constant || allocation->function)
        return mica_eval_error(frame, op, "frees memory that was not allocated");
    allocation->is_alive = false;
    if (allocation->data) {
        micai_release(interpreter->allocator, allocation->data, allocation->size + 1);
        micai_release(interpreter->allocator, allocation->shadow, allocation->size + 1);
        interpreter->memory_used -= (uint64_t)allocation->size * 2;
    }
    allocation->data = allocation->shadow = NULL;
    return true;
}

unsigned char *mica_eval_access(mica_eval_frame *frame, mica_op *op,
                                mica_eval_allocation *allocation, int64_t offset, size_t size,
                                bool writes)
{
    const char *what = writes ? "writes" : "reads";
    if (!allocation->is_alive)
        (void)mica_eval_error(frame, op, "%s memory that was freed", what);
    else if (!allocation->data)
        (void)mica_eval_error(frame, op, "%s what is no memory", what);
    else if (offset < 0 || (uint64_t)offset > allocation->size ||
             size > allocation->size - (size_t)offset)
        (void)mica_eval_error(frame, op, "%s %zu bytes at offset %lld of %zu", what, size,
                              (long long)offset, allocation->size);
    else if (writes && allocation->is_constant)
        (void)mica_eval_error(frame, op, "writes memory that is constant");
    else
        return allocation->data + offset;
    return NULL;
}

bool mica_eval_load(mica_eval_frame *frame, mica_op *op, mica_eval_allocation *allocation,
                    int64_t offset, const mica_type *type, mica_eval_value *value)
{
    const size_t size = mica_eval_type_size(type);
    const unsigned char *data = mica_eval_access(frame, op, allocation, offset, size, false);
    return data && micai_eval_read(frame, type, data, allocation->shadow + offset, value);
}

bool mica_eval_store(mica_eval_frame *frame, mica_op *op, mica_eval_allocation *allocation,
                     int64_t offset, const mica_type *type, mica_eval_value value)
{
    const size_t size = mica_eval_type_size(type);
    if (size == 0)
        return mica_eval_unsupported(frame, op, "writes a type that can't be interpreted");
    unsigned char *data = mica_eval_access(frame, op, allocation, offset, size, true);
    if (!data)
        return false;
    micai_eval_write(type, size, data, allocation->shadow + offset, &value);
    if (mica_eval_type_is_object(type))
        micai_eval_drop(frame->interpreter, value.as.object);
    return true;
}

bool mica_eval_element_offset(mica_eval_frame *frame, mica_op *op,
                              const mica_eval_memref *memref, const int64_t *indices,
                              int64_t *offset)
{
    int64_t at = memref->offset;
    for (size_t i = 0; i < memref->rank; i++) {
        if (indices[i] < 0 || indices[i] >= memref->sizes[i])
            return mica_eval_error(frame, op,
                                   "has index %lld of dimension %zu, whose size is %lld",
                                   (long long)indices[i], i, (long long)memref->sizes[i]);
        at += indices[i] * memref->strides[i];
    }
    *offset = memref->base + at * (int64_t)memref->element_size;
    return true;
}

mica_eval_allocation *mica_eval_find_allocation(mica_eval_frame *frame, mica_op *op,
                                                uint64_t address, int64_t *offset)
{
    const mica_interpreter *interpreter = frame->interpreter;
    const uint64_t id = address >> 32;
    *offset = (int64_t)(address & UINT32_MAX);
    if (id > 0 && id < interpreter->allocation_count)
        return interpreter->allocations[id];
    (void)mica_eval_error(frame, op,
                          id == 0 ? "uses a null pointer" : "uses a pointer to no memory");
    return NULL;
}

mica_eval_allocation *mica_eval_symbol_memory(mica_eval_frame *frame, mica_op *op, mica_op *key,
                                              uint64_t size, bool *is_new)
{
    mica_interpreter *interpreter = frame->interpreter;
    mica_eval_allocation *known = micai_pointer_map_get(&interpreter->symbols, key);
    *is_new = !known;
    if (known)
        return known;
    mica_eval_allocation *made = add_allocation(frame, key);
    if (!made || (size && !give_memory(frame, made, size)) ||
        !micai_pointer_map_put(&interpreter->symbols, key, made)) {
        (void)mica_eval_no_memory(frame, op);
        return NULL;
    }
    if (size == 0)
        made->function = key;
    return made;
}
