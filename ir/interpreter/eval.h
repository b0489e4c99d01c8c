// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What an `eval` hook sees (docs/interpreter.md): values, memory, and how control moves on. A
// hook reads its op's operands, writes the results and returns true, or reports and returns
// false. Control never recurses through C: an op with regions asks for one to be run, returns,
// and is called again with what the region ended with.
//
//   bool micai_scf_if_eval(mica_eval_frame *frame, mica_op *op)
//   {
//       uint64_t condition;
//       if (mica_eval_step(frame) > 0)                      // a region has ended
//           return mica_eval_set_results_from_yielded(frame, op);
//       return mica_eval_bits(frame, op, 0, &condition) &&
//              mica_eval_enter(frame, op, condition ? 0 : 1, NULL, 0);
//   }
#ifndef MICA_IR_INTERPRETER_EVAL_H
#define MICA_IR_INTERPRETER_EVAL_H

#include "ir/core/definition.h"
#include "ir/core/scalar_math.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- values
// ----------------------------------------------------------------------------------

/// Head of what lives outside of cells; counted, owned by the interpreter.
typedef struct mica_eval_object {
    uint32_t references;
    uint32_t kind; ///< 0: buffer, 1: memref
    struct mica_eval_object *previous, *next;
} mica_eval_object;

/// A tensor, vector, struct or array: elements in row-major order, each of `element_size` bytes
/// in the form of dense attributes. Immutable as soon as it is shared.
typedef struct mica_eval_buffer {
    mica_eval_object object;
    size_t element_size, count;
    unsigned char *data;
    /// NULL: all is defined. Else one byte for each byte of data, not 0 where it is poison.
    unsigned char *shadow;
    uint32_t rank;
    int64_t *sizes; ///< the elements' number in each dimension
    /// The memory that the tensor is a snapshot of (bufferization.to_tensor); counted, or NULL.
    struct mica_eval_memref *origin;
} mica_eval_buffer;

/// What a memref or pointer points into. Never moved; after it was freed, `data` is NULL.
typedef struct mica_eval_allocation {
    uint32_t id; ///< the upper half of its address
    bool is_alive, is_constant, is_stack;
    size_t size; ///< in bytes
    unsigned char *data;
    unsigned char *shadow;   ///< one byte for each of data, not 0 where nothing was written
    mica_op *origin;         ///< what allocated it; NULL: the caller
    const mica_op *function; ///< of a function's address: that function
} mica_eval_allocation;

/// A memref: sizes and strides of a view of an allocation.
typedef struct mica_eval_memref {
    mica_eval_object object;
    mica_eval_allocation *allocation;
    int64_t base;   ///< in bytes: where element 0 of the buffer is that `offset` counts from
    int64_t offset; ///< in elements
    size_t element_size;
    uint32_t rank;
    int64_t *sizes, *strides; ///< in elements
} mica_eval_memref;

/// One SSA value. Its type says what it holds: integers (two's complement, zero above their
/// width), index, floats (bits of their format), complex numbers of at most 16 bytes, pointers
/// (addresses, see mica_eval_address) in `bits`; others in an object.
typedef struct mica_eval_value {
    union {
        uint64_t bits[2];
        mica_eval_object *object;
        mica_eval_buffer *buffer;
        mica_eval_memref *memref;
    } as;
    bool is_poison;
} mica_eval_value;

static inline mica_eval_value mica_eval_from_bits(uint64_t bits)
{
    mica_eval_value value;
    value.as.bits[0] = bits;
    value.as.bits[1] = 0;
    value.is_poison = false;
    return value;
}
static inline mica_eval_value mica_eval_poison(void)
{
    mica_eval_value value = mica_eval_from_bits(0);
    value.is_poison = true;
    return value;
}
static inline mica_eval_value mica_eval_from_buffer(mica_eval_buffer *buffer)
{
    mica_eval_value value = mica_eval_from_bits(0);
    value.as.buffer = buffer;
    return value;
}
static inline mica_eval_value mica_eval_from_memref(mica_eval_memref *memref)
{
    mica_eval_value value = mica_eval_from_bits(0);
    value.as.memref = memref;
    return value;
}

/// Types of dialects whose values take part in memory or are made of parts (!llvm.struct).
typedef struct mica_eval_layout {
    size_t struct_size;
    size_t (*size)(const mica_type *type);    ///< bytes in memory; 0: has none
    bool (*is_object)(const mica_type *type); ///< held in a buffer of one element, not in bits
} mica_eval_layout;
extern MICA_API const char mica_eval_layout_interface;

/// Bytes that a value of the type takes as an element of a buffer or of memory; 0 when it can't
/// be one.
MICA_API size_t mica_eval_type_size(const mica_type *type);
/// Are the type's values objects?
MICA_API bool mica_eval_type_is_object(const mica_type *type);
MICA_API bool mica_eval_type_is_memref(const mica_type *type);

