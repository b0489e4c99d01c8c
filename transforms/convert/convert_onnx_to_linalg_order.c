// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What depends on the order of elements along an axis: the place of the greatest, running sums,
// the greatest K. Each row is a loop of scalars.
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

/// One row: the tensor, and the index of an element of it with the axis left open.
typedef struct row_scan {
    micai_onnx_site *site;
    mica_value *data;
    size_t axis;
    bool greatest, last;
    mica_value *at[MICA_ONNX_MAX_RANK];
    mica_value *below_value, *below_index; ///< TopK: only what comes after this pair
    mica_value *is_first;
} row_scan;

static mica_value *element_at(row_scan *scan, mica_builder *builder, mica_value *index)
{
    scan->at[scan->axis] = index;
    return micai_onnx_extract(builder, scan->data, scan->at, micai_rank(scan->data));
}

static mica_value *is_equal(mica_builder *builder, mica_value *a, mica_value *b, bool uns)
{
    mica_value *less = micai_onnx_less(builder, a, b, uns);
    mica_value *more = micai_onnx_less(builder, b, a, uns);
    mica_value *either = micai_onnx_emit2(builder, "arith.ori", less, more);
    mica_value *one = micai_onnx_number(builder, mica_value_type(either), -1);
    return micai_onnx_emit2(builder, "arith.xori", either, one);
}

/// Is x better than y: greater, or less when the least is looked for?
static mica_value *is_better(const row_scan *scan, mica_builder *builder, mica_value *x,
                             mica_value *y)
{
    const bool uns = scan->site->is_unsigned;
    return scan->greatest ? micai_onnx_less(builder, y, x, uns)
                          : micai_onnx_less(builder, x, y, uns);
}

// ---- ArgMax, ArgMin, Hardmax
// -----------------------------------------------------------------

/// carried: the best element so far, its place
static void arg_step(void *user, mica_builder *builder, mica_value *index, mica_value **carried)
{
    row_scan *scan = user;
    mica_value *x = element_at(scan, builder, index);
    mica_value *better = is_better(scan, builder, x, carried[0]);
    if (scan->last)
        better = micai_onnx_emit2(builder, "arith.ori", better,
                                  is_equal(builder, x, carried[0], scan->site->is_unsigned));
    carried[0] = micai_onnx_select(builder, better, x, carried[0]);
    carried[1] = micai_onnx_select(builder, better, index, carried[1]);
}

/// Fills `at` with the place in a row: that of the result, without or with the axis.
static void enter_row(row_scan *scan, mica_value *const *indices, bool has_axis)
{
    for (size_t i = 0; i < micai_rank(scan->data); ++i)
        if (i != scan->axis)
            scan->at[i] = indices[i - (!has_axis && i > scan->axis)];
}

static mica_value *find_best(row_scan *scan, mica_builder *builder)
{
    mica_value *zero = micai_onnx_index(builder, 0);
    mica_value *carried[2] = {element_at(scan, builder, zero), zero};
    micai_onnx_along(builder, micai_onnx_dim(builder, scan->data, scan->axis), carried, 2,
                     arg_step, scan);
    return carried[1];
}

static mica_value *arg_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    row_scan *scan = user;
    enter_row(scan, indices, mica_type_rank(scan->site->type) == micai_rank(scan->data));
    return micai_onnx_from_index(builder, find_best(scan, builder),
                                 mica_type_element(scan->site->type));
}

static bool begin_scan(row_scan *scan, micai_onnx_site *site)
{
    *scan = (row_scan){.site = site, .data = micai_onnx_operand(site, 0), .greatest = true};
    return mica_onnx_axis(mica_onnx_node_int(&site->node, "axis"), micai_rank(scan->data),
                          &scan->axis);
}

static mica_value *lower_arg(micai_onnx_site *site)
{
    row_scan scan;
    micai_onnx_sizes sizes = {{NULL}, {0}};
    if (!begin_scan(&scan, site))
        return micai_onnx_refuse(site, "its axis is out of range");
    scan.greatest = site->row != NULL;
    scan.last = mica_onnx_node_int(&site->node, "select_last_index") != 0;
    const bool keeps = mica_type_rank(site->type) == micai_rank(scan.data);
    for (size_t i = 0; i < micai_rank(scan.data); ++i) {
        if (i == scan.axis)
            continue;
        sizes.values[i - (!keeps && i > scan.axis)] = scan.data;
        sizes.dims[i - (!keeps && i > scan.axis)] = i;
    }
    return micai_onnx_by_index(site->builder, site->type, &sizes, arg_place, &scan);
}

static mica_value *hardmax_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    row_scan *scan = user;
    const mica_type *type = micai_element(scan->data);
    enter_row(scan, indices, true);
    mica_value *is_best =
        is_equal(builder, find_best(scan, builder), indices[scan->axis], true);
    return micai_onnx_select(builder, is_best, micai_onnx_number(builder, type, 1),
                             micai_onnx_number(builder, type, 0));
}

