// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The entry code of a compiled model, written as llvm dialect text and parsed into the module:
// what it says is then checked like any other input, and reads like what it is.
//
//   @digits__model        the constant mica_rt_model: names, types, shapes, functions
//   @digits__compute      unpacks data pointers and calls the lowered function
//   @digits__arena_bytes, @digits__output_shapes: for a model with dynamic dimensions
//   @digits_info, @digits_workspace_size, @digits_run, @digits_error_string
//
// docs/ahead-of-time.md has the layouts; all structs are of natural alignment. The lowered
// function takes memrefs as upstream expands them: two pointers, offset, sizes, strides.
#include "codegen/package/model_description_internal.h"
#include "codegen/package/object_weights.h"

#include <stdio.h>

#include "dialects/llvm/llvm.h"
#include "dialects/llvm/llvm_ops.h"
#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"

// sizeof(mica_rt_model), MICA_RT_ABI_VERSION, MICA_RT_MODEL_NEEDS_DEVICE
enum { MODEL_STRUCT_SIZE = 128, ABI_VERSION = 1, NEEDS_DEVICE = 1 };

static const char model_struct[] =
    "!llvm.struct<(i64, i32, i32, ptr, i32, i32, i32, i32, ptr, ptr, ptr, ptr, i64, i64, i64, "
    "ptr, ptr, ptr, ptr)>";

// ---- constants
// -------------------------------------------------------------------------------

/// A quoted string that ends in NUL, every byte that is not plain as \XX.
static void write_quoted(micai_text_buffer *text, mica_string name)
{
    micai_text_printf(text, "\"");
    for (size_t i = 0; i < name.length; ++i) {
        const unsigned char c = (unsigned char)name.data[i];
        if (c >= ' ' && c < 127 && c != '"' && c != '\\')
            micai_text_append(text, name.data + i, 1);
        else
            micai_text_printf(text, "\\%02X", c);
    }
    micai_text_printf(text, "\\00\"");
}

static void write_string_global(micai_text_buffer *text, mica_string prefix, const char *kind,
                                size_t index, mica_string value)
{
    micai_text_printf(text, "llvm.mlir.global private constant @%.*s__%s_%zu(",
                      MICA_STRING_ARG(prefix), kind, index);
    write_quoted(text, value);
    micai_text_printf(text, ") {addr_space = 0 : i32}\n");
}

static void write_dims_global(micai_text_buffer *text, mica_string prefix, const char *kind,
                              size_t index, const mica_model_tensor *tensor)
{
    if (tensor->rank == 0)
        return;
    micai_text_printf(text, "llvm.mlir.global private constant @%.*s__%s_dims_%zu(dense<[",
                      MICA_STRING_ARG(prefix), kind, index);
    for (uint32_t i = 0; i < tensor->rank; ++i)
        micai_text_printf(text, "%s%lld", i ? ", " : "", (long long)tensor->dims[i]);
    micai_text_printf(text,
                      "]> : tensor<%uxi64>) {addr_space = 0 : i32} : !llvm.array<%u x i64>\n",
                      tensor->rank, tensor->rank);
}

/// One field of a struct under construction: %sN is the struct before, %sN+1 after.
static void write_field(micai_text_buffer *text, unsigned *step, const char *type,
                        const char *place, const char *value)
{
    micai_text_printf(text, "  %%s%u = llvm.insertvalue %s, %%s%u[%s] : %s\n", *step + 1, value,
                      *step, place, type);
    ++*step;
}

static void write_address(micai_text_buffer *text, const char *name, mica_string prefix,
                          const char *suffix)
{
    micai_text_printf(text, "  %%%s = llvm.mlir.addressof @%.*s__%s : !llvm.ptr\n", name,
                      MICA_STRING_ARG(prefix), suffix);
}

/// %n, %t, %r, %d of tensor `index`: its name, type, rank and dims.
static void write_tensor_values(micai_text_buffer *text, mica_string prefix, const char *kind,
                                size_t index, const mica_model_tensor *tensor)
{
    char name[32], suffix[64];
    snprintf(name, sizeof name, "n%zu", index);
    snprintf(suffix, sizeof suffix, "%s_%zu", kind, index);
    write_address(text, name, prefix, suffix);
    micai_text_printf(text,
                      "  %%t%zu = llvm.mlir.constant(%u : i32) : i32\n"
                      "  %%r%zu = llvm.mlir.constant(%u : i32) : i32\n",
                      index, tensor->type, index, tensor->rank);
    if (tensor->rank == 0) {
        micai_text_printf(text, "  %%d%zu = llvm.mlir.zero : !llvm.ptr\n", index);
        return;
    }
    snprintf(name, sizeof name, "d%zu", index);
    snprintf(suffix, sizeof suffix, "%s_dims_%zu", kind, index);
    write_address(text, name, prefix, suffix);
}