// ---- operands and results
// --------------------------------------------------------------------

/// Operand `index`, borrowed.
MICA_API const mica_eval_value *mica_eval_operand(const mica_eval_frame *frame, size_t index);
/// The same, owned by the caller; the frame's own is given up when it is used no more.
MICA_API mica_eval_value mica_eval_take_operand(mica_eval_frame *frame, size_t index);
/// Takes over the reference that `value` may hold. True.
MICA_API bool mica_eval_set_result(mica_eval_frame *frame, size_t index, mica_eval_value value);
static inline bool mica_eval_set_bits(mica_eval_frame *frame, size_t index, uint64_t bits)
{
    return mica_eval_set_result(frame, index, mica_eval_from_bits(bits));
}
/// All results are poison. False when memory runs out.
MICA_API bool mica_eval_set_poison(mica_eval_frame *frame, const mica_op *op);
/// Width in bits of the first result (of its elements) and of the first operand; 0 when it is
/// neither integer, index nor float.
MICA_API uint32_t mica_eval_result_width(const mica_eval_frame *frame);
MICA_API uint32_t mica_eval_operand_width(const mica_eval_frame *frame);

/// Operand `index` as bits, a sign-extended index, a buffer or a memref. Poison is an error.
MICA_API bool mica_eval_bits(mica_eval_frame *frame, mica_op *op, size_t index, uint64_t *bits);
MICA_API bool mica_eval_index(mica_eval_frame *frame, mica_op *op, size_t index,
                              int64_t *number);
MICA_API mica_eval_buffer *mica_eval_buffer_operand(mica_eval_frame *frame, mica_op *op,
                                                    size_t index);
MICA_API mica_eval_memref *mica_eval_memref_operand(mica_eval_frame *frame, mica_op *op,
                                                    size_t index);
/// Applies scalar arithmetic to the operands (at most 3): one result. An answer of none is
/// poison, or undefined behaviour when `traps`.
MICA_API bool mica_eval_scalar(mica_eval_frame *frame, mica_op *op, mica_scalar_fn function,
                               int64_t parameter, bool traps);
/// addi, subi, muli or shli with overflow flags (bit 1 nsw, bit 2 nuw): poison where the
/// promise is broken.
MICA_API bool mica_eval_promised(mica_eval_frame *frame, mica_op *op, mica_scalar_fn function,
                                 int64_t flags);
/// Was the result of one of these cut off, read with or without sign?
MICA_API bool mica_eval_overflows(mica_scalar_fn function, const mica_scalar *operands,
                                  const mica_scalar *result, bool is_signed);
/// Runs `hook`, which handles scalars, once for each element of the operands; at once when
/// the results are no vectors or tensors. Ops with the trait elementwise need it not: the
/// engine does the same for them. Elements with a poison operand are poison unless
/// `handles_poison`.
MICA_API bool mica_eval_each_element(mica_eval_frame *frame, mica_op *op, mica_eval_fn hook,
                                     bool handles_poison);

// ---- buffers and memrefs
// ---------------------------------------------------------------------

MICA_API void mica_eval_retain(mica_eval_object *object);
MICA_API void mica_eval_release(mica_eval_frame *frame, mica_eval_object *object);
/// Zeroed, with one reference. NULL after a report.
MICA_API mica_eval_buffer *mica_eval_buffer_create(mica_eval_frame *frame,
                                                   const mica_type *element,
                                                   const int64_t *sizes, size_t rank);
/// For values of `type`, whose dynamic sizes come from `dynamic`, in order; may be NULL.
MICA_API mica_eval_buffer *
mica_eval_buffer_of_type(mica_eval_frame *frame, const mica_type *type, const int64_t *dynamic);
/// Operand `index` as a buffer of the caller's that nothing else sees: itself when this is its
/// last use, else a copy. NULL after a report.
MICA_API mica_eval_buffer *mica_eval_own_buffer(mica_eval_frame *frame, mica_op *op,
                                                size_t index);
/// The same contents under other sizes (as many elements); for reshapes. Takes operand `index`.
MICA_API mica_eval_buffer *mica_eval_reshape_buffer(mica_eval_frame *frame, mica_op *op,
                                                    size_t index, const int64_t *sizes,
                                                    size_t rank);
/// Makes `count` elements from `first` poison (or defined).
MICA_API bool mica_eval_buffer_mark(mica_eval_frame *frame, mica_eval_buffer *buffer,
                                    size_t first, size_t count, bool poison);
/// Copies an element, its poison too. False when memory runs out.
MICA_API bool mica_eval_copy_element(mica_eval_frame *frame, mica_eval_buffer *to, size_t at,
                                     const mica_eval_buffer *from, size_t index);
