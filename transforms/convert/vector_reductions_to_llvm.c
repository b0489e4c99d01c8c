// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// vector.reduction by LLVM's intrinsics; outerproduct, contract and multi_reduction by rows:
//
//   outerproduct a, b, c      row i: fmuladd(splat(a[i]), b, c[i])
//   contract                  for each row of the accumulator and each step of the summed
//                             dimensions one multiply-add; by elements where the last dimension
//                             of the accumulator is not that of one operand alone
//   multi_reduction           rows (or elements) combined in order
#include "ir/core/affine.h"
#include "transforms/convert/vector_to_llvm_internal.h"

/// How a kind is done: two values, and a whole row. NULL where the type does not fit.
static const struct kind_row {
    int64_t kind;
    const char *float_op, *integer_op, *float_reduction, *integer_reduction;
} kinds[] = {
    {MICAI_COMBINE_ADD, "llvm.fadd", "llvm.add", "llvm.intr.vector.reduce.fadd",
     "llvm.intr.vector.reduce.add"},
    {MICAI_COMBINE_MUL, "llvm.fmul", "llvm.mul", "llvm.intr.vector.reduce.fmul",
     "llvm.intr.vector.reduce.mul"},
    {MICAI_COMBINE_MINUI, NULL, "llvm.intr.umin", NULL, "llvm.intr.vector.reduce.umin"},
    {MICAI_COMBINE_MINSI, NULL, "llvm.intr.smin", NULL, "llvm.intr.vector.reduce.smin"},
    {MICAI_COMBINE_MAXUI, NULL, "llvm.intr.umax", NULL, "llvm.intr.vector.reduce.umax"},
    {MICAI_COMBINE_MAXSI, NULL, "llvm.intr.smax", NULL, "llvm.intr.vector.reduce.smax"},
    {MICAI_COMBINE_AND, NULL, "llvm.and", NULL, "llvm.intr.vector.reduce.and"},
    {MICAI_COMBINE_OR, NULL, "llvm.or", NULL, "llvm.intr.vector.reduce.or"},
    {MICAI_COMBINE_XOR, NULL, "llvm.xor", NULL, "llvm.intr.vector.reduce.xor"},
    {MICAI_COMBINE_MINNUMF, "llvm.intr.minnum", NULL, "llvm.intr.vector.reduce.fmin", NULL},
    {MICAI_COMBINE_MAXNUMF, "llvm.intr.maxnum", NULL, "llvm.intr.vector.reduce.fmax", NULL},
    {MICAI_COMBINE_MINIMUMF, "llvm.intr.minimum", NULL, "llvm.intr.vector.reduce.fminimum",
     NULL},
    {MICAI_COMBINE_MAXIMUMF, "llvm.intr.maximum", NULL, "llvm.intr.vector.reduce.fmaximum",
     NULL},
};

static const struct kind_row *find_kind(int64_t kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].kind == kind)
            return &kinds[i];
    return NULL;
}

int64_t micai_combining_kind(const mica_op *op)
{
    const mica_attr *attr = mica_op_attr(op, "kind");
    return attr ? (int64_t)mica_attr_param(attr, 0) : MICAI_COMBINE_ADD;
}

static bool is_float(const mica_type *type)
{
    return mica_type_is_float(mica_type_is_vector(type) ? mica_type_element(type) : type);
}

static void set_fastmath(mica_value *value, const mica_attr *fastmath)
{
    if (fastmath)
        mica_op_set_attr(mica_value_op(value), "fastmathFlags", fastmath);
}

mica_value *micai_combine(mica_builder *builder, int64_t kind, mica_value *a, mica_value *b,
                          const mica_attr *fastmath)
{
    const struct kind_row *row = find_kind(kind);
    bool floats = is_float(mica_value_type(a));
    const char *name = row ? (floats ? row->float_op : row->integer_op) : NULL;
    if (!name)
        return NULL;
    mica_value *made = micai_llvm_binary(builder, name, a, b);
    if (floats)
        set_fastmath(made, fastmath);
    return made;
}

static bool kind_fits(int64_t kind, const mica_type *type)
{
    const struct kind_row *row = find_kind(kind);
    return row && (is_float(type) ? row->float_op : row->integer_op);
}

/// Factors may be narrower than the sum.
static mica_value *widen(mica_builder *builder, mica_value *value, const mica_type *type)
{
    if (mica_value_type(value) == type)
        return value;
    return micai_llvm_unary(builder, is_float(type) ? "llvm.fpext" : "llvm.sext", type, value);
}

