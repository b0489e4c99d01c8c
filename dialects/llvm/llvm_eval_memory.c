// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of llvm: memory, addresses, structs and arrays. A struct is a buffer of the bytes
// that it takes in memory, so that loads, stores and members are copies.
#include "dialects/llvm/llvm.h"
#include "dialects/llvm/llvm_eval_internal.h"
#include "dialects/llvm/llvm_ops.h"

// ---- layout
// ----------------------------------------------------------------------------------

enum { MAX_TYPE_DEPTH = 64 };

static size_t round_up(size_t size, size_t alignment)
{
    return (size + alignment - 1) / alignment * alignment;
}

static size_t alignment_of(const mica_type *type, unsigned depth)
{
    size_t most = 1;
    if (depth > MAX_TYPE_DEPTH)
        return 1;
    if (mica_llvm_type_is_array(type))
        return alignment_of(mica_llvm_array_element(type), depth + 1);
    if (!mica_llvm_type_is_struct(type)) {
        const size_t size = mica_eval_type_size(type);
        while (most < size)
            most *= 2;
        return most;
    }
    for (size_t i = 0; i < mica_llvm_struct_count(type); i++) {
        const size_t own = alignment_of(mica_llvm_struct_member(type, i), depth + 1);
        most = own > most ? own : most;
    }
    return most;
}

size_t micai_llvm_alignment(const mica_type *type)
{
    return alignment_of(type, 0);
}

size_t micai_llvm_member_offset(const mica_type *type, size_t index, const mica_type **member)
{
    if (!mica_llvm_type_is_struct(type)) {
        *member =
            mica_type_is_vector(type) ? mica_type_element(type) : mica_llvm_array_element(type);
        return index * mica_eval_type_size(*member);
    }
    size_t at = 0;
    for (size_t i = 0;; i++) {
        *member = mica_llvm_struct_member(type, i);
        at = round_up(at, micai_llvm_alignment(*member));
        if (i == index)
            return at;
        at += mica_eval_type_size(*member);
    }
}

static size_t value_size(const mica_type *type)
{
    if (mica_llvm_type_is_pointer(type))
        return 8;
    if (mica_llvm_type_is_array(type))
        return (size_t)mica_llvm_array_size(type) *
               mica_eval_type_size(mica_llvm_array_element(type));
    if (!mica_llvm_type_is_struct(type) || mica_llvm_struct_count(type) == 0)
        return 0;
    const mica_type *last;
    const size_t count = mica_llvm_struct_count(type);
    const size_t at = micai_llvm_member_offset(type, count - 1, &last);
    for (size_t i = 0; i < count; i++)
        if (mica_eval_type_size(mica_llvm_struct_member(type, i)) == 0)
            return 0;
    return round_up(at + mica_eval_type_size(last), micai_llvm_alignment(type));
}

static bool value_is_object(const mica_type *type)
{
    return mica_llvm_type_is_array(type) || mica_llvm_type_is_struct(type);
}

const mica_eval_layout micai_llvm_value_layout = {
    .struct_size = sizeof(mica_eval_layout), .size = value_size, .is_object = value_is_object};

const mica_type *micai_llvm_result_type(const mica_op *op)
{
    return mica_value_type(mica_op_result(op, 0));
}

// ---- access
// ----------------------------------------------------------------------------------

unsigned char *micai_llvm_memory(mica_eval_frame *frame, mica_op *op, size_t index, size_t size,
                                 bool writes, unsigned char **shadow)
{
    uint64_t address;
    int64_t offset;
    if (!mica_eval_bits(frame, op, index, &address))
        return NULL;
    mica_eval_allocation *place = mica_eval_find_allocation(frame, op, address, &offset);
    unsigned char *data =
        place ? mica_eval_access(frame, op, place, offset, size, writes) : NULL;
    if (data)
        *shadow = place->shadow + offset;
    return data;
}

static mica_eval_allocation *locate(mica_eval_frame *frame, mica_op *op, size_t index,
                                    int64_t *offset)
{
    uint64_t address;
    return mica_eval_bits(frame, op, index, &address)
               ? mica_eval_find_allocation(frame, op, address, offset)
               : NULL;
}

bool micai_llvm_load_eval(mica_eval_frame *frame, mica_op *op)
{
    int64_t offset;
    mica_eval_allocation *place = locate(frame, op, 0, &offset);
    mica_eval_value value;
    return place &&
           mica_eval_load(frame, op, place, offset, micai_llvm_result_type(op), &value) &&
           mica_eval_set_result(frame, 0, value);
}

