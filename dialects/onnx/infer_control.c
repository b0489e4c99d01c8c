// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of control flow. They follow from what the bodies yield, so these rules look at the
// regions of a node:
//
//   If    what both branches yield: where they differ, the result's size or rank is not known
//   Loop  the carried values, which agree with their inits; then the yielded elements stacked
//   Scan  the same, stacked along the axes that the attributes name
#include "dialects/onnx/onnx_internal.h"
#include "dialects/onnx/onnx_ops.h"

const mica_type *mica_onnx_generalize_types(const mica_type *a, const mica_type *b)
{
    if (a == b)
        return a;
    if (mica_type_element(a) != mica_type_element(b))
        return NULL;
    if (!mica_type_is_ranked(a) || !mica_type_is_ranked(b) ||
        mica_type_rank(a) != mica_type_rank(b) || mica_type_rank(a) > MICA_ONNX_MAX_RANK)
        return micai_unranked_like(a);
    int64_t shape[MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i < mica_type_rank(a); ++i)
        shape[i] = mica_type_shape(a)[i] == mica_type_shape(b)[i] ? mica_type_shape(a)[i]
                                                                  : MICA_DYNAMIC;
    return micai_shaped_like(a, shape, mica_type_rank(a));
}

mica_value *mica_onnx_skip_identities(mica_value *value)
{
    for (mica_op *op = value ? mica_value_op(value) : NULL;
         op && mica_op_is(op, &mica_onnx_Identity_kind); op = mica_value_op(value))
        value = mica_op_operand(op, 0);
    return value;
}

bool mica_onnx_known_truth(mica_value *value, bool *truth)
{
    int64_t known;
    if (mica_onnx_known_ints(mica_onnx_skip_identities(value), &known, 1) != 1 ||
        known == MICA_DYNAMIC)
        return false;
    *truth = known != 0;
    return true;
}

// ---- bodies
// ----------------------------------------------------------------------------------

/// The body's only block and what ends it.
typedef struct body {
    const mica_block *block;
    const mica_op *yield;
} body;

static bool read_body(const mica_op_state *node, size_t index, body *result,
                      mica_onnx_fault *fault)
{
    if (index >= node->region_count || mica_region_is_empty(node->regions[index]))
        return micai_onnx_wrong(fault, "body #%zu is missing", index) != NULL;
    result->block = mica_region_first(node->regions[index]);
    result->yield = mica_block_last(result->block);
    return (result->yield && mica_op_is(result->yield, &mica_onnx_Yield_kind)) ||
           micai_onnx_wrong(fault, "body #%zu does not end in onnx.Yield", index) != NULL;
}

static const mica_type *yielded_type(const body *b, size_t index)
{
    return mica_value_type(mica_op_operand(b->yield, index));
}

static bool check_counts(const body *b, size_t arguments, size_t least_yielded,
                         mica_onnx_fault *fault)
{
    const size_t own = mica_block_argument_count(b->block);
    const size_t yielded = mica_op_operand_count(b->yield);
    if (own != arguments)
        return micai_onnx_wrong(fault, "its body has %zu inputs, but gets %zu", own,
                                arguments) != NULL;
    if (yielded < least_yielded)
        return micai_onnx_wrong(fault, "its body has %zu outputs; it must have %zu at least",
                                yielded, least_yielded) != NULL;
    if (yielded - least_yielded > MICA_ONNX_MAX_RESULTS / 2)
        return micai_onnx_wrong(fault, "has more than %d results", MICA_ONNX_MAX_RESULTS) !=
               NULL;
    return true;
}

/// The type of carried value `index`: `argument` and `yielded` are its places in the body.
static const mica_type *carried_type(const body *b, size_t index, const mica_type *init,
                                     size_t argument, size_t yielded, mica_onnx_fault *fault)
{
    const mica_type *in = mica_value_type(mica_block_argument(b->block, argument));
    const mica_type *out = yielded_type(b, yielded);
    if (!mica_onnx_types_agree(in, init) || !mica_onnx_types_agree(in, out))
        return micai_onnx_wrong(fault,
                                "carried value #%zu enters the body, comes back or begins "
                                "with another type",
                                index);
    return mica_onnx_generalize_types(init, out);
}

/// `slice` with a new dimension.
static const mica_type *stacked_type(const mica_type *slice, size_t axis, int64_t size)
{
    int64_t shape[MICA_ONNX_MAX_RANK + 1];
    const size_t rank = mica_type_rank(slice);
    for (size_t i = 0; i <= rank; ++i)
        shape[i] = i == axis ? size : mica_type_shape(slice)[i - (i > axis)];
    return micai_shaped_like(slice, shape, rank + 1);
}

