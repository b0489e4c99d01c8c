// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What each trait demands of an op, in MLIR 19's words. One function a trait, one table that
// says in which phase it runs (verifier_internal.h).
#include "ir/core/traits.h"

#include "ir/core/interfaces.h"
#include "ir/core/verifier_internal.h"

// ---- structural
// ------------------------------------------------------------------------------

static bool verify_single_block(mica_op *op, const mica_trait_use *use)
{
    (void)use;
    const size_t count = micai_op_region_count(op);
    for (size_t i = 0; i < count; i++) {
        const mica_region *region = micai_op_regions(op)[i];
        if (!region->first)
            continue;
        if (region->first != region->last)
            return mica_op_error(op, "expects region #%zu to have 0 or 1 blocks", i);
        if (!region->first->first && !micai_op_has_trait(op, MICA_TRAIT_NO_TERMINATOR))
            return mica_op_error(op, "expects a non-empty block");
    }
    return true;
}

static bool verify_no_region_arguments(mica_op *op, const mica_trait_use *use)
{
    (void)use;
    const size_t count = micai_op_region_count(op);
    for (size_t i = 0; i < count; i++) {
        const mica_block *entry = micai_op_regions(op)[i]->first;
        if (!entry || entry->argument_count == 0)
            continue;
        if (count == 1)
            return mica_op_error(op, "region should have no arguments");
        return mica_op_error(op, "region #%zu should have no arguments", i);
    }
    return true;
}

static bool verify_has_parent(mica_op *op, const mica_trait_use *use)
{
    const mica_op *parent = mica_op_parent(op);
    for (uint32_t i = 0; parent && i < use->argument_count; i++)
        if (mica_string_is(mica_op_name(parent), use->arguments[i]))
            return true;
    mica_diagnostic *diagnostic = mica_op_error_begin(
        op, "expects parent op %s", use->argument_count == 1 ? "'" : "to be one of '");
    for (uint32_t i = 0; i < use->argument_count; i++)
        mica_diagnostic_append(diagnostic, "%s%s", i ? ", " : "", use->arguments[i]);
    mica_diagnostic_append(diagnostic, "'");
    return mica_diagnostic_emit(diagnostic);
}

/// Sizes of groups: a dense i32 array of `expected` elements, not negative, that add up to
/// `total`. An unset attribute counts as all zeros.
static bool verify_segments(mica_op *op, const char *name, const char *kind, size_t expected,
                            size_t total)
{
    const mica_attr *sizes = mica_op_attr(op, name);
    const bool fits =
        !sizes || (mica_attr_is(sizes, MICA_ATTR_DENSE_ARRAY) &&
                   mica_type_is_signless(mica_dense_array_attr_element_type(sizes), 32));
    if (!fits)
        return mica_op_error(op, "requires dense i32 array attribute '%s'", name);
    const size_t count = sizes ? mica_dense_array_attr_count(sizes) : expected;
    int64_t sum = 0;
    for (size_t i = 0; sizes && i < count; i++) {
        const int64_t size = mica_dense_array_attr_int(sizes, i);
        if (size < 0)
            return mica_op_error(op, "'%s' attribute cannot have negative elements", name);
        sum += size;
    }
    if ((uint64_t)sum != total)
        return mica_op_error(op,
                             "%s count (%zu) does not match with the total size (%lld) "
                             "specified in attribute '%s'",
                             kind, total, (long long)sum, name);
    if (count == expected)
        return true;
    return mica_op_error(op,
                         "'%s' attribute for specifying %s segments must have %zu elements, "
                         "but got %zu",
                         name, kind, expected, count);
}

static bool verify_operand_segments(mica_op *op, const mica_trait_use *use)
{
    (void)use;
    return verify_segments(op, "operandSegmentSizes", "operand",
                           op->record->definition->operand_count, op->operand_count);
}

static bool verify_result_segments(mica_op *op, const mica_trait_use *use)
{
    (void)use;
    return verify_segments(op, "resultSegmentSizes", "result",
                           op->record->definition->result_count, op->result_count);
}

