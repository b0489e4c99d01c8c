// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rewriter: compound edits, each told to the listener in the order in which it happens.
// Ops nested in an erased op are told one by one, users first, because a driver holds pointers
// to them; the nested ops are collected once, so erasing is linear and needs no C stack.
#include "ir/rewrite/rewriter_internal.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>

#include "ir/core/context_internal.h"

const micai_allocator *micai_context_allocator(mica_context *context)
{
    return &context->allocator;
}

// ---- listener
// --------------------------------------------------------------------------------

/// Calls a member of the listener when it is there.
#define TELL(rewriter, member, ...)                                                            \
    do {                                                                                       \
        if ((rewriter)->listener && (rewriter)->listener->member)                              \
            (rewriter)->listener->member((rewriter)->user, __VA_ARGS__);                       \
    } while (0)

static void tell_inserted(void *rewriter, mica_op *op)
{
    TELL((mica_rewriter *)rewriter, inserted, op);
}

void micai_rewriter_init(mica_rewriter *rewriter, mica_context *context,
                         const mica_rewriter_listener *listener, void *user)
{
    memset(rewriter, 0, sizeof(*rewriter));
    rewriter->builder = mica_builder_detached(context, mica_location_unknown());
    rewriter->builder.on_insert = tell_inserted;
    rewriter->builder.listener = rewriter;
    rewriter->listener = listener;
    rewriter->user = user;
}

void micai_rewriter_free(mica_rewriter *rewriter)
{
    micai_release(micai_context_allocator(rewriter->builder.context), rewriter->nested,
                  rewriter->nested_capacity * sizeof(mica_op *));
}

mica_rewriter *mica_rewriter_create(mica_context *context,
                                    const mica_rewriter_listener *listener, void *user)
{
    mica_rewriter *rewriter =
        micai_allocate(micai_context_allocator(context), sizeof(mica_rewriter));
    if (rewriter)
        micai_rewriter_init(rewriter, context, listener, user);
    return rewriter;
}

void mica_rewriter_destroy(mica_rewriter *rewriter)
{
    if (!rewriter)
        return;
    const micai_allocator *allocator = micai_context_allocator(rewriter->builder.context);
    micai_rewriter_free(rewriter);
    micai_release(allocator, rewriter, sizeof(mica_rewriter));
}

mica_builder *mica_rewriter_builder(mica_rewriter *rewriter)
{
    return &rewriter->builder;
}

mica_context *mica_rewriter_context(const mica_rewriter *rewriter)
{
    return rewriter->builder.context;
}

void mica_rewriter_set_before(mica_rewriter *rewriter, mica_op *op)
{
    mica_builder_set_before(&rewriter->builder, op);
    rewriter->builder.location = mica_op_location(op);
}

// ---- erasing
// ---------------------------------------------------------------------------------

typedef struct collection {
    mica_rewriter *rewriter;
    size_t count;
    bool failed;
} collection;

static mica_walk_result collect_op(void *user, mica_op *op)
{
    collection *all = user;
    mica_rewriter *rewriter = all->rewriter;
    if (!micai_array_reserve(micai_context_allocator(rewriter->builder.context),
                             (void **)&rewriter->nested, &rewriter->nested_capacity,
                             all->count + 1, sizeof(mica_op *))) {
        all->failed = true;
        return MICA_WALK_INTERRUPT;
    }
    rewriter->nested[all->count++] = op;
    return MICA_WALK_ADVANCE;
}

/// The insertion point must not be an op that goes.
static void leave_insertion_point(mica_rewriter *rewriter, mica_op *op)
{
    if (rewriter->builder.before == op)
        rewriter->builder.before = mica_op_next(op);
}

/// Told ops let go of their operands at once: a driver that counts the uses of an operand, to
/// find what became dead, must not see those of ops that are gone.
static void tell_erased_and_drop(mica_rewriter *rewriter, mica_op *op)
{
    leave_insertion_point(rewriter, op);
    TELL(rewriter, erased, op);
    mica_op_erase_operands(op, 0, mica_op_operand_count(op));
}

/// Ops nested in `op`, the last ones first, and then the op itself.
static void tell_tree_erased(mica_rewriter *rewriter, mica_op *op)
{
    if (mica_op_region_count(op) != 0) {
        collection all = {rewriter, 0, false};
        mica_op_walk_pre(op, collect_op, &all);
        for (size_t i = all.failed ? 0 : all.count; i > 1; i--)
            tell_erased_and_drop(rewriter, rewriter->nested[i - 1]);
    }
    leave_insertion_point(rewriter, op);
    TELL(rewriter, erased, op);
}

