// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Text of the dialect's types, what follows the mnemonic:
//
//   !spirv.ptr<f32, StorageBuffer>     !spirv.array<16 x f32, stride=4>
//   !spirv.struct<(f32 [0, NonWritable], i32 [4])>   !spirv.matrix<3 x vector<3xf32>>
//
// The pieces of a type are other SPIR-V types or the builtin scalars and short vectors.
#include <inttypes.h>
#include <stdlib.h>

#include "dialects/spirv/spirv_internal.h"

// ---- parts of types

static bool refuse(mica_asm_parser *parser, size_t offset, const char *before,
                   const mica_type *type, const char *after)
{
    char *text = mica_type_to_string(type);
    mica_asm_error_at(parser, offset, "%s'%s'%s", before, text ? text : "?", after);
    mica_free(text);
    return false;
}

static bool is_scalar(const mica_type *type)
{
    const uint32_t width = mica_type_bit_width(type);
    if (mica_type_is_float(type))
        return width == 16 || width == 32 || width == 64;
    return width == 1 || width == 8 || width == 16 || width == 32 || width == 64;
}

static bool check_column(mica_asm_parser *parser, size_t offset, const mica_type *type)
{
    const int64_t size = mica_type_rank(type) == 1 ? mica_type_shape(type)[0] : 0;
    if (mica_type_rank(type) == 1 && (size < 2 || size > 4))
        return mica_asm_error_at(parser, offset,
                                 "matrix columns size has to be less than or equal to 4 and "
                                 "greater than or equal 2, but found %" PRId64,
                                 size);
    return mica_type_is_float(mica_type_element(type)) ||
           refuse(parser, offset, "matrix columns' elements must be of Float type, got ",
                  mica_type_element(type), "");
}

static bool check_vector(mica_asm_parser *parser, size_t offset, const mica_type *type)
{
    if (mica_type_rank(type) != 1)
        return refuse(parser, offset, "only 1-D vector allowed but found ", type, "");
    if (mica_type_shape(type)[0] > 4)
        return mica_asm_error_at(
            parser, offset,
            "vector length has to be less than or equal to 4 but found %" PRId64,
            mica_type_shape(type)[0]);
    return true;
}

static bool check_part(mica_asm_parser *parser, size_t offset, const mica_type *type)
{
    if (mica_spirv_type_get_kind(type) != MICA_SPIRV_TYPE_NONE)
        return true;
    if (mica_type_is_float_kind(type, MICA_FLOAT_BF16))
        return refuse(parser, offset, "cannot use ", type, " to compose SPIR-V types");
    if (mica_type_is_float(type))
        return is_scalar(type) ||
               refuse(parser, offset, "only 16/32/64-bit float type allowed but found ", type,
                      "");
    if (mica_type_is_integer(type))
        return is_scalar(type) ||
               refuse(parser, offset, "only 1/8/16/32/64-bit integer type allowed but found ",
                      type, "");
    if (mica_type_is_vector(type))
        return check_vector(parser, offset, type);
    return refuse(parser, offset, "cannot use ", type, " to compose SPIR-V types");
}

bool micai_spirv_parse_part(mica_asm_parser *parser, const mica_type **type)
{
    const size_t offset = mica_asm_offset(parser);
    return mica_asm_parse_type(parser, type) && check_part(parser, offset, *type);
}

// `N x`, before a type.
static bool parse_count(mica_asm_parser *parser, const char *error, uint32_t *count)
{
    const size_t offset = mica_asm_offset(parser);
    int64_t *shape = NULL;
    size_t rank = 0;
    const bool parsed = mica_asm_parse_dimension_list(parser, &shape, &rank, false, true);
    const bool single = parsed && rank == 1;
    const int64_t value = single ? shape[0] : 0;
    mica_free(shape);
    if (!parsed || !single)
        return parsed ? mica_asm_error_at(parser, offset, "%s", error) : false;
    *count = (uint32_t)value;
    return value >= 0 && value <= UINT32_MAX;
}

// `, stride=N` if present.
static bool parse_stride(mica_asm_parser *parser, uint32_t *stride)
{
    *stride = 0;
    if (!mica_asm_parse_token_if(parser, ","))
        return true;
    int64_t value;
    if (!mica_asm_parse_keyword(parser, "stride") || !mica_asm_parse_token(parser, "="))
        return false;
    const size_t offset = mica_asm_offset(parser);
    if (!mica_asm_parse_integer(parser, &value))
        return false;
    if (value <= 0 || value > UINT32_MAX)
        return mica_asm_error_at(parser, offset, "ArrayStride must be greater than zero");
    *stride = (uint32_t)value;
    return true;
}

