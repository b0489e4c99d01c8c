// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles the elements of a format to the two programs of ir/text/assembly_code.h. Blanks are
// decided here, once, from the order of the elements alone (that a group may be missing when
// printing does not count): this is what makes the output equal to upstream's.

#include <stdio.h>

#include "ir/definition/dialect.h"
#include "ir/definition/format_compiler_internal.h"
#include "ir/text/assembly_code.h"

static void mark_printed(micai_format_compiler *c, uint16_t slot)
{
    if (slot < 64)
        c->printed_attrs |= UINT64_C(1) << slot;
}

/// The sizes of groups follow from how the operand is written.
void micai_format_mark_group_sizes(micai_format_compiler *c, uint16_t operand)
{
    const int32_t slot = c->scope->op->operands[operand].group_slot;
    if (slot >= 0)
        mark_printed(c, (uint16_t)slot);
}

void micai_format_fail(micai_format_compiler *c, micai_place place, const char *message)
{
    c->failed = true;
    micai_build_error(c->build, place, "%s", message);
}

static uint16_t emit(micai_format_compiler *c, micai_format_code_list *list, int code,
                     unsigned flags, unsigned a, int b)
{
    if (list->count == MICAI_FORMAT_MAX_CODE) {
        if (!c->failed)
            micai_format_fail(c, c->place, "format is too long");
        return 0;
    }
    const mica_assembly_code made = {(uint8_t)code, (uint8_t)flags, (uint16_t)a, b};
    list->code[list->count] = made;
    return list->count++;
}

/// The instruction at `at` goes on at the end of what is there now.
static void land_here(micai_format_code_list *list, uint16_t at)
{
    list->code[at].b = list->count;
}

static uint16_t add_text(micai_format_compiler *c, const char *text)
{
    for (uint16_t i = 0; i < c->text_count; ++i) {
        if (strcmp(c->texts[i], text) == 0)
            return i;
    }
    if (c->text_count == MICAI_FORMAT_MAX_TEXTS) {
        micai_format_fail(c, c->place, "format has too many literals");
        return 0;
    }
    c->texts[c->text_count] = text;
    return c->text_count++;
}

// ---- facts about specs
// -----------------------------------------------------------------------

static const mica_constraint *attr_constraint(const micai_format_compiler *c, uint16_t slot)
{
    return c->scope->op->attrs[slot].constraint;
}

static bool is_unit(const micai_format_compiler *c, const micai_element *element)
{
    if (element->kind != MICAI_ELEMENT_ATTR)
        return false;
    const mica_constraint *constraint = attr_constraint(c, element->index);
    return constraint->kind == MICA_CONSTRAINT_ATTR_KIND && constraint->value == MICA_ATTR_UNIT;
}

/// The attribute kind that a constraint demands, -1 when it leaves it open.
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
        for (uint32_t i = 0; i < constraint->child_count; ++i) {
            const int kind = demanded_kind(constraint->children[i]);
            if (kind >= 0)
                return kind;
        }
        return -1;
    default:
        return -1;
    }
}

static unsigned attr_form(const micai_format_compiler *c, const micai_element *element)
{
    const mica_constraint *constraint = attr_constraint(c, element->index);
    const mica_constraint *type = mica_constraint_attr_type(constraint);
    const int kind = demanded_kind(constraint);
    if (constraint->kind == MICA_CONSTRAINT_ENUM)
        return MICAI_ATTR_FORM_ENUM;
    if (constraint->name && strcmp(constraint->name, "symbol_name") == 0)
        return MICAI_ATTR_FORM_SYMBOL;
    if ((type && mica_constraint_has_single_type(type)) || kind == MICA_ATTR_STRING ||
        kind == MICA_ATTR_ARRAY || kind == MICA_ATTR_SYMBOL_REF || kind == MICA_ATTR_TYPE)
        return MICAI_ATTR_FORM_TYPED;
    if (element->is_qualified)
        return MICAI_ATTR_FORM_FULL;
    if (kind == MICA_ATTR_DENSE_ARRAY)
        return MICAI_ATTR_FORM_ARRAY;
    return constraint->kind == MICA_CONSTRAINT_ATTR_DEF ? MICAI_ATTR_FORM_STRIPPED
                                                        : MICAI_ATTR_FORM_FULL;
}

