// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Printing the IR around passes: --mlir-print-ir-before, -after and their kin.
#include "transforms/pass/pass_internal.h"

static bool is_listed(const char *const *list, const mica_pass_def *pass)
{
    for (size_t i = 0; list && list[i]; i++)
        if (strcmp(list[i], pass->argument) == 0)
            return true;
    return false;
}

bool micai_dump_is_wanted_before(const mica_pass_manager_options *options,
                                 const mica_pass_def *pass)
{
    return options->write &&
           (options->print_before_all || is_listed(options->print_before, pass));
}

bool micai_dump_is_wanted_after(const mica_pass_manager_options *options,
                                const mica_pass_def *pass, bool edited, bool failed)
{
    if (!options->write)
        return false;
    if (failed)
        return options->print_after_failure || options->print_after_all;
    if (options->print_after_failure || (options->print_after_change && !edited))
        return false;
    return options->print_after_all || is_listed(options->print_after, pass);
}

/// "('func.func' operation: @f)" of an op that stands in another one.
static void describe_op(const mica_op *op, micai_text_buffer *text)
{
    const mica_attr *symbol = mica_op_attr(op, "sym_name");
    micai_text_printf(text, " ('%.*s' operation", MICA_STRING_ARG(mica_op_name(op)));
    if (mica_attr_is(symbol, MICA_ATTR_STRING))
        micai_text_printf(text, ": @%.*s", MICA_STRING_ARG(mica_string_attr_text(symbol)));
    micai_text_printf(text, ")");
}

static mica_op *top_level_op(mica_op *op)
{
    for (mica_op *parent; (parent = mica_op_parent(op));)
        op = parent;
    return op;
}

static void write_to(const micai_pass_runner *runner, const char *data, size_t size)
{
    runner->write(runner->write_user, data, size);
}

void micai_dump_ir(micai_pass_runner *runner, const micai_pass_item *item, mica_op *op,
                   micai_dump_moment moment)
{
    if (!runner->write)
        return;
    const mica_pass_manager_options *options = &runner->manager->options;
    micai_text_buffer title = micai_text_buffer_on(runner->manager->allocator);
    micai_text_printf(&title, "// -----// IR Dump %s %s%s (%s)",
                      moment == MICAI_DUMP_BEFORE ? "Before" : "After", item->pass->name,
                      moment == MICAI_DUMP_FAILED ? " Failed" : "", item->pass->argument);
    mica_op *printed = op;
    if (options->print_module_scope) {
        describe_op(op, &title);
        printed = top_level_op(op);
    }
    micai_text_printf(&title, " //----- //\n");
    const mica_string text = micai_text_view(&title);
    write_to(runner, text.data, text.length);
    micai_text_buffer_free(&title);
    mica_print_op(printed, options->print_options, runner->write, runner->write_user);
    write_to(runner, "\n\n", 2);
}
