// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From the tree of a `.rewrite` file to a match program. The match is compiled from the root
// outwards: an op's counts, attributes and operands first; then, for each operand that another
// op of the match makes, that op. Names that are met the first time take a register, later
// meetings become comparisons. A pattern with k `either`s is compiled 2^k times.
#include "ir/core/context.h"
#include "ir/definition/rewrite_compiler_internal.h"
#include "ir/rewrite/rewriter_internal.h"

static mica_string text_of(const micai_rewrite_node *node)
{
    return (mica_string){node->token.start, node->token.length};
}

static bool fail(micai_rewrite_compiler *compiler, const micai_rewrite_node *node,
                 const char *format, const char *extra)
{
    compiler->failed = true;
    return micai_rewrite_error(compiler->reader, node->token.start, format,
                               (int)node->token.length, node->token.start, extra);
}

// ---- tables
// ----------------------------------------------------------------------------------

static void emit(micai_rewrite_compiler *compiler, size_t word)
{
    if (!micai_array_reserve(compiler->allocator, (void **)&compiler->words,
                             &compiler->word_capacity, compiler->word_count + 1,
                             sizeof(uint16_t)))
        compiler->failed = true;
    else
        compiler->words[compiler->word_count++] = (uint16_t)word;
}

static uint16_t intern(micai_rewrite_compiler *compiler, const char ***row, size_t *count,
                       size_t *capacity, mica_string text)
{
    for (size_t i = 0; i < *count; i++)
        if (mica_string_is(text, (*row)[i]))
            return (uint16_t)i;
    const char *copy = micai_arena_copy_text(&compiler->reader->arena, text);
    if (!copy || !micai_array_reserve(compiler->allocator, (void **)row, capacity, *count + 1,
                                      sizeof(char *))) {
        compiler->failed = true;
        return 0;
    }
    (*row)[*count] = copy;
    return (uint16_t)(*count)++;
}

static uint16_t intern_name(micai_rewrite_compiler *compiler, mica_string text)
{
    return intern(compiler, &compiler->names, &compiler->name_count, &compiler->name_capacity,
                  text);
}

static uint16_t add_literal(micai_rewrite_compiler *compiler, micai_literal_kind kind,
                            mica_string text, int64_t integer)
{
    const char *copy = micai_arena_copy_text(&compiler->reader->arena, text);
    if (!copy || !micai_array_reserve(compiler->allocator, (void **)&compiler->literals,
                                      &compiler->literal_capacity, compiler->literal_count + 1,
                                      sizeof(micai_match_literal))) {
        compiler->failed = true;
        return 0;
    }
    compiler->literals[compiler->literal_count] = (micai_match_literal){kind, copy, integer};
    return (uint16_t)compiler->literal_count++;
}

static uint16_t new_register(micai_rewrite_compiler *compiler, const micai_rewrite_node *node)
{
    if (compiler->registers + 2 < MICAI_MATCH_MAX_REGISTERS)
        return compiler->registers++;
    fail(compiler, node, "'%.*s' is one thing too many for a pattern%s", "");
    return 0;
}

// ---- names
// -----------------------------------------------------------------------------------

static bool is_wildcard(const micai_rewrite_node *node)
{
    return mica_string_is(text_of(node), "_");
}

static micai_rewrite_name *find_name(micai_rewrite_compiler *compiler,
                                     const micai_rewrite_node *node)
{
    for (size_t i = 0; i < compiler->captured_count; i++) {
        micai_rewrite_name *name = &compiler->captured[i];
        if (name->kind == node->kind && mica_string_equal(name->text, text_of(node)))
            return name;
    }
    return NULL;
}

static void capture(micai_rewrite_compiler *compiler, const micai_rewrite_node *node,
                    uint16_t place)
{
    if (is_wildcard(node))
        return;
    if (compiler->captured_count == MICAI_REWRITE_MOST_NAMES) {
        fail(compiler, node, "'%.*s' is one name too many for a pattern%s", "");
        return;
    }
    compiler->captured[compiler->captured_count++] =
        (micai_rewrite_name){node->kind, text_of(node), place};
}

