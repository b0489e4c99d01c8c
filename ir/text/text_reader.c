// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Entry points of reading: a source, a file, one type or attribute. The text is copied once
// into a buffer that ends in NUL (a file is read into it) and freed when the parse is over.
#include <errno.h>
#include <stdio.h>

#include "ir/core/verifier.h"
#include "ir/text/op_frames_internal.h"
#include "ir/text/type_attr.h"

typedef struct text_source {
    char *data;
    size_t length, size;
} text_source;

static void free_buffer(mica_context *context, text_source *source)
{
    micai_release(&context->allocator, source->data, source->size);
}

static bool copy_text(mica_context *context, mica_string text, text_source *source)
{
    source->size = text.length + 1;
    source->length = text.length;
    source->data = micai_allocate(&context->allocator, source->size);
    if (!source->data)
        return false;
    if (text.length)
        memcpy(source->data, text.data, text.length);
    source->data[text.length] = '\0';
    return true;
}

// ---- modules
// ---------------------------------------------------------------------------------

// The op that the implicit module stands for: itself, unless it holds one module only.
static mica_op *choose_module(mica_op *module)
{
    mica_block *body = mica_module_body(module);
    mica_op *only = mica_block_first(body);
    if (!only || mica_op_next(only) || !mica_string_is(mica_op_name(only), "builtin.module"))
        return module;
    mica_op_remove(only);
    mica_op_destroy(module);
    return only;
}

static mica_op *take_single_op(mica_op *module)
{
    mica_block *body = mica_module_body(module);
    size_t count = 0;
    mica_for_each_op(op, body) count++;
    if (count != 1) {
        mica_diagnostic_emit(mica_error(mica_op_context(module), mica_op_location(module),
                                        "source must contain a single top-level operation, "
                                        "found: %zu",
                                        count));
        mica_op_destroy(module);
        return NULL;
    }
    mica_op *op = mica_block_first(body);
    mica_op_remove(op);
    mica_op_destroy(module);
    return op;
}

static mica_op *parse_module(mica_asm_parser *parser, mica_op *module)
{
    const bool parsed = micai_parse_ops(parser, module);
    if (!parsed) {
        mica_op_drop_all_references(module);
        micai_free_forward_values(parser);
        mica_op_destroy(module);
        return NULL;
    }
    micai_free_forward_values(parser);
    return parser->options && parser->options->no_implicit_module ? take_single_op(module)
                                                                  : choose_module(module);
}

static mica_op *parse_buffer(mica_context *context, const text_source *source, mica_string name,
                             const mica_parse_options *options)
{
    mica_asm_parser *parser = micai_allocate(&context->allocator, sizeof *parser);
    mica_op *module = NULL;
    if (parser &&
        micai_parser_init(parser, context, source->data, source->length, name, options)) {
        module = mica_module_create(context, mica_location_file(context, name, 0, 0));
        if (module)
            module = parse_module(parser, module);
    }
    if (parser) {
        micai_frames_free(parser);
        micai_parser_free(parser);
    }
    micai_release(&context->allocator, parser, sizeof *parser);
    if (context->out_of_memory) { // what was read may lack parts
        mica_diagnostic_emit(mica_error(context, mica_location_unknown(), "out of memory"));
        if (module)
            mica_op_destroy(module);
        return NULL;
    }
    if (module && !(options && options->no_verify) && !mica_op_verify(module)) {
        mica_op_destroy(module);
        return NULL;
    }
    return module;
}

static bool reads_in_place(const mica_parse_options *options)
{
    return options && options->struct_size > offsetof(mica_parse_options, text_ends_in_nul) &&
           options->text_ends_in_nul;
}

mica_op *mica_parse_source(mica_context *context, mica_string text, mica_string name,
                           const mica_parse_options *options)
{
    text_source source = {NULL, 0, 0};
    if (reads_in_place(options)) {
        source.data = (char *)text.data;
        source.length = text.length;
        return parse_buffer(context, &source, name, options);
    }
    if (!copy_text(context, text, &source))
        return NULL;
    mica_op *module = parse_buffer(context, &source, name, options);
    free_buffer(context, &source);
    return module;
}

// ---- files
// -----------------------------------------------------------------------------------

static bool read_stream(mica_context *context, FILE *stream, text_source *source)
{
    size_t got;
    do {
        void *data = source->data;
        if (!micai_array_reserve(&context->allocator, &data, &source->size,
                                 source->length + 65537, 1)) {
            errno = ENOMEM;
            return false;
        }
        source->data = data;
        got =
            fread(source->data + source->length, 1, source->size - source->length - 1, stream);
        source->length += got;
    } while (got);
    source->data[source->length] = '\0';
    return !ferror(stream);
}

static bool read_file(mica_context *context, const char *path, text_source *source)
{
    const bool is_input = strcmp(path, "-") == 0;
    FILE *stream = is_input ? stdin : fopen(path, "rb");
    bool good = stream && read_stream(context, stream, source);
    const int error = errno;
    if (stream && !is_input)
        fclose(stream);
    if (!good)
        mica_diagnostic_emit(mica_error(context, mica_location_unknown(),
                                        "cannot open input file '%s': %s", path,
                                        strerror(error)));
    return good;
}

mica_op *mica_parse_file(mica_context *context, const char *path,
                         const mica_parse_options *options)
{
    text_source source = {NULL, 0, 0};
    mica_op *module = NULL;
    const bool is_input = strcmp(path, "-") == 0;
    if (read_file(context, path, &source))
        module = parse_buffer(context, &source, mica_string_from(is_input ? "<stdin>" : path),
                              options);
    free_buffer(context, &source);
    return module;
}

// ---- one type or attribute
// -------------------------------------------------------------------

static const void *parse_one(mica_context *context, mica_string text, int start_token)
{
    text_source source = {NULL, 0, 0};
    mica_asm_parser *parser = micai_allocate(&context->allocator, sizeof *parser);
    const void *result = NULL;
    if (parser && copy_text(context, text, &source)) {
        if (micai_parser_init(parser, context, source.data, source.length,
                              mica_string_from("<mlir_parser_buffer>"), NULL))
            result = micai_grammar_parse(parser, start_token);
        if (result && !micai_at(parser, 0)) {
            micai_error_here(parser, "found trailing characters: '%s'", parser->token.start);
            result = NULL;
        }
        micai_parser_free(parser);
    }
    free_buffer(context, &source);
    micai_release(&context->allocator, parser, sizeof *parser);
    return result;
}

const mica_type *mica_parse_type(mica_context *context, mica_string text)
{
    return parse_one(context, text, MICAI_TK_START_TYPE);
}

const mica_attr *mica_parse_attr(mica_context *context, mica_string text)
{
    return parse_one(context, text, MICAI_TK_START_ATTR);
}
