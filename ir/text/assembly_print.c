// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs the printing side of an op's assembly program.

#include "ir/core/context.h"
#include "ir/core/type_equation.h"
#include "ir/text/assembly_code.h"
#include "ir/text/assembly_internal.h"
#include "ir/text/printer_internal.h"

typedef micai_assembly_print_frame frame;

void micai_assembly_print_begin(frame *f, mica_asm_printer *printer, mica_op *op)
{
    f->printer = printer;
    f->op = op;
    f->definition = mica_op_definition(op);
    f->counter = 0;
    f->next_region = 0;
    f->region = NULL;
    f->print_entry_arguments = f->print_terminators = true;
}

// ---- values
// ----------------------------------------------------------------------------------

/// The run of operands or results behind a value index.
static void find_values(const frame *f, uint16_t value, size_t *start, size_t *count)
{
    *start = 0;
    if (value == MICAI_ALL_OPERANDS)
        *count = mica_op_operand_count(f->op);
    else if (value == MICAI_ALL_RESULTS)
        *count = mica_op_result_count(f->op);
    else if (value & MICA_VALUE_RESULT)
        mica_op_result_range(f->op, value & ~MICA_VALUE_RESULT, start, count);
    else
        mica_op_operand_range(f->op, value, start, count);
}

static const mica_type *nth_type(const frame *f, uint16_t value, size_t index)
{
    return mica_value_type(value & MICA_VALUE_RESULT ? mica_op_result(f->op, index)
                                                     : mica_op_operand(f->op, index));
}

static void print_type(frame *f, uint16_t value, const mica_type *type, bool qualified)
{
    const bool all = value == MICAI_ALL_OPERANDS || value == MICAI_ALL_RESULTS;
    const mica_value_spec *spec = all ? NULL
                                  : value & MICA_VALUE_RESULT
                                      ? &f->definition->results[value & ~MICA_VALUE_RESULT]
                                      : &f->definition->operands[value];
    if (spec && !qualified && spec->constraint->kind == MICA_CONSTRAINT_TYPE_DEF)
        mica_asm_print_stripped_type(f->printer, type);
    else
        mica_asm_print_type(f->printer, type);
}

static void print_types(frame *f, uint16_t value, bool qualified)
{
    size_t start = 0, count = 0;
    find_values(f, value, &start, &count);
    for (size_t i = 0; i < count; ++i) {
        if (i)
            micai_put_literal(f->printer, ", ");
        print_type(f, value, nth_type(f, value, start + i), qualified);
    }
}

/// Calls back for each group of a variadic of variadics with parentheses around it.
static void print_groups(frame *f, uint16_t index, bool types)
{
    size_t start = 0, count = 0;
    mica_op_operand_range(f->op, index, &start, &count);
    const mica_attr *sizes =
        mica_op_slot(f->op, (size_t)f->definition->operands[index].group_slot);
    const size_t groups =
        mica_attr_is(sizes, MICA_ATTR_DENSE_ARRAY) ? mica_dense_array_attr_count(sizes) : 0;
    for (size_t i = 0; i < groups; ++i) {
        const size_t size = (size_t)mica_dense_array_attr_int(sizes, i);
        mica_asm_print(f->printer, i ? ", (" : "(");
        if (types)
            mica_asm_print_operand_types(f->printer, f->op, start, size);
        else
            mica_asm_print_operands(f->printer, f->op, start, size);
        mica_asm_print(f->printer, ")");
        start += size;
    }
}

static void print_operands(frame *f, uint16_t index)
{
    size_t start = 0, count = 0;
    find_values(f, index, &start, &count);
    mica_asm_print_operands(f->printer, f->op, start, count);
}

static void print_function_type(frame *f, uint16_t inputs, uint16_t results)
{
    size_t start = 0, count = 0;
    mica_asm_print(f->printer, "(");
    print_types(f, inputs, true);
    mica_asm_print(f->printer, ") -> ");
    find_values(f, results, &start, &count);
    const bool plain =
        count == 1 && mica_type_get_kind(nth_type(f, results, start)) != MICA_TYPE_FUNCTION;
    if (!plain)
        mica_asm_print(f->printer, "(");
    print_types(f, results, true);
    if (!plain)
        mica_asm_print(f->printer, ")");
}

