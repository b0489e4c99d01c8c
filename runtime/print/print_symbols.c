// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The print functions by name, made from the same list as their definitions.
#include "runtime/print/mica_rt_print.h"

#include "runtime/print/print_internal.h"

// clang-format off
#define SYMBOL(name) {#name, (void (*)(void))name},
#define UNRANKED_SYMBOLS(suffix, type)                                                           \
    SYMBOL(printMemref##suffix)                                                                  \
    SYMBOL(printMemrefShape##suffix)                                                             \
    SYMBOL(_mlir_ciface_printMemref##suffix)                                                     \
    SYMBOL(_mlir_ciface_printMemrefShape##suffix)
#define RANKED_SYMBOL(suffix, type, rank) SYMBOL(_mlir_ciface_printMemref##rank##d##suffix)

static const mica_rt_symbol symbols[] = {
    MICAI_PRINT_UNRANKED(UNRANKED_SYMBOLS)
    MICAI_PRINT_RANKED(RANKED_SYMBOL)
    SYMBOL(printI64)
    SYMBOL(printU64)
    SYMBOL(printF32)
    SYMBOL(printF64)
    SYMBOL(printString)
    SYMBOL(printOpen)
    SYMBOL(printClose)
    SYMBOL(printComma)
    SYMBOL(printNewline)
    SYMBOL(printFlops)
    SYMBOL(rtclock)
    SYMBOL(nanoTime)
    SYMBOL(_mlir_ciface_nanoTime)
    SYMBOL(memrefCopy)
};
// clang-format on

const mica_rt_symbol *mica_rt_print_symbols(size_t *count)
{
    *count = sizeof symbols / sizeof symbols[0];
    return symbols;
}
