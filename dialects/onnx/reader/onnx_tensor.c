// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The elements of a TensorProto. ONNX keeps them in one of six fields, depending on the type
// and on who wrote the file; here they become one dense run of bytes. Raw data is a slice of
// the file, typed fields of the element's own width are protobuf-c's array, and the rest is
// narrowed once, with a check that each value fits.
#include "dialects/onnx/reader/onnx_external.h"
#include "dialects/onnx/reader/onnx_reader_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "tensor data is little-endian and is used in place"
#endif

// ---- Element types ----

typedef enum typed_field {
    FIELD_NONE,
    FIELD_FLOAT,
    FIELD_INT32,
    FIELD_INT64,
    FIELD_DOUBLE,
    FIELD_UINT64,
} typed_field;

typedef struct element_type {
    const char *name;
    unsigned bits;     // as stored
    typed_field field; // where it may lie besides raw_data
    int64_t low, high; // what a value of a wider field may be
} element_type;

// clang-format off
static const element_type element_types[] = {
    // type                              name              bits  typed field    low        high
    [MICA_ONNX_TYPE_FLOAT]          = {"FLOAT",             32, FIELD_FLOAT,  0,         0},
    [MICA_ONNX_TYPE_UINT8]          = {"UINT8",              8, FIELD_INT32,  0,         UINT8_MAX},
    [MICA_ONNX_TYPE_INT8]           = {"INT8",               8, FIELD_INT32,  INT8_MIN,  INT8_MAX},
    [MICA_ONNX_TYPE_UINT16]         = {"UINT16",            16, FIELD_INT32,  0,         UINT16_MAX},
    [MICA_ONNX_TYPE_INT16]          = {"INT16",             16, FIELD_INT32,  INT16_MIN, INT16_MAX},
    [MICA_ONNX_TYPE_INT32]          = {"INT32",             32, FIELD_INT32,  0,         0},
    [MICA_ONNX_TYPE_INT64]          = {"INT64",             64, FIELD_INT64,  0,         0},
    [MICA_ONNX_TYPE_STRING]         = {"STRING",             0, FIELD_NONE,   0,         0},
    [MICA_ONNX_TYPE_BOOL]           = {"BOOL",               8, FIELD_INT32,  0,         1},
    [MICA_ONNX_TYPE_FLOAT16]        = {"FLOAT16",           16, FIELD_INT32,  0,         UINT16_MAX},
    [MICA_ONNX_TYPE_DOUBLE]         = {"DOUBLE",            64, FIELD_DOUBLE, 0,         0},
    [MICA_ONNX_TYPE_UINT32]         = {"UINT32",            32, FIELD_UINT64, 0,         UINT32_MAX},
    [MICA_ONNX_TYPE_UINT64]         = {"UINT64",            64, FIELD_UINT64, 0,         0},
    [MICA_ONNX_TYPE_COMPLEX64]      = {"COMPLEX64",         64, FIELD_FLOAT,  0,         0},
    [MICA_ONNX_TYPE_COMPLEX128]     = {"COMPLEX128",       128, FIELD_DOUBLE, 0,         0},
    [MICA_ONNX_TYPE_BFLOAT16]       = {"BFLOAT16",          16, FIELD_INT32,  0,         UINT16_MAX},
    [MICA_ONNX_TYPE_FLOAT8E4M3FN]   = {"FLOAT8E4M3FN",       8, FIELD_INT32,  0,         UINT8_MAX},
    [MICA_ONNX_TYPE_FLOAT8E4M3FNUZ] = {"FLOAT8E4M3FNUZ",     8, FIELD_INT32,  0,         UINT8_MAX},
    [MICA_ONNX_TYPE_FLOAT8E5M2]     = {"FLOAT8E5M2",         8, FIELD_INT32,  0,         UINT8_MAX},
    [MICA_ONNX_TYPE_FLOAT8E5M2FNUZ] = {"FLOAT8E5M2FNUZ",     8, FIELD_INT32,  0,         UINT8_MAX},
    [MICA_ONNX_TYPE_FLOAT8E8M0]     = {"FLOAT8E8M0",         8, FIELD_INT32,  0,         UINT8_MAX},
    // Two or four to a byte; each int32 is such a byte.
    [MICA_ONNX_TYPE_UINT4]          = {"UINT4",              4, FIELD_INT32,  0,         UINT8_MAX},
    [MICA_ONNX_TYPE_INT4]           = {"INT4",               4, FIELD_INT32,  0,         UINT8_MAX},
    [MICA_ONNX_TYPE_FLOAT4E2M1]     = {"FLOAT4E2M1",         4, FIELD_INT32,  0,         UINT8_MAX},
    [MICA_ONNX_TYPE_UINT2]          = {"UINT2",              2, FIELD_INT32,  0,         UINT8_MAX},
    [MICA_ONNX_TYPE_INT2]           = {"INT2",               2, FIELD_INT32,  0,         UINT8_MAX},
};
// clang-format on

