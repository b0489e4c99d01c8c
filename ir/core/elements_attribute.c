// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Attributes with many elements:
//   dense array     { element type, count, data bytes padded to words }
//   dense elements  { type, is_splat, size, data bytes padded to words }
//   the same, blob  { type, 0, size, blob, previous, next }  counted, see MICAI_FLAG_BLOB
//   dense strings   { type, identifiers... }       one for a splat
//   dense resource  { type, key identifier }       sparse { type, indices, values }
#include "ir/core/context_internal.h"
#include "ir/core/float_format.h"
#include "ir/support/blob.h"

enum {
    /// A constant above this many bytes is a blob.
    BLOB_THRESHOLD = 4096,
    ARRAY_HEAD = 2,
    ELEMENTS_HEAD = 3,
    BLOB_WORDS = 6,
};

/// The words of a blob attribute.
enum { BLOB_TYPE, BLOB_IS_SPLAT, BLOB_SIZE, BLOB_HANDLE, BLOB_PREVIOUS, BLOB_NEXT };

/// Interns `head` followed by `size` bytes, the last word padded with zeros.
static const mica_attr *bytes_get(mica_context *context, mica_attr_kind kind,
                                  const uint64_t *head, size_t head_count, const void *data,
                                  size_t size)
{
    uint64_t inline_row[64];
    uint64_t *row = inline_row;
    const size_t count = head_count + (size + 7) / 8;
    if (count > 64 && !(row = micai_allocate(&context->allocator, count * sizeof *row)))
        return NULL;
    memcpy(row, head, head_count * sizeof *row);
    if (size) {
        row[count - 1] = 0;
        memcpy(row + head_count, data, size);
    }
    const mica_attr *attr = (const mica_attr *)micai_object_get(context, MICAI_CATEGORY_ATTR,
                                                                kind, NULL, row, count, 0);
    if (row != inline_row)
        micai_release(&context->allocator, row, count * sizeof *row);
    return attr;
}

// ---- dense arrays
// ----------------------------------------------------------------------------

const mica_attr *mica_dense_array_attr_get(const mica_type *element, const void *data,
                                           size_t count)
{
    const uint64_t head[] = {micai_word_of(element), count};
    return bytes_get(mica_type_context(element), MICA_ATTR_DENSE_ARRAY, head, ARRAY_HEAD, data,
                     count * mica_dense_element_size(element));
}

const mica_type *mica_dense_array_attr_element_type(const mica_attr *attr)
{
    return micai_pointer_of(micai_word(attr, 0));
}

size_t mica_dense_array_attr_count(const mica_attr *attr)
{
    return (size_t)micai_word(attr, 1);
}

const void *mica_dense_array_attr_data(const mica_attr *attr)
{
    return &micai_object_of(attr)->words[ARRAY_HEAD];
}

/// Sign-extends the low `size` bytes at `data`.
static int64_t load_signed(const void *data, size_t size)
{
    uint64_t bits = 0;
    memcpy(&bits, data, size);
    const unsigned unused = (unsigned)(8 - size) * 8;
    return (int64_t)(bits << unused) >> unused;
}

int64_t mica_dense_array_attr_int(const mica_attr *attr, size_t index)
{
    const size_t size = mica_dense_element_size(mica_dense_array_attr_element_type(attr));
    return load_signed((const char *)mica_dense_array_attr_data(attr) + index * size, size);
}

const mica_attr *mica_i64_array_attr_get(mica_context *context, const int64_t *values,
                                         size_t count)
{
    return mica_dense_array_attr_get(context->i64_type, values, count);
}

const mica_attr *mica_i32_array_attr_get(mica_context *context, const int32_t *values,
                                         size_t count)
{
    return mica_dense_array_attr_get(context->i32_type, values, count);
}

// ---- dense elements
// --------------------------------------------------------------------------

size_t mica_dense_element_size(const mica_type *element)
{
    if (mica_type_get_kind(element) == MICA_TYPE_COMPLEX)
        return 2 * mica_dense_element_size(mica_type_element(element));
    return (mica_type_bit_width(element) + 7) / 8;
}

/// Is every element equal to the first?
static bool is_uniform(const char *data, size_t size, size_t element_size)
{
    return size > element_size && memcmp(data, data + element_size, size - element_size) == 0;
}

