// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks of the dialect's ops: modules, kernels, launches, and what the verifier asks.
#include <inttypes.h>
#include <stdio.h>

#include "dialects/gpu/gpu_internal.h"
#include "ir/text/function_signature.h"

// ---- attributions: arguments of a body that are workgroup or private memory

size_t mica_gpu_workgroup_attribution_count(const mica_op *op)
{
    const mica_attr *count = mica_op_attr(op, "workgroup_attributions");
    return mica_attr_is(count, MICA_ATTR_INTEGER) ? (size_t)mica_integer_attr_value(count) : 0;
}

bool mica_gpu_func_is_kernel(const mica_op *func)
{
    return mica_op_attr(func, "gpu.kernel") != NULL;
}

static bool emit(mica_op *op, const char *what)
{
    return mica_diagnostic_emit(
        mica_error(mica_op_context(op), mica_op_location(op), "%s", what));
}

// (keyword `(` %w `:` type, ... `)`)?
static bool parse_attributions(mica_asm_parser *parser, const char *keyword,
                               mica_asm_argument_list *arguments)
{
    return !mica_asm_parse_keyword_if(parser, keyword) ||
           mica_asm_parse_argument_list(parser, MICA_DELIMITER_PAREN, arguments, true, true);
}

// Both kinds; notes how many are workgroup memory.
static bool parse_all_attributions(mica_asm_parser *parser, mica_op_state *state,
                                   mica_asm_argument_list *arguments)
{
    const size_t before = arguments->count;
    if (!parse_attributions(parser, "workgroup", arguments))
        return false;
    mica_op_state_set_attr(
        state, "workgroup_attributions",
        mica_i64_attr_get(state->context, (int64_t)(arguments->count - before)));
    return parse_attributions(parser, "private", arguments);
}

static void print_attributions(mica_asm_printer *printer, const char *keyword,
                               mica_block *entry, size_t first, size_t count)
{
    if (count == 0)
        return;
    mica_asm_printf(printer, " %s(", keyword);
    for (size_t i = 0; i < count; ++i) {
        mica_value *argument = mica_block_argument(entry, first + i);
        mica_asm_print(printer, i ? ", " : "");
        mica_asm_print_operand(printer, argument);
        mica_asm_print(printer, " : ");
        mica_asm_print_type(printer, mica_value_type(argument));
    }
    mica_asm_print(printer, ")");
}

static void print_all_attributions(mica_asm_printer *printer, mica_op *op, size_t first)
{
    mica_block *entry = mica_region_first(mica_op_region(op, 0));
    if (!entry)
        return;
    const size_t workgroup = mica_gpu_workgroup_attribution_count(op);
    print_attributions(printer, "workgroup", entry, first, workgroup);
    first += workgroup;
    print_attributions(printer, "private", entry, first,
                       mica_block_argument_count(entry) - first);
}

// ---- module

bool micai_gpu_module_parse(mica_asm_parser *parser, mica_op_state *state)
{
    const mica_attr *name, *handler, *targets;
    if (!mica_asm_parse_symbol_name(parser, &name))
        return false;
    mica_op_state_set_attr(state, "sym_name", name);
    if (mica_asm_parse_token_if(parser, "<")) {
        if (!mica_asm_parse_attr(parser, NULL, &handler) || !mica_asm_parse_token(parser, ">"))
            return false;
        mica_op_state_set_attr(state, "offloadingHandler", handler);
    }
    if (mica_asm_next_is(parser, "[")) {
        if (!mica_asm_parse_attr(parser, NULL, &targets))
            return false;
        mica_op_state_set_attr(state, "targets", targets);
    }
    mica_region *body = mica_op_state_add_region(state);
    return mica_asm_parse_attr_dict_with_keyword(parser, state) &&
           mica_asm_parse_region(parser, body, NULL, 0) &&
           mica_asm_ensure_terminator(parser, state, body);
}

