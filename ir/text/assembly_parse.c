// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs the parsing side of an op's assembly program. The frame gathers operands as written,
// types as written and successors in flat lists with one run per spec; at the end types that
// were not written are solved with the definition's equations, and operands are resolved. So an
// op without variadics touches no memory but its frame and its state.

#include <stdlib.h>

#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/core/type_equation.h"
#include "ir/text/assembly_code.h"
#include "ir/text/assembly_internal.h"

typedef micai_assembly_parse_frame frame;

// ---- flat lists
// ------------------------------------------------------------------------------

/// Grows an array that begins inline; false when out of memory.
static bool grow(void **data, const void *inline_data, uint32_t count, uint32_t *capacity,
                 size_t size)
{
    const uint32_t larger = *capacity * 2;
    void *grown = mica_malloc(larger * size);
    if (!grown)
        return false;
    memcpy(grown, *data, count * size);
    if (*data != inline_data)
        mica_free(*data);
    *data = grown;
    *capacity = larger;
    return true;
}

static bool add_operand(frame *f, const mica_asm_operand *operand)
{
    if (f->operand_count == f->operand_capacity) {
        void *data = f->operands;
        if (!grow(&data, f->inline_operands, f->operand_count, &f->operand_capacity,
                  sizeof *operand))
            return mica_asm_error(f->parser, "out of memory");
        f->operands = data;
    }
    f->operands[f->operand_count++] = *operand;
    return true;
}

bool micai_assembly_add_type(frame *f, const mica_type *type)
{
    if (f->type_count == f->type_capacity) {
        void *data = (void *)f->types;
        if (!grow(&data, (const void *)f->inline_types, f->type_count, &f->type_capacity,
                  sizeof type))
            return mica_asm_error(f->parser, "out of memory");
        f->types = data;
    }
    f->types[f->type_count++] = type;
    return true;
}

static bool add_successor(frame *f, mica_block *block)
{
    if (f->successor_count == f->successor_capacity) {
        void *data = f->successors;
        if (!grow(&data, f->inline_successors, f->successor_count, &f->successor_capacity,
                  sizeof block))
            return mica_asm_error(f->parser, "out of memory");
        f->successors = data;
    }
    f->successors[f->successor_count++] = block;
    return true;
}

static bool add_group(frame *f, int32_t size)
{
    if (f->group_count == f->group_capacity) {
        const uint32_t larger = f->group_capacity ? 2 * f->group_capacity : 8;
        int32_t *grown = mica_realloc(f->groups, larger * sizeof *grown);
        if (!grown)
            return mica_asm_error(f->parser, "out of memory");
        f->groups = grown;
        f->group_capacity = larger;
    }
    f->groups[f->group_count++] = size;
    return true;
}

/// The run of an operand spec, of its types, or of a result's types.
static micai_assembly_run *operand_run(frame *f, uint32_t operand)
{
    return &f->runs[operand];
}
static micai_assembly_run *type_run(frame *f, uint16_t value)
{
    const uint32_t operands = f->definition->operand_count;
    return value & MICA_VALUE_RESULT ? &f->runs[2 * operands + (value & ~MICA_VALUE_RESULT)]
                                     : &f->runs[operands + value];
}

static void begin_run(micai_assembly_run *run, uint32_t first)
{
    run->first = first;
    run->count = 0;
    run->is_set = true;
}

static void begin_operand_run(frame *f, uint32_t operand)
{
    begin_run(operand_run(f, operand), f->operand_count);
    operand_run(f, operand)->offset = mica_asm_offset(f->parser);
}

// ---- begin and end
// ---------------------------------------------------------------------------

