// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LSTM, GRU and RNN as an onnx.Scan for each direction.
//
//   G = X W^T + b for all steps at once           [seq, batch, gates * hidden]
//   onnx.Scan h, c over the slices g of G:
//     g + h R^T, the gates of it, the next h and c     one product of matrices a step
//
// The steps depend on each other through h alone, so that this is all that a step must do. A
// reverse direction scans from the end. Where sequences have lengths of their own, it scans
// them reversed each by itself instead, and a state stays as it is from its length on.
#include "ir/support/blob.h"
#include "transforms/tensor/onnx_expand_internal.h"

#include <stdlib.h>
#include <strings.h>

enum { MOST_GATES = 4 };
enum {
    OPERAND_X,
    OPERAND_W,
    OPERAND_R,
    OPERAND_B,
    OPERAND_LENGTHS,
    OPERAND_H,
    OPERAND_C,
    OPERAND_P
};

/// An activation with its parameters.
typedef struct activation {
    const char *op;
    bool has_alpha, has_beta;
    double alpha, beta;
} activation;

/// One direction of a network that is being expanded.
typedef struct network {
    mica_onnx_recurrence r;
    int64_t direction;
    bool is_reverse;
    mica_value *x;                          ///< [seq, batch, in]
    mica_value *lengths;                    ///< NULL: all sequences are of full length
    mica_value *hidden_weights[MOST_GATES]; ///< what h is multiplied with, transposed
    mica_value *late_bias;                  ///< of GRU's h with linear_before_reset
    mica_value *peepholes[3];               ///< i, o, f; NULL: none
    activation activations[3];              ///< f, g, h
    double clip;                            ///< 0: none
    bool couples_forget, resets_late;
    mica_value *all, *last_h, *last_c; ///< what comes out
} network;

// ---- activations
// -----------------------------------------------------------------------------

static const activation known_activations[] = {
    {"Affine", true, true, 1, 0},           {"Elu", true, false, 1, 0},
    {"HardSigmoid", true, true, 0.2, 0.5},  {"LeakyRelu", true, false, 0.01, 0},
    {"Relu", false, false, 0, 0},           {"ScaledTanh", true, true, 1, 1},
    {"Sigmoid", false, false, 0, 0},        {"Softplus", false, false, 0, 0},
    {"Softsign", false, false, 0, 0},       {"Tanh", false, false, 0, 0},
    {"ThresholdedRelu", true, false, 1, 0},
};

static bool find_activation(micai_expansion *x, mica_string name, activation *found)
{
    for (size_t i = 0; i < sizeof known_activations / sizeof *known_activations; ++i) {
        const activation *known = &known_activations[i];
        if (strlen(known->op) == name.length &&
            strncasecmp(known->op, name.data, name.length) == 0) {
            *found = *known;
            return true;
        }
    }
    return micai_expand_refuse(x, "activation '%.*s' is not known", (int)name.length,
                               name.data) != NULL;
}

/// The next of a list of parameters, or the default.
static double next_parameter(const micai_expansion *x, const char *name, size_t *next,
                             double unset)
{
    const mica_attr *list = mica_onnx_node_attr(&x->node, name);
    if (!mica_attr_is(list, MICA_ATTR_DENSE_ARRAY) ||
        *next >= mica_dense_array_attr_count(list))
        return unset;
    return (double)((const float *)mica_dense_array_attr_data(list))[(*next)++];
}

