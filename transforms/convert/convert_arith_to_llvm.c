// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-arith-to-llvm. Most ops have one llvm op each (the table); constants,
// comparisons, index casts and extended arithmetic take a few lines. Ops that arith-expand
// takes apart (ceildivsi, ...) are expanded here in place, so that the pass needs no other
// first.
#include "transforms/convert/llvm_lowering.h"

#include "ir/core/diagnostics.h"

// clang-format off
static const micai_one_to_one rows[] = {
    {"arith.addi",     "llvm.add",          MICAI_OVERFLOW, NULL},
    {"arith.subi",     "llvm.sub",          MICAI_OVERFLOW, NULL},
    {"arith.muli",     "llvm.mul",          MICAI_OVERFLOW, NULL},
    {"arith.shli",     "llvm.shl",          MICAI_OVERFLOW, NULL},
    {"arith.divsi",    "llvm.sdiv",         0,              NULL},
    {"arith.divui",    "llvm.udiv",         0,              NULL},
    {"arith.remsi",    "llvm.srem",         0,              NULL},
    {"arith.remui",    "llvm.urem",         0,              NULL},
    {"arith.andi",     "llvm.and",          0,              NULL},
    {"arith.ori",      "llvm.or",           0,              NULL},
    {"arith.xori",     "llvm.xor",          0,              NULL},
    {"arith.shrsi",    "llvm.ashr",         0,              NULL},
    {"arith.shrui",    "llvm.lshr",         0,              NULL},
    {"arith.maxsi",    "llvm.intr.smax",    0,              NULL},
    {"arith.minsi",    "llvm.intr.smin",    0,              NULL},
    {"arith.maxui",    "llvm.intr.umax",    0,              NULL},
    {"arith.minui",    "llvm.intr.umin",    0,              NULL},
    {"arith.addf",     "llvm.fadd",         MICAI_FASTMATH, NULL},
    {"arith.subf",     "llvm.fsub",         MICAI_FASTMATH, NULL},
    {"arith.mulf",     "llvm.fmul",         MICAI_FASTMATH, NULL},
    {"arith.divf",     "llvm.fdiv",         MICAI_FASTMATH, NULL},
    {"arith.remf",     "llvm.frem",         MICAI_FASTMATH, NULL},
    {"arith.negf",     "llvm.fneg",         MICAI_FASTMATH, NULL},
    {"arith.maximumf", "llvm.intr.maximum", MICAI_FASTMATH, NULL},
    {"arith.minimumf", "llvm.intr.minimum", MICAI_FASTMATH, NULL},
    {"arith.maxnumf",  "llvm.intr.maxnum",  MICAI_FASTMATH, NULL},
    {"arith.minnumf",  "llvm.intr.minnum",  MICAI_FASTMATH, NULL},
    {"arith.extsi",    "llvm.sext",         0,              NULL},
    {"arith.extui",    "llvm.zext",         0,              NULL},
    {"arith.trunci",   "llvm.trunc",        0,              NULL},
    {"arith.extf",     "llvm.fpext",        0,              NULL},
    {"arith.truncf",   "llvm.fptrunc",      0,              NULL},
    {"arith.sitofp",   "llvm.sitofp",       0,              NULL},
    {"arith.uitofp",   "llvm.uitofp",       0,              NULL},
    {"arith.fptosi",   "llvm.fptosi",       0,              NULL},
    {"arith.fptoui",   "llvm.fptoui",       0,              NULL},
    {"arith.bitcast",  "llvm.bitcast",      0,              NULL},
    {"arith.select",   "llvm.select",       0,              NULL},
};
// clang-format on

