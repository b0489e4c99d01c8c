// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Numbers, and literals of dense, sparse and array attributes. The grammar's actions collect
// elements as they were written (a literal stands before its type); when the type is known they
// become bytes.
#include "ir/support/blob.h"
#include "ir/text/number_text_internal.h"
#include "ir/text/parser_internal.h"
#include "ir/text/type_attr.h"

/// What was made before is to be trusted only when there was memory for all of it.
static bool failed(const mica_asm_parser *parser)
{
    return parser->grammar_failed || parser->context->out_of_memory;
}

static const void *fail(mica_asm_parser *parser, const char *place, const char *message)
{
    micai_error_at(parser, place, "%s", message);
    return NULL;
}

// ---- collecting
// ------------------------------------------------------------------------------

micai_literal *micai_action_literal(mica_asm_parser *parser, micai_literal_kind kind,
                                    micai_token place)
{
    micai_literal *literal = micai_allocate_zeroed(parser->allocator, sizeof *literal);
    if (!literal) {
        micai_parser_no_memory(parser);
        return NULL;
    }
    literal->kind = kind;
    literal->start = place.start;
    literal->leaf_level = SIZE_MAX;
    literal->outer = parser->literals;
    parser->literals = literal;
    return literal;
}

void micai_literals_free(mica_asm_parser *parser, micai_literal *until)
{
    while (parser->literals != until) {
        micai_literal *literal = parser->literals;
        parser->literals = literal->outer;
        micai_release(parser->allocator, literal->elements,
                      literal->capacity * sizeof *literal->elements);
        micai_words_free(parser, &literal->dims);
        micai_words_free(parser, &literal->counts);
        micai_release(parser->allocator, literal, sizeof *literal);
    }
}

// Reported behind the element that does not fit.
static bool reject_ranks(mica_asm_parser *parser)
{
    return micai_error_at(
        parser, parser->lookahead.start,
        "tensor literal is invalid; ranks are not consistent between elements");
}

// Counts an element (a scalar or a closed list) in the innermost open bracket.
static void count_element(micai_literal *literal)
{
    if (literal->counts.count)
        literal->counts.data[literal->counts.count - 1]++;
}

void micai_action_literal_open(mica_asm_parser *parser)
{
    if (failed(parser))
        return;
    micai_literal *literal = parser->literals;
    literal->is_list = true;
    const size_t level = literal->counts.count;
    literal->has_bad_ranks |= level >= literal->leaf_level;
    if (level == literal->dims.count)
        micai_words_push(parser, &literal->dims, UINT64_MAX);
    micai_words_push(parser, &literal->counts, 0);
}

void micai_action_literal_close(mica_asm_parser *parser)
{
    if (failed(parser))
        return;
    micai_literal *literal = parser->literals;
    const size_t level = literal->counts.count - 1;
    const uint64_t count = literal->counts.data[level];
    literal->counts.count = level;
    if (literal->dims.data[level] == UINT64_MAX)
        literal->dims.data[level] = count;
    else if (literal->dims.data[level] != count)
        literal->has_bad_ranks = true;
    if (literal->has_bad_ranks)
        reject_ranks(parser);
    count_element(literal);
}

static micai_literal_element *add_element(mica_asm_parser *parser, micai_token token,
                                          bool negative)
{
    micai_literal *literal = parser->literals;
    if (literal->count == literal->capacity) {
        void *elements = literal->elements;
        if (!micai_array_reserve(parser->allocator, &elements, &literal->capacity,
                                 literal->count + 1, sizeof *literal->elements)) {
            micai_parser_no_memory(parser);
            return NULL;
        }
        literal->elements = elements;
    }
    micai_literal_element *element = &literal->elements[literal->count++];
    element->start = token.start;
    element->length = (uint32_t)token.length;
    element->kind = (uint16_t)token.kind;
    element->negative = negative;
    return element;
}

void micai_action_literal_scalar(mica_asm_parser *parser, micai_token token, bool negative)
{
    if (failed(parser))
        return;
    micai_literal *literal = parser->literals;
    if (token.length > UINT32_MAX) {
        micai_error_at(parser, token.start, "literal is too long");
        return;
    }
    if (!add_element(parser, token, negative) || literal->in_complex)
        return;
    const size_t level = literal->counts.count;
    if (literal->leaf_level == SIZE_MAX && literal->dims.count == level)
        literal->leaf_level = level;
    if (literal->leaf_level != level) {
        reject_ranks(parser);
        return;
    }
    count_element(literal);
}

