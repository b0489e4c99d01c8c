// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass expose-dims: the dynamic dimensions of a model become arguments of its entry
// function, the sizes of its results become results.
//
//   func.func @main(%x: tensor<?x3xf32> {onnx.dim_params = ["n", ""]}) -> tensor<?x3xf32> {
//     %y = onnx.Relu %x
//     return %y
//
//   func.func @main(%x: tensor<?x3xf32> {mica.dims = array<i64: 0, -1>, ..},
//                   %n: index {mica.dim = "n"})
//       -> (tensor<?x3xf32>, index {mica.size = 0}) {
//     %y = onnx.Relu %x
//     %c0 = arith.constant 0 : index
//     %size = tensor.dim %y, %c0
//     return %y, %size
//
// One name is one argument, however many inputs have it; a dimension without a name is its own.
// Everything that depends on sizes alone (the arena, shapes of outputs) is then an expression
// of a few scalars which can be cut out of the function. Asking each tensor for its size
// instead would give as many values for one size as there are inputs, none of them known to be
// equal.
#include "dialects/tensor/tensor_ops.h"
#include "ir/core/builder.h"
#include "ir/core/context_internal.h"
#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "ir/rewrite/fold.h"
#include "transforms/pass/pass.h"
#include "transforms/tensor/entry_dims.h"

#include <stdio.h>

/// The dimensions in the order in which they are met.
typedef struct exposed_dims {
    mica_context *context;
    mica_op *function;
    const mica_attr **names; ///< strings
    size_t count, capacity;
} exposed_dims;

// ---- asking
// ----------------------------------------------------------------------------------

const mica_attr *micai_entry_dim_name(const mica_op *function, size_t index)
{
    const mica_attr *attrs = mica_function_argument_attrs(function, index);
    return attrs ? mica_dictionary_attr_find(attrs, mica_string_from("mica.dim")) : NULL;
}

/// The function whose argument `value` is; NULL for other values.
static mica_op *entry_of(const mica_value *value)
{
    mica_block *block = mica_value_op(value) ? NULL : mica_value_block(value);
    mica_region *region = block ? mica_block_region(block) : NULL;
    mica_op *function = region ? mica_region_parent(region) : NULL;
    const bool is_entry = function && mica_region_first(region) == block &&
                          mica_op_interface(function, &mica_function_like_interface);
    return is_entry ? function : NULL;
}

mica_value *micai_entry_dim(const mica_value *value, size_t dim)
{
    mica_op *function = entry_of(value);
    const mica_attr *attrs =
        function ? mica_function_argument_attrs(function, mica_value_index(value)) : NULL;
    const mica_attr *dims =
        attrs ? mica_dictionary_attr_find(attrs, mica_string_from("mica.dims")) : NULL;
    int64_t wanted = dims && dim < mica_dense_array_attr_count(dims)
                         ? mica_dense_array_attr_int(dims, dim)
                         : -1;
    mica_block *entry = mica_value_block(value);
    for (size_t i = 0; wanted >= 0 && i < mica_block_argument_count(entry); ++i) {
        if (micai_entry_dim_name(function, i) && wanted-- == 0)
            return mica_block_argument(entry, i);
    }
    return NULL;
}

// ---- names
// -----------------------------------------------------------------------------------

/// "x_dim2": a dimension that the model gives no name.
static const mica_attr *own_name(exposed_dims *dims, size_t argument, size_t dim)
{
    char text[300];
    const mica_attr *attrs = mica_function_argument_attrs(dims->function, argument);
    const mica_attr *name =
        attrs ? mica_dictionary_attr_find(attrs, mica_string_from("onnx.name")) : NULL;
    if (mica_attr_is(name, MICA_ATTR_STRING))
        snprintf(text, sizeof text, "%.*s_dim%zu", MICA_STRING_ARG(mica_string_attr_text(name)),
                 dim);
    else
        snprintf(text, sizeof text, "input_%zu_dim%zu", argument, dim);
    return mica_string_attr_get(dims->context, mica_string_from(text));
}