/// The table of mica_rt_tensor_info of all inputs or all outputs.
static void write_tensor_table(micai_text_buffer *text, mica_string prefix, const char *kind,
                               const mica_model_tensor *tensors, size_t count)
{
    if (count == 0)
        return;
    for (size_t i = 0; i < count; ++i) {
        write_string_global(text, prefix, kind, i, tensors[i].name);
        write_dims_global(text, prefix, kind, i, &tensors[i]);
    }
    char type[80];
    snprintf(type, sizeof type, "!llvm.array<%zu x struct<(ptr, i32, i32, ptr)>>", count);
    micai_text_printf(text,
                      "llvm.mlir.global private constant @%.*s__%ss() {addr_space = 0 : i32} : "
                      "%s {\n  %%s0 = llvm.mlir.undef : %s\n",
                      MICA_STRING_ARG(prefix), kind, type, type);
    unsigned step = 0;
    for (size_t i = 0; i < count; ++i) {
        static const char letters[] = "ntrd";
        write_tensor_values(text, prefix, kind, i, &tensors[i]);
        for (unsigned f = 0; f < sizeof letters - 1; ++f) {
            char place[48], value[48];
            snprintf(place, sizeof place, "%zu, %u", i, f);
            snprintf(value, sizeof value, "%%%c%zu", letters[f], i);
            write_field(text, &step, type, place, value);
        }
    }
    micai_text_printf(text, "  llvm.return %%s%u : %s\n}\n", step, type);
}

/// The table of mica_rt_dim_info.
static void write_dim_table(micai_text_buffer *text, const mica_model_description *model)
{
    if (model->dim_count == 0)
        return;
    for (size_t i = 0; i < model->dim_count; ++i)
        write_string_global(text, model->prefix, "dim", i, model->dims[i].name);
    char type[80];
    snprintf(type, sizeof type, "!llvm.array<%zu x struct<(ptr, i64, i64)>>", model->dim_count);
    micai_text_printf(
        text,
        "llvm.mlir.global private constant @%.*s__dims() {addr_space = 0 : i32} : "
        "%s {\n  %%s0 = llvm.mlir.undef : %s\n",
        MICA_STRING_ARG(model->prefix), type, type);
    unsigned step = 0;
    for (size_t i = 0; i < model->dim_count; ++i) {
        char name[32], suffix[64];
        snprintf(name, sizeof name, "n%zu", i);
        snprintf(suffix, sizeof suffix, "dim_%zu", i);
        write_address(text, name, model->prefix, suffix);
        micai_text_printf(text,
                          "  %%l%zu = llvm.mlir.constant(%lld : i64) : i64\n"
                          "  %%h%zu = llvm.mlir.constant(%lld : i64) : i64\n",
                          i, (long long)model->dims[i].minimum, i,
                          (long long)model->dims[i].maximum);
        for (unsigned f = 0; f < 3; ++f) {
            char place[48], value[48];
            snprintf(place, sizeof place, "%zu, %u", i, f);
            snprintf(value, sizeof value, "%%%c%zu", "nlh"[f], i);
            write_field(text, &step, type, place, value);
        }
    }
    micai_text_printf(text, "  llvm.return %%s%u : %s\n}\n", step, type);
}

static void write_integer(micai_text_buffer *text, const char *name, const char *type,
                          uint64_t value)
{
    micai_text_printf(text, "  %%%s = llvm.mlir.constant(%llu : %s) : %s\n", name,
                      (unsigned long long)value, type, type);
}

