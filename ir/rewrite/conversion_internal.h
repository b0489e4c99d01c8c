// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A conversion's insides, shared with its driver.
#ifndef MICA_IR_REWRITE_CONVERSION_INTERNAL_H
#define MICA_IR_REWRITE_CONVERSION_INTERNAL_H

#include "ir/rewrite/conversion.h"
#include "ir/rewrite/pattern.h"
#include "ir/support/arena_internal.h"
#include "ir/support/pointer_map_internal.h"

typedef enum micai_legality {
    MICAI_LEGALITY_UNKNOWN, ///< nothing was said: may stay in a partial conversion
    MICAI_LEGALITY_LEGAL,
    MICAI_LEGALITY_ILLEGAL,
    MICAI_LEGALITY_DYNAMIC, ///< the function says
} micai_legality;

typedef struct micai_legality_rule {
    micai_legality legality;
    mica_legal_fn is_legal;
    void *user;
    bool is_recursive; ///< a legal op of this rule makes nested ones legal
} micai_legality_rule;

typedef struct micai_conversion_driver micai_conversion_driver;

struct mica_conversion {
    mica_context *context;
    const micai_allocator *allocator;
    mica_type_converter *converter;  ///< NULL: types stay
    micai_arena arena;               ///< rules and copies of patterns
    micai_pointer_map op_rules;      ///< name identifier -> micai_legality_rule
    micai_pointer_map dialect_rules; ///< name identifier -> micai_legality_rule
    micai_legality_rule unknown;
    mica_pattern_set *patterns;      ///< each runs a mica_conversion_pattern of the arena
    micai_conversion_driver *driver; ///< while running
};

/// The verdict on an op: LEGAL, ILLEGAL or UNKNOWN. `*is_recursive` may be NULL.
micai_legality micai_conversion_judge(const mica_conversion *conversion, mica_op *op,
                                      bool *is_recursive);
/// Runs a conversion pattern; the rewrite function of the pattern set's entries (their user is
/// the mica_conversion_pattern). Defined by the driver.
bool micai_conversion_run_pattern(mica_rewriter *rewriter, mica_op *op, void *user);

#endif
