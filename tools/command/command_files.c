// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Files of tools (command.h): read whole; written beside their place and renamed when all went
// well, so that a failure leaves nothing behind.
//
// A large file is mapped: reading it would cost a page fault and a copy for each page. What has
// been parsed is let go (the kernel brings it back when a diagnostic shows a line), so the text
// never stands in memory beside the whole IR.
#define _DEFAULT_SOURCE // madvise
#include "tools/command/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- input

static bool report_input(const char *path, int code)
{
    fprintf(stderr, "error: cannot open input file '%s': %s\n", path, strerror(code));
    return false;
}

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/// False for what is small, no regular file, or fills its last page: no NUL would follow.
static bool map(command_input *input, int file)
{
    enum { SMALLEST = 1 << 18 };
    struct stat status;
    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size < SMALLEST ||
        (size_t)status.st_size % page_size() == 0 || lseek(file, 0, SEEK_CUR) != 0)
        return false;
    void *text = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (text == MAP_FAILED)
        return false;
#ifdef MADV_NOHUGEPAGE
    madvise(text, (size_t)status.st_size, MADV_NOHUGEPAGE); // else 2 MiB come at a time
#endif
    input->text = text;
    input->length = (size_t)status.st_size;
    input->is_mapped = true;
    return true;
}

/// A regular file says how long it is, so that nothing has to grow.
static size_t guess_size(int file)
{
    struct stat status;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0)
        return (size_t)status.st_size + 2;
    return 1 << 16;
}

static bool read_all(command_input *input, int file)
{
    size_t capacity = guess_size(file);
    input->text = malloc(capacity);
    while (input->text) {
        const ssize_t got =
            read(file, input->text + input->length, capacity - input->length - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        input->length += (size_t)got;
        if (input->length + 1 < capacity)
            continue;
        char *bigger = realloc(input->text, capacity *= 2);
        if (!bigger)
            break;
        input->text = bigger;
    }
    errno = ENOMEM;
    return false;
}

bool command_input_read(command_input *input, const char *path)
{
    const bool is_stdin = strcmp(path, "-") == 0;
    const int file = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    memset(input, 0, sizeof *input);
    input->name = mica_string_from(is_stdin ? "<stdin>" : path);
    const bool is_mapped = file >= 0 && map(input, file);
    const bool is_read = is_mapped || (file >= 0 && read_all(input, file));
    const int code = errno;
    if (file >= 0 && !is_stdin)
        close(file);
    if (is_read && !is_mapped)
        input->text[input->length] = '\0';
    if (is_read)
        return true;
    command_input_free(input);
    return report_input(path, code);
}

void command_input_passed(void *user, size_t offset)
{
    command_input *input = user;
    const size_t end = offset / page_size() * page_size();
    if (!input->is_mapped || end <= input->passed)
        return;
    // A fault brings pages around it too, so some were back behind the last place.
    const size_t again = (size_t)4 << 20;
    const size_t start = input->passed > again ? input->passed - again : 0;
    madvise(input->text + start, end - start, MADV_DONTNEED);
    input->passed = end;
}

void command_input_free(command_input *input)
{
    if (input->is_mapped)
        munmap(input->text, input->length);
    else
        free(input->text);
    memset(input, 0, sizeof *input);
}

bool command_input_check(const char *path)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    bool is_good = file >= 0 && fstat(file, &status) == 0;
    int code = errno;
    if (is_good && S_ISDIR(status.st_mode)) {
        is_good = false;
        code = EISDIR;
    }
    if (file >= 0)
        close(file);
    return is_good || report_input(path, code);
}

// ---- output

static bool report_open(const char *path, int code)
{
    fprintf(stderr, "error: cannot open output file '%s': %s\n", path, strerror(code));
    return false;
}

static bool report_write(command_output *output)
{
    const bool is_named = output->path && strcmp(output->path, "-") != 0;
    if (!output->is_failed)
        fprintf(stderr, "error: cannot write '%s': %s\n", is_named ? output->path : "<stdout>",
                strerror(errno));
    output->is_failed = true;
    return false;
}

/// A device or pipe: a rename would put a file in its place.
static bool begin_in_place(command_output *output, const char *path)
{
    output->file = open(path, O_WRONLY | O_CLOEXEC);
    return output->file >= 0 || report_open(path, errno);
}

bool command_output_begin(command_output *output, const char *path)
{
    memset(output, 0, sizeof *output);
    output->file = STDOUT_FILENO;
    output->path = path;
    if (!path || strcmp(path, "-") == 0)
        return true;
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return begin_in_place(output, path);
    const size_t size = strlen(path) + 32;
    output->temporary = malloc(size);
    if (!output->temporary)
        return report_open(path, ENOMEM);
    snprintf(output->temporary, size, "%s.tmp-%ld", path, (long)getpid());
    output->file = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (output->file >= 0)
        return true;
    report_open(path, errno);
    free(output->temporary);
    output->temporary = NULL;
    return false;
}

bool command_output_write(void *user, const char *data, size_t size)
{
    command_output *output = user;
    while (size > 0) {
        const ssize_t written = write(output->file, data, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return report_write(output);
        data += written;
        size -= (size_t)written;
    }
    return true;
}

bool command_output_end(command_output *output, bool ok)
{
    ok = ok && !output->is_failed;
    // What a file system finds only now, as a quota that is full, is a failure to write too.
    if (output->file != STDOUT_FILENO && close(output->file) != 0)
        ok = report_write(output);
    if (!output->temporary)
        return ok;
    if (ok && rename(output->temporary, output->path) != 0)
        ok = report_write(output);
    if (!ok)
        unlink(output->temporary);
    free(output->temporary);
    output->temporary = NULL;
    return ok;
}
