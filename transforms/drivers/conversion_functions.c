// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Conversion patterns that every type conversion across functions needs: the signature and the
// blocks of functions, calls, returns and branches take the converted types.
//
//   func.func @f(%a: index) -> index {        func.func @f(%a: i64) -> i64 {
//     return %a : index                  ->     return %a : i64
#include <stdlib.h>

#include "ir/core/context.h"
#include "ir/core/definition.h"
#include "ir/core/interfaces.h"
#include "ir/rewrite/branch_operands.h"
#include "ir/rewrite/conversion.h"

/// Converted types of a run of types, and where those of each begin. Free both lists.
typedef struct converted_types {
    mica_type_list types;
    uint32_t *offsets; ///< count + 1
} converted_types;

static bool convert_types(mica_type_converter *converter, const mica_type *const *types,
                          size_t count, converted_types *converted)
{
    memset(converted, 0, sizeof(*converted));
    converted->offsets = mica_calloc(count + 1, sizeof(uint32_t));
    if (!converted->offsets)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!mica_type_converter_convert(converter, types[i], &converted->types))
            return false;
        converted->offsets[i + 1] = (uint32_t)converted->types.count;
    }
    return true;
}

static void free_types(converted_types *converted)
{
    mica_type_list_free(&converted->types);
    mica_free(converted->offsets);
}

// ---- functions
// -------------------------------------------------------------------------------

/// Inputs (or results) of a function type as a row; from malloc.
static const mica_type **list_types(const mica_type *function, size_t count,
                                    const mica_type *(*get)(const mica_type *, size_t))
{
    const mica_type **types = mica_malloc((count ? count : 1) * sizeof(mica_type *));
    for (size_t i = 0; types && i < count; i++)
        types[i] = get(function, i);
    return types;
}

static bool convert_signature(const mica_adapted *adapted, const mica_type *type,
                              converted_types *inputs, converted_types *results)
{
    const size_t input_count = mica_function_type_input_count(type);
    const size_t result_count = mica_function_type_result_count(type);
    const mica_type **ins = list_types(type, input_count, mica_function_type_input);
    const mica_type **outs = list_types(type, result_count, mica_function_type_result);
    memset(results, 0, sizeof(*results));
    const bool converts = ins && outs &&
                          convert_types(adapted->converter, ins, input_count, inputs) &&
                          convert_types(adapted->converter, outs, result_count, results);
    mica_free((void *)ins);
    mica_free((void *)outs);
    return converts;
}

static bool convert_function(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                             void *user)
{
    (void)user;
    const mica_type *type = mica_function_type(op);
    converted_types inputs = {{NULL, 0, 0}, NULL};
    converted_types results = {{NULL, 0, 0}, NULL};
    bool done = convert_signature(adapted, type, &inputs, &results);
    if (!done)
        mica_rewriter_fail(rewriter, op, "a type of the signature has no conversion");
    done = done && mica_conversion_convert_region(adapted, rewriter, mica_op_region(op, 0),
                                                  inputs.types.types, inputs.offsets);
    if (done) {
        mica_function_set_type(op,
                               mica_function_type_get(mica_op_context(op), inputs.types.types,
                                                      inputs.types.count, results.types.types,
                                                      results.types.count));
        mica_rewriter_modified(rewriter, op);
    }
    free_types(&inputs);
    free_types(&results);
    return done;
}

static bool convert_return(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                           void *user)
{
    (void)user;
    mica_op_set_operands(op, adapted->values, adapted->count);
    return mica_rewriter_modified(rewriter, op);
}

// ---- calls
// -----------------------------------------------------------------------------------

static bool convert_call_to(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                            const converted_types *results)
{
    mica_op_state state;
    mica_op_state_init_record(&state, mica_op_context(op), mica_op_get_record(op),
                              mica_op_location(op));
    mica_op_state_add_operands(&state, adapted->values, adapted->count);
    mica_op_state_add_results(&state, results->types.types, results->types.count);
    for (size_t i = 0; i < mica_op_slot_count(op); i++)
        mica_op_state_set_slot(&state, i, mica_op_slot(op, i));
    for (size_t i = 0; i < mica_op_attr_count(op); i++) {
        const mica_named_attr entry = mica_op_attr_entry(op, i);
        mica_op_state_set_attr_by_name(&state, entry.name, entry.value);
    }
    mica_op *call = mica_builder_create(mica_rewriter_builder(rewriter), &state);
    const size_t count = results->types.count;
    mica_value **values = mica_malloc((count ? count : 1) * sizeof(mica_value *));
    for (size_t i = 0; call && values && i < count; i++)
        values[i] = mica_op_result(call, i);
    const bool done = call && values;
    if (done)
        mica_conversion_replace_op(rewriter, op, values, results->offsets);
    mica_free(values);
    return done;
}

