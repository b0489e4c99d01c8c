// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops that move elements. A reshape joins and splits runs of dimensions: both shapes are cut
// into the shortest groups of equal size, each group is collapsed to one dimension and expanded
// again. A view all the way: nothing is copied.
//
//   2x3x4x5 to 6x20    groups 2x3 | 4x5 and 6 | 20: one collapse
//   6x20 to 2x3x4x5    one expand
//   4x6 to 8x3         group 4x6 and 8x3: collapse to 24, expand
#include "ir/rewrite/fold.h"
#include "ir/support/blob.h"
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

// ---- grouping
// --------------------------------------------------------------------------------

/// Runs of dimensions of two shapes that hold the same elements: group g takes from each shape
/// what ends before `ends[side][g]`.
typedef struct grouping {
    size_t count;
    size_t ends[2][MICA_ONNX_MAX_RANK + 1];
} grouping;

/// The size of a run: dynamic sizes are counted apart from the product of the others.
typedef struct run_size {
    int64_t product;
    size_t dynamic;
} run_size;

static void take(run_size *size, int64_t dimension)
{
    if (dimension == MICA_DYNAMIC)
        ++size->dynamic;
    else
        size->product *= dimension;
}

static bool runs_equal(const run_size *a, const run_size *b)
{
    return a->product == b->product && a->dynamic == b->dynamic;
}

/// The total of a shape's sizes; false when it does not fit in 63 bits.
static bool total_of(const mica_type *type, run_size *total)
{
    *total = (run_size){1, 0};
    for (size_t i = 0; i < mica_type_rank(type); ++i) {
        const int64_t size = mica_type_shape(type)[i];
        if (size == MICA_DYNAMIC)
            ++total->dynamic;
        else if (__builtin_mul_overflow(total->product, size, &total->product))
            return false;
    }
    return true;
}

/// Cuts both shapes. With sizes of 0, where every product is the same, all is one group. False
/// when equality can't be seen: more than one dynamic size, or different products.
static bool group_shapes(const mica_type *a, const mica_type *b, grouping *groups)
{
    const size_t ranks[2] = {mica_type_rank(a), mica_type_rank(b)};
    run_size totals[2];
    groups->count = 0;
    if (!total_of(a, &totals[0]) || !total_of(b, &totals[1]) ||
        !runs_equal(&totals[0], &totals[1]) || totals[0].dynamic > 1)
        return false;
    size_t i = 0, j = 0;
    while (totals[0].product != 0 && i < ranks[0] && j < ranks[1]) {
        run_size left = {1, 0}, right = {1, 0};
        take(&left, mica_type_shape(a)[i++]);
        take(&right, mica_type_shape(b)[j++]);
        while (!runs_equal(&left, &right)) {
            const bool take_left =
                i < ranks[0] &&
                (j == ranks[1] || left.product < right.product ||
                 (left.product == right.product && left.dynamic < right.dynamic));
            if (take_left)
                take(&left, mica_type_shape(a)[i++]);
            else
                take(&right, mica_type_shape(b)[j++]);
        }
        groups->ends[0][groups->count] = i;
        groups->ends[1][groups->count++] = j;
    }
    if (groups->count == 0)
        groups->count = 1;
    groups->ends[0][groups->count - 1] = ranks[0]; // sizes of 1 at the end
    groups->ends[1][groups->count - 1] = ranks[1];
    return true;
}

bool micai_onnx_can_reshape(const mica_type *from, const mica_type *to)
{
    grouping groups;
    return from == to || (mica_type_is_ranked(from) && mica_type_is_ranked(to) &&
                          group_shapes(from, to, &groups));
}

// ---- collapse and expand
// ---------------------------------------------------------------------

/// [[0, 1], [2]]: the runs of one side.
static const mica_attr *reassociation(mica_context *context, const grouping *groups,
                                      unsigned side)
{
    const mica_attr *runs[MICA_ONNX_MAX_RANK + 1];
    size_t first = 0;
    for (size_t g = 0; g < groups->count; ++g) {
        const mica_attr *members[MICA_ONNX_MAX_RANK];
        size_t count = 0;
        for (; first < groups->ends[side][g]; ++first)
            members[count++] = mica_i64_attr_get(context, (int64_t)first);
        runs[g] = mica_array_attr_get(context, members, count);
    }
    return mica_array_attr_get(context, runs, groups->count);
}

