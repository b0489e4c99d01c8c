// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the files of this folder share.
#ifndef MICA_DIALECTS_GPU_GPU_INTERNAL_H
#define MICA_DIALECTS_GPU_GPU_INTERNAL_H

#include "dialects/gpu/gpu.h"
#include "dialects/gpu/gpu_ops.h"
#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/core/symbol_table.h"
#include "ir/text/asm_parser.h"
#include "ir/text/asm_printer.h"
#include "ir/text/assembly_program.h"
#include "ir/text/text.h"

/// An attribute of this dialect, of the definition registered in the context.
const mica_attr *micai_gpu_attr_make(mica_context *context, const char *name,
                                     const uint64_t *words, size_t count);
bool micai_gpu_attr_is(const mica_attr *attr, const char *name);
/// `async`? (`[` tokens `]`)?; `*type` is the token type after async, else NULL.
bool micai_gpu_parse_async(mica_asm_parser *parser, mica_asm_operand_list *operands,
                           const mica_type **type);

/// Arguments of the entry block from `first` on are memrefs of workgroup, then private memory.
bool micai_gpu_verify_attributions(mica_op *op, size_t first);

#endif
