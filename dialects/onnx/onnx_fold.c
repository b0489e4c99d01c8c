// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arithmetic on shapes at compile time. Models compute the operand of a Reshape or Slice from
// sizes that are known here:
//
//   %s = onnx.Shape %x : (tensor<?x128x768xf32>) -> tensor<3xi64>     {?, 128, 768}
//   %n = onnx.Gather %s, %one                                          128
//
// A value is evaluated element by element, so that what follows from a static size is known
// even when the size beside it is dynamic. The same evaluator folds ops whose elements are all
// known. Only small tensors: this is for shapes, not for weights.
#include "dialects/onnx/onnx_internal.h"
#include "dialects/onnx/onnx_ops.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_ELEMENTS = MICA_ONNX_MOST_KNOWN, DEEPEST = 24, MOST_OPS = 96, MOST_OPERANDS = 8 };

/// One element. Integers and booleans are in `i`, floats in `f`.
typedef struct element {
    bool known;
    int64_t i;
    double f;
} element;

/// The elements of a tensor of static shape.
typedef struct elements {
    const mica_type *type;
    size_t count;
    element *at;
} elements;

/// What an operator's function gets.
typedef struct evaluation {
    const mica_op_state *node;
    elements operands[MOST_OPERANDS]; ///< by position; `at` is NULL when nothing is known
    elements result;                  ///< to be filled in; all unknown before
    size_t result_index;
    const void *row;
} evaluation;

typedef bool (*evaluate_fn)(evaluation *e);

// ---- elements
// --------------------------------------------------------------------------------

static bool is_float(const elements *tensor)
{
    return mica_type_is_float(mica_type_element(tensor->type));
}

/// False: too large, of dynamic shape, of no type that is dealt with, or out of memory.
static bool begin_elements(elements *tensor, const mica_type *type)
{
    tensor->type = type;
    tensor->at = NULL;
    const int64_t count =
        mica_type_is_ranked(type) ? mica_type_element_count(type) : MICA_DYNAMIC;
    if (count < 0 || count > MOST_ELEMENTS)
        return false;
    tensor->count = (size_t)count;
    tensor->at = mica_calloc(tensor->count + 1, sizeof *tensor->at);
    return tensor->at != NULL;
}

static void load_constant(elements *tensor, const mica_attr *constant)
{
    for (size_t i = 0; i < tensor->count; ++i) {
        tensor->at[i].known = true;
        if (is_float(tensor))
            tensor->at[i].f = mica_onnx_load_float(constant, i);
        else
            tensor->at[i].i = mica_onnx_load_int(constant, i);
    }
}

/// Brings an integer into the range of the type, as arithmetic of its width does.
static int64_t wrap(int64_t value, const mica_type *type)
{
    const uint32_t width = mica_type_bit_width(type);
    if (width >= 64)
        return value;
    const uint64_t mask = ((uint64_t)1 << width) - 1, bits = (uint64_t)value & mask;
    const bool is_signed = width > 1 && mica_integer_type_signedness(type) != MICA_UNSIGNED;
    return is_signed && bits >> (width - 1) ? (int64_t)(bits | ~mask) : (int64_t)bits;
}

static const mica_attr *to_attr(const elements *tensor)
{
    const mica_type *type = mica_type_element(tensor->type);
    const size_t size = mica_dense_element_size(type);
    char *bytes = mica_malloc(tensor->count * size + 1);
    if (!bytes)
        return NULL;
    for (size_t i = 0; i < tensor->count; ++i) {
        if (is_float(tensor))
            mica_onnx_store_float(bytes + i * size, type, tensor->at[i].f);
        else
            memcpy(bytes + i * size, &tensor->at[i].i, size);
    }
    const mica_attr *attr =
        mica_dense_elements_attr_get(tensor->type, bytes, tensor->count * size, false);
    mica_free(bytes);
    return attr;
}

static size_t rank_of(const elements *tensor)
{
    return mica_type_rank(tensor->type);
}
static const int64_t *shape_of(const elements *tensor)
{
    return mica_type_shape(tensor->type);
}

