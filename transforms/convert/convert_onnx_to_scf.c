// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-onnx-to-scf: control flow of a model becomes that of scf, with tensors
// carried from one iteration to the next. Ops in the bodies stay as they are and move.
//
//   onnx.If %c          scf.if %truth, the element of %c
//   onnx.Scan           scf.for over the slices, each taken by tensor.extract_slice
//   onnx.Loop           scf.for where only M ends it, scf.while else
//
//   %r:2 = onnx.Loop %m, , %a {                     %r:2 = scf.for %i = 0 to %m
//   ^bb0(%i, %c, %x):                                   iter_args(%x = %a, %s = tensor.empty) {
//     onnx.Yield %c, %y, %z           ->              %t = tensor.insert_slice %z into %s[%i,
//     0]
//   }                                                 scf.yield %y, %t
//
// Results with an element for each iteration have room for all that there can be: as many as
// their type or M says. When a condition ends the loop earlier they are cut to the count.
//
// scf carries tensors of signless integers: unsigned ones change their type at the border, by
// casts that convert-onnx-to-linalg takes away again.
#include "dialects/scf/scf_ops.h"
#include "dialects/tensor/tensor_ops.h"
#include "transforms/convert/convert_onnx_to_linalg_internal.h"
#include "transforms/pass/pass.h"

#include "dialects/onnx/onnx_ops.h"
#include "ir/core/context.h"
#include "ir/core/diagnostics.h"

#include <stdlib.h>

// ---- types
// -----------------------------------------------------------------------------------

/// The type without the sign of its elements.
static const mica_type *signless(const mica_type *type)
{
    const mica_type *element = mica_type_element(type);
    if (!mica_type_is_integer(element) ||
        mica_integer_type_signedness(element) == MICA_SIGNLESS)
        return type;
    return mica_type_with_element(type, mica_integer_type_get(mica_type_context(type),
                                                              mica_type_bit_width(element),
                                                              MICA_SIGNLESS));
}

/// The value as one of another type that differs in sign and in what it says of the shape.
static mica_value *fit(mica_builder *builder, mica_value *value, const mica_type *type)
{
    const mica_type *own = mica_value_type(value);
    if (mica_type_element(own) != mica_type_element(type))
        value = micai_onnx_emit(builder, "builtin.unrealized_conversion_cast", &value, 1,
                                mica_type_with_element(own, mica_type_element(type)));
    if (value && mica_value_type(value) != type)
        value = micai_onnx_emit(builder, "tensor.cast", &value, 1, type);
    return value;
}

/// Reports a fault with the node's name before it.
static bool refuse(mica_op *op, const char *text)
{
    const mica_attr *location =
        mica_location_to_attr(mica_op_context(op), mica_op_location(op));
    if (!mica_attr_is(location, MICA_ATTR_LOCATION_NAME))
        return mica_op_error(op, "%s", text);
    const mica_string name = mica_location_attr_name(location);
    return mica_op_error(op, "node '%.*s' %s", (int)name.length, name.data, text);
}

static bool check_ranks(mica_op *op)
{
    for (size_t i = 0; i < mica_op_result_count(op); ++i)
        if (!mica_type_is_ranked(mica_value_type(mica_op_result(op, i))))
            return refuse(op, mica_op_is(op, &mica_onnx_If_kind)
                                  ? "gives tensors of different rank in its two branches, and "
                                    "which one is taken is not known before run time"
                                  : "gives a tensor whose rank is not known before run time");
    for (size_t i = 0; i < mica_op_operand_count(op); ++i)
        if (!mica_type_is_ranked(mica_value_type(mica_op_operand(op, i))))
            return refuse(op, "has an operand whose rank is not known");
    return true;
}

/// The only element of a tensor with at most one dimension.
static mica_value *element_of(mica_builder *builder, mica_value *tensor)
{
    mica_value *zeros[MICA_ONNX_MAX_RANK];
    const size_t rank = micai_rank(tensor);
    for (size_t i = 0; i < rank; ++i)
        zeros[i] = micai_onnx_index(builder, 0);
    return micai_onnx_extract(builder, tensor, zeros, rank);
}