/// The thing in `place` gets the name, or must be what has it.
static void bind(micai_rewrite_compiler *compiler, const micai_rewrite_node *node,
                 uint16_t place)
{
    const micai_rewrite_name *known = find_name(compiler, node);
    if (!known) {
        capture(compiler, node, place);
        return;
    }
    emit(compiler, node->kind == MICAI_REWRITE_ATTR ? MICAI_MATCH_SAME_ATTR : MICAI_MATCH_SAME);
    emit(compiler, known->place);
    emit(compiler, place);
}

/// The register of a name that must be known by now.
static uint16_t known_place(micai_rewrite_compiler *compiler, const micai_rewrite_node *node)
{
    const micai_rewrite_name *known = find_name(compiler, node);
    if (known)
        return known->place;
    fail(compiler, node, "'%.*s' stands for nothing yet%s", "");
    return 0;
}

// ---- literals
// --------------------------------------------------------------------------------

/// A register with the attribute that a literal of any form stands for.
static uint16_t load_attr(micai_rewrite_compiler *compiler, const micai_rewrite_node *node)
{
    const uint16_t place = new_register(compiler, node);
    mica_string text = text_of(node);
    if (node->kind == MICAI_REWRITE_STRING) { // with its quotes, which stand around it
        text.data--;
        text.length += 2;
    }
    const uint16_t literal = add_literal(compiler, MICAI_LITERAL_ATTR, text, 0);
    emit(compiler, MICAI_MATCH_LITERAL);
    emit(compiler, place);
    emit(compiler, literal);
    return place;
}

static uint16_t load_type(micai_rewrite_compiler *compiler, const micai_rewrite_node *node)
{
    const uint16_t place = new_register(compiler, node);
    const uint16_t literal = add_literal(compiler, MICAI_LITERAL_TYPE, text_of(node), 0);
    emit(compiler, MICAI_MATCH_LITERAL);
    emit(compiler, place);
    emit(compiler, literal);
    return place;
}

// ---- match
// -----------------------------------------------------------------------------------

static size_t list_length(const micai_rewrite_node *list)
{
    size_t length = 0;
    for (; list; list = list->next)
        length++;
    return length;
}

/// The type of a value must be `type`.
static void match_type(micai_rewrite_compiler *compiler, uint16_t value,
                       const micai_rewrite_node *type)
{
    if (type->kind == MICAI_REWRITE_TYPE && is_wildcard(type))
        return;
    const uint16_t place = new_register(compiler, type);
    emit(compiler, MICAI_MATCH_TYPE);
    emit(compiler, place);
    emit(compiler, value);
    if (type->kind == MICAI_REWRITE_TYPE) {
        bind(compiler, type, place);
        return;
    }
    const uint16_t literal = load_type(compiler, type);
    emit(compiler, MICAI_MATCH_SAME);
    emit(compiler, place);
    emit(compiler, literal);
}

static void match_results(micai_rewrite_compiler *compiler, const micai_rewrite_node *op,
                          uint16_t place)
{
    emit(compiler, MICAI_MATCH_RESULTS);
    emit(compiler, place);
    emit(compiler, list_length(op->parts[0]));
    const micai_rewrite_node *type = op->parts[3];
    size_t index = 0;
    for (const micai_rewrite_node *result = op->parts[0]; result; result = result->next) {
        const uint16_t value = new_register(compiler, result);
        emit(compiler, MICAI_MATCH_RESULT);
        emit(compiler, value);
        emit(compiler, place);
        emit(compiler, index++);
        bind(compiler, result, value);
        if (type) {
            match_type(compiler, value, type);
            type = type->next;
        }
    }
    if (type)
        fail(compiler, type, "'%.*s' is the type of no result%s", "");
}

