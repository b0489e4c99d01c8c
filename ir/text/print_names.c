// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Printed names. When an op is printed the values that its regions define are named first: each
// region goes on with the counters that its surroundings ended with, so sibling regions use the
// same numbers. Names are dropped with the op, so memory follows nesting and not the file.
//
// With unique ids (and so in the generic form) no number is used twice in the file: then all
// regions are named beforehand, in the order in which upstream's work list has them, the last
// region of a region's ops first.
#include <stdio.h>

#include "ir/text/printer_internal.h"

enum { WORD_MEMBER = 2 }; ///< low bits of the word of a result that has no name of its own

void micai_names_free(mica_asm_printer *printer)
{
    micai_names *names = &printer->names;
    micai_pointer_map_free(&names->of);
    micai_pointer_map_free(&names->used);
    micai_release(printer->allocator, names->in_scope,
                  names->capacity * sizeof *names->in_scope);
    micai_release(printer->allocator, names->taken,
                  names->taken_capacity * sizeof *names->taken);
}

static void enter(mica_asm_printer *printer, const void *key, uint64_t word)
{
    micai_names *names = &printer->names;
    void *keys = names->in_scope;
    if (names->count == names->capacity && !names->all_named &&
        !micai_array_reserve(printer->allocator, &keys, &names->capacity, names->count + 1,
                             sizeof *names->in_scope)) {
        micai_print_no_memory(printer);
        return;
    }
    names->in_scope = keys;
    if (!names->all_named)
        names->in_scope[names->count++] = key;
    if (!micai_pointer_map_set(&names->of, key, word))
        micai_print_no_memory(printer);
}

// ---- unique names
// ----------------------------------------------------------------------------

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '$' || c == '.' || c == '-';
}

// Bytes that no name may hold become their hex digits, blanks become `_`; a name must not begin
// or (as it could be taken for a number) end with a digit, so digits get a `_` then.
static const mica_identifier *sanitize(mica_asm_printer *printer, mica_string name)
{
    bool good = name.length && !(name.data[0] >= '0' && name.data[0] <= '9');
    for (size_t i = 0; good && i < name.length; i++)
        good = is_name_byte(name.data[i]);
    if (good)
        return mica_identifier_get(printer->context, name);
    micai_text_buffer text = micai_text_buffer_on(printer->allocator);
    if (name.length && name.data[0] >= '0' && name.data[0] <= '9')
        micai_text_append(&text, "_", 1);
    for (size_t i = 0; i < name.length; i++) {
        const char c = name.data[i];
        if (is_name_byte(c) || c == ' ')
            micai_text_append(&text, c == ' ' ? "_" : &c, 1);
        else
            micai_text_printf(&text, "%02X", (unsigned)(unsigned char)c);
    }
    const mica_identifier *identifier =
        mica_identifier_get(printer->context, micai_text_view(&text));
    micai_text_buffer_free(&text);
    return identifier;
}

static bool is_taken(const mica_asm_printer *printer, const mica_identifier *name)
{
    return micai_pointer_map_find(&printer->names.used, name, NULL);
}

static const mica_identifier *make_unique(mica_asm_printer *printer,
                                          const mica_identifier *name)
{
    const mica_identifier *candidate = name;
    while (candidate && is_taken(printer, candidate)) {
        micai_text_buffer text = micai_text_buffer_on(printer->allocator);
        micai_text_append_string(&text, mica_identifier_text(name));
        micai_text_printf(&text, "_%u", printer->names.next_conflict++);
        candidate = mica_identifier_get(printer->context, micai_text_view(&text));
        micai_text_buffer_free(&text);
    }
    return candidate;
}

static void take(mica_asm_printer *printer, const mica_identifier *name)
{
    micai_names *names = &printer->names;
    void *taken = names->taken;
    if (!micai_array_reserve(printer->allocator, &taken, &names->taken_capacity,
                             names->taken_count + 1, sizeof *names->taken)) {
        micai_print_no_memory(printer);
        return;
    }
    names->taken = taken;
    if (!micai_pointer_map_set(&names->used, name, 1)) {
        micai_print_no_memory(printer);
        return;
    }
    names->taken[names->taken_count++] = name;
}

static void name_value(mica_asm_printer *printer, mica_value *value,
                       const mica_identifier *wanted)
{
    const mica_identifier *name = wanted ? make_unique(printer, wanted) : NULL;
    if (!name) {
        micai_print_no_memory(printer);
        return;
    }
    take(printer, name);
    enter(printer, value, (uint64_t)(uintptr_t)name);
}

