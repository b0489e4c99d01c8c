// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operators of training by simple ones: batch normalization that measures its batch, and the
// optimizers' update rules, once for each tensor that is optimized.
#include "transforms/tensor/onnx_expand_internal.h"

static mica_value *add(micai_expansion *x, mica_value *a, mica_value *b)
{
    return micai_make2(x, "Add", a, b);
}
static mica_value *multiply(micai_expansion *x, mica_value *a, mica_value *b)
{
    return micai_make2(x, "Mul", a, b);
}
/// a * number
static mica_value *scale(micai_expansion *x, mica_value *a, double number)
{
    return number == 1 ? a : multiply(x, a, micai_make_like(x, a, number));
}

// ---- batch normalization
// ---------------------------------------------------------------------

/// running * momentum + measured * (1 - momentum)
static mica_value *mix(micai_expansion *x, mica_value *running, mica_value *measured)
{
    const double momentum = mica_onnx_node_float(&x->node, "momentum");
    if (x->failed)
        return NULL;
    mica_value *fresh = micai_make_cast(x, measured, micai_element_of(running));
    return add(x, scale(x, running, momentum), scale(x, fresh, 1 - momentum));
}

/// A vector with one entry a channel as [1, C, 1, ...].
static mica_value *per_channel(micai_expansion *x, mica_value *vector, const int64_t *axes,
                               size_t count, const mica_type *element)
{
    return micai_make_with_ints(x, "Unsqueeze", micai_make_cast(x, vector, element), axes,
                                count);
}

/// (X - mean) / sqrt(variance + epsilon) * scale + B with the batch's own mean and variance.
static mica_value *batch_training(micai_expansion *x)
{
    mica_value *input = micai_input(x, 0);
    int64_t axes[MICA_ONNX_MAX_RANK];
    size_t count = 0;
    if (!micai_has_rank(input))
        return micai_expand_refuse(x, "the rank of its input is not known");
    for (size_t i = 0; i < micai_rank_of(input); ++i)
        if (i != 1)
            axes[count++] = (int64_t)i;
    const mica_type *element = micai_element_of(input);
    const mica_type *wide =
        mica_type_bit_width(element) < 32 ? micai_float(x, MICA_FLOAT_F32) : element;
    mica_value *value = micai_make_cast(x, input, wide);
    mica_value *mean = micai_make_reduce(x, "ReduceMean", value, axes, count, true);
    mica_value *difference = micai_make2(x, "Sub", value, mean);
    mica_value *variance = micai_make_reduce(
        x, "ReduceMean", multiply(x, difference, difference), axes, count, true);
    mica_value *deviation = micai_make1(
        x, "Sqrt",
        add(x, variance,
            micai_make_like(x, variance, mica_onnx_node_float(&x->node, "epsilon"))));
    mica_value *normal = micai_make2(x, "Div", difference, deviation);
    normal = add(x, multiply(x, normal, per_channel(x, micai_input(x, 1), axes, count, wide)),
                 per_channel(x, micai_input(x, 2), axes, count, wide));
    mica_value *own_mean = micai_make_with_ints(x, "Squeeze", mean, axes, count);
    mica_value *own_variance = micai_make_with_ints(x, "Squeeze", variance, axes, count);
    x->results[1] = mix(x, micai_input(x, 3), own_mean);
    x->results[2] = mix(x, micai_input(x, 4), own_variance);
    x->results[3] = micai_make_cast(x, own_mean, micai_element_of(micai_input(x, 3)));
    x->results[4] = micai_make_cast(x, own_variance, micai_element_of(micai_input(x, 4)));
    return micai_make_cast(x, normal, element);
}

// ---- optimizers
// ------------------------------------------------------------------------------

enum { RATE, STEP, FIRST_TENSOR };

/// One tensor that is optimized: itself, its gradient with what keeps it small, its states.
typedef struct update {
    mica_value *value, *gradient, *states[2];
    mica_value *rate, *step; ///< scalars of the value's element type
} update;

/// Gives the new value and replaces the states by the new ones.
typedef mica_value *(*update_fn)(micai_expansion *x, update *u);

static double number(const micai_expansion *x, const char *name)
{
    return mica_onnx_node_float(&x->node, name);
}

/// `then` after the first step, `first` in it.
static mica_value *after_first(micai_expansion *x, const update *u, mica_value *then,
                               mica_value *first)
{
    mica_value *is_later = micai_make2(x, "Greater", u->step, micai_make_like(x, u->step, 0));
    return micai_make_where(x, is_later, then, first);
}

