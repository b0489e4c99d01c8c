// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See wire_builder.h. Wrapping moves the bytes: quadratic, and fine for a few thousand levels.
#include "wire_builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void wire_clear(wire *out)
{
    out->size = 0;
}

void wire_bytes(wire *out, const void *bytes, size_t size)
{
    if (size > sizeof out->bytes - out->size)
        abort();
    if (size > 0)
        memcpy(out->bytes + out->size, bytes, size);
    out->size += size;
}

static size_t encode_varint(uint64_t value, uint8_t bytes[10])
{
    size_t size = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[size++] = (uint8_t)(value | 0x80);
    bytes[size++] = (uint8_t)value;
    return size;
}

void wire_varint(wire *out, uint64_t value)
{
    uint8_t bytes[10];
    wire_bytes(out, bytes, encode_varint(value, bytes));
}

void wire_tag(wire *out, uint32_t number, unsigned wire_type)
{
    wire_varint(out, (uint64_t)number << 3 | wire_type);
}

void wire_number(wire *out, uint32_t number, uint64_t value)
{
    wire_tag(out, number, WIRE_VARINT);
    wire_varint(out, value);
}

void wire_string(wire *out, uint32_t number, const char *text)
{
    wire_tag(out, number, WIRE_LENGTH);
    wire_varint(out, strlen(text));
    wire_bytes(out, text, strlen(text));
}

void wire_message(wire *out, uint32_t number, const wire *message)
{
    wire_tag(out, number, WIRE_LENGTH);
    wire_varint(out, message->size);
    wire_bytes(out, message->bytes, message->size);
}

void wire_wrap(wire *out, uint32_t number)
{
    uint8_t head[20];
    size_t head_size = encode_varint((uint64_t)number << 3 | WIRE_LENGTH, head);
    head_size += encode_varint(out->size, head + head_size);
    if (head_size > sizeof out->bytes - out->size)
        abort();
    memmove(out->bytes + head_size, out->bytes, out->size);
    memcpy(out->bytes, head, head_size);
    out->size += head_size;
}

uint8_t *read_test_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        abort();
    const size_t capacity = 1024 * 1024;
    uint8_t *bytes = malloc(capacity);
    if (!bytes)
        abort();
    *size = fread(bytes, 1, capacity, file);
    fclose(file);
    return bytes;
}
