// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builtin types as interned rows of words:
//   integer   { width, signedness }          float     { mica_float_kind }
//   complex   { element }                    function  { input count, inputs..., results... }
//   tuple     { elements... }                opaque    { dialect identifier, text identifier }
//   vector    { element, rank, shape..., then one word a dimension if any is scalable }
//   tensor    { element, encoding, shape... }          unranked tensor { element }
//   memref    { element, layout, space, shape... }     unranked memref { element, space }
#include "ir/core/type.h"

#include "ir/core/context_internal.h"
#include "ir/core/float_format.h"
#include "ir/core/type_internal.h"

static const mica_type *type_get(mica_context *context, mica_type_kind kind,
                                 const uint64_t *words, size_t count)
{
    return (const mica_type *)micai_object_get(context, MICAI_CATEGORY_TYPE, kind, NULL, words,
                                               count, 0);
}

static bool is_kind(const mica_type *type, mica_type_kind kind)
{
    return mica_type_get_kind(type) == kind;
}

mica_type_kind mica_type_get_kind(const mica_type *type)
{
    return (mica_type_kind)micai_object_of(type)->kind;
}

mica_context *mica_type_context(const mica_type *type)
{
    return micai_object_of(type)->context;
}

const mica_type_def *mica_type_definition(const mica_type *type)
{
    return micai_object_of(type)->definition;
}

// ---- integer, index, none, float
// -------------------------------------------------------------

const mica_type *mica_integer_type_get(mica_context *context, uint32_t width,
                                       mica_signedness signedness)
{
    const uint64_t words[] = {width, signedness};
    return type_get(context, MICA_TYPE_INTEGER, words, 2);
}

const mica_type *mica_index_type_get(mica_context *context)
{
    return context->index_type;
}

const mica_type *mica_none_type_get(mica_context *context)
{
    return context->none_type;
}

const mica_type *mica_float_type_get(mica_context *context, mica_float_kind kind)
{
    const uint64_t word = kind;
    return type_get(context, MICA_TYPE_FLOAT, &word, 1);
}

mica_float_kind mica_float_type_kind(const mica_type *type)
{
    return (mica_float_kind)micai_word(type, 0);
}

uint32_t mica_type_bit_width(const mica_type *type)
{
    switch (mica_type_get_kind(type)) {
    case MICA_TYPE_INTEGER:
        return (uint32_t)micai_word(type, 0);
    case MICA_TYPE_INDEX:
        return 64;
    case MICA_TYPE_FLOAT:
        return mica_float_format_of(mica_float_type_kind(type))->width;
    default:
        return 0;
    }
}

mica_signedness mica_integer_type_signedness(const mica_type *type)
{
    return (mica_signedness)micai_word(type, 1);
}

bool mica_type_is_index(const mica_type *type)
{
    return is_kind(type, MICA_TYPE_INDEX);
}

bool mica_type_is_integer(const mica_type *type)
{
    return is_kind(type, MICA_TYPE_INTEGER);
}

bool mica_type_is_signless_integer(const mica_type *type)
{
    return mica_type_is_integer(type) && mica_integer_type_signedness(type) == MICA_SIGNLESS;
}

bool mica_type_is_signless(const mica_type *type, uint32_t width)
{
    return mica_type_is_signless_integer(type) && micai_word(type, 0) == width;
}

bool mica_type_is_float(const mica_type *type)
{
    return is_kind(type, MICA_TYPE_FLOAT);
}

// ---- complex, function, tuple, opaque
// --------------------------------------------------------

const mica_type *mica_complex_type_get(const mica_type *element)
{
    const uint64_t word = micai_word_of(element);
    return type_get(mica_type_context(element), MICA_TYPE_COMPLEX, &word, 1);
}

enum { INLINE_WORDS = 32 };

/// A row of words to fill: `inline_words`, or scratch memory when it is longer.
static uint64_t *row_begin(mica_context *context, uint64_t *inline_words, size_t count)
{
    return count <= INLINE_WORDS
               ? inline_words
               : micai_allocate(&context->allocator, count * sizeof(uint64_t));
}

static void row_end(mica_context *context, uint64_t *row, uint64_t *inline_words, size_t count)
{
    if (row != inline_words)
        micai_release(&context->allocator, row, count * sizeof(uint64_t));
}

