// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checking passes by running the program (mica-opt --check-passes): each public function is
// interpreted on generated inputs before and after each pass.
//
//   inputs (check_inputs.c) -> arguments in the form that the function now wants, a run, its
//   outputs back (check_call.c) -> compared with those of before (check_passes.c)
//
// Inputs and outputs are held in a form that no pass changes: numbers, and arrays of elements.
#ifndef MICA_TRANSFORMS_PASS_CHECK_PASSES_INTERNAL_H
#define MICA_TRANSFORMS_PASS_CHECK_PASSES_INTERNAL_H

#include "ir/core/symbol_table.h"
#include "ir/interpreter/interpreter.h"
#include "transforms/pass/pass_internal.h"

enum {
    MICAI_CHECK_CASES = 6,
    MICAI_CHECK_MAX_VALUES = 64, ///< arguments or results of a function
};
#define MICAI_CHECK_MAX_ELEMENTS ((int64_t)1 << 20)
/// Ops of one run, at first and after passes, where what was one op may be many.
#define MICAI_CHECK_STEPS UINT64_C(60000000)
#define MICAI_CHECK_STEPS_AFTER UINT64_C(600000000)
/// Ops of all cases of a function: further ones are dropped.
#define MICAI_CHECK_ENOUGH UINT64_C(3000000)

/// A number (rank 0, `is_array` false) or an array; `data` and `shadow` are owned.
typedef struct micai_check_value {
    const mica_type *element;
    bool is_array;
    size_t rank, count, element_size;
    int64_t sizes[MICA_EVAL_MAX_RANK];
    unsigned char *data, *shadow; ///< shadow: not 0 where a byte is undefined
} micai_check_value;

typedef struct micai_check_outcome {
    bool is_set;
    micai_check_value *values; ///< results, then what arguments that are memory hold
} micai_check_outcome;

typedef struct micai_check_case {
    bool is_dropped; ///< undefined before any pass
    micai_check_value *inputs;
    micai_check_outcome expected;
} micai_check_case;

typedef struct micai_check_function {
    const mica_identifier *name;
    size_t argument_count, result_count;
    const mica_type **arguments; ///< as they were first
    const mica_type **results;
    size_t *result_argument; ///< SIZE_MAX, or the argument that a dropped result is found in
    micai_check_case cases[MICAI_CHECK_CASES];
    uint64_t steps;               ///< of the first runs
    bool was_checked;             ///< at least once
    const mica_pass_def *left_by; ///< after which it could not be run; NULL: none
    char reason[512];             ///< why not
} micai_check_function;

struct micai_check {
    mica_pass_manager *manager;
    const micai_allocator *allocator;
    mica_op *root;
    micai_check_function *functions;
    size_t function_count, function_capacity;
    bool has_failed;
};

/// An array's memory, zeroed. False when out of memory.
bool micai_check_value_allocate(const micai_allocator *allocator, micai_check_value *value);
void micai_check_values_free(const micai_allocator *allocator, micai_check_value *values,
                             size_t count);

/// Makes the inputs of case `number`; false when a type can't be generated or memory runs out.
bool micai_check_generate(const micai_allocator *allocator,
                          const micai_check_function *function, size_t number,
                          micai_check_value *inputs);

typedef struct micai_check_report {
    mica_eval_status status;
    bool is_adapted; ///< the signature was understood
    uint64_t steps;
    char message[512];
} micai_check_report;

/// Runs `op`, which the function is now, on inputs; `expected` (may be NULL) has the sizes of
/// results that are passed in now. The outcome is the caller's to free, and set only when the
/// status is MICA_EVAL_DONE.
void micai_check_run(const micai_check *check, micai_check_function *function, mica_op *op,
                     const micai_check_value *inputs, const micai_check_outcome *expected,
                     micai_check_outcome *outcome, micai_check_report *report);
/// Frees an outcome of the function.
void micai_check_outcome_free(const micai_check *check, const micai_check_function *function,
                              micai_check_outcome *outcome);

#endif
