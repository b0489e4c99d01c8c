// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The entry code of a compiled model, written as llvm dialect text and parsed into the module:
// what it says is then checked like any other input, and reads like what it is.
//
//   @digits__model        the constant mica_rt_model: names, types, shapes, functions
//   @digits__compute      unpacks data pointers and calls the lowered function
//   @digits_info, @digits_workspace_size, @digits_run, @digits_error_string
//
// docs/ahead-of-time.md has the layouts; all structs are of natural alignment.
#include "codegen/package/model_description_internal.h"

#include <stdio.h>

static const char model_struct[] =
    "!llvm.struct<(i64, i32, i32, ptr, i32, i32, i32, i32, ptr, ptr, ptr, ptr, i64, i64, i64, "
    "ptr, ptr, ptr)>";
enum { MODEL_STRUCT_SIZE = 128, ABI_VERSION = 1 };

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
    micai_text_printf(text, ")\n");
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
    micai_text_printf(text, "]> : tensor<%uxi64>) : !llvm.array<%u x i64>\n", tensor->rank,
                      tensor->rank);
}

/// One field of a struct under construction: %sN is the struct before, %sN+1 after.
static void write_field(micai_text_buffer *text, unsigned *step, const char *type,
                        const char *place, const char *value)
{
    micai_text_printf(text, "  %%s%u = llvm.insertvalue %s, %%s%u[%s] : %s\n", *step + 1, value,
                      *step, place, type);
    ++*step;
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
    micai_text_buffer type = micai_text_buffer_on(text->allocator);
    micai_text_printf(&type, "!llvm.array<%zu x struct<(ptr, i32, i32, ptr)>>", count);
    micai_text_printf(text, "llvm.mlir.global private constant @%.*s__%ss() : %s {\n",
                      MICA_STRING_ARG(prefix), kind, micai_text_view(&type).data);
    micai_text_printf(text,
                      "  %%null = llvm.mlir.zero : !llvm.ptr\n  %%s0 = llvm.mlir.undef : "
                      "%s\n",
                      micai_text_view(&type).data);
    unsigned step = 0;
    for (size_t i = 0; i < count; ++i) {
        char place[48], value[48];
        micai_text_printf(text, "  %%n%zu = llvm.mlir.addressof @%.*s__%s_%zu : !llvm.ptr\n", i,
                          MICA_STRING_ARG(prefix), kind, i);
        micai_text_printf(text, "  %%t%zu = llvm.mlir.constant(%u : i32) : i32\n", i,
                          tensors[i].type);
        micai_text_printf(text, "  %%r%zu = llvm.mlir.constant(%u : i32) : i32\n", i,
                          tensors[i].rank);
        if (tensors[i].rank)
            micai_text_printf(text,
                              "  %%d%zu = llvm.mlir.addressof @%.*s__%s_dims_%zu : !llvm.ptr\n",
                              i, MICA_STRING_ARG(prefix), kind, i);
        static const char letters[] = "ntrd";
        for (unsigned f = 0; f < 4; ++f) {
            snprintf(place, sizeof place, "%zu, %u", i, f);
            snprintf(value, sizeof value, "%%%c%zu", letters[f], i);
            write_field(text, &step, micai_text_view(&type).data, place,
                        f == 3 && tensors[i].rank == 0 ? "%null" : value);
        }
    }
    micai_text_printf(text, "  llvm.return %%s%u : %s\n}\n", step, micai_text_view(&type).data);
    micai_text_buffer_free(&type);
}

static void write_model(micai_text_buffer *text, const mica_model_description *model,
                        uint64_t workspace_bytes)
{
    const mica_string prefix = model->prefix;
    micai_text_printf(text,
                      "llvm.mlir.global internal constant @%.*s__model() : %s {\n"
                      "  %%null = llvm.mlir.zero : !llvm.ptr\n"
                      "  %%size = llvm.mlir.constant(%d : i64) : i64\n"
                      "  %%version = llvm.mlir.constant(%d : i32) : i32\n"
                      "  %%zero = llvm.mlir.constant(0 : i32) : i32\n"
                      "  %%wide_zero = llvm.mlir.constant(0 : i64) : i64\n"
                      "  %%inputs = llvm.mlir.constant(%zu : i32) : i32\n"
                      "  %%outputs = llvm.mlir.constant(%zu : i32) : i32\n"
                      "  %%workspace = llvm.mlir.constant(%llu : i64) : i64\n"
                      "  %%name = llvm.mlir.addressof @%.*s__name_0 : !llvm.ptr\n"
                      "  %%compute = llvm.mlir.addressof @%.*s__compute : !llvm.ptr\n",
                      MICA_STRING_ARG(prefix), model_struct, MODEL_STRUCT_SIZE, ABI_VERSION,
                      model->input_count, model->output_count,
                      (unsigned long long)workspace_bytes, MICA_STRING_ARG(prefix),
                      MICA_STRING_ARG(prefix));
    if (model->input_count)
        micai_text_printf(text, "  %%in = llvm.mlir.addressof @%.*s__inputs : !llvm.ptr\n",
                          MICA_STRING_ARG(prefix));
    if (model->output_count)
        micai_text_printf(text, "  %%out = llvm.mlir.addressof @%.*s__outputs : !llvm.ptr\n",
                          MICA_STRING_ARG(prefix));
    micai_text_printf(text, "  %%s0 = llvm.mlir.undef : %s\n", model_struct);
    const char *const fields[] = {
        "%size",
        "%version",
        "%zero",
        "%name",
        "%zero",
        "%inputs",
        "%outputs",
        "%zero",
        "%null",
        model->input_count ? "%in" : "%null",
        model->output_count ? "%out" : "%null",
        "%null",
        "%wide_zero",
        "%wide_zero",
        "%workspace",
        "%null",
        "%null",
        "%compute",
    };
    unsigned step = 0;
    for (unsigned i = 0; i < sizeof fields / sizeof *fields; ++i) {
        char place[16];
        snprintf(place, sizeof place, "%u", i);
        write_field(text, &step, model_struct, place, fields[i]);
    }
    micai_text_printf(text, "  llvm.return %%s%u : %s\n}\n", step, model_struct);
}

