// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Mixed lists: sizes, offsets and strides of which some are constants and others values. An op
// holds the constants in a dense array of i64, with MICA_DYNAMIC at each place that a value
// takes, and the values in a variadic operand, in order. They print as `[%a, 4, %b]`.
//
//   mica_mixed_cursor cursor = mica_mixed_begin(op, operands_of_sizes, slot_of_static_sizes);
//   for (mica_mixed size; mica_mixed_next(&cursor, &size);)
//       volume = size.value ? -1 : volume * size.constant;
#ifndef MICA_IR_CORE_MIXED_VALUES_H
#define MICA_IR_CORE_MIXED_VALUES_H

#include "ir/core/builder.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A value of type index, or the constant when `value` is NULL.
typedef struct mica_mixed {
    mica_value *value;
    int64_t constant;
} mica_mixed;

static inline mica_mixed mica_mixed_constant(int64_t constant)
{
    mica_mixed mixed = {NULL, constant};
    return mixed;
}
static inline mica_mixed mica_mixed_value(mica_value *value)
{
    mica_mixed mixed = {value, MICA_DYNAMIC};
    return mixed;
}
/// The constant, MICA_DYNAMIC for a value.
static inline int64_t mica_mixed_static(mica_mixed mixed)
{
    return mixed.value ? MICA_DYNAMIC : mixed.constant;
}
static inline bool mica_mixed_equal(mica_mixed a, mica_mixed b)
{
    return a.value == b.value && (a.value || a.constant == b.constant);
}

/// Walks a mixed list; plain data, nothing to free.
typedef struct mica_mixed_cursor {
    const mica_op *op;
    const mica_attr *statics;
    size_t next, count;
    size_t operand, operand_end;
} mica_mixed_cursor;

/// The list whose values are the operands of spec `operands` and whose constants are in slot
/// `slot`. An unset slot is an empty list.
MICA_API mica_mixed_cursor mica_mixed_begin(const mica_op *op, size_t operands, size_t slot);
/// False at the end, and where values are missing (an op that is not verified).
MICA_API bool mica_mixed_next(mica_mixed_cursor *cursor, mica_mixed *entry);
/// Entry `index`, which must exist. Takes time in proportion to it.
MICA_API mica_mixed mica_mixed_at(const mica_op *op, size_t operands, size_t slot,
                                  size_t index);
MICA_API size_t mica_mixed_count(const mica_op *op, size_t slot);
/// Adds the values of a list to the operands of a state and sets its slot to the constants.
/// Returns the number of values, which is the segment's size.
MICA_API size_t mica_op_state_add_mixed(mica_op_state *state, size_t slot,
                                        const mica_mixed *entries, size_t count);
/// Has the list `expected` entries, and as many values as places for them? Else an error that
/// calls it `name` ("offset").
MICA_API bool mica_mixed_verify(mica_op *op, const char *name, size_t operands, size_t slot,
                                size_t expected);

// ---- boxes of offsets, sizes and strides
// -----------------------------------------------------

enum { MICA_OFFSETS, MICA_SIZES, MICA_STRIDES };

/// Ops that take a strided box of something (tensor.extract_slice, memref.subview).
typedef struct mica_offset_size_and_stride {
    size_t struct_size;
    /// Operand spec and slot of the offsets, the sizes and the strides.
    uint16_t operands[3];
    uint16_t slots[3];
    /// The number of each that there must be.
    void (*ranks)(const mica_op *op, size_t ranks[3]);
} mica_offset_size_and_stride;
extern MICA_API const char mica_offset_size_and_stride_interface;

/// The op must have the interface, which these look up.
MICA_API mica_mixed_cursor mica_slice_begin(const mica_op *op, unsigned which);
MICA_API size_t mica_slice_rank(const mica_op *op);
MICA_API mica_mixed mica_slice_at(const mica_op *op, unsigned which, size_t index);
/// All strides are the constant 1.
MICA_API bool mica_slice_has_unit_strides(const mica_op *op);
/// Checks the three lists against each other; verify hooks of such ops call it first.
MICA_API bool mica_slice_verify(mica_op *op);

// ---- sizes of results
// ------------------------------------------------------------------------

/// Ops that know the sizes of their results before computing them.
typedef struct mica_reify_shape {
    size_t struct_size;
    /// Size `dim` of result `result`, of ranked type: a constant, an existing value or one that
    /// `builder` makes. False when it can't be said; nothing has been built then.
    bool (*size)(mica_builder *builder, mica_op *op, size_t result, size_t dim,
                 mica_mixed *size);
} mica_reify_shape;
extern MICA_API const char mica_reify_shape_interface;

#ifdef __cplusplus
}
#endif

#endif
