// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Nodes as ops. An operator of the table (import_versions.c) is the op of its name: inputs go
// to the operands of the definition in order, attributes to those of the same name. The
// result's type is what the op's rule infers, joined with what the model declares.
#include "dialects/onnx/reader/import_internal.h"
#include "ir/rewrite/fold.h"

#include <stdio.h>
#include <stdlib.h>

// ---- attributes
// ------------------------------------------------------------------------------

const Onnx__AttributeProto *micai_node_attribute(const Onnx__NodeProto *node, const char *name)
{
    for (size_t i = 0; i < node->n_attribute; ++i)
        if (node->attribute[i]->name && strcmp(node->attribute[i]->name, name) == 0)
            return node->attribute[i];
    return NULL;
}

int64_t micai_node_int(const Onnx__NodeProto *node, const char *name, int64_t unset)
{
    const Onnx__AttributeProto *attribute = micai_node_attribute(node, name);
    return attribute && attribute->has_i ? attribute->i : unset;
}

/// Is `name` one of the words of `list`?
static bool is_listed(const char *list, const char *name)
{
    const size_t length = strlen(name);
    for (const char *word = list; word && *word;) {
        const char *end = strchr(word, ' ');
        const size_t word_length = end ? (size_t)(end - word) : strlen(word);
        if (word_length == length && memcmp(word, name, length) == 0)
            return true;
        word = end ? end + 1 : NULL;
    }
    return false;
}

static const mica_attr *strings_value(mica_context *context,
                                      const Onnx__AttributeProto *attribute)
{
    const mica_attr **texts = malloc((attribute->n_strings + 1) * sizeof *texts);
    if (!texts)
        return NULL;
    for (size_t i = 0; i < attribute->n_strings; ++i) {
        const mica_string text = {(const char *)attribute->strings[i].data,
                                  attribute->strings[i].len};
        texts[i] = mica_string_attr_get(context, text);
    }
    const mica_attr *value = mica_array_attr_get(context, texts, attribute->n_strings);
    free(texts);
    return value;
}

/// NULL for kinds of attributes that no op of the dialect takes, and when memory is out.
static const mica_attr *attribute_value(micai_importer *importer,
                                        const Onnx__AttributeProto *attribute)
{
    mica_context *context = importer->context;
    switch (attribute->has_type ? attribute->type
                                : ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__UNDEFINED) {
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT:
        return mica_i64_attr_get(context, attribute->has_i ? attribute->i : 0);
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT:
        return mica_float_attr_get(mica_float_type_get(context, MICA_FLOAT_F32),
                                   attribute->has_f ? (double)attribute->f : 0.0);
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING: {
        const mica_string text = {(const char *)attribute->s.data, attribute->s.len};
        return mica_string_attr_get(context, text);
    }
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS:
        return mica_i64_array_attr_get(context, attribute->ints, attribute->n_ints);
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS:
        return mica_dense_array_attr_get(mica_float_type_get(context, MICA_FLOAT_F32),
                                         attribute->floats, attribute->n_floats);
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS:
        return strings_value(context, attribute);
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR:
        return attribute->t ? micai_import_tensor(importer, attribute->t) : NULL;
    default:
        return NULL;
    }
}

static bool set_attributes(micai_importer *importer, const Onnx__NodeProto *node,
                           mica_op_state *state, const char *ignored)
{
    const mica_op_def *definition = mica_op_record_def(state->record);
    for (size_t i = 0; i < node->n_attribute; ++i) {
        const Onnx__AttributeProto *attribute = node->attribute[i];
        const char *name = attribute->name ? attribute->name : "";
        if (is_listed(ignored, name) || strcmp(name, "consumed_inputs") == 0)
            continue;
        const int slot = mica_op_def_find_slot(definition, mica_string_from(name));
        if (slot < 0)
            return micai_import_fail_node(importer, node, "unknown attribute '%s'", name);
        const mica_attr *value = attribute_value(importer, attribute);
        const mica_constraint *constraint = definition->attrs[slot].constraint;
        if (!value || (constraint && !mica_constraint_check_attr(constraint, value)))
            return micai_import_fail_node(importer, node, "attribute '%s' must be %s", name,
                                          constraint ? constraint->description : "number");
        mica_op_state_set_slot(state, (size_t)slot, value);
    }
    return true;
}

