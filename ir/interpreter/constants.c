// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constants as values, values as constants, and folding: an op with constant operands evaluated
// by its own hook, so that the compiler and the interpreter can't differ.
#include "ir/interpreter/interpreter_internal.h"
#include "ir/rewrite/fold.h"
#include "ir/support/blob.h"

// ---- from attributes
// -------------------------------------------------------------------------

static bool from_integer(mica_eval_frame *frame, mica_op *op, const mica_attr *attr,
                         mica_eval_value *value)
{
    const uint32_t width = mica_type_bit_width(mica_attr_type(attr));
    if (width > 128)
        return mica_eval_unsupported(frame, op, "has a constant that is too wide");
    const uint64_t *words = mica_integer_attr_words(attr);
    *value = mica_eval_from_bits(width ? words[0] : 0);
    if (width > 64)
        value->as.bits[1] = words[1];
    return true;
}

static bool from_elements(mica_eval_frame *frame, mica_op *op, const mica_type *type,
                          const void *data, size_t size, bool is_splat, mica_eval_value *value)
{
    mica_eval_buffer *buffer = mica_eval_buffer_of_type(frame, type, NULL);
    if (!buffer)
        return false;
    const size_t bytes = buffer->count * buffer->element_size;
    if (is_splat && size && bytes % size == 0)
        for (size_t at = 0; at < bytes; at += size)
            memcpy(buffer->data + at, data, size);
    else if (size == bytes)
        memcpy(buffer->data, data, bytes);
    else
        return mica_eval_unsupported(frame, op, "has a constant of another size than its type");
    *value = mica_eval_from_buffer(buffer);
    return true;
}

static bool from_resource(mica_eval_frame *frame, mica_op *op, const mica_attr *attr,
                          const mica_type *type, mica_eval_value *value)
{
    const mica_blob *blob = mica_context_find_resource(frame->interpreter->context,
                                                       mica_dense_resource_attr_key(attr));
    if (!blob)
        return mica_eval_unsupported(frame, op, "has a resource without contents");
    return from_elements(frame, op, type, mica_blob_data(blob), mica_blob_size(blob), false,
                         value);
}

bool mica_eval_constant(mica_eval_frame *frame, mica_op *op, const mica_attr *attr,
                        const mica_type *type, mica_eval_value *value)
{
    switch (mica_attr_get_kind(attr)) {
    case MICA_ATTR_INTEGER:
        return from_integer(frame, op, attr, value);
    case MICA_ATTR_FLOAT:
        *value = mica_eval_from_bits(0);
        mica_float_attr_bits(attr, value->as.bits);
        return true;
    case MICA_ATTR_DENSE_ELEMENTS: {
        size_t size;
        const void *data = mica_dense_elements_attr_data(attr, &size);
        return from_elements(frame, op, type, data, size,
                             mica_dense_elements_attr_is_splat(attr), value);
    }
    case MICA_ATTR_DENSE_RESOURCE:
        return from_resource(frame, op, attr, type, value);
    default:
        return mica_eval_unsupported(frame, op, "has a constant that can't be interpreted");
    }
}

// ---- to attributes
// ---------------------------------------------------------------------------

static const mica_attr *buffer_to_attr(const mica_eval_buffer *buffer, const mica_type *type)
{
    const mica_type *element = mica_type_element(type);
    if (!mica_type_has_static_shape(type) || mica_type_is_memref(type) ||
        mica_dense_element_size(element) != buffer->element_size)
        return NULL;
    return mica_dense_elements_attr_get(type, buffer->data,
                                        buffer->count * buffer->element_size, false);
}

const mica_attr *mica_eval_to_attr(const mica_eval_value *value, const mica_type *type)
{
    if (micai_eval_value_has_poison(type, value))
        return NULL;
    if (mica_type_is_float(type))
        return mica_float_attr_get_bits(type, value->as.bits);
    if (mica_type_is_integer(type) || mica_type_is_index(type))
        return mica_integer_attr_get_wide(type, value->as.bits);
    return mica_type_is_shaped(type) && value->as.buffer
               ? buffer_to_attr(value->as.buffer, type)
               : NULL;
}