/// Row-major position to index, and back with an operand that may be broadcast.
static void unflatten(size_t position, const elements *tensor, int64_t *index)
{
    for (size_t i = rank_of(tensor); i-- > 0;) {
        const size_t size = (size_t)shape_of(tensor)[i];
        index[i] = (int64_t)(position % size);
        position /= size;
    }
}
static size_t flatten(const int64_t *index, size_t rank, const elements *tensor)
{
    const size_t own = rank_of(tensor);
    size_t position = 0;
    for (size_t i = 0; i < own; ++i) {
        const int64_t size = shape_of(tensor)[i];
        position = position * (size_t)size + (size_t)(size == 1 ? 0 : index[rank - own + i]);
    }
    return position;
}

/// An operand whose elements are all known integers.
static bool is_known(const elements *tensor)
{
    for (size_t i = 0; tensor->at && i < tensor->count; ++i)
        if (!tensor->at[i].known)
            return false;
    return tensor->at != NULL;
}

/// Integers of the operand of spec `index`; its place among the operands that are there.
static const elements *operand_of_spec(const evaluation *e, size_t spec)
{
    const mica_value *value = mica_onnx_node_operand(e->node, spec);
    for (size_t i = 0; value && i < e->node->operand_count && i < MOST_OPERANDS; ++i)
        if (e->node->operands[i] == value && e->operands[i].at)
            return &e->operands[i];
    return NULL;
}

// ---- element by element
// ----------------------------------------------------------------------

/// Functions of integers and of floats. False: not defined for these numbers.
typedef struct arithmetic {
    bool (*of_ints)(int64_t a, int64_t b, int64_t *result);
    double (*of_floats)(double a, double b);
    int (*compare)(int order); ///< of comparisons: from -1, 0 or 1 to a truth value
} arithmetic;

static bool add_ints(int64_t a, int64_t b, int64_t *r)
{
    return !__builtin_add_overflow(a, b, r);
}
static bool sub_ints(int64_t a, int64_t b, int64_t *r)
{
    return !__builtin_sub_overflow(a, b, r);
}
static bool mul_ints(int64_t a, int64_t b, int64_t *r)
{
    return !__builtin_mul_overflow(a, b, r);
}
static bool div_ints(int64_t a, int64_t b, int64_t *r)
{
    if (b == 0 || (b == -1 && a == INT64_MIN))
        return false;
    *r = a / b;
    return true;
}
static bool mod_ints(int64_t a, int64_t b, int64_t *r)
{
    if (b == 0 || b == -1)
        return false;
    *r = a % b;
    if (*r != 0 && (*r < 0) != (b < 0))
        *r += b;
    return true;
}
static bool min_ints(int64_t a, int64_t b, int64_t *r)
{
    *r = a < b ? a : b;
    return true;
}
static bool max_ints(int64_t a, int64_t b, int64_t *r)
{
    *r = a < b ? b : a;
    return true;
}
static bool and_ints(int64_t a, int64_t b, int64_t *r)
{
    *r = a & b;
    return true;
}
static bool or_ints(int64_t a, int64_t b, int64_t *r)
{
    *r = a | b;
    return true;
}
static bool xor_ints(int64_t a, int64_t b, int64_t *r)
{
    *r = a ^ b;
    return true;
}
static double add_floats(double a, double b)
{
    return a + b;
}
static double sub_floats(double a, double b)
{
    return a - b;
}
static double mul_floats(double a, double b)
{
    return a * b;
}
static double div_floats(double a, double b)
{
    return a / b;
}
static int is_equal(int order)
{
    return order == 0;
}
static int is_less(int order)
{
    return order < 0;
}
static int is_less_equal(int order)
{
    return order <= 0;
}
static int is_greater(int order)
{
    return order > 0;
}
static int is_greater_equal(int order)
{
    return order >= 0;
}

