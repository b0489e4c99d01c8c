// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The definition's structs as constants. Everything that is not an op, type, attribute, enum or
// the dialect itself (constraints, specs, programs, equations) is written once per distinct
// text: equal initializers share one constant, which makes the tables a third of the size.

#include <stdarg.h>
#include <stdlib.h>

#include "tools/mica-gen/generator.h"

// ---- shared constants
// ------------------------------------------------------------------------

typedef struct shared_constant {
    char *text;
    struct shared_constant *next;
    unsigned number;
} shared_constant;

enum { BUCKETS = 4096 };

typedef struct tables {
    generator *g;
    FILE *out;
    shared_constant *buckets[BUCKETS];
    unsigned count;
} tables;

static unsigned hash_text(const char *text)
{
    unsigned hash = 2166136261u;
    for (; *text; ++text)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash % BUCKETS;
}

/// Writes `static const <type> kN<suffix> = <text>;` unless there is one; answers N. Takes over
/// the text.
static unsigned share(tables *t, const char *type, const char *suffix, char *text)
{
    const size_t length = strlen(type) + strlen(text) + 2;
    char *key = malloc(length);
    if (!key) {
        free(text);
        t->g->out_of_memory = true;
        return 0;
    }
    snprintf(key, length, "%s %s", type, text);
    shared_constant **bucket = &t->buckets[hash_text(key)];
    for (const shared_constant *c = *bucket; c; c = c->next) {
        if (strcmp(c->text, key) == 0) {
            free(text);
            free(key);
            return c->number;
        }
    }
    shared_constant *made = malloc(sizeof *made);
    if (!made) {
        free(text);
        free(key);
        t->g->out_of_memory = true;
        return 0;
    }
    made->text = key;
    made->number = t->count++;
    made->next = *bucket;
    *bucket = made;
    fprintf(t->out, "static const %s k%u%s = %s;\n", type, made->number, suffix, text);
    free(text);
    return made->number;
}

static void free_tables(tables *t)
{
    for (size_t i = 0; i < BUCKETS; ++i) {
        for (shared_constant *c = t->buckets[i]; c;) {
            shared_constant *next = c->next;
            free(c->text);
            free(c);
            c = next;
        }
    }
}

/// A text under construction.
typedef struct initializer {
    char *text;
    size_t size;
    FILE *stream;
} initializer;

static void open_text(initializer *i)
{
    i->stream = open_memstream(&i->text, &i->size);
}
static char *close_text(initializer *i)
{
    fclose(i->stream);
    return i->text;
}

/// A function pointer's hook name, found at its address.
static const char *function_name(const void *member)
{
    uintptr_t address;
    memcpy(&address, member, sizeof address);
    return address ? (const char *)address : "NULL";
}

// ---- constraints
// -----------------------------------------------------------------------------

static unsigned write_constraint(tables *t, const mica_constraint *constraint)
{
    initializer i;
    unsigned children = 0;
    if (constraint->child_count) {
        unsigned numbers[64];
        const uint32_t count = constraint->child_count < 64 ? constraint->child_count : 64;
        for (uint32_t k = 0; k < count; ++k)
            numbers[k] = write_constraint(t, constraint->children[k]);
        open_text(&i);
        fputs("{", i.stream);
        for (uint32_t k = 0; k < count; ++k)
            fprintf(i.stream, "%s&k%u", k ? ", " : "", numbers[k]);
        fputs("}", i.stream);
        children = share(t, "mica_constraint *const", "[]", close_text(&i));
    }
    open_text(&i);
    fputs("{", i.stream);
    generator_print_string(i.stream, constraint->name);
    fputs(", ", i.stream);
    generator_print_string(i.stream, constraint->description);
    fprintf(i.stream, ", (mica_constraint_kind)%d, %u, ", (int)constraint->kind,
            constraint->child_count);
    if (constraint->child_count)
        fprintf(i.stream, "k%u, ", children);
    else
        fputs("NULL, ", i.stream);
    fprintf(i.stream, "INT64_C(%lld), INT64_C(%lld), ", (long long)constraint->value,
            (long long)constraint->extra);
    generator_print_string(i.stream, constraint->text);
    if (constraint->enumeration)
        fprintf(i.stream, ", &mica_%s_%s_enum", t->g->dialect->name,
                constraint->enumeration->name);
    else
        fputs(", NULL", i.stream);
    fprintf(i.stream, ", %s, %s}", function_name(&constraint->type_hook),
            function_name(&constraint->attr_hook));
    return share(t, "mica_constraint", "", close_text(&i));
}