static const element_type *find_element_type(int32_t type)
{
    if (type <= 0 || (size_t)type >= sizeof element_types / sizeof element_types[0])
        return NULL;
    return &element_types[type];
}

const char *mica_onnx_type_name(int32_t type)
{
    const element_type *element = find_element_type(type);
    return element ? element->name : NULL;
}

unsigned mica_onnx_type_bits(int32_t type)
{
    const element_type *element = find_element_type(type);
    return element ? element->bits : 0;
}

// ---- Where the elements lie ----

// An array of a typed field as protobuf-c holds it.
typedef struct typed_array {
    const void *values;
    size_t count;
    size_t value_size;
} typed_array;

static typed_array find_typed_array(const Onnx__TensorProto *proto, typed_field field)
{
    switch (field) {
    case FIELD_FLOAT:
        return (typed_array){proto->float_data, proto->n_float_data, sizeof(float)};
    case FIELD_INT32:
        return (typed_array){proto->int32_data, proto->n_int32_data, sizeof(int32_t)};
    case FIELD_INT64:
        return (typed_array){proto->int64_data, proto->n_int64_data, sizeof(int64_t)};
    case FIELD_DOUBLE:
        return (typed_array){proto->double_data, proto->n_double_data, sizeof(double)};
    case FIELD_UINT64:
        return (typed_array){proto->uint64_data, proto->n_uint64_data, sizeof(uint64_t)};
    case FIELD_NONE:
        break;
    }
    return (typed_array){NULL, 0, 1};
}

// Elements in all fields but raw_data.
static size_t count_typed_values(const Onnx__TensorProto *proto)
{
    return proto->n_float_data + proto->n_int32_data + proto->n_int64_data +
           proto->n_double_data + proto->n_uint64_data + proto->n_string_data;
}

// One tensor being read: what the steps below look at.
typedef struct tensor_reading {
    mica_onnx_file *file;
    const Onnx__TensorProto *proto;
    const element_type *element;
    mica_onnx_tensor *tensor;
    mica_onnx_error *error;
} tensor_reading;