static element combine(const arithmetic *row, const elements *a, element x, element y)
{
    element r = {x.known && y.known, 0, 0};
    if (!r.known)
        return r;
    if (row->compare) {
        const int order = is_float(a) ? (x.f > y.f) - (x.f < y.f) : (x.i > y.i) - (x.i < y.i);
        r.known = !is_float(a) || (!isnan(x.f) && !isnan(y.f));
        r.i = row->compare(order);
    } else if (!is_float(a)) {
        r.known = row->of_ints(x.i, y.i, &r.i);
        r.i = wrap(r.i, mica_type_element(a->type));
    } else {
        r.known = row->of_floats != NULL;
        r.f = row->of_floats ? row->of_floats(x.f, y.f) : 0;
    }
    return r;
}

static bool is_f32_or_int(const elements *tensor)
{
    const mica_type *type = mica_type_element(tensor->type);
    return !mica_type_is_float(type) || mica_type_is_float_kind(type, MICA_FLOAT_F32) ||
           mica_type_is_float_kind(type, MICA_FLOAT_F64);
}

static element round_to(const elements *tensor, element x)
{
    if (is_float(tensor) &&
        mica_type_is_float_kind(mica_type_element(tensor->type), MICA_FLOAT_F32))
        x.f = (double)(float)x.f;
    return x;
}

static bool evaluate_binary(evaluation *e)
{
    const arithmetic *row = e->row;
    for (size_t k = 0; k < e->node->operand_count; ++k)
        if (!e->operands[k].at || !is_f32_or_int(&e->operands[k]))
            return false;
    for (size_t i = 0; i < e->result.count; ++i) {
        int64_t index[MICA_ONNX_MAX_RANK];
        const size_t rank = rank_of(&e->result);
        unflatten(i, &e->result, index);
        element x = e->operands[0].at[flatten(index, rank, &e->operands[0])];
        for (size_t k = 1; k < e->node->operand_count; ++k) {
            const element y = e->operands[k].at[flatten(index, rank, &e->operands[k])];
            x = round_to(&e->result, combine(row, &e->operands[0], x, y));
        }
        e->result.at[i] = x;
    }
    return true;
}

static bool evaluate_where(evaluation *e)
{
    const elements *condition = &e->operands[0];
    if (!condition->at || !e->operands[1].at || !e->operands[2].at)
        return false;
    for (size_t i = 0; i < e->result.count; ++i) {
        int64_t index[MICA_ONNX_MAX_RANK];
        const size_t rank = rank_of(&e->result);
        unflatten(i, &e->result, index);
        const element c = condition->at[flatten(index, rank, condition)];
        if (!c.known)
            continue;
        const elements *chosen = &e->operands[c.i ? 1 : 2];
        e->result.at[i] = chosen->at[flatten(index, rank, chosen)];
    }
    return true;
}

static element negate(const elements *tensor, element x)
{
    x.i = wrap(x.i == INT64_MIN ? x.i : -x.i, mica_type_element(tensor->type));
    x.f = -x.f;
    return x;
}
static element absolute(const elements *tensor, element x)
{
    x.f = fabs(x.f);
    return x.i < 0 ? negate(tensor, x) : x;
}
static element invert(const elements *tensor, element x)
{
    (void)tensor;
    x.i = !x.i;
    return x;
}
static element round_down(const elements *tensor, element x)
{
    (void)tensor;
    x.f = floor(x.f);
    return x;
}
static element round_up(const elements *tensor, element x)
{
    (void)tensor;
    x.f = ceil(x.f);
    return x;
}
static element square_root(const elements *tensor, element x)
{
    (void)tensor;
    x.f = sqrt(x.f);
    return x;
}
typedef element (*unary_fn)(const elements *tensor, element x);
typedef struct unary {
    unary_fn apply;
} unary;

static bool evaluate_unary(evaluation *e)
{
    const unary *row = e->row;
    if (!e->operands[0].at || !is_f32_or_int(&e->operands[0]))
        return false;
    for (size_t i = 0; i < e->result.count; ++i)
        e->result.at[i] = round_to(&e->result, row->apply(&e->result, e->operands[0].at[i]));
    return true;
}

