// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// TreeEnsemble: the trees become tables of constants, and every row walks down each tree as
// many steps as the deepest one has. Children that are leaves are negative numbers, at which a
// walk stays:
//
//   %leaves = [N, trees]   state = root; depth times: state = x[feature] <= split ? yes : no
//   %y = [N, targets]      the weights of the leaves that belong to the target, aggregated
//
// A test for membership in a set is a chain of tests for equality.
#include "transforms/convert/convert_onnx_to_linalg_scalars.h"

#include <math.h>
#include <stdlib.h>

enum { AT_MOST, BELOW, AT_LEAST, ABOVE, EQUAL, NOT_EQUAL, MEMBER, MODES };
enum { AVERAGE, SUM, LEAST, GREATEST };

/// The nodes of all trees. Children: a node, or -1 - leaf.
typedef struct forest {
    size_t count, capacity;
    int64_t *features, *modes, *yes, *no, *missing;
    double *splits;
} forest;

// ---- tables
// ----------------------------------------------------------------------------------

static void free_forest(forest *f)
{
    int64_t *const lists[] = {f->features, f->modes, f->yes, f->no, f->missing};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; ++i)
        mica_free(lists[i]);
    mica_free(f->splits);
}

static bool allocate_forest(forest *f, size_t capacity)
{
    int64_t **const lists[] = {&f->features, &f->modes, &f->yes, &f->no, &f->missing};
    bool good = true;
    *f = (forest){.capacity = capacity};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; ++i) {
        *lists[i] = mica_calloc(capacity + 1, sizeof **lists[i]);
        good &= *lists[i] != NULL;
    }
    f->splits = mica_calloc(capacity + 1, sizeof *f->splits);
    return good && f->splits;
}

static size_t value_count(const mica_op_state *node, const char *name)
{
    const mica_attr *attr = mica_onnx_node_attr(node, name);
    return attr ? (size_t)mica_type_element_count(mica_attr_type(attr)) : 0;
}

/// Node i, without its set.
static void read_node(const mica_op_state *node, forest *f, size_t i)
{
    static const char *const ids[] = {"nodes_truenodeids", "nodes_falsenodeids"};
    static const char *const leafs[] = {"nodes_trueleafs", "nodes_falseleafs"};
    size_t count;
    const int64_t *missing =
        mica_onnx_node_ints(node, "nodes_missing_value_tracks_true", &count);
    f->features[i] = mica_onnx_node_ints(node, "nodes_featureids", &count)[i];
    f->modes[i] = mica_onnx_load_int(mica_onnx_node_attr(node, "nodes_modes"), i);
    f->splits[i] = mica_onnx_load_float(mica_onnx_node_attr(node, "nodes_splits"), i);
    f->missing[i] = missing ? missing[i] : 0;
    for (size_t k = 0; k < 2; ++k) {
        const int64_t child = mica_onnx_node_ints(node, ids[k], &count)[i];
        const bool is_leaf = mica_onnx_node_ints(node, leafs[k], &count)[i] != 0;
        (k == 0 ? f->yes : f->no)[i] = is_leaf ? -1 - child : child;
    }
}

/// Node i tests for the members from `*member` on, up to a NaN: the first in its own place, the
/// others in new nodes behind it. A set without members holds nothing.
static void chain_members(const mica_op_state *node, forest *f, size_t i, size_t *member)
{
    const mica_attr *values = mica_onnx_node_attr(node, "membership_values");
    const size_t count = value_count(node, "membership_values");
    const int64_t no = f->no[i];
    size_t at = i;
    f->modes[i] = EQUAL;
    f->splits[i] = NAN;
    for (bool is_first = true; *member < count; is_first = false) {
        const double value = mica_onnx_load_float(values, (*member)++);
        if (isnan(value))
            break;
        if (!is_first) {
            const size_t next = f->count++;
            f->features[next] = f->features[i];
            f->missing[next] = f->missing[i];
            f->yes[next] = f->yes[i];
            f->modes[next] = EQUAL;
            f->no[at] = (int64_t)next;
            at = next;
        }
        f->splits[at] = value;
        f->no[at] = no;
    }
}

