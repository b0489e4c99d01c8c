// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constraint expressions -> mica_constraint trees. Named constraints without arguments are made
// once and shared; with arguments they are made anew for each use, the arguments standing in an
// environment. Descriptions are put together as MLIR words them.

#include "ir/core/affine.h"
#include "ir/definition/build_internal.h"
#include "ir/definition/dialect.h"

enum { MAX_DEPTH = 64, MAX_ARGUMENTS = 4 };

/// Arguments of the named constraint that is being made.
typedef struct environment {
    const micai_entry *names[MAX_ARGUMENTS];
    const mica_constraint *values[MAX_ARGUMENTS]; ///< NULL for numbers
    int64_t numbers[MAX_ARGUMENTS];
    uint32_t count;
} environment;

static mica_constraint *build(micai_build *b, const micai_expr *expr, bool of_attr,
                              const environment *env);

static mica_constraint *make(micai_build *b, mica_constraint_kind kind, const char *description)
{
    mica_constraint *made = micai_build_allocate(b, 1, sizeof *made);
    if (!made)
        return NULL;
    made->kind = kind;
    made->description = description;
    return made;
}

static int find_argument(const environment *env, mica_string name)
{
    for (uint32_t i = 0; env && i < env->count; ++i) {
        if (mica_string_equal(env->names[i]->name, name))
            return (int)i;
    }
    return -1;
}

static uint32_t count_children(const micai_expr *expr)
{
    uint32_t count = 0;
    for (const micai_expr *child = expr->children; child; child = child->next)
        ++count;
    return count;
}

static bool check_argument_count(micai_build *b, const micai_expr *expr, uint32_t least,
                                 uint32_t most)
{
    const uint32_t count = count_children(expr);
    if (count >= least && count <= most)
        return true;
    return micai_build_error(b, expr->place, "'%.*s' takes %u to %u arguments, %u given",
                             MICA_STRING_ARG(expr->text), least, most, count);
}

/// A number, or the name of a number argument.
static bool read_number(micai_build *b, const micai_expr *expr, const environment *env,
                        int64_t *value)
{
    if (expr->kind == MICAI_EXPR_NUMBER) {
        *value = expr->number;
        return true;
    }
    const int index = expr->kind == MICAI_EXPR_NAME ? find_argument(env, expr->text) : -1;
    if (index >= 0 && !env->values[index]) {
        *value = env->numbers[index];
        return true;
    }
    return micai_build_error(b, expr->place, "expected a number");
}

// ---- primitives
// ------------------------------------------------------------------------------

typedef struct named_value {
    const char *name;
    int64_t value;
} named_value;

static const named_value type_kinds[] = {
    {"integer", MICA_TYPE_INTEGER},
    {"index", MICA_TYPE_INDEX},
    {"float", MICA_TYPE_FLOAT},
    {"none", MICA_TYPE_NONE},
    {"complex", MICA_TYPE_COMPLEX},
    {"function", MICA_TYPE_FUNCTION},
    {"tuple", MICA_TYPE_TUPLE},
    {"vector", MICA_TYPE_VECTOR},
    {"ranked_tensor", MICA_TYPE_RANKED_TENSOR},
    {"unranked_tensor", MICA_TYPE_UNRANKED_TENSOR},
    {"memref", MICA_TYPE_MEMREF},
    {"unranked_memref", MICA_TYPE_UNRANKED_MEMREF},
    {"opaque", MICA_TYPE_OPAQUE},
    {NULL, 0},
};

static const named_value attr_kinds[] = {
    {"unit", MICA_ATTR_UNIT},
    {"integer", MICA_ATTR_INTEGER},
    {"float", MICA_ATTR_FLOAT},
    {"string", MICA_ATTR_STRING},
    {"type", MICA_ATTR_TYPE},
    {"array", MICA_ATTR_ARRAY},
    {"dictionary", MICA_ATTR_DICTIONARY},
    {"symbol_ref", MICA_ATTR_SYMBOL_REF},
    {"affine_map", MICA_ATTR_AFFINE_MAP},
    {"integer_set", MICA_ATTR_INTEGER_SET},
    {"strided_layout", MICA_ATTR_STRIDED_LAYOUT},
    {"dense_array", MICA_ATTR_DENSE_ARRAY},
    {"dense_elements", MICA_ATTR_DENSE_ELEMENTS},
    {"dense_strings", MICA_ATTR_DENSE_STRINGS},
    {"dense_resource", MICA_ATTR_DENSE_RESOURCE},
    {"sparse_elements", MICA_ATTR_SPARSE_ELEMENTS},
    {"opaque", MICA_ATTR_OPAQUE},
    {"distinct", MICA_ATTR_DISTINCT},
    {"location", MICA_ATTR_LOCATION_UNKNOWN},
    {NULL, 0},
};

