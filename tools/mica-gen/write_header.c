// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The header of a dialect: enums, kinds, accessors, prototypes of builders and hooks.

#include "tools/mica-gen/generator.h"

// ---- enums
// -----------------------------------------------------------------------------------

static bool fits_int(const mica_enum_def *e)
{
    for (uint32_t i = 0; i < e->case_count; ++i) {
        if (e->cases[i].value > INT32_MAX || e->cases[i].value < INT32_MIN)
            return false;
    }
    return true;
}

static void write_case_name(const generator *g, FILE *out, const mica_enum_def *e, uint32_t i)
{
    fputs("MICA_", out);
    generator_print_upper(out, g->dialect->name);
    fputc('_', out);
    generator_print_upper(out, e->name);
    fputc('_', out);
    generator_print_upper(out, e->cases[i].keyword);
}

static void write_enum(const generator *g, FILE *out, const mica_enum_def *e)
{
    const bool small = fits_int(e);
    if (small)
        fprintf(out, "typedef enum mica_%s_%s {\n", g->dialect->name, e->name);
    else
        fprintf(out, "typedef int64_t mica_%s_%s;\n", g->dialect->name, e->name);
    for (uint32_t i = 0; i < e->case_count; ++i) {
        fputs(small ? "    " : "#define ", out);
        write_case_name(g, out, e, i);
        if (small)
            fprintf(out, " = %lld,\n", (long long)e->cases[i].value);
        else
            fprintf(out, " INT64_C(%lld)\n", (long long)e->cases[i].value);
    }
    if (small)
        fprintf(out, "} mica_%s_%s;\n", g->dialect->name, e->name);
    fprintf(out, "extern MICA_API const mica_enum_def mica_%s_%s_enum;\n\n", g->dialect->name,
            e->name);
}

// ---- types and attributes
// --------------------------------------------------------------------

static void write_param_type(const generator *g, FILE *out, const mica_param_spec *param)
{
    switch (param->kind) {
    case MICA_PARAM_TYPE:
        fputs("const mica_type *", out);
        break;
    case MICA_PARAM_ATTR:
        fputs("const mica_attr *", out);
        break;
    case MICA_PARAM_INT:
        fputs("int64_t ", out);
        break;
    case MICA_PARAM_BOOL:
        fputs("bool ", out);
        break;
    case MICA_PARAM_STRING:
    case MICA_PARAM_KEYWORD:
        fputs("const mica_identifier *", out);
        break;
    case MICA_PARAM_ENUM:
        fprintf(out, "mica_%s_%s ", g->dialect->name, param->enumeration->name);
        break;
    default:
        fputs("const mica_word_list *", out);
        break;
    }
}

static bool is_pointer(const mica_param_spec *param)
{
    return param->kind != MICA_PARAM_INT && param->kind != MICA_PARAM_BOOL &&
           param->kind != MICA_PARAM_ENUM;
}

static void write_constructor(const generator *g, FILE *out, const char *what,
                              const mica_type_def *d)
{
    fprintf(out, "static inline const mica_%s *mica_%s_", what, d->dialect);
    generator_print_name(out, d->name);
    fprintf(out, "_%s_get(mica_context *context", what);
    for (uint32_t i = 0; i < d->param_count; ++i) {
        fputs(", ", out);
        write_param_type(g, out, &d->params[i]);
        generator_print_identifier(out, d->params[i].name);
    }
    fputs(")\n{\n", out);
    if (d->param_count) {
        fputs("    const uint64_t words[] = {", out);
        for (uint32_t i = 0; i < d->param_count; ++i) {
            fputs(i ? ", " : "", out);
            fputs(is_pointer(&d->params[i]) ? "(uint64_t)(uintptr_t)" : "(uint64_t)", out);
            generator_print_identifier(out, d->params[i].name);
        }
        fputs("};\n", out);
    }
    fprintf(out,
            "    return mica_%s_get(context, mica_context_find_%s_def(context, \"%s\", "
            "\"%s\"), %s, %u);\n}\n",
            what, what, d->dialect, d->name, d->param_count ? "words" : "NULL", d->param_count);
}

static void write_param_accessors(const generator *g, FILE *out, const char *what,
                                  const mica_type_def *d)
{
    for (uint32_t i = 0; i < d->param_count; ++i) {
        fputs("static inline ", out);
        write_param_type(g, out, &d->params[i]);
        fprintf(out, "mica_%s_", d->dialect);
        generator_print_name(out, d->name);
        fprintf(out, "_%s_", what);
        generator_print_name(out, d->params[i].name);
        fprintf(out, "(const mica_%s *%s)\n{\n    return (", what, what);
        write_param_type(g, out, &d->params[i]);
        fprintf(out, ")%smica_%s_param(%s, %u)%s;\n}\n",
                is_pointer(&d->params[i]) ? "(uintptr_t)" : "", what, what, i,
                d->params[i].kind == MICA_PARAM_BOOL ? " != 0" : "");
    }
}

