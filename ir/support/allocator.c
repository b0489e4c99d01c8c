// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The allocator hook and the growth rule of arrays (factor two, at least eight elements).
#define _DEFAULT_SOURCE // madvise
#include "ir/support/allocator_internal.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20 };

// The kernel may give large pieces in pages of 2 MiB: one fault in place of 512, which cost as
// much as a tenth of reading a large file.
static void *allocate_huge_pages(size_t size)
{
    void *memory = NULL;
    if (posix_memalign(&memory, HUGE_PAGE, size) != 0)
        return NULL;
#ifdef MADV_HUGEPAGE
    madvise(memory, size / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
#endif
    return memory;
}

static void *system_allocate(void *user, size_t size)
{
    (void)user;
    return size < HUGE_PAGE ? malloc(size) : allocate_huge_pages(size);
}

static void system_release(void *user, void *memory, size_t size)
{
    (void)user;
    (void)size;
    free(memory);
}

micai_allocator micai_allocator_system(bool *failed)
{
    const micai_allocator allocator = {system_allocate, system_release, NULL, failed};
    return allocator;
}

void *micai_allocate(const micai_allocator *allocator, size_t size)
{
    if (size == 0)
        return NULL;
    void *memory = allocator->allocate(allocator->user, size);
    if (!memory && allocator->failed)
        *allocator->failed = true;
    return memory;
}

void *micai_allocate_zeroed(const micai_allocator *allocator, size_t size)
{
    void *memory = micai_allocate(allocator, size);
    if (memory)
        memset(memory, 0, size);
    return memory;
}

void micai_release(const micai_allocator *allocator, void *memory, size_t size)
{
    if (memory)
        allocator->release(allocator->user, memory, size);
}

bool micai_array_reserve(const micai_allocator *allocator, void **array, size_t *capacity,
                         size_t needed, size_t element_size)
{
    if (needed <= *capacity)
        return true;
    size_t grown = *capacity ? *capacity * 2 : 8;
    if (grown < needed)
        grown = needed;
    if (grown > SIZE_MAX / element_size)
        return false;
    void *memory = micai_allocate(allocator, grown * element_size);
    if (!memory)
        return false;
    if (*array)
        memcpy(memory, *array, *capacity * element_size);
    micai_release(allocator, *array, *capacity * element_size);
    *array = memory;
    *capacity = grown;
    return true;
}
