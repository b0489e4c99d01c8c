// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memref ops that make another descriptor of the same memory. With the source's members
// a (aligned), o (offset), n (sizes), s (strides):
//
//   subview [f][m][t]         offset o + sum f * s, sizes m, strides t * s
//   reinterpret_cast          offset, sizes and strides as given
//   collapse, expand          sizes as given or multiplied, strides of the innermost member
//   view [shift][m]           aligned + shift bytes, row-major
//   transpose                 sizes and strides permuted
//   cast                      the same members, or an unranked descriptor
#include "ir/core/affine.h"
#include "ir/rewrite/fold.h"
#include "transforms/convert/llvm_lowering.h"
#include "transforms/convert/memref_descriptor.h"
#include "transforms/convert/memref_to_llvm_internal.h"

enum { MAX_RANK = 64 };

static const mica_type *source_type(const mica_op *op)
{
    return mica_value_type(mica_op_operand(op, 0));
}

static bool is_ranked(const mica_type *type)
{
    return mica_type_get_kind(type) == MICA_TYPE_MEMREF;
}

bool micai_constant_index(const mica_value *value, int64_t *number)
{
    // The constant may have been converted already, and be seen through a cast.
    mica_op *op = mica_value_op(value);
    if (op && mica_string_is(mica_op_name(op), "builtin.unrealized_conversion_cast"))
        value = mica_op_operand(op, 0);
    return mica_value_constant_int(value, number);
}

/// What each pattern begins with: the result's descriptor type; NULL after saying why not.
typedef struct memref_view {
    mica_builder *builder;
    const mica_type *from, *to; ///< memref types
    const mica_type *type;      ///< of the result's descriptor
    const mica_type *index;
    micai_descriptor source;
} memref_view;

static bool begin_view(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                       memref_view *made)
{
    made->builder = mica_rewriter_builder(rewriter);
    made->from = source_type(op);
    made->to = mica_value_type(mica_op_result(op, 0));
    made->type = mica_type_converter_convert_one(adapted->converter, made->to);
    made->index = micai_llvm_index_type(adapted->converter, made->builder->context);
    if (!made->type || !mica_llvm_type_is_compatible(mica_value_type(adapted->values[0])))
        return mica_rewriter_fail(rewriter, op, "the type has no LLVM counterpart");
    made->source.builder = made->builder;
    made->source.value = adapted->values[0];
    made->source.index = made->index;
    return true;
}

/// A descriptor with the source's pointers.
static micai_descriptor begin_result(const memref_view *view)
{
    micai_descriptor made = micai_descriptor_undef(view->builder, view->type);
    micai_descriptor_set_allocated(&made, micai_descriptor_allocated(&view->source));
    micai_descriptor_set_aligned(&made, micai_descriptor_aligned(&view->source));
    return made;
}

static mica_value *constant(const memref_view *view, int64_t value)
{
    return micai_llvm_index(view->builder, view->index, value);
}

static mica_value *multiply(const memref_view *view, mica_value *a, mica_value *b)
{
    return micai_llvm_binary(view->builder, "llvm.mul", a, b);
}

/// A size of the source: constant where its type says it.
static mica_value *source_size(const memref_view *view, size_t dim)
{
    int64_t size = mica_type_shape(view->from)[dim];
    return size == MICA_DYNAMIC ? micai_descriptor_size(&view->source, dim)
                                : constant(view, size);
}

static mica_value *source_offset(const memref_view *view)
{
    int64_t strides[MAX_RANK], offset = 0;
    mica_memref_type_strides(view->from, strides, &offset);
    return offset == MICA_DYNAMIC ? micai_descriptor_offset(&view->source)
                                  : constant(view, offset);
}

/// The i-th value of a mixed list: from the static array, or the next of the operands.
typedef struct mixed_list {
    const mica_attr *fixed;
    mica_value *const *next;
} mixed_list;

static mixed_list open_list(const mica_op *op, const mica_adapted *adapted, const char *name,
                            size_t spec)
{
    size_t start = 0, count = 0;
    mica_op_operand_range(op, spec, &start, &count);
    mixed_list list = {mica_op_attr(op, name), adapted->values + start};
    return list;
}

