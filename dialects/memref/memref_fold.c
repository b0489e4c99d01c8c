// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Folds and canonicalization of memref ops. The law: casts that only forget sizes move into the
// ops that read or write through them, sizes become static, and memory that nobody reads goes.
#include "dialects/memref/memref.h"

#include "ir/core/shape_rules.h"

#include "ir/core/sizes_internal.h"
#include "ir/rewrite/fold.h"
#include "ir/rewrite/known_size.h"
#include "ir/rewrite/match_program.h"
#include "ir/rewrite/pattern.h"
#include "ir/rewrite/rewriter.h"

static mica_op *defining(mica_value *value, mica_op_kind kind)
{
    mica_op *op = mica_value_op(value);
    return mica_op_is(op, kind) ? op : NULL;
}

static mica_fold_status to_value(mica_fold_result *results, mica_value *value)
{
    results[0].value = value;
    return MICA_FOLD_REPLACED;
}

// ---- casts of operands
// -----------------------------------------------------------------------

/// op(cast(x)) -> op(x) for ranked x: the op does not care for the type's sizes. A memref that
/// is itself stored keeps its type.
static mica_fold_status fold_casts(mica_op *op)
{
    mica_fold_status status = MICA_FOLD_NONE;
    for (size_t i = mica_op_is(op, &mica_memref_store_kind); i < mica_op_operand_count(op);
         i++) {
        mica_op *cast = defining(mica_op_operand(op, i), &mica_memref_cast_kind);
        if (!cast || !mica_type_is_ranked(mica_value_type(mica_op_operand(cast, 0))))
            continue;
        mica_op_set_operand(op, i, mica_op_operand(cast, 0));
        status = MICA_FOLD_IN_PLACE;
    }
    return status;
}

mica_fold_status micai_memref_fold_operand_casts(mica_op *op, const mica_attr *const *operands,
                                                 mica_fold_result *results)
{
    (void)operands;
    (void)results;
    return fold_casts(op);
}

/// cast(cast(x)): type of x -> x
mica_fold_status micai_memref_cast_fold(mica_op *op, const mica_attr *const *operands,
                                        mica_fold_result *results)
{
    (void)operands;
    mica_op *inner = defining(mica_op_operand(op, 0), &mica_memref_cast_kind);
    mica_value *source = inner ? mica_op_operand(inner, 0) : NULL;
    if (source && mica_value_type(source) == mica_value_type(mica_op_result(op, 0)))
        return to_value(results, source);
    bool valid = source && mica_memref_cast_is_valid(mica_value_type(source),
                                                     mica_value_type(mica_op_result(op, 0)));
    return valid ? fold_casts(op) : MICA_FOLD_NONE;
}

// ---- dim, rank
// -------------------------------------------------------------------------------

/// The value that gave dynamic size `dim` to what defines `memref`; NULL when there is none.
static mica_value *given_size(mica_value *memref, size_t dim)
{
    const mica_type *type = mica_value_type(memref);
    mica_op *op = mica_value_op(memref);
    size_t place = 0, first, count;
    for (size_t i = 0; i < dim; i++)
        place += mica_type_shape(type)[i] == MICA_DYNAMIC;
    if (mica_op_is(op, &mica_memref_alloc_kind) || mica_op_is(op, &mica_memref_alloca_kind))
        mica_op_operand_range(op, 0, &first, &count);
    else if (mica_op_is(op, &mica_memref_view_kind))
        mica_op_operand_range(op, 2, &first, &count);
    else if (mica_op_is(op, &mica_memref_subview_kind) &&
             mica_slice_rank(op) == mica_type_rank(type))
        return mica_slice_at(op, MICA_SIZES, dim).value;
    else
        return NULL;
    return place < count ? mica_op_operand(op, first + place) : NULL;
}