/// The type with one dimension a group.
static const mica_type *joined_type(const mica_type *type, const grouping *groups)
{
    int64_t shape[MICA_ONNX_MAX_RANK];
    size_t i = 0;
    for (size_t g = 0; g < groups->count; ++g) {
        shape[g] = 1;
        for (; i < groups->ends[0][g]; ++i) {
            const int64_t size = mica_type_shape(type)[i];
            shape[g] = size == MICA_DYNAMIC || shape[g] == MICA_DYNAMIC ? MICA_DYNAMIC
                                                                        : shape[g] * size;
        }
    }
    return mica_tensor_type_get(mica_type_element(type), shape, groups->count, NULL);
}

static mica_value *collapse(mica_builder *builder, mica_value *value, const mica_type *to,
                            const mica_attr *runs)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "tensor.collapse_shape", builder->location);
    mica_op_state_add_operand(&state, value);
    mica_op_state_add_result(&state, to);
    mica_op_state_set_attr(&state, "reassociation", runs);
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

/// The dynamic size, if there is one, is that of `source`, whose dimensions were joined before.
static mica_value *expand(mica_builder *builder, mica_value *value, const mica_type *to,
                          const mica_attr *runs, mica_value *source)
{
    mica_context *context = builder->context;
    mica_op_state state;
    mica_op_state_init(&state, context, "tensor.expand_shape", builder->location);
    mica_op_state_add_operand(&state, value);
    for (size_t i = 0; i < micai_rank(source); ++i) {
        if (micai_shape(source)[i] != MICA_DYNAMIC)
            continue;
        mica_op_state_add_operand(&state, micai_onnx_dim(builder, source, i));
    }
    mica_op_state_add_result(&state, to);
    mica_op_state_set_attr(&state, "reassociation", runs);
    mica_op_state_set_attr(
        &state, "static_output_shape",
        mica_i64_array_attr_get(context, mica_type_shape(to), mica_type_rank(to)));
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

/// A scalar is one group without dimensions, which is written as no group.
static const mica_attr *no_groups(mica_context *context)
{
    return mica_array_attr_get(context, NULL, 0);
}

mica_value *micai_onnx_reshape(mica_builder *builder, mica_value *value, const mica_type *to)
{
    const mica_type *from = mica_value_type(value);
    grouping groups;
    if (from == to)
        return value;
    mica_context *context = builder->context;
    if (!group_shapes(from, to, &groups))
        return NULL;
    if (mica_type_rank(to) == 0)
        return collapse(builder, value, to, no_groups(context));
    if (mica_type_rank(from) == 0)
        return expand(builder, value, to, no_groups(context), value);
    const mica_type *joined = joined_type(from, &groups);
    mica_value *source = value;
    if (joined != from)
        value = collapse(builder, value, joined, reassociation(context, &groups, 0));
    if (joined == to || !value)
        return value;
    return expand(builder, value, to, reassociation(context, &groups, 1), source);
}

mica_value *micai_onnx_flatten(mica_builder *builder, mica_value *value)
{
    const mica_type *type = mica_value_type(value);
    const size_t rank = mica_type_rank(type);
    const int64_t count = mica_type_element_count(type),
                  size = count < 0 ? MICA_DYNAMIC : count;
    const mica_type *flat = mica_tensor_type_get(mica_type_element(type), &size, 1, NULL);
    const grouping all = {.count = 1, .ends = {{rank}, {1}}};
    if (rank < 2)
        return micai_onnx_reshape(builder, value, flat);
    return collapse(builder, value, flat, reassociation(builder->context, &all, 0));
}

/// The sizes of a value, whose product its elements are.
static size_t sizes_of(mica_builder *builder, mica_value *value, mica_value **sizes)
{
    for (size_t i = 0; i < micai_rank(value); ++i)
        sizes[i] = micai_onnx_dim(builder, value, i);
    return micai_rank(value);
}

/// The size of dimension `open` from those of all others.
static mica_value *rest_of(mica_builder *builder, mica_value *input, mica_value *const *sizes,
                           size_t count, size_t open)
{
    mica_value *own[MICA_ONNX_MAX_RANK], *others[MICA_ONNX_MAX_RANK];
    const size_t rank = sizes_of(builder, input, own);
    size_t n = 0;
    for (size_t i = 0; i < count; ++i)
        if (i != open)
            others[n++] = sizes[i];
    return micai_onnx_quotient(builder, own, rank, others, n);
}

/// a == constant ? x : y
static mica_value *choose(mica_builder *builder, mica_value *a, int64_t constant, mica_value *x,
                          mica_value *y)
{
    const mica_type *bit = mica_integer_type_get(builder->context, 1, MICA_SIGNLESS);
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "arith.cmpi", builder->location);
    mica_op_state_add_operand(&state, a);
    mica_op_state_add_operand(&state, micai_onnx_index(builder, constant));
    mica_op_state_set_attr(&state, "predicate", mica_i64_attr_get(builder->context, 0));
    mica_op_state_add_result(&state, bit);
    return micai_onnx_select(builder, mica_builder_create_or_fold(builder, &state), x, y);
}

