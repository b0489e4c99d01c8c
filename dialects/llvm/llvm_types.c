// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of the llvm dialect: constructors, accessors, text and verification. Inside of one
// another the types drop the `!llvm.` in front, so nested types are parsed and printed here.
//
//   !llvm.struct<"node", packed (ptr, array<4 x i32>)>
//   !llvm.func<i32 (ptr, ...)>
#include "dialects/llvm/llvm_internal.h"

#include <stdlib.h>

// Parameters in definition order (llvm.dialect).
enum { ARRAY_SIZE, ARRAY_ELEMENT };
enum { VEC_SIZE, VEC_SCALABLE, VEC_ELEMENT };
enum { STRUCT_NAME, STRUCT_OPAQUE, STRUCT_PACKED, STRUCT_BODY, STRUCT_REFERENCE };
enum { FUNC_RESULT, FUNC_INPUTS, FUNC_VAR_ARG };
enum { TARGET_NAME, TARGET_TYPES, TARGET_INTEGERS };

static uint64_t word_of(const void *pointer)
{
    return (uint64_t)(uintptr_t)pointer;
}

static const mica_word_list *type_list(mica_context *context, const mica_type *const *types,
                                       size_t count)
{
    uint64_t inline_words[8] = {0};
    uint64_t *words = count > 8 ? mica_malloc(count * sizeof *words) : inline_words;
    if (!words)
        return NULL;
    for (size_t i = 0; i < count; i++)
        words[i] = word_of(types[i]);
    const mica_word_list *list = mica_word_list_get(context, words, count);
    if (words != inline_words)
        mica_free(words);
    return list;
}

static const mica_word_list *list_param(const mica_type *type, size_t index)
{
    return (const mica_word_list *)(uintptr_t)mica_type_param(type, index);
}

static size_t list_count(const mica_word_list *list)
{
    return list ? mica_word_list_count(list) : 0;
}

static const mica_type *list_type(const mica_word_list *list, size_t index)
{
    return (const mica_type *)(uintptr_t)mica_word_list_words(list)[index];
}

// A dialect that was loaded from text has definitions of its own: they are found by name.

static bool is_a(const mica_type *type, const mica_type_def *definition)
{
    return type && mica_type_is_of(type, definition);
}

static const mica_type *make(mica_context *context, const mica_type_def *definition,
                             const uint64_t *words, size_t count)
{
    const mica_type_def *own = mica_context_find_type_def(context, "llvm", definition->name);
    return mica_type_get(context, own ? own : definition, words, count);
}

const mica_attr *micai_llvm_attr_make(mica_context *context, const mica_attr_def *definition,
                                      const uint64_t *words, size_t count)
{
    const mica_attr_def *own = mica_context_find_attr_def(context, "llvm", definition->name);
    return mica_attr_get(context, own ? own : definition, words, count);
}

// ---- constructors and accessors

const mica_type *mica_llvm_void_get(mica_context *context)
{
    return make(context, &mica_llvm_void_type, NULL, 0);
}

const mica_type *mica_llvm_pointer_get(mica_context *context, unsigned address_space)
{
    uint64_t word = address_space;
    return make(context, &mica_llvm_ptr_type, &word, 1);
}

const mica_type *mica_llvm_array_get(const mica_type *element, int64_t size)
{
    uint64_t words[] = {[ARRAY_SIZE] = (uint64_t)size, [ARRAY_ELEMENT] = word_of(element)};
    return make(mica_type_context(element), &mica_llvm_array_type, words, 2);
}

const mica_type *mica_llvm_pointer_vector_get(const mica_type *pointer, int64_t size)
{
    uint64_t words[] = {
        [VEC_SIZE] = (uint64_t)size, [VEC_SCALABLE] = 0, [VEC_ELEMENT] = word_of(pointer)};
    return make(mica_type_context(pointer), &mica_llvm_vec_type, words, 3);
}

const mica_type *mica_llvm_struct_get(mica_context *context, const mica_type *const *body,
                                      size_t count, bool packed)
{
    uint64_t words[] = {[STRUCT_NAME] = 0,
                        [STRUCT_OPAQUE] = 0,
                        [STRUCT_PACKED] = packed,
                        [STRUCT_BODY] = word_of(type_list(context, body, count)),
                        [STRUCT_REFERENCE] = 0};
    return make(context, &mica_llvm_struct_type, words, 5);
}

