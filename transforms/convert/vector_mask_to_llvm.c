// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// vector.mask for convert-vector-to-llvm: the masked op takes the mask itself, or does without.
//
//   transfers, gather            the op's own mask operand, with its own mask by `and`
//   reduction, multi_reduction   lanes without the mask become what the kind leaves alone:
//                                %x = arith.select %mask, %v, dense<0>; vector.reduction <add>,
//                                %x
//
// Other masked ops (contract, outerproduct) stay as they are, with what is in them.
#include <math.h>

#include "dialects/vector/vector_ops.h"
#include "transforms/convert/vector_to_llvm_internal.h"

enum { MASK_OPERAND = 3, MOST_SPECS = 4 }; // of transfers

static mica_op *masked_op(const mica_op *op)
{
    mica_block *body = mica_region_first(mica_op_region(op, 0));
    mica_op *first = body ? mica_block_first(body) : NULL;
    return first != mica_block_last(body) ? first : NULL;
}

static bool is_transfer(const mica_op *op)
{
    return mica_op_is(op, &mica_vector_transfer_read_kind) ||
           mica_op_is(op, &mica_vector_transfer_write_kind);
}

static bool is_reduction(const mica_op *op)
{
    return mica_op_is(op, &mica_vector_reduction_kind) ||
           mica_op_is(op, &mica_vector_multi_reduction_kind);
}

static bool may_stay(void *user, mica_op *op)
{
    (void)user;
    const mica_op *masked = masked_op(op);
    return !masked || !(is_transfer(masked) || is_reduction(masked) ||
                        mica_op_is(masked, &mica_vector_gather_kind));
}

static mica_value *build(mica_builder *builder, const char *name, const mica_type *type,
                         mica_value *const *operands, size_t count)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, name, builder->location);
    mica_op_state_add_operands(&state, operands, count);
    mica_op_state_add_result(&state, type);
    return mica_op_result(mica_builder_create(builder, &state), 0);
}

/// The mask, and the op's own where it has one.
static mica_value *both_masks(mica_builder *builder, mica_value *mask, mica_value *own)
{
    mica_value *const operands[] = {mask, own};
    return own ? build(builder, "arith.andi", mica_value_type(mask), operands, 2) : mask;
}

// ---- what a kind leaves alone

static double float_neutral(int64_t kind)
{
    switch (kind) {
    case MICAI_COMBINE_ADD:
        return -0.0;
    case MICAI_COMBINE_MUL:
        return 1.0;
    case MICAI_COMBINE_MINIMUMF:
        return INFINITY;
    case MICAI_COMBINE_MAXIMUMF:
        return -INFINITY;
    default: // minnumf and maxnumf take the number
        return NAN;
    }
}

static int64_t integer_neutral(int64_t kind, uint32_t width)
{
    const int64_t lowest = (int64_t)(UINT64_MAX << (width - 1));
    switch (kind) {
    case MICAI_COMBINE_MUL:
        return 1;
    case MICAI_COMBINE_MINUI:
    case MICAI_COMBINE_AND:
        return -1;
    case MICAI_COMBINE_MINSI:
        return ~lowest;
    case MICAI_COMBINE_MAXSI:
        return lowest;
    default: // add, or, xor, maxui
        return 0;
    }
}

static mica_value *build_neutral(mica_builder *builder, const mica_type *vector, int64_t kind)
{
    const mica_type *element = mica_type_element(vector);
    const uint32_t width = mica_type_is_index(element) ? 64 : mica_type_bit_width(element);
    const mica_attr *scalar =
        mica_type_is_float(element)
            ? mica_float_attr_get(element, float_neutral(kind))
            : mica_integer_attr_get(element, integer_neutral(kind, width));
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "arith.constant", builder->location);
    mica_op_state_set_attr(&state, "value", mica_dense_elements_attr_get_splat(vector, scalar));
    mica_op_state_add_result(&state, vector);
    return mica_op_result(mica_builder_create(builder, &state), 0);
}

// ---- unmasking