// ---- operands
// --------------------------------------------------------------------------------

/// Inputs from `first` on belong to a variadic operand, the last one.
static bool set_variadic(micai_importer *importer, const Onnx__NodeProto *node,
                         mica_op_state *state, mica_value *const *inputs, size_t first,
                         size_t count)
{
    for (size_t i = first; i < count; ++i) {
        if (!inputs[i])
            return micai_import_fail_node(importer, node, "input #%zu is missing", i);
        mica_op_state_add_operand(state, inputs[i]);
    }
    return true;
}

/// The input of one operand that is not variadic; NULL: left out.
static bool set_operand(micai_importer *importer, const Onnx__NodeProto *node,
                        mica_op_state *state, const mica_value_spec *operand, mica_value *input)
{
    if (!input)
        return operand->arity != MICA_ARITY_ONE ||
               micai_import_fail_node(importer, node, "input '%s' is missing", operand->name);
    mica_op_state_add_operand(state, input);
    const mica_constraint *constraint = operand->constraint;
    return !constraint || mica_constraint_check_type(constraint, mica_value_type(input)) ||
           micai_import_fail_node(importer, node, "input '%s' must be %s", operand->name,
                                  constraint->description);
}

static bool set_operands(micai_importer *importer, const Onnx__NodeProto *node,
                         mica_op_state *state, mica_value *const *inputs, size_t count)
{
    const mica_op_def *definition = mica_op_record_def(state->record);
    const size_t specs = definition->operand_count;
    int32_t sizes[16] = {0};
    const bool is_variadic =
        specs > 0 && definition->operands[specs - 1].arity == MICA_ARITY_VARIADIC;
    const size_t single = is_variadic ? specs - 1 : specs;
    for (size_t i = 0; i < single; ++i) {
        mica_value *input = i < count ? inputs[i] : NULL;
        sizes[i] = input != NULL;
        if (!set_operand(importer, node, state, &definition->operands[i], input))
            return false;
    }
    if (is_variadic) {
        sizes[single] = count > single ? (int32_t)(count - single) : 0;
        if (!set_variadic(importer, node, state, inputs, single, count))
            return false;
    }
    for (size_t i = specs; !is_variadic && i < count; ++i)
        if (inputs[i])
            return micai_import_fail_node(
                importer, node, "%zu inputs, but at most %zu are known", count, specs);
    if (definition->operand_segment_slot >= 0)
        mica_op_state_set_slot(state, (size_t)definition->operand_segment_slot,
                               mica_i32_array_attr_get(importer->context, sizes, specs));
    return true;
}

// ---- ops
// -------------------------------------------------------------------------------------

/// How many results the op of a node gets at the most: its outputs, without those at the end
/// that have no name.
static size_t wanted_results(const Onnx__NodeProto *node)
{
    size_t count = node->n_output;
    while (count > 0 && !node->output[count - 1][0])
        --count;
    return count;
}

/// The first result of a new op, or the constant that it folds to: shapes are computed right
/// here, so that the types of what follows are as precise as they can be.
static mica_value *fold_constant(micai_importer *importer, mica_op *op)
{
    mica_fold_result result = {NULL, NULL};
    if (mica_op_result_count(op) != 1 || mica_op_fold(op, &result) != MICA_FOLD_REPLACED ||
        !result.attr)
        return mica_op_result(op, 0);
    mica_value *constant = micai_import_constant(importer, mica_op_location(op), result.attr);
    if (constant)
        mica_op_erase(op);
    return constant;
}

