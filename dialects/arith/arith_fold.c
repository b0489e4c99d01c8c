// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Folding of arith: one line of algebra above what applies it. `x`, `y`, `z` are any values,
// `c` constants (scalars or splats). Constants are computed by ir/core/scalar_math.h. The law:
// the type stays, no op is made, what is undefined (division by zero, a shift that is too wide)
// is left alone.
#include <math.h>

#include "dialects/arith/arith_ops.h"
#include "ir/rewrite/constant_fold.h"
#include "ir/rewrite/fold.h"

typedef const mica_attr *const *constants;

// ---- answers
// ---------------------------------------------------------------------------------

static mica_fold_status value_answer(mica_fold_result *results, mica_value *value)
{
    results[0].value = value;
    return value ? MICA_FOLD_REPLACED : MICA_FOLD_NONE;
}

static mica_fold_status attr_answer(mica_fold_result *results, const mica_attr *attr)
{
    results[0].attr = attr;
    return attr ? MICA_FOLD_REPLACED : MICA_FOLD_NONE;
}

static const mica_type *result_type(const mica_op *op)
{
    return mica_value_type(mica_op_result(op, 0));
}

/// An integer constant of `type`, a splat for vectors and tensors; NULL for dynamic shapes.
static const mica_attr *int_constant(const mica_type *type, int64_t value)
{
    mica_scalar scalar = {.type = mica_type_element_or_self(type)};
    if (mica_type_bit_width(scalar.type) > MICA_WIDE_MAX_WIDTH)
        return NULL;
    mica_scalar_set_int(&scalar, value);
    return mica_constant_splat(type, &scalar);
}

static mica_fold_status int_answer(mica_op *op, mica_fold_result *results, int64_t value)
{
    return attr_answer(results, int_constant(result_type(op), value));
}

/// The op that defines operand `index` when it is of this kind, else NULL.
static mica_op *defined_by(const mica_op *op, size_t index, mica_op_kind kind)
{
    mica_op *definition = mica_value_op(mica_op_operand(op, index));
    return mica_op_is(definition, kind) ? definition : NULL;
}

static mica_value *left(const mica_op *op)
{
    return mica_op_operand(op, 0);
}
static mica_value *right(const mica_op *op)
{
    return mica_op_operand(op, 1);
}

// ---- constant
// --------------------------------------------------------------------------------

mica_fold_status micai_arith_constant_fold(mica_op *op, constants c, mica_fold_result *results)
{
    (void)c;
    return attr_answer(results, mica_arith_constant_value(op));
}

// ---- integer sums and products
// ---------------------------------------------------------------

mica_fold_status micai_arith_addi_fold(mica_op *op, constants c, mica_fold_result *results)
{
    // x + 0 -> x
    if (mica_constant_is_int(c[1], 0))
        return value_answer(results, left(op));
    // (x - y) + y -> x
    const mica_op *subtraction = defined_by(op, 0, &mica_arith_subi_kind);
    if (subtraction && right(subtraction) == right(op))
        return value_answer(results, left(subtraction));
    // y + (x - y) -> x
    subtraction = defined_by(op, 1, &mica_arith_subi_kind);
    if (subtraction && right(subtraction) == left(op))
        return value_answer(results, left(subtraction));
    return mica_fold_elementwise(op, c, results, mica_scalar_addi, 0);
}

mica_fold_status micai_arith_subi_fold(mica_op *op, constants c, mica_fold_result *results)
{
    // x - x -> 0
    if (left(op) == right(op) && int_answer(op, results, 0) == MICA_FOLD_REPLACED)
        return MICA_FOLD_REPLACED;
    // x - 0 -> x
    if (mica_constant_is_int(c[1], 0))
        return value_answer(results, left(op));
    // (x + y) - y -> x; (x + y) - x -> y
    const mica_op *sum = defined_by(op, 0, &mica_arith_addi_kind);
    if (sum && right(sum) == right(op))
        return value_answer(results, left(sum));
    if (sum && left(sum) == right(op))
        return value_answer(results, right(sum));
    return mica_fold_elementwise(op, c, results, mica_scalar_subi, 0);
}

