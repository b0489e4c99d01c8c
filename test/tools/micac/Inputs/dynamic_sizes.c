/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*
 * One compiled model at several sizes, and every wrong size that a caller may give.
 */
#include "sizes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 4096 };
static float x[MOST], y[MOST], z[MOST], w[3], both[MOST], sum[MOST];
static const float v[5] = {1, 2, 3, 4, 5};
static char workspace[1 << 16];

static int is_near(double a, double b)
{
    return fabs(a - b) <= 1e-5 * (1 + fabs(b));
}

/* Softmax of 2 y by its definition. */
static int check_softmax(int n, int m)
{
    for (int i = 0; i < n; ++i) {
        double sum = 0;
        for (int j = 0; j < m; ++j)
            sum += exp(2 * (double)y[i * m + j]);
        for (int j = 0; j < m; ++j)
            if (!is_near(z[i * m + j], exp(2 * (double)y[i * m + j]) / sum))
                return 0;
    }
    return 1;
}

static int check_others(int n)
{
    for (int j = 0; j < 3; ++j) {
        double sum = 0;
        for (int i = 0; i < n; ++i) {
            const float own = x[i * 3 + j], relu = own > 0 ? own : 0;
            sum += (double)relu;
            if (both[i * 6 + j] != own || both[i * 6 + 3 + j] != relu)
                return 0;
        }
        if (!is_near(w[j], sum))
            return 0;
    }
    return 1;
}

/* Column sums of y, and v[0] for each. */
static int check_sums(int n, int m)
{
    for (int j = 0; j < m; ++j) {
        double expected = (double)v[0];
        for (int i = 0; i < n; ++i)
            expected += (double)y[i * m + j];
        if (!is_near(sum[j], expected))
            return 0;
    }
    return 1;
}

static sizes_inputs in;
static sizes_outputs out;
static sizes_dims dims;

static void prepare(int n, int m)
{
    in = (sizes_inputs){sizeof in,
                        {.data = x, .size = (uint64_t)n * 3 * sizeof *x},
                        {.data = y, .size = (uint64_t)(n * m) * sizeof *y},
                        {.data = v, .size = sizeof *v}};
    out = (sizes_outputs){sizeof out,
                          {.data = z, .capacity = sizeof z},
                          {.data = w, .capacity = sizeof w},
                          {.data = both, .capacity = sizeof both},
                          {.data = sum, .capacity = sizeof sum}};
    dims = (sizes_dims){sizeof dims, n, m, 1};
}

static int run(void)
{
    return sizes_run(NULL, &dims, &in, &out, workspace, sizeof workspace);
}

static void run_at(int n, int m)
{
    prepare(n, m);
    for (int i = 0; i < n * 3; ++i)
        x[i] = (float)(i * 7 % 11 - 5) / 4;
    for (int i = 0; i < n * m; ++i)
        y[i] = (float)(i * 5 % 13 - 6) / 8;
    memset(z, 0xff, sizeof z);
    const size_t needed = sizes_workspace_size(&dims);
    const int code = sizes_run(NULL, &dims, &in, &out, workspace, needed);
    printf("%d x %d: workspace %s, code %d, z [%d, %d], both [%d, %d], %s\n", n, m,
           needed == 0 || needed > sizeof workspace ? "bad" : "good", code, (int)out.z.dims[0],
           (int)out.z.dims[1], (int)out.both.dims[0], (int)out.both.dims[1],
           check_softmax(n, m) && check_others(n) && check_sums(n, m) ? "right" : "wrong");
}

static void tell(const char *what, int code)
{
    printf("%s: %s [%d]\n", what, sizes_error_string(code), MICA_RT_ERROR_INDEX(code));
}

static void run_wrong(void)
{
    prepare(4, 5);
    dims.n = -1;
    tell("negative", run());
    printf("negative: workspace %zu\n", sizes_workspace_size(&dims));
    prepare(4, 5);
    dims.my_width = INT64_MAX;
    tell("huge", run());
    dims.n = dims.my_width = INT32_MAX;
    in.x.size = in.y.size = UINT64_MAX;
    tell("all memory", run());
    prepare(4, 5);
    in.y.rank = 2;
    in.y.type = MICA_RT_F32;
    in.y.dims[0] = 3;
    in.y.dims[1] = 5;
    tell("shape", run());
    prepare(4, 5);
    in.y.size -= 1;
    tell("short", run());
    prepare(4, 5);
    out.both.capacity = 4 * 6 * sizeof(float) - 1;
    tell("capacity", run());
    printf("capacity: both needs [%d, %d]\n", (int)out.both.dims[0], (int)out.both.dims[1]);
    prepare(64, 32);
    tell("workspace", sizes_run(NULL, &dims, &in, &out, workspace, 64));
    prepare(4, 5);
    in.v.size = sizeof v;
    dims.k = 5;
    tell("agree", run());
    dims.k = 3;
    tell("disagree", run());
    tell("no dims", sizes_run(NULL, NULL, &in, &out, workspace, sizeof workspace));
}

int main(void)
{
    run_at(4, 5);
    run_at(1, 1);
    run_at(37, 19);
    run_at(0, 3);
    run_at(4, 5);
    run_wrong();
    return 0;
}
