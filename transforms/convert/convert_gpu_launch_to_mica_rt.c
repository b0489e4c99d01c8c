// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-gpu-launch-to-mica-rt: host code starts kernels through the runtime
// (runtime/mica_rt_gpu.h), with the SPIR-V of a gpu.binary as data.
//
//   gpu.launch_func @m::@k blocks in (%x, %y, %z) .. args(%a : memref<4xf32>, %s : f32)
//   -> %device = call @mica_rt_gpu_default_device()
//      %module = call @mica_rt_gpu_module_load(%device, @m_spirv, size)
//      store {address of %a, 16, 0 (buffer), 0}, {address of %s, 4, 1 (scalar), 0}
//      call @mica_rt_gpu_launch(%device, %module, @m_k_name, %x, %y, %z, arguments, 2)
//      call @mica_rt_gpu_wait(%device)
//
// In a function with an argument that has the attribute `mica.device`, that is the device and
// nothing waits: the caller brackets the whole run. With device-argument every function with a
// body gets such an argument, its last. Works on memrefs, before they become
// descriptors; finalize-memref-to-llvm lowers the address that is taken.
#include <stdio.h>
#include <stdlib.h>

#include "dialects/gpu/gpu.h"
#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "transforms/convert/llvm_builder.h"
#include "transforms/pass/pass.h"

enum { BUFFER = 0, SCALAR = 1, MOST_RANK = 32 };

typedef struct host {
    mica_context *context;
    mica_op *op; ///< the launch
    mica_builder builder;
    const mica_type *pointer, *i32, *i64, *argument; ///< {ptr, i64, i32, i32}
} host;

static host begin(mica_op *op)
{
    mica_context *context = mica_op_context(op);
    host h = {.context = context,
              .op = op,
              .builder = mica_builder_before(op),
              .pointer = mica_llvm_pointer_get(context, 0),
              .i32 = mica_integer_type_get(context, 32, MICA_SIGNLESS),
              .i64 = mica_integer_type_get(context, 64, MICA_SIGNLESS)};
    const mica_type *members[] = {h.pointer, h.i64, h.i32, h.i32};
    h.argument = mica_llvm_struct_get(context, members, 4, false);
    return h;
}

static mica_value *call(host *h, const char *name, const mica_type *result,
                        const mica_type *const *types, mica_value *const *operands,
                        size_t count)
{
    const mica_type *type = mica_llvm_function_get(result, types, count, false);
    if (!micai_llvm_declare_function(&h->builder, h->op, name, type))
        return NULL;
    return micai_llvm_call(&h->builder, mica_string_from(name), result, operands, count);
}

// ---- data

// The address of a constant global with these bytes, made once.
static mica_value *data(host *h, const char *name, mica_string bytes)
{
    enum { PRIVATE = 0, SPIRV_ALIGNMENT = 4 };
    mica_op *module = mica_symbol_table_nearest(h->op);
    if (!mica_symbol_find_in(module, mica_string_from(name))) {
        mica_builder builder = h->builder;
        mica_builder_set_at_start(&builder, mica_module_body(module));
        const mica_type *type = mica_llvm_array_get(
            mica_integer_type_get(h->context, 8, MICA_SIGNLESS), (int64_t)bytes.length);
        mica_op_state state;
        mica_op_state_init(&state, h->context, "llvm.mlir.global", builder.location);
        mica_op_state_set_attr(&state, "global_type", mica_type_attr_get(type));
        mica_op_state_set_attr(&state, "constant", mica_unit_attr_get(h->context));
        mica_op_state_set_attr(&state, "sym_name",
                               mica_string_attr_get(h->context, mica_string_from(name)));
        mica_op_state_set_attr(&state, "linkage", mica_llvm_linkage_get(h->context, PRIVATE));
        mica_op_state_set_attr(&state, "value", mica_string_attr_get(h->context, bytes));
        mica_op_state_set_attr(&state, "alignment",
                               mica_i64_attr_get(h->context, SPIRV_ALIGNMENT));
        mica_op_state_add_region(&state);
        mica_builder_create(&builder, &state);
    }
    return micai_llvm_address_of(&h->builder, h->pointer, mica_string_from(name));
}