static const mica_attr *new_blob_attr(const mica_type *type, mica_blob *blob, bool is_splat)
{
    mica_context *context = mica_type_context(type);
    micai_object *object =
        micai_context_allocate(context, sizeof *object + BLOB_WORDS * sizeof(uint64_t));
    if (!object) {
        mica_blob_release(blob);
        return NULL;
    }
    memset(object, 0, sizeof *object);
    object->context = context;
    object->kind = MICA_ATTR_DENSE_ELEMENTS;
    object->category = MICAI_CATEGORY_ATTR;
    object->flags = MICAI_FLAG_BLOB;
    object->count = BLOB_WORDS;
    object->words[BLOB_TYPE] = micai_word_of(type);
    object->words[BLOB_IS_SPLAT] = is_splat;
    object->words[BLOB_SIZE] = mica_blob_size(blob);
    object->words[BLOB_HANDLE] = micai_word_of(blob);
    pthread_mutex_lock(&context->lock);
    object->words[BLOB_PREVIOUS] = 0;
    object->words[BLOB_NEXT] = micai_word_of(context->blob_attrs);
    if (context->blob_attrs)
        context->blob_attrs->words[BLOB_PREVIOUS] = micai_word_of(object);
    context->blob_attrs = object;
    pthread_mutex_unlock(&context->lock);
    return (const mica_attr *)object;
}

const mica_attr *mica_dense_elements_attr_get(const mica_type *type, const void *data,
                                              size_t size, bool is_splat)
{
    mica_context *context = mica_type_context(type);
    const size_t element_size = mica_dense_element_size(mica_type_element(type));
    if (!is_splat && is_uniform(data, size, element_size)) {
        is_splat = true;
        size = element_size;
    }
    if (size == element_size && mica_type_element_count(type) == 1)
        is_splat = true;
    if (size > BLOB_THRESHOLD) {
        void *copy;
        mica_blob *blob = mica_blob_allocate(context, size, &copy);
        if (!blob)
            return NULL;
        memcpy(copy, data, size);
        return new_blob_attr(type, blob, is_splat);
    }
    const uint64_t head[] = {micai_word_of(type), is_splat, size};
    return bytes_get(context, MICA_ATTR_DENSE_ELEMENTS, head, ELEMENTS_HEAD, data, size);
}

const mica_attr *mica_dense_elements_attr_get_blob(const mica_type *type, mica_blob *blob)
{
    const size_t size = mica_blob_size(blob);
    const char *data = mica_blob_data(blob);
    const size_t element_size = mica_dense_element_size(mica_type_element(type));
    if (size > BLOB_THRESHOLD && !is_uniform(data, size, element_size))
        return new_blob_attr(type, blob, false);
    const mica_attr *attr = mica_dense_elements_attr_get(type, data, size, false);
    mica_blob_release(blob);
    return attr;
}

const mica_attr *mica_dense_elements_attr_get_splat(const mica_type *type,
                                                    const mica_attr *scalar)
{
    const size_t size = mica_dense_element_size(mica_type_element(type));
    uint64_t bits[2] = {0, 0};
    if (mica_attr_is(scalar, MICA_ATTR_FLOAT))
        mica_float_attr_bits(scalar, bits);
    else if (size <= sizeof bits)
        memcpy(bits, mica_integer_attr_words(scalar), size <= 8 ? 8 : 16);
    else
        return mica_dense_elements_attr_get(type, mica_integer_attr_words(scalar), size, true);
    return mica_dense_elements_attr_get(type, bits, size, true);
}

bool mica_dense_elements_attr_is_splat(const mica_attr *attr)
{
    return micai_word(attr, BLOB_IS_SPLAT) != 0;
}

const void *mica_dense_elements_attr_data(const mica_attr *attr, size_t *size)
{
    *size = (size_t)micai_word(attr, BLOB_SIZE);
    if (mica_attr_is_blob(attr))
        return mica_blob_data(micai_pointer_of(micai_word(attr, BLOB_HANDLE)));
    return &micai_object_of(attr)->words[ELEMENTS_HEAD];
}

