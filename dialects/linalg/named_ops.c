// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Named ops, read off named_op_table.h: indexing maps, iterator types, and an interpreter of
// the postfix programs that say what a body computes. All of a region's ops have an unknown
// location, as MLIR's have.
//
//   linalg.matmul    "$2 $0 cast $1 cast mul add"
//     ^bb0(%a: f16, %b: f16, %c: f32):
//       %0 = arith.extf %a    %1 = arith.extf %b    %2 = arith.mulf %0, %1
//       %3 = arith.addf %c, %2
//       linalg.yield %3
#include "dialects/linalg/linalg_internal.h"
#include "dialects/linalg/named_op_table.h"

#include "ir/core/affine.h"
#include "ir/core/context.h"

// ---- maps
// ------------------------------------------------------------------------------------

/// Element `index` of an i64 elements attribute named strides or dilations; 1 when unset.
static int64_t factor(mica_op *op, char which, size_t index)
{
    const mica_attr *attr = mica_op_attr(op, which == 'S' ? "strides" : "dilations");
    if (!mica_attr_is(attr, MICA_ATTR_DENSE_ELEMENTS) ||
        (int64_t)index >= mica_type_element_count(mica_attr_type(attr)))
        return 1;
    return mica_integer_attr_value(mica_dense_elements_attr_element(attr, (int64_t)index));
}

/// A sum of loops, each times a factor: `b*S0+e*D0`. Advances `text` behind it.
static const mica_affine_expr *read_sum(mica_op *op, const char **text)
{
    mica_context *context = mica_op_context(op);
    const mica_affine_expr *sum = NULL;
    do {
        if (**text == '+')
            ++*text;
        const mica_affine_expr *term = mica_affine_dim_get(context, (uint32_t)(**text - 'a'));
        ++*text;
        if (**text == '*') {
            int64_t number = factor(op, (*text)[1], (size_t)((*text)[2] - '0'));
            term = mica_affine_binary_get(MICA_AFFINE_MUL, term,
                                          mica_affine_constant_get(context, number));
            *text += 3;
        }
        sum = sum ? mica_affine_binary_get(MICA_AFFINE_ADD, sum, term) : term;
    } while (**text == '+');
    return sum;
}

enum { MOST_MAPS = 8, MOST_RESULTS = 16 };

/// The map up to the next `;`, which is passed over.
static const mica_attr *read_map(mica_op *op, uint32_t loops, const char **text)
{
    const mica_affine_expr *results[MOST_RESULTS];
    size_t count = 0;
    while (**text && **text != ';') {
        if (**text == ' ')
            ++*text;
        else
            results[count++] = read_sum(op, text);
    }
    if (**text == ';')
        ++*text;
    return mica_affine_map_get(mica_op_context(op), loops, 0, results, count);
}

/// Identity for operands with dimensions, nothing for those without.
static const mica_attr *elementwise_maps(mica_op *op)
{
    mica_context *context = mica_op_context(op);
    mica_value *init = mica_op_operand(op, mica_op_operand_count(op) - 1);
    uint32_t rank = (uint32_t)mica_type_rank(mica_value_type(init));
    size_t count = mica_op_operand_count(op);
    const mica_attr *inline_maps[MOST_MAPS], **maps = inline_maps;
    if (count > MOST_MAPS)
        maps = mica_malloc(count * sizeof *maps);
    if (!maps)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        bool is_scalar = mica_type_rank(mica_value_type(mica_op_operand(op, i))) == 0;
        maps[i] = is_scalar ? mica_affine_map_get(context, rank, 0, NULL, 0)
                            : mica_affine_map_identity(context, rank);
    }
    const mica_attr *attr = mica_array_attr_get(context, maps, count);
    if (maps != inline_maps)
        mica_free(maps);
    return attr;
}

const mica_attr *micai_linalg_named_maps(mica_op *op, const mica_linalg_named_op *named)
{
    if (*named->maps == '*')
        return elementwise_maps(op);
    const mica_attr *maps[MOST_MAPS];
    const char *text = named->maps;
    for (size_t i = 0; i < named->operand_count; i++)
        maps[i] = read_map(op, (uint32_t)strlen(named->iterators), &text);
    return mica_array_attr_get(mica_op_context(op), maps, named->operand_count);
}

