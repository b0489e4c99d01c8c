// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Assembly programs: the format of an op, type or attribute, compiled to two short instruction
// arrays, one that parses and one that prints. The compiler (ir/definition/format_compiler.c)
// runs at build time for dialects that are compiled in, so that their programs are constant
// tables, and in the loader for definitions read from text.
//
// An op's program is resumable. When it comes to a region it stops and says so; the op driver
// handles the region on its own frame stack and steps the program again:
//
//   micai_assembly_parse_begin(&frame, parser, definition, state);
//   while ((status = micai_assembly_parse_step(&frame)) == MICAI_ASSEMBLY_REGION)
//       ... push frame, parse frame.region (its `{` is next), pop ...
//   micai_assembly_parse_end(&frame);
//
// Custom directives and hooks are plain C calls within a step.
#ifndef MICA_IR_TEXT_ASSEMBLY_PROGRAM_H
#define MICA_IR_TEXT_ASSEMBLY_PROGRAM_H

#include "ir/core/definition.h"
#include "ir/text/asm_parser.h"
#include "ir/text/asm_printer.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- custom directives
// -----------------------------------------------------------------------

typedef enum mica_directive_kind {
    MICA_DIRECTIVE_OPERANDS,
    MICA_DIRECTIVE_OPERAND_TYPES,
    MICA_DIRECTIVE_RESULT_TYPES,
    MICA_DIRECTIVE_ATTR,
    MICA_DIRECTIVE_REGIONS,
    MICA_DIRECTIVE_SUCCESSORS,
    MICA_DIRECTIVE_ATTR_DICT,
    MICA_DIRECTIVE_TEXT,
    MICA_DIRECTIVE_PARAM, ///< of a type or attribute: `word`
} mica_directive_kind;

typedef struct mica_asm_block_list {
    mica_block **data;
    size_t count, capacity;
} mica_asm_block_list;
typedef struct mica_asm_size_list {
    int32_t *data;
    size_t count, capacity;
} mica_asm_size_list;
MICA_API bool mica_asm_operand_list_append(mica_asm_operand_list *list,
                                           const mica_asm_operand *operand);
MICA_API bool mica_asm_block_list_append(mica_asm_block_list *list, mica_block *block);
MICA_API bool mica_asm_size_list_append(mica_asm_size_list *list, int32_t size);

/// One argument of `custom<...>(...)`. The members for parsing are set when parsing, those for
/// printing when printing.
typedef struct mica_directive_argument {
    mica_directive_kind kind;
    bool is_ref;      ///< parsed before: read it, don't write it
    uint16_t index;   ///< of the operand, result, attr, region, successor spec or parameter
    const char *text; ///< of MICA_DIRECTIVE_TEXT

    // parsing
    mica_asm_operand_list *operands; ///< append what is parsed
    mica_asm_type_list *types;       ///< append
    mica_asm_size_list *groups;      ///< group sizes of a variadic of variadics; append
    mica_asm_block_list *successors; ///< append
    mica_region *region;             ///< a single region to fill; NULL for variadic ones
                                     ///< (make them with mica_op_state_add_region)

    // both: the attribute; set it when parsing (NULL: absent); default not applied
    const mica_attr *attr;
    uint64_t word; ///< of a parameter

    // printing: the run of operands, results, regions or successors of the op
    size_t first, count;
} mica_directive_argument;

typedef struct mica_directive {
    mica_directive_argument *arguments;
    size_t count;
    /// Set by a parser that stands first in an optional group and found nothing of its own (it
    /// then returns true and has consumed nothing).
    bool absent;
} mica_directive;

/// `state` is NULL for directives of types and attributes, and so is `op`.
typedef bool (*mica_directive_parse_fn)(mica_asm_parser *parser, mica_op_state *state,
                                        mica_directive *directive);
typedef void (*mica_directive_print_fn)(mica_asm_printer *printer, mica_op *op,
                                        const mica_directive *directive);

// ---- programs
// --------------------------------------------------------------------------------

/// Eight bytes; ir/text/assembly_code.h lists the codes and what `a` and `b` mean to each.
typedef struct mica_assembly_code {
    uint8_t code;
    uint8_t flags;
    uint16_t a;
    int32_t b;
} mica_assembly_code;

typedef struct mica_assembly_custom {
    const char *name;
    mica_directive_parse_fn parse;
    mica_directive_print_fn print;
    const struct mica_assembly_custom_argument *arguments;
    uint32_t argument_count;
} mica_assembly_custom;

typedef struct mica_assembly_custom_argument {
    uint8_t kind; ///< mica_directive_kind
    uint8_t is_ref;
    uint16_t index;
    const char *text;
} mica_assembly_custom_argument;

