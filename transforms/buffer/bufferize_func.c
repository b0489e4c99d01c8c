// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bufferization across functions, when bufferize-function-boundaries is on.
//
//   %1 = call @f(%0) : (tensor<4xf32>) -> tensor<4xf32>
//   %1 = call @f(%0) : (memref<4xf32>) -> memref<4xf32>
//
// Callees come before their callers (call_graph.c), so that a call knows of each argument
// whether the callee reads it, writes it and which result shares its buffer. The simpler way,
// fearing everything of a call, would copy all that is passed.
//
// Branches between blocks hand over a copy: a block argument has a buffer of its own.
#include "dialects/cf/cf_ops.h"
#include "dialects/func/func_ops.h"
#include "ir/core/interfaces.h"
#include "transforms/buffer/call_graph_internal.h"

// ---- func.call
// -------------------------------------------------------------------------------

static const micai_argument_summary *argument_of(const mica_buffer_analysis *analysis,
                                                 mica_op *op, const mica_use *use)
{
    const micai_function_summary *callee = micai_call_summary(analysis->calls, op);
    return callee && mica_use_index(use) < callee->argument_count
               ? &callee->arguments[mica_use_index(use)]
               : NULL;
}

static bool call_reads(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use)
{
    const micai_argument_summary *argument = argument_of(analysis, op, use);
    return !argument || argument->is_read;
}

static bool call_writes(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use)
{
    const micai_argument_summary *argument = argument_of(analysis, op, use);
    return !argument || argument->is_written;
}

static bool call_alias(const mica_buffer_analysis *analysis, mica_op *op, mica_use *use,
                       mica_buffer_alias *alias)
{
    const micai_argument_summary *argument = argument_of(analysis, op, use);
    if (!argument || argument->result == MICAI_NO_RESULT)
        return false;
    alias->value = mica_op_result(op, argument->result);
    alias->is_equivalent = argument->is_equivalent;
    return true;
}

static bool call_is_writable(const mica_buffer_analysis *analysis, mica_op *op,
                             mica_value *value)
{
    const micai_function_summary *callee = micai_call_summary(analysis->calls, op);
    for (size_t i = 0; callee && i < callee->result_count; ++i) {
        if (mica_op_result(op, i) == value)
            return !callee->results_read_only[i];
    }
    return callee != NULL;
}

static bool bufferize_call(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    const micai_function_summary *callee = micai_call_summary(state->analysis->calls, op);
    if (!callee)
        return mica_op_error(op, "can't be bufferized: the function that it calls is not here");
    const mica_op *function = callee->function;
    mica_op_state call;
    mica_op_state_init_record(&call, state->context, mica_op_get_record(op),
                              mica_op_location(op));
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        mica_value *operand = mica_op_operand(op, i);
        if (micai_is_tensor_value(operand)) {
            const mica_type *tensor = mica_value_type(operand);
            operand = mica_bufferize_operand(state, builder, op, i);
            operand = micai_bufferize_as(state, builder, operand, tensor,
                                         mica_function_argument_type(function, i));
        }
        if (!operand) {
            mica_op_state_discard(&call);
            return false;
        }
        mica_op_state_add_operand(&call, operand);
    }
    for (size_t i = 0; i < mica_op_result_count(op); ++i)
        mica_op_state_add_result(&call, mica_function_result_type(function, i));
    micai_copy_attributes(&call, op);
    mica_op *built = mica_builder_create(builder, &call);
    for (size_t i = 0; built && i < mica_op_result_count(op); ++i) {
        mica_value *result = mica_op_result(op, i);
        if (micai_is_tensor_value(result))
            mica_bufferize_set(state, result, mica_op_result(built, i));
        else
            mica_bufferize_replace(state, result, mica_op_result(built, i));
    }
    return built != NULL;
}

static const mica_bufferizable call_model = {.struct_size = sizeof(mica_bufferizable),
                                             .reads = call_reads,
                                             .writes = call_writes,
                                             .alias = call_alias,
                                             .is_writable = call_is_writable,
                                             .crosses_functions = true,
                                             .bufferize = bufferize_call};

// ---- func.return
// -----------------------------------------------------------------------------

/// The buffer that the return hands out for a tensor operand.
static mica_value *returned_buffer(mica_bufferize_state *state, mica_builder *builder,
                                   mica_op *op, size_t index)
{
    mica_value *tensor = mica_op_operand(op, index);
    const mica_type *type = mica_value_type(tensor);
    mica_value *buffer = mica_bufferize_operand(state, builder, op, index);
    if (buffer && micai_return_is_shared(state->analysis, op, index)) {
        mica_value *copy = mica_bufferize_allocate(state, builder, type, buffer);
        if (!copy)
            return NULL;
        micai_build_copy(builder, buffer, copy);
        buffer = copy;
    }
    // The function's type says which buffer it returns, or is still to be told.
    const mica_type *wanted = mica_function_result_type(mica_op_parent(op), index);
    return mica_type_is_memref(wanted)
               ? micai_bufferize_as(state, builder, buffer, type, wanted)
               : buffer;
}

static bool bufferize_return(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    mica_op_state twin;
    mica_op_state_init_record(&twin, state->context, mica_op_get_record(op),
                              mica_op_location(op));
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        mica_value *value = mica_op_operand(op, i);
        if (micai_is_tensor_value(value))
            value = returned_buffer(state, builder, op, i);
        if (!value) {
            mica_op_state_discard(&twin);
            return false;
        }
        mica_op_state_add_operand(&twin, value);
    }
    return mica_builder_create(builder, &twin) != NULL;
}

static bool return_in_place(mica_op *op, mica_use *use)
{
    (void)op;
    (void)use;
    return true;
}

static const mica_bufferizable return_model = {.struct_size = sizeof(mica_bufferizable),
                                               .must_be_in_place = return_in_place,
                                               .crosses_functions = true,
                                               .bufferize = bufferize_return};

// ---- branches
// --------------------------------------------------------------------------------

/// A copy of an operand's buffer, of the type that block arguments have.
static mica_value *copy_for_block(mica_bufferize_state *state, mica_builder *builder,
                                  mica_value *tensor)
{
    mica_value *buffer = mica_bufferize_value(state, builder, tensor);
    mica_value *copy =
        buffer ? mica_bufferize_allocate(state, builder, mica_value_type(tensor), buffer)
               : NULL;
    if (copy)
        micai_build_copy(builder, buffer, copy);
    return copy;
}

static bool bufferize_branch(mica_bufferize_state *state, mica_builder *builder, mica_op *op)
{
    mica_op_state branch;
    mica_op_state_init_record(&branch, state->context, mica_op_get_record(op),
                              mica_op_location(op));
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        mica_value *operand = mica_op_operand(op, i);
        if (micai_is_tensor_value(operand))
            operand = copy_for_block(state, builder, operand);
        if (!operand) {
            mica_op_state_discard(&branch);
            return false;
        }
        mica_op_state_add_operand(&branch, operand);
    }
    for (size_t i = 0; i < mica_op_successor_count(op); ++i)
        mica_op_state_add_successor(&branch, mica_op_successor(op, i));
    micai_copy_attributes(&branch, op);
    return mica_builder_create(builder, &branch) != NULL;
}

static const mica_bufferizable branch_model = {.struct_size = sizeof(mica_bufferizable),
                                               .bufferize = bufferize_branch};

const micai_bufferization_model micai_func_bufferization_models[] = {
    {"cf.br", &branch_model},   {"cf.cond_br", &branch_model},  {"cf.switch", &branch_model},
    {"func.call", &call_model}, {"func.return", &return_model}, {NULL, NULL},
};
