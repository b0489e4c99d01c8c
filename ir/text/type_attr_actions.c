// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Actions of the grammar for types, plain attributes and locations. After a failure lemon may
// still run reductions with missing values: every action that uses one asks `grammar_failed`.
#include "ir/text/parser_internal.h"
#include "ir/text/type_attr.h"

#include <stdlib.h>

// ---- lists
// -----------------------------------------------------------------------------------

void micai_action_done(mica_asm_parser *parser, const void *result)
{
    parser->grammar_done = true;
    parser->grammar_result = result;
    if (!result)
        parser->grammar_failed = true;
}

size_t micai_action_mark(mica_asm_parser *parser)
{
    return parser->words.count;
}

void micai_action_push(mica_asm_parser *parser, const void *value)
{
    micai_words_push(parser, &parser->words, micai_word_of(value));
}

/// What was made before is to be trusted only when there was memory for all of it.
static bool failed(const mica_asm_parser *parser)
{
    return parser->grammar_failed || parser->context->out_of_memory;
}

// The list from `mark` on, taken off the stack; valid until the next push.
static const uint64_t *pop(mica_asm_parser *parser, size_t mark, size_t *count)
{
    *count = parser->words.count - mark;
    parser->words.count = mark;
    return parser->words.data ? parser->words.data + mark : NULL;
}

// Pointers are words of the same size on the platforms we know.
_Static_assert(sizeof(void *) == sizeof(uint64_t), "lists of pointers are viewed as words");
static const mica_type *const *as_types(const uint64_t *words)
{
    return (const mica_type *const *)(const void *)words;
}
static const mica_attr *const *as_attrs(const uint64_t *words)
{
    return (const mica_attr *const *)(const void *)words;
}

static const void *report_type(mica_asm_parser *parser, const char *place, const char *message,
                               const mica_type *type)
{
    mica_diagnostic *diagnostic = micai_error_begin(parser, place, "%s", message);
    if (type)
        mica_diagnostic_append_type(diagnostic, type);
    mica_diagnostic_emit(diagnostic);
    return NULL;
}

// ---- types
// -----------------------------------------------------------------------------------

const mica_type *micai_action_integer_type(mica_asm_parser *parser, micai_token token)
{
    if (token.length == 3 && memcmp(token.start, "i32", 3) == 0)
        return parser->context->i32_type;
    const mica_signedness signedness = token.start[0] == 'i'   ? MICA_SIGNLESS
                                       : token.start[0] == 's' ? MICA_SIGNED
                                                               : MICA_UNSIGNED;
    const size_t prefix = signedness == MICA_SIGNLESS ? 1 : 2;
    const mica_string digits = {token.start + prefix, token.length - prefix};
    uint64_t width = 0;
    if (!micai_integer_token(digits, &width) || width > MICA_INTEGER_MAX_WIDTH) {
        micai_error_at(parser, token.start, "integer bitwidth is limited to %u bits",
                       MICA_INTEGER_MAX_WIDTH);
        return NULL;
    }
    return mica_integer_type_get(parser->context, (uint32_t)width, signedness);
}

const mica_type *micai_action_float_type(mica_asm_parser *parser, micai_token token)
{
    static const struct {
        const char *name;
        mica_float_kind kind;
    } kinds[] = {
        {"f32", MICA_FLOAT_F32},
        {"f64", MICA_FLOAT_F64},
        {"f16", MICA_FLOAT_F16},
        {"bf16", MICA_FLOAT_BF16},
        {"tf32", MICA_FLOAT_TF32},
        {"f80", MICA_FLOAT_F80},
        {"f128", MICA_FLOAT_F128},
        {"f8E5M2", MICA_FLOAT_F8E5M2},
        {"f8E4M3", MICA_FLOAT_F8E4M3},
        {"f8E4M3FN", MICA_FLOAT_F8E4M3FN},
        {"f8E5M2FNUZ", MICA_FLOAT_F8E5M2FNUZ},
        {"f8E4M3FNUZ", MICA_FLOAT_F8E4M3FNUZ},
        {"f8E4M3B11FNUZ", MICA_FLOAT_F8E4M3B11FNUZ},
        {"f8E3M4", MICA_FLOAT_F8E3M4},
        {"f4E2M1FN", MICA_FLOAT_F4E2M1FN},
        {"f8E8M0FNU", MICA_FLOAT_F8E8M0FNU},
    };
    if (token.length == 3 && memcmp(token.start, "f32", 3) == 0)
        return parser->context->f32_type;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (mica_string_is(micai_token_text(&token), kinds[i].name))
            return mica_float_type_get(parser->context, kinds[i].kind);
    }
    return NULL;
}