static void write_model_values(micai_text_buffer *text, const mica_model_description *model)
{
    const micai_model_memory *weights = micai_model_find_memory(model, MICAI_MEMORY_WEIGHTS);
    const bool on_device = micai_model_find_memory(model, MICAI_MEMORY_DEVICE) != NULL;
    micai_text_printf(text, "  %%null = llvm.mlir.zero : !llvm.ptr\n");
    write_integer(text, "size", "i64", MODEL_STRUCT_SIZE);
    write_integer(text, "version", "i32", ABI_VERSION);
    write_integer(text, "flags", "i32", on_device ? NEEDS_DEVICE : 0);
    write_integer(text, "zero", "i32", 0);
    write_integer(text, "dim_count", "i32", model->dim_count);
    write_integer(text, "inputs", "i32", model->input_count);
    write_integer(text, "outputs", "i32", model->output_count);
    write_integer(text, "weights_size", "i64", model->weights_size);
    write_integer(text, "fingerprint", "i64", model->weights_fingerprint);
    write_integer(text, "workspace", "i64", mica_model_workspace_bytes(model));
    write_address(text, "name", model->prefix, "name_0");
    write_address(text, "compute", model->prefix, "compute");
    if (model->part_count)
        write_address(text, "profile", model->prefix, "profile");
    if (model->input_count)
        write_address(text, "in", model->prefix, "inputs");
    if (model->output_count)
        write_address(text, "out", model->prefix, "outputs");
    if (model->dim_count)
        write_address(text, "dims", model->prefix, "dims");
    if (model->arena_size.length)
        write_address(text, "arena_bytes", model->prefix, "arena_bytes");
    if (model->result_sizes.length)
        write_address(text, "output_shapes", model->prefix, "output_shapes");
    if (model->has_own_weights)
        write_address(text, "weights", model->prefix, "weights");
    else if (weights && !model->has_weights_file)
        micai_text_printf(text, "  %%weights = llvm.mlir.addressof @%.*s : !llvm.ptr\n",
                          MICA_STRING_ARG(weights->global));
}

/// A few bytes in a section of their own, in whose place the object gets the weights
/// (object_weights.h). Nothing but the model's description refers to them.
static void write_weights_place(micai_text_buffer *text, mica_string prefix)
{
    micai_text_printf(text,
                      "llvm.mlir.global internal constant @%.*s__weights(dense<1> : "
                      "tensor<%dxi8>) {addr_space = 0 : i32, alignment = %d : i64, "
                      "section = \"" MICA_MODEL_WEIGHTS_SECTION "\"} : !llvm.array<%d x i8>\n",
                      MICA_STRING_ARG(prefix), MICA_MODEL_WEIGHTS_ALIGNMENT,
                      MICA_MODEL_WEIGHTS_ALIGNMENT, MICA_MODEL_WEIGHTS_ALIGNMENT);
}

static void write_model(micai_text_buffer *text, const mica_model_description *model)
{
    const micai_model_memory *weights = micai_model_find_memory(model, MICAI_MEMORY_WEIGHTS);
    if (model->has_own_weights)
        write_weights_place(text, model->prefix);
    micai_text_printf(
        text,
        "llvm.mlir.global internal constant @%.*s__model() {addr_space = 0 : i32} : %s {\n",
        MICA_STRING_ARG(model->prefix), model_struct);
    write_model_values(text, model);
    micai_text_printf(text, "  %%s0 = llvm.mlir.undef : %s\n", model_struct);
    const char *const fields[] = {
        "%size",
        "%version",
        "%flags",
        "%name",
        "%dim_count",
        "%inputs",
        "%outputs",
        "%zero", // reserved
        model->dim_count ? "%dims" : "%null",
        model->input_count ? "%in" : "%null",
        model->output_count ? "%out" : "%null",
        weights && !model->has_weights_file ? "%weights" : "%null",
        "%weights_size",
        "%fingerprint",
        "%workspace",
        model->arena_size.length ? "%arena_bytes" : "%null",
        model->result_sizes.length ? "%output_shapes" : "%null",
        "%compute",
        model->part_count ? "%profile" : "%null",
    };
    unsigned step = 0;
    for (unsigned i = 0; i < sizeof fields / sizeof *fields; ++i) {
        char place[16];
        snprintf(place, sizeof place, "%u", i);
        write_field(text, &step, model_struct, place, fields[i]);
    }
    micai_text_printf(text, "  llvm.return %%s%u : %s\n}\n", step, model_struct);
}

// ---- profile
// ---------------------------------------------------------------------------------

