// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values: cells and the objects behind them. All objects of an interpreter are in one list, the
// latest first, so that a run that stops in the middle leaves nothing behind.
#include "ir/interpreter/interpreter_internal.h"

const char mica_eval_layout_interface = 0;

// ---- types
// -----------------------------------------------------------------------------------

static const mica_eval_layout *layout_of(const mica_type *type)
{
    const mica_type_def *definition = mica_type_definition(type);
    for (uint32_t i = 0; definition && i < definition->interface_count; i++)
        if (definition->interfaces[i].interface == &mica_eval_layout_interface)
            return definition->interfaces[i].table;
    return NULL;
}

static size_t vector_size(const mica_type *type)
{
    const int64_t count = mica_type_element_count(type);
    const size_t size = mica_eval_type_size(mica_type_element(type));
    return count < 0 || mica_vector_type_is_scalable(type) ? 0 : (size_t)count * size;
}

size_t mica_eval_type_size(const mica_type *type)
{
    switch (mica_type_get_kind(type)) {
    case MICA_TYPE_INTEGER:
    case MICA_TYPE_INDEX:
    case MICA_TYPE_FLOAT:
    case MICA_TYPE_COMPLEX: {
        const size_t size = mica_dense_element_size(type);
        return size <= sizeof(uint64_t[2]) ? size : 0;
    }
    case MICA_TYPE_VECTOR:
        return vector_size(type);
    case MICA_TYPE_DIALECT: {
        const mica_eval_layout *layout = layout_of(type);
        return layout ? layout->size(type) : 0;
    }
    default:
        return 0;
    }
}

bool mica_eval_type_is_memref(const mica_type *type)
{
    return mica_type_is_memref(type);
}

bool mica_eval_type_is_object(const mica_type *type)
{
    if (mica_type_is_shaped(type))
        return true;
    const mica_eval_layout *layout = layout_of(type);
    return layout && layout->is_object(type);
}

// ---- objects
// ---------------------------------------------------------------------------------

static void *create_object(mica_eval_frame *frame, size_t size, uint32_t kind)
{
    mica_interpreter *interpreter = frame->interpreter;
    mica_eval_object *object = NULL;
    if (size <= interpreter->options.max_memory - interpreter->memory_used)
        object = micai_allocate(interpreter->allocator, size + sizeof(size_t));
    if (!object) {
        (void)mica_eval_no_memory(frame, frame->at ? frame->at->op : NULL);
        return NULL;
    }
    interpreter->memory_used += size;
    object->references = 1;
    object->kind = kind;
    object->previous = NULL;
    object->next = interpreter->objects;
    if (object->next)
        object->next->previous = object;
    interpreter->objects = object;
    return object;
}

static size_t buffer_bytes(size_t rank, size_t bytes)
{
    return sizeof(mica_eval_buffer) + rank * sizeof(int64_t) + bytes;
}

void micai_eval_object_free(mica_interpreter *interpreter, mica_eval_object *object)
{
    size_t size;
    if (object->kind == 0) {
        mica_eval_buffer *buffer = (mica_eval_buffer *)object;
        const size_t bytes = buffer->count * buffer->element_size;
        size = buffer_bytes(buffer->rank, bytes);
        if (buffer->shadow)
            micai_release(interpreter->allocator, buffer->shadow, bytes + 1);
        if (buffer->origin && !interpreter->is_sweeping)
            micai_eval_drop(interpreter, &buffer->origin->object);
    } else {
        const mica_eval_memref *memref = (mica_eval_memref *)object;
        size = sizeof *memref + 2 * memref->rank * sizeof(int64_t);
    }
    if (object->previous)
        object->previous->next = object->next;
    else
        interpreter->objects = object->next;
    if (object->next)
        object->next->previous = object->previous;
    interpreter->memory_used -= size;
    micai_release(interpreter->allocator, object, size + sizeof(size_t));
}

