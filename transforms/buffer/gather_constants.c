// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass gather-constants: all constant globals of a module become parts of one, and
// functions that use them take it as their last argument. So the caller decides where a
// model's weights lie: in the program, in a file, in a device's memory.
//
//   memref.global constant @a : memref<4xf32> = dense<..>
//   memref.global constant @b : memref<8xf32> = dense<..>
//   func.func @f() { %0 = memref.get_global @b .. }
//   -> memref.global "private" constant @weights : memref<96xi8> = dense<..>
//      func.func @f(%weights: memref<96xi8> {mica.weights = @weights}) {
//        %0 = memref.view %weights[%c64][] .. }
//
// With `keep-parts`, for weights that are not to be copied, the new global is defined elsewhere
// and the old ones stay, unused, each with its place: `{mica.offset = 64 : i64}`
// (codegen/package/model_weights.h takes them).
//
// Each part begins at a multiple of `alignment`. Where there are constants, every function with
// a body takes the argument, used or not, so that callers need not look; with `keep-parts` only
// those that use it.
#include "ir/core/builder.h"
#include "ir/core/context_internal.h"
#include "ir/core/diagnostics.h"
#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "transforms/drivers/op_row.h"
#include "transforms/pass/pass.h"
#include "transforms/tensor/loop_nest.h"

typedef struct gathering {
    mica_op *module;
    uint64_t alignment, size;
    uint64_t least; ///< smaller constants stay
    bool keeps_parts;
    mica_string name;
    micai_op_row globals;
    micai_pointer_map offsets; ///< global -> its place
    micai_op_row uses;         ///< memref.get_global
    mica_symbol_cache *symbols;
    bool ok;
} gathering;

static bool is(const mica_op *op, const char *name)
{
    return mica_string_is(mica_op_name(op), name);
}

static const mica_type *type_of(const mica_op *global)
{
    return mica_type_attr_value(mica_op_attr(global, "type"));
}

static uint64_t bytes_of(const mica_op *global)
{
    const mica_type *type = type_of(global);
    return (uint64_t)mica_type_element_count(type) *
           mica_dense_element_size(mica_type_element(type));
}

static bool is_gathered(const gathering *g, const mica_op *op)
{
    return is(op, "memref.global") && mica_op_attr(op, "constant") &&
           mica_attr_is(mica_op_attr(op, "initial_value"), MICA_ATTR_DENSE_ELEMENTS) &&
           !mica_memref_type_layout(type_of(op)) && bytes_of(op) >= g->least;
}

static bool find_globals(gathering *g)
{
    mica_for_each_op(op, mica_module_body(g->module))
    {
        if (!is_gathered(g, op))
            continue;
        micai_op_row_append(&g->globals, op);
        if (!micai_pointer_map_set(&g->offsets, op, g->size))
            return false;
        g->size = (g->size + bytes_of(op) + g->alignment - 1) / g->alignment * g->alignment;
    }
    return !g->globals.failed;
}

static mica_walk_result find_use(void *user, mica_op *op)
{
    gathering *g = user;
    if (is(op, "func.call")) {
        g->ok = mica_op_error(op, "calls a function that would take the constants; inline it "
                                  "first");
        return MICA_WALK_INTERRUPT;
    }
    if (is(op, "memref.get_global"))
        micai_op_row_append(&g->uses, op);
    return MICA_WALK_ADVANCE;
}

// A splat is written out.
static void fill(char *to, const mica_op *global)
{
    const mica_attr *value = mica_op_attr(global, "initial_value");
    const uint64_t bytes = bytes_of(global);
    size_t size;
    const char *data = mica_dense_elements_attr_data(value, &size);
    for (uint64_t at = 0; size && at < bytes; at += size)
        memcpy(to + at, data, size);
}