const mica_type *micai_action_index_type(mica_asm_parser *parser)
{
    return mica_index_type_get(parser->context);
}

const mica_type *micai_action_none_type(mica_asm_parser *parser)
{
    return mica_none_type_get(parser->context);
}

const mica_type *micai_action_complex(mica_asm_parser *parser, micai_token place,
                                      const mica_type *element)
{
    if (failed(parser))
        return NULL;
    if (!mica_type_is_integer(element) && !mica_type_is_float(element))
        return report_type(parser, place.start + 1, "invalid element type for complex", NULL);
    return mica_complex_type_get(element);
}

const mica_type *micai_action_tuple(mica_asm_parser *parser, size_t mark)
{
    if (failed(parser))
        return NULL;
    size_t count;
    const uint64_t *types = pop(parser, mark, &count);
    return mica_tuple_type_get(parser->context, as_types(types), count);
}

const mica_type *micai_action_function(mica_asm_parser *parser, size_t inputs, size_t results)
{
    if (failed(parser))
        return NULL;
    size_t count;
    const uint64_t *types = pop(parser, inputs, &count);
    const size_t input_count = results - inputs;
    return mica_function_type_get(parser->context, as_types(types), input_count,
                                  as_types(types) + input_count, count - input_count);
}

// A dimension is two words: its value, and whether it is scalable.
void micai_action_dim(mica_asm_parser *parser, micai_token token)
{
    if (failed(parser))
        return;
    int64_t value = MICA_DYNAMIC;
    if (token.kind != MICAI_TK_DIM_DYNAMIC) {
        const char *digits = token.start + strspn(token.start, "[ \t\r");
        const mica_string text = {digits, strspn(digits, "0123456789")};
        uint64_t number = 0;
        if (!micai_integer_token(text, &number) || number > INT64_MAX) {
            micai_error_at(parser, token.start, "invalid dimension");
            return;
        }
        value = (int64_t)number;
    }
    micai_words_push(parser, &parser->words, (uint64_t)value);
    micai_words_push(parser, &parser->words, token.kind == MICAI_TK_DIM_SCALABLE);
}

// The dimensions from `mark` on, packed to the front of the list.
static const int64_t *pop_dims(mica_asm_parser *parser, size_t mark, size_t *rank,
                               bool *has_scalable)
{
    size_t count;
    pop(parser, mark, &count);
    uint64_t *words = parser->words.data + mark;
    *rank = count / 2;
    *has_scalable = false;
    for (size_t i = 0; i < *rank; i++) {
        *has_scalable |= words[2 * i + 1] != 0;
        words[i] = words[2 * i];
    }
    return (const int64_t *)(const void *)words;
}

static bool is_vector_element(const mica_type *type)
{
    return mica_type_is_integer(type) || mica_type_is_float(type) || mica_type_is_index(type);
}

static const mica_type *make_vector(mica_asm_parser *parser, size_t mark, size_t rank,
                                    const mica_type *element)
{
    const uint64_t *words = parser->words.data + mark;
    int64_t *shape = micai_allocate(parser->allocator, (rank + 1) * sizeof *shape);
    bool *scalable = micai_allocate(parser->allocator, rank + 1);
    const mica_type *type = NULL;
    if (shape && scalable) {
        for (size_t i = 0; i < rank; i++) {
            shape[i] = (int64_t)words[2 * i];
            scalable[i] = words[2 * i + 1] != 0;
        }
        type = mica_vector_type_get(element, shape, scalable, rank);
    }
    micai_release(parser->allocator, shape, (rank + 1) * sizeof *shape);
    micai_release(parser->allocator, scalable, rank + 1);
    return type;
}

