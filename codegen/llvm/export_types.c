// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of the llvm dialect and builtin ones as LLVM types, each translated once.
#include "codegen/llvm/export_internal.h"

#include <stdlib.h>

static LLVMTypeRef export_uncached(micai_exporter *exporter, mica_op *op,
                                   const mica_type *type);

LLVMTypeRef micai_export_type(micai_exporter *exporter, mica_op *op, const mica_type *type)
{
    LLVMTypeRef known = micai_export_map_find(&exporter->map, type);
    if (known)
        return known;
    LLVMTypeRef made = export_uncached(exporter, op, type);
    if (made && !micai_export_map_set(&exporter->map, type, made))
        return NULL;
    return made;
}

LLVMTypeRef micai_export_type_attr(micai_exporter *exporter, mica_op *op, const char *attr)
{
    return micai_export_type(exporter, op, mica_type_attr_value(mica_op_attr(op, attr)));
}

static LLVMTypeRef export_float(LLVMContextRef llvm, const mica_type *type)
{
    switch (mica_float_type_kind(type)) {
    case MICA_FLOAT_F16:
        return LLVMHalfTypeInContext(llvm);
    case MICA_FLOAT_BF16:
        return LLVMBFloatTypeInContext(llvm);
    case MICA_FLOAT_F32:
        return LLVMFloatTypeInContext(llvm);
    case MICA_FLOAT_F64:
        return LLVMDoubleTypeInContext(llvm);
    case MICA_FLOAT_F80:
        return LLVMX86FP80TypeInContext(llvm);
    case MICA_FLOAT_F128:
        return LLVMFP128TypeInContext(llvm);
    default:
        return NULL;
    }
}

static LLVMTypeRef make_vector(LLVMTypeRef element, int64_t size, bool scalable)
{
    return scalable ? LLVMScalableVectorType(element, (unsigned)size)
                    : LLVMVectorType(element, (unsigned)size);
}

static LLVMTypeRef export_vector(micai_exporter *exporter, mica_op *op, const mica_type *type)
{
    LLVMTypeRef element = micai_export_type(exporter, op, mica_type_element(type));
    if (!element || mica_type_rank(type) != 1)
        return NULL;
    return make_vector(element, mica_type_shape(type)[0], mica_vector_type_is_scalable(type));
}

/// The translations of a row of types; from malloc. NULL when one has none.
static LLVMTypeRef *export_types(micai_exporter *exporter, mica_op *op, const mica_type *type,
                                 size_t count,
                                 const mica_type *(*get)(const mica_type *type, size_t index))
{
    LLVMTypeRef *types = mica_malloc((count + 1) * sizeof *types);
    for (size_t i = 0; types && i < count; i++) {
        types[i] = micai_export_type(exporter, op, get(type, i));
        if (!types[i]) {
            mica_free(types);
            return NULL;
        }
    }
    return types;
}

static LLVMTypeRef export_function(micai_exporter *exporter, mica_op *op, const mica_type *type)
{
    size_t count = mica_llvm_function_input_count(type);
    LLVMTypeRef result = micai_export_type(exporter, op, mica_llvm_function_result(type));
    LLVMTypeRef *inputs = export_types(exporter, op, type, count, mica_llvm_function_input);
    LLVMTypeRef made = NULL;
    if (result && inputs)
        made = LLVMFunctionType(result, inputs, (unsigned)count,
                                mica_llvm_function_is_var_arg(type));
    mica_free(inputs);
    return made;
}

static LLVMTypeRef name_struct(micai_exporter *exporter, mica_op *op, const mica_type *type,
                               const mica_identifier *name)
{
    mica_string text = mica_identifier_text(name);
    for (size_t i = 0; i < exporter->named_struct_count; i++) {
        const mica_type *other = exporter->named_structs[i];
        if (mica_type_param(other, 0) == mica_type_param(type, 0) && other != type) {
            mica_op_error(op, "uses two structs with the name '%.*s'", MICA_STRING_ARG(text));
            return NULL;
        }
    }
    if (exporter->named_struct_count == exporter->named_struct_capacity) {
        size_t capacity = 2 * exporter->named_struct_capacity + 8;
        const mica_type **grown =
            mica_realloc(exporter->named_structs, capacity * sizeof *grown);
        if (!grown)
            return NULL;
        exporter->named_structs = grown;
        exporter->named_struct_capacity = capacity;
    }
    exporter->named_structs[exporter->named_struct_count++] = type;
    return LLVMStructCreateNamed(exporter->llvm, text.data);
}

static LLVMTypeRef export_struct(micai_exporter *exporter, mica_op *op, const mica_type *type)
{
    enum { NAME, OPAQUE, PACKED };
    const mica_identifier *name =
        (const mica_identifier *)(uintptr_t)mica_type_param(type, NAME);
    size_t count = mica_llvm_struct_count(type);
    LLVMTypeRef *members = export_types(exporter, op, type, count, mica_llvm_struct_member);
    LLVMTypeRef made = NULL;
    if (members && !name)
        made = LLVMStructTypeInContext(exporter->llvm, members, (unsigned)count,
                                       mica_type_param(type, PACKED) != 0);
    else if (members)
        made = name_struct(exporter, op, type, name);
    if (made && name && !mica_type_param(type, OPAQUE))
        LLVMStructSetBody(made, members, (unsigned)count, mica_type_param(type, PACKED) != 0);
    mica_free(members);
    return made;
}

