// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types as text. The text of a type that took some work is remembered, since types repeat.
#include "ir/text/printer_internal.h"

#include "ir/core/float_format.h"
#include "ir/support/hash_internal.h"

void micai_print_types(mica_asm_printer *printer, const mica_type *const *types, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i)
            micai_put_literal(printer, ", ");
        micai_print_type(printer, types[i]);
    }
}

static void print_integer(mica_asm_printer *printer, const mica_type *type)
{
    static const char *const prefixes[] = {"i", "si", "ui"};
    mica_asm_print(printer, prefixes[mica_integer_type_signedness(type)]);
    micai_put_unsigned(printer, mica_type_bit_width(type));
}

static void print_function(mica_asm_printer *printer, const mica_type *type)
{
    micai_put_char(printer, '(');
    const size_t inputs = mica_function_type_input_count(type);
    for (size_t i = 0; i < inputs; i++) {
        if (i)
            micai_put_literal(printer, ", ");
        micai_print_type(printer, mica_function_type_input(type, i));
    }
    micai_put_literal(printer, ") -> ");
    const size_t results = mica_function_type_result_count(type);
    const bool bare = results == 1 && mica_type_get_kind(mica_function_type_result(type, 0)) !=
                                          MICA_TYPE_FUNCTION;
    if (!bare)
        micai_put_char(printer, '(');
    for (size_t i = 0; i < results; i++) {
        if (i)
            micai_put_literal(printer, ", ");
        micai_print_type(printer, mica_function_type_result(type, i));
    }
    if (!bare)
        micai_put_char(printer, ')');
}

static void print_tuple(mica_asm_printer *printer, const mica_type *type)
{
    micai_put_literal(printer, "tuple<");
    for (size_t i = 0; i < mica_tuple_type_count(type); i++) {
        if (i)
            micai_put_literal(printer, ", ");
        micai_print_type(printer, mica_tuple_type_element(type, i));
    }
    micai_put_char(printer, '>');
}

static void print_dims(mica_asm_printer *printer, const mica_type *type)
{
    const int64_t *shape = mica_type_shape(type);
    const bool is_vector = mica_type_is_vector(type);
    for (size_t i = 0; i < mica_type_rank(type); i++) {
        const bool scalable = is_vector && mica_vector_type_dim_is_scalable(type, i);
        if (scalable)
            micai_put_char(printer, '[');
        if (shape[i] == MICA_DYNAMIC)
            micai_put_char(printer, '?');
        else
            micai_put_signed(printer, shape[i]);
        if (scalable)
            micai_put_char(printer, ']');
        micai_put_char(printer, 'x');
    }
    micai_print_type(printer, mica_type_element(type));
}

static void print_optional_attr(mica_asm_printer *printer, const mica_attr *attr)
{
    if (!attr)
        return;
    micai_put_literal(printer, ", ");
    micai_print_attr(printer, attr, MICAI_TYPE_MAY);
}

static void print_shaped(mica_asm_printer *printer, const mica_type *type)
{
    switch (mica_type_get_kind(type)) {
    case MICA_TYPE_VECTOR:
        micai_put_literal(printer, "vector<");
        print_dims(printer, type);
        break;
    case MICA_TYPE_RANKED_TENSOR:
        micai_put_literal(printer, "tensor<");
        print_dims(printer, type);
        print_optional_attr(printer, mica_tensor_type_encoding(type));
        break;
    case MICA_TYPE_UNRANKED_TENSOR:
        micai_put_literal(printer, "tensor<*x");
        micai_print_type(printer, mica_type_element(type));
        break;
    case MICA_TYPE_MEMREF:
        micai_put_literal(printer, "memref<");
        print_dims(printer, type);
        print_optional_attr(printer, mica_memref_type_layout(type));
        print_optional_attr(printer, mica_memref_type_memory_space(type));
        break;
    default:
        micai_put_literal(printer, "memref<*x");
        micai_print_type(printer, mica_type_element(type));
        print_optional_attr(printer, mica_memref_type_memory_space(type));
        break;
    }
    micai_put_char(printer, '>');
}

// Text that reads back as `!dialect.text`; other text is put in `!dialect<...>`.
static bool is_pretty(mica_string text)
{
    size_t i = 0;
    while (i < text.length && text.data[i] != '<')
        i++;
    const mica_string name = {text.data, i};
    return micai_is_bare_identifier(name) &&
           (i == text.length || text.data[text.length - 1] == '>');
}

