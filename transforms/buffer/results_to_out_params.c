// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass buffer-results-to-out-params: functions write their results into buffers that the
// caller gives, instead of returning buffers that somebody would have to free.
//
//   func.func @f() -> memref<4xf32> {            func.func @f(%out: memref<4xf32>) {
//     %0 = memref.alloc() : memref<4xf32>          linalg.fill .. outs(%out ..)
//     linalg.fill .. outs(%0 ..)                   return
//     return %0 : memref<4xf32>
//
// With hoist-static-allocs, as here, a returned allocation becomes the argument itself;
// otherwise it is copied there before the return.
//
// A result of dynamic shape is refused, as its caller can't allocate it; with dynamic-results,
// which is for functions without callers, it becomes the bytes of the caller's buffer, and the
// function makes the view when it knows the sizes:
//
//   func.func @g(%n: index, %out: memref<?xi8>) {
//     %0 = memref.view %out[%c0][%n] : memref<?xi8> to memref<?xf32>
#include "dialects/func/func_ops.h"
#include "dialects/memref/memref_ops.h"
#include "ir/core/builder.h"
#include "ir/core/context_internal.h"
#include "ir/core/interfaces.h"
#include "transforms/buffer/bufferize_internal.h"
#include "transforms/pass/pass.h"

typedef struct out_params {
    bool hoist_static_allocs;
    bool dynamic_results;
    bool ok;
    mica_op *module;
} out_params;

static bool is_buffer(const mica_type *type)
{
    return mica_type_get_kind(type) == MICA_TYPE_MEMREF;
}

/// A type that a caller can allocate.
static bool check_result(mica_op *function, const mica_type *type, bool allows_dynamic)
{
    if (!mica_type_has_static_shape(type) && !allows_dynamic)
        return mica_op_error(function, "cannot create out param for dynamically shaped result");
    return true;
}

/// The argument that a result becomes.
static const mica_type *argument_type(const mica_type *result)
{
    mica_context *context = mica_type_context(result);
    const int64_t bytes[] = {MICA_DYNAMIC};
    return mica_type_has_static_shape(result)
               ? result
               : mica_memref_type_get(mica_integer_type_get(context, 8, MICA_SIGNLESS), bytes,
                                      1, NULL, NULL);
}

/// The allocation behind a returned value, when it can become the argument.
static mica_op *hoistable(const out_params *pass, mica_value *value, const mica_op *function)
{
    mica_op *op = mica_value_op(value);
    if (!pass->hoist_static_allocs || !mica_op_is(op, &mica_memref_alloc_kind) ||
        mica_memref_type_layout(mica_value_type(value)) || mica_op_parent(op) != function)
        return NULL;
    return op;
}

/// The argument as a buffer of the type and sizes of `like`, at the builder's place. `like` may
/// be an allocation that is about to go.
static mica_value *view_of_argument(mica_builder *builder, mica_value *argument,
                                    mica_value *like)
{
    const mica_type *type = mica_value_type(like);
    const mica_op *allocation = mica_value_op(like);
    if (mica_type_has_static_shape(type))
        return argument;
    mica_op_state view;
    mica_op_state_init(&view, builder->context, "memref.view", builder->location);
    mica_op_state_add_operand(&view, argument);
    mica_op_state_add_operand(&view, micai_build_index(builder, 0));
    if (mica_op_is(allocation, &mica_memref_alloc_kind)) {
        for (size_t i = 0; i < mica_op_operand_count(allocation); ++i)
            mica_op_state_add_operand(&view, mica_op_operand(allocation, i));
    } else {
        for (size_t i = 0; i < mica_type_rank(type); ++i)
            if (mica_type_shape(type)[i] == MICA_DYNAMIC)
                mica_op_state_add_operand(&view, micai_build_memref_dim(builder, like, i));
    }
    mica_op_state_add_result(&view, type);
    mica_op *op = mica_builder_create(builder, &view);
    return op ? mica_op_result(op, 0) : NULL;
}

