// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Custom directives of formats: the names of their hooks, and what their arguments refer to.

#include <stdio.h>

#include "ir/definition/dialect.h"
#include "ir/definition/format_compiler_internal.h"

static const char *const shared_directives[] = {
#define SHARED(name) name,
#include "ir/definition/shared_directives.h"
#undef SHARED
};

/// SwitchCases -> switch_cases.
static const char *snake_case(micai_format_compiler *c, const char *name)
{
    char text[128];
    size_t length = 0;
    for (const char *n = name; *n && length < sizeof text - 2; ++n) {
        const bool upper = *n >= 'A' && *n <= 'Z';
        const bool after_lower = n > name && !(n[-1] >= 'A' && n[-1] <= 'Z');
        const bool before_lower = n[1] >= 'a' && n[1] <= 'z';
        if (upper && n > name && (after_lower || before_lower))
            text[length++] = '_';
        text[length++] = upper ? (char)(*n | 32) : *n;
    }
    text[length] = '\0';
    return micai_build_text(c->build, mica_string_from(text));
}

static const char *directive_symbol(micai_format_compiler *c, const char *name,
                                    const char *verb)
{
    const char *plain = snake_case(c, name);
    for (size_t i = 0; i < sizeof shared_directives / sizeof shared_directives[0]; ++i) {
        if (strcmp(shared_directives[i], name) == 0)
            return micai_build_format(c->build, "micai_builtin_%s_%s", verb, plain);
    }
    const char *dot = strchr(name, '.');
    if (dot)
        return micai_build_format(c->build, "micai_%.*s_%s_%s", (int)(dot - name), name, verb,
                                  snake_case(c, dot + 1));
    return micai_build_format(c->build, "micai_%s_%s_%s", c->build->dialect, verb, plain);
}

static bool compile_argument(micai_format_compiler *c, const micai_element *element,
                             mica_assembly_custom_argument *argument)
{
    if (element->kind == MICAI_ELEMENT_REF) {
        argument->is_ref = true;
        element = element->children;
    }
    const micai_element *inner =
        element->kind == MICAI_ELEMENT_TYPE ? element->children : element;
    argument->index = inner->index;
    switch (element->kind) {
    case MICAI_ELEMENT_OPERAND:
        argument->kind = MICA_DIRECTIVE_OPERANDS;
        micai_format_mark_group_sizes(c, inner->index);
        return true;
    case MICAI_ELEMENT_TYPE:
        argument->kind = inner->kind == MICAI_ELEMENT_RESULT ? MICA_DIRECTIVE_RESULT_TYPES
                                                             : MICA_DIRECTIVE_OPERAND_TYPES;
        return inner->kind == MICAI_ELEMENT_RESULT || inner->kind == MICAI_ELEMENT_OPERAND;
    case MICAI_ELEMENT_ATTR:
        argument->kind = MICA_DIRECTIVE_ATTR;
        if (!argument->is_ref && inner->index < 64)
            c->printed_attrs |= UINT64_C(1) << inner->index;
        return true;
    case MICAI_ELEMENT_REGION:
        argument->kind = MICA_DIRECTIVE_REGIONS;
        return true;
    case MICAI_ELEMENT_SUCCESSOR:
        argument->kind = MICA_DIRECTIVE_SUCCESSORS;
        return true;
    case MICAI_ELEMENT_ATTR_DICT:
        argument->kind = MICA_DIRECTIVE_ATTR_DICT;
        return true;
    case MICAI_ELEMENT_PARAM:
        argument->kind = MICA_DIRECTIVE_PARAM;
        return true;
    case MICAI_ELEMENT_LITERAL:
        argument->kind = MICA_DIRECTIVE_TEXT;
        argument->text = element->text;
        return true;
    default:
        return false;
    }
}

uint16_t micai_format_add_custom(micai_format_compiler *c, const micai_element *element)
{
    if (c->custom_count == MICAI_FORMAT_MAX_CUSTOMS) {
        micai_format_fail(c, element->place, "format has too many custom directives");
        return 0;
    }
    mica_assembly_custom *custom = &c->customs[c->custom_count];
    memset(custom, 0, sizeof *custom);
    custom->name = element->text;
    mica_hook hook = {0};
    if (!micai_build_find_hook(c->build, element->place,
                               directive_symbol(c, element->text, "parse"),
                               MICAI_HOOK_DIRECTIVE_PARSE, &hook))
        c->failed = true;
    memcpy(&custom->parse, &hook.function, sizeof hook.function);
    if (!micai_build_find_hook(c->build, element->place,
                               directive_symbol(c, element->text, "print"),
                               MICAI_HOOK_DIRECTIVE_PRINT, &hook))
        c->failed = true;
    memcpy(&custom->print, &hook.function, sizeof hook.function);
    uint32_t count = 0;
    for (const micai_element *child = element->children; child; child = child->next)
        ++count;
    mica_assembly_custom_argument *arguments =
        micai_build_allocate(c->build, count, sizeof *arguments);
    if (!arguments)
        return c->failed = true, (uint16_t)0;
    for (const micai_element *child = element->children; child; child = child->next) {
        if (!compile_argument(c, child, &arguments[custom->argument_count++]))
            micai_format_fail(c, child->place, "not an argument of a custom directive");
    }
    custom->arguments = arguments;
    return c->custom_count++;
}
