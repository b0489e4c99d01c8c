// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// NonMaxSuppression: for each sample and class the best box that is left is taken, and those
// that overlap it too much are left no more, until none is left or enough are taken.
//
//   for batch, class:
//     alive[i] = scores[batch, class, i] > score_threshold
//     for pick in 0 .. min(max_output_boxes_per_class, boxes):
//       best = the alive box of the greatest score; when there is one:
//       rows[count++] = batch, class, best
//       alive[i] = alive[i] and i != best and overlap(i, best) <= iou_threshold
//
// Loops over the boxes become empty once none is left: the time goes with the boxes taken, not
// with those allowed. Sorting first would need the same comparisons of boxes and more memory.
#include "transforms/convert/convert_onnx_to_linalg_internal.h"

/// The corners of a box.
typedef struct box {
    mica_value *low[2], *high[2], *area;
} box;

typedef struct suppression {
    micai_onnx_site *site;
    mica_value *boxes, *scores, *overlap, *least; ///< `least` may be NULL
    mica_value *count, *picks;                    ///< of boxes, and how many are taken at most
    mica_value *batch, *class_;
    mica_value *best;
    box best_box;
} suppression;

enum { CARRY_ALIVE, CARRY_ROWS, CARRY_COUNT, CARRY_ANY, CARRIED };

static const mica_type *boolean(const mica_builder *builder)
{
    return mica_integer_type_get(builder->context, 1, MICA_SIGNLESS);
}

static mica_value *truth(mica_builder *builder, bool value)
{
    return micai_onnx_number(builder, boolean(builder), value ? -1 : 0);
}

static mica_value *negate(mica_builder *builder, mica_value *condition)
{
    return micai_onnx_emit2(builder, "arith.xori", condition, truth(builder, true));
}

static mica_value *both(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_emit2(builder, "arith.andi", a, b);
}

/// The element of an operand that is a scalar or has one element; NULL when it is absent.
static mica_value *scalar(const suppression *s, size_t index)
{
    mica_value *value = micai_onnx_operand(s->site, index), *zeros[MICA_ONNX_MAX_RANK];
    if (!value)
        return NULL;
    for (size_t i = 0; i < micai_rank(value); ++i)
        zeros[i] = micai_onnx_index(s->site->builder, 0);
    return micai_onnx_extract(s->site->builder, value, zeros, micai_rank(value));
}

// ---- boxes
// ---------------------------------------------------------------------------------

static mica_value *lesser(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_select(builder, micai_onnx_less(builder, a, b, false), a, b);
}

static mica_value *greater(mica_builder *builder, mica_value *a, mica_value *b)
{
    return micai_onnx_select(builder, micai_onnx_less(builder, a, b, false), b, a);
}

/// A box is two opposite corners (y, x, y, x), or its center (x, y) and its size.
static box read_box(const suppression *s, mica_builder *builder, mica_value *index)
{
    const bool is_centered = mica_onnx_node_int(&s->site->node, "center_point_box") != 0;
    mica_value *four[4], *sides[2];
    box result;
    for (int64_t i = 0; i < 4; ++i) {
        mica_value *const at[] = {s->batch, index, micai_onnx_index(builder, i)};
        four[i] = micai_onnx_extract(builder, s->boxes, at, 3);
    }
    for (size_t i = 0; i < 2; ++i) {
        mica_value *a = four[i], *b = four[i + 2];
        if (is_centered) {
            mica_value *half = micai_onnx_emit2(
                builder, "arith.mulf", b, micai_onnx_number(builder, mica_value_type(b), 0.5));
            b = micai_onnx_emit2(builder, "arith.addf", a, half);
            a = micai_onnx_emit2(builder, "arith.subf", a, half);
        }
        result.low[i] = lesser(builder, a, b);
        result.high[i] = greater(builder, a, b);
        sides[i] = micai_onnx_emit2(builder, "arith.subf", result.high[i], result.low[i]);
    }
    result.area = micai_onnx_emit2(builder, "arith.mulf", sides[0], sides[1]);
    return result;
}