static void number_value(mica_asm_printer *printer, mica_value *value)
{
    enter(printer, value, (uint64_t)printer->names.next_value++ * 4 + 1);
}

static void suggest(void *user, mica_value *value, mica_string name)
{
    mica_asm_printer *printer = user;
    if (micai_pointer_map_find(&printer->names.of, value, NULL))
        return;
    if (name.length == 0)
        number_value(printer, value);
    else
        name_value(printer, value, sanitize(printer, name));
}

// ---- what a region defines
// -------------------------------------------------------------------

static const mica_identifier *argument_name(mica_asm_printer *printer, uint32_t number)
{
    enum { KEPT = sizeof printer->names.arguments / sizeof printer->names.arguments[0] };
    if (number < KEPT && printer->names.arguments[number])
        return printer->names.arguments[number];
    char text[16];
    const mica_string name = {text, (size_t)snprintf(text, sizeof text, "arg%u", number)};
    const mica_identifier *identifier = mica_identifier_get(printer->context, name);
    if (number < KEPT)
        printer->names.arguments[number] = identifier;
    return identifier;
}

static void name_arguments(mica_asm_printer *printer, const mica_block *block)
{
    const bool is_entry = mica_block_is_entry(block);
    const size_t count = mica_block_argument_count(block);
    for (size_t i = 0; i < count; i++) {
        mica_value *argument = mica_block_argument(block, i);
        if (micai_pointer_map_find(&printer->names.of, argument, NULL))
            continue;
        // In the generic form nothing else is called argN, so that no name has to be kept.
        if (is_entry && printer->options.generic)
            enter(printer, argument, (uint64_t)printer->names.next_argument++ * 4 + 3);
        else if (is_entry)
            name_value(printer, argument,
                       argument_name(printer, printer->names.next_argument++));
        else
            number_value(printer, argument);
    }
}

/// Ops with several results in their definition show these names, unless a hook gives others.
static void suggest_spec_names(mica_asm_printer *printer, mica_op *op,
                               const mica_op_def *definition)
{
    for (size_t i = 0; i < definition->result_count; i++) {
        size_t first = 0, count = 0;
        mica_op_result_range(op, i, &first, &count);
        if (count)
            suggest(printer, mica_op_result(op, first),
                    mica_string_from(definition->results[i].name));
    }
}

static void name_first_results(mica_asm_printer *printer, mica_op *op)
{
    const mica_op_def *definition = mica_op_definition(op);
    if (!printer->options.generic && definition) {
        if (MICA_HOOK(definition, name_results))
            definition->hooks->name_results(op, suggest, printer);
        else if (definition->result_count > 1)
            suggest_spec_names(printer, op, definition);
        if (micai_pointer_map_find(&printer->names.of, mica_op_result(op, 0), NULL))
            return;
    }
    number_value(printer, mica_op_result(op, 0));
}

// Results without a name of their own belong to the named one before them.
static void name_results(mica_asm_printer *printer, mica_op *op)
{
    const size_t count = mica_op_result_count(op);
    if (!count)
        return;
    name_first_results(printer, op);
    size_t first = 0;
    for (size_t i = 1; i < count; i++) {
        mica_value *result = mica_op_result(op, i);
        if (micai_pointer_map_find(&printer->names.of, result, NULL))
            first = i;
        else
            enter(printer, result, (uint64_t)first * 4 + WORD_MEMBER);
    }
}

void micai_names_add_op(mica_asm_printer *printer, mica_op *op)
{
    name_results(printer, op);
}

static void name_region(mica_asm_printer *printer, mica_op *op, mica_region *region)
{
    const mica_op_def *definition = mica_op_definition(op);
    if (!printer->options.generic && MICA_HOOK(definition, name_arguments))
        definition->hooks->name_arguments(op, region, suggest, printer);
    uint32_t number = 0;
    mica_for_each_block(block, region)
    {
        enter(printer, block, number++);
        name_arguments(printer, block);
        mica_for_each_op(inner, block) name_results(printer, inner);
    }
}

static void set_counters(mica_asm_printer *printer, uint32_t value, uint32_t argument,
                         uint32_t conflict)
{
    printer->names.next_value = value;
    printer->names.next_argument = argument;
    printer->names.next_conflict = conflict;
}

// ---- all at once
// -----------------------------------------------------------------------------

/// A region to be named, and how many names were taken around it.
typedef struct pending_region {
    mica_region *region;
    size_t taken_count;
} pending_region;

typedef struct pending_list {
    pending_region *data;
    size_t count, capacity;
} pending_list;

