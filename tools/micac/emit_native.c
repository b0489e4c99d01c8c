// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Outputs that LLVM makes. Files are complete or not there: all that can fail is done first,
// then names are given.
//
//   llvm-ir, asm, obj     one file
//   lib                   PREFIX.o in an archive; PREFIX.h and mica_rt.h (for a device
//                         mica_rt_gpu.h too) beside it
//   exe                   an object with main, linked (link_program.c)
//
// With --weights=file, obj, lib and exe have a side file beside them.
#include "codegen/llvm/object.h"
#include "codegen/package/archive_writer.h"
#include "codegen/package/object_weights.h"
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

static bool optimize(native_model *native, model_driver *driver)
{
    model_stage_begin(driver, "LLVM IR");
    native->module = model_driver_export(driver);
    if (!model_stage_end(driver, "LLVM IR", native->module != NULL))
        return false;
    model_stage_begin(driver, "optimization");
    return model_stage_end(driver, "optimization",
                           mica_llvm_optimize(native->module, native->target));
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
    return native->target && model_driver_lower(driver) &&
           (!with_main || mica_model_emit_main(driver->description, driver->module)) &&
           optimize(native, driver);
}

// ---- text
// ------------------------------------------------------------------------------------

static bool write_file(native_model *native, model_driver *driver, mica_llvm_output output,
                       const char *path)
{
    model_stage_begin(driver, "machine code");
    return model_stage_end(driver, "machine code",
                           mica_llvm_emit_file(native->module, native->target, output, path));
}

static bool emit_file(model_driver *driver, const micac_options *options,
                      mica_llvm_output output)
{
    native_model native;
    const bool ok = native_begin(&native, driver, options, false) &&
                    write_file(&native, driver, output, options->output);
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

// ---- objects and weights
// ---------------------------------------------------------------------

/// Lowers a model for machine code, its weights apart.
static bool native_begin_object(native_model *native, model_driver *driver,
                                const micac_options *options, bool with_main)
{
    const bool in_file = strcmp(options->weights, "file") == 0;
    driver->weights_mode = in_file ? MODEL_WEIGHTS_IN_FILE : MODEL_WEIGHTS_IN_OBJECT;
    return native_begin(native, driver, options, with_main);
}

/// The model's object, with its weights when they belong there.
static bool make_object(native_model *native, model_driver *driver, mica_weighted_object *made)
{
    mica_llvm_buffer buffer = {0};
    model_stage_begin(driver, "machine code");
    const bool has_weights = driver->weights_mode == MODEL_WEIGHTS_IN_OBJECT;
    const bool ok = mica_llvm_emit(native->module, native->target, MICA_LLVM_OBJECT, &buffer) &&
                    mica_weighted_object_make(driver->context, buffer.data, buffer.size,
                                              has_weights ? driver->weights : NULL, made);
    mica_llvm_buffer_destroy(&buffer);
    return model_stage_end(driver, "machine code", ok);
}

/// OUTPUT without the suffix that its kind has, and ".weights"; from malloc.
static char *weights_path(const micac_options *options)
{
    static const char suffix[] = ".weights";
    size_t length = strlen(options->output);
    const char *kind = options->kind->suffix ? options->kind->suffix : "";
    const size_t tail = strlen(kind);
    if (length > tail && strcmp(options->output + length - tail, kind) == 0)
        length -= tail;
    char *path = malloc(length + sizeof suffix);
    if (path) {
        memcpy(path, options->output, length);
        memcpy(path + length, suffix, sizeof suffix);
    }
    return path;
}

/// The side file, under its temporary name until it is ended.
typedef struct side_file {
    char *path; ///< NULL: there is none
    command_output file;
} side_file;

static bool side_file_begin(side_file *side, const model_driver *driver,
                            const micac_options *options)
{
    *side = (side_file){NULL, {0}};
    if (driver->weights_mode != MODEL_WEIGHTS_IN_FILE || !driver->weights)
        return true;
    side->path = weights_path(options);
    if (!side->path)
        return fputs("error: out of memory\n", stderr) < 0;
    if (!command_output_begin(&side->file, side->path)) {
        free(side->path);
        side->path = NULL;
        return false;
    }
    return mica_model_weights_write_file(driver->weights, command_output_write, &side->file);
}

static bool side_file_end(side_file *side, bool ok)
{
    if (side->path)
        ok = command_output_end(&side->file, ok);
    free(side->path);
    return ok;
}

static bool write_object(const mica_weighted_object *object, const char *path)
{
    command_output file;
    return command_output_begin(&file, path) &&
           command_output_end(&file,
                              mica_weighted_object_write(object, command_output_write, &file));
}

bool emit_object(model_driver *driver, const micac_options *options)
{
    native_model native;
    mica_weighted_object object = {0};
    side_file side = {NULL, {0}};
    const bool ok = native_begin_object(&native, driver, options, false) &&
                    make_object(&native, driver, &object) &&
                    side_file_begin(&side, driver, options) &&
                    write_object(&object, options->output);
    native_end(&native);
    mica_weighted_object_end(&object);
    return side_file_end(&side, ok);
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
    mica_weighted_object object;
    char *paths[LIBRARY_FILES];
    command_output files[LIBRARY_FILES];
    size_t begun; ///< of the files
} library;

static bool write_member(const void *data, mica_write_fn write, void *user)
{
    return mica_weighted_object_write(data, write, user);
}

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
    const mica_archive_member member = {
        name,         &lib->object, (size_t)mica_weighted_object_size(&lib->object),
        write_member, pointers,     MICA_MODEL_SYMBOL_COUNT};
    if (mica_archive_write(&member, 1, command_output_write, file))
        return true;
    return !file->is_failed &&
           fputs("error: archives hold at most 4 GiB; --weights=file writes the weights to a "
                 "file of their own\n",
                 stderr) < 0;
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
    side_file side = {NULL, {0}};
    bool ok = native_begin_object(&native, driver, options, false) &&
              make_object(&native, driver, &lib.object) &&
              side_file_begin(&side, driver, options);
    native_end(&native);
    if (ok) {
        const size_t count = driver->device->to_kernels ? LIBRARY_FILES : GPU_HEADER;
        ok = name_library_files(&lib, write_library_files(&lib, count));
    }
    mica_weighted_object_end(&lib.object);
    return side_file_end(&side, ok);
}

// ---- exe
// -------------------------------------------------------------------------------------

/// Writes the object under a temporary name and links it.
static bool write_program(const model_driver *driver, const mica_weighted_object *object,
                          const micac_options *options)
{
    const size_t size = strlen(options->output) + 32;
    char *path = malloc(size);
    if (!path)
        return fputs("error: out of memory\n", stderr) < 0;
    snprintf(path, size, "%s.tmp-%ld.o", options->output, (long)getpid());
    bool ok = write_object(object, path);
    if (ok) {
        model_stage_begin(driver, "link");
        ok = model_stage_end(driver, "link", link_program(path, options));
        unlink(path);
    }
    free(path);
    return ok;
}

bool emit_executable(model_driver *driver, const micac_options *options)
{
    native_model native;
    mica_weighted_object object = {0};
    side_file side = {NULL, {0}};
    bool ok = native_begin_object(&native, driver, options, true) &&
              make_object(&native, driver, &object) && side_file_begin(&side, driver, options);
    native_end(&native);
    ok = ok && write_program(driver, &object, options);
    mica_weighted_object_end(&object);
    return side_file_end(&side, ok);
}
