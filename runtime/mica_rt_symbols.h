/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*
 * The runtime's functions by name, for programs that run generated code in memory: they tell
 * the linker inside them where mica_rt_* is. Referring to this table links the whole runtime,
 * the Vulkan launcher too; compiled models don't.
 */
#ifndef MICA_RT_SYMBOLS_H
#define MICA_RT_SYMBOLS_H

#include "mica_rt.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mica_rt_symbol {
    const char *name;
    void (*function)(void); /* cast to what it is */
} mica_rt_symbol;

/* All functions that generated code may call. Static storage. */
const mica_rt_symbol *mica_rt_symbols(size_t *count);

#ifdef __cplusplus
}
#endif

#endif
