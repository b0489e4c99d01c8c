// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One walk gathers needs, each with the op that has it: the rows of the grammar for
// instructions and for enumerants in attributes, and what types ask for (which the grammar has
// not). Then they are settled: first the version, since it may spare extensions; then
// capabilities, each chosen of a row's alternatives unless a chosen one brings it along; their
// own needs join the list.
#include "dialects/spirv/spirv_requirements.h"

#include <stdlib.h>

#include "dialects/spirv/spirv_internal.h"

typedef struct need {
    micai_spirv_requirement requirement;
    mica_op *op;
} need;

typedef struct collector {
    mica_context *context;
    need *needs;
    size_t count, capacity;
    const mica_type **types; ///< seen, an open hash table
    size_t type_count, type_capacity;
    bool has_entry_point, failed;
    // the answer
    const mica_attr *allowed;
    uint32_t version;
    uint32_t *capabilities, *extensions;
    size_t capability_count, extension_count;
} collector;

// Needs of types, rows as the grammar would have them: one capability each.
static void add_need(collector *c, micai_spirv_requirement requirement, mica_op *op)
{
    if (c->count == c->capacity) {
        const size_t wanted = c->capacity ? 2 * c->capacity : 64;
        need *larger = mica_realloc(c->needs, wanted * sizeof *larger);
        if (!larger) {
            c->failed = true;
            return;
        }
        c->needs = larger;
        c->capacity = wanted;
    }
    c->needs[c->count++] = (need){requirement, op};
}

static bool is_empty(micai_spirv_requirement r)
{
    return r.version == 0 && r.capability_count == 0 && r.extension_count == 0;
}

static void add_row(collector *c, const micai_spirv_enumerant *row, mica_op *op)
{
    if (row && !is_empty(row->requirement))
        add_need(c, row->requirement, op);
}

static void add_enumerant(collector *c, uint32_t kind, uint32_t value, mica_op *op)
{
    if (micai_spirv_kinds[kind].category != MICAI_SPIRV_CATEGORY_BIT_ENUM) {
        add_row(c, micai_spirv_enumerant_find(kind, value), op);
        return;
    }
    for (uint32_t bit = 1; bit; bit <<= 1)
        if (value & bit)
            add_row(c, micai_spirv_enumerant_find(kind, bit), op);
}

// The row of a capability has what it needs itself; that it is wanted is said by its number.
static bool append(uint32_t **list, size_t *count, uint32_t value)
{
    for (size_t i = 0; i < *count; ++i)
        if ((*list)[i] == value)
            return true;
    uint32_t *larger = mica_realloc(*list, (*count + 1) * sizeof *larger);
    if (!larger)
        return false;
    *list = larger;
    (*list)[(*count)++] = value;
    return true;
}

static bool has_capability(const collector *c, uint32_t capability)
{
    for (size_t i = 0; i < c->capability_count; ++i)
        if (micai_spirv_capability_implies(c->capabilities[i], capability))
            return true;
    return false;
}

static bool is_allowed_capability(const collector *c, uint32_t capability)
{
    for (size_t i = 0; c->allowed && i < mica_spirv_vce_capability_count(c->allowed); ++i)
        if (micai_spirv_capability_implies(mica_spirv_vce_capability(c->allowed, i),
                                           capability))
            return true;
    return !c->allowed;
}

static void want_capability(collector *c, uint32_t capability, mica_op *op)
{
    if (has_capability(c, capability))
        return;
    if (!is_allowed_capability(c, capability)) {
        mica_op_error(op, "requires the capability %s, which the target does not have",
                      micai_spirv_enumerant_name(MICAI_SPIRV_KIND_CAPABILITY, capability));
        c->failed = true;
        return;
    }
    if (!append(&c->capabilities, &c->capability_count, capability))
        c->failed = true;
    const micai_spirv_enumerant *row =
        micai_spirv_enumerant_find(MICAI_SPIRV_KIND_CAPABILITY, capability);
    // What a capability depends on is declared with it: only version and extensions are left.
    micai_spirv_requirement rest = row ? row->requirement : (micai_spirv_requirement){0};
    rest.capability_count = 0;
    if (!is_empty(rest))
        add_need(c, rest, op);
}

