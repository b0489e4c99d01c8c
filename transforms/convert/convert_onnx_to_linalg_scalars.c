// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scalars of floats, integers and indices: the op of each kind, folded where operands are
// constants.
#include "transforms/convert/convert_onnx_to_linalg_scalars.h"

#include "ir/core/context.h"
#include "ir/rewrite/fold.h"

#include <stdlib.h>

const mica_type *micai_f32(const mica_builder *builder)
{
    return mica_float_type_get(builder->context, MICA_FLOAT_F32);
}
const mica_type *micai_f64(const mica_builder *builder)
{
    return mica_float_type_get(builder->context, MICA_FLOAT_F64);
}
const mica_type *micai_i32(const mica_builder *builder)
{
    return mica_integer_type_get(builder->context, 32, MICA_SIGNLESS);
}
const mica_type *micai_i64(const mica_builder *builder)
{
    return mica_integer_type_get(builder->context, 64, MICA_SIGNLESS);
}

static bool is_float(const mica_value *x)
{
    return mica_type_is_float(mica_value_type(x));
}

mica_value *micai_num_like(mica_builder *builder, const mica_value *like, double value)
{
    const mica_type *type = mica_value_type(like);
    return mica_type_is_index(type) ? micai_onnx_index(builder, (int64_t)value)
                                    : micai_onnx_number(builder, type, value);
}

static mica_value *binary(mica_builder *builder, const char *of_floats, const char *of_integers,
                          mica_value *a, mica_value *b)
{
    return micai_onnx_index_op(builder, is_float(a) ? of_floats : of_integers, a, b);
}

mica_value *micai_num_add(mica_builder *builder, mica_value *a, mica_value *b)
{
    return binary(builder, "arith.addf", "arith.addi", a, b);
}
mica_value *micai_num_sub(mica_builder *builder, mica_value *a, mica_value *b)
{
    return binary(builder, "arith.subf", "arith.subi", a, b);
}
mica_value *micai_num_mul(mica_builder *builder, mica_value *a, mica_value *b)
{
    return binary(builder, "arith.mulf", "arith.muli", a, b);
}
mica_value *micai_num_div(mica_builder *builder, mica_value *a, mica_value *b)
{
    return binary(builder, "arith.divf", "arith.divsi", a, b);
}
mica_value *micai_num_rest(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_index_op(builder, "arith.remsi", a, b);
}
mica_value *micai_num_min(mica_builder *builder, mica_value *a, mica_value *b)
{
    return binary(builder, "arith.minnumf", "arith.minsi", a, b);
}
mica_value *micai_num_max(mica_builder *builder, mica_value *a, mica_value *b)
{
    return binary(builder, "arith.maxnumf", "arith.maxsi", a, b);
}

mica_value *micai_num_clamp(mica_builder *builder, mica_value *x, mica_value *low,
                            mica_value *high)
{
    return micai_num_min(builder, micai_num_max(builder, x, low), high);
}

mica_value *micai_num_math(mica_builder *builder, const char *name, mica_value *x)
{
    return micai_onnx_emit(builder, name, &x, 1, mica_value_type(x));
}

// ---- conditions
// ------------------------------------------------------------------------------

static mica_value *compare(mica_builder *builder, int64_t of_floats, int64_t of_integers,
                           mica_value *a, mica_value *b)
{
    mica_context *context = builder->context;
    mica_op_state state;
    mica_op_state_init(&state, context, is_float(a) ? "arith.cmpf" : "arith.cmpi",
                       builder->location);
    mica_op_state_add_operand(&state, a);
    mica_op_state_add_operand(&state, b);
    mica_op_state_add_result(&state, mica_integer_type_get(context, 1, MICA_SIGNLESS));
    mica_op_state_set_attr(&state, "predicate",
                           mica_i64_attr_get(context, is_float(a) ? of_floats : of_integers));
    return mica_builder_create_or_fold(builder, &state);
}