const mica_type *micai_action_vector(mica_asm_parser *parser, micai_token place, size_t dims,
                                     micai_token element_place, const mica_type *element)
{
    if (failed(parser))
        return NULL;
    const size_t rank = (parser->words.count - dims) / 2;
    for (size_t i = 0; i < rank; i++) {
        const int64_t dim = (int64_t)parser->words.data[dims + 2 * i];
        if (dim == MICA_DYNAMIC)
            return report_type(parser, place.start + place.length,
                               "expected dimension size in vector type", NULL);
        if (dim == 0)
            return report_type(parser, element_place.start,
                               "vector types must have positive constant sizes", NULL);
    }
    if (!is_vector_element(element))
        return report_type(parser, element_place.start,
                           "vector elements must be int/index/float type", NULL);
    parser->words.count = dims;
    return make_vector(parser, dims, rank, element);
}

static bool is_tensor_element(const mica_type *type)
{
    switch (mica_type_get_kind(type)) {
    case MICA_TYPE_INTEGER:
    case MICA_TYPE_INDEX:
    case MICA_TYPE_FLOAT:
    case MICA_TYPE_COMPLEX:
    case MICA_TYPE_VECTOR:
    case MICA_TYPE_OPAQUE:
    case MICA_TYPE_DIALECT:
        return true;
    default:
        return false;
    }
}

static bool is_memref_element(const mica_type *type)
{
    switch (mica_type_get_kind(type)) {
    case MICA_TYPE_INTEGER:
    case MICA_TYPE_INDEX:
    case MICA_TYPE_FLOAT:
    case MICA_TYPE_COMPLEX:
    case MICA_TYPE_VECTOR:
    case MICA_TYPE_MEMREF:
    case MICA_TYPE_UNRANKED_MEMREF:
    case MICA_TYPE_DIALECT:
        return true;
    default:
        return false;
    }
}

static bool reject_scalable(mica_asm_parser *parser, micai_token place)
{
    return micai_error_at(parser, place.start + place.length,
                          "scalable dimensions are for vectors only");
}

const mica_type *micai_action_tensor(mica_asm_parser *parser, micai_token place, size_t dims,
                                     micai_token element_place, const mica_type *element,
                                     const mica_attr *encoding)
{
    if (failed(parser))
        return NULL;
    size_t rank;
    bool scalable;
    const int64_t *shape = pop_dims(parser, dims, &rank, &scalable);
    if (scalable && !reject_scalable(parser, place))
        return NULL;
    if (!is_tensor_element(element))
        return report_type(parser, element_place.start,
                           "invalid tensor element type: ", element);
    return mica_tensor_type_get(element, shape, rank, encoding);
}

const mica_type *micai_action_unranked_tensor(mica_asm_parser *parser,
                                              micai_token element_place,
                                              const mica_type *element)
{
    if (failed(parser))
        return NULL;
    if (!is_tensor_element(element))
        return report_type(parser, element_place.start,
                           "invalid tensor element type: ", element);
    return mica_unranked_tensor_type_get(element);
}

static bool is_layout(const mica_attr *attr)
{
    return mica_attr_is(attr, MICA_ATTR_AFFINE_MAP) ||
           mica_attr_is(attr, MICA_ATTR_STRIDED_LAYOUT);
}

// An attribute and the place behind it, where upstream reports what is wrong with it.
void micai_action_push_memref_attr(mica_asm_parser *parser, const mica_attr *attr)
{
    micai_action_push(parser, attr);
    micai_action_push(parser, parser->lookahead.start);
}

static bool is_memory_space(const mica_attr *attr)
{
    switch (mica_attr_get_kind(attr)) {
    case MICA_ATTR_INTEGER:
    case MICA_ATTR_STRING:
    case MICA_ATTR_DICTIONARY:
    case MICA_ATTR_OPAQUE:
    case MICA_ATTR_DIALECT:
        return true;
    default:
        return false;
    }
}

// `, layout`, `, space` or both in this order.
static bool split_memref_attrs(mica_asm_parser *parser, micai_token place, size_t mark,
                               const mica_attr **layout, const mica_attr **space)
{
    size_t count;
    const uint64_t *words = pop(parser, mark, &count);
    *layout = *space = NULL;
    for (size_t i = 0; i < count; i += 2) {
        const mica_attr *attr = micai_pointer_of(words[i]);
        const char *behind = micai_pointer_of(words[i + 1]);
        if (is_layout(attr)) {
            if (*layout || *space)
                return micai_error_at(parser, behind,
                                      "expected memory space to be last in memref type");
            *layout = attr;
        } else if (*space) {
            return micai_error_at(parser, behind,
                                  "multiple memory spaces specified in memref type");
        } else {
            *space = attr;
        }
    }
    return !*space || is_memory_space(*space) ||
           micai_error_at(parser, place.start, "unsupported memory space Attribute");
}

