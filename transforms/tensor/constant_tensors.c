// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The values of ops on constant tensors: structured ops whose loops are all parallel, slices,
// insertions and reshapes. Elements go through in batches: gathered from the inputs by strides,
// computed by the body's program, scattered to the result.
//
// Loops that all operands walk through in one stride are joined first, so that what is
// elementwise is one long loop whatever its rank.
#include "dialects/arith/arith_ops.h"
#include "dialects/linalg/linalg_structured.h"
#include "dialects/tensor/tensor_ops.h"
#include "ir/core/affine.h"
#include "ir/support/blob.h"
#include "transforms/tensor/constant_evaluation_internal.h"
#include "transforms/tensor/generic_builder.h"

#include <string.h>

enum { MOST_LOOPS = 16, MOST_OPERANDS = 8 };

/// An operand while it is walked through.
typedef struct walked_operand {
    char *data;
    size_t element;
    int64_t strides[MOST_LOOPS]; ///< in elements, of each loop; all 0 for a splat
    int64_t at;                  ///< the element at the present point
} walked_operand;

typedef struct walk {
    size_t loops, operands; ///< the last operand is the result
    int64_t bounds[MOST_LOOPS], point[MOST_LOOPS];
    walked_operand walked[MOST_OPERANDS];
} walk;

const mica_attr *micai_constant_elements(const mica_value *value)
{
    const mica_op *op = mica_value_op(value);
    if (!op || !mica_op_is(op, &mica_arith_constant_kind))
        return NULL;
    const mica_attr *attr = mica_arith_constant_value(op);
    return mica_attr_is(attr, MICA_ATTR_DENSE_ELEMENTS) ? attr : NULL;
}

/// A tensor of the type, all zero; the attribute that holds it once it is filled.
typedef struct made_tensor {
    mica_blob *blob;
    void *data;
} made_tensor;

static bool make_tensor(made_tensor *made, const mica_type *type)
{
    const size_t size = (size_t)mica_type_element_count(type) *
                        mica_dense_element_size(mica_type_element(type));
    made->blob = mica_blob_allocate(mica_type_context(type), size, &made->data);
    if (made->blob)
        memset(made->data, 0, size);
    return made->blob != NULL;
}

/// Small ones are interned like others, and found to be splats.
static const mica_attr *finish_tensor(const made_tensor *made, const mica_type *type)
{
    enum { INTERNED = 4096 };
    const size_t size = mica_blob_size(made->blob);
    if (size > INTERNED)
        return mica_dense_elements_attr_get_blob(type, made->blob);
    const mica_attr *attr = mica_dense_elements_attr_get(type, made->data, size, false);
    mica_blob_release(made->blob);
    return attr;
}

// ---- structured ops
// --------------------------------------------------------------------------

/// Strides of an operand of that map: of the dimension that each loop walks through.
static bool map_strides(walked_operand *operand, const mica_attr *map, const mica_type *type)
{
    int64_t stride = 1;
    const int64_t zeros[MOST_LOOPS] = {0};
    for (size_t dim = mica_type_rank(type); dim-- > 0; stride *= mica_type_shape(type)[dim]) {
        const mica_affine_expr *index = mica_affine_map_result(map, dim);
        int64_t constant;
        if (mica_affine_expr_kind(index) == MICA_AFFINE_DIM)
            operand->strides[mica_affine_expr_value(index)] += stride;
        else if (mica_affine_expr_kind(index) != MICA_AFFINE_CONSTANT ||
                 !mica_affine_expr_evaluate(index, zeros, NULL, &constant))
            return false;
        else
            operand->at += constant * stride;
    }
    return true;
}

static bool open_input(walk *w, mica_op *op, size_t index)
{
    const mica_attr *value = micai_constant_elements(mica_op_operand(op, index));
    walked_operand *operand = &w->walked[w->operands++];
    size_t size = 0;
    memset(operand, 0, sizeof *operand);
    if (!value)
        return false;
    const mica_type *type = mica_attr_type(value);
    operand->data = (char *)(uintptr_t)mica_dense_elements_attr_data(value, &size);
    operand->element = mica_dense_element_size(mica_type_element(type));
    return mica_dense_elements_attr_is_splat(value) ||
           map_strides(operand, mica_structured_map(op, index), type);
}

/// Worth computing at compile time: not much larger than what it is computed from.
static bool is_worth_it(mica_op *op, const mica_type *result, size_t inputs)
{
    enum { MOST_GROWTH = 4 };
    int64_t bytes = 0;
    bool has_data = false;
    for (size_t i = 0; i < inputs; ++i) {
        size_t size = 0;
        const mica_attr *value = micai_constant_elements(mica_op_operand(op, i));
        if (!value)
            return false;
        (void)mica_dense_elements_attr_data(value, &size);
        has_data |= !mica_dense_elements_attr_is_splat(value);
        bytes += (int64_t)size;
    }
    return has_data && mica_type_element_count(result) *
                               (int64_t)mica_dense_element_size(mica_type_element(result)) <=
                           MOST_GROWTH * bytes;
}

