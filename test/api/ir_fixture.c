// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/api/ir_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "ir/core/diagnostics.h"
#include "ir/core/operation_internal.h"

static void *allocate(void *user, size_t size)
{
    ir_fixture *fixture = user;
    if (fixture->fail_after == 0)
        return NULL;
    if (fixture->fail_after != SIZE_MAX)
        fixture->fail_after--;
    fixture->bytes += size;
    if (fixture->bytes > fixture->peak_bytes)
        fixture->peak_bytes = fixture->bytes;
    return malloc(size);
}

static void release(void *user, void *memory, size_t size)
{
    ir_fixture *fixture = user;
    fixture->bytes -= size;
    free(memory);
}

static void remember(void *user, const mica_diagnostic *diagnostic)
{
    ir_fixture *fixture = user;
    const mica_string text = mica_diagnostic_message(diagnostic);
    snprintf(fixture->message, sizeof fixture->message, "%.*s", MICA_STRING_ARG(text));
    fixture->diagnostic_count++;
}

int ir_fixture_setup(void **state)
{
    ir_fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    fixture->fail_after = SIZE_MAX;
    const mica_context_options options = {sizeof options, allocate, release, fixture};
    fixture->context = mica_context_create(&options);
    assert_non_null(fixture->context);
    mica_context_allow_unregistered(fixture->context, true);
    mica_context_set_diagnostic_handler(fixture->context, remember, fixture);
    fixture->location = mica_location_unknown();
    fixture->i32 = mica_integer_type_get(fixture->context, 32, MICA_SIGNLESS);
    *state = fixture;
    return 0;
}

int ir_fixture_teardown(void **state)
{
    ir_fixture *fixture = *state;
    mica_context_destroy(fixture->context);
    const size_t left = fixture->bytes;
    free(fixture);
    return left ? -1 : 0;
}

mica_op *make_op(ir_fixture *fixture, const char *name, size_t operand_count,
                 mica_value *const *operands, size_t result_count, size_t region_count)
{
    mica_op_state state;
    mica_op_state_init(&state, fixture->context, name, fixture->location);
    mica_op_state_add_operands(&state, operands, operand_count);
    for (size_t i = 0; i < result_count; i++)
        mica_op_state_add_result(&state, fixture->i32);
    for (size_t i = 0; i < region_count; i++)
        mica_op_state_add_region(&state);
    return mica_op_create(&state);
}

mica_op *append_op(ir_fixture *fixture, mica_block *block, const char *name,
                   size_t operand_count, mica_value *const *operands, size_t result_count,
                   size_t region_count)
{
    mica_op *op = make_op(fixture, name, operand_count, operands, result_count, region_count);
    assert_non_null(op);
    mica_block_append(block, op);
    return op;
}

mica_block *add_block(mica_op *op, size_t index)
{
    mica_block *block = mica_block_create(mica_op_context(op));
    assert_non_null(block);
    mica_region_append(mica_op_region(op, index), block);
    return block;
}

mica_op *make_nest(ir_fixture *fixture, size_t depth)
{
    mica_op *outermost = make_op(fixture, "test.nest", 0, NULL, 0, 1);
    mica_op *innermost = outermost;
    for (size_t i = 1; i < depth; i++)
        innermost = append_op(fixture, add_block(innermost, 0), "test.nest", 0, NULL, 0, 1);
    return outermost;
}

void assert_links(const mica_op *op)
{
    const char *fault = NULL;
    if (!micai_op_check_links(op, &fault))
        fail_msg("%s", fault);
}

size_t use_count(const mica_value *value)
{
    size_t count = 0;
    mica_for_each_use(use, value) count++;
    return count;
}