static bool read_forest(const mica_op_state *node, forest *f)
{
    size_t nodes, member = 0;
    mica_onnx_node_ints(node, "nodes_featureids", &nodes);
    if (!allocate_forest(f, nodes + value_count(node, "membership_values")))
        return false;
    f->count = nodes;
    for (size_t i = 0; i < nodes; ++i) {
        read_node(node, f, i);
        if (f->modes[i] == MEMBER)
            chain_members(node, f, i, &member);
    }
    return true;
}

/// The most nodes on the way from a root to a leaf; -1 when a way never ends, -2 when memory is
/// out. Nodes are finished after their children, on a stack of their own.
static int64_t depth_of(const forest *f, const int64_t *roots, size_t root_count)
{
    enum { NEW, OPEN };
    int64_t *depths = mica_calloc(f->count + 1, sizeof *depths); // 0: new, -1: open
    int64_t *stack = mica_malloc((3 * f->count + 1) * sizeof *stack);
    int64_t deepest = depths && stack ? 0 : -2;
    for (size_t r = 0; r < root_count && deepest >= 0; ++r) {
        size_t height = 0;
        stack[height++] = roots[r];
        while (height > 0 && deepest >= 0) {
            const int64_t at = stack[height - 1];
            const int64_t children[] = {f->yes[at], f->no[at]};
            int64_t below = 0;
            bool waits = false;
            for (int k = 0; k < 2 && depths[at] <= 0; ++k) {
                const int64_t child = children[k];
                if (child < 0)
                    continue;
                if (depths[child] > 0) {
                    below = depths[child] > below ? depths[child] : below;
                } else if (depths[child] < 0) {
                    deepest = -1; // open: it leads back
                } else if (depths[at] == 0) {
                    stack[height++] = child;
                    waits = true;
                }
            }
            if (depths[at] == 0 && waits) {
                depths[at] = -1;
                continue;
            }
            if (depths[at] <= 0)
                depths[at] = below + 1;
            if (!waits)
                --height;
        }
        if (deepest >= 0 && depths[roots[r]] > deepest)
            deepest = depths[roots[r]];
    }
    mica_free(depths);
    mica_free(stack);
    return deepest;
}

// ---- walks
// -----------------------------------------------------------------------------------

typedef struct walk {
    micai_onnx_site *site;
    const forest *nodes;
    mica_value *features, *splits, *modes, *yes, *no, *missing, *roots;
    mica_value *leaves, *targets, *weights;
    bool uses[MODES], uses_missing;
    int64_t depth, trees;
    mica_value *row, *target;
} walk;

/// The outcome of a test; which one it is may be known at run time only.
static mica_value *outcome(const walk *w, mica_builder *builder, mica_value *x,
                           mica_value *split, mica_value *node)
{
    mica_value *mode = w->modes ? micai_num_at(builder, w->modes, node) : NULL, *result = NULL;
    for (int64_t i = 0; i < MEMBER; ++i) {
        if (!w->uses[i])
            continue;
        mica_value *own = i == AT_MOST    ? micai_num_less_equal(builder, x, split)
                          : i == BELOW    ? micai_num_less(builder, x, split)
                          : i == AT_LEAST ? micai_num_less_equal(builder, split, x)
                          : i == ABOVE    ? micai_num_less(builder, split, x)
                                          : micai_num_equal(builder, x, split);
        if (i == NOT_EQUAL)
            own = micai_onnx_index_op(builder, "arith.xori", own,
                                      micai_onnx_number(builder, mica_value_type(own), -1));
        result = !result ? own
                         : micai_onnx_select(
                               builder,
                               micai_num_equal(
                                   builder, mode,
                                   micai_onnx_number(builder, micai_i64(builder), (double)i)),
                               own, result);
    }
    return result;
}