// ---- attributes
// ------------------------------------------------------------------------------

static const mica_attr *slot_default(const frame *f, uint16_t slot)
{
    return f->definition->attrs[slot].default_text
               ? mica_op_record_default(mica_op_get_record(f->op), slot)
               : NULL;
}

/// Set, and not what it is by default.
static bool says_something(const frame *f, uint16_t slot)
{
    const mica_attr *attr = mica_op_slot(f->op, slot);
    return attr && !mica_attr_equal(attr, slot_default(f, slot));
}

static void print_enum(frame *f, uint16_t slot, const mica_attr *attr)
{
    const mica_enum_def *enumeration = f->definition->attrs[slot].constraint->enumeration;
    const int64_t value = mica_integer_attr_value(attr);
    const char *keyword = mica_enum_keyword(enumeration, value);
    if (keyword && micai_is_bare_keyword(keyword)) {
        mica_asm_print(f->printer, keyword);
    } else {
        mica_asm_print(f->printer, "\"");
        micai_assembly_print_enum(f->printer, enumeration, value);
        mica_asm_print(f->printer, "\"");
    }
}

static void print_attr(frame *f, uint16_t slot, unsigned form)
{
    const mica_attr *attr = mica_op_slot_or_default(f->op, slot);
    if (!attr)
        return;
    switch (form) {
    case MICAI_ATTR_FORM_ENUM:
        print_enum(f, slot, attr);
        break;
    case MICAI_ATTR_FORM_SYMBOL:
        mica_asm_print_symbol_name(f->printer, mica_string_attr_text(attr));
        break;
    case MICAI_ATTR_FORM_TYPED:
        mica_asm_print_attr_without_type(f->printer, attr);
        break;
    case MICAI_ATTR_FORM_STRIPPED:
        mica_asm_print_stripped_attr(f->printer, attr);
        break;
    case MICAI_ATTR_FORM_ARRAY:
        micai_assembly_print_dense_array(f->printer, attr);
        break;
    default:
        mica_asm_print_attr(f->printer, attr);
        break;
    }
}

enum { MAX_SLOTS = 64 };

/// Are the sizes of segments those that a parser takes for granted: those of specs that vary
/// are equal?
static bool shares_evenly(const frame *f, int16_t slot, const mica_value_spec *specs,
                          size_t count)
{
    const mica_attr *sizes = mica_op_slot(f->op, (size_t)slot);
    int64_t share = -1;
    if (!mica_attr_is(sizes, MICA_ATTR_DENSE_ARRAY) ||
        mica_dense_array_attr_count(sizes) != count)
        return true;
    for (size_t i = 0; i < count; ++i) {
        const int64_t size = mica_dense_array_attr_int(sizes, i);
        if (specs[i].arity == MICA_ARITY_ONE)
            continue;
        if (share >= 0 && share != size)
            return false;
        share = size;
    }
    return true;
}

/// Do the sizes of segments of a slot follow from what else is printed?
static bool follows(const frame *f, uint16_t slot, unsigned flags)
{
    const mica_op_def *definition = f->definition;
    if (slot == definition->operand_segment_slot)
        return !(flags & MICAI_CODE_ALL_OPERANDS) ||
               shares_evenly(f, definition->operand_segment_slot, definition->operands,
                             definition->operand_count);
    if (slot == definition->result_segment_slot)
        return !(flags & MICAI_CODE_ALL_RESULTS) ||
               shares_evenly(f, definition->result_segment_slot, definition->results,
                             definition->result_count);
    return false;
}

