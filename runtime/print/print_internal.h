// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The list of print functions, from which their definitions and the table of symbols are made.
// `Ind` is index, which upstream prints unsigned; C32 and C64 are named after one half.
#ifndef MICA_RUNTIME_PRINT_INTERNAL_H
#define MICA_RUNTIME_PRINT_INTERNAL_H

#include "runtime/mica_rt.h"

// clang-format off
#define MICAI_PRINT_UNRANKED(X)                                                                  \
    X(I8, MICA_RT_I8)                                                                            \
    X(I16, MICA_RT_I16)                                                                          \
    X(I32, MICA_RT_I32)                                                                          \
    X(I64, MICA_RT_I64)                                                                          \
    X(Ind, MICA_RT_U64)                                                                          \
    X(F16, MICA_RT_F16)                                                                          \
    X(BF16, MICA_RT_BF16)                                                                        \
    X(F32, MICA_RT_F32)                                                                          \
    X(F64, MICA_RT_F64)                                                                          \
    X(C32, MICA_RT_C64)                                                                          \
    X(C64, MICA_RT_C128)

#define MICAI_PRINT_RANKED(X)                                                                    \
    X(F32, MICA_RT_F32, 0)                                                                       \
    X(F32, MICA_RT_F32, 1)                                                                       \
    X(F32, MICA_RT_F32, 2)                                                                       \
    X(F32, MICA_RT_F32, 3)                                                                       \
    X(F32, MICA_RT_F32, 4)                                                                       \
    X(I8, MICA_RT_I8, 1)                                                                         \
    X(I32, MICA_RT_I32, 1)                                                                       \
    X(I64, MICA_RT_I64, 1)                                                                       \
    X(F64, MICA_RT_F64, 1)                                                                       \
    X(Ind, MICA_RT_U64, 1)                                                                       \
    X(C32, MICA_RT_C64, 1)                                                                       \
    X(C64, MICA_RT_C128, 1)
// clang-format on

#define MICAI_DECLARE_UNRANKED(suffix, type)                                                   \
    void printMemref##suffix(int64_t rank, mica_rt_memref *memref);                            \
    void printMemrefShape##suffix(int64_t rank, mica_rt_memref *memref);                       \
    void _mlir_ciface_printMemref##suffix(const mica_rt_unranked_memref *memref);              \
    void _mlir_ciface_printMemrefShape##suffix(const mica_rt_unranked_memref *memref);
MICAI_PRINT_UNRANKED(MICAI_DECLARE_UNRANKED)

#define MICAI_DECLARE_RANKED(suffix, type, rank)                                               \
    void _mlir_ciface_printMemref##rank##d##suffix(mica_rt_memref *memref);
MICAI_PRINT_RANKED(MICAI_DECLARE_RANKED)

void printI64(int64_t value);
void printU64(uint64_t value);
void printF32(float value);
void printF64(double value);
void printString(const char *text);
void printOpen(void);
void printClose(void);
void printComma(void);
void printNewline(void);
void printFlops(double flops);
double rtclock(void);
int64_t nanoTime(void);
int64_t _mlir_ciface_nanoTime(void);
void memrefCopy(int64_t element_size, const mica_rt_unranked_memref *source,
                const mica_rt_unranked_memref *target);

#endif