void micai_action_literal_complex(mica_asm_parser *parser)
{
    if (failed(parser))
        return;
    micai_literal *literal = parser->literals;
    const size_t level = literal->counts.count;
    literal->has_complex = literal->in_complex = true;
    if (literal->leaf_level == SIZE_MAX && literal->dims.count == level)
        literal->leaf_level = level;
    if (literal->leaf_level != level)
        reject_ranks(parser);
}

void micai_action_literal_complex_end(mica_asm_parser *parser)
{
    if (failed(parser))
        return;
    parser->literals->in_complex = false;
    count_element(parser->literals);
}

micai_literal *micai_action_literal_sparse(mica_asm_parser *parser, micai_token place,
                                           micai_literal *indices, micai_literal *values)
{
    if (failed(parser))
        return NULL;
    micai_literal *literal = micai_action_literal(parser, MICAI_LITERAL_SPARSE, place);
    if (literal) {
        literal->indices = indices;
        literal->values = values;
    }
    return literal;
}

micai_literal *micai_action_literal_resource(mica_asm_parser *parser, micai_token place,
                                             micai_token key)
{
    if (failed(parser))
        return NULL;
    micai_literal *literal = micai_action_literal(parser, MICAI_LITERAL_RESOURCE, place);
    if (!literal)
        return NULL;
    literal->key = micai_token_text(&key);
    if (key.kind == MICAI_TK_STRING) {
        const mica_identifier *name = micai_string_token(parser, literal->key);
        if (!name)
            return NULL;
        literal->key = mica_identifier_text(name);
    }
    return literal;
}

// ---- one number
// ------------------------------------------------------------------------------

static mica_string element_text(const micai_literal_element *element)
{
    const mica_string text = {element->start, element->length};
    return text;
}

const mica_attr *micai_action_number(mica_asm_parser *parser,
                                     const micai_literal_element *value, const mica_type *type)
{
    if (failed(parser))
        return NULL;
    const bool is_float_token = value->kind == MICAI_TK_FLOAT;
    if (!type)
        type = is_float_token ? mica_float_type_get(parser->context, MICA_FLOAT_F64)
                              : parser->context->i64_type;
    const mica_string text = element_text(value);
    if (mica_type_is_float(type)) {
        uint64_t bits[2];
        const char *error =
            micai_float_to_bits(type, text, !is_float_token, value->negative, bits);
        return error ? fail(parser, value->start, error) : mica_float_attr_get_bits(type, bits);
    }
    if (is_float_token)
        return fail(parser, value->start, "floating point value not valid for specified type");
    if (!mica_type_is_integer(type) && !mica_type_is_index(type))
        return fail(parser, value->start, "integer literal not valid for specified type");
    if (value->negative && mica_type_is_integer(type) &&
        mica_integer_type_signedness(type) == MICA_UNSIGNED)
        return fail(parser, value->start,
                    "negative integer literal not valid for unsigned integer type");
    const uint32_t width = mica_type_bit_width(type);
    const size_t size = ((width + 63) / 64 + 1) * sizeof(uint64_t);
    uint64_t inline_words[4];
    uint64_t *words =
        size <= sizeof inline_words ? inline_words : micai_allocate(parser->allocator, size);
    if (!words)
        return micai_parser_no_memory(parser), NULL;
    const bool bad = micai_integer_to_bits(type, text, value->negative, words) != NULL;
    const mica_attr *attr =
        bad ? fail(parser, value->start, "integer constant out of range for attribute")
            : mica_integer_attr_get_wide(type, words);
    if (words != inline_words)
        micai_release(parser->allocator, words, size);
    return attr;
}

// ---- elements to bytes
// -----------------------------------------------------------------------

