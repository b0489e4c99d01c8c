// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Finding the reader of a file by its suffix, and the files of a folder by their numbers.
#include "tools/support/tensor_folder.h"

#include "tools/support/npy.h"

#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

const mica_tensor_format mica_npy_format[] = {{".npy", mica_npy_read}, {NULL, NULL}};

static bool has_suffix(const char *path, const char *suffix)
{
    const size_t length = strlen(path), tail = strlen(suffix);
    return length >= tail && strcmp(path + length - tail, suffix) == 0;
}

bool mica_tensor_file_read(const mica_tensor_format *formats, const char *path,
                           mica_array *array, mica_tool_error *error)
{
    const mica_tensor_format *format = formats;
    while (format->suffix != NULL && !has_suffix(path, format->suffix))
        ++format;
    return (format->suffix == NULL ? formats : format)->read(path, array, error);
}

bool mica_tensor_folder_read(const mica_tensor_format *formats, const char *folder,
                             const char *stem, uint32_t index, mica_array *array,
                             mica_tool_error *error)
{
    char path[PATH_SIZE];
    *array = (mica_array){0};
    for (const mica_tensor_format *format = formats; format->suffix != NULL; ++format) {
        const int length =
            snprintf(path, sizeof path, "%s/%s_%u%s", folder, stem, index, format->suffix);
        if (length >= (int)sizeof path)
            return mica_tool_fail(error, "the folder's name is too long");
        if (access(path, F_OK) == 0)
            return format->read(path, array, error);
    }
    return mica_tool_fail(error, "%.150s: has no file %s_%u%s", folder, stem, index,
                          formats->suffix);
}
