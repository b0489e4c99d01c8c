// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass one-shot-bufferize: tensors become buffers, in place wherever nobody reads what was
// there before.
//
//   func.func @f(%t: tensor<4xf32>, %x: f32) -> tensor<4xf32> {
//     %0 = tensor.insert %x into %t[%c0] : tensor<4xf32>
//     return %0 : tensor<4xf32>
//   }
//   func.func @f(%m: memref<4xf32, strided<[?], offset: ?>>, %x: f32) -> memref<..> {
//     memref.store %x, %m[%c0] : memref<4xf32, strided<[?], offset: ?>>
//     return %m : ..
//   }
//
// one_shot_analysis.c decides, bufferize_driver.c walks, bufferize_<dialect>.c have the models.
#include "ir/core/interfaces.h"
#include "transforms/buffer/call_graph_internal.h"
#include "transforms/pass/pass.h"

typedef struct bufferize_options {
    bool function_boundaries;
    bool allow_unknown_ops;
    bool identity_layouts;
    bool infer_results;
} bufferize_options;

static bufferize_options read_options(const mica_pass_run *run)
{
    const mica_pass_options *options = mica_pass_run_options(run);
    const mica_string layouts =
        mica_pass_option_string(options, "function-boundary-type-conversion");
    const bufferize_options read = {
        .function_boundaries = mica_pass_option_bool(options, "bufferize-function-boundaries"),
        .allow_unknown_ops = mica_pass_option_bool(options, "allow-unknown-ops"),
        .identity_layouts = mica_string_is(layouts, "identity-layout-map"),
        .infer_results = mica_string_is(layouts, "infer-layout-map"),
    };
    return read;
}

// ---- function boundaries
// ---------------------------------------------------------------------

static const mica_type *boundary_type(const bufferize_options *options, const mica_type *type)
{
    if (!mica_type_is_tensor(type))
        return type;
    return options->identity_layouts ? mica_buffer_type_identity(type)
                                     : mica_buffer_type_dynamic(type);
}

/// Attributes of arguments that speak of bufferization have done their work.
static bool drop_argument_attrs(mica_op *function)
{
    static const char *const names[] = {"bufferization.writable", "bufferization.buffer_layout",
                                        "bufferization.access"};
    bool ok = true;
    for (size_t i = 0; i < mica_function_argument_count(function) && ok; ++i) {
        for (size_t k = 0; k < sizeof names / sizeof *names; ++k)
            ok = ok && mica_function_set_argument_attr(function, i, names[k], NULL);
    }
    return ok;
}

/// Gives the function a type on buffers; results stay tensors when they are to be inferred.
static bool convert_signature(const bufferize_options *options, mica_op *function,
                              bool keep_results)
{
    mica_context *context = mica_op_context(function);
    const size_t inputs = mica_function_argument_count(function);
    const size_t results = mica_function_result_count(function);
    const size_t bytes = (inputs + results + 1) * sizeof(mica_type *);
    const mica_type **types = micai_context_allocate(context, bytes);
    if (!types)
        return false;
    bool changes = false;
    for (size_t i = 0; i < inputs; ++i) {
        const mica_type *type = mica_function_argument_type(function, i);
        types[i] = boundary_type(options, type);
        changes |= types[i] != type;
    }
    for (size_t i = 0; i < results; ++i) {
        const mica_type *type = mica_function_result_type(function, i);
        types[inputs + i] = keep_results ? type : boundary_type(options, type);
        changes |= types[inputs + i] != type;
    }
    if (changes) // else it may be an llvm.func, which has another kind of type
        mica_function_set_type(
            function, mica_function_type_get(context, types, inputs, types + inputs, results));
    micai_context_free(context, types, bytes);
    return drop_argument_attrs(function);
}