/// The constant mica_rt_profile and the names it refers to.
static void write_profile(micai_text_buffer *text, const mica_model_description *model)
{
    static const char type[] = "!llvm.struct<(i32, i32, ptr, ptr)>";
    const int n = (int)model->prefix.length;
    const char *p = model->prefix.data;
    if (model->part_count == 0)
        return;
    for (size_t i = 0; i < model->part_count; ++i)
        write_string_global(text, model->prefix, "part", i, model->part_names[i]);
    micai_text_printf(
        text,
        "llvm.mlir.global private constant @%.*s__parts() {addr_space = 0 : i32} "
        ": !llvm.array<%zu x ptr> {\n  %%s0 = llvm.mlir.undef : !llvm.array<%zu x "
        "ptr>\n",
        n, p, model->part_count, model->part_count);
    for (size_t i = 0; i < model->part_count; ++i)
        micai_text_printf(text,
                          "  %%n%zu = llvm.mlir.addressof @%.*s__part_%zu : !llvm.ptr\n"
                          "  %%s%zu = llvm.insertvalue %%n%zu, %%s%zu[%zu] : !llvm.array<%zu x "
                          "ptr>\n",
                          i, n, p, i, i + 1, i, i, i, model->part_count);
    micai_text_printf(text,
                      "  llvm.return %%s%zu : !llvm.array<%zu x ptr>\n}\n"
                      "llvm.mlir.global private constant @%.*s__profile() {addr_space = 0 : "
                      "i32} : %s {\n  %%s0 = llvm.mlir.undef : %s\n",
                      model->part_count, model->part_count, n, p, type, type);
    write_integer(text, "count", "i32", model->part_count);
    write_integer(text, "zero", "i32", 0);
    write_address(text, "names", model->prefix, "parts");
    micai_text_printf(text, "  %%counters = llvm.mlir.addressof @%.*s : !llvm.ptr\n",
                      MICA_STRING_ARG(model->counters));
    static const char *const fields[] = {"%count", "%zero", "%names", "%counters"};
    unsigned step = 0;
    for (unsigned i = 0; i < sizeof fields / sizeof *fields; ++i) {
        const char place[] = {(char)('0' + i), '\0'};
        write_field(text, &step, type, place, fields[i]);
    }
    micai_text_printf(text, "  llvm.return %%s%u : %s\n}\n", step, type);
}

// ---- compute
// ---------------------------------------------------------------------------------

/// The arguments of the call under construction: operands and their types, and how many
/// constants were named.
typedef struct call_text {
    micai_text_buffer *text;
    micai_text_buffer operands, types;
    unsigned constants;
} call_text;

static void add_operand(call_text *call, const char *name, unsigned number, const char *type)
{
    const char *comma = call->operands.length ? ", " : "";
    micai_text_printf(&call->operands, "%s%%%s%u", comma, name, number);
    micai_text_printf(&call->types, "%s%s", comma, type);
}

static void add_constant(call_text *call, int64_t value)
{
    micai_text_printf(call->text, "  %%c%u = llvm.mlir.constant(%lld : i64) : i64\n",
                      call->constants, (long long)value);
    add_operand(call, "c", call->constants++, "i64");
}

/// A number that is a constant, or constant * %`name``number` where `name` is not NULL.
typedef struct number_text {
    int64_t constant;
    const char *name;
    unsigned number;
} number_text;

static void add_number(call_text *call, number_text number)
{
    if (number.name)
        add_operand(call, number.name, number.number, "i64");
    else
        add_constant(call, number.constant);
}

/// A size of an input: %dim3 where it is a dimension.
static number_text size_text(int64_t dim)
{
    return dim >= 0 ? (number_text){dim, NULL, 0}
                    : (number_text){1, "dim", (unsigned)(-1 - dim)};
}

static number_text multiply(call_text *call, number_text a, number_text b)
{
    if (!a.name && !b.name)
        return (number_text){a.constant * b.constant, NULL, 0};
    const number_text factors[] = {a, b};
    for (int i = 0; i < 2; ++i) {
        if (factors[i].name)
            micai_text_printf(call->text, "  %%f%u_%d = llvm.add %%%s%u, %%nothing : i64\n",
                              call->constants, i, factors[i].name, factors[i].number);
        else
            micai_text_printf(call->text, "  %%f%u_%d = llvm.mlir.constant(%lld : i64) : i64\n",
                              call->constants, i, (long long)factors[i].constant);
    }
    micai_text_printf(call->text, "  %%c%u = llvm.mul %%f%u_0, %%f%u_1 : i64\n",
                      call->constants, call->constants, call->constants);
    return (number_text){1, "c", call->constants++};
}

/// A memref without layout, at the pointer %`name``number`. Entries of dims may be
/// MICA_MODEL_DIM.
static void add_memref(call_text *call, const char *name, unsigned number, const int64_t *dims,
                       uint32_t rank)
{
    number_text strides[MICAI_MODEL_MAX_RANK], stride = {1, NULL, 0};
    for (uint32_t i = rank; i-- > 0;) {
        strides[i] = stride;
        if (i > 0)
            stride = multiply(call, stride, size_text(dims[i]));
    }
    add_operand(call, name, number, "!llvm.ptr");
    add_operand(call, name, number, "!llvm.ptr");
    add_constant(call, 0);
    for (uint32_t i = 0; i < rank; ++i)
        add_number(call, size_text(dims[i]));
    for (uint32_t i = 0; i < rank; ++i)
        add_number(call, strides[i]);
}

