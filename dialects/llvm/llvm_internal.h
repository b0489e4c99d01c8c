// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the files of the llvm dialect share.
#ifndef MICA_DIALECTS_LLVM_LLVM_INTERNAL_H
#define MICA_DIALECTS_LLVM_LLVM_INTERNAL_H

#include "dialects/llvm/llvm.h"
#include "dialects/llvm/llvm_ops.h"
#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/text/asm_parser.h"
#include "ir/text/asm_printer.h"
#include "ir/text/assembly_program.h"

/// A type where the llvm dialect is understood: `ptr` for `!llvm.ptr`.
bool micai_llvm_parse_nested_type(mica_asm_parser *parser, const mica_type **type);
void micai_llvm_print_nested_type(mica_asm_printer *printer, const mica_type *type);

/// An attribute of the context's own definition, which may be one loaded from text.
const mica_attr *micai_llvm_attr_make(mica_context *context, const mica_attr_def *definition,
                                      const uint64_t *words, size_t count);

#endif