static const char *integer_element(const mica_type *type, const micai_literal_element *element,
                                   uint64_t *words)
{
    const bool is_word = element->kind == MICAI_TK_TRUE || element->kind == MICAI_TK_FALSE;
    if (element->kind == MICAI_TK_FLOAT)
        return "expected integer elements, but parsed floating-point";
    if (element->kind == MICAI_TK_STRING)
        return "expected integer elements, but parsed string";
    if (is_word && !mica_type_is_signless(type, 1))
        return "expected i1 type for 'true' or 'false' values";
    if (is_word) {
        words[0] = element->kind == MICAI_TK_TRUE;
        return NULL;
    }
    if (element->negative && mica_type_is_integer(type) &&
        mica_integer_type_signedness(type) == MICA_UNSIGNED)
        return "expected unsigned integer elements, but parsed negative value";
    return micai_integer_to_bits(type, element_text(element), element->negative, words);
}

static const char *float_element(const mica_type *type, const micai_literal_element *element,
                                 uint64_t words[2])
{
    const bool is_integer = element->kind == MICAI_TK_INTEGER;
    const bool is_hex = is_integer && element->length > 1 && element->start[1] == 'x';
    if (element->kind != MICAI_TK_FLOAT && !is_hex)
        return "expected floating-point elements, but parsed integer";
    return micai_float_to_bits(type, element_text(element), is_integer, element->negative,
                               words);
}

// Writes all elements as `size` bytes each. `words` is scratch for one.
static bool write_elements(mica_asm_parser *parser, const micai_literal *literal,
                           const mica_type *type, size_t size, uint64_t *words, char *bytes)
{
    const bool is_float = mica_type_is_float(type);
    for (size_t i = 0; i < literal->count; i++) {
        const micai_literal_element *element = &literal->elements[i];
        const char *error = is_float ? float_element(type, element, words)
                                     : integer_element(type, element, words);
        if (error)
            return micai_error_at(parser, is_float ? parser->lookahead.start : element->start,
                                  "%s", error);
        memcpy(bytes + i * size, words, size);
    }
    return true;
}

static bool check_shape(mica_asm_parser *parser, const micai_literal *literal,
                        const char *place, const mica_type *type)
{
    const size_t rank = mica_type_rank(type);
    const int64_t *shape = mica_type_shape(type);
    bool same = literal->dims.count == rank;
    for (size_t i = 0; same && i < rank; i++)
        same = (uint64_t)shape[i] == literal->dims.data[i];
    if (same)
        return true;
    mica_diagnostic *d =
        micai_error_begin(parser, place, "inferred shape of elements literal ([");
    for (size_t i = 0; i < literal->dims.count; i++)
        mica_diagnostic_append(d, "%s%llu", i ? ", " : "",
                               (unsigned long long)literal->dims.data[i]);
    mica_diagnostic_append(d, "]) does not match type ([");
    for (size_t i = 0; i < rank; i++)
        mica_diagnostic_append(d, "%s%lld", i ? ", " : "", (long long)shape[i]);
    mica_diagnostic_append(d, "])");
    return mica_diagnostic_emit(d);
}

static bool check_count(mica_asm_parser *parser, const micai_literal *literal,
                        const char *place, const mica_type *type)
{
    const int64_t count = mica_type_element_count(type);
    if (literal->count == 0 && count != 0) {
        mica_diagnostic *d =
            micai_error_begin(parser, place, "parsed zero elements, but type (");
        mica_diagnostic_append_type(d, type);
        mica_diagnostic_append(d, ") expected at least 1");
        return mica_diagnostic_emit(d);
    }
    const mica_type *element = mica_type_element(type);
    if (mica_type_get_kind(element) != MICA_TYPE_COMPLEX)
        return !literal->has_complex ||
               micai_error_at(parser, place, "expected element type to be complex");
    const uint64_t expected = literal->is_list ? 2 * (uint64_t)count : 2;
    if (count == 0 || literal->count == expected)
        return true;
    mica_diagnostic *d =
        micai_error_begin(parser, place, "parsed %zu elements, but type (", literal->count);
    mica_diagnostic_append_type(d, literal->is_list ? type : element);
    mica_diagnostic_append(d, ") expected %llu elements", (unsigned long long)expected);
    return mica_diagnostic_emit(d);
}

