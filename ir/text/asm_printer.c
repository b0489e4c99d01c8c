// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What hooks see of the printer, and the dictionaries of attributes behind ops.
#include <stdarg.h>
#include <stdlib.h>

#include "ir/text/printer_internal.h"

void mica_asm_print(mica_asm_printer *printer, const char *text)
{
    micai_put(printer, text, strlen(text));
}

void mica_asm_print_string(mica_asm_printer *printer, mica_string text)
{
    micai_put(printer, text.data, text.length);
}

void mica_asm_printf(mica_asm_printer *printer, const char *format, ...)
{
    micai_text_buffer text = micai_text_buffer_on(printer->allocator);
    va_list arguments;
    va_start(arguments, format);
    micai_text_vprintf(&text, format, arguments);
    va_end(arguments);
    mica_asm_print_string(printer, micai_text_view(&text));
    micai_text_buffer_free(&text);
}

void mica_asm_print_integer(mica_asm_printer *printer, int64_t value)
{
    micai_put_signed(printer, value);
}

void mica_asm_print_quoted(mica_asm_printer *printer, mica_string text)
{
    micai_put_quoted(printer, text);
}

void mica_asm_print_keyword_or_string(mica_asm_printer *printer, mica_string text)
{
    if (micai_is_bare_identifier(text))
        micai_put(printer, text.data, text.length);
    else
        micai_put_quoted(printer, text);
}

void mica_asm_print_symbol_name(mica_asm_printer *printer, mica_string name)
{
    micai_put_char(printer, '@');
    mica_asm_print_keyword_or_string(printer, name);
}

void mica_asm_print_type(mica_asm_printer *printer, const mica_type *type)
{
    micai_print_type(printer, type);
}

void mica_asm_print_attr(mica_asm_printer *printer, const mica_attr *attr)
{
    micai_print_attr(printer, attr, MICAI_TYPE_NEVER);
}

void mica_asm_print_attr_without_type(mica_asm_printer *printer, const mica_attr *attr)
{
    micai_print_attr(printer, attr, MICAI_TYPE_MUST);
}

void mica_asm_print_types(mica_asm_printer *printer, const mica_type *const *types,
                          size_t count)
{
    micai_print_types(printer, types, count);
}

void mica_asm_print_arrow_types(mica_asm_printer *printer, const mica_type *const *types,
                                size_t count)
{
    if (!count)
        return;
    const bool bare = count == 1 && mica_type_get_kind(types[0]) != MICA_TYPE_FUNCTION;
    mica_asm_print(printer, bare ? " -> " : " -> (");
    micai_print_types(printer, types, count);
    if (!bare)
        micai_put_char(printer, ')');
}

void mica_asm_print_operand(mica_asm_printer *printer, mica_value *value)
{
    micai_print_value(printer, value);
}

void mica_asm_print_operands(mica_asm_printer *printer, const mica_op *op, size_t start,
                             size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i)
            micai_put_literal(printer, ", ");
        micai_print_value(printer, mica_op_operand(op, start + i));
    }
}

void mica_asm_print_operand_types(mica_asm_printer *printer, const mica_op *op, size_t start,
                                  size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i)
            micai_put_literal(printer, ", ");
        micai_print_type(printer, mica_value_type(mica_op_operand(op, start + i)));
    }
}

void mica_asm_print_result_types(mica_asm_printer *printer, const mica_op *op)
{
    for (size_t i = 0; i < mica_op_result_count(op); i++) {
        if (i)
            micai_put_literal(printer, ", ");
        micai_print_type(printer, mica_value_type(mica_op_result(op, i)));
    }
}

static void print_functional_type(mica_asm_printer *printer, const mica_op *op)
{
    micai_put_char(printer, '(');
    mica_asm_print_operand_types(printer, op, 0, mica_op_operand_count(op));
    micai_put_literal(printer, ") -> ");
    const size_t count = mica_op_result_count(op);
    const bool bare =
        count == 1 &&
        mica_type_get_kind(mica_value_type(mica_op_result(op, 0))) != MICA_TYPE_FUNCTION;
    if (!bare)
        micai_put_char(printer, '(');
    mica_asm_print_result_types(printer, op);
    if (!bare)
        micai_put_char(printer, ')');
}