/// Gives the return's buffers to the arguments that follow the first `inputs`.
static bool rewrite_return(out_params *pass, mica_op *op, mica_op *function, size_t inputs)
{
    mica_context *context = mica_op_context(op);
    mica_block *entry = mica_region_first(mica_function_body(function));
    mica_builder builder = mica_builder_before(op);
    mica_op_state twin;
    mica_op_state_init_record(&twin, context, mica_op_get_record(op), mica_op_location(op));
    size_t next = inputs;
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        mica_value *value = mica_op_operand(op, i);
        if (!is_buffer(mica_value_type(value))) {
            mica_op_state_add_operand(&twin, value);
            continue;
        }
        mica_value *out = mica_block_argument(entry, next++);
        mica_op *allocation = hoistable(pass, value, function);
        if (allocation) {
            mica_builder there = mica_builder_before(allocation);
            mica_value *view = view_of_argument(&there, out, value);
            if (view)
                mica_value_replace_all_uses(value, view);
            if (view)
                mica_op_erase(allocation);
        } else if (value != out) {
            out = view_of_argument(&builder, out, value);
            mica_op_state copy;
            mica_op_state_init(&copy, context, "memref.copy", mica_op_location(op));
            mica_op_state_add_operand(&copy, value);
            mica_op_state_add_operand(&copy, out);
            mica_builder_create(&builder, &copy);
        }
    }
    if (!mica_builder_create(&builder, &twin))
        return false;
    mica_op_erase(op);
    return true;
}

/// The dictionary of an argument, or of a result that became one.
static const mica_attr *argument_attrs(mica_op *function, const mica_attr *attrs)
{
    return attrs ? attrs : mica_dictionary_attr_get(mica_op_context(function), NULL, 0);
}

/// Attributes of a result that became an argument go with it.
static bool move_result_attrs(mica_op *function, size_t inputs)
{
    const mica_function_like *function_like =
        mica_op_interface(function, &mica_function_like_interface);
    if (!mica_op_slot(function, function_like->res_attrs_slot))
        return true;
    mica_context *context = mica_op_context(function);
    const size_t arguments = mica_function_argument_count(function);
    const size_t results = mica_function_result_count(function);
    const size_t bytes = (arguments + results + 1) * sizeof(mica_attr *);
    const mica_attr **attrs = micai_context_allocate(context, bytes);
    if (!attrs)
        return false;
    for (size_t i = 0; i < arguments; ++i)
        attrs[i] = argument_attrs(function, mica_function_argument_attrs(function, i));
    size_t kept = 0, moved = 0;
    for (size_t i = 0; i < results; ++i) {
        const mica_attr *own =
            argument_attrs(function, mica_function_result_attrs(function, i));
        if (is_buffer(mica_function_result_type(function, i)))
            attrs[inputs + moved++] = own;
        else
            attrs[arguments + kept++] = own;
    }
    mica_op_set_slot(function, function_like->arg_attrs_slot,
                     mica_array_attr_get(context, attrs, arguments));
    mica_op_set_slot(function, function_like->res_attrs_slot,
                     kept ? mica_array_attr_get(context, attrs + arguments, kept) : NULL);
    micai_context_free(context, attrs, bytes);
    return true;
}

/// Removes the buffers from the function type's results.
static bool drop_result_types(mica_op *function)
{
    mica_context *context = mica_op_context(function);
    const size_t inputs = mica_function_argument_count(function);
    const size_t results = mica_function_result_count(function);
    const size_t bytes = (inputs + results + 1) * sizeof(mica_type *);
    const mica_type **types = micai_context_allocate(context, bytes);
    if (!types)
        return false;
    for (size_t i = 0; i < inputs; ++i)
        types[i] = mica_function_argument_type(function, i);
    size_t kept = 0;
    for (size_t i = 0; i < results; ++i) {
        const mica_type *type = mica_function_result_type(function, i);
        if (!is_buffer(type))
            types[inputs + kept++] = type;
    }
    mica_function_set_type(
        function, mica_function_type_get(context, types, inputs, types + inputs, kept));
    micai_context_free(context, types, bytes);
    return true;
}

static bool rewrite_function(out_params *pass, mica_op *function)
{
    const size_t inputs = mica_function_argument_count(function);
    size_t buffers = 0;
    for (size_t i = 0; i < mica_function_result_count(function); ++i) {
        const mica_type *type = mica_function_result_type(function, i);
        if (!is_buffer(type))
            continue;
        if (!check_result(function, type, pass->dynamic_results))
            return false;
        const bool inserted = mica_function_insert_argument(
            function, inputs + buffers++, argument_type(type), mica_op_location(function));
        if (!inserted && !mica_function_is_declaration(function))
            return false;
    }
    if (buffers == 0)
        return true;
    mica_for_each_block(block, mica_function_body(function))
    {
        mica_op *last = mica_block_last(block);
        if (last && mica_op_has_trait(last, MICA_TRAIT_RETURN_LIKE) &&
            !rewrite_return(pass, last, function, inputs))
            return false;
    }
    return move_result_attrs(function, inputs) && drop_result_types(function);
}

