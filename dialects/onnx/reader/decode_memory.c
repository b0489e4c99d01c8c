// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The memory that a decoded file lives in. protobuf-c makes several small objects per message
// and would free them one by one, and some only on its good paths; blocks that end with the
// file are faster and can't leak.
#include "dialects/onnx/reader/onnx_reader_internal.h"

#include <stdalign.h>
#include <stdlib.h>

enum { BLOCK_SIZE = 64 * 1024 }; // of the usual block; a bigger object gets one of its own

// Header of a block; the bytes follow. The first block of the list is the one being filled.
typedef struct decode_block {
    struct decode_block *next;
    size_t used;
    size_t capacity;
    alignas(max_align_t) unsigned char bytes[];
} decode_block;

static decode_block *add_block(micai_decode_memory *memory, size_t size)
{
    if (size > SIZE_MAX - sizeof(decode_block))
        return NULL;
    decode_block *block = malloc(sizeof *block + size);
    if (!block)
        return NULL;
    block->used = 0;
    block->capacity = size;
    // A block for one big object goes behind the one that is being filled.
    decode_block *first = memory->blocks;
    if (first && size > BLOCK_SIZE) {
        block->next = first->next;
        first->next = block;
    } else {
        block->next = first;
        memory->blocks = block;
    }
    return block;
}

void *micai_decode_memory_take(micai_decode_memory *memory, size_t size)
{
    const size_t alignment = alignof(max_align_t);
    if (size > SIZE_MAX - alignment)
        return NULL;
    size = (size + alignment - 1) / alignment * alignment;
    decode_block *block = memory->blocks;
    if (!block || block->capacity - block->used < size)
        block = add_block(memory, size > BLOCK_SIZE ? size : BLOCK_SIZE);
    if (!block)
        return NULL;
    void *taken = block->bytes + block->used;
    block->used += size;
    return taken;
}

static void *take_for_protobuf(void *memory, size_t size)
{
    return micai_decode_memory_take(memory, size);
}

static void keep_for_protobuf(void *memory, void *pointer)
{
    (void)memory;
    (void)pointer;
}

void micai_decode_memory_init(micai_decode_memory *memory)
{
    memory->allocator.alloc = take_for_protobuf;
    memory->allocator.free = keep_for_protobuf;
    memory->allocator.allocator_data = memory;
    memory->blocks = NULL;
}

void micai_decode_memory_release(micai_decode_memory *memory)
{
    while (memory->blocks) {
        decode_block *next = memory->blocks->next;
        free(memory->blocks);
        memory->blocks = next;
    }
}
