// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Attributes as LLVM constants. Elements go through their bits, so that every float, NaNs
// included, arrives as it was. LLVM-C 19 can make arrays of data only from strings: a global
// over 4 KiB is therefore exported as the bytes that it is, which costs a copy instead of a
// constant for each element. Pointers are opaque, so nobody sees the global's type.
#include "codegen/llvm/export_internal.h"

#include <stdlib.h>

#define BYTES_ABOVE 4096

static LLVMValueRef refuse(mica_op *op, const char *what)
{
    mica_op_error(op, "has %s that is no LLVM constant", what);
    return NULL;
}

/// A number of `width` bits as the type, which has as many.
static LLVMValueRef from_words(micai_exporter *exporter, LLVMTypeRef type, uint32_t width,
                               const uint64_t *words)
{
    LLVMTypeRef integer = LLVMIntTypeInContext(exporter->llvm, width);
    LLVMValueRef bits = LLVMConstIntOfArbitraryPrecision(integer, (width + 63) / 64, words);
    return integer == type ? bits : LLVMConstBitCast(bits, type);
}

/// An integer of another width than the result's (index constants) is cut or sign-extended.
static LLVMValueRef from_integer(micai_exporter *exporter, LLVMTypeRef type,
                                 const mica_attr *attr)
{
    uint32_t width = mica_type_bit_width(mica_attr_type(attr));
    if (LLVMGetTypeKind(type) != LLVMIntegerTypeKind)
        return from_words(exporter, type, width, mica_integer_attr_words(attr));
    if (LLVMGetIntTypeWidth(type) == width)
        return from_words(exporter, type, width, mica_integer_attr_words(attr));
    return LLVMConstInt(type, (uint64_t)mica_integer_attr_value(attr), true);
}

static LLVMValueRef from_float(micai_exporter *exporter, LLVMTypeRef type,
                               const mica_attr *attr)
{
    uint64_t bits[2];
    mica_float_attr_bits(attr, bits);
    return from_words(exporter, type, mica_type_bit_width(mica_attr_type(attr)), bits);
}

static LLVMValueRef from_scalar(micai_exporter *exporter, mica_op *op, LLVMTypeRef type,
                                const mica_attr *attr)
{
    if (mica_attr_is(attr, MICA_ATTR_INTEGER))
        return from_integer(exporter, type, attr);
    if (mica_attr_is(attr, MICA_ATTR_FLOAT))
        return from_float(exporter, type, attr);
    return refuse(op, "an element");
}

// ---- elements

/// Where the next leaf comes from.
typedef struct element_reader {
    micai_exporter *exporter;
    mica_op *op;
    const unsigned char *data;
    uint32_t width;    ///< bits of an element
    size_t size;       ///< bytes of an element in `data`
    size_t left;       ///< bytes not read yet
    bool is_splat;     ///< `data` is one element, read again and again
    LLVMValueRef leaf; ///< of a splat
} element_reader;

static LLVMValueRef read_leaf(element_reader *reader, LLVMTypeRef type)
{
    if (reader->leaf)
        return reader->leaf;
    if (reader->left < reader->size)
        return refuse(reader->op, "fewer elements than its type");
    uint64_t words[2] = {0, 0};
    memcpy(words, reader->data, reader->size);
    LLVMValueRef leaf = from_words(reader->exporter, type, reader->width, words);
    if (reader->is_splat) {
        reader->leaf = leaf;
        return leaf;
    }
    reader->data += reader->size;
    reader->left -= reader->size;
    return leaf;
}

/// Arrays nest as deep as the tensor has dimensions.
static LLVMValueRef read_elements(element_reader *reader, LLVMTypeRef type)
{
    LLVMTypeKind kind = LLVMGetTypeKind(type);
    if (kind == LLVMScalableVectorTypeKind)
        return refuse(reader->op, "a scalable vector");
    if (kind != LLVMArrayTypeKind && kind != LLVMVectorTypeKind)
        return read_leaf(reader, type);
    bool is_array = kind == LLVMArrayTypeKind;
    LLVMTypeRef element = LLVMGetElementType(type);
    uint64_t count = is_array ? LLVMGetArrayLength2(type) : LLVMGetVectorSize(type);
    LLVMValueRef *parts = mica_malloc((count + 1) * sizeof *parts);
    LLVMValueRef made = NULL;
    bool ok = parts != NULL;
    for (uint64_t i = 0; ok && i < count; i++) {
        parts[i] = reader->is_splat && i > 0 ? parts[0] : read_elements(reader, element);
        ok = parts[i] != NULL;
    }
    if (ok)
        made = is_array ? LLVMConstArray2(element, parts, count)
                        : LLVMConstVector(parts, (unsigned)count);
    mica_free(parts);
    return made;
}

