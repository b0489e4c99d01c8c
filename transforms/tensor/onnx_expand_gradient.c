// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// onnx.training.Gradient: derivatives of the sum of y, computed backwards. Values that depend
// on the xs are found first, from the top of the block down; then each op that y needs gives
// the derivative of its result on to its operands, from y up:
//
//   %c = onnx.Mul %a, %b            %dc = ones
//   %da = Gradient %c, %a      ->   %da = onnx.Mul %dc, %b
//
// Operands that were broadcast get the sum over what they were repeated for. Functions like
// LayerNormalization are expanded before, since the pass goes from the top down.
#include "transforms/tensor/onnx_expand_internal.h"

#include "ir/core/context_internal.h"
#include "ir/support/pointer_map_internal.h"

/// One op that is differentiated: `g` is the derivative of its result.
typedef struct local {
    micai_expansion *x;
    mica_op *op;
    mica_value *a, *b, *y, *g; ///< operands 0 and 1 (NULL when there is none), result
} local;

/// Derivative of operand `index`, in the result's shape where operands are broadcast.
typedef mica_value *(*derive_fn)(const local *l, size_t index);

static mica_value *op2(const local *l, const char *name, mica_value *a, mica_value *b)
{
    return micai_make2(l->x, name, a, b);
}
static mica_value *op1(const local *l, const char *name, mica_value *a)
{
    return micai_make1(l->x, name, a);
}
static mica_value *times(const local *l, mica_value *factor)
{
    return op2(l, "Mul", l->g, factor);
}
/// number - a
static mica_value *from(const local *l, double number, mica_value *a)
{
    return l->x->failed ? NULL : op2(l, "Sub", micai_make_like(l->x, a, number), a);
}

// ---- rules
// -----------------------------------------------------------------------------------

static mica_value *derive_same(const local *l, size_t index)
{
    (void)index;
    return l->g;
}
static mica_value *derive_sub(const local *l, size_t index)
{
    return index == 0 ? l->g : op1(l, "Neg", l->g);
}
static mica_value *derive_mul(const local *l, size_t index)
{
    return times(l, index == 0 ? l->b : l->a);
}
/// a / b: 1 / b and -(a / b) / b
static mica_value *derive_div(const local *l, size_t index)
{
    mica_value *quotient = op2(l, "Div", l->g, l->b);
    return index == 0 ? quotient : op1(l, "Neg", op2(l, "Mul", quotient, l->y));
}
/// a ^ b: b a ^ (b - 1) and y log(a)
static mica_value *derive_pow(const local *l, size_t index)
{
    if (index == 1)
        return times(l, op2(l, "Mul", l->y, op1(l, "Log", l->a)));
    mica_value *less = op2(l, "Sub", l->b, micai_make_like(l->x, l->b, 1));
    return times(l, op2(l, "Mul", op2(l, "Pow", l->a, less), l->b));
}
static mica_value *derive_neg(const local *l, size_t index)
{
    (void)index;
    return op1(l, "Neg", l->g);
}
static mica_value *derive_exp(const local *l, size_t index)
{
    (void)index;
    return times(l, l->y);
}
static mica_value *derive_log(const local *l, size_t index)
{
    (void)index;
    return op2(l, "Div", l->g, l->a);
}
/// 1 / (2 y)
static mica_value *derive_sqrt(const local *l, size_t index)
{
    (void)index;
    return op2(l, "Div", l->g, op2(l, "Add", l->y, l->y));
}
/// -y^2
static mica_value *derive_reciprocal(const local *l, size_t index)
{
    (void)index;
    return op1(l, "Neg", times(l, op2(l, "Mul", l->y, l->y)));
}
static mica_value *derive_sin(const local *l, size_t index)
{
    (void)index;
    return times(l, op1(l, "Cos", l->a));
}
static mica_value *derive_cos(const local *l, size_t index)
{
    (void)index;
    return op1(l, "Neg", times(l, op1(l, "Sin", l->a)));
}
/// 1 - y^2
static mica_value *derive_tanh(const local *l, size_t index)
{
    (void)index;
    return times(l, from(l, 1, op2(l, "Mul", l->y, l->y)));
}
/// y (1 - y)
static mica_value *derive_sigmoid(const local *l, size_t index)
{
    (void)index;
    return times(l, op2(l, "Mul", l->y, from(l, 1, l->y)));
}
static mica_value *derive_abs(const local *l, size_t index)
{
    (void)index;
    return times(l, op1(l, "Sign", l->a));
}
static mica_value *derive_relu(const local *l, size_t index)
{
    (void)index;
    mica_value *zero = micai_make_like(l->x, l->a, 0);
    return micai_make_where(l->x, op2(l, "Greater", l->a, zero), l->g, zero);
}
/// Of matrices: g b' and a' g.
static mica_value *derive_matmul(const local *l, size_t index)
{
    static const int64_t turned[] = {1, 0};
    if (micai_rank_of(l->a) != 2 || micai_rank_of(l->b) != 2)
        return micai_expand_refuse(l->x, "only products of matrices can be differentiated");
    mica_value *other = micai_make_transpose(l->x, index == 0 ? l->b : l->a, turned, 2);
    return index == 0 ? op2(l, "MatMul", l->g, other) : op2(l, "MatMul", other, l->g);
}
static mica_value *derive_reshape(const local *l, size_t index)
{
    (void)index;
    return micai_make_with_ints(l->x, "Reshape", l->g, micai_shape_of(l->a),
                                micai_rank_of(l->a));
}