static mica_value *lower_hardmax(micai_onnx_site *site)
{
    row_scan scan;
    micai_onnx_sizes sizes;
    if (!begin_scan(&scan, site))
        return micai_onnx_refuse(site, "its axis is out of range");
    micai_onnx_sizes_like(&sizes, scan.data);
    return micai_onnx_by_index(site->builder, site->type, &sizes, hardmax_place, &scan);
}

// ---- TopK
// ------------------------------------------------------------------------------------

/// carried: the best element so far, its place, and whether there is one. Considered is what
/// comes after the pair that was found before: a worse element, or the same further on.
static void next_step(void *user, mica_builder *builder, mica_value *index,
                      mica_value **carried)
{
    row_scan *scan = user;
    mica_value *x = element_at(scan, builder, index);
    const bool uns = scan->site->is_unsigned;
    mica_value *further = micai_onnx_less(builder, scan->below_index, index, false);
    mica_value *same = is_equal(builder, x, scan->below_value, uns);
    mica_value *after =
        micai_onnx_emit2(builder, "arith.ori", is_better(scan, builder, scan->below_value, x),
                         micai_onnx_emit2(builder, "arith.andi", same, further));
    after = micai_onnx_emit2(builder, "arith.ori", after, scan->is_first);
    mica_value *none =
        micai_onnx_emit2(builder, "arith.xori", carried[2],
                         micai_onnx_number(builder, mica_value_type(carried[2]), -1));
    mica_value *better =
        micai_onnx_emit2(builder, "arith.ori", none, is_better(scan, builder, x, carried[0]));
    mica_value *takes = micai_onnx_emit2(builder, "arith.andi", after, better);
    carried[0] = micai_onnx_select(builder, takes, x, carried[0]);
    carried[1] = micai_onnx_select(builder, takes, index, carried[1]);
    carried[2] = micai_onnx_emit2(builder, "arith.ori", carried[2], takes);
}

/// Places of the K best, one after the other: each looks for the best after the one before it.
static mica_value *top_k_step(void *user, mica_builder *builder, mica_value *const *indices,
                              mica_value *tensor)
{
    row_scan *scan = user;
    const mica_type *wide = micai_element(tensor);
    const mica_type *boolean = mica_integer_type_get(builder->context, 1, MICA_SIGNLESS);
    mica_value *before[MICA_ONNX_MAX_RANK];
    mica_value *zero = micai_onnx_index(builder, 0), *one = micai_onnx_index(builder, 1);
    const size_t rank = micai_rank(scan->data);
    enter_row(scan, indices, true);
    scan->is_first = micai_onnx_less(builder, indices[scan->axis], one, true);
    for (size_t i = 0; i < rank; ++i)
        before[i] = indices[i];
    before[scan->axis] = micai_onnx_index_op(
        builder, "arith.maxsi",
        micai_onnx_index_op(builder, "arith.subi", indices[scan->axis], one), zero);
    mica_value *last =
        micai_onnx_to_index(builder, micai_onnx_extract(builder, tensor, before, rank), false);
    scan->below_index = micai_onnx_select(builder, scan->is_first, zero, last);
    scan->below_value = element_at(scan, builder, scan->below_index);
    mica_value *carried[3] = {scan->below_value, zero, micai_onnx_number(builder, boolean, 0)};
    micai_onnx_along(builder, micai_onnx_dim(builder, scan->data, scan->axis), carried, 3,
                     next_step, scan);
    return micai_onnx_insert(builder, micai_onnx_from_index(builder, carried[1], wide), tensor,
                             indices, rank);
}

typedef struct picked {
    row_scan *scan;
    mica_value *places;
} picked;

static mica_value *value_place(void *user, mica_builder *builder, mica_value *const *indices)
{
    const picked *pick = user;
    enter_row(pick->scan, indices, true);
    mica_value *place = micai_onnx_extract_index(builder, pick->places, indices,
                                                 micai_rank(pick->places), false, NULL);
    return element_at(pick->scan, builder, place);
}

static mica_value *lower_top_k(micai_onnx_site *site)
{
    row_scan scan;
    micai_onnx_sizes sizes;
    if (!begin_scan(&scan, site))
        return micai_onnx_refuse(site, "its axis is out of range");
    micai_onnx_sizes_like(&sizes, scan.data);
    if (mica_type_shape(site->type)[scan.axis] == MICA_DYNAMIC) {
        // At most as many as there are, which bounds the memory that it takes.
        mica_value *wanted =
            micai_onnx_shape_entry(site->builder, micai_onnx_operand(site, 1), 0);
        sizes.values[scan.axis] =
            micai_onnx_index_op(site->builder, "arith.minsi", wanted,
                                micai_onnx_dim(site->builder, scan.data, scan.axis));
    }
    scan.greatest = mica_onnx_node_int(&site->node, "largest") != 0;
    const mica_attr *zero = mica_integer_attr_get(mica_type_element(site->types[1]), 0);
    mica_value *start = micai_onnx_filled(site->builder, site->types[1], &sizes, zero);
    picked pick = {&scan, micai_onnx_loop_over(site->builder, start, start, top_k_step, &scan)};
    site->results[1] = pick.places;
    return micai_onnx_by_index(site->builder, site->type, &sizes, value_place, &pick);
}

