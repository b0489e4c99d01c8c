// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types and constants: each is declared once, before what uses it, in the section of globals.
#include <stdlib.h>

#include "codegen/spirv/writer_internal.h"

static uint32_t declare(writer *w, uint32_t opcode, const uint32_t *operands, size_t count)
{
    const uint32_t id = micai_spirv_writer_new_id(w);
    const size_t start = micai_spirv_writer_begin(w, &w->globals, opcode);
    micai_spirv_writer_word(w, &w->globals, id);
    for (size_t i = 0; i < count; ++i)
        micai_spirv_writer_word(w, &w->globals, operands[i]);
    micai_spirv_writer_end(w, &w->globals, start);
    return id;
}

uint32_t micai_spirv_writer_void(writer *w)
{
    static const char key = 0;
    uint32_t id = micai_spirv_writer_find(&w->ids, &key, NULL);
    if (!id) {
        id = declare(w, MICAI_SPIRV_OP_TYPE_VOID, NULL, 0);
        micai_spirv_writer_note(w, &w->ids, &key, NULL, id);
    }
    return id;
}

static void decorate(writer *w, uint32_t id, uint32_t decoration, const uint32_t *value)
{
    const uint32_t operands[] = {id, decoration, value ? *value : 0};
    micai_spirv_writer_put(w, &w->decorations, MICAI_SPIRV_OP_DECORATE, operands,
                           value ? 3 : 2);
}

static void decorate_member(writer *w, uint32_t id, mica_spirv_member_decoration d)
{
    const uint32_t operands[] = {id, d.member, d.decoration, d.value};
    micai_spirv_writer_put(w, &w->decorations, MICAI_SPIRV_OP_MEMBER_DECORATE, operands,
                           d.has_value ? 4 : 3);
}

static uint32_t declare_scalar(writer *w, const mica_type *type, mica_op *op)
{
    const uint32_t width = mica_type_bit_width(type);
    if (mica_type_is_float(type))
        return declare(w, MICAI_SPIRV_OP_TYPE_FLOAT, &width, 1);
    if (mica_type_get_kind(type) == MICA_TYPE_NONE)
        return micai_spirv_writer_void(w);
    if (!mica_type_is_integer(type)) {
        mica_diagnostic *d = mica_op_error_begin(op, "has the type ");
        mica_diagnostic_append_type(d, type);
        mica_diagnostic_append(d, ", which SPIR-V has not");
        mica_diagnostic_emit(d);
        return 0;
    }
    if (width == 1)
        return declare(w, MICAI_SPIRV_OP_TYPE_BOOL, NULL, 0);
    const uint32_t operands[] = {width,
                                 mica_integer_type_signedness(type) == MICA_SIGNED ? 1u : 0u};
    return declare(w, MICAI_SPIRV_OP_TYPE_INT, operands, 2);
}

// A structure in a buffer or in push constants is a block.
static bool is_block_class(uint32_t storage_class)
{
    return storage_class == MICAI_SPIRV_STORAGE_CLASS_STORAGE_BUFFER ||
           storage_class == MICAI_SPIRV_STORAGE_CLASS_UNIFORM ||
           storage_class == MICAI_SPIRV_STORAGE_CLASS_PUSH_CONSTANT;
}

static uint32_t declare_pointer(writer *w, const mica_type *type, mica_op *op)
{
    static const char block_key = 0;
    const mica_type *pointee = mica_spirv_pointer_pointee(type);
    const uint32_t storage_class = mica_spirv_pointer_storage_class(type);
    const uint32_t id = micai_spirv_writer_type(w, pointee, op);
    if (!id)
        return 0;
    if (is_block_class(storage_class) &&
        mica_spirv_type_get_kind(pointee) == MICA_SPIRV_TYPE_STRUCT &&
        !micai_spirv_writer_find(&w->ids, pointee, &block_key)) {
        micai_spirv_writer_note(w, &w->ids, pointee, &block_key, id);
        decorate(w, id, MICAI_SPIRV_DECORATION_BLOCK, NULL);
    }
    const uint32_t operands[] = {storage_class, id};
    return declare(w, MICAI_SPIRV_OP_TYPE_POINTER, operands, 2);
}

