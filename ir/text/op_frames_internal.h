// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Frames of the operation driver. The stack alternates ops and regions:
//
//   top -> op (func.func) -> region -> op (scf.for) -> region -> ...
//
// Frames stay where they are (op states and suspended assembly programs hold pointers into
// themselves); popped ones are kept for reuse.
#ifndef MICA_IR_TEXT_OP_FRAMES_INTERNAL_H
#define MICA_IR_TEXT_OP_FRAMES_INTERNAL_H

#include "ir/text/assembly_program.h"
#include "ir/text/parser_internal.h"

typedef enum micai_frame_kind {
    MICAI_FRAME_TOP,     ///< the file: ops, alias definitions, metadata
    MICAI_FRAME_REGION,  ///< blocks and ops up to `}`
    MICAI_FRAME_GENERIC, ///< an op in generic form, at its list of regions
    MICAI_FRAME_CUSTOM,  ///< an op whose assembly program or hook runs
} micai_frame_kind;

/// `%name:count` before `=`.
typedef struct micai_result_name {
    mica_string name;
    uint32_t count;
    const char *place;
} micai_result_name;

typedef struct micai_region_frame {
    mica_region *region; ///< NULL at the top
    mica_block *block;   ///< ops are appended here
    mica_string default_dialect;
} micai_region_frame;

enum { MICAI_INLINE_RESULT_NAMES = 2 };

typedef struct micai_op_frame {
    micai_lexer lexer; ///< at the first token, for recovery
    micai_token first;
    const char *name_place;
    mica_location name_location;
    micai_result_name *names;
    size_t name_count, name_capacity; ///< capacity 0: inline
    size_t result_count;              ///< sum of the counts
    micai_result_name inline_names[MICAI_INLINE_RESULT_NAMES];
    mica_op_state state;
    bool has_state, has_program;
    mica_asm_operand_list operands;         ///< generic form
    mica_asm_argument_list entry_arguments; ///< of the region that comes next
    micai_assembly_parse_frame program;
} micai_op_frame;

typedef struct micai_frame {
    struct micai_frame *outer;
    micai_frame_kind kind;
    union {
        micai_region_frame region;
        micai_op_frame op;
    } as;
} micai_frame;

/// Pushes a frame of this kind (its contents zero but for the big arrays); NULL when out of
/// memory.
micai_frame *micai_frame_push(mica_asm_parser *parser, micai_frame_kind kind);
/// Pops the innermost frame and frees what it holds.
void micai_frame_pop(mica_asm_parser *parser);
void micai_frames_free(mica_asm_parser *parser);
/// The frame of the op whose hook or program runs.
static inline micai_op_frame *micai_op_frame_of(mica_asm_parser *parser)
{
    return &parser->frame->as.op;
}

/// Begins a region of the current op: the scopes, and a frame when there is anything in the
/// braces (else `*is_open` is false and the region is complete).
bool micai_region_begin(mica_asm_parser *parser, mica_region *region,
                        const mica_asm_argument *arguments, size_t count, bool *is_open);
/// Runs the driver until `until` is the innermost frame again.
void micai_run(mica_asm_parser *parser, const micai_frame *until);

// ---- value_scope.c
// ---------------------------------------------------------------------------

/// The value of an operand, made up when it is not defined yet; NULL after a diagnostic.
mica_value *micai_use_value(mica_asm_parser *parser, const mica_asm_operand *operand,
                            const mica_type *type);
/// Defines `count` names (`%name`, `%name#1`...) from `first` on (results of one op follow it).
bool micai_define_value(mica_asm_parser *parser, mica_string name, const char *place,
                        mica_value *first, uint32_t count);
/// Results of a failed op: uses of the name are accepted.
void micai_define_error(mica_asm_parser *parser, mica_string name, const char *place);
/// Reports forward references that were never defined.
bool micai_check_forward_values(mica_asm_parser *parser);
void micai_free_forward_values(mica_asm_parser *parser);
mica_block *micai_use_block(mica_asm_parser *parser, mica_string name, const char *place);
mica_block *micai_define_block(mica_asm_parser *parser, mica_string name, const char *place,
                               mica_region *region);
/// Reports blocks of the innermost region that were used but not defined, and adopts them.
bool micai_check_forward_blocks(mica_asm_parser *parser, mica_region *region);

#endif
