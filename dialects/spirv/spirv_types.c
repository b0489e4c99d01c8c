// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of the dialect: constructors and parts. A definition is found by its name in the
// context, never by the address of a compiled constant, so that a dialect loaded from text
// gives the same types. Text is in spirv_type_text.c.
#include <stdlib.h>

#include "dialects/spirv/spirv_internal.h"

// In the order of mica_spirv_type_kind, which is that of names.
static const char *const type_names[] = {
    "",       "array", "coopmatrix", "image",         "jointmatrix",
    "matrix", "ptr",   "rtarray",    "sampled_image", "struct",
};

mica_spirv_type_kind mica_spirv_type_get_kind(const mica_type *type)
{
    const mica_type_def *definition = type ? mica_type_definition(type) : NULL;
    if (!definition || strcmp(definition->dialect, "spirv") != 0)
        return MICA_SPIRV_TYPE_NONE;
    for (int i = MICA_SPIRV_TYPE_ARRAY; i <= MICA_SPIRV_TYPE_STRUCT; ++i)
        if (strcmp(definition->name, type_names[i]) == 0)
            return (mica_spirv_type_kind)i;
    return MICA_SPIRV_TYPE_NONE;
}

static const mica_type *make(mica_context *context, mica_spirv_type_kind kind,
                             const uint64_t *words, size_t count)
{
    const mica_dialect_def *dialect =
        mica_context_find_dialect(context, mica_string_from("spirv"));
    for (uint32_t i = 0; dialect && i < dialect->type_count; ++i)
        if (strcmp(dialect->types[i]->name, type_names[kind]) == 0)
            return mica_type_get(context, dialect->types[i], words, count);
    return NULL;
}

static uint64_t word(const void *pointer)
{
    return (uint64_t)(uintptr_t)pointer;
}

const mica_type *micai_spirv_type_make(mica_context *context, mica_spirv_type_kind kind,
                                       const uint64_t *words, size_t count)
{
    return make(context, kind, words, count);
}

// ---- pointers and arrays

const mica_type *mica_spirv_pointer_get(const mica_type *pointee, uint32_t storage_class)
{
    const uint64_t words[] = {word(pointee), storage_class};
    return pointee ? make(mica_type_context(pointee), MICA_SPIRV_TYPE_PTR, words, 2) : NULL;
}

bool mica_spirv_type_is_pointer(const mica_type *type)
{
    return mica_spirv_type_get_kind(type) == MICA_SPIRV_TYPE_PTR;
}

const mica_type *mica_spirv_pointer_pointee(const mica_type *pointer)
{
    return mica_type_param_type(pointer, 0);
}

uint32_t mica_spirv_pointer_storage_class(const mica_type *pointer)
{
    return (uint32_t)mica_type_param(pointer, 1);
}

const mica_type *mica_spirv_array_get(const mica_type *element, uint32_t count, uint32_t stride)
{
    const uint64_t words[] = {count, word(element), stride};
    return element ? make(mica_type_context(element), MICA_SPIRV_TYPE_ARRAY, words, 3) : NULL;
}

const mica_type *mica_spirv_runtime_array_get(const mica_type *element, uint32_t stride)
{
    const uint64_t words[] = {word(element), stride};
    return element ? make(mica_type_context(element), MICA_SPIRV_TYPE_RTARRAY, words, 2) : NULL;
}

uint32_t mica_spirv_array_stride(const mica_type *array)
{
    const bool has_count = mica_spirv_type_get_kind(array) == MICA_SPIRV_TYPE_ARRAY;
    return (uint32_t)mica_type_param(array, has_count ? 2 : 1);
}

// ---- structures

enum {
    STRUCT_NAME,
    STRUCT_MEMBERS,
    STRUCT_OFFSETS,
    STRUCT_DECORATIONS,
    STRUCT_REFERENCE,
    STRUCT_WORDS
};
enum { DECORATION_WORDS = 4 };

static const mica_word_list *list_of(const mica_type *type, size_t param)
{
    return (const mica_word_list *)(uintptr_t)mica_type_param(type, param);
}

static size_t list_count(const mica_word_list *list)
{
    return list ? mica_word_list_count(list) : 0;
}

static int compare_decorations(const void *a, const void *b)
{
    const mica_spirv_member_decoration *left = a, *right = b;
    if (left->member != right->member)
        return left->member < right->member ? -1 : 1;
    if (left->decoration != right->decoration)
        return left->decoration < right->decoration ? -1 : 1;
    return 0;
}

