// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memref descriptors (memref_descriptor.h).
#include "transforms/convert/memref_descriptor.h"

#include "ir/core/attribute.h"
#include "transforms/convert/llvm_builder.h"

enum { ALLOCATED, ALIGNED, OFFSET, SIZES, STRIDES };
enum { MAX_RANK = 64 };

// ---- types

static const mica_type *convert_vector_element(const mica_type *type, const mica_type *index)
{
    size_t rank = mica_type_rank(type);
    const int64_t *shape = mica_type_shape(type);
    const mica_type *scalar = micai_memref_element_type(mica_type_element(type), index);
    static const int64_t one[] = {1};
    if (!scalar)
        return NULL;
    bool scalable = rank > 0 && mica_vector_type_dim_is_scalable(type, rank - 1);
    const mica_type *made =
        mica_vector_type_get(scalar, rank ? &shape[rank - 1] : one, &scalable, 1);
    for (size_t i = rank; i-- > 1;)
        made = mica_llvm_array_get(made, shape[i - 1]);
    return made;
}

const mica_type *micai_memref_element_type(const mica_type *element, const mica_type *index)
{
    if (mica_type_is_index(element))
        return index;
    if (mica_type_is_integer(element))
        return mica_integer_type_get(mica_type_context(element), mica_type_bit_width(element),
                                     MICA_SIGNLESS);
    if (mica_type_is_vector(element))
        return convert_vector_element(element, index);
    if (mica_type_is_memref(element))
        return micai_memref_descriptor_type(element, index);
    if (mica_type_get_kind(element) == MICA_TYPE_COMPLEX) {
        const mica_type *part = micai_memref_element_type(mica_type_element(element), index);
        const mica_type *parts[] = {part, part};
        return part ? mica_llvm_struct_get(mica_type_context(element), parts, 2, false) : NULL;
    }
    if (mica_type_is_float(element) && mica_type_bit_width(element) == 8)
        return mica_integer_type_get(mica_type_context(element), 8, MICA_SIGNLESS);
    return mica_llvm_type_is_compatible(element) ? element : NULL;
}

bool micai_memref_address_space(const mica_type *memref, unsigned *space)
{
    const mica_attr *attr = mica_memref_type_memory_space(memref);
    *space = 0;
    if (!attr)
        return true;
    if (!mica_attr_is(attr, MICA_ATTR_INTEGER))
        return false;
    *space = (unsigned)mica_integer_attr_value(attr);
    return true;
}

const mica_type *micai_memref_descriptor_type(const mica_type *memref, const mica_type *index)
{
    mica_context *context = mica_type_context(memref);
    unsigned space = 0;
    int64_t strides[MAX_RANK], offset = 0;
    size_t rank = mica_type_rank(memref);
    if (!micai_memref_address_space(memref, &space))
        return NULL;
    const mica_type *pointer = mica_llvm_pointer_get(context, space);
    if (mica_type_get_kind(memref) == MICA_TYPE_UNRANKED_MEMREF) {
        const mica_type *members[] = {index, mica_llvm_pointer_get(context, 0)};
        return mica_llvm_struct_get(context, members, 2, false);
    }
    if (rank > MAX_RANK || !mica_memref_type_strides(memref, strides, &offset) ||
        !micai_memref_element_type(mica_type_element(memref), index))
        return NULL;
    const mica_type *row = mica_llvm_array_get(index, (int64_t)rank);
    const mica_type *members[] = {pointer, pointer, index, row, row};
    return mica_llvm_struct_get(context, members, rank ? 5 : 3, false);
}

// ---- reading and writing

micai_descriptor micai_descriptor_of(mica_builder *builder, mica_value *value)
{
    micai_descriptor descriptor = {builder, value,
                                   mica_llvm_struct_member(mica_value_type(value), OFFSET)};
    return descriptor;
}

micai_descriptor micai_descriptor_undef(mica_builder *builder, const mica_type *type)
{
    return micai_descriptor_of(builder, micai_llvm_undef(builder, type));
}

static mica_value *get(const micai_descriptor *descriptor, int64_t member)
{
    return micai_llvm_extract_value(descriptor->builder, descriptor->value, &member, 1);
}

static mica_value *get_nested(const micai_descriptor *descriptor, int64_t member, size_t dim)
{
    int64_t position[] = {member, (int64_t)dim};
    return micai_llvm_extract_value(descriptor->builder, descriptor->value, position, 2);
}

static void set(micai_descriptor *descriptor, int64_t member, mica_value *value)
{
    descriptor->value =
        micai_llvm_insert_value(descriptor->builder, descriptor->value, value, &member, 1);
}

static void set_nested(micai_descriptor *descriptor, int64_t member, size_t dim,
                       mica_value *value)
{
    int64_t position[] = {member, (int64_t)dim};
    descriptor->value =
        micai_llvm_insert_value(descriptor->builder, descriptor->value, value, position, 2);
}

mica_value *micai_descriptor_allocated(const micai_descriptor *descriptor)
{
    return get(descriptor, ALLOCATED);
}

mica_value *micai_descriptor_aligned(const micai_descriptor *descriptor)
{
    return get(descriptor, ALIGNED);
}

mica_value *micai_descriptor_offset(const micai_descriptor *descriptor)
{
    return get(descriptor, OFFSET);
}

mica_value *micai_descriptor_size(const micai_descriptor *descriptor, size_t dim)
{
    return get_nested(descriptor, SIZES, dim);
}