mica_fold_status micai_arith_muli_fold(mica_op *op, constants c, mica_fold_result *results)
{
    // x * 0 -> 0
    if (mica_constant_is_int(c[1], 0))
        return value_answer(results, right(op));
    // x * 1 -> x
    if (mica_constant_is_int(c[1], 1))
        return value_answer(results, left(op));
    return mica_fold_elementwise(op, c, results, mica_scalar_muli, 0);
}

/// Was a + b cut off? Unsigned, so when the sum is less than a.
static bool sum_overflows(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    const mica_wide sum = mica_wide_add(&operands[0].as.integer, &operands[1].as.integer);
    mica_scalar_set_int(result, mica_wide_compare_unsigned(&sum, &operands[0].as.integer) < 0);
    return true;
}

/// Both results of an op from two maps of its operands.
static mica_fold_status two_maps(mica_op *op, constants c, mica_fold_result *results,
                                 mica_scalar_fn first, mica_scalar_fn second)
{
    results[0].attr = mica_constant_map(c, 2, result_type(op), first, 0);
    results[1].attr =
        mica_constant_map(c, 2, mica_value_type(mica_op_result(op, 1)), second, 0);
    return results[0].attr && results[1].attr ? MICA_FOLD_REPLACED : MICA_FOLD_NONE;
}

mica_fold_status micai_arith_addui_extended_fold(mica_op *op, constants c,
                                                 mica_fold_result *results)
{
    // x + 0 -> x, no overflow
    if (mica_constant_is_int(c[1], 0)) {
        results[0].value = left(op);
        results[1].attr = int_constant(mica_value_type(mica_op_result(op, 1)), 0);
        return results[1].attr ? MICA_FOLD_REPLACED : MICA_FOLD_NONE;
    }
    return two_maps(op, c, results, mica_scalar_addi, sum_overflows);
}

/// The upper half of a product of double width.
static bool high_product(const mica_scalar *operands, mica_scalar *result, bool is_signed)
{
    const uint32_t width = operands[0].as.integer.width;
    if (2 * width > MICA_WIDE_MAX_WIDTH)
        return false;
    mica_wide wide[2];
    for (size_t i = 0; i < 2; i++)
        wide[i] = is_signed ? mica_wide_extend_signed(&operands[i].as.integer, 2 * width)
                            : mica_wide_extend_unsigned(&operands[i].as.integer, 2 * width);
    const mica_wide product = mica_wide_multiply(&wide[0], &wide[1]);
    const mica_wide high = mica_wide_shift_right_unsigned(&product, width);
    result->as.integer = mica_wide_extend_unsigned(&high, width);
    return true;
}
static bool high_signed(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    return high_product(operands, result, true);
}
static bool high_unsigned(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    return high_product(operands, result, false);
}

/// x * 0 -> 0, 0
static bool extended_by_zero(mica_op *op, constants c, mica_fold_result *results)
{
    if (!mica_constant_is_int(c[1], 0))
        return false;
    results[0].value = results[1].value = right(op);
    return true;
}

mica_fold_status micai_arith_mulsi_extended_fold(mica_op *op, constants c,
                                                 mica_fold_result *results)
{
    if (extended_by_zero(op, c, results))
        return MICA_FOLD_REPLACED;
    return two_maps(op, c, results, mica_scalar_muli, high_signed);
}

mica_fold_status micai_arith_mului_extended_fold(mica_op *op, constants c,
                                                 mica_fold_result *results)
{
    if (extended_by_zero(op, c, results))
        return MICA_FOLD_REPLACED;
    // x * 1 -> x, 0
    if (mica_constant_is_int(c[1], 1)) {
        results[0].value = left(op);
        results[1].attr = int_constant(result_type(op), 0);
        return results[1].attr ? MICA_FOLD_REPLACED : MICA_FOLD_NONE;
    }
    return two_maps(op, c, results, mica_scalar_muli, high_unsigned);
}