static int64_t fixed_at(const mixed_list *list, size_t index)
{
    return mica_dense_array_attr_int(list->fixed, index);
}

static mica_value *take(const memref_view *view, mixed_list *list, size_t index)
{
    int64_t value = fixed_at(list, index);
    return value == MICA_DYNAMIC ? *list->next++ : constant(view, value);
}

// ---- subview, reinterpret_cast

/// Which dimensions of a subview its result keeps: those of size 1 that the result's shape
/// lacks are dropped, as few as fit from the front.
static void kept_dims(const mixed_list *sizes, const mica_type *result, size_t rank, bool *kept)
{
    size_t next = 0, wanted = mica_type_rank(result), to_drop = rank - wanted;
    for (size_t i = 0; i < rank; i++) {
        int64_t size = fixed_at(sizes, i);
        bool matches = next < wanted && size == mica_type_shape(result)[next];
        kept[i] = matches || to_drop == 0 || size != 1;
        if (kept[i])
            next++;
        else
            to_drop--;
    }
}

static bool convert_subview(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                            void *user)
{
    (void)user;
    memref_view view;
    if (!begin_view(rewriter, op, adapted, &view))
        return false;
    size_t rank = mica_type_rank(view.from), dim = 0;
    mixed_list offsets = open_list(op, adapted, "static_offsets", 1);
    mixed_list sizes = open_list(op, adapted, "static_sizes", 2);
    mixed_list strides = open_list(op, adapted, "static_strides", 3);
    bool kept[MAX_RANK];
    kept_dims(&sizes, view.to, rank, kept);
    micai_descriptor made = begin_result(&view);
    mica_value *offset = source_offset(&view);
    for (size_t i = 0; i < rank; i++) {
        mica_value *stride = micai_descriptor_stride_of(&view.source, view.from, i);
        bool at_start = fixed_at(&offsets, i) == 0, unit = fixed_at(&strides, i) == 1;
        mica_value *first = take(&view, &offsets, i);
        mica_value *size = take(&view, &sizes, i);
        mica_value *step = take(&view, &strides, i);
        if (!at_start)
            offset = micai_llvm_binary(view.builder, "llvm.add", offset,
                                       multiply(&view, first, stride));
        if (!kept[i])
            continue;
        micai_descriptor_set_size(&made, dim, size);
        micai_descriptor_set_stride(&made, dim++,
                                    unit ? stride : multiply(&view, stride, step));
    }
    micai_descriptor_set_offset(&made, offset);
    return mica_rewriter_replace_op(rewriter, op, &made.value, 1);
}

static bool convert_reinterpret_cast(mica_rewriter *rewriter, mica_op *op,
                                     const mica_adapted *adapted, void *user)
{
    (void)user;
    memref_view view;
    if (!begin_view(rewriter, op, adapted, &view))
        return false;
    if (!is_ranked(view.from))
        return mica_rewriter_fail(rewriter, op, "the source has no rank");
    micai_descriptor made = begin_result(&view);
    mixed_list offsets = open_list(op, adapted, "static_offsets", 1);
    mixed_list sizes = open_list(op, adapted, "static_sizes", 2);
    mixed_list strides = open_list(op, adapted, "static_strides", 3);
    micai_descriptor_set_offset(&made, take(&view, &offsets, 0));
    for (size_t i = 0; i < mica_type_rank(view.to); i++) {
        micai_descriptor_set_size(&made, i, take(&view, &sizes, i));
        micai_descriptor_set_stride(&made, i, take(&view, &strides, i));
    }
    return mica_rewriter_replace_op(rewriter, op, &made.value, 1);
}

// ---- reshapes

static int64_t group_member(const mica_attr *groups, size_t group, size_t index)
{
    return mica_integer_attr_value(
        mica_array_attr_element(mica_array_attr_element(groups, group), index));
}

static size_t group_size(const mica_attr *groups, size_t group)
{
    return mica_array_attr_count(mica_array_attr_element(groups, group));
}

