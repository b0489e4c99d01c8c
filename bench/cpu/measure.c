// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Timing: contenders take turns, so that a slower minute of the machine hits all alike, and
// each is told by the median of its rounds.
#include "bench/cpu/kernel_jit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/// How long one round of one contender lasts at least.
static const double round_seconds = 0.1;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time); // others on the machine do not count
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static double time_calls(const contender *side, size_t calls)
{
    const double start = now();
    for (size_t i = 0; i < calls; i++)
        side->run(side->user);
    return now() - start;
}

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void measure_interleaved(contender *contenders, size_t count)
{
    enum { MAX = 8 };
    double times[MAX][ROUNDS];
    size_t calls[MAX];
    for (size_t i = 0; i < count; i++) {
        time_calls(&contenders[i], 2); // warm
        const double once = time_calls(&contenders[i], 3) / 3;
        calls[i] = 1 + (size_t)(round_seconds / once);
    }
    for (size_t round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < count; i++)
            times[i][round] = time_calls(&contenders[i], calls[i]) / (double)calls[i];
    for (size_t i = 0; i < count; i++) {
        qsort(times[i], ROUNDS, sizeof(double), compare_doubles);
        contenders[i].seconds = times[i][ROUNDS / 2];
    }
}

void print_contenders(const char *title, double operations, const contender *contenders,
                      size_t count)
{
    printf("%s\n", title);
    for (size_t i = 0; i < count; i++)
        printf("  %-24s %8.1f us %8.1f GFLOP/s   mica / this = %.2f\n", contenders[i].name,
               contenders[i].seconds * 1e6, operations / contenders[i].seconds * 1e-9,
               contenders[i].seconds / contenders[0].seconds);
}

float *zero_floats(size_t count)
{
    const size_t bytes = (count * sizeof(float) + 63) / 64 * 64;
    float *data = aligned_alloc(64, bytes);
    if (!data) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    memset(data, 0, bytes);
    return data;
}

float *random_floats(size_t count, uint32_t seed)
{
    float *data = zero_floats(count);
    for (size_t i = 0; i < count; i++) {
        seed = seed * 1664525u + 1013904223u;
        data[i] = (float)(int32_t)(seed >> 8) / 8388608.0f - 1.0f;
    }
    return data;
}

double relative_error(const float *a, const float *b, size_t count)
{
    double largest = 0, error = 0;
    for (size_t i = 0; i < count; i++) {
        largest = fmax(largest, fabs((double)b[i]));
        error = fmax(error, fabs((double)a[i] - (double)b[i]));
    }
    return largest > 0 ? error / largest : error;
}
