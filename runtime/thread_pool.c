// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An executor on POSIX threads. The parts of a loop are dealt out as neighbouring shares, one a
// thread, so that a thread meets the same memory in every loop over the same data; who is done
// with his share takes single parts from the others'. A part is claimed by one atomic addition.
//
//   caller                          worker
//   deal shares                     sleep until a loop is open that it has not seen
//   open the loop, wake workers     enter (inside + 1)
//   work                            work
//   close the loop                  leave (inside - 1), tell the caller when 0
//   sleep until inside is 0
//
// The caller waits for the workers that entered, never for one that is slow to wake. A loop
// that finds the pool busy (a loop inside a loop, or a second caller) runs on its own thread
// alone.
#include "runtime/mica_rt.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

enum { MAX_THREADS = 1024, CACHE_LINE = 64 };

// Parts [next, end) are unclaimed; next runs past end when several look for the last one. Each
// share has a cache line to itself.
typedef struct share {
    _Alignas(CACHE_LINE) _Atomic int64_t next;
    int64_t end;
} share;

typedef struct thread_pool thread_pool;

typedef struct worker {
    thread_pool *pool;
    pthread_t thread;
    uint32_t index; // of its own share; the caller has share 0
} worker;

struct thread_pool {
    mica_rt_executor executor; // first: the public face
    atomic_flag busy;
    pthread_mutex_t mutex; // guards what follows up to the shares
    pthread_cond_t opened, left;
    bool is_open, is_stopping;
    uint64_t generation; // of the loop, so that a worker enters each once
    uint32_t inside;
    mica_rt_task_fn task;
    void *context;
    uint32_t started;
    worker *workers;
    share shares[]; // executor.concurrency of them
};

static void deal_shares(thread_pool *pool, int64_t count)
{
    const int64_t threads = pool->executor.concurrency;
    int64_t next = 0;
    for (int64_t i = 0; i < threads; ++i) {
        atomic_store_explicit(&pool->shares[i].next, next, memory_order_relaxed);
        next += count / threads + (i < count % threads);
        pool->shares[i].end = next;
    }
}

static void work(thread_pool *pool, uint32_t first)
{
    const uint32_t threads = pool->executor.concurrency;
    for (uint32_t i = 0; i < threads; ++i) {
        share *from = &pool->shares[(first + i) % threads];
        int64_t part;
        while ((part = atomic_fetch_add_explicit(&from->next, 1, memory_order_relaxed)) <
               from->end)
            pool->task(pool->context, part);
    }
}

static void open_loop(thread_pool *pool, int64_t count, mica_rt_task_fn task, void *context)
{
    pthread_mutex_lock(&pool->mutex);
    deal_shares(pool, count);
    pool->task = task;
    pool->context = context;
    pool->is_open = true;
    ++pool->generation;
    pthread_mutex_unlock(&pool->mutex);
    for (int64_t i = 0; i < pool->started && i < count - 1; ++i)
        pthread_cond_signal(&pool->opened);
}

static void close_loop(thread_pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    pool->is_open = false;
    while (pool->inside != 0)
        pthread_cond_wait(&pool->left, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
}

static void run_loop(mica_rt_executor *executor, int64_t count, mica_rt_task_fn task,
                     void *context)
{
    thread_pool *pool = (thread_pool *)executor;
    if (atomic_flag_test_and_set_explicit(&pool->busy, memory_order_acquire)) {
        for (int64_t i = 0; i < count; ++i)
            task(context, i);
        return;
    }
    open_loop(pool, count, task, context);
    work(pool, 0);
    close_loop(pool);
    atomic_flag_clear_explicit(&pool->busy, memory_order_release);
}

static void *run_worker(void *argument)
{
    worker *self = argument;
    thread_pool *pool = self->pool;
    uint64_t seen = 0;
    pthread_mutex_lock(&pool->mutex);
    for (;;) {
        while (!pool->is_stopping && (!pool->is_open || pool->generation == seen))
            pthread_cond_wait(&pool->opened, &pool->mutex);
        if (pool->is_stopping)
            break;
        seen = pool->generation;
        ++pool->inside;
        pthread_mutex_unlock(&pool->mutex);
        work(pool, self->index);
        pthread_mutex_lock(&pool->mutex);
        if (--pool->inside == 0)
            pthread_cond_signal(&pool->left);
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

// Workers take no signals: those are the application's, for its own threads.
static bool start_workers(thread_pool *pool)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (pool->started + 1 < pool->executor.concurrency) {
        worker *next = &pool->workers[pool->started];
        *next = (worker){.pool = pool, .index = pool->started + 1};
        if (pthread_create(&next->thread, NULL, run_worker, next) != 0)
            break;
        ++pool->started;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return pool->started + 1 == pool->executor.concurrency;
}

static thread_pool *allocate_pool(uint32_t threads)
{
    const size_t size = sizeof(thread_pool) + threads * sizeof(share);
    thread_pool *pool =
        aligned_alloc(CACHE_LINE, (size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE);
    worker *workers = calloc(threads, sizeof *workers);
    if (pool == NULL || workers == NULL) {
        free(pool);
        free(workers);
        return NULL;
    }
    *pool = (thread_pool){.executor = {.run = run_loop, .concurrency = threads},
                          .busy = ATOMIC_FLAG_INIT,
                          .workers = workers};
    return pool;
}

static void free_pool(thread_pool *pool)
{
    free(pool->workers);
    free(pool);
}

static bool init_locks(thread_pool *pool)
{
    if (pthread_mutex_init(&pool->mutex, NULL) != 0)
        return false;
    if (pthread_cond_init(&pool->opened, NULL) == 0) {
        if (pthread_cond_init(&pool->left, NULL) == 0)
            return true;
        pthread_cond_destroy(&pool->opened);
    }
    pthread_mutex_destroy(&pool->mutex);
    return false;
}

static uint32_t count_processors(void)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1 ? 1 : processors > MAX_THREADS ? MAX_THREADS : (uint32_t)processors;
}

int32_t mica_rt_thread_pool_create(uint32_t threads, mica_rt_executor **pool)
{
    if (pool == NULL)
        return MICA_RT_ERROR_ARGUMENT;
    *pool = NULL;
    if (threads == 0)
        threads = count_processors();
    if (threads > MAX_THREADS)
        return MICA_RT_ERROR_THREADS;
    thread_pool *made = allocate_pool(threads);
    if (made == NULL)
        return MICA_RT_ERROR_MEMORY;
    if (!init_locks(made)) {
        free_pool(made);
        return MICA_RT_ERROR_THREADS;
    }
    if (!start_workers(made)) {
        mica_rt_thread_pool_destroy(&made->executor);
        return MICA_RT_ERROR_THREADS;
    }
    *pool = &made->executor;
    return MICA_RT_OK;
}

void mica_rt_thread_pool_destroy(mica_rt_executor *executor)
{
    if (executor == NULL)
        return;
    thread_pool *pool = (thread_pool *)executor;
    pthread_mutex_lock(&pool->mutex);
    pool->is_stopping = true;
    pthread_cond_broadcast(&pool->opened);
    pthread_mutex_unlock(&pool->mutex);
    for (uint32_t i = 0; i < pool->started; ++i)
        pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->left);
    pthread_cond_destroy(&pool->opened);
    pthread_mutex_destroy(&pool->mutex);
    free_pool(pool);
}
