// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sequences and optionals. How long a sequence is and what an optional holds is settled here:
//
//   s = SequenceConstruct(a, b) ; t = SequenceInsert(s, c, 0) ; r = SequenceAt(t, 2)    ->    b
//
// Where that depends on data the model is refused: memory is planned, and tensors that come and
// go have no place in it.
#include "dialects/onnx/reader/import_internal.h"

#include <stdlib.h>

// ---- reading
// ---------------------------------------------------------------------------------

/// Input `index` as an item. False after a diagnostic; one that is left out has neither part.
static bool find_item(micai_importer *importer, const Onnx__NodeProto *node, size_t index,
                      micai_item *item)
{
    *item = (micai_item){NULL, NULL};
    if (index >= node->n_input || !node->input[index][0])
        return true;
    return micai_find_item(importer, node->input[index], item) ||
           micai_import_fail_node(importer, node, "input '%s' is not defined before this node",
                                  node->input[index]);
}

static const micai_sequence *find_sequence(micai_importer *importer,
                                           const Onnx__NodeProto *node, size_t index)
{
    micai_item item;
    if (!find_item(importer, node, index, &item))
        return NULL;
    if (!item.sequence || item.sequence == &micai_import_nothing) {
        micai_import_fail_node(importer, node, "input #%zu must be a sequence", index);
        return NULL;
    }
    return item.sequence;
}

/// The position that input `index` gives, of `count` ones; the last one when it is left out.
/// Negative ones count from the end of the `length` elements.
static bool find_position(micai_importer *importer, const Onnx__NodeProto *node, size_t index,
                          size_t count, size_t length, size_t *position)
{
    micai_item item;
    int64_t given;
    if (!find_item(importer, node, index, &item))
        return false;
    *position = count - 1;
    if (!item.value)
        return count > 0 || micai_import_fail_node(importer, node, "the sequence is empty");
    if (mica_onnx_known_ints(item.value, &given, 1) != 1 || given == MICA_DYNAMIC)
        return micai_import_fail_node(importer, node,
                                      "the position in the sequence is not known when the "
                                      "model is read");
    *position = (size_t)(given < 0 ? given + (int64_t)length : given);
    return *position < count ||
           micai_import_fail_node(importer, node, "position %lld is outside of the sequence",
                                  (long long)given);
}

static bool bind_one(micai_importer *importer, const Onnx__NodeProto *node, mica_value *value,
                     const micai_sequence *sequence)
{
    const micai_item item = {value, sequence};
    return (value || sequence) && micai_bind_items(importer, node, &item, 1);
}

// ---- making and taking apart
// -----------------------------------------------------------------

static bool sequence_empty(micai_importer *importer, const Onnx__NodeProto *node)
{
    const int32_t type = (int32_t)micai_node_int(node, "dtype", MICA_ONNX_TYPE_FLOAT);
    micai_sequence *sequence = micai_sequence_create(importer, 0);
    if (sequence)
        sequence->element = micai_import_element_type(importer->context, type);
    return bind_one(importer, node, NULL, sequence);
}

static bool sequence_construct(micai_importer *importer, const Onnx__NodeProto *node)
{
    micai_sequence *sequence = micai_sequence_create(importer, node->n_input);
    for (size_t i = 0; sequence && i < node->n_input; ++i) {
        sequence->values[i] = micai_find_tensor(importer, node, i);
        if (!sequence->values[i])
            return false;
    }
    return bind_one(importer, node, NULL, sequence);
}

static bool sequence_insert(micai_importer *importer, const Onnx__NodeProto *node)
{
    const micai_sequence *old = find_sequence(importer, node, 0);
    mica_value *value = old ? micai_find_tensor(importer, node, 1) : NULL;
    size_t position;
    if (!value || !find_position(importer, node, 2, old->count + 1, old->count, &position))
        return false;
    micai_sequence *sequence = micai_sequence_create(importer, old->count + 1);
    if (!sequence)
        return false;
    memcpy(sequence->values, old->values, position * sizeof *old->values);
    sequence->values[position] = value;
    memcpy(sequence->values + position + 1, old->values + position,
           (old->count - position) * sizeof *old->values);
    return bind_one(importer, node, NULL, sequence);
}

