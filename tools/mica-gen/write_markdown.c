// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reference page of a dialect: what its ops are called, how they are written (the format as
// it stands in the definition, which the tables have lost), what they take and give. A page
// that would be too long to read is one table of ops (`--docs-table`).

#include <stdlib.h>

#include "ir/definition/dialect.h"
#include "tools/mica-gen/generator.h"

static const char *const trait_names[] = {
#define TRAIT_NAME(suffix, name, upstream) name,
    MICA_TRAITS(TRAIT_NAME)
#undef TRAIT_NAME
};

// ---- formats
// ---------------------------------------------------------------------------------

static int compare_names(mica_string a, mica_string b)
{
    const size_t least = a.length < b.length ? a.length : b.length;
    const int order = memcmp(a.data, b.data, least);
    return order ? order : (a.length > b.length) - (a.length < b.length);
}

static int compare_items(const void *a, const void *b)
{
    const micai_item *const *one = a, *const *other = b;
    return compare_names((*one)->name, (*other)->name);
}

/// The ops of the tree in order of their names; NULL when out of memory.
static const micai_item **sort_op_items(generator *g, size_t *count)
{
    const micai_item **items = malloc((g->item_count + 1) * sizeof *items);
    *count = 0;
    if (!items) {
        g->out_of_memory = true;
        return NULL;
    }
    for (const micai_item *item = g->items; item; item = item->next) {
        if (item->kind == TOKEN_OP)
            items[(*count)++] = item;
    }
    qsort(items, *count, sizeof *items, compare_items);
    return items;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// The text without the blanks around it.
static mica_string trim(mica_string text)
{
    while (text.length && is_blank(text.data[0])) {
        ++text.data;
        --text.length;
    }
    while (text.length && is_blank(text.data[text.length - 1]))
        --text.length;
    return text;
}

/// The format behind the op's name, its further lines indented by four blanks.
static void write_format(FILE *out, const char *name, mica_string format)
{
    fprintf(out, "\n```\n%s ", name);
    for (mica_string rest = trim(format); rest.length;) {
        const char *end = memchr(rest.data, '\n', rest.length);
        const size_t length = end ? (size_t)(end - rest.data) : rest.length;
        const mica_string line = trim((mica_string){rest.data, length});
        fprintf(out, "%.*s\n", MICA_STRING_ARG(line));
        rest = trim((mica_string){rest.data + length, rest.length - length});
        if (rest.length)
            fputs("    ", out);
    }
    fputs("```\n", out);
}

static void write_syntax(FILE *out, const micai_item *const *items, size_t count,
                         const mica_op_def *op)
{
    const micai_item key = {.name = mica_string_from(generator_op_name(op))};
    const micai_item *const wanted = &key;
    const micai_item *const *found =
        items ? bsearch(&wanted, items, count, sizeof *items, compare_items) : NULL;
    for (const micai_section *s = found ? (*found)->sections : NULL; s; s = s->next) {
        if (s->kind == TOKEN_FORMAT)
            write_format(out, op->name, s->format);
    }
}

// ---- parts of an op
// --------------------------------------------------------------------------

/// In a table a bar would end the cell.
static void write_cell(FILE *out, const char *text)
{
    for (; *text; ++text)
        fprintf(out, *text == '|' ? "\\%c" : "%c", *text == '\n' ? ' ' : *text);
}

static void write_values(FILE *out, const char *title, const mica_value_spec *specs,
                         uint16_t count)
{
    static const char *const arities[] = {"", "optional ", "variadic ",
                                          "variadic of variadic "};
    if (!count)
        return;
    fprintf(out, "\n| %s | |\n| --- | --- |\n", title);
    for (uint16_t i = 0; i < count; ++i) {
        fprintf(out, "| `%s` | %s", specs[i].name, arities[specs[i].arity]);
        write_cell(out, specs[i].constraint->description);
        if (specs[i].summary) {
            fputs(": ", out);
            write_cell(out, specs[i].summary);
        }
        fputs(" |\n", out);
    }
}

/// Sizes of groups of operands follow from the text; nobody writes them.
static bool is_segment_sizes(const mica_attr_spec *spec)
{
    return strcmp(spec->name, "operandSegmentSizes") == 0 ||
           strcmp(spec->name, "resultSegmentSizes") == 0;
}

static void write_attrs(FILE *out, const mica_op_def *op)
{
    bool first = true;
    for (uint16_t i = 0; i < op->attr_count; ++i) {
        const mica_attr_spec *spec = &op->attrs[i];
        if (is_segment_sizes(spec))
            continue;
        fprintf(out, "%s| `%s` | %s", first ? "\n| attributes | |\n| --- | --- |\n" : "",
                spec->name, spec->is_optional ? "optional " : "");
        first = false;
        write_cell(out, spec->constraint->description);
        if (spec->default_text) {
            fputs(", by default `", out);
            write_cell(out, spec->default_text);
            fputc('`', out);
        }
        if (spec->summary) {
            fputs(": ", out);
            write_cell(out, spec->summary);
        }
        fputs(" |\n", out);
    }
}

static void write_op(FILE *out, const micai_item *const *items, size_t item_count,
                     const mica_op_def *op)
{
    fprintf(out, "\n## %s\n", op->name);
    if (op->summary)
        fprintf(out, "\n%s\n", op->summary);
    write_syntax(out, items, item_count, op);
    if (op->description)
        fprintf(out, "\n%s\n", op->description);
    if (op->trait_count) {
        fputs("\nTraits:", out);
        for (uint16_t i = 0; i < op->trait_count; ++i)
            fprintf(out, "%s %s", i ? "," : "", trait_names[op->traits[i].trait]);
        fputc('\n', out);
    }
    write_values(out, "operands", op->operands, op->operand_count);
    write_attrs(out, op);
    write_values(out, "results", op->results, op->result_count);
    for (uint16_t i = 0; i < op->region_count; ++i)
        fprintf(out, "%sregion `%s`%s", i ? ", " : "\n", op->regions[i].name,
                i + 1 == op->region_count ? "\n" : "");
    for (uint16_t i = 0; i < op->successor_count; ++i)
        fprintf(out, "%ssuccessor `%s`%s", i ? ", " : "\n", op->successors[i].name,
                i + 1 == op->successor_count ? "\n" : "");
}

// ---- the page
// --------------------------------------------------------------------------------

static void write_params(FILE *out, const char *sigil, const mica_type_def *d)
{
    fprintf(out, "\n## %s%s.%s\n", sigil, d->dialect, d->name);
    if (d->summary)
        fprintf(out, "\n%s\n", d->summary);
    if (d->description)
        fprintf(out, "\n%s\n", d->description);
    if (!d->param_count)
        return;
    fputs("\n| parameters | |\n| --- | --- |\n", out);
    for (uint32_t i = 0; i < d->param_count; ++i)
        fprintf(out, "| `%s` | %s%s |\n", d->params[i].name,
                d->params[i].is_optional ? "optional " : "",
                d->params[i].summary ? d->params[i].summary : "");
}

static void write_enum(FILE *out, const mica_enum_def *e)
{
    fprintf(out, "\n## enum %s\n", e->name);
    if (*e->summary)
        fprintf(out, "\n%s\n", e->summary);
    fputs("\n| case | value |\n| --- | --- |\n", out);
    for (uint32_t i = 0; i < e->case_count; ++i)
        fprintf(out, "| `%s` | %lld |\n", e->cases[i].keyword, (long long)e->cases[i].value);
}

static void write_head(const generator *g, FILE *out)
{
    const mica_dialect_def *d = g->dialect;
    fprintf(out, "# Dialect `%s`\n\nMade by mica-gen of `%s`.\n", d->name, g->source);
    if (d->summary)
        fprintf(out, "\n%s\n", d->summary);
    if (d->description)
        fprintf(out, "\n%s\n", d->description);
}

static void write_names(FILE *out, const mica_value_spec *specs, uint16_t count)
{
    fputs(" |", out);
    for (uint16_t i = 0; i < count; ++i)
        fprintf(out, "%s `%s`", i ? "," : "", specs[i].name);
}

void generator_write_markdown_table(generator *g, FILE *out)
{
    const mica_dialect_def *d = g->dialect;
    write_head(g, out);
    fputs("\n| op | what it does | operands | results |\n| --- | --- | --- | --- |\n", out);
    for (uint32_t i = 0; i < d->op_count; ++i) {
        const mica_op_def *op = d->ops[i];
        fprintf(out, "| `%s` | ", op->name);
        write_cell(out, op->summary ? op->summary : "");
        write_names(out, op->operands, op->operand_count);
        write_names(out, op->results, op->result_count);
        fputs(" |\n", out);
    }
    fputs("\n| type or attribute | what it is |\n| --- | --- |\n", out);
    for (uint32_t i = 0; i < d->type_count; ++i)
        fprintf(out, "| `!%s.%s` | %s |\n", d->name, d->types[i]->name,
                d->types[i]->summary ? d->types[i]->summary : "");
    for (uint32_t i = 0; i < d->attr_count; ++i)
        fprintf(out, "| `#%s.%s` | %s |\n", d->name, d->attrs[i]->name,
                d->attrs[i]->summary ? d->attrs[i]->summary : "");
}

void generator_write_markdown(generator *g, FILE *out)
{
    const mica_dialect_def *d = g->dialect;
    write_head(g, out);
    size_t item_count = 0;
    const micai_item **items = sort_op_items(g, &item_count);
    for (uint32_t i = 0; i < d->op_count; ++i)
        write_op(out, items, item_count, d->ops[i]);
    free(items);
    for (uint32_t i = 0; i < d->type_count; ++i)
        write_params(out, "!", d->types[i]);
    for (uint32_t i = 0; i < d->attr_count; ++i)
        write_params(out, "#", (const mica_type_def *)(const void *)d->attrs[i]);
    for (uint32_t i = 0; i < d->enum_count; ++i)
        write_enum(out, d->enums[i]);
}
