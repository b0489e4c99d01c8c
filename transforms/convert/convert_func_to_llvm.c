// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-func-to-llvm. Functions pass memrefs as the members of their descriptors,
// one argument each, and return several results as one struct:
//
//   func.func @f(%m: memref<?xf32>, %n: index) -> (f32, index)
//   llvm.func @f(ptr, ptr, i64, i64, i64, i64) -> !llvm.struct<(f32, i64)>
//
// With use-bare-ptr-memref-call-conv a memref of static shape is one pointer instead. The
// attribute llvm.emit_c_interface asks for a second function @_mlir_ciface_f that C can call
// (c_interface_wrapper.c). Arithmetic and branches in the bodies are converted along.
#include "ir/core/diagnostics.h"
#include "ir/core/symbol_table.h"
#include "transforms/convert/c_interface_wrapper.h"
#include "transforms/convert/llvm_lowering.h"
#include "transforms/convert/memref_descriptor.h"

#include <stdlib.h>

enum { BARE_POINTERS = 1 };

static bool is_bare(const void *user)
{
    return ((uintptr_t)user & BARE_POINTERS) != 0;
}

// ---- signatures

/// The arguments that one argument becomes.
static bool expand_argument(const mica_adapted *adapted, const mica_type *type, bool bare,
                            mica_type_list *list)
{
    const mica_type *made = mica_type_converter_convert_one(adapted->converter, type);
    if (!made)
        return false;
    if (!mica_type_is_memref(type))
        return mica_type_list_append(list, made) == MICA_TYPE_CONVERTED;
    if (mica_type_get_kind(type) == MICA_TYPE_UNRANKED_MEMREF)
        return mica_type_list_append(list, mica_llvm_struct_member(made, 0)) ==
                   MICA_TYPE_CONVERTED &&
               mica_type_list_append(list, mica_llvm_struct_member(made, 1)) ==
                   MICA_TYPE_CONVERTED;
    const mica_type *pointer = mica_llvm_struct_member(made, 0);
    if (bare)
        return mica_type_has_static_shape(type) &&
               mica_type_list_append(list, pointer) == MICA_TYPE_CONVERTED;
    const mica_type *index = mica_llvm_struct_member(made, 2);
    bool ok = mica_type_list_append(list, pointer) == MICA_TYPE_CONVERTED &&
              mica_type_list_append(list, pointer) == MICA_TYPE_CONVERTED;
    for (size_t i = 0; ok && i < 2 * mica_type_rank(type) + 1; i++)
        ok = mica_type_list_append(list, index) == MICA_TYPE_CONVERTED;
    return ok;
}

/// What a result becomes; NULL when it can't be returned.
static const mica_type *convert_result(const mica_adapted *adapted, const mica_type *type,
                                       bool bare)
{
    const mica_type *made = mica_type_converter_convert_one(adapted->converter, type);
    if (mica_type_get_kind(type) == MICA_TYPE_UNRANKED_MEMREF)
        return NULL; // its descriptor would be on the callee's stack
    if (made && bare && mica_type_is_memref(type))
        return mica_llvm_struct_member(made, 0);
    return made;
}

/// void, the type, or a struct of the types.
static const mica_type *pack_results(const mica_adapted *adapted, mica_context *context,
                                     const mica_type *function, bool bare)
{
    size_t count = mica_function_type_result_count(function);
    if (count == 0)
        return mica_llvm_void_get(context);
    mica_type_list list = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        const mica_type *made =
            convert_result(adapted, mica_function_type_result(function, i), bare);
        ok = made && mica_type_list_append(&list, made) == MICA_TYPE_CONVERTED;
    }
    const mica_type *packed = NULL;
    if (ok)
        packed = count == 1 ? list.types[0]
                            : mica_llvm_struct_get(context, list.types, count, false);
    mica_type_list_free(&list);
    return packed;
}

/// Argument i of the function becomes the run [offsets[i], offsets[i + 1]) of `inputs`.
typedef struct converted_signature {
    mica_type_list inputs;
    uint32_t *offsets;
    const mica_type *type; ///< the LLVM function type
} converted_signature;

static void free_signature(converted_signature *signature)
{
    mica_type_list_free(&signature->inputs);
    mica_free(signature->offsets);
}