/// Operand or result index of $x, `operands` or `results`.
static uint16_t value_of(const micai_element *element)
{
    switch (element->kind) {
    case MICAI_ELEMENT_RESULT:
        return (uint16_t)(element->index | MICA_VALUE_RESULT);
    case MICAI_ELEMENT_OPERANDS:
        return MICAI_ALL_OPERANDS;
    case MICAI_ELEMENT_RESULTS:
        return MICAI_ALL_RESULTS;
    default:
        return element->index;
    }
}

static mica_arity arity_of(const micai_format_compiler *c, const micai_element *element)
{
    if (element->kind == MICAI_ELEMENT_OPERANDS || element->kind == MICAI_ELEMENT_RESULTS)
        return MICA_ARITY_VARIADIC;
    return element->kind == MICAI_ELEMENT_RESULT ? c->scope->op->results[element->index].arity
                                                 : c->scope->op->operands[element->index].arity;
}

// ---- parsing
// ---------------------------------------------------------------------------------

static void parse_list(micai_format_compiler *c, const micai_element *list);

static unsigned text_flags(const char *text)
{
    return micai_is_keyword(text) ? MICAI_CODE_KEYWORD : 0;
}

static void parse_operand(micai_format_compiler *c, const micai_element *element)
{
    static const uint8_t codes[] = {MICAI_PARSE_OPERAND, MICAI_PARSE_OPERAND_IF,
                                    MICAI_PARSE_OPERANDS, MICAI_PARSE_GROUPS};
    const mica_arity arity = arity_of(c, element);
    micai_format_mark_group_sizes(c, element->index);
    const uint16_t at = emit(c, &c->parse, codes[arity], 0, element->index, 0);
    if (arity == MICA_ARITY_OPTIONAL)
        land_here(&c->parse, at);
}

static void parse_type(micai_format_compiler *c, const micai_element *element)
{
    static const uint8_t codes[] = {MICAI_PARSE_TYPE, MICAI_PARSE_TYPE_IF, MICAI_PARSE_TYPES,
                                    MICAI_PARSE_TYPE_GROUPS};
    const micai_element *inner = element->children;
    const unsigned flags =
        element->is_qualified || inner->is_qualified ? MICAI_CODE_QUALIFIED : 0;
    if (inner->kind == MICAI_ELEMENT_OPERANDS)
        emit(c, &c->parse, MICAI_PARSE_OPERAND_TYPES, flags, 0, 0);
    else if (inner->kind == MICAI_ELEMENT_RESULTS)
        emit(c, &c->parse, MICAI_PARSE_RESULT_TYPES, flags, 0, 0);
    else
        emit(c, &c->parse, codes[arity_of(c, inner)], flags, value_of(inner), 0);
}

/// Bit set of a struct's or params' parameters.
static int param_bits(const micai_format_compiler *c, const micai_element *element)
{
    if (!element->children || element->children->kind == MICAI_ELEMENT_PARAMS)
        return (int)((UINT64_C(1) << c->scope->param_count) - 1);
    int bits = 0;
    for (const micai_element *child = element->children; child; child = child->next)
        bits |= (int)(1u << child->index);
    return bits;
}

static void parse_region(micai_format_compiler *c, const micai_element *element)
{
    const mica_op_def *op = c->scope->op;
    if (element->kind == MICAI_ELEMENT_REGION && !op->regions[element->index].is_variadic) {
        emit(c, &c->parse, MICAI_PARSE_REGION, 0, element->index, 0);
        return;
    }
    for (uint16_t i = 0; i < op->region_count; ++i) {
        if (element->kind == MICAI_ELEMENT_REGION && i != element->index)
            continue;
        if (op->regions[i].is_variadic) {
            emit(c, &c->parse, MICAI_PARSE_REGIONS, 0, i, 0);
            emit(c, &c->parse, MICAI_PARSE_REGIONS_NEXT, 0, i, 0);
        } else {
            emit(c, &c->parse, MICAI_PARSE_REGION, 0, i, 0);
        }
    }
}

