// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tensor data in other files (TensorProto.external_data): key and value pairs, of which these
// are read:
//
//   location   the file, relative to the model's folder
//   offset     where the data begins; 0 when absent
//   length     how many bytes; when absent, what the type and the shape ask for
//
// Files are mapped, once each, and never copied. A model must not name files of its choice:
// the location is a path down from the model's folder, without "..", and symbolic links are
// followed only when the model's own path is one (some caches keep all files behind links).
#include "dialects/onnx/reader/onnx_external.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- the model's folder
// ----------------------------------------------------------------------

bool micai_externals_begin(micai_externals *externals, const char *path)
{
    const char *slash = strrchr(path, '/');
    const size_t length = slash ? (size_t)(slash - path) + 1 : 0;
    struct stat status;
    externals->folder = malloc(length + 2);
    if (!externals->folder)
        return false;
    memcpy(externals->folder, length ? path : ".", length ? length : 1);
    externals->folder[length ? length : 1] = '\0';
    externals->follows_links = lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
    return true;
}

void micai_externals_end(micai_externals *externals)
{
    for (size_t i = 0; i < externals->count; i++) {
        micai_external_file *file = &externals->files[i];
        if (file->is_mapped)
            munmap((void *)(uintptr_t)file->bytes, file->size);
        free(file->location);
    }
    free(externals->files);
    free(externals->folder);
    *externals = (micai_externals){0};
}

// ---- opening
// ---------------------------------------------------------------------------------

/// Why a location can't be taken; NULL: it can.
static const char *check_location(const char *location)
{
    if (!*location)
        return "it is empty";
    if (*location == '/')
        return "it is absolute";
    for (const char *part = location; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (part[0] == '.' && part[1] == '.' && (part[2] == '/' || part[2] == '\0'))
            return "it leads out of the model's folder";
    }
    return NULL;
}

/// Opens folder after folder, so that no link on the way is followed unseen. -1 with errno set.
static int open_location(const micai_externals *externals, const char *location)
{
    const int flags = O_RDONLY | O_CLOEXEC | (externals->follows_links ? 0 : O_NOFOLLOW);
    int folder = open(externals->folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    char part[256];
    while (folder >= 0) {
        const char *slash = strchr(location, '/');
        const size_t length = slash ? (size_t)(slash - location) : strlen(location);
        int next = -1;
        if (length < sizeof part) {
            memcpy(part, location, length);
            part[length] = '\0';
            // Without O_NONBLOCK a named pipe would wait for its writer.
            next =
                openat(folder, length ? part : ".", flags | (slash ? O_DIRECTORY : O_NONBLOCK));
        } else {
            errno = ENAMETOOLONG;
        }
        const int reason = errno;
        close(folder);
        errno = reason;
        if (!slash || next < 0)
            return next;
        folder = next;
        location = slash + 1;
    }
    return folder;
}

static bool map_file(int descriptor, micai_external_file *file)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return false;
    if (!S_ISREG(status.st_mode)) {
        errno = 0;
        return false;
    }
    file->size = (size_t)status.st_size;
    if (file->size == 0)
        return true;
    void *mapping = mmap(NULL, file->size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (mapping == MAP_FAILED)
        return false;
    file->bytes = mapping;
    file->is_mapped = true;
    return true;
}

static bool reserve(micai_externals *externals)
{
    if (externals->count < externals->capacity)
        return true;
    const size_t capacity = externals->capacity ? 2 * externals->capacity : 4;
    micai_external_file *larger =
        realloc(externals->files, capacity * sizeof *externals->files);
    if (!larger)
        return false;
    externals->files = larger;
    externals->capacity = capacity;
    return true;
}

/// The file of that location, mapped when it is met first. False with *reason set.
static bool find_file(micai_externals *externals, const char *location, size_t *index,
                      char *reason, size_t reason_size)
{
    for (*index = 0; *index < externals->count; ++*index)
        if (strcmp(externals->files[*index].location, location) == 0)
            return true;
    const char *refused = check_location(location);
    if (refused) {
        snprintf(reason, reason_size, "%s", refused);
        return false;
    }
    const int descriptor = open_location(externals, location);
    micai_external_file file = {.location = descriptor >= 0 ? strdup(location) : NULL};
    const bool ok = file.location && map_file(descriptor, &file) && reserve(externals);
    if (!ok && (errno == 0 || strerror_r(errno, reason, reason_size) != 0))
        snprintf(reason, reason_size, "it is no regular file");
    if (descriptor >= 0)
        close(descriptor);
    if (!ok) {
        if (file.is_mapped)
            munmap((void *)(uintptr_t)file.bytes, file.size);
        free(file.location);
        return false;
    }
    *index = externals->count;
    externals->files[externals->count++] = file;
    return true;
}

// ---- a tensor's place
// ------------------------------------------------------------------------

/// A number in decimal digits and nothing else.
static bool read_number(const char *text, uint64_t *number)
{
    *number = 0;
    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || __builtin_mul_overflow(*number, 10, number) ||
            __builtin_add_overflow(*number, (uint64_t)(*text - '0'), number))
            return false;
    }
    return true;
}

static const char *find_entry(const Onnx__TensorProto *proto, const char *key)
{
    for (size_t i = 0; i < proto->n_external_data; i++) {
        const Onnx__StringStringEntryProto *entry = proto->external_data[i];
        if (entry->key && strcmp(entry->key, key) == 0)
            return entry->value ? entry->value : "";
    }
    return NULL;
}

bool micai_external_find(micai_externals *externals, const Onnx__TensorProto *proto,
                         size_t size, micai_external_place *place, char *reason,
                         size_t reason_size)
{
    const char *location = find_entry(proto, "location");
    const char *offset = find_entry(proto, "offset"), *length = find_entry(proto, "length");
    char shown[96], why[128];
    micai_onnx_show_name(shown, sizeof shown, location ? location : "",
                         location ? strlen(location) : 0);
    uint64_t bytes = size;
    place->offset = 0;
    if (!location || !externals->folder) {
        snprintf(reason, reason_size,
                 location ? "its data lies in another file ('%s'), which a model in memory "
                            "can't have"
                          : "its data lies in another file, which is not named%s",
                 shown);
        return false;
    }
    if ((offset && !read_number(offset, &place->offset)) ||
        (length && !read_number(length, &bytes))) {
        snprintf(reason, reason_size, "its place in '%s' is no number", shown);
        return false;
    }
    if (bytes != size) {
        snprintf(reason, reason_size,
                 "it has %llu bytes of data in '%s' where its type and shape ask for %zu",
                 (unsigned long long)bytes, shown, size);
        return false;
    }
    if (!find_file(externals, location, &place->file, why, sizeof why)) {
        snprintf(reason, reason_size, "its data lies in another file ('%s'): %s", shown, why);
        return false;
    }
    const micai_external_file *file = &externals->files[place->file];
    if (place->offset <= file->size && size <= file->size - place->offset)
        return true;
    snprintf(reason, reason_size, "its data ends behind the end of '%s', which has %zu bytes",
             shown, file->size);
    return false;
}