/// Bytes at the pointer %`name``number`, as many as the value %`size``number`.
static void add_bytes(call_text *call, const char *name, const char *size, unsigned number)
{
    add_operand(call, name, number, "!llvm.ptr");
    add_operand(call, name, number, "!llvm.ptr");
    add_constant(call, 0);
    add_operand(call, size, number, "i64");
    add_constant(call, 1);
}

/// An output of dynamic shape: what the caller gave, bytes.
static void add_output_bytes(call_text *call, unsigned index)
{
    micai_text_printf(
        call->text,
        "  %%capacity_at%u = llvm.getelementptr %%output_at%u[0, 1] : (!llvm.ptr) "
        "-> !llvm.ptr, %s\n"
        "  %%capacity%u = llvm.load %%capacity_at%u : !llvm.ptr -> i64\n",
        index, index, MICAI_TENSOR_STRUCT, index, index);
    add_bytes(call, "output", "capacity", index);
}

/// Data pointers are the first member of mica_rt_input and of mica_rt_output.
static void add_tensors(call_text *call, const char *array, const char *name,
                        const mica_model_tensor *tensors, size_t count, bool outputs)
{
    for (unsigned i = 0; i < count; ++i) {
        micai_text_printf(
            call->text,
            "  %%%s_at%u = llvm.getelementptr %s[%u] : (!llvm.ptr) -> !llvm.ptr, %s\n"
            "  %%%s%u = llvm.load %%%s_at%u : !llvm.ptr -> !llvm.ptr\n",
            name, i, array, i, MICAI_TENSOR_STRUCT, name, i, name, i);
        if (outputs && tensors[i].is_dynamic)
            add_output_bytes(call, i);
        else
            add_memref(call, name, i, tensors[i].dims, tensors[i].rank);
    }
}

/// Loads a pointer of the env: %`name`0.
static void write_env_member(micai_text_buffer *text, const char *name, unsigned index)
{
    micai_text_printf(text,
                      "  %%%s_at = llvm.getelementptr %%env[0, %u] : (!llvm.ptr) -> !llvm.ptr, "
                      "!llvm.struct<(i64, i32, i32, ptr, i64, ptr, ptr)>\n"
                      "  %%%s0 = llvm.load %%%s_at : !llvm.ptr -> !llvm.ptr\n",
                      name, index, name, name);
}

enum { ENV_WEIGHTS = 3, ENV_DEVICE = 6 };

/// The device is taken before anything else, and given back by mica_rt_gpu_end.
static void write_begin(micai_text_buffer *text)
{
    write_env_member(text, "device", ENV_DEVICE);
    micai_text_printf(
        text, "  %%begun = llvm.call @mica_rt_gpu_begin(%%device0) : (!llvm.ptr) -> i32\n"
              "  %%good = llvm.mlir.constant(0 : i32) : i32\n"
              "  %%has_begun = llvm.icmp \"eq\" %%begun, %%good : i32\n"
              "  llvm.cond_br %%has_begun, ^run, ^refused\n"
              "^refused:\n  llvm.return %%begun : i32\n^run:\n");
}

/// Memory of a device: the call that lends it.
static void write_device_memory(micai_text_buffer *text, const micai_model_memory *memory)
{
    const bool is_weights = memory->kind == MICAI_MEMORY_WEIGHTS;
    const char *name = is_weights ? "weights" : "workspace";
    micai_text_printf(text,
                      "  %%%s_size = llvm.mlir.constant(%llu : i64) : i64\n"
                      "  %%%s1 = llvm.call @mica_rt_gpu_%s(%%device0, %s%%%s_size) : "
                      "(!llvm.ptr, %si64) -> !llvm.ptr\n",
                      name, (unsigned long long)memory->bytes, name,
                      is_weights ? "weights" : "arena", is_weights ? "%weights0, " : "", name,
                      is_weights ? "!llvm.ptr, " : "");
}

static void add_memory(call_text *call, const mica_model_description *model)
{
    const bool on_device = micai_model_find_memory(model, MICAI_MEMORY_DEVICE) != NULL;
    if (micai_model_find_memory(model, MICAI_MEMORY_WEIGHTS))
        write_env_member(call->text, "weights", ENV_WEIGHTS);
    for (size_t i = 0; i < model->memory_count; ++i) {
        const micai_model_memory *memory = &model->memory[i];
        const int64_t bytes = (int64_t)memory->bytes;
        if (memory->kind == MICAI_MEMORY_DEVICE) {
            add_operand(call, "device", 0, "!llvm.ptr");
            continue;
        }
        if (on_device)
            write_device_memory(call->text, memory);
        if (memory->kind == MICAI_MEMORY_WORKSPACE && model->arena_size.length) {
            micai_text_printf(call->text,
                              "  %%bytes0 = llvm.call @%.*s__arena_bytes(%%dims) : (!llvm.ptr) "
                              "-> i64\n",
                              MICA_STRING_ARG(model->prefix));
            add_bytes(call, "workspace", "bytes", 0);
            continue;
        }
        add_memref(call, memory->kind == MICAI_MEMORY_WEIGHTS ? "weights" : "workspace",
                   on_device, &bytes, 1);
    }
}