void micai_assembly_parse_begin(frame *f, mica_asm_parser *parser,
                                const mica_op_def *definition, mica_op_state *state)
{
    const size_t runs = 2 * (size_t)definition->operand_count + definition->result_count;
    f->parser = parser;
    f->definition = definition;
    f->state = state;
    f->counter = 0;
    f->clause_bits = 0;
    f->region = NULL;
    f->region_pending = false;
    f->operands = f->inline_operands;
    f->types = f->inline_types;
    f->successors = f->inline_successors;
    f->groups = NULL;
    f->operand_count = f->type_count = f->successor_count = f->group_count = 0;
    f->operand_capacity = f->type_capacity = MICAI_ASSEMBLY_INLINE;
    f->successor_capacity = sizeof f->inline_successors / sizeof f->inline_successors[0];
    f->group_capacity = 0;
    f->has_all_operands = false;
    f->operands_offset = 0;
    f->runs = f->inline_runs;
    if (runs > sizeof f->inline_runs / sizeof f->inline_runs[0])
        f->runs = mica_malloc(runs * sizeof *f->runs);
    if (f->runs)
        memset(f->runs, 0, runs * sizeof *f->runs);
    for (uint16_t i = 0; i < definition->region_count; ++i) {
        if (!definition->regions[i].is_variadic)
            mica_op_state_add_region(state);
    }
}

void micai_assembly_parse_end(frame *f)
{
    if (f->operands != f->inline_operands)
        mica_free(f->operands);
    if (f->types != f->inline_types)
        mica_free((void *)f->types);
    if (f->successors != f->inline_successors)
        mica_free(f->successors);
    if (f->runs != f->inline_runs)
        mica_free(f->runs);
    mica_free(f->groups);
}

// ---- operands
// --------------------------------------------------------------------------------

static bool parse_operand(frame *f, uint16_t index)
{
    mica_asm_operand operand;
    begin_operand_run(f, index);
    if (!mica_asm_parse_operand(f->parser, &operand) || !add_operand(f, &operand))
        return false;
    operand_run(f, index)->count = 1;
    return true;
}

static bool parse_operands(frame *f, uint16_t index)
{
    micai_assembly_run *run = operand_run(f, index);
    mica_asm_operand operand;
    if (!run->is_set)
        begin_operand_run(f, index);
    if (!mica_asm_parse_operand_if(f->parser, &operand))
        return true;
    do {
        if (!add_operand(f, &operand))
            return false;
        ++run->count;
        if (!mica_asm_parse_token_if(f->parser, ","))
            return true;
    } while (mica_asm_parse_operand(f->parser, &operand));
    return false;
}

/// `(%a, %b), (), ...`: the sizes go to the groups attribute.
static bool parse_groups(frame *f, uint16_t index)
{
    micai_assembly_run *run = operand_run(f, index);
    begin_operand_run(f, index);
    f->group_count = 0;
    if (!mica_asm_next_is(f->parser, "("))
        return true;
    do {
        const uint32_t before = run->count;
        if (!mica_asm_parse_token(f->parser, "(") || !parse_operands(f, index) ||
            !mica_asm_parse_token(f->parser, ")") ||
            !add_group(f, (int32_t)(run->count - before)))
            return false;
    } while (mica_asm_parse_token_if(f->parser, ","));
    return true;
}

static void store_groups(frame *f, uint16_t index)
{
    mica_op_state_set_slot(
        f->state, (size_t)f->definition->operands[index].group_slot,
        mica_i32_array_attr_get(f->state->context, f->groups, f->group_count));
}

/// `operands`: all as one list, shared out by arithmetic when the counts are fixed.
static bool parse_all_operands(frame *f)
{
    mica_asm_operand operand;
    if (!mica_asm_parse_operand_if(f->parser, &operand))
        return true;
    do {
        if (!add_operand(f, &operand))
            return false;
        if (!mica_asm_parse_token_if(f->parser, ","))
            return true;
    } while (mica_asm_parse_operand(f->parser, &operand));
    return false;
}

// ---- types
// -----------------------------------------------------------------------------------

/// The only dialect type that a constraint admits, by its definition; NULL otherwise.
static const mica_type_def *find_type_def(frame *f, const mica_constraint *constraint)
{
    if (constraint->kind != MICA_CONSTRAINT_TYPE_DEF)
        return NULL;
    const char *dot = strchr(constraint->text, '.');
    const mica_string name = {constraint->text, (size_t)(dot - constraint->text)};
    const mica_dialect_def *dialect = mica_context_find_dialect(f->state->context, name);
    for (uint32_t i = 0; dialect && i < dialect->type_count; ++i) {
        if (strcmp(dialect->types[i]->name, dot + 1) == 0)
            return dialect->types[i];
    }
    return NULL;
}