/// carried: the node, or the leaf at which the walk stays
static void descend(void *user, mica_builder *builder, mica_value *index, mica_value **carried)
{
    const walk *w = user;
    (void)index;
    mica_value *zero = micai_onnx_index(builder, 0);
    mica_value *is_leaf = micai_num_less(builder, carried[0], zero);
    mica_value *node = micai_num_max(builder, carried[0], zero);
    mica_value *const at[] = {w->row, micai_num_index_at(builder, w->features, node)};
    mica_value *x = micai_num_widen(
        builder, micai_onnx_extract(builder, micai_onnx_operand(w->site, 0), at, 2));
    mica_value *is_yes = outcome(w, builder, x, micai_num_at(builder, w->splits, node), node);
    if (w->uses_missing) {
        mica_value *follows = micai_onnx_convert(
            builder, micai_num_at(builder, w->missing, node),
            mica_integer_type_get(builder->context, 1, MICA_SIGNLESS), false, false);
        mica_value *is_missing = micai_num_is_nan(builder, x);
        is_yes = micai_num_or(builder, is_yes, micai_num_and(builder, is_missing, follows));
    }
    mica_value *next =
        micai_onnx_select(builder, is_yes, micai_num_index_at(builder, w->yes, node),
                          micai_num_index_at(builder, w->no, node));
    carried[0] = micai_onnx_select(builder, is_leaf, carried[0], next);
}

static mica_value *leaf_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    walk *w = user;
    mica_value *state = micai_num_index_at(builder, w->roots, indices[1]);
    w->row = indices[0];
    micai_onnx_along(builder, micai_onnx_index(builder, w->depth), &state, 1, descend, w);
    state = micai_num_sub(builder, micai_onnx_index(builder, -1), state);
    return micai_onnx_from_index(builder, state, micai_i64(builder));
}

// ---- aggregation
// -----------------------------------------------------------------------------

/// carried: the aggregate so far, whether it has a member
static void tree_step(void *user, mica_builder *builder, mica_value *index,
                      mica_value **carried)
{
    const walk *w = user;
    const int64_t kind = mica_onnx_node_int(&w->site->node, "aggregate_function");
    mica_value *const at[] = {w->row, index};
    mica_value *leaf = micai_onnx_extract_index(builder, w->leaves, at, 2, false, NULL);
    mica_value *is_own =
        micai_num_equal(builder, micai_num_index_at(builder, w->targets, leaf), w->target);
    mica_value *weight = micai_num_at(builder, w->weights, leaf);
    mica_value *next = micai_num_add(builder, carried[0], weight);
    if (kind == LEAST || kind == GREATEST) {
        next = kind == LEAST ? micai_num_min(builder, carried[0], weight)
                             : micai_num_max(builder, carried[0], weight);
        next = micai_onnx_select(builder, carried[1], next, weight);
    }
    carried[0] = micai_onnx_select(builder, is_own, next, carried[0]);
    carried[1] = micai_num_or(builder, carried[1], is_own);
}

static mica_value *target_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    walk *w = user;
    const mica_type *i1 = mica_integer_type_get(builder->context, 1, MICA_SIGNLESS);
    mica_value *carried[] = {micai_onnx_number(builder, micai_element(w->weights), 0),
                             micai_onnx_number(builder, i1, 0)};
    w->row = indices[0];
    w->target = indices[1];
    micai_onnx_along(builder, micai_onnx_index(builder, w->trees), carried, 2, tree_step, w);
    mica_value *result = carried[0];
    if (mica_onnx_node_int(&w->site->node, "aggregate_function") == AVERAGE)
        result =
            micai_num_div(builder, result, micai_num_like(builder, result, (double)w->trees));
    return micai_onnx_convert(builder, result, mica_type_element(w->site->type), false, false);
}

// ---- the node
// --------------------------------------------------------------------------------

