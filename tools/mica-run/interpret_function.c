// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Interprets a function of a file and prints what it returns.
#include "tools/mica-run/interpret_function.h"

#include "ir/core/symbol_table.h"
#include "tools/command/command.h"
#include "tools/mica-run/interpret_print.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void print_integer(const mica_eval_value *value, uint32_t width)
{
    uint64_t bits = value->as.bits[0];
    if (width > 1 && width < 64)
        bits = (uint64_t)((int64_t)(bits << (64 - width)) >> (64 - width));
    printf("%" PRId64, (int64_t)bits);
}

static void print_scalar(const mica_eval_value *value, const mica_type *type)
{
    double number;
    mica_scalar scalar;
    if (value->is_poison)
        fputs("poison", stdout);
    else if (mica_type_is_float(type) && mica_scalar_load(type, value->as.bits, &scalar) &&
             mica_scalar_get_float(&scalar, &number))
        printf("%e", number);
    else
        print_integer(value, mica_type_bit_width(type));
}

/// "[1, 2, 3]": the elements in row-major order.
static void print_buffer(mica_interpreter *interpreter, const mica_eval_buffer *buffer,
                         const mica_type *element)
{
    fputs("[", stdout);
    for (size_t i = 0; i < buffer->count; i++) {
        mica_eval_value value;
        fputs(i ? ", " : "", stdout);
        if (mica_eval_get_element(mica_interpreter_frame(interpreter), buffer, element, i,
                                  &value))
            print_scalar(&value, element);
    }
    fputs("]", stdout);
}

static void print_result(mica_interpreter *interpreter, const mica_eval_value *value,
                         const mica_type *type)
{
    if (!mica_type_is_shaped(type))
        print_scalar(value, type);
    else if (mica_type_is_memref(type) || !value->as.buffer)
        fputs("a memref", stdout);
    else
        print_buffer(interpreter, value->as.buffer, mica_type_element(type));
    fputs("\n", stdout);
}

static bool call(mica_interpreter *interpreter, mica_op *function)
{
    const size_t count = mica_function_result_count(function);
    mica_eval_value *results = calloc(count + 1, sizeof *results);
    const bool done = results && mica_interpreter_call(interpreter, function, NULL, 0, results,
                                                       count) == MICA_EVAL_DONE;
    for (size_t i = 0; i < count && done; i++)
        print_result(interpreter, &results[i], mica_function_result_type(function, i));
    fflush(stdout);
    free(results);
    return done;
}

static mica_op *find_entry(mica_op *module, const char *name)
{
    mica_op *function = mica_symbol_find_in(module, mica_string_from(name));
    if (function && mica_op_interface(function, &mica_function_like_interface) &&
        !mica_function_is_declaration(function) && mica_function_argument_count(function) == 0)
        return function;
    fprintf(stderr, "error: no function '%s' with a body and without arguments\n", name);
    return NULL;
}

static bool interpret(mica_op *module, const interpret_function_options *options)
{
    mica_op *function = find_entry(module, options->entry);
    if (!function)
        return false;
    mica_interpreter_options own = {.struct_size = sizeof own, .max_steps = options->max_steps};
    own.externals = interpret_print_externals(&own.external_count);
    mica_interpreter *interpreter = mica_interpreter_create(module, &own);
    const bool done = interpreter && call(interpreter, function);
    if (interpreter && options->reports_steps)
        fprintf(stderr, "%" PRIu64 " ops\n", mica_interpreter_steps(interpreter));
    mica_interpreter_destroy(interpreter);
    return done;
}

bool interpret_function(const interpret_function_options *options)
{
    mica_context *context = command_context_create();
    mica_op *module = context ? command_parse_file(context, options->input) : NULL;
    const bool done = module && interpret(module, options);
    if (module)
        mica_op_destroy(module);
    command_context_destroy(context);
    return done;
}
