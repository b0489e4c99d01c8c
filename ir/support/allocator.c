// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The allocator hook and the growth rule of arrays (factor two, at least eight elements).
#define _DEFAULT_SOURCE // madvise
#include "ir/support/allocator_internal.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20 };

// ---- the process's memory
// --------------------------------------------------------------------

/// All NULL: malloc, realloc and free.
static mica_allocator hook;

void mica_set_allocator(const mica_allocator *allocator)
{
    static const mica_allocator none;
    hook = allocator ? *allocator : none;
}

void *mica_malloc(size_t size)
{
    return hook.allocate ? hook.allocate(hook.user, size ? size : 1) : malloc(size);
}

void *mica_calloc(size_t count, size_t size)
{
    if (!hook.allocate)
        return calloc(count, size);
    if (size && count > SIZE_MAX / size)
        return NULL;
    void *memory = mica_malloc(count * size);
    if (memory)
        memset(memory, 0, count * size);
    return memory;
}

void *mica_realloc(void *memory, size_t size)
{
    return hook.allocate ? hook.reallocate(hook.user, memory, size ? size : 1)
                         : realloc(memory, size);
}

void mica_free(void *memory)
{
    if (!hook.allocate)
        free(memory);
    else if (memory)
        hook.release(hook.user, memory);
}

// ---- allocators of contexts
// ------------------------------------------------------------------

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
    return size < HUGE_PAGE || hook.allocate ? mica_malloc(size) : allocate_huge_pages(size);
}

static void system_release(void *user, void *memory, size_t size)
{
    (void)user;
    (void)size;
    mica_free(memory);
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
