// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs one kernel of a SPIR-V file through the runtime's launcher and compares what it leaves
// in its buffers:
//
//   run_spirv FILE.spv KERNEL X Y Z ARGUMENT...
//
//   in=f32:1,2,3        a buffer that is only read
//   out=i32:4*7         a buffer of zeros, and what it must hold afterwards (7, 7, 7, 7)
//   inout=i32:1,2>3,4   a buffer before and after
//   f32=0.5  i32=3      a scalar: i32, i64, f32 or f64
//
// Element types: i8, i16, i32, i64, f16, f32, f64. Floats may differ by 1e-5 of their value.
// Exit status: 0 as expected, 1 not, 77 when there is no Vulkan device.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/mica_rt_gpu.h"

enum { MOST_ARGUMENTS = 32, MOST_ELEMENTS = 4096, SKIPPED = 77 };

typedef struct buffer {
    char type[4];
    size_t size, count; ///< bytes of an element, elements
    void *data;         ///< what the kernel sees
    double *expected;   ///< NULL: not compared
} buffer;

static size_t type_size(const char *type)
{
    return (size_t)atoi(type + 1) / 8;
}

static uint16_t to_half(double value)
{
    const float f = (float)value;
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    const uint32_t sign = bits >> 16 & 0x8000, exponent = bits >> 23 & 0xff;
    if (exponent < 113)
        return (uint16_t)sign; // zero; tests have no smaller halves
    return (uint16_t)(sign | (exponent - 112) << 10 | (bits >> 13 & 0x3ff));
}

static double from_half(uint16_t bits)
{
    const int exponent = bits >> 10 & 31;
    const double value =
        exponent ? ldexp(1 + (bits & 0x3ff) / 1024.0, exponent - 15) : ldexp(bits & 0x3ff, -24);
    return bits & 0x8000 ? -value : value;
}

static void store(const char *type, void *place, double value)
{
    const int64_t integer = isnan(value) ? 0 : (int64_t)value;
    const float single = (float)value;
    const uint16_t half = to_half(value);
    const size_t size = type_size(type);
    if (type[0] == 'i')
        memcpy(place, &integer, size); // little endian
    else if (size == 8)
        memcpy(place, &value, size);
    else if (size == 4)
        memcpy(place, &single, size);
    else
        memcpy(place, &half, size);
}

static double load(const char *type, const void *place)
{
    const size_t size = type_size(type);
    int64_t integer = 0;
    double value;
    float single;
    uint16_t half;
    if (type[0] == 'i') {
        memcpy(&integer, place, size);
        const int shift = 64 - 8 * (int)size;
        return (double)((int64_t)((uint64_t)integer << shift) >> shift);
    }
    if (size == 8)
        return memcpy(&value, place, size), value;
    if (size == 4)
        return memcpy(&single, place, size), (double)single;
    return memcpy(&half, place, size), from_half(half);
}

// `1,2,3*7`: numbers, and counts of equal ones. Up to `end` or the end of the text.
static size_t read_numbers(const char **text, double *numbers)
{
    size_t count = 0;
    do {
        char *after;
        double value = strtod(*text, &after);
        size_t repeat = 1;
        if (*after == '*') {
            repeat = (size_t)value;
            value = strtod(after + 1, &after);
        }
        for (size_t i = 0; i < repeat && count < MOST_ELEMENTS; ++i)
            numbers[count++] = value;
        *text = after;
    } while (*(*text)++ == ',');
    --*text;
    return count;
}

static int read_buffer(const char *text, const char *kind, buffer *b)
{
    static double numbers[MOST_ELEMENTS];
    const char *colon = strchr(text, ':');
    if (!colon || colon - text > 3)
        return fprintf(stderr, "bad argument '%s'\n", text), 0;
    memcpy(b->type, text, (size_t)(colon - text));
    text = colon + 1;
    b->size = type_size(b->type);
    b->count = read_numbers(&text, numbers);
    b->data = calloc(b->count, b->size);
    b->expected = NULL;
    for (size_t i = 0; b->data && i < b->count && strcmp(kind, "out"); ++i)
        store(b->type, (char *)b->data + i * b->size, numbers[i]);
    if (*text == '>') {
        ++text;
        read_numbers(&text, numbers);
    }
    if (strcmp(kind, "in")) {
        b->expected = malloc(b->count * sizeof *b->expected);
        if (b->expected)
            memcpy(b->expected, numbers, b->count * sizeof *b->expected);
    }
    return b->data != NULL;
}

