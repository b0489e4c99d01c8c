// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See kernel_loops.h.
#include "transforms/gpu/kernel_loops.h"

#include "transforms/tensor/loop_nest.h"

size_t micai_parallel_rank(const mica_op *parallel)
{
    return mica_block_argument_count(mica_region_first(mica_op_region(parallel, 0)));
}

mica_value *micai_parallel_bound(const mica_op *parallel, size_t group, size_t dimension)
{
    return mica_op_operand(parallel, group * micai_parallel_rank(parallel) + dimension);
}

mica_op *micai_build_parallel(mica_builder *builder, mica_value *const *uppers, size_t rank,
                              mica_value **ivs)
{
    mica_context *context = builder->context;
    mica_value *zero = micai_index(builder, 0), *one = micai_index(builder, 1);
    mica_op_state state;
    mica_op_state_init(&state, context, "scf.parallel", builder->location);
    for (size_t i = 0; i < rank; ++i)
        mica_op_state_add_operand(&state, zero);
    mica_op_state_add_operands(&state, uppers, rank);
    for (size_t i = 0; i < rank; ++i)
        mica_op_state_add_operand(&state, one);
    const int32_t segments[] = {(int32_t)rank, (int32_t)rank, (int32_t)rank, 0};
    mica_op_state_set_attr(&state, "operandSegmentSizes",
                           mica_i32_array_attr_get(context, segments, 4));
    mica_block *body = mica_block_create(context);
    mica_region_append(mica_op_state_add_region(&state), body);
    for (size_t i = 0; i < rank; ++i)
        ivs[i] = mica_block_add_argument(body, mica_index_type_get(context), builder->location);
    mica_op *parallel = mica_builder_create(builder, &state);
    mica_builder_set_at_end(builder, body);
    mica_op_state_init(&state, context, "scf.reduce", builder->location);
    mica_builder_set_before(builder, mica_builder_create(builder, &state));
    return parallel;
}
