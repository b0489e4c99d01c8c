// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LinearAttention: a loop over steps that carries the state, for each sample and head.
//
//   %out, %state, %row = scf.for batch, step, head iter_args(%out, %state, %row) {
//     state[i, j] *= exp(decay[i])          where it is gated
//     row[j]  = beta (value[j] - sum over i of state[i, j] key[i])      or value[j] alone
//     state[i, j] += key[i] row[j]
//     row[j]  = sum over i of query[i] state[i, j]; out[j] = scale row[j]  for each query
//   }
//
// `row` is scratch of one head. The innermost loops run along the rows of the state, so that
// they read and write memory in order. Half-wide elements are computed as f32.
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

#include <math.h>

typedef struct recurrence {
    micai_onnx_site *site;
    mica_onnx_linear_attention rule;
    const mica_type *wide; ///< what is computed with
    mica_value *query, *key, *value, *factors, *beta;
    int64_t keys, values; ///< features of a head
    bool is_per_head;     ///< the factors
    double scale;
    mica_value *batch, *step, *head; ///< of the loops around
    mica_value *query_head;
} recurrence;

enum { CARRY_STATE, CARRY_ROW, CARRY_OUTPUT, CARRIED };

// ---- elements
// ------------------------------------------------------------------------------

/// An element of operand [batch, length, heads * features], as a wide number.
static mica_value *load(const recurrence *r, mica_builder *builder, mica_value *tensor,
                        mica_value *head, int64_t features, mica_value *feature)
{
    mica_value *first =
        micai_onnx_index_op(builder, "arith.muli", head, micai_onnx_index(builder, features));
    mica_value *const at[] = {r->batch, r->step,
                              micai_onnx_index_op(builder, "arith.addi", first, feature)};
    return micai_onnx_convert(builder, micai_onnx_extract(builder, tensor, at, 3), r->wide,
                              false, false);
}

static mica_value *times(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_emit2(builder, "arith.mulf", a, b);
}

static mica_value *plus(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_emit2(builder, "arith.addf", a, b);
}

// ---- steps
// ---------------------------------------------------------------------------------

static void clear_step(void *user, mica_builder *builder, mica_value *index,
                       mica_value **carried)
{
    const recurrence *r = user;
    *carried =
        micai_onnx_insert(builder, micai_onnx_number(builder, r->wide, 0), *carried, &index, 1);
}

static void clear_row(recurrence *r, mica_builder *builder, mica_value **row)
{
    micai_onnx_along(builder, micai_onnx_index(builder, r->values), row, 1, clear_step, r);
}

/// state[i, j] *= factor[i]; row[j] += state[i, j] key[i]
static void decay_step(void *user, mica_builder *builder, mica_value *const *places,
                       mica_value **carried)
{
    const recurrence *r = user;
    mica_value *const at[] = {r->batch, r->head, places[0], places[1]};
    mica_value *state = micai_onnx_extract(builder, carried[CARRY_STATE], at, 4);
    if (r->factors) {
        mica_value *none = micai_onnx_index(builder, 0);
        mica_value *factor = load(r, builder, r->factors, r->head, r->is_per_head ? 1 : r->keys,
                                  r->is_per_head ? none : places[0]);
        state = times(builder, state, factor);
        carried[CARRY_STATE] = micai_onnx_insert(builder, state, carried[CARRY_STATE], at, 4);
    }
    if (!r->rule.is_delta)
        return;
    mica_value *key = load(r, builder, r->key, r->head, r->keys, places[0]);
    mica_value *row = micai_onnx_extract(builder, carried[CARRY_ROW], &places[1], 1);
    carried[CARRY_ROW] =
        micai_onnx_insert(builder, plus(builder, row, times(builder, state, key)),
                          carried[CARRY_ROW], &places[1], 1);
}

/// row[j] = what is written to the state for a key of 1.
static void write_step(void *user, mica_builder *builder, mica_value *index,
                       mica_value **carried)
{
    const recurrence *r = user;
    mica_value *value = load(r, builder, r->value, r->head, r->values, index);
    if (r->rule.is_delta) {
        mica_value *none = micai_onnx_index(builder, 0);
        const bool is_shared = micai_shape(r->beta)[2] == 1;
        mica_value *beta = load(r, builder, r->beta, is_shared ? none : r->head, 1, none);
        mica_value *row = micai_onnx_extract(builder, *carried, &index, 1);
        value = times(builder, beta, micai_onnx_emit2(builder, "arith.subf", value, row));
    }
    *carried = micai_onnx_insert(builder, value, *carried, &index, 1);
}

