// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-cf-to-llvm: branches, and assertions, which end the program with a message.
//
//   cf.assert %ok, "text"    ->    llvm.cond_br %ok, ^next, ^fail
//                                ^fail: puts("text"), abort(), unreachable
#include "ir/core/diagnostics.h"
#include "ir/core/symbol_table.h"
#include "transforms/convert/llvm_lowering.h"

#include <stdio.h>
#include <stdlib.h>

/// Gives the arguments of the block's region converted types, those of the entry block
/// excepted: they are the business of whoever converts the function.
static bool convert_target(mica_rewriter *rewriter, const mica_adapted *adapted,
                           mica_block *block)
{
    bool legal = true;
    for (size_t i = 0; legal && i < mica_block_argument_count(block); i++)
        legal = mica_type_converter_is_legal(adapted->converter,
                                             mica_value_type(mica_block_argument(block, i)));
    if (legal)
        return true;
    mica_region *region = mica_block_region(block);
    mica_block *entry = mica_region_first(region);
    size_t count = mica_block_argument_count(entry);
    const mica_type **types = mica_malloc((count + 1) * sizeof *types);
    uint32_t *offsets = mica_malloc((count + 1) * sizeof *offsets);
    bool ok = types && offsets;
    for (size_t i = 0; ok && i <= count; i++) {
        offsets[i] = (uint32_t)i;
        if (i < count)
            types[i] = mica_value_type(mica_block_argument(entry, i));
    }
    ok = ok && mica_conversion_convert_region(adapted, rewriter, region, types, offsets);
    mica_free(types);
    mica_free(offsets);
    return ok;
}

/// A branch with the same shape in the llvm dialect: operands, successors and attributes.
static bool convert_branch(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                           void *user)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    for (size_t i = 0; i < mica_op_successor_count(op); i++)
        if (!convert_target(rewriter, adapted, mica_op_successor(op, i)))
            return mica_rewriter_fail(rewriter, op, "a block argument can't be converted");
    mica_op_state state;
    mica_op_state_init(&state, builder->context, user, builder->location);
    mica_op_state_add_operands(&state, adapted->values, adapted->count);
    for (size_t i = 0; i < mica_op_successor_count(op); i++)
        mica_op_state_add_successor(&state, mica_op_successor(op, i));
    const mica_op_def *definition = mica_op_definition(op);
    for (size_t i = 0; definition && i < mica_op_slot_count(op); i++)
        if (mica_op_slot(op, i))
            mica_op_state_set_attr(&state, definition->attrs[i].name, mica_op_slot(op, i));
    for (size_t i = 0; i < mica_op_attr_count(op); i++) {
        mica_named_attr attr = mica_op_attr_entry(op, i);
        mica_op_state_set_attr_by_name(&state, attr.name, attr.value);
    }
    mica_builder_create(builder, &state);
    return mica_rewriter_erase_op(rewriter, op);
}

// ---- assertions

/// The global that holds the message and its final NUL; made at the start of the module.
static mica_string declare_message(mica_builder *builder, mica_op *op, mica_string text)
{
    mica_op *module = mica_symbol_table_nearest(op);
    char name[32];
    size_t number = 0;
    do
        snprintf(name, sizeof name, "assert_msg_%zu", number++);
    while (mica_symbol_find_in(module, mica_string_from(name)));
    char *terminated = mica_malloc(text.length + 1);
    if (!terminated)
        return mica_string_from(NULL);
    memcpy(terminated, text.data, text.length);
    terminated[text.length] = '\0';
    mica_string bytes = {terminated, text.length + 1};
    const mica_type *i8 = mica_integer_type_get(builder->context, 8, MICA_SIGNLESS);
    const mica_attr *value = mica_string_attr_get(builder->context, bytes);
    mica_free(terminated);

    mica_builder at_start = *builder;
    mica_builder_set_at_start(&at_start, mica_module_body(module));
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "llvm.mlir.global", builder->location);
    enum { PRIVATE = 0 };
    const mica_type *type = mica_llvm_array_get(i8, (int64_t)bytes.length);
    const mica_attr *symbol = mica_string_attr_get(builder->context, mica_string_from(name));
    mica_op_state_set_attr(&state, "global_type", mica_type_attr_get(type));
    mica_op_state_set_attr(&state, "constant", mica_unit_attr_get(builder->context));
    mica_op_state_set_attr(&state, "sym_name", symbol);
    mica_op_state_set_attr(&state, "linkage", mica_llvm_linkage_get(builder->context, PRIVATE));
    mica_op_state_set_attr(&state, "value", value);
    mica_op_state_set_attr(&state, "addr_space", mica_i32_attr_get(builder->context, 0));
    mica_op_state_add_region(&state);
    mica_builder_create(&at_start, &state);
    return mica_string_attr_text(symbol);
}

