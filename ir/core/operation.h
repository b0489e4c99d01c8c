// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The IR: ops hold operands, results, attributes, successors and regions; regions hold blocks;
// blocks hold ops. All live in slabs of the context; erasing returns their bytes. An op may be
// made before it has a place and may move between blocks and modules of its context.
//
//   mica_op_state state;
//   mica_op_state_init(&state, context, "arith.addi", location);
//   mica_op_state_add_operand(&state, a);
//   mica_op_state_add_operand(&state, b);
//   mica_op_state_add_result(&state, mica_value_type(a));
//   mica_op *add = mica_op_create(&state);        // consumes the state
//   mica_block_append(block, add);
#ifndef MICA_IR_CORE_OPERATION_H
#define MICA_IR_CORE_OPERATION_H

#include "ir/core/attribute.h"
#include "ir/core/location.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- making ops
// ------------------------------------------------------------------------------

/// What an op is made of. Arrays grow from the context's scratch memory; small counts are
/// inline. Begin with mica_op_state_init; end with mica_op_create or mica_op_state_discard.
typedef struct mica_op_state {
    mica_context *context;
    const mica_op_record *record;
    mica_location location;
    mica_value **operands;
    const mica_type **result_types;
    mica_block **successors;
    mica_region **regions; ///< owned by the state until the op is made
    const mica_attr *
        *slots;             ///< inherent attributes, one per slot of the definition, NULL unset
    mica_named_attr *attrs; ///< discardable attributes, any order
    uint32_t operand_count, operand_capacity;
    uint32_t result_count, result_capacity;
    uint32_t successor_count, successor_capacity;
    uint32_t region_count, region_capacity;
    uint32_t slot_count;
    uint32_t attr_count, attr_capacity;
    mica_value *inline_operands[6];
    const mica_type *inline_result_types[3];
    mica_block *inline_successors[2];
    mica_region *inline_regions[2];
    const mica_attr *inline_slots[8];
    mica_named_attr inline_attrs[4];
} mica_op_state;

MICA_API void mica_op_state_init(mica_op_state *state, mica_context *context, const char *name,
                                 mica_location location);
MICA_API void mica_op_state_init_record(mica_op_state *state, mica_context *context,
                                        const mica_op_record *record, mica_location location);
MICA_API void mica_op_state_add_operand(mica_op_state *state, mica_value *operand);
MICA_API void mica_op_state_add_operands(mica_op_state *state, mica_value *const *operands,
                                         size_t count);
MICA_API void mica_op_state_add_result(mica_op_state *state, const mica_type *type);
MICA_API void mica_op_state_add_results(mica_op_state *state, const mica_type *const *types,
                                        size_t count);
MICA_API void mica_op_state_add_successor(mica_op_state *state, mica_block *block);
/// Adds an empty region and returns it.
MICA_API mica_region *mica_op_state_add_region(mica_op_state *state);
/// Sets an attribute: into its slot when the definition has an inherent attribute of that name,
/// into the discardable ones otherwise. NULL removes.
MICA_API void mica_op_state_set_attr(mica_op_state *state, const char *name,
                                     const mica_attr *value);
MICA_API void mica_op_state_set_attr_by_name(mica_op_state *state, const mica_identifier *name,
                                             const mica_attr *value);
MICA_API void mica_op_state_set_slot(mica_op_state *state, size_t slot, const mica_attr *value);
/// Frees what the state holds (regions included) without making an op.
MICA_API void mica_op_state_discard(mica_op_state *state);

/// Makes a detached op and consumes the state. Default attribute values stay unset (accessors
/// answer the default). Nothing is verified. NULL only when out of memory.
MICA_API mica_op *mica_op_create(mica_op_state *state);
/// Infers result types (the definition's equations or hook) into an empty result list of the
/// state; false with a diagnostic when it can't.
MICA_API bool mica_op_state_infer_types(mica_op_state *state);