/// sum + a * b, or the kind of (sum, a * b).
static mica_value *accumulate(mica_builder *builder, int64_t kind, mica_value *a, mica_value *b,
                              mica_value *sum)
{
    bool floats = is_float(mica_value_type(a));
    if (sum) {
        a = widen(builder, a, mica_value_type(sum));
        b = widen(builder, b, mica_value_type(sum));
    }
    if (floats && sum && kind == MICAI_COMBINE_ADD) {
        mica_value *operands[] = {a, b, sum};
        return micai_llvm_build(builder, "llvm.intr.fmuladd", mica_value_type(a), operands, 3);
    }
    mica_value *product = micai_llvm_binary(builder, floats ? "llvm.fmul" : "llvm.mul", a, b);
    return sum ? micai_combine(builder, kind, sum, product, NULL) : product;
}

// ---- reduction

static const mica_attr *reassociated(mica_context *context, const mica_attr *fastmath)
{
    enum { REASSOC = 64 };
    int64_t flags = fastmath ? (int64_t)mica_attr_param(fastmath, 0) : 0;
    return mica_llvm_fastmath_get(context, flags | REASSOC);
}

/// Sums and products of floats start from the accumulator, in order; others are combined with
/// it at the end.
static bool convert_reduction(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                              void *user)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *vector = mica_value_type(mica_op_operand(op, 0));
    const mica_type *type = mica_type_converter_convert_one(
        adapted->converter, mica_value_type(mica_op_result(op, 0)));
    int64_t kind = micai_combining_kind(op);
    if (mica_type_rank(vector) > 1 || !type || !kind_fits(kind, type))
        return mica_rewriter_fail(rewriter, op, "not a reduction of one row");
    const struct kind_row *row = find_kind(kind);
    mica_value *acc = adapted->count > 1 ? adapted->values[1] : NULL;
    const mica_attr *fastmath = micai_llvm_fastmath_of(op);
    mica_value *made = NULL;
    if (is_float(type) && (kind == MICAI_COMBINE_ADD || kind == MICAI_COMBINE_MUL)) {
        const mica_attr *start =
            mica_float_attr_get(type, kind == MICAI_COMBINE_ADD ? 0.0 : 1.0);
        mica_value *operands[] = {acc ? acc : micai_llvm_constant(builder, type, start),
                                  adapted->values[0]};
        made = micai_llvm_build(builder, row->float_reduction, type, operands, 2);
        set_fastmath(made, user ? reassociated(builder->context, fastmath) : fastmath);
    } else {
        const char *name = is_float(type) ? row->float_reduction : row->integer_reduction;
        made = micai_llvm_unary(builder, name, type, adapted->values[0]);
        if (is_float(type))
            set_fastmath(made, fastmath);
        if (acc)
            made = micai_combine(builder, kind, made, acc, fastmath);
    }
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

// ---- outerproduct

