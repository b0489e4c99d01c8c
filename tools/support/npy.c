// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// .npy files.
//
//   \x93NUMPY | major minor | header length (2 or 4 bytes, little endian) | header | elements
//
// The header is the text of a Python dictionary with the keys descr, fortran_order and shape. A
// small scanner reads the dictionary as Python would, in any order and spacing; matching it
// against the text that numpy writes today would refuse valid files of other writers.
#include "tools/support/npy.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAGIC_SIZE = 6, VERSION_SIZE = 2, MAX_HEADER = 1 << 20 };

static const char magic[MAGIC_SIZE] = {'\x93', 'N', 'U', 'M', 'P', 'Y'};

// clang-format off
static const struct {
    const char *name; // without byte order
    uint32_t type;
    uint32_t swap_size; // of the units that a change of byte order turns around
} dtypes[] = {
    {"b1",  MICA_RT_BOOL, 1},
    {"i1",  MICA_RT_I8,   1},
    {"i2",  MICA_RT_I16,  2},
    {"i4",  MICA_RT_I32,  4},
    {"i8",  MICA_RT_I64,  8},
    {"u1",  MICA_RT_U8,   1},
    {"u2",  MICA_RT_U16,  2},
    {"u4",  MICA_RT_U32,  4},
    {"u8",  MICA_RT_U64,  8},
    {"f2",  MICA_RT_F16,  2},
    {"f4",  MICA_RT_F32,  4},
    {"f8",  MICA_RT_F64,  8},
    {"c8",  MICA_RT_C64,  4},
    {"c16", MICA_RT_C128, 8},
    // Bits of types that numpy has no names for, as extensions of it write them; for reading.
    {"V1",  MICA_RT_U8,   1},
    {"f1",  MICA_RT_U8,   1},
    {"V2",  MICA_RT_U16,  2},
};
// clang-format on
enum { DTYPE_COUNT = sizeof dtypes / sizeof dtypes[0] };

// What a header says, and the scanner's place in it.
typedef struct header {
    const char *at, *end;
    mica_tool_error *error;
    bool has_descr, has_order, has_shape;
    uint32_t dtype; // index into dtypes
    bool is_swapped, is_fortran;
    uint32_t rank;
    int64_t dims[MICA_RT_MAX_RANK];
} header;

static bool is_little_endian(void)
{
    const uint16_t one = 1;
    uint8_t first;
    memcpy(&first, &one, 1);
    return first == 1;
}

static void skip_space(header *h)
{
    while (h->at < h->end && isspace((unsigned char)*h->at))
        ++h->at;
}

// Takes `character` after white space, if it comes next.
static bool take(header *h, char character)
{
    skip_space(h);
    if (h->at == h->end || *h->at != character)
        return false;
    ++h->at;
    return true;
}

static bool expect(header *h, char character, const char *place)
{
    return take(h, character) ||
           mica_tool_fail(h->error, "the header lacks a '%c' %s", character, place);
}

static bool take_word(header *h, const char *word)
{
    const size_t length = strlen(word);
    skip_space(h);
    if ((size_t)(h->end - h->at) < length || memcmp(h->at, word, length) != 0)
        return false;
    h->at += length;
    return true;
}

// A string in either kind of quotes, without escapes; *text is not ended by NUL.
static bool read_string(header *h, const char **text, size_t *length)
{
    const char quote = take(h, '\'') ? '\'' : take(h, '"') ? '"' : '\0';
    const char *close = quote == '\0' ? NULL : memchr(h->at, quote, (size_t)(h->end - h->at));
    if (close == NULL)
        return mica_tool_fail(h->error, "the header lacks a string where one must be");
    *text = h->at;
    *length = (size_t)(close - h->at);
    h->at = close + 1;
    return true;
}