/// The activations of a direction: the node's, else `usual`. Those that take parameters take
/// them from the lists in order.
static bool read_activations(micai_expansion *x, network *n, const char *const *usual,
                             size_t count)
{
    const mica_attr *names = mica_onnx_node_attr(&x->node, "activations");
    const size_t given =
        mica_attr_is(names, MICA_ATTR_ARRAY) ? mica_array_attr_count(names) : 0;
    size_t next_alpha = 0, next_beta = 0;
    if (given > 0 && given != count * (size_t)n->r.directions)
        return micai_expand_refuse(x, "has %zu activations, but needs %zu", given,
                                   count * (size_t)n->r.directions) != NULL;
    for (size_t i = 0; i < count * (size_t)(n->direction + 1); ++i) {
        activation *a = &n->activations[i % count];
        const mica_string name = given
                                     ? mica_string_attr_text(mica_array_attr_element(names, i))
                                     : mica_string_from(usual[i % count]);
        if (!find_activation(x, name, a))
            return false;
        if (a->has_alpha)
            a->alpha = next_parameter(x, "activation_alpha", &next_alpha, a->alpha);
        if (a->has_beta)
            a->beta = next_parameter(x, "activation_beta", &next_beta, a->beta);
    }
    return true;
}

static mica_value *clipped(micai_expansion *x, const network *n, mica_value *value)
{
    if (n->clip <= 0 || x->failed)
        return value;
    mica_value *const operands[] = {value, micai_make_like(x, value, -n->clip),
                                    micai_make_like(x, value, n->clip)};
    return micai_make(x, "Clip", operands, 3, NULL);
}

static mica_value *activate(micai_expansion *x, const network *n, size_t index,
                            mica_value *value)
{
    const activation *a = &n->activations[index];
    value = clipped(x, n, value);
    if (x->failed)
        return NULL;
    if (strcmp(a->op, "Affine") == 0)
        return micai_make2(x, "Add",
                           micai_make2(x, "Mul", value, micai_make_like(x, value, a->alpha)),
                           micai_make_like(x, value, a->beta));
    if (strcmp(a->op, "ScaledTanh") == 0) {
        mica_value *scaled = micai_make2(x, "Mul", value, micai_make_like(x, value, a->beta));
        return micai_make2(x, "Mul", micai_make1(x, "Tanh", scaled),
                           micai_make_like(x, value, a->alpha));
    }
    const mica_type *number = micai_float(x, MICA_FLOAT_F32);
    micai_expand_attr attrs[3] = {{NULL, NULL}, {NULL, NULL}, {NULL, NULL}};
    size_t count = 0;
    if (a->has_alpha)
        attrs[count++] = (micai_expand_attr){"alpha", mica_float_attr_get(number, a->alpha)};
    if (a->has_beta)
        attrs[count++] = (micai_expand_attr){"beta", mica_float_attr_get(number, a->beta)};
    return micai_make(x, a->op, &value, 1, attrs);
}

// ---- weights
// ---------------------------------------------------------------------------------

/// [columns, rows] of a constant [dirs, all rows, columns]: packed for the products at compile
/// time, since it is a constant itself. NULL when the value is no constant.
static mica_value *transposed_constant(micai_expansion *x, mica_value *value, int64_t direction,
                                       int64_t first, int64_t rows)
{
    const mica_attr *elements = mica_onnx_constant(value);
    if (!elements || mica_dense_elements_attr_is_splat(elements))
        return NULL;
    size_t bytes;
    const char *data = mica_dense_elements_attr_data(elements, &bytes);
    const size_t size = mica_dense_element_size(micai_element_of(value));
    const int64_t *shape = micai_shape_of(value);
    const size_t columns = (size_t)shape[2], count = (size_t)rows;
    data += (size_t)(direction * shape[1] + first) * columns * size;
    void *into;
    mica_blob *blob = mica_blob_allocate(x->builder.context, columns * count * size, &into);
    if (!blob)
        return NULL;
    for (size_t i = 0; i < count; ++i)
        for (size_t k = 0; k < columns; ++k)
            memcpy((char *)into + (k * count + i) * size, data + (i * columns + k) * size,
                   size);
    const int64_t turned[] = {shape[2], rows};
    const mica_type *type = mica_tensor_type_get(micai_element_of(value), turned, 2, NULL);
    const micai_expand_attr attrs[] = {{"value", mica_dense_elements_attr_get_blob(type, blob)},
                                       {NULL, NULL}};
    return micai_make(x, "Constant", NULL, 0, attrs);
}

