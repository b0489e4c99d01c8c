// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Build functions: result types (unless all can be inferred), operands, attributes, successors
// and the number of variadic regions become parameters.

#include "tools/mica-gen/generator.h"

static bool infers_all(const mica_op_def *op)
{
    for (uint16_t i = 0; i < op->result_count; ++i) {
        if (!mica_op_def_infers_result(op, i))
            return false;
    }
    return true;
}

static bool is_segment_slot(const mica_op_def *op, uint16_t slot)
{
    return slot == op->operand_segment_slot || slot == op->result_segment_slot;
}

static void write_result_parameters(FILE *out, const mica_op_def *op)
{
    for (uint16_t i = 0; i < op->result_count; ++i) {
        const bool is_list = op->results[i].arity >= MICA_ARITY_VARIADIC;
        fputs(is_list ? ", const mica_type *const *" : ", const mica_type *", out);
        generator_print_name(out, op->results[i].name);
        fputs(is_list ? "_types, size_t " : "_type", out);
        if (is_list) {
            generator_print_name(out, op->results[i].name);
            fputs("_count", out);
        }
    }
}

static void write_operand_parameters(FILE *out, const mica_op_def *op)
{
    for (uint16_t i = 0; i < op->operand_count; ++i) {
        const bool is_list = op->operands[i].arity >= MICA_ARITY_VARIADIC;
        fputs(is_list ? ", mica_value *const *" : ", mica_value *", out);
        generator_print_identifier(out, op->operands[i].name);
        if (is_list) {
            fputs(", size_t ", out);
            generator_print_name(out, op->operands[i].name);
            fputs("_count", out);
        }
    }
}

static void write_attr_parameters(const generator *g, FILE *out, const mica_op_def *op)
{
    for (uint16_t i = 0; i < op->attr_count; ++i) {
        const mica_attr_spec *spec = &op->attrs[i];
        const mica_enum_def *e = generator_attr_enum(spec);
        if (is_segment_slot(op, i))
            continue;
        if (e)
            fprintf(out, ", mica_%s_%s ", g->dialect->name, e->name);
        else
            fputs(generator_is_unit(spec) ? ", bool " : ", const mica_attr *", out);
        generator_print_identifier(out, spec->name);
    }
}

void generator_write_builder_prototype(const generator *g, FILE *out, const mica_op_def *op)
{
    fputs("mica_op *mica_", out);
    generator_print_name(out, op->name);
    fputs("_build(mica_builder *builder", out);
    if (!infers_all(op))
        write_result_parameters(out, op);
    write_operand_parameters(out, op);
    write_attr_parameters(g, out, op);
    for (uint16_t i = 0; i < op->successor_count; ++i) {
        const bool is_list = op->successors[i].is_variadic;
        fputs(is_list ? ", mica_block *const *" : ", mica_block *", out);
        generator_print_identifier(out, op->successors[i].name);
        if (is_list)
            fprintf(out, ", size_t %s_count", op->successors[i].name);
    }
    for (uint16_t i = 0; i < op->region_count; ++i) {
        if (op->regions[i].is_variadic)
            fprintf(out, ", size_t %s_count", op->regions[i].name);
    }
    fputc(')', out);
}

static void write_results(FILE *out, const mica_op_def *op)
{
    for (uint16_t i = 0; i < op->result_count; ++i) {
        const char *name = op->results[i].name;
        switch (op->results[i].arity) {
        case MICA_ARITY_ONE:
            fprintf(out, "    mica_op_state_add_result(&state, %s_type);\n", name);
            break;
        case MICA_ARITY_OPTIONAL:
            fprintf(out,
                    "    if (%s_type)\n        mica_op_state_add_result(&state, %s_type);\n",
                    name, name);
            break;
        default:
            fprintf(out, "    mica_op_state_add_results(&state, %s_types, %s_count);\n", name,
                    name);
            break;
        }
    }
}

static void write_operands(FILE *out, const mica_op_def *op)
{
    for (uint16_t i = 0; i < op->operand_count; ++i) {
        const char *name = op->operands[i].name;
        const mica_arity arity = op->operands[i].arity;
        if (arity == MICA_ARITY_OPTIONAL) {
            fputs("    if (", out);
            generator_print_identifier(out, name);
            fputs(")\n    ", out);
        }
        fprintf(out, "    mica_op_state_add_operand%s(&state, ",
                arity >= MICA_ARITY_VARIADIC ? "s" : "");
        generator_print_identifier(out, name);
        if (arity >= MICA_ARITY_VARIADIC)
            fprintf(out, ", %s_count", name);
        fputs(");\n", out);
    }
}

