// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The native functions of the rewrite language (docs/rewrite-language.md has the table for
// people): predicates over what a pattern captured, and computations of attributes and types.
// Each fails, and the pattern does not apply, where its arguments are not of the kind it is
// about.
#include "ir/core/context.h"
#include "ir/rewrite/fold.h"
#include "ir/rewrite/match_program_internal.h"

// ---- values
// ----------------------------------------------------------------------------------

static bool one_use(mica_context *context, const mica_native_argument *arguments,
                    mica_native_result *result)
{
    (void)context;
    (void)result;
    return mica_value_has_one_use(arguments[0].value);
}

static bool unused(mica_context *context, const mica_native_argument *arguments,
                   mica_native_result *result)
{
    (void)context;
    (void)result;
    return mica_value_is_unused(arguments[0].value);
}

static bool is_constant(mica_context *context, const mica_native_argument *arguments,
                        mica_native_result *result)
{
    (void)context;
    (void)result;
    return mica_value_constant(arguments[0].value) != NULL;
}

static bool constant_value(mica_context *context, const mica_native_argument *arguments,
                           mica_native_result *result)
{
    (void)context;
    result->attr = mica_value_constant(arguments[0].value);
    return result->attr != NULL;
}

static bool type_of(mica_context *context, const mica_native_argument *arguments,
                    mica_native_result *result)
{
    (void)context;
    result->type = mica_value_type(arguments[0].value);
    return true;
}

// ---- attributes
// ------------------------------------------------------------------------------

/// The attribute, or the element that a splat repeats; NULL for other elements.
static const mica_attr *scalar_of(const mica_attr *attr)
{
    if (!mica_attr_is(attr, MICA_ATTR_DENSE_ELEMENTS))
        return attr;
    return mica_dense_elements_attr_is_splat(attr) ? mica_dense_elements_attr_element(attr, 0)
                                                   : NULL;
}

static bool integer_value(const mica_attr *attr, int64_t *value)
{
    attr = scalar_of(attr);
    if (!mica_attr_is(attr, MICA_ATTR_INTEGER) ||
        mica_type_bit_width(mica_attr_type(attr)) > 64)
        return false;
    *value = mica_integer_attr_value(attr);
    return true;
}

static bool equal_attrs(mica_context *context, const mica_native_argument *arguments,
                        mica_native_result *result)
{
    (void)context;
    (void)result;
    return mica_attr_equal(arguments[0].attr, arguments[1].attr);
}

static bool integer_is(mica_context *context, const mica_native_argument *arguments,
                       mica_native_result *result)
{
    (void)context;
    (void)result;
    int64_t value;
    return integer_value(arguments[0].attr, &value) && value == arguments[1].integer;
}

/// An integer of this value, or the float of it with a positive sign.
static bool number_is(const mica_attr *attr, int64_t wanted)
{
    int64_t value;
    if (integer_value(attr, &value))
        return value == wanted || (wanted == 1 && mica_attr_is_bool(scalar_of(attr)) && value);
    attr = scalar_of(attr);
    return mica_attr_is(attr, MICA_ATTR_FLOAT) &&
           attr == mica_float_attr_get(mica_attr_type(attr), (double)wanted);
}

static bool is_zero(mica_context *context, const mica_native_argument *arguments,
                    mica_native_result *result)
{
    (void)context;
    (void)result;
    return number_is(arguments[0].attr, 0);
}

static bool is_one(mica_context *context, const mica_native_argument *arguments,
                   mica_native_result *result)
{
    (void)context;
    (void)result;
    return number_is(arguments[0].attr, 1);
}

static bool is_splat(mica_context *context, const mica_native_argument *arguments,
                     mica_native_result *result)
{
    (void)context;
    (void)result;
    return mica_attr_is(arguments[0].attr, MICA_ATTR_DENSE_ELEMENTS) &&
           mica_dense_elements_attr_is_splat(arguments[0].attr);
}