// ---- programs
// --------------------------------------------------------------------------------

static unsigned write_code(tables *t, const mica_assembly_code *code, uint16_t count)
{
    initializer i;
    open_text(&i);
    fputs("{", i.stream);
    for (uint16_t k = 0; k < count; ++k)
        fprintf(i.stream, "%s{%u, %u, %u, %d}", k ? ", " : "", code[k].code, code[k].flags,
                code[k].a, code[k].b);
    fputs("}", i.stream);
    return share(t, "mica_assembly_code", "[]", close_text(&i));
}

static unsigned write_texts(tables *t, const mica_assembly *assembly)
{
    initializer i;
    open_text(&i);
    fputs("{", i.stream);
    for (uint16_t k = 0; k < assembly->text_count; ++k) {
        fputs(k ? ", " : "", i.stream);
        generator_print_string(i.stream, assembly->texts[k]);
    }
    fputs("}", i.stream);
    return share(t, "char *const", "[]", close_text(&i));
}

static unsigned write_custom_arguments(tables *t, const mica_assembly_custom *custom)
{
    initializer i;
    open_text(&i);
    fputs("{", i.stream);
    for (uint32_t k = 0; k < custom->argument_count; ++k) {
        const mica_assembly_custom_argument *argument = &custom->arguments[k];
        fprintf(i.stream, "%s{%u, %u, %u, ", k ? ", " : "", argument->kind, argument->is_ref,
                argument->index);
        generator_print_string(i.stream, argument->text);
        fputs("}", i.stream);
    }
    fputs("}", i.stream);
    return share(t, "mica_assembly_custom_argument", "[]", close_text(&i));
}

static unsigned write_customs(tables *t, const mica_assembly *assembly)
{
    unsigned arguments[32] = {0};
    for (uint16_t k = 0; k < assembly->custom_count && k < 32; ++k) {
        if (assembly->customs[k].argument_count)
            arguments[k] = write_custom_arguments(t, &assembly->customs[k]);
    }
    initializer i;
    open_text(&i);
    fputs("{", i.stream);
    for (uint16_t k = 0; k < assembly->custom_count && k < 32; ++k) {
        const mica_assembly_custom *custom = &assembly->customs[k];
        fputs(k ? ", {" : "{", i.stream);
        generator_print_string(i.stream, custom->name);
        fprintf(i.stream, ", %s, %s, ", function_name(&custom->parse),
                function_name(&custom->print));
        if (custom->argument_count)
            fprintf(i.stream, "k%u, %u}", arguments[k], custom->argument_count);
        else
            fputs("NULL, 0}", i.stream);
    }
    fputs("}", i.stream);
    return share(t, "mica_assembly_custom", "[]", close_text(&i));
}

/// The number of the program's constant.
static unsigned write_assembly(tables *t, const mica_assembly *assembly)
{
    const unsigned parse = write_code(t, assembly->parse_code, assembly->parse_count);
    const unsigned print = write_code(t, assembly->print_code, assembly->print_count);
    const unsigned texts = assembly->text_count ? write_texts(t, assembly) : 0;
    const unsigned customs = assembly->custom_count ? write_customs(t, assembly) : 0;
    initializer i;
    open_text(&i);
    fprintf(i.stream, "{sizeof(mica_assembly), k%u, k%u, ", parse, print);
    if (assembly->text_count)
        fprintf(i.stream, "k%u, ", texts);
    else
        fputs("NULL, ", i.stream);
    if (assembly->custom_count)
        fprintf(i.stream, "k%u, ", customs);
    else
        fputs("NULL, ", i.stream);
    fprintf(i.stream, "UINT64_C(0x%llx), %u, %u, %u, %u}",
            (unsigned long long)assembly->printed_attrs, assembly->parse_count,
            assembly->print_count, assembly->text_count, assembly->custom_count);
    return share(t, "mica_assembly", "", close_text(&i));
}

