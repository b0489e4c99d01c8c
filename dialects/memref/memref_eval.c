// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of memref: allocation and access. Views are in memref_eval_views.c.
#include "dialects/memref/memref.h"
#include "dialects/memref/memref_eval_internal.h"
#include "ir/interpreter/eval.h"

// ---- memrefs
// ---------------------------------------------------------------------------------

mica_eval_memref *micai_memref_describe(mica_eval_frame *frame, mica_op *op,
                                        const mica_type *type, mica_eval_allocation *allocation,
                                        const int64_t *sizes)
{
    int64_t strides[MICA_EVAL_MAX_RANK], offset;
    const size_t rank = mica_type_rank(type);
    if (rank > MICA_EVAL_MAX_RANK || !mica_memref_type_strides(type, strides, &offset)) {
        (void)mica_eval_unsupported(frame, op, "has a layout that can't be interpreted");
        return NULL;
    }
    mica_eval_memref *memref = mica_eval_memref_create(frame, rank);
    if (!memref)
        return NULL;
    memref->allocation = allocation;
    memref->element_size = mica_eval_type_size(mica_type_element(type));
    memref->offset = offset == MICA_DYNAMIC ? 0 : offset;
    int64_t next = 1;
    for (size_t i = rank; i-- > 0;) {
        memref->sizes[i] = sizes[i];
        memref->strides[i] = strides[i] == MICA_DYNAMIC ? next : strides[i];
        next = memref->strides[i] * sizes[i];
    }
    return memref;
}

/// Sizes of a type, dynamic ones from the operands of spec 0.
static bool read_sizes(mica_eval_frame *frame, mica_op *op, const mica_type *type,
                       int64_t *sizes)
{
    size_t operand, count;
    const size_t rank = mica_type_rank(type);
    mica_op_operand_range(op, 0, &operand, &count);
    if (rank > MICA_EVAL_MAX_RANK)
        return mica_eval_unsupported(frame, op, "has too many dimensions");
    for (size_t i = 0; i < rank; i++) {
        sizes[i] = mica_type_shape(type)[i];
        if (sizes[i] == MICA_DYNAMIC && !mica_eval_index(frame, op, operand++, &sizes[i]))
            return false;
        if (sizes[i] < 0)
            return mica_eval_error(frame, op, "has negative size %lld", (long long)sizes[i]);
    }
    return true;
}

/// Elements from the start of the allocation to the last that the memref reaches.
static uint64_t reach(const mica_eval_memref *memref)
{
    int64_t last = memref->offset;
    for (size_t i = 0; i < memref->rank; i++) {
        if (memref->sizes[i] == 0)
            return 0;
        last += (memref->sizes[i] - 1) * memref->strides[i];
    }
    return last < 0 ? 0 : (uint64_t)last + 1;
}

static bool eval_allocation(mica_eval_frame *frame, mica_op *op, bool is_stack)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    int64_t sizes[MICA_EVAL_MAX_RANK];
    if (!read_sizes(frame, op, type, sizes))
        return false;
    mica_eval_memref *memref = micai_memref_describe(frame, op, type, NULL, sizes);
    if (!memref)
        return false;
    if (memref->element_size == 0)
        return mica_eval_unsupported(frame, op,
                                     "has elements of a type that can't be interpreted");
    memref->allocation =
        mica_eval_allocate(frame, op, reach(memref) * memref->element_size, is_stack);
    return memref->allocation && mica_eval_set_result(frame, 0, mica_eval_from_memref(memref));
}

bool micai_memref_alloc_eval(mica_eval_frame *frame, mica_op *op)
{
    return eval_allocation(frame, op, false);
}
bool micai_memref_alloca_eval(mica_eval_frame *frame, mica_op *op)
{
    return eval_allocation(frame, op, true);
}

bool micai_memref_dealloc_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_memref *memref = mica_eval_memref_operand(frame, op, 0);
    if (!memref)
        return false;
    if (memref->allocation->is_stack)
        return mica_eval_error(frame, op, "frees memory of the stack");
    return mica_eval_free(frame, op, memref->allocation);
}

/// The first elements move to a new place, which is as long as asked for.
bool micai_memref_realloc_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    const mica_eval_memref *source = mica_eval_memref_operand(frame, op, 0);
    int64_t size = mica_type_shape(type)[0];
    if (!source || (size == MICA_DYNAMIC && !mica_eval_index(frame, op, 1, &size)))
        return false;
    mica_eval_memref *memref = micai_memref_describe(frame, op, type, NULL, &size);
    if (!memref)
        return false;
    const size_t bytes = (size_t)size * memref->element_size;
    memref->allocation = mica_eval_allocate(frame, op, bytes, false);
    if (!memref->allocation ||
        !mica_eval_access(frame, op, source->allocation, source->base, 0, false))
        return false;
    const size_t before = source->allocation->size - (size_t)source->base;
    const size_t kept = before < bytes ? before : bytes;
    memcpy(memref->allocation->data, source->allocation->data + source->base, kept);
    memcpy(memref->allocation->shadow, source->allocation->shadow + source->base, kept);
    return mica_eval_free(frame, op, source->allocation) &&
           mica_eval_set_result(frame, 0, mica_eval_from_memref(memref));
}

/// The hook's own op frees at its end what alloca takes inside; here the function does.
bool micai_memref_alloca_scope_eval(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_step(frame) > 0 ? mica_eval_set_results_from_yielded(frame, op)
                                     : mica_eval_enter(frame, op, 0, NULL, 0);
}

// ---- globals
// ---------------------------------------------------------------------------------

