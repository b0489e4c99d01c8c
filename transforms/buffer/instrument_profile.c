// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass instrument-profile: public functions on buffers count the time that each part of
// them takes. Parts are neighbouring ops of one location, which is the name of the model's node
// that they come from.
//
//   linalg.fill ..  loc("conv1")                %t0 = func.call @mica_rt_clock() : () -> i64
//   scf.for ..      loc("conv1")            ->  linalg.fill .. scf.for ..
//   linalg.generic  loc("relu1")                %t1 = func.call @mica_rt_clock() : () -> i64
//                                               .. %t1 - %t0 added to @mica_profile_f[0, 0]
//
//   memref.global "private" @mica_profile_f : memref<2x2xi64> = dense<0>
//       {mica.profile = ["conv1", "relu1"]}     nanoseconds and runs of each
//
// Parts of one name share a row. The sums are the program's, so two runs at once may lose a
// part of theirs.
#include "dialects/arith/arith_ops.h"
#include "dialects/func/func_ops.h"
#include "dialects/memref/memref_ops.h"
#include "ir/core/builder.h"
#include "ir/core/context_internal.h"
#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "ir/rewrite/side_effects.h"
#include "ir/support/text_buffer_internal.h"
#include "transforms/drivers/op_row.h"
#include "transforms/pass/pass.h"
#include "transforms/tensor/loop_nest.h"

static const char clock_name[] = "mica_rt_clock";

enum { PARTS };

/// What the pass knows of one function.
typedef struct profile {
    mica_context *context;
    mica_op *function;
    micai_op_row first, last; ///< of each part
    micai_pointer_map rows;   ///< name -> row of the counters
    const mica_attr **names;  ///< of the rows
    size_t row_count;
    const mica_type *type; ///< of the counters
    mica_string symbol;    ///< of the counters
} profile;

// ---- parts
// -----------------------------------------------------------------------------------

static bool is_work(mica_op *op)
{
    return !mica_op_has_trait(op, MICA_TRAIT_TERMINATOR) &&
           !mica_op_is(op, &mica_memref_alloc_kind) &&
           !mica_op_is(op, &mica_memref_dealloc_kind) && !mica_op_is_memory_effect_free(op);
}

/// The first name in a location, or the op's own when it has none.
static mica_string name_of(mica_context *context, const mica_op *op)
{
    const mica_string name = mica_location_first_name(context, mica_op_location(op));
    return name.length ? name : mica_op_name(op);
}

static bool find_parts(profile *p, const mica_block *block)
{
    mica_string current = {0};
    mica_for_each_op(op, block)
    {
        if (!is_work(op))
            continue;
        const mica_string name = name_of(p->context, op);
        if (p->first.count && mica_string_equal(name, current)) {
            p->last.ops[p->last.count - 1] = op;
            continue;
        }
        current = name;
        micai_op_row_append(&p->first, op);
        micai_op_row_append(&p->last, op);
    }
    return !p->first.failed && !p->last.failed;
}

static const mica_attr *name_of_part(const profile *p, size_t part)
{
    return mica_string_attr_get(p->context, name_of(p->context, p->first.ops[part]));
}

/// Gives each name a row. False when out of memory.
static bool number_names(profile *p)
{
    for (size_t i = 0; i < p->first.count; ++i) {
        uint64_t row;
        const mica_attr *name = name_of_part(p, i);
        if (!name)
            return false;
        if (micai_pointer_map_find(&p->rows, name, &row))
            continue;
        if (!micai_pointer_map_set(&p->rows, name, p->row_count))
            return false;
        p->names[p->row_count++] = name;
    }
    return true;
}

// ---- counters
// --------------------------------------------------------------------------------

static const mica_type *i64(mica_context *context)
{
    return mica_integer_type_get(context, 64, MICA_SIGNLESS);
}

static bool build_counters(profile *p)
{
    const int64_t shape[] = {(int64_t)p->row_count, 2}, zero = 0;
    micai_text_buffer text = micai_text_buffer_on(&p->context->allocator);
    // No model's prefix begins with mica_, so no model takes this name for its own.
    micai_text_printf(&text, "mica_profile_%.*s",
                      MICA_STRING_ARG(mica_string_attr_text(mica_symbol_name(p->function))));
    const mica_attr *name = mica_string_attr_get(p->context, micai_text_view(&text));
    micai_text_buffer_free(&text);
    if (!name)
        return false;
    p->symbol = mica_string_attr_text(name);
    p->type = mica_memref_type_get(i64(p->context), shape, 2, NULL, NULL);
    mica_builder builder = mica_builder_before(p->function);
    mica_op *global = mica_memref_global_build(
        &builder, name, mica_string_attr_get(p->context, mica_string_from("private")),
        mica_type_attr_get(p->type),
        mica_dense_elements_attr_get(mica_tensor_type_get(i64(p->context), shape, 2, NULL),
                                     (const char *)&zero, sizeof zero, true),
        false, NULL);
    if (global)
        mica_op_set_attr(global, "mica.profile",
                         mica_array_attr_get(p->context, p->names, p->row_count));
    return global != NULL;
}

