// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the verifier asks of attributions, reductions, memory and matrices.
#include "dialects/gpu/gpu_internal.h"
#include "ir/core/affine.h"

static bool emit(mica_op *op, const char *what)
{
    return mica_diagnostic_emit(
        mica_error(mica_op_context(op), mica_op_location(op), "%s", what));
}

// ---- attributions

// A memory space that is no #gpu.address_space belongs to a device: it is not judged.
static bool verify_attribution(mica_op *op, const mica_type *type, int64_t space,
                               const char *name)
{
    if (mica_type_get_kind(type) != MICA_TYPE_MEMREF)
        return mica_op_error(op, "expected memref type in attribution");
    const mica_attr *attr = mica_memref_type_memory_space(type);
    return !attr || !micai_gpu_attr_is(attr, "address_space") ||
           (int64_t)mica_attr_param(attr, 0) == space ||
           mica_op_error(op, "expected memory space %s in attribution", name);
}

bool micai_gpu_verify_attributions(mica_op *op, size_t first)
{
    mica_block *entry = mica_region_first(mica_op_region(op, 0));
    const size_t workgroup = mica_gpu_workgroup_attribution_count(op);
    for (size_t i = first; i < mica_block_argument_count(entry); ++i) {
        const bool is_workgroup = i - first < workgroup;
        if (!verify_attribution(op, mica_value_type(mica_block_argument(entry, i)),
                                is_workgroup ? MICA_GPU_ADDRESS_SPACE_WORKGROUP
                                             : MICA_GPU_ADDRESS_SPACE_PRIVATE,
                                is_workgroup ? "workgroup" : "private"))
            return false;
    }
    return true;
}

// ---- reductions

static bool verify_reduction(mica_op *op, const mica_type *type)
{
    const mica_attr *attr = mica_op_attr(op, "op");
    const int64_t kind = (int64_t)mica_attr_param(attr, 0);
    const bool any =
        kind == MICA_GPU_ALL_REDUCE_OPERATION_ADD || kind == MICA_GPU_ALL_REDUCE_OPERATION_MUL;
    const bool of_floats = kind == MICA_GPU_ALL_REDUCE_OPERATION_MINNUMF ||
                           kind == MICA_GPU_ALL_REDUCE_OPERATION_MAXNUMF ||
                           kind == MICA_GPU_ALL_REDUCE_OPERATION_MINIMUMF ||
                           kind == MICA_GPU_ALL_REDUCE_OPERATION_MAXIMUMF;
    const mica_type *element = mica_type_element_or_self(type);
    if (any || (of_floats ? mica_type_is_float(element) : mica_type_is_integer(element)))
        return true;
    mica_diagnostic *d =
        mica_error(mica_op_context(op), mica_op_location(op),
                   "`%s` reduction operation is not compatible with type ",
                   mica_enum_keyword(&mica_gpu_all_reduce_operation_enum, kind));
    mica_diagnostic_append_type(d, type);
    return mica_diagnostic_emit(d);
}

bool micai_gpu_subgroup_reduce_verify(mica_op *op)
{
    return verify_reduction(op, mica_value_type(mica_op_result(op, 0)));
}

static bool verify_yields(mica_op *op, const mica_type *type)
{
    bool found = false;
    mica_for_each_block(block, mica_op_region(op, 0))
    {
        mica_op *yield = mica_block_last(block);
        if (!yield || !mica_string_is(mica_op_name(yield), "gpu.yield"))
            continue;
        found = true;
        if (mica_op_operand_count(yield) != 1)
            return emit(op, "expected one gpu.yield operand");
        if (mica_value_type(mica_op_operand(yield, 0)) != type)
            return emit(op, "incorrect gpu.yield type");
    }
    return found || emit(op, "expected gpu.yield op in region");
}

bool micai_gpu_all_reduce_verify_regions(mica_op *op)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    const bool has_body = !mica_region_is_empty(mica_op_region(op, 0));
    if (has_body == (mica_op_attr(op, "op") != NULL))
        return emit(op, "expected either an op attribute or a non-empty body");
    if (!has_body)
        return verify_reduction(op, type);
    mica_block *body = mica_region_first(mica_op_region(op, 0));
    if (mica_block_argument_count(body) != 2)
        return emit(op, "expected two region arguments");
    for (size_t i = 0; i < 2; ++i)
        if (mica_value_type(mica_block_argument(body, i)) != type)
            return emit(op, "incorrect region argument type");
    return verify_yields(op, type);
}