/// The scalar attribute of `type` whose bytes are at `data`.
static const mica_attr *scalar_at(const mica_type *type, const char *data)
{
    const size_t size = mica_dense_element_size(type);
    if (mica_type_is_float(type)) {
        uint64_t bits[2] = {0, 0};
        memcpy(bits, data, size);
        return mica_float_attr_get_bits(type, bits);
    }
    if (size <= 8)
        return mica_integer_attr_get(type, load_signed(data, size));
    mica_context *context = mica_type_context(type);
    const size_t bytes = (size + 7) / 8 * 8;
    uint64_t *words = micai_allocate_zeroed(&context->allocator, bytes);
    if (!words)
        return NULL;
    memcpy(words, data, size);
    const mica_attr *attr = mica_integer_attr_get_wide(type, words);
    micai_release(&context->allocator, words, bytes);
    return attr;
}

const mica_attr *mica_dense_elements_attr_element(const mica_attr *attr, int64_t index)
{
    const mica_type *element = mica_type_element(mica_attr_type(attr));
    const size_t element_size = mica_dense_element_size(element);
    size_t size;
    const char *data = mica_dense_elements_attr_data(attr, &size);
    if (!mica_dense_elements_attr_is_splat(attr))
        data += (size_t)index * element_size;
    if (mica_type_get_kind(element) != MICA_TYPE_COMPLEX)
        return scalar_at(element, data);
    const mica_type *part = mica_type_element(element);
    const mica_attr *parts[] = {scalar_at(part, data),
                                scalar_at(part, data + element_size / 2)};
    if (!parts[0] || !parts[1])
        return NULL;
    return mica_array_attr_get(mica_attr_context(attr), parts, 2);
}

const mica_attr *mica_dense_elements_attr_reshape(const mica_attr *attr, const mica_type *type)
{
    if (mica_attr_is_blob(attr)) {
        mica_blob *blob = (mica_blob *)micai_pointer_of(micai_word(attr, BLOB_HANDLE));
        mica_blob_retain(blob);
        return new_blob_attr(type, blob, false);
    }
    size_t size;
    const void *data = mica_dense_elements_attr_data(attr, &size);
    return mica_dense_elements_attr_get(type, data, size,
                                        mica_dense_elements_attr_is_splat(attr));
}

// ---- blobs
// -----------------------------------------------------------------------------------

bool mica_attr_is_blob(const mica_attr *attr)
{
    return attr && micai_object_of(attr)->flags & MICAI_FLAG_BLOB;
}

bool mica_attr_equal(const mica_attr *a, const mica_attr *b)
{
    if (a == b)
        return true;
    return mica_attr_is_blob(a) && mica_attr_is_blob(b) &&
           micai_word(a, BLOB_TYPE) == micai_word(b, BLOB_TYPE) &&
           micai_word(a, BLOB_HANDLE) == micai_word(b, BLOB_HANDLE);
}

void mica_attr_retain(const mica_attr *attr)
{
    if (mica_attr_is_blob(attr))
        atomic_fetch_add_explicit(&((micai_object *)attr)->references, 1, memory_order_relaxed);
}

static void unlink_blob_attr(micai_object *object)
{
    mica_context *context = object->context;
    micai_object *previous = (micai_object *)micai_pointer_of(object->words[BLOB_PREVIOUS]);
    micai_object *next = (micai_object *)micai_pointer_of(object->words[BLOB_NEXT]);
    pthread_mutex_lock(&context->lock);
    if (previous)
        previous->words[BLOB_NEXT] = micai_word_of(next);
    else
        context->blob_attrs = next;
    if (next)
        next->words[BLOB_PREVIOUS] = micai_word_of(previous);
    pthread_mutex_unlock(&context->lock);
}

void mica_attr_release(const mica_attr *attr)
{
    if (!mica_attr_is_blob(attr))
        return;
    micai_object *object = (micai_object *)attr;
    if (atomic_fetch_sub_explicit(&object->references, 1, memory_order_acq_rel) != 1)
        return;
    unlink_blob_attr(object);
    mica_blob_release((mica_blob *)micai_pointer_of(object->words[BLOB_HANDLE]));
    micai_context_free(object->context, object, sizeof *object + BLOB_WORDS * sizeof(uint64_t));
}