static bool evaluate_cast(evaluation *e)
{
    const elements *input = &e->operands[0];
    const mica_type *to = mica_type_element(e->result.type);
    if (!input->at || !is_f32_or_int(input) || !is_f32_or_int(&e->result))
        return false;
    for (size_t i = 0; i < e->result.count; ++i) {
        element x = input->at[i];
        if (!is_float(&e->result) && is_float(input)) {
            x.known = x.known && fabs(x.f) < 9e18;
            x.i = x.known ? (int64_t)x.f : 0;
            if (mica_type_bit_width(to) == 1)
                x.i = x.f != 0;
        } else if (!is_float(&e->result) && mica_type_bit_width(to) == 1) {
            x.i = x.i != 0;
        } else if (!is_float(input)) {
            x.f = (double)x.i;
        }
        if (!is_float(&e->result))
            x.i = wrap(x.i, to);
        e->result.at[i] = round_to(&e->result, x);
    }
    return true;
}

// ---- moving elements
// -------------------------------------------------------------------------

static bool evaluate_copy(evaluation *e)
{
    if (!e->operands[0].at || e->operands[0].count != e->result.count)
        return false;
    memcpy(e->result.at, e->operands[0].at, e->result.count * sizeof *e->result.at);
    return true;
}

static bool evaluate_transpose(evaluation *e)
{
    const elements *input = &e->operands[0];
    size_t count;
    const int64_t *perm = mica_onnx_node_ints(e->node, "perm", &count);
    if (!input->at)
        return false;
    for (size_t i = 0; i < e->result.count; ++i) {
        int64_t index[MICA_ONNX_MAX_RANK], from[MICA_ONNX_MAX_RANK];
        const size_t rank = rank_of(input);
        unflatten(i, &e->result, index);
        for (size_t k = 0; k < rank; ++k)
            from[perm ? (size_t)perm[k] : rank - 1 - k] = index[k];
        e->result.at[i] = input->at[flatten(from, rank, input)];
    }
    return true;
}

static bool evaluate_expand(evaluation *e)
{
    if (!e->operands[0].at)
        return false;
    for (size_t i = 0; i < e->result.count; ++i) {
        int64_t index[MICA_ONNX_MAX_RANK];
        unflatten(i, &e->result, index);
        e->result.at[i] =
            e->operands[0].at[flatten(index, rank_of(&e->result), &e->operands[0])];
    }
    return true;
}

static bool evaluate_tile(evaluation *e)
{
    const elements *input = &e->operands[0];
    if (!input->at)
        return false;
    for (size_t i = 0; i < e->result.count; ++i) {
        int64_t index[MICA_ONNX_MAX_RANK];
        unflatten(i, &e->result, index);
        for (size_t k = 0; k < rank_of(input); ++k)
            index[k] %= shape_of(input)[k];
        e->result.at[i] = input->at[flatten(index, rank_of(input), input)];
    }
    return true;
}

static bool evaluate_slice(evaluation *e)
{
    const elements *input = &e->operands[0];
    mica_onnx_slices slices;
    if (!input->at || !mica_onnx_slices_read(e->node, &slices) || slices.is_partial)
        return false;
    for (size_t i = 0; i < e->result.count; ++i) {
        int64_t index[MICA_ONNX_MAX_RANK];
        unflatten(i, &e->result, index);
        for (size_t k = 0; k < rank_of(input); ++k)
            index[k] = slices.starts[k] + index[k] * slices.steps[k];
        e->result.at[i] = input->at[flatten(index, rank_of(input), input)];
    }
    return true;
}