static void parse_successors(micai_format_compiler *c, const micai_element *element)
{
    const mica_op_def *op = c->scope->op;
    if (element->kind == MICAI_ELEMENT_SUCCESSOR && !op->successors[element->index].is_variadic)
        emit(c, &c->parse, MICAI_PARSE_SUCCESSOR, 0, element->index, 0);
    else
        emit(c, &c->parse, MICAI_PARSE_SUCCESSORS, 0, element->index, 0);
}

static void parse_oilist(micai_format_compiler *c, const micai_element *element)
{
    micai_format_code_list *p = &c->parse;
    emit(c, p, MICAI_PARSE_CLAUSES, 0, 0, 0);
    const uint16_t loop = p->count;
    unsigned number = 0;
    for (const micai_element *clause = element->children; clause; clause = clause->next) {
        const micai_element *first = clause->children;
        const uint16_t at =
            emit(c, p, MICAI_PARSE_CLAUSE, number++, add_text(c, first->text), 0);
        for (const micai_element *e = first->next; e; e = e->next) {
            if (is_unit(c, e) && !first->next->next) {
                emit(c, p, MICAI_PARSE_UNIT, 0, e->index, 0);
                mark_printed(c, e->index);
            } else {
                const micai_element single = *e;
                micai_element alone = single;
                alone.next = NULL;
                parse_list(c, &alone);
            }
        }
        emit(c, p, MICAI_PARSE_JUMP, 0, 0, loop);
        land_here(p, at);
    }
}

/// Emits the test that decides whether a group is there: the jump to take when it is not.
static uint16_t parse_first(micai_format_compiler *c, const micai_element *first)
{
    micai_format_code_list *p = &c->parse;
    switch (first->kind) {
    case MICAI_ELEMENT_LITERAL:
        return emit(c, p, MICAI_PARSE_TEXT_IF, text_flags(first->text),
                    add_text(c, first->text), 0);
    case MICAI_ELEMENT_ATTR:
        mark_printed(c, first->index);
        return emit(c, p, MICAI_PARSE_ATTR_IF, attr_form(c, first), first->index, 0);
    case MICAI_ELEMENT_OPERAND:
        return emit(c, p,
                    arity_of(c, first) == MICA_ARITY_OPTIONAL ? MICAI_PARSE_OPERAND_IF
                                                              : MICAI_PARSE_OPERANDS,
                    0, first->index, 0);
    case MICAI_ELEMENT_REGION:
        return emit(c, p, MICAI_PARSE_REGION_IF, 0, first->index, 0);
    case MICAI_ELEMENT_SUCCESSOR:
        return emit(c, p, MICAI_PARSE_SUCCESSORS, 0, first->index, 0);
    case MICAI_ELEMENT_CUSTOM:
        return emit(c, p, MICAI_PARSE_CUSTOM_IF, 0, micai_format_add_custom(c, first), 0);
    case MICAI_ELEMENT_PARAM:
        return emit(c, p, MICAI_PARSE_PARAM_IF, 0, first->index, 0);
    default:
        micai_format_fail(c, first->place, "this can't stand first in an optional group");
        return 0;
    }
}

static const micai_element *skip_spaces(const micai_element *element)
{
    while (element &&
           (element->kind == MICAI_ELEMENT_SPACE || element->kind == MICAI_ELEMENT_NEWLINE))
        element = element->next;
    return element;
}

/// The unit attribute that a group's anchor sets without being written.
static const micai_element *elided_anchor(const micai_format_compiler *c,
                                          const micai_element *group)
{
    const micai_element *anchor = group->anchor;
    if (anchor != skip_spaces(group->children) && anchor != skip_spaces(group->otherwise) &&
        is_unit(c, anchor))
        return anchor;
    return NULL;
}

