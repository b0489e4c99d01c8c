// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluates and checks type equations. Expressions are postfix programs of a few steps; the
// stack holds runs of one growing list, so that an evaluation allocates only for long variadic
// values.

#include "ir/core/type_equation.h"

#include <stdlib.h>

#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/text/text.h"

enum { STACK_DEPTH = 8 };

// ---- lists of types
// --------------------------------------------------------------------------

void mica_type_buffer_init(mica_type_buffer *list)
{
    list->data = list->inline_data;
    list->count = 0;
    list->capacity = sizeof list->inline_data / sizeof list->inline_data[0];
}

void mica_type_buffer_free(mica_type_buffer *list)
{
    if (list->data != list->inline_data)
        mica_free((void *)list->data);
    mica_type_buffer_init(list);
}

static bool reserve(mica_type_buffer *list, size_t count)
{
    if (list->capacity - list->count >= count)
        return true;
    size_t capacity = 2 * list->capacity;
    while (capacity < list->count + count)
        capacity *= 2;
    const mica_type **grown = mica_malloc(capacity * sizeof *grown);
    if (!grown)
        return false;
    memcpy(grown, list->data, list->count * sizeof *grown);
    if (list->data != list->inline_data)
        mica_free((void *)list->data);
    list->data = grown;
    list->capacity = capacity;
    return true;
}

bool mica_type_buffer_append(mica_type_buffer *list, const mica_type *const *types,
                             size_t count)
{
    if (!reserve(list, count))
        return false;
    if (count)
        memcpy(list->data + list->count, types, count * sizeof *types);
    list->count += count;
    return true;
}

static bool append_copies(mica_type_buffer *list, const mica_type *type, int64_t count)
{
    if (!type || count < 0 || !reserve(list, (size_t)count))
        return false;
    for (int64_t i = 0; i < count; ++i)
        list->data[list->count++] = type;
    return true;
}

// ---- expressions
// -----------------------------------------------------------------------------

/// Runs of the list, in order: run i is [starts[i], starts[i + 1]) and the last ends the list.
typedef struct stack {
    mica_type_buffer *list;
    size_t starts[STACK_DEPTH];
    size_t depth;
} stack;

static bool push(stack *s)
{
    if (s->depth == STACK_DEPTH)
        return false;
    s->starts[s->depth++] = s->list->count;
    return true;
}

static bool push_type(stack *s, const mica_type *type)
{
    return push(s) && append_copies(s->list, type, 1);
}

static bool push_value(stack *s, const mica_type_source *source, uint16_t value)
{
    const mica_type *const *types = NULL;
    size_t count = 0;
    return source->value_types(source, value, &types, &count) && push(s) &&
           mica_type_buffer_append(s->list, types, count);
}

static bool push_attr(stack *s, const mica_type_source *source, const mica_type_expr *step)
{
    const mica_attr *attr = source->slot(source, step->value);
    if (!attr)
        return false;
    if (step->code == MICA_TYPE_EXPR_ATTR_TYPE)
        return push_type(s, mica_attr_type(attr));
    return mica_attr_is(attr, MICA_ATTR_TYPE) && push_type(s, mica_type_attr_value(attr));
}

static bool is_container(const mica_type *type)
{
    return mica_type_is_shaped(type) || mica_type_get_kind(type) == MICA_TYPE_COMPLEX;
}

/// The tensor or memref type with the shape and element type of a shaped type.
static const mica_type *make_like(const mica_type *type, bool tensor)
{
    const mica_type *element = mica_type_element(type);
    if (mica_type_is_ranked(type)) {
        const int64_t *shape = mica_type_shape(type);
        const size_t rank = mica_type_rank(type);
        return tensor ? mica_tensor_type_get(element, shape, rank, NULL)
                      : mica_memref_type_get(element, shape, rank, NULL, NULL);
    }
    return tensor ? mica_unranked_tensor_type_get(element)
                  : mica_unranked_memref_type_get(element, NULL);
}

/// Maps each type of the top run in place.
static bool map_top(stack *s, uint8_t code)
{
    for (size_t i = s->starts[s->depth - 1]; i < s->list->count; ++i) {
        const mica_type *type = s->list->data[i];
        if (code == MICA_TYPE_EXPR_ELEMENT) {
            if (!is_container(type))
                return false;
            type = mica_type_element(type);
        } else {
            if (!mica_type_is_shaped(type))
                return false;
            type = make_like(type, code == MICA_TYPE_EXPR_TENSOR_LIKE);
        }
        if (!type)
            return false;
        s->list->data[i] = type;
    }
    return true;
}

