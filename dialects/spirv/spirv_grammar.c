// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lookups in the tables that spirv_from_grammar.py writes. Rows are sorted: by name for
// instructions and extensions, by value for the enumerants of a kind.
#include "dialects/spirv/spirv_grammar.h"

#include <ctype.h>

// The deepest chain of capabilities that bring others is five; cycles don't exist.
#define CAPABILITY_DEPTH 16

static int compare(const char *row, mica_string name)
{
    const int order = strncmp(row, name.data, name.length);
    return order ? order : row[name.length] != 0;
}

const micai_spirv_instruction *micai_spirv_instruction_find(mica_string name)
{
    size_t low = 0, high = micai_spirv_instruction_count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        const int order = compare(micai_spirv_instructions[middle].name, name);
        if (order == 0)
            return &micai_spirv_instructions[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const micai_spirv_enumerant *micai_spirv_enumerant_find(uint32_t kind, uint32_t value)
{
    const micai_spirv_enumerant *rows =
        &micai_spirv_enumerants[micai_spirv_kinds[kind].first_enumerant];
    size_t low = 0, high = micai_spirv_kinds[kind].enumerant_count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (rows[middle].value < value)
            low = middle + 1;
        else
            high = middle;
    }
    const bool found =
        low < micai_spirv_kinds[kind].enumerant_count && rows[low].value == value;
    return found ? &rows[low] : NULL;
}

const micai_spirv_enumerant *micai_spirv_enumerant_named(uint32_t kind, mica_string name)
{
    const micai_spirv_enumerant *rows =
        &micai_spirv_enumerants[micai_spirv_kinds[kind].first_enumerant];
    for (size_t i = 0; i < micai_spirv_kinds[kind].enumerant_count; ++i)
        if (mica_string_is(name, rows[i].name))
            return &rows[i];
    return NULL;
}

const char *micai_spirv_enumerant_name(uint32_t kind, uint32_t value)
{
    const micai_spirv_enumerant *row = micai_spirv_enumerant_find(kind, value);
    return row ? row->name : "?";
}

int micai_spirv_extension_find(mica_string name)
{
    size_t low = 0, high = micai_spirv_extension_count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        const int order = compare(micai_spirv_extension_names[middle], name);
        if (order == 0)
            return (int)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

static bool implies(uint32_t capability, uint32_t implied, unsigned depth)
{
    if (capability == implied)
        return true;
    const micai_spirv_enumerant *row =
        micai_spirv_enumerant_find(MICAI_SPIRV_KIND_CAPABILITY, capability);
    if (!row || depth == 0)
        return false;
    for (size_t i = 0; i < row->requirement.capability_count; ++i)
        if (implies(micai_spirv_words[row->requirement.first_capability + i], implied,
                    depth - 1))
            return true;
    return false;
}

bool micai_spirv_capability_implies(uint32_t capability, uint32_t implied)
{
    return implies(capability, implied, CAPABILITY_DEPTH);
}

bool micai_spirv_names_equal(mica_string snake, const char *camel)
{
    size_t at = 0;
    for (size_t i = 0; i < snake.length; ++i) {
        if (snake.data[i] == '_')
            continue;
        if (tolower((unsigned char)camel[at]) != tolower((unsigned char)snake.data[i]))
            return false;
        ++at;
    }
    return camel[at] == 0;
}
