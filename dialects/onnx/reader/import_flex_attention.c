// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// FlexAttention (ai.onnx.preview): attention whose scores and shares the node's own graphs may
// change.
//
//   scores = (Q sqrt(scale)) (K sqrt(scale))^T ; scores = score_mod(scores)
//   shares = softmax(scores) ; shares = prob_mod(shares) ; Y = shares V
//
// It is taken apart when the model is read: the graphs then stand between other nodes, where
// their shapes are known, and no op needs regions. Between the products half-wide elements are
// f32, unless softmax_precision says something else.
#include "dialects/onnx/reader/import_internal.h"

#include <math.h>

typedef struct flex {
    micai_importer *importer;
    const Onnx__NodeProto *node;
    const int64_t *q, *k, *v; ///< shapes
    const mica_type *element, *wide;
} flex;

static mica_value *make(const flex *f, const char *name, mica_value *a, mica_value *b)
{
    mica_value *const operands[] = {a, b};
    return a && (b || strcmp(name, "onnx.Softmax") == 0)
               ? micai_import_op(f->importer, f->node, name, operands, b ? 2 : 1, false, NULL,
                                 NULL, 0)
               : NULL;
}

static mica_value *make_with_sizes(const flex *f, const char *name, mica_value *value,
                                   const int64_t *sizes, size_t count)
{
    return make(f, name, value, micai_import_sizes(f->importer, f->node, sizes, count));
}

static mica_value *make_with_attr(const flex *f, const char *op, mica_value *value,
                                  const char *name, const mica_attr *attr)
{
    const mica_named_attr extra = {
        mica_identifier_get(f->importer->context, mica_string_from(name)), attr};
    return value ? micai_import_op(f->importer, f->node, op, &value, 1, false, NULL, &extra, 1)
                 : NULL;
}

static mica_value *cast(const flex *f, mica_value *value, const mica_type *type)
{
    if (!value || mica_type_element(mica_value_type(value)) == type)
        return value;
    return make_with_attr(f, "onnx.Cast", value, "to", mica_type_attr_get(type));
}

/// Heads of keys and values, each for as many heads of queries as share it.
static mica_value *share_heads(const flex *f, mica_value *value, const int64_t *shape)
{
    const int64_t times = f->q[1] / shape[1], axis = 2;
    const int64_t wide[] = {shape[0], shape[1], times, shape[2], shape[3]};
    const int64_t joined[] = {shape[0], f->q[1], shape[2], shape[3]};
    if (times == 1)
        return value;
    value = make_with_sizes(f, "onnx.Unsqueeze", value, &axis, 1);
    value = make_with_sizes(f, "onnx.Expand", value, wide, 5);
    return make_with_sizes(f, "onnx.Reshape", value, joined, 4);
}

/// The value as the node's graph of that name changes it; as it is when there is none.
static mica_value *changed(const flex *f, const char *name, mica_value *value)
{
    const Onnx__AttributeProto *attribute = micai_node_attribute(f->node, name);
    const micai_item input = {.value = value};
    micai_item output = {NULL, NULL};
    if (!attribute || !value)
        return value;
    if (!attribute->g || attribute->g->n_output != 1) {
        micai_import_fail_node(f->importer, f->node, "'%s' must be a graph with one output",
                               name);
        return NULL;
    }
    if (!micai_import_inline(f->importer, f->node, attribute->g, &input, 1, &output))
        return NULL;
    if (!output.value)
        micai_import_fail_node(f->importer, f->node, "'%s' gives no tensor", name);
    return output.value;
}

static mica_value *scaled(const flex *f, mica_value *value)
{
    const Onnx__AttributeProto *given = micai_node_attribute(f->node, "scale");
    const double scale = given && given->has_f ? (double)given->f : 1 / sqrt((double)f->q[3]);
    const mica_type *type = mica_tensor_type_get(f->element, NULL, 0, NULL);
    const mica_attr *factor =
        mica_dense_elements_attr_get_splat(type, mica_float_attr_get(f->element, sqrt(scale)));
    return make(f, "onnx.Mul", value,
                micai_import_constant(
                    f->importer, micai_import_location(f->importer, f->node->name), factor));
}

static mica_value *attend(const flex *f, mica_value *q, mica_value *k, mica_value *v)
{
    static const int64_t perm[] = {0, 1, 3, 2};
    mica_context *context = f->importer->context;
    k = scaled(f, share_heads(f, k, f->k));
    k = make_with_attr(f, "onnx.Transpose", k, "perm",
                       mica_i64_array_attr_get(context, perm, 4));
    mica_value *scores = cast(f, make(f, "onnx.MatMul", scaled(f, q), k), f->wide);
    scores = changed(f, "score_mod", scores);
    mica_value *shares =
        make_with_attr(f, "onnx.Softmax", scores, "axis", mica_i64_attr_get(context, -1));
    shares = changed(f, "prob_mod", shares);
    v = cast(f, share_heads(f, v, f->v), f->wide);
    return cast(f, make(f, "onnx.MatMul", shares, v), f->element);
}

static bool read_shapes(flex *f, mica_value *const *operands)
{
    const int64_t **shapes[] = {&f->q, &f->k, &f->v};
    for (size_t i = 0; i < 3; ++i) {
        const mica_type *type = mica_value_type(operands[i]);
        if (!mica_type_has_static_shape(type) || mica_type_rank(type) != 4 ||
            !mica_type_is_float(mica_type_element(type)))
            return micai_import_fail_node(f->importer, f->node,
                                          "Q, K and V must be tensors of floating-point "
                                          "numbers of rank 4 whose sizes are known");
        *shapes[i] = mica_type_shape(type);
    }
    if (f->k[1] < 1 || f->q[1] % f->k[1] != 0 || f->v[1] != f->k[1])
        return micai_import_fail_node(
            f->importer, f->node, "%lld heads of Q can't share %lld of K and %lld of V",
            (long long)f->q[1], (long long)f->k[1], (long long)f->v[1]);
    f->element = mica_type_element(mica_value_type(operands[0]));
    const int64_t precision = micai_node_int(f->node, "softmax_precision", 0);
    f->wide = precision ? micai_import_element_type(f->importer->context, (int32_t)precision)
              : mica_type_bit_width(f->element) < 32
                  ? mica_float_type_get(f->importer->context, MICA_FLOAT_F32)
                  : f->element;
    return f->wide || micai_import_fail_node(f->importer, f->node,
                                             "its softmax_precision is not supported");
}

bool micai_import_flex_attention(micai_importer *importer, const Onnx__NodeProto *node)
{
    flex f = {.importer = importer, .node = node};
    mica_value *operands[3];
    for (size_t i = 0; i < 3; ++i)
        if (!(operands[i] = micai_find_tensor(importer, node, i)))
            return false;
    if (!read_shapes(&f, operands))
        return false;
    const micai_item result = {.value = attend(&f, operands[0], operands[1], operands[2])};
    return result.value && micai_bind_items(importer, node, &result, 1);
}