static void match_attrs(micai_rewrite_compiler *compiler, const micai_rewrite_node *op,
                        uint16_t place)
{
    for (const micai_rewrite_node *entry = op->parts[2]; entry; entry = entry->next) {
        const uint16_t attr = new_register(compiler, entry);
        emit(compiler, MICAI_MATCH_ATTR);
        emit(compiler, attr);
        emit(compiler, place);
        emit(compiler, intern_name(compiler, text_of(entry)));
        const micai_rewrite_node *value = entry->parts[0];
        if (value->kind == MICAI_REWRITE_ATTR) {
            bind(compiler, value, attr);
            continue;
        }
        const uint16_t literal = load_attr(compiler, value);
        emit(compiler, MICAI_MATCH_SAME_ATTR);
        emit(compiler, attr);
        emit(compiler, literal);
    }
}

/// An op of the match that makes the named value and was not matched yet; its index, and which
/// of its results.
static bool find_maker(const micai_rewrite_compiler *compiler, const micai_rewrite_node *value,
                       size_t *maker, size_t *result)
{
    for (size_t i = 0; i < compiler->op_count; i++) {
        *result = 0;
        const micai_rewrite_node *made = compiler->ops[i]->parts[0];
        for (; made && !compiler->is_matched[i]; made = made->next, (*result)++)
            if (!is_wildcard(value) && mica_string_equal(text_of(made), text_of(value))) {
                *maker = i;
                return true;
            }
    }
    return false;
}

static void match_op(micai_rewrite_compiler *compiler, size_t index, uint16_t place);

/// Follows the operand to the op of the match that makes it, if there is one.
static void match_maker(micai_rewrite_compiler *compiler, const micai_rewrite_node *operand,
                        uint16_t value)
{
    size_t maker, result;
    if (!find_maker(compiler, operand, &maker, &result))
        return;
    const uint16_t op = new_register(compiler, operand);
    emit(compiler, MICAI_MATCH_PRODUCER);
    emit(compiler, op);
    emit(compiler, value);
    emit(compiler, intern_name(compiler, text_of(compiler->ops[maker])));
    emit(compiler, result);
    match_op(compiler, maker, op);
}

/// One operand, at `index`; its register.
static uint16_t match_operand(micai_rewrite_compiler *compiler,
                              const micai_rewrite_node *operand, uint16_t op, size_t index)
{
    if (operand->kind == MICAI_REWRITE_TAIL) {
        const uint16_t place = new_register(compiler, operand);
        new_register(compiler, operand); // a list takes two
        emit(compiler, MICAI_MATCH_TAIL);
        emit(compiler, place);
        emit(compiler, op);
        emit(compiler, index);
        if (find_name(compiler, operand))
            fail(compiler, operand, "'%.*s' captures two lists%s", "");
        capture(compiler, operand, place);
        return place;
    }
    const uint16_t place = new_register(compiler, operand);
    emit(compiler, MICAI_MATCH_OPERAND);
    emit(compiler, place);
    emit(compiler, op);
    emit(compiler, index);
    bind(compiler, operand, place);
    if (operand->parts[0])
        match_type(compiler, place, operand->parts[0]);
    return place;
}

/// The operands of an op with each `either` in the order of this variant. Returns their number,
/// which is at most `most`.
static size_t flatten_operands(micai_rewrite_compiler *compiler, const micai_rewrite_node *op,
                               const micai_rewrite_node **flat, size_t most)
{
    size_t count = 0;
    for (const micai_rewrite_node *operand = op->parts[1]; operand; operand = operand->next) {
        if (count + 2 > most) {
            fail(compiler, operand, "'%.*s' is one operand too many%s", "");
            return count;
        }
        if (operand->kind != MICAI_REWRITE_EITHER) {
            flat[count++] = operand;
            continue;
        }
        const bool swap = (compiler->swapped >> compiler->either_count++) & 1;
        flat[count + swap] = operand->parts[0];
        flat[count + !swap] = operand->parts[0]->next;
        count += 2;
    }
    return count;
}