/// Entries of a Reshape's shape as sizes: 0 is the input's, -1 what the others leave.
static void read_target(micai_onnx_site *site, mica_value *input, mica_value *shape,
                        mica_value **sizes)
{
    mica_builder *builder = site->builder;
    const size_t rank = mica_type_rank(site->type);
    const bool copies = mica_onnx_node_int(&site->node, "allowzero") == 0;
    mica_value *entries[MICA_ONNX_MAX_RANK];
    bool is_open[MICA_ONNX_MAX_RANK] = {false};
    for (size_t i = 0; i < rank; ++i) {
        const int64_t known = mica_type_shape(site->type)[i];
        int64_t number = 1;
        entries[i] = known == MICA_DYNAMIC ? micai_onnx_shape_entry(builder, shape, i)
                                           : micai_onnx_index(builder, known);
        sizes[i] = entries[i];
        if (known != MICA_DYNAMIC)
            continue;
        const bool is_constant = mica_value_constant_int(entries[i], &number);
        if (is_constant && number == 0 && copies && i < micai_rank(input))
            sizes[i] = micai_onnx_dim(builder, input, i);
        is_open[i] = is_constant ? number == -1 : !micai_onnx_is_size(entries[i]);
        if (is_open[i]) {
            mica_value *one = micai_onnx_index(builder, 1);
            mica_value *kept = copies && !is_constant && i < micai_rank(input)
                                   ? choose(builder, entries[i], 0,
                                            micai_onnx_dim(builder, input, i), entries[i])
                                   : entries[i];
            sizes[i] = is_constant ? one : choose(builder, entries[i], -1, one, kept);
        }
    }
    mica_value *settled[MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i < rank; ++i) {
        settled[i] = sizes[i];
        if (!is_open[i])
            continue;
        mica_value *rest = rest_of(builder, input, sizes, rank, i);
        settled[i] = choose(builder, entries[i], -1, rest, sizes[i]);
    }
    memcpy(sizes, settled, rank * sizeof *sizes);
}

/// [product of the sizes before the axis, product of the others]
static void read_flattened(micai_onnx_site *site, mica_value *input, mica_value **sizes)
{
    mica_value *own[MICA_ONNX_MAX_RANK];
    const size_t rank = sizes_of(site->builder, input, own);
    const int64_t axis = mica_onnx_node_int(&site->node, "axis");
    const size_t first = (size_t)(axis < 0 ? axis + (int64_t)rank : axis);
    sizes[0] = micai_onnx_quotient(site->builder, own, first, NULL, 0);
    sizes[1] = micai_onnx_quotient(site->builder, own + first, rank - first, NULL, 0);
}