// ---- enums, types, attributes
// ----------------------------------------------------------------

static void write_enum(tables *t, const mica_enum_def *e)
{
    initializer i;
    open_text(&i);
    fputs("{", i.stream);
    for (uint32_t k = 0; k < e->case_count; ++k) {
        fputs(k ? ", {" : "{", i.stream);
        generator_print_string(i.stream, e->cases[k].keyword);
        fprintf(i.stream, ", INT64_C(%lld), ", (long long)e->cases[k].value);
        generator_print_string(i.stream, e->cases[k].summary);
        fputs("}", i.stream);
    }
    fputs("}", i.stream);
    const unsigned cases = share(t, "mica_enum_case", "[]", close_text(&i));
    fprintf(t->out, "const mica_enum_def mica_%s_%s_enum = {sizeof(mica_enum_def), \"%s\", ",
            t->g->dialect->name, e->name, e->name);
    generator_print_string(t->out, e->summary);
    fprintf(t->out, ", %s, ", e->is_bits ? "true" : "false");
    generator_print_string(t->out, e->separator);
    fprintf(t->out, ", %u, %u, k%u};\n", e->width, e->case_count, cases);
}

static unsigned write_params(tables *t, const mica_param_spec *params, uint32_t count)
{
    unsigned constraints[64] = {0};
    for (uint32_t k = 0; k < count && k < 64; ++k) {
        if (params[k].constraint)
            constraints[k] = write_constraint(t, params[k].constraint);
    }
    initializer i;
    open_text(&i);
    fputs("{", i.stream);
    for (uint32_t k = 0; k < count; ++k) {
        fprintf(i.stream, "%s{\"%s\", (mica_param_kind)%d, %s, ", k ? ", " : "", params[k].name,
                (int)params[k].kind, params[k].is_optional ? "true" : "false");
        generator_print_string(i.stream, params[k].summary);
        if (params[k].constraint)
            fprintf(i.stream, ", &k%u, ", constraints[k]);
        else
            fputs(", NULL, ", i.stream);
        if (params[k].enumeration)
            fprintf(i.stream, "&mica_%s_%s_enum, ", t->g->dialect->name,
                    params[k].enumeration->name);
        else
            fputs("NULL, ", i.stream);
        generator_print_string(i.stream, params[k].default_text);
        fputs("}", i.stream);
    }
    fputs("}", i.stream);
    return share(t, "mica_param_spec", "[]", close_text(&i));
}

static unsigned write_interfaces(tables *t, const mica_interface_entry *interfaces,
                                 uint32_t count)
{
    initializer i;
    open_text(&i);
    fputs("{", i.stream);
    for (uint32_t k = 0; k < count; ++k)
        fprintf(i.stream, "%s{&%s, &%s}", k ? ", " : "", (const char *)interfaces[k].interface,
                (const char *)interfaces[k].table);
    fputs("}", i.stream);
    return share(t, "mica_interface_entry", "[]", close_text(&i));
}

/// Writes "kN, " or "NULL, ".
static void write_reference(FILE *out, bool present, const char *prefix, unsigned number)
{
    if (present)
        fprintf(out, "%sk%u, ", prefix, number);
    else
        fputs("NULL, ", out);
}

