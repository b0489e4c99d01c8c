// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bufferization of the tensor dialect: views become memref views, elements loads and stores,
// insertions copies into a view (and nothing at all where the value is there already).
#include "transforms/buffer/bufferize_internal.h"

#define MODEL(...)                                                                             \
    {                                                                                          \
        .struct_size = sizeof(mica_bufferizable), __VA_ARGS__                                  \
    }

static bool never(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use)
{
    (void)analysis;
    (void)op;
    (void)use;
    return false;
}

/// The only result, as the very same buffer.
static bool alias_result(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use,
                         mica_buffer_alias *alias)
{
    (void)analysis;
    (void)use;
    alias->value = mica_op_result(op, 0);
    alias->is_equivalent = true;
    return true;
}

static bool alias_part(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use,
                       mica_buffer_alias *alias)
{
    alias_result(analysis, op, use, alias);
    alias->is_equivalent = false;
    return true;
}

/// `name` with the op's other operands, from `first` on, after `buffer`.
static mica_op *build_on_buffer(mica_builder *builder, const char *name, mica_value *buffer,
                                const mica_op *op, size_t first, const mica_type *result)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, name, builder->location);
    mica_op_state_add_operand(&state, buffer);
    for (size_t i = first; i < mica_op_operand_count(op); ++i)
        mica_op_state_add_operand(&state, mica_op_operand(op, i));
    if (result)
        mica_op_state_add_result(&state, result);
    return mica_builder_create(builder, &state);
}

// ---- tensor.empty
// ----------------------------------------------------------------------------

static bool bufferize_empty(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    const mica_type *tensor = mica_value_type(mica_op_result(op, 0));
    mica_value *sizes[64];
    const size_t count = mica_op_operand_count(op);
    if (count > 64)
        return mica_op_error(op, "has more dynamic sizes than can be bufferized (64)");
    for (size_t i = 0; i < count; ++i)
        sizes[i] = mica_op_operand(op, i);
    mica_value *buffer =
        micai_build_alloc(builder, mica_buffer_type_identity(tensor), sizes, count);
    mica_bufferize_set(state, mica_op_result(op, 0), buffer);
    return buffer != NULL;
}

static const mica_bufferizable empty_model = MODEL(.bufferize = bufferize_empty);

// ---- tensor.cast
// -----------------------------------------------------------------------------

static bool bufferize_cast(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    mica_value *source = mica_bufferize_operand(state, builder, op, 0);
    if (!source)
        return false;
    const mica_type *tensor = mica_value_type(mica_op_result(op, 0));
    const mica_type *type = mica_buffer_type_identity(tensor);
    const mica_type *from = mica_value_type(source);
    if (mica_type_is_ranked(tensor) && mica_type_is_ranked(from))
        type = mica_memref_type_get(mica_type_element(tensor), mica_type_shape(tensor),
                                    mica_type_rank(tensor), mica_memref_type_layout(from),
                                    mica_memref_type_memory_space(from));
    else if (mica_type_is_ranked(tensor))
        type = mica_buffer_type_dynamic(tensor);
    mica_bufferize_set(state, mica_op_result(op, 0),
                       mica_bufferize_cast(builder, source, type));
    return true;
}

static const mica_bufferizable cast_model =
    MODEL(.reads = never, .alias = alias_result, .bufferize = bufferize_cast);

// ---- tensor.dim, tensor.rank, tensor.extract
// -------------------------------------------------

static bool bufferize_query(mica_bufferize_state *state, mica_builder *builder, mica_op *op,
                            const char *name)
{
    mica_value *source = mica_bufferize_operand(state, builder, op, 0);
    if (!source)
        return false;
    mica_value *result = mica_op_result(op, 0);
    mica_op *built = build_on_buffer(builder, name, source, op, 1, mica_value_type(result));
    if (!built)
        return false;
    mica_bufferize_replace(state, result, mica_op_result(built, 0));
    return true;
}

static bool bufferize_dim(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    return bufferize_query(state, builder, op, "memref.dim");
}

static bool bufferize_rank(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    return bufferize_query(state, builder, op, "memref.rank");
}

static bool bufferize_extract(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    return bufferize_query(state, builder, op, "memref.load");
}

static const mica_bufferizable dim_model = MODEL(.reads = never, .bufferize = bufferize_dim);
static const mica_bufferizable rank_model = MODEL(.reads = never, .bufferize = bufferize_rank);
static const mica_bufferizable extract_model = MODEL(.bufferize = bufferize_extract);

// ---- tensor.insert
// ---------------------------------------------------------------------------

enum { INSERT_DESTINATION = 1, INSERT_FIRST_INDEX = 2 };

static bool is_destination(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use)
{
    (void)analysis;
    (void)op;
    return mica_use_index(use) == INSERT_DESTINATION;
}

static bool alias_destination(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use,
                              mica_buffer_alias *alias)
{
    return is_destination(analysis, op, use) && alias_result(analysis, op, use, alias);
}

static bool bufferize_insert(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    mica_value *destination = mica_bufferize_operand(state, builder, op, INSERT_DESTINATION);
    if (!destination)
        return false;
    mica_op_state store;
    mica_op_state_init(&store, state->context, "memref.store", builder->location);
    mica_op_state_add_operand(&store, mica_op_operand(op, 0));
    mica_op_state_add_operand(&store, destination);
    for (size_t i = INSERT_FIRST_INDEX; i < mica_op_operand_count(op); ++i)
        mica_op_state_add_operand(&store, mica_op_operand(op, i));
    mica_bufferize_set(state, mica_op_result(op, 0), destination);
    return mica_builder_create(builder, &store) != NULL;
}

