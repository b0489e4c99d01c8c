// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fusion of an elementwise linalg.generic into a generic that reads its result:
//
//   %t = generic ins(%x) { yield f(x) }            generic ins(%x, %y) { yield g(f(x), y) }
//   %u = generic ins(%t, %y) { yield g(t, y) }  ->
//
// The producer's loops are all parallel and its result is written through a permutation p; the
// consumer reads it through c. So iteration i of the consumer needs iteration p^-1(c(i)) of the
// producer: operands of the producer are read through map . p^-1 . c, and linalg.index of it is
// computed from the consumer's. The consumer may reduce, as long as every loop's size can still
// be told from an operand. The body is computed again for each read, which is why only
// producers with one use are fused.
#include "dialects/affine/affine_ops.h"
#include "transforms/tensor/fuse_elementwise_internal.h"

#include <stdlib.h>

typedef struct fusion_plan {
    mica_op *producer, *consumer;
    size_t operand;         ///< of the consumer: the producer's result
    size_t result;          ///< of the producer
    const mica_attr *loops; ///< from the consumer's loops to the producer's
    bool *is_kept;          ///< of the producer's results: the fused op has it too
    size_t kept_count;
} fusion_plan;

mica_op *micai_fusion_single_use_producer(mica_value *value)
{
    mica_op *producer = mica_value_op(value);
    size_t uses = 0;
    for (size_t i = 0; producer && uses < 2 && i < mica_op_result_count(producer); i++)
        mica_for_each_use(use, mica_op_result(producer, i)) if (++uses > 1) break;
    return uses == 1 ? producer : NULL;
}

// ---- may they be fused?
// ----------------------------------------------------------------------

/// How the fused op reads operand `index` of the producer.
static const mica_attr *producer_map(const fusion_plan *fusion, size_t index)
{
    return mica_affine_map_compose(mica_structured_map(fusion->producer, index), fusion->loops);
}

/// After fusion every loop of a reducing consumer needs an operand that tells its size.
static bool sizes_stay_known(const fusion_plan *fusion)
{
    mica_op *producer = fusion->producer, *consumer = fusion->consumer;
    const size_t loops = mica_structured_loop_count(consumer);
    if (mica_structured_parallel_count(consumer) == loops)
        return true;
    const size_t most = mica_op_operand_count(consumer) + mica_op_operand_count(producer);
    const mica_attr **maps = mica_malloc((most + 1) * sizeof *maps);
    if (!maps)
        return false;
    size_t count = 0;
    mica_value *fused = mica_op_operand(consumer, fusion->operand);
    for (size_t i = 0; i < mica_op_operand_count(consumer); i++)
        if (mica_op_operand(consumer, i) != fused)
            maps[count++] = mica_structured_map(consumer, i);
    const mica_run inputs = mica_structured_inputs(producer);
    for (size_t i = 0; i < inputs.count; i++)
        maps[count++] = producer_map(fusion, i);
    const bool known = micai_maps_know_loops(maps, count, loops);
    mica_free(maps);
    return known;
}

static bool may_fuse(fusion_plan *fusion)
{
    mica_op *producer = fusion->producer, *consumer = fusion->consumer;
    if (!producer || !micai_is_generic_on_tensors(producer) ||
        mica_structured_is_init(consumer, fusion->operand))
        return false;
    const size_t loops = mica_structured_loop_count(producer);
    const mica_attr *read = mica_structured_map(consumer, fusion->operand);
    const mica_attr *written =
        mica_structured_map(producer, mica_structured_inits(producer).first + fusion->result);
    if (mica_structured_parallel_count(producer) != loops ||
        mica_affine_map_result_count(read) != loops || !mica_affine_map_is_permutation(written))
        return false;
    fusion->loops = mica_affine_map_compose(mica_affine_map_inverse_permutation(written), read);
    return sizes_stay_known(fusion);
}

// ---- what the fused op gives
// -----------------------------------------------------------------

static bool has_other_users(mica_value *value, const mica_op *user)
{
    mica_for_each_use(use, value) if (mica_use_owner(use) != user) return true;
    return false;
}

/// May operand `index` of `op` go without making a loop's size unknown?
static bool is_dispensable(mica_op *op, size_t index)
{
    micai_linalg_generic rest;
    micai_linalg_generic_begin(&rest, mica_op_context(op));
    for (size_t i = 0; i < mica_op_operand_count(op); i++)
        if (i != index)
            micai_linalg_generic_add_from(&rest, op, i);
    const bool known =
        !rest.failed && micai_linalg_generic_knows_loops(&rest, mica_structured_loop_count(op));
    micai_linalg_generic_discard(&rest);
    return known;
}