/// A Squeeze or Unsqueeze keeps the sizes that are not 1 in order.
static void read_kept(micai_onnx_site *site, mica_value *input, mica_value **sizes)
{
    size_t from = 0;
    for (size_t i = 0; i < mica_type_rank(site->type); ++i) {
        const int64_t size = mica_type_shape(site->type)[i];
        sizes[i] = micai_onnx_index(site->builder, size == MICA_DYNAMIC ? 1 : size);
        if (size != MICA_DYNAMIC)
            continue;
        while (from < micai_rank(input) && micai_shape(input)[from] != MICA_DYNAMIC)
            ++from;
        if (from < micai_rank(input))
            sizes[i] = micai_onnx_dim(site->builder, input, from++);
    }
}

static mica_value *lower_reshape(micai_onnx_site *site)
{
    mica_value *input = micai_onnx_operand(site, 0), *sizes[MICA_ONNX_MAX_RANK];
    const mica_type *type = site->type;
    const mica_string name = mica_op_name(site->op);
    if (micai_onnx_can_reshape(mica_value_type(input), type))
        return micai_onnx_reshape(site->builder, input, type);
    if (mica_string_is(name, "onnx.Reshape"))
        read_target(site, input, micai_onnx_operand(site, 1), sizes);
    else if (mica_string_is(name, "onnx.Flatten"))
        read_flattened(site, input, sizes);
    else
        read_kept(site, input, sizes);
    return micai_onnx_reshape_to(site->builder, input, type, sizes);
}

/// The groups of two shapes of which the longer has dimensions of size 1 more: each dimension
/// of the shorter one with what stands before it. False when sizes don't match in order.
static bool group_ones(const mica_type *shorter, const mica_type *longer, const bool *is_one,
                       unsigned long_side, grouping *groups)
{
    size_t j = 0;
    groups->count = mica_type_rank(shorter);
    for (size_t i = 0; i < groups->count; ++i) {
        while (j < mica_type_rank(longer) && is_one[j])
            ++j;
        if (j++ == mica_type_rank(longer))
            return false;
        groups->ends[!long_side][i] = i + 1;
        groups->ends[long_side][i] = j;
    }
    if (groups->count > 0)
        groups->ends[long_side][groups->count - 1] = mica_type_rank(longer);
    return true;
}

/// Which dimensions a Squeeze drops or an Unsqueeze adds, of the longer shape. False: unknown.
static bool read_ones(const micai_onnx_site *site, const mica_type *longer, bool *is_one)
{
    mica_value *operand = micai_onnx_operand(site, 1);
    const size_t rank = mica_type_rank(longer);
    int64_t axes[MICA_ONNX_MAX_RANK];
    const int64_t count = mica_onnx_known_ints(operand, axes, MICA_ONNX_MAX_RANK);
    for (size_t i = 0; i < rank; ++i)
        is_one[i] = !operand && mica_type_shape(longer)[i] == 1;
    for (int64_t i = 0; operand && i < count; ++i) {
        size_t axis;
        if (!mica_onnx_axis(axes[i], rank, &axis))
            return false;
        is_one[axis] = true;
    }
    return !operand || count >= 0;
}

mica_value *micai_onnx_insert_ones(mica_builder *builder, mica_value *value,
                                   const mica_type *to, const bool *is_one)
{
    grouping groups;
    if (!group_ones(mica_value_type(value), to, is_one, 1, &groups))
        return NULL;
    return expand(builder, value, to,
                  groups.count ? reassociation(builder->context, &groups, 1)
                               : no_groups(builder->context),
                  value);
}

static mica_value *lower_squeeze(micai_onnx_site *site)
{
    mica_value *input = micai_onnx_operand(site, 0);
    mica_context *context = site->builder->context;
    bool is_one[MICA_ONNX_MAX_RANK];
    grouping groups;
    if (!read_ones(site, mica_value_type(input), is_one) ||
        !group_ones(site->type, mica_value_type(input), is_one, 0, &groups))
        return lower_reshape(site);
    if (site->type == mica_value_type(input))
        return input;
    return collapse(site->builder, input, site->type,
                    groups.count ? reassociation(context, &groups, 0) : no_groups(context));
}

