// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names of values and blocks become values and blocks. A value that is used before its
// definition stands as the result of a placeholder op until then. The results of a failed op
// are error values: each use gets a placeholder of the type it asks for, silently.
#include <stdlib.h>

#include "ir/text/op_frames_internal.h"

/// A placeholder; `place` NULL: an error value, or defined since.
typedef struct micai_forward {
    mica_op *op;
    const char *place;
} micai_forward;

static mica_value *make_placeholder(mica_asm_parser *parser, const mica_type *type,
                                    const char *place, size_t *index)
{
    void *forwards = parser->forwards;
    if (!micai_array_reserve(parser->allocator, &forwards, &parser->forward_capacity,
                             parser->forward_count + 1, sizeof *parser->forwards)) {
        micai_parser_no_memory(parser);
        return NULL;
    }
    parser->forwards = forwards;
    mica_op_state state;
    mica_op_state_init(&state, parser->context, "builtin.unrealized_conversion_cast",
                       mica_location_unknown());
    mica_op_state_add_result(&state, type);
    mica_op *op = mica_op_create(&state);
    if (!op) {
        micai_parser_no_memory(parser);
        return NULL;
    }
    const micai_forward forward = {op, place};
    if (index)
        *index = parser->forward_count;
    parser->forwards[parser->forward_count++] = forward;
    return mica_op_result(op, 0);
}

void micai_free_forward_values(mica_asm_parser *parser)
{
    for (size_t i = 0; i < parser->forward_count; i++) {
        if (parser->forwards[i].op)
            mica_op_destroy(parser->forwards[i].op);
    }
    micai_release(parser->allocator, parser->forwards,
                  parser->forward_capacity * sizeof *parser->forwards);
    parser->forwards = NULL;
    parser->forward_count = parser->forward_capacity = 0;
}

static int compare_places(const void *a, const void *b)
{
    const char *x = ((const micai_forward *)a)->place, *y = ((const micai_forward *)b)->place;
    return x < y ? -1 : x > y;
}

bool micai_check_forward_values(mica_asm_parser *parser)
{
    bool good = true;
    if (!parser->forward_count)
        return true;
    qsort(parser->forwards, parser->forward_count, sizeof *parser->forwards, compare_places);
    for (size_t i = 0; i < parser->forward_count; i++) {
        if (parser->forwards[i].op && parser->forwards[i].place)
            good = micai_error_at(parser, parser->forwards[i].place,
                                  "use of undeclared SSA value name");
    }
    return good;
}

// ---- uses
// ------------------------------------------------------------------------------------

// Forward references to `%name#2` go under a name of their own.
static mica_string numbered(mica_asm_parser *parser, mica_string name, uint32_t number)
{
    if (!number)
        return name;
    micai_text_buffer text = micai_text_buffer_on(parser->allocator);
    micai_text_append_string(&text, name);
    micai_text_printf(&text, "#%u", number);
    const mica_identifier *identifier =
        mica_identifier_get(parser->context, micai_text_view(&text));
    micai_text_buffer_free(&text);
    const mica_string none = {NULL, 0};
    return identifier ? mica_identifier_text(identifier) : none;
}

static mica_value *use_forward(mica_asm_parser *parser, const mica_asm_operand *operand,
                               const mica_type *type)
{
    const mica_string name = numbered(parser, operand->name, operand->number);
    const char *place = parser->text + operand->offset;
    const size_t scope = micai_name_space_base(&parser->values);
    micai_name *entry = micai_name_add(&parser->values, name, scope);
    if (!entry)
        return micai_parser_no_memory(parser), NULL;
    parser->has_numbered_forwards |= operand->number != 0;
    entry->place = place;
    size_t index = 0;
    entry->as.value = make_placeholder(parser, type, place, &index);
    entry->count = (uint32_t)index;
    return entry->as.value;
}

static mica_value *check_type(mica_asm_parser *parser, const mica_asm_operand *operand,
                              const mica_type *type, const micai_name *entry, mica_value *value)
{
    if (mica_value_type(value) == type)
        return value;
    mica_diagnostic *diagnostic =
        micai_error_begin(parser, parser->text + operand->offset,
                          "use of value '%%%.*s' expects different type than prior uses: ",
                          MICA_STRING_ARG(operand->name));
    mica_diagnostic_append_type(diagnostic, type);
    mica_diagnostic_append(diagnostic, " vs ");
    mica_diagnostic_append_type(diagnostic, mica_value_type(value));
    mica_diagnostic_note(diagnostic, micai_location_of(parser, entry->place), "prior use here");
    mica_diagnostic_emit(diagnostic);
    return NULL;
}

mica_value *micai_use_value(mica_asm_parser *parser, const mica_asm_operand *operand,
                            const mica_type *type)
{
    if (!type)
        return NULL;
    const micai_name *entry = micai_name_find(&parser->values, operand->name);
    const bool is_known = entry && entry->is_defined;
    if (!is_known && operand->number)
        entry =
            micai_name_find(&parser->values, numbered(parser, operand->name, operand->number));
    if (!entry)
        return use_forward(parser, operand, type);
    if (entry->is_error)
        return make_placeholder(parser, type, NULL, NULL);
    if (!is_known)
        return check_type(parser, operand, type, entry, entry->as.value);
    if (operand->number >= entry->count) {
        micai_error_at(parser, parser->text + operand->offset,
                       "reference to invalid result number");
        return NULL;
    }
    mica_value *value = entry->as.value;
    if (operand->number)
        value = mica_op_result(mica_value_op(value), mica_value_index(value) + operand->number);
    return check_type(parser, operand, type, entry, value);
}