/// One direction of a tensor whose first dimension is that.
static mica_value *of_direction(micai_expansion *x, const network *n, mica_value *value)
{
    const int64_t axis = 0;
    if (n->r.directions > 1)
        value = micai_make_slice(x, value, 0, n->direction, n->direction + 1);
    return micai_make_with_ints(x, "Squeeze", value, &axis, 1);
}

/// Rows `first` .. of W or R of the direction, transposed.
static mica_value *matrix_of(micai_expansion *x, const network *n, size_t operand,
                             int64_t first, int64_t rows)
{
    static const int64_t perm[] = {1, 0};
    mica_value *value = micai_input(x, operand);
    mica_value *constant = transposed_constant(x, value, n->direction, first, rows);
    if (constant || x->failed)
        return constant;
    mica_value *matrix = of_direction(x, n, value);
    if (!x->failed && rows != micai_shape_of(matrix)[0])
        matrix = micai_make_slice(x, matrix, 0, first, first + rows);
    return micai_make_transpose(x, matrix, perm, 2);
}

/// Elements `first` .. of B or P of the direction.
static mica_value *vector_of(micai_expansion *x, const network *n, size_t operand,
                             int64_t first, int64_t count)
{
    return micai_make_slice(x, of_direction(x, n, micai_input(x, operand)), 0, first,
                            first + count);
}

/// The bias of all gates, without the part that comes after GRU's reset.
static mica_value *bias_of(micai_expansion *x, network *n)
{
    const int64_t hidden = n->r.hidden, rows = n->r.gates * hidden;
    if (!micai_input(x, OPERAND_B))
        return NULL;
    if (!n->resets_late)
        return micai_make2(x, "Add", vector_of(x, n, OPERAND_B, 0, rows),
                           vector_of(x, n, OPERAND_B, rows, rows));
    mica_value *early = vector_of(x, n, OPERAND_B, rows, 2 * hidden);
    n->late_bias = vector_of(x, n, OPERAND_B, rows + 2 * hidden, hidden);
    mica_value *const parts[] = {
        micai_make2(x, "Add", vector_of(x, n, OPERAND_B, 0, 2 * hidden), early),
        vector_of(x, n, OPERAND_B, 2 * hidden, hidden)};
    return micai_make_concat(x, parts, 2, 0);
}

/// X W^T + b for all steps.
static mica_value *gates_of_input(micai_expansion *x, network *n)
{
    const mica_onnx_recurrence *r = &n->r;
    const int64_t rows = r->gates * r->hidden;
    const int64_t flat[] = {-1, r->input};
    const int64_t deep[] = {r->sequence == MICA_DYNAMIC ? -1 : r->sequence,
                            r->batch == MICA_DYNAMIC ? -1 : r->batch, rows};
    mica_value *weights = matrix_of(x, n, OPERAND_W, 0, rows), *bias = bias_of(x, n);
    const bool is_flat = r->sequence != MICA_DYNAMIC || r->batch != MICA_DYNAMIC;
    mica_value *input = is_flat ? micai_make_with_ints(x, "Reshape", n->x, flat, 2) : n->x;
    mica_value *gates = micai_make2(x, "MatMul", input, weights);
    if (bias && !x->failed)
        gates = micai_make2(x, "Add", gates, bias);
    return is_flat ? micai_make_with_ints(x, "Reshape", gates, deep, 3) : gates;
}

// ---- states
// ----------------------------------------------------------------------------------

/// Zeros for [batch, hidden].
static mica_value *zero_state(micai_expansion *x, const network *n)
{
    mica_value *zero = micai_make_like(x, n->x, 0);
    const int64_t sizes[] = {n->r.batch, n->r.hidden};
    if (n->r.batch != MICA_DYNAMIC)
        return micai_make_with_ints(x, "Expand", zero, sizes, 2);
    const micai_expand_attr attrs[] = {{"start", mica_i64_attr_get(x->builder.context, 1)},
                                       {"end", mica_i64_attr_get(x->builder.context, 2)},
                                       {NULL, NULL}};
    mica_value *const parts[] = {micai_make(x, "Shape", &n->x, 1, attrs),
                                 micai_make_ints(x, &n->r.hidden, 1)};
    return micai_make2(x, "Expand", zero, micai_make_concat(x, parts, 2, 0));
}