static void match_op(micai_rewrite_compiler *compiler, size_t index, uint16_t place)
{
    enum { MOST_OPERANDS = 32 };
    const micai_rewrite_node *op = compiler->ops[index];
    const micai_rewrite_node *operands[MOST_OPERANDS];
    uint16_t places[MOST_OPERANDS];
    compiler->is_matched[index] = true;
    const size_t count = flatten_operands(compiler, op, operands, MOST_OPERANDS);
    const bool has_tail = count && operands[count - 1]->kind == MICAI_REWRITE_TAIL;
    emit(compiler, has_tail ? MICAI_MATCH_OPERANDS_FROM : MICAI_MATCH_OPERANDS);
    emit(compiler, place);
    emit(compiler, count - has_tail);
    match_results(compiler, op, place);
    match_attrs(compiler, op, place);
    for (size_t i = 0; i < count && !compiler->failed; i++) {
        if (operands[i]->kind == MICAI_REWRITE_TAIL && i + 1 < count)
            fail(compiler, operands[i], "'%.*s' must be the last operand%s", "");
        places[i] = match_operand(compiler, operands[i], place, i);
    }
    for (size_t i = 0; i < count && !compiler->failed; i++)
        if (operands[i]->kind == MICAI_REWRITE_VALUE)
            match_maker(compiler, operands[i], places[i]);
}

// ---- where
// -----------------------------------------------------------------------------------

static char kind_letter(micai_rewrite_kind kind)
{
    switch (kind) {
    case MICAI_REWRITE_VALUE:
        return 'v';
    case MICAI_REWRITE_ATTR:
    case MICAI_REWRITE_TEXT:
        return 'a';
    case MICAI_REWRITE_TYPE:
        return 't';
    case MICAI_REWRITE_INTEGER:
        return 'i';
    default:
        return 's';
    }
}

/// The word of an argument of the kind that the signature asks for.
static uint16_t compile_argument(micai_rewrite_compiler *compiler,
                                 const micai_rewrite_node *argument, char wanted)
{
    const bool is_literal = argument->kind == MICAI_REWRITE_TEXT ||
                            argument->kind == MICAI_REWRITE_STRING ||
                            argument->kind == MICAI_REWRITE_INTEGER;
    if (wanted == 'a' && is_literal)
        return load_attr(compiler, argument);
    if (wanted == 't' && argument->kind == MICAI_REWRITE_TEXT)
        return load_type(compiler, argument);
    if (kind_letter(argument->kind) != wanted) {
        fail(compiler, argument, "'%.*s' is not of the kind that the function takes%s", "");
        return 0;
    }
    if (wanted == 'i')
        return add_literal(compiler, MICAI_LITERAL_INTEGER, text_of(argument),
                           argument->number);
    if (wanted == 's')
        return add_literal(compiler, MICAI_LITERAL_STRING, text_of(argument), 0);
    return known_place(compiler, argument);
}

/// Functions of the embedder are known when the program is bound; their arguments are taken as
/// they are written.
static void compile_arguments(micai_rewrite_compiler *compiler, const micai_rewrite_node *call,
                              const char *signature, uint16_t *arguments, size_t *count)
{
    *count = 0;
    for (const micai_rewrite_node *argument = call->parts[0]; argument;
         argument = argument->next) {
        char wanted = kind_letter(argument->kind);
        if (signature)
            wanted = signature[*count];
        if (!wanted || wanted == '>' || *count == MICAI_REWRITE_MOST_ARGUMENTS) {
            fail(compiler, argument, "'%.*s' is one argument too many%s", "");
            return;
        }
        arguments[(*count)++] = compile_argument(compiler, argument, wanted);
    }
    if (signature && signature[*count] && signature[*count] != '>')
        fail(compiler, call, "'%.*s' takes more arguments%s", "");
}

static void check_result(micai_rewrite_compiler *compiler, const micai_rewrite_node *call,
                         const char *signature)
{
    const char *result = signature ? strchr(signature, '>') : NULL;
    const micai_rewrite_node *target = call->parts[1];
    if (!signature)
        return;
    if (!target && result)
        fail(compiler, call, "'%.*s' is a computation: name its result%s", "");
    else if (target && !result)
        fail(compiler, call, "'%.*s' is a condition and gives nothing%s", "");
    else if (target && result[1] != kind_letter(target->kind))
        fail(compiler, target, "'%.*s' is not of the kind that the function gives%s", "");
}

