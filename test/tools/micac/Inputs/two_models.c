/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*
 * Two compiled models in one program: neither sees the other. Also what the runtime's header
 * and the compiler's numbers must agree on, and what a wrong call gets.
 */
#include "digits.h"
#include "twin.h"

#include <stdio.h>
#include <string.h>

static float image[28 * 28], first[10], second[10];
static char workspace[1 << 20];

static int check_calls(void)
{
    digits_inputs in = {sizeof in, {.data = image, .size = sizeof image}};
    digits_outputs out = {sizeof out, {.data = first, .capacity = 4}};
    if (digits_run(NULL, NULL, &in, &out, workspace, sizeof workspace) !=
            MICA_RT_ERROR_OUTPUT_CAPACITY ||
        out.probabilities.rank != 2 || out.probabilities.dims[1] != 10)
        return 1;
    out.probabilities.capacity = sizeof first;
    if (digits_run(NULL, NULL, &in, &out, workspace, 8) != MICA_RT_ERROR_WORKSPACE_SIZE)
        return 2;
    in.struct_size = 1;
    return digits_run(NULL, NULL, &in, &out, workspace, sizeof workspace) ==
                   MICA_RT_ERROR_STRUCT_SIZE
               ? 0
               : 3;
}

int main(void)
{
    for (int i = 0; i < 28 * 28; ++i)
        image[i] = (float)(i % 17) / 17;
    digits_inputs in = {sizeof in, {.data = image, .size = sizeof image}};
    twin_inputs twin_in = {sizeof twin_in, {.data = image, .size = sizeof image}};
    digits_outputs out = {sizeof out, {.data = first, .capacity = sizeof first}};
    twin_outputs twin_out = {sizeof twin_out, {.data = second, .capacity = sizeof second}};
    const int bad = check_calls();
    if (bad || digits_workspace_size(NULL) > sizeof workspace ||
        digits_run(NULL, NULL, &in, &out, workspace, sizeof workspace) ||
        twin_run(NULL, NULL, &twin_in, &twin_out, workspace, sizeof workspace))
        return printf("failed (%d)\n", bad);
    int agree = digits_info()->struct_size == sizeof(mica_rt_model) &&
                digits_info()->abi_version == MICA_RT_ABI_VERSION;
    for (int i = 0; i < 10; ++i)
        agree = agree && first[i] - second[i] < 1e-5f && second[i] - first[i] < 1e-5f;
    printf("%s %d %s %s %d %s %s\n", digits_info()->name, (int)digits_info()->struct_size,
           digits_info()->inputs[0].name, twin_info()->name, (int)twin_info()->struct_size,
           twin_info()->inputs[0].name, agree ? "agree" : "differ");
    return 0;
}