static bool check_layout(mica_asm_parser *parser, micai_token place, const mica_attr *layout,
                         size_t rank)
{
    if (mica_attr_is(layout, MICA_ATTR_AFFINE_MAP) && mica_affine_map_dim_count(layout) != rank)
        return micai_error_at(parser, place.start,
                              "memref layout mismatch between rank and affine map: %zu != %u",
                              rank, mica_affine_map_dim_count(layout));
    if (mica_attr_is(layout, MICA_ATTR_STRIDED_LAYOUT) &&
        mica_strided_layout_attr_rank(layout) != rank)
        return micai_error_at(parser, place.start,
                              "expected the number of strides to match the rank");
    return true;
}

const mica_type *micai_action_memref(mica_asm_parser *parser, micai_token place, size_t dims,
                                     micai_token element_place, const mica_type *element,
                                     size_t attrs)
{
    if (failed(parser))
        return NULL;
    const mica_attr *layout, *space;
    if (!split_memref_attrs(parser, place, attrs, &layout, &space))
        return NULL;
    size_t rank;
    bool scalable;
    const int64_t *shape = pop_dims(parser, dims, &rank, &scalable);
    if (scalable && !reject_scalable(parser, place))
        return NULL;
    if (!is_memref_element(element))
        return report_type(parser, element_place.start, "invalid memref element type", NULL);
    if (!check_layout(parser, place, layout, rank))
        return NULL;
    return mica_memref_type_get(element, shape, rank, layout, space);
}

const mica_type *micai_action_unranked_memref(mica_asm_parser *parser, micai_token place,
                                              micai_token element_place,
                                              const mica_type *element,
                                              const mica_attr *memory_space)
{
    if (failed(parser))
        return NULL;
    if (is_layout(memory_space))
        return report_type(parser, place.start,
                           "cannot have affine map for unranked memref type", NULL);
    if (!is_memref_element(element))
        return report_type(parser, element_place.start, "invalid memref element type", NULL);
    return mica_unranked_memref_type_get(element, memory_space);
}

// ---- attributes
// ------------------------------------------------------------------------------

const mica_attr *micai_action_string(mica_asm_parser *parser, micai_token token,
                                     const mica_type *type)
{
    if (failed(parser))
        return NULL;
    const mica_identifier *text = micai_string_token(parser, micai_token_text(&token));
    if (!text)
        return NULL;
    return type ? mica_string_attr_get_typed(type, mica_identifier_text(text))
                : mica_string_attr_get(parser->context, mica_identifier_text(text));
}

const mica_attr *micai_action_bool(mica_asm_parser *parser, bool value)
{
    return mica_bool_attr_get(parser->context, value);
}

const mica_attr *micai_action_unit(mica_asm_parser *parser)
{
    return mica_unit_attr_get(parser->context);
}

const mica_attr *micai_action_array(mica_asm_parser *parser, size_t mark)
{
    if (failed(parser))
        return NULL;
    size_t count;
    const uint64_t *elements = pop(parser, mark, &count);
    return mica_array_attr_get(parser->context, as_attrs(elements), count);
}

void micai_action_push_pair(mica_asm_parser *parser, micai_token key, const mica_attr *value)
{
    if (failed(parser))
        return;
    const mica_string text = micai_token_text(&key);
    const mica_identifier *name = key.kind == MICAI_TK_STRING
                                      ? micai_string_token(parser, text)
                                      : mica_identifier_get(parser->context, text);
    if (!name) {
        micai_parser_no_memory(parser);
        return;
    }
    if (mica_identifier_text(name).length == 0) {
        micai_error_at(parser, key.start, "expected valid attribute name");
        return;
    }
    micai_action_push(parser, name);
    micai_action_push(parser, value);
}

static int compare_names(const void *a, const void *b)
{
    const mica_identifier *x = (const mica_identifier *)micai_pointer_of(*(const uint64_t *)a);
    const mica_identifier *y = (const mica_identifier *)micai_pointer_of(*(const uint64_t *)b);
    return x < y ? -1 : x > y;
}

