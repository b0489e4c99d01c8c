// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parallel loops over any executor. The split into parts is decided here, from the loop's
// bounds and grain alone; an executor only chooses who runs which part. Splitting by the number
// of threads would be a little cheaper and would make floating-point results depend on the
// machine. This file links no threads: a program that never makes a pool pays for a loop and a
// call.
#include "runtime/mica_rt.h"

typedef struct parallel_loop {
    int64_t begin, end, grain;
    mica_rt_range_fn body;
    void *context;
} parallel_loop;

static void run_part(void *context, int64_t index)
{
    const parallel_loop *loop = context;
    const int64_t begin = loop->begin + index * loop->grain;
    const int64_t left = loop->end - begin;
    loop->body(loop->context, begin, begin + (left < loop->grain ? left : loop->grain));
}

void mica_rt_parallel_for(mica_rt_executor *executor, int64_t begin, int64_t end, int64_t grain,
                          mica_rt_range_fn body, void *context)
{
    if (begin >= end)
        return;
    parallel_loop loop = {begin, end, grain < 1 ? 1 : grain, body, context};
    const int64_t count = (end - begin - 1) / loop.grain + 1;
    if (executor != NULL && executor->concurrency > 1 && count > 1) {
        executor->run(executor, count, run_part, &loop);
        return;
    }
    for (int64_t i = 0; i < count; ++i)
        run_part(&loop, i);
}