static const mica_type *scan_result(const mica_type *slice, int64_t axis, int64_t size,
                                    mica_onnx_fault *fault)
{
    size_t normalized;
    if (!mica_type_is_ranked(slice))
        return slice;
    if (mica_type_rank(slice) >= MICA_ONNX_MAX_RANK)
        return micai_onnx_wrong(fault, "a result has more than %d dimensions",
                                MICA_ONNX_MAX_RANK);
    if (!mica_onnx_axis(axis, mica_type_rank(slice) + 1, &normalized))
        return micai_onnx_wrong(fault, "axis %lld is outside of rank %zu", (long long)axis,
                                mica_type_rank(slice) + 1);
    return stacked_type(slice, normalized, size);
}

// ---- If
// --------------------------------------------------------------------------------------

static bool infer_if(const mica_op_state *node, mica_onnx_types *types, mica_onnx_fault *fault)
{
    body branches[2];
    if (!read_body(node, 0, &branches[0], fault) || !read_body(node, 1, &branches[1], fault))
        return false;
    const size_t count = mica_op_operand_count(branches[0].yield);
    if (count != mica_op_operand_count(branches[1].yield) || count > MICA_ONNX_MAX_RESULTS)
        return micai_onnx_wrong(fault, "its branches have %zu and %zu outputs", count,
                                mica_op_operand_count(branches[1].yield)) != NULL;
    types->count = count;
    for (size_t i = 0; i < count; ++i) {
        types->types[i] = mica_onnx_generalize_types(yielded_type(&branches[0], i),
                                                     yielded_type(&branches[1], i));
        if (!types->types[i])
            return micai_onnx_wrong(fault, "its branches give output #%zu different types",
                                    i) != NULL;
    }
    return true;
}

// ---- Loop
// ------------------------------------------------------------------------------------

bool mica_onnx_loop_read(const mica_op_state *node, mica_onnx_loop *loop)
{
    body b;
    mica_onnx_fault fault;
    if (!read_body(node, 0, &b, &fault))
        return false;
    loop->limit = mica_onnx_node_operand(node, 0);
    loop->condition = mica_onnx_node_operand(node, 1);
    loop->first_carried = (size_t)(loop->limit != NULL) + (size_t)(loop->condition != NULL);
    loop->carried = node->operand_count - loop->first_carried;
    if (!check_counts(&b, 2 + loop->carried, 1 + loop->carried, &fault))
        return false;
    loop->stacked = mica_op_operand_count(b.yield) - 1 - loop->carried;
    mica_value *next = mica_onnx_skip_identities(mica_op_operand(b.yield, 0));
    bool truth = false;
    loop->is_counted = next == mica_block_argument(b.block, 1) ||
                       (mica_onnx_known_truth(next, &truth) && truth);
    loop->trips = MICA_DYNAMIC;
    int64_t limit;
    bool begins = true;
    const bool is_known = !loop->condition || mica_onnx_known_truth(loop->condition, &begins);
    if (is_known && !begins)
        loop->trips = 0;
    else if (is_known && loop->is_counted && loop->limit &&
             mica_onnx_known_ints(loop->limit, &limit, 1) == 1 && limit != MICA_DYNAMIC)
        loop->trips = limit > 0 ? limit : 0;
    return true;
}

static bool check_control_value(const body *b, size_t argument, const mica_type *like,
                                const char *what, mica_onnx_fault *fault)
{
    const mica_type *type = mica_value_type(mica_block_argument(b->block, argument));
    return mica_type_element(type) == mica_type_element(like) ||
           micai_onnx_wrong(fault, "its body's %s has another type", what) != NULL;
}

static bool infer_loop(const mica_op_state *node, mica_onnx_types *types,
                       mica_onnx_fault *fault)
{
    mica_onnx_loop loop;
    body b;
    mica_context *context = node->context;
    if (!read_body(node, 0, &b, fault))
        return false;
    const size_t first = (size_t)(mica_onnx_node_operand(node, 0) != NULL) +
                         (size_t)(mica_onnx_node_operand(node, 1) != NULL);
    const size_t carried = node->operand_count - first;
    if (carried > MICA_ONNX_MAX_RESULTS / 2)
        return micai_onnx_wrong(fault, "has more than %d results", MICA_ONNX_MAX_RESULTS) !=
               NULL;
    if (!check_counts(&b, 2 + carried, 1 + carried, fault))
        return false;
    const mica_type *number = mica_integer_type_get(context, 64, MICA_SIGNLESS);
    const mica_type *truth = mica_integer_type_get(context, 1, MICA_SIGNLESS);
    number = mica_tensor_type_get(number, NULL, 0, NULL);
    truth = mica_tensor_type_get(truth, NULL, 0, NULL);
    if (!check_control_value(&b, 0, number, "iteration number", fault) ||
        !check_control_value(&b, 1, truth, "condition", fault))
        return false;
    if (mica_type_element(yielded_type(&b, 0)) != mica_type_element(truth))
        return micai_onnx_wrong(fault, "its body's first output is no condition") != NULL;
    mica_onnx_loop_read(node, &loop);
    types->count = loop.carried + loop.stacked;
    for (size_t i = 0; i < types->count; ++i) {
        types->types[i] = i < loop.carried
                              ? carried_type(&b, i, mica_value_type(node->operands[first + i]),
                                             2 + i, 1 + i, fault)
                              : scan_result(yielded_type(&b, 1 + i), 0, loop.trips, fault);
        if (!types->types[i])
            return false;
    }
    return true;
}

