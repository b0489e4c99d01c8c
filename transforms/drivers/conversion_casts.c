// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The casts of a conversion. While it runs, every place where an old and a new type meet is a
// builtin.unrealized_conversion_cast; that of an operand is looked through when a pattern asks
// for converted values:
//
//   %new = llvm.add ...                         %old was arith.addi's result
//   %old = unrealized_conversion_cast %new : i64 to index
//   "stays.as.it.is"(%old)                      arith.muli %old  is given %new
//
// At the end unused casts go, pairs A -> B -> A cancel, and what is left is replaced by the
// converter's materializations, or stays. That way nothing depends on the order in which
// definitions and uses were converted.
#include <assert.h>

#include "transforms/drivers/conversion_driver_internal.h"

static const char cast_name[] = "builtin.unrealized_conversion_cast";

// ---- making casts
// ----------------------------------------------------------------------------

/// Right behind the value's definition, so that the cast serves all its users.
static mica_builder builder_behind(micai_conversion_driver *driver, mica_value *value)
{
    mica_op *producer = mica_value_op(value);
    mica_builder builder =
        mica_builder_detached(driver->conversion->context, mica_value_location(value));
    if (producer)
        mica_builder_set_after(&builder, producer);
    else
        mica_builder_set_at_start(&builder, mica_value_argument_block(value));
    return builder;
}

static mica_op *make_cast(micai_conversion_driver *driver, mica_builder *builder,
                          mica_value *const *inputs, size_t input_count,
                          const mica_type *const *types, size_t type_count,
                          micai_cast_kind kind)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, cast_name, builder->location);
    mica_op_state_add_operands(&state, inputs, input_count);
    mica_op_state_add_results(&state, types, type_count);
    mica_op *cast = mica_builder_create(builder, &state);
    if (!cast ||
        !micai_array_reserve(driver->allocator, (void **)&driver->casts, &driver->cast_capacity,
                             driver->cast_count + 1, sizeof(micai_made_cast)) ||
        !micai_pointer_map_set(&driver->cast_place, cast, driver->cast_count)) {
        driver->out_of_memory = true;
        return cast;
    }
    driver->casts[driver->cast_count++] = (micai_made_cast){cast, kind};
    return cast;
}

static const micai_made_cast *find_cast(const micai_conversion_driver *driver,
                                        const mica_op *op)
{
    uint64_t index;
    if (!op || !micai_pointer_map_find(&driver->cast_place, op, &index))
        return NULL;
    return &driver->casts[index];
}

void micai_conversion_forget(micai_conversion_driver *driver, mica_op *op)
{
    uint64_t index;
    if (micai_pointer_map_find(&driver->place, op, &index)) {
        driver->pending[index] = NULL;
        micai_pointer_map_erase(&driver->place, op);
    }
    if (micai_pointer_map_find(&driver->cast_place, op, &index)) {
        driver->casts[index].op = NULL;
        micai_pointer_map_erase(&driver->cast_place, op);
        for (size_t i = 0; i < mica_op_operand_count(op); i++)
            if (micai_pointer_map_get(&driver->target_cast, mica_op_operand(op, i)) == op)
                micai_pointer_map_erase(&driver->target_cast, mica_op_operand(op, i));
    }
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        micai_pointer_map_erase(&driver->target_cast, mica_op_result(op, i));
}

// ---- adapting operands
// -----------------------------------------------------------------------

static bool operands_have_types(const mica_op *op, const mica_type_list *types)
{
    if (mica_op_operand_count(op) != types->count)
        return false;
    for (size_t i = 0; i < types->count; i++)
        if (mica_value_type(mica_op_operand(op, i)) != types->types[i])
            return false;
    return true;
}

static bool results_have_types(const mica_op *op, const mica_type_list *types)
{
    if (mica_op_result_count(op) != types->count)
        return false;
    for (size_t i = 0; i < types->count; i++)
        if (mica_value_type(mica_op_result(op, i)) != types->types[i])
            return false;
    return true;
}

/// The cast that turns `value` into `types`.
static mica_op *target_cast(micai_conversion_driver *driver, mica_value *value,
                            const mica_type_list *types)
{
    mica_op *cast = micai_pointer_map_get(&driver->target_cast, value);
    if (cast && results_have_types(cast, types))
        return cast;
    mica_builder builder = builder_behind(driver, value);
    cast =
        make_cast(driver, &builder, &value, 1, types->types, types->count, MICAI_CAST_TARGET);
    if (cast && !micai_pointer_map_put(&driver->target_cast, value, cast))
        driver->out_of_memory = true;
    return cast;
}