/// NULL when out of memory.
static const mica_attr *join_values(const gathering *g, const mica_type *type)
{
    const micai_allocator *allocator = &mica_op_context(g->module)->allocator;
    char *data = micai_allocate_zeroed(allocator, g->size + 1);
    if (!data)
        return NULL;
    for (size_t i = 0; i < g->globals.count; ++i) {
        uint64_t offset = 0;
        micai_pointer_map_find(&g->offsets, g->globals.ops[i], &offset);
        fill(data + offset, g->globals.ops[i]);
    }
    const mica_attr *value = mica_dense_elements_attr_get(type, data, g->size, false);
    micai_release(allocator, data, g->size + 1);
    return value;
}

static bool build_global(gathering *g)
{
    mica_context *context = mica_op_context(g->module);
    const mica_type *byte = mica_integer_type_get(context, 8, MICA_SIGNLESS);
    const int64_t shape[] = {(int64_t)g->size};
    mica_builder builder =
        mica_builder_at_end(mica_module_body(g->module), mica_op_location(g->module));
    mica_builder_set_at_start(&builder, mica_module_body(g->module));
    mica_op_state state;
    mica_op_state_init(&state, context, "memref.global", builder.location);
    mica_op_state_set_attr(&state, "sym_name", mica_string_attr_get(context, g->name));
    mica_op_state_set_attr(
        &state, "sym_visibility",
        g->keeps_parts ? NULL : mica_string_attr_get(context, mica_string_from("private")));
    mica_op_state_set_attr(
        &state, "type", mica_type_attr_get(mica_memref_type_get(byte, shape, 1, NULL, NULL)));
    const mica_attr *value =
        g->keeps_parts ? NULL : join_values(g, mica_tensor_type_get(byte, shape, 1, NULL));
    mica_op_state_set_attr(&state, "initial_value", value);
    mica_op_state_set_attr(&state, "constant", mica_unit_attr_get(context));
    mica_op_state_set_attr(&state, "alignment",
                           mica_i64_attr_get(context, (int64_t)g->alignment));
    const bool ok = value || g->keeps_parts;
    return mica_builder_create(&builder, &state) != NULL && ok;
}

/// Is it a use of a part? Its place is in *offset then.
static bool find_part(const gathering *g, mica_op *use, uint64_t *offset)
{
    const mica_op *global =
        mica_symbol_cache_resolve(g->symbols, use, mica_op_attr(use, "name"));
    return global && micai_pointer_map_find(&g->offsets, global, offset);
}

static void replace_use(const gathering *g, mica_op *use, mica_value *weights)
{
    uint64_t offset;
    if (!find_part(g, use, &offset))
        return;
    mica_builder builder = mica_builder_before(use);
    mica_op_state state;
    mica_op_state_init(&state, builder.context, "memref.view", builder.location);
    mica_op_state_add_operand(&state, weights);
    mica_op_state_add_operand(&state, micai_index(&builder, (int64_t)offset));
    mica_op_state_add_result(&state, mica_value_type(mica_op_result(use, 0)));
    mica_op *view = mica_builder_create(&builder, &state);
    mica_value_replace_all_uses(mica_op_result(use, 0), mica_op_result(view, 0));
    mica_op_erase(use);
}

static bool uses_parts(const gathering *g)
{
    uint64_t offset;
    for (size_t i = 0; i < g->uses.count; ++i)
        if (find_part(g, g->uses.ops[i], &offset))
            return true;
    return false;
}

static bool rewrite_function(gathering *g, mica_op *function)
{
    const int64_t shape[] = {(int64_t)g->size};
    const mica_type *type =
        mica_memref_type_get(mica_integer_type_get(mica_op_context(function), 8, MICA_SIGNLESS),
                             shape, 1, NULL, NULL);
    g->uses.count = 0;
    mica_op_walk_pre(function, find_use, g);
    if (!g->ok || g->uses.failed)
        return false;
    // A model's functions of sizes have callers already.
    if (g->keeps_parts && !uses_parts(g))
        return true;
    mica_value *weights = mica_function_insert_argument(
        function, mica_function_argument_count(function), type, mica_op_location(function));
    for (size_t i = 0; weights && i < g->uses.count; ++i)
        replace_use(g, g->uses.ops[i], weights);
    return weights &&
           mica_function_set_argument_attr(
               function, mica_value_index(weights), "mica.weights",
               mica_symbol_ref_attr_get(mica_op_context(function), g->name, NULL, 0));
}

