// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// TfIdfVectorizer and LabelEncoder: elements looked up in tables that are constants. The trees
// of TreeEnsemble are in a file of their own.
#include "transforms/convert/convert_onnx_to_linalg_scalars.h"

#include <stdlib.h>

// ---- TfIdfVectorizer
// -------------------------------------------------------------------------

/// Tables over the places of the result: where in the pool its n-gram begins, how long it is
/// (0: there is none), what an occurrence counts.
typedef struct grams {
    micai_onnx_site *site;
    mica_value *pool, *starts, *lengths, *weights;
    mica_value *row;                       ///< of X; NULL when X is a vector
    mica_value *length, *start, *distance; ///< of the n-gram
    mica_value *first;                     ///< the place of its first item
} grams;

/// Fills in the tables. False when two n-grams share a place of the result.
static bool fill_tables(const micai_onnx_site *site, int64_t *starts, int64_t *lengths,
                        double *weights)
{
    size_t count, places, pool;
    const int64_t *counts = mica_onnx_node_ints(&site->node, "ngram_counts", &count);
    const int64_t *place = mica_onnx_node_ints(&site->node, "ngram_indexes", &places);
    const mica_attr *given = mica_onnx_node_attr(&site->node, "weights");
    const float *weight = given && mica_dense_array_attr_count(given) == places
                              ? mica_dense_array_attr_data(given)
                              : NULL;
    const int64_t least = mica_onnx_node_int(&site->node, "min_gram_length");
    const int64_t most = mica_onnx_node_int(&site->node, "max_gram_length");
    size_t gram = 0;
    mica_onnx_node_ints(&site->node, "pool_int64s", &pool);
    for (size_t n = 1; n <= count; ++n) {
        const int64_t end = n < count ? counts[n] : (int64_t)pool;
        for (int64_t at = counts[n - 1]; at < end; at += (int64_t)n, ++gram) {
            const int64_t to = place[gram];
            if ((int64_t)n < least || (int64_t)n > most)
                continue;
            if (lengths[to] != 0)
                return false;
            starts[to] = at;
            lengths[to] = (int64_t)n;
            weights[to] = weight ? (double)weight[gram] : 1;
        }
    }
    return true;
}

/// carried: do all items up to here agree?
static void item_step(void *user, mica_builder *builder, mica_value *index,
                      mica_value **carried)
{
    const grams *g = user;
    mica_value *x = micai_onnx_operand(g->site, 0);
    mica_value *place =
        micai_num_add(builder, g->first, micai_num_mul(builder, index, g->distance));
    mica_value *const at[] = {g->row ? g->row : place, place};
    mica_value *item = micai_onnx_extract(builder, x, at, micai_rank(x));
    item = micai_onnx_convert(builder, item, micai_i64(builder), g->site->is_unsigned, false);
    mica_value *wanted =
        micai_num_at(builder, g->pool, micai_num_add(builder, g->start, index));
    carried[0] = micai_num_and(builder, carried[0], micai_num_equal(builder, item, wanted));
}

/// carried: how many occurrences there were, as a float
static void first_step(void *user, mica_builder *builder, mica_value *index,
                       mica_value **carried)
{
    grams *g = user;
    mica_value *agrees = micai_onnx_number(
        builder, mica_integer_type_get(builder->context, 1, MICA_SIGNLESS), 1);
    g->first = index;
    micai_onnx_along(builder, g->length, &agrees, 1, item_step, g);
    mica_value *next =
        micai_num_add(builder, carried[0], micai_num_like(builder, carried[0], 1));
    carried[0] = micai_onnx_select(builder, agrees, next, carried[0]);
}

/// One distance between the items: index + 1. It may start where its last item still is in the
/// row.
static void skip_step(void *user, mica_builder *builder, mica_value *index,
                      mica_value **carried)
{
    grams *g = user;
    mica_value *x = micai_onnx_operand(g->site, 0), *one = micai_onnx_index(builder, 1);
    g->distance = micai_num_add(builder, index, one);
    mica_value *reach =
        micai_num_mul(builder, micai_num_sub(builder, g->length, one), g->distance);
    mica_value *count =
        micai_num_sub(builder, micai_onnx_dim(builder, x, micai_rank(x) - 1), reach);
    micai_onnx_along(builder, count, carried, 1, first_step, g);
}