mica_value *micai_descriptor_stride(const micai_descriptor *descriptor, size_t dim)
{
    return get_nested(descriptor, STRIDES, dim);
}

void micai_descriptor_set_allocated(micai_descriptor *descriptor, mica_value *value)
{
    set(descriptor, ALLOCATED, value);
}

void micai_descriptor_set_aligned(micai_descriptor *descriptor, mica_value *value)
{
    set(descriptor, ALIGNED, value);
}

void micai_descriptor_set_offset(micai_descriptor *descriptor, mica_value *value)
{
    set(descriptor, OFFSET, value);
}

void micai_descriptor_set_size(micai_descriptor *descriptor, size_t dim, mica_value *value)
{
    set_nested(descriptor, SIZES, dim, value);
}

void micai_descriptor_set_stride(micai_descriptor *descriptor, size_t dim, mica_value *value)
{
    set_nested(descriptor, STRIDES, dim, value);
}

micai_descriptor micai_descriptor_static(mica_builder *builder, const mica_type *type,
                                         const mica_type *memref, mica_value *allocated,
                                         mica_value *aligned)
{
    int64_t strides[MAX_RANK], offset = 0;
    size_t rank = mica_type_rank(memref);
    mica_memref_type_strides(memref, strides, &offset);
    micai_descriptor descriptor = micai_descriptor_undef(builder, type);
    micai_descriptor_set_allocated(&descriptor, allocated);
    micai_descriptor_set_aligned(&descriptor, aligned);
    micai_descriptor_set_offset(&descriptor,
                                micai_llvm_index(builder, descriptor.index, offset));
    for (size_t i = 0; i < rank; i++) {
        micai_descriptor_set_size(
            &descriptor, i,
            micai_llvm_index(builder, descriptor.index, mica_type_shape(memref)[i]));
        micai_descriptor_set_stride(&descriptor, i,
                                    micai_llvm_index(builder, descriptor.index, strides[i]));
    }
    return descriptor;
}

mica_value *micai_descriptor_pack(mica_builder *builder, const mica_type *type,
                                  mica_value *const *members)
{
    mica_value *value = micai_llvm_undef(builder, type);
    size_t plain = mica_llvm_struct_count(type) < 3 ? mica_llvm_struct_count(type) : 3;
    for (size_t i = 0; i < plain; i++) {
        int64_t position = (int64_t)i;
        value = micai_llvm_insert_value(builder, value, *members++, &position, 1);
    }
    for (size_t i = plain; i < mica_llvm_struct_count(type); i++) {
        int64_t rank = mica_llvm_array_size(mica_llvm_struct_member(type, i));
        for (int64_t j = 0; j < rank; j++) {
            int64_t position[] = {(int64_t)i, j};
            value = micai_llvm_insert_value(builder, value, *members++, position, 2);
        }
    }
    return value;
}

// ---- addresses

mica_value *micai_descriptor_stride_of(const micai_descriptor *descriptor,
                                       const mica_type *memref, size_t dim)
{
    int64_t strides[MAX_RANK], offset = 0;
    mica_memref_type_strides(memref, strides, &offset);
    if (strides[dim] == MICA_DYNAMIC)
        return micai_descriptor_stride(descriptor, dim);
    return micai_llvm_index(descriptor->builder, descriptor->index, strides[dim]);
}

mica_value *micai_descriptor_buffer(const micai_descriptor *descriptor, const mica_type *memref)
{
    int64_t strides[MAX_RANK], offset = 0;
    mica_memref_type_strides(memref, strides, &offset);
    mica_value *base = micai_descriptor_aligned(descriptor);
    if (offset == 0)
        return base;
    mica_value *distance = offset == MICA_DYNAMIC ? micai_descriptor_offset(descriptor)
                                                  : micai_llvm_index(descriptor->builder,
                                                                     descriptor->index, offset);
    const mica_type *element =
        micai_memref_element_type(mica_type_element(memref), descriptor->index);
    return micai_llvm_element_address(descriptor->builder, element, base, distance);
}

mica_value *micai_descriptor_element(const micai_descriptor *descriptor,
                                     const mica_type *memref, mica_value *const *indices)
{
    int64_t strides[MAX_RANK], offset = 0;
    mica_builder *builder = descriptor->builder;
    mica_memref_type_strides(memref, strides, &offset);
    mica_value *base = micai_descriptor_buffer(descriptor, memref);
    mica_value *index = NULL;
    for (size_t i = 0; i < mica_type_rank(memref); i++) {
        mica_value *part = indices[i];
        if (strides[i] != 1)
            part = micai_llvm_binary(builder, "llvm.mul", part,
                                     micai_descriptor_stride_of(descriptor, memref, i));
        index = index ? micai_llvm_binary(builder, "llvm.add", index, part) : part;
    }
    if (!index)
        return base;
    const mica_type *element =
        micai_memref_element_type(mica_type_element(memref), descriptor->index);
    return micai_llvm_element_address(builder, element, base, index);
}

mica_value *micai_element_size(mica_builder *builder, const mica_type *element,
                               const mica_type *index)
{
    static const int32_t one[] = {1};
    mica_value *null = micai_llvm_build(builder, "llvm.mlir.zero",
                                        mica_llvm_pointer_get(builder->context, 0), NULL, 0);
    mica_value *next = micai_llvm_member_address(builder, element, null, one, 1);
    return micai_llvm_unary(builder, "llvm.ptrtoint", index, next);
}
