// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The first look at a file that anybody may have written: walks the protobuf wire format by the
// descriptors that protoc-c generates, with an explicit stack, before protobuf-c decodes it.
//
//   mapped file --wire scan--> compact copy --protobuf-c--> Onnx__ModelProto
//        ^                          |                             |
//        +---- slice in raw_data ---+-----------------------------+
//
// Three reasons. protobuf-c recurses for each nested message, so that 30 KB of nested graphs
// overflow the stack; here the depth is limited. protobuf-c says that a message is bad but not
// where; here each fault has an offset, a field path and the node's name. And protobuf-c copies
// the weights; here raw_data becomes a slice of the mapping.
//
// Lengths of messages in the copy are not known until their end. They are written as padded
// five-byte varints and patched when the message closes, which protobuf-c reads like any other.
#include "dialects/onnx/reader/onnx_reader_internal.h"

#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIELD_LIMIT = 32,         // fields of one ONNX message; GraphProto and AttributeProto: < 20
    PADDED_LENGTH_SIZE = 5,   // of a varint that holds up to 35 bits
    VARINT_SIZE_LIMIT = 10,   // of a 64-bit varint
    TAG_SIZE_LIMIT = 5,       // of a 32-bit varint
    RAW_DATA_FIELD = 9,       // TensorProto.raw_data
    INITIAL_COPY_SIZE = 4096, // the copy doubles from here
    PATH_SIZE = 384,
};

// A message that is being walked. Invariant: all frames end within their parents.
typedef struct wire_frame {
    const ProtobufCMessageDescriptor *type;
    const ProtobufCFieldDescriptor *field; // of the parent; NULL for the root
    size_t end;                            // offset in the input after its last byte
    size_t length_at;                      // offset in the copy of its padded length
    uint32_t counts[FIELD_LIMIT];          // occurrences so far, by index of the field
    const char *name;                      // borrowed from the input, NULL until it was seen
    size_t name_length;
} wire_frame;

typedef struct wire_scanner {
    const uint8_t *input;
    size_t at;
    micai_wire_copy *copy;
    mica_onnx_error *error;
    size_t depth; // frames in use, at least 1
    wire_frame frames[MICAI_WIRE_DEPTH_LIMIT];
} wire_scanner;

// One field as it lies in the input.
typedef struct wire_value {
    size_t start; // of the tag
    size_t payload;
    size_t payload_size;
    uint32_t number;
    uint32_t wire_type;
} wire_value;

static wire_frame *top_frame(wire_scanner *scanner)
{
    return &scanner->frames[scanner->depth - 1];
}

// ---- Errors ----

// "graph.node[3].attribute[0].t", or the root's type at the top.
static void write_path(const wire_scanner *scanner, char *path, size_t capacity)
{
    size_t length = 0;
    snprintf(path, capacity, "%s", scanner->frames[0].type->short_name);
    for (size_t i = 1; i < scanner->depth && length < capacity; i++) {
        const ProtobufCFieldDescriptor *field = scanner->frames[i].field;
        const wire_frame *parent = &scanner->frames[i - 1];
        const char *dot = i > 1 ? "." : "";
        int written;
        if (field->label == PROTOBUF_C_LABEL_REPEATED)
            written = snprintf(path + length, capacity - length, "%s%s[%u]", dot, field->name,
                               (unsigned)(parent->counts[field - parent->type->fields] - 1));
        else
            written = snprintf(path + length, capacity - length, "%s%s", dot, field->name);
        length += (size_t)written;
    }
}

// Name of the innermost message of a type that has one, "" when unknown.
static void show_innermost(const wire_scanner *scanner, const ProtobufCMessageDescriptor *type,
                           char *out, size_t capacity)
{
    out[0] = 0;
    for (size_t i = scanner->depth; i-- > 0;) {
        const wire_frame *frame = &scanner->frames[i];
        if (frame->type == type && frame->name_length > 0) {
            micai_onnx_show_name(out, capacity, frame->name, frame->name_length);
            return;
        }
    }
}

