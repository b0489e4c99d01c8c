// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads a model's interface off its entry function.
#include "codegen/package/model_description_internal.h"

#include <stdio.h>

#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"

/// An element type, as the runtime numbers it (runtime/mica_rt.h, whose numbers are for ever).
typedef struct element_type {
    const char *text; ///< in the IR
    const char *name;
    uint32_t number;
} element_type;

// clang-format off
static const element_type element_types[] = {
    {"i1",   "bool",  1}, {"i8",   "i8",   2}, {"i16",  "i16",  3}, {"i32",  "i32",  4},
    {"i64",  "i64",   5}, {"ui8",  "u8",   6}, {"ui16", "u16",  7}, {"ui32", "u32",  8},
    {"ui64", "u64",   9}, {"si8",  "i8",   2}, {"si16", "i16",  3}, {"si32", "i32",  4},
    {"si64", "i64",   5}, {"f16",  "f16", 10}, {"bf16", "bf16", 11}, {"f32", "f32", 12},
    {"f64",  "f64",  13}, {"si4",  "i4",  22}, {"i4",   "i4",  22}, {"ui4", "u4",  23},
    {"si2",  "i2",   24}, {"i2",   "i2",  24}, {"ui2",  "u2",  25},
    {"f8E4M3FN",  "f8e4m3fn",  16}, {"f8E4M3FNUZ", "f8e4m3fnuz", 17},
    {"f8E5M2",    "f8e5m2",    18}, {"f8E5M2FNUZ", "f8e5m2fnuz", 19},
    {"f8E8M0FNU", "f8e8m0",    20}, {"f4E2M1FN",   "f4e2m1",     21},
};
// clang-format on

static const element_type *find_element_type(mica_model_description *model,
                                             const mica_type *type)
{
    micai_text_buffer text = micai_text_buffer_on(&model->context->allocator);
    mica_print_type(type, micai_text_write, &text);
    const element_type *found = NULL;
    for (size_t i = 0; i < sizeof element_types / sizeof *element_types && !found; ++i) {
        if (mica_string_is(micai_text_view(&text), element_types[i].text))
            found = &element_types[i];
    }
    micai_text_buffer_free(&text);
    return found;
}

static mica_string copy_text(mica_model_description *model, mica_string text)
{
    text.data = micai_arena_copy_text(&model->arena, text);
    return text;
}

// ---- tensors
// ---------------------------------------------------------------------------------

static mica_string tensor_name(mica_model_description *model, const mica_attr *attrs,
                               const char *kind, size_t index)
{
    const mica_attr *name =
        attrs ? mica_dictionary_attr_find(attrs, mica_string_from("onnx.name")) : NULL;
    if (mica_attr_is(name, MICA_ATTR_STRING))
        return copy_text(model, mica_string_attr_text(name));
    char numbered[32];
    snprintf(numbered, sizeof numbered, "%s_%zu", kind, index);
    return copy_text(model, mica_string_from(numbered));
}

static bool describe_tensor(mica_model_description *model, mica_op *entry, const char *kind,
                            mica_model_tensor *tensor, size_t index, const mica_type *type,
                            const mica_attr *attrs)
{
    tensor->name = tensor_name(model, attrs, kind, index);
    if (!mica_type_is_tensor(type) || !mica_type_is_ranked(type))
        return mica_op_error(entry, "%s %zu ('%.*s') is no tensor of known rank", kind, index,
                             MICA_STRING_ARG(tensor->name));
    const element_type *element = find_element_type(model, mica_type_element(type));
    if (!element)
        return mica_op_error(entry,
                             "%s %zu ('%.*s') has an element type that compiled models "
                             "can't have",
                             kind, index, MICA_STRING_ARG(tensor->name));
    tensor->rank = (uint32_t)mica_type_rank(type);
    tensor->type = element->number;
    tensor->type_name = element->name;
    if (tensor->rank > MICAI_MODEL_MAX_RANK)
        return mica_op_error(entry, "%s %zu ('%.*s') has more than %d dimensions", kind, index,
                             MICA_STRING_ARG(tensor->name), MICAI_MODEL_MAX_RANK);
    int64_t *dims = micai_arena_allocate(&model->arena, (tensor->rank + 1) * sizeof *dims);
    if (!dims || !tensor->name.data)
        return false;
    const mica_attr *numbers =
        attrs ? mica_dictionary_attr_find(attrs, mica_string_from("mica.dims")) : NULL;
    for (uint32_t i = 0; i < tensor->rank; ++i) {
        dims[i] = mica_type_shape(type)[i];
        if (dims[i] != MICA_DYNAMIC)
            continue;
        tensor->is_dynamic = true;
        dims[i] = numbers ? MICA_MODEL_DIM(mica_dense_array_attr_int(numbers, i))
                          : MICA_MODEL_COMPUTED;
    }
    tensor->dims = dims;
    return true;
}

