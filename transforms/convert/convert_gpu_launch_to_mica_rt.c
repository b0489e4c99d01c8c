// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-gpu-launch-to-mica-rt: host code starts kernels through the runtime
// (runtime/mica_rt_gpu.h), with the SPIR-V of a gpu.binary as data.
//
//   gpu.launch_func @m::@k blocks in (%x, %y, %z) .. args(%a : memref<4xf32>, %s : f32)
//   -> %device = call @mica_rt_gpu_default_device()                        once a function
//      %module = call @mica_rt_gpu_module_load(%device, @m_spirv, size)    once a function
//      store {address of %a, 16, 0 (buffer), 0}, {address of %s, 4, 1 (scalar), 0}
//      call @mica_rt_gpu_launch(%device, %module, @m_k_name, %x, %y, %z, arguments, 2)
//      call @mica_rt_gpu_wait(%device)
//
// In a function with an argument that has the attribute `mica.device`, that is the device and
// nothing waits: the caller brackets the whole run. With device-argument every function with a
// body gets such an argument, its last. A function has one array of arguments, which the
// runtime copies at each launch: an array a launch would make stacks of large models too large.
// Works on memrefs, before they become descriptors; finalize-memref-to-llvm lowers the address
// that is taken.
#include "dialects/gpu/gpu.h"
#include "ir/core/context_internal.h"
#include "ir/core/diagnostics.h"
#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "ir/rewrite/side_effects.h"
#include "ir/support/text_buffer_internal.h"
#include "transforms/convert/llvm_builder.h"
#include "transforms/drivers/op_row.h"
#include "transforms/pass/pass.h"

enum { BUFFER = 0, SCALAR = 1, MOST_RANK = 32 };

// What all launches of a function share; made at its start when the first is met.
typedef struct frame {
    mica_op *function;
    bool is_lent; ///< the device is the caller's
    mica_value *device;
    const mica_attr *module; ///< the reference that `loaded` was loaded for
    mica_value *loaded;
    mica_value *arguments; ///< room for those of any launch
    mica_value *scalars;   ///< room for the scalars among them, 8 bytes each
} frame;

typedef struct host {
    mica_context *context;
    mica_symbol_table *symbols;   ///< of the module
    const micai_op_row *launches; ///< in program order
    size_t position;              ///< of the present launch in it
    mica_op *op;                  ///< the present launch
    frame frame;
    size_t next_scalar;
    mica_builder builder;
    const mica_type *pointer, *i32, *i64, *argument; ///< {ptr, i64, i32, i32}
} host;

