// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A context owns everything that is uniqued (types, attributes, identifiers, affine
// expressions, locations), the dialects that are registered, and the memory of all ops. Two
// contexts in one process never meet. Destroying it frees all that it owns, ops included.
//
//   mica_context *context = mica_context_create(NULL);
//   mica_context_register_all_dialects(context);         // dialects/dialects.h
//   mica_op *module = mica_parse_file(context, "a.mlir", NULL);
//   ...
//   mica_context_destroy(context);
//
// Thread rule: uniquing functions (anything named *_get) may be called from any thread. IR is
// mutated by one thread at a time, except between mica_thread_enter and mica_thread_leave,
// where each thread may mutate ops nested in its own isolated-from-above op.
#ifndef MICA_IR_CORE_CONTEXT_H
#define MICA_IR_CORE_CONTEXT_H

#include "ir/core/types_forward.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Options of a context; all-zero bytes are the defaults.
typedef struct mica_context_options {
    size_t struct_size; ///< sizeof(mica_context_options), or 0
    /// All memory of the context comes from here; NULL members mean malloc and free. `allocate`
    /// returns NULL when it has no memory, which sets the sticky out-of-memory state.
    void *(*allocate)(void *user, size_t size);
    void (*release)(void *user, void *memory, size_t size);
    void *allocator_user;
} mica_context_options;

/// Makes an empty context that knows the builtin dialect. NULL when out of memory.
MICA_API mica_context *mica_context_create(const mica_context_options *options);
/// Frees the context and all that it owns. NULL is allowed.
MICA_API void mica_context_destroy(mica_context *context);

/// True after any allocation failed. Sticky; parsers, printers, readers and writers fail with a
/// diagnostic, passes stop at the next op.
MICA_API bool mica_context_out_of_memory(const mica_context *context);
/// Notes that memory ran out in code that allocates by itself (a fold, a pattern), so that what
/// runs it does not take its silence for success. False.
MICA_API bool mica_context_note_no_memory(mica_context *context);

/// Ops of dialects that are not registered are kept in generic form when allowed (default: no).
MICA_API void mica_context_allow_unregistered(mica_context *context, bool allow);
MICA_API bool mica_context_allows_unregistered(const mica_context *context);

/// Registers a dialect definition (borrowed, it must outlive the context). The definition's ops
/// are looked at when one of them is first named. Registering the same definition twice is a
/// no-op; another definition of a registered name is refused with false and a diagnostic.
MICA_API bool mica_context_register_dialect(mica_context *context,
                                            const mica_dialect_def *dialect);
/// The registered dialect of that name, or NULL.
MICA_API const mica_dialect_def *mica_context_find_dialect(mica_context *context,
                                                           mica_string name);
/// Calls `visit` for every registered dialect in order of names.
MICA_API void mica_context_for_each_dialect(mica_context *context,
                                            void (*visit)(void *user,
                                                          const mica_dialect_def *dialect),
                                            void *user);

/// The record of an op name: for registered dialects the op's definition, otherwise a record
/// that says unregistered (mica_op_record_def returns NULL). Never NULL but out of memory.
MICA_API const mica_op_record *mica_op_record_get(mica_context *context, mica_string name);
/// The definition behind a record, NULL for an unregistered op.
MICA_API const mica_op_def *mica_op_record_def(const mica_op_record *record);
MICA_API mica_op_kind mica_op_record_kind(const mica_op_record *record);
MICA_API const mica_identifier *mica_op_record_name(const mica_op_record *record);
/// The dialect of the op's name, NULL when it is not registered.
MICA_API const mica_dialect_def *mica_op_record_dialect(const mica_op_record *record);

/// Attaches an implementation of an interface to an op that did not declare it (an external
/// model). `interface` is the interface's identity, `table` its struct of functions (borrowed).
/// Attaching the same again changes nothing. Call before ops are processed by several threads.
MICA_API bool mica_op_record_attach_interface(mica_context *context, mica_string op_name,
                                              const void *interface, const void *table);

/// Interns text. Equal text gives the same pointer. NULL only when out of memory.
MICA_API const mica_identifier *mica_identifier_get(mica_context *context, mica_string text);
/// The text; NUL-terminated at data[length].
MICA_API mica_string mica_identifier_text(const mica_identifier *identifier);

/// Gives the calling thread its own memory cache and edit counter until mica_thread_leave.
/// `anchor` is the op that the thread may mutate; NULL for none.
MICA_API void mica_thread_enter(mica_context *context, mica_op *anchor);
MICA_API void mica_thread_leave(mica_context *context);

/// Counts the mutating calls of the thread's current scope (or of the context outside of one).
/// A pass that says "unchanged" must have left it alone.
MICA_API uint64_t mica_context_edit_count(const mica_context *context);

#ifdef __cplusplus
}
#endif

#endif
