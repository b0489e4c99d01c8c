// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Attributes other than those with many elements (elements_attribute.c) and locations
// (location.c), as interned rows of words:
//   unit        { }                           integer   { type, value words... }
//   float       { type, bits[2] }             string    { type or 0, identifier }
//   type        { type }                      array     { elements... }
//   dictionary  { name, value, ... } sorted   symbol    { identifiers... }
//   strided     { offset, strides... }        opaque    { dialect, text, type or 0 }
//   distinct    { number, attribute }
#include "ir/core/attribute.h"

#include <stdlib.h>

#include "ir/core/context_internal.h"
#include "ir/core/float_format.h"
#include "ir/core/type_internal.h"

static const mica_attr *attr_get(mica_context *context, mica_attr_kind kind,
                                 const uint64_t *words, size_t count)
{
    return (const mica_attr *)micai_object_get(context, MICAI_CATEGORY_ATTR, kind, NULL, words,
                                               count, 0);
}

mica_attr_kind mica_attr_get_kind(const mica_attr *attr)
{
    return (mica_attr_kind)micai_object_of(attr)->kind;
}

mica_context *mica_attr_context(const mica_attr *attr)
{
    return micai_object_of(attr)->context;
}

const mica_attr_def *mica_attr_definition(const mica_attr *attr)
{
    return micai_object_of(attr)->definition;
}

const mica_type *mica_attr_type(const mica_attr *attr)
{
    switch (mica_attr_get_kind(attr)) {
    case MICA_ATTR_INTEGER:
    case MICA_ATTR_FLOAT:
    case MICA_ATTR_STRING:
    case MICA_ATTR_DENSE_ELEMENTS:
    case MICA_ATTR_DENSE_STRINGS:
    case MICA_ATTR_DENSE_RESOURCE:
    case MICA_ATTR_SPARSE_ELEMENTS:
        return micai_pointer_of(micai_word(attr, 0));
    case MICA_ATTR_OPAQUE:
        return micai_pointer_of(micai_word(attr, 2));
    default:
        return NULL;
    }
}

// ---- scalars
// ---------------------------------------------------------------------------------

const mica_attr *mica_unit_attr_get(mica_context *context)
{
    return context->unit_attr;
}

const mica_attr *mica_bool_attr_get(mica_context *context, bool value)
{
    return mica_integer_attr_get(context->i1_type, value);
}

const mica_attr *mica_integer_attr_get(const mica_type *type, int64_t value)
{
    const uint32_t width = mica_type_bit_width(type);
    if (width > 64) {
        // Sign-extend by hand: only a few kinds of integer are this wide.
        mica_context *context = mica_type_context(type);
        const size_t count = (width + 63) / 64;
        uint64_t *words = micai_allocate(&context->allocator, count * sizeof *words);
        if (!words)
            return NULL;
        const bool extend = value < 0 && mica_integer_type_signedness(type) != MICA_UNSIGNED;
        memset(words, extend ? 0xFF : 0, count * sizeof *words);
        words[0] = (uint64_t)value;
        const mica_attr *attr = mica_integer_attr_get_wide(type, words);
        micai_release(&context->allocator, words, count * sizeof *words);
        return attr;
    }
    uint64_t bits = (uint64_t)value;
    if (width < 64)
        bits &= (UINT64_C(1) << width) - 1;
    const uint64_t words[] = {micai_word_of(type), bits};
    return attr_get(mica_type_context(type), MICA_ATTR_INTEGER, words, 2);
}

const mica_attr *mica_integer_attr_get_wide(const mica_type *type, const uint64_t *words)
{
    const uint32_t width = mica_type_bit_width(type);
    const size_t count = width ? (width + 63) / 64 : 1;
    mica_context *context = mica_type_context(type);
    uint64_t inline_row[8];
    uint64_t *row = inline_row;
    if (count + 1 > 8 && !(row = micai_allocate(&context->allocator, (count + 1) * 8)))
        return NULL;
    row[0] = micai_word_of(type);
    memcpy(row + 1, words, count * sizeof *row);
    if (width % 64)
        row[count] &= (UINT64_C(1) << width % 64) - 1;
    if (width == 0)
        row[1] = 0;
    const mica_attr *attr = attr_get(context, MICA_ATTR_INTEGER, row, count + 1);
    if (row != inline_row)
        micai_release(&context->allocator, row, (count + 1) * 8);
    return attr;
}

const mica_attr *mica_i64_attr_get(mica_context *context, int64_t value)
{
    return mica_integer_attr_get(context->i64_type, value);
}

const mica_attr *mica_i32_attr_get(mica_context *context, int32_t value)
{
    return mica_integer_attr_get(context->i32_type, value);
}