/// a, b -> each of a with the element type b.
static bool with_element(stack *s)
{
    if (s->depth < 2 || s->list->count != s->starts[s->depth - 1] + 1)
        return false;
    const mica_type *element = s->list->data[--s->list->count];
    --s->depth;
    for (size_t i = s->starts[s->depth - 1]; i < s->list->count; ++i) {
        const mica_type *type = s->list->data[i];
        s->list->data[i] =
            mica_type_is_shaped(type) ? mica_type_with_element(type, element) : element;
        if (!s->list->data[i])
            return false;
    }
    return true;
}

/// Takes the single type of the top run off the list; NULL when there is not exactly one.
static const mica_type *take_single(stack *s)
{
    if (s->depth == 0 || s->list->count != s->starts[s->depth - 1] + 1)
        return NULL;
    return s->list->data[--s->list->count];
}

static bool expand_function(stack *s, bool inputs)
{
    const mica_type *type = take_single(s);
    if (!type || mica_type_get_kind(type) != MICA_TYPE_FUNCTION)
        return false;
    const size_t count =
        inputs ? mica_function_type_input_count(type) : mica_function_type_result_count(type);
    for (size_t i = 0; i < count; ++i) {
        const mica_type *part =
            inputs ? mica_function_type_input(type, i) : mica_function_type_result(type, i);
        if (!append_copies(s->list, part, 1))
            return false;
    }
    return true;
}

static bool expand_copies(stack *s)
{
    const mica_type *type = take_single(s);
    return type && mica_type_is_shaped(type) &&
           append_copies(s->list, mica_type_element(type), mica_type_element_count(type));
}

/// The last `step->extra` runs, joined -> one run with the hook's answer.
static bool call_hook(stack *s, const mica_type_expr *step)
{
    if (s->depth < step->extra || !step->hook)
        return false;
    if (step->extra == 0 && !push(s))
        return false;
    if (step->extra)
        s->depth -= (size_t)step->extra - 1;
    const size_t start = s->starts[s->depth - 1];
    const mica_type *type = step->hook(s->list->data + start, s->list->count - start);
    s->list->count = start;
    return append_copies(s->list, type, 1);
}

static bool run_step(stack *s, const mica_type_source *source, const mica_type_expr *step)
{
    mica_context *context = source->context;
    switch ((mica_type_expr_code)step->code) {
    case MICA_TYPE_EXPR_VALUE:
        return push_value(s, source, step->value);
    case MICA_TYPE_EXPR_ATTR_TYPE:
    case MICA_TYPE_EXPR_ATTR_VALUE:
        return push_attr(s, source, step);
    case MICA_TYPE_EXPR_INTEGER:
        return push_type(
            s, mica_integer_type_get(context, step->value, (mica_signedness)step->extra));
    case MICA_TYPE_EXPR_FLOAT:
        return push_type(s, mica_float_type_get(context, (mica_float_kind)step->value));
    case MICA_TYPE_EXPR_INDEX:
        return push_type(s, mica_index_type_get(context));
    case MICA_TYPE_EXPR_TEXT:
        return push_type(s, mica_parse_type(context, mica_string_from(step->text)));
    case MICA_TYPE_EXPR_NOTHING:
        return push(s);
    case MICA_TYPE_EXPR_ELEMENT:
    case MICA_TYPE_EXPR_TENSOR_LIKE:
    case MICA_TYPE_EXPR_MEMREF_LIKE:
        return map_top(s, step->code);
    case MICA_TYPE_EXPR_WITH_ELEMENT:
        return with_element(s);
    case MICA_TYPE_EXPR_INPUTS:
        return expand_function(s, true);
    case MICA_TYPE_EXPR_OUTPUTS:
        return expand_function(s, false);
    case MICA_TYPE_EXPR_COPIES:
        return expand_copies(s);
    case MICA_TYPE_EXPR_HOOK:
        return call_hook(s, step);
    }
    return false;
}

bool mica_type_equation_evaluate(const mica_type_equation *equation,
                                 const mica_type_source *source, mica_type_buffer *list)
{
    stack s = {list, {0}, 0};
    for (uint16_t i = 0; i < equation->count; ++i) {
        if (!run_step(&s, source, &equation->expr[i]))
            return false;
    }
    return s.depth == 1;
}

// ---- solving
// ---------------------------------------------------------------------------------

static const mica_value_spec *value_spec(const mica_op_def *definition, uint16_t value)
{
    return value & MICA_VALUE_RESULT ? &definition->results[value & ~MICA_VALUE_RESULT]
                                     : &definition->operands[value];
}