/// H' = H + g^2;  X' = X - R / (1 + T * decay) * g / (sqrt(H') + epsilon)
static mica_value *adagrad(micai_expansion *x, update *u)
{
    mica_value *decay =
        add(x, scale(x, u->step, number(x, "decay_factor")), micai_make_like(x, u->step, 1));
    mica_value *rate = micai_make2(x, "Div", u->rate, decay);
    u->states[0] = add(x, u->states[0], multiply(x, u->gradient, u->gradient));
    mica_value *root = add(x, micai_make1(x, "Sqrt", u->states[0]),
                           micai_make_like(x, u->rate, number(x, "epsilon")));
    mica_value *change = micai_make2(x, "Div", multiply(x, rate, u->gradient), root);
    return micai_make2(x, "Sub", u->value, change);
}

/// V' = a V + (1 - a) g;  H' = b H + (1 - b) g^2;  X' = X - R' V' / (sqrt(H') + epsilon),
/// where R' = R sqrt(1 - b^T) / (1 - a^T) after the first step.
static mica_value *adam(micai_expansion *x, update *u)
{
    const double a = number(x, "alpha"), b = number(x, "beta");
    mica_value *one = micai_make_like(x, u->rate, 1);
    mica_value *square = multiply(x, u->gradient, u->gradient);
    u->states[0] = add(x, scale(x, u->states[0], a), scale(x, u->gradient, 1 - a));
    u->states[1] = add(x, scale(x, u->states[1], b), scale(x, square, 1 - b));
    mica_value *power_a = micai_make2(x, "Pow", micai_make_like(x, u->rate, a), u->step);
    mica_value *power_b = micai_make2(x, "Pow", micai_make_like(x, u->rate, b), u->step);
    mica_value *correction =
        micai_make2(x, "Div", micai_make1(x, "Sqrt", micai_make2(x, "Sub", one, power_b)),
                    micai_make2(x, "Sub", one, power_a));
    mica_value *rate = multiply(x, u->rate, after_first(x, u, correction, one));
    mica_value *root = add(x, micai_make1(x, "Sqrt", u->states[1]),
                           micai_make_like(x, u->rate, number(x, "epsilon")));
    mica_value *change = micai_make2(x, "Div", multiply(x, rate, u->states[0]), root);
    return scale(x, micai_make2(x, "Sub", u->value, change),
                 1 - number(x, "norm_coefficient_post"));
}

/// V' = a V + b g (b is 1 in the first step);  X' = X - R V', or Nesterov's X - R (g + a V')
static mica_value *momentum(micai_expansion *x, update *u)
{
    const double a = number(x, "alpha");
    mica_value *b = after_first(x, u, micai_make_like(x, u->rate, number(x, "beta")),
                                micai_make_like(x, u->rate, 1));
    u->states[0] = add(x, scale(x, u->states[0], a), multiply(x, b, u->gradient));
    mica_value *direction = u->states[0];
    if (mica_string_is(mica_onnx_node_string(&x->node, "mode"), "nesterov"))
        direction = add(x, u->gradient, scale(x, direction, a));
    return micai_make2(x, "Sub", u->value, multiply(x, u->rate, direction));
}

typedef struct optimizer {
    update_fn update;
    size_t states;
} optimizer;

static const optimizer row_adagrad = {adagrad, 1}, row_adam = {adam, 2},
                       row_momentum = {momentum, 1};

/// Results: new values, then for each state the new ones.
static mica_value *optimize(micai_expansion *x)
{
    const optimizer *rule = x->row;
    mica_value *const *tensors = x->node.operands + FIRST_TENSOR;
    const size_t count = (x->node.operand_count - FIRST_TENSOR) / (rule->states + 2);
    mica_value *first = NULL;
    for (size_t i = 0; i < count && !x->failed; ++i) {
        const mica_type *element = micai_element_of(tensors[i]);
        update u = {.value = tensors[i],
                    .rate = micai_make_cast(x, micai_input(x, RATE), element),
                    .step = micai_make_cast(x, micai_input(x, STEP), element)};
        for (size_t k = 0; k < rule->states; ++k)
            u.states[k] = tensors[(k + 2) * count + i];
        const double norm = number(x, "norm_coefficient");
        u.gradient = tensors[count + i];
        if (norm != 0)
            u.gradient = add(x, scale(x, u.value, norm), u.gradient);
        mica_value *value = rule->update(x, &u);
        x->results[i] = value;
        for (size_t k = 0; k < rule->states; ++k)
            x->results[(k + 1) * count + i] = u.states[k];
        first = i == 0 ? value : first;
    }
    return first;
}

const micai_expand_rule micai_expand_training[] = {
    {"onnx.BatchNormalizationTraining", batch_training, NULL},
    {"onnx.training.Adagrad", optimize, &row_adagrad},
    {"onnx.training.Adam", optimize, &row_adam},
    {"onnx.training.Momentum", optimize, &row_momentum},
    {NULL, NULL, NULL},
};