static const named_value float_kinds[] = {
    {"f16", MICA_FLOAT_F16},
    {"bf16", MICA_FLOAT_BF16},
    {"tf32", MICA_FLOAT_TF32},
    {"f32", MICA_FLOAT_F32},
    {"f64", MICA_FLOAT_F64},
    {"f80", MICA_FLOAT_F80},
    {"f128", MICA_FLOAT_F128},
    {"f8E5M2", MICA_FLOAT_F8E5M2},
    {"f8E4M3", MICA_FLOAT_F8E4M3},
    {"f8E4M3FN", MICA_FLOAT_F8E4M3FN},
    {"f8E5M2FNUZ", MICA_FLOAT_F8E5M2FNUZ},
    {"f8E4M3FNUZ", MICA_FLOAT_F8E4M3FNUZ},
    {"f8E4M3B11FNUZ", MICA_FLOAT_F8E4M3B11FNUZ},
    {"f8E3M4", MICA_FLOAT_F8E3M4},
    {"f4E2M1FN", MICA_FLOAT_F4E2M1FN},
    {"f8E8M0FNU", MICA_FLOAT_F8E8M0FNU},
    {NULL, 0},
};

static bool read_named(micai_build *b, const micai_expr *expr, const named_value *table,
                       int64_t *value)
{
    for (; expr->kind == MICAI_EXPR_NAME && table->name; ++table) {
        if (mica_string_is(expr->text, table->name)) {
            *value = table->value;
            return true;
        }
    }
    return micai_build_error(b, expr->place, "unknown kind '%.*s'",
                             MICA_STRING_ARG(expr->text));
}

static mica_constraint *with_child(micai_build *b, mica_constraint *made,
                                   const mica_constraint *child)
{
    const mica_constraint **children = micai_build_allocate(b, 1, sizeof *children);
    if (!made || !child || !children)
        return NULL;
    children[0] = child;
    made->children = children;
    made->child_count = 1;
    return made;
}

typedef struct primitive primitive;
typedef mica_constraint *(*primitive_fn)(micai_build *b, const primitive *p,
                                         const micai_expr *expr, bool of_attr,
                                         const environment *env);
struct primitive {
    const char *name;
    primitive_fn build;
    mica_constraint_kind kind;
    uint32_t least, most; ///< arguments
    int64_t value;
    const char *description; ///< NULL: put together
};

static mica_constraint *build_plain(micai_build *b, const primitive *p, const micai_expr *expr,
                                    bool of_attr, const environment *env)
{
    (void)expr, (void)of_attr, (void)env;
    mica_constraint *made = make(b, p->kind, p->description);
    if (made)
        made->value = p->value;
    return made;
}

static mica_constraint *build_kind(micai_build *b, const primitive *p, const micai_expr *expr,
                                   bool of_attr, const environment *env)
{
    (void)of_attr, (void)env;
    const bool is_attr = p->kind == MICA_CONSTRAINT_ATTR_KIND;
    const micai_expr *name = expr->children;
    mica_constraint *made = make(b, p->kind,
                                 micai_build_format(b, "%.*s%s", MICA_STRING_ARG(name->text),
                                                    is_attr ? " attribute" : ""));
    return made && read_named(b, name, is_attr ? attr_kinds : type_kinds, &made->value) ? made
                                                                                        : NULL;
}

static mica_constraint *build_int(micai_build *b, const primitive *p, const micai_expr *expr,
                                  bool of_attr, const environment *env)
{
    (void)of_attr;
    static const named_value names[] = {
        {"signless", MICA_SIGNLESS}, {"signed", MICA_SIGNED}, {"unsigned", MICA_UNSIGNED}, {0}};
    mica_constraint *made = make(b, p->kind, "integer");
    const micai_expr *child = expr->children;
    if (!made || (child && !read_number(b, child, env, &made->value)))
        return NULL;
    for (child = child ? child->next : NULL; child; child = child->next) {
        int64_t signedness = 0;
        if (!read_named(b, child, names, &signedness))
            return NULL;
        made->extra |= INT64_C(1) << signedness;
    }
    if (made->value)
        made->description = micai_build_format(b, "%d-bit integer", (int)made->value);
    return made;
}