static mica_value *insert_op(micai_importer *importer, const Onnx__NodeProto *node,
                             mica_op_state *state)
{
    mica_onnx_fault fault;
    mica_onnx_types types;
    if (!mica_onnx_infer_types(state, wanted_results(node), &types, &fault)) {
        micai_import_misfit(importer, node, fault.message);
        mica_op_state_discard(state);
        return NULL;
    }
    mica_onnx_add_results(state, &types);
    mica_op *op = mica_builder_create(&importer->builder, state);
    if (op)
        return fold_constant(importer, op);
    micai_import_fail(importer, NULL, "out of memory");
    return NULL;
}

mica_value *micai_import_op(micai_importer *importer, const Onnx__NodeProto *node,
                            const char *name, mica_value *const *inputs, size_t count,
                            bool attributes, const char *ignored, const mica_named_attr *extra,
                            size_t extra_count)
{
    mica_op_state state;
    mica_op_state_init(&state, importer->context, name,
                       micai_import_location(importer, node->name));
    if (!set_operands(importer, node, &state, inputs, count) ||
        (attributes && !set_attributes(importer, node, &state, ignored))) {
        mica_op_state_discard(&state);
        return NULL;
    }
    for (size_t i = 0; i < extra_count; ++i)
        mica_op_state_set_attr_by_name(&state, extra[i].name, extra[i].value);
    return insert_op(importer, node, &state);
}

// ---- results
// ---------------------------------------------------------------------------------

/// Joins the inferred type with the declared one. A declaration of an inner value that says
/// something else is a stale note and dropped; one of a graph output is a promise.
static bool join_declared(micai_importer *importer, const Onnx__NodeProto *node,
                          const Onnx__ValueInfoProto *info, mica_value *value)
{
    bool failed = false;
    const mica_type *declared = micai_import_declared_type(importer, info, &failed);
    if (!declared)
        return !failed;
    const mica_type *inferred = mica_value_type(value);
    if (mica_onnx_types_agree(inferred, declared)) {
        mica_value_set_type(value, mica_onnx_join_types(inferred, declared));
        return true;
    }
    bool is_output = false;
    for (size_t i = 0; i < importer->graph->n_output; ++i)
        is_output |= importer->graph->output[i] == info;
    if (!is_output && mica_type_element(inferred) == mica_type_element(declared))
        return true;
    if (mica_type_element(inferred) != mica_type_element(declared))
        return micai_import_fail_node(
            importer, node, "output '%s' is declared with another element type", info->name);
    char is[128], said[128];
    mica_onnx_shape_text(inferred, is, sizeof is);
    mica_onnx_shape_text(declared, said, sizeof said);
    return micai_import_fail_node(importer, node,
                                  "output '%s' is declared with shape %s, but has shape %s",
                                  info->name, said, is);
}

static bool bind_output(micai_importer *importer, const Onnx__NodeProto *node, size_t index,
                        const micai_item *item)
{
    const char *output = node->output[index];
    const mica_identifier *name = micai_import_name(importer, output);
    const micai_scope *scope = importer->scope;
    if (micai_names_find(&scope->values, name) || micai_names_find(&scope->sequences, name))
        return micai_import_fail_node(importer, node, "output '%s' is defined a second time",
                                      output);
    if (!micai_bind_item(importer, &node->base, output, item))
        return false;
    const Onnx__ValueInfoProto *info = micai_names_find(&scope->declared, name);
    return !info || !item->value || join_declared(importer, node, info, item->value);
}

bool micai_bind_items(micai_importer *importer, const Onnx__NodeProto *node,
                      const micai_item *items, size_t count)
{
    for (size_t i = 0; i < node->n_output; ++i) {
        if (!node->output[i][0])
            continue;
        if (i >= count)
            return micai_import_fail_node(importer, node,
                                          "%zu outputs, but at most %zu are known",
                                          node->n_output, count);
        if (!bind_output(importer, node, i, &items[i]))
            return false;
    }
    return true;
}