// Small ones by memory: the counts, then the types.
void mica_asm_print_functional_type(mica_asm_printer *printer, const mica_op *op)
{
    const size_t operands = mica_op_operand_count(op), results = mica_op_result_count(op);
    if (operands + results >= MICAI_PRINT_KEY_PARTS) {
        print_functional_type(printer, op);
        return;
    }
    micai_print_key key = {{micai_pointer_of(operands * MICAI_PRINT_KEY_PARTS + results)}};
    for (size_t i = 0; i < operands; i++)
        key.parts[1 + i] = mica_value_type(mica_op_operand(op, i));
    for (size_t i = 0; i < results; i++)
        key.parts[1 + operands + i] = mica_value_type(mica_op_result(op, i));
    if (micai_print_memo_put(printer, &key))
        return;
    const size_t start = printer->used, flushes = printer->flushes;
    print_functional_type(printer, op);
    micai_print_memo_add(printer, &key, start, flushes);
}

// ---- dictionaries of attributes
// --------------------------------------------------------------

/// Attributes to be printed, sorted by name.
typedef struct entry_list {
    mica_named_attr *data;
    size_t count;
    mica_named_attr inline_data[12];
    size_t capacity; ///< 0: inline
} entry_list;

static void open_entries(mica_asm_printer *printer, entry_list *entries, const mica_op *op)
{
    const size_t most = mica_op_slot_count(op) + mica_op_attr_count(op);
    entries->count = entries->capacity = 0;
    entries->data = entries->inline_data;
    if (most <= sizeof entries->inline_data / sizeof entries->inline_data[0])
        return;
    mica_named_attr *data = micai_allocate(printer->allocator, most * sizeof *data);
    if (!data) {
        micai_print_no_memory(printer);
        return;
    }
    entries->data = data;
    entries->capacity = most;
}

static void close_entries(mica_asm_printer *printer, entry_list *entries)
{
    if (entries->capacity)
        micai_release(printer->allocator, entries->data,
                      entries->capacity * sizeof *entries->data);
}

static void add_entry(mica_asm_printer *printer, entry_list *entries,
                      const mica_identifier *name, const mica_attr *value)
{
    const mica_named_attr entry = {name, value};
    if (printer->failed)
        return;
    entries->data[entries->count++] = entry;
}

static int compare_entries(const void *a, const void *b)
{
    const mica_string x = mica_identifier_text(((const mica_named_attr *)a)->name);
    const mica_string y = mica_identifier_text(((const mica_named_attr *)b)->name);
    const size_t length = x.length < y.length ? x.length : y.length;
    const int order = memcmp(x.data, y.data, length);
    return order ? order : (x.length > y.length) - (x.length < y.length);
}

static void print_entries(mica_asm_printer *printer, entry_list *entries, const char *open,
                          const char *close)
{
    if (!entries->count)
        return;
    if (entries->count > 1)
        qsort(entries->data, entries->count, sizeof *entries->data, compare_entries);
    mica_asm_print(printer, open);
    for (size_t i = 0; i < entries->count; i++) {
        if (i)
            micai_put_literal(printer, ", ");
        micai_print_named_attr(printer, entries->data[i]);
    }
    mica_asm_print(printer, close);
}

static const mica_identifier *slot_name(const mica_op *op, size_t index)
{
    return mica_op_get_record(op)->slot_names[index];
}

static void add_discardable(mica_asm_printer *printer, entry_list *entries, const mica_op *op)
{
    const size_t count = mica_op_attr_count(op);
    for (size_t i = 0; i < count; i++) {
        const mica_named_attr entry = mica_op_attr_entry(op, i);
        add_entry(printer, entries, entry.name, entry.value);
    }
}

// Slots, with their defaults: the properties of the generic form.
static void add_slots(mica_asm_printer *printer, entry_list *entries, const mica_op *op)
{
    const mica_op_def *definition = mica_op_definition(op);
    const size_t count = definition ? mica_op_slot_count(op) : 0;
    for (size_t i = 0; i < count; i++) {
        // What MLIR leaves unset by default is optional here and has a default all the same.
        const bool may_be_unset = definition->attrs[i].is_optional;
        const mica_attr *value =
            may_be_unset ? mica_op_slot(op, i) : mica_op_slot_or_default(op, i);
        if (value)
            add_entry(printer, entries, slot_name(op, i), value);
    }
}

static void print_slots(mica_asm_printer *printer, const mica_op *op)
{
    entry_list entries;
    open_entries(printer, &entries, op);
    add_slots(printer, &entries, op);
    print_entries(printer, &entries, " <{", "}>");
    close_entries(printer, &entries);
}