static mica_constraint *build_float(micai_build *b, const primitive *p, const micai_expr *expr,
                                    bool of_attr, const environment *env)
{
    (void)of_attr, (void)env;
    mica_constraint *made = make(b, p->kind, "floating-point");
    if (!made)
        return NULL;
    made->value = -1;
    if (!expr->children)
        return made;
    made->description =
        micai_build_format(b, "%.*s type", MICA_STRING_ARG(expr->children->text));
    return read_named(b, expr->children, float_kinds, &made->value) ? made : NULL;
}

static mica_constraint *build_named_text(micai_build *b, const primitive *p,
                                         const micai_expr *expr, bool of_attr,
                                         const environment *env)
{
    (void)of_attr, (void)env;
    const micai_expr *name = expr->children;
    mica_constraint *made =
        make(b, p->kind, micai_build_format(b, p->description, MICA_STRING_ARG(name->text)));
    if (!made)
        return NULL;
    made->text = micai_build_text(b, name->text);
    if (p->kind != MICA_CONSTRAINT_STRING_IS && p->kind != MICA_CONSTRAINT_DIALECT_TYPE &&
        !strchr(made->text, '.')) {
        micai_build_error(b, name->place, "expected a name with its dialect, as in 'llvm.ptr'");
        return NULL;
    }
    return made;
}

/// element(c), attr_type(c), array_of(c) ...: `value` says whether the child is of attributes.
static mica_constraint *build_nested(micai_build *b, const primitive *p, const micai_expr *expr,
                                     bool of_attr, const environment *env)
{
    (void)of_attr;
    const mica_constraint *child = build(b, expr->children, p->value != 0, env);
    if (!child)
        return NULL;
    const mica_string words = mica_string_from(child->description);
    return with_child(
        b, make(b, p->kind, micai_build_format(b, p->description, MICA_STRING_ARG(words))),
        child);
}

static mica_constraint *build_rank(micai_build *b, const primitive *p, const micai_expr *expr,
                                   bool of_attr, const environment *env)
{
    (void)of_attr;
    mica_constraint *made = make(b, p->kind, p->description);
    if (!made || !read_number(b, expr->children, env, &made->value))
        return NULL;
    const micai_expr *most = expr->children->next;
    made->extra = made->value;
    if (most && most->kind == MICAI_EXPR_STAR)
        made->extra = -1;
    else if (most && !read_number(b, most, env, &made->extra))
        return NULL;
    return made;
}

static mica_constraint *build_bound(micai_build *b, const primitive *p, const micai_expr *expr,
                                    bool of_attr, const environment *env)
{
    (void)of_attr;
    mica_constraint *made = make(b, p->kind, NULL);
    if (!made || !read_number(b, expr->children, env, &made->value))
        return NULL;
    made->description = micai_build_format(b, p->description, (int)made->value);
    return made;
}

static mica_constraint *build_hook(micai_build *b, const primitive *p, const micai_expr *expr,
                                   bool of_attr, const environment *env)
{
    (void)env;
    mica_constraint *made = make(b, p->kind, micai_build_text(b, expr->children->text));
    mica_hook hook;
    if (!made)
        return NULL;
    made->text = micai_build_qualified(b, expr->children->text);
    if (!micai_build_find_hook(b, expr->place, made->text,
                               of_attr ? MICAI_HOOK_ATTR_PREDICATE : MICAI_HOOK_TYPE_PREDICATE,
                               &hook))
        return NULL;
    if (of_attr)
        memcpy(&made->attr_hook, &hook.function, sizeof hook.function);
    else
        memcpy(&made->type_hook, &hook.function, sizeof hook.function);
    return made;
}