/// A tensor of one element, with the type of a body's argument.
static mica_value *tensor_of(mica_builder *builder, mica_value *element, const mica_type *type)
{
    return micai_onnx_emit(builder, "tensor.from_elements", &element, 1, type);
}

// ---- moving bodies
// ---------------------------------------------------------------------------

/// The ops of `from` go to the end of `to`, its terminator last, which stays an onnx.Yield.
static mica_op *move_body(mica_block *from, mica_block *to)
{
    mica_op *yield = mica_block_last(from);
    mica_block_splice_tail(to, mica_block_first(from));
    return yield;
}

static void replace_argument(mica_block *body, size_t index, mica_value *value)
{
    mica_value_replace_all_uses(mica_block_argument(body, index), value);
}

static mica_block *add_block(mica_op *op, size_t region, const mica_type *const *types,
                             size_t count)
{
    mica_block *block = mica_block_create(mica_op_context(op));
    if (!block)
        return NULL;
    mica_region *into = mica_op_region(op, region);
    if (!mica_region_is_empty(into))
        mica_block_erase(mica_region_first(into));
    mica_region_append(into, block);
    for (size_t i = 0; i < count; ++i)
        mica_block_add_argument(block, types[i], mica_op_location(op));
    return block;
}

static void replace_results(mica_builder *builder, mica_op *op, mica_value *const *values)
{
    for (size_t i = 0; i < mica_op_result_count(op); ++i) {
        mica_value *result = mica_op_result(op, i);
        mica_value_replace_all_uses(result, fit(builder, values[i], mica_value_type(result)));
    }
    mica_op_erase(op);
}

// ---- If
// --------------------------------------------------------------------------------------

static void move_branch(mica_op *from, size_t index, mica_op *to, const mica_type *const *types)
{
    mica_block *into = add_block(to, index, NULL, 0);
    mica_op *yield = move_body(mica_region_first(mica_op_region(from, index)), into);
    mica_builder builder = mica_builder_before(yield);
    mica_value *values[MICA_ONNX_MAX_RESULTS];
    const size_t count = mica_op_operand_count(yield);
    for (size_t i = 0; i < count; ++i)
        values[i] = fit(&builder, mica_op_operand(yield, i), types[i]);
    mica_scf_yield_build(&builder, values, count);
    mica_op_erase(yield);
}

static bool convert_if(mica_op *op)
{
    const mica_type *types[MICA_ONNX_MAX_RESULTS];
    mica_value *values[MICA_ONNX_MAX_RESULTS];
    mica_builder builder = mica_builder_before(op);
    const size_t count = mica_op_result_count(op);
    for (size_t i = 0; i < count; ++i)
        types[i] = signless(mica_value_type(mica_op_result(op, i)));
    mica_op *branch =
        mica_scf_if_build(&builder, types, count, element_of(&builder, mica_op_operand(op, 0)));
    if (!branch)
        return false;
    for (size_t i = 0; i < 2; ++i)
        move_branch(op, i, branch, types);
    for (size_t i = 0; i < count; ++i)
        values[i] = mica_op_result(branch, i);
    replace_results(&builder, op, values);
    return true;
}

// ---- slices
// ----------------------------------------------------------------------------------

/// One slice of a tensor: everything at `place` of dimension `axis`.
typedef struct slice {
    mica_value *tensor, *place;
    size_t axis;
    size_t rank;
    int64_t static_offsets[MICA_ONNX_MAX_RANK], static_sizes[MICA_ONNX_MAX_RANK];
    int64_t static_strides[MICA_ONNX_MAX_RANK];
    mica_value *sizes[MICA_ONNX_MAX_RANK];
    size_t size_count;
} slice;

