// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass outline-loop-nests: the loops of a function, nest by nest, become functions that it
// calls. Nests that are equal but for their buffers become one function.
//
//   func.func @f(%x: memref<8xf32>, %arena: memref<64xi8>) {
//     %a = memref.view %arena[%c0][] ..
//     %b = memref.view %arena[%c32][] ..
//     linalg.generic .. ins(%x) outs(%a)
//     linalg.generic .. ins(%a) outs(%b)
//   -> func.func private @f_nest(%0: memref<8xf32> {llvm.noalias}, %1: memref<8xf32> ..) { .. }
//      call @f_nest(%x, %a)
//      call @f_nest(%a, %b)
//
// A model is hundreds of nests. As one function they cost LLVM time that grows with the square
// of their number (what holds at a loop is looked for along all loops before it), and equal
// layers are compiled again and again.
//
// What is known of the buffers must not be lost on the way: an argument that overlaps none of
// the others is marked `llvm.noalias`. That is known for different allocations and globals, for
// arguments that are marked themselves, and for different places in one arena.
#include "ir/core/builder.h"
#include "ir/core/context_internal.h"
#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "ir/rewrite/fold.h"
#include "ir/support/hash_internal.h"
#include "ir/text/text.h"
#include "transforms/buffer/buffer_alias.h"
#include "transforms/drivers/op_row.h"
#include "transforms/pass/pass.h"

#include <stdio.h>
#include <stdlib.h>

/// A function that was made, by its text.
typedef struct made_nest {
    uint64_t hash;
    char *text; ///< from malloc
    mica_op *function;
} made_nest;

typedef struct outlining {
    mica_context *context;
    mica_op *function; ///< whose nests are outlined
    mica_symbol_table *symbols;
    made_nest *made; ///< open addressing; half of it is free
    size_t made_count, made_capacity;
    bool failed;
} outlining;

// ---- what is outlined
// ------------------------------------------------------------------------

static bool is(const mica_op *op, const char *name)
{
    return mica_string_is(mica_op_name(op), name);
}

static bool is_buffer(const mica_value *value)
{
    return mica_type_is_memref(mica_value_type(value));
}

/// A copy between buffers without gaps is a call already.
static bool is_strided_copy(const mica_op *op)
{
    if (!is(op, "memref.copy"))
        return false;
    for (size_t i = 0; i < 2; ++i) {
        const mica_type *type = mica_value_type(mica_op_operand(op, i));
        if (mica_type_get_kind(type) == MICA_TYPE_MEMREF && mica_memref_type_layout(type))
            return true;
    }
    return false;
}

static bool is_nest(const mica_op *op)
{
    if (mica_op_region_count(op) == 0)
        return is_strided_copy(op);
    for (size_t i = 0; i < mica_op_result_count(op); ++i)
        if (is_buffer(mica_op_result(op, i)))
            return false;
    return mica_op_successor_count(op) == 0;
}

/// Does the op hold so many nests that they should be functions, and not it? So a branch with a
/// whole model in it is one no more than a model is.
static bool holds_nests(mica_op *op)
{
    enum { MOST_NESTS = 8 };
    size_t count = 0;
    for (size_t i = 0; i < mica_op_region_count(op); ++i)
        mica_for_each_block(block, mica_op_region(op, i)) mica_for_each_op(inner, block)
            count += is_nest(inner);
    return count > MOST_NESTS;
}

static mica_walk_result mark_holders(void *user, mica_op *op)
{
    micai_pointer_map *asserting = user;
    if (!is(op, "cf.assert"))
        return MICA_WALK_ADVANCE;
    for (op = mica_op_parent(op); op && !micai_pointer_map_get(asserting, op);
         op = mica_op_parent(op))
        if (!micai_pointer_map_set(asserting, op, 1))
            return MICA_WALK_INTERRUPT;
    return MICA_WALK_ADVANCE;
}