// ---- types

static bool note_type(collector *c, const mica_type *type)
{
    if (2 * (c->type_count + 1) > c->type_capacity) {
        const size_t wanted = c->type_capacity ? 2 * c->type_capacity : 64;
        const mica_type **table = mica_calloc(wanted, sizeof *table);
        if (!table) {
            c->failed = true;
            return false;
        }
        for (size_t i = 0; i < c->type_capacity; ++i) {
            if (!c->types[i])
                continue;
            size_t slot = ((uintptr_t)c->types[i] >> 4) & (wanted - 1);
            while (table[slot])
                slot = (slot + 1) & (wanted - 1);
            table[slot] = c->types[i];
        }
        mica_free(c->types);
        c->types = table;
        c->type_capacity = wanted;
    }
    size_t slot = ((uintptr_t)type >> 4) & (c->type_capacity - 1);
    while (c->types[slot]) {
        if (c->types[slot] == type)
            return false;
        slot = (slot + 1) & (c->type_capacity - 1);
    }
    c->types[slot] = type;
    ++c->type_count;
    return true;
}

static void need_scalar(collector *c, const mica_type *type, mica_op *op)
{
    const uint32_t width = mica_type_bit_width(type);
    if (mica_type_is_float(type)) {
        if (width == 16)
            want_capability(c, MICAI_SPIRV_CAPABILITY_FLOAT16, op);
        if (width == 64)
            want_capability(c, MICAI_SPIRV_CAPABILITY_FLOAT64, op);
        return;
    }
    if (width == 8)
        want_capability(c, MICAI_SPIRV_CAPABILITY_INT8, op);
    if (width == 16)
        want_capability(c, MICAI_SPIRV_CAPABILITY_INT16, op);
    if (width == 64)
        want_capability(c, MICAI_SPIRV_CAPABILITY_INT64, op);
}

// Small scalars behind pointers to buffers need capabilities of their own.
static void need_storage(collector *c, const mica_type *type, uint32_t storage_class,
                         mica_op *op)
{
    static const struct {
        uint32_t storage_class, narrow, half;
    } rows[] = {
        {MICAI_SPIRV_STORAGE_CLASS_STORAGE_BUFFER,
         MICAI_SPIRV_CAPABILITY_STORAGE_BUFFER8_BIT_ACCESS,
         MICAI_SPIRV_CAPABILITY_STORAGE_BUFFER16_BIT_ACCESS},
        {MICAI_SPIRV_STORAGE_CLASS_UNIFORM,
         MICAI_SPIRV_CAPABILITY_UNIFORM_AND_STORAGE_BUFFER8_BIT_ACCESS,
         MICAI_SPIRV_CAPABILITY_UNIFORM_AND_STORAGE_BUFFER16_BIT_ACCESS},
        {MICAI_SPIRV_STORAGE_CLASS_PUSH_CONSTANT, MICAI_SPIRV_CAPABILITY_STORAGE_PUSH_CONSTANT8,
         MICAI_SPIRV_CAPABILITY_STORAGE_PUSH_CONSTANT16},
    };
    while (mica_spirv_type_is_composite(type)) {
        for (uint32_t i = 1; i < mica_spirv_composite_count(type); ++i)
            if (mica_spirv_type_get_kind(type) == MICA_SPIRV_TYPE_STRUCT)
                need_storage(c, mica_spirv_composite_element(type, i), storage_class, op);
        type = mica_spirv_composite_element(type, 0);
        if (!type)
            return;
    }
    const uint32_t width = mica_type_bit_width(type);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        if (rows[i].storage_class != storage_class)
            continue;
        if (width == 8)
            want_capability(c, rows[i].narrow, op);
        if (width == 16)
            want_capability(c, rows[i].half, op);
    }
}

