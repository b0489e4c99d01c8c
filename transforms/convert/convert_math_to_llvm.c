// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-math-to-llvm: functions that LLVM has intrinsics for. The others are left to
// convert-math-to-libm.
#include "transforms/convert/llvm_lowering.h"

// clang-format off
static const micai_one_to_one rows[] = {
    {"math.absf",      "llvm.intr.fabs",      MICAI_FASTMATH, NULL},
    {"math.absi",      "llvm.intr.abs",       0,              "is_int_min_poison"},
    {"math.ceil",      "llvm.intr.ceil",      MICAI_FASTMATH, NULL},
    {"math.copysign",  "llvm.intr.copysign",  MICAI_FASTMATH, NULL},
    {"math.cos",       "llvm.intr.cos",       MICAI_FASTMATH, NULL},
    {"math.ctlz",      "llvm.intr.ctlz",      0,              "is_zero_poison"},
    {"math.cttz",      "llvm.intr.cttz",      0,              "is_zero_poison"},
    {"math.ctpop",     "llvm.intr.ctpop",     0,              NULL},
    {"math.exp",       "llvm.intr.exp",       MICAI_FASTMATH, NULL},
    {"math.exp2",      "llvm.intr.exp2",      MICAI_FASTMATH, NULL},
    {"math.floor",     "llvm.intr.floor",     MICAI_FASTMATH, NULL},
    {"math.fma",       "llvm.intr.fma",       MICAI_FASTMATH, NULL},
    {"math.log",       "llvm.intr.log",       MICAI_FASTMATH, NULL},
    {"math.log10",     "llvm.intr.log10",     MICAI_FASTMATH, NULL},
    {"math.log2",      "llvm.intr.log2",      MICAI_FASTMATH, NULL},
    {"math.powf",      "llvm.intr.pow",       MICAI_FASTMATH, NULL},
    {"math.round",     "llvm.intr.round",     MICAI_FASTMATH, NULL},
    {"math.roundeven", "llvm.intr.roundeven", MICAI_FASTMATH, NULL},
    {"math.sin",       "llvm.intr.sin",       MICAI_FASTMATH, NULL},
    {"math.sqrt",      "llvm.intr.sqrt",      MICAI_FASTMATH, NULL},
    {"math.trunc",     "llvm.intr.trunc",     MICAI_FASTMATH, NULL},
};
// clang-format on

static mica_value *build_one(mica_builder *builder, const mica_type *type)
{
    const mica_type *element = mica_type_is_vector(type) ? mica_type_element(type) : type;
    const mica_attr *value = mica_float_attr_get(element, 1.0);
    if (element != type)
        value = mica_dense_elements_attr_get_splat(type, value);
    return micai_llvm_constant(builder, type, value);
}

static mica_value *with_fastmath(mica_value *value, const mica_op *from)
{
    const mica_attr *fastmath = micai_llvm_fastmath_of(from);
    if (fastmath)
        mica_op_set_attr(mica_value_op(value), "fastmathFlags", fastmath);
    return value;
}

/// exp(x) - 1
static mica_value *build_expm1(mica_builder *builder, mica_op *op, const mica_type *type,
                               mica_value *const *operands, const void *user)
{
    (void)user;
    mica_value *one = build_one(builder, type);
    mica_value *exp =
        with_fastmath(micai_llvm_unary(builder, "llvm.intr.exp", type, operands[0]), op);
    return with_fastmath(micai_llvm_binary(builder, "llvm.fsub", exp, one), op);
}

/// log(1 + x)
static mica_value *build_log1p(mica_builder *builder, mica_op *op, const mica_type *type,
                               mica_value *const *operands, const void *user)
{
    (void)user;
    mica_value *one = build_one(builder, type);
    mica_value *sum =
        with_fastmath(micai_llvm_binary(builder, "llvm.fadd", one, operands[0]), op);
    return with_fastmath(micai_llvm_unary(builder, "llvm.intr.log", type, sum), op);
}

/// 1 / sqrt(x)
static mica_value *build_rsqrt(mica_builder *builder, mica_op *op, const mica_type *type,
                               mica_value *const *operands, const void *user)
{
    (void)user;
    mica_value *one = build_one(builder, type);
    mica_value *root =
        with_fastmath(micai_llvm_unary(builder, "llvm.intr.sqrt", type, operands[0]), op);
    return with_fastmath(micai_llvm_binary(builder, "llvm.fdiv", one, root), op);
}

static bool convert_expm1(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                          void *user)
{
    (void)user;
    return micai_replace_by_lanes(rewriter, op, adapted, build_expm1, NULL);
}

static bool convert_log1p(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                          void *user)
{
    (void)user;
    return micai_replace_by_lanes(rewriter, op, adapted, build_log1p, NULL);
}

static bool convert_rsqrt(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                          void *user)
{
    (void)user;
    return micai_replace_by_lanes(rewriter, op, adapted, build_rsqrt, NULL);
}

/// The intrinsic takes one exponent for all lanes, math.fpowi one for each.
static bool convert_fpowi(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                          void *user)
{
    (void)user;
    const mica_type *type = mica_value_type(adapted->values[0]);
    if (mica_type_is_vector(type) || mica_llvm_type_is_array(type))
        return mica_rewriter_fail(rewriter, op, "the intrinsic is for scalars");
    mica_op *made = micai_llvm_create(mica_rewriter_builder(rewriter), "llvm.intr.powi", type,
                                      adapted->values, 2);
    const mica_attr *fastmath = micai_llvm_fastmath_of(op);
    if (fastmath)
        mica_op_set_attr(made, "fastmathFlags", fastmath);
    return mica_rewriter_replace_op_with(rewriter, op, made);
}

static const mica_conversion_pattern patterns[] = {
    {"convert-expm1", "math.expm1", 1, convert_expm1, NULL},
    {"convert-log1p", "math.log1p", 1, convert_log1p, NULL},
    {"convert-rsqrt", "math.rsqrt", 1, convert_rsqrt, NULL},
    {"convert-fpowi", "math.fpowi", 1, convert_fpowi, NULL},
};

static bool populate(mica_conversion *conversion, const mica_pass_options *options)
{
    // Close to -1, 0 and +0, log(1 + x) loses all digits: libm's function is the better choice
    // where speed was not asked for.
    bool approximate = mica_pass_option_bool(options, "approximate-log1p");
    return micai_one_to_one_add(conversion, rows, sizeof rows / sizeof *rows) &&
           mica_conversion_add(conversion, patterns, 1) &&
           mica_conversion_add(conversion, patterns + 2, 2) &&
           (!approximate || mica_conversion_add(conversion, patterns + 1, 1));
}

static bool run_convert_math_to_llvm(mica_pass_run *run)
{
    static const micai_llvm_conversion conversion = {NULL, NULL, populate};
    return micai_llvm_conversion_run(run, &conversion);
}

static const mica_option_def options[] = {
    MICAI_INDEX_BITWIDTH_OPTION,
    {.name = "approximate-log1p",
     .kind = MICA_OPTION_BOOL,
     .summary = "log1p becomes log(1 + x)",
     .default_text = "true"},
};

const mica_pass_def mica_pass_convert_math_to_llvm = {
    .struct_size = sizeof(mica_pass_def),
    .tolerance = 1e-6, // exp(x) - 1 for expm1 and the like
    .argument = "convert-math-to-llvm",
    .name = "ConvertMathToLLVMPass",
    .summary = "Turn math ops into calls of LLVM's intrinsics",
    .options = options,
    .option_count = 2,
    .dependent_dialects = micai_llvm_dependent_dialects,
    .run = run_convert_math_to_llvm,
};