const mica_type *mica_llvm_function_get(const mica_type *result, const mica_type *const *inputs,
                                        size_t count, bool var_arg)
{
    mica_context *context = mica_type_context(result);
    uint64_t words[] = {[FUNC_RESULT] = word_of(result),
                        [FUNC_INPUTS] = word_of(type_list(context, inputs, count)),
                        [FUNC_VAR_ARG] = var_arg};
    return make(context, &mica_llvm_func_type, words, 3);
}

static const mica_attr *make_enum_attr(mica_context *context, const mica_attr_def *definition,
                                       int64_t value)
{
    uint64_t word = (uint64_t)value;
    return micai_llvm_attr_make(context, definition, &word, 1);
}

const mica_attr *mica_llvm_fastmath_get(mica_context *context, int64_t flags)
{
    return make_enum_attr(context, &mica_llvm_fastmath_attr, flags);
}

const mica_attr *mica_llvm_overflow_get(mica_context *context, int64_t flags)
{
    return make_enum_attr(context, &mica_llvm_overflow_attr, flags);
}

const mica_attr *mica_llvm_linkage_get(mica_context *context, int64_t linkage)
{
    return make_enum_attr(context, &mica_llvm_linkage_attr, linkage);
}

bool mica_llvm_type_is_void(const mica_type *type)
{
    return is_a(type, &mica_llvm_void_type);
}

bool mica_llvm_type_is_pointer(const mica_type *type)
{
    return is_a(type, &mica_llvm_ptr_type);
}

bool mica_llvm_type_is_array(const mica_type *type)
{
    return is_a(type, &mica_llvm_array_type);
}

bool mica_llvm_type_is_struct(const mica_type *type)
{
    return is_a(type, &mica_llvm_struct_type);
}

bool mica_llvm_type_is_function(const mica_type *type)
{
    return is_a(type, &mica_llvm_func_type);
}

unsigned mica_llvm_pointer_address_space(const mica_type *type)
{
    return (unsigned)mica_type_param(type, 0);
}

const mica_type *mica_llvm_array_element(const mica_type *type)
{
    bool is_array = mica_llvm_type_is_array(type);
    return mica_type_param_type(type, is_array ? ARRAY_ELEMENT : VEC_ELEMENT);
}

int64_t mica_llvm_array_size(const mica_type *type)
{
    return (int64_t)mica_type_param(type, ARRAY_SIZE);
}

size_t mica_llvm_struct_count(const mica_type *type)
{
    return list_count(list_param(type, STRUCT_BODY));
}

const mica_type *mica_llvm_struct_member(const mica_type *type, size_t index)
{
    return list_type(list_param(type, STRUCT_BODY), index);
}

const mica_type *mica_llvm_function_result(const mica_type *type)
{
    return mica_type_param_type(type, FUNC_RESULT);
}

size_t mica_llvm_function_input_count(const mica_type *type)
{
    return list_count(list_param(type, FUNC_INPUTS));
}

const mica_type *mica_llvm_function_input(const mica_type *type, size_t index)
{
    return list_type(list_param(type, FUNC_INPUTS), index);
}

bool mica_llvm_function_is_var_arg(const mica_type *type)
{
    return mica_type_param(type, FUNC_VAR_ARG) != 0;
}

const mica_type *mica_llvm_aggregate_member(const mica_type *type, const int64_t *position,
                                            size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t at = position[i];
        if (mica_llvm_type_is_array(type)) {
            if (at < 0 || at >= mica_llvm_array_size(type))
                return NULL;
            type = mica_llvm_array_element(type);
        } else if (mica_llvm_type_is_struct(type)) {
            if (at < 0 || (uint64_t)at >= mica_llvm_struct_count(type))
                return NULL;
            type = mica_llvm_struct_member(type, (size_t)at);
        } else {
            return NULL;
        }
    }
    return type;
}

const mica_type *mica_llvm_vector_element(const mica_type *type)
{
    if (is_a(type, &mica_llvm_vec_type))
        return mica_type_param_type(type, VEC_ELEMENT);
    if (mica_type_is_vector(type) && mica_type_rank(type) == 1)
        return mica_type_element(type);
    return NULL;
}

// ---- compatibility

