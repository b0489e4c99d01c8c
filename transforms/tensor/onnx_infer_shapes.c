// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass onnx-infer-shapes: types of onnx ops become as precise as their operands allow, in
// one walk in program order, and functions return what their bodies now say.
//
//   %0 = onnx.Relu %x : (tensor<1x3xf32>) -> tensor<*xf32>      ... -> tensor<1x3xf32>
//
// What a model declares of its outputs also says something of what they are made of, as far as
// ops that keep the shape lead back: a second walk goes against program order, and the first
// is repeated where that told something new.
//
// Only users that take any tensor of the dialect see the new type: onnx ops, and returns of
// functions that nobody calls. Others keep the old one through a tensor.cast.
#include "dialects/func/func_ops.h"
#include "dialects/onnx/onnx.h"
#include "ir/core/diagnostics.h"
#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "transforms/pass/pass.h"

#include <stdlib.h>

enum { REFINED };

static bool is_onnx(const mica_op *op)
{
    const mica_string name = mica_op_name(op);
    return name.length > 5 && memcmp(name.data, "onnx.", 5) == 0;
}

static bool is_return(const mica_op *op)
{
    return mica_op_is(op, &mica_func_return_kind);
}

static bool keeps_old_type(void *user, mica_use *use)
{
    const bool *returns_change = user;
    const mica_op *owner = mica_use_owner(use);
    return !is_onnx(owner) && !(is_return(owner) && *returns_change);
}

/// Gives the value its new type; users that need the old one get it from a cast.
static void refine(mica_value *value, const mica_type *type, bool returns_change)
{
    const mica_type *old = mica_value_type(value);
    mica_value_set_type(value, type);
    bool is_cast_needed = false;
    mica_for_each_use(use, value)
    {
        is_cast_needed |= keeps_old_type(&returns_change, use);
    }
    if (!is_cast_needed)
        return;
    mica_builder builder = mica_builder_after(mica_value_op(value));
    mica_op_state state;
    mica_op_state_init(&state, builder.context, "tensor.cast", builder.location);
    mica_op_state_add_result(&state, old);
    mica_op *cast = mica_builder_create(&builder, &state);
    if (!cast)
        return;
    mica_value_replace_uses_if(value, mica_op_result(cast, 0), keeps_old_type, &returns_change);
    mica_op_set_operands(cast, &value, 1);
}

static bool refine_result(mica_op *op, size_t index, const mica_type *inferred,
                          bool returns_change, uint64_t *refined)
{
    mica_value *result = mica_op_result(op, index);
    const mica_type *type = mica_value_type(result);
    if (!mica_onnx_types_agree(type, inferred))
        return mica_op_error(op, "has another result type than its operands give");
    const mica_type *joined = mica_onnx_join_types(type, inferred);
    if (joined == type)
        return true;
    refine(result, joined, returns_change);
    ++*refined;
    return true;
}

/// Refines the results of an onnx op. False after a diagnostic.
static bool refine_op(mica_op *op, bool returns_change, uint64_t *refined)
{
    mica_op_state node;
    mica_onnx_fault fault;
    mica_onnx_types types;
    const size_t count = mica_op_result_count(op);
    mica_onnx_node_from_op(op, &node);
    const bool inferred = mica_onnx_infer_types(&node, count, &types, &fault);
    mica_op_state_discard(&node);
    if (!inferred)
        return mica_op_error(op, "%s", fault.message);
    for (size_t i = 0; i < count; ++i)
        if (!refine_result(op, i, types.types[i], returns_change, refined))
            return false;
    return true;
}

/// The function's type follows its return.
static bool update_function(mica_op *function, const mica_op *terminator)
{
    const mica_type *type = mica_function_type(function);
    const size_t inputs = mica_function_type_input_count(type);
    const size_t results = mica_op_operand_count(terminator);
    if (results != mica_function_type_result_count(type))
        return true;
    const mica_type **types = mica_malloc((inputs + results + 1) * sizeof *types);
    if (!types)
        return false;
    for (size_t i = 0; i < inputs; ++i)
        types[i] = mica_function_type_input(type, i);
    for (size_t i = 0; i < results; ++i)
        types[inputs + i] = mica_value_type(mica_op_operand(terminator, i));
    const mica_type *updated =
        mica_function_type_get(mica_type_context(type), types, inputs, types + inputs, results);
    mica_free(types);
    if (updated && updated != type)
        mica_function_set_type(function, updated);
    return updated != NULL;
}

