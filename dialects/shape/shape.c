// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifiers of the shape dialect. A result type is checked twice: against the type that follows
// from the operands, with which it must be compatible though not equal, and against errors:
// what may be in error must not become a type that can't hold one.

#include <string.h>

#include "dialects/shape/shape_ops.h"
#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/core/symbol_table.h"

// ---- types
// -----------------------------------------------------------------------------------

/// By name, since a definition loaded from text has its own objects.
static bool is_named(const mica_type *type, const char *name)
{
    const mica_type_def *definition =
        mica_type_get_kind(type) == MICA_TYPE_DIALECT ? mica_type_definition(type) : NULL;
    return definition && strcmp(definition->dialect, "shape") == 0 &&
           strcmp(definition->name, name) == 0;
}
static bool is_shape(const mica_type *type)
{
    return is_named(type, "shape");
}
static bool is_size(const mica_type *type)
{
    return is_named(type, "size");
}
static const mica_type *operand_type(mica_op *op, size_t index)
{
    return mica_value_type(mica_op_operand(op, index));
}
static const mica_type *result_type(mica_op *op)
{
    return mica_value_type(mica_op_result(op, 0));
}

static const mica_type *extent_tensor(mica_context *context, int64_t size)
{
    return mica_tensor_type_get(mica_index_type_get(context), &size, 1, NULL);
}

/// Rows of extents whose sizes don't contradict each other.
static bool rows_are_compatible(const mica_type *a, const mica_type *b)
{
    if (!mica_type_is_shaped(a) || !mica_type_is_shaped(b))
        return false;
    if (!mica_type_is_ranked(a) || !mica_type_is_ranked(b))
        return true;
    if (mica_type_rank(a) != 1 || mica_type_rank(b) != 1)
        return false;
    const int64_t m = mica_type_shape(a)[0], n = mica_type_shape(b)[0];
    return m == n || m == MICA_DYNAMIC || n == MICA_DYNAMIC;
}

static bool report_incompatible(mica_op *op, const mica_type *inferred)
{
    mica_diagnostic *d = mica_op_error_begin(op, "inferred type(s) ");
    mica_diagnostic_append_type(d, inferred);
    mica_diagnostic_append(d, " are incompatible with return type(s) of operation ");
    mica_diagnostic_append_type(d, result_type(op));
    return mica_diagnostic_emit(d);
}

// ---- errors
// ----------------------------------------------------------------------------------

static bool may_be_in_error(mica_op *op)
{
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        const mica_type *type = operand_type(op, i);
        if (is_shape(type) || is_size(type) || is_named(type, "value_shape"))
            return true;
    }
    return false;
}

static bool verify_holds_errors(mica_op *op, const char *name)
{
    if (is_named(result_type(op), name) || !may_be_in_error(op))
        return true;
    return mica_op_error(op,
                         "if at least one of the operands can hold error values then the "
                         "result must be of type `%s` to propagate them",
                         name);
}

bool micai_shape_verify_size_result(mica_op *op)
{
    return verify_holds_errors(op, "size");
}

bool micai_shape_verify_shape_result(mica_op *op)
{
    return verify_holds_errors(op, "shape");
}

// ---- inferred types
// --------------------------------------------------------------------------

bool micai_shape_const_shape_verify(mica_op *op)
{
    const int64_t count =
        mica_type_element_count(mica_attr_type(mica_shape_const_shape_shape(op)));
    const mica_type *inferred = extent_tensor(mica_op_context(op), count);
    return is_shape(result_type(op)) || result_type(op) == inferred ||
           report_incompatible(op, inferred);
}

/// Of two operands of one type that type; a size otherwise.
bool micai_shape_verify_extremum(mica_op *op)
{
    const mica_type *left = operand_type(op, 0), *right = operand_type(op, 1);
    const mica_type *inferred = left == right || is_size(left) ? left : right;
    return inferred == result_type(op) || report_incompatible(op, inferred);
}

