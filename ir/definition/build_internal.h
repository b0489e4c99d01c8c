// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From syntax tree to definition structs. There is one builder for both lives of a definition:
// the loader registers what it makes, mica-gen writes it out as C. They differ in one callback:
// how the address of a hook is found (mica-gen answers the address of the hook's name).
//
//   text -> reader (syntax tree) -> build_* (structs, assembly programs) -> context | C
#ifndef MICA_IR_DEFINITION_BUILD_INTERNAL_H
#define MICA_IR_DEFINITION_BUILD_INTERNAL_H

#include "ir/core/type_equation.h"
#include "ir/definition/loader.h"
#include "ir/definition/syntax_internal.h"
#include "ir/text/assembly_program.h"

/// What a hook's name stands for; each has one C prototype (micai_hook_prototype).
typedef enum micai_hook_kind {
    MICAI_HOOK_OP_VERIFY,
    MICAI_HOOK_OP_VERIFY_REGIONS,
    MICAI_HOOK_OP_FOLD,
    MICAI_HOOK_OP_CANONICALIZE,
    MICAI_HOOK_OP_PARSE,
    MICAI_HOOK_OP_PRINT,
    MICAI_HOOK_OP_INFER_TYPES,
    MICAI_HOOK_OP_EVAL,
    MICAI_HOOK_OP_NAME_RESULTS,
    MICAI_HOOK_OP_NAME_ARGUMENTS,
    MICAI_HOOK_OP_BUILD_REGION,
    MICAI_HOOK_MATERIALIZE_CONSTANT,
    MICAI_HOOK_VERIFY_ATTR,
    MICAI_HOOK_PARAMS_VERIFY,
    MICAI_HOOK_TYPE_PARSE,
    MICAI_HOOK_TYPE_PRINT,
    MICAI_HOOK_ATTR_PARSE,
    MICAI_HOOK_ATTR_PRINT,
    MICAI_HOOK_TYPE_PREDICATE,
    MICAI_HOOK_ATTR_PREDICATE,
    MICAI_HOOK_TYPE_EXPR,
    MICAI_HOOK_DIRECTIVE_PARSE,
    MICAI_HOOK_DIRECTIVE_PRINT,
    MICAI_HOOK_INTERFACE_TABLE,
    MICAI_HOOK_INTERFACE_IDENTITY,
    MICAI_HOOK_KIND_COUNT
} micai_hook_kind;

/// Finds a hook; false when there is none of that name. May be called with one name often.
typedef bool (*micai_find_hook_fn)(void *user, const char *symbol, micai_hook_kind kind,
                                   mica_hook *hook);

/// The C declaration of a hook of this kind, with one %s for its name.
const char *micai_hook_prototype(micai_hook_kind kind);

typedef struct micai_build {
    micai_reader *reader;
    mica_context *context;
    const char *dialect; ///< name, NUL-terminated
    micai_find_hook_fn find_hook;
    void *find_hook_user;
    const mica_dialect_library *library; ///< known kinds; may be NULL
    micai_pointer_map names; ///< identifier -> micai_symbol of constraints, enums, types, attrs
    uint32_t depth;          ///< of constraint evaluation
} micai_build;

/// A name that constraints may mention.
typedef struct micai_symbol {
    const micai_item *item;
    mica_constraint *constraint; ///< built, without arguments
    const mica_enum_def *enumeration;
    const char *attr_name; ///< of an enum that is held by a dialect attribute
    bool in_progress;
} micai_symbol;

bool micai_build_error(micai_build *build, micai_place place, const char *format, ...)
    MICA_PRINTF(3, 4);
/// Zeroed; NULL (with the reading marked failed) when out of memory.
void *micai_build_allocate(micai_build *build, size_t count, size_t size);
const char *micai_build_text(micai_build *build, mica_string text);
const char *micai_build_format(micai_build *build, const char *format, ...) MICA_PRINTF(2, 3);

/// Names. `symbol` is "micai_<dialect>_<name>_<suffix>" (suffix may be NULL); a dotted name
/// that begins with another dialect's name is left to micai_build_qualified.
const char *micai_build_symbol(micai_build *build, mica_string name, const char *suffix);
/// "x.name" -> "micai_x_name"; without a dot, of this dialect.
const char *micai_build_qualified(micai_build *build, mica_string name);
/// Finds the hook or reports at the place.
bool micai_build_find_hook(micai_build *build, micai_place place, const char *symbol,
                           micai_hook_kind kind, mica_hook *hook);
micai_symbol *micai_build_lookup(micai_build *build, mica_string name);
bool micai_build_index_names(micai_build *build);
const micai_section *micai_item_section(const micai_item *item, int kind);
const micai_entry_list *micai_item_entries(const micai_item *item, int kind);
/// Refuses sections that are not in the list (ended by 0) and sections that come twice.
bool micai_build_check_sections(micai_build *build, const micai_item *item, const int *allowed);
/// Sets the hooks of an item (`kinds` and names by the table of build_hooks.c).
typedef struct micai_hook_field {
    const char *name;
    micai_hook_kind kind;
    size_t offset; ///< of the function pointer in the struct
} micai_hook_field;
bool micai_build_hooks(micai_build *build, const micai_item *item, const char *owner,
                       const micai_hook_field *fields, size_t field_count, void *target);
extern const micai_hook_field micai_op_hook_fields[];
extern const size_t micai_op_hook_field_count;
const mica_interface_entry *micai_build_interfaces(micai_build *build, const micai_item *item,
                                                   const char *owner, uint32_t *count);

/// The constraint of an expression, of a type or of an attribute. NULL after an error.
const mica_constraint *micai_build_constraint(micai_build *build, const micai_expr *expr,
                                              bool of_attr);
const mica_enum_def *micai_build_enum(micai_build *build, micai_symbol *symbol);
const mica_type_def *micai_build_type(micai_build *build, const micai_item *item);
/// Of an attr item, or of an enum item that is held by an attribute.
const mica_attr_def *micai_build_attr(micai_build *build, const micai_item *item);
/// The name of the attribute that holds an enum, NULL when an integer does.
const char *micai_enum_attr_name(micai_build *build, const micai_item *item);
/// The text of a default value for an attribute of this constraint. NULL after an error.
const char *micai_build_default(micai_build *build, const micai_expr *value,
                                const mica_constraint *constraint);
const mica_op_def *micai_build_op(micai_build *build, const micai_item *item);
/// Fills definition->equations; operands, results and attrs are built.
bool micai_build_equations(micai_build *build, const micai_item *item, mica_op_def *definition);
/// The index of a named operand (result: with MICA_VALUE_RESULT), -1 when there is none.
int micai_find_value(const mica_op_def *definition, mica_string name);
int micai_find_attr(const mica_op_def *definition, mica_string name);

/// Compiles a format. The definition's specs are built. NULL after an error.
const mica_assembly *micai_compile_op_format(micai_build *build, micai_place place,
                                             mica_string format, const mica_op_def *definition);
const mica_assembly *micai_compile_param_format(micai_build *build, micai_place place,
                                                mica_string format,
                                                const mica_param_spec *params, uint32_t count);

/// The whole dialect. The build is initialized here; `reader` holds the tree.
const mica_dialect_def *micai_build_dialect(micai_build *build, micai_reader *reader,
                                            micai_find_hook_fn find_hook, void *user,
                                            const mica_dialect_library *library);
void micai_build_free(micai_build *build);

#endif
