// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From the llvm dialect to an LLVM module, and the target it is for.
#include "tools/driver/model_native.h"

#include "codegen/llvm/llvm_ir_export.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

// ---- what LLVM says
// --------------------------------------------------------------------------

/// Stderr, while it is a file: LLVM says there, and nowhere else, that it ignores a name. One
/// for the program, as stderr is, and as LLVM's handler of fatal errors is.
static struct watch {
    FILE *said;
    int own; ///< the program's stderr
} watch;

static bool begin_watch(void)
{
    watch.said = tmpfile();
    watch.own = watch.said ? dup(STDERR_FILENO) : -1;
    if (watch.own >= 0 && dup2(fileno(watch.said), STDERR_FILENO) >= 0)
        return true;
    perror("error: can't watch what LLVM says");
    return false;
}

/// Gives stderr back and passes on what was said, but for names that are ignored: the first of
/// them is an error and the rest its echo. Whether there was none.
static bool end_watch(void)
{
    static const char unknown[] = " is not a recognized ";
    char line[512], first[512] = "";
    fflush(stderr);
    dup2(watch.own, STDERR_FILENO);
    close(watch.own);
    rewind(watch.said);
    while (fgets(line, sizeof line, watch.said)) {
        char *note = strstr(line, unknown) ? strstr(line, " (ignoring") : NULL;
        if (!note) {
            fputs(line, stderr);
            continue;
        }
        *note = '\0';
        if (!*first)
            memcpy(first, line, sizeof first);
    }
    fclose(watch.said);
    watch.said = NULL;
    if (*first)
        fprintf(stderr, "error: %s\n", first);
    return !*first;
}

/// What LLVM can't go on after is an error like others, and no crash.
static void end_program(void)
{
    if (watch.said)
        end_watch();
    fflush(stdout);
    _exit(1);
}

// ---- target and module
// -----------------------------------------------------------------------

mica_llvm_target *model_target_create(mica_context *context,
                                      const mica_llvm_target_options *options)
{
    mica_llvm_set_fatal_hook(end_program);
    if (!begin_watch())
        return NULL;
    mica_llvm_target *target = mica_llvm_target_create(context, options);
    if (end_watch())
        return target;
    mica_llvm_target_destroy(target);
    return NULL;
}

mica_llvm_module *model_driver_export(model_driver *driver)
{
    char name[256];
    snprintf(name, sizeof name, "%.*s",
             MICA_STRING_ARG(mica_model_prefix(driver->description)));
    const mica_llvm_export_options options = {sizeof options, name};
    mica_llvm_module *native = mica_llvm_export(driver->module, &options);
    if (native)
        mica_llvm_module_set_stack_limit(native, MODEL_STACK_LIMIT);
    return native;
}
