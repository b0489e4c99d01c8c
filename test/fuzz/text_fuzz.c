// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Any bytes as MLIR text: refused with a diagnostic, or read, verified and printed. What was
// printed reads back, in both forms, and prints the same again.
#include "test/fuzz/fuzz_context.h"

#include "ir/text/text.h"

#include <stdio.h>
#include <stdlib.h>

static mica_op *parse(mica_context *context, const char *text)
{
    return mica_parse_source(context, mica_string_from(text), mica_string_from("again"), NULL);
}

static char *print(mica_op *module, bool generic)
{
    const mica_print_options options = {.struct_size = sizeof options, .generic = generic};
    char *text = mica_op_to_string(module, &options);
    if (!text)
        abort();
    return text;
}

static void check_round_trip(const char *text, bool generic, const char *expected)
{
    mica_context *context = fuzz_context_create(true);
    mica_op *module = parse(context, text);
    if (!module) {
        fprintf(stderr, "does not read back:\n%s\n", text);
        abort();
    }
    char *again = print(module, generic);
    if (strcmp(again, expected) != 0) {
        fprintf(stderr, "printed first:\n%s\nthen:\n%s\n", expected, again);
        abort();
    }
    free(again);
    mica_context_destroy(context);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    mica_context *context = fuzz_context_create(true);
    mica_op *module =
        mica_parse_source(context, fuzz_text(bytes, size), mica_string_from("input"), NULL);
    fuzz_check_verdict(context, module != NULL);
    char *custom = module ? print(module, false) : NULL;
    char *generic = module ? print(module, true) : NULL;
    mica_context_destroy(context);
    if (custom) {
        check_round_trip(custom, false, custom);
        check_round_trip(generic, true, generic);
    }
    free(custom);
    free(generic);
    return 0;
}
