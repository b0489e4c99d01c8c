// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pipeline text:  element ("," element)*   where an element is
//
//   name                       a pass or named pipeline
//   name{option=value ...}     with options
//   op.name(element, ...)      a pipeline of nested ops
//
// A first loop finds the elements and checks the brackets, as a flat list with levels; a second
// one resolves the names. So a text with a broken bracket says that and nothing else.
#include "transforms/pass/pass_internal.h"

enum { DEEPEST_PIPELINE = 64 };

typedef struct pipeline_element {
    mica_string name;
    mica_string options;
    size_t level;
    bool opens; ///< the elements after it, one level deeper, are its pipeline
} pipeline_element;

typedef struct pipeline_text {
    mica_pass_manager *manager;
    mica_string text;
    size_t position;
    pipeline_element *elements;
    size_t count, capacity;
    size_t level;
} pipeline_text;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static mica_string trim(mica_string text)
{
    while (text.length && is_blank(text.data[0])) {
        text.data++;
        text.length--;
    }
    while (text.length && is_blank(text.data[text.length - 1]))
        text.length--;
    return text;
}

/// Reports with the text and a caret below the place, as one message: a pipeline is no file.
static bool fail_at(const pipeline_text *parsed, size_t position, const char *message)
{
    return mica_diagnostic_emit(
        mica_error(parsed->manager->context, mica_location_unknown(),
                   "MLIR Textual PassPipeline Parser:1:%zu: error: %s\n%.*s\n%*s^\n",
                   position + 1, message, MICA_STRING_ARG(parsed->text), (int)position, ""));
}

// ---- elements
// --------------------------------------------------------------------------------

static bool at_end(const pipeline_text *parsed)
{
    return parsed->position >= parsed->text.length;
}

static char next_char(const pipeline_text *parsed)
{
    return at_end(parsed) ? 0 : parsed->text.data[parsed->position];
}

static pipeline_element *add_element(pipeline_text *parsed)
{
    if (!micai_array_reserve(parsed->manager->allocator, (void **)&parsed->elements,
                             &parsed->capacity, parsed->count + 1, sizeof(pipeline_element)))
        return NULL;
    pipeline_element *element = &parsed->elements[parsed->count++];
    memset(element, 0, sizeof(*element));
    element->level = parsed->level;
    return element;
}

/// `{...}` with nested braces.
static bool scan_options(pipeline_text *parsed, pipeline_element *element)
{
    const size_t open = parsed->position;
    size_t depth = 0;
    for (size_t i = open; i < parsed->text.length; i++) {
        depth += parsed->text.data[i] == '{';
        depth -= parsed->text.data[i] == '}';
        if (depth == 0) {
            element->options = (mica_string){parsed->text.data + open + 1, i - open - 1};
            parsed->position = i + 1;
            return true;
        }
    }
    return fail_at(parsed, open, "missing closing '}' while processing pass options");
}

static bool close_levels(pipeline_text *parsed)
{
    while (next_char(parsed) == ')') {
        parsed->position++;
        if (parsed->level == 0)
            return fail_at(parsed, parsed->position - 1,
                           "encountered extra closing ')' creating unbalanced parentheses "
                           "while parsing pipeline");
        parsed->level--;
    }
    return true;
}

static void scan_name(pipeline_text *parsed, pipeline_element *element)
{
    const size_t start = parsed->position;
    while (!at_end(parsed) && !strchr(",(){", next_char(parsed)))
        parsed->position++;
    element->name = trim((mica_string){parsed->text.data + start, parsed->position - start});
}

/// Scans all elements.
static bool scan_elements(pipeline_text *parsed)
{
    for (;;) {
        pipeline_element *element = add_element(parsed);
        if (!element)
            return false;
        scan_name(parsed, element);
        if (next_char(parsed) == '(') {
            parsed->position++;
            element->opens = true;
            if (++parsed->level > DEEPEST_PIPELINE)
                return fail_at(parsed, parsed->position - 1, "pipelines nest too deeply");
            continue;
        }
        if (next_char(parsed) == '{' && !scan_options(parsed, element))
            return false;
        if (!close_levels(parsed))
            return false;
        if (at_end(parsed))
            break;
        if (next_char(parsed) != ',')
            return fail_at(parsed, parsed->position, "expected ',' after parsing pipeline");
        parsed->position++;
    }
    if (parsed->level)
        return fail_at(parsed, parsed->text.length - 1,
                       "encountered unbalanced parentheses while parsing pipeline");
    return true;
}

// ---- names
// -----------------------------------------------------------------------------------

static bool fail_to_add(mica_pass_manager *manager, mica_string argument, mica_string options,
                        const char *reason)
{
    return mica_diagnostic_emit(mica_error(manager->context, mica_location_unknown(),
                                           "%s\nfailed to add `%.*s` with options `%.*s`\n",
                                           reason, MICA_STRING_ARG(argument),
                                           MICA_STRING_ARG(options)));
}

