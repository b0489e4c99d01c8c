// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass gpu-module-to-binary for SPIR-V: the kernels of a gpu.module, converted and lowered
// in the spirv.module that convert-gpu-to-spirv put beside it, become a gpu.binary of the same
// name, so that launches keep their reference:
//
//   spirv.module @__spv__m {..}  gpu.module @m {..}
//   -> gpu.binary @m [#gpu.object<#spirv.target_env<..>, "\03\02#\07.."]
#include <stdlib.h>

#include "codegen/spirv/spirv_writer.h"
#include "dialects/gpu/gpu.h"
#include "dialects/spirv/spirv.h"
#include "ir/core/builder.h"
#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/core/symbol_table.h"
#include "ir/text/text.h"
#include "transforms/pass/pass.h"

static const char prefix[] = "__spv__";

// What the object is said to be for: the module's own target, or just what it needs.
static const mica_attr *target_of(mica_op *module)
{
    const mica_attr *target = mica_spirv_target_env_find(module);
    const mica_attr *vce = mica_op_attr(module, "vce_triple");
    if (target || !vce)
        return target ? target
                      : mica_parse_attr(mica_op_context(module),
                                        mica_string_from("#spirv.target_env<#spirv.vce<v1.0, "
                                                         "[], []>, #spirv.resource_limits<>>"));
    char *vce_text = mica_attr_to_string(vce);
    static const char head[] = "#spirv.target_env<", tail[] = ", #spirv.resource_limits<>>";
    const size_t length = vce_text ? strlen(vce_text) : 0;
    char *text = mica_malloc(length + sizeof head + sizeof tail);
    if (text && vce_text) {
        memcpy(text, head, sizeof head - 1);
        memcpy(text + sizeof head - 1, vce_text, length);
        memcpy(text + sizeof head - 1 + length, tail, sizeof tail);
        target = mica_parse_attr(mica_op_context(module), mica_string_from(text));
    }
    mica_free(vce_text);
    mica_free(text);
    return target;
}

static bool replace(mica_op *module, mica_op *kernels)
{
    mica_context *context = mica_op_context(module);
    size_t count;
    uint32_t *words = mica_spirv_write(module, &count);
    if (!words)
        return false;
    const mica_string bytes = {(const char *)words, count * sizeof *words};
    const mica_attr *target = target_of(module);
    const mica_attr *object = target ? mica_gpu_object_get(target, bytes) : NULL;
    mica_free(words);
    if (!object)
        return false;
    mica_builder builder = mica_builder_before(kernels);
    mica_op_state state;
    mica_op_state_init(&state, context, "gpu.binary", builder.location);
    mica_op_state_set_attr(&state, "sym_name", mica_symbol_name(kernels));
    mica_op_state_set_attr(&state, "objects", mica_array_attr_get(context, &object, 1));
    mica_builder_create(&builder, &state);
    mica_op_erase(module);
    mica_op_erase(kernels);
    return true;
}

static bool run_pass(mica_pass_run *run)
{
    mica_op *root = mica_pass_run_op(run);
    bool done = true;
    mica_for_each_op_safe(op, next, mica_module_body(root))
    {
        const mica_attr *name_attr =
            mica_string_is(mica_op_name(op), "spirv.module") ? mica_symbol_name(op) : NULL;
        if (!name_attr)
            continue;
        const mica_string name = mica_string_attr_text(name_attr);
        if (name.length < sizeof prefix || memcmp(name.data, prefix, sizeof prefix - 1) != 0)
            continue;
        const mica_string rest = {name.data + sizeof prefix - 1,
                                  name.length - (sizeof prefix - 1)};
        mica_op *kernels = mica_symbol_find_in(root, rest);
        if (!kernels || !mica_string_is(mica_op_name(kernels), "gpu.module"))
            continue;
        if (kernels == next)
            next = mica_op_next(next);
        done &= replace(op, kernels);
    }
    return done;
}

static const char *const dependent[] = {"gpu", NULL};
const mica_pass_def mica_pass_gpu_module_to_binary = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "gpu-module-to-binary",
    .name = "GpuModuleToBinaryPass",
    .summary = "Transforms a GPU module into a GPU binary.",
    .anchor = "builtin.module",
    .dependent_dialects = dependent,
    .run = run_pass};