static bool type_of_attr(mica_context *context, const mica_native_argument *arguments,
                         mica_native_result *result)
{
    (void)context;
    result->type = mica_attr_type(arguments[0].attr);
    return result->type != NULL;
}

static bool type_attr(mica_context *context, const mica_native_argument *arguments,
                      mica_native_result *result)
{
    (void)context;
    result->attr = mica_type_attr_get(arguments[0].type);
    return true;
}

static bool to_i64(mica_context *context, const mica_native_argument *arguments,
                   mica_native_result *result)
{
    int64_t value;
    if (!integer_value(arguments[0].attr, &value))
        return false;
    result->attr = mica_i64_attr_get(context, value);
    return true;
}

typedef uint64_t (*integer_operation)(uint64_t a, uint64_t b);

static uint64_t add(uint64_t a, uint64_t b)
{
    return a + b;
}

static uint64_t subtract(uint64_t a, uint64_t b)
{
    return a - b;
}

static uint64_t multiply(uint64_t a, uint64_t b)
{
    return a * b;
}

/// Scalars, or splats of one type; the result is truncated to it.
static bool combine(const mica_native_argument *arguments, mica_native_result *result,
                    integer_operation operation)
{
    int64_t a, b;
    const mica_type *type = mica_attr_type(arguments[0].attr);
    if (!type || type != mica_attr_type(arguments[1].attr) ||
        !integer_value(arguments[0].attr, &a) || !integer_value(arguments[1].attr, &b))
        return false;
    const int64_t combined = (int64_t)operation((uint64_t)a, (uint64_t)b);
    result->attr = mica_integer_attr_get(mica_type_element_or_self(type), combined);
    if (mica_type_is_shaped(type))
        result->attr = mica_dense_elements_attr_get_splat(type, result->attr);
    return result->attr != NULL;
}

static bool add_integers(mica_context *context, const mica_native_argument *arguments,
                         mica_native_result *result)
{
    (void)context;
    return combine(arguments, result, add);
}

static bool subtract_integers(mica_context *context, const mica_native_argument *arguments,
                              mica_native_result *result)
{
    (void)context;
    return combine(arguments, result, subtract);
}

static bool multiply_integers(mica_context *context, const mica_native_argument *arguments,
                              mica_native_result *result)
{
    (void)context;
    return combine(arguments, result, multiply);
}

// ---- types
// -----------------------------------------------------------------------------------

static bool same_type(mica_context *context, const mica_native_argument *arguments,
                      mica_native_result *result)
{
    (void)context;
    (void)result;
    return arguments[0].type == arguments[1].type;
}

#define TYPE_PREDICATE(name, predicate)                                                        \
    static bool name(mica_context *context, const mica_native_argument *arguments,             \
                     mica_native_result *result)                                               \
    {                                                                                          \
        (void)context;                                                                         \
        (void)result;                                                                          \
        return predicate(arguments[0].type);                                                   \
    }
TYPE_PREDICATE(is_integer, mica_type_is_integer)
TYPE_PREDICATE(is_float, mica_type_is_float)
TYPE_PREDICATE(is_index, mica_type_is_index)
TYPE_PREDICATE(is_tensor, mica_type_is_tensor)
TYPE_PREDICATE(is_vector, mica_type_is_vector)
TYPE_PREDICATE(is_memref, mica_type_is_memref)
TYPE_PREDICATE(is_ranked, mica_type_is_ranked)
TYPE_PREDICATE(has_static_shape, mica_type_has_static_shape)

static bool rank_is(mica_context *context, const mica_native_argument *arguments,
                    mica_native_result *result)
{
    (void)context;
    (void)result;
    return mica_type_is_ranked(arguments[0].type) &&
           (int64_t)mica_type_rank(arguments[0].type) == arguments[1].integer;
}

/// Of integers and floats, or of the elements.
static bool wider(mica_context *context, const mica_native_argument *arguments,
                  mica_native_result *result)
{
    (void)context;
    (void)result;
    return mica_type_bit_width(mica_type_element_or_self(arguments[0].type)) >
           mica_type_bit_width(mica_type_element_or_self(arguments[1].type));
}

