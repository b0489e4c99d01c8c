// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-math-to-libm: functions of the math dialect become calls of C's math
// library, declared once at the start of the nearest symbol table.
//
//   %y = math.tanh %x : f32
//   ->
//   func.func private @tanhf(f32) -> f32 attributes {llvm.readnone}
//   %y = call @tanhf(%x) : (f32) -> f32
//
// Vectors are done element by element; f16 and bf16 are computed as f32. Run after
// convert-math-to-llvm: an op that LLVM has an intrinsic for is better left to it.
#include "dialects/arith/arith_ops.h"
#include "dialects/func/func_ops.h"
#include "dialects/vector/vector_ops.h"
#include "ir/core/sizes_internal.h"
#include "ir/core/symbol_table.h"
#include "ir/rewrite/conversion.h"
#include "transforms/pass/pass.h"

typedef struct libm_function {
    const char *op;
    const char *single, *twice; ///< of f32, of f64
} libm_function;

// clang-format off
static const libm_function functions[] = {
    {"math.absf",      "fabsf",      "fabs"},
    {"math.acos",      "acosf",      "acos"},
    {"math.acosh",     "acoshf",     "acosh"},
    {"math.asin",      "asinf",      "asin"},
    {"math.asinh",     "asinhf",     "asinh"},
    {"math.atan",      "atanf",      "atan"},
    {"math.atan2",     "atan2f",     "atan2"},
    {"math.atanh",     "atanhf",     "atanh"},
    {"math.cbrt",      "cbrtf",      "cbrt"},
    {"math.ceil",      "ceilf",      "ceil"},
    {"math.cos",       "cosf",       "cos"},
    {"math.cosh",      "coshf",      "cosh"},
    {"math.erf",       "erff",       "erf"},
    {"math.exp",       "expf",       "exp"},
    {"math.exp2",      "exp2f",      "exp2"},
    {"math.expm1",     "expm1f",     "expm1"},
    {"math.floor",     "floorf",     "floor"},
    {"math.fma",       "fmaf",       "fma"},
    {"math.log",       "logf",       "log"},
    {"math.log10",     "log10f",     "log10"},
    {"math.log1p",     "log1pf",     "log1p"},
    {"math.log2",      "log2f",      "log2"},
    {"math.powf",      "powf",       "pow"},
    {"math.round",     "roundf",     "round"},
    {"math.roundeven", "roundevenf", "roundeven"},
    {"math.sin",       "sinf",       "sin"},
    {"math.sinh",      "sinhf",      "sinh"},
    {"math.sqrt",      "sqrtf",      "sqrt"},
    {"math.tan",       "tanf",       "tan"},
    {"math.tanh",      "tanhf",      "tanh"},
    {"math.trunc",     "truncf",     "trunc"},
};
// clang-format on
enum { FUNCTION_COUNT = sizeof functions / sizeof *functions, MOST_OPERANDS = 3 };

/// Which functions the symbol table at hand is known to have, so that each is looked up once.
typedef struct libm_state {
    mica_op *table;
    bool is_declared[FUNCTION_COUNT][2];
} libm_state;

typedef struct libm_pattern {
    const libm_function *function;
    libm_state *state;
} libm_pattern;

// ---- calls
// -----------------------------------------------------------------------------------

static void declare(mica_op *table, mica_string name, const mica_type *type, size_t operands,
                    mica_location location)
{
    mica_context *context = mica_op_context(table);
    const mica_type *inputs[MOST_OPERANDS] = {type, type, type};
    mica_block *body = mica_region_first(mica_op_region(table, 0));
    mica_builder builder = mica_builder_detached(context, location);
    mica_builder_set_at_start(&builder, body);
    mica_op *function = mica_func_func_build(
        &builder, mica_string_attr_get(context, name),
        mica_type_attr_get(mica_function_type_get(context, inputs, operands, &type, 1)),
        mica_string_attr_get(context, mica_string_from("private")), NULL, NULL);
    if (function)
        mica_op_set_attr(function, "llvm.readnone", mica_unit_attr_get(context));
}

static bool call(mica_rewriter *rewriter, mica_op *op, const libm_pattern *pattern,
                 const mica_type *type)
{
    const bool is_double = mica_type_is_float_kind(type, MICA_FLOAT_F64);
    libm_state *state = pattern->state;
    mica_op *table = mica_symbol_table_nearest(op);
    mica_string name =
        mica_string_from(is_double ? pattern->function->twice : pattern->function->single);
    if (state->table != table)
        *state = (libm_state){.table = table};
    bool *is_declared = &state->is_declared[pattern->function - functions][is_double];
    mica_value *operands[MOST_OPERANDS];
    const size_t count = mica_op_operand_count(op);
    for (size_t i = 0; i < count; i++)
        operands[i] = mica_op_operand(op, i);
    if (!*is_declared && !mica_symbol_find_in(table, name))
        declare(table, name, type, count, mica_op_location(op));
    *is_declared = true;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_op *made =
        mica_func_call_build(builder, &type, 1, operands, count,
                             mica_symbol_ref_attr_get(builder->context, name, NULL, 0));
    return made && mica_rewriter_replace_op_with(rewriter, op, made);
}

