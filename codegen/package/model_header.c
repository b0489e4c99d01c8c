// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes a model's header: the structs and the four functions of docs/ahead-of-time.md.
#include "codegen/package/model_description_internal.h"

static void write_guard(micai_text_buffer *text, mica_string prefix)
{
    for (size_t i = 0; i < prefix.length; ++i) {
        const char c = prefix.data[i];
        const char upper = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        micai_text_append(text, &upper, 1);
    }
    micai_text_printf(text, "_H");
}

/// A name inside of a comment: nothing in it may end the comment or the line.
static void write_name(micai_text_buffer *text, mica_string name)
{
    for (size_t i = 0; i < name.length; ++i) {
        const char c = name.data[i];
        const bool ends_comment = c == '/' && i > 0 && name.data[i - 1] == '*';
        const bool is_plain = (unsigned char)c >= ' ' && c != 127 && c != '\\';
        micai_text_append(text, is_plain && !ends_comment ? &c : "?", 1);
    }
}

/// `, "a.b" in the model */`
static void write_own_name(micai_text_buffer *text, mica_string name, mica_string field)
{
    if (!mica_string_equal(name, field)) {
        micai_text_printf(text, ", \"");
        write_name(text, name);
        micai_text_printf(text, "\" in the model");
    }
    micai_text_printf(text, " */\n");
}

/// Is a size of the tensor known only when the model has run?
static bool depends_on_data(const mica_model_description *model,
                            const mica_model_tensor *tensor, uint32_t dim)
{
    for (size_t i = 0; i < model->exact_count; ++i) {
        const micai_model_size *size = &model->sizes[model->exact[i]];
        if (&model->outputs[size->output] == tensor && size->dim == dim)
            return true;
    }
    return false;
}

/// A size, the name of a dimension or a formula of dimensions.
static void write_dim(micai_text_buffer *text, const mica_model_description *model,
                      const mica_model_tensor *tensor, uint32_t dim)
{
    const int64_t size = tensor->dims[dim];
    if (size >= 0)
        micai_text_printf(text, "%lld", (long long)size);
    else if (size != MICA_MODEL_COMPUTED)
        micai_text_printf(text, "%.*s", MICA_STRING_ARG(model->dims[-1 - size].field));
    else if (tensor->formula[dim].length)
        micai_text_printf(text, "%.*s", MICA_STRING_ARG(tensor->formula[dim]));
    else
        micai_text_printf(text, depends_on_data(model, tensor, dim) ? "(depends on data)"
                                                                    : "(computed)");
}

/// ` /* f32 [1, 28, 28], "a.b" in the model */`
static void write_shape(micai_text_buffer *text, const mica_model_description *model,
                        const mica_model_tensor *tensor)
{
    micai_text_printf(text, " /* %s [", tensor->type_name);
    for (uint32_t i = 0; i < tensor->rank; ++i) {
        micai_text_printf(text, i ? ", " : "");
        write_dim(text, model, tensor, i);
    }
    micai_text_printf(text, "]");
    write_own_name(text, tensor->name, tensor->field);
}

static void write_dims_struct(micai_text_buffer *text, const mica_model_description *model)
{
    micai_text_printf(text, "typedef struct %.*s_dims {\n    uint64_t struct_size;\n",
                      MICA_STRING_ARG(model->prefix));
    for (size_t i = 0; i < model->dim_count; ++i) {
        const mica_model_dimension *dim = &model->dims[i];
        micai_text_printf(text, "    int64_t %.*s; /* %lld to %lld",
                          MICA_STRING_ARG(dim->field), (long long)dim->minimum,
                          (long long)dim->maximum);
        write_own_name(text, dim->name, dim->field);
    }
    micai_text_printf(text, "} %.*s_dims;\n\n", MICA_STRING_ARG(model->prefix));
}

static void write_struct(micai_text_buffer *text, const mica_model_description *model,
                         const char *kind, const char *member, const mica_model_tensor *tensors,
                         size_t count)
{
    const mica_string prefix = model->prefix;
    micai_text_printf(text, "typedef struct %.*s_%s {\n    uint64_t struct_size;\n",
                      MICA_STRING_ARG(prefix), kind);
    for (size_t i = 0; i < count; ++i) {
        micai_text_printf(text, "    %s %.*s;", member, MICA_STRING_ARG(tensors[i].field));
        write_shape(text, model, &tensors[i]);
    }
    micai_text_printf(text, "} %.*s_%s;\n\n", MICA_STRING_ARG(prefix), kind);
}

static void write_functions(micai_text_buffer *text, mica_string prefix)
{
    const int n = (int)prefix.length;
    const char *p = prefix.data;
    micai_text_printf(text,
                      "/* Names, types and shapes, for generic callers. Never NULL. */\n"
                      "const mica_rt_model *%.*s_info(void);\n\n"
                      "/* Bytes of workspace that %.*s_run needs; 0 when dims are invalid. */\n"
                      "size_t %.*s_workspace_size(const %.*s_dims *dims);\n\n",
                      n, p, n, p, n, p, n, p);
    micai_text_printf(
        text,
        "/* Runs the model. NULL env: embedded weights, one thread, no device. NULL dims are\n"
        " * right for a model without dynamic dimensions. 0, or an error code. Reentrant: two\n"
        " * threads need only two workspaces. */\n"
        "int %.*s_run(const %.*s_env *env, const %.*s_dims *dims,\n"
        "    const %.*s_inputs *in, %.*s_outputs *out, void *workspace,\n"
        "    size_t workspace_size);\n\n"
        "/* One sentence about a code; never NULL. */\n"
        "const char *%.*s_error_string(int code);\n\n",
        n, p, n, p, n, p, n, p, n, p, n, p);
}

bool mica_model_write_header(const mica_model_description *model, mica_write_fn write,
                             void *user)
{
    const mica_string prefix = model->prefix;
    micai_text_buffer text = micai_text_buffer_on(&model->context->allocator);
    micai_text_printf(&text, "/* The compiled model %.*s; mica_rt.h says what the structs mean",
                      MICA_STRING_ARG(prefix));
    micai_text_printf(&text, micai_model_find_memory(model, MICAI_MEMORY_DEVICE)
                                 ? ".\n * It runs on a device: env->device must be set."
                                 : ".");
    if (model->has_weights_file)
        micai_text_printf(&text,
                          "\n * Its weights are a file of %llu bytes: env->weights and "
                          "env->weights_size must be set.",
                          (unsigned long long)model->weights_size);
    micai_text_printf(&text, " */\n");
    micai_text_printf(&text, "#ifndef ");
    write_guard(&text, prefix);
    micai_text_printf(&text, "\n#define ");
    write_guard(&text, prefix);
    micai_text_printf(&text,
                      "\n\n#include \"mica_rt.h\"\n\n"
                      "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
                      "typedef mica_rt_env %.*s_env;\n\n",
                      MICA_STRING_ARG(prefix));
    write_dims_struct(&text, model);
    write_struct(&text, model, "inputs", "mica_rt_input", model->inputs, model->input_count);
    write_struct(&text, model, "outputs", "mica_rt_output", model->outputs,
                 model->output_count);
    write_functions(&text, prefix);
    micai_text_printf(&text, "#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
    const mica_string view = micai_text_view(&text);
    const bool ok = !text.failed && write(user, view.data, view.length);
    micai_text_buffer_free(&text);
    return ok;
}