const mica_attr *mica_index_attr_get(mica_context *context, int64_t value)
{
    return mica_integer_attr_get(context->index_type, value);
}

int64_t mica_integer_attr_value(const mica_attr *attr)
{
    const mica_type *type = mica_attr_type(attr);
    const uint64_t bits = micai_word(attr, 1);
    const uint32_t width = mica_type_bit_width(type);
    const bool is_unsigned =
        mica_type_is_integer(type) &&
        (width == 1 || mica_integer_type_signedness(type) == MICA_UNSIGNED);
    if (is_unsigned || width == 0 || width >= 64)
        return (int64_t)bits;
    const uint64_t sign = UINT64_C(1) << (width - 1);
    return (int64_t)((bits ^ sign) - sign);
}

const uint64_t *mica_integer_attr_words(const mica_attr *attr)
{
    return &micai_object_of(attr)->words[1];
}

bool mica_attr_is_bool(const mica_attr *attr)
{
    return mica_attr_is(attr, MICA_ATTR_INTEGER) &&
           mica_type_is_signless(mica_attr_type(attr), 1);
}

const mica_attr *mica_float_attr_get(const mica_type *type, double value)
{
    uint64_t bits[2];
    mica_float_from_double(mica_float_type_kind(type), value, bits);
    return mica_float_attr_get_bits(type, bits);
}

const mica_attr *mica_float_attr_get_bits(const mica_type *type, const uint64_t bits[2])
{
    const uint64_t words[] = {micai_word_of(type), bits[0],
                              mica_type_bit_width(type) > 64 ? bits[1] : 0};
    return attr_get(mica_type_context(type), MICA_ATTR_FLOAT, words, 3);
}

void mica_float_attr_bits(const mica_attr *attr, uint64_t bits[2])
{
    bits[0] = micai_word(attr, 1);
    bits[1] = micai_word(attr, 2);
}

double mica_float_attr_value(const mica_attr *attr)
{
    uint64_t bits[2];
    mica_float_attr_bits(attr, bits);
    return mica_float_to_double(mica_float_type_kind(mica_attr_type(attr)), bits);
}

/// The attribute of an identifier is kept there: names are asked for all the time.
static const mica_attr *string_attr_of(mica_context *context, const mica_identifier *identifier)
{
    if (!identifier)
        return NULL;
    mica_identifier *cache = (mica_identifier *)identifier;
    const mica_attr *attr = atomic_load_explicit(&cache->string_attr, memory_order_acquire);
    if (attr)
        return attr;
    const uint64_t words[] = {0, micai_word_of(identifier)};
    attr = attr_get(context, MICA_ATTR_STRING, words, 2);
    atomic_store_explicit(&cache->string_attr, attr, memory_order_release);
    return attr;
}

const mica_attr *mica_string_attr_get(mica_context *context, mica_string text)
{
    return string_attr_of(context, mica_identifier_get(context, text));
}

const mica_attr *mica_string_attr_get_typed(const mica_type *type, mica_string text)
{
    mica_context *context = mica_type_context(type);
    const mica_identifier *identifier = mica_identifier_get(context, text);
    if (!identifier || mica_type_get_kind(type) == MICA_TYPE_NONE)
        return string_attr_of(context, identifier);
    const uint64_t words[] = {micai_word_of(type), micai_word_of(identifier)};
    return attr_get(context, MICA_ATTR_STRING, words, 2);
}

mica_string mica_string_attr_text(const mica_attr *attr)
{
    return mica_identifier_text(mica_string_attr_identifier(attr));
}

const mica_identifier *mica_string_attr_identifier(const mica_attr *attr)
{
    return micai_pointer_of(micai_word(attr, 1));
}

const mica_attr *mica_type_attr_get(const mica_type *type)
{
    const uint64_t word = micai_word_of(type);
    return type ? attr_get(mica_type_context(type), MICA_ATTR_TYPE, &word, 1) : NULL;
}

const mica_type *mica_type_attr_value(const mica_attr *attr)
{
    return micai_pointer_of(micai_word(attr, 0));
}

// ---- containers
// ------------------------------------------------------------------------------

const mica_attr *mica_array_attr_get(mica_context *context, const mica_attr *const *elements,
                                     size_t count)
{
    _Static_assert(sizeof(uint64_t) == sizeof(void *), "a row of pointers is a row of words");
    return attr_get(context, MICA_ATTR_ARRAY, (const uint64_t *)(const void *)elements, count);
}

size_t mica_array_attr_count(const mica_attr *attr)
{
    return micai_object_of(attr)->count;
}

const mica_attr *mica_array_attr_element(const mica_attr *attr, size_t index)
{
    return micai_pointer_of(micai_word(attr, index));
}