static const primitive primitives[] = {
    {"any", build_plain, MICA_CONSTRAINT_ANY, 0, 0, 0, "any type"},
    {"shaped", build_plain, MICA_CONSTRAINT_SHAPED, 0, 0, 0, "shaped"},
    {"static_shape", build_plain, MICA_CONSTRAINT_STATIC_SHAPE, 0, 0, 0, "statically shaped"},
    {"scalable", build_plain, MICA_CONSTRAINT_SCALABLE, 0, 0, 1, "scalable vector"},
    {"fixed", build_plain, MICA_CONSTRAINT_SCALABLE, 0, 0, 0, "fixed-length vector"},
    {"kind", build_kind, MICA_CONSTRAINT_TYPE_KIND, 1, 1, 0, NULL},
    {"attr_kind", build_kind, MICA_CONSTRAINT_ATTR_KIND, 1, 1, 0, NULL},
    {"int", build_int, MICA_CONSTRAINT_INTEGER_TYPE, 0, 4, 0, NULL},
    {"float", build_float, MICA_CONSTRAINT_FLOAT_TYPE, 0, 1, 0, NULL},
    {"type", build_named_text, MICA_CONSTRAINT_TYPE_DEF, 1, 1, 0, "%.*s type"},
    {"types_of", build_named_text, MICA_CONSTRAINT_DIALECT_TYPE, 1, 1, 0, "%.*s type"},
    {"attr", build_named_text, MICA_CONSTRAINT_ATTR_DEF, 1, 1, 0, "%.*s attribute"},
    {"string", build_named_text, MICA_CONSTRAINT_STRING_IS, 1, 1, 0, "string \"%.*s\""},
    {"element", build_nested, MICA_CONSTRAINT_ELEMENT, 1, 1, 0, "shaped of %.*s values"},
    {"attr_type", build_nested, MICA_CONSTRAINT_ATTR_TYPED, 1, 1, 0, "%.*s attribute"},
    {"type_attr", build_nested, MICA_CONSTRAINT_TYPE_ATTR, 1, 1, 0, "type attribute of %.*s"},
    {"array_of", build_nested, MICA_CONSTRAINT_ARRAY_OF, 1, 1, 1, "array of %.*s"},
    {"dict_of", build_nested, MICA_CONSTRAINT_DICT_OF, 1, 1, 1, "dictionary of %.*s"},
    {"dense_array_of", build_nested, MICA_CONSTRAINT_DENSE_ARRAY, 1, 1, 0,
     "%.*s dense array attribute"},
    {"rank", build_rank, MICA_CONSTRAINT_RANK, 1, 2, 0, "ranked"},
    {"dimension", build_rank, MICA_CONSTRAINT_DIMENSION, 2, 2, 0, "sized"},
    {"at_least", build_bound, MICA_CONSTRAINT_INTEGER_MIN, 1, 1, 0,
     "whose minimum value is %d"},
    {"at_most", build_bound, MICA_CONSTRAINT_INTEGER_MAX, 1, 1, 0, "whose maximum value is %d"},
    {"count", build_bound, MICA_CONSTRAINT_COUNT_MIN, 1, 1, 0, "with at least %d elements"},
    {"hook", build_hook, MICA_CONSTRAINT_HOOK, 1, 1, 0, NULL},
};

static const primitive *find_primitive(const micai_expr *expr)
{
    for (size_t i = 0; i < sizeof primitives / sizeof primitives[0]; ++i) {
        const primitive *p = &primitives[i];
        const bool is_call = expr->kind == MICAI_EXPR_CALL;
        if (is_call == (p->most > 0) && mica_string_is(expr->text, p->name))
            return p;
    }
    return NULL;
}

// ---- names
// -----------------------------------------------------------------------------------

/// A copy of a constraint under another description.
static mica_constraint *described(micai_build *b, const mica_constraint *constraint,
                                  const char *name, const char *description)
{
    mica_constraint *made = micai_build_allocate(b, 1, sizeof *made);
    if (!made || !constraint)
        return NULL;
    *made = *constraint;
    made->name = name;
    if (description)
        made->description = description;
    return made;
}

/// The description with {x} replaced by the argument x.
static const char *substitute(micai_build *b, const char *text, const environment *env)
{
    const char *done = "";
    while (*text) {
        const char *open = strchr(text, '{');
        const char *close = open ? strchr(open, '}') : NULL;
        if (!close)
            return *done ? micai_build_format(b, "%s%s", done, text) : text;
        const mica_string name = {open + 1, (size_t)(close - open - 1)};
        const int index = find_argument(env, name);
        const int before = (int)(open - text);
        if (index < 0)
            done = micai_build_format(b, "%s%.*s", done, (int)(close + 1 - text), text);
        else if (env->values[index])
            done = micai_build_format(b, "%s%.*s%s", done, before, text,
                                      env->values[index]->description);
        else
            done =
                micai_build_format(b, "%s%.*s%d", done, before, text, (int)env->numbers[index]);
        text = close + 1;
    }
    return done;
}