static void parse_group(micai_format_compiler *c, const micai_element *group)
{
    const micai_element *first = skip_spaces(group->children);
    const micai_element *elided = elided_anchor(c, group);
    const micai_element *outer = c->elided;
    if (!first) {
        micai_format_fail(c, group->place, "an optional group is empty");
        return;
    }
    const uint16_t at = parse_first(c, first);
    c->elided = elided;
    if (elided && !group->anchor_in_otherwise)
        emit(c, &c->parse, MICAI_PARSE_UNIT, 0, elided->index, 0);
    parse_list(c, first->next);
    if (group->otherwise) {
        const uint16_t done = emit(c, &c->parse, MICAI_PARSE_JUMP, 0, 0, 0);
        land_here(&c->parse, at);
        if (elided && group->anchor_in_otherwise)
            emit(c, &c->parse, MICAI_PARSE_UNIT, 0, elided->index, 0);
        parse_list(c, group->otherwise);
        land_here(&c->parse, done);
    } else {
        land_here(&c->parse, at);
    }
    if (elided)
        mark_printed(c, elided->index);
    c->elided = outer;
}

static void parse_element(micai_format_compiler *c, const micai_element *e)
{
    micai_format_code_list *p = &c->parse;
    switch (e->kind) {
    case MICAI_ELEMENT_LITERAL:
        emit(c, p, MICAI_PARSE_TEXT, text_flags(e->text), add_text(c, e->text), 0);
        break;
    case MICAI_ELEMENT_SPACE:
    case MICAI_ELEMENT_NEWLINE:
        break;
    case MICAI_ELEMENT_OPERAND:
        parse_operand(c, e);
        break;
    case MICAI_ELEMENT_ATTR:
        if (e == c->elided)
            break;
        mark_printed(c, e->index);
        emit(c, p, MICAI_PARSE_ATTR, attr_form(c, e), e->index, 0);
        break;
    case MICAI_ELEMENT_REGION:
    case MICAI_ELEMENT_REGIONS:
        parse_region(c, e);
        break;
    case MICAI_ELEMENT_SUCCESSOR:
    case MICAI_ELEMENT_SUCCESSORS:
        parse_successors(c, e);
        break;
    case MICAI_ELEMENT_TYPE:
        parse_type(c, e);
        break;
    case MICAI_ELEMENT_FUNCTION_TYPE:
        emit(c, p, MICAI_PARSE_FUNCTION_TYPE, 0, value_of(e->children),
             value_of(e->children->next));
        break;
    case MICAI_ELEMENT_CUSTOM:
        emit(c, p, MICAI_PARSE_CUSTOM, 0, micai_format_add_custom(c, e), 0);
        break;
    case MICAI_ELEMENT_ATTR_DICT:
        emit(c, p, MICAI_PARSE_ATTR_DICT, 0, 0, 0);
        break;
    case MICAI_ELEMENT_ATTR_DICT_KEYWORD:
        emit(c, p, MICAI_PARSE_ATTR_DICT_KEYWORD, 0, 0, 0);
        break;
    case MICAI_ELEMENT_PROP_DICT:
        emit(c, p, MICAI_PARSE_PROP_DICT, 0, 0, 0);
        break;
    case MICAI_ELEMENT_OPERANDS:
        emit(c, p, MICAI_PARSE_ALL_OPERANDS, 0, 0, 0);
        break;
    case MICAI_ELEMENT_GROUP:
        parse_group(c, e);
        break;
    case MICAI_ELEMENT_OILIST:
        parse_oilist(c, e);
        break;
    case MICAI_ELEMENT_PARAM:
        emit(c, p, e->is_qualified ? MICAI_PARSE_PARAM_QUALIFIED : MICAI_PARSE_PARAM, 0,
             e->index, 0);
        break;
    case MICAI_ELEMENT_PARAMS:
        emit(c, p, MICAI_PARSE_PARAMS, 0, 0, param_bits(c, e));
        break;
    case MICAI_ELEMENT_STRUCT:
        emit(c, p, MICAI_PARSE_STRUCT, 0, 0, param_bits(c, e));
        break;
    default:
        micai_format_fail(c, e->place, "this can't stand alone in a format");
        break;
    }
}

