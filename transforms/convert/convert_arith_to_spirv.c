// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-arith-to-spirv. Most ops have one op of spirv each (the table). Booleans are
// a type of their own in SPIR-V, not integers of one bit, so i1 has rows of its own:
//
//   arith.andi : i32 -> spirv.BitwiseAnd      arith.andi : i1 -> spirv.LogicalAnd
//   arith.extui : i1 to i32 -> spirv.Select %b, 1, 0
#include "transforms/convert/spirv_lowering.h"

// clang-format off
static const micai_spirv_row rows[] = {
    {"arith.addi",   "spirv.IAdd"},
    {"arith.subi",   "spirv.ISub"},
    {"arith.muli",   "spirv.IMul"},
    {"arith.divsi",  "spirv.SDiv"},
    {"arith.divui",  "spirv.UDiv"},
    {"arith.remui",  "spirv.UMod"},
    {"arith.shli",   "spirv.ShiftLeftLogical"},
    {"arith.shrsi",  "spirv.ShiftRightArithmetic"},
    {"arith.shrui",  "spirv.ShiftRightLogical"},
    {"arith.maxsi",  "spirv.GL.SMax"},
    {"arith.maxui",  "spirv.GL.UMax"},
    {"arith.minsi",  "spirv.GL.SMin"},
    {"arith.minui",  "spirv.GL.UMin"},
    {"arith.addf",   "spirv.FAdd"},
    {"arith.subf",   "spirv.FSub"},
    {"arith.mulf",   "spirv.FMul"},
    {"arith.divf",   "spirv.FDiv"},
    {"arith.remf",   "spirv.FRem"},
    {"arith.negf",   "spirv.FNegate"},
    {"arith.select", "spirv.Select"},
};
// On i1; the others have the integers' op.
static const struct { const char *from, *on_integers, *on_booleans; } logic[] = {
    {"arith.andi", "spirv.BitwiseAnd", "spirv.LogicalAnd"},
    {"arith.ori",  "spirv.BitwiseOr",  "spirv.LogicalOr"},
    {"arith.xori", "spirv.BitwiseXor", "spirv.LogicalNotEqual"},
};
// By arith.cmpi's predicate.
static const char *const integer_comparisons[] = {
    "spirv.IEqual",       "spirv.INotEqual",
    "spirv.SLessThan",    "spirv.SLessThanEqual", "spirv.SGreaterThan", "spirv.SGreaterThanEqual",
    "spirv.ULessThan",    "spirv.ULessThanEqual", "spirv.UGreaterThan", "spirv.UGreaterThanEqual",
};
// By arith.cmpf's predicate; NULL: no comparison, or one of its own.
static const char *const float_comparisons[] = {
    NULL,
    "spirv.FOrdEqual",        "spirv.FOrdGreaterThan",   "spirv.FOrdGreaterThanEqual",
    "spirv.FOrdLessThan",     "spirv.FOrdLessThanEqual", "spirv.FOrdNotEqual",
    NULL,
    "spirv.FUnordEqual",      "spirv.FUnordGreaterThan",   "spirv.FUnordGreaterThanEqual",
    "spirv.FUnordLessThan",   "spirv.FUnordLessThanEqual", "spirv.FUnordNotEqual",
    NULL, NULL,
};
// clang-format on

static bool is_boolean(const mica_type *type)
{
    return mica_type_is_signless(mica_type_element_or_self(type), 1);
}

static const mica_type *result_type(mica_rewriter *rewriter, mica_op *op,
                                    const mica_adapted *adapted)
{
    return micai_spirv_converted(rewriter, op, adapted, mica_value_type(mica_op_result(op, 0)));
}

// ---- constants

