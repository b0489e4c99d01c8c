// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Matrix products: everything becomes linalg.matmul or linalg.batch_matmul, which the CPU
// strategy knows; transposed operands are transposed before (constants at compile time).
//
//   Gemm    the accumulator starts as C, so that the bias costs no pass of its own; alpha and
//           beta, where they are not 1, are elementwise ops around it
//   MatMul  vectors get a dimension of size 1; A's batch joins its rows when B has none;
//           otherwise both operands are brought to one batch dimension
#include "transforms/convert/convert_onnx_to_linalg_internal.h"
#include "transforms/tensor/entry_dims.h"

static const mica_type *type_of(const mica_type *like, const int64_t *shape, size_t rank)
{
    return mica_tensor_type_get(mica_type_element(like), shape, rank, NULL);
}

static const mica_attr *zero_of(const mica_type *type)
{
    const mica_type *element = mica_type_element(type);
    return mica_type_is_float(element) ? mica_float_attr_get(element, 0)
                                       : mica_integer_attr_get(element, 0);
}

/// a (m x k) times b (k x n), added to `into`.
static mica_value *matmul_into(mica_builder *builder, mica_value *a, mica_value *b,
                               mica_value *into)
{
    mica_value *const inputs[] = {a, b};
    micai_onnx_require_equal(builder, micai_onnx_dim(builder, a, 1),
                             micai_onnx_dim(builder, b, 0));
    return micai_onnx_named(builder, "linalg.matmul", inputs, 2, into, NULL);
}

// ---- Gemm
// ------------------------------------------------------------------------------------

/// x * factor, in the element type.
static mica_value *scale_element(void *user, mica_builder *builder, mica_value *const *elements)
{
    const mica_type *type = mica_value_type(elements[0]);
    mica_value *factor = micai_onnx_number(builder, type, *(const double *)user);
    return micai_onnx_emit2(builder, mica_type_is_float(type) ? "arith.mulf" : "arith.muli",
                            elements[0], factor);
}

static mica_value *scale(mica_builder *builder, mica_value *value, double factor)
{
    if (factor == 1)
        return value;
    return micai_onnx_pointwise(builder, mica_value_type(value), &value, 1, scale_element,
                                &factor);
}

/// C broadcast to the product's shape, as its accumulator.
static mica_value *bias_as_accumulator(mica_builder *builder, const mica_type *type,
                                       mica_value *bias, const micai_onnx_sizes *sizes)
{
    mica_context *context = builder->context;
    const size_t rank = micai_rank(bias);
    const mica_affine_expr *results[2];
    for (size_t i = 0; i < rank; ++i)
        results[i] = micai_shape(bias)[i] == 1
                         ? mica_affine_constant_get(context, 0)
                         : mica_affine_dim_get(context, (uint32_t)(i + 2 - rank));
    const mica_attr *maps[] = {mica_affine_map_get(context, 2, 0, results, rank),
                               mica_affine_map_identity(context, 2)};
    return micai_onnx_generic(builder, &bias, 1, micai_onnx_empty(builder, type, sizes), maps,
                              "pp", micai_onnx_first, NULL);
}

static bool is_whole(double value)
{
    return value >= -1e9 && value <= 1e9 && value == (double)(int64_t)value;
}

static mica_value *lower_gemm(micai_onnx_site *site)
{
    static const int64_t turned[] = {1, 0};
    mica_builder *builder = site->builder;
    mica_value *a = micai_onnx_operand(site, 0), *b = micai_onnx_operand(site, 1);
    mica_value *c = micai_onnx_operand(site, 2);
    const double alpha = mica_onnx_node_float(&site->node, "alpha");
    const double beta = mica_onnx_node_float(&site->node, "beta");
    if (!mica_type_is_float(micai_element(a)) && (!is_whole(alpha) || !is_whole(beta)))
        return micai_onnx_refuse(site, "alpha or beta is no integer");
    for (size_t i = 0; c && i < micai_rank(c); ++i)
        if (micai_shape(c)[i] == MICA_DYNAMIC)
            return micai_onnx_refuse(site, "'C' has a dynamic size");
    if (mica_onnx_node_int(&site->node, "transA"))
        a = micai_onnx_transpose(builder, a, turned);
    if (mica_onnx_node_int(&site->node, "transB"))
        b = micai_onnx_transpose(builder, b, turned);
    const micai_onnx_sizes sizes = {{a, b}, {0, 1}};
    if (alpha == 1 && c && beta != 0) {
        mica_value *into =
            bias_as_accumulator(builder, site->type, scale(builder, c, beta), &sizes);
        return matmul_into(builder, a, b, into);
    }
    mica_value *into = micai_onnx_filled(builder, site->type, &sizes, zero_of(site->type));
    mica_value *product = scale(builder, matmul_into(builder, a, b, into), alpha);
    if (!c || beta == 0)
        return product;
    mica_value *const terms[] = {product, scale(builder, c, beta)};
    const char *add = mica_type_is_float(micai_element(a)) ? "arith.addf" : "arith.addi";
    return micai_onnx_pointwise(builder, site->type, terms, 2, micai_onnx_emit_body,
                                (void *)(uintptr_t)add);
}

