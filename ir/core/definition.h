// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Definitions: what an op, type, attribute, enum or dialect is. The same structs are made by
// mica-gen at build time (constant tables) and by the loader from `.dialect` text at run time
// (docs/definition-language.md). Each begins with its size, so that members can be added at the
// end; readers must not look past it.
#ifndef MICA_IR_CORE_DEFINITION_H
#define MICA_IR_CORE_DEFINITION_H

#include "ir/core/operation.h"
#include "ir/core/traits.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- constraints
// -----------------------------------------------------------------------------

typedef enum mica_constraint_kind {
    MICA_CONSTRAINT_ANY,
    MICA_CONSTRAINT_ALL_OF, ///< children
    MICA_CONSTRAINT_ANY_OF, ///< children
    MICA_CONSTRAINT_NOT,    ///< one child
    // of types
    MICA_CONSTRAINT_TYPE_KIND,    ///< value: mica_type_kind
    MICA_CONSTRAINT_INTEGER_TYPE, ///< value: width or 0 for any; extra: bit set of signedness
    MICA_CONSTRAINT_FLOAT_TYPE,   ///< value: mica_float_kind, or -1 for any
    MICA_CONSTRAINT_TYPE_DEF,     ///< text: "dialect.type"
    MICA_CONSTRAINT_DIALECT_TYPE, ///< text: the dialect's name; any of its types
    MICA_CONSTRAINT_ELEMENT,      ///< shaped or complex; child: the element type's constraint
    MICA_CONSTRAINT_RANK,         ///< ranked; value <= rank <= extra (extra -1: no limit)
    MICA_CONSTRAINT_DIMENSION,    ///< ranked; size number `value` is `extra`
    MICA_CONSTRAINT_STATIC_SHAPE,
    MICA_CONSTRAINT_SHAPED,   ///< vector, tensor or memref of any rank
    MICA_CONSTRAINT_SCALABLE, ///< value 1: has a scalable dimension, 0: has none
    // of attributes
    MICA_CONSTRAINT_ATTR_KIND,   ///< value: mica_attr_kind
    MICA_CONSTRAINT_ATTR_TYPED,  ///< child: constraint of the attribute's type
    MICA_CONSTRAINT_ATTR_DEF,    ///< text: "dialect.attr"
    MICA_CONSTRAINT_ARRAY_OF,    ///< array; child: every element's constraint
    MICA_CONSTRAINT_DICT_OF,     ///< dictionary; child: every value's constraint
    MICA_CONSTRAINT_DENSE_ARRAY, ///< child: element type's constraint
    MICA_CONSTRAINT_INTEGER_MIN, ///< integer attr, value >= `value`
    MICA_CONSTRAINT_INTEGER_MAX,
    MICA_CONSTRAINT_COUNT_MIN, ///< array or dense array of at least `value` elements
    MICA_CONSTRAINT_TYPE_ATTR, ///< type attribute; child: the type's constraint
    MICA_CONSTRAINT_ENUM,      ///< integer attr holding a case of `enumeration`
    MICA_CONSTRAINT_STRING_IS, ///< string attr equal to `text`
    // of both
    MICA_CONSTRAINT_HOOK, ///< `hook` decides; `text` is its name
} mica_constraint_kind;

typedef bool (*mica_type_predicate_fn)(const mica_type *type);
typedef bool (*mica_attr_predicate_fn)(const mica_attr *attr);

struct mica_constraint {
    const char *name;        ///< NULL for an unnamed one
    const char *description; ///< as in "operand #0 must be <description>, but got 'f32'"
    mica_constraint_kind kind;
    uint32_t child_count;
    const mica_constraint *const *children;
    int64_t value;
    int64_t extra;
    const char *text;
    const mica_enum_def *enumeration;
    mica_type_predicate_fn type_hook;
    mica_attr_predicate_fn attr_hook;
};

/// The only type that the constraint admits, NULL when there are others (or none). A dialect's
/// type without parameters counts when its dialect is registered.
MICA_API const mica_type *mica_constraint_single_type(mica_context *context,
                                                      const mica_constraint *constraint);
/// Does it admit one type alone, as far as can be said without a context?
MICA_API bool mica_constraint_has_single_type(const mica_constraint *constraint);
/// The constraint of the type of an attribute (`attr_type(c)` within it), NULL when none is
/// said.
MICA_API const mica_constraint *mica_constraint_attr_type(const mica_constraint *constraint);
MICA_API bool mica_constraint_check_type(const mica_constraint *constraint,
                                         const mica_type *type);