void micai_context_free_blob_attrs(mica_context *context)
{
    for (micai_object *object = context->blob_attrs; object;) {
        micai_object *next = (micai_object *)micai_pointer_of(object->words[BLOB_NEXT]);
        mica_blob_release((mica_blob *)micai_pointer_of(object->words[BLOB_HANDLE]));
        object = next;
    }
    context->blob_attrs = NULL;
}

// ---- strings, resources, sparse
// --------------------------------------------------------------

const mica_attr *mica_dense_strings_attr_get(const mica_type *type, const mica_string *values,
                                             size_t count)
{
    mica_context *context = mica_type_context(type);
    uint64_t *row = micai_allocate(&context->allocator, (count + 1) * sizeof *row);
    if (!row)
        return NULL;
    row[0] = micai_word_of(type);
    size_t kept = count;
    bool uniform = count > 1;
    for (size_t i = 0; i < count; ++i) {
        row[i + 1] = micai_word_of(mica_identifier_get(context, values[i]));
        uniform &= row[i + 1] == row[1];
    }
    if (uniform)
        kept = 1;
    const mica_attr *attr = context->out_of_memory
                                ? NULL
                                : (const mica_attr *)micai_object_get(
                                      context, MICAI_CATEGORY_ATTR, MICA_ATTR_DENSE_STRINGS,
                                      NULL, row, kept + 1, 0);
    micai_release(&context->allocator, row, (count + 1) * sizeof *row);
    return attr;
}

size_t mica_dense_strings_attr_count(const mica_attr *attr)
{
    return micai_object_of(attr)->count - 1;
}

mica_string mica_dense_strings_attr_value(const mica_attr *attr, size_t index)
{
    return mica_identifier_text(micai_pointer_of(micai_word(attr, index + 1)));
}

const mica_attr *mica_dense_resource_attr_get(const mica_type *type, mica_string key)
{
    mica_context *context = mica_type_context(type);
    const mica_identifier *name = mica_identifier_get(context, key);
    if (!name)
        return NULL;
    const uint64_t words[] = {micai_word_of(type), micai_word_of(name)};
    return (const mica_attr *)micai_object_get(context, MICAI_CATEGORY_ATTR,
                                               MICA_ATTR_DENSE_RESOURCE, NULL, words, 2, 0);
}

mica_string mica_dense_resource_attr_key(const mica_attr *attr)
{
    return mica_identifier_text(micai_pointer_of(micai_word(attr, 1)));
}

const mica_attr *mica_sparse_elements_attr_get(const mica_type *type, const mica_attr *indices,
                                               const mica_attr *values)
{
    const uint64_t words[] = {micai_word_of(type), micai_word_of(indices),
                              micai_word_of(values)};
    return (const mica_attr *)micai_object_get(mica_type_context(type), MICAI_CATEGORY_ATTR,
                                               MICA_ATTR_SPARSE_ELEMENTS, NULL, words, 3, 0);
}

const mica_attr *mica_sparse_elements_attr_indices(const mica_attr *attr)
{
    return micai_pointer_of(micai_word(attr, 1));
}

const mica_attr *mica_sparse_elements_attr_values(const mica_attr *attr)
{
    return micai_pointer_of(micai_word(attr, 2));
}

bool mica_context_set_resource(mica_context *context, mica_string key, mica_blob *blob)
{
    const mica_identifier *name = mica_identifier_get(context, key);
    pthread_mutex_lock(&context->lock);
    mica_blob *old = name ? micai_pointer_map_get(&context->resources, name) : NULL;
    void *keys = context->resource_keys;
    bool ok = name &&
              micai_array_reserve(&context->allocator, &keys, &context->resource_capacity,
                                  context->resource_count + 1, sizeof *context->resource_keys);
    context->resource_keys = keys;
    ok = ok && micai_pointer_map_put(&context->resources, name, blob);
    if (ok && !old)
        context->resource_keys[context->resource_count++] = name;
    pthread_mutex_unlock(&context->lock);
    mica_blob_release(ok ? old : blob);
    return ok;
}

mica_blob *mica_context_find_resource(mica_context *context, mica_string key)
{
    const mica_identifier *name = mica_identifier_get(context, key);
    if (!name)
        return NULL;
    pthread_mutex_lock(&context->lock);
    mica_blob *blob = micai_pointer_map_get(&context->resources, name);
    pthread_mutex_unlock(&context->lock);
    return blob;
}
