// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass lower-contractions: matrix products and convolutions on static tensors become loop
// nests that pack their operands and keep a tile of the result in registers, still on tensors
// and vectors. One-shot bufferization then finds all of it in place.
//
//   %r = linalg.matmul ins(%a, %b : tensor<512x512xf32>, ..) outs(%c : ..) ->
//   tensor<512x512xf32> %r = scf.for .. iter_args(%0 = %c) -> (tensor<512x512xf32>) {
//          .. vector.fma .. : vector<16xf32> ..
//
// Blocking is decided here, before buffers exist, because only here it is plain which values
// are constants and what may be reordered; loops over memrefs would first have to be understood
// again. lower_matmul.c, lower_convolution.c and lower_convolution_nchw.c have the nests,
// contraction_schedule.c the sizes. What the strategy does not cover is left for
// convert-linalg-to-loops.
#include "dialects/linalg/linalg_ops.h"
#include "transforms/pass/pass.h"
#include "transforms/tensor/contraction_internal.h"

typedef bool (*lowering_fn)(mica_rewriter *rewriter, mica_op *op,
                            const micai_contraction_schedule *schedule);

/// A contraction op: a form of matrix product, or its own lowering.
typedef struct contraction_kind {
    mica_op_kind op;
    lowering_fn lower; ///< NULL: micai_lower_matmul of `form`
    micai_matmul_form form;
} contraction_kind;

// clang-format off
static const contraction_kind kinds[] = {
    //                                                                     batched  A'     B'
    {&mica_linalg_matmul_kind,                   NULL,                         {false, false, false}},
    {&mica_linalg_matmul_transpose_a_kind,       NULL,                         {false, true,  false}},
    {&mica_linalg_matmul_transpose_b_kind,       NULL,                         {false, false, true}},
    {&mica_linalg_batch_matmul_kind,             NULL,                         {true,  false, false}},
    {&mica_linalg_batch_matmul_transpose_a_kind, NULL,                         {true,  true,  false}},
    {&mica_linalg_batch_matmul_transpose_b_kind, NULL,                         {true,  false, true}},
    {&mica_linalg_conv_2d_nchw_fchw_kind,        micai_lower_convolution_nchw, {false, false, false}},
    {&mica_linalg_conv_2d_nhwc_hwcf_kind,        micai_lower_convolution,      {false, false, false}},
};
// clang-format on

static const contraction_kind *kind_of(const mica_op *op)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; ++i) {
        if (mica_op_is(op, kinds[i].op))
            return &kinds[i];
    }
    return NULL;
}

static bool lower(mica_rewriter *rewriter, mica_op *op,
                  const micai_contraction_schedule *schedule)
{
    const contraction_kind *kind = kind_of(op);
    return kind->lower ? kind->lower(rewriter, op, schedule)
                       : micai_lower_matmul(rewriter, op, kind->form, schedule);
}

/// Static, non-empty tensors of one element type that vectors can be made of.
static bool is_covered(mica_rewriter *rewriter, mica_op *op)
{
    if (mica_op_operand_count(op) != 3 || mica_op_result_count(op) != 1)
        return mica_rewriter_fail(rewriter, op, "it does not work on tensors");
    const mica_type *element = NULL;
    for (size_t i = 0; i < 3; ++i) {
        const mica_type *type = mica_value_type(mica_op_operand(op, i));
        if (!mica_type_is_tensor(type) || mica_type_element_count(type) <= 0)
            return mica_rewriter_fail(rewriter, op, "its shapes are not static");
        const mica_type *other = mica_type_element(type);
        if (element && other != element)
            return mica_rewriter_fail(rewriter, op, "its element types differ");
        element = other;
    }
    const uint32_t width = mica_type_bit_width(element);
    if (!(mica_type_is_float(element) || mica_type_is_signless_integer(element)) ||
        (width != 32 && width != 64))
        return mica_rewriter_fail(rewriter, op, "no schedule covers its element type");
    return true;
}

typedef struct contraction_list {
    const micai_allocator *allocator;
    mica_op **ops;
    size_t count, capacity;
    bool failed;
} contraction_list;

static mica_walk_result collect(void *user, mica_op *op)
{
    contraction_list *list = user;
    if (!kind_of(op))
        return MICA_WALK_ADVANCE;
    void *ops = list->ops;
    list->failed |= !micai_array_reserve(list->allocator, &ops, &list->capacity,
                                         list->count + 1, sizeof(mica_op *));
    list->ops = ops;
    if (list->failed)
        return MICA_WALK_INTERRUPT;
    list->ops[list->count++] = op;
    return MICA_WALK_ADVANCE;
}

