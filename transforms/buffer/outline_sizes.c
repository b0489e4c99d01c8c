// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass outline-sizes: what a model's caller asks for before it runs the model becomes
// functions of the dimensions alone.
//
//   func.func @main(%x: memref<?xf32> .., %n: index {mica.dim = "n"}, %out: memref<?xi8>,
//                   %arena: memref<?xi8>)
//       -> (index {mica.size = 0}, index {mica.arena}) {
//     %size = arith.addi %n, %c1
//     ..
//     return %size, %bytes
//
//   func.func @main(..) attributes {mica.arena_size = @main_arena_size,
//                                   mica.result_sizes = @main_result_sizes} { .. return }
//   func.func private @main_arena_size(%n: index) -> index {
//     .. return %bytes
//   func.func private @main_result_sizes(%n: index) -> index {
//     %size = arith.addi %n, %c1
//     return %size
//
// Asserts on dimensions alone (cf.assert) become @main_sizes_disagree, which returns 1 where
// one does not hold; mica.sizes_disagree names it. Others stay: return-assertions takes them.
//
// A size that depends on data gives its bound there and stays a result of the function.
#include "dialects/cf/cf_ops.h"
#include "dialects/func/func_ops.h"
#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "ir/rewrite/fold.h"
#include "transforms/buffer/size_bounds.h"
#include "transforms/drivers/op_row.h"
#include "transforms/pass/pass.h"
#include "transforms/tensor/entry_dims.h"

#include <stdio.h>

/// What is outlined of one function.
typedef struct outlined {
    mica_context *context;
    mica_op *function, *returns;
    size_t results;
    bool *kept;  ///< of each result: stays one
    bool *arena; ///< of each result: the arena's size
} outlined;

static bool has_mark(const mica_op *function, size_t result, const char *name)
{
    const mica_attr *attrs = mica_function_result_attrs(function, result);
    return attrs && mica_dictionary_attr_find(attrs, mica_string_from(name));
}

/// Of an output, or of the arena.
static bool is_size(const mica_op *function, size_t result)
{
    return has_mark(function, result, "mica.size") || has_mark(function, result, "mica.arena");
}

/// The return of a function with one block; NULL when there are several.
static mica_op *only_return(mica_op *function)
{
    mica_block *entry = mica_region_first(mica_function_body(function));
    return entry && !mica_block_next(entry) ? mica_block_last(entry) : NULL;
}

// ---- the new function
// ------------------------------------------------------------------------

/// A private function of the dimensions that returns `count` sizes, with an entry block; its
/// body is still empty. NULL when out of memory.
static mica_op *create_function(outlined *o, const char *suffix, size_t count,
                                mica_block **entry)
{
    mica_context *context = o->context;
    const size_t arguments = mica_function_argument_count(o->function);
    const size_t most = (arguments > count ? arguments : count) + 1;
    const mica_type **types = micai_context_allocate(context, most * sizeof *types);
    char name[256];
    if (!types)
        return NULL;
    for (size_t i = 0; i < most; ++i)
        types[i] = mica_index_type_get(context);
    size_t dims = 0;
    for (size_t i = 0; i < arguments; ++i)
        dims += micai_entry_dim_name(o->function, i) != NULL;
    snprintf(name, sizeof name, "%.*s_%s",
             MICA_STRING_ARG(mica_string_attr_text(mica_symbol_name(o->function))), suffix);
    mica_op_state state;
    mica_op_state_init(&state, context, "func.func", mica_op_location(o->function));
    mica_op_state_set_attr(&state, "sym_name",
                           mica_string_attr_get(context, mica_string_from(name)));
    mica_op_state_set_attr(&state, "sym_visibility",
                           mica_string_attr_get(context, mica_string_from("private")));
    mica_op_state_set_attr(
        &state, "function_type",
        mica_type_attr_get(mica_function_type_get(context, types, dims, types, count)));
    mica_builder inside = mica_builder_detached(context, mica_op_location(o->function));
    *entry =
        mica_builder_create_block(&inside, mica_op_state_add_region(&state), NULL, types, dims);
    micai_context_free(context, types, most * sizeof *types);
    return mica_op_create(&state);
}

/// Notes the function's name at the one that it is cut from, and puts it behind.
static void attach(outlined *o, mica_op *made, const char *attribute)
{
    mica_op_set_attr(o->function, attribute,
                     mica_symbol_ref_attr_get(
                         o->context, mica_string_attr_text(mica_symbol_name(made)), NULL, 0));
    mica_builder behind = mica_builder_after(o->function);
    mica_builder_insert(&behind, made);
}

