// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// print-ir: writes the op to where the pass manager writes printed IR.
#include "transforms/pass/pass_internal.h"

static bool run_print(mica_pass_run *run)
{
    const micai_pass_runner *runner = run->runner;
    if (!runner->write)
        return true;
    const mica_string label = mica_pass_option_string(&run->item->options, "label");
    micai_text_buffer title = micai_text_buffer_on(runner->manager->allocator);
    micai_text_printf(&title, "// -----// IR Dump%s%.*s //----- //\n", label.length ? " " : "",
                      MICA_STRING_ARG(label));
    const mica_string text = micai_text_view(&title);
    runner->write(runner->write_user, text.data, text.length);
    micai_text_buffer_free(&title);
    mica_print_op(run->op, runner->manager->options.print_options, runner->write,
                  runner->write_user);
    runner->write(runner->write_user, "\n", 1);
    mica_pass_run_mark_unchanged(run);
    return true;
}

static const mica_option_def options[] = {
    {"label", MICA_OPTION_STRING, "Label", NULL, NULL},
};

const mica_pass_def mica_pass_print_ir = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "print-ir",
    .name = "PrintIRPass",
    .summary = "Print IR on the debug stream",
    .options = options,
    .option_count = 1,
    .run = run_print,
};