static bool add_regions(mica_asm_printer *printer, pending_list *list, mica_op *op)
{
    for (size_t i = 0; i < mica_op_region_count(op); i++) {
        void *data = list->data;
        if (!micai_array_reserve(printer->allocator, &data, &list->capacity, list->count + 1,
                                 sizeof *list->data))
            return false;
        list->data = data;
        const pending_region pending = {mica_op_region(op, i), printer->names.taken_count};
        list->data[list->count++] = pending;
    }
    return true;
}

static bool name_pending(mica_asm_printer *printer, pending_list *list)
{
    micai_names *names = &printer->names;
    const pending_region next = list->data[--list->count];
    while (names->taken_count > next.taken_count)
        micai_pointer_map_erase(&names->used, names->taken[--names->taken_count]);
    name_region(printer, mica_region_parent(next.region), next.region);
    mica_for_each_block(block, next.region)
    {
        mica_for_each_op(op, block)
        {
            if (!add_regions(printer, list, op))
                return false;
        }
    }
    return true;
}

void micai_names_add_all(mica_asm_printer *printer, mica_op *root)
{
    pending_list list = {NULL, 0, 0};
    printer->names.all_named = true;
    bool good = add_regions(printer, &list, root);
    while (good && list.count)
        good = name_pending(printer, &list);
    if (!good)
        micai_print_no_memory(printer);
    micai_release(printer->allocator, list.data, list.capacity * sizeof *list.data);
}

// ---- region by region
// ------------------------------------------------------------------------

void micai_names_leave(mica_asm_printer *printer, const micai_op_names *names, size_t region)
{
    if (printer->names.all_named)
        return;
    const micai_region_names *own = &names->regions[region];
    for (size_t i = own->taken_first; i < own->taken_end; i++)
        micai_pointer_map_erase(&printer->names.used, printer->names.taken[i]);
    set_counters(printer, names->next_value, names->next_argument, names->next_conflict);
}

void micai_names_enter(mica_asm_printer *printer, const micai_op_names *names, size_t region)
{
    if (printer->names.all_named)
        return;
    const micai_region_names *own = &names->regions[region];
    for (size_t i = own->taken_first; i < own->taken_end; i++)
        micai_pointer_map_set(&printer->names.used, printer->names.taken[i], 1);
    set_counters(printer, own->next_value, own->next_argument, own->next_conflict);
}

void micai_names_open(mica_asm_printer *printer, mica_op *op, micai_op_names *names)
{
    micai_names *all = &printer->names;
    names->count = all->count;
    names->taken_count = all->taken_count;
    names->next_value = all->next_value;
    names->next_argument = all->next_argument;
    names->next_conflict = all->next_conflict;
    names->region_count = all->all_named ? 0 : mica_op_region_count(op);
    names->regions = names->inline_regions;
    const size_t size = names->region_count * sizeof *names->regions;
    if (size > sizeof names->inline_regions)
        names->regions = micai_allocate(printer->allocator, size);
    if (!names->regions) {
        names->regions = names->inline_regions;
        names->region_count = 0;
        micai_print_no_memory(printer);
    }
    for (size_t i = 0; i < names->region_count; i++) {
        micai_region_names *own = &names->regions[i];
        own->taken_first = all->taken_count;
        name_region(printer, op, mica_op_region(op, i));
        own->taken_end = all->taken_count;
        own->next_value = all->next_value;
        own->next_argument = all->next_argument;
        own->next_conflict = all->next_conflict;
        micai_names_leave(printer, names, i);
    }
}

// Forgets all but the first `kept` names. Few that stay are put into an empty map again, which
// is cheaper than to take out the many.
static void drop_names(mica_asm_printer *printer, size_t kept)
{
    enum { FEW = 16 };
    micai_names *all = &printer->names;
    uint64_t words[FEW];
    const bool rebuilds =
        kept <= FEW && all->count > 4 * FEW && all->count - kept > all->of.capacity / 8;
    for (size_t i = 0; rebuilds && i < kept; i++)
        micai_pointer_map_find(&all->of, all->in_scope[i], &words[i]);
    if (!rebuilds) {
        while (all->count > kept)
            micai_pointer_map_erase(&all->of, all->in_scope[--all->count]);
        return;
    }
    micai_pointer_map_clear(&all->of);
    for (size_t i = 0; i < kept; i++)
        micai_pointer_map_set(&all->of, all->in_scope[i], words[i]);
    all->count = kept;
}