static const mica_bufferizable insert_model =
    MODEL(.writes = is_destination, .alias = alias_destination, .bufferize = bufferize_insert);

// ---- slices
// ----------------------------------------------------------------------------------

static bool bufferize_extract_slice(mica_bufferize_state *state, mica_builder *builder,
                                    mica_op *op)
{
    const mica_type *tensor = mica_value_type(mica_op_result(op, 0));
    mica_value *source = mica_bufferize_value(state, builder, mica_op_operand(op, 0));
    if (!source)
        return false;
    mica_value *slice = micai_build_subview(builder, source, op, 1, tensor);
    // Where the slice can't share its source's buffer, it alone is copied.
    if (slice && !mica_buffer_is_in_place(state->analysis, mica_op_operand_use(op, 0))) {
        mica_value *copy = mica_bufferize_allocate(state, builder, tensor, slice);
        if (!copy)
            return false;
        // A slice that is only written over has nothing to bring along.
        if (mica_buffer_value_is_read(state->analysis, mica_op_result(op, 0)))
            micai_build_copy(builder, slice, copy);
        slice = copy;
    }
    mica_bufferize_set(state, mica_op_result(op, 0), slice);
    return slice != NULL;
}

static const mica_bufferizable extract_slice_model =
    MODEL(.reads = never, .alias = alias_part, .bufferize = bufferize_extract_slice);

/// Copies the op's source into its slice of `destination` unless it is there.
static bool write_slice(mica_bufferize_state *state, mica_builder *builder, mica_op *op,
                        mica_value *destination)
{
    mica_value *source_tensor = mica_op_operand(op, 0);
    mica_value *source = mica_bufferize_operand(state, builder, op, 0);
    if (!source)
        return false;
    if (mica_buffer_is_in_place(state->analysis, mica_op_operand_use(op, 0)) &&
        mica_buffer_is_in_place(state->analysis, mica_op_operand_use(op, 1)) &&
        micai_subset_is_written_in_place(state->analysis, source_tensor, op))
        return true;
    mica_value *slice = micai_build_subview(builder, destination, op, INSERT_FIRST_INDEX,
                                            mica_value_type(source_tensor));
    if (!slice)
        return false;
    micai_build_copy(builder, source, slice);
    return true;
}

static bool bufferize_insert_slice(mica_bufferize_state *state, mica_builder *builder,
                                   mica_op *op)
{
    mica_value *destination = mica_bufferize_operand(state, builder, op, INSERT_DESTINATION);
    if (!destination || !write_slice(state, builder, op, destination))
        return false;
    mica_bufferize_set(state, mica_op_result(op, 0), destination);
    return true;
}

static const mica_bufferizable insert_slice_model =
    MODEL(.writes = is_destination, .alias = alias_destination,
          .bufferize = bufferize_insert_slice);

static bool bufferize_parallel_insert_slice(mica_bufferize_state *state, mica_builder *builder,
                                            mica_op *op)
{
    // The terminator around holds insertions alone: the copy goes before it.
    mica_builder_set_before(builder, mica_op_parent(op));
    mica_value *destination =
        mica_bufferize_value(state, builder, mica_op_operand(op, INSERT_DESTINATION));
    return destination && write_slice(state, builder, op, destination);
}

static bool parallel_destination_in_place(mica_op *op, mica_use *use)
{
    (void)op;
    return mica_use_index(use) == INSERT_DESTINATION;
}

static const mica_bufferizable parallel_insert_slice_model =
    MODEL(.writes = is_destination, .must_be_in_place = parallel_destination_in_place,
          .bufferize = bufferize_parallel_insert_slice);

// ---- tensors made of elements
// ----------------------------------------------------------------

/// Stores the operands, row by row.
static bool bufferize_from_elements(mica_bufferize_state *state, mica_builder *builder,
                                    mica_op *op)
{
    const mica_type *tensor = mica_value_type(mica_op_result(op, 0));
    mica_value *buffer = mica_bufferize_allocate(state, builder, tensor, NULL);
    if (!buffer)
        return false;
    const size_t rank = mica_type_rank(tensor);
    const int64_t *shape = mica_type_shape(tensor);
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        mica_op_state store;
        mica_op_state_init(&store, state->context, "memref.store", builder->location);
        mica_op_state_add_operand(&store, mica_op_operand(op, i));
        mica_op_state_add_operand(&store, buffer);
        int64_t stride = mica_type_element_count(tensor), rest = (int64_t)i;
        for (size_t d = 0; d < rank; ++d) {
            stride /= shape[d];
            mica_op_state_add_operand(&store, micai_build_index(builder, rest / stride));
            rest %= stride;
        }
        if (!mica_builder_create(builder, &store))
            return false;
    }
    mica_bufferize_set(state, mica_op_result(op, 0), buffer);
    return true;
}

static const mica_bufferizable from_elements_model =
    MODEL(.bufferize = bufferize_from_elements);

const micai_bufferization_model micai_tensor_bufferization_models[] = {
    {"tensor.cast", &cast_model},
    {"tensor.dim", &dim_model},
    {"tensor.empty", &empty_model},
    {"tensor.extract", &extract_model},
    {"tensor.extract_slice", &extract_slice_model},
    {"tensor.from_elements", &from_elements_model},
    {"tensor.insert", &insert_model},
    {"tensor.insert_slice", &insert_slice_model},
    {"tensor.parallel_insert_slice", &parallel_insert_slice_model},
    {"tensor.rank", &rank_model},
    {NULL, NULL},
};
