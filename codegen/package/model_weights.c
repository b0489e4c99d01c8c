// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See model_weights.h.
#include "codegen/package/model_weights.h"

#include "ir/core/context_internal.h"
#include "ir/core/diagnostics.h"
#include "ir/core/symbol_table.h"

#include <stdlib.h>

static const char trailer_magic[] = "MICAWGT1";
enum { TRAILER_SIZE = 64, CHUNK_SIZE = 64 * 1024 };

/// A run of equal elements or of bytes as they are; what is between parts is zero.
typedef struct weights_part {
    uint64_t offset, size;
    const mica_attr *value; ///< dense elements, a reference of our own
} weights_part;

struct mica_model_weights {
    weights_part *parts; ///< by offset
    size_t count;
    uint64_t size;
};

// ---- taking
// ----------------------------------------------------------------------------------

static uint64_t memref_bytes(const mica_op *global)
{
    const mica_type *type = mica_type_attr_value(mica_op_attr(global, "type"));
    return (uint64_t)mica_type_element_count(type) *
           mica_dense_element_size(mica_type_element(type));
}

static bool is_part(const mica_op *op)
{
    return mica_string_is(mica_op_name(op), "memref.global") && mica_op_attr(op, "mica.offset");
}

static void take_value(mica_model_weights *weights, mica_op *global, uint64_t offset)
{
    const mica_attr *value = mica_op_attr(global, "initial_value");
    mica_attr_retain(value);
    weights->parts[weights->count++] = (weights_part){offset, memref_bytes(global), value};
}

/// The parts stand in the module in the order of their offsets.
static void take_parts(mica_model_weights *weights, mica_op *module)
{
    mica_op *next = mica_block_first(mica_module_body(module));
    while (next) {
        mica_op *op = next;
        next = mica_op_next(op);
        if (!is_part(op))
            continue;
        take_value(weights, op,
                   (uint64_t)mica_integer_attr_value(mica_op_attr(op, "mica.offset")));
        mica_op_erase(op);
    }
}

mica_model_weights *mica_model_weights_take(mica_op *module, mica_string name)
{
    mica_op *global = mica_symbol_find_in(module, name);
    if (!global || !mica_string_is(mica_op_name(global), "memref.global")) {
        mica_op_error(module, "has no weights '%.*s'", MICA_STRING_ARG(name));
        return NULL;
    }
    size_t count = 1;
    mica_for_each_op(op, mica_module_body(module)) count += is_part(op);
    mica_model_weights *weights = mica_calloc(1, sizeof *weights);
    if (weights)
        weights->parts = mica_calloc(count, sizeof *weights->parts);
    if (!weights || !weights->parts) {
        mica_free(weights);
        mica_op_error(module, "can't be compiled: out of memory");
        return NULL;
    }
    const uint64_t bytes = memref_bytes(global), unit = MICA_MODEL_WEIGHTS_ALIGNMENT;
    weights->size = (bytes + unit - 1) / unit * unit;
    if (mica_op_attr(global, "initial_value"))
        take_value(weights, global, 0);
    mica_op_erase(global);
    take_parts(weights, module);
    return weights;
}

void mica_model_weights_destroy(mica_model_weights *weights)
{
    for (size_t i = 0; weights && i < weights->count; ++i)
        mica_attr_release(weights->parts[i].value);
    if (weights)
        mica_free(weights->parts);
    mica_free(weights);
}

uint64_t mica_model_weights_size(const mica_model_weights *weights)
{
    return weights->size;
}

uint64_t mica_model_weights_file_size(const mica_model_weights *weights)
{
    return weights->size + TRAILER_SIZE;
}

// ---- writing
// ---------------------------------------------------------------------------------

static bool write_repeated(const void *element, size_t element_size, uint64_t bytes,
                           mica_write_fn write, void *user)
{
    static const char zero = 0;
    char chunk[4096];
    if (!element)
        element = &zero;
    const size_t whole = sizeof chunk / element_size * element_size;
    for (size_t at = 0; at < whole; at += element_size)
        memcpy(chunk + at, element, element_size);
    while (bytes > 0) {
        const size_t now = bytes < whole ? (size_t)bytes : whole;
        if (!write(user, chunk, now))
            return false;
        bytes -= now;
    }
    return true;
}

/// In pieces: a pipe or a file takes what it can.
static bool write_bytes(const char *data, uint64_t size, mica_write_fn write, void *user)
{
    while (size > 0) {
        const size_t now = size < CHUNK_SIZE ? (size_t)size : CHUNK_SIZE;
        if (!write(user, data, now))
            return false;
        data += now;
        size -= now;
    }
    return true;
}

static bool write_part(const weights_part *part, mica_write_fn write, void *user)
{
    size_t size = 0;
    const void *data = mica_dense_elements_attr_data(part->value, &size);
    return size < part->size ? write_repeated(data, size, part->size, write, user)
                             : write_bytes(data, part->size, write, user);
}

bool mica_model_weights_write(const mica_model_weights *weights, mica_write_fn write,
                              void *user)
{
    uint64_t at = 0;
    for (size_t i = 0; i < weights->count; ++i) {
        const weights_part *part = &weights->parts[i];
        if (part->size == 0)
            continue;
        if (!write_repeated(NULL, 1, part->offset - at, write, user) ||
            !write_part(part, write, user))
            return false;
        at = part->offset + part->size;
    }
    return write_repeated(NULL, 1, weights->size - at, write, user);
}

// ---- the side file
// ---------------------------------------------------------------------------

/// The hash of a stream, eight bytes at a time. It is stored in files: it must never change.
typedef struct stream_hash {
    uint64_t hash;
    unsigned char word[8];
    size_t filled;
} stream_hash;

static void hash_word(stream_hash *h, const unsigned char *bytes)
{
    uint64_t word = 0;
    for (unsigned i = 8; i-- > 0;)
        word = word << 8 | bytes[i];
    h->hash = (h->hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    h->hash ^= h->hash >> 32;
}

static bool hash_bytes(void *user, const char *data, size_t size)
{
    stream_hash *h = user;
    const unsigned char *bytes = (const unsigned char *)data;
    for (; h->filled > 0 && size > 0; --size) {
        h->word[h->filled++] = *bytes++;
        if (h->filled < 8)
            continue;
        hash_word(h, h->word);
        h->filled = 0;
    }
    for (; size >= 8; bytes += 8, size -= 8)
        hash_word(h, bytes);
    for (; size > 0; --size)
        h->word[h->filled++] = *bytes++;
    return true;
}

uint64_t mica_model_weights_fingerprint(const mica_model_weights *weights)
{
    stream_hash h = {.hash = weights->size};
    mica_model_weights_write(weights, hash_bytes, &h);
    return h.hash ? h.hash : 1;
}

static void put_word(unsigned char *to, uint64_t word)
{
    for (unsigned i = 0; i < 8; ++i)
        to[i] = (unsigned char)(word >> (8 * i));
}

bool mica_model_weights_write_file(const mica_model_weights *weights, mica_write_fn write,
                                   void *user)
{
    unsigned char trailer[TRAILER_SIZE] = {0};
    memcpy(trailer, trailer_magic, sizeof trailer_magic - 1);
    put_word(trailer + 8, weights->size);
    put_word(trailer + TRAILER_SIZE - 8, mica_model_weights_fingerprint(weights));
    return mica_model_weights_write(weights, write, user) &&
           write(user, (const char *)trailer, sizeof trailer);
}
