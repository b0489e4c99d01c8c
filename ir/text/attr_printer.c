// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Attributes as text. The elision says whether the type behind an attribute is printed: never
// left out (operation attributes), left out where it is the default (elements of arrays), or
// always (the op prints it).
#include "ir/text/number_text_internal.h"
#include "ir/text/printer_internal.h"

static void print_colon_type(mica_asm_printer *printer, const mica_type *type,
                             micai_elision elision)
{
    if (elision == MICAI_TYPE_MUST)
        return;
    micai_put_literal(printer, " : ");
    micai_print_type(printer, type);
}

static void print_integer(mica_asm_printer *printer, const mica_attr *attr,
                          micai_elision elision)
{
    const mica_type *type = mica_attr_type(attr);
    micai_print_integer_attr(printer, attr);
    if (mica_type_is_signless(type, 1))
        return;
    if (elision == MICAI_TYPE_MAY && mica_type_is_signless(type, 64))
        return;
    print_colon_type(printer, type, elision);
}

static void print_float(mica_asm_printer *printer, const mica_attr *attr, micai_elision elision)
{
    const mica_type *type = mica_attr_type(attr);
    uint64_t bits[2];
    mica_float_attr_bits(attr, bits);
    char text[MICAI_FLOAT_TEXT_SIZE];
    const size_t length = micai_float_text(type, bits, text);
    micai_put(printer, text, length);
    const bool is_hex = length > 1 && text[1] == 'x';
    if (elision == MICAI_TYPE_MAY && !is_hex && mica_type_is_float_kind(type, MICA_FLOAT_F64))
        return;
    print_colon_type(printer, type, elision);
}

static void print_string(mica_asm_printer *printer, const mica_attr *attr,
                         micai_elision elision)
{
    micai_put_quoted(printer, mica_string_attr_text(attr));
    const mica_type *type = mica_attr_type(attr);
    if (type && mica_type_get_kind(type) != MICA_TYPE_NONE)
        print_colon_type(printer, type, elision);
}

static void print_array(mica_asm_printer *printer, const mica_attr *attr)
{
    micai_put_char(printer, '[');
    const size_t count = mica_array_attr_count(attr);
    for (size_t i = 0; i < count; i++) {
        if (i)
            micai_put_literal(printer, ", ");
        micai_print_attr(printer, mica_array_attr_element(attr, i), MICAI_TYPE_MAY);
    }
    micai_put_char(printer, ']');
}

void micai_print_named_attr(mica_asm_printer *printer, mica_named_attr attr)
{
    mica_asm_print_keyword_or_string(printer, mica_identifier_text(attr.name));
    if (mica_attr_is(attr.value, MICA_ATTR_UNIT))
        return;
    micai_put_literal(printer, " = ");
    micai_print_attr(printer, attr.value, MICAI_TYPE_NEVER);
}

static void print_dictionary(mica_asm_printer *printer, const mica_attr *attr)
{
    micai_put_char(printer, '{');
    const size_t count = mica_dictionary_attr_count(attr);
    for (size_t i = 0; i < count; i++) {
        if (i)
            micai_put_literal(printer, ", ");
        micai_print_named_attr(printer, mica_dictionary_attr_entry(attr, i));
    }
    micai_put_char(printer, '}');
}

static void print_symbol(mica_asm_printer *printer, const mica_attr *attr)
{
    mica_asm_print_symbol_name(printer, mica_symbol_ref_attr_root(attr));
    for (size_t i = 0; i < mica_symbol_ref_attr_path_count(attr); i++) {
        micai_put_literal(printer, "::");
        mica_asm_print_symbol_name(printer, mica_symbol_ref_attr_path(attr, i));
    }
}

static void print_stride(mica_asm_printer *printer, int64_t stride)
{
    if (stride == MICA_DYNAMIC)
        micai_put_char(printer, '?');
    else
        micai_put_signed(printer, stride);
}

static void print_strided(mica_asm_printer *printer, const mica_attr *attr)
{
    micai_put_literal(printer, "strided<[");
    const int64_t *strides = mica_strided_layout_attr_strides(attr);
    for (size_t i = 0; i < mica_strided_layout_attr_rank(attr); i++) {
        if (i)
            micai_put_literal(printer, ", ");
        print_stride(printer, strides[i]);
    }
    micai_put_char(printer, ']');
    const int64_t offset = mica_strided_layout_attr_offset(attr);
    if (offset != 0) {
        micai_put_literal(printer, ", offset: ");
        print_stride(printer, offset);
    }
    micai_put_char(printer, '>');
}

static void print_opaque(mica_asm_printer *printer, const mica_attr *attr,
                         micai_elision elision)
{
    micai_print_dialect_symbol(printer, '#', mica_opaque_attr_dialect(attr),
                               mica_opaque_attr_text(attr));
    const mica_type *type = mica_attr_type(attr);
    if (type && mica_type_get_kind(type) != MICA_TYPE_NONE)
        print_colon_type(printer, type, elision);
}

// Distinct attributes are numbered in the order in which they are printed.
static size_t distinct_number(mica_asm_printer *printer, const mica_attr *attr)
{
    for (size_t i = 0; i < printer->distinct_count; i++) {
        if (printer->distinct[i] == attr)
            return i;
    }
    void *distinct = printer->distinct;
    if (!micai_array_reserve(printer->allocator, &distinct, &printer->distinct_capacity,
                             printer->distinct_count + 1, sizeof *printer->distinct)) {
        micai_print_no_memory(printer);
        return 0;
    }
    printer->distinct = distinct;
    printer->distinct[printer->distinct_count] = attr;
    return printer->distinct_count++;
}

