// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Attributes of the dialect: constructors, parts and text (what follows the mnemonic).
//
//   #spirv.vce<v1.0, [Shader], [SPV_KHR_storage_buffer_storage_class]>
//   #spirv.target_env<#spirv.vce<...>, api=Vulkan, NVIDIA:DiscreteGPU,
//   #spirv.resource_limits<>> #spirv.entry_point_abi<workgroup_size = [64, 1, 1]>
//   #spirv.interface_var_abi<(0, 1), StorageBuffer>
//
// Several are lists of `name = value` where what is left out has a default: a table of fields
// serves them all.
#include <inttypes.h>
#include <stdlib.h>

#include "dialects/spirv/spirv_internal.h"

#define ABSENT UINT64_MAX // -1 in an int parameter

static uint64_t word(const void *pointer)
{
    return (uint64_t)(uintptr_t)pointer;
}

static const mica_attr *attr_of(const mica_attr *attr, size_t index)
{
    return (const mica_attr *)(uintptr_t)mica_attr_param(attr, index);
}

static const mica_word_list *list_of(const mica_attr *attr, size_t index)
{
    return (const mica_word_list *)(uintptr_t)mica_attr_param(attr, index);
}

static size_t list_count(const mica_attr *attr, size_t index)
{
    const mica_word_list *list = list_of(attr, index);
    return list ? mica_word_list_count(list) : 0;
}

// ---- vce

enum { VCE_VERSION, VCE_CAPABILITIES, VCE_EXTENSIONS, VCE_WORDS };

static const mica_word_list *intern(mica_context *context, const uint32_t *values, size_t count)
{
    uint64_t *words = mica_malloc((count ? count : 1) * sizeof *words);
    for (size_t i = 0; words && i < count; ++i)
        words[i] = values[i];
    const mica_word_list *list = words ? mica_word_list_get(context, words, count) : NULL;
    mica_free(words);
    return list;
}

const mica_attr *mica_spirv_vce_get(mica_context *context, uint32_t version,
                                    const uint32_t *capabilities, size_t capability_count,
                                    const uint32_t *extensions, size_t extension_count)
{
    const uint64_t words[VCE_WORDS] = {version >> 8 & 0xff,
                                       word(intern(context, capabilities, capability_count)),
                                       word(intern(context, extensions, extension_count))};
    return micai_spirv_attr_make(context, "vce", words, VCE_WORDS);
}

uint32_t mica_spirv_vce_version(const mica_attr *vce)
{
    return MICAI_SPIRV_VERSION(1, mica_attr_param(vce, VCE_VERSION));
}

size_t mica_spirv_vce_capability_count(const mica_attr *vce)
{
    return list_count(vce, VCE_CAPABILITIES);
}

uint32_t mica_spirv_vce_capability(const mica_attr *vce, size_t index)
{
    return (uint32_t)mica_word_list_words(list_of(vce, VCE_CAPABILITIES))[index];
}

size_t mica_spirv_vce_extension_count(const mica_attr *vce)
{
    return list_count(vce, VCE_EXTENSIONS);
}

uint32_t mica_spirv_vce_extension(const mica_attr *vce, size_t index)
{
    return (uint32_t)mica_word_list_words(list_of(vce, VCE_EXTENSIONS))[index];
}

typedef struct number_list {
    uint32_t *numbers;
    size_t count, capacity;
} number_list;

static bool append(number_list *list, uint32_t number)
{
    if (list->count == list->capacity) {
        const size_t wanted = list->capacity ? 2 * list->capacity : 8;
        uint32_t *larger = mica_realloc(list->numbers, wanted * sizeof *larger);
        if (!larger)
            return false;
        list->numbers = larger;
        list->capacity = wanted;
    }
    list->numbers[list->count++] = number;
    return true;
}

static bool parse_capability(mica_asm_parser *parser, void *user)
{
    uint32_t value;
    return micai_spirv_parse_enumerant(parser, MICAI_SPIRV_KIND_CAPABILITY, "capability",
                                       &value) &&
           append(user, value);
}

static bool parse_extension(mica_asm_parser *parser, void *user)
{
    const size_t offset = mica_asm_offset(parser);
    mica_string name;
    if (!mica_asm_parse_any_keyword(parser, &name))
        return false;
    const int index = micai_spirv_extension_find(name);
    if (index < 0)
        return mica_asm_error_at(parser, offset, "unknown extension: %.*s",
                                 MICA_STRING_ARG(name));
    return append(user, (uint32_t)index);
}

