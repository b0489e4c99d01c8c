// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One op by its row of the grammar. The row says in which order ids, literals and enums stand;
// the op holds ids as operands and all else as inherent attributes, both in that order, so two
// cursors suffice. Scopes and memory semantics are attributes of the op and ids of constants in
// the binary. An enumerant's parameters are in the attribute after the enum's (alignment,
// *_parameters) or in the run of operands whose name ends in _arguments.
#include <inttypes.h>
#include <stdlib.h>

#include "codegen/spirv/writer_internal.h"

typedef struct cursor {
    writer *w;
    words *to;
    mica_op *op;
    const mica_op_def *definition;
    size_t slot, operand; ///< next inherent attribute, next operand spec
} cursor;

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text), wanted = strlen(end);
    return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

// The next attribute, NULL when it is unset; segment sizes are passed over.
static const mica_attr *next_slot(cursor *c)
{
    while (c->slot < c->definition->attr_count &&
           ends_with(c->definition->attrs[c->slot].name, "SegmentSizes"))
        ++c->slot;
    return c->slot < c->definition->attr_count ? mica_op_slot_or_default(c->op, c->slot++)
                                               : NULL;
}

// The attribute of literal parameters, when the definition has one here; else NULL.
static const mica_attr *parameter_slot(cursor *c)
{
    if (c->slot >= c->definition->attr_count)
        return NULL;
    const char *name = c->definition->attrs[c->slot].name;
    const bool holds = ends_with(name, "alignment") || ends_with(name, "_parameters");
    return holds ? mica_op_slot(c->op, c->slot++) : NULL;
}

static bool put_operands(cursor *c)
{
    size_t start, count;
    if (c->operand >= c->definition->operand_count)
        return true;
    mica_op_operand_range(c->op, c->operand++, &start, &count);
    for (size_t i = 0; i < count; ++i)
        micai_spirv_writer_word(
            c->w, c->to, micai_spirv_writer_value(c->w, mica_op_operand(c->op, start + i)));
    return true;
}

static bool put_literals(cursor *c, const mica_attr *attr)
{
    if (mica_attr_is(attr, MICA_ATTR_ARRAY)) {
        for (size_t i = 0; i < mica_array_attr_count(attr); ++i)
            if (!put_literals(c, mica_array_attr_element(attr, i)))
                return false;
        return true;
    }
    if (mica_attr_is(attr, MICA_ATTR_STRING)) {
        micai_spirv_writer_text(c->w, c->to, mica_string_attr_text(attr));
        return true;
    }
    if (!mica_attr_is(attr, MICA_ATTR_INTEGER) && !mica_attr_is(attr, MICA_ATTR_FLOAT))
        return mica_op_error(c->op, "has an attribute that is no literal");
    uint32_t out[2];
    const size_t count = micai_spirv_writer_scalar_words(attr, out);
    for (size_t i = 0; i < count; ++i)
        micai_spirv_writer_word(c->w, c->to, out[i]);
    return true;
}

// Does an enumerant of the value have parameters, of ids or of literals?
static bool has_parameters(uint32_t kind, uint32_t value, bool of_ids)
{
    const micai_spirv_kind *k = &micai_spirv_kinds[kind];
    for (size_t i = 0; i < k->enumerant_count; ++i) {
        const micai_spirv_enumerant *row = &micai_spirv_enumerants[k->first_enumerant + i];
        const bool set = k->category == MICAI_SPIRV_CATEGORY_BIT_ENUM
                             ? (row->value & value) != 0
                             : row->value == value;
        for (size_t j = 0; set && j < row->parameter_count; ++j) {
            const uint32_t parameter = micai_spirv_operands[row->first_parameter + j].kind;
            if ((micai_spirv_kinds[parameter].category == MICAI_SPIRV_CATEGORY_ID) == of_ids)
                return true;
        }
    }
    return false;
}

static bool put_enum(cursor *c, uint32_t kind)
{
    const mica_attr *attr = next_slot(c);
    const mica_attr *parameters = parameter_slot(c);
    const bool has_run = c->operand < c->definition->operand_count &&
                         ends_with(c->definition->operands[c->operand].name, "_arguments");
    if (!attr) {
        c->operand += has_run;
        return true;
    }
    const uint32_t value = mica_spirv_enum_attr_value(attr);
    micai_spirv_writer_word(c->w, c->to, value);
    if (has_parameters(kind, value, false) && (!parameters || !put_literals(c, parameters)))
        return mica_op_error(c->op, "lacks the parameters of its %s",
                             micai_spirv_kinds[kind].name);
    if (has_run)
        return put_operands(c);
    return !has_parameters(kind, value, true) ||
           mica_op_error(c->op, "lacks the arguments of its %s", micai_spirv_kinds[kind].name);
}

