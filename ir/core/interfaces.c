// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Identities of the interfaces, finding implementations, and the questions that need more than
// one call to an interface.
#include "ir/core/interfaces.h"

#include "ir/core/context_internal.h"

#include "ir/core/operation_internal.h"

const char mica_branch_interface = 0;
const char mica_region_branch_interface = 0;
const char mica_loop_like_interface = 0;
const char mica_call_interface = 0;
const char mica_callable_interface = 0;
const char mica_function_like_interface = 0;
const char mica_destination_style_interface = 0;
const char mica_cast_interface = 0;
const char mica_view_like_interface = 0;
const char mica_symbol_interface = 0;
const char mica_symbol_user_interface = 0;
const char mica_region_kind_interface = 0;

const void *mica_op_interface(const mica_op *op, const void *interface)
{
    const mica_op_def *definition = op->record->definition;
    for (uint32_t i = 0; definition && i < definition->interface_count; i++)
        if (definition->interfaces[i].interface == interface)
            return definition->interfaces[i].table;
    const micai_attached_interface *attached = op->record->attached;
    for (; attached; attached = attached->next)
        if (attached->entry.interface == interface)
            return attached->entry.table;
    return NULL;
}

bool mica_op_has_trait(const mica_op *op, mica_trait trait)
{
    return micai_op_has_trait(op, trait);
}

bool mica_region_is_graph(const mica_region *region)
{
    mica_op *op = region->parent;
    if (!op)
        return false;
    if (!op->record->definition || micai_op_has_trait(op, MICA_TRAIT_GRAPH_REGION))
        return true;
    const mica_region_kind *kind = mica_op_interface(op, &mica_region_kind_interface);
    return kind && kind->is_graph(op, region->index);
}

bool mica_loop_is_invariant(mica_op *op, const mica_value *value)
{
    const mica_loop_like *loop = mica_op_interface(op, &mica_loop_like_interface);
    const mica_block *block = mica_value_block(value);
    if (!loop || !block)
        return false;
    return !mica_region_is_ancestor(loop->body(op), block->region);
}

// ---- functions
// -------------------------------------------------------------------------------

static const mica_function_like *function_like(const mica_op *op)
{
    const mica_function_like *functions = mica_op_interface(op, &mica_function_like_interface);
    assert(functions);
    return functions;
}

const mica_type *mica_function_type(const mica_op *op)
{
    const mica_attr *attr = mica_op_slot(op, function_like(op)->type_slot);
    return mica_attr_is(attr, MICA_ATTR_TYPE) ? mica_type_attr_value(attr) : NULL;
}

void mica_function_set_type(mica_op *op, const mica_type *type)
{
    mica_op_set_slot(op, function_like(op)->type_slot, mica_type_attr_get(type));
}

size_t mica_function_argument_count(const mica_op *op)
{
    const mica_function_like *functions = function_like(op);
    const mica_type *type = mica_function_type(op);
    return functions->argument_count ? functions->argument_count(type)
                                     : mica_function_type_input_count(type);
}

const mica_type *mica_function_argument_type(const mica_op *op, size_t index)
{
    const mica_function_like *functions = function_like(op);
    const mica_type *type = mica_function_type(op);
    return functions->argument ? functions->argument(type, index)
                               : mica_function_type_input(type, index);
}

size_t mica_function_result_count(const mica_op *op)
{
    const mica_function_like *functions = function_like(op);
    const mica_type *type = mica_function_type(op);
    return functions->result_count ? functions->result_count(type)
                                   : mica_function_type_result_count(type);
}

const mica_type *mica_function_result_type(const mica_op *op, size_t index)
{
    const mica_function_like *functions = function_like(op);
    const mica_type *type = mica_function_type(op);
    return functions->result ? functions->result(type, index)
                             : mica_function_type_result(type, index);
}

mica_region *mica_function_body(const mica_op *op)
{
    return mica_op_region(op, 0);
}

bool mica_function_is_declaration(const mica_op *op)
{
    return mica_region_is_empty(mica_function_body(op));
}

/// Entry `index` of an array of dictionaries; NULL when it is missing or empty.
static const mica_attr *dictionary_at(const mica_attr *array, size_t index)
{
    if (!mica_attr_is(array, MICA_ATTR_ARRAY) || index >= mica_array_attr_count(array))
        return NULL;
    const mica_attr *entry = mica_array_attr_element(array, index);
    const bool present =
        mica_attr_is(entry, MICA_ATTR_DICTIONARY) && mica_dictionary_attr_count(entry);
    return present ? entry : NULL;
}

const mica_attr *mica_function_argument_attrs(const mica_op *op, size_t index)
{
    return dictionary_at(mica_op_slot(op, function_like(op)->arg_attrs_slot), index);
}

const mica_attr *mica_function_result_attrs(const mica_op *op, size_t index)
{
    return dictionary_at(mica_op_slot(op, function_like(op)->res_attrs_slot), index);
}

/// A row of `count` pointers with `added` inserted before `index`; freed with free_row.
static const void **row_with(mica_context *context, size_t count, size_t index,
                             const void *added,
                             const void *(*get)(const mica_op *op, size_t index),
                             const mica_op *op)
{
    const void **row = micai_context_allocate(context, (count + 1) * sizeof *row);
    for (size_t i = 0; row && i <= count; ++i)
        row[i] = i == index ? added : get(op, i < index ? i : i - 1);
    return row;
}

static const void *type_of_argument(const mica_op *op, size_t index)
{
    return mica_function_argument_type(op, index);
}