static const mica_attr *make_numbers(mica_asm_parser *parser, const micai_literal *literal,
                                     const mica_type *type, const mica_type *scalar,
                                     size_t element_size)
{
    const size_t size = mica_dense_element_size(scalar);
    const size_t total = literal->count * size;
    const size_t scratch_size = size + 16;
    uint64_t *scratch = micai_allocate(parser->allocator, scratch_size);
    char *bytes = total ? micai_allocate(parser->allocator, total) : NULL;
    const mica_attr *attr = NULL;
    if (!scratch || (total && !bytes))
        micai_parser_no_memory(parser);
    else if (write_elements(parser, literal, scalar, size, scratch, bytes))
        attr = mica_dense_elements_attr_get(type, bytes, total,
                                            !literal->is_list && total == element_size);
    micai_release(parser->allocator, scratch, scratch_size);
    micai_release(parser->allocator, bytes, total);
    return attr;
}

static const mica_attr *make_strings(mica_asm_parser *parser, const micai_literal *literal,
                                     const mica_type *type)
{
    const size_t size = literal->count * sizeof(mica_string);
    mica_string *values = micai_allocate(parser->allocator, size);
    const mica_attr *attr = NULL;
    bool good = values || !size;
    for (size_t i = 0; good && i < literal->count; i++) {
        if (literal->elements[i].kind != MICAI_TK_STRING) {
            fail(parser, literal->elements[i].start, "expected string token");
            good = false;
            break;
        }
        const mica_identifier *text =
            micai_string_token(parser, element_text(&literal->elements[i]));
        good = text != NULL;
        if (good)
            values[i] = mica_identifier_text(text);
    }
    if (good)
        attr = mica_dense_strings_attr_get(type, values, literal->count);
    micai_release(parser->allocator, values, size);
    return attr;
}