// ---- the call
// --------------------------------------------------------------------------------

static void write_compute(micai_text_buffer *text, const mica_model_description *model,
                          mica_string function, const mica_op *sizes_disagree)
{
    const bool on_device = micai_model_find_memory(model, MICAI_MEMORY_DEVICE) != NULL;
    call_text call = {text, micai_text_buffer_on(text->allocator),
                      micai_text_buffer_on(text->allocator), 0};
    micai_text_printf(text,
                      "llvm.func internal @%.*s__compute(%%env: !llvm.ptr, %%dims: !llvm.ptr, "
                      "%%in: !llvm.ptr, %%out: !llvm.ptr, %%workspace0: !llvm.ptr) -> i32 {\n",
                      MICA_STRING_ARG(model->prefix));
    if (on_device)
        write_begin(text);
    if (model->dim_count)
        micai_entry_write_dims(text, model);
    if (sizes_disagree)
        micai_entry_write_check(text, model,
                                mica_string_attr_text(mica_symbol_name(sizes_disagree)));
    add_tensors(&call, "%in", "input", model->inputs, model->input_count, false);
    for (unsigned i = 0; i < model->dim_count; ++i)
        add_operand(&call, "dim", i, "i64");
    add_tensors(&call, "%out", "output", model->outputs, model->output_count, true);
    add_memory(&call, model);
    const size_t results = model->exact_count + model->has_assertions;
    micai_text_printf(text, results ? "  %%sizes = " : "  ");
    micai_text_printf(text, "llvm.call @%.*s(%.*s) : (%.*s) -> ", MICA_STRING_ARG(function),
                      MICA_STRING_ARG(micai_text_view(&call.operands)),
                      MICA_STRING_ARG(micai_text_view(&call.types)));
    micai_entry_write_sizes_type(text, results);
    micai_text_printf(text, "\n");
    for (size_t i = 0; i < model->exact_count; ++i)
        micai_entry_write_size_store(text, &model->sizes[model->exact[i]], i, results);
    micai_text_printf(text, on_device ? "  %%done = llvm.call @mica_rt_gpu_end(%%device0) : "
                                        "(!llvm.ptr) -> i32\n"
                                      : "  %%done = llvm.mlir.constant(0 : i32) : i32\n");
    if (model->has_assertions)
        micai_entry_write_assertions(text, model->exact_count, results);
    micai_text_printf(text, "  llvm.return %%%s : i32\n}\n",
                      model->has_assertions ? "code" : "done");
    text->failed |= call.operands.failed || call.types.failed;
    micai_text_buffer_free(&call.operands);
    micai_text_buffer_free(&call.types);
}

// ---- functions
// -------------------------------------------------------------------------------

/// Runtime functions that the entry code calls.
static void write_declarations(micai_text_buffer *text, mica_op *module, bool on_device)
{
    static const struct {
        const char *name, *type;
        bool is_for_devices;
    } functions[] = {
        {"mica_rt_workspace_size", "(!llvm.ptr, !llvm.ptr) -> i64", false},
        {"mica_rt_run",
         "(!llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, i64) -> i32",
         false},
        {"mica_rt_error_string", "(i32) -> !llvm.ptr", false},
        {"mica_rt_gpu_begin", "(!llvm.ptr) -> i32", true},
        {"mica_rt_gpu_end", "(!llvm.ptr) -> i32", true},
        {"mica_rt_gpu_arena", "(!llvm.ptr, i64) -> !llvm.ptr", true},
        {"mica_rt_gpu_weights", "(!llvm.ptr, !llvm.ptr, i64) -> !llvm.ptr", true},
    };
    for (size_t i = 0; i < sizeof functions / sizeof *functions; ++i) {
        if ((!functions[i].is_for_devices || on_device) &&
            !mica_symbol_find_in(module, mica_string_from(functions[i].name)))
            micai_text_printf(text, "llvm.func @%s%s\n", functions[i].name, functions[i].type);
    }
}