/// Names of the inherent attributes that a dictionary leaves out, ended by NULL.
static bool gather_elided(const frame *f, unsigned flags, const char **names)
{
    const mica_op_def *definition = f->definition;
    const bool discardable_only = (flags & MICAI_CODE_DISCARDABLE) != 0;
    size_t count = 0;
    bool all = true;
    for (uint16_t i = 0; i < definition->attr_count && count < MAX_SLOTS; ++i) {
        const bool printed = i < 64 && (definition->assembly->printed_attrs >> i & 1);
        if (discardable_only || printed || follows(f, i, flags) || !says_something(f, i))
            names[count++] = definition->attrs[i].name;
        else
            all = false;
    }
    names[count] = NULL;
    return all;
}

static void print_dictionary(frame *f, const mica_assembly_code *code)
{
    const char *names[MAX_SLOTS + 1];
    const bool all_elided = gather_elided(f, code->flags, names);
    if (all_elided && mica_op_attr_count(f->op) == 0)
        return;
    micai_print_dictionary(f->printer, f->op, names,
                           code->code == MICAI_PRINT_ATTR_DICT ? " {" : " attributes {");
}

/// ` <{a = 1}>` of the inherent attributes that the format does not print.
static void print_prop_dict(frame *f)
{
    const char *names[MAX_SLOTS + 1];
    if (gather_elided(f, false, names))
        return;
    mica_asm_print(f->printer, " <{");
    bool first = true;
    for (uint16_t i = 0; i < f->definition->attr_count; ++i) {
        const char *name = f->definition->attrs[i].name;
        bool elided = false;
        for (const char **n = names; *n; ++n)
            elided |= *n == name;
        if (elided)
            continue;
        mica_asm_printf(f->printer, "%s%s", first ? "" : ", ", name);
        if (!mica_attr_is(mica_op_slot(f->op, i), MICA_ATTR_UNIT)) {
            mica_asm_print(f->printer, " = ");
            mica_asm_print_attr(f->printer, mica_op_slot(f->op, i));
        }
        first = false;
    }
    mica_asm_print(f->printer, "}>");
}

// ---- regions and successors
// ------------------------------------------------------------------

/// A terminator that holds something in a region.
static bool has_nested_ops(const mica_op *op)
{
    for (size_t i = 0; i < mica_op_region_count(op); ++i) {
        const mica_block *block = mica_region_first(mica_op_region(op, i));
        if (block && (mica_block_next(block) || !mica_block_is_empty(block)))
            return true;
    }
    return false;
}

/// An implicit terminator that says nothing is not printed, unless the op has results that it
/// should have given, or the trait says otherwise:
/// implicit_terminator(name, printed).
static bool needs_terminator(const frame *f, const mica_region *region)
{
    const mica_trait_use *use =
        mica_op_def_find_trait(f->definition, MICA_TRAIT_SINGLE_BLOCK_IMPLICIT_TERMINATOR);
    const mica_block *block = mica_region_first(region);
    const mica_op *last = block ? mica_block_last(block) : NULL;
    if (!use || !last || use->argument_count > 1 || mica_op_result_count(f->op))
        return true;
    bool has_slot = false;
    for (size_t i = 0; i < mica_op_slot_count(last); ++i)
        has_slot |= mica_op_slot(last, i) != NULL;
    return has_slot || mica_op_attr_count(last) || mica_op_operand_count(last) ||
           mica_op_result_count(last) || has_nested_ops(last);
}

static micai_assembly_status want_region(frame *f, size_t index)
{
    f->region = mica_op_region(f->op, index);
    f->print_terminators = needs_terminator(f, f->region);
    return MICAI_ASSEMBLY_REGION;
}

/// Regions [first, end), separated by commas; the same instruction runs again after each.
static micai_assembly_status step_regions(frame *f, size_t first, size_t end)
{
    const size_t index = first + f->next_region;
    if (index >= end) {
        f->next_region = 0;
        return MICAI_ASSEMBLY_DONE;
    }
    if (f->next_region)
        micai_put_literal(f->printer, ", ");
    ++f->next_region;
    --f->counter;
    return want_region(f, index);
}

