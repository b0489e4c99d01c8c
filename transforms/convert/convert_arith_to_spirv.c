// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-arith-to-spirv. Most ops have one op of spirv each (the table). Booleans are
// a type of their own in SPIR-V, not integers of one bit, so i1 has rows of its own:
//
//   arith.andi : i32 -> spirv.BitwiseAnd      arith.andi : i1 -> spirv.LogicalAnd
//   arith.extui : i1 to i32 -> spirv.Select %b, 1, 0
#include <string.h>

#include "transforms/convert/spirv_lowering.h"

// clang-format off
static const micai_spirv_row rows[] = {
    {"arith.addi",   "spirv.IAdd",                 MICAI_SPIRV_READS_OWN_BITS},
    {"arith.subi",   "spirv.ISub",                 MICAI_SPIRV_READS_OWN_BITS},
    {"arith.muli",   "spirv.IMul",                 MICAI_SPIRV_READS_OWN_BITS},
    {"arith.divsi",  "spirv.SDiv",                 MICAI_SPIRV_READS_SIGNED},
    {"arith.divui",  "spirv.UDiv",                 MICAI_SPIRV_READS_UNSIGNED},
    {"arith.remui",  "spirv.UMod",                 MICAI_SPIRV_READS_UNSIGNED},
    {"arith.shli",   "spirv.ShiftLeftLogical",     MICAI_SPIRV_READS_SHIFTED},
    {"arith.shrsi",  "spirv.ShiftRightArithmetic", MICAI_SPIRV_READS_SIGNED},
    {"arith.shrui",  "spirv.ShiftRightLogical",    MICAI_SPIRV_READS_UNSIGNED},
    {"arith.maxsi",  "spirv.GL.SMax",              MICAI_SPIRV_READS_SIGNED},
    {"arith.maxui",  "spirv.GL.UMax",              MICAI_SPIRV_READS_UNSIGNED},
    {"arith.minsi",  "spirv.GL.SMin",              MICAI_SPIRV_READS_SIGNED},
    {"arith.minui",  "spirv.GL.UMin",              MICAI_SPIRV_READS_UNSIGNED},
    {"arith.andi",   "spirv.BitwiseAnd",           MICAI_SPIRV_READS_OWN_BITS},
    {"arith.ori",    "spirv.BitwiseOr",            MICAI_SPIRV_READS_OWN_BITS},
    {"arith.xori",   "spirv.BitwiseXor",           MICAI_SPIRV_READS_OWN_BITS},
    {"arith.addf",   "spirv.FAdd",                 MICAI_SPIRV_READS_OWN_BITS},
    {"arith.subf",   "spirv.FSub",                 MICAI_SPIRV_READS_OWN_BITS},
    {"arith.mulf",   "spirv.FMul",                 MICAI_SPIRV_READS_OWN_BITS},
    {"arith.divf",   "spirv.FDiv",                 MICAI_SPIRV_READS_OWN_BITS},
    {"arith.remf",   "spirv.FRem",                 MICAI_SPIRV_READS_OWN_BITS},
    {"arith.negf",   "spirv.FNegate",              MICAI_SPIRV_READS_OWN_BITS},
};
/// The same on booleans, where SPIR-V has other ops. Signed, true is -1: less than false.
static const micai_spirv_row boolean_rows[] = {
    {"arith.addi",  "spirv.LogicalNotEqual", MICAI_SPIRV_READS_OWN_BITS},
    {"arith.subi",  "spirv.LogicalNotEqual", MICAI_SPIRV_READS_OWN_BITS},
    {"arith.muli",  "spirv.LogicalAnd",      MICAI_SPIRV_READS_OWN_BITS},
    {"arith.andi",  "spirv.LogicalAnd",      MICAI_SPIRV_READS_OWN_BITS},
    {"arith.ori",   "spirv.LogicalOr",       MICAI_SPIRV_READS_OWN_BITS},
    {"arith.xori",  "spirv.LogicalNotEqual", MICAI_SPIRV_READS_OWN_BITS},
    {"arith.maxsi", "spirv.LogicalAnd",      MICAI_SPIRV_READS_OWN_BITS},
    {"arith.minsi", "spirv.LogicalOr",       MICAI_SPIRV_READS_OWN_BITS},
    {"arith.maxui", "spirv.LogicalOr",       MICAI_SPIRV_READS_OWN_BITS},
    {"arith.minui", "spirv.LogicalAnd",      MICAI_SPIRV_READS_OWN_BITS},
};
static const micai_spirv_row select_row = {"arith.select", "spirv.Select",
                                           MICAI_SPIRV_READS_OWN_BITS};
