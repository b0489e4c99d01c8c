// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Any bytes as an ONNX model and as an ONNX tensor: opened or refused with a message, and every
// tensor that opens is read to its last byte. "Out of memory" would mean that protobuf-c
// refused what the wire scan had let through, and is a fault.
#include "dialects/onnx/reader/onnx-ml.pb-c.h"
#include "dialects/onnx/reader/onnx_file.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_error(const mica_onnx_error *error, size_t size)
{
    if (!error->message[0] || strcmp(error->message, "out of memory") == 0 ||
        (error->has_offset && error->offset > size))
        abort();
}

static void read_tensor(mica_onnx_file *file, const Onnx__TensorProto *proto, size_t size)
{
    static volatile uint8_t sink;
    mica_onnx_tensor tensor;
    mica_onnx_error error;
    if (!mica_onnx_tensor_read(file, proto, &tensor, &error)) {
        check_error(&error, size);
        return;
    }
    for (size_t i = 0; i < tensor.size; i++)
        sink = ((const uint8_t *)tensor.data)[i];
    (void)sink;
}

static void read_graph(mica_onnx_file *file, const Onnx__GraphProto *graph, size_t size)
{
    for (size_t i = 0; i < graph->n_initializer; i++)
        read_tensor(file, graph->initializer[i], size);
    for (size_t i = 0; i < graph->n_node; i++) {
        for (size_t j = 0; j < graph->node[i]->n_attribute; j++) {
            const Onnx__AttributeProto *attribute = graph->node[i]->attribute[j];
            if (attribute->t)
                read_tensor(file, attribute->t, size);
            if (attribute->g)
                read_graph(file, attribute->g, size); // as deep as the reader lets through
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    mica_onnx_error error;
    mica_onnx_file *file = mica_onnx_file_decode(bytes, size, &error);
    if (file)
        read_graph(file, mica_onnx_file_model(file)->graph, size);
    else
        check_error(&error, size);
    mica_onnx_file_close(file);

    file = mica_onnx_tensor_file_decode(bytes, size, &error);
    if (file)
        read_tensor(file, mica_onnx_file_tensor(file), size);
    else
        check_error(&error, size);
    mica_onnx_file_close(file);
    return 0;
}