// ---- dimensions
// ------------------------------------------------------------------------------

/// The name of a dimension that the entry takes as an argument; NULL for other arguments.
static const mica_attr *dim_name(const mica_op *entry, size_t argument)
{
    const mica_attr *attrs = mica_function_argument_attrs(entry, argument);
    return attrs ? mica_dictionary_attr_find(attrs, mica_string_from("mica.dim")) : NULL;
}

static bool describe_dims(mica_model_description *model, mica_op *entry)
{
    model->dims =
        micai_arena_allocate(&model->arena, (model->dim_count + 1) * sizeof *model->dims);
    if (!model->dims)
        return false;
    for (size_t i = 0; i < model->dim_count; ++i) {
        const mica_attr *name = dim_name(entry, model->input_count + i);
        model->dims[i] = (mica_model_dimension){
            .name = copy_text(model, mica_string_attr_text(name)), .maximum = INT32_MAX};
        if (!model->dims[i].name.data)
            return false;
    }
    return micai_model_name_dims(model);
}

/// Counts the entry's arguments: inputs, then dimensions; and results: outputs, then sizes.
static void count_signature(mica_model_description *model, const mica_op *entry)
{
    const size_t arguments = mica_function_argument_count(entry);
    const size_t results = mica_function_result_count(entry);
    while (model->input_count < arguments && !dim_name(entry, model->input_count))
        ++model->input_count;
    model->dim_count = arguments - model->input_count;
    for (size_t i = 0; i < results; ++i) {
        const mica_attr *attrs = mica_function_result_attrs(entry, i);
        model->output_count +=
            !attrs || !mica_dictionary_attr_find(attrs, mica_string_from("mica.size"));
    }
}

static bool describe_tensors(mica_model_description *model, mica_op *entry)
{
    bool ok = true;
    for (size_t i = 0; i < model->input_count && ok; ++i)
        ok = describe_tensor(model, entry, "input", &model->inputs[i], i,
                             mica_function_argument_type(entry, i),
                             mica_function_argument_attrs(entry, i));
    for (size_t i = 0; i < model->output_count && ok; ++i)
        ok = describe_tensor(model, entry, "output", &model->outputs[i], i,
                             mica_function_result_type(entry, i),
                             mica_function_result_attrs(entry, i));
    return ok && describe_dims(model, entry) &&
           micai_model_name_fields(model, model->inputs, model->input_count) &&
           micai_model_name_fields(model, model->outputs, model->output_count);
}

mica_model_description *mica_model_describe(mica_op *entry, mica_string prefix)
{
    mica_context *context = mica_op_context(entry);
    mica_model_description *model = micai_allocate_zeroed(&context->allocator, sizeof *model);
    if (!model)
        return NULL;
    model->context = context;
    model->arena = micai_arena_on(&context->allocator);
    model->prefix = copy_text(model, prefix);
    model->function = copy_text(model, mica_string_attr_text(mica_symbol_name(entry)));
    count_signature(model, entry);
    const size_t total = model->input_count + model->output_count + 1;
    model->inputs = micai_arena_allocate(&model->arena, total * sizeof *model->inputs);
    bool ok = model->prefix.data && model->function.data && model->inputs;
    if (ok) {
        memset(model->inputs, 0, total * sizeof *model->inputs);
        model->outputs = model->inputs + model->input_count;
        ok = describe_tensors(model, entry);
    }
    if (ok)
        return model;
    mica_model_description_destroy(model);
    return NULL;
}

void mica_model_description_destroy(mica_model_description *model)
{
    if (!model)
        return;
    micai_arena_free(&model->arena);
    micai_release(&model->context->allocator, model, sizeof *model);
}

// ---- memory
// ----------------------------------------------------------------------------------

static bool is_byte_buffer(const mica_type *type)
{
    return mica_type_get_kind(type) == MICA_TYPE_MEMREF && mica_type_rank(type) == 1 &&
           mica_type_is_signless(mica_type_element(type), 8);
}

static bool note_argument(mica_model_description *model, mica_op *entry, size_t index,
                          micai_model_memory *memory)
{
    const mica_type *type = mica_function_argument_type(entry, index);
    const mica_attr *attrs = mica_function_argument_attrs(entry, index);
    if (attrs && mica_dictionary_attr_find(attrs, mica_string_from("mica.device"))) {
        memory->kind = MICAI_MEMORY_DEVICE;
        return true;
    }
    if (!is_byte_buffer(type))
        return mica_op_error(entry, "argument %zu is neither an input, an output nor memory",
                             index);
    if (mica_type_has_static_shape(type))
        memory->bytes = (uint64_t)mica_type_shape(type)[0];
    const mica_attr *weights =
        attrs ? mica_dictionary_attr_find(attrs, mica_string_from("mica.weights")) : NULL;
    if (!weights)
        return true; // the zeroed kind: workspace
    memory->kind = MICAI_MEMORY_WEIGHTS;
    memory->global = copy_text(model, mica_symbol_ref_attr_root(weights));
    return memory->global.data != NULL;
}

