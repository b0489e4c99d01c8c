// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The parts of the operation driver: op_parser.c (the loop), region_parser.c,
// generic_op_parser.c.
#ifndef MICA_IR_TEXT_OP_PARSER_INTERNAL_H
#define MICA_IR_TEXT_OP_PARSER_INTERNAL_H

#include "ir/text/parser_internal.h"

/// Parses from behind the name to the first region, or to the end.
bool micai_generic_begin(mica_asm_parser *parser);
/// Goes on behind the list's `(` or a region; `*is_done` when all but the location is parsed.
bool micai_generic_step(mica_asm_parser *parser, bool *is_done);

/// `}` of the innermost region frame is next.
void micai_region_end(mica_asm_parser *parser);
/// Closes the scopes of the innermost region frame; adopts its forward-declared blocks.
void micai_region_abandon(mica_asm_parser *parser);
/// `^bb(%a: type): `
bool micai_parse_label(mica_asm_parser *parser);
void micai_argument_set_location(mica_value *argument, mica_location location);

#endif
