// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Short spellings for llvm ops (llvm_builder.h).
#include "transforms/convert/llvm_builder.h"

#include "ir/core/diagnostics.h"
#include "ir/core/symbol_table.h"

mica_op *micai_llvm_create(mica_builder *builder, const char *name, const mica_type *result,
                           mica_value *const *operands, size_t count)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, name, builder->location);
    mica_op_state_add_operands(&state, operands, count);
    if (result)
        mica_op_state_add_result(&state, result);
    return mica_builder_create(builder, &state);
}

mica_value *micai_llvm_build(mica_builder *builder, const char *name, const mica_type *result,
                             mica_value *const *operands, size_t count)
{
    return mica_op_result(micai_llvm_create(builder, name, result, operands, count), 0);
}

mica_value *micai_llvm_unary(mica_builder *builder, const char *name, const mica_type *result,
                             mica_value *operand)
{
    return micai_llvm_build(builder, name, result, &operand, 1);
}

mica_value *micai_llvm_binary(mica_builder *builder, const char *name, mica_value *lhs,
                              mica_value *rhs)
{
    mica_value *operands[] = {lhs, rhs};
    return micai_llvm_build(builder, name, mica_value_type(lhs), operands, 2);
}

// ---- constants

mica_value *micai_llvm_constant(mica_builder *builder, const mica_type *type,
                                const mica_attr *value)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "llvm.mlir.constant", builder->location);
    mica_op_state_set_attr(&state, "value", value);
    mica_op_state_add_result(&state, type);
    return mica_op_result(mica_builder_create(builder, &state), 0);
}

mica_value *micai_llvm_integer(mica_builder *builder, const mica_type *type, int64_t value)
{
    if (!mica_type_is_vector(type))
        return micai_llvm_constant(builder, type, mica_integer_attr_get(type, value));
    const mica_attr *lane = mica_integer_attr_get(mica_type_element(type), value);
    return micai_llvm_constant(builder, type, mica_dense_elements_attr_get_splat(type, lane));
}

mica_value *micai_llvm_index(mica_builder *builder, const mica_type *type, int64_t value)
{
    return micai_llvm_constant(builder, type, mica_index_attr_get(builder->context, value));
}

mica_value *micai_llvm_undef(mica_builder *builder, const mica_type *type)
{
    return micai_llvm_build(builder, "llvm.mlir.undef", type, NULL, 0);
}

mica_value *micai_llvm_zero(mica_builder *builder, const mica_type *type)
{
    const mica_type *element = mica_type_is_vector(type) ? mica_type_element(type) : type;
    const mica_attr *scalar = NULL;
    if (mica_type_is_integer(element))
        scalar = mica_integer_attr_get(element, 0);
    else if (mica_type_is_float(element))
        scalar = mica_float_attr_get(element, 0.0);
    else
        return micai_llvm_build(builder, "llvm.mlir.zero", type, NULL, 0);
    if (element != type)
        scalar = mica_dense_elements_attr_get_splat(type, scalar);
    return micai_llvm_constant(builder, type, scalar);
}

// ---- aggregates and vectors

static mica_value *create_at(mica_builder *builder, const char *name, const mica_type *result,
                             mica_value *const *operands, size_t operand_count,
                             const int64_t *position, size_t count)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, name, builder->location);
    mica_op_state_add_operands(&state, operands, operand_count);
    mica_op_state_set_attr(&state, "position",
                           mica_i64_array_attr_get(builder->context, position, count));
    mica_op_state_add_result(&state, result);
    return mica_op_result(mica_builder_create(builder, &state), 0);
}

mica_value *micai_llvm_extract_value(mica_builder *builder, mica_value *container,
                                     const int64_t *position, size_t count)
{
    const mica_type *type =
        mica_llvm_aggregate_member(mica_value_type(container), position, count);
    return create_at(builder, "llvm.extractvalue", type, &container, 1, position, count);
}

mica_value *micai_llvm_insert_value(mica_builder *builder, mica_value *container,
                                    mica_value *value, const int64_t *position, size_t count)
{
    mica_value *operands[] = {container, value};
    return create_at(builder, "llvm.insertvalue", mica_value_type(container), operands, 2,
                     position, count);
}