static bool evaluate_gather(evaluation *e)
{
    const elements *data = &e->operands[0], *indices = &e->operands[1];
    size_t axis;
    if (!data->at || !indices->at ||
        !mica_onnx_axis(mica_onnx_node_int(e->node, "axis"), rank_of(data), &axis))
        return false;
    const size_t index_rank = rank_of(indices);
    for (size_t i = 0; i < e->result.count; ++i) {
        int64_t index[2 * MICA_ONNX_MAX_RANK], from[MICA_ONNX_MAX_RANK];
        unflatten(i, &e->result, index);
        const element at = indices->at[flatten(index + axis, index_rank, indices)];
        const int64_t size = shape_of(data)[axis];
        const int64_t place = at.i < 0 ? at.i + size : at.i;
        if (!at.known || place < 0 || place >= size)
            continue;
        for (size_t k = 0; k < rank_of(data); ++k)
            from[k] = k < axis ? index[k] : k == axis ? place : index[k + index_rank - 1];
        e->result.at[i] = data->at[flatten(from, rank_of(data), data)];
    }
    return true;
}

static bool evaluate_concat(evaluation *e)
{
    size_t axis;
    if (e->node->operand_count > MOST_OPERANDS ||
        !mica_onnx_axis(mica_onnx_node_int(e->node, "axis"), rank_of(&e->result), &axis))
        return false;
    for (size_t i = 0; i < e->result.count; ++i) {
        int64_t index[MICA_ONNX_MAX_RANK];
        unflatten(i, &e->result, index);
        for (size_t k = 0; k < e->node->operand_count; ++k) {
            const mica_type *type = mica_value_type(e->node->operands[k]);
            const int64_t size = mica_type_shape(type)[axis];
            if (index[axis] >= size) {
                index[axis] -= size;
                continue;
            }
            if (e->operands[k].at)
                e->result.at[i] =
                    e->operands[k].at[flatten(index, rank_of(&e->result), &e->operands[k])];
            break;
        }
    }
    return true;
}

// ---- from shapes
// -----------------------------------------------------------------------------

static bool evaluate_shape(evaluation *e)
{
    const mica_type *type = mica_value_type(e->node->operands[0]);
    size_t first, end;
    if (!mica_type_is_ranked(type))
        return false;
    micai_onnx_shape_range(e->node, mica_type_rank(type), &first, &end);
    for (size_t i = first; i < end && i - first < e->result.count; ++i) {
        const int64_t size = mica_type_shape(type)[i];
        e->result.at[i - first] = (element){size != MICA_DYNAMIC, size, 0};
    }
    return true;
}

static bool evaluate_size(evaluation *e)
{
    const mica_type *type = mica_value_type(e->node->operands[0]);
    const int64_t count =
        mica_type_is_ranked(type) ? mica_type_element_count(type) : MICA_DYNAMIC;
    e->result.at[0] = (element){count >= 0, count, 0};
    return true;
}

static bool evaluate_constant_of_shape(evaluation *e)
{
    const mica_attr *value = mica_onnx_node_attr(e->node, "value");
    element x = {true, 0, 0};
    if (value && is_float(&e->result))
        x.f = mica_onnx_load_float(value, 0);
    else if (value)
        x.i = mica_onnx_load_int(value, 0);
    for (size_t i = 0; i < e->result.count; ++i)
        e->result.at[i] = x;
    return true;
}

static bool evaluate_range(evaluation *e)
{
    if (!is_known(&e->operands[0]) || !is_known(&e->operands[2]))
        return false;
    const element start = e->operands[0].at[0], delta = e->operands[2].at[0];
    for (size_t i = 0; i < e->result.count; ++i)
        e->result.at[i] = round_to(&e->result, (element){true, start.i + (int64_t)i * delta.i,
                                                         start.f + (double)i * delta.f});
    return true;
}

/// Products (of sizes) and other reductions to one element, of vectors.
static bool evaluate_reduce(evaluation *e)
{
    const arithmetic *row = e->row;
    const elements *input = &e->operands[0];
    const elements *axes = operand_of_spec(e, 1);
    if (!input->at || rank_of(input) != 1 || input->count == 0 || e->result.count != 1 ||
        (mica_onnx_node_operand(e->node, 1) && !axes) || is_float(input))
        return false;
    if (axes && axes->count == 0)
        return false;
    element x = input->at[0];
    for (size_t i = 1; i < input->count; ++i)
        x = combine(row, input, x, input->at[i]);
    e->result.at[0] = x;
    return true;
}

