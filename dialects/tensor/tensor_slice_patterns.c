// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Canonicalization of slices and padding: constants move from operands into attributes, casts
// of operands disappear.
//
//   %0 = tensor.extract_slice %t[%c0] [%c4] [1]  ->  %0 = tensor.extract_slice %t[0] [4] [1]
//                                                    %1 = tensor.cast %0 (back to the old type)
#include "dialects/tensor/tensor.h"

#include "ir/core/shape_rules.h"
#include "ir/core/sizes_internal.h"
#include "ir/rewrite/known_size.h"
#include "ir/rewrite/pattern.h"
#include "ir/rewrite/rewriter.h"

static mica_op *defining(mica_value *value, mica_op_kind kind)
{
    mica_op *op = mica_value_op(value);
    return mica_op_is(op, kind) ? op : NULL;
}

static bool replace_with_cast(mica_rewriter *rewriter, mica_op *op, mica_value *value)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    if (mica_value_type(value) != type) {
        mica_op *cast = mica_tensor_cast_build(mica_rewriter_builder(rewriter), type, value);
        if (!cast)
            return false;
        value = mica_op_result(cast, 0);
    }
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

/// The source of a cast that says at least as much as its result; NULL for other values.
static mica_value *look_through_cast(mica_value *value)
{
    mica_op *cast = defining(value, &mica_tensor_cast_kind);
    if (!cast)
        return NULL;
    mica_value *source = mica_op_operand(cast, 0);
    return mica_tensor_preserves_static_info(mica_value_type(value), mica_value_type(source))
               ? source
               : NULL;
}

/// Offsets, sizes and strides of a slice op with constants instead of constant values.
typedef struct folded_lists {
    mica_mixed *entries; ///< 3 * rank: offsets, sizes, strides
    size_t rank;
    bool changed;
} folded_lists;

/// A constant that an offset, a size or a stride may be.
static bool is_admitted(unsigned which, int64_t constant)
{
    return which == MICA_STRIDES || constant >= 0;
}

static bool fold_lists(mica_op *op, folded_lists *lists)
{
    lists->rank = mica_slice_rank(op);
    lists->changed = false;
    lists->entries = mica_calloc(3 * lists->rank + 1, sizeof *lists->entries);
    if (!lists->entries)
        return false;
    for (unsigned which = MICA_OFFSETS; which <= MICA_STRIDES; which++) {
        mica_mixed_cursor cursor = mica_slice_begin(op, which);
        mica_mixed entry;
        for (size_t i = which * lists->rank; mica_mixed_next(&cursor, &entry); i++) {
            mica_mixed folded = mica_mixed_fold(entry);
            if (entry.value && !folded.value && !is_admitted(which, folded.constant))
                folded = entry;
            lists->changed |= entry.value && !folded.value;
            lists->entries[i] = folded;
        }
    }
    return true;
}

/// An op of the same kind with these operands before the lists; NULL when out of memory.
static mica_op *build_slice(mica_rewriter *rewriter, mica_op *op, mica_value *const *operands,
                            size_t count, const folded_lists *lists, const mica_type *result)
{
    mica_op_state state;
    mica_op_state_init_record(&state, mica_op_context(op), mica_op_get_record(op),
                              mica_op_location(op));
    int32_t segments[5] = {1, 1};
    mica_op_state_add_operands(&state, operands, count);
    for (unsigned which = MICA_OFFSETS; which <= MICA_STRIDES; which++)
        segments[count + which] = (int32_t)mica_op_state_add_mixed(
            &state, 1 + which, lists->entries + which * lists->rank, lists->rank);
    mica_op_state_set_slot(&state, 0,
                           mica_i32_array_attr_get(state.context, segments, count + 3));
    if (result)
        mica_op_state_add_result(&state, result);
    return mica_builder_create(mica_rewriter_builder(rewriter), &state);
}

/// The type of the box in `whole`, without the unit dimensions that `reduced` lacks.
static const mica_type *box_type(const mica_type *whole, const folded_lists *lists,
                                 const mica_type *old_full, const mica_type *reduced)
{
    size_t rank = mica_type_rank(reduced), next = 0;
    micai_sizes sizes;
    bool *dropped = mica_calloc(lists->rank + 1, sizeof *dropped);
    const mica_type *type = NULL;
    if (dropped && micai_sizes_init(&sizes, lists->rank)) {
        if (mica_shape_drops_units(mica_type_shape(old_full), lists->rank,
                                   mica_type_shape(reduced), rank, false, dropped)) {
            for (size_t i = 0; i < lists->rank; i++)
                if (!dropped[i])
                    sizes.data[next++] = mica_mixed_static(lists->entries[lists->rank + i]);
            type = mica_tensor_slice_type(whole, sizes.data, next);
        }
        micai_sizes_free(&sizes);
    }
    mica_free(dropped);
    return type;
}