/// state[i, j] += key[i] row[j]
static void update_step(void *user, mica_builder *builder, mica_value *const *places,
                        mica_value **carried)
{
    const recurrence *r = user;
    mica_value *const at[] = {r->batch, r->head, places[0], places[1]};
    mica_value *key = load(r, builder, r->key, r->head, r->keys, places[0]);
    mica_value *row = micai_onnx_extract(builder, carried[CARRY_ROW], &places[1], 1);
    mica_value *state = micai_onnx_extract(builder, carried[CARRY_STATE], at, 4);
    carried[CARRY_STATE] = micai_onnx_insert(
        builder, plus(builder, state, times(builder, key, row)), carried[CARRY_STATE], at, 4);
}

/// row[j] += query[i] state[i, j]
static void read_step(void *user, mica_builder *builder, mica_value *const *places,
                      mica_value **carried)
{
    const recurrence *r = user;
    mica_value *const at[] = {r->batch, r->head, places[0], places[1]};
    mica_value *query = load(r, builder, r->query, r->query_head, r->keys, places[0]);
    mica_value *state = micai_onnx_extract(builder, carried[CARRY_STATE], at, 4);
    mica_value *row = micai_onnx_extract(builder, carried[CARRY_ROW], &places[1], 1);
    carried[CARRY_ROW] =
        micai_onnx_insert(builder, plus(builder, row, times(builder, query, state)),
                          carried[CARRY_ROW], &places[1], 1);
}

static void output_step(void *user, mica_builder *builder, mica_value *index,
                        mica_value **carried)
{
    const recurrence *r = user;
    mica_value *first = micai_onnx_index_op(builder, "arith.muli", r->query_head,
                                            micai_onnx_index(builder, r->values));
    mica_value *const at[] = {r->batch, r->step,
                              micai_onnx_index_op(builder, "arith.addi", first, index)};
    mica_value *row = micai_onnx_extract(builder, carried[CARRY_ROW], &index, 1);
    row = times(builder, row, micai_onnx_number(builder, r->wide, r->scale));
    mica_value *result =
        micai_onnx_convert(builder, row, micai_element(carried[CARRY_OUTPUT]), false, false);
    carried[CARRY_OUTPUT] = micai_onnx_insert(builder, result, carried[CARRY_OUTPUT], at, 3);
}

/// One of the heads of queries that share the state.
static void query_step(void *user, mica_builder *builder, mica_value *index,
                       mica_value **carried)
{
    recurrence *r = user;
    mica_value *const limits[] = {micai_onnx_index(builder, r->keys),
                                  micai_onnx_index(builder, r->values)};
    mica_value *shared = micai_onnx_index(builder, r->rule.q_heads / r->rule.kv_heads);
    r->query_head =
        micai_onnx_index_op(builder, "arith.addi",
                            micai_onnx_index_op(builder, "arith.muli", r->head, shared), index);
    clear_row(r, builder, &carried[CARRY_ROW]);
    micai_onnx_nest(builder, limits, 2, carried, CARRIED, read_step, r);
    micai_onnx_along(builder, limits[1], carried, CARRIED, output_step, r);
}

static void head_step(void *user, mica_builder *builder, mica_value *const *places,
                      mica_value **carried)
{
    recurrence *r = user;
    mica_value *const limits[] = {micai_onnx_index(builder, r->keys),
                                  micai_onnx_index(builder, r->values)};
    r->batch = places[0];
    r->step = places[1];
    r->head = places[2];
    if (r->rule.is_delta)
        clear_row(r, builder, &carried[CARRY_ROW]);
    if (r->rule.is_delta || r->factors)
        micai_onnx_nest(builder, limits, 2, carried, CARRIED, decay_step, r);
    micai_onnx_along(builder, limits[1], &carried[CARRY_ROW], 1, write_step, r);
    micai_onnx_nest(builder, limits, 2, carried, CARRIED, update_step, r);
    micai_onnx_along(builder, micai_onnx_index(builder, r->rule.q_heads / r->rule.kv_heads),
                     carried, CARRIED, query_step, r);
}

// ---- the operator
// --------------------------------------------------------------------------