MICA_API bool mica_constraint_check_attr(const mica_constraint *constraint,
                                         const mica_attr *attr);

// ---- enums
// -----------------------------------------------------------------------------------

typedef struct mica_enum_case {
    const char *keyword;
    int64_t value;
    const char *summary;
} mica_enum_case;

struct mica_enum_def {
    size_t struct_size;
    const char *name;
    const char *summary;
    bool is_bits;          ///< cases are bits that combine; printed joined by `separator`
    const char *separator; ///< ", " or "|"
    uint32_t width;        ///< of the integer attribute that holds a case: 32 or 64
    uint32_t case_count;
    const mica_enum_case *cases;
};

/// The case's keyword, NULL when `value` is none (bit enums: single bits and 0 only).
MICA_API const char *mica_enum_keyword(const mica_enum_def *definition, int64_t value);
/// Bits that no case names make the answer false. `text` receives the cases joined by the
/// separator; a whole group of bits that is a case is preferred to its bits.
MICA_API bool mica_enum_print(const mica_enum_def *definition, int64_t value,
                              void (*append)(void *user, const char *text), void *user);
MICA_API bool mica_enum_value(const mica_enum_def *definition, mica_string keyword,
                              int64_t *value);

// ---- parameters of types and attributes
// ------------------------------------------------------

/// How a parameter is held in its 64-bit word.
typedef enum mica_param_kind {
    MICA_PARAM_TYPE,    ///< const mica_type *
    MICA_PARAM_ATTR,    ///< const mica_attr *
    MICA_PARAM_INT,     ///< int64_t
    MICA_PARAM_BOOL,    ///< 0 or 1
    MICA_PARAM_STRING,  ///< const mica_identifier *; printed quoted
    MICA_PARAM_KEYWORD, ///< const mica_identifier *; printed bare
    MICA_PARAM_ENUM,    ///< int64_t, a case of `enumeration`
    MICA_PARAM_TYPE_LIST,
    MICA_PARAM_ATTR_LIST,
    MICA_PARAM_INT_LIST,       ///< lists: const mica_word_list *
    MICA_PARAM_DIMENSION_LIST, ///< word list of int64_t, MICA_DYNAMIC as `?`, printed 2x?x3
} mica_param_kind;

typedef struct mica_param_spec {
    const char *name;
    mica_param_kind kind;
    bool is_optional; ///< word 0 when absent (lists: empty or absent)
    const char *summary;
    const mica_constraint *constraint; ///< of a type or attr parameter; may be NULL
    const mica_enum_def *enumeration;
    const char *default_text; ///< elided in text when equal to it; NULL: none
} mica_param_spec;

struct mica_type_def {
    size_t struct_size;
    const char *dialect;
    const char *name; ///< mnemonic, as in !dialect.name
    const char *summary;
    const char *description;
    uint32_t param_count;
    const mica_param_spec *params;
    const mica_assembly *assembly; ///< of the parameters; NULL: all in `<>`, or hooks
    bool (*verify)(mica_context *context, mica_location location, const uint64_t *words,
                   size_t count);
    /// After the mnemonic. NULL on failure, with a diagnostic.
    const mica_type *(*parse)(mica_asm_parser *parser, const mica_type_def *definition);
    void (*print)(mica_asm_printer *printer, const mica_type *type);
    const struct mica_interface_entry *interfaces;
    uint32_t interface_count;
};

struct mica_attr_def {
    size_t struct_size;
    const char *dialect;
    const char *name;
    const char *summary;
    const char *description;
    uint32_t param_count;
    const mica_param_spec *params;
    const mica_assembly *assembly;
    bool (*verify)(mica_context *context, mica_location location, const uint64_t *words,
                   size_t count);
    /// `type` is the expected type when the attribute is typed by its place, else NULL.
    const mica_attr *(*parse)(mica_asm_parser *parser, const mica_attr_def *definition,
                              const mica_type *type);
    void (*print)(mica_asm_printer *printer, const mica_attr *attr);
    const struct mica_interface_entry *interfaces;
    uint32_t interface_count;
};

// ---- ops
// -------------------------------------------------------------------------------------