static void compile_call(micai_rewrite_compiler *compiler, const micai_rewrite_node *call)
{
    const mica_native_def *native = micai_native_find(NULL, 0, text_of(call));
    const char *signature = native ? native->signature : NULL;
    uint16_t arguments[MICAI_REWRITE_MOST_ARGUMENTS];
    size_t count;
    compile_arguments(compiler, call, signature, arguments, &count);
    check_result(compiler, call, signature);
    const micai_rewrite_node *target = call->parts[1];
    const uint16_t place = target ? new_register(compiler, target) : MICAI_MATCH_NONE;
    emit(compiler, MICAI_MATCH_CALL);
    emit(compiler, place);
    emit(compiler, intern(compiler, &compiler->natives, &compiler->native_count,
                          &compiler->native_capacity, text_of(call)));
    emit(compiler, call->kind == MICAI_REWRITE_NOT_CALL);
    emit(compiler, count);
    for (size_t i = 0; i < count; i++)
        emit(compiler, arguments[i]);
    if (target)
        bind(compiler, target, place);
}

// ---- rewrite
// ---------------------------------------------------------------------------------

enum { MOST_PARTS = 32 };

/// Registers of the attributes or types of a new op; literals are loaded first.
static size_t load_parts(micai_rewrite_compiler *compiler, const micai_rewrite_node *list,
                         bool are_types, uint16_t *places)
{
    size_t count = 0;
    for (; list; list = list->next) {
        const micai_rewrite_node *part = are_types ? list : list->parts[0];
        if (count == MOST_PARTS) {
            fail(compiler, part, "'%.*s' is one thing too many for an op%s", "");
            return count;
        }
        if (part->kind == MICAI_REWRITE_ATTR || part->kind == MICAI_REWRITE_TYPE)
            places[count++] = known_place(compiler, part);
        else
            places[count++] = are_types ? load_type(compiler, part) : load_attr(compiler, part);
    }
    return count;
}

static void compile_results(micai_rewrite_compiler *compiler, const micai_rewrite_node *op,
                            uint16_t place)
{
    emit(compiler, MICAI_MATCH_RESULTS);
    emit(compiler, place);
    emit(compiler, list_length(op->parts[0]));
    size_t index = 0;
    for (const micai_rewrite_node *result = op->parts[0]; result; result = result->next) {
        if (find_name(compiler, result))
            fail(compiler, result, "'%.*s' is already something else%s", "");
        const uint16_t value = new_register(compiler, result);
        emit(compiler, MICAI_MATCH_RESULT);
        emit(compiler, value);
        emit(compiler, place);
        emit(compiler, index++);
        capture(compiler, result, value);
    }
}

static void compile_new_op(micai_rewrite_compiler *compiler, const micai_rewrite_node *op)
{
    uint16_t attrs[MOST_PARTS], types[MOST_PARTS];
    const size_t attr_count = load_parts(compiler, op->parts[2], false, attrs);
    const size_t type_count = load_parts(compiler, op->parts[3], true, types);
    const uint16_t place = new_register(compiler, op);
    emit(compiler, MICAI_MATCH_CREATE);
    emit(compiler, place);
    emit(compiler, intern_name(compiler, text_of(op)));
    emit(compiler, list_length(op->parts[1]));
    emit(compiler, attr_count);
    const bool infers = !op->parts[3] && op->parts[0];
    emit(compiler, infers ? MICAI_MATCH_NONE : type_count);
    for (const micai_rewrite_node *operand = op->parts[1]; operand; operand = operand->next) {
        if (operand->kind == MICAI_REWRITE_EITHER || operand->parts[0])
            fail(compiler, operand, "'%.*s' only makes sense in a match%s", "");
        emit(compiler, known_place(compiler, operand));
        emit(compiler, operand->kind == MICAI_REWRITE_TAIL);
    }
    const micai_rewrite_node *entry = op->parts[2];
    for (size_t i = 0; i < attr_count; i++, entry = entry->next) {
        emit(compiler, intern_name(compiler, text_of(entry)));
        emit(compiler, attrs[i]);
    }
    for (size_t i = 0; i < type_count; i++)
        emit(compiler, types[i]);
    compile_results(compiler, op, place);
}

