// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arithmetic on shapes at run time. What begins with a Shape is a tensor of a few scalars;
// nodes on such tensors are done scalar by scalar, so that a Reshape or Expand at the end finds
// its sizes as values and not in memory:
//
//   %s = onnx.Shape %x                   %n = dim of %x ; %s = from_elements %n, %c3
//   %g = onnx.Gather %s, %zero           from_elements %n
//   %t = onnx.Mul %g, %two               %m = muli %n, %c2 ; from_elements %m
//   %y = onnx.Reshape %x, %t             expand_shape .. [%m]
//
// Only where an operand is such a tensor: small tensors of data stay tensors.
#include "dialects/tensor/tensor_ops.h"
#include "ir/rewrite/fold.h"
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

enum { MOST = 64, MOST_INPUTS = 8 };

/// The elements of a small tensor of static shape.
typedef struct scalars {
    const mica_type *type;
    size_t count;
    mica_value *at[MOST];
} scalars;

static mica_value *constant_element(mica_builder *builder, const mica_attr *constant,
                                    const mica_type *type, size_t index)
{
    const mica_attr *attr =
        mica_type_is_float(type)
            ? mica_float_attr_get(type, mica_onnx_load_float(constant, index))
            : mica_integer_attr_get(type, mica_onnx_load_int(constant, index));
    return micai_onnx_constant_op(builder, attr);
}

/// Can the elements be known? Builds nothing.
static bool is_known(mica_value *value, bool *is_computed)
{
    const mica_type *type = mica_value_type(value);
    if (!mica_type_has_static_shape(type) || mica_type_element_count(type) > MOST)
        return false;
    const bool computed = mica_op_is(mica_value_op(value), &mica_tensor_from_elements_kind);
    *is_computed |= computed;
    return computed || mica_onnx_constant(value);
}

static void read_scalars(mica_builder *builder, mica_value *value, scalars *into)
{
    mica_op *op = mica_value_op(value);
    const mica_attr *constant = mica_onnx_constant(value);
    into->type = mica_value_type(value);
    into->count = (size_t)mica_type_element_count(into->type);
    for (size_t i = 0; i < into->count; ++i)
        into->at[i] =
            constant ? constant_element(builder, constant, mica_type_element(into->type), i)
                     : mica_op_operand(op, i);
}

/// The place of a result's element in an operand that may be broadcast.
static size_t place_in(const mica_type *operand, const mica_type *result, size_t position)
{
    size_t place = 0, stride = 1;
    const size_t own = mica_type_rank(operand);
    for (size_t i = mica_type_rank(result); i-- > 0;) {
        const size_t size = (size_t)mica_type_shape(result)[i], index = position % size;
        position /= size;
        if (i + own < mica_type_rank(result))
            continue;
        const size_t own_size =
            (size_t)mica_type_shape(operand)[i + own - mica_type_rank(result)];
        place += own_size == 1 ? 0 : index * stride;
        stride *= own_size;
    }
    return place;
}

static bool do_elementwise(micai_onnx_site *site, const scalars *inputs, size_t count,
                           scalars *result)
{
    for (size_t i = 0; i < result->count; ++i) {
        mica_value *elements[MOST_INPUTS];
        for (size_t k = 0; k < count; ++k)
            elements[k] = inputs[k].at[place_in(inputs[k].type, result->type, i)];
        result->at[i] = micai_onnx_build_element(site, site->builder, elements);
    }
    return true;
}

static bool do_same(micai_onnx_site *site, const scalars *inputs, size_t count, scalars *result)
{
    (void)site;
    (void)count;
    memcpy(result->at, inputs[0].at, result->count * sizeof *result->at);
    return inputs[0].count == result->count;
}

static bool do_expand(micai_onnx_site *site, const scalars *inputs, size_t count,
                      scalars *result)
{
    (void)site;
    (void)count;
    for (size_t i = 0; i < result->count; ++i)
        result->at[i] = inputs[0].at[place_in(inputs[0].type, result->type, i)];
    return true;
}

static bool do_concat(micai_onnx_site *site, const scalars *inputs, size_t count,
                      scalars *result)
{
    (void)site;
    size_t at = 0;
    for (size_t k = 0; k < count; ++k)
        for (size_t i = 0; i < inputs[k].count; ++i)
            result->at[at++] = inputs[k].at[i];
    return true;
}

