// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls the model narrow.mlir and prints the bits that it gives.
#include "narrow.h"

#include <stdio.h>

static void print_bits(const mica_rt_output *output, const char *format)
{
    const unsigned char *bytes = output->data;
    printf("%s:", mica_rt_type_name(output->type));
    for (uint64_t i = 0; i < mica_rt_tensor_bytes(output->type, output->rank, output->dims);
         ++i)
        printf(format, bytes[i]);
    printf("\n");
}

int main(void)
{
    static char workspace[1 << 16];
    const float x[] = {1, 2, -3, 1000, 0.1f, 0};
    const unsigned char w[] = {0xf3, 5, 15}; // 3, 5, 15
    unsigned char y[6], v[3];
    narrow_inputs in = {.struct_size = sizeof in,
                        .x = {.data = x, .size = sizeof x},
                        .w = {.data = w, .size = sizeof w, .type = MICA_RT_U4}};
    narrow_outputs out = {.struct_size = sizeof out,
                          .y = {.data = y, .capacity = sizeof y},
                          .v = {.data = v, .capacity = sizeof v}};
    if (narrow_run(NULL, NULL, &in, &out, workspace, sizeof workspace) != MICA_RT_OK)
        return 1;
    print_bits(&out.y, " %02x");
    print_bits(&out.v, " %x");
    in.w.type = MICA_RT_I4;
    const int32_t code = narrow_run(NULL, NULL, &in, &out, workspace, sizeof workspace);
    printf("another type: %s, %d\n", narrow_error_string(code), (int)MICA_RT_ERROR_INDEX(code));
    return 0;
}