static void read_slice(mica_builder *builder, mica_value *tensor, size_t axis,
                       mica_value *place, slice *s)
{
    *s = (slice){.tensor = tensor, .place = place, .axis = axis, .rank = micai_rank(tensor)};
    for (size_t i = 0; i < s->rank; ++i) {
        s->static_offsets[i] = i == axis ? MICA_DYNAMIC : 0;
        s->static_sizes[i] = i == axis ? 1 : micai_shape(tensor)[i];
        s->static_strides[i] = 1;
        if (s->static_sizes[i] == MICA_DYNAMIC)
            s->sizes[s->size_count++] = micai_onnx_dim(builder, tensor, i);
    }
}

static const mica_attr *numbers(mica_builder *builder, const int64_t *values, size_t count)
{
    return mica_i64_array_attr_get(builder->context, values, count);
}

static mica_value *take_slice(mica_builder *builder, mica_value *tensor, size_t axis,
                              mica_value *place)
{
    slice s;
    read_slice(builder, tensor, axis, place, &s);
    mica_op *op = mica_tensor_extract_slice_build(
        builder, mica_onnx_slice_type(mica_value_type(tensor), (int64_t)axis), tensor, &place,
        1, s.sizes, s.size_count, NULL, 0, numbers(builder, s.static_offsets, s.rank),
        numbers(builder, s.static_sizes, s.rank), numbers(builder, s.static_strides, s.rank));
    return op ? mica_op_result(op, 0) : NULL;
}

static mica_value *put_slice(mica_builder *builder, mica_value *value, mica_value *into,
                             size_t axis, mica_value *place)
{
    slice s;
    read_slice(builder, into, axis, place, &s);
    mica_op *op = mica_tensor_insert_slice_build(
        builder, value, into, &place, 1, s.sizes, s.size_count, NULL, 0,
        numbers(builder, s.static_offsets, s.rank), numbers(builder, s.static_sizes, s.rank),
        numbers(builder, s.static_strides, s.rank));
    return op ? mica_op_result(op, 0) : NULL;
}

// ---- what loops share
// ------------------------------------------------------------------------

/// A Loop or a Scan that is converted. Carried values stand before stacked ones in all rows.
typedef struct loop_site {
    mica_op *op;
    mica_op_state node;
    mica_builder builder; ///< before the op
    mica_block *body;
    size_t carried, stacked;
    size_t first_operand, first_argument, first_yielded; ///< of carried values
    const mica_type *types[MICA_ONNX_MAX_RESULTS];       ///< that are carried by scf
    mica_value *inits[MICA_ONNX_MAX_RESULTS];
    size_t axes[MICA_ONNX_MAX_RESULTS];    ///< of stacked values, by result
    bool backwards[MICA_ONNX_MAX_RESULTS]; ///< they are put from the end on
    mica_value *trips;                     ///< as an index; NULL: no limit
} loop_site;

static void begin_site(loop_site *site, mica_op *op)
{
    memset(site, 0, sizeof *site);
    site->op = op;
    site->builder = mica_builder_before(op);
    site->body = mica_region_first(mica_op_region(op, 0));
    mica_onnx_node_from_op(op, &site->node);
}

static bool has_dynamic_elsewhere(const mica_type *type, size_t axis)
{
    for (size_t i = 0; i < mica_type_rank(type); ++i)
        if (i != axis && mica_type_shape(type)[i] == MICA_DYNAMIC)
            return true;
    return false;
}

/// The init of a carried value whose sizes a stacked element has, since it becomes that value;
/// NULL: it becomes none.
static mica_value *carried_like(const loop_site *site, size_t index)
{
    const mica_op *yield = mica_block_last(site->body);
    const mica_value *element =
        mica_onnx_skip_identities(mica_op_operand(yield, site->first_yielded + index));
    for (size_t i = 0; i < site->carried; ++i)
        if (mica_onnx_skip_identities(mica_op_operand(yield, site->first_yielded + i)) ==
            element)
            return site->inits[i];
    return NULL;
}

