// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The parts of verification. All return false after a diagnostic. Order for a registered op:
//
//   counts -> structural traits -> attributes, operands, results, type equations, regions
//          -> other traits and interfaces -> verify hook
//   ... nested ops ...
//   -> traits and interfaces about regions -> verify_regions hook -> dominance
#ifndef MICA_IR_CORE_VERIFIER_INTERNAL_H
#define MICA_IR_CORE_VERIFIER_INTERNAL_H

#include "ir/core/operation_internal.h"
#include "ir/core/verifier.h"

/// Counts of regions, results, successors and operands (verify_definition.c).
bool micai_verify_counts(mica_op *op);
/// Attributes, operands, results and regions against the constraints of the definition.
bool micai_verify_constraints(mica_op *op);

typedef enum micai_trait_phase {
    MICAI_TRAITS_STRUCTURAL, ///< before constraints
    MICAI_TRAITS_NATIVE,     ///< after them
    MICAI_TRAITS_REGIONS,    ///< after the nested ops
} micai_trait_phase;
/// The op's traits and interfaces that are checked in this phase, in order of declaration
/// (traits.c).
bool micai_verify_traits(mica_op *op, micai_trait_phase phase);

/// What interfaces demand (verify_interfaces.c). Each does nothing when the op has it not.
bool micai_verify_branch(mica_op *op);
bool micai_verify_cast(mica_op *op);
bool micai_verify_destination_style(mica_op *op);
bool micai_verify_function(mica_op *op);
bool micai_verify_symbol(mica_op *op);
bool micai_verify_loop(mica_op *op);          ///< after nested ops
bool micai_verify_region_branch(mica_op *op); ///< after nested ops
/// A symbol table's names and the references to them (symbol_table.c); after nested ops.
bool micai_verify_symbol_table(mica_op *op);

/// Ops that were found good, by what their checks look at (verified_shapes.c).
typedef struct micai_verified_shapes micai_verified_shapes;
/// Empty; NULL when out of memory, which the functions below take as one that knows nothing.
micai_verified_shapes *micai_verified_shapes_create(const micai_allocator *allocator);
void micai_verified_shapes_destroy(const micai_allocator *allocator,
                                   micai_verified_shapes *shapes);
/// Was an op of the same shape added before? Never for ops whose checks look around.
bool micai_verified_shape_find(const micai_verified_shapes *shapes, const mica_op *op);
/// Remembers an op that passed all its checks.
void micai_verified_shape_add(micai_verified_shapes *shapes, const mica_op *op);

/// Appends the op's first line in generic form.
void micai_diagnostic_append_op(mica_diagnostic *diagnostic, mica_op *op);

#endif
