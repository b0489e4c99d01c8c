// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The greedy driver. A round collects all ops in program order, uniques the constants, and then
// works through the worklist:
//
//   pop an op --> dead? erase it
//             --> folds? replace it (constants made before it; the next round hoists them)
//             --> a pattern applies? what it made, changed and used comes back on the list
//
// Rounds follow until one changes nothing: uniquing constants and dropping blocks expose more.
// What an edit can enable is near: ops that were made or changed, the ops around them, and the
// producers of operands that lost a use. The order of all this decides where constants end up
// and thus the text that users see, so it must stay as it is.
#include "ir/interpreter/interpreter.h"
#include "transforms/drivers/greedy.h"

#include <assert.h>

#include "ir/core/context.h"
#include "ir/core/definition.h"
#include "ir/rewrite/fold.h"
#include "ir/rewrite/rewriter_internal.h"
#include "ir/rewrite/side_effects.h"
#include "transforms/drivers/constant_pool_internal.h"
#include "transforms/drivers/op_worklist_internal.h"
#include "transforms/drivers/rewrite_log_internal.h"

enum {
    DEFAULT_ITERATIONS = 10,
    /// How many levels of ops around a changed op are visited again at once. Ops further out
    /// wait for the next round, which keeps deep nesting linear.
    NOTIFIED_ANCESTORS = 16,
    MOST_USES_SEEN = 64,
};

typedef struct greedy_driver {
    mica_context *context;
    const micai_allocator *allocator;
    mica_region *scope;
    const mica_pattern_set *patterns;
    mica_greedy_options options;
    mica_rewriter rewriter;
    micai_op_worklist worklist;
    micai_rewrite_log log;
    mica_op **collected;
    size_t collected_count, collected_capacity;
    bool out_of_memory;
    bool edited;
} greedy_driver;

// ---- the worklist hears of changes
// -----------------------------------------------------------

static void push_op(greedy_driver *driver, mica_op *op)
{
    if (!micai_op_worklist_push(&driver->worklist, op))
        driver->out_of_memory = true;
}

/// Is the op inside the scope?
static bool in_scope(const greedy_driver *driver, const mica_op *op)
{
    const mica_region *region = mica_op_parent_region(op);
    return region && mica_region_is_ancestor(driver->scope, region);
}

/// The op and the ops around it, up to the scope.
static void push_with_ancestors(greedy_driver *driver, mica_op *op)
{
    mica_op *chain[NOTIFIED_ANCESTORS];
    size_t count = 0;
    mica_region *region = NULL;
    for (mica_op *around = op; around && count < NOTIFIED_ANCESTORS;
         around = mica_region_parent(region)) {
        chain[count++] = around;
        region = mica_op_parent_region(around);
        if (!region)
            return;
        if (region == driver->scope)
            break;
    }
    if (region != driver->scope && !in_scope(driver, op))
        return;
    for (size_t i = 0; i < count; i++)
        push_op(driver, chain[i]);
}

/// Is the value used by at most one op besides `op`? Looks at few uses, so that an op which
/// uses one value very often costs no more.
static bool has_at_most_one_other_user(const mica_value *value, const mica_op *op)
{
    const mica_op *other = NULL;
    size_t seen = 0;
    mica_for_each_use(use, value)
    {
        const mica_op *user = mica_use_owner(use);
        if (++seen > MOST_USES_SEEN)
            return false;
        if (user == op || user == other)
            continue;
        if (other)
            return false;
        other = user;
    }
    return true;
}

static void hear_inserted(void *user, mica_op *op)
{
    greedy_driver *driver = user;
    micai_rewrite_log_op(&driver->log, "insert", op);
    if (driver->options.listener && driver->options.listener->inserted)
        driver->options.listener->inserted(driver->options.listener_user, op);
    push_with_ancestors(driver, op);
}

static void hear_modified(void *user, mica_op *op)
{
    greedy_driver *driver = user;
    micai_rewrite_log_op(&driver->log, "modify", op);
    if (driver->options.listener && driver->options.listener->modified)
        driver->options.listener->modified(driver->options.listener_user, op);
    push_with_ancestors(driver, op);
}

static void hear_replaced(void *user, mica_op *op, mica_value *const *values, size_t count)
{
    greedy_driver *driver = user;
    micai_rewrite_log_op(&driver->log, "replace", op);
    if (driver->options.listener && driver->options.listener->replaced)
        driver->options.listener->replaced(driver->options.listener_user, op, values, count);
}

/// Producers of the operands may be dead now, or have the one use that a pattern waits for.
static void hear_erased(void *user, mica_op *op)
{
    greedy_driver *driver = user;
    micai_rewrite_log_op(&driver->log, "erase", op);
    if (driver->options.listener && driver->options.listener->erased)
        driver->options.listener->erased(driver->options.listener_user, op);
    for (size_t i = 0; i < mica_op_operand_count(op); i++) {
        mica_value *operand = mica_op_operand(op, i);
        mica_op *producer = operand ? mica_value_op(operand) : NULL;
        if (producer && has_at_most_one_other_user(operand, op))
            push_with_ancestors(driver, producer);
    }
    micai_op_worklist_remove(&driver->worklist, op);
}

