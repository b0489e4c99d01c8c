// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Attributes and types of the dialect that no format expresses, and the custom directives of
// its ops.
#include <inttypes.h>
#include <stdlib.h>

#include "dialects/gpu/gpu_internal.h"

static uint64_t word(const void *pointer)
{
    return (uint64_t)(uintptr_t)pointer;
}

static const mica_attr *attr_of(const mica_attr *attr, size_t index)
{
    return (const mica_attr *)(uintptr_t)mica_attr_param(attr, index);
}

const mica_attr *micai_gpu_attr_make(mica_context *context, const char *name,
                                     const uint64_t *words, size_t count)
{
    const mica_dialect_def *dialect =
        mica_context_find_dialect(context, mica_string_from("gpu"));
    for (uint32_t i = 0; dialect && i < dialect->attr_count; ++i)
        if (strcmp(dialect->attrs[i]->name, name) == 0)
            return mica_attr_get(context, dialect->attrs[i], words, count);
    return NULL;
}

bool micai_gpu_attr_is(const mica_attr *attr, const char *name)
{
    const mica_attr_def *definition =
        mica_attr_is(attr, MICA_ATTR_DIALECT) ? mica_attr_definition(attr) : NULL;
    return definition && strcmp(definition->dialect, "gpu") == 0 &&
           strcmp(definition->name, name) == 0;
}

// ---- loop_dim_map: `<processor = block_x, map = (d0) -> (d0), bound = (d0) -> (d0)>`

const mica_attr *mica_gpu_loop_dim_map_get(mica_context *context, mica_gpu_loop_dim dim)
{
    const uint64_t words[] = {(uint64_t)dim.processor, word(dim.map), word(dim.bound)};
    return micai_gpu_attr_make(context, "loop_dim_map", words, 3);
}

bool mica_gpu_loop_dim_map_read(const mica_attr *attr, mica_gpu_loop_dim *dim)
{
    if (!micai_gpu_attr_is(attr, "loop_dim_map"))
        return false;
    dim->processor = (int64_t)mica_attr_param(attr, 0);
    dim->map = attr_of(attr, 1);
    dim->bound = attr_of(attr, 2);
    return true;
}

static bool parse_named_map(mica_asm_parser *parser, const char *name, const mica_attr **map)
{
    return mica_asm_parse_token(parser, ",") && mica_asm_parse_keyword(parser, name) &&
           mica_asm_parse_token(parser, "=") && mica_asm_parse_affine_map(parser, map);
}

const mica_attr *micai_gpu_parse_loop_dim_map_attr(mica_asm_parser *parser,
                                                   const mica_attr_def *definition,
                                                   const mica_type *type)
{
    (void)type;
    int64_t processor;
    const mica_attr *map, *bound;
    if (!mica_asm_parse_token(parser, "<") || !mica_asm_parse_keyword(parser, "processor") ||
        !mica_asm_parse_token(parser, "=") ||
        !mica_asm_parse_enum(parser, definition->params[0].enumeration, &processor) ||
        !parse_named_map(parser, "map", &map) || !parse_named_map(parser, "bound", &bound) ||
        !mica_asm_parse_token(parser, ">"))
        return NULL;
    return mica_gpu_loop_dim_map_get(mica_asm_context(parser),
                                     (mica_gpu_loop_dim){processor, map, bound});
}

// The map without `affine_map<` and `>`.
static void print_map(mica_asm_printer *printer, const mica_attr *map)
{
    char *text = mica_attr_to_string(map);
    const char *start = text ? strchr(text, '<') : NULL;
    if (start) {
        const mica_string inner = {start + 1, strlen(start + 1) - 1};
        mica_asm_print_string(printer, inner);
    }
    mica_free(text);
}

void micai_gpu_print_loop_dim_map_attr(mica_asm_printer *printer, const mica_attr *attr)
{
    const char *processor = mica_enum_keyword(mica_attr_definition(attr)->params[0].enumeration,
                                              (int64_t)mica_attr_param(attr, 0));
    mica_asm_printf(printer, "<processor = %s, map = ", processor ? processor : "?");
    print_map(printer, attr_of(attr, 1));
    mica_asm_print(printer, ", bound = ");
    print_map(printer, attr_of(attr, 2));
    mica_asm_print(printer, ">");
}

// ---- object: `<target, (properties = {...},)? (format =)? "bytes">`

enum { OBJECT_TARGET, OBJECT_FORMAT, OBJECT_BYTES, OBJECT_PROPERTIES, OBJECT_WORDS };
enum { FORMAT_FATBIN = 4 };