typedef enum mica_arity {
    MICA_ARITY_ONE,
    MICA_ARITY_OPTIONAL,
    MICA_ARITY_VARIADIC,
    MICA_ARITY_VARIADIC_OF_VARIADIC, ///< operands only; group sizes in slot `group_slot`
} mica_arity;

/// Bit set: what an op does to an operand, to a result or (as a whole) to memory.
typedef enum mica_effect {
    MICA_EFFECT_READ = 1,
    MICA_EFFECT_WRITE = 2,
    MICA_EFFECT_ALLOCATE = 4,
    MICA_EFFECT_FREE = 8,
} mica_effect;

/// An operand or result.
typedef struct mica_value_spec {
    const char *name;
    const mica_constraint *constraint;
    mica_arity arity;
    uint32_t effects; ///< mica_effect bits
    int32_t group_slot;
    const char *summary;
} mica_value_spec;

/// An inherent attribute: slot i of the op is attrs[i]. Append-only once published.
typedef struct mica_attr_spec {
    const char *name;
    const mica_constraint *constraint;
    bool is_optional;
    const char *default_text; ///< the default's text form; NULL: none
    const char *summary;
} mica_attr_spec;

typedef struct mica_region_spec {
    const char *name;
    bool is_variadic;
    bool is_implicit; ///< not in the custom form: the hook build_region fills it
    /// Fewest and most blocks; most 0: no limit. "size 1" is {1, 1}, "at least 1" is {1, 0}.
    uint32_t min_blocks, max_blocks;
    const char *summary;
} mica_region_spec;

typedef struct mica_successor_spec {
    const char *name;
    bool is_variadic;
} mica_successor_spec;

typedef struct mica_trait_use {
    mica_trait trait;
    uint32_t argument_count;
    const char *const *arguments; ///< op names of has_parent, the terminator of
                                  ///< single_block_implicit_terminator, ...
} mica_trait_use;

/// An implementation of an interface: identity and struct of functions.
typedef struct mica_interface_entry {
    const void *interface;
    const void *table;
} mica_interface_entry;

/// Type equations (ir/core/type_equation.h): how types follow from others.
typedef struct mica_type_equation mica_type_equation;

typedef struct mica_fold_result {
    const mica_attr *attr; ///< a constant, or NULL
    mica_value *value;     ///< an existing value, or NULL
} mica_fold_result;
typedef enum mica_fold_status {
    MICA_FOLD_NONE,     ///< nothing to do
    MICA_FOLD_IN_PLACE, ///< the op was changed and stays
    MICA_FOLD_REPLACED, ///< every entry of `results` is set
} mica_fold_status;
/// `operands[i]` is the constant value of operand i or NULL. `results` has one entry per
/// result.
typedef mica_fold_status (*mica_fold_fn)(mica_op *op, const mica_attr *const *operands,
                                         mica_fold_result *results);

/// Interpreter frame and hook; docs/interpreter.md has the value representation.
typedef struct mica_eval_frame mica_eval_frame;
typedef bool (*mica_eval_fn)(mica_eval_frame *frame, mica_op *op);

/// Suggests a printed name for a value (`%c0`, `%true`, `%dim`).
typedef void (*mica_name_value_fn)(void *user, mica_value *value, mica_string name);

typedef struct mica_op_hooks {
    size_t struct_size;
    bool (*verify)(mica_op *op);
    /// After the nested ops have been verified.
    bool (*verify_regions)(mica_op *op);
    mica_fold_fn fold;
    /// Adds the op's canonicalization patterns.
    void (*canonicalize)(mica_pattern_set *patterns);
    /// Whole custom form, after the op's name: fills the state. False with a diagnostic.
    bool (*parse)(mica_asm_parser *parser, mica_op_state *state);
    void (*print)(mica_asm_printer *printer, mica_op *op);
    /// Adds the result types of a state whose operands and slots are set.
    bool (*infer_types)(mica_op_state *state);
    mica_eval_fn eval;
    void (*name_results)(mica_op *op, mica_name_value_fn name, void *user);
    /// Names for the arguments of the blocks of a region.
    void (*name_arguments)(mica_op *op, mica_region *region, mica_name_value_fn name,
                           void *user);
    /// Fills an implicit region (linalg named ops) from the op's operands and slots.
    void (*build_region)(mica_op *op);
} mica_op_hooks;