static bool fill_global(mica_eval_frame *frame, mica_op *op, const mica_op *global,
                        const mica_type *type, mica_eval_allocation *place)
{
    const mica_attr *initial = mica_memref_global_initial_value(global);
    if (!initial)
        return mica_eval_unsupported(frame, op, "names a global that another module defines");
    place->is_constant = mica_memref_global_constant(global);
    if (mica_attr_is(initial, MICA_ATTR_UNIT))
        return true; // uninitialized
    int64_t shape[MICA_EVAL_MAX_RANK];
    memcpy(shape, mica_type_shape(type), mica_type_rank(type) * sizeof *shape);
    const mica_type *tensor =
        mica_tensor_type_get(mica_type_element(type), shape, mica_type_rank(type), NULL);
    mica_eval_value value;
    if (!mica_eval_constant(frame, op, initial, tensor, &value))
        return false;
    memcpy(place->data, value.as.buffer->data, place->size);
    memset(place->shadow, 0, place->size);
    mica_eval_release(frame, value.as.object);
    return true;
}

bool micai_memref_get_global_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    mica_op *global = mica_eval_symbol(frame, op, mica_memref_get_global_name(op));
    mica_eval_memref *memref =
        global ? micai_memref_describe(frame, op, type, NULL, mica_type_shape(type)) : NULL;
    if (!memref)
        return false;
    bool is_new;
    const uint64_t size = reach(memref) * memref->element_size;
    memref->allocation = mica_eval_symbol_memory(frame, op, global, size ? size : 1, &is_new);
    return memref->allocation &&
           (!is_new || fill_global(frame, op, global, type, memref->allocation)) &&
           mica_eval_set_result(frame, 0, mica_eval_from_memref(memref));
}

// ---- access
// ----------------------------------------------------------------------------------

static bool locate(mica_eval_frame *frame, mica_op *op, const mica_eval_memref *memref,
                   size_t first, int64_t *offset)
{
    int64_t indices[MICA_EVAL_MAX_RANK];
    if (memref->rank > MICA_EVAL_MAX_RANK)
        return mica_eval_unsupported(frame, op, "has too many dimensions");
    for (size_t i = 0; i < memref->rank; i++)
        if (!mica_eval_index(frame, op, first + i, &indices[i]))
            return false;
    return mica_eval_element_offset(frame, op, memref, indices, offset);
}

bool micai_memref_load_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_memref *memref = mica_eval_memref_operand(frame, op, 0);
    int64_t offset;
    mica_eval_value value;
    return memref && locate(frame, op, memref, 1, &offset) &&
           mica_eval_load(frame, op, memref->allocation, offset,
                          mica_value_type(mica_op_result(op, 0)), &value) &&
           mica_eval_set_result(frame, 0, value);
}

bool micai_memref_store_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_memref *memref = mica_eval_memref_operand(frame, op, 1);
    int64_t offset;
    return memref && locate(frame, op, memref, 2, &offset) &&
           mica_eval_store(frame, op, memref->allocation, offset,
                           mica_value_type(mica_op_operand(op, 0)),
                           mica_eval_take_operand(frame, 0));
}

bool micai_memref_copy_eval(mica_eval_frame *frame, mica_op *op)
{
    mica_eval_view from, to;
    return mica_eval_view_of_operand(frame, op, 0, false, &from) &&
           mica_eval_view_of_operand(frame, op, 1, true, &to) &&
           mica_eval_view_copy(frame, op, &to, &from);
}

/// Which arithmetic an atomic change is; NULL: the new value alone (assign).
static const mica_scalar_fn changes[] = {
    mica_scalar_addf,     mica_scalar_addi,    NULL,
    mica_scalar_maximumf, mica_scalar_maxsi,   mica_scalar_maxui,
    mica_scalar_minimumf, mica_scalar_minsi,   mica_scalar_minui,
    mica_scalar_mulf,     mica_scalar_muli,    mica_scalar_ori,
    mica_scalar_andi,     mica_scalar_maxnumf, mica_scalar_minnumf,
};

bool micai_memref_atomic_rmw_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    const mica_eval_memref *memref = mica_eval_memref_operand(frame, op, 1);
    int64_t offset;
    mica_eval_value old, made = *mica_eval_operand(frame, 0);
    if (!memref || !locate(frame, op, memref, 2, &offset) ||
        !mica_eval_load(frame, op, memref->allocation, offset, type, &old))
        return false;
    const mica_scalar_fn change = changes[mica_memref_atomic_rmw_kind_(op)];
    mica_scalar operands[2], result = {.type = type};
    if (change) {
        const bool is_poison = made.is_poison || old.is_poison;
        if (!mica_scalar_load(type, old.as.bits, &operands[0]) ||
            !mica_scalar_load(type, made.as.bits, &operands[1]) ||
            !change(operands, &result, 0))
            return mica_eval_unsupported(frame, op, "of this type can't be interpreted");
        mica_scalar_store(&result, made.as.bits);
        made.is_poison = is_poison;
    }
    return mica_eval_store(frame, op, memref->allocation, offset, type, made) &&
           mica_eval_set_result(frame, 0, old);
}

bool micai_memref_generic_atomic_rmw_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    const mica_eval_memref *memref = mica_eval_memref_operand(frame, op, 0);
    int64_t offset;
    mica_eval_value old;
    if (!memref || !locate(frame, op, memref, 1, &offset) ||
        !mica_eval_load(frame, op, memref->allocation, offset, type, &old))
        return false;
    if (mica_eval_step(frame) == 0)
        return mica_eval_enter(frame, op, 0, &old, 1);
    size_t count;
    return mica_eval_store(frame, op, memref->allocation, offset, type,
                           mica_eval_yielded(frame, &count)[0]) &&
           mica_eval_set_result(frame, 0, old);
}