static void parse_list(micai_format_compiler *c, const micai_element *list)
{
    for (; list && !c->failed; list = list->next)
        parse_element(c, list);
}

// ---- printing
// --------------------------------------------------------------------------------

static void print_list(micai_format_compiler *c, const micai_element *list);

static bool is_one_of(const char *text, const char *set)
{
    return text[0] && !text[1] && strchr(set, text[0]);
}

static void print_literal(micai_format_compiler *c, const micai_element *e)
{
    const bool plain = e->text[1] && strcmp(e->text, "->") != 0;
    const bool wants_space =
        plain || !is_one_of(e->text, c->after_punctuation ? ">)}]," : "<>(){}[],");
    emit(c, &c->print, MICAI_PRINT_TEXT,
         c->emit_space && wants_space ? MICAI_PRINT_SPACE_BEFORE : 0, add_text(c, e->text), 0);
    c->emit_space = !is_one_of(e->text, "<({[");
    c->after_punctuation = !micai_is_keyword(e->text);
}

/// Emits something that is separated by a blank from what came before, unless told otherwise.
static void print_code(micai_format_compiler *c, int code, unsigned flags, unsigned a, int b)
{
    if (c->emit_space || !c->after_punctuation)
        flags |= MICAI_PRINT_SPACE_BEFORE;
    emit(c, &c->print, code, flags, a, b);
    c->emit_space = true;
    c->after_punctuation = false;
}

static void print_type(micai_format_compiler *c, const micai_element *e)
{
    const micai_element *inner = e->children;
    const unsigned flags = e->is_qualified || inner->is_qualified ? MICAI_CODE_QUALIFIED : 0;
    if (inner->kind == MICAI_ELEMENT_OPERANDS)
        print_code(c, MICAI_PRINT_OPERAND_TYPES, flags, 0, 0);
    else if (inner->kind == MICAI_ELEMENT_RESULTS)
        print_code(c, MICAI_PRINT_RESULT_TYPES, flags, 0, 0);
    else
        print_code(c,
                   arity_of(c, inner) == MICA_ARITY_VARIADIC_OF_VARIADIC
                       ? MICAI_PRINT_TYPE_GROUPS
                       : MICAI_PRINT_TYPES,
                   flags, value_of(inner), 0);
}

/// A custom directive that refers to the region writes its entry arguments.
static bool claims_region(const micai_element *list, uint16_t region)
{
    for (; list; list = list->next) {
        if (list->kind == MICAI_ELEMENT_REF && list->children->kind == MICAI_ELEMENT_REGION &&
            list->children->index == region)
            return true;
        if (claims_region(list->children, region) || claims_region(list->otherwise, region))
            return true;
    }
    return false;
}