// Small ones by memory: the op's record, then the slots.
static void print_slots_again(mica_asm_printer *printer, const mica_op *op)
{
    const size_t count = mica_op_slot_count(op);
    if (count >= MICAI_PRINT_KEY_PARTS) {
        print_slots(printer, op);
        return;
    }
    micai_print_key key = {{mica_op_get_record(op)}};
    for (size_t i = 0; i < count; i++)
        key.parts[1 + i] = mica_op_slot(op, i);
    if (micai_print_memo_put(printer, &key))
        return;
    const size_t start = printer->used, flushes = printer->flushes;
    print_slots(printer, op);
    micai_print_memo_add(printer, &key, start, flushes);
}

void micai_print_properties(mica_asm_printer *printer, const mica_op *op)
{
    if (mica_op_has_trait(op, MICA_TRAIT_NO_PROPERTIES))
        return; // they come with the discardable ones
    if (mica_op_definition(op)) {
        if (mica_op_slot_count(op))
            print_slots_again(printer, op);
    } else if (mica_op_slot_count(op) && mica_op_slot(op, 0)) {
        micai_put_literal(printer, " <");
        micai_print_attr(printer, mica_op_slot(op, 0), MICAI_TYPE_NEVER);
        micai_put_char(printer, '>');
    }
}

void micai_print_discardable(mica_asm_printer *printer, const mica_op *op)
{
    const bool with_slots = mica_op_has_trait(op, MICA_TRAIT_NO_PROPERTIES);
    if (!mica_op_attr_count(op) && !with_slots)
        return;
    entry_list entries;
    open_entries(printer, &entries, op);
    if (with_slots)
        add_slots(printer, &entries, op);
    add_discardable(printer, &entries, op);
    print_entries(printer, &entries, " {", "}");
    close_entries(printer, &entries);
}

void micai_visit_all_attrs(mica_asm_printer *printer, const mica_op *op)
{
    entry_list entries;
    open_entries(printer, &entries, op);
    add_slots(printer, &entries, op);
    add_discardable(printer, &entries, op);
    print_entries(printer, &entries, "", "");
    close_entries(printer, &entries);
}

static bool is_excepted(const char *const *except, mica_string name)
{
    for (; except && *except; except++) {
        if (mica_string_is(name, *except))
            return true;
    }
    return false;
}

static bool is_segments(const mica_op *op, mica_string name)
{
    return (mica_string_is(name, "operandSegmentSizes") &&
            mica_op_has_trait(op, MICA_TRAIT_ATTR_SIZED_OPERAND_SEGMENTS)) ||
           (mica_string_is(name, "resultSegmentSizes") &&
            mica_op_has_trait(op, MICA_TRAIT_ATTR_SIZED_RESULT_SEGMENTS));
}

static void collect_dictionary(mica_asm_printer *printer, entry_list *entries,
                               const mica_op *op, const char *const *except, bool segments)
{
    const size_t slots = mica_op_slot_count(op);
    for (size_t i = 0; i < slots; i++) {
        const mica_attr *value = mica_op_slot(op, i);
        if (!value)
            continue;
        const mica_identifier *name = slot_name(op, i);
        const mica_string text = mica_identifier_text(name);
        if (is_excepted(except, text) || (!segments && is_segments(op, text)))
            continue;
        add_entry(printer, entries, name, value);
    }
    for (size_t i = 0; i < mica_op_attr_count(op); i++) {
        const mica_named_attr entry = mica_op_attr_entry(op, i);
        if (!is_excepted(except, mica_identifier_text(entry.name)))
            add_entry(printer, entries, entry.name, entry.value);
    }
}

static void print_dictionary(mica_asm_printer *printer, const mica_op *op,
                             const char *const *except, const char *open, bool segments)
{
    if (!mica_op_slot_count(op) && !mica_op_attr_count(op))
        return;
    entry_list entries;
    open_entries(printer, &entries, op);
    collect_dictionary(printer, &entries, op, except, segments);
    print_entries(printer, &entries, open, "}");
    close_entries(printer, &entries);
}

void mica_asm_print_attr_dict(mica_asm_printer *printer, const mica_op *op,
                              const char *const *except)
{
    print_dictionary(printer, op, except, " {", false);
}