// ---- MatMul
// ----------------------------------------------------------------------------------

/// Product of the sizes [first, last); MICA_DYNAMIC when one is.
static int64_t volume(const int64_t *shape, size_t first, size_t last)
{
    int64_t product = 1;
    for (size_t i = first; i < last; ++i) {
        if (shape[i] == MICA_DYNAMIC)
            return MICA_DYNAMIC;
        product *= shape[i];
    }
    return product;
}

/// A vector as a row (dimension of size 1 first) or as a column (last).
static mica_value *as_matrix(mica_builder *builder, mica_value *value, bool row)
{
    if (micai_rank(value) != 1)
        return value;
    const int64_t size = micai_shape(value)[0];
    const int64_t shape[] = {row ? 1 : size, row ? size : 1};
    return micai_onnx_reshape(builder, value, type_of(mica_value_type(value), shape, 2));
}

/// [b1, b2, m, k] times [k, n]: [b1 * b2 * m, k] times [k, n].
static mica_value *multiply_rows(micai_onnx_site *site, mica_value *a, mica_value *b)
{
    mica_builder *builder = site->builder;
    const size_t rank = micai_rank(a);
    const int64_t *a_shape = micai_shape(a);
    const int64_t joined[] = {volume(a_shape, 0, rank - 1), a_shape[rank - 1]};
    mica_value *own[MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i < rank; ++i)
        own[i] = micai_onnx_dim(builder, a, i);
    mica_value *const row_sizes[] = {micai_onnx_quotient(builder, own, rank - 1, NULL, 0),
                                     own[rank - 1]};
    mica_value *rows =
        micai_onnx_reshape_to(builder, a, type_of(mica_value_type(a), joined, 2), row_sizes);
    const int64_t shape[] = {joined[0], micai_shape(b)[1]};
    const mica_type *type = type_of(site->type, shape, 2);
    const micai_onnx_sizes sizes = {{rows, b}, {0, 1}};
    return matmul_into(builder, rows, b,
                       micai_onnx_filled(builder, type, &sizes, zero_of(type)));
}

/// The operand with the batch dimensions of the result, joined to one.
static mica_value *to_one_batch(micai_onnx_site *site, mica_value *value, size_t batch_rank,
                                mica_value *const *batch_sizes)
{
    const int64_t *batch_shape = mica_type_shape(site->type);
    mica_builder *builder = site->builder;
    const size_t rank = micai_rank(value);
    const int64_t *own = micai_shape(value);
    int64_t shape[MICA_ONNX_MAX_RANK + 2];
    memcpy(shape, batch_shape, batch_rank * sizeof *shape);
    shape[batch_rank] = own[rank - 2];
    shape[batch_rank + 1] = own[rank - 1];
    const mica_type *type = type_of(mica_value_type(value), shape, batch_rank + 2);
    mica_value *wanted[MICA_ONNX_MAX_RANK + 2] = {NULL};
    bool is_whole = rank == batch_rank + 2;
    for (size_t i = 0; i < batch_rank; ++i) {
        wanted[i] = batch_sizes[i];
        is_whole =
            is_whole && micai_same_expression(micai_onnx_dim(builder, value, i), wanted[i]);
    }
    if (!is_whole)
        value =
            micai_onnx_pointwise_to(builder, type, &value, 1, wanted, micai_onnx_first, NULL);
    const int64_t joined[] = {volume(batch_shape, 0, batch_rank), shape[batch_rank],
                              shape[batch_rank + 1]};
    mica_value *const sizes[] = {micai_onnx_quotient(builder, batch_sizes, batch_rank, NULL, 0),
                                 micai_onnx_dim(builder, value, batch_rank),
                                 micai_onnx_dim(builder, value, batch_rank + 1)};
    return micai_onnx_reshape_to(builder, value, type_of(type, joined, 3), sizes);
}