static void write_param_def(const generator *g, FILE *out, const char *what,
                            const mica_type_def *d)
{
    fprintf(out, "extern MICA_API const mica_%s_def mica_%s_", what, d->dialect);
    generator_print_name(out, d->name);
    fprintf(out, "_%s;\n", what);
    fprintf(out, "static inline bool mica_%s_is_%s_", what, d->dialect);
    generator_print_name(out, d->name);
    fprintf(out, "(const mica_%s *%s)\n{\n    return %s && mica_%s_is_of(%s, &mica_%s_", what,
            what, what, what, what, d->dialect);
    generator_print_name(out, d->name);
    fprintf(out, "_%s);\n}\n", what);
    write_constructor(g, out, what, d);
    write_param_accessors(g, out, what, d);
    fputc('\n', out);
}

// ---- ops
// -------------------------------------------------------------------------------------

/// Is `op_field` the name of an enum too?
static bool is_enum_name(const generator *g, const mica_op_def *op, const char *field)
{
    char name[256];
    snprintf(name, sizeof name, "%s_%s", generator_op_name(op), field);
    for (char *c = name; *c; ++c)
        *c = *c == '.' ? '_' : *c;
    for (uint32_t i = 0; i < g->dialect->enum_count; ++i) {
        if (strcmp(g->dialect->enums[i]->name, name) == 0)
            return true;
    }
    return false;
}

/// `mica_d_op_field`; when that name is taken it gets a `_`.
static void write_field(const generator *g, FILE *out, const mica_op_def *op, const char *field)
{
    fputs("mica_", out);
    generator_print_name(out, op->name);
    fputc('_', out);
    generator_print_name(out, field);
    if (strcmp(field, "kind") == 0 || strcmp(field, "build") == 0 || is_enum_name(g, op, field))
        fputc('_', out);
}

/// True when all specs before this one are single, so that its index is known.
static bool has_fixed_index(const mica_value_spec *specs, uint16_t index)
{
    for (uint16_t i = 0; i <= index; ++i) {
        if (specs[i].arity != MICA_ARITY_ONE)
            return false;
    }
    return true;
}

static void write_value(const generator *g, FILE *out, const mica_op_def *op, bool results,
                        uint16_t index)
{
    const mica_value_spec *specs = results ? op->results : op->operands;
    const char *what = results ? "result" : "operand";
    const bool is_list = specs[index].arity >= MICA_ARITY_VARIADIC;
    fputs("static inline mica_value *", out);
    write_field(g, out, op, specs[index].name);
    fputs(is_list ? "(const mica_op *op, size_t index)\n{\n" : "(const mica_op *op)\n{\n", out);
    if (has_fixed_index(specs, index))
        fprintf(out, "    return mica_op_%s(op, %u);\n}\n", what, index);
    else
        fprintf(out, "    return mica_op_%s_of(op, %u, %s);\n}\n", what, index,
                is_list ? "index" : "0");
    if (!is_list)
        return;
    fputs("static inline size_t ", out);
    write_field(g, out, op, specs[index].name);
    fprintf(out, "_count(const mica_op *op)\n{\n    return mica_op_%s_count_of(op, %u);\n}\n",
            what, index);
}

static void write_enum_accessor(const generator *g, FILE *out, const mica_op_def *op,
                                uint16_t slot, const mica_enum_def *e)
{
    const mica_attr_spec *spec = &op->attrs[slot];
    const bool by_integer = spec->constraint->kind == MICA_CONSTRAINT_ENUM;
    fprintf(out, "static inline mica_%s_%s ", g->dialect->name, e->name);
    write_field(g, out, op, spec->name);
    fprintf(out,
            "(const mica_op *op)\n{\n    return (mica_%s_%s)%s(mica_op_slot_or_default(op, "
            "%u)%s);\n}\n",
            g->dialect->name, e->name,
            by_integer ? "mica_integer_attr_value" : "mica_attr_param", slot,
            by_integer ? "" : ", 0");
    fputs("static inline void ", out);
    fputs("mica_", out);
    generator_print_name(out, op->name);
    fprintf(out, "_set_%s(mica_op *op, mica_%s_%s value)\n{\n", spec->name, g->dialect->name,
            e->name);
    fprintf(out,
            "    mica_op_set_slot(op, %u, mica_enum_attr_get(mica_op_context(op), "
            "&mica_%s_%s_enum, ",
            slot, g->dialect->name, e->name);
    generator_print_string(out, by_integer ? NULL : spec->constraint->text);
    fputs(", (int64_t)value));\n}\n", out);
}

