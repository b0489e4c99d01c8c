// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All of Mica's core at once. Each header may be included alone; they teach in this order:
//
//   ir/core/context.h               who owns what; dialects; threads; out of memory
//   ir/core/diagnostics.h           errors are values, given to a handler
//   ir/core/type.h, attribute.h     what is interned and compared by pointer
//   ir/core/operation.h, builder.h  making, reading, cloning, walking and changing IR
//   ir/core/definition.h            dialects as C structs
//   ir/definition/loader.h          the same from text at run time
//   ir/text/text.h                  parsing and printing
//   ir/rewrite/pattern.h            patterns, and the rewriter that they change IR through
//   transforms/pass/pass_manager.h  passes, pipelines, progress and cancellation
//   transforms/pass/plugin.h        dialects and passes from shared libraries
//   dialects/dialects.h             the dialects that come with the library
//
// Generated accessors and builders (mica_arith_addi_build) are in dialects/<name>/<name>_ops.h,
// code generation in codegen/llvm/*.h, which need the library mica_llvm and LLVM.
//
// Rules that hold everywhere: `create` is paired with `destroy`, and destroy takes NULL; `get`
// borrows from the context; `find` may return NULL; a function that fails has reported a
// diagnostic and returns false or NULL; option structs begin with their size and are right when
// zero; strings that a function returns as `char *` are the caller's, freed with mica_free.
// docs/embedding.md leads to a whole program.
#ifndef MICA_H
#define MICA_H

#define MICA_VERSION_MAJOR 0
#define MICA_VERSION_MINOR 1
#define MICA_VERSION_PATCH 0

#include "dialects/dialects.h"
#include "ir/core/builder.h"
#include "ir/core/builtin_ops.h"
#include "ir/core/context.h"
#include "ir/core/definition.h"
#include "ir/core/diagnostics.h"
#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "ir/core/verifier.h"
#include "ir/definition/loader.h"
#include "ir/rewrite/match_program.h"
#include "ir/rewrite/pattern.h"
#include "ir/rewrite/rewriter.h"
#include "ir/text/source_snippet.h"
#include "ir/text/text.h"
#include "transforms/drivers/greedy.h"
#include "transforms/pass/pass_manager.h"
#include "transforms/pass/plugin.h"

#endif