/// Data pointers are the first member of mica_rt_input and of mica_rt_output.
static void write_compute(micai_text_buffer *text, const mica_model_description *model,
                          mica_string function, bool has_workspace)
{
    static const char tensor[] = "!llvm.struct<(ptr, i64, i32, i32, array<16 x i64>)>";
    const size_t total = model->input_count + model->output_count;
    micai_text_printf(text,
                      "llvm.func internal @%.*s__compute(%%env: !llvm.ptr, %%dims: !llvm.ptr, "
                      "%%in: !llvm.ptr, %%out: !llvm.ptr, %%workspace: !llvm.ptr) -> i32 {\n",
                      MICA_STRING_ARG(model->prefix));
    for (size_t i = 0; i < total; ++i) {
        const bool is_input = i < model->input_count;
        micai_text_printf(
            text,
            "  %%p%zu = llvm.getelementptr %s[%zu] : (!llvm.ptr) -> !llvm.ptr, %s\n"
            "  %%a%zu = llvm.load %%p%zu : !llvm.ptr -> !llvm.ptr\n",
            i, is_input ? "%in" : "%out", is_input ? i : i - model->input_count, tensor, i, i);
    }
    micai_text_printf(text, "  llvm.call @%.*s(", MICA_STRING_ARG(function));
    for (size_t i = 0; i < total; ++i)
        micai_text_printf(text, "%s%%a%zu", i ? ", " : "", i);
    if (has_workspace)
        micai_text_printf(text, "%s%%workspace", total ? ", " : "");
    micai_text_printf(text, ") : (");
    for (size_t i = 0; i < total + has_workspace; ++i)
        micai_text_printf(text, "%s!llvm.ptr", i ? ", " : "");
    micai_text_printf(text, ") -> ()\n  %%ok = llvm.mlir.constant(0 : i32) : i32\n"
                            "  llvm.return %%ok : i32\n}\n");
}

static void write_wrappers(micai_text_buffer *text, mica_string prefix)
{
    const int n = (int)prefix.length;
    const char *p = prefix.data;
    micai_text_printf(
        text,
        "llvm.func @mica_rt_workspace_size(!llvm.ptr, !llvm.ptr) -> i64\n"
        "llvm.func @mica_rt_run(!llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, "
        "!llvm.ptr, i64) -> i32\n"
        "llvm.func @mica_rt_error_string(i32) -> !llvm.ptr\n"
        "llvm.func @%.*s_info() -> !llvm.ptr {\n"
        "  %%m = llvm.mlir.addressof @%.*s__model : !llvm.ptr\n  llvm.return %%m : "
        "!llvm.ptr\n}\n"
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
        ": "
        "(!llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, i64) -> i32\n"
        "  llvm.return %%c : i32\n}\n"
        "llvm.func @%.*s_error_string(%%code: i32) -> !llvm.ptr {\n"
        "  %%s = llvm.call @mica_rt_error_string(%%code) : (i32) -> !llvm.ptr\n"
        "  llvm.return %%s : !llvm.ptr\n}\n",
        n, p, n, p, n, p);
}

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

bool mica_model_emit_entry(const mica_model_description *model, mica_op *module,
                           mica_string function, uint64_t workspace_bytes)
{
    micai_text_buffer text = micai_text_buffer_on(&model->context->allocator);
    write_string_global(&text, model->prefix, "name", 0, model->prefix);
    write_tensor_table(&text, model->prefix, "input", model->inputs, model->input_count);
    write_tensor_table(&text, model->prefix, "output", model->outputs, model->output_count);
    write_model(&text, model, workspace_bytes);
    write_compute(&text, model, function, workspace_bytes != 0);
    write_wrappers(&text, model->prefix);
    const bool ok = append_parsed(module, &text);
    micai_text_buffer_free(&text);
    return ok;
}

bool mica_model_emit_main(const mica_model_description *model, mica_op *module)
{
    const mica_string prefix = model->prefix;
    micai_text_buffer text = micai_text_buffer_on(&model->context->allocator);
    micai_text_printf(
        &text,
        "llvm.func @mica_model_main(!llvm.ptr, !llvm.ptr, i32, !llvm.ptr) -> i32\n"
        "llvm.func @main(%%count: i32, %%arguments: !llvm.ptr) -> i32 {\n"
        "  %%m = llvm.mlir.addressof @%.*s__model : !llvm.ptr\n"
        "  %%null = llvm.mlir.zero : !llvm.ptr\n"
        "  %%c = llvm.call @mica_model_main(%%m, %%null, %%count, %%arguments) : "
        "(!llvm.ptr, !llvm.ptr, i32, !llvm.ptr) -> i32\n"
        "  llvm.return %%c : i32\n}\n",
        MICA_STRING_ARG(prefix));
    const bool ok = append_parsed(module, &text);
    micai_text_buffer_free(&text);
    return ok;
}