/// Types and attributes have the same members, but for the signatures of hooks.
static void write_param_def(tables *t, const char *what, const mica_type_def *d)
{
    const unsigned params = d->param_count ? write_params(t, d->params, d->param_count) : 0;
    const unsigned assembly = d->assembly ? write_assembly(t, d->assembly) : 0;
    const unsigned interfaces =
        d->interface_count ? write_interfaces(t, d->interfaces, d->interface_count) : 0;
    fprintf(t->out, "const mica_%s_def mica_%s_", what, d->dialect);
    generator_print_name(t->out, d->name);
    fprintf(t->out, "_%s = {sizeof(mica_%s_def), \"%s\", \"%s\", ", what, what, d->dialect,
            d->name);
    generator_print_string(t->out, d->summary);
    fputs(", ", t->out);
    generator_print_string(t->out, d->description);
    fprintf(t->out, ", %u, ", d->param_count);
    write_reference(t->out, d->param_count != 0, "", params);
    write_reference(t->out, d->assembly != NULL, "&", assembly);
    fprintf(t->out, "%s, %s, %s, ", function_name(&d->verify), function_name(&d->parse),
            function_name(&d->print));
    write_reference(t->out, d->interface_count != 0, "", interfaces);
    fprintf(t->out, "%u};\n", d->interface_count);
}

// ---- ops
// -------------------------------------------------------------------------------------

static unsigned write_values(tables *t, const mica_value_spec *specs, uint16_t count)
{
    unsigned constraints[64] = {0};
    for (uint16_t k = 0; k < count && k < 64; ++k)
        constraints[k] = write_constraint(t, specs[k].constraint);
    initializer i;
    open_text(&i);
    fputs("{", i.stream);
    for (uint16_t k = 0; k < count; ++k) {
        fprintf(i.stream, "%s{\"%s\", &k%u, (mica_arity)%d, %u, %d, ", k ? ", " : "",
                specs[k].name, constraints[k], (int)specs[k].arity, specs[k].effects,
                specs[k].group_slot);
        generator_print_string(i.stream, specs[k].summary);
        fputs("}", i.stream);
    }
    fputs("}", i.stream);
    return share(t, "mica_value_spec", "[]", close_text(&i));
}

static unsigned write_attrs(tables *t, const mica_op_def *op)
{
    unsigned constraints[64] = {0};
    for (uint16_t k = 0; k < op->attr_count && k < 64; ++k)
        constraints[k] = write_constraint(t, op->attrs[k].constraint);
    initializer i;
    open_text(&i);
    fputs("{", i.stream);
    for (uint16_t k = 0; k < op->attr_count; ++k) {
        const mica_attr_spec *spec = &op->attrs[k];
        fprintf(i.stream, "%s{\"%s\", &k%u, %s, ", k ? ", " : "", spec->name, constraints[k],
                spec->is_optional ? "true" : "false");
        generator_print_string(i.stream, spec->default_text);
        fputs(", ", i.stream);
        generator_print_string(i.stream, spec->summary);
        fputs("}", i.stream);
    }
    fputs("}", i.stream);
    return share(t, "mica_attr_spec", "[]", close_text(&i));
}

static unsigned write_regions(tables *t, const mica_op_def *op)
{
    initializer i;
    open_text(&i);
    fputs("{", i.stream);
    for (uint16_t k = 0; k < op->region_count; ++k) {
        const mica_region_spec *spec = &op->regions[k];
        fprintf(i.stream, "%s{\"%s\", %s, %s, %u, %u, ", k ? ", " : "", spec->name,
                spec->is_variadic ? "true" : "false", spec->is_implicit ? "true" : "false",
                spec->min_blocks, spec->max_blocks);
        generator_print_string(i.stream, spec->summary);
        fputs("}", i.stream);
    }
    fputs("}", i.stream);
    return share(t, "mica_region_spec", "[]", close_text(&i));
}

static unsigned write_successors(tables *t, const mica_op_def *op)
{
    initializer i;
    open_text(&i);
    fputs("{", i.stream);
    for (uint16_t k = 0; k < op->successor_count; ++k)
        fprintf(i.stream, "%s{\"%s\", %s}", k ? ", " : "", op->successors[k].name,
                op->successors[k].is_variadic ? "true" : "false");
    fputs("}", i.stream);
    return share(t, "mica_successor_spec", "[]", close_text(&i));
}

