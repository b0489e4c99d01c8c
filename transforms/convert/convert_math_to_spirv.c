// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The passes convert-math-to-spirv and convert-index-to-spirv: tables, but for comparisons of
// indices. Ops without a row (math.erf, ...) are left to expansions that run before.
#include "transforms/convert/spirv_lowering.h"

// clang-format off
static const micai_spirv_row math_rows[] = {
    {"math.absf",      "spirv.GL.FAbs"},
    {"math.absi",      "spirv.GL.SAbs"},
    {"math.atan",      "spirv.GL.Atan"},
    {"math.ceil",      "spirv.GL.Ceil"},
    {"math.cos",       "spirv.GL.Cos"},
    {"math.cosh",      "spirv.GL.Cosh"},
    {"math.exp",       "spirv.GL.Exp"},
    {"math.exp2",      "spirv.GL.Exp2"},
    {"math.floor",     "spirv.GL.Floor"},
    {"math.fma",       "spirv.GL.Fma"},
    {"math.log",       "spirv.GL.Log"},
    {"math.log2",      "spirv.GL.Log2"},
    {"math.powf",      "spirv.GL.Pow"},
    {"math.round",     "spirv.GL.Round"},
    {"math.roundeven", "spirv.GL.RoundEven"},
    {"math.rsqrt",     "spirv.GL.InverseSqrt"},
    {"math.sin",       "spirv.GL.Sin"},
    {"math.sinh",      "spirv.GL.Sinh"},
    {"math.sqrt",      "spirv.GL.Sqrt"},
    {"math.tan",       "spirv.GL.Tan"},
    {"math.tanh",      "spirv.GL.Tanh"},
    {"math.trunc",     "spirv.GL.Trunc"},
    {"math.ctpop",     "spirv.BitCount"},
};
static const micai_spirv_row index_rows[] = {
    {"index.add",  "spirv.IAdd"},
    {"index.sub",  "spirv.ISub"},
    {"index.mul",  "spirv.IMul"},
    {"index.divs", "spirv.SDiv"},
    {"index.divu", "spirv.UDiv"},
    {"index.remu", "spirv.UMod"},
    {"index.maxs", "spirv.GL.SMax"},
    {"index.maxu", "spirv.GL.UMax"},
    {"index.mins", "spirv.GL.SMin"},
    {"index.minu", "spirv.GL.UMin"},
    {"index.shl",  "spirv.ShiftLeftLogical"},
    {"index.shrs", "spirv.ShiftRightArithmetic"},
    {"index.shru", "spirv.ShiftRightLogical"},
    {"index.and",  "spirv.BitwiseAnd"},
    {"index.or",   "spirv.BitwiseOr"},
    {"index.xor",  "spirv.BitwiseXor"},
};
// clang-format on

static bool add_rows(mica_conversion *conversion, const micai_spirv_row *rows, size_t count)
{
    bool added = true;
    for (size_t i = 0; added && i < count; ++i) {
        const mica_conversion_pattern pattern = {"one op", rows[i].from, 1,
                                                 micai_spirv_replace_by_row, (void *)&rows[i]};
        added = mica_conversion_add(conversion, &pattern, 1);
    }
    return added;
}

bool micai_spirv_add_math(mica_conversion *conversion)
{
    return add_rows(conversion, math_rows, sizeof math_rows / sizeof *math_rows);
}

static bool convert_index_constant(mica_rewriter *rewriter, mica_op *op,
                                   const mica_adapted *adapted, void *user)
{
    (void)adapted, (void)user;
    mica_value *made = micai_spirv_i32(mica_rewriter_builder(rewriter),
                                       mica_integer_attr_value(mica_op_attr(op, "value")));
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

bool micai_spirv_add_index(mica_conversion *conversion)
{
    static const mica_conversion_pattern constant = {"constant", "index.constant", 1,
                                                     convert_index_constant, NULL};
    return mica_conversion_add(conversion, &constant, 1) &&
           add_rows(conversion, index_rows, sizeof index_rows / sizeof *index_rows);
}

static bool run_math(mica_pass_run *run)
{
    return micai_spirv_run(run, "math", micai_spirv_add_math);
}

static bool run_index(mica_pass_run *run)
{
    return micai_spirv_run(run, "index", micai_spirv_add_index);
}

static const char *const dependent[] = {"spirv", NULL};
const mica_pass_def mica_pass_convert_math_to_spirv = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-math-to-spirv",
    .name = "ConvertMathToSPIRV",
    .summary = "Convert Math dialect to SPIR-V dialect",
    .dependent_dialects = dependent,
    .run = run_math};
const mica_pass_def mica_pass_convert_index_to_spirv = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-index-to-spirv",
    .name = "ConvertIndexToSPIRVPass",
    .summary = "Lower the `index` dialect to the `spirv` dialect.",
    .dependent_dialects = dependent,
    .run = run_index};
