// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memrefs as text, in upstream's layout:
//
//   Unranked Memref base@ = 0x5581 rank = 2 offset = 0 sizes = [2, 2] strides = [2, 1] data =
//   [[1,   2],
//    [3,   4]]
//
// Elements are walked by one linear index. How many brackets open or close at an element
// follows from which products of inner sizes divide the index, so there is no recursion over
// the rank.
#include "runtime/print/mica_rt_print.h"

#include "runtime/print/print_internal.h"

#include <inttypes.h>
#include <string.h>

// f16 and bf16 as the f32 of the same value.
static float widen_f16(uint16_t bits)
{
    const uint32_t sign = (uint32_t)(bits >> 15) << 31, fraction = bits & 0x3ffu;
    const uint32_t exponent = bits >> 10 & 0x1fu;
    uint32_t wide = sign | (exponent + 112) << 23 | fraction << 13;
    float value;
    if (exponent == 31)
        wide = sign | 0x7f800000u | fraction << 13;
    if (exponent == 0)
        return (sign != 0 ? -1.0f : 1.0f) * (float)fraction * 0x1p-24f;
    memcpy(&value, &wide, sizeof value);
    return value;
}

static float widen_bf16(uint16_t bits)
{
    const uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, sizeof value);
    return value;
}

// Reads a T from `element`, which may be unaligned, and prints it.
#define PRINT_AS(T, ...)                                                                       \
    {                                                                                          \
        T value;                                                                               \
        memcpy(&value, element, sizeof value);                                                 \
        fprintf(file, __VA_ARGS__);                                                            \
        return;                                                                                \
    }

static void print_complex(FILE *file, uint32_t type, const void *element)
{
    if (type == MICA_RT_C64) {
        float parts[2];
        memcpy(parts, element, sizeof parts);
        fprintf(file, "(%g,%g)", (double)parts[0], (double)parts[1]);
        return;
    }
    double parts[2];
    memcpy(parts, element, sizeof parts);
    fprintf(file, "(%g,%g)", parts[0], parts[1]);
}

static void print_element(FILE *file, uint32_t type, const void *element)
{
    switch (type) {
    case MICA_RT_I8: // a character: upstream streams a signed char
        PRINT_AS(int8_t, "%c", value)
    case MICA_RT_I16:
        PRINT_AS(int16_t, "%d", value)
    case MICA_RT_I32:
        PRINT_AS(int32_t, "%" PRId32, value)
    case MICA_RT_I64:
        PRINT_AS(int64_t, "%" PRId64, value)
    case MICA_RT_U64:
        PRINT_AS(uint64_t, "%" PRIu64, value)
    case MICA_RT_F16:
        PRINT_AS(uint16_t, "%g", (double)widen_f16(value))
    case MICA_RT_BF16:
        PRINT_AS(uint16_t, "%g", (double)widen_bf16(value))
    case MICA_RT_F32:
        PRINT_AS(float, "%g", (double)value)
    case MICA_RT_F64:
        PRINT_AS(double, "%g", value)
    default:
        print_complex(file, type, element);
    }
}

static void print_list(FILE *file, const char *name, const int64_t *values, int64_t count)
{
    fprintf(file, " %s = [", name);
    for (int64_t i = 0; i < count; ++i)
        fprintf(file, "%s%" PRId64, i == 0 ? "" : ", ", values[i]);
    fputc(']', file);
}

static void print_head(FILE *file, const char *title, int64_t rank, mica_rt_memref *memref)
{
    fprintf(file, "%s base@ = %p rank = %" PRId64 " offset = %" PRId64, title, memref->aligned,
            rank, memref->offset);
    print_list(file, "sizes", mica_rt_memref_sizes(memref), rank);
    print_list(file, "strides", mica_rt_memref_strides(memref, rank), rank);
}

static void print_times(FILE *file, char character, int64_t count)
{
    for (int64_t i = 0; i < count; ++i)
        fputc(character, file);
}

