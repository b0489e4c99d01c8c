// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// linalg.matmul on 512x512x512 f32, no operand constant, against OpenBLAS's sgemm on one core.
// Both add to C, which is cleared once; the result of the first call is checked against a naive
// product in double precision.
#include "bench/cpu/kernel_jit.h"

#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>

enum { SIZE = 512 };

static const char kernel[] =
    "func.func @matmul(%a: tensor<512x512xf32>, %b: tensor<512x512xf32>,"
    "                  %c: tensor<512x512xf32>) -> tensor<512x512xf32>"
    "    attributes {llvm.emit_c_interface} {\n"
    "  %r = linalg.matmul ins(%a, %b : tensor<512x512xf32>, tensor<512x512xf32>)"
    "      outs(%c : tensor<512x512xf32>) -> tensor<512x512xf32>\n"
    "  return %r : tensor<512x512xf32>\n"
    "}\n";

typedef void (*matmul_fn)(const kernel_matrix *a, const kernel_matrix *b,
                          const kernel_matrix *c, kernel_bytes *arena);

typedef struct product {
    kernel_matrix a, b, c;
    matmul_fn mica;
    kernel_bytes *arena;
} product;

static kernel_matrix matrix_of(float *data)
{
    return (kernel_matrix){data, data, 0, {SIZE, SIZE}, {SIZE, 1}};
}

static void run_mica(void *user)
{
    const product *work = user;
    work->mica(&work->a, &work->b, &work->c, work->arena);
}

static void run_openblas(void *user)
{
    const product *work = user;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, SIZE, SIZE, SIZE, 1.0f,
                work->a.aligned, SIZE, work->b.aligned, SIZE, 1.0f, work->c.aligned, SIZE);
}

static void run_naive(const float *a, const float *b, float *c)
{
    for (size_t i = 0; i < SIZE; i++) {
        for (size_t j = 0; j < SIZE; j++) {
            double sum = 0;
            for (size_t k = 0; k < SIZE; k++)
                sum += (double)a[i * SIZE + k] * (double)b[k * SIZE + j];
            c[i * SIZE + j] = (float)sum;
        }
    }
}

int main(void)
{
    openblas_set_num_threads(1);
    kernel_jit *jit = kernel_jit_create(kernel, "matmul");
    if (!jit)
        return 1;
    const size_t count = (size_t)SIZE * SIZE;
    product mica = {matrix_of(random_floats(count, 1)), matrix_of(random_floats(count, 2)),
                    matrix_of(zero_floats(count)), (matmul_fn)kernel_jit_function(jit),
                    kernel_jit_arena(jit)};
    product openblas = mica;
    openblas.c = matrix_of(zero_floats(count));
    float *expected = zero_floats(count);
    run_naive(mica.a.aligned, mica.b.aligned, expected);
    run_mica(&mica);
    const double error = relative_error(mica.c.aligned, expected, count);
    printf("largest error against the naive product: %.1e of the largest element\n", error);
    contender sides[] = {{"mica", run_mica, &mica, 0},
                         {"OpenBLAS sgemm", run_openblas, &openblas, 0}};
    measure_interleaved(sides, 2);
    print_contenders("matmul 512x512x512 f32", 2.0 * SIZE * SIZE * SIZE, sides, 2);
    kernel_jit_destroy(jit);
    float *const buffers[] = {mica.a.aligned, mica.b.aligned, mica.c.aligned,
                              openblas.c.aligned, expected};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        free(buffers[i]);
    return error < 1e-5 ? 0 : 1;
}
