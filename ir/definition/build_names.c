// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What all builders share: errors, memory, the index of names, sections, and hooks by name.

#include <stdarg.h>
#include <stdio.h>

#include "ir/definition/build_internal.h"
#include "ir/definition/dialect.h"

bool micai_build_error(micai_build *build, micai_place place, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return micai_reader_error(build->reader, place, "%s", message);
}

void *micai_build_allocate(micai_build *build, size_t count, size_t size)
{
    return micai_reader_allocate(build->reader, count ? count * size : 1);
}

const char *micai_build_text(micai_build *build, mica_string text)
{
    char *copy = micai_reader_allocate(build->reader, text.length + 1);
    if (!copy)
        return "";
    if (text.length)
        memcpy(copy, text.data, text.length);
    return copy;
}

const char *micai_build_format(micai_build *build, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = length < 0 ? NULL : micai_reader_allocate(build->reader, (size_t)length + 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text ? text : "";
}

// ---- index
// -----------------------------------------------------------------------------------

static const mica_identifier *intern(micai_build *build, mica_string name)
{
    return mica_identifier_get(build->context, name);
}

micai_symbol *micai_build_lookup(micai_build *build, mica_string name)
{
    return micai_pointer_map_get(&build->names, intern(build, name));
}

static bool is_indexed(const micai_item *item)
{
    return item->kind == TOKEN_CONSTRAINT || item->kind == TOKEN_ENUM ||
           item->kind == TOKEN_BITS || item->kind == TOKEN_TYPE || item->kind == TOKEN_ATTR;
}

bool micai_build_index_names(micai_build *build)
{
    for (const micai_item *item = build->reader->items; item; item = item->next) {
        if (!is_indexed(item))
            continue;
        if (micai_build_lookup(build, item->name)) {
            micai_build_error(build, item->place, "'%.*s' is defined twice",
                              MICA_STRING_ARG(item->name));
            continue;
        }
        micai_symbol *symbol = micai_build_allocate(build, 1, sizeof *symbol);
        if (!symbol)
            return false;
        symbol->item = item;
        if (!micai_pointer_map_put(&build->names, intern(build, item->name), symbol))
            return false;
    }
    return !build->reader->failed;
}

// ---- sections
// --------------------------------------------------------------------------------

const micai_section *micai_item_section(const micai_item *item, int kind)
{
    for (const micai_section *section = item->sections; section; section = section->next) {
        if (section->kind == kind)
            return section;
    }
    return NULL;
}

const micai_entry_list *micai_item_entries(const micai_item *item, int kind)
{
    static const micai_entry_list none = {NULL, NULL, 0};
    const micai_section *section = micai_item_section(item, kind);
    return section ? &section->entries : &none;
}

bool micai_build_check_sections(micai_build *build, const micai_item *item, const int *allowed)
{
    bool good = true;
    for (const micai_section *section = item->sections; section; section = section->next) {
        const int *found = allowed;
        while (*found && *found != section->kind)
            ++found;
        if (!*found) {
            good = micai_build_error(build, section->place,
                                     "this section has no place in the definition of '%.*s'",
                                     MICA_STRING_ARG(item->name));
        } else if (section->kind != TOKEN_NAME &&
                   micai_item_section(item, section->kind) != section) {
            good = micai_build_error(build, section->place, "section given twice");
        }
    }
    return good;
}

// ---- hooks
// -----------------------------------------------------------------------------------

static const struct {
    micai_hook_kind kind;
    const char *prototype;
} prototypes[] = {
    {MICAI_HOOK_OP_VERIFY, "bool %s(mica_op *op)"},
    {MICAI_HOOK_OP_VERIFY_REGIONS, "bool %s(mica_op *op)"},
    {MICAI_HOOK_OP_FOLD, "mica_fold_status %s(mica_op *op, const mica_attr *const *operands, "
                         "mica_fold_result *results)"},
    {MICAI_HOOK_OP_CANONICALIZE, "void %s(mica_pattern_set *patterns)"},
    {MICAI_HOOK_OP_PARSE, "bool %s(mica_asm_parser *parser, mica_op_state *state)"},
    {MICAI_HOOK_OP_PRINT, "void %s(mica_asm_printer *printer, mica_op *op)"},
    {MICAI_HOOK_OP_INFER_TYPES, "bool %s(mica_op_state *state)"},
    {MICAI_HOOK_OP_EVAL, "bool %s(mica_eval_frame *frame, mica_op *op)"},
    {MICAI_HOOK_OP_NAME_RESULTS, "void %s(mica_op *op, mica_name_value_fn name, void *user)"},
    {MICAI_HOOK_OP_NAME_ARGUMENTS,
     "void %s(mica_op *op, mica_region *region, mica_name_value_fn name, void *user)"},
    {MICAI_HOOK_OP_BUILD_REGION, "void %s(mica_op *op)"},
    {MICAI_HOOK_MATERIALIZE_CONSTANT,
     "mica_op *%s(mica_builder *builder, const mica_attr *value, const mica_type *type)"},
    {MICAI_HOOK_VERIFY_ATTR, "bool %s(mica_op *op, mica_named_attr attr)"},
    {MICAI_HOOK_PARAMS_VERIFY, "bool %s(mica_context *context, mica_location location, "
                               "const uint64_t *words, size_t count)"},
    {MICAI_HOOK_TYPE_PARSE,
     "const mica_type *%s(mica_asm_parser *parser, const mica_type_def *definition)"},
    {MICAI_HOOK_TYPE_PRINT, "void %s(mica_asm_printer *printer, const mica_type *type)"},
    {MICAI_HOOK_ATTR_PARSE, "const mica_attr *%s(mica_asm_parser *parser, "
                            "const mica_attr_def *definition, const mica_type *type)"},
    {MICAI_HOOK_ATTR_PRINT, "void %s(mica_asm_printer *printer, const mica_attr *attr)"},
    {MICAI_HOOK_TYPE_PREDICATE, "bool %s(const mica_type *type)"},
    {MICAI_HOOK_ATTR_PREDICATE, "bool %s(const mica_attr *attr)"},
    {MICAI_HOOK_TYPE_EXPR, "const mica_type *%s(const mica_type *const *types, size_t count)"},
    {MICAI_HOOK_DIRECTIVE_PARSE,
     "bool %s(mica_asm_parser *parser, mica_op_state *state, mica_directive *directive)"},
    {MICAI_HOOK_DIRECTIVE_PRINT, "void %s(mica_asm_printer *printer, mica_op *op, "
                                 "const mica_directive *directive)"},
    {MICAI_HOOK_INTERFACE_TABLE, NULL},
    {MICAI_HOOK_INTERFACE_IDENTITY, NULL},
};

const char *micai_hook_prototype(micai_hook_kind kind)
{
    for (size_t i = 0; i < sizeof prototypes / sizeof prototypes[0]; ++i) {
        if (prototypes[i].kind == kind)
            return prototypes[i].prototype;
    }
    return NULL;
}

/// Replaces the dots of a copied name.
static const char *with_underscores(const char *text)
{
    for (char *c = (char *)text; *c; ++c) {
        if (*c == '.' || *c == '-')
            *c = '_';
    }
    return text;
}

const char *micai_build_symbol(micai_build *build, mica_string name, const char *suffix)
{
    return with_underscores(micai_build_format(build, "micai_%s_%.*s%s%s", build->dialect,
                                               MICA_STRING_ARG(name), suffix ? "_" : "",
                                               suffix ? suffix : ""));
}

const char *micai_build_qualified(micai_build *build, mica_string name)
{
    if (!memchr(name.data, '.', name.length))
        return micai_build_symbol(build, name, NULL);
    return with_underscores(micai_build_format(build, "micai_%.*s", MICA_STRING_ARG(name)));
}

bool micai_build_find_hook(micai_build *build, micai_place place, const char *symbol,
                           micai_hook_kind kind, mica_hook *hook)
{
    if (build->find_hook(build->find_hook_user, symbol, kind, hook))
        return true;
    return micai_build_error(build, place, "this program has no hook '%s'", symbol);
}

#define OP_HOOK(field, kind)                                                                   \
    {                                                                                          \
#field, kind, offsetof(mica_op_hooks, field)                                           \
    }
const micai_hook_field micai_op_hook_fields[] = {
    OP_HOOK(verify, MICAI_HOOK_OP_VERIFY),
    OP_HOOK(verify_regions, MICAI_HOOK_OP_VERIFY_REGIONS),
    OP_HOOK(fold, MICAI_HOOK_OP_FOLD),
    OP_HOOK(canonicalize, MICAI_HOOK_OP_CANONICALIZE),
    OP_HOOK(parse, MICAI_HOOK_OP_PARSE),
    OP_HOOK(print, MICAI_HOOK_OP_PRINT),
    OP_HOOK(infer_types, MICAI_HOOK_OP_INFER_TYPES),
    OP_HOOK(eval, MICAI_HOOK_OP_EVAL),
    OP_HOOK(name_results, MICAI_HOOK_OP_NAME_RESULTS),
    OP_HOOK(name_arguments, MICAI_HOOK_OP_NAME_ARGUMENTS),
    OP_HOOK(build_region, MICAI_HOOK_OP_BUILD_REGION),
};
const size_t micai_op_hook_field_count =
    sizeof micai_op_hook_fields / sizeof micai_op_hook_fields[0];

static bool build_hook(micai_build *build, const micai_entry *entry, const char *owner,
                       const micai_hook_field *field, void *target)
{
    const char *symbol = entry->expr ? micai_build_qualified(build, entry->expr->text)
                         : *owner
                             ? micai_build_symbol(build, mica_string_from(owner), field->name)
                             : micai_build_symbol(build, entry->name, NULL);
    mica_hook hook;
    if (!micai_build_find_hook(build, entry->place, symbol, field->kind, &hook))
        return false;
    memcpy((char *)target + field->offset, &hook.function, sizeof hook.function);
    return true;
}

bool micai_build_hooks(micai_build *build, const micai_item *item, const char *owner,
                       const micai_hook_field *fields, size_t field_count, void *target)
{
    bool good = true;
    const micai_entry *entry = micai_item_entries(item, TOKEN_HOOKS)->first;
    for (; entry; entry = entry->next) {
        size_t i = 0;
        while (i < field_count && !mica_string_is(entry->name, fields[i].name))
            ++i;
        if (i == field_count)
            good = micai_build_error(build, entry->place, "there is no hook '%.*s' here",
                                     MICA_STRING_ARG(entry->name));
        else
            good &= build_hook(build, entry, owner, &fields[i], target);
    }
    return good;
}

const mica_interface_entry *micai_build_interfaces(micai_build *build, const micai_item *item,
                                                   const char *owner, uint32_t *count)
{
    const micai_entry_list *list = micai_item_entries(item, TOKEN_INTERFACES);
    *count = list->count;
    mica_interface_entry *interfaces =
        micai_build_allocate(build, list->count, sizeof *interfaces);
    size_t i = 0;
    for (const micai_entry *entry = list->first; interfaces && entry; entry = entry->next) {
        const char *name = micai_build_text(build, entry->name);
        const char *identity = micai_build_format(build, "mica_%s_interface", name);
        const char *table = entry->expr
                                ? micai_build_qualified(build, entry->expr->text)
                                : micai_build_symbol(build, mica_string_from(owner), name);
        mica_hook found = {0};
        if (micai_build_find_hook(build, entry->place, identity, MICAI_HOOK_INTERFACE_IDENTITY,
                                  &found))
            interfaces[i].interface = found.data;
        if (micai_build_find_hook(build, entry->place, table, MICAI_HOOK_INTERFACE_TABLE,
                                  &found))
            interfaces[i].table = found.data;
        ++i;
    }
    return list->count ? interfaces : NULL;
}
