// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The struct that a memref becomes, read and made in one place.
//
//   ranked    { ptr allocated, ptr aligned, index offset, [rank] sizes, [rank] strides }
//   unranked  { index rank, ptr to a ranked descriptor on the stack }
//
// Element i, j is at aligned + offset + i * strides[0] + j * strides[1], in elements.
#ifndef MICA_TRANSFORMS_CONVERT_MEMREF_DESCRIPTOR_H
#define MICA_TRANSFORMS_CONVERT_MEMREF_DESCRIPTOR_H

#include "ir/core/builder.h"

/// NULL when the memory space, layout or element has no counterpart.
const mica_type *micai_memref_descriptor_type(const mica_type *memref, const mica_type *index);
/// What an element is stored as: its scalar converted, vectors as arrays of vectors.
const mica_type *micai_memref_element_type(const mica_type *element, const mica_type *index);
/// Address space of a memref; false when its memory space is no number.
bool micai_memref_address_space(const mica_type *memref, unsigned *space);

/// A ranked descriptor in the making: set functions replace `value`.
typedef struct micai_descriptor {
    mica_builder *builder;
    mica_value *value;
    const mica_type *index;
} micai_descriptor;

/// Of a value that is there.
micai_descriptor micai_descriptor_of(mica_builder *builder, mica_value *value);
/// Of an undefined one, `type` is the struct.
micai_descriptor micai_descriptor_undef(mica_builder *builder, const mica_type *type);
/// With pointers, and all that `memref` (static shape and layout) says.
micai_descriptor micai_descriptor_static(mica_builder *builder, const mica_type *type,
                                         const mica_type *memref, mica_value *allocated,
                                         mica_value *aligned);

/// Of its members in the order of function arguments: pointers, offset, sizes, strides; an
/// unranked one of rank and pointer.
mica_value *micai_descriptor_pack(mica_builder *builder, const mica_type *type,
                                  mica_value *const *members);

mica_value *micai_descriptor_allocated(const micai_descriptor *descriptor);
mica_value *micai_descriptor_aligned(const micai_descriptor *descriptor);
mica_value *micai_descriptor_offset(const micai_descriptor *descriptor);
mica_value *micai_descriptor_size(const micai_descriptor *descriptor, size_t dim);
mica_value *micai_descriptor_stride(const micai_descriptor *descriptor, size_t dim);
void micai_descriptor_set_allocated(micai_descriptor *descriptor, mica_value *value);
void micai_descriptor_set_aligned(micai_descriptor *descriptor, mica_value *value);
void micai_descriptor_set_offset(micai_descriptor *descriptor, mica_value *value);
void micai_descriptor_set_size(micai_descriptor *descriptor, size_t dim, mica_value *value);
void micai_descriptor_set_stride(micai_descriptor *descriptor, size_t dim, mica_value *value);

/// Where the elements begin: aligned + offset, for a static offset of 0 aligned itself.
mica_value *micai_descriptor_buffer(const micai_descriptor *descriptor,
                                    const mica_type *memref);
/// Address of an element; `indices` are in the index type, one for each dimension.
mica_value *micai_descriptor_element(const micai_descriptor *descriptor,
                                     const mica_type *memref, mica_value *const *indices);
/// A stride or offset: a constant where the type says it.
mica_value *micai_descriptor_stride_of(const micai_descriptor *descriptor,
                                       const mica_type *memref, size_t dim);
/// Size of an element in bytes, found by LLVM.
mica_value *micai_element_size(mica_builder *builder, const mica_type *element,
                               const mica_type *index);

#endif
