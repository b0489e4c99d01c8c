// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// symbol-privatize: symbols of the op become private, but those named in `exclude`.
#include "ir/core/definition.h"
#include "ir/core/symbol_table.h"
#include "transforms/pass/pass.h"

static bool is_excluded(const mica_pass_options *options, mica_string name)
{
    size_t count;
    const mica_string *excluded = mica_pass_option_strings(options, "exclude", &count);
    for (size_t i = 0; i < count; i++)
        if (mica_string_equal(excluded[i], name))
            return true;
    return false;
}

static bool run_privatize(mica_pass_run *run)
{
    mica_op *table = mica_pass_run_op(run);
    const mica_pass_options *options = mica_pass_run_options(run);
    if (!mica_op_has_trait(table, MICA_TRAIT_SYMBOL_TABLE))
        return true;
    mica_for_each_block(block, mica_op_region(table, 0)) mica_for_each_op(op, block)
    {
        if (!mica_op_has_trait(op, MICA_TRAIT_SYMBOL) || !mica_symbol_name(op) ||
            is_excluded(options, mica_string_attr_text(mica_symbol_name(op))) ||
            mica_symbol_get_visibility(op) == MICA_VISIBILITY_PRIVATE)
            continue;
        mica_symbol_set_visibility(op, MICA_VISIBILITY_PRIVATE);
    }
    return true;
}

static const mica_option_def options[] = {
    {"exclude", MICA_OPTION_STRING_LIST,
     "Comma separated list of symbols that should not be marked private", NULL, NULL},
};

const mica_pass_def mica_pass_symbol_privatize = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "symbol-privatize",
    .name = "SymbolPrivatize",
    .summary = "Mark symbols private",
    .options = options,
    .option_count = 1,
    .run = run_privatize,
};