/// The nests of a function, those within ops that hold many included. An assertion is told to
/// the function's caller: what has one inside is no nest.
static void find_nests(mica_op *function, micai_op_row *nests)
{
    micai_op_row holders = {0};
    micai_pointer_map asserting = micai_pointer_map_on(&mica_op_context(function)->allocator);
    nests->failed |= !mica_op_walk_pre(function, mark_holders, &asserting);
    micai_op_row_append(&holders, function);
    for (size_t next = 0; next < holders.count && !holders.failed; ++next) {
        mica_op *holder = holders.ops[next];
        for (size_t i = 0; i < mica_op_region_count(holder); ++i)
            mica_for_each_block(block, mica_op_region(holder, i)) mica_for_each_op(op, block)
            {
                if (holds_nests(op) || micai_pointer_map_get(&asserting, op))
                    micai_op_row_append(&holders, op);
                else if (is_nest(op))
                    micai_op_row_append(nests, op);
            }
    }
    nests->failed |= holders.failed;
    micai_op_row_free(&holders);
    micai_pointer_map_free(&asserting);
}

// ---- what a nest uses from outside
// -----------------------------------------------------------

/// The values that a nest uses, in the order of their uses, and what stands for each inside.
typedef struct captures {
    outlining *o;
    mica_op *nest;
    mica_op *copy_before;      ///< constants are copied there; NULL while values are collected
    micai_pointer_map indices; ///< value -> its place in `values`; constants are absent
    micai_pointer_map copies;  ///< constant -> its copy inside
    mica_value **values;
    size_t count, capacity;
} captures;

static bool is_outside(const captures *c, const mica_value *value)
{
    const mica_op *op = mica_value_op(value);
    const mica_op *at = op ? op : mica_block_parent_op(mica_value_argument_block(value));
    return !mica_op_is_ancestor(c->nest, at) || op == c->nest;
}

static bool is_constant(const mica_value *value)
{
    const mica_op *op = mica_value_op(value);
    return op && mica_op_has_trait(op, MICA_TRAIT_CONSTANT_LIKE);
}

static void capture(captures *c, mica_value *value)
{
    uint64_t known;
    if (micai_pointer_map_find(&c->indices, value, &known))
        return;
    void *values = c->values;
    const bool room = micai_array_reserve(&c->o->context->allocator, &values, &c->capacity,
                                          c->count + 1, sizeof *c->values);
    c->values = values;
    if (!room || !micai_pointer_map_set(&c->indices, value, c->count))
        c->o->failed = true;
    else
        c->values[c->count++] = value;
}

static mica_walk_result collect(void *user, mica_op *op)
{
    captures *c = user;
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        mica_value *value = mica_op_operand(op, i);
        if (!is_constant(value) && is_outside(c, value))
            capture(c, value);
    }
    return c->o->failed ? MICA_WALK_INTERRUPT : MICA_WALK_ADVANCE;
}

static mica_value *copy_constant(captures *c, mica_value *value)
{
    mica_value *copy = micai_pointer_map_get(&c->copies, value);
    if (copy)
        return copy;
    mica_builder builder = mica_builder_before(c->copy_before);
    mica_op *made = mica_builder_clone(&builder, mica_value_op(value), NULL);
    if (!made || !micai_pointer_map_put(&c->copies, value, mica_op_result(made, 0))) {
        c->o->failed = true;
        return value;
    }
    return mica_op_result(made, 0);
}

/// Operands become the arguments of the function around the nest, and copies of constants.
static mica_walk_result redirect(void *user, mica_op *op)
{
    captures *c = user;
    mica_block *body = mica_op_block(c->nest);
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        mica_value *value = mica_op_operand(op, i);
        uint64_t index;
        if (micai_pointer_map_find(&c->indices, value, &index))
            mica_op_set_operand(op, i, mica_block_argument(body, (size_t)index));
        else if (is_constant(value) && is_outside(c, value))
            mica_op_set_operand(op, i, copy_constant(c, value));
    }
    return c->o->failed ? MICA_WALK_INTERRUPT : MICA_WALK_ADVANCE;
}