/// The operators that are known, and how many operands have derivatives.
static const struct {
    const char *op;
    size_t operands;
    bool broadcasts;
    derive_fn derive;
} rules[] = {
    {"onnx.Abs", 1, false, derive_abs},
    {"onnx.Add", 2, true, derive_same},
    {"onnx.Cos", 1, false, derive_cos},
    {"onnx.Div", 2, true, derive_div},
    {"onnx.Exp", 1, false, derive_exp},
    {"onnx.Flatten", 1, false, derive_reshape},
    {"onnx.Identity", 1, false, derive_same},
    {"onnx.Log", 1, false, derive_log},
    {"onnx.MatMul", 2, false, derive_matmul},
    {"onnx.Mul", 2, true, derive_mul},
    {"onnx.Neg", 1, false, derive_neg},
    {"onnx.Pow", 2, true, derive_pow},
    {"onnx.Reciprocal", 1, false, derive_reciprocal},
    {"onnx.Relu", 1, false, derive_relu},
    {"onnx.Reshape", 1, false, derive_reshape},
    {"onnx.Sigmoid", 1, false, derive_sigmoid},
    {"onnx.Sin", 1, false, derive_sin},
    {"onnx.Sqrt", 1, false, derive_sqrt},
    {"onnx.Squeeze", 1, false, derive_reshape},
    {"onnx.Sub", 2, true, derive_sub},
    {"onnx.Tanh", 1, false, derive_tanh},
    {"onnx.Unsqueeze", 1, false, derive_reshape},
};

// ---- backwards
// -------------------------------------------------------------------------------

/// What is known of values: that they depend on an x (themselves), and their derivative.
typedef struct gradients {
    micai_expansion *x;
    micai_pointer_map depends, derivatives;
} gradients;

static bool is_static(const mica_value *value)
{
    return mica_type_has_static_shape(mica_value_type(value));
}

/// `g` summed over the dimensions along which a value of the shape of `like` was repeated.
static mica_value *sum_to_shape(micai_expansion *x, mica_value *g, const mica_value *like)
{
    if (x->failed || mica_value_type(g) == mica_value_type(like))
        return g;
    int64_t axes[MICA_ONNX_MAX_RANK];
    size_t count = 0;
    const size_t rank = micai_rank_of(g), own = micai_rank_of(like);
    for (size_t i = 0; i < rank; ++i)
        if (i + own < rank || micai_shape_of(like)[i + own - rank] != micai_shape_of(g)[i])
            axes[count++] = (int64_t)i;
    if (count > 0)
        g = micai_make_reduce(x, "ReduceSum", g, axes, count, true);
    return micai_make_with_ints(x, "Reshape", g, micai_shape_of(like), own);
}

/// `g` in the shape of the op's result, for operands that do not look at it.
static mica_value *repeat(micai_expansion *x, mica_value *g, const mica_value *like)
{
    if (x->failed || mica_value_type(g) == mica_value_type(like))
        return g;
    return micai_make_with_ints(x, "Expand", g, micai_shape_of(like), micai_rank_of(like));
}

static bool add_derivative(gradients *all, mica_value *value, mica_value *g)
{
    mica_value *old = micai_pointer_map_get(&all->derivatives, value);
    if (old)
        g = micai_make2(all->x, "Add", old, g);
    return g && micai_pointer_map_put(&all->derivatives, value, g);
}