/// Element `index` as a value of the type `element`.
MICA_API bool mica_eval_get_element(mica_eval_frame *frame, const mica_eval_buffer *buffer,
                                    const mica_type *element, size_t index,
                                    mica_eval_value *value);
/// Stores a value as element `index`; gives up the reference that it may hold.
MICA_API bool mica_eval_set_element(mica_eval_frame *frame, mica_eval_buffer *buffer,
                                    const mica_type *element, size_t index,
                                    mica_eval_value value);
MICA_API mica_eval_memref *mica_eval_memref_create(mica_eval_frame *frame, size_t rank);
/// A value of `type` from an attribute: integer, float, dense elements. False after a report.
MICA_API bool mica_eval_constant(mica_eval_frame *frame, mica_op *op, const mica_attr *attr,
                                 const mica_type *type, mica_eval_value *value);

// ---- memory
// ----------------------------------------------------------------------------------

/// Undefined bytes (poison until written). `is_stack`: freed when the function returns. NULL
/// after a report.
MICA_API mica_eval_allocation *mica_eval_allocate(mica_eval_frame *frame, mica_op *op,
                                                  uint64_t size, bool is_stack);
MICA_API bool mica_eval_free(mica_eval_frame *frame, mica_op *op,
                             mica_eval_allocation *allocation);
/// `size` bytes at `offset`: NULL after a report when they are freed, outside or constant and
/// `writes`.
MICA_API unsigned char *mica_eval_access(mica_eval_frame *frame, mica_op *op,
                                         mica_eval_allocation *allocation, int64_t offset,
                                         size_t size, bool writes);
/// Reads (writes) a value of `type` there.
MICA_API bool mica_eval_load(mica_eval_frame *frame, mica_op *op,
                             mica_eval_allocation *allocation, int64_t offset,
                             const mica_type *type, mica_eval_value *value);
MICA_API bool mica_eval_store(mica_eval_frame *frame, mica_op *op,
                              mica_eval_allocation *allocation, int64_t offset,
                              const mica_type *type, mica_eval_value value);
/// Offset in bytes of the element at `indices`; false after a report when one is outside of
/// the memref's sizes.
MICA_API bool mica_eval_element_offset(mica_eval_frame *frame, mica_op *op,
                                       const mica_eval_memref *memref, const int64_t *indices,
                                       int64_t *offset);

/// Addresses are 64 bits: the allocation's id above, the byte offset below. Address 0 is null.
static inline uint64_t mica_eval_address(const mica_eval_allocation *allocation, int64_t offset)
{
    return ((uint64_t)allocation->id << 32) + (uint64_t)offset;
}
/// The allocation at an address, and the offset in it. NULL after a report.
MICA_API mica_eval_allocation *mica_eval_find_allocation(mica_eval_frame *frame, mica_op *op,
                                                         uint64_t address, int64_t *offset);
/// What `key` (a global, a function) stands for, once for each interpreter: `*is_new` says that
/// it was made just now, of `size` bytes.
MICA_API mica_eval_allocation *mica_eval_symbol_memory(mica_eval_frame *frame, mica_op *op,
                                                       mica_op *key, uint64_t size,
                                                       bool *is_new);

// ---- views
// -----------------------------------------------------------------------------------

enum { MICA_EVAL_MAX_RANK = 16 };

/// Elements of a buffer or of memory, strided; plain data, valid as long as what it looks at.
typedef struct mica_eval_view {
    unsigned char *data, *shadow; ///< shadow NULL: a buffer without
    mica_eval_buffer *buffer;     ///< the buffer that is looked at; NULL: memory
    size_t element_size;
    int64_t offset; ///< in elements
    size_t rank;
    int64_t sizes[MICA_EVAL_MAX_RANK], strides[MICA_EVAL_MAX_RANK];
} mica_eval_view;

/// The whole of a buffer; false after a report.
MICA_API bool mica_eval_view_of_buffer(mica_eval_frame *frame, mica_eval_buffer *buffer,
                                       mica_eval_view *view);
/// Checks that all of it lies in living memory.
MICA_API bool mica_eval_view_of_memref(mica_eval_frame *frame, mica_op *op,
                                       const mica_eval_memref *memref, bool writes,
                                       mica_eval_view *view);
/// Of operand `index`, a tensor, vector or memref.
MICA_API bool mica_eval_view_of_operand(mica_eval_frame *frame, mica_op *op, size_t index,
                                        bool writes, mica_eval_view *view);
/// Narrows to a box, which must lie inside.
MICA_API bool mica_eval_view_slice(mica_eval_frame *frame, mica_op *op, mica_eval_view *view,
                                   const int64_t *offsets, const int64_t *sizes,
                                   const int64_t *strides);
