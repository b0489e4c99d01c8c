// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Enums, types, attributes, and the text of default values.

#include "ir/definition/build_internal.h"
#include "ir/definition/dialect.h"

// ---- enums
// -----------------------------------------------------------------------------------

static bool read_width(micai_build *b, const micai_item *item, uint32_t *width)
{
    static const struct {
        const char *name;
        uint32_t width;
    } widths[] = {{"", 32}, {"i8", 8}, {"i16", 16}, {"i32", 32}, {"i64", 64}};
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; ++i) {
        if (mica_string_is(item->width, widths[i].name)) {
            *width = widths[i].width;
            return true;
        }
    }
    return micai_build_error(b, item->place, "an enum is held by i8, i16, i32 or i64");
}

static uint32_t count_cases(const micai_item *item)
{
    uint32_t count = 0;
    for (const micai_section *section = item->sections; section; section = section->next)
        count += section->kind == TOKEN_NAME;
    return count;
}

static bool build_cases(micai_build *b, const micai_item *item, mica_enum_def *made)
{
    mica_enum_case *cases = micai_build_allocate(b, count_cases(item), sizeof *cases);
    if (!cases)
        return false;
    int64_t next = 0;
    for (const micai_section *section = item->sections; section; section = section->next) {
        if (section->kind != TOKEN_NAME)
            continue;
        const micai_entry *entry = section->entries.first;
        for (uint32_t i = 0; i < made->case_count; ++i) {
            if (mica_string_is(entry->name, cases[i].keyword))
                return micai_build_error(b, entry->place, "case '%s' is given twice",
                                         cases[i].keyword);
        }
        mica_enum_case *made_case = &cases[made->case_count++];
        made_case->keyword = micai_build_text(b, entry->name);
        made_case->value = entry->default_value ? entry->default_value->number : next;
        made_case->summary = entry->doc;
        next = made_case->value + 1;
    }
    made->cases = cases;
    return made->case_count != 0 || micai_build_error(b, item->place, "an enum needs a case");
}

const mica_enum_def *micai_build_enum(micai_build *b, micai_symbol *symbol)
{
    static const int allowed[] = {TOKEN_DESCRIPTION, TOKEN_SEPARATOR, TOKEN_FORMAT,
                                  TOKEN_ATTR,        TOKEN_NAME,      0};
    const micai_item *item = symbol->item;
    if (symbol->enumeration)
        return symbol->enumeration;
    mica_enum_def *made = micai_build_allocate(b, 1, sizeof *made);
    if (!made || !micai_build_check_sections(b, item, allowed) ||
        !read_width(b, item, &made->width))
        return NULL;
    const micai_section *separator = micai_item_section(item, TOKEN_SEPARATOR);
    made->struct_size = sizeof *made;
    made->name = micai_build_text(b, item->name);
    made->summary = item->summary ? item->summary : "";
    made->is_bits = item->kind == TOKEN_BITS;
    made->separator = separator ? separator->text : "|";
    if (!build_cases(b, item, made))
        return NULL;
    return symbol->enumeration = made;
}

const char *micai_enum_attr_name(micai_build *b, const micai_item *item)
{
    const micai_entry *entry = micai_item_entries(item, TOKEN_ATTR)->first;
    return entry ? micai_build_text(b, entry->name) : NULL;
}

// ---- parameters
// ------------------------------------------------------------------------------

static const struct {
    const char *name;
    mica_param_kind kind;
    bool takes_argument;
} param_kinds[] = {
    {"type", MICA_PARAM_TYPE, true},
    {"attr", MICA_PARAM_ATTR, true},
    {"int", MICA_PARAM_INT, false},
    {"bool", MICA_PARAM_BOOL, false},
    {"string", MICA_PARAM_STRING, false},
    {"keyword", MICA_PARAM_KEYWORD, false},
    {"enum", MICA_PARAM_ENUM, true},
    {"types", MICA_PARAM_TYPE_LIST, false},
    {"attrs", MICA_PARAM_ATTR_LIST, false},
    {"ints", MICA_PARAM_INT_LIST, false},
    {"dims", MICA_PARAM_DIMENSION_LIST, false},
};

/// The argument of `type(c)`, `attr(c)` and `enum NAME`.
static bool build_param_argument(micai_build *b, const micai_expr *expr, mica_param_spec *param)
{
    const micai_expr *argument = expr->children;
    if (param->kind == MICA_PARAM_ENUM) {
        micai_symbol *symbol = argument ? micai_build_lookup(b, argument->text) : NULL;
        if (!symbol || (symbol->item->kind != TOKEN_ENUM && symbol->item->kind != TOKEN_BITS))
            return micai_build_error(b, expr->place, "expected the name of an enum");
        param->enumeration = micai_build_enum(b, symbol);
        return param->enumeration != NULL;
    }
    if (!argument)
        return true;
    param->constraint = micai_build_constraint(b, argument, param->kind == MICA_PARAM_ATTR);
    return param->constraint != NULL;
}

