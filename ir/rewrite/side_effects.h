// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What rewrites may assume of an op: may it be erased, duplicated, moved, hoisted. The answers
// come from the definition: the trait pure, effects on operands, results and memory as a whole,
// recursive_memory_effects. An effect on a value counts only where the value refers to memory:
// one of tensor, vector, scalar or complex type has none (so that a linalg op on tensors is
// free of effects). Ops that say nothing, and unregistered ones, may do anything.
#ifndef MICA_IR_REWRITE_SIDE_EFFECTS_H
#define MICA_IR_REWRITE_SIDE_EFFECTS_H

#include "ir/core/definition.h"

#ifdef __cplusplus
extern "C" {
#endif

/// mica_effect bits of the op itself (nested ops not counted unless it has
/// recursive_memory_effects). `known` false: nothing is known of the op or of a nested one.
typedef struct mica_op_effects {
    uint32_t bits;
    bool known;
} mica_op_effects;

/// All that the op may do, nested ops included where its effects are recursive.
MICA_API mica_op_effects mica_op_get_effects(mica_op *op);
/// Effects of the op alone on one of its operands / results (bits).
MICA_API uint32_t mica_op_operand_effects(mica_op *op, size_t operand);
MICA_API uint32_t mica_op_result_effects(mica_op *op, size_t result);
/// An interface for ops whose effects the definition can't say: fills in the op's own bits.
typedef struct mica_memory_effects {
    size_t struct_size;
    mica_op_effects (*effects)(mica_op *op);
} mica_memory_effects;
MICA_API extern const char mica_memory_effects_interface;

/// An interface for ops whose definition says pure but that may trap for some operands
/// (division) or run on (loops): asked before the traits. Nested ops are asked themselves.
typedef struct mica_speculation {
    size_t struct_size;
    bool (*is_speculatable)(mica_op *op);
} mica_speculation;
MICA_API extern const char mica_speculation_interface;

/// Known to do nothing to memory.
MICA_API bool mica_op_is_memory_effect_free(mica_op *op);
/// Memory effect free and safe to execute when the original would not (no trap, no endless
/// loop): may be hoisted out of a condition. Recursive ops ask their nested ones.
MICA_API bool mica_op_is_speculatable(mica_op *op);
/// Both.
MICA_API bool mica_op_is_pure(mica_op *op);
/// Would be dead if its results had no uses: no terminator or symbol, at most reads and
/// allocations (writes only to what it allocates).
MICA_API bool mica_op_would_be_dead(mica_op *op);
/// The same and its results have no uses.
MICA_API bool mica_op_is_trivially_dead(mica_op *op);

#ifdef __cplusplus
}
#endif

#endif