/// dim(x, i) -> the size where it is known, or the value that it was made with
mica_fold_status micai_memref_dim_fold(mica_op *op, const mica_attr *const *operands,
                                       mica_fold_result *results)
{
    mica_value *source = mica_memref_dim_source(op);
    const mica_type *type = mica_value_type(source);
    if (!mica_attr_is(operands[1], MICA_ATTR_INTEGER) || !mica_type_is_ranked(type))
        return fold_casts(op);
    int64_t dim = mica_integer_attr_value(operands[1]);
    if (dim < 0 || dim >= (int64_t)mica_type_rank(type))
        return MICA_FOLD_NONE;
    int64_t size = mica_type_shape(type)[dim];
    if (size != MICA_DYNAMIC) {
        results[0].attr = mica_index_attr_get(mica_op_context(op), size);
        return MICA_FOLD_REPLACED;
    }
    mica_value *given = given_size(source, (size_t)dim);
    return given ? to_value(results, given) : fold_casts(op);
}

/// rank(x: ranked) -> its rank
mica_fold_status micai_memref_rank_fold(mica_op *op, const mica_attr *const *operands,
                                        mica_fold_result *results)
{
    (void)operands;
    const mica_type *type = mica_value_type(mica_op_operand(op, 0));
    if (!mica_type_is_ranked(type))
        return MICA_FOLD_NONE;
    results[0].attr = mica_index_attr_get(mica_op_context(op), (int64_t)mica_type_rank(type));
    return MICA_FOLD_REPLACED;
}

// ---- views
// -----------------------------------------------------------------------------------

/// collapse(expand(x)): type of x -> x and the other way round
static mica_fold_status fold_inverse_reshape(mica_op *op, mica_op_kind inverse,
                                             mica_fold_result *results)
{
    mica_op *inner = defining(mica_op_operand(op, 0), inverse);
    if (inner &&
        mica_value_type(mica_op_operand(inner, 0)) == mica_value_type(mica_op_result(op, 0)) &&
        mica_op_attr(inner, "reassociation") == mica_op_attr(op, "reassociation"))
        return to_value(results, mica_op_operand(inner, 0));
    return MICA_FOLD_NONE;
}

mica_fold_status micai_memref_collapse_shape_fold(mica_op *op, const mica_attr *const *operands,
                                                  mica_fold_result *results)
{
    (void)operands;
    return fold_inverse_reshape(op, &mica_memref_expand_shape_kind, results);
}

mica_fold_status micai_memref_expand_shape_fold(mica_op *op, const mica_attr *const *operands,
                                                mica_fold_result *results)
{
    (void)operands;
    return fold_inverse_reshape(op, &mica_memref_collapse_shape_kind, results);
}

/// collapse(collapse(x)) -> collapse(x); expand(expand(x)) -> expand(x)
static bool merge_reshapes(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_op *inner = defining(mica_op_operand(op, 0), mica_op_get_kind(op));
    if (!inner)
        return mica_rewriter_fail(rewriter, op, "the operand is no reshape of this kind");
    const bool expands = mica_op_is(op, &mica_memref_expand_shape_kind);
    const mica_attr *own = mica_op_attr(op, "reassociation");
    const mica_attr *before = mica_op_attr(inner, "reassociation");
    const mica_attr *groups =
        expands ? mica_reassociation_nest(before, own) : mica_reassociation_nest(own, before);
    if (!groups)
        return false;
    mica_op_set_attr(op, "reassociation", groups);
    return mica_rewriter_set_operand(rewriter, op, 0, mica_op_operand(inner, 0));
}

static const mica_pattern reshape_patterns[] = {
    {.name = "memref_merge_collapses",
     .root = "memref.collapse_shape",
     .rewrite = merge_reshapes},
    {.name = "memref_merge_expands", .root = "memref.expand_shape", .rewrite = merge_reshapes},
};

void micai_memref_collapse_shape_canonicalize(mica_pattern_set *patterns)
{
    mica_pattern_set_add(patterns, &reshape_patterns[0], 1);
}

void micai_memref_expand_shape_canonicalize(mica_pattern_set *patterns)
{
    mica_pattern_set_add(patterns, &reshape_patterns[1], 1);
}

/// The patterns of memref.rewrite, as mica-gen compiled them.
extern const mica_match_program micai_memref_rewrites;

void micai_memref_canonicalize(mica_pattern_set *patterns)
{
    mica_pattern_set_add_program(patterns, &micai_memref_rewrites);
}