/// Of a scalar type, or all elements of a static shape.
static bool number(mica_context *context, const mica_native_argument *arguments,
                   mica_native_result *result)
{
    (void)context;
    const mica_type *type = arguments[0].type;
    const mica_type *element = mica_type_element_or_self(type);
    const int64_t value = arguments[1].integer;
    if (mica_type_is_float(element))
        result->attr = mica_float_attr_get(element, (double)value);
    else if (mica_type_is_index(element) ||
             (mica_type_is_integer(element) && mica_type_bit_width(element) <= 64))
        result->attr = mica_integer_attr_get(element, value);
    if (result->attr && mica_type_is_shaped(type))
        result->attr = mica_type_has_static_shape(type) && !mica_type_is_memref(type)
                           ? mica_dense_elements_attr_get_splat(type, result->attr)
                           : NULL;
    return result->attr != NULL;
}

static bool element_type(mica_context *context, const mica_native_argument *arguments,
                         mica_native_result *result)
{
    (void)context;
    result->type = mica_type_element_or_self(arguments[0].type);
    return true;
}

// ---- the table
// -------------------------------------------------------------------------------

// clang-format off
/// In order of names.
static const mica_native_def natives[] = {
    {"add_integers",      "aa>a", add_integers,      "a + b in their type"},
    {"constant",          "v",    is_constant,       "made by a constant op"},
    {"constant_value",    "v>a",  constant_value,    "the value of a constant op"},
    {"element_type",      "t>t",  element_type,      "of a shaped type, or the type itself"},
    {"equal",             "aa",   equal_attrs,       "the same attribute"},
    {"has_static_shape",  "t",    has_static_shape,  "no dynamic dimension"},
    {"i64",               "a>a",  to_i64,            "the value as an i64 attribute"},
    {"integer_is",        "ai",   integer_is,        "an integer or splat of this value"},
    {"is_float",          "t",    is_float,          "a float type"},
    {"is_index",          "t",    is_index,          "index"},
    {"is_integer",        "t",    is_integer,        "an integer type"},
    {"is_memref",         "t",    is_memref,         "a memref type"},
    {"is_one",            "a",    is_one,            "1 or 1.0, or a splat of it"},
    {"is_ranked",         "t",    is_ranked,         "a shaped type with a rank"},
    {"is_splat",          "a",    is_splat,          "all elements are equal"},
    {"is_tensor",         "t",    is_tensor,         "a tensor type"},
    {"is_vector",         "t",    is_vector,         "a vector type"},
    {"is_zero",           "a",    is_zero,           "0 or +0.0, or a splat of it"},
    {"multiply_integers", "aa>a", multiply_integers, "a * b in their type"},
    {"number",            "ti>a", number,            "the number as a constant of the type"},
    {"one_use",           "v",    one_use,           "the value has one use"},
    {"rank_is",           "ti",   rank_is,           "ranked, with this rank"},
    {"same_type",         "tt",   same_type,         "the same type"},
    {"subtract_integers", "aa>a", subtract_integers, "a - b in their type"},
    {"type_attr",         "t>a",  type_attr,         "a type attribute"},
    {"type_of",           "v>t",  type_of,           "the type of a value"},
    {"type_of_attr",      "a>t",  type_of_attr,      "the type of a typed attribute"},
    {"unused",            "v",    unused,            "the value has no uses"},
    {"wider",             "tt",   wider,             "more bits, each or each element"},
};
// clang-format on

const mica_native_def *micai_native_find(const mica_native_def *const *extra,
                                         size_t extra_count, mica_string name)
{
    for (size_t i = 0; i < sizeof(natives) / sizeof(natives[0]); i++)
        if (mica_string_is(name, natives[i].name))
            return &natives[i];
    for (size_t i = 0; i < extra_count; i++)
        if (mica_string_is(name, extra[i]->name))
            return extra[i];
    return NULL;
}
