// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The end of parsing an op by its program: types that the text did not say are solved with the
// definition's equations, then results, operands, segment sizes and successors go to the state.

#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/core/type_equation.h"
#include "ir/text/assembly_internal.h"

typedef micai_assembly_parse_frame frame;

static micai_assembly_run *type_run(const frame *f, uint16_t value)
{
    const uint32_t operands = f->definition->operand_count;
    return value & MICA_VALUE_RESULT ? &f->runs[2 * operands + (value & ~MICA_VALUE_RESULT)]
                                     : &f->runs[operands + value];
}

static const mica_value_spec *value_spec(const frame *f, uint16_t value)
{
    return value & MICA_VALUE_RESULT ? &f->definition->results[value & ~MICA_VALUE_RESULT]
                                     : &f->definition->operands[value];
}

static bool frame_value_types(const mica_type_source *source, uint16_t value,
                              const mica_type *const **types, size_t *count)
{
    const frame *f = source->user;
    const micai_assembly_run *run = type_run(f, value);
    *types = f->types + run->first;
    *count = run->count;
    return run->is_set;
}

static const mica_attr *frame_slot(const mica_type_source *source, size_t slot)
{
    const frame *f = source->user;
    const mica_attr *attr = f->state->slots[slot];
    return attr ? attr : mica_op_record_default(f->state->record, slot);
}

// ---- solving
// ---------------------------------------------------------------------------------

/// A type that an equation takes apart must be what its constraint says.
static bool check_source_type(frame *f, uint16_t value)
{
    const micai_assembly_run *run = type_run(f, value);
    const mica_value_spec *spec = value_spec(f, value);
    for (uint32_t i = 0; run->is_set && i < run->count; ++i) {
        const mica_type *type = f->types[run->first + i];
        if (mica_constraint_check_type(spec->constraint, type))
            continue;
        mica_diagnostic *d =
            mica_error(f->state->context, mica_asm_name_location(f->parser),
                       "'%s' must be %s, but got ", spec->name, spec->constraint->description);
        mica_diagnostic_append_type(d, type);
        return mica_diagnostic_emit(d);
    }
    return true;
}

static bool check_equation_sources(frame *f, uint16_t value)
{
    for (uint32_t i = 0; i < f->definition->equation_count; ++i) {
        const mica_type_equation *equation = &f->definition->equations[i];
        if (equation->kind != MICA_EQUATION_MATCH || equation->target != value ||
            equation->count == 1)
            continue;
        for (uint16_t k = 0; k < equation->count; ++k) {
            if (equation->expr[k].code == MICA_TYPE_EXPR_VALUE &&
                !check_source_type(f, equation->expr[k].value))
                return false;
        }
    }
    return true;
}

static uint32_t value_count(const frame *f, uint16_t value)
{
    return value & MICA_VALUE_RESULT ? 1 : f->runs[value].count;
}

/// An operand that is not there has no type, whatever an equation says.
static bool is_absent(const frame *f, uint16_t value)
{
    return !(value & MICA_VALUE_RESULT) && f->runs[value].count == 0 &&
           f->definition->operands[value].arity != MICA_ARITY_ONE;
}

/// How many results of a variadic spec there are is for the hook to say.
static bool is_counted_by_hook(const frame *f, uint16_t value)
{
    return value & MICA_VALUE_RESULT && MICA_HOOK(f->definition, infer_types) &&
           f->definition->results[value & ~MICA_VALUE_RESULT].arity != MICA_ARITY_ONE;
}

/// Appends the solution to the flat list. False after a diagnostic; `*solved` says whether it
/// was found.
static bool solve_value(frame *f, const mica_type_source *source, uint16_t value, bool *solved)
{
    if (is_absent(f, value)) {
        type_run(f, value)->is_set = true;
        *solved = true;
        return true;
    }
    *solved = false;
    if (is_counted_by_hook(f, value))
        return true;
    if (!check_equation_sources(f, value))
        return false;
    mica_type_buffer list;
    mica_type_buffer_init(&list);
    *solved = mica_type_source_solve(source, value, value_count(f, value), &list);
    bool good = true;
    if (*solved) {
        micai_assembly_run *run = type_run(f, value);
        run->first = f->type_count;
        run->count = (uint32_t)list.count;
        for (size_t i = 0; good && i < list.count; ++i)
            good = micai_assembly_add_type(f, list.data[i]);
        run->is_set = good;
    }
    mica_type_buffer_free(&list);
    return good;
}