// The attribute with another element type, as index and emulated widths need it.
static const mica_attr *retype(const mica_attr *value, const mica_type *type)
{
    const mica_type *element = mica_type_element_or_self(type);
    const mica_type *old = mica_type_element_or_self(mica_attr_type(value));
    if (mica_attr_is(value, MICA_ATTR_INTEGER))
        return mica_integer_attr_get(type, mica_integer_attr_value(value));
    if (mica_attr_is(value, MICA_ATTR_FLOAT))
        return mica_float_attr_get(type, mica_float_attr_value(value));
    if (!mica_attr_is(value, MICA_ATTR_DENSE_ELEMENTS))
        return NULL;
    if (!mica_type_is_vector(type))
        return retype(mica_dense_elements_attr_element(value, 0), type);
    if (element == old)
        return mica_dense_elements_attr_reshape(value, type);
    return mica_dense_elements_attr_is_splat(value)
               ? mica_dense_elements_attr_get_splat(
                     type, retype(mica_dense_elements_attr_element(value, 0), element))
               : NULL;
}

static bool convert_constant(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                             void *user)
{
    (void)user;
    const mica_type *type = result_type(rewriter, op, adapted);
    if (!type)
        return false;
    const mica_attr *value = retype(mica_op_attr(op, "value"), type);
    if (!value)
        return mica_rewriter_fail(rewriter, op, "the constant can't take its new type");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "spirv.Constant", builder->location);
    mica_op_state_set_attr(&state, "value", value);
    mica_op_state_add_result(&state, type);
    return mica_rewriter_replace_op_with(rewriter, op, mica_builder_create(builder, &state));
}

// ---- booleans

static bool convert_logic(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                          void *user)
{
    (void)user;
    const mica_type *type = result_type(rewriter, op, adapted);
    for (size_t i = 0; type && i < sizeof logic / sizeof *logic; ++i) {
        if (!mica_string_is(mica_op_name(op), logic[i].from))
            continue;
        const char *name = is_boolean(type) ? logic[i].on_booleans : logic[i].on_integers;
        mica_value *made =
            micai_spirv_build(mica_rewriter_builder(rewriter), name, type, adapted->values, 2);
        return mica_rewriter_replace_op(rewriter, op, &made, 1);
    }
    return false;
}

// ---- comparisons