static void compile_ending(micai_rewrite_compiler *compiler, const micai_rewrite_node *ending)
{
    const size_t count = list_length(ending->parts[0]);
    const micai_rewrite_node *root = compiler->ops[compiler->op_count - 1];
    if (ending->kind == MICAI_REWRITE_REPLACE && count != list_length(root->parts[0]))
        fail(compiler, ending, "'%.*s' needs one value for each result of the root%s", "");
    emit(compiler, MICAI_MATCH_REPLACE);
    emit(compiler, count);
    for (const micai_rewrite_node *value = ending->parts[0]; value; value = value->next)
        emit(compiler, known_place(compiler, value));
    emit(compiler, MICAI_MATCH_END);
}

// ---- patterns
// --------------------------------------------------------------------------------

static void list_ops(micai_rewrite_compiler *compiler, const micai_rewrite_node *pattern)
{
    compiler->op_count = 0;
    for (const micai_rewrite_node *op = pattern->parts[0]; op; op = op->next) {
        if (compiler->op_count == MICAI_REWRITE_MOST_OPS) {
            fail(compiler, op, "'%.*s' is one op too many for a pattern%s", "");
            return;
        }
        compiler->is_matched[compiler->op_count] = false;
        compiler->ops[compiler->op_count++] = op;
    }
}

static void add_pattern(micai_rewrite_compiler *compiler, const micai_rewrite_node *pattern,
                        uint32_t start)
{
    const micai_rewrite_node *root = compiler->ops[compiler->op_count - 1];
    const uint16_t root_name = intern_name(compiler, text_of(root)); // may move the names
    if (!micai_array_reserve(compiler->allocator, (void **)&compiler->patterns,
                             &compiler->pattern_capacity, compiler->pattern_count + 1,
                             sizeof(micai_match_pattern))) {
        compiler->failed = true;
        return;
    }
    compiler->patterns[compiler->pattern_count++] = (micai_match_pattern){
        micai_arena_copy_text(&compiler->reader->arena, text_of(pattern)),
        compiler->names[root_name], pattern->number > 0 ? (uint32_t)pattern->number : 1, start,
        compiler->registers};
}

/// One variant: `swapped` says the order of each either. Returns how many eithers there are.
static uint32_t compile_variant(micai_rewrite_compiler *compiler,
                                const micai_rewrite_node *pattern, uint32_t swapped)
{
    const uint32_t start = (uint32_t)compiler->word_count;
    compiler->captured_count = 0;
    compiler->registers = 1;
    compiler->swapped = swapped;
    compiler->either_count = 0;
    list_ops(compiler, pattern);
    if (compiler->failed)
        return 0;
    match_op(compiler, compiler->op_count - 1, 0);
    for (size_t i = 0; i < compiler->op_count && !compiler->failed; i++)
        if (!compiler->is_matched[i])
            fail(compiler, compiler->ops[i], "'%.*s' can't be reached from the root%s", "");
    for (const micai_rewrite_node *call = pattern->parts[1]; call && !compiler->failed;
         call = call->next)
        compile_call(compiler, call);
    for (const micai_rewrite_node *action = pattern->parts[2]; action && !compiler->failed;
         action = action->next) {
        if (action->kind == MICAI_REWRITE_OP)
            compile_new_op(compiler, action);
        else
            compile_ending(compiler, action);
    }
    if (!compiler->failed)
        add_pattern(compiler, pattern, start);
    return compiler->either_count;
}

static void compile_pattern(micai_rewrite_compiler *compiler, const micai_rewrite_node *pattern)
{
    const uint32_t eithers = compile_variant(compiler, pattern, 0);
    if (eithers > MICAI_REWRITE_MOST_EITHERS) {
        fail(compiler, pattern, "'%.*s' has too many eithers%s", "");
        return;
    }
    for (uint32_t swapped = 1; swapped < (1u << eithers) && !compiler->failed; swapped++)
        compile_variant(compiler, pattern, swapped);
}

// ---- the program
// -----------------------------------------------------------------------------