static bool declare_clock(mica_op *module)
{
    if (mica_symbol_find_in(module, mica_string_from(clock_name)))
        return true;
    mica_context *context = mica_op_context(module);
    const mica_type *result = i64(context);
    const mica_type *type = mica_function_type_get(context, NULL, 0, &result, 1);
    mica_builder builder =
        mica_builder_at_end(mica_module_body(module), mica_op_location(module));
    mica_builder_set_at_start(&builder, mica_module_body(module));
    return mica_func_func_build(
               &builder, mica_string_attr_get(context, mica_string_from(clock_name)),
               mica_type_attr_get(type),
               mica_string_attr_get(context, mica_string_from("private")), NULL, NULL) != NULL;
}

static mica_value *read_clock(mica_builder *builder)
{
    const mica_type *result = i64(builder->context);
    const mica_attr *clock =
        mica_symbol_ref_attr_get(builder->context, mica_string_from(clock_name), NULL, 0);
    mica_op *call = mica_func_call_build(builder, &result, 1, NULL, 0, clock);
    return call ? mica_op_result(call, 0) : NULL;
}

static void add_to(mica_builder *builder, mica_value *counters, uint64_t row, int64_t column,
                   mica_value *amount)
{
    mica_value *index = micai_index(builder, (int64_t)row);
    mica_value *const place[] = {index, micai_index(builder, column)};
    mica_op *load = mica_memref_load_build(builder, counters, place, 2, NULL);
    mica_op *sum = mica_arith_addi_build(builder, mica_op_result(load, 0), amount,
                                         MICA_ARITH_INTEGER_OVERFLOW_FLAGS_NONE);
    mica_memref_store_build(builder, mica_op_result(sum, 0), counters, place, 2, NULL);
}

/// Brackets each part with readings of the clock and adds up after it. A run is counted with
/// the first part of a name.
static bool count_parts(profile *p)
{
    mica_builder builder = mica_builder_before(p->first.ops[0]);
    const mica_attr *symbol = mica_symbol_ref_attr_get(p->context, p->symbol, NULL, 0);
    mica_op *counters = mica_memref_get_global_build(&builder, p->type, symbol);
    mica_op *one = mica_arith_constant_build(&builder, mica_i64_attr_get(p->context, 1));
    uint64_t counted = 0;
    for (size_t i = 0; i < p->first.count; ++i) {
        uint64_t row = 0;
        micai_pointer_map_find(&p->rows, name_of_part(p, i), &row);
        builder = mica_builder_before(p->first.ops[i]);
        mica_value *begin = read_clock(&builder);
        builder = mica_builder_after(p->last.ops[i]);
        mica_value *end = read_clock(&builder);
        if (!begin || !end)
            return false;
        mica_op *time =
            mica_arith_subi_build(&builder, end, begin, MICA_ARITH_INTEGER_OVERFLOW_FLAGS_NONE);
        add_to(&builder, mica_op_result(counters, 0), row, 0, mica_op_result(time, 0));
        if (row == counted) {
            add_to(&builder, mica_op_result(counters, 0), row, 1, mica_op_result(one, 0));
            ++counted;
        }
    }
    return true;
}

// ---- the pass
// --------------------------------------------------------------------------------

static bool instrument(mica_op *module, mica_op *function, uint64_t *parts)
{
    mica_context *context = mica_op_context(module);
    profile p = {.context = context,
                 .function = function,
                 .rows = micai_pointer_map_on(&context->allocator)};
    bool ok = find_parts(&p, mica_region_first(mica_function_body(function)));
    const size_t bytes = (p.first.count + 1) * sizeof *p.names;
    p.names = micai_context_allocate(context, bytes);
    ok = ok && p.names;
    if (ok && p.first.count)
        ok = number_names(&p) && declare_clock(module) && build_counters(&p) && count_parts(&p);
    *parts += p.first.count;
    micai_context_free(context, p.names, bytes);
    micai_pointer_map_free(&p.rows);
    micai_op_row_free(&p.first);
    micai_op_row_free(&p.last);
    return ok;
}

static bool run_pass(mica_pass_run *run)
{
    mica_op *module = mica_pass_run_op(run);
    uint64_t parts = 0;
    bool ok = true;
    mica_for_each_op(op, mica_module_body(module))
    {
        if (ok && mica_op_is(op, &mica_func_func_kind) && !mica_function_is_declaration(op) &&
            mica_symbol_get_visibility(op) == MICA_VISIBILITY_PUBLIC &&
            mica_region_has_one_block(mica_function_body(op)))
            ok = instrument(module, op, &parts);
    }
    mica_pass_run_count(run, PARTS, parts);
    if (parts == 0)
        mica_pass_run_mark_unchanged(run);
    return ok;
}

static const mica_statistic_def statistics[] = {
    [PARTS] = {"num-parts", "Parts of functions whose time is counted"},
};
static const char *const dependent[] = {"arith", "func", "memref", NULL};
const mica_pass_def mica_pass_instrument_profile = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "instrument-profile",
    .name = "InstrumentProfile",
    .summary = "Functions on buffers count the time that their parts take",
    .anchor = "builtin.module",
    .statistics = statistics,
    .statistic_count = 1,
    .dependent_dialects = dependent,
    .run = run_pass};