/// The sizes of the result: those of the batches broadcast, then rows and columns.
static void result_sizes(micai_onnx_site *site, mica_value **sizes)
{
    mica_value *a = micai_onnx_operand(site, 0), *b = micai_onnx_operand(site, 1);
    const size_t a_rank = micai_rank(a), b_rank = micai_rank(b);
    const size_t vectors = (a_rank > 1) + (size_t)(b_rank > 1);
    const size_t batch_rank = mica_type_rank(site->type) - vectors;
    size_t at = batch_rank;
    for (size_t i = 0; i < batch_rank; ++i) {
        mica_value *own[2] = {NULL, NULL};
        const size_t ranks[] = {a_rank, b_rank};
        mica_value *const operands[] = {a, b};
        for (size_t k = 0; k < 2; ++k)
            if (ranks[k] >= 2 && i + ranks[k] >= batch_rank + 2)
                own[k] =
                    micai_onnx_dim(site->builder, operands[k], i + ranks[k] - 2 - batch_rank);
        sizes[i] = !own[0]   ? own[1]
                   : !own[1] ? own[0]
                             : micai_onnx_broadcast_dim(site->builder, own[0], own[1]);
    }
    if (a_rank > 1)
        sizes[at++] = micai_onnx_dim(site->builder, a, a_rank - 2);
    if (b_rank > 1)
        sizes[at] = micai_onnx_dim(site->builder, b, b_rank - 1);
}

static mica_value *multiply_batches(micai_onnx_site *site, mica_value *a, mica_value *b,
                                    size_t batch_rank, mica_value *const *batch_sizes)
{
    mica_value *const inputs[] = {to_one_batch(site, a, batch_rank, batch_sizes),
                                  to_one_batch(site, b, batch_rank, batch_sizes)};
    const int64_t shape[] = {micai_shape(inputs[0])[0], micai_shape(inputs[0])[1],
                             micai_shape(inputs[1])[2]};
    const mica_type *type = type_of(site->type, shape, 3);
    const micai_onnx_sizes sizes = {{inputs[0], inputs[0], inputs[1]}, {0, 1, 2}};
    mica_value *into = micai_onnx_filled(site->builder, type, &sizes, zero_of(type));
    micai_onnx_require_equal(site->builder, micai_onnx_dim(site->builder, inputs[0], 2),
                             micai_onnx_dim(site->builder, inputs[1], 1));
    return micai_onnx_named(site->builder, "linalg.batch_matmul", inputs, 2, into, NULL);
}

static mica_value *lower_matmul(micai_onnx_site *site)
{
    mica_value *a = micai_onnx_operand(site, 0), *b = micai_onnx_operand(site, 1);
    const size_t a_rank = micai_rank(a), b_rank = micai_rank(b);
    if (a_rank == 2 && b_rank == 2)
        return multiply_rows(site, a, b);
    mica_value *sizes[MICA_ONNX_MAX_RANK];
    result_sizes(site, sizes);
    a = as_matrix(site->builder, a, true);
    b = as_matrix(site->builder, b, false);
    mica_value *product;
    if (b_rank <= 2) {
        product = multiply_rows(site, a, b);
    } else {
        const size_t vectors = (a_rank > 1) + (size_t)(b_rank > 1);
        const size_t batch_rank = mica_type_rank(site->type) - vectors;
        product = multiply_batches(site, a, b, batch_rank, sizes);
    }
    return micai_onnx_reshape_to(site->builder, product, site->type, sizes);
}

const micai_onnx_rule micai_onnx_contraction_rules[] = {
    {"onnx.Gemm", lower_gemm, NULL},
    {"onnx.MatMul", lower_matmul, NULL},
    {NULL, NULL, NULL},
};
