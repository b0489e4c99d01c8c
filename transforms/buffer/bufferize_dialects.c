// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bufferization of ops in destination-passing style (all of linalg), of vector transfers, of
// constants and of the bufferization dialect's own ops.
#include "ir/core/interfaces.h"
#include "ir/text/text.h"
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

// ---- destination-passing style
// ---------------------------------------------------------------

static mica_run inits_of(mica_op *op)
{
    const mica_destination_style *style =
        mica_op_interface(op, &mica_destination_style_interface);
    return style->inits(op);
}

static bool is_init(mica_op *op, const mica_use *use)
{
    const mica_run inits = inits_of(op);
    return mica_use_index(use) >= inits.first &&
           mica_use_index(use) < inits.first + inits.count;
}

/// The body argument that stands for the operand's element, NULL when the op has no such body.
static mica_value *element_argument(mica_op *op, const mica_use *use)
{
    if (mica_op_region_count(op) != 1)
        return NULL;
    mica_block *body = mica_region_first(mica_op_region(op, 0));
    if (!body || mica_block_argument_count(body) != mica_op_operand_count(op))
        return NULL;
    return mica_block_argument(body, mica_use_index(use));
}

static bool style_reads(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use)
{
    (void)analysis;
    const mica_value *element = element_argument(op, use);
    return !element || !mica_value_is_unused(element);
}

static bool style_writes(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use)
{
    (void)analysis;
    return is_init(op, use);
}

static bool style_alias(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use,
                        mica_buffer_alias *alias)
{
    (void)analysis;
    if (!is_init(op, use))
        return false;
    alias->value = mica_op_result(op, mica_use_index(use) - inits_of(op).first);
    alias->is_equivalent = true;
    return true;
}

/// The same op on buffers, without results.
static bool bufferize_style(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    mica_op_state twin;
    mica_op_state_init_record(&twin, state->context, mica_op_get_record(op),
                              mica_op_location(op));
    const mica_run inits = inits_of(op);
    bool ok = true;
    for (size_t i = 0; i < mica_op_operand_count(op) && ok; ++i) {
        mica_value *operand = mica_op_operand(op, i);
        if (micai_is_tensor_value(operand))
            operand = mica_bufferize_operand(state, builder, op, i);
        ok = operand != NULL;
        if (!ok)
            break;
        mica_op_state_add_operand(&twin, operand);
        if (i >= inits.first && i - inits.first < mica_op_result_count(op))
            mica_bufferize_set(state, mica_op_result(op, i - inits.first), operand);
    }
    if (!ok) {
        mica_op_state_discard(&twin);
        return false;
    }
    for (size_t i = 0; i < mica_op_slot_count(op); ++i)
        mica_op_state_set_slot(&twin, i, mica_op_slot(op, i));
    for (size_t i = 0; i < mica_op_attr_count(op); ++i) {
        const mica_named_attr attr = mica_op_attr_entry(op, i);
        mica_op_state_set_attr_by_name(&twin, attr.name, attr.value);
    }
    for (size_t i = 0; i < mica_op_region_count(op) && ok; ++i) {
        // The body may read tensors from outside: tensor.extract %table[..].
        ok = mica_bufferize_region(state, mica_op_region(op, i));
        mica_region_take_body(mica_op_state_add_region(&twin), mica_op_region(op, i));
    }
    if (ok)
        return mica_builder_create(builder, &twin) != NULL;
    mica_op_state_discard(&twin);
    return false;
}

const mica_bufferizable micai_destination_style_bufferizable =
    MODEL(.reads = style_reads, .writes = style_writes, .alias = style_alias,
          .bufferize = bufferize_style);

// ---- vector transfers
// ------------------------------------------------------------------------