static void hear_block_erased(void *user, mica_block *block)
{
    greedy_driver *driver = user;
    if (driver->options.listener && driver->options.listener->block_erased)
        driver->options.listener->block_erased(driver->options.listener_user, block);
}

static void hear_failed(void *user, mica_op *op, mica_string reason)
{
    greedy_driver *driver = user;
    micai_rewrite_log_reason(&driver->log, reason);
    if (driver->options.listener && driver->options.listener->failed)
        driver->options.listener->failed(driver->options.listener_user, op, reason);
}

static const mica_rewriter_listener quiet_listener = {sizeof(mica_rewriter_listener),
                                                      hear_inserted,
                                                      hear_modified,
                                                      hear_replaced,
                                                      hear_erased,
                                                      hear_block_erased,
                                                      NULL};
static const mica_rewriter_listener logging_listener = {sizeof(mica_rewriter_listener),
                                                        hear_inserted,
                                                        hear_modified,
                                                        hear_replaced,
                                                        hear_erased,
                                                        hear_block_erased,
                                                        hear_failed};

static const mica_rewriter_listener *choose_listener(const mica_greedy_options *options)
{
    const bool wants_reasons = options->log || (options->listener && options->listener->failed);
    return wants_reasons ? &logging_listener : &quiet_listener;
}

// ---- one round
// -------------------------------------------------------------------------------

static mica_walk_result collect_op(void *user, mica_op *op)
{
    greedy_driver *driver = user;
    if (!micai_array_reserve(driver->allocator, (void **)&driver->collected,
                             &driver->collected_capacity, driver->collected_count + 1,
                             sizeof(mica_op *))) {
        driver->out_of_memory = true;
        return MICA_WALK_INTERRUPT;
    }
    driver->collected[driver->collected_count++] = op;
    return MICA_WALK_ADVANCE;
}

/// All ops of the scope: parents first, or last when the visit is bottom-up.
static void collect_ops(greedy_driver *driver)
{
    driver->collected_count = 0;
    mica_for_each_block(block, driver->scope) mica_for_each_op(op, block)
    {
        if (driver->options.bottom_up)
            mica_op_walk_post(op, collect_op, driver);
        else
            mica_op_walk_pre(op, collect_op, driver);
    }
}

/// Fills the worklist, so that popping yields program order (or the reverse of post-order), and
/// uniques constants on the way. True when that edited anything.
static bool fill_worklist(greedy_driver *driver)
{
    micai_op_worklist_clear(&driver->worklist);
    collect_ops(driver);
    micai_constant_pool pool;
    micai_constant_pool_init(&pool, driver->allocator, &driver->rewriter);
    for (size_t i = 0; i < driver->collected_count; i++) {
        mica_op *op = driver->collected[i];
        const mica_attr *value = driver->options.no_fold ? NULL : mica_op_constant_value(op);
        if (value && !micai_constant_pool_insert(&pool, op, value))
            continue;
        push_op(driver, op);
    }
    const bool edited = pool.edited;
    micai_constant_pool_free(&pool);
    if (!driver->options.bottom_up)
        micai_op_worklist_reverse(&driver->worklist);
    return edited;
}

enum { MOST_EVALUATED_OPERANDS = 6, MOST_EVALUATED_ELEMENTS = 64 };

/// By the interpreter, when all operands are constants.
static bool evaluate(mica_op *op, mica_fold_result *results)
{
    const mica_attr *constants[MOST_EVALUATED_OPERANDS];
    const mica_attr *attrs[MICAI_MOST_FOLD_RESULTS] = {NULL};
    const size_t count = mica_op_operand_count(op);
    if (count > MOST_EVALUATED_OPERANDS)
        return false;
    for (size_t i = 0; i < count; i++) {
        constants[i] = mica_value_constant(mica_op_operand(op, i));
        if (!constants[i])
            return false;
    }
    if (!mica_interpreter_fold(op, constants, attrs, MOST_EVALUATED_ELEMENTS))
        return false;
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        results[i] = (mica_fold_result){attrs[i], NULL};
    return true;
}