static bool fail_to_nest(mica_pass_manager *manager, const micai_pipeline *pipeline,
                         const mica_pass_def *pass, mica_string options)
{
    micai_text_buffer reason = micai_text_buffer_on(manager->allocator);
    micai_text_printf(&reason,
                      "Can't add pass '%s' restricted to '%s' on a PassManager intended to run "
                      "on '%s', did you intend to nest?",
                      pass->name, pass->anchor, pipeline->anchor);
    fail_to_add(manager, mica_string_from(pass->argument), options,
                micai_text_view(&reason).data);
    micai_text_buffer_free(&reason);
    return false;
}

static bool add_pass(mica_pass_manager *manager, micai_pipeline *pipeline,
                     const mica_pass_def *pass, mica_string options, micai_nesting nesting)
{
    if (pass->anchor && pipeline->anchor && strcmp(pass->anchor, pipeline->anchor) != 0) {
        if (nesting == MICAI_NESTING_EXPLICIT)
            return fail_to_nest(manager, pipeline, pass, options);
        pipeline =
            micai_pipeline_nest(manager->allocator, pipeline, mica_string_from(pass->anchor));
    }
    micai_pass_item *item =
        pipeline ? micai_pipeline_add_pass(manager->allocator, pipeline, pass) : NULL;
    if (!item)
        return false;
    micai_text_buffer error = micai_text_buffer_on(manager->allocator);
    bool added = micai_pass_options_parse(&item->options, options, &error);
    if (!added)
        added = fail_to_add(manager, mica_string_from(pass->argument), options,
                            micai_text_view(&error).data);
    micai_text_buffer_free(&error);
    return added;
}

bool micai_pipeline_add(mica_pass_manager *manager, micai_pipeline *pipeline,
                        mica_string argument, mica_string options, micai_nesting nesting)
{
    const mica_pass_def *pass = mica_pass_registry_find(manager->registry, argument);
    if (pass)
        return add_pass(manager, pipeline, pass, options, nesting);
    const mica_pipeline_def *named =
        mica_pass_registry_find_pipeline(manager->registry, argument);
    if (!named)
        return mica_diagnostic_emit(
            mica_error(manager->context, mica_location_unknown(),
                       "'%.*s' does not refer to a registered pass or pass pipeline",
                       MICA_STRING_ARG(argument)));
    if (options.length)
        return fail_to_add(manager, argument, options, "a named pipeline takes no options");
    return micai_pipeline_parse(manager, pipeline, mica_string_from(named->text));
}

static bool is_registered(const mica_pass_manager *manager, mica_string name)
{
    return mica_pass_registry_find(manager->registry, name) ||
           mica_pass_registry_find_pipeline(manager->registry, name);
}

/// All names must be known before the first pass is added.
static bool check_names(const pipeline_text *parsed)
{
    for (size_t i = 0; i < parsed->count; i++) {
        const pipeline_element *element = &parsed->elements[i];
        if (element->opens || is_registered(parsed->manager, element->name))
            continue;
        micai_text_buffer message = micai_text_buffer_on(parsed->manager->allocator);
        micai_text_printf(&message,
                          "'%.*s' does not refer to a registered pass or pass pipeline",
                          MICA_STRING_ARG(element->name));
        fail_at(parsed, (size_t)(element->name.data - parsed->text.data),
                micai_text_view(&message).data);
        micai_text_buffer_free(&message);
        return false;
    }
    return true;
}

static bool add_elements(const pipeline_text *parsed, micai_pipeline *pipeline)
{
    micai_pipeline *levels[DEEPEST_PIPELINE + 1] = {pipeline};
    for (size_t i = 0; i < parsed->count; i++) {
        const pipeline_element *element = &parsed->elements[i];
        micai_pipeline *parent = levels[element->level];
        if (element->opens) {
            micai_pipeline *nested =
                micai_pipeline_nest(parsed->manager->allocator, parent, element->name);
            if (!nested)
                return false;
            levels[element->level + 1] = nested;
        } else if (!micai_pipeline_add(parsed->manager, parent, element->name, element->options,
                                       MICAI_NESTING_EXPLICIT)) {
            return false;
        }
    }
    return true;
}

bool micai_pipeline_parse(mica_pass_manager *manager, micai_pipeline *pipeline,
                          mica_string text)
{
    pipeline_text parsed = {.manager = manager, .text = text};
    if (trim(text).length == 0)
        return true;
    const bool added =
        scan_elements(&parsed) && check_names(&parsed) && add_elements(&parsed, pipeline);
    micai_release(manager->allocator, parsed.elements,
                  parsed.capacity * sizeof(pipeline_element));
    return added;
}