static mica_value *initial_state(micai_expansion *x, const network *n, size_t operand)
{
    static const int64_t perm[] = {1, 0, 2};
    mica_value *state = micai_input(x, operand);
    if (!state)
        return zero_state(x, n);
    if (n->r.is_batch_first)
        state = micai_make_transpose(x, state, perm, 3);
    return of_direction(x, n, state);
}

/// [seq, batch, 1]: is the step within the sequence?
static mica_value *mask_of(micai_expansion *x, const network *n)
{
    static const int64_t behind[] = {1, 2}, around[] = {0, 2};
    const mica_type *number = micai_integer(x, 64);
    mica_value *const range[] = {micai_make_number(x, number, 0),
                                 micai_make_number(x, number, (double)n->r.sequence),
                                 micai_make_number(x, number, 1)};
    mica_value *steps = micai_make(x, "Range", range, 3, NULL);
    return micai_make2(x, "Less", micai_make_with_ints(x, "Unsqueeze", steps, behind, 2),
                       micai_make_with_ints(x, "Unsqueeze", n->lengths, around, 2));
}

// ---- one step
// --------------------------------------------------------------------------------

/// What a step has and gives. `gates` is of the input.
typedef struct step {
    mica_value *gates, *mask, *h, *c;
    mica_value *next_h, *next_c;
} step;

static mica_value *gate_of(micai_expansion *x, const network *n, mica_value *gates,
                           int64_t index)
{
    return micai_make_slice(x, gates, 1, index * n->r.hidden, (index + 1) * n->r.hidden);
}

static mica_value *with_peephole(micai_expansion *x, mica_value *gate, mica_value *peephole,
                                 mica_value *c)
{
    return peephole ? micai_make2(x, "Add", gate, micai_make2(x, "Mul", peephole, c)) : gate;
}

static mica_value *one_minus(micai_expansion *x, mica_value *value)
{
    return x->failed ? NULL : micai_make2(x, "Sub", micai_make_like(x, value, 1), value);
}

static void step_lstm(micai_expansion *x, const network *n, step *s)
{
    mica_value *gates =
        micai_make2(x, "Add", s->gates, micai_make2(x, "MatMul", s->h, n->hidden_weights[0]));
    mica_value *i = with_peephole(x, gate_of(x, n, gates, 0), n->peepholes[0], s->c);
    i = activate(x, n, 0, i);
    mica_value *f = with_peephole(x, gate_of(x, n, gates, 2), n->peepholes[2], s->c);
    f = n->couples_forget ? one_minus(x, i) : activate(x, n, 0, f);
    mica_value *c = activate(x, n, 1, gate_of(x, n, gates, 3));
    s->next_c =
        micai_make2(x, "Add", micai_make2(x, "Mul", f, s->c), micai_make2(x, "Mul", i, c));
    mica_value *o = with_peephole(x, gate_of(x, n, gates, 1), n->peepholes[1], s->next_c);
    o = activate(x, n, 0, o);
    s->next_h = micai_make2(x, "Mul", o, activate(x, n, 2, s->next_c));
}

/// GRU's third gate: h is reset before its product, or the product after it.
static mica_value *candidate(micai_expansion *x, const network *n, const step *s,
                             mica_value *reset, mica_value *product)
{
    mica_value *gate = gate_of(x, n, s->gates, 2);
    if (!n->resets_late) {
        mica_value *h = micai_make2(x, "Mul", reset, s->h);
        product = micai_make2(x, "MatMul", h, n->hidden_weights[1]);
    } else {
        product = gate_of(x, n, product, 2);
        if (n->late_bias)
            product = micai_make2(x, "Add", product, n->late_bias);
        product = micai_make2(x, "Mul", reset, product);
    }
    return activate(x, n, 1, micai_make2(x, "Add", gate, product));
}

