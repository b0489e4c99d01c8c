// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// memref.reshape for finalize-memref-to-llvm: the same elements in row-major order, with sizes
// that stand in another memref. Where the number of sizes is known they are read one by one and
// the result is a descriptor of that rank; else a loop fills a descriptor on the stack:
//
//   stride = 1; for (i = rank; i-- > 0;) { sizes[i] = shape[i]; strides[i] = stride;
//                                          stride *= shape[i]; }
#include "transforms/convert/llvm_lowering.h"
#include "transforms/convert/memref_descriptor.h"
#include "transforms/convert/memref_to_llvm_internal.h"

typedef struct reshape {
    mica_builder *builder;
    const mica_type *pointer, *index, *element; ///< element: of the shape, converted
    mica_value *allocated, *aligned;            ///< of the source
    mica_value *shape;                          ///< where the sizes begin
} reshape;

/// The pointers of a source of known or unknown rank.
static void read_source(reshape *made, const mica_type *memref, mica_value *source)
{
    if (mica_type_get_kind(memref) == MICA_TYPE_MEMREF) {
        micai_descriptor descriptor = micai_descriptor_of(made->builder, source);
        made->allocated = micai_descriptor_allocated(&descriptor);
        made->aligned = micai_descriptor_aligned(&descriptor);
        return;
    }
    static const int64_t member = 1;
    mica_value *ranked = micai_llvm_extract_value(made->builder, source, &member, 1);
    mica_value *one = micai_llvm_index(made->builder, made->index, 1);
    made->allocated = micai_llvm_load(made->builder, made->pointer, ranked, 0);
    made->aligned = micai_llvm_load(
        made->builder, made->pointer,
        micai_llvm_element_address(made->builder, made->pointer, ranked, one), 0);
}

/// The number at `position` of the shape, as an index.
static mica_value *load_size(const reshape *made, mica_value *position)
{
    mica_value *address =
        micai_llvm_element_address(made->builder, made->element, made->shape, position);
    mica_value *size = micai_llvm_load(made->builder, made->element, address, 0);
    const uint32_t from = mica_type_bit_width(made->element);
    const uint32_t to = mica_type_bit_width(made->index);
    if (from == to)
        return size;
    return micai_llvm_unary(made->builder, from < to ? "llvm.sext" : "llvm.trunc", made->index,
                            size);
}

/// A descriptor of known rank; sizes come from `memref` where it says them.
static mica_value *build_ranked(const reshape *made, const mica_type *memref,
                                const mica_type *type)
{
    const size_t rank = mica_type_rank(memref);
    micai_descriptor descriptor = micai_descriptor_undef(made->builder, type);
    micai_descriptor_set_allocated(&descriptor, made->allocated);
    micai_descriptor_set_aligned(&descriptor, made->aligned);
    micai_descriptor_set_offset(&descriptor, micai_llvm_index(made->builder, made->index, 0));
    mica_value *stride = micai_llvm_index(made->builder, made->index, 1);
    for (size_t i = rank; i-- > 0;) {
        const int64_t known = mica_type_shape(memref)[i];
        mica_value *size =
            known == MICA_DYNAMIC
                ? load_size(made, micai_llvm_index(made->builder, made->index, (int64_t)i))
                : micai_llvm_index(made->builder, made->index, known);
        micai_descriptor_set_size(&descriptor, i, size);
        micai_descriptor_set_stride(&descriptor, i, stride);
        if (i > 0)
            stride = micai_llvm_binary(made->builder, "llvm.mul", stride, size);
    }
    return descriptor.value;
}

/// Stores sizes and strides, which begin at `sizes` and `strides`, from the last to the first;
/// the builder goes on after the loop, before `op`.
static void build_loop(const reshape *made, mica_rewriter *rewriter, mica_op *op,
                       mica_value *rank, mica_value *sizes, mica_value *strides)
{
    mica_builder *builder = made->builder;
    const mica_type *const types[] = {made->index, made->index};
    mica_value *zero = micai_llvm_index(builder, made->index, 0);
    mica_value *one = micai_llvm_index(builder, made->index, 1);
    mica_block *here = mica_op_block(op);
    mica_block *end = mica_rewriter_split_block(rewriter, op);
    mica_region *region = mica_block_region(here);
    mica_block *head = mica_builder_create_block(builder, region, end, types, 2);
    mica_block *body = mica_builder_create_block(builder, region, end, NULL, 0);
    mica_value *left = mica_block_argument(head, 0), *stride = mica_block_argument(head, 1);
    mica_builder_set_at_end(builder, here);
    micai_llvm_branch(builder, head, (mica_value *[]){rank, one}, 2);
    mica_builder_set_at_end(builder, head);
    enum { SGT = 4 };
    micai_llvm_conditional_branch(builder, micai_llvm_compare(builder, SGT, left, zero), body,
                                  end);
    mica_builder_set_at_end(builder, body);
    mica_value *at = micai_llvm_binary(builder, "llvm.sub", left, one);
    mica_value *size = load_size(made, at);
    micai_llvm_store(builder, size, micai_llvm_element_address(builder, made->index, sizes, at),
                     0);
    micai_llvm_store(builder, stride,
                     micai_llvm_element_address(builder, made->index, strides, at), 0);
    mica_value *next = micai_llvm_binary(builder, "llvm.mul", stride, size);
    micai_llvm_branch(builder, head, (mica_value *[]){at, next}, 2);
    mica_rewriter_set_before(rewriter, op);
}