/// subview of all of x, to the type of x -> x
mica_fold_status micai_memref_subview_fold(mica_op *op, const mica_attr *const *operands,
                                           mica_fold_result *results)
{
    (void)operands;
    mica_value *source = mica_memref_subview_source(op);
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    if (mica_value_type(source) != type || !mica_type_has_static_shape(type) ||
        !mica_slice_has_unit_strides(op))
        return MICA_FOLD_NONE;
    mica_mixed_cursor offsets = mica_slice_begin(op, MICA_OFFSETS);
    mica_mixed_cursor sizes = mica_slice_begin(op, MICA_SIZES);
    mica_mixed offset, size;
    for (size_t i = 0; mica_mixed_next(&offsets, &offset) && mica_mixed_next(&sizes, &size);
         i++)
        if (mica_mixed_known(offset) != 0 || mica_mixed_known(size) != mica_type_shape(type)[i])
            return MICA_FOLD_NONE;
    return to_value(results, source);
}

// ---- alloc, alloca
// ---------------------------------------------------------------------------

/// Replaces `op` by `value`, cast to the type of its result where they differ.
static bool replace_with_cast(mica_rewriter *rewriter, mica_op *op, mica_value *value)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    if (mica_value_type(value) != type) {
        mica_op *cast = mica_memref_cast_build(mica_rewriter_builder(rewriter), type, value);
        if (!cast)
            return false;
        value = mica_op_result(cast, 0);
    }
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

/// The same allocation of a sharper type; `sizes` are what is left of its dynamic ones.
static mica_op *build_allocation(mica_rewriter *rewriter, mica_op *op, const mica_type *type,
                                 mica_value *const *sizes, size_t count)
{
    size_t first, symbols;
    mica_op_state state;
    mica_op_state_init_record(&state, mica_op_context(op), mica_op_get_record(op),
                              mica_op_location(op));
    mica_op_state_add_operands(&state, sizes, count);
    mica_op_operand_range(op, 1, &first, &symbols);
    for (size_t i = 0; i < symbols; i++)
        mica_op_state_add_operand(&state, mica_op_operand(op, first + i));
    int32_t segments[2] = {(int32_t)count, (int32_t)symbols};
    mica_op_state_set_slot(&state, 0, mica_i32_array_attr_get(state.context, segments, 2));
    mica_op_state_set_slot(&state, 1, mica_op_slot(op, 1));
    mica_op_state_add_result(&state, type);
    return mica_builder_create(mica_rewriter_builder(rewriter), &state);
}

/// alloc(c) with constant sizes -> cast(alloc of a static shape)
static bool allocate_constant_sizes(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    size_t rank = mica_type_rank(type), next = 0, kept = 0, first, count;
    mica_op_operand_range(op, 0, &first, &count);
    micai_sizes shape;
    mica_value **sizes = mica_malloc((count + 1) * sizeof *sizes);
    if (!sizes || !micai_sizes_init(&shape, rank)) {
        mica_free(sizes);
        return false;
    }
    for (size_t i = 0; i < rank; i++) {
        shape.data[i] = mica_type_shape(type)[i];
        if (shape.data[i] != MICA_DYNAMIC)
            continue;
        mica_value *size = mica_op_operand(op, next++);
        int64_t known;
        if (mica_value_constant_int(size, &known) && known >= 0)
            shape.data[i] = known;
        else
            sizes[kept++] = size;
    }
    bool changed = kept != count;
    if (changed) {
        const mica_type *sharper = mica_memref_type_get(mica_type_element(type), shape.data,
                                                        rank, mica_memref_type_layout(type),
                                                        mica_memref_type_memory_space(type));
        mica_op *made = build_allocation(rewriter, op, sharper, sizes, kept);
        changed = made && replace_with_cast(rewriter, op, mica_op_result(made, 0));
    }
    micai_sizes_free(&shape);
    mica_free(sizes);
    return changed;
}

/// Memory that is only written to or freed is not needed.
static bool erase_dead_allocation(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_value *memory = mica_op_result(op, 0);
    mica_for_each_use(use, memory)
    {
        mica_op *owner = mica_use_owner(use);
        bool writes = mica_op_is(owner, &mica_memref_store_kind) && mica_use_index(use) == 1;
        if (!writes && !mica_op_is(owner, &mica_memref_dealloc_kind))
            return mica_rewriter_fail(rewriter, op, "the memory is used");
    }
    for (mica_use *use = mica_value_first_use(memory); use; use = mica_value_first_use(memory))
        mica_rewriter_erase_op(rewriter, mica_use_owner(use));
    return mica_rewriter_erase_op(rewriter, op);
}

