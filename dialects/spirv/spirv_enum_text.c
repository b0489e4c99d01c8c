// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Enumerants in text: bare (`StorageBuffer`), or quoted with bits joined
// (`"Volatile|Aligned"`), as several of the dialect's forms have them. And enum attributes as
// such.
#include "dialects/spirv/spirv_internal.h"

// ---- enum attributes

static const mica_attr_def *find_attr_def(mica_context *context, const char *mnemonic)
{
    const mica_dialect_def *dialect =
        mica_context_find_dialect(context, mica_string_from("spirv"));
    for (uint32_t i = 0; dialect && i < dialect->attr_count; ++i)
        if (strcmp(dialect->attrs[i]->name, mnemonic) == 0)
            return dialect->attrs[i];
    return NULL;
}

const mica_attr *micai_spirv_attr_make(mica_context *context, const char *mnemonic,
                                       const uint64_t *words, size_t count)
{
    const mica_attr_def *definition = find_attr_def(context, mnemonic);
    return definition ? mica_attr_get(context, definition, words, count) : NULL;
}

const mica_attr *mica_spirv_enum_attr_get(mica_context *context, const char *mnemonic,
                                          uint32_t value)
{
    const uint64_t word = value;
    return micai_spirv_attr_make(context, mnemonic, &word, 1);
}

uint32_t mica_spirv_enum_attr_value(const mica_attr *attr)
{
    if (mica_attr_is(attr, MICA_ATTR_INTEGER))
        return (uint32_t)mica_integer_attr_value(attr);
    return (uint32_t)mica_attr_param(attr, 0);
}

bool mica_spirv_attr_is(const mica_attr *attr, const char *mnemonic)
{
    const mica_attr_def *definition =
        mica_attr_is(attr, MICA_ATTR_DIALECT) ? mica_attr_definition(attr) : NULL;
    return definition && strcmp(definition->dialect, "spirv") == 0 &&
           strcmp(definition->name, mnemonic) == 0;
}

// ---- text

bool micai_spirv_parse_enumerant(mica_asm_parser *parser, uint32_t kind, const char *what,
                                 uint32_t *value)
{
    const size_t offset = mica_asm_offset(parser);
    mica_string keyword;
    if (!mica_asm_parse_any_keyword(parser, &keyword))
        return false;
    const micai_spirv_enumerant *row = micai_spirv_enumerant_named(kind, keyword);
    if (!row)
        return mica_asm_error_at(parser, offset, "unknown %s: %.*s", what,
                                 MICA_STRING_ARG(keyword));
    *value = row->value;
    return true;
}

// Bits: every piece between `|` is an enumerant.
static bool find_bits(uint32_t kind, mica_string text, uint32_t *value)
{
    *value = 0;
    const bool is_bits = micai_spirv_kinds[kind].category == MICAI_SPIRV_CATEGORY_BIT_ENUM;
    while (true) {
        const char *bar = is_bits ? memchr(text.data, '|', text.length) : NULL;
        const size_t length = bar ? (size_t)(bar - text.data) : text.length;
        const mica_string piece = {text.data, length};
        const micai_spirv_enumerant *row = micai_spirv_enumerant_named(kind, piece);
        if (!row)
            return false;
        *value |= row->value;
        if (!bar)
            return true;
        text.data += length + 1;
        text.length -= length + 1;
    }
}

bool micai_spirv_parse_quoted_enum(mica_asm_parser *parser, uint32_t kind, const char *mnemonic,
                                   const char *what, const mica_attr **attr)
{
    const size_t offset = mica_asm_offset(parser);
    const mica_identifier *text;
    if (!mica_asm_parse_string(parser, &text))
        return false;
    uint32_t value;
    if (!find_bits(kind, mica_identifier_text(text), &value))
        return mica_asm_error_at(parser, offset, "invalid %s attribute specification: \"%.*s\"",
                                 what, MICA_STRING_ARG(mica_identifier_text(text)));
    *attr = mica_spirv_enum_attr_get(mica_asm_context(parser), mnemonic, value);
    return *attr != NULL;
}

void micai_spirv_print_enumerant(mica_asm_printer *printer, uint32_t kind, uint32_t value)
{
    if (micai_spirv_kinds[kind].category != MICAI_SPIRV_CATEGORY_BIT_ENUM || value == 0) {
        const micai_spirv_enumerant *row = micai_spirv_enumerant_find(kind, value);
        const bool none =
            value == 0 && micai_spirv_kinds[kind].category == MICAI_SPIRV_CATEGORY_BIT_ENUM;
        mica_asm_print(printer, none ? "None" : row ? row->name : "?");
        return;
    }
    const char *separator = "";
    for (uint32_t bit = 1; bit; bit <<= 1) {
        if (!(value & bit))
            continue;
        mica_asm_print(printer, separator);
        mica_asm_print(printer, micai_spirv_enumerant_name(kind, bit));
        separator = "|";
    }
}

void micai_spirv_print_quoted_enum(mica_asm_printer *printer, uint32_t kind,
                                   const mica_attr *attr)
{
    mica_asm_print(printer, "\"");
    micai_spirv_print_enumerant(printer, kind, mica_spirv_enum_attr_value(attr));
    mica_asm_print(printer, "\"");
}