// A profile is a global that says so, beside the entry (pass instrument-profile).
static bool note_profile(mica_model_description *model, const mica_op *global)
{
    const mica_attr *names = mica_op_attr(global, "mica.profile");
    const size_t count = mica_array_attr_count(names);
    model->part_names = micai_arena_allocate(&model->arena, (count + 1) * sizeof(mica_string));
    if (!model->part_names)
        return false;
    model->part_count = count;
    model->counters = copy_text(model, mica_string_attr_text(mica_symbol_name(global)));
    bool ok = model->counters.data != NULL;
    for (size_t i = 0; i < count && ok; ++i) {
        model->part_names[i] =
            copy_text(model, mica_string_attr_text(mica_array_attr_element(names, i)));
        ok = model->part_names[i].data != NULL;
    }
    return ok;
}

static bool find_profile(mica_model_description *model, mica_op *entry)
{
    mica_for_each_op(op, mica_op_block(entry))
    {
        if (mica_op_attr(op, "mica.profile"))
            return note_profile(model, op);
    }
    return true;
}

bool mica_model_note_memory(mica_model_description *model, mica_op *entry)
{
    const size_t tensors = model->input_count + model->dim_count + model->output_count;
    const size_t arguments = mica_function_argument_count(entry);
    if (arguments < tensors)
        return mica_op_error(entry, "has %zu arguments for %zu inputs, dimensions and outputs",
                             arguments, tensors);
    const size_t bytes = (arguments - tensors + 1) * sizeof *model->memory;
    model->memory = micai_arena_allocate(&model->arena, bytes);
    if (!model->memory)
        return false;
    memset(model->memory, 0, bytes);
    model->memory_count = arguments - tensors;
    bool ok = true;
    for (size_t i = 0; i < model->memory_count && ok; ++i)
        ok = note_argument(model, entry, tensors + i, &model->memory[i]);
    const micai_model_memory *weights = micai_model_find_memory(model, MICAI_MEMORY_WEIGHTS);
    model->weights_size = weights ? weights->bytes : 0;
    return ok && find_profile(model, entry) && micai_model_note_sizes(model, entry);
}

bool mica_model_take_weights(mica_model_description *model, mica_op *module,
                             mica_weights_place place, mica_model_weights **weights)
{
    *weights = NULL;
    const micai_model_memory *memory = micai_model_find_memory(model, MICAI_MEMORY_WEIGHTS);
    if (!memory)
        return true;
    *weights = mica_model_weights_take(module, memory->global);
    if (!*weights)
        return false;
    model->weights_size = mica_model_weights_size(*weights);
    model->has_own_weights = place == MICA_WEIGHTS_IN_OBJECT;
    model->has_weights_file = !model->has_own_weights;
    if (place == MICA_WEIGHTS_IN_FILE) {
        model->weights_size = mica_model_weights_file_size(*weights);
        model->weights_fingerprint = mica_model_weights_fingerprint(*weights);
    }
    return true;
}

const micai_model_memory *micai_model_find_memory(const mica_model_description *model,
                                                  micai_memory_kind kind)
{
    for (size_t i = 0; i < model->memory_count; ++i) {
        if (model->memory[i].kind == kind)
            return &model->memory[i];
    }
    return NULL;
}

// ---- accessors
// -------------------------------------------------------------------------------

mica_string mica_model_prefix(const mica_model_description *model)
{
    return model->prefix;
}

mica_string mica_model_function(const mica_model_description *model)
{
    return model->function;
}

size_t mica_model_dim_count(const mica_model_description *model)
{
    return model->dim_count;
}

const mica_model_dimension *mica_model_get_dim(const mica_model_description *model,
                                               size_t index)
{
    return &model->dims[index];
}

size_t mica_model_input_count(const mica_model_description *model)
{
    return model->input_count;
}

size_t mica_model_output_count(const mica_model_description *model)
{
    return model->output_count;
}

const mica_model_tensor *mica_model_input(const mica_model_description *model, size_t index)
{
    return &model->inputs[index];
}

const mica_model_tensor *mica_model_output(const mica_model_description *model, size_t index)
{
    return &model->outputs[index];
}

uint64_t mica_model_workspace_bytes(const mica_model_description *model)
{
    const micai_model_memory *workspace =
        micai_model_find_memory(model, MICAI_MEMORY_WORKSPACE);
    const bool on_device = micai_model_find_memory(model, MICAI_MEMORY_DEVICE) != NULL;
    return workspace && !on_device ? workspace->bytes : 0;
}