static const mica_type *full_box_type(mica_op *op, const mica_type *whole)
{
    const mica_attr *sizes = mica_op_attr(op, "static_sizes");
    return mica_tensor_slice_type(whole, mica_dense_array_attr_data(sizes),
                                  mica_dense_array_attr_count(sizes));
}

// ---- extract_slice
// ---------------------------------------------------------------------------

/// extract_slice with constant operands -> with attributes, cast back
static bool extract_constants(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_value *source = mica_tensor_extract_slice_source(op);
    const mica_type *result = mica_value_type(mica_op_result(op, 0));
    folded_lists lists;
    if (!fold_lists(op, &lists))
        return false;
    bool changed = lists.changed;
    if (changed) {
        const mica_type *whole = mica_value_type(source);
        const mica_type *type = box_type(whole, &lists, full_box_type(op, whole), result);
        mica_op *made = type ? build_slice(rewriter, op, &source, 1, &lists, type) : NULL;
        changed = made && replace_with_cast(rewriter, op, mica_op_result(made, 0));
    }
    mica_free(lists.entries);
    return changed;
}

/// extract_slice(cast(x)) -> cast(extract_slice(x))
static bool extract_of_cast(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_value *source = look_through_cast(mica_tensor_extract_slice_source(op));
    if (!source)
        return false;
    folded_lists lists;
    if (!fold_lists(op, &lists))
        return false;
    const mica_type *result = mica_value_type(mica_op_result(op, 0));
    const mica_type *whole = mica_value_type(source);
    const mica_type *type = box_type(whole, &lists, full_box_type(op, whole), result);
    mica_op *made = type ? build_slice(rewriter, op, &source, 1, &lists, type) : NULL;
    mica_free(lists.entries);
    return made && replace_with_cast(rewriter, op, mica_op_result(made, 0));
}

static const mica_pattern extract_slice_patterns[] = {
    {.name = "tensor_extract_slice_constants",
     .root = "tensor.extract_slice",
     .rewrite = extract_constants},
    {.name = "tensor_extract_slice_of_cast",
     .root = "tensor.extract_slice",
     .rewrite = extract_of_cast},
};

void micai_tensor_extract_slice_canonicalize(mica_pattern_set *patterns)
{
    mica_pattern_set_add(patterns, extract_slice_patterns, 2);
}

// ---- insert_slice
// ----------------------------------------------------------------------------

/// insert_slice with constant operands -> with attributes; the source is cast to the sharper
/// box
static bool insert_constants(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_value *operands[2] = {mica_op_operand(op, 0), mica_op_operand(op, 1)};
    const mica_type *dest = mica_value_type(operands[1]);
    const mica_type *source = mica_value_type(operands[0]);
    folded_lists lists;
    if (!fold_lists(op, &lists))
        return false;
    const mica_type *type =
        lists.changed ? box_type(dest, &lists, full_box_type(op, dest), source) : NULL;
    mica_op *made = NULL;
    if (type) {
        if (type != source) {
            mica_op *cast =
                mica_tensor_cast_build(mica_rewriter_builder(rewriter), type, operands[0]);
            operands[0] = mica_op_result(cast, 0);
        }
        made = build_slice(rewriter, op, operands, 2, &lists, dest);
    }
    mica_free(lists.entries);
    return made && mica_rewriter_replace_op_with(rewriter, op, made);
}

/// insert_slice(cast(x), y) -> insert_slice(x, y), insert_slice(x, cast(y)) ->
/// cast(insert_slice)
static bool insert_of_cast(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_value *operands[2] = {mica_op_operand(op, 0), mica_op_operand(op, 1)};
    mica_value *source = look_through_cast(operands[0]);
    mica_value *dest = look_through_cast(operands[1]);
    // A sharper source must still be the box that the sizes say.
    if (source && !mica_type_is_rank_reduced(full_box_type(op, mica_value_type(operands[1])),
                                             mica_value_type(source)))
        source = NULL;
    if (!source && !dest)
        return false;
    operands[0] = source ? source : operands[0];
    operands[1] = dest ? dest : operands[1];
    folded_lists lists;
    if (!fold_lists(op, &lists))
        return false;
    mica_op *made = lists.changed ? NULL
                                  : build_slice(rewriter, op, operands, 2, &lists,
                                                mica_value_type(operands[1]));
    mica_free(lists.entries);
    return made && replace_with_cast(rewriter, op, mica_op_result(made, 0));
}

static const mica_pattern insert_slice_patterns[] = {
    {.name = "tensor_insert_slice_constants",
     .root = "tensor.insert_slice",
     .rewrite = insert_constants},
    {.name = "tensor_insert_slice_of_cast",
     .root = "tensor.insert_slice",
     .rewrite = insert_of_cast},
};

void micai_tensor_insert_slice_canonicalize(mica_pattern_set *patterns)
{
    mica_pattern_set_add(patterns, insert_slice_patterns, 2);
}

// ---- pad
// -------------------------------------------------------------------------------------

