// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The small forms that the programs of ops and of parameters share: enums, dense arrays as
// [1, 2], attributes without their mnemonic.

#include <stdlib.h>

#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/text/assembly_internal.h"
#include "ir/text/parser_internal.h"

// ---- enums
// -----------------------------------------------------------------------------------

bool micai_is_bare_keyword(const char *text)
{
    if (!((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') || *text == '_'))
        return false;
    for (; *text; ++text) {
        if (!((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
              (*text >= '0' && *text <= '9') || strchr("_$.", *text)))
            return false;
    }
    return true;
}

bool micai_assembly_enum_error(mica_asm_parser *parser, size_t offset,
                               const mica_enum_def *enumeration, const char *attr_name)
{
    micai_text_buffer cases = micai_text_buffer_on(parser->allocator);
    for (uint32_t i = 0; i < enumeration->case_count; ++i)
        micai_text_printf(&cases, "%s%s", i ? ", " : "", enumeration->cases[i].keyword);
    mica_asm_error_at(parser, offset,
                      "expected string or keyword containing one of the following enum values "
                      "for attribute '%s' [%s]",
                      attr_name, micai_text_view(&cases).data);
    micai_text_buffer_free(&cases);
    return false;
}

bool micai_assembly_enum_value(const mica_enum_def *enumeration, mica_string text,
                               int64_t *value)
{
    if (!enumeration->is_bits)
        return mica_enum_value(enumeration, text, value);
    const size_t step = strlen(enumeration->separator);
    *value = 0;
    while (step) {
        mica_string part = {text.data, 0};
        while (part.length < text.length &&
               (text.length - part.length < step ||
                memcmp(text.data + part.length, enumeration->separator, step) != 0))
            ++part.length;
        int64_t bits = 0;
        if (!mica_enum_value(enumeration, part, &bits))
            return false;
        *value |= bits;
        if (part.length == text.length)
            return true;
        text.data += part.length + step;
        text.length -= part.length + step;
    }
    return false;
}

bool micai_assembly_next_is_case(mica_asm_parser *parser, const mica_enum_def *enumeration)
{
    for (uint32_t i = 0; i < enumeration->case_count; ++i) {
        const char *keyword = enumeration->cases[i].keyword;
        if (micai_is_bare_keyword(keyword) && mica_asm_next_is(parser, keyword))
            return true;
    }
    return false;
}

static void append_text(void *user, const char *text)
{
    mica_asm_print(user, text);
}

void micai_assembly_print_enum(mica_asm_printer *printer, const mica_enum_def *enumeration,
                               int64_t value)
{
    mica_enum_print(enumeration, value, append_text, printer);
}

// ---- short forms
// -----------------------------------------------------------------------------

const mica_attr_def *micai_assembly_find_attr_def(mica_context *context, const char *full_name)
{
    const char *dot = strchr(full_name, '.');
    const mica_string name = {full_name, (size_t)(dot - full_name)};
    const mica_dialect_def *dialect = mica_context_find_dialect(context, name);
    for (uint32_t i = 0; dialect && i < dialect->attr_count; ++i) {
        if (strcmp(dialect->attrs[i]->name, dot + 1) == 0)
            return dialect->attrs[i];
    }
    return NULL;
}

bool micai_assembly_parse_stripped_attr(mica_asm_parser *parser, const char *full_name,
                                        const mica_attr **attr)
{
    const mica_attr_def *definition =
        mica_asm_next_is(parser, "#")
            ? NULL
            : micai_assembly_find_attr_def(mica_asm_context(parser), full_name);
    if (!definition)
        return mica_asm_parse_attr(parser, NULL, attr);
    *attr = micai_attr_def_parse(parser, definition, NULL);
    return *attr != NULL;
}

/// The element type that a dense array's constraint fixes; i64 when it leaves it open.
static const mica_type *dense_array_element(mica_context *context,
                                            const mica_constraint *constraint)
{
    if (constraint->kind == MICA_CONSTRAINT_DENSE_ARRAY) {
        const mica_type *type = mica_constraint_single_type(context, constraint->children[0]);
        return type ? type : mica_integer_type_get(context, 64, MICA_SIGNLESS);
    }
    if (constraint->child_count && constraint->kind == MICA_CONSTRAINT_ALL_OF)
        return dense_array_element(context, constraint->children[0]);
    return mica_integer_type_get(context, 64, MICA_SIGNLESS);
}

/// Elements as they are parsed, in the layout of a dense array's data.
typedef struct element_buffer {
    const mica_type *element;
    unsigned char *data;
    size_t size, capacity, width;
} element_buffer;

static bool append_element(mica_asm_parser *parser, element_buffer *buffer, const void *data)
{
    if (buffer->size + buffer->width > buffer->capacity) {
        const size_t capacity = buffer->capacity ? 2 * buffer->capacity : 64;
        unsigned char *grown = mica_realloc(buffer->data, capacity);
        if (!grown)
            return mica_asm_error(parser, "out of memory");
        buffer->data = grown;
        buffer->capacity = capacity;
    }
    memcpy(buffer->data + buffer->size, data, buffer->width);
    buffer->size += buffer->width;
    return true;
}

static bool parse_float_element(mica_asm_parser *parser, element_buffer *buffer)
{
    double wide = 0;
    if (!mica_asm_parse_float(parser, &wide))
        return false;
    const float narrow = (float)wide;
    return append_element(parser, buffer,
                          buffer->width == 8 ? (const void *)&wide : (const void *)&narrow);
}

static bool parse_array_element(mica_asm_parser *parser, void *user)
{
    element_buffer *buffer = user;
    int64_t value = 0;
    if (mica_type_is_float(buffer->element))
        return parse_float_element(parser, buffer);
    if (buffer->width == 1 && mica_asm_parse_keyword_if(parser, "true"))
        value = 1;
    else if (buffer->width == 1 && mica_asm_parse_keyword_if(parser, "false"))
        value = 0;
    else if (!mica_asm_parse_integer(parser, &value))
        return false;
    return append_element(parser, buffer, &value); // little-endian: the low bytes come first
}

bool micai_assembly_parse_dense_array(mica_asm_parser *parser,
                                      const mica_constraint *constraint, const mica_attr **attr)
{
    if (mica_asm_next_is(parser, "#"))
        return mica_asm_parse_attr(parser, NULL, attr);
    mica_context *context = mica_asm_context(parser);
    element_buffer buffer = {dense_array_element(context, constraint), NULL, 0, 0, 0};
    buffer.width = (mica_type_bit_width(buffer.element) + 7) / 8;
    const bool parsed =
        mica_asm_parse_list(parser, MICA_DELIMITER_SQUARE, parse_array_element, &buffer, NULL);
    if (parsed)
        *attr =
            mica_dense_array_attr_get(buffer.element, buffer.data, buffer.size / buffer.width);
    mica_free(buffer.data);
    return parsed && *attr;
}

void micai_assembly_print_dense_array(mica_asm_printer *printer, const mica_attr *attr)
{
    const mica_type *element = mica_dense_array_attr_element_type(attr);
    mica_asm_print(printer, "[");
    for (size_t i = 0; i < mica_dense_array_attr_count(attr); ++i) {
        if (i)
            mica_asm_print(printer, ", ");
        if (mica_type_is_signless(element, 1)) {
            mica_asm_print(printer, mica_dense_array_attr_int(attr, i) ? "true" : "false");
        } else if (mica_type_is_float(element)) {
            const char *data = mica_dense_array_attr_data(attr);
            float narrow = 0;
            double wide = 0;
            if (mica_type_bit_width(element) == 32)
                memcpy(&narrow, data + i * sizeof narrow, sizeof narrow);
            else
                memcpy(&wide, data + i * sizeof wide, sizeof wide);
            mica_asm_print_attr_without_type(
                printer,
                mica_float_attr_get(element, mica_type_bit_width(element) == 32 ? (double)narrow
                                                                                : wide));
        } else {
            mica_asm_print_integer(printer, mica_dense_array_attr_int(attr, i));
        }
    }
    mica_asm_print(printer, "]");
}