void micai_gpu_module_print(mica_asm_printer *printer, mica_op *op)
{
    static const char *const printed[] = {"sym_name", "targets", "offloadingHandler", NULL};
    mica_asm_print(printer, " ");
    mica_asm_print_symbol_name(printer, mica_string_attr_text(mica_op_attr(op, "sym_name")));
    const mica_attr *handler = mica_op_attr(op, "offloadingHandler");
    if (handler) {
        mica_asm_print(printer, " <");
        mica_asm_print_attr(printer, handler);
        mica_asm_print(printer, ">");
    }
    if (mica_op_attr(op, "targets")) {
        mica_asm_print(printer, " ");
        mica_asm_print_attr(printer, mica_op_attr(op, "targets"));
        mica_asm_print(printer, " "); // a second blank follows, as upstream prints it
    }
    mica_asm_print_attr_dict_with_keyword(printer, op, printed);
    mica_asm_print(printer, " ");
    mica_asm_print_region(printer, mica_op_region(op, 0), false, false);
}

// ---- func

static bool parse_func(mica_asm_parser *parser, mica_op_state *state,
                       micai_function_signature *signature)
{
    const mica_attr *name;
    if (!mica_asm_parse_symbol_name(parser, &name))
        return false;
    mica_op_state_set_attr(state, "sym_name", name);
    if (!micai_function_signature_parse(parser, state, signature) ||
        !parse_all_attributions(parser, state, &signature->arguments))
        return false;
    if (mica_asm_parse_keyword_if(parser, "kernel"))
        mica_op_state_set_attr(state, "gpu.kernel", mica_unit_attr_get(state->context));
    return mica_asm_parse_attr_dict_with_keyword(parser, state) &&
           mica_asm_parse_region(parser, mica_op_state_add_region(state),
                                 signature->arguments.data, signature->arguments.count);
}

bool micai_gpu_func_parse(mica_asm_parser *parser, mica_op_state *state)
{
    micai_function_signature signature = {0};
    const bool parsed = parse_func(parser, state, &signature);
    micai_function_signature_free(&signature);
    return parsed;
}

void micai_gpu_func_print(mica_asm_printer *printer, mica_op *op)
{
    static const char *const printed[] = {"sym_name",
                                          "function_type",
                                          "arg_attrs",
                                          "res_attrs",
                                          "gpu.kernel",
                                          "workgroup_attributions",
                                          "workgroup_attrib_attrs",
                                          "private_attrib_attrs",
                                          NULL};
    const mica_type *type = mica_type_attr_value(mica_op_attr(op, "function_type"));
    mica_asm_print(printer, " ");
    mica_asm_print_symbol_name(printer, mica_string_attr_text(mica_op_attr(op, "sym_name")));
    micai_function_signature_print(printer, op);
    print_all_attributions(printer, op, mica_function_type_input_count(type));
    mica_asm_print(printer, mica_gpu_func_is_kernel(op) ? " kernel" : "");
    mica_asm_print_attr_dict_with_keyword(printer, op, printed);
    mica_asm_print(printer, " ");
    mica_asm_print_region(printer, mica_op_region(op, 0), false, true);
}

bool micai_gpu_func_verify(mica_op *op)
{
    const mica_type *type = mica_type_attr_value(mica_op_attr(op, "function_type"));
    if (!mica_attr_is(mica_op_attr(op, "sym_name"), MICA_ATTR_STRING))
        return mica_op_error(op, "requires string attribute 'sym_name'");
    if (mica_gpu_func_is_kernel(op) && mica_function_type_result_count(type) != 0)
        return mica_op_error(op, "expected void return type for kernel function");
    mica_block *entry = mica_region_first(mica_op_region(op, 0));
    if (!entry)
        return mica_op_error(op, "expected body with at least one block");
    const size_t inputs = mica_function_type_input_count(type);
    const size_t wanted = inputs + mica_gpu_workgroup_attribution_count(op);
    if (mica_block_argument_count(entry) < wanted)
        return mica_op_error(op, "expected at least %zu arguments to body region", wanted);
    for (size_t i = 0; i < inputs; ++i)
        if (mica_value_type(mica_block_argument(entry, i)) != mica_function_type_input(type, i))
            return mica_op_error(op,
                                 "expected body region argument #%zu to be of the type in "
                                 "its signature",
                                 i);
    return micai_gpu_verify_attributions(op, inputs);
}

static mica_region *function_region(mica_op *op)
{
    return mica_op_region(op, 0);
}

const mica_callable micai_gpu_func_callable = {.struct_size = sizeof(mica_callable),
                                               .region = function_region};
// Slots in the order of the definition.
const mica_function_like micai_gpu_func_function_like = {.struct_size =
                                                             sizeof(mica_function_like),
                                                         .type_slot = 0,
                                                         .arg_attrs_slot = 1,
                                                         .res_attrs_slot = 2,
                                                         .verifies_own_body = true};

