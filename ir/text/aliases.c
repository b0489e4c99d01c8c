// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Aliases of the file: `#map = affine_map<...>`. The printer runs once without output over the
// ops; every type and attribute it comes to is visited here, once, with what it holds inside.
// Aliases are then ordered by depth (so that a definition uses only earlier ones), types first,
// then name, then first use. Locations of ops may be defined at the end of the file
// ("deferred").
//
// The collecting run is skipped when no type or attribute of the module can have an alias.
#include <stdlib.h>

#include "ir/text/printer_internal.h"

void micai_aliases_free(mica_asm_printer *printer)
{
    micai_aliases *aliases = &printer->aliases;
    micai_pointer_map_free(&aliases->index);
    micai_release(printer->allocator, aliases->entries,
                  aliases->capacity * sizeof *aliases->entries);
    micai_release(printer->allocator, aliases->children,
                  aliases->child_capacity * sizeof *aliases->children);
    micai_release(printer->allocator, aliases->order,
                  aliases->order_count * sizeof *aliases->order);
}

// ---- what can have an alias
// ------------------------------------------------------------------

static const char *alias_name(const void *value, bool is_type)
{
    enum { LONG_TUPLE = 16 };
    if (is_type)
        return mica_type_get_kind(value) == MICA_TYPE_TUPLE &&
                       mica_tuple_type_count(value) > LONG_TUPLE
                   ? "tuple"
                   : NULL;
    switch (mica_attr_get_kind(value)) {
    case MICA_ATTR_AFFINE_MAP:
        return "map";
    case MICA_ATTR_INTEGER_SET:
        return "set";
    case MICA_ATTR_DISTINCT:
        return "distinct";
    case MICA_ATTR_LOCATION_UNKNOWN:
    case MICA_ATTR_LOCATION_FILE:
    case MICA_ATTR_LOCATION_NAME:
    case MICA_ATTR_LOCATION_CALL_SITE:
    case MICA_ATTR_LOCATION_FUSED:
        return "loc";
    default:
        return NULL;
    }
}

typedef struct alias_search {
    micai_pointer_map seen;
    bool found;
} alias_search;

static bool attr_may(alias_search *search, const mica_attr *attr);

static bool is_simple_type(const mica_type *type)
{
    return !type || mica_type_get_kind(type) <= MICA_TYPE_NONE;
}

static bool words_may(alias_search *search, const mica_param_spec *params, uint32_t param_count,
                      uint64_t (*word)(const void *, size_t), const void *owner);

static uint64_t type_word(const void *type, size_t index)
{
    return mica_type_param(type, index);
}
static uint64_t attr_word(const void *attr, size_t index)
{
    return mica_attr_param(attr, index);
}

static bool type_may(alias_search *search, const mica_type *type)
{
    if (is_simple_type(type) || micai_pointer_map_find(&search->seen, type, NULL))
        return false;
    micai_pointer_map_set(&search->seen, type, 1);
    if (alias_name(type, true))
        return true;
    switch (mica_type_get_kind(type)) {
    case MICA_TYPE_COMPLEX:
    case MICA_TYPE_VECTOR:
    case MICA_TYPE_UNRANKED_TENSOR:
        return type_may(search, mica_type_element(type));
    case MICA_TYPE_RANKED_TENSOR:
        return attr_may(search, mica_tensor_type_encoding(type)) ||
               type_may(search, mica_type_element(type));
    case MICA_TYPE_MEMREF:
        return attr_may(search, mica_memref_type_layout(type)) ||
               attr_may(search, mica_memref_type_memory_space(type)) ||
               type_may(search, mica_type_element(type));
    case MICA_TYPE_UNRANKED_MEMREF:
        return attr_may(search, mica_memref_type_memory_space(type)) ||
               type_may(search, mica_type_element(type));
    case MICA_TYPE_FUNCTION:
        for (size_t i = 0; i < mica_function_type_input_count(type); i++) {
            if (type_may(search, mica_function_type_input(type, i)))
                return true;
        }
        for (size_t i = 0; i < mica_function_type_result_count(type); i++) {
            if (type_may(search, mica_function_type_result(type, i)))
                return true;
        }
        return false;
    case MICA_TYPE_TUPLE:
        for (size_t i = 0; i < mica_tuple_type_count(type); i++) {
            if (type_may(search, mica_tuple_type_element(type, i)))
                return true;
        }
        return false;
    case MICA_TYPE_DIALECT: {
        const mica_type_def *definition = mica_type_definition(type);
        return words_may(search, definition->params, definition->param_count, type_word, type);
    }
    default:
        return false;
    }
}

