// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The growing text: one byte more than the length is always kept for the NUL.
#include "ir/support/text_buffer_internal.h"

#include <stdio.h>

void micai_text_buffer_free(micai_text_buffer *buffer)
{
    micai_release(buffer->allocator, buffer->data, buffer->capacity);
    buffer->data = NULL;
    buffer->length = buffer->capacity = 0;
}

static bool reserve(micai_text_buffer *buffer, size_t more)
{
    if (buffer->failed)
        return false;
    void *data = buffer->data;
    if (!micai_array_reserve(buffer->allocator, &data, &buffer->capacity,
                             buffer->length + more + 1, 1))
        buffer->failed = true;
    buffer->data = data;
    return !buffer->failed;
}

void micai_text_append(micai_text_buffer *buffer, const char *data, size_t length)
{
    if (!reserve(buffer, length))
        return;
    if (length)
        memcpy(buffer->data + buffer->length, data, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
}

void micai_text_append_string(micai_text_buffer *buffer, mica_string text)
{
    micai_text_append(buffer, text.data, text.length);
}

void micai_text_vprintf(micai_text_buffer *buffer, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, arguments);
    if (length >= 0 && reserve(buffer, (size_t)length)) {
        vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    }
    va_end(again);
}

void micai_text_printf(micai_text_buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    micai_text_vprintf(buffer, format, arguments);
    va_end(arguments);
}

mica_string micai_text_view(const micai_text_buffer *buffer)
{
    mica_string view = {buffer->data ? buffer->data : "", buffer->length};
    return view;
}

bool micai_text_write(void *buffer, const char *data, size_t size)
{
    micai_text_buffer *text = buffer;
    micai_text_append(text, data, size);
    return !text->failed;
}
