// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Any bytes as a `.rewrite` file: refused with a diagnostic, or a program, which is written as
// C and applied to a module.
#include "test/fuzz/fuzz_context.h"

#include "ir/rewrite/match_program.h"
#include "ir/rewrite/pattern.h"
#include "ir/text/text.h"
#include "transforms/drivers/greedy.h"

#include <stdlib.h>

static const char subject[] = "func.func @f(%a: i32, %b: i32) -> i32 {\n"
                              "  %c = arith.constant 2 : i32\n"
                              "  %0 = arith.muli %a, %c : i32\n"
                              "  %1 = arith.addi %0, %b : i32\n"
                              "  %2 = arith.addi %b, %1 : i32\n"
                              "  return %2 : i32\n"
                              "}\n";

static bool count_bytes(void *user, const char *data, size_t size)
{
    (void)data;
    *(size_t *)user += size;
    return true;
}

static void apply(mica_context *context, const mica_match_program *program)
{
    mica_op *module = mica_parse_source(context, mica_string_from(subject),
                                        mica_string_from("subject"), NULL);
    mica_pattern_set *set = mica_pattern_set_create(context);
    if (!module || !set)
        abort();
    const mica_greedy_options options = {.struct_size = sizeof options, .max_rewrites = 100};
    // A pattern may make what no verifier would let through; that is the pattern's fault.
    if (mica_pattern_set_add_program(set, program) && mica_pattern_set_freeze(set))
        mica_greedy_run(module, set, &options, NULL);
    mica_pattern_set_destroy(set);
    mica_op_destroy(module);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    mica_context *context = fuzz_context_create(true);
    mica_match_program *program = mica_match_program_load(context, fuzz_text(bytes, size),
                                                          mica_string_from("input.rewrite"));
    fuzz_check_verdict(context, program != NULL);
    if (program) {
        size_t written = 0;
        if (!mica_match_program_emit(program, "patterns", count_bytes, &written) || !written)
            abort();
        apply(context, program);
        mica_match_program_destroy(program);
    }
    mica_context_destroy(context);
    return 0;
}