/// Number of values: operands first, then results.
static uint16_t nth_value(const frame *f, uint32_t i)
{
    const uint32_t operands = f->definition->operand_count;
    return (uint16_t)(i < operands ? i : (i - operands) | MICA_VALUE_RESULT);
}

static const micai_assembly_run *first_known_run(const frame *f, uint32_t count)
{
    for (uint32_t i = 0; i < count; ++i) {
        const micai_assembly_run *run = type_run(f, nth_value(f, i));
        if (run->is_set && run->count)
            return run;
    }
    return NULL;
}

/// Where all have one type, single values share the run of the known one: the common case needs
/// no equations.
static void share_one_type(frame *f, uint32_t count)
{
    const uint64_t same = UINT64_C(1) << MICA_TRAIT_SAME_OPERANDS_AND_RESULT_TYPE;
    const micai_assembly_run *known =
        f->definition->trait_bits & same ? first_known_run(f, count) : NULL;
    for (uint32_t i = 0; known && i < count; ++i) {
        const uint16_t value = nth_value(f, i);
        micai_assembly_run *run = type_run(f, value);
        if (run->is_set || value_spec(f, value)->arity != MICA_ARITY_ONE)
            continue;
        run->first = known->first;
        run->count = 1;
        run->is_set = true;
    }
}

/// Solves what can be solved, again as long as something new became known.
static bool solve_all(frame *f)
{
    const mica_type_source source = {f->state->context, f->definition, frame_value_types,
                                     frame_slot, f};
    const uint32_t count = (uint32_t)f->definition->operand_count + f->definition->result_count;
    share_one_type(f, count);
    for (bool progress = true; progress;) {
        progress = false;
        for (uint32_t i = 0; i < count; ++i) {
            const uint16_t value = nth_value(f, i);
            bool solved = false;
            if (type_run(f, value)->is_set)
                continue;
            if (!solve_value(f, &source, value, &solved))
                return false;
            progress |= solved;
        }
    }
    return true;
}

// ---- operands
// --------------------------------------------------------------------------------

/// The sizes of segments that a dictionary has given and that add up to `total`; NULL if none.
static const mica_attr *given_segments(const frame *f, bool results, uint32_t total)
{
    const mica_op_def *definition = f->definition;
    const int16_t slot =
        results ? definition->result_segment_slot : definition->operand_segment_slot;
    const size_t count = results ? definition->result_count : definition->operand_count;
    const mica_attr *sizes = slot >= 0 ? f->state->slots[slot] : NULL;
    int64_t sum = 0;
    if (!mica_attr_is(sizes, MICA_ATTR_DENSE_ARRAY) ||
        mica_dense_array_attr_count(sizes) != count)
        return NULL;
    for (size_t i = 0; i < count; ++i) {
        const int64_t size = mica_dense_array_attr_int(sizes, i);
        if (size < 0 || size > total)
            return NULL;
        sum += size;
    }
    return sum == total ? sizes : NULL;
}

uint32_t micai_assembly_share(const frame *f, bool results, uint16_t index, uint32_t total,
                              uint32_t taken)
{
    const mica_value_spec *specs = results ? f->definition->results : f->definition->operands;
    const uint32_t spec_count =
        results ? f->definition->result_count : f->definition->operand_count;
    const mica_attr *given = given_segments(f, results, total);
    uint32_t varying = 0;
    if (given)
        return (uint32_t)mica_dense_array_attr_int(given, index);
    for (uint32_t i = 0; i < spec_count; ++i)
        varying += specs[i].arity != MICA_ARITY_ONE;
    const uint32_t fixed = spec_count - varying;
    const uint32_t rest = total > fixed ? total - fixed : 0;
    const uint32_t share = specs[index].arity != MICA_ARITY_ONE ? rest / varying : 1;
    return share < total - taken ? share : total - taken;
}

