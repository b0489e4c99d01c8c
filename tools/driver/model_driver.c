// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The stages of a model:
//
//   read      *.onnx -> onnx dialect, or text
//   describe  entry function, names, types and shapes, while they are the model's own
//   lower     linalg -> (kernels ->) buffers -> note the memory, take the weights -> llvm
//             -> entry code
#include "tools/driver/model_driver.h"

#include "dialects/onnx/reader/import.h"
#include "ir/core/diagnostics.h"
#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "ir/core/verifier.h"
#include "tools/command/command.h"
#include "tools/command/command_crash.h"
#include "transforms/pass/pass_manager.h"
#include "transforms/pass/pass_registry.h"

#include <stdio.h>

static const model_device devices[] = {
    {"cpu", NULL, "mica-cpu-to-buffers", "mica-cpu-to-functions", "mica-cpu-to-llvm"},
    {"vulkan", "mica-gpu-to-kernels", "mica-gpu-to-buffers", NULL, "mica-gpu-to-llvm"},
};
#define DEVICE_COUNT (sizeof devices / sizeof *devices)

const model_device *find_model_device(const char *name)
{
    for (size_t i = 0; i < DEVICE_COUNT; i++)
        if (strcmp(devices[i].name, name) == 0)
            return &devices[i];
    fprintf(stderr, "error: no such device: '%s'; there is", name);
    for (size_t i = 0; i < DEVICE_COUNT; i++)
        fprintf(stderr, "%s '%s'", i ? "," : "", devices[i].name);
    fputs("\n", stderr);
    return NULL;
}

// ---- stages
// ----------------------------------------------------------------------------------

void model_stage_begin(const model_driver *driver, const char *stage)
{
    if (driver->watcher)
        driver->watcher->begin(driver->watcher->user, stage);
}

bool model_stage_end(const model_driver *driver, const char *stage, bool ok)
{
    if (driver->watcher)
        driver->watcher->end(driver->watcher->user, stage, driver->module, ok);
    return ok;
}

// ---- reading
// ---------------------------------------------------------------------------------