/// Removes the op from its block and frees it with all nested. Its results must have no uses.
MICA_API void mica_op_erase(mica_op *op);
/// Takes the op out of its block; the caller owns it.
MICA_API void mica_op_remove(mica_op *op);
/// Frees a detached op; uses of its results (in cycles) are dropped first.
MICA_API void mica_op_destroy(mica_op *op);
/// Drops all operand uses and successors of the op and everything nested, so that ops which use
/// each other can be erased in any order.
MICA_API void mica_op_drop_all_references(mica_op *op);
/// Maps values, and blocks, of the original to those of a clone.
typedef struct mica_mapping mica_mapping;
MICA_API mica_mapping *mica_mapping_create(mica_context *context);
MICA_API void mica_mapping_destroy(mica_mapping *mapping);
MICA_API void mica_mapping_set(mica_mapping *mapping, mica_value *from, mica_value *to);
/// The mapped value, or the value itself.
MICA_API mica_value *mica_mapping_get(const mica_mapping *mapping, mica_value *value);
MICA_API void mica_mapping_set_block(mica_mapping *mapping, mica_block *from, mica_block *to);
MICA_API mica_block *mica_mapping_get_block(const mica_mapping *mapping, mica_block *block);
/// Deep copy; operands are looked up in `mapping` (may be NULL), results are added to it.
MICA_API mica_op *mica_op_clone(mica_op *op, mica_mapping *mapping);
/// The same without the contents of the regions (which are empty in the copy).
MICA_API mica_op *mica_op_clone_without_regions(mica_op *op, mica_mapping *mapping);

// ---- reading ops
// -----------------------------------------------------------------------------

MICA_API mica_context *mica_op_context(const mica_op *op);
MICA_API const mica_op_record *mica_op_get_record(const mica_op *op);
/// NULL for an unregistered op.
MICA_API const mica_op_def *mica_op_definition(const mica_op *op);
MICA_API mica_op_kind mica_op_get_kind(const mica_op *op);
/// Is it the op of this kind? `mica_op_is(op, &mica_arith_addi_kind)`.
static inline bool mica_op_is(const mica_op *op, mica_op_kind kind)
{
    return op && mica_op_get_kind(op) == kind;
}
/// "dialect.name".
MICA_API mica_string mica_op_name(const mica_op *op);
MICA_API mica_location mica_op_location(const mica_op *op);
MICA_API void mica_op_set_location(mica_op *op, mica_location location);
MICA_API mica_block *mica_op_block(const mica_op *op);
MICA_API mica_region *mica_op_parent_region(const mica_op *op);
/// The op whose region holds this one; NULL at the top.
MICA_API mica_op *mica_op_parent(const mica_op *op);
MICA_API mica_op *mica_op_next(const mica_op *op);
MICA_API mica_op *mica_op_previous(const mica_op *op);
/// Both in the same block; amortized constant time.
MICA_API bool mica_op_is_before(const mica_op *a, const mica_op *b);
/// `ancestor` is the op itself or a (transitive) parent.
MICA_API bool mica_op_is_ancestor(const mica_op *ancestor, const mica_op *op);

MICA_API size_t mica_op_operand_count(const mica_op *op);
MICA_API mica_value *mica_op_operand(const mica_op *op, size_t index);
MICA_API mica_use *mica_op_operand_use(const mica_op *op, size_t index);
MICA_API void mica_op_set_operand(mica_op *op, size_t index, mica_value *value);
/// Replaces all operands; the count may change (segment sizes are the caller's business).
MICA_API void mica_op_set_operands(mica_op *op, mica_value *const *values, size_t count);
MICA_API void mica_op_insert_operands(mica_op *op, size_t index, mica_value *const *values,
                                      size_t count);
MICA_API void mica_op_erase_operands(mica_op *op, size_t index, size_t count);
MICA_API size_t mica_op_result_count(const mica_op *op);
MICA_API mica_value *mica_op_result(const mica_op *op, size_t index);
MICA_API size_t mica_op_successor_count(const mica_op *op);
MICA_API mica_block *mica_op_successor(const mica_op *op, size_t index);
MICA_API void mica_op_set_successor(mica_op *op, size_t index, mica_block *block);
MICA_API size_t mica_op_region_count(const mica_op *op);
MICA_API mica_region *mica_op_region(const mica_op *op, size_t index);

/// The run of operands (results) that belongs to operand (result) spec `index` of the
/// definition: for a variadic op the segment sizes attribute or the arithmetic of the counts
/// decides.
MICA_API void mica_op_operand_range(const mica_op *op, size_t index, size_t *start,
                                    size_t *count);
MICA_API void mica_op_result_range(const mica_op *op, size_t index, size_t *start,
                                   size_t *count);

// ---- attributes
// ------------------------------------------------------------------------------

