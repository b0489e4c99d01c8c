// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass gpu-merge-kernel-modules: all kernels that a module launches come into one
// gpu.module, in the order of their first launch, so that a model is one SPIR-V binary, loaded
// once. Equal kernels are kept once.
//
//   gpu.launch_func @f_kernel::@f_kernel ..     gpu.module @f_kernel { gpu.func @f_kernel .. }
//   gpu.launch_func @f_kernel_0::@f_kernel ..   gpu.module @f_kernel_0 { gpu.func @f_kernel ..
//   }
//   -> gpu.launch_func @f_kernel::@f_kernel ..  gpu.module @f_kernel {
//      gpu.launch_func @f_kernel::@f_kernel_0 ..  gpu.func @f_kernel .. gpu.func @f_kernel_0 ..
//      }
//
// A module that holds anything but kernels, or has attributes of its own (a target), stays as
// it is.
#include "dialects/gpu/gpu.h"
#include "ir/core/context_internal.h"
#include "ir/core/symbol_table.h"
#include "transforms/cleanup/op_equivalence_internal.h"
#include "transforms/drivers/op_row.h"
#include "transforms/pass/pass.h"

typedef struct merging {
    mica_context *context;
    mica_symbol_table *symbols; ///< of the whole module
    mica_op *target;            ///< takes all kernels; NULL: none was launched yet
    mica_symbol_table *kernels; ///< of the target
    micai_pointer_map moved;    ///< kernel, as it was launched -> where it is now
    micai_pointer_map last;     ///< function type -> the last kernel of that type
    micai_pointer_map previous; ///< kernel -> the one of its type before it
    bool changed;
} merging;

static bool is_kernel(const mica_op *op)
{
    return mica_string_is(mica_op_name(op), "gpu.func") && mica_gpu_func_is_kernel(op);
}

static mica_block *body_of(const mica_op *op)
{
    return mica_region_first(mica_op_region(op, 0));
}

static bool is_mergeable(const mica_op *module)
{
    if (!mica_string_is(mica_op_name(module), "gpu.module") || mica_op_attr_count(module) ||
        mica_op_attr(module, "targets"))
        return false;
    mica_for_each_op(op, body_of(module))
    {
        if (!is_kernel(op) && !mica_string_is(mica_op_name(op), "gpu.module_end"))
            return false;
    }
    return true;
}

// ---- equal kernels

static bool same_attributes(const mica_op *a, const mica_op *b)
{
    static const char *const names[] = {"known_block_size", "known_grid_size",
                                        "spirv.entry_point_abi", "workgroup_attributions",
                                        "arg_attrs"};
    for (size_t i = 0; i < sizeof names / sizeof *names; ++i)
        if (!mica_attr_equal(mica_op_attr(a, names[i]), mica_op_attr(b, names[i])))
            return false;
    return mica_op_attr_count(a) == mica_op_attr_count(b);
}

static bool same_kernel(const merging *m, const mica_op *a, const mica_op *b)
{
    return mica_region_has_one_block(mica_op_region(a, 0)) &&
           mica_region_has_one_block(mica_op_region(b, 0)) && same_attributes(a, b) &&
           micai_blocks_equivalent(&m->context->allocator, body_of(a), body_of(b));
}

// A kernel of the target that does the same; NULL: none. Kernels of one type are few.
static mica_op *find_equal(const merging *m, const mica_op *kernel)
{
    mica_op *candidate = micai_pointer_map_get(&m->last, mica_op_attr(kernel, "function_type"));
    while (candidate && !same_kernel(m, candidate, kernel))
        candidate = micai_pointer_map_get(&m->previous, candidate);
    return candidate;
}

// ---- moving

static bool note_kernel(merging *m, const mica_op *launched, const mica_op *kernel)
{
    return micai_pointer_map_set(&m->moved, launched, (uint64_t)(uintptr_t)kernel);
}

static bool add_kernel(merging *m, const mica_op *launched, const mica_op *kernel)
{
    const mica_attr *type = mica_op_attr(kernel, "function_type");
    const void *before = micai_pointer_map_get(&m->last, type);
    return micai_pointer_map_set(&m->previous, kernel, (uint64_t)(uintptr_t)before) &&
           note_kernel(m, launched, kernel) &&
           micai_pointer_map_set(&m->last, type, (uint64_t)(uintptr_t)kernel);
}