static bool parse_version(mica_asm_parser *parser, uint32_t *version)
{
    const size_t offset = mica_asm_offset(parser);
    mica_string text;
    if (!mica_asm_parse_any_keyword(parser, &text))
        return false;
    const bool known = text.length == 4 && memcmp(text.data, "v1.", 3) == 0 &&
                       text.data[3] >= '0' && text.data[3] <= '6';
    if (!known)
        return mica_asm_error_at(parser, offset, "unknown version: %.*s",
                                 MICA_STRING_ARG(text));
    *version = MICAI_SPIRV_VERSION(1, text.data[3] - '0');
    return true;
}

const mica_attr *micai_spirv_parse_vce_attr(mica_asm_parser *parser,
                                            const mica_attr_def *definition,
                                            const mica_type *type)
{
    (void)definition, (void)type;
    number_list capabilities = {0}, extensions = {0};
    uint32_t version = 0;
    const bool parsed = mica_asm_parse_token(parser, "<") && parse_version(parser, &version) &&
                        mica_asm_parse_token(parser, ",") &&
                        mica_asm_parse_list(parser, MICA_DELIMITER_SQUARE, parse_capability,
                                            &capabilities, NULL) &&
                        mica_asm_parse_token(parser, ",") &&
                        mica_asm_parse_list(parser, MICA_DELIMITER_SQUARE, parse_extension,
                                            &extensions, NULL) &&
                        mica_asm_parse_token(parser, ">");
    const mica_attr *attr =
        parsed ? mica_spirv_vce_get(mica_asm_context(parser), version, capabilities.numbers,
                                    capabilities.count, extensions.numbers, extensions.count)
               : NULL;
    mica_free(capabilities.numbers);
    mica_free(extensions.numbers);
    return attr;
}

void micai_spirv_print_vce_attr(mica_asm_printer *printer, const mica_attr *attr)
{
    mica_asm_printf(printer, "<v1.%" PRIu64 ", [", mica_attr_param(attr, VCE_VERSION));
    for (size_t i = 0; i < mica_spirv_vce_capability_count(attr); ++i) {
        mica_asm_print(printer, i ? ", " : "");
        micai_spirv_print_enumerant(printer, MICAI_SPIRV_KIND_CAPABILITY,
                                    mica_spirv_vce_capability(attr, i));
    }
    mica_asm_print(printer, "], [");
    for (size_t i = 0; i < mica_spirv_vce_extension_count(attr); ++i) {
        mica_asm_print(printer, i ? ", " : "");
        mica_asm_print(printer, micai_spirv_extension_names[mica_spirv_vce_extension(attr, i)]);
    }
    mica_asm_print(printer, "]>");
}

// ---- interface_var_abi

const mica_attr *mica_spirv_interface_var_abi_get(mica_context *context, int64_t set,
                                                  int64_t binding, int64_t storage_class)
{
    const uint64_t words[] = {(uint64_t)set, (uint64_t)binding, (uint64_t)storage_class};
    return micai_spirv_attr_make(context, "interface_var_abi", words, 3);
}

int64_t mica_spirv_interface_var_abi_set(const mica_attr *abi)
{
    return (int64_t)mica_attr_param(abi, 0);
}

int64_t mica_spirv_interface_var_abi_binding(const mica_attr *abi)
{
    return (int64_t)mica_attr_param(abi, 1);
}

int64_t mica_spirv_interface_var_abi_storage_class(const mica_attr *abi)
{
    return (int64_t)mica_attr_param(abi, 2);
}

const mica_attr *micai_spirv_parse_interface_var_abi_attr(mica_asm_parser *parser,
                                                          const mica_attr_def *definition,
                                                          const mica_type *type)
{
    (void)definition, (void)type;
    int64_t set, binding;
    if (!mica_asm_parse_token(parser, "<") || !mica_asm_parse_token(parser, "(") ||
        !mica_asm_parse_integer(parser, &set) || !mica_asm_parse_token(parser, ",") ||
        !mica_asm_parse_integer(parser, &binding) || !mica_asm_parse_token(parser, ")"))
        return NULL;
    int64_t storage_class = -1;
    if (mica_asm_parse_token_if(parser, ",")) {
        uint32_t value;
        if (!micai_spirv_parse_enumerant(parser, MICAI_SPIRV_KIND_STORAGE_CLASS,
                                         "storage class", &value))
            return NULL;
        storage_class = value;
    }
    return mica_asm_parse_token(parser, ">")
               ? mica_spirv_interface_var_abi_get(mica_asm_context(parser), set, binding,
                                                  storage_class)
               : NULL;
}