// How many innermost dimensions begin at element `index`: those whose elements together divide
// it.
static int64_t count_begun(int64_t index, const int64_t *sizes, int64_t rank)
{
    int64_t block = 1, begun = 0;
    for (int64_t i = rank - 1; i >= 0; --i) {
        block *= sizes[i];
        if (index % block != 0)
            break;
        ++begun;
    }
    return begun;
}

static int64_t locate_element(int64_t index, const int64_t *sizes, const int64_t *strides,
                              int64_t rank)
{
    int64_t place = 0;
    for (int64_t i = rank - 1; i >= 0; --i) {
        place += index % sizes[i] * strides[i];
        index /= sizes[i];
    }
    return place;
}

static void print_elements(FILE *file, uint32_t type, int64_t rank, mica_rt_memref *memref)
{
    const int64_t *sizes = mica_rt_memref_sizes(memref);
    const int64_t *strides = mica_rt_memref_strides(memref, rank);
    const int64_t element_size = (int64_t)mica_rt_type_size(type);
    const int64_t brackets = rank == 0 ? 1 : rank; // a scalar stands in one pair
    int64_t total = 1;
    for (int64_t i = 0; i < rank; ++i)
        total *= sizes[i];
    print_times(file, '[', brackets);
    for (int64_t i = 0; i < total; ++i) {
        const int64_t begun = i == 0 ? 0 : count_begun(i, sizes, rank);
        if (begun != 0) {
            print_times(file, ']', begun);
            fputs(", \n", file);
            print_times(file, ' ', rank - begun);
            print_times(file, '[', begun);
        } else if (i != 0) {
            fputc(',', file);
            print_times(file, ' ', rank + 1);
        }
        const int64_t place = memref->offset + locate_element(i, sizes, strides, rank);
        print_element(file, type, (const char *)memref->aligned + place * element_size);
    }
    print_times(file, ']', brackets);
}

void mica_rt_print_memref(FILE *file, const char *title, uint32_t type, int64_t rank,
                          mica_rt_memref *memref)
{
    print_head(file, title, rank, memref);
    fputs(" data = \n", file);
    print_elements(file, type, rank, memref);
    fputc('\n', file);
}

void mica_rt_print_memref_shape(FILE *file, const char *title, int64_t rank,
                                mica_rt_memref *memref)
{
    print_head(file, title, rank, memref);
    fputc('\n', file);
}

// The family under upstream's names: unranked plainly and through the C interface, shapes.
#define DEFINE_UNRANKED(suffix, type)                                                          \
    void printMemref##suffix(int64_t rank, mica_rt_memref *memref)                             \
    {                                                                                          \
        mica_rt_print_memref(stdout, "Unranked Memref", type, rank, memref);                   \
    }                                                                                          \
    void _mlir_ciface_printMemref##suffix(const mica_rt_unranked_memref *memref)               \
    {                                                                                          \
        printMemref##suffix(memref->rank, memref->descriptor);                                 \
    }                                                                                          \
    void printMemrefShape##suffix(int64_t rank, mica_rt_memref *memref)                        \
    {                                                                                          \
        mica_rt_print_memref_shape(stdout, "Unranked Memref", rank, memref);                   \
    }                                                                                          \
    void _mlir_ciface_printMemrefShape##suffix(const mica_rt_unranked_memref *memref)          \
    {                                                                                          \
        printMemrefShape##suffix(memref->rank, memref->descriptor);                            \
    }
MICAI_PRINT_UNRANKED(DEFINE_UNRANKED)

// Ranked memrefs, which only the C interface passes by one pointer.
#define DEFINE_RANKED(suffix, type, rank)                                                      \
    void _mlir_ciface_printMemref##rank##d##suffix(mica_rt_memref *memref)                     \
    {                                                                                          \
        mica_rt_print_memref(stdout, "Memref", type, rank, memref);                            \
    }
MICAI_PRINT_RANKED(DEFINE_RANKED)