static void free_captures(captures *c)
{
    micai_pointer_map_free(&c->indices);
    micai_pointer_map_free(&c->copies);
    micai_release(&c->o->context->allocator, c->values, c->capacity * sizeof *c->values);
}

// ---- which buffers lie apart
// -----------------------------------------------------------------

/// A part of a buffer: bytes [begin, end) of `root`.
typedef struct place {
    mica_value *root;
    uint64_t begin, end;
} place;

/// What a memref.view of a constant place covers; false: unknown.
static bool view_covers(mica_op *op, place *made)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    int64_t shift, count;
    if (!is(op, "memref.view") || !mica_type_has_static_shape(type) ||
        !mica_value_constant_int(mica_op_operand(op, 1), &shift))
        return false;
    count = mica_type_element_count(type);
    made->begin = (uint64_t)shift;
    made->end =
        made->begin + (uint64_t)count * mica_dense_element_size(mica_type_element(type));
    return true;
}

/// All views but the one next to the root only narrow the place down.
static place place_of(mica_value *buffer)
{
    place made = {buffer, 0, UINT64_MAX};
    for (mica_value *source; (source = micai_buffer_source(made.root)) != NULL;) {
        mica_op *op = mica_value_op(made.root);
        made.root = source;
        if (!micai_buffer_source(source))
            view_covers(op, &made);
    }
    return made;
}

/// The index of an argument of the function that is marked, SIZE_MAX for others.
static bool is_marked_argument(const outlining *o, const mica_value *root)
{
    if (mica_value_op(root) ||
        mica_block_parent_op(mica_value_argument_block(root)) != o->function)
        return false;
    const mica_attr *attrs = mica_function_argument_attrs(o->function, mica_value_index(root));
    return attrs && mica_dictionary_attr_find(attrs, mica_string_from("llvm.noalias"));
}

static bool are_apart(const outlining *o, const place *a, const place *b)
{
    if (a->root == b->root)
        return a->end <= b->begin || b->end <= a->begin;
    return is_marked_argument(o, a->root) || is_marked_argument(o, b->root) ||
           !micai_buffers_may_alias(a->root, b->root);
}

/// The attributes of the arguments: `llvm.noalias` for buffers apart from all others.
static const mica_attr *argument_attrs(const captures *c)
{
    mica_context *context = c->o->context;
    const mica_named_attr noalias = {
        mica_identifier_get(context, mica_string_from("llvm.noalias")),
        mica_unit_attr_get(context)};
    place *places = mica_calloc(c->count + 1, sizeof *places);
    const mica_attr **attrs = mica_calloc(c->count + 1, sizeof *attrs);
    const mica_attr *made = NULL;
    for (size_t i = 0; places && attrs && i < c->count; ++i)
        if (is_buffer(c->values[i]))
            places[i] = place_of(c->values[i]);
    for (size_t i = 0; places && attrs && i < c->count; ++i) {
        bool apart = places[i].root != NULL;
        for (size_t j = 0; apart && j < c->count; ++j)
            apart = i == j || !places[j].root || are_apart(c->o, &places[i], &places[j]);
        attrs[i] = mica_dictionary_attr_get(context, &noalias, apart);
    }
    if (places && attrs)
        made = mica_array_attr_get(context, attrs, c->count);
    mica_free(places);
    mica_free(attrs);
    return made;
}

// ---- functions
// -------------------------------------------------------------------------------

static const mica_type *function_type(const captures *c)
{
    const size_t results = mica_op_result_count(c->nest);
    const mica_type **types = mica_malloc((c->count + results + 1) * sizeof *types);
    if (!types)
        return NULL;
    for (size_t i = 0; i < c->count; ++i)
        types[i] = mica_value_type(c->values[i]);
    for (size_t i = 0; i < results; ++i)
        types[c->count + i] = mica_value_type(mica_op_result(c->nest, i));
    const mica_type *made =
        mica_function_type_get(c->o->context, types, c->count, types + c->count, results);
    mica_free(types);
    return made;
}