static unsigned write_traits(tables *t, const mica_op_def *op)
{
    unsigned arguments[64] = {0};
    initializer i;
    for (uint16_t k = 0; k < op->trait_count && k < 64; ++k) {
        const mica_trait_use *use = &op->traits[k];
        if (!use->argument_count)
            continue;
        open_text(&i);
        fputs("{", i.stream);
        for (uint32_t a = 0; a < use->argument_count; ++a) {
            fputs(a ? ", " : "", i.stream);
            generator_print_string(i.stream, use->arguments[a]);
        }
        fputs("}", i.stream);
        arguments[k] = share(t, "char *const", "[]", close_text(&i));
    }
    open_text(&i);
    fputs("{", i.stream);
    for (uint16_t k = 0; k < op->trait_count; ++k) {
        const mica_trait_use *use = &op->traits[k];
        fprintf(i.stream, "%s{(mica_trait)%d, %u, ", k ? ", " : "", (int)use->trait,
                use->argument_count);
        if (use->argument_count)
            fprintf(i.stream, "k%u}", arguments[k]);
        else
            fputs("NULL}", i.stream);
    }
    fputs("}", i.stream);
    return share(t, "mica_trait_use", "[]", close_text(&i));
}

static unsigned write_expr(tables *t, const mica_type_equation *equation)
{
    initializer i;
    open_text(&i);
    fputs("{", i.stream);
    for (uint16_t k = 0; k < equation->count; ++k) {
        const mica_type_expr *step = &equation->expr[k];
        fprintf(i.stream, "%s{%u, %u, %u, ", k ? ", " : "", step->code, step->extra,
                step->value);
        generator_print_string(i.stream, step->text);
        fprintf(i.stream, ", %s}", function_name(&step->hook));
    }
    fputs("}", i.stream);
    return share(t, "mica_type_expr", "[]", close_text(&i));
}

static unsigned write_members(tables *t, const mica_type_equation *equation)
{
    initializer i;
    open_text(&i);
    fputs("{", i.stream);
    for (uint16_t k = 0; k < equation->count; ++k)
        fprintf(i.stream, "%s%u", k ? ", " : "", equation->members[k]);
    fputs("}", i.stream);
    return share(t, "uint16_t", "[]", close_text(&i));
}

static unsigned write_equations(tables *t, const mica_op_def *op)
{
    unsigned parts[64] = {0};
    for (uint32_t k = 0; k < op->equation_count && k < 64; ++k) {
        const mica_type_equation *equation = &op->equations[k];
        parts[k] = equation->kind == MICA_EQUATION_MATCH ? write_expr(t, equation)
                                                         : write_members(t, equation);
    }
    initializer i;
    open_text(&i);
    fputs("{", i.stream);
    for (uint32_t k = 0; k < op->equation_count; ++k) {
        const mica_type_equation *equation = &op->equations[k];
        const bool match = equation->kind == MICA_EQUATION_MATCH;
        fprintf(i.stream, "%s{%u, %s, %u, %u, ", k ? ", " : "", equation->kind,
                equation->is_infer ? "true" : "false", equation->target, equation->count);
        if (match)
            fprintf(i.stream, "NULL, k%u, ", parts[k]);
        else
            fprintf(i.stream, "k%u, NULL, ", parts[k]);
        generator_print_string(i.stream, equation->description);
        fputs("}", i.stream);
    }
    fputs("}", i.stream);
    return share(t, "mica_type_equation", "[]", close_text(&i));
}

static unsigned write_hooks(tables *t, const mica_op_def *op)
{
    initializer i;
    open_text(&i);
    fputs("{sizeof(mica_op_hooks)", i.stream);
    for (size_t k = 0; k < micai_op_hook_field_count; ++k)
        fprintf(i.stream, ", %s",
                function_name((const char *)op->hooks + micai_op_hook_fields[k].offset));
    fputs("}", i.stream);
    return share(t, "mica_op_hooks", "", close_text(&i));
}