static mica_value *gram_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    grams *g = user;
    const size_t rank = mica_type_rank(g->site->type);
    const int64_t skips = mica_onnx_node_int(&g->site->node, "max_skip_count") + 1;
    const mica_string mode = mica_onnx_node_string(&g->site->node, "mode");
    mica_value *place = indices[rank - 1];
    mica_value *one = micai_onnx_index(builder, 1);
    g->row = rank == 2 ? indices[0] : NULL;
    g->start = micai_num_index_at(builder, g->starts, place);
    g->length = micai_num_index_at(builder, g->lengths, place);
    // A single item has no distances; where there is no n-gram nothing is counted.
    mica_value *distances = micai_onnx_select(builder, micai_num_less(builder, one, g->length),
                                              micai_onnx_index(builder, skips),
                                              micai_num_min(builder, g->length, one));
    mica_value *count = micai_onnx_number(builder, mica_type_element(g->site->type), 0);
    mica_value *none = count;
    micai_onnx_along(builder, distances, &count, 1, skip_step, g);
    if (mica_string_is(mode, "TF"))
        return count;
    mica_value *weight = micai_num_at(builder, g->weights, place);
    if (mica_string_is(mode, "TFIDF"))
        return micai_num_mul(builder, count, weight);
    return micai_num_or_zero(builder, micai_num_less(builder, none, count), weight);
}

static mica_value *lower_tf_idf(micai_onnx_site *site)
{
    mica_builder *builder = site->builder;
    const size_t rank = mica_type_rank(site->type);
    const int64_t size = mica_type_shape(site->type)[rank - 1];
    const size_t count = (size_t)size;
    int64_t *numbers = mica_calloc(2 * count + 1, sizeof *numbers);
    double *weights = mica_calloc(count + 1, sizeof *weights);
    size_t pool_count;
    const int64_t *pool = mica_onnx_node_ints(&site->node, "pool_int64s", &pool_count);
    const bool filled =
        numbers && weights && fill_tables(site, numbers, numbers + count, weights);
    mica_value *result = NULL;
    if (filled) {
        const micai_onnx_sizes sizes = {{micai_onnx_operand(site, 0)}, {0}};
        grams g = {.site = site,
                   .pool = micai_constant_ints(builder, pool, pool_count),
                   .starts = micai_constant_ints(builder, numbers, count),
                   .lengths = micai_constant_ints(builder, numbers + count, count),
                   .weights = micai_constant_floats(builder, mica_type_element(site->type),
                                                    weights, &size, 1)};
        result = micai_onnx_by_index(builder, site->type, &sizes, gram_place, &g);
    } else if (numbers && weights) {
        micai_onnx_refuse(site, "two n-grams share a place of the result");
    }
    mica_free(numbers);
    mica_free(weights);
    return result;
}

// ---- LabelEncoder
// ----------------------------------------------------------------------------

typedef struct labels {
    mica_value *keys, *values, *x;
} labels;

/// carried: the value so far
static void key_step(void *user, mica_builder *builder, mica_value *index, mica_value **carried)
{
    const labels *l = user;
    mica_value *key = micai_num_at(builder, l->keys, index);
    mica_value *is_key = micai_num_equal(builder, key, l->x);
    if (mica_type_is_float(mica_value_type(key))) { // NaN is a key like others
        mica_value *is_same_nan = micai_num_and(builder, micai_num_is_nan(builder, key),
                                                micai_num_is_nan(builder, l->x));
        is_key = micai_num_or(builder, is_key, is_same_nan);
    }
    carried[0] =
        micai_onnx_select(builder, is_key, micai_num_at(builder, l->values, index), carried[0]);
}

/// The table of a node's attribute; signless as tensors are here.
static mica_value *table(micai_onnx_site *site, const char *name)
{
    const mica_attr *elements = mica_onnx_node_attr(&site->node, name);
    return micai_onnx_constant_op(site->builder, elements);
}

typedef struct encoding {
    micai_onnx_site *site;
    mica_value *keys, *values, *unset;
} encoding;

static mica_value *label_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const encoding *e = user;
    mica_value *x = micai_onnx_operand(e->site, 0);
    labels l = {e->keys, e->values, micai_onnx_extract(builder, x, indices, micai_rank(x))};
    mica_value *value = micai_num_only(builder, e->unset);
    micai_onnx_along(builder, micai_onnx_dim(builder, e->keys, 0), &value, 1, key_step, &l);
    return value;
}

static mica_value *lower_label_encoder(micai_onnx_site *site)
{
    static const char *const names[] = {"keys", "values", "default_value"};
    for (size_t i = 0; i < 3; ++i)
        if (mica_type_rank(mica_attr_type(mica_onnx_node_attr(&site->node, names[i]))) != 1)
            return micai_onnx_refuse(site, "'%s' is no vector", names[i]);
    encoding e = {site, table(site, names[0]), table(site, names[1]), table(site, names[2])};
    micai_onnx_sizes sizes;
    micai_onnx_sizes_like(&sizes, micai_onnx_operand(site, 0));
    return micai_onnx_by_index(site->builder, site->type, &sizes, label_place, &e);
}

const micai_onnx_rule micai_onnx_ml_rules[] = {
    {"onnx.TfIdfVectorizer", lower_tf_idf, NULL},
    {"onnx.ml.LabelEncoder", lower_label_encoder, NULL},
    {NULL, NULL, NULL},
};