static bool sequence_erase(micai_importer *importer, const Onnx__NodeProto *node)
{
    const micai_sequence *old = find_sequence(importer, node, 0);
    size_t position;
    if (!old || !find_position(importer, node, 1, old->count, old->count, &position))
        return false;
    micai_sequence *sequence = micai_sequence_create(importer, old->count - 1);
    if (!sequence)
        return false;
    memcpy(sequence->values, old->values, position * sizeof *old->values);
    memcpy(sequence->values + position, old->values + position + 1,
           (old->count - 1 - position) * sizeof *old->values);
    return bind_one(importer, node, NULL, sequence);
}

/// An element may be one of sizes that are not known here.
static mica_value *element_of(micai_importer *importer, const Onnx__NodeProto *node,
                              const micai_sequence *sequence, size_t index)
{
    if (!sequence->values[index])
        micai_import_fail_node(importer, node,
                               "where element #%zu of the sequence was split off is not known "
                               "when the model is read",
                               index);
    return sequence->values[index];
}

static bool sequence_at(micai_importer *importer, const Onnx__NodeProto *node)
{
    const micai_sequence *sequence = find_sequence(importer, node, 0);
    size_t position;
    return sequence &&
           find_position(importer, node, 1, sequence->count, sequence->count, &position) &&
           bind_one(importer, node, element_of(importer, node, sequence, position), NULL);
}

static bool sequence_length(micai_importer *importer, const Onnx__NodeProto *node)
{
    const micai_sequence *sequence = find_sequence(importer, node, 0);
    return sequence &&
           bind_one(importer, node,
                    micai_import_number(importer, node, 64, (int64_t)sequence->count), NULL);
}

static bool concat_from_sequence(micai_importer *importer, const Onnx__NodeProto *node)
{
    const micai_sequence *sequence = find_sequence(importer, node, 0);
    if (!sequence)
        return false;
    if (sequence->count == 0)
        return micai_import_fail_node(importer, node, "the sequence is empty");
    for (size_t i = 0; i < sequence->count; ++i)
        if (!element_of(importer, node, sequence, i))
            return false;
    int64_t axis = micai_node_int(node, "axis", 0);
    if (micai_node_int(node, "new_axis", 0) == 0)
        return bind_one(importer, node,
                        micai_import_with_axis(importer, node, "onnx.Concat", sequence->values,
                                               sequence->count, axis),
                        NULL);
    const mica_type *type = mica_value_type(sequence->values[0]);
    if (axis < 0 && mica_type_is_ranked(type))
        axis += (int64_t)mica_type_rank(type) + 1;
    return bind_one(importer, node,
                    micai_import_stack(importer, node, sequence->values, sequence->count, axis),
                    NULL);
}

// ---- SplitToSequence
// -------------------------------------------------------------------------

/// Where the pieces end. `count` of them; NULL: at places that are not known, or after a
/// diagnostic, with `failed` set.
static int64_t *find_ends(micai_importer *importer, const Onnx__NodeProto *node,
                          mica_value *split, int64_t size, size_t *count, bool *failed)
{
    int64_t given[MICA_ONNX_MOST_KNOWN];
    const int64_t known = split ? mica_onnx_known_ints(split, given, MICA_ONNX_MOST_KNOWN) : 1;
    const bool is_vector = split && mica_type_is_ranked(mica_value_type(split)) &&
                           mica_type_rank(mica_value_type(split)) == 1;
    int64_t step = split && known == 1 ? given[0] : 1;
    *failed = false;
    if (is_vector)
        *count = (size_t)mica_type_shape(mica_value_type(split))[0];
    for (int64_t i = 0; i < known; ++i)
        if (is_vector && given[i] == MICA_DYNAMIC)
            return NULL;
    if (is_vector && known < 0 && mica_type_has_static_shape(mica_value_type(split)))
        return NULL;
    *failed = true;
    if (size == MICA_DYNAMIC || known < 0 || step < 1) {
        micai_import_fail_node(importer, node,
                               "into how many pieces is not known when the model is read");
        return NULL;
    }
    if (!is_vector)
        *count = (size_t)((size + step - 1) / step);
    int64_t *ends = malloc((*count + 1) * sizeof *ends);
    int64_t end = 0;
    for (size_t i = 0; ends && i < *count; ++i) {
        end += is_vector ? given[i] : step;
        ends[i] = end < size ? end : size;
    }
    *failed = !ends && !micai_import_fail(importer, NULL, "out of memory");
    return ends;
}

