// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Mica inside a program, from a dialect to a call of machine code: docs/embedding.md goes
// through it. C17 and C++20; without the component LLVM it stops before code generation.
#include <stdio.h>

#include "mica.h"

#include "dialects/arith/arith_ops.h"
#include "dialects/func/func.h"
#ifdef EMBED_LLVM
#include "codegen/llvm/jit.h"
#endif

// clang-format off
// A dialect in C: the type !calc.fixed<16>, the attribute #calc.factor<3>, the op calc.scale.
static const mica_param_spec param = {.name = "n", .kind = MICA_PARAM_INT};
static const mica_type_def fixed = {.struct_size = sizeof fixed, .dialect = "calc",
                                    .name = "fixed", .param_count = 1, .params = &param};
static const mica_attr_def factor = {.struct_size = sizeof factor, .dialect = "calc",
                                     .name = "factor", .param_count = 1, .params = &param};
static const mica_constraint is_factor = {.name = "a factor", .kind = MICA_CONSTRAINT_ATTR_DEF,
                                          .text = "calc.factor"};
static const mica_value_spec operand = {.name = "value"}, result = {.name = "scaled"};
static const mica_attr_spec by = {.name = "by", .constraint = &is_factor};
static const mica_op_identity scale_kind = {"calc.scale"};
static const mica_op_def scale_op = {
    .struct_size = sizeof scale_op, .kind = &scale_kind, .name = "calc.scale",
    .operands = &operand, .results = &result, .attrs = &by, .operand_count = 1,
    .result_count = 1, .attr_count = 1, .trait_bits = MICA_TRAIT_BIT(PURE), MICA_NO_SEGMENTS};
static const mica_type_def *const types[] = {&fixed};
static const mica_attr_def *const attrs[] = {&factor};
static const mica_op_def *const ops[] = {&scale_op};
static const mica_dialect_def calc = {
    .struct_size = sizeof calc, .name = "calc", .ops = ops, .types = types, .attrs = attrs,
    .op_count = 1, .type_count = 1, .attr_count = 1};

// Another one from text, and a function that has ops of both.
static const char poly[] =
    "dialect poly \"powers\"\n"
    "type term { params degree: int }\n"
    "attr rounding { params mode: keyword }\n"
    "op square { traits pure  operands base: types_of(calc)  attrs mode: attr(poly.rounding)\n"
    "  results power: term  format $base $mode attr-dict `:` type($base) `->` type($power) }\n"
    "op value { traits pure  operands term: term  results value: i32\n"
    "  format $term attr-dict `:` type($term) }\n";
static const char source[] =
    "func.func @parsed(%x: i32) -> i32 {\n"
    "  %0 = \"calc.scale\"(%x) <{by = #calc.factor<7>}> : (i32) -> !calc.fixed<16>\n"
    "  %1 = poly.square %0 <near> : !calc.fixed<16> -> !poly.term<2>\n"
    "  %2 = poly.value %1 : !poly.term<2>\n"
    "  return %2 : i32 }\n";
// clang-format on

// func.func @built(%x: i32) -> i32 { value(square(scale %x by 3)) }
static bool build_function(mica_op *module)
{
    mica_builder at = mica_builder_at_end(mica_module_body(module), mica_location_unknown());
    const mica_type *i32 = mica_integer_type_get(at.context, 32, MICA_SIGNLESS);
    mica_op *function = mica_func_create(&at, "built", &i32, 1, &i32, 1);
    mica_value *x = mica_block_argument(at.block, 0); // the builder has moved inside
    const char *steps[][3] = {{"calc.scale", "by = #calc.factor<3>", "!calc.fixed<16>"},
                              {"poly.square", "mode = #poly.rounding<near>", "!poly.term<2>"},
                              {"poly.value", NULL, "i32"}};
    for (int i = 0; i < 3 && x; i++) {
        const char **s = steps[i];
        mica_op *op = mica_builder_create_from_text(&at, s[0], &x, 1, s[1], s[2]);
        x = op ? mica_op_result(op, 0) : NULL;
    }
    return x && mica_func_return_build(&at, &x, 1) && mica_op_verify(function);
}