static void write_op(tables *t, const mica_op_def *op)
{
    FILE *out = t->out;
    const unsigned operands =
        op->operand_count ? write_values(t, op->operands, op->operand_count) : 0;
    const unsigned results =
        op->result_count ? write_values(t, op->results, op->result_count) : 0;
    const unsigned attrs = op->attr_count ? write_attrs(t, op) : 0;
    const unsigned regions = op->region_count ? write_regions(t, op) : 0;
    const unsigned successors = op->successor_count ? write_successors(t, op) : 0;
    const unsigned traits = op->trait_count ? write_traits(t, op) : 0;
    const unsigned equations = op->equation_count ? write_equations(t, op) : 0;
    const unsigned interfaces =
        op->interface_count ? write_interfaces(t, op->interfaces, op->interface_count) : 0;
    const unsigned assembly = op->assembly ? write_assembly(t, op->assembly) : 0;
    const unsigned hooks = op->hooks ? write_hooks(t, op) : 0;
    fputs("const mica_op_identity mica_", out);
    generator_print_name(out, op->name);
    fprintf(out, "_kind = {\"%s\"};\nstatic const mica_op_def op_", op->name);
    generator_print_name(out, op->name);
    fputs(" = {sizeof(mica_op_def), &mica_", out);
    generator_print_name(out, op->name);
    fprintf(out, "_kind, \"%s\", ", op->name);
    generator_print_string(out, op->summary);
    fputs(", ", out);
    generator_print_string(out, op->description);
    fputs(", ", out);
    write_reference(out, op->operand_count != 0, "", operands);
    write_reference(out, op->result_count != 0, "", results);
    write_reference(out, op->attr_count != 0, "", attrs);
    write_reference(out, op->region_count != 0, "", regions);
    write_reference(out, op->successor_count != 0, "", successors);
    fprintf(out, "%u, %u, %u, %u, %u, %u, ", op->operand_count, op->result_count,
            op->attr_count, op->region_count, op->successor_count, op->trait_count);
    write_reference(out, op->trait_count != 0, "", traits);
    fprintf(out, "UINT64_C(0x%llx), ", (unsigned long long)op->trait_bits);
    write_reference(out, op->equation_count != 0, "", equations);
    fprintf(out, "%u, %u, ", op->equation_count, op->interface_count);
    write_reference(out, op->interface_count != 0, "", interfaces);
    fprintf(out, "%u, ", op->effects);
    write_reference(out, op->assembly != NULL, "&", assembly);
    write_reference(out, op->hooks != NULL, "&", hooks);
    fprintf(out, "%d, %d};\n", op->operand_segment_slot, op->result_segment_slot);
}

// ---- the dialect
// -----------------------------------------------------------------------------

static int compare_hooks(const void *a, const void *b)
{
    return strcmp(((const generator_hook *)a)->symbol, ((const generator_hook *)b)->symbol);
}

/// Interfaces are told by address alone here; their types are those of who defines them.
static void write_table_declarations(const generator *g, FILE *out)
{
    for (size_t i = 0; i < g->hook_count; ++i) {
        if (!micai_hook_prototype(g->hooks[i].kind))
            fprintf(out, "extern const char %s;\n", g->hooks[i].symbol);
    }
}

/// The table that the loader finds hooks in.
static void write_hook_table(generator *g, FILE *out)
{
    qsort(g->hooks, g->hook_count, sizeof *g->hooks, compare_hooks);
    fputs("static const mica_hook hooks[] = {\n", out);
    for (size_t i = 0; i < g->hook_count; ++i) {
        const generator_hook *hook = &g->hooks[i];
        if (micai_hook_prototype(hook->kind))
            fprintf(out, "    {\"%s\", (void (*)(void))%s, NULL},\n", hook->symbol,
                    hook->symbol);
        else
            fprintf(out, "    {\"%s\", NULL, &%s},\n", hook->symbol, hook->symbol);
    }
    fputs("    {NULL, NULL, NULL}};\n", out);
    fprintf(out, "const mica_dialect_entry micai_%s_entry = {&mica_%s_dialect, hooks, %zu};\n",
            g->dialect->name, g->dialect->name, g->hook_count);
}