// ---- arguments

static mica_value *cast(host *h, const char *name, const mica_type *type, mica_value *value)
{
    return micai_llvm_unary(&h->builder, name, type, value);
}

// Bytes from the first to behind the last element; 0 when not known.
static int64_t extent(const mica_type *type, int64_t *offset)
{
    int64_t strides[MOST_RANK], last = 0;
    const uint32_t bits =
        mica_type_bit_width(mica_type_element_or_self(mica_type_element(type)));
    if (mica_type_rank(type) > MOST_RANK || !mica_memref_type_strides(type, strides, offset) ||
        *offset == MICA_DYNAMIC)
        return 0;
    for (size_t i = 0; i < mica_type_rank(type); ++i) {
        if (mica_type_shape(type)[i] <= 0 || strides[i] == MICA_DYNAMIC)
            return 0;
        last += (mica_type_shape(type)[i] - 1) * strides[i];
    }
    const mica_type *element = mica_type_element(type);
    const int64_t lanes = mica_type_is_vector(element) ? mica_type_element_count(element) : 1;
    const int64_t size = (bits + 7) / 8 * lanes;
    *offset *= size;
    return (last + 1) * size;
}

static mica_value *buffer_address(host *h, mica_value *memref, int64_t *size)
{
    int64_t offset = 0;
    *size = extent(mica_value_type(memref), &offset);
    if (*size == 0) {
        mica_op_error(h->op, "passes a memref whose extent is not known at compile time");
        return NULL;
    }
    mica_value *index = micai_llvm_unary(&h->builder, "memref.extract_aligned_pointer_as_index",
                                         mica_index_type_get(h->context), memref);
    mica_value *address = cast(h, "arith.index_cast", h->i64, index);
    if (offset)
        address = micai_llvm_binary(&h->builder, "llvm.add", address,
                                    micai_llvm_integer(&h->builder, h->i64, offset));
    return cast(h, "llvm.inttoptr", h->pointer, address);
}

// A scalar as it is passed: 4 bytes, or 8 where it is 64 bits wide.
static mica_value *widen(host *h, mica_value *value)
{
    const mica_type *type = mica_value_type(value);
    const uint32_t width = mica_type_bit_width(type);
    if (mica_type_is_index(type))
        return cast(h, "arith.index_cast", h->i32, value);
    if (mica_type_is_float(type) && width == 16)
        return cast(h, "arith.extf", mica_float_type_get(h->context, MICA_FLOAT_F32), value);
    if (mica_type_is_integer(type) && width < 32)
        return cast(h, width == 1 ? "arith.extui" : "arith.extsi", h->i32, value);
    if (width == 32 || width == 64)
        return value;
    mica_op_error(h->op, "passes a scalar of a type that kernels don't take");
    return NULL;
}

static mica_value *allocate(host *h, const mica_type *type, int64_t count)
{
    mica_op *function = h->op;
    while (mica_op_parent(function) &&
           !mica_op_has_trait(function, MICA_TRAIT_AUTOMATIC_ALLOCATION_SCOPE))
        function = mica_op_parent(function);
    // Once a call, not once a launch: a launch may stand in a loop.
    mica_builder builder = h->builder;
    mica_builder_set_at_start(&builder, mica_region_first(mica_op_region(function, 0)));
    return micai_llvm_alloca(&builder, type, micai_llvm_integer(&builder, h->i64, count), 0);
}

static mica_value *scalar_address(host *h, mica_value *scalar, int64_t *size)
{
    mica_value *value = widen(h, scalar);
    if (!value)
        return NULL;
    *size = mica_type_bit_width(mica_value_type(value)) / 8;
    mica_value *slot = allocate(h, mica_value_type(value), 1);
    micai_llvm_store(&h->builder, value, slot, 0);
    return slot;
}

