// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The section `types` -> mica_type_equation: names become value indices, expressions postfix
// programs, descriptions the words of the verifier.

#include "ir/definition/build_internal.h"
#include "ir/definition/dialect.h"

enum { MAX_STEPS = 32 };

int micai_find_value(const mica_op_def *definition, mica_string name)
{
    for (uint16_t i = 0; i < definition->operand_count; ++i) {
        if (mica_string_is(name, definition->operands[i].name))
            return i;
    }
    for (uint16_t i = 0; i < definition->result_count; ++i) {
        if (mica_string_is(name, definition->results[i].name))
            return (int)(i | MICA_VALUE_RESULT);
    }
    return -1;
}

int micai_find_attr(const mica_op_def *definition, mica_string name)
{
    for (uint16_t i = 0; i < definition->attr_count; ++i) {
        if (mica_string_is(name, definition->attrs[i].name))
            return i;
    }
    return -1;
}

/// The postfix program under construction.
typedef struct program {
    micai_build *build;
    const mica_op_def *definition;
    mica_type_expr steps[MAX_STEPS];
    uint16_t count;
} program;

static bool emit(program *p, const micai_expr *expr, mica_type_expr step)
{
    if (p->count == MAX_STEPS)
        return micai_build_error(p->build, expr->place, "type expression is too long");
    p->steps[p->count++] = step;
    return true;
}

static bool emit_code(program *p, const micai_expr *expr, mica_type_expr_code code,
                      uint16_t value, uint8_t extra)
{
    const mica_type_expr step = {(uint8_t)code, extra, value, NULL, NULL};
    return emit(p, expr, step);
}

static bool compile(program *p, const micai_expr *expr);

/// iN, siN, uiN: false when the name is none of them.
static bool read_integer(mica_string name, uint16_t *width, uint8_t *signedness)
{
    size_t i = 0;
    *signedness = MICA_SIGNLESS;
    if (name.length > 2 && (name.data[0] == 's' || name.data[0] == 'u')) {
        *signedness = name.data[0] == 's' ? MICA_SIGNED : MICA_UNSIGNED;
        i = 1;
    }
    if (i + 1 >= name.length || name.data[i] != 'i')
        return false;
    uint32_t value = 0;
    for (++i; i < name.length; ++i) {
        if (name.data[i] < '0' || name.data[i] > '9' || value > 6000)
            return false;
        value = value * 10 + (uint32_t)(name.data[i] - '0');
    }
    *width = (uint16_t)value;
    return value != 0;
}

static bool read_float(mica_string name, uint16_t *kind)
{
    static const struct {
        const char *name;
        mica_float_kind kind;
    } floats[] = {{"f16", MICA_FLOAT_F16},  {"bf16", MICA_FLOAT_BF16},
                  {"f32", MICA_FLOAT_F32},  {"f64", MICA_FLOAT_F64},
                  {"f80", MICA_FLOAT_F80},  {"f128", MICA_FLOAT_F128},
                  {"tf32", MICA_FLOAT_TF32}};
    for (size_t i = 0; i < sizeof floats / sizeof floats[0]; ++i) {
        if (mica_string_is(name, floats[i].name)) {
            *kind = (uint16_t)floats[i].kind;
            return true;
        }
    }
    return false;
}

static bool compile_name(program *p, const micai_expr *expr)
{
    uint16_t number = 0;
    uint8_t signedness = 0;
    const int value = micai_find_value(p->definition, expr->text);
    if (value >= 0)
        return emit_code(p, expr, MICA_TYPE_EXPR_VALUE, (uint16_t)value, 0);
    if (mica_string_is(expr->text, "none"))
        return emit_code(p, expr, MICA_TYPE_EXPR_NOTHING, 0, 0);
    if (mica_string_is(expr->text, "index"))
        return emit_code(p, expr, MICA_TYPE_EXPR_INDEX, 0, 0);
    if (read_float(expr->text, &number))
        return emit_code(p, expr, MICA_TYPE_EXPR_FLOAT, number, 0);
    if (read_integer(expr->text, &number, &signedness))
        return emit_code(p, expr, MICA_TYPE_EXPR_INTEGER, number, signedness);
    return micai_build_error(p->build, expr->place,
                             "'%.*s' is no operand, result or builtin type",
                             MICA_STRING_ARG(expr->text));
}

