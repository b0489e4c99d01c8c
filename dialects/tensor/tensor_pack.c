// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// tensor.pack and tensor.unpack: what their shapes must be. A packed tensor has the unpacked
// dimensions, those in inner_dims_pos divided by their tile (rounding up) and all permuted by
// outer_dims_perm, then the tiles:
//
//   pack 64x100, inner_dims_pos = [1, 0], inner_tiles = [8, 16]  ->  4x13x8x16
#include "dialects/tensor/tensor.h"

#include "ir/core/diagnostics.h"
#include "ir/core/shape_rules.h"
#include "ir/core/sizes_internal.h"
#include "ir/rewrite/known_size.h"

const mica_type *mica_tensor_packed_type(const mica_type *source, const int64_t *tiles,
                                         const int64_t *positions, size_t tile_count,
                                         const int64_t *outer_perm)
{
    size_t rank = mica_type_rank(source);
    micai_sizes shape, divided;
    if (!micai_sizes_init(&shape, rank + tile_count))
        return NULL;
    if (!micai_sizes_init(&divided, rank)) {
        micai_sizes_free(&shape);
        return NULL;
    }
    for (size_t i = 0; i < rank; i++)
        divided.data[i] = mica_type_shape(source)[i];
    for (size_t i = 0; i < tile_count; i++) {
        int64_t *size = &divided.data[positions[i]];
        if (*size != MICA_DYNAMIC)
            *size = tiles[i] == MICA_DYNAMIC ? MICA_DYNAMIC : (*size + tiles[i] - 1) / tiles[i];
        shape.data[rank + i] = tiles[i];
    }
    for (size_t i = 0; i < rank; i++)
        shape.data[i] = divided.data[outer_perm ? outer_perm[i] : (int64_t)i];
    const mica_type *type =
        mica_tensor_type_get(mica_type_element(source), shape.data, rank + tile_count, NULL);
    micai_sizes_free(&divided);
    micai_sizes_free(&shape);
    return type;
}

/// What both ops have: which operand specs and slots, and which type is the packed one.
typedef struct packing {
    const mica_type *packed, *unpacked;
    const mica_attr *outer_perm, *positions, *static_tiles;
    size_t tile_operands, tile_slot;
} packing;

/// Distinct dimensions below `rank`?
static bool names_dims_once(const mica_attr *dims, size_t rank)
{
    size_t count = mica_dense_array_attr_count(dims);
    micai_sizes seen;
    if (count > rank || !micai_sizes_init(&seen, rank))
        return false;
    bool good = true;
    for (size_t i = 0; good && i < count; i++) {
        int64_t dim = mica_dense_array_attr_int(dims, i);
        good = dim >= 0 && dim < (int64_t)rank && seen.data[dim]++ == 0;
    }
    micai_sizes_free(&seen);
    return good;
}

static bool verify_lists(mica_op *op, const packing *pack)
{
    size_t rank = mica_type_rank(pack->unpacked);
    size_t tiles = mica_dense_array_attr_count(pack->static_tiles);
    mica_mixed tile;
    mica_mixed_cursor cursor = mica_mixed_begin(op, pack->tile_operands, pack->tile_slot);
    while (mica_mixed_next(&cursor, &tile))
        if (!tile.value && tile.constant == 0)
            return mica_op_error(op, "invalid zero tile factor");
    if (!names_dims_once(pack->positions, rank))
        return mica_op_error(op, "invalid inner_dims_pos vector");
    if (!names_dims_once(pack->outer_perm, rank))
        return mica_op_error(op, "invalid outer_dims_perm vector");
    size_t permuted = mica_dense_array_attr_count(pack->outer_perm);
    if (permuted != 0 && permuted != rank)
        return mica_op_error(op, "outer_dims_perm must be a permutation or empty");
    if (tiles > rank)
        return mica_op_error(op, "tiling factors must be less than or equal to the input rank "
                                 "for pack or output rank for unpack");
    if (tiles != mica_dense_array_attr_count(pack->positions))
        return mica_op_error(op, "tiling factors must equal the number of dimensions to tile");
    if (mica_type_rank(pack->packed) != rank + tiles)
        return mica_op_error(op,
                             "packed rank != (unpacked rank + num tiling factors), got %zu != "
                             "%zu",
                             mica_type_rank(pack->packed), rank + tiles);
    return mica_mixed_verify(op, "tile", pack->tile_operands, pack->tile_slot, tiles);
}

static const int64_t *permutation(const packing *pack)
{
    return mica_dense_array_attr_count(pack->outer_perm)
               ? mica_dense_array_attr_data(pack->outer_perm)
               : NULL;
}