/// A tensor for the elements that all iterations give for result `index`.
static bool make_room(loop_site *site, size_t index)
{
    const mica_type *type = signless(mica_value_type(mica_op_result(site->op, index)));
    const size_t axis = site->axes[index];
    mica_value *like = carried_like(site, index);
    micai_onnx_sizes sizes;
    if (has_dynamic_elsewhere(type, axis) && !like)
        return refuse(site->op, "gives an element of each iteration whose sizes are not known "
                                "before it runs");
    if (mica_type_shape(type)[axis] == MICA_DYNAMIC && !site->trips)
        return refuse(site->op, "gives an element of each iteration, but how many there can be "
                                "is not known: it has no M");
    for (size_t i = 0; i < mica_type_rank(type); ++i) {
        sizes.values[i] = i == axis ? site->trips : like;
        sizes.dims[i] = i - (i > axis);
    }
    site->types[index] = type;
    site->inits[index] = micai_onnx_empty(&site->builder, type, &sizes);
    return true;
}

/// Does the body give back sizes that the init, which has them, does not promise?
static bool changes_size(const mica_type *carried, const mica_type *init)
{
    for (size_t i = 0; i < mica_type_rank(carried); ++i)
        if (mica_type_shape(carried)[i] == MICA_DYNAMIC &&
            mica_type_shape(init)[i] != MICA_DYNAMIC)
            return true;
    return false;
}

/// Tensors that begin what is carried: inits, and room for what is stacked.
static bool make_inits(loop_site *site)
{
    mica_builder *builder = &site->builder;
    for (size_t i = 0; i < site->carried; ++i) {
        const mica_type *type =
            mica_value_type(mica_block_argument(site->body, site->first_argument + i));
        site->types[i] = signless(type);
        if (!mica_type_is_ranked(type))
            return refuse(site->op, "carries a tensor whose rank changes");
        if (changes_size(type,
                         mica_value_type(mica_op_operand(site->op, site->first_operand + i))))
            return refuse(site->op, "carries a tensor whose size changes from one iteration to "
                                    "the next, so that there is no room known for it");
        site->inits[i] =
            fit(builder, mica_op_operand(site->op, site->first_operand + i), site->types[i]);
    }
    for (size_t i = site->carried; i < site->carried + site->stacked; ++i)
        if (!make_room(site, i))
            return false;
    return true;
}

/// The body's carried arguments become those of scf, from `first` of `into` on.
static void replace_carried(loop_site *site, mica_block *into, size_t first,
                            mica_builder *builder)
{
    for (size_t i = 0; i < site->carried; ++i) {
        mica_value *old = mica_block_argument(site->body, site->first_argument + i);
        mica_value_replace_all_uses(
            old, fit(builder, mica_block_argument(into, first + i), mica_value_type(old)));
    }
}

/// What an iteration gives on: `values` gets the carried ones, then the tensors with the new
/// slices in them. `place` is the number of the iteration.
static void collect_values(loop_site *site, mica_builder *builder, mica_op *yield,
                           mica_block *into, size_t first, mica_value *place,
                           mica_value **values)
{
    for (size_t i = 0; i < site->carried; ++i)
        values[i] =
            fit(builder, mica_op_operand(yield, site->first_yielded + i), site->types[i]);
    for (size_t i = site->carried; i < site->carried + site->stacked; ++i) {
        mica_value *stack = mica_block_argument(into, first + i);
        mica_value *at = place;
        if (site->backwards[i]) {
            mica_value *last = micai_onnx_index_op(builder, "arith.subi", site->trips,
                                                   micai_onnx_index(builder, 1));
            at = micai_onnx_index_op(builder, "arith.subi", last, place);
        }
        mica_value *element = fit(builder, mica_op_operand(yield, site->first_yielded + i),
                                  mica_onnx_slice_type(site->types[i], (int64_t)site->axes[i]));
        values[i] = put_slice(builder, element, stack, site->axes[i], at);
    }
}

/// Takes apart the iteration number `place`: arguments of the body that no scf carries.
typedef void (*enter_fn)(loop_site *site, mica_builder *builder, mica_value *place);