static int compare(const buffer *b, size_t argument)
{
    int same = 1;
    for (size_t i = 0; b->expected && i < b->count; ++i) {
        const double actual = load(b->type, (const char *)b->data + i * b->size);
        const double bound = b->type[0] == 'i' ? 0 : 1e-5 * fabs(b->expected[i]);
        if (fabs(actual - b->expected[i]) <= bound)
            continue;
        same = 0;
        fprintf(stderr, "argument %zu, element %zu: %.9g, expected %.9g\n", argument, i, actual,
                b->expected[i]);
    }
    return same;
}

static void *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    void *data = malloc(1 << 20);
    *size = file && data ? fread(data, 1, 1 << 20, file) : 0;
    if (file)
        fclose(file);
    return data;
}

static int read_arguments(char **texts, int count, buffer *buffers, mica_rt_gpu_arg *arguments)
{
    for (int i = 0; i < count; ++i) {
        char kind[8] = "";
        const char *equal = strchr(texts[i], '=');
        if (!equal || equal - texts[i] > 7)
            return fprintf(stderr, "bad argument '%s'\n", texts[i]), 0;
        memcpy(kind, texts[i], (size_t)(equal - texts[i]));
        if (kind[0] == 'o' || strncmp(kind, "in", 2) == 0) {
            if (!read_buffer(equal + 1, kind, &buffers[i]))
                return 0;
            arguments[i] =
                (mica_rt_gpu_arg){buffers[i].data, buffers[i].size * buffers[i].count,
                                  MICA_RT_GPU_BUFFER, MICA_RT_GPU_READ_WRITE};
            continue;
        }
        buffers[i].data = calloc(1, 8);
        if (!buffers[i].data)
            return 0;
        store(kind, buffers[i].data, strtod(equal + 1, NULL));
        arguments[i] =
            (mica_rt_gpu_arg){buffers[i].data, type_size(kind), MICA_RT_GPU_SCALAR, 0};
    }
    return 1;
}

static int run(mica_rt_device *device, int count, char **texts)
{
    static buffer buffers[MOST_ARGUMENTS];
    static mica_rt_gpu_arg arguments[MOST_ARGUMENTS];
    if (count < 6 || count - 6 > MOST_ARGUMENTS)
        return fputs("usage: run_spirv FILE.spv KERNEL X Y Z ARGUMENT...\n", stderr), 1;
    if (!read_arguments(texts + 6, count - 6, buffers, arguments))
        return 1;
    size_t size;
    void *spirv = read_file(texts[1], &size);
    void *module = mica_rt_gpu_module_load(device, spirv, size);
    mica_rt_gpu_launch(device, module, texts[2], (uint32_t)atoi(texts[3]),
                       (uint32_t)atoi(texts[4]), (uint32_t)atoi(texts[5]), arguments,
                       (uint32_t)(count - 6));
    const int32_t code = mica_rt_gpu_wait(device);
    if (code != MICA_RT_OK)
        fprintf(stderr, "%s\n", mica_rt_gpu_message(device));
    int same = code == MICA_RT_OK;
    for (int i = 0; i < count - 6; ++i) {
        same &= compare(&buffers[i], (size_t)i);
        free(buffers[i].data);
        free(buffers[i].expected);
    }
    free(spirv);
    return !same;
}

int main(int count, char **texts)
{
    mica_rt_device *device;
    if (mica_rt_vulkan_open(NULL, &device) != MICA_RT_OK) {
        puts("skipped: no Vulkan device");
        return SKIPPED;
    }
    const int status = run(device, count, texts);
    mica_rt_vulkan_close(device);
    return status;
}