// ---- division
// --------------------------------------------------------------------------------

/// x / 1 -> x
static mica_fold_status fold_division(mica_op *op, constants c, mica_fold_result *results,
                                      mica_scalar_fn function)
{
    if (mica_constant_is_int(c[1], 1))
        return value_answer(results, left(op));
    return mica_fold_elementwise(op, c, results, function, 0);
}

/// x % 1 -> 0
static mica_fold_status fold_remainder(mica_op *op, constants c, mica_fold_result *results,
                                       mica_scalar_fn function)
{
    if (mica_constant_is_int(c[1], 1))
        return int_answer(op, results, 0);
    return mica_fold_elementwise(op, c, results, function, 0);
}

mica_fold_status micai_arith_divui_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_division(op, c, results, mica_scalar_divui);
}
mica_fold_status micai_arith_divsi_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_division(op, c, results, mica_scalar_divsi);
}
mica_fold_status micai_arith_ceildivui_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_division(op, c, results, mica_scalar_ceildivui);
}
mica_fold_status micai_arith_ceildivsi_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_division(op, c, results, mica_scalar_ceildivsi);
}
mica_fold_status micai_arith_floordivsi_fold(mica_op *op, constants c,
                                             mica_fold_result *results)
{
    return fold_division(op, c, results, mica_scalar_floordivsi);
}
mica_fold_status micai_arith_remui_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_remainder(op, c, results, mica_scalar_remui);
}
mica_fold_status micai_arith_remsi_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_remainder(op, c, results, mica_scalar_remsi);
}

// ---- bits
// ------------------------------------------------------------------------------------

/// Is operand `index` of `op` the complement of `value`: value ^ -1?
static bool is_complement(const mica_op *op, size_t index, const mica_value *value)
{
    const mica_op *flip = defined_by(op, index, &mica_arith_xori_kind);
    return flip && left(flip) == value &&
           mica_constant_is_ones(mica_value_constant(right(flip)));
}

static bool has_complement(const mica_op *op)
{
    return is_complement(op, 0, right(op)) || is_complement(op, 1, left(op));
}

mica_fold_status micai_arith_andi_fold(mica_op *op, constants c, mica_fold_result *results)
{
    // x & 0 -> 0
    if (mica_constant_is_int(c[1], 0))
        return value_answer(results, right(op));
    // x & -1 -> x
    if (mica_constant_is_ones(c[1]))
        return value_answer(results, left(op));
    // x & (x & y) -> x & y, in all orders
    for (size_t i = 0; i < 2; i++) {
        const mica_op *inner = mica_value_op(mica_op_operand(op, i));
        mica_value *other = mica_op_operand(op, 1 - i);
        if (mica_op_is(inner, &mica_arith_andi_kind) &&
            (left(inner) == other || right(inner) == other))
            return value_answer(results, mica_op_operand(op, i));
    }
    // x & (x ^ -1) -> 0
    if (has_complement(op) && int_answer(op, results, 0) == MICA_FOLD_REPLACED)
        return MICA_FOLD_REPLACED;
    return mica_fold_elementwise(op, c, results, mica_scalar_andi, 0);
}

mica_fold_status micai_arith_ori_fold(mica_op *op, constants c, mica_fold_result *results)
{
    // x | 0 -> x
    if (mica_constant_is_int(c[1], 0))
        return value_answer(results, left(op));
    // x | -1 -> -1
    if (mica_constant_is_ones(c[1]))
        return value_answer(results, right(op));
    // x | (x ^ -1) -> -1
    if (has_complement(op) && int_answer(op, results, -1) == MICA_FOLD_REPLACED)
        return MICA_FOLD_REPLACED;
    return mica_fold_elementwise(op, c, results, mica_scalar_ori, 0);
}

