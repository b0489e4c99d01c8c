// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An archive is a magic line and members, each a 60-byte header of text and its bytes, filled
// up to an even size:
//
//   !<arch>\n
//   "/"        symbol index: how many, where each one's member begins (big endian), the names
//   "//"       names of more than 15 bytes, each ended by "/\n"; a header refers to "/offset"
//   "digits.o/"
//
// Linkers find nothing in an archive without the index. LLVM-C has no writer for archives, and
// `ar` need not be on the machine.
#include "codegen/package/archive_writer.h"

#include <stdio.h>
#include <string.h>

static const char magic[] = "!<arch>\n";
enum { MAGIC_SIZE = 8, HEADER_SIZE = 60, SHORT_NAME = 15 };

typedef struct archive {
    const mica_archive_member *members;
    size_t count;
    mica_write_fn write;
    void *user;
    uint64_t index_size, names_size; ///< 0: there is none
} archive;

static uint64_t even(uint64_t size)
{
    return size + size % 2;
}

static bool has_long_name(const mica_archive_member *member)
{
    return strlen(member->name) > SHORT_NAME;
}

static void measure(archive *a)
{
    uint64_t symbols = 0, text = 0;
    for (size_t i = 0; i < a->count; ++i) {
        symbols += a->members[i].symbol_count;
        for (size_t s = 0; s < a->members[i].symbol_count; ++s)
            text += strlen(a->members[i].symbols[s]) + 1;
        if (has_long_name(&a->members[i]))
            a->names_size += strlen(a->members[i].name) + 2;
    }
    a->index_size = 4 + 4 * symbols + text;
}

/// Where the first member of the caller begins.
static uint64_t first_offset(const archive *a)
{
    uint64_t offset = MAGIC_SIZE + HEADER_SIZE + even(a->index_size);
    if (a->names_size > 0)
        offset += HEADER_SIZE + even(a->names_size);
    return offset;
}

static uint64_t member_size(const mica_archive_member *member)
{
    return HEADER_SIZE + even(member->size);
}

static bool put(const archive *a, const void *data, size_t size)
{
    return size == 0 || a->write(a->user, data, size);
}

static bool put_big_endian(const archive *a, uint64_t value)
{
    const unsigned char bytes[] = {(unsigned char)(value >> 24), (unsigned char)(value >> 16),
                                   (unsigned char)(value >> 8), (unsigned char)value};
    return put(a, bytes, sizeof bytes);
}

static bool put_header(const archive *a, const char *name, uint64_t size)
{
    char header[2 * HEADER_SIZE]; // what does not fit 60 bytes was refused before
    snprintf(header, sizeof header, "%-16s%-12d%-6d%-6d%-8s%-10llu`\n", name, 0, 0, 0, "644",
             (unsigned long long)size);
    return put(a, header, HEADER_SIZE);
}

static bool put_padding(const archive *a, uint64_t size)
{
    return size % 2 == 0 || put(a, "\n", 1);
}

static bool put_index(const archive *a)
{
    uint64_t offset = first_offset(a), symbols = 0;
    for (size_t i = 0; i < a->count; ++i)
        symbols += a->members[i].symbol_count;
    bool ok = put_header(a, "/", a->index_size) && put_big_endian(a, symbols);
    for (size_t i = 0; i < a->count && ok; ++i) {
        for (size_t s = 0; s < a->members[i].symbol_count && ok; ++s)
            ok = put_big_endian(a, offset);
        offset += member_size(&a->members[i]);
    }
    for (size_t i = 0; i < a->count; ++i) {
        for (size_t s = 0; s < a->members[i].symbol_count && ok; ++s)
            ok = put(a, a->members[i].symbols[s], strlen(a->members[i].symbols[s]) + 1);
    }
    return ok && put_padding(a, a->index_size);
}

static bool put_long_names(const archive *a)
{
    bool ok = a->names_size == 0 || put_header(a, "//", a->names_size);
    for (size_t i = 0; i < a->count && ok; ++i) {
        if (has_long_name(&a->members[i]))
            ok = put(a, a->members[i].name, strlen(a->members[i].name)) && put(a, "/\n", 2);
    }
    return ok && put_padding(a, a->names_size);
}

static bool put_data(const archive *a, const mica_archive_member *member)
{
    return member->write_data ? member->write_data(member->data, a->write, a->user)
                              : put(a, member->data, member->size);
}

static bool put_members(const archive *a)
{
    uint64_t name_offset = 0;
    bool ok = true;
    for (size_t i = 0; i < a->count && ok; ++i) {
        const mica_archive_member *member = &a->members[i];
        char name[SHORT_NAME + 8];
        if (has_long_name(member)) {
            snprintf(name, sizeof name, "/%llu", (unsigned long long)name_offset);
            name_offset += strlen(member->name) + 2;
        } else {
            snprintf(name, sizeof name, "%s/", member->name);
        }
        ok = put_header(a, name, member->size) && put_data(a, member) &&
             put_padding(a, member->size);
    }
    return ok;
}

bool mica_archive_write(const mica_archive_member *members, size_t count, mica_write_fn write,
                        void *user)
{
    archive a = {members, count, write, user, 0, 0};
    measure(&a);
    uint64_t total = first_offset(&a);
    for (size_t i = 0; i < count; ++i)
        total += member_size(&members[i]);
    return total <= UINT32_MAX && put(&a, magic, MAGIC_SIZE) && put_index(&a) &&
           put_long_names(&a) && put_members(&a);
}
