// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The type converter: callbacks asked from the latest to the first, answers cached. A cached
// answer is a run in one array of types, found by the address of the (interned) type.
#include "ir/rewrite/type_converter_internal.h"

#include "ir/rewrite/rewriter_internal.h"
#include "ir/support/pointer_map_internal.h"

typedef struct conversion_callback {
    mica_type_conversion_fn convert;
    void *user;
} conversion_callback;

typedef struct materializer {
    mica_materialize_fn materialize;
    void *user;
} materializer;

/// A cached answer: types[start, start + count) of the cache, or none at all.
typedef struct answer {
    uint32_t start;
    uint32_t count;
    bool converts;
} answer;

struct mica_type_converter {
    mica_context *context;
    const micai_allocator *allocator;
    conversion_callback *callbacks;
    size_t callback_count, callback_capacity;
    materializer materializers[MICAI_CAST_KIND_COUNT];
    micai_pointer_map index_of_type; ///< type -> index in answers
    answer *answers;
    size_t answer_count, answer_capacity;
    mica_type_list cache;
};

// ---- lists
// -----------------------------------------------------------------------------------

static bool append_type(mica_type_list *list, const mica_type *type)
{
    const micai_allocator allocator = micai_allocator_system(NULL);
    if (!micai_array_reserve(&allocator, (void **)&list->types, &list->capacity,
                             list->count + 1, sizeof(*list->types)))
        return false;
    list->types[list->count++] = type;
    return true;
}

mica_type_answer mica_type_list_append(mica_type_list *list, const mica_type *type)
{
    return type && append_type(list, type) ? MICA_TYPE_CONVERTED : MICA_TYPE_REFUSED;
}

void mica_type_list_free(mica_type_list *list)
{
    const micai_allocator allocator = micai_allocator_system(NULL);
    micai_release(&allocator, list->types, list->capacity * sizeof(*list->types));
    *list = (mica_type_list){NULL, 0, 0};
}

// ---- setting up
// ------------------------------------------------------------------------------

mica_type_converter *mica_type_converter_create(mica_context *context)
{
    const micai_allocator *allocator = micai_context_allocator(context);
    mica_type_converter *converter =
        micai_allocate_zeroed(allocator, sizeof(mica_type_converter));
    if (!converter)
        return NULL;
    converter->context = context;
    converter->allocator = allocator;
    converter->index_of_type = micai_pointer_map_on(allocator);
    return converter;
}

void mica_type_converter_destroy(mica_type_converter *converter)
{
    if (!converter)
        return;
    micai_release(converter->allocator, converter->callbacks,
                  converter->callback_capacity * sizeof(conversion_callback));
    micai_release(converter->allocator, converter->answers,
                  converter->answer_capacity * sizeof(answer));
    micai_pointer_map_free(&converter->index_of_type);
    mica_type_list_free(&converter->cache);
    micai_release(converter->allocator, converter, sizeof(mica_type_converter));
}

bool mica_type_converter_add(mica_type_converter *converter, mica_type_conversion_fn convert,
                             void *user)
{
    if (!micai_array_reserve(converter->allocator, (void **)&converter->callbacks,
                             &converter->callback_capacity, converter->callback_count + 1,
                             sizeof(conversion_callback)))
        return false;
    converter->callbacks[converter->callback_count++] = (conversion_callback){convert, user};
    micai_pointer_map_clear(&converter->index_of_type);
    return true;
}

void mica_type_converter_set_source(mica_type_converter *converter,
                                    mica_materialize_fn materialize, void *user)
{
    converter->materializers[MICAI_CAST_SOURCE] = (materializer){materialize, user};
}

void mica_type_converter_set_target(mica_type_converter *converter,
                                    mica_materialize_fn materialize, void *user)
{
    converter->materializers[MICAI_CAST_TARGET] = (materializer){materialize, user};
}

void mica_type_converter_set_argument(mica_type_converter *converter,
                                      mica_materialize_fn materialize, void *user)
{
    converter->materializers[MICAI_CAST_ARGUMENT] = (materializer){materialize, user};
}

// ---- converting
// ------------------------------------------------------------------------------

/// Asks the callbacks; the types of a refused answer are dropped.
static bool ask_callbacks(mica_type_converter *converter, const mica_type *type,
                          mica_type_list *results)
{
    const size_t start = results->count;
    for (size_t i = converter->callback_count; i-- > 0;) {
        const conversion_callback *callback = &converter->callbacks[i];
        const mica_type_answer said = callback->convert(callback->user, type, results);
        if (said == MICA_TYPE_CONVERTED)
            return true;
        results->count = start;
        if (said == MICA_TYPE_REFUSED)
            return false;
    }
    return false;
}

