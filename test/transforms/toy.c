// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The toy dialect of the tests.
#include "toy.h"

#include <assert.h>
#include <stdio.h>

#include "ir/core/diagnostics.h"
#include "ir/definition/loader.h"

static const char definition[] = "dialect toy \"for tests\" { }\n"
                                 "op module \"a container\" {\n"
                                 "  traits  isolated_from_above no_terminator single_block\n"
                                 "  regions body: any\n"
                                 "}\n"
                                 "op func \"a function\" {\n"
                                 "  traits  isolated_from_above no_terminator\n"
                                 "  regions body: any\n"
                                 "}\n"
                                 "op source \"a value\" {\n"
                                 "  results result: any_type\n"
                                 "  effects read\n"
                                 "}\n"
                                 "op neg \"-x\" {\n"
                                 "  traits   pure\n"
                                 "  operands x: any_type\n"
                                 "  results  result: any_type\n"
                                 "  types    result = x\n"
                                 "}\n"
                                 "op add \"x + y\" {\n"
                                 "  traits   pure commutative\n"
                                 "  operands x: any_type, y: any_type\n"
                                 "  results  result: any_type\n"
                                 "  types    result = x\n"
                                 "}\n"
                                 "op sub \"x - y\" {\n"
                                 "  traits   pure\n"
                                 "  operands x: any_type, y: any_type\n"
                                 "  results  result: any_type\n"
                                 "  types    result = x\n"
                                 "}\n"
                                 "op use \"keeps a value\" {\n"
                                 "  operands x: any_type\n"
                                 "  effects  write\n"
                                 "}\n";

static void add_line(toy_diagnostics *all, const char *prefix, mica_string text)
{
    const size_t room = sizeof(all->text) - all->length;
    const int length =
        snprintf(all->text + all->length, room, "%s%.*s\n", prefix, MICA_STRING_ARG(text));
    if (length > 0 && (size_t)length < room)
        all->length += (size_t)length;
}

static void gather(void *user, const mica_diagnostic *diagnostic)
{
    toy_diagnostics *all = user;
    all->count++;
    add_line(all, "", mica_diagnostic_message(diagnostic));
    for (size_t i = 0; i < mica_diagnostic_note_count(diagnostic); i++)
        add_line(all, "note: ", mica_diagnostic_note_message(diagnostic, i));
}

mica_context *toy_context(toy_diagnostics *diagnostics)
{
    memset(diagnostics, 0, sizeof(*diagnostics));
    mica_context *context = mica_context_create(NULL);
    assert(context);
    mica_context_set_diagnostic_handler(context, gather, diagnostics);
    const mica_load_options options = {.struct_size = sizeof(options)};
    const mica_dialect_def *dialect =
        mica_dialect_load_text(context, mica_string_from(definition), "toy.dialect", &options);
    if (!dialect)
        fprintf(stderr, "%s", diagnostics->text);
    assert(dialect);
    return context;
}

static mica_op *make_container(mica_context *context, const char *name, mica_location location)
{
    mica_op_state state;
    mica_op_state_init(&state, context, name, location);
    mica_region *region = mica_op_state_add_region(&state);
    mica_region_append(region, mica_block_create(context));
    return mica_op_create(&state);
}

mica_op *toy_module(mica_context *context)
{
    return make_container(context, "toy.module", mica_location_unknown());
}

mica_block *toy_func(mica_op *module, uint32_t line)
{
    mica_context *context = mica_op_context(module);
    mica_op *func = make_container(context, "toy.func",
                                   mica_location_file(context, mica_string_from("t"), line, 1));
    mica_block_append(mica_region_first(mica_op_region(module, 0)), func);
    return mica_region_first(mica_op_region(func, 0));
}

mica_value *toy_op(mica_block *block, const char *name, mica_value *a, mica_value *b)
{
    mica_context *context = mica_block_context(block);
    mica_op_state state;
    mica_op_state_init(&state, context, name, mica_location_unknown());
    if (a)
        mica_op_state_add_operand(&state, a);
    if (b)
        mica_op_state_add_operand(&state, b);
    mica_op_state_add_result(&state, mica_integer_type_get(context, 32, MICA_SIGNLESS));
    mica_op *op = mica_op_create(&state);
    mica_block_append(block, op);
    return mica_op_result(op, 0);
}

mica_op *toy_use(mica_block *block, mica_value *value)
{
    mica_op_state state;
    mica_op_state_init(&state, mica_block_context(block), "toy.use", mica_location_unknown());
    mica_op_state_add_operand(&state, value);
    mica_op *op = mica_op_create(&state);
    mica_block_append(block, op);
    return op;
}

typedef struct counting {
    const char *name;
    size_t count;
} counting;

static mica_walk_result count_op(void *user, mica_op *op)
{
    counting *state = user;
    state->count += mica_string_is(mica_op_name(op), state->name);
    return MICA_WALK_ADVANCE;
}

size_t toy_count(mica_op *root, const char *name)
{
    counting state = {name, 0};
    mica_op_walk_pre(root, count_op, &state);
    return state.count;
}