/// scf.for 0 .. trips around the body.
static mica_op *build_for(loop_site *site, enter_fn enter)
{
    const size_t count = site->carried + site->stacked;
    mica_builder *builder = &site->builder;
    mica_value *zero = micai_onnx_index(builder, 0), *one = micai_onnx_index(builder, 1);
    mica_op *loop = mica_scf_for_build(builder, site->types, count, zero, site->trips, one,
                                       site->inits, count);
    if (!loop)
        return NULL;
    const mica_type *types[MICA_ONNX_MAX_RESULTS + 1] = {mica_index_type_get(builder->context)};
    memcpy(types + 1, site->types, count * sizeof *types);
    mica_block *into = add_block(loop, 0, types, count + 1);
    mica_builder inner = mica_builder_at_end(into, mica_op_location(site->op));
    mica_value *place = mica_block_argument(into, 0), *values[MICA_ONNX_MAX_RESULTS];
    enter(site, &inner, place);
    replace_carried(site, into, 1, &inner);
    mica_op *yield = move_body(site->body, into);
    inner = mica_builder_before(yield);
    collect_values(site, &inner, yield, into, 1, place, values);
    mica_scf_yield_build(&inner, values, count);
    mica_op_erase(yield);
    return loop;
}

static void take_results(loop_site *site, mica_op *loop, size_t first)
{
    mica_value *values[MICA_ONNX_MAX_RESULTS];
    for (size_t i = 0; i < site->carried + site->stacked; ++i)
        values[i] = mica_op_result(loop, first + i);
    replace_results(&site->builder, site->op, values);
}

// ---- Scan
// ------------------------------------------------------------------------------------

static void enter_scan(loop_site *site, mica_builder *builder, mica_value *place)
{
    for (size_t i = site->carried; i < site->node.operand_count; ++i) {
        mica_value *input = site->node.operands[i], *at = place;
        const size_t index = i - site->carried;
        size_t axis = 0;
        mica_onnx_axis(mica_onnx_scan_setting(&site->node, "scan_input_axes", index),
                       micai_rank(input), &axis);
        if (mica_onnx_scan_setting(&site->node, "scan_input_directions", index) == 1) {
            mica_value *last = micai_onnx_index_op(builder, "arith.subi", site->trips,
                                                   micai_onnx_index(builder, 1));
            at = micai_onnx_index_op(builder, "arith.subi", last, place);
        }
        mica_value *argument = mica_block_argument(site->body, i);
        mica_value *signless_input = fit(builder, input, signless(mica_value_type(input)));
        mica_value *taken = take_slice(builder, signless_input, axis, at);
        mica_value_replace_all_uses(argument, fit(builder, taken, mica_value_type(argument)));
    }
}

/// The number of slices, from the input that says it.
static mica_value *scan_trips(loop_site *site)
{
    mica_value *trips = NULL;
    for (size_t i = site->carried; i < site->node.operand_count; ++i) {
        mica_value *input = site->node.operands[i];
        size_t axis = 0;
        mica_onnx_axis(
            mica_onnx_scan_setting(&site->node, "scan_input_axes", i - site->carried),
            micai_rank(input), &axis);
        if (!trips || micai_shape(input)[axis] != MICA_DYNAMIC)
            trips = micai_onnx_dim(&site->builder, input, axis);
    }
    return trips;
}

static bool convert_scan(loop_site *site)
{
    const size_t inputs = (size_t)mica_onnx_node_int(&site->node, "num_scan_inputs");
    site->carried = site->node.operand_count - inputs;
    site->stacked = mica_op_result_count(site->op) - site->carried;
    site->trips = scan_trips(site);
    for (size_t i = site->carried; i < mica_op_result_count(site->op); ++i) {
        const size_t index = i - site->carried;
        const mica_type *type = mica_value_type(mica_op_result(site->op, i));
        mica_onnx_axis(mica_onnx_scan_setting(&site->node, "scan_output_axes", index),
                       mica_type_rank(type), &site->axes[i]);
        site->backwards[i] =
            mica_onnx_scan_setting(&site->node, "scan_output_directions", index) == 1;
    }
    mica_op *loop = make_inits(site) ? build_for(site, enter_scan) : NULL;
    if (loop)
        take_results(site, loop, 0);
    return loop != NULL;
}