static bool verify_shapes(mica_op *op, const packing *pack)
{
    size_t rank = mica_type_rank(pack->unpacked);
    size_t tiles = mica_dense_array_attr_count(pack->static_tiles);
    const int64_t *shape = mica_type_shape(pack->packed);
    const mica_type *expected = mica_tensor_packed_type(
        pack->unpacked, mica_dense_array_attr_data(pack->static_tiles),
        mica_dense_array_attr_data(pack->positions), tiles, permutation(pack));
    for (size_t i = 0; i < rank + tiles; i++) {
        int64_t least = mica_type_shape(expected)[i];
        if (least == MICA_DYNAMIC || shape[i] == MICA_DYNAMIC || least <= shape[i])
            continue;
        mica_diagnostic *error = mica_op_error_begin(
            op, "the shape of output is not large enough to hold the packed "
                "data. Expected at least ");
        mica_diagnostic_append_type(error, expected);
        mica_diagnostic_append(error, ", got ");
        mica_diagnostic_append_type(error, pack->packed);
        return mica_diagnostic_emit(error);
    }
    mica_mixed tile;
    mica_mixed_cursor cursor = mica_mixed_begin(op, pack->tile_operands, pack->tile_slot);
    for (size_t i = rank; mica_mixed_next(&cursor, &tile); i++)
        if (mica_mixed_known(tile) != shape[i])
            return mica_op_error(op,
                                 "mismatch in inner tile sizes specified and shaped of tiled "
                                 "dimension in the packed type");
    return true;
}

static bool verify_packing(mica_op *op, const packing *pack)
{
    return verify_lists(op, pack) && verify_shapes(op, pack);
}

/// Does some tile hang over the end of its dimension, as far as sizes are known?
static bool has_partial_tile(mica_op *op, const packing *pack)
{
    const int64_t *perm = permutation(pack), *positions;
    size_t rank = mica_type_rank(pack->unpacked);
    micai_sizes outer;
    if (!micai_sizes_init(&outer, rank))
        return false;
    for (size_t i = 0; i < rank; i++)
        outer.data[perm ? perm[i] : (int64_t)i] = mica_type_shape(pack->packed)[i];
    positions = mica_dense_array_attr_data(pack->positions);
    bool partial = false;
    mica_mixed tile;
    mica_mixed_cursor cursor = mica_mixed_begin(op, pack->tile_operands, pack->tile_slot);
    for (size_t i = 0; mica_mixed_next(&cursor, &tile); i++) {
        int64_t size = mica_type_shape(pack->unpacked)[positions[i]];
        int64_t divisor = mica_mixed_known(tile);
        if (divisor == MICA_DYNAMIC)
            divisor = outer.data[positions[i]];
        if (size != MICA_DYNAMIC && divisor != MICA_DYNAMIC && divisor != 0)
            partial |= size % divisor != 0;
    }
    micai_sizes_free(&outer);
    return partial;
}

bool micai_tensor_pack_verify(mica_op *op)
{
    packing pack = {
        .packed = mica_value_type(mica_tensor_pack_dest(op)),
        .unpacked = mica_value_type(mica_tensor_pack_source(op)),
        .outer_perm = mica_tensor_pack_outer_dims_perm(op),
        .positions = mica_tensor_pack_inner_dims_pos(op),
        .static_tiles = mica_tensor_pack_static_inner_tiles(op),
        .tile_operands = 3,
        .tile_slot = 3,
    };
    if (!verify_packing(op, &pack))
        return false;
    mica_value *padding = mica_tensor_pack_padding_value(op);
    if (padding && mica_value_type(padding) != mica_type_element(pack.unpacked))
        return mica_op_error(op, "expected padding_value has the element type of the source");
    if (!padding && has_partial_tile(op, &pack))
        return mica_op_error(op, "invalid tile factor or output size provided. Only full tiles "
                                 "are supported when padding_value is not set");
    return true;
}

bool micai_tensor_unpack_verify(mica_op *op)
{
    packing pack = {
        .packed = mica_value_type(mica_tensor_unpack_source(op)),
        .unpacked = mica_value_type(mica_tensor_unpack_dest(op)),
        .outer_perm = mica_tensor_unpack_outer_dims_perm(op),
        .positions = mica_tensor_unpack_inner_dims_pos(op),
        .static_tiles = mica_tensor_unpack_static_inner_tiles(op),
        .tile_operands = 2,
        .tile_slot = 2,
    };
    return verify_packing(op, &pack);
}
