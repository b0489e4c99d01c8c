// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Places for buffers whose sizes are known at run time: slots that buffers take turns in.
#ifndef MICA_TRANSFORMS_BUFFER_PLAN_SLOTS_H
#define MICA_TRANSFORMS_BUFFER_PLAN_SLOTS_H

#include "transforms/buffer/size_bounds.h"

typedef struct micai_slot_buffer {
    size_t first, last; ///< its life, both included
    mica_value *bytes;  ///< its size, a multiple of the alignment
    size_t slot;        ///< filled in
    mica_value *offset; ///< filled in
} micai_slot_buffer;

/// Gives each buffer a slot that no other has during its life, and builds the offsets: the
/// first slot is at `base`. The end of the last one; NULL when out of memory.
mica_value *micai_assign_slots(mica_builder *builder, micai_slot_buffer *buffers, size_t count,
                               mica_value *base);

#endif