/// What the model calls a dimension; NULL when it has no name.
static const mica_attr *given_name(exposed_dims *dims, size_t argument, size_t dim)
{
    const mica_attr *attrs = mica_function_argument_attrs(dims->function, argument);
    const mica_attr *names =
        attrs ? mica_dictionary_attr_find(attrs, mica_string_from("onnx.dim_params")) : NULL;
    if (mica_attr_is(names, MICA_ATTR_ARRAY) && dim < mica_array_attr_count(names)) {
        const mica_attr *name = mica_array_attr_element(names, dim);
        if (mica_attr_is(name, MICA_ATTR_STRING) && mica_string_attr_text(name).length)
            return name;
    }
    return NULL;
}

/// The number of a size of an argument, -1 when out of memory: that of its name, which gets one
/// when it is met first. What has no name gets a number of its own.
static int64_t number_of(exposed_dims *dims, size_t argument, size_t dim)
{
    const mica_attr *name = given_name(dims, argument, dim);
    for (size_t i = 0; name && i < dims->count; ++i)
        if (dims->names[i] == name)
            return (int64_t)i;
    void *names = dims->names;
    if (!micai_array_reserve(&dims->context->allocator, &names, &dims->capacity,
                             dims->count + 1, sizeof *dims->names))
        return -1;
    dims->names = names;
    dims->names[dims->count] = name ? name : own_name(dims, argument, dim);
    return (int64_t)dims->count++;
}

// ---- arguments
// -------------------------------------------------------------------------------

static bool is_dynamic(const mica_type *type)
{
    return mica_type_is_tensor(type) && mica_type_is_ranked(type) &&
           !mica_type_has_static_shape(type);
}

/// Notes at a tensor which of the dimensions its sizes are.
static bool number_argument(exposed_dims *dims, size_t argument)
{
    enum { MOST = 64 };
    const mica_type *type = mica_function_argument_type(dims->function, argument);
    const size_t rank = mica_type_rank(type);
    int64_t numbers[MOST];
    if (!is_dynamic(type))
        return true;
    if (rank > MOST)
        return mica_op_error(dims->function, "argument %zu has more than %d dimensions",
                             argument, MOST);
    for (size_t i = 0; i < rank; ++i) {
        numbers[i] = -1;
        if (mica_type_shape(type)[i] != MICA_DYNAMIC)
            continue;
        numbers[i] = number_of(dims, argument, i);
        if (numbers[i] < 0)
            return false;
    }
    return mica_function_set_argument_attr(
        dims->function, argument, "mica.dims",
        mica_i64_array_attr_get(dims->context, numbers, rank));
}

static bool add_arguments(exposed_dims *dims)
{
    const size_t inputs = mica_function_argument_count(dims->function);
    for (size_t i = 0; i < inputs; ++i)
        if (!number_argument(dims, i))
            return false;
    for (size_t i = 0; i < dims->count; ++i) {
        if (!mica_function_insert_argument(dims->function, inputs + i,
                                           mica_index_type_get(dims->context),
                                           mica_op_location(dims->function)) ||
            !mica_function_set_argument_attr(dims->function, inputs + i, "mica.dim",
                                             dims->names[i]))
            return false;
    }
    return true;
}

/// What asked an argument for its size uses the new arguments.
static mica_walk_result replace_dim(void *user, mica_op *op)
{
    (void)user;
    int64_t dim;
    if (!mica_op_is(op, &mica_tensor_dim_kind) ||
        !mica_value_constant_int(mica_op_operand(op, 1), &dim) || dim < 0)
        return MICA_WALK_ADVANCE;
    mica_value *known = micai_entry_dim(mica_op_operand(op, 0), (size_t)dim);
    if (known) {
        mica_value_replace_all_uses(mica_op_result(op, 0), known);
        mica_op_erase(op);
    }
    return MICA_WALK_ADVANCE;
}

// ---- results
// ---------------------------------------------------------------------------------

static mica_value *build_size(mica_builder *builder, mica_value *tensor, size_t dim)
{
    mica_value *known = micai_entry_dim(tensor, dim);
    if (known)
        return known;
    mica_op_state constant, size;
    mica_op_state_init(&constant, builder->context, "arith.constant", builder->location);
    mica_op_state_set_attr(&constant, "value",
                           mica_index_attr_get(builder->context, (int64_t)dim));
    mica_op_state_add_result(&constant, mica_index_type_get(builder->context));
    mica_op *index = mica_builder_create(builder, &constant);
    if (!index)
        return NULL;
    mica_op_state_init(&size, builder->context, "tensor.dim", builder->location);
    mica_op_state_add_operand(&size, tensor);
    mica_op_state_add_operand(&size, mica_op_result(index, 0));
    mica_op_state_add_result(&size, mica_index_type_get(builder->context));
    mica_op *op = mica_builder_create(builder, &size);
    return op ? mica_op_result(op, 0) : NULL;
}