static mica_value *lower_unsqueeze(micai_onnx_site *site)
{
    mica_value *input = micai_onnx_operand(site, 0);
    bool is_one[MICA_ONNX_MAX_RANK];
    if (site->type == mica_value_type(input))
        return input;
    mica_value *longer = read_ones(site, site->type, is_one)
                             ? micai_onnx_insert_ones(site->builder, input, site->type, is_one)
                             : NULL;
    return longer ? longer : lower_reshape(site);
}

// ---- Transpose
// -------------------------------------------------------------------------------

/// Elements of `source`, row-major in `shape`, into `target` in permuted order.
static void permute_bytes(char *target, const char *source, size_t element,
                          const int64_t *shape, const int64_t *permutation, size_t rank,
                          size_t count)
{
    int64_t strides[MICA_ONNX_MAX_RANK], index[MICA_ONNX_MAX_RANK] = {0};
    int64_t stride = 1;
    for (size_t i = rank; i-- > 0;) {
        strides[i] = stride;
        stride *= shape[i];
    }
    int64_t from = 0;
    for (size_t n = 0; n < count; ++n) {
        memcpy(target + n * element, source + (size_t)from * element, element);
        for (size_t i = rank; i-- > 0;) {
            const int64_t step = strides[permutation[i]], size = shape[permutation[i]];
            from += step;
            if (++index[i] < size)
                break;
            from -= size * step;
            index[i] = 0;
        }
    }
}

/// The permuted constant as a new one; NULL when the value is none.
static mica_value *permute_constant(mica_builder *builder, mica_value *value,
                                    const mica_type *to, const int64_t *permutation)
{
    const mica_attr *attr = mica_onnx_constant(value);
    if (!attr)
        return NULL;
    if (mica_dense_elements_attr_is_splat(attr))
        return micai_onnx_constant_op(builder, mica_dense_elements_attr_reshape(attr, to));
    size_t size;
    const char *source = mica_dense_elements_attr_data(attr, &size);
    const size_t element = mica_dense_element_size(mica_type_element(to));
    void *target;
    mica_blob *blob = mica_blob_allocate(builder->context, size, &target);
    if (!blob)
        return NULL;
    permute_bytes(target, source, element, micai_shape(value), permutation, micai_rank(value),
                  size / element);
    return micai_onnx_constant_op(builder, mica_dense_elements_attr_get_blob(to, blob));
}

mica_value *micai_onnx_transpose(mica_builder *builder, mica_value *value,
                                 const int64_t *permutation)
{
    const size_t rank = micai_rank(value);
    int64_t shape[MICA_ONNX_MAX_RANK];
    micai_onnx_sizes sizes;
    bool is_identity = true;
    for (size_t i = 0; i < rank; ++i) {
        sizes.values[i] = value;
        sizes.dims[i] = (size_t)permutation[i];
        shape[i] = micai_shape(value)[permutation[i]];
        is_identity &= permutation[i] == (int64_t)i;
    }
    if (is_identity)
        return value;
    const mica_type *type = mica_tensor_type_get(micai_element(value), shape, rank, NULL);
    mica_value *constant = permute_constant(builder, value, type, permutation);
    if (constant)
        return constant;
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "linalg.transpose", builder->location);
    mica_op_state_add_operand(&state, value);
    mica_op_state_add_operand(&state, micai_onnx_empty(builder, type, &sizes));
    mica_op_state_add_result(&state, type);
    mica_op_state_set_attr(&state, "permutation",
                           mica_i64_array_attr_get(builder->context, permutation, rank));
    const mica_type *elements[] = {micai_element(value), micai_element(value)};
    mica_builder inside = mica_builder_detached(builder->context, builder->location);
    mica_block *block =
        mica_builder_create_block(&inside, mica_op_state_add_region(&state), NULL, elements, 2);
    mica_op_state yield;
    mica_op_state_init(&yield, builder->context, "linalg.yield", builder->location);
    mica_op_state_add_operand(&yield, mica_block_argument(block, 0));
    mica_builder_create(&inside, &yield);
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

static mica_value *lower_transpose(micai_onnx_site *site)
{
    mica_value *input = micai_onnx_operand(site, 0);
    const mica_attr *perm = mica_onnx_node_attr(&site->node, "perm");
    const size_t rank = micai_rank(input);
    int64_t permutation[MICA_ONNX_MAX_RANK];
    for (size_t i = 0; i < rank; ++i)
        permutation[i] = perm ? mica_dense_array_attr_int(perm, i) : (int64_t)(rank - 1 - i);
    return micai_onnx_transpose(site->builder, input, permutation);
}