/// The stride of joined dimensions is that of the last one of more than one element.
static mica_value *joined_stride(const memref_view *view, const mica_attr *groups, size_t group)
{
    size_t last = group_size(groups, group) - 1;
    for (; last > 0; last--) {
        size_t dim = (size_t)group_member(groups, group, last);
        if (mica_type_shape(view->from)[dim] != 1)
            break;
    }
    return micai_descriptor_stride_of(&view->source, view->from,
                                      (size_t)group_member(groups, group, last));
}

static bool convert_collapse_shape(mica_rewriter *rewriter, mica_op *op,
                                   const mica_adapted *adapted, void *user)
{
    (void)user;
    memref_view view;
    if (!begin_view(rewriter, op, adapted, &view))
        return false;
    const mica_attr *groups = mica_op_attr(op, "reassociation");
    micai_descriptor made = begin_result(&view);
    micai_descriptor_set_offset(&made, source_offset(&view));
    for (size_t i = 0; i < mica_array_attr_count(groups); i++) {
        mica_value *size = NULL;
        for (size_t j = 0; j < group_size(groups, i); j++) {
            mica_value *part = source_size(&view, (size_t)group_member(groups, i, j));
            size = size ? multiply(&view, size, part) : part;
        }
        micai_descriptor_set_size(&made, i, size);
        micai_descriptor_set_stride(&made, i, joined_stride(&view, groups, i));
    }
    return mica_rewriter_replace_op(rewriter, op, &made.value, 1);
}

static bool convert_expand_shape(mica_rewriter *rewriter, mica_op *op,
                                 const mica_adapted *adapted, void *user)
{
    (void)user;
    memref_view view;
    if (!begin_view(rewriter, op, adapted, &view))
        return false;
    const mica_attr *groups = mica_op_attr(op, "reassociation");
    mixed_list shape = open_list(op, adapted, "static_output_shape", 1);
    mica_value *sizes[MAX_RANK];
    micai_descriptor made = begin_result(&view);
    micai_descriptor_set_offset(&made, source_offset(&view));
    for (size_t i = 0; i < mica_type_rank(view.to); i++) {
        sizes[i] = take(&view, &shape, i);
        micai_descriptor_set_size(&made, i, sizes[i]);
    }
    for (size_t i = 0; i < mica_array_attr_count(groups); i++) {
        mica_value *stride = micai_descriptor_stride_of(&view.source, view.from, i);
        for (size_t j = group_size(groups, i); j-- > 0;) {
            size_t dim = (size_t)group_member(groups, i, j);
            micai_descriptor_set_stride(&made, dim, stride);
            if (j > 0)
                stride = multiply(&view, stride, sizes[dim]);
        }
    }
    return mica_rewriter_replace_op(rewriter, op, &made.value, 1);
}

/// Entry `dim` of the buffer that holds a shape, in the index type.
static mica_value *load_size(const memref_view *view, const micai_descriptor *shape,
                             const mica_type *shape_type, size_t dim)
{
    mica_value *const place = constant(view, (int64_t)dim);
    const mica_type *element =
        micai_memref_element_type(mica_type_element(shape_type), view->index);
    mica_value *size = micai_llvm_load(view->builder, element,
                                       micai_descriptor_element(shape, shape_type, &place), 0);
    const uint32_t own = mica_type_bit_width(element);
    const uint32_t wanted = mica_type_bit_width(view->index);
    return own == wanted
               ? size
               : micai_llvm_unary(view->builder, own < wanted ? "llvm.sext" : "llvm.trunc",
                                  view->index, size);
}

/// memref.reshape of a contiguous buffer: sizes that the type does not say come from the shape
/// operand, row-major strides follow from them.
static bool convert_reshape(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                            void *user)
{
    (void)user;
    memref_view view;
    const mica_type *shape_type = mica_value_type(mica_op_operand(op, 1));
    if (!is_ranked(source_type(op)) || !is_ranked(mica_value_type(mica_op_result(op, 0))))
        return mica_rewriter_fail(rewriter, op, "only ranked memrefs are reshaped");
    if (!begin_view(rewriter, op, adapted, &view))
        return false;
    const micai_descriptor shape = {view.builder, adapted->values[1], view.index};
    micai_descriptor made = begin_result(&view);
    micai_descriptor_set_offset(&made, source_offset(&view));
    mica_value *stride = constant(&view, 1);
    for (size_t i = mica_type_rank(view.to); i-- > 0;) {
        const int64_t known = mica_type_shape(view.to)[i];
        mica_value *size = known == MICA_DYNAMIC ? load_size(&view, &shape, shape_type, i)
                                                 : constant(&view, known);
        micai_descriptor_set_size(&made, i, size);
        micai_descriptor_set_stride(&made, i, stride);
        if (i > 0)
            stride = multiply(&view, stride, size);
    }
    return mica_rewriter_replace_op(rewriter, op, &made.value, 1);
}