/// Returns the dynamic sizes behind what was returned; how many in `*added`.
static bool extend_return(mica_op *op, size_t *added)
{
    mica_builder builder = mica_builder_before(op);
    mica_op_state twin;
    mica_op_state_init_record(&twin, builder.context, mica_op_get_record(op), builder.location);
    for (size_t i = 0; i < mica_op_operand_count(op); ++i)
        mica_op_state_add_operand(&twin, mica_op_operand(op, i));
    *added = 0;
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        mica_value *value = mica_op_operand(op, i);
        const mica_type *type = mica_value_type(value);
        for (size_t d = 0; is_dynamic(type) && d < mica_type_rank(type); ++d) {
            if (mica_type_shape(type)[d] != MICA_DYNAMIC)
                continue;
            mica_value *size = build_size(&builder, value, d);
            if (!size) {
                mica_op_state_discard(&twin);
                return false;
            }
            mica_op_state_add_operand(&twin, size);
            ++*added;
        }
    }
    if (!mica_builder_create(&builder, &twin))
        return false;
    mica_op_erase(op);
    return true;
}

/// {mica.size = number}
static const mica_attr *numbered(mica_context *context, int64_t number)
{
    const mica_named_attr entry = {mica_identifier_get(context, mica_string_from("mica.size")),
                                   mica_i64_attr_get(context, number)};
    return mica_dictionary_attr_get(context, &entry, 1);
}

/// `added` results of index type behind the function's own.
static bool extend_type(exposed_dims *dims, size_t added)
{
    const size_t results = mica_function_result_count(dims->function);
    const size_t bytes = (results + added + 1) * sizeof(void *);
    const mica_type **types = micai_context_allocate(dims->context, bytes);
    const mica_attr **attrs = micai_context_allocate(dims->context, bytes);
    bool ok = types && attrs;
    for (size_t i = 0; ok && i < results + added; ++i) {
        types[i] = i < results ? mica_function_result_type(dims->function, i)
                               : mica_index_type_get(dims->context);
        attrs[i] = i < results ? mica_function_result_attrs(dims->function, i)
                               : numbered(dims->context, (int64_t)(i - results));
    }
    ok = ok && mica_function_set_results(dims->function, types, attrs, results + added);
    micai_context_free(dims->context, types, bytes);
    micai_context_free(dims->context, attrs, bytes);
    return ok;
}

static bool add_results(exposed_dims *dims)
{
    size_t added = 0;
    mica_for_each_block(block, mica_function_body(dims->function))
    {
        mica_op *last = mica_block_last(block);
        if (last && mica_op_has_trait(last, MICA_TRAIT_RETURN_LIKE) &&
            !extend_return(last, &added))
            return false;
    }
    return added == 0 || extend_type(dims, added);
}

static bool run_expose_dims(mica_pass_run *run)
{
    mica_op *function = mica_pass_run_op(run);
    if (!mica_op_interface(function, &mica_function_like_interface) ||
        mica_function_is_declaration(function) ||
        mica_symbol_get_visibility(function) != MICA_VISIBILITY_PUBLIC) {
        mica_pass_run_mark_unchanged(run);
        return true;
    }
    exposed_dims dims = {.context = mica_pass_run_context(run), .function = function};
    bool ok = add_arguments(&dims);
    if (ok) {
        mica_op_walk_post(function, replace_dim, NULL);
        ok = add_results(&dims);
    }
    micai_release(&dims.context->allocator, dims.names, dims.capacity * sizeof *dims.names);
    return ok && !mica_context_out_of_memory(dims.context);
}

static const char *const dependent_dialects[] = {"arith", "tensor", NULL};

const mica_pass_def mica_pass_expose_dims = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "expose-dims",
    .name = "ExposeDims",
    .summary = "Make the dynamic dimensions of public functions arguments and results",
    .anchor = "func.func",
    .dependent_dialects = dependent_dialects,
    .run = run_expose_dims,
};