static mica_value *convert_element(void *user, mica_builder *builder,
                                   mica_value *const *elements)
{
    return micai_onnx_convert(builder, elements[0], user, false, false);
}

static mica_value *exponential(void *user, mica_builder *builder, mica_value *const *elements)
{
    mica_value *x = convert_element(user, builder, elements);
    return micai_onnx_emit(builder, "math.exp", &x, 1, mica_value_type(x));
}

static mica_value *cast(mica_builder *builder, mica_value *value, const mica_type *element,
                        micai_onnx_body_fn body)
{
    const mica_type *type = mica_type_with_element(mica_value_type(value), element);
    return micai_onnx_pointwise(builder, type, &value, 1, body, (void *)(uintptr_t)element);
}

static bool read_recurrence(recurrence *r, micai_onnx_site *site)
{
    mica_onnx_fault fault;
    *r = (recurrence){.site = site,
                      .query = micai_onnx_operand(site, 0),
                      .key = micai_onnx_operand(site, 1),
                      .value = micai_onnx_operand(site, 2),
                      .beta = micai_onnx_operand(site, 5),
                      .scale = mica_onnx_node_float(&site->node, "scale")};
    if (!mica_onnx_linear_attention_read(&site->node, &r->rule, &fault))
        return micai_onnx_refuse(site, "%s", fault.message) != NULL;
    for (size_t i = 0; i < 3; ++i)
        if (micai_rank(micai_onnx_operand(site, i)) != 3 ||
            micai_shape(micai_onnx_operand(site, i))[2] == MICA_DYNAMIC)
            return micai_onnx_refuse(site, "the features of its operands are not known") !=
                   NULL;
    r->keys = micai_shape(r->key)[2] / r->rule.kv_heads;
    r->values = micai_shape(r->value)[2] / r->rule.kv_heads;
    if (r->scale == 0)
        r->scale = 1 / sqrt((double)r->keys);
    const mica_type *element = micai_element(r->query);
    r->wide = mica_type_bit_width(element) < 32
                  ? mica_float_type_get(site->builder->context, MICA_FLOAT_F32)
                  : element;
    return true;
}

/// The state before the first step.
static mica_value *first_state(const recurrence *r)
{
    mica_value *past = micai_onnx_operand(r->site, 3);
    mica_builder *builder = r->site->builder;
    if (past)
        return micai_element(past) == r->wide ? past
                                              : cast(builder, past, r->wide, convert_element);
    const int64_t shape[] = {micai_shape(r->query)[0], r->rule.kv_heads, r->keys, r->values};
    const micai_onnx_sizes sizes = {.values = {r->query}, .dims = {0}};
    return micai_onnx_filled(builder, mica_tensor_type_get(r->wide, shape, 4, NULL), &sizes,
                             mica_float_attr_get(r->wide, 0));
}

static mica_value *lower_linear_attention(micai_onnx_site *site)
{
    recurrence r;
    mica_builder *builder = site->builder;
    if (!read_recurrence(&r, site))
        return NULL;
    micai_onnx_sizes sizes;
    micai_onnx_sizes_like(&sizes, r.query);
    if (r.rule.is_gated) {
        mica_value *decay = micai_onnx_operand(site, 4);
        r.is_per_head = micai_shape(decay)[2] == r.rule.kv_heads;
        r.factors = cast(builder, decay, r.wide, exponential);
    }
    const mica_type *row = mica_tensor_type_get(r.wide, &r.values, 1, NULL);
    mica_value *carried[CARRIED] = {first_state(&r), micai_onnx_empty(builder, row, NULL),
                                    micai_onnx_empty(builder, site->type, &sizes)};
    mica_value *const limits[] = {micai_onnx_dim(builder, r.query, 0),
                                  micai_onnx_dim(builder, r.query, 1),
                                  micai_onnx_index(builder, r.rule.kv_heads)};
    micai_onnx_nest(builder, limits, 3, carried, CARRIED, head_step, &r);
    if (site->result_count > 1) {
        const mica_type *element = mica_type_element(site->types[1]);
        site->results[1] = element == r.wide
                               ? carried[CARRY_STATE]
                               : cast(builder, carried[CARRY_STATE], element, convert_element);
    }
    return carried[CARRY_OUTPUT];
}

const micai_onnx_rule micai_onnx_linear_attention_rules[] = {
    {"onnx.LinearAttention", lower_linear_attention, NULL},
    {NULL, NULL, NULL},
};