static bool list_may(alias_search *search, const mica_word_list *list, bool of_types)
{
    const uint64_t *words = mica_word_list_words(list);
    for (size_t i = 0; list && i < mica_word_list_count(list); i++) {
        const void *item = micai_pointer_of(words[i]);
        if (of_types ? type_may(search, item) : attr_may(search, item))
            return true;
    }
    return false;
}

static bool words_may(alias_search *search, const mica_param_spec *params, uint32_t param_count,
                      uint64_t (*word)(const void *, size_t), const void *owner)
{
    for (uint32_t i = 0; i < param_count; i++) {
        const void *value = micai_pointer_of(word(owner, i));
        bool may = false;
        if (params[i].kind == MICA_PARAM_TYPE)
            may = type_may(search, value);
        else if (params[i].kind == MICA_PARAM_ATTR)
            may = attr_may(search, value);
        else if (params[i].kind == MICA_PARAM_TYPE_LIST ||
                 params[i].kind == MICA_PARAM_ATTR_LIST)
            may = list_may(search, value, params[i].kind == MICA_PARAM_TYPE_LIST);
        if (may)
            return true;
    }
    return false;
}

static bool attr_may(alias_search *search, const mica_attr *attr)
{
    if (!attr)
        return false;
    switch (mica_attr_get_kind(attr)) {
    case MICA_ATTR_UNIT:
    case MICA_ATTR_SYMBOL_REF:
    case MICA_ATTR_STRIDED_LAYOUT:
    case MICA_ATTR_DENSE_ARRAY:
        return false;
    case MICA_ATTR_ARRAY:
    case MICA_ATTR_DICTIONARY:
    case MICA_ATTR_DIALECT:
        break;
    case MICA_ATTR_TYPE:
        return type_may(search, mica_type_attr_value(attr));
    default:
        return alias_name(attr, false) || type_may(search, mica_attr_type(attr));
    }
    if (micai_pointer_map_find(&search->seen, attr, NULL))
        return false;
    micai_pointer_map_set(&search->seen, attr, 1);
    if (mica_attr_is(attr, MICA_ATTR_ARRAY)) {
        for (size_t i = 0; i < mica_array_attr_count(attr); i++) {
            if (attr_may(search, mica_array_attr_element(attr, i)))
                return true;
        }
        return false;
    }
    if (mica_attr_is(attr, MICA_ATTR_DICTIONARY)) {
        for (size_t i = 0; i < mica_dictionary_attr_count(attr); i++) {
            if (attr_may(search, mica_dictionary_attr_entry(attr, i).value))
                return true;
        }
        return false;
    }
    const mica_attr_def *definition = mica_attr_definition(attr);
    return words_may(search, definition->params, definition->param_count, attr_word, attr);
}

static bool arguments_may(alias_search *search, mica_op *op)
{
    for (size_t i = 0; i < mica_op_region_count(op); i++) {
        mica_for_each_block(block, mica_op_region(op, i))
        {
            for (size_t j = 0; j < mica_block_argument_count(block); j++) {
                if (type_may(search, mica_value_type(mica_block_argument(block, j))))
                    return true;
            }
        }
    }
    return false;
}

static mica_walk_result search_op(void *user, mica_op *op)
{
    alias_search *search = user;
    bool found = arguments_may(search, op);
    for (size_t i = 0; !found && i < mica_op_result_count(op); i++)
        found = type_may(search, mica_value_type(mica_op_result(op, i)));
    for (size_t i = 0; !found && i < mica_op_slot_count(op); i++)
        found = attr_may(search, mica_op_slot_or_default(op, i));
    for (size_t i = 0; !found && i < mica_op_attr_count(op); i++)
        found = attr_may(search, mica_op_attr_entry(op, i).value);
    search->found = found;
    return found ? MICA_WALK_INTERRUPT : MICA_WALK_ADVANCE;
}

