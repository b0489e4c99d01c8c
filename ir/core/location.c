// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Location words. Bit 0 set: packed { column 20, line 26, file 17 } from the top, then the bit.
// Otherwise the word is the address of a location attribute (8-aligned), or 0 for unknown:
//   file      { file identifier, line, column }     name   { identifier, child attribute }
//   call site { callee, caller attributes }         fused  { metadata or 0, attributes... }
#include "ir/core/location.h"

#include "ir/core/context_internal.h"

enum { FILE_BITS = 17, LINE_BITS = 26, COLUMN_BITS = 20 };
_Static_assert(FILE_BITS + LINE_BITS + COLUMN_BITS == 63, "one bit is the tag");

static const mica_attr *location_attr(mica_context *context, mica_attr_kind kind,
                                      const uint64_t *words, size_t count)
{
    return (const mica_attr *)micai_object_get(context, MICAI_CATEGORY_ATTR, kind, NULL, words,
                                               count, 0);
}

static mica_location from_attr(const mica_attr *attr)
{
    const mica_location location = {micai_word_of(attr)};
    return location;
}

static bool is_packed(mica_location location)
{
    return location.bits & 1;
}

static uint64_t field(mica_location location, int low, int bits)
{
    return location.bits >> low & ((UINT64_C(1) << bits) - 1);
}

size_t micai_context_file_index(mica_context *context, const mica_identifier *file)
{
    pthread_mutex_lock(&context->lock);
    uint64_t index = SIZE_MAX;
    if (!micai_pointer_map_find(&context->file_indices, file, &index) &&
        context->file_count < (size_t)1 << FILE_BITS) {
        void *files = context->files;
        const bool room =
            micai_array_reserve(&context->allocator, &files, &context->file_capacity,
                                context->file_count + 1, sizeof *context->files);
        context->files = files;
        if (room && micai_pointer_map_set(&context->file_indices, file, context->file_count)) {
            index = context->file_count;
            context->files[context->file_count++] = file;
        }
    }
    pthread_mutex_unlock(&context->lock);
    return (size_t)index;
}

const mica_identifier *micai_context_file(const mica_context *context, size_t index)
{
    mica_context *mutable_context = (mica_context *)context;
    pthread_mutex_lock(&mutable_context->lock);
    const mica_identifier *file = context->files[index];
    pthread_mutex_unlock(&mutable_context->lock);
    return file;
}

mica_location mica_location_file(mica_context *context, mica_string file, uint32_t line,
                                 uint32_t column)
{
    const mica_identifier *name = mica_identifier_get(context, file);
    if (!name)
        return mica_location_unknown();
    const size_t index = micai_context_file_index(context, name);
    if (index != SIZE_MAX && line < 1u << LINE_BITS && column < 1u << COLUMN_BITS)
        return micai_location_pack(index, line, column);
    const uint64_t words[] = {micai_word_of(name), line, column};
    return from_attr(location_attr(context, MICA_ATTR_LOCATION_FILE, words, 3));
}

mica_location micai_location_pack(size_t file_index, uint32_t line, uint32_t column)
{
    const mica_location location = {(uint64_t)column << (1 + FILE_BITS + LINE_BITS) |
                                    (uint64_t)line << (1 + FILE_BITS) |
                                    (uint64_t)file_index << 1 | 1};
    return location;
}

mica_location mica_location_name(mica_context *context, mica_string name, mica_location child)
{
    const uint64_t words[] = {micai_word_of(mica_identifier_get(context, name)),
                              micai_word_of(mica_location_to_attr(context, child))};
    if (!words[0] || !words[1])
        return mica_location_unknown();
    return from_attr(location_attr(context, MICA_ATTR_LOCATION_NAME, words, 2));
}

mica_location mica_location_call_site(mica_context *context, mica_location callee,
                                      mica_location caller)
{
    const uint64_t words[] = {micai_word_of(mica_location_to_attr(context, callee)),
                              micai_word_of(mica_location_to_attr(context, caller))};
    if (!words[0] || !words[1])
        return mica_location_unknown();
    return from_attr(location_attr(context, MICA_ATTR_LOCATION_CALL_SITE, words, 2));
}

/// Appends the location's attribute unless it is unknown or there already. A fused location
/// with the same metadata is opened.
static void append_fused(uint64_t *row, size_t *count, const mica_attr *location,
                         const mica_attr *metadata, mica_context *context)
{
    if (mica_attr_is(location, MICA_ATTR_LOCATION_FUSED) &&
        micai_word(location, 0) == micai_word_of(metadata)) {
        for (size_t i = 1; i < micai_object_of(location)->count; ++i)
            append_fused(row, count, micai_pointer_of(micai_word(location, i)), metadata,
                         context);
        return;
    }
    if (location == context->unknown_location_attr)
        return;
    for (size_t i = 1; i < *count; ++i) {
        if (row[i] == micai_word_of(location))
            return;
    }
    row[(*count)++] = micai_word_of(location);
}