/// A parameter's default in its text form.
static const char *param_default(micai_build *b, const micai_expr *value)
{
    if (value->kind == MICAI_EXPR_NUMBER)
        return micai_build_format(b, "%lld", (long long)value->number);
    return micai_build_text(b, value->text);
}

static bool build_param(micai_build *b, const micai_entry *entry, mica_param_spec *param)
{
    param->name = micai_build_text(b, entry->name);
    param->is_optional = entry->arity == MICA_ARITY_OPTIONAL;
    param->summary = entry->doc;
    param->default_text = entry->default_value ? param_default(b, entry->default_value) : NULL;
    const micai_expr *expr = entry->expr;
    for (size_t i = 0; expr && i < sizeof param_kinds / sizeof param_kinds[0]; ++i) {
        if (!mica_string_is(expr->text, param_kinds[i].name))
            continue;
        param->kind = param_kinds[i].kind;
        if (expr->kind == MICAI_EXPR_CALL && !param_kinds[i].takes_argument)
            break;
        return build_param_argument(b, expr, param);
    }
    return micai_build_error(b, expr ? expr->place : entry->place,
                             "expected the kind of a parameter");
}

static const mica_param_spec *build_params(micai_build *b, const micai_item *item,
                                           uint32_t *count)
{
    const micai_entry_list *list = micai_item_entries(item, TOKEN_PARAMS);
    mica_param_spec *params = micai_build_allocate(b, list->count, sizeof *params);
    bool good = params != NULL;
    for (const micai_entry *entry = list->first; params && entry; entry = entry->next)
        good &= build_param(b, entry, &params[(*count)++]);
    return good ? params : NULL;
}

// ---- types and attributes
// --------------------------------------------------------------------

static const int param_sections[] = {TOKEN_DESCRIPTION, TOKEN_PARAMS, TOKEN_INTERFACES,
                                     TOKEN_FORMAT,      TOKEN_HOOKS,  0};

static const char *item_description(const micai_item *item)
{
    const micai_section *section = micai_item_section(item, TOKEN_DESCRIPTION);
    return section ? section->text : NULL;
}

/// The format written, or the one that is meant without: `<` params `>`.
static const mica_assembly *build_param_format(micai_build *b, const micai_item *item,
                                               const mica_param_spec *params, uint32_t count)
{
    const micai_section *section = micai_item_section(item, TOKEN_FORMAT);
    const mica_string text = section ? section->format : mica_string_from("`<` params `>`");
    return micai_compile_param_format(b, section ? section->place : item->place, text, params,
                                      count);
}

const mica_type_def *micai_build_type(micai_build *b, const micai_item *item)
{
    static const micai_hook_field fields[] = {
        {"verify", MICAI_HOOK_PARAMS_VERIFY, offsetof(mica_type_def, verify)},
        {"parse", MICAI_HOOK_TYPE_PARSE, offsetof(mica_type_def, parse)},
        {"print", MICAI_HOOK_TYPE_PRINT, offsetof(mica_type_def, print)},
    };
    mica_type_def *made = micai_build_allocate(b, 1, sizeof *made);
    if (!made || !micai_build_check_sections(b, item, param_sections))
        return NULL;
    made->struct_size = sizeof *made;
    made->dialect = b->dialect;
    made->name = micai_build_text(b, item->name);
    made->summary = item->summary;
    made->description = item_description(item);
    if (!(made->params = build_params(b, item, &made->param_count)))
        return NULL;
    const char *owner = micai_build_format(b, "%s_type", made->name);
    if (!micai_build_hooks(b, item, owner, fields, sizeof fields / sizeof fields[0], made))
        return NULL;
    made->interfaces = micai_build_interfaces(b, item, owner, &made->interface_count);
    if (!made->parse && made->param_count &&
        !(made->assembly = build_param_format(b, item, made->params, made->param_count)))
        return NULL;
    return made;
}

/// The one parameter of an attribute that holds an enum.
static bool build_enum_param(micai_build *b, const micai_item *item, mica_attr_def *made)
{
    mica_param_spec *param = micai_build_allocate(b, 1, sizeof *param);
    micai_symbol *symbol = micai_build_lookup(b, item->name);
    if (!param || !symbol || !(param->enumeration = micai_build_enum(b, symbol)))
        return false;
    param->name = "value";
    param->kind = MICA_PARAM_ENUM;
    made->params = param;
    made->param_count = 1;
    made->name = micai_enum_attr_name(b, item);
    const micai_section *section = micai_item_section(item, TOKEN_FORMAT);
    const mica_string text = section ? section->format : mica_string_from("`<` $value `>`");
    made->assembly =
        micai_compile_param_format(b, section ? section->place : item->place, text, param, 1);
    return made->assembly != NULL;
}

