// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass drop-equivalent-buffer-results: a function that returns its own argument, which it
// has written in place, need not return it.
//
//   func.func @f(%c: memref<4xf32>) -> memref<4xf32> {    func.func @f(%c: memref<4xf32>) {
//     linalg.fill .. outs(%c ..)                            linalg.fill .. outs(%c ..)
//     return %c : memref<4xf32>                             return
//
// Callers take the buffer that they passed instead. Without this buffer-results-to-out-params
// would copy the argument into another one. Part of the interface, and left, is a result that
// has attributes, such as the name of a model's output, and an argument that is handed back as
// it came.
#include "dialects/func/func_ops.h"
#include "dialects/memref/memref_ops.h"
#include "ir/core/context_internal.h"
#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "ir/rewrite/side_effects.h"
#include "transforms/pass/pass.h"

/// Which argument each result of a function is; SIZE_MAX for others.
typedef struct dropped_results {
    mica_op *function;
    size_t *argument_of;
    size_t result_count;
} dropped_results;

typedef struct drop_pass {
    mica_context *context;
    mica_symbol_cache *symbols;
    micai_pointer_map index_of; ///< function -> its entry + 1
    dropped_results *entries;
    size_t count, capacity;
    bool ok;
} drop_pass;

// ---- which results
// ---------------------------------------------------------------------------

/// The entry argument that a returned value is, through casts; SIZE_MAX when it is none.
static size_t argument_behind(const mica_value *value, const mica_block *entry)
{
    while (mica_op_is(mica_value_op(value), &mica_memref_cast_kind))
        value = mica_memref_cast_source(mica_value_op(value));
    return mica_value_op(value) || mica_value_block(value) != entry ? SIZE_MAX
                                                                    : mica_value_index(value);
}

static bool has_attributes(const mica_op *function, size_t result)
{
    const mica_attr *attrs = mica_function_result_attrs(function, result);
    return attrs && mica_dictionary_attr_count(attrs) > 0;
}

/// May something write to the buffer, directly or through views, casts, loops and calls?
static bool is_written(mica_value *buffer, unsigned depth)
{
    enum { DEPTH_LIMIT = 16 };
    if (depth > DEPTH_LIMIT)
        return true;
    mica_for_each_use(use, buffer)
    {
        mica_op *op = mica_use_owner(use);
        if (mica_op_is(op, &mica_func_return_kind))
            continue;
        const mica_op_effects effects = mica_op_get_effects(op);
        // An op with the interface (transfers) does not say to which operand.
        const uint32_t own = mica_op_interface(op, &mica_memory_effects_interface)
                                 ? effects.bits
                                 : mica_op_operand_effects(op, mica_use_index(use));
        if (own & MICA_EFFECT_WRITE)
            return true;
        const bool passes_on = mica_op_has_trait(op, MICA_TRAIT_REGION_BRANCH) ||
                               mica_op_has_trait(op, MICA_TRAIT_LOOP_LIKE) ||
                               mica_op_has_trait(op, MICA_TRAIT_TERMINATOR);
        if (passes_on || !effects.known)
            return true;
        for (size_t i = 0; i < mica_op_result_count(op); ++i) { // views, casts, selections
            mica_value *result = mica_op_result(op, i);
            if (mica_type_is_memref(mica_value_type(result)) && is_written(result, depth + 1))
                return true;
        }
    }
    return false;
}

static mica_op *return_of(const mica_block *block)
{
    mica_op *last = mica_block_last(block);
    return mica_op_is(last, &mica_func_return_kind) ? last : NULL;
}

/// The argument that result `index` is at every return.
static size_t common_argument(const mica_op *function, size_t index)
{
    size_t argument = SIZE_MAX;
    const mica_block *entry = mica_region_first(mica_function_body(function));
    bool is_first = true;
    mica_for_each_block(block, mica_function_body(function))
    {
        const mica_op *last = return_of(block);
        if (!last)
            continue;
        const size_t behind = argument_behind(mica_op_operand(last, index), entry);
        if (!is_first && behind != argument)
            return SIZE_MAX;
        argument = behind;
        is_first = false;
    }
    return argument;
}