static bool ends_with(const char *text, const char *suffix)
{
    const size_t length = strlen(text), tail = strlen(suffix);
    return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

static bool read_model(model_driver *driver, mica_context *context, const char *path)
{
    static const model_sizes none = {0};
    const model_sizes *sizes = driver->sizes ? driver->sizes : &none;
    const mica_onnx_import_options options = {.struct_size = sizeof options,
                                              .dims = sizes->dims,
                                              .dim_count = sizes->dim_count,
                                              .shapes = sizes->shapes,
                                              .shape_count = sizes->shape_count,
                                              .values = sizes->values,
                                              .value_count = sizes->value_count};
    driver->context = context;
    if (driver->has_profile && driver->device->to_kernels)
        return fprintf(stderr, "error: --profile is for --device=cpu, not for '%s'\n",
                       driver->device->name) < 0;
    if (!ends_with(path, ".onnx")) {
        if (sizes->dim_count || sizes->shape_count || sizes->value_count)
            return fputs("error: --dim, --shape and --value are for ONNX files; MLIR text "
                         "says its sizes itself\n",
                         stderr) < 0;
        driver->module = command_parse_file(context, path);
        return driver->module != NULL;
    }
    driver->module =
        command_input_check(path) ? mica_onnx_import(context, path, &options) : NULL;
    return driver->module && mica_op_verify(driver->module);
}

bool model_driver_read(model_driver *driver, mica_context *context, const char *path)
{
    model_stage_begin(driver, "read");
    return model_stage_end(driver, "read", read_model(driver, context, path));
}

void model_driver_end(model_driver *driver)
{
    mica_model_description_destroy(driver->description);
    mica_model_weights_destroy(driver->weights);
    driver->weights = NULL;
    if (driver->module)
        mica_op_destroy(driver->module);
    driver->description = NULL;
    driver->module = NULL;
}

// ---- passes
// ----------------------------------------------------------------------------------

static bool run_passes(model_driver *driver, const char *passes)
{
    mica_pass_registry *registry = mica_pass_registry_create();
    mica_pass_manager *manager = NULL;
    if (registry && mica_pass_registry_add_all(registry))
        manager = mica_pass_manager_create(driver->context, registry, "builtin.module");
    const mica_pass_manager_options options = {.struct_size = sizeof options,
                                               .reproducer = driver->reproducer};
    bool ok = manager && mica_pass_manager_append(manager, mica_string_from(passes));
    if (ok) {
        mica_pass_manager_set_options(manager, &options);
        if (driver->reproducer)
            command_crash_watch(manager, driver->reproducer);
        ok = mica_pass_manager_run(manager, driver->module);
        command_crash_ignore();
    }
    mica_pass_manager_destroy(manager);
    mica_pass_registry_destroy(registry);
    return ok;
}

static bool run_stage(model_driver *driver, const char *stage, bool (*run)(model_driver *))
{
    model_stage_begin(driver, stage);
    return model_stage_end(driver, stage, run(driver));
}

static bool lower_to_linalg(model_driver *driver)
{
    return run_passes(driver, "mica-onnx-to-linalg");
}

static mica_walk_result find_assert(void *user, mica_op *op)
{
    mica_op **found = user;
    if (mica_string_is(mica_op_name(op), "cf.assert"))
        *found = op;
    return *found ? MICA_WALK_INTERRUPT : MICA_WALK_ADVANCE;
}

static bool lower_to_kernels(model_driver *driver)
{
    mica_op *found = NULL;
    mica_op_walk_pre(driver->module, find_assert, &found);
    if (found)
        return mica_op_error(found, "depends on data, and is not checked on device '%s'",
                             driver->device->name);
    return run_passes(driver, driver->device->to_kernels);
}

bool model_driver_to_linalg(model_driver *driver)
{
    return run_stage(driver, "linalg", lower_to_linalg);
}

bool model_driver_to_kernels(model_driver *driver)
{
    if (driver->device->to_kernels)
        return run_stage(driver, "kernels", lower_to_kernels);
    return mica_op_error(driver->module, "has no kernels on device '%s'", driver->device->name);
}

// ---- the entry
// -------------------------------------------------------------------------------

static bool is_candidate(mica_op *op)
{
    return mica_string_is(mica_op_name(op), "func.func") && !mica_function_is_declaration(op) &&
           mica_symbol_get_visibility(op) == MICA_VISIBILITY_PUBLIC;
}

/// The function of that name; NULL without a message.
static mica_op *find_function(model_driver *driver, const char *name)
{
    mica_op *op = mica_symbol_find_in(driver->module, mica_string_from(name));
    const bool is_function = op && mica_string_is(mica_op_name(op), "func.func") &&
                             !mica_function_is_declaration(op);
    return is_function ? op : NULL;
}

static mica_op *only_candidate(model_driver *driver)
{
    static const char *const usual[] = {"main_graph", "main"};
    mica_op *found = NULL;
    size_t count = 0;
    mica_for_each_op(op, mica_module_body(driver->module))
    {
        if (is_candidate(op)) {
            found = op;
            count++;
        }
    }
    for (size_t i = 0; count > 1 && i < 2; i++) {
        mica_op *op = find_function(driver, usual[i]);
        if (op && is_candidate(op))
            return op;
    }
    if (count == 1)
        return found;
    mica_op_error(driver->module, count ? "has several public functions; --entry=NAME says "
                                          "which one is the model"
                                        : "has no public function with a body");
    return NULL;
}

static mica_walk_result find_call(void *user, mica_op *op)
{
    mica_op **found = user;
    if (!mica_string_is(mica_op_name(op), "func.call"))
        return MICA_WALK_ADVANCE;
    const mica_op *callee = mica_symbol_resolve(op, mica_op_attr(op, "callee"));
    if (callee && !mica_function_is_declaration(callee))
        *found = op;
    return *found ? MICA_WALK_INTERRUPT : MICA_WALK_ADVANCE;
}

/// A model is one function: memory is planned for it as a whole.
static bool check_calls(model_driver *driver)
{
    mica_op *found = NULL;
    mica_op_walk_pre(driver->entry, find_call, &found);
    return !found || mica_op_error(found, "can't become part of the model: the function calls "
                                          "itself or has several blocks");
}

/// Makes all symbols but the entry private, inlines what it calls and drops what it does not
/// use.
static bool isolate_entry(model_driver *driver)
{
    mica_for_each_op(op, mica_module_body(driver->module))
    {
        if (op != driver->entry && mica_symbol_name(op))
            mica_symbol_set_visibility(op, MICA_VISIBILITY_PRIVATE);
    }
    mica_symbol_set_visibility(driver->entry, MICA_VISIBILITY_PUBLIC);
    return run_passes(driver, "inline,symbol-dce") && check_calls(driver);
}

/// Kernels are made for sizes that are known.
static bool check_device(model_driver *driver)
{
    if (!driver->device->to_kernels || mica_model_dim_count(driver->description) == 0)
        return true;
    const mica_string name = mica_model_get_dim(driver->description, 0)->name;
    fprintf(stderr,
            "error: dimension '%.*s' is dynamic; device '%s' needs all sizes at compile time: "
            "bind them with --dim or --shape\n",
            MICA_STRING_ARG(name), driver->device->name);
    return false;
}

static bool describe_model(model_driver *driver, const char *path, const char *entry,
                           const char *prefix)
{
    const mica_string symbol =
        prefix ? mica_string_from(prefix) : mica_model_prefix_of_path(driver->context, path);
    if (!mica_model_is_prefix(symbol)) {
        fprintf(stderr,
                "error: '%.*s' can't begin the names of C functions; a prefix is letters, "
                "digits and '_', and does not begin with a digit or with 'mica_'\n",
                MICA_STRING_ARG(symbol));
        return false;
    }
    if (!run_passes(driver, "onnx-infer-shapes"))
        return false;
    driver->entry = entry ? find_function(driver, entry) : only_candidate(driver);
    if (!driver->entry)
        return entry &&
               mica_op_error(driver->module, "has no function '%s' with a body", entry);
    if (!isolate_entry(driver) || !run_passes(driver, "func.func(expose-dims)"))
        return false;
    driver->description = mica_model_describe(driver->entry, symbol);
    return driver->description && check_device(driver);
}

bool model_driver_describe(model_driver *driver, const char *path, const char *entry,
                           const char *prefix)
{
    model_stage_begin(driver, "types");
    return model_stage_end(driver, "types", describe_model(driver, path, entry, prefix));
}

// ---- lowering
// --------------------------------------------------------------------------------

/// The entry as it is now: passes may have built another op for it.
static bool note_memory(model_driver *driver)
{
    mica_op *entry =
        mica_symbol_find_in(driver->module, mica_model_function(driver->description));
    driver->entry = NULL;
    if (!entry)
        return mica_op_error(driver->module, "has lost its entry function");
    return mica_model_note_memory(driver->description, entry);
}

/// A model's inputs are the caller's: bufferization must not write to them.
static bool protect_inputs(model_driver *driver)
{
    const mica_attr *no = mica_bool_attr_get(driver->context, false);
    bool ok = true;
    for (size_t i = 0; i < mica_function_argument_count(driver->entry); i++)
        ok = ok &&
             mica_function_set_argument_attr(driver->entry, i, "bufferization.writable", no);
    return ok;
}

/// That a model's buffers don't overlap is the contract with its callers.
static bool mark_buffers(model_driver *driver)
{
    mica_op *entry =
        mica_symbol_find_in(driver->module, mica_model_function(driver->description));
    const mica_attr *yes = mica_unit_attr_get(driver->context);
    bool ok = entry != NULL;
    for (size_t i = 0; ok && i < mica_function_argument_count(entry); i++)
        ok = !mica_type_is_memref(mica_function_argument_type(entry, i)) ||
             mica_function_set_argument_attr(entry, i, "llvm.noalias", yes);
    return ok;
}

static bool lower_to_functions(model_driver *driver)
{
    // Small constants are worth more to LLVM than to a block of weights.
    static const char gather[] =
        "gather-constants{keep-parts=true min-bytes=1024 min-total-bytes=65536}";
    const char *passes = driver->device->to_functions;
    if (!passes)
        return true;
    return (driver->weights_mode == MODEL_WEIGHTS_IN_MODULE || run_passes(driver, gather)) &&
           mark_buffers(driver) && run_passes(driver, passes);
}

static bool take_weights(model_driver *driver)
{
    static const mica_weights_place places[] = {
        [MODEL_WEIGHTS_IN_OBJECT] = MICA_WEIGHTS_IN_OBJECT,
        [MODEL_WEIGHTS_IN_FILE] = MICA_WEIGHTS_IN_FILE,
        [MODEL_WEIGHTS_GIVEN] = MICA_WEIGHTS_GIVEN,
    };
    return driver->weights_mode == MODEL_WEIGHTS_IN_MODULE ||
           mica_model_take_weights(driver->description, driver->module,
                                   places[driver->weights_mode], &driver->weights);
}

static bool lower_to_buffers(model_driver *driver)
{
    return run_passes(driver, driver->device->to_buffers) && lower_to_functions(driver) &&
           (!driver->has_profile || run_passes(driver, "instrument-profile")) &&
           note_memory(driver) && take_weights(driver);
}

static bool lower_to_llvm(model_driver *driver)
{
    return run_passes(driver, driver->device->to_llvm) &&
           mica_model_emit_entry(driver->description, driver->module);
}

bool model_driver_lower(model_driver *driver)
{
    return model_driver_to_linalg(driver) && protect_inputs(driver) &&
           (!driver->device->to_kernels || model_driver_to_kernels(driver)) &&
           run_stage(driver, "buffers", lower_to_buffers) &&
           run_stage(driver, "llvm", lower_to_llvm);
}
