// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Interfaces: what a pass may ask an op without knowing it. Each is a struct of functions that
// begins with its size, and an identity, the address of a constant. An op's definition lists
// its implementations; others are attached with mica_op_record_attach_interface. What an op may
// do to memory is asked with ir/rewrite/side_effects.h.
//
//   const mica_loop_like *loop = mica_op_interface(op, &mica_loop_like_interface);
//   if (loop)
//       body = loop->body(op);
#ifndef MICA_IR_CORE_INTERFACES_H
#define MICA_IR_CORE_INTERFACES_H

#include "ir/core/definition.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A run of an op's operands, results or arguments.
typedef struct mica_run {
    size_t first, count;
} mica_run;

// ---- control flow
// ----------------------------------------------------------------------------

/// Terminators with successors (cf.br): which operands become arguments of which successor.
typedef struct mica_branch {
    size_t struct_size;
    /// The operands that become the arguments of successor `index`, one each.
    mica_run (*successor_operands)(mica_op *op, size_t index);
} mica_branch;
extern MICA_API const char mica_branch_interface;

/// A way that control takes between an op and its regions.
typedef struct mica_region_edge {
    mica_region *to; ///< the region that is entered; NULL: out of the op
    /// What is passed on: operands of the op (for edges from outside) or of the terminators of
    /// the region that is left, from `first_operand` on. MICA_ALL_OPERANDS: up to the last.
    size_t first_operand, operand_count;
    /// What it becomes: entry block arguments of `to`, or results of the op, from
    /// `first_input` on, one for each operand.
    size_t first_input;
} mica_region_edge;
#define MICA_ALL_OPERANDS SIZE_MAX
enum { MICA_MAX_REGION_EDGES = 4 };

/// Ops whose regions pass control among themselves (scf.if, scf.for, scf.while).
typedef struct mica_region_branch {
    size_t struct_size;
    /// Number of edges from outside (`from` NULL) or from the end of a region; fills in at most
    /// `capacity` of them.
    size_t (*edges)(mica_op *op, const mica_region *from, mica_region_edge *edges,
                    size_t capacity);
} mica_region_branch;
extern MICA_API const char mica_region_branch_interface;

/// A bound or step: a value, or a constant index when `value` is NULL.
typedef struct mica_loop_bound {
    mica_value *value;
    int64_t constant;
} mica_loop_bound;

/// Loops. Members may be NULL where a loop has no such thing.
typedef struct mica_loop_like {
    size_t struct_size;
    mica_region *(*body)(mica_op *op);
    /// Number of induction variables: the first arguments of the body.
    size_t (*induction_count)(mica_op *op);
    /// Bounds of induction variable `index`; the upper one is exclusive. False when unknown.
    bool (*bounds)(mica_op *op, size_t index, mica_loop_bound *lower, mica_loop_bound *upper,
                   mica_loop_bound *step);
    /// Operands that are the first values of loop-carried variables; the body's arguments after
    /// the induction variables stand for them, the terminator's operands are the next values
    /// and the op's results the last.
    mica_run (*inits)(mica_op *op);
} mica_loop_like;
extern MICA_API const char mica_loop_like_interface;
/// Does `value` keep its value through the loop: defined outside of its body?
MICA_API bool mica_loop_is_invariant(mica_op *loop, const mica_value *value);

// ---- calls and functions
// ---------------------------------------------------------------------

typedef struct mica_call {
    size_t struct_size;
    /// A symbol reference, or NULL when a value is called.
    const mica_attr *(*callee)(mica_op *op);
    mica_value *(*callee_value)(mica_op *op); ///< may be NULL
    mica_run (*arguments)(mica_op *op);
} mica_call;
extern MICA_API const char mica_call_interface;

typedef struct mica_callable {
    size_t struct_size;
    /// The region that a call executes; NULL for a declaration.
    mica_region *(*region)(mica_op *op);
} mica_callable;
extern MICA_API const char mica_callable_interface;