/// The first type of a value that is known and there; NULL otherwise.
static const mica_type *first_type(const mica_type_source *source, uint16_t value)
{
    const mica_type *const *types = NULL;
    size_t count = 0;
    return source->value_types(source, value, &types, &count) && count ? types[0] : NULL;
}

/// The first known type among all operands and, on demand, results.
static const mica_type *first_known_type(const mica_type_source *source, bool with_results)
{
    const mica_op_def *definition = source->definition;
    for (uint16_t i = 0; i < definition->operand_count; ++i) {
        const mica_type *type = first_type(source, i);
        if (type)
            return type;
    }
    for (uint16_t i = 0; with_results && i < definition->result_count; ++i) {
        const mica_type *type = first_type(source, (uint16_t)(i | MICA_VALUE_RESULT));
        if (type)
            return type;
    }
    return NULL;
}

static bool has_trait(const mica_op_def *definition, mica_trait trait)
{
    return (definition->trait_bits >> trait & 1) != 0;
}

static bool solve_by_traits(const mica_type_source *source, uint16_t value, size_t count,
                            mica_type_buffer *list)
{
    const mica_op_def *definition = source->definition;
    const bool same_all = has_trait(definition, MICA_TRAIT_SAME_OPERANDS_AND_RESULT_TYPE);
    const bool same_operands =
        has_trait(definition, MICA_TRAIT_SAME_TYPE_OPERANDS) && !(value & MICA_VALUE_RESULT);
    if (!same_all && !same_operands)
        return false;
    return append_copies(list, first_known_type(source, same_all), (int64_t)count);
}

static bool has_member(const mica_type_equation *equation, uint16_t value)
{
    for (uint16_t i = 0; i < equation->count; ++i) {
        if (equation->members[i] == value)
            return true;
    }
    return false;
}

static bool solve_same(const mica_type_equation *equation, const mica_type_source *source,
                       uint16_t value, size_t count, mica_type_buffer *list)
{
    if (!has_member(equation, value))
        return false;
    for (uint16_t i = 0; i < equation->count; ++i) {
        const mica_type *type =
            equation->members[i] == value ? NULL : first_type(source, equation->members[i]);
        if (type)
            return append_copies(list, type, (int64_t)count);
    }
    return false;
}

static bool solve_equation(const mica_type_equation *equation, const mica_type_source *source,
                           uint16_t value, size_t count, mica_type_buffer *list)
{
    if (equation->kind == MICA_EQUATION_SAME)
        return solve_same(equation, source, value, count, list);
    if (equation->kind != MICA_EQUATION_MATCH || equation->target != value)
        return false;
    if (mica_type_equation_evaluate(equation, source, list))
        return true;
    list->count = 0;
    return false;
}

bool mica_type_source_solve(const mica_type_source *source, uint16_t value, size_t count,
                            mica_type_buffer *list)
{
    const mica_op_def *definition = source->definition;
    const mica_value_spec *spec = value_spec(definition, value);
    const mica_type *single = mica_constraint_single_type(source->context, spec->constraint);
    if (single)
        return append_copies(list, single, (int64_t)count);
    if (solve_by_traits(source, value, count, list))
        return true;
    for (uint32_t i = 0; i < definition->equation_count; ++i) {
        if (solve_equation(&definition->equations[i], source, value, count, list))
            return true;
    }
    return false;
}

/// Do all values that the expression reads come from operands (which are always known)?
static bool reads_operands_only(const mica_type_equation *equation)
{
    for (uint16_t i = 0; i < equation->count; ++i) {
        if (equation->expr[i].code == MICA_TYPE_EXPR_VALUE &&
            (equation->expr[i].value & MICA_VALUE_RESULT))
            return false;
    }
    return true;
}

static bool has_single_operand(const mica_op_def *definition, const mica_type_equation *same)
{
    for (uint16_t i = 0; i < same->count; ++i) {
        const uint16_t member = same->members[i];
        if (!(member & MICA_VALUE_RESULT) &&
            definition->operands[member].arity == MICA_ARITY_ONE)
            return true;
    }
    return false;
}

bool mica_op_def_infers_result(const mica_op_def *definition, size_t result)
{
    const mica_value_spec *spec = &definition->results[result];
    const uint16_t value = (uint16_t)(result | MICA_VALUE_RESULT);
    if (MICA_HOOK(definition, infer_types))
        return true;
    for (uint32_t i = 0; i < definition->equation_count; ++i) {
        const mica_type_equation *equation = &definition->equations[i];
        if (equation->kind == MICA_EQUATION_MATCH && equation->target == value &&
            reads_operands_only(equation))
            return true;
        if (equation->kind == MICA_EQUATION_SAME && spec->arity == MICA_ARITY_ONE &&
            has_member(equation, value) && has_single_operand(definition, equation))
            return true;
    }
    if (spec->arity != MICA_ARITY_ONE)
        return false;
    return mica_constraint_has_single_type(spec->constraint) ||
           (has_trait(definition, MICA_TRAIT_SAME_OPERANDS_AND_RESULT_TYPE) &&
            definition->operand_count > 0 && definition->operands[0].arity == MICA_ARITY_ONE);
}