static bool is_llvm_float(const mica_type *type)
{
    static const bool known[MICA_FLOAT_KIND_COUNT] = {
        [MICA_FLOAT_F16] = true, [MICA_FLOAT_BF16] = true, [MICA_FLOAT_F32] = true,
        [MICA_FLOAT_F64] = true, [MICA_FLOAT_F80] = true,  [MICA_FLOAT_F128] = true,
    };
    return mica_type_is_float(type) && known[mica_float_type_kind(type)];
}

static bool is_scalar(const mica_type *type)
{
    return mica_type_is_signless_integer(type) || is_llvm_float(type);
}

bool mica_llvm_type_is_compatible(const mica_type *type)
{
    const mica_type_def *definition = mica_type_definition(type);
    // What llvm types are made of is checked when they are made.
    if (definition)
        return strcmp(definition->dialect, "llvm") == 0;
    if (mica_type_is_vector(type))
        return mica_type_rank(type) == 1 && is_scalar(mica_type_element(type));
    return is_scalar(type);
}

bool micai_llvm_is_compatible_type(const mica_type *type)
{
    return mica_llvm_type_is_compatible(type);
}

bool micai_llvm_is_opaque_struct(const mica_type *type)
{
    return mica_llvm_type_is_struct(type) && mica_type_param(type, STRUCT_OPAQUE);
}

bool micai_llvm_is_pointer_vector(const mica_type *type)
{
    return is_a(type, &mica_llvm_vec_type) &&
           mica_llvm_type_is_pointer(mica_type_param_type(type, VEC_ELEMENT));
}

/// May stand in arrays, structs and argument lists: has a size, or may get one.
static bool is_element(const mica_type *type)
{
    static const mica_type_def *const unsized[] = {
        &mica_llvm_void_type,     &mica_llvm_label_type, &mica_llvm_func_type,
        &mica_llvm_metadata_type, &mica_llvm_token_type,
    };
    for (size_t i = 0; i < sizeof unsized / sizeof *unsized; i++)
        if (is_a(type, unsized[i]))
            return false;
    return mica_llvm_type_is_compatible(type);
}

static bool refuse(mica_context *context, mica_location location, const char *what)
{
    return mica_diagnostic_emit(mica_error(context, location, "%s", what));
}

static const mica_type *word_type(uint64_t word)
{
    return (const mica_type *)(uintptr_t)word;
}

bool micai_llvm_verify_array_type(mica_context *context, mica_location location,
                                  const uint64_t *words, size_t count)
{
    (void)count;
    return is_element(word_type(words[ARRAY_ELEMENT])) ||
           refuse(context, location, "invalid array element type");
}

bool micai_llvm_verify_vec_type(mica_context *context, mica_location location,
                                const uint64_t *words, size_t count)
{
    (void)count;
    const mica_type *element = word_type(words[VEC_ELEMENT]);
    if ((int64_t)words[VEC_SIZE] <= 0)
        return refuse(context, location, "the number of vector elements must be positive");
    if (mica_llvm_type_is_pointer(element) || is_a(element, &mica_llvm_ppc_fp128_type))
        return true;
    if (is_scalar(element))
        return refuse(context, location, "cannot use a built-in type here, use vector instead");
    return refuse(context, location, "invalid vector element type");
}

static bool verify_list(mica_context *context, mica_location location, uint64_t word,
                        const char *what)
{
    const mica_word_list *list = (const mica_word_list *)(uintptr_t)word;
    for (size_t i = 0; i < list_count(list); i++)
        if (!is_element(list_type(list, i)))
            return refuse(context, location, what);
    return true;
}

bool micai_llvm_verify_struct_type(mica_context *context, mica_location location,
                                   const uint64_t *words, size_t count)
{
    (void)count;
    return verify_list(context, location, words[STRUCT_BODY],
                       "invalid LLVM structure element type");
}

bool micai_llvm_verify_func_type(mica_context *context, mica_location location,
                                 const uint64_t *words, size_t count)
{
    (void)count;
    const mica_type *result = word_type(words[FUNC_RESULT]);
    if (!mica_llvm_type_is_void(result) && !is_element(result))
        return refuse(context, location, "invalid function result type");
    return verify_list(context, location, words[FUNC_INPUTS], "invalid function argument type");
}

// ---- text