static bool note_entry(drop_pass *pass, const dropped_results *entry)
{
    void *entries = pass->entries;
    const bool room = micai_array_reserve(&pass->context->allocator, &entries, &pass->capacity,
                                          pass->count + 1, sizeof *pass->entries);
    pass->entries = entries;
    if (!room || !micai_pointer_map_set(&pass->index_of, entry->function, pass->count + 1))
        return false;
    pass->entries[pass->count++] = *entry;
    return true;
}

static size_t row_bytes(const dropped_results *entry)
{
    return (entry->result_count + 1) * sizeof(size_t);
}

static mica_walk_result visit_function(void *user, mica_op *op)
{
    drop_pass *pass = user;
    if (!mica_op_interface(op, &mica_function_like_interface))
        return MICA_WALK_ADVANCE;
    if (!mica_op_is(op, &mica_func_func_kind) || mica_function_is_declaration(op))
        return MICA_WALK_SKIP;
    dropped_results entry = {op, NULL, mica_function_result_count(op)};
    entry.argument_of = micai_allocate(&pass->context->allocator, row_bytes(&entry));
    if (!entry.argument_of) {
        pass->ok = false;
        return MICA_WALK_INTERRUPT;
    }
    bool any = false;
    for (size_t i = 0; i < entry.result_count; ++i) {
        const bool is_buffer = mica_type_is_memref(mica_function_result_type(op, i));
        entry.argument_of[i] =
            is_buffer && !has_attributes(op, i) ? common_argument(op, i) : SIZE_MAX;
        mica_block *body = mica_region_first(mica_function_body(op));
        if (entry.argument_of[i] != SIZE_MAX &&
            !is_written(mica_block_argument(body, entry.argument_of[i]), 0))
            entry.argument_of[i] = SIZE_MAX;
        any |= entry.argument_of[i] != SIZE_MAX;
    }
    if (any && note_entry(pass, &entry))
        return MICA_WALK_SKIP;
    micai_release(&pass->context->allocator, entry.argument_of, row_bytes(&entry));
    pass->ok = !any;
    return pass->ok ? MICA_WALK_SKIP : MICA_WALK_INTERRUPT;
}

// ---- functions
// -------------------------------------------------------------------------------

static void rewrite_return(const dropped_results *entry, mica_op *op)
{
    mica_builder builder = mica_builder_before(op);
    mica_op_state twin;
    mica_op_state_init_record(&twin, builder.context, mica_op_get_record(op),
                              mica_op_location(op));
    for (size_t i = 0; i < entry->result_count; ++i) {
        if (entry->argument_of[i] == SIZE_MAX)
            mica_op_state_add_operand(&twin, mica_op_operand(op, i));
    }
    if (mica_builder_create(&builder, &twin))
        mica_op_erase(op);
}

/// The function's type and attributes of results without those that go.
static bool drop_from_signature(const dropped_results *entry)
{
    mica_op *function = entry->function;
    mica_context *context = mica_op_context(function);
    const size_t inputs = mica_function_argument_count(function);
    const size_t bytes = (inputs + entry->result_count + 1) * sizeof(void *);
    const void **row = micai_context_allocate(context, bytes);
    if (!row)
        return false;
    const mica_type **types = (const mica_type **)(void *)row;
    for (size_t i = 0; i < inputs; ++i)
        types[i] = mica_function_argument_type(function, i);
    size_t kept = inputs;
    for (size_t i = 0; i < entry->result_count; ++i) {
        if (entry->argument_of[i] == SIZE_MAX)
            types[kept++] = mica_function_result_type(function, i);
    }
    const mica_type *type =
        mica_function_type_get(context, types, inputs, types + inputs, kept - inputs);
    const mica_function_like *like = mica_op_interface(function, &mica_function_like_interface);
    if (mica_op_slot(function, like->res_attrs_slot)) {
        const mica_attr **attrs = (const mica_attr **)(void *)row;
        size_t count = 0;
        for (size_t i = 0; i < entry->result_count; ++i) {
            const mica_attr *own = mica_function_result_attrs(function, i);
            if (entry->argument_of[i] == SIZE_MAX)
                attrs[count++] = own ? own : mica_dictionary_attr_get(context, NULL, 0);
        }
        mica_op_set_slot(function, like->res_attrs_slot,
                         count ? mica_array_attr_get(context, attrs, count) : NULL);
    }
    mica_function_set_type(function, type);
    micai_context_free(context, row, bytes);
    return true;
}