void micai_names_close(mica_asm_printer *printer, micai_op_names *names)
{
    micai_names *all = &printer->names;
    if (all->all_named)
        return;
    drop_names(printer, names->count);
    all->taken_count = names->taken_count;
    set_counters(printer, names->next_value, names->next_argument, names->next_conflict);
    if (names->regions != names->inline_regions)
        micai_release(printer->allocator, names->regions,
                      names->region_count * sizeof *names->regions);
}

// ---- uses
// ------------------------------------------------------------------------------------

static void print_word(mica_asm_printer *printer, uint64_t word)
{
    if (word & 2)
        micai_put_literal(printer, "arg");
    if (word & 1)
        micai_put_unsigned(printer, word >> 2);
    else
        mica_asm_print_string(printer,
                              mica_identifier_text((const mica_identifier *)(uintptr_t)word));
}

static bool is_member(const mica_asm_printer *printer, const mica_op *op, size_t index,
                      uint64_t *word)
{
    *word = 0;
    return index < mica_op_result_count(op) &&
           micai_pointer_map_find(&printer->names.of, mica_op_result(op, index), word) &&
           (*word & 3) == WORD_MEMBER;
}

// The named result at or before `index`, and whether its name stands for others too.
static size_t find_group(const mica_asm_printer *printer, const mica_op *op, size_t index,
                         bool *has_members)
{
    uint64_t word;
    size_t first = index;
    if (is_member(printer, op, index, &word))
        first = (size_t)(word >> 2);
    *has_members = first != index || is_member(printer, op, index + 1, &word);
    return first;
}

void micai_print_value(mica_asm_printer *printer, mica_value *value)
{
    uint64_t word = 0;
    if (printer->is_collecting)
        return;
    if (!value) {
        micai_put_literal(printer, "<<NULL VALUE>>");
        return;
    }
    const mica_op *op = mica_value_op(value);
    if (!op || mica_op_result_count(op) == 1) {
        if (!micai_pointer_map_find(&printer->names.of, value, &word)) {
            micai_put_literal(printer, "<<UNKNOWN SSA VALUE>>");
            return;
        }
        micai_put_char(printer, '%');
        print_word(printer, word);
        return;
    }
    bool has_members;
    const size_t index = mica_value_index(value);
    const size_t first = find_group(printer, op, index, &has_members);
    if (!micai_pointer_map_find(&printer->names.of, mica_op_result(op, first), &word)) {
        micai_put_literal(printer, "<<UNKNOWN SSA VALUE>>");
        return;
    }
    micai_put_char(printer, '%');
    print_word(printer, word);
    if (has_members) {
        micai_put_char(printer, '#');
        micai_put_unsigned(printer, index - first);
    }
}

void micai_print_result_names(mica_asm_printer *printer, mica_op *op)
{
    const size_t results = mica_op_result_count(op);
    if (printer->is_collecting || !results)
        return;
    for (size_t first = 0, count; first < results; first += count) {
        uint64_t word;
        for (count = 1; is_member(printer, op, first + count, &word); count++)
            ;
        word = 0;
        micai_pointer_map_find(&printer->names.of, mica_op_result(op, first), &word);
        mica_asm_print(printer, first ? ", %" : "%");
        print_word(printer, word);
        if (count > 1) {
            micai_put_char(printer, ':');
            micai_put_unsigned(printer, count);
        }
    }
    micai_put_literal(printer, " = ");
}

void micai_text_of_value(mica_asm_printer *printer, mica_value *value, micai_text_buffer *text)
{
    uint64_t word = 0;
    bool has_members;
    const size_t index = mica_value_index(value);
    mica_op *op = mica_value_op(value);
    const size_t first = find_group(printer, op, index, &has_members);
    micai_pointer_map_find(&printer->names.of, mica_op_result(op, first), &word);
    if (word & 1)
        micai_text_printf(text, "%llu", (unsigned long long)(word >> 2));
    else if (word)
        micai_text_append_string(
            text, mica_identifier_text((const mica_identifier *)(uintptr_t)word));
    if (has_members)
        micai_text_printf(text, "#%zu", index - first);
}

uint32_t micai_printed_block_number(const mica_asm_printer *printer, const mica_block *block)
{
    uint64_t number = UINT32_MAX;
    micai_pointer_map_find(&printer->names.of, block, &number);
    return (uint32_t)number;
}

void micai_print_block_name(mica_asm_printer *printer, const mica_block *block)
{
    const uint32_t number = micai_printed_block_number(printer, block);
    if (number == UINT32_MAX) {
        micai_put_literal(printer, "INVALIDBLOCK");
        return;
    }
    micai_put_literal(printer, "^bb");
    micai_put_unsigned(printer, number);
}
