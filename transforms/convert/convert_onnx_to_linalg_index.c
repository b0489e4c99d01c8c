// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Building with indices: sizes and places as values, tensors whose elements are built from
// their places, and loops over all places.
//
//   %r = linalg.generic outs(%empty) {            a result element from its place
//     %i = linalg.index 0 ; %j = linalg.index 1
//     %x = tensor.extract %t[%j, %i]
//     linalg.yield %x
//   }
//   %r = scf.for %i .. iter_args(%t = %start) {   steps in order, each on the tensor before
//     scf.for %j .. { %n = step(%i, %j, %t) ; scf.yield %n }
//   }
#include "ir/core/context.h"
#include "ir/rewrite/fold.h"
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

static const mica_type *index_type(const mica_builder *builder)
{
    return mica_index_type_get(builder->context);
}

mica_value *micai_onnx_index(mica_builder *builder, int64_t value)
{
    return micai_onnx_constant_op(builder, mica_index_attr_get(builder->context, value));
}

mica_value *micai_onnx_index_op(mica_builder *builder, const char *name, mica_value *a,
                                mica_value *b)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, name, builder->location);
    mica_op_state_add_operand(&state, a);
    mica_op_state_add_operand(&state, b);
    mica_op_state_add_result(&state, mica_value_type(a));
    return mica_builder_create_or_fold(builder, &state);
}

mica_value *micai_onnx_to_index(mica_builder *builder, mica_value *integer, bool is_unsigned)
{
    // From an index and back again: the index.
    mica_op *op = mica_value_op(integer);
    if (op && mica_string_is(mica_op_name(op), "arith.index_cast") &&
        mica_type_is_index(mica_value_type(mica_op_operand(op, 0))) &&
        mica_type_bit_width(mica_value_type(integer)) == 64)
        return mica_op_operand(op, 0);
    int64_t number;
    if (mica_value_constant_int(integer, &number) &&
        mica_type_bit_width(mica_value_type(integer)) == 64)
        return micai_onnx_index(builder, number);
    return micai_onnx_emit(builder, is_unsigned ? "arith.index_castui" : "arith.index_cast",
                           &integer, 1, index_type(builder));
}

mica_value *micai_onnx_from_index(mica_builder *builder, mica_value *index,
                                  const mica_type *type)
{
    if (!mica_type_is_float(type))
        return micai_onnx_emit(builder, "arith.index_cast", &index, 1, type);
    const mica_type *wide = mica_integer_type_get(builder->context, 64, MICA_SIGNLESS);
    mica_value *integer = micai_onnx_emit(builder, "arith.index_cast", &index, 1, wide);
    return micai_onnx_convert(builder, integer, type, false, false);
}

mica_value *micai_onnx_extract(mica_builder *builder, mica_value *tensor,
                               mica_value *const *indices, size_t rank)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "tensor.extract", builder->location);
    mica_op_state_add_operand(&state, tensor);
    mica_op_state_add_operands(&state, indices, rank);
    mica_op_state_add_result(&state, micai_element(tensor));
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

mica_value *micai_onnx_index_less(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_less(builder, a, b, false);
}

mica_value *micai_onnx_extract_index(mica_builder *builder, mica_value *tensor,
                                     mica_value *const *indices, size_t rank, bool is_unsigned,
                                     mica_value *size)
{
    mica_value *index = micai_onnx_to_index(
        builder, micai_onnx_extract(builder, tensor, indices, rank), is_unsigned);
    if (!size || is_unsigned)
        return index;
    mica_value *is_negative =
        micai_onnx_index_less(builder, index, micai_onnx_index(builder, 0));
    mica_value *wrapped = micai_onnx_index_op(builder, "arith.addi", index, size);
    return micai_onnx_select(builder, is_negative, wrapped, index);
}

mica_value *micai_onnx_insert(mica_builder *builder, mica_value *element, mica_value *tensor,
                              mica_value *const *indices, size_t rank)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "tensor.insert", builder->location);
    mica_op_state_add_operand(&state, element);
    mica_op_state_add_operand(&state, tensor);
    mica_op_state_add_operands(&state, indices, rank);
    mica_op_state_add_result(&state, mica_value_type(tensor));
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

// ---- elements from their places
// --------------------------------------------------------------

typedef struct placing {
    micai_onnx_place_fn place;
    void *user;
    size_t rank;
} placing;

static mica_value *place_element(void *user, mica_builder *builder, mica_value *const *elements)
{
    (void)elements;
    const placing *by = user;
    mica_value *indices[MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i < by->rank; ++i) {
        mica_op_state state;
        mica_op_state_init(&state, builder->context, "linalg.index", builder->location);
        mica_op_state_add_result(&state, index_type(builder));
        mica_op_state_set_attr(&state, "dim", mica_i64_attr_get(builder->context, (int64_t)i));
        indices[i] = mica_op_result(mica_builder_create(builder, &state), 0);
    }
    return by->place(by->user, builder, indices);
}

mica_value *micai_onnx_by_index(mica_builder *builder, const mica_type *type,
                                const micai_onnx_sizes *sizes, micai_onnx_place_fn place,
                                void *user)
{
    static const char parallel[] = "pppppppppppppppppp";
    const size_t rank = mica_type_rank(type);
    placing by = {place, user, rank};
    const mica_attr *map = mica_affine_map_identity(builder->context, (uint32_t)rank);
    return micai_onnx_generic(builder, NULL, 0, micai_onnx_empty(builder, type, sizes), &map,
                              parallel + (sizeof parallel - 1 - rank), place_element, &by);
}