static void write_wrappers(micai_text_buffer *text, mica_string prefix)
{
    const int n = (int)prefix.length;
    const char *p = prefix.data;
    micai_text_printf(
        text,
        "llvm.func @%.*s_info() -> !llvm.ptr {\n"
        "  %%m = llvm.mlir.addressof @%.*s__model : !llvm.ptr\n"
        "  llvm.return %%m : !llvm.ptr\n}\n"
        "llvm.func @%.*s_workspace_size(%%dims: !llvm.ptr) -> i64 {\n"
        "  %%m = llvm.mlir.addressof @%.*s__model : !llvm.ptr\n"
        "  %%n = llvm.call @mica_rt_workspace_size(%%m, %%dims) : (!llvm.ptr, !llvm.ptr) -> "
        "i64\n"
        "  llvm.return %%n : i64\n}\n",
        n, p, n, p, n, p, n, p);
    micai_text_printf(
        text,
        "llvm.func @%.*s_run(%%env: !llvm.ptr, %%dims: !llvm.ptr, %%in: !llvm.ptr, "
        "%%out: !llvm.ptr, %%workspace: !llvm.ptr, %%size: i64) -> i32 {\n"
        "  %%m = llvm.mlir.addressof @%.*s__model : !llvm.ptr\n"
        "  %%c = llvm.call @mica_rt_run(%%m, %%env, %%dims, %%in, %%out, %%workspace, %%size) "
        ": (!llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, i64) -> i32\n"
        "  llvm.return %%c : i32\n}\n"
        "llvm.func @%.*s_error_string(%%code: i32) -> !llvm.ptr {\n"
        "  %%s = llvm.call @mica_rt_error_string(%%code) : (i32) -> !llvm.ptr\n"
        "  llvm.return %%s : !llvm.ptr\n}\n",
        n, p, n, p, n, p);
}

bool mica_model_symbol(const mica_model_description *model, size_t index, char *name,
                       size_t size)
{
    static const char *const suffixes[MICA_MODEL_SYMBOL_COUNT] = {"info", "workspace_size",
                                                                  "run", "error_string"};
    const int length =
        snprintf(name, size, "%.*s_%s", MICA_STRING_ARG(model->prefix), suffixes[index]);
    return length > 0 && (size_t)length < size;
}

// ---- the module
// ------------------------------------------------------------------------------

/// Parses `text` and moves its ops to the end of the module.
static bool append_parsed(mica_op *module, const micai_text_buffer *text)
{
    mica_context *context = mica_op_context(module);
    if (text->failed)
        return false;
    const mica_parse_options options = {.struct_size = sizeof options, .no_verify = true};
    mica_op *parsed = mica_parse_source(context, micai_text_view(text),
                                        mica_string_from("model-entry"), &options);
    if (!parsed)
        return false;
    mica_op *first = mica_block_first(mica_module_body(parsed));
    if (first)
        mica_block_splice_tail(mica_module_body(module), first);
    mica_op_destroy(parsed);
    return true;
}

/// Names that the entry code takes: "main" and what begins with the prefix and `_`.
static bool is_claimed(const mica_model_description *model, mica_string name)
{
    const size_t length = model->prefix.length;
    return mica_string_is(name, "main") || (name.length > length && name.data[length] == '_' &&
                                            memcmp(name.data, model->prefix.data, length) == 0);
}

static bool rename_claimed(const mica_model_description *model, mica_op *symbol)
{
    const mica_string name = mica_string_attr_text(mica_symbol_name(symbol));
    if (!is_claimed(model, name))
        return true;
    micai_text_buffer text = micai_text_buffer_on(&model->context->allocator);
    micai_text_printf(&text, "%.*s__own_%.*s", MICA_STRING_ARG(model->prefix),
                      MICA_STRING_ARG(name));
    const bool ok = !text.failed && mica_symbol_rename(symbol, micai_text_view(&text));
    micai_text_buffer_free(&text);
    return ok;
}

/// Everything that the module defines is its own business.
static bool hide_definitions(const mica_model_description *model, mica_op *module)
{
    enum { PRIVATE = 0, INTERNAL = 1 };
    mica_for_each_op(op, mica_module_body(module))
    {
        const bool is_function = mica_op_is(op, &mica_llvm_func_kind);
        if (!is_function && !mica_op_is(op, &mica_llvm_mlir_global_kind))
            continue;
        if (is_function && mica_region_is_empty(mica_op_region(op, 0)))
            continue;
        mica_op_set_attr(
            op, "linkage",
            mica_llvm_linkage_get(model->context, is_function ? INTERNAL : PRIVATE));
        if (!rename_claimed(model, op))
            return false;
    }
    return true;
}

