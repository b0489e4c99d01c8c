// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks the invariants that operation_internal.h states, for tests and for whoever suspects a
// broken list. Not part of verification: user input can't break these.
#include "ir/core/operation_internal.h"

#define CHECK(condition, text)                                                                 \
    do {                                                                                       \
        if (!(condition))                                                                      \
            return (text);                                                                     \
    } while (0)

static const char *check_uses(const mica_op *op)
{
    for (size_t i = 0; i < op->operand_count; i++) {
        const mica_use *use = &op->operands[i];
        CHECK(use->owner == op, "an operand names another owner");
        CHECK(!use->value || *use->link == use, "an operand is not linked from its list");
        CHECK(!use->value || !use->next || use->next->link == &use->next,
              "the next use is not linked back");
        CHECK(!use->value || !use->next || use->next->value == use->value,
              "a use list mixes values");
    }
    for (size_t i = 0; i < micai_op_successor_count(op); i++) {
        const mica_block_use *use = &micai_op_successors(op)[i];
        CHECK(use->owner == op, "a successor names another owner");
        CHECK(!use->block || *use->link == use, "a successor is not linked from its list");
        CHECK(!use->block || !use->next || use->next->link == &use->next,
              "the next block use is not linked back");
    }
    return NULL;
}

static const char *check_value(const mica_value *value, size_t index)
{
    CHECK(value->index == index, "a value has another index than its place");
    CHECK(!value->first_use || value->first_use->link == &value->first_use,
          "the first use is not linked back");
    CHECK(!value->first_use || value->first_use->value == value,
          "the first use is of another value");
    return NULL;
}

static const char *check_attrs(const mica_op *op)
{
    for (uint32_t i = 0; op->attrs && i < op->attrs->count; i++) {
        CHECK(op->attrs->entries[i].value, "a discardable attribute without a value");
        if (i == 0)
            continue;
        const mica_string a = mica_identifier_text(op->attrs->entries[i - 1].name);
        const mica_string b = mica_identifier_text(op->attrs->entries[i].name);
        const int order = memcmp(a.data, b.data, a.length < b.length ? a.length : b.length);
        CHECK(order < 0 || (order == 0 && a.length < b.length),
              "discardable attributes are not sorted");
    }
    return NULL;
}

static const char *check_block(const mica_block *block)
{
    CHECK(!block->first || !block->first->previous, "the first op has a predecessor");
    CHECK(!block->last || !block->last->next, "the last op has a successor");
    for (uint32_t i = 0; i < block->argument_count; i++) {
        const mica_value *argument = block->arguments[i];
        CHECK(argument->kind == MICAI_VALUE_ARGUMENT, "a block argument of another kind");
        CHECK(mica_value_argument_block(argument) == block, "an argument of another block");
        const char *fault = check_value(argument, i);
        CHECK(!fault, fault);
    }
    uint32_t order = 0;
    for (const mica_op *op = block->first; op; op = op->next) {
        CHECK(op->block == block, "an op names another block");
        CHECK(op->next ? op->next->previous == op : block->last == op, "ops are not linked");
        CHECK(op->order == 0 || op->order > order, "order labels do not grow");
        order = op->order ? op->order : order;
    }
    return NULL;
}

static const char *check_region(const mica_region *region)
{
    uint32_t number = 0;
    for (const mica_block *block = region->first; block; block = block->next, number++) {
        CHECK(block->region == region, "a block names another region");
        CHECK(block->next ? block->next->previous == block : region->last == block,
              "blocks are not linked");
        CHECK(!region->is_numbered || block->number == number, "a block's number is wrong");
        const char *fault = check_block(block);
        CHECK(!fault, fault);
    }
    return NULL;
}

static const char *check_op(const mica_op *op)
{
    const char *fault = check_uses(op);
    for (size_t i = 0; !fault && i < op->result_count; i++)
        fault = check_value(&micai_op_results(op)[i], i);
    if (!fault)
        fault = check_attrs(op);
    CHECK(!fault, fault);
    CHECK(op->flags & MICAI_OP_OPERANDS_MOVED || op->operands == micai_op_inline_operands(op),
          "operands are not in their place");
    CHECK(micai_op_operand_capacity(op) >= op->operand_count, "more operands than room");
    for (size_t i = 0; i < micai_op_region_count(op); i++) {
        const mica_region *region = micai_op_regions(op)[i];
        CHECK(region->parent == op && region->index == i, "a region names another place");
        fault = check_region(region);
        CHECK(!fault, fault);
    }
    return NULL;
}

static mica_walk_result visit(void *user, mica_op *op)
{
    const char **fault = user;
    *fault = check_op(op);
    return *fault ? MICA_WALK_INTERRUPT : MICA_WALK_ADVANCE;
}

bool micai_op_check_links(const mica_op *op, const char **fault)
{
    *fault = NULL;
    return mica_op_walk_pre((mica_op *)op, visit, fault);
}
