// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads a model's interface off its entry function. The rules for field names are those of
// docs/ahead-of-time.md.
#include "codegen/package/model_description_internal.h"

#include <stdio.h>

#include "ir/core/interfaces.h"

/// An element type, as the runtime numbers it (runtime/mica_rt.h, whose numbers are for ever).
typedef struct element_type {
    const char *text; ///< in the IR
    const char *name;
    uint32_t number;
} element_type;

static const element_type element_types[] = {
    {"i1", "bool", 1},  {"i8", "i8", 2},    {"i16", "i16", 3},    {"i32", "i32", 4},
    {"i64", "i64", 5},  {"ui8", "u8", 6},   {"ui16", "u16", 7},   {"ui32", "u32", 8},
    {"ui64", "u64", 9}, {"si8", "i8", 2},   {"si16", "i16", 3},   {"si32", "i32", 4},
    {"si64", "i64", 5}, {"f16", "f16", 10}, {"bf16", "bf16", 11}, {"f32", "f32", 12},
    {"f64", "f64", 13},
};

static const element_type *find_element_type(mica_model_description *model,
                                             const mica_type *type)
{
    micai_text_buffer text = micai_text_buffer_on(&model->context->allocator);
    mica_print_type(type, micai_text_write, &text);
    const element_type *found = NULL;
    for (size_t i = 0; i < sizeof element_types / sizeof *element_types && !found; ++i) {
        if (mica_string_is(micai_text_view(&text), element_types[i].text))
            found = &element_types[i];
    }
    micai_text_buffer_free(&text);
    return found;
}

// ---- names
// -----------------------------------------------------------------------------------

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// Words that a struct's field can't be called in C or C++.
static const char *const reserved_words[] = {
    "alignas", "alignof",  "and",         "and_eq",    "asm",      "auto",     "bitand",
    "bitor",   "bool",     "break",       "case",      "catch",    "char",     "class",
    "compl",   "const",    "constexpr",   "continue",  "decltype", "default",  "delete",
    "do",      "double",   "else",        "enum",      "explicit", "export",   "extern",
    "false",   "float",    "for",         "friend",    "goto",     "if",       "inline",
    "int",     "long",     "mutable",     "namespace", "new",      "noexcept", "not",
    "not_eq",  "nullptr",  "operator",    "or",        "or_eq",    "private",  "protected",
    "public",  "register", "restrict",    "return",    "short",    "signed",   "sizeof",
    "static",  "struct",   "struct_size", "switch",    "template", "this",     "throw",
    "true",    "try",      "typedef",     "typename",  "union",    "unsigned", "using",
    "virtual", "void",     "volatile",    "while",     "xor",      "xor_eq",
};

static bool is_reserved(mica_string name)
{
    for (size_t i = 0; i < sizeof reserved_words / sizeof *reserved_words; ++i) {
        if (mica_string_is(name, reserved_words[i]))
            return true;
    }
    return false;
}

/// `name` with every other character as `_`, and `_` before a leading digit.
static mica_string identifier_of(micai_arena *arena, mica_string name, size_t room)
{
    char *text = micai_arena_allocate(arena, name.length + room + 2);
    mica_string result = {text, 0};
    if (!text)
        return result;
    if (name.length == 0 || is_digit(name.data[0]))
        text[result.length++] = '_';
    for (size_t i = 0; i < name.length; ++i)
        text[result.length++] =
            is_letter(name.data[i]) || is_digit(name.data[i]) ? name.data[i] : '_';
    text[result.length] = '\0';
    return result;
}

/// A field's name that differs from those of the `count` tensors before it.
static mica_string field_of(mica_model_description *model, mica_string name,
                            const mica_model_tensor *others, size_t count)
{
    mica_string field = identifier_of(&model->arena, name, count + 1);
    bool clash = field.data != NULL;
    while (clash) {
        clash = is_reserved(field);
        for (size_t i = 0; i < count && !clash; ++i)
            clash = mica_string_equal(field, others[i].field);
        if (clash) {
            char *text = (char *)field.data;
            text[field.length++] = '_';
            text[field.length] = '\0';
        }
    }
    return field;
}

mica_string mica_model_prefix_of_path(mica_context *context, const char *path)
{
    const char *slash = strrchr(path, '/');
    mica_string name = mica_string_from(slash ? slash + 1 : path);
    const char *dot = name.length ? memchr(name.data, '.', name.length) : NULL;
    if (dot && dot != name.data)
        name.length = (size_t)(dot - name.data);
    micai_arena arena = micai_arena_on(&context->allocator);
    const mica_identifier *kept = mica_identifier_get(context, identifier_of(&arena, name, 0));
    micai_arena_free(&arena);
    return kept ? mica_identifier_text(kept) : mica_string_from("model");
}

