// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the verifier need not look at twice. The checks of a small op without regions and hooks
// see its definition, the types of its operands and results, and its attributes: its shape.
// Programs repeat few shapes, so a good one is remembered, in a table where a newer entry takes
// the place of an older one. Types and attributes are interned and outlive a verification, so
// equal pointers are equal shapes. Ops whose checks look further (a verify hook, the parent,
// the place in the block, symbols) have none. Faults are never remembered: each is reported.
#include "ir/core/verifier_internal.h"

#include "ir/support/hash_internal.h"

enum { SHAPES = 256, MOST_OPERANDS = 4, MOST_RESULTS = 2, MOST_SLOTS = 3 };

typedef struct shape {
    const mica_op_record *record; ///< NULL: free
    uint32_t operands, results;
    const void *parts[MOST_OPERANDS + MOST_RESULTS + MOST_SLOTS];
} shape;

struct micai_verified_shapes {
    shape entries[SHAPES];
};

#define BIT(trait) (UINT64_C(1) << MICA_TRAIT_##trait)
/// Traits whose checks look at more than the op itself.
static const uint64_t traits_that_look_around =
    BIT(HAS_PARENT) | BIT(TERMINATOR) | BIT(SYMBOL) | BIT(SYMBOL_TABLE);

micai_verified_shapes *micai_verified_shapes_create(const micai_allocator *allocator)
{
    return micai_allocate_zeroed(allocator, sizeof(micai_verified_shapes));
}

void micai_verified_shapes_destroy(const micai_allocator *allocator,
                                   micai_verified_shapes *shapes)
{
    micai_release(allocator, shapes, sizeof *shapes);
}

static bool has_shape(const mica_op *op)
{
    const mica_op_def *definition = op->record->definition;
    return definition && !op->attrs && !(op->flags & MICAI_OP_WIDE) &&
           op->operand_count <= MOST_OPERANDS && op->result_count <= MOST_RESULTS &&
           op->slot_count <= MOST_SLOTS && op->region_count == 0 && op->successor_count == 0 &&
           !(definition->trait_bits & traits_that_look_around) &&
           !MICA_HOOK(definition, verify) && !MICA_HOOK(definition, verify_regions);
}

/// The op's shape, and its hash. False when it has none.
static bool read_shape(const mica_op *op, shape *found, size_t *hash)
{
    if (!has_shape(op))
        return false;
    size_t count = 0;
    found->record = op->record;
    found->operands = op->operand_count;
    found->results = op->result_count;
    for (uint32_t i = 0; i < op->operand_count; i++) {
        if (!op->operands[i].value)
            return false;
        found->parts[count++] = op->operands[i].value->type;
    }
    for (uint32_t i = 0; i < op->result_count; i++)
        found->parts[count++] = micai_op_results(op)[i].type;
    for (size_t i = 0; i < op->slot_count; i++)
        found->parts[count++] = micai_op_slots(op)[i];
    uint64_t mixed = micai_word_of(found->record) + count;
    for (size_t i = 0; i < count; i++)
        mixed = (mixed << 7 | mixed >> 57) ^ micai_word_of(found->parts[i]);
    while (count < sizeof found->parts / sizeof found->parts[0])
        found->parts[count++] = NULL;
    *hash = (size_t)(micai_hash_step(mixed, 0) % SHAPES);
    return true;
}

bool micai_verified_shape_find(const micai_verified_shapes *shapes, const mica_op *op)
{
    shape wanted;
    size_t hash;
    return shapes && read_shape(op, &wanted, &hash) &&
           memcmp(&shapes->entries[hash], &wanted, sizeof wanted) == 0;
}

void micai_verified_shape_add(micai_verified_shapes *shapes, const mica_op *op)
{
    shape good;
    size_t hash;
    if (shapes && read_shape(op, &good, &hash))
        shapes->entries[hash] = good;
}
