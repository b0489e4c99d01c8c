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
#include "dialects/onnx/onnx_ops.h"
#include "ir/core/diagnostics.h"
#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "transforms/pass/pass.h"

#include <stdlib.h>

enum { REFINED };

enum { DEEPEST = 64 }; // levels of control flow

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
    mica_onnx_fault fault;
    mica_onnx_types types;
    if (!mica_onnx_infer_op_types(op, &types, &fault))
        return mica_op_error(op, "%s", fault.message);
    for (size_t i = 0; i < mica_op_result_count(op); ++i)
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

// ---- control flow
// ----------------------------------------------------------------------------

static bool refine_block(mica_block *block, bool returns_change, size_t depth,
                         uint64_t *refined);

/// Does the body, refined for arguments of these types, yield what they promise? Its carried
/// values are arguments from `argument` on, and yielded ones from `yielded` on.
static bool holds(const mica_block *body, size_t argument, size_t yielded, size_t count)
{
    const mica_op *yield = mica_block_last(body);
    for (size_t i = 0; i < count; ++i) {
        const mica_type *in = mica_value_type(mica_block_argument(body, argument + i));
        const mica_type *out = mica_value_type(mica_op_operand(yield, yielded + i));
        if (!mica_onnx_types_agree(out, in) || mica_onnx_join_types(out, in) != out)
            return false;
    }
    return true;
}

/// What a loop's body gets: the types of its arguments, where they can be more precise.
typedef struct loop_body {
    mica_op *op;
    size_t argument, yielded, first_operand, carried; ///< of the carried values
    const mica_type *types[MICA_ONNX_MAX_RESULTS];    ///< of the arguments
    size_t argument_count;
} loop_body;

static bool read_loop(mica_op *op, loop_body *loop)
{
    const mica_block *block = mica_region_first(mica_op_region(op, 0));
    const bool is_loop = mica_op_is(op, &mica_onnx_Loop_kind);
    *loop = (loop_body){.op = op, .argument_count = mica_block_argument_count(block)};
    if (loop->argument_count > MICA_ONNX_MAX_RESULTS)
        return mica_op_error(op, "carries more than %d values", MICA_ONNX_MAX_RESULTS);
    for (size_t i = 0; i < loop->argument_count; ++i)
        loop->types[i] = mica_value_type(mica_block_argument(block, i));
    if (is_loop) {
        loop->argument = 2;
        loop->yielded = 1;
        loop->carried = loop->argument_count - 2;
        loop->first_operand = mica_op_operand_count(op) - loop->carried;
    } else {
        const int64_t slices = mica_integer_attr_value(mica_op_attr(op, "num_scan_inputs"));
        loop->carried = loop->argument_count - (size_t)slices;
    }
    return true;
}

/// Slices are what their scan inputs give; carried values may be what they begin as.
static void expect_more(loop_body *loop, bool *is_guess)
{
    mica_op_state node;
    *is_guess = false;
    for (size_t i = 0; i < loop->carried; ++i) {
        const mica_type **type = &loop->types[loop->argument + i];
        const mica_type *joined = mica_onnx_join_types(
            *type, mica_value_type(mica_op_operand(loop->op, loop->first_operand + i)));
        *is_guess |= joined != *type;
        *type = joined;
    }
    mica_onnx_node_from_op(loop->op, &node);
    for (size_t i = loop->carried; loop->argument == 0 && i < loop->argument_count; ++i) {
        const int64_t axis =
            mica_onnx_scan_setting(&node, "scan_input_axes", i - loop->carried);
        const mica_type *slice =
            mica_onnx_slice_type(mica_value_type(mica_op_operand(loop->op, i)), axis);
        if (slice)
            loop->types[i] = mica_onnx_join_types(loop->types[i], slice);
    }
    mica_op_state_discard(&node);
}

static void set_arguments(mica_block *body, const loop_body *loop)
{
    for (size_t i = 0; i < loop->argument_count; ++i)
        mica_value_set_type(mica_block_argument(body, i), loop->types[i]);
}

