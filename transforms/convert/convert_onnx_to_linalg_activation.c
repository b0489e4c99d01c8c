// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Activation functions, element by element. Each is built in the element type of the node; what
// a formula needs of the attributes it reads from the node.
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

#include <math.h>

static mica_value *constant(mica_builder *builder, const mica_value *like, double value)
{
    return micai_onnx_number(builder, mica_value_type(like), value);
}
static mica_value *unary(mica_builder *builder, const char *name, mica_value *x)
{
    return micai_onnx_emit(builder, name, &x, 1, mica_value_type(x));
}
static mica_value *add(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_emit2(builder, "arith.addf", a, b);
}
static mica_value *multiply(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_emit2(builder, "arith.mulf", a, b);
}
static mica_value *divide(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_emit2(builder, "arith.divf", a, b);
}
static mica_value *scale(mica_builder *builder, mica_value *x, double factor)
{
    return factor == 1 ? x : multiply(builder, x, constant(builder, x, factor));
}
static mica_value *less(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_less(builder, a, b, false);
}
/// x < bound ? bound : x, which keeps NaN.
static mica_value *at_least(mica_builder *builder, mica_value *x, mica_value *bound)
{
    return micai_onnx_select(builder, less(builder, x, bound), bound, x);
}
static mica_value *at_most(mica_builder *builder, mica_value *x, mica_value *bound)
{
    return micai_onnx_select(builder, less(builder, bound, x), bound, x);
}
static double number(const micai_onnx_site *site, const char *name)
{
    return mica_onnx_node_float(&site->node, name);
}

/// x < 0 ? negative : x
static mica_value *where_negative(mica_builder *builder, mica_value *x, mica_value *negative)
{
    return micai_onnx_select(builder, less(builder, x, constant(builder, x, 0)), negative, x);
}

/// exp(x / alpha) - 1, times alpha, for x < 0. The argument is at most 0 so that what is not
/// chosen cannot overflow.
static mica_value *exponential_part(mica_builder *builder, mica_value *x, double alpha,
                                    double divisor)
{
    mica_value *argument = at_most(builder, x, constant(builder, x, 0));
    if (divisor != 1)
        argument = divide(builder, argument, constant(builder, x, divisor));
    return scale(builder, unary(builder, "math.expm1", argument), alpha);
}

static mica_value *elu(const micai_onnx_site *site, mica_builder *builder,
                       mica_value *const *elements)
{
    mica_value *x = elements[0];
    return where_negative(builder, x, exponential_part(builder, x, number(site, "alpha"), 1));
}

static mica_value *celu(const micai_onnx_site *site, mica_builder *builder,
                        mica_value *const *elements)
{
    mica_value *x = elements[0];
    const double alpha = number(site, "alpha");
    return where_negative(builder, x, exponential_part(builder, x, alpha, alpha));
}

static mica_value *selu(const micai_onnx_site *site, mica_builder *builder,
                        mica_value *const *elements)
{
    return scale(builder, elu(site, builder, elements), number(site, "gamma"));
}

static mica_value *leaky_relu(const micai_onnx_site *site, mica_builder *builder,
                              mica_value *const *elements)
{
    mica_value *x = elements[0];
    return where_negative(builder, x, scale(builder, x, number(site, "alpha")));
}

static mica_value *prelu(const micai_onnx_site *site, mica_builder *builder,
                         mica_value *const *elements)
{
    mica_value *x = elements[0];
    const bool is_float = mica_type_is_float(mica_value_type(x));
    mica_value *zero = constant(builder, x, 0);
    mica_value *negative =
        micai_onnx_emit2(builder, is_float ? "arith.mulf" : "arith.muli", x, elements[1]);
    return micai_onnx_select(builder, micai_onnx_less(builder, x, zero, site->is_unsigned),
                             negative, x);
}

static mica_value *thresholded_relu(const micai_onnx_site *site, mica_builder *builder,
                                    mica_value *const *elements)
{
    mica_value *x = elements[0];
    mica_value *is_above = less(builder, constant(builder, x, number(site, "alpha")), x);
    return micai_onnx_select(builder, is_above, x, constant(builder, x, 0));
}

static mica_value *clamp_to_unit(mica_builder *builder, mica_value *x)
{
    return at_most(builder, at_least(builder, x, constant(builder, x, 0)),
                   constant(builder, x, 1));
}

static mica_value *hard_sigmoid(const micai_onnx_site *site, mica_builder *builder,
                                mica_value *const *elements)
{
    mica_value *x = scale(builder, elements[0], number(site, "alpha"));
    return clamp_to_unit(builder, add(builder, x, constant(builder, x, number(site, "beta"))));
}

static mica_value *hard_swish(const micai_onnx_site *site, mica_builder *builder,
                              mica_value *const *elements)
{
    (void)site;
    mica_value *x = elements[0];
    mica_value *line = add(builder, scale(builder, x, 1.0 / 6), constant(builder, x, 0.5));
    return multiply(builder, x, clamp_to_unit(builder, line));
}

/// log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)): no overflow for large x.
static mica_value *softplus_of(mica_builder *builder, mica_value *x)
{
    mica_value *magnitude = unary(builder, "math.absf", x);
    mica_value *power = unary(builder, "math.exp", unary(builder, "arith.negf", magnitude));
    return add(builder, at_least(builder, x, constant(builder, x, 0)),
               unary(builder, "math.log1p", power));
}

