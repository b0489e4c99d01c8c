// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tensors of the file as attributes. A large one whose elements lie in the file as they do in
// memory becomes a slice of the mapping; all others are copied.
#include "dialects/onnx/reader/import_internal.h"

#include <stdlib.h>

/// Below this the attribute would copy the bytes anyway.
enum { SLICE_THRESHOLD = 4096 };

/// The IR's float for each of ONNX's.
static const struct float_row {
    int32_t type;
    mica_float_kind kind;
} float_rows[] = {
    {MICA_ONNX_TYPE_FLOAT, MICA_FLOAT_F32},
    {MICA_ONNX_TYPE_DOUBLE, MICA_FLOAT_F64},
    {MICA_ONNX_TYPE_FLOAT16, MICA_FLOAT_F16},
    {MICA_ONNX_TYPE_BFLOAT16, MICA_FLOAT_BF16},
    {MICA_ONNX_TYPE_FLOAT8E4M3FN, MICA_FLOAT_F8E4M3FN},
    {MICA_ONNX_TYPE_FLOAT8E4M3FNUZ, MICA_FLOAT_F8E4M3FNUZ},
    {MICA_ONNX_TYPE_FLOAT8E5M2, MICA_FLOAT_F8E5M2},
    {MICA_ONNX_TYPE_FLOAT8E5M2FNUZ, MICA_FLOAT_F8E5M2FNUZ},
    {MICA_ONNX_TYPE_FLOAT8E8M0, MICA_FLOAT_F8E8M0FNU},
    {MICA_ONNX_TYPE_FLOAT4E2M1, MICA_FLOAT_F4E2M1FN},
};

const mica_type *micai_import_element_type(mica_context *context, int32_t type)
{
    for (size_t i = 0; i < sizeof float_rows / sizeof *float_rows; ++i)
        if (float_rows[i].type == type)
            return mica_float_type_get(context, float_rows[i].kind);
    switch (type) {
    case MICA_ONNX_TYPE_BOOL:
        return mica_integer_type_get(context, 1, MICA_SIGNLESS);
    case MICA_ONNX_TYPE_INT2:
    case MICA_ONNX_TYPE_INT4:
    case MICA_ONNX_TYPE_INT8:
    case MICA_ONNX_TYPE_INT16:
    case MICA_ONNX_TYPE_INT32:
    case MICA_ONNX_TYPE_INT64:
        return mica_integer_type_get(context, mica_onnx_type_bits(type), MICA_SIGNLESS);
    case MICA_ONNX_TYPE_UINT2:
    case MICA_ONNX_TYPE_UINT4:
    case MICA_ONNX_TYPE_UINT8:
    case MICA_ONNX_TYPE_UINT16:
    case MICA_ONNX_TYPE_UINT32:
    case MICA_ONNX_TYPE_UINT64:
        return mica_integer_type_get(context, mica_onnx_type_bits(type), MICA_UNSIGNED);
    default:
        return NULL;
    }
}

/// Any byte but 0 means true; an i1 element must be 0 or 1.
static const mica_attr *bools_of(const mica_type *type, const mica_onnx_tensor *tensor)
{
    unsigned char *copy = malloc(tensor->size + 1);
    if (!copy)
        return NULL;
    for (size_t i = 0; i < tensor->size; ++i)
        copy[i] = ((const unsigned char *)tensor->data)[i] != 0;
    const mica_attr *attr = mica_dense_elements_attr_get(type, copy, tensor->size, false);
    free(copy);
    return attr;
}

/// Elements that share bytes in the file have one each here.
static const mica_attr *unpacked(micai_importer *importer, const mica_type *type,
                                 const mica_onnx_tensor *tensor)
{
    void *bytes;
    mica_blob *blob =
        mica_blob_allocate(importer->context, (size_t)tensor->element_count, &bytes);
    if (!blob)
        return NULL;
    mica_onnx_tensor_unpack(tensor, bytes);
    return mica_dense_elements_attr_get_blob(type, blob);
}

static const mica_attr *elements_of(micai_importer *importer, const mica_type *type,
                                    const mica_onnx_tensor *tensor)
{
    if (tensor->type == MICA_ONNX_TYPE_BOOL)
        return bools_of(type, tensor);
    if (mica_onnx_type_bits((int32_t)tensor->type) < 8)
        return unpacked(importer, type, tensor);
    mica_blob *mapping = tensor->is_mapped && tensor->size > SLICE_THRESHOLD
                             ? micai_import_mapping(importer, tensor->other_file)
                             : NULL;
    if (!mapping)
        return mica_dense_elements_attr_get(type, tensor->data, tensor->size, false);
    mica_blob *blob = mica_blob_slice(mapping, (size_t)tensor->data_offset, tensor->size);
    return blob ? mica_dense_elements_attr_get_blob(type, blob) : NULL;
}

const mica_attr *micai_import_tensor(micai_importer *importer, const Onnx__TensorProto *tensor)
{
    mica_onnx_tensor content;
    mica_onnx_error error;
    if (!mica_onnx_tensor_read(importer->file, tensor, &content, &error)) {
        micai_import_fail_reader(importer, &error);
        return NULL;
    }
    const char *name = content.name;
    const mica_type *element =
        micai_import_element_type(importer->context, (int32_t)content.type);
    if (!element) {
        micai_import_fail(importer, &tensor->base,
                          "tensor '%s' has element type %s, which is not supported", name,
                          mica_onnx_type_name((int32_t)content.type));
        return NULL;
    }
    if (content.rank > MICA_ONNX_MAX_RANK) {
        micai_import_fail(importer, &tensor->base, "tensor '%s' has rank %zu; the limit is %d",
                          name, content.rank, MICA_ONNX_MAX_RANK);
        return NULL;
    }
    const mica_type *type = mica_tensor_type_get(element, content.dims, content.rank, NULL);
    const mica_attr *attr = type ? elements_of(importer, type, &content) : NULL;
    if (!attr)
        micai_import_fail(importer, NULL, "out of memory");
    return attr;
}

mica_value *micai_import_constant(micai_importer *importer, mica_location location,
                                  const mica_attr *value)
{
    if (!value)
        return NULL;
    mica_op_state state;
    mica_op_state_init(&state, importer->context, "onnx.Constant", location);
    mica_op_state_set_attr(&state, "value", value);
    mica_op_state_add_result(&state, mica_attr_type(value));
    mica_op *op = mica_builder_create(&importer->builder, &state);
    if (op)
        return mica_op_result(op, 0);
    micai_import_fail(importer, NULL, "out of memory");
    return NULL;
}

mica_value *micai_import_sizes(micai_importer *importer, const Onnx__NodeProto *node,
                               const int64_t *sizes, size_t count)
{
    const int64_t shape = (int64_t)count;
    const mica_type *element = mica_integer_type_get(importer->context, 64, MICA_SIGNLESS);
    const mica_type *type = element ? mica_tensor_type_get(element, &shape, 1, NULL) : NULL;
    if (!type)
        return NULL;
    return micai_import_constant(
        importer, micai_import_location(importer, node->name),
        mica_dense_elements_attr_get(type, sizes, count * sizeof *sizes, false));
}
