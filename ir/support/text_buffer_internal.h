// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A growing piece of text. Appending never fails at the call: running out of memory sets
// `failed`, and what follows is dropped.
#ifndef MICA_IR_SUPPORT_TEXT_BUFFER_INTERNAL_H
#define MICA_IR_SUPPORT_TEXT_BUFFER_INTERNAL_H

#include <stdarg.h>

#include "ir/support/allocator_internal.h"

typedef struct micai_text_buffer {
    const micai_allocator *allocator;
    char *data; ///< NUL-terminated when not NULL
    size_t length;
    size_t capacity;
    bool failed;
} micai_text_buffer;

static inline micai_text_buffer micai_text_buffer_on(const micai_allocator *allocator)
{
    micai_text_buffer buffer = {allocator, NULL, 0, 0, false};
    return buffer;
}
void micai_text_buffer_free(micai_text_buffer *buffer);
void micai_text_append(micai_text_buffer *buffer, const char *data, size_t length);
void micai_text_append_string(micai_text_buffer *buffer, mica_string text);
void micai_text_printf(micai_text_buffer *buffer, const char *format, ...) MICA_PRINTF(2, 3);
void micai_text_vprintf(micai_text_buffer *buffer, const char *format, va_list arguments);
/// The text so far; never NULL data.
mica_string micai_text_view(const micai_text_buffer *buffer);
/// A mica_write_fn whose user is a micai_text_buffer.
bool micai_text_write(void *buffer, const char *data, size_t size);

#endif
