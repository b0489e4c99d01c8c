// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass fold-memref-alias-ops: loads and stores of a view go to the memory that it views.
//
//   %v = memref.subview %m[%o, 1] [8, 8] [2, 1] : memref<16x32xf32> to memref<8x8xf32, ..>
//   memref.load %v[%i, %j]   ->   memref.load %m[%o + %i * 2, 1 + %j]
//
//   %v = memref.collapse_shape %m [[0, 1]] : memref<4x5xf32> into memref<20xf32>
//   memref.load %v[%i]       ->   memref.load %m[%i / 5, %i % 5]
//
// Views are then without users, and what is passed to a kernel is whole memory, which devices
// want to be aligned. With keep-contiguous, a view that has all of its source's elements in the
// same order stays: it begins where the source does, and indices need no arithmetic.
#include "dialects/memref/memref.h"
#include "ir/core/context.h"
#include "transforms/drivers/op_row.h"
#include "transforms/pass/pass.h"
#include "transforms/tensor/loop_nest.h"

enum { MOST_RANK = 32 };

/// A load or store: its memref and the indices after it.
typedef struct access {
    mica_op *op;
    size_t memref; ///< operand
    mica_builder builder;
} access;

static const mica_type *view_type(const mica_op *view)
{
    return mica_value_type(mica_op_result(view, 0));
}

static const mica_type *source_type(const mica_op *view)
{
    return mica_value_type(mica_op_operand(view, 0));
}

static mica_value *index_of(const access *a, size_t dimension)
{
    return mica_op_operand(a->op, a->memref + 1 + dimension);
}

static mica_value *value_of(mica_builder *builder, mica_mixed mixed)
{
    return mixed.value ? mixed.value : micai_index(builder, mixed.constant);
}

static mica_value *build(mica_builder *builder, const char *name, mica_value *a, mica_value *b)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, name, builder->location);
    mica_op_state_add_operand(&state, a);
    mica_op_state_add_operand(&state, b);
    mica_op_state_add_result(&state, mica_index_type_get(builder->context));
    return mica_op_result(mica_builder_create(builder, &state), 0);
}

static mica_value *multiply(mica_builder *builder, mica_value *a, mica_mixed factor)
{
    return factor.value ? build(builder, "arith.muli", a, factor.value)
                        : micai_index_mul(builder, a, factor.constant);
}

// ---- where an element of the view is in its source

// Source dimension i is at offset + index * stride; one that the result lacks is at its offset.
static bool subview_indices(access *a, mica_op *view, mica_value **indices)
{
    const mica_type *type = view_type(view);
    const size_t rank = mica_slice_rank(view), kept = mica_type_rank(type);
    size_t next = 0;
    for (size_t i = 0; i < rank; ++i) {
        const int64_t size = mica_mixed_static(mica_slice_at(view, MICA_SIZES, i));
        mica_value *offset = value_of(&a->builder, mica_slice_at(view, MICA_OFFSETS, i));
        indices[i] = offset;
        const bool is_dropped = next == kept || mica_type_shape(type)[next] != size;
        if (is_dropped && size != 1)
            return false;
        if (is_dropped)
            continue;
        mica_value *distance =
            multiply(&a->builder, index_of(a, next++), mica_slice_at(view, MICA_STRIDES, i));
        indices[i] = micai_index_add(&a->builder, offset, distance);
    }
    return next == kept;
}

/// The dimensions that `groups` puts into group `index`, of `*count` neighbours from `*first`.
static void group_of(const mica_attr *groups, size_t index, size_t *first, size_t *count)
{
    const mica_attr *group = mica_array_attr_element(groups, index);
    *count = mica_array_attr_count(group);
    *first = *count ? (size_t)mica_integer_attr_value(mica_array_attr_element(group, 0)) : 0;
}

/// All but the first size of each group must be known.
static bool sizes_are_known(const mica_attr *groups, const int64_t *shape)
{
    for (size_t g = 0; g < mica_array_attr_count(groups); ++g) {
        size_t first, count;
        group_of(groups, g, &first, &count);
        for (size_t i = first + 1; i < first + count; ++i)
            if (shape[i] == MICA_DYNAMIC || shape[i] == 0)
                return false;
    }
    return true;
}