static bool compile_attr(program *p, const micai_expr *expr, mica_type_expr_code code)
{
    const int slot = micai_find_attr(p->definition, expr->children->text);
    if (slot < 0)
        return micai_build_error(p->build, expr->children->place, "no attribute '%.*s'",
                                 MICA_STRING_ARG(expr->children->text));
    return emit_code(p, expr, code, (uint16_t)slot, 0);
}

static bool compile_hook(program *p, const micai_expr *expr)
{
    const micai_expr *name = expr->children;
    mica_type_expr step = {MICA_TYPE_EXPR_HOOK, 0, 0, NULL, NULL};
    for (const micai_expr *argument = name->next; argument; argument = argument->next) {
        if (!compile(p, argument))
            return false;
        ++step.extra;
    }
    mica_hook hook;
    step.text = micai_build_qualified(p->build, name->text);
    if (!micai_build_find_hook(p->build, name->place, step.text, MICAI_HOOK_TYPE_EXPR, &hook))
        return false;
    memcpy(&step.hook, &hook.function, sizeof hook.function);
    return emit(p, expr, step);
}

static const struct {
    const char *name;
    mica_type_expr_code code;
    uint32_t arguments;
} functions[] = {
    {"element", MICA_TYPE_EXPR_ELEMENT, 1},
    {"with_element", MICA_TYPE_EXPR_WITH_ELEMENT, 2},
    {"inputs", MICA_TYPE_EXPR_INPUTS, 1},
    {"outputs", MICA_TYPE_EXPR_OUTPUTS, 1},
    {"copies", MICA_TYPE_EXPR_COPIES, 1},
    {"tensor_like", MICA_TYPE_EXPR_TENSOR_LIKE, 1},
    {"memref_like", MICA_TYPE_EXPR_MEMREF_LIKE, 1},
};

static bool compile_call(program *p, const micai_expr *expr)
{
    if (mica_string_is(expr->text, "hook") && expr->children)
        return compile_hook(p, expr);
    if (mica_string_is(expr->text, "attr_type") && expr->children)
        return compile_attr(p, expr, MICA_TYPE_EXPR_ATTR_TYPE);
    if (mica_string_is(expr->text, "attr_value") && expr->children)
        return compile_attr(p, expr, MICA_TYPE_EXPR_ATTR_VALUE);
    if (mica_string_is(expr->text, "i1_like") && expr->children)
        return compile(p, expr->children) &&
               emit_code(p, expr, MICA_TYPE_EXPR_INTEGER, 1, MICA_SIGNLESS) &&
               emit_code(p, expr, MICA_TYPE_EXPR_WITH_ELEMENT, 0, 0);
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; ++i) {
        if (!mica_string_is(expr->text, functions[i].name))
            continue;
        uint32_t count = 0;
        for (const micai_expr *argument = expr->children; argument; argument = argument->next) {
            if (!compile(p, argument))
                return false;
            ++count;
        }
        if (count != functions[i].arguments)
            break;
        return emit_code(p, expr, functions[i].code, 0, 0);
    }
    return micai_build_error(p->build, expr->place, "unknown or wrongly used function '%.*s'",
                             MICA_STRING_ARG(expr->text));
}

static bool compile(program *p, const micai_expr *expr)
{
    mica_type_expr text = {MICA_TYPE_EXPR_TEXT, 0, 0, NULL, NULL};
    switch (expr->kind) {
    case MICAI_EXPR_NAME:
        return compile_name(p, expr);
    case MICAI_EXPR_CALL:
        return compile_call(p, expr);
    case MICAI_EXPR_TICKS:
        text.text = micai_build_text(p->build, expr->text);
        return emit(p, expr, text);
    default:
        return micai_build_error(p->build, expr->place, "expected a type expression");
    }
}