static const void *attrs_of_argument(const mica_op *op, size_t index)
{
    const mica_attr *attrs = mica_function_argument_attrs(op, index);
    return attrs ? attrs : mica_dictionary_attr_get(mica_op_context(op), NULL, 0);
}

static bool insert_argument_attrs(mica_op *op, size_t count, size_t index)
{
    const size_t slot = function_like(op)->arg_attrs_slot;
    if (!mica_op_slot(op, slot))
        return true;
    mica_context *context = mica_op_context(op);
    const void **row =
        row_with(context, count, index, mica_dictionary_attr_get(context, NULL, 0),
                 attrs_of_argument, op);
    if (!row)
        return false;
    mica_op_set_slot(op, slot,
                     mica_array_attr_get(context, (const mica_attr *const *)row, count + 1));
    micai_context_free(context, row, (count + 1) * sizeof *row);
    return true;
}

/// The dictionary with `name` set, or without it when `value` is NULL.
static const mica_attr *dictionary_with(mica_context *context, const mica_attr *dictionary,
                                        const char *name, const mica_attr *value)
{
    const size_t count = mica_dictionary_attr_count(dictionary);
    const size_t bytes = (count + 1) * sizeof(mica_named_attr);
    mica_named_attr *entries = micai_context_allocate(context, bytes);
    if (!entries)
        return NULL;
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
        entries[kept] = mica_dictionary_attr_entry(dictionary, i);
        kept += !mica_string_is(mica_identifier_text(entries[kept].name), name);
    }
    if (value)
        entries[kept++] =
            (mica_named_attr){mica_identifier_get(context, mica_string_from(name)), value};
    const mica_attr *made = mica_dictionary_attr_get(context, entries, kept);
    micai_context_free(context, entries, bytes);
    return made;
}

bool mica_function_set_argument_attr(mica_op *op, size_t index, const char *name,
                                     const mica_attr *value)
{
    mica_context *context = mica_op_context(op);
    const size_t slot = function_like(op)->arg_attrs_slot;
    const size_t count = mica_function_argument_count(op);
    const mica_attr *old = mica_function_argument_attrs(op, index);
    if (!value && (!old || !mica_dictionary_attr_find(old, mica_string_from(name))))
        return true;
    const mica_attr **row = micai_context_allocate(context, (count + 1) * sizeof *row);
    if (!row)
        return false;
    size_t filled = 0;
    for (size_t i = 0; i < count; ++i) {
        row[i] = attrs_of_argument(op, i);
        if (i == index)
            row[i] = dictionary_with(context, row[i], name, value);
        filled += row[i] && mica_dictionary_attr_count(row[i]) > 0;
    }
    const bool ok = row[index] != NULL;
    if (ok)
        mica_op_set_slot(op, slot, filled ? mica_array_attr_get(context, row, count) : NULL);
    micai_context_free(context, row, (count + 1) * sizeof *row);
    return ok;
}

mica_value *mica_function_insert_argument(mica_op *op, size_t index, const mica_type *type,
                                          mica_location location)
{
    mica_context *context = mica_op_context(op);
    const mica_type *old = mica_function_type(op);
    const size_t count = mica_function_argument_count(op);
    const size_t results = mica_function_type_result_count(old);
    const void **inputs = row_with(context, count, index, type, type_of_argument, op);
    const mica_type **outputs =
        micai_context_allocate(context, (results + 1) * sizeof *outputs);
    if (!inputs || !outputs || !insert_argument_attrs(op, count, index))
        return NULL;
    for (size_t i = 0; i < results; ++i)
        outputs[i] = mica_function_type_result(old, i);
    mica_function_set_type(op, mica_function_type_get(context, (const mica_type *const *)inputs,
                                                      count + 1, outputs, results));
    micai_context_free(context, inputs, (count + 1) * sizeof *inputs);
    micai_context_free(context, outputs, (results + 1) * sizeof *outputs);
    mica_block *entry = mica_region_first(mica_function_body(op));
    return entry ? mica_block_insert_argument(entry, index, type, location) : NULL;
}

/// An array of dictionaries; NULL when all are empty.
static const mica_attr *dictionaries(mica_context *context, const mica_attr *const *attrs,
                                     size_t count)
{
    const mica_attr **row = micai_context_allocate(context, (count + 1) * sizeof *row);
    size_t filled = 0;
    for (size_t i = 0; row && i < count; ++i) {
        row[i] = attrs[i] ? attrs[i] : mica_dictionary_attr_get(context, NULL, 0);
        filled += row[i] && mica_dictionary_attr_count(row[i]) > 0;
    }
    const mica_attr *made = filled ? mica_array_attr_get(context, row, count) : NULL;
    micai_context_free(context, row, (count + 1) * sizeof *row);
    return made;
}

bool mica_function_set_results(mica_op *op, const mica_type *const *types,
                               const mica_attr *const *attrs, size_t count)
{
    mica_context *context = mica_op_context(op);
    const size_t inputs = mica_function_argument_count(op);
    const mica_type **arguments =
        micai_context_allocate(context, (inputs + 1) * sizeof *arguments);
    if (!arguments)
        return false;
    for (size_t i = 0; i < inputs; ++i)
        arguments[i] = mica_function_argument_type(op, i);
    mica_op_set_slot(op, function_like(op)->res_attrs_slot,
                     dictionaries(context, attrs, count));
    mica_function_set_type(op,
                           mica_function_type_get(context, arguments, inputs, types, count));
    micai_context_free(context, arguments, (inputs + 1) * sizeof *arguments);
    return !mica_context_out_of_memory(context);
}
