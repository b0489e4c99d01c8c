// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Instructions of assembly programs, as equations. `t` is texts[a] (for CLAUSE: texts[flags]),
// `to b`: the counter goes to b. Values are operand indices, or results with MICA_VALUE_RESULT.
#ifndef MICA_IR_TEXT_ASSEMBLY_CODE_H
#define MICA_IR_TEXT_ASSEMBLY_CODE_H

typedef enum micai_parse_code {
    MICAI_PARSE_END,
    MICAI_PARSE_TEXT,          ///< expect t
    MICAI_PARSE_TEXT_IF,       ///< accept t, else to b
    MICAI_PARSE_JUMP,          ///< to b
    MICAI_PARSE_OPERAND,       ///< operand a: %x
    MICAI_PARSE_OPERAND_IF,    ///< operand a: %x, else to b
    MICAI_PARSE_OPERANDS,      ///< operand a: %x, ...; when none, to b (b 0: go on)
    MICAI_PARSE_GROUPS,        ///< operand a: (%x, ...), (...), ...
    MICAI_PARSE_ALL_OPERANDS,  ///< operands
    MICAI_PARSE_TYPE,          ///< type of value a
    MICAI_PARSE_TYPE_IF,       ///< type of value a, if there is one
    MICAI_PARSE_TYPES,         ///< types of value a
    MICAI_PARSE_TYPE_GROUPS,   ///< types of value a: (t, ...), (...), ...
    MICAI_PARSE_OPERAND_TYPES, ///< types of all operands
    MICAI_PARSE_RESULT_TYPES,  ///< types of all results
    MICAI_PARSE_FUNCTION_TYPE, ///< types of a -> types of b (MICAI_ALL_*: all)
    MICAI_PARSE_ATTR,          ///< slot a, in the form `flags`
    MICAI_PARSE_ATTR_IF,       ///< slot a, else to b
    MICAI_PARSE_UNIT,          ///< slot a = unit
    MICAI_PARSE_REGION,        ///< region a: {...}
    MICAI_PARSE_REGION_IF,     ///< region a: {...}, else to b
    MICAI_PARSE_REGIONS,       ///< region a: {...}, {...}, ...
    MICAI_PARSE_REGIONS_NEXT,  ///< after a region of a: `,` {...} again, else go on
    MICAI_PARSE_SUCCESSOR,     ///< successor a: ^x
    MICAI_PARSE_SUCCESSORS,    ///< successor a: ^x, ...; when none, to b (b 0: go on)
    MICAI_PARSE_ATTR_DICT,
    MICAI_PARSE_ATTR_DICT_KEYWORD,
    MICAI_PARSE_PROP_DICT,
    MICAI_PARSE_CUSTOM,    ///< customs[a]
    MICAI_PARSE_CUSTOM_IF, ///< customs[a], when absent to b
    MICAI_PARSE_CLAUSES,   ///< begins an oilist: no clause seen
    MICAI_PARSE_CLAUSE,    ///< accept t as clause `flags`, which must be new; else to b
    MICAI_PARSE_PARAM,     ///< parameter a
    MICAI_PARSE_PARAM_IF,  ///< parameter a, else to b
    MICAI_PARSE_PARAM_QUALIFIED,
    MICAI_PARSE_PARAMS, ///< parameters of the bit set b, separated by `,`
    MICAI_PARSE_STRUCT, ///< name = value of the bit set b, in any order
} micai_parse_code;

typedef enum micai_print_code {
    MICAI_PRINT_END,
    MICAI_PRINT_TEXT,
    MICAI_PRINT_SPACE,
    MICAI_PRINT_NEWLINE,
    MICAI_PRINT_JUMP,          ///< to b
    MICAI_PRINT_UNLESS_VALUE,  ///< when value a has nothing, to b
    MICAI_PRINT_UNLESS_ATTR,   ///< when slot a is unset or its default, to b
    MICAI_PRINT_UNLESS_REGION, ///< when region a is empty (or there is none), to b
    MICAI_PRINT_UNLESS_SUCCESSOR,
    MICAI_PRINT_UNLESS_PARAM,  ///< when parameter a is absent or its default, to b
    MICAI_PRINT_UNLESS_PARAMS, ///< when all parameters of the bit set a are, to b
    MICAI_PRINT_IF_VALUE,      ///< the same with the answer reversed
    MICAI_PRINT_IF_ATTR,
    MICAI_PRINT_IF_REGION,
    MICAI_PRINT_IF_SUCCESSOR,
    MICAI_PRINT_IF_PARAM,
    MICAI_PRINT_OPERANDS, ///< operand a, all of its values
    MICAI_PRINT_GROUPS,
    MICAI_PRINT_ALL_OPERANDS,
    MICAI_PRINT_TYPES, ///< types of value a
    MICAI_PRINT_TYPE_GROUPS,
    MICAI_PRINT_OPERAND_TYPES,
    MICAI_PRINT_RESULT_TYPES,
    MICAI_PRINT_FUNCTION_TYPE,
    MICAI_PRINT_ATTR,
    MICAI_PRINT_REGION,     ///< region a; variadic ones separated by `, `
    MICAI_PRINT_REGIONS,    ///< all regions
    MICAI_PRINT_SUCCESSORS, ///< successor a
    MICAI_PRINT_ALL_SUCCESSORS,
    MICAI_PRINT_ATTR_DICT, ///< a: mask of slots is in the program
    MICAI_PRINT_ATTR_DICT_KEYWORD,
    MICAI_PRINT_PROP_DICT,
    MICAI_PRINT_CUSTOM,
    MICAI_PRINT_PARAM,
    MICAI_PRINT_PARAM_QUALIFIED,
    MICAI_PRINT_PARAMS,
    MICAI_PRINT_STRUCT,
} micai_print_code;

/// How an attribute is written (flags of *_ATTR).
typedef enum micai_attr_form {
    MICAI_ATTR_FORM_FULL,     ///< with its type, if it has one
    MICAI_ATTR_FORM_TYPED,    ///< without type: the constraint fixes it
    MICAI_ATTR_FORM_ENUM,     ///< keyword of an integer enum
    MICAI_ATTR_FORM_SYMBOL,   ///< @name of a string
    MICAI_ATTR_FORM_STRIPPED, ///< what follows the mnemonic
    MICAI_ATTR_FORM_ARRAY,    ///< dense array as [1, 2]
} micai_attr_form;

/// Flags of printing instructions; attr forms take the low bits.
#define MICAI_PRINT_SPACE_BEFORE 0x80u
#define MICAI_CODE_QUALIFIED 0x40u ///< types: with the dialect's prefix
#define MICAI_CODE_FORM 0x0Fu
/// Flags of MICAI_PARSE_TEXT*: a keyword rather than punctuation.
#define MICAI_CODE_KEYWORD 0x01u
/// Flags of dictionaries: the inherent attributes are in a prop-dict.
#define MICAI_CODE_DISCARDABLE 0x01u
/// Flags of dictionaries: the format writes all operands (the types of all results) as one
/// list, from which sizes of segments do not follow unless those that vary share them evenly.
#define MICAI_CODE_ALL_OPERANDS 0x02u
#define MICAI_CODE_ALL_RESULTS 0x04u

/// Flags of MICAI_PRINT_REGION: a directive before it has printed the entry arguments.
#define MICAI_CODE_NO_ARGUMENTS 0x01u

#define MICAI_ALL_OPERANDS 0x7FFFu
#define MICAI_ALL_RESULTS 0xFFFFu

#endif
