// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parallel loops: every iteration once, in the same parts for every executor, nested loops and
// concurrent callers included. The sums are floating point and compared bit by bit.
#include "runtime/mica_rt.h"
#include "test/cmocka_support.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

enum { LENGTH = 1000 };

typedef struct record {
    int64_t begin;
    int visits[LENGTH];       // how often each iteration ran
    int64_t parts[LENGTH][2]; // where the part of each iteration began and ended
} record;

static void record_part(void *context, int64_t begin, int64_t end)
{
    record *r = context;
    for (int64_t i = begin; i < end; ++i) {
        r->visits[i - r->begin]++;
        r->parts[i - r->begin][0] = begin;
        r->parts[i - r->begin][1] = end;
    }
}

static void check_parts(mica_rt_executor *executor, int64_t begin, int64_t count, int64_t grain)
{
    record r = {.begin = begin};
    mica_rt_parallel_for(executor, begin, begin + count, grain, record_part, &r);
    const int64_t step = grain < 1 ? 1 : grain;
    for (int64_t i = 0; i < count; ++i) {
        const int64_t first = begin + i / step * step, last = first + step;
        assert_int_equal(r.visits[i], 1);
        assert_int_equal(r.parts[i][0], first);
        assert_int_equal(r.parts[i][1], last < begin + count ? last : begin + count);
    }
}

static void test_parts_are_the_same_for_all_executors(void **state)
{
    (void)state;
    const int64_t counts[] = {0, 1, 2, 7, 64, 999, LENGTH}, grains[] = {-3, 0, 1, 3, 64, 5000};
    for (uint32_t threads = 0; threads < 6; ++threads) {
        mica_rt_executor *pool = NULL;
        if (threads > 0)
            assert_int_equal(mica_rt_thread_pool_create(threads, &pool), MICA_RT_OK);
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; ++i) {
            for (size_t j = 0; j < sizeof grains / sizeof grains[0]; ++j) {
                check_parts(pool, 0, counts[i], grains[j]);
                check_parts(pool, -17, counts[i], grains[j]);
            }
        }
        mica_rt_thread_pool_destroy(pool);
    }
}

static void fail_part(void *context, int64_t begin, int64_t end)
{
    (void)context, (void)begin, (void)end;
    fail();
}

static void test_empty_and_reversed_ranges(void **state)
{
    (void)state;
    mica_rt_parallel_for(NULL, 5, 5, 1, fail_part, NULL);
    mica_rt_parallel_for(NULL, 5, -5, 1, fail_part, NULL);
}

typedef struct nest {
    mica_rt_executor *executor;
    _Atomic int64_t sum;
} nest;

static void add_inner(void *context, int64_t begin, int64_t end)
{
    for (int64_t i = begin; i < end; ++i)
        atomic_fetch_add((_Atomic int64_t *)context, i);
}

static void run_inner_loop(void *context, int64_t begin, int64_t end)
{
    nest *n = context;
    for (int64_t i = begin; i < end; ++i)
        mica_rt_parallel_for(n->executor, 0, 10, 2, add_inner, &n->sum);
}

static void test_nested_loops(void **state)
{
    (void)state;
    nest n = {0};
    assert_int_equal(mica_rt_thread_pool_create(3, &n.executor), MICA_RT_OK);
    for (int i = 0; i < 50; ++i)
        mica_rt_parallel_for(n.executor, 0, 20, 1, run_inner_loop, &n);
    assert_int_equal(n.sum, 50 * 20 * 45);
    mica_rt_thread_pool_destroy(n.executor);
}

static void *call_loops(void *argument)
{
    nest *n = argument;
    for (int i = 0; i < 200; ++i)
        mica_rt_parallel_for(n->executor, 0, 10, 1, add_inner, &n->sum);
    return NULL;
}

static void test_two_callers_share_a_pool(void **state)
{
    (void)state;
    nest n = {0};
    pthread_t other;
    assert_int_equal(mica_rt_thread_pool_create(3, &n.executor), MICA_RT_OK);
    assert_int_equal(pthread_create(&other, NULL, call_loops, &n), 0);
    call_loops(&n);
    pthread_join(other, NULL);
    assert_int_equal(n.sum, 2 * 200 * 45);
    mica_rt_thread_pool_destroy(n.executor);
}

typedef struct reduction {
    float values[LENGTH];
    float partial[LENGTH];
    int64_t grain;
} reduction;

static void add_part(void *context, int64_t begin, int64_t end)
{
    reduction *r = context;
    float sum = 0;
    for (int64_t i = begin; i < end; ++i)
        sum += r->values[i];
    r->partial[begin / r->grain] = sum;
}

static float reduce(mica_rt_executor *executor, reduction *r)
{
    mica_rt_parallel_for(executor, 0, LENGTH, r->grain, add_part, r);
    float sum = 0;
    for (int64_t i = 0; i * r->grain < LENGTH; ++i)
        sum += r->partial[i];
    return sum;
}

static void test_sums_have_the_same_bits(void **state)
{
    (void)state;
    reduction r = {.grain = 7};
    for (int i = 0; i < LENGTH; ++i)
        r.values[i] = 1.0f / (float)(i + 1);
    const float serial = reduce(NULL, &r);
    for (uint32_t threads = 2; threads < 5; ++threads) {
        mica_rt_executor *pool;
        assert_int_equal(mica_rt_thread_pool_create(threads, &pool), MICA_RT_OK);
        const float parallel = reduce(pool, &r);
        assert_memory_equal(&parallel, &serial, sizeof serial);
        mica_rt_thread_pool_destroy(pool);
    }
}

// Two threads that meet in a loop show that a pool really runs parts at the same time.
typedef struct meeting {
    pthread_barrier_t barrier;
} meeting;

static void meet(void *context, int64_t begin, int64_t end)
{
    (void)begin, (void)end;
    pthread_barrier_wait(&((meeting *)context)->barrier);
}

static void test_parts_run_at_the_same_time(void **state)
{
    (void)state;
    meeting m;
    mica_rt_executor *pool;
    assert_int_equal(pthread_barrier_init(&m.barrier, NULL, 2), 0);
    assert_int_equal(mica_rt_thread_pool_create(2, &pool), MICA_RT_OK);
    mica_rt_parallel_for(pool, 0, 2, 1, meet, &m);
    mica_rt_thread_pool_destroy(pool);
    pthread_barrier_destroy(&m.barrier);
}

static void test_default_and_refused_sizes(void **state)
{
    (void)state;
    mica_rt_executor *pool;
    assert_int_equal(mica_rt_thread_pool_create(0, &pool), MICA_RT_OK);
    assert_true(pool->concurrency >= 1);
    mica_rt_thread_pool_destroy(pool);
    mica_rt_thread_pool_destroy(NULL);
    assert_int_equal(mica_rt_thread_pool_create(100000, &pool), MICA_RT_ERROR_THREADS);
    assert_null(pool);
    assert_int_equal(mica_rt_thread_pool_create(1, NULL), MICA_RT_ERROR_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts_are_the_same_for_all_executors),
        cmocka_unit_test(test_empty_and_reversed_ranges),
        cmocka_unit_test(test_nested_loops),
        cmocka_unit_test(test_two_callers_share_a_pool),
        cmocka_unit_test(test_sums_have_the_same_bits),
        cmocka_unit_test(test_parts_run_at_the_same_time),
        cmocka_unit_test(test_default_and_refused_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
