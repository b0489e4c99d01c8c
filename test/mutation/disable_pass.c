// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A library to preload: the pass named by MICA_DISABLED_PASS does nothing in the program, which
// needs no special build for it and has no such switch itself. All tools look passes up in
// libmica's exported table; the entry is pointed at a copy of the definition whose run function
// returns at once. `prepare` and options stay as they are.
#include "transforms/pass/pass_registry.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static bool do_nothing(mica_pass_run *run)
{
    (void)run;
    return true;
}

/// The table is read-only once relocated; its page is opened for one write.
static bool replace_entry(const mica_pass_def **entry, const mica_pass_def *pass)
{
    const uintptr_t page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
    void *page = (void *)((uintptr_t)entry / page_size * page_size);
    if (mprotect(page, page_size, PROT_READ | PROT_WRITE) != 0)
        return false;
    *entry = pass;
    return mprotect(page, page_size, PROT_READ) == 0;
}

__attribute__((constructor)) static void disable_pass(void)
{
    static mica_pass_def disabled;
    const char *name = getenv("MICA_DISABLED_PASS");
    const mica_pass_def **passes = dlsym(RTLD_DEFAULT, "mica_builtin_passes");
    if (!name || !passes) // FileCheck, sh and the like
        return;
    while (*passes && strcmp((*passes)->argument, name) != 0)
        passes++;
    if (*passes) {
        disabled = **passes;
        disabled.run = do_nothing;
        if (replace_entry(passes, &disabled))
            return;
    }
    fprintf(stderr, "cannot disable the pass '%s'\n", name);
    _exit(125);
}
