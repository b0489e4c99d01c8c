// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Losses of classifiers: the score of the class that each target names, weighted.
#include "transforms/tensor/onnx_expand_internal.h"

/// The mean or sum of losses as `reduction` says; a mean is over the weights.
static mica_value *reduce_losses(micai_expansion *x, mica_value *losses, mica_value *weights)
{
    const mica_string reduction = mica_onnx_node_string(&x->node, "reduction");
    int64_t axes[MICA_ONNX_MAX_RANK];
    if (x->failed || mica_string_is(reduction, "none"))
        return losses;
    const size_t rank = micai_rank_of(losses);
    for (size_t i = 0; i < rank; ++i)
        axes[i] = (int64_t)i;
    mica_value *sum = micai_make_reduce(x, "ReduceSum", losses, axes, rank, false);
    if (mica_string_is(reduction, "sum"))
        return sum;
    return micai_make2(x, "Div", sum,
                       micai_make_reduce(x, "ReduceSum", weights, axes, rank, false));
}

/// -scores[n, target[n, ...], ...] * weight[target[n, ...]]; 0 where the target is ignored.
static mica_value *pick_losses(micai_expansion *x, mica_value *scores, mica_value *targets,
                               mica_value *weight)
{
    const int64_t one = 1;
    mica_value *ignored = NULL;
    if (mica_onnx_node_attr(&x->node, "ignore_index")) {
        const double index = (double)mica_onnx_node_int(&x->node, "ignore_index");
        ignored = micai_make2(x, "Equal", targets, micai_make_like(x, targets, index));
        targets = micai_make_where(x, ignored, micai_make_like(x, targets, 0), targets);
    }
    mica_value *const pick[] = {scores, micai_make_with_ints(x, "Unsqueeze", targets, &one, 1)};
    mica_value *picked = micai_make_with_axis(x, "GatherElements", pick, 2, 1);
    picked = micai_make_with_ints(x, "Squeeze", picked, &one, 1);
    mica_value *weights;
    if (weight) {
        mica_value *const operands[] = {weight, targets};
        weights = micai_make_with_axis(x, "Gather", operands, 2, 0);
    } else { // ones of the targets' shape
        weights = micai_make_cast(x, micai_make2(x, "Equal", targets, targets),
                                  x->failed ? NULL : micai_element_of(scores));
    }
    if (ignored) {
        mica_value *zero = micai_make_like(x, scores, 0);
        weights = micai_make_where(x, ignored, zero, weights);
    }
    mica_value *losses = micai_make2(x, "Mul", micai_make1(x, "Neg", picked), weights);
    return reduce_losses(x, losses, weights);
}

static mica_value *negative_log_likelihood(micai_expansion *x)
{
    return pick_losses(x, micai_input(x, 0), micai_input(x, 1), micai_input(x, 2));
}

static mica_value *softmax_cross_entropy(micai_expansion *x)
{
    mica_value *scores = micai_input(x, 0);
    mica_value *logarithms = micai_make_with_axis(x, "LogSoftmax", &scores, 1, 1);
    x->results[1] = logarithms;
    return x->failed ? NULL : pick_losses(x, logarithms, micai_input(x, 1), micai_input(x, 2));
}

const micai_expand_rule micai_expand_losses[] = {
    {"onnx.NegativeLogLikelihoodLoss", negative_log_likelihood, NULL},
    {"onnx.SoftmaxCrossEntropyLoss", softmax_cross_entropy, NULL},
    {NULL, NULL, NULL},
};