/// The bytes behind dense elements or a resource; NULL after a diagnostic.
static const void *elements_data(mica_op *op, const mica_attr *attr, size_t *size,
                                 bool *is_splat)
{
    *is_splat = false;
    if (mica_attr_is(attr, MICA_ATTR_DENSE_ELEMENTS)) {
        *is_splat = mica_dense_elements_attr_is_splat(attr);
        return mica_dense_elements_attr_data(attr, size);
    }
    mica_blob *blob =
        mica_context_find_resource(mica_op_context(op), mica_dense_resource_attr_key(attr));
    if (!blob) {
        refuse(op, "a resource");
        return NULL;
    }
    *size = mica_blob_size(blob);
    return mica_blob_data(blob);
}

static LLVMValueRef from_elements(micai_exporter *exporter, mica_op *op, LLVMTypeRef type,
                                  const mica_attr *attr)
{
    const mica_type *element = mica_type_element(mica_attr_type(attr));
    if (mica_type_get_kind(element) == MICA_TYPE_COMPLEX)
        return refuse(op, "complex elements");
    element_reader reader = {.exporter = exporter,
                             .op = op,
                             .width = mica_type_bit_width(element),
                             .size = mica_dense_element_size(element)};
    reader.data = elements_data(op, attr, &reader.left, &reader.is_splat);
    if (!reader.data)
        return NULL;
    if (reader.is_splat && LLVMGetTypeKind(type) == LLVMScalableVectorTypeKind)
        return refuse(op, "a scalable vector");
    return read_elements(&reader, type);
}

// ---- anything

static LLVMValueRef from_array(micai_exporter *exporter, mica_op *op, LLVMTypeRef type,
                               const mica_attr *attr)
{
    unsigned count = (unsigned)mica_array_attr_count(attr);
    if (LLVMGetTypeKind(type) != LLVMStructTypeKind ||
        LLVMCountStructElementTypes(type) != count)
        return refuse(op, "an array attribute");
    LLVMValueRef *members = mica_malloc((count + 1) * sizeof *members);
    bool ok = members != NULL;
    for (unsigned i = 0; ok && i < count; i++) {
        members[i] = from_scalar(exporter, op, LLVMStructGetTypeAtIndex(type, i),
                                 mica_array_attr_element(attr, i));
        ok = members[i] != NULL;
    }
    LLVMValueRef made = NULL;
    if (ok)
        made = LLVMGetStructName(type)
                   ? LLVMConstNamedStruct(type, members, count)
                   : LLVMConstStructInContext(exporter->llvm, members, count,
                                              LLVMIsPackedStruct(type));
    mica_free(members);
    return made;
}

static LLVMValueRef from_string(micai_exporter *exporter, mica_string text)
{
    return LLVMConstStringInContext2(exporter->llvm, text.data, text.length, true);
}

static LLVMValueRef from_dialect_attr(mica_op *op, LLVMTypeRef type, const mica_attr *attr)
{
    if (mica_attr_is_llvm_zero(attr))
        return LLVMConstNull(type);
    if (mica_attr_is_llvm_undef(attr))
        return LLVMGetUndef(type);
    if (mica_attr_is_llvm_poison(attr))
        return LLVMGetPoison(type);
    return refuse(op, "an attribute");
}

LLVMValueRef micai_export_constant(micai_exporter *exporter, mica_op *op, const mica_attr *attr,
                                   const mica_type *type)
{
    LLVMTypeRef made = micai_export_type(exporter, op, type);
    if (!made)
        return NULL;
    switch (mica_attr_get_kind(attr)) {
    case MICA_ATTR_INTEGER:
    case MICA_ATTR_FLOAT:
        return from_scalar(exporter, op, made, attr);
    case MICA_ATTR_DENSE_ELEMENTS:
    case MICA_ATTR_DENSE_RESOURCE:
        return from_elements(exporter, op, made, attr);
    case MICA_ATTR_STRING:
        return from_string(exporter, mica_string_attr_text(attr));
    case MICA_ATTR_ARRAY:
        return from_array(exporter, op, made, attr);
    case MICA_ATTR_SYMBOL_REF:
        return micai_export_symbol(exporter, op, attr);
    case MICA_ATTR_DIALECT:
        return from_dialect_attr(op, made, attr);
    default:
        return refuse(op, "an attribute");
    }
}

LLVMValueRef micai_export_initializer(micai_exporter *exporter, mica_op *op,
                                      const mica_attr *attr, const mica_type *type)
{
    bool is_bytes = mica_attr_is(attr, MICA_ATTR_DENSE_ELEMENTS) ||
                    mica_attr_is(attr, MICA_ATTR_DENSE_RESOURCE);
    if (is_bytes) {
        size_t size = 0;
        bool is_splat = false;
        const void *data = elements_data(op, attr, &size, &is_splat);
        if (!data)
            return NULL;
        mica_string bytes = {data, size};
        if (!is_splat && size > BYTES_ABOVE)
            return from_string(exporter, bytes);
    }
    return micai_export_constant(exporter, op, attr, type);
}