/// What stands for the arguments of the function in the new one; NULL when out of memory.
static mica_value **map_arguments(outlined *o, mica_block *entry)
{
    const size_t count = mica_function_argument_count(o->function);
    mica_value **arguments =
        micai_allocate_zeroed(&o->context->allocator, (count + 1) * sizeof *arguments);
    size_t next = 0;
    for (size_t i = 0; arguments && i < count; ++i)
        if (micai_entry_dim_name(o->function, i))
            arguments[i] = mica_block_argument(entry, next++);
    return arguments;
}

/// Fills the body: the bounds of the sizes of one kind, returned. Those that are only bounded
/// stay results of the function. False after a diagnostic.
static bool fill(outlined *o, mica_block *entry, bool arena)
{
    const size_t count = mica_function_argument_count(o->function);
    mica_value **arguments = map_arguments(o, entry);
    if (!arguments)
        return false;
    micai_size_bounds bounds;
    micai_size_bounds_begin(&bounds, o->function,
                            mica_builder_at_end(entry, mica_op_location(o->function)),
                            arguments);
    mica_op_state state;
    mica_op_state_init_record(&state, o->context, mica_op_get_record(o->returns),
                              mica_op_location(o->returns));
    bool ok = true;
    for (size_t i = 0; i < o->results && ok; ++i) {
        if (!is_size(o->function, i) || o->arena[i] != arena)
            continue;
        const micai_size_bound bound =
            micai_size_bounds_of(&bounds, mica_op_operand(o->returns, i));
        ok = bound.value || mica_op_error(o->returns,
                                          "returns size number %zu, which depends on data "
                                          "and has no bound",
                                          i);
        o->kept[i] = !bound.exact;
        if (ok)
            mica_op_state_add_operand(&state, bound.value);
    }
    micai_size_bounds_end(&bounds);
    micai_release(&o->context->allocator, arguments, (count + 1) * sizeof *arguments);
    if (ok)
        return mica_builder_create(&bounds.builder, &state) != NULL;
    mica_op_state_discard(&state);
    return false;
}

static bool outline(outlined *o, const char *suffix, const char *attribute, bool arena)
{
    size_t count = 0;
    for (size_t i = 0; i < o->results; ++i)
        count += is_size(o->function, i) && o->arena[i] == arena;
    if (count == 0)
        return true;
    mica_block *entry;
    mica_op *made = create_function(o, suffix, count, &entry);
    if (!made)
        return false;
    if (!fill(o, entry, arena)) {
        mica_op_destroy(made);
        return false;
    }
    attach(o, made, attribute);
    return true;
}

// ---- the function itself
// ---------------------------------------------------------------------

static bool drop_results(outlined *o)
{
    const size_t bytes = (o->results + 1) * sizeof(void *);
    const mica_type **types = micai_context_allocate(o->context, bytes);
    const mica_attr **attrs = micai_context_allocate(o->context, bytes);
    mica_builder builder = mica_builder_before(o->returns);
    mica_op_state state;
    mica_op_state_init_record(&state, o->context, mica_op_get_record(o->returns),
                              mica_op_location(o->returns));
    size_t count = 0;
    for (size_t i = 0; types && attrs && i < o->results; ++i) {
        if (!o->kept[i])
            continue;
        types[count] = mica_function_result_type(o->function, i);
        attrs[count++] = mica_function_result_attrs(o->function, i);
        mica_op_state_add_operand(&state, mica_op_operand(o->returns, i));
    }
    const bool ok = types && attrs && mica_builder_create(&builder, &state) != NULL &&
                    mica_function_set_results(o->function, types, attrs, count);
    micai_context_free(o->context, types, bytes);
    micai_context_free(o->context, attrs, bytes);
    if (ok)
        mica_op_erase(o->returns);
    return ok;
}

// ---- sizes that must agree
// ---------------------------------------------------------------------

static mica_walk_result collect_assert(void *user, mica_op *op)
{
    micai_op_row *asserts = user;
    if (mica_op_is(op, &mica_cf_assert_kind))
        micai_op_row_append(asserts, op);
    return asserts->failed ? MICA_WALK_INTERRUPT : MICA_WALK_ADVANCE;
}