static void need_type(collector *c, const mica_type *type, mica_op *op)
{
    if (!note_type(c, type))
        return;
    if (mica_type_is_vector(type)) {
        if (mica_type_shape(type)[0] > 4)
            want_capability(c, MICAI_SPIRV_CAPABILITY_VECTOR16, op);
        need_type(c, mica_type_element(type), op);
        return;
    }
    switch (mica_spirv_type_get_kind(type)) {
    case MICA_SPIRV_TYPE_NONE:
        need_scalar(c, type, op);
        return;
    case MICA_SPIRV_TYPE_PTR:
        add_enumerant(c, MICAI_SPIRV_KIND_STORAGE_CLASS, mica_spirv_pointer_storage_class(type),
                      op);
        need_storage(c, mica_spirv_pointer_pointee(type),
                     mica_spirv_pointer_storage_class(type), op);
        need_type(c, mica_spirv_pointer_pointee(type), op);
        return;
    case MICA_SPIRV_TYPE_IMAGE:
        add_enumerant(c, MICAI_SPIRV_KIND_DIM, (uint32_t)mica_type_param(type, 1), op);
        add_enumerant(c, MICAI_SPIRV_KIND_IMAGE_FORMAT, (uint32_t)mica_type_param(type, 6), op);
        need_type(c, mica_type_param_type(type, 0), op);
        return;
    case MICA_SPIRV_TYPE_SAMPLED_IMAGE:
        need_type(c, mica_type_param_type(type, 0), op);
        return;
    case MICA_SPIRV_TYPE_MATRIX:
        want_capability(c, MICAI_SPIRV_CAPABILITY_MATRIX, op);
        need_type(c, mica_type_param_type(type, 1), op);
        return;
    case MICA_SPIRV_TYPE_RTARRAY:
        want_capability(c, MICAI_SPIRV_CAPABILITY_SHADER, op);
        need_type(c, mica_spirv_composite_element(type, 0), op);
        return;
    case MICA_SPIRV_TYPE_STRUCT:
        for (size_t i = 0; i < mica_spirv_struct_decoration_count(type); ++i)
            add_enumerant(c, MICAI_SPIRV_KIND_DECORATION,
                          mica_spirv_struct_decoration(type, i).decoration, op);
        for (uint32_t i = 0; i < mica_spirv_composite_count(type); ++i)
            need_type(c, mica_spirv_composite_element(type, i), op);
        return;
    default:
        need_type(c, mica_spirv_composite_element(type, 0), op);
        return;
    }
}

// ---- ops

static void need_attr(collector *c, mica_string name, const mica_attr *attr, mica_op *op)
{
    const mica_attr_def *definition =
        mica_attr_is(attr, MICA_ATTR_DIALECT) ? mica_attr_definition(attr) : NULL;
    if (mica_attr_is(attr, MICA_ATTR_TYPE)) {
        const mica_type *type = mica_type_attr_value(attr);
        if (mica_type_get_kind(type) != MICA_TYPE_FUNCTION)
            need_type(c, type, op);
        return;
    }
    if (mica_string_is(name, "built_in") && mica_attr_is(attr, MICA_ATTR_STRING)) {
        add_row(
            c,
            micai_spirv_enumerant_named(MICAI_SPIRV_KIND_BUILT_IN, mica_string_attr_text(attr)),
            op);
        return;
    }
    if (!definition || strcmp(definition->dialect, "spirv") != 0)
        return;
    if (mica_spirv_attr_is(attr, "linkage_attributes"))
        want_capability(c, MICAI_SPIRV_CAPABILITY_LINKAGE, op);
    if (definition->param_count != 1)
        return;
    for (uint32_t kind = 0; kind <= MICAI_SPIRV_KIND_PACKED_VECTOR_FORMAT; ++kind)
        if (micai_spirv_kinds[kind].enumerant_count &&
            micai_spirv_names_equal(mica_string_from(definition->name),
                                    micai_spirv_kinds[kind].name))
            add_enumerant(c, kind, mica_spirv_enum_attr_value(attr), op);
}

