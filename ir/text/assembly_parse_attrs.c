// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Inherent attributes where a format has them: in the form that it says, or in a dictionary.
// Part of assembly_parse.c's machine.

#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/text/assembly_code.h"
#include "ir/text/assembly_internal.h"

typedef micai_assembly_parse_frame frame;

static bool parse_enum(frame *f, uint16_t slot)
{
    const mica_attr_spec *spec = &f->definition->attrs[slot];
    const mica_enum_def *enumeration = spec->constraint->enumeration;
    const size_t offset = mica_asm_offset(f->parser);
    const mica_identifier *text = NULL;
    mica_string keyword = {NULL, 0};
    if (mica_asm_parse_any_keyword_if(f->parser, &keyword)) {
        // checked below
    } else if (mica_asm_parse_string_if(f->parser, &text)) {
        keyword = mica_identifier_text(text);
    } else {
        return micai_assembly_enum_error(f->parser, offset, enumeration, spec->name);
    }
    int64_t value = 0;
    if (!micai_assembly_enum_value(enumeration, keyword, &value)) {
        if (!text)
            return micai_assembly_enum_error(f->parser, offset, enumeration, spec->name);
        return mica_asm_error_at(f->parser, offset,
                                 "invalid %s attribute specification: \"%.*s\"", spec->name,
                                 MICA_STRING_ARG(keyword));
    }
    mica_op_state_set_slot(
        f->state, slot,
        mica_integer_attr_get(
            mica_integer_type_get(f->state->context, enumeration->width, MICA_SIGNLESS),
            value));
    return true;
}

/// The attribute kind that a constraint demands; -1: any.
static int demanded_kind(const mica_constraint *constraint)
{
    switch (constraint->kind) {
    case MICA_CONSTRAINT_ATTR_KIND:
        return (int)constraint->value;
    case MICA_CONSTRAINT_ARRAY_OF:
        return MICA_ATTR_ARRAY;
    case MICA_CONSTRAINT_DICT_OF:
        return MICA_ATTR_DICTIONARY;
    case MICA_CONSTRAINT_TYPE_ATTR:
        return MICA_ATTR_TYPE;
    case MICA_CONSTRAINT_DENSE_ARRAY:
        return MICA_ATTR_DENSE_ARRAY;
    case MICA_CONSTRAINT_ALL_OF:
        return constraint->child_count ? demanded_kind(constraint->children[0]) : -1;
    default:
        return -1;
    }
}

static bool check_kind(frame *f, uint16_t slot, const mica_attr *attr, size_t offset)
{
    const mica_constraint *constraint = f->definition->attrs[slot].constraint;
    const int kind = demanded_kind(constraint);
    const bool wrong_kind = kind >= 0 && kind < MICA_ATTR_LOCATION_UNKNOWN &&
                            mica_attr_get_kind(attr) != (mica_attr_kind)kind;
    const bool wrong_definition = constraint->kind == MICA_CONSTRAINT_ATTR_DEF &&
                                  !mica_constraint_check_attr(constraint, attr);
    if (wrong_kind || wrong_definition)
        return mica_asm_error_at(f->parser, offset, "invalid kind of attribute specified");
    return true;
}

/// The type that an attribute of this slot is parsed with; NULL: it says its own.
static const mica_type *fixed_type(frame *f, uint16_t slot)
{
    const mica_constraint *constraint = f->definition->attrs[slot].constraint;
    const mica_constraint *type = mica_constraint_attr_type(constraint);
    return type ? mica_constraint_single_type(f->state->context, type)
                : mica_none_type_get(f->state->context);
}

static bool parse_attr_form(frame *f, uint16_t slot, unsigned form, const mica_attr **attr)
{
    const mica_constraint *constraint = f->definition->attrs[slot].constraint;
    switch (form) {
    case MICAI_ATTR_FORM_SYMBOL:
        return mica_asm_parse_symbol_name(f->parser, attr);
    case MICAI_ATTR_FORM_TYPED:
        return mica_asm_parse_attr(f->parser, fixed_type(f, slot), attr);
    case MICAI_ATTR_FORM_STRIPPED:
        return micai_assembly_parse_stripped_attr(f->parser, constraint->text, attr);
    case MICAI_ATTR_FORM_ARRAY:
        return micai_assembly_parse_dense_array(f->parser, constraint, attr);
    default:
        return mica_asm_parse_attr(f->parser, NULL, attr);
    }
}