/// An option's number, or the schedule's when the option is 0.
static int64_t overridden(const mica_pass_options *options, const char *name, int64_t own)
{
    const int64_t given = mica_pass_option_int(options, name);
    return given > 0 ? given : own;
}

static micai_contraction_schedule schedule_of(const mica_pass_options *options,
                                              const mica_op *op)
{
    const mica_type *element = mica_type_element(mica_value_type(mica_op_operand(op, 0)));
    micai_contraction_schedule schedule =
        micai_contraction_schedule_for(element, mica_pass_option_int(options, "vector-bits"));
    schedule.rows = overridden(options, "rows", schedule.rows);
    schedule.columns = overridden(options, "columns", schedule.columns);
    schedule.row_block = overridden(options, "row-block", schedule.row_block);
    schedule.depth_block = overridden(options, "depth-block", schedule.depth_block);
    schedule.column_block = overridden(options, "column-block", schedule.column_block);
    return schedule;
}

static bool check_schedule(mica_op *op, const micai_contraction_schedule *schedule)
{
    if (schedule->rows > MICAI_CONTRACTION_MAX_ROWS)
        return mica_op_error(op, "can't be lowered with %lld rows in registers (limit %d)",
                             (long long)schedule->rows, MICAI_CONTRACTION_MAX_ROWS);
    if (schedule->row_block < schedule->rows || schedule->column_block < schedule->columns)
        return mica_op_error(op, "can't be lowered: a block is smaller than the register tile");
    return true;
}

static bool lower_all(mica_pass_run *run, const contraction_list *list)
{
    const mica_pass_options *options = mica_pass_run_options(run);
    mica_rewriter *rewriter = mica_rewriter_create(mica_pass_run_context(run), NULL, NULL);
    bool ok = rewriter != NULL;
    for (size_t i = 0; i < list->count && ok; ++i) {
        mica_op *op = list->ops[i];
        if (!is_covered(rewriter, op))
            continue;
        const micai_contraction_schedule schedule = schedule_of(options, op);
        ok = check_schedule(op, &schedule) && lower(rewriter, op, &schedule);
        mica_pass_run_count(run, 0, ok);
    }
    mica_rewriter_destroy(rewriter);
    return ok && !mica_context_out_of_memory(mica_pass_run_context(run));
}

static bool run_lower_contractions(mica_pass_run *run)
{
    mica_context *context = mica_pass_run_context(run);
    contraction_list list = {&context->allocator, NULL, 0, 0, false};
    mica_op_walk_pre(mica_pass_run_op(run), collect, &list);
    const bool ok = !list.failed && lower_all(run, &list);
    if (list.count == 0)
        mica_pass_run_mark_unchanged(run);
    micai_release(&context->allocator, list.ops, list.capacity * sizeof(mica_op *));
    return ok;
}

static const mica_option_def options[] = {
    {"vector-bits", MICA_OPTION_INT, "Width of the target's vector registers", "256", NULL},
    {"rows", MICA_OPTION_INT, "Rows of a register tile (0: from the schedule)", "0", NULL},
    {"columns", MICA_OPTION_INT, "Columns of a register tile", "0", NULL},
    {"row-block", MICA_OPTION_INT, "Rows of A packed at once", "0", NULL},
    {"depth-block", MICA_OPTION_INT, "Depth of packed panels", "0", NULL},
    {"column-block", MICA_OPTION_INT, "Columns of B packed at once", "0", NULL},
};

static const mica_statistic_def statistics[] = {
    {"lowered", "Contractions that became loop nests"},
};

static const char *const dependent_dialects[] = {"arith", "scf", "tensor", "vector", NULL};

const mica_pass_def mica_pass_lower_contractions = {
    .struct_size = sizeof(mica_pass_def),
    .tolerance = 2e-5, // sums in blocks, products fused
    .argument = "lower-contractions",
    .name = "LowerContractions",
    .summary = "Block, pack and register-tile matrix products and convolutions",
    .anchor = "func.func",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .statistics = statistics,
    .statistic_count = sizeof statistics / sizeof *statistics,
    .dependent_dialects = dependent_dialects,
    .run = run_lower_contractions,
};