/// A descriptor of unknown rank: {rank, pointer to {pointers, offset, sizes, strides}}.
static mica_value *build_unranked(const reshape *made, mica_rewriter *rewriter, mica_op *op,
                                  const mica_type *type, mica_value *rank)
{
    mica_builder *builder = made->builder;
    const mica_type *head_members[] = {made->pointer, made->pointer, made->index};
    const mica_type *head = mica_llvm_struct_get(builder->context, head_members, 3, false);
    // Three words, and two for each dimension, all of the size of an index or a pointer.
    mica_value *words = micai_llvm_binary(builder, "llvm.add", rank, rank);
    words = micai_llvm_binary(builder, "llvm.add", words,
                              micai_llvm_index(builder, made->index, 3));
    const mica_type *i64 = mica_integer_type_get(builder->context, 64, MICA_SIGNLESS);
    mica_value *memory = micai_llvm_alloca(builder, i64, words, 0);
    mica_value *const values[] = {made->allocated, made->aligned,
                                  micai_llvm_index(builder, made->index, 0)};
    for (int32_t i = 0; i < 3; i++) {
        const int32_t path[] = {0, i};
        micai_llvm_store(builder, values[i],
                         micai_llvm_member_address(builder, head, memory, path, 2), 0);
    }
    static const int32_t after_head = 1;
    mica_value *sizes = micai_llvm_member_address(builder, head, memory, &after_head, 1);
    mica_value *strides = micai_llvm_element_address(builder, made->index, sizes, rank);
    build_loop(made, rewriter, op, rank, sizes, strides);
    return micai_descriptor_pack(builder, type, (mica_value *[]){rank, memory});
}

static bool convert_reshape(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                            void *user)
{
    (void)user;
    const mica_type *from = mica_value_type(mica_op_operand(op, 0));
    const mica_type *shape = mica_value_type(mica_op_operand(op, 1));
    const mica_type *to = mica_value_type(mica_op_result(op, 0));
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *type = mica_type_converter_convert_one(adapted->converter, to);
    const mica_type *index = micai_llvm_index_type(adapted->converter, builder->context);
    unsigned space;
    if (!type || !mica_llvm_type_is_compatible(mica_value_type(adapted->values[0])) ||
        !micai_memref_address_space(to, &space))
        return mica_rewriter_fail(rewriter, op, "the type has no LLVM counterpart");
    micai_descriptor sizes = micai_descriptor_of(builder, adapted->values[1]);
    reshape made = {.builder = builder,
                    .pointer = mica_llvm_pointer_get(builder->context, space),
                    .index = index,
                    .element = micai_memref_element_type(mica_type_element(shape), index)};
    made.shape = micai_descriptor_buffer(&sizes, shape);
    read_source(&made, from, adapted->values[0]);
    mica_value *result;
    const int64_t rank = mica_type_shape(shape)[0];
    if (mica_type_get_kind(to) == MICA_TYPE_MEMREF) {
        result = build_ranked(&made, to, type);
    } else {
        mica_value *count = rank == MICA_DYNAMIC ? micai_descriptor_size(&sizes, 0)
                                                 : micai_llvm_index(builder, index, rank);
        result = build_unranked(&made, rewriter, op, type, count);
    }
    return mica_rewriter_replace_op(rewriter, op, &result, 1);
}

bool micai_memref_reshape_to_llvm_add(mica_conversion *conversion)
{
    static const mica_conversion_pattern pattern = {"convert-reshape", "memref.reshape", 1,
                                                    convert_reshape, NULL};
    return mica_conversion_add(conversion, &pattern, 1);
}