// ---- types
// -----------------------------------------------------------------------------------

/// Operand types, then result types, as one sequence.
static size_t type_count(const mica_op *op, bool with_results)
{
    return op->operand_count + (with_results ? op->result_count : 0);
}
static const mica_type *type_at(const mica_op *op, size_t index)
{
    if (index < op->operand_count)
        return op->operands[index].value->type;
    return micai_op_results(op)[index - op->operand_count].type;
}

static bool is_scalable(const mica_type *type)
{
    return mica_type_is_vector(type) && mica_vector_type_is_scalable(type);
}

/// Can two types describe one shape? A dynamic size fits any, an unranked type any rank.
static bool shapes_fit(const mica_type *a, const mica_type *b)
{
    if (!mica_type_is_shaped(a) || !mica_type_is_shaped(b))
        return mica_type_is_shaped(a) == mica_type_is_shaped(b);
    if (!mica_type_is_ranked(a) || !mica_type_is_ranked(b))
        return true;
    const size_t rank = mica_type_rank(a);
    if (rank != mica_type_rank(b))
        return false;
    const int64_t *sizes_of_a = mica_type_shape(a), *sizes_of_b = mica_type_shape(b);
    for (size_t i = 0; i < rank; i++)
        if (sizes_of_a[i] != sizes_of_b[i] && sizes_of_a[i] != MICA_DYNAMIC &&
            sizes_of_b[i] != MICA_DYNAMIC)
            return false;
    return true;
}

/// A type that is taken into account when shapes are compared.
typedef bool (*type_filter)(const mica_type *type);

static bool any_type(const mica_type *type)
{
    (void)type;
    return true;
}

static bool is_mappable(const mica_type *type)
{
    return mica_type_is_vector(type) || mica_type_is_tensor(type);
}

/// Size `dim` that the ranked types agree on; false when two static ones differ.
static bool sizes_agree(const mica_op *op, size_t count, type_filter filter, size_t dim)
{
    int64_t known = MICA_DYNAMIC;
    for (size_t i = 0; i < count; i++) {
        const mica_type *type = type_at(op, i);
        if (!filter(type) || !mica_type_is_ranked(type))
            continue;
        const int64_t size = mica_type_shape(type)[dim];
        if (size == MICA_DYNAMIC || size == known)
            continue;
        if (known != MICA_DYNAMIC)
            return false;
        known = size;
    }
    return true;
}

/// All or none shaped, all or none scalable, one rank, sizes that agree.
static bool all_shapes_fit(const mica_op *op, bool with_results, type_filter filter)
{
    const size_t count = type_count(op, with_results);
    size_t shaped = 0, scalable = 0, considered = 0, rank = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        const mica_type *type = type_at(op, i);
        if (!filter(type))
            continue;
        considered++;
        shaped += mica_type_is_shaped(type);
        scalable += is_scalable(type);
        if (!mica_type_is_ranked(type))
            continue;
        if (rank != SIZE_MAX && rank != mica_type_rank(type))
            return false;
        rank = mica_type_rank(type);
    }
    if (shaped == 0)
        return true;
    if (shaped != considered || (scalable && scalable != considered))
        return false;
    for (size_t dim = 0; rank != SIZE_MAX && dim < rank; dim++)
        if (!sizes_agree(op, count, filter, dim))
            return false;
    return true;
}

static bool verify_same_type_operands(mica_op *op, const mica_trait_use *use)
{
    (void)use;
    for (size_t i = 1; i < op->operand_count; i++)
        if (type_at(op, i) != type_at(op, 0))
            return mica_op_error(op, "requires all operands to have the same type");
    return true;
}

static const mica_attr *encoding_of(const mica_type *type)
{
    return mica_type_get_kind(type) == MICA_TYPE_RANKED_TENSOR ? mica_tensor_type_encoding(type)
                                                               : NULL;
}