static const micai_spirv_division divisions[] = {
    {"arith.remsi",      micai_spirv_signed_remainder,       MICAI_SPIRV_READS_SIGNED},
    {"arith.floordivsi", micai_spirv_floor_division,         MICAI_SPIRV_READS_SIGNED},
    {"arith.ceildivsi",  micai_spirv_ceil_division,          MICAI_SPIRV_READS_SIGNED},
    {"arith.ceildivui",  micai_spirv_unsigned_ceil_division, MICAI_SPIRV_READS_UNSIGNED},
};
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

const char *micai_spirv_integer_comparison(int64_t predicate)
{
    return integer_comparisons[predicate];
}

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

/// An index constant may be too large for 32 bits.
static bool fits(int64_t value, const mica_type *type)
{
    const uint32_t width = mica_type_bit_width(type);
    return width >= 64 ||
           (value >= -(INT64_C(1) << (width - 1)) && value < INT64_C(1) << width);
}

// The attribute with another element type, as index and emulated widths need it.
static const mica_attr *retype(const mica_attr *value, const mica_type *type)
{
    const mica_type *element = mica_type_element_or_self(type);
    const mica_type *old = mica_type_element_or_self(mica_attr_type(value));
    if (mica_attr_is(value, MICA_ATTR_INTEGER))
        return !fits(mica_integer_attr_value(value), element)
                   ? NULL
                   : mica_integer_attr_get(type, mica_integer_attr_value(value));
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

/// `user`: a micai_spirv_row.
static bool convert_arithmetic(mica_rewriter *rewriter, mica_op *op,
                               const mica_adapted *adapted, void *user)
{
    if (is_boolean(mica_value_type(mica_op_result(op, 0))))
        return mica_rewriter_fail(rewriter, op, "booleans have no such op in SPIR-V");
    return micai_spirv_replace_by_row(rewriter, op, adapted, user);
}

static bool convert_on_booleans(mica_rewriter *rewriter, mica_op *op,
                                const mica_adapted *adapted, void *user)
{
    if (!is_boolean(mica_value_type(mica_op_result(op, 0))))
        return mica_rewriter_fail(rewriter, op, "not on booleans");
    return micai_spirv_replace_by_row(rewriter, op, adapted, user);
}

static mica_value *extract(mica_builder *builder, mica_value *composite, int32_t index)
{
    const mica_attr *number = mica_i32_attr_get(builder->context, index);
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "spirv.CompositeExtract", builder->location);
    mica_op_state_add_operand(&state, composite);
    mica_op_state_set_attr(&state, "indices",
                           mica_array_attr_get(builder->context, &number, 1));
    mica_op_state_add_result(
        &state, mica_spirv_composite_element(mica_value_type(composite), (uint32_t)index));
    return mica_op_result(mica_builder_create(builder, &state), 0);
}