/// A function without a name that takes the captures and returns the nest's results; its body
/// is empty. NULL when out of memory.
static mica_op *build_function(const captures *c)
{
    mica_context *context = c->o->context;
    const mica_type *type = function_type(c);
    const mica_attr *attrs = argument_attrs(c);
    if (!type || !attrs)
        return NULL;
    mica_op_state state;
    mica_op_state_init(&state, context, "func.func", mica_op_location(c->nest));
    mica_op_state_set_attr(&state, "sym_name",
                           mica_string_attr_get(context, mica_string_from("nest")));
    mica_op_state_set_attr(&state, "sym_visibility",
                           mica_string_attr_get(context, mica_string_from("private")));
    mica_op_state_set_attr(&state, "function_type", mica_type_attr_get(type));
    mica_op_state_set_attr(&state, "arg_attrs", attrs);
    // Inlined, all would be one function again.
    const mica_attr *never = mica_string_attr_get(context, mica_string_from("noinline"));
    mica_op_state_set_attr(&state, "passthrough", mica_array_attr_get(context, &never, 1));
    mica_region *region = mica_op_state_add_region(&state);
    mica_block *body = mica_block_create(context);
    mica_region_append(region, body);
    for (size_t i = 0; i < c->count; ++i)
        mica_block_add_argument(body, mica_value_type(c->values[i]),
                                mica_value_location(c->values[i]));
    return mica_op_create(&state);
}

/// Calls the function in place of the nest, whose results are the call's from then on.
static mica_op *build_call(const captures *c)
{
    mica_builder builder = mica_builder_before(c->nest);
    mica_op_state state;
    mica_op_state_init(&state, builder.context, "func.call", builder.location);
    mica_op_state_add_operands(&state, c->values, c->count);
    for (size_t i = 0; i < mica_op_result_count(c->nest); ++i)
        mica_op_state_add_result(&state, mica_value_type(mica_op_result(c->nest, i)));
    mica_op *call = mica_builder_create(&builder, &state);
    for (size_t i = 0; call && i < mica_op_result_count(c->nest); ++i)
        mica_value_replace_all_uses(mica_op_result(c->nest, i), mica_op_result(call, i));
    return call;
}

/// Moves the nest into the function and ends that.
static void fill_function(captures *c, mica_op *function)
{
    mica_block *body = mica_region_first(mica_function_body(function));
    mica_op_remove(c->nest);
    mica_block_append(body, c->nest);
    mica_builder builder = mica_builder_at_end(body, mica_op_location(c->nest));
    mica_op_state state;
    mica_op_state_init(&state, builder.context, "func.return", builder.location);
    for (size_t i = 0; i < mica_op_result_count(c->nest); ++i)
        mica_op_state_add_operand(&state, mica_op_result(c->nest, i));
    mica_builder_create(&builder, &state);
    c->copy_before = c->nest;
    mica_op_walk_pre(c->nest, redirect, c);
}

// ---- equal functions
// -------------------------------------------------------------------------

static bool grow(outlining *o)
{
    const size_t capacity = o->made_capacity ? 2 * o->made_capacity : 64;
    made_nest *larger = mica_calloc(capacity, sizeof *larger);
    if (!larger)
        return false;
    for (size_t i = 0; i < o->made_capacity; ++i) {
        size_t at = o->made[i].hash % capacity;
        if (!o->made[i].text)
            continue;
        while (larger[at].text)
            at = (at + 1) % capacity;
        larger[at] = o->made[i];
    }
    mica_free(o->made);
    o->made = larger;
    o->made_capacity = capacity;
    return true;
}

/// The entry of that text; one without a function when it is new. NULL when out of memory.
static made_nest *find_made(outlining *o, mica_op *function)
{
    const mica_print_options options = {.struct_size = sizeof options,
                                        .local_scope = true,
                                        .assume_verified = true,
                                        .hex_elements_over = 1};
    char *text = mica_op_to_string(function, &options);
    if (!text || (2 * o->made_count >= o->made_capacity && !grow(o))) {
        mica_free(text);
        return NULL;
    }
    const uint64_t hash = micai_hash_bytes(text, strlen(text));
    size_t at = hash % o->made_capacity;
    while (o->made[at].text &&
           (o->made[at].hash != hash || strcmp(o->made[at].text, text) != 0))
        at = (at + 1) % o->made_capacity;
    if (o->made[at].text) {
        mica_free(text);
    } else {
        o->made[at] = (made_nest){hash, text, NULL};
        o->made_count++;
    }
    return &o->made[at];
}

