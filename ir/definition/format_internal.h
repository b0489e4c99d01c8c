// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The elements of a format, between its text (format_reader.c) and its programs
// (format_compiler.c).
#ifndef MICA_IR_DEFINITION_FORMAT_INTERNAL_H
#define MICA_IR_DEFINITION_FORMAT_INTERNAL_H

#include "ir/definition/build_internal.h"

typedef enum micai_element_kind {
    MICAI_ELEMENT_LITERAL,
    MICAI_ELEMENT_SPACE, ///< index 1: a blank, 0: no blank
    MICAI_ELEMENT_NEWLINE,
    MICAI_ELEMENT_OPERAND,
    MICAI_ELEMENT_RESULT, ///< within type(), functional-type() and custom
    MICAI_ELEMENT_ATTR,
    MICAI_ELEMENT_REGION,
    MICAI_ELEMENT_SUCCESSOR,
    MICAI_ELEMENT_PARAM,
    MICAI_ELEMENT_TYPE,          ///< type(child)
    MICAI_ELEMENT_FUNCTION_TYPE, ///< two children
    MICAI_ELEMENT_REF,           ///< ref(child)
    MICAI_ELEMENT_CUSTOM,        ///< text: the name; children: arguments
    MICAI_ELEMENT_ATTR_DICT,
    MICAI_ELEMENT_ATTR_DICT_KEYWORD,
    MICAI_ELEMENT_PROP_DICT,
    MICAI_ELEMENT_OPERANDS,
    MICAI_ELEMENT_RESULTS,
    MICAI_ELEMENT_REGIONS,
    MICAI_ELEMENT_SUCCESSORS,
    MICAI_ELEMENT_PARAMS,
    MICAI_ELEMENT_STRUCT, ///< children: parameters, none: all
    MICAI_ELEMENT_GROUP,  ///< children; otherwise; anchor
    MICAI_ELEMENT_OILIST, ///< children: clauses, each a group of elements
} micai_element_kind;

typedef struct micai_element {
    micai_element_kind kind;
    micai_place place;
    const char *text;
    uint16_t index;
    bool is_qualified;
    bool is_anchor;
    struct micai_element *children, *last_child;
    struct micai_element *otherwise; ///< of a group: its else elements
    struct micai_element *anchor;    ///< of a group
    bool anchor_in_otherwise;
    struct micai_element *next;
} micai_element;

/// What names in a format mean: an op's specs, or parameters.
typedef struct micai_format_scope {
    const mica_op_def *op;
    const mica_param_spec *params;
    uint32_t param_count;
} micai_format_scope;

/// The elements as children of one element; NULL after errors.
micai_element *micai_format_read(micai_build *build, micai_place place, mica_string text,
                                 const micai_format_scope *scope);
/// A word that may stand bare: letters, digits, `_`, `$`, `.`.
bool micai_is_keyword(const char *text);

#endif