void micai_spirv_print_interface_var_abi_attr(mica_asm_printer *printer, const mica_attr *attr)
{
    mica_asm_printf(printer, "<(%" PRId64 ", %" PRId64 ")",
                    mica_spirv_interface_var_abi_set(attr),
                    mica_spirv_interface_var_abi_binding(attr));
    const int64_t storage_class = mica_spirv_interface_var_abi_storage_class(attr);
    if (storage_class >= 0) {
        mica_asm_print(printer, ", ");
        micai_spirv_print_enumerant(printer, MICAI_SPIRV_KIND_STORAGE_CLASS,
                                    (uint32_t)storage_class);
    }
    mica_asm_print(printer, ">");
}

// ---- lists of fields

typedef enum field_kind {
    FIELD_INT,
    FIELD_ATTR,
    FIELD_I32_ARRAY, ///< written `[1, 2, 3]`
    FIELD_STRING,
    FIELD_LINKAGE, ///< written `<Import>`
} field_kind;

typedef struct field {
    const char *name;
    field_kind kind;
    uint64_t absent; ///< the word when it is left out
} field;

#define MOST_FIELDS 8

static bool parse_number(mica_asm_parser *parser, void *user)
{
    int64_t value;
    return mica_asm_parse_integer(parser, &value) && append(user, (uint32_t)value);
}

static bool parse_i32_array(mica_asm_parser *parser, uint64_t *result)
{
    number_list list = {0};
    const mica_attr *attr = NULL;
    if (mica_asm_parse_list(parser, MICA_DELIMITER_SQUARE, parse_number, &list, NULL))
        attr = mica_i32_array_attr_get(mica_asm_context(parser), (const int32_t *)list.numbers,
                                       list.count);
    mica_free(list.numbers);
    *result = word(attr);
    return attr != NULL;
}

static bool parse_linkage(mica_asm_parser *parser, uint64_t *result)
{
    uint32_t value;
    if (!mica_asm_parse_token(parser, "<") ||
        !micai_spirv_parse_enumerant(parser, MICAI_SPIRV_KIND_LINKAGE_TYPE, "linkage type",
                                     &value) ||
        !mica_asm_parse_token(parser, ">"))
        return false;
    *result = word(mica_spirv_enum_attr_get(mica_asm_context(parser), "linkage_type", value));
    return *result != 0;
}

static bool parse_value(mica_asm_parser *parser, field_kind kind, uint64_t *result)
{
    int64_t number;
    const mica_attr *attr;
    const mica_identifier *text;
    switch (kind) {
    case FIELD_INT:
        if (!mica_asm_parse_integer(parser, &number))
            return false;
        *result = (uint64_t)number;
        return true;
    case FIELD_ATTR:
        if (!mica_asm_parse_attr(parser, NULL, &attr))
            return false;
        *result = word(attr);
        return true;
    case FIELD_I32_ARRAY:
        return parse_i32_array(parser, result);
    case FIELD_STRING:
        if (!mica_asm_parse_string(parser, &text))
            return false;
        *result = word(text);
        return true;
    case FIELD_LINKAGE:
        return parse_linkage(parser, result);
    }
    return false;
}

// name `=` value, any of the fields.
static bool parse_field(mica_asm_parser *parser, const field *fields, size_t count,
                        uint64_t *words)
{
    const size_t offset = mica_asm_offset(parser);
    mica_string name;
    if (!mica_asm_parse_any_keyword(parser, &name) || !mica_asm_parse_token(parser, "="))
        return false;
    for (size_t i = 0; i < count; ++i)
        if (mica_string_is(name, fields[i].name))
            return parse_value(parser, fields[i].kind, &words[i]);
    return mica_asm_error_at(parser, offset, "duplicate or unknown struct parameter name: %.*s",
                             MICA_STRING_ARG(name));
}

static const mica_attr *parse_fields(mica_asm_parser *parser, const mica_attr_def *definition,
                                     const field *fields, size_t count)
{
    uint64_t words[MOST_FIELDS];
    for (size_t i = 0; i < count; ++i)
        words[i] = fields[i].absent;
    if (!mica_asm_parse_token(parser, "<"))
        return NULL;
    if (!mica_asm_parse_token_if(parser, ">")) {
        do {
            if (!parse_field(parser, fields, count, words))
                return NULL;
        } while (mica_asm_parse_token_if(parser, ","));
        if (!mica_asm_parse_token(parser, ">"))
            return NULL;
    }
    return mica_attr_get(mica_asm_context(parser), definition, words, count);
}

