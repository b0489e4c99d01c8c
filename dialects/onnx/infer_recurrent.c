// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of LSTM, GRU and RNN:
//
//   X [seq, batch, in], W [dirs, gates * hidden, in], R [dirs, gates * hidden, hidden]
//   Y [seq, dirs, batch, hidden], Y_h and Y_c [dirs, batch, hidden]
//
// With layout 1 the batch comes first everywhere.
#include "dialects/onnx/onnx_internal.h"

/// The size of a dimension, MICA_DYNAMIC for an operand that is absent or has no rank.
static int64_t size_of(const mica_op_state *node, size_t index, size_t dim)
{
    const mica_type *type = micai_operand_type(node, index);
    return type && mica_type_is_ranked(type) && dim < mica_type_rank(type)
               ? mica_type_shape(type)[dim]
               : MICA_DYNAMIC;
}

static bool check_rank(const mica_op_state *node, size_t index, size_t rank,
                       mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, index);
    const mica_op_def *definition = mica_op_record_def(node->record);
    return !type || !mica_type_is_ranked(type) || mica_type_rank(type) == rank ||
           micai_onnx_wrong(fault, "'%s' must have rank %zu, but has rank %zu",
                            definition->operands[index].name, rank,
                            mica_type_rank(type)) != NULL;
}

/// Does operand `index` have this size there? Unknown sizes fit.
static bool check_size(const mica_op_state *node, size_t index, size_t dim, int64_t wanted,
                       mica_onnx_fault *fault)
{
    const int64_t size = size_of(node, index, dim);
    const mica_op_def *definition = mica_op_record_def(node->record);
    return size == MICA_DYNAMIC || wanted == MICA_DYNAMIC || size == wanted ||
           micai_onnx_wrong(fault, "dimension %zu of '%s' must be %lld, but is %lld", dim,
                            definition->operands[index].name, (long long)wanted,
                            (long long)size) != NULL;
}

static bool check_operands(const mica_op_state *node, const mica_onnx_recurrence *r,
                           mica_onnx_fault *fault)
{
    static const size_t ranks[] = {3, 3, 3, 2, 1, 3, 3, 2};
    const size_t count = mica_op_record_def(node->record)->operand_count;
    const int64_t rows = r->hidden == MICA_DYNAMIC ? MICA_DYNAMIC : r->gates * r->hidden;
    const size_t batch_dim = r->is_batch_first ? 0 : 1, direction_dim = 1 - batch_dim;
    for (size_t i = 0; i < count; ++i)
        if (!check_rank(node, i, ranks[i], fault))
            return false;
    for (size_t i = 5; i < count && i < 7; ++i)
        if (!check_size(node, i, direction_dim, r->directions, fault) ||
            !check_size(node, i, batch_dim, r->batch, fault) ||
            !check_size(node, i, 2, r->hidden, fault))
            return false;
    return check_size(node, 1, 0, r->directions, fault) &&
           check_size(node, 1, 1, rows, fault) && check_size(node, 0, 2, r->input, fault) &&
           check_size(node, 2, 0, r->directions, fault) &&
           check_size(node, 2, 1, rows, fault) && check_size(node, 2, 2, r->hidden, fault) &&
           check_size(node, 3, 0, r->directions, fault) &&
           check_size(node, 3, 1, rows == MICA_DYNAMIC ? rows : 2 * rows, fault) &&
           check_size(node, 4, 0, r->batch, fault);
}

bool mica_onnx_recurrence_read(const mica_op_state *node, mica_onnx_recurrence *r,
                               mica_onnx_fault *fault)
{
    const mica_string name = mica_identifier_text(mica_op_record_name(node->record));
    const mica_string direction = mica_onnx_node_string(node, "direction");
    const int64_t hidden = mica_onnx_node_int(node, "hidden_size");
    const bool is_two = mica_string_is(direction, "bidirectional");
    *r = (mica_onnx_recurrence){.directions = is_two ? 2 : 1};
    r->is_reverse = mica_string_is(direction, "reverse");
    if (!is_two && !r->is_reverse && !mica_string_is(direction, "forward"))
        return micai_onnx_wrong(fault, "direction must be forward, reverse or bidirectional") !=
               NULL;
    r->is_batch_first = mica_onnx_node_int(node, "layout") != 0;
    r->gates = mica_string_is(name, "onnx.LSTM") ? 4 : mica_string_is(name, "onnx.GRU") ? 3 : 1;
    r->sequence = size_of(node, 0, r->is_batch_first ? 1 : 0);
    r->batch = size_of(node, 0, r->is_batch_first ? 0 : 1);
    r->input = size_of(node, 1, 2) == MICA_DYNAMIC ? size_of(node, 0, 2) : size_of(node, 1, 2);
    r->hidden = hidden > 0 ? hidden : size_of(node, 2, 2);
    return check_operands(node, r, fault);
}

static bool infer_recurrent(const mica_op_state *node, mica_onnx_types *types,
                            mica_onnx_fault *fault)
{
    mica_onnx_recurrence r;
    if (!mica_onnx_recurrence_read(node, &r, fault))
        return false;
    const mica_type *like = micai_operand_type(node, 0);
    const int64_t whole[] = {r.sequence, r.directions, r.batch, r.hidden};
    const int64_t whole_batch[] = {r.batch, r.sequence, r.directions, r.hidden};
    const int64_t last[] = {r.directions, r.batch, r.hidden};
    const int64_t last_batch[] = {r.batch, r.directions, r.hidden};
    types->types[0] = micai_shaped_like(like, r.is_batch_first ? whole_batch : whole, 4);
    for (size_t i = 1; i < 3; ++i)
        types->types[i] = micai_shaped_like(like, r.is_batch_first ? last_batch : last, 3);
    const size_t most = mica_op_record_def(node->record)->result_count;
    types->count = types->count > most ? most : types->count;
    return true;
}

const micai_onnx_infer_rule micai_onnx_infer_recurrent_rules[] = {
    {"onnx.GRU", .all = infer_recurrent},
    {"onnx.LSTM", .all = infer_recurrent},
    {"onnx.RNN", .all = infer_recurrent},
    {NULL, NULL, NULL},
};