struct mica_op_def {
    size_t struct_size;
    mica_op_kind kind;
    const char *name; ///< "arith.addi"
    const char *summary;
    const char *description;
    const mica_value_spec *operands;
    const mica_value_spec *results;
    const mica_attr_spec *attrs;
    const mica_region_spec *regions;
    const mica_successor_spec *successors;
    uint16_t operand_count, result_count, attr_count, region_count, successor_count;
    uint16_t trait_count;
    const mica_trait_use *traits;
    /// MICA_TRAIT_BIT of each of `traits`. One that the verifier has no check for and that
    /// takes no arguments (PURE, COMMUTATIVE, CONSTANT_LIKE) may stand here alone.
    uint64_t trait_bits;
    const mica_type_equation *equations;
    uint32_t equation_count;
    uint32_t interface_count;
    const mica_interface_entry *interfaces;
    /// mica_effect bits on memory that no operand names; MICA_TRAIT_PURE: none at all.
    uint32_t effects;
    const mica_assembly *assembly; ///< NULL: hooks or generic form only
    const mica_op_hooks *hooks;    ///< NULL: none
    /// Slots of operandSegmentSizes and resultSegmentSizes (dense arrays of i32, one size per
    /// spec), which come first among the attrs; -1 without the trait.
    int16_t operand_segment_slot, result_segment_slot;
};

/// For ops written in C that have no operand or result segments: both slots in one word.
#define MICA_NO_SEGMENTS .operand_segment_slot = -1, .result_segment_slot = -1

// ---- dialects
// --------------------------------------------------------------------------------

struct mica_dialect_def {
    size_t struct_size;
    const char *name;
    const char *summary;
    const char *description;
    /// Sorted by name.
    const mica_op_def *const *ops;
    const mica_type_def *const *types;
    const mica_attr_def *const *attrs;
    const mica_enum_def *const *enums;
    uint32_t op_count, type_count, attr_count, enum_count;
    /// Makes a constant op for a folded value; NULL when the dialect has none. The builder has
    /// its insertion point. Returns NULL when `value` can't be a constant of the dialect.
    mica_op *(*materialize_constant)(mica_builder *builder, const mica_attr *value,
                                     const mica_type *type);
    /// Verifies a discardable attribute with this dialect's prefix on `op`; may be NULL.
    bool (*verify_attr)(mica_op *op, mica_named_attr attr);
    /// Patterns that belong to no single op; may be NULL.
    void (*canonicalize)(mica_pattern_set *patterns);
};

/// True when the hook is in the table (not NULL and within its struct_size).
#define MICA_HOOK(definition, hook)                                                            \
    ((definition) && (definition)->hooks &&                                                    \
     (definition)->hooks->struct_size > (size_t)((const char *)&(definition)->hooks->hook -    \
                                                 (const char *)(definition)->hooks) &&         \
     (definition)->hooks->hook)

/// The context's own definition of a dialect's type or attribute (made by mica-gen or loaded);
/// NULL when it is not registered. Constructors use it, so that attributes from text and from C
/// are equal.
MICA_API const mica_type_def *mica_context_find_type_def(mica_context *context,
                                                         const char *dialect, const char *name);
MICA_API const mica_attr_def *mica_context_find_attr_def(mica_context *context,
                                                         const char *dialect, const char *name);
/// Is it a type (attribute) of that definition, or of another of the same name?
MICA_API bool mica_type_is_of(const mica_type *type, const mica_type_def *definition);
MICA_API bool mica_attr_is_of(const mica_attr *attr, const mica_attr_def *definition);

/// The implementation of an interface by an op, or NULL: `mica_op_interface(op,
/// &mica_x_interface)`.
MICA_API const void *mica_op_interface(const mica_op *op, const void *interface);
MICA_API bool mica_op_has_trait(const mica_op *op, mica_trait trait);
MICA_API bool mica_op_record_has_trait(const mica_op_record *record, mica_trait trait);
/// The arguments of a trait, NULL when the op has it not.
MICA_API const mica_trait_use *mica_op_def_find_trait(const mica_op_def *definition,
                                                      mica_trait trait);
/// Index of an inherent attribute's slot, -1 when there is none of that name.
MICA_API int mica_op_def_find_slot(const mica_op_def *definition, mica_string name);
/// The default of slot `index`, parsed once per context; NULL when it has none.
MICA_API const mica_attr *mica_op_record_default(const mica_op_record *record, size_t index);

#ifdef __cplusplus
}
#endif

#endif
