// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Defaults of a function's attributes. ONNX gave functions these (attribute_proto, field 11)
// after the schema that Debian has, so that the decoder drops them: they are read here, from
// the bytes of the file, which the wire scan has found to be well-formed.
#include "dialects/onnx/reader/import_internal.h"

#include <stdlib.h>

enum { FIELD_FUNCTIONS = 25, FIELD_ATTRIBUTE_PROTO = 11 };

/// A walk over the fields of a message. `data` is the content of the current one where it is
/// delimited by a length.
typedef struct field_walk {
    const uint8_t *at, *end;
    uint64_t number;
    const uint8_t *data;
    size_t size;
} field_walk;

static uint64_t read_varint(field_walk *walk)
{
    uint64_t value = 0;
    for (unsigned shift = 0; walk->at < walk->end && shift < 64; shift += 7) {
        const uint8_t byte = *walk->at++;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            break;
    }
    return value;
}

static bool next_field(field_walk *walk)
{
    enum { WIRE_VARINT, WIRE_64, WIRE_BYTES, WIRE_32 = 5 };
    if (walk->at >= walk->end)
        return false;
    const uint64_t tag = read_varint(walk);
    const uint64_t kind = tag & 7;
    walk->number = tag >> 3;
    walk->data = NULL;
    walk->size = kind == WIRE_64 ? 8 : kind == WIRE_32 ? 4 : 0;
    if (kind == WIRE_VARINT)
        read_varint(walk);
    if (kind == WIRE_BYTES) {
        walk->size = (size_t)read_varint(walk);
        walk->data = walk->at;
    }
    if (walk->size > (size_t)(walk->end - walk->at))
        return false;
    walk->at += walk->size;
    return true;
}

/// Sets `walk` to the fields of the function.
static bool enter_function(const micai_importer *importer, const Onnx__FunctionProto *function,
                           field_walk *walk)
{
    const uint8_t *bytes = importer->file->bytes;
    uint64_t offset;
    *walk = (field_walk){.at = bytes, .end = bytes + importer->file->size};
    if (!mica_onnx_message_offset(&function->base, &offset))
        return false;
    while (next_field(walk)) {
        if (walk->number != FIELD_FUNCTIONS || !walk->data ||
            (uint64_t)(walk->data - bytes) != offset)
            continue;
        *walk = (field_walk){.at = walk->data, .end = walk->data + walk->size};
        return true;
    }
    return false;
}

/// NULL after a diagnostic.
static Onnx__AttributeProto *decode_attribute(micai_importer *importer,
                                              const Onnx__FunctionProto *function,
                                              const field_walk *walk)
{
    mica_onnx_error error;
    micai_wire_copy copy = {NULL, 0, 0};
    Onnx__AttributeProto *attribute = NULL;
    if (micai_wire_scan(walk->data, walk->size, &onnx__attribute_proto__descriptor, &copy,
                        &error))
        attribute = (Onnx__AttributeProto *)(void *)protobuf_c_message_unpack(
            &onnx__attribute_proto__descriptor, &importer->file->memory.allocator, copy.size,
            copy.bytes);
    free(copy.bytes);
    // Offsets of tensors would be those in the attribute, not in the file.
    if (attribute && !attribute->t && !attribute->g && attribute->n_tensors == 0 &&
        attribute->n_graphs == 0)
        return attribute;
    micai_import_fail(importer, &function->base,
                      "function '%s' has a default of an attribute that is no number or string",
                      function->name ? function->name : "");
    return NULL;
}

bool micai_import_defaults(micai_importer *importer, const Onnx__FunctionProto *function,
                           Onnx__NodeProto *defaults)
{
    field_walk walk;
    size_t capacity = 0;
    *defaults = (Onnx__NodeProto)ONNX__NODE_PROTO__INIT;
    if (!enter_function(importer, function, &walk))
        return true;
    while (next_field(&walk)) {
        if (walk.number != FIELD_ATTRIBUTE_PROTO || !walk.data)
            continue;
        if (defaults->n_attribute == capacity) {
            capacity = capacity ? 2 * capacity : 4;
            void *list = realloc(defaults->attribute, capacity * sizeof(void *));
            if (!list)
                return micai_import_fail(importer, NULL, "out of memory");
            defaults->attribute = list;
        }
        Onnx__AttributeProto *attribute = decode_attribute(importer, function, &walk);
        if (!attribute)
            return false;
        defaults->attribute[defaults->n_attribute++] = attribute;
    }
    return true;
}