/// Adds the buffers of the entry block's tensor arguments.
static bool convert_arguments(mica_bufferize_state *state, const bufferize_options *options,
                              mica_op *function)
{
    mica_block *entry = mica_region_first(mica_function_body(function));
    const size_t count = mica_block_argument_count(entry);
    const size_t bytes = (count + 1) * sizeof(mica_type *);
    const mica_type **types = micai_context_allocate(state->context, bytes);
    if (!types)
        return false;
    size_t tensors = 0;
    for (size_t i = 0; i < count; ++i) {
        const mica_type *type = mica_value_type(mica_block_argument(entry, i));
        if (mica_type_is_tensor(type))
            types[tensors++] = boundary_type(options, type);
    }
    const bool ok = micai_bufferize_arguments(state, entry, 0, types);
    micai_context_free(state->context, types, bytes);
    return ok;
}

/// Takes the result types from what the (last built) return gives.
static bool infer_result_types(mica_op *function)
{
    mica_context *context = mica_op_context(function);
    const mica_op *found = NULL;
    mica_for_each_block(block, mica_function_body(function))
    {
        mica_op *last = mica_block_last(block);
        if (!last || !mica_op_has_trait(last, MICA_TRAIT_RETURN_LIKE))
            continue;
        for (size_t i = 0; found && i < mica_op_operand_count(last); ++i) {
            if (mica_value_type(mica_op_operand(found, i)) !=
                mica_value_type(mica_op_operand(last, i)))
                return mica_op_error(last,
                                     "returns another buffer type than the return before; "
                                     "try function-boundary-type-conversion="
                                     "fully-dynamic-layout-map");
        }
        found = last;
    }
    if (!found)
        return true;
    const size_t inputs = mica_function_argument_count(function);
    const size_t results = mica_op_operand_count(found);
    const size_t bytes = (inputs + results + 1) * sizeof(mica_type *);
    const mica_type **types = micai_context_allocate(context, bytes);
    if (!types)
        return false;
    for (size_t i = 0; i < inputs; ++i)
        types[i] = mica_function_argument_type(function, i);
    bool changes = results != mica_function_result_count(function);
    for (size_t i = 0; i < results; ++i) {
        types[inputs + i] = mica_value_type(mica_op_operand(found, i));
        changes |= changes || types[inputs + i] != mica_function_result_type(function, i);
    }
    if (changes)
        mica_function_set_type(
            function, mica_function_type_get(context, types, inputs, types + inputs, results));
    micai_context_free(context, types, bytes);
    return true;
}

// ---- one function
// ----------------------------------------------------------------------------

static void erase_replaced(mica_bufferize_state *state)
{
    for (size_t i = state->replaced_count; i-- > 0;)
        mica_op_erase(state->replaced[i]);
    for (size_t b = 0; b < state->block_count; ++b) {
        mica_block *block = state->blocks[b];
        for (size_t i = mica_block_argument_count(block); i-- > 0;) {
            if (micai_is_tensor_value(mica_block_argument(block, i)))
                mica_block_erase_argument(block, i);
        }
    }
}

static void free_state(mica_bufferize_state *state)
{
    const micai_allocator *allocator = &state->context->allocator;
    micai_pointer_map_free(&state->buffers);
    micai_release(allocator, state->replaced, state->replaced_capacity * sizeof(mica_op *));
    micai_release(allocator, state->blocks, state->block_capacity * sizeof(mica_block *));
}

static bool bufferize_body(mica_bufferize_state *state, const bufferize_options *options,
                           mica_op *function)
{
    if (options->function_boundaries &&
        (!convert_signature(options, function, options->infer_results) ||
         !convert_arguments(state, options, function)))
        return false;
    for (size_t i = 0; i < mica_op_region_count(function); ++i) {
        if (!mica_bufferize_region(state, mica_op_region(function, i)))
            return false;
    }
    erase_replaced(state);
    return !options->function_boundaries || !options->infer_results ||
           infer_result_types(function);
}