const mica_attr *mica_gpu_object_get(const mica_attr *target, mica_string bytes)
{
    mica_context *context = mica_attr_context(target);
    const uint64_t words[OBJECT_WORDS] = {word(target), FORMAT_FATBIN,
                                          word(mica_identifier_get(context, bytes)), 0};
    return micai_gpu_attr_make(context, "object", words, OBJECT_WORDS);
}

mica_string mica_gpu_binary_bytes(const mica_op *binary)
{
    const mica_attr *objects = mica_op_attr(binary, "objects");
    if (!mica_attr_is(objects, MICA_ATTR_ARRAY) || mica_array_attr_count(objects) != 1 ||
        !micai_gpu_attr_is(mica_array_attr_element(objects, 0), "object"))
        return mica_string_from("");
    return mica_identifier_text(
        (const mica_identifier *)attr_of(mica_array_attr_element(objects, 0), OBJECT_BYTES));
}

const mica_attr *micai_gpu_parse_object_attr(mica_asm_parser *parser,
                                             const mica_attr_def *definition,
                                             const mica_type *type)
{
    (void)type;
    const mica_attr *target, *properties = NULL;
    const mica_identifier *bytes;
    int64_t format = FORMAT_FATBIN;
    if (!mica_asm_parse_token(parser, "<") || !mica_asm_parse_attr(parser, NULL, &target) ||
        !mica_asm_parse_token(parser, ","))
        return NULL;
    if (mica_asm_parse_keyword_if(parser, "properties") &&
        !(mica_asm_parse_token(parser, "=") && mica_asm_parse_attr(parser, NULL, &properties) &&
          mica_asm_parse_token(parser, ",")))
        return NULL;
    if (!mica_asm_next_is(parser, "\"") &&
        !(mica_asm_parse_enum(parser, definition->params[OBJECT_FORMAT].enumeration, &format) &&
          mica_asm_parse_token(parser, "=")))
        return NULL;
    if (!mica_asm_parse_string(parser, &bytes) || !mica_asm_parse_token(parser, ">"))
        return NULL;
    const uint64_t words[OBJECT_WORDS] = {word(target), (uint64_t)format, word(bytes),
                                          word(properties)};
    return mica_attr_get(mica_asm_context(parser), definition, words, OBJECT_WORDS);
}

void micai_gpu_print_object_attr(mica_asm_printer *printer, const mica_attr *attr)
{
    mica_asm_print(printer, "<");
    mica_asm_print_attr(printer, attr_of(attr, OBJECT_TARGET));
    mica_asm_print(printer, ", ");
    if (attr_of(attr, OBJECT_PROPERTIES)) {
        mica_asm_print(printer, "properties = ");
        mica_asm_print_attr(printer, attr_of(attr, OBJECT_PROPERTIES));
        mica_asm_print(printer, ", ");
    }
    const int64_t format = (int64_t)mica_attr_param(attr, OBJECT_FORMAT);
    if (format != FORMAT_FATBIN)
        mica_asm_printf(
            printer, "%s = ",
            mica_enum_keyword(mica_attr_definition(attr)->params[OBJECT_FORMAT].enumeration,
                              format));
    mica_asm_print_quoted(
        printer, mica_identifier_text((const mica_identifier *)attr_of(attr, OBJECT_BYTES)));
    mica_asm_print(printer, ">");
}

// ---- mma_matrix: `<16x16xf16, "AOp">`

const mica_type *micai_gpu_parse_mma_matrix_type(mica_asm_parser *parser,
                                                 const mica_type_def *definition)
{
    int64_t *shape = NULL;
    size_t rank = 0;
    const mica_type *element;
    const mica_identifier *operand;
    const mica_type *type = NULL;
    if (mica_asm_parse_token(parser, "<") &&
        mica_asm_parse_dimension_list(parser, &shape, &rank, false, true) &&
        mica_asm_parse_type(parser, &element) && mica_asm_parse_token(parser, ",") &&
        mica_asm_parse_string(parser, &operand) && mica_asm_parse_token(parser, ">")) {
        mica_context *context = mica_asm_context(parser);
        const mica_word_list *sizes =
            mica_word_list_get(context, (const uint64_t *)shape, rank);
        const uint64_t words[] = {word(sizes), word(element), word(operand)};
        type = mica_type_get_checked(context, mica_asm_location(parser), definition, words, 3);
    }
    mica_free(shape);
    return type;
}

