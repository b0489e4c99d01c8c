// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The interpreter of match programs: one loop over the words of a pattern. Words before the
// first CREATE or REPLACE only look; a word that does not hold ends the run with nothing
// changed. Registers need no clearing: the compiler makes sure that each is set before it is
// read.
#include "ir/rewrite/match_program_internal.h"

#include <assert.h>

#include "ir/core/context.h"
#include "ir/core/definition.h"
#include "ir/core/diagnostics.h"
#include "ir/rewrite/rewriter_internal.h"
#include "ir/text/text.h"

typedef union match_register {
    mica_op *op;
    mica_value *value;
    const mica_attr *attr;
    const mica_type *type;
    const void *any;
} match_register;

/// A list is an op and the index of its first operand; the index lies in the next register.
typedef struct match_run {
    const micai_bound_program *bound;
    mica_rewriter *rewriter;
    mica_context *context;
    const uint16_t *word; ///< the next one
    match_register registers[MICAI_MATCH_MAX_REGISTERS];
} match_run;

enum { MOST_ARGUMENTS = 8 };

// ---- looking
// ---------------------------------------------------------------------------------

static uint16_t next_word(match_run *run)
{
    return *run->word++;
}

static match_register *next_register(match_run *run)
{
    return &run->registers[next_word(run)];
}

static bool run_operand(match_run *run)
{
    match_register *to = next_register(run);
    const mica_op *op = next_register(run)->op;
    to->value = mica_op_operand(op, next_word(run));
    return true;
}

static bool run_tail(match_run *run)
{
    match_register *to = next_register(run);
    to[0].op = next_register(run)->op;
    to[1].any = (const void *)(uintptr_t)next_word(run);
    return true;
}

static bool run_result(match_run *run)
{
    match_register *to = next_register(run);
    const mica_op *op = next_register(run)->op;
    to->value = mica_op_result(op, next_word(run));
    return true;
}

static bool run_producer(match_run *run)
{
    match_register *to = next_register(run);
    const mica_value *value = next_register(run)->value;
    const mica_identifier *name = run->bound->names[next_word(run)];
    const uint16_t index = next_word(run);
    to->op = mica_value_op(value);
    return to->op && mica_value_index(value) == index &&
           mica_op_record_name(mica_op_get_record(to->op)) == name;
}

/// An attribute, or its default when it is unset.
static const mica_attr *find_attr(const mica_op *op, const mica_identifier *name)
{
    const mica_attr *attr = mica_op_attr_by_name(op, name);
    if (attr || !mica_op_definition(op))
        return attr;
    const int slot = mica_op_def_find_slot(mica_op_definition(op), mica_identifier_text(name));
    return slot < 0 ? NULL : mica_op_slot_or_default(op, (size_t)slot);
}

static bool run_attr(match_run *run)
{
    match_register *to = next_register(run);
    const mica_op *op = next_register(run)->op;
    to->attr = find_attr(op, run->bound->names[next_word(run)]);
    return to->attr != NULL;
}

static bool run_same(match_run *run)
{
    const void *a = next_register(run)->any;
    const void *b = next_register(run)->any;
    return a == b;
}

static bool run_same_attr(match_run *run)
{
    const mica_attr *a = next_register(run)->attr;
    const mica_attr *b = next_register(run)->attr;
    return mica_attr_equal(a, b);
}

static bool run_type(match_run *run)
{
    match_register *to = next_register(run);
    to->type = mica_value_type(next_register(run)->value);
    return true;
}

static bool run_literal(match_run *run)
{
    match_register *to = next_register(run);
    to->any = run->bound->literals[next_word(run)];
    return true;
}

// ---- calling
// ---------------------------------------------------------------------------------

static void fill_argument(match_run *run, char kind, uint16_t word,
                          mica_native_argument *argument)
{
    memset(argument, 0, sizeof(*argument));
    const micai_match_literal *literal = &run->bound->program->literals[word];
    switch (kind) {
    case 'v':
        argument->kind = MICA_NATIVE_VALUE;
        argument->value = run->registers[word].value;
        break;
    case 'a':
        argument->kind = MICA_NATIVE_ATTR;
        argument->attr = run->registers[word].attr;
        break;
    case 't':
        argument->kind = MICA_NATIVE_TYPE;
        argument->type = run->registers[word].type;
        break;
    case 'i':
        argument->kind = MICA_NATIVE_INTEGER;
        argument->integer = literal->integer;
        break;
    default:
        argument->kind = MICA_NATIVE_STRING;
        argument->string = mica_string_from(literal->text);
        break;
    }
}

