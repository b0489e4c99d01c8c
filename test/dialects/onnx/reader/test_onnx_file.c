// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Opening ONNX files: what a good one gives, and where a bad one is said to be bad.
#include "dialects/onnx/reader/onnx-ml.pb-c.h"
#include "dialects/onnx/reader/onnx_file.h"
#include "wire_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NODES_MODEL MODELS_FOLDER "/nodes.onnx"
#define DIGITS_MODEL DIGITS_FOLDER "/digits.onnx"

// Numbers of the schema's fields that the tests write.
enum {
    MODEL_IR_VERSION = 1,
    MODEL_PRODUCER = 2,
    MODEL_GRAPH = 7,
    GRAPH_NODE = 1,
    GRAPH_NAME = 2,
    GRAPH_INITIALIZER = 5,
    NODE_INPUT = 1,
    NODE_NAME = 3,
    NODE_ATTRIBUTE = 5,
    ATTRIBUTE_NAME = 1,
    ATTRIBUTE_TENSOR = 5,
    ATTRIBUTE_GRAPH = 6,
    ATTRIBUTE_FLOATS = 7,
    ATTRIBUTE_INTS = 8,
    TENSOR_NAME = 8,
    TENSOR_RAW = 9,
    TENSOR_DIMS = 1,
};

static wire buffer, inner; // too big for the stack

static void expect_text(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" does not hold \"%s\"", text, part);
}

// The bytes of `model` must be refused with `part` in the message, at `offset`.
static void expect_bad(const wire *model, const char *part, uint64_t offset)
{
    mica_onnx_error error;
    // A copy of exactly the size, so that a sanitizer sees every step beyond the end.
    uint8_t *bytes = malloc(model->size);
    assert_non_null(bytes);
    memcpy(bytes, model->bytes, model->size);
    assert_null(mica_onnx_file_decode(bytes, model->size, &error));
    free(bytes);
    expect_text(error.message, part);
    assert_true(error.has_offset);
    assert_int_equal(error.offset, offset);
}

static void expect_whole_bad(mica_onnx_file *file, const mica_onnx_error *error,
                             const char *part)
{
    assert_null(file);
    expect_text(error->message, part);
    assert_false(error->has_offset);
}

// ---- Good files ----

static void opens_the_digit_classifier(void **state)
{
    (void)state;
    mica_onnx_error error;
    mica_onnx_file *file = mica_onnx_file_open(DIGITS_MODEL, &error);
    assert_non_null(file);
    const Onnx__ModelProto *model = mica_onnx_file_model(file);
    assert_null(mica_onnx_file_tensor(file));
    assert_int_equal(model->opset_import[0]->version, 13);
    assert_int_equal(model->graph->n_node, 15);
    assert_string_equal(model->graph->node[0]->op_type, "Conv");
    assert_string_equal(model->graph->node[14]->op_type, "Softmax");
    assert_string_equal(model->graph->input[0]->name, "image");
    assert_int_equal(model->graph->n_initializer, 18);
    mica_onnx_file_close(file);
}

static void weights_are_slices_of_the_file(void **state)
{
    (void)state;
    mica_onnx_error error;
    size_t size;
    uint8_t *bytes = read_test_file(DIGITS_MODEL, &size);
    mica_onnx_file *file = mica_onnx_file_open(DIGITS_MODEL, &error);
    assert_non_null(file);
    const Onnx__GraphProto *graph = mica_onnx_file_model(file)->graph;
    size_t total = 0;
    for (size_t i = 0; i < graph->n_initializer; i++) {
        mica_onnx_tensor tensor;
        assert_true(mica_onnx_tensor_read(file, graph->initializer[i], &tensor, &error));
        assert_true(tensor.is_mapped);
        assert_true(tensor.data_offset + tensor.size <= size);
        assert_memory_equal(tensor.data, bytes + tensor.data_offset, tensor.size);
        total += tensor.size;
    }
    assert_int_equal(total, 96378 * sizeof(float));
    mica_onnx_file_close(file);
    free(bytes);
}