static bool is_plain(mica_op *op, size_t inputs)
{
    if (mica_op_result_count(op) != 1 || inputs == 0 || inputs + 1 > MOST_OPERANDS ||
        mica_structured_loop_count(op) > MOST_LOOPS || mica_structured_uses_index(op) ||
        mica_structured_parallel_count(op) != mica_structured_loop_count(op) ||
        micai_structured_reads(op, inputs))
        return false;
    return mica_affine_map_is_permutation(mica_structured_map(op, inputs)) &&
           mica_type_has_static_shape(mica_value_type(mica_op_result(op, 0)));
}

/// Drops loops of one iteration and joins those that all operands walk through as one.
static void join_loops(walk *w)
{
    size_t kept = 0;
    for (size_t loop = 0; loop < w->loops; ++loop) {
        bool joins = kept > 0 && w->bounds[loop] > 1;
        for (size_t i = 0; i < w->operands && joins; ++i)
            joins =
                w->walked[i].strides[kept - 1] == w->walked[i].strides[loop] * w->bounds[loop];
        if (w->bounds[loop] == 1)
            continue;
        const size_t to = joins ? kept - 1 : kept++;
        w->bounds[to] = joins ? w->bounds[to] * w->bounds[loop] : w->bounds[loop];
        for (size_t i = 0; i < w->operands; ++i)
            w->walked[i].strides[to] = w->walked[i].strides[loop];
    }
    w->loops = kept;
}

/// `count` elements, `stride` apart in one place and dense in the other.
static void gather(unsigned char *to, const walked_operand *from, int64_t stride, size_t count)
{
    const char *source = from->data + from->at * (int64_t)from->element;
    const size_t element = from->element;
    if (stride == 1) {
        memcpy(to, source, count * element);
        return;
    }
    for (size_t i = 0; i < count; ++i, source += stride * (int64_t)element)
        memcpy(to + i * element, source, element);
}

static void scatter(const walked_operand *to, const unsigned char *from, int64_t stride,
                    size_t count)
{
    char *target = to->data + to->at * (int64_t)to->element;
    const size_t element = to->element;
    if (stride == 1) {
        memcpy(target, from, count * element);
        return;
    }
    for (size_t i = 0; i < count; ++i, target += stride * (int64_t)element)
        memcpy(target, from + i * element, element);
}

static void move(walk *w, size_t loop, int64_t by)
{
    w->point[loop] += by;
    for (size_t i = 0; i < w->operands; ++i)
        w->walked[i].at += by * w->walked[i].strides[loop];
}

/// Goes on in the loops around the innermost; false after the last.
static bool next_row(walk *w, size_t inner)
{
    for (size_t loop = inner; loop-- > 0;) {
        if (w->point[loop] + 1 < w->bounds[loop]) {
            move(w, loop, 1);
            return true;
        }
        move(w, loop, -w->point[loop]);
    }
    return false;
}

/// A batch from the innermost loop.
static bool run_batch(walk *w, micai_batch_body *body, size_t inner, size_t count)
{
    const size_t inputs = w->operands - 1;
    for (size_t i = 0; i < inputs; ++i)
        gather(body->registers[body->arguments[i]].bytes, &w->walked[i],
               w->walked[i].strides[inner], count);
    for (uint32_t i = 0; i < body->step_count; ++i)
        if (!body->steps[i].run(body, &body->steps[i], count))
            return false;
    scatter(&w->walked[inputs], body->registers[body->yielded].bytes,
            w->walked[inputs].strides[inner], count);
    return true;
}

static bool run_all(walk *w, micai_batch_body *body)
{
    if (w->loops == 0) { // one element
        w->bounds[0] = 1;
        w->loops = 1;
    }
    const size_t inner = w->loops - 1;
    do {
        const int64_t bound = w->bounds[inner];
        for (int64_t at = 0; at < bound;) {
            const int64_t left = bound - at, now = left < MICAI_BATCH ? left : MICAI_BATCH;
            if (!run_batch(w, body, inner, (size_t)now))
                return false;
            move(w, inner, now);
            at += now;
        }
        move(w, inner, -bound);
    } while (next_row(w, inner));
    return true;
}