static mica_value *piece_of(micai_importer *importer, const Onnx__NodeProto *node,
                            mica_value *input, int64_t axis, int64_t start, int64_t end,
                            bool keep)
{
    mica_value *const operands[] = {input, micai_import_sizes(importer, node, &start, 1),
                                    micai_import_sizes(importer, node, &end, 1),
                                    micai_import_sizes(importer, node, &axis, 1)};
    if (!operands[1] || !operands[2] || !operands[3])
        return NULL;
    mica_value *piece =
        micai_import_op(importer, node, "onnx.Slice", operands, 4, false, NULL, NULL, 0);
    mica_value *const squeezed[] = {piece, operands[3]};
    return !piece || keep ? piece
                          : micai_import_op(importer, node, "onnx.Squeeze", squeezed, 2, false,
                                            NULL, NULL, 0);
}

static bool split_to_sequence(micai_importer *importer, const Onnx__NodeProto *node)
{
    mica_value *input = micai_find_tensor(importer, node, 0);
    micai_item split;
    size_t axis, count = 0;
    if (!input || !find_item(importer, node, 1, &split))
        return false;
    const mica_type *type = mica_value_type(input);
    if (!mica_type_is_ranked(type) ||
        !mica_onnx_axis(micai_node_int(node, "axis", 0), mica_type_rank(type), &axis))
        return micai_import_fail_node(importer, node, "its axis is out of range");
    const bool keep = split.value || micai_node_int(node, "keepdims", 1) != 0;
    bool failed;
    int64_t *ends =
        find_ends(importer, node, split.value, mica_type_shape(type)[axis], &count, &failed);
    micai_sequence *sequence = failed ? NULL : micai_sequence_create(importer, count);
    bool ok = sequence != NULL;
    for (size_t i = 0; i < count && ok && ends; ++i) {
        sequence->values[i] = piece_of(importer, node, input, (int64_t)axis,
                                       i == 0 ? 0 : ends[i - 1], ends[i], keep);
        ok = sequence->values[i] != NULL;
    }
    free(ends);
    return ok && bind_one(importer, node, NULL, sequence);
}

// ---- SequenceMap
// -----------------------------------------------------------------------------

/// The graph once for each element; sequences among the inputs give theirs.
static bool map_elements(micai_importer *importer, const Onnx__NodeProto *node,
                         const Onnx__GraphProto *graph, const micai_item *inputs,
                         micai_item *given, micai_item *outputs, micai_sequence **results)
{
    for (size_t i = 0; i < inputs[0].sequence->count; ++i) {
        for (size_t k = 0; k < node->n_input; ++k) {
            given[k] = inputs[k];
            if (!inputs[k].sequence)
                continue;
            if (i >= inputs[k].sequence->count)
                return micai_import_fail_node(importer, node,
                                              "its sequences are not of one length");
            given[k] = (micai_item){element_of(importer, node, inputs[k].sequence, i), NULL};
            if (!given[k].value)
                return false;
        }
        if (!micai_import_inline(importer, node, graph, given, node->n_input, outputs))
            return false;
        for (size_t k = 0; k < graph->n_output; ++k)
            results[k]->values[i] = outputs[k].value;
    }
    return true;
}

