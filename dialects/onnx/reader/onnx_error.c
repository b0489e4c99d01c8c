// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Making errors. Names in a broken file may hold anything, so that they are shown cleaned.
#include "dialects/onnx/reader/onnx_reader_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void fill_message(mica_onnx_error *error, const char *format, va_list arguments)
{
    vsnprintf(error->message, sizeof error->message, format, arguments);
    error->node[0] = 0;
    error->has_offset = false;
    error->offset = 0;
}

void micai_onnx_error_whole(mica_onnx_error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill_message(error, format, arguments);
    va_end(arguments);
}

void micai_onnx_error_at(mica_onnx_error *error, const ProtobufCMessage *message,
                         const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill_message(error, format, arguments);
    va_end(arguments);
    error->has_offset = mica_onnx_message_offset(message, &error->offset);
}

void micai_onnx_show_name(char *out, size_t capacity, const char *name, size_t length)
{
    static const char ellipsis[] = "...";
    const bool is_cut = length >= capacity;
    const size_t kept = is_cut ? capacity - sizeof ellipsis : length;
    for (size_t i = 0; i < kept; i++) {
        const unsigned char c = (unsigned char)name[i];
        out[i] = (char)(c < 0x20 || c == 0x7f ? '?' : c);
    }
    out[kept] = 0;
    if (is_cut)
        memcpy(out + kept, ellipsis, sizeof ellipsis);
}
