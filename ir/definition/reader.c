// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads `.dialect` files into one syntax tree: runs lexer and grammar over each file, follows
// includes, and goes on after a syntax error at the next line that begins an item, so that one
// reading reports the mistakes of all items.

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "ir/definition/dialect.h"
#include "ir/definition/prelude_text.h"
#include "ir/definition/syntax_internal.h"

// The parser that lemon makes.
void *micai_dialect_parseAlloc(void *(*allocate)(size_t size));
void micai_dialect_parseFree(void *parser, void (*release)(void *memory));
void micai_dialect_parse(void *parser, int kind, micai_token token, micai_reader *reader);

enum { MAX_INCLUDE_DEPTH = 32 };

void micai_reader_init(micai_reader *reader, mica_context *context)
{
    memset(reader, 0, sizeof *reader);
    reader->context = context;
    reader->arena = micai_arena_on(&context->allocator);
}

void micai_reader_free(micai_reader *reader)
{
    micai_release(&reader->context->allocator, reader->files,
                  reader->file_capacity * sizeof *reader->files);
    micai_arena_free(&reader->arena);
}

// ---- diagnostics
// -----------------------------------------------------------------------------

mica_location micai_reader_location(const micai_reader *reader, micai_place place)
{
    const micai_source_file *file = &reader->files[place.file];
    uint32_t line = 1, column = 1;
    for (uint32_t i = 0; i < place.offset && i < file->text.length; ++i) {
        ++column;
        if (file->text.data[i] == '\n') {
            ++line;
            column = 1;
        }
    }
    return mica_location_file(reader->context, mica_string_from(file->name), line, column);
}

bool micai_reader_error(micai_reader *reader, micai_place place, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    reader->failed = true;
    return mica_diagnostic_emit(
        mica_error(reader->context, micai_reader_location(reader, place), "%s", message));
}

void micai_reader_syntax_error(micai_reader *reader, micai_token token)
{
    if (reader->syntax_error)
        return;
    reader->syntax_error = true;
    if (token.kind == 0) {
        micai_reader_error(reader, token.place, "unexpected end of file in a definition");
        return;
    }
    const size_t shown = token.text.length < 40 ? token.text.length : 40;
    micai_reader_error(reader, token.place, "unexpected '%.*s'", (int)shown, token.text.data);
}

void micai_reader_too_deep(micai_reader *reader)
{
    reader->syntax_error = true;
    micai_reader_error(reader, reader->place, "expressions are nested too deeply");
}

// ---- files
// -----------------------------------------------------------------------------------

/// Adds a source; the text is copied and ends in NUL. UINT32_MAX when out of memory.
static uint32_t add_file(micai_reader *reader, mica_string text, const char *name)
{
    char *copy = micai_arena_allocate(&reader->arena, text.length + 1);
    char *name_copy = micai_arena_copy_text(&reader->arena, mica_string_from(name));
    void *files = reader->files;
    if (!copy || !name_copy ||
        !micai_array_reserve(&reader->context->allocator, &files, &reader->file_capacity,
                             reader->file_count + 1, sizeof *reader->files)) {
        reader->failed = true;
        return UINT32_MAX;
    }
    reader->files = files;
    if (text.length)
        memcpy(copy, text.data, text.length);
    copy[text.length] = '\0';
    const micai_source_file file = {name_copy, {copy, strlen(copy)}};
    reader->files[reader->file_count] = file;
    return (uint32_t)reader->file_count++;
}

/// The next token that begins an item at the start of a line, or the end.
static micai_token skip_to_item(micai_reader *reader, uint32_t file, const char **cursor)
{
    for (;;) {
        const micai_token token = micai_dialect_lex(reader, file, cursor);
        const char *const start = reader->files[file].text.data + token.place.offset;
        const bool at_line_start = token.place.offset == 0 || start[-1] == '\n';
        switch (token.kind) {
        case 0:
            return token;
        case TOKEN_DIALECT:
        case TOKEN_INCLUDE:
        case TOKEN_CONSTRAINT:
        case TOKEN_ENUM:
        case TOKEN_BITS:
        case TOKEN_TYPE:
        case TOKEN_ATTR:
        case TOKEN_OP:
            if (at_line_start)
                return token;
            break;
        default:
            break;
        }
    }
}

