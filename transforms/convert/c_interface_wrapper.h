// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions of .mlir files for C: `llvm.emit_c_interface`.
#ifndef MICA_TRANSFORMS_CONVERT_C_INTERFACE_WRAPPER_H
#define MICA_TRANSFORMS_CONVERT_C_INTERFACE_WRAPPER_H

#include "ir/rewrite/rewriter.h"
#include "ir/rewrite/type_converter.h"

/// For `function` (an llvm.func with expanded memrefs) of the builtin function type `type`:
/// with a body, defines @_mlir_ciface_<name> that C calls; a declaration gets a body that calls
/// @_mlir_ciface_<name>, written in C.
void micai_wrap_for_c(mica_rewriter *rewriter, mica_op *function, const mica_type *type,
                      mica_type_converter *converter);

#endif
