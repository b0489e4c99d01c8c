// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Mixed lists of constants and values. The cursor keeps a place in both of them, so that a walk
// is linear and needs no memory.
#include "ir/core/mixed_values.h"

#include "ir/core/definition.h"
#include "ir/core/diagnostics.h"
#include "ir/core/sizes_internal.h"

const char mica_offset_size_and_stride_interface = 0;
const char mica_reify_shape_interface = 0;

mica_mixed_cursor mica_mixed_begin(const mica_op *op, size_t operands, size_t slot)
{
    mica_mixed_cursor cursor = {.op = op, .statics = mica_op_slot(op, slot)};
    size_t values = 0;
    mica_op_operand_range(op, operands, &cursor.operand, &values);
    cursor.operand_end = cursor.operand + values;
    cursor.count = cursor.statics ? mica_dense_array_attr_count(cursor.statics) : 0;
    return cursor;
}

bool mica_mixed_next(mica_mixed_cursor *cursor, mica_mixed *entry)
{
    if (cursor->next == cursor->count)
        return false;
    int64_t constant = mica_dense_array_attr_int(cursor->statics, cursor->next);
    if (constant == MICA_DYNAMIC && cursor->operand == cursor->operand_end)
        return false;
    cursor->next++;
    *entry = constant == MICA_DYNAMIC
                 ? mica_mixed_value(mica_op_operand(cursor->op, cursor->operand++))
                 : mica_mixed_constant(constant);
    return true;
}

mica_mixed mica_mixed_at(const mica_op *op, size_t operands, size_t slot, size_t index)
{
    mica_mixed_cursor cursor = mica_mixed_begin(op, operands, slot);
    mica_mixed entry = mica_mixed_constant(MICA_DYNAMIC);
    while (cursor.next <= index && mica_mixed_next(&cursor, &entry)) {
    }
    return entry;
}

size_t mica_mixed_count(const mica_op *op, size_t slot)
{
    const mica_attr *statics = mica_op_slot(op, slot);
    return statics ? mica_dense_array_attr_count(statics) : 0;
}

size_t mica_op_state_add_mixed(mica_op_state *state, size_t slot, const mica_mixed *entries,
                               size_t count)
{
    micai_sizes statics;
    if (!micai_sizes_init(&statics, count))
        return 0;
    size_t values = 0;
    for (size_t i = 0; i < count; i++) {
        statics.data[i] = mica_mixed_static(entries[i]);
        if (entries[i].value) {
            mica_op_state_add_operand(state, entries[i].value);
            values++;
        }
    }
    mica_op_state_set_slot(state, slot,
                           mica_i64_array_attr_get(state->context, statics.data, count));
    micai_sizes_free(&statics);
    return values;
}

bool mica_mixed_verify(mica_op *op, const char *name, size_t operands, size_t slot,
                       size_t expected)
{
    const mica_attr *statics = mica_op_slot(op, slot);
    size_t count = mica_mixed_count(op, slot);
    if (count != expected)
        return mica_op_error(op, "expected %zu %s values, got %zu", expected, name, count);
    size_t first, values, places = 0;
    mica_op_operand_range(op, operands, &first, &values);
    for (size_t i = 0; i < count; i++)
        places += mica_dense_array_attr_int(statics, i) == MICA_DYNAMIC;
    if (places == values)
        return true;
    return mica_op_error(op, "expected %zu dynamic %s values", places, name);
}

static const mica_offset_size_and_stride *slice_of(const mica_op *op)
{
    return mica_op_interface(op, &mica_offset_size_and_stride_interface);
}

mica_mixed_cursor mica_slice_begin(const mica_op *op, unsigned which)
{
    const mica_offset_size_and_stride *slice = slice_of(op);
    return mica_mixed_begin(op, slice->operands[which], slice->slots[which]);
}

size_t mica_slice_rank(const mica_op *op)
{
    return mica_mixed_count(op, slice_of(op)->slots[MICA_SIZES]);
}

mica_mixed mica_slice_at(const mica_op *op, unsigned which, size_t index)
{
    const mica_offset_size_and_stride *slice = slice_of(op);
    return mica_mixed_at(op, slice->operands[which], slice->slots[which], index);
}

bool mica_slice_has_unit_strides(const mica_op *op)
{
    const mica_attr *strides = mica_op_slot(op, slice_of(op)->slots[MICA_STRIDES]);
    for (size_t i = 0; strides && i < mica_dense_array_attr_count(strides); i++)
        if (mica_dense_array_attr_int(strides, i) != 1)
            return false;
    return true;
}

static bool verify_not_negative(mica_op *op, const char *name, size_t slot)
{
    const mica_attr *statics = mica_op_slot(op, slot);
    for (size_t i = 0; i < mica_mixed_count(op, slot); i++) {
        int64_t value = mica_dense_array_attr_int(statics, i);
        if (value < 0 && value != MICA_DYNAMIC)
            return mica_op_error(op, "expected %ss to be non-negative, but got %lld", name,
                                 (long long)value);
    }
    return true;
}

bool mica_slice_verify(mica_op *op)
{
    static const char *const names[3] = {"offset", "size", "stride"};
    const mica_offset_size_and_stride *slice = slice_of(op);
    size_t ranks[3];
    slice->ranks(op, ranks);
    size_t offsets = mica_mixed_count(op, slice->slots[MICA_OFFSETS]);
    size_t sizes = mica_mixed_count(op, slice->slots[MICA_SIZES]);
    size_t strides = mica_mixed_count(op, slice->slots[MICA_STRIDES]);
    if (offsets != sizes && !(offsets == 1 && ranks[MICA_OFFSETS] == 1))
        return mica_op_error(op,
                             "expected mixed offsets rank to match mixed sizes rank (%zu vs "
                             "%zu) so the rank of the result type is well-formed.",
                             offsets, sizes);
    if (sizes != strides)
        return mica_op_error(op,
                             "expected mixed sizes rank to match mixed strides rank (%zu vs "
                             "%zu) so the rank of the result type is well-formed.",
                             sizes, strides);
    for (unsigned i = 0; i < 3; i++)
        if (!mica_mixed_verify(op, names[i], slice->operands[i], slice->slots[i], ranks[i]))
            return false;
    return verify_not_negative(op, "offset", slice->slots[MICA_OFFSETS]) &&
           verify_not_negative(op, "size", slice->slots[MICA_SIZES]);
}
