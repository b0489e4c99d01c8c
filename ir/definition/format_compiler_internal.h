// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The state of the format compiler, shared by format_compiler.c and format_directives.c.
#ifndef MICA_IR_DEFINITION_FORMAT_COMPILER_INTERNAL_H
#define MICA_IR_DEFINITION_FORMAT_COMPILER_INTERNAL_H

#include "ir/definition/format_internal.h"
#include "ir/text/assembly_code.h"

enum {
    MICAI_FORMAT_MAX_CODE = 400,
    MICAI_FORMAT_MAX_TEXTS = 120,
    MICAI_FORMAT_MAX_CUSTOMS = 16
};

typedef struct micai_format_code_list {
    mica_assembly_code code[MICAI_FORMAT_MAX_CODE];
    uint16_t count;
} micai_format_code_list;

typedef struct micai_format_compiler {
    micai_build *build;
    micai_place place;
    const micai_format_scope *scope;
    micai_format_code_list parse, print;
    const char *texts[MICAI_FORMAT_MAX_TEXTS];
    mica_assembly_custom customs[MICAI_FORMAT_MAX_CUSTOMS];
    uint16_t text_count, custom_count;
    uint64_t printed_attrs;
    const micai_element *elements; ///< all of the format
    unsigned dictionary_flags;     ///< of every dictionary that is printed
    bool failed;
    // printing
    bool emit_space, after_punctuation;
    /// The unit attribute that anchors the group and is not written itself.
    const micai_element *elided;
} micai_format_compiler;

/// Reports at the place and fails the compilation.
void micai_format_fail(micai_format_compiler *compiler, micai_place place, const char *message);
/// The sizes of groups follow from how the operand is written.
void micai_format_mark_group_sizes(micai_format_compiler *compiler, uint16_t operand);
/// Adds a custom directive with its hooks and arguments; its index.
uint16_t micai_format_add_custom(micai_format_compiler *compiler, const micai_element *element);

#endif