const mica_attr_def *micai_build_attr(micai_build *b, const micai_item *item)
{
    static const micai_hook_field fields[] = {
        {"verify", MICAI_HOOK_PARAMS_VERIFY, offsetof(mica_attr_def, verify)},
        {"parse", MICAI_HOOK_ATTR_PARSE, offsetof(mica_attr_def, parse)},
        {"print", MICAI_HOOK_ATTR_PRINT, offsetof(mica_attr_def, print)},
    };
    mica_attr_def *made = micai_build_allocate(b, 1, sizeof *made);
    if (!made)
        return NULL;
    made->struct_size = sizeof *made;
    made->dialect = b->dialect;
    made->summary = item->summary;
    made->description = item_description(item);
    if (item->kind != TOKEN_ATTR)
        return build_enum_param(b, item, made) ? made : NULL;
    if (!micai_build_check_sections(b, item, param_sections))
        return NULL;
    made->name = micai_build_text(b, item->name);
    if (!(made->params = build_params(b, item, &made->param_count)))
        return NULL;
    const char *owner = micai_build_format(b, "%s_attr", made->name);
    if (!micai_build_hooks(b, item, owner, fields, sizeof fields / sizeof fields[0], made))
        return NULL;
    made->interfaces = micai_build_interfaces(b, item, owner, &made->interface_count);
    if (!made->parse && made->param_count &&
        !(made->assembly = build_param_format(b, item, made->params, made->param_count)))
        return NULL;
    return made;
}

// ---- defaults
// --------------------------------------------------------------------------------

/// The enum item whose attribute has this full name.
static const micai_item *find_enum_item(micai_build *b, const mica_enum_def *enumeration)
{
    const micai_symbol *symbol = micai_build_lookup(b, mica_string_from(enumeration->name));
    return symbol ? symbol->item : NULL;
}

/// `#d.attr<case>`, `#d<attr case>`, or the integer.
static const char *enum_default(micai_build *b, const micai_expr *value,
                                const mica_constraint *constraint)
{
    const mica_enum_def *enumeration = constraint->enumeration;
    int64_t number = 0;
    if (!mica_enum_value(enumeration, value->text, &number)) {
        micai_build_error(b, value->place, "'%.*s' is no case of '%s'",
                          MICA_STRING_ARG(value->text), enumeration->name);
        return NULL;
    }
    if (constraint->kind == MICA_CONSTRAINT_ENUM)
        return micai_build_format(b, "%lld : i%u", (long long)number, enumeration->width);
    const micai_item *item = find_enum_item(b, enumeration);
    const micai_section *format = item ? micai_item_section(item, TOKEN_FORMAT) : NULL;
    const char *attr = item ? micai_enum_attr_name(b, item) : "";
    const bool in_angles = !format || strncmp(format->format.data, "`<`", 3) == 0;
    return in_angles ? micai_build_format(b, "#%s.%s<%.*s>", b->dialect, attr,
                                          MICA_STRING_ARG(value->text))
                     : micai_build_format(b, "#%s<%s %.*s>", b->dialect, attr,
                                          MICA_STRING_ARG(value->text));
}

/// Of the type that the constraint fixes, or i64.
static const char *number_default(micai_build *b, const micai_expr *value,
                                  const mica_constraint *constraint)
{
    const mica_constraint *type = mica_constraint_attr_type(constraint);
    const long long number = value->number;
    if (type && type->kind == MICA_CONSTRAINT_TYPE_KIND)
        return micai_build_format(b, "%lld : index", number);
    if (type && type->kind == MICA_CONSTRAINT_FLOAT_TYPE && type->name)
        return micai_build_format(b, "%lld.0 : %s", number, type->name);
    if (type && type->kind == MICA_CONSTRAINT_INTEGER_TYPE && type->value)
        return micai_build_format(b, "%lld : %si%d", number,
                                  type->extra == 2   ? "s"
                                  : type->extra == 4 ? "u"
                                                     : "",
                                  (int)type->value);
    return micai_build_format(b, "%lld : i64", number);
}

const char *micai_build_default(micai_build *b, const micai_expr *value,
                                const mica_constraint *constraint)
{
    const bool may_be_case = value->kind == MICAI_EXPR_NAME || value->kind == MICAI_EXPR_STRING;
    if (may_be_case && constraint->enumeration)
        return enum_default(b, value, constraint);
    if (value->kind == MICAI_EXPR_NUMBER)
        return number_default(b, value, constraint);
    if (value->kind == MICAI_EXPR_STRING)
        return micai_build_format(b, "\"%.*s\"", MICA_STRING_ARG(value->text));
    const bool is_word =
        value->kind == MICAI_EXPR_NAME &&
        (mica_string_is(value->text, "true") || mica_string_is(value->text, "false") ||
         mica_string_is(value->text, "unit"));
    if (value->kind == MICAI_EXPR_TICKS || is_word)
        return micai_build_text(b, value->text);
    micai_build_error(b, value->place,
                      "expected a default: a case, a number, true, false, a "
                      "string or `attribute text`");
    return NULL;
}
