// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sizes of results before they are computed (the interface reify_shape). A size that the type
// says is a constant; the others are found from operands, here:
//
//   %p = tensor.pad %t low[%l, 0] high[0, 2] ... : tensor<?x4xf32> to tensor<?x6xf32>
//   size 0 of %p:  affine.apply (d0)[s0] -> (d0 + s0) (tensor.dim %t, 0; %l)
#include "dialects/tensor/tensor.h"

#include "ir/core/affine.h"
#include "ir/rewrite/fold.h"

// ---- building blocks
// -------------------------------------------------------------------------

static mica_value *build_index(mica_builder *builder, int64_t number)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "arith.constant", builder->location);
    mica_op_state_set_attr(&state, "value", mica_index_attr_get(builder->context, number));
    mica_op_state_add_result(&state, mica_index_type_get(builder->context));
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

mica_mixed mica_tensor_size_of(mica_builder *builder, mica_value *tensor, size_t dim)
{
    const mica_type *type = mica_value_type(tensor);
    if (mica_type_is_ranked(type) && mica_type_shape(type)[dim] != MICA_DYNAMIC)
        return mica_mixed_constant(mica_type_shape(type)[dim]);
    mica_op_state state;
    mica_op_state_init(&state, builder->context,
                       mica_type_is_tensor(type) ? "tensor.dim" : "memref.dim",
                       builder->location);
    mica_op_state_add_operand(&state, tensor);
    mica_op_state_add_operand(&state, build_index(builder, (int64_t)dim));
    mica_op_state_add_result(&state, mica_index_type_get(builder->context));
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_mixed_value(mica_op_result(op, 0)) : mica_mixed_constant(MICA_DYNAMIC);
}

mica_value *mica_mixed_materialize(mica_builder *builder, mica_mixed mixed)
{
    return mixed.value ? mixed.value : build_index(builder, mixed.constant);
}

/// affine.apply of a map whose symbols are the values.
static mica_value *build_apply(mica_builder *builder, const mica_affine_expr *expr,
                               mica_value *const *symbols, size_t count)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "affine.apply", builder->location);
    mica_op_state_set_attr(&state, "map",
                           mica_affine_map_get(builder->context, 0, (uint32_t)count, &expr, 1));
    mica_op_state_add_operands(&state, symbols, count);
    mica_op_state_add_result(&state, mica_index_type_get(builder->context));
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

/// The sum of sizes: constants are added here, values by one affine.apply.
static bool build_sum(mica_builder *builder, const mica_mixed *terms, size_t count,
                      mica_mixed *sum)
{
    enum { MOST = 32 };
    mica_value *symbols[MOST];
    size_t values = 0;
    int64_t constant = 0;
    const mica_affine_expr *expr = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!terms[i].value) {
            constant += terms[i].constant;
            continue;
        }
        if (values == MOST)
            return false;
        const mica_affine_expr *symbol =
            mica_affine_symbol_get(builder->context, (uint32_t)values);
        expr = expr ? mica_affine_binary_get(MICA_AFFINE_ADD, expr, symbol) : symbol;
        symbols[values++] = terms[i].value;
    }
    if (values == 0) {
        *sum = mica_mixed_constant(constant);
        return true;
    }
    if (values == 1 && constant == 0) {
        *sum = mica_mixed_value(symbols[0]);
        return true;
    }
    expr = mica_affine_binary_get(MICA_AFFINE_ADD, expr,
                                  mica_affine_constant_get(builder->context, constant));
    *sum = mica_mixed_value(build_apply(builder, expr, symbols, values));
    return sum->value;
}

/// The size where the type says it.
static bool known_size(mica_op *op, size_t dim, mica_mixed *size)
{
    int64_t known = mica_type_shape(mica_value_type(mica_op_result(op, 0)))[dim];
    *size = mica_mixed_constant(known);
    return known != MICA_DYNAMIC;
}

/// Which of the operands that give dynamic sizes is that of `dim`.
static size_t dynamic_place(mica_op *op, size_t dim)
{
    const int64_t *shape = mica_type_shape(mica_value_type(mica_op_result(op, 0)));
    size_t place = 0;
    for (size_t i = 0; i < dim; i++)
        place += shape[i] == MICA_DYNAMIC;
    return place;
}

// ---- sizes given as operands: empty, generate, splat
// ------------------------------------------

static bool listed_size(mica_op *op, size_t spec, size_t dim, mica_mixed *size)
{
    if (known_size(op, dim, size))
        return true;
    size_t first, count, place = dynamic_place(op, dim);
    mica_op_operand_range(op, spec, &first, &count);
    if (place >= count)
        return false;
    *size = mica_mixed_value(mica_op_operand(op, first + place));
    return true;
}

static bool first_list_size(mica_builder *builder, mica_op *op, size_t result, size_t dim,
                            mica_mixed *size)
{
    (void)builder;
    (void)result;
    return listed_size(op, 0, dim, size);
}

static bool splat_size(mica_builder *builder, mica_op *op, size_t result, size_t dim,
                       mica_mixed *size)
{
    (void)builder;
    (void)result;
    return listed_size(op, 1, dim, size);
}

const mica_reify_shape micai_tensor_empty_reify_shape = {sizeof(mica_reify_shape),
                                                         first_list_size};