static bool store_argument(host *h, mica_value *arguments, size_t index, mica_value *value)
{
    int64_t size = 0;
    const bool is_buffer = mica_type_is_memref(mica_value_type(value));
    mica_value *address =
        is_buffer ? buffer_address(h, value, &size) : scalar_address(h, value, &size);
    if (!address)
        return false;
    mica_value *const members[] = {
        address, micai_llvm_integer(&h->builder, h->i64, size),
        micai_llvm_integer(&h->builder, h->i32, is_buffer ? BUFFER : SCALAR),
        micai_llvm_integer(&h->builder, h->i32, 0)};
    for (int32_t i = 0; i < 4; ++i) {
        const int32_t path[] = {(int32_t)index, i};
        micai_llvm_store(
            &h->builder, members[i],
            micai_llvm_member_address(&h->builder, h->argument, arguments, path, 2), 0);
    }
    return true;
}

static mica_value *build_arguments(host *h, size_t *argument_count)
{
    size_t start, count;
    mica_op_operand_range(h->op, MICA_GPU_OPERANDS_KERNEL, &start, &count);
    *argument_count = count;
    mica_value *arguments = allocate(h, h->argument, count ? (int64_t)count : 1);
    for (size_t i = 0; i < count; ++i)
        if (!store_argument(h, arguments, i, mica_op_operand(h->op, start + i)))
            return NULL;
    return arguments;
}

// ---- the launch

// The argument of the function that is the device; NULL: none is.
static mica_value *device_argument(mica_op *op)
{
    mica_op *function = op;
    while (function && !mica_op_has_trait(function, MICA_TRAIT_CALLABLE))
        function = mica_op_parent(function);
    const mica_attr *attrs = function ? mica_op_attr(function, "arg_attrs") : NULL;
    for (size_t i = 0; attrs && i < mica_array_attr_count(attrs); ++i)
        if (mica_dictionary_attr_find(mica_array_attr_element(attrs, i),
                                      mica_string_from("mica.device")))
            return mica_block_argument(mica_region_first(mica_op_region(function, 0)), i);
    return NULL;
}

// Appends the device to the arguments.
static bool add_device_argument(mica_op *function)
{
    mica_context *context = mica_op_context(function);
    const size_t index = mica_function_argument_count(function);
    if (!mica_function_insert_argument(function, index, mica_llvm_pointer_get(context, 0),
                                       mica_op_location(function)))
        return false;
    return mica_function_set_argument_attr(function, index, "mica.device",
                                           mica_unit_attr_get(context));
}

static bool add_device_arguments(mica_op *module)
{
    mica_for_each_op(op, mica_module_body(module))
    {
        if (mica_string_is(mica_op_name(op), "func.func") &&
            !mica_function_is_declaration(op) && !add_device_argument(op))
            return false;
    }
    return true;
}

static mica_value *grid_size(host *h, size_t dimension)
{
    size_t start, count;
    mica_op_operand_range(h->op, MICA_GPU_OPERANDS_GRID + dimension, &start, &count);
    mica_value *size = mica_op_operand(h->op, start);
    if (mica_type_is_index(mica_value_type(size)))
        return cast(h, "arith.index_cast", h->i32, size);
    return mica_type_bit_width(mica_value_type(size)) == 64
               ? cast(h, "arith.trunci", h->i32, size)
               : size;
}

static mica_value *load_module(host *h, mica_value *device, mica_string module,
                               mica_string bytes)
{
    char name[256];
    snprintf(name, sizeof name, "%.*s_spirv", (int)(module.length < 240 ? module.length : 240),
             module.data);
    const mica_type *types[] = {h->pointer, h->pointer, h->i64};
    mica_value *const operands[] = {
        device, data(h, name, bytes),
        micai_llvm_integer(&h->builder, h->i64, (int64_t)bytes.length)};
    return call(h, "mica_rt_gpu_module_load", h->pointer, types, operands, 3);
}

static mica_value *kernel_name(host *h, mica_string module, mica_string kernel)
{
    char name[256], text[256];
    snprintf(name, sizeof name, "%.*s_%.*s_name",
             (int)(module.length < 120 ? module.length : 120), module.data,
             (int)(kernel.length < 120 ? kernel.length : 120), kernel.data);
    const size_t length = kernel.length < sizeof text - 1 ? kernel.length : sizeof text - 1;
    memcpy(text, kernel.data, length);
    text[length] = 0;
    return data(h, name, (mica_string){text, length + 1});
}