static bool sequence_map(micai_importer *importer, const Onnx__NodeProto *node)
{
    const Onnx__AttributeProto *body = micai_node_attribute(node, "body");
    const micai_sequence *first = find_sequence(importer, node, 0);
    if (!first)
        return false;
    if (!body || !body->g)
        return micai_import_fail_node(importer, node, "attribute 'body' must be a graph");
    const size_t in = node->n_input + 1, out = body->g->n_output + 1;
    micai_item *inputs = calloc(2 * in, sizeof *inputs),
               *outputs = calloc(out, sizeof *outputs);
    micai_sequence **results = calloc(out, sizeof(micai_sequence *));
    bool ok = inputs && outputs && results;
    if (!ok)
        micai_import_fail(importer, NULL, "out of memory");
    ok = ok && micai_find_items(importer, node, inputs);
    for (size_t i = 0; ok && i + 1 < out; ++i) {
        results[i] = micai_sequence_create(importer, first->count);
        ok = results[i] != NULL;
    }
    ok = ok && map_elements(importer, node, body->g, inputs, inputs + in, outputs, results);
    for (size_t i = 0; ok && i + 1 < out; ++i)
        outputs[i] = (micai_item){NULL, results[i]};
    ok = ok && micai_bind_items(importer, node, outputs, out - 1);
    free(inputs);
    free(outputs);
    free(results);
    return ok;
}

// ---- optionals
// -------------------------------------------------------------------------------

/// An optional is what it holds, or nothing.
static bool make_optional(micai_importer *importer, const Onnx__NodeProto *node)
{
    micai_item item;
    if (!find_item(importer, node, 0, &item))
        return false;
    return bind_one(importer, node, item.value,
                    item.value || item.sequence ? item.sequence : &micai_import_nothing);
}

static bool optional_has_element(micai_importer *importer, const Onnx__NodeProto *node)
{
    micai_item item;
    if (!find_item(importer, node, 0, &item))
        return false;
    const bool has = item.value || (item.sequence && item.sequence != &micai_import_nothing);
    return bind_one(importer, node, micai_import_number(importer, node, 1, has), NULL);
}

static bool optional_get_element(micai_importer *importer, const Onnx__NodeProto *node)
{
    micai_item item;
    if (!find_item(importer, node, 0, &item))
        return false;
    if (!item.value && (!item.sequence || item.sequence == &micai_import_nothing))
        return micai_import_fail_node(importer, node, "the optional holds nothing");
    return bind_one(importer, node, item.value, item.sequence);
}

/// Sequences and optionals are passed on; tensors have an op for it.
static bool identity(micai_importer *importer, const Onnx__NodeProto *node)
{
    micai_item item;
    if (!find_item(importer, node, 0, &item))
        return false;
    return item.sequence ? bind_one(importer, node, NULL, item.sequence)
                         : micai_import_plain(importer, node);
}

// ---- the table
// -------------------------------------------------------------------------------

static const struct {
    const char *type;
    micai_import_special_fn import;
    const char *domain; ///< NULL: the default one
} specials[] = {
    {"ConcatFromSequence", concat_from_sequence, NULL},
    {"FlexAttention", micai_import_flex_attention, "ai.onnx.preview"},
    {"Identity", identity, NULL},
    {"If", micai_import_if, NULL},
    {"Loop", micai_import_loop, NULL},
    {"Optional", make_optional, NULL},
    {"OptionalGetElement", optional_get_element, NULL},
    {"OptionalHasElement", optional_has_element, NULL},
    {"Scan", micai_import_scan, NULL},
    {"SequenceAt", sequence_at, NULL},
    {"SequenceConstruct", sequence_construct, NULL},
    {"SequenceEmpty", sequence_empty, NULL},
    {"SequenceErase", sequence_erase, NULL},
    {"SequenceInsert", sequence_insert, NULL},
    {"SequenceLength", sequence_length, NULL},
    {"SequenceMap", sequence_map, NULL},
    {"SplitToSequence", split_to_sequence, NULL},
};

static bool is_of_domain(const Onnx__NodeProto *node, const char *domain)
{
    return domain ? node->domain && strcmp(node->domain, domain) == 0
                  : micai_is_default_domain(node->domain);
}

micai_import_special_fn micai_find_special(const Onnx__NodeProto *node)
{
    if (!node->op_type)
        return NULL;
    for (size_t i = 0; i < sizeof specials / sizeof *specials; ++i)
        if (strcmp(specials[i].type, node->op_type) == 0 &&
            is_of_domain(node, specials[i].domain))
            return specials[i].import;
    return NULL;
}