static const mica_value_spec *value_spec(const frame *f, uint16_t value)
{
    return value & MICA_VALUE_RESULT ? &f->definition->results[value & ~MICA_VALUE_RESULT]
                                     : &f->definition->operands[value];
}

/// One type of a value: in the short form where its definition is known from the constraint.
static bool parse_value_type(frame *f, uint16_t value, bool qualified)
{
    const mica_type *type = NULL;
    const mica_type_def *definition =
        qualified ? NULL : find_type_def(f, value_spec(f, value)->constraint);
    if (definition && definition->param_count && !mica_asm_next_is(f->parser, "!"))
        type = micai_type_def_parse(f->parser, definition);
    else if (!mica_asm_parse_type(f->parser, &type))
        return false;
    return type && micai_assembly_add_type(f, type);
}

static bool parse_type(frame *f, uint16_t value, bool qualified)
{
    micai_assembly_run *run = type_run(f, value);
    begin_run(run, f->type_count);
    run->count = 1;
    return parse_value_type(f, value, qualified);
}

static bool starts_type(frame *f)
{
    static const char *const others[] = {")", "]", "}", ",", ":", "->", "{"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; ++i) {
        if (mica_asm_next_is(f->parser, others[i]))
            return false;
    }
    return true;
}

static bool parse_types(frame *f, uint16_t value, bool qualified)
{
    micai_assembly_run *run = type_run(f, value);
    if (!run->is_set)
        begin_run(run, f->type_count);
    do {
        if (!parse_value_type(f, value, qualified))
            return false;
        ++run->count;
    } while (mica_asm_parse_token_if(f->parser, ","));
    return true;
}

static bool parse_type_groups(frame *f, uint16_t value, bool qualified)
{
    begin_run(type_run(f, value), f->type_count);
    if (!mica_asm_next_is(f->parser, "("))
        return true;
    do {
        if (!mica_asm_parse_token(f->parser, "("))
            return false;
        if (!mica_asm_next_is(f->parser, ")") && !parse_types(f, value, qualified))
            return false;
        if (!mica_asm_parse_token(f->parser, ")"))
            return false;
    } while (mica_asm_parse_token_if(f->parser, ","));
    return true;
}

/// Gives `count` types, which begin at `first`, to the specs of operands or results.
static void share_types(frame *f, bool results, uint32_t first, uint32_t count)
{
    const uint16_t spec_count =
        results ? f->definition->result_count : f->definition->operand_count;
    uint32_t taken = 0;
    for (uint16_t i = 0; i < spec_count; ++i) {
        micai_assembly_run *run = type_run(f, (uint16_t)(results ? i | MICA_VALUE_RESULT : i));
        begin_run(run, first + taken);
        run->count = micai_assembly_share(f, results, i, count, taken);
        taken += run->count;
    }
}

/// type(operands), type(results).
static bool parse_all_types(frame *f, bool results)
{
    const uint32_t first = f->type_count;
    mica_asm_type_list list = {0};
    bool good = mica_asm_parse_type_list(f->parser, &list);
    for (size_t i = 0; good && i < list.count; ++i)
        good = micai_assembly_add_type(f, list.data[i]);
    mica_asm_type_list_free(&list);
    if (good)
        share_types(f, results, first, f->type_count - first);
    return good;
}

/// The inputs or results of a function type become the types of a value, or of all.
static bool take_types(frame *f, uint16_t value, const mica_type *type, bool inputs)
{
    const uint32_t first = f->type_count;
    const size_t count =
        inputs ? mica_function_type_input_count(type) : mica_function_type_result_count(type);
    for (size_t i = 0; i < count; ++i) {
        if (!micai_assembly_add_type(f, inputs ? mica_function_type_input(type, i)
                                               : mica_function_type_result(type, i)))
            return false;
    }
    if (value == MICAI_ALL_OPERANDS || value == MICAI_ALL_RESULTS) {
        share_types(f, value == MICAI_ALL_RESULTS, first, (uint32_t)count);
        return true;
    }
    micai_assembly_run *run = type_run(f, value);
    begin_run(run, first);
    run->count = (uint32_t)count;
    return true;
}

