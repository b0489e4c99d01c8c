// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values and their use lists. A result knows its op by its own address: it lies `index` results
// after the op's header.
#include "ir/core/operation_internal.h"

static const micai_argument *argument_of(const mica_value *value)
{
    assert(value->kind == MICAI_VALUE_ARGUMENT);
    return (const micai_argument *)value;
}

const mica_type *mica_value_type(const mica_value *value)
{
    return value->type;
}

void mica_value_set_type(mica_value *value, const mica_type *type)
{
    if (value->type == type)
        return;
    value->type = type;
    micai_context_count_edit(mica_value_context(value));
}

mica_op *mica_value_op(const mica_value *value)
{
    if (value->kind != MICAI_VALUE_RESULT)
        return NULL;
    return (mica_op *)((uintptr_t)(value - value->index) - sizeof(mica_op));
}

mica_block *mica_value_argument_block(const mica_value *value)
{
    return value->kind == MICAI_VALUE_ARGUMENT ? argument_of(value)->block : NULL;
}

mica_block *mica_value_block(const mica_value *value)
{
    const mica_op *op = mica_value_op(value);
    return op ? op->block : argument_of(value)->block;
}

mica_context *mica_value_context(const mica_value *value)
{
    const mica_op *op = mica_value_op(value);
    return op ? op->record->context : argument_of(value)->block->context;
}

mica_location mica_value_location(const mica_value *value)
{
    const mica_op *op = mica_value_op(value);
    return op ? op->location : argument_of(value)->location;
}

void mica_argument_set_location(mica_value *argument, mica_location location)
{
    assert(!mica_value_op(argument) && "results have their op's location");
    ((micai_argument *)(uintptr_t)argument_of(argument))->location = location;
    micai_context_count_edit(mica_value_context(argument));
}

void micai_argument_set_location(mica_value *argument, mica_location location)
{
    assert(argument->kind == MICAI_VALUE_ARGUMENT);
    ((micai_argument *)argument)->location = location;
    micai_context_count_edit(mica_value_context(argument));
}

size_t mica_value_index(const mica_value *value)
{
    return value->index;
}

bool mica_value_is_unused(const mica_value *value)
{
    return !value->first_use;
}

bool mica_value_has_one_use(const mica_value *value)
{
    return value->first_use && !value->first_use->next;
}

mica_use *mica_value_first_use(const mica_value *value)
{
    return value->first_use;
}

mica_use *mica_use_next(const mica_use *use)
{
    return use->next;
}

mica_op *mica_use_owner(const mica_use *use)
{
    return use->owner;
}

size_t mica_use_index(const mica_use *use)
{
    return (size_t)(use - use->owner->operands);
}

mica_value *mica_use_value(const mica_use *use)
{
    return use->value;
}

void mica_use_set(mica_use *use, mica_value *value)
{
    if (use->value == value)
        return;
    micai_use_unlink(use);
    micai_use_link(use, value);
    micai_context_count_edit(use->owner->record->context);
}

void mica_value_replace_all_uses(mica_value *value, mica_value *with)
{
    mica_use *first = value->first_use;
    if (!first || value == with)
        return;
    mica_use *last = first;
    for (mica_use *use = first; use; last = use, use = use->next)
        use->value = with;
    last->next = with->first_use;
    if (last->next)
        last->next->link = &last->next;
    with->first_use = first;
    first->link = &with->first_use;
    value->first_use = NULL;
    micai_context_count_edit(first->owner->record->context);
}

void mica_value_replace_uses_if(mica_value *value, mica_value *with,
                                bool (*accept)(void *user, mica_use *use), void *user)
{
    for (mica_use *use = value->first_use, *next = NULL; use; use = next) {
        next = use->next;
        if (accept(user, use))
            mica_use_set(use, with);
    }
}

void micai_value_drop_uses(mica_value *value)
{
    for (mica_use *use = value->first_use; use; use = use->next)
        use->value = NULL;
    value->first_use = NULL;
}