const mica_reify_shape micai_tensor_generate_reify_shape = {sizeof(mica_reify_shape),
                                                            first_list_size};
const mica_reify_shape micai_tensor_splat_reify_shape = {sizeof(mica_reify_shape), splat_size};

// ---- the destination's: insert, insert_slice, pack, unpack
// ------------------------------------

static bool dest_size(mica_builder *builder, mica_op *op, size_t result, size_t dim,
                      mica_mixed *size)
{
    (void)result;
    *size = mica_tensor_size_of(builder, mica_op_operand(op, 1), dim);
    return true;
}

const mica_reify_shape micai_tensor_dest_shape = {sizeof(mica_reify_shape), dest_size};

// ---- collapse_shape, expand_shape, concat, extract_slice, pad
// ---------------------------------

static bool expanded_size(mica_builder *builder, mica_op *op, size_t result, size_t dim,
                          mica_mixed *size)
{
    (void)builder;
    (void)result;
    if (known_size(op, dim, size))
        return true;
    *size = mica_mixed_at(op, 1, 1, dim);
    return size->value || size->constant != MICA_DYNAMIC;
}

const mica_reify_shape micai_tensor_expand_shape_reify_shape = {sizeof(mica_reify_shape),
                                                                expanded_size};

/// The product of the sizes of a group.
static bool collapsed_size(mica_builder *builder, mica_op *op, size_t result, size_t dim,
                           mica_mixed *size)
{
    enum { MOST = 16 };
    (void)result;
    const mica_attr *group =
        mica_array_attr_element(mica_tensor_collapse_shape_reassociation(op), dim);
    mica_value *source = mica_tensor_collapse_shape_src(op);
    size_t count = mica_array_attr_count(group), values = 0;
    if (known_size(op, dim, size))
        return true;
    if (count > MOST)
        return false;
    mica_value *symbols[MOST];
    int64_t factor = 1;
    const mica_affine_expr *expr = NULL;
    for (size_t i = 0; i < count; i++) {
        int64_t place = mica_integer_attr_value(mica_array_attr_element(group, i));
        mica_mixed part = mica_tensor_size_of(builder, source, (size_t)place);
        if (!part.value) {
            factor *= part.constant;
            continue;
        }
        const mica_affine_expr *symbol =
            mica_affine_symbol_get(builder->context, (uint32_t)values);
        expr = expr ? mica_affine_binary_get(MICA_AFFINE_MUL, expr, symbol) : symbol;
        symbols[values++] = part.value;
    }
    expr = mica_affine_binary_get(MICA_AFFINE_MUL, expr,
                                  mica_affine_constant_get(builder->context, factor));
    *size = values == 1 && factor == 1
                ? mica_mixed_value(symbols[0])
                : mica_mixed_value(build_apply(builder, expr, symbols, values));
    return size->value;
}

const mica_reify_shape micai_tensor_collapse_shape_reify_shape = {sizeof(mica_reify_shape),
                                                                  collapsed_size};

static bool concat_size(mica_builder *builder, mica_op *op, size_t result, size_t dim,
                        mica_mixed *size)
{
    enum { MOST = 32 };
    (void)result;
    size_t count = mica_op_operand_count(op);
    mica_mixed terms[MOST];
    if (known_size(op, dim, size))
        return true;
    if (mica_integer_attr_value(mica_tensor_concat_dim(op)) != (int64_t)dim) {
        *size = mica_tensor_size_of(builder, mica_op_operand(op, 0), dim);
        return true;
    }
    if (count > MOST)
        return false;
    for (size_t i = 0; i < count; i++)
        terms[i] = mica_tensor_size_of(builder, mica_op_operand(op, i), dim);
    return build_sum(builder, terms, count, size);
}

const mica_reify_shape micai_tensor_concat_reify_shape = {sizeof(mica_reify_shape),
                                                          concat_size};

/// The size of the box in the dimension that becomes `dim` when unit dimensions are dropped.
static bool slice_size(mica_builder *builder, mica_op *op, size_t result, size_t dim,
                       mica_mixed *size)
{
    (void)builder;
    (void)result;
    if (known_size(op, dim, size))
        return true;
    // Dynamic sizes are never dropped, so that they keep their order.
    size_t place = dynamic_place(op, dim);
    mica_mixed_cursor cursor = mica_slice_begin(op, MICA_SIZES);
    while (mica_mixed_next(&cursor, size))
        if (size->value && place-- == 0)
            return true;
    return false;
}

const mica_reify_shape micai_tensor_extract_slice_reify_shape = {sizeof(mica_reify_shape),
                                                                 slice_size};

static bool padded_size(mica_builder *builder, mica_op *op, size_t result, size_t dim,
                        mica_mixed *size)
{
    (void)result;
    if (known_size(op, dim, size))
        return true;
    mica_mixed terms[3] = {
        mica_tensor_size_of(builder, mica_tensor_pad_source(op), dim),
        mica_mixed_at(op, 1, 1, dim),
        mica_mixed_at(op, 2, 2, dim),
    };
    return build_sum(builder, terms, 3, size);
}

const mica_reify_shape micai_tensor_pad_reify_shape = {sizeof(mica_reify_shape), padded_size};