__attribute__((format(printf, 2, 3))) static bool fail(const tensor_reading *reading,
                                                       const char *format, ...)
{
    char name[64], message[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    micai_onnx_show_name(name, sizeof name, reading->tensor->name,
                         strlen(reading->tensor->name));
    micai_onnx_error_at(reading->error, &reading->proto->base, "tensor '%s': %s", name,
                        message);
    return false;
}

static bool is_external(const Onnx__TensorProto *proto)
{
    return proto->data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL;
}

static bool check_kind(const tensor_reading *reading)
{
    const Onnx__TensorProto *proto = reading->proto;
    if (!reading->element)
        return fail(reading, "%d is no known element type", (int)proto->data_type);
    if (reading->tensor->type == MICA_ONNX_TYPE_STRING)
        return fail(reading, "tensors of text are not supported");
    if (proto->segment)
        return fail(reading, "tensors in segments are not supported");
    if (proto->has_raw_data && count_typed_values(proto) > 0)
        return fail(reading, "its data is given both raw and in a typed field");
    if (is_external(proto) && (proto->has_raw_data || count_typed_values(proto) > 0))
        return fail(reading, "its data is given both here and in another file");
    return true;
}

// Sets element_count and size.
static bool measure(const tensor_reading *reading)
{
    mica_onnx_tensor *tensor = reading->tensor;
    uint64_t count = 1;
    bool is_empty = false, has_overflow = false;
    for (size_t i = 0; i < tensor->rank; i++) {
        const int64_t dim = tensor->dims[i];
        if (dim < 0)
            return fail(reading, "dimension %zu is %lld", i, (long long)dim);
        is_empty |= dim == 0;
        has_overflow |= __builtin_mul_overflow(count, (uint64_t)dim, &count);
    }
    if (has_overflow && !is_empty)
        return fail(reading, "its dimensions have no 64-bit product");
    tensor->element_count = is_empty ? 0 : count;
    // Not count * bits / 8, which overflows first. A part of a byte at the end is a whole one.
    const uint64_t bits = reading->element->bits;
    uint64_t size = tensor->element_count;
    if (bits < 8)
        size = size / (8 / bits) + (size % (8 / bits) != 0);
    else if (__builtin_mul_overflow(size, bits / 8, &size) || size > SIZE_MAX)
        return fail(reading, "its size has no 64-bit number");
    tensor->size = (size_t)size;
    return true;
}

static bool use_raw_data(const tensor_reading *reading)
{
    mica_onnx_tensor *tensor = reading->tensor;
    micai_wire_slice slice;
    memcpy(&slice, reading->proto->raw_data.data, sizeof slice);
    if (slice.size != tensor->size)
        return fail(reading, "it has %llu bytes of data where its type and shape ask for %zu",
                    (unsigned long long)slice.size, tensor->size);
    tensor->data = slice.size ? reading->file->bytes + slice.offset : NULL;
    tensor->is_mapped = slice.size > 0;
    tensor->data_offset = slice.size ? slice.offset : 0;
    return true;
}

// The value at `index` of an array of int32 or uint64 that is to be narrowed. Values of uint64
// beyond int64 are negative here and thus out of every range.
static int64_t wide_value(const typed_array *array, size_t index)
{
    if (array->value_size == sizeof(int32_t))
        return ((const int32_t *)array->values)[index];
    return (int64_t)((const uint64_t *)array->values)[index];
}

static bool narrow(const tensor_reading *reading, const typed_array *array, size_t width)
{
    const element_type *element = reading->element;
    uint8_t *out = micai_decode_memory_take(&reading->file->memory, array->count * width);
    if (!out) {
        micai_onnx_error_whole(reading->error, "out of memory");
        return false;
    }
    for (size_t i = 0; i < array->count; i++) {
        const int64_t value = wide_value(array, i);
        if (value < element->low || value > element->high)
            return fail(reading, "value %zu is %lld, which no %s can be", i, (long long)value,
                        element->name);
        memcpy(out + i * width, &value, width); // little-endian: the low bytes come first
    }
    reading->tensor->data = out;
    return true;
}

static bool use_typed_data(const tensor_reading *reading)
{
    mica_onnx_tensor *tensor = reading->tensor;
    const element_type *element = reading->element;
    const typed_array array = find_typed_array(reading->proto, element->field);
    if (array.count != count_typed_values(reading->proto))
        return fail(reading, "its data is in a field that %s does not use", element->name);
    // A value of the array holds a whole element, a byte of small ones, or half a complex
    // number.
    const size_t element_size = element->bits < 8 ? 1 : element->bits / 8;
    const size_t width = element_size < array.value_size ? element_size : array.value_size;
    if (array.count != tensor->size / width)
        return fail(reading, "it has %zu values where its type and shape ask for %zu",
                    array.count, tensor->size / width);
    if (width < array.value_size && array.count > 0)
        return narrow(reading, &array, width);
    tensor->data = array.count ? array.values : NULL;
    return true;
}

static bool use_external_data(const tensor_reading *reading)
{
    mica_onnx_tensor *tensor = reading->tensor;
    micai_externals *externals = &reading->file->externals;
    micai_external_place place;
    char reason[192];
    if (!micai_external_find(externals, reading->proto, tensor->size, &place, reason,
                             sizeof reason))
        return fail(reading, "%s", reason);
    if (tensor->size == 0)
        return true;
    tensor->data = externals->files[place.file].bytes + place.offset;
    tensor->is_mapped = true;
    tensor->data_offset = place.offset;
    tensor->other_file = place.file + 1;
    return true;
}

bool mica_onnx_tensor_read(mica_onnx_file *file, const Onnx__TensorProto *proto,
                           mica_onnx_tensor *tensor, mica_onnx_error *error)
{
    *tensor = (mica_onnx_tensor){
        .name = proto->name ? proto->name : "",
        .type = (mica_onnx_type)proto->data_type,
        .rank = proto->n_dims,
        .dims = proto->dims,
    };
    const tensor_reading reading = {
        .file = file,
        .proto = proto,
        .element = find_element_type(proto->data_type),
        .tensor = tensor,
        .error = error,
    };
    if (!check_kind(&reading) || !measure(&reading))
        return false;
    if (is_external(proto))
        return use_external_data(&reading);
    return proto->has_raw_data ? use_raw_data(&reading) : use_typed_data(&reading);
}

void mica_onnx_tensor_unpack(const mica_onnx_tensor *tensor, uint8_t *out)
{
    const unsigned bits = mica_onnx_type_bits((int32_t)tensor->type);
    const unsigned in_byte = 8 / bits, mask = (1u << bits) - 1;
    const uint8_t *packed = tensor->data;
    for (uint64_t i = 0; i < tensor->element_count; i++)
        out[i] = (uint8_t)((unsigned)packed[i / in_byte] >> i % in_byte * bits & mask);
}
