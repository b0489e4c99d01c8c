// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Vectors from and to memory: vector.load and store, masked ones, gather and scatter,
// type_cast, and transfers of at most one dimension. A transfer that may leave the memref is
// masked by a comparison of lane numbers with what is left of the dimension:
//
//   %v = vector.transfer_read %m[%i], %pad : memref<?xf32>, vector<8xf32>
//
//   lanes [0 .. 7] < splat(size - i)  ->  llvm.intr.masked.load with splat(pad) behind it
#include "ir/core/affine.h"
#include "transforms/convert/memref_descriptor.h"
#include "transforms/convert/vector_to_llvm_internal.h"

static const mica_type *operand_type(const mica_op *op, size_t index)
{
    return mica_value_type(mica_op_operand(op, index));
}

/// Alignment that can be promised for a vector in a memref: its element's.
static int64_t element_alignment(const mica_type *row)
{
    uint32_t bits = mica_type_bit_width(mica_type_element(row));
    return bits < 8 ? 1 : (int64_t)(bits / 8);
}

/// The last dimension of the memref is contiguous.
static bool is_unit_stride(const mica_type *memref)
{
    int64_t strides[64], offset = 0;
    size_t rank = mica_type_rank(memref);
    return mica_type_get_kind(memref) == MICA_TYPE_MEMREF && rank <= 64 &&
           mica_memref_type_strides(memref, strides, &offset) &&
           (rank == 0 || strides[rank - 1] == 1);
}

static mica_value *element_address(mica_builder *builder, const mica_type *memref,
                                   mica_value *descriptor, mica_value *const *indices)
{
    micai_descriptor source = micai_descriptor_of(builder, descriptor);
    return micai_descriptor_element(&source, memref, indices);
}

/// The LLVM type of a vector of rank 0 or 1; NULL for others.
static const mica_type *single_row(const mica_adapted *adapted, const mica_type *vector)
{
    if (mica_type_rank(vector) > 1)
        return NULL;
    return mica_type_converter_convert_one(adapted->converter, vector);
}

static void copy_nontemporal(const mica_op *from, mica_op *to)
{
    const mica_attr *flag = mica_op_attr(from, "nontemporal");
    if (flag && mica_integer_attr_value(flag))
        mica_op_set_attr(to, "nontemporal", mica_unit_attr_get(mica_op_context(from)));
}

// ---- load and store

