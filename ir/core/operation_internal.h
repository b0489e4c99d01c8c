// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How the IR lies in memory. An op is one allocation:
//
//   header 72 | results 24 each | [wide counts 16] | slots 8 each | successors 32 each
//             | region pointers 8 each | operands 32 each
//
// so an addi (one result, two operands, one slot) takes 168 bytes. Results come right after the
// header because the owner of a result is found by address arithmetic; operands come last
// because only they may outgrow their place. Only ir/core includes this header.
#ifndef MICA_IR_CORE_OPERATION_INTERNAL_H
#define MICA_IR_CORE_OPERATION_INTERNAL_H

#include <assert.h>

#include "ir/core/context_internal.h"
#include "ir/core/operation.h"

/// An operand. In its value's use list: `*link == this`, and `next->link == &this->next`.
/// `value` NULL: dropped, in no list. The index is the place in the owner's operand array.
struct mica_use {
    mica_value *value;
    mica_use *next;
    mica_use **link;
    mica_op *owner;
};

typedef enum micai_value_kind {
    MICAI_VALUE_RESULT,
    MICAI_VALUE_ARGUMENT, ///< the value begins a micai_argument
} micai_value_kind;

/// A result (inside its op) or the head of a block argument.
struct mica_value {
    const mica_type *type;
    mica_use *first_use;
    uint32_t index;
    uint32_t kind;
};

typedef struct micai_argument {
    mica_value value;
    mica_block *block;
    mica_location location;
} micai_argument;

/// A successor operand, linked like mica_use.
struct mica_block_use {
    mica_block *block;
    mica_block_use *next;
    mica_block_use **link;
    mica_op *owner;
};

/// Discardable attributes: sorted by the bytes of their names, no name twice, values not NULL;
/// a blob value is retained. An op without any has no list.
typedef struct micai_attr_list {
    uint32_t count, capacity;
    mica_named_attr entries[];
} micai_attr_list;

/// Operands that left the op's allocation.
typedef struct micai_moved_operands {
    uint64_t inline_capacity; ///< how many uses the op's own allocation has room for
    mica_use uses[];
} micai_moved_operands;

/// True counts of an op that has more than 254 successors, regions or slots.
typedef struct micai_wide_counts {
    uint32_t successors, regions, slots, unused;
} micai_wide_counts;

enum micai_op_flag {
    MICAI_OP_WIDE = 1,           ///< a micai_wide_counts follows the results
    MICAI_OP_OPERANDS_MOVED = 2, ///< `operands` points into a micai_moved_operands
    MICAI_OP_OPERANDS_SPARE = 4, ///< operands[operand_count].owner holds the array's capacity
};

/// Invariants (micai_op_check_links):
/// - `previous`/`next` are symmetric inside a block; a detached op has neither, and no block.
/// - `order` is 0 (not known) or greater than every known one before it in the block.
/// - every operand with a value is in that value's use list, once, with this op as owner.
/// - every successor is in its block's use list.
/// - regions[i]->parent is the op and regions[i]->index is i.
/// - `operands` points to the inline place unless MICAI_OP_OPERANDS_MOVED.
struct mica_op {
    mica_op *next, *previous;
    mica_block *block;
    const mica_op_record *record;
    mica_location location;
    micai_attr_list *attrs;
    mica_use *operands;
    uint32_t operand_count;
    uint32_t result_count;
    uint32_t order;
    uint8_t successor_count, region_count, slot_count; ///< unless MICAI_OP_WIDE
    uint8_t flags;                                     ///< micai_op_flag bits
};

/// `arguments` are allocations of their own, so that a value stays where it is when others
/// come and go; arguments[i]->index is i.
struct mica_block {
    mica_block *next, *previous;
    mica_region *region; ///< NULL: detached
    mica_context *context;
    mica_op *first, *last;
    mica_block_use *first_use;
    mica_value **arguments;
    uint32_t argument_count, argument_capacity;
    uint32_t number; ///< place in the region, while region->is_numbered
};

struct mica_region {
    mica_block *first, *last;
    mica_op *parent; ///< NULL: detached
    mica_context *context;
    uint32_t index;
    bool is_numbered; ///< every block's `number` is its place
};

static_assert(sizeof(mica_op) == 72, "the op header is 72 bytes");
static_assert(sizeof(mica_value) == 24, "a result is 24 bytes");
static_assert(sizeof(mica_use) == 32, "an operand is 32 bytes");

// ---- the parts of an op's allocation
// ---------------------------------------------------------

static inline mica_value *micai_op_results(const mica_op *op)
{
    return (mica_value *)((uintptr_t)op + sizeof *op);
}

static inline const micai_wide_counts *micai_op_wide_counts(const mica_op *op)
{
    return (const micai_wide_counts *)(micai_op_results(op) + op->result_count);
}