/// Sum and carry, or the low and the high half of the product. `user` names the op of spirv.
static bool convert_extended(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                             void *user)
{
    const mica_type *type = result_type(rewriter, op, adapted);
    if (!type)
        return false;
    if (type != mica_value_type(mica_op_result(op, 0)) || is_boolean(type))
        return mica_rewriter_fail(rewriter, op, "the width has no such op on this target");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *const members[] = {type, type};
    const mica_type *both =
        mica_spirv_struct_get(builder->context, NULL, members, 2, NULL, NULL, 0);
    mica_value *made = micai_spirv_build(builder, user, both, adapted->values, 2);
    mica_value *results[] = {extract(builder, made, 0), extract(builder, made, 1)};
    const mica_type *second = mica_value_type(mica_op_result(op, 1));
    if (is_boolean(second)) {
        mica_value *const carry[] = {results[1], micai_spirv_int(builder, type, 1)};
        results[1] = micai_spirv_build(builder, "spirv.IEqual", second, carry, 2);
    }
    return mica_rewriter_replace_op(rewriter, op, results, 2);
}

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

/// false and true as numbers: 0 and 1, or 0 and -1.
static mica_value *as_number(mica_builder *builder, mica_value *value, bool is_signed)
{
    const mica_type *type = mica_value_type(value);
    const mica_type *i32 = mica_integer_type_get(builder->context, 32, MICA_SIGNLESS);
    return select_number(builder, value,
                         mica_type_is_vector(type) ? mica_type_with_element(type, i32) : i32,
                         is_signed ? -1 : 1);
}

static bool convert_cmpi(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    (void)user;
    enum { NE = 1, SLT = 2, SGE = 5, UGE = 9 };
    const mica_type *type = result_type(rewriter, op, adapted);
    const int64_t predicate = mica_integer_attr_value(mica_op_attr(op, "predicate"));
    if (!type || predicate < 0 || predicate > UGE)
        return false;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const char *name = micai_spirv_integer_comparison(predicate);
    const bool on_booleans = is_boolean(mica_value_type(adapted->values[0]));
    if (on_booleans && predicate <= NE)
        name = predicate ? "spirv.LogicalNotEqual" : "spirv.LogicalEqual";
    const bool is_signed = predicate >= SLT && predicate <= SGE;
    mica_value *operands[2];
    for (size_t i = 0; i < 2; ++i)
        operands[i] = on_booleans
                          ? predicate <= NE ? adapted->values[i]
                                            : as_number(builder, adapted->values[i], is_signed)
                          : micai_spirv_extended(builder, adapted->values[i],
                                                 mica_value_type(mica_op_operand(op, i)),
                                                 is_signed ? MICAI_SPIRV_READS_SIGNED
                                                           : MICAI_SPIRV_READS_UNSIGNED);
    mica_value *made = micai_spirv_build(builder, name, type, operands, 2);
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
    int64_t of_true; ///< what true becomes where i1 is cast; 0: i1 is not
    micai_spirv_reads reads;
} cast_row;

// clang-format off
static const cast_row casts[] = {
    {"arith.extsi",        "spirv.SConvert",    -1, MICAI_SPIRV_READS_SIGNED},
    {"arith.extui",        "spirv.UConvert",    1,  MICAI_SPIRV_READS_UNSIGNED},
    {"arith.trunci",       "spirv.SConvert",    0,  MICAI_SPIRV_READS_OWN_BITS},
    {"arith.extf",         "spirv.FConvert",    0,  MICAI_SPIRV_READS_OWN_BITS},
    {"arith.truncf",       "spirv.FConvert",    0,  MICAI_SPIRV_READS_OWN_BITS},
    {"arith.sitofp",       "spirv.ConvertSToF", -1, MICAI_SPIRV_READS_SIGNED},
    {"arith.uitofp",       "spirv.ConvertUToF", 1,  MICAI_SPIRV_READS_UNSIGNED},
    {"arith.fptosi",       "spirv.ConvertFToS", 0,  MICAI_SPIRV_READS_OWN_BITS},
    {"arith.fptoui",       "spirv.ConvertFToU", 0,  MICAI_SPIRV_READS_OWN_BITS},
    {"arith.bitcast",      "spirv.Bitcast",     0,  MICAI_SPIRV_READS_OWN_BITS},
    {"arith.index_cast",   "spirv.SConvert",    -1, MICAI_SPIRV_READS_SIGNED},
    {"arith.index_castui", "spirv.UConvert",    1,  MICAI_SPIRV_READS_UNSIGNED},
};
// clang-format on

