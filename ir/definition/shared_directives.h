// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names of the custom directives that several dialects share; their functions are
// micai_builtin_parse_<name> and micai_builtin_print_<name>. The file is included with SHARED
// defined.
SHARED("DynamicIndexList")
SHARED("SymbolVisibility")