/// Refines the ops of one block in program order.
static bool refine_block(mica_block *block, bool returns_change, uint64_t *refined)
{
    mica_for_each_op_safe(op, next, block)
    {
        if (is_onnx(op) && !refine_op(op, returns_change, refined))
            return false;
    }
    return true;
}

/// The type that operand 0 of an op has by what its result says; NULL when that is nothing new.
static const mica_type *type_by_result(mica_op *op, const mica_value *operand)
{
    const mica_type *type = mica_value_type(operand);
    const mica_type *result = mica_value_type(mica_op_result(op, 0));
    const mica_type *said = mica_type_with_element(result, mica_type_element(type));
    if (!said || !mica_onnx_types_agree(type, said))
        return NULL;
    const mica_type *joined = mica_onnx_join_types(type, said);
    return joined == type ? NULL : joined;
}

/// Refines what ops that keep the shape read, against program order. True when it did.
static bool refine_block_backwards(mica_block *block, bool returns_change, uint64_t *refined)
{
    const uint64_t before = *refined;
    for (mica_op *op = mica_block_last(block); op; op = mica_op_previous(op)) {
        if (!is_onnx(op) || !mica_onnx_keeps_shape(mica_op_name(op)))
            continue;
        mica_value *operand = mica_op_operand(op, 0);
        const mica_op *source = mica_value_op(operand);
        const mica_type *type = type_by_result(op, operand);
        if (!type || !source || !is_onnx(source))
            continue;
        refine(operand, type, returns_change);
        ++*refined;
    }
    return *refined != before;
}

/// Changing what a function returns is right only when nobody calls it.
static bool refine_function(mica_op *function, bool is_unused, uint64_t *refined)
{
    mica_region *body = mica_function_body(function);
    const bool returns_change = is_unused && mica_region_has_one_block(body);
    mica_for_each_block(block, body)
    {
        if (!refine_block(block, returns_change, refined))
            return false;
        if (refine_block_backwards(block, returns_change, refined) &&
            !refine_block(block, returns_change, refined))
            return false;
    }
    const mica_op *terminator =
        returns_change ? mica_block_terminator(mica_region_first(body)) : NULL;
    return !terminator || !is_return(terminator) || update_function(function, terminator);
}

static bool end_walk(void *user, mica_op *op, const mica_attr *reference)
{
    (void)user;
    (void)op;
    (void)reference;
    return false;
}

static bool run_onnx_infer_shapes(mica_pass_run *run)
{
    mica_op *module = mica_pass_run_op(run);
    // One reference to any symbol keeps all signatures: a model has a single function.
    const bool is_unused = mica_symbol_walk_uses(module, end_walk, NULL);
    uint64_t refined = 0;
    mica_for_each_op(op, mica_module_body(module))
    {
        if (mica_op_interface(op, &mica_function_like_interface) &&
            !refine_function(op, is_unused, &refined))
            return false;
    }
    mica_pass_run_count(run, REFINED, refined);
    if (refined == 0)
        mica_pass_run_mark_unchanged(run);
    return true;
}

static const mica_statistic_def statistics[] = {
    [REFINED] = {"num-refined", "Results that got a more precise type"},
};

static const char *const dependent_dialects[] = {"tensor", NULL};

const mica_pass_def mica_pass_onnx_infer_shapes = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "onnx-infer-shapes",
    .name = "OnnxInferShapes",
    .summary = "Infer the shapes of the results of onnx ops",
    .anchor = "builtin.module",
    .statistics = statistics,
    .statistic_count = 1,
    .dependent_dialects = dependent_dialects,
    .run = run_onnx_infer_shapes,
};