static void need_function_type(collector *c, mica_op *op)
{
    const mica_type *type = mica_type_attr_value(mica_op_attr(op, "function_type"));
    for (size_t i = 0; i < mica_function_type_input_count(type); ++i)
        need_type(c, mica_function_type_input(type, i), op);
    for (size_t i = 0; i < mica_function_type_result_count(type); ++i)
        need_type(c, mica_function_type_result(type, i), op);
}

static mica_walk_result visit(void *user, mica_op *op)
{
    collector *c = user;
    const mica_string name = mica_op_name(op);
    if (name.length > 6 && memcmp(name.data, "spirv.", 6) == 0) {
        const mica_string short_name = {name.data + 6, name.length - 6};
        const micai_spirv_instruction *row = micai_spirv_instruction_find(short_name);
        if (row && !is_empty(row->requirement))
            add_need(c, row->requirement, op);
        c->has_entry_point |= mica_string_is(short_name, "EntryPoint");
        if (mica_string_is(short_name, "func"))
            need_function_type(c, op);
    }
    const mica_op_def *definition = mica_op_definition(op);
    for (size_t i = 0; i < mica_op_slot_count(op); ++i)
        if (mica_op_slot(op, i))
            need_attr(c, mica_string_from(definition->attrs[i].name), mica_op_slot(op, i), op);
    for (size_t i = 0; i < mica_op_attr_count(op); ++i)
        need_attr(c, mica_identifier_text(mica_op_attr_entry(op, i).name),
                  mica_op_attr_entry(op, i).value, op);
    for (size_t i = 0; i < mica_op_result_count(op); ++i)
        need_type(c, mica_value_type(mica_op_result(op, i)), op);
    return c->failed ? MICA_WALK_INTERRUPT : MICA_WALK_ADVANCE;
}

// ---- settling

static bool is_allowed_extension(const collector *c, uint32_t extension)
{
    for (size_t i = 0; c->allowed && i < mica_spirv_vce_extension_count(c->allowed); ++i)
        if (mica_spirv_vce_extension(c->allowed, i) == extension)
            return true;
    return !c->allowed;
}

static bool has_extension(const collector *c, uint32_t extension)
{
    for (size_t i = 0; i < c->extension_count; ++i)
        if (c->extensions[i] == extension)
            return true;
    return false;
}

static bool settle_capability(collector *c, const need *n)
{
    const uint16_t *alternatives = &micai_spirv_words[n->requirement.first_capability];
    const size_t count = n->requirement.capability_count;
    for (size_t i = 0; i < count; ++i)
        if (has_capability(c, alternatives[i]))
            return true;
    for (size_t i = 0; i < count; ++i) {
        if (!is_allowed_capability(c, alternatives[i]))
            continue;
        want_capability(c, alternatives[i], n->op);
        return true;
    }
    return count == 0 ||
           mica_op_error(
               n->op, "requires the capability %s, which the target does not have",
               micai_spirv_enumerant_name(MICAI_SPIRV_KIND_CAPABILITY, alternatives[0]));
}

static bool settle_extension(collector *c, const need *n)
{
    const uint16_t *alternatives = &micai_spirv_words[n->requirement.first_extension];
    const size_t count = n->requirement.extension_count;
    if (n->requirement.version <= c->version)
        return true;
    for (size_t i = 0; i < count; ++i)
        if (has_extension(c, alternatives[i]))
            return true;
    for (size_t i = 0; i < count; ++i)
        if (is_allowed_extension(c, alternatives[i]))
            return append(&c->extensions, &c->extension_count, alternatives[i]);
    const uint32_t most = c->allowed ? mica_spirv_vce_version(c->allowed) : c->version;
    if (n->requirement.version != MICAI_SPIRV_NO_VERSION && n->requirement.version <= most) {
        c->version = n->requirement.version;
        return true;
    }
    return mica_op_error(n->op, "requires %s, which the target does not have",
                         count ? micai_spirv_extension_names[alternatives[0]]
                               : "a later version");
}