static const mica_attr *named_maps(mica_op *op)
{
    const mica_attr *memoized = mica_op_attr(op, MICAI_LINALG_MEMOIZED_MAPS);
    if (memoized)
        return memoized;
    return micai_linalg_named_maps(op, mica_structured_get(op)->named);
}

static size_t named_loop_count(mica_op *op)
{
    const char *iterators = mica_structured_get(op)->named->iterators;
    if (*iterators != '*')
        return strlen(iterators);
    mica_value *init = mica_op_operand(op, mica_op_operand_count(op) - 1);
    return mica_type_rank(mica_value_type(init));
}

static bool named_is_parallel(mica_op *op, size_t loop)
{
    const char *iterators = mica_structured_get(op)->named->iterators;
    return *iterators == '*' || iterators[loop] == 'p';
}

// clang-format off
#define NAMED(name, operands, iterators, maps, body)                                           \
    static const mica_linalg_named_op named_##name = {                                         \
        "linalg." #name, operands, iterators, maps, body};                                     \
    const mica_structured micai_linalg_##name##_structured = {                                 \
        sizeof(mica_structured), named_maps, named_loop_count, named_is_parallel,              \
        micai_linalg_second_spec, true, &named_##name};
MICAI_LINALG_NAMED_OPS(NAMED)
#undef NAMED
// clang-format on

// ---- bodies
// ----------------------------------------------------------------------------------

/// The state of the interpreter: what is built, and its stack of values.
typedef struct body_builder {
    mica_op *op;
    mica_context *context;
    mica_block *block;
    mica_value *stack[8];
    size_t depth;
} body_builder;

static void push(body_builder *body, mica_value *value)
{
    body->stack[body->depth++] = value;
}

static mica_value *pop(body_builder *body)
{
    return body->stack[--body->depth];
}

/// Appends an op with one result; its attribute `name`, if not NULL, is `attr`.
static mica_value *emit(body_builder *body, const char *op, mica_value *const *operands,
                        size_t count, const mica_type *type, const char *name,
                        const mica_attr *attr)
{
    mica_op_state state;
    mica_op_state_init(&state, body->context, op, (mica_location){0});
    mica_op_state_add_operands(&state, operands, count);
    mica_op_state_add_result(&state, type);
    if (name)
        mica_op_state_set_attr(&state, name, attr);
    mica_op *made = mica_op_create(&state);
    if (!made)
        return operands[0];
    mica_block_append(body->block, made);
    return mica_op_result(made, 0);
}

/// Classes of element types, which select the op that computes a function.
typedef enum element_class {
    ELEMENT_FLOAT,
    ELEMENT_INTEGER,
    ELEMENT_BOOL,
    ELEMENT_COMPLEX
} element_class;

static element_class classify(const mica_type *type)
{
    if (mica_type_get_kind(type) == MICA_TYPE_COMPLEX)
        return ELEMENT_COMPLEX;
    if (mica_type_is_float(type))
        return ELEMENT_FLOAT;
    return mica_type_is_signless(type, 1) ? ELEMENT_BOOL : ELEMENT_INTEGER;
}

/// Function, then its op on floats, integers, booleans and complex numbers; NULL: there is
/// none.
// clang-format off
static const struct { const char *name, *ops[4]; } binary_functions[] = {
    {"add",          {"arith.addf",     "arith.addi",  "arith.ori",   "complex.add"}},
    {"sub",          {"arith.subf",     "arith.subi",  NULL,          "complex.sub"}},
    {"mul",          {"arith.mulf",     "arith.muli",  "arith.andi",  "complex.mul"}},
    {"div",          {"arith.divf",     "arith.divsi", NULL,          "complex.div"}},
    {"div_unsigned", {NULL,             "arith.divui", NULL,          NULL}},
    {"max_signed",   {"arith.maximumf", "arith.maxsi", "arith.maxsi", NULL}},
    {"min_signed",   {"arith.minimumf", "arith.minsi", "arith.minsi", NULL}},
    {"max_unsigned", {"arith.maximumf", "arith.maxui", "arith.maxui", NULL}},
    {"min_unsigned", {"arith.minimumf", "arith.minui", "arith.minui", NULL}},
    {"powf",         {"math.powf",      NULL,          NULL,          NULL}},
};
static const struct { const char *name, *op; } unary_functions[] = {
    {"exp",   "math.exp"},   {"log",  "math.log"},  {"abs",   "math.absf"},
    {"ceil",  "math.ceil"},  {"erf",  "math.erf"},  {"floor", "math.floor"},
    {"round", "math.round"}, {"sqrt", "math.sqrt"}, {"rsqrt", "math.rsqrt"},
    {"tanh",  "math.tanh"},  {"negf", "arith.negf"},
};
// clang-format on

