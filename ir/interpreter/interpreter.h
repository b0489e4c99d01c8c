// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The interpreter runs functions of a module, whatever dialects they are made of, by asking
// each op to evaluate itself (its `eval` hook, ir/interpreter/eval.h). It is slow but exact:
// undefined behaviour (a poison value that decides something, an access out of bounds or after
// free, a division by zero) stops the run with the place of the op.
//
//   mica_interpreter *interpreter = mica_interpreter_create(module, NULL);
//   mica_eval_value arguments[] = {mica_eval_from_bits(40), mica_eval_from_bits(2)}, sum;
//   if (mica_interpreter_call(interpreter, add, arguments, 2, &sum, 1) == MICA_EVAL_DONE)
//       printf("%d\n", (int)sum.as.bits[0]);
//   mica_interpreter_destroy(interpreter);
//
// Code is read when a function is first called: the module must not change while an interpreter
// of it lives. One thread at a time.
#ifndef MICA_IR_INTERPRETER_INTERPRETER_H
#define MICA_IR_INTERPRETER_INTERPRETER_H

#include "ir/interpreter/eval.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mica_interpreter mica_interpreter;

typedef enum mica_eval_status {
    MICA_EVAL_DONE,
    MICA_EVAL_UNDEFINED,    ///< undefined behaviour, or cf.assert
    MICA_EVAL_UNSUPPORTED,  ///< an op or type that the interpreter doesn't know
    MICA_EVAL_OUT_OF_STEPS, ///< the budget of steps or of depth is used up
    MICA_EVAL_NO_MEMORY,
} mica_eval_status;

/// A function without body. `arguments` are borrowed; `results` are set (owned by the caller
/// of this), as many as the callee has. False after a report (mica_eval_error).
typedef bool (*mica_eval_external_fn)(mica_eval_frame *frame, mica_op *op,
                                      const mica_eval_value *arguments, size_t count,
                                      mica_eval_value *results);
typedef struct mica_eval_external {
    const char *name;
    mica_eval_external_fn call;
} mica_eval_external;

/// Zero is the default.
typedef struct mica_interpreter_options {
    size_t struct_size;
    uint64_t max_steps;  ///< ops that one call may run; 0: 10^10
    uint64_t max_depth;  ///< of calls and regions; 0: 1,000,000
    uint64_t max_memory; ///< bytes of allocations and objects alive at once; 0: 16 GiB
    bool is_quiet;       ///< reports nothing: mica_interpreter_message has it
    /// More functions without body, by name; borrowed. malloc, free, memcpy and the like, and
    /// libm, are known anyway.
    const mica_eval_external *externals;
    size_t external_count;
    void *user; ///< for externals
} mica_interpreter_options;

/// An interpreter for functions of `module`, borrowed. NULL when out of memory.
MICA_API mica_interpreter *mica_interpreter_create(mica_op *module,
                                                   const mica_interpreter_options *options);
/// Frees all, values and memory too. NULL is allowed.
MICA_API void mica_interpreter_destroy(mica_interpreter *interpreter);

/// Calls a function-like op. `arguments` (borrowed) and `results` are as many as it has; the
/// results are owned by the caller until the interpreter is destroyed. Anything but
/// MICA_EVAL_DONE comes with a diagnostic, unless quiet.
MICA_API mica_eval_status mica_interpreter_call(mica_interpreter *interpreter,
                                                mica_op *function,
                                                const mica_eval_value *arguments, size_t count,
                                                mica_eval_value *results, size_t result_count);
/// Of the last call that did not end well: what was wrong, and where.
MICA_API mica_string mica_interpreter_message(const mica_interpreter *interpreter);
MICA_API mica_location mica_interpreter_location(const mica_interpreter *interpreter);
/// Ops run so far.
MICA_API uint64_t mica_interpreter_steps(const mica_interpreter *interpreter);
/// A frame for making values to call with: mica_eval_buffer_create(frame, ...) and the like.
MICA_API mica_eval_frame *mica_interpreter_frame(mica_interpreter *interpreter);

/// Evaluates an op whose operands are all constants (`constants`, one for each, not NULL), for
/// folding: sets one attribute for each result. False, without a report, when the op has no
/// hook, is not pure, has regions, when a result is undefined, or has more than
/// `max_elements` elements.
MICA_API bool mica_interpreter_fold(mica_op *op, const mica_attr *const *constants,
                                    const mica_attr **results, int64_t max_elements);
/// A value of the type as an attribute; NULL when any of it is poison or it can't be one.
MICA_API const mica_attr *mica_eval_to_attr(const mica_eval_value *value,
                                            const mica_type *type);

#ifdef __cplusplus
}
#endif

#endif
