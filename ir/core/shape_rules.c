// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rules on shapes, as MLIR's reshape and slice ops know them.
#include "ir/core/shape_rules.h"

#include "ir/core/diagnostics.h"

#include <stdlib.h>

bool mica_sizes_are_compatible(int64_t a, int64_t b)
{
    return a == b || a == MICA_DYNAMIC || b == MICA_DYNAMIC;
}

bool mica_shapes_are_compatible(const mica_type *a, const mica_type *b)
{
    if (!mica_type_is_ranked(a) || !mica_type_is_ranked(b))
        return true;
    if (mica_type_rank(a) != mica_type_rank(b))
        return false;
    for (size_t i = 0; i < mica_type_rank(a); i++)
        if (!mica_sizes_are_compatible(mica_type_shape(a)[i], mica_type_shape(b)[i]))
            return false;
    return true;
}

static bool sizes_fit(int64_t original, int64_t reduced, bool match_dynamic)
{
    if (original == reduced)
        return true;
    return match_dynamic && original != 1 &&
           (original == MICA_DYNAMIC || reduced == MICA_DYNAMIC);
}

bool mica_shape_drops_units(const int64_t *original, size_t original_rank,
                            const int64_t *reduced, size_t reduced_rank, bool match_dynamic,
                            bool *dropped)
{
    size_t next = 0;
    for (size_t i = 0; i < original_rank; i++) {
        bool kept = next < reduced_rank && sizes_fit(original[i], reduced[next], match_dynamic);
        if (!kept && original[i] != 1)
            return false;
        next += kept;
        if (dropped)
            dropped[i] = !kept;
    }
    return next == reduced_rank;
}

bool mica_type_is_rank_reduced(const mica_type *original, const mica_type *candidate)
{
    if (original == candidate)
        return true;
    return mica_type_element(original) == mica_type_element(candidate) &&
           mica_shape_drops_units(mica_type_shape(original), mica_type_rank(original),
                                  mica_type_shape(candidate), mica_type_rank(candidate), false,
                                  NULL);
}

size_t mica_reassociation_group_size(const mica_attr *reassociation, size_t group)
{
    return mica_array_attr_count(mica_array_attr_element(reassociation, group));
}

const mica_attr *mica_reassociation_get(mica_context *context, const size_t *sizes,
                                        size_t count)
{
    size_t rank = 0;
    for (size_t i = 0; i < count; i++)
        rank += sizes[i];
    const mica_attr **groups = mica_calloc(count + rank + 1, sizeof *groups);
    if (!groups)
        return NULL;
    const mica_attr **dims = groups + count;
    for (size_t i = 0, dim = 0; i < count; dim += sizes[i++]) {
        for (size_t j = 0; j < sizes[i]; j++)
            dims[dim + j] = mica_i64_attr_get(context, (int64_t)(dim + j));
        groups[i] = mica_array_attr_get(context, dims + dim, sizes[i]);
    }
    const mica_attr *attr = mica_array_attr_get(context, groups, count);
    mica_free(groups);
    return attr;
}

const mica_attr *mica_reassociation_nest(const mica_attr *outer, const mica_attr *inner)
{
    const size_t count = mica_array_attr_count(outer);
    size_t *sizes = mica_calloc(count + 1, sizeof *sizes), next = 0;
    if (!sizes)
        return NULL;
    for (size_t i = 0; i < count; i++)
        for (size_t j = mica_reassociation_group_size(outer, i); j > 0; j--)
            sizes[i] += mica_reassociation_group_size(inner, next++);
    const mica_attr *groups = mica_reassociation_get(mica_attr_context(outer), sizes, count);
    mica_free(sizes);
    return groups;
}

bool mica_reassociation_is_valid(const mica_attr *reassociation, size_t rank)
{
    size_t next = 0;
    for (size_t i = 0; i < mica_array_attr_count(reassociation); i++) {
        const mica_attr *group = mica_array_attr_element(reassociation, i);
        for (size_t j = 0; j < mica_array_attr_count(group); j++)
            if (mica_integer_attr_value(mica_array_attr_element(group, j)) != (int64_t)next++)
                return false;
    }
    return next == rank;
}

static int64_t joined_size(const int64_t *shape, size_t count)
{
    int64_t size = 1;
    for (size_t i = 0; i < count; i++) {
        if (shape[i] == MICA_DYNAMIC)
            return MICA_DYNAMIC;
        size = (int64_t)((uint64_t)size * (uint64_t)shape[i]);
    }
    return size;
}

void mica_reassociation_collapse(const mica_attr *reassociation, const int64_t *shape,
                                 int64_t *collapsed)
{
    for (size_t i = 0; i < mica_array_attr_count(reassociation); i++) {
        size_t count = mica_reassociation_group_size(reassociation, i);
        collapsed[i] = joined_size(shape, count);
        shape += count;
    }
}

static bool verify_groups(mica_op *op, const mica_attr *reassociation, const int64_t *expanded,
                          const int64_t *collapsed)
{
    for (size_t i = 0; i < mica_array_attr_count(reassociation); i++) {
        size_t count = mica_reassociation_group_size(reassociation, i);
        int64_t size = joined_size(expanded, count);
        if (size == MICA_DYNAMIC && collapsed[i] != MICA_DYNAMIC)
            return mica_op_error(op,
                                 "expected dimension %zu of collapsed type to be dynamic since "
                                 "one or more of the corresponding dimensions in the expanded "
                                 "type is dynamic",
                                 i);
        if (size != collapsed[i])
            return mica_op_error(
                op, "collapsed dim size (%lld) must equal reassociation group size (%lld)",
                (long long)collapsed[i], (long long)size);
        expanded += count;
    }
    return true;
}

bool mica_reassociation_verify(mica_op *op, const mica_attr *reassociation,
                               const mica_type *expanded, const mica_type *collapsed)
{
    size_t rank = mica_type_rank(expanded), groups = mica_array_attr_count(reassociation);
    if (rank < mica_type_rank(collapsed)) {
        mica_diagnostic *error = mica_op_error_begin(op, "expected the expanded type, ");
        mica_diagnostic_append_type(error, expanded);
        mica_diagnostic_append(error, " to have a higher (or same) rank than the collapsed "
                                      "type, ");
        mica_diagnostic_append_type(error, collapsed);
        mica_diagnostic_append(error, ".");
        return mica_diagnostic_emit(error);
    }
    if (mica_type_rank(collapsed) != groups)
        return mica_op_error(op,
                             "expected collapsed rank (%zu) to equal the number of "
                             "reassociation maps (%zu).",
                             mica_type_rank(collapsed), groups);
    if (groups == 0) {
        for (size_t i = 0; i < rank; i++)
            if (mica_type_shape(expanded)[i] != 1)
                return mica_op_error(op,
                                     "invalid to reshape tensor/memref with non-unit extent "
                                     "dimensions to zero-rank tensor/memref");
        return true;
    }
    if (!mica_reassociation_is_valid(reassociation, rank))
        return mica_op_error(op, "reassociation indices must be contiguous");
    return verify_groups(op, reassociation, mica_type_shape(expanded),
                         mica_type_shape(collapsed));
}