static void write_attr(const generator *g, FILE *out, const mica_op_def *op, uint16_t slot)
{
    const mica_attr_spec *spec = &op->attrs[slot];
    const mica_enum_def *e = generator_attr_enum(spec);
    if (e) {
        write_enum_accessor(g, out, op, slot, e);
        return;
    }
    const bool unit = generator_is_unit(spec);
    fprintf(out, "static inline %s", unit ? "bool " : "const mica_attr *");
    write_field(g, out, op, spec->name);
    if (unit)
        fprintf(out, "(const mica_op *op)\n{\n    return mica_op_slot(op, %u) != NULL;\n}\n",
                slot);
    else
        fprintf(out, "(const mica_op *op)\n{\n    return mica_op_slot_or_default(op, %u);\n}\n",
                slot);
    fputs("static inline void mica_", out);
    generator_print_name(out, op->name);
    fprintf(out, "_set_%s(mica_op *op, %svalue)\n{\n    mica_op_set_slot(op, %u, %s);\n}\n",
            spec->name, unit ? "bool " : "const mica_attr *", slot,
            unit ? "value ? mica_unit_attr_get(mica_op_context(op)) : NULL" : "value");
}

static void write_region(const generator *g, FILE *out, const mica_op_def *op, uint16_t index)
{
    const mica_region_spec *spec = &op->regions[index];
    fputs("static inline mica_region *", out);
    write_field(g, out, op, spec->name);
    if (!spec->is_variadic) {
        fprintf(out, "(const mica_op *op)\n{\n    return mica_op_region(op, %u);\n}\n", index);
        return;
    }
    fprintf(out,
            "(const mica_op *op, size_t index)\n{\n    return mica_op_region(op, %u + "
            "index);\n}\n",
            index);
    fputs("static inline size_t ", out);
    write_field(g, out, op, spec->name);
    fprintf(out, "_count(const mica_op *op)\n{\n    return mica_op_region_count(op) - %u;\n}\n",
            index);
}

static void write_successor(const generator *g, FILE *out, const mica_op_def *op,
                            uint16_t index)
{
    const mica_successor_spec *spec = &op->successors[index];
    fputs("static inline mica_block *", out);
    write_field(g, out, op, spec->name);
    fprintf(out, "(const mica_op *op%s)\n{\n    return mica_op_successor(op, %u%s);\n}\n",
            spec->is_variadic ? ", size_t index" : "", index,
            spec->is_variadic ? " + index" : "");
}

static void write_op(const generator *g, FILE *out, const mica_op_def *op)
{
    fprintf(out, "// ---- %s\n\nextern MICA_API const mica_op_identity mica_", op->name);
    generator_print_name(out, op->name);
    fputs("_kind;\n", out);
    for (uint16_t i = 0; i < op->operand_count; ++i)
        write_value(g, out, op, false, i);
    for (uint16_t i = 0; i < op->result_count; ++i)
        write_value(g, out, op, true, i);
    for (uint16_t i = 0; i < op->attr_count; ++i) {
        if (i != op->operand_segment_slot && i != op->result_segment_slot)
            write_attr(g, out, op, i);
    }
    for (uint16_t i = 0; i < op->region_count; ++i)
        write_region(g, out, op, i);
    for (uint16_t i = 0; i < op->successor_count; ++i)
        write_successor(g, out, op, i);
    fputs("MICA_API ", out);
    generator_write_builder_prototype(g, out, op);
    fputs(";\n\n", out);
}

// ---- hooks
// -----------------------------------------------------------------------------------

static void write_hooks(const generator *g, FILE *out)
{
    fputs("// ---- hooks, written in C\n\n", out);
    for (size_t i = 0; i < g->hook_count; ++i) {
        const generator_hook *hook = &g->hooks[i];
        const char *prototype = micai_hook_prototype(hook->kind);
        if (!prototype)
            continue; // a table of functions, typed by the one who defines it
        fprintf(out, prototype, hook->symbol);
        fputs(";\n", out);
    }
    fputc('\n', out);
}

void generator_write_header(generator *g, FILE *out)
{
    const mica_dialect_def *d = g->dialect;
    fprintf(out, "// Made by mica-gen of %s.\n#ifndef MICA_DIALECTS_", g->source);
    generator_print_upper(out, d->name);
    fputs("_OPS_H\n#define MICA_DIALECTS_", out);
    generator_print_upper(out, d->name);
    fputs("_OPS_H\n\n#include \"ir/core/builder.h\"\n#include \"ir/core/interfaces.h\"\n"
          "#include \"ir/definition/generated_support.h\"\n\n#ifdef __cplusplus\n"
          "extern \"C\" {\n#endif\n\n",
          out);
    fprintf(out,
            "extern MICA_API const mica_dialect_def mica_%s_dialect;\n"
            "extern const mica_dialect_entry micai_%s_entry;\n\n",
            d->name, d->name);
    for (uint32_t i = 0; i < d->enum_count; ++i)
        write_enum(g, out, d->enums[i]);
    for (uint32_t i = 0; i < d->type_count; ++i)
        write_param_def(g, out, "type", d->types[i]);
    for (uint32_t i = 0; i < d->attr_count; ++i)
        write_param_def(g, out, "attr", (const mica_type_def *)(const void *)d->attrs[i]);
    for (uint32_t i = 0; i < d->op_count; ++i)
        write_op(g, out, d->ops[i]);
    write_hooks(g, out);
    fputs("#ifdef __cplusplus\n}\n#endif\n\n#endif\n", out);
}