mica_value *micai_llvm_extract_element(mica_builder *builder, mica_value *vector,
                                       mica_value *position)
{
    mica_value *operands[] = {vector, position};
    return micai_llvm_build(builder, "llvm.extractelement",
                            mica_llvm_vector_element(mica_value_type(vector)), operands, 2);
}

mica_value *micai_llvm_insert_element(mica_builder *builder, mica_value *vector,
                                      mica_value *value, mica_value *position)
{
    mica_value *operands[] = {vector, value, position};
    return micai_llvm_build(builder, "llvm.insertelement", mica_value_type(vector), operands,
                            3);
}

mica_value *micai_llvm_shuffle(mica_builder *builder, mica_value *a, mica_value *b,
                               const int32_t *mask, size_t count)
{
    const mica_type *type = mica_value_type(a);
    int64_t size = (int64_t)count;
    bool scalable = mica_vector_type_is_scalable(type);
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "llvm.shufflevector", builder->location);
    mica_op_state_add_operand(&state, a);
    mica_op_state_add_operand(&state, b);
    mica_op_state_set_attr(&state, "mask",
                           mica_i32_array_attr_get(builder->context, mask, count));
    mica_op_state_add_result(
        &state, mica_vector_type_get(mica_type_element(type), &size, &scalable, 1));
    return mica_op_result(mica_builder_create(builder, &state), 0);
}

mica_value *micai_llvm_splat(mica_builder *builder, const mica_type *vector, mica_value *scalar)
{
    // A mask of more lanes than any machine has; longer vectors are filled lane by lane.
    static const int32_t zeros[64];
    const mica_type *i32 = mica_integer_type_get(builder->context, 32, MICA_SIGNLESS);
    size_t lanes = (size_t)mica_type_shape(vector)[0];
    mica_value *undef = micai_llvm_undef(builder, vector);
    mica_value *made =
        micai_llvm_insert_element(builder, undef, scalar, micai_llvm_integer(builder, i32, 0));
    if (lanes <= sizeof zeros / sizeof *zeros)
        return lanes == 1 ? made : micai_llvm_shuffle(builder, made, undef, zeros, lanes);
    for (size_t i = 1; i < lanes; i++)
        made = micai_llvm_insert_element(builder, made, scalar,
                                         micai_llvm_integer(builder, i32, (int64_t)i));
    return made;
}

mica_value *micai_llvm_compare(mica_builder *builder, int64_t predicate, mica_value *lhs,
                               mica_value *rhs)
{
    const mica_type *type = mica_value_type(lhs);
    const mica_type *i1 = mica_integer_type_get(builder->context, 1, MICA_SIGNLESS);
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "llvm.icmp", builder->location);
    mica_op_state_add_operand(&state, lhs);
    mica_op_state_add_operand(&state, rhs);
    mica_op_state_set_attr(&state, "predicate", mica_i64_attr_get(builder->context, predicate));
    mica_op_state_add_result(&state,
                             mica_type_is_vector(type) ? mica_type_with_element(type, i1) : i1);
    return mica_op_result(mica_builder_create(builder, &state), 0);
}

mica_value *micai_llvm_select(mica_builder *builder, mica_value *condition, mica_value *on_true,
                              mica_value *on_false)
{
    mica_value *operands[] = {condition, on_true, on_false};
    return micai_llvm_build(builder, "llvm.select", mica_value_type(on_true), operands, 3);
}

// ---- memory

static mica_value *build_address(mica_builder *builder, const mica_type *element,
                                 mica_value *const *operands, size_t operand_count,
                                 const int32_t *indices, size_t count)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "llvm.getelementptr", builder->location);
    mica_op_state_add_operands(&state, operands, operand_count);
    mica_op_state_set_attr(&state, "rawConstantIndices",
                           mica_i32_array_attr_get(builder->context, indices, count));
    mica_op_state_set_attr(&state, "elem_type", mica_type_attr_get(element));
    mica_op_state_add_result(&state, mica_value_type(operands[0]));
    return mica_op_result(mica_builder_create(builder, &state), 0);
}

mica_value *micai_llvm_element_address(mica_builder *builder, const mica_type *element,
                                       mica_value *base, mica_value *index)
{
    static const int32_t dynamic[] = {MICA_LLVM_DYNAMIC_INDEX};
    mica_value *operands[] = {base, index};
    return build_address(builder, element, operands, 2, dynamic, 1);
}