static bool read_descr(header *h)
{
    const char *text;
    size_t length;
    skip_space(h);
    if (h->at < h->end && *h->at == '[')
        return mica_tool_fail(h->error, "structured element types are not supported");
    if (!read_string(h, &text, &length))
        return false;
    const int shown = length > 40 ? 40 : (int)length;
    const bool has_order = length != 0 && memchr("<>=|", text[0], 4) != NULL;
    const char *name = text + has_order;
    const size_t name_length = length - has_order;
    for (h->dtype = 0; h->dtype < DTYPE_COUNT; ++h->dtype) {
        if (strlen(dtypes[h->dtype].name) == name_length &&
            memcmp(dtypes[h->dtype].name, name, name_length) == 0)
            break;
    }
    if (h->dtype == DTYPE_COUNT)
        return mica_tool_fail(h->error, "element type '%.*s' is not supported", shown, text);
    h->is_swapped = has_order && text[0] == (is_little_endian() ? '>' : '<');
    h->has_descr = true;
    return true;
}

static bool read_order(header *h)
{
    h->is_fortran = take_word(h, "True");
    if (!h->is_fortran && !take_word(h, "False"))
        return mica_tool_fail(h->error, "fortran_order is neither True nor False");
    h->has_order = true;
    return true;
}

static bool read_size(header *h, int64_t *size)
{
    *size = 0;
    skip_space(h);
    if (h->at == h->end || !isdigit((unsigned char)*h->at))
        return mica_tool_fail(h->error, "the shape has something that is not a size");
    for (; h->at < h->end && isdigit((unsigned char)*h->at); ++h->at) {
        const int digit = *h->at - '0';
        if (*size > (INT64_MAX - digit) / 10)
            return mica_tool_fail(h->error, "a size in the shape is too large");
        *size = *size * 10 + digit;
    }
    (void)take(h, 'L'); // as Python 2 wrote long integers
    return true;
}

static bool read_shape(header *h)
{
    h->rank = 0;
    if (!expect(h, '(', "before the shape"))
        return false;
    while (!take(h, ')')) {
        int64_t size;
        if (!read_size(h, &size))
            return false;
        if (h->rank == MICA_RT_MAX_RANK)
            return mica_tool_fail(h->error, "more than %d dimensions are not supported",
                                  MICA_RT_MAX_RANK);
        h->dims[h->rank++] = size;
        if (take(h, ','))
            continue;
        if (h->rank == 1)
            return mica_tool_fail(h->error, "the shape is not a tuple");
        if (!expect(h, ')', "after the shape"))
            return false;
        break;
    }
    h->has_shape = true;
    return true;
}

// clang-format off
static const struct {
    const char *name;
    bool (*read)(header *h);
    size_t seen; // where `header` notes that the key was there
} keys[] = {
    {"descr",         read_descr, offsetof(header, has_descr)},
    {"fortran_order", read_order, offsetof(header, has_order)},
    {"shape",         read_shape, offsetof(header, has_shape)},
};
// clang-format on
enum { KEY_COUNT = sizeof keys / sizeof keys[0] };

static bool has_key(const header *h, int key)
{
    bool seen;
    memcpy(&seen, (const char *)h + keys[key].seen, sizeof seen);
    return seen;
}

static bool read_entry(header *h)
{
    const char *text;
    size_t length;
    if (!read_string(h, &text, &length))
        return false;
    const int shown = length > 40 ? 40 : (int)length;
    int key = 0;
    while (key < KEY_COUNT &&
           (strlen(keys[key].name) != length || memcmp(keys[key].name, text, length) != 0))
        ++key;
    if (key == KEY_COUNT)
        return mica_tool_fail(h->error, "the header has an unknown key '%.*s'", shown, text);
    if (has_key(h, key))
        return mica_tool_fail(h->error, "the header has '%s' twice", keys[key].name);
    return expect(h, ':', "after a key") && keys[key].read(h);
}

static bool read_header(header *h)
{
    if (!expect(h, '{', "at its beginning"))
        return false;
    while (!take(h, '}')) {
        if (!read_entry(h))
            return false;
        if (take(h, ','))
            continue;
        if (!expect(h, '}', "at its end"))
            return false;
        break;
    }
    skip_space(h);
    if (h->at != h->end)
        return mica_tool_fail(h->error, "the header goes on after its end");
    for (int key = 0; key < KEY_COUNT; ++key) {
        if (!has_key(h, key))
            return mica_tool_fail(h->error, "the header lacks '%s'", keys[key].name);
    }
    return true;
}