static bool parse_file(micai_reader *reader, uint32_t file)
{
    const char *cursor = reader->files[file].text.data;
    const bool outer_error = reader->syntax_error;
    micai_token token = micai_dialect_lex(reader, file, &cursor);
    for (bool done = false; !done;) {
        void *parser = micai_dialect_parseAlloc(mica_malloc);
        if (!parser)
            return reader->failed = true, false;
        reader->syntax_error = false;
        for (;;) {
            reader->place = token.place;
            micai_dialect_parse(parser, token.kind, token, reader);
            if (reader->syntax_error || token.kind == 0)
                break;
            token = micai_dialect_lex(reader, file, &cursor);
        }
        done = !reader->syntax_error || token.kind == 0;
        micai_dialect_parseFree(parser, mica_free);
        if (!done)
            token = skip_to_item(reader, file, &cursor);
    }
    reader->syntax_error = outer_error;
    return !reader->failed;
}

bool micai_reader_read_text(micai_reader *reader, mica_string text, const char *name)
{
    const uint32_t file = add_file(reader, text, name);
    return file != UINT32_MAX && parse_file(reader, file);
}

bool micai_reader_read_prelude(micai_reader *reader)
{
    reader->is_prelude = true;
    const mica_string text = {(const char *)micai_prelude_text, sizeof micai_prelude_text};
    const bool read = micai_reader_read_text(reader, text, "prelude.dialect");
    reader->is_prelude = false;
    return read;
}

/// The whole file in malloc'd memory; NULL when it can't be read.
static char *slurp(const char *path, size_t *size)
{
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return NULL;
    char *data = NULL;
    size_t used = 0, capacity = 0;
    for (;;) {
        if (used == capacity) {
            capacity = capacity ? 2 * capacity : 1 << 14;
            char *grown = mica_realloc(data, capacity);
            if (!grown)
                break;
            data = grown;
        }
        const size_t got = fread(data + used, 1, capacity - used, stream);
        used += got;
        if (got == 0)
            break;
    }
    const bool complete = !ferror(stream) && feof(stream);
    const int error = errno;
    fclose(stream);
    if (!complete) {
        mica_free(data);
        errno = error;
        return NULL;
    }
    *size = used;
    return data;
}

/// 1 read (or read before), 0 not found, -1 has errors.
static int try_file(micai_reader *reader, const char *path)
{
    for (size_t i = 0; i < reader->file_count; ++i) {
        if (strcmp(reader->files[i].name, path) == 0)
            return 1;
    }
    size_t size = 0;
    char *data = slurp(path, &size);
    if (!data)
        return 0;
    const bool read = micai_reader_read_text(reader, (mica_string){data, size}, path);
    mica_free(data);
    return read ? 1 : -1;
}

bool micai_reader_read_file(micai_reader *reader, const char *path)
{
    const int status = try_file(reader, path);
    if (status == 0) {
        reader->failed = true;
        return mica_diagnostic_emit(mica_error(reader->context, mica_location_unknown(),
                                               "cannot open definition file '%s': %s", path,
                                               strerror(errno)));
    }
    return status > 0;
}

/// Reads `folder`/`name`, as try_file does; `folder` has `length` bytes.
static int try_folder(micai_reader *reader, const char *folder, size_t length, const char *name)
{
    char path[4096];
    const int size = length ? snprintf(path, sizeof path, "%.*s/%s", (int)length, folder, name)
                            : snprintf(path, sizeof path, "%s", name);
    if (size < 0 || (size_t)size >= sizeof path)
        return 0;
    return try_file(reader, path);
}

void micai_reader_include(micai_reader *reader, micai_token path)
{
    const char *name = micai_reader_join(reader, NULL, path);
    if (reader->include_depth >= MAX_INCLUDE_DEPTH) {
        micai_reader_error(reader, path.place, "files include each other too deeply");
        return;
    }
    ++reader->include_depth;
    const char *including = reader->files[path.place.file].name;
    const char *slash = strrchr(including, '/');
    int status = try_folder(reader, including, slash ? (size_t)(slash - including) : 0, name);
    for (size_t i = 0; status == 0 && i < reader->include_folder_count; ++i)
        status = try_folder(reader, reader->include_folders[i],
                            strlen(reader->include_folders[i]), name);
    if (status == 0)
        micai_reader_error(reader, path.place, "cannot find '%s'", name);
    --reader->include_depth;
}