bool micai_shape_shape_of_verify(mica_op *op)
{
    const mica_type *type = operand_type(op, 0);
    if (!mica_type_is_shaped(type))
        return verify_holds_errors(op, "shape");
    const int64_t rank =
        mica_type_is_ranked(type) ? (int64_t)mica_type_rank(type) : MICA_DYNAMIC;
    const mica_type *inferred = extent_tensor(mica_op_context(op), rank);
    return is_shape(result_type(op)) || rows_are_compatible(inferred, result_type(op)) ||
           report_incompatible(op, inferred);
}

static bool report_meet(mica_op *op, const char *message)
{
    return mica_diagnostic_emit(
        mica_error(mica_op_context(op), mica_op_location(op), "%s", message));
}

/// The type that says more than both; NULL after a report.
static const mica_type *infer_meet(mica_op *op, const mica_type *a, const mica_type *b)
{
    const bool sizes = is_size(a) || mica_type_is_index(a);
    if (sizes != (is_size(b) || mica_type_is_index(b))) {
        report_meet(op, "requires all sizes or shapes");
        return NULL;
    }
    if (is_size(a) || is_shape(a))
        return a;
    if (is_size(b) || is_shape(b) || sizes)
        return b;
    if (!rows_are_compatible(a, b)) {
        report_meet(op, "unequal shape cardinality");
        return NULL;
    }
    const bool unknown = mica_type_shape(b)[0] == MICA_DYNAMIC;
    return unknown && mica_type_shape(a)[0] != MICA_DYNAMIC ? b : a;
}

static bool meets_are_compatible(const mica_type *a, const mica_type *b)
{
    const bool sizes = is_size(a) || is_size(b);
    const bool shapes = is_shape(a) || is_shape(b);
    if (sizes)
        return (is_size(a) || mica_type_is_index(a)) && (is_size(b) || mica_type_is_index(b));
    if (shapes)
        return (is_shape(a) || mica_type_is_tensor(a)) &&
               (is_shape(b) || mica_type_is_tensor(b));
    return a == b || rows_are_compatible(a, b);
}

bool micai_shape_meet_verify(mica_op *op)
{
    const mica_type *inferred = infer_meet(op, operand_type(op, 0), operand_type(op, 1));
    return inferred && (meets_are_compatible(inferred, result_type(op)) ||
                        report_incompatible(op, inferred));
}

// ---- regions
// ---------------------------------------------------------------------------------

bool micai_shape_reduce_verify(mica_op *op)
{
    const mica_block *body = mica_region_first(mica_shape_reduce_region(op));
    const size_t inits = mica_shape_reduce_initVals_count(op);
    if (mica_block_argument_count(body) != inits + 2)
        return mica_op_error(op, "ReduceOp body is expected to have %zu arguments", inits + 2);
    if (!mica_type_is_index(mica_value_type(mica_block_argument(body, 0))))
        return mica_op_error(op, "argument 0 of ReduceOp body is expected to be of IndexType");
    const mica_type *extent = mica_value_type(mica_block_argument(body, 1));
    const bool of_shape = is_shape(operand_type(op, 0));
    if (of_shape && !is_size(extent))
        return mica_op_error(op, "argument 1 of ReduceOp body is expected to be of SizeType if "
                                 "the ReduceOp operates on a ShapeType");
    if (!of_shape && !mica_type_is_index(extent))
        return mica_op_error(op, "argument 1 of ReduceOp body is expected to be of IndexType "
                                 "if the ReduceOp operates on an extent tensor");
    for (size_t i = 0; i < inits; ++i) {
        const mica_type *type = mica_value_type(mica_shape_reduce_initVals(op, i));
        if (mica_value_type(mica_block_argument(body, i + 2)) != type)
            return mica_op_error(op,
                                 "type mismatch between argument %zu of ReduceOp body and "
                                 "initial value %zu",
                                 i + 2, i);
    }
    return true;
}

bool micai_shape_yield_verify(mica_op *op)
{
    mica_op *parent = mica_op_parent(op);
    const size_t count = mica_op_operand_count(op);
    if (mica_op_result_count(parent) != count)
        return mica_op_error(op, "number of operands does not match number of results of its "
                                 "parent");
    for (size_t i = 0; i < count; ++i) {
        if (operand_type(op, i) != mica_value_type(mica_op_result(parent, i)))
            return mica_op_error(op, "types mismatch between yield op and its parent");
    }
    return true;
}