// ---- folding
// ---------------------------------------------------------------------------------

enum { MAX_OPERANDS = 6, MAX_RESULTS = 4 };

static bool is_small(const mica_type *type, int64_t max_elements)
{
    if (!mica_type_is_shaped(type))
        return mica_type_is_float(type) || mica_type_is_integer(type) ||
               mica_type_is_index(type);
    return mica_type_has_static_shape(type) && !mica_type_is_memref(type) &&
           mica_type_element_count(type) <= max_elements;
}

static bool can_fold(const mica_op *op, int64_t max_elements)
{
    if (!micai_eval_hook(op) || op->operand_count > MAX_OPERANDS ||
        op->result_count > MAX_RESULTS || op->result_count == 0 ||
        micai_op_region_count(op) > 0 || micai_op_successor_count(op) > 0 ||
        !micai_op_has_trait(op, MICA_TRAIT_PURE) ||
        micai_op_has_trait(op, MICA_TRAIT_CONSTANT_LIKE) ||
        micai_op_has_trait(op, MICA_TRAIT_TERMINATOR))
        return false;
    for (size_t i = 0; i < op->result_count; i++)
        if (!is_small(micai_op_results(op)[i].type, max_elements))
            return false;
    return true;
}

/// One instruction by itself: operands, then results, are the cells.
static bool evaluate(mica_interpreter *interpreter, mica_op *op,
                     const mica_attr *const *constants, const mica_attr **results)
{
    static const uint32_t slots[MAX_OPERANDS] = {0, 1, 2, 3, 4, 5};
    mica_eval_value cells[MAX_OPERANDS + MAX_RESULTS];
    uint8_t is_object[MAX_OPERANDS + MAX_RESULTS] = {0};
    memset(cells, 0, sizeof cells);
    mica_eval_frame *frame = &interpreter->frame;
    const size_t count = op->operand_count;
    micai_instruction_extra extra = {.each = micai_eval_hook(op)};
    micai_instruction at = {.op = op,
                            .operands = slots,
                            .result = (uint32_t)count,
                            .operand_count = (uint32_t)count,
                            .extra = &extra};
    frame->at = &at;
    frame->values = cells;
    frame->is_object = is_object;
    for (size_t i = 0; i < count; i++) {
        const mica_type *type = op->operands[i].value->type;
        is_object[i] = mica_eval_type_is_object(type);
        if (!constants[i] || !mica_eval_constant(frame, op, constants[i], type, &cells[i]))
            return false;
    }
    if (count)
        at.operand_width = (uint16_t)mica_type_bit_width(
            mica_type_element_or_self(op->operands[0].value->type));
    const mica_type *first = micai_op_results(op)->type;
    at.result_width = (uint16_t)mica_type_bit_width(mica_type_element_or_self(first));
    for (size_t i = 0; i < op->result_count; i++)
        is_object[count + i] = mica_eval_type_is_object(micai_op_results(op)[i].type);
    const bool done =
        micai_eval_is_for_elements(op) ? micai_eval_lanes(frame, op) : extra.each(frame, op);
    for (size_t i = 0; i < op->result_count && done; i++)
        results[i] = mica_eval_to_attr(&cells[count + i], micai_op_results(op)[i].type);
    return done;
}

bool mica_interpreter_fold(mica_op *op, const mica_attr *const *constants,
                           const mica_attr **results, int64_t max_elements)
{
    if (!can_fold(op, max_elements))
        return false;
    const mica_interpreter_options options = {
        .struct_size = sizeof options, .max_steps = 1, .is_quiet = true};
    mica_interpreter *interpreter = mica_interpreter_create(op, &options);
    if (!interpreter)
        return false;
    bool done = evaluate(interpreter, op, constants, results);
    for (size_t i = 0; i < op->result_count && done; i++)
        done = results[i] != NULL;
    mica_interpreter_destroy(interpreter);
    return done;
}
