// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A model on tensors as one call of the interpreter:
//
//   arrays -> tensors, then the sizes of dynamic dimensions -> call -> tensors -> arrays
//
// Arrays and the interpreter's buffers hold elements in the same form, row by row; only the
// bits above narrow integers have to be cleared on the way in.
#include "tools/mica-run/interpret_model.h"

#include "ir/core/symbol_table.h"
#include "ir/interpreter/interpreter.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- description
// -----------------------------------------------------------------------------

static mica_rt_tensor_info describe_tensor(const mica_model_tensor *tensor)
{
    return (mica_rt_tensor_info){.name = tensor->name.data,
                                 .type = tensor->type,
                                 .rank = tensor->rank,
                                 .dims = tensor->dims};
}

bool interpreted_model_describe(interpreted_model *model, model_driver *driver)
{
    const mica_model_description *from = driver->description;
    const size_t dim_count = mica_model_dim_count(from);
    const size_t input_count = mica_model_input_count(from);
    const size_t output_count = mica_model_output_count(from);
    model->driver = driver;
    model->dims = calloc(dim_count + 1, sizeof *model->dims);
    model->inputs = calloc(input_count + 1, sizeof *model->inputs);
    model->outputs = calloc(output_count + 1, sizeof *model->outputs);
    if (!model->dims || !model->inputs || !model->outputs)
        return fputs("error: out of memory\n", stderr) < 0;
    for (size_t i = 0; i < dim_count; i++) {
        const mica_model_dimension *dim = mica_model_get_dim(from, i);
        model->dims[i] = (mica_rt_dim_info){dim->name.data, dim->minimum, dim->maximum};
    }
    for (size_t i = 0; i < input_count; i++)
        model->inputs[i] = describe_tensor(mica_model_input(from, i));
    for (size_t i = 0; i < output_count; i++)
        model->outputs[i] = describe_tensor(mica_model_output(from, i));
    model->description = (mica_rt_model){.struct_size = sizeof model->description,
                                         .abi_version = MICA_RT_ABI_VERSION,
                                         .name = mica_model_prefix(from).data,
                                         .dim_count = (uint32_t)dim_count,
                                         .input_count = (uint32_t)input_count,
                                         .output_count = (uint32_t)output_count,
                                         .dims = model->dims,
                                         .inputs = model->inputs,
                                         .outputs = model->outputs};
    return true;
}

void interpreted_model_end(interpreted_model *model)
{
    free(model->dims);
    free(model->inputs);
    free(model->outputs);
}

// ---- the call
// --------------------------------------------------------------------------------

typedef struct model_call {
    mica_interpreter *interpreter;
    mica_op *function;
    const mica_rt_model *model;
    mica_eval_value *arguments, *results; ///< as many as the function has
    int64_t *dims;
    mica_tool_error *error;
} model_call;

static void clear_high_bits(mica_eval_buffer *buffer, uint32_t width)
{
    for (size_t i = 0; width < 8 && i < buffer->count; i++)
        buffer->data[i] = (unsigned char)(buffer->data[i] & ((1U << width) - 1));
}

static bool give_input(model_call *call, const mica_array *array, size_t index)
{
    const mica_type *type = mica_function_argument_type(call->function, index);
    const mica_type *element = mica_type_element(type);
    mica_eval_buffer *buffer = mica_eval_buffer_create(
        mica_interpreter_frame(call->interpreter), element, array->dims, array->rank);
    if (!buffer)
        return mica_tool_fail(call->error, "input %zu can't be interpreted", index);
    const size_t size = buffer->count * buffer->element_size;
    if (size != array->size)
        return mica_tool_fail(call->error, "input %zu: elements of %s can't be interpreted",
                              index, mica_rt_type_name(array->type));
    memcpy(buffer->data, array->data, size);
    clear_high_bits(buffer, mica_type_bit_width(element));
    call->arguments[index] = mica_eval_from_buffer(buffer);
    return true;
}

