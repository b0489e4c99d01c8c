// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Numbers, tensors of numbers, and the bytes of resources.
#include <stdlib.h>

#include "ir/support/blob.h"
#include "ir/text/number_text_internal.h"
#include "ir/text/printer_internal.h"

void micai_print_integer_words(mica_asm_printer *printer, const uint64_t *words, uint32_t width,
                               bool is_signed)
{
    if (width <= 64) {
        if (!is_signed || width == 0)
            micai_put_unsigned(printer, words[0]);
        else
            micai_put_signed(printer, (int64_t)(words[0] << (64 - width)) >> (64 - width));
        return;
    }
    const size_t room = width / 3 + 3;
    char *text = micai_allocate(printer->allocator, room);
    if (!text) {
        micai_print_no_memory(printer);
        return;
    }
    micai_put(printer, text, micai_integer_text(words, width, is_signed, text));
    micai_release(printer->allocator, text, room);
}

static bool is_signed_type(const mica_type *type)
{
    return mica_type_is_index(type) || mica_integer_type_signedness(type) != MICA_UNSIGNED;
}

void micai_print_integer_attr(mica_asm_printer *printer, const mica_attr *attr)
{
    const mica_type *type = mica_attr_type(attr);
    const uint64_t *words = mica_integer_attr_words(attr);
    if (mica_type_is_signless(type, 1))
        mica_asm_print(printer, words[0] ? "true" : "false");
    else
        micai_print_integer_words(printer, words, mica_type_bit_width(type),
                                  is_signed_type(type));
}

void micai_print_float(mica_asm_printer *printer, const mica_type *type, const uint64_t bits[2])
{
    char text[MICAI_FLOAT_TEXT_SIZE];
    micai_put(printer, text, micai_float_text(type, bits, text));
}

// ---- dense elements
// --------------------------------------------------------------------------

static void print_scalar(mica_asm_printer *printer, const mica_type *type,
                         const unsigned char *data, size_t size)
{
    uint64_t words[4] = {0, 0, 0, 0};
    if (mica_type_is_float(type)) {
        memcpy(words, data, size);
        micai_print_float(printer, type, words);
    } else if (mica_type_is_signless(type, 1)) {
        mica_asm_print(printer, data[0] & 1 ? "true" : "false");
    } else if (size <= sizeof words) {
        memcpy(words, data, size);
        micai_print_integer_words(printer, words, mica_type_bit_width(type),
                                  is_signed_type(type));
    } else {
        const size_t room = (size + 7) / 8 * 8;
        uint64_t *wide = micai_allocate_zeroed(printer->allocator, room);
        if (!wide) {
            micai_print_no_memory(printer);
            return;
        }
        memcpy(wide, data, size);
        micai_print_integer_words(printer, wide, mica_type_bit_width(type),
                                  is_signed_type(type));
        micai_release(printer->allocator, wide, room);
    }
}

typedef struct element_source {
    const mica_attr *attr;
    const mica_type *element; ///< of one scalar
    const unsigned char *data;
    size_t size; ///< of one scalar
    bool is_complex, is_splat, is_strings;
} element_source;

static void print_element(mica_asm_printer *printer, const element_source *source, size_t index)
{
    if (source->is_strings) {
        micai_put_quoted(printer, mica_dense_strings_attr_value(source->attr, index));
        return;
    }
    if (!source->is_complex) {
        print_scalar(printer, source->element, source->data + index * source->size,
                     source->size);
        return;
    }
    const unsigned char *pair = source->data + 2 * index * source->size;
    micai_put_char(printer, '(');
    print_scalar(printer, source->element, pair, source->size);
    micai_put_char(printer, ',');
    print_scalar(printer, source->element, pair + source->size, source->size);
    micai_put_char(printer, ')');
}

// Brackets open before an element at whose index a dimension starts, and close after its end.
static void print_nested(mica_asm_printer *printer, const element_source *source,
                         const int64_t *shape, size_t rank, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t run = 1, opened = 0, closed = 0;
        for (size_t d = rank; d-- > 0;) {
            run *= (size_t)shape[d];
            opened += i % run == 0;
            closed += (i + 1) % run == 0;
        }
        if (i)
            micai_put_literal(printer, ", ");
        for (size_t d = 0; d < opened; d++)
            micai_put_char(printer, '[');
        print_element(printer, source, i);
        for (size_t d = 0; d < closed; d++)
            micai_put_char(printer, ']');
    }
}

static void put_hex(mica_asm_printer *printer, const unsigned char *data, size_t size)
{
    static const char digits[] = "0123456789ABCDEF";
    char chunk[512];
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        chunk[used++] = digits[data[i] >> 4];
        chunk[used++] = digits[data[i] & 15];
        if (used == sizeof chunk) {
            micai_put(printer, chunk, used);
            used = 0;
        }
    }
    micai_put(printer, chunk, used);
}

// i1 is a byte each in memory and eight to a byte in text.
static void put_hex_bits(mica_asm_printer *printer, const unsigned char *data, size_t count)
{
    for (size_t i = 0; i < count; i += 8) {
        unsigned char byte = 0;
        for (size_t bit = 0; bit < 8 && i + bit < count; bit++)
            byte = (unsigned char)(byte | (data[i + bit] & 1) << bit);
        put_hex(printer, &byte, 1);
    }
}