const mica_attr *micai_evaluate_structured(mica_op *op, micai_batch_body *body)
{
    const size_t inputs = mica_structured_inputs(op).count;
    if (!is_plain(op, inputs))
        return NULL;
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    walk w = {.loops = mica_structured_loop_count(op)};
    int64_t ranges[MOST_LOOPS];
    if (!is_worth_it(op, type, inputs) || mica_type_element_count(type) == 0 ||
        !mica_structured_loop_ranges(op, ranges) || !micai_batch_body_compile(body, op))
        return NULL;
    memcpy(w.bounds, ranges, w.loops * sizeof *ranges);
    for (size_t i = 0; i < inputs; ++i)
        if (!open_input(&w, op, i))
            return NULL;
    made_tensor made;
    walked_operand *result = &w.walked[w.operands++];
    memset(result, 0, sizeof *result);
    if (!map_strides(result, mica_structured_map(op, inputs), type) ||
        !make_tensor(&made, type))
        return NULL;
    result->data = made.data;
    result->element = mica_dense_element_size(mica_type_element(type));
    join_loops(&w);
    if (run_all(&w, body))
        return finish_tensor(&made, type);
    mica_blob_release(made.blob);
    return NULL;
}

// ---- slices
// ----------------------------------------------------------------------------------

/// Offsets, sizes and strides of a slice when all are constants.
typedef struct slice {
    int64_t offsets[MOST_LOOPS], sizes[MOST_LOOPS], strides[MOST_LOOPS];
    size_t rank;
} slice;

static bool read_list(const mica_attr *list, size_t rank, int64_t *values)
{
    if (mica_dense_array_attr_count(list) != rank)
        return false;
    for (size_t i = 0; i < rank; ++i) {
        values[i] = mica_dense_array_attr_int(list, i);
        if (values[i] == MICA_DYNAMIC)
            return false;
    }
    return true;
}

static bool read_slice(const mica_op *op, const mica_type *whole, slice *made)
{
    made->rank = mica_type_rank(whole);
    if (made->rank > MOST_LOOPS || !mica_type_has_static_shape(whole) ||
        !read_list(mica_op_attr(op, "static_offsets"), made->rank, made->offsets) ||
        !read_list(mica_op_attr(op, "static_sizes"), made->rank, made->sizes) ||
        !read_list(mica_op_attr(op, "static_strides"), made->rank, made->strides))
        return false;
    for (size_t i = 0; i < made->rank; ++i) {
        const int64_t last = made->offsets[i] + (made->sizes[i] - 1) * made->strides[i];
        if (made->sizes[i] > 0 && (made->offsets[i] < 0 || last < 0 ||
                                   made->offsets[i] >= mica_type_shape(whole)[i] ||
                                   last >= mica_type_shape(whole)[i]))
            return false;
    }
    return true;
}

/// Copies between a slice of `whole` and dense `part`, whose elements are as many.
static void copy_slice(const slice *s, const mica_type *type, char *whole, char *part,
                       bool part_is_splat, bool to_part)
{
    const size_t element = mica_dense_element_size(mica_type_element(type));
    walk w = {.loops = s->rank, .operands = 2};
    int64_t stride = 1, part_stride = part_is_splat ? 0 : 1, count = 1;
    w.walked[0] = (walked_operand){.data = whole, .element = element};
    w.walked[1] = (walked_operand){.data = part, .element = element};
    for (size_t i = s->rank; i-- > 0;) {
        w.bounds[i] = s->sizes[i];
        w.walked[0].strides[i] = stride * s->strides[i];
        w.walked[0].at += stride * s->offsets[i];
        w.walked[1].strides[i] = part_stride;
        stride *= mica_type_shape(type)[i];
        part_stride *= s->sizes[i];
        count *= s->sizes[i];
    }
    if (count == 0)
        return;
    join_loops(&w);
    const size_t inner = w.loops ? w.loops - 1 : 0;
    const int64_t bound = w.loops ? w.bounds[inner] : 1;
    unsigned char batch[MICAI_BATCH * MICAI_ELEMENT_BYTES];
    walked_operand *from = &w.walked[to_part ? 0 : 1], *to = &w.walked[to_part ? 1 : 0];
    do {
        for (int64_t at = 0; at < bound;) {
            const int64_t left = bound - at, now = left < MICAI_BATCH ? left : MICAI_BATCH;
            gather(batch, from, from->strides[inner], (size_t)now);
            scatter(to, batch, to->strides[inner], (size_t)now);
            move(&w, inner, now);
            at += now;
        }
        move(&w, inner, -bound);
    } while (next_row(&w, inner));
}

static bool is_narrow(const mica_type *type)
{
    return mica_dense_element_size(mica_type_element(type)) <= MICAI_ELEMENT_BYTES;
}