/// (x ^ y) ^ y -> x, for operand `index` being the inner one, in any order.
static mica_value *undo_xor(const mica_op *op, size_t index)
{
    const mica_op *inner = defined_by(op, index, &mica_arith_xori_kind);
    const mica_value *other = mica_op_operand(op, 1 - index);
    if (inner && right(inner) == other)
        return left(inner);
    return inner && left(inner) == other ? right(inner) : NULL;
}

mica_fold_status micai_arith_xori_fold(mica_op *op, constants c, mica_fold_result *results)
{
    // x ^ 0 -> x
    if (mica_constant_is_int(c[1], 0))
        return value_answer(results, left(op));
    // x ^ x -> 0
    if (left(op) == right(op) && int_answer(op, results, 0) == MICA_FOLD_REPLACED)
        return MICA_FOLD_REPLACED;
    mica_value *original = undo_xor(op, 0);
    if (!original)
        original = undo_xor(op, 1);
    if (original)
        return value_answer(results, original);
    return mica_fold_elementwise(op, c, results, mica_scalar_xori, 0);
}

/// x << 0 -> x, and so for >>
static mica_fold_status fold_shift(mica_op *op, constants c, mica_fold_result *results,
                                   mica_scalar_fn function)
{
    if (mica_constant_is_int(c[1], 0))
        return value_answer(results, left(op));
    return mica_fold_elementwise(op, c, results, function, 0);
}

mica_fold_status micai_arith_shli_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_shift(op, c, results, mica_scalar_shli);
}
mica_fold_status micai_arith_shrui_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_shift(op, c, results, mica_scalar_shrui);
}
mica_fold_status micai_arith_shrsi_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_shift(op, c, results, mica_scalar_shrsi);
}

// ---- least and greatest
// ----------------------------------------------------------------------

/// A bound of a signed (unsigned) type: the least or greatest number of its width.
static bool is_bound(const mica_attr *attr, bool is_signed, bool greatest)
{
    mica_scalar scalar;
    if (!attr || !mica_constant_scalar(attr, &scalar) || mica_type_is_float(scalar.type))
        return false;
    if (!is_signed)
        return greatest ? mica_constant_is_ones(attr) : mica_constant_is_int(attr, 0);
    mica_wide bound = mica_wide_from_int(scalar.as.integer.width, 1);
    bound = mica_wide_shift_left(&bound, bound.width - 1);
    const mica_wide one = mica_wide_from_int(bound.width, 1);
    if (greatest)
        bound = mica_wide_subtract(&bound, &one);
    return mica_wide_equal(&scalar.as.integer, &bound);
}

/// max(x, x) -> x; max(x, greatest) -> greatest; max(x, least) -> x; min the other way.
static mica_fold_status fold_choice(mica_op *op, constants c, mica_fold_result *results,
                                    bool is_signed, bool is_max, mica_scalar_fn function)
{
    if (left(op) == right(op) || is_bound(c[1], is_signed, !is_max))
        return value_answer(results, left(op));
    if (is_bound(c[1], is_signed, is_max))
        return value_answer(results, right(op));
    return mica_fold_elementwise(op, c, results, function, 0);
}

mica_fold_status micai_arith_maxsi_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_choice(op, c, results, true, true, mica_scalar_maxsi);
}
mica_fold_status micai_arith_maxui_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_choice(op, c, results, false, true, mica_scalar_maxui);
}
mica_fold_status micai_arith_minsi_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_choice(op, c, results, true, false, mica_scalar_minsi);
}
mica_fold_status micai_arith_minui_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_choice(op, c, results, false, false, mica_scalar_minui);
}

// ---- floats
// ----------------------------------------------------------------------------------

mica_fold_status micai_arith_negf_fold(mica_op *op, constants c, mica_fold_result *results)
{
    // -(-x) -> x
    const mica_op *inner = defined_by(op, 0, &mica_arith_negf_kind);
    if (inner)
        return value_answer(results, left(inner));
    return mica_fold_elementwise(op, c, results, mica_scalar_negf, 0);
}