// One index of the view counts through several dimensions of the source, row-major.
static bool collapse_indices(access *a, mica_op *view, mica_value **indices)
{
    const mica_attr *groups = mica_op_attr(view, "reassociation");
    const int64_t *shape = mica_type_shape(source_type(view));
    if (!sizes_are_known(groups, shape))
        return false;
    for (size_t i = 0; i < mica_type_rank(source_type(view)); ++i)
        indices[i] = micai_index(&a->builder, 0); // of a view of rank 0
    for (size_t g = 0; g < mica_array_attr_count(groups); ++g) {
        size_t first, count;
        group_of(groups, g, &first, &count);
        mica_value *number = index_of(a, g);
        while (count > 1 && shape[first] == 1) { // these stay 0
            ++first;
            --count;
        }
        for (size_t i = first + count; i-- > first + 1;) {
            if (shape[i] == 1)
                continue;
            mica_value *size = micai_index(&a->builder, shape[i]);
            indices[i] = build(&a->builder, "arith.remui", number, size);
            number = build(&a->builder, "arith.divui", number, size);
        }
        indices[first] = number;
    }
    return true;
}

// Several indices of the view count through one dimension of the source, row-major.
static bool expand_indices(access *a, mica_op *view, mica_value **indices)
{
    const mica_attr *groups = mica_op_attr(view, "reassociation");
    const int64_t *shape = mica_type_shape(view_type(view));
    if (!sizes_are_known(groups, shape))
        return false;
    for (size_t g = 0; g < mica_array_attr_count(groups); ++g) {
        size_t first, count;
        group_of(groups, g, &first, &count);
        mica_value *number = index_of(a, first);
        for (size_t i = first + 1; i < first + count; ++i)
            number = micai_index_add(
                &a->builder, micai_index_mul(&a->builder, number, shape[i]), index_of(a, i));
        indices[g] = number;
    }
    return true;
}

typedef struct view_kind {
    const char *name;
    bool (*indices)(access *a, mica_op *view, mica_value **indices);
    bool keeps_order; ///< has all of the source's elements, in order
} view_kind;

static const view_kind view_kinds[] = {
    {"memref.subview", subview_indices, false},
    {"memref.collapse_shape", collapse_indices, true},
    {"memref.expand_shape", expand_indices, true},
};

// ---- the pass

static const view_kind *kind_of(const mica_op *view, bool keep_contiguous)
{
    for (size_t i = 0; view && i < sizeof view_kinds / sizeof *view_kinds; ++i) {
        if (!mica_string_is(mica_op_name(view), view_kinds[i].name))
            continue;
        const bool is_contiguous = view_kinds[i].keeps_order &&
                                   !mica_memref_type_layout(source_type(view)) &&
                                   !mica_memref_type_layout(view_type(view));
        return keep_contiguous && is_contiguous ? NULL : &view_kinds[i];
    }
    return NULL;
}

/// Operand that is the memref; SIZE_MAX: neither a load nor a store.
static size_t memref_operand(const mica_op *op)
{
    const mica_string name = mica_op_name(op);
    return mica_string_is(name, "memref.load")    ? 0
           : mica_string_is(name, "memref.store") ? 1
                                                  : SIZE_MAX;
}

/// Folds one view; false when there is none that can be.
static bool fold_view(mica_op *op, size_t memref, bool keep_contiguous)
{
    mica_op *view = mica_value_op(mica_op_operand(op, memref));
    const view_kind *kind = kind_of(view, keep_contiguous);
    const size_t rank = kind ? mica_type_rank(source_type(view)) : 0;
    mica_value *operands[MOST_RANK + 2];
    access a = {op, memref, mica_builder_before(op)};
    if (!kind || rank > MOST_RANK || !kind->indices(&a, view, operands + memref + 1))
        return false;
    operands[0] = mica_op_operand(op, 0);
    operands[memref] = mica_op_operand(view, 0);
    mica_op_set_operands(op, operands, memref + 1 + rank);
    return true;
}

static mica_walk_result find(void *user, mica_op *op)
{
    if (memref_operand(op) != SIZE_MAX)
        micai_op_row_append(user, op);
    return MICA_WALK_ADVANCE;
}

static bool run_pass(mica_pass_run *run)
{
    const bool keep_contiguous =
        mica_pass_option_bool(mica_pass_run_options(run), "keep-contiguous");
    micai_op_row found = {0};
    bool changed = false;
    mica_op_walk_pre(mica_pass_run_op(run), find, &found);
    for (size_t i = 0; i < found.count; ++i)
        while (fold_view(found.ops[i], memref_operand(found.ops[i]), keep_contiguous))
            changed = true;
    if (!changed)
        mica_pass_run_mark_unchanged(run);
    const bool done = !found.failed;
    micai_op_row_free(&found);
    return done;
}

static const mica_option_def options[] = {
    {"keep-contiguous", MICA_OPTION_BOOL,
     "Leave views that have all elements of contiguous memory in order", "false", NULL},
};
static const char *const dependent[] = {"arith", "memref", NULL};
const mica_pass_def mica_pass_fold_memref_alias_ops = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "fold-memref-alias-ops",
    .name = "FoldMemRefAliasOpsPass",
    .summary = "Fold memref alias ops into consumer load/store ops",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .dependent_dialects = dependent,
    .run = run_pass};