static const mica_type_def *const nested_types[] = {
    &mica_llvm_ptr_type,       &mica_llvm_array_type,   &mica_llvm_struct_type,
    &mica_llvm_func_type,      &mica_llvm_vec_type,     &mica_llvm_void_type,
    &mica_llvm_target_type,    &mica_llvm_label_type,   &mica_llvm_token_type,
    &mica_llvm_metadata_type,  &mica_llvm_x86_amx_type, &mica_llvm_x86_mmx_type,
    &mica_llvm_ppc_fp128_type,
};

bool micai_llvm_parse_nested_type(mica_asm_parser *parser, const mica_type **type)
{
    for (size_t i = 0; i < sizeof nested_types / sizeof *nested_types; i++) {
        const char *name = nested_types[i]->name;
        if (mica_asm_parse_keyword_if(parser, name)) {
            const mica_type_def *own =
                mica_context_find_type_def(mica_asm_context(parser), "llvm", name);
            *type = own ? micai_type_def_parse(parser, own) : NULL;
            return *type != NULL;
        }
    }
    return mica_asm_parse_type(parser, type);
}

void micai_llvm_print_nested_type(mica_asm_printer *printer, const mica_type *type)
{
    const mica_type_def *definition = mica_type_definition(type);
    if (!definition || strcmp(definition->dialect, "llvm") != 0) {
        mica_asm_print_type(printer, type);
        return;
    }
    mica_asm_print(printer, definition->name);
    micai_type_def_print(printer, type);
}

static const mica_type *finish_type(mica_asm_parser *parser, mica_location location,
                                    const mica_type_def *definition, const uint64_t *words,
                                    size_t count)
{
    if (!mica_asm_parse_token(parser, ">"))
        return NULL;
    return mica_type_get_checked(mica_asm_context(parser), location, definition, words, count);
}

const mica_type *micai_llvm_parse_array_type(mica_asm_parser *parser,
                                             const mica_type_def *definition)
{
    mica_location location = mica_asm_location(parser);
    const mica_type *element = NULL;
    int64_t *shape = NULL;
    size_t rank = 0;
    bool ok = mica_asm_parse_token(parser, "<") &&
              mica_asm_parse_dimension_list(parser, &shape, &rank, false, true);
    int64_t size = ok && rank == 1 ? shape[0] : -1;
    mica_free(shape);
    if (!ok)
        return NULL;
    if (size < 0) {
        mica_asm_error(parser, "expected one array size");
        return NULL;
    }
    if (!micai_llvm_parse_nested_type(parser, &element))
        return NULL;
    uint64_t words[] = {[ARRAY_SIZE] = (uint64_t)size, [ARRAY_ELEMENT] = word_of(element)};
    return finish_type(parser, location, definition, words, 2);
}

void micai_llvm_print_array_type(mica_asm_printer *printer, const mica_type *type)
{
    mica_asm_printf(printer, "<%lld x ", (long long)mica_llvm_array_size(type));
    micai_llvm_print_nested_type(printer, mica_llvm_array_element(type));
    mica_asm_print(printer, ">");
}

/// `<4 x ptr>` or, scalable, `<? x 4 x ptr>`.
const mica_type *micai_llvm_parse_vec_type(mica_asm_parser *parser,
                                           const mica_type_def *definition)
{
    mica_location location = mica_asm_location(parser);
    const mica_type *element = NULL;
    int64_t *shape = NULL;
    size_t rank = 0;
    bool ok = mica_asm_parse_token(parser, "<") &&
              mica_asm_parse_dimension_list(parser, &shape, &rank, true, true);
    bool scalable = ok && rank == 2 && shape[0] == MICA_DYNAMIC && shape[1] != MICA_DYNAMIC;
    bool fixed = ok && rank == 1 && shape[0] != MICA_DYNAMIC;
    int64_t size = scalable ? shape[1] : fixed ? shape[0] : 0;
    mica_free(shape);
    if (!ok)
        return NULL;
    if (!scalable && !fixed) {
        mica_asm_error(parser, "expected '? x <integer> x <type>' or '<integer> x <type>'");
        return NULL;
    }
    if (!micai_llvm_parse_nested_type(parser, &element))
        return NULL;
    uint64_t words[] = {[VEC_SIZE] = (uint64_t)size,
                        [VEC_SCALABLE] = scalable,
                        [VEC_ELEMENT] = word_of(element)};
    return finish_type(parser, location, definition, words, 3);
}