// ---- the table
// -------------------------------------------------------------------------------

// clang-format off
static const arithmetic
    row_add = {add_ints, add_floats, NULL}, row_sub = {sub_ints, sub_floats, NULL},
    row_mul = {mul_ints, mul_floats, NULL}, row_div = {div_ints, div_floats, NULL},
    row_mod = {mod_ints, NULL, NULL}, row_min = {min_ints, NULL, NULL},
    row_max = {max_ints, NULL, NULL}, row_and = {and_ints, NULL, NULL},
    row_or = {or_ints, NULL, NULL}, row_xor = {xor_ints, NULL, NULL},
    row_equal = {NULL, NULL, is_equal}, row_less = {NULL, NULL, is_less},
    row_less_equal = {NULL, NULL, is_less_equal}, row_greater = {NULL, NULL, is_greater},
    row_greater_equal = {NULL, NULL, is_greater_equal};
static const unary
    row_neg = {negate}, row_abs = {absolute}, row_not = {invert}, row_floor = {round_down},
    row_ceil = {round_up}, row_sqrt = {square_root};
// clang-format on

static const struct {
    const char *op;
    evaluate_fn evaluate;
    const void *row;
} evaluators[] = {
    {"onnx.Abs", evaluate_unary, &row_abs},
    {"onnx.Add", evaluate_binary, &row_add},
    {"onnx.And", evaluate_binary, &row_and},
    {"onnx.Cast", evaluate_cast, NULL},
    {"onnx.Ceil", evaluate_unary, &row_ceil},
    {"onnx.Concat", evaluate_concat, NULL},
    {"onnx.ConstantOfShape", evaluate_constant_of_shape, NULL},
    {"onnx.Div", evaluate_binary, &row_div},
    {"onnx.Equal", evaluate_binary, &row_equal},
    {"onnx.Expand", evaluate_expand, NULL},
    {"onnx.Flatten", evaluate_copy, NULL},
    {"onnx.Floor", evaluate_unary, &row_floor},
    {"onnx.Gather", evaluate_gather, NULL},
    {"onnx.Greater", evaluate_binary, &row_greater},
    {"onnx.GreaterOrEqual", evaluate_binary, &row_greater_equal},
    {"onnx.Less", evaluate_binary, &row_less},
    {"onnx.LessOrEqual", evaluate_binary, &row_less_equal},
    {"onnx.Max", evaluate_binary, &row_max},
    {"onnx.Min", evaluate_binary, &row_min},
    {"onnx.Mod", evaluate_binary, &row_mod},
    {"onnx.Mul", evaluate_binary, &row_mul},
    {"onnx.Neg", evaluate_unary, &row_neg},
    {"onnx.Not", evaluate_unary, &row_not},
    {"onnx.Or", evaluate_binary, &row_or},
    {"onnx.Range", evaluate_range, NULL},
    {"onnx.ReduceMax", evaluate_reduce, &row_max},
    {"onnx.ReduceMin", evaluate_reduce, &row_min},
    {"onnx.ReduceProd", evaluate_reduce, &row_mul},
    {"onnx.ReduceSum", evaluate_reduce, &row_add},
    {"onnx.Reshape", evaluate_copy, NULL},
    {"onnx.Shape", evaluate_shape, NULL},
    {"onnx.Size", evaluate_size, NULL},
    {"onnx.Slice", evaluate_slice, NULL},
    {"onnx.Sqrt", evaluate_unary, &row_sqrt},
    {"onnx.Squeeze", evaluate_copy, NULL},
    {"onnx.Sub", evaluate_binary, &row_sub},
    {"onnx.Tile", evaluate_tile, NULL},
    {"onnx.Transpose", evaluate_transpose, NULL},
    {"onnx.Unsqueeze", evaluate_copy, NULL},
    {"onnx.Where", evaluate_where, NULL},
    {"onnx.Xor", evaluate_binary, &row_xor},
};

