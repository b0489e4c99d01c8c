// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C identifiers for a model's names, by the rules of docs/ahead-of-time.md. A header must
// compile whatever a model calls its tensors: as C and as C++, under compilers that predefine
// words of their own.
#include "codegen/package/model_description_internal.h"

#include <stddef.h>

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// clang-format off
/// What a struct's field can't be called: words of C and C++, macros of <stddef.h>, <stdint.h>
/// and of gcc's default dialect, and the header's own field.
static const char *const reserved_words[] = {
    "NULL", "_Alignas", "_Alignof", "_Atomic", "_Bool", "_Complex", "_Decimal128", "_Decimal32",
    "_Decimal64", "_Generic", "_Imaginary", "_Noreturn", "_Static_assert", "_Thread_local",
    "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break",
    "case", "catch", "char", "char16_t", "char32_t", "char8_t", "class", "co_await",
    "co_return", "co_yield", "compl", "concept", "const", "const_cast", "consteval",
    "constexpr", "constinit", "continue", "decltype", "default", "delete", "do", "double",
    "dynamic_cast", "else", "enum", "explicit", "export", "extern", "false", "float", "for",
    "friend", "goto", "if", "inline", "int", "linux", "long", "mutable", "namespace", "new",
    "noexcept", "not", "not_eq", "nullptr", "offsetof", "operator", "or", "or_eq", "private",
    "protected", "public", "register", "reinterpret_cast", "requires", "restrict", "return",
    "short", "signed", "sizeof", "static", "static_assert", "static_cast", "struct",
    "struct_size", "switch", "template", "this", "thread_local", "throw", "true", "try",
    "typedef", "typeid", "typename", "typeof", "typeof_unqual", "union", "unix", "unsigned",
    "using", "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq",
};
// clang-format on

static bool is_reserved(mica_string name)
{
    for (size_t i = 0; i < sizeof reserved_words / sizeof *reserved_words; ++i) {
        if (mica_string_is(name, reserved_words[i]))
            return true;
    }
    return false;
}

/// `name` with every other character as `_`, and `_` before a leading digit; `room` bytes stay
/// free behind it.
static mica_string identifier_of(micai_arena *arena, mica_string name, size_t room)
{
    char *text = micai_arena_allocate(arena, name.length + room + 2);
    mica_string result = {text, 0};
    if (!text)
        return result;
    if (name.length == 0 || is_digit(name.data[0]))
        text[result.length++] = '_';
    for (size_t i = 0; i < name.length; ++i) {
        const char c = name.data[i];
        text[result.length++] = is_letter(c) || is_digit(c) ? c : '_';
    }
    text[result.length] = '\0';
    return result;
}

/// Names and fields that lie `stride` bytes apart in an array of structs.
typedef struct name_list {
    char *names, *fields;
    size_t stride, count;
} name_list;

static mica_string *field_at(const name_list *list, size_t index)
{
    return (mica_string *)(void *)(list->fields + index * list->stride);
}

static bool is_taken(mica_string field, const name_list *list, size_t count)
{
    bool taken = is_reserved(field);
    for (size_t i = 0; i < count && !taken; ++i)
        taken = mica_string_equal(field, *field_at(list, i));
    return taken;
}

static bool name_all(mica_model_description *model, const name_list *list)
{
    for (size_t i = 0; i < list->count; ++i) {
        const mica_string *name = (mica_string *)(void *)(list->names + i * list->stride);
        mica_string field = identifier_of(&model->arena, *name, i + 1);
        char *text = (char *)field.data;
        if (!text)
            return false;
        // Each round differs from one more of the i names and of the reserved words.
        while (is_taken(field, list, i)) {
            text[field.length++] = '_';
            text[field.length] = '\0';
        }
        *field_at(list, i) = field;
    }
    return true;
}

bool micai_model_name_fields(mica_model_description *model, mica_model_tensor *tensors,
                             size_t count)
{
    const name_list list = {(char *)tensors + offsetof(mica_model_tensor, name),
                            (char *)tensors + offsetof(mica_model_tensor, field),
                            sizeof *tensors, count};
    return name_all(model, &list);
}

bool micai_model_name_dims(mica_model_description *model)
{
    const name_list list = {(char *)model->dims + offsetof(mica_model_dimension, name),
                            (char *)model->dims + offsetof(mica_model_dimension, field),
                            sizeof *model->dims, model->dim_count};
    return name_all(model, &list);
}

bool mica_model_is_prefix(mica_string text)
{
    static const char runtime[] = "mica_";
    if (text.length == 0 || text.length > 200 || is_digit(text.data[0]))
        return false;
    for (size_t i = 0; i < text.length; ++i) {
        if (!is_letter(text.data[i]) && !is_digit(text.data[i]))
            return false;
    }
    return text.length < sizeof runtime - 1 ||
           memcmp(text.data, runtime, sizeof runtime - 1) != 0;
}

mica_string mica_model_prefix_of_path(mica_context *context, const char *path)
{
    const char *slash = strrchr(path, '/');
    mica_string name = mica_string_from(slash ? slash + 1 : path);
    const char *dot = name.length ? memchr(name.data, '.', name.length) : NULL;
    if (dot && dot != name.data)
        name.length = (size_t)(dot - name.data);
    micai_arena arena = micai_arena_on(&context->allocator);
    const mica_string text = identifier_of(&arena, name, 0);
    const mica_identifier *kept =
        mica_model_is_prefix(text) ? mica_identifier_get(context, text) : NULL;
    micai_arena_free(&arena);
    return kept ? mica_identifier_text(kept) : mica_string_from("model");
}