static bool convert_signature(const mica_adapted *adapted, const mica_type *function, bool bare,
                              converted_signature *signature)
{
    mica_context *context = mica_type_context(function);
    size_t count = mica_function_type_input_count(function);
    signature->offsets = mica_calloc(count + 1, sizeof *signature->offsets);
    bool ok = signature->offsets != NULL;
    for (size_t i = 0; ok && i < count; i++) {
        ok = expand_argument(adapted, mica_function_type_input(function, i), bare,
                             &signature->inputs);
        signature->offsets[i + 1] = (uint32_t)signature->inputs.count;
    }
    const mica_type *result = ok ? pack_results(adapted, context, function, bare) : NULL;
    if (result)
        signature->type = mica_llvm_function_get(result, signature->inputs.types,
                                                 signature->inputs.count, false);
    return result != NULL;
}

// ---- values

/// From the arguments that stand for a memref argument to its descriptor, and from that to the
/// memref for ops that still want it.
static mica_value *materialize_argument(void *user, mica_builder *builder,
                                        const mica_type *type, mica_value *const *inputs,
                                        size_t count)
{
    mica_type_converter *converter = user;
    mica_value *value = inputs[0];
    const mica_type *made =
        mica_type_is_memref(type) ? mica_type_converter_convert_one(converter, type) : NULL;
    if (made && mica_type_get_kind(type) == MICA_TYPE_UNRANKED_MEMREF && count == 2) {
        value = micai_llvm_undef(builder, made);
        for (int64_t i = 0; i < 2; i++)
            value = micai_llvm_insert_value(builder, value, inputs[i], &i, 1);
    } else if (made && count == 1 && mica_llvm_type_is_pointer(mica_value_type(value))) {
        value = micai_descriptor_static(builder, made, type, value, value).value;
    } else if (made && count > 1) {
        value = micai_descriptor_pack(builder, made, inputs);
    } else if (count != 1) {
        return NULL;
    }
    return micai_llvm_unary(builder, "builtin.unrealized_conversion_cast", type, value);
}

typedef struct value_list {
    mica_value **values;
    size_t count, capacity;
} value_list;

static bool append_value(value_list *list, mica_value *value)
{
    if (list->count == list->capacity) {
        size_t capacity = 2 * list->capacity + 16;
        mica_value **grown = mica_realloc(list->values, capacity * sizeof *grown);
        if (!grown)
            return false;
        list->values = grown;
        list->capacity = capacity;
    }
    list->values[list->count++] = value;
    return true;
}

/// The arguments of a call that stand for one operand.
static bool expand_operand(mica_builder *builder, const mica_type *type, mica_value *value,
                           bool bare, value_list *list)
{
    if (!mica_type_is_memref(type))
        return append_value(list, value);
    bool ok = true;
    if (mica_type_get_kind(type) == MICA_TYPE_UNRANKED_MEMREF) {
        for (int64_t i = 0; ok && i < 2; i++)
            ok = append_value(list, micai_llvm_extract_value(builder, value, &i, 1));
        return ok;
    }
    micai_descriptor descriptor = micai_descriptor_of(builder, value);
    if (bare)
        return mica_type_has_static_shape(type) &&
               append_value(list, micai_descriptor_aligned(&descriptor));
    size_t rank = mica_type_rank(type);
    ok = append_value(list, micai_descriptor_allocated(&descriptor)) &&
         append_value(list, micai_descriptor_aligned(&descriptor)) &&
         append_value(list, micai_descriptor_offset(&descriptor));
    for (size_t i = 0; ok && i < rank; i++)
        ok = append_value(list, micai_descriptor_size(&descriptor, i));
    for (size_t i = 0; ok && i < rank; i++)
        ok = append_value(list, micai_descriptor_stride(&descriptor, i));
    return ok;
}

// ---- functions

/// Attributes of an argument go to all that it becomes; those about pointers only to pointers.
static void convert_argument_attrs(mica_op_state *state, const mica_op *op,
                                   const converted_signature *signature)
{
    const mica_attr *attrs = mica_op_attr(op, "arg_attrs");
    if (!attrs)
        return;
    mica_context *context = mica_op_context(op);
    const mica_attr *none = mica_dictionary_attr_get(context, NULL, 0);
    const mica_attr **made = mica_malloc((signature->inputs.count + 1) * sizeof *made);
    for (size_t i = 0; made && i < mica_array_attr_count(attrs); i++) {
        uint32_t first = signature->offsets[i], end = signature->offsets[i + 1];
        for (uint32_t j = first; j < end; j++) {
            bool fits =
                end - first == 1 || mica_llvm_type_is_pointer(signature->inputs.types[j]);
            made[j] = fits ? mica_array_attr_element(attrs, i) : none;
        }
    }
    if (made)
        mica_op_state_set_attr(state, "arg_attrs",
                               mica_array_attr_get(context, made, signature->inputs.count));
    mica_free(made);
}