static bool bufferize_function(micai_buffer_globals *globals, const bufferize_options *options,
                               micai_call_graph *calls, size_t index)
{
    mica_op *function = calls->functions[index].function;
    mica_context *context = mica_op_context(function);
    mica_buffer_analysis analysis;
    mica_bufferize_state state = {.context = context,
                                  .analysis = &analysis,
                                  .buffers = micai_pointer_map_on(&context->allocator),
                                  .globals = globals,
                                  .allow_unknown_ops = options->allow_unknown_ops ||
                                                       !options->function_boundaries,
                                  .identity_layouts = options->identity_layouts};
    const bool ok = micai_buffer_analyse(&analysis, function,
                                         options->function_boundaries ? calls : NULL) &&
                    (!options->function_boundaries ||
                     micai_call_graph_summarize(calls, index, &analysis)) &&
                    bufferize_body(&state, options, function);
    free_state(&state);
    micai_buffer_analysis_free(&analysis);
    return ok;
}

static bool bufferize_declaration(const bufferize_options *options, micai_call_graph *calls,
                                  size_t index)
{
    mica_op *function = calls->functions[index].function;
    if (!options->function_boundaries)
        return true;
    for (size_t i = 0; i < mica_function_result_count(function); ++i) {
        if (mica_type_is_tensor(mica_function_result_type(function, i)))
            return mica_op_error(function, "can't be bufferized: it has no body and returns a "
                                           "tensor");
    }
    return micai_call_graph_summarize(calls, index, NULL) &&
           convert_signature(options, function, false);
}

// ---- the pass
// --------------------------------------------------------------------------------

static bool bufferize_all(micai_buffer_globals *globals, const bufferize_options *options,
                          micai_call_graph *calls)
{
    for (size_t i = 0; i < calls->function_count; ++i) {
        const size_t index = calls->order[i];
        const bool is_declaration =
            mica_function_is_declaration(calls->functions[index].function);
        if (is_declaration ? !bufferize_declaration(options, calls, index)
                           : !bufferize_function(globals, options, calls, index))
            return false;
    }
    return true;
}

static bool prepare(mica_context *context, const mica_pass_options *options, void **state)
{
    (void)options;
    (void)state;
    return micai_attach_bufferization_models(context);
}

static bool run_one_shot_bufferize(mica_pass_run *run)
{
    const bufferize_options options = read_options(run);
    mica_context *context = mica_pass_run_context(run);
    micai_buffer_globals globals = {mica_symbol_table_create(mica_pass_run_op(run)),
                                    micai_pointer_map_on(&context->allocator)};
    micai_call_graph calls;
    const bool ok = micai_call_graph_build(&calls, mica_pass_run_op(run)) && globals.symbols &&
                    bufferize_all(&globals, &options, &calls);
    micai_call_graph_free(&calls);
    if (globals.symbols)
        mica_symbol_table_destroy(globals.symbols);
    micai_pointer_map_free(&globals.names);
    return ok;
}

static const char *const layout_choices[] = {"infer-layout-map", "fully-dynamic-layout-map",
                                             "identity-layout-map", NULL};

static const mica_option_def options[] = {
    {"bufferize-function-boundaries", MICA_OPTION_BOOL,
     "Bufferize arguments and results of functions", NULL, NULL},
    {"function-boundary-type-conversion", MICA_OPTION_STRING,
     "Layouts of buffers in function types", "infer-layout-map", layout_choices},
    {"allow-unknown-ops", MICA_OPTION_BOOL,
     "Keep ops that have no bufferization, between to_tensor and to_memref", NULL, NULL},
    {"allow-return-allocs-from-loops", MICA_OPTION_BOOL,
     "Accepted for compatibility: loops never return allocations here", NULL, NULL},
};

static const char *const dependent_dialects[] = {"arith", "bufferization", "memref", NULL};

const mica_pass_def mica_pass_one_shot_bufferize = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "one-shot-bufferize",
    .name = "OneShotBufferize",
    .summary = "Turn tensors into buffers, in place where nothing needs the old contents",
    .anchor = "builtin.module",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .dependent_dialects = dependent_dialects,
    .prepare = prepare,
    .run = run_one_shot_bufferize,
};