static void print_i32_array(mica_asm_printer *printer, const mica_attr *array)
{
    mica_asm_print(printer, "[");
    for (size_t i = 0; i < mica_dense_array_attr_count(array); ++i) {
        mica_asm_print(printer, i ? ", " : "");
        mica_asm_print_integer(printer, mica_dense_array_attr_int(array, i));
    }
    mica_asm_print(printer, "]");
}

static void print_value(mica_asm_printer *printer, field_kind kind, const mica_attr *attr,
                        size_t index)
{
    switch (kind) {
    case FIELD_INT:
        mica_asm_print_integer(printer, (int64_t)mica_attr_param(attr, index));
        return;
    case FIELD_ATTR:
        mica_asm_print_attr(printer, attr_of(attr, index));
        return;
    case FIELD_I32_ARRAY:
        print_i32_array(printer, attr_of(attr, index));
        return;
    case FIELD_STRING:
        mica_asm_print_quoted(
            printer, mica_identifier_text((const mica_identifier *)attr_of(attr, index)));
        return;
    case FIELD_LINKAGE:
        mica_asm_print(printer, "<");
        micai_spirv_print_enumerant(printer, MICAI_SPIRV_KIND_LINKAGE_TYPE,
                                    mica_spirv_enum_attr_value(attr_of(attr, index)));
        mica_asm_print(printer, ">");
        return;
    }
}

static void print_fields(mica_asm_printer *printer, const mica_attr *attr, const field *fields,
                         size_t count)
{
    const char *separator = "<";
    for (size_t i = 0; i < count; ++i) {
        if (mica_attr_param(attr, i) == fields[i].absent)
            continue;
        mica_asm_printf(printer, "%s%s = ", separator, fields[i].name);
        print_value(printer, fields[i].kind, attr, i);
        separator = ", ";
    }
    mica_asm_print(printer, separator[0] == '<' ? "<>" : ">");
}

#define FIELD_ATTRIBUTE(name, fields)                                                          \
    const mica_attr *micai_spirv_parse_##name##_attr(                                          \
        mica_asm_parser *parser, const mica_attr_def *definition, const mica_type *type)       \
    {                                                                                          \
        (void)type;                                                                            \
        return parse_fields(parser, definition, fields, sizeof(fields) / sizeof *(fields));    \
    }                                                                                          \
    void micai_spirv_print_##name##_attr(mica_asm_printer *printer, const mica_attr *attr)     \
    {                                                                                          \
        print_fields(printer, attr, fields, sizeof(fields) / sizeof *(fields));                \
    }

// In the order of the attributes' parameters.
static const field entry_point_fields[] = {
    {"workgroup_size", FIELD_I32_ARRAY, 0},
    {"subgroup_size", FIELD_INT, ABSENT},
    {"target_width", FIELD_INT, ABSENT},
};
static const field limit_fields[] = {
    {"max_compute_shared_memory_size", FIELD_INT, 16384},
    {"max_compute_workgroup_invocations", FIELD_INT, 128},
    {"max_compute_workgroup_size", FIELD_ATTR, 0},
    {"subgroup_size", FIELD_INT, 32},
    {"min_subgroup_size", FIELD_INT, ABSENT},
    {"max_subgroup_size", FIELD_INT, ABSENT},
    {"cooperative_matrix_properties_khr", FIELD_ATTR, 0},
    {"cooperative_matrix_properties_nv", FIELD_ATTR, 0},
};
static const field linkage_fields[] = {
    {"linkage_name", FIELD_STRING, 0},
    {"linkage_type", FIELD_LINKAGE, 0},
};
FIELD_ATTRIBUTE(entry_point_abi, entry_point_fields)
FIELD_ATTRIBUTE(resource_limits, limit_fields)
FIELD_ATTRIBUTE(linkage_attributes, linkage_fields)

const mica_attr *mica_spirv_entry_point_abi_workgroup_size(const mica_attr *abi)
{
    return attr_of(abi, 0);
}

int64_t mica_spirv_entry_point_abi_subgroup_size(const mica_attr *abi)
{
    return (int64_t)mica_attr_param(abi, 1);
}

// ---- target_env

enum { ENV_VCE, ENV_API, ENV_VENDOR, ENV_DEVICE_TYPE, ENV_DEVICE_ID, ENV_LIMITS, ENV_WORDS };
enum { API_UNKNOWN = 4, VENDOR_UNKNOWN = 255, DEVICE_TYPE_UNKNOWN = 127 };

static bool parse_env_enum(mica_asm_parser *parser, const mica_attr_def *definition,
                           size_t index, uint64_t *words)
{
    int64_t value;
    if (!mica_asm_parse_enum(parser, definition->params[index].enumeration, &value))
        return false;
    words[index] = (uint64_t)value;
    return true;
}