static void print_stride(mica_asm_printer *printer, uint32_t stride)
{
    if (stride)
        mica_asm_printf(printer, ", stride=%" PRIu32, stride);
}

// ---- ptr, array, rtarray

const mica_type *micai_spirv_parse_pointer_type(mica_asm_parser *parser,
                                                const mica_type_def *definition)
{
    const mica_type *pointee;
    uint32_t storage_class;
    if (!mica_asm_parse_token(parser, "<") || !micai_spirv_parse_part(parser, &pointee) ||
        !mica_asm_parse_token(parser, ",") ||
        !micai_spirv_parse_enumerant(parser, MICAI_SPIRV_KIND_STORAGE_CLASS, "storage class",
                                     &storage_class) ||
        !mica_asm_parse_token(parser, ">"))
        return NULL;
    const uint64_t words[] = {(uint64_t)(uintptr_t)pointee, storage_class};
    return mica_type_get(mica_asm_context(parser), definition, words, 2);
}

void micai_spirv_print_pointer_type(mica_asm_printer *printer, const mica_type *type)
{
    mica_asm_print(printer, "<");
    mica_asm_print_type(printer, mica_spirv_pointer_pointee(type));
    mica_asm_print(printer, ", ");
    micai_spirv_print_enumerant(printer, MICAI_SPIRV_KIND_STORAGE_CLASS,
                                mica_spirv_pointer_storage_class(type));
    mica_asm_print(printer, ">");
}

const mica_type *micai_spirv_parse_array_type(mica_asm_parser *parser,
                                              const mica_type_def *definition)
{
    if (!mica_asm_parse_token(parser, "<"))
        return NULL;
    const size_t offset = mica_asm_offset(parser);
    uint32_t count, stride;
    const mica_type *element;
    if (!parse_count(parser, "expected single integer for array element count", &count))
        return NULL;
    if (count == 0) {
        mica_asm_error_at(parser, offset, "expected array length greater than 0");
        return NULL;
    }
    if (!micai_spirv_parse_part(parser, &element) || !parse_stride(parser, &stride) ||
        !mica_asm_parse_token(parser, ">"))
        return NULL;
    const uint64_t words[] = {count, (uint64_t)(uintptr_t)element, stride};
    return mica_type_get(mica_asm_context(parser), definition, words, 3);
}

void micai_spirv_print_array_type(mica_asm_printer *printer, const mica_type *type)
{
    mica_asm_printf(printer, "<%" PRIu32 " x ", mica_spirv_composite_count(type));
    mica_asm_print_type(printer, mica_spirv_composite_element(type, 0));
    print_stride(printer, mica_spirv_array_stride(type));
    mica_asm_print(printer, ">");
}

const mica_type *micai_spirv_parse_runtime_array_type(mica_asm_parser *parser,
                                                      const mica_type_def *definition)
{
    const mica_type *element;
    uint32_t stride;
    if (!mica_asm_parse_token(parser, "<") || !micai_spirv_parse_part(parser, &element) ||
        !parse_stride(parser, &stride) || !mica_asm_parse_token(parser, ">"))
        return NULL;
    const uint64_t words[] = {(uint64_t)(uintptr_t)element, stride};
    return mica_type_get(mica_asm_context(parser), definition, words, 2);
}

void micai_spirv_print_runtime_array_type(mica_asm_printer *printer, const mica_type *type)
{
    mica_asm_print(printer, "<");
    mica_asm_print_type(printer, mica_spirv_composite_element(type, 0));
    print_stride(printer, mica_spirv_array_stride(type));
    mica_asm_print(printer, ">");
}

// ---- struct

typedef struct struct_parts {
    mica_asm_type_list members;
    uint32_t *offsets;
    size_t offset_count, offset_capacity;
    mica_spirv_member_decoration *decorations;
    size_t decoration_count, decoration_capacity;
} struct_parts;

static bool grow(void **items, size_t *capacity, size_t count, size_t item_size)
{
    if (count < *capacity)
        return true;
    const size_t wanted = *capacity ? 2 * *capacity : 8;
    void *larger = mica_realloc(*items, wanted * item_size);
    if (!larger)
        return false;
    *items = larger;
    *capacity = wanted;
    return true;
}