static bool convert_load(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *row = single_row(adapted, mica_value_type(mica_op_result(op, 0)));
    const mica_type *memref = operand_type(op, 0);
    if (!row || !is_unit_stride(memref) || mica_type_is_vector(mica_type_element(memref)))
        return mica_rewriter_fail(rewriter, op, "not a row of contiguous scalars");
    mica_value *address =
        element_address(builder, memref, adapted->values[0], adapted->values + 1);
    mica_value *value = micai_llvm_load(builder, row, address, element_alignment(row));
    copy_nontemporal(op, mica_value_op(value));
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

static bool convert_store(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                          void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *row = single_row(adapted, operand_type(op, 0));
    const mica_type *memref = operand_type(op, 1);
    if (!row || !is_unit_stride(memref) || mica_type_is_vector(mica_type_element(memref)))
        return mica_rewriter_fail(rewriter, op, "not a row of contiguous scalars");
    mica_value *operands[] = {
        adapted->values[0],
        element_address(builder, memref, adapted->values[1], adapted->values + 2)};
    mica_op *store = micai_llvm_create(builder, "llvm.store", NULL, operands, 2);
    mica_op_set_attr(store, "alignment",
                     mica_i64_attr_get(builder->context, element_alignment(row)));
    copy_nontemporal(op, store);
    return mica_rewriter_erase_op(rewriter, op);
}

// ---- masked

static void set_alignment(mica_op *op, int64_t alignment)
{
    mica_op_set_attr(op, "alignment",
                     mica_i32_attr_get(mica_op_context(op), (int32_t)alignment));
}

static mica_value *masked_load(mica_builder *builder, const mica_type *row, mica_value *address,
                               mica_value *mask, mica_value *otherwise)
{
    mica_value *operands[] = {address, mask, otherwise};
    mica_op *load = micai_llvm_create(builder, "llvm.intr.masked.load", row, operands, 3);
    set_alignment(load, element_alignment(row));
    return mica_op_result(load, 0);
}

static void masked_store(mica_builder *builder, mica_value *value, mica_value *address,
                         mica_value *mask)
{
    mica_value *operands[] = {value, address, mask};
    mica_op *store = micai_llvm_create(builder, "llvm.intr.masked.store", NULL, operands, 3);
    set_alignment(store, element_alignment(mica_value_type(value)));
}

static bool convert_masked_load(mica_rewriter *rewriter, mica_op *op,
                                const mica_adapted *adapted, void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *memref = operand_type(op, 0);
    const mica_type *row = single_row(adapted, mica_value_type(mica_op_result(op, 0)));
    if (!row || !is_unit_stride(memref))
        return mica_rewriter_fail(rewriter, op, "not a row of contiguous scalars");
    size_t rank = mica_type_rank(memref);
    mica_value *address =
        element_address(builder, memref, adapted->values[0], adapted->values + 1);
    mica_value *value = masked_load(builder, row, address, adapted->values[rank + 1],
                                    adapted->values[rank + 2]);
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

static bool convert_masked_store(mica_rewriter *rewriter, mica_op *op,
                                 const mica_adapted *adapted, void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *memref = operand_type(op, 0);
    size_t rank = mica_type_rank(memref);
    if (!single_row(adapted, operand_type(op, rank + 2)) || !is_unit_stride(memref))
        return mica_rewriter_fail(rewriter, op, "not a row of contiguous scalars");
    mica_value *address =
        element_address(builder, memref, adapted->values[0], adapted->values + 1);
    masked_store(builder, adapted->values[rank + 2], address, adapted->values[rank + 1]);
    return mica_rewriter_erase_op(rewriter, op);
}

/// expandload and compressstore: consecutive elements of memory for the lanes under the mask.
static bool convert_expand_load(mica_rewriter *rewriter, mica_op *op,
                                const mica_adapted *adapted, void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *memref = operand_type(op, 0);
    const mica_type *row = single_row(adapted, mica_value_type(mica_op_result(op, 0)));
    if (!row || !is_unit_stride(memref))
        return mica_rewriter_fail(rewriter, op, "not a row of contiguous scalars");
    const size_t rank = mica_type_rank(memref);
    mica_value *operands[] = {
        element_address(builder, memref, adapted->values[0], adapted->values + 1),
        adapted->values[rank + 1], adapted->values[rank + 2]};
    mica_value *value =
        micai_llvm_build(builder, "llvm.intr.masked.expandload", row, operands, 3);
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

static bool convert_compress_store(mica_rewriter *rewriter, mica_op *op,
                                   const mica_adapted *adapted, void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *memref = operand_type(op, 0);
    const size_t rank = mica_type_rank(memref);
    if (!single_row(adapted, operand_type(op, rank + 2)) || !is_unit_stride(memref))
        return mica_rewriter_fail(rewriter, op, "not a row of contiguous scalars");
    mica_value *operands[] = {
        adapted->values[rank + 2],
        element_address(builder, memref, adapted->values[0], adapted->values + 1),
        adapted->values[rank + 1]};
    micai_llvm_create(builder, "llvm.intr.masked.compressstore", NULL, operands, 3);
    return mica_rewriter_erase_op(rewriter, op);
}

// ---- gather and scatter

/// Vector of addresses: base + index of each lane.
static mica_value *lane_addresses(mica_builder *builder, const mica_type *element,
                                  mica_value *base, mica_value *lanes)
{
    static const int32_t dynamic[] = {MICA_LLVM_DYNAMIC_INDEX};
    const mica_type *pointers = mica_llvm_pointer_vector_get(
        mica_value_type(base), mica_type_shape(mica_value_type(lanes))[0]);
    mica_value *operands[] = {base, lanes};
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "llvm.getelementptr", builder->location);
    mica_op_state_add_operands(&state, operands, 2);
    mica_op_state_set_attr(&state, "rawConstantIndices",
                           mica_i32_array_attr_get(builder->context, dynamic, 1));
    mica_op_state_set_attr(&state, "elem_type", mica_type_attr_get(element));
    mica_op_state_add_result(&state, pointers);
    return mica_op_result(mica_builder_create(builder, &state), 0);
}

static mica_value *gather(mica_builder *builder, const mica_type *row, mica_value *addresses,
                          mica_value *mask, mica_value *otherwise)
{
    mica_value *operands[] = {addresses, mask, otherwise};
    mica_op *made = micai_llvm_create(builder, "llvm.intr.masked.gather", row, operands, 3);
    set_alignment(made, element_alignment(row));
    return mica_op_result(made, 0);
}

static void scatter(mica_builder *builder, mica_value *value, mica_value *addresses,
                    mica_value *mask)
{
    mica_value *operands[] = {value, addresses, mask};
    mica_op *made = micai_llvm_create(builder, "llvm.intr.masked.scatter", NULL, operands, 3);
    set_alignment(made, element_alignment(mica_value_type(value)));
}

static bool convert_gather(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                           void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *memref = operand_type(op, 0);
    const mica_type *vector = mica_value_type(mica_op_result(op, 0));
    const mica_type *type = mica_type_converter_convert_one(adapted->converter, vector);
    if (!type || !is_unit_stride(memref) || mica_type_rank(vector) > MICAI_VECTOR_MAX_RANK)
        return mica_rewriter_fail(rewriter, op, "not from a memref with unit stride");
    const mica_type *row = type;
    while (mica_llvm_type_is_array(row))
        row = mica_llvm_array_element(row);
    const size_t rank = mica_type_rank(memref);
    const size_t outer = mica_type_rank(vector) ? mica_type_rank(vector) - 1 : 0;
    mica_value *base =
        element_address(builder, memref, adapted->values[0], adapted->values + 1);
    mica_value *made = outer ? micai_llvm_undef(builder, type) : NULL;
    int64_t position[MICAI_VECTOR_MAX_RANK] = {0};
    do {
        mica_value *rows[3]; // places, mask, what stands elsewhere
        for (size_t i = 0; i < 3; i++)
            rows[i] = micai_vector_row(builder, adapted->values[rank + 1 + i], position, outer);
        mica_value *addresses = lane_addresses(builder, mica_type_element(row), base, rows[0]);
        mica_value *read = gather(builder, row, addresses, rows[1], rows[2]);
        made = micai_vector_set_row(builder, made, read, position, outer);
    } while (micai_next_position(position, mica_type_shape(vector), outer));
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

static bool convert_scatter(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                            void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *memref = operand_type(op, 0);
    size_t rank = mica_type_rank(memref);
    const mica_type *row = single_row(adapted, operand_type(op, rank + 3));
    if (!row || !is_unit_stride(memref))
        return mica_rewriter_fail(rewriter, op, "not a row of a memref with unit stride");
    mica_value *base =
        element_address(builder, memref, adapted->values[0], adapted->values + 1);
    mica_value *addresses =
        lane_addresses(builder, mica_type_element(row), base, adapted->values[rank + 1]);
    scatter(builder, adapted->values[rank + 3], addresses, adapted->values[rank + 2]);
    return mica_rewriter_erase_op(rewriter, op);
}

// ---- transfers

/// A transfer of a vector of rank 0 or 1.
typedef struct row_transfer {
    const mica_type *memref, *vector, *row;
    mica_value *descriptor;
    mica_value *const *indices;
    mica_value *padding; ///< reads only
    mica_value *mask;    ///< NULL: none
    bool in_bounds;
    bool is_broadcast; ///< one element for all lanes
    size_t dim;        ///< the memref's dimension that the lanes walk along
} row_transfer;

static bool read_map(const mica_op *op, row_transfer *made)
{
    const mica_attr *map = mica_op_attr(op, "permutation_map");
    if (mica_type_rank(made->vector) == 0) {
        made->is_broadcast = true;
        return true;
    }
    const mica_affine_expr *expr = mica_affine_map_result(map, 0);
    made->is_broadcast = mica_affine_expr_kind(expr) == MICA_AFFINE_CONSTANT;
    if (mica_affine_expr_kind(expr) == MICA_AFFINE_DIM)
        made->dim = (size_t)mica_affine_expr_value(expr);
    return made->is_broadcast || mica_affine_expr_kind(expr) == MICA_AFFINE_DIM;
}

/// False, saying why, when the transfer is not this file's business.
static bool begin_transfer(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                           bool is_read, row_transfer *made)
{
    size_t memref_index = is_read ? 0 : 1;
    made->memref = operand_type(op, memref_index);
    made->vector = is_read ? mica_value_type(mica_op_result(op, 0)) : operand_type(op, 0);
    if (mica_type_get_kind(made->memref) != MICA_TYPE_MEMREF)
        return mica_rewriter_fail(rewriter, op, "not a transfer from or to a memref");
    if (mica_type_is_vector(mica_type_element(made->memref)))
        return mica_rewriter_fail(rewriter, op, "elements are vectors");
    made->row = single_row(adapted, made->vector);
    if (!made->row || mica_vector_type_is_scalable(made->vector))
        return mica_rewriter_fail(rewriter, op, "not one row of known size");
    size_t rank = mica_type_rank(made->memref), at = memref_index + 1 + rank;
    made->descriptor = adapted->values[memref_index];
    made->indices = adapted->values + memref_index + 1;
    made->padding = is_read ? adapted->values[at++] : NULL;
    made->mask = at < adapted->count ? adapted->values[at] : NULL;
    const mica_attr *in_bounds = mica_op_attr(op, "in_bounds");
    made->in_bounds = mica_type_rank(made->vector) == 0 ||
                      (in_bounds && mica_array_attr_count(in_bounds) > 0 &&
                       mica_integer_attr_value(mica_array_attr_element(in_bounds, 0)));
    made->dim = 0;
    if (!read_map(op, made))
        return mica_rewriter_fail(rewriter, op, "the map is no dimension");
    return true;
}

/// Lanes of the vector that are inside of the memref and under the op's mask; NULL: all.
static mica_value *transfer_mask(mica_builder *builder, const row_transfer *transfer)
{
    enum { SLT = 2 };
    if (transfer->in_bounds || transfer->is_broadcast)
        return transfer->mask;
    micai_descriptor source = micai_descriptor_of(builder, transfer->descriptor);
    int64_t known = mica_type_shape(transfer->memref)[transfer->dim];
    mica_value *size = known == MICA_DYNAMIC ? micai_descriptor_size(&source, transfer->dim)
                                             : micai_llvm_index(builder, source.index, known);
    mica_value *left =
        micai_llvm_binary(builder, "llvm.sub", size, transfer->indices[transfer->dim]);
    const mica_type *lanes = mica_type_with_element(transfer->row, source.index);
    mica_value *iota = micai_vector_iota(builder, lanes);
    if (!iota)
        return NULL;
    mica_value *inside =
        micai_llvm_compare(builder, SLT, iota, micai_llvm_splat(builder, lanes, left));
    return transfer->mask ? micai_llvm_binary(builder, "llvm.and", inside, transfer->mask)
                          : inside;
}

static bool is_too_wide(const row_transfer *transfer)
{
    enum { MOST_LANES = 64 };
    return mica_type_shape(transfer->row)[0] > MOST_LANES;
}

/// Addresses of all lanes, a stride apart.
static mica_value *strided_addresses(mica_builder *builder, const row_transfer *transfer,
                                     mica_value *address)
{
    micai_descriptor source = micai_descriptor_of(builder, transfer->descriptor);
    const mica_type *lanes = mica_type_with_element(transfer->row, source.index);
    mica_value *stride = micai_descriptor_stride_of(&source, transfer->memref, transfer->dim);
    mica_value *distance =
        micai_llvm_binary(builder, "llvm.mul", micai_vector_iota(builder, lanes),
                          micai_llvm_splat(builder, lanes, stride));
    return lane_addresses(builder, mica_type_element(transfer->row), address, distance);
}

static mica_value *all_lanes(mica_builder *builder, const mica_type *row)
{
    const mica_type *i1 = mica_integer_type_get(builder->context, 1, MICA_SIGNLESS);
    const mica_type *mask = mica_type_with_element(row, i1);
    return micai_llvm_constant(
        builder, mask,
        mica_dense_elements_attr_get_splat(mask, mica_bool_attr_get(builder->context, true)));
}

static bool is_contiguous(const row_transfer *transfer)
{
    return is_unit_stride(transfer->memref) &&
           transfer->dim + 1 == mica_type_rank(transfer->memref);
}

static bool convert_transfer_read(mica_rewriter *rewriter, mica_op *op,
                                  const mica_adapted *adapted, void *user)
{
    (void)user;
    row_transfer made;
    if (!begin_transfer(rewriter, op, adapted, true, &made))
        return false;
    if (!made.is_broadcast && (!made.in_bounds || !is_contiguous(&made)) && is_too_wide(&made))
        return mica_rewriter_fail(rewriter, op, "a mask of too many lanes");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *address = element_address(builder, made.memref, made.descriptor, made.indices);
    mica_value *mask = transfer_mask(builder, &made);
    mica_value *value = NULL;
    if (made.is_broadcast) {
        value =
            micai_llvm_splat(builder, made.row,
                             micai_llvm_load(builder, mica_type_element(made.row), address, 0));
        if (mask)
            value = micai_llvm_select(builder, mask, value,
                                      micai_llvm_splat(builder, made.row, made.padding));
    } else if (is_contiguous(&made) && !mask) {
        value = micai_llvm_load(builder, made.row, address, element_alignment(made.row));
    } else {
        mica_value *otherwise = micai_llvm_splat(builder, made.row, made.padding);
        if (is_contiguous(&made))
            value = masked_load(builder, made.row, address, mask, otherwise);
        else
            value = gather(builder, made.row, strided_addresses(builder, &made, address),
                           mask ? mask : all_lanes(builder, made.row), otherwise);
    }
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

static bool convert_transfer_write(mica_rewriter *rewriter, mica_op *op,
                                   const mica_adapted *adapted, void *user)
{
    (void)user;
    row_transfer made;
    if (!begin_transfer(rewriter, op, adapted, false, &made))
        return false;
    if (!made.is_broadcast && (!made.in_bounds || !is_contiguous(&made)) && is_too_wide(&made))
        return mica_rewriter_fail(rewriter, op, "a mask of too many lanes");
    if (made.is_broadcast && made.mask)
        return mica_rewriter_fail(rewriter, op, "a masked write of one element");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *value = adapted->values[0];
    mica_value *address = element_address(builder, made.memref, made.descriptor, made.indices);
    mica_value *mask = transfer_mask(builder, &made);
    if (made.is_broadcast)
        micai_llvm_store(
            builder, micai_llvm_extract_element(builder, value, micai_lane_number(builder, 0)),
            address, 0);
    else if (!is_contiguous(&made))
        scatter(builder, value, strided_addresses(builder, &made, address),
                mask ? mask : all_lanes(builder, made.row));
    else if (mask)
        masked_store(builder, value, address, mask);
    else
        micai_llvm_store(builder, value, address, element_alignment(made.row));
    return mica_rewriter_erase_op(rewriter, op);
}

// ---- type_cast
// -------------------------------------------------------------------------------

static bool is_plain_memref(const mica_type *type)
{
    return mica_type_get_kind(type) == MICA_TYPE_MEMREF && mica_type_has_static_shape(type) &&
           !mica_memref_type_layout(type);
}

/// The same pointers with the sizes of the other type: memref<vector<2x4xf32>> and
/// memref<2xvector<4xf32>> have their elements in one order.
static bool convert_type_cast(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                              void *user)
{
    (void)user;
    const mica_type *to = mica_value_type(mica_op_result(op, 0));
    const mica_type *made = mica_type_converter_convert_one(adapted->converter, to);
    if (!made || !is_plain_memref(to) || !is_plain_memref(operand_type(op, 0)))
        return mica_rewriter_fail(rewriter, op, "not between memrefs without gaps");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const micai_descriptor from = micai_descriptor_of(builder, adapted->values[0]);
    mica_value *value =
        micai_descriptor_static(builder, made, to, micai_descriptor_allocated(&from),
                                micai_descriptor_aligned(&from))
            .value;
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

static const mica_conversion_pattern patterns[] = {
    {"convert-type-cast", "vector.type_cast", 1, convert_type_cast, NULL},
    {"convert-vector-load", "vector.load", 1, convert_load, NULL},
    {"convert-vector-store", "vector.store", 1, convert_store, NULL},
    {"convert-maskedload", "vector.maskedload", 1, convert_masked_load, NULL},
    {"convert-maskedstore", "vector.maskedstore", 1, convert_masked_store, NULL},
    {"convert-expandload", "vector.expandload", 1, convert_expand_load, NULL},
    {"convert-compressstore", "vector.compressstore", 1, convert_compress_store, NULL},
    {"convert-gather", "vector.gather", 1, convert_gather, NULL},
    {"convert-scatter", "vector.scatter", 1, convert_scatter, NULL},
    {"convert-transfer-read", "vector.transfer_read", 1, convert_transfer_read, NULL},
    {"convert-transfer-write", "vector.transfer_write", 1, convert_transfer_write, NULL},
};

bool micai_vector_memory_to_llvm_add(mica_conversion *conversion)
{
    return mica_conversion_add(conversion, patterns, sizeof patterns / sizeof *patterns);
}