static void step_gru(micai_expansion *x, const network *n, step *s)
{
    mica_value *product = micai_make2(x, "MatMul", s->h, n->hidden_weights[0]);
    mica_value *z =
        micai_make2(x, "Add", gate_of(x, n, s->gates, 0), gate_of(x, n, product, 0));
    mica_value *r =
        micai_make2(x, "Add", gate_of(x, n, s->gates, 1), gate_of(x, n, product, 1));
    z = activate(x, n, 0, z);
    r = activate(x, n, 0, r);
    mica_value *h = candidate(x, n, s, r, product);
    s->next_h = micai_make2(x, "Add", micai_make2(x, "Mul", one_minus(x, z), h),
                            micai_make2(x, "Mul", z, s->h));
}

static void step_rnn(micai_expansion *x, const network *n, step *s)
{
    mica_value *product = micai_make2(x, "MatMul", s->h, n->hidden_weights[0]);
    s->next_h = activate(x, n, 0, micai_make2(x, "Add", s->gates, product));
}

// ---- the kinds
// -------------------------------------------------------------------------------

/// What tells the three operators apart.
typedef struct network_kind {
    size_t activation_count;
    const char *activations[3];
    bool has_cell;
    void (*step)(micai_expansion *x, const network *n, step *s);
    void (*read)(micai_expansion *x, network *n); ///< weights of h, and what is its own
} network_kind;

static void read_lstm(micai_expansion *x, network *n)
{
    const int64_t hidden = n->r.hidden;
    n->couples_forget = mica_onnx_node_int(&x->node, "input_forget") != 0;
    n->hidden_weights[0] = matrix_of(x, n, OPERAND_R, 0, 4 * hidden);
    for (int64_t i = 0; i < 3 && micai_input(x, OPERAND_P); ++i)
        n->peepholes[i] = vector_of(x, n, OPERAND_P, i * hidden, hidden);
}

static void read_gru(micai_expansion *x, network *n)
{
    const int64_t hidden = n->r.hidden;
    n->resets_late = mica_onnx_node_int(&x->node, "linear_before_reset") != 0;
    n->hidden_weights[0] = matrix_of(x, n, OPERAND_R, 0, (n->resets_late ? 3 : 2) * hidden);
    if (!n->resets_late)
        n->hidden_weights[1] = matrix_of(x, n, OPERAND_R, 2 * hidden, hidden);
}

static void read_rnn(micai_expansion *x, network *n)
{
    n->hidden_weights[0] = matrix_of(x, n, OPERAND_R, 0, n->r.hidden);
}

static const network_kind kind_gru = {2, {"Sigmoid", "Tanh", NULL}, false, step_gru, read_gru},
                          kind_lstm = {3,
                                       {"Sigmoid", "Tanh", "Tanh"},
                                       true,
                                       step_lstm,
                                       read_lstm},
                          kind_rnn = {1, {"Tanh", NULL, NULL}, false, step_rnn, read_rnn};

// ---- the scan
// --------------------------------------------------------------------------------

/// In the body: the step, states that end at the length, and the yield.
static void fill_body(micai_expansion *x, const network *n, const network_kind *kind,
                      const mica_block *body, bool stacks)
{
    size_t next = 0;
    step s = {.h = mica_block_argument(body, next++)};
    if (kind->has_cell)
        s.c = mica_block_argument(body, next++);
    s.gates = mica_block_argument(body, next++);
    if (n->lengths)
        s.mask = mica_block_argument(body, next);
    kind->step(x, n, &s);
    mica_value *output = s.next_h;
    if (n->lengths && !x->failed) {
        output = micai_make_where(x, s.mask, s.next_h, micai_make_like(x, s.next_h, 0));
        s.next_h = micai_make_where(x, s.mask, s.next_h, s.h);
        if (kind->has_cell)
            s.next_c = micai_make_where(x, s.mask, s.next_c, s.c);
    }
    if (x->failed)
        return;
    mica_op_state yield;
    mica_op_state_init(&yield, x->builder.context, "onnx.Yield", x->builder.location);
    mica_op_state_add_operand(&yield, s.next_h);
    if (kind->has_cell)
        mica_op_state_add_operand(&yield, s.next_c);
    if (stacks)
        mica_op_state_add_operand(&yield, output);
    x->failed |= !mica_builder_create(&x->builder, &yield);
}

