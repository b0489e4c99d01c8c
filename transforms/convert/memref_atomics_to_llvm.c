// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Atomic memref ops for finalize-memref-to-llvm. atomic_rmw is one instruction where LLVM has
// it; generic_atomic_rmw tries until nobody else has changed the element in between. The
// exchange compares bits, so floats are exchanged as integers:
//
//   %r = memref.generic_atomic_rmw %m[%i] : memref<4xf32> { ^bb0(%x: f32): .. yield %y }
//   ->
//     %first = llvm.load %p : i32;  llvm.br ^try(%first)
//   ^try(%old: i32):
//     %x = bitcast %old;  ..;  %new = bitcast %y
//     %pair = llvm.cmpxchg %p, %old, %new;  cond_br %pair[1], ^end, ^try(%pair[0])
//   ^end:                                   // %r is %x
#include "transforms/convert/llvm_lowering.h"
#include "transforms/convert/memref_descriptor.h"
#include "transforms/convert/memref_to_llvm_internal.h"

enum { MONOTONIC = 2, ACQUIRE_RELEASE = 6 }; // of LLVM's orderings

static const mica_type *memref_of(const mica_op *op, size_t operand)
{
    return mica_value_type(mica_op_operand(op, operand));
}

/// Operations of atomicrmw by arith's AtomicRMWKind; -1: none. assign is xchg.
static int64_t atomic_operation(int64_t kind)
{
    enum { XCHG = 0, ADD = 1, AND = 3, OR = 5, MAX = 7, MIN = 8, UMAX = 9, UMIN = 10 };
    enum { FADD = 11, FMAX = 13, FMIN = 14 };
    // clang-format off
    static const int64_t operations[] = {
        FADD, // addf
        ADD,  // addi
        XCHG, // assign
        FMAX, // maximumf
        MAX,  // maxs
        UMAX, // maxu
        FMIN, // minimumf
        MIN,  // mins
        UMIN, // minu
        -1,   // mulf
        -1,   // muli
        OR,   // ori
        AND,  // andi
        FMAX, // maxnumf
        FMIN, // minnumf
    };
    // clang-format on
    const size_t count = sizeof operations / sizeof *operations;
    return kind >= 0 && (size_t)kind < count ? operations[kind] : -1;
}

static bool convert_atomic(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                           void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const int64_t operation =
        atomic_operation(mica_integer_attr_value(mica_op_attr(op, "kind")));
    if (operation < 0)
        return mica_rewriter_fail(rewriter, op, "LLVM has no such atomic operation");
    micai_descriptor descriptor = micai_descriptor_of(builder, adapted->values[1]);
    mica_value *operands[] = {
        micai_descriptor_element(&descriptor, memref_of(op, 1), adapted->values + 2),
        adapted->values[0]};
    mica_op *made = micai_llvm_create(builder, "llvm.atomicrmw",
                                      mica_value_type(adapted->values[0]), operands, 2);
    mica_op_set_attr(made, "bin_op", mica_i64_attr_get(builder->context, operation));
    mica_op_set_attr(made, "ordering", mica_i64_attr_get(builder->context, ACQUIRE_RELEASE));
    return mica_rewriter_replace_op_with(rewriter, op, made);
}

static mica_value *as_type(mica_builder *builder, mica_value *value, const mica_type *type)
{
    return mica_value_type(value) == type
               ? value
               : micai_llvm_unary(builder, "llvm.bitcast", type, value);
}

/// {what was there, was it `expected`}
static mica_value *build_exchange(mica_builder *builder, mica_value *address,
                                  mica_value *expected, mica_value *wanted)
{
    mica_context *context = builder->context;
    const mica_type *members[] = {mica_value_type(expected),
                                  mica_integer_type_get(context, 1, MICA_SIGNLESS)};
    mica_value *operands[] = {address, expected, wanted};
    mica_op *made = micai_llvm_create(
        builder, "llvm.cmpxchg", mica_llvm_struct_get(context, members, 2, false), operands, 3);
    mica_op_set_attr(made, "success_ordering", mica_i64_attr_get(context, ACQUIRE_RELEASE));
    mica_op_set_attr(made, "failure_ordering", mica_i64_attr_get(context, MONOTONIC));
    return mica_op_result(made, 0);
}

static void build_retry(mica_builder *builder, mica_value *condition, mica_block *end,
                        mica_block *again, mica_value *value)
{
    static const int32_t segments[] = {1, 0, 1};
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "llvm.cond_br", builder->location);
    mica_op_state_add_operand(&state, condition);
    mica_op_state_add_operand(&state, value);
    mica_op_state_add_successor(&state, end);
    mica_op_state_add_successor(&state, again);
    mica_op_state_set_attr(&state, "operandSegmentSizes",
                           mica_i32_array_attr_get(builder->context, segments, 3));
    mica_builder_create(builder, &state);
}

static bool convert_generic(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                            void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    const mica_type *bits =
        mica_integer_type_get(builder->context, mica_type_bit_width(type), MICA_SIGNLESS);
    mica_block *body = mica_region_first(mica_op_region(op, 0));
    mica_op *yield = mica_block_last(body);
    micai_descriptor descriptor = micai_descriptor_of(builder, adapted->values[0]);
    mica_value *address =
        micai_descriptor_element(&descriptor, memref_of(op, 0), adapted->values + 1);
    mica_value *first = micai_llvm_load(builder, bits, address, 0);
    mica_block *here = mica_op_block(op);
    mica_block *end = mica_rewriter_split_block(rewriter, op);
    mica_block *attempt =
        mica_builder_create_block(builder, mica_block_region(here), end, &bits, 1);
    mica_value *old = mica_block_argument(attempt, 0);
    mica_builder_set_at_end(builder, here);
    micai_llvm_branch(builder, attempt, &first, 1);
    mica_builder_set_at_end(builder, attempt);
    mica_value *seen = as_type(builder, old, type);
    mica_value *wanted = mica_op_operand(yield, 0);
    mica_rewriter_erase_op(rewriter, yield);
    if (wanted == mica_block_argument(body, 0))
        wanted = seen;
    // A marker to move the body before, as an op at the end of the block.
    mica_value *pair = build_exchange(builder, address, old, old);
    mica_op *exchange = mica_value_op(pair);
    mica_rewriter_inline_block_before(rewriter, body, exchange, &seen, 1);
    mica_builder_set_before(builder, exchange);
    mica_op_set_operand(exchange, 2, as_type(builder, wanted, bits));
    mica_builder_set_at_end(builder, attempt);
    static const int64_t positions[] = {0, 1};
    mica_value *found = micai_llvm_extract_value(builder, pair, &positions[0], 1);
    mica_value *is_done = micai_llvm_extract_value(builder, pair, &positions[1], 1);
    build_retry(builder, is_done, end, attempt, found);
    mica_rewriter_set_before(rewriter, op);
    return mica_rewriter_replace_op(rewriter, op, &seen, 1);
}

bool micai_memref_atomics_to_llvm_add(mica_conversion *conversion)
{
    static const mica_conversion_pattern patterns[] = {
        {"convert-atomic-rmw", "memref.atomic_rmw", 1, convert_atomic, NULL},
        {"convert-generic-atomic-rmw", "memref.generic_atomic_rmw", 1, convert_generic, NULL},
    };
    return mica_conversion_add(conversion, patterns, sizeof patterns / sizeof *patterns);
}