bool micai_llvm_store_eval(mica_eval_frame *frame, mica_op *op)
{
    int64_t offset;
    mica_eval_allocation *place = locate(frame, op, 1, &offset);
    return place &&
           mica_eval_store(frame, op, place, offset, mica_value_type(mica_op_operand(op, 0)),
                           mica_eval_take_operand(frame, 0));
}

bool micai_llvm_alloca_eval(mica_eval_frame *frame, mica_op *op)
{
    int64_t count;
    const size_t size =
        mica_eval_type_size(mica_type_attr_value(mica_op_attr(op, "elem_type")));
    if (!mica_eval_index(frame, op, 0, &count))
        return false;
    if (size == 0 || count < 0)
        return mica_eval_unsupported(frame, op, "of this type or size can't be interpreted");
    const mica_eval_allocation *made =
        mica_eval_allocate(frame, op, (uint64_t)count * size, true);
    return made && mica_eval_set_bits(frame, 0, mica_eval_address(made, 0));
}

static bool move_bytes(mica_eval_frame *frame, mica_op *op)
{
    uint64_t size;
    if (!mica_eval_bits(frame, op, 2, &size) || size == 0)
        return size == 0;
    unsigned char *to_shadow, *from_shadow;
    unsigned char *to = micai_llvm_memory(frame, op, 0, (size_t)size, true, &to_shadow);
    const unsigned char *from =
        to ? micai_llvm_memory(frame, op, 1, (size_t)size, false, &from_shadow) : NULL;
    if (!from)
        return false;
    memmove(to, from, (size_t)size);
    memmove(to_shadow, from_shadow, (size_t)size);
    return true;
}

bool micai_llvm_intr_memcpy_eval(mica_eval_frame *frame, mica_op *op)
{
    return move_bytes(frame, op);
}
bool micai_llvm_intr_memmove_eval(mica_eval_frame *frame, mica_op *op)
{
    return move_bytes(frame, op);
}

bool micai_llvm_intr_memset_eval(mica_eval_frame *frame, mica_op *op)
{
    uint64_t value, size;
    if (!mica_eval_bits(frame, op, 1, &value) || !mica_eval_bits(frame, op, 2, &size))
        return false;
    unsigned char *shadow, *to = NULL;
    if (size)
        to = micai_llvm_memory(frame, op, 0, (size_t)size, true, &shadow);
    if (!to)
        return size == 0;
    memset(to, (int)value, (size_t)size);
    memset(shadow, 0, (size_t)size);
    return true;
}

// ---- atomics
// ---------------------------------------------------------------------------------

/// In the enum's order from add on; NULL: the new value alone, or not known.
static const mica_scalar_fn changes[] = {
    NULL,
    mica_scalar_addi,
    mica_scalar_subi,
    mica_scalar_andi,
    NULL,
    mica_scalar_ori,
    mica_scalar_xori,
    mica_scalar_maxsi,
    mica_scalar_minsi,
    mica_scalar_maxui,
    mica_scalar_minui,
    mica_scalar_addf,
    mica_scalar_subf,
    mica_scalar_maxnumf,
    mica_scalar_minnumf,
};

bool micai_llvm_atomicrmw_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = micai_llvm_result_type(op);
    const size_t kind = (size_t)mica_integer_attr_value(mica_op_attr(op, "bin_op"));
    int64_t offset;
    mica_eval_allocation *place = locate(frame, op, 0, &offset);
    mica_eval_value old, made = *mica_eval_operand(frame, 1);
    if (!place || !mica_eval_load(frame, op, place, offset, type, &old))
        return false;
    if (kind >= sizeof changes / sizeof *changes || (kind > 0 && !changes[kind]))
        return mica_eval_unsupported(frame, op, "of this kind can't be interpreted");
    mica_scalar operands[2], result = {.type = type};
    const bool is_poison = old.is_poison || made.is_poison;
    if (kind > 0) {
        if (!mica_scalar_load(type, old.as.bits, &operands[0]) ||
            !mica_scalar_load(type, made.as.bits, &operands[1]) ||
            !changes[kind](operands, &result, 0))
            return mica_eval_unsupported(frame, op, "of this type can't be interpreted");
        mica_scalar_store(&result, made.as.bits);
        made.is_poison = is_poison;
    }
    return mica_eval_store(frame, op, place, offset, type, made) &&
           mica_eval_set_result(frame, 0, old);
}

