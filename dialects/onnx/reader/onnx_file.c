// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Opening: map the file, scan it, decode the compact copy, drop the copy. What stays is the
// mapping, which holds the weights, and the decoded messages.
#include "dialects/onnx/reader/onnx_file.h"

#include "dialects/onnx/reader/onnx_external.h"
#include "dialects/onnx/reader/onnx_reader_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- Mapping ----

static void fail_system(mica_onnx_error *error, const char *action)
{
    char reason[128];
    if (strerror_r(errno, reason, sizeof reason) != 0)
        memcpy(reason, "unknown error", sizeof "unknown error");
    micai_onnx_error_whole(error, "cannot %s: %s", action, reason);
}

// Maps an open file; the descriptor may be closed afterwards.
static bool map_descriptor(int descriptor, const uint8_t **bytes, size_t *size,
                           mica_onnx_error *error)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0) {
        fail_system(error, "look at the file");
        return false;
    }
    if (!S_ISREG(status.st_mode)) {
        micai_onnx_error_whole(error, "not a regular file");
        return false;
    }
    if (status.st_size == 0) {
        micai_onnx_error_whole(error, "the file is empty");
        return false;
    }
    *size = (size_t)status.st_size;
    void *mapping = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (mapping == MAP_FAILED) {
        fail_system(error, "map the file");
        return false;
    }
    *bytes = mapping;
    return true;
}

static bool map_path(const char *path, const uint8_t **bytes, size_t *size,
                     mica_onnx_error *error)
{
    // Without O_NONBLOCK a named pipe would wait for its writer before it is refused.
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        fail_system(error, "open the file");
        return false;
    }
    const bool is_mapped = map_descriptor(descriptor, bytes, size, error);
    close(descriptor);
    return is_mapped;
}

// ---- Decoding ----

// A text file's first bytes often pass for protobuf's: say what is wrong, not where.
static bool looks_like_text(const uint8_t *bytes, size_t size)
{
    const size_t looked_at = size < 32 ? size : 32;
    for (size_t i = 0; i < looked_at; i++) {
        const uint8_t c = bytes[i];
        if (!(c >= 0x20 && c < 0x7f) && c != '\n' && c != '\r' && c != '\t')
            return false;
    }
    return looked_at > 0;
}

static ProtobufCMessage *decode(mica_onnx_file *file, const ProtobufCMessageDescriptor *root,
                                mica_onnx_error *error)
{
    micai_wire_copy copy = {0};
    ProtobufCMessage *message = NULL;
    if (micai_wire_scan(file->bytes, file->size, root, &copy, error)) {
        message =
            protobuf_c_message_unpack(root, &file->memory.allocator, copy.size, copy.bytes);
        // The scan has checked all that protobuf-c does.
        if (!message)
            micai_onnx_error_whole(error, "out of memory");
    } else if (error->has_offset && looks_like_text(file->bytes, file->size)) {
        micai_onnx_error_whole(error, "the file is text, not a binary %s", root->short_name);
    }
    free(copy.bytes);
    return message;
}

static bool decode_model(mica_onnx_file *file, mica_onnx_error *error)
{
    file->model = (Onnx__ModelProto *)decode(file, &onnx__model_proto__descriptor, error);
    if (file->model && !file->model->graph) {
        micai_onnx_error_whole(error, "not an ONNX model: it has no graph");
        return false;
    }
    return file->model != NULL;
}

static bool decode_tensor(mica_onnx_file *file, mica_onnx_error *error)
{
    file->tensor = (Onnx__TensorProto *)decode(file, &onnx__tensor_proto__descriptor, error);
    if (file->tensor && !file->tensor->has_data_type) {
        micai_onnx_error_whole(error, "not an ONNX tensor: it has no element type");
        return false;
    }
    return file->tensor != NULL;
}

typedef bool (*decode_root_fn)(mica_onnx_file *file, mica_onnx_error *error);

static mica_onnx_file *decode_bytes(const void *bytes, size_t size, decode_root_fn decode_root,
                                    mica_onnx_error *error)
{
    if (size == 0) {
        micai_onnx_error_whole(error, "the file is empty");
        return NULL;
    }
    mica_onnx_file *file = calloc(1, sizeof *file);
    if (!file) {
        micai_onnx_error_whole(error, "out of memory");
        return NULL;
    }
    file->bytes = bytes;
    file->size = size;
    micai_decode_memory_init(&file->memory);
    if (decode_root(file, error))
        return file;
    mica_onnx_file_close(file);
    return NULL;
}

static mica_onnx_file *open_path(const char *path, decode_root_fn decode_root,
                                 mica_onnx_error *error)
{
    const uint8_t *bytes;
    size_t size;
    if (!map_path(path, &bytes, &size, error))
        return NULL;
    mica_onnx_file *file = decode_bytes(bytes, size, decode_root, error);
    if (!file) {
        munmap((void *)(uintptr_t)bytes, size);
        return NULL;
    }
    file->is_mapped = true;
    if (micai_externals_begin(&file->externals, path))
        return file;
    micai_onnx_error_whole(error, "out of memory");
    mica_onnx_file_close(file);
    return NULL;
}

mica_onnx_file *mica_onnx_file_open(const char *path, mica_onnx_error *error)
{
    return open_path(path, decode_model, error);
}

mica_onnx_file *mica_onnx_tensor_file_open(const char *path, mica_onnx_error *error)
{
    return open_path(path, decode_tensor, error);
}

mica_onnx_file *mica_onnx_file_decode(const void *bytes, size_t size, mica_onnx_error *error)
{
    return decode_bytes(bytes, size, decode_model, error);
}

mica_onnx_file *mica_onnx_tensor_file_decode(const void *bytes, size_t size,
                                             mica_onnx_error *error)
{
    return decode_bytes(bytes, size, decode_tensor, error);
}

void mica_onnx_file_close(mica_onnx_file *file)
{
    if (!file)
        return;
    micai_decode_memory_release(&file->memory);
    micai_externals_end(&file->externals);
    if (file->is_mapped)
        munmap((void *)(uintptr_t)file->bytes, file->size);
    free(file);
}

bool mica_onnx_file_hand_over(mica_onnx_file *file, const void **bytes, size_t *size)
{
    if (!file->is_mapped)
        return false;
    file->is_mapped = false;
    *bytes = file->bytes;
    *size = file->size;
    return true;
}

bool mica_onnx_file_hand_over_other(mica_onnx_file *file, size_t number, const void **bytes,
                                    size_t *size)
{
    if (number == 0 || number > file->externals.count)
        return false;
    micai_external_file *other = &file->externals.files[number - 1];
    if (!other->is_mapped)
        return false;
    other->is_mapped = false;
    *bytes = other->bytes;
    *size = other->size;
    return true;
}

// ---- Looking ----

const Onnx__ModelProto *mica_onnx_file_model(const mica_onnx_file *file)
{
    return file->model;
}

const Onnx__TensorProto *mica_onnx_file_tensor(const mica_onnx_file *file)
{
    return file->tensor;
}

bool mica_onnx_message_offset(const ProtobufCMessage *message, uint64_t *offset)
{
    // The scan leaves out all other unknown fields.
    if (message->n_unknown_fields != 1 ||
        message->unknown_fields[0].tag != MICAI_WIRE_OFFSET_FIELD)
        return false;
    memcpy(offset, message->unknown_fields[0].data, sizeof *offset);
    return true;
}