// ---- op states
// -------------------------------------------------------------------------------

/// Operand types of a state, gathered once, with the run of each spec.
typedef struct state_types {
    const mica_op_state *state;
    mica_type_buffer list;
    const mica_op_def *definition;
} state_types;

/// The run of operand spec `index` in a state: by the segment sizes, or by arithmetic.
static bool find_state_run(const mica_op_state *state, const mica_op_def *definition,
                           uint16_t index, size_t *start, size_t *count)
{
    const mica_attr *segments = definition->operand_segment_slot >= 0
                                    ? state->slots[definition->operand_segment_slot]
                                    : NULL;
    if (segments && mica_attr_is(segments, MICA_ATTR_DENSE_ARRAY) &&
        mica_dense_array_attr_count(segments) == definition->operand_count) {
        *start = 0;
        for (uint16_t i = 0; i < index; ++i)
            *start += (size_t)mica_dense_array_attr_int(segments, i);
        *count = (size_t)mica_dense_array_attr_int(segments, index);
        return *start <= state->operand_count && *count <= state->operand_count - *start;
    }
    size_t variable = 0, before = 0;
    for (uint16_t i = 0; i < definition->operand_count; ++i) {
        const bool varies = definition->operands[i].arity != MICA_ARITY_ONE;
        variable += varies;
        before += varies && i < index;
    }
    const size_t fixed = definition->operand_count - variable;
    if (state->operand_count < fixed)
        return false;
    const size_t each = variable ? (state->operand_count - fixed) / variable : 0;
    *start = index - before + before * each;
    *count = definition->operands[index].arity == MICA_ARITY_ONE ? 1 : each;
    return *start <= state->operand_count && *count <= state->operand_count - *start;
}

static bool state_value_types(const mica_type_source *source, uint16_t value,
                              const mica_type *const **types, size_t *count)
{
    const state_types *gathered = source->user;
    if (value & MICA_VALUE_RESULT)
        return false;
    size_t start = 0;
    if (!find_state_run(gathered->state, gathered->definition, value, &start, count))
        return false;
    *types = gathered->list.data + start;
    return true;
}

static const mica_attr *state_slot(const mica_type_source *source, size_t slot)
{
    const state_types *gathered = source->user;
    const mica_attr *attr = gathered->state->slots[slot];
    return attr ? attr : mica_op_record_default(gathered->state->record, slot);
}

static bool infer_results(mica_op_state *state, const mica_op_def *definition,
                          const mica_type_source *source)
{
    for (uint16_t i = 0; i < definition->result_count; ++i) {
        mica_type_buffer list;
        mica_type_buffer_init(&list);
        const bool solved =
            mica_type_source_solve(source, (uint16_t)(i | MICA_VALUE_RESULT), 1, &list);
        if (solved)
            mica_op_state_add_results(state, list.data, list.count);
        mica_type_buffer_free(&list);
        if (!solved)
            return mica_diagnostic_emit(mica_error(state->context, state->location,
                                                   "'%s' op failed to infer returned types",
                                                   definition->name));
    }
    return true;
}

bool mica_op_state_infer_types(mica_op_state *state)
{
    const mica_op_def *definition = mica_op_record_def(state->record);
    if (!definition)
        return mica_diagnostic_emit(
            mica_error(state->context, state->location,
                       "result types of an unregistered op can't be inferred"));
    if (MICA_HOOK(definition, infer_types))
        return definition->hooks->infer_types(state);
    state_types gathered = {state, {0}, definition};
    mica_type_buffer_init(&gathered.list);
    bool complete = true;
    for (uint32_t i = 0; complete && i < state->operand_count; ++i)
        complete = append_copies(&gathered.list, mica_value_type(state->operands[i]), 1);
    const mica_type_source source = {state->context, definition, state_value_types, state_slot,
                                     &gathered};
    complete = complete && infer_results(state, definition, &source);
    mica_type_buffer_free(&gathered.list);
    return complete;
}

// ---- ops
// -------------------------------------------------------------------------------------

