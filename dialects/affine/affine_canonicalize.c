// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Canonicalization of affine.apply, min and max: maps take in the affine.apply ops that make
// their operands, constants, and the order of operands is the canonical one.
//
//   %1 = affine.apply (d0) -> (d0 * 4)(%i)
//   %2 = affine.apply (d0, d1) -> (d0 + d1)(%1, %c3)  ->  affine.apply (d0) -> (d0 * 4 + 3)(%i)
#include "dialects/affine/affine.h"
#include "ir/core/context.h"

#include "ir/rewrite/pattern.h"
#include "ir/rewrite/rewriter.h"

#include <stdlib.h>

static bool is_changed(const mica_op *op, const mica_affine_map_of_values *applied)
{
    const size_t dims = applied->dims.count, count = dims + applied->symbols.count;
    if (mica_op_attr(op, "map") != applied->map || mica_op_operand_count(op) != count)
        return true;
    for (size_t i = 0; i < count; i++)
        if (mica_op_operand(op, i) !=
            (i < dims ? applied->dims.values[i] : applied->symbols.values[i - dims]))
            return true;
    return false;
}

static bool update(mica_rewriter *rewriter, mica_op *op,
                   const mica_affine_map_of_values *applied)
{
    const size_t dims = applied->dims.count, symbols = applied->symbols.count;
    mica_value **operands = mica_malloc((dims + symbols + 1) * sizeof *operands);
    if (!operands)
        return mica_context_note_no_memory(mica_op_context(op));
    for (size_t i = 0; i < dims; i++)
        operands[i] = applied->dims.values[i];
    for (size_t i = 0; i < symbols; i++)
        operands[dims + i] = applied->symbols.values[i];
    mica_op_set_operands(op, operands, dims + symbols);
    mica_op_set_attr(op, "map", applied->map);
    mica_free(operands);
    return mica_rewriter_modified(rewriter, op);
}

static bool compose_map(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    const size_t count = mica_op_operand_count(op);
    mica_affine_map_of_values applied;
    mica_value **operands = mica_malloc((count + 1) * sizeof *operands);
    if (!operands)
        return mica_context_note_no_memory(mica_op_context(op));
    for (size_t i = 0; i < count; i++)
        operands[i] = mica_op_operand(op, i);
    bool changed = mica_affine_values_begin(&applied, mica_op_attr(op, "map"), operands, count);
    mica_free(operands);
    if (changed) {
        mica_affine_values_compose(&applied);
        mica_affine_values_simplify(&applied);
        changed = !applied.failed && is_changed(op, &applied) && update(rewriter, op, &applied);
    }
    mica_affine_values_end(&applied);
    return changed || mica_rewriter_fail(rewriter, op, "the map is canonical");
}

static const mica_pattern patterns[] = {
    {.name = "affine_compose", .root = "affine.apply", .rewrite = compose_map},
    {.name = "affine_compose", .root = "affine.min", .rewrite = compose_map},
    {.name = "affine_compose", .root = "affine.max", .rewrite = compose_map},
};

void micai_affine_apply_canonicalize(mica_pattern_set *set)
{
    mica_pattern_set_add(set, &patterns[0], 1);
}

void micai_affine_min_canonicalize(mica_pattern_set *set)
{
    mica_pattern_set_add(set, &patterns[1], 1);
}

void micai_affine_max_canonicalize(mica_pattern_set *set)
{
    mica_pattern_set_add(set, &patterns[2], 1);
}