static void swap_bytes(mica_array *array, size_t unit)
{
    uint8_t *bytes = array->data;
    for (uint64_t i = 0; i + unit <= array->size; i += unit) {
        for (size_t j = 0; j < unit / 2; ++j) {
            const uint8_t byte = bytes[i + j];
            bytes[i + j] = bytes[i + unit - 1 - j];
            bytes[i + unit - 1 - j] = byte;
        }
    }
}

// Copies elements stored with the first dimension innermost: the target is walked in its own
// order, an odometer over the indices keeps the place in the source.
static void copy_fortran(const mica_array *array, const uint8_t *elements)
{
    const size_t element_size = mica_rt_type_size(array->type);
    int64_t index[MICA_RT_MAX_RANK] = {0};
    uint64_t strides[MICA_RT_MAX_RANK], place = 0, stride = 1;
    for (uint32_t i = 0; i < array->rank; ++i) {
        strides[i] = stride;
        stride *= (uint64_t)array->dims[i];
    }
    for (uint64_t done = 0; done < array->count; ++done) {
        memcpy((uint8_t *)array->data + done * element_size, elements + place * element_size,
               element_size);
        for (uint32_t i = array->rank; i-- > 0;) {
            place += strides[i];
            if (++index[i] < array->dims[i])
                break;
            place -= strides[i] * (uint64_t)array->dims[i];
            index[i] = 0;
        }
    }
}

// Compiled code takes a bool's byte for 0 or 1.
static void normalize_bools(mica_array *array)
{
    uint8_t *bytes = array->data;
    for (uint64_t i = 0; i < array->size; ++i)
        bytes[i] = bytes[i] != 0;
}

static bool read_elements(const header *h, const uint8_t *elements, size_t size,
                          mica_array *array)
{
    const uint32_t type = dtypes[h->dtype].type;
    const uint64_t needed = mica_rt_tensor_bytes(type, h->rank, h->dims);
    if (needed == UINT64_MAX)
        return mica_tool_fail(h->error, "the shape is too large");
    if (needed != size)
        return mica_tool_fail(h->error,
                              "the shape needs %llu bytes of elements, the file has %llu",
                              (unsigned long long)needed, (unsigned long long)size);
    if (!mica_array_create(array, type, h->rank, h->dims, h->error))
        return false;
    if (h->is_fortran)
        copy_fortran(array, elements);
    else
        memcpy(array->data, elements, size);
    if (h->is_swapped)
        swap_bytes(array, dtypes[h->dtype].swap_size);
    if (type == MICA_RT_BOOL)
        normalize_bools(array);
    return true;
}

bool mica_npy_parse(const void *bytes, size_t size, mica_array *array, mica_tool_error *error)
{
    const uint8_t *at = bytes;
    *array = (mica_array){0};
    if (size < MAGIC_SIZE || memcmp(at, magic, MAGIC_SIZE) != 0)
        return mica_tool_fail(error, "not a .npy file");
    if (size < MAGIC_SIZE + VERSION_SIZE + 2)
        return mica_tool_fail(error, "the file ends inside its header");
    const uint8_t version = at[MAGIC_SIZE];
    if (version < 1 || version > 3)
        return mica_tool_fail(error, "version %u of the format is not supported", version);
    const size_t length_size = version == 1 ? 2 : 4;
    const size_t start = MAGIC_SIZE + VERSION_SIZE + length_size;
    uint64_t length = 0;
    for (size_t i = 0; i < length_size && MAGIC_SIZE + VERSION_SIZE + i < size; ++i)
        length |= (uint64_t)at[MAGIC_SIZE + VERSION_SIZE + i] << 8 * i;
    if (size < start || length > size - start)
        return mica_tool_fail(error, "the file ends inside its header");
    if (length > MAX_HEADER)
        return mica_tool_fail(error, "the header is longer than %d bytes", MAX_HEADER);
    const char *text = (const char *)bytes + start;
    header h = {.at = text, .end = text + length, .error = error};
    return read_header(&h) &&
           read_elements(&h, at + start + length, size - start - (size_t)length, array);
}