static bool convert(mica_op *op)
{
    host h = begin(op);
    const mica_attr *reference = mica_op_attr(op, "kernel");
    const mica_string module = mica_symbol_ref_attr_root(reference);
    mica_op *binary = mica_symbol_find_in(mica_symbol_table_nearest(op), module);
    const mica_string bytes = binary && mica_string_is(mica_op_name(binary), "gpu.binary")
                                  ? mica_gpu_binary_bytes(binary)
                                  : mica_string_from("");
    if (bytes.length == 0)
        return mica_op_error(op, "expects a gpu.binary @%.*s with one object",
                             MICA_STRING_ARG(module));
    mica_value *lent = device_argument(op);
    mica_value *device =
        lent ? lent : call(&h, "mica_rt_gpu_default_device", h.pointer, NULL, NULL, 0);
    mica_value *loaded = device ? load_module(&h, device, module, bytes) : NULL;
    size_t count;
    mica_value *arguments = loaded ? build_arguments(&h, &count) : NULL;
    if (!arguments)
        return false;
    const mica_type *types[] = {h.pointer, h.pointer, h.pointer, h.i32,
                                h.i32,     h.i32,     h.pointer, h.i32};
    mica_value *const operands[] = {
        device,
        loaded,
        kernel_name(&h, module, mica_symbol_ref_attr_leaf(reference)),
        grid_size(&h, 0),
        grid_size(&h, 1),
        grid_size(&h, 2),
        arguments,
        micai_llvm_integer(&h.builder, h.i32, (int64_t)count)};
    if (!call(&h, "mica_rt_gpu_launch", h.i32, types, operands, 8))
        return false;
    if (!lent && !call(&h, "mica_rt_gpu_wait", h.i32, types, &device, 1))
        return false;
    mica_op_erase(op);
    return true;
}

typedef struct row {
    mica_op **items;
    size_t count, capacity;
    bool failed;
} row;

static mica_walk_result find(void *user, mica_op *op)
{
    row *r = user;
    const mica_string name = mica_op_name(op);
    if (!mica_string_is(name, "gpu.launch_func"))
        return MICA_WALK_ADVANCE;
    if (r->count == r->capacity) {
        const size_t wanted = r->capacity ? 2 * r->capacity : 16;
        mica_op **larger = realloc(r->items, wanted * sizeof *larger);
        if (!larger) {
            r->failed = true;
            return MICA_WALK_INTERRUPT;
        }
        r->items = larger;
        r->capacity = wanted;
    }
    r->items[r->count++] = op;
    return MICA_WALK_ADVANCE;
}

static bool run_pass(mica_pass_run *run)
{
    mica_op *module = mica_pass_run_op(run);
    row launches = {0};
    if (mica_pass_option_bool(mica_pass_run_options(run), "device-argument") &&
        !add_device_arguments(module))
        return false;
    mica_op_walk_pre(module, find, &launches);
    bool converted = !launches.failed;
    for (size_t i = 0; i < launches.count; ++i) {
        if (mica_op_result_count(launches.items[i]))
            converted =
                mica_op_error(launches.items[i], "is asynchronous, which is not supported");
        else
            converted &= convert(launches.items[i]);
    }
    free(launches.items);
    if (!converted)
        return false;
    mica_for_each_op_safe(
        op, next, mica_module_body(module)) if (mica_string_is(mica_op_name(op), "gpu.binary"))
        mica_op_erase(op);
    mica_op_set_attr(module, "gpu.container_module", NULL);
    return true;
}

static const mica_option_def options[] = {
    {"device-argument", MICA_OPTION_BOOL,
     "Functions take the device as their last argument, and don't wait", "false", NULL},
};
static const char *const dependent[] = {"llvm", "memref", "arith", NULL};
const mica_pass_def mica_pass_convert_gpu_launch_to_mica_rt = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-gpu-launch-to-mica-rt",
    .name = "ConvertGpuLaunchToMicaRt",
    .summary = "Kernel launches become calls of the runtime, with the SPIR-V as data",
    .anchor = "builtin.module",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .dependent_dialects = dependent,
    .run = run_pass};
