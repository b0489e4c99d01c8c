// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Match programs: `.rewrite` patterns (docs/rewrite-language.md) in compiled form. Built-in
// ones are constant tables that mica-gen writes; a user's are loaded at run time. Both are
// added to pattern sets and run by the same short interpreter.
//
//   mica_match_program *program = mica_match_program_load(context, text, name);
//   mica_pattern_set_add_program(set, program);
//   ...
//   mica_pattern_set_destroy(set);
//   mica_match_program_destroy(program);
#ifndef MICA_IR_REWRITE_MATCH_PROGRAM_H
#define MICA_IR_REWRITE_MATCH_PROGRAM_H

#include "ir/rewrite/pattern.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Compiles `.rewrite` text; `name` is the file name of diagnostics. NULL after diagnostics.
MICA_API mica_match_program *mica_match_program_load(mica_context *context, mica_string text,
                                                     mica_string name);
/// Reads and compiles a file.
MICA_API mica_match_program *mica_match_program_load_file(mica_context *context,
                                                          const char *path);
/// Of a loaded program, not of a constant table. NULL is allowed.
MICA_API void mica_match_program_destroy(mica_match_program *program);
MICA_API size_t mica_match_program_count(const mica_match_program *program);
/// Writes the program as C source that defines `const mica_match_program NAME`.
MICA_API bool mica_match_program_emit(const mica_match_program *program, const char *name,
                                      bool (*write)(void *user, const char *data, size_t size),
                                      void *user);

// ---- native functions
// ------------------------------------------------------------------------

/// What a native function gets: a thing that the pattern captured or a literal.
typedef enum mica_native_kind {
    MICA_NATIVE_VALUE,
    MICA_NATIVE_ATTR,
    MICA_NATIVE_TYPE,
    MICA_NATIVE_INTEGER,
    MICA_NATIVE_STRING,
} mica_native_kind;

typedef struct mica_native_argument {
    mica_native_kind kind;
    mica_value *value;
    const mica_attr *attr;
    const mica_type *type;
    int64_t integer;
    mica_string string;
} mica_native_argument;

/// A result of a native function: one of the two, or neither for a predicate.
typedef struct mica_native_result {
    const mica_attr *attr;
    const mica_type *type;
} mica_native_result;

/// A predicate answers; a computation also fills in the result. False: the pattern does not
/// apply. Changes nothing.
typedef bool (*mica_native_fn)(mica_context *context, const mica_native_argument *arguments,
                               mica_native_result *result);

typedef struct mica_native_def {
    const char *name;
    /// One letter an argument: v value, a attribute, t type, i integer,
    /// s string; then, behind `>`, a or t for the result. "vv", "aa>a".
    const char *signature;
    mica_native_fn call;
    const char *summary;
} mica_native_def;

/// Makes native functions known to programs that are loaded or added afterwards, by name
/// (borrowed). Names of the built-in ones (ir/rewrite/natives.c) can't be taken: false.
MICA_API bool mica_pattern_set_add_natives(mica_pattern_set *set,
                                           const mica_native_def *natives, size_t count);

#ifdef __cplusplus
}
#endif

#endif
