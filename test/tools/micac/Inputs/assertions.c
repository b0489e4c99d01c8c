/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*
 * Runs of one model whose assertions hold, and of which one does not: at its beginning, in a loop.
 */
#include "shares.h"

#include <stdio.h>

static float x[8] = {1, 3, 2, 2, 5, -5, 3, 1}, y[8];
static char workspace[1 << 12];

static void run(const char *name, int64_t count, unsigned char strict)
{
    shares_inputs in = {sizeof in,
                        .x = {.data = x, .size = sizeof x},
                        .count = {.data = &count, .size = sizeof count},
                        .strict = {.data = &strict, .size = sizeof strict}};
    shares_outputs out = {sizeof out, .y = {.data = y, .capacity = sizeof y}};
    y[0] = y[7] = 0;
    const int32_t code = shares_run(NULL, NULL, &in, &out, workspace, sizeof workspace);
    printf("%s: %s (%d)", name, shares_error_string(code), (int)code);
    if (code == MICA_RT_OK)
        printf(", %g .. %g", (double)y[0], (double)y[7]);
    puts("");
}

int main(void)
{
    run("two rows", 2, 1);
    run("a sum of 0", 3, 1);
    run("nobody asks", 4, 0);
    run("far too many", 1000000000, 0);
    run("two rows again", 2, 1);
    return 0;
}
