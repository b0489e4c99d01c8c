// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks types and attributes against constraints: a small tree of predicates, walked. Depth is
// that of the definition's expression, which the loader bounds.

#include "ir/core/affine.h"
#include "ir/core/context.h"
#include "ir/core/definition.h"

// ---- types
// -----------------------------------------------------------------------------------

static bool check_children(const mica_constraint *constraint, const mica_type *type)
{
    const bool all = constraint->kind == MICA_CONSTRAINT_ALL_OF;
    for (uint32_t i = 0; i < constraint->child_count; ++i) {
        if (mica_constraint_check_type(constraint->children[i], type) != all)
            return !all;
    }
    return all;
}

static bool check_integer(const mica_constraint *constraint, const mica_type *type)
{
    if (!mica_type_is_integer(type))
        return false;
    if (constraint->value && mica_type_bit_width(type) != (uint64_t)constraint->value)
        return false;
    return constraint->extra == 0 ||
           (constraint->extra >> mica_integer_type_signedness(type) & 1) != 0;
}

static bool check_element(const mica_constraint *constraint, const mica_type *type)
{
    if (!mica_type_is_shaped(type) && mica_type_get_kind(type) != MICA_TYPE_COMPLEX)
        return false;
    return mica_constraint_check_type(constraint->children[0], mica_type_element(type));
}

static bool check_rank(const mica_constraint *constraint, const mica_type *type)
{
    if (!mica_type_is_ranked(type))
        return false;
    const int64_t rank = (int64_t)mica_type_rank(type);
    return rank >= constraint->value && (constraint->extra < 0 || rank <= constraint->extra);
}

static bool check_dimension(const mica_constraint *constraint, const mica_type *type)
{
    return mica_type_is_ranked(type) && (int64_t)mica_type_rank(type) > constraint->value &&
           mica_type_shape(type)[constraint->value] == constraint->extra;
}

static bool check_definition(const mica_constraint *constraint, const char *dialect,
                             const char *name)
{
    const size_t length = strlen(dialect);
    return strncmp(constraint->text, dialect, length) == 0 && constraint->text[length] == '.' &&
           strcmp(constraint->text + length + 1, name) == 0;
}

static bool check_type_definition(const mica_constraint *constraint, const mica_type *type)
{
    const mica_type_def *definition = mica_type_definition(type);
    return definition && check_definition(constraint, definition->dialect, definition->name);
}

static bool check_dialect(const mica_constraint *constraint, const mica_type *type)
{
    const mica_type_def *definition = mica_type_definition(type);
    return definition && strcmp(definition->dialect, constraint->text) == 0;
}

bool mica_constraint_check_type(const mica_constraint *constraint, const mica_type *type)
{
    switch (constraint->kind) {
    case MICA_CONSTRAINT_ANY:
        return true;
    case MICA_CONSTRAINT_ALL_OF:
    case MICA_CONSTRAINT_ANY_OF:
        return check_children(constraint, type);
    case MICA_CONSTRAINT_NOT:
        return !mica_constraint_check_type(constraint->children[0], type);
    case MICA_CONSTRAINT_TYPE_KIND:
        return mica_type_get_kind(type) == (mica_type_kind)constraint->value;
    case MICA_CONSTRAINT_INTEGER_TYPE:
        return check_integer(constraint, type);
    case MICA_CONSTRAINT_FLOAT_TYPE:
        return mica_type_is_float(type) &&
               (constraint->value < 0 ||
                mica_float_type_kind(type) == (mica_float_kind)constraint->value);
    case MICA_CONSTRAINT_TYPE_DEF:
        return check_type_definition(constraint, type);
    case MICA_CONSTRAINT_DIALECT_TYPE:
        return check_dialect(constraint, type);
    case MICA_CONSTRAINT_ELEMENT:
        return check_element(constraint, type);
    case MICA_CONSTRAINT_RANK:
        return check_rank(constraint, type);
    case MICA_CONSTRAINT_DIMENSION:
        return check_dimension(constraint, type);
    case MICA_CONSTRAINT_STATIC_SHAPE:
        return mica_type_has_static_shape(type);
    case MICA_CONSTRAINT_SHAPED:
        return mica_type_is_shaped(type);
    case MICA_CONSTRAINT_SCALABLE:
        return mica_type_is_vector(type) &&
               mica_vector_type_is_scalable(type) == (constraint->value != 0);
    case MICA_CONSTRAINT_HOOK:
        return constraint->type_hook && constraint->type_hook(type);
    default:
        return false; // a constraint of attributes
    }
}