static const mica_attr *evaluate_extract(mica_op *op)
{
    const mica_attr *source = micai_constant_elements(mica_op_operand(op, 0));
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    slice s;
    made_tensor made;
    size_t size = 0;
    if (!source || mica_dense_elements_attr_is_splat(source) || !is_narrow(type) ||
        !mica_type_has_static_shape(type) || !read_slice(op, mica_attr_type(source), &s) ||
        !make_tensor(&made, type))
        return NULL;
    char *whole = (char *)(uintptr_t)mica_dense_elements_attr_data(source, &size);
    copy_slice(&s, mica_attr_type(source), whole, made.data, false, true);
    return finish_tensor(&made, type);
}

/// What an insertion inserts into: the first of a chain of insertions has no insertion there.
static mica_value *insertion_target(const mica_op *op)
{
    return mica_op_operand(op, 1);
}

static mica_op *insertion_before(const mica_op *op)
{
    mica_value *target = insertion_target(op);
    mica_op *before = mica_value_op(target);
    const bool is_chained = before && mica_op_is(before, &mica_tensor_insert_slice_kind) &&
                            mica_value_has_one_use(target);
    return is_chained ? before : NULL;
}

/// The last insertion of a chain is evaluated with all before it: one by one, each would copy
/// the whole.
static bool goes_into_another(const mica_op *op)
{
    const mica_use *use = mica_value_first_use(mica_op_result(op, 0));
    return use && !mica_use_next(use) && mica_use_index(use) == 1 &&
           mica_op_is(mica_use_owner(use), &mica_tensor_insert_slice_kind);
}

static bool can_insert(const mica_op *op)
{
    slice s;
    return micai_constant_elements(mica_op_operand(op, 0)) &&
           read_slice(op, mica_value_type(mica_op_result(op, 0)), &s);
}

static void insert(const mica_op *op, char *whole)
{
    const mica_attr *source = micai_constant_elements(mica_op_operand(op, 0));
    slice s;
    size_t size = 0;
    char *part = (char *)(uintptr_t)mica_dense_elements_attr_data(source, &size);
    if (read_slice(op, mica_value_type(mica_op_result(op, 0)), &s))
        copy_slice(&s, mica_value_type(mica_op_result(op, 0)), whole, part,
                   mica_dense_elements_attr_is_splat(source), false);
}

static bool fill_target(const mica_value *target, char *whole)
{
    const mica_attr *value = micai_constant_elements(target);
    if (!value)
        return mica_op_is(mica_value_op(target), &mica_tensor_empty_kind);
    const mica_type *type = mica_attr_type(value);
    const size_t element = mica_dense_element_size(mica_type_element(type));
    size_t size = 0;
    const char *data = mica_dense_elements_attr_data(value, &size);
    const size_t total = (size_t)mica_type_element_count(type) * element;
    for (size_t at = 0; size > 0 && at < total; at += size)
        memcpy(whole + at, data, size);
    return true;
}

static const mica_attr *evaluate_insertions(mica_op *op)
{
    enum { MOST_INSERTIONS = 4096 };
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    mica_op *first = op;
    size_t count = 1;
    made_tensor made;
    if (!mica_type_has_static_shape(type) || !is_narrow(type) || goes_into_another(op) ||
        !can_insert(op))
        return NULL;
    for (mica_op *before; (before = insertion_before(first)) != NULL; first = before)
        if (!can_insert(before) || ++count > MOST_INSERTIONS)
            return NULL;
    if (!make_tensor(&made, type))
        return NULL;
    if (!fill_target(insertion_target(first), made.data)) {
        mica_blob_release(made.blob);
        return NULL;
    }
    // From the first on: a later one may write over an earlier.
    while (first != op) {
        insert(first, made.data);
        first = mica_use_owner(mica_value_first_use(mica_op_result(first, 0)));
    }
    insert(op, made.data);
    return finish_tensor(&made, type);
}

static const mica_attr *evaluate_reshape(mica_op *op)
{
    const mica_attr *source = micai_constant_elements(mica_op_operand(op, 0));
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    return source && mica_type_has_static_shape(type)
               ? mica_dense_elements_attr_reshape(source, type)
               : NULL;
}

const mica_attr *micai_evaluate_tensor_op(mica_op *op)
{
    if (mica_op_is(op, &mica_tensor_extract_slice_kind))
        return evaluate_extract(op);
    if (mica_op_is(op, &mica_tensor_insert_slice_kind))
        return evaluate_insertions(op);
    if (mica_op_is(op, &mica_tensor_collapse_shape_kind) ||
        mica_op_is(op, &mica_tensor_expand_shape_kind) ||
        mica_op_is(op, &mica_tensor_cast_kind))
        return evaluate_reshape(op);
    return NULL;
}
