// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass finalize-memref-to-llvm: memory. Loads, stores, allocation, globals and queries are
// here; ops that only make another descriptor for the same memory are in
// memref_views_to_llvm.c. Unlike upstream's, the pass needs no other pass to take views apart.
//
//   %m = memref.alloc(%n) : memref<?x4xf32>   ->  malloc of n * 4 floats, a descriptor
//   memref.load %m[%i, %j]                    ->  load of aligned[i * stride + j]
#include "ir/core/diagnostics.h"
#include "ir/core/symbol_table.h"
#include "transforms/convert/llvm_lowering.h"
#include "transforms/convert/memref_descriptor.h"
#include "transforms/convert/memref_to_llvm_internal.h"

#include <stdlib.h>

// ---- options, carried in the patterns' user word

enum { GENERIC_FUNCTIONS = 1, ALIGNED_ALLOC = 2 };

static bool has_option(const void *user, uintptr_t option)
{
    return ((uintptr_t)user & option) != 0;
}

// ---- loads and stores

static const mica_type *memref_of(const mica_op *op, size_t operand)
{
    return mica_value_type(mica_op_operand(op, operand));
}

static bool is_ranked(const mica_type *type)
{
    return mica_type_get_kind(type) == MICA_TYPE_MEMREF;
}

static void copy_nontemporal(const mica_op *from, mica_value *to, mica_op *store)
{
    const mica_attr *flag = mica_op_attr(from, "nontemporal");
    if (flag && (!mica_attr_is_bool(flag) || mica_integer_attr_value(flag)))
        mica_op_set_attr(to ? mica_value_op(to) : store, "nontemporal",
                         mica_unit_attr_get(mica_op_context(from)));
}