static bool run_call(match_run *run)
{
    const uint16_t to = next_word(run);
    const mica_native_def *native = run->bound->natives[next_word(run)];
    const bool negated = next_word(run) != 0;
    const uint16_t count = next_word(run);
    mica_native_argument arguments[MOST_ARGUMENTS];
    for (uint16_t i = 0; i < count; i++)
        fill_argument(run, native->signature[i], next_word(run), &arguments[i]);
    mica_native_result result = {NULL, NULL};
    const bool holds = native->call(run->context, arguments, &result);
    if (to == MICAI_MATCH_NONE)
        return holds != negated;
    if (result.attr)
        run->registers[to].attr = result.attr;
    else
        run->registers[to].type = result.type;
    return holds && (result.attr || result.type);
}

// ---- building
// --------------------------------------------------------------------------------

/// An operand of a new op: a value, or (marked by the next word) a list.
static void add_operand(match_run *run, mica_op_state *state)
{
    const match_register *from = next_register(run);
    if (!next_word(run)) {
        mica_op_state_add_operand(state, from->value);
        return;
    }
    const size_t start = (size_t)(uintptr_t)from[1].any;
    for (size_t i = start; i < mica_op_operand_count(from->op); i++)
        mica_op_state_add_operand(state, mica_op_operand(from->op, i));
}

/// An op whose types can't be inferred is a fault of the pattern: its rewrite is given up after
/// the diagnostic, and what it made so far is dead.
static bool run_create(match_run *run)
{
    match_register *to = next_register(run);
    const uint16_t name = next_word(run);
    const uint16_t operands = next_word(run);
    const uint16_t attrs = next_word(run);
    const uint16_t types = next_word(run);
    mica_builder *builder = mica_rewriter_builder(run->rewriter);
    mica_op_state state;
    mica_op_state_init(&state, run->context, run->bound->program->names[name],
                       builder->location);
    for (uint16_t i = 0; i < operands; i++)
        add_operand(run, &state);
    for (uint16_t i = 0; i < attrs; i++) {
        const mica_identifier *attr = run->bound->names[next_word(run)];
        mica_op_state_set_attr_by_name(&state, attr, next_register(run)->attr);
    }
    for (uint16_t i = 0; types != MICAI_MATCH_NONE && i < types; i++)
        mica_op_state_add_result(&state, next_register(run)->type);
    to->op = types == MICAI_MATCH_NONE ? mica_builder_create_inferred(builder, &state)
                                       : mica_builder_create(builder, &state);
    return to->op != NULL;
}

static bool run_replace(match_run *run)
{
    mica_value *values[MICAI_MATCH_MAX_REGISTERS];
    const uint16_t count = next_word(run);
    mica_op *root = run->registers[0].op;
    for (uint16_t i = 0; i < count; i++)
        values[i] = next_register(run)->value;
    if (count == 0)
        return mica_rewriter_erase_op(run->rewriter, root);
    for (uint16_t i = 0; i < count; i++)
        if (mica_value_type(values[i]) != mica_value_type(mica_op_result(root, i)))
            return mica_op_error(root,
                                 "result #%u has another type than what a pattern "
                                 "replaces it by",
                                 (unsigned)i);
    return mica_rewriter_replace_op(run->rewriter, root, values, count);
}

static bool run_count(match_run *run, micai_match_opcode opcode)
{
    const mica_op *op = next_register(run)->op;
    const size_t wanted = next_word(run);
    if (opcode == MICAI_MATCH_RESULTS)
        return mica_op_result_count(op) == wanted;
    return opcode == MICAI_MATCH_OPERANDS ? mica_op_operand_count(op) == wanted
                                          : mica_op_operand_count(op) >= wanted;
}

static bool run_word(match_run *run, micai_match_opcode opcode)
{
    switch (opcode) {
    case MICAI_MATCH_OPERANDS:
    case MICAI_MATCH_OPERANDS_FROM:
    case MICAI_MATCH_RESULTS:
        return run_count(run, opcode);
    case MICAI_MATCH_OPERAND:
        return run_operand(run);
    case MICAI_MATCH_TAIL:
        return run_tail(run);
    case MICAI_MATCH_RESULT:
        return run_result(run);
    case MICAI_MATCH_PRODUCER:
        return run_producer(run);
    case MICAI_MATCH_ATTR:
        return run_attr(run);
    case MICAI_MATCH_TYPE:
        return run_type(run);
    case MICAI_MATCH_SAME:
        return run_same(run);
    case MICAI_MATCH_SAME_ATTR:
        return run_same_attr(run);
    case MICAI_MATCH_LITERAL:
        return run_literal(run);
    case MICAI_MATCH_CALL:
        return run_call(run);
    case MICAI_MATCH_CREATE:
        return run_create(run);
    case MICAI_MATCH_REPLACE:
        return run_replace(run);
    case MICAI_MATCH_END:
        break;
    }
    return false;
}