static mica_value *softplus(const micai_onnx_site *site, mica_builder *builder,
                            mica_value *const *elements)
{
    (void)site;
    return softplus_of(builder, elements[0]);
}

static mica_value *mish(const micai_onnx_site *site, mica_builder *builder,
                        mica_value *const *elements)
{
    (void)site;
    mica_value *tanh_part = unary(builder, "math.tanh", softplus_of(builder, elements[0]));
    return multiply(builder, elements[0], tanh_part);
}

static mica_value *softsign(const micai_onnx_site *site, mica_builder *builder,
                            mica_value *const *elements)
{
    (void)site;
    mica_value *x = elements[0];
    mica_value *one = constant(builder, x, 1);
    return divide(builder, x, add(builder, one, unary(builder, "math.absf", x)));
}

static mica_value *swish(const micai_onnx_site *site, mica_builder *builder,
                         mica_value *const *elements)
{
    mica_value *x = elements[0];
    mica_value *power = unary(builder, "math.exp", scale(builder, x, -number(site, "alpha")));
    return divide(builder, x, add(builder, constant(builder, x, 1), power));
}

static mica_value *gelu_exact(mica_builder *builder, mica_value *x)
{
    mica_value *erf = unary(builder, "math.erf", scale(builder, x, sqrt(0.5)));
    return multiply(builder, scale(builder, x, 0.5),
                    add(builder, constant(builder, x, 1), erf));
}

/// x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))), as the ONNX operator says.
static mica_value *gelu_by_tanh(mica_builder *builder, mica_value *x)
{
    const double pi = 3.14159265358979323846;
    mica_value *cube = multiply(builder, multiply(builder, x, x), x);
    mica_value *sum = add(builder, x, scale(builder, cube, 0.044715));
    mica_value *tanh_part = unary(builder, "math.tanh", scale(builder, sum, sqrt(2 / pi)));
    return multiply(builder, scale(builder, x, 0.5),
                    add(builder, constant(builder, x, 1), tanh_part));
}

static mica_value *gelu(const micai_onnx_site *site, mica_builder *builder,
                        mica_value *const *elements)
{
    return mica_string_is(mica_onnx_node_string(&site->node, "approximate"), "tanh")
               ? gelu_by_tanh(builder, elements[0])
               : gelu_exact(builder, elements[0]);
}

/// Both bounds are compared as floats, so that integers may have fractional bounds.
static mica_value *shrink(const micai_onnx_site *site, mica_builder *builder,
                          mica_value *const *elements)
{
    mica_context *context = builder->context;
    const mica_type *type = mica_value_type(elements[0]);
    mica_value *x = elements[0];
    if (!mica_type_is_float(type))
        x = micai_onnx_convert(builder, x, mica_float_type_get(context, MICA_FLOAT_F64),
                               site->is_unsigned, false);
    mica_value *bound = constant(builder, x, number(site, "lambd"));
    mica_value *bias = constant(builder, x, number(site, "bias"));
    mica_value *is_below = less(builder, x, unary(builder, "arith.negf", bound));
    mica_value *is_above = less(builder, bound, x);
    mica_value *above = micai_onnx_emit2(builder, "arith.subf", x, bias);
    mica_value *y = micai_onnx_select(builder, is_above, above, constant(builder, x, 0));
    y = micai_onnx_select(builder, is_below, add(builder, x, bias), y);
    return mica_type_is_float(type)
               ? y
               : micai_onnx_convert(builder, y, type, false, site->is_unsigned);
}

// clang-format off
static const micai_onnx_elementwise
    row_celu             = {.build = celu},
    row_elu              = {.build = elu},
    row_gelu             = {.build = gelu},
    row_hard_sigmoid     = {.build = hard_sigmoid},
    row_hard_swish       = {.build = hard_swish},
    row_leaky_relu       = {.build = leaky_relu},
    row_mish             = {.build = mish},
    row_prelu            = {.build = prelu},
    row_selu             = {.build = selu},
    row_shrink           = {.build = shrink},
    row_softplus         = {.build = softplus},
    row_softsign         = {.build = softsign},
    row_swish            = {.build = swish},
    row_thresholded_relu = {.build = thresholded_relu};
// clang-format on

const micai_onnx_rule micai_onnx_activation_rules[] = {
    {"onnx.Celu", micai_onnx_lower_elementwise, &row_celu},
    {"onnx.Elu", micai_onnx_lower_elementwise, &row_elu},
    {"onnx.Gelu", micai_onnx_lower_elementwise, &row_gelu},
    {"onnx.HardSigmoid", micai_onnx_lower_elementwise, &row_hard_sigmoid},
    {"onnx.HardSwish", micai_onnx_lower_elementwise, &row_hard_swish},
    {"onnx.LeakyRelu", micai_onnx_lower_elementwise, &row_leaky_relu},
    {"onnx.Mish", micai_onnx_lower_elementwise, &row_mish},
    {"onnx.PRelu", micai_onnx_lower_elementwise, &row_prelu},
    {"onnx.Selu", micai_onnx_lower_elementwise, &row_selu},
    {"onnx.Shrink", micai_onnx_lower_elementwise, &row_shrink},
    {"onnx.Softplus", micai_onnx_lower_elementwise, &row_softplus},
    {"onnx.Softsign", micai_onnx_lower_elementwise, &row_softsign},
    {"onnx.Swish", micai_onnx_lower_elementwise, &row_swish},
    {"onnx.ThresholdedRelu", micai_onnx_lower_elementwise, &row_thresholded_relu},
    {NULL, NULL, NULL},
};