static bool convert_outerproduct(mica_rewriter *rewriter, mica_op *op,
                                 const mica_adapted *adapted, void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *type = mica_type_converter_convert_one(
        adapted->converter, mica_value_type(mica_op_result(op, 0)));
    int64_t kind = micai_combining_kind(op);
    mica_value *a = adapted->values[0], *b = adapted->values[1];
    mica_value *sum = adapted->count > 2 ? adapted->values[2] : NULL;
    if (!type || !kind_fits(kind, mica_value_type(a)))
        return mica_rewriter_fail(rewriter, op, "the kind does not fit the type");
    if (!mica_llvm_type_is_array(type)) { // a vector times a scalar
        mica_value *made =
            accumulate(builder, kind, a, micai_llvm_splat(builder, type, b), sum);
        return mica_rewriter_replace_op(rewriter, op, &made, 1);
    }
    mica_value *made = micai_llvm_undef(builder, type);
    for (int64_t i = 0; i < mica_llvm_array_size(type); i++) {
        mica_value *scalar =
            micai_llvm_extract_element(builder, a, micai_lane_number(builder, i));
        mica_value *factor = micai_llvm_splat(builder, mica_value_type(b), scalar);
        mica_value *start = sum ? micai_llvm_extract_value(builder, sum, &i, 1) : NULL;
        mica_value *row = accumulate(builder, kind, factor, b, start);
        made = micai_llvm_insert_value(builder, made, row, &i, 1);
    }
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

// ---- contract

enum { LHS, RHS, ACC };

/// Operands by what their dimensions are in the iteration space.
typedef struct contraction {
    size_t dims, rank[3];
    uint32_t dim_of[3][MICAI_VECTOR_MAX_RANK]; ///< iteration dim of an operand's dimension
    int64_t size[MICAI_VECTOR_MAX_RANK];
    mica_value *value[3];
    int64_t kind;
} contraction;

static bool read_contraction(mica_op *op, const mica_adapted *adapted, contraction *made)
{
    const mica_attr *maps = mica_op_attr(op, "indexing_maps");
    made->dims = mica_affine_map_dim_count(mica_array_attr_element(maps, 0));
    made->kind = micai_combining_kind(op);
    if (made->dims > MICAI_VECTOR_MAX_RANK || adapted->count != 3)
        return false;
    for (size_t i = 0; i < 3; i++) {
        const mica_attr *map = mica_array_attr_element(maps, i);
        const mica_type *type = mica_value_type(mica_op_operand(op, i));
        made->value[i] = adapted->values[i];
        made->rank[i] = mica_affine_map_result_count(map);
        if (made->rank[i] > MICAI_VECTOR_MAX_RANK)
            return false;
        for (size_t j = 0; j < made->rank[i]; j++) {
            const mica_affine_expr *expr = mica_affine_map_result(map, j);
            if (mica_affine_expr_kind(expr) != MICA_AFFINE_DIM ||
                mica_vector_type_dim_is_scalable(type, j))
                return false;
            made->dim_of[i][j] = (uint32_t)mica_affine_expr_value(expr);
            made->size[made->dim_of[i][j]] = mica_type_shape(type)[j];
        }
    }
    return true;
}

/// Is the accumulator's last dimension the last of exactly one operand? Then rows do: the other
/// operand gives a scalar.
static bool works_by_rows(const contraction *c, size_t *row_operand)
{
    if (c->rank[ACC] == 0)
        return false;
    uint32_t last = c->dim_of[ACC][c->rank[ACC] - 1];
    size_t found = 0, uses = 0;
    for (size_t i = LHS; i <= RHS; i++) {
        for (size_t j = 0; j < c->rank[i]; j++)
            uses += c->dim_of[i][j] == last;
        if (c->rank[i] > 0 && c->dim_of[i][c->rank[i] - 1] == last) {
            found++;
            *row_operand = i;
        }
    }
    return found == 1 && uses == 1;
}

static void operand_position(const contraction *c, size_t operand, const int64_t *point,
                             int64_t *position)
{
    for (size_t i = 0; i < c->rank[operand]; i++)
        position[i] = point[c->dim_of[operand][i]];
}

static mica_value *contraction_element(mica_builder *builder, const contraction *c,
                                       size_t operand, const int64_t *point)
{
    int64_t position[MICAI_VECTOR_MAX_RANK] = {0};
    operand_position(c, operand, point, position);
    return micai_vector_element(builder, c->value[operand], position, c->rank[operand]);
}

static mica_value *contraction_row(mica_builder *builder, const contraction *c, size_t operand,
                                   const int64_t *point)
{
    int64_t position[MICAI_VECTOR_MAX_RANK] = {0};
    operand_position(c, operand, point, position);
    return micai_vector_row(builder, c->value[operand], position, c->rank[operand] - 1);
}

/// One step at a point of the iteration space: updates the row (or element) of the accumulator.
static void contract_step(mica_builder *builder, contraction *c, bool by_rows,
                          size_t row_operand, const int64_t *point)
{
    int64_t position[MICAI_VECTOR_MAX_RANK] = {0};
    operand_position(c, ACC, point, position);
    if (by_rows) {
        mica_value *row = contraction_row(builder, c, row_operand, point);
        mica_value *scalar =
            contraction_element(builder, c, row_operand == LHS ? RHS : LHS, point);
        mica_value *sum = accumulate(builder, c->kind,
                                     micai_llvm_splat(builder, mica_value_type(row), scalar),
                                     row, contraction_row(builder, c, ACC, point));
        c->value[ACC] =
            micai_vector_set_row(builder, c->value[ACC], sum, position, c->rank[ACC] - 1);
        return;
    }
    bool scalar = !mica_type_is_vector(mica_value_type(c->value[ACC])) &&
                  !mica_llvm_type_is_array(mica_value_type(c->value[ACC]));
    mica_value *before = scalar ? c->value[ACC] : contraction_element(builder, c, ACC, point);
    mica_value *sum = accumulate(builder, c->kind, contraction_element(builder, c, LHS, point),
                                 contraction_element(builder, c, RHS, point), before);
    c->value[ACC] =
        scalar ? sum
               : micai_vector_set_element(builder, c->value[ACC], sum, position, c->rank[ACC]);
}

static bool convert_contract(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                             void *user)
{
    (void)user;
    enum { MOST_STEPS = 65536 };
    mica_builder *builder = mica_rewriter_builder(rewriter);
    contraction c = {0};
    if (!read_contraction(op, adapted, &c) ||
        !kind_fits(c.kind, mica_type_element(mica_value_type(mica_op_operand(op, 0)))))
        return mica_rewriter_fail(rewriter, op, "not a contraction by plain dimensions");
    size_t row_operand = 0;
    bool by_rows = works_by_rows(&c, &row_operand);
    int64_t sizes[MICAI_VECTOR_MAX_RANK], steps = 1;
    for (size_t i = 0; i < c.dims; i++) {
        bool is_lane = by_rows && i == c.dim_of[ACC][c.rank[ACC] - 1];
        sizes[i] = is_lane ? 1 : c.size[i];
        steps *= sizes[i] < MOST_STEPS ? sizes[i] : MOST_STEPS;
        if (steps > MOST_STEPS)
            return mica_rewriter_fail(rewriter, op, "too large to unroll");
    }
    int64_t point[MICAI_VECTOR_MAX_RANK] = {0};
    do
        contract_step(builder, &c, by_rows, row_operand, point);
    while (micai_next_position(point, sizes, c.dims));
    return mica_rewriter_replace_op(rewriter, op, &c.value[ACC], 1);
}

// ---- multi_reduction

static bool is_reduced(const mica_attr *dims, size_t dim)
{
    for (size_t i = 0; i < mica_array_attr_count(dims); i++)
        if (mica_integer_attr_value(mica_array_attr_element(dims, i)) == (int64_t)dim)
            return true;
    return false;
}

/// Element by element: LLVM joins them to rows again where that pays.
static bool convert_multi_reduction(mica_rewriter *rewriter, mica_op *op,
                                    const mica_adapted *adapted, void *user)
{
    (void)user;
    enum { MOST_ELEMENTS = 16384 };
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *source = mica_value_type(mica_op_operand(op, 0));
    const mica_attr *dims = mica_op_attr(op, "reduction_dims");
    size_t rank = mica_type_rank(source), kept = 0;
    int64_t kind = micai_combining_kind(op), count = mica_type_element_count(source);
    if (rank > MICAI_VECTOR_MAX_RANK || count < 0 || count > MOST_ELEMENTS ||
        mica_vector_type_is_scalable(source) || !kind_fits(kind, mica_type_element(source)))
        return mica_rewriter_fail(rewriter, op, "too large to unroll, or no such kind");
    mica_value *acc = adapted->values[1];
    bool scalar = !mica_type_is_vector(mica_value_type(mica_op_operand(op, 1)));
    int64_t position[MICAI_VECTOR_MAX_RANK] = {0}, to[MICAI_VECTOR_MAX_RANK] = {0};
    do {
        kept = 0;
        for (size_t i = 0; i < rank; i++)
            if (!is_reduced(dims, i))
                to[kept++] = position[i];
        mica_value *element = micai_vector_element(builder, adapted->values[0], position, rank);
        mica_value *before = scalar ? acc : micai_vector_element(builder, acc, to, kept);
        mica_value *after = micai_combine(builder, kind, before, element, NULL);
        acc = scalar ? after : micai_vector_set_element(builder, acc, after, to, kept);
    } while (micai_next_position(position, mica_type_shape(source), rank));
    return mica_rewriter_replace_op(rewriter, op, &acc, 1);
}

bool micai_vector_reductions_to_llvm_add(mica_conversion *conversion, bool reassociate)
{
    void *in_any_order = reassociate ? (void *)(uintptr_t)1 : NULL;
    const mica_conversion_pattern patterns[] = {
        {"convert-reduction", "vector.reduction", 1, convert_reduction, in_any_order},
        {"convert-outerproduct", "vector.outerproduct", 1, convert_outerproduct, NULL},
        {"convert-contract", "vector.contract", 1, convert_contract, NULL},
        {"convert-multi-reduction", "vector.multi_reduction", 1, convert_multi_reduction, NULL},
    };
    return mica_conversion_add(conversion, patterns, sizeof patterns / sizeof *patterns);
}