int micai_identifier_compare(const mica_identifier *a, const mica_identifier *b)
{
    const size_t shorter = a->length < b->length ? a->length : b->length;
    const int order = memcmp(a->text, b->text, shorter);
    return order ? order : (a->length > b->length) - (a->length < b->length);
}

static int compare_entries(const void *a, const void *b)
{
    return micai_identifier_compare(((const mica_named_attr *)a)->name,
                                    ((const mica_named_attr *)b)->name);
}

static bool entries_are_sorted(const mica_named_attr *entries, size_t count)
{
    for (size_t i = 1; i < count; ++i) {
        if (compare_entries(&entries[i - 1], &entries[i]) > 0)
            return false;
    }
    return true;
}

const mica_attr *mica_dictionary_attr_get(mica_context *context, const mica_named_attr *entries,
                                          size_t count)
{
    _Static_assert(sizeof(mica_named_attr) == 2 * sizeof(uint64_t), "an entry is two words");
    if (entries_are_sorted(entries, count))
        return attr_get(context, MICA_ATTR_DICTIONARY, (const uint64_t *)(const void *)entries,
                        count * 2);
    mica_named_attr *sorted = micai_allocate(&context->allocator, count * sizeof *sorted);
    if (!sorted)
        return NULL;
    memcpy(sorted, entries, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_entries);
    const mica_attr *attr = attr_get(context, MICA_ATTR_DICTIONARY,
                                     (const uint64_t *)(const void *)sorted, count * 2);
    micai_release(&context->allocator, sorted, count * sizeof *sorted);
    return attr;
}

size_t mica_dictionary_attr_count(const mica_attr *attr)
{
    return micai_object_of(attr)->count / 2;
}

mica_named_attr mica_dictionary_attr_entry(const mica_attr *attr, size_t index)
{
    const mica_named_attr entry = {micai_pointer_of(micai_word(attr, index * 2)),
                                   micai_pointer_of(micai_word(attr, index * 2 + 1))};
    return entry;
}