/// x op `neutral` -> x
static mica_fold_status fold_float(mica_op *op, constants c, mica_fold_result *results,
                                   double neutral, mica_scalar_fn function)
{
    if (mica_constant_is_float(c[1], neutral))
        return value_answer(results, left(op));
    return mica_fold_elementwise(op, c, results, function, 0);
}

mica_fold_status micai_arith_addf_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_float(op, c, results, -0.0, mica_scalar_addf);
}
mica_fold_status micai_arith_subf_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_float(op, c, results, 0.0, mica_scalar_subf);
}
mica_fold_status micai_arith_mulf_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_float(op, c, results, 1.0, mica_scalar_mulf);
}
mica_fold_status micai_arith_divf_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_float(op, c, results, 1.0, mica_scalar_divf);
}
mica_fold_status micai_arith_remf_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return mica_fold_elementwise(op, c, results, mica_scalar_remf, 0);
}

static bool is_nan(const mica_attr *attr)
{
    mica_scalar scalar;
    double value;
    return attr && mica_constant_scalar(attr, &scalar) &&
           mica_scalar_get_float(&scalar, &value) && isnan(value);
}

/// max(x, x) -> x; maximum(x, -inf) -> x and maxnum(x, nan) -> x
static mica_fold_status fold_float_choice(mica_op *op, constants c, mica_fold_result *results,
                                          bool is_neutral, mica_scalar_fn function)
{
    if (left(op) == right(op) || is_neutral)
        return value_answer(results, left(op));
    return mica_fold_elementwise(op, c, results, function, 0);
}

mica_fold_status micai_arith_maximumf_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_float_choice(op, c, results, mica_constant_is_float(c[1], -(double)INFINITY),
                             mica_scalar_maximumf);
}
mica_fold_status micai_arith_minimumf_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_float_choice(op, c, results, mica_constant_is_float(c[1], (double)INFINITY),
                             mica_scalar_minimumf);
}
mica_fold_status micai_arith_maxnumf_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_float_choice(op, c, results, is_nan(c[1]), mica_scalar_maxnumf);
}
mica_fold_status micai_arith_minnumf_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_float_choice(op, c, results, is_nan(c[1]), mica_scalar_minnumf);
}

// ---- casts
// -----------------------------------------------------------------------------------

/// Reads through the operation that defines the operand.
static mica_fold_status skip_definition(mica_op *op)
{
    mica_op_set_operand(op, 0, mica_op_operand(mica_value_op(left(op)), 0));
    return MICA_FOLD_IN_PLACE;
}

mica_fold_status micai_arith_extui_fold(mica_op *op, constants c, mica_fold_result *results)
{
    // extui(extui(x)) -> extui(x)
    if (defined_by(op, 0, &mica_arith_extui_kind))
        return skip_definition(op);
    return mica_fold_elementwise(op, c, results, mica_scalar_extui, 0);
}

mica_fold_status micai_arith_extsi_fold(mica_op *op, constants c, mica_fold_result *results)
{
    // extsi(extsi(x)) -> extsi(x)
    if (defined_by(op, 0, &mica_arith_extsi_kind))
        return skip_definition(op);
    return mica_fold_elementwise(op, c, results, mica_scalar_extsi, 0);
}

mica_fold_status micai_arith_trunci_fold(mica_op *op, constants c, mica_fold_result *results)
{
    const mica_op *extension = defined_by(op, 0, &mica_arith_extui_kind);
    if (!extension)
        extension = defined_by(op, 0, &mica_arith_extsi_kind);
    if (extension) {
        const mica_type *from = mica_value_type(left(extension)), *to = result_type(op);
        // trunci(ext(x)) -> x when the types are the same
        if (from == to)
            return value_answer(results, left(extension));
        // trunci(ext(x)) -> trunci(x) when x is wider still
        if (mica_type_bit_width(mica_type_element_or_self(from)) >
            mica_type_bit_width(mica_type_element_or_self(to)))
            return skip_definition(op);
    }
    // trunci(trunci(x)) -> trunci(x)
    if (defined_by(op, 0, &mica_arith_trunci_kind))
        return skip_definition(op);
    return mica_fold_elementwise(op, c, results, mica_scalar_trunci, 0);
}

