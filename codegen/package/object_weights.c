// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See object_weights.h. An ELF file is a header, sections in any order and a table of headers
// that say where each section lies. So the weights follow all that LLVM wrote, and one header
// says so:
//
//   header, sections, table     as LLVM wrote them, but for one place and one size
//   the weights                 aligned to 64 bytes
//
// The layout is that of <elf.h>, which not every host has: offsets are spelled out below.
#include "codegen/package/object_weights.h"

#include "ir/core/diagnostics.h"

#include <stdlib.h>
#include <string.h>

// clang-format off
enum {
    HEADER_SIZE = 64, SECTION_SIZE = 64, RELOCATABLE = 1, PROGBITS = 1,
    // in the header
    AT_TYPE = 16, AT_TABLE = 40, AT_SECTION_SIZE = 58, AT_SECTION_COUNT = 60, AT_NAMES = 62,
    // in a section's header
    AT_NAME = 0, AT_KIND = 4, AT_OFFSET = 24, AT_SIZE = 32, AT_ALIGNMENT = 48,
};
// clang-format on

static uint64_t get(const unsigned char *at, unsigned bytes)
{
    uint64_t value = 0;
    while (bytes-- > 0)
        value = value << 8 | at[bytes];
    return value;
}

static void put_word(unsigned char *at, uint64_t value)
{
    for (unsigned i = 0; i < 8; ++i)
        at[i] = (unsigned char)(value >> (8 * i));
}

/// An object whose table of sections lies inside of it.
typedef struct elf_object {
    unsigned char *bytes;
    size_t size;
    unsigned char *table;
    size_t section_count;
} elf_object;

static bool open_object(elf_object *elf)
{
    // Class 2 is 64 bits, data 1 is little-endian.
    static const unsigned char magic[] = {0x7f, 'E', 'L', 'F', 2, 1};
    if (elf->size < HEADER_SIZE || memcmp(elf->bytes, magic, sizeof magic) != 0 ||
        get(elf->bytes + AT_TYPE, 2) != RELOCATABLE ||
        get(elf->bytes + AT_SECTION_SIZE, 2) != SECTION_SIZE)
        return false;
    const uint64_t table = get(elf->bytes + AT_TABLE, 8);
    elf->section_count = (size_t)get(elf->bytes + AT_SECTION_COUNT, 2);
    if (table > elf->size || elf->section_count * SECTION_SIZE > elf->size - table)
        return false;
    elf->table = elf->bytes + table;
    return true;
}

/// The header of the section of that name; NULL: there is none.
static unsigned char *find_section(const elf_object *elf, const char *name)
{
    const size_t names = (size_t)get(elf->bytes + AT_NAMES, 2), length = strlen(name) + 1;
    if (names >= elf->section_count)
        return NULL;
    const uint64_t text = get(elf->table + names * SECTION_SIZE + AT_OFFSET, 8);
    for (size_t i = 0; i < elf->section_count; ++i) {
        unsigned char *section = elf->table + i * SECTION_SIZE;
        const uint64_t at = text + get(section + AT_NAME, 4);
        if (at <= elf->size && length <= elf->size - at &&
            memcmp(elf->bytes + at, name, length) == 0 && get(section + AT_KIND, 4) == PROGBITS)
            return section;
    }
    return NULL;
}

static bool place_weights(const mica_weighted_object *made)
{
    elf_object elf = {.bytes = made->head, .size = made->head_size};
    unsigned char *section =
        open_object(&elf) ? find_section(&elf, MICA_MODEL_WEIGHTS_SECTION) : NULL;
    if (!section)
        return false;
    put_word(section + AT_OFFSET, made->head_size);
    put_word(section + AT_SIZE, mica_model_weights_size(made->weights));
    put_word(section + AT_ALIGNMENT, MICA_MODEL_WEIGHTS_ALIGNMENT);
    return true;
}

bool mica_weighted_object_make(mica_context *context, const void *object, size_t size,
                               const mica_model_weights *weights, mica_weighted_object *made)
{
    const size_t unit = weights ? MICA_MODEL_WEIGHTS_ALIGNMENT : 1;
    *made = (mica_weighted_object){.weights = weights};
    made->head_size = (size + unit - 1) / unit * unit;
    made->head = mica_calloc(1, made->head_size + 1);
    if (made->head)
        memcpy(made->head, object, size);
    if (made->head && (!weights || place_weights(made)))
        return true;
    mica_diagnostic_emit(mica_error(context, mica_location_unknown(), "%s",
                                    made->head
                                        ? "object files of this target can't hold the weights; "
                                          "--weights=file writes them to a file of their own"
                                        : "out of memory"));
    mica_weighted_object_end(made);
    return false;
}

void mica_weighted_object_end(mica_weighted_object *made)
{
    mica_free(made->head);
    *made = (mica_weighted_object){0};
}

uint64_t mica_weighted_object_size(const mica_weighted_object *made)
{
    return made->head_size + (made->weights ? mica_model_weights_size(made->weights) : 0);
}

bool mica_weighted_object_write(const mica_weighted_object *made, mica_write_fn write,
                                void *user)
{
    return write(user, (const char *)made->head, made->head_size) &&
           (!made->weights || mica_model_weights_write(made->weights, write, user));
}