static bool verify_same_operands_and_result_type(mica_op *op, const mica_trait_use *use)
{
    (void)use;
    if (op->result_count == 0)
        return true;
    const mica_type *first = micai_op_results(op)[0].type;
    const mica_type *element = mica_type_element_or_self(first);
    const mica_attr *encoding = encoding_of(first);
    const size_t count = type_count(op, true);
    for (size_t i = 0; i < count; i++) {
        const mica_type *type = type_at(op, i);
        if (type == first)
            continue;
        if (mica_type_element_or_self(type) != element || !shapes_fit(type, first))
            return mica_op_error(op, "requires the same type for all operands and results");
        if (encoding && encoding_of(type) != encoding)
            return mica_op_error(op, "requires the same encoding for all operands and results");
    }
    return true;
}

static bool verify_same_operands_shape(mica_op *op, const mica_trait_use *use)
{
    (void)use;
    return all_shapes_fit(op, false, any_type) ||
           mica_op_error(op, "requires the same shape for all operands");
}

static bool verify_same_operands_and_result_shape(mica_op *op, const mica_trait_use *use)
{
    (void)use;
    return all_shapes_fit(op, true, any_type) ||
           mica_op_error(op, "requires the same shape for all operands and results");
}

static bool same_elements(const mica_op *op, bool with_results)
{
    const size_t count = type_count(op, with_results);
    for (size_t i = 1; i < count; i++)
        if (mica_type_element_or_self(type_at(op, i)) !=
            mica_type_element_or_self(type_at(op, 0)))
            return false;
    return true;
}

static bool verify_same_operands_element_type(mica_op *op, const mica_trait_use *use)
{
    (void)use;
    return same_elements(op, false) ||
           mica_op_error(op, "requires the same element type for all operands");
}

static bool verify_same_operands_and_result_element_type(mica_op *op, const mica_trait_use *use)
{
    (void)use;
    return same_elements(op, true) ||
           mica_op_error(op, "requires the same element type for all operands and results");
}

static bool verify_same_operands_and_result_rank(mica_op *op, const mica_trait_use *use)
{
    (void)use;
    const size_t count = type_count(op, true);
    size_t rank = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        const mica_type *type = type_at(op, i);
        if (!mica_type_is_ranked(type))
            continue;
        if (rank == SIZE_MAX && i < op->operand_count)
            rank = mica_type_rank(type);
        if (rank == SIZE_MAX || rank == mica_type_rank(type))
            continue;
        if (i < op->operand_count)
            return mica_op_error(op, "operands don't have matching ranks");
        return mica_op_error(op, "result type has different rank than operands");
    }
    return true;
}

/// One kind of type (tensor, unranked tensor or vector) among those that can be mapped.
static bool same_base(const mica_op *op)
{
    const mica_type *first = NULL;
    const size_t count = type_count(op, true);
    for (size_t i = 0; i < count; i++) {
        const mica_type *type = type_at(op, i);
        if (!is_mappable(type))
            continue;
        if (first && mica_type_get_kind(first) != mica_type_get_kind(type))
            return false;
        first = type;
    }
    return true;
}

static bool verify_elementwise(mica_op *op, const mica_trait_use *use)
{
    (void)use;
    size_t operands = 0, results = 0;
    for (size_t i = 0; i < op->operand_count; i++)
        operands += is_mappable(type_at(op, i));
    for (size_t i = 0; i < op->result_count; i++)
        results += is_mappable(micai_op_results(op)[i].type);
    if (operands == 0 && results == 0)
        return true;
    if (operands == 0)
        return mica_op_error(op, "if a result is non-scalar, then at least one operand must be "
                                 "non-scalar");
    if (results == 0)
        return mica_op_error(op, "if an operand is non-scalar, then there must be at least one "
                                 "non-scalar result");
    if (results != op->result_count)
        return mica_op_error(
            op, "if an operand is non-scalar, then all results must be non-scalar");
    if (same_base(op) && all_shapes_fit(op, true, is_mappable))
        return true;
    return mica_op_error(op, "all non-scalar operands/results must have the same shape and "
                             "base type");
}

// ---- others
// ----------------------------------------------------------------------------------