static bool parse_function_type(frame *f, uint16_t inputs, uint16_t results)
{
    const mica_type *type = NULL;
    const size_t offset = mica_asm_offset(f->parser);
    if (!mica_asm_parse_type(f->parser, &type))
        return false;
    if (mica_type_get_kind(type) != MICA_TYPE_FUNCTION)
        return mica_asm_error_at(f->parser, offset, "invalid kind of type specified");
    return take_types(f, inputs, type, true) && take_types(f, results, type, false);
}

// ---- regions and successors
// ------------------------------------------------------------------

/// The state's region of a spec that is not variadic: those come in order.
static micai_assembly_status want_region(frame *f, uint16_t index)
{
    if (index >= f->state->region_count) // there was no memory for it
        return MICAI_ASSEMBLY_FAILED;
    f->region = f->state->regions[index];
    f->region_pending = true;
    return MICAI_ASSEMBLY_REGION;
}

static micai_assembly_status want_new_region(frame *f)
{
    f->region = mica_op_state_add_region(f->state);
    f->region_pending = true;
    return f->region ? MICAI_ASSEMBLY_REGION : MICAI_ASSEMBLY_FAILED;
}

/// After a region: the implicit terminator, and the block that single-block ops always have.
static bool finish_region(frame *f)
{
    const uint64_t bits = f->definition->trait_bits;
    f->region_pending = false;
    if (bits >> MICA_TRAIT_SINGLE_BLOCK_IMPLICIT_TERMINATOR & 1)
        return mica_asm_ensure_terminator(f->parser, f->state, f->region);
    if ((bits >> MICA_TRAIT_NO_TERMINATOR & 1) && mica_region_is_empty(f->region)) {
        mica_block *block = mica_block_create(f->state->context);
        if (!block)
            return false;
        mica_region_append(f->region, block);
    }
    return true;
}

static bool parse_successor(frame *f)
{
    mica_block *block = NULL;
    return mica_asm_parse_successor(f->parser, &block) && add_successor(f, block);
}

static bool parse_successors(frame *f)
{
    mica_block *block = NULL;
    if (!mica_asm_next_is(f->parser, "^"))
        return true;
    do {
        if (!mica_asm_parse_successor(f->parser, &block) || !add_successor(f, block))
            return false;
    } while (mica_asm_parse_token_if(f->parser, ","));
    return true;
}

// ---- custom directives
// -----------------------------------------------------------------------

enum { MAX_ARGUMENTS = 16 };

/// Lists that a directive appends to, one of each kind per argument.
typedef struct directive_lists {
    mica_directive_argument arguments[MAX_ARGUMENTS];
    mica_asm_operand_list operands[MAX_ARGUMENTS];
    mica_asm_type_list types[MAX_ARGUMENTS];
    mica_asm_block_list successors[MAX_ARGUMENTS];
    mica_asm_size_list groups[MAX_ARGUMENTS];
} directive_lists;

/// Shows a list that was parsed before to a directive that refers to it.
static bool fill_reference(frame *f, const mica_assembly_custom_argument *from,
                           mica_directive_argument *to)
{
    bool good = true;
    if (from->kind == MICA_DIRECTIVE_OPERANDS) {
        const micai_assembly_run *run = operand_run(f, from->index);
        for (uint32_t i = 0; good && i < run->count; ++i)
            good = mica_asm_operand_list_append(to->operands, &f->operands[run->first + i]);
    } else if (from->kind == MICA_DIRECTIVE_OPERAND_TYPES ||
               from->kind == MICA_DIRECTIVE_RESULT_TYPES) {
        const bool result = from->kind == MICA_DIRECTIVE_RESULT_TYPES;
        const micai_assembly_run *run =
            type_run(f, (uint16_t)(result ? from->index | MICA_VALUE_RESULT : from->index));
        for (uint32_t i = 0; good && i < run->count; ++i)
            good = mica_asm_type_list_append(to->types, f->types[run->first + i]);
    }
    return good;
}