/// 0 when all conditions that depend on dimensions alone hold, else 1; those asserts go. Those
/// that depend on data stay.
static mica_value *build_verdict(outlined *o, micai_size_bounds *bounds,
                                 const micai_op_row *asserts)
{
    const mica_block *entry = mica_region_first(mica_function_body(o->function));
    mica_value *verdict = micai_build_index(&bounds->builder, 0);
    mica_value *wrong = micai_build_index(&bounds->builder, 1);
    for (size_t i = 0; i < asserts->count && verdict; ++i) {
        mica_op *op = asserts->ops[i];
        const micai_size_bound condition =
            mica_op_block(op) == entry ? micai_size_bounds_of(bounds, mica_op_operand(op, 0))
                                       : (micai_size_bound){NULL, false};
        if (!condition.exact)
            continue;
        mica_op_state state;
        mica_op_state_init(&state, o->context, "arith.select", bounds->builder.location);
        mica_op_state_add_operand(&state, condition.value);
        mica_op_state_add_operand(&state, verdict);
        mica_op_state_add_operand(&state, wrong);
        mica_op_state_add_result(&state, mica_index_type_get(o->context));
        verdict = mica_builder_create_or_fold(&bounds->builder, &state);
        mica_op_erase(op);
    }
    return verdict;
}

/// @main_sizes_disagree of the asserts.
static bool outline_asserts(outlined *o, const micai_op_row *asserts)
{
    mica_block *entry;
    mica_op *made = create_function(o, "sizes_disagree", 1, &entry);
    mica_value **arguments = made ? map_arguments(o, entry) : NULL;
    if (!arguments)
        return false;
    micai_size_bounds bounds;
    micai_size_bounds_begin(&bounds, o->function,
                            mica_builder_at_end(entry, mica_op_location(o->function)),
                            arguments);
    mica_op_state state;
    mica_op_state_init_record(&state, o->context, mica_op_get_record(o->returns),
                              mica_op_location(o->returns));
    mica_value *verdict = build_verdict(o, &bounds, asserts);
    if (verdict)
        mica_op_state_add_operand(&state, verdict);
    const bool ok = verdict && mica_builder_create(&bounds.builder, &state);
    micai_size_bounds_end(&bounds);
    micai_release(&o->context->allocator, arguments,
                  (mica_function_argument_count(o->function) + 1) * sizeof *arguments);
    attach(o, made, "mica.sizes_disagree");
    return ok;
}

static bool outline_all_asserts(outlined *o)
{
    micai_op_row asserts = {0};
    mica_op_walk_pre(o->function, collect_assert, &asserts);
    const bool ok = !asserts.failed && (asserts.count == 0 || outline_asserts(o, &asserts));
    micai_op_row_free(&asserts);
    return ok;
}

static bool outline_function(mica_op *function)
{
    outlined o = {.context = mica_op_context(function),
                  .function = function,
                  .returns = only_return(function),
                  .results = mica_function_result_count(function)};
    if (!o.returns)
        return mica_op_error(function, "has several blocks: sizes can't be cut out of it");
    o.kept = micai_allocate_zeroed(&o.context->allocator, (o.results + 1) * sizeof *o.kept);
    o.arena = micai_allocate_zeroed(&o.context->allocator, (o.results + 1) * sizeof *o.arena);
    bool ok = o.kept && o.arena;
    for (size_t i = 0; ok && i < o.results; ++i) {
        o.kept[i] = !is_size(function, i);
        o.arena[i] = has_mark(function, i, "mica.arena");
    }
    ok = ok && outline(&o, "result_sizes", "mica.result_sizes", false) &&
         outline(&o, "arena_size", "mica.arena_size", true) && outline_all_asserts(&o) &&
         drop_results(&o);
    micai_release(&o.context->allocator, o.kept, (o.results + 1) * sizeof *o.kept);
    micai_release(&o.context->allocator, o.arena, (o.results + 1) * sizeof *o.arena);
    return ok;
}

/// Does it have dimensions or return sizes?
static bool is_concerned(mica_op *op)
{
    if (!mica_op_is(op, &mica_func_func_kind) || mica_function_is_declaration(op))
        return false;
    for (size_t i = 0; i < mica_function_argument_count(op); ++i)
        if (micai_entry_dim_name(op, i))
            return true;
    for (size_t i = 0; i < mica_function_result_count(op); ++i)
        if (is_size(op, i))
            return true;
    return false;
}

static bool run_outline_sizes(mica_pass_run *run)
{
    bool changed = false;
    mica_for_each_op_safe(op, next, mica_module_body(mica_pass_run_op(run)))
    {
        if (!is_concerned(op))
            continue;
        changed = true;
        if (!outline_function(op))
            return false;
    }
    if (!changed)
        mica_pass_run_mark_unchanged(run);
    return !mica_context_out_of_memory(mica_pass_run_context(run));
}

static const char *const dependent_dialects[] = {"arith", "func", NULL};

const mica_pass_def mica_pass_outline_sizes = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "outline-sizes",
    .name = "OutlineSizes",
    .summary = "Make functions of the sizes of results and arena of a model",
    .anchor = "builtin.module",
    .dependent_dialects = dependent_dialects,
    .run = run_outline_sizes,
};