/// Slot `index` of the definition's inherent attributes; NULL when unset. No default applied.
MICA_API const mica_attr *mica_op_slot(const mica_op *op, size_t index);
/// The same, the spec's default value when unset.
MICA_API const mica_attr *mica_op_slot_or_default(const mica_op *op, size_t index);
MICA_API size_t mica_op_slot_count(const mica_op *op);
MICA_API void mica_op_set_slot(mica_op *op, size_t index, const mica_attr *value);
/// Inherent or discardable, by name; NULL when absent.
MICA_API const mica_attr *mica_op_attr(const mica_op *op, const char *name);
MICA_API const mica_attr *mica_op_attr_by_name(const mica_op *op, const mica_identifier *name);
/// NULL removes.
MICA_API void mica_op_set_attr(mica_op *op, const char *name, const mica_attr *value);
MICA_API void mica_op_set_attr_by_name(mica_op *op, const mica_identifier *name,
                                       const mica_attr *value);
/// Discardable attributes in order of names.
MICA_API size_t mica_op_attr_count(const mica_op *op);
MICA_API mica_named_attr mica_op_attr_entry(const mica_op *op, size_t index);

// ---- values and uses
// -------------------------------------------------------------------------

MICA_API const mica_type *mica_value_type(const mica_value *value);
/// Changes the type in place; users are not told.
MICA_API void mica_value_set_type(mica_value *value, const mica_type *type);
MICA_API mica_context *mica_value_context(const mica_value *value);
MICA_API mica_location mica_value_location(const mica_value *value);
/// Of a block argument; a result has its op's location.
MICA_API void mica_argument_set_location(mica_value *argument, mica_location location);
/// The op of a result; NULL for a block argument.
MICA_API mica_op *mica_value_op(const mica_value *value);
/// The block of a block argument; NULL for a result.
MICA_API mica_block *mica_value_argument_block(const mica_value *value);
/// The block in which the value is defined.
MICA_API mica_block *mica_value_block(const mica_value *value);
/// Index among the op's results or the block's arguments.
MICA_API size_t mica_value_index(const mica_value *value);
MICA_API bool mica_value_is_unused(const mica_value *value);
MICA_API bool mica_value_has_one_use(const mica_value *value);
/// Uses, the latest first. Any use may be removed while walking if `next` was read before.
MICA_API mica_use *mica_value_first_use(const mica_value *value);
MICA_API mica_use *mica_use_next(const mica_use *use);
MICA_API mica_op *mica_use_owner(const mica_use *use);
MICA_API size_t mica_use_index(const mica_use *use);
MICA_API mica_value *mica_use_value(const mica_use *use);
MICA_API void mica_use_set(mica_use *use, mica_value *value);
MICA_API void mica_value_replace_all_uses(mica_value *value, mica_value *with);
/// Only uses whose owner `keep` says false for are replaced.
MICA_API void mica_value_replace_uses_if(mica_value *value, mica_value *with,
                                         bool (*accept)(void *user, mica_use *use), void *user);

// ---- blocks and regions
// ----------------------------------------------------------------------

MICA_API mica_block *mica_block_create(mica_context *context);
/// Frees a detached block and its ops.
MICA_API void mica_block_destroy(mica_block *block);
/// Removes from its region and frees. No uses of its arguments or of the block may remain.
MICA_API void mica_block_erase(mica_block *block);
MICA_API void mica_block_remove(mica_block *block);
MICA_API mica_region *mica_block_region(const mica_block *block);
MICA_API mica_op *mica_block_parent_op(const mica_block *block);
MICA_API mica_context *mica_block_context(const mica_block *block);
MICA_API mica_block *mica_block_next(const mica_block *block);
MICA_API mica_block *mica_block_previous(const mica_block *block);
MICA_API bool mica_block_is_entry(const mica_block *block);
MICA_API mica_op *mica_block_first(const mica_block *block);
MICA_API mica_op *mica_block_last(const mica_block *block);
MICA_API bool mica_block_is_empty(const mica_block *block);
/// The last op if it is a terminator (or unregistered), else NULL.
MICA_API mica_op *mica_block_terminator(const mica_block *block);
MICA_API size_t mica_block_argument_count(const mica_block *block);
MICA_API mica_value *mica_block_argument(const mica_block *block, size_t index);
MICA_API mica_value *mica_block_add_argument(mica_block *block, const mica_type *type,
                                             mica_location location);
MICA_API mica_value *mica_block_insert_argument(mica_block *block, size_t index,
                                                const mica_type *type, mica_location location);