void micai_print_dialect_symbol(mica_asm_printer *printer, char sign, mica_string dialect,
                                mica_string text)
{
    micai_put_char(printer, sign);
    mica_asm_print_string(printer, dialect);
    const bool pretty = is_pretty(text);
    micai_put_char(printer, pretty ? '.' : '<');
    mica_asm_print_string(printer, text);
    if (!pretty)
        micai_put_char(printer, '>');
}

void micai_close_dialect_symbol(mica_asm_printer *printer, size_t dot, size_t body,
                                size_t flushes)
{
    // Text that went out already is a long parameter list, which begins with `<`.
    if (!printer->buffer || printer->flushes != flushes || printer->used == body ||
        printer->buffer[body] == '<')
        return;
    printer->buffer[dot] = '<';
    micai_put_char(printer, '>');
}

static void print_dialect_type(mica_asm_printer *printer, const mica_type *type)
{
    const mica_type_def *definition = mica_type_definition(type);
    const size_t flushes = printer->flushes;
    micai_put_char(printer, '!');
    mica_asm_print(printer, definition->dialect);
    micai_put_char(printer, '.');
    const size_t dot = printer->used - 1;
    mica_asm_print(printer, definition->name);
    const size_t body = printer->used;
    micai_type_def_print(printer, type);
    micai_close_dialect_symbol(printer, dot, body, flushes);
}

void micai_print_type_body(mica_asm_printer *printer, const mica_type *type)
{
    switch (mica_type_get_kind(type)) {
    case MICA_TYPE_INTEGER:
        print_integer(printer, type);
        break;
    case MICA_TYPE_INDEX:
        micai_put_literal(printer, "index");
        break;
    case MICA_TYPE_FLOAT:
        mica_asm_print(printer, mica_float_format_of(mica_float_type_kind(type))->name);
        break;
    case MICA_TYPE_NONE:
        micai_put_literal(printer, "none");
        break;
    case MICA_TYPE_COMPLEX:
        micai_put_literal(printer, "complex<");
        micai_print_type(printer, mica_type_element(type));
        micai_put_char(printer, '>');
        break;
    case MICA_TYPE_FUNCTION:
        print_function(printer, type);
        break;
    case MICA_TYPE_TUPLE:
        print_tuple(printer, type);
        break;
    case MICA_TYPE_OPAQUE:
        micai_print_dialect_symbol(printer, '!', mica_opaque_type_dialect(type),
                                   mica_opaque_type_text(type));
        break;
    case MICA_TYPE_DIALECT:
        print_dialect_type(printer, type);
        break;
    default:
        print_shaped(printer, type);
        break;
    }
}

// Remembers what was put since `start`.
static void remember(mica_asm_printer *printer, micai_type_text *slot, const mica_type *type,
                     size_t start)
{
    enum { LONGEST = 256 };
    if (printer->failed || printer->used - start > LONGEST)
        return;
    const size_t length = printer->used - start;
    char *text = micai_allocate(printer->allocator, length);
    if (!text)
        return;
    memcpy(text, printer->buffer + start, length);
    micai_release(printer->allocator, slot->text, slot->length);
    slot->type = type;
    slot->text = text;
    slot->length = length;
}

void micai_print_type(mica_asm_printer *printer, const mica_type *type)
{
    if (!type) {
        micai_put_literal(printer, "<<NULL TYPE>>");
        return;
    }
    if (printer->is_collecting) {
        micai_aliases_visit(printer, type, true);
        return;
    }
    if (type == printer->context->i32_type) {
        micai_put_literal(printer, "i32");
        return;
    }
    const mica_type_kind kind = mica_type_get_kind(type);
    if (kind <= MICA_TYPE_NONE) {
        micai_print_type_body(printer, type);
        return;
    }
    if (printer->has_aliases && micai_print_alias(printer, type, true))
        return;
    micai_type_text *slot = &printer->type_texts[micai_hash_pointer(type) % MICAI_TYPE_TEXTS];
    if (slot->type == type && printer->buffer) {
        micai_put(printer, slot->text, slot->length);
        return;
    }
    const size_t start = printer->used;
    const size_t flushes = printer->flushes;
    micai_print_type_body(printer, type);
    if (printer->flushes == flushes)
        remember(printer, slot, type, start);
}