/// In once, out with all that the region yields.
static size_t assuming_edges(mica_op *op, const mica_region *from, mica_region_edge *edges,
                             size_t capacity)
{
    if (capacity)
        edges[0] = from ? (mica_region_edge){NULL, 0, MICA_ALL_OPERANDS, 0}
                        : (mica_region_edge){mica_op_region(op, 0), 0, 0, 0};
    return 1;
}
const mica_region_branch micai_shape_assuming_region_branch = {sizeof(mica_region_branch),
                                                               assuming_edges};

// ---- witnesses
// -------------------------------------------------------------------------------

bool micai_shape_assuming_all_verify(mica_op *op)
{
    return mica_op_operand_count(op) > 0 || mica_op_error(op, "no operands specified");
}

bool micai_shape_cstr_broadcastable_verify(mica_op *op)
{
    return mica_op_operand_count(op) > 1 ||
           mica_op_error(op, "required at least 2 input shapes");
}

// ---- shape.lib: the libraries in which an op's shape function is found
// ----------------------------------------------------------------------

/// Reports `text` at the op, before or after an attribute.
static bool report_library(mica_op *op, const char *before, const mica_attr *attr,
                           const char *after)
{
    mica_diagnostic *d = mica_error(mica_op_context(op), mica_op_location(op), "%s", before);
    if (attr)
        mica_diagnostic_append_attr(d, attr);
    mica_diagnostic_append(d, "%s", after);
    return mica_diagnostic_emit(d);
}

/// No op is mapped by two libraries of the list. Lists are short: each is compared with those
/// before it.
static bool verify_mappings(mica_op *op, const mica_attr *libraries, size_t index)
{
    const mica_attr *mapping = mica_shape_function_library_mapping(
        mica_symbol_resolve(op, mica_array_attr_element(libraries, index)));
    for (size_t k = 0; k < index; ++k) {
        const mica_attr *other = mica_shape_function_library_mapping(
            mica_symbol_resolve(op, mica_array_attr_element(libraries, k)));
        for (size_t i = 0; i < mica_dictionary_attr_count(mapping); ++i) {
            const mica_string name =
                mica_identifier_text(mica_dictionary_attr_entry(mapping, i).name);
            if (!mica_dictionary_attr_find(other, name))
                continue;
            return mica_diagnostic_emit(
                mica_error(mica_op_context(op), mica_op_location(op),
                           "only one op to shape mapping allowed, found multiple for `%.*s`",
                           MICA_STRING_ARG(name)));
        }
    }
    return true;
}

static bool verify_libraries(mica_op *op, const mica_attr *libraries)
{
    for (size_t i = 0; i < mica_array_attr_count(libraries); ++i) {
        const mica_attr *name = mica_array_attr_element(libraries, i);
        if (!mica_attr_is(name, MICA_ATTR_SYMBOL_REF))
            return report_library(op, "only SymbolRefAttr allowed in shape.lib attribute array",
                                  NULL, "");
        if (!mica_op_is(mica_symbol_resolve(op, name), &mica_shape_function_library_kind))
            return report_library(op, "", name, " does not refer to FunctionLibraryOp");
        if (!verify_mappings(op, libraries, i))
            return false;
    }
    return true;
}

bool micai_shape_verify_attr(mica_op *op, mica_named_attr attr)
{
    if (!mica_string_is(mica_identifier_text(attr.name), "shape.lib"))
        return true;
    if (!mica_op_has_trait(op, MICA_TRAIT_SYMBOL_TABLE))
        return report_library(
            op, "shape.lib attribute may only be on op implementing SymbolTable", NULL, "");
    if (mica_attr_is(attr.value, MICA_ATTR_ARRAY))
        return verify_libraries(op, attr.value);
    if (!mica_attr_is(attr.value, MICA_ATTR_SYMBOL_REF))
        return report_library(
            op, "only SymbolRefAttr or array of SymbolRefAttrs allowed as shape.lib attribute",
            NULL, "");
    mica_op *library = mica_symbol_resolve(op, attr.value);
    if (!library)
        return report_library(op, "shape function library ", attr.value, " not found");
    return mica_op_is(library, &mica_shape_function_library_kind) ||
           report_library(op, "", attr.value, " required to be shape function library");
}