static uint32_t declare_array(writer *w, const mica_type *type, mica_op *op)
{
    const bool has_count = mica_spirv_type_get_kind(type) == MICA_SPIRV_TYPE_ARRAY;
    const uint32_t element =
        micai_spirv_writer_type(w, mica_spirv_composite_element(type, 0), op);
    const uint32_t count =
        has_count ? micai_spirv_writer_u32(w, mica_spirv_composite_count(type), op) : 0;
    if (!element)
        return 0;
    const uint32_t operands[] = {element, count};
    const uint32_t id =
        declare(w, has_count ? MICAI_SPIRV_OP_TYPE_ARRAY : MICAI_SPIRV_OP_TYPE_RUNTIME_ARRAY,
                operands, has_count ? 2 : 1);
    const uint32_t stride = mica_spirv_array_stride(type);
    if (stride)
        decorate(w, id, MICAI_SPIRV_DECORATION_ARRAY_STRIDE, &stride);
    return id;
}

static uint32_t declare_struct(writer *w, const mica_type *type, mica_op *op)
{
    const uint32_t count = mica_spirv_composite_count(type);
    uint32_t *members = mica_calloc((size_t)count + 1, sizeof *members);
    if (!members) {
        w->failed = true;
        return 0;
    }
    bool known = true;
    for (uint32_t i = 0; i < count; ++i)
        known &= (members[i] = micai_spirv_writer_type(w, mica_spirv_composite_element(type, i),
                                                       op)) != 0;
    const uint32_t id = known ? declare(w, MICAI_SPIRV_OP_TYPE_STRUCT, members, count) : 0;
    mica_free(members);
    if (!id)
        return 0;
    for (uint32_t i = 0; mica_spirv_struct_has_offsets(type) && i < count; ++i)
        decorate_member(w, id,
                        (mica_spirv_member_decoration){i, MICAI_SPIRV_DECORATION_OFFSET, true,
                                                       mica_spirv_struct_offset(type, i)});
    for (size_t i = 0; i < mica_spirv_struct_decoration_count(type); ++i)
        decorate_member(w, id, mica_spirv_struct_decoration(type, i));
    const mica_identifier *name = mica_spirv_struct_name(type);
    if (name) {
        const size_t start = micai_spirv_writer_begin(w, &w->names, MICAI_SPIRV_OP_NAME);
        micai_spirv_writer_word(w, &w->names, id);
        micai_spirv_writer_text(w, &w->names, mica_identifier_text(name));
        micai_spirv_writer_end(w, &w->names, start);
    }
    return id;
}

static uint32_t declare_image(writer *w, const mica_type *type, mica_op *op)
{
    // The instruction's order: sampled type, dim, depth, arrayed, multisampled, sampled,
    // format.
    uint32_t operands[7] = {micai_spirv_writer_type(w, mica_type_param_type(type, 0), op)};
    for (size_t i = 1; i < 7; ++i)
        operands[i] = (uint32_t)mica_type_param(type, i);
    return operands[0] ? declare(w, MICAI_SPIRV_OP_TYPE_IMAGE, operands, 7) : 0;
}

// A component or column type and a count.
static uint32_t declare_row(writer *w, uint32_t opcode, const mica_type *part, uint32_t count,
                            mica_op *op)
{
    const uint32_t operands[] = {micai_spirv_writer_type(w, part, op), count};
    return operands[0] ? declare(w, opcode, operands, 2) : 0;
}

