// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-index-to-llvm: arithmetic of the index dialect on integers of the index
// width.
#include "transforms/convert/llvm_lowering.h"

// clang-format off
static const micai_one_to_one rows[] = {
    {"index.add",   "llvm.add",       0, NULL},
    {"index.sub",   "llvm.sub",       0, NULL},
    {"index.mul",   "llvm.mul",       0, NULL},
    {"index.divs",  "llvm.sdiv",      0, NULL},
    {"index.divu",  "llvm.udiv",      0, NULL},
    {"index.rems",  "llvm.srem",      0, NULL},
    {"index.remu",  "llvm.urem",      0, NULL},
    {"index.maxs",  "llvm.intr.smax", 0, NULL},
    {"index.maxu",  "llvm.intr.umax", 0, NULL},
    {"index.mins",  "llvm.intr.smin", 0, NULL},
    {"index.minu",  "llvm.intr.umin", 0, NULL},
    {"index.shl",   "llvm.shl",       0, NULL},
    {"index.shrs",  "llvm.ashr",      0, NULL},
    {"index.shru",  "llvm.lshr",      0, NULL},
    {"index.and",   "llvm.and",       0, NULL},
    {"index.or",    "llvm.or",        0, NULL},
    {"index.xor",   "llvm.xor",       0, NULL},
};
// clang-format on

static const struct {
    const char *from;
    micai_lane_fn lane;
} divisions[] = {
    {"index.ceildivs", micai_llvm_ceil_division},
    {"index.floordivs", micai_llvm_floor_division},
    {"index.ceildivu", micai_llvm_unsigned_ceil_division},
};

static bool convert_division(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                             void *user)
{
    (void)user;
    for (size_t i = 0; i < sizeof divisions / sizeof *divisions; i++)
        if (mica_string_is(mica_op_name(op), divisions[i].from))
            return micai_replace_by_lanes(rewriter, op, adapted, divisions[i].lane, NULL);
    return false;
}

static mica_value *build_comparison(mica_builder *builder, mica_op *op, const mica_type *type,
                                    mica_value *const *operands, const void *user)
{
    (void)type, (void)user;
    const mica_attr *pred = mica_op_attr(op, "pred");
    int64_t value = mica_attr_is(pred, MICA_ATTR_DIALECT) ? (int64_t)mica_attr_param(pred, 0)
                                                          : mica_integer_attr_value(pred);
    return micai_llvm_compare(builder, value, operands[0], operands[1]);
}

static bool convert_cmp(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                        void *user)
{
    (void)user;
    return micai_replace_by_lanes(rewriter, op, adapted, build_comparison, NULL);
}

static mica_value *build_cast(mica_builder *builder, mica_op *op, const mica_type *type,
                              mica_value *const *operands, const void *user)
{
    (void)op;
    uint32_t from = mica_type_bit_width(mica_value_type(operands[0]));
    uint32_t to = mica_type_bit_width(type);
    if (from == to)
        return operands[0];
    return micai_llvm_unary(builder, from < to ? user : "llvm.trunc", type, operands[0]);
}

static bool convert_cast(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    return micai_replace_by_lanes(rewriter, op, adapted, build_cast, user);
}

static mica_value *build_constant(mica_builder *builder, mica_op *op, const mica_type *type,
                                  mica_value *const *operands, const void *user)
{
    (void)operands, (void)user;
    int64_t value = mica_integer_attr_value(mica_op_attr(op, "value"));
    return micai_llvm_integer(builder, type, value);
}

static bool convert_constant(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                             void *user)
{
    (void)user;
    return micai_replace_by_lanes(rewriter, op, adapted, build_constant, NULL);
}

static mica_value *build_size_of(mica_builder *builder, mica_op *op, const mica_type *type,
                                 mica_value *const *operands, const void *user)
{
    (void)op, (void)operands, (void)user;
    return micai_llvm_integer(builder, type, mica_type_bit_width(type));
}

static bool convert_size_of(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                            void *user)
{
    (void)user;
    return micai_replace_by_lanes(rewriter, op, adapted, build_size_of, NULL);
}

static const mica_conversion_pattern patterns[] = {
    {"convert-ceildivs", "index.ceildivs", 1, convert_division, NULL},
    {"convert-floordivs", "index.floordivs", 1, convert_division, NULL},
    {"convert-ceildivu", "index.ceildivu", 1, convert_division, NULL},
    {"convert-cmp", "index.cmp", 1, convert_cmp, NULL},
    {"convert-casts", "index.casts", 1, convert_cast, "llvm.sext"},
    {"convert-castu", "index.castu", 1, convert_cast, "llvm.zext"},
    {"convert-index-constant", "index.constant", 1, convert_constant, NULL},
    {"convert-bool-constant", "index.bool.constant", 1, convert_constant, NULL},
    {"convert-sizeof", "index.sizeof", 1, convert_size_of, NULL},
};

static bool populate(mica_conversion *conversion, const mica_pass_options *options)
{
    (void)options;
    return micai_one_to_one_add(conversion, rows, sizeof rows / sizeof *rows) &&
           mica_conversion_add(conversion, patterns, sizeof patterns / sizeof *patterns);
}

static bool run_convert_index_to_llvm(mica_pass_run *run)
{
    static const char *const illegal[] = {"index", NULL};
    static const micai_llvm_conversion conversion = {illegal, NULL, populate};
    return micai_llvm_conversion_run(run, &conversion);
}

static const mica_option_def options[] = {MICAI_INDEX_BITWIDTH_OPTION};

const mica_pass_def mica_pass_convert_index_to_llvm = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-index-to-llvm",
    .name = "ConvertIndexToLLVMPass",
    .summary = "Turn index arithmetic into llvm ops",
    .options = options,
    .option_count = 1,
    .dependent_dialects = micai_llvm_dependent_dialects,
    .run = run_convert_index_to_llvm,
};
