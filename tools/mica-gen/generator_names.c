// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names and literals of generated C, and the record of hooks.

#include <stdlib.h>

#include "tools/mica-gen/generator.h"

bool generator_find_hook(void *user, const char *symbol, micai_hook_kind kind, mica_hook *hook)
{
    generator *g = user;
    for (size_t i = 0; i < g->hook_count; ++i) {
        if (strcmp(g->hooks[i].symbol, symbol) == 0) {
            symbol = g->hooks[i].symbol;
            goto found;
        }
    }
    if (g->hook_count == g->hook_capacity) {
        const size_t capacity = g->hook_capacity ? 2 * g->hook_capacity : 64;
        generator_hook *grown = realloc(g->hooks, capacity * sizeof *grown);
        if (!grown) {
            g->out_of_memory = true;
            return false;
        }
        g->hooks = grown;
        g->hook_capacity = capacity;
    }
    g->hooks[g->hook_count].symbol = symbol;
    g->hooks[g->hook_count++].kind = kind;
found:
    hook->name = symbol;
    hook->function = (void (*)(void))(uintptr_t)symbol;
    hook->data = symbol;
    return true;
}

void generator_print_name(FILE *out, const char *name)
{
    for (; *name; ++name)
        fputc(*name == '.' || *name == '-' ? '_' : *name, out);
}

void generator_print_upper(FILE *out, const char *name)
{
    for (; *name; ++name) {
        const bool lower = *name >= 'a' && *name <= 'z';
        const bool word =
            lower || (*name >= 'A' && *name <= 'Z') || (*name >= '0' && *name <= '9');
        fputc(lower ? *name - 'a' + 'A' : word ? *name : '_', out);
    }
}

void generator_print_string(FILE *out, const char *text)
{
    if (!text) {
        fputs("NULL", out);
        return;
    }
    fputc('"', out);
    for (; *text; ++text) {
        if (*text == '\n')
            fputs("\\n", out);
        else if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else if (*text == '?')
            fputs("\\?", out); // no trigraphs
        else
            fputc(*text, out);
    }
    fputc('"', out);
}

const char *generator_op_name(const mica_op_def *definition)
{
    return strchr(definition->name, '.') + 1;
}

void generator_print_identifier(FILE *out, const char *name)
{
    static const char *const keywords[] = {
        "alignas",  "alignof",  "and",     "asm",       "auto",      "bool",     "break",
        "case",     "catch",    "char",    "class",     "const",     "continue", "default",
        "delete",   "do",       "double",  "else",      "enum",      "explicit", "export",
        "extern",   "false",    "float",   "for",       "friend",    "goto",     "if",
        "inline",   "int",      "long",    "mutable",   "namespace", "new",      "not",
        "operator", "or",       "private", "protected", "public",    "register", "restrict",
        "return",   "short",    "signed",  "sizeof",    "static",    "struct",   "switch",
        "template", "this",     "throw",   "true",      "try",       "typedef",  "typename",
        "union",    "unsigned", "using",   "virtual",   "void",      "volatile", "while",
        "xor",      "builder",  "state",   "context",   "op",        "index"};
    generator_print_name(out, name);
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; ++i) {
        if (strcmp(keywords[i], name) == 0)
            fputc('_', out);
    }
}

const mica_enum_def *generator_attr_enum(const mica_attr_spec *spec)
{
    const mica_constraint *constraint = spec->constraint;
    const bool holds_enum = constraint->kind == MICA_CONSTRAINT_ENUM ||
                            constraint->kind == MICA_CONSTRAINT_ATTR_DEF;
    const bool always_there = !spec->is_optional || spec->default_text;
    return holds_enum && always_there ? constraint->enumeration : NULL;
}

bool generator_is_unit(const mica_attr_spec *spec)
{
    return spec->constraint->kind == MICA_CONSTRAINT_ATTR_KIND &&
           spec->constraint->value == MICA_ATTR_UNIT;
}