static mica_walk_result visit_function(void *user, mica_op *op)
{
    out_params *pass = user;
    if (!mica_op_interface(op, &mica_function_like_interface))
        return MICA_WALK_ADVANCE;
    pass->ok = rewrite_function(pass, op);
    return pass->ok ? MICA_WALK_SKIP : MICA_WALK_INTERRUPT;
}

/// A call allocates what the callee used to return and passes it.
static mica_walk_result visit_call(void *user, mica_op *op)
{
    out_params *pass = user;
    if (!mica_op_is(op, &mica_func_call_kind))
        return MICA_WALK_ADVANCE;
    mica_builder builder = mica_builder_before(op);
    mica_op_state call;
    mica_op_state_init_record(&call, builder.context, mica_op_get_record(op),
                              mica_op_location(op));
    for (size_t i = 0; i < mica_op_operand_count(op); ++i)
        mica_op_state_add_operand(&call, mica_op_operand(op, i));
    size_t buffers = 0;
    for (size_t i = 0; i < mica_op_result_count(op); ++i) {
        mica_value *result = mica_op_result(op, i);
        if (!is_buffer(mica_value_type(result))) {
            mica_op_state_add_result(&call, mica_value_type(result));
            continue;
        }
        ++buffers;
        if (!check_result(op, mica_value_type(result), false)) {
            pass->ok = false;
            break;
        }
        mica_op_state alloc;
        mica_op_state_init(&alloc, builder.context, "memref.alloc", builder.location);
        mica_op_state_add_result(&alloc, mica_value_type(result));
        const int32_t segments[] = {0, 0};
        mica_op_state_set_attr(&alloc, "operandSegmentSizes",
                               mica_i32_array_attr_get(builder.context, segments, 2));
        mica_op *built = mica_builder_create(&builder, &alloc);
        if (!built) {
            pass->ok = false;
            break;
        }
        mica_op_state_add_operand(&call, mica_op_result(built, 0));
        mica_value_replace_all_uses(result, mica_op_result(built, 0));
    }
    if (!pass->ok || buffers == 0) {
        mica_op_state_discard(&call);
        return pass->ok ? MICA_WALK_ADVANCE : MICA_WALK_INTERRUPT;
    }
    for (size_t i = 0; i < mica_op_slot_count(op); ++i)
        mica_op_state_set_slot(&call, i, mica_op_slot(op, i));
    mica_op *built = mica_builder_create(&builder, &call);
    size_t kept = 0;
    for (size_t i = 0; built && i < mica_op_result_count(op); ++i) {
        if (!is_buffer(mica_value_type(mica_op_result(op, i))))
            mica_value_replace_all_uses(mica_op_result(op, i), mica_op_result(built, kept++));
    }
    mica_op_erase(op);
    pass->ok = built != NULL;
    return pass->ok ? MICA_WALK_ADVANCE : MICA_WALK_INTERRUPT;
}

static bool run_results_to_out_params(mica_pass_run *run)
{
    const mica_pass_options *options = mica_pass_run_options(run);
    out_params pass = {.hoist_static_allocs =
                           mica_pass_option_bool(options, "hoist-static-allocs"),
                       .dynamic_results = mica_pass_option_bool(options, "dynamic-results"),
                       .ok = true,
                       .module = mica_pass_run_op(run)};
    mica_op_walk_pre(pass.module, visit_function, &pass);
    if (pass.ok)
        mica_op_walk_post(pass.module, visit_call, &pass);
    return pass.ok;
}

static const mica_option_def options[] = {
    {"hoist-static-allocs", MICA_OPTION_BOOL,
     "A returned static allocation becomes the argument", NULL, NULL},
    {"dynamic-results", MICA_OPTION_BOOL,
     "A result of dynamic shape becomes the bytes that it is written to", NULL, NULL},
};

static const char *const dependent_dialects[] = {"memref", NULL};

const mica_pass_def mica_pass_buffer_results_to_out_params = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "buffer-results-to-out-params",
    .name = "BufferResultsToOutParams",
    .summary = "Write results into buffers given by the caller",
    .anchor = "builtin.module",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .dependent_dialects = dependent_dialects,
    .run = run_results_to_out_params,
};