static bool begin_argument(frame *f, const mica_assembly_custom_argument *from,
                           directive_lists *lists, size_t i)
{
    mica_directive_argument *to = &lists->arguments[i];
    to->kind = (mica_directive_kind)from->kind;
    to->is_ref = from->is_ref != 0;
    to->index = from->index;
    to->text = from->text;
    to->operands = &lists->operands[i];
    to->types = &lists->types[i];
    to->successors = &lists->successors[i];
    to->groups = &lists->groups[i];
    if (from->kind == MICA_DIRECTIVE_ATTR)
        to->attr = f->state->slots[from->index];
    if (from->kind == MICA_DIRECTIVE_REGIONS &&
        !f->definition->regions[from->index].is_variadic &&
        from->index < f->state->region_count)
        to->region = f->state->regions[from->index];
    return !from->is_ref || fill_reference(f, from, to);
}

static bool take_operands(frame *f, const mica_directive_argument *argument)
{
    micai_assembly_run *run = operand_run(f, argument->index);
    begin_operand_run(f, argument->index);
    for (size_t i = 0; i < argument->operands->count; ++i) {
        if (!add_operand(f, &argument->operands->data[i]))
            return false;
    }
    run->count = (uint32_t)argument->operands->count;
    if (f->definition->operands[argument->index].group_slot >= 0) {
        f->group_count = 0;
        for (size_t i = 0; i < argument->groups->count; ++i) {
            if (!add_group(f, argument->groups->data[i]))
                return false;
        }
        store_groups(f, argument->index);
    }
    return true;
}

static bool take_argument_types(frame *f, const mica_directive_argument *argument)
{
    const bool result = argument->kind == MICA_DIRECTIVE_RESULT_TYPES;
    micai_assembly_run *run =
        type_run(f, (uint16_t)(result ? argument->index | MICA_VALUE_RESULT : argument->index));
    // An operand whose types nobody has said stays open, so that equations may find them.
    if (!result && argument->types->count == 0 &&
        value_spec(f, argument->index)->arity == MICA_ARITY_ONE)
        return true;
    begin_run(run, f->type_count);
    for (size_t i = 0; i < argument->types->count; ++i) {
        if (!micai_assembly_add_type(f, argument->types->data[i]))
            return false;
    }
    run->count = (uint32_t)argument->types->count;
    return true;
}

/// Takes over what the directive has written into an argument.
static bool end_argument(frame *f, const mica_directive_argument *argument)
{
    if (argument->is_ref)
        return true;
    switch (argument->kind) {
    case MICA_DIRECTIVE_OPERANDS:
        return take_operands(f, argument);
    case MICA_DIRECTIVE_OPERAND_TYPES:
    case MICA_DIRECTIVE_RESULT_TYPES:
        return take_argument_types(f, argument);
    case MICA_DIRECTIVE_ATTR:
        if (argument->attr)
            mica_op_state_set_slot(f->state, argument->index, argument->attr);
        return true;
    case MICA_DIRECTIVE_SUCCESSORS:
        for (size_t i = 0; i < argument->successors->count; ++i) {
            if (!add_successor(f, argument->successors->data[i]))
                return false;
        }
        return true;
    default:
        return true;
    }
}

static void free_lists(directive_lists *lists, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        mica_asm_operand_list_free(&lists->operands[i]);
        mica_asm_type_list_free(&lists->types[i]);
        mica_free(lists->successors[i].data);
        mica_free(lists->groups[i].data);
    }
}

/// 1 parsed, 0 absent, -1 failed.
static int parse_custom(frame *f, const mica_assembly_custom *custom)
{
    directive_lists lists;
    const size_t count = custom->argument_count;
    if (count > MAX_ARGUMENTS || !custom->parse) {
        mica_asm_error(f->parser, "directive '%s' can't be parsed", custom->name);
        return -1;
    }
    memset(&lists, 0, sizeof lists);
    mica_directive directive = {lists.arguments, count, false};
    bool good = true;
    for (size_t i = 0; good && i < count; ++i)
        good = begin_argument(f, &custom->arguments[i], &lists, i);
    good = good && custom->parse(f->parser, f->state, &directive);
    for (size_t i = 0; good && !directive.absent && i < count; ++i)
        good = end_argument(f, &lists.arguments[i]);
    free_lists(&lists, count);
    return !good ? -1 : directive.absent ? 0 : 1;
}

