// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Maps a scalar function over constants.
#include "ir/rewrite/constant_fold.h"

#include <math.h>

#include <assert.h>

#include "ir/core/context_internal.h"

enum { MOST_OPERANDS = 3 };

// ---- single scalars
// --------------------------------------------------------------------------

bool mica_constant_scalar(const mica_attr *attr, mica_scalar *scalar)
{
    if (!mica_attr_is(attr, MICA_ATTR_DENSE_ELEMENTS))
        return attr && mica_scalar_from_attr(attr, scalar);
    size_t size;
    return mica_dense_elements_attr_is_splat(attr) &&
           mica_scalar_load(mica_type_element(mica_attr_type(attr)),
                            mica_dense_elements_attr_data(attr, &size), scalar);
}

const mica_attr *mica_constant_splat(const mica_type *type, const mica_scalar *scalar)
{
    if (!mica_type_is_shaped(type))
        return mica_scalar_to_attr(scalar);
    if (!mica_type_has_static_shape(type) || mica_type_is_memref(type))
        return NULL;
    char bytes[MICA_WIDE_WORDS * sizeof(uint64_t)];
    mica_scalar_store(scalar, bytes);
    return mica_dense_elements_attr_get(type, bytes, mica_dense_element_size(scalar->type),
                                        true);
}

bool mica_constant_is_int(const mica_attr *attr, int64_t value)
{
    mica_scalar scalar;
    if (!mica_constant_scalar(attr, &scalar) || mica_type_is_float(scalar.type))
        return false;
    const mica_wide wanted = mica_wide_from_int(scalar.as.integer.width, value);
    return mica_wide_equal(&scalar.as.integer, &wanted);
}

bool mica_constant_is_ones(const mica_attr *attr)
{
    return mica_constant_is_int(attr, -1);
}

bool mica_constant_is_float(const mica_attr *attr, double value)
{
    mica_scalar scalar;
    double number;
    return mica_constant_scalar(attr, &scalar) && mica_scalar_get_float(&scalar, &number) &&
           number == value && !signbit(number) == !signbit(value);
}

// ---- elements
// --------------------------------------------------------------------------------

/// An operand of an elementwise map: its element `i` lies at data + i * stride.
typedef struct element_source {
    const mica_type *type;
    const char *data;
    size_t stride; ///< 0 for a splat
} element_source;

static bool open_source(const mica_attr *attr, int64_t count, element_source *source)
{
    if (!mica_attr_is(attr, MICA_ATTR_DENSE_ELEMENTS) || mica_attr_is_blob(attr) ||
        mica_type_element_count(mica_attr_type(attr)) != count)
        return false;
    size_t size;
    source->type = mica_type_element(mica_attr_type(attr));
    source->data = mica_dense_elements_attr_data(attr, &size);
    const bool is_splat = mica_dense_elements_attr_is_splat(attr);
    source->stride = is_splat ? 0 : mica_dense_element_size(source->type);
    return true;
}

/// What is mapped: operands, the function and the element type of the result.
typedef struct element_map {
    element_source sources[MOST_OPERANDS];
    size_t source_count;
    const mica_type *element;
    mica_scalar_fn function;
    int64_t parameter;
} element_map;

static bool map_element(const element_map *map, size_t index, mica_scalar *result)
{
    mica_scalar operands[MOST_OPERANDS];
    for (size_t i = 0; i < map->source_count; i++) {
        const element_source *source = &map->sources[i];
        if (!mica_scalar_load(source->type, source->data + index * source->stride,
                              &operands[i]))
            return false;
    }
    result->type = map->element;
    return map->function(operands, result, map->parameter);
}

static const mica_attr *map_all(const element_map *map, const mica_type *type, size_t count)
{
    mica_context *context = mica_type_context(type);
    const size_t size = mica_dense_element_size(map->element), bytes = size * count;
    char *data = micai_context_allocate(context, bytes);
    bool complete = data != NULL;
    for (size_t i = 0; complete && i < count; i++) {
        mica_scalar result;
        complete = map_element(map, i, &result);
        if (complete)
            mica_scalar_store(&result, data + i * size);
    }
    const mica_attr *attr =
        complete ? mica_dense_elements_attr_get(type, data, bytes, false) : NULL;
    micai_context_free(context, data, bytes);
    return attr;
}

static const mica_attr *map_elements(const mica_attr *const *constants, size_t count,
                                     const mica_type *type, element_map *map)
{
    const int64_t element_count = mica_type_element_count(type);
    if (!mica_type_is_ranked(type) || mica_type_is_memref(type) || element_count <= 0)
        return NULL;
    bool is_splat = true;
    for (size_t i = 0; i < count; i++) {
        if (!open_source(constants[i], element_count, &map->sources[i]))
            return NULL;
        is_splat = is_splat && map->sources[i].stride == 0;
    }
    map->source_count = count;
    map->element = mica_type_element(type);
    if (mica_dense_element_size(map->element) == 0)
        return NULL;
    if (!is_splat)
        return map_all(map, type, (size_t)element_count);
    mica_scalar result;
    return map_element(map, 0, &result) ? mica_constant_splat(type, &result) : NULL;
}

const mica_attr *mica_constant_map(const mica_attr *const *constants, size_t count,
                                   const mica_type *type, mica_scalar_fn function,
                                   int64_t parameter)
{
    assert(count <= MOST_OPERANDS);
    for (size_t i = 0; i < count; i++)
        if (!constants[i])
            return NULL;
    if (mica_type_is_shaped(type)) {
        element_map map = {.function = function, .parameter = parameter};
        return map_elements(constants, count, type, &map);
    }
    mica_scalar operands[MOST_OPERANDS], result = {.type = type};
    for (size_t i = 0; i < count; i++)
        if (!mica_scalar_from_attr(constants[i], &operands[i]))
            return NULL;
    return function(operands, &result, parameter) ? mica_scalar_to_attr(&result) : NULL;
}

mica_fold_status mica_fold_elementwise(mica_op *op, const mica_attr *const *constants,
                                       mica_fold_result *results, mica_scalar_fn function,
                                       int64_t parameter)
{
    results[0].attr =
        mica_constant_map(constants, mica_op_operand_count(op),
                          mica_value_type(mica_op_result(op, 0)), function, parameter);
    return results[0].attr ? MICA_FOLD_REPLACED : MICA_FOLD_NONE;
}