// Duplicates are found by sorting pairs by name's address; nothing else depends on that order.
static const mica_identifier *find_duplicate(uint64_t *pairs, size_t count)
{
    qsort(pairs, count, 2 * sizeof *pairs, compare_names);
    for (size_t i = 1; i < count; i++) {
        if (pairs[2 * i] == pairs[2 * i - 2])
            return micai_pointer_of(pairs[2 * i]);
    }
    return NULL;
}

_Static_assert(sizeof(mica_named_attr) == 2 * sizeof(uint64_t), "a named attribute is a pair");

const mica_attr *micai_action_dictionary(mica_asm_parser *parser, size_t mark)
{
    if (failed(parser))
        return NULL;
    size_t count;
    pop(parser, mark, &count);
    uint64_t *pairs = count ? parser->words.data + mark : NULL;
    const mica_identifier *twice = count > 2 ? find_duplicate(pairs, count / 2) : NULL;
    if (twice) {
        micai_error_missing(parser, "duplicate key '%s' in dictionary attribute",
                            mica_identifier_text(twice).data);
        return NULL;
    }
    return mica_dictionary_attr_get(parser->context,
                                    (const mica_named_attr *)(const void *)pairs, count / 2);
}

const mica_attr *micai_action_symbol(mica_asm_parser *parser, micai_token root, size_t path)
{
    if (failed(parser))
        return NULL;
    size_t count;
    const uint64_t *words = pop(parser, path, &count);
    const mica_identifier *name = micai_symbol_token(parser, micai_token_text(&root));
    mica_string *texts = micai_allocate(parser->allocator, count * sizeof *texts);
    const mica_attr *attr = NULL;
    if (name && (texts || !count)) {
        for (size_t i = 0; i < count; i++)
            texts[i] = mica_identifier_text(micai_pointer_of(words[i]));
        attr =
            mica_symbol_ref_attr_get(parser->context, mica_identifier_text(name), texts, count);
    }
    micai_release(parser->allocator, texts, count * sizeof *texts);
    return attr;
}

const mica_attr *micai_action_strided(mica_asm_parser *parser, micai_token place,
                                      size_t strides, int64_t offset)
{
    if (failed(parser))
        return NULL;
    size_t count;
    const uint64_t *words = pop(parser, strides, &count);
    for (size_t i = 0; i < count; i++) {
        if (words[i] == 0)
            return report_type(parser, place.start, "strides must not be zero", NULL);
    }
    return mica_strided_layout_attr_get(parser->context, offset,
                                        (const int64_t *)(const void *)words, count);
}

int64_t micai_action_int64(mica_asm_parser *parser, micai_token token, bool negative)
{
    uint64_t value = 0;
    if (!micai_integer_token(micai_token_text(&token), &value) || value > INT64_MAX) {
        micai_error_at(parser, token.start, "expected a 64-bit signed integer or '?'");
        return 0;
    }
    return negative ? -(int64_t)value : (int64_t)value;
}

void micai_action_push_int64(mica_asm_parser *parser, int64_t value)
{
    micai_words_push(parser, &parser->words, (uint64_t)value);
}

// distinct[n]: one attribute for each n of a file; the first use makes it.
const mica_attr *micai_action_distinct(mica_asm_parser *parser, micai_token id,
                                       const mica_attr *referenced)
{
    if (failed(parser))
        return NULL;
    uint64_t number = 0;
    if (!micai_integer_token(micai_token_text(&id), &number)) {
        micai_error_at(parser, id.start, "expected an unsigned 64-bit integer");
        return NULL;
    }
    for (size_t i = 0; i < parser->distinct.count; i += 2) {
        if (parser->distinct.data[i] != number)
            continue;
        const mica_attr *known = micai_pointer_of(parser->distinct.data[i + 1]);
        if (mica_distinct_attr_referenced(known) != referenced)
            return report_type(parser, id.start,
                               "referenced attribute does not match previous definition", NULL);
        return known;
    }
    const mica_attr *attr = mica_distinct_attr_create(referenced);
    if (!attr || !micai_words_push(parser, &parser->distinct, number) ||
        !micai_words_push(parser, &parser->distinct, micai_word_of(attr)))
        return NULL;
    return attr;
}