static bool fold_op(greedy_driver *driver, mica_op *op)
{
    const size_t count = mica_op_result_count(op);
    if (driver->options.no_fold || count > MICAI_MOST_FOLD_RESULTS ||
        mica_op_has_trait(op, MICA_TRAIT_CONSTANT_LIKE))
        return false;
    mica_fold_result results[MICAI_MOST_FOLD_RESULTS];
    mica_value *values[MICAI_MOST_FOLD_RESULTS];
    switch (mica_op_fold(op, results)) {
    case MICA_FOLD_NONE:
        if (!driver->options.evaluate_constants || !evaluate(op, results))
            return false;
        break;
    case MICA_FOLD_IN_PLACE:
        micai_rewrite_log_op(&driver->log, "fold in place", op);
        return mica_rewriter_modified(&driver->rewriter, op);
    case MICA_FOLD_REPLACED:
        break;
    }
    if (!micai_rewriter_materialize_fold(&driver->rewriter, op, results, values))
        return false;
    micai_rewrite_log_op(&driver->log, "fold", op);
    return mica_rewriter_replace_op(&driver->rewriter, op, values, count);
}

/// True when anything changed.
static bool work_through_list(greedy_driver *driver)
{
    bool edited = false;
    int64_t rewrites = 0;
    const int64_t limit = driver->options.max_rewrites;
    // Without memory an op may have lost what its folder relies on.
    while (!driver->out_of_memory && !mica_context_out_of_memory(driver->context) &&
           (limit <= 0 || rewrites < limit)) {
        mica_op *op = micai_op_worklist_pop(&driver->worklist);
        if (!op)
            break;
        if (mica_op_is_trivially_dead(op)) {
            edited = mica_rewriter_erase_op(&driver->rewriter, op);
            continue;
        }
        if (fold_op(driver, op)) {
            edited = true;
            continue;
        }
        const char *applied = NULL;
        micai_rewrite_log_op(&driver->log, "visit", op);
        if (mica_pattern_set_apply(driver->patterns, &driver->rewriter, op, &applied)) {
            micai_rewrite_log_applied(&driver->log, applied);
            edited = true;
            rewrites++;
        }
    }
    return edited;
}

/// True when there is nothing left to do.
static bool run_rounds(greedy_driver *driver)
{
    const int64_t limit = driver->options.max_iterations;
    for (int64_t round = 0; limit < 0 || round < limit; round++) {
        driver->edited |= fill_worklist(driver);
        bool edited = work_through_list(driver);
        if (driver->options.region_level != MICA_REGION_DISABLED)
            edited |= mica_region_simplify(
                driver->scope, driver->options.region_level == MICA_REGION_AGGRESSIVE,
                &driver->rewriter);
        if (driver->out_of_memory || mica_context_out_of_memory(driver->context))
            return false;
        if (!edited)
            return true;
        driver->edited = true;
    }
    return false;
}

// ---- running
// ---------------------------------------------------------------------------------

static mica_greedy_options complete_options(const mica_greedy_options *options)
{
    mica_greedy_options complete = {.struct_size = sizeof(complete)};
    if (options)
        complete = *options;
    if (complete.max_iterations == 0)
        complete.max_iterations = DEFAULT_ITERATIONS;
    return complete;
}

bool mica_greedy_run_region(mica_region *region, mica_pattern_set *patterns,
                            const mica_greedy_options *options, bool *changed)
{
    if (changed)
        *changed = false;
    if (!mica_pattern_set_freeze(patterns))
        return false;
    mica_context *context = mica_region_context(region);
    greedy_driver driver = {.context = context,
                            .allocator = micai_context_allocator(context),
                            .scope = region,
                            .patterns = patterns,
                            .options = complete_options(options)};
    micai_op_worklist_init(&driver.worklist, driver.allocator);
    micai_rewrite_log_init(&driver.log, driver.options.log, driver.options.log_user);
    micai_rewriter_init(&driver.rewriter, context, choose_listener(&driver.options), &driver);
    const bool done = run_rounds(&driver);
    micai_rewriter_free(&driver.rewriter);
    micai_op_worklist_free(&driver.worklist);
    micai_release(driver.allocator, driver.collected,
                  driver.collected_capacity * sizeof(mica_op *));
    if (changed)
        *changed = driver.edited;
    return done;
}

bool mica_greedy_run(mica_op *root, mica_pattern_set *patterns,
                     const mica_greedy_options *options, bool *changed)
{
    assert((!mica_op_definition(root) ||
            mica_op_has_trait(root, MICA_TRAIT_ISOLATED_FROM_ABOVE)) &&
           "the root of greedy rewriting is isolated from above");
    bool done = true;
    bool any = false;
    for (size_t i = 0; i < mica_op_region_count(root); i++) {
        bool edited;
        done &= mica_greedy_run_region(mica_op_region(root, i), patterns, options, &edited);
        any |= edited;
    }
    if (changed)
        *changed = any;
    return done;
}

bool mica_greedy_apply(mica_op *root, const mica_pattern *patterns, size_t count)
{
    mica_context *context = mica_op_context(root);
    mica_pattern_set *set = mica_pattern_set_create(context);
    const bool ok = set && mica_pattern_set_add(set, patterns, count);
    if (ok)
        mica_greedy_run(root, set, NULL, NULL);
    mica_pattern_set_destroy(set);
    return ok && !mica_context_out_of_memory(context);
}