static void decoded_memory_is_borrowed(void **state)
{
    (void)state;
    mica_onnx_error error;
    size_t size;
    uint8_t *bytes = read_test_file(NODES_MODEL, &size);
    mica_onnx_file *file = mica_onnx_file_decode(bytes, size, &error);
    assert_non_null(file);
    mica_onnx_tensor filters;
    const Onnx__GraphProto *graph = mica_onnx_file_model(file)->graph;
    assert_true(mica_onnx_tensor_read(file, graph->initializer[0], &filters, &error));
    assert_ptr_equal(filters.data, bytes + filters.data_offset);
    mica_onnx_file_close(file);
    free(bytes);
}

static void tensors_inside_attributes_and_graphs_are_read(void **state)
{
    (void)state;
    mica_onnx_error error;
    mica_onnx_file *file = mica_onnx_file_open(NODES_MODEL, &error);
    assert_non_null(file);
    const Onnx__NodeProto *choice = mica_onnx_file_model(file)->graph->node[2];
    assert_string_equal(choice->name, "choice");
    for (size_t i = 0; i < 2; i++) {
        const Onnx__NodeProto *constant = choice->attribute[i]->g->node[0];
        mica_onnx_tensor tensor;
        assert_true(mica_onnx_tensor_read(file, constant->attribute[0]->t, &tensor, &error));
        float last;
        memcpy(&last, (const char *)tensor.data + 5 * sizeof last, sizeof last);
        assert_true(last == 1.5f);
    }
    const Onnx__NodeProto *everything = mica_onnx_file_model(file)->graph->node[3];
    assert_int_equal(everything->n_attribute, 3);
    mica_onnx_file_close(file);
}

static void messages_know_their_offset(void **state)
{
    (void)state;
    mica_onnx_error error;
    size_t size;
    uint8_t *bytes = read_test_file(NODES_MODEL, &size);
    mica_onnx_file *file = mica_onnx_file_decode(bytes, size, &error);
    assert_non_null(file);
    const Onnx__GraphProto *graph = mica_onnx_file_model(file)->graph;
    for (size_t i = 0; i < graph->n_node; i++) {
        const Onnx__NodeProto *node = graph->node[i];
        uint64_t offset = 0;
        assert_true(mica_onnx_message_offset(&node->base, &offset));
        // The node begins with its first input or output: tag, length, text.
        const char *first = node->n_input ? node->input[0] : node->output[0];
        assert_memory_equal(bytes + offset + 2, first, strlen(first));
    }
    uint64_t offset;
    assert_false(mica_onnx_message_offset(&mica_onnx_file_model(file)->base, &offset));
    mica_onnx_file_close(file);
    free(bytes);
}

static void opens_a_tensor_file(void **state)
{
    (void)state;
    mica_onnx_error error;
    mica_onnx_file *file = mica_onnx_tensor_file_open(MODELS_FOLDER "/tensor.pb", &error);
    assert_non_null(file);
    assert_null(mica_onnx_file_model(file));
    mica_onnx_tensor tensor;
    assert_true(mica_onnx_tensor_read(file, mica_onnx_file_tensor(file), &tensor, &error));
    assert_string_equal(tensor.name, "FLOAT");
    assert_int_equal(tensor.rank, 2);
    assert_int_equal(tensor.dims[1], 3);
    assert_int_equal(tensor.size, 24);
    mica_onnx_file_close(file);
    mica_onnx_file_close(NULL);
}

// Fields of a schema that is newer than the build's are stepped over, whatever their number.
static void unknown_fields_are_skipped(void **state)
{
    (void)state;
    wire_clear(&buffer);
    wire_number(&buffer, 15000, 7);
    wire_tag(&buffer, 900, WIRE_64BIT);
    wire_bytes(&buffer, "12345678", 8);
    wire_tag(&buffer, 901, WIRE_32BIT);
    wire_bytes(&buffer, "1234", 4);
    wire_string(&buffer, 902, "text");
    wire_string(&buffer, GRAPH_NAME, "g");
    wire_wrap(&buffer, MODEL_GRAPH);
    mica_onnx_error error;
    mica_onnx_file *file = mica_onnx_file_decode(buffer.bytes, buffer.size, &error);
    assert_non_null(file);
    assert_string_equal(mica_onnx_file_model(file)->graph->name, "g");
    uint64_t offset = 0;
    assert_true(mica_onnx_message_offset(&mica_onnx_file_model(file)->graph->base, &offset));
    assert_int_equal(offset, 2);
    mica_onnx_file_close(file);
}