static void set_direction(mica_op_state *state, const char *name, size_t count)
{
    static const int64_t ones[] = {1, 1};
    mica_op_state_set_attr(state, name, mica_i64_array_attr_get(state->context, ones, count));
}

/// The Scan of one direction; NULL after a failure.
static mica_op *make_scan(micai_expansion *x, const network *n, const network_kind *kind,
                          mica_value *const *operands, size_t states, size_t count, bool stacks)
{
    const mica_builder outside = x->builder;
    mica_onnx_fault fault;
    mica_onnx_types types;
    mica_op_state state;
    mica_block *body = mica_block_create(outside.context);
    if (!body)
        return NULL;
    mica_op_state_init(&state, outside.context, "onnx.Scan", outside.location);
    mica_op_state_add_operands(&state, operands, count);
    mica_op_state_set_attr(&state, "num_scan_inputs",
                           mica_i64_attr_get(outside.context, (int64_t)(count - states)));
    if (n->is_reverse && !n->lengths) {
        set_direction(&state, "scan_input_directions", count - states);
        if (stacks)
            set_direction(&state, "scan_output_directions", 1);
    }
    mica_region_append(mica_op_state_add_region(&state), body);
    for (size_t i = 0; i < count; ++i) {
        const mica_type *type = mica_value_type(operands[i]);
        mica_block_add_argument(body, i < states ? type : mica_onnx_slice_type(type, 0),
                                outside.location);
    }
    x->builder = mica_builder_at_end(body, outside.location);
    fill_body(x, n, kind, body, stacks);
    x->builder = outside;
    if (!x->failed && !mica_onnx_infer_types(&state, 0, &types, &fault))
        micai_expand_refuse(x, "%s", fault.message);
    if (x->failed) {
        mica_op_state_discard(&state);
        return NULL;
    }
    mica_onnx_add_results(&state, &types);
    return mica_builder_create(&x->builder, &state);
}

/// Each sequence reversed by itself.
static mica_value *reverse_each(micai_expansion *x, const network *n, mica_value *value)
{
    mica_value *const operands[] = {value, n->lengths};
    return micai_make(x, "ReverseSequence", operands, 2, NULL);
}

/// Fills in what comes out of the direction.
static bool expand_direction(micai_expansion *x, network *n, const network_kind *kind)
{
    const bool stacks = !mica_value_is_unused(mica_op_result(x->op, 0));
    const bool turns = n->is_reverse && n->lengths;
    mica_value *operands[4];
    size_t states = 0;
    if (!read_activations(x, n, kind->activations, kind->activation_count))
        return false;
    if (turns)
        n->x = reverse_each(x, n, n->x);
    kind->read(x, n);
    operands[states++] = initial_state(x, n, OPERAND_H);
    if (kind->has_cell)
        operands[states++] = initial_state(x, n, OPERAND_C);
    size_t count = states;
    operands[count++] = gates_of_input(x, n);
    if (n->lengths)
        operands[count++] = mask_of(x, n);
    mica_op *scan = x->failed ? NULL : make_scan(x, n, kind, operands, states, count, stacks);
    if (!scan)
        return false;
    n->last_h = mica_op_result(scan, 0);
    n->last_c = kind->has_cell ? mica_op_result(scan, 1) : NULL;
    n->all = stacks ? mica_op_result(scan, states) : NULL;
    if (turns && stacks)
        n->all = reverse_each(x, n, n->all);
    return !x->failed;
}