mica_value *micai_llvm_member_address(mica_builder *builder, const mica_type *element,
                                      mica_value *base, const int32_t *indices, size_t count)
{
    return build_address(builder, element, &base, 1, indices, count);
}

static void set_alignment(mica_op *op, int64_t alignment)
{
    if (alignment > 0)
        mica_op_set_attr(op, "alignment", mica_i64_attr_get(mica_op_context(op), alignment));
}

mica_value *micai_llvm_load(mica_builder *builder, const mica_type *type, mica_value *address,
                            int64_t alignment)
{
    mica_op *load = micai_llvm_create(builder, "llvm.load", type, &address, 1);
    set_alignment(load, alignment);
    return mica_op_result(load, 0);
}

void micai_llvm_store(mica_builder *builder, mica_value *value, mica_value *address,
                      int64_t alignment)
{
    mica_value *operands[] = {value, address};
    set_alignment(micai_llvm_create(builder, "llvm.store", NULL, operands, 2), alignment);
}

mica_value *micai_llvm_alloca(mica_builder *builder, const mica_type *element,
                              mica_value *count, int64_t alignment)
{
    mica_op *memory = micai_llvm_create(builder, "llvm.alloca",
                                        mica_llvm_pointer_get(builder->context, 0), &count, 1);
    mica_op_set_attr(memory, "elem_type", mica_type_attr_get(element));
    set_alignment(memory, alignment);
    return mica_op_result(memory, 0);
}

mica_value *micai_llvm_address_of(mica_builder *builder, const mica_type *pointer,
                                  mica_string symbol)
{
    mica_op *address = micai_llvm_create(builder, "llvm.mlir.addressof", pointer, NULL, 0);
    mica_op_set_attr(address, "global_name",
                     mica_symbol_ref_attr_get(builder->context, symbol, NULL, 0));
    return mica_op_result(address, 0);
}

// ---- control flow and functions

mica_value *micai_llvm_call(mica_builder *builder, mica_string callee, const mica_type *result,
                            mica_value *const *operands, size_t count)
{
    mica_op *call = micai_llvm_create(builder, "llvm.call", result, operands, count);
    mica_op_set_attr(call, "callee",
                     mica_symbol_ref_attr_get(builder->context, callee, NULL, 0));
    return result ? mica_op_result(call, 0) : NULL;
}

void micai_llvm_branch(mica_builder *builder, mica_block *to, mica_value *const *operands,
                       size_t count)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "llvm.br", builder->location);
    mica_op_state_add_operands(&state, operands, count);
    mica_op_state_add_successor(&state, to);
    mica_builder_create(builder, &state);
}

void micai_llvm_conditional_branch(mica_builder *builder, mica_value *condition,
                                   mica_block *on_true, mica_block *on_false)
{
    static const int32_t segments[] = {1, 0, 0};
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "llvm.cond_br", builder->location);
    mica_op_state_add_operand(&state, condition);
    mica_op_state_add_successor(&state, on_true);
    mica_op_state_add_successor(&state, on_false);
    mica_op_state_set_attr(&state, "operandSegmentSizes",
                           mica_i32_array_attr_get(builder->context, segments, 3));
    mica_builder_create(builder, &state);
}

mica_op *micai_llvm_declare_function(mica_builder *builder, mica_op *op, const char *name,
                                     const mica_type *type)
{
    mica_op *module = mica_symbol_table_nearest(op);
    mica_op *known = mica_symbol_find_in(module, mica_string_from(name));
    if (known && mica_string_is(mica_op_name(known), "llvm.func"))
        return known;
    if (known) {
        mica_op_error(known, "stands where the conversion to LLVM needs 'llvm.func @%s'", name);
        return NULL;
    }
    mica_builder at_start = *builder;
    mica_builder_set_at_start(&at_start, mica_module_body(module));
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "llvm.func", builder->location);
    mica_op_state_set_attr(&state, "sym_name",
                           mica_string_attr_get(builder->context, mica_string_from(name)));
    mica_op_state_set_attr(&state, "function_type", mica_type_attr_get(type));
    enum { EXTERNAL = 10 };
    mica_op_state_set_attr(&state, "linkage",
                           mica_llvm_linkage_get(builder->context, EXTERNAL));
    mica_op_state_add_region(&state);
    return mica_builder_create(&at_start, &state);
}