// A copy: the module it comes from may hold kernels that are launched later.
static mica_op *move_kernel(merging *m, mica_op *kernel)
{
    mica_op *copy = mica_op_clone(kernel, NULL);
    if (!copy || !mica_symbol_table_insert(m->kernels, copy, NULL) ||
        !add_kernel(m, kernel, copy))
        return NULL;
    return copy;
}

static bool open_target(merging *m, mica_op *module)
{
    m->target = module;
    m->kernels = mica_symbol_table_create(module);
    return m->kernels != NULL;
}

static void point_launch(merging *m, mica_op *launch, const mica_op *kernel)
{
    const mica_string path = mica_string_attr_text(mica_symbol_name(kernel));
    mica_op_set_attr(
        launch, "kernel",
        mica_symbol_ref_attr_get(m->context, mica_string_attr_text(mica_symbol_name(m->target)),
                                 &path, 1));
    m->changed = true;
}

static bool merge_launch(merging *m, mica_op *launch)
{
    const mica_attr *reference = mica_op_attr(launch, "kernel");
    mica_op *module = mica_symbol_table_find(m->symbols, mica_symbol_ref_attr_root(reference));
    mica_op *kernel = mica_symbol_resolve(launch, reference);
    if (!module || !kernel || !is_kernel(kernel) || !is_mergeable(module))
        return true;
    if (!m->target && !open_target(m, module))
        return false;
    const mica_op *moved = micai_pointer_map_get(&m->moved, kernel);
    if (moved && module != m->target)
        point_launch(m, launch, moved);
    if (moved)
        return true;
    if (module == m->target)
        return add_kernel(m, kernel, kernel);
    mica_op *equal = find_equal(m, kernel);
    if (equal && !note_kernel(m, kernel, equal))
        return false;
    mica_op *made = equal ? equal : move_kernel(m, kernel);
    if (made)
        point_launch(m, launch, made);
    return made != NULL;
}

// ---- the pass

static mica_walk_result find_launch(void *user, mica_op *op)
{
    if (mica_string_is(mica_op_name(op), "gpu.launch_func"))
        micai_op_row_append(user, op);
    return MICA_WALK_ADVANCE;
}

// All kernels of the module have moved.
static bool is_empty(const merging *m, const mica_op *module)
{
    if (module == m->target || !is_mergeable(module))
        return false;
    bool has_kernels = false;
    mica_for_each_op(op, body_of(module))
    {
        if (is_kernel(op) && !micai_pointer_map_get(&m->moved, op))
            return false;
        has_kernels |= is_kernel(op);
    }
    return has_kernels;
}

static bool merge(merging *m, mica_op *root)
{
    micai_op_row launches = {0};
    mica_op_walk_pre(root, find_launch, &launches);
    bool done = m->symbols && !launches.failed;
    for (size_t i = 0; i < launches.count && done; ++i)
        done = merge_launch(m, launches.ops[i]);
    micai_op_row_free(&launches);
    mica_for_each_op_safe(op, next, mica_module_body(root))
    {
        if (done && m->target && is_empty(m, op))
            mica_symbol_table_erase(m->symbols, op);
    }
    return done;
}

static bool run_pass(mica_pass_run *run)
{
    mica_op *root = mica_pass_run_op(run);
    mica_context *context = mica_pass_run_context(run);
    merging m = {.context = context,
                 .symbols = mica_symbol_table_create(root),
                 .moved = micai_pointer_map_on(&context->allocator),
                 .last = micai_pointer_map_on(&context->allocator),
                 .previous = micai_pointer_map_on(&context->allocator)};
    const bool done = merge(&m, root);
    if (!m.changed)
        mica_pass_run_mark_unchanged(run);
    if (m.kernels)
        mica_symbol_table_destroy(m.kernels);
    if (m.symbols)
        mica_symbol_table_destroy(m.symbols);
    micai_pointer_map_free(&m.moved);
    micai_pointer_map_free(&m.last);
    micai_pointer_map_free(&m.previous);
    return done && !mica_context_out_of_memory(context);
}

const mica_pass_def mica_pass_gpu_merge_kernel_modules = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "gpu-merge-kernel-modules",
    .name = "GpuMergeKernelModules",
    .summary = "Kernels come into one gpu.module, equal ones once",
    .anchor = "builtin.module",
    .run = run_pass};