static bool may_have_aliases(mica_asm_printer *printer, mica_op *op)
{
    alias_search search = {micai_pointer_map_on(printer->allocator), false};
    if (printer->options.debug_info)
        return true;
    if (!atomic_load_explicit(&printer->context->has_alias_values, memory_order_relaxed))
        return false;
    mica_op_walk_pre(op, search_op, &search);
    micai_pointer_map_free(&search.seen);
    return search.found;
}

// ---- collecting
// ------------------------------------------------------------------------------

static void mark_not_deferred(micai_aliases *aliases, uint32_t index)
{
    micai_alias_entry *entry = &aliases->entries[index];
    if (!entry->can_be_deferred)
        return;
    entry->can_be_deferred = false;
    for (uint32_t i = 0; i < entry->child_count; i++)
        mark_not_deferred(aliases, aliases->children[entry->first_child + i]);
}

static uint32_t add_entry(mica_asm_printer *printer, const void *value, bool is_type)
{
    micai_aliases *aliases = &printer->aliases;
    void *entries = aliases->entries;
    if (aliases->count == aliases->capacity &&
        !micai_array_reserve(printer->allocator, &entries, &aliases->capacity,
                             aliases->count + 1, sizeof *aliases->entries)) {
        micai_print_no_memory(printer);
        return UINT32_MAX;
    }
    aliases->entries = entries;
    micai_alias_entry *entry = &aliases->entries[aliases->count];
    memset(entry, 0, sizeof *entry);
    entry->value = value;
    entry->is_type = is_type;
    entry->name = alias_name(value, is_type);
    entry->depth = entry->name != NULL;
    entry->can_be_deferred = printer->deferring;
    if (!micai_pointer_map_set(&aliases->index, value, aliases->count + 1))
        micai_print_no_memory(printer);
    return (uint32_t)aliases->count++;
}

// Children are collected on the stack of the visit and stored behind it, so that those of one
// entry lie together.
static void note_child(mica_asm_printer *printer, uint32_t index)
{
    if (printer->open_child_count == printer->open_child_capacity) {
        void *children = printer->open_children;
        if (!micai_array_reserve(printer->allocator, &children, &printer->open_child_capacity,
                                 printer->open_child_count + 1,
                                 sizeof *printer->open_children)) {
            micai_print_no_memory(printer);
            return;
        }
        printer->open_children = children;
    }
    printer->open_children[printer->open_child_count++] = index;
}

static void store_children(mica_asm_printer *printer, uint32_t index, size_t first)
{
    micai_aliases *aliases = &printer->aliases;
    const size_t count = printer->open_child_count - first;
    void *children = aliases->children;
    if (count && micai_array_reserve(printer->allocator, &children, &aliases->child_capacity,
                                     aliases->child_count + count, sizeof *aliases->children)) {
        aliases->children = children;
        memcpy(aliases->children + aliases->child_count, printer->open_children + first,
               count * sizeof *aliases->children);
        aliases->entries[index].first_child = (uint32_t)aliases->child_count;
        aliases->entries[index].child_count = (uint32_t)count;
        aliases->child_count += count;
    }
    printer->open_child_count = first;
}

void micai_aliases_visit(mica_asm_printer *printer, const void *value, bool is_type)
{
    micai_aliases *aliases = &printer->aliases;
    uint64_t known = 0;
    uint32_t index;
    if (micai_pointer_map_find(&aliases->index, value, &known)) {
        index = (uint32_t)known - 1;
        if (!printer->deferring)
            mark_not_deferred(aliases, index);
    } else {
        index = add_entry(printer, value, is_type);
        if (index == UINT32_MAX)
            return;
        const uint32_t outer_depth = printer->collected_depth;
        const size_t first = printer->open_child_count;
        printer->collected_depth = 0;
        if (is_type)
            micai_print_type_body(printer, value);
        else
            micai_print_attr_body(printer, value, MICAI_TYPE_NEVER);
        if (printer->collected_depth)
            aliases->entries[index].depth = printer->collected_depth + 1;
        store_children(printer, index, first);
        printer->collected_depth = outer_depth;
    }
    if (aliases->entries[index].depth > printer->collected_depth)
        printer->collected_depth = aliases->entries[index].depth;
    note_child(printer, index);
}

