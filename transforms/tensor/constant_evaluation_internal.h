// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the parts of constant-subgraphs share: the body of a structured op as a program over
// batches of elements, and the evaluation of whole ops.
#ifndef MICA_TRANSFORMS_TENSOR_CONSTANT_EVALUATION_INTERNAL_H
#define MICA_TRANSFORMS_TENSOR_CONSTANT_EVALUATION_INTERNAL_H

#include "ir/core/operation.h"
#include "ir/core/scalar_math.h"

enum {
    MICAI_BATCH = 256,       ///< elements that a step computes at once
    MICAI_ELEMENT_BYTES = 8, ///< of the widest element
    MICAI_BODY_REGISTERS = 64,
    MICAI_BODY_STEPS = 48,
};

/// A batch of the elements of one value, as dense attributes lay them out.
typedef struct micai_batch_register {
    _Alignas(8) unsigned char bytes[MICAI_BATCH * MICAI_ELEMENT_BYTES];
    const mica_type *type;
    size_t size; ///< of an element
} micai_batch_register;

typedef struct micai_batch_step micai_batch_step;
typedef struct micai_batch_body micai_batch_body;
/// Computes `count` elements. False when one of them has no value.
typedef bool (*micai_batch_fn)(micai_batch_body *body, const micai_batch_step *step,
                               size_t count);

struct micai_batch_step {
    micai_batch_fn run;
    mica_scalar_fn scalar; ///< for what has no function of its own
    int64_t parameter;
    uint32_t operands[3], operand_count, result;
};

struct micai_batch_body {
    micai_batch_register registers[MICAI_BODY_REGISTERS];
    micai_batch_step steps[MICAI_BODY_STEPS];
    uint32_t register_count, step_count;
    uint32_t arguments[MICAI_BODY_REGISTERS]; ///< of the body's arguments, in order
    uint32_t yielded;                         ///< the only value that is yielded
};

/// False when the body of a structured op holds what can't be computed in batches.
bool micai_batch_body_compile(micai_batch_body *body, mica_op *structured);

/// The value of an op whose operands are constants, as dense elements; NULL when it is left to
/// run time. `body` is room to work in.
const mica_attr *micai_evaluate_structured(mica_op *op, micai_batch_body *body);
/// The same for a chain of tensor.insert_slice, of which `op` is the last, and for
/// tensor.extract_slice and the reshapes.
const mica_attr *micai_evaluate_tensor_op(mica_op *op);
/// The dense elements of a constant; NULL for another value.
const mica_attr *micai_constant_elements(const mica_value *value);

#endif