const mica_attr *mica_dictionary_attr_find(const mica_attr *attr, mica_string name)
{
    size_t low = 0, high = mica_dictionary_attr_count(attr);
    while (low < high) {
        const size_t middle = (low + high) / 2;
        const mica_named_attr entry = mica_dictionary_attr_entry(attr, middle);
        const mica_string text = mica_identifier_text(entry.name);
        const size_t shorter = text.length < name.length ? text.length : name.length;
        int order = shorter ? memcmp(text.data, name.data, shorter) : 0;
        if (order == 0)
            order = (text.length > name.length) - (text.length < name.length);
        if (order == 0)
            return entry.value;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const mica_attr *mica_symbol_ref_attr_get(mica_context *context, mica_string root,
                                          const mica_string *path, size_t count)
{
    uint64_t inline_row[8];
    uint64_t *row = inline_row;
    if (count + 1 > 8 && !(row = micai_allocate(&context->allocator, (count + 1) * 8)))
        return NULL;
    row[0] = micai_word_of(mica_identifier_get(context, root));
    for (size_t i = 0; i < count; ++i)
        row[i + 1] = micai_word_of(mica_identifier_get(context, path[i]));
    const mica_attr *attr =
        context->out_of_memory ? NULL : attr_get(context, MICA_ATTR_SYMBOL_REF, row, count + 1);
    if (row != inline_row)
        micai_release(&context->allocator, row, (count + 1) * 8);
    return attr;
}

mica_string mica_symbol_ref_attr_root(const mica_attr *attr)
{
    return mica_identifier_text(micai_pointer_of(micai_word(attr, 0)));
}

size_t mica_symbol_ref_attr_path_count(const mica_attr *attr)
{
    return micai_object_of(attr)->count - 1;
}

mica_string mica_symbol_ref_attr_path(const mica_attr *attr, size_t index)
{
    return mica_identifier_text(micai_pointer_of(micai_word(attr, index + 1)));
}

mica_string mica_symbol_ref_attr_leaf(const mica_attr *attr)
{
    return mica_identifier_text(
        micai_pointer_of(micai_word(attr, micai_object_of(attr)->count - 1)));
}

// ---- layouts, opaque, distinct
// ---------------------------------------------------------------

const mica_attr *mica_strided_layout_attr_get(mica_context *context, int64_t offset,
                                              const int64_t *strides, size_t rank)
{
    uint64_t inline_row[16];
    uint64_t *row = inline_row;
    if (rank + 1 > 16 && !(row = micai_allocate(&context->allocator, (rank + 1) * 8)))
        return NULL;
    row[0] = (uint64_t)offset;
    if (rank)
        memcpy(row + 1, strides, rank * sizeof *row);
    const mica_attr *attr = attr_get(context, MICA_ATTR_STRIDED_LAYOUT, row, rank + 1);
    if (row != inline_row)
        micai_release(&context->allocator, row, (rank + 1) * 8);
    return attr;
}

int64_t mica_strided_layout_attr_offset(const mica_attr *attr)
{
    return (int64_t)micai_word(attr, 0);
}

size_t mica_strided_layout_attr_rank(const mica_attr *attr)
{
    return micai_object_of(attr)->count - 1;
}

const int64_t *mica_strided_layout_attr_strides(const mica_attr *attr)
{
    return (const int64_t *)&micai_object_of(attr)->words[1];
}

const mica_attr *mica_opaque_attr_get(mica_context *context, mica_string dialect,
                                      mica_string text, const mica_type *type)
{
    const mica_identifier *dialect_name = mica_identifier_get(context, dialect);
    const mica_identifier *body = mica_identifier_get(context, text);
    if (!dialect_name || !body)
        return NULL;
    const uint64_t words[] = {micai_word_of(dialect_name), micai_word_of(body),
                              micai_word_of(type)};
    return attr_get(context, MICA_ATTR_OPAQUE, words, 3);
}

mica_string mica_opaque_attr_dialect(const mica_attr *attr)
{
    return mica_identifier_text(micai_pointer_of(micai_word(attr, 0)));
}

mica_string mica_opaque_attr_text(const mica_attr *attr)
{
    return mica_identifier_text(micai_pointer_of(micai_word(attr, 1)));
}

const mica_attr *mica_distinct_attr_create(const mica_attr *referenced)
{
    mica_context *context = mica_attr_context(referenced);
    pthread_mutex_lock(&context->lock);
    const uint64_t number = context->distinct_count++;
    pthread_mutex_unlock(&context->lock);
    const uint64_t words[] = {number, micai_word_of(referenced)};
    return attr_get(context, MICA_ATTR_DISTINCT, words, 2);
}

const mica_attr *mica_distinct_attr_referenced(const mica_attr *attr)
{
    return micai_pointer_of(micai_word(attr, 1));
}

// ---- dialect attributes, word lists
// ----------------------------------------------------------

const mica_attr *mica_attr_get(mica_context *context, const mica_attr_def *definition,
                               const uint64_t *words, size_t count)
{
    return (const mica_attr *)micai_object_get(context, MICAI_CATEGORY_ATTR, MICA_ATTR_DIALECT,
                                               definition, words, count, 0);
}

const mica_attr *mica_attr_get_checked(mica_context *context, mica_location location,
                                       const mica_attr_def *definition, const uint64_t *words,
                                       size_t count)
{
    if (!micai_check_params(context, location, definition->name, definition->params,
                            definition->param_count, words))
        return NULL;
    if (definition->verify && !definition->verify(context, location, words, count))
        return NULL;
    return mica_attr_get(context, definition, words, count);
}

size_t mica_attr_param_count(const mica_attr *attr)
{
    return micai_object_of(attr)->count;
}

uint64_t mica_attr_param(const mica_attr *attr, size_t index)
{
    return micai_word(attr, index);
}

const mica_word_list *mica_word_list_get(mica_context *context, const uint64_t *words,
                                         size_t count)
{
    return (const mica_word_list *)micai_object_get(context, MICAI_CATEGORY_LIST, 0, NULL,
                                                    words, count, 0);
}

size_t mica_word_list_count(const mica_word_list *list)
{
    return list ? micai_object_of(list)->count : 0;
}

const uint64_t *mica_word_list_words(const mica_word_list *list)
{
    return list ? micai_object_of(list)->words : NULL;
}

// ---- the context's own
// -----------------------------------------------------------------------

static const mica_type *plain_type(mica_context *context, mica_type_kind kind)
{
    return (const mica_type *)micai_object_get(context, MICAI_CATEGORY_TYPE, kind, NULL, NULL,
                                               0, 0);
}

bool micai_context_init_builtin(mica_context *context)
{
    context->index_type = plain_type(context, MICA_TYPE_INDEX);
    context->none_type = plain_type(context, MICA_TYPE_NONE);
    context->i1_type = mica_integer_type_get(context, 1, MICA_SIGNLESS);
    context->i32_type = mica_integer_type_get(context, 32, MICA_SIGNLESS);
    context->i64_type = mica_integer_type_get(context, 64, MICA_SIGNLESS);
    context->f32_type = mica_float_type_get(context, MICA_FLOAT_F32);
    context->unit_attr = attr_get(context, MICA_ATTR_UNIT, NULL, 0);
    context->unknown_location_attr = attr_get(context, MICA_ATTR_LOCATION_UNKNOWN, NULL, 0);
    return !context->out_of_memory;
}