mica_value *micai_num_equal(mica_builder *builder, mica_value *a, mica_value *b)
{
    enum { OEQ = 1, EQ = 0 };
    return compare(builder, OEQ, EQ, a, b);
}
mica_value *micai_num_is_nan(mica_builder *builder, mica_value *x)
{
    enum { UNO = 14, NE = 1 };
    return compare(builder, UNO, NE, x, x);
}
mica_value *micai_num_less(mica_builder *builder, mica_value *a, mica_value *b)
{
    enum { OLT = 4, SLT = 2 };
    return compare(builder, OLT, SLT, a, b);
}
mica_value *micai_num_less_equal(mica_builder *builder, mica_value *a, mica_value *b)
{
    enum { OLE = 5, SLE = 3 };
    return compare(builder, OLE, SLE, a, b);
}

mica_value *micai_num_within(mica_builder *builder, mica_value *x, mica_value *low,
                             mica_value *high)
{
    return micai_num_and(builder, micai_num_less_equal(builder, low, x),
                         micai_num_less(builder, x, high));
}

mica_value *micai_num_and(mica_builder *builder, mica_value *a, mica_value *b)
{
    return a ? micai_onnx_index_op(builder, "arith.andi", a, b) : b;
}
mica_value *micai_num_or(mica_builder *builder, mica_value *a, mica_value *b)
{
    return a ? micai_onnx_index_op(builder, "arith.ori", a, b) : b;
}

mica_value *micai_num_or_zero(mica_builder *builder, mica_value *condition, mica_value *then)
{
    return micai_onnx_select(builder, condition, then, micai_num_like(builder, then, 0));
}

// ---- conversions
// -----------------------------------------------------------------------------

mica_value *micai_num_to_index(mica_builder *builder, mica_value *x)
{
    return micai_onnx_to_index(
        builder, micai_onnx_convert(builder, x, micai_i64(builder), false, false), false);
}

mica_value *micai_num_to_float(mica_builder *builder, mica_value *x, const mica_type *type)
{
    return mica_type_is_index(mica_value_type(x))
               ? micai_onnx_from_index(builder, x, type)
               : micai_onnx_convert(builder, x, type, false, false);
}

const mica_type *micai_num_wide(const mica_builder *builder, const mica_type *type)
{
    return mica_type_bit_width(type) < 32 ? micai_f32(builder) : type;
}

mica_value *micai_num_widen(mica_builder *builder, mica_value *x)
{
    return micai_onnx_convert(builder, x, micai_num_wide(builder, mica_value_type(x)), false,
                              false);
}

// ---- tensors
// ---------------------------------------------------------------------------------

mica_value *micai_num_only(mica_builder *builder, mica_value *tensor)
{
    mica_value *places[MICA_ONNX_MAX_RANK];
    const size_t rank = micai_rank(tensor);
    for (size_t i = 0; i < rank; ++i)
        places[i] = micai_onnx_index(builder, 0);
    return micai_onnx_extract(builder, tensor, places, rank);
}

mica_value *micai_constant_ints(mica_builder *builder, const int64_t *values, size_t count)
{
    const int64_t shape = (int64_t)count;
    const mica_type *type = mica_tensor_type_get(micai_i64(builder), &shape, 1, NULL);
    return micai_onnx_constant_op(
        builder, mica_dense_elements_attr_get(type, values, count * sizeof *values, false));
}

mica_value *micai_constant_floats(mica_builder *builder, const mica_type *element,
                                  const double *values, const int64_t *shape, size_t rank)
{
    const mica_type *type = mica_tensor_type_get(element, shape, rank, NULL);
    const size_t size = mica_dense_element_size(element);
    const size_t count = (size_t)mica_type_element_count(type);
    char *bytes = mica_malloc(count * size + 1);
    if (!bytes)
        return NULL;
    for (size_t i = 0; i < count; ++i)
        mica_onnx_store_float(bytes + i * size, element, values[i]);
    mica_value *value = micai_onnx_constant_op(
        builder, mica_dense_elements_attr_get(type, bytes, count * size, false));
    mica_free(bytes);
    return value;
}

mica_value *micai_num_at(mica_builder *builder, mica_value *vector, mica_value *place)
{
    return micai_onnx_extract(builder, vector, &place, 1);
}

mica_value *micai_num_index_at(mica_builder *builder, mica_value *vector, mica_value *place)
{
    return micai_onnx_extract_index(builder, vector, &place, 1, false, NULL);
}