/// A copy of a row in the program's own memory.
static const void *keep_row(micai_rewrite_compiler *compiler, const void *row, size_t size)
{
    void *copy = micai_arena_allocate(&compiler->reader->arena, size);
    if (!copy)
        compiler->failed = true;
    else if (size)
        memcpy(copy, row, size);
    return copy;
}

typedef struct loaded_program {
    mica_match_program program;
    micai_allocator allocator;
    micai_arena arena;
} loaded_program;

static mica_match_program *finish(micai_rewrite_compiler *compiler)
{
    const mica_match_program program = {
        sizeof(program),
        keep_row(compiler, compiler->patterns,
                 compiler->pattern_count * sizeof(*compiler->patterns)),
        keep_row(compiler, compiler->words, compiler->word_count * sizeof(uint16_t)),
        keep_row(compiler, compiler->names, compiler->name_count * sizeof(char *)),
        keep_row(compiler, compiler->literals,
                 compiler->literal_count * sizeof(*compiler->literals)),
        keep_row(compiler, compiler->natives, compiler->native_count * sizeof(char *)),
        (uint32_t)compiler->pattern_count,
        (uint32_t)compiler->word_count,
        (uint32_t)compiler->name_count,
        (uint32_t)compiler->literal_count,
        (uint32_t)compiler->native_count,
    };
    loaded_program *loaded = micai_allocate(compiler->allocator, sizeof(loaded_program));
    if (!loaded || compiler->failed) {
        micai_release(compiler->allocator, loaded, sizeof(loaded_program));
        return NULL;
    }
    loaded->program = program;
    loaded->allocator = *compiler->allocator;
    loaded->arena = compiler->reader->arena;
    loaded->arena.allocator = &loaded->allocator;
    compiler->reader->arena.chunks = NULL;
    return &loaded->program;
}

static void free_compiler(micai_rewrite_compiler *compiler)
{
    const micai_allocator *allocator = compiler->allocator;
    micai_release(allocator, compiler->words, compiler->word_capacity * sizeof(uint16_t));
    micai_release(allocator, compiler->names, compiler->name_capacity * sizeof(char *));
    micai_release(allocator, compiler->literals,
                  compiler->literal_capacity * sizeof(micai_match_literal));
    micai_release(allocator, compiler->natives, compiler->native_capacity * sizeof(char *));
    micai_release(allocator, compiler->patterns,
                  compiler->pattern_capacity * sizeof(micai_match_pattern));
}

mica_match_program *mica_match_program_load(mica_context *context, mica_string text,
                                            mica_string name)
{
    micai_rewrite_reader reader = {.context = context, .name = name};
    reader.arena = micai_arena_on(micai_context_allocator(context));
    reader.text = (mica_string){micai_arena_copy_text(&reader.arena, text), text.length};
    micai_rewrite_compiler *compiler =
        micai_allocate_zeroed(reader.arena.allocator, sizeof(micai_rewrite_compiler));
    mica_match_program *program = NULL;
    if (reader.text.data && compiler && micai_rewrite_read(&reader)) {
        compiler->reader = &reader;
        compiler->allocator = reader.arena.allocator;
        for (const micai_rewrite_node *pattern = reader.patterns; pattern;
             pattern = pattern->next) {
            compile_pattern(compiler, pattern);
            compiler->failed = false; // each pattern reports its own faults
        }
        compiler->failed = reader.failed;
        program = finish(compiler);
        free_compiler(compiler);
    }
    micai_release(reader.arena.allocator, compiler, sizeof(micai_rewrite_compiler));
    micai_arena_free(&reader.arena);
    if (!mica_context_out_of_memory(context))
        return program;
    mica_match_program_destroy(program); // it may lack parts
    return NULL;
}

void mica_match_program_destroy(mica_match_program *program)
{
    if (!program)
        return;
    loaded_program *loaded = (loaded_program *)program; // its first member
    micai_allocator allocator = loaded->allocator;
    loaded->arena.allocator = &allocator;
    micai_arena_free(&loaded->arena);
    micai_release(&allocator, loaded, sizeof(loaded_program));
}