static bool report_operand(mica_op *op, const mica_type *type, size_t index)
{
    mica_diagnostic *d = mica_op_error_begin(op, "unexpected type `");
    mica_diagnostic_append_type(d, type);
    mica_diagnostic_append(d, "' for operand #%zu", index);
    return mica_diagnostic_emit(d);
}

bool micai_gpu_return_verify(mica_op *op)
{
    mica_op *function = mica_op_parent(op);
    const mica_type *type = mica_type_attr_value(mica_op_attr(function, "function_type"));
    const size_t count = mica_function_type_result_count(type);
    if (mica_op_operand_count(op) != count)
        return mica_op_error(op, "expected %zu result operands", count);
    for (size_t i = 0; i < count; ++i)
        if (mica_value_type(mica_op_operand(op, i)) != mica_function_type_result(type, i))
            return report_operand(op, mica_value_type(mica_op_operand(op, i)), i);
    return true;
}

// ---- launch

// `(` %x `,` %y `,` %z `)`, of index type
static bool parse_ids(mica_asm_parser *parser, mica_asm_argument_list *arguments)
{
    return mica_asm_parse_argument_list(parser, MICA_DELIMITER_PAREN, arguments, false, false);
}

// keyword `(` ids `)` `in` `(` %size `=` %value, ... `)`
static bool parse_dims(mica_asm_parser *parser, const char *keyword,
                       mica_asm_argument_list *ids, mica_asm_argument_list *sizes,
                       mica_asm_operand_list *operands)
{
    const size_t offset = mica_asm_offset(parser);
    const size_t before_ids = ids->count, before_sizes = sizes->count;
    if (!mica_asm_parse_keyword(parser, keyword) || !parse_ids(parser, ids) ||
        !mica_asm_parse_keyword(parser, "in") ||
        !mica_asm_parse_assignments(parser, sizes, operands))
        return false;
    return (ids->count - before_ids == 3 && sizes->count - before_sizes == 3) ||
           mica_asm_error_at(parser, offset, "expected three ids and three sizes");
}

typedef struct launch_parts {
    mica_asm_operand_list tokens, sizes;
    mica_asm_argument_list arguments, size_arguments;
} launch_parts;

// Ids, then sizes, then attributions: the order of the body's arguments.
static void gather_arguments(mica_context *context, launch_parts *parts,
                             mica_asm_argument *arguments)
{
    const mica_type *index = mica_index_type_get(context);
    for (size_t i = 0; i < 6; ++i) {
        arguments[i] = parts->arguments.data[i];
        arguments[6 + i] = parts->size_arguments.data[i];
        arguments[i].type = arguments[6 + i].type = index;
    }
}

static bool parse_launch_operands(mica_asm_parser *parser, mica_op_state *state,
                                  launch_parts *parts)
{
    mica_context *context = state->context;
    const mica_type *token;
    if (!micai_gpu_parse_async(parser, &parts->tokens, &token) ||
        !parse_dims(parser, "blocks", &parts->arguments, &parts->size_arguments,
                    &parts->sizes) ||
        !parse_dims(parser, "threads", &parts->arguments, &parts->size_arguments,
                    &parts->sizes))
        return false;
    int32_t segments[11] = {(int32_t)parts->tokens.count, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0};
    if (token)
        mica_op_state_add_result(state, token);
    for (size_t i = 0; i < parts->tokens.count; ++i)
        if (!token || !mica_asm_resolve_operand(parser, &parts->tokens.data[i], token, state))
            return token ? false : mica_asm_error(parser, "needs 'async' keyword");
    if (!mica_asm_resolve_operands_same(parser, &parts->sizes, mica_index_type_get(context),
                                        state))
        return false;
    if (mica_asm_parse_keyword_if(parser, "dynamic_shared_memory_size")) {
        mica_asm_operand size;
        segments[10] = 1;
        if (!mica_asm_parse_operand(parser, &size) ||
            !mica_asm_resolve_operand(parser, &size,
                                      mica_integer_type_get(context, 32, MICA_SIGNLESS), state))
            return false;
    }
    mica_op_state_set_attr(state, "operandSegmentSizes",
                           mica_i32_array_attr_get(context, segments, 11));
    return true;
}