// Reads all of an open file; the caller frees *bytes.
static bool read_all(FILE *file, uint8_t **bytes, size_t *size)
{
    size_t capacity = 0;
    *size = 0;
    do {
        capacity = capacity == 0 ? 64 << 10 : capacity * 2;
        uint8_t *grown = realloc(*bytes, capacity);
        if (grown == NULL)
            return false;
        *bytes = grown;
        *size += fread(*bytes + *size, 1, capacity - *size, file);
    } while (*size == capacity);
    return !ferror(file);
}

bool mica_npy_read(const char *path, mica_array *array, mica_tool_error *error)
{
    mica_tool_error reason;
    uint8_t *bytes = NULL;
    size_t size;
    *array = (mica_array){0};
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return mica_tool_fail(error, "%.120s: can't be opened", path);
    const bool is_read = read_all(file, &bytes, &size);
    fclose(file);
    const bool is_parsed = is_read && mica_npy_parse(bytes, size, array, &reason);
    free(bytes);
    if (!is_read)
        return mica_tool_fail(error, "%.120s: can't be read", path);
    return is_parsed || mica_tool_fail(error, "%.120s: %.120s", path, reason.text);
}

// The header's text, padded so that elements begin at a multiple of 64. Returns its length.
static size_t format_header(const mica_array *array, uint32_t dtype, char *text, size_t size)
{
    const char order = dtypes[dtype].swap_size == 1 ? '|' : is_little_endian() ? '<' : '>';
    const size_t before = MAGIC_SIZE + VERSION_SIZE + 2;
    int used = snprintf(text, size, "{'descr': '%c%s', 'fortran_order': False, 'shape': (",
                        order, dtypes[dtype].name);
    for (uint32_t i = 0; i < array->rank; ++i)
        used += snprintf(text + used, size - (size_t)used, "%s%lld%s", i == 0 ? "" : ", ",
                         (long long)array->dims[i], array->rank == 1 ? "," : "");
    used += snprintf(text + used, size - (size_t)used, "), }");
    const size_t padded = (before + (size_t)used + 1 + 63) / 64 * 64 - before;
    memset(text + used, ' ', padded - (size_t)used - 1);
    text[padded - 1] = '\n';
    return padded;
}

static bool write_all(FILE *file, const mica_array *array, uint32_t dtype)
{
    char text[1024]; // 16 sizes of 20 characters and the rest fit well
    const size_t length = format_header(array, dtype, text, sizeof text);
    const uint8_t rest[] = {1, 0, (uint8_t)(length & 0xff), (uint8_t)(length >> 8)};
    return fwrite(magic, 1, MAGIC_SIZE, file) == MAGIC_SIZE &&
           fwrite(rest, 1, sizeof rest, file) == sizeof rest &&
           fwrite(text, 1, length, file) == length &&
           fwrite(array->data, 1, (size_t)array->size, file) == array->size;
}

bool mica_npy_write(const char *path, const mica_array *array, mica_tool_error *error)
{
    uint32_t dtype = 0;
    while (dtype < DTYPE_COUNT && dtypes[dtype].type != array->type)
        ++dtype;
    if (dtype == DTYPE_COUNT)
        return mica_tool_fail(error, "%.120s: .npy files can't hold %s", path,
                              mica_rt_type_name(array->type));
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        return mica_tool_fail(error, "%.120s: can't be written", path);
    struct stat status;
    const bool is_regular = fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode);
    const bool is_written = write_all(file, array, dtype);
    if (fclose(file) == 0 && is_written)
        return true;
    if (is_regular) // never a device or a pipe that the user named
        remove(path);
    return mica_tool_fail(error, "%.120s: can't be written", path);
}
