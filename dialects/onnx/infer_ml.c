// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types of operators of classical machine learning.
#include "dialects/onnx/onnx_internal.h"

static const mica_type *f32(const mica_op_state *node)
{
    return mica_float_type_get(node->context, MICA_FLOAT_F32);
}

// ---- rows
// ------------------------------------------------------------------------------------

static const mica_type *infer_tf_idf(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    size_t count, places;
    const int64_t *place = mica_onnx_node_ints(node, "ngram_indexes", &places);
    const int64_t *counts = mica_onnx_node_ints(node, "ngram_counts", &count);
    const int64_t least = mica_onnx_node_int(node, "min_gram_length");
    const int64_t most = mica_onnx_node_int(node, "max_gram_length");
    const mica_string mode = mica_onnx_node_string(node, "mode");
    size_t pool = 0, grams = 0;
    mica_onnx_node_ints(node, "pool_int64s", &pool);
    if (least < 1 || most < least || (size_t)most > count)
        return micai_onnx_wrong(fault, "the lengths of its n-grams are not valid");
    if (mica_onnx_node_int(node, "max_skip_count") < 0)
        return micai_onnx_wrong(fault, "'max_skip_count' is negative");
    if (!mica_string_is(mode, "TF") && !mica_string_is(mode, "IDF") &&
        !mica_string_is(mode, "TFIDF"))
        return micai_onnx_wrong(fault, "'mode' must be TF, IDF or TFIDF");
    for (size_t i = 0; i < count; ++i) {
        const int64_t end = i + 1 < count ? counts[i + 1] : (int64_t)pool;
        if (counts[i] < 0 || counts[i] > end || (end - counts[i]) % (int64_t)(i + 1) != 0)
            return micai_onnx_wrong(fault, "'ngram_counts' does not fit the pool");
        grams += (size_t)(end - counts[i]) / (i + 1);
    }
    if (grams != places)
        return micai_onnx_wrong(fault, "the pool has %zu n-grams, 'ngram_indexes' %zu", grams,
                                places);
    int64_t size = 0;
    for (size_t i = 0; i < places; ++i) {
        if (place[i] < 0 || place[i] >= INT32_MAX)
            return micai_onnx_wrong(fault, "'ngram_indexes' has an entry out of range");
        size = place[i] >= size ? place[i] + 1 : size;
    }
    if (!mica_type_is_ranked(type))
        return mica_unranked_tensor_type_get(f32(node));
    const size_t rank = mica_type_rank(type);
    if (rank != 1 && rank != 2)
        return micai_onnx_wrong(fault, "'X' must have rank 1 or 2");
    const int64_t shape[] = {mica_type_shape(type)[0], size};
    return mica_tensor_type_get(f32(node), rank == 1 ? shape + 1 : shape, rank, NULL);
}

static const mica_type *infer_array_feature_extractor(const mica_op_state *node,
                                                      mica_onnx_fault *fault)
{
    (void)fault;
    const mica_type *type = micai_operand_type(node, 0), *places = micai_operand_type(node, 1);
    int64_t shape[MICA_ONNX_MAX_RANK] = {1}, count = MICA_DYNAMIC;
    if (!mica_type_is_ranked(type) || mica_type_rank(type) == 0)
        return micai_unranked_like(type);
    if (mica_type_is_ranked(places) && mica_type_has_static_shape(places))
        count = mica_type_element_count(places);
    const size_t rank = mica_type_rank(type);
    if (rank > 1)
        memcpy(shape, mica_type_shape(type), (rank - 1) * sizeof *shape);
    shape[rank > 1 ? rank - 1 : 1] = count;
    return micai_shaped_like(type, shape, rank > 1 ? rank : 2);
}

// ---- elements
// --------------------------------------------------------------------------------

static const mica_type *infer_floats(const mica_op_state *node, mica_onnx_fault *fault)
{
    (void)fault;
    return mica_type_with_element(micai_operand_type(node, 0), f32(node));
}

static const mica_type *infer_normalizer(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_string norm = mica_onnx_node_string(node, "norm");
    if (!mica_string_is(norm, "MAX") && !mica_string_is(norm, "L1") &&
        !mica_string_is(norm, "L2"))
        return micai_onnx_wrong(fault, "'norm' must be MAX, L1 or L2");
    return infer_floats(node, fault);
}

static const mica_type *infer_label_encoder(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    const mica_type *keys = mica_attr_type(mica_onnx_node_attr(node, "keys"));
    const mica_type *values = mica_attr_type(mica_onnx_node_attr(node, "values"));
    const mica_type *unset = mica_attr_type(mica_onnx_node_attr(node, "default_value"));
    if (mica_type_element(keys) != mica_type_element(type))
        return micai_onnx_wrong(fault, "'keys' and 'X' differ in element type");
    if (mica_type_element_count(keys) != mica_type_element_count(values))
        return micai_onnx_wrong(fault, "'keys' and 'values' differ in length");
    if (mica_type_element(unset) != mica_type_element(values) ||
        mica_type_element_count(unset) != 1)
        return micai_onnx_wrong(fault, "'default_value' must be one element like 'values'");
    return mica_type_with_element(type, mica_type_element(values));
}