static bool convert_load(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *type = mica_type_converter_convert_one(
        adapted->converter, mica_value_type(mica_op_result(op, 0)));
    if (!type || !adapted->values[0])
        return mica_rewriter_fail(rewriter, op, "the type has no LLVM counterpart");
    micai_descriptor descriptor = micai_descriptor_of(builder, adapted->values[0]);
    mica_value *address =
        micai_descriptor_element(&descriptor, memref_of(op, 0), adapted->values + 1);
    mica_value *value = micai_llvm_load(builder, type, address, 0);
    copy_nontemporal(op, value, NULL);
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

static bool convert_store(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                          void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    micai_descriptor descriptor = micai_descriptor_of(builder, adapted->values[1]);
    mica_value *address =
        micai_descriptor_element(&descriptor, memref_of(op, 1), adapted->values + 2);
    mica_value *operands[] = {adapted->values[0], address};
    mica_op *store = micai_llvm_create(builder, "llvm.store", NULL, operands, 2);
    copy_nontemporal(op, NULL, store);
    return mica_rewriter_erase_op(rewriter, op);
}

/// memref.prefetch: read or write, locality 0 to 3, data or instruction cache.
static bool convert_prefetch(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                             void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    micai_descriptor descriptor = micai_descriptor_of(builder, adapted->values[0]);
    mica_value *address =
        micai_descriptor_element(&descriptor, memref_of(op, 0), adapted->values + 1);
    static const char *const fields[][2] = {
        {"isWrite", "rw"}, {"localityHint", "hint"}, {"isDataCache", "cache"}};
    mica_op *made = micai_llvm_create(builder, "llvm.intr.prefetch", NULL, &address, 1);
    for (size_t i = 0; i < 3; i++) {
        int32_t value = (int32_t)mica_integer_attr_value(mica_op_attr(op, fields[i][0]));
        mica_op_set_attr(made, fields[i][1], mica_i32_attr_get(builder->context, value));
    }
    return mica_rewriter_erase_op(rewriter, op);
}

// ---- sizes

/// Sizes and row-major strides of a memref whose dynamic sizes are the next `dynamic` values;
/// `count` becomes the number of elements.
typedef struct memref_shape {
    mica_value *sizes[64], *strides[64];
    mica_value *count;
} memref_shape;

static void make_shape(mica_builder *builder, const mica_type *memref, const mica_type *index,
                       mica_value *const *dynamic, memref_shape *shape)
{
    size_t rank = mica_type_rank(memref);
    for (size_t i = 0; i < rank; i++) {
        int64_t size = mica_type_shape(memref)[i];
        shape->sizes[i] =
            size == MICA_DYNAMIC ? *dynamic++ : micai_llvm_index(builder, index, size);
    }
    mica_value *stride = micai_llvm_index(builder, index, 1);
    int64_t known = 1;
    for (size_t i = rank; i-- > 0;) {
        shape->strides[i] = stride;
        int64_t size = mica_type_shape(memref)[i];
        if (known != MICA_DYNAMIC && size != MICA_DYNAMIC) {
            known *= size;
            stride = i + 1 == rank ? shape->sizes[i] : micai_llvm_index(builder, index, known);
        } else {
            stride = known == 1
                         ? shape->sizes[i]
                         : micai_llvm_binary(builder, "llvm.mul", stride, shape->sizes[i]);
            known = MICA_DYNAMIC;
        }
    }
    shape->count = stride;
}

static mica_value *byte_count(mica_builder *builder, const mica_type *element,
                              mica_value *count)
{
    mica_value *null = micai_llvm_build(builder, "llvm.mlir.zero",
                                        mica_llvm_pointer_get(builder->context, 0), NULL, 0);
    mica_value *end = micai_llvm_element_address(builder, element, null, count);
    return micai_llvm_unary(builder, "llvm.ptrtoint", mica_value_type(count), end);
}

static mica_value *finish_descriptor(mica_builder *builder, const mica_type *type,
                                     const mica_type *memref, const memref_shape *shape,
                                     mica_value *allocated, mica_value *aligned)
{
    micai_descriptor descriptor = micai_descriptor_undef(builder, type);
    micai_descriptor_set_allocated(&descriptor, allocated);
    micai_descriptor_set_aligned(&descriptor, aligned);
    micai_descriptor_set_offset(&descriptor, micai_llvm_index(builder, descriptor.index, 0));
    for (size_t i = 0; i < mica_type_rank(memref); i++)
        micai_descriptor_set_size(&descriptor, i, shape->sizes[i]);
    for (size_t i = 0; i < mica_type_rank(memref); i++)
        micai_descriptor_set_stride(&descriptor, i, shape->strides[i]);
    return descriptor.value;
}

// ---- allocation

/// Everything that alloc and alloca need to know of their result; false: not convertible.
typedef struct allocation {
    const mica_type *memref, *type, *index, *element;
    memref_shape shape;
    int64_t alignment;
} allocation;

static bool begin_allocation(mica_builder *builder, mica_op *op, const mica_adapted *adapted,
                             allocation *made)
{
    made->memref = mica_value_type(mica_op_result(op, 0));
    made->type = mica_type_converter_convert_one(adapted->converter, made->memref);
    if (!made->type || mica_memref_type_layout(made->memref))
        return false;
    made->index = micai_llvm_index_type(adapted->converter, builder->context);
    made->element = micai_memref_element_type(mica_type_element(made->memref), made->index);
    const mica_attr *alignment = mica_op_attr(op, "alignment");
    made->alignment = alignment ? mica_integer_attr_value(alignment) : 0;
    make_shape(builder, made->memref, made->index, adapted->values, &made->shape);
    return true;
}

/// (address + alignment - 1) rounded down: address + a - 1 - (address + a - 1) % a.
static mica_value *align_address(mica_builder *builder, mica_value *pointer,
                                 mica_value *alignment)
{
    const mica_type *index = mica_value_type(alignment);
    mica_value *address = micai_llvm_unary(builder, "llvm.ptrtoint", index, pointer);
    mica_value *one = micai_llvm_index(builder, index, 1);
    mica_value *bump = micai_llvm_binary(builder, "llvm.sub", alignment, one);
    mica_value *bumped = micai_llvm_binary(builder, "llvm.add", address, bump);
    mica_value *rest = micai_llvm_binary(builder, "llvm.urem", bumped, alignment);
    mica_value *aligned = micai_llvm_binary(builder, "llvm.sub", bumped, rest);
    return micai_llvm_unary(builder, "llvm.inttoptr", mica_value_type(pointer), aligned);
}

static mica_value *call_allocator(mica_builder *builder, mica_op *op, const char *name,
                                  mica_value *const *operands, size_t count)
{
    const mica_type *pointer = mica_llvm_pointer_get(builder->context, 0);
    const mica_type *inputs[2];
    for (size_t i = 0; i < count; i++)
        inputs[i] = mica_value_type(operands[i]);
    const mica_type *type = mica_llvm_function_get(pointer, inputs, count, false);
    if (!micai_llvm_declare_function(builder, op, name, type))
        return NULL;
    return micai_llvm_call(builder, mica_string_from(name), pointer, operands, count);
}

/// Pointers in another address space than that of malloc, free and alloca.
static mica_value *cast_space(mica_builder *builder, const mica_type *wanted,
                              mica_value *pointer)
{
    if (mica_value_type(pointer) == wanted)
        return pointer;
    return micai_llvm_unary(builder, "llvm.addrspacecast", wanted, pointer);
}

/// aligned_alloc wants a size that is a multiple of the alignment.
static mica_value *round_up(mica_builder *builder, mica_value *size, mica_value *alignment)
{
    const mica_type *index = mica_value_type(size);
    mica_value *one = micai_llvm_index(builder, index, 1);
    mica_value *sum = micai_llvm_binary(
        builder, "llvm.sub", micai_llvm_binary(builder, "llvm.add", size, alignment), one);
    mica_value *rest = micai_llvm_binary(builder, "llvm.urem", sum, alignment);
    return micai_llvm_binary(builder, "llvm.sub", sum, rest);
}

static bool convert_alloc(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                          void *user)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    allocation made;
    if (!begin_allocation(builder, op, adapted, &made))
        return mica_rewriter_fail(rewriter, op, "the type has no LLVM counterpart");
    mica_value *size = byte_count(builder, made.element, made.shape.count);
    bool generic = has_option(user, GENERIC_FUNCTIONS);
    mica_value *allocated = NULL, *aligned = NULL;
    if (has_option(user, ALIGNED_ALLOC)) {
        int64_t bytes = made.alignment > 16 ? made.alignment : 16;
        mica_value *alignment = micai_llvm_index(builder, made.index, bytes);
        mica_value *operands[] = {alignment, round_up(builder, size, alignment)};
        allocated = call_allocator(
            builder, op, generic ? "_mlir_memref_to_llvm_aligned_alloc" : "aligned_alloc",
            operands, 2);
        aligned = allocated;
    } else {
        mica_value *alignment = NULL;
        if (made.alignment > 0) {
            alignment = micai_llvm_index(builder, made.index, made.alignment);
            size = micai_llvm_binary(builder, "llvm.add", size, alignment);
        }
        allocated = call_allocator(builder, op,
                                   generic ? "_mlir_memref_to_llvm_alloc" : "malloc", &size, 1);
        aligned =
            allocated && alignment ? align_address(builder, allocated, alignment) : allocated;
    }
    if (!allocated)
        return mica_rewriter_fail(rewriter, op, "the allocator can't be declared");
    const bool is_aligned = aligned == allocated;
    allocated = cast_space(builder, mica_llvm_struct_member(made.type, 0), allocated);
    aligned = is_aligned ? allocated
                         : cast_space(builder, mica_llvm_struct_member(made.type, 1), aligned);
    mica_value *value =
        finish_descriptor(builder, made.type, made.memref, &made.shape, allocated, aligned);
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

static bool convert_alloca(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                           void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    allocation made;
    if (!begin_allocation(builder, op, adapted, &made))
        return mica_rewriter_fail(rewriter, op, "the type has no LLVM counterpart");
    mica_value *memory =
        micai_llvm_alloca(builder, made.element, made.shape.count, made.alignment);
    memory = cast_space(builder, mica_llvm_struct_member(made.type, 0), memory);
    mica_value *value =
        finish_descriptor(builder, made.type, made.memref, &made.shape, memory, memory);
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

static bool convert_dealloc(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                            void *user)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const char *name =
        has_option(user, GENERIC_FUNCTIONS) ? "_mlir_memref_to_llvm_free" : "free";
    const mica_type *pointer = mica_llvm_pointer_get(builder->context, 0);
    const mica_type *type =
        mica_llvm_function_get(mica_llvm_void_get(builder->context), &pointer, 1, false);
    if (!micai_llvm_declare_function(builder, op, name, type))
        return mica_rewriter_fail(rewriter, op, "'%s' can't be declared", name);
    mica_value *memory = NULL;
    if (is_ranked(memref_of(op, 0))) {
        micai_descriptor descriptor = micai_descriptor_of(builder, adapted->values[0]);
        memory = cast_space(builder, pointer, micai_descriptor_allocated(&descriptor));
    } else {
        int64_t one = 1;
        memory =
            micai_llvm_load(builder, pointer,
                            micai_llvm_extract_value(builder, adapted->values[0], &one, 1), 0);
    }
    micai_llvm_call(builder, mica_string_from(name), NULL, &memory, 1);
    return mica_rewriter_erase_op(rewriter, op);
}

/// memref.alloca_scope: the stack is put back where it was.
static bool convert_alloca_scope(mica_rewriter *rewriter, mica_op *op,
                                 const mica_adapted *adapted, void *user)
{
    (void)adapted, (void)user;
    mica_region *region = mica_op_region(op, 0);
    if (!mica_region_has_one_block(region))
        return mica_rewriter_fail(rewriter, op, "the body has several blocks");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *stack = micai_llvm_build(builder, "llvm.intr.stacksave",
                                         mica_llvm_pointer_get(builder->context, 0), NULL, 0);
    mica_block *body = mica_region_first(region);
    mica_op *end = mica_block_last(body);
    size_t count = mica_op_operand_count(end);
    mica_value **results = mica_malloc((count + 1) * sizeof *results);
    if (!results)
        return false;
    for (size_t i = 0; i < count; i++)
        results[i] = mica_op_operand(end, i);
    mica_rewriter_erase_op(rewriter, end);
    mica_rewriter_inline_block_before(rewriter, body, op, NULL, 0);
    mica_rewriter_set_before(rewriter, op);
    micai_llvm_create(builder, "llvm.intr.stackrestore", NULL, &stack, 1);
    bool ok = mica_rewriter_replace_op(rewriter, op, results, count);
    mica_free(results);
    return ok;
}

// ---- copies

/// A run of elements without gaps: contiguous from the first to the last.
static bool is_contiguous(const mica_type *memref)
{
    int64_t strides[64], offset = 0, expected = 1;
    size_t rank = mica_type_rank(memref);
    if (rank > 64 || !mica_memref_type_strides(memref, strides, &offset))
        return false;
    if (!mica_memref_type_layout(memref))
        return true;
    for (size_t i = rank; i-- > 0;) {
        if (strides[i] != expected || mica_type_shape(memref)[i] == MICA_DYNAMIC)
            return false;
        expected *= mica_type_shape(memref)[i];
    }
    return true;
}

static void copy_contiguous(mica_builder *builder, mica_op *op, micai_descriptor *source,
                            micai_descriptor *target)
{
    const mica_type *memref = memref_of(op, 0);
    mica_value *count = NULL;
    for (size_t i = 0; i < mica_type_rank(memref); i++) {
        int64_t known = mica_type_shape(memref)[i];
        mica_value *size = known == MICA_DYNAMIC
                               ? micai_descriptor_size(source, i)
                               : micai_llvm_index(builder, source->index, known);
        count = count ? micai_llvm_binary(builder, "llvm.mul", count, size) : size;
    }
    if (!count)
        count = micai_llvm_index(builder, source->index, 1);
    const mica_type *element =
        micai_memref_element_type(mica_type_element(memref), source->index);
    mica_value *operands[] = {micai_descriptor_buffer(target, memref_of(op, 1)),
                              micai_descriptor_buffer(source, memref),
                              byte_count(builder, element, count)};
    mica_op *copy = micai_llvm_create(builder, "llvm.intr.memcpy", NULL, operands, 3);
    mica_op_set_attr(copy, "isVolatile", mica_bool_attr_get(builder->context, false));
}

/// The unranked form of a memref, on the stack.
static mica_value *spill_unranked(mica_builder *builder, const mica_type *memref,
                                  mica_value *value, const mica_type *index)
{
    const mica_type *type = micai_memref_descriptor_type(
        mica_unranked_memref_type_get(mica_type_element(memref), NULL), index);
    mica_value *unranked = is_ranked(memref)
                               ? micai_unranked_descriptor(builder, type, memref, value, index)
                               : value;
    mica_value *one = micai_llvm_index(builder, index, 1);
    mica_value *memory = micai_llvm_alloca(builder, type, one, 0);
    micai_llvm_store(builder, unranked, memory, 0);
    return memory;
}

/// memrefCopy(element size, source, target) of the runtime.
static bool copy_by_runtime(mica_builder *builder, mica_op *op, const mica_adapted *adapted)
{
    const mica_type *index = micai_llvm_index_type(adapted->converter, builder->context);
    const mica_type *pointer = mica_llvm_pointer_get(builder->context, 0);
    const mica_type *inputs[] = {index, pointer, pointer};
    const mica_type *type =
        mica_llvm_function_get(mica_llvm_void_get(builder->context), inputs, 3, false);
    if (!micai_llvm_declare_function(builder, op, "memrefCopy", type))
        return false;
    mica_value *stack = micai_llvm_build(builder, "llvm.intr.stacksave", pointer, NULL, 0);
    mica_value *source = spill_unranked(builder, memref_of(op, 0), adapted->values[0], index);
    mica_value *target = spill_unranked(builder, memref_of(op, 1), adapted->values[1], index);
    const mica_type *element =
        micai_memref_element_type(mica_type_element(memref_of(op, 0)), index);
    mica_value *operands[] = {micai_element_size(builder, element, index), source, target};
    micai_llvm_call(builder, mica_string_from("memrefCopy"), NULL, operands, 3);
    micai_llvm_create(builder, "llvm.intr.stackrestore", NULL, &stack, 1);
    return true;
}

static bool convert_copy(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    bool contiguous = is_ranked(memref_of(op, 0)) && is_ranked(memref_of(op, 1)) &&
                      is_contiguous(memref_of(op, 0)) && is_contiguous(memref_of(op, 1));
    if (contiguous) {
        micai_descriptor source = micai_descriptor_of(builder, adapted->values[0]);
        micai_descriptor target = micai_descriptor_of(builder, adapted->values[1]);
        copy_contiguous(builder, op, &source, &target);
    } else if (!copy_by_runtime(builder, op, adapted)) {
        return mica_rewriter_fail(rewriter, op, "memrefCopy can't be declared");
    }
    return mica_rewriter_erase_op(rewriter, op);
}

// ---- globals

/// Nested arrays, as the elements lie in memory.
static const mica_type *global_type(const mica_type *memref, const mica_type *index)
{
    const mica_type *type = micai_memref_element_type(mica_type_element(memref), index);
    for (size_t i = mica_type_rank(memref); type && i-- > 0;)
        type = mica_llvm_array_get(type, mica_type_shape(memref)[i]);
    return type;
}

/// A scalar global holds the scalar of its one-element tensor.
static const mica_attr *initial_value(const mica_op *op, const mica_type *memref)
{
    const mica_attr *value = mica_op_attr(op, "initial_value");
    if (!mica_attr_is(value, MICA_ATTR_DENSE_ELEMENTS))
        return mica_attr_is(value, MICA_ATTR_DENSE_RESOURCE) ? value : NULL;
    return mica_type_rank(memref) == 0 ? mica_dense_elements_attr_element(value, 0) : value;
}

static bool convert_global(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                           void *user)
{
    (void)user;
    enum { PRIVATE_LINKAGE = 0, EXTERNAL_LINKAGE = 10 };
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *memref = mica_type_attr_value(mica_op_attr(op, "type"));
    const mica_type *type =
        global_type(memref, micai_llvm_index_type(adapted->converter, builder->context));
    unsigned space = 0;
    if (!type || !micai_memref_address_space(memref, &space))
        return mica_rewriter_fail(rewriter, op, "the type has no LLVM counterpart");
    const mica_attr *visibility = mica_op_attr(op, "sym_visibility");
    bool is_private =
        visibility && mica_string_is(mica_string_attr_text(visibility), "private");
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "llvm.mlir.global", builder->location);
    mica_op_state_set_attr(&state, "global_type", mica_type_attr_get(type));
    mica_op_state_set_attr(&state, "constant", mica_op_attr(op, "constant"));
    mica_op_state_set_attr(&state, "sym_name", mica_op_attr(op, "sym_name"));
    mica_op_state_set_attr(&state, "linkage",
                           mica_llvm_linkage_get(builder->context, is_private
                                                                       ? PRIVATE_LINKAGE
                                                                       : EXTERNAL_LINKAGE));
    mica_op_state_set_attr(&state, "value", initial_value(op, memref));
    mica_op_state_set_attr(&state, "alignment", mica_op_attr(op, "alignment"));
    mica_op_state_set_attr(&state, "addr_space",
                           mica_i32_attr_get(builder->context, (int32_t)space));
    mica_op_state_add_region(&state);
    bool uninitialized = mica_attr_is(mica_op_attr(op, "initial_value"), MICA_ATTR_UNIT);
    mica_op *made = mica_builder_create(builder, &state);
    if (uninitialized) {
        mica_builder inside = *builder;
        mica_builder_create_block(&inside, mica_op_region(made, 0), NULL, NULL, 0);
        mica_value *undef = micai_llvm_undef(&inside, type);
        micai_llvm_create(&inside, "llvm.return", NULL, &undef, 1);
    }
    return mica_rewriter_erase_op(rewriter, op);
}