// ---- attributes
// ------------------------------------------------------------------------------

static bool check_attr_children(const mica_constraint *constraint, const mica_attr *attr)
{
    const bool all = constraint->kind == MICA_CONSTRAINT_ALL_OF;
    for (uint32_t i = 0; i < constraint->child_count; ++i) {
        if (mica_constraint_check_attr(constraint->children[i], attr) != all)
            return !all;
    }
    return all;
}

/// All location kinds count as the first of them.
static bool check_attr_kind(const mica_constraint *constraint, const mica_attr *attr)
{
    mica_attr_kind kind = mica_attr_get_kind(attr);
    if (kind >= MICA_ATTR_LOCATION_UNKNOWN && kind <= MICA_ATTR_LOCATION_FUSED)
        kind = MICA_ATTR_LOCATION_UNKNOWN;
    return kind == (mica_attr_kind)constraint->value;
}

static bool check_attr_definition(const mica_constraint *constraint, const mica_attr *attr)
{
    const mica_attr_def *definition = mica_attr_definition(attr);
    return definition && check_definition(constraint, definition->dialect, definition->name);
}

static bool check_array(const mica_constraint *constraint, const mica_attr *attr)
{
    if (mica_attr_get_kind(attr) != MICA_ATTR_ARRAY)
        return false;
    for (size_t i = 0; i < mica_array_attr_count(attr); ++i) {
        if (!mica_constraint_check_attr(constraint->children[0],
                                        mica_array_attr_element(attr, i)))
            return false;
    }
    return true;
}

static bool check_dictionary(const mica_constraint *constraint, const mica_attr *attr)
{
    if (mica_attr_get_kind(attr) != MICA_ATTR_DICTIONARY)
        return false;
    for (size_t i = 0; i < mica_dictionary_attr_count(attr); ++i) {
        if (!mica_constraint_check_attr(constraint->children[0],
                                        mica_dictionary_attr_entry(attr, i).value))
            return false;
    }
    return true;
}

static bool check_count(const mica_constraint *constraint, const mica_attr *attr)
{
    if (mica_attr_get_kind(attr) == MICA_ATTR_ARRAY)
        return (int64_t)mica_array_attr_count(attr) >= constraint->value;
    return mica_attr_get_kind(attr) == MICA_ATTR_DENSE_ARRAY &&
           (int64_t)mica_dense_array_attr_count(attr) >= constraint->value;
}

static bool check_enum(const mica_constraint *constraint, const mica_attr *attr)
{
    const mica_enum_def *enumeration = constraint->enumeration;
    if (mica_attr_get_kind(attr) != MICA_ATTR_INTEGER ||
        !mica_type_is_signless(mica_attr_type(attr), enumeration->width))
        return false;
    const int64_t value = mica_integer_attr_value(attr);
    int64_t known = 0;
    for (uint32_t i = 0; i < enumeration->case_count; ++i) {
        if (enumeration->cases[i].value == value)
            return true;
        known |= enumeration->cases[i].value;
    }
    return enumeration->is_bits && (value & ~known) == 0;
}

static bool check_bound(const mica_constraint *constraint, const mica_attr *attr)
{
    if (mica_attr_get_kind(attr) != MICA_ATTR_INTEGER)
        return false;
    const int64_t value = mica_integer_attr_value(attr);
    return constraint->kind == MICA_CONSTRAINT_INTEGER_MIN ? value >= constraint->value
                                                           : value <= constraint->value;
}