static bool add_offset(struct_parts *parts, int64_t offset)
{
    if (!grow((void **)&parts->offsets, &parts->offset_capacity, parts->offset_count,
              sizeof *parts->offsets))
        return false;
    parts->offsets[parts->offset_count++] = (uint32_t)offset;
    return true;
}

// decoration (`=` value)?
static bool parse_decoration(mica_asm_parser *parser, struct_parts *parts)
{
    const size_t offset = mica_asm_offset(parser);
    mica_string name;
    if (!mica_asm_parse_any_keyword(parser, &name))
        return false;
    const micai_spirv_enumerant *row =
        micai_spirv_enumerant_named(MICAI_SPIRV_KIND_DECORATION, name);
    if (!row)
        return mica_asm_error_at(parser, offset, "unknown attribute: '%.*s'",
                                 MICA_STRING_ARG(name));
    if (!grow((void **)&parts->decorations, &parts->decoration_capacity,
              parts->decoration_count, sizeof *parts->decorations))
        return false;
    mica_spirv_member_decoration *decoration = &parts->decorations[parts->decoration_count++];
    *decoration = (mica_spirv_member_decoration){(uint32_t)parts->members.count - 1, row->value,
                                                 false, 0};
    if (!mica_asm_parse_token_if(parser, "="))
        return true;
    int64_t value;
    if (!mica_asm_parse_integer(parser, &value))
        return false;
    decoration->has_value = true;
    decoration->value = (uint32_t)value;
    return true;
}

static bool parse_member(mica_asm_parser *parser, void *user)
{
    struct_parts *parts = user;
    const mica_type *type;
    if (!micai_spirv_parse_part(parser, &type) ||
        !mica_asm_type_list_append(&parts->members, type))
        return false;
    if (!mica_asm_parse_token_if(parser, "["))
        return true;
    const size_t start = mica_asm_offset(parser);
    int64_t offset;
    if (mica_asm_parse_integer_if(parser, &offset)) {
        if (parts->offset_count + 1 != parts->members.count)
            return mica_asm_error_at(parser, start,
                                     "offset specification must be given for all members");
        if (!add_offset(parts, offset))
            return false;
        if (!mica_asm_parse_token_if(parser, ","))
            return mica_asm_parse_token(parser, "]");
    }
    do {
        if (!parse_decoration(parser, parts))
            return false;
    } while (mica_asm_parse_token_if(parser, ","));
    return mica_asm_parse_token(parser, "]");
}

static const mica_type *make_struct(mica_asm_parser *parser, const mica_identifier *name,
                                    const struct_parts *parts)
{
    return mica_spirv_struct_get(mica_asm_context(parser), name, parts->members.data,
                                 parts->members.count,
                                 parts->offset_count ? parts->offsets : NULL,
                                 parts->decorations, parts->decoration_count);
}

// `>` behind a name: the structure of that name, in which this one lies.
static const mica_type *parse_reference(mica_asm_parser *parser, size_t keyword,
                                        const mica_identifier *name)
{
    if (!mica_asm_name_is_open(parser, name)) {
        mica_asm_error_at(parser, keyword,
                          "recursive struct reference not nested in struct definition");
        return NULL;
    }
    return mica_asm_parse_token(parser, ">")
               ? micai_spirv_struct_reference(mica_asm_context(parser), name)
               : NULL;
}

static const mica_type *parse_struct_body(mica_asm_parser *parser, struct_parts *parts)
{
    const mica_identifier *name = NULL;
    const size_t keyword = mica_asm_offset(parser) - (sizeof "struct" - 1); // stands before `<`
    if (!mica_asm_parse_token(parser, "<"))
        return NULL;
    if (!mica_asm_next_is(parser, "(")) {
        if (!mica_asm_parse_keyword_or_string(parser, &name))
            return NULL;
        if (mica_asm_next_is(parser, ">"))
            return parse_reference(parser, keyword, name);
        if (mica_asm_name_is_open(parser, name)) {
            mica_asm_error_at(parser, keyword,
                              "identifier already used for an enclosing struct");
            return NULL;
        }
        if (!mica_asm_parse_token(parser, ","))
            return NULL;
    }
    mica_asm_open_name entry;
    mica_asm_open_name_push(parser, &entry, name);
    const bool has_members =
        mica_asm_parse_list(parser, MICA_DELIMITER_PAREN, parse_member, parts, NULL);
    mica_asm_open_name_pop(parser);
    if (!has_members)
        return NULL;
    if (parts->offset_count && parts->offset_count != parts->members.count) {
        mica_asm_error_at(parser, keyword,
                          "offset specification must be given for all members");
        return NULL;
    }
    return mica_asm_parse_token(parser, ">") ? make_struct(parser, name, parts) : NULL;
}