// ---- the loop
// --------------------------------------------------------------------------------

static micai_assembly_status fail_unless(bool good)
{
    return good ? MICAI_ASSEMBLY_DONE : MICAI_ASSEMBLY_FAILED;
}

static bool accept_text(frame *f, const mica_assembly_code *code, const char *text)
{
    return code->flags & MICAI_CODE_KEYWORD ? mica_asm_parse_keyword_if(f->parser, text)
                                            : mica_asm_parse_token_if(f->parser, text);
}

static bool parse_clause(frame *f, const mica_assembly_code *code, const char *text)
{
    const bool found = mica_asm_parse_keyword_if(f->parser, text);
    if (!found) {
        f->counter = (uint32_t)code->b;
        return true;
    }
    const uint32_t bit = UINT32_C(1) << code->flags;
    if (f->clause_bits & bit)
        return mica_asm_error(f->parser,
                              "`%s` clause can appear at most once in the expansion of the "
                              "oilist directive",
                              text);
    f->clause_bits |= bit;
    return true;
}

/// The tests that begin an optional group. The counter goes to b when the group is absent.
static bool run_test(frame *f, const mica_assembly_code *code, bool present)
{
    if (!present)
        f->counter = (uint32_t)code->b;
    (void)f;
    return true;
}

static bool run_operand_if(frame *f, const mica_assembly_code *code)
{
    mica_asm_operand operand;
    begin_operand_run(f, code->a);
    if (!mica_asm_parse_operand_if(f->parser, &operand))
        return run_test(f, code, false);
    operand_run(f, code->a)->count = 1;
    return add_operand(f, &operand);
}

static bool run_operands(frame *f, const mica_assembly_code *code)
{
    if (!parse_operands(f, code->a))
        return false;
    return code->b == 0 || run_test(f, code, operand_run(f, code->a)->count != 0);
}

static bool run_type_if(frame *f, const mica_assembly_code *code)
{
    if (!starts_type(f)) {
        begin_run(type_run(f, code->a), f->type_count);
        return true;
    }
    return parse_type(f, code->a, (code->flags & MICAI_CODE_QUALIFIED) != 0);
}

static bool run_successors(frame *f, const mica_assembly_code *code)
{
    const uint32_t before = f->successor_count;
    if (!parse_successors(f))
        return false;
    return code->b == 0 || run_test(f, code, f->successor_count != before);
}