static const mica_pattern allocation_patterns[] = {
    {.name = "memref_alloc_constant_sizes",
     .root = "memref.alloc",
     .rewrite = allocate_constant_sizes},
    {.name = "memref_dead_alloc", .root = "memref.alloc", .rewrite = erase_dead_allocation},
    {.name = "memref_alloca_constant_sizes",
     .root = "memref.alloca",
     .rewrite = allocate_constant_sizes},
    {.name = "memref_dead_alloca", .root = "memref.alloca", .rewrite = erase_dead_allocation},
};

void micai_memref_alloc_canonicalize(mica_pattern_set *patterns)
{
    mica_pattern_set_add(patterns, allocation_patterns, 2);
}

void micai_memref_alloca_canonicalize(mica_pattern_set *patterns)
{
    mica_pattern_set_add(patterns, allocation_patterns + 2, 2);
}

// ---- copy
// ------------------------------------------------------------------------------------

/// copy x to x -> nothing
static bool erase_self_copy(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    if (mica_op_operand(op, 0) != mica_op_operand(op, 1))
        return mica_rewriter_fail(rewriter, op, "source and target differ");
    return mica_rewriter_erase_op(rewriter, op);
}

static const mica_pattern copy_patterns[] = {
    {.name = "memref_self_copy", .root = "memref.copy", .rewrite = erase_self_copy},
};

void micai_memref_copy_canonicalize(mica_pattern_set *patterns)
{
    mica_pattern_set_add(patterns, copy_patterns, 1);
}

// ---- subview
// ---------------------------------------------------------------------------------

/// subview with constant operands -> with attributes, cast back
static bool subview_constants(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    mica_value *source = mica_memref_subview_source(op);
    const mica_type *result = mica_value_type(mica_op_result(op, 0));
    size_t rank = mica_slice_rank(op);
    if (mica_type_rank(result) != rank)
        return mica_rewriter_fail(rewriter, op, "dimensions are dropped");
    mica_mixed *entries = mica_calloc(3 * rank + 1, sizeof *entries);
    micai_sizes statics;
    if (!entries || !micai_sizes_init(&statics, 3 * rank)) {
        mica_free(entries);
        return false;
    }
    bool changed = false;
    for (unsigned which = MICA_OFFSETS; which <= MICA_STRIDES; which++) {
        mica_mixed_cursor cursor = mica_slice_begin(op, which);
        mica_mixed entry;
        for (size_t i = which * rank; mica_mixed_next(&cursor, &entry); i++) {
            entries[i] = mica_mixed_fold(entry);
            if (which != MICA_STRIDES && !entries[i].value && entries[i].constant < 0)
                entries[i] = entry;
            changed |= entry.value && !entries[i].value;
            statics.data[i] = mica_mixed_static(entries[i]);
        }
    }
    if (changed) {
        mica_op_state state;
        mica_op_state_init_record(&state, mica_op_context(op), mica_op_get_record(op),
                                  mica_op_location(op));
        mica_op_state_add_operand(&state, source);
        int32_t segments[4] = {1};
        for (unsigned which = MICA_OFFSETS; which <= MICA_STRIDES; which++)
            segments[1 + which] = (int32_t)mica_op_state_add_mixed(
                &state, 1 + which, entries + which * rank, rank);
        mica_op_state_set_slot(&state, 0, mica_i32_array_attr_get(state.context, segments, 4));
        mica_op_state_add_result(
            &state, mica_memref_subview_type(mica_value_type(source), statics.data,
                                             statics.data + rank, statics.data + 2 * rank));
        mica_op *made = mica_builder_create(mica_rewriter_builder(rewriter), &state);
        changed = made && replace_with_cast(rewriter, op, mica_op_result(made, 0));
    }
    micai_sizes_free(&statics);
    mica_free(entries);
    return changed;
}

static const mica_pattern subview_patterns[] = {
    {.name = "memref_subview_constants",
     .root = "memref.subview",
     .rewrite = subview_constants},
};

void micai_memref_subview_canonicalize(mica_pattern_set *patterns)
{
    mica_pattern_set_add(patterns, subview_patterns, 1);
}