// ---- others
// ----------------------------------------------------------------------------------

/// The same with offsets that are sums of sizes.
static mica_value *concat_at_run_time(micai_onnx_site *site, size_t axis)
{
    mica_builder *builder = site->builder;
    mica_value *const *inputs = site->node.operands;
    const size_t count = site->node.operand_count, rank = mica_type_rank(site->type);
    mica_value *offsets[MICA_ONNX_MAX_RANK], *end = micai_onnx_index(builder, 0);
    micai_onnx_sizes sizes;
    micai_onnx_sizes_like(&sizes, inputs[0]);
    for (size_t i = 0; i < rank; ++i)
        offsets[i] = micai_onnx_index(builder, 0);
    for (size_t i = 0; i < count; ++i)
        end = micai_onnx_index_op(builder, "arith.addi", end,
                                  micai_onnx_dim(builder, inputs[i], axis));
    sizes.values[axis] = end;
    mica_value *result = micai_onnx_empty(builder, site->type, &sizes);
    for (size_t i = 0; i < count && result; ++i) {
        for (size_t dim = 0; dim < rank; ++dim)
            if (dim != axis)
                micai_onnx_require_equal(builder, micai_onnx_dim(builder, inputs[0], dim),
                                         micai_onnx_dim(builder, inputs[i], dim));
        result = micai_onnx_insert_at(builder, inputs[i], result, offsets);
        offsets[axis] = micai_onnx_index_op(builder, "arith.addi", offsets[axis],
                                            micai_onnx_dim(builder, inputs[i], axis));
    }
    return result;
}

/// One empty tensor, each operand inserted at its offset.
static mica_value *lower_concat(micai_onnx_site *site)
{
    mica_value *const *inputs = site->node.operands;
    const size_t rank = mica_type_rank(site->type);
    size_t axis;
    if (!mica_onnx_axis(mica_onnx_node_int(&site->node, "axis"), rank, &axis))
        return NULL;
    for (size_t i = 0; i < site->node.operand_count; ++i)
        if (micai_shape(inputs[i])[axis] == MICA_DYNAMIC)
            return concat_at_run_time(site, axis);
    micai_onnx_sizes sizes;
    micai_onnx_sizes_like(&sizes, inputs[0]);
    mica_value *result = micai_onnx_empty(site->builder, site->type, &sizes);
    int64_t offsets[MICA_ONNX_MAX_RANK] = {0};
    for (size_t i = 0; i < site->node.operand_count; ++i) {
        const int64_t size = micai_shape(inputs[i])[axis];
        if (size != 0)
            result = micai_onnx_insert_slice(site->builder, inputs[i], result, offsets);
        offsets[axis] += size;
    }
    return result;
}

static mica_value *lower_identity(micai_onnx_site *site)
{
    return micai_onnx_operand(site, 0);
}

static mica_value *lower_constant(micai_onnx_site *site)
{
    const mica_attr *value = mica_onnx_node_attr(&site->node, "value");
    if (!mica_attr_is(value, MICA_ATTR_DENSE_ELEMENTS))
        return micai_onnx_refuse(site, "its elements are not dense");
    if (mica_attr_type(value) != site->type)
        value = mica_dense_elements_attr_reshape(value, site->type);
    return micai_onnx_constant_op(site->builder, value);
}

const micai_onnx_rule micai_onnx_shape_rules[] = {
    {"onnx.Concat", lower_concat, NULL},
    {"onnx.Constant", lower_constant, NULL},
    {"onnx.Flatten", lower_reshape, NULL},
    {"onnx.Identity", lower_identity, NULL},
    {"onnx.Reshape", lower_reshape, NULL},
    {"onnx.Squeeze", lower_squeeze, NULL},
    {"onnx.Transpose", lower_transpose, NULL},
    {"onnx.Unsqueeze", lower_unsqueeze, NULL},
    {NULL, NULL, NULL},
};