// value(square(scale x by n)) -> (x * n) * (x * n); what is dead then goes by itself
static bool expand(mica_rewriter *rewriter, mica_op *op, void *user)
{
    mica_op *square = mica_value_op(mica_op_operand(op, 0));
    mica_op *scale = square ? mica_value_op(mica_op_operand(square, 0)) : NULL;
    if (!mica_op_is(scale, (mica_op_kind)user))
        return mica_rewriter_fail(rewriter, op, "is no square of a scaled value");
    const int64_t n = (int64_t)mica_attr_param(mica_op_attr(scale, "by"), 0);
    mica_builder *at = mica_rewriter_builder(rewriter);
    mica_value *x = mica_op_operand(scale, 0);
    const mica_arith_integer_overflow_flags wraps = MICA_ARITH_INTEGER_OVERFLOW_FLAGS_NONE;
    mica_op *by_n = mica_arith_constant_build(at, mica_integer_attr_get(mica_value_type(x), n));
    x = mica_op_result(mica_arith_muli_build(at, x, mica_op_result(by_n, 0), wraps), 0);
    return mica_rewriter_replace_op_with(rewriter, op, mica_arith_muli_build(at, x, x, wraps));
}

static const mica_pattern pattern = {"expand", "poly.value", 1, expand, (void *)&scale_kind};
static const char pipeline[] = "func.func(expand-calc),mica-cpu-to-llvm";
static bool run_expand(mica_pass_run *run)
{
    return mica_greedy_apply(mica_pass_run_op(run), &pattern, 1);
}
static const mica_pass_def expand_pass = {.struct_size = sizeof expand_pass,
                                          .argument = "expand-calc",
                                          .name = "ExpandCalc",
                                          .anchor = "func.func",
                                          .run = run_expand};
static mica_walk_result count_scales(void *count, mica_op *op)
{
    *(size_t *)count += mica_op_is(op, &scale_kind);
    return MICA_WALK_ADVANCE;
}
static bool on_progress(void *limit, const mica_pass_progress *progress)
{
    printf("%zu/%zu %s\n", progress->done, progress->total, progress->pass->argument);
    return progress->done < *(const size_t *)limit; // false cancels
}
static void on_diagnostic(void *user, const mica_diagnostic *diagnostic)
{
    fprintf((FILE *)user, "said: %.*s\n", MICA_STRING_ARG(mica_diagnostic_message(diagnostic)));
}

int main(void)
{
    size_t scales = 0, last_pass = 0;
    mica_context *context = mica_context_create(NULL);
    mica_context_set_diagnostic_handler(context, on_diagnostic, stdout);
    bool ok = mica_context_register_all_dialects(context) &&
              mica_context_register_dialect(context, &calc) &&
              mica_dialect_load_text(context, mica_string_from(poly), "poly.dialect", NULL);
    mica_op *module = ok ? mica_parse_text(context, source, "source") : NULL;
    mica_op *copy = module && build_function(module) ? mica_op_clone(module, NULL) : NULL;
    ok = copy && mica_op_walk_pre(copy, count_scales, &scales) && scales == 2;
    mica_pass_registry *registry = mica_pass_registry_create();
    mica_pass_manager *manager = mica_pass_manager_create(context, registry, "builtin.module");
    const mica_pass_manager_options options = {
        .struct_size = sizeof options, .progress = on_progress, .progress_user = &last_pass};
    mica_pass_manager_set_options(manager, &options);
    ok = ok && mica_pass_registry_add_all(registry) &&
         mica_pass_registry_add(registry, &expand_pass) &&
         mica_pass_manager_append(manager, mica_string_from(pipeline)) &&
         !mica_pass_manager_run(manager, copy) && mica_pass_manager_was_cancelled(manager);
    last_pass = SIZE_MAX;
    ok = ok && mica_pass_manager_run(manager, module);
    mica_pass_manager_destroy(manager);
    mica_pass_registry_destroy(registry);
#ifdef EMBED_LLVM
    mica_llvm_jit *jit = ok ? mica_llvm_jit_compile(module) : NULL;
    int (*built)(int) = jit ? (int (*)(int))mica_llvm_jit_find(jit, "built") : NULL;
    int (*parsed)(int) = jit ? (int (*)(int))mica_llvm_jit_find(jit, "parsed") : NULL;
    ok = built && parsed && printf("built(5) = %d, parsed(2) = %d\n", built(5), parsed(2)) > 0;
    mica_llvm_jit_destroy(jit);
#endif
    mica_context_destroy(context); // with all modules
    return ok ? 0 : 1;
}