/// Attributes of the function: llvm.linkage and llvm.readnone have fields, others stay.
static void copy_function_attrs(mica_op_state *state, const mica_op *op)
{
    mica_context *context = mica_op_context(op);
    enum { EXTERNAL = 10 };
    mica_op_state_set_attr(state, "linkage", mica_llvm_linkage_get(context, EXTERNAL));
    for (size_t i = 0; i < mica_op_attr_count(op); i++) {
        mica_named_attr attr = mica_op_attr_entry(op, i);
        if (mica_string_is(mica_identifier_text(attr.name), "llvm.linkage"))
            mica_op_state_set_attr(state, "linkage", attr.value);
        else
            mica_op_state_set_attr_by_name(state, attr.name, attr.value);
    }
    mica_op_state_set_attr(state, "sym_name", mica_op_attr(op, "sym_name"));
    mica_op_state_set_attr(state, "sym_visibility", mica_op_attr(op, "sym_visibility"));
    if (mica_function_type_result_count(
            mica_type_attr_value(mica_op_attr(op, "function_type"))) == 1)
        mica_op_state_set_attr(state, "res_attrs", mica_op_attr(op, "res_attrs"));
}

static bool convert_function(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                             void *user)
{
    bool bare = is_bare(user);
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *type = mica_type_attr_value(mica_op_attr(op, "function_type"));
    converted_signature signature = {0};
    if (!convert_signature(adapted, type, bare, &signature)) {
        free_signature(&signature);
        return mica_rewriter_fail(rewriter, op, "the signature has no LLVM counterpart");
    }
    mica_region *source = mica_op_region(op, 0);
    if (!mica_region_is_empty(source) &&
        !mica_conversion_convert_region(adapted, rewriter, source, signature.inputs.types,
                                        signature.offsets)) {
        free_signature(&signature);
        return mica_rewriter_fail(rewriter, op, "a block's argument has no LLVM counterpart");
    }
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "llvm.func", builder->location);
    copy_function_attrs(&state, op);
    convert_argument_attrs(&state, op, &signature);
    mica_op_state_set_attr(&state, "function_type", mica_type_attr_get(signature.type));
    mica_op_state_add_region(&state);
    mica_op *made = mica_builder_create(builder, &state);
    mica_region *body = mica_op_region(made, 0);
    mica_rewriter_take_body(rewriter, body, source);
    free_signature(&signature);
    if (mica_op_attr(op, "llvm.emit_c_interface") && !bare)
        micai_wrap_for_c(rewriter, made, type, adapted->converter);
    return mica_rewriter_erase_op(rewriter, op);
}

// ---- calls and returns

/// Hands out the results of a call to the results of the op.
static bool unpack_results(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                           mica_op *call, bool bare)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    size_t count = mica_op_result_count(op);
    mica_value **results = mica_malloc((count + 1) * sizeof *results);
    for (size_t i = 0; results && i < count; i++) {
        int64_t position = (int64_t)i;
        const mica_type *type = mica_value_type(mica_op_result(op, i));
        results[i] = mica_op_result(call, 0);
        if (count > 1)
            results[i] = micai_llvm_extract_value(builder, results[i], &position, 1);
        if (bare && mica_type_is_memref(type))
            results[i] = micai_descriptor_static(
                             builder, mica_type_converter_convert_one(adapted->converter, type),
                             type, results[i], results[i])
                             .value;
    }
    bool ok = results && mica_rewriter_replace_op(rewriter, op, results, count);
    mica_free(results);
    return ok;
}

/// func.call and func.call_indirect; the latter's first operand is the callee.
static bool convert_call(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    bool bare = is_bare(user);
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_attr *callee = mica_op_attr(op, "callee");
    const mica_type *packed = NULL;
    mica_type_list types = {0};
    value_list operands = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < mica_op_result_count(op); i++) {
        const mica_type *made =
            convert_result(adapted, mica_value_type(mica_op_result(op, i)), bare);
        ok = made && mica_type_list_append(&types, made) == MICA_TYPE_CONVERTED;
    }
    if (ok && types.count > 0)
        packed = types.count == 1
                     ? types.types[0]
                     : mica_llvm_struct_get(builder->context, types.types, types.count, false);
    for (size_t i = 0; ok && i < adapted->count; i++)
        ok = expand_operand(builder, mica_value_type(mica_op_operand(op, i)),
                            adapted->values[i], bare, &operands);
    mica_op *call = NULL;
    if (ok) {
        call = micai_llvm_create(builder, "llvm.call", packed, operands.values, operands.count);
        mica_op_set_attr(call, "callee", callee);
    }
    mica_type_list_free(&types);
    mica_free(operands.values);
    return ok ? unpack_results(rewriter, op, adapted, call, bare)
              : mica_rewriter_fail(rewriter, op,
                                   "an operand or result has no LLVM counterpart");
}