static bool append_value(micai_conversion_driver *driver, size_t *count, mica_value *value)
{
    if (!micai_array_reserve(driver->allocator, (void **)&driver->adapted_values,
                             &driver->adapted_capacity, *count + 1, sizeof(mica_value *))) {
        driver->out_of_memory = true;
        return false;
    }
    driver->adapted_values[(*count)++] = value;
    return true;
}

/// Appends the converted values of `value`. A type without a conversion stays, and is noted.
static void adapt_value(micai_conversion_driver *driver, mica_value *value, size_t *count)
{
    mica_type_converter *converter = driver->conversion->converter;
    const mica_type *type = mica_value_type(value);
    if (!converter || mica_type_converter_is_legal(converter, type)) {
        append_value(driver, count, value);
        return;
    }
    mica_type_list types = {NULL, 0, 0};
    if (!mica_type_converter_convert(converter, type, &types)) {
        driver->without_counterpart = type;
        append_value(driver, count, value);
        mica_type_list_free(&types);
        return;
    }
    const micai_made_cast *made = find_cast(driver, mica_value_op(value));
    if (made && made->kind != MICAI_CAST_TARGET && operands_have_types(made->op, &types)) {
        for (size_t i = 0; i < types.count; i++)
            append_value(driver, count, mica_op_operand(made->op, i));
    } else {
        mica_op *cast = target_cast(driver, value, &types);
        for (size_t i = 0; cast && i < types.count; i++)
            append_value(driver, count, mica_op_result(cast, i));
    }
    mica_type_list_free(&types);
}

void micai_conversion_adapt_operands(micai_conversion_driver *driver, mica_op *op)
{
    const size_t operands = mica_op_operand_count(op);
    size_t count = 0;
    driver->without_counterpart = NULL;
    if (!micai_array_reserve(driver->allocator, (void **)&driver->adapted_offsets,
                             &driver->offsets_capacity, operands + 1, sizeof(uint32_t))) {
        driver->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < operands; i++) {
        driver->adapted_offsets[i] = (uint32_t)count;
        adapt_value(driver, mica_op_operand(op, i), &count);
    }
    driver->adapted_offsets[operands] = (uint32_t)count;
    driver->adapted = (mica_adapted){driver->adapted_values, count, driver->adapted_offsets,
                                     driver->conversion->converter, driver->conversion};
}

mica_value *mica_conversion_adapt(const mica_adapted *adapted, mica_rewriter *rewriter,
                                  mica_value *value)
{
    (void)rewriter;
    mica_type_converter *converter = adapted->converter;
    const mica_type *type = mica_value_type(value);
    if (!converter || mica_type_converter_is_legal(converter, type))
        return value;
    const mica_type *converted = mica_type_converter_convert_one(converter, type);
    if (!converted)
        return NULL;
    micai_conversion_driver *driver = adapted->conversion->driver;
    mica_type_list types = {&converted, 1, 1};
    const micai_made_cast *made = find_cast(driver, mica_value_op(value));
    if (made && made->kind != MICAI_CAST_TARGET && operands_have_types(made->op, &types))
        return mica_op_operand(made->op, 0);
    mica_op *cast = target_cast(driver, value, &types);
    return cast ? mica_op_result(cast, 0) : NULL;
}

// ---- replacing results and arguments
// ---------------------------------------------------------

static void replace_result(micai_conversion_driver *driver, mica_op *op, size_t index,
                           mica_value *const *values, size_t count)
{
    mica_value *result = mica_op_result(op, index);
    if (mica_value_is_unused(result))
        return;
    const mica_type *type = mica_value_type(result);
    if (count == 1 && values[0] && mica_value_type(values[0]) == type) {
        mica_value_replace_all_uses(result, values[0]);
        return;
    }
    mica_builder builder = mica_builder_before(op);
    mica_op *cast = make_cast(driver, &builder, values, count, &type, 1, MICAI_CAST_SOURCE);
    if (cast)
        mica_value_replace_all_uses(result, mica_op_result(cast, 0));
}