bool mica_rewriter_erase_op(mica_rewriter *rewriter, mica_op *op)
{
    tell_tree_erased(rewriter, op);
    mica_op_erase(op);
    return true;
}

void mica_rewriter_erase_block(mica_rewriter *rewriter, mica_block *block)
{
    for (mica_op *op = mica_block_last(block), *previous; op; op = previous) {
        previous = mica_op_previous(op);
        tell_tree_erased(rewriter, op);
        mica_op_remove(op);
        mica_op_destroy(op); // also drops uses from blocks that go too
    }
    if (rewriter->builder.block == block)
        rewriter->builder.block = NULL;
    TELL(rewriter, block_erased, block);
    mica_block_erase(block);
}

// ---- replacing
// -------------------------------------------------------------------------------

void mica_rewriter_replace_value_if(mica_rewriter *rewriter, mica_value *value,
                                    mica_value *with, bool (*accept)(void *, mica_use *),
                                    void *user)
{
    for (mica_use *use = mica_value_first_use(value), *next; use; use = next) {
        next = mica_use_next(use);
        if (accept && !accept(user, use))
            continue;
        mica_op *owner = mica_use_owner(use);
        mica_use_set(use, with);
        TELL(rewriter, modified, owner);
    }
}

void mica_rewriter_replace_value(mica_rewriter *rewriter, mica_value *value, mica_value *with)
{
    if (value != with)
        mica_rewriter_replace_value_if(rewriter, value, with, NULL, NULL);
}

static void replace_results(mica_rewriter *rewriter, mica_op *op, mica_value *const *values)
{
    const size_t count = mica_op_result_count(op);
    for (size_t i = 0; i < count; i++) {
        mica_value *result = mica_op_result(op, i);
        if (!values[i]) {
            assert(mica_value_is_unused(result) && "a used result needs a replacement");
            continue;
        }
        assert(mica_value_type(values[i]) == mica_value_type(result) &&
               "a replacement has the same type");
        mica_rewriter_replace_value(rewriter, result, values[i]);
    }
}

/// Replacement by one value a result, through the driver that took it over.
static void replace_through_driver(mica_rewriter *rewriter, mica_op *op,
                                   mica_value *const *values, size_t count)
{
    uint32_t inline_offsets[9];
    const micai_allocator *allocator = micai_context_allocator(rewriter->builder.context);
    uint32_t *offsets = inline_offsets;
    if (count > 8)
        offsets = micai_allocate(allocator, (count + 1) * sizeof(uint32_t));
    if (!offsets)
        return;
    for (size_t i = 0; i <= count; i++)
        offsets[i] = (uint32_t)i;
    rewriter->replace(rewriter->user, op, values, offsets);
    if (offsets != inline_offsets)
        micai_release(allocator, offsets, (count + 1) * sizeof(uint32_t));
}

bool mica_rewriter_replace_op(mica_rewriter *rewriter, mica_op *op, mica_value *const *values,
                              size_t count)
{
    assert(count == mica_op_result_count(op) && "one value for each result");
    TELL(rewriter, replaced, op, values, count);
    if (rewriter->replace)
        replace_through_driver(rewriter, op, values, count);
    else
        replace_results(rewriter, op, values);
    return mica_rewriter_erase_op(rewriter, op);
}

bool mica_rewriter_replace_op_with(mica_rewriter *rewriter, mica_op *op, mica_op *with)
{
    enum { INLINE = 8 };
    const size_t count = mica_op_result_count(with);
    mica_value *few[INLINE] = {NULL};
    const micai_allocator *allocator = micai_context_allocator(rewriter->builder.context);
    mica_value **values = few;
    if (count > INLINE)
        values = micai_allocate(allocator, count * sizeof(mica_value *));
    if (!values)
        return true; // out of memory: the sticky state stops the driver
    for (size_t i = 0; i < count; i++)
        values[i] = mica_op_result(with, i);
    mica_rewriter_replace_op(rewriter, op, values, count);
    if (values != few)
        micai_release(allocator, values, count * sizeof(mica_value *));
    return true;
}