/// Emits the jump that skips what depends on the presence of the anchor.
static uint16_t print_test(micai_format_compiler *c, const micai_element *anchor, bool reversed)
{
    static const struct {
        micai_element_kind kind;
        micai_print_code unless, when;
    } tests[] = {
        {MICAI_ELEMENT_OPERAND, MICAI_PRINT_UNLESS_VALUE, MICAI_PRINT_IF_VALUE},
        {MICAI_ELEMENT_RESULT, MICAI_PRINT_UNLESS_VALUE, MICAI_PRINT_IF_VALUE},
        {MICAI_ELEMENT_OPERANDS, MICAI_PRINT_UNLESS_VALUE, MICAI_PRINT_IF_VALUE},
        {MICAI_ELEMENT_RESULTS, MICAI_PRINT_UNLESS_VALUE, MICAI_PRINT_IF_VALUE},
        {MICAI_ELEMENT_ATTR, MICAI_PRINT_UNLESS_ATTR, MICAI_PRINT_IF_ATTR},
        {MICAI_ELEMENT_REGION, MICAI_PRINT_UNLESS_REGION, MICAI_PRINT_IF_REGION},
        {MICAI_ELEMENT_SUCCESSOR, MICAI_PRINT_UNLESS_SUCCESSOR, MICAI_PRINT_IF_SUCCESSOR},
        {MICAI_ELEMENT_PARAM, MICAI_PRINT_UNLESS_PARAM, MICAI_PRINT_IF_PARAM},
    };
    while (anchor->kind == MICAI_ELEMENT_TYPE || anchor->kind == MICAI_ELEMENT_FUNCTION_TYPE ||
           anchor->kind == MICAI_ELEMENT_CUSTOM || anchor->kind == MICAI_ELEMENT_REF)
        anchor = anchor->children;
    if (!reversed &&
        (anchor->kind == MICAI_ELEMENT_STRUCT || anchor->kind == MICAI_ELEMENT_PARAMS))
        return emit(c, &c->print, MICAI_PRINT_UNLESS_PARAMS, 0, (unsigned)param_bits(c, anchor),
                    0);
    const bool is_value = anchor->kind == MICAI_ELEMENT_RESULT ||
                          anchor->kind == MICAI_ELEMENT_OPERANDS ||
                          anchor->kind == MICAI_ELEMENT_RESULTS;
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; ++i) {
        if (tests[i].kind == anchor->kind)
            return emit(c, &c->print, (int)(reversed ? tests[i].when : tests[i].unless), 0,
                        is_value ? value_of(anchor) : anchor->index, 0);
    }
    micai_format_fail(c, anchor->place, "this can't be the anchor of a group");
    return 0;
}

static void print_group(micai_format_compiler *c, const micai_element *group)
{
    const micai_element *outer = c->elided;
    c->elided = elided_anchor(c, group);
    const uint16_t at = print_test(c, group->anchor, group->anchor_in_otherwise);
    print_list(c, group->children);
    if (group->otherwise) {
        const uint16_t done = emit(c, &c->print, MICAI_PRINT_JUMP, 0, 0, 0);
        land_here(&c->print, at);
        print_list(c, group->otherwise);
        land_here(&c->print, done);
    } else {
        land_here(&c->print, at);
    }
    c->elided = outer;
}

static bool is_presence(micai_element_kind kind)
{
    return kind == MICAI_ELEMENT_OPERAND || kind == MICAI_ELEMENT_ATTR ||
           kind == MICAI_ELEMENT_REGION || kind == MICAI_ELEMENT_RESULT ||
           kind == MICAI_ELEMENT_TYPE || kind == MICAI_ELEMENT_CUSTOM;
}

/// A clause is printed when one of its variables is present.
static void print_clause(micai_format_compiler *c, const micai_element *clause)
{
    uint16_t jumps[16];
    size_t count = 0;
    for (const micai_element *e = clause->children; e && count < 16; e = e->next) {
        if (is_presence(e->kind))
            jumps[count++] = print_test(c, e, true);
    }
    const uint16_t skip = emit(c, &c->print, MICAI_PRINT_JUMP, 0, 0, 0);
    for (size_t i = 0; i < count; ++i)
        land_here(&c->print, jumps[i]);
    const micai_element *second = clause->children->next;
    const micai_element *outer = c->elided;
    if (second && !second->next && is_unit(c, second))
        c->elided = second;
    print_list(c, clause->children);
    c->elided = outer;
    land_here(&c->print, skip);
}