static bool convert_assert(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                           void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_context *context = builder->context;
    const mica_type *pointer = mica_llvm_pointer_get(context, 0);
    const mica_type *void_type = mica_llvm_void_get(context);
    mica_string message =
        declare_message(builder, op, mica_string_attr_text(mica_op_attr(op, "msg")));
    const mica_type *puts_type = mica_llvm_function_get(void_type, &pointer, 1, false);
    const mica_type *abort_type = mica_llvm_function_get(void_type, NULL, 0, false);
    if (!message.data || !micai_llvm_declare_function(builder, op, "puts", puts_type) ||
        !micai_llvm_declare_function(builder, op, "abort", abort_type))
        return mica_rewriter_fail(rewriter, op, "puts or abort can't be declared");
    mica_value *condition = adapted->values[0];
    mica_block *here = mica_op_block(op);
    mica_block *next = mica_rewriter_split_block(rewriter, op);
    mica_block *fail =
        mica_builder_create_block(builder, mica_block_region(here), NULL, NULL, 0);
    mica_value *address = micai_llvm_address_of(builder, pointer, message);
    micai_llvm_call(builder, mica_string_from("puts"), NULL, &address, 1);
    micai_llvm_call(builder, mica_string_from("abort"), NULL, NULL, 0);
    micai_llvm_create(builder, "llvm.unreachable", NULL, NULL, 0);
    mica_builder_set_at_end(builder, here);
    micai_llvm_conditional_branch(builder, condition, next, fail);
    return mica_rewriter_erase_op(rewriter, op);
}

// ---- the pass

static const mica_conversion_pattern patterns[] = {
    {"convert-br", "cf.br", 1, convert_branch, "llvm.br"},
    {"convert-cond-br", "cf.cond_br", 1, convert_branch, "llvm.cond_br"},
    {"convert-switch", "cf.switch", 1, convert_branch, "llvm.switch"},
    {"convert-assert", "cf.assert", 1, convert_assert, NULL},
};

bool micai_cf_to_llvm_add(mica_conversion *conversion)
{
    return mica_conversion_add(conversion, patterns, sizeof patterns / sizeof *patterns);
}

static bool populate(mica_conversion *conversion, const mica_pass_options *options)
{
    (void)options;
    return micai_cf_to_llvm_add(conversion);
}

static bool run_convert_cf_to_llvm(mica_pass_run *run)
{
    static const char *const illegal[] = {"cf", NULL};
    static const micai_llvm_conversion conversion = {illegal, NULL, populate};
    return micai_llvm_conversion_run(run, &conversion);
}

static const mica_option_def options[] = {MICAI_INDEX_BITWIDTH_OPTION};

const mica_pass_def mica_pass_convert_cf_to_llvm = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-cf-to-llvm",
    .name = "ConvertControlFlowToLLVMPass",
    .summary = "Turn branches into those of the llvm dialect",
    .anchor = "builtin.module",
    .options = options,
    .option_count = 1,
    .dependent_dialects = micai_llvm_dependent_dialects,
    .run = run_convert_cf_to_llvm,
};