void micai_gpu_print_mma_matrix_type(mica_asm_printer *printer, const mica_type *type)
{
    const mica_word_list *sizes = (const mica_word_list *)(uintptr_t)mica_type_param(type, 0);
    mica_asm_print(printer, "<");
    for (size_t i = 0; i < mica_word_list_count(sizes); ++i)
        mica_asm_printf(printer, "%" PRIu64 "x", mica_word_list_words(sizes)[i]);
    mica_asm_print_type(printer, mica_type_param_type(type, 1));
    mica_asm_print(printer, ", ");
    mica_asm_print_quoted(
        printer,
        mica_identifier_text((const mica_identifier *)(uintptr_t)mica_type_param(type, 2)));
    mica_asm_print(printer, ">");
}

bool micai_gpu_verify_mma_matrix_type(mica_context *context, mica_location location,
                                      const uint64_t *words, size_t count)
{
    (void)count;
    const mica_word_list *sizes = (const mica_word_list *)(uintptr_t)words[0];
    const mica_type *element = (const mica_type *)(uintptr_t)words[1];
    const mica_string operand =
        mica_identifier_text((const mica_identifier *)(uintptr_t)words[2]);
    const char *fault = NULL;
    if (!mica_string_is(operand, "AOp") && !mica_string_is(operand, "BOp") &&
        !mica_string_is(operand, "COp"))
        fault = "operand expected to be one of AOp, BOp or COp";
    else if (mica_word_list_count(sizes) != 2)
        fault = "MMAMatrixType must have exactly two dimensions";
    else if (!mica_type_is_float_kind(element, MICA_FLOAT_F16) &&
             !mica_type_is_float_kind(element, MICA_FLOAT_F32) &&
             !mica_type_is_signless(element, 32) &&
             !(mica_type_is_integer(element) && mica_type_bit_width(element) == 8 &&
               mica_integer_type_signedness(element) != MICA_SIGNLESS))
        fault = "MMAMatrixType elements must be SI8, UI8, I32, F16, or F32";
    return !fault || mica_diagnostic_emit(mica_error(context, location, "%s", fault));
}

const mica_type *micai_gpu_mma_element(const mica_type *const *types, size_t count)
{
    const mica_type_def *definition = count == 1 ? mica_type_definition(types[0]) : NULL;
    const bool is_matrix = definition && strcmp(definition->name, "mma_matrix") == 0;
    return is_matrix ? mica_type_param_type(types[0], 1) : NULL;
}

// ---- directives

static const mica_type *token_type(mica_context *context)
{
    const mica_dialect_def *dialect =
        mica_context_find_dialect(context, mica_string_from("gpu"));
    for (uint32_t i = 0; dialect && i < dialect->type_count; ++i)
        if (strcmp(dialect->types[i]->name, "async.token") == 0)
            return mica_type_get(context, dialect->types[i], NULL, 0);
    return NULL;
}

bool micai_gpu_parse_async(mica_asm_parser *parser, mica_asm_operand_list *operands,
                           const mica_type **type)
{
    const size_t offset = mica_asm_offset(parser);
    const bool is_async = mica_asm_parse_keyword_if(parser, "async");
    if (is_async && mica_asm_result_name_count(parser) == 0)
        return mica_asm_error_at(parser, offset, "needs to be named when marked 'async'");
    *type = is_async ? token_type(mica_asm_context(parser)) : NULL;
    return mica_asm_parse_operand_list(parser, MICA_DELIMITER_OPTIONAL_SQUARE, operands);
}

// `async`? (`[` tokens `]`)?
bool micai_gpu_parse_async_dependencies(mica_asm_parser *parser, mica_op_state *state,
                                        mica_directive *directive)
{
    (void)state;
    const mica_type *type;
    return micai_gpu_parse_async(parser, directive->arguments[1].operands, &type) &&
           (!type || mica_asm_type_list_append(directive->arguments[0].types, type));
}

void micai_gpu_print_async_dependencies(mica_asm_printer *printer, mica_op *op,
                                        const mica_directive *directive)
{
    const bool is_async = directive->arguments[0].count != 0;
    const mica_directive_argument *tokens = &directive->arguments[1];
    mica_asm_print(printer, is_async ? "async" : "");
    if (tokens->count == 0)
        return;
    mica_asm_print(printer, is_async ? " [" : "[");
    mica_asm_print_operands(printer, op, tokens->first, tokens->count);
    mica_asm_print(printer, "]");
}

