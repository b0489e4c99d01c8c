// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `.rewrite` files: reading one from disk, and writing a program as a table in C.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "ir/core/diagnostics.h"
#include "ir/core/location.h"
#include "ir/rewrite/match_program_internal.h"
#include "ir/rewrite/rewriter_internal.h"
#include "ir/support/text_buffer_internal.h"

mica_match_program *mica_match_program_load_file(mica_context *context, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        mica_diagnostic_emit(mica_error(context, mica_location_unknown(),
                                        "cannot open rewrite file '%s': %s", path,
                                        strerror(errno)));
        return NULL;
    }
    micai_text_buffer text = micai_text_buffer_on(micai_context_allocator(context));
    char chunk[4096];
    size_t size;
    while ((size = fread(chunk, 1, sizeof(chunk), file)) > 0)
        micai_text_append(&text, chunk, size);
    const bool failed = ferror(file) || text.failed;
    fclose(file);
    mica_match_program *program = NULL;
    if (failed)
        mica_diagnostic_emit(mica_error(context, mica_location_unknown(),
                                        "cannot read rewrite file '%s'", path));
    else
        program =
            mica_match_program_load(context, micai_text_view(&text), mica_string_from(path));
    micai_text_buffer_free(&text);
    return program;
}

// ---- as C
// ------------------------------------------------------------------------------------

static void print_string(micai_text_buffer *out, const char *text)
{
    micai_text_printf(out, "\"");
    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            micai_text_printf(out, "\\%c", c);
        else if (c < ' ' || c > '~')
            micai_text_printf(out, "\\%03o", c);
        else
            micai_text_printf(out, "%c", c);
    }
    micai_text_printf(out, "\"");
}

static void print_strings(micai_text_buffer *out, const char *row, const char *const *texts,
                          uint32_t count)
{
    micai_text_printf(out, "static const char *const %s[] = {", row);
    for (uint32_t i = 0; i < count; i++) {
        micai_text_printf(out, "\n    ");
        print_string(out, texts[i]);
        micai_text_printf(out, ",");
    }
    micai_text_printf(out, " NULL};\n");
}

static void print_words(micai_text_buffer *out, const mica_match_program *program)
{
    micai_text_printf(out, "static const uint16_t words[] = {");
    for (uint32_t i = 0; i < program->word_count; i++)
        micai_text_printf(out, "%s%u,", i % 16 ? " " : "\n    ", program->words[i]);
    micai_text_printf(out, " 0};\n");
}

static void print_literals(micai_text_buffer *out, const mica_match_program *program)
{
    micai_text_printf(out, "static const micai_match_literal literals[] = {\n");
    for (uint32_t i = 0; i < program->literal_count; i++) {
        micai_text_printf(out, "    {(micai_literal_kind)%d, ", (int)program->literals[i].kind);
        print_string(out, program->literals[i].text);
        micai_text_printf(out, ", INT64_C(%" PRId64 ")},\n", program->literals[i].integer);
    }
    micai_text_printf(out, "    {MICAI_LITERAL_ATTR, NULL, 0}};\n");
}

static void print_patterns(micai_text_buffer *out, const mica_match_program *program)
{
    micai_text_printf(out, "static const micai_match_pattern patterns[] = {\n");
    for (uint32_t i = 0; i < program->pattern_count; i++) {
        const micai_match_pattern *pattern = &program->patterns[i];
        micai_text_printf(out, "    {");
        print_string(out, pattern->name);
        micai_text_printf(out, ", ");
        print_string(out, pattern->root);
        micai_text_printf(out, ", %u, %u, %u},\n", pattern->benefit, pattern->start,
                          pattern->registers);
    }
    micai_text_printf(out, "    {NULL, NULL, 0, 0, 0}};\n");
}

bool mica_match_program_emit(const mica_match_program *program, const char *name,
                             bool (*write)(void *user, const char *data, size_t size),
                             void *user)
{
    const micai_allocator allocator = micai_allocator_system(NULL);
    micai_text_buffer out = micai_text_buffer_on(&allocator);
    micai_text_printf(&out, "// Made from rewrite patterns; do not edit.\n"
                            "#include \"ir/rewrite/match_program_internal.h\"\n\n");
    print_words(&out, program);
    print_strings(&out, "names", program->names, program->name_count);
    print_strings(&out, "natives", program->natives, program->native_count);
    print_literals(&out, program);
    print_patterns(&out, program);
    micai_text_printf(&out,
                      "extern const mica_match_program %s;\n"
                      "const mica_match_program %s = {\n"
                      "    sizeof(mica_match_program), patterns, words, names, literals, "
                      "natives,\n    %u, %u, %u, %u, %u};\n",
                      name, name, program->pattern_count, program->word_count,
                      program->name_count, program->literal_count, program->native_count);
    const mica_string text = micai_text_view(&out);
    const bool done = !out.failed && write(user, text.data, text.length);
    micai_text_buffer_free(&out);
    return done;
}
