// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Opens ONNX models and ONNX tensors. A file is mapped, checked and decoded in one call; what
// comes back is either the decoded protobuf message or an error that says where the file is
// wrong. The weights stay in the mapping: a tensor is a slice of it wherever the file stores
// the elements as they lie in memory.
//
//   mica_onnx_error error;
//   mica_onnx_file *file = mica_onnx_file_open("model.onnx", &error);
//   if (!file)
//       return report(&error);
//   const struct Onnx__GraphProto *graph = mica_onnx_file_model(file)->graph;
//   mica_onnx_tensor weights;
//   if (!mica_onnx_tensor_read(file, graph->initializer[0], &weights, &error))
//       ...
//   mica_onnx_file_close(file);
//
// The message structs are protobuf-c's, generated from onnx-ml.proto: include
// "dialects/onnx/reader/onnx-ml.pb-c.h" to look inside. Two fields are not what the schema
// says: TensorProto.raw_data does not hold the elements (use mica_onnx_tensor_read), and
// unknown_fields is the reader's own (use mica_onnx_message_offset).
#ifndef MICA_DIALECTS_ONNX_READER_ONNX_FILE_H
#define MICA_DIALECTS_ONNX_READER_ONNX_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct Onnx__ModelProto;
struct Onnx__TensorProto;
struct ProtobufCMessage;

/// What is wrong with a file. `message` is a clause without the file's name and without the
/// offset; it already mentions the node.
typedef struct mica_onnx_error {
    char message[768];
    char node[64]; ///< name of the node that holds the fault; "" when there is none or unknown
    bool has_offset; ///< false for faults of the whole file (it can't be opened, is empty)
    uint64_t offset; ///< of the first byte that is wrong
} mica_onnx_error;

/// A mapped and decoded file. Not thread-safe: one thread at a time may use it.
typedef struct mica_onnx_file mica_onnx_file;

/// Opens a model. NULL on failure, with `error` filled in. The file must not shrink while it is
/// open (the mapping would lose its pages). `error` is required here and below.
mica_onnx_file *mica_onnx_file_open(const char *path, mica_onnx_error *error);
/// Opens a file that holds one TensorProto, as ONNX's test data sets do (input_0.pb).
mica_onnx_file *mica_onnx_tensor_file_open(const char *path, mica_onnx_error *error);
/// The same from memory, which is borrowed until the file is closed.
mica_onnx_file *mica_onnx_file_decode(const void *bytes, size_t size, mica_onnx_error *error);
mica_onnx_file *mica_onnx_tensor_file_decode(const void *bytes, size_t size,
                                             mica_onnx_error *error);
/// Frees everything that was borrowed from the file; accepts NULL.
void mica_onnx_file_close(mica_onnx_file *file);

/// Hands the mapping over to the caller, who unmaps it (munmap) when nothing refers to it any
/// longer, and not before the file is closed. False when the file was opened from memory, which
/// is the caller's anyway, or when it was handed over before.
bool mica_onnx_file_hand_over(mica_onnx_file *file, const void **bytes, size_t *size);

/// The same for the mapping of another file, which tensors lie in: `other_file` of
/// mica_onnx_tensor.
bool mica_onnx_file_hand_over_other(mica_onnx_file *file, size_t number, const void **bytes,
                                    size_t *size);

/// The model; it has a graph. NULL when the file was opened as a tensor. Borrowed.
const struct Onnx__ModelProto *mica_onnx_file_model(const mica_onnx_file *file);
/// The tensor; NULL when the file was opened as a model. Borrowed.
const struct Onnx__TensorProto *mica_onnx_file_tensor(const mica_onnx_file *file);
/// Where in the file a message with a name begins (node, attribute, tensor, value, graph,
/// function). False for others, and for messages that no reader made.
bool mica_onnx_message_offset(const struct ProtobufCMessage *message, uint64_t *offset);

/// Element types, numbered as ONNX does; also those that came after the schema of the build.
typedef enum mica_onnx_type {
    MICA_ONNX_TYPE_UNDEFINED = 0,
    MICA_ONNX_TYPE_FLOAT = 1,
    MICA_ONNX_TYPE_UINT8 = 2,
    MICA_ONNX_TYPE_INT8 = 3,
    MICA_ONNX_TYPE_UINT16 = 4,
    MICA_ONNX_TYPE_INT16 = 5,
    MICA_ONNX_TYPE_INT32 = 6,
    MICA_ONNX_TYPE_INT64 = 7,
    MICA_ONNX_TYPE_STRING = 8,
    MICA_ONNX_TYPE_BOOL = 9,
    MICA_ONNX_TYPE_FLOAT16 = 10,
    MICA_ONNX_TYPE_DOUBLE = 11,
    MICA_ONNX_TYPE_UINT32 = 12,
    MICA_ONNX_TYPE_UINT64 = 13,
    MICA_ONNX_TYPE_COMPLEX64 = 14,
    MICA_ONNX_TYPE_COMPLEX128 = 15,
    MICA_ONNX_TYPE_BFLOAT16 = 16,
    MICA_ONNX_TYPE_FLOAT8E4M3FN = 17,
    MICA_ONNX_TYPE_FLOAT8E4M3FNUZ = 18,
    MICA_ONNX_TYPE_FLOAT8E5M2 = 19,
    MICA_ONNX_TYPE_FLOAT8E5M2FNUZ = 20,
    MICA_ONNX_TYPE_UINT4 = 21,
    MICA_ONNX_TYPE_INT4 = 22,
    MICA_ONNX_TYPE_FLOAT4E2M1 = 23,
    MICA_ONNX_TYPE_FLOAT8E8M0 = 24,
    MICA_ONNX_TYPE_UINT2 = 25,
    MICA_ONNX_TYPE_INT2 = 26,
} mica_onnx_type;

/// ONNX's spelling ("FLOAT16"), or NULL for a number that is no element type.
const char *mica_onnx_type_name(int32_t type);
/// Bits of an element as stored (BOOL has 8), or 0 for no element type and for STRING.
unsigned mica_onnx_type_bits(int32_t type);

/// A tensor's elements: dense, row-major, little-endian; elements of 4 and 2 bits share bytes,
/// the first in the lowest bits. All pointers are borrowed from the file.
typedef struct mica_onnx_tensor {
    const char *name; ///< "" when it has none
    mica_onnx_type type;
    size_t rank;
    const int64_t *dims;    ///< all >= 0
    uint64_t element_count; ///< product of dims; 1 for rank 0
    const void *data;       ///< not aligned; NULL when size is 0
    size_t size;            ///< in bytes
    bool is_mapped;         ///< data lies in a file as it does here, at data_offset
    uint64_t data_offset;   ///< 0 unless is_mapped
    size_t other_file;      ///< number of the file of external data; 0: the file itself
} mica_onnx_tensor;

/// Finds the elements of `proto`, which must come from `file`. Elements that the file stores in
/// another width (int32_data of f16, of i8...) are converted into memory that lives as long as
/// the file, anew on each call. False with `error` filled in when type, shape and data do not
/// fit together, or when the data is text. Data in another file is mapped along with it.
bool mica_onnx_tensor_read(mica_onnx_file *file, const struct Onnx__TensorProto *proto,
                           mica_onnx_tensor *tensor, mica_onnx_error *error);

/// The elements of 4 or 2 bits of a tensor that was read, a byte each: `out` has room for
/// element_count bytes, whose upper bits become 0.
void mica_onnx_tensor_unpack(const mica_onnx_tensor *tensor, uint8_t *out);

#ifdef __cplusplus
}
#endif

#endif