static bool convert_cmpi(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    (void)user;
    const mica_type *type = result_type(rewriter, op, adapted);
    const int64_t predicate = mica_integer_attr_value(mica_op_attr(op, "predicate"));
    if (!type || predicate < 0 || predicate > 9)
        return false;
    const char *name = integer_comparisons[predicate];
    if (is_boolean(mica_value_type(adapted->values[0]))) {
        if (predicate > 1)
            return mica_rewriter_fail(rewriter, op, "booleans have no order in SPIR-V");
        name = predicate ? "spirv.LogicalNotEqual" : "spirv.LogicalEqual";
    }
    mica_value *made =
        micai_spirv_build(mica_rewriter_builder(rewriter), name, type, adapted->values, 2);
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

// ord: neither is a NaN; uno: one is.
static mica_value *build_ordered(mica_builder *builder, const mica_type *type,
                                 mica_value *const *operands, bool ordered)
{
    mica_value *const nans[] = {
        micai_spirv_build(builder, "spirv.IsNan", type, &operands[0], 1),
        micai_spirv_build(builder, "spirv.IsNan", type, &operands[1], 1)};
    mica_value *either = micai_spirv_build(builder, "spirv.LogicalOr", type, nans, 2);
    return ordered ? micai_spirv_build(builder, "spirv.LogicalNot", type, &either, 1) : either;
}

static bool convert_cmpf(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    (void)user;
    enum { FALSE = 0, ORD = 7, UNO = 14, TRUE = 15 };
    const mica_type *type = result_type(rewriter, op, adapted);
    const int64_t predicate = mica_integer_attr_value(mica_op_attr(op, "predicate"));
    if (!type || predicate < FALSE || predicate > TRUE)
        return false;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *made;
    if (predicate == FALSE || predicate == TRUE)
        made = micai_spirv_int(builder, type, predicate == TRUE);
    else if (predicate == ORD || predicate == UNO)
        made = build_ordered(builder, type, adapted->values, predicate == ORD);
    else
        made =
            micai_spirv_build(builder, float_comparisons[predicate], type, adapted->values, 2);
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

// ---- conversions

// From i1: one of two constants.
static mica_value *select_number(mica_builder *builder, mica_value *condition,
                                 const mica_type *type, int64_t if_true)
{
    const bool is_float = mica_type_is_float(mica_type_element_or_self(type));
    mica_value *const operands[] = {condition,
                                    is_float ? micai_spirv_float(builder, type, (double)if_true)
                                             : micai_spirv_int(builder, type, if_true),
                                    is_float ? micai_spirv_float(builder, type, 0)
                                             : micai_spirv_int(builder, type, 0)};
    return micai_spirv_build(builder, "spirv.Select", type, operands, 3);
}

// To i1: the lowest bit.
static mica_value *lowest_bit(mica_builder *builder, mica_value *value, const mica_type *type)
{
    const mica_type *wide = mica_value_type(value);
    mica_value *const masked[] = {value, micai_spirv_int(builder, wide, 1)};
    mica_value *const compared[] = {
        micai_spirv_build(builder, "spirv.BitwiseAnd", wide, masked, 2),
        micai_spirv_int(builder, wide, 1)};
    return micai_spirv_build(builder, "spirv.IEqual", type, compared, 2);
}

typedef struct cast_row {
    const char *from, *to;
    int64_t of_true; ///< what true becomes where i1 is cast
} cast_row;

static const cast_row casts[] = {
    {"arith.extsi", "spirv.SConvert", -1},      {"arith.extui", "spirv.UConvert", 1},
    {"arith.trunci", "spirv.SConvert", 0},      {"arith.extf", "spirv.FConvert", 0},
    {"arith.truncf", "spirv.FConvert", 0},      {"arith.sitofp", "spirv.ConvertSToF", -1},
    {"arith.uitofp", "spirv.ConvertUToF", 1},   {"arith.fptosi", "spirv.ConvertFToS", 0},
    {"arith.fptoui", "spirv.ConvertFToU", 0},   {"arith.bitcast", "spirv.Bitcast", 0},
    {"arith.index_cast", "spirv.SConvert", -1}, {"arith.index_castui", "spirv.UConvert", 1},
};

static bool convert_cast(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    const cast_row *row = user;
    const mica_type *type = result_type(rewriter, op, adapted);
    if (!type)
        return false;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *value = adapted->values[0], *made;
    const mica_type *from = mica_value_type(value);
    if (from == type)
        made = value;
    else if (is_boolean(from) && row->of_true)
        made = select_number(builder, value, type, row->of_true);
    else if (is_boolean(type))
        made = lowest_bit(builder, value, type);
    else
        made = micai_spirv_build(builder, row->to, type, &value, 1);
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

// ---- maximum and minimum that keep NaNs

static bool convert_extremum(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                             void *user)
{
    const mica_type *type = result_type(rewriter, op, adapted);
    if (!type)
        return false;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *i1 = mica_integer_type_get(builder->context, 1, MICA_SIGNLESS);
    const mica_type *condition =
        mica_type_is_vector(type) ? mica_type_with_element(type, i1) : i1;
    const bool keeps_numbers = mica_string_is(mica_op_name(op), "arith.maxnumf") ||
                               mica_string_is(mica_op_name(op), "arith.minnumf");
    mica_value *made = micai_spirv_build(builder, user, type, adapted->values, 2);
    // GLSL leaves open what a NaN gives. max*imum*f: the NaN; max*num*f: the other operand.
    for (size_t i = 0; i < 2; ++i) {
        mica_value *nan =
            micai_spirv_build(builder, "spirv.IsNan", condition, &adapted->values[i], 1);
        mica_value *const operands[] = {nan, adapted->values[keeps_numbers ? 1 - i : i], made};
        made = micai_spirv_build(builder, "spirv.Select", type, operands, 3);
    }
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

// ---- signed remainder

static mica_value *negate_if(mica_builder *builder, mica_value *condition, mica_value *value)
{
    const mica_type *type = mica_value_type(value);
    mica_value *const choices[] = {
        condition, micai_spirv_build(builder, "spirv.SNegate", type, &value, 1), value};
    return micai_spirv_build(builder, "spirv.Select", type, choices, 3);
}

// Vulkan leaves SRem of negative numbers undefined: |a| % |b| with the sign of a.
static bool convert_remainder(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                              void *user)
{
    (void)user;
    const mica_type *type = result_type(rewriter, op, adapted);
    if (!type)
        return false;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *i1 = mica_integer_type_get(builder->context, 1, MICA_SIGNLESS);
    const mica_type *condition = mica_type_is_vector(type) ? mica_type_with_element(type, i1) : i1;
    mica_value *const compared[] = {adapted->values[0], micai_spirv_int(builder, type, 0)};
    mica_value *is_negative =
        micai_spirv_build(builder, "spirv.SLessThan", condition, compared, 2);
    mica_value *const sizes[] = {
        micai_spirv_build(builder, "spirv.GL.SAbs", type, &adapted->values[0], 1),
        micai_spirv_build(builder, "spirv.GL.SAbs", type, &adapted->values[1], 1)};
    mica_value *made = negate_if(builder, is_negative,
                                 micai_spirv_build(builder, "spirv.UMod", type, sizes, 2));
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

bool micai_spirv_add_arith(mica_conversion *conversion)
{
    static const mica_conversion_pattern patterns[] = {
        {"constant", "arith.constant", 1, convert_constant, NULL},
        {"and", "arith.andi", 1, convert_logic, NULL},
        {"or", "arith.ori", 1, convert_logic, NULL},
        {"xor", "arith.xori", 1, convert_logic, NULL},
        {"compare integers", "arith.cmpi", 1, convert_cmpi, NULL},
        {"compare floats", "arith.cmpf", 1, convert_cmpf, NULL},
        {"signed remainder", "arith.remsi", 1, convert_remainder, NULL},
        {"maximum", "arith.maximumf", 1, convert_extremum, "spirv.GL.FMax"},
        {"minimum", "arith.minimumf", 1, convert_extremum, "spirv.GL.FMin"},
        {"maximum number", "arith.maxnumf", 1, convert_extremum, "spirv.GL.FMax"},
        {"minimum number", "arith.minnumf", 1, convert_extremum, "spirv.GL.FMin"},
    };
    bool added = mica_conversion_add(conversion, patterns, sizeof patterns / sizeof *patterns);
    for (size_t i = 0; added && i < sizeof rows / sizeof *rows; ++i) {
        const mica_conversion_pattern pattern = {"one op", rows[i].from, 1,
                                                 micai_spirv_replace_by_row, (void *)&rows[i]};
        added = mica_conversion_add(conversion, &pattern, 1);
    }
    for (size_t i = 0; added && i < sizeof casts / sizeof *casts; ++i) {
        const mica_conversion_pattern pattern = {"cast", casts[i].from, 1, convert_cast,
                                                 (void *)&casts[i]};
        added = mica_conversion_add(conversion, &pattern, 1);
    }
    return added;
}

static bool run_pass(mica_pass_run *run)
{
    return micai_spirv_run(run, "arith", micai_spirv_add_arith);
}

static const char *const dependent[] = {"spirv", NULL};
const mica_pass_def mica_pass_convert_arith_to_spirv = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-arith-to-spirv",
    .name = "ConvertArithToSPIRV",
    .summary = "Convert Arith dialect to SPIR-V dialect",
    .dependent_dialects = dependent,
    .run = run_pass};