/// The old value, and whether it was what was compared with.
bool micai_llvm_cmpxchg_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = mica_value_type(mica_op_operand(op, 1)), *member;
    const mica_type *pair = micai_llvm_result_type(op);
    int64_t offset;
    uint64_t compared;
    mica_eval_allocation *place = locate(frame, op, 0, &offset);
    mica_eval_value old;
    if (!place || !mica_eval_load(frame, op, place, offset, type, &old) ||
        !mica_eval_bits(frame, op, 1, &compared))
        return false;
    if (old.is_poison)
        return mica_eval_error(frame, op, "compares memory that was not written");
    const bool is_same = old.as.bits[0] == compared;
    mica_eval_buffer *buffer = mica_eval_buffer_create(frame, pair, NULL, 0);
    if (!buffer || (is_same && !mica_eval_store(frame, op, place, offset, type,
                                                *mica_eval_operand(frame, 2))))
        return false;
    memcpy(buffer->data, old.as.bits, mica_eval_type_size(type));
    buffer->data[micai_llvm_member_offset(pair, 1, &member)] = is_same;
    return mica_eval_set_result(frame, 0, mica_eval_from_buffer(buffer));
}

// ---- addresses
// -------------------------------------------------------------------------------

bool micai_llvm_getelementptr_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_attr *indices = mica_op_attr(op, "rawConstantIndices");
    const mica_type *type = mica_type_attr_value(mica_op_attr(op, "elem_type"));
    size_t operand = 1;
    if (mica_eval_type_is_object(mica_value_type(mica_op_operand(op, 0))) ||
        mica_eval_type_is_object(micai_llvm_result_type(op)))
        return mica_eval_unsupported(frame, op, "of vectors of pointers");
    for (size_t i = 0; i < mica_op_operand_count(op); i++)
        if (mica_eval_operand(frame, i)->is_poison)
            return mica_eval_set_poison(frame, op);
    uint64_t address = mica_eval_operand(frame, 0)->as.bits[0];
    for (size_t i = 0; i < mica_dense_array_attr_count(indices); i++) {
        int64_t index = mica_dense_array_attr_int(indices, i);
        if (index == MICA_LLVM_DYNAMIC_INDEX && !mica_eval_index(frame, op, operand++, &index))
            return false;
        if (i == 0) {
            address += (uint64_t)(index * (int64_t)mica_eval_type_size(type));
        } else if (mica_llvm_type_is_struct(type)) {
            address += micai_llvm_member_offset(type, (size_t)index, &type);
        } else {
            (void)micai_llvm_member_offset(type, 0, &type);
            address += (uint64_t)(index * (int64_t)mica_eval_type_size(type));
        }
    }
    return mica_eval_set_bits(frame, 0, address);
}

/// A global whose initializer returns undef or zero, as those of uninitialized memrefs do.
static bool fill_from_region(mica_eval_frame *frame, mica_op *op, mica_op *global,
                             mica_eval_allocation *place)
{
    const mica_block *block = mica_region_first(mica_op_region(global, 0));
    const mica_op *end = block ? mica_block_last(block) : NULL;
    const mica_op *value =
        end && mica_op_operand_count(end) == 1 ? mica_value_op(mica_op_operand(end, 0)) : NULL;
    if (mica_op_is(value, &mica_llvm_mlir_zero_kind))
        memset(place->shadow, 0, place->size);
    return mica_op_is(value, &mica_llvm_mlir_zero_kind) ||
           mica_op_is(value, &mica_llvm_mlir_undef_kind) ||
           mica_eval_unsupported(frame, op, "names a global whose value is not a constant");
}

/// The bytes of a global's initial value.
static bool fill_global(mica_eval_frame *frame, mica_op *op, mica_op *global,
                        const mica_type *type, mica_eval_allocation *place)
{
    const mica_attr *value = mica_op_attr(global, "value");
    if (!value)
        return fill_from_region(frame, op, global, place);
    if (mica_attr_is(value, MICA_ATTR_STRING)) {
        const mica_string text = mica_string_attr_text(value);
        memcpy(place->data, text.data, text.length < place->size ? text.length : place->size);
    } else {
        const mica_type *own = mica_attr_type(value);
        mica_eval_value initial;
        const bool is_elements = own && mica_type_is_shaped(own);
        const mica_type *held = is_elements ? own : type;
        if (!mica_eval_constant(frame, op, value, held, &initial))
            return false;
        if (is_elements)
            memcpy(place->data, initial.as.buffer->data, place->size);
        else
            memcpy(place->data, initial.as.bits, place->size < 16 ? place->size : 16);
        if (is_elements)
            mica_eval_release(frame, initial.as.object);
    }
    memset(place->shadow, 0, place->size);
    place->is_constant = mica_op_attr(global, "constant") != NULL;
    return true;
}