// ---- ordering
// --------------------------------------------------------------------------------

static int compare_entries(const void *a, const void *b)
{
    const micai_alias_entry *x = *(micai_alias_entry *const *)a;
    const micai_alias_entry *y = *(micai_alias_entry *const *)b;
    if (x->depth != y->depth)
        return x->depth < y->depth ? -1 : 1;
    if (x->is_type != y->is_type)
        return x->is_type ? -1 : 1;
    const int order = strcmp(x->name, y->name);
    return order ? order : (x > y) - (x < y);
}

static void number_entries(mica_asm_printer *printer, micai_alias_entry **sorted, size_t count)
{
    static const char *const names[] = {"map", "set", "distinct", "loc", "tuple"};
    uint32_t counts[sizeof names / sizeof names[0]] = {0};
    for (size_t i = 0; i < count; i++) {
        size_t name = 0;
        while (strcmp(names[name], sorted[i]->name) != 0)
            name++;
        sorted[i]->number = counts[name]++;
        printer->aliases.order[i] = (uint32_t)(sorted[i] - printer->aliases.entries);
    }
}

static void order_entries(mica_asm_printer *printer)
{
    micai_aliases *aliases = &printer->aliases;
    size_t count = 0;
    for (size_t i = 0; i < aliases->count; i++)
        count += aliases->entries[i].name != NULL;
    if (!count)
        return;
    micai_alias_entry **sorted = micai_allocate(printer->allocator, count * sizeof *sorted);
    aliases->order = micai_allocate(printer->allocator, count * sizeof *aliases->order);
    if (sorted && aliases->order) {
        aliases->order_count = count;
        count = 0;
        for (size_t i = 0; i < aliases->count; i++) {
            if (aliases->entries[i].name)
                sorted[count++] = &aliases->entries[i];
        }
        qsort(sorted, count, sizeof *sorted, compare_entries);
        number_entries(printer, sorted, count);
        printer->has_aliases = true;
    } else {
        micai_print_no_memory(printer);
    }
    micai_release(printer->allocator, sorted, count * sizeof *sorted);
}

void micai_aliases_collect(mica_asm_printer *printer, mica_op *op)
{
    if (!may_have_aliases(printer, op))
        return;
    char *buffer = printer->buffer;
    printer->buffer = NULL;
    printer->is_collecting = true;
    micai_print_full_op(printer, op);
    printer->is_collecting = false;
    printer->buffer = buffer;
    printer->distinct_count = printer->resource_count = 0;
    micai_release(printer->allocator, printer->open_children,
                  printer->open_child_capacity * sizeof *printer->open_children);
    printer->open_children = NULL;
    printer->open_child_count = printer->open_child_capacity = 0;
    order_entries(printer);
}

// ---- printing
// --------------------------------------------------------------------------------

static void print_name(mica_asm_printer *printer, const micai_alias_entry *entry)
{
    micai_put_char(printer, entry->is_type ? '!' : '#');
    mica_asm_print(printer, entry->name);
    if (entry->number)
        micai_put_unsigned(printer, entry->number);
}

bool micai_print_alias(mica_asm_printer *printer, const void *value, bool is_type)
{
    uint64_t index = 0;
    (void)is_type;
    if (!micai_pointer_map_find(&printer->aliases.index, value, &index))
        return false;
    const micai_alias_entry *entry = &printer->aliases.entries[index - 1];
    if (!entry->name)
        return false;
    print_name(printer, entry);
    return true;
}

void micai_print_alias_definitions(mica_asm_printer *printer, bool deferred)
{
    for (size_t i = 0; i < printer->aliases.order_count; i++) {
        const micai_alias_entry *entry = &printer->aliases.entries[printer->aliases.order[i]];
        if (entry->can_be_deferred != deferred)
            continue;
        print_name(printer, entry);
        micai_put_literal(printer, " = ");
        if (entry->is_type)
            micai_print_type_body(printer, entry->value);
        else
            micai_print_attr_body(printer, entry->value, MICAI_TYPE_NEVER);
        micai_put_char(printer, '\n');
    }
}
