// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the parts of the reader share: the wire scan, the memory that decoded messages live in,
// and how errors are made.
#ifndef MICA_DIALECTS_ONNX_READER_ONNX_READER_INTERNAL_H
#define MICA_DIALECTS_ONNX_READER_ONNX_READER_INTERNAL_H

#include "dialects/onnx/reader/onnx-ml.pb-c.h"
#include "dialects/onnx/reader/onnx_file.h"

/// Messages may nest this deep. protobuf-c recurses on the C stack, without a limit of its own.
#define MICAI_WIRE_DEPTH_LIMIT 64

/// Number of the field that the scan adds to each message with a name: fixed64, the offset at
/// which the message begins in the file. Far above ONNX's own numbers.
#define MICAI_WIRE_OFFSET_FIELD 15000u

/// Stands in TensorProto.raw_data for the bytes themselves.
typedef struct micai_wire_slice {
    uint64_t offset;
    uint64_t size;
} micai_wire_slice;

/// An owned, growing run of bytes. Release with free(bytes).
typedef struct micai_wire_copy {
    uint8_t *bytes;
    size_t size;
    size_t capacity;
} micai_wire_copy;

/// Checks that `input` is a message of type `root` in every detail that protobuf-c looks at,
/// and writes a copy of it in which raw tensor data is replaced by a micai_wire_slice, unknown
/// fields are left out and messages with a name know their offset. False with `error` filled
/// in; `copy` is to be released in both cases.
bool micai_wire_scan(const uint8_t *input, size_t size, const ProtobufCMessageDescriptor *root,
                     micai_wire_copy *copy, mica_onnx_error *error);

/// Memory of a decoded file: blocks that are freed together, in the form protobuf-c asks for.
typedef struct micai_decode_memory {
    ProtobufCAllocator allocator; ///< its `free` does nothing
    struct decode_block *blocks;
} micai_decode_memory;

void micai_decode_memory_init(micai_decode_memory *memory);
/// NULL when out of memory; aligned for any object.
void *micai_decode_memory_take(micai_decode_memory *memory, size_t size);
void micai_decode_memory_release(micai_decode_memory *memory);

/// Another file that tensors lie in.
typedef struct micai_external_file {
    char *location; ///< as the model spells it
    const uint8_t *bytes;
    size_t size;
    bool is_mapped; ///< bytes are to be unmapped
} micai_external_file;

typedef struct micai_externals {
    char *folder;       ///< of the model; NULL: it was read from memory
    bool follows_links; ///< the model's path is a link itself
    micai_external_file *files;
    size_t count, capacity;
} micai_externals;

struct mica_onnx_file {
    const uint8_t *bytes;
    size_t size;
    bool is_mapped; ///< bytes are to be unmapped
    micai_decode_memory memory;
    micai_externals externals;
    Onnx__ModelProto *model;
    Onnx__TensorProto *tensor;
};

/// Fills in a fault of the whole file.
void micai_onnx_error_whole(mica_onnx_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/// Fills in a fault of a message, with its offset when it is known.
void micai_onnx_error_at(mica_onnx_error *error, const ProtobufCMessage *message,
                         const char *format, ...) __attribute__((format(printf, 3, 4)));
/// Copies `length` bytes of a name that may hold anything to a C string of `capacity` bytes:
/// control characters become '?', a cut is marked with "...".
void micai_onnx_show_name(char *out, size_t capacity, const char *name, size_t length);

#endif
