// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A row of sizes to compute with: on the stack for the ranks that occur, on the heap above.
//
//   micai_sizes sizes;
//   if (micai_sizes_init(&sizes, rank)) ... sizes.data[i] ...
//   micai_sizes_free(&sizes);
#ifndef MICA_IR_CORE_SIZES_INTERNAL_H
#define MICA_IR_CORE_SIZES_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct micai_sizes {
    int64_t *data;
    size_t count;
    int64_t inline_data[12];
} micai_sizes;

/// All 0. False when out of memory (`data` is NULL then, freeing is allowed).
static inline bool micai_sizes_init(micai_sizes *sizes, size_t count)
{
    sizes->count = count;
    sizes->data = sizes->inline_data;
    if (count > sizeof sizes->inline_data / sizeof *sizes->inline_data)
        sizes->data = mica_calloc(count, sizeof *sizes->data);
    else
        for (size_t i = 0; i < count; i++)
            sizes->data[i] = 0;
    return sizes->data;
}

static inline void micai_sizes_free(micai_sizes *sizes)
{
    if (sizes->data != sizes->inline_data)
        mica_free(sizes->data);
}

#endif
