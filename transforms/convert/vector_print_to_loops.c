// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// vector.print of a vector as loops that print its elements with parentheses and commas:
//
//   vector.print %v : vector<2x3xf32>
//   ->
//   %flat = vector.shape_cast %v : .. to vector<6xf32>
//   vector.print punctuation <open>
//   scf.for %i = 0 to 2 {
//     vector.print punctuation <open>
//     scf.for %j = 0 to 3 { .. %flat[%i * 3 + %j] .. vector.print punctuation <comma> .. }
//     vector.print punctuation <close>
//   }
//   vector.print punctuation <close>
//   vector.print                                  // the line's end
//
// A vector can be indexed by a variable only in one dimension, so that it is made flat.
#include "dialects/arith/arith_ops.h"
#include "dialects/scf/scf_ops.h"
#include "transforms/convert/vector_transfer_internal.h"
#include "transforms/tensor/loop_nest.h"

static void print_mark(mica_builder *builder, mica_vector_punctuation mark)
{
    mica_vector_print_build(builder, NULL, mark, NULL);
}

static mica_value *bitcast(mica_builder *builder, mica_value *value, const mica_type *element)
{
    const mica_type *to = mica_type_with_element(mica_value_type(value), element);
    return to == mica_value_type(value)
               ? value
               : mica_op_result(mica_vector_bitcast_build(builder, to, value), 0);
}

/// Integers in a width that every machine has: 8, 16, 32, ... bits.
static mica_value *widen(mica_builder *builder, mica_value *value)
{
    const mica_type *element = mica_type_element(mica_value_type(value));
    if (!mica_type_is_integer(element))
        return value;
    mica_context *context = builder->context;
    const uint32_t width = mica_type_bit_width(element);
    const mica_signedness signedness = mica_integer_type_signedness(element);
    uint32_t legal = 8;
    while (legal < width)
        legal *= 2;
    value = bitcast(builder, value, mica_integer_type_get(context, width, MICA_SIGNLESS));
    if (legal != width) {
        const mica_type *to = mica_type_with_element(
            mica_value_type(value), mica_integer_type_get(context, legal, MICA_SIGNLESS));
        const bool is_unsigned = width == 1 || signedness == MICA_UNSIGNED;
        value = mica_op_result(is_unsigned ? mica_arith_extui_build(builder, to, value)
                                           : mica_arith_extsi_build(builder, to, value),
                               0);
    }
    return bitcast(builder, value, mica_integer_type_get(context, legal, signedness));
}

static mica_value *flatten(mica_builder *builder, mica_value *value)
{
    const mica_type *type = mica_value_type(value);
    if (mica_type_rank(type) == 1)
        return value;
    const int64_t length = mica_type_element_count(type);
    const mica_type *flat = mica_vector_type_get(mica_type_element(type), &length, NULL, 1);
    return mica_op_result(mica_vector_shape_cast_build(builder, flat, value), 0);
}

/// ( element, element, .. ): opens the loop; the builder is then where the element is printed.
static mica_value *open_row(mica_builder *builder, int64_t size)
{
    micai_loop loop;
    mica_value *zero = micai_index(builder, 0);
    mica_value *end = micai_index(builder, size);
    mica_value *one = micai_index(builder, 1);
    mica_value *last = micai_index(builder, size - 1);
    print_mark(builder, MICA_VECTOR_PUNCTUATION_OPEN);
    micai_loop_begin(&loop, builder, zero, end, one, NULL, 0);
    mica_op *is_inner =
        mica_arith_cmpi_build(builder, loop.iv, last, MICA_ARITH_INTEGER_COMPARISON_ULT);
    mica_op *choice = mica_scf_if_build(builder, NULL, 0, mica_op_result(is_inner, 0));
    mica_block *comma = mica_block_create(builder->context);
    mica_region_append(mica_op_region(choice, 0), comma);
    mica_builder inside = *builder;
    mica_builder_set_at_end(&inside, comma);
    print_mark(&inside, MICA_VECTOR_PUNCTUATION_COMMA);
    mica_scf_yield_build(&inside, NULL, 0);
    micai_loop_end(&loop, builder, NULL);
    print_mark(builder, MICA_VECTOR_PUNCTUATION_CLOSE);
    mica_builder_set_before(builder, is_inner);
    return loop.iv;
}

static mica_value *linear_index(mica_builder *builder, mica_value *const *ivs,
                                const int64_t *shape, size_t rank)
{
    mica_value *index = NULL;
    int64_t stride = 1;
    for (size_t i = rank; i-- > 0; stride *= shape[i]) {
        mica_value *term = stride == 1 ? ivs[i] : micai_index_mul(builder, ivs[i], stride);
        index = index ? micai_index_add(builder, index, term) : term;
    }
    return index;
}

static bool print_elements(mica_rewriter *rewriter, mica_op *op, void *user)
{
    static const int64_t one = 1;
    mica_value *ivs[MICAI_TRANSFER_MOST_DIMS];
    size_t first, count;
    (void)user;
    mica_op_operand_range(op, 0, &first, &count);
    const mica_type *type = count ? mica_value_type(mica_op_operand(op, 0)) : NULL;
    if (!type || !mica_type_is_vector(type) || mica_vector_type_is_scalable(type) ||
        mica_type_rank(type) > MICAI_TRANSFER_MOST_DIMS)
        return mica_rewriter_fail(rewriter, op, "no vector of fixed size is printed");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *flat = flatten(builder, widen(builder, mica_op_operand(op, 0)));
    const size_t rank = mica_type_rank(type) ? mica_type_rank(type) : 1;
    const int64_t *shape = mica_type_rank(type) ? mica_type_shape(type) : &one;
    for (size_t i = 0; i < rank; i++)
        ivs[i] = open_row(builder, shape[i]);
    mica_value *index = linear_index(builder, ivs, shape, rank);
    mica_op *element = mica_vector_extractelement_build(builder, flat, index);
    mica_vector_print_build(builder, mica_op_result(element, 0),
                            MICA_VECTOR_PUNCTUATION_NO_PUNCTUATION, NULL);
    mica_builder_set_before(builder, op);
    print_mark(builder, mica_vector_print_punctuation(op));
    return mica_rewriter_erase_op(rewriter, op);
}

static const mica_pattern patterns[] = {
    {"vector_print_elements", "vector.print", 1, print_elements, NULL},
};

bool micai_add_vector_printing(mica_pattern_set *set)
{
    return mica_pattern_set_add(set, patterns, 1);
}