struct mica_assembly {
    size_t struct_size;
    const mica_assembly_code *parse_code;
    const mica_assembly_code *print_code;
    const char *const *texts;
    const mica_assembly_custom *customs;
    uint64_t printed_attrs; ///< bit i: slot i is printed by the format (i < 64), so that
                            ///< attr-dict leaves it out
    uint16_t parse_count, print_count, text_count, custom_count;
};

// ---- running an op's program
// -----------------------------------------------------------------

typedef enum micai_assembly_status {
    MICAI_ASSEMBLY_DONE,
    MICAI_ASSEMBLY_FAILED, ///< reported
    MICAI_ASSEMBLY_REGION, ///< handle frame->region, then step again
} micai_assembly_status;

#define MICAI_ASSEMBLY_INLINE 6

/// A run of a flat list.
typedef struct micai_assembly_run {
    uint32_t first, count;
    bool is_set;   ///< the format has said it, be it nothing
    size_t offset; ///< where it begins in the source
} micai_assembly_run;

/// What a suspended parse holds. Lists are flat, with a run for each spec; all stay inline for
/// common ops. Zero-cost to move is not promised: keep it in place between steps.
typedef struct micai_assembly_parse_frame {
    mica_asm_parser *parser;
    const mica_op_def *definition;
    mica_op_state *state;
    uint32_t counter;     ///< of the program
    uint32_t clause_bits; ///< clauses of the current oilist that were seen
    /// The region to parse; its `{` is the next token. Already in the state.
    mica_region *region;
    bool region_pending;
    mica_asm_operand *operands;
    const mica_type **types;
    uint32_t operand_count, operand_capacity, type_count, type_capacity;
    micai_assembly_run *runs; ///< operands; then types of operands, types of results
    mica_block **successors;
    uint32_t successor_count, successor_capacity;
    int32_t *groups; ///< sizes of variadics of variadics
    uint32_t group_count, group_capacity;
    bool has_all_operands; ///< the directive `operands` was used
    size_t operands_offset;
    mica_asm_operand inline_operands[MICAI_ASSEMBLY_INLINE];
    const mica_type *inline_types[MICAI_ASSEMBLY_INLINE];
    micai_assembly_run inline_runs[2 * MICAI_ASSEMBLY_INLINE];
    mica_block *inline_successors[2];
} micai_assembly_parse_frame;

/// `state` has its record and location; the op's name has been consumed.
void micai_assembly_parse_begin(micai_assembly_parse_frame *frame, mica_asm_parser *parser,
                                const mica_op_def *definition, mica_op_state *state);
/// Runs to the next region or to the end. When done, operands, results, successors, slots and
/// attributes are all in the state.
micai_assembly_status micai_assembly_parse_step(micai_assembly_parse_frame *frame);
/// Frees what the frame holds (also after a failure).
void micai_assembly_parse_end(micai_assembly_parse_frame *frame);

typedef struct micai_assembly_print_frame {
    mica_asm_printer *printer;
    mica_op *op;
    const mica_op_def *definition;
    uint32_t counter;
    uint32_t next_region; ///< of a run of variadic regions
    mica_region *region;
    bool print_entry_arguments, print_terminators;
} micai_assembly_print_frame;

/// The op's name has been printed.
void micai_assembly_print_begin(micai_assembly_print_frame *frame, mica_asm_printer *printer,
                                mica_op *op);
/// MICAI_ASSEMBLY_REGION: print frame->region in braces as its flags say (no blank before `{`,
/// that has been printed), then step again. Never fails.
micai_assembly_status micai_assembly_print_step(micai_assembly_print_frame *frame);

// ---- types and attributes of dialects
// ---------------------------------------------------------

/// Parses what follows `!dialect.name` (or nothing but the parameters in the short form) with
/// the definition's hook or program, and makes the verified type. NULL after a diagnostic.
const mica_type *micai_type_def_parse(mica_asm_parser *parser, const mica_type_def *definition);
/// `type` is the type expected by the place, or NULL.
const mica_attr *micai_attr_def_parse(mica_asm_parser *parser, const mica_attr_def *definition,
                                      const mica_type *type);
/// Prints what follows the mnemonic; nothing when there are no parameters to print. The text
/// begins with `<` for most; when it does not, the long form `!dialect<name text>` is due.
void micai_type_def_print(mica_asm_printer *printer, const mica_type *type);
void micai_attr_def_print(mica_asm_printer *printer, const mica_attr *attr);

#ifdef __cplusplus
}
#endif

#endif