/// Do the fast-math flags, which may be absent, allow contraction?
static bool allows_contraction(const mica_attr *fastmath)
{
    return fastmath && (mica_attr_param(fastmath, 0) & MICA_ARITH_FASTMATH_FLAGS_CONTRACT) != 0;
}

mica_fold_status micai_arith_extf_fold(mica_op *op, constants c, mica_fold_result *results)
{
    // extf(truncf(x)) -> x when both may be contracted
    const mica_op *truncation = defined_by(op, 0, &mica_arith_truncf_kind);
    if (truncation && mica_value_type(left(truncation)) == result_type(op) &&
        allows_contraction(mica_arith_extf_fastmath(op)) &&
        allows_contraction(mica_arith_truncf_fastmath(truncation)))
        return value_answer(results, left(truncation));
    return mica_fold_elementwise(op, c, results, mica_scalar_extf, 0);
}

/// A truncation that loses nothing: rounding is the program's business.
static bool truncate_exactly(const mica_scalar *operands, mica_scalar *result,
                             int64_t parameter)
{
    double before, after;
    return mica_scalar_truncf(operands, result, parameter) &&
           mica_scalar_get_float(&operands[0], &before) &&
           mica_scalar_get_float(result, &after) && before == after;
}

mica_fold_status micai_arith_truncf_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return mica_fold_elementwise(op, c, results, truncate_exactly, 0);
}

mica_fold_status micai_arith_uitofp_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return mica_fold_elementwise(op, c, results, mica_scalar_uitofp, 0);
}
mica_fold_status micai_arith_sitofp_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return mica_fold_elementwise(op, c, results, mica_scalar_sitofp, 0);
}
mica_fold_status micai_arith_fptoui_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return mica_fold_elementwise(op, c, results, mica_scalar_fptoui, 0);
}
mica_fold_status micai_arith_fptosi_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return mica_fold_elementwise(op, c, results, mica_scalar_fptosi, 0);
}
mica_fold_status micai_arith_index_cast_fold(mica_op *op, constants c,
                                             mica_fold_result *results)
{
    return mica_fold_elementwise(op, c, results, mica_scalar_extsi, 0);
}
mica_fold_status micai_arith_index_castui_fold(mica_op *op, constants c,
                                               mica_fold_result *results)
{
    return mica_fold_elementwise(op, c, results, mica_scalar_extui, 0);
}
mica_fold_status micai_arith_bitcast_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return mica_fold_elementwise(op, c, results, mica_scalar_bitcast, 0);
}

// ---- comparison and choice
// -------------------------------------------------------------------

/// What `x p x` is, for predicates in order; -1 is none.
static bool holds_for_equal(int64_t predicate)
{
    static const bool answers[] = {true, false, false, true,  false,
                                   true, false, true,  false, true};
    return answers[predicate];
}

/// The predicate with its sides exchanged: slt <-> sgt, ...
static mica_arith_integer_comparison exchanged(int64_t predicate)
{
    static const uint8_t sides[] = {0, 1, 4, 5, 2, 3, 8, 9, 6, 7};
    return (mica_arith_integer_comparison)sides[predicate];
}

/// ext(x : i1) != 0 -> x
static mica_value *compared_bit(const mica_op *op, const mica_attr *const *c, int64_t predicate)
{
    if (predicate != MICA_ARITH_INTEGER_COMPARISON_NE || !mica_constant_is_int(c[1], 0))
        return NULL;
    const mica_op *extension = defined_by(op, 0, &mica_arith_extsi_kind);
    if (!extension)
        extension = defined_by(op, 0, &mica_arith_extui_kind);
    mica_value *bit = extension ? left(extension) : NULL;
    return bit && mica_type_bit_width(mica_type_element_or_self(mica_value_type(bit))) == 1
               ? bit
               : NULL;
}