/// `first` stands for the first output, the results after it for the others.
static bool bind_outputs(micai_importer *importer, const Onnx__NodeProto *node,
                         mica_value *first)
{
    mica_op *op = mica_value_op(first);
    const size_t count = op ? mica_op_result_count(op) : 1;
    micai_item *items = calloc(count + 1, sizeof *items);
    if (!items)
        return micai_import_fail(importer, NULL, "out of memory");
    for (size_t i = 0; i < count; ++i)
        items[i].value = i == 0 ? first : mica_op_result(op, i);
    const bool bound = micai_bind_items(importer, node, items, count);
    free(items);
    return bound;
}

bool micai_bind_results(micai_importer *importer, const Onnx__NodeProto *node, mica_op *op)
{
    if (mica_op_result_count(op) > 0)
        return bind_outputs(importer, node, mica_op_result(op, 0));
    return micai_bind_items(importer, node, NULL, 0);
}

bool micai_find_items(micai_importer *importer, const Onnx__NodeProto *node, micai_item *items)
{
    for (size_t i = 0; i < node->n_input; ++i) {
        items[i] = (micai_item){NULL, NULL};
        if (node->input[i][0] && !micai_find_item(importer, node->input[i], &items[i]))
            return micai_import_fail_node(
                importer, node, "input '%s' is not defined before this node", node->input[i]);
    }
    return true;
}

static bool find_input(micai_importer *importer, const Onnx__NodeProto *node, size_t index,
                       mica_value **input)
{
    micai_item item;
    *input = NULL;
    if (!node->input[index][0])
        return true;
    if (!micai_find_item(importer, node->input[index], &item))
        return micai_import_fail_node(
            importer, node, "input '%s' is not defined before this node", node->input[index]);
    *input = item.value;
    return item.value || item.sequence == &micai_import_nothing ||
           micai_import_fail_node(importer, node,
                                  "input '%s' is a sequence or an optional; it "
                                  "must be a tensor",
                                  node->input[index]);
}

mica_value *micai_find_tensor(micai_importer *importer, const Onnx__NodeProto *node,
                              size_t index)
{
    mica_value *value = NULL;
    if (index < node->n_input && !find_input(importer, node, index, &value))
        return NULL;
    if (!value)
        micai_import_fail_node(importer, node, "input #%zu is missing", index);
    return value;
}

static bool find_inputs(micai_importer *importer, const Onnx__NodeProto *node,
                        mica_value **inputs)
{
    for (size_t i = 0; i < node->n_input; ++i)
        if (!find_input(importer, node, i, &inputs[i]))
            return false;
    return true;
}

bool micai_import_plain(micai_importer *importer, const Onnx__NodeProto *node)
{
    micai_operator operator_;
    char name[MICAI_OP_NAME_SIZE];
    if (!micai_find_operator(importer, node, &operator_, name))
        return micai_import_fail_node(importer, node, "the operator is not known");
    mica_value **inputs = malloc((node->n_input + 1) * sizeof *inputs);
    if (!inputs)
        return micai_import_fail(importer, NULL, "out of memory");
    mica_value *value = NULL;
    if (find_inputs(importer, node, inputs))
        value = operator_.adapt ? operator_.adapt(importer, node, inputs, node->n_input)
                                : micai_import_op(importer, node, name, inputs, node->n_input,
                                                  true, operator_.ignored, NULL, 0);
    free(inputs);
    return value && bind_outputs(importer, node, value);
}

static bool import_resolved(micai_importer *importer, const Onnx__NodeProto *node)
{
    const Onnx__FunctionProto *function = micai_find_function(importer, node);
    const micai_import_special_fn special = micai_find_special(node);
    if (wanted_results(node) == 0)
        return micai_import_fail_node(importer, node, "it has no output");
    if (function)
        return micai_import_call(importer, node, function);
    return special ? special(importer, node) : micai_import_plain(importer, node);
}

bool micai_import_node(micai_importer *importer, const Onnx__NodeProto *node)
{
    const Onnx__NodeProto *resolved = micai_resolve_node(importer, node);
    const bool done = resolved && import_resolved(importer, resolved);
    micai_free_resolved(node, resolved);
    return done;
}