/// Functions: a symbol with a type, one region, and attributes of arguments and results in
/// arrays of dictionaries.
typedef struct mica_function_like {
    size_t struct_size;
    size_t type_slot;      ///< slot of the function type, a type attribute
    size_t arg_attrs_slot; ///< an array of dictionaries, one an argument, or unset
    size_t res_attrs_slot;
    /// Number and types of arguments and results in the function's own type; NULL: the type is
    /// a builtin function type.
    size_t (*argument_count)(const mica_type *type);
    const mica_type *(*argument)(const mica_type *type, size_t index);
    size_t (*result_count)(const mica_type *type);
    const mica_type *(*result)(const mica_type *type, size_t index);
    /// Checks the type itself, with a diagnostic; may be NULL.
    bool (*verify_type)(mica_op *op);
    bool verifies_own_body; ///< the op's hook checks the entry block against the type
} mica_function_like;
extern MICA_API const char mica_function_like_interface;
/// The type of an op with this interface; NULL when it has none.
MICA_API const mica_type *mica_function_type(const mica_op *op);
MICA_API void mica_function_set_type(mica_op *op, const mica_type *type);
MICA_API size_t mica_function_argument_count(const mica_op *op);
MICA_API const mica_type *mica_function_argument_type(const mica_op *op, size_t index);
MICA_API size_t mica_function_result_count(const mica_op *op);
MICA_API const mica_type *mica_function_result_type(const mica_op *op, size_t index);
/// The only region; it is empty for a declaration.
MICA_API mica_region *mica_function_body(const mica_op *op);
MICA_API bool mica_function_is_declaration(const mica_op *op);
/// Inserts an argument before `index` (their number: at the end), in the type and in the body's
/// entry block; attribute dictionaries move along. The op has a builtin function type. The new
/// block argument; NULL for a declaration, and when out of memory.
MICA_API mica_value *mica_function_insert_argument(mica_op *op, size_t index,
                                                   const mica_type *type,
                                                   mica_location location);
/// The dictionary of argument (result) `index`, NULL when it has none.
MICA_API const mica_attr *mica_function_argument_attrs(const mica_op *op, size_t index);
MICA_API const mica_attr *mica_function_result_attrs(const mica_op *op, size_t index);
/// Gives the function other results: types, and dictionaries (NULL entries: none). What its
/// body returns is the caller's business. The op has a builtin function type. False when out of
/// memory.
MICA_API bool mica_function_set_results(mica_op *op, const mica_type *const *types,
                                        const mica_attr *const *attrs, size_t count);
/// Sets (NULL: removes) an attribute of argument `index`. False when out of memory.
MICA_API bool mica_function_set_argument_attr(mica_op *op, size_t index, const char *name,
                                              const mica_attr *value);

// ---- others
// ----------------------------------------------------------------------------------

/// Ops that write results into operands given for that (linalg): result i of tensor type is
/// tied to the i-th init of tensor type.
typedef struct mica_destination_style {
    size_t struct_size;
    mica_run (*inits)(mica_op *op);
} mica_destination_style;
extern MICA_API const char mica_destination_style_interface;

/// Conversions between types.
typedef struct mica_cast {
    size_t struct_size;
    bool (*are_compatible)(const mica_type *const *inputs, size_t input_count,
                           const mica_type *const *outputs, size_t output_count);
} mica_cast;
extern MICA_API const char mica_cast_interface;

/// Results that look at a part of an operand (memref.subview).
typedef struct mica_view_like {
    size_t struct_size;
    mica_value *(*source)(mica_op *op);
} mica_view_like;
extern MICA_API const char mica_view_like_interface;

/// Symbols whose existence or kind the trait can't say. Members may be NULL.
typedef struct mica_symbol {
    size_t struct_size;
    bool is_optional; ///< may have no name
    bool (*is_declaration)(mica_op *op);
    /// NULL: a symbol that is not public may be dropped when nothing refers to it.
    bool (*can_discard_on_use_empty)(mica_op *op);
} mica_symbol;
extern MICA_API const char mica_symbol_interface;

/// Checks references to symbols; `table` finds them fast (ir/core/symbol_table.h).
typedef struct mica_symbol_cache mica_symbol_cache;
typedef struct mica_symbol_user {
    size_t struct_size;
    bool (*verify_uses)(mica_op *op, mica_symbol_cache *cache);
} mica_symbol_user;
extern MICA_API const char mica_symbol_user_interface;

/// Which of an op's regions are graph regions, for ops that differ in that.
typedef struct mica_region_kind {
    size_t struct_size;
    bool (*is_graph)(mica_op *op, size_t region);
} mica_region_kind;
extern MICA_API const char mica_region_kind_interface;
/// True when ops of the region may use values before their definition. Unregistered ops'
/// regions are; those of registered ops follow the trait graph_region or the interface.
MICA_API bool mica_region_is_graph(const mica_region *region);

#ifdef __cplusplus
}
#endif

#endif