void micai_conversion_replace(void *user, mica_op *op, mica_value *const *values,
                              const uint32_t *offsets)
{
    micai_conversion_driver *driver = user;
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        replace_result(driver, op, i, values + offsets[i], offsets[i + 1] - offsets[i]);
}

bool mica_conversion_replace_op(mica_rewriter *rewriter, mica_op *op, mica_value *const *values,
                                const uint32_t *offsets)
{
    assert(rewriter->replace && "only conversions replace a result by several values");
    rewriter->replace(rewriter->user, op, values, offsets);
    return mica_rewriter_erase_op(rewriter, op);
}

/// Puts arguments of the given types in the place of argument `index`; its users see them
/// through a cast at the start of the block.
static bool replace_argument(micai_conversion_driver *driver, mica_builder *casts,
                             mica_block *block, size_t index, const mica_type *const *types,
                             size_t count)
{
    mica_value *old = mica_block_argument(block, index);
    const mica_type *old_type = mica_value_type(old);
    const mica_location location = mica_value_location(old);
    mica_value **inputs = NULL;
    size_t capacity = 0;
    if (!micai_array_reserve(driver->allocator, (void **)&inputs, &capacity, count,
                             sizeof(mica_value *)))
        return false;
    for (size_t i = 0; i < count; i++)
        inputs[i] = mica_block_insert_argument(block, index + 1 + i, types[i], location);
    if (!mica_value_is_unused(old)) {
        casts->location = location;
        mica_op *cast =
            make_cast(driver, casts, inputs, count, &old_type, 1, MICAI_CAST_ARGUMENT);
        if (cast)
            mica_value_replace_all_uses(old, mica_op_result(cast, 0));
    }
    if (mica_value_is_unused(old))
        mica_block_erase_argument(block, index);
    micai_release(driver->allocator, inputs, capacity * sizeof(mica_value *));
    return !driver->out_of_memory;
}

/// Types and offsets of a block's new arguments by the converter.
static bool convert_arguments(const mica_adapted *adapted, const mica_block *block,
                              mica_type_list *types, uint32_t *offsets)
{
    const size_t count = mica_block_argument_count(block);
    for (size_t i = 0; i < count; i++) {
        offsets[i] = (uint32_t)types->count;
        if (!mica_type_converter_convert(adapted->converter,
                                         mica_value_type(mica_block_argument(block, i)), types))
            return false;
    }
    offsets[count] = (uint32_t)types->count;
    return true;
}

static bool replace_arguments(micai_conversion_driver *driver, mica_block *block,
                              const mica_type *const *types, const uint32_t *offsets)
{
    const size_t count = mica_block_argument_count(block);
    mica_builder casts =
        mica_builder_detached(driver->conversion->context, mica_location_unknown());
    mica_builder_set_at_start(&casts, block);
    size_t index = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t run = offsets[i + 1] - offsets[i];
        const mica_type *old = mica_value_type(mica_block_argument(block, index));
        const bool stays = run == 1 && types[offsets[i]] == old;
        if (!stays && !replace_argument(driver, &casts, block, index, types + offsets[i], run))
            return false;
        index += run;
    }
    return true;
}

static bool convert_block(const mica_adapted *adapted, mica_block *block)
{
    micai_conversion_driver *driver = adapted->conversion->driver;
    const size_t size = (mica_block_argument_count(block) + 1) * sizeof(uint32_t);
    uint32_t *offsets = micai_allocate(driver->allocator, size);
    mica_type_list types = {NULL, 0, 0};
    const bool done = offsets && convert_arguments(adapted, block, &types, offsets) &&
                      replace_arguments(driver, block, types.types, offsets);
    mica_type_list_free(&types);
    micai_release(driver->allocator, offsets, size);
    return done;
}

/// Does every argument of the block have a conversion?
static bool is_convertible(const mica_adapted *adapted, const mica_block *block)
{
    mica_type_list types = {NULL, 0, 0};
    bool converts = true;
    for (size_t i = 0; i < mica_block_argument_count(block) && converts; i++)
        converts = mica_type_converter_convert(
            adapted->converter, mica_value_type(mica_block_argument(block, i)), &types);
    mica_type_list_free(&types);
    return converts;
}