static bool parse_launch(mica_asm_parser *parser, mica_op_state *state, launch_parts *parts)
{
    if (!parse_launch_operands(parser, state, parts))
        return false;
    mica_asm_argument_list all = {0};
    bool parsed = parse_all_attributions(parser, state, &all);
    enum { MOST_ATTRIBUTIONS = 64 };
    mica_asm_argument arguments[MICA_GPU_LAUNCH_ARGUMENTS + MOST_ATTRIBUTIONS];
    if (parsed && all.count > MOST_ATTRIBUTIONS)
        parsed = mica_asm_error(parser, "expected at most %d attributions", MOST_ATTRIBUTIONS);
    if (parsed) {
        gather_arguments(state->context, parts, arguments);
        for (size_t i = 0; i < all.count; ++i)
            arguments[MICA_GPU_LAUNCH_ARGUMENTS + i] = all.data[i];
        parsed = mica_asm_parse_region(parser, mica_op_state_add_region(state), arguments,
                                       MICA_GPU_LAUNCH_ARGUMENTS + all.count) &&
                 mica_asm_parse_attr_dict(parser, state);
    }
    mica_asm_argument_list_free(&all);
    return parsed;
}

bool micai_gpu_launch_parse(mica_asm_parser *parser, mica_op_state *state)
{
    launch_parts parts = {0};
    const bool parsed = parse_launch(parser, state, &parts);
    mica_asm_operand_list_free(&parts.tokens);
    mica_asm_operand_list_free(&parts.sizes);
    mica_asm_argument_list_free(&parts.arguments);
    mica_asm_argument_list_free(&parts.size_arguments);
    return parsed;
}

static mica_value *launch_operand(mica_op *op, size_t spec)
{
    size_t start, count;
    mica_op_operand_range(op, spec, &start, &count);
    return count ? mica_op_operand(op, start) : NULL;
}

static void print_dims(mica_asm_printer *printer, mica_op *op, const char *keyword,
                       size_t first_id, size_t first_size, size_t first_operand)
{
    mica_block *body = mica_region_first(mica_op_region(op, 0));
    mica_asm_printf(printer, " %s(", keyword);
    for (size_t i = 0; i < 3; ++i) {
        mica_asm_print(printer, i ? ", " : "");
        mica_asm_print_operand(printer, mica_block_argument(body, first_id + i));
    }
    mica_asm_print(printer, ") in (");
    for (size_t i = 0; i < 3; ++i) {
        mica_asm_print(printer, i ? ", " : "");
        mica_asm_print_operand(printer, mica_block_argument(body, first_size + i));
        mica_asm_print(printer, " = ");
        mica_asm_print_operand(printer, launch_operand(op, first_operand + i));
    }
    mica_asm_print(printer, ")");
}

void micai_gpu_launch_print(mica_asm_printer *printer, mica_op *op)
{
    static const char *const printed[] = {"operandSegmentSizes", "workgroup_attributions",
                                          NULL};
    size_t start, count;
    mica_asm_print(printer, mica_op_result_count(op) ? " async" : "");
    mica_op_operand_range(op, MICA_GPU_OPERANDS_ASYNC, &start, &count);
    if (count) {
        mica_asm_print(printer, " [");
        mica_asm_print_operands(printer, op, start, count);
        mica_asm_print(printer, "]");
    }
    print_dims(printer, op, "blocks", MICA_GPU_LAUNCH_BLOCK_ID, MICA_GPU_LAUNCH_GRID_SIZE,
               MICA_GPU_OPERANDS_GRID);
    print_dims(printer, op, "threads", MICA_GPU_LAUNCH_THREAD_ID, MICA_GPU_LAUNCH_BLOCK_SIZE,
               MICA_GPU_OPERANDS_BLOCK);
    mica_value *shared = launch_operand(op, MICA_GPU_OPERANDS_SHARED_MEMORY);
    if (shared) {
        mica_asm_print(printer, " dynamic_shared_memory_size ");
        mica_asm_print_operand(printer, shared);
    }
    print_all_attributions(printer, op, MICA_GPU_LAUNCH_ARGUMENTS);
    mica_asm_print(printer, " ");
    mica_asm_print_region(printer, mica_op_region(op, 0), false, true);
    mica_asm_print_attr_dict(printer, op, printed);
}