void micai_eval_sweep(mica_interpreter *interpreter, const mica_eval_object *mark)
{
    interpreter->is_sweeping = true; // what an object refers to may be gone
    while (interpreter->objects && interpreter->objects != mark)
        micai_eval_object_free(interpreter, interpreter->objects);
    interpreter->is_sweeping = false;
}

void mica_eval_retain(mica_eval_object *object)
{
    object->references++;
}

void mica_eval_release(mica_eval_frame *frame, mica_eval_object *object)
{
    micai_eval_drop(frame->interpreter, object);
}

static bool count_elements(const int64_t *sizes, size_t rank, size_t element_size,
                           size_t *count)
{
    size_t product = 1;
    for (size_t i = 0; i < rank; i++) {
        if (sizes[i] < 0 || (sizes[i] && product > SIZE_MAX / 4 / (size_t)sizes[i]))
            return false;
        product *= (size_t)sizes[i];
    }
    *count = product;
    return element_size == 0 || product <= SIZE_MAX / 4 / element_size;
}

static mica_eval_buffer *create_buffer(mica_eval_frame *frame, size_t element_size,
                                       const int64_t *sizes, size_t rank)
{
    size_t count;
    if (!count_elements(sizes, rank, element_size, &count)) {
        (void)mica_eval_error(frame, frame->at ? frame->at->op : NULL,
                              "makes a value of a negative or too great size");
        return NULL;
    }
    const size_t bytes = count * element_size;
    mica_eval_buffer *buffer = create_object(frame, buffer_bytes(rank, bytes), 0);
    if (!buffer)
        return NULL;
    buffer->element_size = element_size;
    buffer->count = count;
    buffer->shadow = NULL;
    buffer->origin = NULL;
    buffer->rank = (uint32_t)rank;
    buffer->sizes = (int64_t *)(buffer + 1);
    buffer->data = (unsigned char *)(buffer->sizes + rank);
    if (rank)
        memcpy(buffer->sizes, sizes, rank * sizeof *sizes);
    memset(buffer->data, 0, bytes);
    return buffer;
}

mica_eval_buffer *mica_eval_buffer_create(mica_eval_frame *frame, const mica_type *element,
                                          const int64_t *sizes, size_t rank)
{
    const size_t size = mica_eval_type_size(element);
    if (size == 0) {
        (void)mica_eval_unsupported(frame, frame->at ? frame->at->op : NULL,
                                    "has elements of a type that can't be interpreted");
        return NULL;
    }
    return create_buffer(frame, size, sizes, rank);
}

mica_eval_buffer *mica_eval_buffer_of_type(mica_eval_frame *frame, const mica_type *type,
                                           const int64_t *dynamic)
{
    if (!mica_type_is_shaped(type))
        return mica_eval_buffer_create(frame, type, NULL, 0);
    enum { INLINE_RANK = 16 };
    int64_t sizes[INLINE_RANK];
    const size_t rank = mica_type_rank(type);
    if (rank > INLINE_RANK || !mica_type_is_ranked(type)) {
        (void)mica_eval_unsupported(frame, frame->at ? frame->at->op : NULL,
                                    "has a rank that can't be interpreted");
        return NULL;
    }
    for (size_t i = 0; i < rank; i++) {
        sizes[i] = mica_type_shape(type)[i];
        if (sizes[i] == MICA_DYNAMIC)
            sizes[i] = dynamic ? *dynamic++ : -1;
    }
    return mica_eval_buffer_create(frame, mica_type_element(type), sizes, rank);
}

unsigned char *micai_eval_buffer_shadow(mica_eval_frame *frame, mica_eval_buffer *buffer)
{
    if (!buffer->shadow) {
        buffer->shadow = micai_allocate_zeroed(frame->interpreter->allocator,
                                               buffer->count * buffer->element_size + 1);
        if (!buffer->shadow)
            (void)mica_eval_no_memory(frame, frame->at ? frame->at->op : NULL);
    }
    return buffer->shadow;
}

