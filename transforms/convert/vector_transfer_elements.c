// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Transfers of 1-D vectors whose elements do not lie side by side in memory, element by
// element:
//
//   %v = vector.transfer_read %m[%i, %j], %pad {permutation_map = (d0, d1) -> (d0)} ..
//   ->
//   %init = vector.splat %pad
//   %v = scf.for %k = 0 to 4 iter_args(%w = %init) {
//     %x = memref.load %m[%i + %k, %j]
//     %next = vector.insertelement %x, %w[%k]
//     scf.yield %next
//   }
//
// Contiguous ones are left to convert-vector-to-llvm, which masks what is out of bounds.
#include "dialects/arith/arith_ops.h"
#include "dialects/memref/memref_ops.h"
#include "transforms/convert/vector_transfer_internal.h"
#include "transforms/tensor/loop_nest.h"

static bool has_unit_stride(const mica_type *memref)
{
    int64_t strides[MICAI_TRANSFER_MOST_DIMS], offset;
    const size_t rank = mica_type_rank(memref);
    return rank > 0 && rank <= MICAI_TRANSFER_MOST_DIMS &&
           mica_memref_type_strides(memref, strides, &offset) && strides[rank - 1] == 1;
}

static bool is_contiguous(const micai_transfer *transfer)
{
    size_t dim;
    return micai_transfer_dim(transfer, 0, &dim) && dim == transfer->index_count - 1 &&
           has_unit_stride(mica_value_type(transfer->source));
}

/// Element `iv`, read into or written from its place of the vector.
static mica_value *transfer_element(mica_builder *builder, micai_transfer *transfer,
                                    mica_value *iv, mica_value *vector)
{
    size_t dim;
    mica_value *indices[MICAI_TRANSFER_MOST_DIMS];
    for (size_t i = 0; i < transfer->index_count; i++)
        indices[i] = transfer->indices[i];
    if (micai_transfer_dim(transfer, 0, &dim))
        indices[dim] = micai_affine_sum(builder, transfer->indices[dim], iv);
    micai_transfer_guard guard;
    micai_transfer_guard_begin(&guard, builder, transfer, iv,
                               vector ? mica_value_type(vector) : NULL);
    mica_value *next = NULL;
    if (transfer->is_read) {
        mica_op *load = mica_memref_load_build(builder, transfer->source, indices,
                                               transfer->index_count, NULL);
        next = mica_op_result(
            mica_vector_insertelement_build(builder, mica_op_result(load, 0), vector, iv), 0);
    } else {
        mica_op *extract = mica_vector_extractelement_build(builder, transfer->vector, iv);
        mica_memref_store_build(builder, mica_op_result(extract, 0), transfer->source, indices,
                                transfer->index_count, NULL);
    }
    micai_transfer_guard_else(&guard, builder, next);
    return micai_transfer_guard_end(&guard, builder, vector);
}

static bool lower_elements(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    micai_transfer transfer;
    if (!micai_transfer_of(op, &transfer) || micai_transfer_rank(&transfer) != 1 ||
        mica_type_get_kind(mica_value_type(transfer.source)) != MICA_TYPE_MEMREF ||
        mica_type_is_vector(mica_type_element(mica_value_type(transfer.source))) ||
        mica_vector_type_is_scalable(transfer.type) ||
        mica_affine_map_result_count(transfer.map) != 1)
        return mica_rewriter_fail(rewriter, op, "not between a 1-D vector and a memref");
    if (is_contiguous(&transfer))
        return mica_rewriter_fail(rewriter, op, "the elements lie side by side");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *zero = micai_index(builder, 0);
    mica_value *end = micai_index(builder, mica_type_shape(transfer.type)[0]);
    mica_value *one = micai_index(builder, 1);
    mica_value *vector = NULL;
    if (transfer.is_read)
        vector = mica_op_result(
            mica_vector_splat_build(builder, transfer.type, transfer.padding), 0);
    micai_loop loop;
    micai_loop_begin(&loop, builder, zero, end, one, &vector, vector != NULL);
    mica_value *next =
        transfer_element(builder, &transfer, loop.iv, vector ? loop.carried[0] : NULL);
    micai_loop_end(&loop, builder, &next);
    return vector ? mica_rewriter_replace_op(rewriter, op, loop.results, 1)
                  : mica_rewriter_erase_op(rewriter, op);
}

static const mica_pattern patterns[] = {
    {"vector_transfer_elements", "vector.transfer_read", 1, lower_elements, NULL},
    {"vector_transfer_elements", "vector.transfer_write", 1, lower_elements, NULL},
};

bool micai_add_transfer_elements(mica_pattern_set *set)
{
    return mica_pattern_set_add(set, patterns, 2);
}
