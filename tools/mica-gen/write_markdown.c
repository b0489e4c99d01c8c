// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reference page of a dialect.

#include "tools/mica-gen/generator.h"

static const char *const trait_names[] = {
#define TRAIT_NAME(suffix, name, upstream) name,
    MICA_TRAITS(TRAIT_NAME)
#undef TRAIT_NAME
};

static void write_values(FILE *out, const char *title, const mica_value_spec *specs,
                         uint16_t count)
{
    static const char *const arities[] = {"", "optional ", "variadic ",
                                          "variadic of variadic "};
    if (!count)
        return;
    fprintf(out, "\n| %s | |\n| --- | --- |\n", title);
    for (uint16_t i = 0; i < count; ++i)
        fprintf(out, "| `%s` | %s%s%s%s |\n", specs[i].name, arities[specs[i].arity],
                specs[i].constraint->description, specs[i].summary ? ": " : "",
                specs[i].summary ? specs[i].summary : "");
}

static void write_attrs(FILE *out, const mica_op_def *op)
{
    if (!op->attr_count)
        return;
    fputs("\n| attributes | |\n| --- | --- |\n", out);
    for (uint16_t i = 0; i < op->attr_count; ++i) {
        const mica_attr_spec *spec = &op->attrs[i];
        fprintf(out, "| `%s` | %s%s", spec->name, spec->is_optional ? "optional " : "",
                spec->constraint->description);
        if (spec->default_text)
            fprintf(out, ", by default `%s`", spec->default_text);
        fprintf(out, "%s%s |\n", spec->summary ? ": " : "", spec->summary ? spec->summary : "");
    }
}

static void write_op(FILE *out, const mica_op_def *op)
{
    fprintf(out, "\n## %s\n", op->name);
    if (op->summary)
        fprintf(out, "\n%s\n", op->summary);
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

void generator_write_markdown(generator *g, FILE *out)
{
    const mica_dialect_def *d = g->dialect;
    fprintf(out, "# Dialect `%s`\n\nMade by mica-gen of `%s`.\n", d->name, g->source);
    if (d->summary)
        fprintf(out, "\n%s\n", d->summary);
    if (d->description)
        fprintf(out, "\n%s\n", d->description);
    for (uint32_t i = 0; i < d->op_count; ++i)
        write_op(out, d->ops[i]);
    for (uint32_t i = 0; i < d->type_count; ++i)
        write_params(out, "!", d->types[i]);
    for (uint32_t i = 0; i < d->attr_count; ++i)
        write_params(out, "#", (const mica_type_def *)(const void *)d->attrs[i]);
    for (uint32_t i = 0; i < d->enum_count; ++i)
        write_enum(out, d->enums[i]);
}
