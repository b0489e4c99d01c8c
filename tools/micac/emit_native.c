// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Outputs that LLVM makes. Files are complete or not there: all that can fail is done first,
// then names are given.
//
//   llvm-ir, asm, obj     one file
//   lib                   PREFIX.o in an archive; PREFIX.h and mica_rt.h (for a device
//                         mica_rt_gpu.h too) beside it
//   exe                   an object with main, linked (link_program.c)
#include "codegen/llvm/object.h"
#include "codegen/package/archive_writer.h"
#include "runtime/mica_rt_gpu_text.h"
#include "runtime/mica_rt_text.h"
#include "tools/command/command.h"
#include "tools/driver/model_native.h"
#include "tools/micac/micac.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/// A model as an optimized LLVM module.
typedef struct native_model {
    mica_llvm_target *target;
    mica_llvm_module *module;
} native_model;

static void native_end(native_model *native)
{
    mica_llvm_module_destroy(native->module);
    mica_llvm_target_destroy(native->target);
}

static bool native_begin(native_model *native, model_driver *driver,
                         const micac_options *options, bool with_main)
{
    const mica_llvm_target_options target = {.struct_size = sizeof target,
                                             .cpu = options->cpu,
                                             .features = options->features,
                                             .optimization = options->optimization};
    *native = (native_model){NULL, NULL};
    native->target = model_target_create(driver->context, &target);
    if (!native->target || !model_driver_lower(driver))
        return false;
    if (with_main && !mica_model_emit_main(driver->description, driver->module))
        return false;
    native->module = model_driver_export(driver);
    return native->module && mica_llvm_optimize(native->module, native->target);
}

static bool emit_file(model_driver *driver, const micac_options *options,
                      mica_llvm_output output)
{
    native_model native;
    const bool ok = native_begin(&native, driver, options, false) &&
                    mica_llvm_emit_file(native.module, native.target, output, options->output);
    native_end(&native);
    return ok;
}

bool emit_llvm_ir(model_driver *driver, const micac_options *options)
{
    return emit_file(driver, options, MICA_LLVM_IR);
}

bool emit_assembly(model_driver *driver, const micac_options *options)
{
    return emit_file(driver, options, MICA_LLVM_ASSEMBLY);
}

bool emit_object(model_driver *driver, const micac_options *options)
{
    return emit_file(driver, options, MICA_LLVM_OBJECT);
}

// ---- lib
// -------------------------------------------------------------------------------------

/// The path of `name` in the folder of `beside`; from malloc.
static char *path_beside(const char *beside, const char *name)
{
    const char *slash = strrchr(beside, '/');
    const size_t folder = slash ? (size_t)(slash - beside) + 1 : 0, length = strlen(name);
    char *path = malloc(folder + length + 1);
    if (path) {
        memcpy(path, beside, folder);
        memcpy(path + folder, name, length + 1);
    }
    return path;
}

/// The files of a library: all are begun and written before the first gets its name.
enum { ARCHIVE, HEADER, RUNTIME_HEADER, GPU_HEADER, LIBRARY_FILES };

typedef struct library {
    model_driver *driver;
    const char *archive;
    mica_llvm_buffer object;
    char *paths[LIBRARY_FILES];
    command_output files[LIBRARY_FILES];
    size_t begun; ///< of the files
} library;

static bool write_archive(library *lib, command_output *file)
{
    char symbols[MICA_MODEL_SYMBOL_COUNT][256], name[256];
    const char *pointers[MICA_MODEL_SYMBOL_COUNT];
    for (size_t i = 0; i < MICA_MODEL_SYMBOL_COUNT; i++) {
        pointers[i] = symbols[i];
        if (!mica_model_symbol(lib->driver->description, i, symbols[i], sizeof symbols[i]))
            return false;
    }
    snprintf(name, sizeof name, "%.*s.o",
             MICA_STRING_ARG(mica_model_prefix(lib->driver->description)));
    const mica_archive_member member = {name, lib->object.data, lib->object.size, pointers,
                                        MICA_MODEL_SYMBOL_COUNT};
    return mica_archive_write(&member, 1, command_output_write, file);
}

static bool write_library_file(library *lib, size_t which, command_output *file)
{
    switch (which) {
    case ARCHIVE:
        return write_archive(lib, file);
    case HEADER:
        return mica_model_write_header(lib->driver->description, command_output_write, file);
    case RUNTIME_HEADER:
        return command_output_write(file, (const char *)mica_rt_text, sizeof mica_rt_text);
    default:
        return command_output_write(file, (const char *)mica_rt_gpu_text,
                                    sizeof mica_rt_gpu_text);
    }
}

static bool write_library_files(library *lib, size_t count)
{
    char header[256];
    snprintf(header, sizeof header, "%.*s.h",
             MICA_STRING_ARG(mica_model_prefix(lib->driver->description)));
    const char *const names[LIBRARY_FILES] = {NULL, header, "mica_rt.h", "mica_rt_gpu.h"};
    for (size_t i = 0; i < count; i++) {
        lib->paths[i] = names[i] ? path_beside(lib->archive, names[i]) : strdup(lib->archive);
        if (!lib->paths[i])
            return fputs("error: out of memory\n", stderr) < 0;
        if (!command_output_begin(&lib->files[i], lib->paths[i]))
            return false;
        lib->begun++;
        if (!write_library_file(lib, i, &lib->files[i]))
            return false;
    }
    return true;
}

/// The archive gets its name last: where it is, its headers are.
static bool name_library_files(library *lib, bool ok)
{
    for (size_t i = lib->begun; i-- > 0;)
        ok = command_output_end(&lib->files[i], ok);
    for (size_t i = 0; i < LIBRARY_FILES; i++)
        free(lib->paths[i]);
    return ok;
}

bool emit_library(model_driver *driver, const micac_options *options)
{
    native_model native;
    library lib = {.driver = driver, .archive = options->output};
    bool ok = native_begin(&native, driver, options, false) &&
              mica_llvm_emit(native.module, native.target, MICA_LLVM_OBJECT, &lib.object);
    if (ok) {
        const size_t count = driver->device->to_kernels ? LIBRARY_FILES : GPU_HEADER;
        ok = name_library_files(&lib, write_library_files(&lib, count));
    }
    mica_llvm_buffer_destroy(&lib.object);
    native_end(&native);
    return ok;
}

// ---- exe
// -------------------------------------------------------------------------------------

bool emit_executable(model_driver *driver, const micac_options *options)
{
    const size_t size = strlen(options->output) + 32;
    char *object = malloc(size);
    native_model native;
    bool ok = object && native_begin(&native, driver, options, true);
    if (!object)
        return fputs("error: out of memory\n", stderr) < 0;
    snprintf(object, size, "%s.tmp-%ld.o", options->output, (long)getpid());
    if (ok && mica_llvm_emit_file(native.module, native.target, MICA_LLVM_OBJECT, object)) {
        ok = link_program(object, options);
        unlink(object);
    } else {
        ok = false;
    }
    native_end(&native);
    free(object);
    return ok;
}