/// memref.view: bytes from `byte_shift` on, row-major.
static bool convert_view(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    (void)user;
    memref_view view;
    if (!begin_view(rewriter, op, adapted, &view))
        return false;
    const mica_type *i8 = mica_integer_type_get(view.builder->context, 8, MICA_SIGNLESS);
    micai_descriptor made = micai_descriptor_undef(view.builder, view.type);
    mica_value *base = micai_descriptor_buffer(&view.source, view.from);
    mica_value *const *dynamic = adapted->values + 2;
    micai_descriptor_set_allocated(&made, micai_descriptor_allocated(&view.source));
    micai_descriptor_set_aligned(
        &made, micai_llvm_element_address(view.builder, i8, base, adapted->values[1]));
    micai_descriptor_set_offset(&made, constant(&view, 0));
    size_t rank = mica_type_rank(view.to);
    mica_value *sizes[MAX_RANK];
    for (size_t i = 0; i < rank; i++) {
        int64_t size = mica_type_shape(view.to)[i];
        sizes[i] = size == MICA_DYNAMIC ? *dynamic++ : constant(&view, size);
        micai_descriptor_set_size(&made, i, sizes[i]);
    }
    mica_value *stride = constant(&view, 1);
    for (size_t i = rank; i-- > 0;) {
        micai_descriptor_set_stride(&made, i, stride);
        if (i > 0)
            stride = multiply(&view, stride, sizes[i]);
    }
    return mica_rewriter_replace_op(rewriter, op, &made.value, 1);
}

static bool convert_transpose(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                              void *user)
{
    (void)user;
    memref_view view;
    if (!begin_view(rewriter, op, adapted, &view))
        return false;
    const mica_attr *map = mica_op_attr(op, "permutation");
    micai_descriptor made = begin_result(&view);
    micai_descriptor_set_offset(&made, source_offset(&view));
    for (size_t i = 0; i < mica_type_rank(view.to); i++) {
        size_t from = (size_t)mica_affine_expr_value(mica_affine_map_result(map, i));
        micai_descriptor_set_size(&made, i, source_size(&view, from));
        micai_descriptor_set_stride(&made, i,
                                    micai_descriptor_stride_of(&view.source, view.from, from));
    }
    return mica_rewriter_replace_op(rewriter, op, &made.value, 1);
}

// ---- casts

mica_value *micai_unranked_descriptor(mica_builder *builder, const mica_type *type,
                                      const mica_type *memref, mica_value *value,
                                      const mica_type *index)
{
    mica_value *one = micai_llvm_index(builder, index, 1);
    mica_value *memory = micai_llvm_alloca(builder, mica_value_type(value), one, 0);
    micai_llvm_store(builder, value, memory, 0);
    mica_value *members[] = {micai_llvm_index(builder, index, (int64_t)mica_type_rank(memref)),
                             memory};
    return micai_descriptor_pack(builder, type, members);
}

