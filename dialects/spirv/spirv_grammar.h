// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The Khronos grammar as tables: how each instruction is encoded and what must be available for
// it. The rows are written by spirv_from_grammar.py; lookups are in spirv_grammar.c.
//
// A requirement says: the version, or one of the extensions; and one of the capabilities.
#ifndef MICA_DIALECTS_SPIRV_GRAMMAR_H
#define MICA_DIALECTS_SPIRV_GRAMMAR_H

#include "dialects/spirv/spirv_numbers.h"
#include "ir/support/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/// No version has it: only an extension does.
#define MICAI_SPIRV_NO_VERSION 0xffffffffu
#define MICAI_SPIRV_VERSION(major, minor) ((uint32_t)(major) << 16 | (uint32_t)(minor) << 8)

typedef struct micai_spirv_requirement {
    uint32_t version; ///< 0: every version
    uint16_t first_capability, capability_count;
    uint16_t first_extension, extension_count;
} micai_spirv_requirement;

typedef enum micai_spirv_quantifier {
    MICAI_SPIRV_ONE,
    MICAI_SPIRV_OPTIONAL,
    MICAI_SPIRV_ANY_NUMBER,
} micai_spirv_quantifier;

typedef struct micai_spirv_operand {
    uint8_t kind; ///< MICAI_SPIRV_KIND_*
    uint8_t quantifier;
} micai_spirv_operand;

typedef enum micai_spirv_set {
    MICAI_SPIRV_SET_CORE,
    MICAI_SPIRV_SET_GLSL,   ///< GLSL.std.450
    MICAI_SPIRV_SET_OPENCL, ///< OpenCL.std
} micai_spirv_set;

typedef struct micai_spirv_instruction {
    const char *name; ///< the op's, without "spirv."
    uint16_t opcode;  ///< within its set
    uint8_t set;
    uint8_t operand_count;
    uint16_t first_operand;
    uint8_t
        is_op; ///< can be an op of the dialect (not a type, decoration or part of structure)
    micai_spirv_requirement requirement;
} micai_spirv_instruction;

typedef enum micai_spirv_category {
    MICAI_SPIRV_CATEGORY_BIT_ENUM,
    MICAI_SPIRV_CATEGORY_VALUE_ENUM,
    MICAI_SPIRV_CATEGORY_ID,
    MICAI_SPIRV_CATEGORY_LITERAL,
    MICAI_SPIRV_CATEGORY_COMPOSITE,
} micai_spirv_category;

typedef struct micai_spirv_enumerant {
    const char *name;
    uint32_t value;
    uint16_t first_parameter; ///< in micai_spirv_operands
    uint16_t parameter_count;
    micai_spirv_requirement requirement;
} micai_spirv_enumerant;

typedef struct micai_spirv_kind {
    const char *name;
    micai_spirv_category category;
    uint16_t first_enumerant, enumerant_count;
} micai_spirv_kind;

extern const micai_spirv_instruction micai_spirv_instructions[]; ///< by name
extern const size_t micai_spirv_instruction_count;
extern const micai_spirv_operand micai_spirv_operands[];
extern const micai_spirv_enumerant micai_spirv_enumerants[]; ///< of each kind, by value
extern const micai_spirv_kind micai_spirv_kinds[];           ///< by MICAI_SPIRV_KIND_*
extern const uint16_t micai_spirv_words[];                   ///< capabilities, extensions
extern const char *const micai_spirv_extension_names[];      ///< by name
extern const size_t micai_spirv_extension_count;

/// `name` is the op's, without "spirv."; NULL when the grammar has none.
const micai_spirv_instruction *micai_spirv_instruction_find(mica_string name);
/// The first row of that value; NULL when the kind has none.
const micai_spirv_enumerant *micai_spirv_enumerant_find(uint32_t kind, uint32_t value);
const micai_spirv_enumerant *micai_spirv_enumerant_named(uint32_t kind, mica_string name);
/// "?" when there is none.
const char *micai_spirv_enumerant_name(uint32_t kind, uint32_t value);
/// Index of an extension, -1 when the grammar has none of that name.
int micai_spirv_extension_find(mica_string name);

/// Do `built_in` and `BuiltIn` say the same?
bool micai_spirv_names_equal(mica_string snake, const char *camel);

/// Does `capability` bring `implied` with it (itself, or through what it depends on)?
bool micai_spirv_capability_implies(uint32_t capability, uint32_t implied);

#ifdef __cplusplus
}
#endif

#endif