void micai_llvm_print_vec_type(mica_asm_printer *printer, const mica_type *type)
{
    // Two blanks behind the size of a scalable one, as upstream.
    const bool scalable = mica_type_param(type, VEC_SCALABLE) != 0;
    mica_asm_printf(printer, scalable ? "<? x %lld x  " : "<%lld x ",
                    (long long)mica_type_param(type, VEC_SIZE));
    micai_llvm_print_nested_type(printer, mica_type_param_type(type, VEC_ELEMENT));
    mica_asm_print(printer, ">");
}

static bool parse_list_element(mica_asm_parser *parser, void *user)
{
    const mica_type *type = NULL;
    return micai_llvm_parse_nested_type(parser, &type) && mica_asm_type_list_append(user, type);
}

static void print_type_list(mica_asm_printer *printer, const mica_word_list *list)
{
    for (size_t i = 0; i < list_count(list); i++) {
        mica_asm_print(printer, i ? ", " : "");
        micai_llvm_print_nested_type(printer, list_type(list, i));
    }
}

/// Everything behind the name and `,`: `opaque`, or `packed`? and the members.
static bool parse_struct_body(mica_asm_parser *parser, uint64_t *words, bool has_name)
{
    if (has_name && mica_asm_parse_keyword_if(parser, "opaque")) {
        words[STRUCT_OPAQUE] = 1;
        return true;
    }
    words[STRUCT_PACKED] = mica_asm_parse_keyword_if(parser, "packed");
    mica_asm_type_list body = {0};
    bool ok =
        mica_asm_parse_list(parser, MICA_DELIMITER_PAREN, parse_list_element, &body, NULL);
    if (ok)
        words[STRUCT_BODY] =
            word_of(type_list(mica_asm_context(parser), body.data, body.count));
    mica_asm_type_list_free(&body);
    return ok;
}

/// A struct may name one that it lies in: `struct<"list", (i32, struct<"list">)>`.
const mica_type *micai_llvm_parse_struct_type(mica_asm_parser *parser,
                                              const mica_type_def *definition)
{
    mica_location location = mica_asm_location(parser);
    uint64_t words[5] = {0};
    const mica_identifier *name = NULL;
    words[STRUCT_BODY] = word_of(type_list(mica_asm_context(parser), NULL, 0));
    if (!mica_asm_parse_token(parser, "<"))
        return NULL;
    bool has_name = mica_asm_parse_string_if(parser, &name);
    words[STRUCT_NAME] = word_of(name);
    words[STRUCT_REFERENCE] = has_name && mica_asm_next_is(parser, ">");
    if (words[STRUCT_REFERENCE] && !mica_asm_name_is_open(parser, name)) {
        mica_asm_error(parser, "struct without a body only allowed in a recursive struct");
        return NULL;
    }
    if (words[STRUCT_REFERENCE])
        return finish_type(parser, location, definition, words, 5);
    if (has_name && !mica_asm_parse_token(parser, ","))
        return NULL;
    mica_asm_open_name entry;
    mica_asm_open_name_push(parser, &entry, name);
    const bool has_body = parse_struct_body(parser, words, has_name);
    mica_asm_open_name_pop(parser);
    if (!has_body)
        return NULL;
    return finish_type(parser, location, definition, words, 5);
}

void micai_llvm_print_struct_type(mica_asm_printer *printer, const mica_type *type)
{
    const mica_identifier *name =
        (const mica_identifier *)(uintptr_t)mica_type_param(type, STRUCT_NAME);
    mica_asm_print(printer, "<");
    if (name) {
        mica_asm_print_quoted(printer, mica_identifier_text(name));
        mica_asm_print(printer, mica_type_param(type, STRUCT_REFERENCE) ? ">" : ", ");
    }
    if (mica_type_param(type, STRUCT_REFERENCE))
        return;
    if (mica_type_param(type, STRUCT_OPAQUE)) {
        mica_asm_print(printer, "opaque>");
        return;
    }
    mica_asm_print(printer, mica_type_param(type, STRUCT_PACKED) ? "packed (" : "(");
    print_type_list(printer, list_param(type, STRUCT_BODY));
    mica_asm_print(printer, ")>");
}

typedef struct function_inputs {
    mica_asm_type_list types;
    bool var_arg;
} function_inputs;