static void write_list(FILE *out, const char *what, const char *type, uint32_t count)
{
    if (count == 0)
        return;
    fprintf(out, "static const %s *const all_%s[] = {\n", type, what);
}

static void write_lists(tables *t)
{
    const mica_dialect_def *d = t->g->dialect;
    FILE *out = t->out;
    write_list(out, "ops", "mica_op_def", d->op_count);
    for (uint32_t i = 0; i < d->op_count; ++i) {
        fputs("    &op_", out);
        generator_print_name(out, d->ops[i]->name);
        fputs(i + 1 < d->op_count ? ",\n" : "};\n", out);
    }
    write_list(out, "types", "mica_type_def", d->type_count);
    for (uint32_t i = 0; i < d->type_count; ++i) {
        fprintf(out, "    &mica_%s_", d->name);
        generator_print_name(out, d->types[i]->name);
        fputs(i + 1 < d->type_count ? "_type,\n" : "_type};\n", out);
    }
    write_list(out, "attrs", "mica_attr_def", d->attr_count);
    for (uint32_t i = 0; i < d->attr_count; ++i) {
        fprintf(out, "    &mica_%s_", d->name);
        generator_print_name(out, d->attrs[i]->name);
        fputs(i + 1 < d->attr_count ? "_attr,\n" : "_attr};\n", out);
    }
    write_list(out, "enums", "mica_enum_def", d->enum_count);
    for (uint32_t i = 0; i < d->enum_count; ++i)
        fprintf(out, "    &mica_%s_%s_enum%s", d->name, d->enums[i]->name,
                i + 1 < d->enum_count ? ",\n" : "};\n");
}

static void write_dialect(tables *t)
{
    const mica_dialect_def *d = t->g->dialect;
    FILE *out = t->out;
    write_lists(t);
    fprintf(out, "const mica_dialect_def mica_%s_dialect = {sizeof(mica_dialect_def), \"%s\", ",
            d->name, d->name);
    generator_print_string(out, d->summary);
    fputs(", ", out);
    generator_print_string(out, d->description);
    fprintf(out, ", %s, %s, %s, %s, %u, %u, %u, %u, ", d->op_count ? "all_ops" : "NULL",
            d->type_count ? "all_types" : "NULL", d->attr_count ? "all_attrs" : "NULL",
            d->enum_count ? "all_enums" : "NULL", d->op_count, d->type_count, d->attr_count,
            d->enum_count);
    fprintf(out, "%s, %s, %s};\n", function_name(&d->materialize_constant),
            function_name(&d->verify_attr), function_name(&d->canonicalize));
}

void generator_write_tables(generator *g, FILE *out)
{
    tables t = {.g = g, .out = out};
    fprintf(out,
            "// Made by mica-gen of %s.\n#include \"dialects/%s/%s_ops.h\"\n\n"
            "#include \"ir/text/assembly_program.h\"\n"
            "#include \"ir/core/type_equation.h\"\n\n",
            g->source, g->dialect->name, g->dialect->name);
    write_table_declarations(g, out);
    for (uint32_t i = 0; i < g->dialect->enum_count; ++i)
        write_enum(&t, g->dialect->enums[i]);
    for (uint32_t i = 0; i < g->dialect->type_count; ++i)
        write_param_def(&t, "type", g->dialect->types[i]);
    // mica_attr_def has the layout of mica_type_def up to the parameters of hooks.
    for (uint32_t i = 0; i < g->dialect->attr_count; ++i)
        write_param_def(&t, "attr", (const mica_type_def *)(const void *)g->dialect->attrs[i]);
    for (uint32_t i = 0; i < g->dialect->op_count; ++i)
        write_op(&t, g->dialect->ops[i]);
    write_dialect(&t);
    write_hook_table(g, out);
    free_tables(&t);
}