static bool verify_terminator(mica_op *op, const mica_trait_use *use)
{
    (void)use;
    return (op->block && op->block->last == op) ||
           mica_op_error(op, "must be the last operation in the parent block");
}

static bool verify_symbol(mica_op *op, const mica_trait_use *use)
{
    (void)use;
    return micai_verify_symbol(op);
}

static bool verify_implicit_terminator(mica_op *op, const mica_trait_use *use)
{
    const char *name = use->argument_count ? use->arguments[0] : "";
    const size_t count = micai_op_region_count(op);
    for (size_t i = 0; i < count; i++) {
        const mica_block *entry = micai_op_regions(op)[i]->first;
        const mica_op *last = entry ? entry->last : NULL;
        if (!last || mica_string_is(mica_op_name(last), name))
            continue;
        const mica_string found = mica_op_name(last);
        mica_diagnostic *diagnostic = mica_op_error_begin(
            op, "expects regions to end with '%s', found '%.*s'", name, MICA_STRING_ARG(found));
        mica_diagnostic_note(diagnostic, op->location,
                             "in custom textual format, the absence of terminator implies '%s'",
                             name);
        return mica_diagnostic_emit(diagnostic);
    }
    return true;
}

static bool verify_symbol_table(mica_op *op, const mica_trait_use *use)
{
    (void)use;
    return micai_verify_symbol_table(op);
}

/// The result type of an op that takes it from its operands is the first operand's.
static bool verify_inferred_type(mica_op *op)
{
    if (!micai_op_has_trait(op, MICA_TRAIT_SAME_OPERANDS_AND_RESULT_TYPE) ||
        op->operand_count == 0)
        return true;
    const mica_type *inferred = type_at(op, 0);
    for (size_t i = 0; i < op->result_count; i++) {
        const mica_type *type = micai_op_results(op)[i].type;
        if (type == inferred)
            continue;
        mica_diagnostic *diagnostic = mica_op_error_begin(op, "inferred type(s) ");
        mica_diagnostic_append_type(diagnostic, inferred);
        mica_diagnostic_append(diagnostic,
                               " are incompatible with return type(s) of operation ");
        mica_diagnostic_append_type(diagnostic, type);
        return mica_diagnostic_emit(diagnostic);
    }
    return true;
}

// ---- the table
// -------------------------------------------------------------------------------

typedef bool (*trait_fn)(mica_op *op, const mica_trait_use *use);
typedef struct trait_check {
    micai_trait_phase phase;
    trait_fn verify; ///< NULL: the trait demands nothing
} trait_check;

// clang-format off
/// Each trait that demands something: its phase and its function.
#define FOR_EACH_CHECK(CHECK)                                                                  \
    CHECK(SINGLE_BLOCK,                          STRUCTURAL, verify_single_block)              \
    CHECK(NO_REGION_ARGUMENTS,                   STRUCTURAL, verify_no_region_arguments)       \
    CHECK(HAS_PARENT,                            STRUCTURAL, verify_has_parent)                \
    CHECK(ATTR_SIZED_OPERAND_SEGMENTS,           STRUCTURAL, verify_operand_segments)          \
    CHECK(ATTR_SIZED_RESULT_SEGMENTS,            STRUCTURAL, verify_result_segments)           \
    CHECK(TERMINATOR,                            NATIVE,     verify_terminator)                \
    CHECK(SYMBOL,                                NATIVE,     verify_symbol)                    \
    CHECK(SAME_TYPE_OPERANDS,                    NATIVE,     verify_same_type_operands)        \
    CHECK(SAME_OPERANDS_AND_RESULT_TYPE,         NATIVE, verify_same_operands_and_result_type) \
    CHECK(SAME_OPERANDS_SHAPE,                   NATIVE,     verify_same_operands_shape)       \
    CHECK(SAME_OPERANDS_AND_RESULT_SHAPE,        NATIVE, verify_same_operands_and_result_shape) \
    CHECK(SAME_OPERANDS_ELEMENT_TYPE,            NATIVE, verify_same_operands_element_type)    \
    CHECK(SAME_OPERANDS_AND_RESULT_ELEMENT_TYPE, NATIVE,                                       \
          verify_same_operands_and_result_element_type)                                        \
    CHECK(SAME_OPERANDS_AND_RESULT_RANK,         NATIVE, verify_same_operands_and_result_rank) \
    CHECK(ELEMENTWISE,                           NATIVE,     verify_elementwise)               \
    CHECK(SINGLE_BLOCK_IMPLICIT_TERMINATOR,      REGIONS,    verify_implicit_terminator)       \
    CHECK(SYMBOL_TABLE,                          REGIONS,    verify_symbol_table)

