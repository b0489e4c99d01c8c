// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The conversion driver: one forward walk over the ops that were there at the start, parents
// first. An op that must go is folded or given to the patterns; what they make is looked at at
// once, so that a pattern may produce ops that other patterns convert further:
//
//   legal? ------------------> next op
//     | no
//   folds? ------------------> replaced by values, constants are looked at like new ops
//     | no
//   a pattern applies? ------> new ops are looked at, innermost first; depth is limited
//     | no
//   may stay (unknown)? -----> next op
//     | no
//   "failed to legalize", with the reasons that the patterns give when asked once more
//
// Nothing is undone. Patterns that do not apply change nothing, so asking them again for their
// reasons is safe, and a conversion that succeeds never formats one.
#include <assert.h>
#include <stdlib.h>

#include "ir/core/context.h"
#include "ir/core/definition.h"
#include "ir/rewrite/fold.h"
#include "ir/text/text.h"
#include "transforms/drivers/conversion_driver_internal.h"

enum {
    /// Patterns that convert what other patterns made, and so on.
    DEEPEST_LEGALIZATION = 64,
};

// ---- the rewriter's listener
// -----------------------------------------------------------------

static void push_pending(micai_conversion_driver *driver, mica_op *op)
{
    if (micai_pointer_map_find(&driver->place, op, NULL))
        return;
    if (!micai_array_reserve(driver->allocator, (void **)&driver->pending,
                             &driver->pending_capacity, driver->pending_count + 1,
                             sizeof(mica_op *)) ||
        !micai_pointer_map_set(&driver->place, op, driver->pending_count)) {
        driver->out_of_memory = true;
        return;
    }
    driver->pending[driver->pending_count++] = op;
}

static mica_walk_result push_walked(void *driver, mica_op *op)
{
    push_pending(driver, op);
    return MICA_WALK_ADVANCE;
}

/// A clone comes with its nested ops, which were not told.
static void hear_inserted(void *driver, mica_op *op)
{
    if (mica_op_region_count(op))
        mica_op_walk_pre(op, push_walked, driver);
    else
        push_pending(driver, op);
}

static void hear_erased(void *driver, mica_op *op)
{
    micai_conversion_forget(driver, op);
}

static void hear_failed(void *user, mica_op *op, mica_string reason)
{
    micai_conversion_driver *driver = user;
    if (!driver->explained_pattern)
        return;
    driver->has_reason = true;
    mica_diagnostic_note(driver->explanation, mica_op_location(op),
                         "pattern '%s' did not apply: %.*s", driver->explained_pattern,
                         MICA_STRING_ARG(reason));
}

static const mica_rewriter_listener quiet_listener = {
    .struct_size = sizeof(quiet_listener), .inserted = hear_inserted, .erased = hear_erased};
static const mica_rewriter_listener explaining_listener = {.struct_size =
                                                               sizeof(explaining_listener),
                                                           .inserted = hear_inserted,
                                                           .erased = hear_erased,
                                                           .failed = hear_failed};

/// False: no pattern is asked when an operand has no converted value.
static bool explain_operand(micai_conversion_driver *driver, mica_op *op,
                            const mica_conversion_pattern *pattern)
{
    if (driver->explanation) {
        char *type = mica_type_to_string(driver->without_counterpart);
        mica_diagnostic_note(driver->explanation, mica_op_location(op),
                             "pattern '%s' did not apply: the type '%s' of an operand has no "
                             "counterpart",
                             pattern->name, type ? type : "?");
        mica_free(type);
    }
    return false;
}

bool micai_conversion_run_pattern(mica_rewriter *rewriter, mica_op *op, void *user)
{
    micai_conversion_driver *driver = rewriter->user;
    const mica_conversion_pattern *pattern = user;
    if (driver->without_counterpart)
        return explain_operand(driver, op, pattern);
    if (!driver->explanation)
        return pattern->rewrite(rewriter, op, &driver->adapted, pattern->user);
    driver->explained_pattern = pattern->name;
    driver->has_reason = false;
    const bool applied = pattern->rewrite(rewriter, op, &driver->adapted, pattern->user);
    driver->explained_pattern = NULL;
    if (!applied && !driver->has_reason)
        mica_diagnostic_note(driver->explanation, mica_op_location(op),
                             "pattern '%s' did not apply", pattern->name);
    return applied;
}

// ---- failing
// ---------------------------------------------------------------------------------

static bool fail_to_legalize(micai_conversion_driver *driver, mica_op *op,
                             micai_legality legality)
{
    driver->explanation = mica_error(
        driver->conversion->context, mica_op_location(op),
        "failed to legalize operation '%.*s'%s", MICA_STRING_ARG(mica_op_name(op)),
        legality == MICAI_LEGALITY_ILLEGAL ? " that was explicitly marked illegal" : "");
    driver->rewriter.listener = &explaining_listener;
    micai_conversion_adapt_operands(driver, op);
    mica_pattern_set_apply(driver->conversion->patterns, &driver->rewriter, op, NULL);
    driver->rewriter.listener = &quiet_listener;
    mica_diagnostic *diagnostic = driver->explanation;
    driver->explanation = NULL;
    return mica_diagnostic_emit(diagnostic);
}

// ---- one op
// ----------------------------------------------------------------------------------

static bool legalize(micai_conversion_driver *driver, mica_op *op, size_t depth);

/// Looks at the ops that were made since `start`, in order.
static bool legalize_new_ops(micai_conversion_driver *driver, size_t start, size_t depth)
{
    for (size_t i = start, end = driver->pending_count; i < end; i++) {
        mica_op *op = driver->pending[i];
        if (op && !legalize(driver, op, depth))
            return false;
    }
    for (size_t i = start; i < driver->pending_count; i++)
        if (driver->pending[i])
            micai_pointer_map_erase(&driver->place, driver->pending[i]);
    driver->pending_count = start;
    return true;
}

