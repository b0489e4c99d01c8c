// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See generic_builder.h.
#include "transforms/tensor/generic_builder.h"

#include <stdlib.h>

#include "ir/core/sizes_internal.h"

void micai_linalg_generic_begin(micai_linalg_generic *made, mica_context *context)
{
    *made = (micai_linalg_generic){.context = context};
}

void micai_linalg_generic_discard(micai_linalg_generic *made)
{
    mica_free(made->operands);
    mica_free(made->maps);
    *made = (micai_linalg_generic){.context = made->context};
}

static void add(micai_linalg_generic *made, mica_value *value, const mica_attr *map)
{
    if (made->count == made->capacity) {
        const size_t capacity = 2 * made->capacity + 8;
        mica_value **operands = mica_realloc(made->operands, capacity * sizeof *operands);
        made->operands = operands ? operands : made->operands;
        const mica_attr **maps = mica_realloc(made->maps, capacity * sizeof *maps);
        made->maps = maps ? maps : made->maps;
        if (!operands || !maps) {
            made->failed = true;
            return;
        }
        made->capacity = capacity;
    }
    made->operands[made->count] = value;
    made->maps[made->count++] = map;
}

void micai_linalg_generic_add_input(micai_linalg_generic *made, mica_value *value,
                                    const mica_attr *map)
{
    add(made, value, map);
    made->input_count = made->count;
}

void micai_linalg_generic_add_output(micai_linalg_generic *made, mica_value *value,
                                     const mica_attr *map)
{
    add(made, value, map);
}

void micai_linalg_generic_add_from(micai_linalg_generic *made, mica_op *op, size_t index)
{
    const mica_attr *map = mica_structured_map(op, index);
    if (mica_structured_is_init(op, index))
        micai_linalg_generic_add_output(made, mica_op_operand(op, index), map);
    else
        micai_linalg_generic_add_input(made, mica_op_operand(op, index), map);
}

bool micai_maps_know_loops(const mica_attr *const *maps, size_t count, size_t loops)
{
    micai_sizes known;
    if (!micai_sizes_init(&known, loops))
        return false;
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < mica_affine_map_result_count(maps[i]); j++) {
            const mica_affine_expr *expr = mica_affine_map_result(maps[i], j);
            if (mica_affine_expr_kind(expr) == MICA_AFFINE_DIM)
                found += known.data[mica_affine_expr_value(expr)]++ == 0;
        }
    micai_sizes_free(&known);
    return found == loops;
}

bool micai_linalg_generic_knows_loops(const micai_linalg_generic *made, size_t loops)
{
    return micai_maps_know_loops(made->maps, made->count, loops);
}

const mica_type *micai_structured_element(const mica_type *type)
{
    return mica_type_is_tensor(type) || mica_type_is_memref(type) ? mica_type_element(type)
                                                                  : type;
}

bool micai_structured_reads(mica_op *op, size_t operand)
{
    const mica_value *argument = mica_structured_argument(op, operand);
    return argument && !mica_value_is_unused(argument);
}

mica_op *micai_linalg_generic_create(micai_linalg_generic *made, mica_builder *builder,
                                     const mica_attr *iterator_types)
{
    if (made->failed) {
        micai_linalg_generic_discard(made);
        return NULL;
    }
    mica_context *context = builder->context;
    mica_op_state state;
    mica_op_state_init(&state, context, "linalg.generic", builder->location);
    mica_op_state_add_operands(&state, made->operands, made->count);
    const int32_t segments[] = {(int32_t)made->input_count,
                                (int32_t)(made->count - made->input_count)};
    mica_op_state_set_attr(&state, "operandSegmentSizes",
                           mica_i32_array_attr_get(context, segments, 2));
    mica_op_state_set_attr(&state, "indexing_maps",
                           mica_array_attr_get(context, made->maps, made->count));
    mica_op_state_set_attr(&state, "iterator_types", iterator_types);
    mica_block *body = mica_block_create(context);
    mica_region_append(mica_op_state_add_region(&state), body);
    for (size_t i = 0; i < made->count; i++) {
        const mica_type *type = mica_value_type(made->operands[i]);
        mica_block_add_argument(body, micai_structured_element(type),
                                mica_value_location(made->operands[i]));
        if (i >= made->input_count && mica_type_is_tensor(type))
            mica_op_state_add_result(&state, type);
    }
    micai_linalg_generic_discard(made);
    return mica_builder_create(builder, &state);
}

mica_builder micai_linalg_generic_body(const mica_builder *builder, mica_op *generic)
{
    mica_builder body = *builder;
    mica_builder_set_at_end(&body, mica_structured_body(generic));
    return body;
}