/// The parts of a global that stay say where they are in it.
static void leave_or_erase(gathering *g, mica_op *global)
{
    uint64_t offset = 0;
    micai_pointer_map_find(&g->offsets, global, &offset);
    if (g->keeps_parts)
        mica_op_set_attr(global, "mica.offset",
                         mica_i64_attr_get(mica_op_context(global), (int64_t)offset));
    else
        mica_op_erase(global);
}

static bool gather(gathering *g, uint64_t least)
{
    if (!find_globals(g))
        return false;
    if (g->globals.count == 0 || g->size < least)
        return true;
    if (!build_global(g))
        return false;
    mica_for_each_op(op, mica_module_body(g->module))
    {
        if (mica_op_interface(op, &mica_function_like_interface) &&
            !mica_function_is_declaration(op) && !rewrite_function(g, op))
            return false;
    }
    for (size_t i = 0; i < g->globals.count; ++i)
        leave_or_erase(g, g->globals.ops[i]);
    return true;
}

static uint64_t bytes_option(const mica_pass_options *options, const char *name)
{
    const int64_t value = mica_pass_option_int(options, name);
    return value > 0 ? (uint64_t)value : 0;
}

static bool run_pass(mica_pass_run *run)
{
    const mica_pass_options *options = mica_pass_run_options(run);
    mica_context *context = mica_pass_run_context(run);
    const int64_t alignment = mica_pass_option_int(options, "alignment");
    gathering g = {.module = mica_pass_run_op(run),
                   .alignment = alignment > 0 ? (uint64_t)alignment : 1,
                   .least = bytes_option(options, "min-bytes"),
                   .keeps_parts = mica_pass_option_bool(options, "keep-parts"),
                   .name = mica_pass_option_string(options, "name"),
                   .offsets = micai_pointer_map_on(&context->allocator),
                   .symbols = mica_symbol_cache_create(context),
                   .ok = true};
    const bool is_taken = mica_symbol_find_in(g.module, g.name) != NULL;
    if (is_taken)
        mica_op_error(g.module, "already has a symbol '%.*s'", MICA_STRING_ARG(g.name));
    const bool done =
        g.symbols && !is_taken && gather(&g, bytes_option(options, "min-total-bytes"));
    mica_symbol_cache_destroy(g.symbols);
    micai_pointer_map_free(&g.offsets);
    micai_op_row_free(&g.globals);
    micai_op_row_free(&g.uses);
    return done && !mica_context_out_of_memory(context);
}

static const mica_option_def options[] = {
    {"name", MICA_OPTION_STRING, "Symbol of the one global", "weights", NULL},
    {"alignment", MICA_OPTION_INT, "Alignment of each part in bytes", "64", NULL},
    {"min-bytes", MICA_OPTION_INT, "Smaller constants stay as they are", "0", NULL},
    {"min-total-bytes", MICA_OPTION_INT, "Nothing is done for less in all", "0", NULL},
    {"keep-parts", MICA_OPTION_BOOL, "Mark the parts with their places, copy nothing", "false",
     NULL},
};
static const char *const dependent[] = {"arith", "memref", NULL};
const mica_pass_def mica_pass_gather_constants = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "gather-constants",
    .name = "GatherConstants",
    .summary = "Constant globals become parts of one that functions take as an argument",
    .anchor = "builtin.module",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .dependent_dialects = dependent,
    .run = run_pass};
