// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The passes expose-assertions and return-assertions: a model that finds an assertion broken
// tells its caller, instead of ending the program as convert-cf-to-llvm would.
//
// While control flow has structure the function promises to say so:
//
//   func.func @main(..) {               func.func @main(..) -> (index {mica.assertions}) {
//     cf.assert %holds, ".."      ->      cf.assert %holds, ".."
//     return                              return %c0 : index
//
// Once it is blocks and branches, nothing that an assertion guards runs when it is broken, be
// it in a loop or a branch:
//
//     cf.assert %holds, ".."      ->      cf.cond_br %holds, ^next, ^broken
//                                       ^next: ..
//                                       ^broken: return %c1 : index
//
// Public functions only: others have callers that know their results.
#include "dialects/cf/cf_ops.h"
#include "dialects/func/func_ops.h"
#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "transforms/buffer/size_bounds.h"
#include "transforms/drivers/op_row.h"
#include "transforms/pass/pass.h"

static const char mark[] = "mica.assertions";

static mica_walk_result collect_assert(void *user, mica_op *op)
{
    micai_op_row *asserts = user;
    if (mica_op_is(op, &mica_cf_assert_kind))
        micai_op_row_append(asserts, op);
    return asserts->failed ? MICA_WALK_INTERRUPT : MICA_WALK_ADVANCE;
}

/// Calls `change` for each public function with assertions.
static bool for_each_function(mica_pass_run *run,
                              bool (*change)(mica_op *, const micai_op_row *))
{
    bool ok = true, found = false;
    mica_for_each_op(op, mica_module_body(mica_pass_run_op(run)))
    {
        if (!mica_op_is(op, &mica_func_func_kind) || mica_function_is_declaration(op) ||
            mica_symbol_get_visibility(op) != MICA_VISIBILITY_PUBLIC)
            continue;
        micai_op_row asserts = {0};
        mica_op_walk_pre(op, collect_assert, &asserts);
        found |= asserts.count > 0;
        ok = ok && !asserts.failed && (asserts.count == 0 || change(op, &asserts));
        micai_op_row_free(&asserts);
    }
    if (!found)
        mica_pass_run_mark_unchanged(run);
    return ok;
}

// ---- the promise
// ---------------------------------------------------------------------------------

static bool add_result(mica_op *function)
{
    mica_context *context = mica_op_context(function);
    const size_t count = mica_function_result_count(function);
    const size_t bytes = (count + 1) * sizeof(void *);
    const mica_type **types = micai_context_allocate(context, bytes);
    const mica_attr **attrs = micai_context_allocate(context, bytes);
    bool ok = types && attrs;
    if (ok) {
        const mica_named_attr marked = {mica_identifier_get(context, mica_string_from(mark)),
                                        mica_unit_attr_get(context)};
        for (size_t i = 0; i < count; ++i) {
            types[i] = mica_function_result_type(function, i);
            attrs[i] = mica_function_result_attrs(function, i);
        }
        types[count] = mica_index_type_get(context);
        attrs[count] = mica_dictionary_attr_get(context, &marked, 1);
        ok = mica_function_set_results(function, types, attrs, count + 1);
    }
    micai_context_free(context, types, bytes);
    micai_context_free(context, attrs, bytes);
    return ok;
}

/// Returns 0 as well.
static bool extend_return(mica_op *returns)
{
    mica_builder builder = mica_builder_before(returns);
    mica_op_state state;
    mica_op_state_init_record(&state, builder.context, mica_op_get_record(returns),
                              mica_op_location(returns));
    for (size_t i = 0; i < mica_op_operand_count(returns); ++i)
        mica_op_state_add_operand(&state, mica_op_operand(returns, i));
    mica_op_state_add_operand(&state, micai_build_index(&builder, 0));
    if (!mica_builder_create(&builder, &state))
        return false;
    mica_op_erase(returns);
    return true;
}

static bool expose(mica_op *function, const micai_op_row *asserts)
{
    for (size_t i = 0; i < mica_function_result_count(function); ++i)
        if (!mica_type_is_index(mica_function_result_type(function, i)))
            return mica_op_error(asserts->ops[0],
                                 "can't be told to the caller: the function returns more than "
                                 "sizes");
    mica_for_each_block(block, mica_function_body(function))
    {
        mica_op *last = mica_block_last(block);
        if (mica_op_is(last, &mica_func_return_kind) && !extend_return(last))
            return false;
    }
    return add_result(function);
}

static bool run_expose_assertions(mica_pass_run *run)
{
    return for_each_function(run, expose);
}

// ---- its keeping
// ---------------------------------------------------------------------------------

/// A block that returns 1 as the last result, and no sizes; NULL when out of memory.
static mica_block *build_broken(mica_op *function, mica_location location)
{
    mica_builder builder = mica_builder_detached(mica_op_context(function), location);
    mica_block *block =
        mica_builder_create_block(&builder, mica_function_body(function), NULL, NULL, 0);
    mica_op_state state;
    mica_op_state_init(&state, builder.context, "func.return", location);
    const size_t count = mica_function_result_count(function);
    for (size_t i = 0; i < count; ++i)
        mica_op_state_add_operand(&state, micai_build_index(&builder, i + 1 == count));
    return mica_builder_create(&builder, &state) ? block : NULL;
}

static bool branch(mica_op *op, mica_block *broken)
{
    mica_block *here = mica_op_block(op);
    mica_block *next = mica_block_split_before(op);
    if (!next)
        return false;
    mica_builder builder = mica_builder_at_end(here, mica_op_location(op));
    if (!mica_cf_cond_br_build(&builder, mica_cf_assert_arg(op), NULL, 0, NULL, 0, next,
                               broken))
        return false;
    mica_op_erase(op);
    return true;
}

static bool keep(mica_op *function, const micai_op_row *asserts)
{
    const size_t count = mica_function_result_count(function);
    const mica_attr *attrs = count ? mica_function_result_attrs(function, count - 1) : NULL;
    if (!attrs || !mica_dictionary_attr_find(attrs, mica_string_from(mark)))
        return true;
    mica_block *broken = build_broken(function, mica_op_location(asserts->ops[0]));
    bool ok = broken != NULL;
    for (size_t i = 0; ok && i < asserts->count; ++i)
        ok = mica_op_parent(asserts->ops[i]) == function
                 ? branch(asserts->ops[i], broken)
                 : mica_op_error(asserts->ops[i], "is inside an op that can't be left");
    return ok;
}

static bool run_return_assertions(mica_pass_run *run)
{
    return for_each_function(run, keep);
}

static const char *const dependent_dialects[] = {"arith", "cf", "func", NULL};

const mica_pass_def mica_pass_expose_assertions = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "expose-assertions",
    .name = "ExposeAssertions",
    .summary = "Give public functions with assertions a result that says whether one is broken",
    .anchor = "builtin.module",
    .dependent_dialects = dependent_dialects,
    .run = run_expose_assertions,
};

const mica_pass_def mica_pass_return_assertions = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "return-assertions",
    .name = "ReturnAssertions",
    .summary = "Return from functions that say so when an assertion is broken",
    .anchor = "builtin.module",
    .dependent_dialects = dependent_dialects,
    .run = run_return_assertions,
};