/// The producer's results that others use, or whose outputs the fused op can't do without.
static void choose_kept(fusion_plan *fusion)
{
    mica_op *producer = fusion->producer;
    const size_t first = mica_structured_inits(producer).first;
    for (size_t i = 0; i < mica_op_result_count(producer); i++) {
        fusion->is_kept[i] = micai_structured_reads(producer, first + i) ||
                             !is_dispensable(producer, first + i) ||
                             has_other_users(mica_op_result(producer, i), fusion->consumer);
        fusion->kept_count += fusion->is_kept[i];
    }
}

/// Inputs of the consumer before the fused one, those of the producer, the rest of the
/// consumer's; outputs of the producer that are kept, those of the consumer.
static mica_op *build_fused(mica_builder *builder, const fusion_plan *fusion)
{
    mica_op *producer = fusion->producer, *consumer = fusion->consumer;
    micai_linalg_generic made;
    micai_linalg_generic_begin(&made, builder->context);
    const size_t inputs = mica_structured_inputs(consumer).count;
    const mica_run inits = mica_structured_inits(producer);
    for (size_t i = 0; i < fusion->operand; i++)
        micai_linalg_generic_add_from(&made, consumer, i);
    for (size_t i = 0; i < inits.first; i++)
        micai_linalg_generic_add_input(&made, mica_op_operand(producer, i),
                                       producer_map(fusion, i));
    for (size_t i = fusion->operand + 1; i < inputs; i++)
        micai_linalg_generic_add_from(&made, consumer, i);
    for (size_t i = 0; i < inits.count; i++)
        if (fusion->is_kept[i])
            micai_linalg_generic_add_output(&made, mica_op_operand(producer, inits.first + i),
                                            producer_map(fusion, inits.first + i));
    for (size_t i = inputs; i < mica_op_operand_count(consumer); i++)
        micai_linalg_generic_add_from(&made, consumer, i);
    if (!micai_linalg_generic_knows_loops(&made, mica_structured_loop_count(consumer))) {
        micai_linalg_generic_discard(&made);
        return NULL;
    }
    return micai_linalg_generic_create(&made, builder,
                                       mica_linalg_generic_iterator_types(consumer));
}

// ---- the body
// --------------------------------------------------------------------------------

static void map_arguments(const fusion_plan *fusion, mica_block *body, mica_mapping *mapping)
{
    mica_op *producer = fusion->producer, *consumer = fusion->consumer;
    const mica_run inits = mica_structured_inits(producer);
    const size_t inputs = mica_structured_inputs(consumer).count;
    size_t next = 0;
    for (size_t i = 0; i < fusion->operand; i++)
        mica_mapping_set(mapping, mica_structured_argument(consumer, i),
                         mica_block_argument(body, next++));
    for (size_t i = 0; i < inits.first; i++)
        mica_mapping_set(mapping, mica_structured_argument(producer, i),
                         mica_block_argument(body, next++));
    for (size_t i = fusion->operand + 1; i < inputs; i++)
        mica_mapping_set(mapping, mica_structured_argument(consumer, i),
                         mica_block_argument(body, next++));
    for (size_t i = 0; i < inits.count; i++)
        if (fusion->is_kept[i])
            mica_mapping_set(mapping, mica_structured_argument(producer, inits.first + i),
                             mica_block_argument(body, next++));
    for (size_t i = inputs; i < mica_op_operand_count(consumer); i++)
        mica_mapping_set(mapping, mica_structured_argument(consumer, i),
                         mica_block_argument(body, next++));
}

/// linalg.index of the producer in terms of the loops of the fused op.
static void map_indices(const fusion_plan *fusion, mica_builder *body, mica_mapping *mapping)
{
    mica_op *producer = fusion->producer;
    if (!mica_structured_uses_index(producer))
        return;
    const size_t loops = mica_structured_loop_count(fusion->consumer);
    mica_value **indices = mica_malloc((loops + 1) * sizeof *indices);
    if (!indices)
        return;
    for (size_t i = 0; i < loops; i++)
        indices[i] = mica_op_result(
            mica_linalg_index_build(body, mica_i64_attr_get(body->context, (int64_t)i)), 0);
    mica_for_each_op(op, mica_structured_body(producer))
    {
        if (!mica_op_is(op, &mica_linalg_index_kind))
            continue;
        const int64_t loop = mica_integer_attr_value(mica_linalg_index_dim(op));
        const mica_affine_expr *expr = mica_affine_map_result(fusion->loops, (size_t)loop);
        const mica_attr *map = mica_affine_map_get(
            body->context, mica_affine_map_dim_count(fusion->loops), 0, &expr, 1);
        mica_op *apply = mica_affine_apply_build(body, indices, loops, map);
        mica_mapping_set(mapping, mica_op_result(op, 0), mica_op_result(apply, 0));
    }
    mica_free(indices);
}