static bool convert_return(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                           void *user)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value **values = mica_malloc((adapted->count + 1) * sizeof *values);
    const mica_type **types = mica_malloc((adapted->count + 1) * sizeof *types);
    bool ok = values && types;
    for (size_t i = 0; ok && i < adapted->count; i++) {
        values[i] = adapted->values[i];
        bool memref =
            mica_type_get_kind(mica_value_type(mica_op_operand(op, i))) == MICA_TYPE_MEMREF;
        if (is_bare(user) && memref) {
            micai_descriptor descriptor = micai_descriptor_of(builder, values[i]);
            values[i] = micai_descriptor_aligned(&descriptor);
        }
        types[i] = mica_value_type(values[i]);
    }
    mica_value *packed = ok && adapted->count ? values[0] : NULL;
    if (ok && adapted->count > 1) {
        packed = micai_llvm_undef(
            builder, mica_llvm_struct_get(builder->context, types, adapted->count, false));
        for (size_t i = 0; i < adapted->count; i++) {
            int64_t position = (int64_t)i;
            packed = micai_llvm_insert_value(builder, packed, values[i], &position, 1);
        }
    }
    mica_free(values);
    mica_free(types);
    if (!ok)
        return false;
    micai_llvm_create(builder, "llvm.return", NULL, &packed, packed ? 1 : 0);
    return mica_rewriter_erase_op(rewriter, op);
}

static bool convert_function_constant(mica_rewriter *rewriter, mica_op *op,
                                      const mica_adapted *adapted, void *user)
{
    (void)adapted, (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_attr *name = mica_op_attr(op, "value");
    mica_value *address = micai_llvm_address_of(
        builder, mica_llvm_pointer_get(builder->context, 0), mica_symbol_ref_attr_root(name));
    return mica_rewriter_replace_op(rewriter, op, &address, 1);
}

// ---- the pass

static bool populate(mica_conversion *conversion, const mica_pass_options *options)
{
    bool bare = mica_pass_option_bool(options, "use-bare-ptr-memref-call-conv");
    void *user = (void *)(uintptr_t)(bare ? BARE_POINTERS : 0);
    const mica_conversion_pattern patterns[] = {
        {"convert-func", "func.func", 1, convert_function, user},
        {"convert-call", "func.call", 1, convert_call, user},
        {"convert-call-indirect", "func.call_indirect", 1, convert_call, user},
        {"convert-return", "func.return", 1, convert_return, user},
        {"convert-func-constant", "func.constant", 1, convert_function_constant, user},
    };
    mica_type_converter *converter = mica_conversion_converter(conversion);
    mica_type_converter_set_argument(converter, materialize_argument, converter);
    return mica_conversion_add(conversion, patterns, sizeof patterns / sizeof *patterns) &&
           micai_arith_to_llvm_add(conversion) && micai_cf_to_llvm_add(conversion);
}

static bool run_convert_func_to_llvm(mica_pass_run *run)
{
    static const char *const illegal[] = {"func", NULL};
    static const micai_llvm_conversion conversion = {illegal, NULL, populate};
    return micai_llvm_conversion_run(run, &conversion);
}

static const mica_option_def options[] = {
    {.name = "use-bare-ptr-memref-call-conv",
     .kind = MICA_OPTION_BOOL,
     .summary = "Pass memrefs of static shape as one pointer"},
    MICAI_INDEX_BITWIDTH_OPTION,
};

const mica_pass_def mica_pass_convert_func_to_llvm = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-func-to-llvm",
    .name = "ConvertFuncToLLVMPass",
    .summary = "Turn functions and calls into those of the llvm dialect",
    .anchor = "builtin.module",
    .options = options,
    .option_count = 2,
    .dependent_dialects = micai_llvm_dependent_dialects,
    .run = run_convert_func_to_llvm,
};