static bool convert_call(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    (void)user;
    const size_t count = mica_op_result_count(op);
    const mica_type **types = mica_malloc((count ? count : 1) * sizeof(mica_type *));
    for (size_t i = 0; types && i < count; i++)
        types[i] = mica_value_type(mica_op_result(op, i));
    converted_types results = {{NULL, 0, 0}, NULL};
    bool done = types && convert_types(adapted->converter, types, count, &results);
    if (!done)
        mica_rewriter_fail(rewriter, op, "a result type has no conversion");
    done = done && convert_call_to(rewriter, op, adapted, &results);
    free_types(&results);
    mica_free((void *)types);
    return done;
}

// ---- branches
// --------------------------------------------------------------------------------

/// What is passed to blocks is converted; other operands (a condition) stay.
static bool convert_branch(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                           void *user)
{
    (void)user;
    if (adapted->count != mica_op_operand_count(op))
        return mica_rewriter_fail(rewriter, op, "a value passed on becomes several");
    for (size_t i = 0; i < mica_op_successor_count(op); i++) {
        size_t start, count;
        if (!mica_branch_operands(op, i, &start, &count))
            continue;
        for (size_t k = start; k < start + count; k++)
            mica_op_set_operand(op, k, adapted->values[k]);
    }
    return mica_rewriter_modified(rewriter, op);
}

// ---- the set
// ---------------------------------------------------------------------------------

static bool is_legal_function(void *conversion, mica_op *op)
{
    mica_type_converter *converter = mica_conversion_converter(conversion);
    return mica_type_converter_is_signature_legal(converter, mica_function_type(op)) &&
           mica_type_converter_is_region_legal(converter, mica_op_region(op, 0));
}

static bool is_legal_op(void *conversion, mica_op *op)
{
    return mica_type_converter_is_op_legal(mica_conversion_converter(conversion), op);
}

/// Only what is passed to blocks counts.
static bool is_legal_branch(void *conversion, mica_op *op)
{
    mica_type_converter *converter = mica_conversion_converter(conversion);
    for (size_t i = 0; i < mica_op_successor_count(op); i++) {
        size_t start, count;
        if (!mica_branch_operands(op, i, &start, &count))
            continue;
        for (size_t k = start; k < start + count; k++)
            if (!mica_type_converter_is_legal(converter,
                                              mica_value_type(mica_op_operand(op, k))))
                return false;
    }
    return true;
}

bool mica_conversion_add_function_types(mica_conversion *conversion)
{
    static const mica_conversion_pattern patterns[] = {
        {"convert_function_types", "func.func", 1, convert_function, NULL},
        {"convert_return_types", "func.return", 1, convert_return, NULL},
        {"convert_call_types", "func.call", 1, convert_call, NULL},
        {"convert_branch_types", "cf.br", 1, convert_branch, NULL},
        {"convert_branch_types", "cf.cond_br", 1, convert_branch, NULL},
        {"convert_branch_types", "cf.switch", 1, convert_branch, NULL},
    };
    mica_conversion_dynamic_op(conversion, "func.func", is_legal_function, conversion);
    mica_conversion_dynamic_op(conversion, "func.return", is_legal_op, conversion);
    mica_conversion_dynamic_op(conversion, "func.call", is_legal_op, conversion);
    mica_conversion_dynamic_op(conversion, "cf.br", is_legal_branch, conversion);
    mica_conversion_dynamic_op(conversion, "cf.cond_br", is_legal_branch, conversion);
    mica_conversion_dynamic_op(conversion, "cf.switch", is_legal_branch, conversion);
    return mica_conversion_add(conversion, patterns, sizeof(patterns) / sizeof(patterns[0]));
}
