// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles one function from linalg on tensors to this process: the text goes through Mica's
// default pipelines, then through codegen/llvm at -O3 for the host CPU, the way micac makes
// objects. Results are written into arguments; the last argument is the arena.
//
//   kernel_jit *jit = kernel_jit_create(text, "matmul");
//   ((matmul_fn)kernel_jit_function(jit))(&a, &b, &c, kernel_jit_arena(jit));
#ifndef MICA_BENCH_CPU_KERNEL_JIT_H
#define MICA_BENCH_CPU_KERNEL_JIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct kernel_jit kernel_jit;

/// An f32 buffer as the compiled function's C interface takes it: rank 2 or 4.
typedef struct kernel_matrix {
    float *allocated, *aligned;
    int64_t offset, sizes[2], strides[2];
} kernel_matrix;

typedef struct kernel_image {
    float *allocated, *aligned;
    int64_t offset, sizes[4], strides[4];
} kernel_image;

typedef struct kernel_bytes {
    char *allocated, *aligned;
    int64_t offset, sizes[1], strides[1];
} kernel_bytes;

typedef void (*kernel_fn)(void);

/// Compiles `text` and finds the C interface of `name` in it. Prints what went wrong and
/// returns NULL. Prints how many buffers and copies the bufferized IR has.
kernel_jit *kernel_jit_create(const char *text, const char *name);
void kernel_jit_destroy(kernel_jit *jit);
/// "_mlir_ciface_<name>".
kernel_fn kernel_jit_function(const kernel_jit *jit);
/// As large as the function asks for; owned by `jit`.
kernel_bytes *kernel_jit_arena(kernel_jit *jit);

// ---- what both benchmarks measure with

/// `count` floats between -1 and 1 from a fixed seed, 64-byte aligned, from malloc; ends the
/// program when out of memory.
float *random_floats(size_t count, uint32_t seed);
float *zero_floats(size_t count);

typedef void (*measured_fn)(void *user);

/// One side of a comparison.
typedef struct contender {
    const char *name;
    measured_fn run;
    void *user;
    double seconds; ///< of one call: the median of all rounds
} contender;

enum { ROUNDS = 5 };

/// Runs all contenders one after the other, ROUNDS times, and notes the median of each.
void measure_interleaved(contender *contenders, size_t count);
/// Prints a line for each with its GFLOP/s and its speed over that of the first.
void print_contenders(const char *title, double operations, const contender *contenders,
                      size_t count);
/// Largest |a - b| relative to the largest |b|.
double relative_error(const float *a, const float *b, size_t count);

#endif
