// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hash functions for tables in memory; never visible, never stored. The byte hash folds eight
// bytes a step with a 64 x 64 -> 128 bit multiplication, the way wyhash and its kin do.
#ifndef MICA_IR_SUPPORT_HASH_INTERNAL_H
#define MICA_IR_SUPPORT_HASH_INTERNAL_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t micai_hash_mix(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 wide;
    const wide product = (wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    a = (a ^ (a >> 32)) * UINT64_C(0x9E3779B97F4A7C15) + b;
    return a ^ (a >> 29);
#endif
}

static inline uint64_t micai_hash_step(uint64_t hash, uint64_t word)
{
    return micai_hash_mix(hash ^ UINT64_C(0x2D358DCCAA6C78A5),
                          word ^ UINT64_C(0x8BB84B93962EACC9));
}

static inline uint64_t micai_hash_pointer(const void *pointer)
{
    return micai_hash_step(0, (uint64_t)(uintptr_t)pointer);
}

/// Up to seven bytes as a word, without a loop; different bytes of one size give different
/// words.
static inline uint64_t micai_hash_tail(const unsigned char *bytes, size_t size)
{
    if (size >= 4) {
        uint32_t first, last;
        memcpy(&first, bytes, 4);
        memcpy(&last, bytes + size - 4, 4);
        return first | (uint64_t)last << 32;
    }
    return bytes[0] | (uint64_t)bytes[size / 2] << 8 | (uint64_t)bytes[size - 1] << 16;
}

static inline uint64_t micai_hash_bytes(const void *data, size_t size)
{
    const unsigned char *bytes = data;
    uint64_t hash = size;
    for (; size >= 8; size -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        hash = micai_hash_step(hash, word);
    }
    if (size)
        hash = micai_hash_step(hash, micai_hash_tail(bytes, size));
    return hash;
}

#endif