const mica_type *micai_spirv_parse_struct_type(mica_asm_parser *parser,
                                               const mica_type_def *definition)
{
    (void)definition; // found again by name: mica_spirv_struct_get
    struct_parts parts = {0};
    const mica_type *type = parse_struct_body(parser, &parts);
    mica_asm_type_list_free(&parts.members);
    mica_free(parts.offsets);
    mica_free(parts.decorations);
    return type;
}

// Prints ` [offset, decorations]` of a member; `next` walks the sorted decorations.
static void print_layout(mica_asm_printer *printer, const mica_type *type, uint32_t member,
                         size_t *next)
{
    const char *separator = " [";
    if (mica_spirv_struct_has_offsets(type)) {
        mica_asm_printf(printer, "%s%" PRIu32, separator,
                        mica_spirv_struct_offset(type, member));
        separator = ", ";
    }
    for (; *next < mica_spirv_struct_decoration_count(type); ++*next) {
        const mica_spirv_member_decoration d = mica_spirv_struct_decoration(type, *next);
        if (d.member != member)
            break;
        mica_asm_print(printer, separator);
        micai_spirv_print_enumerant(printer, MICAI_SPIRV_KIND_DECORATION, d.decoration);
        if (d.has_value)
            mica_asm_printf(printer, "=%" PRIu32, d.value);
        separator = ", ";
    }
    if (separator[0] == ',')
        mica_asm_print(printer, "]");
}

void micai_spirv_print_struct_type(mica_asm_printer *printer, const mica_type *type)
{
    mica_asm_print(printer, "<");
    const mica_identifier *name = mica_spirv_struct_name(type);
    if (name) {
        mica_asm_print_keyword_or_string(printer, mica_identifier_text(name));
        mica_asm_print(printer, mica_spirv_struct_is_reference(type) ? ">" : ", ");
    }
    if (mica_spirv_struct_is_reference(type))
        return;
    mica_asm_print(printer, "(");
    const uint32_t count = mica_spirv_composite_count(type);
    size_t next = 0;
    for (uint32_t i = 0; i < count; ++i) {
        mica_asm_print(printer, i ? ", " : "");
        mica_asm_print_type(printer, mica_spirv_composite_element(type, i));
        print_layout(printer, type, i, &next);
    }
    mica_asm_print(printer, ")>");
}

// ---- matrix, image, sampled_image, coopmatrix, jointmatrix

const mica_type *micai_spirv_parse_matrix_type(mica_asm_parser *parser,
                                               const mica_type_def *definition)
{
    if (!mica_asm_parse_token(parser, "<"))
        return NULL;
    const size_t start = mica_asm_offset(parser);
    uint32_t columns;
    const mica_type *column;
    if (!parse_count(parser, "expected single unsigned integer for number of columns",
                     &columns))
        return NULL;
    if (columns < 2 || columns > 4) {
        mica_asm_error_at(parser, start, "matrix is expected to have 2, 3, or 4 columns");
        return NULL;
    }
    const size_t offset = mica_asm_offset(parser);
    if (!mica_asm_parse_type(parser, &column))
        return NULL;
    if (!mica_type_is_vector(column)) {
        refuse(parser, offset, "matrix must be composed using vector type, got ", column, "");
        return NULL;
    }
    if (!check_column(parser, offset, column) || !check_vector(parser, offset, column) ||
        !mica_asm_parse_token(parser, ">"))
        return NULL;
    const uint64_t words[] = {columns, (uint64_t)(uintptr_t)column};
    return mica_type_get(mica_asm_context(parser), definition, words, 2);
}

void micai_spirv_print_matrix_type(mica_asm_printer *printer, const mica_type *type)
{
    mica_asm_printf(printer, "<%" PRIu32 " x ", mica_spirv_composite_count(type));
    mica_asm_print_type(printer, mica_type_param_type(type, 1));
    mica_asm_print(printer, ">");
}

// The enums of an image, by the place of its parameters.
static const mica_enum_def *param_enum(const mica_type_def *definition, size_t index)
{
    return definition->params[index].enumeration;
}