static bool give_arguments(model_call *call, const mica_array *inputs)
{
    const mica_rt_model *model = call->model;
    for (uint32_t i = 0; i < model->input_count; i++)
        if (!give_input(call, &inputs[i], i))
            return false;
    for (uint32_t i = 0; i < model->dim_count; i++)
        call->arguments[model->input_count + i] = mica_eval_from_bits((uint64_t)call->dims[i]);
    return true;
}

static bool check_defined(const model_call *call, const mica_eval_value *value, uint32_t index)
{
    const mica_eval_buffer *buffer = value->is_poison ? NULL : value->as.buffer;
    const size_t size = buffer ? buffer->count * buffer->element_size : 0;
    size_t at = 0;
    while (at < size && (!buffer->shadow || !buffer->shadow[at]))
        at++;
    if (buffer && at == size)
        return true;
    return mica_tool_fail(call->error, "output %u '%.80s': element %zu is undefined", index,
                          call->model->outputs[index].name,
                          buffer ? at / buffer->element_size : 0);
}

static bool take_output(model_call *call, mica_array *array, uint32_t index)
{
    const mica_eval_value *value = &call->results[index];
    if (!check_defined(call, value, index))
        return false;
    const mica_eval_buffer *buffer = value->as.buffer;
    const size_t size = buffer->count * buffer->element_size;
    if (!mica_array_create(array, call->model->outputs[index].type, buffer->rank, buffer->sizes,
                           call->error))
        return false;
    if (array->size != size)
        return mica_tool_fail(call->error, "output %u: elements of %s can't be interpreted",
                              index, mica_rt_type_name(array->type));
    memcpy(array->data, buffer->data, size);
    return true;
}

static bool run(model_call *call, const mica_array *inputs, mica_array *outputs)
{
    const size_t argument_count = mica_function_argument_count(call->function);
    const size_t result_count = mica_function_result_count(call->function);
    call->arguments = calloc(argument_count + 1, sizeof *call->arguments);
    call->results = calloc(result_count + 1, sizeof *call->results);
    if (!call->arguments || !call->results)
        return mica_tool_fail(call->error, "out of memory");
    if (!give_arguments(call, inputs))
        return false;
    if (mica_interpreter_call(call->interpreter, call->function, call->arguments,
                              argument_count, call->results, result_count) != MICA_EVAL_DONE)
        return mica_tool_fail(call->error, "the model was not interpreted to its end");
    for (uint32_t i = 0; i < call->model->output_count; i++)
        if (!take_output(call, &outputs[i], i))
            return false;
    return true;
}

static bool interpret(interpreted_model *model, const mica_model_options *options,
                      const mica_array *inputs, uint32_t input_count, mica_array *outputs,
                      model_call *call)
{
    const mica_interpreter_options own = {.struct_size = sizeof own,
                                          .max_steps = model->max_steps};
    const mica_string name = mica_model_function(model->driver->description);
    call->dims = calloc((size_t)call->model->dim_count + 1, sizeof *call->dims);
    call->function = mica_symbol_find_in(model->driver->module, name);
    if (!call->dims || !call->function)
        return mica_tool_fail(call->error, "out of memory");
    if (!mica_model_bind(call->model, options, inputs, input_count, call->dims, call->error))
        return false;
    call->interpreter = mica_interpreter_create(model->driver->module, &own);
    if (!call->interpreter)
        return mica_tool_fail(call->error, "out of memory");
    const bool done = run(call, inputs, outputs);
    if (model->reports_steps)
        fprintf(stderr, "%" PRIu64 " ops\n", mica_interpreter_steps(call->interpreter));
    return done;
}

bool interpreted_model_call(void *user, const mica_model_options *options,
                            const mica_array *inputs, uint32_t input_count, mica_array *outputs,
                            mica_tool_error *error)
{
    interpreted_model *model = user;
    model_call call = {.model = &model->description, .error = error};
    const bool done = interpret(model, options, inputs, input_count, outputs, &call);
    for (uint32_t i = 0; !done && i < call.model->output_count; i++)
        mica_array_destroy(&outputs[i]);
    mica_interpreter_destroy(call.interpreter);
    free(call.arguments);
    free(call.results);
    free(call.dims);
    return done;
}