// ---- the operators
// ---------------------------------------------------------------------------

/// One value a direction, joined in a new dimension; NULL where there is none.
static mica_value *join_directions(micai_expansion *x, mica_value *const *values, size_t count,
                                   int64_t axis)
{
    mica_value *wide[2];
    if (!values[0])
        return NULL;
    for (size_t i = 0; i < count; ++i)
        wide[i] = micai_make_with_ints(x, "Unsqueeze", values[i], &axis, 1);
    return count == 1 ? wide[0] : micai_make_concat(x, wide, count, axis);
}

static void set_results(micai_expansion *x, const network *n, size_t count)
{
    static const int64_t whole[] = {2, 0, 1, 3}, last[] = {1, 0, 2};
    mica_value *const all[] = {n[0].all, n[count - 1].all};
    mica_value *const h[] = {n[0].last_h, n[count - 1].last_h};
    mica_value *const c[] = {n[0].last_c, n[count - 1].last_c};
    x->results[0] = join_directions(x, all, count, 1);
    x->results[1] = join_directions(x, h, count, 0);
    x->results[2] = join_directions(x, c, count, 0);
    if (!n->r.is_batch_first)
        return;
    for (size_t i = 0; i < 3 && !x->failed; ++i)
        if (x->results[i])
            x->results[i] =
                micai_make_transpose(x, x->results[i], i == 0 ? whole : last, i == 0 ? 4 : 3);
}

static bool check_known(micai_expansion *x, const network *n)
{
    for (size_t i = OPERAND_W; i <= OPERAND_R; ++i)
        if (!mica_type_has_static_shape(mica_value_type(micai_input(x, i))))
            return micai_expand_refuse(x, "the shapes of W and R must be known") != NULL;
    if (n->r.input == MICA_DYNAMIC || n->r.hidden == MICA_DYNAMIC ||
        !micai_has_rank(micai_input(x, OPERAND_X)))
        return micai_expand_refuse(x, "the size of its input is not known") != NULL;
    if (n->lengths && n->r.sequence == MICA_DYNAMIC)
        return micai_expand_refuse(x, "sequence_lens need a sequence of known size") != NULL;
    return true;
}

static mica_value *expand_recurrent(micai_expansion *x)
{
    static const int64_t perm[] = {1, 0, 2};
    const network_kind *kind = x->row;
    network parts[2];
    mica_onnx_fault fault;
    memset(parts, 0, sizeof parts);
    network *n = &parts[0];
    if (!mica_onnx_recurrence_read(&x->node, &n->r, &fault))
        return micai_expand_refuse(x, "%s", fault.message);
    n->lengths = micai_input(x, OPERAND_LENGTHS);
    n->x = micai_input(x, OPERAND_X);
    if (!check_known(x, n))
        return NULL;
    n->clip = mica_onnx_node_float(&x->node, "clip");
    n->is_reverse = n->r.is_reverse;
    if (n->lengths)
        n->lengths = micai_make_cast(x, n->lengths, micai_integer(x, 64));
    if (n->r.is_batch_first)
        n->x = micai_make_transpose(x, n->x, perm, 3);
    const size_t count = (size_t)n->r.directions;
    parts[1] = parts[0];
    parts[1].direction = 1;
    parts[1].is_reverse = true;
    for (size_t i = 0; i < count; ++i)
        if (!expand_direction(x, &parts[i], kind))
            return NULL;
    set_results(x, parts, count);
    // Y may be wanted by nobody; any value stands for it then.
    return x->results[0] ? x->results[0] : x->results[1];
}

const micai_expand_rule micai_expand_recurrent[] = {
    {"onnx.GRU", expand_recurrent, &kind_gru},
    {"onnx.LSTM", expand_recurrent, &kind_lstm},
    {"onnx.RNN", expand_recurrent, &kind_rnn},
    {NULL, NULL, NULL},
};