// ---- trees
// -----------------------------------------------------------------------------------

/// Are all entries of a list in 0 .. limit - 1?
static bool in_range(const int64_t *values, size_t count, size_t limit)
{
    for (size_t i = 0; i < count; ++i)
        if (values[i] < 0 || (size_t)values[i] >= limit)
            return false;
    return true;
}

static size_t count_of(const mica_op_state *node, const char *name)
{
    const mica_attr *attr = mica_onnx_node_attr(node, name);
    return attr ? (size_t)mica_type_element_count(mica_attr_type(attr)) : 0;
}

/// Every node leads to a node or a leaf that there is. Whether it leads back to itself the
/// lowering finds out, which walks the trees.
static bool check_children(const mica_op_state *node, const char *ids_name,
                           const char *leafs_name, size_t nodes, size_t leaves,
                           mica_onnx_fault *fault)
{
    size_t id_count, leaf_count;
    const int64_t *ids = mica_onnx_node_ints(node, ids_name, &id_count);
    const int64_t *leafs = mica_onnx_node_ints(node, leafs_name, &leaf_count);
    bool fits = id_count == nodes && leaf_count == nodes;
    for (size_t i = 0; fits && i < nodes; ++i)
        fits = in_range(&ids[i], 1, leafs[i] ? leaves : nodes);
    if (!fits)
        micai_onnx_wrong(fault, "'%s' and '%s' do not fit its nodes", ids_name, leafs_name);
    return fits;
}

static const mica_type *infer_tree_ensemble(const mica_op_state *node, mica_onnx_fault *fault)
{
    const mica_type *type = micai_operand_type(node, 0);
    const mica_type *weights = mica_attr_type(mica_onnx_node_attr(node, "leaf_weights"));
    const int64_t targets = mica_onnx_node_int(node, "n_targets");
    size_t nodes, target_count, root_count;
    const int64_t *features = mica_onnx_node_ints(node, "nodes_featureids", &nodes);
    const int64_t *ids = mica_onnx_node_ints(node, "leaf_targetids", &target_count);
    const int64_t *roots = mica_onnx_node_ints(node, "tree_roots", &root_count);
    const size_t leaves = count_of(node, "leaf_weights");
    const int64_t width = mica_type_is_ranked(type) && mica_type_rank(type) == 2
                              ? mica_type_shape(type)[1]
                              : MICA_DYNAMIC;
    if (mica_type_is_ranked(type) && mica_type_rank(type) != 2)
        return micai_onnx_wrong(fault, "'X' must be a matrix");
    if (targets < 1 || target_count != leaves || !in_range(ids, leaves, (size_t)targets))
        return micai_onnx_wrong(fault, "'leaf_targetids' does not fit its leaves");
    if (count_of(node, "nodes_modes") != nodes || count_of(node, "nodes_splits") != nodes ||
        !in_range(features, nodes, width == MICA_DYNAMIC ? INT32_MAX : (size_t)width))
        return micai_onnx_wrong(fault, "'nodes_featureids', 'nodes_modes' and 'nodes_splits' "
                                       "do not fit 'X' or each other");
    if (!check_children(node, "nodes_truenodeids", "nodes_trueleafs", nodes, leaves, fault) ||
        !check_children(node, "nodes_falsenodeids", "nodes_falseleafs", nodes, leaves, fault))
        return NULL;
    if (root_count == 0 || !in_range(roots, root_count, nodes))
        return micai_onnx_wrong(fault, "'tree_roots' does not fit its nodes");
    if (mica_type_element(weights) != mica_type_element(type))
        return micai_onnx_wrong(fault, "'leaf_weights' and 'X' differ in element type");
    const int64_t shape[] = {
        mica_type_is_ranked(type) ? mica_type_shape(type)[0] : MICA_DYNAMIC, targets};
    return micai_shaped_like(type, shape, 2);
}

const micai_onnx_infer_rule micai_onnx_infer_ml_rules[] = {
    {"onnx.TfIdfVectorizer", .one = infer_tf_idf},
    {"onnx.ml.ArrayFeatureExtractor", .one = infer_array_feature_extractor},
    {"onnx.ml.Binarizer", .one = micai_onnx_infer_same},
    {"onnx.ml.LabelEncoder", .one = infer_label_encoder},
    {"onnx.ml.Normalizer", .one = infer_normalizer},
    {"onnx.ml.Scaler", .one = infer_floats},
    {"onnx.ml.TreeEnsemble", .one = infer_tree_ensemble},
    {NULL, NULL, NULL},
};