// ---- memory

bool micai_gpu_alloc_verify(mica_op *op)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    size_t start, count, dynamic = 0;
    mica_op_operand_range(op, 1, &start, &count);
    for (size_t i = 0; i < mica_type_rank(type); ++i)
        dynamic += mica_type_shape(type)[i] == MICA_DYNAMIC;
    if (count != dynamic)
        return mica_op_error(op, "dimension operand count does not equal memref dynamic "
                                 "dimension count");
    mica_op_operand_range(op, 2, &start, &count);
    const mica_attr *layout = mica_memref_type_layout(type);
    const size_t symbols =
        mica_attr_is(layout, MICA_ATTR_AFFINE_MAP) ? mica_affine_map_symbol_count(layout) : 0;
    return count == symbols ||
           mica_op_error(op, "symbol operand count does not equal memref symbol count");
}

bool micai_gpu_memcpy_verify(mica_op *op)
{
    const size_t first = mica_op_operand_count(op) - 2;
    const mica_type *target = mica_value_type(mica_op_operand(op, first));
    const mica_type *source = mica_value_type(mica_op_operand(op, first + 1));
    if (mica_type_element(target) != mica_type_element(source))
        return mica_op_error(op, "arguments have incompatible element type");
    if (mica_type_rank(target) != mica_type_rank(source))
        return mica_op_error(op, "arguments have incompatible shape");
    for (size_t i = 0; i < mica_type_rank(target); ++i) {
        const int64_t a = mica_type_shape(target)[i], b = mica_type_shape(source)[i];
        if (a != b && a != MICA_DYNAMIC && b != MICA_DYNAMIC)
            return mica_op_error(op, "arguments have incompatible shape");
    }
    return true;
}

// ---- matrices

static mica_string operand_of(const mica_type *matrix)
{
    return mica_identifier_text((const mica_identifier *)(uintptr_t)mica_type_param(matrix, 2));
}

static uint64_t size_of(const mica_type *matrix, size_t dimension)
{
    const mica_word_list *sizes = (const mica_word_list *)(uintptr_t)mica_type_param(matrix, 0);
    return mica_word_list_words(sizes)[dimension];
}

// Elements of a row lie next to one another.
static bool has_unit_stride(const mica_type *memref)
{
    enum { MAX_RANK = 16 };
    int64_t strides[MAX_RANK], offset;
    const size_t rank = mica_type_rank(memref);
    return rank > 0 && rank <= MAX_RANK && mica_memref_type_strides(memref, strides, &offset) &&
           strides[rank - 1] == 1;
}

bool micai_gpu_subgroup_mma_load_matrix_verify(mica_op *op)
{
    return has_unit_stride(mica_value_type(mica_op_operand(op, 0))) ||
           emit(op, "expected source memref most minor dim must have unit stride");
}

bool micai_gpu_subgroup_mma_store_matrix_verify(mica_op *op)
{
    if (!has_unit_stride(mica_value_type(mica_op_operand(op, 1))))
        return emit(op, "expected destination memref most minor dim must have unit stride");
    return mica_string_is(operand_of(mica_value_type(mica_op_operand(op, 0))), "COp") ||
           emit(op, "expected the operand matrix being stored to have 'COp' operand type");
}

bool micai_gpu_subgroup_mma_compute_verify(mica_op *op)
{
    const mica_type *a = mica_value_type(mica_op_operand(op, 0));
    const mica_type *b = mica_value_type(mica_op_operand(op, 1));
    const mica_type *c = mica_value_type(mica_op_operand(op, 2));
    if (!mica_string_is(operand_of(a), "AOp") || !mica_string_is(operand_of(b), "BOp") ||
        !mica_string_is(operand_of(c), "COp"))
        return emit(op, "operands must be in the order AOp, BOp, COp");
    return (size_of(a, 1) == size_of(b, 0) && size_of(a, 0) == size_of(c, 0) &&
            size_of(b, 1) == size_of(c, 1)) ||
           emit(op, "operand shapes do not satisfy matmul constraints");
}