/// The op with operand `source` replaced by its buffer and without a tensor result.
static mica_op *build_transfer(mica_bufferize_state *state, mica_builder *builder, mica_op *op,
                               size_t source)
{
    mica_value *buffer = mica_bufferize_operand(state, builder, op, source);
    if (!buffer)
        return NULL;
    mica_op_state transfer;
    mica_op_state_init_record(&transfer, state->context, mica_op_get_record(op),
                              mica_op_location(op));
    for (size_t i = 0; i < mica_op_operand_count(op); ++i)
        mica_op_state_add_operand(&transfer, i == source ? buffer : mica_op_operand(op, i));
    for (size_t i = 0; i < mica_op_result_count(op); ++i) {
        const mica_type *type = mica_value_type(mica_op_result(op, i));
        if (!mica_type_is_tensor(type))
            mica_op_state_add_result(&transfer, type);
    }
    for (size_t i = 0; i < mica_op_slot_count(op); ++i)
        mica_op_state_set_slot(&transfer, i, mica_op_slot(op, i));
    return mica_builder_create(builder, &transfer);
}

static bool bufferize_transfer_read(mica_bufferize_state *state, mica_builder *builder,
                                    mica_op *op)
{
    mica_op *built = build_transfer(state, builder, op, 0);
    if (!built)
        return false;
    mica_bufferize_replace(state, mica_op_result(op, 0), mica_op_result(built, 0));
    return true;
}

static const mica_bufferizable transfer_read_model =
    MODEL(.bufferize = bufferize_transfer_read);

enum { WRITE_DESTINATION = 1 };

/// All of the destination is overwritten: a vector of its shape at constant zeros, unmasked.
static bool transfer_write_reads(const mica_buffer_analysis *analysis, mica_op *op,
                                 mica_use *use)
{
    (void)analysis;
    const mica_type *tensor = mica_value_type(mica_use_value(use));
    const mica_type *vector = mica_value_type(mica_op_operand(op, 0));
    if (!mica_type_has_static_shape(tensor) || mica_vector_type_is_scalable(vector) ||
        mica_type_rank(tensor) != mica_type_rank(vector) ||
        mica_op_operand_count(op) != 2 + mica_type_rank(tensor))
        return true;
    for (size_t i = 0; i < mica_type_rank(tensor); ++i) {
        mica_op *index = mica_value_op(mica_op_operand(op, 2 + i));
        const mica_attr *value = index && mica_op_has_trait(index, MICA_TRAIT_CONSTANT_LIKE)
                                     ? mica_op_attr(index, "value")
                                     : NULL;
        if (mica_type_shape(tensor)[i] != mica_type_shape(vector)[i] || !value ||
            mica_integer_attr_value(value) != 0)
            return true;
    }
    return false;
}

static bool transfer_writes(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use)
{
    (void)analysis;
    (void)op;
    return mica_use_index(use) == WRITE_DESTINATION;
}

static bool transfer_alias(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use,
                           mica_buffer_alias *alias)
{
    if (!transfer_writes(analysis, op, use))
        return false;
    alias->value = mica_op_result(op, 0);
    alias->is_equivalent = true;
    return true;
}

static bool bufferize_transfer_write(mica_bufferize_state *state, mica_builder *builder,
                                     mica_op *op)
{
    mica_op *built = build_transfer(state, builder, op, WRITE_DESTINATION);
    if (!built)
        return false;
    mica_bufferize_set(state, mica_op_result(op, 0), mica_op_operand(built, WRITE_DESTINATION));
    return true;
}

static const mica_bufferizable transfer_write_model =
    MODEL(.reads = transfer_write_reads, .writes = transfer_writes, .alias = transfer_alias,
          .bufferize = bufferize_transfer_write);

// ---- constants
// -------------------------------------------------------------------------------

static bool is_not_writable(const mica_buffer_analysis *analysis, mica_op *op,
                            mica_value *value)
{
    (void)analysis;
    (void)op;
    (void)value;
    return false;
}