/// Fills the environment of a named constraint from the arguments of its use.
static bool bind_arguments(micai_build *b, const micai_item *item, const micai_expr *use,
                           bool of_attr, const environment *outer, environment *env)
{
    const uint32_t given = use->kind == MICAI_EXPR_CALL ? count_children(use) : 0;
    if (given != item->parameters.count || given > MAX_ARGUMENTS)
        return micai_build_error(b, use->place, "'%.*s' takes %u arguments, %u given",
                                 MICA_STRING_ARG(item->name), item->parameters.count, given);
    const micai_entry *name = item->parameters.first;
    for (const micai_expr *child = use->children; given && child; child = child->next) {
        env->names[env->count] = name;
        const int outer_index =
            child->kind == MICAI_EXPR_NAME ? find_argument(outer, child->text) : -1;
        if (child->kind == MICAI_EXPR_NUMBER)
            env->numbers[env->count] = child->number;
        else if (outer_index >= 0 && !outer->values[outer_index])
            env->numbers[env->count] = outer->numbers[outer_index];
        else if (!(env->values[env->count] = build(b, child, of_attr, outer)))
            return false;
        ++env->count;
        name = name->next;
    }
    return true;
}

static mica_constraint *build_named(micai_build *b, micai_symbol *symbol, const micai_expr *use,
                                    bool of_attr, const environment *outer)
{
    const micai_item *item = symbol->item;
    if (item->parameters.count == 0 && use->kind == MICAI_EXPR_NAME && symbol->constraint)
        return symbol->constraint;
    environment env = {0};
    if (symbol->in_progress) {
        micai_build_error(b, use->place, "constraint '%.*s' is defined by itself",
                          MICA_STRING_ARG(item->name));
        return NULL;
    }
    if (!bind_arguments(b, item, use, of_attr, outer, &env))
        return NULL;
    const char *saved_dialect = b->dialect;
    if (item->is_prelude)
        b->dialect = "builtin";
    symbol->in_progress = true;
    const mica_constraint *body = build(b, item->expr, of_attr, &env);
    symbol->in_progress = false;
    b->dialect = saved_dialect;
    if (!body)
        return NULL;
    const bool plain = item->parameters.count == 0;
    mica_constraint *made =
        described(b, body, plain ? micai_build_text(b, item->name) : NULL,
                  item->summary ? substitute(b, item->summary, &env) : NULL);
    if (plain)
        symbol->constraint = made;
    return made;
}

/// MLIR says which numbers an integer enum admits.
static const char *describe_cases(micai_build *b, const mica_enum_def *enumeration)
{
    const char *text =
        micai_build_format(b, "allowed %u-bit signless integer cases:", enumeration->width);
    for (uint32_t i = 0; i < enumeration->case_count; ++i)
        text = micai_build_format(b, "%s%s%lld", text, i ? ", " : " ",
                                  (long long)enumeration->cases[i].value);
    return text;
}

static mica_constraint *build_enum_case(micai_build *b, micai_symbol *symbol)
{
    const mica_enum_def *enumeration = micai_build_enum(b, symbol);
    if (!enumeration)
        return NULL;
    if (symbol->constraint)
        return symbol->constraint;
    const char *attr = micai_enum_attr_name(b, symbol->item);
    mica_constraint *made =
        make(b, attr ? MICA_CONSTRAINT_ATTR_DEF : MICA_CONSTRAINT_ENUM, enumeration->summary);
    if (!made)
        return NULL;
    made->enumeration = enumeration;
    if (attr)
        made->text = micai_build_format(b, "%s.%s", b->dialect, attr);
    if (!*enumeration->summary)
        made->description = describe_cases(b, enumeration);
    return symbol->constraint = made;
}