bool mica_conversion_convert_region(const mica_adapted *adapted, mica_rewriter *rewriter,
                                    mica_region *region, const mica_type *const *entry_types,
                                    const uint32_t *entry_offsets)
{
    (void)rewriter;
    micai_conversion_driver *driver = adapted->conversion->driver;
    if (adapted->converter)
        mica_for_each_block(block, region) if (!(mica_block_is_entry(block) && entry_offsets) &&
                                               !is_convertible(adapted, block)) return false;
    mica_for_each_block(block, region)
    {
        const bool is_given = mica_block_is_entry(block) && entry_offsets;
        if (is_given && !replace_arguments(driver, block, entry_types, entry_offsets))
            return false;
        if (!is_given && adapted->converter && !convert_block(adapted, block))
            return false;
    }
    return true;
}

// ---- resolving
// -------------------------------------------------------------------------------

static bool is_unused(const mica_op *op)
{
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        if (!mica_value_is_unused(mica_op_result(op, i)))
            return false;
    return true;
}

static void erase_cast(micai_conversion_driver *driver, mica_op *cast)
{
    micai_conversion_forget(driver, cast);
    mica_op_erase(cast);
}

/// The op that makes all operands of `op`, in order and nothing else, NULL if there is none.
static mica_op *single_producer(const mica_op *op)
{
    const size_t count = mica_op_operand_count(op);
    mica_op *producer = count ? mica_value_op(mica_op_operand(op, 0)) : NULL;
    if (!producer || mica_op_result_count(producer) != count)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (mica_op_operand(op, i) != mica_op_result(producer, i))
            return NULL;
    return producer;
}

/// A -> B -> A: the inner cast's operands stand for the outer one's results.
static bool cancel_pair(micai_conversion_driver *driver, mica_op *outer)
{
    mica_op *inner = single_producer(outer);
    if (!find_cast(driver, inner) ||
        mica_op_operand_count(inner) != mica_op_result_count(outer))
        return false;
    for (size_t i = 0; i < mica_op_result_count(outer); i++)
        if (mica_value_type(mica_op_operand(inner, i)) !=
            mica_value_type(mica_op_result(outer, i)))
            return false;
    for (size_t i = 0; i < mica_op_result_count(outer); i++)
        mica_value_replace_all_uses(mica_op_result(outer, i), mica_op_operand(inner, i));
    return true;
}

/// A cast without a materialization stays.
static void materialize(micai_conversion_driver *driver, const micai_made_cast *made)
{
    mica_type_converter *converter = driver->conversion->converter;
    mica_op *cast = made->op;
    if (!converter || mica_op_result_count(cast) != 1 || mica_op_operand_count(cast) == 0)
        return;
    mica_value *result = mica_op_result(cast, 0);
    const mica_type *type = mica_value_type(result);
    mica_value *first = mica_op_operand(cast, 0);
    mica_value **inputs = &first;
    size_t capacity = 0;
    const size_t count = mica_op_operand_count(cast);
    if (count > 1) {
        inputs = NULL;
        if (!micai_array_reserve(driver->allocator, (void **)&inputs, &capacity, count,
                                 sizeof(mica_value *)))
            return;
        for (size_t i = 0; i < count; i++)
            inputs[i] = mica_op_operand(cast, i);
    }
    mica_builder builder = mica_builder_before(cast);
    mica_value *value =
        micai_type_converter_materialize(converter, made->kind, &builder, type, inputs, count);
    if (count > 1)
        micai_release(driver->allocator, inputs, capacity * sizeof(mica_value *));
    if (!value)
        return;
    mica_value_replace_all_uses(result, value);
    erase_cast(driver, cast);
}

/// One pass over all casts, the latest first. Chains of casts are short, since pairs cancel.
static bool erase_unused_casts(micai_conversion_driver *driver)
{
    bool erased = false;
    for (size_t i = driver->cast_count; i-- > 0;) {
        if (!driver->casts[i].op || !is_unused(driver->casts[i].op))
            continue;
        erase_cast(driver, driver->casts[i].op);
        erased = true;
    }
    return erased;
}

void micai_conversion_resolve_casts(micai_conversion_driver *driver)
{
    for (size_t i = 0; i < driver->cast_count; i++)
        if (driver->casts[i].op)
            cancel_pair(driver, driver->casts[i].op);
    while (erase_unused_casts(driver))
        continue;
    for (size_t i = 0, count = driver->cast_count; i < count; i++)
        if (driver->casts[i].op)
            materialize(driver, &driver->casts[i]);
}