/// True when the op was folded: replaced, or changed in place.
static bool fold(micai_conversion_driver *driver, mica_op *op)
{
    const size_t count = mica_op_result_count(op);
    if (count > MICAI_MOST_FOLD_RESULTS || mica_op_has_trait(op, MICA_TRAIT_CONSTANT_LIKE))
        return false;
    mica_fold_result results[MICAI_MOST_FOLD_RESULTS];
    mica_value *values[MICAI_MOST_FOLD_RESULTS];
    const mica_fold_status status = mica_op_fold(op, results);
    if (status != MICA_FOLD_REPLACED)
        return status == MICA_FOLD_IN_PLACE;
    if (!micai_rewriter_materialize_fold(&driver->rewriter, op, results, values))
        return false;
    return mica_rewriter_replace_op(&driver->rewriter, op, values, count);
}

static bool convert(micai_conversion_driver *driver, mica_op *op)
{
    if (fold(driver, op))
        return true;
    micai_conversion_adapt_operands(driver, op);
    return !driver->out_of_memory &&
           mica_pattern_set_apply(driver->conversion->patterns, &driver->rewriter, op, NULL);
}

/// Nested ops of a recursively legal op are not looked at.
static mica_walk_result skip_nested(void *user, mica_op *op)
{
    micai_conversion_driver *driver = user;
    uint64_t index;
    if (micai_pointer_map_find(&driver->place, op, &index)) {
        driver->pending[index] = NULL;
        micai_pointer_map_erase(&driver->place, op);
    }
    return MICA_WALK_ADVANCE;
}

static bool may_stay(const micai_conversion_driver *driver, micai_legality legality)
{
    return legality == MICAI_LEGALITY_LEGAL ||
           (legality == MICAI_LEGALITY_UNKNOWN && !driver->is_full);
}

/// Is `op`, which is or was in the pending list at `index`, still there?
static bool is_alive(const micai_conversion_driver *driver, size_t index)
{
    return driver->pending[index] != NULL;
}

static bool legalize(micai_conversion_driver *driver, mica_op *op, size_t depth)
{
    bool is_recursive;
    micai_legality legality = micai_conversion_judge(driver->conversion, op, &is_recursive);
    if (legality == MICAI_LEGALITY_LEGAL) {
        if (is_recursive && mica_op_region_count(op))
            mica_op_walk_pre(op, skip_nested, driver);
        return true;
    }
    uint64_t index = 0;
    micai_pointer_map_find(&driver->place, op, &index);
    const size_t start = driver->pending_count;
    if (depth > DEEPEST_LEGALIZATION || !convert(driver, op))
        return may_stay(driver, legality) || fail_to_legalize(driver, op, legality);
    if (!legalize_new_ops(driver, start, depth + 1))
        return false;
    if (!is_alive(driver, index))
        return true;
    // Changed in place: it may need another pattern.
    legality = micai_conversion_judge(driver->conversion, op, NULL);
    return legality != MICAI_LEGALITY_ILLEGAL || legalize(driver, op, depth + 1);
}

// ---- running
// ---------------------------------------------------------------------------------

static void init_driver(micai_conversion_driver *driver, mica_conversion *conversion,
                        bool is_full)
{
    memset(driver, 0, sizeof(*driver));
    driver->conversion = conversion;
    driver->allocator = conversion->allocator;
    driver->is_full = is_full;
    driver->place = micai_pointer_map_on(driver->allocator);
    driver->cast_place = micai_pointer_map_on(driver->allocator);
    driver->target_cast = micai_pointer_map_on(driver->allocator);
    micai_rewriter_init(&driver->rewriter, conversion->context, &quiet_listener, driver);
    driver->rewriter.replace = micai_conversion_replace;
    conversion->driver = driver;
}

static void free_driver(micai_conversion_driver *driver)
{
    const micai_allocator *allocator = driver->allocator;
    driver->conversion->driver = NULL;
    micai_rewriter_free(&driver->rewriter);
    micai_pointer_map_free(&driver->place);
    micai_pointer_map_free(&driver->cast_place);
    micai_pointer_map_free(&driver->target_cast);
    micai_release(allocator, driver->pending, driver->pending_capacity * sizeof(mica_op *));
    micai_release(allocator, driver->casts, driver->cast_capacity * sizeof(micai_made_cast));
    micai_release(allocator, driver->adapted_values,
                  driver->adapted_capacity * sizeof(mica_value *));
    micai_release(allocator, driver->adapted_offsets,
                  driver->offsets_capacity * sizeof(uint32_t));
}

static bool run(mica_conversion *conversion, mica_op *root, bool is_full)
{
    micai_conversion_driver driver;
    if (!mica_pattern_set_freeze(conversion->patterns))
        return false;
    init_driver(&driver, conversion, is_full);
    for (size_t i = 0; i < mica_op_region_count(root); i++)
        mica_for_each_block(block, mica_op_region(root, i)) mica_for_each_op(op, block)
            mica_op_walk_pre(op, push_walked, &driver);
    bool done = !driver.out_of_memory;
    for (size_t i = 0, count = driver.pending_count; i < count && done; i++)
        if (driver.pending[i])
            done = legalize(&driver, driver.pending[i], 0) && !driver.out_of_memory;
    micai_conversion_resolve_casts(&driver);
    free_driver(&driver);
    return done && !mica_context_out_of_memory(conversion->context);
}

bool mica_conversion_run_partial(mica_conversion *conversion, mica_op *root)
{
    return run(conversion, root, false);
}

bool mica_conversion_run_full(mica_conversion *conversion, mica_op *root)
{
    return run(conversion, root, true);
}