bool micai_assembly_parse_attr(frame *f, uint16_t slot, unsigned form)
{
    if (form == MICAI_ATTR_FORM_ENUM)
        return parse_enum(f, slot);
    const mica_attr *attr = NULL;
    const size_t offset = mica_asm_offset(f->parser);
    if (!parse_attr_form(f, slot, form, &attr) || !attr || !check_kind(f, slot, attr, offset))
        return false;
    mica_op_state_set_slot(f->state, slot, attr);
    return true;
}

static bool admits_strings_only(const mica_constraint *constraint)
{
    return constraint->kind == MICA_CONSTRAINT_STRING_IS ||
           (constraint->kind == MICA_CONSTRAINT_ATTR_KIND &&
            constraint->value == MICA_ATTR_STRING);
}

/// Could an attribute of this form begin at the next token?
static bool starts_attr(frame *f, uint16_t slot, unsigned form)
{
    const mica_constraint *constraint = f->definition->attrs[slot].constraint;
    switch (form) {
    case MICAI_ATTR_FORM_ENUM:
        return micai_assembly_next_is_case(f->parser, constraint->enumeration) ||
               mica_asm_next_is(f->parser, "\"");
    case MICAI_ATTR_FORM_SYMBOL:
        return mica_asm_next_is(f->parser, "@");
    case MICAI_ATTR_FORM_ARRAY:
        return mica_asm_next_is(f->parser, "[") || mica_asm_next_is(f->parser, "#");
    case MICAI_ATTR_FORM_STRIPPED:
        return mica_asm_next_is(f->parser, "<") || mica_asm_next_is(f->parser, "#");
    default:
        return !admits_strings_only(constraint) || mica_asm_next_is(f->parser, "\"");
    }
}

int micai_assembly_parse_attr_if(frame *f, uint16_t slot, unsigned form)
{
    if (!starts_attr(f, slot, form))
        return 0;
    if (form != MICAI_ATTR_FORM_FULL && form != MICAI_ATTR_FORM_TYPED)
        return micai_assembly_parse_attr(f, slot, form) ? 1 : -1;
    const size_t errors = mica_context_error_count(f->state->context);
    const size_t offset = mica_asm_offset(f->parser);
    const mica_attr *attr = NULL;
    const mica_type *type = form == MICAI_ATTR_FORM_TYPED ? fixed_type(f, slot) : NULL;
    if (!mica_asm_parse_attr_if(f->parser, type, &attr))
        return mica_context_error_count(f->state->context) == errors ? 0 : -1;
    if (!check_kind(f, slot, attr, offset))
        return -1;
    mica_op_state_set_slot(f->state, slot, attr);
    return 1;
}

/// Inherent attributes from a dictionary are checked at once, at the dictionary.
static bool check_slots(frame *f, size_t offset)
{
    for (uint16_t i = 0; i < f->definition->attr_count; ++i) {
        const mica_attr *attr = f->state->slots[i];
        const mica_attr_spec *spec = &f->definition->attrs[i];
        if (attr && !mica_constraint_check_attr(spec->constraint, attr))
            return mica_asm_error_at(
                f->parser, offset, "'%s' op attribute '%s' failed to satisfy constraint: %s",
                f->definition->name, spec->name, spec->constraint->description);
    }
    return true;
}

bool micai_assembly_parse_dictionary(frame *f, int code)
{
    const size_t offset = mica_asm_offset(f->parser);
    bool good;
    if (code == MICAI_PARSE_PROP_DICT)
        good = mica_asm_parse_prop_dict(f->parser, f->state);
    else if (code == MICAI_PARSE_ATTR_DICT_KEYWORD)
        good = mica_asm_parse_attr_dict_with_keyword(f->parser, f->state);
    else if (!mica_asm_next_is(f->parser, "{"))
        return true;
    else
        good = mica_asm_parse_attr_dict(f->parser, f->state);
    return good && check_slots(f, offset);
}