static bool put_operand(cursor *c, micai_spirv_operand operand)
{
    const mica_attr *attr;
    switch (operand.kind) {
    case MICAI_SPIRV_KIND_ID_RESULT_TYPE:
    case MICAI_SPIRV_KIND_ID_RESULT:
        return true; // written by the caller
    case MICAI_SPIRV_KIND_ID_REF:
        return put_operands(c);
    case MICAI_SPIRV_KIND_ID_SCOPE:
    case MICAI_SPIRV_KIND_ID_MEMORY_SEMANTICS:
        attr = next_slot(c);
        if (attr)
            micai_spirv_writer_word(
                c->w, c->to,
                micai_spirv_writer_u32(c->w, mica_spirv_enum_attr_value(attr), c->op));
        return attr || mica_op_error(c->op, "lacks a scope or memory semantics");
    default:
        break;
    }
    const micai_spirv_category category = micai_spirv_kinds[operand.kind].category;
    if (category == MICAI_SPIRV_CATEGORY_BIT_ENUM ||
        category == MICAI_SPIRV_CATEGORY_VALUE_ENUM)
        return put_enum(c, operand.kind);
    attr = next_slot(c);
    if (!attr)
        return operand.quantifier != MICAI_SPIRV_ONE ||
               mica_op_error(c->op, "lacks a literal of its instruction");
    return put_literals(c, attr);
}

// The id of an extended instruction set, imported on first use.
static uint32_t import(writer *w, uint8_t set)
{
    uint32_t *id = set == MICAI_SPIRV_SET_GLSL ? &w->glsl_set : &w->opencl_set;
    if (*id == 0) {
        *id = micai_spirv_writer_new_id(w);
        const size_t start =
            micai_spirv_writer_begin(w, &w->imports, MICAI_SPIRV_OP_EXT_INST_IMPORT);
        micai_spirv_writer_word(w, &w->imports, *id);
        micai_spirv_writer_text(
            w, &w->imports,
            mica_string_from(set == MICAI_SPIRV_SET_GLSL ? "GLSL.std.450" : "OpenCL.std"));
        micai_spirv_writer_end(w, &w->imports, start);
    }
    return *id;
}

static const micai_spirv_instruction *find_row(mica_op *op)
{
    const mica_string name = mica_op_name(op);
    if (name.length <= 6 || memcmp(name.data, "spirv.", 6) != 0)
        return NULL;
    const mica_string short_name = {name.data + 6, name.length - 6};
    const micai_spirv_instruction *row = micai_spirv_instruction_find(short_name);
    return row && row->is_op ? row : NULL;
}

// Result type and result id.
static bool put_result(writer *w, words *to, mica_op *op)
{
    if (mica_op_result_count(op) == 0)
        return true;
    mica_value *result = mica_op_result(op, 0);
    const uint32_t type = micai_spirv_writer_type(w, mica_value_type(result), op);
    micai_spirv_writer_word(w, to, type);
    micai_spirv_writer_word(w, to, micai_spirv_writer_value(w, result));
    return type != 0;
}

bool micai_spirv_writer_op(writer *w, words *to, mica_op *op)
{
    const micai_spirv_instruction *row = find_row(op);
    const mica_op_def *definition = mica_op_definition(op);
    if (!row || !definition)
        return mica_op_error(op, "has no instruction in the SPIR-V grammar that Mica was built "
                                 "with");
    cursor c = {w, to, op, definition, 0, 0};
    const bool is_extended = row->set != MICAI_SPIRV_SET_CORE;
    const uint32_t set = is_extended ? import(w, row->set) : 0;
    const size_t start =
        micai_spirv_writer_begin(w, to, is_extended ? MICAI_SPIRV_OP_EXT_INST : row->opcode);
    if (!put_result(w, to, op))
        return false;
    if (is_extended) {
        micai_spirv_writer_word(w, to, set);
        micai_spirv_writer_word(w, to, row->opcode);
    }
    for (size_t i = 0; i < row->operand_count; ++i)
        if (!put_operand(&c, micai_spirv_operands[row->first_operand + i]))
            return false;
    micai_spirv_writer_end(w, to, start);
    if (mica_op_result_count(op))
        micai_spirv_writer_decorate(w, op, micai_spirv_writer_value(w, mica_op_result(op, 0)));
    return !w->failed;
}