const mica_type *mica_function_type_get(mica_context *context, const mica_type *const *inputs,
                                        size_t input_count, const mica_type *const *results,
                                        size_t result_count)
{
    uint64_t inline_words[INLINE_WORDS];
    const size_t count = 1 + input_count + result_count;
    uint64_t *row = row_begin(context, inline_words, count);
    if (!row)
        return NULL;
    row[0] = input_count;
    for (size_t i = 0; i < input_count; ++i)
        row[1 + i] = micai_word_of(inputs[i]);
    for (size_t i = 0; i < result_count; ++i)
        row[1 + input_count + i] = micai_word_of(results[i]);
    const mica_type *type = type_get(context, MICA_TYPE_FUNCTION, row, count);
    row_end(context, row, inline_words, count);
    return type;
}

size_t mica_function_type_input_count(const mica_type *type)
{
    return (size_t)micai_word(type, 0);
}

size_t mica_function_type_result_count(const mica_type *type)
{
    return micai_object_of(type)->count - 1 - mica_function_type_input_count(type);
}

const mica_type *mica_function_type_input(const mica_type *type, size_t index)
{
    return micai_pointer_of(micai_word(type, 1 + index));
}

const mica_type *mica_function_type_result(const mica_type *type, size_t index)
{
    return micai_pointer_of(micai_word(type, 1 + mica_function_type_input_count(type) + index));
}

const mica_type *mica_tuple_type_get(mica_context *context, const mica_type *const *elements,
                                     size_t count)
{
    uint64_t inline_words[INLINE_WORDS] = {0};
    uint64_t *row = row_begin(context, inline_words, count);
    if (!row)
        return NULL;
    for (size_t i = 0; i < count; ++i)
        row[i] = micai_word_of(elements[i]);
    const mica_type *type = type_get(context, MICA_TYPE_TUPLE, row, count);
    row_end(context, row, inline_words, count);
    return type;
}

size_t mica_tuple_type_count(const mica_type *type)
{
    return micai_object_of(type)->count;
}

const mica_type *mica_tuple_type_element(const mica_type *type, size_t index)
{
    return micai_pointer_of(micai_word(type, index));
}

const mica_type *mica_opaque_type_get(mica_context *context, mica_string dialect,
                                      mica_string text)
{
    const mica_identifier *dialect_name = mica_identifier_get(context, dialect);
    const mica_identifier *body = mica_identifier_get(context, text);
    if (!dialect_name || !body)
        return NULL;
    const uint64_t words[] = {micai_word_of(dialect_name), micai_word_of(body)};
    return type_get(context, MICA_TYPE_OPAQUE, words, 2);
}

mica_string mica_opaque_type_dialect(const mica_type *type)
{
    return mica_identifier_text(micai_pointer_of(micai_word(type, 0)));
}

mica_string mica_opaque_type_text(const mica_type *type)
{
    return mica_identifier_text(micai_pointer_of(micai_word(type, 1)));
}

// ---- dialect types
// ---------------------------------------------------------------------------

const mica_type *mica_type_get(mica_context *context, const mica_type_def *definition,
                               const uint64_t *words, size_t count)
{
    return (const mica_type *)micai_object_get(context, MICAI_CATEGORY_TYPE, MICA_TYPE_DIALECT,
                                               definition, words, count, 0);
}

const mica_type *mica_type_get_checked(mica_context *context, mica_location location,
                                       const mica_type_def *definition, const uint64_t *words,
                                       size_t count)
{
    if (!micai_check_params(context, location, definition->name, definition->params,
                            definition->param_count, words))
        return NULL;
    if (definition->verify && !definition->verify(context, location, words, count))
        return NULL;
    return mica_type_get(context, definition, words, count);
}

size_t mica_type_param_count(const mica_type *type)
{
    return micai_object_of(type)->count;
}

uint64_t mica_type_param(const mica_type *type, size_t index)
{
    return micai_word(type, index);
}

bool micai_check_params(mica_context *context, mica_location location, const char *name,
                        const mica_param_spec *params, size_t count, const uint64_t *words)
{
    for (size_t i = 0; i < count; ++i) {
        const mica_param_spec *param = &params[i];
        if (!param->constraint || words[i] == 0)
            continue;
        bool ok = true;
        if (param->kind == MICA_PARAM_TYPE)
            ok = mica_constraint_check_type(param->constraint, micai_pointer_of(words[i]));
        else if (param->kind == MICA_PARAM_ATTR)
            ok = mica_constraint_check_attr(param->constraint, micai_pointer_of(words[i]));
        if (!ok)
            return mica_diagnostic_emit(
                mica_error(context, location, "parameter '%s' of '%s' must be %s", param->name,
                           name, param->constraint->description));
    }
    return true;
}