/// Is intersection / union of two boxes above the threshold? No for empty ones: 0 / 0 compares
/// as false.
static mica_value *overlaps(const suppression *s, mica_builder *builder, const box *a,
                            const box *b)
{
    mica_value *sides[2];
    mica_value *zero = micai_onnx_number(builder, mica_value_type(a->area), 0);
    for (size_t i = 0; i < 2; ++i) {
        mica_value *side =
            micai_onnx_emit2(builder, "arith.subf", lesser(builder, a->high[i], b->high[i]),
                             greater(builder, a->low[i], b->low[i]));
        sides[i] = greater(builder, side, zero);
    }
    mica_value *common = micai_onnx_emit2(builder, "arith.mulf", sides[0], sides[1]);
    mica_value *whole =
        micai_onnx_emit2(builder, "arith.subf",
                         micai_onnx_emit2(builder, "arith.addf", a->area, b->area), common);
    return micai_onnx_less(builder, s->overlap,
                           micai_onnx_emit2(builder, "arith.divf", common, whole), false);
}

// ---- loops
// ---------------------------------------------------------------------------------

static mica_value *score_of(const suppression *s, mica_builder *builder, mica_value *index)
{
    mica_value *const at[] = {s->batch, s->class_, index};
    return micai_onnx_extract(builder, s->scores, at, 3);
}

static void begin_step(void *user, mica_builder *builder, mica_value *index,
                       mica_value **carried)
{
    const suppression *s = user;
    mica_value *is_alive =
        s->least ? micai_onnx_less(builder, s->least, score_of(s, builder, index), false)
                 : truth(builder, true);
    *carried = micai_onnx_insert(builder, is_alive, *carried, &index, 1);
}

typedef struct best_search {
    const suppression *s;
    mica_value *alive;
} best_search;

/// carried: the best box so far, its score, whether there is one
static void best_step(void *user, mica_builder *builder, mica_value *index,
                      mica_value **carried)
{
    const best_search *in = user;
    mica_value *score = score_of(in->s, builder, index);
    mica_value *is_better =
        micai_onnx_emit2(builder, "arith.ori", negate(builder, carried[2]),
                         micai_onnx_less(builder, carried[1], score, false));
    mica_value *is_best =
        both(builder, micai_onnx_extract(builder, in->alive, &index, 1), is_better);
    carried[0] = micai_onnx_select(builder, is_best, index, carried[0]);
    carried[1] = micai_onnx_select(builder, is_best, score, carried[1]);
    carried[2] = micai_onnx_emit2(builder, "arith.ori", carried[2], is_best);
}

static void suppress_step(void *user, mica_builder *builder, mica_value *index,
                          mica_value **carried)
{
    const suppression *s = user;
    const box other = read_box(s, builder, index);
    mica_value *goes = overlaps(s, builder, &s->best_box, &other);
    mica_value *differs =
        micai_onnx_less(builder, micai_onnx_index(builder, 0),
                        micai_onnx_index_op(builder, "arith.xori", index, s->best), true);
    mica_value *stays = both(builder, negate(builder, goes), differs);
    mica_value *was = micai_onnx_extract(builder, *carried, &index, 1);
    *carried = micai_onnx_insert(builder, both(builder, was, stays), *carried, &index, 1);
}

/// A row is written even when no box was found; the next one then overwrites it.
static void write_row(const suppression *s, mica_builder *builder, mica_value **carried)
{
    mica_value *const entries[] = {s->batch, s->class_, s->best};
    for (int64_t i = 0; i < 3; ++i) {
        mica_value *const at[] = {carried[CARRY_COUNT], micai_onnx_index(builder, i)};
        mica_value *entry =
            micai_onnx_from_index(builder, entries[i], micai_element(carried[CARRY_ROWS]));
        carried[CARRY_ROWS] = micai_onnx_insert(builder, entry, carried[CARRY_ROWS], at, 2);
    }
    mica_value *more = micai_onnx_index_op(builder, "arith.addi", carried[CARRY_COUNT],
                                           micai_onnx_index(builder, 1));
    carried[CARRY_COUNT] =
        micai_onnx_select(builder, carried[CARRY_ANY], more, carried[CARRY_COUNT]);
}