// ---- loops
// -----------------------------------------------------------------------------------

/// One level of the nest: the loop, with `tensor` carried.
typedef struct level {
    mica_op *loop;
    mica_value *carried;
} level;

static level open_loop(mica_builder *builder, mica_value *limit, mica_value *tensor)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "scf.for", builder->location);
    mica_op_state_add_operand(&state, micai_onnx_index(builder, 0));
    mica_op_state_add_operand(&state, limit);
    mica_op_state_add_operand(&state, micai_onnx_index(builder, 1));
    mica_op_state_add_operand(&state, tensor);
    mica_op_state_add_result(&state, mica_value_type(tensor));
    const mica_type *types[] = {index_type(builder), mica_value_type(tensor)};
    mica_builder inside = mica_builder_detached(builder->context, builder->location);
    mica_block *body =
        mica_builder_create_block(&inside, mica_op_state_add_region(&state), NULL, types, 2);
    mica_op *loop = mica_builder_create(builder, &state);
    return (level){loop, mica_block_argument(body, 1)};
}

static void yield(mica_builder *builder, mica_value *value)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "scf.yield", builder->location);
    mica_op_state_add_operand(&state, value);
    mica_builder_create(builder, &state);
}

void micai_onnx_along(mica_builder *builder, mica_value *count, mica_value **carried,
                      size_t carried_count, micai_onnx_along_fn step, void *user)
{
    const mica_type *types[8] = {index_type(builder)};
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "scf.for", builder->location);
    mica_op_state_add_operand(&state, micai_onnx_index(builder, 0));
    mica_op_state_add_operand(&state, count);
    mica_op_state_add_operand(&state, micai_onnx_index(builder, 1));
    mica_op_state_add_operands(&state, carried, carried_count);
    for (size_t i = 0; i < carried_count; ++i) {
        types[i + 1] = mica_value_type(carried[i]);
        mica_op_state_add_result(&state, types[i + 1]);
    }
    mica_builder inside = mica_builder_detached(builder->context, builder->location);
    mica_block *body = mica_builder_create_block(&inside, mica_op_state_add_region(&state),
                                                 NULL, types, carried_count + 1);
    mica_op *loop = mica_builder_create(builder, &state);
    for (size_t i = 0; i < carried_count; ++i)
        carried[i] = mica_block_argument(body, i + 1);
    inside = mica_builder_at_end(body, builder->location);
    step(user, &inside, mica_block_argument(body, 0), carried);
    mica_op_state_init(&state, builder->context, "scf.yield", builder->location);
    mica_op_state_add_operands(&state, carried, carried_count);
    mica_builder_create(&inside, &state);
    for (size_t i = 0; i < carried_count; ++i)
        carried[i] = mica_op_result(loop, i);
}

typedef struct nest {
    mica_value *const *limits;
    mica_value *places[MICA_ONNX_MAX_RANK];
    size_t depth, level, carried_count;
    micai_onnx_nest_fn step;
    void *user;
} nest;

/// Enters one more loop, or builds the body when all are entered.
static void enter(nest *at, mica_builder *builder, mica_value **carried);

static void nest_step(void *user, mica_builder *builder, mica_value *index,
                      mica_value **carried)
{
    nest *at = user;
    at->places[at->level++] = index;
    enter(at, builder, carried);
    --at->level;
}

static void enter(nest *at, mica_builder *builder, mica_value **carried)
{
    if (at->level == at->depth)
        at->step(at->user, builder, at->places, carried);
    else
        micai_onnx_along(builder, at->limits[at->level], carried, at->carried_count, nest_step,
                         at);
}

void micai_onnx_nest(mica_builder *builder, mica_value *const *limits, size_t depth,
                     mica_value **carried, size_t carried_count, micai_onnx_nest_fn step,
                     void *user)
{
    nest at = {.limits = limits,
               .depth = depth,
               .carried_count = carried_count,
               .step = step,
               .user = user};
    enter(&at, builder, carried);
}

mica_value *micai_onnx_loop_over(mica_builder *builder, mica_value *shape_of,
                                 mica_value *tensor, micai_onnx_step_fn step, void *user)
{
    const size_t rank = micai_rank(shape_of);
    mica_value *indices[MICA_ONNX_MAX_RANK], *limits[MICA_ONNX_MAX_RANK];
    level levels[MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i < rank; ++i)
        limits[i] = micai_onnx_dim(builder, shape_of, i);
    mica_builder inside = *builder;
    mica_value *carried = tensor;
    for (size_t i = 0; i < rank; ++i) {
        levels[i] = open_loop(&inside, limits[i], carried);
        mica_block *body = mica_value_block(levels[i].carried);
        indices[i] = mica_block_argument(body, 0);
        carried = levels[i].carried;
        inside = mica_builder_at_end(body, builder->location);
    }
    mica_value *next = step(user, &inside, indices, carried);
    for (size_t i = rank; i-- > 0;) {
        yield(&inside, next);
        next = mica_op_result(levels[i].loop, 0);
        if (i > 0)
            inside =
                mica_builder_at_end(mica_value_block(levels[i - 1].carried), builder->location);
    }
    return next;
}