// Writes "<path> (node 'n', tensor 't'): <message>", names where they are known.
__attribute__((format(printf, 3, 4))) static bool fail(wire_scanner *scanner, size_t offset,
                                                       const char *format, ...)
{
    mica_onnx_error *error = scanner->error;
    char path[PATH_SIZE], names[160] = "", tensor[64], message[192];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);

    write_path(scanner, path, sizeof path);
    show_innermost(scanner, &onnx__node_proto__descriptor, error->node, sizeof error->node);
    show_innermost(scanner, &onnx__tensor_proto__descriptor, tensor, sizeof tensor);
    if (error->node[0] && tensor[0])
        snprintf(names, sizeof names, " (node '%s', tensor '%s')", error->node, tensor);
    else if (error->node[0])
        snprintf(names, sizeof names, " (node '%s')", error->node);
    else if (tensor[0])
        snprintf(names, sizeof names, " (tensor '%s')", tensor);
    snprintf(error->message, sizeof error->message, "%s%s: %s", path, names, message);
    error->has_offset = true;
    error->offset = offset;
    return false;
}

static bool fail_memory(wire_scanner *scanner)
{
    micai_onnx_error_whole(scanner->error, "out of memory");
    return false;
}

// ---- The copy ----

static bool reserve(wire_scanner *scanner, size_t size)
{
    micai_wire_copy *copy = scanner->copy;
    if (size > INT_MAX - copy->size)
        return fail(scanner, scanner->at, "over 2 GiB remain without the raw tensor data");
    if (copy->size + size <= copy->capacity)
        return true;
    size_t capacity = copy->capacity ? copy->capacity * 2 : INITIAL_COPY_SIZE;
    if (capacity < copy->size + size)
        capacity = copy->size + size;
    uint8_t *bytes = realloc(copy->bytes, capacity);
    if (!bytes)
        return fail_memory(scanner);
    copy->bytes = bytes;
    copy->capacity = capacity;
    return true;
}

static bool append(wire_scanner *scanner, const void *bytes, size_t size)
{
    if (!reserve(scanner, size))
        return false;
    memcpy(scanner->copy->bytes + scanner->copy->size, bytes, size);
    scanner->copy->size += size;
    return true;
}

static bool append_varint(wire_scanner *scanner, uint64_t value)
{
    uint8_t bytes[VARINT_SIZE_LIMIT];
    size_t size = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[size++] = (uint8_t)(value | 0x80);
    bytes[size++] = (uint8_t)value;
    return append(scanner, bytes, size);
}

static bool append_tag(wire_scanner *scanner, uint32_t number, ProtobufCWireType wire_type)
{
    return append_varint(scanner, (uint64_t)number << 3 | (uint64_t)wire_type);
}

static void write_padded_length(uint8_t *bytes, uint64_t length)
{
    for (int i = 0; i < PADDED_LENGTH_SIZE; i++, length >>= 7)
        bytes[i] = (uint8_t)((length & 0x7f) | (i + 1 < PADDED_LENGTH_SIZE ? 0x80u : 0u));
}

static bool append_offset(wire_scanner *scanner, uint64_t offset)
{
    return append_tag(scanner, MICAI_WIRE_OFFSET_FIELD, PROTOBUF_C_WIRE_TYPE_64BIT) &&
           append(scanner, &offset, sizeof offset);
}

// ---- Reading values ----

// Reads a varint of at most `limit` bytes that must end before `end`.
static bool read_varint(wire_scanner *scanner, size_t end, size_t limit, uint64_t *value)
{
    const size_t start = scanner->at;
    uint64_t result = 0;
    for (size_t i = 0; i < limit; i++) {
        if (scanner->at == end)
            return fail(scanner, start, "a number is cut off by the end of its message");
        const uint8_t byte = scanner->input[scanner->at++];
        result |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (!(byte & 0x80)) {
            *value = result;
            return true;
        }
    }
    return fail(scanner, start, "a number has more than %zu bytes", limit);
}