// ---- tensors
// ---------------------------------------------------------------------------------

static mica_string tensor_name(mica_model_description *model, const mica_attr *attrs,
                               const char *kind, size_t index)
{
    const mica_attr *name =
        attrs ? mica_dictionary_attr_find(attrs, mica_string_from("onnx.name")) : NULL;
    mica_string text = {NULL, 0};
    if (mica_attr_is(name, MICA_ATTR_STRING)) {
        text = mica_string_attr_text(name);
        text.data = micai_arena_copy_text(&model->arena, text);
        return text;
    }
    char numbered[32];
    snprintf(numbered, sizeof numbered, "%s_%zu", kind, index);
    text = mica_string_from(numbered);
    text.data = micai_arena_copy_text(&model->arena, text);
    return text;
}

static bool describe_tensor(mica_model_description *model, mica_op *entry, const char *kind,
                            mica_model_tensor *tensors, size_t index, const mica_type *type,
                            const mica_attr *attrs)
{
    mica_model_tensor *tensor = &tensors[index];
    tensor->name = tensor_name(model, attrs, kind, index);
    if (!mica_type_is_tensor(type) || !mica_type_has_static_shape(type))
        return mica_op_error(entry,
                             "%s %zu ('%.*s') has no static shape; its dimensions must be "
                             "bound first",
                             kind, index, MICA_STRING_ARG(tensor->name));
    const element_type *element = find_element_type(model, mica_type_element(type));
    if (!element)
        return mica_op_error(entry,
                             "%s %zu ('%.*s') has an element type that compiled models "
                             "can't have",
                             kind, index, MICA_STRING_ARG(tensor->name));
    tensor->rank = (uint32_t)mica_type_rank(type);
    tensor->type = element->number;
    tensor->type_name = element->name;
    if (tensor->rank > MICAI_MODEL_MAX_RANK)
        return mica_op_error(entry, "%s %zu ('%.*s') has more than %d dimensions", kind, index,
                             MICA_STRING_ARG(tensor->name), MICAI_MODEL_MAX_RANK);
    int64_t *dims = micai_arena_allocate(&model->arena, (tensor->rank + 1) * sizeof *dims);
    tensor->field = field_of(model, tensor->name, tensors, index);
    if (!dims || !tensor->field.data || !tensor->name.data)
        return false;
    memcpy(dims, mica_type_shape(type), tensor->rank * sizeof *dims);
    tensor->dims = dims;
    return true;
}

mica_model_description *mica_model_describe(mica_op *entry, mica_string prefix)
{
    mica_context *context = mica_op_context(entry);
    mica_model_description *model = micai_allocate_zeroed(&context->allocator, sizeof *model);
    if (!model)
        return NULL;
    model->context = context;
    model->arena = micai_arena_on(&context->allocator);
    model->prefix.data = micai_arena_copy_text(&model->arena, prefix);
    model->prefix.length = prefix.length;
    model->input_count = mica_function_argument_count(entry);
    model->output_count = mica_function_result_count(entry);
    const size_t total = model->input_count + model->output_count + 1;
    model->inputs = micai_arena_allocate(&model->arena, total * sizeof *model->inputs);
    bool ok = model->prefix.data && model->inputs;
    model->outputs = ok ? model->inputs + model->input_count : NULL;
    for (size_t i = 0; i < model->input_count && ok; ++i)
        ok = describe_tensor(model, entry, "input", model->inputs, i,
                             mica_function_argument_type(entry, i),
                             mica_function_argument_attrs(entry, i));
    for (size_t i = 0; i < model->output_count && ok; ++i)
        ok = describe_tensor(model, entry, "output", model->outputs, i,
                             mica_function_result_type(entry, i),
                             mica_function_result_attrs(entry, i));
    if (ok)
        return model;
    mica_model_description_destroy(model);
    return NULL;
}

void mica_model_description_destroy(mica_model_description *model)
{
    if (!model)
        return;
    micai_arena_free(&model->arena);
    micai_release(&model->context->allocator, model, sizeof *model);
}

mica_string mica_model_prefix(const mica_model_description *model)
{
    return model->prefix;
}

size_t mica_model_input_count(const mica_model_description *model)
{
    return model->input_count;
}

size_t mica_model_output_count(const mica_model_description *model)
{
    return model->output_count;
}

const mica_model_tensor *mica_model_input(const mica_model_description *model, size_t index)
{
    return &model->inputs[index];
}

const mica_model_tensor *mica_model_output(const mica_model_description *model, size_t index)
{
    return &model->outputs[index];
}
