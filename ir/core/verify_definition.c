// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An op against its definition: how many parts, and the constraint of each.
#include "ir/core/type_equation.h"
#include "ir/core/verifier_internal.h"

// ---- counts
// ----------------------------------------------------------------------------------

/// What the specs demand: `fixed` of them, or at least that many when some vary.
typedef struct expected_count {
    size_t fixed;
    bool varies;
} expected_count;

static expected_count count_values(const mica_value_spec *specs, size_t count)
{
    expected_count expected = {0, false};
    for (size_t i = 0; i < count; i++) {
        expected.fixed += specs[i].arity == MICA_ARITY_ONE;
        expected.varies = expected.varies || specs[i].arity != MICA_ARITY_ONE;
    }
    return expected;
}

static bool fits(expected_count expected, size_t actual)
{
    return expected.varies ? actual >= expected.fixed : actual == expected.fixed;
}

static bool verify_region_count(mica_op *op, const mica_op_def *definition)
{
    expected_count expected = {0, false};
    for (size_t i = 0; i < definition->region_count; i++) {
        expected.fixed += !definition->regions[i].is_variadic;
        expected.varies = expected.varies || definition->regions[i].is_variadic;
    }
    if (fits(expected, micai_op_region_count(op)))
        return true;
    if (expected.varies)
        return mica_op_error(op, "expected %zu or more regions", expected.fixed);
    if (expected.fixed == 0)
        return mica_op_error(op, "requires zero regions");
    if (expected.fixed == 1)
        return mica_op_error(op, "requires one region");
    return mica_op_error(op, "expected %zu regions", expected.fixed);
}

static bool verify_result_count(mica_op *op, const mica_op_def *definition)
{
    const expected_count expected = count_values(definition->results, definition->result_count);
    if (fits(expected, op->result_count))
        return true;
    if (expected.varies)
        return mica_op_error(op, "expected %zu or more results", expected.fixed);
    if (expected.fixed == 0)
        return mica_op_error(op, "requires zero results");
    if (expected.fixed == 1)
        return mica_op_error(op, "requires one result");
    return mica_op_error(op, "expected %zu results", expected.fixed);
}

static bool verify_successor_count(mica_op *op, const mica_op_def *definition)
{
    const size_t actual = micai_op_successor_count(op);
    expected_count expected = {0, false};
    for (size_t i = 0; i < definition->successor_count; i++) {
        expected.fixed += !definition->successors[i].is_variadic;
        expected.varies = expected.varies || definition->successors[i].is_variadic;
    }
    if (fits(expected, actual))
        return true;
    if (expected.varies)
        return mica_op_error(op, "requires at least %zu successors but found %zu",
                             expected.fixed, actual);
    return mica_op_error(op, "requires %zu successor%s but found %zu", expected.fixed,
                         expected.fixed == 1 ? "" : "s", actual);
}

static bool verify_operand_count(mica_op *op, const mica_op_def *definition)
{
    const size_t actual = op->operand_count;
    const expected_count expected =
        count_values(definition->operands, definition->operand_count);
    if (fits(expected, actual))
        return true;
    if (expected.varies)
        return mica_op_error(op, "expected %zu or more operands, but found %zu", expected.fixed,
                             actual);
    if (expected.fixed == 0)
        return mica_op_error(op, "requires zero operands");
    if (expected.fixed == 1)
        return mica_op_error(op, "requires a single operand");
    return mica_op_error(op, "expected %zu operands, but found %zu", expected.fixed, actual);
}

bool micai_verify_counts(mica_op *op)
{
    const mica_op_def *definition = op->record->definition;
    return verify_region_count(op, definition) && verify_result_count(op, definition) &&
           verify_successor_count(op, definition) && verify_operand_count(op, definition);
}

// ---- attributes
// ------------------------------------------------------------------------------

static bool is_segment_sizes(const mica_attr_spec *spec)
{
    return strcmp(spec->name, "operandSegmentSizes") == 0 ||
           strcmp(spec->name, "resultSegmentSizes") == 0;
}

static bool verify_attr_presence(mica_op *op, const mica_op_def *definition)
{
    for (size_t i = 0; i < definition->attr_count; i++) {
        const mica_attr_spec *spec = &definition->attrs[i];
        const bool required =
            !spec->is_optional && !spec->default_text && !is_segment_sizes(spec);
        if (required && !mica_op_slot(op, i))
            return mica_op_error(op, "requires attribute '%s'", spec->name);
    }
    return true;
}

static bool verify_attr_constraints(mica_op *op, const mica_op_def *definition)
{
    for (size_t i = 0; i < definition->attr_count; i++) {
        const mica_attr_spec *spec = &definition->attrs[i];
        const mica_attr *value = mica_op_slot(op, i);
        if (!value || !spec->constraint || is_segment_sizes(spec) ||
            mica_constraint_check_attr(spec->constraint, value))
            continue;
        return mica_op_error(op, "attribute '%s' failed to satisfy constraint: %s", spec->name,
                             spec->constraint->description);
    }
    return true;
}

// ---- operands and results
// --------------------------------------------------------------------

