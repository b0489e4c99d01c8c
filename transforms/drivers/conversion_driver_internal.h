// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The state of a running conversion.
#ifndef MICA_TRANSFORMS_DRIVERS_CONVERSION_DRIVER_INTERNAL_H
#define MICA_TRANSFORMS_DRIVERS_CONVERSION_DRIVER_INTERNAL_H

#include "ir/core/diagnostics.h"
#include "ir/rewrite/conversion_internal.h"
#include "ir/rewrite/rewriter_internal.h"
#include "ir/rewrite/type_converter_internal.h"

typedef struct micai_made_cast {
    mica_op *op; ///< NULL once it is gone
    micai_cast_kind kind;
} micai_made_cast;

/// Invariants: `place` maps every op of `pending` that is not NULL to its index; `cast_place`
/// does so for `casts`. `target_cast` maps a value to the cast that adapts it.
struct micai_conversion_driver {
    mica_conversion *conversion;
    const micai_allocator *allocator;
    mica_rewriter rewriter;
    bool is_full;
    mica_op **pending; ///< ops to look at: those of the input, then a stack of new ones
    size_t pending_count, pending_capacity;
    micai_pointer_map place;
    micai_made_cast *casts;
    size_t cast_count, cast_capacity;
    micai_pointer_map cast_place;
    micai_pointer_map target_cast;
    // of the op that is being converted
    mica_adapted adapted;
    const mica_type *without_counterpart; ///< of an operand of the op at hand; NULL: none
    mica_value **adapted_values;
    uint32_t *adapted_offsets;
    size_t adapted_capacity, offsets_capacity;
    mica_op *explained_op; ///< not NULL: reasons are collected for its diagnostic
    mica_diagnostic *explanation;
    const char *explained_pattern;
    bool has_reason;
    bool out_of_memory;
};

/// Fills in driver->adapted for `op`.
void micai_conversion_adapt_operands(micai_conversion_driver *driver, mica_op *op);
/// As micai_replace_fn; the user is the driver.
void micai_conversion_replace(void *driver, mica_op *op, mica_value *const *values,
                              const uint32_t *offsets);
/// Tells that an op is about to go.
void micai_conversion_forget(micai_conversion_driver *driver, mica_op *op);
/// Cancels pairs of casts, drops unused ones and materializes the rest.
void micai_conversion_resolve_casts(micai_conversion_driver *driver);

#endif
