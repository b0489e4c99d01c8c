// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C passes a memref as a pointer to its descriptor, and gets a result that is a struct (a
// memref, or several results) through a first pointer:
//
//   func.func @f(%m: memref<?xf32>) -> memref<?xf32>
//   void _mlir_ciface_f(struct descriptor *result, struct descriptor *m);
#include "transforms/convert/c_interface_wrapper.h"

#include "transforms/convert/llvm_lowering.h"
#include "transforms/convert/memref_descriptor.h"

#include <stdlib.h>

/// Both sides of the wrapper's signature.
typedef struct interface {
    const mica_type *source;   ///< builtin function type
    const mica_type *expanded; ///< type of the llvm.func
    const mica_type *type;     ///< type of the function that C sees
    const mica_type *pointer;
    bool has_result_pointer;
    mica_string name; ///< "_mlir_ciface_..."
} interface;

static bool make_interface(mica_op *function, const mica_type *source,
                           mica_type_converter *converter, interface *made)
{
    mica_context *context = mica_op_context(function);
    made->source = source;
    made->expanded = mica_type_attr_value(mica_op_attr(function, "function_type"));
    made->pointer = mica_llvm_pointer_get(context, 0);
    const mica_type *result = mica_llvm_function_result(made->expanded);
    made->has_result_pointer = mica_llvm_type_is_struct(result);
    mica_type_list inputs = {0};
    if (made->has_result_pointer) {
        mica_type_list_append(&inputs, made->pointer);
        result = mica_llvm_void_get(context);
    }
    for (size_t i = 0; i < mica_function_type_input_count(source); i++) {
        const mica_type *type = mica_function_type_input(source, i);
        mica_type_list_append(&inputs, mica_type_is_memref(type)
                                           ? made->pointer
                                           : mica_type_converter_convert_one(converter, type));
    }
    made->type = mica_llvm_function_get(result, inputs.types, inputs.count, false);
    mica_type_list_free(&inputs);
    mica_string name = mica_string_attr_text(mica_op_attr(function, "sym_name"));
    static const char prefix[] = "_mlir_ciface_";
    size_t length = sizeof prefix - 1 + name.length;
    char *text = mica_malloc(length + 1);
    if (!text)
        return false;
    memcpy(text, prefix, sizeof prefix - 1);
    memcpy(text + sizeof prefix - 1, name.data, name.length);
    mica_string joined = {text, length};
    made->name = mica_identifier_text(mica_identifier_get(context, joined));
    mica_free(text);
    return true;
}

static mica_op *make_function(mica_builder *builder, const interface *wrapper, mica_op *like)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "llvm.func", mica_op_location(like));
    mica_op_state_set_attr(&state, "sym_name",
                           mica_string_attr_get(builder->context, wrapper->name));
    mica_op_state_set_attr(&state, "function_type", mica_type_attr_get(wrapper->type));
    mica_op_state_set_attr(&state, "linkage", mica_op_attr(like, "linkage"));
    mica_op_state_set_attr(&state, "sym_visibility", mica_op_attr(like, "sym_visibility"));
    mica_op_state_set_attr(&state, "llvm.emit_c_interface",
                           mica_unit_attr_get(builder->context));
    mica_op_state_add_region(&state);
    return mica_builder_create(builder, &state);
}

static mica_block *add_entry(mica_builder *builder, mica_op *function, const mica_type *type)
{
    size_t count = mica_llvm_function_input_count(type);
    const mica_type **types = mica_malloc((count + 1) * sizeof *types);
    for (size_t i = 0; types && i < count; i++)
        types[i] = mica_llvm_function_input(type, i);
    mica_block *block =
        mica_builder_create_block(builder, mica_op_region(function, 0), NULL, types, count);
    mica_free(types);
    return block;
}

/// How many arguments of the expanded function stand for one of this type.
static size_t expanded_count(const mica_type *type)
{
    if (mica_type_get_kind(type) == MICA_TYPE_UNRANKED_MEMREF)
        return 2;
    return mica_type_is_memref(type) ? 3 + 2 * mica_type_rank(type) : 1;
}

/// Reads member `index` in the order of arguments: pointers, offset, sizes, strides.
static mica_value *extract_member(mica_builder *builder, mica_value *descriptor,
                                  const mica_type *type, size_t index)
{
    size_t rank = mica_type_rank(type);
    bool nested = index >= 3 && mica_type_get_kind(type) == MICA_TYPE_MEMREF;
    int64_t position[] = {(int64_t)index, 0};
    if (nested) {
        position[0] = index - 3 < rank ? 3 : 4;
        position[1] = (int64_t)((index - 3) % rank);
    }
    return micai_llvm_extract_value(builder, descriptor, position, nested ? 2 : 1);
}