/// The op's result has a derivative: its operands that depend on an x get theirs.
static bool differentiate(gradients *all, mica_op *op, mica_value *g)
{
    const mica_string name = mica_op_name(op);
    size_t rule = 0;
    while (rule < sizeof rules / sizeof *rules && !mica_string_is(name, rules[rule].op))
        ++rule;
    if (rule == sizeof rules / sizeof *rules)
        return micai_expand_refuse(all->x, "%.*s can't be differentiated",
                                   MICA_STRING_ARG(name)) != NULL;
    const size_t count = mica_op_operand_count(op);
    local l = {.x = all->x, .op = op, .y = mica_op_result(op, 0), .g = g};
    l.a = mica_op_operand(op, 0);
    l.b = count > 1 ? mica_op_operand(op, 1) : NULL;
    for (size_t i = 0; i < count; ++i) {
        mica_value *operand = mica_op_operand(op, i);
        if (!micai_pointer_map_get(&all->depends, operand))
            continue;
        if (i >= rules[rule].operands || !is_static(operand) || !is_static(l.y))
            return micai_expand_refuse(all->x, "%.*s can't be differentiated by operand #%zu",
                                       MICA_STRING_ARG(name), i) != NULL;
        mica_value *own = rules[rule].derive(&l, i);
        if (own && rules[rule].broadcasts)
            own = sum_to_shape(all->x, repeat(all->x, own, l.y), operand);
        if (!own || !add_derivative(all, operand, own))
            return false;
    }
    return true;
}

/// All that depends on an x, of what stands before the op.
static bool mark_dependent(gradients *all)
{
    mica_block *block = mica_op_block(all->x->op);
    for (size_t i = 1; i < all->x->node.operand_count; ++i) {
        mica_value *x = all->x->node.operands[i];
        if (!micai_pointer_map_put(&all->depends, x, x))
            return false;
    }
    mica_for_each_op(op, block)
    {
        bool depends = false;
        if (op == all->x->op)
            break;
        for (size_t i = 0; i < mica_op_operand_count(op); ++i)
            depends |= micai_pointer_map_get(&all->depends, mica_op_operand(op, i)) != NULL;
        for (size_t i = 0; depends && i < mica_op_result_count(op); ++i)
            if (!micai_pointer_map_put(&all->depends, mica_op_result(op, i),
                                       mica_op_result(op, i)))
                return false;
    }
    return true;
}

/// From the op up to the top of the block. An x is an end, even where it is computed of others.
static bool go_back(gradients *all)
{
    mica_op *previous;
    for (mica_op *op = mica_op_previous(all->x->op); op; op = previous) {
        previous = mica_op_previous(op);
        if (mica_op_result_count(op) == 0)
            continue;
        mica_value *y = mica_op_result(op, 0);
        mica_value *g = micai_pointer_map_get(&all->derivatives, y);
        bool is_end = !g || !micai_pointer_map_get(&all->depends, y);
        for (size_t i = 1; i < all->x->node.operand_count; ++i)
            is_end |= all->x->node.operands[i] == y;
        if (!is_end && !differentiate(all, op, g))
            return false;
    }
    return true;
}

/// 0 in the shape of an x that y does not depend on.
static mica_value *zeros_like(micai_expansion *x, mica_value *value)
{
    return repeat(x, micai_make_like(x, value, 0), value);
}

static mica_value *gradient(micai_expansion *x)
{
    const micai_allocator *allocator = &x->builder.context->allocator;
    gradients all = {x, micai_pointer_map_on(allocator), micai_pointer_map_on(allocator)};
    mica_value *y = micai_input(x, 0);
    for (size_t i = 0; i < x->node.operand_count; ++i)
        if (!is_static(x->node.operands[i]))
            return micai_expand_refuse(x, "the shape of operand #%zu is not known", i);
    mica_value *one = repeat(x, micai_make_like(x, y, 1), y);
    const bool done =
        one && mark_dependent(&all) && add_derivative(&all, y, one) && go_back(&all);
    for (size_t i = 1; done && i < x->node.operand_count; ++i) {
        mica_value *g = micai_pointer_map_get(&all.derivatives, x->node.operands[i]);
        x->results[i - 1] = g ? g : zeros_like(x, x->node.operands[i]);
    }
    micai_pointer_map_free(&all.depends);
    micai_pointer_map_free(&all.derivatives);
    return done ? x->results[0] : NULL;
}

const micai_expand_rule micai_expand_gradient[] = {
    {"onnx.training.Gradient", gradient, NULL},
    {NULL, NULL, NULL},
};