void mica_asm_print_attr_dict_with_keyword(mica_asm_printer *printer, const mica_op *op,
                                           const char *const *except)
{
    print_dictionary(printer, op, except, " attributes {", false);
}

void micai_print_dictionary(mica_asm_printer *printer, const mica_op *op,
                            const char *const *except, const char *open)
{
    print_dictionary(printer, op, except, open, true);
}

// ---- blocks and regions
// ----------------------------------------------------------------------

void mica_asm_print_successor(mica_asm_printer *printer, mica_block *block)
{
    micai_print_block_name(printer, block);
}

void mica_asm_print_argument(mica_asm_printer *printer, mica_value *argument,
                             const mica_attr *attrs, bool omit_type)
{
    micai_print_value(printer, argument);
    if (!omit_type) {
        micai_put_literal(printer, ": ");
        micai_print_type(printer, mica_value_type(argument));
    }
    // Upstream gives no alias to what stands in an argument's attributes alone.
    if (attrs && mica_dictionary_attr_count(attrs) && !printer->is_collecting) {
        micai_put_char(printer, ' ');
        micai_print_attr_body(printer, attrs, MICAI_TYPE_NEVER);
    }
    if (printer->is_collecting && printer->options.debug_info)
        micai_aliases_visit(
            printer, mica_location_to_attr(printer->context, mica_value_location(argument)),
            false);
    micai_print_trailing_location(printer, mica_value_location(argument), true);
}

void mica_asm_print_op(mica_asm_printer *printer, mica_op *op)
{
    micai_print_op_form(printer, op);
}

void mica_asm_print_region(mica_asm_printer *printer, mica_region *region,
                           bool print_entry_arguments, bool print_terminators)
{
    micai_print_region(printer, region, print_entry_arguments, print_terminators, false);
}

// A result of a group keeps its number: its name becomes one with `#`.
static uint64_t word_of(mica_asm_printer *printer, mica_value *value)
{
    uint64_t word = 0;
    mica_op *op = mica_value_op(value);
    if (!op || mica_op_result_count(op) == 1) {
        micai_pointer_map_find(&printer->names.of, value, &word);
        return word;
    }
    micai_text_buffer text = micai_text_buffer_on(printer->allocator);
    micai_text_of_value(printer, value, &text);
    const mica_identifier *name = mica_identifier_get(printer->context, micai_text_view(&text));
    micai_text_buffer_free(&text);
    return (uint64_t)(uintptr_t)name;
}

void mica_asm_shadow_arguments(mica_asm_printer *printer, mica_region *region,
                               mica_value *const *values, size_t count)
{
    const mica_block *entry = mica_region_first(region);
    if (!entry || printer->is_collecting)
        return;
    for (size_t i = 0; i < count && i < mica_block_argument_count(entry); i++) {
        const uint64_t word = values[i] ? word_of(printer, values[i]) : 0;
        if (word)
            micai_pointer_map_set(&printer->names.of, mica_block_argument(entry, i), word);
    }
}

void mica_asm_print_newline(mica_asm_printer *printer)
{
    micai_put_char(printer, '\n');
    micai_put_blanks(printer, printer->indent);
}

void mica_asm_indent(mica_asm_printer *printer, int levels)
{
    printer->indent = (unsigned)((int)printer->indent + 2 * levels);
}

// ---- affine maps over operands
// ---------------------------------------------------------------

typedef struct map_operands {
    const mica_op *op;
    size_t first;
    uint32_t dims;
} map_operands;

static void print_operand_name(mica_asm_printer *printer, bool is_symbol, uint32_t position,
                               const void *user)
{
    const map_operands *operands = user;
    const size_t index = operands->first + position + (is_symbol ? operands->dims : 0);
    if (is_symbol)
        micai_put_literal(printer, "symbol(");
    micai_print_value(printer, mica_op_operand(operands->op, index));
    if (is_symbol)
        micai_put_char(printer, ')');
}

void mica_asm_print_affine_map_of_ssa_ids(mica_asm_printer *printer, const mica_attr *map,
                                          const mica_op *op, size_t first_operand)
{
    const map_operands operands = {op, first_operand, mica_affine_map_dim_count(map)};
    for (size_t i = 0; i < mica_affine_map_result_count(map); i++) {
        if (i)
            micai_put_literal(printer, ", ");
        micai_print_affine_expr(printer, mica_affine_map_result(map, i), print_operand_name,
                                &operands);
    }
}