/// Margins with constants in place of constant values.
typedef struct margins {
    mica_mixed *low, *high; ///< one owned array
    size_t rank;
    bool changed, are_zero;
} margins;

static bool read_margins(mica_op *op, margins *read)
{
    read->rank = mica_mixed_count(op, 1);
    read->changed = false;
    read->are_zero = true;
    read->low = mica_calloc(2 * read->rank + 1, sizeof *read->low);
    if (!read->low)
        return false;
    read->high = read->low + read->rank;
    for (size_t side = 0; side < 2; side++)
        for (size_t i = 0; i < read->rank; i++) {
            const mica_mixed old = mica_mixed_at(op, 1 + side, 1 + side, i);
            const mica_mixed folded = mica_mixed_fold(old);
            (side ? read->high : read->low)[i] = folded;
            read->changed |= old.value && !folded.value;
            read->are_zero &= !folded.value && folded.constant == 0;
        }
    return true;
}

/// pad(x) without margins -> cast(x)
static bool pad_nothing(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    margins read;
    if (mica_tensor_pad_nofold(op) || !read_margins(op, &read))
        return mica_rewriter_fail(rewriter, op, "it must not fold");
    const bool are_zero = read.are_zero;
    mica_free(read.low);
    return are_zero ? replace_with_cast(rewriter, op, mica_tensor_pad_source(op))
                    : mica_rewriter_fail(rewriter, op, "there are margins");
}

/// The type of the result as far as source and margins say it; sizes that the old type knows
/// stay.
static const mica_type *sharper_pad_type(const margins *read, const mica_type *from,
                                         const mica_type *old)
{
    micai_sizes shape;
    if (!micai_sizes_init(&shape, read->rank))
        return NULL;
    for (size_t i = 0; i < read->rank; i++) {
        const int64_t size = mica_type_shape(from)[i];
        const int64_t low = mica_mixed_static(read->low[i]);
        const int64_t high = mica_mixed_static(read->high[i]);
        shape.data[i] = mica_type_shape(old)[i];
        if (shape.data[i] == MICA_DYNAMIC && size != MICA_DYNAMIC && low != MICA_DYNAMIC &&
            high != MICA_DYNAMIC)
            shape.data[i] = low + size + high;
    }
    const mica_type *type = mica_type_with_shape(old, shape.data, read->rank);
    micai_sizes_free(&shape);
    return type;
}

/// The pad of `source` with these margins; takes the body of `op` over.
static mica_op *build_pad(mica_rewriter *rewriter, mica_op *op, mica_value *source,
                          const margins *read, const mica_type *type)
{
    mica_op_state state;
    mica_op_state_init_record(&state, mica_op_context(op), mica_op_get_record(op),
                              mica_op_location(op));
    mica_op_state_add_operand(&state, source);
    int32_t segments[] = {1, 0, 0};
    segments[1] = (int32_t)mica_op_state_add_mixed(&state, 1, read->low, read->rank);
    segments[2] = (int32_t)mica_op_state_add_mixed(&state, 2, read->high, read->rank);
    mica_op_state_set_slot(&state, 0, mica_i32_array_attr_get(state.context, segments, 3));
    if (mica_tensor_pad_nofold(op))
        mica_op_state_set_attr(&state, "nofold", mica_unit_attr_get(state.context));
    mica_op_state_add_result(&state, type);
    mica_op_state_add_region(&state);
    mica_op *made = mica_builder_create(mica_rewriter_builder(rewriter), &state);
    if (made)
        mica_rewriter_take_body(rewriter, mica_op_region(made, 0), mica_op_region(op, 0));
    return made;
}

/// pad(cast(x)) low[%c4] -> cast(pad(x) low[4]), of a type that says all that is known
static bool pad_sharper(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    margins read;
    if (!read_margins(op, &read))
        return false;
    mica_value *source = look_through_cast(mica_tensor_pad_source(op));
    const mica_type *old = mica_value_type(mica_op_result(op, 0));
    const bool looked = source != NULL;
    if (!looked)
        source = mica_tensor_pad_source(op);
    const mica_type *type = sharper_pad_type(&read, mica_value_type(source), old);
    const bool changed = type && (looked || read.changed || type != old);
    mica_op *made = changed ? build_pad(rewriter, op, source, &read, type) : NULL;
    mica_free(read.low);
    return made ? replace_with_cast(rewriter, op, mica_op_result(made, 0))
                : mica_rewriter_fail(rewriter, op, "all is known already");
}

static const mica_pattern pad_patterns[] = {
    {.name = "tensor_pad_nothing", .root = "tensor.pad", .rewrite = pad_nothing},
    {.name = "tensor_pad_sharper", .root = "tensor.pad", .rewrite = pad_sharper},
};

void micai_tensor_pad_canonicalize(mica_pattern_set *patterns)
{
    mica_pattern_set_add(patterns, pad_patterns, 2);
}