/// Tries the types of the inits on a copy of the body. The copy replaces the body when what it
/// yields is of these types too.
static bool refine_guess(loop_body *loop, bool *is_right, bool returns_change, size_t depth,
                         uint64_t *refined)
{
    mica_context *context = mica_op_context(loop->op);
    mica_region *copy = mica_region_create(context);
    mica_mapping *mapping = mica_mapping_create(context);
    bool ok = copy && mapping;
    if (ok) {
        mica_region *body = mica_op_region(loop->op, 0);
        uint64_t found = 0;
        mica_region_clone_into(body, copy, mapping);
        mica_block *block = mica_region_first(copy);
        set_arguments(block, loop);
        ok = refine_block(block, returns_change, depth, &found);
        *is_right = ok && holds(block, loop->argument, loop->yielded, loop->carried);
        if (*is_right) {
            mica_block_erase(mica_region_first(body));
            mica_region_take_body(body, copy);
            *refined += found;
        }
        ++*refined; // the copy is an edit, whatever becomes of it
    }
    if (mapping)
        mica_mapping_destroy(mapping);
    if (copy)
        mica_region_destroy(copy);
    return ok;
}

/// A body's types may depend on what it carries on, and that on the body: the types of the
/// inits are tried first, those that are written taken else.
static bool refine_loop(mica_op *op, bool returns_change, size_t depth, uint64_t *refined)
{
    loop_body written, loop;
    bool is_guess, is_right = false;
    if (!read_loop(op, &written))
        return false;
    loop = written;
    expect_more(&loop, &is_guess);
    if (is_guess && !refine_guess(&loop, &is_right, returns_change, depth, refined))
        return false;
    if (is_right)
        return true;
    for (size_t i = 0; i < loop.carried; ++i)
        loop.types[loop.argument + i] = written.types[loop.argument + i];
    mica_block *body = mica_region_first(mica_op_region(op, 0));
    set_arguments(body, &loop);
    return refine_block(body, returns_change, depth, refined);
}

/// An If that is decided by now is replaced by its branch. `*next` is what comes after it, the
/// branch's ops first.
static bool decide_if(mica_op *op, mica_op **next, bool *is_gone, uint64_t *refined)
{
    bool truth;
    if (!mica_op_is(op, &mica_onnx_If_kind) ||
        !mica_onnx_known_truth(mica_op_operand(op, 0), &truth))
        return true;
    mica_op *before = mica_op_previous(op);
    mica_block *block = mica_op_block(op);
    *is_gone = true;
    ++*refined;
    if (!mica_onnx_take_branch(op, truth))
        return false;
    *next = before ? mica_op_next(before) : mica_block_first(block);
    return true;
}

static bool refine_bodies(mica_op *op, bool returns_change, size_t depth, uint64_t *refined)
{
    if (depth > DEEPEST)
        return mica_op_error(op, "is nested more than %d levels deep", DEEPEST);
    if (mica_op_is(op, &mica_onnx_Loop_kind) || mica_op_is(op, &mica_onnx_Scan_kind))
        return refine_loop(op, returns_change, depth, refined);
    for (size_t r = 0; r < mica_op_region_count(op); ++r)
        if (!refine_block(mica_region_first(mica_op_region(op, r)), returns_change, depth,
                          refined))
            return false;
    return true;
}

/// Refines the ops of one block in program order.
static bool refine_block(mica_block *block, bool returns_change, size_t depth,
                         uint64_t *refined)
{
    mica_op *next;
    for (mica_op *op = mica_block_first(block); op; op = next) {
        bool is_gone = false;
        next = mica_op_next(op);
        if (!is_onnx(op) || mica_op_is(op, &mica_onnx_Yield_kind))
            continue;
        if (!decide_if(op, &next, &is_gone, refined))
            return false;
        if (is_gone)
            continue;
        if (!refine_bodies(op, returns_change, depth + 1, refined) ||
            !refine_op(op, returns_change, refined))
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
        if (!refine_block(block, returns_change, 0, refined))
            return false;
        if (refine_block_backwards(block, returns_change, refined) &&
            !refine_block(block, returns_change, 0, refined))
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
    [REFINED] = {"num-refined",
                 "Results that got a more precise type, and bodies that were tried with one"},
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
