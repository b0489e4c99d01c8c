// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mica-gen FILE.dialect: C tables, accessors, builders and a reference page of a dialect.
// mica-gen FILE.rewrite: the patterns as a C table.

#include <stdlib.h>
#include <sys/stat.h>

#include "tools/mica-gen/generator.h"

_Static_assert(offsetof(mica_type_def, assembly) == offsetof(mica_attr_def, assembly) &&
                   offsetof(mica_type_def, print) == offsetof(mica_attr_def, print) &&
                   offsetof(mica_type_def, interface_count) ==
                       offsetof(mica_attr_def, interface_count),
               "types and attributes are written by the same functions");

static const char usage[] =
    "usage: mica-gen FILE.dialect [--header F.h] [--source F.c] [--docs F.md]\n"
    "                [--docs-table F.md] [--depfile F.d] [--name PATH] [-I FOLDER]...\n"
    "       mica-gen FILE.rewrite --source F.c [--name PATH]\n"
    "\n"
    "Turns the definition of a dialect (docs/definition-language.md) into C and Markdown, "
    "rewrite\n"
    "patterns (docs/rewrite-language.md) into the C table micai_FILE_rewrites.\n"
    "  --header, --source  C header and tables\n"
    "  --docs              reference page\n"
    "  --docs-table        short reference page: a row for each op\n"
    "  --depfile           what was read, for make and ninja\n"
    "  --name              how the outputs call FILE (default: as given)\n"
    "  -I                  where includes are looked up, after the folder of FILE\n";

typedef struct options {
    const char *input, *header, *source, *docs, *docs_table, *depfile, *name;
    const char *folders[64];
    size_t folder_count;
} options;

// ---- diagnostics
// -----------------------------------------------------------------------------

/// The line of a file, for the caret; false when it can't be read.
static bool read_line(const char *path, uint32_t number, char *line, int size)
{
    FILE *stream = fopen(path, "r");
    bool found = stream != NULL;
    for (uint32_t i = 0; found && i < number; ++i)
        found = fgets(line, size, stream) != NULL;
    if (stream)
        fclose(stream);
    if (found)
        line[strcspn(line, "\n")] = '\0';
    return found;
}

static void print_diagnostic(void *user, const mica_diagnostic *diagnostic)
{
    mica_context *context = user;
    char path[4096], line[512];
    mica_string file;
    uint32_t row = 0, column = 0;
    const mica_string message = mica_diagnostic_message(diagnostic);
    if (!mica_location_resolve(context, mica_diagnostic_location(diagnostic), &file, &row,
                               &column)) {
        fprintf(stderr, "mica-gen: error: %.*s\n", MICA_STRING_ARG(message));
        return;
    }
    snprintf(path, sizeof path, "%.*s", MICA_STRING_ARG(file));
    fprintf(stderr, "%s:%u:%u: error: %.*s\n", path, row, column, MICA_STRING_ARG(message));
    if (read_line(path, row, line, (int)sizeof line))
        fprintf(stderr, "%s\n%*s^\n", line, (int)column - 1, "");
}

// ---- outputs
// ---------------------------------------------------------------------------------

static bool is_regular_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static bool write_file(generator *g, const char *path, void (*first)(generator *g, FILE *out),
                       void (*second)(generator *g, FILE *out))
{
    if (!path)
        return true;
    FILE *out = fopen(path, "w");
    if (!out) {
        fprintf(stderr, "mica-gen: cannot write '%s'\n", path);
        return false;
    }
    first(g, out);
    if (second)
        second(g, out);
    const bool written = !ferror(out);
    if (fclose(out) == 0 && written && !g->out_of_memory)
        return true;
    fprintf(stderr, "mica-gen: writing '%s' failed\n", path);
    if (is_regular_file(path))
        remove(path);
    return false;
}

static bool write_depfile(const options *o, const micai_reader *reader)
{
    if (!o->depfile)
        return true;
    FILE *out = fopen(o->depfile, "w");
    if (!out)
        return false;
    fprintf(out, "%s:", o->source ? o->source : o->header);
    for (size_t i = 1; i < reader->file_count; ++i) // 0 is the prelude
        fprintf(out, " %s", reader->files[i].name);
    fputc('\n', out);
    return fclose(out) == 0;
}

static bool generate(const options *o, micai_reader *reader)
{
    generator g = {.source = o->name ? o->name : o->input,
                   .items = reader->items,
                   .item_count = reader->item_count};
    micai_build build;
    g.dialect = micai_build_dialect(&build, reader, generator_find_hook, &g, NULL);
    const bool written =
        g.dialect && write_file(&g, o->header, generator_write_header, NULL) &&
        write_file(&g, o->source, generator_write_tables, generator_write_builders) &&
        write_file(&g, o->docs, generator_write_markdown, NULL) &&
        write_file(&g, o->docs_table, generator_write_markdown_table, NULL) &&
        write_depfile(o, reader);
    micai_build_free(&build);
    free(g.hooks);
    return written;
}

static bool generate_dialect(const options *o, mica_context *context)
{
    micai_reader reader;
    micai_reader_init(&reader, context);
    reader.include_folders = o->folders;
    reader.include_folder_count = o->folder_count;
    const bool done = micai_reader_read_prelude(&reader) &&
                      micai_reader_read_file(&reader, o->input) && generate(o, &reader);
    micai_reader_free(&reader);
    return done;
}

// ---- options
// ---------------------------------------------------------------------------------

static bool parse_options(int argc, char **argv, options *o)
{
    const struct {
        const char *flag;
        const char **value;
    } flags[] = {{"--header", &o->header},   {"--source", &o->source},
                 {"--docs", &o->docs},       {"--docs-table", &o->docs_table},
                 {"--depfile", &o->depfile}, {"--name", &o->name}};
    for (int i = 1; i < argc; ++i) {
        size_t k = 0;
        while (k < sizeof flags / sizeof flags[0] && strcmp(argv[i], flags[k].flag) != 0)
            ++k;
        if (k < sizeof flags / sizeof flags[0]) {
            if (++i == argc)
                return false;
            *flags[k].value = argv[i];
        } else if (strcmp(argv[i], "-I") == 0) {
            if (++i == argc || o->folder_count == sizeof o->folders / sizeof o->folders[0])
                return false;
            o->folders[o->folder_count++] = argv[i];
        } else if (argv[i][0] == '-' || o->input) {
            return false;
        } else {
            o->input = argv[i];
        }
    }
    return o->input != NULL;
}

int main(int argc, char **argv)
{
    options o = {0};
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return 0;
    }
    if (!parse_options(argc, argv, &o)) {
        fputs(usage, stderr);
        return 2;
    }
    mica_context *context = mica_context_create(NULL);
    if (!context)
        return 1;
    mica_context_set_diagnostic_handler(context, print_diagnostic, context);
    const bool done = generator_is_rewrite_file(o.input)
                          ? o.source && generator_write_rewrites(context, o.input, o.source)
                          : generate_dialect(&o, context);
    mica_context_destroy(context);
    return done ? 0 : 1;
}
