/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*
 * Reads handwritten digits with the compiled model: a program as a user would write one around
 * `micac digits.onnx -o digits.a`. Its folder has pictures, labels and what torch computed for
 * each; it prints what each picture shows, and exits with 1 when fewer than 98 % are read right
 * or when a probability differs from torch's by more than 1e-4 + 1e-3 * |torch's|.
 *
 *     cc -I. read_digits.c digits.a libmica_tool_support.a libmica_rt.a -lm -lpthread
 *     ./a.out examples/digits
 *
 * With -DUSE_VULKAN it opens a device, for a model of `micac --device=vulkan`. The model itself
 * needs only mica_rt.h and libmica_rt.a; tools/support reads .npy files.
 */
#include "digits.h"
#include "tools/support/npy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef USE_VULKAN
#include "mica_rt_gpu.h"
#endif

enum { PIXELS = 28 * 28, DIGITS = 10 };

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static mica_array read_file(const char *folder, const char *name)
{
    char path[4096];
    mica_array array;
    mica_tool_error error;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (mica_npy_read(path, &array, &error))
        return array;
    fprintf(stderr, "%s\n", error.text);
    exit(1);
}

static int largest(const float *values)
{
    int best = 0;
    for (int i = 1; i < DIGITS; ++i)
        best = values[i] > values[best] ? i : best;
    return best;
}

typedef struct summary {
    int count, right;
    double error; /* the largest difference from torch */
    double over;  /* by how much the worst one exceeds the tolerance; below 0: none does */
    double median_time; /* of a picture, in milliseconds */
} summary;

static void compare(summary *sum, const float *actual, const float *expected)
{
    for (int i = 0; i < DIGITS; ++i) {
        const double error = fabs((double)actual[i] - (double)expected[i]);
        const double over = error - (1e-4 + 1e-3 * fabs((double)expected[i]));
        sum->error = error > sum->error || isnan(error) ? error : sum->error;
        sum->over = over > sum->over || isnan(over) ? over : sum->over;
    }
}

static int by_size(const void *a, const void *b)
{
    const double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

static summary read_all(const char *folder, const digits_env *env)
{
    mica_array images = read_file(folder, "heldout_images.npy");
    mica_array labels = read_file(folder, "heldout_labels.npy");
    mica_array expected = read_file(folder, "heldout_outputs.npy");
    summary sum = {.count = (int)labels.count, .over = -1};
    const size_t size = digits_workspace_size(NULL);
    void *workspace = malloc(size);
    double *times = calloc(labels.count, sizeof *times);
    for (int i = 0; i < sum.count; ++i) {
        float scores[DIGITS];
        const float *image = (const float *)images.data + (size_t)i * PIXELS;
        digits_inputs in = {sizeof in, {.data = image, .size = PIXELS * sizeof *image}};
        digits_outputs out = {sizeof out, {.data = scores, .capacity = sizeof scores}};
        const double before = milliseconds();
        const int code = digits_run(env, NULL, &in, &out, workspace, size);
        times[i] = milliseconds() - before;
        if (code != MICA_RT_OK) {
            fprintf(stderr, "%s\n", digits_error_string(code));
            exit(1);
        }
        const int digit = largest(scores);
        sum.right += digit == ((const uint8_t *)labels.data)[i];
        compare(&sum, scores, (const float *)expected.data + (size_t)i * DIGITS);
        printf("%s%d%s", i % 50 == 0 ? "  " : "", digit, i % 50 == 49 ? "\n" : "");
    }
    qsort(times, (size_t)sum.count, sizeof *times, by_size);
    sum.median_time = times[sum.count / 2];
    free(times);
    free(workspace);
    mica_array_destroy(&images);
    mica_array_destroy(&labels);
    mica_array_destroy(&expected);
    return sum;
}

int main(int count, char **arguments)
{
    digits_env env = MICA_RT_ENV_INIT;
    if (count != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
        return 1;
    }
#ifdef USE_VULKAN
    const int opened = mica_rt_vulkan_open(NULL, &env.device);
    if (opened != MICA_RT_OK) {
        fprintf(stderr, "%s\n", digits_error_string(opened));
        return 1;
    }
#endif
    const summary sum = read_all(arguments[1], &env);
    printf("  %d of %d right; largest difference from torch %.2g; %.3g ms a picture\n",
           sum.right, sum.count, sum.error, sum.median_time);
#ifdef USE_VULKAN
    printf("  %llu dispatches on %s\n",
           (unsigned long long)mica_rt_gpu_dispatch_count(env.device),
           mica_rt_gpu_device_name(env.device));
    mica_rt_vulkan_close(env.device);
#endif
    return sum.right * 100 >= sum.count * 98 && sum.over <= 0 ? 0 : 1;
}
