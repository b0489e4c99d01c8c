// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The exporter's parts. One exporter makes one LLVM module:
//
//   llvm_ir_export.c       walks: globals, functions, blocks, arguments as phis
//   export_instructions.c  one emit function per family of ops, and the table of kinds
//   export_intrinsics.c    ops that are calls of intrinsics, and their table
//   export_types.c         types
//   export_constants.c     attributes as constants
//   export_attributes.c    attributes of functions, arguments and globals
//   export_metadata.c      alias scopes, loops, branch weights
//
// What was exported is found in one map: values, blocks, types, and attributes that became
// metadata. Their addresses never collide, because all of them live as long as the exporter.
#ifndef MICA_CODEGEN_LLVM_EXPORT_INTERNAL_H
#define MICA_CODEGEN_LLVM_EXPORT_INTERNAL_H

#include "codegen/llvm/llvm_module_internal.h"
#include "dialects/llvm/llvm.h"
#include "dialects/llvm/llvm_ops.h"
#include "ir/core/attribute.h"
#include "ir/support/blob.h"
#include "ir/core/operation.h"

/// Open addressing by pointer; entries are never removed.
typedef struct micai_export_map {
    const void **keys;
    void **values;
    size_t capacity, count;
} micai_export_map;

/// False when out of memory.
bool micai_export_map_set(micai_export_map *map, const void *key, void *value);
/// NULL when absent.
void *micai_export_map_find(const micai_export_map *map, const void *key);
void micai_export_map_free(micai_export_map *map);

typedef struct micai_emit_row micai_emit_row;

typedef struct micai_exporter {
    mica_context *context;
    LLVMContextRef llvm;
    LLVMModuleRef module;
    LLVMBuilderRef builder;
    micai_export_map map;
    micai_export_map kinds; ///< op kind -> micai_emit_row
    micai_emit_row *intrinsics; ///< one for each row of the intrinsic table
    /// Named structs and the types that they were made for.
    const mica_type **named_structs;
    size_t named_struct_count, named_struct_capacity;
} micai_exporter;

typedef bool (*micai_emit_fn)(micai_exporter *exporter, mica_op *op, const micai_emit_row *row);
/// How ops of a kind are exported.
struct micai_emit_row {
    mica_op_kind kind;
    micai_emit_fn emit;
    int code; ///< what distinguishes the ops of a family: an opcode, a predicate, ...
};
extern const micai_emit_row micai_instruction_rows[];
extern const size_t micai_instruction_row_count;

/// An op that calls an intrinsic; intrinsic_table.c says what the strings mean.
typedef struct micai_intrinsic_row {
    mica_op_kind kind;
    const char *name;
    const char *overloads;
    const char *arguments;
    const char *immediates[4]; ///< names of attributes
} micai_intrinsic_row;
extern const micai_intrinsic_row micai_intrinsic_rows[];
extern const size_t micai_intrinsic_row_count;
/// `row->code` is the index of the op's row in the table.
bool micai_emit_intrinsic(micai_exporter *exporter, mica_op *op, const micai_emit_row *row);
bool micai_emit_call_intrinsic(micai_exporter *exporter, mica_op *op, const micai_emit_row *row);

/// NULL after a diagnostic at `op`.
LLVMTypeRef micai_export_type(micai_exporter *exporter, mica_op *op, const mica_type *type);
LLVMTypeRef micai_export_type_attr(micai_exporter *exporter, mica_op *op, const char *attr);
LLVMValueRef micai_export_constant(micai_exporter *exporter, mica_op *op, const mica_attr *attr,
                                   const mica_type *type);
/// The initializer of a global; big ones are bytes whatever their type.
LLVMValueRef micai_export_initializer(micai_exporter *exporter, mica_op *op,
                                      const mica_attr *attr, const mica_type *type);
/// The exported value of an operand; never NULL in verified IR.
LLVMValueRef micai_export_operand(micai_exporter *exporter, const mica_op *op, size_t index);
LLVMValueRef micai_export_value(micai_exporter *exporter, const mica_value *value);
LLVMBasicBlockRef micai_export_block(micai_exporter *exporter, const mica_block *block);
/// The key of the block that was made for the edge to a successor.
static inline const void *micai_export_edge_key(const mica_op *op, size_t index)
{
    return (const char *)op + 1 + index;
}
/// Records the (only) result of `op`, if it has one. True.
bool micai_export_result(micai_exporter *exporter, mica_op *op, LLVMValueRef value);
/// The function or global behind a symbol reference; NULL after a diagnostic.
LLVMValueRef micai_export_symbol(micai_exporter *exporter, mica_op *op, const mica_attr *name);

void micai_export_function_attributes(micai_exporter *exporter, mica_op *op,
                                      LLVMValueRef function);
void micai_export_linkage(mica_op *op, LLVMValueRef global);
void micai_export_access_metadata(micai_exporter *exporter, mica_op *op, LLVMValueRef access);
/// Sets what `fastmathFlags` says where the value is an instruction that takes flags.
void micai_export_fastmath(const mica_op *op, LLVMValueRef value);
void micai_export_branch_metadata(micai_exporter *exporter, mica_op *op, LLVMValueRef branch);

/// Inherent attributes by name, with the default where unset: an enum's case, whether a unit
/// attribute is set, a number.
int64_t micai_export_enum(const mica_op *op, const char *name, int64_t missing);
bool micai_export_flag(const mica_op *op, const char *name);
int64_t micai_export_integer(const mica_op *op, const char *name, int64_t missing);

#endif