// OpSpecConstantOp holds the opcode and operands of the op in its region. Written aside, since
// types that it needs go to the same section.
bool micai_spirv_writer_spec_operation(writer *w, mica_op *op)
{
    mica_op *inner = mica_block_first(mica_region_first(mica_op_region(op, 0)));
    const micai_spirv_instruction *row = find_row(inner);
    if (!row || row->set != MICAI_SPIRV_SET_CORE)
        return mica_op_error(inner, "can't be an operation on specialization constants");
    words aside = {0};
    const size_t start = micai_spirv_writer_begin(w, &aside, MICAI_SPIRV_OP_SPEC_CONSTANT_OP);
    bool written = put_result(w, &aside, op);
    micai_spirv_writer_word(w, &aside, row->opcode);
    cursor c = {w, &aside, inner, mica_op_definition(inner), 0, 0};
    for (size_t i = 0; written && i < row->operand_count; ++i)
        written = put_operand(&c, micai_spirv_operands[row->first_operand + i]);
    micai_spirv_writer_end(w, &aside, start);
    for (size_t i = 0; i < aside.count; ++i)
        micai_spirv_writer_word(w, &w->globals, aside.data[i]);
    mica_free(aside.data);
    return written && !w->failed;
}

// ---- decorations

static const micai_spirv_enumerant *find_decoration(mica_string name)
{
    const micai_spirv_kind *kind = &micai_spirv_kinds[MICAI_SPIRV_KIND_DECORATION];
    for (size_t i = 0; i < kind->enumerant_count; ++i) {
        const micai_spirv_enumerant *row = &micai_spirv_enumerants[kind->first_enumerant + i];
        if (micai_spirv_names_equal(name, row->name))
            return row;
    }
    return NULL;
}

static void put_decoration(writer *w, uint32_t id, const micai_spirv_enumerant *row,
                           const mica_attr *value, mica_op *op)
{
    cursor c = {w, &w->decorations, op, NULL, 0, 0};
    const size_t start = micai_spirv_writer_begin(w, &w->decorations, MICAI_SPIRV_OP_DECORATE);
    micai_spirv_writer_word(w, &w->decorations, id);
    micai_spirv_writer_word(w, &w->decorations, row->value);
    const uint32_t parameter =
        row->parameter_count ? micai_spirv_operands[row->first_parameter].kind : 0;
    const bool is_enum = row->parameter_count && micai_spirv_kinds[parameter].enumerant_count;
    if (is_enum && mica_attr_is(value, MICA_ATTR_STRING)) {
        const micai_spirv_enumerant *named =
            micai_spirv_enumerant_named(parameter, mica_string_attr_text(value));
        if (!named) {
            w->failed = true;
            mica_op_error(op, "has an unknown %s '%.*s'", micai_spirv_kinds[parameter].name,
                          MICA_STRING_ARG(mica_string_attr_text(value)));
            return;
        }
        micai_spirv_writer_word(w, &w->decorations, named->value);
    } else if (is_enum && mica_attr_is(value, MICA_ATTR_DIALECT)) {
        micai_spirv_writer_word(w, &w->decorations, mica_spirv_enum_attr_value(value));
    } else if (row->parameter_count && !put_literals(&c, value)) {
        w->failed = true;
        return;
    }
    micai_spirv_writer_end(w, &w->decorations, start);
}

static void decorate_by(writer *w, mica_op *op, uint32_t id, mica_string name,
                        const mica_attr *value)
{
    const micai_spirv_enumerant *row =
        mica_string_is(name, "linkage_attributes") ? NULL : find_decoration(name);
    if (row)
        put_decoration(w, id, row, value, op);
}

static void decorate_linkage(writer *w, const mica_attr *linkage, uint32_t id)
{
    const size_t start = micai_spirv_writer_begin(w, &w->decorations, MICAI_SPIRV_OP_DECORATE);
    micai_spirv_writer_word(w, &w->decorations, id);
    micai_spirv_writer_word(w, &w->decorations, MICAI_SPIRV_DECORATION_LINKAGE_ATTRIBUTES);
    micai_spirv_writer_text(
        w, &w->decorations,
        mica_identifier_text((const mica_identifier *)(uintptr_t)mica_attr_param(linkage, 0)));
    const mica_attr *type = (const mica_attr *)(uintptr_t)mica_attr_param(linkage, 1);
    micai_spirv_writer_word(w, &w->decorations, mica_spirv_enum_attr_value(type));
    micai_spirv_writer_end(w, &w->decorations, start);
}

void micai_spirv_writer_decorate(writer *w, mica_op *op, uint32_t id)
{
    static const char *const slots[] = {"location", "binding", "descriptor_set", "builtin"};
    const bool is_variable = mica_string_is(mica_op_name(op), "spirv.GlobalVariable");
    for (size_t i = 0; is_variable && i < sizeof slots / sizeof *slots; ++i) {
        const mica_attr *value = mica_op_attr(op, slots[i]);
        if (value)
            decorate_by(w, op, id, mica_string_from(slots[i]), value);
    }
    const mica_attr *linkage = mica_op_attr(op, "linkage_attributes");
    if (linkage)
        decorate_linkage(w, linkage, id);
    for (size_t i = 0; i < mica_op_attr_count(op); ++i) {
        const mica_named_attr entry = mica_op_attr_entry(op, i);
        decorate_by(w, op, id, mica_identifier_text(entry.name), entry.value);
    }
}