// ---- Scan
// ------------------------------------------------------------------------------------

int64_t mica_onnx_scan_setting(const mica_op_state *node, const char *name, size_t index)
{
    size_t count;
    const int64_t *values = mica_onnx_node_ints(node, name, &count);
    return index < count ? values[index] : 0;
}

/// The size of the scanned dimension that the inputs agree on.
static bool scan_length(const mica_op_state *node, size_t first, int64_t *length,
                        mica_onnx_fault *fault)
{
    *length = MICA_DYNAMIC;
    for (size_t i = first; i < node->operand_count; ++i) {
        const mica_type *type = mica_value_type(node->operands[i]);
        const int64_t given = mica_onnx_scan_setting(node, "scan_input_axes", i - first);
        size_t axis;
        if (!mica_type_is_ranked(type))
            continue;
        if (!mica_onnx_axis(given, mica_type_rank(type), &axis))
            return micai_onnx_wrong(fault, "axis %lld is outside of scan input #%zu",
                                    (long long)given, i - first) != NULL;
        const int64_t size = mica_type_shape(type)[axis];
        if (size == MICA_DYNAMIC)
            continue;
        if (*length != MICA_DYNAMIC && *length != size)
            return micai_onnx_wrong(fault, "its scan inputs have %lld and %lld slices",
                                    (long long)*length, (long long)size) != NULL;
        *length = size;
    }
    return true;
}

const mica_type *mica_onnx_slice_type(const mica_type *type, int64_t axis)
{
    int64_t shape[MICA_ONNX_MAX_RANK];
    size_t normalized;
    if (!mica_type_is_ranked(type) || mica_type_rank(type) > MICA_ONNX_MAX_RANK)
        return micai_unranked_like(type);
    if (!mica_onnx_axis(axis, mica_type_rank(type), &normalized))
        return NULL;
    const size_t rank = mica_type_rank(type) - 1;
    for (size_t i = 0; i < rank; ++i)
        shape[i] = mica_type_shape(type)[i + (i >= normalized)];
    return micai_shaped_like(type, shape, rank);
}

static bool check_slices(const mica_op_state *node, const body *b, size_t first,
                         mica_onnx_fault *fault)
{
    for (size_t i = first; i < node->operand_count; ++i) {
        const mica_type *slice =
            mica_onnx_slice_type(mica_value_type(node->operands[i]),
                                 mica_onnx_scan_setting(node, "scan_input_axes", i - first));
        if (!slice ||
            !mica_onnx_types_agree(slice, mica_value_type(mica_block_argument(b->block, i))))
            return micai_onnx_wrong(fault,
                                    "its body takes slices of scan input #%zu as another "
                                    "type",
                                    i - first) != NULL;
    }
    return true;
}

static bool infer_scan(const mica_op_state *node, mica_onnx_types *types,
                       mica_onnx_fault *fault)
{
    body b;
    int64_t length;
    const int64_t inputs = mica_onnx_node_int(node, "num_scan_inputs");
    if (inputs < 1 || (uint64_t)inputs > node->operand_count)
        return micai_onnx_wrong(fault, "num_scan_inputs is %lld, but it has %u operands",
                                (long long)inputs, node->operand_count) != NULL;
    const size_t carried = node->operand_count - (size_t)inputs;
    if (carried > MICA_ONNX_MAX_RESULTS / 2)
        return micai_onnx_wrong(fault, "has more than %d results", MICA_ONNX_MAX_RESULTS) !=
               NULL;
    if (!read_body(node, 0, &b, fault) ||
        !check_counts(&b, node->operand_count, carried, fault) ||
        !scan_length(node, carried, &length, fault) || !check_slices(node, &b, carried, fault))
        return false;
    types->count = mica_op_operand_count(b.yield);
    for (size_t i = 0; i < types->count; ++i) {
        types->types[i] =
            i < carried
                ? carried_type(&b, i, mica_value_type(node->operands[i]), i, i, fault)
                : scan_result(yielded_type(&b, i),
                              mica_onnx_scan_setting(node, "scan_output_axes", i - carried),
                              length, fault);
        if (!types->types[i])
            return false;
    }
    return true;
}

const micai_onnx_infer_rule micai_onnx_infer_control_rules[] = {
    {"onnx.If", .all = infer_if},
    {"onnx.Loop", .all = infer_loop},
    {"onnx.Scan", .all = infer_scan},
    {NULL, NULL, NULL},
};