/// "__constant_4x4xf32", with a suffix where that is taken.
static const mica_identifier *global_name(mica_bufferize_state *state, const mica_type *type)
{
    micai_text_buffer name = micai_text_buffer_on(&state->context->allocator);
    micai_text_printf(&name, "__constant_");
    for (size_t i = 0; i < mica_type_rank(type); ++i)
        micai_text_printf(&name, "%lldx", (long long)mica_type_shape(type)[i]);
    mica_print_type(mica_type_element(type), micai_text_write, &name);
    const mica_identifier *unique =
        mica_symbol_table_unique_name(state->globals->symbols, micai_text_view(&name));
    micai_text_buffer_free(&name);
    return unique;
}

/// The name of a memref.global "private" constant of the value; equal values share one.
static const mica_identifier *global_of(mica_bufferize_state *state, mica_op *op,
                                        const mica_attr *value, const mica_type *type)
{
    const mica_identifier *name = micai_pointer_map_get(&state->globals->names, value);
    if (name)
        return name;
    name = global_name(state, type);
    if (!name)
        return NULL;
    mica_context *context = state->context;
    mica_op_state global;
    mica_op_state_init(&global, context, "memref.global", mica_op_location(op));
    mica_op_state_set_attr(&global, "sym_name",
                           mica_string_attr_get(context, mica_identifier_text(name)));
    mica_op_state_set_attr(&global, "sym_visibility",
                           mica_string_attr_get(context, mica_string_from("private")));
    mica_op_state_set_attr(&global, "type", mica_type_attr_get(type));
    mica_op_state_set_attr(&global, "initial_value", value);
    mica_op_state_set_attr(&global, "constant", mica_unit_attr_get(context));
    mica_op_state_set_attr(&global, "alignment", mica_i64_attr_get(context, 64));
    mica_op *built = mica_op_create(&global);
    mica_op *module = mica_symbol_table_op(state->globals->symbols);
    if (!built ||
        !mica_symbol_table_insert(state->globals->symbols, built,
                                  mica_block_first(mica_module_body(module))) ||
        !micai_pointer_map_put(&state->globals->names, value, name))
        return NULL;
    return name;
}

static bool bufferize_constant(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    mica_value *result = mica_op_result(op, 0);
    const mica_type *type = mica_buffer_type_identity(mica_value_type(result));
    const mica_identifier *name = global_of(state, op, mica_op_attr(op, "value"), type);
    if (!name)
        return false;
    mica_op_state get;
    mica_op_state_init(&get, state->context, "memref.get_global", builder->location);
    mica_op_state_set_attr(
        &get, "name",
        mica_symbol_ref_attr_get(state->context, mica_identifier_text(name), NULL, 0));
    mica_op_state_add_result(&get, type);
    mica_op *built = mica_builder_create(builder, &get);
    mica_bufferize_set(state, result, micai_only_result(built));
    return built != NULL;
}

static const mica_bufferizable constant_model =
    MODEL(.is_writable = is_not_writable, .bufferize = bufferize_constant);

// ---- the bufferization dialect
// ---------------------------------------------------------------

/// Operands: dynamic sizes, then an optional tensor to copy, then an optional size hint.
static mica_use *copied_operand(mica_op *op)
{
    size_t first, count;
    mica_op_operand_range(op, 1, &first, &count);
    return count ? mica_op_operand_use(op, first) : NULL;
}

static bool bufferize_alloc_tensor(mica_bufferize_state *state, mica_builder *builder,
                                   mica_op *op)
{
    const mica_type *tensor = mica_value_type(mica_op_result(op, 0));
    mica_use *copied = copied_operand(op);
    mica_value *buffer;
    if (copied) {
        mica_value *source = mica_bufferize_value(state, builder, mica_use_value(copied));
        buffer = source ? mica_bufferize_allocate(state, builder, tensor, source) : NULL;
        if (buffer)
            micai_build_copy(builder, source, buffer);
    } else {
        size_t first, count;
        mica_op_operand_range(op, 0, &first, &count);
        mica_value *sizes[64];
        if (count > 64)
            return mica_op_error(op, "has more dynamic sizes than can be bufferized (64)");
        for (size_t i = 0; i < count; ++i)
            sizes[i] = mica_op_operand(op, first + i);
        buffer = micai_build_alloc(builder, mica_buffer_type_identity(tensor), sizes, count);
    }
    mica_bufferize_set(state, mica_op_result(op, 0), buffer);
    return buffer != NULL;
}