mica_location mica_location_fused(mica_context *context, const mica_location *locations,
                                  size_t count, const mica_attr *metadata)
{
    size_t most = 1;
    for (size_t i = 0; i < count; ++i) {
        const mica_attr *attr = mica_location_to_attr(context, locations[i]);
        if (!attr)
            return mica_location_unknown();
        most += mica_attr_is(attr, MICA_ATTR_LOCATION_FUSED) ? micai_object_of(attr)->count : 1;
    }
    uint64_t *row = micai_allocate(&context->allocator, most * sizeof *row);
    if (!row)
        return mica_location_unknown();
    row[0] = micai_word_of(metadata);
    size_t used = 1;
    for (size_t i = 0; i < count; ++i)
        append_fused(row, &used, mica_location_to_attr(context, locations[i]), metadata,
                     context);
    mica_location fused = mica_location_unknown();
    if (used == 1 && metadata) {
        row[used++] = micai_word_of(context->unknown_location_attr);
    }
    if (used == 2 && !metadata)
        fused = mica_location_from_attr(micai_pointer_of(row[1]));
    else if (used > 1)
        fused = from_attr(location_attr(context, MICA_ATTR_LOCATION_FUSED, row, used));
    micai_release(&context->allocator, row, most * sizeof *row);
    return fused;
}

const mica_attr *mica_location_to_attr(mica_context *context, mica_location location)
{
    if (location.bits == 0)
        return context->unknown_location_attr;
    if (!is_packed(location))
        return micai_pointer_of(location.bits);
    const uint64_t words[] = {
        micai_word_of(micai_context_file(context, field(location, 1, FILE_BITS))),
        field(location, 1 + FILE_BITS, LINE_BITS),
        field(location, 1 + FILE_BITS + LINE_BITS, COLUMN_BITS)};
    return location_attr(context, MICA_ATTR_LOCATION_FILE, words, 3);
}

mica_location mica_location_from_attr(const mica_attr *attr)
{
    switch (mica_attr_get_kind(attr)) {
    case MICA_ATTR_LOCATION_UNKNOWN:
        return mica_location_unknown();
    case MICA_ATTR_LOCATION_FILE:
        return mica_location_file(mica_attr_context(attr),
                                  mica_identifier_text(micai_pointer_of(micai_word(attr, 0))),
                                  (uint32_t)micai_word(attr, 1), (uint32_t)micai_word(attr, 2));
    default:
        return from_attr(attr);
    }
}

/// The attribute that stands for `attr` one step on: see mica_location_resolve.
static const mica_attr *step(const mica_attr *attr)
{
    switch (mica_attr_get_kind(attr)) {
    case MICA_ATTR_LOCATION_NAME:
        return micai_pointer_of(micai_word(attr, 1));
    case MICA_ATTR_LOCATION_CALL_SITE:
        return micai_pointer_of(micai_word(attr, 0));
    case MICA_ATTR_LOCATION_FUSED:
        return micai_pointer_of(micai_word(attr, 1));
    default:
        return NULL;
    }
}

bool mica_location_resolve(mica_context *context, mica_location location, mica_string *file,
                           uint32_t *line, uint32_t *column)
{
    if (is_packed(location)) {
        *file =
            mica_identifier_text(micai_context_file(context, field(location, 1, FILE_BITS)));
        *line = (uint32_t)field(location, 1 + FILE_BITS, LINE_BITS);
        *column = (uint32_t)field(location, 1 + FILE_BITS + LINE_BITS, COLUMN_BITS);
        return true;
    }
    const mica_attr *attr = micai_pointer_of(location.bits);
    while (attr && !mica_attr_is(attr, MICA_ATTR_LOCATION_FILE))
        attr = step(attr);
    if (!attr)
        return false;
    *file = mica_identifier_text(micai_pointer_of(micai_word(attr, 0)));
    *line = (uint32_t)micai_word(attr, 1);
    *column = (uint32_t)micai_word(attr, 2);
    return true;
}

const mica_attr *mica_location_attr_child(const mica_attr *attr, size_t index)
{
    return micai_pointer_of(
        micai_word(attr, mica_attr_is(attr, MICA_ATTR_LOCATION_CALL_SITE) ? index : index + 1));
}

size_t mica_location_attr_child_count(const mica_attr *attr)
{
    switch (mica_attr_get_kind(attr)) {
    case MICA_ATTR_LOCATION_NAME:
        return 1;
    case MICA_ATTR_LOCATION_CALL_SITE:
        return 2;
    case MICA_ATTR_LOCATION_FUSED:
        return micai_object_of(attr)->count - 1;
    default:
        return 0;
    }
}

mica_string mica_location_attr_name(const mica_attr *attr)
{
    return mica_identifier_text(micai_pointer_of(micai_word(attr, 0)));
}

mica_string mica_location_first_name(mica_context *context, mica_location location)
{
    const mica_attr *attr = mica_location_to_attr(context, location);
    while (attr && !mica_attr_is(attr, MICA_ATTR_LOCATION_NAME))
        attr = mica_location_attr_child_count(attr) ? mica_location_attr_child(attr, 0) : NULL;
    return attr ? mica_location_attr_name(attr) : (mica_string){"", 0};
}

const mica_attr *mica_location_attr_metadata(const mica_attr *attr)
{
    return mica_attr_is(attr, MICA_ATTR_LOCATION_FUSED) ? micai_pointer_of(micai_word(attr, 0))
                                                        : NULL;
}