static bool fill_decorations(uint64_t *words, const mica_spirv_member_decoration *decorations,
                             size_t count)
{
    mica_spirv_member_decoration *sorted = mica_malloc((count ? count : 1) * sizeof *sorted);
    if (!sorted)
        return false;
    if (count)
        memcpy(sorted, decorations, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_decorations);
    for (size_t i = 0; i < count; ++i) {
        uint64_t *row = words + i * DECORATION_WORDS;
        row[0] = sorted[i].member;
        row[1] = sorted[i].decoration;
        row[2] = sorted[i].has_value;
        row[3] = sorted[i].value;
    }
    mica_free(sorted);
    return true;
}

const mica_type *mica_spirv_struct_get(mica_context *context, const mica_identifier *name,
                                       const mica_type *const *members, size_t count,
                                       const uint32_t *offsets,
                                       const mica_spirv_member_decoration *decorations,
                                       size_t decoration_count)
{
    const size_t rows = decoration_count * DECORATION_WORDS;
    uint64_t *scratch = mica_malloc((2 * count + rows + 1) * sizeof *scratch);
    if (!scratch || !fill_decorations(scratch + 2 * count, decorations, decoration_count)) {
        mica_free(scratch);
        return NULL;
    }
    for (size_t i = 0; i < count; ++i) {
        scratch[i] = word(members[i]);
        scratch[count + i] = offsets ? offsets[i] : 0;
    }
    const uint64_t words[STRUCT_WORDS] = {
        [STRUCT_NAME] = word(name),
        [STRUCT_MEMBERS] = word(mica_word_list_get(context, scratch, count)),
        [STRUCT_OFFSETS] =
            word(mica_word_list_get(context, scratch + count, offsets ? count : 0)),
        [STRUCT_DECORATIONS] = word(mica_word_list_get(context, scratch + 2 * count, rows)),
    };
    mica_free(scratch);
    return make(context, MICA_SPIRV_TYPE_STRUCT, words, STRUCT_WORDS);
}

const mica_type *micai_spirv_struct_reference(mica_context *context,
                                              const mica_identifier *name)
{
    const mica_word_list *none = mica_word_list_get(context, NULL, 0);
    const uint64_t words[STRUCT_WORDS] = {[STRUCT_NAME] = word(name),
                                          [STRUCT_MEMBERS] = word(none),
                                          [STRUCT_OFFSETS] = word(none),
                                          [STRUCT_DECORATIONS] = word(none),
                                          [STRUCT_REFERENCE] = 1};
    return make(context, MICA_SPIRV_TYPE_STRUCT, words, STRUCT_WORDS);
}

bool mica_spirv_struct_is_reference(const mica_type *type)
{
    return mica_type_param(type, STRUCT_REFERENCE) != 0;
}

const mica_identifier *mica_spirv_struct_name(const mica_type *type)
{
    return (const mica_identifier *)(uintptr_t)mica_type_param(type, STRUCT_NAME);
}

bool mica_spirv_struct_has_offsets(const mica_type *type)
{
    return list_count(list_of(type, STRUCT_OFFSETS)) != 0;
}

uint32_t mica_spirv_struct_offset(const mica_type *type, size_t member)
{
    const mica_word_list *list = list_of(type, STRUCT_OFFSETS);
    return member < list_count(list) ? (uint32_t)mica_word_list_words(list)[member] : 0;
}

size_t mica_spirv_struct_decoration_count(const mica_type *type)
{
    return list_count(list_of(type, STRUCT_DECORATIONS)) / DECORATION_WORDS;
}

mica_spirv_member_decoration mica_spirv_struct_decoration(const mica_type *type, size_t index)
{
    const uint64_t *row =
        mica_word_list_words(list_of(type, STRUCT_DECORATIONS)) + index * DECORATION_WORDS;
    const mica_spirv_member_decoration decoration = {(uint32_t)row[0], (uint32_t)row[1],
                                                     row[2] != 0, (uint32_t)row[3]};
    return decoration;
}

// ---- parts

uint32_t mica_spirv_composite_count(const mica_type *type)
{
    if (mica_type_is_vector(type))
        return (uint32_t)mica_type_shape(type)[0];
    switch (mica_spirv_type_get_kind(type)) {
    case MICA_SPIRV_TYPE_ARRAY:
    case MICA_SPIRV_TYPE_MATRIX:
        return (uint32_t)mica_type_param(type, 0);
    case MICA_SPIRV_TYPE_COOPMATRIX:
    case MICA_SPIRV_TYPE_JOINTMATRIX:
        return (uint32_t)(mica_type_param(type, 0) * mica_type_param(type, 1));
    case MICA_SPIRV_TYPE_STRUCT:
        return (uint32_t)list_count(list_of(type, STRUCT_MEMBERS));
    default:
        return 0;
    }
}