/// Gives a new function its name and its place; drops one that is there already. The one that
/// is to be called, NULL when out of memory.
static mica_op *settle(outlining *o, mica_op *function)
{
    made_nest *made = find_made(o, function);
    if (!made || made->function) {
        mica_op_destroy(function);
        return made ? made->function : NULL;
    }
    char name[256];
    const mica_string owner = mica_string_attr_text(mica_symbol_name(o->function));
    snprintf(name, sizeof name, "%.*s_nest", (int)(owner.length < 200 ? owner.length : 200),
             owner.data);
    mica_symbol_set_name(function, mica_string_from(name));
    if (!mica_symbol_table_insert(o->symbols, function, o->function))
        return NULL;
    made->function = function;
    return function;
}

static void outline(outlining *o, mica_op *nest)
{
    captures c = {.o = o,
                  .nest = nest,
                  .indices = micai_pointer_map_on(&o->context->allocator),
                  .copies = micai_pointer_map_on(&o->context->allocator)};
    mica_op_walk_pre(nest, collect, &c);
    mica_op *function = o->failed ? NULL : build_function(&c);
    mica_op *call = function ? build_call(&c) : NULL;
    if (call) {
        fill_function(&c, function);
        function = settle(o, function);
    }
    if (call && function)
        mica_op_set_attr(
            call, "callee",
            mica_symbol_ref_attr_get(
                o->context, mica_string_attr_text(mica_symbol_name(function)), NULL, 0));
    o->failed |= !call || !function;
    free_captures(&c);
}

// ---- the pass
// --------------------------------------------------------------------------------

static void outline_function(outlining *o, mica_op *function, size_t least)
{
    micai_op_row nests = {0};
    o->function = function;
    find_nests(function, &nests);
    o->failed |= nests.failed;
    for (size_t i = 0; i < nests.count && nests.count >= least && !o->failed; ++i)
        outline(o, nests.ops[i]);
    micai_op_row_free(&nests);
}

static bool run_pass(mica_pass_run *run)
{
    const int64_t least = mica_pass_option_int(mica_pass_run_options(run), "min-nests");
    mica_op *module = mica_pass_run_op(run);
    outlining o = {.context = mica_pass_run_context(run),
                   .symbols = mica_symbol_table_create(module)};
    micai_op_row functions = {0};
    mica_for_each_op(op, mica_module_body(module))
    {
        if (is(op, "func.func") && !mica_function_is_declaration(op) &&
            mica_region_has_one_block(mica_function_body(op)))
            micai_op_row_append(&functions, op);
    }
    o.failed = !o.symbols || functions.failed;
    for (size_t i = 0; i < functions.count && !o.failed; ++i)
        outline_function(&o, functions.ops[i], least > 0 ? (size_t)least : 0);
    for (size_t i = 0; i < o.made_capacity; ++i)
        mica_free(o.made[i].text);
    mica_free(o.made);
    mica_symbol_table_destroy(o.symbols);
    micai_op_row_free(&functions);
    return !o.failed && !mica_context_out_of_memory(o.context);
}

static const mica_option_def options[] = {
    {"min-nests", MICA_OPTION_INT, "Functions with fewer loop nests stay whole", "0", NULL},
};
static const char *const dependent[] = {"func", NULL};
const mica_pass_def mica_pass_outline_loop_nests = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "outline-loop-nests",
    .name = "OutlineLoopNests",
    .summary = "Loop nests become functions, equal ones become the same",
    .anchor = "builtin.module",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .dependent_dialects = dependent,
    .run = run_pass};