bool micai_gpu_launch_verify_regions(mica_op *op)
{
    mica_block *body = mica_region_first(mica_op_region(op, 0));
    const size_t wanted = MICA_GPU_LAUNCH_ARGUMENTS + mica_gpu_workgroup_attribution_count(op);
    if (!body || mica_block_argument_count(body) < wanted)
        return mica_op_error(op, "unexpected number of region arguments");
    mica_for_each_block(block, mica_op_region(op, 0))
    {
        mica_op *last = mica_block_last(block);
        if (last && mica_op_successor_count(last) == 0 &&
            !mica_string_is(mica_op_name(last), "gpu.terminator"))
            return emit(last, "expected 'gpu.terminator' or a terminator with successors");
    }
    return micai_gpu_verify_attributions(op, MICA_GPU_LAUNCH_ARGUMENTS);
}

// ---- launch_func

static bool verify_kernel(mica_op *op, mica_symbol_cache *cache)
{
    const mica_attr *reference = mica_op_attr(op, "kernel");
    mica_op *module = mica_op_parent(op);
    while (module && !mica_op_attr(module, "gpu.container_module"))
        module = mica_op_parent(module);
    if (!module || mica_op_parent(op) == module)
        return mica_op_error(op, "expected the closest surrounding module to have the "
                                 "'gpu.container_module' attribute");
    const mica_attr *root = mica_symbol_ref_attr_get(
        mica_op_context(op), mica_symbol_ref_attr_root(reference), NULL, 0);
    mica_op *kernels = mica_symbol_cache_resolve(cache, op, root);
    if (!kernels)
        return mica_op_error(op, "kernel container '%.*s' is undefined",
                             MICA_STRING_ARG(mica_symbol_ref_attr_root(reference)));
    if (mica_string_is(mica_op_name(kernels), "gpu.binary"))
        return true;
    mica_op *kernel = mica_symbol_cache_resolve(cache, op, reference);
    if (!kernel)
        return mica_op_error(op, "kernel function '%.*s' is undefined",
                             MICA_STRING_ARG(mica_symbol_ref_attr_leaf(reference)));
    if (!mica_gpu_func_is_kernel(kernel))
        return mica_op_error(op, "kernel function is missing the 'gpu.kernel' attribute");
    if (!mica_string_is(mica_op_name(kernel), "gpu.func"))
        return true;
    size_t start, count;
    mica_op_operand_range(op, MICA_GPU_OPERANDS_KERNEL, &start, &count);
    const mica_type *type = mica_type_attr_value(mica_op_attr(kernel, "function_type"));
    if (count != mica_function_type_input_count(type))
        return mica_op_error(op, "got %zu kernel operands but expected %zu", count,
                             mica_function_type_input_count(type));
    for (size_t i = 0; i < count; ++i)
        if (mica_value_type(mica_op_operand(op, start + i)) !=
            mica_function_type_input(type, i))
            return mica_op_error(op, "type of function argument %zu does not match", i);
    return true;
}

const mica_symbol_user micai_gpu_launch_func_symbol_user = {
    .struct_size = sizeof(mica_symbol_user), .verify_uses = verify_kernel};

// ---- names of results

// %thread_id_x, %block_dim_y, ...
void micai_gpu_name_dimension(mica_op *op, mica_name_value_fn name, void *user)
{
    static const char letters[] = "xyz";
    const mica_attr *dimension = mica_op_attr(op, "dimension");
    const mica_string op_name = mica_op_name(op);
    const uint64_t index = dimension ? mica_attr_param(dimension, 0) : 0;
    char text[64];
    snprintf(text, sizeof text, "%.*s_%c", (int)op_name.length - 4, op_name.data + 4,
             letters[index < 3 ? index : 0]);
    name(user, mica_op_result(op, 0), mica_string_from(text));
}

void micai_gpu_shuffle_name_results(mica_op *op, mica_name_value_fn name, void *user)
{
    name(user, mica_op_result(op, 0), mica_string_from("shuffleResult"));
    name(user, mica_op_result(op, 1), mica_string_from("valid"));
}

void micai_gpu_name_memref(mica_op *op, mica_name_value_fn name, void *user)
{
    name(user, mica_op_result(op, 0), mica_string_from("memref"));
    if (mica_op_result_count(op) > 1)
        name(user, mica_op_result(op, 1), mica_string_from("asyncToken"));
}