// ---- hex strings
// -----------------------------------------------------------------------------

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool micai_hex_bytes(const char *digits, size_t count, unsigned char *bytes)
{
    for (size_t i = 0; i < count; i++) {
        const int high = hex_value(digits[2 * i]), low = hex_value(digits[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i] = (unsigned char)(high * 16 + low);
    }
    return true;
}

bool micai_is_hex_string(mica_string token)
{
    return token.length >= 4 && token.length % 2 == 0 && token.data[1] == '0' &&
           token.data[2] == 'x';
}

static const mica_attr *hex_size_error(mica_asm_parser *parser, const char *place,
                                       const mica_type *type)
{
    mica_diagnostic *d = micai_error_begin(
        parser, place, "elements hex data size is invalid for provided type: ");
    mica_diagnostic_append_type(d, type);
    mica_diagnostic_emit(d);
    return NULL;
}

// i1 elements are packed eight to a byte in hex strings, and one a byte in memory.
static const mica_attr *make_bits(mica_asm_parser *parser, const mica_type *type,
                                  const unsigned char *bytes, size_t size, const char *place)
{
    const size_t count = (size_t)mica_type_element_count(type);
    if (size == 1 && count > 8 && (bytes[0] == 0 || bytes[0] == 0xFF)) {
        const char splat = bytes[0] != 0;
        return mica_dense_elements_attr_get(type, &splat, 1, true);
    }
    if (size != (count + 7) / 8)
        return hex_size_error(parser, place, type);
    char *unpacked = micai_allocate(parser->allocator, count);
    if (!unpacked)
        return micai_parser_no_memory(parser), NULL;
    for (size_t i = 0; i < count; i++)
        unpacked[i] = bytes[i / 8] >> (i % 8) & 1;
    const mica_attr *attr = mica_dense_elements_attr_get(type, unpacked, count, false);
    micai_release(parser->allocator, unpacked, count);
    return attr;
}

static const mica_attr *make_hex(mica_asm_parser *parser, const micai_literal *literal,
                                 const char *place, const mica_type *type, size_t element_size)
{
    const mica_string token = element_text(&literal->elements[0]);
    if (!micai_is_hex_string(token))
        return fail(parser, literal->elements[0].start,
                    "elements hex string should start with '0x' and have an even number of "
                    "digits");
    const size_t size = (token.length - 4) / 2;
    const size_t count = (size_t)mica_type_element_count(type);
    void *data = NULL;
    mica_blob *blob = mica_blob_allocate(parser->context, size, &data);
    if (!blob)
        return micai_parser_no_memory(parser), NULL;
    const mica_attr *attr = NULL;
    if (!micai_hex_bytes(token.data + 3, size, data))
        attr = fail(parser, literal->elements[0].start,
                    "expected string containing hex digits starting with `0x`");
    else if (mica_type_is_signless(mica_type_element(type), 1))
        attr = make_bits(parser, type, data, size, place);
    else if (size != count * element_size && size != element_size)
        attr = hex_size_error(parser, place, type);
    else if (size > 4096 && size == count * element_size) {
        mica_blob_retain(blob);
        attr = mica_dense_elements_attr_get_blob(type, blob);
    } else {
        attr = mica_dense_elements_attr_get(type, data, size, size != count * element_size);
    }
    mica_blob_release(blob);
    return attr;
}

// ---- attributes
// ------------------------------------------------------------------------------

static const mica_attr *make_dense(mica_asm_parser *parser, const micai_literal *literal,
                                   const char *place, const mica_type *type)
{
    const mica_type *element = mica_type_element(type);
    const size_t element_size = mica_dense_element_size(element);
    const bool is_string = literal->count == 1 && literal->elements[0].kind == MICAI_TK_STRING;
    if (element_size && is_string && !literal->is_list)
        return make_hex(parser, literal, place, type, element_size);
    if (literal->is_list && !check_shape(parser, literal, place, type))
        return NULL;
    if (!check_count(parser, literal, place, type))
        return NULL;
    if (!element_size)
        return make_strings(parser, literal, type);
    const mica_type *scalar =
        mica_type_get_kind(element) == MICA_TYPE_COMPLEX ? mica_type_element(element) : element;
    return make_numbers(parser, literal, type, scalar, element_size);
}

static const mica_type *type_of_literal(const micai_literal *literal, const mica_type *element,
                                        const int64_t *otherwise, size_t rank)
{
    if (!literal || !literal->is_list)
        return mica_tensor_type_get(element, otherwise, rank, NULL);
    return mica_tensor_type_get(element, (const int64_t *)(const void *)literal->dims.data,
                                literal->dims.count, NULL);
}

static void append_shape(mica_diagnostic *diagnostic, const mica_type *type)
{
    for (size_t i = 0; i < mica_type_rank(type); i++)
        mica_diagnostic_append(diagnostic, "%s%lld", i ? ", " : "",
                               (long long)mica_type_shape(type)[i]);
}

static bool check_sparse_shapes(mica_asm_parser *parser, const micai_literal *literal,
                                const mica_type *type, const mica_type *indices,
                                const mica_type *values)
{
    if (mica_type_rank(values) != 1)
        return micai_error_at(parser, literal->start,
                              "expected 1-d tensor for sparse element values");
    const size_t rank = mica_type_rank(type), index_rank = mica_type_rank(indices);
    const int64_t *shape = mica_type_shape(indices);
    const bool fits =
        index_rank == 2 ? shape[1] == (int64_t)rank : index_rank == 1 && rank == 1;
    if (fits && shape[0] == mica_type_shape(values)[0])
        return true;
    mica_diagnostic *d = micai_error_begin(parser, literal->start, "expected shape ([");
    append_shape(d, type);
    mica_diagnostic_append(d, "]); inferred shape of indices literal ([");
    append_shape(d, indices);
    mica_diagnostic_append(d, "]); inferred shape of values literal ([");
    append_shape(d, values);
    mica_diagnostic_append(d, "])");
    return mica_diagnostic_emit(d);
}

static bool check_sparse_indices(mica_asm_parser *parser, const micai_literal *literal,
                                 const mica_type *type, const mica_attr *indices)
{
    const size_t rank = mica_type_rank(type);
    const int64_t count = mica_type_shape(mica_attr_type(indices))[0];
    const bool is_splat = mica_dense_elements_attr_is_splat(indices);
    size_t size;
    const int64_t *data = mica_dense_elements_attr_data(indices, &size);
    for (int64_t i = 0; i < count; i++) {
        const int64_t *index = data + (is_splat ? 0 : (size_t)i * rank);
        bool inside = true;
        for (size_t d = 0; inside && d < rank; d++) {
            const int64_t at = index[is_splat ? 0 : d];
            inside = at >= 0 && at < mica_type_shape(type)[d];
        }
        if (inside)
            continue;
        mica_diagnostic *d = micai_error_begin(
            parser, literal->start,
            "sparse index #%lld is not contained within the value shape, with index=[",
            (long long)i);
        for (size_t j = 0; j < rank; j++)
            mica_diagnostic_append(d, "%s%lld", j ? ", " : "",
                                   (long long)index[is_splat ? 0 : j]);
        mica_diagnostic_append(d, "], and type=");
        mica_diagnostic_append_type(d, type);
        return mica_diagnostic_emit(d);
    }
    return true;
}

static const mica_attr *make_sparse(mica_asm_parser *parser, const micai_literal *literal,
                                    const char *colon, const mica_type *type)
{
    const int64_t one_index[] = {literal->indices ? 1 : 0, (int64_t)mica_type_rank(type)};
    const mica_type *indices_type =
        type_of_literal(literal->indices, parser->context->i64_type, one_index, 2);
    if (!indices_type)
        return micai_parser_no_memory(parser), NULL;
    const int64_t value_count[] = {mica_type_shape(indices_type)[0]};
    const mica_type *values_type =
        type_of_literal(literal->values, mica_type_element(type), value_count, 1);
    if (!values_type)
        return micai_parser_no_memory(parser), NULL;
    if (!literal->indices) {
        return mica_sparse_elements_attr_get(
            type, mica_dense_elements_attr_get(indices_type, NULL, 0, false),
            mica_dense_elements_attr_get(values_type, NULL, 0, false));
    }
    const mica_attr *indices = make_dense(parser, literal->indices, colon, indices_type);
    const mica_attr *values =
        indices ? make_dense(parser, literal->values, colon, values_type) : NULL;
    if (!values || !check_sparse_shapes(parser, literal, type, indices_type, values_type) ||
        !check_sparse_indices(parser, literal, type, indices))
        return NULL;
    return mica_sparse_elements_attr_get(type, indices, values);
}

const mica_attr *micai_action_elements(mica_asm_parser *parser, micai_literal *literal,
                                       micai_token colon, micai_token type_place,
                                       const mica_type *type)
{
    if (failed(parser))
        return NULL;
    if (literal->kind == MICAI_LITERAL_RESOURCE && !mica_type_is_shaped(type))
        return fail(parser, type_place.start, "`dense_resource` expected a shaped type");
    if (!mica_type_is_shaped(type))
        return fail(parser, parser->lookahead.start, "elements literal must be a shaped type");
    if (literal->kind == MICAI_LITERAL_RESOURCE)
        return mica_dense_resource_attr_get(type, literal->key);
    if (!mica_type_is_ranked(type) || !mica_type_has_static_shape(type))
        return fail(parser, parser->lookahead.start,
                    "elements literal type must have static shape");
    if (mica_type_element_count(type) < 0)
        return fail(parser, type_place.start, "elements literal type is too large");
    if (literal->kind == MICAI_LITERAL_SPARSE)
        return make_sparse(parser, literal, colon.start, type);
    return make_dense(parser, literal, colon.start, type);
}

static bool is_array_element(const mica_type *type)
{
    return mica_type_is_float_kind(type, MICA_FLOAT_F32) ||
           mica_type_is_float_kind(type, MICA_FLOAT_F64) || mica_type_is_signless(type, 1) ||
           mica_type_is_signless(type, 8) || mica_type_is_signless(type, 16) ||
           mica_type_is_signless(type, 32) || mica_type_is_signless(type, 64);
}

const mica_attr *micai_action_array_of(mica_asm_parser *parser, micai_literal *literal,
                                       const mica_type *type)
{
    if (failed(parser))
        return NULL;
    if (!mica_type_is_integer(type) && !mica_type_is_float(type))
        return fail(parser, literal->start + 6, "expected integer or float type, got: ");
    if (!is_array_element(type))
        return fail(parser, literal->start + 6,
                    "element type of an array must be i1, i8, i16, i32, i64, f32 or f64");
    const size_t size = mica_dense_element_size(type);
    const size_t total = literal->count * size;
    uint64_t words[2];
    char *bytes = total ? micai_allocate(parser->allocator, total) : NULL;
    const mica_attr *attr = NULL;
    if (total && !bytes)
        micai_parser_no_memory(parser);
    else if (write_elements(parser, literal, type, size, words, bytes))
        attr = mica_dense_array_attr_get(type, bytes, literal->count);
    micai_release(parser->allocator, bytes, total);
    return attr;
}
