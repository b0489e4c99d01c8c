// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What formats need besides: a look at the next token, and values whose definition is known
// from their place, printed without mnemonic.

#include "ir/text/assembly_program.h"
#include "ir/text/parser_internal.h"
#include "ir/text/printer_internal.h"

bool mica_asm_next_is(mica_asm_parser *parser, const char *text)
{
    const micai_token *token = &parser->token;
    if (token->length == 0)
        return false;
    if (strchr("!#@^%\"", text[0]) && text[1] == '\0')
        return token->start[0] == text[0];
    return token->length == strlen(text) && memcmp(token->start, text, token->length) == 0;
}

void mica_asm_print_stripped_type(mica_asm_printer *printer, const mica_type *type)
{
    if (printer->is_collecting || !mica_type_definition(type)) {
        mica_asm_print_type(printer, type);
        return;
    }
    if (printer->has_aliases && micai_print_alias(printer, type, true))
        return;
    const size_t used = printer->used, flushes = printer->flushes;
    micai_type_def_print(printer, type);
    if (printer->used == used && printer->flushes == flushes)
        mica_asm_print_type(printer, type);
}

void mica_asm_print_stripped_attr(mica_asm_printer *printer, const mica_attr *attr)
{
    if (printer->is_collecting || !mica_attr_definition(attr)) {
        mica_asm_print_attr(printer, attr);
        return;
    }
    if (printer->has_aliases && micai_print_alias(printer, attr, false))
        return;
    const size_t used = printer->used, flushes = printer->flushes;
    micai_attr_def_print(printer, attr);
    if (printer->used == used && printer->flushes == flushes)
        mica_asm_print_attr(printer, attr);
}