/// The argument must have no uses.
MICA_API void mica_block_erase_argument(mica_block *block, size_t index);
MICA_API void mica_block_append(mica_block *block, mica_op *op);
MICA_API void mica_block_prepend(mica_block *block, mica_op *op);
/// Inserts a detached op before (after) another.
MICA_API void mica_op_insert_before(mica_op *op, mica_op *anchor);
MICA_API void mica_op_insert_after(mica_op *op, mica_op *anchor);
/// Moves an op that is in a block.
MICA_API void mica_op_move_before(mica_op *op, mica_op *anchor);
MICA_API void mica_op_move_after(mica_op *op, mica_op *anchor);
/// Moves ops [first, end of its block) to the end of another block.
MICA_API void mica_block_splice_tail(mica_block *to, mica_op *first);
/// Splits before `op`: the op and those after it move to a new block inserted after.
MICA_API mica_block *mica_block_split_before(mica_op *op);

/// Predecessor edges: one per successor operand that names the block.
typedef struct mica_block_use mica_block_use;
MICA_API mica_block_use *mica_block_first_use(const mica_block *block);
MICA_API mica_block_use *mica_block_use_next(const mica_block_use *use);
/// The terminator that branches here, and which of its successors it is.
MICA_API mica_op *mica_block_use_owner(const mica_block_use *use);
MICA_API size_t mica_block_use_index(const mica_block_use *use);
MICA_API void mica_block_replace_all_uses(mica_block *block, mica_block *with);

MICA_API mica_region *mica_region_create(mica_context *context);
/// Frees a detached region and its blocks.
MICA_API void mica_region_destroy(mica_region *region);
MICA_API mica_op *mica_region_parent(const mica_region *region);
MICA_API size_t mica_region_index(const mica_region *region);
MICA_API mica_context *mica_region_context(const mica_region *region);
MICA_API mica_block *mica_region_first(const mica_region *region);
MICA_API mica_block *mica_region_last(const mica_region *region);
MICA_API bool mica_region_is_empty(const mica_region *region);
MICA_API bool mica_region_has_one_block(const mica_region *region);
MICA_API void mica_region_append(mica_region *region, mica_block *block);
MICA_API void mica_block_insert_before(mica_block *block, mica_block *anchor);
MICA_API void mica_block_insert_after(mica_block *block, mica_block *anchor);
/// Moves all blocks of `from` to the end of `to`.
MICA_API void mica_region_take_body(mica_region *to, mica_region *from);
/// Moves all blocks of `region` before `anchor`.
MICA_API void mica_region_inline_before(mica_region *region, mica_block *anchor);
/// Copies the blocks of `from` to the end of `to`.
MICA_API void mica_region_clone_into(mica_region *from, mica_region *to, mica_mapping *mapping);
/// `ancestor` is the region itself or holds it.
MICA_API bool mica_region_is_ancestor(const mica_region *ancestor, const mica_region *region);
/// The op in `region` that is `op` or an ancestor of it; NULL when `op` is not inside.
MICA_API mica_op *mica_region_find_ancestor(const mica_region *region, mica_op *op);

/// Iteration. The plain forms must not erase the current element; the _safe forms may.
#define mica_for_each_op(op, block)                                                            \
    for (mica_op *op = mica_block_first(block); op; op = mica_op_next(op))
#define mica_for_each_op_safe(op, next, block)                                                 \
    for (mica_op *op = mica_block_first(block), *next = op ? mica_op_next(op) : NULL; op;      \
         op = next, next = op ? mica_op_next(op) : NULL)
#define mica_for_each_block(block, region)                                                     \
    for (mica_block *block = mica_region_first(region); block; block = mica_block_next(block))
#define mica_for_each_use(use, value)                                                          \
    for (mica_use *use = mica_value_first_use(value); use; use = mica_use_next(use))

// ---- walking
// ---------------------------------------------------------------------------------

typedef enum mica_walk_result {
    MICA_WALK_ADVANCE,
    MICA_WALK_SKIP, ///< pre-order: not into the regions of this op
    MICA_WALK_INTERRUPT,
} mica_walk_result;
typedef mica_walk_result (*mica_walk_fn)(void *user, mica_op *op);
/// Visits the op and all nested, parents first (pre) or last (post). Post-order may erase the
/// visited op. Needs no C stack per level. False when interrupted.
MICA_API bool mica_op_walk_pre(mica_op *op, mica_walk_fn visit, void *user);
MICA_API bool mica_op_walk_post(mica_op *op, mica_walk_fn visit, void *user);

/// Makes an empty builtin.module with one block.
MICA_API mica_op *mica_module_create(mica_context *context, mica_location location);
/// The only block of a single-block region's op.
MICA_API mica_block *mica_module_body(const mica_op *module);

#ifdef __cplusplus
}
#endif

#endif