static void print_element(micai_format_compiler *c, const micai_element *e)
{
    switch (e->kind) {
    case MICAI_ELEMENT_LITERAL:
        print_literal(c, e);
        break;
    case MICAI_ELEMENT_SPACE:
        if (e->index)
            emit(c, &c->print, MICAI_PRINT_SPACE, 0, 0, 0);
        c->after_punctuation = !e->index;
        c->emit_space = false;
        break;
    case MICAI_ELEMENT_NEWLINE:
        emit(c, &c->print, MICAI_PRINT_NEWLINE, 0, 0, 0);
        break;
    case MICAI_ELEMENT_OPERAND:
        print_code(c,
                   arity_of(c, e) == MICA_ARITY_VARIADIC_OF_VARIADIC ? MICAI_PRINT_GROUPS
                                                                     : MICAI_PRINT_OPERANDS,
                   0, e->index, 0);
        break;
    case MICAI_ELEMENT_ATTR:
        if (e != c->elided)
            print_code(c, MICAI_PRINT_ATTR, attr_form(c, e), e->index, 0);
        break;
    case MICAI_ELEMENT_REGION:
        print_code(c, MICAI_PRINT_REGION,
                   claims_region(c->elements, e->index) ? MICAI_CODE_NO_ARGUMENTS : 0, e->index,
                   0);
        break;
    case MICAI_ELEMENT_REGIONS:
        print_code(c, MICAI_PRINT_REGIONS, 0, 0, 0);
        break;
    case MICAI_ELEMENT_SUCCESSOR:
        print_code(c, MICAI_PRINT_SUCCESSORS, 0, e->index, 0);
        break;
    case MICAI_ELEMENT_SUCCESSORS:
        print_code(c, MICAI_PRINT_ALL_SUCCESSORS, 0, 0, 0);
        break;
    case MICAI_ELEMENT_TYPE:
        print_type(c, e);
        break;
    case MICAI_ELEMENT_FUNCTION_TYPE:
        print_code(c, MICAI_PRINT_FUNCTION_TYPE, 0, value_of(e->children),
                   value_of(e->children->next));
        break;
    case MICAI_ELEMENT_OPERANDS:
        print_code(c, MICAI_PRINT_ALL_OPERANDS, 0, 0, 0);
        break;
    case MICAI_ELEMENT_GROUP:
        print_group(c, e);
        break;
    case MICAI_ELEMENT_OILIST:
        for (const micai_element *clause = e->children; clause; clause = clause->next)
            print_clause(c, clause);
        break;
    case MICAI_ELEMENT_PARAM:
        print_code(c, e->is_qualified ? MICAI_PRINT_PARAM_QUALIFIED : MICAI_PRINT_PARAM, 0,
                   e->index, 0);
        break;
    case MICAI_ELEMENT_PARAMS:
        print_code(c, MICAI_PRINT_PARAMS, 0, 0, param_bits(c, e));
        break;
    case MICAI_ELEMENT_STRUCT:
        print_code(c, MICAI_PRINT_STRUCT, 0, 0, param_bits(c, e));
        break;
    default:
        break;
    }
}

/// Dictionaries print their own blank; customs count from the parse program.
static void print_list(micai_format_compiler *c, const micai_element *list)
{
    for (; list && !c->failed; list = list->next) {
        const unsigned flags = c->dictionary_flags;
        if (list->kind == MICAI_ELEMENT_ATTR_DICT) {
            emit(c, &c->print, MICAI_PRINT_ATTR_DICT, flags, 0, 0);
            c->after_punctuation = false;
        } else if (list->kind == MICAI_ELEMENT_ATTR_DICT_KEYWORD) {
            emit(c, &c->print, MICAI_PRINT_ATTR_DICT_KEYWORD, flags, 0, 0);
            c->after_punctuation = false;
        } else if (list->kind == MICAI_ELEMENT_PROP_DICT) {
            emit(c, &c->print, MICAI_PRINT_PROP_DICT, flags & ~MICAI_CODE_DISCARDABLE, 0, 0);
            c->after_punctuation = false;
        } else if (list->kind == MICAI_ELEMENT_CUSTOM) {
            print_code(c, MICAI_PRINT_CUSTOM, 0, c->custom_count++, 0);
        } else {
            print_element(c, list);
        }
    }
}

// ---- whole programs
// --------------------------------------------------------------------------

static bool mentions(const micai_element *list, micai_element_kind kind)
{
    for (; list; list = list->next) {
        if (list->kind == kind ||
            (list->kind != MICAI_ELEMENT_CUSTOM && mentions(list->children, kind)) ||
            mentions(list->otherwise, kind))
            return true;
    }
    return false;
}

