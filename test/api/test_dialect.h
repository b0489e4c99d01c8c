// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A dialect for tests of the core: the tables that mica-gen would write, by hand.
//
//   check.table    symbol table, one block, no terminator
//   check.function symbol, isolated from above, any blocks
//   check.loop     one region of any blocks
//   check.graph    one graph region
//   check.branch   terminator with any number of successors; operands are not passed on
//   check.end      terminator
//   check.add      two operands and a result of one signless integer type
//   check.constant  attribute `value`, constant-like
//   check.max      any operands, commutative and idempotent
//   check.not      an involution
//   check.ref      attribute `callee`, a symbol reference
#ifndef MICA_TEST_API_TEST_DIALECT_H
#define MICA_TEST_API_TEST_DIALECT_H

#include "test/api/ir_fixture.h"

extern const mica_dialect_def test_dialect;
/// ir_fixture_setup, with the dialect registered.
int test_dialect_setup(void **state);

#define DIALECT_TEST(test)                                                                     \
    cmocka_unit_test_setup_teardown(test, test_dialect_setup, ir_fixture_teardown)

#endif
