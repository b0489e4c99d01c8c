// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-index-to-spirv. An index has 32 bits there.
#include <inttypes.h>

#include "transforms/convert/spirv_lowering.h"

// clang-format off
static const micai_spirv_row rows[] = {
    {"index.add",  "spirv.IAdd",                 MICAI_SPIRV_READS_OWN_BITS},
    {"index.sub",  "spirv.ISub",                 MICAI_SPIRV_READS_OWN_BITS},
    {"index.mul",  "spirv.IMul",                 MICAI_SPIRV_READS_OWN_BITS},
    {"index.divs", "spirv.SDiv",                 MICAI_SPIRV_READS_OWN_BITS},
    {"index.divu", "spirv.UDiv",                 MICAI_SPIRV_READS_OWN_BITS},
    {"index.remu", "spirv.UMod",                 MICAI_SPIRV_READS_OWN_BITS},
    {"index.maxs", "spirv.GL.SMax",              MICAI_SPIRV_READS_OWN_BITS},
    {"index.maxu", "spirv.GL.UMax",              MICAI_SPIRV_READS_OWN_BITS},
    {"index.mins", "spirv.GL.SMin",              MICAI_SPIRV_READS_OWN_BITS},
    {"index.minu", "spirv.GL.UMin",              MICAI_SPIRV_READS_OWN_BITS},
    {"index.shl",  "spirv.ShiftLeftLogical",     MICAI_SPIRV_READS_OWN_BITS},
    {"index.shrs", "spirv.ShiftRightArithmetic", MICAI_SPIRV_READS_OWN_BITS},
    {"index.shru", "spirv.ShiftRightLogical",    MICAI_SPIRV_READS_OWN_BITS},
    {"index.and",  "spirv.BitwiseAnd",           MICAI_SPIRV_READS_OWN_BITS},
    {"index.or",   "spirv.BitwiseOr",            MICAI_SPIRV_READS_OWN_BITS},
    {"index.xor",  "spirv.BitwiseXor",           MICAI_SPIRV_READS_OWN_BITS},
};
static const micai_spirv_division divisions[] = {
    {"index.rems",      micai_spirv_signed_remainder,       MICAI_SPIRV_READS_OWN_BITS},
    {"index.floordivs", micai_spirv_floor_division,         MICAI_SPIRV_READS_OWN_BITS},
    {"index.ceildivs",  micai_spirv_ceil_division,          MICAI_SPIRV_READS_OWN_BITS},
    {"index.ceildivu",  micai_spirv_unsigned_ceil_division, MICAI_SPIRV_READS_OWN_BITS},
};
// clang-format on

static bool convert_constant(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                             void *user)
{
    (void)adapted, (void)user;
    const int64_t value = mica_integer_attr_value(mica_op_attr(op, "value"));
    if (value < INT32_MIN || value > UINT32_MAX)
        return mica_rewriter_fail(rewriter, op, "%" PRId64 " does not fit into 32 bits", value);
    mica_value *made = micai_spirv_i32(mica_rewriter_builder(rewriter), value);
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

static bool convert_bool_constant(mica_rewriter *rewriter, mica_op *op,
                                  const mica_adapted *adapted, void *user)
{
    (void)adapted, (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *made =
        micai_spirv_int(builder, mica_integer_type_get(builder->context, 1, MICA_SIGNLESS),
                        mica_integer_attr_value(mica_op_attr(op, "value")));
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

static bool convert_size_of(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                            void *user)
{
    (void)adapted, (void)user;
    enum { INDEX_BITS = 32 };
    mica_value *made = micai_spirv_i32(mica_rewriter_builder(rewriter), INDEX_BITS);
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

/// Predicates are numbered as those of arith.cmpi.
static bool convert_cmp(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                        void *user)
{
    (void)user;
    const mica_attr *predicate = mica_op_attr(op, "pred");
    const int64_t number = mica_attr_is(predicate, MICA_ATTR_DIALECT)
                               ? (int64_t)mica_attr_param(predicate, 0)
                               : mica_integer_attr_value(predicate);
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *made =
        micai_spirv_build(builder, micai_spirv_integer_comparison(number),
                          mica_value_type(mica_op_result(op, 0)), adapted->values, 2);
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

typedef struct cast_row {
    const char *to;
    micai_spirv_reads reads;
} cast_row;

static bool convert_cast(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    const cast_row *row = user;
    const mica_type *before = mica_value_type(mica_op_operand(op, 0));
    const mica_type *type =
        micai_spirv_converted(rewriter, op, adapted, mica_value_type(mica_op_result(op, 0)));
    if (!type || mica_type_is_signless(type, 1) || mica_type_is_signless(before, 1))
        return type ? mica_rewriter_fail(rewriter, op, "SPIR-V has no such cast of booleans")
                    : false;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *made = micai_spirv_extended(builder, adapted->values[0], before, row->reads);
    if (mica_value_type(made) != type)
        made = micai_spirv_build(builder, row->to, type, &made, 1);
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

bool micai_spirv_add_index(mica_conversion *conversion)
{
    static const cast_row casts[] = {{"spirv.SConvert", MICAI_SPIRV_READS_SIGNED},
                                     {"spirv.UConvert", MICAI_SPIRV_READS_UNSIGNED}};
    static const mica_conversion_pattern patterns[] = {
        {"constant", "index.constant", 1, convert_constant, NULL},
        {"bool constant", "index.bool.constant", 1, convert_bool_constant, NULL},
        {"sizeof", "index.sizeof", 1, convert_size_of, NULL},
        {"cmp", "index.cmp", 1, convert_cmp, NULL},
        {"casts", "index.casts", 1, convert_cast, (void *)&casts[0]},
        {"castu", "index.castu", 1, convert_cast, (void *)&casts[1]},
    };
    bool added =
        mica_conversion_add(conversion, patterns, sizeof patterns / sizeof *patterns) &&
        micai_spirv_add_rows(conversion, rows, sizeof rows / sizeof *rows);
    for (size_t i = 0; added && i < sizeof divisions / sizeof *divisions; ++i) {
        const mica_conversion_pattern pattern = {"division", divisions[i].from, 1,
                                                 micai_spirv_replace_by_division,
                                                 (void *)&divisions[i]};
        added = mica_conversion_add(conversion, &pattern, 1);
    }
    return added;
}

static bool run_pass(mica_pass_run *run)
{
    return micai_spirv_run(run, "index", micai_spirv_add_index);
}

static const char *const dependent[] = {"spirv", NULL};
const mica_pass_def mica_pass_convert_index_to_spirv = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-index-to-spirv",
    .name = "ConvertIndexToSPIRVPass",
    .summary = "Lower the `index` dialect to the `spirv` dialect.",
    .dependent_dialects = dependent,
    .run = run_pass};