mica_fold_status micai_arith_cmpi_fold(mica_op *op, constants c, mica_fold_result *results)
{
    const int64_t predicate = mica_arith_cmpi_predicate(op);
    // x p x -> true or false
    if (left(op) == right(op) &&
        int_answer(op, results, holds_for_equal(predicate)) == MICA_FOLD_REPLACED)
        return MICA_FOLD_REPLACED;
    mica_value *bit = compared_bit(op, c, predicate);
    if (bit)
        return value_answer(results, bit);
    // c p x -> x p' c
    if (c[0] && !c[1]) {
        mica_value *sides[] = {right(op), left(op)};
        mica_op_set_operands(op, sides, 2);
        mica_arith_cmpi_set_predicate(op, exchanged(predicate));
        return MICA_FOLD_IN_PLACE;
    }
    return mica_fold_elementwise(op, c, results, mica_scalar_cmpi, predicate);
}

mica_fold_status micai_arith_cmpf_fold(mica_op *op, constants c, mica_fold_result *results)
{
    const int64_t predicate = mica_arith_cmpf_predicate(op);
    // always true, always false
    if (predicate == MICA_ARITH_FLOAT_COMPARISON_FALSE ||
        predicate == MICA_ARITH_FLOAT_COMPARISON_TRUE)
        return int_answer(op, results, predicate == MICA_ARITH_FLOAT_COMPARISON_TRUE);
    // A NaN on one side decides: take it for both.
    const mica_attr *sides[] = {c[0], c[1]};
    if (is_nan(c[0]))
        sides[1] = c[0];
    else if (is_nan(c[1]))
        sides[0] = c[1];
    return mica_fold_elementwise(op, sides, results, mica_scalar_cmpf, predicate);
}

/// x == y ? x : y -> y; x != y ? x : y -> x, and with the arms exchanged.
static mica_value *choose_compared(const mica_op *op)
{
    const mica_op *comparison = defined_by(op, 0, &mica_arith_cmpi_kind);
    if (!comparison)
        return NULL;
    mica_value *on_true = mica_op_operand(op, 1), *on_false = mica_op_operand(op, 2);
    const bool matches = (left(comparison) == on_true && right(comparison) == on_false) ||
                         (left(comparison) == on_false && right(comparison) == on_true);
    const int64_t predicate = mica_arith_cmpi_predicate(comparison);
    if (!matches || predicate > MICA_ARITH_INTEGER_COMPARISON_NE)
        return NULL;
    return predicate == MICA_ARITH_INTEGER_COMPARISON_NE ? on_true : on_false;
}

static bool choose_scalar(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    const mica_type *type = result->type;
    *result = operands[mica_wide_is_zero(&operands[0].as.integer) ? 2 : 1];
    result->type = type;
    return true;
}

mica_fold_status micai_arith_select_fold(mica_op *op, constants c, mica_fold_result *results)
{
    mica_value *on_true = mica_op_operand(op, 1), *on_false = mica_op_operand(op, 2);
    // b ? x : x -> x; true ? x : y -> x
    if (on_true == on_false || mica_constant_is_ones(c[0]))
        return value_answer(results, on_true);
    // false ? x : y -> y
    if (mica_constant_is_int(c[0], 0))
        return value_answer(results, on_false);
    // b ? true : false -> b
    if (mica_type_is_signless(result_type(op), 1) && mica_constant_is_ones(c[1]) &&
        mica_constant_is_int(c[2], 0))
        return value_answer(results, left(op));
    mica_value *chosen = choose_compared(op);
    if (chosen)
        return value_answer(results, chosen);
    return mica_fold_elementwise(op, c, results, choose_scalar, 0);
}