/// The answer for `type`, which may have been asked while another was under way (a callback
/// that converts element types), so that its types are collected apart first.
static bool find_answer(mica_type_converter *converter, const mica_type *type, answer *found)
{
    uint64_t index;
    if (micai_pointer_map_find(&converter->index_of_type, type, &index)) {
        *found = converter->answers[index];
        return true;
    }
    mica_type_list results = {NULL, 0, 0};
    const bool converts = ask_callbacks(converter, type, &results);
    *found = (answer){(uint32_t)converter->cache.count, (uint32_t)results.count, converts};
    bool stored = true;
    for (size_t i = 0; i < results.count && stored; i++)
        stored = append_type(&converter->cache, results.types[i]);
    mica_type_list_free(&results);
    if (!stored || !micai_array_reserve(converter->allocator, (void **)&converter->answers,
                                        &converter->answer_capacity,
                                        converter->answer_count + 1, sizeof(answer)))
        return false;
    converter->answers[converter->answer_count] = *found;
    return micai_pointer_map_set(&converter->index_of_type, type, converter->answer_count++);
}

bool mica_type_converter_convert(mica_type_converter *converter, const mica_type *type,
                                 mica_type_list *results)
{
    answer found;
    if (!find_answer(converter, type, &found) || !found.converts)
        return false;
    for (uint32_t i = 0; i < found.count; i++)
        if (!append_type(results, converter->cache.types[found.start + i]))
            return false;
    return true;
}

const mica_type *mica_type_converter_convert_one(mica_type_converter *converter,
                                                 const mica_type *type)
{
    answer found;
    if (!find_answer(converter, type, &found) || !found.converts || found.count != 1)
        return NULL;
    return converter->cache.types[found.start];
}

bool mica_type_converter_convert_all(mica_type_converter *converter,
                                     const mica_type *const *types, size_t count,
                                     mica_type_list *results)
{
    for (size_t i = 0; i < count; i++)
        if (!mica_type_converter_convert(converter, types[i], results))
            return false;
    return true;
}

// ---- legality
// --------------------------------------------------------------------------------

bool mica_type_converter_is_legal(mica_type_converter *converter, const mica_type *type)
{
    return mica_type_converter_convert_one(converter, type) == type;
}

bool mica_type_converter_is_op_legal(mica_type_converter *converter, const mica_op *op)
{
    for (size_t i = 0; i < mica_op_operand_count(op); i++)
        if (!mica_type_converter_is_legal(converter, mica_value_type(mica_op_operand(op, i))))
            return false;
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        if (!mica_type_converter_is_legal(converter, mica_value_type(mica_op_result(op, i))))
            return false;
    return true;
}

bool mica_type_converter_is_region_legal(mica_type_converter *converter,
                                         const mica_region *region)
{
    mica_for_each_block(
        block,
        region) for (size_t i = 0; i < mica_block_argument_count(block);
                     i++) if (!mica_type_converter_is_legal(converter,
                                                            mica_value_type(mica_block_argument(
                                                                block, i)))) return false;
    return true;
}

bool mica_type_converter_is_signature_legal(mica_type_converter *converter,
                                            const mica_type *function_type)
{
    for (size_t i = 0; i < mica_function_type_input_count(function_type); i++)
        if (!mica_type_converter_is_legal(converter,
                                          mica_function_type_input(function_type, i)))
            return false;
    for (size_t i = 0; i < mica_function_type_result_count(function_type); i++)
        if (!mica_type_converter_is_legal(converter,
                                          mica_function_type_result(function_type, i)))
            return false;
    return true;
}

// ---- materializing
// ---------------------------------------------------------------------------

static mica_value *build_cast(mica_builder *builder, const mica_type *type,
                              mica_value *const *inputs, size_t count)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "builtin.unrealized_conversion_cast",
                       builder->location);
    mica_op_state_add_operands(&state, inputs, count);
    mica_op_state_add_result(&state, type);
    mica_op *cast = mica_builder_create(builder, &state);
    return cast ? mica_op_result(cast, 0) : NULL;
}

mica_value *micai_type_converter_materialize(mica_type_converter *converter,
                                             micai_cast_kind kind, mica_builder *builder,
                                             const mica_type *type, mica_value *const *inputs,
                                             size_t count)
{
    const materializer *by = &converter->materializers[kind];
    if (kind == MICAI_CAST_ARGUMENT && !by->materialize)
        by = &converter->materializers[MICAI_CAST_SOURCE];
    return by->materialize ? by->materialize(by->user, builder, type, inputs, count) : NULL;
}

static mica_value *materialize_or_cast(mica_type_converter *converter, micai_cast_kind kind,
                                       mica_builder *builder, const mica_type *type,
                                       mica_value *const *inputs, size_t count)
{
    mica_value *value =
        micai_type_converter_materialize(converter, kind, builder, type, inputs, count);
    return value ? value : build_cast(builder, type, inputs, count);
}

mica_value *mica_type_converter_to_source(mica_type_converter *converter, mica_builder *builder,
                                          const mica_type *type, mica_value *const *inputs,
                                          size_t count)
{
    return materialize_or_cast(converter, MICAI_CAST_SOURCE, builder, type, inputs, count);
}

mica_value *mica_type_converter_to_target(mica_type_converter *converter, mica_builder *builder,
                                          const mica_type *type, mica_value *input)
{
    return materialize_or_cast(converter, MICAI_CAST_TARGET, builder, type, &input, 1);
}

mica_value *mica_type_converter_to_argument(mica_type_converter *converter,
                                            mica_builder *builder, const mica_type *type,
                                            mica_value *const *inputs, size_t count)
{
    return materialize_or_cast(converter, MICAI_CAST_ARGUMENT, builder, type, inputs, count);
}