/// All instructions that don't stop at a region.
static bool run_code(frame *f, const mica_assembly_code *code)
{
    const mica_assembly *assembly = f->definition->assembly;
    const bool qualified = (code->flags & MICAI_CODE_QUALIFIED) != 0;
    int status;
    switch ((micai_parse_code)code->code) {
    case MICAI_PARSE_TEXT:
        return code->flags & MICAI_CODE_KEYWORD
                   ? mica_asm_parse_keyword(f->parser, assembly->texts[code->a])
                   : mica_asm_parse_token(f->parser, assembly->texts[code->a]);
    case MICAI_PARSE_TEXT_IF:
        return run_test(f, code, accept_text(f, code, assembly->texts[code->a]));
    case MICAI_PARSE_JUMP:
        f->counter = (uint32_t)code->b;
        return true;
    case MICAI_PARSE_OPERAND:
        return parse_operand(f, code->a);
    case MICAI_PARSE_OPERAND_IF:
        return run_operand_if(f, code);
    case MICAI_PARSE_OPERANDS:
        return run_operands(f, code);
    case MICAI_PARSE_GROUPS:
        if (!parse_groups(f, code->a))
            return false;
        store_groups(f, code->a);
        return true;
    case MICAI_PARSE_ALL_OPERANDS:
        f->has_all_operands = true;
        f->operands_offset = mica_asm_offset(f->parser);
        return parse_all_operands(f);
    case MICAI_PARSE_TYPE:
        return parse_type(f, code->a, qualified);
    case MICAI_PARSE_TYPE_IF:
        return run_type_if(f, code);
    case MICAI_PARSE_TYPES:
        return parse_types(f, code->a, qualified);
    case MICAI_PARSE_TYPE_GROUPS:
        return parse_type_groups(f, code->a, qualified);
    case MICAI_PARSE_OPERAND_TYPES:
    case MICAI_PARSE_RESULT_TYPES:
        return parse_all_types(f, code->code == MICAI_PARSE_RESULT_TYPES);
    case MICAI_PARSE_FUNCTION_TYPE:
        return parse_function_type(f, code->a, (uint16_t)code->b);
    case MICAI_PARSE_ATTR:
        return micai_assembly_parse_attr(f, code->a, code->flags);
    case MICAI_PARSE_ATTR_IF:
        status = micai_assembly_parse_attr_if(f, code->a, code->flags);
        return status >= 0 && run_test(f, code, status != 0);
    case MICAI_PARSE_UNIT:
        mica_op_state_set_slot(f->state, code->a, mica_unit_attr_get(f->state->context));
        return true;
    case MICAI_PARSE_SUCCESSOR:
        return parse_successor(f);
    case MICAI_PARSE_SUCCESSORS:
        return run_successors(f, code);
    case MICAI_PARSE_ATTR_DICT:
    case MICAI_PARSE_ATTR_DICT_KEYWORD:
    case MICAI_PARSE_PROP_DICT:
        return micai_assembly_parse_dictionary(f, code->code);
    case MICAI_PARSE_CUSTOM:
        return parse_custom(f, &assembly->customs[code->a]) >= 0;
    case MICAI_PARSE_CUSTOM_IF:
        status = parse_custom(f, &assembly->customs[code->a]);
        return status >= 0 && run_test(f, code, status != 0);
    case MICAI_PARSE_CLAUSES:
        f->clause_bits = 0;
        return true;
    case MICAI_PARSE_CLAUSE:
        return parse_clause(f, code, assembly->texts[code->a]);
    default:
        return false; // of parameters; the compiler emits none for ops
    }
}

/// Instructions of regions; DONE goes on.
static micai_assembly_status run_region_code(frame *f, const mica_assembly_code *code)
{
    switch ((micai_parse_code)code->code) {
    case MICAI_PARSE_REGION:
        return want_region(f, code->a);
    case MICAI_PARSE_REGION_IF:
        if (mica_asm_next_is(f->parser, "{"))
            return f->definition->regions[code->a].is_variadic ? want_new_region(f)
                                                               : want_region(f, code->a);
        f->counter = (uint32_t)code->b;
        return MICAI_ASSEMBLY_DONE;
    case MICAI_PARSE_REGIONS:
        if (mica_asm_next_is(f->parser, "{"))
            return want_new_region(f);
        ++f->counter; // over REGIONS_NEXT
        return MICAI_ASSEMBLY_DONE;
    case MICAI_PARSE_REGIONS_NEXT:
        if (!mica_asm_parse_token_if(f->parser, ","))
            return MICAI_ASSEMBLY_DONE;
        --f->counter; // come back here after it
        return want_new_region(f);
    default:
        return fail_unless(run_code(f, code));
    }
}

micai_assembly_status micai_assembly_parse_step(frame *f)
{
    if (!f->runs)
        return MICAI_ASSEMBLY_FAILED;
    if (f->region_pending && !finish_region(f))
        return MICAI_ASSEMBLY_FAILED;
    const mica_assembly *assembly = f->definition->assembly;
    for (;;) {
        const mica_assembly_code *code = &assembly->parse_code[f->counter++];
        if (code->code == MICAI_PARSE_END)
            return fail_unless(micai_assembly_finish_parse(f));
        const micai_assembly_status status = run_region_code(f, code);
        if (status != MICAI_ASSEMBLY_DONE)
            return status;
    }
}
