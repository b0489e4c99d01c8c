// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Setting up and freeing the shards of the uniquer.
#ifndef MICA_IR_CORE_UNIQUER_INTERNAL_H
#define MICA_IR_CORE_UNIQUER_INTERNAL_H

#include "ir/core/context_internal.h"

/// `shards` has MICAI_SHARDS entries.
bool micai_shards_init(micai_shard *shards, const micai_allocator *allocator);
void micai_shards_destroy(micai_shard *shards);

#endif