static void build_return(mica_builder *builder, mica_value *value)
{
    micai_llvm_create(builder, "llvm.return", NULL, &value, value ? 1 : 0);
}

/// C calls the wrapper: load descriptors, call the function, store its struct.
static void build_incoming(mica_builder *builder, const interface *wrapper, mica_op *made,
                           mica_op *function, mica_type_converter *converter)
{
    mica_block *entry = add_entry(builder, made, wrapper->type);
    size_t argument = wrapper->has_result_pointer ? 1 : 0, count = 0;
    mica_value **operands =
        mica_malloc((mica_llvm_function_input_count(wrapper->expanded) + 1) * sizeof *operands);
    for (size_t i = 0; operands && i < mica_function_type_input_count(wrapper->source); i++) {
        const mica_type *type = mica_function_type_input(wrapper->source, i);
        mica_value *value = mica_block_argument(entry, argument++);
        if (!mica_type_is_memref(type)) {
            operands[count++] = value;
            continue;
        }
        value = micai_llvm_load(builder, mica_type_converter_convert_one(converter, type),
                                value, 0);
        for (size_t j = 0; j < expanded_count(type); j++)
            operands[count++] = extract_member(builder, value, type, j);
    }
    const mica_type *result = mica_llvm_function_result(wrapper->expanded);
    bool is_void = mica_llvm_type_is_void(result);
    mica_value *value =
        micai_llvm_call(builder, mica_string_attr_text(mica_op_attr(function, "sym_name")),
                        is_void ? NULL : result, operands, count);
    mica_free(operands);
    if (wrapper->has_result_pointer) {
        micai_llvm_store(builder, value, mica_block_argument(entry, 0), 0);
        value = NULL;
    }
    build_return(builder, value);
}

/// The function calls C: put descriptors on the stack, call, load the struct.
static void build_outgoing(mica_builder *builder, const interface *wrapper, mica_op *function,
                           mica_type_converter *converter)
{
    mica_block *entry = add_entry(builder, function, wrapper->expanded);
    const mica_type *index = micai_llvm_index_type(converter, builder->context);
    const mica_type *result = mica_llvm_function_result(wrapper->expanded);
    mica_value *one = micai_llvm_index(builder, index, 1);
    size_t inputs = mica_function_type_input_count(wrapper->source), argument = 0, count = 0;
    mica_value **operands = mica_malloc((inputs + 2) * sizeof *operands);
    if (!operands)
        return;
    if (wrapper->has_result_pointer)
        operands[count++] = micai_llvm_alloca(builder, result, one, 0);
    for (size_t i = 0; i < inputs; i++) {
        const mica_type *type = mica_function_type_input(wrapper->source, i);
        if (!mica_type_is_memref(type)) {
            operands[count++] = mica_block_argument(entry, argument++);
            continue;
        }
        const mica_type *made = mica_type_converter_convert_one(converter, type);
        mica_value *members[2 * 64 + 3];
        for (size_t j = 0; j < expanded_count(type); j++)
            members[j] = mica_block_argument(entry, argument++);
        mica_value *descriptor = micai_descriptor_pack(builder, made, members);
        operands[count] = micai_llvm_alloca(builder, made, one, 0);
        micai_llvm_store(builder, descriptor, operands[count++], 0);
    }
    const mica_type *returned = mica_llvm_function_result(wrapper->type);
    bool is_void = mica_llvm_type_is_void(returned);
    mica_value *value =
        micai_llvm_call(builder, wrapper->name, is_void ? NULL : returned, operands, count);
    if (wrapper->has_result_pointer)
        value = micai_llvm_load(builder, result, operands[0], 0);
    mica_free(operands);
    build_return(builder, value);
}

void micai_wrap_for_c(mica_rewriter *rewriter, mica_op *function, const mica_type *type,
                      mica_type_converter *converter)
{
    interface wrapper;
    if (!make_interface(function, type, converter, &wrapper))
        return;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_builder saved = *builder;
    mica_builder_set_after(builder, function);
    mica_op *made = make_function(builder, &wrapper, function);
    if (mica_region_is_empty(mica_op_region(function, 0))) {
        // The declaration gets a body: other modules may hold the same one.
        enum { PRIVATE = 0 };
        mica_op_set_attr(function, "linkage", mica_llvm_linkage_get(builder->context, PRIVATE));
        build_outgoing(builder, &wrapper, function, converter);
    } else {
        build_incoming(builder, &wrapper, made, function, converter);
    }
    mica_builder_set_after(builder, made);
    builder->block = saved.block;
    builder->before = saved.before;
}