// ---- Loop
// ------------------------------------------------------------------------------------

static const mica_type *argument_type(const loop_site *site, size_t index)
{
    return mica_value_type(mica_block_argument(site->body, index));
}

static void enter_loop(loop_site *site, mica_builder *builder, mica_value *place)
{
    const mica_type *number = mica_integer_type_get(builder->context, 64, MICA_SIGNLESS);
    const mica_type *truth = mica_integer_type_get(builder->context, 1, MICA_SIGNLESS);
    replace_argument(site->body, 0,
                     tensor_of(builder, micai_onnx_from_index(builder, place, number),
                               argument_type(site, 0)));
    replace_argument(
        site->body, 1,
        tensor_of(builder, micai_onnx_number(builder, truth, 1), argument_type(site, 1)));
}

static mica_value *not_negative(mica_builder *builder, mica_value *index)
{
    mica_value *zero = micai_onnx_index(builder, 0);
    return micai_onnx_select(builder, micai_onnx_index_less(builder, index, zero), zero, index);
}

static mica_value *minimum(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_select(builder, micai_onnx_index_less(builder, b, a), b, a);
}

/// Hands the one element of a tensor on as it is?
static bool keeps_element(const mica_op *op)
{
    return mica_op_is(op, &mica_onnx_Identity_kind) || mica_op_is(op, &mica_onnx_Cast_kind) ||
           mica_op_is(op, &mica_onnx_Reshape_kind) || mica_op_is(op, &mica_onnx_Squeeze_kind) ||
           mica_op_is(op, &mica_onnx_Unsqueeze_kind);
}

/// The size that the value is, as Gather or Slice picks it from a Shape; NULL: it is none. A
/// loop over a dimension then has as many iterations as that, which memory is planned by.
static mica_value *size_behind(mica_builder *builder, mica_value *value)
{
    int64_t place = 0;
    mica_op *op = mica_value_op(value);
    while (op && keeps_element(op) && mica_type_is_integer(micai_element(value))) {
        value = mica_op_operand(op, 0);
        op = mica_value_op(value);
    }
    if (!op ||
        (!mica_op_is(op, &mica_onnx_Gather_kind) && !mica_op_is(op, &mica_onnx_Slice_kind)))
        return NULL;
    if (mica_onnx_known_ints(mica_op_operand(op, 1), &place, 1) != 1 ||
        mica_type_element_count(mica_value_type(value)) != 1)
        return NULL;
    mica_op *shape = mica_value_op(mica_op_operand(op, 0));
    if (!shape || !mica_op_is(shape, &mica_onnx_Shape_kind) ||
        mica_integer_attr_value(mica_op_slot_or_default(shape, 0)) != 0)
        return NULL;
    mica_value *tensor = mica_op_operand(shape, 0);
    size_t dim;
    if (!mica_type_is_ranked(mica_value_type(tensor)) || mica_op_attr(shape, "end") ||
        !mica_onnx_axis(place, micai_rank(tensor), &dim))
        return NULL;
    return micai_onnx_dim(builder, tensor, dim);
}

/// The most iterations that there can be: M, not below 0, and not above the room that the types
/// of results promise. NULL: no limit.
static mica_value *loop_limit(loop_site *site, const mica_onnx_loop *loop)
{
    mica_builder *builder = &site->builder;
    mica_value *limit = NULL;
    if (loop->trips != MICA_DYNAMIC)
        return micai_onnx_index(builder, loop->trips);
    if (loop->limit) {
        limit = size_behind(builder, loop->limit);
        if (!limit)
            limit = not_negative(
                builder, micai_onnx_to_index(builder, element_of(builder, loop->limit), false));
    }
    for (size_t i = loop->carried; i < loop->carried + loop->stacked; ++i) {
        const int64_t room = mica_type_shape(mica_value_type(mica_op_result(site->op, i)))[0];
        if (room != MICA_DYNAMIC) {
            mica_value *most = micai_onnx_index(builder, room);
            return limit ? minimum(builder, limit, most) : most;
        }
    }
    return limit;
}