/// Says that no two of the buffers overlap, which is the contract: `llvm.noalias` on the second
/// pointer of each, through which all is read and written.
static bool mark_pointers(const mica_model_description *model, mica_op *function)
{
    const size_t count = mica_function_argument_count(function);
    const size_t bytes = (count + 1) * sizeof(mica_attr *);
    const mica_attr **attrs = micai_context_allocate(model->context, bytes);
    if (!attrs)
        return false;
    const mica_named_attr noalias = {
        mica_identifier_get(model->context, mica_string_from("llvm.noalias")),
        mica_unit_attr_get(model->context)};
    bool was_pointer = false;
    for (size_t i = 0; i < count; ++i) {
        const bool is_pointer =
            mica_llvm_type_is_pointer(mica_function_argument_type(function, i));
        const bool is_second = is_pointer && was_pointer;
        attrs[i] = mica_dictionary_attr_get(model->context, &noalias, is_second);
        was_pointer = is_pointer && !is_second;
    }
    mica_op_set_attr(function, "arg_attrs", mica_array_attr_get(model->context, attrs, count));
    micai_context_free(model->context, attrs, bytes);
    return true;
}

bool mica_model_emit_entry(const mica_model_description *model, mica_op *module)
{
    mica_op *function = mica_symbol_find_in(module, model->function);
    if (!function || !mica_op_is(function, &mica_llvm_func_kind))
        return mica_op_error(module, "has lost its entry function '%.*s'",
                             MICA_STRING_ARG(model->function));
    // Found now, since hiding may give them other names.
    mica_op *arena_size =
        model->arena_size.length ? mica_symbol_find_in(module, model->arena_size) : NULL;
    mica_op *result_sizes =
        model->result_sizes.length ? mica_symbol_find_in(module, model->result_sizes) : NULL;
    mica_op *sizes_disagree = model->sizes_disagree.length
                                  ? mica_symbol_find_in(module, model->sizes_disagree)
                                  : NULL;
    if (!hide_definitions(model, module) || !mark_pointers(model, function))
        return false;
    const bool on_device = micai_model_find_memory(model, MICAI_MEMORY_DEVICE) != NULL;
    micai_text_buffer text = micai_text_buffer_on(&model->context->allocator);
    write_string_global(&text, model->prefix, "name", 0, model->prefix);
    write_tensor_table(&text, model->prefix, "input", model->inputs, model->input_count);
    write_tensor_table(&text, model->prefix, "output", model->outputs, model->output_count);
    write_profile(&text, model);
    write_dim_table(&text, model);
    if (arena_size)
        micai_entry_write_arena_bytes(&text, model,
                                      mica_string_attr_text(mica_symbol_name(arena_size)));
    if (result_sizes)
        micai_entry_write_output_shapes(&text, model,
                                        mica_string_attr_text(mica_symbol_name(result_sizes)));
    write_model(&text, model);
    write_declarations(&text, module, on_device);
    write_compute(&text, model, mica_string_attr_text(mica_symbol_name(function)),
                  sizes_disagree);
    write_wrappers(&text, model->prefix);
    const bool ok = append_parsed(module, &text);
    micai_text_buffer_free(&text);
    return ok;
}

bool mica_model_emit_main(const mica_model_description *model, mica_op *module)
{
    const bool on_device = micai_model_find_memory(model, MICAI_MEMORY_DEVICE) != NULL;
    micai_text_buffer text = micai_text_buffer_on(&model->context->allocator);
    if (on_device)
        micai_text_printf(&text, "llvm.mlir.global external constant @mica_vulkan_devices() "
                                 "{addr_space = 0 : i32} : !llvm.ptr\n");
    micai_text_printf(
        &text,
        "llvm.func @mica_model_main(!llvm.ptr, !llvm.ptr, i32, !llvm.ptr) -> i32\n"
        "llvm.func @main(%%count: i32, %%arguments: !llvm.ptr) -> i32 {\n"
        "  %%m = llvm.mlir.addressof @%.*s__model : !llvm.ptr\n"
        "  %%devices = %s : !llvm.ptr\n"
        "  %%c = llvm.call @mica_model_main(%%m, %%devices, %%count, %%arguments) : "
        "(!llvm.ptr, !llvm.ptr, i32, !llvm.ptr) -> i32\n"
        "  llvm.return %%c : i32\n}\n",
        MICA_STRING_ARG(model->prefix),
        on_device ? "llvm.mlir.addressof @mica_vulkan_devices" : "llvm.mlir.zero");
    const bool ok = append_parsed(module, &text);
    micai_text_buffer_free(&text);
    return ok;
}