/// One side of an op: its operands or its results.
typedef struct value_side {
    const char *kind;
    const mica_value_spec *specs;
    size_t spec_count;
    void (*range)(const mica_op *op, size_t index, size_t *start, size_t *count);
    mica_value *(*value)(const mica_op *op, size_t index);
} value_side;

static bool report_value(mica_op *op, const value_side *side, const mica_value_spec *spec,
                         size_t index, const mica_type *type)
{
    const bool is_run =
        spec->arity == MICA_ARITY_VARIADIC || spec->arity == MICA_ARITY_VARIADIC_OF_VARIADIC;
    mica_diagnostic *diagnostic =
        mica_op_error_begin(op, "%s #%zu must be %s%s, but got ", side->kind, index,
                            is_run ? "variadic of " : "", spec->constraint->description);
    mica_diagnostic_append_type(diagnostic, type);
    return mica_diagnostic_emit(diagnostic);
}

/// What was found to hold last: the values of an op often have one type and constraint.
typedef struct satisfied {
    const mica_constraint *constraint;
    const mica_type *type;
} satisfied;

static bool verify_group(mica_op *op, const value_side *side, size_t index, size_t start,
                         size_t count, satisfied *seen)
{
    const mica_value_spec *spec = &side->specs[index];
    if (spec->arity == MICA_ARITY_OPTIONAL && count > 1)
        return mica_op_error(op,
                             "%s group starting at #%zu requires 0 or 1 element, but found %zu",
                             side->kind, start, count);
    if (!spec->constraint || spec->constraint->kind == MICA_CONSTRAINT_ANY)
        return true;
    for (size_t i = start; i < start + count; i++) {
        const mica_type *type = side->value(op, i)->type;
        if (spec->constraint == seen->constraint && type == seen->type)
            continue;
        if (!mica_constraint_check_type(spec->constraint, type))
            return report_value(op, side, spec, i, type);
        seen->constraint = spec->constraint;
        seen->type = type;
    }
    return true;
}

static bool verify_side(mica_op *op, const value_side *side, satisfied *seen)
{
    bool varies = false;
    for (size_t i = 0; i < side->spec_count; i++) {
        size_t start = i, count = 1;
        varies = varies || side->specs[i].arity != MICA_ARITY_ONE;
        // Before the first group that varies, place and index are the same.
        if (varies || micai_op_has_trait(op, MICA_TRAIT_ATTR_SIZED_OPERAND_SEGMENTS))
            side->range(op, i, &start, &count);
        if (!verify_group(op, side, i, start, count, seen))
            return false;
    }
    return true;
}

// ---- regions
// ---------------------------------------------------------------------------------

/// Blocks of the region, counted up to `limit`.
static size_t count_blocks(const mica_region *region, size_t limit)
{
    size_t count = 0;
    for (mica_block *block = region->first; block && count < limit; block = block->next)
        count++;
    return count;
}

static void append_region_constraint(mica_diagnostic *diagnostic, const mica_region_spec *spec)
{
    if (spec->min_blocks == spec->max_blocks)
        mica_diagnostic_append(diagnostic, "region with %u blocks", spec->min_blocks);
    else if (spec->max_blocks == 0)
        mica_diagnostic_append(diagnostic, "region with at least %u blocks", spec->min_blocks);
    else
        mica_diagnostic_append(diagnostic, "region with %u to %u blocks", spec->min_blocks,
                               spec->max_blocks);
}

static bool verify_region(mica_op *op, const mica_region_spec *spec, size_t index)
{
    if (spec->min_blocks == 0 && spec->max_blocks == 0)
        return true;
    const size_t limit = spec->max_blocks ? spec->max_blocks + (size_t)1 : spec->min_blocks;
    const size_t count = count_blocks(mica_op_region(op, index), limit);
    if (count >= spec->min_blocks && (spec->max_blocks == 0 || count <= spec->max_blocks))
        return true;
    mica_diagnostic *diagnostic = mica_op_error_begin(op, "region #%zu ", index);
    if (spec->name && *spec->name)
        mica_diagnostic_append(diagnostic, "('%s') ", spec->name);
    mica_diagnostic_append(diagnostic, "failed to verify constraint: ");
    append_region_constraint(diagnostic, spec);
    return mica_diagnostic_emit(diagnostic);
}

static bool verify_regions(mica_op *op, const mica_op_def *definition)
{
    const size_t actual = micai_op_region_count(op);
    for (size_t i = 0; i < definition->region_count; i++) {
        const mica_region_spec *spec = &definition->regions[i];
        const size_t end = spec->is_variadic ? actual : i + 1;
        for (size_t index = i; index < end; index++)
            if (!verify_region(op, spec, index))
                return false;
    }
    return true;
}

bool micai_verify_constraints(mica_op *op)
{
    const mica_op_def *definition = op->record->definition;
    const value_side operands = {"operand", definition->operands, definition->operand_count,
                                 mica_op_operand_range, mica_op_operand};
    const value_side results = {"result", definition->results, definition->result_count,
                                mica_op_result_range, mica_op_result};
    satisfied seen = {NULL, NULL};
    return verify_attr_presence(op, definition) && verify_attr_constraints(op, definition) &&
           verify_side(op, &operands, &seen) && verify_side(op, &results, &seen) &&
           (definition->equation_count == 0 || mica_op_verify_equations(op)) &&
           verify_regions(op, definition);
}
