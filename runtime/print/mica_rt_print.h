/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*
 * The functions that test programs in MLIR call to print, under upstream's names and with its
 * output, so that its `.mlir` files run unchanged. A library of its own (libmica_rt_print.a):
 * compiled models never need it. All write to stdout.
 *
 * A function `printMemrefF32(memref<*xf32>)` in a file is called in two ways, and both are
 * here: plainly with (rank, descriptor), and, when it is declared with llvm.emit_c_interface,
 * as
 * `_mlir_ciface_printMemrefF32` with a pointer to the pair. Files find them by name through
 * mica_rt_print_symbols.
 */
#ifndef MICA_RT_PRINT_H
#define MICA_RT_PRINT_H

#include "runtime/mica_rt_symbols.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All functions of this library that generated code may call. */
const mica_rt_symbol *mica_rt_print_symbols(size_t *count);

/* Prints place, shape and elements of a memref as upstream does. `title` is "Memref" or
 * "Unranked Memref". Unlike upstream, a memref without elements prints none, and no element
 * type prints as a character but i8, as there. */
void mica_rt_print_memref(FILE *file, const char *title, uint32_t type, int64_t rank,
                          mica_rt_memref *memref);

/* Only the place and the shape. */
void mica_rt_print_memref_shape(FILE *file, const char *title, int64_t rank,
                                mica_rt_memref *memref);

#ifdef __cplusplus
}
#endif

#endif
