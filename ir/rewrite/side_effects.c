// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Effects of ops, read off their definitions. Recursive ones are asked with one walk that goes
// into an op's regions only when the op says that its effects are those of its regions.
#include "ir/rewrite/side_effects_internal.h"

const char mica_memory_effects_interface = 0;
const char mica_speculation_interface = 0;

/// A value of these types is data, not a place: effects on it don't exist.
static bool refers_to_memory(const mica_value *value)
{
    switch (mica_type_get_kind(mica_value_type(value))) {
    case MICA_TYPE_MEMREF:
    case MICA_TYPE_UNRANKED_MEMREF:
    case MICA_TYPE_OPAQUE:
    case MICA_TYPE_DIALECT:
        return true;
    default:
        return false;
    }
}

static bool has_recursive_effects(const mica_op *op)
{
    return mica_op_has_trait(op, MICA_TRAIT_RECURSIVE_MEMORY_EFFECTS);
}

/// Does the definition say anything about effects?
static bool declares_effects(const mica_op_def *definition)
{
    if (definition->effects)
        return true;
    for (size_t i = 0; i < definition->operand_count; i++)
        if (definition->operands[i].effects)
            return true;
    for (size_t i = 0; i < definition->result_count; i++)
        if (definition->results[i].effects)
            return true;
    return false;
}

typedef struct split_effects {
    uint32_t operands; ///< of operands and memory as a whole
    uint32_t results;  ///< of results that the op does not allocate
    uint32_t allocated;
} split_effects;

static void add_operand_effects(mica_op *op, split_effects *effects)
{
    const mica_op_def *definition = mica_op_definition(op);
    for (size_t i = 0; i < definition->operand_count; i++) {
        if (!definition->operands[i].effects)
            continue;
        size_t start, count;
        mica_op_operand_range(op, i, &start, &count);
        for (size_t k = start; k < start + count; k++)
            if (refers_to_memory(mica_op_operand(op, k)))
                effects->operands |= definition->operands[i].effects;
    }
}

static void add_result_effects(mica_op *op, split_effects *effects)
{
    const mica_op_def *definition = mica_op_definition(op);
    for (size_t i = 0; i < definition->result_count; i++) {
        const uint32_t bits = definition->results[i].effects;
        if (!bits)
            continue;
        size_t start, count;
        mica_op_result_range(op, i, &start, &count);
        for (size_t k = start; k < start + count; k++) {
            if (!refers_to_memory(mica_op_result(op, k)))
                continue;
            if (bits & MICA_EFFECT_ALLOCATE)
                effects->allocated |= bits;
            else
                effects->results |= bits;
        }
    }
}

/// Effects of the op alone. False: nothing is known.
static bool own_effects(mica_op *op, split_effects *effects)
{
    memset(effects, 0, sizeof(*effects));
    const mica_memory_effects *functions =
        mica_op_interface(op, &mica_memory_effects_interface);
    if (functions) {
        const mica_op_effects answer = functions->effects(op);
        effects->operands = answer.bits & ~(uint32_t)MICA_EFFECT_ALLOCATE;
        effects->allocated = answer.bits & MICA_EFFECT_ALLOCATE;
        return answer.known;
    }
    const mica_op_def *definition = mica_op_definition(op);
    if (!definition)
        return false;
    if (mica_op_has_trait(op, MICA_TRAIT_PURE))
        return true;
    if (!declares_effects(definition))
        return has_recursive_effects(op);
    effects->operands = definition->effects;
    add_operand_effects(op, effects);
    add_result_effects(op, effects);
    return true;
}

mica_op_effects micai_op_own_effects(mica_op *op)
{
    split_effects own;
    const bool known = own_effects(op, &own);
    return (mica_op_effects){own.operands | own.results | own.allocated, known};
}

static mica_walk_result add_effects(void *user, mica_op *op)
{
    mica_op_effects *all = user;
    const mica_op_effects own = micai_op_own_effects(op);
    all->bits |= own.bits;
    all->known &= own.known;
    if (!own.known)
        return MICA_WALK_INTERRUPT;
    return has_recursive_effects(op) ? MICA_WALK_ADVANCE : MICA_WALK_SKIP;
}