static LLVMTypeRef export_array(micai_exporter *exporter, mica_op *op, const mica_type *type)
{
    LLVMTypeRef element = micai_export_type(exporter, op, mica_llvm_array_element(type));
    return element ? LLVMArrayType2(element, (uint64_t)mica_llvm_array_size(type)) : NULL;
}

static LLVMTypeRef export_pointer_vector(micai_exporter *exporter, mica_op *op,
                                         const mica_type *type)
{
    enum { SIZE, SCALABLE };
    LLVMTypeRef element = micai_export_type(exporter, op, mica_llvm_array_element(type));
    return element ? make_vector(element, (int64_t)mica_type_param(type, SIZE),
                                 mica_type_param(type, SCALABLE) != 0)
                   : NULL;
}

static LLVMTypeRef export_pointer(micai_exporter *exporter, mica_op *op, const mica_type *type)
{
    (void)op;
    return LLVMPointerTypeInContext(exporter->llvm, mica_llvm_pointer_address_space(type));
}

static LLVMTypeRef export_target(micai_exporter *exporter, mica_op *op, const mica_type *type)
{
    enum { NAME, TYPES, INTEGERS };
    const mica_word_list *types =
        (const mica_word_list *)(uintptr_t)mica_type_param(type, TYPES);
    const mica_word_list *words =
        (const mica_word_list *)(uintptr_t)mica_type_param(type, INTEGERS);
    const mica_identifier *name =
        (const mica_identifier *)(uintptr_t)mica_type_param(type, NAME);
    size_t type_count = types ? mica_word_list_count(types) : 0;
    size_t word_count = words ? mica_word_list_count(words) : 0;
    LLVMTypeRef *made = mica_malloc((type_count + 1) * sizeof *made);
    unsigned *integers = mica_malloc((word_count + 1) * sizeof *integers);
    bool ok = made && integers;
    for (size_t i = 0; ok && i < type_count; i++) {
        uint64_t word = mica_word_list_words(types)[i];
        made[i] = micai_export_type(exporter, op, (const mica_type *)(uintptr_t)word);
        ok = made[i] != NULL;
    }
    for (size_t i = 0; ok && i < word_count; i++)
        integers[i] = (unsigned)mica_word_list_words(words)[i];
    LLVMTypeRef result = NULL;
    if (ok)
        result =
            LLVMTargetExtTypeInContext(exporter->llvm, mica_identifier_text(name).data, made,
                                       (unsigned)type_count, integers, (unsigned)word_count);
    mica_free(made);
    mica_free(integers);
    return result;
}

typedef LLVMTypeRef (*type_fn)(micai_exporter *exporter, mica_op *op, const mica_type *type);
typedef LLVMTypeRef (*plain_type_fn)(LLVMContextRef llvm);

static const struct {
    const mica_type_def *definition;
    type_fn make;
    plain_type_fn make_plain; ///< of types without parameters
} type_rows[] = {
    {&mica_llvm_ptr_type, export_pointer, NULL},
    {&mica_llvm_array_type, export_array, NULL},
    {&mica_llvm_struct_type, export_struct, NULL},
    {&mica_llvm_func_type, export_function, NULL},
    {&mica_llvm_vec_type, export_pointer_vector, NULL},
    {&mica_llvm_target_type, export_target, NULL},
    {&mica_llvm_void_type, NULL, LLVMVoidTypeInContext},
    {&mica_llvm_label_type, NULL, LLVMLabelTypeInContext},
    {&mica_llvm_token_type, NULL, LLVMTokenTypeInContext},
    {&mica_llvm_metadata_type, NULL, LLVMMetadataTypeInContext},
    {&mica_llvm_ppc_fp128_type, NULL, LLVMPPCFP128TypeInContext},
    {&mica_llvm_x86_amx_type, NULL, LLVMX86AMXTypeInContext},
};

static LLVMTypeRef export_dialect_type(micai_exporter *exporter, mica_op *op,
                                       const mica_type *type)
{
    for (size_t i = 0; i < sizeof type_rows / sizeof *type_rows; i++)
        if (mica_type_is_of(type, type_rows[i].definition))
            return type_rows[i].make ? type_rows[i].make(exporter, op, type)
                                     : type_rows[i].make_plain(exporter->llvm);
    return NULL;
}

static LLVMTypeRef export_uncached(micai_exporter *exporter, mica_op *op, const mica_type *type)
{
    LLVMTypeRef made = NULL;
    if (mica_type_is_integer(type))
        made = LLVMIntTypeInContext(exporter->llvm, mica_type_bit_width(type));
    else if (mica_type_is_float(type))
        made = export_float(exporter->llvm, type);
    else if (mica_type_is_vector(type))
        made = export_vector(exporter, op, type);
    else if (mica_type_get_kind(type) == MICA_TYPE_DIALECT)
        made = export_dialect_type(exporter, op, type);
    if (!made)
        mica_op_error(op, "has a type that LLVM IR lacks");
    return made;
}