static mica_eval_buffer *copy_buffer(mica_eval_frame *frame, const mica_eval_buffer *buffer,
                                     const int64_t *sizes, size_t rank)
{
    mica_eval_buffer *copy = create_buffer(frame, buffer->element_size, sizes, rank);
    if (!copy)
        return NULL;
    const size_t bytes = buffer->count * buffer->element_size;
    memcpy(copy->data, buffer->data, bytes);
    if (buffer->shadow) {
        if (!micai_eval_buffer_shadow(frame, copy))
            return NULL;
        memcpy(copy->shadow, buffer->shadow, bytes);
    }
    return copy;
}

mica_eval_buffer *mica_eval_own_buffer(mica_eval_frame *frame, mica_op *op, size_t index)
{
    if (!mica_eval_buffer_operand(frame, op, index))
        return NULL;
    mica_eval_buffer *buffer = mica_eval_take_operand(frame, index).as.buffer;
    if (buffer->object.references == 1) {
        if (buffer->origin)
            micai_eval_drop(frame->interpreter, &buffer->origin->object);
        buffer->origin = NULL;
        return buffer;
    }
    mica_eval_buffer *copy = copy_buffer(frame, buffer, buffer->sizes, buffer->rank);
    mica_eval_release(frame, &buffer->object);
    return copy;
}

mica_eval_buffer *mica_eval_reshape_buffer(mica_eval_frame *frame, mica_op *op, size_t index,
                                           const int64_t *sizes, size_t rank)
{
    mica_eval_buffer *buffer = mica_eval_buffer_operand(frame, op, index);
    if (!buffer)
        return NULL;
    size_t count;
    if (!count_elements(sizes, rank, buffer->element_size, &count) || count != buffer->count) {
        (void)mica_eval_error(frame, op, "changes the number of elements");
        return NULL;
    }
    buffer = mica_eval_take_operand(frame, index).as.buffer;
    // An object's own size is told by its rank, which thus stays.
    if (buffer->object.references == 1 && rank == buffer->rank && !buffer->origin) {
        memcpy(buffer->sizes, sizes, rank * sizeof *sizes);
        return buffer;
    }
    mica_eval_buffer *copy = copy_buffer(frame, buffer, sizes, rank);
    mica_eval_release(frame, &buffer->object);
    return copy;
}

bool mica_eval_buffer_mark(mica_eval_frame *frame, mica_eval_buffer *buffer, size_t first,
                           size_t count, bool poison)
{
    if (!buffer->shadow && !poison)
        return true;
    if (!micai_eval_buffer_shadow(frame, buffer))
        return false;
    memset(buffer->shadow + first * buffer->element_size, poison, count * buffer->element_size);
    return true;
}

bool mica_eval_copy_element(mica_eval_frame *frame, mica_eval_buffer *to, size_t at,
                            const mica_eval_buffer *from, size_t index)
{
    const size_t size = to->element_size;
    memcpy(to->data + at * size, from->data + index * size, size);
    if (!from->shadow)
        return mica_eval_buffer_mark(frame, to, at, 1, false);
    if (!micai_eval_buffer_shadow(frame, to))
        return false;
    memcpy(to->shadow + at * size, from->shadow + index * size, size);
    return true;
}

mica_eval_memref *mica_eval_memref_create(mica_eval_frame *frame, size_t rank)
{
    mica_eval_memref *memref =
        create_object(frame, sizeof(mica_eval_memref) + 2 * rank * sizeof(int64_t), 1);
    if (!memref)
        return NULL;
    memref->allocation = NULL;
    memref->base = memref->offset = 0;
    memref->element_size = 0;
    memref->rank = (uint32_t)rank;
    memref->sizes = (int64_t *)(memref + 1);
    memref->strides = memref->sizes + rank;
    return memref;
}

// ---- cells and bytes
// -------------------------------------------------------------------------

static bool any_poison(const unsigned char *shadow, size_t size)
{
    for (size_t i = 0; shadow && i < size; i++)
        if (shadow[i])
            return true;
    return false;
}