/// Only M ends the loop: scf.for, which runs not once when the condition is false before.
static bool convert_counted(loop_site *site, const mica_onnx_loop *loop)
{
    mica_builder *builder = &site->builder;
    if (!site->trips)
        return refuse(site->op, "never ends: it has no M, and its condition stays true");
    mica_op *built;
    if (loop->condition && loop->trips == MICA_DYNAMIC)
        site->trips = micai_onnx_select(builder, element_of(builder, loop->condition),
                                        site->trips, micai_onnx_index(builder, 0));
    if (!make_inits(site))
        return false;
    built = build_for(site, enter_loop);
    if (built)
        take_results(site, built, 0);
    return built != NULL;
}

enum { WHILE_FIRST = 2 }; // after the number of the iteration and the condition

/// scf.condition (%number < %limit && %truth) of all that is carried.
static void build_condition(const loop_site *site, mica_op *loop, const mica_type *const *types,
                            size_t count)
{
    mica_block *before = add_block(loop, 0, types, count);
    mica_builder builder = mica_builder_at_end(before, mica_op_location(site->op));
    mica_value *values[MICA_ONNX_MAX_RESULTS + WHILE_FIRST];
    for (size_t i = 0; i < count; ++i)
        values[i] = mica_block_argument(before, i);
    mica_value *goes_on = values[1];
    if (site->trips)
        goes_on =
            micai_onnx_emit2(&builder, "arith.andi",
                             micai_onnx_index_less(&builder, values[0], site->trips), goes_on);
    mica_scf_condition_build(&builder, goes_on, values, count);
}

static void build_iteration(loop_site *site, mica_op *loop, const mica_type *const *types,
                            size_t count)
{
    mica_block *into = add_block(loop, 1, types, count);
    mica_builder inner = mica_builder_at_end(into, mica_op_location(site->op));
    mica_value *values[MICA_ONNX_MAX_RESULTS + WHILE_FIRST];
    mica_value *number = mica_block_argument(into, 0);
    enter_loop(site, &inner, number);
    replace_carried(site, into, WHILE_FIRST, &inner);
    mica_op *yield = move_body(site->body, into);
    inner = mica_builder_before(yield);
    values[0] = micai_onnx_index_op(&inner, "arith.addi", number, micai_onnx_index(&inner, 1));
    values[1] = element_of(&inner, mica_op_operand(yield, 0));
    collect_values(site, &inner, yield, into, WHILE_FIRST, number, values + WHILE_FIRST);
    mica_scf_yield_build(&inner, values, count);
    mica_op_erase(yield);
}

/// Stacked results hold as many elements as there were iterations.
static void cut_results(loop_site *site, mica_op *loop)
{
    mica_builder *builder = &site->builder;
    mica_value *values[MICA_ONNX_MAX_RESULTS];
    for (size_t i = 0; i < site->carried + site->stacked; ++i) {
        values[i] = mica_op_result(loop, WHILE_FIRST + i);
        const mica_type *wanted = mica_value_type(mica_op_result(site->op, i));
        if (i < site->carried || mica_type_shape(wanted)[0] != MICA_DYNAMIC)
            continue;
        int64_t offsets[MICA_ONNX_MAX_RANK] = {0}, strides[MICA_ONNX_MAX_RANK];
        const size_t rank = mica_type_rank(wanted);
        for (size_t k = 0; k < rank; ++k)
            strides[k] = 1;
        mica_value *count = mica_op_result(loop, 0);
        mica_op *cut = mica_tensor_extract_slice_build(
            builder, signless(wanted), values[i], NULL, 0, &count, 1, NULL, 0,
            numbers(builder, offsets, rank), numbers(builder, mica_type_shape(wanted), rank),
            numbers(builder, strides, rank));
        values[i] = cut ? mica_op_result(cut, 0) : NULL;
    }
    replace_results(builder, site->op, values);
}