// (vendor (`:` device type (`:` device id)?)? `,`)?
static bool parse_device(mica_asm_parser *parser, const mica_attr_def *definition,
                         uint64_t *words)
{
    if (mica_asm_next_is(parser, "#"))
        return true;
    if (!parse_env_enum(parser, definition, ENV_VENDOR, words))
        return false;
    if (mica_asm_parse_token_if(parser, ":")) {
        if (!parse_env_enum(parser, definition, ENV_DEVICE_TYPE, words))
            return false;
        int64_t id;
        if (mica_asm_parse_token_if(parser, ":")) {
            if (!mica_asm_parse_integer(parser, &id))
                return false;
            words[ENV_DEVICE_ID] = (uint64_t)id;
        }
    }
    return mica_asm_parse_token(parser, ",");
}

// (`api` `=` client API `,`)?
static bool parse_api(mica_asm_parser *parser, const mica_attr_def *definition, uint64_t *words)
{
    return !mica_asm_parse_keyword_if(parser, "api") ||
           (mica_asm_parse_token(parser, "=") &&
            parse_env_enum(parser, definition, ENV_API, words) &&
            mica_asm_parse_token(parser, ","));
}

const mica_attr *micai_spirv_parse_target_env_attr(mica_asm_parser *parser,
                                                   const mica_attr_def *definition,
                                                   const mica_type *type)
{
    (void)type;
    const mica_attr *vce, *limits;
    uint64_t words[ENV_WORDS] = {0, API_UNKNOWN, VENDOR_UNKNOWN, DEVICE_TYPE_UNKNOWN, ABSENT,
                                 0};
    if (!mica_asm_parse_token(parser, "<"))
        return NULL;
    const size_t offset = mica_asm_offset(parser);
    if (!mica_asm_parse_attr(parser, NULL, &vce))
        return NULL;
    if (!mica_spirv_attr_is(vce, "vce")) {
        mica_asm_error_at(parser, offset, "expected a #spirv.vce attribute");
        return NULL;
    }
    if (!mica_asm_parse_token(parser, ",") || !parse_api(parser, definition, words) ||
        !parse_device(parser, definition, words) ||
        !mica_asm_parse_attr(parser, NULL, &limits) || !mica_asm_parse_token(parser, ">"))
        return NULL;
    words[ENV_VCE] = word(vce);
    words[ENV_LIMITS] = word(limits);
    return mica_attr_get(mica_asm_context(parser), definition, words, ENV_WORDS);
}

static void print_env_enum(mica_asm_printer *printer, const char *before, const mica_attr *attr,
                           size_t index, uint64_t unknown)
{
    if (mica_attr_param(attr, index) == unknown)
        return;
    const char *keyword =
        mica_enum_keyword(mica_attr_definition(attr)->params[index].enumeration,
                          (int64_t)mica_attr_param(attr, index));
    mica_asm_printf(printer, "%s%s", before, keyword ? keyword : "?");
}

void micai_spirv_print_target_env_attr(mica_asm_printer *printer, const mica_attr *attr)
{
    mica_asm_print(printer, "<");
    mica_asm_print_attr(printer, attr_of(attr, ENV_VCE));
    print_env_enum(printer, ", api=", attr, ENV_API, API_UNKNOWN);
    if (mica_attr_param(attr, ENV_VENDOR) != VENDOR_UNKNOWN) {
        print_env_enum(printer, ", ", attr, ENV_VENDOR, VENDOR_UNKNOWN);
        print_env_enum(printer, ":", attr, ENV_DEVICE_TYPE, DEVICE_TYPE_UNKNOWN);
        if (mica_attr_param(attr, ENV_DEVICE_ID) != ABSENT)
            mica_asm_printf(printer, ":%" PRIu64, mica_attr_param(attr, ENV_DEVICE_ID));
    }
    mica_asm_print(printer, ", ");
    mica_asm_print_attr(printer, attr_of(attr, ENV_LIMITS));
    mica_asm_print(printer, ">");
}

const mica_attr *mica_spirv_target_env_vce(const mica_attr *target)
{
    return attr_of(target, ENV_VCE);
}

const mica_attr *mica_spirv_target_env_find(mica_op *op)
{
    for (; op; op = mica_op_parent(op)) {
        const mica_attr *attr = mica_op_attr(op, "spirv.target_env");
        if (mica_spirv_attr_is(attr, "target_env"))
            return attr;
    }
    return NULL;
}
