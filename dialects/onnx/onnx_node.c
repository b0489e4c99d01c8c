// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reading nodes: operands by their place in the definition, attributes with their defaults.
#include "dialects/onnx/onnx_internal.h"

void mica_onnx_node_from_op(mica_op *op, mica_op_state *node)
{
    mica_op_state_init_record(node, mica_op_context(op), mica_op_get_record(op),
                              mica_op_location(op));
    for (size_t i = 0; i < mica_op_operand_count(op); ++i)
        mica_op_state_add_operand(node, mica_op_operand(op, i));
    for (size_t i = 0; i < mica_op_slot_count(op); ++i)
        mica_op_state_set_slot(node, i, mica_op_slot(op, i));
}

/// Number of operands that belong to spec `index`. Without the segments attribute at most one
/// spec is optional or variadic, and takes what the others leave.
static size_t operands_of_spec(const mica_op_state *node, const mica_op_def *definition,
                               size_t index)
{
    const int slot = definition->operand_segment_slot;
    if (slot >= 0) {
        const mica_attr *sizes = (uint32_t)slot < node->slot_count ? node->slots[slot] : NULL;
        if (!mica_attr_is(sizes, MICA_ATTR_DENSE_ARRAY) ||
            index >= mica_dense_array_attr_count(sizes))
            return 0;
        const int64_t size = mica_dense_array_attr_int(sizes, index);
        return size > 0 ? (size_t)size : 0;
    }
    if (definition->operands[index].arity == MICA_ARITY_ONE)
        return 1;
    const size_t others = definition->operand_count - 1u;
    return node->operand_count > others ? node->operand_count - others : 0;
}

mica_value *mica_onnx_node_operand(const mica_op_state *node, size_t index)
{
    const mica_op_def *definition = mica_op_record_def(node->record);
    if (index >= definition->operand_count)
        return NULL;
    size_t first = 0;
    for (size_t i = 0; i < index; ++i)
        first += operands_of_spec(node, definition, i);
    if (operands_of_spec(node, definition, index) == 0 || first >= node->operand_count)
        return NULL;
    return node->operands[first];
}

const mica_attr *mica_onnx_node_attr(const mica_op_state *node, const char *name)
{
    const mica_op_def *definition = mica_op_record_def(node->record);
    const int slot = mica_op_def_find_slot(definition, mica_string_from(name));
    if (slot < 0)
        return NULL;
    if ((uint32_t)slot < node->slot_count && node->slots[slot])
        return node->slots[slot];
    return mica_op_record_default(node->record, (size_t)slot);
}

int64_t mica_onnx_node_int(const mica_op_state *node, const char *name)
{
    const mica_attr *attr = mica_onnx_node_attr(node, name);
    return mica_attr_is(attr, MICA_ATTR_INTEGER) ? mica_integer_attr_value(attr) : 0;
}

double mica_onnx_node_float(const mica_op_state *node, const char *name)
{
    const mica_attr *attr = mica_onnx_node_attr(node, name);
    return mica_attr_is(attr, MICA_ATTR_FLOAT) ? mica_float_attr_value(attr) : 0;
}

mica_string mica_onnx_node_string(const mica_op_state *node, const char *name)
{
    const mica_attr *attr = mica_onnx_node_attr(node, name);
    return mica_attr_is(attr, MICA_ATTR_STRING) ? mica_string_attr_text(attr)
                                                : (mica_string){NULL, 0};
}

const int64_t *mica_onnx_node_ints(const mica_op_state *node, const char *name, size_t *count)
{
    const mica_attr *attr = mica_onnx_node_attr(node, name);
    *count = mica_attr_is(attr, MICA_ATTR_DENSE_ARRAY) ? mica_dense_array_attr_count(attr) : 0;
    return *count ? mica_dense_array_attr_data(attr) : NULL;
}

const mica_attr *mica_onnx_constant(const mica_value *value)
{
    const mica_op *op = value ? mica_value_op(value) : NULL;
    if (!op || !mica_op_has_trait(op, MICA_TRAIT_CONSTANT_LIKE))
        return NULL;
    const mica_attr *attr = mica_op_attr(op, "value");
    return mica_attr_is(attr, MICA_ATTR_DENSE_ELEMENTS) ? attr : NULL;
}

int64_t mica_onnx_load_int(const mica_attr *elements, size_t index)
{
    const mica_type *type = mica_type_element(mica_attr_type(elements));
    const unsigned bits = (unsigned)mica_type_bit_width(type);
    const mica_attr *element = mica_dense_elements_attr_element(elements, (int64_t)index);
    const int64_t value = mica_integer_attr_value(element);
    if (bits == 1)
        return value & 1;
    if (bits < 64 && mica_integer_type_signedness(type) == MICA_UNSIGNED)
        return value & (((int64_t)1 << bits) - 1);
    return value;
}

int64_t mica_onnx_constant_ints(const mica_value *value, int64_t *values, size_t capacity)
{
    const mica_attr *elements = mica_onnx_constant(value);
    if (!elements || !mica_type_is_integer(mica_type_element(mica_attr_type(elements))))
        return -1;
    const int64_t count = mica_type_element_count(mica_attr_type(elements));
    if (count < 0 || (size_t)count > capacity)
        return -1;
    for (size_t i = 0; i < (size_t)count; ++i)
        values[i] = mica_onnx_load_int(elements, i);
    return count;
}

bool mica_onnx_constant_int(const mica_value *value, int64_t *result)
{
    return mica_onnx_constant_ints(value, result, 1) == 1;
}

double mica_onnx_load_float(const mica_attr *elements, size_t index)
{
    const mica_type *type = mica_type_element(mica_attr_type(elements));
    size_t size;
    const char *data = mica_dense_elements_attr_data(elements, &size);
    const size_t at = mica_dense_elements_attr_is_splat(elements) ? 0 : index;
    if (!mica_type_is_float_kind(type, MICA_FLOAT_F32))
        return mica_float_attr_value(
            mica_dense_elements_attr_element(elements, (int64_t)index));
    float value; // without interning an attribute for each element
    memcpy(&value, data + at * sizeof value, sizeof value);
    return (double)value;
}

void mica_onnx_store_float(void *target, const mica_type *type, double value)
{
    if (mica_type_is_float_kind(type, MICA_FLOAT_F32)) {
        const float narrow = (float)value;
        memcpy(target, &narrow, sizeof narrow);
        return;
    }
    uint64_t bits[2];
    mica_float_attr_bits(mica_float_attr_get(type, value), bits);
    memcpy(target, bits, mica_dense_element_size(type));
}

bool mica_onnx_axis(int64_t axis, size_t rank, size_t *normalized)
{
    const int64_t size = (int64_t)rank;
    if (axis < -size || axis >= size)
        return false;
    *normalized = (size_t)(axis < 0 ? axis + size : axis);
    return true;
}

bool micai_onnx_same_elements(const mica_op_state *node, size_t a, size_t b,
                              mica_onnx_fault *fault)
{
    const mica_type *first = micai_operand_type(node, a), *second = micai_operand_type(node, b);
    if (!first || !second || mica_type_element(first) == mica_type_element(second))
        return true;
    const mica_op_def *definition = mica_op_record_def(node->record);
    micai_onnx_wrong(fault, "operands '%s' and '%s' differ in element type",
                     definition->operands[a].name, definition->operands[b].name);
    return false;
}