static bool read_object(mica_eval_frame *frame, const mica_type *type, size_t size,
                        const unsigned char *data, const unsigned char *shadow,
                        mica_eval_value *value)
{
    mica_eval_buffer *buffer = mica_type_is_shaped(type)
                                   ? mica_eval_buffer_of_type(frame, type, NULL)
                                   : create_buffer(frame, size, NULL, 0);
    if (!buffer)
        return false;
    memcpy(buffer->data, data, size);
    if (any_poison(shadow, size)) {
        if (!micai_eval_buffer_shadow(frame, buffer))
            return false;
        memcpy(buffer->shadow, shadow, size);
    }
    *value = mica_eval_from_buffer(buffer);
    return true;
}

bool micai_eval_read(mica_eval_frame *frame, const mica_type *type, const unsigned char *data,
                     const unsigned char *shadow, mica_eval_value *value)
{
    const size_t size = mica_eval_type_size(type);
    if (size == 0)
        return mica_eval_unsupported(frame, frame->at ? frame->at->op : NULL,
                                     "reads a type that can't be interpreted");
    if (mica_eval_type_is_object(type))
        return read_object(frame, type, size, data, shadow, value);
    *value = mica_eval_from_bits(0);
    memcpy(value->as.bits, data, size);
    value->is_poison = any_poison(shadow, size);
    return true;
}

bool micai_eval_value_has_poison(const mica_type *type, const mica_eval_value *value)
{
    if (value->is_poison || !mica_eval_type_is_object(type) || mica_type_is_memref(type))
        return value->is_poison;
    const mica_eval_buffer *buffer = value->as.buffer;
    return buffer && any_poison(buffer->shadow, buffer->count * buffer->element_size);
}

void micai_eval_write(const mica_type *type, size_t size, unsigned char *data,
                      unsigned char *shadow, const mica_eval_value *value)
{
    const bool is_object = mica_eval_type_is_object(type);
    const mica_eval_buffer *buffer = is_object ? value->as.buffer : NULL;
    if (!is_object)
        memcpy(data, value->as.bits, size);
    else if (buffer)
        memcpy(data, buffer->data, size);
    if (!shadow)
        return;
    if (buffer && buffer->shadow)
        memcpy(shadow, buffer->shadow, size);
    else
        memset(shadow, value->is_poison || (is_object && !buffer), size);
}

bool mica_eval_get_element(mica_eval_frame *frame, const mica_eval_buffer *buffer,
                           const mica_type *element, size_t index, mica_eval_value *value)
{
    const size_t at = index * buffer->element_size;
    return micai_eval_read(frame, element, buffer->data + at,
                           buffer->shadow ? buffer->shadow + at : NULL, value);
}

bool mica_eval_set_element(mica_eval_frame *frame, mica_eval_buffer *buffer,
                           const mica_type *element, size_t index, mica_eval_value value)
{
    const size_t size = buffer->element_size, at = index * size;
    if (!buffer->shadow && micai_eval_value_has_poison(element, &value) &&
        !micai_eval_buffer_shadow(frame, buffer))
        return false;
    micai_eval_write(element, size, buffer->data + at,
                     buffer->shadow ? buffer->shadow + at : NULL, &value);
    if (mica_eval_type_is_object(element))
        micai_eval_drop(frame->interpreter, value.as.object);
    return true;
}

bool mica_eval_set_poison(mica_eval_frame *frame, const mica_op *op)
{
    for (size_t i = 0; i < op->result_count; i++) {
        const mica_type *type = micai_op_results(op)[i].type;
        mica_eval_value value = mica_eval_poison();
        const size_t size = mica_eval_type_size(type);
        const bool is_static = !mica_type_is_shaped(type) || mica_type_has_static_shape(type);
        if (mica_eval_type_is_object(type) && !mica_type_is_memref(type) && is_static) {
            mica_eval_buffer *buffer = mica_type_is_shaped(type)
                                           ? mica_eval_buffer_of_type(frame, type, NULL)
                                           : create_buffer(frame, size, NULL, 0);
            if (!buffer || !mica_eval_buffer_mark(frame, buffer, 0, buffer->count, true))
                return false;
            value = mica_eval_from_buffer(buffer);
        }
        mica_eval_set_result(frame, i, value);
    }
    return true;
}