static void print_successors(frame *f, size_t first, size_t end)
{
    for (size_t i = first; i < end; ++i) {
        if (i > first)
            micai_put_literal(f->printer, ", ");
        mica_asm_print_successor(f->printer, mica_op_successor(f->op, i));
    }
}

static size_t successor_end(const frame *f, uint16_t index)
{
    return f->definition->successors[index].is_variadic ? mica_op_successor_count(f->op)
                                                        : (size_t)index + 1;
}

// ---- presence
// --------------------------------------------------------------------------------

static bool is_present(const frame *f, const mica_assembly_code *code)
{
    size_t start = 0, count = 0;
    switch ((micai_print_code)code->code) {
    case MICAI_PRINT_UNLESS_VALUE:
    case MICAI_PRINT_IF_VALUE:
        find_values(f, code->a, &start, &count);
        return count != 0;
    case MICAI_PRINT_UNLESS_ATTR:
    case MICAI_PRINT_IF_ATTR:
        return says_something(f, code->a);
    case MICAI_PRINT_UNLESS_REGION:
    case MICAI_PRINT_IF_REGION:
        return code->a < mica_op_region_count(f->op) &&
               (f->definition->regions[code->a].is_variadic ||
                !mica_region_is_empty(mica_op_region(f->op, code->a)));
    default:
        return code->a < mica_op_successor_count(f->op);
    }
}

// ---- custom directives
// -----------------------------------------------------------------------

enum { MAX_ARGUMENTS = 16 };

static void fill_argument(const frame *f, const mica_assembly_custom_argument *from,
                          mica_directive_argument *to)
{
    memset(to, 0, sizeof *to);
    to->kind = (mica_directive_kind)from->kind;
    to->is_ref = from->is_ref != 0;
    to->index = from->index;
    to->text = from->text;
    switch (to->kind) {
    case MICA_DIRECTIVE_OPERANDS:
    case MICA_DIRECTIVE_OPERAND_TYPES:
        mica_op_operand_range(f->op, from->index, &to->first, &to->count);
        break;
    case MICA_DIRECTIVE_RESULT_TYPES:
        mica_op_result_range(f->op, from->index, &to->first, &to->count);
        break;
    case MICA_DIRECTIVE_ATTR:
        to->attr = mica_op_slot(f->op, from->index);
        break;
    case MICA_DIRECTIVE_REGIONS:
        to->first = from->index;
        to->count = f->definition->regions[from->index].is_variadic
                        ? mica_op_region_count(f->op) - from->index
                        : 1;
        to->region = to->count ? mica_op_region(f->op, from->index) : NULL;
        break;
    case MICA_DIRECTIVE_SUCCESSORS:
        to->first = from->index;
        to->count = successor_end(f, from->index) - from->index;
        break;
    default:
        break;
    }
}

static void print_custom(frame *f, const mica_assembly_custom *custom)
{
    mica_directive_argument arguments[MAX_ARGUMENTS];
    if (custom->argument_count > MAX_ARGUMENTS || !custom->print)
        return;
    for (uint32_t i = 0; i < custom->argument_count; ++i)
        fill_argument(f, &custom->arguments[i], &arguments[i]);
    const mica_directive directive = {arguments, custom->argument_count, false};
    custom->print(f->printer, f->op, &directive);
}

// ---- the loop
// --------------------------------------------------------------------------------

/// Most literals are one byte of punctuation.
static void print_text(mica_asm_printer *printer, const char *text)
{
    if (text[0] && !text[1])
        micai_put_char(printer, text[0]);
    else
        mica_asm_print(printer, text);
}