static void write_segments(FILE *out, const mica_value_spec *specs, uint16_t count,
                           int16_t slot, bool results)
{
    if (slot < 0)
        return;
    fputs("    {\n        const int32_t sizes[] = {", out);
    for (uint16_t i = 0; i < count; ++i) {
        fputs(i ? ", " : "", out);
        if (specs[i].arity == MICA_ARITY_ONE) {
            fputs("1", out);
        } else if (specs[i].arity == MICA_ARITY_OPTIONAL) {
            if (results)
                fprintf(out, "%s_type", specs[i].name);
            else
                generator_print_identifier(out, specs[i].name);
            fputs(" ? 1 : 0", out);
        } else {
            fprintf(out, "(int32_t)%s_count", specs[i].name);
        }
    }
    fprintf(out,
            "};\n        mica_op_state_set_slot(&state, %d, "
            "mica_i32_array_attr_get(builder->context, sizes, %u));\n    }\n",
            slot, count);
}

static void write_attrs(const generator *g, FILE *out, const mica_op_def *op)
{
    for (uint16_t i = 0; i < op->attr_count; ++i) {
        const mica_attr_spec *spec = &op->attrs[i];
        const mica_enum_def *e = generator_attr_enum(spec);
        if (is_segment_slot(op, i))
            continue;
        if (e) {
            fprintf(out,
                    "    mica_op_state_set_slot(&state, %u, "
                    "mica_enum_attr_get(builder->context, &mica_%s_%s_enum, ",
                    i, g->dialect->name, e->name);
            generator_print_string(out, spec->constraint->kind == MICA_CONSTRAINT_ENUM
                                            ? NULL
                                            : spec->constraint->text);
            fputs(", (int64_t)", out);
            generator_print_identifier(out, spec->name);
            fputs("));\n", out);
            continue;
        }
        fputs("    if (", out);
        generator_print_identifier(out, spec->name);
        fprintf(out, ")\n        mica_op_state_set_slot(&state, %u, ", i);
        if (generator_is_unit(spec))
            fputs("mica_unit_attr_get(builder->context)", out);
        else
            generator_print_identifier(out, spec->name);
        fputs(");\n", out);
    }
}

static void write_rest(FILE *out, const mica_op_def *op)
{
    for (uint16_t i = 0; i < op->successor_count; ++i) {
        const char *name = op->successors[i].name;
        if (op->successors[i].is_variadic)
            fprintf(out, "    for (size_t i = 0; i < %s_count; ++i)\n    ", name);
        fputs("    mica_op_state_add_successor(&state, ", out);
        generator_print_identifier(out, name);
        fputs(op->successors[i].is_variadic ? "[i]);\n" : ");\n", out);
    }
    for (uint16_t i = 0; i < op->region_count; ++i) {
        if (op->regions[i].is_variadic)
            fprintf(out, "    for (size_t i = 0; i < %s_count; ++i)\n    ",
                    op->regions[i].name);
        fputs("    mica_op_state_add_region(&state);\n", out);
    }
}

static bool has_implicit_region(const mica_op_def *op)
{
    for (uint16_t i = 0; i < op->region_count; ++i) {
        if (op->regions[i].is_implicit)
            return true;
    }
    return false;
}

static void write_builder(const generator *g, FILE *out, const mica_op_def *op)
{
    const bool inferred = infers_all(op);
    generator_write_builder_prototype(g, out, op);
    fprintf(out,
            "\n{\n    mica_op_state state;\n"
            "    mica_op_state_init(&state, builder->context, \"%s\", builder->location);\n",
            op->name);
    if (!inferred)
        write_results(out, op);
    write_operands(out, op);
    write_segments(out, op->operands, op->operand_count, op->operand_segment_slot, false);
    if (!inferred)
        write_segments(out, op->results, op->result_count, op->result_segment_slot, true);
    write_attrs(g, out, op);
    write_rest(out, op);
    const char *create =
        inferred && op->result_count ? "mica_builder_create_inferred" : "mica_builder_create";
    if (has_implicit_region(op))
        fprintf(out, "    return mica_op_fill_implicit_regions(%s(builder, &state));\n}\n\n",
                create);
    else
        fprintf(out, "    return %s(builder, &state);\n}\n\n", create);
}

void generator_write_builders(generator *g, FILE *out)
{
    fputc('\n', out);
    for (uint32_t i = 0; i < g->dialect->op_count; ++i)
        write_builder(g, out, g->dialect->ops[i]);
}
