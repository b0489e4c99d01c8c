// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads --dim, --shape and --value. Names may hold any character, `=` too: the last one ends
// the name.
#include "tools/driver/model_sizes.h"

#include "dialects/onnx/onnx.h"
#include "tools/command/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// The text behind the name, which gets its NUL; NULL after a message.
static char *split(char *text, const char *option, const char *form)
{
    char *equals = strrchr(text, '=');
    if (!equals || equals == text) {
        fprintf(stderr, "error: --%s takes %s, not '%s'\n", option, form, text);
        return NULL;
    }
    *equals = '\0';
    return equals + 1;
}

/// A size up to `*end`; false when there is none.
static bool read_size(const char *text, char **end, int64_t *size)
{
    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    *size = strtoll(text, end, 10);
    return errno == 0;
}

static bool fail_size(const char *option, const char *name, const char *text)
{
    fprintf(stderr, "error: --%s %s: '%s' is no size\n", option, name, text);
    return false;
}

static bool fail_memory(void)
{
    fputs("error: out of memory\n", stderr);
    return false;
}

static bool add_dim(model_sizes *sizes, char *text)
{
    mica_onnx_dim dim = {text, 0};
    const char *number = split(text, "dim", "NAME=SIZE");
    char *end;
    if (!number)
        return false;
    if (!read_size(number, &end, &dim.size) || *end)
        return fail_size("dim", text, number);
    void *grown = realloc(sizes->dims, (sizes->dim_count + 1) * sizeof *sizes->dims);
    if (!grown)
        return fail_memory();
    sizes->dims = grown;
    sizes->dims[sizes->dim_count++] = dim;
    return true;
}

/// "1x3x?x224"; false when it is something else.
static bool read_shape(const char *text, int64_t *dims, size_t *rank)
{
    *rank = 0;
    while (*text && *rank < MICA_ONNX_MAX_RANK) {
        char *end = (char *)(uintptr_t)text + 1;
        int64_t *dim = &dims[(*rank)++];
        *dim = MICA_DYNAMIC;
        if (*text != '?' && !read_size(text, &end, dim))
            return false;
        if (!*end)
            return true;
        if (*end != 'x' || !end[1])
            return false;
        text = end + 1;
    }
    return !*text;
}

static bool add_shape(model_sizes *sizes, char *text)
{
    const char *shape = split(text, "shape", "INPUT=1x3x?x224");
    if (!shape)
        return false;
    const size_t count = sizes->shape_count + 1;
    int64_t *dims = malloc(MICA_ONNX_MAX_RANK * sizeof *dims);
    void *shapes = realloc(sizes->shapes, count * sizeof *sizes->shapes);
    sizes->shapes = shapes ? shapes : sizes->shapes;
    void *rows = realloc(sizes->rows, count * sizeof *sizes->rows);
    sizes->rows = rows ? rows : sizes->rows;
    if (!dims || !shapes || !rows) {
        free(dims);
        return fail_memory();
    }
    size_t rank;
    sizes->rows[sizes->shape_count] = dims;
    mica_onnx_shape *made = &sizes->shapes[sizes->shape_count++];
    *made = (mica_onnx_shape){text, dims, 0};
    if (!read_shape(shape, dims, &rank))
        return fail_size("shape", text, shape);
    made->rank = rank;
    return true;
}

static bool add_value(model_sizes *sizes, char *text)
{
    mica_onnx_value value = {.input = text};
    const char *number = split(text, "value", "INPUT=NUMBER");
    char *end;
    if (!number)
        return false;
    errno = 0;
    value.integer = strtoll(number, &end, 10);
    value.is_integer = end != number && !*end && errno == 0;
    value.number = strtod(number, &end);
    if (end == number || *end) {
        fprintf(stderr, "error: --value %s: '%s' is no number\n", text, number);
        return false;
    }
    void *grown = realloc(sizes->values, (sizes->value_count + 1) * sizeof *sizes->values);
    if (!grown)
        return fail_memory();
    sizes->values = grown;
    sizes->values[sizes->value_count++] = value;
    return true;
}

bool model_sizes_take_option(model_sizes *sizes, int count, char **arguments, int *at, bool *ok)
{
    static const struct {
        const char *name;
        bool (*add)(model_sizes *sizes, char *text);
    } adders[] = {{"dim", add_dim}, {"shape", add_shape}, {"value", add_value}};
    for (size_t i = 0; i < sizeof adders / sizeof *adders; i++) {
        char *word = arguments[*at];
        const char *value = command_option(word, adders[i].name);
        if (!value && !(command_flag(word, adders[i].name) && *at + 1 < count))
            continue;
        *ok = adders[i].add(sizes, value ? word + (value - word) : arguments[++*at]);
        return true;
    }
    return false;
}

void model_sizes_free(model_sizes *sizes)
{
    for (size_t i = 0; i < sizes->shape_count; i++)
        free(sizes->rows[i]);
    free(sizes->rows);
    free(sizes->shapes);
    free(sizes->dims);
    free(sizes->values);
}
