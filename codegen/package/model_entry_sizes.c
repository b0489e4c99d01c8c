// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The entry code for dynamic dimensions: what loads them, and the functions of mica_rt_model
// that say the workspace's size and the outputs' shapes.
#include "codegen/package/model_description_internal.h"

/// %dim0, %dim1, ...: the values behind %dims.
void micai_entry_write_dims(micai_text_buffer *text, const mica_model_description *model)
{
    micai_text_printf(text, "  %%nothing = llvm.mlir.constant(0 : i64) : i64\n");
    for (size_t i = 0; i < model->dim_count; ++i)
        micai_text_printf(text,
                          "  %%dim_at%zu = llvm.getelementptr %%dims[%zu] : (!llvm.ptr) -> "
                          "!llvm.ptr, i64\n"
                          "  %%dim%zu = llvm.load %%dim_at%zu : !llvm.ptr -> i64\n",
                          i, i, i, i);
}

/// "(%dim0, %dim1) : (i64, i64)"
static void write_dim_operands(micai_text_buffer *text, const mica_model_description *model)
{
    for (size_t i = 0; i < model->dim_count; ++i)
        micai_text_printf(text, "%s%%dim%zu", i ? ", " : "(", i);
    micai_text_printf(text, model->dim_count ? ") : " : "() : (");
    for (size_t i = 0; i < model->dim_count; ++i)
        micai_text_printf(text, "%si64", i ? ", " : "(");
    micai_text_printf(text, ")");
}

/// What a function that returns `count` sizes returns in the llvm dialect.
void micai_entry_write_sizes_type(micai_text_buffer *text, size_t count)
{
    if (count < 2) {
        micai_text_printf(text, count ? "i64" : "()");
        return;
    }
    micai_text_printf(text, "!llvm.struct<(i64");
    for (size_t i = 1; i < count; ++i)
        micai_text_printf(text, ", i64");
    micai_text_printf(text, ")>");
}

/// Stores size number `at` of `count` in %sizes to dims of %out.
void micai_entry_write_size_store(micai_text_buffer *text, const micai_model_size *size,
                                  size_t at, size_t count)
{
    micai_text_printf(text,
                      "  %%to%zu = llvm.getelementptr %%out[%u, 4, %u] : (!llvm.ptr) -> "
                      "!llvm.ptr, %s\n",
                      at, size->output, size->dim, MICAI_TENSOR_STRUCT);
    if (count > 1) {
        micai_text_printf(text, "  %%size%zu = llvm.extractvalue %%sizes[%zu] : ", at, at);
        micai_entry_write_sizes_type(text, count);
        micai_text_printf(text, "\n  llvm.store %%size%zu, %%to%zu : i64, !llvm.ptr\n", at, at);
    } else {
        micai_text_printf(text, "  llvm.store %%sizes, %%to%zu : i64, !llvm.ptr\n", at);
    }
}

/// @m__arena_bytes(dims): UINT64_MAX where no memory is so large (MICAI_SIZE_LIMIT).
void micai_entry_write_arena_bytes(micai_text_buffer *text, const mica_model_description *model,
                                   mica_string function)
{
    micai_text_printf(text,
                      "llvm.func internal @%.*s__arena_bytes(%%dims: !llvm.ptr) -> i64 {\n",
                      MICA_STRING_ARG(model->prefix));
    micai_entry_write_dims(text, model);
    micai_text_printf(text, "  %%size = llvm.call @%.*s", MICA_STRING_ARG(function));
    write_dim_operands(text, model);
    micai_text_printf(text, " -> i64\n"
                            "  %%most = llvm.mlir.constant(4611686018427387904 : i64) : i64\n"
                            "  %%never = llvm.mlir.constant(-1 : i64) : i64\n"
                            "  %%fits = llvm.icmp \"ult\" %%size, %%most : i64\n"
                            "  %%bytes = llvm.select %%fits, %%size, %%never : i1, i64\n"
                            "  llvm.return %%bytes : i64\n}\n");
}

/// @m__output_shapes(dims, outputs)
void micai_entry_write_output_shapes(micai_text_buffer *text,
                                     const mica_model_description *model, mica_string function)
{
    micai_text_printf(text,
                      "llvm.func internal @%.*s__output_shapes(%%dims: !llvm.ptr, %%out: "
                      "!llvm.ptr) {\n",
                      MICA_STRING_ARG(model->prefix));
    micai_entry_write_dims(text, model);
    micai_text_printf(text, "  %%sizes = llvm.call @%.*s", MICA_STRING_ARG(function));
    write_dim_operands(text, model);
    micai_text_printf(text, " -> ");
    micai_entry_write_sizes_type(text, model->size_count);
    micai_text_printf(text, "\n");
    for (size_t i = 0; i < model->size_count; ++i)
        micai_entry_write_size_store(text, &model->sizes[i], i, model->size_count);
    micai_text_printf(text, "  llvm.return\n}\n");
}

void micai_entry_write_check(micai_text_buffer *text, const mica_model_description *model,
                             mica_string function)
{
    enum { DIM_CONFLICT = 28 }; // MICA_RT_ERROR_DIM_CONFLICT
    micai_text_printf(text, "  %%verdict = llvm.call @%.*s", MICA_STRING_ARG(function));
    write_dim_operands(text, model);
    micai_text_printf(text,
                      " -> i64\n"
                      "  %%agreed = llvm.mlir.constant(0 : i64) : i64\n"
                      "  %%agree = llvm.icmp \"eq\" %%verdict, %%agreed : i64\n"
                      "  llvm.cond_br %%agree, ^agree, ^conflict\n"
                      "^conflict:\n"
                      "  %%refusal = llvm.mlir.constant(%d : i32) : i32\n"
                      "  llvm.return %%refusal : i32\n^agree:\n",
                      DIM_CONFLICT);
}

void micai_entry_write_assertions(micai_text_buffer *text, size_t at, size_t count)
{
    enum { ASSERTION = 15 }; // MICA_RT_ERROR_ASSERTION
    const char *broken = "%sizes";
    if (count > 1) {
        broken = "%broken";
        micai_text_printf(text, "  %%broken = llvm.extractvalue %%sizes[%zu] : ", at);
        micai_entry_write_sizes_type(text, count);
        micai_text_printf(text, "\n");
    }
    micai_text_printf(text,
                      "  %%hold = llvm.mlir.constant(0 : i64) : i64\n"
                      "  %%all_hold = llvm.icmp \"eq\" %s, %%hold : i64\n"
                      "  %%assertion = llvm.mlir.constant(%d : i32) : i32\n"
                      "  %%code = llvm.select %%all_hold, %%done, %%assertion : i1, i32\n",
                      broken, ASSERTION);
}