static bool emit_binary(body_builder *body, mica_string name)
{
    for (size_t i = 0; i < sizeof binary_functions / sizeof *binary_functions; i++) {
        if (!mica_string_is(name, binary_functions[i].name))
            continue;
        mica_value *right = pop(body), *left = pop(body);
        const mica_type *type = mica_value_type(left);
        const char *op = binary_functions[i].ops[classify(type)];
        mica_value *const operands[] = {left, right};
        push(body, op ? emit(body, op, operands, 2, type, NULL, NULL) : left);
        return true;
    }
    return false;
}

static mica_value *emit_constant(body_builder *body, const mica_attr *value)
{
    return emit(body, "arith.constant", NULL, 0, mica_attr_type(value), "value", value);
}

static bool emit_unary(body_builder *body, mica_string name)
{
    mica_value *argument = body->depth ? body->stack[body->depth - 1] : NULL;
    const mica_type *type = argument ? mica_value_type(argument) : NULL;
    if (mica_string_is(name, "reciprocal")) {
        mica_value *one = emit_constant(body, mica_float_attr_get(type, 1.0));
        mica_value *const operands[] = {one, pop(body)};
        push(body, emit(body, "arith.divf", operands, 2, type, NULL, NULL));
        return true;
    }
    if (mica_string_is(name, "square")) {
        mica_value *const operands[] = {argument, pop(body)};
        push(body, emit(body, "arith.mulf", operands, 2, type, NULL, NULL));
        return true;
    }
    for (size_t i = 0; i < sizeof unary_functions / sizeof *unary_functions; i++) {
        if (!mica_string_is(name, unary_functions[i].name))
            continue;
        mica_value *const operands[] = {pop(body)};
        push(body, emit(body, unary_functions[i].op, operands, 1, type, NULL, NULL));
        return true;
    }
    return false;
}

/// The op that converts a scalar; NULL when none is needed or none is known.
static const char *conversion(const mica_type *from, const mica_type *to, bool is_unsigned)
{
    uint32_t from_width = mica_type_bit_width(from), to_width = mica_type_bit_width(to);
    if (from == to)
        return NULL;
    if (mica_type_is_integer(to)) {
        if (mica_type_is_float(from))
            return is_unsigned ? "arith.fptoui" : "arith.fptosi";
        if (mica_type_is_index(from))
            return "arith.index_cast";
        if (!mica_type_is_integer(from) || from_width == to_width)
            return NULL;
        if (to_width < from_width)
            return "arith.trunci";
        return is_unsigned ? "arith.extui" : "arith.extsi";
    }
    if (!mica_type_is_float(to))
        return NULL;
    if (mica_type_is_integer(from))
        return is_unsigned ? "arith.uitofp" : "arith.sitofp";
    if (!mica_type_is_float(from) || from_width == to_width)
        return NULL;
    return to_width > from_width ? "arith.extf" : "arith.truncf";
}

static void emit_cast(body_builder *body, const mica_type *to, bool is_unsigned)
{
    mica_value *const operands[] = {pop(body)};
    const char *op = conversion(mica_value_type(operands[0]), to, is_unsigned);
    push(body, op ? emit(body, op, operands, 1, to, NULL, NULL) : operands[0]);
}

/// Keyword of an enum attribute of the op, `otherwise` when it is unset.
static const char *keyword_of(const mica_op *op, const char *name,
                              const mica_enum_def *definition, const char *otherwise)
{
    const mica_attr *attr = mica_op_attr(op, name);
    if (!mica_attr_is(attr, MICA_ATTR_DIALECT))
        return otherwise;
    const char *keyword = mica_enum_keyword(definition, (int64_t)mica_attr_param(attr, 0));
    return keyword ? keyword : otherwise;
}

static bool casts_unsigned(const mica_op *op)
{
    return strcmp(keyword_of(op, "cast", &mica_linalg_type_fn_enum, "cast_signed"),
                  "cast_unsigned") == 0;
}