static void clone_body(mica_op *from, bool skip_index, mica_builder *body,
                       mica_mapping *mapping)
{
    mica_op *yield = mica_block_last(mica_structured_body(from));
    mica_for_each_op(op, mica_structured_body(from))
    {
        if (op != yield && !(skip_index && mica_op_is(op, &mica_linalg_index_kind)))
            mica_builder_clone(body, op, mapping);
    }
}

static void build_yield(const fusion_plan *fusion, mica_builder *body, mica_mapping *mapping)
{
    mica_op *producer = mica_block_last(mica_structured_body(fusion->producer));
    mica_op *consumer = mica_block_last(mica_structured_body(fusion->consumer));
    mica_op_state state;
    mica_op_state_init(&state, body->context, "linalg.yield", body->location);
    for (size_t i = 0; i < mica_op_operand_count(producer); i++)
        if (fusion->is_kept[i])
            mica_op_state_add_operand(&state,
                                      mica_mapping_get(mapping, mica_op_operand(producer, i)));
    for (size_t i = 0; i < mica_op_operand_count(consumer); i++)
        mica_op_state_add_operand(&state,
                                  mica_mapping_get(mapping, mica_op_operand(consumer, i)));
    mica_builder_create(body, &state);
}

static void build_body(const fusion_plan *fusion, mica_builder *body)
{
    mica_mapping *mapping = mica_mapping_create(body->context);
    if (!mapping)
        return;
    map_arguments(fusion, body->block, mapping);
    map_indices(fusion, body, mapping);
    clone_body(fusion->producer, true, body, mapping);
    mica_op *yield = mica_block_last(mica_structured_body(fusion->producer));
    mica_mapping_set(mapping, mica_structured_argument(fusion->consumer, fusion->operand),
                     mica_mapping_get(mapping, mica_op_operand(yield, fusion->result)));
    clone_body(fusion->consumer, false, body, mapping);
    build_yield(fusion, body, mapping);
    mica_mapping_destroy(mapping);
}

// ---- the pattern
// -----------------------------------------------------------------------------

/// The producer stays where something else makes it stay; its other users get what the fused op
/// computes as well.
static void replace_kept(mica_rewriter *rewriter, const fusion_plan *fusion, mica_op *fused)
{
    size_t next = 0;
    for (size_t i = 0; i < mica_op_result_count(fusion->producer); i++)
        if (fusion->is_kept[i])
            mica_rewriter_replace_value(rewriter, mica_op_result(fusion->producer, i),
                                        mica_op_result(fused, next++));
}

static bool replace_consumer(mica_rewriter *rewriter, const fusion_plan *fusion, mica_op *fused)
{
    mica_op *consumer = fusion->consumer;
    const size_t count = mica_op_result_count(consumer);
    mica_value **values = mica_malloc((count + 1) * sizeof *values);
    if (!values)
        return false;
    for (size_t i = 0; i < count; i++)
        values[i] = mica_op_result(fused, fusion->kept_count + i);
    mica_rewriter_replace_op(rewriter, consumer, values, count);
    mica_free(values);
    return true;
}

static bool fuse(mica_rewriter *rewriter, fusion_plan *fusion)
{
    fusion->is_kept = mica_calloc(mica_op_result_count(fusion->producer) + 1, sizeof(bool));
    if (!fusion->is_kept)
        return false;
    choose_kept(fusion);
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_op *fused = build_fused(builder, fusion);
    if (fused) {
        mica_builder body = micai_linalg_generic_body(builder, fused);
        build_body(fusion, &body);
        replace_consumer(rewriter, fusion, fused);
        replace_kept(rewriter, fusion, fused);
    }
    mica_free(fusion->is_kept);
    return fused != NULL;
}

static bool fuse_producer(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    for (size_t i = 0; i < mica_op_operand_count(op); i++) {
        mica_value *value = mica_op_operand(op, i);
        fusion_plan fusion = {.producer = mica_value_op(value), .consumer = op, .operand = i};
        if (fusion.producer)
            fusion.result = mica_value_index(value);
        if (may_fuse(&fusion) && micai_fusion_single_use_producer(value))
            return fuse(rewriter, &fusion);
    }
    return mica_rewriter_fail(rewriter, op,
                              "no operand is made by an elementwise op with one "
                              "use");
}

static const mica_pattern patterns[] = {
    {.name = "linalg_fuse_producer", .root = "linalg.generic", .rewrite = fuse_producer},
};

bool micai_fuse_producers_add(mica_pattern_set *set)
{
    return mica_pattern_set_add(set, patterns, 1);
}