static bool convert_conditional(loop_site *site, const mica_onnx_loop *loop)
{
    mica_builder *builder = &site->builder;
    const mica_type *truth = mica_integer_type_get(builder->context, 1, MICA_SIGNLESS);
    const size_t count = WHILE_FIRST + site->carried + site->stacked;
    const mica_type *types[MICA_ONNX_MAX_RESULTS + WHILE_FIRST] = {
        mica_index_type_get(builder->context), truth};
    mica_value *inits[MICA_ONNX_MAX_RESULTS + WHILE_FIRST] = {
        micai_onnx_index(builder, 0), loop->condition ? element_of(builder, loop->condition)
                                                      : micai_onnx_number(builder, truth, 1)};
    if (!make_inits(site))
        return false;
    memcpy(types + WHILE_FIRST, site->types, (count - WHILE_FIRST) * sizeof *types);
    memcpy(inits + WHILE_FIRST, site->inits, (count - WHILE_FIRST) * sizeof(mica_value *));
    mica_op *built = mica_scf_while_build(builder, types, count, inits, count);
    if (!built)
        return false;
    build_condition(site, built, types, count);
    build_iteration(site, built, types, count);
    cut_results(site, built);
    return true;
}

static bool convert_loop(loop_site *site)
{
    mica_onnx_loop loop;
    site->node.inline_regions[0] = mica_op_region(site->op, 0);
    site->node.regions = site->node.inline_regions;
    site->node.region_count = 1;
    const bool is_read = mica_onnx_loop_read(&site->node, &loop);
    site->node.region_count = 0; // it stays the op's
    if (!is_read)
        return false;
    site->carried = loop.carried;
    site->stacked = loop.stacked;
    site->first_operand = loop.first_carried;
    site->first_argument = 2;
    site->first_yielded = 1;
    site->trips = loop_limit(site, &loop);
    return loop.is_counted || loop.trips == 0 ? convert_counted(site, &loop)
                                              : convert_conditional(site, &loop);
}

// ---- the pass
// --------------------------------------------------------------------------------

static bool convert_op(mica_op *op)
{
    if (!check_ranks(op))
        return false;
    if (mica_op_is(op, &mica_onnx_If_kind))
        return convert_if(op);
    loop_site site;
    begin_site(&site, op);
    const bool done =
        mica_op_is(op, &mica_onnx_Scan_kind) ? convert_scan(&site) : convert_loop(&site);
    mica_op_state_discard(&site.node);
    return done;
}

typedef struct op_list {
    mica_op **ops;
    size_t count, capacity;
    bool failed;
} op_list;

static mica_walk_result collect(void *user, mica_op *op)
{
    op_list *list = user;
    if (!mica_op_is(op, &mica_onnx_If_kind) && !mica_op_is(op, &mica_onnx_Loop_kind) &&
        !mica_op_is(op, &mica_onnx_Scan_kind))
        return MICA_WALK_ADVANCE;
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : 32;
        mica_op **ops = realloc(list->ops, capacity * sizeof(*ops));
        if (!ops) {
            list->failed = true;
            return MICA_WALK_INTERRUPT;
        }
        list->ops = ops;
        list->capacity = capacity;
    }
    list->ops[list->count++] = op;
    return MICA_WALK_ADVANCE;
}

/// Outer ops first: what is in a body stays valid when the body moves.
static bool run_convert_onnx_to_scf(mica_pass_run *run)
{
    op_list list = {NULL, 0, 0, false};
    mica_op_walk_pre(mica_pass_run_op(run), collect, &list);
    bool ok = !list.failed;
    for (size_t i = 0; i < list.count && ok; ++i)
        ok = convert_op(list.ops[i]);
    free(list.ops);
    if (list.count == 0)
        mica_pass_run_mark_unchanged(run);
    return ok;
}

static const char *const dependent_dialects[] = {"arith", "scf", "tensor", NULL};

const mica_pass_def mica_pass_convert_onnx_to_scf = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-onnx-to-scf",
    .name = "ConvertOnnxToScf",
    .summary = "Lower control flow of ONNX to scf, with tensors as carried values",
    .anchor = "builtin.module",
    .dependent_dialects = dependent_dialects,
    .run = run_convert_onnx_to_scf,
};
