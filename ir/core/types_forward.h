// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The names of the core's types, so that headers need not include each other.
#ifndef MICA_IR_CORE_TYPES_FORWARD_H
#define MICA_IR_CORE_TYPES_FORWARD_H

#include "ir/support/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mica_context mica_context;
typedef struct mica_identifier mica_identifier;
typedef struct mica_type mica_type;
typedef struct mica_attr mica_attr;
typedef struct mica_affine_expr mica_affine_expr;
typedef struct mica_op mica_op;
typedef struct mica_block mica_block;
typedef struct mica_region mica_region;
typedef struct mica_value mica_value;
typedef struct mica_use mica_use;
typedef struct mica_op_record mica_op_record;
typedef struct mica_op_def mica_op_def;
typedef struct mica_type_def mica_type_def;
typedef struct mica_attr_def mica_attr_def;
typedef struct mica_dialect_def mica_dialect_def;
typedef struct mica_constraint mica_constraint;
typedef struct mica_enum_def mica_enum_def;
typedef struct mica_builder mica_builder;
typedef struct mica_assembly mica_assembly;
typedef struct mica_blob mica_blob;
typedef struct mica_asm_parser mica_asm_parser;
typedef struct mica_asm_printer mica_asm_printer;
typedef struct mica_pattern_set mica_pattern_set;
typedef struct mica_rewriter mica_rewriter;

/// Identity of an op across definitions: the address of a constant that mica-gen emits for each
/// op name (`&mica_arith_addi_kind`). Compare kinds, never definitions.
typedef struct mica_op_identity {
    const char *name;
} mica_op_identity;
typedef const mica_op_identity *mica_op_kind;

/// Where an op, block argument or diagnostic comes from: a packed file:line:col, or a handle to
/// an interned location attribute. All bits zero is the unknown location.
typedef struct mica_location {
    uint64_t bits;
} mica_location;

typedef struct mica_named_attr {
    const mica_identifier *name;
    const mica_attr *value;
} mica_named_attr;

#ifdef __cplusplus
}
#endif

#endif