// Versions that nothing but a version can give.
static bool settle_version(collector *c, const need *n)
{
    const micai_spirv_requirement r = n->requirement;
    if (r.extension_count || r.version <= c->version || r.version == MICAI_SPIRV_NO_VERSION)
        return true;
    if (c->allowed && r.version > mica_spirv_vce_version(c->allowed))
        return mica_op_error(n->op, "requires SPIR-V 1.%u, which the target does not have",
                             r.version >> 8 & 0xff);
    c->version = r.version;
    return true;
}

static bool settle(collector *c)
{
    // Capabilities first, since each may append needs of versions and extensions.
    for (size_t i = 0; i < c->count && !c->failed; ++i) {
        const need n = c->needs[i];
        if (!settle_capability(c, &n))
            return false;
    }
    for (size_t i = 0; i < c->count && !c->failed; ++i)
        if (!settle_version(c, &c->needs[i]))
            return false;
    for (size_t i = 0; i < c->count && !c->failed; ++i)
        if (!settle_extension(c, &c->needs[i]))
            return false;
    return !c->failed;
}

// A chosen capability that a later one brings along is not declared.
static void drop_implied(collector *c, size_t given)
{
    size_t kept = given;
    for (size_t i = given; i < c->capability_count; ++i) {
        bool implied = false;
        for (size_t j = 0; j < c->capability_count && !implied; ++j)
            implied = j != i &&
                      micai_spirv_capability_implies(c->capabilities[j], c->capabilities[i]);
        if (!implied)
            c->capabilities[kept++] = c->capabilities[i];
    }
    c->capability_count = kept;
}

static int compare(const void *a, const void *b)
{
    const uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/// Sorts what stands at `first` and behind it. A list without entries has no array.
static void sort_from(uint32_t *values, size_t first, size_t count)
{
    if (count > first)
        qsort(values + first, count - first, sizeof *values, compare);
}

static void begin_with(collector *c, const mica_attr *given)
{
    c->version = MICAI_SPIRV_VERSION(1, 0);
    if (!given)
        return;
    c->version = mica_spirv_vce_version(given);
    for (size_t i = 0; i < mica_spirv_vce_capability_count(given); ++i)
        c->failed |= !append(&c->capabilities, &c->capability_count,
                             mica_spirv_vce_capability(given, i));
    for (size_t i = 0; i < mica_spirv_vce_extension_count(given); ++i)
        c->failed |=
            !append(&c->extensions, &c->extension_count, mica_spirv_vce_extension(given, i));
}

const mica_attr *mica_spirv_module_requirements(mica_op *module, const mica_attr *given,
                                                const mica_attr *allowed)
{
    collector c = {.context = mica_op_context(module), .allowed = allowed};
    begin_with(&c, given);
    const size_t given_capabilities = c.capability_count, given_extensions = c.extension_count;
    const mica_attr *vce = NULL;
    if (mica_op_walk_pre(module, visit, &c)) {
        if (!c.has_entry_point && !given)
            want_capability(&c, MICAI_SPIRV_CAPABILITY_LINKAGE, module);
        if (settle(&c)) {
            drop_implied(&c, given_capabilities);
            sort_from(c.capabilities, given_capabilities, c.capability_count);
            sort_from(c.extensions, given_extensions, c.extension_count);
            vce = mica_spirv_vce_get(c.context, c.version, c.capabilities, c.capability_count,
                                     c.extensions, c.extension_count);
        }
    }
    mica_free(c.needs);
    mica_free(c.types);
    mica_free(c.capabilities);
    mica_free(c.extensions);
    return vce;
}