static bool parse_function_input(mica_asm_parser *parser, void *user)
{
    function_inputs *inputs = user;
    if (inputs->var_arg)
        return mica_asm_error(parser, "nothing may follow '...'");
    if (mica_asm_parse_token_if(parser, "...")) {
        inputs->var_arg = true;
        return true;
    }
    return parse_list_element(parser, &inputs->types);
}

const mica_type *micai_llvm_parse_func_type(mica_asm_parser *parser,
                                            const mica_type_def *definition)
{
    mica_location location = mica_asm_location(parser);
    const mica_type *result = NULL;
    function_inputs inputs = {{0}, false};
    bool ok =
        mica_asm_parse_token(parser, "<") && micai_llvm_parse_nested_type(parser, &result) &&
        mica_asm_parse_list(parser, MICA_DELIMITER_PAREN, parse_function_input, &inputs, NULL);
    uint64_t words[3] = {0};
    if (ok) {
        words[FUNC_RESULT] = word_of(result);
        words[FUNC_INPUTS] =
            word_of(type_list(mica_asm_context(parser), inputs.types.data, inputs.types.count));
        words[FUNC_VAR_ARG] = inputs.var_arg;
    }
    mica_asm_type_list_free(&inputs.types);
    return ok ? finish_type(parser, location, definition, words, 3) : NULL;
}

void micai_llvm_print_func_type(mica_asm_printer *printer, const mica_type *type)
{
    mica_asm_print(printer, "<");
    micai_llvm_print_nested_type(printer, mica_llvm_function_result(type));
    mica_asm_print(printer, " (");
    print_type_list(printer, list_param(type, FUNC_INPUTS));
    if (mica_llvm_function_is_var_arg(type))
        mica_asm_print(printer, mica_llvm_function_input_count(type) ? ", ..." : "...");
    mica_asm_print(printer, ")>");
}

/// Types first, then integers, after the name.
static bool parse_target_parameters(mica_asm_parser *parser, mica_asm_type_list *types,
                                    uint64_t *integers, size_t *integer_count, size_t limit)
{
    while (mica_asm_parse_token_if(parser, ",")) {
        int64_t value = 0;
        if (mica_asm_parse_integer_if(parser, &value)) {
            if (*integer_count == limit)
                return mica_asm_error(parser, "too many integer parameters");
            integers[(*integer_count)++] = (uint64_t)value;
            continue;
        }
        if (*integer_count)
            return mica_asm_error(parser, "types must stand before integers");
        if (!parse_list_element(parser, types))
            return false;
    }
    return true;
}

const mica_type *micai_llvm_parse_target_type(mica_asm_parser *parser,
                                              const mica_type_def *definition)
{
    mica_location location = mica_asm_location(parser);
    mica_context *context = mica_asm_context(parser);
    const mica_identifier *name = NULL;
    mica_asm_type_list types = {0};
    uint64_t integers[64];
    size_t count = 0;
    bool ok = mica_asm_parse_token(parser, "<") && mica_asm_parse_string(parser, &name) &&
              parse_target_parameters(parser, &types, integers, &count, 64);
    uint64_t words[3] = {0};
    if (ok) {
        words[TARGET_NAME] = word_of(name);
        words[TARGET_TYPES] = word_of(type_list(context, types.data, types.count));
        words[TARGET_INTEGERS] = word_of(mica_word_list_get(context, integers, count));
    }
    mica_asm_type_list_free(&types);
    return ok ? finish_type(parser, location, definition, words, 3) : NULL;
}

void micai_llvm_print_target_type(mica_asm_printer *printer, const mica_type *type)
{
    const mica_identifier *name =
        (const mica_identifier *)(uintptr_t)mica_type_param(type, TARGET_NAME);
    const mica_word_list *types = list_param(type, TARGET_TYPES);
    const mica_word_list *integers = list_param(type, TARGET_INTEGERS);
    mica_asm_print(printer, "<");
    mica_asm_print_quoted(printer, mica_identifier_text(name));
    mica_asm_print(printer, list_count(types) ? ", " : "");
    print_type_list(printer, types);
    for (size_t i = 0; i < list_count(integers); i++)
        mica_asm_printf(printer, ", %lld", (long long)mica_word_list_words(integers)[i]);
    mica_asm_print(printer, ">");
}