/// Which tests there are. False when one is none of ONNX's.
static bool look_at_modes(walk *w, size_t *kinds)
{
    *kinds = 0;
    for (size_t i = 0; i < w->nodes->count; ++i) {
        const int64_t mode = w->nodes->modes[i];
        if (mode < 0 || mode >= MEMBER)
            return false;
        *kinds += !w->uses[mode];
        w->uses[mode] = true;
        w->uses_missing |= w->nodes->missing[i] != 0;
    }
    return true;
}

static mica_value *floats(micai_onnx_site *site, const mica_type *element, const char *name,
                          const double *values, size_t count)
{
    const int64_t shape = (int64_t)count;
    if (values)
        return micai_constant_floats(site->builder, element, values, &shape, 1);
    double *own = mica_malloc((count + 1) * sizeof *own);
    for (size_t i = 0; own && i < count; ++i)
        own[i] = mica_onnx_load_float(mica_onnx_node_attr(&site->node, name), i);
    mica_value *table =
        own ? micai_constant_floats(site->builder, element, own, &shape, 1) : NULL;
    mica_free(own);
    return table;
}

static mica_value *build_walks(walk *w, size_t kinds, const int64_t *roots)
{
    micai_onnx_site *site = w->site;
    mica_builder *builder = site->builder;
    const forest *f = w->nodes;
    const mica_type *wide = micai_num_wide(builder, mica_type_element(site->type));
    const int64_t shape[] = {mica_type_shape(site->type)[0], w->trees};
    const micai_onnx_sizes sizes = {{micai_onnx_operand(site, 0)}, {0}};
    size_t leaves;
    const int64_t *targets = mica_onnx_node_ints(&site->node, "leaf_targetids", &leaves);
    w->features = micai_constant_ints(builder, f->features, f->count);
    w->yes = micai_constant_ints(builder, f->yes, f->count);
    w->no = micai_constant_ints(builder, f->no, f->count);
    w->roots = micai_constant_ints(builder, roots, (size_t)w->trees);
    w->targets = micai_constant_ints(builder, targets, leaves);
    w->splits = floats(site, wide, NULL, f->splits, f->count);
    w->weights = floats(site, wide, "leaf_weights", NULL, leaves);
    if (kinds > 1)
        w->modes = micai_constant_ints(builder, f->modes, f->count);
    if (w->uses_missing)
        w->missing = micai_constant_ints(builder, f->missing, f->count);
    if (!w->splits || !w->weights)
        return NULL;
    w->leaves =
        micai_onnx_by_index(builder, mica_tensor_type_get(micai_i64(builder), shape, 2, NULL),
                            &sizes, leaf_place, w);
    return micai_onnx_by_index(builder, site->type, &sizes, target_place, w);
}

static mica_value *lower_tree_ensemble(micai_onnx_site *site)
{
    forest f;
    size_t trees, kinds;
    const int64_t *roots = mica_onnx_node_ints(&site->node, "tree_roots", &trees);
    const int64_t kind = mica_onnx_node_int(&site->node, "aggregate_function");
    walk w = {.site = site, .nodes = &f, .trees = (int64_t)trees};
    mica_value *result = NULL;
    if (mica_onnx_node_int(&site->node, "post_transform") != 0)
        return micai_onnx_refuse(site, "a post_transform is not supported");
    if (kind < AVERAGE || kind > GREATEST)
        return micai_onnx_refuse(site, "its aggregate_function is not known");
    if (read_forest(&site->node, &f)) {
        w.depth = depth_of(&f, roots, trees);
        if (w.depth == -1)
            micai_onnx_refuse(site, "a node leads back to itself");
        else if (!look_at_modes(&w, &kinds))
            micai_onnx_refuse(site, "'nodes_modes' has a mode that is not known");
        else if (w.depth > 0)
            result = build_walks(&w, kinds, roots);
    }
    free_forest(&f);
    return result;
}

const micai_onnx_rule micai_onnx_tree_rules[] = {
    {"onnx.ml.TreeEnsemble", lower_tree_ensemble, NULL},
    {NULL, NULL, NULL},
};