/// `operands`, all as one list.
static void share_operands(frame *f)
{
    uint32_t next = 0;
    for (uint16_t i = 0; i < f->definition->operand_count; ++i) {
        micai_assembly_run *run = &f->runs[i];
        run->first = next;
        run->count = micai_assembly_share(f, false, i, f->operand_count, next);
        run->offset = f->operands_offset;
        run->is_set = true;
        next += run->count;
    }
}

static bool resolve_operand_run(frame *f, uint16_t index)
{
    const micai_assembly_run *run = &f->runs[index];
    const micai_assembly_run *types = type_run(f, index);
    if (!types->is_set && run->count == 0)
        return true;
    if (!types->is_set)
        return mica_asm_error_at(f->parser, run->offset, "type of operand '%s' is not known",
                                 f->definition->operands[index].name);
    if (run->count != types->count)
        return mica_asm_error_at(f->parser, run->offset, "%u operands present, but expected %u",
                                 run->count, types->count);
    for (uint32_t i = 0; i < run->count; ++i) {
        if (!mica_asm_resolve_operand(f->parser, &f->operands[run->first + i],
                                      f->types[types->first + i], f->state))
            return false;
    }
    return true;
}

static bool resolve_operands(frame *f)
{
    for (uint16_t i = 0; i < f->definition->operand_count; ++i) {
        if (!resolve_operand_run(f, i))
            return false;
    }
    return true;
}

// ---- results and segments
// --------------------------------------------------------------------

static bool add_results(frame *f)
{
    const mica_op_def *definition = f->definition;
    for (uint16_t i = 0; i < definition->result_count; ++i) {
        const micai_assembly_run *run = type_run(f, (uint16_t)(i | MICA_VALUE_RESULT));
        if (run->is_set)
            continue;
        if (MICA_HOOK(definition, infer_types))
            return definition->hooks->infer_types(f->state);
        if (definition->results[i].arity == MICA_ARITY_ONE)
            return mica_diagnostic_emit(
                mica_error(f->state->context, mica_asm_name_location(f->parser),
                           "type of result '%s' is not known", definition->results[i].name));
    }
    for (uint16_t i = 0; i < definition->result_count; ++i) {
        const micai_assembly_run *run = type_run(f, (uint16_t)(i | MICA_VALUE_RESULT));
        if (run->is_set)
            mica_op_state_add_results(f->state, f->types + run->first, run->count);
    }
    return true;
}

/// One size per spec, from the runs that begin at `first`.
static bool set_segments(frame *f, int16_t slot, uint32_t first, uint16_t count)
{
    int32_t sizes[64];
    if (slot < 0 || count > sizeof sizes / sizeof sizes[0])
        return slot < 0 || mica_asm_error(f->parser, "too many segments");
    for (uint16_t i = 0; i < count; ++i)
        sizes[i] = (int32_t)f->runs[first + i].count;
    mica_op_state_set_slot(f->state, (size_t)slot,
                           mica_i32_array_attr_get(f->state->context, sizes, count));
    return true;
}

/// Segment sizes follow from what was written, unless `operands` left that to the dictionary.
static bool set_all_segments(frame *f)
{
    const mica_op_def *definition = f->definition;
    const bool given = definition->operand_segment_slot >= 0 && f->has_all_operands &&
                       f->state->slots[definition->operand_segment_slot];
    if (!given &&
        !set_segments(f, definition->operand_segment_slot, 0, definition->operand_count))
        return false;
    return set_segments(f, definition->result_segment_slot,
                        2 * (uint32_t)definition->operand_count, definition->result_count);
}

bool micai_assembly_finish_parse(frame *f)
{
    if (f->has_all_operands)
        share_operands(f);
    if (!solve_all(f) || !resolve_operands(f) || !set_all_segments(f) || !add_results(f))
        return false;
    for (uint32_t i = 0; i < f->successor_count; ++i)
        mica_op_state_add_successor(f->state, f->successors[i]);
    return true;
}