static uint32_t declare_type(writer *w, const mica_type *type, mica_op *op)
{
    if (mica_type_is_vector(type))
        return declare_row(w, MICAI_SPIRV_OP_TYPE_VECTOR, mica_type_element(type),
                           (uint32_t)mica_type_shape(type)[0], op);
    switch (mica_spirv_type_get_kind(type)) {
    case MICA_SPIRV_TYPE_NONE:
        return declare_scalar(w, type, op);
    case MICA_SPIRV_TYPE_PTR:
        return declare_pointer(w, type, op);
    case MICA_SPIRV_TYPE_ARRAY:
    case MICA_SPIRV_TYPE_RTARRAY:
        return declare_array(w, type, op);
    case MICA_SPIRV_TYPE_STRUCT:
        if (mica_spirv_struct_is_reference(type))
            return mica_op_error(op, "has a structure that contains itself, which the writer "
                                     "does not know");
        return declare_struct(w, type, op);
    case MICA_SPIRV_TYPE_IMAGE:
        return declare_image(w, type, op);
    case MICA_SPIRV_TYPE_MATRIX:
        return declare_row(w, MICAI_SPIRV_OP_TYPE_MATRIX, mica_type_param_type(type, 1),
                           mica_spirv_composite_count(type), op);
    case MICA_SPIRV_TYPE_SAMPLED_IMAGE: {
        const uint32_t image = micai_spirv_writer_type(w, mica_type_param_type(type, 0), op);
        return image ? declare(w, MICAI_SPIRV_OP_TYPE_SAMPLED_IMAGE, &image, 1) : 0;
    }
    default: {
        mica_diagnostic *d = mica_op_error_begin(op, "has the type ");
        mica_diagnostic_append_type(d, type);
        mica_diagnostic_append(d, ", which the writer does not know");
        mica_diagnostic_emit(d);
        return 0;
    }
    }
}

uint32_t micai_spirv_writer_type(writer *w, const mica_type *type, mica_op *op)
{
    uint32_t id = micai_spirv_writer_find(&w->ids, type, NULL);
    if (id)
        return id;
    id = declare_type(w, type, op);
    if (!id)
        w->failed = true;
    else
        micai_spirv_writer_note(w, &w->ids, type, NULL, id);
    return id;
}

uint32_t micai_spirv_writer_function_type(writer *w, const mica_type *type, mica_op *op)
{
    uint32_t id = micai_spirv_writer_find(&w->ids, type, NULL);
    if (id)
        return id;
    const size_t count = mica_function_type_input_count(type);
    uint32_t *operands = mica_malloc((count + 1) * sizeof *operands);
    if (!operands) {
        w->failed = true;
        return 0;
    }
    operands[0] = mica_function_type_result_count(type)
                      ? micai_spirv_writer_type(w, mica_function_type_result(type, 0), op)
                      : micai_spirv_writer_void(w);
    for (size_t i = 0; i < count; ++i)
        operands[1 + i] = micai_spirv_writer_type(w, mica_function_type_input(type, i), op);
    id = declare(w, MICAI_SPIRV_OP_TYPE_FUNCTION, operands, count + 1);
    mica_free(operands);
    micai_spirv_writer_note(w, &w->ids, type, NULL, id);
    return id;
}

// ---- constants

size_t micai_spirv_writer_scalar_words(const mica_attr *value, uint32_t out[2])
{
    const mica_type *type = mica_attr_type(value);
    const uint32_t width = mica_type_bit_width(type);
    uint64_t bits;
    if (mica_attr_is(value, MICA_ATTR_FLOAT)) {
        uint64_t wide[2];
        mica_float_attr_bits(value, wide);
        bits = wide[0];
    } else {
        bits = (uint64_t)mica_integer_attr_value(value);
        // Narrow signed integers are sign-extended to a word, others zero-extended.
        if (width < 32 && mica_integer_type_signedness(type) != MICA_SIGNED)
            bits &= (UINT64_C(1) << width) - 1;
    }
    out[0] = (uint32_t)bits;
    out[1] = (uint32_t)(bits >> 32);
    return width > 32 ? 2 : 1;
}

static uint32_t put_constant(writer *w, uint32_t opcode, uint32_t type,
                             const uint32_t *operands, size_t count)
{
    const uint32_t id = micai_spirv_writer_new_id(w);
    const size_t start = micai_spirv_writer_begin(w, &w->globals, opcode);
    micai_spirv_writer_word(w, &w->globals, type);
    micai_spirv_writer_word(w, &w->globals, id);
    for (size_t i = 0; i < count; ++i)
        micai_spirv_writer_word(w, &w->globals, operands[i]);
    micai_spirv_writer_end(w, &w->globals, start);
    return id;
}