/// All instructions but those of regions and jumps.
static void run_code(frame *f, const mica_assembly_code *code)
{
    const mica_assembly *assembly = f->definition->assembly;
    const bool qualified = (code->flags & MICAI_CODE_QUALIFIED) != 0;
    switch ((micai_print_code)code->code) {
    case MICAI_PRINT_TEXT:
        print_text(f->printer, assembly->texts[code->a]);
        break;
    case MICAI_PRINT_SPACE:
        micai_put_char(f->printer, ' ');
        break;
    case MICAI_PRINT_NEWLINE:
        mica_asm_print_newline(f->printer);
        break;
    case MICAI_PRINT_OPERANDS:
        print_operands(f, code->a);
        break;
    case MICAI_PRINT_GROUPS:
        print_groups(f, code->a, false);
        break;
    case MICAI_PRINT_TYPE_GROUPS:
        print_groups(f, code->a, true);
        break;
    case MICAI_PRINT_ALL_OPERANDS:
        print_operands(f, MICAI_ALL_OPERANDS);
        break;
    case MICAI_PRINT_TYPES:
        print_types(f, code->a, qualified);
        break;
    case MICAI_PRINT_OPERAND_TYPES:
        print_types(f, MICAI_ALL_OPERANDS, qualified);
        break;
    case MICAI_PRINT_RESULT_TYPES:
        print_types(f, MICAI_ALL_RESULTS, qualified);
        break;
    case MICAI_PRINT_FUNCTION_TYPE:
        print_function_type(f, code->a, (uint16_t)code->b);
        break;
    case MICAI_PRINT_ATTR:
        print_attr(f, code->a, code->flags & MICAI_CODE_FORM);
        break;
    case MICAI_PRINT_SUCCESSORS:
        print_successors(f, code->a, successor_end(f, code->a));
        break;
    case MICAI_PRINT_ALL_SUCCESSORS:
        print_successors(f, 0, mica_op_successor_count(f->op));
        break;
    case MICAI_PRINT_ATTR_DICT:
    case MICAI_PRINT_ATTR_DICT_KEYWORD:
        print_dictionary(f, code);
        break;
    case MICAI_PRINT_PROP_DICT:
        print_prop_dict(f);
        break;
    case MICAI_PRINT_CUSTOM:
        print_custom(f, &assembly->customs[code->a]);
        break;
    default:
        break;
    }
}

/// Jumps, and instructions of regions; DONE goes on.
static micai_assembly_status run_control(frame *f, const mica_assembly_code *code)
{
    switch ((micai_print_code)code->code) {
    case MICAI_PRINT_JUMP:
        f->counter = (uint32_t)code->b;
        break;
    case MICAI_PRINT_UNLESS_VALUE:
    case MICAI_PRINT_UNLESS_ATTR:
    case MICAI_PRINT_UNLESS_REGION:
    case MICAI_PRINT_UNLESS_SUCCESSOR:
        if (!is_present(f, code))
            f->counter = (uint32_t)code->b;
        break;
    case MICAI_PRINT_IF_VALUE:
    case MICAI_PRINT_IF_ATTR:
    case MICAI_PRINT_IF_REGION:
    case MICAI_PRINT_IF_SUCCESSOR:
        if (is_present(f, code))
            f->counter = (uint32_t)code->b;
        break;
    case MICAI_PRINT_REGION:
        f->print_entry_arguments = !(code->flags & MICAI_CODE_NO_ARGUMENTS);
        return step_regions(f, code->a,
                            f->definition->regions[code->a].is_variadic
                                ? mica_op_region_count(f->op)
                                : (size_t)code->a + 1);
    case MICAI_PRINT_REGIONS:
        f->print_entry_arguments = true;
        return step_regions(f, 0, mica_op_region_count(f->op));
    default:
        run_code(f, code);
        break;
    }
    return MICAI_ASSEMBLY_DONE;
}

micai_assembly_status micai_assembly_print_step(frame *f)
{
    for (;;) {
        const mica_assembly_code *code = &f->definition->assembly->print_code[f->counter++];
        if (code->code == MICAI_PRINT_END)
            return MICAI_ASSEMBLY_DONE;
        if ((code->flags & MICAI_PRINT_SPACE_BEFORE) && f->next_region == 0)
            micai_put_char(f->printer, ' ');
        const micai_assembly_status status = run_control(f, code);
        if (status != MICAI_ASSEMBLY_DONE)
            return status;
    }
}