mica_op_effects mica_op_get_effects(mica_op *op)
{
    mica_op_effects all = {0, true};
    mica_op_walk_pre(op, add_effects, &all);
    return all;
}

/// The spec that holds operand or result `index`; effects of its group.
static uint32_t effects_of_group(mica_op *op, size_t index, const mica_value_spec *specs,
                                 size_t spec_count,
                                 void (*range)(const mica_op *, size_t, size_t *, size_t *))
{
    for (size_t i = 0; i < spec_count; i++) {
        size_t start, count;
        range(op, i, &start, &count);
        if (index >= start && index < start + count)
            return specs[i].effects;
    }
    return 0;
}

uint32_t mica_op_operand_effects(mica_op *op, size_t operand)
{
    const mica_op_def *definition = mica_op_definition(op);
    if (!definition || !refers_to_memory(mica_op_operand(op, operand)))
        return 0;
    return effects_of_group(op, operand, definition->operands, definition->operand_count,
                            mica_op_operand_range);
}

uint32_t mica_op_result_effects(mica_op *op, size_t result)
{
    const mica_op_def *definition = mica_op_definition(op);
    if (!definition || !refers_to_memory(mica_op_result(op, result)))
        return 0;
    return effects_of_group(op, result, definition->results, definition->result_count,
                            mica_op_result_range);
}

bool mica_op_is_memory_effect_free(mica_op *op)
{
    const mica_op_effects effects = mica_op_get_effects(op);
    return effects.known && effects.bits == 0;
}

// ---- speculation
// -----------------------------------------------------------------------------

static mica_walk_result check_speculatable(void *user, mica_op *op)
{
    bool *speculatable = user;
    const mica_speculation *functions = mica_op_interface(op, &mica_speculation_interface);
    if (functions) {
        *speculatable = functions->is_speculatable(op);
        if (!*speculatable)
            return MICA_WALK_INTERRUPT;
        return has_recursive_effects(op) ? MICA_WALK_ADVANCE : MICA_WALK_SKIP;
    }
    if (mica_op_has_trait(op, MICA_TRAIT_PURE) ||
        mica_op_has_trait(op, MICA_TRAIT_ALWAYS_SPECULATABLE))
        return MICA_WALK_SKIP;
    if (has_recursive_effects(op) && mica_op_region_count(op) != 0)
        return MICA_WALK_ADVANCE;
    *speculatable = false;
    return MICA_WALK_INTERRUPT;
}

bool mica_op_is_speculatable(mica_op *op)
{
    bool speculatable = true;
    mica_op_walk_pre(op, check_speculatable, &speculatable);
    return speculatable;
}

bool mica_op_is_pure(mica_op *op)
{
    return mica_op_is_speculatable(op) && mica_op_is_memory_effect_free(op);
}

// ---- dead ops
// --------------------------------------------------------------------------------

bool micai_op_is_droppable_alone(mica_op *op)
{
    split_effects own;
    return own_effects(op, &own) &&
           !((own.operands | own.results) & ~(uint32_t)MICA_EFFECT_READ);
}

static mica_walk_result check_droppable(void *user, mica_op *op)
{
    bool *droppable = user;
    *droppable = micai_op_is_droppable_alone(op);
    if (!*droppable)
        return MICA_WALK_INTERRUPT;
    return has_recursive_effects(op) ? MICA_WALK_ADVANCE : MICA_WALK_SKIP;
}

bool mica_op_would_be_dead(mica_op *op)
{
    if (!mica_op_definition(op) || mica_op_has_trait(op, MICA_TRAIT_TERMINATOR) ||
        mica_op_has_trait(op, MICA_TRAIT_SYMBOL))
        return false;
    bool droppable = true;
    mica_op_walk_pre(op, check_droppable, &droppable);
    return droppable;
}

bool mica_op_is_trivially_dead(mica_op *op)
{
    const size_t count = mica_op_result_count(op);
    for (size_t i = 0; i < count; i++)
        if (!mica_value_is_unused(mica_op_result(op, i)))
            return false;
    return mica_op_would_be_dead(op);
}