static uint32_t scalar_constant(writer *w, const mica_attr *value, uint32_t type)
{
    if (mica_type_is_signless(mica_attr_type(value), 1))
        return put_constant(w,
                            mica_integer_attr_value(value) ? MICAI_SPIRV_OP_CONSTANT_TRUE
                                                           : MICAI_SPIRV_OP_CONSTANT_FALSE,
                            type, NULL, 0);
    uint32_t out[2];
    const size_t count = micai_spirv_writer_scalar_words(value, out);
    return put_constant(w, MICAI_SPIRV_OP_CONSTANT, type, out, count);
}

// Elements [first, ...) of a dense attribute as a value of `type`, which may be nested arrays.
static uint32_t dense_constant(writer *w, const mica_attr *value, const mica_type *type,
                               int64_t *next, mica_op *op)
{
    const uint32_t type_id = micai_spirv_writer_type(w, type, op);
    if (!type_id)
        return 0;
    if (!mica_spirv_type_is_composite(type)) {
        const bool splat = mica_dense_elements_attr_is_splat(value);
        const mica_attr *element = mica_dense_elements_attr_element(value, splat ? 0 : *next);
        ++*next;
        return micai_spirv_writer_constant(w, element, type, op);
    }
    const uint32_t count = mica_spirv_composite_count(type);
    uint32_t *parts = mica_malloc((count + 1) * sizeof *parts);
    uint32_t id = 0;
    bool known = parts != NULL;
    for (uint32_t i = 0; known && i < count; ++i)
        known = (parts[i] = dense_constant(w, value, mica_spirv_composite_element(type, i),
                                           next, op)) != 0;
    if (known)
        id = put_constant(w, MICAI_SPIRV_OP_CONSTANT_COMPOSITE, type_id, parts, count);
    mica_free(parts);
    return id;
}

static uint32_t array_constant(writer *w, const mica_attr *value, const mica_type *type,
                               mica_op *op)
{
    const uint32_t type_id = micai_spirv_writer_type(w, type, op);
    const size_t count = mica_array_attr_count(value);
    uint32_t *parts = mica_malloc((count + 1) * sizeof *parts);
    uint32_t id = 0;
    bool known = parts && type_id;
    for (size_t i = 0; known && i < count; ++i)
        known = (parts[i] = micai_spirv_writer_constant(
                     w, mica_array_attr_element(value, i),
                     mica_spirv_composite_element(type, (uint32_t)i), op)) != 0;
    if (known)
        id = put_constant(w, MICAI_SPIRV_OP_CONSTANT_COMPOSITE, type_id, parts, count);
    mica_free(parts);
    return id;
}

uint32_t micai_spirv_writer_constant(writer *w, const mica_attr *value, const mica_type *type,
                                     mica_op *op)
{
    uint32_t id = micai_spirv_writer_find(&w->ids, value, type);
    if (id)
        return id;
    int64_t next = 0;
    const mica_attr_kind kind = mica_attr_get_kind(value);
    if (kind == MICA_ATTR_INTEGER || kind == MICA_ATTR_FLOAT) {
        const uint32_t type_id = micai_spirv_writer_type(w, type, op);
        id = type_id ? scalar_constant(w, value, type_id) : 0;
    } else if (kind == MICA_ATTR_DENSE_ELEMENTS) {
        id = dense_constant(w, value, type, &next, op);
    } else if (kind == MICA_ATTR_ARRAY) {
        id = array_constant(w, value, type, op);
    } else {
        mica_op_error(op, "has a constant of a kind that SPIR-V has not");
    }
    if (!id)
        w->failed = true;
    else
        micai_spirv_writer_note(w, &w->ids, value, type, id);
    return id;
}

uint32_t micai_spirv_writer_u32(writer *w, uint32_t value, mica_op *op)
{
    const mica_attr *attr = mica_i32_attr_get(w->context, (int32_t)value);
    return micai_spirv_writer_constant(w, attr, mica_attr_type(attr), op);
}
