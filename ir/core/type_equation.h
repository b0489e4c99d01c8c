// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Type equations: how the types of an op's operands and results follow from each other
// (docs/definition-language.md, "Type equations"). The verifier checks them, the parser and
// builders solve them. An expression is a postfix program over lists of types: a single value
// is a list of one, a variadic one a list of any length.
#ifndef MICA_IR_CORE_TYPE_EQUATION_H
#define MICA_IR_CORE_TYPE_EQUATION_H

#include "ir/core/definition.h"

#ifdef __cplusplus
extern "C" {
#endif

/// An operand's index, or a result's with this bit.
#define MICA_VALUE_RESULT 0x8000u

typedef enum mica_type_equation_kind {
    MICA_EQUATION_SAME,         ///< members have one type
    MICA_EQUATION_SAME_ELEMENT, ///< ... element type
    MICA_EQUATION_SAME_SHAPE,
    MICA_EQUATION_SAME_RANK,
    MICA_EQUATION_MATCH, ///< target = expression
} mica_type_equation_kind;

typedef enum mica_type_expr_code {
    MICA_TYPE_EXPR_VALUE,      ///< push the types of value `value`
    MICA_TYPE_EXPR_ATTR_TYPE,  ///< push the type of slot `value`
    MICA_TYPE_EXPR_ATTR_VALUE, ///< push the type held by the type attribute in slot `value`
    MICA_TYPE_EXPR_INTEGER,    ///< push the integer type: width `value`, signedness `extra`
    MICA_TYPE_EXPR_FLOAT,      ///< push the float type of kind `value`
    MICA_TYPE_EXPR_INDEX,
    MICA_TYPE_EXPR_TEXT,         ///< push the type whose text is `text`
    MICA_TYPE_EXPR_NOTHING,      ///< push the empty list
    MICA_TYPE_EXPR_ELEMENT,      ///< each type -> its element type
    MICA_TYPE_EXPR_WITH_ELEMENT, ///< a, b -> a with element type b
    MICA_TYPE_EXPR_INPUTS,       ///< function type -> its inputs
    MICA_TYPE_EXPR_OUTPUTS,
    MICA_TYPE_EXPR_COPIES,      ///< shaped type -> its element type, once for each element
    MICA_TYPE_EXPR_TENSOR_LIKE, ///< shaped type -> tensor type
    MICA_TYPE_EXPR_MEMREF_LIKE,
    MICA_TYPE_EXPR_HOOK, ///< `extra` lists, joined -> what the hook says
} mica_type_expr_code;

typedef const mica_type *(*mica_type_hook_fn)(const mica_type *const *types, size_t count);

typedef struct mica_type_expr {
    uint8_t code;
    uint8_t extra;
    uint16_t value;
    const char *text;
    mica_type_hook_fn hook;
} mica_type_expr;

struct mica_type_equation {
    uint8_t kind;            ///< mica_type_equation_kind
    bool is_infer;           ///< never checked
    uint16_t target;         ///< of MATCH
    uint16_t count;          ///< of members or expression steps
    const uint16_t *members; ///< of the others
    const mica_type_expr *expr;
    const char *description; ///< follows "failed to verify that "
};

/// Where equations read types and attributes: an op, an op state, a parser's frame.
typedef struct mica_type_source {
    mica_context *context;
    const mica_op_def *definition;
    /// The types of a value (a borrowed run of `*count`, NULL allowed for none); false when
    /// they are not known yet.
    bool (*value_types)(const struct mica_type_source *source, uint16_t value,
                        const mica_type *const **types, size_t *count);
    const mica_attr *(*slot)(const struct mica_type_source *source, size_t slot);
    const void *user;
} mica_type_source;

/// A list of types that an equation gives; small ones inline. Free with mica_type_buffer_free.
typedef struct mica_type_buffer {
    const mica_type **data;
    size_t count, capacity;
    const mica_type *inline_data[8];
} mica_type_buffer;
MICA_API void mica_type_buffer_init(mica_type_buffer *list);
MICA_API void mica_type_buffer_free(mica_type_buffer *list);
MICA_API bool mica_type_buffer_append(mica_type_buffer *list, const mica_type *const *types,
                                      size_t count);

/// Evaluates an expression into an empty list; false (without diagnostic) when a value is not
/// known or an operation does not apply.
MICA_API bool mica_type_equation_evaluate(const mica_type_equation *equation,
                                          const mica_type_source *source,
                                          mica_type_buffer *list);
/// The types of `value` from a single-type constraint, an equation or a trait; `count` is how
/// many there are of it where that matters (variadic values of one type). False when they don't
/// follow.
MICA_API bool mica_type_source_solve(const mica_type_source *source, uint16_t value,
                                     size_t count, mica_type_buffer *list);
/// Can the result's types always be found by mica_type_source_solve from operands and slots?
MICA_API bool mica_op_def_infers_result(const mica_op_def *definition, size_t result);
/// Checks an op's equations; false with "failed to verify that ..." for the first that fails.
MICA_API bool mica_op_verify_equations(mica_op *op);

#ifdef __cplusplus
}
#endif

#endif