#define TABLE_ENTRY(trait, phase, verify) [MICA_TRAIT_##trait] = {MICAI_TRAITS_##phase, verify},
static const trait_check checks[MICA_TRAIT_COUNT] = {FOR_EACH_CHECK(TABLE_ENTRY)};

static const struct {
    const char *interface;
    micai_trait_phase phase;
    bool (*verify)(mica_op *op);
} interface_checks[] = {
    {&mica_branch_interface,            MICAI_TRAITS_NATIVE,  micai_verify_branch},
    {&mica_cast_interface,              MICAI_TRAITS_NATIVE,  micai_verify_cast},
    {&mica_destination_style_interface, MICAI_TRAITS_NATIVE,  micai_verify_destination_style},
    {&mica_function_like_interface,     MICAI_TRAITS_NATIVE,  micai_verify_function},
    {&mica_loop_like_interface,         MICAI_TRAITS_REGIONS, micai_verify_loop},
    {&mica_region_branch_interface,     MICAI_TRAITS_REGIONS, micai_verify_region_branch},
};
// clang-format on

static bool verify_interface(mica_op *op, const void *interface, micai_trait_phase phase)
{
    for (size_t i = 0; i < sizeof interface_checks / sizeof *interface_checks; i++)
        if (interface_checks[i].interface == interface && interface_checks[i].phase == phase)
            return interface_checks[i].verify(op);
    return true;
}

// The traits that `checks` has something for, by phase: most ops have none of a phase.
#define BIT_OF_PHASE(trait, phase, wanted)                                                     \
    | (MICAI_TRAITS_##phase == (wanted) ? UINT64_C(1) << MICA_TRAIT_##trait : 0)
#define STRUCTURAL_BIT(trait, phase, verify) BIT_OF_PHASE(trait, phase, MICAI_TRAITS_STRUCTURAL)
#define NATIVE_BIT(trait, phase, verify) BIT_OF_PHASE(trait, phase, MICAI_TRAITS_NATIVE)
#define REGIONS_BIT(trait, phase, verify) BIT_OF_PHASE(trait, phase, MICAI_TRAITS_REGIONS)
static const uint64_t checked_traits[] = {
    [MICAI_TRAITS_STRUCTURAL] = 0 FOR_EACH_CHECK(STRUCTURAL_BIT),
    [MICAI_TRAITS_NATIVE] = 0 FOR_EACH_CHECK(NATIVE_BIT),
    [MICAI_TRAITS_REGIONS] = 0 FOR_EACH_CHECK(REGIONS_BIT),
};

bool micai_verify_traits(mica_op *op, micai_trait_phase phase)
{
    const mica_op_def *definition = op->record->definition;
    const bool has_checks = (definition->trait_bits & checked_traits[phase]) != 0;
    for (size_t i = 0; has_checks && i < definition->trait_count; i++) {
        const mica_trait_use *use = &definition->traits[i];
        const trait_check *check = &checks[use->trait];
        if (check->verify && check->phase == phase && !check->verify(op, use))
            return false;
    }
    if (phase == MICAI_TRAITS_STRUCTURAL)
        return true;
    for (uint32_t i = 0; i < definition->interface_count; i++)
        if (!verify_interface(op, definition->interfaces[i].interface, phase))
            return false;
    return phase != MICAI_TRAITS_NATIVE || verify_inferred_type(op);
}
