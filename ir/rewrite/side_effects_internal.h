// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pieces of the effects query, for passes that walk nested ops themselves and want to stay
// linear.
#ifndef MICA_IR_REWRITE_SIDE_EFFECTS_INTERNAL_H
#define MICA_IR_REWRITE_SIDE_EFFECTS_INTERNAL_H

#include "ir/rewrite/side_effects.h"

/// The op alone, whatever is nested in it, at most reads and allocates.
bool micai_op_is_droppable_alone(mica_op *op);

/// Effects of the op alone, whatever is nested in it.
mica_op_effects micai_op_own_effects(mica_op *op);

#endif