bool mica_constraint_check_attr(const mica_constraint *constraint, const mica_attr *attr)
{
    switch (constraint->kind) {
    case MICA_CONSTRAINT_ANY:
        return true;
    case MICA_CONSTRAINT_ALL_OF:
    case MICA_CONSTRAINT_ANY_OF:
        return check_attr_children(constraint, attr);
    case MICA_CONSTRAINT_NOT:
        return !mica_constraint_check_attr(constraint->children[0], attr);
    case MICA_CONSTRAINT_ATTR_KIND:
        return check_attr_kind(constraint, attr);
    case MICA_CONSTRAINT_ATTR_TYPED:
        return mica_attr_type(attr) &&
               mica_constraint_check_type(constraint->children[0], mica_attr_type(attr));
    case MICA_CONSTRAINT_ATTR_DEF:
        return check_attr_definition(constraint, attr);
    case MICA_CONSTRAINT_ARRAY_OF:
        return check_array(constraint, attr);
    case MICA_CONSTRAINT_DICT_OF:
        return check_dictionary(constraint, attr);
    case MICA_CONSTRAINT_DENSE_ARRAY:
        return mica_attr_get_kind(attr) == MICA_ATTR_DENSE_ARRAY &&
               mica_constraint_check_type(constraint->children[0],
                                          mica_dense_array_attr_element_type(attr));
    case MICA_CONSTRAINT_INTEGER_MIN:
    case MICA_CONSTRAINT_INTEGER_MAX:
        return check_bound(constraint, attr);
    case MICA_CONSTRAINT_COUNT_MIN:
        return check_count(constraint, attr);
    case MICA_CONSTRAINT_TYPE_ATTR:
        return mica_attr_get_kind(attr) == MICA_ATTR_TYPE &&
               mica_constraint_check_type(constraint->children[0], mica_type_attr_value(attr));
    case MICA_CONSTRAINT_ENUM:
        return check_enum(constraint, attr);
    case MICA_CONSTRAINT_STRING_IS:
        return mica_attr_get_kind(attr) == MICA_ATTR_STRING &&
               mica_string_is(mica_string_attr_text(attr), constraint->text);
    case MICA_CONSTRAINT_HOOK:
        return constraint->attr_hook && constraint->attr_hook(attr);
    default:
        return false; // a constraint of types
    }
}

// ---- what a constraint fixes
// -----------------------------------------------------------------

/// Exactly one signedness in the bit set?
static bool has_one_bit(int64_t bits)
{
    return bits != 0 && (bits & (bits - 1)) == 0;
}

bool mica_constraint_has_single_type(const mica_constraint *constraint)
{
    switch (constraint->kind) {
    case MICA_CONSTRAINT_TYPE_KIND:
        return constraint->value == MICA_TYPE_INDEX || constraint->value == MICA_TYPE_NONE;
    case MICA_CONSTRAINT_INTEGER_TYPE:
        return constraint->value != 0 && has_one_bit(constraint->extra);
    case MICA_CONSTRAINT_FLOAT_TYPE:
        return constraint->value >= 0;
    case MICA_CONSTRAINT_TYPE_DEF:
        return constraint->value != 0; // 1: the loader found no parameters
    default:
        return false;
    }
}