/// `operands` as values, not as types.
static bool writes_operands(const micai_element *list)
{
    for (; list; list = list->next) {
        const bool has_elements =
            list->kind == MICAI_ELEMENT_GROUP || list->kind == MICAI_ELEMENT_OILIST;
        if (list->kind == MICAI_ELEMENT_OPERANDS ||
            (has_elements &&
             (writes_operands(list->children) || writes_operands(list->otherwise))))
            return true;
    }
    return false;
}

static unsigned dictionary_flags(const micai_element *list)
{
    unsigned flags = 0;
    if (mentions(list, MICAI_ELEMENT_PROP_DICT))
        flags |= MICAI_CODE_DISCARDABLE;
    if (writes_operands(list))
        flags |= MICAI_CODE_ALL_OPERANDS;
    if (mentions(list, MICAI_ELEMENT_RESULTS))
        flags |= MICAI_CODE_ALL_RESULTS;
    return flags;
}

static const void *keep(micai_format_compiler *c, const void *data, size_t count, size_t size)
{
    void *copy = micai_build_allocate(c->build, count, size);
    if (copy && count)
        memcpy(copy, data, count * size);
    return count ? copy : NULL;
}

static mica_assembly *finish(micai_format_compiler *c)
{
    mica_assembly *made = micai_build_allocate(c->build, 1, sizeof *made);
    if (!made)
        return NULL;
    made->struct_size = sizeof *made;
    made->parse_count = c->parse.count;
    made->print_count = c->print.count;
    made->text_count = c->text_count;
    made->parse_code = keep(c, c->parse.code, c->parse.count, sizeof c->parse.code[0]);
    made->print_code = keep(c, c->print.code, c->print.count, sizeof c->print.code[0]);
    made->texts = keep(c, c->texts, c->text_count, sizeof c->texts[0]);
    made->customs = keep(c, c->customs, c->custom_count, sizeof c->customs[0]);
    made->custom_count = c->custom_count;
    made->printed_attrs = c->printed_attrs;
    return made;
}

static const mica_assembly *run(micai_format_compiler *c, const micai_element *list)
{
    c->elements = list->children;
    c->dictionary_flags = dictionary_flags(list->children);
    if (c->scope->op && !mentions(list->children, MICAI_ELEMENT_ATTR_DICT) &&
        !mentions(list->children, MICAI_ELEMENT_ATTR_DICT_KEYWORD) &&
        !mentions(list->children, MICAI_ELEMENT_CUSTOM)) {
        micai_build_error(c->build, c->place, "format lacks attr-dict");
        return NULL;
    }
    parse_list(c, list->children);
    emit(c, &c->parse, MICAI_PARSE_END, 0, 0, 0);
    const uint16_t custom_count = c->custom_count;
    c->custom_count = 0;
    c->emit_space = true;
    print_list(c, list->children);
    emit(c, &c->print, MICAI_PRINT_END, 0, 0, 0);
    c->custom_count = custom_count;
    return c->failed || c->build->reader->failed ? NULL : finish(c);
}

static const mica_assembly *compile(micai_build *build, micai_place place, mica_string format,
                                    const micai_format_scope *scope)
{
    const micai_element *list = micai_format_read(build, place, format, scope);
    const micai_allocator *allocator = &build->context->allocator;
    micai_format_compiler *c = list ? micai_allocate_zeroed(allocator, sizeof *c) : NULL;
    if (!c)
        return NULL;
    c->build = build;
    c->place = place;
    c->scope = scope;
    const mica_assembly *made = run(c, list);
    micai_release(allocator, c, sizeof *c);
    return made;
}

const mica_assembly *micai_compile_op_format(micai_build *build, micai_place place,
                                             mica_string format, const mica_op_def *definition)
{
    const micai_format_scope scope = {definition, NULL, 0};
    return compile(build, place, format, &scope);
}

const mica_assembly *micai_compile_param_format(micai_build *build, micai_place place,
                                                mica_string format,
                                                const mica_param_spec *params, uint32_t count)
{
    const micai_format_scope scope = {NULL, params, count};
    return compile(build, place, format, &scope);
}