// ---- Files that are none ----

static void refuses_what_is_no_model_file(void **state)
{
    (void)state;
    mica_onnx_error error;
    expect_whole_bad(mica_onnx_file_open(MODELS_FOLDER "/missing.onnx", &error), &error,
                     "cannot open the file: ");
    expect_whole_bad(mica_onnx_file_open(MODELS_FOLDER, &error), &error, "not a regular file");
    expect_whole_bad(mica_onnx_file_open(THIS_FILE, &error), &error,
                     "the file is text, not a binary ModelProto");
    expect_whole_bad(mica_onnx_tensor_file_open(THIS_FILE, &error), &error,
                     "the file is text, not a binary TensorProto");
    expect_whole_bad(mica_onnx_file_decode("", 0, &error), &error, "the file is empty");
    wire_clear(&buffer);
    wire_number(&buffer, MODEL_IR_VERSION, 7);
    expect_whole_bad(mica_onnx_file_decode(buffer.bytes, buffer.size, &error), &error,
                     "not an ONNX model: it has no graph");
    wire_clear(&buffer);
    wire_number(&buffer, TENSOR_DIMS, 7);
    expect_whole_bad(mica_onnx_tensor_file_decode(buffer.bytes, buffer.size, &error), &error,
                     "not an ONNX tensor: it has no element type");
}

static void refuses_an_empty_file(void **state)
{
    (void)state;
    char path[] = "/tmp/mica-empty-XXXXXX";
    const int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    close(descriptor);
    mica_onnx_error error;
    expect_whole_bad(mica_onnx_file_open(path, &error), &error, "the file is empty");
    unlink(path);
}

// ---- Faults with a place ----

// 3,000 graphs in each other: 12 levels of protobuf-c's frames for each would end the stack.
static void refuses_deep_nesting(void **state)
{
    (void)state;
    wire_clear(&buffer);
    wire_string(&buffer, GRAPH_NAME, "g");
    for (int i = 0; i < 3000; i++) {
        wire_wrap(&buffer, ATTRIBUTE_GRAPH);
        wire_wrap(&buffer, NODE_ATTRIBUTE);
        wire_wrap(&buffer, GRAPH_NODE);
    }
    wire_wrap(&buffer, MODEL_GRAPH);
    mica_onnx_error error;
    assert_null(mica_onnx_file_decode(buffer.bytes, buffer.size, &error));
    expect_text(error.message, "graph.node[0].attribute[0].g.node[0]");
    expect_text(error.message, "messages nest deeper than 64 levels");
    assert_true(error.has_offset);
}

// Model, graph and 20 times node, attribute, graph: 62 messages.
static void accepts_nesting_below_the_limit(void **state)
{
    (void)state;
    wire_clear(&buffer);
    wire_string(&buffer, GRAPH_NAME, "innermost");
    for (int i = 0; i < 20; i++) {
        wire_wrap(&buffer, ATTRIBUTE_GRAPH);
        wire_wrap(&buffer, NODE_ATTRIBUTE);
        wire_wrap(&buffer, GRAPH_NODE);
    }
    wire_wrap(&buffer, MODEL_GRAPH);
    mica_onnx_error error;
    mica_onnx_file *file = mica_onnx_file_decode(buffer.bytes, buffer.size, &error);
    assert_non_null(file);
    const Onnx__GraphProto *graph = mica_onnx_file_model(file)->graph;
    for (int i = 0; i < 20; i++)
        graph = graph->node[0]->attribute[0]->g;
    assert_string_equal(graph->name, "innermost");
    mica_onnx_file_close(file);
}