const mica_type_def *mica_context_find_type_def(mica_context *context, const char *dialect,
                                                const char *name)
{
    const mica_dialect_def *found =
        mica_context_find_dialect(context, mica_string_from(dialect));
    for (uint32_t low = 0, high = found ? found->type_count : 0; low < high;) {
        const uint32_t middle = (low + high) / 2;
        const int order = strcmp(name, found->types[middle]->name);
        if (order == 0)
            return found->types[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const mica_attr_def *mica_context_find_attr_def(mica_context *context, const char *dialect,
                                                const char *name)
{
    const mica_dialect_def *found =
        mica_context_find_dialect(context, mica_string_from(dialect));
    for (uint32_t low = 0, high = found ? found->attr_count : 0; low < high;) {
        const uint32_t middle = (low + high) / 2;
        const int order = strcmp(name, found->attrs[middle]->name);
        if (order == 0)
            return found->attrs[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

bool mica_type_is_of(const mica_type *type, const mica_type_def *definition)
{
    const mica_type_def *own = mica_type_definition(type);
    return own == definition || (own && strcmp(own->name, definition->name) == 0 &&
                                 strcmp(own->dialect, definition->dialect) == 0);
}

bool mica_attr_is_of(const mica_attr *attr, const mica_attr_def *definition)
{
    const mica_attr_def *own = mica_attr_definition(attr);
    return own == definition || (own && strcmp(own->name, definition->name) == 0 &&
                                 strcmp(own->dialect, definition->dialect) == 0);
}

/// The type without parameters named "dialect.type".
static const mica_type *find_plain_type(mica_context *context, const char *full_name)
{
    char dialect[64];
    const char *dot = strchr(full_name, '.');
    const size_t length = (size_t)(dot - full_name);
    if (length >= sizeof dialect)
        return NULL;
    memcpy(dialect, full_name, length);
    dialect[length] = '\0';
    const mica_type_def *definition = mica_context_find_type_def(context, dialect, dot + 1);
    return definition ? mica_type_get(context, definition, NULL, 0) : NULL;
}

const mica_type *mica_constraint_single_type(mica_context *context,
                                             const mica_constraint *constraint)
{
    if (!mica_constraint_has_single_type(constraint))
        return NULL;
    switch (constraint->kind) {
    case MICA_CONSTRAINT_TYPE_KIND:
        return constraint->value == MICA_TYPE_INDEX ? mica_index_type_get(context)
                                                    : mica_none_type_get(context);
    case MICA_CONSTRAINT_INTEGER_TYPE: {
        const mica_signedness signedness = constraint->extra == 1   ? MICA_SIGNLESS
                                           : constraint->extra == 2 ? MICA_SIGNED
                                                                    : MICA_UNSIGNED;
        return mica_integer_type_get(context, (uint32_t)constraint->value, signedness);
    }
    case MICA_CONSTRAINT_FLOAT_TYPE:
        return mica_float_type_get(context, (mica_float_kind)constraint->value);
    default:
        return find_plain_type(context, constraint->text);
    }
}

const mica_constraint *mica_constraint_attr_type(const mica_constraint *constraint)
{
    if (constraint->kind == MICA_CONSTRAINT_ATTR_TYPED)
        return constraint->children[0];
    if (constraint->kind != MICA_CONSTRAINT_ALL_OF)
        return NULL;
    for (uint32_t i = 0; i < constraint->child_count; ++i) {
        const mica_constraint *found = mica_constraint_attr_type(constraint->children[i]);
        if (found)
            return found;
    }
    return NULL;
}

// ---- enums
// -----------------------------------------------------------------------------------

const char *mica_enum_keyword(const mica_enum_def *definition, int64_t value)
{
    for (uint32_t i = 0; i < definition->case_count; ++i) {
        if (definition->cases[i].value == value)
            return definition->cases[i].keyword;
    }
    return NULL;
}

bool mica_enum_value(const mica_enum_def *definition, mica_string keyword, int64_t *value)
{
    for (uint32_t i = 0; i < definition->case_count; ++i) {
        if (mica_string_is(keyword, definition->cases[i].keyword)) {
            *value = definition->cases[i].value;
            return true;
        }
    }
    return false;
}

static bool is_single_bit(int64_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

/// Marks in `covered` the bits of the groups (cases of several bits) that lie in `value`.
static int64_t covered_by_groups(const mica_enum_def *definition, int64_t value)
{
    int64_t covered = 0;
    for (uint32_t i = 0; i < definition->case_count; ++i) {
        const int64_t bits = definition->cases[i].value;
        if (bits && !is_single_bit(bits) && (value & bits) == bits)
            covered |= bits;
    }
    return covered;
}

bool mica_enum_print(const mica_enum_def *definition, int64_t value,
                     void (*append)(void *user, const char *text), void *user)
{
    const char *whole = mica_enum_keyword(definition, value);
    if (whole || !definition->is_bits) {
        append(user, whole ? whole : "");
        return whole != NULL;
    }
    const int64_t covered = covered_by_groups(definition, value);
    const char *separator = NULL;
    int64_t printed = 0;
    for (uint32_t i = 0; i < definition->case_count; ++i) {
        const int64_t bits = definition->cases[i].value;
        const bool is_group = bits && !is_single_bit(bits);
        if (!bits || (value & bits) != bits || (!is_group && (covered & bits)))
            continue;
        if (separator)
            append(user, separator);
        append(user, definition->cases[i].keyword);
        separator = definition->separator;
        printed |= bits;
    }
    return printed == value;
}