static bool wants_hex(const mica_asm_printer *printer, size_t count)
{
    const int64_t limit = printer->options.hex_elements_over;
    return limit >= 0 && count > (size_t)(limit ? limit : 100);
}

static void print_strings(mica_asm_printer *printer, const mica_attr *attr)
{
    const mica_type *type = mica_attr_type(attr);
    const size_t count = (size_t)mica_type_element_count(type);
    const bool is_splat = mica_dense_strings_attr_count(attr) == 1;
    const element_source source = {attr, NULL, NULL, 0, false, is_splat, true};
    if (is_splat)
        print_element(printer, &source, 0);
    else
        print_nested(printer, &source, mica_type_shape(type), mica_type_rank(type), count);
}

void micai_print_elements(mica_asm_printer *printer, const mica_attr *attr)
{
    if (mica_attr_is(attr, MICA_ATTR_DENSE_STRINGS)) {
        print_strings(printer, attr);
        return;
    }
    const mica_type *type = mica_attr_type(attr);
    const mica_type *element = mica_type_element(type);
    const size_t count = (size_t)mica_type_element_count(type);
    const bool is_complex = mica_type_get_kind(element) == MICA_TYPE_COMPLEX;
    if (is_complex)
        element = mica_type_element(element);
    size_t size;
    element_source source = {attr,
                             element,
                             mica_dense_elements_attr_data(attr, &size),
                             mica_dense_element_size(element),
                             is_complex,
                             mica_dense_elements_attr_is_splat(attr),
                             false};
    if (count == 0)
        return;
    if (source.is_splat) {
        print_element(printer, &source, 0);
    } else if (wants_hex(printer, count)) {
        micai_put_literal(printer, "\"0x");
        if (mica_type_is_signless(element, 1))
            put_hex_bits(printer, source.data, count);
        else
            put_hex(printer, source.data, size);
        micai_put_char(printer, '"');
    } else {
        print_nested(printer, &source, mica_type_shape(type), mica_type_rank(type), count);
    }
}

void micai_print_dense_array(mica_asm_printer *printer, const mica_attr *attr)
{
    const mica_type *type = mica_dense_array_attr_element_type(attr);
    const size_t size = mica_dense_element_size(type);
    const unsigned char *data = mica_dense_array_attr_data(attr);
    micai_print_type(printer, type);
    for (size_t i = 0; i < mica_dense_array_attr_count(attr); i++) {
        mica_asm_print(printer, i ? ", " : ": ");
        print_scalar(printer, type, data + i * size, size);
    }
}

// ---- resources
// -------------------------------------------------------------------------------

void micai_note_resource(mica_asm_printer *printer, mica_string key)
{
    const mica_identifier *name = mica_identifier_get(printer->context, key);
    for (size_t i = 0; i < printer->resource_count; i++) {
        if (printer->resources[i] == name)
            return;
    }
    void *resources = printer->resources;
    if (!micai_array_reserve(printer->allocator, &resources, &printer->resource_capacity,
                             printer->resource_count + 1, sizeof *printer->resources)) {
        micai_print_no_memory(printer);
        return;
    }
    printer->resources = resources;
    printer->resources[printer->resource_count++] = name;
}

static void print_resource(mica_asm_printer *printer, const mica_identifier *key,
                           const mica_blob *blob)
{
    const uint32_t alignment = (uint32_t)mica_blob_alignment(blob);
    const unsigned char head[] = {(unsigned char)alignment, (unsigned char)(alignment >> 8),
                                  (unsigned char)(alignment >> 16),
                                  (unsigned char)(alignment >> 24)};
    micai_put_literal(printer, "      ");
    mica_asm_print_keyword_or_string(printer, mica_identifier_text(key));
    micai_put_literal(printer, ": \"0x");
    put_hex(printer, head, sizeof head);
    put_hex(printer, mica_blob_data(blob), mica_blob_size(blob));
    micai_put_char(printer, '"');
}

static int compare_keys(const void *a, const void *b)
{
    const mica_string x = mica_identifier_text(*(const mica_identifier *const *)a);
    const mica_string y = mica_identifier_text(*(const mica_identifier *const *)b);
    return strcmp(x.data, y.data);
}

void micai_print_resources(mica_asm_printer *printer)
{
    bool any = false;
    if (printer->resource_count)
        qsort(printer->resources, printer->resource_count, sizeof *printer->resources,
              compare_keys);
    for (size_t i = 0; i < printer->resource_count; i++) {
        const mica_identifier *key = printer->resources[i];
        const mica_blob *blob =
            mica_context_find_resource(printer->context, mica_identifier_text(key));
        const int64_t limit = printer->options.elide_resources_over;
        if (!blob || (limit > 0 && 2 * mica_blob_size(blob) > (size_t)limit))
            continue;
        mica_asm_print(printer,
                       any ? ",\n" : "\n{-#\n  dialect_resources: {\n    builtin: {\n");
        any = true;
        print_resource(printer, key, blob);
    }
    if (any)
        micai_put_literal(printer, "\n    }\n  }\n#-}\n");
}