// ---- equations
// -------------------------------------------------------------------------------

static bool build_match(micai_build *b, const micai_entry *entry, const mica_op_def *definition,
                        mica_type_equation *equation)
{
    program p = {.build = b, .definition = definition};
    const int target = micai_find_value(definition, entry->name);
    if (target < 0)
        return micai_build_error(b, entry->place, "'%.*s' is no operand or result",
                                 MICA_STRING_ARG(entry->name));
    if (!compile(&p, entry->expr))
        return false;
    mica_type_expr *steps = micai_build_allocate(b, p.count, sizeof *steps);
    if (!steps)
        return false;
    memcpy(steps, p.steps, p.count * sizeof *steps);
    equation->kind = MICA_EQUATION_MATCH;
    equation->is_infer = entry->is_infer;
    equation->target = (uint16_t)target;
    equation->count = p.count;
    equation->expr = steps;
    equation->description =
        entry->doc ? entry->doc
                   : micai_build_format(b, "type of '%.*s' follows from its operands",
                                        MICA_STRING_ARG(entry->name));
    return true;
}

static const struct {
    const char *name;
    mica_type_equation_kind kind;
    const char *what;
} relations[] = {
    {"same", MICA_EQUATION_SAME, "type"},
    {"same_element", MICA_EQUATION_SAME_ELEMENT, "element type"},
    {"same_shape", MICA_EQUATION_SAME_SHAPE, "shape"},
    {"same_rank", MICA_EQUATION_SAME_RANK, "rank"},
};

static bool build_members(micai_build *b, const micai_entry *entry,
                          const mica_op_def *definition, mica_type_equation *equation,
                          const char *what)
{
    uint16_t count = 0;
    for (const micai_expr *name = entry->expr->children; name; name = name->next)
        ++count;
    uint16_t *members = micai_build_allocate(b, count, sizeof *members);
    const char *list = "";
    if (!members)
        return false;
    for (const micai_expr *name = entry->expr->children; name; name = name->next) {
        const int value = micai_find_value(definition, name->text);
        if (value < 0)
            return micai_build_error(b, name->place, "'%.*s' is no operand or result",
                                     MICA_STRING_ARG(name->text));
        members[equation->count++] = (uint16_t)value;
        list = micai_build_format(b, "%s%s%.*s", list, *list ? ", " : "",
                                  MICA_STRING_ARG(name->text));
    }
    equation->members = members;
    equation->description = micai_build_format(b, "all of {%s} have same %s", list, what);
    return true;
}

static bool build_equation(micai_build *b, const micai_entry *entry,
                           const mica_op_def *definition, mica_type_equation *equation)
{
    if (entry->target)
        return build_match(b, entry, definition, equation);
    for (size_t i = 0; i < sizeof relations / sizeof relations[0]; ++i) {
        if (!mica_string_is(entry->name, relations[i].name))
            continue;
        equation->kind = (uint8_t)relations[i].kind;
        if (!build_members(b, entry, definition, equation, relations[i].what))
            return false;
        if (entry->doc)
            equation->description = entry->doc;
        return true;
    }
    return micai_build_error(b, entry->place, "unknown equation '%.*s'",
                             MICA_STRING_ARG(entry->name));
}

bool micai_build_equations(micai_build *b, const micai_item *item, mica_op_def *definition)
{
    const micai_entry_list *list = micai_item_entries(item, TOKEN_TYPES);
    mica_type_equation *equations = micai_build_allocate(b, list->count, sizeof *equations);
    if (!equations)
        return false;
    bool good = true;
    uint32_t count = 0;
    for (const micai_entry *entry = list->first; entry; entry = entry->next)
        good &= build_equation(b, entry, definition, &equations[count++]);
    definition->equations = list->count ? equations : NULL;
    definition->equation_count = list->count;
    return good;
}