static void names_the_node_and_the_tensor(void **state)
{
    (void)state;
    wire_clear(&inner);
    wire_string(&inner, TENSOR_NAME, "weights");
    const size_t raw_at = inner.size;
    wire_tag(&inner, TENSOR_RAW, WIRE_LENGTH);
    wire_varint(&inner, 5000);
    const size_t tensor_size = inner.size;
    wire_wrap(&inner, ATTRIBUTE_TENSOR);
    wire_wrap(&inner, NODE_ATTRIBUTE);
    wire_clear(&buffer);
    wire_string(&buffer, NODE_NAME, "conv1");
    wire_bytes(&buffer, inner.bytes, inner.size);
    wire_wrap(&buffer, GRAPH_NODE);
    wire_wrap(&buffer, MODEL_GRAPH);
    expect_bad(&buffer,
               "graph.node[0].attribute[0].t (node 'conv1', tensor 'weights'): "
               "field 9 has 5000 bytes where 0 are left in its message",
               buffer.size - tensor_size + raw_at);
    mica_onnx_error error;
    assert_null(mica_onnx_file_decode(buffer.bytes, buffer.size, &error));
    assert_string_equal(error.node, "conv1");
}

static void shows_odd_names_cleaned_and_cut(void **state)
{
    (void)state;
    char name[301];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = 0;
    name[3] = '\n';
    wire_clear(&buffer);
    wire_string(&buffer, NODE_NAME, name);
    wire_tag(&buffer, NODE_INPUT, WIRE_VARINT);
    wire_wrap(&buffer, GRAPH_NODE);
    wire_wrap(&buffer, MODEL_GRAPH);
    mica_onnx_error error;
    assert_null(mica_onnx_file_decode(buffer.bytes, buffer.size, &error));
    assert_int_equal(strlen(error.node), sizeof error.node - 1);
    expect_text(error.node, "nnn?nnn");
    assert_string_equal(error.node + strlen(error.node) - 4, "n...");
}