static void print_param_enum(mica_asm_printer *printer, const mica_type *type, size_t index)
{
    const char *keyword = mica_enum_keyword(param_enum(mica_type_definition(type), index),
                                            (int64_t)mica_type_param(type, index));
    mica_asm_print(printer, ", ");
    mica_asm_print(printer, keyword ? keyword : "?");
}

static bool parse_param_enum(mica_asm_parser *parser, const mica_type_def *definition,
                             size_t index, uint64_t *word)
{
    int64_t value;
    if (!mica_asm_parse_token(parser, ",") ||
        !mica_asm_parse_enum(parser, param_enum(definition, index), &value))
        return false;
    *word = (uint64_t)value;
    return true;
}

const mica_type *micai_spirv_parse_image_type(mica_asm_parser *parser,
                                              const mica_type_def *definition)
{
    enum { WORDS = 7 };
    const mica_type *sampled;
    if (!mica_asm_parse_token(parser, "<") || !micai_spirv_parse_part(parser, &sampled))
        return NULL;
    uint64_t words[WORDS] = {(uint64_t)(uintptr_t)sampled};
    for (size_t i = 1; i < WORDS; ++i)
        if (!parse_param_enum(parser, definition, i, &words[i]))
            return NULL;
    return mica_asm_parse_token(parser, ">")
               ? mica_type_get(mica_asm_context(parser), definition, words, WORDS)
               : NULL;
}

void micai_spirv_print_image_type(mica_asm_printer *printer, const mica_type *type)
{
    mica_asm_print(printer, "<");
    mica_asm_print_type(printer, mica_type_param_type(type, 0));
    for (size_t i = 1; i < mica_type_param_count(type); ++i)
        print_param_enum(printer, type, i);
    mica_asm_print(printer, ">");
}

const mica_type *micai_spirv_parse_sampled_image_type(mica_asm_parser *parser,
                                                      const mica_type_def *definition)
{
    if (!mica_asm_parse_token(parser, "<"))
        return NULL;
    const size_t offset = mica_asm_offset(parser);
    const mica_type *image;
    if (!mica_asm_parse_type(parser, &image))
        return NULL;
    if (mica_spirv_type_get_kind(image) != MICA_SPIRV_TYPE_IMAGE) {
        refuse(parser, offset, "sampled image must be composed using image type, got ", image,
               "");
        return NULL;
    }
    if (!mica_asm_parse_token(parser, ">"))
        return NULL;
    const uint64_t word = (uint64_t)(uintptr_t)image;
    return mica_type_get(mica_asm_context(parser), definition, &word, 1);
}

void micai_spirv_print_sampled_image_type(mica_asm_printer *printer, const mica_type *type)
{
    mica_asm_print(printer, "<");
    mica_asm_print_type(printer, mica_type_param_type(type, 0));
    mica_asm_print(printer, ">");
}

// `<` rows `x` columns `x` element `,` enum `,` enum `>`
const mica_type *micai_spirv_parse_two_sizes_type(mica_asm_parser *parser,
                                                  const mica_type_def *definition)
{
    if (!mica_asm_parse_token(parser, "<"))
        return NULL;
    const size_t offset = mica_asm_offset(parser);
    int64_t *shape = NULL;
    size_t rank = 0;
    const bool parsed = mica_asm_parse_dimension_list(parser, &shape, &rank, false, true);
    uint64_t words[5] = {0};
    for (size_t i = 0; parsed && i < rank && i < 2; ++i)
        words[i] = (uint64_t)shape[i];
    mica_free(shape);
    if (parsed && rank != 2)
        mica_asm_error_at(parser, offset, "expected rows and columns size.");
    const mica_type *element;
    if (!parsed || rank != 2 || !micai_spirv_parse_part(parser, &element) ||
        !parse_param_enum(parser, definition, 3, &words[3]) ||
        !parse_param_enum(parser, definition, 4, &words[4]) ||
        !mica_asm_parse_token(parser, ">"))
        return NULL;
    words[2] = (uint64_t)(uintptr_t)element;
    return mica_type_get(mica_asm_context(parser), definition, words, 5);
}

void micai_spirv_print_two_sizes_type(mica_asm_printer *printer, const mica_type *type)
{
    mica_asm_printf(printer, "<%" PRIu64 "x%" PRIu64 "x", mica_type_param(type, 0),
                    mica_type_param(type, 1));
    mica_asm_print_type(printer, mica_type_param_type(type, 2));
    print_param_enum(printer, type, 3);
    print_param_enum(printer, type, 4);
    mica_asm_print(printer, ">");
}