// ---- running sums
// ----------------------------------------------------------------------------

typedef struct running {
    micai_onnx_site *site;
    const char *combine;
    mica_value *data, *axis;
    bool exclusive, reverse;
    double start;
} running;

/// Along the axis each element follows from the one before it (after it, when in reverse). The
/// axis may be known at run time only: every dimension asks whether it is the one.
static mica_value *running_step(void *user, mica_builder *builder, mica_value *const *indices,
                                mica_value *tensor)
{
    const running *run = user;
    const size_t rank = micai_rank(run->data);
    mica_value *here[MICA_ONNX_MAX_RANK], *before[MICA_ONNX_MAX_RANK];
    mica_value *zero = micai_onnx_index(builder, 0), *one = micai_onnx_index(builder, 1);
    mica_value *is_start = NULL;
    for (size_t i = 0; i < rank; ++i) {
        mica_value *size = micai_onnx_dim(builder, run->data, i);
        mica_value *is_axis =
            is_equal(builder, run->axis, micai_onnx_index(builder, (int64_t)i), true);
        mica_value *last = micai_onnx_index_op(builder, "arith.subi", size, one);
        mica_value *mirrored = micai_onnx_index_op(builder, "arith.subi", last, indices[i]);
        mica_value *step = micai_onnx_select(builder, is_axis, one, zero);
        here[i] = run->reverse ? micai_onnx_select(builder, is_axis, mirrored, indices[i])
                               : indices[i];
        before[i] =
            run->reverse
                ? micai_onnx_index_op(builder, "arith.minsi",
                                      micai_onnx_index_op(builder, "arith.addi", here[i], step),
                                      last)
                : micai_onnx_index_op(builder, "arith.maxsi",
                                      micai_onnx_index_op(builder, "arith.subi", here[i], step),
                                      zero);
        mica_value *is_zero = micai_onnx_less(builder, indices[i], one, true);
        mica_value *starts = micai_onnx_emit2(builder, "arith.andi", is_axis, is_zero);
        is_start = is_start ? micai_onnx_emit2(builder, "arith.ori", is_start, starts) : starts;
    }
    mica_value *x =
        micai_onnx_extract(builder, run->data, run->exclusive ? before : here, rank);
    mica_value *sum = micai_onnx_emit2(builder, run->combine,
                                       micai_onnx_extract(builder, tensor, before, rank), x);
    mica_value *first =
        run->exclusive ? micai_onnx_number(builder, mica_value_type(x), run->start) : x;
    return micai_onnx_insert(builder, micai_onnx_select(builder, is_start, first, sum), tensor,
                             here, rank);
}

static mica_value *lower_running(micai_onnx_site *site)
{
    mica_builder *builder = site->builder;
    running run = {.site = site, .data = micai_onnx_operand(site, 0)};
    const bool product = site->row != NULL,
               floats = mica_type_is_float(micai_element(run.data));
    mica_value *axis = micai_onnx_operand(site, 1);
    const mica_type *scalar = mica_tensor_type_get(micai_element(axis), NULL, 0, NULL);
    if (!micai_onnx_can_reshape(mica_value_type(axis), scalar))
        return micai_onnx_refuse(site, "'axis' is no scalar");
    axis = micai_onnx_reshape(builder, axis, scalar);
    run.axis =
        micai_onnx_extract_index(builder, axis, NULL, 0, false,
                                 micai_onnx_index(builder, (int64_t)micai_rank(run.data)));
    run.combine = product ? (floats ? "arith.mulf" : "arith.muli")
                          : (floats ? "arith.addf" : "arith.addi");
    run.start = product ? 1 : 0;
    run.exclusive = mica_onnx_node_int(&site->node, "exclusive") != 0;
    run.reverse = mica_onnx_node_int(&site->node, "reverse") != 0;
    micai_onnx_sizes sizes;
    micai_onnx_sizes_like(&sizes, run.data);
    const mica_type *element = mica_type_element(site->type);
    const mica_attr *zero =
        floats ? mica_float_attr_get(element, 0) : mica_integer_attr_get(element, 0);
    mica_value *start = micai_onnx_filled(builder, site->type, &sizes, zero);
    return micai_onnx_loop_over(builder, start, start, running_step, &run);
}

const micai_onnx_rule micai_onnx_order_rules[] = {
    {"onnx.ArgMax", lower_arg, "greatest"},
    {"onnx.ArgMin", lower_arg, NULL},
    {"onnx.CumProd", lower_running, "product"},
    {"onnx.CumSum", lower_running, NULL},
    {"onnx.Hardmax", lower_hardmax, NULL},
    {"onnx.TopK", lower_top_k, NULL},
    {NULL, NULL, NULL},
};