/// True when `op` has been replaced, or something was made before a fault.
bool micai_match_pattern_rewrite(mica_rewriter *rewriter, mica_op *op, void *user)
{
    const micai_bound_pattern *bound = user;
    match_run run; // not cleared: a pattern that fails early must cost little
    run.bound = bound->program;
    run.rewriter = rewriter;
    run.context = mica_op_context(op);
    run.word = bound->program->program->words + bound->pattern->start;
    run.registers[0].op = op;
    bool made = false;
    for (;;) {
        const micai_match_opcode opcode = next_word(&run);
        if (opcode == MICAI_MATCH_END)
            return true;
        if (!run_word(&run, opcode))
            return made;
        made |= opcode == MICAI_MATCH_CREATE;
    }
}

// ---- binding
// ---------------------------------------------------------------------------------

static bool bind_literals(mica_context *context, micai_bound_program *bound)
{
    const mica_match_program *program = bound->program;
    for (uint32_t i = 0; i < program->literal_count; i++) {
        const mica_string text = mica_string_from(program->literals[i].text);
        if (program->literals[i].kind == MICAI_LITERAL_ATTR)
            bound->literals[i] = mica_parse_attr(context, text);
        else if (program->literals[i].kind == MICAI_LITERAL_TYPE)
            bound->literals[i] = mica_parse_type(context, text);
        else
            continue;
        if (!bound->literals[i])
            return false;
    }
    return true;
}

static bool bind_natives(mica_context *context, micai_bound_program *bound,
                         const mica_native_def *const *extra, size_t extra_count)
{
    const mica_match_program *program = bound->program;
    for (uint32_t i = 0; i < program->native_count; i++) {
        bound->natives[i] =
            micai_native_find(extra, extra_count, mica_string_from(program->natives[i]));
        if (!bound->natives[i])
            return mica_diagnostic_emit(
                mica_error(context, mica_location_unknown(),
                           "rewrite patterns use the native function '%s', which is not known",
                           program->natives[i]));
    }
    return true;
}

static void *allocate_row(const micai_allocator *allocator, size_t count, bool *failed)
{
    void *row = micai_allocate_zeroed(allocator, (count ? count : 1) * sizeof(void *));
    *failed |= !row;
    return row;
}

micai_bound_program *micai_match_program_bind(mica_context *context,
                                              const mica_match_program *program,
                                              const mica_native_def *const *extra,
                                              size_t extra_count)
{
    const micai_allocator *allocator = micai_context_allocator(context);
    micai_bound_program *bound = micai_allocate_zeroed(allocator, sizeof(micai_bound_program));
    if (!bound)
        return NULL;
    bool failed = false;
    bound->program = program;
    bound->literals = allocate_row(allocator, program->literal_count, &failed);
    bound->names = allocate_row(allocator, program->name_count, &failed);
    bound->natives = allocate_row(allocator, program->native_count, &failed);
    bound->patterns = micai_allocate_zeroed(allocator, (program->pattern_count + 1) *
                                                           sizeof(micai_bound_pattern));
    for (uint32_t i = 0; bound->names && i < program->name_count; i++)
        bound->names[i] = mica_identifier_get(context, mica_string_from(program->names[i]));
    for (uint32_t i = 0; bound->patterns && i < program->pattern_count; i++)
        bound->patterns[i] = (micai_bound_pattern){bound, &program->patterns[i]};
    if (failed || !bound->patterns || !bind_literals(context, bound) ||
        !bind_natives(context, bound, extra, extra_count)) {
        micai_bound_program_destroy(context, bound);
        return NULL;
    }
    return bound;
}

static void release_row(const micai_allocator *allocator, void *row, size_t count)
{
    micai_release(allocator, row, (count ? count : 1) * sizeof(void *));
}

void micai_bound_program_destroy(mica_context *context, micai_bound_program *bound)
{
    if (!bound)
        return;
    const micai_allocator *allocator = micai_context_allocator(context);
    const mica_match_program *program = bound->program;
    release_row(allocator, bound->literals, program->literal_count);
    release_row(allocator, bound->names, program->name_count);
    release_row(allocator, bound->natives, program->native_count);
    micai_release(allocator, bound->patterns,
                  (program->pattern_count + 1) * sizeof(micai_bound_pattern));
    micai_release(allocator, bound, sizeof(micai_bound_program));
}

size_t mica_match_program_count(const mica_match_program *program)
{
    return program->pattern_count;
}
