// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluation of llvm: arithmetic, comparisons, conversions, control, calls. Arithmetic handles
// one element; vectors go through mica_eval_each_element.
#include "dialects/llvm/llvm.h"
#include "dialects/llvm/llvm_eval_internal.h"
#include "dialects/llvm/llvm_ops.h"

// ---- arithmetic
// ------------------------------------------------------------------------------

#define SCALAR(name, function, traps)                                                          \
    static bool name##_element(mica_eval_frame *frame, mica_op *op)                            \
    {                                                                                          \
        return mica_eval_scalar(frame, op, mica_scalar_##function, 0, traps);                  \
    }                                                                                          \
    bool micai_llvm_##name##_eval(mica_eval_frame *frame, mica_op *op)                         \
    {                                                                                          \
        return mica_eval_each_element(frame, op, name##_element, false);                       \
    }
SCALAR(and, andi, false)
SCALAR(xor, xori, false)
SCALAR(or, ori, false)
SCALAR(lshr, shrui, false)
SCALAR(ashr, shrsi, false)
SCALAR(udiv, divui, true)
SCALAR(sdiv, divsi, true)
SCALAR(urem, remui, true)
SCALAR(srem, remsi, true)
SCALAR(fadd, addf, false)
SCALAR(fsub, subf, false)
SCALAR(fmul, mulf, false)
SCALAR(fdiv, divf, false)
SCALAR(frem, remf, false)
SCALAR(fneg, negf, false)
SCALAR(zext, extui, false)
SCALAR(sext, extsi, false)
SCALAR(trunc, trunci, false)
SCALAR(fpext, extf, false)
SCALAR(fptrunc, truncf, false)
SCALAR(sitofp, sitofp, false)
SCALAR(uitofp, uitofp, false)
SCALAR(fptosi, fptosi, false)
SCALAR(fptoui, fptoui, false)
SCALAR(intr_smax, maxsi, false)
SCALAR(intr_smin, minsi, false)
SCALAR(intr_umax, maxui, false)
SCALAR(intr_umin, minui, false)
SCALAR(intr_maximum, maximumf, false)
SCALAR(intr_minimum, minimumf, false)
SCALAR(intr_maxnum, maxnumf, false)
SCALAR(intr_minnum, minnumf, false)

#define PROMISED(name, function)                                                               \
    static bool name##_element(mica_eval_frame *frame, mica_op *op)                            \
    {                                                                                          \
        return mica_eval_promised(frame, op, mica_scalar_##function,                           \
                                  (int64_t)mica_llvm_##name##_overflowFlags(op));              \
    }                                                                                          \
    bool micai_llvm_##name##_eval(mica_eval_frame *frame, mica_op *op)                         \
    {                                                                                          \
        return mica_eval_each_element(frame, op, name##_element, false);                       \
    }
PROMISED(add, addi)
PROMISED(sub, subi)
PROMISED(mul, muli)
PROMISED(shl, shli)

static bool icmp_element(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *type = mica_type_element_or_self(mica_value_type(mica_op_operand(op, 0)));
    const int64_t predicate = (int64_t)mica_llvm_icmp_predicate_(op);
    if (mica_type_bit_width(type))
        return mica_eval_scalar(frame, op, mica_scalar_cmpi, predicate, false);
    const uint64_t a = mica_eval_operand(frame, 0)->as.bits[0];
    const uint64_t b = mica_eval_operand(frame, 1)->as.bits[0];
    const int64_t x = (int64_t)a, y = (int64_t)b;
    const bool answers[] = {a == b, a != b, x<y, x <= y, x> y, x >= y, a<b, a <= b, a> b,
                            a >= b};
    return mica_eval_set_bits(frame, 0, answers[predicate]);
}
bool micai_llvm_icmp_eval(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_each_element(frame, op, icmp_element, false);
}

static bool fcmp_element(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_scalar(frame, op, mica_scalar_cmpf, (int64_t)mica_llvm_fcmp_predicate_(op),
                            false);
}
bool micai_llvm_fcmp_eval(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_each_element(frame, op, fcmp_element, false);
}

static bool select_element(mica_eval_frame *frame, mica_op *op)
{
    (void)op;
    const mica_eval_value *condition = mica_eval_operand(frame, 0);
    if (condition->is_poison)
        return mica_eval_set_result(frame, 0, mica_eval_poison());
    return mica_eval_set_result(frame, 0,
                                *mica_eval_operand(frame, condition->as.bits[0] & 1 ? 1 : 2));
}

bool micai_llvm_select_eval(mica_eval_frame *frame, mica_op *op)
{
    if (mica_type_is_vector(mica_value_type(mica_op_operand(op, 0))))
        return mica_eval_each_element(frame, op, select_element, true);
    const mica_eval_value *condition = mica_eval_operand(frame, 0);
    if (condition->is_poison)
        return mica_eval_set_poison(frame, op);
    return mica_eval_set_result(
        frame, 0, mica_eval_take_operand(frame, condition->as.bits[0] & 1 ? 1 : 2));
}

// ---- bits
// ------------------------------------------------------------------------------------

/// Addresses are 64 bits, cut off or filled up.
static bool cast_pointer(mica_eval_frame *frame, mica_op *op)
{
    const uint32_t width = mica_eval_result_width(frame);
    uint64_t bits = mica_eval_operand(frame, 0)->as.bits[0];
    if (width && width < 64)
        bits &= (UINT64_C(1) << width) - 1;
    (void)op;
    return mica_eval_set_bits(frame, 0, bits);
}
bool micai_llvm_ptrtoint_eval(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_each_element(frame, op, cast_pointer, false);
}
bool micai_llvm_inttoptr_eval(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_each_element(frame, op, cast_pointer, false);
}

/// Between values of one size in memory.
bool micai_llvm_bitcast_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_type *from = mica_value_type(mica_op_operand(op, 0));
    const mica_type *to = micai_llvm_result_type(op);
    const size_t size = mica_eval_type_size(to);
    mica_eval_value value;
    if (size == 0 || size != mica_eval_type_size(from))
        return mica_eval_unsupported(frame, op, "of these types can't be interpreted");
    if (mica_eval_operand(frame, 0)->is_poison)
        return mica_eval_set_poison(frame, op);
    mica_eval_buffer *bytes = mica_eval_buffer_create(frame, to, NULL, 0);
    if (!bytes)
        return false;
    if (mica_eval_type_is_object(from)) {
        const mica_eval_buffer *source = mica_eval_buffer_operand(frame, op, 0);
        if (!source || (source->shadow && !mica_eval_buffer_mark(frame, bytes, 0, 0, true)))
            return false;
        memcpy(bytes->data, source->data, size);
        if (source->shadow)
            memcpy(bytes->shadow, source->shadow, size);
    } else {
        memcpy(bytes->data, mica_eval_operand(frame, 0)->as.bits, size);
    }
    const bool done = mica_eval_get_element(frame, bytes, to, 0, &value) &&
                      mica_eval_set_result(frame, 0, value);
    mica_eval_release(frame, &bytes->object);
    return done;
}

bool micai_llvm_freeze_eval(mica_eval_frame *frame, mica_op *op)
{
    if (mica_eval_type_is_object(micai_llvm_result_type(op))) {
        mica_eval_buffer *buffer = mica_eval_own_buffer(frame, op, 0);
        if (buffer && buffer->shadow)
            memset(buffer->shadow, 0, buffer->count * buffer->element_size);
        return buffer && mica_eval_set_result(frame, 0, mica_eval_from_buffer(buffer));
    }
    mica_eval_value value = *mica_eval_operand(frame, 0);
    value.is_poison = false;
    return mica_eval_set_result(frame, 0, value);
}

// ---- vectors
// ---------------------------------------------------------------------------------

static bool read_lane(mica_eval_frame *frame, mica_op *op, size_t operand,
                      const mica_eval_buffer *vector, size_t *lane)
{
    uint64_t number;
    if (!vector || !mica_eval_bits(frame, op, operand, &number))
        return false;
    *lane = (size_t)number;
    return number < vector->count || mica_eval_error(frame, op, "has position %llu of %zu",
                                                     (unsigned long long)number, vector->count);
}

bool micai_llvm_extractelement_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *vector = mica_eval_buffer_operand(frame, op, 0);
    size_t lane;
    mica_eval_value value;
    return read_lane(frame, op, 1, vector, &lane) &&
           mica_eval_get_element(frame, vector, micai_llvm_result_type(op), lane, &value) &&
           mica_eval_set_result(frame, 0, value);
}

bool micai_llvm_insertelement_eval(mica_eval_frame *frame, mica_op *op)
{
    size_t lane;
    if (!read_lane(frame, op, 2, mica_eval_buffer_operand(frame, op, 0), &lane))
        return false;
    const mica_type *element = mica_value_type(mica_op_operand(op, 1));
    const mica_eval_value value = *mica_eval_operand(frame, 1);
    mica_eval_buffer *buffer = mica_eval_own_buffer(frame, op, 0);
    return buffer && mica_eval_set_element(frame, buffer, element, lane, value) &&
           mica_eval_set_result(frame, 0, mica_eval_from_buffer(buffer));
}

bool micai_llvm_shufflevector_eval(mica_eval_frame *frame, mica_op *op)
{
    const mica_eval_buffer *a = mica_eval_buffer_operand(frame, op, 0);
    const mica_eval_buffer *b = mica_eval_buffer_operand(frame, op, 1);
    const mica_attr *mask = mica_op_attr(op, "mask");
    mica_eval_buffer *buffer =
        a && b ? mica_eval_buffer_of_type(frame, micai_llvm_result_type(op), NULL) : NULL;
    for (size_t i = 0; buffer && i < buffer->count; i++) {
        const int64_t pick = mica_dense_array_attr_int(mask, i);
        const bool second = pick >= (int64_t)a->count;
        if (pick < 0 ? !mica_eval_buffer_mark(frame, buffer, i, 1, true)
                     : !mica_eval_copy_element(frame, buffer, i, second ? b : a,
                                               (size_t)pick - (second ? a->count : 0)))
            return false;
    }
    return buffer && mica_eval_set_result(frame, 0, mica_eval_from_buffer(buffer));
}

// ---- control
// ---------------------------------------------------------------------------------

enum { MAX_ARGUMENTS = 256 };

static bool go_to(mica_eval_frame *frame, mica_op *op, size_t successor)
{
    const mica_branch *branch = mica_op_interface(op, &mica_branch_interface);
    const mica_run run = branch->successor_operands(op, successor);
    mica_eval_value values[MAX_ARGUMENTS];
    if (run.count > MAX_ARGUMENTS)
        return mica_eval_unsupported(frame, op, "passes too many values to a block");
    for (size_t i = 0; i < run.count; i++)
        values[i] = mica_eval_take_operand(frame, run.first + i);
    return mica_eval_branch(frame, op, successor, values, run.count);
}

bool micai_llvm_br_eval(mica_eval_frame *frame, mica_op *op)
{
    return go_to(frame, op, 0);
}

bool micai_llvm_cond_br_eval(mica_eval_frame *frame, mica_op *op)
{
    uint64_t condition;
    return mica_eval_bits(frame, op, 0, &condition) && go_to(frame, op, condition & 1 ? 0 : 1);
}

bool micai_llvm_switch_eval(mica_eval_frame *frame, mica_op *op)
{
    uint64_t flag;
    if (!mica_eval_bits(frame, op, 0, &flag))
        return false;
    const mica_attr *cases = mica_op_attr(op, "case_values");
    const int64_t count = cases ? mica_type_element_count(mica_attr_type(cases)) : 0;
    for (int64_t i = 0; i < count; i++)
        if (mica_integer_attr_words(mica_dense_elements_attr_element(cases, i))[0] == flag)
            return go_to(frame, op, (size_t)i + 1);
    return go_to(frame, op, 0);
}

bool micai_llvm_unreachable_eval(mica_eval_frame *frame, mica_op *op)
{
    return mica_eval_error(frame, op, "is reached");
}

/// What a function pointer points to; NULL after a report.
static mica_op *pointed_function(mica_eval_frame *frame, mica_op *op)
{
    uint64_t address;
    int64_t offset;
    const mica_eval_allocation *place =
        mica_eval_bits(frame, op, 0, &address)
            ? mica_eval_find_allocation(frame, op, address, &offset)
            : NULL;
    if (place && (!place->function || offset != 0)) {
        (void)mica_eval_error(frame, op, "calls something that is no function");
        return NULL;
    }
    return place ? (mica_op *)place->function : NULL;
}

bool micai_llvm_call_eval(mica_eval_frame *frame, mica_op *op)
{
    if (mica_eval_step(frame) > 0)
        return mica_op_result_count(op) == 0 || mica_eval_set_results_from_yielded(frame, op);
    const mica_attr *name = mica_op_attr(op, "callee");
    mica_op *callee = name ? mica_eval_symbol(frame, op, name) : pointed_function(frame, op);
    mica_eval_value values[MAX_ARGUMENTS];
    const size_t first = name ? 0 : 1, count = mica_op_operand_count(op) - first;
    if (!callee)
        return false;
    if (count > MAX_ARGUMENTS)
        return mica_eval_unsupported(frame, op, "passes too many arguments");
    for (size_t i = 0; i < count; i++)
        values[i] = mica_eval_take_operand(frame, first + i);
    return mica_eval_call(frame, op, callee, values, count);
}