bool mica_spirv_type_is_composite(const mica_type *type)
{
    if (mica_type_is_vector(type))
        return mica_type_rank(type) == 1;
    const mica_spirv_type_kind kind = mica_spirv_type_get_kind(type);
    return kind != MICA_SPIRV_TYPE_NONE && kind != MICA_SPIRV_TYPE_PTR &&
           kind != MICA_SPIRV_TYPE_IMAGE && kind != MICA_SPIRV_TYPE_SAMPLED_IMAGE;
}

const mica_type *mica_spirv_composite_element(const mica_type *type, uint32_t index)
{
    if (mica_type_is_vector(type))
        return index < (uint32_t)mica_type_shape(type)[0] ? mica_type_element(type) : NULL;
    const mica_spirv_type_kind kind = mica_spirv_type_get_kind(type);
    if (kind == MICA_SPIRV_TYPE_RTARRAY)
        return mica_type_param_type(type, 0);
    if (!mica_spirv_type_is_composite(type) || index >= mica_spirv_composite_count(type))
        return NULL;
    if (kind == MICA_SPIRV_TYPE_STRUCT)
        return (const mica_type *)(uintptr_t)mica_word_list_words(
            list_of(type, STRUCT_MEMBERS))[index];
    const bool two_sizes =
        kind == MICA_SPIRV_TYPE_COOPMATRIX || kind == MICA_SPIRV_TYPE_JOINTMATRIX;
    return mica_type_param_type(type, two_sizes ? 2 : 1);
}

uint64_t mica_spirv_type_size(const mica_type *type)
{
    if (mica_type_is_vector(type))
        return (uint64_t)mica_type_shape(type)[0] *
               mica_spirv_type_size(mica_type_element(type));
    if (mica_type_is_integer(type) || mica_type_is_float(type))
        return mica_type_bit_width(type) / 8;
    const uint32_t count = mica_spirv_composite_count(type);
    switch (mica_spirv_type_get_kind(type)) {
    case MICA_SPIRV_TYPE_ARRAY:
        return (uint64_t)count * mica_spirv_array_stride(type);
    case MICA_SPIRV_TYPE_STRUCT:
        if (count == 0 || !mica_spirv_struct_has_offsets(type))
            return 0;
        return mica_spirv_struct_offset(type, count - 1) +
               mica_spirv_type_size(mica_spirv_composite_element(type, count - 1));
    default:
        return 0;
    }
}

// ---- predicates of constraints

static bool has_length(const mica_type *type, int64_t greatest)
{
    if (!mica_type_is_vector(type) || mica_type_rank(type) != 1 ||
        mica_vector_type_is_scalable(type))
        return false;
    const int64_t length = mica_type_shape(type)[0];
    return length == 2 || length == 3 || length == 4 ||
           (greatest > 4 && (length == 8 || length == 16));
}

bool micai_spirv_is_vector_length(const mica_type *type)
{
    return has_length(type, 16);
}

bool micai_spirv_is_short_vector_length(const mica_type *type)
{
    return has_length(type, 4);
}

bool micai_spirv_is_coopmatrix(const mica_type *type)
{
    return mica_spirv_type_get_kind(type) == MICA_SPIRV_TYPE_COOPMATRIX;
}

// ---- hooks of type equations

const mica_type *micai_spirv_pointee(const mica_type *const *types, size_t count)
{
    const bool is_pointer = count == 1 && mica_spirv_type_is_pointer(types[0]);
    return is_pointer ? mica_spirv_pointer_pointee(types[0]) : NULL;
}

const mica_type *micai_spirv_image(const mica_type *const *types, size_t count)
{
    const bool is_image =
        count == 1 && mica_spirv_type_get_kind(types[0]) == MICA_SPIRV_TYPE_SAMPLED_IMAGE;
    return is_image ? mica_type_param_type(types[0], 0) : NULL;
}

const mica_type *micai_spirv_first_member(const mica_type *const *types, size_t count)
{
    const bool is_struct =
        count == 1 && mica_spirv_type_get_kind(types[0]) == MICA_SPIRV_TYPE_STRUCT;
    return is_struct ? mica_spirv_composite_element(types[0], 0) : NULL;
}