bool micai_llvm_mlir_addressof_eval(mica_eval_frame *frame, mica_op *op)
{
    mica_op *symbol = mica_eval_symbol(frame, op, mica_op_attr(op, "global_name"));
    if (!symbol)
        return false;
    const bool is_global = mica_op_is(symbol, &mica_llvm_mlir_global_kind);
    const mica_type *type =
        is_global ? mica_type_attr_value(mica_op_attr(symbol, "global_type")) : NULL;
    bool is_new;
    const size_t size = type ? mica_eval_type_size(type) : 0;
    if (is_global && size == 0)
        return mica_eval_unsupported(frame, op, "names a global of a type without size");
    mica_eval_allocation *place = mica_eval_symbol_memory(frame, op, symbol, size, &is_new);
    return place && (!is_new || !is_global || fill_global(frame, op, symbol, type, place)) &&
           mica_eval_set_bits(frame, 0, mica_eval_address(place, 0));
}

// ---- structs and arrays
// ----------------------------------------------------------------------

/// Offset of the member at a path, and its type.
static size_t member_at(const mica_op *op, const mica_type *type, const mica_type **member)
{
    const mica_attr *position = mica_op_attr(op, "position");
    size_t at = 0;
    *member = type;
    for (size_t i = 0; i < mica_dense_array_attr_count(position); i++)
        at += micai_llvm_member_offset(*member, (size_t)mica_dense_array_attr_int(position, i),
                                       member);
    return at;
}

/// A view of bytes as a buffer of one element, for the calls that copy elements.
static mica_eval_buffer bytes_of(const mica_eval_buffer *buffer, size_t at, size_t size)
{
    mica_eval_buffer part = *buffer;
    part.data += at;
    part.shadow = buffer->shadow ? buffer->shadow + at : NULL;
    part.element_size = size;
    part.count = 1;
    part.rank = 0;
    return part;
}

bool micai_llvm_extractvalue_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *container = mica_eval_buffer_operand(frame, op, 0);
    const mica_type *member;
    mica_eval_value value;
    if (!container)
        return false;
    const size_t at = member_at(op, mica_value_type(mica_op_operand(op, 0)), &member);
    const mica_eval_buffer part = bytes_of(container, at, mica_eval_type_size(member));
    return mica_eval_get_element(frame, &part, member, 0, &value) &&
           mica_eval_set_result(frame, 0, value);
}

bool micai_llvm_insertvalue_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *member;
    const size_t at = member_at(op, micai_llvm_result_type(op), &member);
    mica_eval_value value = mica_eval_take_operand(frame, 1);
    mica_eval_buffer *buffer = mica_eval_own_buffer(frame, op, 0);
    // The shadow, if one is needed, must be the whole buffer's.
    if (!buffer || (value.is_poison && !mica_eval_buffer_mark(frame, buffer, 0, 0, true)))
        return false;
    const bool is_object = mica_eval_type_is_object(member);
    if (is_object && value.as.buffer && value.as.buffer->shadow &&
        !mica_eval_buffer_mark(frame, buffer, 0, 0, true))
        return false;
    mica_eval_buffer part = bytes_of(buffer, at, mica_eval_type_size(member));
    return mica_eval_set_element(frame, &part, member, 0, value) &&
           mica_eval_set_result(frame, 0, mica_eval_from_buffer(buffer));
}

static bool set_zero(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = micai_llvm_result_type(op);
    if (!mica_eval_type_is_object(type))
        return mica_eval_set_bits(frame, 0, 0);
    mica_eval_buffer *buffer = mica_eval_buffer_of_type(frame, type, NULL);
    return buffer && mica_eval_set_result(frame, 0, mica_eval_from_buffer(buffer));
}

bool micai_llvm_mlir_zero_eval(mica_eval_frame *frame, mica_op *op)
{
    return set_zero(frame, op);
}
/// Undef is any value; this one is as good as others.
bool micai_llvm_mlir_undef_eval(mica_eval_frame *frame, mica_op *op)
{
    return set_zero(frame, op);
}
bool micai_llvm_mlir_poison_eval(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_set_poison(frame, op);
}

/// Constants that the engine does not know: arrays of dense elements and text.
bool micai_llvm_mlir_constant_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_attr *value = mica_op_attr(op, "value");
    const mica_type *type = micai_llvm_result_type(op);
    if (!mica_attr_is(value, MICA_ATTR_STRING) || !mica_llvm_type_is_array(type))
        return mica_eval_unsupported(frame, op, "of this kind can't be interpreted");
    const mica_string text = mica_string_attr_text(value);
    mica_eval_buffer *buffer = mica_eval_buffer_create(frame, type, NULL, 0);
    if (!buffer)
        return false;
    memcpy(buffer->data, text.data,
           text.length < buffer->element_size ? text.length : buffer->element_size);
    return mica_eval_set_result(frame, 0, mica_eval_from_buffer(buffer));
}