static void mask_reduction(mica_builder *builder, mica_op *masked, mica_value *mask)
{
    mica_value *source = mica_op_operand(masked, 0);
    const mica_type *vector = mica_value_type(source);
    mica_value *neutral = build_neutral(builder, vector, micai_combining_kind(masked));
    mica_value *const operands[] = {mask, source, neutral};
    mica_op_set_operand(masked, 0, build(builder, "arith.select", vector, operands, 3));
}

static void mask_gather(mica_builder *builder, mica_op *masked, mica_value *mask)
{
    const size_t own = mica_op_operand_count(masked) - 2;
    mica_op_set_operand(masked, own, both_masks(builder, mask, mica_op_operand(masked, own)));
}

/// A copy with the mask, since an operand is added.
static mica_op *with_mask(mica_builder *builder, mica_op *masked, mica_value *mask)
{
    size_t starts[MOST_SPECS], counts[MOST_SPECS];
    int32_t segments[MOST_SPECS];
    for (size_t i = 0; i < MOST_SPECS; i++) {
        mica_op_operand_range(masked, i, &starts[i], &counts[i]);
        segments[i] = (int32_t)counts[i];
    }
    mica_value *own =
        counts[MASK_OPERAND] ? mica_op_operand(masked, starts[MASK_OPERAND]) : NULL;
    mask = both_masks(builder, mask, own);
    segments[MASK_OPERAND] = 1;
    mica_op_state state;
    mica_op_state_init(&state, builder->context,
                       mica_op_is(masked, &mica_vector_transfer_read_kind)
                           ? "vector.transfer_read"
                           : "vector.transfer_write",
                       builder->location);
    for (size_t i = 0; i < starts[MASK_OPERAND]; i++)
        mica_op_state_add_operand(&state, mica_op_operand(masked, i));
    mica_op_state_add_operand(&state, mask);
    mica_op_state_set_attr(&state, "permutation_map", mica_op_attr(masked, "permutation_map"));
    mica_op_state_set_attr(&state, "in_bounds", mica_op_attr(masked, "in_bounds"));
    mica_op_state_set_attr(&state, "operandSegmentSizes",
                           mica_i32_array_attr_get(builder->context, segments, MOST_SPECS));
    for (size_t i = 0; i < mica_op_result_count(masked); i++)
        mica_op_state_add_result(&state, mica_value_type(mica_op_result(masked, i)));
    return mica_builder_create(builder, &state);
}

static bool convert_mask(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    (void)adapted, (void)user;
    if (may_stay(NULL, op))
        return mica_rewriter_fail(rewriter, op, "the masked op stays");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_op *masked = masked_op(op);
    mica_block *body = mica_op_block(masked);
    mica_value *mask = mica_op_operand(op, 0);
    mica_value *passthru = mica_vector_mask_passthru(op);
    mica_rewriter_erase_op(rewriter, mica_block_last(body));
    if (is_reduction(masked))
        mask_reduction(builder, masked, mask);
    else if (!is_transfer(masked))
        mask_gather(builder, masked, mask);
    mica_op *made = is_transfer(masked) ? with_mask(builder, masked, mask) : masked;
    if (made == masked)
        mica_rewriter_inline_block_before(rewriter, body, op, NULL, 0);
    else
        mica_rewriter_erase_op(rewriter, masked);
    if (mica_op_result_count(op) == 0)
        return mica_rewriter_erase_op(rewriter, op);
    mica_rewriter_set_before(rewriter, op);
    mica_value *result = mica_op_result(made, 0);
    mica_value *const operands[] = {mask, result, passthru};
    if (passthru)
        result = build(builder, "arith.select", mica_value_type(result), operands, 3);
    return mica_rewriter_replace_op(rewriter, op, &result, 1);
}

bool micai_vector_mask_to_llvm_add(mica_conversion *conversion)
{
    static const mica_conversion_pattern pattern = {"convert-mask", "vector.mask", 1,
                                                    convert_mask, NULL};
    mica_conversion_dynamic_op(conversion, "vector.mask", may_stay, NULL);
    mica_conversion_recursively_legal_op(conversion, "vector.mask");
    return mica_conversion_add(conversion, &pattern, 1);
}
