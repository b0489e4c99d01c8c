// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scalars and punctuation, as vector.print lowers to them, and clocks.
#include "runtime/print/print_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

void printI64(int64_t value)
{
    printf("%" PRId64, value);
}

void printU64(uint64_t value)
{
    printf("%" PRIu64, value);
}

void printF32(float value)
{
    printf("%g", (double)value);
}

void printF64(double value)
{
    printf("%lg", value);
}

void printString(const char *text)
{
    fputs(text, stdout);
}

void printOpen(void)
{
    fputs("( ", stdout);
}

void printClose(void)
{
    fputs(" )", stdout);
}

void printComma(void)
{
    fputs(", ", stdout);
}

void printNewline(void)
{
    fputc('\n', stdout);
}

// To stderr, as measurements are not a program's output.
void printFlops(double flops)
{
    fprintf(stderr, "%lf GFLOPS\n", flops / 1e9);
}

int64_t nanoTime(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t _mlir_ciface_nanoTime(void)
{
    return nanoTime();
}

// Seconds.
double rtclock(void)
{
    return (double)nanoTime() * 1e-9;
}

void memrefCopy(int64_t element_size, const mica_rt_unranked_memref *source,
                const mica_rt_unranked_memref *target)
{
    mica_rt_memref_copy(element_size, source, target);
}