MICA_API int64_t mica_eval_view_count(const mica_eval_view *view);
/// Copies all elements in row-major order of each; the counts must be equal, the places may
/// overlap when they are buffers of their own.
MICA_API bool mica_eval_view_copy(mica_eval_frame *frame, mica_op *op, mica_eval_view *to,
                                  const mica_eval_view *from);
/// A mixed list (ir/core/mixed_values.h) as numbers.
MICA_API bool mica_eval_mixed(mica_eval_frame *frame, mica_op *op, size_t operands, size_t slot,
                              int64_t *numbers, size_t *count);
/// Offsets, sizes and strides of an op with the interface of such boxes, in rows of
/// MICA_EVAL_MAX_RANK.
MICA_API bool mica_eval_slice(mica_eval_frame *frame, mica_op *op,
                              int64_t box[3][MICA_EVAL_MAX_RANK], size_t *rank);

// ---- control
// ---------------------------------------------------------------------------------

/// How many regions or functions that the op asked for have ended: 0 when it is run first.
MICA_API uint64_t mica_eval_step(const mica_eval_frame *frame);
/// Memory of the op from one step to the next, zeroed in step 0; `size` is always the same.
/// Moves between steps. NULL after a report.
MICA_API void *mica_eval_state(mica_eval_frame *frame, size_t size);
/// Has region `region` of the op run next, with these values (owned, given up) as the entry
/// block's arguments; an empty region ends at once.
MICA_API bool mica_eval_enter(mica_eval_frame *frame, mica_op *op, size_t region,
                              const mica_eval_value *arguments, size_t count);
/// Has a function-like op run next. Functions without body are found by name among the
/// interpreter's externals.
MICA_API bool mica_eval_call(mica_eval_frame *frame, mica_op *op, mica_op *callee,
                             const mica_eval_value *arguments, size_t count);
/// The values that the region or function ended with. The caller takes over every one.
MICA_API mica_eval_value *mica_eval_yielded(mica_eval_frame *frame, size_t *count);
/// Makes them the op's results.
MICA_API bool mica_eval_set_results_from_yielded(mica_eval_frame *frame, mica_op *op);
/// Terminators: goes on in successor `successor`.
MICA_API bool mica_eval_branch(mica_eval_frame *frame, mica_op *op, size_t successor,
                               const mica_eval_value *arguments, size_t count);
/// Terminators: ends the region or function with these values (owned, given up).
MICA_API bool mica_eval_end(mica_eval_frame *frame, const mica_eval_value *values,
                            size_t count);
/// The same with operands [first, first + count).
MICA_API bool mica_eval_end_with_operands(mica_eval_frame *frame, size_t first, size_t count);
/// Argument `index` of the entry block of a region of the op, taken out of its cell: what ops
/// inside have made of it (mica_eval_replace_operand).
MICA_API mica_eval_value mica_eval_take_argument(mica_eval_frame *frame, size_t region,
                                                 size_t index);
/// Changes the value that operand `index` names; gives up the reference that `value` may hold.
MICA_API void mica_eval_replace_operand(mica_eval_frame *frame, size_t index,
                                        mica_eval_value value);
/// The state of an op around this one, whose region is being run; NULL when there is none.
MICA_API void *mica_eval_state_of(mica_eval_frame *frame, const mica_op *ancestor);
/// The op that a symbol reference names, looked up once for each place.
MICA_API mica_op *mica_eval_symbol(mica_eval_frame *frame, mica_op *op,
                                   const mica_attr *reference);

/// Runs region `region` of the op once for each of `count` threads, which see each other's
/// memory and meet at barriers; `arguments(user, thread, values)` fills the entry block's
/// arguments. Runs them to their end.
MICA_API bool
mica_eval_run_threads(mica_eval_frame *frame, mica_op *op, size_t region, uint64_t count,
                      void (*arguments)(void *user, uint64_t thread, mica_eval_value *values),
                      void *user);
/// Waits for the other threads of mica_eval_run_threads.
MICA_API bool mica_eval_barrier(mica_eval_frame *frame, mica_op *op);

// ---- reports
// ---------------------------------------------------------------------------------

/// Undefined behaviour: stops the run. False.
MICA_API bool mica_eval_error(mica_eval_frame *frame, mica_op *op, const char *format, ...)
    MICA_PRINTF(3, 4);
/// What the interpreter can't do. False.
MICA_API bool mica_eval_unsupported(mica_eval_frame *frame, mica_op *op, const char *format,
                                    ...) MICA_PRINTF(3, 4);
/// False.
MICA_API bool mica_eval_no_memory(mica_eval_frame *frame, mica_op *op);

/// A frame by itself, as externals get: where the interpreter's user data is.
MICA_API void *mica_eval_user(const mica_eval_frame *frame);

#ifdef __cplusplus
}
#endif

#endif