static void refuses_bad_numbers(void **state)
{
    (void)state;
    wire_clear(&buffer);
    wire_bytes(&buffer, "\x08\xff\xff", 3);
    expect_bad(&buffer, "ModelProto: a number is cut off by the end of its message", 1);
    wire_clear(&buffer);
    wire_bytes(&buffer, "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12);
    expect_bad(&buffer, "a number has more than 10 bytes", 1);
    wire_clear(&buffer);
    wire_bytes(&buffer, "\xff\xff\xff\xff\xff\x01", 6);
    expect_bad(&buffer, "a number has more than 5 bytes", 0);
    wire_clear(&buffer);
    wire_bytes(&buffer, "\x02\x01g", 3);
    expect_bad(&buffer, "0 is no field number", 0);
    wire_clear(&buffer);
    wire_bytes(&buffer, "\xfa\xff\xff\xff\x7f\x01", 6);
    expect_bad(&buffer, "4294967295 is no field number", 0);
}

static void refuses_wrong_wire_types(void **state)
{
    (void)state;
    wire_clear(&buffer);
    wire_string(&buffer, MODEL_PRODUCER, "p");
    wire_string(&buffer, MODEL_IR_VERSION, "7");
    expect_bad(&buffer, "ir_version has wire type 2 instead of 0", 3);
    wire_clear(&buffer);
    wire_number(&buffer, MODEL_GRAPH, 7);
    expect_bad(&buffer, "graph has wire type 0 instead of 2", 0);
    wire_clear(&buffer);
    wire_tag(&buffer, 99, WIRE_GROUP);
    expect_bad(&buffer, "field 99 has wire type 3, which ONNX never uses", 0);
}

static void refuses_repeated_singular_fields(void **state)
{
    (void)state;
    wire_clear(&buffer);
    wire_number(&buffer, MODEL_IR_VERSION, 7);
    wire_number(&buffer, MODEL_IR_VERSION, 8);
    expect_bad(&buffer, "ir_version is given twice", 2);
    wire_clear(&inner);
    wire_clear(&buffer);
    wire_message(&buffer, MODEL_GRAPH, &inner);
    wire_message(&buffer, MODEL_GRAPH, &inner);
    expect_bad(&buffer, "graph is given twice", 2);
}

static void refuses_bad_packed_and_text_fields(void **state)
{
    (void)state;
    wire_clear(&buffer);
    wire_string(&buffer, ATTRIBUTE_FLOATS, "12345");
    wire_wrap(&buffer, NODE_ATTRIBUTE);
    wire_wrap(&buffer, GRAPH_NODE);
    wire_wrap(&buffer, MODEL_GRAPH);
    expect_bad(&buffer, "graph.node[0].attribute[0]: floats has 5 bytes, not a multiple of 4",
               8);
    wire_clear(&buffer);
    wire_string(&buffer, ATTRIBUTE_INTS, "\x01\xff");
    wire_wrap(&buffer, NODE_ATTRIBUTE);
    wire_wrap(&buffer, GRAPH_NODE);
    wire_wrap(&buffer, MODEL_GRAPH);
    expect_bad(&buffer, "a number is cut off by the end of its message", 9);
    wire_clear(&buffer);
    wire_tag(&buffer, MODEL_PRODUCER, WIRE_LENGTH);
    wire_varint(&buffer, 3);
    wire_bytes(&buffer, "a\0b", 3);
    expect_bad(&buffer, "producer_name holds a zero byte", 3);
}

// ---- Standing properties ----

// Reads everything that a decoded model refers to, for the sanitizers.
static void look_at_tensors(mica_onnx_file *file)
{
    mica_onnx_error error;
    const Onnx__GraphProto *graph = mica_onnx_file_model(file)->graph;
    for (size_t i = 0; i < graph->n_initializer; i++) {
        mica_onnx_tensor tensor;
        unsigned sum = 0;
        if (!mica_onnx_tensor_read(file, graph->initializer[i], &tensor, &error)) {
            assert_true(error.message[0]);
            continue;
        }
        for (size_t j = 0; j < tensor.size; j++)
            sum += ((const uint8_t *)tensor.data)[j];
        assert_true(sum <= 255 * tensor.size);
    }
}

static void try_bytes(const uint8_t *bytes, size_t size)
{
    mica_onnx_error error = {.message = ""};
    mica_onnx_file *file = mica_onnx_file_decode(bytes, size, &error);
    if (!file) {
        assert_true(error.message[0]);
        assert_null(strstr(error.message, "out of memory"));
        assert_true(!error.has_offset || error.offset <= size);
        return;
    }
    look_at_tensors(file);
    mica_onnx_file_close(file);
}

static void survives_every_truncation(void **state)
{
    (void)state;
    static const char *const paths[] = {NODES_MODEL, MODELS_FOLDER "/typed.onnx"};
    for (size_t p = 0; p < 2; p++) {
        size_t size;
        uint8_t *bytes = read_test_file(paths[p], &size);
        for (size_t cut = 0; cut < size; cut++) {
            uint8_t *start = malloc(cut ? cut : 1);
            assert_non_null(start);
            memcpy(start, bytes, cut);
            try_bytes(start, cut);
            free(start);
        }
        free(bytes);
    }
}

static void survives_every_corrupt_byte(void **state)
{
    (void)state;
    static const uint8_t values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    size_t size;
    uint8_t *bytes = read_test_file(NODES_MODEL, &size);
    for (size_t i = 0; i < size; i++) {
        const uint8_t kept = bytes[i];
        for (size_t v = 0; v < sizeof values; v++) {
            bytes[i] = values[v];
            try_bytes(bytes, size);
        }
        bytes[i] = kept;
    }
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_the_digit_classifier),
        cmocka_unit_test(weights_are_slices_of_the_file),
        cmocka_unit_test(decoded_memory_is_borrowed),
        cmocka_unit_test(tensors_inside_attributes_and_graphs_are_read),
        cmocka_unit_test(messages_know_their_offset),
        cmocka_unit_test(opens_a_tensor_file),
        cmocka_unit_test(unknown_fields_are_skipped),
        cmocka_unit_test(refuses_what_is_no_model_file),
        cmocka_unit_test(refuses_an_empty_file),
        cmocka_unit_test(refuses_deep_nesting),
        cmocka_unit_test(accepts_nesting_below_the_limit),
        cmocka_unit_test(names_the_node_and_the_tensor),
        cmocka_unit_test(shows_odd_names_cleaned_and_cut),
        cmocka_unit_test(refuses_bad_numbers),
        cmocka_unit_test(refuses_wrong_wire_types),
        cmocka_unit_test(refuses_repeated_singular_fields),
        cmocka_unit_test(refuses_bad_packed_and_text_fields),
        cmocka_unit_test(survives_every_truncation),
        cmocka_unit_test(survives_every_corrupt_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
