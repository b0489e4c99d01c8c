// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rewrite patterns as a C table: the text is compiled as at run time, and the program written
// out. Attributes and types in it stay text, so that no dialect has to be known here.
#include "ir/rewrite/match_program.h"
#include "tools/mica-gen/generator.h"

static const char suffix[] = ".rewrite";

bool generator_is_rewrite_file(const char *path)
{
    const size_t length = strlen(path), end = sizeof suffix - 1;
    return length > end && strcmp(path + length - end, suffix) == 0;
}

static bool write_text(void *user, const char *data, size_t size)
{
    return fwrite(data, 1, size, user) == size;
}

/// "a/b/arith.rewrite" -> micai_arith_rewrites
static void name_table(const char *path, char *name, size_t size)
{
    const char *base = strrchr(path, '/');
    base = base ? base + 1 : path;
    const int length = (int)(strlen(base) - (sizeof suffix - 1));
    snprintf(name, size, "micai_%.*s_rewrites", length, base);
}

bool generator_write_rewrites(mica_context *context, const char *input, const char *output)
{
    mica_match_program *program = mica_match_program_load_file(context, input);
    FILE *out = program ? fopen(output, "w") : NULL;
    bool written = out != NULL;
    if (program && !out)
        fprintf(stderr, "mica-gen: cannot write '%s'\n", output);
    if (out) {
        char name[256];
        name_table(input, name, sizeof name);
        written = mica_match_program_emit(program, name, write_text, out);
        written &= fclose(out) == 0;
        if (!written) {
            fprintf(stderr, "mica-gen: writing '%s' failed\n", output);
            remove(output);
        }
    }
    mica_match_program_destroy(program);
    return written;
}