/// All types of an op: those of its operands, then those of its results.
typedef struct op_types {
    const mica_op *op;
    mica_type_buffer list;
} op_types;

static bool op_value_types(const mica_type_source *source, uint16_t value,
                           const mica_type *const **types, size_t *count)
{
    const op_types *gathered = source->user;
    size_t start = 0;
    if (value & MICA_VALUE_RESULT) {
        mica_op_result_range(gathered->op, value & ~MICA_VALUE_RESULT, &start, count);
        start += mica_op_operand_count(gathered->op);
    } else {
        mica_op_operand_range(gathered->op, value, &start, count);
    }
    *types = gathered->list.data + start;
    return start + *count <= gathered->list.count;
}

static const mica_attr *op_slot(const mica_type_source *source, size_t slot)
{
    const op_types *gathered = source->user;
    return mica_op_slot_or_default(gathered->op, slot);
}

/// What SAME_ELEMENT, SAME_SHAPE and SAME_RANK compare of two types.
static bool agrees(uint8_t kind, const mica_type *a, const mica_type *b)
{
    if (a == b)
        return true;
    if (kind == MICA_EQUATION_SAME)
        return false;
    if (kind == MICA_EQUATION_SAME_ELEMENT)
        return mica_type_element_or_self(a) == mica_type_element_or_self(b);
    if (!mica_type_is_ranked(a) || !mica_type_is_ranked(b))
        return kind == MICA_EQUATION_SAME_RANK;
    const size_t rank = mica_type_rank(a);
    if (rank != mica_type_rank(b))
        return false;
    return kind == MICA_EQUATION_SAME_RANK || rank == 0 ||
           memcmp(mica_type_shape(a), mica_type_shape(b), rank * sizeof(int64_t)) == 0;
}

static bool members_agree(const mica_type_equation *equation, const mica_type_source *source)
{
    const mica_type *first = NULL;
    for (uint16_t i = 0; i < equation->count; ++i) {
        const mica_type *const *types = NULL;
        size_t count = 0;
        if (!source->value_types(source, equation->members[i], &types, &count))
            return false;
        for (size_t k = 0; k < count; ++k) {
            if (first && !agrees(equation->kind, first, types[k]))
                return false;
            first = first ? first : types[k];
        }
    }
    return true;
}

/// An optional value that the equation mentions is not there.
static bool lacks_optional(const mica_type_equation *equation, const mica_type_source *source)
{
    for (uint32_t i = 0; i <= equation->count; ++i) {
        const bool is_target = i == equation->count;
        if (!is_target && equation->expr[i].code != MICA_TYPE_EXPR_VALUE)
            continue;
        const uint16_t value = is_target ? equation->target : equation->expr[i].value;
        if (value_spec(source->definition, value)->arity == MICA_ARITY_OPTIONAL &&
            !first_type(source, value))
            return true;
    }
    return false;
}

static bool target_matches(const mica_type_equation *equation, const mica_type_source *source)
{
    if (lacks_optional(equation, source))
        return true;
    const mica_type *const *types = NULL;
    size_t count = 0;
    if (!source->value_types(source, equation->target, &types, &count))
        return false;
    mica_type_buffer list;
    mica_type_buffer_init(&list);
    const bool matches = mica_type_equation_evaluate(equation, source, &list) &&
                         list.count == count &&
                         (count == 0 || memcmp(list.data, types, count * sizeof *types) == 0);
    mica_type_buffer_free(&list);
    return matches;
}

bool mica_op_verify_equations(mica_op *op)
{
    const mica_op_def *definition = mica_op_definition(op);
    if (!definition || definition->equation_count == 0)
        return true;
    op_types gathered = {op, {0}};
    mica_type_buffer_init(&gathered.list);
    for (size_t i = 0; i < mica_op_operand_count(op); ++i)
        append_copies(&gathered.list, mica_value_type(mica_op_operand(op, i)), 1);
    for (size_t i = 0; i < mica_op_result_count(op); ++i)
        append_copies(&gathered.list, mica_value_type(mica_op_result(op, i)), 1);
    const mica_type_source source = {mica_op_context(op), definition, op_value_types, op_slot,
                                     &gathered};
    bool holds = true;
    for (uint32_t i = 0; holds && i < definition->equation_count; ++i) {
        const mica_type_equation *equation = &definition->equations[i];
        if (equation->is_infer)
            continue;
        holds = equation->kind == MICA_EQUATION_MATCH ? target_matches(equation, &source)
                                                      : members_agree(equation, &source);
        if (!holds)
            mica_op_error(op, "failed to verify that %s", equation->description);
    }
    mica_type_buffer_free(&gathered.list);
    return holds;
}