static host begin(mica_op *module, mica_symbol_table *symbols, const micai_op_row *launches)
{
    mica_context *context = mica_op_context(module);
    host h = {.context = context,
              .symbols = symbols,
              .launches = launches,
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

// A constant global with these bytes.
static bool build_data(host *h, mica_string name, mica_string bytes)
{
    enum { PRIVATE = 0, SPIRV_ALIGNMENT = 4 };
    const mica_type *type = mica_llvm_array_get(
        mica_integer_type_get(h->context, 8, MICA_SIGNLESS), (int64_t)bytes.length);
    mica_op_state state;
    mica_op_state_init(&state, h->context, "llvm.mlir.global", h->builder.location);
    mica_op_state_set_attr(&state, "global_type", mica_type_attr_get(type));
    mica_op_state_set_attr(&state, "constant", mica_unit_attr_get(h->context));
    mica_op_state_set_attr(&state, "sym_name", mica_string_attr_get(h->context, name));
    mica_op_state_set_attr(&state, "linkage", mica_llvm_linkage_get(h->context, PRIVATE));
    mica_op_state_set_attr(&state, "value", mica_string_attr_get(h->context, bytes));
    mica_op_state_set_attr(&state, "alignment", mica_i64_attr_get(h->context, SPIRV_ALIGNMENT));
    mica_op_state_add_region(&state);
    mica_op *global = mica_op_create(&state);
    return global && mica_symbol_table_insert(h->symbols, global, NULL);
}

// The address of a constant global of that name with these bytes, made once.
static mica_value *data(host *h, const micai_text_buffer *name, mica_string bytes)
{
    const mica_string symbol = micai_text_view(name);
    if (name->failed ||
        (!mica_symbol_table_find(h->symbols, symbol) && !build_data(h, symbol, bytes)))
        return NULL;
    return micai_llvm_address_of(&h->builder, h->pointer, symbol);
}

// ---- arguments

static mica_value *cast(host *h, const char *name, const mica_type *type, mica_value *value)
{
    return micai_llvm_unary(&h->builder, name, type, value);
}

// Bytes from the first to behind the last element; -1 when not known.
static int64_t extent(const mica_type *type, int64_t *offset)
{
    int64_t strides[MOST_RANK], last = 0;
    const uint32_t bits =
        mica_type_bit_width(mica_type_element_or_self(mica_type_element(type)));
    if (mica_type_rank(type) > MOST_RANK || !mica_memref_type_strides(type, strides, offset) ||
        *offset == MICA_DYNAMIC)
        return -1;
    bool is_empty = false;
    for (size_t i = 0; i < mica_type_rank(type); ++i) {
        const int64_t length = mica_type_shape(type)[i];
        if (length == MICA_DYNAMIC || strides[i] == MICA_DYNAMIC)
            return -1;
        is_empty |= length == 0;
        last += (length - 1) * strides[i];
    }
    const mica_type *element = mica_type_element(type);
    const int64_t lanes = mica_type_is_vector(element) ? mica_type_element_count(element) : 1;
    const int64_t size = (bits + 7) / 8 * lanes;
    *offset *= size;
    return is_empty ? 0 : (last + 1) * size;
}

static mica_value *buffer_address(host *h, mica_value *memref, int64_t *size)
{
    int64_t offset = 0;
    *size = extent(mica_value_type(memref), &offset);
    if (*size < 0) {
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

static mica_value *scalar_address(host *h, mica_value *scalar, int64_t *size)
{
    mica_value *value = widen(h, scalar);
    if (!value)
        return NULL;
    *size = mica_type_bit_width(mica_value_type(value)) / 8;
    const int32_t index = (int32_t)h->next_scalar++;
    mica_value *slot =
        micai_llvm_member_address(&h->builder, h->i64, h->frame.scalars, &index, 1);
    micai_llvm_store(&h->builder, value, slot, 0);
    return slot;
}

static bool is_buffer(const mica_value *value)
{
    return mica_type_is_memref(mica_value_type(value));
}

static bool store_argument(host *h, size_t index, mica_value *value)
{
    int64_t size = 0;
    mica_value *address =
        is_buffer(value) ? buffer_address(h, value, &size) : scalar_address(h, value, &size);
    if (!address)
        return false;
    mica_value *const members[] = {
        address, micai_llvm_integer(&h->builder, h->i64, size),
        micai_llvm_integer(&h->builder, h->i32, is_buffer(value) ? BUFFER : SCALAR),
        micai_llvm_integer(&h->builder, h->i32, 0)};
    for (int32_t i = 0; i < 4; ++i) {
        const int32_t path[] = {(int32_t)index, i};
        micai_llvm_store(
            &h->builder, members[i],
            micai_llvm_member_address(&h->builder, h->argument, h->frame.arguments, path, 2),
            0);
    }
    return true;
}

static bool store_arguments(host *h, size_t *argument_count)
{
    size_t start;
    mica_op_operand_range(h->op, MICA_GPU_OPERANDS_KERNEL, &start, argument_count);
    h->next_scalar = 0;
    for (size_t i = 0; i < *argument_count; ++i)
        if (!store_argument(h, i, mica_op_operand(h->op, start + i)))
            return false;
    return true;
}

// ---- what a function's launches share

static mica_op *function_of(mica_op *op)
{
    while (op && !mica_op_interface(op, &mica_function_like_interface))
        op = mica_op_parent(op);
    return op;
}

// The most arguments, and the most scalars, that a launch of the function has.
static void measure_launches(const host *h, size_t *most_arguments, size_t *most_scalars)
{
    *most_arguments = *most_scalars = 1;
    for (size_t i = h->position;
         i < h->launches->count && function_of(h->launches->ops[i]) == h->frame.function; ++i) {
        size_t start, count, scalars = 0;
        mica_op *launch = h->launches->ops[i];
        mica_op_operand_range(launch, MICA_GPU_OPERANDS_KERNEL, &start, &count);
        for (size_t k = 0; k < count; ++k)
            scalars += !is_buffer(mica_op_operand(launch, start + k));
        *most_arguments = count > *most_arguments ? count : *most_arguments;
        *most_scalars = scalars > *most_scalars ? scalars : *most_scalars;
    }
}

// The argument of the function that is the device; NULL: none is.
static mica_value *device_argument(mica_op *function)
{
    for (size_t i = 0; i < mica_function_argument_count(function); ++i) {
        const mica_attr *attrs = mica_function_argument_attrs(function, i);
        if (attrs && mica_dictionary_attr_find(attrs, mica_string_from("mica.device")))
            return mica_block_argument(mica_region_first(mica_function_body(function)), i);
    }
    return NULL;
}

static mica_value *load_module(host *h, mica_string module, mica_string bytes)
{
    micai_text_buffer name = micai_text_buffer_on(&h->context->allocator);
    micai_text_printf(&name, "%.*s_spirv", MICA_STRING_ARG(module));
    const mica_type *types[] = {h->pointer, h->pointer, h->i64};
    mica_value *address = data(h, &name, bytes);
    mica_value *const operands[] = {
        h->frame.device, address,
        micai_llvm_integer(&h->builder, h->i64, (int64_t)bytes.length)};
    micai_text_buffer_free(&name);
    return address ? call(h, "mica_rt_gpu_module_load", h->pointer, types, operands, 3) : NULL;
}

// The frame of the launch's function. Made at the function's start: once a call, not once a
// launch, which may stand in a loop.
static bool enter_function(host *h)
{
    mica_op *function = function_of(h->op);
    if (!function)
        return mica_op_error(h->op, "is not in a function");
    if (h->frame.function == function)
        return true;
    size_t arguments, scalars;
    h->frame = (frame){.function = function};
    measure_launches(h, &arguments, &scalars);
    mica_builder_set_at_start(&h->builder, mica_region_first(mica_function_body(function)));
    h->frame.arguments =
        micai_llvm_alloca(&h->builder, h->argument,
                          micai_llvm_integer(&h->builder, h->i64, (int64_t)arguments), 0);
    h->frame.scalars = micai_llvm_alloca(
        &h->builder, h->i64, micai_llvm_integer(&h->builder, h->i64, (int64_t)scalars), 0);
    h->frame.device = device_argument(function);
    h->frame.is_lent = h->frame.device != NULL;
    if (!h->frame.is_lent)
        h->frame.device = call(h, "mica_rt_gpu_default_device", h->pointer, NULL, NULL, 0);
    return h->frame.device != NULL;
}

// The loaded module of the launch's kernel.
static bool enter_module(host *h)
{
    const mica_attr *reference = mica_op_attr(h->op, "kernel");
    const mica_string module = mica_symbol_ref_attr_root(reference);
    const mica_attr *root = mica_symbol_ref_attr_get(h->context, module, NULL, 0);
    if (h->frame.module == root)
        return true;
    mica_op *binary = mica_symbol_table_find(h->symbols, module);
    const mica_string bytes = binary && mica_string_is(mica_op_name(binary), "gpu.binary")
                                  ? mica_gpu_binary_bytes(binary)
                                  : mica_string_from("");
    if (bytes.length == 0)
        return mica_op_error(h->op, "expects a gpu.binary @%.*s with one object",
                             MICA_STRING_ARG(module));
    mica_op *device = mica_value_op(h->frame.device);
    mica_builder_set_after(&h->builder, device ? device : mica_value_op(h->frame.scalars));
    h->frame.module = root;
    h->frame.loaded = load_module(h, module, bytes);
    return h->frame.loaded != NULL;
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

// The memory of a function that takes the device is the device's: host code can pass it on, not
// touch it.
static mica_walk_result check_host_op(void *user, mica_op *op)
{
    bool *is_good = user;
    if (mica_string_is(mica_op_name(op), "gpu.launch_func"))
        return MICA_WALK_ADVANCE;
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        if (!is_buffer(mica_op_operand(op, i)) || !mica_op_operand_effects(op, i))
            continue;
        *is_good = mica_op_error(op, "touches memory of the device in host code; this part of "
                                     "the model can't run on a device");
        break;
    }
    return MICA_WALK_ADVANCE;
}

static bool add_device_arguments(mica_op *module)
{
    bool is_good = true;
    mica_for_each_op(op, mica_module_body(module))
    {
        if (!mica_string_is(mica_op_name(op), "func.func") || mica_function_is_declaration(op))
            continue;
        mica_op_walk_pre(op, check_host_op, &is_good);
        is_good = is_good && add_device_argument(op);
    }
    return is_good;
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

static mica_value *kernel_name(host *h)
{
    const mica_attr *reference = mica_op_attr(h->op, "kernel");
    const mica_string kernel = mica_symbol_ref_attr_leaf(reference);
    micai_text_buffer name = micai_text_buffer_on(&h->context->allocator);
    micai_text_buffer text = micai_text_buffer_on(&h->context->allocator);
    micai_text_printf(&name, "%.*s_%.*s_name",
                      MICA_STRING_ARG(mica_symbol_ref_attr_root(reference)),
                      MICA_STRING_ARG(kernel));
    micai_text_append(&text, kernel.data, kernel.length);
    micai_text_append(&text, "", 1);
    mica_value *address = text.failed ? NULL : data(h, &name, micai_text_view(&text));
    micai_text_buffer_free(&name);
    micai_text_buffer_free(&text);
    return address;
}

static bool convert(host *h, size_t position)
{
    mica_op *op = h->launches->ops[position];
    h->position = position;
    h->op = op;
    h->builder = mica_builder_before(op);
    size_t count;
    if (mica_op_result_count(op))
        return mica_op_error(op, "is asynchronous, which is not supported");
    if (!enter_function(h) || !enter_module(h)) {
        h->frame.function = NULL;
        return false;
    }
    mica_builder_set_before(&h->builder, op);
    if (!store_arguments(h, &count))
        return false;
    const mica_type *types[] = {h->pointer, h->pointer, h->pointer, h->i32,
                                h->i32,     h->i32,     h->pointer, h->i32};
    mica_value *const operands[] = {
        h->frame.device,    h->frame.loaded,
        kernel_name(h),     grid_size(h, 0),
        grid_size(h, 1),    grid_size(h, 2),
        h->frame.arguments, micai_llvm_integer(&h->builder, h->i32, (int64_t)count)};
    if (!operands[2] || !call(h, "mica_rt_gpu_launch", h->i32, types, operands, 8))
        return false;
    if (!h->frame.is_lent && !call(h, "mica_rt_gpu_wait", h->i32, types, &h->frame.device, 1))
        return false;
    mica_op_erase(op);
    return true;
}

// ---- the pass

static mica_walk_result find(void *user, mica_op *op)
{
    if (mica_string_is(mica_op_name(op), "gpu.launch_func"))
        micai_op_row_append(user, op);
    return MICA_WALK_ADVANCE;
}

static bool convert_launches(mica_op *module)
{
    micai_op_row launches = {0};
    mica_op_walk_pre(module, find, &launches);
    mica_symbol_table *symbols = mica_symbol_table_create(module);
    bool converted = symbols && !launches.failed;
    host h = begin(module, symbols, &launches);
    for (size_t i = 0; i < launches.count && symbols; ++i)
        converted &= convert(&h, i);
    mica_symbol_table_destroy(symbols);
    micai_op_row_free(&launches);
    return converted;
}

static bool run_pass(mica_pass_run *run)
{
    mica_op *module = mica_pass_run_op(run);
    if (mica_pass_option_bool(mica_pass_run_options(run), "device-argument") &&
        !add_device_arguments(module))
        return false;
    if (!convert_launches(module))
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