bool micai_gpu_parse_all_reduce_operation(mica_asm_parser *parser, mica_op_state *state,
                                          mica_directive *directive)
{
    const mica_dialect_def *dialect =
        mica_context_find_dialect(state->context, mica_string_from("gpu"));
    const mica_enum_def *definition = NULL;
    for (uint32_t i = 0; dialect && i < dialect->enum_count; ++i)
        if (strcmp(dialect->enums[i]->name, "all_reduce_operation") == 0)
            definition = dialect->enums[i];
    mica_string keyword;
    int64_t value;
    if (!definition || !mica_asm_parse_any_keyword_if(parser, &keyword))
        return true;
    if (!mica_enum_value(definition, keyword, &value))
        return mica_asm_error(parser, "invalid op kind");
    const uint64_t case_word = (uint64_t)value;
    directive->arguments[0].attr =
        micai_gpu_attr_make(state->context, "all_reduce_op", &case_word, 1);
    return true;
}

void micai_gpu_print_all_reduce_operation(mica_asm_printer *printer, mica_op *op,
                                          const mica_directive *directive)
{
    (void)op;
    if (directive->arguments[0].attr)
        mica_asm_print_stripped_attr(printer, directive->arguments[0].attr);
}

// (`:` type)?, index when it is left out; the cluster sizes have the same.
bool micai_gpu_parse_launch_dim_type(mica_asm_parser *parser, mica_op_state *state,
                                     mica_directive *directive)
{
    const mica_type *type = mica_index_type_get(state->context);
    if (mica_asm_parse_token_if(parser, ":") && !mica_asm_parse_type(parser, &type))
        return false;
    if (!mica_asm_type_list_append(directive->arguments[0].types, type))
        return false;
    const bool has_clusters = directive->arguments[1].operands->count != 0;
    for (size_t i = 2; has_clusters && i < directive->count; ++i)
        if (!mica_asm_type_list_append(directive->arguments[i].types, type))
            return false;
    return true;
}

void micai_gpu_print_launch_dim_type(mica_asm_printer *printer, mica_op *op,
                                     const mica_directive *directive)
{
    const mica_type *type = mica_value_type(mica_op_operand(op, directive->arguments[0].first));
    if (mica_type_is_index(type))
        return;
    mica_asm_print(printer, ": ");
    mica_asm_print_type(printer, type);
}

// (`args` `(` %a `:` type, ... `)`)?
bool micai_gpu_parse_launch_func_operands(mica_asm_parser *parser, mica_op_state *state,
                                          mica_directive *directive)
{
    (void)state;
    if (!mica_asm_parse_keyword_if(parser, "args"))
        return true;
    if (!mica_asm_parse_token(parser, "("))
        return false;
    if (mica_asm_parse_token_if(parser, ")"))
        return true;
    do {
        mica_asm_operand operand;
        const mica_type *type;
        if (!mica_asm_parse_operand(parser, &operand) ||
            !mica_asm_parse_colon_type(parser, &type) ||
            !mica_asm_operand_list_append(directive->arguments[0].operands, &operand) ||
            !mica_asm_type_list_append(directive->arguments[1].types, type))
            return false;
    } while (mica_asm_parse_token_if(parser, ","));
    return mica_asm_parse_token(parser, ")");
}

void micai_gpu_print_launch_func_operands(mica_asm_printer *printer, mica_op *op,
                                          const mica_directive *directive)
{
    const mica_directive_argument *operands = &directive->arguments[0];
    if (operands->count == 0)
        return;
    mica_asm_print(printer, "args(");
    for (size_t i = 0; i < operands->count; ++i) {
        mica_value *value = mica_op_operand(op, operands->first + i);
        mica_asm_print(printer, i ? ", " : "");
        mica_asm_print_operand(printer, value);
        mica_asm_print(printer, " : ");
        mica_asm_print_type(printer, mica_value_type(value));
    }
    mica_asm_print(printer, ")");
}

// (`<` handler `>`)?; the default is #gpu.select_object.
bool micai_gpu_parse_offloading_handler(mica_asm_parser *parser, mica_op_state *state,
                                        mica_directive *directive)
{
    (void)state;
    const mica_attr **handler = &directive->arguments[0].attr;
    if (!mica_asm_parse_token_if(parser, "<"))
        return (*handler = mica_gpu_select_object_attr_get(mica_asm_context(parser), NULL));
    return mica_asm_parse_attr(parser, NULL, handler) && mica_asm_parse_token(parser, ">");
}

void micai_gpu_print_offloading_handler(mica_asm_printer *printer, mica_op *op,
                                        const mica_directive *directive)
{
    (void)op;
    const mica_attr *handler = directive->arguments[0].attr;
    if (!handler || (micai_gpu_attr_is(handler, "select_object") && !attr_of(handler, 0)))
        return;
    mica_asm_print(printer, "<");
    mica_asm_print_attr(printer, handler);
    mica_asm_print(printer, ">");
}