// ---- definitions
// -----------------------------------------------------------------------------

static bool replace_forward(mica_asm_parser *parser, mica_string name, const micai_name *entry,
                            uint32_t number, const char *place, mica_value *value)
{
    mica_value *placeholder = entry->as.value;
    micai_forward *forward = &parser->forwards[entry->count];
    if (!placeholder)
        return true;
    const mica_type *used = mica_value_type(placeholder);
    if (used != mica_value_type(value)) {
        forward->place = NULL;
        mica_diagnostic *diagnostic =
            micai_error_begin(parser, place, "definition of SSA value '%%%.*s#%u' has type ",
                              MICA_STRING_ARG(name), number);
        mica_diagnostic_append_type(diagnostic, mica_value_type(value));
        mica_diagnostic_note(diagnostic, micai_location_of(parser, entry->place),
                             "previously used here with type ");
        mica_diagnostic_append_type(diagnostic, used);
        return mica_diagnostic_emit(diagnostic);
    }
    mica_value_replace_all_uses(placeholder, value);
    mica_op_destroy(forward->op);
    forward->op = NULL;
    forward->place = NULL;
    return true;
}

static bool define_numbered(mica_asm_parser *parser, mica_string name, const char *place,
                            mica_value *first, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        const micai_name *entry = micai_name_find(&parser->values, numbered(parser, name, i));
        mica_value *value = mica_op_result(mica_value_op(first), mica_value_index(first) + i);
        if (entry && !entry->is_defined && parser->forwards[entry->count].op &&
            !replace_forward(parser, name, entry, i, place, value))
            return false;
    }
    return true;
}

static bool report_redefinition(mica_asm_parser *parser, mica_string name, const char *place,
                                const char *previous)
{
    mica_diagnostic *diagnostic = micai_error_begin(
        parser, place, "redefinition of SSA value '%%%.*s'", MICA_STRING_ARG(name));
    mica_diagnostic_note(diagnostic, micai_location_of(parser, previous),
                         "previously defined here");
    return mica_diagnostic_emit(diagnostic);
}

// Forward references lie in the outermost scope of their space. A definition in a deeper scope
// gets a new entry there, so that the name ends with its region.
static micai_name *entry_to_define(mica_asm_parser *parser, mica_string name)
{
    return micai_name_add(&parser->values, name, parser->values.scope_count - 1);
}

bool micai_define_value(mica_asm_parser *parser, mica_string name, const char *place,
                        mica_value *first, uint32_t count)
{
    micai_name *entry = micai_name_find(&parser->values, name);
    if (entry && entry->is_defined) {
        if (entry->is_error)
            return true;
        return report_redefinition(parser, name, place, entry->place);
    }
    bool good = true;
    if (entry) {
        good = replace_forward(parser, name, entry, 0, place, first);
        micai_name_remove(&parser->values, entry);
    }
    if (parser->has_numbered_forwards && count > 1)
        good = define_numbered(parser, name, place, first, count) && good;
    entry = entry_to_define(parser, name);
    if (!entry)
        return micai_parser_no_memory(parser);
    entry->is_defined = true;
    entry->place = place;
    entry->count = count;
    entry->as.value = first;
    return good;
}

void micai_define_error(mica_asm_parser *parser, mica_string name, const char *place)
{
    micai_name *entry = micai_name_find(&parser->values, name);
    if (entry && entry->is_defined)
        return;
    if (entry) {
        parser->forwards[entry->count].place = NULL;
        micai_name_remove(&parser->values, entry);
    }
    entry = entry_to_define(parser, name);
    if (!entry)
        return;
    entry->is_defined = entry->is_error = true;
    entry->place = place;
}

// ---- blocks
// ----------------------------------------------------------------------------------

mica_block *micai_use_block(mica_asm_parser *parser, mica_string name, const char *place)
{
    const micai_name *known = micai_name_find(&parser->blocks, name);
    if (known)
        return known->as.block;
    mica_block *block = mica_block_create(parser->context);
    micai_name *entry =
        block ? micai_name_add(&parser->blocks, name, parser->blocks.scope_count - 1) : NULL;
    if (!entry) {
        if (block)
            mica_block_destroy(block);
        return micai_parser_no_memory(parser), NULL;
    }
    entry->place = place;
    entry->as.block = block;
    return block;
}

mica_block *micai_define_block(mica_asm_parser *parser, mica_string name, const char *place,
                               mica_region *region)
{
    const micai_name *known = micai_name_find(&parser->blocks, name);
    if (known && known->is_defined) {
        micai_error_at(parser, place, "redefinition of block '^%.*s'", MICA_STRING_ARG(name));
        return NULL;
    }
    mica_block *block = micai_use_block(parser, name, place);
    if (!block)
        return NULL;
    micai_name *entry = micai_name_find(&parser->blocks, name);
    entry->is_defined = true;
    entry->place = place;
    mica_region_append(region, block);
    return block;
}

bool micai_check_forward_blocks(mica_asm_parser *parser, mica_region *region)
{
    micai_name_table *table = &parser->blocks;
    const char *first = NULL;
    for (uint32_t entry = micai_name_scope_top(table)->first; entry;
         entry = table->names[entry - 1].next_in_scope) {
        const micai_name *name = &table->names[entry - 1];
        if (name->is_defined)
            continue;
        mica_region_append(region, name->as.block);
        if (!first || name->place < first)
            first = name->place;
    }
    return !first || micai_error_at(parser, first, "reference to an undefined block");
}