/// How far one question may still look. Each op asks for its operands anew: without an end, ops
/// that share operands would be asked as often as there are ways down to them.
typedef struct budget {
    unsigned depth; ///< levels of operands, since the evaluator recurses
    unsigned ops;   ///< ops in all
} budget;

static bool evaluate_value(mica_value *value, budget *left, elements *result);

/// Evaluates operands that are constants, or follow from known sizes.
static void evaluate_operands(evaluation *e, budget *left)
{
    for (size_t i = 0; i < e->node->operand_count && i < MOST_OPERANDS; ++i)
        if (!evaluate_value(e->node->operands[i], left, &e->operands[i])) {
            mica_free(e->operands[i].at);
            e->operands[i].at = NULL;
        }
}

static bool evaluate_op(mica_op *op, budget *left, elements *result)
{
    const mica_string name = mica_op_name(op);
    size_t found = sizeof evaluators / sizeof *evaluators;
    for (size_t i = 0; i < sizeof evaluators / sizeof *evaluators; ++i)
        if (mica_string_is(name, evaluators[i].op))
            found = i;
    if (found == sizeof evaluators / sizeof *evaluators || left->depth == 0 || left->ops == 0)
        return false;
    --left->ops;
    mica_op_state node;
    mica_onnx_fault fault;
    evaluation e = {.node = &node, .row = evaluators[found].row};
    mica_onnx_node_from_op(op, &node);
    const mica_type *type = mica_onnx_infer_type(&node, &fault);
    bool done = type && begin_elements(&e.result, type);
    if (done) {
        --left->depth;
        evaluate_operands(&e, left);
        ++left->depth;
        done = evaluators[found].evaluate(&e);
        for (size_t i = 0; i < MOST_OPERANDS; ++i)
            mica_free(e.operands[i].at);
    }
    mica_op_state_discard(&node);
    *result = e.result;
    return done;
}

/// `result->at` must be freed in either case.
static bool evaluate_value(mica_value *value, budget *left, elements *result)
{
    const mica_attr *constant = mica_onnx_constant(value);
    result->at = NULL;
    if (constant) {
        if (!begin_elements(result, mica_attr_type(constant)))
            return false;
        load_constant(result, constant);
        return true;
    }
    mica_op *op = mica_value_op(value);
    return op && mica_op_result_count(op) == 1 && evaluate_op(op, left, result);
}

int64_t mica_onnx_known_ints(mica_value *value, int64_t *values, size_t capacity)
{
    elements tensor;
    budget left = {DEEPEST, MOST_OPS};
    int64_t count = -1;
    if (value && evaluate_value(value, &left, &tensor) && !is_float(&tensor) &&
        tensor.count <= capacity) {
        count = (int64_t)tensor.count;
        for (size_t i = 0; i < tensor.count; ++i)
            values[i] = !tensor.at[i].known              ? MICA_DYNAMIC
                        : tensor.at[i].i == MICA_DYNAMIC ? MICA_DYNAMIC + 1 // as good as it
                                                         : tensor.at[i].i;
    }
    if (value)
        mica_free(tensor.at);
    return count;
}

mica_fold_status micai_onnx_fold_small(mica_op *op, const mica_attr *const *operands,
                                       mica_fold_result *results)
{
    (void)operands;
    elements tensor = {NULL, 0, NULL};
    budget left = {DEEPEST, MOST_OPS};
    mica_fold_status status = MICA_FOLD_NONE;
    if (evaluate_op(op, &left, &tensor) && is_known(&tensor) &&
        tensor.type == mica_value_type(mica_op_result(op, 0))) {
        results[0].attr = to_attr(&tensor);
        status = results[0].attr ? MICA_FOLD_REPLACED : MICA_FOLD_NONE;
    }
    mica_free(tensor.at);
    return status;
}
