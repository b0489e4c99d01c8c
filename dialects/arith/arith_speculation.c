// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Integer division is pure but traps for some divisors: it may only be executed early (hoisted
// out of a loop or condition) when a constant divisor is none of those.
#include "dialects/arith/arith_ops.h"
#include "ir/core/attribute.h"
#include "ir/rewrite/fold.h"
#include "ir/rewrite/side_effects.h"

/// Is the divisor a constant, every element of which is neither 0 nor `excluded`?
static bool divisor_avoids(const mica_op *op, int64_t excluded)
{
    const mica_attr *divisor = mica_value_constant(mica_op_operand(op, 1));
    if (mica_attr_is(divisor, MICA_ATTR_DENSE_ELEMENTS)) {
        if (!mica_dense_elements_attr_is_splat(divisor))
            return false;
        divisor = mica_dense_elements_attr_element(divisor, 0);
    }
    if (!mica_attr_is(divisor, MICA_ATTR_INTEGER) ||
        mica_type_bit_width(mica_attr_type(divisor)) > 64)
        return false;
    const int64_t value = mica_integer_attr_value(divisor);
    return value != 0 && value != excluded;
}

/// The least integer divided by -1 does not fit its type. i1 constants read as 0 or 1, where 1
/// is that -1.
static bool is_signed_division_safe(mica_op *op)
{
    const mica_type *type = mica_type_element_or_self(mica_value_type(mica_op_operand(op, 1)));
    return divisor_avoids(op, mica_type_is_signless(type, 1) ? 1 : -1);
}

static bool is_unsigned_division_safe(mica_op *op)
{
    return divisor_avoids(op, 0);
}

extern const mica_speculation micai_arith_signed_division;
extern const mica_speculation micai_arith_unsigned_division;
const mica_speculation micai_arith_signed_division = {sizeof(mica_speculation),
                                                      is_signed_division_safe};
const mica_speculation micai_arith_unsigned_division = {sizeof(mica_speculation),
                                                        is_unsigned_division_safe};