static bool do_gather(micai_onnx_site *site, const scalars *inputs, size_t count,
                      scalars *result)
{
    (void)site;
    (void)count;
    for (size_t i = 0; i < result->count; ++i) {
        int64_t index;
        if (!mica_value_constant_int(inputs[1].at[i], &index))
            return false;
        index += index < 0 ? (int64_t)inputs[0].count : 0;
        if (index < 0 || (size_t)index >= inputs[0].count)
            return false;
        result->at[i] = inputs[0].at[index];
    }
    return true;
}

static bool do_slice(micai_onnx_site *site, const scalars *inputs, size_t count,
                     scalars *result)
{
    (void)count;
    mica_onnx_slices slices;
    if (!mica_onnx_slices_read(&site->node, &slices) || slices.is_partial)
        return false;
    for (size_t i = 0; i < result->count; ++i)
        result->at[i] = inputs[0].at[slices.starts[0] + (int64_t)i * slices.steps[0]];
    return true;
}

static bool do_product(micai_onnx_site *site, const scalars *inputs, size_t count,
                       scalars *result)
{
    (void)count;
    const bool is_float = mica_type_is_float(mica_type_element(result->type));
    result->at[0] = inputs[0].count ? inputs[0].at[0] : NULL;
    for (size_t i = 1; i < inputs[0].count; ++i)
        result->at[0] = micai_onnx_emit2(site->builder, is_float ? "arith.mulf" : "arith.muli",
                                         result->at[0], inputs[0].at[i]);
    return result->count == 1 && inputs[0].count > 0;
}

// clang-format off
/// Operators that move elements: how many operands hold some (0: all), the greatest rank of
/// the first operand.
static const struct movement {
    const char *op;
    size_t operands, rank;
    bool (*move)(micai_onnx_site *site, const scalars *inputs, size_t count, scalars *result);
} movements[] = {
    {"onnx.Concat",     0, 1,  do_concat},
    {"onnx.Expand",     1, 16, do_expand},
    {"onnx.Flatten",    1, 16, do_same},
    {"onnx.Gather",     2, 1,  do_gather},
    {"onnx.Identity",   1, 16, do_same},
    {"onnx.ReduceProd", 1, 1,  do_product},
    {"onnx.Reshape",    1, 16, do_same},
    {"onnx.Slice",      1, 1,  do_slice},
    {"onnx.Squeeze",    1, 16, do_same},
    {"onnx.Unsqueeze",  1, 16, do_same},
};
// clang-format on

static const struct movement *find_movement(const micai_onnx_site *site)
{
    const mica_string name = mica_op_name(site->op);
    for (size_t i = 0; i < sizeof movements / sizeof *movements; ++i)
        if (mica_string_is(name, movements[i].op))
            return &movements[i];
    return NULL;
}

/// How many operands hold elements that are moved or computed with; 0: not for scalars.
static size_t count_inputs(const micai_onnx_site *site, const struct movement *movement)
{
    size_t count =
        movement && movement->operands ? movement->operands : site->node.operand_count;
    bool is_computed = false;
    if (count == 0 || count > MOST_INPUTS || count > site->node.operand_count)
        return 0;
    for (size_t i = 0; i < count; ++i)
        if (!is_known(site->node.operands[i], &is_computed))
            return 0;
    return is_computed ? count : 0;
}

mica_value *micai_onnx_lower_scalars(micai_onnx_site *site)
{
    const struct movement *movement = find_movement(site);
    scalars inputs[MOST_INPUTS], result = {.type = site->type};
    if (site->result_count != 1 || !mica_type_has_static_shape(site->type) ||
        mica_type_element_count(site->type) > MOST ||
        mica_type_element_count(site->type) == 0 || (!movement && !site->is_elementwise))
        return NULL;
    if (!movement && !micai_onnx_has_element(site))
        return NULL;
    const size_t count = count_inputs(site, movement);
    if (count == 0 || (movement && micai_rank(site->node.operands[0]) > movement->rank))
        return NULL;
    result.count = (size_t)mica_type_element_count(site->type);
    for (size_t i = 0; i < count; ++i)
        read_scalars(site->builder, site->node.operands[i], &inputs[i]);
    const bool done = movement ? movement->move(site, inputs, count, &result)
                               : do_elementwise(site, inputs, count, &result);
    return done ? micai_onnx_emit(site->builder, "tensor.from_elements", result.at,
                                  result.count, site->type)
                : NULL;
}