static bool convert_constant(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                             void *user)
{
    (void)user;
    const mica_type *type = mica_type_converter_convert_one(
        adapted->converter, mica_value_type(mica_op_result(op, 0)));
    if (!type)
        return mica_rewriter_fail(rewriter, op, "the type has no LLVM counterpart");
    mica_value *made =
        micai_llvm_constant(mica_rewriter_builder(rewriter), type, mica_op_attr(op, "value"));
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

// ---- comparisons

static int64_t predicate_of(const mica_op *op)
{
    return mica_integer_attr_value(mica_op_attr(op, "predicate"));
}

static mica_value *build_comparison(mica_builder *builder, mica_op *op, const mica_type *type,
                                    mica_value *const *operands, const void *user)
{
    // cmpi's predicates are numbered as icmp's; cmpf orders false, oeq, ogt, oge, olt, ole,
    // one, ord, ueq, ugt, uge, ult, ule, une, uno, true, as fcmp does.
    mica_op *made = micai_llvm_create(builder, user, type, operands, 2);
    mica_op_set_attr(made, "predicate", mica_i64_attr_get(builder->context, predicate_of(op)));
    const mica_attr *fastmath = micai_llvm_fastmath_of(op);
    if (fastmath)
        mica_op_set_attr(made, "fastmathFlags", fastmath);
    return mica_op_result(made, 0);
}

static bool convert_cmpi(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    (void)user;
    return micai_replace_by_lanes(rewriter, op, adapted, build_comparison, "llvm.icmp");
}

static bool convert_cmpf(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    (void)user;
    return micai_replace_by_lanes(rewriter, op, adapted, build_comparison, "llvm.fcmp");
}

// ---- index casts

static uint32_t lane_bits(const mica_type *type)
{
    return mica_type_bit_width(mica_type_is_vector(type) ? mica_type_element(type) : type);
}

/// `user` is the widening op. Equal widths: the value itself.
static mica_value *build_index_cast(mica_builder *builder, mica_op *op, const mica_type *type,
                                    mica_value *const *operands, const void *user)
{
    (void)op;
    uint32_t from = lane_bits(mica_value_type(operands[0])), to = lane_bits(type);
    if (from == to)
        return operands[0];
    return micai_llvm_unary(builder, from < to ? user : "llvm.trunc", type, operands[0]);
}

static bool convert_index_cast(mica_rewriter *rewriter, mica_op *op,
                               const mica_adapted *adapted, void *user)
{
    return micai_replace_by_lanes(rewriter, op, adapted, build_index_cast, user);
}

// ---- extended arithmetic

/// addui_extended: sum and carry, of the intrinsic's struct.
static bool convert_addui_extended(mica_rewriter *rewriter, mica_op *op,
                                   const mica_adapted *adapted, void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *types[2];
    for (size_t i = 0; i < 2; i++) {
        types[i] = mica_type_converter_convert_one(adapted->converter,
                                                   mica_value_type(mica_op_result(op, i)));
        if (!types[i] || mica_llvm_type_is_array(types[i]))
            return mica_rewriter_fail(rewriter, op, "not a scalar or 1-D vector");
    }
    mica_value *both = micai_llvm_build(builder, "llvm.intr.uadd.with.overflow",
                                        mica_llvm_struct_get(builder->context, types, 2, false),
                                        adapted->values, 2);
    mica_value *results[2];
    for (int64_t i = 0; i < 2; i++)
        results[i] = micai_llvm_extract_value(builder, both, &i, 1);
    return mica_rewriter_replace_op(rewriter, op, results, 2);
}

/// mulsi_extended, mului_extended: the product in twice the bits, cut in two. `user` widens.
static bool convert_mul_extended(mica_rewriter *rewriter, mica_op *op,
                                 const mica_adapted *adapted, void *user)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *type = mica_type_converter_convert_one(
        adapted->converter, mica_value_type(mica_op_result(op, 0)));
    if (!type || mica_llvm_type_is_array(type))
        return mica_rewriter_fail(rewriter, op, "not a scalar or 1-D vector");
    uint32_t bits = lane_bits(type);
    const mica_type *wide = mica_integer_type_get(builder->context, 2 * bits, MICA_SIGNLESS);
    if (mica_type_is_vector(type))
        wide = mica_type_with_element(type, wide);
    mica_value *lhs = micai_llvm_unary(builder, user, wide, adapted->values[0]);
    mica_value *rhs = micai_llvm_unary(builder, user, wide, adapted->values[1]);
    mica_value *product = micai_llvm_binary(builder, "llvm.mul", lhs, rhs);
    mica_value *results[2];
    results[0] = micai_llvm_unary(builder, "llvm.trunc", type, product);
    mica_value *high =
        micai_llvm_binary(builder, "llvm.lshr", product, micai_llvm_integer(builder, wide, bits));
    results[1] = micai_llvm_unary(builder, "llvm.trunc", type, high);
    return mica_rewriter_replace_op(rewriter, op, results, 2);
}

// ---- division that rounds

static const struct {
    const char *from;
    micai_lane_fn lane;
} divisions[] = {
    {"arith.floordivsi", micai_llvm_floor_division},
    {"arith.ceildivsi", micai_llvm_ceil_division},
    {"arith.ceildivui", micai_llvm_unsigned_ceil_division},
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

// ---- the pass

static const mica_conversion_pattern patterns[] = {
    {"convert-arith-constant", "arith.constant", 1, convert_constant, NULL},
    {"convert-cmpi", "arith.cmpi", 1, convert_cmpi, NULL},
    {"convert-cmpf", "arith.cmpf", 1, convert_cmpf, NULL},
    {"convert-index-cast", "arith.index_cast", 1, convert_index_cast, "llvm.sext"},
    {"convert-index-castui", "arith.index_castui", 1, convert_index_cast, "llvm.zext"},
    {"convert-addui-extended", "arith.addui_extended", 1, convert_addui_extended, NULL},
    {"convert-mulsi-extended", "arith.mulsi_extended", 1, convert_mul_extended, "llvm.sext"},
    {"convert-mului-extended", "arith.mului_extended", 1, convert_mul_extended, "llvm.zext"},
    {"convert-floordivsi", "arith.floordivsi", 1, convert_division, NULL},
    {"convert-ceildivsi", "arith.ceildivsi", 1, convert_division, NULL},
    {"convert-ceildivui", "arith.ceildivui", 1, convert_division, NULL},
};

bool micai_arith_to_llvm_add(mica_conversion *conversion)
{
    return micai_one_to_one_add(conversion, rows, sizeof rows / sizeof *rows) &&
           mica_conversion_add(conversion, patterns, sizeof patterns / sizeof *patterns);
}

static bool populate(mica_conversion *conversion, const mica_pass_options *options)
{
    (void)options;
    return micai_arith_to_llvm_add(conversion);
}

static bool run_convert_arith_to_llvm(mica_pass_run *run)
{
    static const micai_llvm_conversion conversion = {NULL, NULL, populate};
    return micai_llvm_conversion_run(run, &conversion);
}

static const mica_option_def options[] = {MICAI_INDEX_BITWIDTH_OPTION};

const mica_pass_def mica_pass_convert_arith_to_llvm = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-arith-to-llvm",
    .name = "ArithToLLVMConversionPass",
    .summary = "Turn arith ops into llvm ops",
    .options = options,
    .option_count = 1,
    .dependent_dialects = micai_llvm_dependent_dialects,
    .run = run_convert_arith_to_llvm,
};
