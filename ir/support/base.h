// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ground floor of every public header: the export macro, the string view, and memory.
#ifndef MICA_IR_SUPPORT_BASE_H
#define MICA_IR_SUPPORT_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__)
#define MICA_API __attribute__((visibility("default")))
#define MICA_PRINTF(format_index, first) __attribute__((format(printf, format_index, first)))
#else
#define MICA_API
#define MICA_PRINTF(format_index, first)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/// A borrowed run of bytes, usually UTF-8 text; not necessarily NUL-terminated. `data` may be
/// NULL only when `length` is 0.
typedef struct mica_string {
    const char *data;
    size_t length;
} mica_string;

/// The view of a NUL-terminated string; NULL gives the empty view.
static inline mica_string mica_string_from(const char *text)
{
    mica_string view = {text, text ? strlen(text) : 0};
    return view;
}

static inline bool mica_string_equal(mica_string a, mica_string b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

/// True when `view` holds exactly the bytes of the NUL-terminated `text`.
static inline bool mica_string_is(mica_string view, const char *text)
{
    return mica_string_equal(view, mica_string_from(text));
}

// ---- memory
// ----------------------------------------------------------------------------------

/// What stands in for malloc, realloc and free. `allocate` and `reallocate` may return NULL;
/// sizes are never 0, and memory is aligned as malloc's. Called from all threads that use Mica.
typedef struct mica_allocator {
    void *(*allocate)(void *user, size_t size);
    void *(*reallocate)(void *user, void *memory, size_t size); ///< memory may be NULL
    void (*release)(void *user, void *memory);                  ///< never NULL
    void *user;
} mica_allocator;

/// Sends all memory of the library to `allocator` (copied; NULL: malloc, realloc and free
/// again). One for the process, since memory may go from one context to another's caller; set
/// it while nothing of Mica lives. A context can have an allocator of its own in addition
/// (mica_context_options). LLVM and libc, where codegen and readers call them, keep theirs.
MICA_API void mica_set_allocator(const mica_allocator *allocator);

/// The allocator's functions, with the rules of malloc, calloc, realloc and free: for code that
/// hands memory to Mica or gets some from it.
MICA_API void *mica_malloc(size_t size);
MICA_API void *mica_calloc(size_t count, size_t size);
MICA_API void *mica_realloc(void *memory, size_t size);
MICA_API void mica_free(void *memory);

/// Arguments for a printf conversion "%.*s".
#define MICA_STRING_ARG(view) (int)(view).length, (view).data

#ifdef __cplusplus
}
#endif

#endif