bool mica_rewriter_modified(mica_rewriter *rewriter, mica_op *op)
{
    TELL(rewriter, modified, op);
    return true;
}

bool mica_rewriter_set_operand(mica_rewriter *rewriter, mica_op *op, size_t index,
                               mica_value *value)
{
    mica_op_set_operand(op, index, value);
    return mica_rewriter_modified(rewriter, op);
}

// ---- moving
// ----------------------------------------------------------------------------------

void mica_rewriter_move_before(mica_rewriter *rewriter, mica_op *op, mica_op *anchor)
{
    mica_op_move_before(op, anchor);
    TELL(rewriter, inserted, op);
}

static void replace_arguments(mica_rewriter *rewriter, mica_block *block,
                              mica_value *const *values, size_t count)
{
    assert(count == mica_block_argument_count(block) && "one value for each argument");
    for (size_t i = 0; i < count; i++)
        mica_rewriter_replace_value(rewriter, mica_block_argument(block, i), values[i]);
}

void mica_rewriter_inline_block_before(mica_rewriter *rewriter, mica_block *source,
                                       mica_op *anchor, mica_value *const *values, size_t count)
{
    replace_arguments(rewriter, source, values, count);
    for (mica_op *op; (op = mica_block_first(source));)
        mica_rewriter_move_before(rewriter, op, anchor);
    mica_rewriter_erase_block(rewriter, source);
}

void mica_rewriter_merge_blocks(mica_rewriter *rewriter, mica_block *source,
                                mica_block *destination, mica_value *const *values,
                                size_t count)
{
    replace_arguments(rewriter, source, values, count);
    for (mica_op *op; (op = mica_block_first(source));) {
        mica_op_remove(op);
        mica_block_append(destination, op);
        TELL(rewriter, inserted, op);
    }
    mica_rewriter_erase_block(rewriter, source);
}

mica_block *mica_rewriter_split_block(mica_rewriter *rewriter, mica_op *op)
{
    mica_block *tail = mica_block_split_before(op);
    mica_for_each_op(moved, tail) TELL(rewriter, inserted, moved);
    return tail;
}

void mica_rewriter_inline_region_before(mica_rewriter *rewriter, mica_region *region,
                                        mica_block *anchor)
{
    (void)rewriter; // whole regions move with their ops, which nobody has to visit again
    mica_region_inline_before(region, anchor);
}

void mica_rewriter_take_body(mica_rewriter *rewriter, mica_region *destination,
                             mica_region *region)
{
    (void)rewriter;
    mica_region_take_body(destination, region);
}

// ---- folding
// ---------------------------------------------------------------------------------

static mica_op *make_constant(mica_rewriter *rewriter, const mica_op *op,
                              const mica_attr *value, const mica_type *type)
{
    const mica_dialect_def *dialect = mica_op_record_dialect(mica_op_get_record(op));
    if (!dialect || !dialect->materialize_constant)
        return NULL;
    return dialect->materialize_constant(&rewriter->builder, value, type);
}

bool micai_rewriter_materialize_fold(mica_rewriter *rewriter, mica_op *op,
                                     const mica_fold_result *results, mica_value **values)
{
    mica_op *made[MICAI_MOST_FOLD_RESULTS];
    size_t made_count = 0;
    mica_rewriter_set_before(rewriter, op);
    for (size_t i = 0; i < mica_op_result_count(op); i++) {
        values[i] = results[i].value;
        if (values[i])
            continue;
        mica_op *constant = make_constant(rewriter, op, results[i].attr,
                                          mica_value_type(mica_op_result(op, i)));
        if (!constant) {
            while (made_count)
                mica_rewriter_erase_op(rewriter, made[--made_count]);
            return false;
        }
        made[made_count++] = constant;
        values[i] = mica_op_result(constant, 0);
    }
    return true;
}

// ---- reasons
// ---------------------------------------------------------------------------------

bool mica_rewriter_fail(mica_rewriter *rewriter, mica_op *op, const char *format, ...)
{
    if (!rewriter->listener || !rewriter->listener->failed)
        return false;
    micai_text_buffer text =
        micai_text_buffer_on(micai_context_allocator(rewriter->builder.context));
    va_list arguments;
    va_start(arguments, format);
    micai_text_vprintf(&text, format, arguments);
    va_end(arguments);
    rewriter->listener->failed(rewriter->user, op, micai_text_view(&text));
    micai_text_buffer_free(&text);
    return false;
}
