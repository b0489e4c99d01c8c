// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Nodes of the syntax tree, made by the actions of dialect.y. When memory is out every maker
// answers the reader's spare node, so that actions need no checks; the tree is not looked at
// after a failed reading.

#include "ir/definition/dialect.h"
#include "ir/definition/syntax_internal.h"

void *micai_reader_allocate(micai_reader *reader, size_t size)
{
    void *memory = micai_arena_allocate(&reader->arena, size);
    if (memory)
        return memset(memory, 0, size);
    reader->failed = true;
    return NULL;
}

static void *make_node(micai_reader *reader, size_t size)
{
    void *node = micai_reader_allocate(reader, size);
    return node ? node : memset(reader->spare, 0, sizeof reader->spare);
}

micai_expr *micai_expr_make(micai_reader *reader, micai_expr_kind kind, micai_token token)
{
    micai_expr *expr = make_node(reader, sizeof *expr);
    expr->kind = kind;
    expr->place = token.place;
    expr->text = token.text;
    expr->number = token.number;
    if (kind == MICAI_EXPR_STRING)
        expr->text = mica_string_from(micai_reader_join(reader, NULL, token));
    return expr;
}

micai_expr *micai_expr_add(micai_expr *parent, micai_expr *child)
{
    if (parent->last_child)
        parent->last_child->next = child;
    else
        parent->children = child;
    parent->last_child = child;
    return parent;
}

micai_expr *micai_expr_join(micai_reader *reader, micai_expr_kind kind, micai_expr *left,
                            micai_expr *right)
{
    if (left->kind == kind)
        return micai_expr_add(left, right);
    const micai_token token = {0, left->place, left->text, 0};
    micai_expr *joined = micai_expr_make(reader, kind, token);
    return micai_expr_add(micai_expr_add(joined, left), right);
}

micai_entry *micai_entry_make(micai_reader *reader, micai_token name)
{
    micai_entry *entry = make_node(reader, sizeof *entry);
    entry->place = name.place;
    entry->name = name.text;
    return entry;
}

micai_entry *micai_entry_merge(micai_entry *entry, const micai_entry *more)
{
    if (more->arity != MICA_ARITY_ONE)
        entry->arity = more->arity;
    entry->is_implicit |= more->is_implicit;
    if (more->groups)
        entry->groups = more->groups;
    if (more->expr) {
        entry->expr = more->expr;
        entry->default_value = more->default_value;
        entry->effects = more->effects;
        entry->doc = more->doc;
    }
    return entry;
}

micai_entry_list micai_entry_append(micai_entry_list list, micai_entry *entry)
{
    if (list.last)
        list.last->next = entry;
    else
        list.first = entry;
    list.last = entry;
    ++list.count;
    return list;
}

micai_section *micai_section_make(micai_reader *reader, micai_token keyword,
                                  micai_entry_list entries)
{
    micai_section *section = make_node(reader, sizeof *section);
    section->kind = keyword.kind;
    section->place = keyword.place;
    section->entries = entries;
    return section;
}

micai_section *micai_section_push(micai_section *list, micai_section *section)
{
    section->next = list;
    return section;
}

micai_item *micai_item_make(micai_reader *reader, micai_token keyword, micai_token name,
                            const char *summary)
{
    micai_item *item = make_node(reader, sizeof *item);
    item->kind = keyword.kind;
    item->place = name.place;
    item->name = name.text;
    item->summary = summary;
    item->is_prelude = reader->is_prelude;
    return item;
}

void micai_item_take_sections(const micai_reader *reader, micai_item *item, micai_section *list)
{
    if (mica_context_out_of_memory(reader->context))
        return;
    while (list) {
        micai_section *next = list->next;
        list->next = item->sections;
        item->sections = list;
        list = next;
    }
}

void micai_reader_add_item(micai_reader *reader, micai_item *item)
{
    if (reader->last_item)
        reader->last_item->next = item;
    else
        reader->items = item;
    reader->last_item = item;
    ++reader->item_count;
}

uint32_t micai_reader_effect(micai_reader *reader, micai_token name)
{
    static const struct {
        const char *name;
        uint32_t bit;
    } effects[] = {{"read", MICA_EFFECT_READ},
                   {"write", MICA_EFFECT_WRITE},
                   {"allocate", MICA_EFFECT_ALLOCATE},
                   {"free", MICA_EFFECT_FREE}};
    for (size_t i = 0; i < sizeof effects / sizeof effects[0]; ++i) {
        if (mica_string_is(name.text, effects[i].name))
            return effects[i].bit;
    }
    micai_reader_error(reader, name.place,
                       "unknown effect '%.*s', expected read, write, allocate or free",
                       MICA_STRING_ARG(name.text));
    return 0;
}

// ---- strings
// ---------------------------------------------------------------------------------

/// Writes the text of a one-line string with its escapes replaced; returns the end.
static char *copy_unescaped(char *out, mica_string text)
{
    for (size_t i = 0; i < text.length; ++i) {
        char c = text.data[i];
        if (c == '\\' && i + 1 < text.length) {
            c = text.data[++i];
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
        }
        *out++ = c;
    }
    return out;
}

/// Blanks that all lines of a block but the first and the empty ones begin with.
static size_t common_indentation(mica_string text)
{
    size_t common = SIZE_MAX;
    for (size_t i = 0; i < text.length; ++i) {
        if (text.data[i] != '\n')
            continue;
        size_t blanks = 0;
        while (i + 1 + blanks < text.length && text.data[i + 1 + blanks] == ' ')
            ++blanks;
        const bool is_empty =
            i + 1 + blanks >= text.length || text.data[i + 1 + blanks] == '\n';
        if (!is_empty && blanks < common)
            common = blanks;
    }
    return common == SIZE_MAX ? 0 : common;
}

/// Writes a block string without its indentation, first line break and trailing blanks.
static char *copy_block(char *out, mica_string text)
{
    const size_t indentation = common_indentation(text);
    const char *const begin = out;
    for (size_t i = 0; i < text.length; ++i) {
        const bool is_first_break = i == 0 && text.data[0] == '\n';
        if (!is_first_break)
            *out++ = text.data[i];
        if (text.data[i] != '\n')
            continue;
        for (size_t k = 0; k < indentation && i + 1 < text.length && text.data[i + 1] == ' ';
             ++k)
            ++i;
    }
    while (out > begin && (out[-1] == ' ' || out[-1] == '\n'))
        --out;
    return out;
}

const char *micai_reader_join(micai_reader *reader, const char *before, micai_token string)
{
    const size_t length = before ? strlen(before) : 0;
    char *joined = micai_reader_allocate(reader, length + string.text.length + 1);
    if (!joined)
        return "";
    if (length)
        memcpy(joined, before, length);
    char *end = string.number == 3 ? copy_block(joined + length, string.text)
                                   : copy_unescaped(joined + length, string.text);
    *end = '\0';
    return joined;
}

const char *micai_reader_prefix(micai_reader *reader, micai_token string, const char *after)
{
    const char *first = micai_reader_join(reader, NULL, string);
    if (!after)
        return first;
    const size_t length = strlen(first), rest = strlen(after);
    char *joined = micai_reader_allocate(reader, length + rest + 1);
    if (!joined)
        return "";
    memcpy(joined, first, length);
    memcpy(joined + length, after, rest);
    return joined;
}
