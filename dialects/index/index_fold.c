// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Folding of index: the width of an index is the target's business, 32 or 64 bits. Sums,
// products and bits come out right when cut later. Everything else is computed at both widths
// and folded only when the wide result, cut, is the narrow one.
#include "dialects/index/index_ops.h"
#include "ir/rewrite/constant_fold.h"
#include "ir/rewrite/fold.h"

typedef const mica_attr *const *constants;

static mica_value *left(const mica_op *op)
{
    return mica_op_operand(op, 0);
}

// ---- both widths
// -----------------------------------------------------------------------------

static const mica_scalar_fn checked_functions[] = {
    mica_scalar_divsi,      mica_scalar_divui, mica_scalar_ceildivsi, mica_scalar_ceildivui,
    mica_scalar_floordivsi, mica_scalar_remsi, mica_scalar_remui,     mica_scalar_maxsi,
    mica_scalar_maxui,      mica_scalar_minsi, mica_scalar_minui,     mica_scalar_shli,
    mica_scalar_shrsi,      mica_scalar_shrui,
};
enum {
    DIVS,
    DIVU,
    CEILDIVS,
    CEILDIVU,
    FLOORDIVS,
    REMS,
    REMU,
    MAXS,
    MAXU,
    MINS,
    MINU,
    SHL,
    SHRS,
    SHRU,
};

/// `function` is an index into the table.
static bool compute_checked(const mica_scalar *operands, mica_scalar *result, int64_t function)
{
    mica_scalar narrow_operands[2], narrow;
    for (size_t i = 0; i < 2; i++)
        narrow_operands[i].as.integer = mica_wide_extend_unsigned(&operands[i].as.integer, 32);
    if (!checked_functions[function](operands, result, 0) ||
        !checked_functions[function](narrow_operands, &narrow, 0))
        return false;
    const mica_wide cut = mica_wide_extend_unsigned(&result->as.integer, 32);
    return mica_wide_equal(&cut, &narrow.as.integer);
}

#define FOLD(name, function, parameter)                                                        \
    mica_fold_status micai_index_##name##_fold(mica_op *op, constants c,                       \
                                               mica_fold_result *results)                      \
    {                                                                                          \
        return mica_fold_elementwise(op, c, results, function, parameter);                     \
    }
FOLD(divs, compute_checked, DIVS)
FOLD(divu, compute_checked, DIVU)
FOLD(ceildivs, compute_checked, CEILDIVS)
FOLD(ceildivu, compute_checked, CEILDIVU)
FOLD(floordivs, compute_checked, FLOORDIVS)
FOLD(rems, compute_checked, REMS)
FOLD(remu, compute_checked, REMU)
FOLD(maxs, compute_checked, MAXS)
FOLD(maxu, compute_checked, MAXU)
FOLD(mins, compute_checked, MINS)
FOLD(minu, compute_checked, MINU)
FOLD(shl, compute_checked, SHL)
FOLD(shrs, compute_checked, SHRS)
FOLD(shru, compute_checked, SHRU)

// ---- any width
// -------------------------------------------------------------------------------

/// x op `neutral` -> x
static mica_fold_status fold_neutral(mica_op *op, constants c, mica_fold_result *results,
                                     int64_t neutral, mica_scalar_fn function)
{
    if (!mica_constant_is_int(c[1], neutral))
        return mica_fold_elementwise(op, c, results, function, 0);
    results[0].value = left(op);
    return MICA_FOLD_REPLACED;
}

mica_fold_status micai_index_add_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_neutral(op, c, results, 0, mica_scalar_addi);
}
mica_fold_status micai_index_sub_fold(mica_op *op, constants c, mica_fold_result *results)
{
    return fold_neutral(op, c, results, 0, mica_scalar_subi);
}
mica_fold_status micai_index_mul_fold(mica_op *op, constants c, mica_fold_result *results)
{
    // x * 0 -> 0
    if (mica_constant_is_int(c[1], 0)) {
        results[0].value = mica_op_operand(op, 1);
        return MICA_FOLD_REPLACED;
    }
    return fold_neutral(op, c, results, 1, mica_scalar_muli);
}
FOLD(and, mica_scalar_andi, 0)
FOLD(or, mica_scalar_ori, 0)
FOLD(xor, mica_scalar_xori, 0)

// ---- casts, comparison, constants
// ------------------------------------------------------------

/// From an index: right when the number is the same at 32 bits. To an index: always.
static bool cast(const mica_scalar *operands, mica_scalar *result, bool is_signed)
{
    const mica_scalar_fn extend = is_signed ? mica_scalar_extsi : mica_scalar_extui;
    if (!extend(operands, result, 0))
        return false;
    if (!mica_type_is_index(operands[0].type))
        return true;
    mica_scalar narrow = {.type = operands[0].type}, from_narrow = {.type = result->type};
    narrow.as.integer = mica_wide_extend_unsigned(&operands[0].as.integer, 32);
    return extend(&narrow, &from_narrow, 0) &&
           mica_wide_equal(&from_narrow.as.integer, &result->as.integer);
}
static bool cast_signed(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    return cast(operands, result, true);
}
static bool cast_unsigned(const mica_scalar *operands, mica_scalar *result, int64_t parameter)
{
    (void)parameter;
    return cast(operands, result, false);
}
FOLD(casts, cast_signed, 0)
FOLD(castu, cast_unsigned, 0)

/// The predicates are numbered as arith's are.
static bool compare(const mica_scalar *operands, mica_scalar *result, int64_t predicate)
{
    mica_scalar narrow_operands[2], narrow = {.type = result->type};
    for (size_t i = 0; i < 2; i++)
        narrow_operands[i].as.integer = mica_wide_extend_unsigned(&operands[i].as.integer, 32);
    return mica_scalar_cmpi(operands, result, predicate) &&
           mica_scalar_cmpi(narrow_operands, &narrow, predicate) &&
           mica_wide_equal(&narrow.as.integer, &result->as.integer);
}

mica_fold_status micai_index_cmp_fold(mica_op *op, constants c, mica_fold_result *results)
{
    const int64_t predicate = mica_index_cmp_pred(op);
    // x p x -> true or false
    if (left(op) == mica_op_operand(op, 1)) {
        const bool holds = (0x2A9 >> predicate & 1) != 0; // eq sle sge ule uge
        results[0].attr = mica_bool_attr_get(mica_op_context(op), holds);
        return MICA_FOLD_REPLACED;
    }
    return mica_fold_elementwise(op, c, results, compare, predicate);
}

mica_fold_status micai_index_constant_fold(mica_op *op, constants c, mica_fold_result *results)
{
    (void)c;
    results[0].attr = mica_index_constant_value(op);
    return results[0].attr ? MICA_FOLD_REPLACED : MICA_FOLD_NONE;
}

mica_fold_status micai_index_bool_constant_fold(mica_op *op, constants c,
                                                mica_fold_result *results)
{
    (void)c;
    results[0].attr = mica_op_slot(op, 0);
    return results[0].attr ? MICA_FOLD_REPLACED : MICA_FOLD_NONE;
}
