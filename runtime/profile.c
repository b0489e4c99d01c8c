// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The clock that models compiled with --profile read.
#define _POSIX_C_SOURCE 200809L
#include "runtime/mica_rt.h"

#include <time.h>

int64_t mica_rt_clock(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