const mica_attr *micai_action_type_attr(mica_asm_parser *parser, const mica_type *type)
{
    return failed(parser) || !type ? NULL : mica_type_attr_get(type);
}

const mica_attr *micai_action_dialect_typed(mica_asm_parser *parser, const mica_attr *attr,
                                            const mica_type *type)
{
    if (failed(parser) || !mica_attr_is(attr, MICA_ATTR_OPAQUE))
        return attr;
    return mica_opaque_attr_get(parser->context, mica_opaque_attr_dialect(attr),
                                mica_opaque_attr_text(attr), type);
}

// ---- locations
// -------------------------------------------------------------------------------

static bool is_location(const mica_attr *attr)
{
    const mica_attr_kind kind = mica_attr_get_kind(attr);
    return kind >= MICA_ATTR_LOCATION_UNKNOWN && kind <= MICA_ATTR_LOCATION_FUSED;
}

static const mica_attr *to_attr(mica_asm_parser *parser, mica_location location)
{
    return mica_location_to_attr(parser->context, location);
}

const mica_attr *micai_action_location_alias(mica_asm_parser *parser, micai_token token)
{
    if (failed(parser))
        return NULL;
    if (!is_location(token.value)) {
        mica_diagnostic *diagnostic =
            micai_error_begin(parser, token.start, "expected location, but found ");
        mica_diagnostic_append_attr(diagnostic, token.value);
        mica_diagnostic_emit(diagnostic);
        return NULL;
    }
    return token.value;
}

const mica_attr *micai_action_location_name(mica_asm_parser *parser, micai_token name,
                                            const mica_attr *child)
{
    if (failed(parser))
        return NULL;
    const mica_identifier *text = micai_string_token(parser, micai_token_text(&name));
    if (!text)
        return NULL;
    const mica_location inner =
        child ? mica_location_from_attr(child) : mica_location_unknown();
    return to_attr(parser,
                   mica_location_name(parser->context, mica_identifier_text(text), inner));
}

const mica_attr *micai_action_location_file(mica_asm_parser *parser, micai_token file,
                                            micai_token line, micai_token column)
{
    if (failed(parser))
        return NULL;
    uint64_t l = 0, c = 0;
    const mica_identifier *name = micai_string_token(parser, micai_token_text(&file));
    if (!micai_integer_token(micai_token_text(&line), &l) || l > UINT32_MAX)
        return report_type(parser, line.start, "expected integer line number in FileLineColLoc",
                           NULL);
    if (!micai_integer_token(micai_token_text(&column), &c) || c > UINT32_MAX)
        return report_type(parser, column.start,
                           "expected integer column number in FileLineColLoc", NULL);
    if (!name)
        return NULL;
    return to_attr(parser, mica_location_file(parser->context, mica_identifier_text(name),
                                              (uint32_t)l, (uint32_t)c));
}

const mica_attr *micai_action_location_call(mica_asm_parser *parser, const mica_attr *callee,
                                            const mica_attr *caller)
{
    if (failed(parser))
        return NULL;
    return to_attr(parser,
                   mica_location_call_site(parser->context, mica_location_from_attr(callee),
                                           mica_location_from_attr(caller)));
}

const mica_attr *micai_action_location_fused(mica_asm_parser *parser, size_t locations,
                                             const mica_attr *metadata)
{
    if (failed(parser))
        return NULL;
    size_t count;
    pop(parser, locations, &count);
    uint64_t *words = parser->words.data + locations;
    for (size_t i = 0; i < count; i++)
        words[i] = mica_location_from_attr(micai_pointer_of(words[i])).bits;
    _Static_assert(sizeof(mica_location) == sizeof(uint64_t), "a location is one word");
    return to_attr(parser, mica_location_fused(parser->context,
                                               (const mica_location *)(const void *)words,
                                               count, metadata));
}

// A location that stands as an attribute may get an alias.
const mica_attr *micai_action_location_attr(mica_asm_parser *parser, const mica_attr *location)
{
    atomic_store_explicit(&parser->context->has_alias_values, true, memory_order_relaxed);
    return location;
}

const mica_attr *micai_action_location_unknown(mica_asm_parser *parser)
{
    return to_attr(parser, mica_location_unknown());
}