// ---- calls
// -----------------------------------------------------------------------------------

/// A call's results become what it passed; the others are those of a new call.
static bool rewrite_call(const dropped_results *entry, mica_op *op)
{
    mica_builder builder = mica_builder_before(op);
    mica_op_state call;
    mica_op_state_init_record(&call, builder.context, mica_op_get_record(op),
                              mica_op_location(op));
    for (size_t i = 0; i < mica_op_operand_count(op); ++i)
        mica_op_state_add_operand(&call, mica_op_operand(op, i));
    for (size_t i = 0; i < mica_op_result_count(op); ++i) {
        if (entry->argument_of[i] == SIZE_MAX)
            mica_op_state_add_result(&call, mica_value_type(mica_op_result(op, i)));
    }
    for (size_t i = 0; i < mica_op_slot_count(op); ++i)
        mica_op_state_set_slot(&call, i, mica_op_slot(op, i));
    mica_op *built = mica_builder_create(&builder, &call);
    size_t kept = 0;
    for (size_t i = 0; built && i < mica_op_result_count(op); ++i) {
        mica_value *old = mica_op_result(op, i), *with;
        if (entry->argument_of[i] == SIZE_MAX) {
            with = mica_op_result(built, kept++);
        } else {
            with = mica_op_operand(op, entry->argument_of[i]);
            if (mica_value_type(with) != mica_value_type(old)) {
                mica_op *cast = mica_memref_cast_build(&builder, mica_value_type(old), with);
                if (!cast)
                    return false;
                with = mica_op_result(cast, 0);
            }
        }
        mica_value_replace_all_uses(old, with);
    }
    if (built)
        mica_op_erase(op);
    return built != NULL;
}

static mica_walk_result visit_call(void *user, mica_op *op)
{
    drop_pass *pass = user;
    if (!mica_op_is(op, &mica_func_call_kind))
        return MICA_WALK_ADVANCE;
    mica_op *callee = mica_symbol_cache_resolve(pass->symbols, op, mica_func_call_callee(op));
    uint64_t index;
    if (!callee || !micai_pointer_map_find(&pass->index_of, callee, &index))
        return MICA_WALK_ADVANCE;
    pass->ok = rewrite_call(&pass->entries[index - 1], op);
    return pass->ok ? MICA_WALK_ADVANCE : MICA_WALK_INTERRUPT;
}

// ---- the pass
// --------------------------------------------------------------------------------

static bool run_drop_equivalent_buffer_results(mica_pass_run *run)
{
    mica_context *context = mica_pass_run_context(run);
    mica_op *module = mica_pass_run_op(run);
    drop_pass pass = {.context = context,
                      .symbols = mica_symbol_cache_create(context),
                      .index_of = micai_pointer_map_on(&context->allocator),
                      .ok = true};
    pass.ok = pass.symbols != NULL;
    if (pass.ok)
        mica_op_walk_pre(module, visit_function, &pass);
    for (size_t i = 0; i < pass.count && pass.ok; ++i) {
        mica_for_each_block(block, mica_function_body(pass.entries[i].function))
        {
            mica_op *last = return_of(block);
            if (last)
                rewrite_return(&pass.entries[i], last);
        }
        pass.ok = drop_from_signature(&pass.entries[i]);
    }
    if (pass.ok && pass.count)
        mica_op_walk_post(module, visit_call, &pass);
    else if (pass.ok)
        mica_pass_run_mark_unchanged(run);
    for (size_t i = 0; i < pass.count; ++i)
        micai_release(&context->allocator, pass.entries[i].argument_of,
                      row_bytes(&pass.entries[i]));
    micai_release(&context->allocator, pass.entries, pass.capacity * sizeof *pass.entries);
    micai_pointer_map_free(&pass.index_of);
    if (pass.symbols)
        mica_symbol_cache_destroy(pass.symbols);
    return pass.ok && !mica_context_out_of_memory(context);
}

static const char *const dependent_dialects[] = {"memref", NULL};

const mica_pass_def mica_pass_drop_equivalent_buffer_results = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "drop-equivalent-buffer-results",
    .name = "DropEquivalentBufferResults",
    .summary = "Return no buffer that is an argument",
    .anchor = "builtin.module",
    .dependent_dialects = dependent_dialects,
    .run = run_drop_equivalent_buffer_results,
};