// ---- to scalars of f32 and f64
// ---------------------------------------------------------------

/// The same function of other operands.
static mica_value *repeat(mica_builder *builder, mica_op *op, const mica_type *type,
                          mica_value *const *operands)
{
    mica_op_state state;
    mica_op_state_init_record(&state, builder->context, mica_op_get_record(op),
                              builder->location);
    mica_op_state_add_operands(&state, operands, mica_op_operand_count(op));
    mica_op_state_add_result(&state, type);
    mica_op *made = mica_builder_create(builder, &state);
    return made ? mica_op_result(made, 0) : NULL;
}

/// f16 -> truncf(f(extf ..)) by way of f32
static bool promote(mica_rewriter *rewriter, mica_op *op, const mica_type *type)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *single = mica_float_type_get(builder->context, MICA_FLOAT_F32);
    mica_value *operands[MOST_OPERANDS];
    for (size_t i = 0; i < mica_op_operand_count(op); i++)
        operands[i] = mica_op_result(
            mica_arith_extf_build(builder, single, mica_op_operand(op, i), NULL), 0);
    mica_value *wide = repeat(builder, op, single, operands);
    mica_op *narrow = mica_arith_truncf_build(builder, type, wide, NULL, NULL);
    return narrow && mica_rewriter_replace_op_with(rewriter, op, narrow);
}

/// The position of element `index` in row-major order.
static const mica_attr *position_of(const mica_type *vector, int64_t index)
{
    const size_t rank = mica_type_rank(vector);
    micai_sizes position;
    if (!micai_sizes_init(&position, rank))
        return NULL;
    for (size_t i = rank; i-- > 0; index /= mica_type_shape(vector)[i])
        position.data[i] = index % mica_type_shape(vector)[i];
    const mica_attr *attr =
        mica_i64_array_attr_get(mica_type_context(vector), position.data, rank);
    micai_sizes_free(&position);
    return attr;
}

static bool unroll(mica_rewriter *rewriter, mica_op *op, const mica_type *vector)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *element = mica_type_element(vector);
    mica_op *zero = mica_arith_constant_build(
        builder, mica_dense_elements_attr_get_splat(vector, mica_float_attr_get(element, 0.0)));
    mica_value *result = zero ? mica_op_result(zero, 0) : NULL;
    int64_t count = mica_type_element_count(vector);
    for (int64_t i = 0; result && i < count; i++) {
        const mica_attr *position = position_of(vector, i);
        mica_value *operands[MOST_OPERANDS];
        for (size_t j = 0; j < mica_op_operand_count(op); j++)
            operands[j] = mica_op_result(
                mica_vector_extract_build(builder, mica_op_operand(op, j), NULL, 0, position),
                0);
        mica_value *scalar = repeat(builder, op, element, operands);
        mica_op *insert = mica_vector_insert_build(builder, scalar, result, NULL, 0, position);
        result = insert ? mica_op_result(insert, 0) : NULL;
    }
    return result && mica_rewriter_replace_op(rewriter, op, &result, 1);
}

static bool convert(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                    void *user)
{
    (void)adapted;
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    if (mica_type_is_vector(type) && mica_type_is_float(mica_type_element(type)) &&
        !mica_vector_type_is_scalable(type))
        return unroll(rewriter, op, type);
    if (mica_type_is_float_kind(type, MICA_FLOAT_F16) ||
        mica_type_is_float_kind(type, MICA_FLOAT_BF16))
        return promote(rewriter, op, type);
    if (mica_type_is_float_kind(type, MICA_FLOAT_F32) ||
        mica_type_is_float_kind(type, MICA_FLOAT_F64))
        return call(rewriter, op, user, type);
    return mica_rewriter_fail(rewriter, op, "libm has no function of this type");
}

// ---- pass
// ------------------------------------------------------------------------------------

static bool run_convert_math_to_libm(mica_pass_run *run)
{
    libm_state state = {0};
    libm_pattern users[FUNCTION_COUNT];
    mica_conversion *conversion = mica_conversion_create(mica_pass_run_context(run), NULL);
    bool done = conversion != NULL;
    for (size_t i = 0; done && i < FUNCTION_COUNT; i++) {
        users[i] = (libm_pattern){&functions[i], &state};
        const mica_conversion_pattern pattern = {functions[i].single, functions[i].op, 1,
                                                 convert, &users[i]};
        done = mica_conversion_add(conversion, &pattern, 1);
    }
    if (done) {
        mica_conversion_illegal_dialect(conversion, "math");
        mica_conversion_legal_dialect(conversion, "arith");
        mica_conversion_legal_dialect(conversion, "func");
        mica_conversion_legal_dialect(conversion, "vector");
        done = mica_conversion_run_partial(conversion, mica_pass_run_op(run));
    }
    if (conversion)
        mica_conversion_destroy(conversion);
    return done;
}

static const char *const dependent_dialects[] = {"arith", "func", "vector", NULL};

const mica_pass_def mica_pass_convert_math_to_libm = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-math-to-libm",
    .name = "ConvertMathToLibm",
    .summary = "Turn math ops into calls of libm",
    .anchor = "builtin.module",
    .dependent_dialects = dependent_dialects,
    .run = run_convert_math_to_libm,
};
