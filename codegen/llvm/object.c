// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Output of LLVM modules. Everything is made in memory first: LLVM may end the process in the
// middle of code generation, and no half-written or temporary file may be left then.
#include "codegen/llvm/object.h"
#include "codegen/llvm/llvm_module_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <llvm-c/BitWriter.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void take_buffer(mica_llvm_buffer *buffer, LLVMMemoryBufferRef memory)
{
    buffer->data = LLVMGetBufferStart(memory);
    buffer->size = LLVMGetBufferSize(memory);
    buffer->owner = memory;
    buffer->is_message = false;
}

static bool emit_text(mica_llvm_module *module, mica_llvm_buffer *buffer)
{
    char *text = LLVMPrintModuleToString(module->module);
    buffer->data = text;
    buffer->size = strlen(text);
    buffer->owner = text;
    buffer->is_message = true;
    return true;
}

static bool emit_machine_code(mica_llvm_module *module, const mica_llvm_target *target,
                              LLVMCodeGenFileType type, mica_llvm_buffer *buffer)
{
    LLVMMemoryBufferRef memory = NULL;
    char *message = NULL;
    if (LLVMTargetMachineEmitToMemoryBuffer(target->machine, module->module, type, &message,
                                            &memory))
        return micai_llvm_report(module->context, "LLVM can't make machine code", message);
    take_buffer(buffer, memory);
    if (!module->failed)
        return true;
    mica_llvm_buffer_destroy(buffer);
    return false;
}

bool mica_llvm_emit(mica_llvm_module *module, const mica_llvm_target *target,
                    mica_llvm_output output, mica_llvm_buffer *buffer)
{
    mica_context *outer = micai_llvm_enter(module->context);
    bool ok = true;
    switch (output) {
    case MICA_LLVM_IR:
        ok = emit_text(module, buffer);
        break;
    case MICA_LLVM_BITCODE:
        take_buffer(buffer, LLVMWriteBitcodeToMemoryBuffer(module->module));
        break;
    case MICA_LLVM_ASSEMBLY:
        ok = emit_machine_code(module, target, LLVMAssemblyFile, buffer);
        break;
    case MICA_LLVM_OBJECT:
        ok = emit_machine_code(module, target, LLVMObjectFile, buffer);
        break;
    }
    micai_llvm_leave(outer);
    return ok;
}

void mica_llvm_buffer_destroy(mica_llvm_buffer *buffer)
{
    if (buffer->owner && buffer->is_message)
        LLVMDisposeMessage(buffer->owner);
    else if (buffer->owner)
        LLVMDisposeMemoryBuffer(buffer->owner);
    memset(buffer, 0, sizeof *buffer);
}

static bool write_all(int file, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t written = write(file, data, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        data += written;
        size -= (size_t)written;
    }
    return true;
}

/// Creates "<path>.tmp-<process>" for writing; -1 with errno set.
static int create_beside(const char *path, char *temporary, size_t size)
{
    snprintf(temporary, size, "%s.tmp-%ld", path, (long)getpid());
    return open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

/// A device or pipe is written to as it is: a rename would put a file in its place.
static bool is_special_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

static bool write_special_file(const char *path, const mica_llvm_buffer *buffer)
{
    const int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    const bool ok = write_all(file, buffer->data, buffer->size);
    return close(file) == 0 && ok;
}

static bool replace_file(const char *path, const mica_llvm_buffer *buffer)
{
    if (is_special_file(path))
        return write_special_file(path, buffer);
    size_t size = strlen(path) + 32;
    char *temporary = mica_malloc(size);
    int file = temporary ? create_beside(path, temporary, size) : -1;
    if (file < 0) {
        mica_free(temporary);
        return false;
    }
    bool ok = write_all(file, buffer->data, buffer->size);
    ok = close(file) == 0 && ok;
    ok = ok && rename(temporary, path) == 0;
    int reason = errno;
    if (!ok)
        unlink(temporary);
    mica_free(temporary);
    errno = reason;
    return ok;
}

bool mica_llvm_emit_file(mica_llvm_module *module, const mica_llvm_target *target,
                         mica_llvm_output output, const char *path)
{
    mica_llvm_buffer buffer = {0};
    if (!mica_llvm_emit(module, target, output, &buffer))
        return false;
    bool ok = strcmp(path, "-") == 0 ? write_all(STDOUT_FILENO, buffer.data, buffer.size)
                                     : replace_file(path, &buffer);
    if (!ok)
        mica_diagnostic_emit(mica_error(module->context, mica_location_unknown(),
                                        "can't write '%s': %s", path, strerror(errno)));
    mica_llvm_buffer_destroy(&buffer);
    return ok;
}