/// The constraint of a type or attr item of this dialect.
static mica_constraint *build_definition(micai_build *b, micai_symbol *symbol)
{
    if (symbol->constraint)
        return symbol->constraint;
    const micai_item *item = symbol->item;
    const bool is_type = item->kind == TOKEN_TYPE;
    const char *name =
        micai_build_format(b, "%s.%.*s", b->dialect, MICA_STRING_ARG(item->name));
    mica_constraint *made =
        make(b, is_type ? MICA_CONSTRAINT_TYPE_DEF : MICA_CONSTRAINT_ATTR_DEF,
             item->summary ? item->summary : micai_build_format(b, "%s", name));
    if (!made)
        return NULL;
    made->text = name;
    made->value = micai_item_entries(item, TOKEN_PARAMS)->count == 0;
    return symbol->constraint = made;
}

static mica_constraint *build_name(micai_build *b, const micai_expr *expr, bool of_attr,
                                   const environment *env)
{
    const int index = find_argument(env, expr->text);
    if (index >= 0 && env->values[index])
        return described(b, env->values[index], NULL, NULL);
    const primitive *p = find_primitive(expr);
    if (p && p->most > 0 && !check_argument_count(b, expr, p->least, p->most))
        return NULL;
    if (p)
        return p->build(b, p, expr, of_attr, env);
    micai_symbol *symbol = micai_build_lookup(b, expr->text);
    if (!symbol) {
        micai_build_error(b, expr->place, "unknown constraint '%.*s'",
                          MICA_STRING_ARG(expr->text));
        return NULL;
    }
    switch (symbol->item->kind) {
    case TOKEN_CONSTRAINT:
        return build_named(b, symbol, expr, of_attr, env);
    case TOKEN_ENUM:
    case TOKEN_BITS:
        return build_enum_case(b, symbol);
    default:
        return build_definition(b, symbol);
    }
}

// ---- operators
// -------------------------------------------------------------------------------

static mica_constraint *build_joined(micai_build *b, const micai_expr *expr, bool of_attr,
                                     const environment *env)
{
    const bool all = expr->kind == MICAI_EXPR_AND;
    const uint32_t count = count_children(expr);
    mica_constraint *made = make(b, all ? MICA_CONSTRAINT_ALL_OF : MICA_CONSTRAINT_ANY_OF, "");
    const mica_constraint **children = micai_build_allocate(b, count, sizeof *children);
    if (!made || !children)
        return NULL;
    for (const micai_expr *child = expr->children; child; child = child->next) {
        const mica_constraint *part = build(b, child, of_attr, env);
        if (!part)
            return NULL;
        if (made->child_count)
            made->description = micai_build_format(b, "%s %s %s", made->description,
                                                   all ? "and" : "or", part->description);
        else
            made->description = part->description;
        children[made->child_count++] = part;
    }
    made->children = children;
    return made;
}

static mica_constraint *build_not(micai_build *b, const micai_expr *expr, bool of_attr,
                                  const environment *env)
{
    const mica_constraint *child = build(b, expr->children, of_attr, env);
    if (!child)
        return NULL;
    return with_child(
        b, make(b, MICA_CONSTRAINT_NOT, micai_build_format(b, "not %s", child->description)),
        child);
}

static mica_constraint *build_expr(micai_build *b, const micai_expr *expr, bool of_attr,
                                   const environment *env)
{
    switch (expr->kind) {
    case MICAI_EXPR_NAME:
    case MICAI_EXPR_CALL:
        return build_name(b, expr, of_attr, env);
    case MICAI_EXPR_OR:
    case MICAI_EXPR_AND:
        return build_joined(b, expr, of_attr, env);
    case MICAI_EXPR_NOT:
        return build_not(b, expr, of_attr, env);
    case MICAI_EXPR_AS:
        return described(b, build(b, expr->children, of_attr, env), NULL,
                         micai_build_text(b, expr->text));
    default:
        micai_build_error(b, expr->place, "expected a constraint");
        return NULL;
    }
}

static mica_constraint *build(micai_build *b, const micai_expr *expr, bool of_attr,
                              const environment *env)
{
    if (b->depth == MAX_DEPTH) {
        micai_build_error(b, expr->place, "constraints are nested too deeply");
        return NULL;
    }
    ++b->depth;
    mica_constraint *made = build_expr(b, expr, of_attr, env);
    --b->depth;
    return made;
}

const mica_constraint *micai_build_constraint(micai_build *b, const micai_expr *expr,
                                              bool of_attr)
{
    return build(b, expr, of_attr, NULL);
}