static void pick_step(void *user, mica_builder *builder, mica_value *index,
                      mica_value **carried)
{
    (void)index;
    suppression *s = user;
    mica_value *zero = micai_onnx_index(builder, 0);
    mica_value *limit = micai_onnx_select(builder, carried[CARRY_ANY], s->count, zero);
    best_search in = {s, carried[CARRY_ALIVE]};
    mica_value *best[] = {zero, micai_onnx_number(builder, micai_element(s->scores), 0),
                          truth(builder, false)};
    micai_onnx_along(builder, limit, best, 3, best_step, &in);
    s->best = best[0];
    carried[CARRY_ANY] = best[2];
    write_row(s, builder, carried);
    s->best_box = read_box(s, builder, s->best);
    limit = micai_onnx_select(builder, carried[CARRY_ANY], s->count, zero);
    micai_onnx_along(builder, limit, &carried[CARRY_ALIVE], 1, suppress_step, s);
}

/// carried: alive boxes, rows, their count
static void class_step(void *user, mica_builder *builder, mica_value *const *places,
                       mica_value **carried)
{
    suppression *s = user;
    s->batch = places[0];
    s->class_ = places[1];
    micai_onnx_along(builder, s->count, &carried[CARRY_ALIVE], 1, begin_step, s);
    mica_value *inside[CARRIED] = {carried[CARRY_ALIVE], carried[CARRY_ROWS],
                                   carried[CARRY_COUNT], truth(builder, true)};
    micai_onnx_along(builder, s->picks, inside, CARRIED, pick_step, s);
    memcpy(carried, inside, CARRY_ANY * sizeof *carried);
}

// ---- the operator
// --------------------------------------------------------------------------

/// How many boxes are taken of a class at most. Without the operand it is none.
static mica_value *read_picks(const suppression *s)
{
    mica_builder *builder = s->site->builder;
    mica_value *most = scalar(s, 2), *zero = micai_onnx_index(builder, 0);
    if (!most)
        return zero;
    most = micai_onnx_to_index(builder, most, false);
    return micai_onnx_index_op(builder, "arith.maxsi", zero,
                               micai_onnx_index_op(builder, "arith.minsi", most, s->count));
}

static mica_value *lower_suppression(micai_onnx_site *site)
{
    mica_builder *builder = site->builder;
    suppression s = {.site = site,
                     .boxes = micai_onnx_operand(site, 0),
                     .scores = micai_onnx_operand(site, 1)};
    mica_value *const limits[] = {micai_onnx_dim(builder, s.scores, 0),
                                  micai_onnx_dim(builder, s.scores, 1)};
    s.count = micai_onnx_dim(builder, s.scores, 2);
    s.picks = read_picks(&s);
    s.overlap = scalar(&s, 3);
    s.least = scalar(&s, 4);
    if (!s.overlap)
        s.overlap = micai_onnx_number(builder, micai_element(s.scores), 0);
    const int64_t known = mica_type_element_count(mica_value_type(s.scores));
    const int64_t shape[] = {known < 0 ? MICA_DYNAMIC : known, 3};
    mica_value *most =
        micai_onnx_index_op(builder, "arith.muli", s.count,
                            micai_onnx_index_op(builder, "arith.muli", limits[0], limits[1]));
    const micai_onnx_sizes rows = {.values = {most}}, boxes = {.values = {s.count}};
    mica_value *carried[] = {
        micai_onnx_empty(
            builder, mica_tensor_type_get(boolean(builder), &micai_shape(s.scores)[2], 1, NULL),
            &boxes),
        micai_onnx_empty(builder,
                         mica_tensor_type_get(mica_type_element(site->type), shape, 2, NULL),
                         &rows),
        micai_onnx_index(builder, 0)};
    micai_onnx_nest(builder, limits, 2, carried, 3, class_step, &s);
    return micai_onnx_take(builder, carried[CARRY_ROWS], 0, carried[CARRY_COUNT]);
}

const micai_onnx_rule micai_onnx_suppression_rules[] = {
    {"onnx.NonMaxSuppression", lower_suppression, NULL},
    {NULL, NULL, NULL},
};