static void print_distinct(mica_asm_printer *printer, const mica_attr *attr)
{
    micai_put_literal(printer, "distinct[");
    micai_put_unsigned(printer, distinct_number(printer, attr));
    micai_put_literal(printer, "]<");
    const mica_attr *referenced = mica_distinct_attr_referenced(attr);
    if (!mica_attr_is(referenced, MICA_ATTR_UNIT))
        micai_print_attr(printer, referenced, MICAI_TYPE_NEVER);
    micai_put_char(printer, '>');
}

static void print_dialect(mica_asm_printer *printer, const mica_attr *attr)
{
    const mica_attr_def *definition = mica_attr_definition(attr);
    const size_t flushes = printer->flushes;
    micai_put_char(printer, '#');
    mica_asm_print(printer, definition->dialect);
    micai_put_char(printer, '.');
    const size_t dot = printer->used - 1;
    mica_asm_print(printer, definition->name);
    const size_t body = printer->used;
    micai_attr_def_print(printer, attr);
    micai_close_dialect_symbol(printer, dot, body, flushes);
}

static void print_wrapped(mica_asm_printer *printer, const char *keyword,
                          void (*print)(mica_asm_printer *, const mica_attr *),
                          const mica_attr *attr)
{
    mica_asm_print(printer, keyword);
    print(printer, attr);
    micai_put_char(printer, '>');
}

static bool is_too_long(const mica_asm_printer *printer, const mica_attr *attr)
{
    const int64_t limit = printer->options.elide_elements_over;
    return limit > 0 && !mica_dense_elements_attr_is_splat(attr) &&
           mica_type_element_count(mica_attr_type(attr)) > limit;
}

static void print_elements(mica_asm_printer *printer, const mica_attr *attr,
                           micai_elision elision)
{
    if (mica_attr_is(attr, MICA_ATTR_DENSE_RESOURCE)) {
        micai_put_literal(printer, "dense_resource<");
        mica_asm_print_keyword_or_string(printer, mica_dense_resource_attr_key(attr));
        micai_put_char(printer, '>');
        micai_note_resource(printer, mica_dense_resource_attr_key(attr));
    } else if (mica_attr_is(attr, MICA_ATTR_SPARSE_ELEMENTS)) {
        const mica_attr *indices = mica_sparse_elements_attr_indices(attr);
        micai_put_literal(printer, "sparse<");
        if (mica_type_element_count(mica_attr_type(indices)) > 0) {
            micai_print_elements(printer, indices);
            micai_put_literal(printer, ", ");
            micai_print_elements(printer, mica_sparse_elements_attr_values(attr));
        }
        micai_put_char(printer, '>');
    } else if (mica_attr_is(attr, MICA_ATTR_DENSE_ELEMENTS) && is_too_long(printer, attr)) {
        micai_put_literal(printer, "dense_resource<__elided__>");
    } else {
        micai_put_literal(printer, "dense<");
        micai_print_elements(printer, attr);
        micai_put_char(printer, '>');
    }
    print_colon_type(printer, mica_attr_type(attr), elision);
}

void micai_print_attr_body(mica_asm_printer *printer, const mica_attr *attr,
                           micai_elision elision)
{
    switch (mica_attr_get_kind(attr)) {
    case MICA_ATTR_UNIT:
        micai_put_literal(printer, "unit");
        break;
    case MICA_ATTR_INTEGER:
        print_integer(printer, attr, elision);
        break;
    case MICA_ATTR_FLOAT:
        print_float(printer, attr, elision);
        break;
    case MICA_ATTR_STRING:
        print_string(printer, attr, elision);
        break;
    case MICA_ATTR_TYPE:
        micai_print_type(printer, mica_type_attr_value(attr));
        break;
    case MICA_ATTR_ARRAY:
        print_array(printer, attr);
        break;
    case MICA_ATTR_DICTIONARY:
        print_dictionary(printer, attr);
        break;
    case MICA_ATTR_SYMBOL_REF:
        print_symbol(printer, attr);
        break;
    case MICA_ATTR_AFFINE_MAP:
        print_wrapped(printer, "affine_map<", micai_print_map, attr);
        break;
    case MICA_ATTR_INTEGER_SET:
        print_wrapped(printer, "affine_set<", micai_print_set, attr);
        break;
    case MICA_ATTR_STRIDED_LAYOUT:
        print_strided(printer, attr);
        break;
    case MICA_ATTR_DENSE_ARRAY:
        print_wrapped(printer, "array<", micai_print_dense_array, attr);
        break;
    case MICA_ATTR_DENSE_ELEMENTS:
    case MICA_ATTR_DENSE_STRINGS:
    case MICA_ATTR_DENSE_RESOURCE:
    case MICA_ATTR_SPARSE_ELEMENTS:
        print_elements(printer, attr, elision);
        break;
    case MICA_ATTR_OPAQUE:
        print_opaque(printer, attr, elision);
        break;
    case MICA_ATTR_DISTINCT:
        print_distinct(printer, attr);
        break;
    case MICA_ATTR_LOCATION_UNKNOWN:
    case MICA_ATTR_LOCATION_FILE:
    case MICA_ATTR_LOCATION_NAME:
    case MICA_ATTR_LOCATION_CALL_SITE:
    case MICA_ATTR_LOCATION_FUSED:
        micai_print_location(printer, attr, false);
        break;
    case MICA_ATTR_DIALECT:
        print_dialect(printer, attr);
        break;
    }
}

void micai_print_attr(mica_asm_printer *printer, const mica_attr *attr, micai_elision elision)
{
    if (!attr)
        micai_put_literal(printer, "<<NULL ATTRIBUTE>>");
    else if (printer->is_collecting)
        micai_aliases_visit(printer, attr, false);
    else if (!printer->has_aliases || !micai_print_alias(printer, attr, false))
        micai_print_attr_body(printer, attr, elision);
}