static bool take_payload(wire_scanner *scanner, uint64_t size, wire_value *value)
{
    const size_t left = top_frame(scanner)->end - scanner->at;
    if (size > left)
        return fail(scanner, value->start,
                    "field %u has %llu bytes where %zu are left in its message", value->number,
                    (unsigned long long)size, left);
    value->payload = scanner->at;
    value->payload_size = (size_t)size;
    scanner->at += (size_t)size;
    return true;
}

// Reads one field of the top frame and steps over it.
static bool read_value(wire_scanner *scanner, wire_value *value)
{
    const size_t end = top_frame(scanner)->end;
    uint64_t number = 0;
    value->start = scanner->at;
    if (!read_varint(scanner, end, TAG_SIZE_LIMIT, &number))
        return false;
    if (number > UINT32_MAX || number >> 3 == 0)
        return fail(scanner, value->start, "%llu is no field number",
                    (unsigned long long)(number >> 3));
    value->number = (uint32_t)(number >> 3);
    value->wire_type = (uint32_t)(number & 7);
    value->payload = scanner->at;
    switch (value->wire_type) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        if (!read_varint(scanner, end, VARINT_SIZE_LIMIT, &number))
            return false;
        value->payload_size = scanner->at - value->payload;
        return true;
    case PROTOBUF_C_WIRE_TYPE_64BIT:
        return take_payload(scanner, 8, value);
    case PROTOBUF_C_WIRE_TYPE_32BIT:
        return take_payload(scanner, 4, value);
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        return read_varint(scanner, end, VARINT_SIZE_LIMIT, &number) &&
               take_payload(scanner, number, value);
    default:
        return fail(scanner, value->start, "field %u has wire type %u, which ONNX never uses",
                    value->number, value->wire_type);
    }
}

// ---- Checking values ----

// How a single value of a type lies on the wire, and whether many may be packed.
static ProtobufCWireType wire_type_of(ProtobufCType type, bool *can_pack)
{
    *can_pack = true;
    switch (type) {
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_SFIXED32:
        return PROTOBUF_C_WIRE_TYPE_32BIT;
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return PROTOBUF_C_WIRE_TYPE_64BIT;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        *can_pack = false;
        return PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
    default:
        return PROTOBUF_C_WIRE_TYPE_VARINT;
    }
}

static bool check_packed(wire_scanner *scanner, const wire_value *value,
                         ProtobufCWireType element, const char *name)
{
    if (element == PROTOBUF_C_WIRE_TYPE_VARINT) {
        const size_t after = scanner->at;
        const size_t end = value->payload + value->payload_size;
        uint64_t ignored;
        scanner->at = value->payload;
        while (scanner->at < end) {
            if (!read_varint(scanner, end, VARINT_SIZE_LIMIT, &ignored))
                return false;
        }
        scanner->at = after;
        return true;
    }
    const size_t size = element == PROTOBUF_C_WIRE_TYPE_32BIT ? 4 : 8;
    if (value->payload_size % size != 0)
        return fail(scanner, value->payload, "%s has %zu bytes, not a multiple of %zu", name,
                    value->payload_size, size);
    return true;
}

static bool check_text(wire_scanner *scanner, const wire_value *value, const char *name)
{
    const uint8_t *text = scanner->input + value->payload;
    const uint8_t *zero = value->payload_size ? memchr(text, 0, value->payload_size) : NULL;
    if (zero)
        return fail(scanner, (size_t)(zero - scanner->input), "%s holds a zero byte", name);
    return true;
}

// Checks the form of a known field; its nested messages come later.
static bool check_value(wire_scanner *scanner, const wire_value *value,
                        const ProtobufCFieldDescriptor *field)
{
    bool can_pack;
    const ProtobufCWireType element = wire_type_of(field->type, &can_pack);
    const bool is_repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
    const bool is_packed =
        is_repeated && can_pack && value->wire_type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
    if (!is_packed && value->wire_type != (uint32_t)element)
        return fail(scanner, value->start, "%s has wire type %u instead of %u", field->name,
                    value->wire_type, (unsigned)element);
    wire_frame *frame = top_frame(scanner);
    uint32_t *count = &frame->counts[field - frame->type->fields];
    if (!is_repeated && *count > 0)
        return fail(scanner, value->start, "%s is given twice", field->name);
    if (*count == UINT32_MAX)
        return fail(scanner, value->start, "%s is given too often", field->name);
    ++*count;
    if (is_packed)
        return check_packed(scanner, value, element, field->name);
    if (field->type == PROTOBUF_C_TYPE_STRING)
        return check_text(scanner, value, field->name);
    return true;
}