static mica_string function_of(const mica_op *op)
{
    bool is_unary = mica_op_is(op, &mica_linalg_elemwise_unary_kind);
    return mica_string_from(is_unary
                                ? keyword_of(op, "fun", &mica_linalg_unary_fn_enum, "exp")
                                : keyword_of(op, "fun", &mica_linalg_binary_fn_enum, "add"));
}

/// `7:i64` or `1.5:f64`.
static const mica_attr *read_constant(mica_context *context, const char *text)
{
    const char *type = strchr(text, ':') + 1;
    if (strncmp(type, "f64", 3) == 0)
        return mica_float_attr_get(mica_float_type_get(context, MICA_FLOAT_F64),
                                   strtod(text, NULL));
    return mica_i64_attr_get(context, strtoll(text, NULL, 10));
}

static bool starts_with(mica_string word, const char *text)
{
    return word.length >= strlen(text) && memcmp(word.data, text, strlen(text)) == 0;
}

/// Loop numbers, constants and conversions to a given type: what only random numbers need.
static bool execute_rare_word(body_builder *body, mica_string word)
{
    mica_context *context = body->context;
    if (starts_with(word, "index(")) {
        const mica_attr *dim = mica_i64_attr_get(context, strtoll(word.data + 6, NULL, 10));
        push(body,
             emit(body, "linalg.index", NULL, 0, mica_index_type_get(context), "dim", dim));
    } else if (mica_string_is(word, "cast_i32")) {
        emit_cast(body, mica_integer_type_get(context, 32, MICA_SIGNLESS), false);
    } else if (mica_string_is(word, "cast_f64")) {
        emit_cast(body, mica_float_type_get(context, MICA_FLOAT_F64), false);
    } else if (word.data[0] >= '0' && word.data[0] <= '9') {
        push(body, emit_constant(body, read_constant(context, word.data)));
    } else {
        return false;
    }
    return true;
}

static void execute(body_builder *body, mica_string word)
{
    size_t arguments = mica_block_argument_count(body->block);
    const mica_type *output = mica_value_type(mica_block_argument(body->block, arguments - 1));
    if (word.data[0] == '$') {
        push(body, mica_block_argument(body->block, (size_t)(word.data[1] - '0')));
    } else if (mica_string_is(word, "cast")) {
        emit_cast(body, output, casts_unsigned(body->op));
    } else if (mica_string_is(word, "ucast")) {
        emit_cast(body, output, true);
    } else if (mica_string_is(word, "select")) {
        mica_value *otherwise = pop(body), *then = pop(body), *condition = pop(body);
        mica_value *const operands[] = {condition, then, otherwise};
        push(body, emit(body, "arith.select", operands, 3, mica_value_type(then), NULL, NULL));
    } else {
        mica_string name = mica_string_is(word, "fun") ? function_of(body->op) : word;
        if (!execute_rare_word(body, name) && !emit_binary(body, name))
            emit_unary(body, name);
    }
}

/// False when out of memory: arguments or values may be missing then.
static bool execute_program(body_builder *body, const char *program)
{
    while (*program && !mica_context_out_of_memory(body->context)) {
        size_t length = strcspn(program, " ");
        execute(body, (mica_string){program, length});
        program += length + (program[length] == ' ');
    }
    return !mica_context_out_of_memory(body->context);
}

void micai_linalg_build_named_region(mica_op *op)
{
    const mica_linalg_named_op *named = mica_structured_get(op)->named;
    mica_context *context = mica_op_context(op);
    if (mica_op_operand_count(op) != named->operand_count || mica_op_region_count(op) != 1 ||
        !mica_region_is_empty(mica_op_region(op, 0)))
        return;
    body_builder body = {.op = op, .context = context, .block = mica_block_create(context)};
    if (!body.block)
        return;
    mica_region_append(mica_op_region(op, 0), body.block);
    for (size_t i = 0; i < named->operand_count; i++)
        mica_block_add_argument(body.block,
                                micai_linalg_body_type(mica_value_type(mica_op_operand(op, i))),
                                (mica_location){0});
    if (!execute_program(&body, named->body))
        return;
    mica_op_state state;
    mica_op_state_init(&state, context, "linalg.yield", (mica_location){0});
    mica_op_state_add_operand(&state, pop(&body));
    mica_op *yield = mica_op_create(&state);
    if (yield)
        mica_block_append(body.block, yield);
    if (*named->maps != '*')
        mica_op_set_attr(op, MICAI_LINALG_MEMOIZED_MAPS, micai_linalg_named_maps(op, named));
}
