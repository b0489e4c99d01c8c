// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a function is held to be run, and where a run keeps what it is doing.
//
//   code (one a function or isolated region)     frame (one a thread of control)
//     slots: values numbered densely               values: cells of the running function
//     blocks -> instructions -> operand slots      controls: what to go back to
//                                                  state: bytes of ops that are half done
//
// A slot's number carries LAST_USE where it is read for the last time: the cell is emptied, so
// that an op that changes a tensor finds itself its only owner and needs no copy.
#ifndef MICA_IR_INTERPRETER_INTERPRETER_INTERNAL_H
#define MICA_IR_INTERPRETER_INTERPRETER_INTERNAL_H

#include <assert.h>

#include "ir/core/operation_internal.h"
#include "ir/core/symbol_table.h"
#include "ir/interpreter/interpreter.h"
#include "ir/support/arena_internal.h"
#include "ir/support/pointer_map_internal.h"

#define MICAI_LAST_USE UINT32_C(0x80000000)
#define MICAI_SLOT(operand) ((operand) & ~MICAI_LAST_USE)

enum micai_instruction_flag {
    MICAI_PROPAGATES_POISON = 1, ///< a poison operand makes the results poison
    MICAI_HAS_OBJECTS = 2,       ///< a result is an object
};

typedef struct micai_eval_block micai_eval_block;

/// What few ops need.
typedef struct micai_instruction_extra {
    micai_eval_block **regions; ///< entry blocks; NULL for an empty region
    micai_eval_block **successors;
    mica_eval_fn each; ///< of an elementwise op on vectors: the hook for one element
    mica_op *symbol;   ///< what a symbol reference of the op means
    bool has_constant;
    mica_eval_value constant;
} micai_instruction_extra;

typedef struct micai_instruction {
    mica_eval_fn eval;
    mica_op *op;
    const uint32_t *operands;
    uint32_t result; ///< slot of the first result
    uint32_t operand_count;
    uint16_t flags;
    uint16_t result_width, operand_width;
    micai_instruction_extra *extra;
} micai_instruction;

struct micai_eval_block {
    mica_block *block;
    micai_instruction *first;
    uint32_t argument; ///< slot of the first
    uint32_t argument_count;
};

typedef struct micai_eval_code {
    mica_op *owner;
    micai_eval_block *entry;
    uint32_t slot_count;
    uint8_t *is_object;     ///< a byte a slot
    uint32_t *object_slots; ///< those that are
    uint32_t object_count;
    micai_arena arena;
    struct micai_eval_code *next; ///< of the interpreter's
} micai_eval_code;

/// Something to go back to.
typedef struct micai_control {
    const micai_instruction *owner; ///< NULL: the caller in C
    uint64_t step;
    size_t state_start;
    bool is_call;
    const micai_eval_code *code; ///< calls: the caller's
    mica_eval_value *values;
    size_t stack_mark; ///< calls: how many stack allocations there were
} micai_control;

/// A piece of the stack of cells; the latest is the frame's first.
typedef struct micai_value_chunk {
    struct micai_value_chunk *below;
    size_t capacity, used;
    mica_eval_value values[];
} micai_value_chunk;

/// What the hook that ran last asked for.
typedef enum micai_motion {
    MICAI_MOTION_NONE,
    MICAI_MOTION_DOWN, ///< into a region or function
    MICAI_MOTION_UP,   ///< back to the op that had asked for the one that ended
} micai_motion;

struct mica_eval_frame {
    mica_interpreter *interpreter;
    const micai_instruction *next;
    const micai_instruction *at;
    mica_eval_value *values;
    const uint8_t *is_object;
    const micai_eval_code *code;
    uint64_t step;
    micai_motion motion;
    bool is_resumed; ///< the op has state or a step, to be cleared when it is done
    bool is_done;    ///< the outermost region has ended
    bool is_waiting; ///< at a barrier
    size_t state_start, state_size, state_capacity;
    unsigned char *state;
    micai_control *controls;
    size_t control_count, control_capacity;
    mica_eval_value *yielded;
    size_t yielded_count, yielded_capacity;
    micai_value_chunk *chunk;
    mica_eval_allocation **stack; ///< allocations freed on return
    size_t stack_count, stack_capacity;
    bool is_thread; ///< of mica_eval_run_threads
};

struct mica_interpreter {
    mica_context *context;
    const micai_allocator *allocator;
    mica_op *module;
    mica_interpreter_options options;
    uint64_t steps_left, steps_used;
    uint64_t memory_used;
    mica_eval_object *objects; ///< the latest first
    mica_eval_allocation **allocations;
    size_t allocation_count, allocation_capacity;
    micai_pointer_map codes;   ///< region -> code
    micai_pointer_map symbols; ///< op -> allocation
    micai_eval_code *code_list;
    mica_symbol_cache *symbol_cache;
    mica_eval_frame frame;
    mica_eval_status status;
    bool is_sweeping;
    char message[512];
    mica_location location;
};

/// The code of a region that is run as a function; NULL after a report.
const micai_eval_code *micai_eval_code_of(mica_interpreter *interpreter, mica_op *owner,
                                          mica_region *region);
void micai_eval_code_destroy(mica_interpreter *interpreter, micai_eval_code *code);

/// Runs until the outermost region ends, a barrier is reached (is_waiting) or something fails.
bool micai_eval_run(mica_eval_frame *frame);
/// Begins `code` as the outermost function of the frame. Arguments are given up.
bool micai_eval_start(mica_eval_frame *frame, const micai_eval_code *code,
                      micai_eval_block *entry, const mica_eval_value *arguments, size_t count);
void micai_eval_frame_free(mica_eval_frame *frame);
/// Hooks of the engine's own.
bool micai_eval_missing(mica_eval_frame *frame, mica_op *op);
bool micai_eval_preset(mica_eval_frame *frame, mica_op *op);
bool micai_eval_lanes(mica_eval_frame *frame, mica_op *op);
bool micai_eval_end_of_block(mica_eval_frame *frame, mica_op *op);

/// The op's eval hook, NULL when it has none.
static inline mica_eval_fn micai_eval_hook(const mica_op *op)
{
    const mica_op_def *definition = op->record->definition;
    return MICA_HOOK(definition, eval) ? definition->hooks->eval : NULL;
}

/// Does the engine apply the op's hook to each element of vectors and tensors?
bool micai_eval_is_for_elements(const mica_op *op);

/// Frees all objects that are newer than `mark`.
void micai_eval_sweep(mica_interpreter *interpreter, const mica_eval_object *mark);
void micai_eval_object_free(mica_interpreter *interpreter, mica_eval_object *object);
static inline void micai_eval_drop(mica_interpreter *interpreter, mica_eval_object *object)
{
    if (object && --object->references == 0)
        micai_eval_object_free(interpreter, object);
}

/// A value of `type` from bytes and their shadow (NULL: defined), and back.
bool micai_eval_read(mica_eval_frame *frame, const mica_type *type, const unsigned char *data,
                     const unsigned char *shadow, mica_eval_value *value);
/// `shadow` NULL is for a value without poison.
void micai_eval_write(const mica_type *type, size_t size, unsigned char *data,
                      unsigned char *shadow, const mica_eval_value *value);
bool micai_eval_value_has_poison(const mica_type *type, const mica_eval_value *value);
/// The shadow of a buffer, made when it has none; NULL after a report.
unsigned char *micai_eval_buffer_shadow(mica_eval_frame *frame, mica_eval_buffer *buffer);

/// malloc, free, memcpy and libm.
const mica_eval_external *micai_eval_find_external(const mica_interpreter *interpreter,
                                                   mica_string name);

#endif