static const mica_bufferizable alloc_tensor_model = MODEL(.bufferize = bufferize_alloc_tensor);

static bool to_tensor_is_writable(const mica_buffer_analysis *analysis, mica_op *op,
                                  mica_value *value)
{
    (void)analysis;
    (void)value;
    return mica_op_attr(op, "writable") != NULL;
}

static bool bufferize_to_tensor(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    (void)builder;
    mica_bufferize_set(state, mica_op_result(op, 0), mica_op_operand(op, 0));
    return true;
}

static const mica_bufferizable to_tensor_model =
    MODEL(.is_writable = to_tensor_is_writable, .bufferize = bufferize_to_tensor);

static bool is_first_operand(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use)
{
    (void)analysis;
    (void)op;
    return mica_use_index(use) == 0;
}

static bool is_second_operand(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use)
{
    (void)analysis;
    (void)op;
    return mica_use_index(use) == 1;
}

/// Whoever has the memref may write it, unless the op says that it is only read.
static bool to_memref_writes(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use)
{
    (void)analysis;
    (void)use;
    return mica_op_attr(op, "read_only") == NULL;
}

static bool bufferize_to_memref(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    mica_value *buffer = mica_bufferize_operand(state, builder, op, 0);
    mica_value *result = mica_op_result(op, 0);
    buffer = mica_bufferize_cast(builder, buffer, mica_value_type(result));
    if (!buffer)
        return false;
    mica_bufferize_replace(state, result, buffer);
    return true;
}

static const mica_bufferizable to_memref_model =
    MODEL(.writes = to_memref_writes, .bufferize = bufferize_to_memref);

static bool materialize_alias(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use,
                              mica_buffer_alias *alias)
{
    if (!is_second_operand(analysis, op, use) || mica_op_result_count(op) == 0)
        return false;
    alias->value = mica_op_result(op, 0);
    alias->is_equivalent = true;
    return true;
}

static bool bufferize_materialize(mica_bufferize_state *state, mica_builder *builder,
                                  mica_op *op)
{
    mica_value *source = mica_bufferize_operand(state, builder, op, 0);
    mica_value *destination = mica_op_operand(op, 1);
    if (micai_is_tensor_value(destination))
        destination = mica_bufferize_operand(state, builder, op, 1);
    if (!source || !destination)
        return false;
    if (source != destination)
        micai_build_copy(builder, source, destination);
    if (mica_op_result_count(op))
        mica_bufferize_set(state, mica_op_result(op, 0), destination);
    return true;
}

static const mica_bufferizable materialize_model =
    MODEL(.reads = is_first_operand, .writes = is_second_operand, .alias = materialize_alias,
          .bufferize = bufferize_materialize);

static bool bufferize_dealloc_tensor(mica_bufferize_state *state, mica_builder *builder,
                                     mica_op *op)
{
    mica_value *buffer = mica_bufferize_value(state, builder, mica_op_operand(op, 0));
    mica_op_state dealloc;
    mica_op_state_init(&dealloc, state->context, "memref.dealloc", builder->location);
    mica_op_state_add_operand(&dealloc, buffer);
    return mica_builder_create(builder, &dealloc) != NULL;
}

static const mica_bufferizable dealloc_tensor_model =
    MODEL(.reads = never, .bufferize = bufferize_dealloc_tensor);

const micai_bufferization_model micai_dialect_bufferization_models[] = {
    {"arith.constant", &constant_model},
    {"bufferization.alloc_tensor", &alloc_tensor_model},
    {"bufferization.dealloc_tensor", &dealloc_tensor_model},
    {"bufferization.materialize_in_destination", &materialize_model},
    {"bufferization.to_memref", &to_memref_model},
    {"bufferization.to_tensor", &to_tensor_model},
    {"vector.transfer_read", &transfer_read_model},
    {"vector.transfer_write", &transfer_write_model},
    {NULL, NULL},
};