static inline size_t micai_op_slot_count(const mica_op *op)
{
    return op->flags & MICAI_OP_WIDE ? micai_op_wide_counts(op)->slots : op->slot_count;
}
static inline size_t micai_op_successor_count(const mica_op *op)
{
    return op->flags & MICAI_OP_WIDE ? micai_op_wide_counts(op)->successors
                                     : op->successor_count;
}
static inline size_t micai_op_region_count(const mica_op *op)
{
    return op->flags & MICAI_OP_WIDE ? micai_op_wide_counts(op)->regions : op->region_count;
}

static inline const mica_attr **micai_op_slots(const mica_op *op)
{
    const size_t wide = op->flags & MICAI_OP_WIDE ? sizeof(micai_wide_counts) : 0;
    return (const mica_attr **)((uintptr_t)micai_op_wide_counts(op) + wide);
}
static inline mica_block_use *micai_op_successors(const mica_op *op)
{
    return (mica_block_use *)(micai_op_slots(op) + micai_op_slot_count(op));
}
static inline mica_region **micai_op_regions(const mica_op *op)
{
    return (mica_region **)(micai_op_successors(op) + micai_op_successor_count(op));
}
static inline mica_use *micai_op_inline_operands(const mica_op *op)
{
    return (mica_use *)(micai_op_regions(op) + micai_op_region_count(op));
}

/// How many uses fit where the operands are now.
static inline size_t micai_op_operand_capacity(const mica_op *op)
{
    return op->flags & MICAI_OP_OPERANDS_SPARE
               ? (size_t)(uintptr_t)op->operands[op->operand_count].owner
               : op->operand_count;
}

// ---- use lists
// -------------------------------------------------------------------------------

static inline void micai_use_link(mica_use *use, mica_value *value)
{
    use->value = value;
    if (!value)
        return;
    use->next = value->first_use;
    use->link = &value->first_use;
    if (use->next)
        use->next->link = &use->next;
    value->first_use = use;
}

static inline void micai_use_unlink(mica_use *use)
{
    if (!use->value)
        return;
    *use->link = use->next;
    if (use->next)
        use->next->link = use->link;
    use->value = NULL;
}

static inline void micai_block_use_link(mica_block_use *use, mica_block *block)
{
    use->block = block;
    if (!block)
        return;
    use->next = block->first_use;
    use->link = &block->first_use;
    if (use->next)
        use->next->link = &use->next;
    block->first_use = use;
}

static inline void micai_block_use_unlink(mica_block_use *use)
{
    if (!use->block)
        return;
    *use->link = use->next;
    if (use->next)
        use->next->link = use->link;
    use->block = NULL;
}

/// Empties a value's use list; the uses are left without a value.
void micai_value_drop_uses(mica_value *value);
/// The same for a block's predecessor edges.
void micai_block_drop_uses(mica_block *block);

// ---- shared by the files of ir/core
// ----------------------------------------------------------

/// A block argument's location, which text may say after the argument was made.
void micai_argument_set_location(mica_value *argument, mica_location location);

/// What an op of these counts takes, operands inline.
size_t micai_op_allocation_size(size_t results, size_t slots, size_t successors, size_t regions,
                                size_t operands);
/// An op whose results have no types, whose operands and successors are unset and whose regions
/// are NULL; the caller fills them. NULL when out of memory.
mica_op *micai_op_allocate(mica_context *context, const mica_op_record *record,
                           mica_location location, size_t results, size_t slots,
                           size_t successors, size_t regions, size_t operands);
/// Unlinks what the op refers to and frees it; its regions must be empty. Not from its block.
void micai_op_free(mica_op *op);
/// Frees a block without ops that is in no region.
void micai_block_free(mica_block *block);
void micai_region_free(mica_region *region);

/// Replaces the op's discardable attributes by a copy of these (in any order, a NULL value or a
/// later entry of the same name removes). False when out of memory.
bool micai_op_set_attr_entries(mica_op *op, const mica_named_attr *entries, size_t count);
void micai_op_free_attrs(mica_op *op);

/// Links a detached op into `block` before `before` (NULL: at the end). Counts no edit.
void micai_block_link_op(mica_block *block, mica_op *op, mica_op *before);
void micai_block_unlink_op(mica_op *op);
/// Links a detached block into `region` before `before` (NULL: at the end).
void micai_region_link_block(mica_region *region, mica_block *block, mica_block *before);

/// Place of the block in its region, from 0; amortized constant time.
uint32_t micai_block_number(mica_block *block);

static inline bool micai_op_has_trait(const mica_op *op, mica_trait trait)
{
    return (op->record->trait_bits >> trait & 1) != 0;
}

/// True when the links of the op and of everything nested keep the invariants above. For tests
/// and debug builds; `*fault` says what does not hold.
bool micai_op_check_links(const mica_op *op, const char **fault);

#endif