static bool convert_get_global(mica_rewriter *rewriter, mica_op *op,
                               const mica_adapted *adapted, void *user)
{
    (void)user;
    // Freeing what a global's memref "was allocated as" is a bug: a pointer that shows.
    static const int64_t not_allocated = 0xdeadbeef;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *memref = mica_value_type(mica_op_result(op, 0));
    const mica_type *type = mica_type_converter_convert_one(adapted->converter, memref);
    if (!type)
        return mica_rewriter_fail(rewriter, op, "the type has no LLVM counterpart");
    const mica_type *pointer = mica_llvm_struct_member(type, 0);
    const mica_type *index = micai_llvm_index_type(adapted->converter, builder->context);
    mica_string name = mica_symbol_ref_attr_root(mica_op_attr(op, "name"));
    mica_value *address = micai_llvm_address_of(builder, pointer, name);
    mica_value *mark = micai_llvm_unary(builder, "llvm.inttoptr", pointer,
                                        micai_llvm_index(builder, index, not_allocated));
    mica_value *value = micai_descriptor_static(builder, type, memref, mark, address).value;
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

// ---- queries

/// Dimension at a run-time index: through memory, or of an unranked memref.
static mica_value *dynamic_dim(mica_builder *builder, mica_op *op, const mica_adapted *adapted,
                               const mica_type *index)
{
    const mica_type *memref = memref_of(op, 0);
    const mica_type *pointer = mica_llvm_pointer_get(builder->context, 0);
    mica_value *address = NULL;
    if (is_ranked(memref)) {
        mica_value *one = micai_llvm_index(builder, index, 1);
        const mica_type *row = mica_llvm_array_get(index, (int64_t)mica_type_rank(memref));
        int64_t sizes = 3;
        address = micai_llvm_alloca(builder, row, one, 0);
        micai_llvm_store(builder,
                         micai_llvm_extract_value(builder, adapted->values[0], &sizes, 1),
                         address, 0);
    } else {
        // Sizes follow two pointers and the offset.
        const mica_type *head[] = {pointer, pointer, index};
        static const int32_t one[] = {1};
        int64_t member = 1;
        mica_value *ranked = micai_llvm_extract_value(builder, adapted->values[0], &member, 1);
        address = micai_llvm_member_address(
            builder, mica_llvm_struct_get(builder->context, head, 3, false), ranked, one, 1);
    }
    mica_value *size = micai_llvm_element_address(builder, index, address, adapted->values[1]);
    return micai_llvm_load(builder, index, size, 0);
}

static bool convert_dim(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                        void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *memref = memref_of(op, 0);
    const mica_type *index = micai_llvm_index_type(adapted->converter, builder->context);
    int64_t dim = 0;
    mica_value *value = NULL;
    bool known = micai_constant_index(mica_op_operand(op, 1), &dim);
    if (is_ranked(memref) && mica_type_rank(memref) == 0)
        return mica_rewriter_fail(rewriter, op, "a memref of rank 0 has no dimension");
    if (known && is_ranked(memref)) {
        if (dim < 0 || (uint64_t)dim >= mica_type_rank(memref))
            return mica_rewriter_fail(rewriter, op, "the index is beyond the rank");
        int64_t size = mica_type_shape(memref)[dim];
        micai_descriptor descriptor = micai_descriptor_of(builder, adapted->values[0]);
        value = size == MICA_DYNAMIC ? micai_descriptor_size(&descriptor, (size_t)dim)
                                     : micai_llvm_index(builder, index, size);
    } else {
        value = dynamic_dim(builder, op, adapted, index);
    }
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

static bool convert_rank(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *index = micai_llvm_index_type(adapted->converter, builder->context);
    const mica_type *memref = memref_of(op, 0);
    int64_t member = 0;
    mica_value *value = is_ranked(memref)
                            ? micai_llvm_index(builder, index, (int64_t)mica_type_rank(memref))
                            : micai_llvm_extract_value(builder, adapted->values[0], &member, 1);
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

/// memref.assume_alignment: an assumption about the address that LLVM makes use of.
static bool convert_assume_alignment(mica_rewriter *rewriter, mica_op *op,
                                     const mica_adapted *adapted, void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    int64_t alignment = mica_integer_attr_value(mica_op_attr(op, "alignment"));
    micai_descriptor descriptor = micai_descriptor_of(builder, adapted->values[0]);
    mica_value *zero = micai_llvm_index(builder, descriptor.index, 0);
    mica_value *mask = micai_llvm_index(builder, descriptor.index, alignment - 1);
    mica_value *address =
        micai_llvm_unary(builder, "llvm.ptrtoint", descriptor.index,
                         micai_descriptor_buffer(&descriptor, memref_of(op, 0)));
    mica_value *low = micai_llvm_binary(builder, "llvm.and", address, mask);
    mica_value *aligned = micai_llvm_compare(builder, 0, low, zero);
    micai_llvm_create(builder, "llvm.intr.assume", NULL, &aligned, 1);
    return mica_rewriter_erase_op(rewriter, op);
}

// ---- the pass

static bool populate(mica_conversion *conversion, const mica_pass_options *options)
{
    uintptr_t bits = 0;
    bits |= mica_pass_option_bool(options, "use-aligned-alloc") ? ALIGNED_ALLOC : 0;
    bits |= mica_pass_option_bool(options, "use-generic-functions") ? GENERIC_FUNCTIONS : 0;
    void *user = (void *)bits;
    const mica_conversion_pattern patterns[] = {
        {"convert-load", "memref.load", 1, convert_load, NULL},
        {"convert-store", "memref.store", 1, convert_store, NULL},
        {"convert-prefetch", "memref.prefetch", 1, convert_prefetch, NULL},
        {"convert-alloc", "memref.alloc", 1, convert_alloc, user},
        {"convert-alloca", "memref.alloca", 1, convert_alloca, NULL},
        {"convert-dealloc", "memref.dealloc", 1, convert_dealloc, user},
        {"convert-alloca-scope", "memref.alloca_scope", 1, convert_alloca_scope, NULL},
        {"convert-copy", "memref.copy", 1, convert_copy, NULL},
        {"convert-global", "memref.global", 1, convert_global, NULL},
        {"convert-get-global", "memref.get_global", 1, convert_get_global, NULL},
        {"convert-dim", "memref.dim", 1, convert_dim, NULL},
        {"convert-rank", "memref.rank", 1, convert_rank, NULL},
        {"convert-assume-alignment", "memref.assume_alignment", 1, convert_assume_alignment,
         NULL},
    };
    return mica_conversion_add(conversion, patterns, sizeof patterns / sizeof *patterns) &&
           micai_memref_views_to_llvm_add(conversion) &&
           micai_memref_reshape_to_llvm_add(conversion) &&
           micai_memref_atomics_to_llvm_add(conversion);
}

static bool run_finalize_memref_to_llvm(mica_pass_run *run)
{
    static const char *const illegal[] = {"memref", NULL};
    static const micai_llvm_conversion conversion = {illegal, NULL, populate};
    return micai_llvm_conversion_run(run, &conversion);
}

static const mica_option_def options[] = {
    {.name = "use-aligned-alloc",
     .kind = MICA_OPTION_BOOL,
     .summary = "Allocate with aligned_alloc rather than malloc"},
    MICAI_INDEX_BITWIDTH_OPTION,
    {.name = "use-generic-functions",
     .kind = MICA_OPTION_BOOL,
     .summary = "Call _mlir_memref_to_llvm_alloc and _free rather than malloc and free"},
};

const mica_pass_def mica_pass_finalize_memref_to_llvm = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "finalize-memref-to-llvm",
    .name = "FinalizeMemRefToLLVMConversionPass",
    .summary = "Turn memrefs into pointers and descriptors",
    .anchor = "builtin.module",
    .options = options,
    .option_count = 3,
    .dependent_dialects = micai_llvm_dependent_dialects,
    .run = run_finalize_memref_to_llvm,
};