/// Ranked to ranked: only the type knows more or less. Unranked to ranked: what the pointer
/// points to.
static bool convert_cast(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    (void)user;
    memref_view view;
    if (!begin_view(rewriter, op, adapted, &view))
        return false;
    mica_value *value = adapted->values[0];
    if (is_ranked(view.from) && !is_ranked(view.to)) {
        value =
            micai_unranked_descriptor(view.builder, view.type, view.from, value, view.index);
    } else if (!is_ranked(view.from) && is_ranked(view.to)) {
        int64_t pointer = 1;
        value = micai_llvm_load(view.builder, view.type,
                                micai_llvm_extract_value(view.builder, value, &pointer, 1), 0);
    } else if (mica_value_type(value) != view.type) {
        return mica_rewriter_fail(rewriter, op, "the descriptors differ");
    }
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

static bool convert_space_cast(mica_rewriter *rewriter, mica_op *op,
                               const mica_adapted *adapted, void *user)
{
    (void)user;
    memref_view view;
    if (!begin_view(rewriter, op, adapted, &view))
        return false;
    if (!is_ranked(view.from))
        return mica_rewriter_fail(rewriter, op, "the source has no rank");
    const mica_type *pointer = mica_llvm_struct_member(view.type, 0);
    mica_value *members[2] = {micai_descriptor_allocated(&view.source),
                              micai_descriptor_aligned(&view.source)};
    micai_descriptor made = micai_descriptor_undef(view.builder, view.type);
    for (size_t i = 0; i < 2; i++)
        members[i] = micai_llvm_unary(view.builder, "llvm.addrspacecast", pointer, members[i]);
    micai_descriptor_set_allocated(&made, members[0]);
    micai_descriptor_set_aligned(&made, members[1]);
    for (int64_t i = 2; i < (int64_t)mica_llvm_struct_count(view.type); i++)
        made.value = micai_llvm_insert_value(
            view.builder, made.value,
            micai_llvm_extract_value(view.builder, view.source.value, &i, 1), &i, 1);
    return mica_rewriter_replace_op(rewriter, op, &made.value, 1);
}

// ---- parts

static bool convert_extract_pointer(mica_rewriter *rewriter, mica_op *op,
                                    const mica_adapted *adapted, void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *index = micai_llvm_index_type(adapted->converter, builder->context);
    int64_t aligned = 1;
    mica_value *pointer = micai_llvm_extract_value(builder, adapted->values[0], &aligned, 1);
    mica_value *value = micai_llvm_unary(builder, "llvm.ptrtoint", index, pointer);
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

static bool convert_extract_metadata(mica_rewriter *rewriter, mica_op *op,
                                     const mica_adapted *adapted, void *user)
{
    (void)user;
    memref_view view;
    if (!begin_view(rewriter, op, adapted, &view))
        return false;
    size_t rank = mica_type_rank(view.from), count = 0;
    mica_value *results[2 * MAX_RANK + 2];
    micai_descriptor base = begin_result(&view);
    micai_descriptor_set_offset(&base, constant(&view, 0));
    results[count++] = base.value;
    results[count++] = source_offset(&view);
    for (size_t i = 0; i < rank; i++)
        results[count++] = source_size(&view, i);
    for (size_t i = 0; i < rank; i++)
        results[count++] = micai_descriptor_stride_of(&view.source, view.from, i);
    return mica_rewriter_replace_op(rewriter, op, results, count);
}

static const mica_conversion_pattern patterns[] = {
    {"convert-subview", "memref.subview", 1, convert_subview, NULL},
    {"convert-reinterpret-cast", "memref.reinterpret_cast", 1, convert_reinterpret_cast, NULL},
    {"convert-collapse-shape", "memref.collapse_shape", 1, convert_collapse_shape, NULL},
    {"convert-expand-shape", "memref.expand_shape", 1, convert_expand_shape, NULL},
    {"convert-reshape", "memref.reshape", 1, convert_reshape, NULL},
    {"convert-view", "memref.view", 1, convert_view, NULL},
    {"convert-transpose", "memref.transpose", 1, convert_transpose, NULL},
    {"convert-cast", "memref.cast", 1, convert_cast, NULL},
    {"convert-space-cast", "memref.memory_space_cast", 1, convert_space_cast, NULL},
    {"convert-extract-pointer", "memref.extract_aligned_pointer_as_index", 1,
     convert_extract_pointer, NULL},
    {"convert-extract-metadata", "memref.extract_strided_metadata", 1, convert_extract_metadata,
     NULL},
};

bool micai_memref_views_to_llvm_add(mica_conversion *conversion)
{
    return mica_conversion_add(conversion, patterns, sizeof patterns / sizeof *patterns);
}