// ---- Walking ----

static bool has_name(const ProtobufCMessageDescriptor *type)
{
    return protobuf_c_message_descriptor_get_field_by_name(type, "name") != NULL;
}

static bool push_frame(wire_scanner *scanner, const ProtobufCMessageDescriptor *type,
                       const ProtobufCFieldDescriptor *field, size_t start, size_t end)
{
    assert(type->n_fields <= FIELD_LIMIT);
    wire_frame *frame = &scanner->frames[scanner->depth++];
    memset(frame, 0, sizeof *frame);
    frame->type = type;
    frame->field = field;
    frame->end = end;
    scanner->at = start;
    if (field) {
        const uint8_t zeros[PADDED_LENGTH_SIZE] = {0};
        frame->length_at = scanner->copy->size;
        if (!append(scanner, zeros, sizeof zeros))
            return false;
    }
    return !has_name(type) || append_offset(scanner, start);
}

static void pop_frame(wire_scanner *scanner)
{
    const wire_frame *frame = top_frame(scanner);
    if (frame->field) {
        uint8_t *length = scanner->copy->bytes + frame->length_at;
        write_padded_length(length,
                            scanner->copy->size - frame->length_at - PADDED_LENGTH_SIZE);
    }
    scanner->depth--;
}

static bool enter_message(wire_scanner *scanner, const wire_value *value,
                          const ProtobufCFieldDescriptor *field)
{
    if (scanner->depth == MICAI_WIRE_DEPTH_LIMIT)
        return fail(scanner, value->start, "messages nest deeper than %d levels",
                    MICAI_WIRE_DEPTH_LIMIT);
    return append_tag(scanner, value->number, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED) &&
           push_frame(scanner, field->descriptor, field, value->payload,
                      value->payload + value->payload_size);
}

static bool append_slice(wire_scanner *scanner, const wire_value *value)
{
    const micai_wire_slice slice = {value->payload, value->payload_size};
    return append_tag(scanner, value->number, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED) &&
           append_varint(scanner, sizeof slice) && append(scanner, &slice, sizeof slice);
}

static bool scan_field(wire_scanner *scanner)
{
    wire_value value = {0};
    wire_frame *frame = top_frame(scanner);
    if (!read_value(scanner, &value))
        return false;
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field(frame->type, value.number);
    if (!field)
        return true; // a newer schema's; nothing here could use it
    if (!check_value(scanner, &value, field))
        return false;
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return enter_message(scanner, &value, field);
    if (frame->type == &onnx__tensor_proto__descriptor && field->id == RAW_DATA_FIELD)
        return append_slice(scanner, &value);
    if (field->type == PROTOBUF_C_TYPE_STRING && strcmp(field->name, "name") == 0) {
        frame->name = (const char *)scanner->input + value.payload;
        frame->name_length = value.payload_size;
    }
    return append(scanner, scanner->input + value.start, scanner->at - value.start);
}

bool micai_wire_scan(const uint8_t *input, size_t size, const ProtobufCMessageDescriptor *root,
                     micai_wire_copy *copy, mica_onnx_error *error)
{
    wire_scanner *scanner = malloc(sizeof *scanner); // 13 KB: too much for a guest's stack
    if (!scanner) {
        micai_onnx_error_whole(error, "out of memory");
        return false;
    }
    scanner->input = input;
    scanner->copy = copy;
    scanner->error = error;
    scanner->depth = 0;
    bool is_sound = push_frame(scanner, root, NULL, 0, size);
    while (is_sound && scanner->depth > 0) {
        if (scanner->at == top_frame(scanner)->end)
            pop_frame(scanner);
        else
            is_sound = scan_field(scanner);
    }
    free(scanner);
    return is_sound;
}
