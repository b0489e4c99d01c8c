// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What print hooks and `custom<...>` directives see of the printer. Printing never fails at the
// call: an allocation or write failure makes the printer's sticky error, reported at the end.
#ifndef MICA_IR_TEXT_ASM_PRINTER_H
#define MICA_IR_TEXT_ASM_PRINTER_H

#include "ir/core/operation.h"

#ifdef __cplusplus
extern "C" {
#endif

MICA_API void mica_asm_print(mica_asm_printer *printer, const char *text);
MICA_API void mica_asm_print_string(mica_asm_printer *printer, mica_string text);
MICA_API void mica_asm_printf(mica_asm_printer *printer, const char *format, ...)
    MICA_PRINTF(2, 3);
MICA_API void mica_asm_print_integer(mica_asm_printer *printer, int64_t value);
/// Quoted and escaped.
MICA_API void mica_asm_print_quoted(mica_asm_printer *printer, mica_string text);
/// Bare when it is a valid keyword, quoted otherwise.
MICA_API void mica_asm_print_keyword_or_string(mica_asm_printer *printer, mica_string text);
/// @name, quoted when needed.
MICA_API void mica_asm_print_symbol_name(mica_asm_printer *printer, mica_string name);
MICA_API void mica_asm_print_type(mica_asm_printer *printer, const mica_type *type);
MICA_API void mica_asm_print_attr(mica_asm_printer *printer, const mica_attr *attr);
/// Without the `: type` that would follow.
MICA_API void mica_asm_print_attr_without_type(mica_asm_printer *printer,
                                               const mica_attr *attr);
/// As a format prints a value whose definition is known from its place: the alias if there is
/// one, else what follows the mnemonic, else (when that is nothing, or for builtin ones) in
/// full.
MICA_API void mica_asm_print_stripped_type(mica_asm_printer *printer, const mica_type *type);
MICA_API void mica_asm_print_stripped_attr(mica_asm_printer *printer, const mica_attr *attr);
/// Types separated by ", ".
MICA_API void mica_asm_print_types(mica_asm_printer *printer, const mica_type *const *types,
                                   size_t count);
/// ` -> type`, ` -> (types)`; nothing for none.
MICA_API void mica_asm_print_arrow_types(mica_asm_printer *printer,
                                         const mica_type *const *types, size_t count);
MICA_API void mica_asm_print_operand(mica_asm_printer *printer, mica_value *value);
/// Operands [start, start + count) of op, separated by ", ".
MICA_API void mica_asm_print_operands(mica_asm_printer *printer, const mica_op *op,
                                      size_t start, size_t count);
/// Their types, separated by ", ".
MICA_API void mica_asm_print_operand_types(mica_asm_printer *printer, const mica_op *op,
                                           size_t start, size_t count);
MICA_API void mica_asm_print_result_types(mica_asm_printer *printer, const mica_op *op);
/// `(operand types) -> results`.
MICA_API void mica_asm_print_functional_type(mica_asm_printer *printer, const mica_op *op);
/// ` {a = 1, ...}`: discardable and inherent attributes except those named (NULL-terminated
/// list, may be NULL); nothing when none are left.
MICA_API void mica_asm_print_attr_dict(mica_asm_printer *printer, const mica_op *op,
                                       const char *const *except);
/// The same after ` attributes`.
MICA_API void mica_asm_print_attr_dict_with_keyword(mica_asm_printer *printer,
                                                    const mica_op *op,
                                                    const char *const *except);
/// A nested op on the current line: its name and custom or generic form, without results.
MICA_API void mica_asm_print_op(mica_asm_printer *printer, mica_op *op);
MICA_API void mica_asm_print_successor(mica_asm_printer *printer, mica_block *block);
/// `%a: type loc(...)`.
MICA_API void mica_asm_print_argument(mica_asm_printer *printer, mica_value *argument,
                                      const mica_attr *attrs, bool omit_type);
/// A region in braces. Needs no C stack per level when it is the last thing the op prints
/// through its format; from C hooks it does.
MICA_API void mica_asm_print_region(mica_asm_printer *printer, mica_region *region,
                                    bool print_entry_arguments, bool print_terminators);
/// Names that the region's arguments print with become those of `values` (map-like ops).
MICA_API void mica_asm_shadow_arguments(mica_asm_printer *printer, mica_region *region,
                                        mica_value *const *values, size_t count);
/// Newline and the current indentation.
MICA_API void mica_asm_print_newline(mica_asm_printer *printer);
MICA_API void mica_asm_indent(mica_asm_printer *printer, int levels);
/// An affine map result list with SSA names for dims and symbols: `affine_map` applied.
MICA_API void mica_asm_print_affine_map_of_ssa_ids(mica_asm_printer *printer,
                                                   const mica_attr *map, const mica_op *op,
                                                   size_t first_operand);

#ifdef __cplusplus
}
#endif

#endif
