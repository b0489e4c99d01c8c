// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the tests of the core share: a context that counts its memory, unregistered ops in one
// call, and an assertion on the links of a tree.
#ifndef MICA_TEST_API_IR_FIXTURE_H
#define MICA_TEST_API_IR_FIXTURE_H

#include "ir/core/context.h"
#include "ir/core/operation.h"
#include "test/cmocka_support.h"

typedef struct ir_fixture {
    mica_context *context;
    mica_location location;
    const mica_type *i32;
    size_t bytes;      ///< allocated from the context's allocator and not released
    size_t peak_bytes; ///< the most of them at any time
    size_t fail_after; ///< allocations that still succeed; SIZE_MAX: all do
    char message[256]; ///< of the last diagnostic
    size_t diagnostic_count;
} ir_fixture;

/// cmocka setup and teardown: `*state` is an ir_fixture. Teardown asserts that the context gave
/// all memory back.
int ir_fixture_setup(void **state);
int ir_fixture_teardown(void **state);

#define IR_TEST(test)                                                                          \
    cmocka_unit_test_setup_teardown(test, ir_fixture_setup, ir_fixture_teardown)

/// An unregistered op with i32 results.
mica_op *make_op(ir_fixture *fixture, const char *name, size_t operand_count,
                 mica_value *const *operands, size_t result_count, size_t region_count);
/// The same, appended to a block.
mica_op *append_op(ir_fixture *fixture, mica_block *block, const char *name,
                   size_t operand_count, mica_value *const *operands, size_t result_count,
                   size_t region_count);
/// An empty block in region `index` of `op`.
mica_block *add_block(mica_op *op, size_t index);
/// `depth` ops, each in the only region of the one before; returns the outermost.
mica_op *make_nest(ir_fixture *fixture, size_t depth);
void assert_links(const mica_op *op);
size_t use_count(const mica_value *value);

#endif
