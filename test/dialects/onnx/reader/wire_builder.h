// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes protobuf wire bytes by hand, right or wrong ones, for the tests of the ONNX reader.
#ifndef MICA_TEST_DIALECTS_ONNX_READER_WIRE_BUILDER_H
#define MICA_TEST_DIALECTS_ONNX_READER_WIRE_BUILDER_H

#include <stddef.h>
#include <stdint.h>

/// A run of bytes of fixed capacity; writing beyond it aborts the test.
typedef struct wire {
    uint8_t bytes[96 * 1024];
    size_t size;
} wire;

enum { WIRE_VARINT = 0, WIRE_64BIT = 1, WIRE_LENGTH = 2, WIRE_GROUP = 3, WIRE_32BIT = 5 };

void wire_clear(wire *out);
void wire_bytes(wire *out, const void *bytes, size_t size);
void wire_varint(wire *out, uint64_t value);
void wire_tag(wire *out, uint32_t number, unsigned wire_type);
void wire_number(wire *out, uint32_t number, uint64_t value);
void wire_string(wire *out, uint32_t number, const char *text);
void wire_message(wire *out, uint32_t number, const wire *message);
/// Puts what was written so far into a field of a new message.
void wire_wrap(wire *out, uint32_t number);

/// Reads a whole file of the test; the caller frees it.
uint8_t *read_test_file(const char *path, size_t *size);

#endif