/// Bits that became a float of another width, or the other way round, are lost.
static bool changes_width(const mica_op *op, const mica_adapted *adapted, const mica_type *type)
{
    return mica_type_bit_width(mica_type_element_or_self(type)) !=
               mica_type_bit_width(
                   mica_type_element_or_self(mica_value_type(mica_op_result(op, 0)))) ||
           mica_value_type(adapted->values[0]) != mica_value_type(mica_op_operand(op, 0));
}

static bool convert_cast(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    const cast_row *row = user;
    const mica_type *type = result_type(rewriter, op, adapted);
    if (!type)
        return false;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *made = adapted->values[0];
    const mica_type *from = mica_value_type(made);
    if (strcmp(row->from, "arith.bitcast") == 0 && changes_width(op, adapted, type))
        return mica_rewriter_fail(rewriter, op, "the target lacks the width");
    if (is_boolean(from) && from != type && row->of_true) {
        made = select_number(builder, made, type, row->of_true);
        return mica_rewriter_replace_op(rewriter, op, &made, 1);
    }
    made = micai_spirv_extended(builder, made, mica_value_type(mica_op_operand(op, 0)),
                                row->reads);
    if (is_boolean(type) && from != type) {
        if (mica_type_is_float(mica_type_element_or_self(from)))
            return mica_rewriter_fail(rewriter, op, "SPIR-V has no such cast to booleans");
        made = lowest_bit(builder, made, type);
    } else if (from != type) {
        made = micai_spirv_build(builder, row->to, type, &made, 1);
    }
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

// ---- the pass

bool micai_spirv_add_arith(mica_conversion *conversion)
{
    static const mica_conversion_pattern patterns[] = {
        {"constant", "arith.constant", 1, convert_constant, NULL},
        {"compare integers", "arith.cmpi", 1, convert_cmpi, NULL},
        {"compare floats", "arith.cmpf", 1, convert_cmpf, NULL},
        {"select", "arith.select", 1, micai_spirv_replace_by_row, (void *)&select_row},
        {"sum and carry", "arith.addui_extended", 1, convert_extended, "spirv.IAddCarry"},
        {"signed product", "arith.mulsi_extended", 1, convert_extended, "spirv.SMulExtended"},
        {"product", "arith.mului_extended", 1, convert_extended, "spirv.UMulExtended"},
        {"maximum", "arith.maximumf", 1, convert_extremum, "spirv.GL.FMax"},
        {"minimum", "arith.minimumf", 1, convert_extremum, "spirv.GL.FMin"},
        {"maximum number", "arith.maxnumf", 1, convert_extremum, "spirv.GL.FMax"},
        {"minimum number", "arith.minnumf", 1, convert_extremum, "spirv.GL.FMin"},
    };
    bool added = mica_conversion_add(conversion, patterns, sizeof patterns / sizeof *patterns);
    for (size_t i = 0; added && i < sizeof rows / sizeof *rows; ++i) {
        const mica_conversion_pattern pattern = {"one op", rows[i].from, 1, convert_arithmetic,
                                                 (void *)&rows[i]};
        added = mica_conversion_add(conversion, &pattern, 1);
    }
    for (size_t i = 0; added && i < sizeof boolean_rows / sizeof *boolean_rows; ++i) {
        const mica_conversion_pattern pattern = {"on booleans", boolean_rows[i].from, 2,
                                                 convert_on_booleans, (void *)&boolean_rows[i]};
        added = mica_conversion_add(conversion, &pattern, 1);
    }
    for (size_t i = 0; added && i < sizeof divisions / sizeof *divisions; ++i) {
        const mica_conversion_pattern pattern = {"division", divisions[i].from, 1,
                                                 micai_spirv_replace_by_division,
                                                 (void *)&divisions[i]};
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
